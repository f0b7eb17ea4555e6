//! `SimulateCustomPolicy`: what policies given as text would allow.
//! Source: IAM API Reference, `SimulateCustomPolicy`; authorization.md 9.

use alloc::{string::String, vec::Vec};

use super::simulator::{
    answer::{Output, answer},
    caller::Simulated,
    compiled,
    given::{ContextEntry, Given, Members, OrganizationLevel},
    inputs,
    judge::{Own, Simulation},
};
use crate::base::Fault;
use crate::policy::Kind;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::{Needs, Permit, Resource};

view! {
    in Input {
        policies: Vec<String> = "PolicyInputList",
        boundary: Vec<String> = "PermissionsBoundaryPolicyInputList",
        levels: Vec<OrganizationLevel> = "OrderedOrganizationPolicyInputList",
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
pub(crate) struct SimulateCustomPolicy;

impl Operation for SimulateCustomPolicy {
    const NAME: &'static str = "SimulateCustomPolicy";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Output;
    type Target = ();

    fn needs(_: &Input, _: &Call<'_>) -> Result<Needs<()>, Fault> {
        Ok(Needs::one("iam:SimulateCustomPolicy", Resource::Any, ()))
    }

    fn run(call: &mut Call<'_>, _: Permit<()>, input: Input) -> Result<Output, Fault> {
        let given = Given::read(Members {
            actions: input.actions,
            resources: input.resources,
            boundary: input.boundary,
            resource_policy: input.resource_policy,
            owner: input.owner,
            entries: input.entries,
            handling: input.handling,
        })?;
        let caller = Simulated::find(call, input.caller.as_deref(), given.resource_policy.is_some())?;
        let mut own = Own { identity: inputs(call, &input.policies)?, ..Own::default() };
        if let Some(text) = &given.boundary {
            own.boundary = Some(compiled(call, Kind::Boundary, text)?);
        }
        for level in &input.levels {
            let policies: Result<_, Fault> =
                level.policies.iter().map(|text| compiled(call, Kind::Scp, text)).collect();
            own.levels.push(policies?);
        }
        let simulation = Simulation::new(call, caller, &given, own)?;
        answer(&simulation, &given, (input.marker, input.max_items))
    }
}
