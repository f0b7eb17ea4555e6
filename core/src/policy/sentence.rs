//! What AWS says about a document that it refuses. Each service has its own words.
//!
//! Source: authorization.md 1.10, and answers of `CreatePolicy` and `UpdateAssumeRolePolicy` recorded in February 2026, which
//! are followed where they say more. Marked there as recorded: the sentences of IAM, the first four of KMS, "Policies must be
//! valid JSON …" and "Missing required field …" of S3. Not confirmed: the sentences of KMS for a missing action or
//! resource, which follow the recorded one for a missing principal, and IAM's sentences where KMS and VPC endpoints are
//! not known to have their own.

use super::Kind;
use alloc::{
    borrow::ToOwned,
    format,
    string::{String, ToString},
    vec::Vec,
};

/// What is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Problem {
    /// Not JSON.
    Json,
    /// JSON, but no policy.
    Syntax,
    /// An element that the language does not have.
    Unknown(String),
    /// A version that does not exist.
    Version,
    /// A version that is too old for the kind.
    Old,
    /// Neither `Allow` nor `Deny`.
    Effect(String),
    /// A `Sid` with other characters than letters and digits.
    Sid,
    /// A `Sid` that occurs twice.
    SidTwice,
    NoActions,
    NoResources,
    NoPrincipal,
    /// An element that is required; only where the service says so.
    Missing(&'static str),
    /// A principal in a policy that has none.
    PrincipalForbidden,
    /// Another element that the kind does not have.
    Prohibited(&'static str),
    /// The list, and the principal in it.
    Principal(&'static str, String),
    /// An action or condition key without a service.
    NoVendor,
    /// An action with more than one colon.
    Colons,
    Vendor(String),
    Action,
    TrustAction,
    ResourceForm(String),
    /// The ARN, filled up.
    Partition(String),
    ResourceVendor,
    ResourceRegion(String),
    IamRegion(String),
    IamPath,
    BucketResource,
    Operator(String),
    /// A date that is none, an ARN with a hole.
    Legacy,
    /// Condition keys that key policies may not use.
    KeysNotPermitted(Vec<String>),
    /// `ForAllValues` on a single-valued key: an encryption context or a tag.
    OverlyPermissive(&'static str),
    /// A rule of Organizations.
    Organization,
}

impl Problem {
    /// AWS's sentence.
    pub(super) fn sentence(&self, kind: Kind) -> String {
        match kind {
            Kind::Scp | Kind::Rcp => {
                "The provided policy document does not meet the requirements of the specified policy type.".to_owned()
            }
            Kind::Bucket => self.of_s3(),
            Kind::Key => self.of_kms().unwrap_or_else(|| self.of_iam()),
            Kind::Trust if *self == Self::Json => "This policy contains invalid Json".to_owned(),
            _ => self.of_iam(),
        }
    }

    fn of_kms(&self) -> Option<String> {
        Some(match self {
            Self::NoPrincipal => "Policy contains a statement with no principal".to_owned(),
            Self::NoActions => "Policy contains a statement with no action".to_owned(),
            Self::NoResources => "Policy contains a statement with no resource".to_owned(),
            Self::Principal(..) => "Policy contains a statement with one or more invalid principals.".to_owned(),
            Self::KeysNotPermitted(keys) => {
                format!("These condition keys are not permitted in a key policy: {}", keys.join(", "))
            }
            Self::OverlyPermissive(what) => format!(
                "OverlyPermissiveCondition: Using the ForAllValues set operator with a single-valued condition key \
                 matches requests without the specified {what} or with an unspecified {what}. To fix, remove \
                 ForAllValues."
            ),
            _ => return None,
        })
    }

    fn of_iam(&self) -> String {
        let fixed = match self {
            Self::Old => "Policy document must be version 2012-10-17 or greater.",
            Self::Legacy => LEGACY,
            Self::Effect(text) if is_effect(text) => LEGACY,
            Self::Sid => {
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression \
                 [0-9A-Za-z]*"
            }
            Self::SidTwice => "Statement IDs (SID) in a single policy must be unique.",
            Self::NoActions => "Policy statement must contain actions.",
            Self::NoResources => "Policy statement must contain resources.",
            Self::NoPrincipal => "Missing required field Principal",
            Self::PrincipalForbidden => "Policy document should not specify a principal.",
            Self::Prohibited(element) => return format!("Has prohibited field {element}"),
            Self::Principal(list, text) => return format!("Invalid principal in policy: \"{list}\":\"{text}\""),
            Self::NoVendor => "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
            Self::Colons => "Actions/Condition can contain only one colon.",
            Self::Vendor(vendor) => return format!("Vendor {vendor} is not valid"),
            Self::TrustAction => "AssumeRole policy may only specify STS AssumeRole actions.",
            Self::ResourceForm(text) => return format!("Resource {text} must be in ARN format or \"*\"."),
            Self::Partition(arn) => {
                let name = arn.split(':').nth(1).unwrap_or_default();
                return format!("Partition \"{name}\" is not valid for resource \"{arn}\".");
            }
            Self::ResourceVendor => "Resource vendor must be fully qualified and cannot contain regexes.",
            Self::ResourceRegion(text) => return format!("Resource {text} can not contain region information."),
            Self::IamRegion(text) => return format!("IAM resource {text} cannot contain region information."),
            Self::IamPath => {
                "IAM resource path must either be \"*\", root, or start with user/, federated-user/, role/, group/, \
                 instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, \
                 report/, access-report/."
            }
            _ => "Syntax errors in policy.",
        };
        fixed.to_string()
    }

    fn of_s3(&self) -> String {
        let fixed = match self {
            Self::Json => "Policies must be valid JSON and the first byte must be '{'",
            Self::Missing(element) => return format!("Missing required field {element}"),
            Self::NoPrincipal => "Missing required field Principal",
            Self::NoActions => "Missing required field Action",
            Self::NoResources => "Missing required field Resource",
            Self::Unknown(element) => return format!("Unknown field {element}"),
            Self::Version => "The policy must contain a valid version string",
            Self::Effect(text) => return format!("Invalid effect: {text}"),
            Self::Principal(..) => "Invalid principal in policy",
            Self::Operator(name) => return format!("Invalid Condition type : {name}"),
            Self::NoVendor | Self::Colons | Self::Vendor(_) | Self::Action => "Policy has invalid action",
            Self::ResourceForm(_)
            | Self::Partition(_)
            | Self::ResourceVendor
            | Self::ResourceRegion(_)
            | Self::IamRegion(_)
            | Self::IamPath
            | Self::BucketResource => "Policy has invalid resource",
            _ => "Syntax errors in policy.",
        };
        fixed.to_string()
    }
}

const LEGACY: &str = "The policy failed legacy parsing";

/// Whether it is an effect but for the case of its letters.
pub(super) fn is_effect(text: &str) -> bool {
    ["Allow", "Deny"].iter().any(|effect| effect.eq_ignore_ascii_case(text))
}
