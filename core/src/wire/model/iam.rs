//! AWS Identity and Access Management, 2010-05-08. Written by core/model.py from botocore 1.44.8: do not edit.

use super::*;

/// The service.
pub static IAM: ServiceModel = ServiceModel {
    name: "iam",
    dialect: Dialect::Query,
    target_prefix: "",
    version: "2010-05-08",
    namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
    operations: OPERATIONS,
    others: OTHERS,
    errors: ERRORS,
};

static OPERATIONS: &[OperationModel] = &[
    operation("AddRoleToInstanceProfile", Some(&ADD_ROLE_TO_INSTANCE_PROFILE_REQUEST), None, &["EntityAlreadyExists", "LimitExceeded", "NoSuchEntity", "ServiceFailure", "UnmodifiableEntity"]),
    operation("AddUserToGroup", Some(&ADD_USER_TO_GROUP_REQUEST), None, &["LimitExceeded", "NoSuchEntity", "ServiceFailure"]),
    operation("AttachGroupPolicy", Some(&ATTACH_GROUP_POLICY_REQUEST), None, &["InvalidInput", "LimitExceeded", "NoSuchEntity", "PolicyNotAttachable", "ServiceFailure"]),
    operation("AttachRolePolicy", Some(&ATTACH_ROLE_POLICY_REQUEST), None, &["InvalidInput", "LimitExceeded", "NoSuchEntity", "PolicyNotAttachable", "ServiceFailure", "UnmodifiableEntity"]),
    operation("AttachUserPolicy", Some(&ATTACH_USER_POLICY_REQUEST), None, &["InvalidInput", "LimitExceeded", "NoSuchEntity", "PolicyNotAttachable", "ServiceFailure"]),
    operation("CreateAccessKey", Some(&CREATE_ACCESS_KEY_REQUEST), Some(&CREATE_ACCESS_KEY_RESPONSE), &["LimitExceeded", "NoSuchEntity", "ServiceFailure"]),
    operation("CreateGroup", Some(&CREATE_GROUP_REQUEST), Some(&CREATE_GROUP_RESPONSE), &["EntityAlreadyExists", "LimitExceeded", "NoSuchEntity", "ServiceFailure"]),
    operation("CreateInstanceProfile", Some(&CREATE_INSTANCE_PROFILE_REQUEST), Some(&CREATE_INSTANCE_PROFILE_RESPONSE), &["ConcurrentModification", "EntityAlreadyExists", "InvalidInput", "LimitExceeded", "ServiceFailure"]),
    operation("CreatePolicy", Some(&CREATE_POLICY_REQUEST), Some(&CREATE_POLICY_RESPONSE), &["ConcurrentModification", "EntityAlreadyExists", "InvalidInput", "LimitExceeded", "MalformedPolicyDocument", "ServiceFailure"]),
    operation("CreatePolicyVersion", Some(&CREATE_POLICY_VERSION_REQUEST), Some(&CREATE_POLICY_VERSION_RESPONSE), &["InvalidInput", "LimitExceeded", "MalformedPolicyDocument", "NoSuchEntity", "ServiceFailure"]),
    operation("CreateRole", Some(&CREATE_ROLE_REQUEST), Some(&CREATE_ROLE_RESPONSE), &["ConcurrentModification", "EntityAlreadyExists", "InvalidInput", "LimitExceeded", "MalformedPolicyDocument", "ServiceFailure"]),
    operation("CreateServiceLinkedRole", Some(&CREATE_SERVICE_LINKED_ROLE_REQUEST), Some(&CREATE_SERVICE_LINKED_ROLE_RESPONSE), &["InvalidInput", "LimitExceeded", "NoSuchEntity", "ServiceFailure"]),
    operation("CreateUser", Some(&CREATE_USER_REQUEST), Some(&CREATE_USER_RESPONSE), &["ConcurrentModification", "EntityAlreadyExists", "InvalidInput", "LimitExceeded", "NoSuchEntity", "ServiceFailure"]),
    operation("DeleteAccessKey", Some(&DELETE_ACCESS_KEY_REQUEST), None, &["LimitExceeded", "NoSuchEntity", "ServiceFailure"]),
    operation("DeleteGroup", Some(&DELETE_GROUP_REQUEST), None, &["DeleteConflict", "LimitExceeded", "NoSuchEntity", "ServiceFailure"]),
    operation("DeleteGroupPolicy", Some(&DELETE_GROUP_POLICY_REQUEST), None, &["LimitExceeded", "NoSuchEntity", "ServiceFailure"]),
    operation("DeleteInstanceProfile", Some(&DELETE_INSTANCE_PROFILE_REQUEST), None, &["DeleteConflict", "LimitExceeded", "NoSuchEntity", "ServiceFailure"]),
    operation("DeletePolicy", Some(&DELETE_POLICY_REQUEST), None, &["DeleteConflict", "InvalidInput", "LimitExceeded", "NoSuchEntity", "ServiceFailure"]),
    operation("DeletePolicyVersion", Some(&DELETE_POLICY_VERSION_REQUEST), None, &["DeleteConflict", "InvalidInput", "LimitExceeded", "NoSuchEntity", "ServiceFailure"]),
    operation("DeleteRole", Some(&DELETE_ROLE_REQUEST), None, &["ConcurrentModification", "DeleteConflict", "LimitExceeded", "NoSuchEntity", "ServiceFailure", "UnmodifiableEntity"]),
    operation("DeleteRolePermissionsBoundary", Some(&DELETE_ROLE_PERMISSIONS_BOUNDARY_REQUEST), None, &["NoSuchEntity", "ServiceFailure", "UnmodifiableEntity"]),
    operation("DeleteRolePolicy", Some(&DELETE_ROLE_POLICY_REQUEST), None, &["LimitExceeded", "NoSuchEntity", "ServiceFailure", "UnmodifiableEntity"]),
    operation("DeleteUser", Some(&DELETE_USER_REQUEST), None, &["ConcurrentModification", "DeleteConflict", "LimitExceeded", "NoSuchEntity", "ServiceFailure"]),
    operation("DeleteUserPermissionsBoundary", Some(&DELETE_USER_PERMISSIONS_BOUNDARY_REQUEST), None, &["NoSuchEntity", "ServiceFailure"]),
    operation("DeleteUserPolicy", Some(&DELETE_USER_POLICY_REQUEST), None, &["LimitExceeded", "NoSuchEntity", "ServiceFailure"]),
    operation("DetachGroupPolicy", Some(&DETACH_GROUP_POLICY_REQUEST), None, &["InvalidInput", "LimitExceeded", "NoSuchEntity", "ServiceFailure"]),
    operation("DetachRolePolicy", Some(&DETACH_ROLE_POLICY_REQUEST), None, &["InvalidInput", "LimitExceeded", "NoSuchEntity", "ServiceFailure", "UnmodifiableEntity"]),
    operation("DetachUserPolicy", Some(&DETACH_USER_POLICY_REQUEST), None, &["InvalidInput", "LimitExceeded", "NoSuchEntity", "ServiceFailure"]),
    operation("GetAccessKeyLastUsed", Some(&GET_ACCESS_KEY_LAST_USED_REQUEST), Some(&GET_ACCESS_KEY_LAST_USED_RESPONSE), &[]),
    operation("GetAccountAuthorizationDetails", Some(&GET_ACCOUNT_AUTHORIZATION_DETAILS_REQUEST), Some(&GET_ACCOUNT_AUTHORIZATION_DETAILS_RESPONSE), &["ServiceFailure"]),
    operation("GetAccountSummary", None, Some(&GET_ACCOUNT_SUMMARY_RESPONSE), &["ServiceFailure"]),
    operation("GetContextKeysForCustomPolicy", Some(&GET_CONTEXT_KEYS_FOR_CUSTOM_POLICY_REQUEST), Some(&GET_CONTEXT_KEYS_FOR_POLICY_RESPONSE), &["InvalidInput"]),
    operation("GetContextKeysForPrincipalPolicy", Some(&GET_CONTEXT_KEYS_FOR_PRINCIPAL_POLICY_REQUEST), Some(&GET_CONTEXT_KEYS_FOR_POLICY_RESPONSE), &["InvalidInput", "NoSuchEntity"]),
    operation("GetGroup", Some(&GET_GROUP_REQUEST), Some(&GET_GROUP_RESPONSE), &["NoSuchEntity", "ServiceFailure"]),
    operation("GetGroupPolicy", Some(&GET_GROUP_POLICY_REQUEST), Some(&GET_GROUP_POLICY_RESPONSE), &["NoSuchEntity", "ServiceFailure"]),
    operation("GetInstanceProfile", Some(&GET_INSTANCE_PROFILE_REQUEST), Some(&GET_INSTANCE_PROFILE_RESPONSE), &["NoSuchEntity", "ServiceFailure"]),
    operation("GetPolicy", Some(&GET_POLICY_REQUEST), Some(&GET_POLICY_RESPONSE), &["InvalidInput", "NoSuchEntity", "ServiceFailure"]),
    operation("GetPolicyVersion", Some(&GET_POLICY_VERSION_REQUEST), Some(&GET_POLICY_VERSION_RESPONSE), &["InvalidInput", "NoSuchEntity", "ServiceFailure"]),
    operation("GetRole", Some(&GET_ROLE_REQUEST), Some(&GET_ROLE_RESPONSE), &["NoSuchEntity", "ServiceFailure"]),
    operation("GetRolePolicy", Some(&GET_ROLE_POLICY_REQUEST), Some(&GET_ROLE_POLICY_RESPONSE), &["NoSuchEntity", "ServiceFailure"]),
    operation("GetUser", Some(&GET_USER_REQUEST), Some(&GET_USER_RESPONSE), &["NoSuchEntity", "ServiceFailure"]),
    operation("GetUserPolicy", Some(&GET_USER_POLICY_REQUEST), Some(&GET_USER_POLICY_RESPONSE), &["NoSuchEntity", "ServiceFailure"]),
    operation("ListAccessKeys", Some(&LIST_ACCESS_KEYS_REQUEST), Some(&LIST_ACCESS_KEYS_RESPONSE), &["NoSuchEntity", "ServiceFailure"]),
    operation("ListAttachedGroupPolicies", Some(&LIST_ATTACHED_GROUP_POLICIES_REQUEST), Some(&LIST_ATTACHED_GROUP_POLICIES_RESPONSE), &["InvalidInput", "NoSuchEntity", "ServiceFailure"]),
    operation("ListAttachedRolePolicies", Some(&LIST_ATTACHED_ROLE_POLICIES_REQUEST), Some(&LIST_ATTACHED_ROLE_POLICIES_RESPONSE), &["InvalidInput", "NoSuchEntity", "ServiceFailure"]),
    operation("ListAttachedUserPolicies", Some(&LIST_ATTACHED_USER_POLICIES_REQUEST), Some(&LIST_ATTACHED_USER_POLICIES_RESPONSE), &["InvalidInput", "NoSuchEntity", "ServiceFailure"]),
    operation("ListEntitiesForPolicy", Some(&LIST_ENTITIES_FOR_POLICY_REQUEST), Some(&LIST_ENTITIES_FOR_POLICY_RESPONSE), &["InvalidInput", "NoSuchEntity", "ServiceFailure"]),
    operation("ListGroupPolicies", Some(&LIST_GROUP_POLICIES_REQUEST), Some(&LIST_GROUP_POLICIES_RESPONSE), &["NoSuchEntity", "ServiceFailure"]),
    operation("ListGroups", Some(&LIST_GROUPS_REQUEST), Some(&LIST_GROUPS_RESPONSE), &["ServiceFailure"]),
    operation("ListGroupsForUser", Some(&LIST_GROUPS_FOR_USER_REQUEST), Some(&LIST_GROUPS_FOR_USER_RESPONSE), &["NoSuchEntity", "ServiceFailure"]),
    operation("ListInstanceProfiles", Some(&LIST_INSTANCE_PROFILES_REQUEST), Some(&LIST_INSTANCE_PROFILES_RESPONSE), &["ServiceFailure"]),
    operation("ListInstanceProfilesForRole", Some(&LIST_INSTANCE_PROFILES_FOR_ROLE_REQUEST), Some(&LIST_INSTANCE_PROFILES_FOR_ROLE_RESPONSE), &["NoSuchEntity", "ServiceFailure"]),
    operation("ListPolicies", Some(&LIST_POLICIES_REQUEST), Some(&LIST_POLICIES_RESPONSE), &["ServiceFailure"]),
    operation("ListPolicyTags", Some(&LIST_POLICY_TAGS_REQUEST), Some(&LIST_POLICY_TAGS_RESPONSE), &["InvalidInput", "NoSuchEntity", "ServiceFailure"]),
    operation("ListPolicyVersions", Some(&LIST_POLICY_VERSIONS_REQUEST), Some(&LIST_POLICY_VERSIONS_RESPONSE), &["InvalidInput", "NoSuchEntity", "ServiceFailure"]),
    operation("ListRolePolicies", Some(&LIST_ROLE_POLICIES_REQUEST), Some(&LIST_ROLE_POLICIES_RESPONSE), &["NoSuchEntity", "ServiceFailure"]),
    operation("ListRoleTags", Some(&LIST_ROLE_TAGS_REQUEST), Some(&LIST_ROLE_TAGS_RESPONSE), &["NoSuchEntity", "ServiceFailure"]),
    operation("ListRoles", Some(&LIST_ROLES_REQUEST), Some(&LIST_ROLES_RESPONSE), &["ServiceFailure"]),
    operation("ListUserPolicies", Some(&LIST_USER_POLICIES_REQUEST), Some(&LIST_USER_POLICIES_RESPONSE), &["NoSuchEntity", "ServiceFailure"]),
    operation("ListUserTags", Some(&LIST_USER_TAGS_REQUEST), Some(&LIST_USER_TAGS_RESPONSE), &["NoSuchEntity", "ServiceFailure"]),
    operation("ListUsers", Some(&LIST_USERS_REQUEST), Some(&LIST_USERS_RESPONSE), &["ServiceFailure"]),
    operation("PutGroupPolicy", Some(&PUT_GROUP_POLICY_REQUEST), None, &["LimitExceeded", "MalformedPolicyDocument", "NoSuchEntity", "ServiceFailure"]),
    operation("PutRolePermissionsBoundary", Some(&PUT_ROLE_PERMISSIONS_BOUNDARY_REQUEST), None, &["InvalidInput", "NoSuchEntity", "PolicyNotAttachable", "ServiceFailure", "UnmodifiableEntity"]),
    operation("PutRolePolicy", Some(&PUT_ROLE_POLICY_REQUEST), None, &["LimitExceeded", "MalformedPolicyDocument", "NoSuchEntity", "ServiceFailure", "UnmodifiableEntity"]),
    operation("PutUserPermissionsBoundary", Some(&PUT_USER_PERMISSIONS_BOUNDARY_REQUEST), None, &["InvalidInput", "NoSuchEntity", "PolicyNotAttachable", "ServiceFailure"]),
    operation("PutUserPolicy", Some(&PUT_USER_POLICY_REQUEST), None, &["LimitExceeded", "MalformedPolicyDocument", "NoSuchEntity", "ServiceFailure"]),
    operation("RemoveRoleFromInstanceProfile", Some(&REMOVE_ROLE_FROM_INSTANCE_PROFILE_REQUEST), None, &["LimitExceeded", "NoSuchEntity", "ServiceFailure", "UnmodifiableEntity"]),
    operation("RemoveUserFromGroup", Some(&REMOVE_USER_FROM_GROUP_REQUEST), None, &["LimitExceeded", "NoSuchEntity", "ServiceFailure"]),
    operation("SetDefaultPolicyVersion", Some(&SET_DEFAULT_POLICY_VERSION_REQUEST), None, &["InvalidInput", "LimitExceeded", "NoSuchEntity", "ServiceFailure"]),
    operation("SimulateCustomPolicy", Some(&SIMULATE_CUSTOM_POLICY_REQUEST), Some(&SIMULATE_POLICY_RESPONSE), &["InvalidInput", "PolicyEvaluation"]),
    operation("SimulatePrincipalPolicy", Some(&SIMULATE_PRINCIPAL_POLICY_REQUEST), Some(&SIMULATE_POLICY_RESPONSE), &["InvalidInput", "NoSuchEntity", "PolicyEvaluation"]),
    operation("TagPolicy", Some(&TAG_POLICY_REQUEST), None, &["ConcurrentModification", "InvalidInput", "LimitExceeded", "NoSuchEntity", "ServiceFailure"]),
    operation("TagRole", Some(&TAG_ROLE_REQUEST), None, &["ConcurrentModification", "InvalidInput", "LimitExceeded", "NoSuchEntity", "ServiceFailure"]),
    operation("TagUser", Some(&TAG_USER_REQUEST), None, &["ConcurrentModification", "InvalidInput", "LimitExceeded", "NoSuchEntity", "ServiceFailure"]),
    operation("UntagPolicy", Some(&UNTAG_POLICY_REQUEST), None, &["ConcurrentModification", "InvalidInput", "NoSuchEntity", "ServiceFailure"]),
    operation("UntagRole", Some(&UNTAG_ROLE_REQUEST), None, &["ConcurrentModification", "NoSuchEntity", "ServiceFailure"]),
    operation("UntagUser", Some(&UNTAG_USER_REQUEST), None, &["ConcurrentModification", "NoSuchEntity", "ServiceFailure"]),
    operation("UpdateAccessKey", Some(&UPDATE_ACCESS_KEY_REQUEST), None, &["InvalidInput", "LimitExceeded", "NoSuchEntity", "ServiceFailure"]),
    operation("UpdateAssumeRolePolicy", Some(&UPDATE_ASSUME_ROLE_POLICY_REQUEST), None, &["LimitExceeded", "MalformedPolicyDocument", "NoSuchEntity", "ServiceFailure", "UnmodifiableEntity"]),
    operation("UpdateGroup", Some(&UPDATE_GROUP_REQUEST), None, &["EntityAlreadyExists", "LimitExceeded", "NoSuchEntity", "ServiceFailure"]),
    operation("UpdateRole", Some(&UPDATE_ROLE_REQUEST), Some(&UPDATE_ROLE_RESPONSE), &["InvalidInput", "NoSuchEntity", "ServiceFailure", "UnmodifiableEntity"]),
    operation("UpdateRoleDescription", Some(&UPDATE_ROLE_DESCRIPTION_REQUEST), Some(&UPDATE_ROLE_DESCRIPTION_RESPONSE), &["NoSuchEntity", "ServiceFailure", "UnmodifiableEntity"]),
    operation("UpdateUser", Some(&UPDATE_USER_REQUEST), None, &["ConcurrentModification", "EntityAlreadyExists", "EntityTemporarilyUnmodifiable", "LimitExceeded", "NoSuchEntity", "ServiceFailure"]),
];

