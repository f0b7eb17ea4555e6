//! Ctrl-C and its kin.

use crate::run::Stop;
use std::io;
use std::thread;

/// Ends the server of `stop` at the first SIGINT, SIGTERM or SIGHUP (Ctrl-C, on Windows), and the process, with 130,
/// at the second. For programs that leave signals to the server; Python has handlers of its own.
///
/// # Errors
/// When handlers cannot be installed.
pub fn stop_on_signals(stop: &Stop) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // Installed here and not in the thread: whoever reads the first line of the log may send one at once.
    let mut signals = {
        let _inside = runtime.enter();
        Signals::new()?
    };
    let stop = stop.clone();
    thread::Builder::new().name("kmslab-signals".into()).spawn(move || {
        runtime.block_on(async {
            signals.next().await;
            stop.stop();
            signals.next().await;
            std::process::exit(130);
        });
    })?;
    Ok(())
}

#[cfg(unix)]
struct Signals([tokio::signal::unix::Signal; 3]);

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self([signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?, signal(SignalKind::hangup())?]))
    }

    async fn next(&mut self) {
        let [interrupt, terminate, hangup] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
