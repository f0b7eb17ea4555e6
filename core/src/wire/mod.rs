//! HTTP in, [`Doc`] out, and back: routing, the protocols, the model's constraints, Signature Version 4.
//!
//! The shapes are tables, generated from AWS's own model by `core/model.py`; one small interpreter a protocol reads
//! them. Operations see typed views of a [`Doc`], made with `view!`.

mod base64;
mod check;
mod doc;
mod json;
pub mod model;
mod pattern;
#[cfg(test)]
mod properties;
mod query;
mod route;
pub mod sigv4;
mod view;

pub use doc::{Blob, Doc, FromDoc, IntoDoc, Type};
pub use route::{Unrouted, route};
pub(crate) use view::{Members, view};

use crate::base::{Dialect, Fault, quote};
use alloc::{
    borrow::Cow,
    string::{String, ToString},
    vec::Vec,
};
use model::{OperationModel, ServiceModel};

/// One HTTP request, as it arrived.
#[derive(Clone, Default)]
pub struct Request {
    /// `POST`, `GET`.
    pub method: String,
    /// Path and query as sent: `/`, `/?Action=GetCallerIdentity&Version=2011-06-15`.
    pub target: String,
    /// Names and values in the order of arrival; names in any case.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
    /// Who is at the other end of the connection, where there is one.
    pub peer: Option<core::net::IpAddr>,
}

impl Request {
    /// The first value of the header `name`, which is compared without regard to case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The path of the target, without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split_once('?').map_or(self.target.as_str(), |(path, _)| path)
    }

    /// The query of the target, without the question mark.
    #[must_use]
    pub fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }
}

/// Shows names of headers and sizes only: bodies hold plaintext, headers hold tokens.
impl core::fmt::Debug for Request {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Request({} {}, {} headers, {} bytes)", self.method, self.path(), self.headers.len(), self.body.len())
    }
}

/// Names and values of an answer's HTTP headers.
pub type Headers = Vec<(&'static str, Cow<'static, str>)>;

/// One HTTP answer.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// 200, 400, 403, ….
    pub status: u16,
    /// Names and values.
    pub headers: Headers,
    /// The whole body.
    pub body: Vec<u8>,
}

/// Shows the status and sizes only: bodies hold plaintext and secret access keys.
impl core::fmt::Debug for Response {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Response({}, {} headers, {} bytes)", self.status, self.headers.len(), self.body.len())
    }
}

/// Bytes of the longest body that is read. AWS's own bound is not published for these services; the largest document of
/// their models has 131,072 characters, and a simulation may carry several.
pub const LONGEST_BODY: usize = 2 << 20;

/// Parses the body by the service's protocol and checks every constraint of the model.
///
/// # Errors
/// [`Fault::Serialization`] when it cannot be read as the input's shape, [`Fault::Validation`] with AWS's sentences
/// for every broken constraint, [`Fault::TooLarge`] over [`LONGEST_BODY`].
pub fn decode(service: &ServiceModel, operation: &OperationModel, request: &Request) -> Result<Doc, Fault> {
    if request.body.len() > LONGEST_BODY || request.target.len() > LONGEST_BODY {
        return Err(Fault::TooLarge);
    }
    let Some(shape) = operation.input else { return Ok(Doc::Struct(Vec::new())) };
    let doc = match service.dialect {
        Dialect::Json => json::decode(shape, &request.body)?,
        Dialect::Query => {
            let form = core::str::from_utf8(&request.body)
                .map_err(|_| Fault::Serialization { message: "The request body is not UTF-8.".into() })?;
            let all: Vec<_> = query::parameters(request.query()).chain(query::parameters(form)).collect();
            query::decode(shape, &all)?
        }
    };
    check::check(service, shape, &doc)?;
    Ok(doc)
}

/// The answer of a request that worked. `output` is absent for operations without output.
///
/// awsJson: an operation without output has an empty body, one whose output has no members `{}`.
#[must_use]
pub fn encode_ok(
    service: &ServiceModel,
    operation: &OperationModel,
    output: Option<&Doc>,
    request_id: String,
) -> Response {
    let mut body = String::with_capacity(512);
    let nothing = Doc::Struct(Vec::new());
    let output = output.unwrap_or(&nothing);
    match service.dialect {
        Dialect::Json => {
            if let Some(shape) = operation.output {
                json::encode(shape, output, &mut body);
            }
        }
        Dialect::Query => {
            enveloped(&[operation.name, "Response"].concat(), service, &mut body, |body| {
                if let Some(shape) = operation.output {
                    query::element(&[operation.name, "Result"].concat(), body, |body| {
                        query::encode(shape, output, body);
                    });
                }
                query::element("ResponseMetadata", body, |body| {
                    query::element("RequestId", body, |body| query::escaped(&request_id, body));
                });
            });
        }
    }
    answer(200, service.dialect, body, request_id)
}

/// The answer of a request that was refused, in the words of the service; awsJson when it is not known.
///
/// A fault without a sentence has no `message` member.
#[must_use]
pub fn encode_fault(service: Option<&ServiceModel>, fault: &Fault, request_id: String) -> Response {
    let dialect = service.map_or(Dialect::Json, |service| service.dialect);
    let (code, status, message) = (fault.code(dialect), fault.status(dialect), fault.to_string());
    let mut body = String::with_capacity(256);
    match service {
        Some(service) if dialect == Dialect::Query => enveloped("ErrorResponse", service, &mut body, |body| {
            query::element("Error", body, |body| {
                query::element("Type", body, |body| body.push_str(if status < 500 { "Sender" } else { "Receiver" }));
                query::element("Code", body, |body| query::escaped(code, body));
                if !message.is_empty() {
                    query::element("Message", body, |body| query::escaped(&message, body));
                }
            });
            query::element("RequestId", body, |body| query::escaped(&request_id, body));
        }),
        _ => {
            body.push_str("{\"__type\":");
            quote(code, &mut body);
            if !message.is_empty() {
                body.push_str(",\"message\":");
                quote(&message, &mut body);
            }
            body.push('}');
        }
    }
    answer(status, dialect, body, request_id)
}

