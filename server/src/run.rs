//! Starting, stopping, and the loop that takes connections.

use crate::desk::Desk;
use crate::door::Door;
use crate::http::{Context, Face, converse};
use crate::log::Log;
use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// Bounds on what one client may ask of the server. The defaults suit a lab on a developer's machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The longest body, in bytes; a longer one is answered `RequestEntityTooLarge`. Default 1 MiB.
    pub body: usize,
    /// The longest head (request line and headers), in bytes; a longer one is answered 431. Default 64 KiB.
    pub head: usize,
    /// The most header fields. Default 100.
    pub fields: usize,
    /// How long a connection may take to send a head, idle time included. Default 60 s.
    pub head_time: Duration,
    /// How long a body may take to arrive. Default 30 s.
    pub body_time: Duration,
    /// How many connections are open at a time; more wait in the listener's queue. Default 1024.
    pub connections: usize,
    /// How long requests under way may go on after a stop. Default 5 s.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1 << 20,
            head: 64 << 10,
            fields: 100,
            head_time: Duration::from_secs(60),
            body_time: Duration::from_secs(30),
            connections: 1024,
            grace: Duration::from_secs(5),
        }
    }
}

/// Ends a server, from any thread, as often as one likes. Clones end the same server.
#[derive(Debug, Clone)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Default for Stop {
    fn default() -> Self {
        Self::new()
    }
}

impl Stop {
    /// Nothing is stopped yet.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// No new requests; those under way are finished.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    /// Whether [`Self::stop`] was called.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits for [`Self::stop`].
    pub(crate) async fn stopped(&self) {
        // The sender lives in `self`, so this cannot fail.
        let _ = self.0.subscribe().wait_for(|stopped| *stopped).await;
    }
}

/// How a lab is served; what [`crate::Options`] does not decide.
pub struct Settings {
    /// Bounds on clients.
    pub limits: Limits,
    /// Host names besides addresses and `localhost` that the server answers to.
    pub allowed_hosts: Vec<String>,
    /// Where the log goes. `None`: nowhere.
    pub log: Option<Box<dyn io::Write + Send>>,
    /// Whether every request is logged, or only warnings.
    pub log_requests: bool,
    /// Whether the log is coloured.
    pub colour: bool,
}

impl Default for Settings {
    /// Silent, with the default limits.
    fn default() -> Self {
        Self { limits: Limits::default(), allowed_hosts: Vec::new(), log: None, log_requests: false, colour: false }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("limits", &self.limits)
            .field("allowed_hosts", &self.allowed_hosts)
            .field("log_requests", &self.log_requests)
            .finish_non_exhaustive()
    }
}

/// A server that runs in threads of its own. Dropping it stops it and waits.
#[derive(Debug)]
pub struct Running {
    /// Where it listens; the port is the real one, also when port 0 was asked for.
    pub addr: SocketAddr,
    /// Ends it.
    pub stop: Stop,
    thread: Option<JoinHandle<()>>,
    log: Log,
}

impl Running {
    /// Whether it has ended, be it by [`Stop::stop`].
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Waits until somebody stops it and the last request is answered.
    pub fn wait(mut self) {
        self.join();
    }

    /// The log it writes to.
    pub(crate) const fn log(&self) -> &Log {
        &self.log
    }

    fn join(&mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        self.log.flush();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.stop();
        self.join();
    }
}

/// Serves `lab` on `listener` until `stop`, in threads of its own.
///
/// # Errors
/// When the listener cannot be used or threads cannot be had.
pub fn start<D: Desk>(
    lab: Arc<Mutex<D>>,
    listener: TcpListener,
    settings: Settings,
    stop: Stop,
) -> io::Result<Running> {
    let Settings { limits, allowed_hosts, log, log_requests, colour } = settings;
    let requests = log_requests && log.is_some();
    let log = Log::new(log.unwrap_or_else(|| Box::new(io::sink())), requests, colour);
    listener.set_nonblocking(true)?;
    let addr = listener.local_addr()?;
    let workers = thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 8));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .thread_name("kmslab")
        .enable_all()
        .build()?;
    let listener = {
        let _inside = runtime.enter();
        tokio::net::TcpListener::from_std(listener)?
    };
    let names = allowed_hosts.iter().map(|name| name.to_ascii_lowercase()).collect();
    let context = Arc::new(Context {
        face: Face::new(lab),
        door: Door { names, open: !addr.ip().to_canonical().is_loopback() },
        limits,
        log: log.clone(),
    });
    let until = stop.clone();
    let thread = thread::Builder::new().name("kmslab-server".into()).spawn(move || {
        runtime.block_on(accept(listener, context, until));
        // Work that would not end in its grace is left behind.
        runtime.shutdown_background();
    })?;
    Ok(Running { addr, stop, thread: Some(thread), log })
}

/// Takes connections until `stop`, then waits for those that are busy.
async fn accept(listener: tokio::net::TcpListener, context: Arc<Context>, stop: Stop) {
    let places = Arc::new(Semaphore::new(context.limits.connections));
    let mut open = JoinSet::new();
    loop {
        if places.available_permits() == 0 {
            context.log.warn(&format!(
                "all {} connections are taken; new ones wait until one is closed",
                context.limits.connections
            ));
        }
        let place = tokio::select! {
            () = stop.stopped() => break,
            place = Arc::clone(&places).acquire_owned() => place,
        };
        let accepted = tokio::select! {
            () = stop.stopped() => break,
            accepted = listener.accept() => accepted,
        };
        while open.try_join_next().is_some() {}
        match accepted {
            Ok((stream, peer)) => {
                let (context, stop) = (Arc::clone(&context), stop.clone());
                open.spawn(async move {
                    converse(stream, peer, context, stop).await;
                    drop(place);
                });
            }
            // The client was gone before it was taken: its own affair.
            Err(error) if matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset) => {
            }
            // Mostly: no file descriptors left. Taking again at once would spin.
            Err(error) => {
                context.log.warn(&format!("cannot take a connection: {error}"));
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop(listener);
    let all = async { while open.join_next().await.is_some() {} };
    if tokio::time::timeout(context.limits.grace, all).await.is_err() {
        context.log.warn(&format!("{} connections were cut off: their requests did not end in time", open.len()));
    }
}