static OTHERS: &[OperationModel] = &[
    operation("AcceptDelegationRequest", None, None, &[]),
    operation("AcquireRole", None, None, &[]),
    operation("AddClientIDToOpenIDConnectProvider", None, None, &[]),
    operation("AssociateDelegationRequest", None, None, &[]),
    operation("ChangePassword", None, None, &[]),
    operation("CreateAccountAlias", None, None, &[]),
    operation("CreateDelegationRequest", None, None, &[]),
    operation("CreateLoginProfile", None, None, &[]),
    operation("CreateOpenIDConnectProvider", None, None, &[]),
    operation("CreateSAMLProvider", None, None, &[]),
    operation("CreateServiceSpecificCredential", None, None, &[]),
    operation("CreateVirtualMFADevice", None, None, &[]),
    operation("DeactivateMFADevice", None, None, &[]),
    operation("DeleteAccountAlias", None, None, &[]),
    operation("DeleteAccountPasswordPolicy", None, None, &[]),
    operation("DeleteLoginProfile", None, None, &[]),
    operation("DeleteOpenIDConnectProvider", None, None, &[]),
    operation("DeleteSAMLProvider", None, None, &[]),
    operation("DeleteSSHPublicKey", None, None, &[]),
    operation("DeleteServerCertificate", None, None, &[]),
    operation("DeleteServiceLinkedRole", None, None, &[]),
    operation("DeleteServiceSpecificCredential", None, None, &[]),
    operation("DeleteSigningCertificate", None, None, &[]),
    operation("DeleteVirtualMFADevice", None, None, &[]),
    operation("DisableOrganizationsRootCredentialsManagement", None, None, &[]),
    operation("DisableOrganizationsRootSessions", None, None, &[]),
    operation("DisableOutboundWebIdentityFederation", None, None, &[]),
    operation("EnableMFADevice", None, None, &[]),
    operation("EnableOrganizationsRootCredentialsManagement", None, None, &[]),
    operation("EnableOrganizationsRootSessions", None, None, &[]),
    operation("EnableOutboundWebIdentityFederation", None, None, &[]),
    operation("GenerateCredentialReport", None, None, &[]),
    operation("GenerateOrganizationsAccessReport", None, None, &[]),
    operation("GenerateServiceLastAccessedDetails", None, None, &[]),
    operation("GetAccountPasswordPolicy", None, None, &[]),
    operation("GetAccountProperties", None, None, &[]),
    operation("GetCredentialReport", None, None, &[]),
    operation("GetDelegationRequest", None, None, &[]),
    operation("GetHumanReadableSummary", None, None, &[]),
    operation("GetLoginProfile", None, None, &[]),
    operation("GetMFADevice", None, None, &[]),
    operation("GetOpenIDConnectProvider", None, None, &[]),
    operation("GetOrganizationsAccessReport", None, None, &[]),
    operation("GetOutboundWebIdentityFederationInfo", None, None, &[]),
    operation("GetRoleTemplateVersion", None, None, &[]),
    operation("GetSAMLProvider", None, None, &[]),
    operation("GetSSHPublicKey", None, None, &[]),
    operation("GetServerCertificate", None, None, &[]),
    operation("GetServiceLastAccessedDetails", None, None, &[]),
    operation("GetServiceLastAccessedDetailsWithEntities", None, None, &[]),
    operation("GetServiceLinkedRoleDeletionStatus", None, None, &[]),
    operation("ListAccountAliases", None, None, &[]),
    operation("ListDelegationRequests", None, None, &[]),
    operation("ListInstanceProfileTags", None, None, &[]),
    operation("ListMFADeviceTags", None, None, &[]),
    operation("ListMFADevices", None, None, &[]),
    operation("ListOpenIDConnectProviderTags", None, None, &[]),
    operation("ListOpenIDConnectProviders", None, None, &[]),
    operation("ListOrganizationsFeatures", None, None, &[]),
    operation("ListPoliciesGrantingServiceAccess", None, None, &[]),
    operation("ListSAMLProviderTags", None, None, &[]),
    operation("ListSAMLProviders", None, None, &[]),
    operation("ListSSHPublicKeys", None, None, &[]),
    operation("ListServerCertificateTags", None, None, &[]),
    operation("ListServerCertificates", None, None, &[]),
    operation("ListServiceSpecificCredentials", None, None, &[]),
    operation("ListSigningCertificates", None, None, &[]),
    operation("ListVirtualMFADevices", None, None, &[]),
    operation("PutAccountProperties", None, None, &[]),
    operation("RejectDelegationRequest", None, None, &[]),
    operation("RemoveClientIDFromOpenIDConnectProvider", None, None, &[]),
    operation("ResetServiceSpecificCredential", None, None, &[]),
    operation("ResyncMFADevice", None, None, &[]),
    operation("SendDelegationToken", None, None, &[]),
    operation("SetSecurityTokenServicePreferences", None, None, &[]),
    operation("TagInstanceProfile", None, None, &[]),
    operation("TagMFADevice", None, None, &[]),
    operation("TagOpenIDConnectProvider", None, None, &[]),
    operation("TagSAMLProvider", None, None, &[]),
    operation("TagServerCertificate", None, None, &[]),
    operation("UntagInstanceProfile", None, None, &[]),
    operation("UntagMFADevice", None, None, &[]),
    operation("UntagOpenIDConnectProvider", None, None, &[]),
    operation("UntagSAMLProvider", None, None, &[]),
    operation("UntagServerCertificate", None, None, &[]),
    operation("UpdateAccountPasswordPolicy", None, None, &[]),
    operation("UpdateDelegationRequest", None, None, &[]),
    operation("UpdateLoginProfile", None, None, &[]),
    operation("UpdateOpenIDConnectProvider", None, None, &[]),
    operation("UpdateOpenIDConnectProviderThumbprint", None, None, &[]),
    operation("UpdateSAMLProvider", None, None, &[]),
    operation("UpdateSSHPublicKey", None, None, &[]),
    operation("UpdateServerCertificate", None, None, &[]),
    operation("UpdateServiceSpecificCredential", None, None, &[]),
    operation("UpdateSigningCertificate", None, None, &[]),
    operation("UploadSSHPublicKey", None, None, &[]),
    operation("UploadServerCertificate", None, None, &[]),
    operation("UploadSigningCertificate", None, None, &[]),
];

