//! Who is calling: the two verifiers, and the only type that says so.

use super::{Gateway, Moment};
use crate::base::{AccountId, Fault, Region, Secret};
use crate::wire::model::ServiceModel;
use crate::wire::{Request, sigv4};
use crate::world::Caller;
use alloc::{string::String, sync::Arc};
use core::mem;

/// What the lab does with access keys that it does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Auth {
    /// Refuses them, as AWS does.
    #[default]
    Strict,
    /// Takes them as the administrator, without checking the signature; an access key id of 12 digits as the
    /// administrator of that account. For suites with fixed dummy credentials. Known keys are still enforced.
    Lenient,
}

/// What a client signs with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// `AKIA…` or `ASIA…`.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: Secret,
    /// The session token of temporary credentials.
    pub session_token: Option<Secret>,
}

/// A call of a client in the same process, before it would have been signed.
#[derive(Debug)]
pub struct LocalCall {
    /// The client's Region.
    pub region: String,
    /// The client's credentials.
    pub credentials: Credentials,
    /// The request: headers with `X-Amz-Target`, or a query body.
    pub request: Request,
}

/// A caller whose credentials were verified. Only the verifiers of this file make one.
#[derive(Debug)]
pub(super) struct Authenticated {
    caller: Arc<Caller>,
    region: Region,
}

impl Authenticated {
    /// The caller, and the Region of the endpoint.
    pub(super) fn into_parts(self) -> (Arc<Caller>, Region) {
        (self.caller, self.region)
    }

    /// Keys lie in the partition of their Region, and a lab's accounts use those of every partition, under the same names.
    /// (AWS's own accounts lie in one partition each; but whoever tests for several has no several labs.) IAM and STS are
    /// where the lab is.
    fn calling(mut self, service: &ServiceModel) -> Self {
        let partition = self.region.partition();
        let home = self.caller.requester.arn.split(':').nth(1);
        if service.name == "kms" && home != Some(partition) {
            self.caller = Arc::new(self.caller.in_partition(partition));
        }
        self
    }
}

/// An access key as a request presents it.
struct Presented<'a> {
    access_key_id: &'a str,
    session_token: Option<&'a [u8]>,
    region: Region,
}

impl Gateway {
    /// The road of bytes: AWS Signature Version 4.
    pub(super) fn verify_signature(
        &mut self,
        at: Moment,
        service: &'static ServiceModel,
        request: &Request,
    ) -> Result<Authenticated, Fault> {
        let signed = sigv4::read(request, service.name, service.dialect)?;
        signed.fresh(at.wall)?;
        let presented = Presented {
            access_key_id: &signed.access_key_id,
            session_token: signed.session_token.as_deref().map(str::as_bytes),
            region: Self::region(&signed.region)?,
        };
        let mut keys = mem::take(&mut self.signing_keys);
        let admitted = self.admit(at, presented, |secret| signed.verify_with(secret, &mut keys));
        self.signing_keys = keys;
        admitted.map(|admitted| admitted.calling(service))
    }

    /// The road inside the process: the client's credentials against the lab's own.
    pub(super) fn compare_credentials(
        &mut self,
        at: Moment,
        service: &'static ServiceModel,
        call: &LocalCall,
    ) -> Result<Authenticated, Fault> {
        let given = &call.credentials;
        let presented = Presented {
            access_key_id: &given.access_key_id,
            session_token: given.session_token.as_ref().map(Secret::expose),
            region: Self::region(&call.region)?,
        };
        let admitted = self.admit(at, presented, |secret| {
            if *secret == given.secret_access_key { Ok(()) } else { Err(Fault::SignatureMismatch) }
        });
        admitted.map(|admitted| admitted.calling(service))
    }

    /// The order of authorization.md 8.4: key id, signature, token.
    fn admit(
        &mut self,
        at: Moment,
        presented: Presented<'_>,
        proves: impl FnOnce(&Secret) -> Result<(), Fault>,
    ) -> Result<Authenticated, Fault> {
        let Presented { access_key_id, session_token, region } = presented;
        let Some(known) = self.world.identity.known(access_key_id) else {
            return self.stranger(at, access_key_id, region);
        };
        proves(known.secret)?;
        let same = match (known.session_token, session_token) {
            (Some(issued), Some(given)) => *issued == Secret::new(given.to_vec()),
            (None, None) => true,
            _ => false,
        };
        if !same {
            return Err(Fault::WrongSessionToken);
        }
        if known.expires.is_some_and(|end| at.now >= end) {
            return Err(Fault::ExpiredToken);
        }
        let caller = self.world.identity.caller(access_key_id, at.now).ok_or(Fault::UnknownAccessKey)?;
        Ok(Authenticated { caller, region })
    }

    /// A key id that the lab has never issued.
    fn stranger(&mut self, at: Moment, access_key_id: &str, region: Region) -> Result<Authenticated, Fault> {
        if self.auth == Auth::Strict {
            return Err(Fault::UnknownAccessKey);
        }
        let account: AccountId = access_key_id.parse().unwrap_or(self.account);
        let administrator = self.add_account(account, at.now)?;
        let caller = self.world.identity.caller(&administrator, at.now).ok_or(Fault::UnknownAccessKey)?;
        Ok(Authenticated { caller, region })
    }
}
