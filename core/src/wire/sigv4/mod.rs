//! AWS Signature Version 4: who signed a request, and whether they did.
//!
//! Source: "Create a signed AWS API request", IAM User Guide; the checks, their order and sentences: authorization.md 8.4,
//! recorded from AWS. The order is: presence of the parts and the form of the date ([`read`]), skew, Host, algorithm,
//! credential, scope ([`Presented::fresh`]), then, by whoever knows the keys, key id, signature ([`Presented::verify`]) and
//! token.

mod canonical;
mod sign;

pub use sign::{Signing, sign};

use super::{Request, query};
use crate::base::{Dialect, Fault, Region, Secret, Timespan, Timestamp, same};
use crate::crypto::mac::{HmacKey, hmac_sha256};
use alloc::{borrow::Cow, collections::VecDeque, format, string::String, vec::Vec};
use canonical::Payload;
use core::fmt;
use zeroize::Zeroizing;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const TERMINATOR: &str = "aws4_request";

/// What a request presents as proof of who sent it. Read, but not yet believed.
#[derive(Clone)]
pub struct Presented<'a> {
    /// Whose secret must have signed. Empty when the credential is malformed; then [`Presented::fresh`] says so.
    pub access_key_id: Cow<'a, str>,
    /// The session token sent along.
    pub session_token: Option<Cow<'a, str>>,
    /// The Region of the credential scope.
    pub region: Cow<'a, str>,
    /// The service of the credential scope.
    pub service: Cow<'a, str>,
    /// Whether the signature came in the query string.
    pub presigned: bool,
    /// The moment of signing.
    pub signed_at: Timestamp,
    /// How long a presigned request says that it is good for.
    expires: Option<Timespan>,
    /// The moment of signing, as written.
    moment: Cow<'a, str>,
    /// The date of the credential scope.
    date: Cow<'a, str>,
    /// What is wrong with the form, to be said once the date is known to be right.
    flaw: Option<Fault>,
    /// The body is not the one whose hash the request states.
    body_differs: bool,
    /// The SHA-256 of the canonical request.
    canonical: [u8; 32],
    signature: Cow<'a, str>,
}

/// Shows the access key id and the scope, neither token nor signature.
impl fmt::Debug for Presented<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Presented({}, {}, {}, {})", self.access_key_id, self.region, self.service, self.signed_at)
    }
}

/// The parts of a signature, wherever they stood.
struct Parts<'a> {
    algorithm: Cow<'a, str>,
    credential: Cow<'a, str>,
    signed_headers: Cow<'a, str>,
    signature: Cow<'a, str>,
    date: Cow<'a, str>,
    token: Option<Cow<'a, str>>,
    expires: Option<Cow<'a, str>>,
}

/// Reads the signature of `request`, from its headers or its query string. `service` is the one that the request was
/// routed to: its name in ARNs.
///
/// The answer must be asked whether it is [`fresh`](Presented::fresh) before anything in it is used.
///
/// # Errors
/// [`Fault::MissingAuthentication`] when there is none; [`Fault::IncompleteSignature`] when parts are missing or the date is
/// none; [`Fault::SignatureRefused`] when there are two.
pub fn read<'a>(request: &'a Request, service: &str, dialect: Dialect) -> Result<Presented<'a>, Fault> {
    // Both dialects say the same; the codes differ, and those are the fault's.
    let _ = dialect;
    let query: Vec<_> = query::parameters(request.query()).collect();
    let in_query = query.iter().any(|(name, _)| name == "X-Amz-Algorithm");
    let (parts, presigned) = match request.header("authorization").map(str::trim) {
        Some(_) if in_query => {
            return Err(Fault::SignatureRefused {
                message: "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."
                    .into(),
            });
        }
        Some(header) if header.starts_with("AWS4-") => (from_header(request, header)?, false),
        None if in_query => (from_query(&query)?, true),
        _ => return Err(Fault::MissingAuthentication),
    };
    let signed_at = Timestamp::from_basic(&parts.date).ok_or_else(|| Fault::IncompleteSignature {
        message: format!(
            "Date must be in ISO-8601 'basic format'. Got '{}'. See http://en.wikipedia.org/wiki/ISO_8601",
            parts.date
        ),
    })?;
    let expires = parts.expires.as_deref().map(lifetime).transpose()?;

    let (scope, form) = match scope(&parts.credential) {
        Some(scope) => (scope, None),
        None => {
            let message = format!(
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{}'",
                parts.credential
            );
            ([const { Cow::Borrowed("") }; 5], Some(Fault::IncompleteSignature { message }))
        }
    };
    let [access_key_id, date, region, scoped_service, terminator] = scope;
    let flaw = flaw(&parts)
        .or(form)
        .or_else(|| out_of_scope(request, &parts.date, service, [&date, &region, &scoped_service, &terminator]));

    let payload = Payload::of(request, &query);
    let canonical = canonical::hash(request, &query, &parts.signed_headers, payload.text());
    Ok(Presented {
        access_key_id,
        session_token: parts.token,
        region,
        service: scoped_service,
        presigned,
        signed_at,
        expires,
        moment: parts.date,
        date,
        flaw,
        body_differs: !payload.matches,
        canonical,
        signature: parts.signature,
    })
}

