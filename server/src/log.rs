//! The request log: one line a request, and one more that says why, when it was denied.

use crate::desk::Remark;
use std::fmt::Write as _;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How many lines may wait for a slow reader before some are left out.
const WAITING: usize = 4096;

/// Where lines go. Writing never holds up a request: a thread of its own writes, and what it cannot keep up with is
/// counted and left out.
#[derive(Debug, Clone)]
pub(crate) struct Log {
    /// `None`: no request log.
    requests: bool,
    colour: bool,
    lines: SyncSender<Message>,
    lost: Arc<AtomicUsize>,
}

#[derive(Debug)]
enum Message {
    Text(String),
    /// Say when all before it is written.
    Flush(SyncSender<()>),
}

/// What a line of the log is made of.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    pub(crate) remark: &'a Remark,
    pub(crate) status: u16,
    pub(crate) took: Duration,
    pub(crate) request_id: &'a str,
}

impl Log {
    /// A log into `sink`; without `requests`, only warnings.
    pub(crate) fn new(mut sink: Box<dyn Write + Send>, requests: bool, colour: bool) -> Self {
        let (lines, waiting) = sync_channel(WAITING);
        let lost = Arc::new(AtomicUsize::new(0));
        let missing = Arc::clone(&lost);
        // A sink that is gone (a closed pipe) is no reason to stop serving: its errors are dropped. When the thread
        // cannot be had, sending fails, and that is dropped as well.
        let _ = thread::Builder::new().name("kmslab-log".into()).spawn(move || {
            for message in waiting {
                match message {
                    Message::Text(text) => {
                        let _ = sink.write_all(text.as_bytes()).and_then(|()| sink.flush());
                    }
                    Message::Flush(done) => {
                        let _ = done.send(());
                    }
                }
                let count = missing.swap(0, Ordering::Relaxed);
                if count > 0 {
                    let _ = writeln!(sink, "({count} lines of this log are missing: it is read too slowly)");
                }
            }
        });
        Self { requests, colour, lines, lost }
    }

    /// Whether [`Self::request`] writes anything.
    pub(crate) const fn wants_requests(&self) -> bool {
        self.requests
    }

    /// One request.
    pub(crate) fn request(&self, line: &Line<'_>) {
        if self.requests {
            self.send(render(line, &time_of_day(), self.colour));
        }
    }

    /// A sentence for the person at the terminal.
    pub(crate) fn note(&self, text: &str) {
        self.send(format!("{text}\n"));
    }

    /// A sentence that should not be missed.
    pub(crate) fn warn(&self, text: &str) {
        let text = clean(text, usize::MAX);
        self.send(if self.colour { format!("\x1b[33mwarning:\x1b[0m {text}\n") } else { format!("warning: {text}\n") });
    }

    /// Waits until all lines so far are written, but no longer than a second.
    pub(crate) fn flush(&self) {
        let (done, ready) = sync_channel(1);
        if self.lines.try_send(Message::Flush(done)).is_ok() {
            let _ = ready.recv_timeout(Duration::from_secs(1));
        }
    }

    fn send(&self, text: String) {
        if let Err(TrySendError::Full(_)) = self.lines.try_send(Message::Text(text)) {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// `12:34:56`, in UTC.
fn time_of_day() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() % 86_400;
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// The text without control characters, which a client could use to forge lines or to paint the terminal.
fn clean(text: &str, longest: usize) -> String {
    text.chars().take(longest).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// The line, and the reason below it.
fn render(line: &Line<'_>, time: &str, colour: bool) -> String {
    let paint = |code: &str, text: &str| if colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() };
    let Remark { event, principal, code, denial } = line.remark;
    let hue = match line.status {
        _ if denial.is_some() => "31",
        200..=399 => "32",
        400..=499 => "33",
        _ => "31;1",
    };
    let answer = match code.as_str() {
        "" => line.status.to_string(),
        code => format!("{} {}", line.status, clean(code, 64)),
    };
    // Padding first, painting second: escape sequences have no width.
    let event = format!("{:<32}", clean(event, 64));
    let principal = format!("{:<48}", if principal.is_empty() { "-".into() } else { clean(principal, 160) });
    let answer = format!("{answer:<28}");
    let took = format!("{:>8.1} ms", line.took.as_secs_f64() * 1000.0);
    let mut text = format!(
        "{} {} {principal} {} {took}  {}\n",
        paint("2", time),
        paint("1", &event),
        paint(hue, &answer),
        paint("2", &clean(line.request_id, 64))
    );
    if let Some(reason) = denial {
        let _ = writeln!(text, "         {} {}", paint("31", "denied:"), clean(reason, 1000));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    fn line(remark: &Remark) -> Line<'_> {
        Line { remark, status: 400, took: Duration::from_micros(450), request_id: "3f2c" }
    }

    #[test]
    fn a_denial_has_two_lines() {
        let remark = Remark {
            event: "kms:Decrypt".into(),
            principal: "arn:aws:iam::111122223333:user/alice".into(),
            code: "AccessDeniedException".into(),
            denial: Some("no statement allows it".into()),
        };
        let text = render(&line(&remark), "12:00:00", false);
        assert_eq!(
            text.split_whitespace().collect::<Vec<_>>().join(" "),
            "12:00:00 kms:Decrypt arn:aws:iam::111122223333:user/alice 400 AccessDeniedException 0.5 ms 3f2c denied: no statement allows it"
        );
        assert_eq!(text.lines().count(), 2);
        assert!(render(&line(&remark), "12:00:00", true).contains("\x1b[31m"));
    }

    #[test]
    fn a_client_cannot_forge_lines() {
        let remark = Remark { event: "x\n12:00 y\x1b[2J".into(), ..Remark::default() };
        let text = render(&line(&remark), "12:00:00", false);
        assert_eq!(text.lines().count(), 1);
        assert!(!text.contains('\x1b'));
    }

    /// A sink that takes its time, as a terminal that was stopped does.
    #[derive(Debug, Clone, Default)]
    struct Slow(Arc<Mutex<Vec<u8>>>);

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            thread::sleep(Duration::from_millis(1));
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_slow_reader_loses_lines_and_is_told() {
        let sink = Slow::default();
        let log = Log::new(Box::new(sink.clone()), true, false);
        let start = std::time::Instant::now();
        for n in 0..WAITING + 500 {
            log.note(&n.to_string());
        }
        assert!(start.elapsed() < Duration::from_secs(1), "writing waits for the reader");
        thread::sleep(Duration::from_millis(20));
        log.flush();
        let text = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
        assert!(text.contains("lines of this log are missing"));
    }
}
