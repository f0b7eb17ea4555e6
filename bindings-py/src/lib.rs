//! `kmslab._kmslab`: the core for Python. Classes are a lock and a translation; nothing is decided here.
//!
//! The interpreter is let go while the core works. An AWS error is an answer, not an exception; misuse of kmslab's own
//! interface raises `LabError`. A panic in the core is a bug: it raises `LabError` too, and the lab answers no more.

mod access;
mod check;
mod envelope;
mod explain;
mod http;
mod inspect;
mod keys;
mod lab;
mod limits;
mod machine;
mod policy;
mod read;
#[cfg_attr(target_family = "wasm", path = "no_serve.rs")]
mod serve;
mod table;
mod words;

use pyo3::create_exception;
use pyo3::exceptions::PyException;
use pyo3::prelude::*;

#[cfg(not(target_family = "wasm"))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

create_exception!(
    kmslab,
    LabError,
    PyException,
    "Misuse of kmslab, or a fault of its own. AWS's errors are botocore's."
);

// CPython's objects begin at multiples of two words. What a class holds must ask for no more: on 32 bits, where `u128`
// wants 16 bytes, it stands behind a `Box`.
const fn fits<T>() {
    assert!(align_of::<T>() <= size_of::<[usize; 2]>());
}
const _: () = {
    fits::<access::Access>();
    fits::<access::Estate>();
    fits::<envelope::Envelope>();
    fits::<envelope::Opener>();
    fits::<envelope::Sealer>();
    fits::<explain::Explained>();
    fits::<http::Reply>();
    fits::<inspect::Inspected>();
    fits::<keys::KeyTable>();
    fits::<keys::Timeline>();
    fits::<lab::Credentials>();
    fits::<lab::Lab>();
    fits::<policy::Decision>();
    fits::<policy::PolicySet>();
    fits::<read::Reader>();
    fits::<table::DecisionTable>();
};

/// The core of kmslab.
#[pymodule]
mod _kmslab {
    #[pymodule_export]
    use super::LabError;
    #[pymodule_export]
    use super::access::{Access, Estate};
    #[pymodule_export]
    use super::check::{check, checks};
    #[pymodule_export]
    use super::envelope::{Envelope, EnvelopeError, Opener, Sealer};
    #[pymodule_export]
    use super::explain::Explained;
    #[pymodule_export]
    use super::http::Reply;
    #[pymodule_export]
    use super::inspect::{Inspected, inspect};
    #[pymodule_export]
    use super::keys::{KeyTable, Timeline};
    #[pymodule_export]
    use super::lab::{Credentials, Lab};
    #[pymodule_export]
    use super::limits::{add_vpc_endpoint, organization, set_organization};
    #[pymodule_export]
    use super::policy::{Decision, PolicySet};
    #[pymodule_export]
    use super::read::Reader;
    #[pymodule_export]
    use super::serve::serve;
    #[pymodule_export]
    use super::table::{DecisionTable, authorize_table};

    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "Python's name for it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