/// `keyid/date/region/service/term`; `None` when it has not five elements.
fn scope<'a>(credential: &Cow<'a, str>) -> Option<[Cow<'a, str>; 5]> {
    fn elements(text: &str) -> Option<[&str; 5]> {
        let mut rest = Some(text.trim_end_matches('/'));
        let mut next = || {
            let text = rest.take()?;
            let Some(at) = text.bytes().position(|byte| byte == b'/') else { return Some(text) };
            let (element, further) = text.split_at_checked(at)?;
            rest = further.strip_prefix('/');
            Some(element)
        };
        let five = [next()?, next()?, next()?, next()?, next()?];
        next().is_none().then_some(five)
    }
    match credential {
        Cow::Borrowed(text) => elements(text).map(|five| five.map(Cow::Borrowed)),
        Cow::Owned(text) => elements(text).map(|five| five.map(|element| Cow::Owned(element.into()))),
    }
}

/// `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`
fn from_header<'a>(request: &'a Request, header: &'a str) -> Result<Parts<'a>, Fault> {
    let (algorithm, rest) = header.split_once([' ', ',']).unwrap_or((header, ""));
    let [mut credential, mut signature, mut signed_headers] = [None; 3];
    let mut rest = rest;
    while !rest.is_empty() {
        let (pair, further) = cut(rest, |byte| matches!(byte, b',' | b' '));
        rest = further;
        match cut(pair, |byte| byte == b'=') {
            (_, "") => {}
            ("Credential", value) => credential = Some(value),
            ("Signature", value) => signature = Some(value),
            ("SignedHeaders", value) => signed_headers = Some(value),
            _ => {}
        }
    }
    let date = request.header("x-amz-date").or(request.header("date"));
    let (Some(credential), Some(signature), Some(signed_headers), Some(date)) =
        (credential, signature, signed_headers, date)
    else {
        let mut message = String::new();
        let parts = [("Credential", credential), ("Signature", signature), ("SignedHeaders", signed_headers)];
        for (name, _) in parts.iter().filter(|(_, part)| part.is_none()) {
            message.push_str(&format!("Authorization header requires '{name}' parameter. "));
        }
        if date.is_none() {
            message.push_str("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
        }
        message.push_str("Authorization=");
        message.push_str(header);
        return Err(Fault::IncompleteSignature { message });
    };
    Ok(Parts {
        algorithm: algorithm.into(),
        credential: credential.into(),
        signed_headers: signed_headers.into(),
        signature: signature.into(),
        date: date.trim().into(),
        token: request.header("x-amz-security-token").map(|token| token.trim().into()),
        expires: None,
    })
}

/// What stands before the first ASCII byte that `ends` and what after; quicker than `split_once` on texts this short.
fn cut(text: &str, ends: impl Fn(u8) -> bool) -> (&str, &str) {
    let Some(at) = text.bytes().position(ends) else { return (text, "") };
    (text.get(..at).unwrap_or_default(), text.get(at.saturating_add(1)..).unwrap_or_default())
}

/// `X-Amz-Algorithm=…&X-Amz-Credential=…&…`
fn from_query<'a>(query: &[(Cow<'a, str>, Cow<'a, str>)]) -> Result<Parts<'a>, Fault> {
    let part = |name: &str| {
        let value = query.iter().rev().find(|(key, value)| key == name && !value.is_empty());
        value.map(|(_, value)| value.clone())
    };
    let names = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"];
    let [Some(algorithm), Some(credential), Some(signature), Some(signed_headers), Some(date)] = names.map(part) else {
        let mut message = String::new();
        for name in names {
            if part(name).is_none() {
                message.push_str(&format!("AWS query-string parameters must include '{name}'. "));
            }
        }
        message.push_str("Re-examine the query-string parameters.");
        return Err(Fault::IncompleteSignature { message });
    };
    let (token, expires) = (part("X-Amz-Security-Token"), part("X-Amz-Expires"));
    Ok(Parts { algorithm, credential, signed_headers, signature, date, token, expires })
}

/// `X-Amz-Expires`: 1 to 604,800 seconds. The sentences are S3's; for other services unconfirmed.
fn lifetime(text: &str) -> Result<Timespan, Fault> {
    let message = match text.parse::<i64>() {
        Ok(seconds @ 1..=604_800) => return Ok(Timespan::seconds(seconds)),
        Ok(seconds) if seconds > 0 => {
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds"
        }
        Ok(_) => "X-Amz-Expires must be non-negative",
        Err(_) => "X-Amz-Expires should be a number",
    };
    Err(Fault::IncompleteSignature { message: message.into() })
}

/// Host is signed, and the algorithm is ours.
fn flaw(parts: &Parts<'_>) -> Option<Fault> {
    if !parts.signed_headers.as_bytes().split(|byte| *byte == b';').any(|name| name.eq_ignore_ascii_case(b"host")) {
        return Some(Fault::SignatureRefused {
            message: "'Host' must be a 'SignedHeader' in the AWS Authorization.".into(),
        });
    }
    (parts.algorithm != ALGORITHM).then(|| Fault::IncompleteSignature {
        message: format!("Unsupported AWS 'algorithm': '{}' (only AWS4-HMAC-SHA256 for now). ", parts.algorithm),
    })
}

/// The credential scope: all that is wrong with it, in one sentence.
fn out_of_scope(request: &Request, moment: &str, service: &str, scope: [&str; 4]) -> Option<Fault> {
    let [date, region, scoped_service, terminator] = scope;
    let mut message = String::new();
    let of_endpoint = request.header("host").and_then(endpoint_region);
    if of_endpoint.is_some_and(|expected| expected != region) || region.parse::<Region>().is_err() {
        message.push_str(&format!("Credential should be scoped to a valid region, not '{region}'. "));
    }
    if scoped_service != service {
        message.push_str(&format!("Credential should be scoped to correct service: '{service}'. "));
    }
    if terminator != TERMINATOR {
        message.push_str(&format!(
            "Credential should be scoped with a valid terminator: '{TERMINATOR}', not '{terminator}'. "
        ));
    }
    let (day, _) = cut(moment, |byte| byte == b'T');
    if date != day {
        message.push_str(&format!(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{date}' != '{day}', from '{moment}'."
        ));
    }
    (!message.is_empty()).then_some(Fault::SignatureRefused { message })
}

/// The Region that an endpoint of AWS stands for; other hosts stand for any.
fn endpoint_region(host: &str) -> Option<&str> {
    let (name, _) = cut(host, |byte| byte == b':');
    let labels = [".amazonaws.com", ".amazonaws.com.cn", ".api.aws"].iter().find_map(|end| name.strip_suffix(end))?;
    match labels {
        "iam" | "sts" => Some("us-east-1"),
        _ => labels.split('.').find(|label| label.parse::<Region>().is_ok()),
    }
}

/// What is signed, in pieces.
fn to_sign<'t>(
    moment: &'t str,
    date: &'t str,
    region: &'t str,
    service: &'t str,
    hash: &'t [u8; 64],
) -> [&'t [u8]; 12] {
    let hash = core::str::from_utf8(hash).unwrap_or_default();
    [ALGORITHM, "\n", moment, "\n", date, "/", region, "/", service, "/aws4_request", "\n", hash].map(str::as_bytes)
}