/// The root element of a query answer.
fn enveloped(name: &str, service: &ServiceModel, out: &mut String, content: impl FnOnce(&mut String)) {
    out.push('<');
    out.push_str(name);
    out.push_str(" xmlns=\"");
    out.push_str(service.namespace);
    out.push_str("\">");
    content(out);
    out.push_str("</");
    out.push_str(name);
    out.push_str(">\n");
}

fn answer(status: u16, dialect: Dialect, body: String, request_id: String) -> Response {
    Response { status, headers: headers(dialect, request_id), body: body.into_bytes() }
}

/// What KMS says of keeping its answers (seen in recorded ones, refusals too).
const NOT_KEPT: [(&str, &str); 3] =
    [("Cache-Control", "no-cache, no-store, must-revalidate, private"), ("Expires", "0"), ("Pragma", "no-cache")];

/// The headers of every answer.
#[must_use]
pub fn headers(dialect: Dialect, request_id: String) -> Headers {
    let (content_type, more) = match dialect {
        Dialect::Json => ("application/x-amz-json-1.1", &NOT_KEPT[..]),
        Dialect::Query => ("text/xml", &[][..]),
    };
    let fixed = more.iter().map(|(name, value)| (*name, Cow::Borrowed(*value)));
    [("Content-Type", Cow::Borrowed(content_type)), ("x-amzn-RequestId", Cow::Owned(request_id))]
        .into_iter()
        .chain(fixed)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use model::{IAM, KMS, STS};

    fn said(response: &Response) -> (u16, &str, &str) {
        (response.status, &response.headers[0].1, core::str::from_utf8(&response.body).unwrap())
    }

    #[test]
    fn answers_have_the_form_of_their_protocol() {
        let operation = |service: &ServiceModel, name: &str| service.operation(name).unwrap();
        let json = "application/x-amz-json-1.1";
        let cases = [
            (encode_ok(&KMS, operation(&KMS, "EnableKey"), None, "r".into()), (200, json, "")),
            (
                encode_ok(&KMS, operation(&KMS, "ConnectCustomKeyStore"), Some(&Doc::Struct(vec![])), "r".into()),
                (200, json, "{}"),
            ),
            (
                encode_ok(
                    &KMS,
                    operation(&KMS, "CancelKeyDeletion"),
                    Some(&Doc::Struct(vec![("KeyId", Doc::Text("k".into()))])),
                    "r".into(),
                ),
                (200, json, "{\"KeyId\":\"k\"}"),
            ),
            (
                encode_ok(&IAM, operation(&IAM, "DeleteUser"), None, "r".into()),
                (
                    200,
                    "text/xml",
                    "<DeleteUserResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></DeleteUserResponse>\n",
                ),
            ),
            (
                encode_ok(
                    &STS,
                    operation(&STS, "GetCallerIdentity"),
                    Some(&Doc::Struct(vec![("Account", Doc::Text("1".into()))])),
                    "r".into(),
                ),
                (
                    200,
                    "text/xml",
                    "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult><Account>1</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetCallerIdentityResponse>\n",
                ),
            ),
            (
                encode_fault(Some(&KMS), &Fault::InvalidCiphertext, "r".into()),
                (400, json, "{\"__type\":\"InvalidCiphertextException\"}"),
            ),
            (
                encode_fault(Some(&KMS), &Fault::Disabled { key: "\"k\"".into() }, "r".into()),
                (400, json, "{\"__type\":\"DisabledException\",\"message\":\"\\\"k\\\" is disabled.\"}"),
            ),
            (
                encode_fault(
                    Some(&IAM),
                    &Fault::NoSuchEntity { message: "The user with name <x> cannot be found.".into() },
                    "r".into(),
                ),
                (
                    404,
                    "text/xml",
                    "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>The user with name &lt;x&gt; cannot be found.</Message></Error><RequestId>r</RequestId></ErrorResponse>\n",
                ),
            ),
        ];
        for (got, want) in &cases {
            assert_eq!(said(got), *want);
            assert_eq!(got.headers[1], ("x-amzn-RequestId", "r".into()));
        }
        assert!(said(&encode_fault(Some(&STS), &Fault::Internal, "r".into())).2.contains("<Type>Receiver</Type>"));
    }

    #[test]
    fn too_large_is_refused() {
        let request = Request { body: vec![b' '; LONGEST_BODY + 1], ..Request::default() };
        assert_eq!(decode(&KMS, KMS.operation("Encrypt").unwrap(), &request), Err(Fault::TooLarge));
    }

    #[test]
    fn nothing_that_is_printed_shows_a_body() {
        let request = Request { body: b"hunter2".to_vec(), ..Request::default() };
        let response = Response { status: 200, headers: vec![], body: b"hunter2".to_vec() };
        let doc = Doc::Struct(vec![
            ("SecretAccessKey", Doc::Text("hunter2".into())),
            ("Plaintext", Doc::Blob(b"hunter2".to_vec())),
        ]);
        assert!(
            !alloc::format!("{request:?} {response:?} {doc:?} {:?}", Blob(b"hunter2".to_vec())).contains("hunter2")
        );
    }
}
