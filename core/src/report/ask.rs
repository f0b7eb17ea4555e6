//! A question about a lab as it is: nobody calls, and nothing is written down.

use super::{BadQuestion, Question};
use crate::base::{Arn, KeyArn, Timestamp};
use crate::policy::{self, Explanation, Policies, Query, Values};
use crate::world::World;
use alloc::{format, string::ToString, vec::Vec};

/// Whether the question's principal, with the policies that it has in `world`, would be allowed, and why.
///
/// The context has what the principal, the key and the moment say (tags included), then what the question sets.
///
/// # Errors
/// [`BadQuestion`] when the world has no such principal or key.
pub fn ask(world: &World, asked: &Question, now: Timestamp) -> Result<Explanation, BadQuestion> {
    let none = |part: &str, what: &str| BadQuestion { part: part.into(), message: format!("the lab has no {what}") };
    let query = asked.query();
    // A role's own ARN stands for a session of it.
    let named = if query.requester.role_arn.is_empty() { &query.requester.arn } else { &query.requester.role_arn };
    let caller = world.identity.caller_as(named).ok_or_else(|| none("principal", named))?;
    let mut context = caller.condition_keys();
    context.set("aws:CurrentTime", now.to_iso());
    context.set("aws:EpochTime", now.as_secs().to_string());
    let (mut resource, mut grants) = (None, Vec::new());
    if let Some(key) = key_arn(asked.resource()) {
        world.keys.context(&key, now, &mut context);
        resource = world.limited(world.keys.resource_side(&key));
        if resource.is_none() {
            return Err(none("resource", asked.resource()));
        }
        grants = world.keys.grants_for(&key, &caller.requester, None, (now, &[]));
        context.set("aws:RequestedRegion", key.region.as_str());
    } else if asked.resource().contains(":role/") {
        resource = world.limited(world.identity.trust_side(asked.resource()));
    }
    for (name, values) in query.context.iter() {
        match values {
            Values::One(value) => context.set(name, value),
            values @ Values::Many(_) => context.set_list(name, values.to_vec()),
        }
    }
    let policies = Policies { principal: caller.principal_side.clone(), resource, grants, endpoint: None };
    let query = Query { requester: &caller.requester, context: &context, ..query };
    Ok(policy::explain(&query, &policies))
}

/// The key that an ARN names.
pub(super) fn key_arn(text: &str) -> Option<KeyArn> {
    let arn = text.parse::<Arn>().ok().filter(|arn| arn.service() == "kms")?;
    let id = arn.resource().strip_prefix("key/")?;
    Some(KeyArn { account: arn.account().parse().ok()?, region: arn.region().parse().ok()?, id: id.parse().ok()? })
}
