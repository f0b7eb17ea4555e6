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

mod control;
mod desk;
mod door;
mod file;
mod http;
mod lab;
mod log;
mod machine;
mod proxy;
mod run;
mod serve;
mod signals;

pub use desk::{About, Desk, Remark};
pub use kmslab::wire::{Request, Response};
pub use machine::{OsEntropy, SystemClock, equip, provider};
pub use proxy::HttpCarrier;
pub use run::{Limits, Running, Settings, Stop, start};
pub use serve::{Options, ServeError, Served, environment, export_lines, parse_moment, serve, serve_blocking};
pub use signals::stop_on_signals;
