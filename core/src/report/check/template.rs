//! The intrinsic functions of CloudFormation, replaced by plausible values: a policy in a template can then be read.
//!
//! What a template computes is not known before it is deployed. A reference becomes an ARN or a name of the kind that
//! the resource it points to has; account 111122223333 and Region us-east-1 stand for the template's own. Where nothing
//! tells what a value will be, nothing is found in it.
//!
//! Source: CloudFormation Template Reference, "Intrinsic functions" and "Pseudo parameters".

use super::{
    sheet::Raw,
    source::{items, member, members, text},
};
use crate::policy::{Kind, Member, Node, Value, is_wild};
use alloc::{
    borrow::{Cow, ToOwned},
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::{
    cell::{Cell, RefCell},
    ops::Range,
};

const ACCOUNT: &str = "111122223333";
const KEY: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";

/// Where a value stands that nothing tells.
pub(super) type Guess = Range<usize>;

/// Takes out what was found in guesses. That a part of the policy was not checked is told once.
pub(super) fn without(guesses: &[Guess], mut found: Vec<Raw>) -> Vec<Raw> {
    let is_guess = |raw: &Raw| guesses.iter().any(|guess| guess.contains(&raw.at));
    let refused = found.iter().find(|raw| raw.code == "KMS001" && is_guess(raw)).map(|raw| raw.at);
    found.retain(|raw| !is_guess(raw));
    if let Some(at) = refused {
        let message = "this part of the policy is not known before the template is deployed; it was not checked";
        found.push(Raw::new("KMS002", at, message));
    }
    found
}

#[derive(Default)]
pub(super) struct Template<'n, 'a> {
    resources: &'n [Member<'a>],
    parameters: &'n [Member<'a>],
    /// Whether the value at hand is a guess.
    unknown: Cell<bool>,
    guesses: RefCell<Vec<Guess>>,
}

/// What a value stands in: a principal has to look like one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Principal,
    Resource,
    Action(Kind),
    Effect,
    Service,
    Federated,
    Other,
}

impl<'n, 'a> Template<'n, 'a> {
    pub(super) fn new(root: &'n Node<'a>) -> Self {
        let of = |name| member(root, name).map(members).unwrap_or_default();
        Self { resources: of("Resources"), parameters: of("Parameters"), ..Self::default() }
    }

    /// The value without functions, and where it is a guess.
    pub(super) fn filled(&self, node: &Node<'a>, kind: Kind) -> (Node<'a>, Vec<Guess>) {
        self.guesses.take();
        let filled = self.fill(node, Place::Action(kind));
        (filled.unwrap_or(Node { at: node.at, end: node.end, value: Value::Null }), self.guesses.take())
    }

