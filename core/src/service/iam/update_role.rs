//! `UpdateRole`: changes a role's description, its longest session, or both. What is left out stays.
//! Source: IAM API Reference, `UpdateRole`.

use alloc::string::String;

use super::lookup::on;
use crate::base::{Fault, Timespan};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{EntityKey, Kind, Nature};
use crate::world::{Needs, Permit};

view! {
    in Input {
        role_name: String = "RoleName",
        description: Option<String> = "Description",
        max_session: Option<i64> = "MaxSessionDuration",
    }
    out Output {}
}

#[derive(Debug)]
pub(crate) struct UpdateRole;

impl Operation for UpdateRole {
    const NAME: &'static str = "UpdateRole";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = Output;
    type Target = EntityKey;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:UpdateRole", Kind::Role, &input.role_name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: Input) -> Result<Output, Fault> {
        let role = call.world.identity.entity_mut(&target, &input.role_name)?;
        if let Nature::Role { description, max_session, .. } = &mut role.nature {
            if input.description.is_some() {
                *description = input.description;
            }
            if let Some(seconds) = input.max_session {
                *max_session = Timespan::seconds(seconds);
            }
        }
        Ok(Output {})
    }
}
