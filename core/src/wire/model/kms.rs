//! AWS Key Management Service, 2014-11-01. Written by core/model.py from botocore 1.44.8: do not edit.

use super::*;

/// The service.
pub static KMS: ServiceModel = ServiceModel {
    name: "kms",
    dialect: Dialect::Json,
    target_prefix: "TrentService",
    version: "2014-11-01",
    namespace: "",
    operations: OPERATIONS,
    others: OTHERS,
    errors: ERRORS,
};

static OPERATIONS: &[OperationModel] = &[
    operation("CancelKeyDeletion", Some(&CANCEL_KEY_DELETION_REQUEST), Some(&CANCEL_KEY_DELETION_RESPONSE), &["DependencyTimeoutException", "InvalidArnException", "KMSInternalException", "KMSInvalidStateException", "NotFoundException"]),
    operation("ConnectCustomKeyStore", Some(&CONNECT_CUSTOM_KEY_STORE_REQUEST), Some(&CONNECT_CUSTOM_KEY_STORE_RESPONSE), &["CloudHsmClusterInvalidConfigurationException", "CloudHsmClusterNotActiveException", "CustomKeyStoreInvalidStateException", "CustomKeyStoreNotFoundException", "KMSInternalException"]),
    operation("CreateAlias", Some(&CREATE_ALIAS_REQUEST), None, &["AlreadyExistsException", "DependencyTimeoutException", "InvalidAliasNameException", "KMSInternalException", "KMSInvalidStateException", "LimitExceededException", "NotFoundException"]),
    operation("CreateCustomKeyStore", Some(&CREATE_CUSTOM_KEY_STORE_REQUEST), Some(&CREATE_CUSTOM_KEY_STORE_RESPONSE), &["CloudHsmClusterInUseException", "CloudHsmClusterInvalidConfigurationException", "CloudHsmClusterNotActiveException", "CloudHsmClusterNotFoundException", "CustomKeyStoreNameInUseException", "IncorrectTrustAnchorException", "KMSInternalException", "LimitExceededException", "XksProxyIncorrectAuthenticationCredentialException", "XksProxyInvalidConfigurationException", "XksProxyInvalidResponseException", "XksProxyUriEndpointInUseException", "XksProxyUriInUseException", "XksProxyUriUnreachableException", "XksProxyVpcEndpointServiceInUseException", "XksProxyVpcEndpointServiceInvalidConfigurationException", "XksProxyVpcEndpointServiceNotFoundException"]),
    operation("CreateGrant", Some(&CREATE_GRANT_REQUEST), Some(&CREATE_GRANT_RESPONSE), &["DependencyTimeoutException", "DisabledException", "DryRunOperationException", "InvalidArnException", "InvalidGrantTokenException", "KMSInternalException", "KMSInvalidStateException", "LimitExceededException", "NotFoundException"]),
    operation("CreateKey", Some(&CREATE_KEY_REQUEST), Some(&CREATE_KEY_RESPONSE), &["CloudHsmClusterInvalidConfigurationException", "CustomKeyStoreInvalidStateException", "CustomKeyStoreNotFoundException", "DependencyTimeoutException", "InvalidArnException", "KMSInternalException", "LimitExceededException", "MalformedPolicyDocumentException", "TagException", "UnsupportedOperationException", "XksKeyAlreadyInUseException", "XksKeyInvalidConfigurationException", "XksKeyNotFoundException"]),
    operation("Decapsulate", Some(&DECAPSULATE_REQUEST), Some(&DECAPSULATE_RESPONSE), &["DependencyTimeoutException", "DisabledException", "DryRunOperationException", "InvalidCiphertextException", "InvalidGrantTokenException", "InvalidKeyUsageException", "KMSInternalException", "KMSInvalidStateException", "KeyUnavailableException", "NotFoundException"]),
    operation("Decrypt", Some(&DECRYPT_REQUEST), Some(&DECRYPT_RESPONSE), &["DependencyTimeoutException", "DisabledException", "DryRunOperationException", "IncorrectKeyException", "InvalidCiphertextException", "InvalidGrantTokenException", "InvalidKeyUsageException", "KMSInternalException", "KMSInvalidStateException", "KeyUnavailableException", "NotFoundException"]),
    operation("DeleteAlias", Some(&DELETE_ALIAS_REQUEST), None, &["DependencyTimeoutException", "KMSInternalException", "KMSInvalidStateException", "NotFoundException"]),
    operation("DeleteCustomKeyStore", Some(&DELETE_CUSTOM_KEY_STORE_REQUEST), Some(&DELETE_CUSTOM_KEY_STORE_RESPONSE), &["CustomKeyStoreHasCMKsException", "CustomKeyStoreInvalidStateException", "CustomKeyStoreNotFoundException", "KMSInternalException"]),
    operation("DeleteImportedKeyMaterial", Some(&DELETE_IMPORTED_KEY_MATERIAL_REQUEST), Some(&DELETE_IMPORTED_KEY_MATERIAL_RESPONSE), &["DependencyTimeoutException", "InvalidArnException", "KMSInternalException", "KMSInvalidStateException", "NotFoundException", "UnsupportedOperationException"]),
    operation("DeriveSharedSecret", Some(&DERIVE_SHARED_SECRET_REQUEST), Some(&DERIVE_SHARED_SECRET_RESPONSE), &["DependencyTimeoutException", "DisabledException", "DryRunOperationException", "InvalidGrantTokenException", "InvalidKeyUsageException", "KMSInternalException", "KMSInvalidStateException", "KeyUnavailableException", "NotFoundException"]),
    operation("DescribeCustomKeyStores", Some(&DESCRIBE_CUSTOM_KEY_STORES_REQUEST), Some(&DESCRIBE_CUSTOM_KEY_STORES_RESPONSE), &["CustomKeyStoreNotFoundException", "InvalidMarkerException", "KMSInternalException"]),
    operation("DescribeKey", Some(&DESCRIBE_KEY_REQUEST), Some(&DESCRIBE_KEY_RESPONSE), &["DependencyTimeoutException", "InvalidArnException", "KMSInternalException", "NotFoundException"]),
    operation("DisableKey", Some(&DISABLE_KEY_REQUEST), None, &["DependencyTimeoutException", "InvalidArnException", "KMSInternalException", "KMSInvalidStateException", "NotFoundException"]),
    operation("DisableKeyRotation", Some(&DISABLE_KEY_ROTATION_REQUEST), None, &["DependencyTimeoutException", "DisabledException", "InvalidArnException", "KMSInternalException", "KMSInvalidStateException", "NotFoundException", "UnsupportedOperationException"]),
    operation("DisconnectCustomKeyStore", Some(&DISCONNECT_CUSTOM_KEY_STORE_REQUEST), Some(&DISCONNECT_CUSTOM_KEY_STORE_RESPONSE), &["CustomKeyStoreInvalidStateException", "CustomKeyStoreNotFoundException", "KMSInternalException"]),
    operation("EnableKey", Some(&ENABLE_KEY_REQUEST), None, &["DependencyTimeoutException", "InvalidArnException", "KMSInternalException", "KMSInvalidStateException", "LimitExceededException", "NotFoundException"]),
    operation("EnableKeyRotation", Some(&ENABLE_KEY_ROTATION_REQUEST), None, &["DependencyTimeoutException", "DisabledException", "InvalidArnException", "KMSInternalException", "KMSInvalidStateException", "NotFoundException", "UnsupportedOperationException"]),
    operation("Encapsulate", Some(&ENCAPSULATE_REQUEST), Some(&ENCAPSULATE_RESPONSE), &["DependencyTimeoutException", "DisabledException", "DryRunOperationException", "InvalidGrantTokenException", "InvalidKeyUsageException", "KMSInternalException", "KMSInvalidStateException", "KeyUnavailableException", "NotFoundException"]),
    operation("Encrypt", Some(&ENCRYPT_REQUEST), Some(&ENCRYPT_RESPONSE), &["DependencyTimeoutException", "DisabledException", "DryRunOperationException", "InvalidGrantTokenException", "InvalidKeyUsageException", "KMSInternalException", "KMSInvalidStateException", "KeyUnavailableException", "NotFoundException"]),
    operation("GenerateDataKey", Some(&GENERATE_DATA_KEY_REQUEST), Some(&GENERATE_DATA_KEY_RESPONSE), &["DependencyTimeoutException", "DisabledException", "DryRunOperationException", "InvalidGrantTokenException", "InvalidKeyUsageException", "KMSInternalException", "KMSInvalidStateException", "KeyUnavailableException", "NotFoundException"]),
    operation("GenerateDataKeyPair", Some(&GENERATE_DATA_KEY_PAIR_REQUEST), Some(&GENERATE_DATA_KEY_PAIR_RESPONSE), &["DependencyTimeoutException", "DisabledException", "DryRunOperationException", "InvalidGrantTokenException", "InvalidKeyUsageException", "KMSInternalException", "KMSInvalidStateException", "KeyUnavailableException", "NotFoundException", "UnsupportedOperationException"]),
    operation("GenerateDataKeyPairWithoutPlaintext", Some(&GENERATE_DATA_KEY_PAIR_WITHOUT_PLAINTEXT_REQUEST), Some(&GENERATE_DATA_KEY_PAIR_WITHOUT_PLAINTEXT_RESPONSE), &["DependencyTimeoutException", "DisabledException", "DryRunOperationException", "InvalidGrantTokenException", "InvalidKeyUsageException", "KMSInternalException", "KMSInvalidStateException", "KeyUnavailableException", "NotFoundException", "UnsupportedOperationException"]),
    operation("GenerateDataKeyWithoutPlaintext", Some(&GENERATE_DATA_KEY_WITHOUT_PLAINTEXT_REQUEST), Some(&GENERATE_DATA_KEY_WITHOUT_PLAINTEXT_RESPONSE), &["DependencyTimeoutException", "DisabledException", "DryRunOperationException", "InvalidGrantTokenException", "InvalidKeyUsageException", "KMSInternalException", "KMSInvalidStateException", "KeyUnavailableException", "NotFoundException"]),
    operation("GenerateMac", Some(&GENERATE_MAC_REQUEST), Some(&GENERATE_MAC_RESPONSE), &["DisabledException", "DryRunOperationException", "InvalidGrantTokenException", "InvalidKeyUsageException", "KMSInternalException", "KMSInvalidStateException", "KeyUnavailableException", "NotFoundException"]),
    operation("GenerateRandom", Some(&GENERATE_RANDOM_REQUEST), Some(&GENERATE_RANDOM_RESPONSE), &["CustomKeyStoreInvalidStateException", "CustomKeyStoreNotFoundException", "DependencyTimeoutException", "KMSInternalException", "UnsupportedOperationException"]),
    operation("GetKeyLastUsage", Some(&GET_KEY_LAST_USAGE_REQUEST), Some(&GET_KEY_LAST_USAGE_RESPONSE), &["DependencyTimeoutException", "InvalidArnException", "KMSInternalException", "NotFoundException"]),
    operation("GetKeyPolicy", Some(&GET_KEY_POLICY_REQUEST), Some(&GET_KEY_POLICY_RESPONSE), &["DependencyTimeoutException", "InvalidArnException", "KMSInternalException", "KMSInvalidStateException", "NotFoundException"]),
    operation("GetKeyRotationStatus", Some(&GET_KEY_ROTATION_STATUS_REQUEST), Some(&GET_KEY_ROTATION_STATUS_RESPONSE), &["DependencyTimeoutException", "InvalidArnException", "KMSInternalException", "KMSInvalidStateException", "NotFoundException", "UnsupportedOperationException"]),
    operation("GetParametersForImport", Some(&GET_PARAMETERS_FOR_IMPORT_REQUEST), Some(&GET_PARAMETERS_FOR_IMPORT_RESPONSE), &["DependencyTimeoutException", "InvalidArnException", "KMSInternalException", "KMSInvalidStateException", "NotFoundException", "UnsupportedOperationException"]),
    operation("GetPublicKey", Some(&GET_PUBLIC_KEY_REQUEST), Some(&GET_PUBLIC_KEY_RESPONSE), &["DependencyTimeoutException", "DisabledException", "InvalidArnException", "InvalidGrantTokenException", "InvalidKeyUsageException", "KMSInternalException", "KMSInvalidStateException", "KeyUnavailableException", "NotFoundException", "UnsupportedOperationException"]),
    operation("ImportKeyMaterial", Some(&IMPORT_KEY_MATERIAL_REQUEST), Some(&IMPORT_KEY_MATERIAL_RESPONSE), &["DependencyTimeoutException", "ExpiredImportTokenException", "IncorrectKeyMaterialException", "InvalidArnException", "InvalidCiphertextException", "InvalidImportTokenException", "KMSInternalException", "KMSInvalidStateException", "NotFoundException", "UnsupportedOperationException"]),
    operation("ListAliases", Some(&LIST_ALIASES_REQUEST), Some(&LIST_ALIASES_RESPONSE), &["DependencyTimeoutException", "InvalidArnException", "InvalidMarkerException", "KMSInternalException", "NotFoundException"]),
    operation("ListGrants", Some(&LIST_GRANTS_REQUEST), Some(&LIST_GRANTS_RESPONSE), &["DependencyTimeoutException", "InvalidArnException", "InvalidGrantIdException", "InvalidMarkerException", "KMSInternalException", "KMSInvalidStateException", "NotFoundException"]),
    operation("ListKeyPolicies", Some(&LIST_KEY_POLICIES_REQUEST), Some(&LIST_KEY_POLICIES_RESPONSE), &["DependencyTimeoutException", "InvalidArnException", "KMSInternalException", "KMSInvalidStateException", "NotFoundException"]),
    operation("ListKeyRotations", Some(&LIST_KEY_ROTATIONS_REQUEST), Some(&LIST_KEY_ROTATIONS_RESPONSE), &["InvalidArnException", "InvalidMarkerException", "KMSInternalException", "KMSInvalidStateException", "NotFoundException", "UnsupportedOperationException"]),
    operation("ListKeys", Some(&LIST_KEYS_REQUEST), Some(&LIST_KEYS_RESPONSE), &["DependencyTimeoutException", "InvalidMarkerException", "KMSInternalException"]),
    operation("ListResourceTags", Some(&LIST_RESOURCE_TAGS_REQUEST), Some(&LIST_RESOURCE_TAGS_RESPONSE), &["InvalidArnException", "InvalidMarkerException", "KMSInternalException", "NotFoundException"]),
    operation("ListRetirableGrants", Some(&LIST_RETIRABLE_GRANTS_REQUEST), Some(&LIST_GRANTS_RESPONSE), &["DependencyTimeoutException", "InvalidArnException", "InvalidMarkerException", "KMSInternalException", "NotFoundException"]),
    operation("PutKeyPolicy", Some(&PUT_KEY_POLICY_REQUEST), None, &["DependencyTimeoutException", "InvalidArnException", "KMSInternalException", "KMSInvalidStateException", "LimitExceededException", "MalformedPolicyDocumentException", "NotFoundException", "UnsupportedOperationException"]),
    operation("ReEncrypt", Some(&RE_ENCRYPT_REQUEST), Some(&RE_ENCRYPT_RESPONSE), &["DependencyTimeoutException", "DisabledException", "DryRunOperationException", "IncorrectKeyException", "InvalidCiphertextException", "InvalidGrantTokenException", "InvalidKeyUsageException", "KMSInternalException", "KMSInvalidStateException", "KeyUnavailableException", "NotFoundException"]),
    operation("ReplicateKey", Some(&REPLICATE_KEY_REQUEST), Some(&REPLICATE_KEY_RESPONSE), &["AlreadyExistsException", "DisabledException", "InvalidArnException", "KMSInternalException", "KMSInvalidStateException", "LimitExceededException", "MalformedPolicyDocumentException", "NotFoundException", "TagException", "UnsupportedOperationException"]),
    operation("RetireGrant", Some(&RETIRE_GRANT_REQUEST), None, &["DependencyTimeoutException", "DryRunOperationException", "InvalidArnException", "InvalidGrantIdException", "InvalidGrantTokenException", "KMSInternalException", "KMSInvalidStateException", "NotFoundException"]),
    operation("RevokeGrant", Some(&REVOKE_GRANT_REQUEST), None, &["DependencyTimeoutException", "DryRunOperationException", "InvalidArnException", "InvalidGrantIdException", "KMSInternalException", "KMSInvalidStateException", "NotFoundException"]),
    operation("RotateKeyOnDemand", Some(&ROTATE_KEY_ON_DEMAND_REQUEST), Some(&ROTATE_KEY_ON_DEMAND_RESPONSE), &["ConflictException", "DependencyTimeoutException", "DisabledException", "InvalidArnException", "KMSInternalException", "KMSInvalidStateException", "LimitExceededException", "NotFoundException", "UnsupportedOperationException"]),
    operation("ScheduleKeyDeletion", Some(&SCHEDULE_KEY_DELETION_REQUEST), Some(&SCHEDULE_KEY_DELETION_RESPONSE), &["DependencyTimeoutException", "InvalidArnException", "KMSInternalException", "KMSInvalidStateException", "NotFoundException"]),
    operation("Sign", Some(&SIGN_REQUEST), Some(&SIGN_RESPONSE), &["DependencyTimeoutException", "DisabledException", "DryRunOperationException", "InvalidGrantTokenException", "InvalidKeyUsageException", "KMSInternalException", "KMSInvalidStateException", "KeyUnavailableException", "NotFoundException"]),
    operation("TagResource", Some(&TAG_RESOURCE_REQUEST), None, &["InvalidArnException", "KMSInternalException", "KMSInvalidStateException", "LimitExceededException", "NotFoundException", "TagException"]),
    operation("UntagResource", Some(&UNTAG_RESOURCE_REQUEST), None, &["InvalidArnException", "KMSInternalException", "KMSInvalidStateException", "NotFoundException", "TagException"]),
    operation("UpdateAlias", Some(&UPDATE_ALIAS_REQUEST), None, &["DependencyTimeoutException", "KMSInternalException", "KMSInvalidStateException", "LimitExceededException", "NotFoundException"]),
    operation("UpdateCustomKeyStore", Some(&UPDATE_CUSTOM_KEY_STORE_REQUEST), Some(&UPDATE_CUSTOM_KEY_STORE_RESPONSE), &["CloudHsmClusterInvalidConfigurationException", "CloudHsmClusterNotActiveException", "CloudHsmClusterNotFoundException", "CloudHsmClusterNotRelatedException", "CustomKeyStoreInvalidStateException", "CustomKeyStoreNameInUseException", "CustomKeyStoreNotFoundException", "KMSInternalException", "XksProxyIncorrectAuthenticationCredentialException", "XksProxyInvalidConfigurationException", "XksProxyInvalidResponseException", "XksProxyUriEndpointInUseException", "XksProxyUriInUseException", "XksProxyUriUnreachableException", "XksProxyVpcEndpointServiceInUseException", "XksProxyVpcEndpointServiceInvalidConfigurationException", "XksProxyVpcEndpointServiceNotFoundException"]),
    operation("UpdateKeyDescription", Some(&UPDATE_KEY_DESCRIPTION_REQUEST), None, &["DependencyTimeoutException", "InvalidArnException", "KMSInternalException", "KMSInvalidStateException", "NotFoundException"]),
    operation("UpdatePrimaryRegion", Some(&UPDATE_PRIMARY_REGION_REQUEST), None, &["DisabledException", "InvalidArnException", "KMSInternalException", "KMSInvalidStateException", "NotFoundException", "UnsupportedOperationException"]),
    operation("Verify", Some(&VERIFY_REQUEST), Some(&VERIFY_RESPONSE), &["DependencyTimeoutException", "DisabledException", "DryRunOperationException", "InvalidGrantTokenException", "InvalidKeyUsageException", "KMSInternalException", "KMSInvalidSignatureException", "KMSInvalidStateException", "KeyUnavailableException", "NotFoundException"]),
    operation("VerifyMac", Some(&VERIFY_MAC_REQUEST), Some(&VERIFY_MAC_RESPONSE), &["DisabledException", "DryRunOperationException", "InvalidGrantTokenException", "InvalidKeyUsageException", "KMSInternalException", "KMSInvalidMacException", "KMSInvalidStateException", "KeyUnavailableException", "NotFoundException"]),
];

