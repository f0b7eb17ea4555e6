//! Every refusal that a caller can meet, one row each: reason, fields, status, AWS's code, AWS's sentence.
//!
//! Services that speak JSON and services that speak the query protocol have their own codes for the same refusal;
//! such rows carry both, JSON first. An empty sentence means that AWS sends no message at all.

use alloc::string::String;
use core::fmt;

/// Which family of codes a service answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// awsJson services (KMS): `AccessDeniedException`, mostly HTTP 400.
    Json,
    /// Query services (IAM, STS): `AccessDenied`, HTTP 403 and friends.
    Query,
}

macro_rules! faults {
    ($(
        $(#[$doc:meta])*
        $name:ident $({ $($field:ident : $type:ty),* $(,)? })?
            => $status:literal $code:literal $(/ $query_status:literal $query_code:literal)?, $text:literal;
    )*) => {
        /// A refusal, as AWS words it. Kept apart from its explanation, which is found under the request id.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Fault {
            $(
                $(#[$doc])*
                $name $({ $(
                    #[doc = concat!("The `{", stringify!($field), "}` of the sentence.")]
                    $field: $type
                ),* })?
            ),*
        }

        impl Fault {
            /// AWS's code, such as `DisabledException`.
            #[must_use]
            pub fn code(&self, dialect: Dialect) -> &'static str {
                match self { $(
                    Self::$name { .. } => {
                        $(if dialect == Dialect::Query { return $query_code; })?
                        let _ = dialect;
                        $code
                    }
                ),* }
            }

            /// The HTTP status.
            #[must_use]
            pub fn status(&self, dialect: Dialect) -> u16 {
                match self { $(
                    Self::$name { .. } => {
                        $(if dialect == Dialect::Query { return $query_status; })?
                        let _ = dialect;
                        $status
                    }
                ),* }
            }

            /// Every code of the table, with its status: for the tests that hold it against AWS's models.
            #[must_use]
            pub fn codes() -> &'static [(&'static str, u16)] {
                &[$( ($code, $status), $(($query_code, $query_status),)? )*]
            }
        }

        impl fmt::Display for Fault {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self { $(
                    Self::$name $({ $($field),* })? => {
                        $($(let _ = $field;)*)?
                        write!(f, $text)
                    }
                ),* }
            }
        }
    };
}

impl core::error::Error for Fault {}

impl From<super::NoEntropy> for Fault {
    fn from(_: super::NoEntropy) -> Self {
        Self::Internal
    }
}

