//! `SimulatePrincipalPolicy`: what the policies of a user, group or role would allow.
//! Source: IAM API Reference, `SimulatePrincipalPolicy`; authorization.md 9.

use alloc::{string::String, vec::Vec};

use super::simulator::{
    answer::{Output, answer},
    caller::Simulated,
    compiled,
    given::{ContextEntry, Given, Members},
    inputs,
    judge::{Own, Simulation},
    source::{Excluded, Source, on},
};
use crate::base::Fault;
use crate::policy::Kind;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::EntityKey;
use crate::world::{Needs, Permit};

view! {
    in Input {
        source: String = "PolicySourceArn",
        policies: Vec<String> = "PolicyInputList",
        boundary: Vec<String> = "PermissionsBoundaryPolicyInputList",
        excluded: Vec<Excluded> = "PolicyExclusionList",
        actions: Vec<String> = "ActionNames",
        resources: Vec<String> = "ResourceArns",
        resource_policy: Option<String> = "ResourcePolicy",
        owner: Option<String> = "ResourceOwner",
        caller: Option<String> = "CallerArn",
        entries: Vec<ContextEntry> = "ContextEntries",
        handling: Option<String> = "ResourceHandlingOption",
        max_items: Option<u32> = "MaxItems",
        marker: Option<String> = "Marker",
    }
}

#[derive(Debug)]
pub(crate) struct SimulatePrincipalPolicy;

impl Operation for SimulatePrincipalPolicy {
    const NAME: &'static str = "SimulatePrincipalPolicy";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Output;
    type Target = EntityKey;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        on(call, "iam:SimulatePrincipalPolicy", &input.source)
    }

    fn run(call: &mut Call<'_>, _: Permit<EntityKey>, input: Input) -> Result<Output, Fault> {
        let given = Given::read(Members {
            actions: input.actions,
            resources: input.resources,
            boundary: input.boundary,
            resource_policy: input.resource_policy,
            owner: input.owner,
            entries: input.entries,
            handling: input.handling,
        })?;
        let mut source = Source::find(call, &input.source)?;
        source.without(&input.excluded)?;
        let arn = input.caller.as_deref().unwrap_or(&input.source);
        let caller = Simulated::find(call, Some(arn), given.resource_policy.is_some())?;
        // A boundary of the input stands in for the attached one.
        let boundary = match &given.boundary {
            Some(text) => Some(compiled(call, Kind::Boundary, text)?),
            None => source.compiled_boundary()?,
        };
        let mut identity: Vec<_> = source.held.into_iter().map(|held| (held.id, held.policy)).collect();
        identity.extend(inputs(call, &input.policies)?);
        // Service control policies count when the account is in an organization, and is not the one that manages it.
        let account = input.source.split(':').nth(4).and_then(|account| account.parse().ok());
        let levels = account.and_then(|account| call.world.identity.organizations.scps(account));
        let levels = levels.filter(|(_, spared)| !spared).map(|(levels, _)| levels).unwrap_or_default();
        let levels = levels.into_iter().map(|level| level.policies.into_iter().map(|named| named.policy).collect());
        let own = Own { identity, boundary, levels: levels.collect() };
        let simulation = Simulation::new(call, caller, &given, own)?;
        answer(&simulation, &given, (input.marker, input.max_items))
    }
}
