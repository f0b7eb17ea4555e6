//! `UpdateUser`: gives a user another name, another path, or both. Its unique id, keys and policies stay.
//! Source: IAM API Reference, `UpdateUser`: the caller needs permission on the old and on the new name.

use alloc::string::String;

use super::lookup::{also, resource_tags};
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{EntityKey, Kind};
use crate::world::{Needs, Permit, Resource};

view! {
    in Input {
        user_name: String = "UserName",
        new_path: Option<String> = "NewPath",
        new_name: Option<String> = "NewUserName",
    }
}

#[derive(Debug)]
pub(crate) struct UpdateUser;

impl Operation for UpdateUser {
    const NAME: &'static str = "UpdateUser";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = ();
    type Target = (EntityKey, EntityKey);

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<(EntityKey, EntityKey)>, Fault> {
        let action = "iam:UpdateUser";
        let identity = &call.world.identity;
        let name = input.new_name.as_deref().unwrap_or(&input.user_name);
        let from = EntityKey::new(call.account(), Kind::User, &input.user_name);
        let to = EntityKey::new(call.account(), Kind::User, name);
        let needs = also(Needs::nothing((from.clone(), to)), call, action, &from, &input.user_name);
        if input.new_name.is_none() && input.new_path.is_none() {
            return Ok(needs);
        }
        let path = input.new_path.as_deref().or_else(|| identity.entity(&from).map(|user| user.path.as_str()));
        let arn = identity.arn_for(call.account(), Kind::User, path.unwrap_or("/"), name);
        let needs = needs.and(action, Resource::Plain(arn));
        Ok(match identity.entity(&from) {
            Some(user) => resource_tags(needs, &user.tags),
            None => needs,
        })
    }

    fn run(call: &mut Call<'_>, target: Permit<(EntityKey, EntityKey)>, input: Input) -> Result<(), Fault> {
        let (from, to) = target.split();
        call.world.identity.rename((&from, &to), &input.user_name, input.new_name, input.new_path)
    }
}
