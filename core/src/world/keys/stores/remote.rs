//! A real external key store proxy, outside of the lab: KMS's side of AWS's "External Key Store Proxy API Specification",
//! version 1. Requests are written and answers read here; how they travel is the affair of a [`Carrier`] that is given to
//! the lab.

use super::Proxy;
use super::backend::{CORRUPTED, KEY_DISABLED, KEY_USAGE, NO_KEY, external_key_fits};
use super::connection::{ConnectionError, StoreType};
use crate::base::{Fault, KeyArn, Region, Secret};
use crate::crypto::mac;
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use base64ct::{Base64, Encoding};
use core::fmt;
use serde_json::{Map, Value, json};

/// Carries requests to proxies. The core does no I/O: the faces that have sockets bring one.
pub trait Carrier: fmt::Debug + Send {
    /// POSTs a JSON body with a signature of version 4, for the service `kms-xks-proxy`, and gives status and body of the
    /// answer. KMS waits for 250 ms.
    ///
    /// # Errors
    /// [`ConnectionError::NotReachable`], [`ConnectionError::TimedOut`], [`ConnectionError::Tls`], and
    /// [`ConnectionError::Response`] for what is no HTTP.
    fn post(&self, post: &Post<'_>) -> Result<(u16, Vec<u8>), ConnectionError>;
}

/// A request to a proxy.
#[derive(Debug, Clone)]
pub struct Post<'a> {
    /// Where to connect: `http://127.0.0.1:8080`.
    pub at: &'a str,
    /// The host of the proxy's endpoint.
    pub host: &'a str,
    /// The path.
    pub path: String,
    /// The Region of the scope: the one that KMS calls from.
    pub region: &'a str,
    /// What to sign with.
    pub access_key_id: &'a str,
    /// Its secret.
    pub secret: &'a Secret,
    /// The JSON.
    pub body: Vec<u8>,
}

/// The service of the signature's scope. Source: the specification, appendix A.
pub const PROXY_SERVICE: &str = "kms-xks-proxy";

/// What proxies are told of the request at hand: `requestMetadata`.
#[derive(Debug, Clone, Default)]
pub struct Metadata {
    /// `awsPrincipalArn`.
    pub principal: String,
    /// `kmsOperation`.
    pub operation: &'static str,
    /// `kmsRequestId`.
    pub request_id: String,
}

/// The way to one proxy.
#[derive(Debug)]
pub(super) struct Line<'a> {
    pub(super) carrier: &'a dyn Carrier,
    pub(super) at: &'a str,
    pub(super) proxy: &'a Proxy,
    pub(super) region: &'a Region,
    pub(super) told: &'a Metadata,
}

/// Why a proxy has not done what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refused {
    /// The proxy, or the way to it.
    Proxy(ConnectionError),
    /// Something about the key, or the rate; in words.
    Said(&'static str),
}

impl Refused {
    /// By the `errorName` of the answer. Source: the specification, "Error codes", and the table of KMS's sentences there.
    fn named(name: &str) -> Self {
        match name {
            "InvalidStateException" => Self::Said(KEY_DISABLED),
            "InvalidCiphertextException" => Self::Said(CORRUPTED),
            "InvalidKeyUsageException" => Self::Said(KEY_USAGE),
            "KeyNotFoundException" => Self::Said(NO_KEY),
            "ThrottlingException" => Self::Said(TOO_FAST),
            "UnsupportedOperationException" => Self::Said(UNSUPPORTED),
            "AuthenticationFailedException" => Self::Proxy(ConnectionError::Credentials),
            "AccessDeniedException" => Self::Proxy(ConnectionError::AccessDenied),
            "InvalidUriPathException" => Self::Proxy(ConnectionError::Configuration),
            "DependencyTimeoutException" => Self::Proxy(ConnectionError::TimedOut),
            "InternalException" => Self::Proxy(ConnectionError::Internal),
            // ValidationException, and what the specification does not have.
            _ => Self::Proxy(ConnectionError::Response),
        }
    }

    /// To a caller who uses a key.
    fn unusable(self) -> Fault {
        match self {
            Self::Proxy(error) => error.unusable(StoreType::External),
            Self::Said(sentence) => Fault::StoreUnusable { message: sentence.into() },
        }
    }

    /// As what connecting comes to. Throttling looks like no answer (kms.md 19.1; the specification).
    fn connection(self) -> ConnectionError {
        match self {
            Self::Proxy(error) => error,
            Self::Said(TOO_FAST) => ConnectionError::TimedOut,
            Self::Said(_) => ConnectionError::Response,
        }
    }

    /// To a caller who makes a key.
    fn key_refused(self) -> Fault {
        match self {
            Self::Said(NO_KEY) => Fault::XksKeyNotFound,
            Self::Said(sentence @ (KEY_DISABLED | KEY_USAGE)) => {
                Fault::XksKeyConfiguration { message: sentence.into() }
            }
            Self::Said(sentence) => Fault::StoreInvalidState { message: sentence.into() },
            Self::Proxy(error) => error.creation(),
        }
    }
}