    /// Nothing for `AWS::NoValue`.
    fn fill(&self, node: &Node<'a>, place: Place) -> Option<Node<'a>> {
        let value = match &node.value {
            Value::Map(own) => match own.as_slice() {
                [only] if only.name == "Ref" || only.name.starts_with("Fn::") => {
                    let before = self.unknown.replace(false);
                    let value = self.function(only, place);
                    if self.unknown.get() {
                        self.guesses.borrow_mut().push(node.at..node.end.max(node.at.saturating_add(1)));
                    }
                    self.unknown.set(before || self.unknown.get());
                    value?
                }
                own => Value::Map(own.iter().filter_map(|member| self.member(member, place)).collect()),
            },
            Value::List(nodes) => {
                let mut filled = Vec::new();
                for each in nodes {
                    match self.fill(each, place) {
                        // A function that makes a list, inside of a list.
                        Some(Node { value: Value::List(inner), .. }) if matches!(each.value, Value::Map(_)) => {
                            filled.extend(inner);
                        }
                        Some(each) => filled.push(each),
                        None => {}
                    }
                }
                Value::List(filled)
            }
            // CloudFormation makes texts of them: account numbers without quotes are principals. Unconfirmed, and what
            // templates of AWS's own rely on.
            Value::Number(number) => Value::Text(Cow::Borrowed(number)),
            Value::Bool(value) => Value::Text(Cow::Borrowed(if *value { "true" } else { "false" })),
            other => other.clone(),
        };
        Some(Node { at: node.at, end: node.end, value })
    }

    fn member(&self, member: &Member<'a>, place: Place) -> Option<Member<'a>> {
        let place = match &*member.name {
            "AWS" => Place::Principal,
            "Resource" | "NotResource" => Place::Resource,
            "Effect" => Place::Effect,
            "Service" => Place::Service,
            "Federated" => Place::Federated,
            "Condition" => Place::Other,
            _ => place,
        };
        let node = self.fill(&member.node, place)?;
        Some(Member { at: member.at, name: member.name.clone(), node })
    }

    fn function(&self, of: &Member<'a>, place: Place) -> Option<Value<'a>> {
        let argument = &of.node;
        let said = match &*of.name {
            "Ref" => {
                let name = text(argument).unwrap_or("Value");
                if name == "AWS::NoValue" {
                    return None;
                }
                self.reference(name)
            }
            "Fn::GetAtt" => match text(argument) {
                Some(path) => self.attribute(path),
                None => self.attribute(&items(argument).iter().filter_map(text).collect::<Vec<_>>().join(".")),
            },
            "Fn::Sub" => {
                let (pattern, own) = match items(argument) {
                    [pattern, own, ..] => (text(pattern), members(own)),
                    [pattern] => (text(pattern), &[][..]),
                    [] => (text(argument), &[][..]),
                };
                self.substituted(pattern.unwrap_or_default(), own)
            }
            "Fn::Join" => {
                let [separator, parts] = items(argument) else { return Some(Value::Text("value".into())) };
                let parts = self.fill(parts, Place::Other);
                let parts = parts.as_ref().map(items).unwrap_or_default();
                parts.iter().filter_map(text).collect::<Vec<_>>().join(text(separator).unwrap_or_default())
            }
            "Fn::If" => {
                let [_, yes, no] = items(argument) else { return Some(Value::Text("value".into())) };
                return self.fill(yes, place).or_else(|| self.fill(no, place)).map(|node| node.value);
            }
            "Fn::Split" => {
                let [separator, whole] = items(argument) else { return Some(Value::Text("value".into())) };
                let whole = self.fill(whole, place)?;
                let whole = text(&whole).unwrap_or_default();
                let parts = match text(separator).filter(|separator| !separator.is_empty()) {
                    Some(separator) => whole.split(separator).map(str::to_owned).collect(),
                    None => Vec::from([whole.to_owned()]),
                };
                let part = |part| Node {
                    at: argument.at,
                    end: argument.end,
                    value: Value::Text(Cow::Owned(plausible(part, place))),
                };
                return Some(Value::List(parts.into_iter().map(part).collect()));
            }
            "Fn::Select" => {
                let [at, list] = items(argument) else { return Some(Value::Text("value".into())) };
                let list = self.fill(list, place)?;
                let at = match &at.value {
                    Value::Number(text) => text.parse().unwrap_or(0),
                    _ => text(at).and_then(|text| text.parse().ok()).unwrap_or(0_usize),
                };
                items(&list).get(at).and_then(text).unwrap_or("value").to_owned()
            }
            "Fn::ImportValue" => {
                let name = self.fill(argument, Place::Other)?;
                self.by_name(text(&name).unwrap_or_default())
            }
            "Fn::FindInMap" => self.by_name(items(argument).iter().filter_map(text).next_back().unwrap_or_default()),
            name => self.by_name(name),
        };
        // The ARN that was begun with says what it is of; only a name in it is not known.
        if matches!(place, Place::Principal | Place::Resource)
            && matches!(&*of.name, "Fn::Sub" | "Fn::Join")
            && begins_arn(argument)
        {
            self.unknown.set(false);
        }
        let said = match place {
            Place::Action(kind) if self.unknown.get() => match kind {
                Kind::Trust => "sts:AssumeRole",
                Kind::Bucket => "s3:GetObject",
                _ => "kms:DescribeKey",
            }
            .to_owned(),
            Place::Effect if self.unknown.get() => "Allow".to_owned(),
            Place::Service if self.unknown.get() => "service.amazonaws.com".to_owned(),
            Place::Federated if self.unknown.get() => format!("arn:aws:iam::{ACCOUNT}:saml-provider/provider"),
            _ => plausible(said, place),
        };
        Some(Value::Text(Cow::Owned(said)))
    }

    /// A value for what only its name is known of.
    fn by_name(&self, name: &str) -> String {
        self.unknown.set(true);
        by_name(name)
    }

    /// `${Name}`, `${Name.Attribute}` and `${!Literal}` in a text.
    fn substituted(&self, pattern: &str, own: &[Member<'a>]) -> String {
        let mut out = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once("${") {
            out.push_str(before);
            let Some((name, tail)) = after.split_once('}') else {
                out.push_str("${");
                rest = after;
                break;
            };
            rest = tail;
            if let Some(literal) = name.strip_prefix('!') {
                out.push_str(&format!("${{{literal}}}"));
            } else if let Some(given) = own.iter().find(|member| member.name == name) {
                let given = self.fill(&given.node, Place::Other);
                out.push_str(given.as_ref().and_then(text).unwrap_or("value"));
            } else if name.contains('.') {
                out.push_str(&self.attribute(name));
            } else {
                out.push_str(&self.reference(name));
            }
        }
        out.push_str(rest);
        out
    }

    fn reference(&self, name: &str) -> String {
        let said = match name {
            "AWS::AccountId" => ACCOUNT,
            "AWS::Region" => "us-east-1",
            "AWS::Partition" => "aws",
            "AWS::URLSuffix" => "amazonaws.com",
            "AWS::StackName" => "stack",
            "AWS::StackId" => "arn:aws:cloudformation:us-east-1:111122223333:stack/stack/1234",
            _ => "",
        };
        if !said.is_empty() {
            return said.to_owned();
        }
        if let Some(parameter) = self.parameters.iter().find(|parameter| parameter.name == name) {
            let given = member(&parameter.node, "Default").and_then(text).filter(|text| !text.is_empty());
            let first = member(&parameter.node, "AllowedValues").and_then(|values| items(values).first());
            return given.or_else(|| first.and_then(text)).map_or_else(|| self.by_name(name), ToString::to_string);
        }
        match self.kind(name) {
            Some("AWS::KMS::Key" | "AWS::KMS::ReplicaKey") => KEY.to_owned(),
            Some("AWS::S3::Bucket") => name.to_ascii_lowercase(),
            Some("AWS::IAM::ManagedPolicy") => format!("arn:aws:iam::{ACCOUNT}:policy/{name}"),
            Some("AWS::SNS::Topic") => format!("arn:aws:sns:us-east-1:{ACCOUNT}:{name}"),
            Some(_) => name.to_owned(),
            None => self.by_name(name),
        }
    }

    fn attribute(&self, path: &str) -> String {
        let (name, attribute) = path.split_once('.').unwrap_or((path, "Arn"));
        if !attribute.ends_with("Arn") {
            return self.by_name(attribute);
        }
        match self.kind(name) {
            Some("AWS::IAM::User") => format!("arn:aws:iam::{ACCOUNT}:user/{name}"),
            Some("AWS::KMS::Key" | "AWS::KMS::ReplicaKey") => {
                format!("arn:aws:kms:us-east-1:{ACCOUNT}:key/{KEY}")
            }
            Some("AWS::S3::Bucket") => format!("arn:aws:s3:::{}", name.to_ascii_lowercase()),
            Some("AWS::IAM::Role") | None => format!("arn:aws:iam::{ACCOUNT}:role/{name}"),
            Some(of) => {
                let service = of.split("::").nth(1).unwrap_or("service").to_ascii_lowercase();
                format!("arn:aws:{service}:us-east-1:{ACCOUNT}:{name}")
            }
        }
    }

    fn kind(&self, name: &str) -> Option<&str> {
        let resource = self.resources.iter().find(|resource| resource.name == name)?;
        member(&resource.node, "Type").and_then(text)
    }
}

/// Whether the text of `Fn::Sub`, or the first one of `Fn::Join`, is the beginning of an ARN.
fn begins_arn(argument: &Node<'_>) -> bool {
    let first = match items(argument) {
        [] => text(argument),
        [pattern, ..] if !text(pattern).unwrap_or_default().is_empty() => text(pattern)
            .filter(|text| text.len() > 1)
            .or_else(|| items(argument).get(1).and_then(|parts| items(parts).first()).and_then(text)),
        [_, parts, ..] => items(parts).first().and_then(text),
        [_] => None,
    };
    first.is_some_and(|text| text.starts_with("arn:"))
}

/// A value that its name suggests.
fn by_name(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let last = name.rsplit([':', '/', '.']).next().unwrap_or(name);
    if lower.contains("arn") {
        format!("arn:aws:iam::{ACCOUNT}:role/{last}")
    } else if lower.contains("account") {
        ACCOUNT.to_owned()
    } else if lower.contains("org") {
        "o-a1b2c3d4e5".to_owned()
    } else if last.is_empty() {
        "value".to_owned()
    } else {
        last.to_owned()
    }
}

/// The value, or one that fits where it stands.
fn plausible(said: String, place: Place) -> String {
    let digits = said.len() == 12 && said.bytes().all(|byte| byte.is_ascii_digit());
    if said.starts_with("arn:") || said == "*" {
        return said;
    }
    let plain: String = said.chars().filter(|c| c.is_ascii_alphanumeric() || "+=,.@_-/".contains(*c)).collect();
    match place {
        Place::Principal if digits => said,
        Place::Principal => format!("arn:aws:iam::{ACCOUNT}:role/{plain}"),
        Place::Resource if !is_wild(&said) => format!("arn:aws:s3:::{}", plain.to_ascii_lowercase()),
        _ => said,
    }
}
