//! `authorize_table`: requests as an Arrow table, decided on every core, without the interpreter.
//!
//! Tables come and go by the Arrow PyCapsule interface: <https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html>.
//! What comes is read piece by piece and dropped, so that a table may be larger than the memory; what goes is two bytes
//! and a bit a row.

mod requests;
mod values;

use crate::LabError;
use crate::machine::{MOST_THREADS, cores};
use crate::policy::PolicySet;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::types::Int8Type;
use arrow_array::{
    ArrayRef, BooleanArray, DictionaryArray, Int8Array, RecordBatch, RecordBatchIterator, RecordBatchReader,
    StringArray,
};
use arrow_schema::ffi::FFI_ArrowSchema;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use kmslab::lab::Batch;
use kmslab::policy::{Effect, Reason};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyTuple};
use pyo3_arrow::{PyRecordBatch, PyRecordBatchReader};
use requests::{BadColumn, BadRow, NONE, Requests, check_schema, decide};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// So many pieces of work are read for each core, before they are decided and dropped.
const READ: usize = 8;
/// So many rows are one piece of work.
const PIECE: usize = 1 << 14;
/// So many different texts a worker keeps in mind.
const KEPT: usize = 1 << 18;

/// Decisions as an Arrow table: a row for each request, in the order of the requests.
///
/// Columns: `allowed` (a boolean), `decision` (`allow`, `explicitDeny`, `implicitDeny`), `reason` (such as
/// `ALLOW_GRANT`), the last two as dictionaries; with `errors="null"` also `error`, a text where a row is no request and
/// the others are null.
#[pyclass(frozen, module = "kmslab._kmslab")]
pub(crate) struct DecisionTable {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
    /// How often each reason was given; the last is for rows that are no requests.
    counts: Vec<usize>,
}

#[pymethods]
impl DecisionTable {
    fn __len__(&self) -> usize {
        self.counts.iter().sum()
    }

    /// How often each reason was given, the most frequent first.
    #[getter]
    fn reasons<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let mut found: Vec<(&str, usize)> =
            Reason::ALL.iter().zip(&self.counts).map(|(reason, count)| (reason.as_str(), *count)).collect();
        found.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let reasons = PyDict::new(py);
        for (reason, count) in found.into_iter().filter(|(_, count)| *count > 0) {
            reasons.set_item(reason, count)?;
        }
        Ok(reasons)
    }

    /// How many requests are allowed.
    #[getter]
    fn allowed(&self) -> usize {
        let allowed = |reason: &Reason| reason.effect() == Effect::Allow;
        Reason::ALL.iter().zip(&self.counts).filter(|(reason, _)| allowed(reason)).map(|(_, count)| count).sum()
    }

    /// How many rows are no requests: none, but for `errors="null"`.
    #[getter]
    fn errors(&self) -> usize {
        self.counts.last().copied().unwrap_or_default()
    }

    /// The columns, for consumers of Arrow.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(self.schema.as_ref()).map_err(broken)?;
        PyCapsule::new_with_value(py, schema, c"arrow_schema")
    }

    /// The table, for consumers of Arrow; as often as they like.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // The interface lets a producer keep to its own types, and consumers then convert.
        drop(requested_schema);
        let batches = self.batches.clone().into_iter().map(Ok);
        let reader = RecordBatchIterator::new(batches, Arc::clone(&self.schema));
        PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), c"arrow_array_stream")
    }

    fn __repr__(&self) -> String {
        let all = self.__len__();
        let wrong = self.errors();
        let denied = all.saturating_sub(self.allowed()).saturating_sub(wrong);
        let wrong = if wrong == 0 { String::new() } else { format!(", {wrong} no requests") };
        format!("DecisionTable({all} rows: {} allowed, {denied} denied{wrong})", self.allowed())
    }
}