static ERRORS: &[(&str, u16)] = &[
    ("AccountNotManagementOrDelegatedAdministratorException", 400),
    ("CallerIsNotManagementAccountException", 400),
    ("ConcurrentModification", 409),
    ("DeleteConflict", 409),
    ("DuplicateCertificate", 409),
    ("DuplicateSSHPublicKey", 400),
    ("EntityAlreadyExists", 409),
    ("EntityTemporarilyUnmodifiable", 409),
    ("FeatureDisabled", 404),
    ("FeatureEnabled", 409),
    ("InvalidAuthenticationCode", 403),
    ("InvalidCertificate", 400),
    ("InvalidInput", 400),
    ("InvalidPublicKey", 400),
    ("InvalidUserType", 400),
    ("KeyPairMismatch", 400),
    ("LimitExceeded", 409),
    ("MalformedCertificate", 400),
    ("MalformedPolicyDocument", 400),
    ("NameConflict", 409),
    ("NoSuchEntity", 404),
    ("NotSupportedService", 404),
    ("OpenIdIdpCommunicationError", 400),
    ("OrganizationNotFoundException", 400),
    ("OrganizationNotInAllFeaturesModeException", 400),
    ("PasswordPolicyViolation", 400),
    ("PolicyEvaluation", 500),
    ("PolicyNotAttachable", 400),
    ("ReportExpired", 410),
    ("ReportGenerationLimitExceeded", 409),
    ("ReportInProgress", 404),
    ("ReportNotPresent", 410),
    ("RoleModified", 409),
    ("RoleTemplateDisabled", 400),
    ("ServiceAccessNotEnabledException", 400),
    ("ServiceFailure", 500),
    ("UnmodifiableEntity", 400),
    ("UnrecognizedPublicKeyEncoding", 400),
];

