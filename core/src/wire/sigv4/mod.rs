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
use crate::base::{Dialect, Fault, Region, Secret, Timespan, Timestamp};
use crate::crypto::mac::{hmac_sha256, sha256};
use alloc::{
    borrow::Cow,
    format,
    string::{String, ToString},
    vec::Vec,
};
use canonical::Payload;
use core::fmt;
use subtle::ConstantTimeEq;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const TERMINATOR: &str = "aws4_request";

/// What a request presents as proof of who sent it. Read, but not yet believed.
#[derive(Clone)]
pub struct Presented {
    /// Whose secret must have signed. Empty when the credential is malformed; then [`Presented::fresh`] says so.
    pub access_key_id: String,
    /// The session token sent along.
    pub session_token: Option<String>,
    /// The Region of the credential scope.
    pub region: String,
    /// The service of the credential scope.
    pub service: String,
    /// Whether the signature came in the query string.
    pub presigned: bool,
    /// The moment of signing.
    pub signed_at: Timestamp,
    /// How long a presigned request says that it is good for.
    expires: Option<Timespan>,
    /// The date of the credential scope.
    date: String,
    /// What is wrong with the form, to be said once the date is known to be right.
    flaw: Option<Fault>,
    /// The body is not the one whose hash the request states.
    body_differs: bool,
    string_to_sign: String,
    signature: String,
}

/// Shows the access key id and the scope, neither token nor signature.
impl fmt::Debug for Presented {
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
pub fn read(request: &Request, service: &str, dialect: Dialect) -> Result<Presented, Fault> {
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

    let scope: Vec<&str> = parts.credential.trim_end_matches('/').split('/').collect();
    let (scope, form) = match *scope.as_slice() {
        [key, date, region, service, terminator] => ([key, date, region, service, terminator], None),
        _ => {
            let message = format!(
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{}'",
                parts.credential
            );
            ([""; 5], Some(Fault::IncompleteSignature { message }))
        }
    };
    let [access_key_id, date, region, scoped_service, terminator] = scope;
    let flaw = flaw(&parts)
        .or(form)
        .or_else(|| out_of_scope(request, &parts.date, service, [date, region, scoped_service, terminator]));

    let payload = Payload::of(request, &query);
    let hash = canonical::hash(request, &query, &parts.signed_headers, &payload.text);
    let string_to_sign = string_to_sign(&parts.date, date, region, scoped_service, &hash);
    Ok(Presented {
        access_key_id: access_key_id.into(),
        session_token: parts.token.as_deref().map(ToString::to_string),
        region: region.into(),
        service: scoped_service.into(),
        presigned,
        signed_at,
        expires,
        date: date.into(),
        flaw,
        body_differs: !payload.matches,
        string_to_sign,
        signature: parts.signature.into_owned(),
    })
}

/// `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`
fn from_header<'a>(request: &'a Request, header: &'a str) -> Result<Parts<'a>, Fault> {
    let (algorithm, rest) = header.split_once([' ', ',']).unwrap_or((header, ""));
    let part = |name: &str| {
        let pairs = rest.split([',', ' ']).filter_map(|pair| pair.split_once('='));
        pairs.filter(|(key, value)| *key == name && !value.is_empty()).map(|(_, value)| value).next_back()
    };
    let date = request.header("x-amz-date").or(request.header("date"));
    let (Some(credential), Some(signature), Some(signed_headers), Some(date)) =
        (part("Credential"), part("Signature"), part("SignedHeaders"), date)
    else {
        let mut message = String::new();
        for name in ["Credential", "Signature", "SignedHeaders"] {
            if part(name).is_none() {
                message.push_str(&format!("Authorization header requires '{name}' parameter. "));
            }
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

/// `X-Amz-Algorithm=…&X-Amz-Credential=…&…`
fn from_query<'a>(query: &'a [(Cow<'a, str>, Cow<'a, str>)]) -> Result<Parts<'a>, Fault> {
    let part = |name: &str| {
        let value = query.iter().rev().find(|(key, value)| key == name && !value.is_empty());
        value.map(|(_, value)| Cow::Borrowed(&**value))
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
    if !parts.signed_headers.split(';').any(|name| name.eq_ignore_ascii_case("host")) {
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
    let day = moment.split('T').next().unwrap_or_default();
    if date != day {
        message.push_str(&format!(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{date}' != '{day}', from '{moment}'."
        ));
    }
    (!message.is_empty()).then_some(Fault::SignatureRefused { message })
}

/// The Region that an endpoint of AWS stands for; other hosts stand for any.
fn endpoint_region(host: &str) -> Option<&str> {
    let name = host.split(':').next().unwrap_or_default();
    let labels = [".amazonaws.com", ".amazonaws.com.cn", ".api.aws"].iter().find_map(|end| name.strip_suffix(end))?;
    match labels {
        "iam" | "sts" => Some("us-east-1"),
        _ => labels.split('.').find(|label| label.parse::<Region>().is_ok()),
    }
}

fn string_to_sign(moment: &str, date: &str, region: &str, service: &str, hash: &[u8; 32]) -> String {
    let mut text = String::with_capacity(160);
    for part in [ALGORITHM, "\n", moment, "\n", date, "/", region, "/", service, "/", TERMINATOR, "\n"] {
        text.push_str(part);
    }
    text.push_str(&base16ct::lower::encode_string(hash));
    text
}

/// The signature of `string_to_sign` as hexadecimal text.
fn signature(secret: &Secret, date: &str, region: &str, service: &str, string_to_sign: &str) -> [u8; 64] {
    let mut key = Vec::with_capacity(64);
    key.extend_from_slice(b"AWS4");
    key.extend_from_slice(secret.expose());
    let mut next = hmac_sha256(&key, &[date.as_bytes()]);
    zeroize::Zeroize::zeroize(&mut key);
    for part in [region, service, TERMINATOR, string_to_sign] {
        next = hmac_sha256(&next, &[part.as_bytes()]);
    }
    let mut text = [0; 64];
    let _ = base16ct::lower::encode(&next, &mut text);
    text
}

/// How far a signature's time may be off.
const SKEW: Timespan = Timespan::seconds(300);

impl Presented {
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
        if let Some(flaw) = &self.flaw {
            return Err(flaw.clone());
        }
        let own = signature(secret, &self.date, &self.region, &self.service, &self.string_to_sign);
        let same: bool = own.as_slice().ct_eq(self.signature.as_bytes()).into();
        if same && !self.body_differs { Ok(()) } else { Err(Fault::SignatureMismatch) }
    }
}

/// `5 min`, `90 sec`
fn spoken(span: Timespan) -> String {
    let seconds = span.as_millis() / 1000;
    if seconds % 60 == 0 { format!("{} min", seconds / 60) } else { format!("{seconds} sec") }
}

/// SHA-256 as hexadecimal text.
fn hex_sha256(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(&sha256(&[bytes]))
}
