//! The table of checks: what `docs/checks.md` and SARIF's rules are made of.
//!
//! Codes are stable: one that is given up is not used again. 0xx: the document; 1xx: principals and the key as a whole;
//! 2xx: actions and resources; 3xx: conditions.

use serde::Serialize;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "the three levels that SARIF has")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Probably not what was meant, or more than is needed.
    Warning,
    /// AWS refuses it, it opens the resource to everybody, or it locks its owner out.
    Error,
}

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Check {
    /// The stable name, such as `KMS101`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it finds.
    pub title: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// What to do about it.
    pub fix: &'static str,
}

macro_rules! checks {
    ($($code:ident $severity:ident $title:literal $why:literal $fix:literal)*) => {
        /// Every check, by code.
        pub static CHECKS: &[Check] = &[$(Check {
            code: stringify!($code),
            severity: Severity::$severity,
            title: $title,
            why: $why,
            fix: $fix,
        }),*];
    };
}

checks! {
    KMS001 Error "AWS refuses the policy"
        "The call that stores the policy fails with the sentence that is quoted. Only the first mistake is reported, as \
         AWS does."
        "Mend what the finding names and check again."
    KMS002 Note "The policy could not be checked"
        "The file has a policy here whose text is not known yet, such as one that Terraform computes on apply."
        "Check the policy where its text is known: in the state after the apply, or with `kms get-key-policy`."
    KMS003 Warning "An empty list"
        "A list without entries matches nothing (or, in a negated element, everything): the statement does not do what \
         it seems to."
        "Name what the list is about, or leave the statement out."
    KMS004 Warning "Two statements have the same Sid"
        "Explanations, reviews and tools name statements by their Sid; IAM refuses such a policy, KMS takes it."
        "Give each statement a Sid of its own."
    KMS005 Warning "Policy variables without version 2012-10-17"
        "Variables such as ${aws:username} came with version 2012-10-17. In an older version, or without one, they are \
         plain text that no request has."
        "Write \"Version\": \"2012-10-17\"."
    KMS006 Note "No current version"
        "Without a Version the policy is of 2008-10-17, which has no policy variables."
        "Write \"Version\": \"2012-10-17\"."

    KMS101 Error "Everybody may use it"
        "A principal \"*\" in an Allow is every AWS principal of every account, and unsigned requests too. No condition \
         of the statement limits it to accounts, organizations, networks or sources. (kms:ViaService alone does not: \
         every account can use the service.)"
        "Name the principals, or add a condition such as aws:PrincipalOrgID, kms:CallerAccount or aws:SourceAccount."
    KMS102 Warning "Allow with NotPrincipal"
        "It allows everybody but those who are named: every other account, and unsigned requests."
        "Name in Principal who is allowed; NotPrincipal belongs into Deny, and a condition on aws:PrincipalArn is \
         better there too."
    KMS103 Warning "A wildcard inside of a principal"
        "A principal is \"*\" or one whole name. AWS refuses wildcards inside of an ARN, and where they were stored \
         long ago they match nobody."
        "Name the account, and compare aws:PrincipalArn with a pattern in a condition (ArnLike)."
    KMS104 Warning "Another account as a whole"
        "The administrators of that account decide which of its users and roles come in, without asking again."
        "Name the role that needs it, or narrow the statement by a condition, if the other account does not have to \
         decide for itself."
    KMS105 Note "A principal of another account"
        "Cross-account use needs an Allow in the other account too, and is billed and logged in both."
        "Nothing, if it is meant."
    KMS106 Warning "Every permission on the key for one principal"
        "The principal can use the key, change its policy, make grants and schedule its deletion: administration and \
         use are not kept apart."
        "List the actions that are needed: those of administrators in one statement, those of users in another."
    KMS107 Note "A service without a source"
        "The service calls for any of its customers. A condition on the source keeps other accounts' resources from \
         using the key through it (the confused deputy)."
        "Add a condition on aws:SourceAccount or aws:SourceArn, if the service sends them."
    KMS108 Warning "The principal was deleted"
        "AWS shows a unique id (AIDA…, AROA…) in place of an ARN when the user or role is gone. A new one of the same \
         name does not match."
        "Remove the id, or name the new user or role by its ARN."
    KMS109 Error "Nobody can change the key policy any more"
        "Without an Allow of kms:PutKeyPolicy for somebody the policy can never be changed: PutKeyPolicy refuses it \
         (\"The new key policy will not allow you to update the key policy in the future.\") unless the check is \
         bypassed, and then only AWS Support can help."
        "Allow kms:* to the account: {\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \
         \"arn:aws:iam::111122223333:root\"}, \"Action\": \"kms:*\", \"Resource\": \"*\"}."
    KMS110 Warning "IAM policies have no effect on the key"
        "Only a statement that allows the account (its root principal) makes IAM policies count. Without it the key \
         policy and grants alone decide, and when the users and roles in it are deleted nobody can manage the key."
        "Allow kms:* to the account, if IAM policies are to count."
    KMS111 Warning "An identity provider without a condition on whom it vouches for"
        "Every user of the identity provider may assume the role: with a public one, such as GitHub, everybody."
        "Add a condition on the subject, such as token.actions.githubusercontent.com:sub."

    KMS201 Warning "There is no such action"
        "AWS stores the policy, but no request ever has this action: the permission is missing, or the denial does not \
         deny."
        "Mend the spelling."
    KMS202 Warning "An action that has no business in this kind of policy"
        "A key policy is asked about actions of KMS only, a bucket policy about those of S3: the entry has no effect."
        "Move it to the policy that is asked, such as an IAM policy."
    KMS203 Warning "Grants without limits"
        "Who may create grants can give the key to anybody, for any operation that a grant can hold."
        "Add a condition: Bool kms:GrantIsForAWSResource true for AWS services, or kms:GrantOperations, \
         kms:GranteePrincipal and the like."
    KMS204 Note "Decryption with every key"
        "The statement allows decryption with every key whose policy lets IAM policies count, in other accounts too."
        "Name the keys by their ARNs, or narrow by kms:ResourceAliases, aws:ResourceTag or kms:ViaService."
    KMS205 Warning "Every permission on every key"
        "With kms:* on all keys one principal can read everything, change every key policy and schedule deletions."
        "List the actions that are needed, and the keys."
    KMS206 Warning "Allow with NotAction"
        "It allows everything but what is listed: every other service, and actions that do not exist yet."
        "List in Action what is allowed."
    KMS207 Warning "The resource never fits the action"
        "Actions on no key (kms:ListKeys, kms:CreateKey and the like) have the resource \"*\", which no ARN in the list \
         matches; actions on a key have the key's ARN, and never one of another service. Of S3, s3:ListBucket and the like \
         have the bucket's ARN, s3:GetObject and the like one with a slash and the object's key."
        "Give actions on no key a statement of their own with \"Resource\": \"*\", and those on keys the ARNs of keys; those \
         on buckets arn:aws:s3:::bucket, those on objects arn:aws:s3:::bucket/*."
    KMS208 Warning "An alias as resource"
        "A request for a key has the key's ARN as resource even when the caller names an alias. Alias ARNs match only \
         kms:CreateAlias, kms:UpdateAlias and kms:DeleteAlias."
        "Name the key's ARN, or use \"*\" with a condition on kms:RequestAlias or kms:ResourceAliases."
    KMS209 Warning "Resource of a key policy is not \"*\""
        "The resource of a key policy is its own key, written \"*\". A statement with an ARN of another key (or of this \
         one, once the policy is copied) does not match."
        "Write \"Resource\": \"*\"."

    KMS210 Warning "Allow with NotResource"
        "It allows the actions on everything but what is listed: resources of other accounts and other services, and \
         those that do not exist yet."
        "List in Resource what is allowed, and deny the exceptions."
    KMS211 Warning "An ARN that no resource has"
        "The Region or the account in the ARN is none: a segment is missing or too many, or a placeholder was left. The \
         entry matches nothing."
        "Write the ARN as arn:partition:service:region:account:resource; an account has 12 digits."
    KMS301 Warning "There is no such condition key"
        "A key that no request has is absent: most operators never match, negated ones always do."
        "Mend the spelling."
    KMS302 Warning "The condition key is never there for these actions"
        "No request for an action of the statement has the key: most operators never match, negated ones always do."
        "Move the condition to a statement of the actions that have the key, or choose another key."
    KMS303 Note "The condition key is there for some of the actions only"
        "Requests for the other actions of the statement do not have the key, and so do not match."
        "Give those actions a statement of their own without the condition."
    KMS304 Warning "The operator does not fit the key or the value"
        "An operator compares values of its own type. Others never match (a number is no date), or match by the letter: \
         a range of addresses is no text."
        "Use the operator of the key's type."
    KMS305 Warning "ForAllValues in an Allow, without asking whether the key is there"
        "ForAllValues is true for a request without the key: leaving the key out passes the condition."
        "Add \"Null\": {\"the key\": \"false\"}, or use ForAnyValue."
    KMS306 Note "A set operator on a key with one value"
        "ForAllValues and ForAnyValue are for keys with several values. On a key with one they change what happens \
         when it is absent, and nothing else."
        "Use the operator without the prefix."
    KMS307 Warning "A key with several values, without a set operator"
        "Without ForAllValues or ForAnyValue the comparison with a list of values does not match."
        "Put ForAnyValue: or ForAllValues: before the operator."
    KMS308 Warning "IfExists in an Allow"
        "Requests without the key pass the condition. The keys that are to keep strangers out are absent for some of \
         them."
        "Leave IfExists out, or add \"Null\": {\"the key\": \"false\"}."
    KMS309 Warning "Negated operator in an Allow"
        "StringNotEquals and its like are true for a request without the key: leaving the key out passes the condition."
        "Say what is allowed with a positive operator, deny the rest, or add \"Null\": {\"the key\": \"false\"}."
    KMS310 Warning "Bool in a Deny does not see absent keys"
        "aws:MultiFactorAuthPresent is absent for long-term access keys: the statement does not deny them."
        "Use BoolIfExists."
    KMS311 Warning "A wildcard that is compared by the letter"
        "StringEquals knows no wildcards: a * in its value matches nothing but a *."
        "Use StringLike (StringNotLike), or ArnLike for ARNs."
    KMS312 Note "A Deny by address or network stops AWS services too"
        "A service that uses the key for somebody calls from its own network: aws:SourceIp, aws:SourceVpc and \
         aws:SourceVpce are then absent or different, and the Deny hits it."
        "Let services pass: add \"Bool\": {\"aws:ViaAWSService\": \"false\"} and \"aws:PrincipalIsAWSService\": \
         \"false\" to the condition."
}

/// The row of `code`.
pub(super) fn row(code: &str) -> Option<&'static Check> {
    CHECKS.iter().find(|row| row.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_and_sentences_end() {
        assert!(CHECKS.is_sorted_by(|a, b| a.code < b.code));
        for row in CHECKS {
            assert!(row.why.ends_with('.') || row.why.ends_with(".)"), "{}", row.code);
            assert!(row.fix.ends_with('.') && !row.title.ends_with('.'), "{}", row.code);
        }
    }
}
