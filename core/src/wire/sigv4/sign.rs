//! Our own signer, in header form: for tests, and for faces that hold a lab's credentials.

use super::super::{Request, query};
use super::canonical::{self, Payload};
use super::{ALGORITHM, SigningKey, TERMINATOR};
use crate::base::{Secret, Timestamp};
use alloc::{format, string::String, vec::Vec};

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

/// Signs `request` in its headers: sets `X-Amz-Date`, `X-Amz-Security-Token` and `Authorization`, and `Host` where it is
/// missing. Signed are those, `Content-Type`, and whatever begins with `X-Amz-`.
///
/// ```
/// use kmslab::base::{Dialect, Secret, Timestamp};
/// use kmslab::wire::{Request, sigv4};
///
/// let secret = Secret::new(b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_vec());
/// let now = Timestamp::from_secs(1_440_938_160);
/// let mut request = Request { method: "POST".into(), target: "/".into(), body: b"{}".to_vec(), ..Request::default() };
/// sigv4::sign(&mut request, &sigv4::Signing {
///     access_key_id: "AKIDEXAMPLE", secret: &secret, session_token: None, region: "us-east-1", service: "kms", now,
/// });
/// let presented = sigv4::read(&request, "kms", Dialect::Json)?;
/// presented.fresh(now)?;
/// assert!(presented.verify(&secret).is_ok());
/// # Ok::<(), kmslab::base::Fault>(())
/// ```
pub fn sign(request: &mut Request, with: &Signing<'_>) {
    let Signing { access_key_id, secret, session_token, region, service, now } = *with;
    let mut set = |name: &str, value: String| {
        request.headers.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
        request.headers.push((name.into(), value));
    };
    let moment = now.to_basic();
    set("X-Amz-Date", moment.clone());
    if let Some(token) = session_token {
        set("X-Amz-Security-Token", token.into());
    }
    if request.header("host").is_none() {
        request.headers.push(("Host".into(), format!("{service}.{region}.amazonaws.com")));
    }
    let mut names: Vec<String> = request.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.retain(|name| matches!(name.as_str(), "host" | "content-type") || name.starts_with("x-amz-"));
    names.sort_unstable();
    names.dedup();
    let signed_headers = names.join(";");

    let query: Vec<_> = query::parameters(request.query()).collect();
    let payload = Payload::of(request, &query);
    let hash = canonical::hash(request, &query, &signed_headers, payload.text());
    let date = moment.split('T').next().unwrap_or_default();
    let signature = SigningKey::of(access_key_id, secret, [date, region, service]).signature(&moment, &hash);
    let signature = core::str::from_utf8(&signature).unwrap_or_default();
    let header = format!(
        "{ALGORITHM} Credential={access_key_id}/{date}/{region}/{service}/{TERMINATOR}, SignedHeaders={signed_headers}, Signature={signature}"
    );
    request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
    request.headers.push(("Authorization".into(), header));
}
