//! `UpdateAssumeRolePolicy`: replaces a role's trust policy.
//! Source: IAM API Reference, `UpdateAssumeRolePolicy`.

use alloc::string::String;

use super::lookup::{on, trust_policy};
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{EntityKey, Kind, Nature};
use crate::world::{Needs, Permit};

view! { in Input { role_name: String = "RoleName", policy_document: String = "PolicyDocument" } }

#[derive(Debug)]
pub(crate) struct UpdateAssumeRolePolicy;

impl Operation for UpdateAssumeRolePolicy {
    const NAME: &'static str = "UpdateAssumeRolePolicy";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = ();
    type Target = EntityKey;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:UpdateAssumeRolePolicy", Kind::Role, &input.role_name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: Input) -> Result<(), Fault> {
        call.world.identity.find(target.account(), Kind::Role, &input.role_name)?;
        let document = trust_policy(call, &input.policy_document)?;
        let role = call.world.identity.entity_mut(&target, &input.role_name)?;
        if let Nature::Role { trust, .. } = &mut role.nature {
            *trust = document;
        }
        Ok(())
    }
}
