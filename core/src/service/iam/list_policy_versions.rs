//! `ListPolicyVersions`: the versions of a managed policy, newest first, without documents, in pages.
//! Source: IAM API Reference, `ListPolicyVersions`.

use alloc::{format, string::String, vec::Vec};

use super::lookup::on_policy;
use super::page::page;
use super::shapes::PolicyVersion;
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::PolicyKey;
use crate::world::{Needs, Permit};

view! {
    in Input {
        arn: String = "PolicyArn",
        marker: Option<String> = "Marker",
        max_items: Option<u32> = "MaxItems",
    }
    out Output {
        versions: Vec<PolicyVersion> = "Versions",
        truncated: bool = "IsTruncated",
        marker: Option<String> = "Marker",
    }
}

#[derive(Debug)]
pub(crate) struct ListPolicyVersions;

impl Operation for ListPolicyVersions {
    const NAME: &'static str = "ListPolicyVersions";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Output;
    type Target = PolicyKey;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<PolicyKey>, Fault> {
        on_policy(call, "iam:ListPolicyVersions", &input.arn)
    }

    fn run(call: &mut Call<'_>, target: Permit<PolicyKey>, input: Input) -> Result<Output, Fault> {
        let (_, policy) = call.world.identity.managed_for(target.account(), &input.arn)?;
        let newest_first = policy.versions.iter().rev().map(|(number, version)| {
            let key = format!("{:010}", u32::MAX.saturating_sub(*number));
            (key, PolicyVersion::of(policy, *number, version, false))
        });
        let found = page(newest_first, input.marker.as_deref(), input.max_items)?;
        Ok(Output { versions: found.items, truncated: found.truncated, marker: found.marker })
    }
}