static OTHERS: &[OperationModel] = &[
];

static ERRORS: &[(&str, u16)] = &[
    ("AlreadyExistsException", 400),
    ("CloudHsmClusterInUseException", 400),
    ("CloudHsmClusterInvalidConfigurationException", 400),
    ("CloudHsmClusterNotActiveException", 400),
    ("CloudHsmClusterNotFoundException", 400),
    ("CloudHsmClusterNotRelatedException", 400),
    ("ConflictException", 400),
    ("CustomKeyStoreHasCMKsException", 400),
    ("CustomKeyStoreInvalidStateException", 400),
    ("CustomKeyStoreNameInUseException", 400),
    ("CustomKeyStoreNotFoundException", 400),
    ("DependencyTimeoutException", 500),
    ("DisabledException", 400),
    ("DryRunOperationException", 400),
    ("ExpiredImportTokenException", 400),
    ("IncorrectKeyException", 400),
    ("IncorrectKeyMaterialException", 400),
    ("IncorrectTrustAnchorException", 400),
    ("InvalidAliasNameException", 400),
    ("InvalidArnException", 400),
    ("InvalidCiphertextException", 400),
    ("InvalidGrantIdException", 400),
    ("InvalidGrantTokenException", 400),
    ("InvalidImportTokenException", 400),
    ("InvalidKeyUsageException", 400),
    ("InvalidMarkerException", 400),
    ("KMSInternalException", 500),
    ("KMSInvalidMacException", 400),
    ("KMSInvalidSignatureException", 400),
    ("KMSInvalidStateException", 400),
    ("KeyUnavailableException", 500),
    ("LimitExceededException", 400),
    ("MalformedPolicyDocumentException", 400),
    ("NotFoundException", 400),
    ("TagException", 400),
    ("UnsupportedOperationException", 400),
    ("XksKeyAlreadyInUseException", 400),
    ("XksKeyInvalidConfigurationException", 400),
    ("XksKeyNotFoundException", 400),
    ("XksProxyIncorrectAuthenticationCredentialException", 400),
    ("XksProxyInvalidConfigurationException", 400),
    ("XksProxyInvalidResponseException", 400),
    ("XksProxyUriEndpointInUseException", 400),
    ("XksProxyUriInUseException", 400),
    ("XksProxyUriUnreachableException", 400),
    ("XksProxyVpcEndpointServiceInUseException", 400),
    ("XksProxyVpcEndpointServiceInvalidConfigurationException", 400),
    ("XksProxyVpcEndpointServiceNotFoundException", 400),
];

