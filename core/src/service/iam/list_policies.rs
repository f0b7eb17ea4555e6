//! `ListPolicies`: AWS's managed policies and the account's own, in pages.
//! Source: IAM API Reference, `ListPolicies`. Of AWS's some 1,400 policies kmslab has four.

use alloc::{format, string::String, vec::Vec};

use super::page::page;
use super::shapes::{Detail, Policy};
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::{Needs, Permit, Resource};

view! {
    in Input {
        scope: Option<String> = "Scope",
        only_attached: bool = "OnlyAttached",
        path_prefix: Option<String> = "PathPrefix",
        usage: Option<String> = "PolicyUsageFilter",
        marker: Option<String> = "Marker",
        max_items: Option<u32> = "MaxItems",
    }
    out Output {
        policies: Vec<Policy> = "Policies",
        truncated: bool = "IsTruncated",
        marker: Option<String> = "Marker",
    }
}

#[derive(Debug)]
pub(crate) struct ListPolicies;

impl Operation for ListPolicies {
    const NAME: &'static str = "ListPolicies";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Output;
    type Target = ();

    fn needs(input: &Input, _: &Call<'_>) -> Result<Needs<()>, Fault> {
        let shown = format!("policy path {}", input.path_prefix.as_deref().unwrap_or("/"));
        Ok(Needs::one("iam:ListPolicies", Resource::Any, ()).shown(shown))
    }

    fn run(call: &mut Call<'_>, _: Permit<()>, input: Input) -> Result<Output, Fault> {
        let identity = &call.world.identity;
        let account = call.account();
        let scope = input.scope.as_deref().unwrap_or("All");
        let prefix = input.path_prefix.as_deref().unwrap_or("/");
        let aws = identity.aws_policies().map(|policy| (None, policy)).filter(|_| scope != "Local");
        let own = identity.policies(account).map(|policy| (Some(account), policy)).filter(|_| scope != "AWS");
        let all = aws.chain(own).filter(|(_, policy)| policy.path.starts_with(prefix));
        let wanted = all.filter_map(|(owner, policy)| {
            let shape = Policy::of(identity, account, owner, policy, Detail::Line);
            let used = match input.usage.as_deref() {
                Some("PermissionsBoundary") => shape.boundaries > 0,
                Some(_) => shape.attachments > 0,
                None => !input.only_attached || shape.attachments > 0 || shape.boundaries > 0,
            };
            // The order of the list: AWS's first, then the account's, each by name.
            let key = format!("{}{}", u8::from(owner.is_some()), policy.name.to_lowercase());
            used.then_some((key, shape))
        });
        let found = page(wanted, input.marker.as_deref(), input.max_items)?;
        Ok(Output { policies: found.items, truncated: found.truncated, marker: found.marker })
    }
}
