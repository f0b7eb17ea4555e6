//! What is allowed, and on what.
//!
//! Sources: KMS Developer Guide, "AWS KMS permissions", "Best practices for IAM policies", "Specifying KMS keys in IAM
//! policy statements"; IAM User Guide, "AWS JSON policy elements: NotAction".

use super::{
    principals::{is_all_keys, is_everything, is_of_accounts},
    sheet::{Line, Raw, Sheet},
};
use crate::base::{AccountId, Region};
use crate::policy::{Kind, covered_by, has_no_resource, is_wild, siblings};
use alloc::{format, string::String, vec::Vec};

/// Conditions that limit what a grant can give, to whom, or who makes it for whom.
const GRANT_LIMITS: &[&str] = &[
    "kms:GrantIsForAWSResource",
    "kms:GrantOperations",
    "kms:GrantConstraintType",
    "kms:GrantConstraintSourceArn",
    "kms:GranteePrincipal",
    "kms:GranteeServicePrincipal",
    "kms:ViaService",
];

impl Sheet<'_> {
    pub(super) fn actions(&self, out: &mut Vec<Raw>) {
        for line in &self.lines {
            if let Some((at, true, _)) = line.draft.action
                && line.allows
                && !matches!(self.kind, Kind::Scp)
            {
                let message = format!("{} allows everything but what is listed", line.name());
                out.push(Self::raw(line, "KMS206", at, message));
            }
            if let Some((at, true, _)) = line.draft.resource
                && line.allows
                && !matches!(self.kind, Kind::Scp)
            {
                let message = format!("{} allows its actions on everything but what is listed", line.name());
                out.push(Self::raw(line, "KMS210", at, message));
            }
            for (at, entry) in line.draft.action.iter().flat_map(|(_, _, entries)| entries) {
                self.entry(line, *at, entry, out);
            }
            for (at, entry) in line.draft.resource.iter().flat_map(|(_, _, entries)| entries) {
                if let Some(wrong) = nobodys(entry) {
                    out.push(Self::raw(line, "KMS211", *at, format!("{entry}: {wrong}")));
                }
            }
            self.grants(line, out);
            match self.kind {
                Kind::Identity if line.allows => Self::everything(line, out),
                Kind::Key => {
                    for (at, entry) in line.resources().iter().filter(|(_, entry)| *entry != "*") {
                        let message = format!("the resource {entry} is compared with the key's ARN");
                        out.push(Self::raw(line, "KMS209", *at, message));
                    }
                }
                _ => {}
            }
            if matches!(self.kind, Kind::Identity | Kind::Boundary | Kind::Session | Kind::Scp) {
                Self::misfits(line, out);
            }
            Self::buckets_and_objects(line, out);
        }
    }

    fn entry(&self, line: &Line<'_>, at: usize, entry: &str, out: &mut Vec<Raw>) {
        if entry != "*" && siblings(entry).next().is_some() && covered_by(entry).next().is_none() {
            let near = if is_wild(entry) { None } else { near(entry) };
            let message = match near {
                Some(near) => format!("there is no action {entry}; perhaps {near}"),
                None if is_wild(entry) => format!("no action fits {entry}"),
                None => format!("there is no action {entry}"),
            };
            out.push(Self::raw(line, "KMS201", at, message));
            return;
        }
        let own: &[&str] = match self.kind {
            Kind::Key => &["kms"],
            Kind::Bucket => &["s3"],
            _ => return,
        };
        let service = entry.split(':').next().unwrap_or_default();
        let negated = line.draft.action.as_ref().is_some_and(|(_, negated, _)| *negated);
        if entry != "*" && entry.contains(':') && !negated && !own.iter().any(|own| own.eq_ignore_ascii_case(service)) {
            let what = if self.kind == Kind::Key { "key" } else { "bucket" };
            out.push(Self::raw(line, "KMS202", at, format!("a {what} policy is never asked about {entry}")));
        }
    }

    /// Who may create grants. Patterns for everything have findings of their own.
    fn grants(&self, line: &Line<'_>, out: &mut Vec<Raw>) {
        if !line.allows || !matches!(self.kind, Kind::Key | Kind::Identity) || is_of_accounts(line) {
            return;
        }
        let gives = |entry: &str| !is_everything(entry) && covered_by(entry).any(|known| known == "kms:CreateGrant");
        let limited = line.conditions.iter().any(|clause| {
            GRANT_LIMITS.iter().any(|key| clause.is(key))
                && clause.operator.compares() != "Null"
                && !clause.operator.if_exists
        });
        if let Some((at, entry)) = line.actions().iter().find(|(_, entry)| gives(entry)).filter(|_| !limited) {
            out.push(Self::raw(line, "KMS203", *at, format!("{entry} allows grants to anybody for anything")));
        }
    }

    /// Permissions of an identity policy on every key.
    fn everything(line: &Line<'_>, out: &mut Vec<Raw>) {
        let Some((at, resource)) = line.resources().iter().find(|(_, resource)| is_all_keys(resource)) else { return };
        if !line.conditions.is_empty() {
            return;
        }
        if let Some((at, entry)) = line.actions().iter().find(|(_, entry)| is_everything(entry)) {
            out.push(Self::raw(line, "KMS205", *at, format!("{entry} on {resource} is every permission on every key")));
            return;
        }
        let decrypts = ["kms:Decrypt", "kms:ReEncryptFrom"];
        let found = line.actions().iter().find(|(_, entry)| covered_by(entry).any(|known| decrypts.contains(&known)));
        if let Some((_, entry)) = found {
            out.push(Self::raw(line, "KMS204", *at, format!("{entry} is allowed on {resource}: with every key")));
        }
    }

    /// Actions on objects beside buckets, and the other way round. Source: Service Authorization Reference, Amazon S3.
    fn buckets_and_objects(line: &Line<'_>, out: &mut Vec<Raw>) {
        let resources = line.resources();
        let plain = |resource: &str| resource.split_once(":s3:::").map(|(_, rest)| String::from(rest));
        let Some(names) = resources.iter().map(|(_, resource)| plain(resource)).collect::<Option<Vec<_>>>() else {
            return;
        };
        if names.is_empty() {
            return;
        }
        // A star runs over slashes: the name of a bucket that ends in one covers objects, too.
        let no_bucket = names.iter().all(|name| name.contains('/'));
        let no_object = names.iter().all(|name| !name.contains('/') && !is_wild(name) && !name.contains('$'));
        for (at, entry) in line.actions().iter().filter(|(_, entry)| !is_wild(entry)) {
            let Some(known) = covered_by(entry).next().and_then(|known| known.strip_prefix("s3:")) else { continue };
            let on_buckets =
                ["GetBucket", "ListBucket", "PutBucket", "DeleteBucket"].iter().any(|of| known.starts_with(of));
            let on_objects = known.contains("Object") && !known.contains("Bucket") && !known.contains("ObjectLambda");
            let wrong = match () {
                () if on_buckets && no_bucket => "acts on buckets, and every resource is an object",
                () if on_objects && no_object => "acts on objects, and every resource is a bucket",
                () => continue,
            };
            out.push(Self::raw(line, "KMS207", *at, format!("{entry} {wrong}")));
        }
    }

    /// Actions and resources that never meet.
    fn misfits(line: &Line<'_>, out: &mut Vec<Raw>) {
        let resources = line.resources();
        if resources.is_empty() || resources.iter().any(|(_, resource)| matches!(*resource, "*" | "arn:*")) {
            return;
        }
        for (at, entry) in line.actions().iter().filter(|(_, entry)| !is_wild(entry)) {
            let mut known = covered_by(entry);
            if known.next().is_some_and(|known| known.starts_with("kms:") && has_no_resource(known)) {
                out.push(Self::raw(
                    line,
                    "KMS207",
                    *at,
                    format!("{entry} has the resource \"*\", which is not listed"),
                ));
            }
        }
        let service = |resource: &str| resource.split(':').nth(2).is_none_or(|name| name == "kms" || is_wild(name));
        if !resources.iter().any(|(_, resource)| service(resource)) {
            for (at, entry) in line.actions().iter().filter(|(_, entry)| entry.starts_with("kms:")) {
                let mut known = covered_by(entry);
                if known.any(|known| !has_no_resource(known)) {
                    out.push(Self::raw(line, "KMS207", *at, format!("{entry} acts on keys, and no resource is one")));
                }
            }
        }
        for (at, resource) in resources.iter().filter(|(_, resource)| resource.contains(":alias/")) {
            // Both the alias and its key are asked for when an alias is made.
            let only = line.actions().iter().filter(|(_, entry)| {
                let mut known = covered_by(entry).peekable();
                known.peek().is_some_and(|known| known.starts_with("kms:"))
                    && !known.any(|known| known.ends_with("Alias"))
            });
            let only: Vec<&str> = only.map(|(_, entry)| *entry).collect();
            if let Some(first) = only.first() {
                let message = format!("{resource} never is the resource of {first}");
                out.push(Self::raw(line, "KMS208", *at, message));
            }
        }
    }
}

