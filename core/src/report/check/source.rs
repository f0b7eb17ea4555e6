//! Policies in files: a policy alone, the answer of `GetKeyPolicy`, a CloudFormation template, a Terraform plan or state;
//! or the parts of any file that were selected.
//!
//! Sources: CloudFormation Template Reference (resource types and their policy properties); Terraform, "JSON Output
//! Format"; Terraform AWS provider (resource types and their policy arguments).

use super::{
    document::{Document, Part},
    template::{Guess, Template},
};
use crate::policy::{Kind, Member, Node, Value, Wrong, parse_file};
use alloc::{borrow::ToOwned, format, string::String, vec::Vec};
use core::ops::Range;

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
    /// Where values stand that are not known before the template is deployed.
    pub(super) guesses: Vec<Guess>,
    /// The parts of it that were selected; nothing when all of it is looked at.
    pub(super) only: Option<Vec<Range<usize>>>,
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

/// Shows every policy of the file to `visit`; with `parts`, those that are in one of them or have one of them in it.
pub(super) fn each(file: &Document<'_>, parts: Option<&[Part<'_, '_>]>, visit: &mut dyn FnMut(Found<'_>)) {
    let ranges = parts.map(|parts| parts.iter().map(Part::range).collect::<Vec<_>>());
    let touched = alloc::vec![false; ranges.as_ref().map_or(0, Vec::len)];
    let mut walk = Walk { file, visit, ranges, touched };
    for (at, root) in file.roots.iter().enumerate() {
        let several = file.roots.len() > 1;
        walk.root(root, if several { format!("[{at}].") } else { String::new() });
    }
    // A part that has no policy, and is in none, is one.
    for (at, part) in parts.unwrap_or_default().iter().enumerate() {
        if walk.touched.get(at) == Some(&false)
            && let Some(node) = part.node
        {
            walk.ranges = None;
            let template = file.roots.iter().find(|root| root.at <= node.at && node.end <= root.end);
            let (filled, guesses) = template.map(Template::new).unwrap_or_default().filled(node, Kind::Identity);
            let name = if part.name.is_empty() { "$" } else { &part.name };
            walk.policy(name.to_owned(), None, &filled, guesses);
        }
    }
}

fn is_resources(node: &Node<'_>) -> bool {
    members(node).iter().any(|member| self::member(&member.node, "Type").is_some())
}

struct Walk<'f, 'v> {
    file: &'f Document<'f>,
    visit: &'v mut dyn FnMut(Found<'_>),
    /// Where the selected parts stand.
    ranges: Option<Vec<Range<usize>>>,
    /// Which of them have to do with a policy.
    touched: Vec<bool>,
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
    fn root(&mut self, root: &Node<'_>, prefix: String) {
        let values = member(root, "planned_values").or_else(|| member(root, "values"));
        if let Some(module) = values.and_then(|values| member(values, "root_module")) {
            self.module(module);
        } else if member(root, "Statement").is_none() && member(root, "Resources").is_some_and(is_resources) {
            self.template(root, &prefix);
        } else if let Some(policy) = member(root, "Policy").filter(|_| members(root).len() <= 2) {
            // The answer of GetKeyPolicy, GetBucketPolicy.
            self.policy(format!("{prefix}Policy"), None, policy, Vec::new());
        } else if self.ranges.is_none() || member(root, "Statement").is_some() {
            self.policy(prefix.trim_end_matches('.').to_owned(), None, root, Vec::new());
        }
    }

    fn template(&mut self, root: &Node<'_>, prefix: &str) {
        let template = Template::new(root);
        for resource in member(root, "Resources").map(members).unwrap_or_default() {
            let Some(of) = member(&resource.node, "Type").and_then(text) else { continue };
            let Some(properties) = member(&resource.node, "Properties") else { continue };
            for (_, property, kind) in TEMPLATE.iter().filter(|(known, ..)| *known == of) {
                let Some(node) = member(properties, property) else { continue };
                let kind = organization(*kind, member(properties, "Type"), "RESOURCE_CONTROL_POLICY");
                let name = format!("{prefix}Resources.{}.Properties.{property}", resource.name);
                if *property == "Policies" {
                    for (at, inline) in items(node).iter().enumerate() {
                        if let Some(node) = member(inline, "PolicyDocument") {
                            let name = format!("{name}[{at}].PolicyDocument");
                            let (filled, guesses) = template.filled(node, kind);
                            self.policy(name, Some(kind), &filled, guesses);
                        }
                    }
                } else {
                    let (filled, guesses) = template.filled(node, kind);
                    self.policy(name, Some(kind), &filled, guesses);
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
                                self.policy(format!("{name}[{at}].policy"), Some(kind), node, Vec::new());
                            }
                        }
                    }
                    Some(node) if matches!(&node.value, Value::Text(text) if text.is_empty()) => {}
                    Some(node) if !matches!(node.value, Value::Null) => {
                        self.policy(name, Some(kind), node, Vec::new());
                    }
                    // A key without a policy has the default one, a bucket none: only these have to have it.
                    _ if matches!(of, "aws_kms_key_policy" | "aws_iam_policy" | "aws_s3_bucket_policy")
                        || (of.starts_with("aws_iam_") && *argument != "inline_policy") =>
                    {
                        self.show(name, Some(kind), resource, Root::Unknown(resource.at), Vec::new());
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
    fn policy(&mut self, name: String, kind: Option<Kind>, node: &Node<'_>, guesses: Vec<Guess>) {
        let Some(inner) = text(node).filter(|_| !name.is_empty()) else {
            return self.show(name, kind, node, Root::Policy(node), guesses);
        };
        // A function of a template in place of the whole policy: its value is none of the file's.
        if !self.file.has_text(node.at) {
            return self.show(name, kind, node, Root::Unknown(node.at), guesses);
        }
        let Some(only) = self.only(node) else { return };
        let literal = Some(node.at);
        let show = |root: Root<'_>| {
            (self.visit)(Found { name, kind, text: inner, literal, root, guesses: Vec::new(), only: only.clone() });
        };
        match parse_file(inner) {
            Ok(root) => show(Root::Policy(&root)),
            Err(wrong) => show(Root::Wrong(wrong)),
        }
    }

    fn show(&mut self, name: String, kind: Option<Kind>, node: &Node<'_>, root: Root<'_>, guesses: Vec<Guess>) {
        let Some(only) = self.only(node) else { return };
        (self.visit)(Found { name, kind, text: self.file.text, literal: None, root, guesses, only });
    }

    /// Which parts of the policy at `node` are looked at: nothing when none is.
    fn only(&mut self, node: &Node<'_>) -> Option<Option<Vec<Range<usize>>>> {
        let Some(ranges) = &self.ranges else { return Some(None) };
        let mut inside = Vec::new();
        let mut whole = false;
        for (range, touched) in ranges.iter().zip(&mut self.touched) {
            let around = range.start <= node.at && node.end <= range.end;
            let within = node.at <= range.start && range.end <= node.end;
            *touched |= around || within;
            whole |= around;
            if within {
                inside.push(range.clone());
            }
        }
        if whole { Some(None) } else { (!inside.is_empty()).then_some(Some(inside)) }
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