static ACCOUNT_ID_TYPE: Shape = text("AccountIdType").min(12).max(12).pattern("[0-9]{12}");
static ALGORITHM_SPEC: Shape = text("AlgorithmSpec").values(&["RSAES_PKCS1_V1_5", "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "RSA_AES_KEY_WRAP_SHA_1", "RSA_AES_KEY_WRAP_SHA_256", "SM2PKE"]);
static ALIAS_LIST: Shape = list("AliasList", &ALIAS_LIST_ENTRY);
static ALIAS_LIST_ENTRY: Shape = structure("AliasListEntry", &[
    opt("AliasName", &ALIAS_NAME_TYPE),
    opt("AliasArn", &ARN_TYPE),
    opt("TargetKeyId", &KEY_ID_TYPE),
    opt("CreationDate", &DATE_TYPE),
    opt("LastUpdatedDate", &DATE_TYPE),
]);
static ALIAS_NAME_TYPE: Shape = text("AliasNameType").min(1).max(256).pattern("^[a-zA-Z0-9:/_-]+$");
static ARN_TYPE: Shape = text("ArnType").min(20).max(2048);
static ATTESTATION_DOCUMENT_TYPE: Shape = blob("AttestationDocumentType").min(1).max(262144);
static AWS_ACCOUNT_ID_TYPE: Shape = text("AWSAccountIdType");
static BACKING_KEY_ID_RESPONSE_TYPE: Shape = text("BackingKeyIdResponseType").min(0).max(64).pattern("^[a-f0-9]+$");
static BACKING_KEY_ID_TYPE: Shape = text("BackingKeyIdType").min(64).max(64).pattern("^[a-f0-9]+$");
static BOOLEAN_TYPE: Shape = boolean("BooleanType");
static CANCEL_KEY_DELETION_REQUEST: Shape = structure("CancelKeyDeletionRequest", &[
    req("KeyId", &KEY_ID_TYPE),
]);
static CANCEL_KEY_DELETION_RESPONSE: Shape = structure("CancelKeyDeletionResponse", &[
    opt("KeyId", &KEY_ID_TYPE),
]);
static CIPHERTEXT_TYPE: Shape = blob("CiphertextType").min(1).max(6144);
static CLOUD_HSM_CLUSTER_ID_TYPE: Shape = text("CloudHsmClusterIdType").min(19).max(24).pattern("cluster-[2-7a-zA-Z]{11,16}");
static CLOUD_TRAIL_EVENT_ID_TYPE: Shape = text("CloudTrailEventIdType");
static CONNECTION_ERROR_CODE_TYPE: Shape = text("ConnectionErrorCodeType").values(&["INVALID_CREDENTIALS", "CLUSTER_NOT_FOUND", "NETWORK_ERRORS", "INTERNAL_ERROR", "INSUFFICIENT_CLOUDHSM_HSMS", "USER_LOCKED_OUT", "USER_NOT_FOUND", "USER_LOGGED_IN", "SUBNET_NOT_FOUND", "INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET", "XKS_PROXY_ACCESS_DENIED", "XKS_PROXY_NOT_REACHABLE", "XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND", "XKS_PROXY_INVALID_RESPONSE", "XKS_PROXY_INVALID_CONFIGURATION", "XKS_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION", "XKS_PROXY_TIMED_OUT", "XKS_PROXY_INVALID_TLS_CONFIGURATION"]);
static CONNECTION_STATE_TYPE: Shape = text("ConnectionStateType").values(&["CONNECTED", "CONNECTING", "FAILED", "DISCONNECTED", "DISCONNECTING"]);
static CONNECT_CUSTOM_KEY_STORE_REQUEST: Shape = structure("ConnectCustomKeyStoreRequest", &[
    req("CustomKeyStoreId", &CUSTOM_KEY_STORE_ID_TYPE),
]);
static CONNECT_CUSTOM_KEY_STORE_RESPONSE: Shape = structure("ConnectCustomKeyStoreResponse", &[]);
static CREATE_ALIAS_REQUEST: Shape = structure("CreateAliasRequest", &[
    req("AliasName", &ALIAS_NAME_TYPE),
    req("TargetKeyId", &KEY_ID_TYPE),
]);
static CREATE_CUSTOM_KEY_STORE_REQUEST: Shape = structure("CreateCustomKeyStoreRequest", &[
    req("CustomKeyStoreName", &CUSTOM_KEY_STORE_NAME_TYPE),
    opt("CloudHsmClusterId", &CLOUD_HSM_CLUSTER_ID_TYPE),
    opt("TrustAnchorCertificate", &TRUST_ANCHOR_CERTIFICATE_TYPE),
    opt("KeyStorePassword", &KEY_STORE_PASSWORD_TYPE),
    opt("CustomKeyStoreType", &CUSTOM_KEY_STORE_TYPE),
    opt("XksProxyUriEndpoint", &XKS_PROXY_URI_ENDPOINT_TYPE),
    opt("XksProxyUriPath", &XKS_PROXY_URI_PATH_TYPE),
    opt("XksProxyVpcEndpointServiceName", &XKS_PROXY_VPC_ENDPOINT_SERVICE_NAME_TYPE),
    opt("XksProxyVpcEndpointServiceOwner", &ACCOUNT_ID_TYPE),
    opt("XksProxyAuthenticationCredential", &XKS_PROXY_AUTHENTICATION_CREDENTIAL_TYPE),
    opt("XksProxyConnectivity", &XKS_PROXY_CONNECTIVITY_TYPE),
]);
static CREATE_CUSTOM_KEY_STORE_RESPONSE: Shape = structure("CreateCustomKeyStoreResponse", &[
    opt("CustomKeyStoreId", &CUSTOM_KEY_STORE_ID_TYPE),
]);
static CREATE_GRANT_REQUEST: Shape = structure("CreateGrantRequest", &[
    req("KeyId", &KEY_ID_TYPE),
    opt("GranteePrincipal", &PRINCIPAL_ID_TYPE),
    opt("RetiringPrincipal", &PRINCIPAL_ID_TYPE),
    req("Operations", &GRANT_OPERATION_LIST),
    opt("Constraints", &GRANT_CONSTRAINTS),
    opt("GrantTokens", &GRANT_TOKEN_LIST),
    opt("Name", &GRANT_NAME_TYPE),
    opt("DryRun", &NULLABLE_BOOLEAN_TYPE),
    opt("GranteeServicePrincipal", &SERVICE_PRINCIPAL_TYPE),
    opt("RetiringServicePrincipal", &SERVICE_PRINCIPAL_TYPE),
]);
static CREATE_GRANT_RESPONSE: Shape = structure("CreateGrantResponse", &[
    opt("GrantToken", &GRANT_TOKEN_TYPE),
    opt("GrantId", &GRANT_ID_TYPE),
]);
static CREATE_KEY_REQUEST: Shape = structure("CreateKeyRequest", &[
    opt("Policy", &POLICY_TYPE),
    opt("Description", &DESCRIPTION_TYPE),
    opt("KeyUsage", &KEY_USAGE_TYPE),
    opt("CustomerMasterKeySpec", &CUSTOMER_MASTER_KEY_SPEC),
    opt("KeySpec", &KEY_SPEC),
    opt("Origin", &ORIGIN_TYPE),
    opt("CustomKeyStoreId", &CUSTOM_KEY_STORE_ID_TYPE),
    opt("BypassPolicyLockoutSafetyCheck", &BOOLEAN_TYPE),
    opt("Tags", &TAG_LIST),
    opt("MultiRegion", &NULLABLE_BOOLEAN_TYPE),
    opt("XksKeyId", &XKS_KEY_ID_TYPE),
]);
static CREATE_KEY_RESPONSE: Shape = structure("CreateKeyResponse", &[
    opt("KeyMetadata", &KEY_METADATA),
]);
static CUSTOMER_MASTER_KEY_SPEC: Shape = text("CustomerMasterKeySpec").values(&["RSA_2048", "RSA_3072", "RSA_4096", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1", "SYMMETRIC_DEFAULT", "HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512", "SM2"]);
static CUSTOM_KEY_STORES_LIST: Shape = list("CustomKeyStoresList", &CUSTOM_KEY_STORES_LIST_ENTRY);
static CUSTOM_KEY_STORES_LIST_ENTRY: Shape = structure("CustomKeyStoresListEntry", &[
    opt("CustomKeyStoreId", &CUSTOM_KEY_STORE_ID_TYPE),
    opt("CustomKeyStoreName", &CUSTOM_KEY_STORE_NAME_TYPE),
    opt("CloudHsmClusterId", &CLOUD_HSM_CLUSTER_ID_TYPE),
    opt("TrustAnchorCertificate", &TRUST_ANCHOR_CERTIFICATE_TYPE),
    opt("ConnectionState", &CONNECTION_STATE_TYPE),
    opt("ConnectionErrorCode", &CONNECTION_ERROR_CODE_TYPE),
    opt("CreationDate", &DATE_TYPE),
    opt("CustomKeyStoreType", &CUSTOM_KEY_STORE_TYPE),
    opt("XksProxyConfiguration", &XKS_PROXY_CONFIGURATION_TYPE),
]);
static CUSTOM_KEY_STORE_ID_TYPE: Shape = text("CustomKeyStoreIdType").min(1).max(64);
static CUSTOM_KEY_STORE_NAME_TYPE: Shape = text("CustomKeyStoreNameType").min(1).max(256);
static CUSTOM_KEY_STORE_TYPE: Shape = text("CustomKeyStoreType").values(&["AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"]);
static DATA_KEY_PAIR_SPEC: Shape = text("DataKeyPairSpec").values(&["RSA_2048", "RSA_3072", "RSA_4096", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1", "SM2", "ECC_NIST_EDWARDS25519", "ML_KEM_512", "ML_KEM_768", "ML_KEM_1024"]);
static DATA_KEY_SPEC: Shape = text("DataKeySpec").values(&["AES_256", "AES_128"]);
static DATE_TYPE: Shape = time("DateType");
static DECAPSULATE_REQUEST: Shape = structure("DecapsulateRequest", &[
    req("KeyId", &KEY_ID_TYPE),
    req("SharedSecretCiphertextBlob", &CIPHERTEXT_TYPE),
    req("EncapsulationAlgorithm", &ENCAPSULATION_ALGORITHM_SPEC),
    opt("GrantTokens", &GRANT_TOKEN_LIST),
    opt("DryRun", &NULLABLE_BOOLEAN_TYPE),
]);
static DECAPSULATE_RESPONSE: Shape = structure("DecapsulateResponse", &[
    opt("KeyId", &KEY_ID_TYPE),
    opt("SharedSecret", &PLAINTEXT_TYPE),
    opt("EncapsulationAlgorithm", &ENCAPSULATION_ALGORITHM_SPEC),
]);
static DECRYPT_REQUEST: Shape = structure("DecryptRequest", &[
    opt("CiphertextBlob", &CIPHERTEXT_TYPE),
    opt("EncryptionContext", &ENCRYPTION_CONTEXT_TYPE),
    opt("GrantTokens", &GRANT_TOKEN_LIST),
    opt("KeyId", &KEY_ID_TYPE),
    opt("EncryptionAlgorithm", &ENCRYPTION_ALGORITHM_SPEC),
    opt("Recipient", &RECIPIENT_INFO),
    opt("DryRun", &NULLABLE_BOOLEAN_TYPE),
    opt("DryRunModifiers", &DRY_RUN_MODIFIER_LIST),
]);
static DECRYPT_RESPONSE: Shape = structure("DecryptResponse", &[
    opt("KeyId", &KEY_ID_TYPE),
    opt("Plaintext", &PLAINTEXT_TYPE),
    opt("EncryptionAlgorithm", &ENCRYPTION_ALGORITHM_SPEC),
    opt("CiphertextForRecipient", &CIPHERTEXT_TYPE),
    opt("KeyMaterialId", &BACKING_KEY_ID_TYPE),
]);
static DELETE_ALIAS_REQUEST: Shape = structure("DeleteAliasRequest", &[
    req("AliasName", &ALIAS_NAME_TYPE),
]);
static DELETE_CUSTOM_KEY_STORE_REQUEST: Shape = structure("DeleteCustomKeyStoreRequest", &[
    req("CustomKeyStoreId", &CUSTOM_KEY_STORE_ID_TYPE),
]);
static DELETE_CUSTOM_KEY_STORE_RESPONSE: Shape = structure("DeleteCustomKeyStoreResponse", &[]);
static DELETE_IMPORTED_KEY_MATERIAL_REQUEST: Shape = structure("DeleteImportedKeyMaterialRequest", &[
    req("KeyId", &KEY_ID_TYPE),
    opt("KeyMaterialId", &BACKING_KEY_ID_TYPE),
]);
static DELETE_IMPORTED_KEY_MATERIAL_RESPONSE: Shape = structure("DeleteImportedKeyMaterialResponse", &[
    opt("KeyId", &KEY_ID_TYPE),
    opt("KeyMaterialId", &BACKING_KEY_ID_RESPONSE_TYPE),
]);
static DERIVE_SHARED_SECRET_REQUEST: Shape = structure("DeriveSharedSecretRequest", &[
    req("KeyId", &KEY_ID_TYPE),
    req("KeyAgreementAlgorithm", &KEY_AGREEMENT_ALGORITHM_SPEC),
    req("PublicKey", &PUBLIC_KEY_TYPE),
    opt("GrantTokens", &GRANT_TOKEN_LIST),
    opt("DryRun", &NULLABLE_BOOLEAN_TYPE),
    opt("Recipient", &RECIPIENT_INFO),
]);
static DERIVE_SHARED_SECRET_RESPONSE: Shape = structure("DeriveSharedSecretResponse", &[
    opt("KeyId", &KEY_ID_TYPE),
    opt("SharedSecret", &PLAINTEXT_TYPE),
    opt("CiphertextForRecipient", &CIPHERTEXT_TYPE),
    opt("KeyAgreementAlgorithm", &KEY_AGREEMENT_ALGORITHM_SPEC),
    opt("KeyOrigin", &ORIGIN_TYPE),
]);
static DESCRIBE_CUSTOM_KEY_STORES_REQUEST: Shape = structure("DescribeCustomKeyStoresRequest", &[
    opt("CustomKeyStoreId", &CUSTOM_KEY_STORE_ID_TYPE),
    opt("CustomKeyStoreName", &CUSTOM_KEY_STORE_NAME_TYPE),
    opt("Limit", &LIMIT_TYPE),
    opt("Marker", &MARKER_TYPE),
]);
static DESCRIBE_CUSTOM_KEY_STORES_RESPONSE: Shape = structure("DescribeCustomKeyStoresResponse", &[
    opt("CustomKeyStores", &CUSTOM_KEY_STORES_LIST),
    opt("NextMarker", &MARKER_TYPE),
    opt("Truncated", &BOOLEAN_TYPE),
]);
static DESCRIBE_KEY_REQUEST: Shape = structure("DescribeKeyRequest", &[
    req("KeyId", &KEY_ID_TYPE),
    opt("GrantTokens", &GRANT_TOKEN_LIST),
]);
static DESCRIBE_KEY_RESPONSE: Shape = structure("DescribeKeyResponse", &[
    opt("KeyMetadata", &KEY_METADATA),
]);
static DESCRIPTION_TYPE: Shape = text("DescriptionType").min(0).max(8192);
static DISABLE_KEY_REQUEST: Shape = structure("DisableKeyRequest", &[
    req("KeyId", &KEY_ID_TYPE),
]);
static DISABLE_KEY_ROTATION_REQUEST: Shape = structure("DisableKeyRotationRequest", &[
    req("KeyId", &KEY_ID_TYPE),
]);
static DISCONNECT_CUSTOM_KEY_STORE_REQUEST: Shape = structure("DisconnectCustomKeyStoreRequest", &[
    req("CustomKeyStoreId", &CUSTOM_KEY_STORE_ID_TYPE),
]);
static DISCONNECT_CUSTOM_KEY_STORE_RESPONSE: Shape = structure("DisconnectCustomKeyStoreResponse", &[]);
static DRY_RUN_MODIFIER_LIST: Shape = list("DryRunModifierList", &DRY_RUN_MODIFIER_TYPE);
static DRY_RUN_MODIFIER_TYPE: Shape = text("DryRunModifierType").values(&["IGNORE_CIPHERTEXT"]);
static ENABLE_KEY_REQUEST: Shape = structure("EnableKeyRequest", &[
    req("KeyId", &KEY_ID_TYPE),
]);
static ENABLE_KEY_ROTATION_REQUEST: Shape = structure("EnableKeyRotationRequest", &[
    req("KeyId", &KEY_ID_TYPE),
    opt("RotationPeriodInDays", &ROTATION_PERIOD_IN_DAYS_TYPE),
]);
static ENCAPSULATE_REQUEST: Shape = structure("EncapsulateRequest", &[
    req("KeyId", &KEY_ID_TYPE),
    req("EncapsulationAlgorithm", &ENCAPSULATION_ALGORITHM_SPEC),
    opt("GrantTokens", &GRANT_TOKEN_LIST),
    opt("DryRun", &NULLABLE_BOOLEAN_TYPE),
]);
static ENCAPSULATE_RESPONSE: Shape = structure("EncapsulateResponse", &[
    opt("KeyId", &KEY_ID_TYPE),
    opt("SharedSecret", &PLAINTEXT_TYPE),
    opt("SharedSecretCiphertextBlob", &CIPHERTEXT_TYPE),
    opt("EncapsulationAlgorithm", &ENCAPSULATION_ALGORITHM_SPEC),
]);
static ENCAPSULATION_ALGORITHM_SPEC: Shape = text("EncapsulationAlgorithmSpec").values(&["ML_KEM"]);
static ENCAPSULATION_ALGORITHM_SPEC_LIST: Shape = list("EncapsulationAlgorithmSpecList", &ENCAPSULATION_ALGORITHM_SPEC);
static ENCRYPTION_ALGORITHM_SPEC: Shape = text("EncryptionAlgorithmSpec").values(&["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "SM2PKE", "SYMMETRIC_DEFAULT"]);
static ENCRYPTION_ALGORITHM_SPEC_LIST: Shape = list("EncryptionAlgorithmSpecList", &ENCRYPTION_ALGORITHM_SPEC);
static ENCRYPTION_CONTEXT_KEY: Shape = text("EncryptionContextKey");
static ENCRYPTION_CONTEXT_TYPE: Shape = map("EncryptionContextType", &ENCRYPTION_CONTEXT_KEY, &ENCRYPTION_CONTEXT_VALUE);
static ENCRYPTION_CONTEXT_VALUE: Shape = text("EncryptionContextValue");
static ENCRYPT_REQUEST: Shape = structure("EncryptRequest", &[
    req("KeyId", &KEY_ID_TYPE),
    req("Plaintext", &PLAINTEXT_TYPE),
    opt("EncryptionContext", &ENCRYPTION_CONTEXT_TYPE),
    opt("GrantTokens", &GRANT_TOKEN_LIST),
    opt("EncryptionAlgorithm", &ENCRYPTION_ALGORITHM_SPEC),
    opt("DryRun", &NULLABLE_BOOLEAN_TYPE),
]);
static ENCRYPT_RESPONSE: Shape = structure("EncryptResponse", &[
    opt("CiphertextBlob", &CIPHERTEXT_TYPE),
    opt("KeyId", &KEY_ID_TYPE),
    opt("EncryptionAlgorithm", &ENCRYPTION_ALGORITHM_SPEC),
]);
static EXPIRATION_MODEL_TYPE: Shape = text("ExpirationModelType").values(&["KEY_MATERIAL_EXPIRES", "KEY_MATERIAL_DOES_NOT_EXPIRE"]);
static GENERATE_DATA_KEY_PAIR_REQUEST: Shape = structure("GenerateDataKeyPairRequest", &[
    opt("EncryptionContext", &ENCRYPTION_CONTEXT_TYPE),
    req("KeyId", &KEY_ID_TYPE),
    req("KeyPairSpec", &DATA_KEY_PAIR_SPEC),
    opt("GrantTokens", &GRANT_TOKEN_LIST),
    opt("Recipient", &RECIPIENT_INFO),
    opt("DryRun", &NULLABLE_BOOLEAN_TYPE),
]);
static GENERATE_DATA_KEY_PAIR_RESPONSE: Shape = structure("GenerateDataKeyPairResponse", &[
    opt("PrivateKeyCiphertextBlob", &CIPHERTEXT_TYPE),
    opt("PrivateKeyPlaintext", &PLAINTEXT_TYPE),
    opt("PublicKey", &PUBLIC_KEY_TYPE),
    opt("KeyId", &KEY_ID_TYPE),
    opt("KeyPairSpec", &DATA_KEY_PAIR_SPEC),
    opt("CiphertextForRecipient", &CIPHERTEXT_TYPE),
    opt("KeyMaterialId", &BACKING_KEY_ID_TYPE),
]);
static GENERATE_DATA_KEY_PAIR_WITHOUT_PLAINTEXT_REQUEST: Shape = structure("GenerateDataKeyPairWithoutPlaintextRequest", &[
    opt("EncryptionContext", &ENCRYPTION_CONTEXT_TYPE),
    req("KeyId", &KEY_ID_TYPE),
    req("KeyPairSpec", &DATA_KEY_PAIR_SPEC),
    opt("GrantTokens", &GRANT_TOKEN_LIST),
    opt("DryRun", &NULLABLE_BOOLEAN_TYPE),
]);
static GENERATE_DATA_KEY_PAIR_WITHOUT_PLAINTEXT_RESPONSE: Shape = structure("GenerateDataKeyPairWithoutPlaintextResponse", &[
    opt("PrivateKeyCiphertextBlob", &CIPHERTEXT_TYPE),
    opt("PublicKey", &PUBLIC_KEY_TYPE),
    opt("KeyId", &KEY_ID_TYPE),
    opt("KeyPairSpec", &DATA_KEY_PAIR_SPEC),
    opt("KeyMaterialId", &BACKING_KEY_ID_TYPE),
]);
static GENERATE_DATA_KEY_REQUEST: Shape = structure("GenerateDataKeyRequest", &[
    req("KeyId", &KEY_ID_TYPE),
    opt("EncryptionContext", &ENCRYPTION_CONTEXT_TYPE),
    opt("NumberOfBytes", &NUMBER_OF_BYTES_TYPE),
    opt("KeySpec", &DATA_KEY_SPEC),
    opt("GrantTokens", &GRANT_TOKEN_LIST),
    opt("Recipient", &RECIPIENT_INFO),
    opt("DryRun", &NULLABLE_BOOLEAN_TYPE),
]);
static GENERATE_DATA_KEY_RESPONSE: Shape = structure("GenerateDataKeyResponse", &[
    opt("CiphertextBlob", &CIPHERTEXT_TYPE),
    opt("Plaintext", &PLAINTEXT_TYPE),
    opt("KeyId", &KEY_ID_TYPE),
    opt("CiphertextForRecipient", &CIPHERTEXT_TYPE),
    opt("KeyMaterialId", &BACKING_KEY_ID_TYPE),
]);
static GENERATE_DATA_KEY_WITHOUT_PLAINTEXT_REQUEST: Shape = structure("GenerateDataKeyWithoutPlaintextRequest", &[
    req("KeyId", &KEY_ID_TYPE),
    opt("EncryptionContext", &ENCRYPTION_CONTEXT_TYPE),
    opt("KeySpec", &DATA_KEY_SPEC),
    opt("NumberOfBytes", &NUMBER_OF_BYTES_TYPE),
    opt("GrantTokens", &GRANT_TOKEN_LIST),
    opt("DryRun", &NULLABLE_BOOLEAN_TYPE),
]);
static GENERATE_DATA_KEY_WITHOUT_PLAINTEXT_RESPONSE: Shape = structure("GenerateDataKeyWithoutPlaintextResponse", &[
    opt("CiphertextBlob", &CIPHERTEXT_TYPE),
    opt("KeyId", &KEY_ID_TYPE),
    opt("KeyMaterialId", &BACKING_KEY_ID_TYPE),
]);
static GENERATE_MAC_REQUEST: Shape = structure("GenerateMacRequest", &[
    req("Message", &PLAINTEXT_TYPE),
    req("KeyId", &KEY_ID_TYPE),
    req("MacAlgorithm", &MAC_ALGORITHM_SPEC),
    opt("GrantTokens", &GRANT_TOKEN_LIST),
    opt("DryRun", &NULLABLE_BOOLEAN_TYPE),
]);
static GENERATE_MAC_RESPONSE: Shape = structure("GenerateMacResponse", &[
    opt("Mac", &CIPHERTEXT_TYPE),
    opt("MacAlgorithm", &MAC_ALGORITHM_SPEC),
    opt("KeyId", &KEY_ID_TYPE),
]);
static GENERATE_RANDOM_REQUEST: Shape = structure("GenerateRandomRequest", &[
    opt("NumberOfBytes", &NUMBER_OF_BYTES_TYPE),
    opt("CustomKeyStoreId", &CUSTOM_KEY_STORE_ID_TYPE),
    opt("Recipient", &RECIPIENT_INFO),
]);
static GENERATE_RANDOM_RESPONSE: Shape = structure("GenerateRandomResponse", &[
    opt("Plaintext", &PLAINTEXT_TYPE),
    opt("CiphertextForRecipient", &CIPHERTEXT_TYPE),
]);
static GET_KEY_LAST_USAGE_REQUEST: Shape = structure("GetKeyLastUsageRequest", &[
    req("KeyId", &KEY_ID_TYPE),
]);
static GET_KEY_LAST_USAGE_RESPONSE: Shape = structure("GetKeyLastUsageResponse", &[
    opt("KeyId", &KEY_ID_TYPE),
    opt("KeyLastUsage", &KEY_LAST_USAGE_DATA),
    opt("TrackingStartDate", &DATE_TYPE),
    opt("KeyCreationDate", &DATE_TYPE),
]);
static GET_KEY_POLICY_REQUEST: Shape = structure("GetKeyPolicyRequest", &[
    req("KeyId", &KEY_ID_TYPE),
    opt("PolicyName", &POLICY_NAME_TYPE),
]);
static GET_KEY_POLICY_RESPONSE: Shape = structure("GetKeyPolicyResponse", &[
    opt("Policy", &POLICY_TYPE),
    opt("PolicyName", &POLICY_NAME_TYPE),
]);
static GET_KEY_ROTATION_STATUS_REQUEST: Shape = structure("GetKeyRotationStatusRequest", &[
    req("KeyId", &KEY_ID_TYPE),
]);
static GET_KEY_ROTATION_STATUS_RESPONSE: Shape = structure("GetKeyRotationStatusResponse", &[
    opt("KeyRotationEnabled", &BOOLEAN_TYPE),
    opt("KeyId", &KEY_ID_TYPE),
    opt("RotationPeriodInDays", &ROTATION_PERIOD_IN_DAYS_TYPE),
    opt("NextRotationDate", &DATE_TYPE),
    opt("OnDemandRotationStartDate", &DATE_TYPE),
]);
static GET_PARAMETERS_FOR_IMPORT_REQUEST: Shape = structure("GetParametersForImportRequest", &[
    req("KeyId", &KEY_ID_TYPE),
    req("WrappingAlgorithm", &ALGORITHM_SPEC),
    req("WrappingKeySpec", &WRAPPING_KEY_SPEC),
]);
static GET_PARAMETERS_FOR_IMPORT_RESPONSE: Shape = structure("GetParametersForImportResponse", &[
    opt("KeyId", &KEY_ID_TYPE),
    opt("ImportToken", &CIPHERTEXT_TYPE),
    opt("PublicKey", &PLAINTEXT_TYPE),
    opt("ParametersValidTo", &DATE_TYPE),
]);
static GET_PUBLIC_KEY_REQUEST: Shape = structure("GetPublicKeyRequest", &[
    req("KeyId", &KEY_ID_TYPE),
    opt("GrantTokens", &GRANT_TOKEN_LIST),
]);
static GET_PUBLIC_KEY_RESPONSE: Shape = structure("GetPublicKeyResponse", &[
    opt("KeyId", &KEY_ID_TYPE),
    opt("PublicKey", &PUBLIC_KEY_TYPE),
    opt("CustomerMasterKeySpec", &CUSTOMER_MASTER_KEY_SPEC),
    opt("KeySpec", &KEY_SPEC),
    opt("KeyUsage", &KEY_USAGE_TYPE),
    opt("EncryptionAlgorithms", &ENCRYPTION_ALGORITHM_SPEC_LIST),
    opt("SigningAlgorithms", &SIGNING_ALGORITHM_SPEC_LIST),
    opt("KeyAgreementAlgorithms", &KEY_AGREEMENT_ALGORITHM_SPEC_LIST),
    opt("EncapsulationAlgorithms", &ENCAPSULATION_ALGORITHM_SPEC_LIST),
]);
static GRANT_CONSTRAINTS: Shape = structure("GrantConstraints", &[
    opt("EncryptionContextSubset", &ENCRYPTION_CONTEXT_TYPE),
    opt("EncryptionContextEquals", &ENCRYPTION_CONTEXT_TYPE),
    opt("SourceArn", &GRANT_CONSTRAINT_SOURCE_ARN_TYPE),
]);
static GRANT_CONSTRAINT_SOURCE_ARN_TYPE: Shape = text("GrantConstraintSourceArnType").min(20).max(512).pattern("^arn:aws[a-z0-9-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:.+$");
static GRANT_ID_TYPE: Shape = text("GrantIdType").min(1).max(128);
static GRANT_LIST: Shape = list("GrantList", &GRANT_LIST_ENTRY);
static GRANT_LIST_ENTRY: Shape = structure("GrantListEntry", &[
    opt("KeyId", &KEY_ID_TYPE),
    opt("GrantId", &GRANT_ID_TYPE),
    opt("Name", &GRANT_NAME_TYPE),
    opt("CreationDate", &DATE_TYPE),
    opt("GranteePrincipal", &PRINCIPAL_ID_TYPE),
    opt("RetiringPrincipal", &PRINCIPAL_ID_TYPE),
    opt("IssuingAccount", &PRINCIPAL_ID_TYPE),
    opt("Operations", &GRANT_OPERATION_LIST),
    opt("Constraints", &GRANT_CONSTRAINTS),
    opt("GranteeServicePrincipal", &SERVICE_PRINCIPAL_TYPE),
    opt("RetiringServicePrincipal", &SERVICE_PRINCIPAL_TYPE),
]);
static GRANT_NAME_TYPE: Shape = text("GrantNameType").min(1).max(256).pattern("^[a-zA-Z0-9:/_-]+$");
static GRANT_OPERATION: Shape = text("GrantOperation").values(&["Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo", "Sign", "Verify", "GetPublicKey", "CreateGrant", "RetireGrant", "DescribeKey", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext", "GenerateMac", "VerifyMac", "DeriveSharedSecret", "Encapsulate", "Decapsulate"]);
static GRANT_OPERATION_LIST: Shape = list("GrantOperationList", &GRANT_OPERATION);
static GRANT_TOKEN_LIST: Shape = list("GrantTokenList", &GRANT_TOKEN_TYPE).min(0).max(10);
static GRANT_TOKEN_TYPE: Shape = text("GrantTokenType").min(1).max(8192);
static IMPORT_KEY_MATERIAL_REQUEST: Shape = structure("ImportKeyMaterialRequest", &[
    req("KeyId", &KEY_ID_TYPE),
    req("ImportToken", &CIPHERTEXT_TYPE),
    req("EncryptedKeyMaterial", &CIPHERTEXT_TYPE),
    opt("ValidTo", &DATE_TYPE),
    opt("ExpirationModel", &EXPIRATION_MODEL_TYPE),
    opt("ImportType", &IMPORT_TYPE),
    opt("KeyMaterialDescription", &KEY_MATERIAL_DESCRIPTION_TYPE),
    opt("KeyMaterialId", &BACKING_KEY_ID_TYPE),
]);
static IMPORT_KEY_MATERIAL_RESPONSE: Shape = structure("ImportKeyMaterialResponse", &[
    opt("KeyId", &KEY_ID_TYPE),
    opt("KeyMaterialId", &BACKING_KEY_ID_TYPE),
]);
static IMPORT_STATE: Shape = text("ImportState").values(&["IMPORTED", "PENDING_IMPORT"]);
static IMPORT_TYPE: Shape = text("ImportType").values(&["NEW_KEY_MATERIAL", "EXISTING_KEY_MATERIAL"]);
static INCLUDE_KEY_MATERIAL: Shape = text("IncludeKeyMaterial").values(&["ALL_KEY_MATERIAL", "ROTATIONS_ONLY"]);
static KEY_AGREEMENT_ALGORITHM_SPEC: Shape = text("KeyAgreementAlgorithmSpec").values(&["ECDH"]);
static KEY_AGREEMENT_ALGORITHM_SPEC_LIST: Shape = list("KeyAgreementAlgorithmSpecList", &KEY_AGREEMENT_ALGORITHM_SPEC);
static KEY_ENCRYPTION_MECHANISM: Shape = text("KeyEncryptionMechanism").values(&["RSAES_OAEP_SHA_256"]);
static KEY_ID_TYPE: Shape = text("KeyIdType").min(1).max(2048).pattern(r"^\p{ASCII}+$");
static KEY_LAST_USAGE_DATA: Shape = structure("KeyLastUsageData", &[
    opt("Operation", &KEY_LAST_USAGE_TRACKING_OPERATION),
    opt("Timestamp", &DATE_TYPE),
    opt("CloudTrailEventId", &CLOUD_TRAIL_EVENT_ID_TYPE),
    opt("KmsRequestId", &KMS_REQUEST_ID_TYPE),
]);
static KEY_LAST_USAGE_TRACKING_OPERATION: Shape = text("KeyLastUsageTrackingOperation").values(&["Decrypt", "DeriveSharedSecret", "Encrypt", "GenerateDataKey", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext", "GenerateMac", "ReEncrypt", "Sign", "Verify", "VerifyMac", "Encapsulate", "Decapsulate"]);
static KEY_LIST: Shape = list("KeyList", &KEY_LIST_ENTRY);
static KEY_LIST_ENTRY: Shape = structure("KeyListEntry", &[
    opt("KeyId", &KEY_ID_TYPE),
    opt("KeyArn", &ARN_TYPE),
]);
static KEY_MANAGER_TYPE: Shape = text("KeyManagerType").values(&["AWS", "CUSTOMER"]);
static KEY_MATERIAL_DESCRIPTION_TYPE: Shape = text("KeyMaterialDescriptionType").min(0).max(256).pattern(r"^[a-zA-Z0-9:/_\s.-]+$");
static KEY_MATERIAL_STATE: Shape = text("KeyMaterialState").values(&["NON_CURRENT", "CURRENT", "PENDING_ROTATION", "PENDING_MULTI_REGION_IMPORT_AND_ROTATION"]);
static KEY_METADATA: Shape = structure("KeyMetadata", &[
    opt("AWSAccountId", &AWS_ACCOUNT_ID_TYPE),
    req("KeyId", &KEY_ID_TYPE),
    opt("Arn", &ARN_TYPE),
    opt("CreationDate", &DATE_TYPE),
    opt("Enabled", &BOOLEAN_TYPE),
    opt("Description", &DESCRIPTION_TYPE),
    opt("KeyUsage", &KEY_USAGE_TYPE),
    opt("KeyState", &KEY_STATE),
    opt("DeletionDate", &DATE_TYPE),
    opt("ValidTo", &DATE_TYPE),
    opt("Origin", &ORIGIN_TYPE),
    opt("CustomKeyStoreId", &CUSTOM_KEY_STORE_ID_TYPE),
    opt("CloudHsmClusterId", &CLOUD_HSM_CLUSTER_ID_TYPE),
    opt("ExpirationModel", &EXPIRATION_MODEL_TYPE),
    opt("KeyManager", &KEY_MANAGER_TYPE),
    opt("CustomerMasterKeySpec", &CUSTOMER_MASTER_KEY_SPEC),
    opt("KeySpec", &KEY_SPEC),
    opt("EncryptionAlgorithms", &ENCRYPTION_ALGORITHM_SPEC_LIST),
    opt("SigningAlgorithms", &SIGNING_ALGORITHM_SPEC_LIST),
    opt("KeyAgreementAlgorithms", &KEY_AGREEMENT_ALGORITHM_SPEC_LIST),
    opt("EncapsulationAlgorithms", &ENCAPSULATION_ALGORITHM_SPEC_LIST),
    opt("MultiRegion", &NULLABLE_BOOLEAN_TYPE),
    opt("MultiRegionConfiguration", &MULTI_REGION_CONFIGURATION),
    opt("PendingDeletionWindowInDays", &PENDING_WINDOW_IN_DAYS_TYPE),
    opt("MacAlgorithms", &MAC_ALGORITHM_SPEC_LIST),
    opt("XksKeyConfiguration", &XKS_KEY_CONFIGURATION_TYPE),
    opt("CurrentKeyMaterialId", &BACKING_KEY_ID_TYPE),
]);
static KEY_SPEC: Shape = text("KeySpec").values(&["RSA_2048", "RSA_3072", "RSA_4096", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1", "ECC_NIST_EDWARDS25519", "SYMMETRIC_DEFAULT", "HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512", "SM2", "ML_DSA_44", "ML_DSA_65", "ML_DSA_87", "ML_KEM_512", "ML_KEM_768", "ML_KEM_1024"]);
static KEY_STATE: Shape = text("KeyState").values(&["Creating", "Enabled", "Disabled", "PendingDeletion", "PendingImport", "PendingReplicaDeletion", "Unavailable", "Updating"]);
static KEY_STORE_PASSWORD_TYPE: Shape = text("KeyStorePasswordType").min(7).max(32).sensitive();
static KEY_USAGE_TYPE: Shape = text("KeyUsageType").values(&["SIGN_VERIFY", "ENCRYPT_DECRYPT", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT", "ENCAPSULATE_DECAPSULATE"]);
static KMS_REQUEST_ID_TYPE: Shape = text("KmsRequestIdType");
static LIMIT_TYPE: Shape = int("LimitType").min(1).max(1000);
static LIST_ALIASES_REQUEST: Shape = structure("ListAliasesRequest", &[
    opt("KeyId", &KEY_ID_TYPE),
    opt("Limit", &LIMIT_TYPE),
    opt("Marker", &MARKER_TYPE),
]);
static LIST_ALIASES_RESPONSE: Shape = structure("ListAliasesResponse", &[
    opt("Aliases", &ALIAS_LIST),
    opt("NextMarker", &MARKER_TYPE),
    opt("Truncated", &BOOLEAN_TYPE),
]);
static LIST_GRANTS_REQUEST: Shape = structure("ListGrantsRequest", &[
    opt("Limit", &LIMIT_TYPE),
    opt("Marker", &MARKER_TYPE),
    req("KeyId", &KEY_ID_TYPE),
    opt("GrantId", &GRANT_ID_TYPE),
    opt("GranteePrincipal", &PRINCIPAL_ID_TYPE),
    opt("GranteeServicePrincipal", &SERVICE_PRINCIPAL_TYPE),
]);
static LIST_GRANTS_RESPONSE: Shape = structure("ListGrantsResponse", &[
    opt("Grants", &GRANT_LIST),
    opt("NextMarker", &MARKER_TYPE),
    opt("Truncated", &BOOLEAN_TYPE),
]);
static LIST_KEYS_REQUEST: Shape = structure("ListKeysRequest", &[
    opt("Limit", &LIMIT_TYPE),
    opt("Marker", &MARKER_TYPE),
    opt("ResourceOwners", &RESOURCE_OWNERS_LIST),
]);
static LIST_KEYS_RESPONSE: Shape = structure("ListKeysResponse", &[
    opt("Keys", &KEY_LIST),
    opt("NextMarker", &MARKER_TYPE),
    opt("Truncated", &BOOLEAN_TYPE),
]);
static LIST_KEY_POLICIES_REQUEST: Shape = structure("ListKeyPoliciesRequest", &[
    req("KeyId", &KEY_ID_TYPE),
    opt("Limit", &LIMIT_TYPE),
    opt("Marker", &MARKER_TYPE),
]);
static LIST_KEY_POLICIES_RESPONSE: Shape = structure("ListKeyPoliciesResponse", &[
    opt("PolicyNames", &POLICY_NAME_LIST),
    opt("NextMarker", &MARKER_TYPE),
    opt("Truncated", &BOOLEAN_TYPE),
]);
static LIST_KEY_ROTATIONS_REQUEST: Shape = structure("ListKeyRotationsRequest", &[
    req("KeyId", &KEY_ID_TYPE),
    opt("IncludeKeyMaterial", &INCLUDE_KEY_MATERIAL),
    opt("Limit", &LIMIT_TYPE),
    opt("Marker", &MARKER_TYPE),
]);
static LIST_KEY_ROTATIONS_RESPONSE: Shape = structure("ListKeyRotationsResponse", &[
    opt("Rotations", &ROTATIONS_LIST),
    opt("NextMarker", &MARKER_TYPE),
    opt("Truncated", &BOOLEAN_TYPE),
]);
static LIST_RESOURCE_TAGS_REQUEST: Shape = structure("ListResourceTagsRequest", &[
    req("KeyId", &KEY_ID_TYPE),
    opt("Limit", &LIMIT_TYPE),
    opt("Marker", &MARKER_TYPE),
]);
static LIST_RESOURCE_TAGS_RESPONSE: Shape = structure("ListResourceTagsResponse", &[
    opt("Tags", &TAG_LIST),
    opt("NextMarker", &MARKER_TYPE),
    opt("Truncated", &BOOLEAN_TYPE),
]);
static LIST_RETIRABLE_GRANTS_REQUEST: Shape = structure("ListRetirableGrantsRequest", &[
    opt("Limit", &LIMIT_TYPE),
    opt("Marker", &MARKER_TYPE),
    opt("RetiringPrincipal", &PRINCIPAL_ID_TYPE),
    opt("RetiringServicePrincipal", &SERVICE_PRINCIPAL_TYPE),
]);
static MAC_ALGORITHM_SPEC: Shape = text("MacAlgorithmSpec").values(&["HMAC_SHA_384", "HMAC_SHA_256", "HMAC_SHA_224", "HMAC_SHA_512"]);
static MAC_ALGORITHM_SPEC_LIST: Shape = list("MacAlgorithmSpecList", &MAC_ALGORITHM_SPEC);
static MARKER_TYPE: Shape = text("MarkerType").min(1).max(1024).pattern(r"[\u0020-\u00FF]*");
static MESSAGE_TYPE: Shape = text("MessageType").values(&["RAW", "DIGEST", "EXTERNAL_MU"]);
static MULTI_REGION_CONFIGURATION: Shape = structure("MultiRegionConfiguration", &[
    opt("MultiRegionKeyType", &MULTI_REGION_KEY_TYPE),
    opt("PrimaryKey", &MULTI_REGION_KEY),
    opt("ReplicaKeys", &MULTI_REGION_KEY_LIST),
]);
static MULTI_REGION_KEY: Shape = structure("MultiRegionKey", &[
    opt("Arn", &ARN_TYPE),
    opt("Region", &REGION_TYPE),
]);
static MULTI_REGION_KEY_LIST: Shape = list("MultiRegionKeyList", &MULTI_REGION_KEY);
static MULTI_REGION_KEY_TYPE: Shape = text("MultiRegionKeyType").values(&["PRIMARY", "REPLICA"]);
static NULLABLE_BOOLEAN_TYPE: Shape = boolean("NullableBooleanType");
static NUMBER_OF_BYTES_TYPE: Shape = int("NumberOfBytesType").min(1).max(1024);
static ORIGIN_TYPE: Shape = text("OriginType").values(&["AWS_KMS", "EXTERNAL", "AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"]);
static PENDING_WINDOW_IN_DAYS_TYPE: Shape = int("PendingWindowInDaysType").min(1).max(365);
static PLAINTEXT_TYPE: Shape = blob("PlaintextType").min(1).max(4096).sensitive();
static POLICY_NAME_LIST: Shape = list("PolicyNameList", &POLICY_NAME_TYPE);
static POLICY_NAME_TYPE: Shape = text("PolicyNameType").min(1).max(128).pattern(r"[\w]+");
static POLICY_TYPE: Shape = text("PolicyType").min(1).max(131072).pattern(r"[\u0009\u000A\u000D\u0020-\u00FF]+");
static PRINCIPAL_ID_TYPE: Shape = text("PrincipalIdType").min(1).max(256).pattern(r"^[\w+=,.@:/-]+$");
static PUBLIC_KEY_TYPE: Shape = blob("PublicKeyType").min(1).max(8192);
static PUT_KEY_POLICY_REQUEST: Shape = structure("PutKeyPolicyRequest", &[
    req("KeyId", &KEY_ID_TYPE),
    opt("PolicyName", &POLICY_NAME_TYPE),
    req("Policy", &POLICY_TYPE),
    opt("BypassPolicyLockoutSafetyCheck", &BOOLEAN_TYPE),
]);
static RECIPIENT_INFO: Shape = structure("RecipientInfo", &[
    opt("KeyEncryptionAlgorithm", &KEY_ENCRYPTION_MECHANISM),
    opt("AttestationDocument", &ATTESTATION_DOCUMENT_TYPE),
]);
static REGION_TYPE: Shape = text("RegionType").min(1).max(32).pattern(r"^([a-z]+-){2,3}\d+$");
static REPLICATE_KEY_REQUEST: Shape = structure("ReplicateKeyRequest", &[
    req("KeyId", &KEY_ID_TYPE),
    req("ReplicaRegion", &REGION_TYPE),
    opt("Policy", &POLICY_TYPE),
    opt("BypassPolicyLockoutSafetyCheck", &BOOLEAN_TYPE),
    opt("Description", &DESCRIPTION_TYPE),
    opt("Tags", &TAG_LIST),
]);
static REPLICATE_KEY_RESPONSE: Shape = structure("ReplicateKeyResponse", &[
    opt("ReplicaKeyMetadata", &KEY_METADATA),
    opt("ReplicaPolicy", &POLICY_TYPE),
    opt("ReplicaTags", &TAG_LIST),
]);
static RESOURCE_OWNERS_LIST: Shape = list("ResourceOwnersList", &RESOURCE_OWNER_TYPE).min(1).max(2);
static RESOURCE_OWNER_TYPE: Shape = text("ResourceOwnerType").values(&["SELF", "OTHER_ACCOUNTS_VIA_RAM"]);
static RETIRE_GRANT_REQUEST: Shape = structure("RetireGrantRequest", &[
    opt("GrantToken", &GRANT_TOKEN_TYPE),
    opt("KeyId", &KEY_ID_TYPE),
    opt("GrantId", &GRANT_ID_TYPE),
    opt("DryRun", &NULLABLE_BOOLEAN_TYPE),
]);
static REVOKE_GRANT_REQUEST: Shape = structure("RevokeGrantRequest", &[
    req("KeyId", &KEY_ID_TYPE),
    req("GrantId", &GRANT_ID_TYPE),
    opt("DryRun", &NULLABLE_BOOLEAN_TYPE),
]);
static RE_ENCRYPT_REQUEST: Shape = structure("ReEncryptRequest", &[
    opt("CiphertextBlob", &CIPHERTEXT_TYPE),
    opt("SourceEncryptionContext", &ENCRYPTION_CONTEXT_TYPE),
    opt("SourceKeyId", &KEY_ID_TYPE),
    req("DestinationKeyId", &KEY_ID_TYPE),
    opt("DestinationEncryptionContext", &ENCRYPTION_CONTEXT_TYPE),
    opt("SourceEncryptionAlgorithm", &ENCRYPTION_ALGORITHM_SPEC),
    opt("DestinationEncryptionAlgorithm", &ENCRYPTION_ALGORITHM_SPEC),
    opt("GrantTokens", &GRANT_TOKEN_LIST),
    opt("DryRun", &NULLABLE_BOOLEAN_TYPE),
    opt("DryRunModifiers", &DRY_RUN_MODIFIER_LIST),
]);
static RE_ENCRYPT_RESPONSE: Shape = structure("ReEncryptResponse", &[
    opt("CiphertextBlob", &CIPHERTEXT_TYPE),
    opt("SourceKeyId", &KEY_ID_TYPE),
    opt("KeyId", &KEY_ID_TYPE),
    opt("SourceEncryptionAlgorithm", &ENCRYPTION_ALGORITHM_SPEC),
    opt("DestinationEncryptionAlgorithm", &ENCRYPTION_ALGORITHM_SPEC),
    opt("SourceKeyMaterialId", &BACKING_KEY_ID_TYPE),
    opt("DestinationKeyMaterialId", &BACKING_KEY_ID_TYPE),
]);
static ROTATE_KEY_ON_DEMAND_REQUEST: Shape = structure("RotateKeyOnDemandRequest", &[
    req("KeyId", &KEY_ID_TYPE),
]);
static ROTATE_KEY_ON_DEMAND_RESPONSE: Shape = structure("RotateKeyOnDemandResponse", &[
    opt("KeyId", &KEY_ID_TYPE),
]);
static ROTATIONS_LIST: Shape = list("RotationsList", &ROTATIONS_LIST_ENTRY);
static ROTATIONS_LIST_ENTRY: Shape = structure("RotationsListEntry", &[
    opt("KeyId", &KEY_ID_TYPE),
    opt("KeyMaterialId", &BACKING_KEY_ID_TYPE),
    opt("KeyMaterialDescription", &KEY_MATERIAL_DESCRIPTION_TYPE),
    opt("ImportState", &IMPORT_STATE),
    opt("KeyMaterialState", &KEY_MATERIAL_STATE),
    opt("ExpirationModel", &EXPIRATION_MODEL_TYPE),
    opt("ValidTo", &DATE_TYPE),
    opt("RotationDate", &DATE_TYPE),
    opt("RotationType", &ROTATION_TYPE),
]);
static ROTATION_PERIOD_IN_DAYS_TYPE: Shape = int("RotationPeriodInDaysType").min(90).max(2560);
static ROTATION_TYPE: Shape = text("RotationType").values(&["AUTOMATIC", "ON_DEMAND"]);
static SCHEDULE_KEY_DELETION_REQUEST: Shape = structure("ScheduleKeyDeletionRequest", &[
    req("KeyId", &KEY_ID_TYPE),
    opt("PendingWindowInDays", &PENDING_WINDOW_IN_DAYS_TYPE),
]);
static SCHEDULE_KEY_DELETION_RESPONSE: Shape = structure("ScheduleKeyDeletionResponse", &[
    opt("KeyId", &KEY_ID_TYPE),
    opt("DeletionDate", &DATE_TYPE),
    opt("KeyState", &KEY_STATE),
    opt("PendingWindowInDays", &PENDING_WINDOW_IN_DAYS_TYPE),
]);
static SERVICE_PRINCIPAL_TYPE: Shape = text("ServicePrincipalType").min(1).max(128).pattern(r"^([A-Za-z0-9\-]+)\.([A-Za-z0-9\-]+)(\.[A-Za-z0-9\-]+)+$");
static SIGNING_ALGORITHM_SPEC: Shape = text("SigningAlgorithmSpec").values(&["RSASSA_PSS_SHA_256", "RSASSA_PSS_SHA_384", "RSASSA_PSS_SHA_512", "RSASSA_PKCS1_V1_5_SHA_256", "RSASSA_PKCS1_V1_5_SHA_384", "RSASSA_PKCS1_V1_5_SHA_512", "ECDSA_SHA_256", "ECDSA_SHA_384", "ECDSA_SHA_512", "ED25519_SHA_512", "ED25519_PH_SHA_512", "SM2DSA", "ML_DSA_SHAKE_256", "SYMMETRIC_DEFAULT"]);
static SIGNING_ALGORITHM_SPEC_LIST: Shape = list("SigningAlgorithmSpecList", &SIGNING_ALGORITHM_SPEC);
static SIGN_REQUEST: Shape = structure("SignRequest", &[
    req("KeyId", &KEY_ID_TYPE),
    req("Message", &PLAINTEXT_TYPE),
    opt("MessageType", &MESSAGE_TYPE),
    opt("GrantTokens", &GRANT_TOKEN_LIST),
    req("SigningAlgorithm", &SIGNING_ALGORITHM_SPEC),
    opt("DryRun", &NULLABLE_BOOLEAN_TYPE),
]);
static SIGN_RESPONSE: Shape = structure("SignResponse", &[
    opt("KeyId", &KEY_ID_TYPE),
    opt("Signature", &CIPHERTEXT_TYPE),
    opt("SigningAlgorithm", &SIGNING_ALGORITHM_SPEC),
]);
static TAG: Shape = structure("Tag", &[
    req("TagKey", &TAG_KEY_TYPE),
    req("TagValue", &TAG_VALUE_TYPE),
]);
static TAG_KEY_LIST: Shape = list("TagKeyList", &TAG_KEY_TYPE);
static TAG_KEY_TYPE: Shape = text("TagKeyType").min(1).max(128);
static TAG_LIST: Shape = list("TagList", &TAG);
static TAG_RESOURCE_REQUEST: Shape = structure("TagResourceRequest", &[
    req("KeyId", &KEY_ID_TYPE),
    req("Tags", &TAG_LIST),
]);
static TAG_VALUE_TYPE: Shape = text("TagValueType").min(0).max(256);
static TRUST_ANCHOR_CERTIFICATE_TYPE: Shape = text("TrustAnchorCertificateType").min(1).max(5000);
static UNTAG_RESOURCE_REQUEST: Shape = structure("UntagResourceRequest", &[
    req("KeyId", &KEY_ID_TYPE),
    req("TagKeys", &TAG_KEY_LIST),
]);
static UPDATE_ALIAS_REQUEST: Shape = structure("UpdateAliasRequest", &[
    req("AliasName", &ALIAS_NAME_TYPE),
    req("TargetKeyId", &KEY_ID_TYPE),
]);
static UPDATE_CUSTOM_KEY_STORE_REQUEST: Shape = structure("UpdateCustomKeyStoreRequest", &[
    req("CustomKeyStoreId", &CUSTOM_KEY_STORE_ID_TYPE),
    opt("NewCustomKeyStoreName", &CUSTOM_KEY_STORE_NAME_TYPE),
    opt("KeyStorePassword", &KEY_STORE_PASSWORD_TYPE),
    opt("CloudHsmClusterId", &CLOUD_HSM_CLUSTER_ID_TYPE),
    opt("XksProxyUriEndpoint", &XKS_PROXY_URI_ENDPOINT_TYPE),
    opt("XksProxyUriPath", &XKS_PROXY_URI_PATH_TYPE),
    opt("XksProxyVpcEndpointServiceName", &XKS_PROXY_VPC_ENDPOINT_SERVICE_NAME_TYPE),
    opt("XksProxyVpcEndpointServiceOwner", &ACCOUNT_ID_TYPE),
    opt("XksProxyAuthenticationCredential", &XKS_PROXY_AUTHENTICATION_CREDENTIAL_TYPE),
    opt("XksProxyConnectivity", &XKS_PROXY_CONNECTIVITY_TYPE),
]);
static UPDATE_CUSTOM_KEY_STORE_RESPONSE: Shape = structure("UpdateCustomKeyStoreResponse", &[]);
static UPDATE_KEY_DESCRIPTION_REQUEST: Shape = structure("UpdateKeyDescriptionRequest", &[
    req("KeyId", &KEY_ID_TYPE),
    req("Description", &DESCRIPTION_TYPE),
]);
static UPDATE_PRIMARY_REGION_REQUEST: Shape = structure("UpdatePrimaryRegionRequest", &[
    req("KeyId", &KEY_ID_TYPE),
    req("PrimaryRegion", &REGION_TYPE),
]);
static VERIFY_MAC_REQUEST: Shape = structure("VerifyMacRequest", &[
    req("Message", &PLAINTEXT_TYPE),
    req("KeyId", &KEY_ID_TYPE),
    req("MacAlgorithm", &MAC_ALGORITHM_SPEC),
    req("Mac", &CIPHERTEXT_TYPE),
    opt("GrantTokens", &GRANT_TOKEN_LIST),
    opt("DryRun", &NULLABLE_BOOLEAN_TYPE),
]);
static VERIFY_MAC_RESPONSE: Shape = structure("VerifyMacResponse", &[
    opt("KeyId", &KEY_ID_TYPE),
    opt("MacValid", &BOOLEAN_TYPE),
    opt("MacAlgorithm", &MAC_ALGORITHM_SPEC),
]);
static VERIFY_REQUEST: Shape = structure("VerifyRequest", &[
    req("KeyId", &KEY_ID_TYPE),
    req("Message", &PLAINTEXT_TYPE),
    opt("MessageType", &MESSAGE_TYPE),
    req("Signature", &CIPHERTEXT_TYPE),
    req("SigningAlgorithm", &SIGNING_ALGORITHM_SPEC),
    opt("GrantTokens", &GRANT_TOKEN_LIST),
    opt("DryRun", &NULLABLE_BOOLEAN_TYPE),
]);
static VERIFY_RESPONSE: Shape = structure("VerifyResponse", &[
    opt("KeyId", &KEY_ID_TYPE),
    opt("SignatureValid", &BOOLEAN_TYPE),
    opt("SigningAlgorithm", &SIGNING_ALGORITHM_SPEC),
]);
static WRAPPING_KEY_SPEC: Shape = text("WrappingKeySpec").values(&["RSA_2048", "RSA_3072", "RSA_4096", "SM2"]);
static XKS_KEY_CONFIGURATION_TYPE: Shape = structure("XksKeyConfigurationType", &[
    opt("Id", &XKS_KEY_ID_TYPE),
]);
static XKS_KEY_ID_TYPE: Shape = text("XksKeyIdType").min(1).max(128).pattern("^[a-zA-Z0-9-_.]+$");
static XKS_PROXY_AUTHENTICATION_ACCESS_KEY_ID_TYPE: Shape = text("XksProxyAuthenticationAccessKeyIdType").min(20).max(30).pattern("^[A-Z2-7]+$").sensitive();
static XKS_PROXY_AUTHENTICATION_CREDENTIAL_TYPE: Shape = structure("XksProxyAuthenticationCredentialType", &[
    req("AccessKeyId", &XKS_PROXY_AUTHENTICATION_ACCESS_KEY_ID_TYPE),
    req("RawSecretAccessKey", &XKS_PROXY_AUTHENTICATION_RAW_SECRET_ACCESS_KEY_TYPE),
]);
static XKS_PROXY_AUTHENTICATION_RAW_SECRET_ACCESS_KEY_TYPE: Shape = text("XksProxyAuthenticationRawSecretAccessKeyType").min(43).max(64).pattern(r"^[a-zA-Z0-9\/+=]+$").sensitive();
static XKS_PROXY_CONFIGURATION_TYPE: Shape = structure("XksProxyConfigurationType", &[
    opt("Connectivity", &XKS_PROXY_CONNECTIVITY_TYPE),
    opt("AccessKeyId", &XKS_PROXY_AUTHENTICATION_ACCESS_KEY_ID_TYPE),
    opt("UriEndpoint", &XKS_PROXY_URI_ENDPOINT_TYPE),
    opt("UriPath", &XKS_PROXY_URI_PATH_TYPE),
    opt("VpcEndpointServiceName", &XKS_PROXY_VPC_ENDPOINT_SERVICE_NAME_TYPE),
    opt("VpcEndpointServiceOwner", &ACCOUNT_ID_TYPE),
]);
static XKS_PROXY_CONNECTIVITY_TYPE: Shape = text("XksProxyConnectivityType").values(&["PUBLIC_ENDPOINT", "VPC_ENDPOINT_SERVICE"]);
static XKS_PROXY_URI_ENDPOINT_TYPE: Shape = text("XksProxyUriEndpointType").min(10).max(128).pattern("^https://[a-zA-Z0-9.-]+$");
static XKS_PROXY_URI_PATH_TYPE: Shape = text("XksProxyUriPathType").min(10).max(128).pattern(r"^(/[a-zA-Z0-9\/_-]+/kms/xks/v\d{1,2})$|^(/kms/xks/v\d{1,2})$");
static XKS_PROXY_VPC_ENDPOINT_SERVICE_NAME_TYPE: Shape = text("XksProxyVpcEndpointServiceNameType").min(20).max(64).pattern(r"^(com|eu)\.amazonaws\.vpce\.([a-z]+-){2,3}\d+\.vpce-svc-[0-9a-z]+$");