/// What is wrong with the Region or the account of a resource's ARN. AWS writes words for accounts of its own (`aws`,
/// `amazon`, `aws-marketplace`).
fn nobodys(entry: &str) -> Option<String> {
    let mut segments = entry.splitn(6, ':').skip(3);
    let (region, account) = (segments.next()?, segments.next()?);
    let open = |text: &str| text.is_empty() || is_wild(text) || text.contains('$');
    if !open(region) && region.parse::<Region>().is_err() {
        return Some(format!("{region:?} is no Region"));
    }
    let own = account.starts_with("aws") || account.starts_with("amazon");
    (!open(account) && !own && account.parse::<AccountId>().is_err()).then(|| format!("{account:?} is no account"))
}

/// The action that is spelled most like `entry`, if one is close.
fn near(entry: &str) -> Option<&'static str> {
    if entry.len() > 64 {
        return None;
    }
    let wanted = entry.to_ascii_lowercase();
    // `kms:ReEncrypt` is an operation, and two actions.
    let longer = siblings(entry).find(|known| known.to_ascii_lowercase().starts_with(&wanted) && entry.len() > 8);
    let close = siblings(entry).map(|known| (distance(&wanted, &known.to_ascii_lowercase()), known));
    longer.or_else(|| close.min().filter(|(distance, _)| *distance <= 3).map(|(_, known)| known))
}

/// How many letters have to be added, removed or changed.
pub(super) fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, x) in (1_usize..).zip(a.bytes()) {
        let mut before = at;
        let mut diagonal = at.saturating_sub(1);
        let mut next = Vec::with_capacity(row.len());
        next.push(at);
        for (y, above) in b.bytes().zip(row.iter().skip(1)) {
            let changed = diagonal.saturating_add(usize::from(x != y));
            let best = changed.min(above.saturating_add(1)).min(before.saturating_add(1));
            diagonal = *above;
            before = best;
            next.push(best);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

/// Names, with commas.
pub(super) fn listed(names: &[&str]) -> String {
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling() {
        let cases = [("", "", 0), ("abc", "", 3), ("", "ab", 2), ("kitten", "sitting", 3), ("same", "same", 0)];
        for (a, b, want) in cases {
            assert_eq!(distance(a, b), want, "{a} {b}");
        }
        assert_eq!(near("kms:Decrpyt"), Some("kms:Decrypt"));
        assert_eq!(near("kms:ReEncrypt"), Some("kms:ReEncryptFrom"));
        assert_eq!(near("kms:Frobnicate"), None);
    }
}
