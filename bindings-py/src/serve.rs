//! A lab over HTTP: `kmslab serve`.

use crate::LabError;
use crate::words::{parse_account, parse_region};
use kmslab::base::Timestamp;
use kmslab::lab::{Auth, Compat, Consistency};
use kmslab_server::{Options, Stop, export_lines, serve_blocking, stop_on_signals};
use pyo3::prelude::*;
use std::path::PathBuf;

/// Serves a lab until SIGINT or SIGTERM, and saves it then if it has a `file`. `ready` is called once, when clients can
/// connect, with the environment they need as `export` lines of a shell. Raises `LabError` when it cannot start or save.
#[pyfunction]
#[pyo3(signature = (host, port, ready, *, allowed_hosts, account = None, region = None, lenient = None, seed = None, now_ms = None, file = None, quiet = false, quotas = (None, Vec::new()), eventual = None, localstack = None))]
#[expect(clippy::too_many_arguments, reason = "the command's options, each by its name")]
pub(crate) fn serve(
    py: Python<'_>,
    host: String,
    port: u16,
    ready: Py<PyAny>,
    allowed_hosts: Vec<String>,
    account: Option<&str>,
    region: Option<&str>,
    lenient: Option<bool>,
    seed: Option<u64>,
    now_ms: Option<i64>,
    file: Option<PathBuf>,
    quiet: bool,
    quotas: (Option<bool>, Vec<(String, f64)>),
    eventual: Option<bool>,
    localstack: Option<bool>,
) -> PyResult<()> {
    let options = Options {
        host,
        port,
        allowed_hosts,
        account: account.map(parse_account).transpose()?,
        region: region.map(parse_region).transpose()?,
        auth: lenient.map(|lenient| if lenient { Auth::Lenient } else { Auth::Strict }),
        seed,
        now: now_ms.map(Timestamp::from_millis),
        file,
        quiet,
        request_quotas: quotas.0,
        quotas: quotas.1,
        consistency: eventual.map(|eventual| if eventual { Consistency::Eventual } else { Consistency::Strong }),
        compat: localstack.map(|localstack| if localstack { Compat::Localstack } else { Compat::Aws }),
        ..Options::default()
    };
    let stop = Stop::new();
    stop_on_signals(&stop).map_err(|error| LabError::new_err(format!("cannot handle signals: {error}")))?;
    let mut told = Ok(());
    let ended = py.detach(|| {
        serve_blocking(&options, stop.clone(), |served| {
            told = Python::attach(|py| ready.call1(py, (export_lines(&served.environment()),)).map(drop));
            if told.is_err() {
                stop.stop();
            }
        })
    });
    told?;
    ended.map_err(|error| LabError::new_err(error.to_string()))
}