/// Decides every request of a table. See `kmslab.authorize_table`.
#[pyfunction]
pub(crate) fn authorize_table(
    py: Python<'_>,
    requests: &Bound<'_, PyAny>,
    policies: &PolicySet,
    threads: Option<usize>,
    keep_errors: bool,
) -> PyResult<DecisionTable> {
    let mut reader = reader(requests)?;
    let schema = reader.schema();
    check_schema(&schema).map_err(raised)?;
    let policies = policies.shared()?;
    let threads = threads.unwrap_or_else(cores).clamp(1, MOST_THREADS);
    let mut workers: Vec<Batch> = (0..threads).map(|_| Batch::new(&policies)).collect();
    let read_at_once = workers.len().saturating_mul(READ).saturating_mul(PIECE);
    let mut table = DecisionTable::new(keep_errors);
    let mut first = 0;
    loop {
        let bad = py.detach(|| {
            let mut read = Vec::new();
            let mut rows = 0_usize;
            while rows < read_at_once {
                let Some(batch) = reader.next().transpose().map_err(broken)? else { break };
                let worker = workers.first().ok_or_else(panicked)?;
                let requests = Requests::new(&batch, first, worker).map_err(raised)?;
                first = first.saturating_add(requests.rows);
                rows = rows.saturating_add(requests.rows);
                read.push(requests);
            }
            if read.is_empty() {
                return Ok(true);
            }
            let mut codes = vec![NONE; rows];
            let bad = work(&mut workers, &read, &mut codes, keep_errors)?;
            match bad.first() {
                Some(bad) if !keep_errors => Err(PyValueError::new_err(bad.to_string())),
                _ => table.add(&codes, &bad, first.saturating_sub(rows)).map_err(broken).map(|()| false),
            }
        })?;
        py.check_signals()?;
        if bad {
            return Ok(table);
        }
    }
}

/// The table's record batches, one after the other.
fn reader(requests: &Bound<'_, PyAny>) -> PyResult<Box<dyn RecordBatchReader + Send>> {
    if let Some(stream) = requests.getattr_opt("__arrow_c_stream__")? {
        let capsule = stream.call0()?.cast_into::<PyCapsule>()?;
        let reader =
            PyRecordBatchReader::from_arrow_pycapsule(&capsule).map_err(|_| no_table("a stream of no records"))?;
        return reader.into_reader();
    }
    if let Some(array) = requests.getattr_opt("__arrow_c_array__")? {
        let capsules = array.call0()?.cast_into::<PyTuple>()?;
        let (schema, array): (Bound<'_, PyCapsule>, Bound<'_, PyCapsule>) = capsules.extract()?;
        let batch =
            PyRecordBatch::from_arrow_pycapsule(&schema, &array).map_err(|_| no_table("an array of no records"))?;
        let batch = batch.into_inner();
        let schema = batch.schema();
        return Ok(Box::new(RecordBatchIterator::new([Ok(batch)], schema)));
    }
    Err(no_table(&requests.get_type().name()?.to_string()))
}

fn no_table(what: &str) -> PyErr {
    PyTypeError::new_err(format!(
        "requests are a table that speaks Arrow (__arrow_c_stream__ or __arrow_c_array__): of pyarrow, polars, duckdb, \
         pandas; not {what}"
    ))
}

fn raised(bad: BadColumn) -> PyErr {
    if bad.is_type { PyTypeError::new_err(bad.message) } else { PyValueError::new_err(bad.message) }
}

fn broken(error: ArrowError) -> PyErr {
    PyValueError::new_err(format!("the table cannot be read: {error}"))
}

fn panicked() -> PyErr {
    LabError::new_err("kmslab panicked, which is a bug")
}

/// A part of the rows, and where their codes go.
struct Piece<'a> {
    requests: &'a Requests,
    start: usize,
    codes: &'a mut [u8],
}

/// Decides all rows; gives those that are no requests, in their order.
fn work(workers: &mut [Batch], read: &[Requests], mut codes: &mut [u8], all: bool) -> PyResult<Vec<BadRow>> {
    let mut pieces = Vec::new();
    for requests in read {
        let (own, rest) = codes.split_at_mut_checked(requests.rows).ok_or_else(panicked)?;
        codes = rest;
        let parts = own.chunks_mut(PIECE).zip((0..).step_by(PIECE));
        pieces.extend(parts.map(|(codes, start)| Piece { requests, start, codes }));
    }
    let busy = workers.len().min(pieces.len()).max(1);
    let pieces = Mutex::new(pieces.into_iter());
    // Pieces are taken in their order: where one stops, those before it are done or at work, and are finished.
    let stopped = AtomicBool::new(false);
    let run = |batch: &mut Batch| {
        let mut bad = Vec::new();
        while !stopped.load(Ordering::Relaxed) {
            let Some(piece) = pieces.lock().ok().and_then(|mut pieces| pieces.next()) else { break };
            if batch.len() > KEPT {
                batch.forget();
            }
            bad.extend(decide(batch, piece.requests, piece.start, piece.codes, all));
            if !all && !bad.is_empty() {
                stopped.store(true, Ordering::Relaxed);
            }
        }
        bad
    };
    let (own, others) = workers.split_at_mut_checked(1).ok_or_else(panicked)?;
    let mut bad = thread::scope(|scope| {
        let run = &run;
        let others = others.iter_mut().take(busy.saturating_sub(1));
        let started: Vec<_> = others.map(|batch| scope.spawn(move || run(batch))).collect();
        let mut bad: Vec<BadRow> = own.iter_mut().flat_map(run).collect();
        for other in started {
            bad.extend(other.join().map_err(|_| panicked())?);
        }
        PyResult::Ok(bad)
    })?;
    bad.sort_by_key(|bad| bad.row);
    Ok(bad)
}

