//! Conditions that do not say what they seem to.
//!
//! Sources: IAM User Guide, "IAM JSON policy elements: Condition operators", "Set operators for multivalued context keys";
//! KMS Developer Guide, "AWS KMS condition keys"; authorization.md 3.

use super::{
    actions::{distance, listed},
    keys::{self, Row},
    sheet::{Clause, Line, Raw, Sheet},
};
use crate::policy::{Kind, Set, covered_by, is_wild};
use alloc::{format, vec::Vec};

/// Keys that every signed request has: that they could be absent is no worry.
const ALWAYS: &[&str] = &[
    "aws:PrincipalArn",
    "aws:PrincipalAccount",
    "aws:PrincipalType",
    "aws:userid",
    "aws:CurrentTime",
    "aws:EpochTime",
    "aws:RequestedRegion",
    "aws:SecureTransport",
    "aws:ResourceAccount",
    "aws:ViaAWSService",
    "aws:PrincipalIsAWSService",
    "kms:CallerAccount",
    "kms:KeySpec",
    "kms:KeyUsage",
    "kms:KeyOrigin",
    "kms:MultiRegion",
];

impl Sheet<'_> {
    pub(super) fn conditions(&self, out: &mut Vec<Raw>) {
        for line in &self.lines {
            for clause in &line.conditions {
                let row = keys::find(clause.key);
                match row {
                    None => Self::unknown(line, clause, out),
                    Some(row) => {
                        Self::applies(line, clause, row, out);
                        Self::typed(line, clause, row, out);
                    }
                }
                self.absent(line, clause, row, out);
                Self::wildcards(line, clause, row, out);
            }
            self.networks(line, out);
        }
    }

    fn unknown(line: &Line<'_>, clause: &Clause<'_>, out: &mut Vec<Raw>) {
        if !keys::is_whole(clause.key) {
            return;
        }
        let wanted = clause.key.to_ascii_lowercase();
        let close = keys::all()
            .filter(|_| wanted.len() < 64)
            .map(|row| (distance(&wanted, &row.name.to_ascii_lowercase()), row.name));
        let message = match close.min().filter(|(distance, _)| *distance <= 3) {
            Some((_, near)) => format!("there is no condition key {}; perhaps {near}", clause.key),
            None => format!("there is no condition key {}", clause.key),
        };
        out.push(Self::raw(line, "KMS301", clause.key_at, message));
    }

    /// Whether requests for the statement's actions have the key.
    fn applies(line: &Line<'_>, clause: &Clause<'_>, row: Row, out: &mut Vec<Raw>) {
        if !row.name.starts_with("kms:") || line.actions().is_empty() {
            return;
        }
        let (mut with, mut without) = (false, Vec::new());
        for (_, entry) in line.actions() {
            let (mut some, mut known) = (false, false);
            for action in covered_by(entry) {
                known = true;
                some = some || (action.starts_with("kms:") && row.is_of(action));
            }
            with = with || some || !known;
            if !some && known {
                without.push(*entry);
            }
        }
        if !with {
            let message = format!("requests for {} never have {}", listed(&without), clause.key);
            out.push(Self::raw(line, "KMS302", clause.key_at, message));
        } else if !without.is_empty() && clause.is_positive() {
            let message = format!("requests for {} never have {}, and so do not match", listed(&without), clause.key);
            out.push(Self::raw(line, "KMS303", clause.key_at, message));
        }
    }

    /// Whether operator and key fit.
    fn typed(line: &Line<'_>, clause: &Clause<'_>, row: Row, out: &mut Vec<Raw>) {
        let compares = clause.operator.compares();
        if compares == "Null" {
            return;
        }
        let fits = match (compares, row.of) {
            ("String", "String" | "ARN" | "Bool") | ("Binary", "String") => true,
            // Texts that are ARNs: principals of grants.
            ("ARN", "String") => {
                clause.values.iter().all(|(_, value)| value.starts_with("arn:") || value.contains('$'))
            }
            // Seconds since 1970: the examples of both keys compare numbers.
            ("Numeric", "Date") => clause.is("aws:EpochTime") || clause.is("kms:ValidTo"),
            (a, b) => a == b,
        };
        if !fits {
            let message = format!("{} compares {}, {} is of type {}", clause.name, words(compares), clause.key, row.of);
            out.push(Self::raw(line, "KMS304", clause.at, message));
        }
        for (at, value) in clause.values.iter().filter(|(_, value)| !value.contains("${")) {
            let good = match compares {
                "Bool" => value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false"),
                "Numeric" => value.parse::<f64>().is_ok_and(f64::is_finite),
                "IPAddress" => value.contains(['.', ':']),
                // AWS's own keys of ARNs hold nothing else; what S3's hold is what the request says.
                "String" | "ARN"
                    if row.of == "ARN" && clause.key.get(..4).is_some_and(|is| is.eq_ignore_ascii_case("aws:")) =>
                {
                    value.starts_with("arn:") || value.starts_with(['*', '?'])
                }
                _ => true,
            };
            if !good {
                let compared = if compares == "String" { row.of } else { compares };
                let message = format!("{} compares {}, which {value:?} is not", clause.name, words(compared));
                out.push(Self::raw(line, "KMS304", *at, message));
            }
        }
        match (clause.operator.set, row.multi) {
            (Set::None, true) => {
                let message = format!("{} has several values: {} without a set operator", clause.key, clause.name);
                out.push(Self::raw(line, "KMS307", clause.at, message));
            }
            (Set::All | Set::Any, false) => {
                let message = format!("{} has one value: {} with a set operator", clause.key, clause.name);
                out.push(Self::raw(line, "KMS306", clause.at, message));
            }
            _ => {}
        }
    }

    /// What becomes of requests without the key.
    fn absent(&self, line: &Line<'_>, clause: &Clause<'_>, row: Option<Row>, out: &mut Vec<Raw>) {
        // A grant has operations: the parameter is required.
        let grants =
            clause.is("kms:GrantOperations") && line.actions().iter().all(|(_, entry)| *entry == "kms:CreateGrant");
        let always = grants || ALWAYS.iter().any(|key| clause.is(key)) || line.wants(clause.key);
        let operator = clause.operator;
        if !line.allows {
            let mfa = clause.is("aws:MultiFactorAuthPresent") && operator.compares() == "Bool" && !operator.if_exists;
            if mfa
                && clause.values.iter().any(|(_, value)| value.eq_ignore_ascii_case("false"))
                && !line.wants(clause.key)
            {
                let message =
                    "requests with long-term access keys have no aws:MultiFactorAuthPresent, and are not denied";
                out.push(Self::raw(line, "KMS310", clause.at, message.into()));
            }
            return;
        }
        if always || operator.compares() == "Null" {
            return;
        }
        if operator.set == Set::All {
            let message = format!("a request without {} passes {}", clause.key, clause.name);
            out.push(Self::raw(line, "KMS305", clause.at, message));
        } else if operator.if_exists {
            out.push(Self::raw(
                line,
                "KMS308",
                clause.at,
                format!("a request without {} passes {}", clause.key, clause.name),
            ));
        } else if operator.negated && operator.set == Set::None && self.kind != Kind::Scp {
            let whole = row.is_none_or(|row| row.name != "kms:ViaService");
            if whole {
                let message = format!("a request without {} passes {}", clause.key, clause.name);
                out.push(Self::raw(line, "KMS309", clause.at, message));
            }
        }
    }

    fn wildcards(line: &Line<'_>, clause: &Clause<'_>, row: Option<Row>, out: &mut Vec<Raw>) {
        if !clause.operator.is_literal() || row.is_some_and(|row| !matches!(row.of, "String" | "ARN")) {
            return;
        }
        for (at, value) in &clause.values {
            // `${*}` and `${?}` are the characters themselves.
            if is_wild(&value.replace("${*}", "").replace("${?}", "")) {
                let message = format!("{} compares {value:?} by the letter, wildcards included", clause.name);
                out.push(Self::raw(line, "KMS311", *at, message));
            }
        }
    }

    /// A Deny by network that hits AWS services.
    fn networks(&self, line: &Line<'_>, out: &mut Vec<Raw>) {
        const NETWORK: &[&str] = &["aws:SourceIp", "aws:SourceVpc", "aws:SourceVpce"];
        const PASSES: &[&str] = &[
            "aws:ViaAWSService",
            "aws:PrincipalIsAWSService",
            "aws:CalledVia",
            "aws:CalledViaFirst",
            "kms:ViaService",
        ];
        if line.allows || self.kind == Kind::Bucket {
            return;
        }
        let network = line.conditions.iter().find(|clause| {
            NETWORK.iter().any(|key| clause.is(key)) && clause.operator.negated && !clause.operator.if_exists
        });
        let passes = line.conditions.iter().any(|clause| PASSES.iter().any(|key| clause.is(key)));
        let kms = ["kms:Decrypt", "kms:GenerateDataKey"].iter().any(|action| line.covers(action));
        if let Some(clause) = network.filter(|_| kms && !passes) {
            let message = format!("the Deny by {} hits AWS services that use the key for somebody", clause.key);
            out.push(Self::raw(line, "KMS312", clause.key_at, message));
        }
    }
}

/// What an operator compares.
fn words(compares: &str) -> &'static str {
    match compares {
        "String" => "texts",
        "ARN" => "ARNs",
        "Numeric" => "numbers",
        "Date" => "dates",
        "Bool" => "true and false",
        "Binary" => "bytes",
        _ => "addresses",
    }
}
