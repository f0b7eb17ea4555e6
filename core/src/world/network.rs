//! VPC endpoints, and the policies of what may be done through them.
//!
//! A call comes through an endpoint when it is sent to the endpoint's own host name, as it is outside of a lab.
//!
//! Source: AWS PrivateLink Guide, "Control access to VPC endpoints using endpoint policies"; KMS Developer Guide, "Connect
//! to AWS KMS through a VPC endpoint"; authorization.md 5.1 and 5.7.

use super::identity::Document;
use super::table::{Journaled, Table};
use crate::base::{AccountId, Region};
use crate::policy::Named;
use alloc::{format, string::String, sync::Arc};
use serde::{Deserialize, Serialize};

/// The policy of an endpoint that was made without one.
pub const FULL_ACCESS: &str = r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;

/// The endpoints of every VPC.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Network {
    endpoints: Table<String, VpcEndpoint>,
}

/// A VPC endpoint.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct VpcEndpoint {
    /// `vpce-…`
    pub id: String,
    /// `vpc-…`
    pub vpc: String,
    /// The service that is behind it: `kms`, `sts`.
    pub service: String,
    /// Where the VPC is.
    pub region: Region,
    /// The account that owns it.
    pub account: AccountId,
    /// Its policy.
    pub document: Document,
}

impl VpcEndpoint {
    /// The host name that calls through it are sent to.
    #[must_use]
    pub fn host(&self) -> String {
        let Self { id, service, region, .. } = self;
        let suffix: String = id.chars().rev().take(8).collect();
        format!("{id}-{suffix}.{service}.{region}.vpce.amazonaws.com")
    }

    /// Its policy, as decisions take it.
    #[must_use]
    pub fn named(&self) -> Named {
        Named { name: self.id.as_str().into(), arn: None, policy: Arc::clone(self.document.policy()) }
    }

    /// `aws:SourceVpcArn`.
    #[must_use]
    pub fn vpc_arn(&self) -> String {
        format!("arn:{}:ec2:{}:{}:vpc/{}", self.region.partition(), self.region, self.account, self.vpc)
    }
}

impl Network {
    /// The endpoint of that id.
    #[must_use]
    pub fn endpoint(&self, id: &str) -> Option<&VpcEndpoint> {
        self.endpoints.get(id)
    }

    /// All of them, by id.
    pub fn endpoints(&self) -> impl Iterator<Item = &VpcEndpoint> {
        self.endpoints.iter().map(|(_, endpoint)| endpoint)
    }

    /// Puts an endpoint there, in the place of the one with its id.
    pub fn set(&mut self, endpoint: VpcEndpoint) {
        self.endpoints.insert(endpoint.id.clone(), endpoint);
    }

    pub(super) fn table(&mut self) -> &mut dyn Journaled {
        &mut self.endpoints
    }
}

/// The id of the endpoint that a host name is of; nothing for AWS's public ones.
#[must_use]
pub fn endpoint_of_host(host: &str) -> Option<&str> {
    let label = host.split('.').next()?;
    let digits = label.strip_prefix("vpce-")?;
    let end = digits.find('-').unwrap_or(digits.len());
    label.get(..end.saturating_add("vpce-".len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_names_tell_their_endpoint() {
        let cases = [
            ("vpce-0abc1234def567890-098765fe.kms.us-east-1.vpce.amazonaws.com", Some("vpce-0abc1234def567890")),
            ("vpce-0abc1234def567890-098765fe.kms.us-east-1.vpce.localhost:4566", Some("vpce-0abc1234def567890")),
            ("vpce-0abc-us-east-1a.kms.us-east-1.vpce.amazonaws.com:443", Some("vpce-0abc")),
            ("kms.us-east-1.amazonaws.com", None),
            ("127.0.0.1:4566", None),
            ("vpce", None),
            ("", None),
        ];
        for (host, want) in cases {
            assert_eq!(endpoint_of_host(host), want, "{host}");
        }
    }
}
