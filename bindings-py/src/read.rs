//! `Reader`: answers of JSON services, read as botocore's parser reads them, in one go.

use base64::prelude::{BASE64_STANDARD, Engine};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::cell::RefCell;
use std::fmt;

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

/// Reads JSON by a shape: `None` (as it is), `"blob"` (base64), a function, `("list", shape)`, `("map", shape)`, or
/// `("structure", [(name, name in JSON, shape), …])`.
#[pyclass(frozen, module = "kmslab._kmslab")]
pub(crate) struct Reader(Shape);

#[pymethods]
impl Reader {
    #[new]
    fn new(shape: Shape) -> Self {
        Self(shape)
    }

    /// What `text` says.
    #[pyo3(name = "read")]
    fn read_any<'py>(&self, py: Python<'py>, text: &[u8]) -> PyResult<Bound<'py, PyAny>> {
        let raised = RefCell::new(None);
        let mut json = serde_json::Deserializer::from_slice(text);
        let seed = Seed { py, shape: &self.0, raised: &raised };
        seed.deserialize(&mut json).and_then(|read| json.end().map(|()| read)).map_err(|error| {
            raised.take().unwrap_or_else(|| PyValueError::new_err(format!("not an answer in JSON: {error}")))
        })
    }
}

impl Reader {
    /// The members of an answer; an empty body has none.
    pub(crate) fn read<'py>(&self, py: Python<'py>, text: &[u8]) -> PyResult<Bound<'py, PyDict>> {
        if text.is_empty() { Ok(PyDict::new(py)) } else { Ok(self.read_any(py, text)?.cast_into()?) }
    }
}

#[derive(Clone, Copy)]
struct Seed<'a, 'py> {
    py: Python<'py>,
    shape: &'a Shape,
    /// The exception that stopped the reading; serde's errors carry text alone.
    raised: &'a RefCell<Option<PyErr>>,
}

impl<'a, 'py> Seed<'a, 'py> {
    fn of(self, shape: &'a Shape) -> Self {
        Self { shape, ..self }
    }

    /// `value` in the end, when it is not a list, a map or a structure.
    fn done<E: Error>(self, value: Bound<'py, PyAny>) -> Result<Bound<'py, PyAny>, E> {
        match self.shape {
            Shape::By(function) => self.ok(function.bind(self.py).call1((value,))),
            _ => Ok(value),
        }
    }

    fn plain<E: Error>(self, value: impl IntoPyObjectExt<'py>) -> Result<Bound<'py, PyAny>, E> {
        let value = self.ok(value.into_bound_py_any(self.py))?;
        self.done(value)
    }

    fn ok<T, E: Error>(self, result: PyResult<T>) -> Result<T, E> {
        result.map_err(|error| {
            let stopped = E::custom("stopped");
            self.raised.replace(Some(error));
            stopped
        })
    }
}

impl<'de, 'py> DeserializeSeed<'de> for Seed<'_, 'py> {
    type Value = Bound<'py, PyAny>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de, 'py> Visitor<'de> for Seed<'_, 'py> {
    type Value = Bound<'py, PyAny>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(self.py.None().into_bound(self.py))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        self.plain(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        self.plain(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        self.plain(value)
    }

    // Of up to 15 digits, as timestamps are, serde_json's is the nearest number, as Python's is.
    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        self.plain(value)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        if let Shape::Blob = self.shape {
            // Straight to where it stays: it may be a key.
            let padding = value.bytes().rev().take_while(|byte| *byte == b'=').count();
            let size = (value.len() / 4).saturating_mul(3).saturating_sub(padding);
            let bytes = PyBytes::new_with(self.py, size, |out| {
                let read = BASE64_STANDARD.decode_slice(value, out);
                read.map(drop).map_err(|error| PyValueError::new_err(error.to_string()))
            });
            return self.ok(bytes.map(Bound::into_any));
        }
        self.done(PyString::new(self.py, value).into_any())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut given: A) -> Result<Self::Value, A::Error> {
        let shape = match self.shape {
            Shape::List(shape) => shape,
            _ => &Shape::Plain,
        };
        let list = PyList::empty(self.py);
        while let Some(element) = given.next_element_seed(self.of(shape))? {
            self.ok(list.append(element))?;
        }
        self.done(list.into_any())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut given: A) -> Result<Self::Value, A::Error> {
        let read = PyDict::new(self.py);
        if let Shape::Structure(members) = self.shape {
            let mut values: Vec<Option<Self::Value>> = members.iter().map(|_| None).collect();
            while let Some(place) = given.next_key_seed(Place(members))? {
                match place.and_then(|place| Some((members.get(place)?, values.get_mut(place)?))) {
                    Some((member, value)) => *value = Some(given.next_value_seed(self.of(&member.shape))?),
                    None => drop(given.next_value::<IgnoredAny>()?),
                }
            }
            for (member, value) in members.iter().zip(values) {
                if let Some(value) = value.filter(|value| !value.is_none()) {
                    self.ok(read.set_item(member.name.bind(self.py), value))?;
                }
            }
            return Ok(read.into_any());
        }
        let shape = match self.shape {
            Shape::Map(shape) => shape,
            _ => &Shape::Plain,
        };
        while let Some(key) = given.next_key_seed(self.of(&Shape::Plain))? {
            let value = given.next_value_seed(self.of(shape))?;
            self.ok(read.set_item(key, value))?;
        }
        self.done(read.into_any())
    }
}

/// Which member a name in JSON is of.
struct Place<'a>(&'a [Member]);

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_str(self)
    }
}

impl Visitor<'_> for Place<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|member| member.written == name))
    }
}
