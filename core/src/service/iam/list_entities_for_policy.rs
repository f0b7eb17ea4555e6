//! `ListEntitiesForPolicy`: whom a managed policy hangs on, or bounds, in pages.
//! Source: IAM API Reference, `ListEntitiesForPolicy`.

use alloc::{format, string::String, vec::Vec};

use super::lookup::on_policy;
use super::page::page;
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{Entity, Kind, PolicyKey};
use crate::world::{Needs, Permit};

view! {
    in Input {
        arn: String = "PolicyArn",
        filter: Option<String> = "EntityFilter",
        path_prefix: Option<String> = "PathPrefix",
        usage: Option<String> = "PolicyUsageFilter",
        marker: Option<String> = "Marker",
        max_items: Option<u32> = "MaxItems",
    }
    out Output {
        groups: Vec<Group> = "PolicyGroups",
        users: Vec<User> = "PolicyUsers",
        roles: Vec<Role> = "PolicyRoles",
        truncated: bool = "IsTruncated",
        marker: Option<String> = "Marker",
    }
    out Group { name: String = "GroupName", id: String = "GroupId" }
    out User { name: String = "UserName", id: String = "UserId" }
    out Role { name: String = "RoleName", id: String = "RoleId" }
}

#[derive(Debug)]
pub(crate) struct ListEntitiesForPolicy;

impl Operation for ListEntitiesForPolicy {
    const NAME: &'static str = "ListEntitiesForPolicy";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Output;
    type Target = PolicyKey;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<PolicyKey>, Fault> {
        on_policy(call, "iam:ListEntitiesForPolicy", &input.arn)
    }

    fn run(call: &mut Call<'_>, target: Permit<PolicyKey>, input: Input) -> Result<Output, Fault> {
        let identity = &call.world.identity;
        let account = target.account();
        identity.managed_for(account, &input.arn)?;
        let prefix = input.path_prefix.as_deref().unwrap_or("/");
        let usage = input.usage.as_deref();
        let uses = |entity: &Entity| {
            (usage != Some("PermissionsBoundary") && entity.attached.contains(&input.arn))
                || (usage != Some("PermissionsPolicy") && entity.boundary.as_ref() == Some(&input.arn))
        };
        let wanted = |kind: &Kind| input.filter.as_deref().is_none_or(|filter| filter == kind.title());
        // The order of the list: groups, then roles, then users, each by name.
        let all = [Kind::Group, Kind::Role, Kind::User].into_iter().filter(wanted);
        let all = all.flat_map(|kind| identity.entities(account, kind));
        let all = all.filter(|(_, entity)| entity.path.starts_with(prefix) && uses(entity));
        let all = all.map(|(at, entity)| (format!("{} {}", at.kind(), at.folded()), entity));
        let found = page(all, input.marker.as_deref(), input.max_items)?;
        let mut output = Output {
            groups: Vec::new(),
            users: Vec::new(),
            roles: Vec::new(),
            truncated: found.truncated,
            marker: found.marker,
        };
        for entity in found.items {
            let (name, id) = (entity.name.clone(), entity.id.clone());
            match entity.kind() {
                Kind::Group => output.groups.push(Group { name, id }),
                Kind::User => output.users.push(User { name, id }),
                Kind::Role => output.roles.push(Role { name, id }),
            }
        }
        Ok(output)
    }
}
