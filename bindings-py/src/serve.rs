//! The lab over HTTP, from Python: `kmslab serve`.

use crate::LabError;
use crate::lab::Lab;
use kmslab_server::{Running, Stop};
use pyo3::prelude::*;
use std::sync::Mutex;

/// A lab that is being served, in threads of its own, until it is stopped.
#[pyclass(frozen, module = "kmslab._kmslab")]
pub(crate) struct Server {
    running: Mutex<Option<Running>>,
    stop: Stop,
    address: (String, u16),
}

#[pymethods]
impl Server {
    /// The address and the port it listens on.
    #[getter]
    fn address(&self) -> (String, u16) {
        self.address.clone()
    }

    /// Whether it has ended.
    #[getter]
    fn finished(&self) -> bool {
        self.running.lock().map_or(true, |running| running.as_ref().is_none_or(Running::is_finished))
    }

    /// Takes no new requests, finishes those under way, and returns when all is done. Again and again does no harm.
    fn stop(&self, py: Python<'_>) {
        self.stop.stop();
        py.detach(|| {
            let running = self.running.lock().ok().and_then(|mut running| running.take());
            if let Some(running) = running {
                running.wait();
            }
        });
    }
}

/// Serves `lab` on `host` and `port` (0: any free one). `log`: `"off"`, `"warnings"` or `"requests"`, to standard error.
#[pyfunction]
#[pyo3(signature = (lab, host, port, *, allowed_hosts, log, colour))]
pub(crate) fn serve(
    lab: &Lab,
    host: &str,
    port: u16,
    allowed_hosts: Vec<String>,
    log: &str,
    colour: bool,
) -> PyResult<Server> {
    let _ = (lab, allowed_hosts, log, colour);
    Err(LabError::new_err(format!("cannot serve on {host}:{port}: this build has no server")))
}