/// A key derived from a secret access key: good for one day, Region and service.
#[derive(Debug, Clone)]
pub struct SigningKey {
    access_key_id: String,
    /// Date, Region and service.
    scope: [String; 3],
    key: HmacKey,
}

impl SigningKey {
    fn of(access_key_id: &str, secret: &Secret, scope: [&str; 3]) -> Self {
        let mut key = Zeroizing::new(Vec::with_capacity(64));
        key.extend_from_slice(b"AWS4");
        key.extend_from_slice(secret.expose());
        for part in scope.into_iter().chain([TERMINATOR]) {
            *key = hmac_sha256(&key, &[part.as_bytes()]).to_vec();
        }
        Self { access_key_id: access_key_id.into(), scope: scope.map(String::from), key: HmacKey::new(&key) }
    }

    fn is_for(&self, access_key_id: &str, scope: [&str; 3]) -> bool {
        self.access_key_id == access_key_id && self.scope.iter().zip(scope).all(|(held, wanted)| held == wanted)
    }

    /// The signature over the canonical request whose hash is `canonical`, as hexadecimal text.
    fn signature(&self, moment: &str, canonical: &[u8; 32]) -> [u8; 64] {
        let [date, region, service] = &self.scope;
        hex(&self.key.sign(&to_sign(moment, date, region, service, &hex(canonical))))
    }
}

