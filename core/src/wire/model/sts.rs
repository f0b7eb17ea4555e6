//! AWS Security Token Service, 2011-06-15. Written by core/model.py from botocore 1.44.8: do not edit.

use super::*;

/// The service.
pub static STS: ServiceModel = ServiceModel {
    name: "sts",
    dialect: Dialect::Query,
    target_prefix: "",
    version: "2011-06-15",
    namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    operations: OPERATIONS,
    others: OTHERS,
    errors: ERRORS,
};

static OPERATIONS: &[OperationModel] = &[
    operation("AssumeRole", Some(&ASSUME_ROLE_REQUEST), Some(&ASSUME_ROLE_RESPONSE), &["ExpiredTokenException", "InvalidContextAssertion", "MalformedPolicyDocument", "PackedPolicyTooLarge", "RegionDisabledException"]),
    operation("DecodeAuthorizationMessage", Some(&DECODE_AUTHORIZATION_MESSAGE_REQUEST), Some(&DECODE_AUTHORIZATION_MESSAGE_RESPONSE), &["InvalidAuthorizationMessageException"]),
    operation("GetAccessKeyInfo", Some(&GET_ACCESS_KEY_INFO_REQUEST), Some(&GET_ACCESS_KEY_INFO_RESPONSE), &[]),
    operation("GetCallerIdentity", Some(&GET_CALLER_IDENTITY_REQUEST), Some(&GET_CALLER_IDENTITY_RESPONSE), &[]),
    operation("GetFederationToken", Some(&GET_FEDERATION_TOKEN_REQUEST), Some(&GET_FEDERATION_TOKEN_RESPONSE), &["MalformedPolicyDocument", "PackedPolicyTooLarge", "RegionDisabledException"]),
    operation("GetSessionToken", Some(&GET_SESSION_TOKEN_REQUEST), Some(&GET_SESSION_TOKEN_RESPONSE), &["RegionDisabledException"]),
];

static OTHERS: &[OperationModel] = &[
    operation("AssumeRoleWithSAML", None, None, &[]),
    operation("AssumeRoleWithWebIdentity", None, None, &[]),
    operation("AssumeRoot", None, None, &[]),
    operation("GetDelegatedAccessToken", None, None, &[]),
    operation("GetScopedCredentials", None, None, &[]),
    operation("GetWebIdentityToken", None, None, &[]),
];

static ERRORS: &[(&str, u16)] = &[
    ("ExpiredTokenException", 400),
    ("ExpiredTradeInTokenException", 400),
    ("IDPCommunicationError", 400),
    ("IDPRejectedClaim", 403),
    ("InsufficientSessionLifetime", 400),
    ("InvalidAuthorizationMessageException", 400),
    ("InvalidContextAssertion", 400),
    ("InvalidIdentityToken", 400),
    ("InvalidSubjectCredentials", 400),
    ("JWTPayloadSizeExceededException", 400),
    ("MalformedPolicyDocument", 400),
    ("OutboundWebIdentityFederationDisabledException", 403),
    ("PackedPolicyTooLarge", 400),
    ("RegionDisabledException", 403),
    ("SessionDurationEscalationException", 403),
];

