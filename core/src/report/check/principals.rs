//! Who is let in: everybody, other accounts, services; and whether the owner of a key is locked out.
//!
//! Sources: IAM User Guide, "AWS JSON policy elements: Principal", "The confused deputy problem"; KMS Developer Guide,
//! "Default key policy", "Creating a key policy"; authorization.md 1.10 (lockout check) and 5.

use super::sheet::{Clause, Line, Raw, Sheet};
use crate::policy::{Kind, List, covered_by, is_wild};
use alloc::{format, vec::Vec};

/// Keys that say where a request comes from or on whose behalf: a condition on one keeps strangers out.
const LIMITS: &[&str] = &[
    "kms:CallerAccount",
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalServiceName",
    "aws:PrincipalServiceNamesList",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceOwner",
    "aws:SourceVpc",
    "aws:SourceVpcArn",
    "aws:SourceVpce",
    "aws:SourceIp",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
    "aws:userid",
    "sts:ExternalId",
    "s3:DataAccessPointAccount",
    "s3:DataAccessPointArn",
];

/// Whether the condition lets only named accounts, organizations, networks or sources pass.
fn limits(clause: &Clause<'_>) -> bool {
    let known = LIMITS.iter().any(|key| clause.is(key));
    known && clause.is_positive() && !clause.values.is_empty() && !clause.values.iter().any(|(_, value)| is_open(value))
}

/// Whether the value takes in every account.
fn is_open(value: &str) -> bool {
    if value.starts_with("arn:") {
        let parts: Vec<&str> = value.splitn(6, ':').collect();
        // The account, or for resources without one (buckets) their name.
        return match parts.as_slice() {
            [_, _, _, _, "", resource] => resource.starts_with('*'),
            [_, _, _, _, account, _] => is_wild(account),
            _ => true,
        };
    }
    let fixed = value.bytes().filter(|byte| !matches!(byte, b'*' | b'?' | b':' | b'/')).count();
    fixed < 2 || value.ends_with("/0")
}

/// The account of a principal of the `AWS` list, and whether it is the account as a whole.
fn account(text: &str) -> Option<(&str, bool)> {
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some((text, true));
    }
    let mut parts = text.strip_prefix("arn:")?.splitn(5, ':').skip(1);
    let (_, _, account, resource) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    Some((account, resource == "root"))
}

/// Whether the statement names accounts as a whole only.
pub(super) fn is_of_accounts(line: &Line<'_>) -> bool {
    let whole = |(list, (_, text)): &(List, (usize, &str))| *list == List::Aws && account(text).is_some_and(|(_, w)| w);
    !line.principals().is_empty() && line.principals().iter().all(whole)
}

fn is_everybody(list: List, text: &str) -> bool {
    list == List::Everyone || (list == List::Aws && text == "*")
}

