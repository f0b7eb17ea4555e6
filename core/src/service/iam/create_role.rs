//! `CreateRole`: makes a role that the principals of its trust policy may assume.
//! Source: IAM API Reference, `CreateRole`.

use alloc::{string::String, vec::Vec};

use super::lookup::{to_make, trust_policy};
use super::shapes::{Detail, Role, Tag, read_tags};
use crate::base::{Fault, Timespan};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{Case, Draft, EntityKey, Kind, Making, Nature};
use crate::world::{Needs, Permit};

/// Seconds that a session lasts at most, unless the role says otherwise.
pub(super) const MAX_SESSION: i64 = 3_600;

view! {
    in Input {
        path: Option<String> = "Path",
        role_name: String = "RoleName",
        trust: String = "AssumeRolePolicyDocument",
        description: Option<String> = "Description",
        max_session: Option<i64> = "MaxSessionDuration",
        boundary: Option<String> = "PermissionsBoundary",
        tags: Vec<Tag> = "Tags",
    }
    out Output { role: Role = "Role" }
}

#[derive(Debug)]
pub(crate) struct CreateRole;

impl Operation for CreateRole {
    const NAME: &'static str = "CreateRole";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = Output;
    type Target = EntityKey;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        let place = (input.path.as_deref(), input.role_name.as_str());
        let with = (input.tags.as_slice(), input.boundary.as_deref());
        to_make(call, ("iam:CreateRole", Some("iam:TagRole")), Kind::Role, place, with)
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: Input) -> Result<Output, Fault> {
        let nature = Nature::Role {
            trust: trust_policy(call, &input.trust)?,
            description: input.description,
            max_session: Timespan::seconds(input.max_session.unwrap_or(MAX_SESSION)),
        };
        let draft = Draft {
            name: input.role_name.clone(),
            path: input.path.unwrap_or_else(|| "/".into()),
            tags: read_tags(&input.tags, Case::Folded)?,
            boundary: input.boundary,
            nature,
        };
        let now = call.now();
        let identity = &mut call.world.identity;
        identity.create(&target, draft, &mut Making { entropy: call.entropy, now })?;
        let (key, role) = identity.find(target.account(), Kind::Role, &input.role_name)?;
        Ok(Output { role: Role::of(identity, key.account(), role, Detail::Made) })
    }
}