/// The signing keys used last. Deriving one costs as much as all other hashing of a request, and clients sign a whole
/// day with the same, as theirs do. An access key id never gets another secret.
#[derive(Debug, Default)]
pub struct SigningKeys(VecDeque<SigningKey>);

impl SigningKeys {
    /// How many are kept.
    const KEPT: usize = 16;

    fn get(&mut self, secret: &Secret, of: &Presented<'_>) -> Option<&SigningKey> {
        let scope = [&*of.date, &*of.region, &*of.service];
        if let Some(at) = self.0.iter().position(|key| key.is_for(&of.access_key_id, scope)) {
            return self.0.get(at);
        }
        self.0.truncate(Self::KEPT.saturating_sub(1));
        self.0.push_front(SigningKey::of(&of.access_key_id, secret, scope));
        self.0.front()
    }
}

/// 32 bytes as hexadecimal text.
fn hex(bytes: &[u8; 32]) -> [u8; 64] {
    let mut text = [0; 64];
    let _ = base16ct::lower::encode(bytes, &mut text);
    text
}

/// How far a signature's time may be off.
const SKEW: Timespan = Timespan::seconds(300);

impl Presented<'_> {
    /// Whether the signature is of this time, by the clock `wall`; then, whether its form and scope are right. To be asked
    /// before the access key is looked up: AWS checks in this order.
    ///
    /// # Errors
    /// [`Fault::SignatureRefused`] when it is more than five minutes off or, presigned, over; then
    /// [`Fault::SignatureRefused`] and [`Fault::IncompleteSignature`] for what is wrong with its form.
    pub fn fresh(&self, wall: Timestamp) -> Result<(), Fault> {
        // The grain of the protocol is the second.
        let now = Timestamp::from_secs(wall.as_secs());
        let life = self.expires.unwrap_or(SKEW);
        let (earliest, latest) = (now.minus(life), now.plus(SKEW));
        let message = if self.signed_at < earliest {
            format!(
                "Signature expired: {} is now earlier than {} ({} - {}.)",
                self.signed_at.to_basic(),
                earliest.to_basic(),
                now.to_basic(),
                spoken(life)
            )
        } else if self.signed_at > latest {
            format!(
                "Signature not yet current: {} is still later than {} ({} + {}.)",
                self.signed_at.to_basic(),
                latest.to_basic(),
                now.to_basic(),
                spoken(SKEW)
            )
        } else {
            return self.flaw.clone().map_or(Ok(()), Err);
        };
        Err(Fault::SignatureRefused { message })
    }

    /// Whether `secret` made the signature, over this very request.
    ///
    /// # Errors
    /// [`Fault::SignatureMismatch`]; what [`Self::fresh`] says of the form.
    pub fn verify(&self, secret: &Secret) -> Result<(), Fault> {
        self.verify_with(secret, &mut SigningKeys::default())
    }

    /// As [`verify`](Self::verify); `keys` remembers what is derived from `secret`.
    ///
    /// # Errors
    /// The same.
    pub fn verify_with(&self, secret: &Secret, keys: &mut SigningKeys) -> Result<(), Fault> {
        if let Some(flaw) = &self.flaw {
            return Err(flaw.clone());
        }
        let key = keys.get(secret, self).ok_or(Fault::SignatureMismatch)?;
        let own = key.signature(&self.moment, &self.canonical);
        if same(&own, self.signature.as_bytes()) && !self.body_differs { Ok(()) } else { Err(Fault::SignatureMismatch) }
    }
}

/// `5 min`, `90 sec`
fn spoken(span: Timespan) -> String {
    let seconds = span.as_millis() / 1000;
    if seconds % 60 == 0 { format!("{} min", seconds / 60) } else { format!("{seconds} sec") }
}
