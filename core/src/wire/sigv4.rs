//! AWS Signature Version 4: who signed a request, and whether they did.

use super::Request;
use crate::base::{Dialect, Fault, Secret, Timestamp};
use alloc::string::String;
use core::fmt;

/// What a request presents as proof of who sent it. Read, but not yet believed.
#[derive(Clone)]
pub struct Presented {
    /// Whose secret must have signed.
    pub access_key_id: String,
    /// The session token sent along.
    pub session_token: Option<String>,
    /// The Region of the credential scope.
    pub region: String,
    /// The service of the credential scope.
    pub service: String,
    /// Whether the signature came in the query string.
    pub presigned: bool,
}

/// Shows the access key id and no token.
impl fmt::Debug for Presented {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Presented({}, {}, {})", self.access_key_id, self.region, self.service)
    }
}

/// Reads the signature of `request`, from its headers or its query string, and checks its form.
///
/// # Errors
/// [`Fault::MissingAuthentication`] when there is none; [`Fault::IncompleteSignature`] when parts are missing.
pub fn read(request: &Request, expected_service: &str, dialect: Dialect) -> Result<Presented, Fault> {
    let _ = (request, expected_service, dialect);
    Err(Fault::MissingAuthentication)
}

impl Presented {
    /// Whether the signature is of this time, by the clock `wall`; then, whether its scope is right. To be asked before
    /// the access key is looked up: AWS checks in this order.
    ///
    /// # Errors
    /// [`Fault::SignatureRefused`] when it is more than five minutes off or, presigned, out of date;
    /// [`Fault::IncompleteSignature`] and [`Fault::SignatureRefused`] for what is wrong with its form.
    pub fn fresh(&self, wall: Timestamp) -> Result<(), Fault> {
        let _ = wall;
        Ok(())
    }

    /// Whether `secret` made the signature.
    ///
    /// # Errors
    /// [`Fault::SignatureMismatch`].
    pub fn verify(&self, secret: &Secret) -> Result<(), Fault> {
        let _ = secret;
        Err(Fault::SignatureMismatch)
    }
}

/// With what to sign.
#[derive(Debug, Clone, Copy)]
pub struct Signing<'a> {
    /// Whose secret it is.
    pub access_key_id: &'a str,
    /// The secret access key.
    pub secret: &'a Secret,
    /// The token of temporary credentials.
    pub session_token: Option<&'a str>,
    /// The Region of the scope.
    pub region: &'a str,
    /// The service of the scope: `kms`.
    pub service: &'a str,
    /// The moment of signing.
    pub now: Timestamp,
}

/// Signs `request` in its headers: adds `X-Amz-Date`, `X-Amz-Security-Token` and `Authorization`.
pub fn sign(request: &mut Request, with: &Signing<'_>) {
    let _ = (request, with);
}