static ACCESS_KEY_ID_TYPE: Shape = text("accessKeyIdType").min(16).max(128).pattern(r"[\w]*");
static ACCESS_KEY_SECRET_TYPE: Shape = text("accessKeySecretType").sensitive();
static ACCOUNT_TYPE: Shape = text("accountType");
static ARN_TYPE: Shape = text("arnType").min(20).max(2048).pattern(r"[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+");
static ASSUMED_ROLE_ID_TYPE: Shape = text("assumedRoleIdType").min(2).max(193).pattern(r"[\w+=,.@:-]*");
static ASSUMED_ROLE_USER: Shape = structure("AssumedRoleUser", &[
    req("AssumedRoleId", &ASSUMED_ROLE_ID_TYPE),
    req("Arn", &ARN_TYPE),
]);
static ASSUME_ROLE_REQUEST: Shape = structure("AssumeRoleRequest", &[
    req("RoleArn", &ARN_TYPE),
    req("RoleSessionName", &ROLE_SESSION_NAME_TYPE),
    opt("PolicyArns", &POLICY_DESCRIPTOR_LIST_TYPE),
    opt("Policy", &UNRESTRICTED_SESSION_POLICY_DOCUMENT_TYPE),
    opt("DurationSeconds", &ROLE_DURATION_SECONDS_TYPE),
    opt("Tags", &TAG_LIST_TYPE),
    opt("TransitiveTagKeys", &TAG_KEY_LIST_TYPE),
    opt("ExternalId", &EXTERNAL_ID_TYPE),
    opt("SerialNumber", &SERIAL_NUMBER_TYPE),
    opt("TokenCode", &TOKEN_CODE_TYPE),
    opt("SourceIdentity", &SOURCE_IDENTITY_TYPE),
    opt("ProvidedContexts", &PROVIDED_CONTEXTS_LIST_TYPE),
    opt("MinimumSessionTokenSize", &MINIMUM_SESSION_TOKEN_SIZE_TYPE),
]);
static ASSUME_ROLE_RESPONSE: Shape = structure("AssumeRoleResponse", &[
    opt("Credentials", &CREDENTIALS),
    opt("AssumedRoleUser", &ASSUMED_ROLE_USER),
    opt("PackedPolicySize", &NON_NEGATIVE_INTEGER_TYPE),
    opt("SourceIdentity", &SOURCE_IDENTITY_TYPE),
    opt("SessionTokenUtilization", &SESSION_TOKEN_UTILIZATION_TYPE),
    opt("SessionTokenSize", &SESSION_TOKEN_SIZE_TYPE),
]);
static CONTEXT_ASSERTION_TYPE: Shape = text("contextAssertionType").min(4).max(3072);
static CREDENTIALS: Shape = structure("Credentials", &[
    req("AccessKeyId", &ACCESS_KEY_ID_TYPE),
    req("SecretAccessKey", &ACCESS_KEY_SECRET_TYPE),
    req("SessionToken", &TOKEN_TYPE),
    req("Expiration", &DATE_TYPE),
]);
static DATE_TYPE: Shape = time("dateType");
static DECODED_MESSAGE_TYPE: Shape = text("decodedMessageType");
static DECODE_AUTHORIZATION_MESSAGE_REQUEST: Shape = structure("DecodeAuthorizationMessageRequest", &[
    req("EncodedMessage", &ENCODED_MESSAGE_TYPE),
]);
static DECODE_AUTHORIZATION_MESSAGE_RESPONSE: Shape = structure("DecodeAuthorizationMessageResponse", &[
    opt("DecodedMessage", &DECODED_MESSAGE_TYPE),
]);
static DURATION_SECONDS_TYPE: Shape = int("durationSecondsType").min(900).max(129600);
static ENCODED_MESSAGE_TYPE: Shape = text("encodedMessageType").min(1).max(10240);
static EXTERNAL_ID_TYPE: Shape = text("externalIdType").min(2).max(1224).pattern(r"[\w+=,.@:\/-]*");
static FEDERATED_ID_TYPE: Shape = text("federatedIdType").min(2).max(193).pattern(r"[\w+=,.@\:-]*");
static FEDERATED_USER: Shape = structure("FederatedUser", &[
    req("FederatedUserId", &FEDERATED_ID_TYPE),
    req("Arn", &ARN_TYPE),
]);
static GET_ACCESS_KEY_INFO_REQUEST: Shape = structure("GetAccessKeyInfoRequest", &[
    req("AccessKeyId", &ACCESS_KEY_ID_TYPE),
]);
static GET_ACCESS_KEY_INFO_RESPONSE: Shape = structure("GetAccessKeyInfoResponse", &[
    opt("Account", &ACCOUNT_TYPE),
]);
static GET_CALLER_IDENTITY_REQUEST: Shape = structure("GetCallerIdentityRequest", &[]);
static GET_CALLER_IDENTITY_RESPONSE: Shape = structure("GetCallerIdentityResponse", &[
    opt("UserId", &USER_ID_TYPE),
    opt("Account", &ACCOUNT_TYPE),
    opt("Arn", &ARN_TYPE),
]);
static GET_FEDERATION_TOKEN_REQUEST: Shape = structure("GetFederationTokenRequest", &[
    req("Name", &USER_NAME_TYPE),
    opt("Policy", &SESSION_POLICY_DOCUMENT_TYPE),
    opt("PolicyArns", &POLICY_DESCRIPTOR_LIST_TYPE),
    opt("DurationSeconds", &DURATION_SECONDS_TYPE),
    opt("Tags", &TAG_LIST_TYPE),
    opt("MinimumSessionTokenSize", &MINIMUM_SESSION_TOKEN_SIZE_TYPE),
]);
static GET_FEDERATION_TOKEN_RESPONSE: Shape = structure("GetFederationTokenResponse", &[
    opt("Credentials", &CREDENTIALS),
    opt("FederatedUser", &FEDERATED_USER),
    opt("PackedPolicySize", &NON_NEGATIVE_INTEGER_TYPE),
    opt("SessionTokenUtilization", &SESSION_TOKEN_UTILIZATION_TYPE),
    opt("SessionTokenSize", &SESSION_TOKEN_SIZE_TYPE),
]);
static GET_SESSION_TOKEN_REQUEST: Shape = structure("GetSessionTokenRequest", &[
    opt("DurationSeconds", &DURATION_SECONDS_TYPE),
    opt("SerialNumber", &SERIAL_NUMBER_TYPE),
    opt("TokenCode", &TOKEN_CODE_TYPE),
    opt("MinimumSessionTokenSize", &MINIMUM_SESSION_TOKEN_SIZE_TYPE),
]);
static GET_SESSION_TOKEN_RESPONSE: Shape = structure("GetSessionTokenResponse", &[
    opt("Credentials", &CREDENTIALS),
    opt("SessionTokenUtilization", &SESSION_TOKEN_UTILIZATION_TYPE),
    opt("SessionTokenSize", &SESSION_TOKEN_SIZE_TYPE),
]);
static MINIMUM_SESSION_TOKEN_SIZE_TYPE: Shape = int("minimumSessionTokenSizeType").min(0).max(4096);
static NON_NEGATIVE_INTEGER_TYPE: Shape = int("nonNegativeIntegerType").min(0);
static POLICY_DESCRIPTOR_LIST_TYPE: Shape = list("policyDescriptorListType", &POLICY_DESCRIPTOR_TYPE);
static POLICY_DESCRIPTOR_TYPE: Shape = structure("PolicyDescriptorType", &[
    opt("arn", &ARN_TYPE),
]);
static PROVIDED_CONTEXT: Shape = structure("ProvidedContext", &[
    opt("ProviderArn", &ARN_TYPE),
    opt("ContextAssertion", &CONTEXT_ASSERTION_TYPE),
]);
static PROVIDED_CONTEXTS_LIST_TYPE: Shape = list("ProvidedContextsListType", &PROVIDED_CONTEXT).min(1).max(5);
static ROLE_DURATION_SECONDS_TYPE: Shape = int("roleDurationSecondsType").min(900).max(43200);
static ROLE_SESSION_NAME_TYPE: Shape = text("roleSessionNameType").min(2).max(64).pattern(r"[\w+=,.@-]*");
static SERIAL_NUMBER_TYPE: Shape = text("serialNumberType").min(9).max(256).pattern(r"[\w+=/:,.@-]*");
static SESSION_POLICY_DOCUMENT_TYPE: Shape = text("sessionPolicyDocumentType").min(1).max(2048).pattern(r"[\u0009\u000A\u000D\u0020-\u00FF]+");
static SESSION_TOKEN_SIZE_TYPE: Shape = int("sessionTokenSizeType").min(0);
static SESSION_TOKEN_UTILIZATION_TYPE: Shape = int("sessionTokenUtilizationType").min(0);
static SOURCE_IDENTITY_TYPE: Shape = text("sourceIdentityType").min(2).max(256).pattern(r"[\w+=,.@-]*");
static TAG: Shape = structure("Tag", &[
    req("Key", &TAG_KEY_TYPE),
    req("Value", &TAG_VALUE_TYPE),
]);
static TAG_KEY_LIST_TYPE: Shape = list("tagKeyListType", &TAG_KEY_TYPE).max(50);
static TAG_KEY_TYPE: Shape = text("tagKeyType").min(1).max(128).pattern(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+");
static TAG_LIST_TYPE: Shape = list("tagListType", &TAG).max(50);
static TAG_VALUE_TYPE: Shape = text("tagValueType").min(0).max(256).pattern(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*");
static TOKEN_CODE_TYPE: Shape = text("tokenCodeType").min(6).max(6).pattern(r"[\d]*");
static TOKEN_TYPE: Shape = text("tokenType");
static UNRESTRICTED_SESSION_POLICY_DOCUMENT_TYPE: Shape = text("unrestrictedSessionPolicyDocumentType").min(1).pattern(r"[\u0009\u000A\u000D\u0020-\u00FF]+");
static USER_ID_TYPE: Shape = text("userIdType");
static USER_NAME_TYPE: Shape = text("userNameType").min(2).max(32).pattern(r"[\w+=,.@-]*");
