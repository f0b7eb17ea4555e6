//! `Reader`: answers of JSON services as botocore's parser reads them, made of what the operation gave.

use base64::prelude::{BASE64_STANDARD, Engine};
use kmslab::wire::Doc;
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString};

/// How a value is read: by the shape of AWS's model.
enum Shape {
    /// As JSON has it.
    Plain,
    /// By a function of Python, which is given what JSON has: timestamps, and blobs for parsers with ways of their own.
    By(Py<PyAny>),
    /// Bytes, in base64.
    Blob,
    /// Every element alike.
    List(Box<Self>),
    /// Every value alike.
    Map(Box<Self>),
    /// The members that the model has, in its order, less those that are null.
    Structure(Vec<Member>),
}

struct Member {
    /// Its name in JSON.
    written: String,
    /// Its name in the model.
    name: Py<PyString>,
    shape: Shape,
}

impl<'a, 'py> FromPyObject<'a, 'py> for Shape {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if given.is_none() {
            return Ok(Self::Plain);
        }
        if given.cast::<PyString>().is_ok_and(|kind| kind == "blob") {
            return Ok(Self::Blob);
        }
        if given.is_callable() {
            return Ok(Self::By(given.to_owned().unbind()));
        }
        let (kind, of): (String, Bound<'py, PyAny>) = given.extract()?;
        match kind.as_str() {
            "list" => Ok(Self::List(Box::new(of.extract()?))),
            "map" => Ok(Self::Map(Box::new(of.extract()?))),
            "structure" => {
                let member = |member: Bound<'py, PyAny>| {
                    let (name, written, shape) = member.extract()?;
                    PyResult::Ok(Member { written, name, shape })
                };
                of.try_iter()?.map(|each| member(each?)).collect::<PyResult<_>>().map(Self::Structure)
            }
            _ => Err(PyValueError::new_err(format!("a shape is a list, a map or a structure, not {kind:?}"))),
        }
    }
}

/// Reads answers by a shape: `None` (as JSON has it), `"blob"` (bytes), a function, `("list", shape)`, `("map", shape)`,
/// or `("structure", [(name, name in JSON, shape), …])`.
#[pyclass(frozen, module = "kmslab._kmslab")]
pub(crate) struct Reader(Shape);

#[pymethods]
impl Reader {
    #[new]
    fn new(shape: Shape) -> Self {
        Self(shape)
    }
}

impl Reader {
    /// The members of an output; no output has none.
    pub(crate) fn read<'py>(&self, py: Python<'py>, output: Option<&Doc>) -> PyResult<Bound<'py, PyDict>> {
        match output {
            Some(output) => Ok(self.0.read(py, output)?.cast_into()?),
            None => Ok(PyDict::new(py)),
        }
    }
}

impl Shape {
    fn read<'py>(&self, py: Python<'py>, doc: &Doc) -> PyResult<Bound<'py, PyAny>> {
        match (self, doc) {
            (Self::By(function), doc) => function.bind(py).call1((Self::Plain.read(py, doc)?,)),
            (Self::Blob, Doc::Blob(bytes)) => Ok(PyBytes::new(py, bytes).into_any()),
            (Self::List(shape), Doc::List(items)) => list(py, shape, items),
            (Self::Map(shape), Doc::Map(entries)) => {
                let read = PyDict::new(py);
                for (key, value) in entries {
                    read.set_item(key, shape.read(py, value)?)?;
                }
                Ok(read.into_any())
            }
            (Self::Structure(members), doc) => {
                let read = PyDict::new(py);
                for Member { written, name, shape } in members {
                    if let Some(value) = doc.get(written) {
                        read.set_item(name.bind(py), shape.read(py, value)?)?;
                    }
                }
                Ok(read.into_any())
            }
            (_, doc) => plain(py, doc),
        }
    }
}

/// A value as JSON has it.
fn plain<'py>(py: Python<'py>, doc: &Doc) -> PyResult<Bound<'py, PyAny>> {
    match doc {
        Doc::Bool(value) => value.into_bound_py_any(py),
        Doc::Int(value) => value.into_bound_py_any(py),
        Doc::Text(text) => Ok(PyString::new(py, text).into_any()),
        Doc::Blob(bytes) => BASE64_STANDARD.encode(bytes).into_bound_py_any(py),
        // Of fifteen digits, as moments have: the nearest number.
        Doc::Time(moment) => (moment.as_millis() as f64 / 1000.0).into_bound_py_any(py),
        Doc::List(items) => list(py, &Shape::Plain, items),
        _ => Err(PyValueError::new_err("the model has no such value")),
    }
}

fn list<'py>(py: Python<'py>, shape: &Shape, items: &[Doc]) -> PyResult<Bound<'py, PyAny>> {
    let read = PyList::empty(py);
    for item in items {
        read.append(shape.read(py, item)?)?;
    }
    Ok(read.into_any())
}