faults! {
    // ---- The front door: HTTP, routing, shapes --------------------------------------------------------------
    /// The source of randomness failed, or kmslab broke a promise of its own.
    Internal => 500 "KMSInternalException" / 500 "InternalFailure", "The request was rejected because an internal exception occurred. The request can be retried.";
    /// No service of the lab answers to this request.
    UnknownService { service: String } => 400 "UnknownOperationException" / 400 "InvalidAction", "kmslab does not serve this request: {service}. It serves KMS, IAM and STS.";
    /// awsJson: the target names no operation.
    UnknownOperation => 400 "UnknownOperationException", "";
    /// Query: kms-independent; storage.md 5.7.
    InvalidAction { action: String, version: String } => 400 "InvalidAction", "Could not find operation {action} for version {version}";
    /// An operation of AWS's model that kmslab does not have yet. Ours: AWS has them all.
    NotYet { operation: String } => 400 "UnknownOperationException" / 400 "InvalidAction", "{operation} is an operation of AWS that kmslab does not implement yet.";
    /// awsJson: the body is not JSON, or a member has another type. Sentences are ours.
    Serialization { message: String } => 400 "SerializationException" / 400 "MalformedInput", "{message}";
    /// A member breaks the model's constraint, or a rule beyond it.
    Validation { message: String } => 400 "ValidationException" / 400 "ValidationError", "{message}";
    /// The body is over the limit.
    TooLarge => 413 "RequestEntityTooLargeException" / 413 "RequestEntityTooLarge", "The request body is too large.";
    /// The HTTP request itself is not well formed.
    MalformedHttp { message: String } => 400 "MalformedHttpRequestException" / 400 "MalformedHttpRequestException", "{message}";

    // ---- Authentication: authorization.md 8.4 ---------------------------------------------------------------
    /// No signature at all. KMS's own sentence is unconfirmed (DynamoDB says `Request is missing Authentication Token`).
    MissingAuthentication => 400 "MissingAuthenticationTokenException" / 403 "MissingAuthenticationToken", "Missing Authentication Token";
    /// Parts of the Authorization header are missing or malformed.
    IncompleteSignature { message: String } => 400 "IncompleteSignatureException" / 400 "IncompleteSignature", "{message}";
    /// Skew, unsigned Host, wrong scope.
    SignatureRefused { message: String } => 400 "InvalidSignatureException" / 403 "SignatureDoesNotMatch", "{message}";
    /// The signature is not the one we compute.
    SignatureMismatch => 400 "InvalidSignatureException" / 403 "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";
    /// The access key id is unknown or inactive.
    UnknownAccessKey => 400 "UnrecognizedClientException" / 403 "InvalidClientTokenId", "The security token included in the request is invalid.";
    /// The session token is not the one issued with the key.
    WrongSessionToken => 400 "UnrecognizedClientException" / 403 "InvalidClientTokenId", "The security token included in the request is invalid";
    /// The session is over.
    ExpiredToken => 400 "ExpiredTokenException" / 403 "ExpiredToken", "The security token included in the request is expired";

    // ---- Failures of AWS's own, which a lab has when told to: gateway/inject.rs -----------------------------
    /// AWS itself was too slow. KMS API, `Errors` of the operations.
    DependencyTimeout => 500 "DependencyTimeoutException", "The system timed out while trying to fulfill the request. You can retry the request.";
    /// KMS API, `Errors` of the operations that use a key.
    KeyUnavailable => 500 "KeyUnavailableException", "The request was rejected because the specified KMS key was not available. You can retry the request.";
    /// IAM API, `Errors` of the operations.
    ServiceFailure => 500 "ServiceFailure", "The request processing has failed because of an unknown error, exception or failure.";
    /// Any service: IAM API, "Common errors".
    ServiceUnavailable => 503 "ServiceUnavailableException" / 503 "ServiceUnavailable", "The request has failed due to a temporary failure of the server.";

    /// A request quota is used up.
    Throttling { message: &'static str } => 400 "ThrottlingException" / 400 "Throttling", "{message}";

    // ---- Authorization: authorization.md 8 ------------------------------------------------------------------
    /// The whole sentence is made by the authorizer.
    AccessDenied { message: String } => 400 "AccessDeniedException" / 403 "AccessDenied", "{message}";

    // ---- KMS: kms.md 19 -------------------------------------------------------------------------------------
    /// KMS Developer Guide, "Key states of AWS KMS keys", note 1.
    Disabled { key: String } => 400 "DisabledException", "{key} is disabled.";
    /// The same table, notes 3 to 5, 11, 14 and 15. `state` is such as `pending deletion`.
    InvalidState { key: String, state: &'static str } => 400 "KMSInvalidStateException", "{key} is {state}.";
    /// A whole sentence about a state that is not in that table: material that is, or is not, pending rotation.
    WrongState { message: String } => 400 "KMSInvalidStateException", "{message}";
    /// Rotation on demand, shortly before the schedule's own. The sentence is that of the model (unconfirmed).
    Conflict => 400 "ConflictException", "The request was rejected because an automatic rotation of this key is currently in progress or scheduled to begin within the next 20 minutes.";
    /// A whole sentence: a missing key, alias, grant or policy.
    NotFound { message: String } => 400 "NotFoundException", "{message}";
    /// The text is not an ARN, or names another service.
    InvalidArn { message: String } => 400 "InvalidArnException", "{message}";
    /// An alias of this name exists.
    AlreadyExists { alias: String } => 400 "AlreadyExistsException", "An alias with the name {alias} already exists";
    /// A related multi-Region key is in that Region. The sentence is ours.
    ReplicaExists { key: String } => 400 "AlreadyExistsException", "{key} already exists.";
    /// A name that passes the shape and breaks the rule.
    InvalidAliasName { message: String } => 400 "InvalidAliasNameException", "{message}";
    /// `alias/aws/…` belongs to AWS.
    ReservedAlias => 400 "NotAuthorizedException", "";
    /// The ciphertext, or its encryption context, is not the one that was sealed.
    InvalidCiphertext => 400 "InvalidCiphertextException", "";
    /// `Verify` of another key's signature, or over another message.
    InvalidSignature => 400 "KMSInvalidSignatureException", "";
    /// `VerifyMac` of another key's MAC, or over another message.
    InvalidMac => 400 "KMSInvalidMacException", "";
    /// Imported material that is none for the key, or not the one it is to be. AWS's own sentences are not recorded.
    IncorrectKeyMaterial { message: &'static str } => 400 "IncorrectKeyMaterialException", "{message}";
    /// An import token that `GetParametersForImport` did not make, or not for this key. No sentence is recorded.
    InvalidImportToken => 400 "InvalidImportTokenException", "";
    /// An import token over 24 hours old. No sentence is recorded.
    ExpiredImportToken => 400 "ExpiredImportTokenException", "";
    /// KeyId names another key than the ciphertext's.
    IncorrectKey => 400 "IncorrectKeyException", "The key ID in the request does not identify a CMK that can perform this operation.";
    /// The key's usage does not fit the operation.
    InvalidKeyUsage { message: String } => 400 "InvalidKeyUsageException", "{message}";
    /// Not for this key's origin, type or role.
    UnsupportedOperation { message: String } => 400 "UnsupportedOperationException", "{message}";
    /// A quota or a length.
    LimitExceeded { message: String } => 400 "LimitExceededException" / 409 "LimitExceeded", "{message}";
    /// `Duplicate tag keys`, `Too many tags`, `Tags beginning with aws: are reserved`.
    Tag { message: &'static str } => 400 "TagException", "{message}";
    /// The policy's text, principals, or the lockout check.
    MalformedPolicy { message: String } => 400 "MalformedPolicyDocumentException" / 400 "MalformedPolicyDocument", "{message}";
    /// A Marker that no List made.
    InvalidMarker => 400 "InvalidMarkerException", "";
    /// A grant token that no CreateGrant made.
    InvalidGrantToken => 400 "InvalidGrantTokenException", "";
    /// A grant id of the wrong form.
    InvalidGrantId => 400 "InvalidGrantIdException", "";
    /// A dry run that would have worked.
    DryRun => 400 "DryRunOperationException", "The request would have succeeded, but the DryRun option is set.";

    // ---- Custom key stores: kms.md 14 and 19.1. Sentences that are fixed here follow the API reference (unconfirmed) --------
    /// No such store.
    StoreNotFound => 400 "CustomKeyStoreNotFoundException", "KMS cannot find a custom key store with the specified key store name or ID.";
    /// The name is another store's.
    StoreNameInUse => 400 "CustomKeyStoreNameInUseException", "The specified custom key store name is already assigned to another custom key store in the account.";
    /// The state of its connection forbids it.
    StoreInvalidState { message: String } => 400 "CustomKeyStoreInvalidStateException", "{message}";
    /// It has keys, be it pending deletion.
    StoreHasKeys => 400 "CustomKeyStoreHasCMKsException", "The custom key store contains KMS keys.";
    /// Its keys cannot be used now. Source: kms.md 14.4.
    StoreUnusable { message: String } => 400 "KMSInvalidStateException", "{message}";
    /// No such cluster.
    ClusterNotFound => 400 "CloudHsmClusterNotFoundException", "KMS cannot find the AWS CloudHSM cluster with the specified cluster ID.";
    /// The cluster, or a relative, has a store.
    ClusterInUse => 400 "CloudHsmClusterInUseException", "The specified AWS CloudHSM cluster is already associated with a custom key store, or it shares a backup history with one.";
    /// It is not initialized and active.
    ClusterNotActive => 400 "CloudHsmClusterNotActiveException", "The AWS CloudHSM cluster that is associated with the custom key store is not active.";
    /// HSMs, subnets, security group.
    ClusterConfiguration { message: String } => 400 "CloudHsmClusterInvalidConfigurationException", "{message}";
    /// The new cluster has another certificate.
    ClusterNotRelated => 400 "CloudHsmClusterNotRelatedException", "The specified AWS CloudHSM cluster has a different cluster certificate than the original cluster.";
    /// The certificate is not the cluster's.
    IncorrectTrustAnchor => 400 "IncorrectTrustAnchorException", "The trust anchor certificate is not the trust anchor certificate of the specified AWS CloudHSM cluster.";
    /// The external key has a KMS key in this store.
    XksKeyInUse => 400 "XksKeyAlreadyInUseException", "The external key is already associated with another KMS key in this external key store.";
    /// The proxy knows no such key.
    XksKeyNotFound => 400 "XksKeyNotFoundException", "The external key store proxy could not find the external key.";
    /// The external key is not AES-256, enabled, for both uses.
    XksKeyConfiguration { message: String } => 400 "XksKeyInvalidConfigurationException", "{message}";
    /// The proxy refuses the credential.
    XksProxyCredential { message: String } => 400 "XksProxyIncorrectAuthenticationCredentialException", "{message}";
    /// The proxy is not configured correctly.
    XksProxyConfiguration { message: String } => 400 "XksProxyInvalidConfigurationException", "{message}";
    /// The proxy's answer is not understood.
    XksProxyResponse { message: String } => 400 "XksProxyInvalidResponseException", "{message}";
    /// Endpoint and path are another store's.
    XksUriInUse => 400 "XksProxyUriInUseException", "The proxy URI is already associated with another external key store in this Region.";
    /// The endpoint is another store's.
    XksEndpointInUse => 400 "XksProxyUriEndpointInUseException", "The proxy URI endpoint is already associated with another external key store in this Region.";
    /// The proxy does not answer.
    XksProxyUnreachable { message: String } => 400 "XksProxyUriUnreachableException", "{message}";
    /// The VPC endpoint service is another store's.
    XksServiceInUse => 400 "XksProxyVpcEndpointServiceInUseException", "The VPC endpoint service is already associated with another external key store in this Region.";
    /// The VPC endpoint service is not configured correctly.
    XksServiceConfiguration { message: String } => 400 "XksProxyVpcEndpointServiceInvalidConfigurationException", "{message}";
    /// No such VPC endpoint service.
    XksServiceNotFound { message: String } => 400 "XksProxyVpcEndpointServiceNotFoundException", "{message}";

    // ---- IAM: storage.md 4.2 --------------------------------------------------------------------------------
    /// A user, group, role, policy or access key that is not there.
    NoSuchEntity { message: String } => 404 "NoSuchEntity", "{message}";
    /// The name is taken.
    EntityAlreadyExists { message: String } => 409 "EntityAlreadyExists", "{message}";
    /// Something still hangs on it.
    DeleteConflict { message: &'static str } => 409 "DeleteConflict", "{message}";
    /// A member has a value that IAM refuses.
    InvalidInput { message: String } => 400 "InvalidInput", "{message}";
    /// A simulation meets a policy of the lab that cannot be evaluated.
    PolicyEvaluation { message: String } => 500 "PolicyEvaluation", "{message}";

    // ---- STS: storage.md 4.4 --------------------------------------------------------------------------------
    /// Tags or transitive tag keys that contradict each other.
    InvalidParameterValue { message: String } => 400 "InvalidParameterValue", "{message}";
    /// Session policies and tags are too big together.
    PackedPolicyTooLarge { percent: u32 } => 400 "PackedPolicyTooLarge", "Packed policy consumes {percent}% of allotted space, please use smaller policy";
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn one_fault_has_the_code_of_each_dialect() {
        let fault = Fault::ExpiredToken;
        assert_eq!((fault.code(Dialect::Json), fault.status(Dialect::Json)), ("ExpiredTokenException", 400));
        assert_eq!((fault.code(Dialect::Query), fault.status(Dialect::Query)), ("ExpiredToken", 403));
    }

    #[test]
    fn sentences_hold_their_fields() {
        let fault = Fault::InvalidState { key: "arn".into(), state: "pending deletion" };
        assert_eq!(fault.to_string(), "arn is pending deletion.");
        assert_eq!(Fault::InvalidCiphertext.to_string(), "");
    }
}
