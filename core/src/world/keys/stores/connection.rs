//! The connection of a custom key store to what backs it: a state machine, and a table of what can go wrong.
//! Source: KMS API Reference, `CustomKeyStoresListEntry`; kms.md 14.2 to 14.4.

use crate::base::{Fault, Timestamp};
use core::{fmt, str::FromStr};
use serde::{Deserialize, Serialize};

/// Which of the two types of custom key stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_enums, reason = "KMS has these two")]
pub enum StoreType {
    /// Backed by a CloudHSM cluster.
    #[serde(rename = "AWS_CLOUDHSM")]
    CloudHsm,
    /// Backed by a key manager outside of AWS, through a proxy.
    #[serde(rename = "EXTERNAL_KEY_STORE")]
    External,
}

impl StoreType {
    /// AWS's spelling, which is that of the origin of its keys, too.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CloudHsm => "AWS_CLOUDHSM",
            Self::External => "EXTERNAL_KEY_STORE",
        }
    }
}

/// The table of connection errors: the code, whether CloudHSM and external stores have it, and what is said when a key of
/// a store that is connected is used then. Sentences that kms.md 14.4 does not have are those of AWS's "External Key Store
/// Proxy API Specification", "Error codes"; the two about VPC endpoint services are ours.
macro_rules! failures {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $cloud_hsm:literal, $external:literal, $sentence:literal;)*) => {
        /// Why a custom key store is not connected.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum ConnectionError { $($(#[$doc])* #[serde(rename = $code)] $name),* }

        impl ConnectionError {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// AWS's `ConnectionErrorCode`.
            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $(Self::$name => $code),* } }

            /// Whether stores of that type can have it.
            #[must_use]
            pub const fn is_of(self, kind: StoreType) -> bool {
                match (self, kind) {
                    $((Self::$name, StoreType::CloudHsm) => $cloud_hsm, (Self::$name, StoreType::External) => $external),*
                }
            }

            /// What the use of a key is refused with.
            #[must_use]
            pub const fn sentence(self) -> &'static str { match self { $(Self::$name => $sentence),* } }
        }

        impl FromStr for ConnectionError {
            type Err = ();
            fn from_str(code: &str) -> Result<Self, ()> { match code { $($code => Ok(Self::$name),)* _ => Err(()) } }
        }
    };
}

failures! {
    /// KMS itself failed.
    Internal = "INTERNAL_ERROR", true, true, "The external key store proxy rejected the request because it cannot communicate with the external key manager. Verify that the external key store proxy configuration is correct and that the external key manager is available.";
    /// The network between KMS and the backing store.
    Network = "NETWORK_ERRORS", true, true, "AWS KMS cannot communicate with the external key store proxy. This might be a transient network issue. If you see this error repeatedly, verify that your external key store proxy is active and is connected to the network, and that its endpoint URI is correct in your external key store.";
    /// The password of `kmsuser`, or the proxy's credential, is wrong.
    Credentials = "INVALID_CREDENTIALS", true, true, "The external key store proxy rejected the request because it could not authenticate AWS KMS. Verify the credentials for your external key store and update if necessary.";
    /// There is no such cluster.
    ClusterNotFound = "CLUSTER_NOT_FOUND", true, false, "KMS cannot communicate with your CloudHSM cluster";
    /// No HSM of the cluster is active.
    NoHsm = "INSUFFICIENT_CLOUDHSM_HSMS", true, false, "KMS cannot communicate with your CloudHSM cluster";
    /// A subnet of the cluster has no free address.
    NoAddress = "INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET", true, false, "KMS cannot communicate with your CloudHSM cluster";
    /// A subnet of the cluster was deleted.
    NoSubnet = "SUBNET_NOT_FOUND", true, false, "KMS cannot communicate with your CloudHSM cluster";
    /// `kmsuser` gave wrong passwords too often.
    UserLockedOut = "USER_LOCKED_OUT", true, false, "KMS cannot communicate with your CloudHSM cluster";
    /// `kmsuser` is logged in elsewhere.
    UserLoggedIn = "USER_LOGGED_IN", true, false, "KMS cannot communicate with your CloudHSM cluster";
    /// There is no `kmsuser`.
    UserNotFound = "USER_NOT_FOUND", true, false, "KMS cannot communicate with your CloudHSM cluster";
    /// The proxy refuses requests of KMS.
    AccessDenied = "XKS_PROXY_ACCESS_DENIED", false, true, "The external key store proxy denied access to the operation. Verify that the user and the external key are both authorized for this operation, and try the request again.";
    /// The proxy's configuration.
    Configuration = "XKS_PROXY_INVALID_CONFIGURATION", false, true, "The external key store proxy rejected the request because of an invalid URI path. Verify the URI path for your external key store and update if necessary.";
    /// The proxy's certificate.
    Tls = "XKS_PROXY_INVALID_TLS_CONFIGURATION", false, true, "AWS KMS cannot establish a TLS connection to the external key store proxy. Verify the TLS configuration, including its certificate.";
    /// The proxy's answer is not understood.
    Response = "XKS_PROXY_INVALID_RESPONSE", false, true, "AWS KMS cannot interpret the response from the external key store proxy. If you see this error repeatedly, report it to your external key store proxy administrator.";
    /// The proxy does not answer.
    NotReachable = "XKS_PROXY_NOT_REACHABLE", false, true, "AWS KMS cannot communicate with the external key store proxy. This might be a transient network issue. If you see this error repeatedly, verify that your external key store proxy is active and is connected to the network, and that its endpoint URI is correct in your external key store.";
    /// The proxy answers too late.
    TimedOut = "XKS_PROXY_TIMED_OUT", false, true, "The external key store proxy did not respond to the request in the time allotted. Retry the request. If you see this error repeatedly, report it to your external key store proxy administrator.";
    /// There is no such VPC endpoint service.
    NoService = "XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND", false, true, "AWS KMS cannot communicate with the external key store proxy because the VPC endpoint service is not found.";
    /// The VPC endpoint service's configuration.
    Service = "XKS_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION", false, true, "AWS KMS cannot communicate with the external key store proxy because the VPC endpoint service is not configured correctly.";
}

