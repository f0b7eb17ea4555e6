//! HTTP in, [`Doc`] out, and back: routing, the protocols, the model's constraints, Signature Version 4.
//!
//! The shapes are tables, generated from AWS's own model by `core/model.py`; one small interpreter a protocol reads
//! them. Operations see typed views of a [`Doc`], made with `view!`.

mod doc;
pub mod model;
mod pattern;
pub mod sigv4;
mod view;

pub use doc::{Blob, Doc, FromDoc, IntoDoc, Type};
pub(crate) use view::{Members, view};

use crate::base::Fault;
use alloc::{string::String, vec::Vec};
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

/// One HTTP answer.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// 200, 400, 403, ….
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

/// Shows the status and sizes only: bodies hold plaintext and secret access keys.
impl core::fmt::Debug for Response {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Response({}, {} headers, {} bytes)", self.status, self.headers.len(), self.body.len())
    }
}

/// A request that names no operation of the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unrouted {
    /// The service, as far as it could be told: it decides how the fault is written.
    pub service: Option<&'static ServiceModel>,
    /// What to answer.
    pub fault: Fault,
}

/// Finds the service and the operation that `request` names: awsJson by `X-Amz-Target`, query by `Action`.
///
/// # Errors
/// [`Unrouted`] with `UnknownOperationException`, `InvalidAction`, or the sentence that kmslab does not serve this.
pub fn route(request: &Request) -> Result<(&'static ServiceModel, &'static OperationModel), Unrouted> {
    let _ = request;
    Err(Unrouted { service: None, fault: Fault::UnknownOperation })
}

/// Parses the body by the service's protocol and checks every constraint of the model.
///
/// # Errors
/// [`Fault::Serialization`] when it cannot be read as the input's shape, [`Fault::Validation`] with AWS's sentences
/// for every broken constraint.
pub fn decode(service: &ServiceModel, operation: &OperationModel, request: &Request) -> Result<Doc, Fault> {
    let _ = (service, operation, request);
    Err(Fault::Internal)
}

/// The answer of a request that worked. `output` is absent for operations without output.
#[must_use]
pub fn encode_ok(
    service: &ServiceModel,
    operation: &OperationModel,
    output: Option<Doc>,
    request_id: &str,
) -> Response {
    let _ = (service, operation, output, request_id);
    Response { status: 200, headers: Vec::new(), body: Vec::new() }
}

/// The answer of a request that was refused, in the words of the service; awsJson when it is not known.
#[must_use]
pub fn encode_fault(service: Option<&ServiceModel>, fault: &Fault, request_id: &str) -> Response {
    let _ = (service, fault, request_id);
    Response { status: 400, headers: Vec::new(), body: Vec::new() }
}
