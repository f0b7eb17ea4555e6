//! A made-up organization for questions about access: accounts of very different sizes, roles from a few templates, and
//! key policies as they are found. Used by the benchmark and by a test.

use serde_json::{Value, json};

/// A generator of numbers that repeats: splitmix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) >> 33).unwrap_or(0) % limit.max(1)
    }
}

fn account(n: usize) -> String {
    format!("{:012}", 100_000_000_000 + n)
}

fn principal(account_: usize, n: usize) -> String {
    let kind = if n % 10 == 9 { "user/dev" } else { "role/app" };
    format!("arn:aws:iam::{}:{kind}-{n}", account(account_))
}

fn key(account_: usize, n: usize) -> String {
    format!("arn:aws:kms:us-east-1:{}:key/{account_:08x}-{n:04x}-4000-8000-000000000000", account(account_))
}

/// How many of `count` things each account has: few have many, most have few.
fn sizes(count: usize, accounts: usize) -> Vec<usize> {
    let weight = |n: usize| 1_000_000 / (n + 5);
    let all: usize = (0..accounts).map(weight).sum();
    let mut sizes: Vec<usize> = (0..accounts).map(|n| count * weight(n) / all).collect();
    let rest = count - sizes.iter().sum::<usize>();
    sizes[0] += rest;
    sizes
}

fn policy(statements: Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn allow(actions: Value, resource: Value) -> Value {
    json!({"Effect": "Allow", "Action": actions, "Resource": resource})
}

/// The policies of one principal: most are one of a few templates, some name keys.
fn identity(dice: &mut Dice, account_: usize, keys: usize) -> Value {
    let own = format!("arn:aws:kms:*:{}:key/*", account(account_));
    let usual = json!(["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]);
    match dice.below(20) {
        0 => policy(json!([allow(json!("*"), json!("*"))])),
        1 => policy(
            json!([allow(json!("kms:*"), json!(own)), {"Effect": "Deny", "Action": "kms:ScheduleKeyDeletion", "Resource": "*"}]),
        ),
        2..=4 => policy(json!([allow(json!(["kms:Describe*", "kms:Get*", "kms:List*"]), json!("*"))])),
        5..=9 => policy(json!([allow(usual, json!(own))])),
        10..=12 if keys > 0 => {
            let named: Vec<String> = (0..=dice.below(3)).map(|_| key(account_, dice.below(keys))).collect();
            let mut statement = allow(usual, json!(named));
            statement["Condition"] =
                json!({"StringEquals": {"kms:EncryptionContext:app": format!("app{}", dice.below(5))}});
            policy(json!([statement]))
        }
        13 | 14 => {
            let mut statement = allow(json!(["kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKey*"]), json!("*"));
            statement["Condition"] = json!({"StringLike": {"kms:ViaService": "*.us-east-1.amazonaws.com"}});
            policy(json!([statement]))
        }
        15 => {
            let mut statement = allow(usual, json!("*"));
            statement["Condition"] = json!({"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}});
            policy(json!([statement]))
        }
        _ => policy(json!([allow(json!(["s3:*", "logs:*", "ec2:Describe*"]), json!("*"))])),
    }
}

fn key_policy(dice: &mut Dice, account_: usize, accounts: usize, principals: usize) -> Value {
    let own = json!({"Sid": "Enable IAM User Permissions", "Effect": "Allow",
        "Principal": {"AWS": format!("arn:aws:iam::{}:root", account(account_))}, "Action": "kms:*", "Resource": "*"});
    let named = |dice: &mut Dice, actions: Value| {
        let mut statement = allow(actions, json!("*"));
        statement["Principal"] = json!({"AWS": principal(account_, dice.below(principals))});
        statement
    };
    let usual = json!(["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]);
    match dice.below(100) {
        0..=54 => policy(json!([own])),
        55..=82 if principals > 0 => {
            let admin = named(
                dice,
                json!([
                    "kms:Create*",
                    "kms:Describe*",
                    "kms:Enable*",
                    "kms:List*",
                    "kms:Put*",
                    "kms:Update*",
                    "kms:Revoke*",
                    "kms:Disable*",
                    "kms:Get*",
                    "kms:Delete*",
                    "kms:ScheduleKeyDeletion",
                    "kms:CancelKeyDeletion"
                ]),
            );
            let user = named(dice, usual);
            let mut attach = named(dice, json!(["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"]));
            attach["Condition"] = json!({"Bool": {"kms:GrantIsForAWSResource": "true"}});
            policy(json!([own, admin, user, attach]))
        }
        83..=92 => {
            let others: Vec<String> = (0..=dice.below(3)).map(|_| account(dice.below(accounts))).collect();
            policy(json!([own, {"Effect": "Allow", "Principal": {"AWS": others}, "Action": usual, "Resource": "*"}]))
        }
        93..=95 => policy(json!([own, {"Effect": "Allow", "Principal": "*", "Action": usual, "Resource": "*",
            "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}}])),
        _ => policy(json!([own, {"Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}, "Bool": {"aws:ViaAWSService": "false"}}}])),
    }
}

/// The JSON form of an estate with so many principals and keys.
pub(crate) fn organization(principals: usize, keys: usize) -> Value {
    let mut dice = Dice(7);
    let accounts = (principals / 50).max(2);
    let (sizes_of_principals, sizes_of_keys) = (sizes(principals, accounts), sizes(keys, accounts));
    let mut all = Vec::new();
    let mut resources = Vec::new();
    for account_ in 0..accounts {
        let (people, own) = (sizes_of_principals[account_], sizes_of_keys[account_]);
        for n in 0..people {
            let mut one = json!({"arn": principal(account_, n), "identity_policies": identity(&mut dice, account_, own),
                "tags": {"team": format!("t{}", dice.below(8))}, "context": {"aws:PrincipalOrgID": "o-1234567890"}});
            if dice.below(5) == 0 {
                one["permissions_boundary"] = policy(json!([allow(json!(["kms:*", "s3:*"]), json!("*"))]));
            }
            all.push(one);
        }
        for n in 0..own {
            let mut one = json!({"arn": key(account_, n), "key_policy": key_policy(&mut dice, account_, accounts, people),
                "tags": {"team": format!("t{}", dice.below(8))}});
            if people > 0 && dice.below(7) == 0 {
                one["grants"] = json!([{"GranteePrincipal": principal(account_, dice.below(people)),
                    "Operations": ["Decrypt", "GenerateDataKey"], "Constraints": {"EncryptionContextSubset": {"app": "app1"}}}]);
            }
            resources.push(one);
        }
    }
    let full = policy(json!([allow(json!("*"), json!("*"))]));
    let guard = policy(json!([
        {"Effect": "Deny", "Action": ["kms:DisableKey", "kms:ScheduleKeyDeletion"], "Resource": "*",
         "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/app-1"}}}]));
    let scps = (0..accounts).map(|n| (account(n), json!([[full], [full, guard]]))).collect::<serde_json::Map<_, _>>();
    json!({"principals": all, "resources": resources, "scps": scps})
}