impl fmt::Display for ConnectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl ConnectionError {
    /// What the use of a key is refused with: every failure of cryptography in a store is this. Source: kms.md 14.4.
    #[must_use]
    pub fn unusable(self, kind: StoreType) -> Fault {
        let message = match (self, kind) {
            (Self::Credentials | Self::Network | Self::Internal, StoreType::CloudHsm) => {
                Self::ClusterNotFound.sentence()
            }
            _ => self.sentence(),
        };
        Fault::StoreUnusable { message: message.into() }
    }

    /// What creating or updating a store is refused with, which asks the proxy or looks at the cluster once. Source: for
    /// proxies the table of the specification; for clusters the choice is ours.
    #[must_use]
    pub fn refusal(self, kind: StoreType) -> Fault {
        let message = self.sentence().into();
        match (self, kind) {
            (Self::ClusterNotFound, _) => Fault::ClusterNotFound,
            (Self::Internal, StoreType::CloudHsm) => Fault::Internal,
            (_, StoreType::CloudHsm) => {
                Fault::ClusterConfiguration { message: Self::ClusterNotFound.sentence().into() }
            }
            (Self::Credentials, _) => Fault::XksProxyCredential { message },
            (Self::AccessDenied | Self::Configuration, _) => Fault::XksProxyConfiguration { message },
            (Self::Response | Self::Internal, _) => Fault::XksProxyResponse { message },
            (Self::NoService, _) => Fault::XksServiceNotFound { message },
            (Self::Service, _) => Fault::XksServiceConfiguration { message },
            _ => Fault::XksProxyUnreachable { message },
        }
    }

    /// What `CreateKey` in an external store is refused with. Source: the table of the specification.
    #[must_use]
    pub fn creation(self) -> Fault {
        let message = self.sentence().into();
        match self {
            Self::AccessDenied => Fault::StoreUnusable { message },
            _ => Fault::StoreInvalidState { message },
        }
    }
}

/// `ConnectionState`, as it is recorded. What it is at a moment, [`at`](Self::at) tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_enums, reason = "KMS has these five")]
pub enum Connection {
    /// Never connected, or disconnected on purpose.
    Disconnected,
    /// It ends at `until`, in a connection or a failure.
    Connecting {
        /// When.
        until: Timestamp,
        /// Why it will fail.
        fails: Option<ConnectionError>,
    },
    /// Its keys can be used.
    Connected,
    /// The last connecting has failed.
    Failed(ConnectionError),
    /// It is disconnected at `until`.
    Disconnecting {
        /// When.
        until: Timestamp,
    },
}

impl Connection {
    /// The state at `now`.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Self {
        match self {
            Self::Connecting { until, fails: Some(error) } if until <= now => Self::Failed(error),
            Self::Connecting { until, fails: None } if until <= now => Self::Connected,
            Self::Disconnecting { until } if until <= now => Self::Disconnected,
            state => state,
        }
    }

    /// AWS's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Disconnected => "DISCONNECTED",
            Self::Connecting { .. } => "CONNECTING",
            Self::Connected => "CONNECTED",
            Self::Failed(_) => "FAILED",
            Self::Disconnecting { .. } => "DISCONNECTING",
        }
    }

    /// `ConnectionErrorCode`, which only a failed connection has.
    #[must_use]
    pub const fn error(self) -> Option<ConnectionError> {
        if let Self::Failed(error) = self { Some(error) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_alone_ends_connecting_and_disconnecting() {
        let (before, until) = (Timestamp::from_secs(9), Timestamp::from_secs(10));
        let cases = [
            (Connection::Disconnected, "DISCONNECTED", "DISCONNECTED"),
            (Connection::Connecting { until, fails: None }, "CONNECTING", "CONNECTED"),
            (Connection::Connecting { until, fails: Some(ConnectionError::NoHsm) }, "CONNECTING", "FAILED"),
            (Connection::Connected, "CONNECTED", "CONNECTED"),
            (Connection::Failed(ConnectionError::Tls), "FAILED", "FAILED"),
            (Connection::Disconnecting { until }, "DISCONNECTING", "DISCONNECTED"),
        ];
        for (state, early, late) in cases {
            assert_eq!((state.at(before).as_str(), state.at(until).as_str()), (early, late));
        }
    }

    #[test]
    fn every_code_is_of_a_type_and_reads_back() {
        for error in ConnectionError::ALL {
            assert_eq!(error.as_str().parse(), Ok(*error));
            assert!(error.is_of(StoreType::CloudHsm) || error.is_of(StoreType::External), "{error}");
            assert!(!error.sentence().is_empty());
        }
        assert_eq!(ConnectionError::ALL.len(), 18);
    }
}