impl DecisionTable {
    fn new(keep_errors: bool) -> Self {
        let texts = || DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8));
        let mut fields = vec![
            Field::new("allowed", DataType::Boolean, keep_errors),
            Field::new("decision", texts(), keep_errors),
            Field::new("reason", texts(), keep_errors),
        ];
        if keep_errors {
            fields.push(Field::new("error", DataType::Utf8, true));
        }
        let counts = vec![0; Reason::ALL.len().saturating_add(1)];
        Self { schema: Arc::new(Schema::new(fields)), batches: Vec::new(), counts }
    }

    /// Adds rows: the numbers of their reasons, and those that are no requests; `first` is the number of the first.
    fn add(&mut self, codes: &[u8], bad: &[BadRow], first: usize) -> Result<(), ArrowError> {
        const EFFECTS: [Effect; 3] = [Effect::Allow, Effect::ExplicitDeny, Effect::ImplicitDeny];
        for code in codes {
            let place = usize::from(*code).min(Reason::ALL.len());
            if let Some(count) = self.counts.get_mut(place) {
                *count = count.saturating_add(1);
            }
        }
        let keep_errors = self.schema.fields().len() > 3;
        let reasons: Vec<(i8, bool)> = Reason::ALL
            .iter()
            .map(|reason| {
                let effect = EFFECTS.iter().position(|effect| *effect == reason.effect());
                (effect.and_then(|at| i8::try_from(at).ok()).unwrap_or_default(), reason.effect() == Effect::Allow)
            })
            .collect();
        let known = |code: &u8| reasons.get(usize::from(*code)).copied();
        let keys = |key: fn(u8, (i8, bool)) -> i8| {
            if keep_errors {
                codes.iter().map(|code| known(code).map(|known| key(*code, known))).collect::<Int8Array>()
            } else {
                codes.iter().map(|code| known(code).map_or(0, |known| key(*code, known))).collect::<Vec<i8>>().into()
            }
        };
        let allowed: BooleanArray = if keep_errors {
            codes.iter().map(|code| known(code).map(|(_, allowed)| allowed)).collect()
        } else {
            codes.iter().map(|code| known(code).is_some_and(|(_, allowed)| allowed)).collect::<Vec<bool>>().into()
        };
        let effects = StringArray::from_iter_values(EFFECTS.iter().map(|effect| effect.as_str()));
        let names = StringArray::from_iter_values(Reason::ALL.iter().map(|reason| reason.as_str()));
        let decision = DictionaryArray::<Int8Type>::try_new(keys(|_, (effect, _)| effect), Arc::new(effects))?;
        let place = |code: u8, _| i8::try_from(code).unwrap_or_default();
        let reason = DictionaryArray::<Int8Type>::try_new(keys(place), Arc::new(names))?;
        let mut columns: Vec<ArrayRef> = vec![Arc::new(allowed), Arc::new(decision), Arc::new(reason)];
        if keep_errors {
            let mut errors = vec![None; codes.len()];
            for bad in bad {
                if let Some(error) = errors.get_mut(bad.row.saturating_sub(first)) {
                    *error = Some(format!("{}: {}", bad.column, bad.message));
                }
            }
            columns.push(Arc::new(errors.into_iter().collect::<StringArray>()));
        }
        self.batches.push(RecordBatch::try_new(Arc::clone(&self.schema), columns)?);
        Ok(())
    }
}
