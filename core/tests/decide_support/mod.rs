//! A request as it is usual: a key policy of four statements, two identity-based policies, a service control policy, one
//! condition. Used by the benchmark and by the test that counts allocations.

use kmslab::base::AccountId;
use kmslab::policy::{
    Context, Kind, Level, Named, Policies, Policy, PrincipalSide, Query, Requester, RequesterKind, ResourceKind,
    ResourceSide,
};
use std::sync::Arc;

pub(crate) const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/// Everything that [`Query`] borrows.
#[derive(Debug)]
pub(crate) struct Usual {
    requester: Requester,
    action: &'static str,
    context: Context,
    pub(crate) policies: Policies,
}

fn named(kind: Kind, name: &str, text: &str) -> Result<Named, String> {
    let policy = Policy::parse(kind, text).map_err(|error| error.to_string())?;
    Ok(Named { name: name.into(), arn: None, policy: Arc::new(policy) })
}

impl Usual {
    /// With `others` further statements in the key policy, each for another role.
    pub(crate) fn new(others: usize) -> Result<Self, String> {
        let other = |n: usize| {
            format!(
                r#"{{"Effect": "Allow", "Principal": {{"AWS": "arn:aws:iam::111122223333:role/other-{n}"}},
                   "Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Resource": "*"}},"#
            )
        };
        let others: String = (0..others).map(other).collect();
        let key = format!(
            r#"{{"Version": "2012-10-17", "Id": "key-consolepolicy-3", "Statement": [{others}
            {{"Sid": "Enable IAM User Permissions", "Effect": "Allow",
              "Principal": {{"AWS": "arn:aws:iam::111122223333:root"}}, "Action": "kms:*", "Resource": "*"}},
            {{"Sid": "Allow access for Key Administrators", "Effect": "Allow",
              "Principal": {{"AWS": "arn:aws:iam::111122223333:role/KeyAdmin"}},
              "Action": ["kms:Create*", "kms:Describe*", "kms:Enable*", "kms:List*", "kms:Put*", "kms:Update*",
                         "kms:Revoke*", "kms:Disable*", "kms:Get*", "kms:Delete*", "kms:ScheduleKeyDeletion"],
              "Resource": "*"}},
            {{"Sid": "Allow use of the key", "Effect": "Allow",
              "Principal": {{"AWS": "arn:aws:iam::111122223333:role/Producer"}},
              "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
              "Resource": "*"}},
            {{"Sid": "Allow attachment of persistent resources", "Effect": "Allow",
              "Principal": {{"AWS": "arn:aws:iam::111122223333:role/Producer"}},
              "Action": ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"], "Resource": "*",
              "Condition": {{"Bool": {{"kms:GrantIsForAWSResource": "true"}}}}}}]}}"#
        );
        let reads = r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "*"},
            {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/*",
             "Condition": {"StringEquals": {"kms:EncryptionContext:AppName": "Payments"}}}]}"#;
        let logs = r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "logs:*", "Resource": "arn:aws:logs:*:111122223333:log-group:/app/*"},
            {"Effect": "Deny", "Action": "kms:ScheduleKeyDeletion", "Resource": "*"}]}"#;
        let full = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
        let guard = r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Deny", "Action": ["kms:DisableKey", "kms:ScheduleKeyDeletion"], "Resource": "*"},
            {"Effect": "Deny", "NotAction": ["iam:*", "sts:*", "kms:*"], "Resource": "*",
             "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["us-east-1", "eu-west-1"]}}}]}"#;
        let account = "111122223333".parse().map_err(|_| "bad account")?;
        let principal = PrincipalSide {
            identity: vec![named(Kind::Identity, "reads", reads)?, named(Kind::Identity, "logs", logs)?],
            boundary: None,
            session: None,
            scp: Some(vec![Level {
                name: "account".into(),
                policies: vec![named(Kind::Scp, "FullAWSAccess", full)?, named(Kind::Scp, "guard", guard)?],
            }]),
            in_management_account: false,
        };
        let resource = ResourceSide {
            kind: ResourceKind::Key { aws_managed: false },
            owner: account,
            arn: KEY.into(),
            policies: vec![named(Kind::Key, "default", &key)?],
            assumed: None,
            rcp: Vec::new(),
        };
        let policies = Policies {
            principal: Arc::new(principal),
            resource: Some(Arc::new(resource)),
            grants: Vec::new(),
            endpoint: None,
        };
        let asked = Asked { role: "App", action: "kms:Decrypt", app: Some("Payments"), for_aws: false };
        Ok(Self {
            requester: requester(Some(account), asked.role),
            action: asked.action,
            context: context(asked),
            policies,
        })
    }

    /// Another request among the same policies. The identity-based ones are those of the role App.
    pub(crate) fn asking(&self, asked: Asked) -> Self {
        let mut policies = self.policies.clone();
        if asked.role != "App" {
            Arc::make_mut(&mut policies.principal).identity.clear();
        }
        let requester = requester(self.requester.account, asked.role);
        Self { requester, action: asked.action, context: context(asked), policies }
    }

    pub(crate) fn query(&self) -> Query<'_> {
        Query {
            requester: &self.requester,
            action: self.action,
            resource: KEY,
            resource_account: self.requester.account,
            context: &self.context,
            retire_grant: None,
            via_service: false,
        }
    }
}

/// One request of the mixed set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    /// The role behind the session that asks.
    pub(crate) role: &'static str,
    pub(crate) action: &'static str,
    /// The encryption context's `AppName`.
    pub(crate) app: Option<&'static str>,
    /// `kms:GrantIsForAWSResource`.
    pub(crate) for_aws: bool,
}

/// Every role, known or not, with every action that the policies speak of, in six circumstances: 408 requests.
pub(crate) fn mixed() -> Vec<Asked> {
    let mut all = Vec::new();
    for role in ["App", "KeyAdmin", "Producer", "Stranger"] {
        for action in ACTIONS {
            for app in [Some("Payments"), Some("Wages"), None] {
                all.extend([true, false].map(|for_aws| Asked { role, action, app, for_aws }));
            }
        }
    }
    all
}

pub(crate) const ACTIONS: [&str; 17] = [
    "kms:CreateAlias",
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:EnableKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GetKeyPolicy",
    "kms:ListGrants",
    "kms:PutKeyPolicy",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:RevokeGrant",
    "kms:ScheduleKeyDeletion",
    "kms:UpdateAlias",
];

fn requester(account: Option<AccountId>, role: &str) -> Requester {
    Requester {
        kind: RequesterKind::RoleSession,
        account,
        arn: format!("arn:aws:sts::111122223333:assumed-role/{role}/s1"),
        unique_id: format!("AROA{:A<17}", role.to_uppercase()),
        role_arn: format!("arn:aws:iam::111122223333:role/{role}"),
        session_name: "s1".to_owned(),
        user_name: String::new(),
        user_arn: String::new(),
        federated_name: String::new(),
        service_linked: false,
        service_names: Vec::new(),
    }
}

fn context(Asked { role, app, for_aws, .. }: Asked) -> Context {
    let mut context = Context::new();
    context.set("aws:PrincipalArn", format!("arn:aws:iam::111122223333:role/{role}"));
    context.set("aws:userid", format!("AROA{:A<17}:s1", role.to_uppercase()));
    for (key, value) in [
        ("aws:PrincipalAccount", "111122223333"),
        ("aws:PrincipalType", "AssumedRole"),
        ("aws:PrincipalIsAWSService", "false"),
        ("aws:CurrentTime", "2026-11-23T10:00:00Z"),
        ("aws:EpochTime", "1795428000"),
        ("aws:SecureTransport", "true"),
        ("aws:ViaAWSService", "false"),
        ("aws:ResourceAccount", "111122223333"),
        ("aws:RequestedRegion", "us-east-1"),
        ("aws:SourceIp", "203.0.113.77"),
        ("aws:UserAgent", "Boto3/1.44.5"),
        ("kms:CallerAccount", "111122223333"),
        ("kms:KeySpec", "SYMMETRIC_DEFAULT"),
        ("kms:KeyUsage", "ENCRYPT_DECRYPT"),
        ("kms:KeyOrigin", "AWS_KMS"),
        ("kms:MultiRegion", "false"),
        ("kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT"),
    ] {
        context.set(key, value);
    }
    if let Some(app) = app {
        context.set("kms:EncryptionContext:AppName", app);
        context.set_list("kms:EncryptionContextKeys", vec!["AppName".to_owned()]);
    }
    if for_aws {
        context.set("kms:GrantIsForAWSResource", "true");
    }
    context
}
