//! IAM: one file an operation, or one for the three that differ only in user, group and role.
//!
//! Source: IAM API Reference, version 2010-05-08; storage.md 4.2. Each operation is authorized on the ARN of what it
//! concerns, with the condition keys of `iam-actions.csv`.

mod lookup;
mod page;
mod shapes;
mod simulator;

mod add_user_to_group;
mod attach_policy;
mod create_access_key;
mod create_group;
mod create_policy;
mod create_policy_version;
mod create_role;
mod create_user;
mod delete_access_key;
mod delete_group;
mod delete_inline_policy;
mod delete_permissions_boundary;
mod delete_policy;
mod delete_policy_version;
mod delete_role;
mod delete_user;
mod detach_policy;
mod get_access_key_last_used;
mod get_context_keys_for_custom_policy;
mod get_context_keys_for_principal_policy;
mod get_group;
mod get_inline_policy;
mod get_policy;
mod get_policy_version;
mod get_role;
mod get_user;
mod list_access_keys;
mod list_attached_policies;
mod list_entities_for_policy;
mod list_groups;
mod list_groups_for_user;
mod list_inline_policies;
mod list_policies;
mod list_policy_versions;
mod list_roles;
mod list_tags;
mod list_users;
mod put_inline_policy;
mod put_permissions_boundary;
mod remove_user_from_group;
mod set_default_policy_version;
mod simulate_custom_policy;
mod simulate_principal_policy;
mod tag;
mod untag;
mod update_access_key;
mod update_assume_role_policy;
mod update_group;
mod update_role;
mod update_role_description;
mod update_user;

use super::Row;

/// The operations, by name.
pub static OPERATIONS: &[Row] = &[
    Row::of::<add_user_to_group::AddUserToGroup>(),
    Row::of::<attach_policy::AttachGroupPolicy>(),
    Row::of::<attach_policy::AttachRolePolicy>(),
    Row::of::<attach_policy::AttachUserPolicy>(),
    Row::of::<create_access_key::CreateAccessKey>(),
    Row::of::<create_group::CreateGroup>(),
    Row::of::<create_policy::CreatePolicy>(),
    Row::of::<create_policy_version::CreatePolicyVersion>(),
    Row::of::<create_role::CreateRole>(),
    Row::of::<create_user::CreateUser>(),
    Row::of::<delete_access_key::DeleteAccessKey>(),
    Row::of::<delete_group::DeleteGroup>(),
    Row::of::<delete_inline_policy::DeleteGroupPolicy>(),
    Row::of::<delete_policy::DeletePolicy>(),
    Row::of::<delete_policy_version::DeletePolicyVersion>(),
    Row::of::<delete_role::DeleteRole>(),
    Row::of::<delete_permissions_boundary::DeleteRolePermissionsBoundary>(),
    Row::of::<delete_inline_policy::DeleteRolePolicy>(),
    Row::of::<delete_user::DeleteUser>(),
    Row::of::<delete_permissions_boundary::DeleteUserPermissionsBoundary>(),
    Row::of::<delete_inline_policy::DeleteUserPolicy>(),
    Row::of::<detach_policy::DetachGroupPolicy>(),
    Row::of::<detach_policy::DetachRolePolicy>(),
    Row::of::<detach_policy::DetachUserPolicy>(),
    Row::of::<get_access_key_last_used::GetAccessKeyLastUsed>(),
    Row::of::<get_context_keys_for_custom_policy::GetContextKeysForCustomPolicy>(),
    Row::of::<get_context_keys_for_principal_policy::GetContextKeysForPrincipalPolicy>(),
    Row::of::<get_group::GetGroup>(),
    Row::of::<get_inline_policy::GetGroupPolicy>(),
    Row::of::<get_policy::GetPolicy>(),
    Row::of::<get_policy_version::GetPolicyVersion>(),
    Row::of::<get_role::GetRole>(),
    Row::of::<get_inline_policy::GetRolePolicy>(),
    Row::of::<get_user::GetUser>(),
    Row::of::<get_inline_policy::GetUserPolicy>(),
    Row::of::<list_access_keys::ListAccessKeys>(),
    Row::of::<list_attached_policies::ListAttachedGroupPolicies>(),
    Row::of::<list_attached_policies::ListAttachedRolePolicies>(),
    Row::of::<list_attached_policies::ListAttachedUserPolicies>(),
    Row::of::<list_entities_for_policy::ListEntitiesForPolicy>(),
    Row::of::<list_inline_policies::ListGroupPolicies>(),
    Row::of::<list_groups::ListGroups>(),
    Row::of::<list_groups_for_user::ListGroupsForUser>(),
    Row::of::<list_policies::ListPolicies>(),
    Row::of::<list_tags::ListPolicyTags>(),
    Row::of::<list_policy_versions::ListPolicyVersions>(),
    Row::of::<list_inline_policies::ListRolePolicies>(),
    Row::of::<list_tags::ListRoleTags>(),
    Row::of::<list_roles::ListRoles>(),
    Row::of::<list_inline_policies::ListUserPolicies>(),
    Row::of::<list_tags::ListUserTags>(),
    Row::of::<list_users::ListUsers>(),
    Row::of::<put_inline_policy::PutGroupPolicy>(),
    Row::of::<put_permissions_boundary::PutRolePermissionsBoundary>(),
    Row::of::<put_inline_policy::PutRolePolicy>(),
    Row::of::<put_permissions_boundary::PutUserPermissionsBoundary>(),
    Row::of::<put_inline_policy::PutUserPolicy>(),
    Row::of::<remove_user_from_group::RemoveUserFromGroup>(),
    Row::of::<set_default_policy_version::SetDefaultPolicyVersion>(),
    Row::of::<simulate_custom_policy::SimulateCustomPolicy>(),
    Row::of::<simulate_principal_policy::SimulatePrincipalPolicy>(),
    Row::of::<tag::TagPolicy>(),
    Row::of::<tag::TagRole>(),
    Row::of::<tag::TagUser>(),
    Row::of::<untag::UntagPolicy>(),
    Row::of::<untag::UntagRole>(),
    Row::of::<untag::UntagUser>(),
    Row::of::<update_access_key::UpdateAccessKey>(),
    Row::of::<update_assume_role_policy::UpdateAssumeRolePolicy>(),
    Row::of::<update_group::UpdateGroup>(),
    Row::of::<update_role::UpdateRole>(),
    Row::of::<update_role_description::UpdateRoleDescription>(),
    Row::of::<update_user::UpdateUser>(),
];
