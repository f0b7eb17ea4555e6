//! Policies in files: a policy alone, the answer of `GetKeyPolicy`, a CloudFormation template, a Terraform plan or state.
//!
//! Sources: CloudFormation Template Reference (resource types and their policy properties); Terraform, "JSON Output
//! Format"; Terraform AWS provider (resource types and their policy arguments).

use super::template::Template;
use crate::policy::{Kind, Member, Node, Value, Wrong, parse_file};
use alloc::{borrow::ToOwned, format, string::String, vec::Vec};

/// A policy of a file.
pub(super) struct Found<'a> {
    /// Where in the file: empty when the file is the policy.
    pub(super) name: String,
    /// The kind, where the place tells it.
    pub(super) kind: Option<Kind>,
    /// The text that offsets in `root` count in.
    pub(super) text: &'a str,
    /// Where in the file the string begins that holds the text.
    pub(super) literal: Option<usize>,
    pub(super) root: Root<'a>,
}

/// What was found.
pub(super) enum Root<'a> {
    Policy(&'a Node<'a>),
    /// The text is not JSON.
    Wrong(Wrong),
    /// The text is not in the file; where it should stand.
    Unknown(usize),
}

/// The member `name` of an object.
pub(super) fn member<'n, 'a>(node: &'n Node<'a>, name: &str) -> Option<&'n Node<'a>> {
    members(node).iter().find(|member| member.name == name).map(|member| &member.node)
}

pub(super) fn members<'n, 'a>(node: &'n Node<'a>) -> &'n [Member<'a>] {
    match &node.value {
        Value::Map(members) => members,
        _ => &[],
    }
}

pub(super) fn items<'n, 'a>(node: &'n Node<'a>) -> &'n [Node<'a>] {
    match &node.value {
        Value::List(items) => items,
        _ => &[],
    }
}

pub(super) fn text<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    match &node.value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// Shows every policy of the file to `visit`.
pub(super) fn each(file: &str, visit: &mut dyn FnMut(Found<'_>)) {
    let root = match parse_file(file) {
        Ok(root) => root,
        Err(wrong) => {
            let root = Root::Wrong(wrong);
            return visit(Found { name: String::new(), kind: None, text: file, literal: None, root });
        }
    };
    let mut walk = Walk { file, visit };
    let values = member(&root, "planned_values").or_else(|| member(&root, "values"));
    if let Some(module) = values.and_then(|values| member(values, "root_module")) {
        walk.module(module);
    } else if member(&root, "Statement").is_none() && member(&root, "Resources").is_some_and(is_resources) {
        walk.template(&root);
    } else if let Some(policy) = member(&root, "Policy").filter(|_| members(&root).len() <= 2) {
        walk.policy("Policy".to_owned(), None, policy); // the answer of GetKeyPolicy, GetBucketPolicy
    } else {
        walk.policy(String::new(), None, &root);
    }
}

fn is_resources(node: &Node<'_>) -> bool {
    members(node).iter().any(|member| self::member(&member.node, "Type").is_some())
}

struct Walk<'f, 'v> {
    file: &'f str,
    visit: &'v mut dyn FnMut(Found<'_>),
}

/// Types of CloudFormation, the property, its kind. `Policies`: those inside of the resource.
const TEMPLATE: &[(&str, &str, Kind)] = &[
    ("AWS::KMS::Key", "KeyPolicy", Kind::Key),
    ("AWS::KMS::ReplicaKey", "KeyPolicy", Kind::Key),
    ("AWS::IAM::Policy", "PolicyDocument", Kind::Identity),
    ("AWS::IAM::ManagedPolicy", "PolicyDocument", Kind::Identity),
    ("AWS::IAM::RolePolicy", "PolicyDocument", Kind::Identity),
    ("AWS::IAM::UserPolicy", "PolicyDocument", Kind::Identity),
    ("AWS::IAM::GroupPolicy", "PolicyDocument", Kind::Identity),
    ("AWS::IAM::Role", "AssumeRolePolicyDocument", Kind::Trust),
    ("AWS::IAM::Role", "Policies", Kind::Identity),
    ("AWS::IAM::User", "Policies", Kind::Identity),
    ("AWS::IAM::Group", "Policies", Kind::Identity),
    ("AWS::S3::BucketPolicy", "PolicyDocument", Kind::Bucket),
    ("AWS::EC2::VPCEndpoint", "PolicyDocument", Kind::Endpoint),
    ("AWS::Organizations::Policy", "Content", Kind::Scp),
];

/// The same of Terraform.
const PLAN: &[(&str, &str, Kind)] = &[
    ("aws_kms_key", "policy", Kind::Key),
    ("aws_kms_external_key", "policy", Kind::Key),
    ("aws_kms_replica_key", "policy", Kind::Key),
    ("aws_kms_replica_external_key", "policy", Kind::Key),
    ("aws_kms_key_policy", "policy", Kind::Key),
    ("aws_iam_policy", "policy", Kind::Identity),
    ("aws_iam_role_policy", "policy", Kind::Identity),
    ("aws_iam_user_policy", "policy", Kind::Identity),
    ("aws_iam_group_policy", "policy", Kind::Identity),
    ("aws_iam_role", "assume_role_policy", Kind::Trust),
    ("aws_iam_role", "inline_policy", Kind::Identity),
    ("aws_s3_bucket", "policy", Kind::Bucket),
    ("aws_s3_bucket_policy", "policy", Kind::Bucket),
    ("aws_vpc_endpoint", "policy", Kind::Endpoint),
    ("aws_organizations_policy", "content", Kind::Scp),
];

