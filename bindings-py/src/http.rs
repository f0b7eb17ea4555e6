//! Requests as botocore has them, and answers as it reads them.

use crate::read::Reader;
use kmslab::lab::{self as core, Request, Response};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyDict, PyList, PyString, PyTuple};

/// Names and values of HTTP headers.
pub(crate) struct Headers(Vec<(String, String)>);

impl<'a, 'py> FromPyObject<'a, 'py> for Headers {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let mut headers = Vec::with_capacity(8);
        let mut add = |name: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>| {
            let value = bytes(value.as_borrowed())?;
            let value =
                String::from_utf8(value).unwrap_or_else(|bad| String::from_utf8_lossy(bad.as_bytes()).into_owned());
            headers.push((name.cast::<PyString>()?.to_str()?.to_owned(), value));
            PyResult::Ok(())
        };
        if let Ok(dict) = given.cast::<PyDict>() {
            for (name, value) in dict.iter() {
                add(&name, &value)?;
            }
        } else {
            for pair in given.cast::<PyList>()?.iter() {
                let pair = pair.cast::<PyTuple>()?;
                add(&pair.get_item(0)?, &pair.get_item(1)?)?;
            }
        }
        Ok(Self(headers))
    }
}

/// A body: text of query services, bytes of the others, or nothing.
pub(crate) struct Body(Vec<u8>);

impl<'a, 'py> FromPyObject<'a, 'py> for Body {
    type Error = PyErr;

    fn extract(body: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if body.is_none() { Ok(Self(Vec::new())) } else { bytes(body).map(Self) }
    }
}

/// Text (as UTF-8) or bytes of Python: header values and bodies are either. By hand, since a derived choice makes an
/// exception for each wrong guess.
fn bytes(value: Borrowed<'_, '_, PyAny>) -> PyResult<Vec<u8>> {
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(text.to_str()?.as_bytes().to_vec());
    }
    if let Ok(bytes) = value.cast::<PyBytes>() {
        return Ok(bytes.as_bytes().to_vec());
    }
    Ok(value.cast::<PyByteArray>()?.to_vec())
}

/// Status, headers, body.
pub(crate) type Answer<'py> = (u16, Bound<'py, PyTuple>, Bound<'py, PyBytes>);

/// The answer to a client in this process, and what botocore's parser would have made of it, if a reader was given and
/// nothing was refused.
pub(crate) type ReadAnswer<'py> = (Reply, Option<Bound<'py, PyDict>>);

/// An answer. Its headers and its body are written for those who look.
#[pyclass(frozen, module = "kmslab._kmslab")]
pub(crate) struct Reply(pub(crate) core::Reply);

#[pymethods]
impl Reply {
    /// The HTTP status.
    #[getter]
    fn status(&self) -> u16 {
        self.0.status()
    }

    /// Names and values of the HTTP headers.
    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.headers())
    }

    /// The body.
    #[getter]
    fn body<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &py.detach(|| self.0.encode()).body)
    }
}

/// Host and target of a URL; a target alone has no host.
pub(crate) fn split(url: &str) -> (&str, &str) {
    let Some((_, rest)) = url.split_once("://") else { return ("", url) };
    match rest.find(['/', '?']) {
        Some(at) => rest.split_at(at),
        None => (rest, "/"),
    }
}

pub(crate) fn request(method: String, target: &str, Headers(headers): Headers, Body(body): Body) -> Request {
    // `https://host?query` has an empty path, which HTTP writes as `/`.
    let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
    Request { method, target, headers, body, peer: None }
}

pub(crate) fn answer(py: Python<'_>, response: Response) -> PyResult<Answer<'_>> {
    let headers = PyTuple::new(py, response.headers)?;
    Ok((response.status, headers, PyBytes::new(py, &response.body)))
}

/// An answer as botocore gives it.
pub(crate) fn read<'py>(py: Python<'py>, reader: &Reader, reply: &core::Reply) -> PyResult<Bound<'py, PyDict>> {
    let parsed = reader.read(py, reply.output())?;
    let (metadata, headers) = (PyDict::new(py), PyDict::new(py));
    for (name, value) in reply.headers() {
        // Every answer has these two.
        match name {
            "Content-Type" if value == "application/x-amz-json-1.1" => {
                headers.set_item(intern!(py, "content-type"), intern!(py, "application/x-amz-json-1.1"))?;
            }
            "x-amzn-RequestId" => {
                let value = PyString::new(py, &value);
                metadata.set_item(intern!(py, "RequestId"), &value)?;
                headers.set_item(intern!(py, "x-amzn-requestid"), value)?;
            }
            other => headers.set_item(other.to_ascii_lowercase(), value)?,
        }
    }
    metadata.set_item(intern!(py, "HTTPStatusCode"), reply.status())?;
    metadata.set_item(intern!(py, "HTTPHeaders"), headers)?;
    metadata.set_item(intern!(py, "RetryAttempts"), 0)?;
    parsed.set_item(intern!(py, "ResponseMetadata"), metadata)?;
    Ok(parsed)
}
