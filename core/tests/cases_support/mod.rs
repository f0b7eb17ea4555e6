//! Reads decision cases of the schema of authorization.md, section 10, and gives their checks to whoever asks.

use kmslab::base::AccountId;
use kmslab::policy::{
    Context, Grant, Kind, Level, Named, Policies, Policy, PrincipalSide, Query, Requester, RequesterKind, ResourceKind,
    ResourceSide,
};
use serde_json::{Map, Value};
use std::{collections::BTreeMap, sync::Arc};

/// Calls `judge` with each check of the case, until it gives `false`.
pub(crate) fn each_check(case: &Value, mut judge: impl FnMut(&Query<'_>, &Policies) -> bool) -> Result<(), String> {
    let single = [case.clone()];
    let requests = case.get("requests").and_then(Value::as_array).map_or(single.as_slice(), Vec::as_slice);
    let requester = requester(case.get("principal").ok_or("no principal")?)?;
    let principal = Arc::new(principal_side(case, &requester)?);
    let endpoint = case.pointer("/policies/vpc_endpoint").map(|policy| named(Kind::Endpoint, policy)).transpose()?;
    for request in requests {
        let action = text_of(request, "action");
        let resource = text_of(request, "resource");
        let resource_account = text_of(request, "resource_account").parse().ok();
        let context = context(request.get("context"));
        let policies = Policies {
            principal: principal.clone(),
            resource: resource_side(case, &resource, resource_account)?.map(Arc::new),
            grants: grants(case, &resource)?,
            endpoint: endpoint.clone(),
        };
        let query = Query {
            requester: &requester,
            action: &action,
            resource: &resource,
            resource_account,
            context: &context,
            retire_grant: case.get("retire_grant_id").and_then(Value::as_str),
            via_service: flag(case, "via_fas"),
        };
        if !judge(&query, &policies) {
            break;
        }
    }
    Ok(())
}

fn requester(principal: &Value) -> Result<Requester, String> {
    let of = |name| text_of(principal, name);
    let kind = match of("type").as_str() {
        "root" => RequesterKind::Root,
        "user" => RequesterKind::User,
        "role-session" => RequesterKind::RoleSession,
        "federated-user" => RequesterKind::FederatedUser,
        "service" => RequesterKind::Service,
        "anonymous" => RequesterKind::Anonymous,
        "federated-idp" => RequesterKind::FederatedIdp,
        other => return Err(format!("unknown type of principal: {other}")),
    };
    Ok(Requester {
        kind,
        account: of("account").parse().ok(),
        arn: of("arn"),
        unique_id: of("id"),
        user_name: of("user_name"),
        role_arn: of("role_arn"),
        session_name: of("session_name"),
        user_arn: of("user_arn"),
        federated_name: of("federated_name"),
        service_linked: flag(principal, "service_linked"),
        service_names: texts(principal.get("service_names")),
    })
}

fn principal_side(case: &Value, requester: &Requester) -> Result<PrincipalSide, String> {
    let policies = case.get("policies").ok_or("no policies")?;
    Ok(PrincipalSide {
        identity: all_named(Kind::Identity, policies.get("identity"))?,
        boundary: policies.get("permissions_boundary").map(|policy| named(Kind::Boundary, policy)).transpose()?,
        session: policies.get("session").map(|list| all_named(Kind::Session, Some(list))).transpose()?,
        scp: policies.get("scp").map(|list| levels(Kind::Scp, list)).transpose()?,
        in_management_account: requester.account.is_some_and(|account| account.as_str() == management_account(case)),
    })
}

fn management_account(case: &Value) -> &str {
    case.pointer("/organization/management_account").and_then(Value::as_str).unwrap_or("999988887777")
}

fn resource_side(case: &Value, arn: &str, account: Option<AccountId>) -> Result<Option<ResourceSide>, String> {
    let mut side: Option<ResourceSide> = None;
    for entry in list(case.pointer("/policies/resource")) {
        let of = text_of(entry, "resource");
        let (kind, policy_kind, covers) = match text_of(entry, "kind").as_str() {
            "kms-key-policy" => {
                (ResourceKind::Key { aws_managed: flag(case, "aws_managed_key") }, Kind::Key, of == arn)
            }
            "s3-bucket-policy" => {
                let object = arn.strip_prefix(of.as_str()).is_some_and(|rest| rest.starts_with('/'));
                (ResourceKind::Bucket, Kind::Bucket, of == arn || object)
            }
            "role-trust-policy" => (ResourceKind::Role, Kind::Trust, of == arn),
            other => return Err(format!("unknown kind of resource policy: {other}")),
        };
        if !covers {
            continue;
        }
        let owner = text_of(entry, "owner_account").parse().map_err(|_| "bad owner_account")?;
        let policy = read(policy_kind, entry.get("document"))?;
        let named = Named { name: "default".into(), arn: None, policy };
        match &mut side {
            Some(side) => side.policies.push(named),
            None => {
                side = Some(ResourceSide {
                    kind,
                    owner,
                    arn: arn.into(),
                    policies: vec![named],
                    assumed: None,
                    rcp: Vec::new(),
                })
            }
        }
    }
    let rcp = case.pointer("/policies/rcp").map(|list| levels(Kind::Rcp, list)).transpose()?.unwrap_or_default();
    if side.is_none() && !rcp.is_empty() {
        // Resource control policies count for resources without a policy of their own as well.
        let service = arn.split(':').nth(2).unwrap_or_default();
        let kind = match service {
            "kms" if arn.split(':').nth(5).is_some_and(|resource| resource.starts_with("alias/")) => {
                Some(ResourceKind::Alias)
            }
            "kms" => Some(ResourceKind::Key { aws_managed: flag(case, "aws_managed_key") }),
            "s3" => Some(ResourceKind::Bucket),
            "iam" => Some(ResourceKind::Role),
            _ => None,
        };
        if let (Some(kind), Some(owner)) = (kind, account) {
            side = Some(ResourceSide {
                kind,
                owner,
                arn: arn.into(),
                policies: Vec::new(),
                assumed: None,
                rcp: Vec::new(),
            });
        }
    }
    if let Some(side) = &mut side
        && side.owner.as_str() != management_account(case)
    {
        side.rcp = rcp;
    }
    Ok(side)
}

fn grants(case: &Value, key: &str) -> Result<Vec<Arc<Grant>>, String> {
    let of_key = list(case.get("grants")).iter().filter(|grant| text_of(grant, "key") == key);
    of_key.map(|grant| grant_of(grant).map(Arc::new)).collect()
}

fn grant_of(grant: &Value) -> Result<Grant, String> {
    let optional = |name: &str| grant.get(name).and_then(Value::as_str).map(String::from);
    let constraints = grant.get("constraints");
    let pairs = |name: &str| {
        let pairs = constraints?.get(name)?.as_object()?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Some(pairs.iter().map(|(key, value)| (key.clone(), text(value))).collect::<BTreeMap<_, _>>())
    };
    Ok(Grant {
        id: text_of(grant, "id"),
        operations: texts(grant.get("operations")),
        grantee_principal: optional("grantee_principal"),
        grantee_id: None,
        grantee_service: optional("grantee_service_principal"),
        retiring_principal: optional("retiring_principal"),
        retiring_id: None,
        retiring_service: optional("retiring_service_principal"),
        issuing_account: text_of(grant, "issuing_account").parse().map_err(|_| "bad issuing_account")?,
        context_equals: pairs("EncryptionContextEquals"),
        context_subset: pairs("EncryptionContextSubset"),
        source_arn: constraints.and_then(|all| all.get("SourceArn")).and_then(Value::as_str).map(String::from),
    })
}

fn context(entries: Option<&Value>) -> Context {
    let mut context = Context::new();
    for (key, value) in entries.and_then(Value::as_object).unwrap_or(&Map::new()) {
        match value {
            Value::Array(_) => context.set_list(key, texts(Some(value))),
            Value::String(text) => context.set(key, text.as_str()),
            other => context.set(key, other.to_string()),
        }
    }
    context
}

fn levels(kind: Kind, list: &Value) -> Result<Vec<Level>, String> {
    let level = |level: &Value| {
        Ok(Level { name: text_of(level, "level").into(), policies: all_named(kind, level.get("policies"))? })
    };
    self::list(Some(list)).iter().map(level).collect()
}

fn all_named(kind: Kind, policies: Option<&Value>) -> Result<Vec<Named>, String> {
    list(policies).iter().map(|policy| named(kind, policy)).collect()
}

fn named(kind: Kind, policy: &Value) -> Result<Named, String> {
    Ok(Named { name: text_of(policy, "name").into(), arn: None, policy: read(kind, policy.get("document"))? })
}

/// Documents of cases may be older than today's rules for storing one (KP-23, KP-24).
fn read(kind: Kind, document: Option<&Value>) -> Result<Arc<Policy>, String> {
    let text = match document {
        Some(Value::String(text)) => text.clone(),
        Some(document) => document.to_string(),
        None => return Err("a policy without document".to_owned()),
    };
    Policy::parse_lenient(kind, &text).map(Arc::new).map_err(|error| error.to_string())
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

pub(crate) fn text_of(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn texts(value: Option<&Value>) -> Vec<String> {
    list(value).iter().filter_map(Value::as_str).map(String::from).collect()
}

fn flag(value: &Value, name: &str) -> bool {
    value.get(name).and_then(Value::as_bool).unwrap_or(false)
}