impl Sheet<'_> {
    pub(super) fn principals(&self, out: &mut Vec<Raw>) {
        if !self.kind.has_principals() || self.kind == Kind::Rcp {
            return;
        }
        let own = self.own_account();
        for line in &self.lines {
            self.everybody(line, out);
            for (list, (at, text)) in line.principals() {
                match list {
                    List::Aws if *text != "*" => self.aws(line, *at, text, own, out),
                    List::Service if line.allows && self.kind != Kind::Trust => Self::service(line, *at, text, out),
                    List::Federated if line.allows && self.kind == Kind::Trust => Self::federated(line, *at, text, out),
                    _ => {}
                }
            }
        }
        if self.kind == Kind::Key && !self.lines.is_empty() {
            self.whole_key(out);
        }
    }

    fn everybody(&self, line: &Line<'_>, out: &mut Vec<Raw>) {
        let Some((at, negated, _)) = &line.draft.principal else { return };
        if *negated && line.allows {
            out.push(Self::raw(line, "KMS102", *at, format!("{} allows everybody who is not named", line.name())));
        }
        let everybody = line.principals().iter().find(|(list, (_, text))| is_everybody(*list, text));
        let Some((_, (at, _))) = everybody.filter(|_| line.allows && !line.conditions.iter().any(limits)) else {
            return;
        };
        if self.kind == Kind::Endpoint {
            return; // the policy of an endpoint is one limit among others, and "*" its default
        }
        let what = match self.kind {
            Kind::Trust => "assume the role",
            Kind::Bucket => "use the bucket",
            _ => "use the key",
        };
        let message = if line.conditions.is_empty() {
            format!("{} lets everybody {what}: Principal \"*\" without a condition", line.name())
        } else {
            let keys: Vec<&str> = line.conditions.iter().map(|clause| clause.key).collect();
            let keys = keys.join(", ");
            format!(
                "{} lets everybody {what}: its conditions ({keys}) name no account, organization or source",
                line.name()
            )
        };
        out.push(Self::raw(line, "KMS101", *at, message));
    }

    /// The account of the key, as far as its policy tells: the one that may do everything, or the only one.
    fn own_account(&self) -> Option<&str> {
        let root =
            |line: &&Line<'_>| line.allows && line.covers("kms:PutKeyPolicy") && line.covers("kms:ScheduleKeyDeletion");
        let whole =
            |(list, (_, text)): &(List, (usize, &str))| *list == List::Aws && account(text).is_some_and(|(_, w)| w);
        let delegates = self.lines.iter().filter(root).flat_map(Line::principals).find(|entry| whole(entry));
        delegates.and_then(|(_, (_, text))| account(text)).map(|(account, _)| account)
    }

    fn aws(&self, line: &Line<'_>, at: usize, text: &str, own: Option<&str>, out: &mut Vec<Raw>) {
        if is_wild(text) {
            out.push(Self::raw(line, "KMS103", at, format!("{text} has a wildcard: it is no principal")));
            return;
        }
        let id = |prefix: &str| {
            text.starts_with(prefix) && text.len() > 15 && text.bytes().all(|b| b.is_ascii_alphanumeric())
        };
        if ["AIDA", "AROA"].iter().any(|prefix| id(prefix)) {
            out.push(Self::raw(line, "KMS108", at, format!("{text} is the id of a user or role that was deleted")));
            return;
        }
        let Some((account, whole)) = account(text).filter(|_| line.allows && self.kind == Kind::Key) else { return };
        let foreign = own.filter(|own| *own != account);
        if let Some(own) = foreign {
            if whole && !line.conditions.iter().any(Clause::is_positive) {
                let message = format!("account {account} as a whole may use the key of account {own}");
                out.push(Self::raw(line, "KMS104", at, message));
            } else {
                let message = format!("{text} is of another account than the key, {own}");
                out.push(Self::raw(line, "KMS105", at, message));
            }
        }
        if !whole || foreign.is_some() {
            let mut entries = line.actions().iter();
            if let Some((at, entry)) = entries.find(|(_, entry)| is_everything(entry)) {
                out.push(Self::raw(line, "KMS106", *at, format!("{entry} gives {text} every permission on the key")));
            }
        }
    }

    fn service(line: &Line<'_>, at: usize, text: &str, out: &mut Vec<Raw>) {
        const SOURCES: &[&str] = &[
            "aws:SourceAccount",
            "aws:SourceArn",
            "aws:SourceOrgID",
            "aws:SourceOrgPaths",
            "aws:SourceOwner",
            "kms:CallerAccount",
        ];
        // CloudTrail and CloudWatch Logs put their ARN into the encryption context.
        let names = |clause: &Clause<'_>| {
            SOURCES.iter().any(|key| clause.is(key))
                || clause.key.to_ascii_lowercase().starts_with("kms:encryptioncontext:")
        };
        if !line.conditions.iter().any(names) {
            let message = format!("{text} may use it for any of its customers: no condition names a source");
            out.push(Self::raw(line, "KMS107", at, message));
        }
    }

    fn federated(line: &Line<'_>, at: usize, text: &str, out: &mut Vec<Raw>) {
        let web = line.covers("sts:AssumeRoleWithWebIdentity");
        let subject = |clause: &Clause<'_>| {
            let open =
                clause.values.iter().any(|(_, value)| value.bytes().all(|byte| matches!(byte, b'*' | b'?' | b':')));
            clause.is_positive() && !open && !clause.key.ends_with(":aud")
        };
        // Cognito names its identity pool as audience: that is whom it vouches for.
        let pool = |clause: &Clause<'_>| clause.is("cognito-identity.amazonaws.com:aud");
        if web && !line.conditions.iter().any(|clause| subject(clause) || pool(clause)) {
            let message = format!("everybody whom {text} vouches for may assume the role");
            out.push(Self::raw(line, "KMS111", at, message));
        }
    }

    /// Whether somebody can change the policy, and whether IAM policies count.
    fn whole_key(&self, out: &mut Vec<Raw>) {
        let named = |line: &Line<'_>| {
            let aws = |(list, (_, text)): &(List, (usize, &str))| {
                matches!(list, List::Aws | List::Everyone) && !text.is_empty()
            };
            line.draft.principal.as_ref().is_some_and(|(_, negated, entries)| *negated || entries.iter().any(aws))
        };
        let own_key = |line: &Line<'_>| {
            line.draft.resource.is_none() || line.resources().iter().any(|(_, entry)| is_all_keys(entry))
        };
        let changes = |line: &Line<'_>| line.covers("kms:PutKeyPolicy") && named(line) && own_key(line);
        let denied = |line: &&Line<'_>| {
            let everybody = line.principals().iter().any(|(list, (_, text))| is_everybody(*list, text));
            !line.allows && line.conditions.is_empty() && everybody && changes(line)
        };
        if let Some(line) = self.lines.iter().find(denied) {
            let message = format!("{} denies kms:PutKeyPolicy to everybody", line.name());
            out.push(Self::raw(line, "KMS109", line.draft.at, message));
        } else if !self.lines.iter().any(|line| line.allows && changes(line)) {
            out.push(Raw::new("KMS109", self.root.at, "no statement allows anybody kms:PutKeyPolicy"));
        }
        let root = |line: &Line<'_>| {
            let whole = |(list, (_, text)): &(List, (usize, &str))| {
                *list == List::Aws && account(text).is_some_and(|(_, whole)| whole)
            };
            let everybody = |(list, (_, text)): &(List, (usize, &str))| is_everybody(*list, text);
            line.allows && line.principals().iter().any(|entry| whole(entry) || everybody(entry))
        };
        if !self.lines.iter().any(root) {
            let message = "no statement allows the account (arn:aws:iam::…:root): IAM policies do not count";
            out.push(Raw::new("KMS110", self.root.at, message));
        }
    }
}

/// Whether the pattern gives both the use of a key and its administration.
pub(super) fn is_everything(entry: &str) -> bool {
    let covers = |action: &str| covered_by(entry).any(|known| known == action);
    is_wild(entry) && covers("kms:Decrypt") && covers("kms:PutKeyPolicy")
}

/// Whether the resource is every key.
pub(super) fn is_all_keys(resource: &str) -> bool {
    if resource == "*" {
        return true;
    }
    let name = resource.strip_prefix("arn:").and_then(|rest| rest.splitn(5, ':').nth(4));
    resource.contains(":kms:") && matches!(name, Some("*" | "key/*"))
}