static ACCESS_KEY: Shape = structure("AccessKey", &[
    req("UserName", &USER_NAME_TYPE),
    req("AccessKeyId", &ACCESS_KEY_ID_TYPE),
    req("Status", &STATUS_TYPE),
    req("SecretAccessKey", &ACCESS_KEY_SECRET_TYPE),
    opt("CreateDate", &DATE_TYPE),
]);
static ACCESS_KEY_ID_TYPE: Shape = text("accessKeyIdType").min(16).max(128).pattern(r"[\w]+");
static ACCESS_KEY_LAST_USED: Shape = structure("AccessKeyLastUsed", &[
    opt("LastUsedDate", &DATE_TYPE),
    req("ServiceName", &STRING_TYPE),
    req("Region", &STRING_TYPE),
]);
static ACCESS_KEY_METADATA: Shape = structure("AccessKeyMetadata", &[
    opt("UserName", &USER_NAME_TYPE),
    opt("AccessKeyId", &ACCESS_KEY_ID_TYPE),
    opt("Status", &STATUS_TYPE),
    opt("CreateDate", &DATE_TYPE),
]);
static ACCESS_KEY_METADATA_LIST_TYPE: Shape = list("accessKeyMetadataListType", &ACCESS_KEY_METADATA);
static ACCESS_KEY_SECRET_TYPE: Shape = text("accessKeySecretType").sensitive();
static ACTION_NAME_LIST_TYPE: Shape = list("ActionNameListType", &ACTION_NAME_TYPE);
static ACTION_NAME_TYPE: Shape = text("ActionNameType").min(3).max(128);
static ADD_ROLE_TO_INSTANCE_PROFILE_REQUEST: Shape = structure("AddRoleToInstanceProfileRequest", &[
    req("InstanceProfileName", &INSTANCE_PROFILE_NAME_TYPE),
    req("RoleName", &ROLE_NAME_TYPE),
]);
static ADD_USER_TO_GROUP_REQUEST: Shape = structure("AddUserToGroupRequest", &[
    req("GroupName", &GROUP_NAME_TYPE),
    req("UserName", &EXISTING_USER_NAME_TYPE),
]);
static ARN_TYPE: Shape = text("arnType").min(20).max(2048);
static ATTACHED_PERMISSIONS_BOUNDARY: Shape = structure("AttachedPermissionsBoundary", &[
    opt("PermissionsBoundaryType", &PERMISSIONS_BOUNDARY_ATTACHMENT_TYPE),
    opt("PermissionsBoundaryArn", &ARN_TYPE),
]);
static ATTACHED_POLICIES_LIST_TYPE: Shape = list("attachedPoliciesListType", &ATTACHED_POLICY);
static ATTACHED_POLICY: Shape = structure("AttachedPolicy", &[
    opt("PolicyName", &POLICY_NAME_TYPE),
    opt("PolicyArn", &ARN_TYPE),
]);
static ATTACHMENT_COUNT_TYPE: Shape = int("attachmentCountType");
static ATTACHMENT_NAME: Shape = text("AttachmentName").min(1).max(128).pattern(r"[\w+=,.@-]+");
static ATTACHMENT_TYPE: Shape = text("AttachmentType").values(&["user", "group", "role"]);
static ATTACH_GROUP_POLICY_REQUEST: Shape = structure("AttachGroupPolicyRequest", &[
    req("GroupName", &GROUP_NAME_TYPE),
    req("PolicyArn", &ARN_TYPE),
]);
static ATTACH_ROLE_POLICY_REQUEST: Shape = structure("AttachRolePolicyRequest", &[
    req("RoleName", &ROLE_NAME_TYPE),
    req("PolicyArn", &ARN_TYPE),
]);
static ATTACH_USER_POLICY_REQUEST: Shape = structure("AttachUserPolicyRequest", &[
    req("UserName", &USER_NAME_TYPE),
    req("PolicyArn", &ARN_TYPE),
]);
static BOOLEAN_OBJECT_TYPE: Shape = boolean("booleanObjectType");
static BOOLEAN_TYPE: Shape = boolean("booleanType");
static COLUMN_NUMBER: Shape = int("ColumnNumber");
static CONTEXT_ENTRY: Shape = structure("ContextEntry", &[
    opt("ContextKeyName", &CONTEXT_KEY_NAME_TYPE),
    opt("ContextKeyValues", &CONTEXT_KEY_VALUE_LIST_TYPE),
    opt("ContextKeyType", &CONTEXT_KEY_TYPE_ENUM),
]);
static CONTEXT_ENTRY_LIST_TYPE: Shape = list("ContextEntryListType", &CONTEXT_ENTRY);
static CONTEXT_KEY_NAMES_RESULT_LIST_TYPE: Shape = list("ContextKeyNamesResultListType", &CONTEXT_KEY_NAME_TYPE);
static CONTEXT_KEY_NAME_TYPE: Shape = text("ContextKeyNameType").min(5).max(256);
static CONTEXT_KEY_TYPE_ENUM: Shape = text("ContextKeyTypeEnum").values(&["string", "stringList", "numeric", "numericList", "boolean", "booleanList", "ip", "ipList", "binary", "binaryList", "date", "dateList"]);
static CONTEXT_KEY_VALUE_LIST_TYPE: Shape = list("ContextKeyValueListType", &CONTEXT_KEY_VALUE_TYPE);
static CONTEXT_KEY_VALUE_TYPE: Shape = text("ContextKeyValueType");
static CREATE_ACCESS_KEY_REQUEST: Shape = structure("CreateAccessKeyRequest", &[
    opt("UserName", &EXISTING_USER_NAME_TYPE),
]);
static CREATE_ACCESS_KEY_RESPONSE: Shape = structure("CreateAccessKeyResponse", &[
    req("AccessKey", &ACCESS_KEY),
]);
static CREATE_GROUP_REQUEST: Shape = structure("CreateGroupRequest", &[
    opt("Path", &PATH_TYPE),
    req("GroupName", &GROUP_NAME_TYPE),
]);
static CREATE_GROUP_RESPONSE: Shape = structure("CreateGroupResponse", &[
    req("Group", &GROUP),
]);
static CREATE_INSTANCE_PROFILE_REQUEST: Shape = structure("CreateInstanceProfileRequest", &[
    req("InstanceProfileName", &INSTANCE_PROFILE_NAME_TYPE),
    opt("Path", &PATH_TYPE),
    opt("Tags", &TAG_LIST_TYPE),
]);
static CREATE_INSTANCE_PROFILE_RESPONSE: Shape = structure("CreateInstanceProfileResponse", &[
    req("InstanceProfile", &INSTANCE_PROFILE),
]);
static CREATE_POLICY_REQUEST: Shape = structure("CreatePolicyRequest", &[
    req("PolicyName", &POLICY_NAME_TYPE),
    opt("Path", &POLICY_PATH_TYPE),
    req("PolicyDocument", &POLICY_DOCUMENT_TYPE),
    opt("Description", &POLICY_DESCRIPTION_TYPE),
    opt("Tags", &TAG_LIST_TYPE),
]);
static CREATE_POLICY_RESPONSE: Shape = structure("CreatePolicyResponse", &[
    opt("Policy", &POLICY),
]);
static CREATE_POLICY_VERSION_REQUEST: Shape = structure("CreatePolicyVersionRequest", &[
    req("PolicyArn", &ARN_TYPE),
    req("PolicyDocument", &POLICY_DOCUMENT_TYPE),
    opt("SetAsDefault", &BOOLEAN_TYPE),
]);
static CREATE_POLICY_VERSION_RESPONSE: Shape = structure("CreatePolicyVersionResponse", &[
    opt("PolicyVersion", &POLICY_VERSION),
]);
static CREATE_ROLE_REQUEST: Shape = structure("CreateRoleRequest", &[
    opt("Path", &PATH_TYPE),
    req("RoleName", &ROLE_NAME_TYPE),
    req("AssumeRolePolicyDocument", &POLICY_DOCUMENT_TYPE),
    opt("Description", &ROLE_DESCRIPTION_TYPE),
    opt("MaxSessionDuration", &ROLE_MAX_SESSION_DURATION_TYPE),
    opt("MaxSigninSessionDuration", &MAX_SIGNIN_SESSION_DURATION_TYPE),
    opt("PermissionsBoundary", &ARN_TYPE),
    opt("Tags", &TAG_LIST_TYPE),
]);
static CREATE_ROLE_RESPONSE: Shape = structure("CreateRoleResponse", &[
    req("Role", &ROLE),
]);
static CREATE_SERVICE_LINKED_ROLE_REQUEST: Shape = structure("CreateServiceLinkedRoleRequest", &[
    req("AWSServiceName", &GROUP_NAME_TYPE),
    opt("Description", &ROLE_DESCRIPTION_TYPE),
    opt("CustomSuffix", &CUSTOM_SUFFIX_TYPE),
]);
static CREATE_SERVICE_LINKED_ROLE_RESPONSE: Shape = structure("CreateServiceLinkedRoleResponse", &[
    opt("Role", &ROLE),
]);
static CREATE_USER_REQUEST: Shape = structure("CreateUserRequest", &[
    opt("Path", &PATH_TYPE),
    req("UserName", &USER_NAME_TYPE),
    opt("PermissionsBoundary", &ARN_TYPE),
    opt("Tags", &TAG_LIST_TYPE),
]);
static CREATE_USER_RESPONSE: Shape = structure("CreateUserResponse", &[
    opt("User", &USER),
]);
static CUSTOM_SUFFIX_TYPE: Shape = text("customSuffixType").min(1).max(64).pattern(r"[\w+=,.@-]+");
static DATE_TYPE: Shape = time("dateType");
static DELETE_ACCESS_KEY_REQUEST: Shape = structure("DeleteAccessKeyRequest", &[
    opt("UserName", &EXISTING_USER_NAME_TYPE),
    req("AccessKeyId", &ACCESS_KEY_ID_TYPE),
]);
static DELETE_GROUP_POLICY_REQUEST: Shape = structure("DeleteGroupPolicyRequest", &[
    req("GroupName", &GROUP_NAME_TYPE),
    req("PolicyName", &POLICY_NAME_TYPE),
]);
static DELETE_GROUP_REQUEST: Shape = structure("DeleteGroupRequest", &[
    req("GroupName", &GROUP_NAME_TYPE),
]);
static DELETE_INSTANCE_PROFILE_REQUEST: Shape = structure("DeleteInstanceProfileRequest", &[
    req("InstanceProfileName", &INSTANCE_PROFILE_NAME_TYPE),
]);
static DELETE_POLICY_REQUEST: Shape = structure("DeletePolicyRequest", &[
    req("PolicyArn", &ARN_TYPE),
]);
static DELETE_POLICY_VERSION_REQUEST: Shape = structure("DeletePolicyVersionRequest", &[
    req("PolicyArn", &ARN_TYPE),
    req("VersionId", &POLICY_VERSION_ID_TYPE),
]);
static DELETE_ROLE_PERMISSIONS_BOUNDARY_REQUEST: Shape = structure("DeleteRolePermissionsBoundaryRequest", &[
    req("RoleName", &ROLE_NAME_TYPE),
]);
static DELETE_ROLE_POLICY_REQUEST: Shape = structure("DeleteRolePolicyRequest", &[
    req("RoleName", &ROLE_NAME_TYPE),
    req("PolicyName", &POLICY_NAME_TYPE),
]);
static DELETE_ROLE_REQUEST: Shape = structure("DeleteRoleRequest", &[
    req("RoleName", &ROLE_NAME_TYPE),
]);
static DELETE_USER_PERMISSIONS_BOUNDARY_REQUEST: Shape = structure("DeleteUserPermissionsBoundaryRequest", &[
    req("UserName", &USER_NAME_TYPE),
]);
static DELETE_USER_POLICY_REQUEST: Shape = structure("DeleteUserPolicyRequest", &[
    req("UserName", &EXISTING_USER_NAME_TYPE),
    req("PolicyName", &POLICY_NAME_TYPE),
]);
static DELETE_USER_REQUEST: Shape = structure("DeleteUserRequest", &[
    req("UserName", &EXISTING_USER_NAME_TYPE),
]);
static DETACH_GROUP_POLICY_REQUEST: Shape = structure("DetachGroupPolicyRequest", &[
    req("GroupName", &GROUP_NAME_TYPE),
    req("PolicyArn", &ARN_TYPE),
]);
static DETACH_ROLE_POLICY_REQUEST: Shape = structure("DetachRolePolicyRequest", &[
    req("RoleName", &ROLE_NAME_TYPE),
    req("PolicyArn", &ARN_TYPE),
]);
static DETACH_USER_POLICY_REQUEST: Shape = structure("DetachUserPolicyRequest", &[
    req("UserName", &USER_NAME_TYPE),
    req("PolicyArn", &ARN_TYPE),
]);
static ENTITY_LIST_TYPE: Shape = list("entityListType", &ENTITY_TYPE);
static ENTITY_TYPE: Shape = text("EntityType").values(&["User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"]);
static EVALUATION_RESULT: Shape = structure("EvaluationResult", &[
    req("EvalActionName", &ACTION_NAME_TYPE),
    opt("EvalResourceName", &RESOURCE_NAME_TYPE),
    req("EvalDecision", &POLICY_EVALUATION_DECISION_TYPE),
    opt("MatchedStatements", &STATEMENT_LIST_TYPE),
    opt("MissingContextValues", &CONTEXT_KEY_NAMES_RESULT_LIST_TYPE),
    opt("OrganizationsDecisionDetail", &ORGANIZATIONS_DECISION_DETAIL),
    opt("PermissionsBoundaryDecisionDetail", &PERMISSIONS_BOUNDARY_DECISION_DETAIL),
    opt("EvalDecisionDetails", &EVAL_DECISION_DETAILS_TYPE),
    opt("ResourceSpecificResults", &RESOURCE_SPECIFIC_RESULT_LIST_TYPE),
]);
static EVALUATION_RESULTS_LIST_TYPE: Shape = list("EvaluationResultsListType", &EVALUATION_RESULT);
static EVAL_DECISION_DETAILS_TYPE: Shape = map("EvalDecisionDetailsType", &EVAL_DECISION_SOURCE_TYPE, &POLICY_EVALUATION_DECISION_TYPE);
static EVAL_DECISION_SOURCE_TYPE: Shape = text("EvalDecisionSourceType").min(3).max(256);
static EXISTING_USER_NAME_TYPE: Shape = text("existingUserNameType").min(1).max(128).pattern(r"[\w+=,.@-]+");
static GET_ACCESS_KEY_LAST_USED_REQUEST: Shape = structure("GetAccessKeyLastUsedRequest", &[
    req("AccessKeyId", &ACCESS_KEY_ID_TYPE),
]);
static GET_ACCESS_KEY_LAST_USED_RESPONSE: Shape = structure("GetAccessKeyLastUsedResponse", &[
    opt("UserName", &EXISTING_USER_NAME_TYPE),
    opt("AccessKeyLastUsed", &ACCESS_KEY_LAST_USED),
]);
static GET_ACCOUNT_AUTHORIZATION_DETAILS_REQUEST: Shape = structure("GetAccountAuthorizationDetailsRequest", &[
    opt("Filter", &ENTITY_LIST_TYPE),
    opt("MaxItems", &MAX_ITEMS_TYPE),
    opt("Marker", &MARKER_TYPE),
]);
static GET_ACCOUNT_AUTHORIZATION_DETAILS_RESPONSE: Shape = structure("GetAccountAuthorizationDetailsResponse", &[
    opt("UserDetailList", &USER_DETAIL_LIST_TYPE),
    opt("GroupDetailList", &GROUP_DETAIL_LIST_TYPE),
    opt("RoleDetailList", &ROLE_DETAIL_LIST_TYPE),
    opt("Policies", &MANAGED_POLICY_DETAIL_LIST_TYPE),
    opt("IsTruncated", &BOOLEAN_TYPE),
    opt("Marker", &RESPONSE_MARKER_TYPE),
]);
static GET_ACCOUNT_SUMMARY_RESPONSE: Shape = structure("GetAccountSummaryResponse", &[
    opt("SummaryMap", &SUMMARY_MAP_TYPE),
]);
static GET_CONTEXT_KEYS_FOR_CUSTOM_POLICY_REQUEST: Shape = structure("GetContextKeysForCustomPolicyRequest", &[
    req("PolicyInputList", &SIMULATION_POLICY_LIST_TYPE),
]);
static GET_CONTEXT_KEYS_FOR_POLICY_RESPONSE: Shape = structure("GetContextKeysForPolicyResponse", &[
    opt("ContextKeyNames", &CONTEXT_KEY_NAMES_RESULT_LIST_TYPE),
]);
static GET_CONTEXT_KEYS_FOR_PRINCIPAL_POLICY_REQUEST: Shape = structure("GetContextKeysForPrincipalPolicyRequest", &[
    req("PolicySourceArn", &ARN_TYPE),
    opt("PolicyInputList", &SIMULATION_POLICY_LIST_TYPE),
]);
static GET_GROUP_POLICY_REQUEST: Shape = structure("GetGroupPolicyRequest", &[
    req("GroupName", &GROUP_NAME_TYPE),
    req("PolicyName", &POLICY_NAME_TYPE),
]);
static GET_GROUP_POLICY_RESPONSE: Shape = structure("GetGroupPolicyResponse", &[
    req("GroupName", &GROUP_NAME_TYPE),
    req("PolicyName", &POLICY_NAME_TYPE),
    req("PolicyDocument", &POLICY_DOCUMENT_TYPE),
]);
static GET_GROUP_REQUEST: Shape = structure("GetGroupRequest", &[
    req("GroupName", &GROUP_NAME_TYPE),
    opt("Marker", &MARKER_TYPE),
    opt("MaxItems", &MAX_ITEMS_TYPE),
]);
static GET_GROUP_RESPONSE: Shape = structure("GetGroupResponse", &[
    req("Group", &GROUP),
    req("Users", &USER_LIST_TYPE),
    opt("IsTruncated", &BOOLEAN_TYPE),
    opt("Marker", &RESPONSE_MARKER_TYPE),
]);
static GET_INSTANCE_PROFILE_REQUEST: Shape = structure("GetInstanceProfileRequest", &[
    req("InstanceProfileName", &INSTANCE_PROFILE_NAME_TYPE),
]);
static GET_INSTANCE_PROFILE_RESPONSE: Shape = structure("GetInstanceProfileResponse", &[
    req("InstanceProfile", &INSTANCE_PROFILE),
]);
static GET_POLICY_REQUEST: Shape = structure("GetPolicyRequest", &[
    req("PolicyArn", &ARN_TYPE),
]);
static GET_POLICY_RESPONSE: Shape = structure("GetPolicyResponse", &[
    opt("Policy", &POLICY),
]);
static GET_POLICY_VERSION_REQUEST: Shape = structure("GetPolicyVersionRequest", &[
    req("PolicyArn", &ARN_TYPE),
    req("VersionId", &POLICY_VERSION_ID_TYPE),
]);
static GET_POLICY_VERSION_RESPONSE: Shape = structure("GetPolicyVersionResponse", &[
    opt("PolicyVersion", &POLICY_VERSION),
]);
static GET_ROLE_POLICY_REQUEST: Shape = structure("GetRolePolicyRequest", &[
    req("RoleName", &ROLE_NAME_TYPE),
    req("PolicyName", &POLICY_NAME_TYPE),
]);
static GET_ROLE_POLICY_RESPONSE: Shape = structure("GetRolePolicyResponse", &[
    req("RoleName", &ROLE_NAME_TYPE),
    req("PolicyName", &POLICY_NAME_TYPE),
    req("PolicyDocument", &POLICY_DOCUMENT_TYPE),
]);
static GET_ROLE_REQUEST: Shape = structure("GetRoleRequest", &[
    req("RoleName", &ROLE_NAME_TYPE),
]);
static GET_ROLE_RESPONSE: Shape = structure("GetRoleResponse", &[
    req("Role", &ROLE),
]);
static GET_USER_POLICY_REQUEST: Shape = structure("GetUserPolicyRequest", &[
    req("UserName", &EXISTING_USER_NAME_TYPE),
    req("PolicyName", &POLICY_NAME_TYPE),
]);
static GET_USER_POLICY_RESPONSE: Shape = structure("GetUserPolicyResponse", &[
    req("UserName", &EXISTING_USER_NAME_TYPE),
    req("PolicyName", &POLICY_NAME_TYPE),
    req("PolicyDocument", &POLICY_DOCUMENT_TYPE),
]);
static GET_USER_REQUEST: Shape = structure("GetUserRequest", &[
    opt("UserName", &EXISTING_USER_NAME_TYPE),
]);
static GET_USER_RESPONSE: Shape = structure("GetUserResponse", &[
    req("User", &USER),
]);
static GROUP: Shape = structure("Group", &[
    req("Path", &PATH_TYPE),
    req("GroupName", &GROUP_NAME_TYPE),
    req("GroupId", &ID_TYPE),
    req("Arn", &ARN_TYPE),
    req("CreateDate", &DATE_TYPE),
]);
static GROUP_DETAIL: Shape = structure("GroupDetail", &[
    opt("Path", &PATH_TYPE),
    opt("GroupName", &GROUP_NAME_TYPE),
    opt("GroupId", &ID_TYPE),
    opt("Arn", &ARN_TYPE),
    opt("CreateDate", &DATE_TYPE),
    opt("GroupPolicyList", &POLICY_DETAIL_LIST_TYPE),
    opt("AttachedManagedPolicies", &ATTACHED_POLICIES_LIST_TYPE),
]);
static GROUP_DETAIL_LIST_TYPE: Shape = list("groupDetailListType", &GROUP_DETAIL);
static GROUP_LIST_TYPE: Shape = list("groupListType", &GROUP);
static GROUP_NAME_LIST_TYPE: Shape = list("groupNameListType", &GROUP_NAME_TYPE);
static GROUP_NAME_TYPE: Shape = text("groupNameType").min(1).max(128).pattern(r"[\w+=,.@-]+");
static ID_TYPE: Shape = text("idType").min(16).max(128).pattern(r"[\w]+");
static INLINE_POLICY_IDENTIFIER_TYPE: Shape = structure("InlinePolicyIdentifierType", &[
    req("PolicyName", &POLICY_NAME_TYPE),
    req("AttachmentType", &ATTACHMENT_TYPE),
    req("AttachmentName", &ATTACHMENT_NAME),
]);
static INSTANCE_PROFILE: Shape = structure("InstanceProfile", &[
    req("Path", &PATH_TYPE),
    req("InstanceProfileName", &INSTANCE_PROFILE_NAME_TYPE),
    req("InstanceProfileId", &ID_TYPE),
    req("Arn", &ARN_TYPE),
    req("CreateDate", &DATE_TYPE),
    req("Roles", &ROLE_LIST_TYPE),
    opt("Tags", &TAG_LIST_TYPE),
]);
static INSTANCE_PROFILE_LIST_TYPE: Shape = list("instanceProfileListType", &INSTANCE_PROFILE);
static INSTANCE_PROFILE_NAME_TYPE: Shape = text("instanceProfileNameType").min(1).max(128).pattern(r"[\w+=,.@-]+");
static INTEGER_TYPE: Shape = int("integerType");
static LINE_NUMBER: Shape = int("LineNumber");
static LIST_ACCESS_KEYS_REQUEST: Shape = structure("ListAccessKeysRequest", &[
    opt("UserName", &EXISTING_USER_NAME_TYPE),
    opt("Marker", &MARKER_TYPE),
    opt("MaxItems", &MAX_ITEMS_TYPE),
]);
static LIST_ACCESS_KEYS_RESPONSE: Shape = structure("ListAccessKeysResponse", &[
    req("AccessKeyMetadata", &ACCESS_KEY_METADATA_LIST_TYPE),
    opt("IsTruncated", &BOOLEAN_TYPE),
    opt("Marker", &RESPONSE_MARKER_TYPE),
]);
static LIST_ATTACHED_GROUP_POLICIES_REQUEST: Shape = structure("ListAttachedGroupPoliciesRequest", &[
    req("GroupName", &GROUP_NAME_TYPE),
    opt("PathPrefix", &POLICY_PATH_TYPE),
    opt("Marker", &MARKER_TYPE),
    opt("MaxItems", &MAX_ITEMS_TYPE),
]);
static LIST_ATTACHED_GROUP_POLICIES_RESPONSE: Shape = structure("ListAttachedGroupPoliciesResponse", &[
    opt("AttachedPolicies", &ATTACHED_POLICIES_LIST_TYPE),
    opt("IsTruncated", &BOOLEAN_TYPE),
    opt("Marker", &RESPONSE_MARKER_TYPE),
]);
static LIST_ATTACHED_ROLE_POLICIES_REQUEST: Shape = structure("ListAttachedRolePoliciesRequest", &[
    req("RoleName", &ROLE_NAME_TYPE),
    opt("PathPrefix", &POLICY_PATH_TYPE),
    opt("Marker", &MARKER_TYPE),
    opt("MaxItems", &MAX_ITEMS_TYPE),
]);
static LIST_ATTACHED_ROLE_POLICIES_RESPONSE: Shape = structure("ListAttachedRolePoliciesResponse", &[
    opt("AttachedPolicies", &ATTACHED_POLICIES_LIST_TYPE),
    opt("IsTruncated", &BOOLEAN_TYPE),
    opt("Marker", &RESPONSE_MARKER_TYPE),
]);
static LIST_ATTACHED_USER_POLICIES_REQUEST: Shape = structure("ListAttachedUserPoliciesRequest", &[
    req("UserName", &USER_NAME_TYPE),
    opt("PathPrefix", &POLICY_PATH_TYPE),
    opt("Marker", &MARKER_TYPE),
    opt("MaxItems", &MAX_ITEMS_TYPE),
]);
static LIST_ATTACHED_USER_POLICIES_RESPONSE: Shape = structure("ListAttachedUserPoliciesResponse", &[
    opt("AttachedPolicies", &ATTACHED_POLICIES_LIST_TYPE),
    opt("IsTruncated", &BOOLEAN_TYPE),
    opt("Marker", &RESPONSE_MARKER_TYPE),
]);
static LIST_ENTITIES_FOR_POLICY_REQUEST: Shape = structure("ListEntitiesForPolicyRequest", &[
    req("PolicyArn", &ARN_TYPE),
    opt("EntityFilter", &ENTITY_TYPE),
    opt("PathPrefix", &PATH_TYPE),
    opt("PolicyUsageFilter", &POLICY_USAGE_TYPE),
    opt("Marker", &MARKER_TYPE),
    opt("MaxItems", &MAX_ITEMS_TYPE),
]);
static LIST_ENTITIES_FOR_POLICY_RESPONSE: Shape = structure("ListEntitiesForPolicyResponse", &[
    opt("PolicyGroups", &POLICY_GROUP_LIST_TYPE),
    opt("PolicyUsers", &POLICY_USER_LIST_TYPE),
    opt("PolicyRoles", &POLICY_ROLE_LIST_TYPE),
    opt("IsTruncated", &BOOLEAN_TYPE),
    opt("Marker", &RESPONSE_MARKER_TYPE),
]);
static LIST_GROUPS_FOR_USER_REQUEST: Shape = structure("ListGroupsForUserRequest", &[
    req("UserName", &EXISTING_USER_NAME_TYPE),
    opt("Marker", &MARKER_TYPE),
    opt("MaxItems", &MAX_ITEMS_TYPE),
]);
static LIST_GROUPS_FOR_USER_RESPONSE: Shape = structure("ListGroupsForUserResponse", &[
    req("Groups", &GROUP_LIST_TYPE),
    opt("IsTruncated", &BOOLEAN_TYPE),
    opt("Marker", &RESPONSE_MARKER_TYPE),
]);
static LIST_GROUPS_REQUEST: Shape = structure("ListGroupsRequest", &[
    opt("PathPrefix", &PATH_PREFIX_TYPE),
    opt("Marker", &MARKER_TYPE),
    opt("MaxItems", &MAX_ITEMS_TYPE),
]);
static LIST_GROUPS_RESPONSE: Shape = structure("ListGroupsResponse", &[
    req("Groups", &GROUP_LIST_TYPE),
    opt("IsTruncated", &BOOLEAN_TYPE),
    opt("Marker", &RESPONSE_MARKER_TYPE),
]);
static LIST_GROUP_POLICIES_REQUEST: Shape = structure("ListGroupPoliciesRequest", &[
    req("GroupName", &GROUP_NAME_TYPE),
    opt("Marker", &MARKER_TYPE),
    opt("MaxItems", &MAX_ITEMS_TYPE),
]);
static LIST_GROUP_POLICIES_RESPONSE: Shape = structure("ListGroupPoliciesResponse", &[
    req("PolicyNames", &POLICY_NAME_LIST_TYPE),
    opt("IsTruncated", &BOOLEAN_TYPE),
    opt("Marker", &RESPONSE_MARKER_TYPE),
]);
static LIST_INSTANCE_PROFILES_FOR_ROLE_REQUEST: Shape = structure("ListInstanceProfilesForRoleRequest", &[
    req("RoleName", &ROLE_NAME_TYPE),
    opt("Marker", &MARKER_TYPE),
    opt("MaxItems", &MAX_ITEMS_TYPE),
]);
static LIST_INSTANCE_PROFILES_FOR_ROLE_RESPONSE: Shape = structure("ListInstanceProfilesForRoleResponse", &[
    req("InstanceProfiles", &INSTANCE_PROFILE_LIST_TYPE),
    opt("IsTruncated", &BOOLEAN_TYPE),
    opt("Marker", &RESPONSE_MARKER_TYPE),
]);
static LIST_INSTANCE_PROFILES_REQUEST: Shape = structure("ListInstanceProfilesRequest", &[
    opt("PathPrefix", &PATH_PREFIX_TYPE),
    opt("Marker", &MARKER_TYPE),
    opt("MaxItems", &MAX_ITEMS_TYPE),
]);
static LIST_INSTANCE_PROFILES_RESPONSE: Shape = structure("ListInstanceProfilesResponse", &[
    req("InstanceProfiles", &INSTANCE_PROFILE_LIST_TYPE),
    opt("IsTruncated", &BOOLEAN_TYPE),
    opt("Marker", &RESPONSE_MARKER_TYPE),
]);
static LIST_POLICIES_REQUEST: Shape = structure("ListPoliciesRequest", &[
    opt("Scope", &POLICY_SCOPE_TYPE),
    opt("OnlyAttached", &BOOLEAN_TYPE),
    opt("PathPrefix", &POLICY_PATH_TYPE),
    opt("PolicyUsageFilter", &POLICY_USAGE_TYPE),
    opt("Marker", &MARKER_TYPE),
    opt("MaxItems", &MAX_ITEMS_TYPE),
]);
static LIST_POLICIES_RESPONSE: Shape = structure("ListPoliciesResponse", &[
    opt("Policies", &POLICY_LIST_TYPE),
    opt("IsTruncated", &BOOLEAN_TYPE),
    opt("Marker", &RESPONSE_MARKER_TYPE),
]);
static LIST_POLICY_TAGS_REQUEST: Shape = structure("ListPolicyTagsRequest", &[
    req("PolicyArn", &ARN_TYPE),
    opt("Marker", &MARKER_TYPE),
    opt("MaxItems", &MAX_ITEMS_TYPE),
]);
static LIST_POLICY_TAGS_RESPONSE: Shape = structure("ListPolicyTagsResponse", &[
    req("Tags", &TAG_LIST_TYPE),
    opt("IsTruncated", &BOOLEAN_TYPE),
    opt("Marker", &RESPONSE_MARKER_TYPE),
]);
static LIST_POLICY_VERSIONS_REQUEST: Shape = structure("ListPolicyVersionsRequest", &[
    req("PolicyArn", &ARN_TYPE),
    opt("Marker", &MARKER_TYPE),
    opt("MaxItems", &MAX_ITEMS_TYPE),
]);
static LIST_POLICY_VERSIONS_RESPONSE: Shape = structure("ListPolicyVersionsResponse", &[
    opt("Versions", &POLICY_DOCUMENT_VERSION_LIST_TYPE),
    opt("IsTruncated", &BOOLEAN_TYPE),
    opt("Marker", &RESPONSE_MARKER_TYPE),
]);
static LIST_ROLES_REQUEST: Shape = structure("ListRolesRequest", &[
    opt("PathPrefix", &PATH_PREFIX_TYPE),
    opt("Marker", &MARKER_TYPE),
    opt("MaxItems", &MAX_ITEMS_TYPE),
]);
static LIST_ROLES_RESPONSE: Shape = structure("ListRolesResponse", &[
    req("Roles", &ROLE_LIST_TYPE),
    opt("IsTruncated", &BOOLEAN_TYPE),
    opt("Marker", &RESPONSE_MARKER_TYPE),
]);
static LIST_ROLE_POLICIES_REQUEST: Shape = structure("ListRolePoliciesRequest", &[
    req("RoleName", &ROLE_NAME_TYPE),
    opt("Marker", &MARKER_TYPE),
    opt("MaxItems", &MAX_ITEMS_TYPE),
]);
static LIST_ROLE_POLICIES_RESPONSE: Shape = structure("ListRolePoliciesResponse", &[
    req("PolicyNames", &POLICY_NAME_LIST_TYPE),
    opt("IsTruncated", &BOOLEAN_TYPE),
    opt("Marker", &RESPONSE_MARKER_TYPE),
]);
static LIST_ROLE_TAGS_REQUEST: Shape = structure("ListRoleTagsRequest", &[
    req("RoleName", &ROLE_NAME_TYPE),
    opt("Marker", &MARKER_TYPE),
    opt("MaxItems", &MAX_ITEMS_TYPE),
]);
static LIST_ROLE_TAGS_RESPONSE: Shape = structure("ListRoleTagsResponse", &[
    req("Tags", &TAG_LIST_TYPE),
    opt("IsTruncated", &BOOLEAN_TYPE),
    opt("Marker", &RESPONSE_MARKER_TYPE),
]);
static LIST_USERS_REQUEST: Shape = structure("ListUsersRequest", &[
    opt("PathPrefix", &PATH_PREFIX_TYPE),
    opt("Marker", &MARKER_TYPE),
    opt("MaxItems", &MAX_ITEMS_TYPE),
]);
static LIST_USERS_RESPONSE: Shape = structure("ListUsersResponse", &[
    req("Users", &USER_LIST_TYPE),
    opt("IsTruncated", &BOOLEAN_TYPE),
    opt("Marker", &RESPONSE_MARKER_TYPE),
]);
static LIST_USER_POLICIES_REQUEST: Shape = structure("ListUserPoliciesRequest", &[
    req("UserName", &EXISTING_USER_NAME_TYPE),
    opt("Marker", &MARKER_TYPE),
    opt("MaxItems", &MAX_ITEMS_TYPE),
]);
static LIST_USER_POLICIES_RESPONSE: Shape = structure("ListUserPoliciesResponse", &[
    req("PolicyNames", &POLICY_NAME_LIST_TYPE),
    opt("IsTruncated", &BOOLEAN_TYPE),
    opt("Marker", &RESPONSE_MARKER_TYPE),
]);
static LIST_USER_TAGS_REQUEST: Shape = structure("ListUserTagsRequest", &[
    req("UserName", &EXISTING_USER_NAME_TYPE),
    opt("Marker", &MARKER_TYPE),
    opt("MaxItems", &MAX_ITEMS_TYPE),
]);
static LIST_USER_TAGS_RESPONSE: Shape = structure("ListUserTagsResponse", &[
    req("Tags", &TAG_LIST_TYPE),
    opt("IsTruncated", &BOOLEAN_TYPE),
    opt("Marker", &RESPONSE_MARKER_TYPE),
]);
static MANAGED_POLICY_DETAIL: Shape = structure("ManagedPolicyDetail", &[
    opt("PolicyName", &POLICY_NAME_TYPE),
    opt("PolicyId", &ID_TYPE),
    opt("Arn", &ARN_TYPE),
    opt("Path", &POLICY_PATH_TYPE),
    opt("DefaultVersionId", &POLICY_VERSION_ID_TYPE),
    opt("AttachmentCount", &ATTACHMENT_COUNT_TYPE),
    opt("PermissionsBoundaryUsageCount", &ATTACHMENT_COUNT_TYPE),
    opt("IsAttachable", &BOOLEAN_TYPE),
    opt("Description", &POLICY_DESCRIPTION_TYPE),
    opt("CreateDate", &DATE_TYPE),
    opt("UpdateDate", &DATE_TYPE),
    opt("PolicyVersionList", &POLICY_DOCUMENT_VERSION_LIST_TYPE),
]);
static MANAGED_POLICY_DETAIL_LIST_TYPE: Shape = list("ManagedPolicyDetailListType", &MANAGED_POLICY_DETAIL);
static MARKER_TYPE: Shape = text("markerType").min(1).max(320).pattern(r"[\u0020-\u00FF]+");
static MAX_ITEMS_TYPE: Shape = int("maxItemsType").min(1).max(1000);
static MAX_SIGNIN_SESSION_DURATION_TYPE: Shape = int("maxSigninSessionDurationType").min(3600).max(7776000);
static ORDERED_ORGANIZATION_POLICY_TYPE: Shape = structure("OrderedOrganizationPolicyType", &[
    opt("ServiceControlPolicyInputList", &SIMULATION_POLICY_LIST_TYPE),
]);
static ORGANIZATIONS_DECISION_DETAIL: Shape = structure("OrganizationsDecisionDetail", &[
    opt("AllowedByOrganizations", &BOOLEAN_TYPE),
]);
static ORGANIZATION_POLICY_LIST_TYPE: Shape = list("OrganizationPolicyListType", &ORDERED_ORGANIZATION_POLICY_TYPE).max(7);
static PATH_PREFIX_TYPE: Shape = text("pathPrefixType").min(1).max(512).pattern(r"\u002F[\u0021-\u007F]*");
static PATH_TYPE: Shape = text("pathType").min(1).max(512).pattern(r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)");
static PERMISSIONS_BOUNDARY_ATTACHMENT_TYPE: Shape = text("PermissionsBoundaryAttachmentType").values(&["PermissionsBoundaryPolicy"]);
static PERMISSIONS_BOUNDARY_DECISION_DETAIL: Shape = structure("PermissionsBoundaryDecisionDetail", &[
    opt("AllowedByPermissionsBoundary", &BOOLEAN_TYPE),
]);
static POLICY: Shape = structure("Policy", &[
    opt("PolicyName", &POLICY_NAME_TYPE),
    opt("PolicyId", &ID_TYPE),
    opt("Arn", &ARN_TYPE),
    opt("Path", &POLICY_PATH_TYPE),
    opt("DefaultVersionId", &POLICY_VERSION_ID_TYPE),
    opt("AttachmentCount", &ATTACHMENT_COUNT_TYPE),
    opt("PermissionsBoundaryUsageCount", &ATTACHMENT_COUNT_TYPE),
    opt("IsAttachable", &BOOLEAN_TYPE),
    opt("Description", &POLICY_DESCRIPTION_TYPE),
    opt("CreateDate", &DATE_TYPE),
    opt("UpdateDate", &DATE_TYPE),
    opt("Tags", &TAG_LIST_TYPE),
]);
static POLICY_DESCRIPTION_TYPE: Shape = text("policyDescriptionType").max(1000);
static POLICY_DETAIL: Shape = structure("PolicyDetail", &[
    opt("PolicyName", &POLICY_NAME_TYPE),
    opt("PolicyDocument", &POLICY_DOCUMENT_TYPE),
]);
static POLICY_DETAIL_LIST_TYPE: Shape = list("policyDetailListType", &POLICY_DETAIL);
static POLICY_DOCUMENT_TYPE: Shape = text("policyDocumentType").min(1).max(131072).pattern(r"[\u0009\u000A\u000D\u0020-\u00FF]+");
static POLICY_DOCUMENT_VERSION_LIST_TYPE: Shape = list("policyDocumentVersionListType", &POLICY_VERSION);
static POLICY_EVALUATION_DECISION_TYPE: Shape = text("PolicyEvaluationDecisionType").values(&["allowed", "explicitDeny", "implicitDeny"]);
static POLICY_EXCLUSIONS_LIST_TYPE: Shape = list("PolicyExclusionsListType", &POLICY_IDENTIFIER).max(256);
static POLICY_GROUP: Shape = structure("PolicyGroup", &[
    opt("GroupName", &GROUP_NAME_TYPE),
    opt("GroupId", &ID_TYPE),
]);
static POLICY_GROUP_LIST_TYPE: Shape = list("PolicyGroupListType", &POLICY_GROUP);
static POLICY_IDENTIFIER: Shape = structure("PolicyIdentifier", &[
    opt("PolicyType", &POLICY_IDENTIFIER_POLICY_TYPE),
    opt("PolicyArn", &ARN_TYPE),
    opt("InlinePolicyIdentifier", &INLINE_POLICY_IDENTIFIER_TYPE),
]);
static POLICY_IDENTIFIER_POLICY_TYPE: Shape = text("PolicyIdentifierPolicyType").values(&["inline", "aws-managed", "user-managed", "permission-boundary", "scp", "rcp"]);
static POLICY_IDENTIFIER_TYPE: Shape = text("PolicyIdentifierType");
static POLICY_LIST_TYPE: Shape = list("policyListType", &POLICY);
static POLICY_NAME_LIST_TYPE: Shape = list("policyNameListType", &POLICY_NAME_TYPE);
static POLICY_NAME_TYPE: Shape = text("policyNameType").min(1).max(128).pattern(r"[\w+=,.@-]+");
static POLICY_PATH_TYPE: Shape = text("policyPathType").min(1).max(512).pattern(r"((/[A-Za-z0-9\.,\+@=_-]+)*)/");
static POLICY_ROLE: Shape = structure("PolicyRole", &[
    opt("RoleName", &ROLE_NAME_TYPE),
    opt("RoleId", &ID_TYPE),
]);
static POLICY_ROLE_LIST_TYPE: Shape = list("PolicyRoleListType", &POLICY_ROLE);
static POLICY_SCOPE_TYPE: Shape = text("policyScopeType").values(&["All", "AWS", "Local"]);
static POLICY_SOURCE_TYPE: Shape = text("PolicySourceType").values(&["user", "group", "role", "aws-managed", "user-managed", "resource", "none"]);
static POLICY_USAGE_TYPE: Shape = text("PolicyUsageType").values(&["PermissionsPolicy", "PermissionsBoundary"]);
static POLICY_USER: Shape = structure("PolicyUser", &[
    opt("UserName", &USER_NAME_TYPE),
    opt("UserId", &ID_TYPE),
]);
static POLICY_USER_LIST_TYPE: Shape = list("PolicyUserListType", &POLICY_USER);
static POLICY_VERSION: Shape = structure("PolicyVersion", &[
    opt("Document", &POLICY_DOCUMENT_TYPE),
    opt("VersionId", &POLICY_VERSION_ID_TYPE),
    opt("IsDefaultVersion", &BOOLEAN_TYPE),
    opt("CreateDate", &DATE_TYPE),
]);
static POLICY_VERSION_ID_TYPE: Shape = text("policyVersionIdType").pattern(r"v[1-9][0-9]*(\.[A-Za-z0-9-]*)?");
static POSITION: Shape = structure("Position", &[
    opt("Line", &LINE_NUMBER),
    opt("Column", &COLUMN_NUMBER),
]);
static PUT_GROUP_POLICY_REQUEST: Shape = structure("PutGroupPolicyRequest", &[
    req("GroupName", &GROUP_NAME_TYPE),
    req("PolicyName", &POLICY_NAME_TYPE),
    req("PolicyDocument", &POLICY_DOCUMENT_TYPE),
]);
static PUT_ROLE_PERMISSIONS_BOUNDARY_REQUEST: Shape = structure("PutRolePermissionsBoundaryRequest", &[
    req("RoleName", &ROLE_NAME_TYPE),
    req("PermissionsBoundary", &ARN_TYPE),
]);
static PUT_ROLE_POLICY_REQUEST: Shape = structure("PutRolePolicyRequest", &[
    req("RoleName", &ROLE_NAME_TYPE),
    req("PolicyName", &POLICY_NAME_TYPE),
    req("PolicyDocument", &POLICY_DOCUMENT_TYPE),
]);
static PUT_USER_PERMISSIONS_BOUNDARY_REQUEST: Shape = structure("PutUserPermissionsBoundaryRequest", &[
    req("UserName", &USER_NAME_TYPE),
    req("PermissionsBoundary", &ARN_TYPE),
]);
static PUT_USER_POLICY_REQUEST: Shape = structure("PutUserPolicyRequest", &[
    req("UserName", &EXISTING_USER_NAME_TYPE),
    req("PolicyName", &POLICY_NAME_TYPE),
    req("PolicyDocument", &POLICY_DOCUMENT_TYPE),
]);
static REMOVE_ROLE_FROM_INSTANCE_PROFILE_REQUEST: Shape = structure("RemoveRoleFromInstanceProfileRequest", &[
    req("InstanceProfileName", &INSTANCE_PROFILE_NAME_TYPE),
    req("RoleName", &ROLE_NAME_TYPE),
]);
static REMOVE_USER_FROM_GROUP_REQUEST: Shape = structure("RemoveUserFromGroupRequest", &[
    req("GroupName", &GROUP_NAME_TYPE),
    req("UserName", &EXISTING_USER_NAME_TYPE),
]);
static RESOURCE_HANDLING_OPTION_TYPE: Shape = text("ResourceHandlingOptionType").min(1).max(64);
static RESOURCE_NAME_LIST_TYPE: Shape = list("ResourceNameListType", &RESOURCE_NAME_TYPE);
static RESOURCE_NAME_TYPE: Shape = text("ResourceNameType").min(1).max(2048);
static RESOURCE_SPECIFIC_RESULT: Shape = structure("ResourceSpecificResult", &[
    req("EvalResourceName", &RESOURCE_NAME_TYPE),
    req("EvalResourceDecision", &POLICY_EVALUATION_DECISION_TYPE),
    opt("MatchedStatements", &STATEMENT_LIST_TYPE),
    opt("MissingContextValues", &CONTEXT_KEY_NAMES_RESULT_LIST_TYPE),
    opt("EvalDecisionDetails", &EVAL_DECISION_DETAILS_TYPE),
    opt("PermissionsBoundaryDecisionDetail", &PERMISSIONS_BOUNDARY_DECISION_DETAIL),
]);
static RESOURCE_SPECIFIC_RESULT_LIST_TYPE: Shape = list("ResourceSpecificResultListType", &RESOURCE_SPECIFIC_RESULT);
static RESPONSE_MARKER_TYPE: Shape = text("responseMarkerType");
static ROLE: Shape = structure("Role", &[
    req("Path", &PATH_TYPE),
    req("RoleName", &ROLE_NAME_TYPE),
    req("RoleId", &ID_TYPE),
    req("Arn", &ARN_TYPE),
    req("CreateDate", &DATE_TYPE),
    opt("AssumeRolePolicyDocument", &POLICY_DOCUMENT_TYPE),
    opt("Description", &ROLE_DESCRIPTION_TYPE),
    opt("MaxSessionDuration", &ROLE_MAX_SESSION_DURATION_TYPE),
    opt("MaxSigninSessionDuration", &MAX_SIGNIN_SESSION_DURATION_TYPE),
    opt("PermissionsBoundary", &ATTACHED_PERMISSIONS_BOUNDARY),
    opt("Tags", &TAG_LIST_TYPE),
    opt("RoleLastUsed", &ROLE_LAST_USED),
    opt("SourceRoleTemplate", &SOURCE_ROLE_TEMPLATE),
]);
static ROLE_DESCRIPTION_TYPE: Shape = text("roleDescriptionType").max(1000).pattern(r"[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*");
static ROLE_DETAIL: Shape = structure("RoleDetail", &[
    opt("Path", &PATH_TYPE),
    opt("RoleName", &ROLE_NAME_TYPE),
    opt("RoleId", &ID_TYPE),
    opt("Arn", &ARN_TYPE),
    opt("CreateDate", &DATE_TYPE),
    opt("AssumeRolePolicyDocument", &POLICY_DOCUMENT_TYPE),
    opt("InstanceProfileList", &INSTANCE_PROFILE_LIST_TYPE),
    opt("RolePolicyList", &POLICY_DETAIL_LIST_TYPE),
    opt("AttachedManagedPolicies", &ATTACHED_POLICIES_LIST_TYPE),
    opt("PermissionsBoundary", &ATTACHED_PERMISSIONS_BOUNDARY),
    opt("Tags", &TAG_LIST_TYPE),
    opt("RoleLastUsed", &ROLE_LAST_USED),
]);
static ROLE_DETAIL_LIST_TYPE: Shape = list("roleDetailListType", &ROLE_DETAIL);
static ROLE_LAST_USED: Shape = structure("RoleLastUsed", &[
    opt("LastUsedDate", &DATE_TYPE),
    opt("Region", &STRING_TYPE),
]);
static ROLE_LIST_TYPE: Shape = list("roleListType", &ROLE);
static ROLE_MAX_SESSION_DURATION_TYPE: Shape = int("roleMaxSessionDurationType").min(3600).max(43200);
static ROLE_NAME_TYPE: Shape = text("roleNameType").min(1).max(64).pattern(r"[\w+=,.@-]+");
static SET_DEFAULT_POLICY_VERSION_REQUEST: Shape = structure("SetDefaultPolicyVersionRequest", &[
    req("PolicyArn", &ARN_TYPE),
    req("VersionId", &POLICY_VERSION_ID_TYPE),
]);
static SIMULATE_CUSTOM_POLICY_REQUEST: Shape = structure("SimulateCustomPolicyRequest", &[
    req("PolicyInputList", &SIMULATION_POLICY_LIST_TYPE),
    opt("PermissionsBoundaryPolicyInputList", &SIMULATION_POLICY_LIST_TYPE),
    opt("OrderedOrganizationPolicyInputList", &ORGANIZATION_POLICY_LIST_TYPE),
    req("ActionNames", &ACTION_NAME_LIST_TYPE),
    opt("ResourceArns", &RESOURCE_NAME_LIST_TYPE),
    opt("ResourcePolicy", &POLICY_DOCUMENT_TYPE),
    opt("ResourceOwner", &RESOURCE_NAME_TYPE),
    opt("CallerArn", &RESOURCE_NAME_TYPE),
    opt("ContextEntries", &CONTEXT_ENTRY_LIST_TYPE),
    opt("ResourceHandlingOption", &RESOURCE_HANDLING_OPTION_TYPE),
    opt("MaxItems", &MAX_ITEMS_TYPE),
    opt("Marker", &MARKER_TYPE),
]);
static SIMULATE_POLICY_RESPONSE: Shape = structure("SimulatePolicyResponse", &[
    opt("EvaluationResults", &EVALUATION_RESULTS_LIST_TYPE),
    opt("IsTruncated", &BOOLEAN_TYPE),
    opt("Marker", &RESPONSE_MARKER_TYPE),
]);
static SIMULATE_PRINCIPAL_POLICY_REQUEST: Shape = structure("SimulatePrincipalPolicyRequest", &[
    req("PolicySourceArn", &ARN_TYPE),
    opt("PolicyInputList", &SIMULATION_POLICY_LIST_TYPE),
    opt("PermissionsBoundaryPolicyInputList", &SIMULATION_POLICY_LIST_TYPE),
    opt("PolicyExclusionList", &POLICY_EXCLUSIONS_LIST_TYPE),
    req("ActionNames", &ACTION_NAME_LIST_TYPE),
    opt("ResourceArns", &RESOURCE_NAME_LIST_TYPE),
    opt("ResourcePolicy", &POLICY_DOCUMENT_TYPE),
    opt("ResourceOwner", &RESOURCE_NAME_TYPE),
    opt("CallerArn", &RESOURCE_NAME_TYPE),
    opt("ContextEntries", &CONTEXT_ENTRY_LIST_TYPE),
    opt("ResourceHandlingOption", &RESOURCE_HANDLING_OPTION_TYPE),
    opt("MaxItems", &MAX_ITEMS_TYPE),
    opt("Marker", &MARKER_TYPE),
]);
static SIMULATION_POLICY_LIST_TYPE: Shape = list("SimulationPolicyListType", &POLICY_DOCUMENT_TYPE);
static SOURCE_ROLE_TEMPLATE: Shape = structure("SourceRoleTemplate", &[
    req("TemplateArn", &ARN_TYPE),
    req("TemplateMinorVersion", &INTEGER_TYPE),
]);
static STATEMENT: Shape = structure("Statement", &[
    opt("SourcePolicyId", &POLICY_IDENTIFIER_TYPE),
    opt("SourcePolicyType", &POLICY_SOURCE_TYPE),
    opt("StartPosition", &POSITION),
    opt("EndPosition", &POSITION),
]);
static STATEMENT_LIST_TYPE: Shape = list("StatementListType", &STATEMENT);
static STATUS_TYPE: Shape = text("statusType").values(&["Active", "Inactive", "Expired"]);
static STRING_TYPE: Shape = text("stringType");
static SUMMARY_KEY_TYPE: Shape = text("summaryKeyType").values(&["Users", "UsersQuota", "Groups", "GroupsQuota", "ServerCertificates", "ServerCertificatesQuota", "UserPolicySizeQuota", "GroupPolicySizeQuota", "GroupsPerUserQuota", "SigningCertificatesPerUserQuota", "AccessKeysPerUserQuota", "MFADevices", "MFADevicesInUse", "AccountMFAEnabled", "AccountAccessKeysPresent", "AccountPasswordPresent", "AccountSigningCertificatesPresent", "AttachedPoliciesPerGroupQuota", "AttachedPoliciesPerRoleQuota", "AttachedPoliciesPerUserQuota", "Policies", "PoliciesQuota", "PolicySizeQuota", "PolicyVersionsInUse", "PolicyVersionsInUseQuota", "VersionsPerPolicyQuota", "GlobalEndpointTokenVersion", "AssumeRolePolicySizeQuota", "InstanceProfiles", "InstanceProfilesQuota", "Providers", "RolePolicySizeQuota", "Roles", "RolesQuota"]);
static SUMMARY_MAP_TYPE: Shape = map("summaryMapType", &SUMMARY_KEY_TYPE, &SUMMARY_VALUE_TYPE);
static SUMMARY_VALUE_TYPE: Shape = int("summaryValueType");
static TAG: Shape = structure("Tag", &[
    req("Key", &TAG_KEY_TYPE),
    req("Value", &TAG_VALUE_TYPE),
]);
static TAG_KEY_LIST_TYPE: Shape = list("tagKeyListType", &TAG_KEY_TYPE).max(50);
static TAG_KEY_TYPE: Shape = text("tagKeyType").min(1).max(128).pattern(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+");
static TAG_LIST_TYPE: Shape = list("tagListType", &TAG).max(50);
static TAG_POLICY_REQUEST: Shape = structure("TagPolicyRequest", &[
    req("PolicyArn", &ARN_TYPE),
    req("Tags", &TAG_LIST_TYPE),
]);
static TAG_ROLE_REQUEST: Shape = structure("TagRoleRequest", &[
    req("RoleName", &ROLE_NAME_TYPE),
    req("Tags", &TAG_LIST_TYPE),
]);
static TAG_USER_REQUEST: Shape = structure("TagUserRequest", &[
    req("UserName", &EXISTING_USER_NAME_TYPE),
    req("Tags", &TAG_LIST_TYPE),
]);
static TAG_VALUE_TYPE: Shape = text("tagValueType").min(0).max(256).pattern(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*");
static UNTAG_POLICY_REQUEST: Shape = structure("UntagPolicyRequest", &[
    req("PolicyArn", &ARN_TYPE),
    req("TagKeys", &TAG_KEY_LIST_TYPE),
]);
static UNTAG_ROLE_REQUEST: Shape = structure("UntagRoleRequest", &[
    req("RoleName", &ROLE_NAME_TYPE),
    req("TagKeys", &TAG_KEY_LIST_TYPE),
]);
static UNTAG_USER_REQUEST: Shape = structure("UntagUserRequest", &[
    req("UserName", &EXISTING_USER_NAME_TYPE),
    req("TagKeys", &TAG_KEY_LIST_TYPE),
]);
static UPDATE_ACCESS_KEY_REQUEST: Shape = structure("UpdateAccessKeyRequest", &[
    opt("UserName", &EXISTING_USER_NAME_TYPE),
    req("AccessKeyId", &ACCESS_KEY_ID_TYPE),
    req("Status", &STATUS_TYPE),
]);
static UPDATE_ASSUME_ROLE_POLICY_REQUEST: Shape = structure("UpdateAssumeRolePolicyRequest", &[
    req("RoleName", &ROLE_NAME_TYPE),
    req("PolicyDocument", &POLICY_DOCUMENT_TYPE),
]);
static UPDATE_GROUP_REQUEST: Shape = structure("UpdateGroupRequest", &[
    req("GroupName", &GROUP_NAME_TYPE),
    opt("NewPath", &PATH_TYPE),
    opt("NewGroupName", &GROUP_NAME_TYPE),
]);
static UPDATE_ROLE_DESCRIPTION_REQUEST: Shape = structure("UpdateRoleDescriptionRequest", &[
    req("RoleName", &ROLE_NAME_TYPE),
    req("Description", &ROLE_DESCRIPTION_TYPE),
]);
static UPDATE_ROLE_DESCRIPTION_RESPONSE: Shape = structure("UpdateRoleDescriptionResponse", &[
    opt("Role", &ROLE),
]);
static UPDATE_ROLE_REQUEST: Shape = structure("UpdateRoleRequest", &[
    req("RoleName", &ROLE_NAME_TYPE),
    opt("Description", &ROLE_DESCRIPTION_TYPE),
    opt("MaxSessionDuration", &ROLE_MAX_SESSION_DURATION_TYPE),
    opt("MaxSigninSessionDuration", &MAX_SIGNIN_SESSION_DURATION_TYPE),
    opt("ResetMaxSigninSessionDuration", &BOOLEAN_OBJECT_TYPE),
]);
static UPDATE_ROLE_RESPONSE: Shape = structure("UpdateRoleResponse", &[]);
static UPDATE_USER_REQUEST: Shape = structure("UpdateUserRequest", &[
    req("UserName", &EXISTING_USER_NAME_TYPE),
    opt("NewPath", &PATH_TYPE),
    opt("NewUserName", &USER_NAME_TYPE),
]);
static USER: Shape = structure("User", &[
    req("Path", &PATH_TYPE),
    req("UserName", &USER_NAME_TYPE),
    req("UserId", &ID_TYPE),
    req("Arn", &ARN_TYPE),
    req("CreateDate", &DATE_TYPE),
    opt("PasswordLastUsed", &DATE_TYPE),
    opt("PermissionsBoundary", &ATTACHED_PERMISSIONS_BOUNDARY),
    opt("Tags", &TAG_LIST_TYPE),
]);
static USER_DETAIL: Shape = structure("UserDetail", &[
    opt("Path", &PATH_TYPE),
    opt("UserName", &USER_NAME_TYPE),
    opt("UserId", &ID_TYPE),
    opt("Arn", &ARN_TYPE),
    opt("CreateDate", &DATE_TYPE),
    opt("UserPolicyList", &POLICY_DETAIL_LIST_TYPE),
    opt("GroupList", &GROUP_NAME_LIST_TYPE),
    opt("AttachedManagedPolicies", &ATTACHED_POLICIES_LIST_TYPE),
    opt("PermissionsBoundary", &ATTACHED_PERMISSIONS_BOUNDARY),
    opt("Tags", &TAG_LIST_TYPE),
]);
static USER_DETAIL_LIST_TYPE: Shape = list("userDetailListType", &USER_DETAIL);
static USER_LIST_TYPE: Shape = list("userListType", &USER);
static USER_NAME_TYPE: Shape = text("userNameType").min(1).max(64).pattern(r"[\w+=,.@-]+");