impl Line<'_> {
    /// `GetHealthStatus`: whether the proxy takes the credential, and a key manager behind it works.
    pub(super) fn health(&self) -> Result<(), ConnectionError> {
        let answer = self.call("/health", None, Map::new()).map_err(Refused::connection)?;
        let texts = ["xksProxyVendor", "xksProxyModel", "ekmVendor"];
        let fleet = answer.get("xksProxyFleetSize").and_then(Value::as_u64).unwrap_or_default();
        let managers = answer.get("ekmFleetDetails").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let whole = fleet > 0 && texts.iter().all(|name| answer.get(*name).is_some_and(Value::is_string));
        if !whole || !(1..=10).contains(&managers.len()) {
            return Err(ConnectionError::Response);
        }
        let status = |manager: &Value| manager.get("healthStatus").and_then(Value::as_str).map(ToString::to_string);
        let works = |status: Option<String>| matches!(status.as_deref(), Some("ACTIVE" | "DEGRADED"));
        if managers.iter().map(status).any(works) { Ok(()) } else { Err(ConnectionError::NotReachable) }
    }

    /// `GetKeyMetadata`: whether a KMS key can be made of the external key.
    pub(super) fn fit(&self, id: &str) -> Result<(), Fault> {
        let answer = self.call(&format!("/keys/{id}/metadata"), None, Map::new()).map_err(Refused::key_refused)?;
        let text = |name: &str| answer.get(name).and_then(Value::as_str);
        let usage = answer.get("keyUsage").and_then(Value::as_array);
        let (Some(spec), Some(status), Some(usage)) = (text("keySpec"), text("keyStatus"), usage) else {
            return Err(ConnectionError::Response.creation());
        };
        let usage: Vec<&str> = usage.iter().filter_map(Value::as_str).collect();
        external_key_fits(spec, status == "ENABLED", &usage)
    }

    /// `Encrypt`. The integrity value of the answer is asked for and checked.
    pub(super) fn encrypt(&self, id: &str, key: &KeyArn, aad: &[u8], text: &[u8]) -> Result<Vec<u8>, Fault> {
        let mut body = Map::new();
        body.insert("additionalAuthenticatedData".into(), Base64::encode_string(aad).into());
        body.insert("plaintext".into(), Base64::encode_string(text).into());
        body.insert("encryptionAlgorithm".into(), "AES_GCM".into());
        body.insert("ciphertextDataIntegrityValueAlgorithm".into(), "SHA_256".into());
        let answer = self.call(&format!("/keys/{id}/encrypt"), Some(key), body).map_err(Refused::unusable)?;
        let sealed = Sealed::of(&answer).ok_or_else(|| ConnectionError::Response.unusable(StoreType::External))?;
        let honest = bytes(&answer, "ciphertextDataIntegrityValue").is_some_and(|value| value == sealed.integrity(aad));
        if !honest || sealed.text.len() != text.len() {
            return Err(ConnectionError::Response.unusable(StoreType::External));
        }
        sealed.pack().ok_or(Fault::Internal)
    }

    /// `Decrypt`, of what [`encrypt`](Self::encrypt) has packed.
    pub(super) fn decrypt(&self, id: &str, key: &KeyArn, aad: &[u8], packed: &[u8]) -> Result<Vec<u8>, Fault> {
        let sealed = Sealed::unpack(packed).ok_or_else(|| Refused::Said(CORRUPTED).unusable())?;
        let mut body = Map::new();
        let mut put = |name: &str, bytes: &[u8]| {
            body.insert(name.into(), Base64::encode_string(bytes).into());
        };
        put("additionalAuthenticatedData", aad);
        put("ciphertext", &sealed.text);
        put("initializationVector", &sealed.iv);
        put("authenticationTag", &sealed.tag);
        if !sealed.metadata.is_empty() {
            put("ciphertextMetadata", &sealed.metadata);
        }
        body.insert("encryptionAlgorithm".into(), "AES_GCM".into());
        let answer = self.call(&format!("/keys/{id}/decrypt"), Some(key), body).map_err(Refused::unusable)?;
        let plaintext = bytes(&answer, "plaintext").filter(|text| text.len() == sealed.text.len());
        plaintext.ok_or_else(|| ConnectionError::Response.unusable(StoreType::External))
    }

    /// Asks the proxy, and reads its answer.
    fn call(&self, path: &str, key: Option<&KeyArn>, mut body: Map<String, Value>) -> Result<Value, Refused> {
        let Metadata { principal, operation, request_id } = self.told;
        let mut metadata = json!({ "kmsOperation": operation, "kmsRequestId": request_id });
        if let Value::Object(metadata) = &mut metadata
            && path != "/health"
        {
            metadata.insert("awsPrincipalArn".into(), principal.as_str().into());
            metadata.extend(key.map(|key| ("kmsKeyArn".into(), key.to_string().into())));
        }
        body.insert("requestMetadata".into(), metadata);
        let post = Post {
            at: self.at,
            host: self.proxy.endpoint.trim_start_matches("https://"),
            path: format!("{}{path}", self.proxy.path),
            region: self.region.as_str(),
            access_key_id: &self.proxy.access_key_id,
            secret: &self.proxy.secret,
            body: Value::Object(body).to_string().into_bytes(),
        };
        let (status, answer) = self.carrier.post(&post).map_err(Refused::Proxy)?;
        let malformed = Refused::Proxy(ConnectionError::Response);
        let answer: Value = serde_json::from_slice(&answer).map_err(|_| malformed)?;
        match (status, answer.get("errorName").and_then(Value::as_str)) {
            (200, _) => Ok(answer),
            (_, Some(name)) => Err(Refused::named(name)),
            _ => Err(malformed),
        }
    }
}