impl Walk<'_, '_> {
    fn template(&mut self, root: &Node<'_>) {
        let template = Template::new(root);
        for resource in member(root, "Resources").map(members).unwrap_or_default() {
            let Some(of) = member(&resource.node, "Type").and_then(text) else { continue };
            let Some(properties) = member(&resource.node, "Properties") else { continue };
            for (_, property, kind) in TEMPLATE.iter().filter(|(known, ..)| *known == of) {
                let Some(node) = member(properties, property) else { continue };
                let kind = organization(*kind, member(properties, "Type"), "RESOURCE_CONTROL_POLICY");
                let name = format!("Resources.{}.Properties.{property}", resource.name);
                if *property == "Policies" {
                    for (at, inline) in items(node).iter().enumerate() {
                        if let Some(node) = member(inline, "PolicyDocument") {
                            let name = format!("{name}[{at}].PolicyDocument");
                            self.policy(name, Some(kind), &template.filled(node));
                        }
                    }
                } else {
                    self.policy(name, Some(kind), &template.filled(node));
                }
            }
        }
    }

    fn module(&mut self, module: &Node<'_>) {
        for resource in member(module, "resources").map(items).unwrap_or_default() {
            let of = member(resource, "type").and_then(text).unwrap_or_default();
            let address = member(resource, "address").and_then(text).unwrap_or(of);
            let data = member(resource, "mode").and_then(text) == Some("data");
            let Some(values) = member(resource, "values").filter(|_| !data) else { continue };
            for (_, argument, kind) in PLAN.iter().filter(|(known, ..)| *known == of) {
                let kind = organization(*kind, member(values, "type"), "RESOURCE_CONTROL_POLICY");
                let name = format!("{address}.{argument}");
                match member(values, argument) {
                    Some(node) if *argument == "inline_policy" => {
                        for (at, inline) in items(node).iter().enumerate() {
                            if let Some(node) = member(inline, "policy") {
                                self.policy(format!("{name}[{at}].policy"), Some(kind), node);
                            }
                        }
                    }
                    Some(node) if matches!(&node.value, Value::Text(text) if text.is_empty()) => {}
                    Some(node) if !matches!(node.value, Value::Null) => self.policy(name, Some(kind), node),
                    // A key without a policy has the default one, a bucket none: only these have to have it.
                    _ if matches!(of, "aws_kms_key_policy" | "aws_iam_policy" | "aws_s3_bucket_policy")
                        || (of.starts_with("aws_iam_") && *argument != "inline_policy") =>
                    {
                        let root = Root::Unknown(resource.at);
                        (self.visit)(Found { name, kind: Some(kind), text: self.file, literal: None, root });
                    }
                    _ => {}
                }
            }
        }
        for child in member(module, "child_modules").map(items).unwrap_or_default() {
            self.module(child);
        }
    }

    /// A policy as an object, or as a string that holds one.
    fn policy(&mut self, name: String, kind: Option<Kind>, node: &Node<'_>) {
        let Some(inner) = text(node).filter(|_| !name.is_empty()) else {
            let root = Root::Policy(node);
            return (self.visit)(Found { name, kind, text: self.file, literal: None, root });
        };
        let literal = Some(node.at);
        // A function of a template in place of the whole policy: its value is none of the file's.
        if self.file.as_bytes().get(node.at) != Some(&b'"') {
            let root = Root::Unknown(node.at);
            return (self.visit)(Found { name, kind, text: self.file, literal: None, root });
        }
        match parse_file(inner) {
            Ok(root) => (self.visit)(Found { name, kind, text: inner, literal, root: Root::Policy(&root) }),
            Err(wrong) => (self.visit)(Found { name, kind, text: inner, literal, root: Root::Wrong(wrong) }),
        }
    }
}

/// Policies of an organization tell their kind beside them.
fn organization(kind: Kind, of: Option<&Node<'_>>, rcp: &str) -> Kind {
    if kind == Kind::Scp && of.and_then(text) == Some(rcp) { Kind::Rcp } else { kind }
}

/// The kind of a policy, from what is in it: who is named, and what they may do.
pub(super) fn guessed(root: &Node<'_>) -> Kind {
    let Some(statement) = member(root, "Statement") else { return Kind::Identity };
    let statements = match &statement.value {
        Value::List(items) => items,
        _ => core::slice::from_ref(statement),
    };
    let named = |node: &Node<'_>| member(node, "Principal").or_else(|| member(node, "NotPrincipal")).is_some();
    if !statements.iter().any(named) {
        return Kind::Identity;
    }
    let mut actions = Vec::new();
    for statement in statements {
        for node in ["Action", "NotAction"].iter().filter_map(|name| member(statement, name)) {
            actions.extend(text(node).into_iter().chain(items(node).iter().filter_map(text)));
        }
    }
    let all = |service: &str| {
        let own = |action: &&str| action.to_ascii_lowercase().starts_with(service);
        actions.iter().any(&own) && actions.iter().all(|action| own(action) || *action == "*")
    };
    let kinds = [("s3", Kind::Bucket), ("sts:", Kind::Trust)];
    kinds.iter().find(|(service, _)| all(service)).map_or(Kind::Key, |(_, kind)| *kind)
}
