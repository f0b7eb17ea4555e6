//! kmslab over HTTP: AWS KMS, IAM and STS on a local port, for every client that takes an endpoint URL.
//!
//! The lab decides everything; this crate reads and writes HTTP/1.1, keeps connections within [`Limits`], keeps web
//! pages out, logs, and stops in good order. Two ways in:
//!
//! - [`serve`] and [`serve_blocking`] make a lab from [`Options`] and serve it: the commands `kmslab-server` and
//!   `kmslab serve`.
//! - [`start`] serves a lab that exists already, beside the program that owns it.
//!
//! ```
//! use kmslab_server::{Options, Stop, serve};
//!
//! let served = serve(&Options { port: 0, quiet: true, ..Options::default() }, Stop::new())?;
//! println!("http://{}", served.running.addr);
//! served.running.stop.stop();
//! served.finish()?;
//! # Ok::<(), kmslab_server::ServeError>(())
//! ```
//!
//! WebAssembly has neither sockets nor threads: of this crate it has time and chance alone.

#[cfg(not(target_family = "wasm"))]
mod control;
#[cfg(not(target_family = "wasm"))]
mod desk;
#[cfg(not(target_family = "wasm"))]
mod door;
#[cfg(not(target_family = "wasm"))]
mod file;
#[cfg(not(target_family = "wasm"))]
mod http;
#[cfg(not(target_family = "wasm"))]
mod lab;
#[cfg(not(target_family = "wasm"))]
mod log;
mod machine;
#[cfg(not(target_family = "wasm"))]
mod proxy;
#[cfg(not(target_family = "wasm"))]
mod run;
#[cfg(not(target_family = "wasm"))]
mod serve;
#[cfg(not(target_family = "wasm"))]
mod signals;

#[cfg(not(target_family = "wasm"))]
pub use desk::{About, Desk, Remark};
pub use kmslab::wire::{Request, Response};
pub use machine::{OsEntropy, SystemClock, equip, provider};
#[cfg(not(target_family = "wasm"))]
pub use proxy::HttpCarrier;
#[cfg(not(target_family = "wasm"))]
pub use run::{Limits, Running, Settings, Stop, start};
#[cfg(not(target_family = "wasm"))]
pub use serve::{Options, ServeError, Served, environment, export_lines, parse_moment, serve, serve_blocking};
#[cfg(not(target_family = "wasm"))]
pub use signals::stop_on_signals;