/// What a proxy has encrypted.
#[derive(Debug, PartialEq, Eq)]
struct Sealed {
    metadata: Vec<u8>,
    iv: Vec<u8>,
    tag: Vec<u8>,
    text: Vec<u8>,
}

impl Sealed {
    /// Of an answer, if the sizes are those of the specification.
    fn of(answer: &Value) -> Option<Self> {
        let metadata = match answer.get("ciphertextMetadata") {
            None | Some(Value::Null) => Vec::new(),
            Some(_) => bytes(answer, "ciphertextMetadata")?,
        };
        let [iv, tag, text] =
            ["initializationVector", "authenticationTag", "ciphertext"].map(|name| bytes(answer, name));
        let sealed = Self { metadata, iv: iv?, tag: tag?, text: text? };
        (sealed.metadata.len() <= 20 && [12, 16].contains(&sealed.iv.len()) && sealed.tag.len() == 16).then_some(sealed)
    }

    /// The ciphertext data integrity value. Source: the specification, appendix C.
    fn integrity(&self, aad: &[u8]) -> [u8; 32] {
        mac::sha256(&[aad, &self.metadata, &self.iv, &self.text, &self.tag])
    }

    /// As it stands in the blob: metadata and IV after their lengths, the tag, the text.
    fn pack(&self) -> Option<Vec<u8>> {
        let [metadata, iv] = [&self.metadata, &self.iv].map(|part| u8::try_from(part.len()).ok());
        Some([&[metadata?], self.metadata.as_slice(), &[iv?], &self.iv, &self.tag, &self.text].concat())
    }

    fn unpack(packed: &[u8]) -> Option<Self> {
        let (length, rest) = packed.split_first()?;
        let (metadata, rest) = rest.split_at_checked((*length).into())?;
        let (length, rest) = rest.split_first()?;
        let (iv, rest) = rest.split_at_checked((*length).into())?;
        let (tag, text) = rest.split_at_checked(16)?;
        Some(Self { metadata: metadata.into(), iv: iv.into(), tag: tag.into(), text: text.into() })
    }
}

/// The bytes of a member in base64.
fn bytes(answer: &Value, name: &str) -> Option<Vec<u8>> {
    Base64::decode_vec(answer.get(name)?.as_str()?).ok()
}

/// The specification's sentences for what has no connection error of its own.
const TOO_FAST: &str = "The external key store proxy rejected the request due to a very high request rate. Reduce the frequency of your calls using KMS keys in this external key store.";
const UNSUPPORTED: &str = "The external key store proxy rejected the request because it does not support the requested operation. If you see this error repeatedly, report it to your external key store proxy administrator.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_integrity_value_is_that_of_the_specification() {
        // The examples of "Encrypt" and of appendix C.
        let answer = json!({
            "authenticationTag": "vBxN2ncH1oEkR8WVXpmyYQ==",
            "ciphertext": "ghxkK1txeDNn3q8Y",
            "ciphertextDataIntegrityValue": "qHA/ImC9h5HsLRXqCyPmWgYx7tzyoTplzILbP0fPXsc=",
            "ciphertextMetadata": "a2V5X3ZlcnNpb249MQ==",
            "initializationVector": "HMrlRw85cAJUd5Ax",
        });
        let sealed = Sealed::of(&answer).unwrap();
        let want = bytes(&answer, "ciphertextDataIntegrityValue").unwrap();
        assert_eq!(sealed.integrity(b"project=nile,department=marketing").as_slice(), want);
        assert_eq!(Sealed::unpack(&sealed.pack().unwrap()), Some(sealed));
    }

    #[test]
    fn sizes_are_those_of_the_specification() {
        let answer = |metadata: usize, iv: usize, tag: usize| {
            let text = |length: usize| Base64::encode_string(&alloc::vec![1; length]);
            json!({
                "ciphertext": text(9), "ciphertextMetadata": text(metadata),
                "initializationVector": text(iv), "authenticationTag": text(tag),
            })
        };
        for (metadata, iv, tag, good) in
            [(20, 12, 16, true), (1, 16, 16, true), (21, 12, 16, false), (1, 13, 16, false), (1, 12, 12, false)]
        {
            assert_eq!(Sealed::of(&answer(metadata, iv, tag)).is_some(), good, "{metadata} {iv} {tag}");
        }
    }
}
