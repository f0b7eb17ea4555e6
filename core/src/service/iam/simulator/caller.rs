//! Who makes the simulated call.

use alloc::format;

use super::invalid;
use crate::base::{AccountId, Arn, Fault};
use crate::policy::{Context, Requester, RequesterKind};
use crate::service::Call;
use crate::world::identity::Kind;

/// The simulated caller and the condition keys that follow from it.
#[derive(Debug)]
pub(crate) struct Simulated {
    pub(crate) requester: Requester,
    pub(crate) account: AccountId,
    pub(crate) keys: Context,
}

/// A user, group or role, as an ARN names it.
#[derive(Debug)]
pub(crate) struct Entity<'a> {
    pub(crate) account: AccountId,
    pub(crate) kind: Kind,
    /// Without path.
    pub(crate) name: &'a str,
}

/// Reads the ARN of a user, group or role.
///
/// # Errors
/// [`Fault::InvalidInput`] for anything else, sessions included. The sentence is recorded for a session of a role.
pub(crate) fn entity(arn: &str) -> Result<Entity<'_>, Fault> {
    let read = || {
        let parsed = arn.parse::<Arn>().ok().filter(|arn| arn.service() == "iam" && arn.region().is_empty())?;
        let (word, path_and_name) = arn.splitn(6, ':').nth(5)?.split_once('/')?;
        let kind = [Kind::User, Kind::Group, Kind::Role].into_iter().find(|kind| kind.word() == word)?;
        let name = path_and_name.rsplit('/').next().filter(|name| !name.is_empty())?;
        Some(Entity { account: parsed.account().parse().ok()?, kind, name })
    };
    read().ok_or_else(|| invalid(format!("Invalid Entity Arn: {arn} does not clearly define entity type and name.")))
}

impl Simulated {
    /// The caller that `CallerArn` names, or the source of the policies, or nobody in particular of the account.
    ///
    /// One that the lab has in this account brings its tags, its unique id and the other condition keys of a principal;
    /// which of them AWS fills in is unconfirmed.
    ///
    /// # Errors
    /// [`Fault::InvalidInput`] for an ARN of another kind, and for a resource policy without a user who calls: recorded
    /// for a role. The sentence for a caller that is missing is unconfirmed.
    pub(crate) fn find(call: &Call<'_>, arn: Option<&str>, with_resource_policy: bool) -> Result<Self, Fault> {
        let Some(arn) = arn else {
            if with_resource_policy {
                return Err(invalid("CallerArn is required when a ResourcePolicy is specified."));
            }
            // A user without a name: policies of resources see the partition and the account, and no one in particular.
            let arn = call.world.identity.arn_for(call.account(), Kind::User, "/", "");
            let (requester, keys) = (requester(call.account(), &arn), Context::new());
            return Ok(Self { requester, account: call.account(), keys });
        };
        let named = entity(arn)?;
        if with_resource_policy && named.kind != Kind::User {
            return Err(invalid("Invalid caller - Caller must be an IAM user in this context."));
        }
        let known = if named.account == call.account() { call.world.identity.caller_as(arn) } else { None };
        if let Some(known) = known {
            let mut keys = Context::new();
            for (name, values) in known.condition_keys().iter() {
                // The session is not real, and so is its name.
                let invented = named.kind == Kind::Role && name == "aws:userid";
                if let Some(value) = values.iter().next().filter(|_| !invented) {
                    keys.set(name, value);
                }
            }
            return Ok(Self { requester: known.requester, account: named.account, keys });
        }
        let mut requester = requester(named.account, arn);
        let mut keys = Context::new();
        match named.kind {
            Kind::User => {
                keys.set("aws:PrincipalType", "User");
                keys.set("aws:username", named.name);
                requester.user_name = named.name.into();
            }
            Kind::Role => {
                keys.set("aws:PrincipalType", "AssumedRole");
                requester.kind = RequesterKind::RoleSession;
                requester.role_arn = arn.into();
            }
            // A group calls nothing; its policies are looked at as if a member did.
            Kind::Group => return Ok(Self { requester, account: named.account, keys }),
        }
        keys.set("aws:PrincipalArn", arn);
        keys.set("aws:PrincipalAccount", named.account.as_str());
        Ok(Self { requester, account: named.account, keys })
    }
}

/// A user of the account, as far as policies of resources can tell.
fn requester(account: AccountId, arn: &str) -> Requester {
    Requester::new(RequesterKind::User, Some(account), arn)
}
