//! AWS managed keys: `alias/aws/<service>`, made when they are first needed.
//!
//! Source: KMS Developer Guide, "AWS managed keys"; KMS API Reference, `DescribeKey`: asked about a predefined alias
//! without a key it makes one; kms.md, sections 10 and 15. That a user can do so little with them follows from their
//! policies alone.

use super::{AliasArn, Keys, NewKey, Place};
use crate::base::{Fault, KeyArn, Timestamp};
use crate::world::Permit;
use alloc::{format, string::String};

/// A service that has a key of its own in each account and Region that uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Managed {
    /// What follows `alias/aws/`.
    pub name: &'static str,
    /// The service in `kms:ViaService`.
    via: &'static str,
    /// How the policy calls the service.
    title: &'static str,
    /// What the key protects, for its description.
    protects: &'static str,
}

/// Those whose aliases AWS's own examples show, in the order of their names. There is no complete list.
pub static MANAGED: &[Managed] = &[
    Managed { name: "acm", via: "acm", title: "ACM", protects: "ACM private keys" },
    Managed { name: "dax", via: "dax", title: "DAX", protects: "DAX data" },
    Managed { name: "dms", via: "dms", title: "DMS", protects: "DMS replication instances" },
    Managed { name: "dynamodb", via: "dynamodb", title: "DynamoDB", protects: "DynamoDB data" },
    Managed { name: "ebs", via: "ec2", title: "EBS", protects: "EBS volumes" },
    Managed { name: "kinesisvideo", via: "kinesisvideo", title: "Kinesis Video", protects: "Kinesis Video streams" },
    Managed { name: "rds", via: "rds", title: "RDS", protects: "RDS database volumes" },
    Managed { name: "redshift", via: "redshift", title: "Redshift", protects: "Redshift clusters" },
    Managed { name: "s3", via: "s3", title: "S3", protects: "S3 objects" },
    Managed { name: "secretsmanager", via: "secretsmanager", title: "Secrets Manager", protects: "secrets" },
    Managed { name: "ses", via: "ses", title: "SES", protects: "SES messages" },
    Managed { name: "ssm", via: "ssm", title: "SSM", protects: "SSM parameters" },
    Managed { name: "workmail", via: "workmail", title: "WorkMail", protects: "WorkMail messages" },
    Managed { name: "workspaces", via: "workspaces", title: "WorkSpaces", protects: "WorkSpaces volumes" },
];

impl Managed {
    /// The service of a predefined alias, `alias/aws/s3`.
    #[must_use]
    pub fn of_alias(name: &str) -> Option<&'static Self> {
        let name = name.strip_prefix("alias/aws/")?;
        MANAGED.iter().find(|managed| managed.name == name)
    }

    /// The name of its alias.
    #[must_use]
    pub fn alias(&self) -> String {
        format!("alias/aws/{}", self.name)
    }

    /// `Description`.
    #[must_use]
    pub fn description(&self) -> String {
        format!("Default key that protects my {} when no other key is defined", self.protects)
    }

    /// The key's policy, which cannot be changed. Source: kms.md, section 15, the shape documented for EBS; its number
    /// differs from service to service (unconfirmed which has which).
    #[must_use]
    pub fn policy(&self, place: &Place) -> String {
        let Place { account, region } = place;
        let partition = region.partition();
        // Service endpoints have the partition's suffix, ViaService does in China, too: unconfirmed.
        let suffix = if partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
        let Self { name, via, title, .. } = self;
        format!(
            r#"{{
  "Version" : "2012-10-17",
  "Id" : "auto-{name}-2",
  "Statement" : [ {{
    "Sid" : "Allow access through {title} for all principals in the account that are authorized to use {title}",
    "Effect" : "Allow",
    "Principal" : {{
      "AWS" : "*"
    }},
    "Action" : [ "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey" ],
    "Resource" : "*",
    "Condition" : {{
      "StringEquals" : {{
        "kms:CallerAccount" : "{account}",
        "kms:ViaService" : "{via}.{region}.{suffix}"
      }}
    }}
  }}, {{
    "Sid" : "Allow direct access to key metadata to the account",
    "Effect" : "Allow",
    "Principal" : {{
      "AWS" : "arn:{partition}:iam::{account}:root"
    }},
    "Action" : [ "kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant" ],
    "Resource" : "*"
  }} ]
}}"#
        )
    }
}

/// The key that a request names, or that it is to make first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// It exists.
    Key(KeyArn),
    /// The key of a predefined alias that has none yet.
    Predefined(AliasArn),
}

impl Keys {
    /// Makes the key of a predefined alias, and points the alias to it. `new` says what it is; nothing of the user's
    /// quota of keys is used up.
    ///
    /// # Errors
    /// [`Fault::Internal`] when the id is taken.
    pub fn create_managed(&mut self, at: &Permit<Wanted>, new: NewKey, now: Timestamp) -> Result<KeyArn, Fault> {
        let Wanted::Predefined(alias) = &**at else { return Err(Fault::Internal) };
        let key = self.add(&alias.place, new, now)?;
        self.point(alias, &key, now, now)?;
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Kind, Policy, stored};

    #[test]
    fn policies_are_policies_and_aliases_are_in_order() {
        let place = Place { account: "111122223333".parse().unwrap(), region: "eu-west-1".parse().unwrap() };
        for managed in MANAGED {
            let policy = managed.policy(&place);
            Policy::parse(Kind::Key, &policy).unwrap();
            assert_eq!(stored(&policy), Some(policy));
            assert_eq!(Managed::of_alias(&format!("alias/aws/{}", managed.name)), Some(managed));
        }
        assert!(MANAGED.is_sorted_by_key(|managed| managed.name));
        assert_eq!(Managed::of_alias("alias/aws/none"), None);
        assert_eq!(Managed::of_alias("alias/s3"), None);
    }
}
