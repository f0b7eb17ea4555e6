//! A whole server from its options: what `kmslab-server` and `kmslab serve` do.

use crate::control::ENFORCED;
use crate::file::LabFile;
use crate::machine::{OsEntropy, SystemClock, equip};
use crate::run::{Limits, Running, Settings, Stop, start};
use kmslab::base::{AccountId, Fault, Region, Timestamp};
use kmslab::lab::{Auth, BadQuota, Compat, Consistency, Credentials, Lab};
use std::fmt;
use std::io::{self, IsTerminal};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// What to serve, and where.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address to listen on: an IP address, or `localhost`. Default `127.0.0.1`.
    pub host: String,
    /// The port; 0 takes any that is free. Default 4566.
    pub port: u16,
    /// Host names besides addresses and `localhost` that the server answers to.
    pub allowed_hosts: Vec<String>,
    /// The administrator's account. Default `111122223333`.
    pub account: Option<AccountId>,
    /// The Region that clients are told. Default `us-east-1`.
    pub region: Option<Region>,
    /// What to do with unknown access keys. Default: strict.
    pub auth: Option<Auth>,
    /// Whether AWS's request quotas are enforced. Default: they are not.
    pub request_quotas: Option<bool>,
    /// Quotas that are set, by name: resources, or requests a second.
    pub quotas: Vec<(String, f64)>,
    /// When new grants and aliases take effect. Default: at once.
    pub consistency: Option<Consistency>,
    /// Whose habits beyond AWS's the lab has. Default: nobody's.
    pub compat: Option<Compat>,
    /// Makes the lab repeat byte for byte.
    pub seed: Option<u64>,
    /// The moment at which the lab's clock stands still.
    pub now: Option<Timestamp>,
    /// A saved lab to go on with, and to save on a graceful stop; made if it is not there.
    pub file: Option<PathBuf>,
    /// No request log; warnings are written all the same.
    pub quiet: bool,
    /// Whether the log is coloured. Default: when standard error is a terminal and `NO_COLOR` is not set.
    pub colour: Option<bool>,
    /// Bounds on clients.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".into(),
            port: 4566,
            allowed_hosts: Vec::new(),
            account: None,
            region: None,
            auth: None,
            request_quotas: None,
            quotas: Vec::new(),
            consistency: None,
            compat: None,
            seed: None,
            now: None,
            file: None,
            quiet: false,
            colour: None,
            limits: Limits::default(),
        }
    }
}

/// Why a server did not start, or did not end well.
#[derive(Debug)]
#[non_exhaustive]
pub enum ServeError {
    /// The address cannot be listened on.
    Listen {
        /// As asked for.
        host: String,
        /// As asked for.
        port: u16,
        /// Why.
        source: io::Error,
    },
    /// The lab's file cannot be read, written or locked, or holds something else.
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// An option contradicts what the lab's file holds.
    Conflict {
        /// The option.
        option: &'static str,
        /// The file.
        path: PathBuf,
        /// What the file holds.
        holds: String,
    },
    /// A quota that is not there, or cannot be that.
    Quota(BadQuota),
    /// The lab cannot be made.
    Lab(Fault),
    /// No threads to be had.
    Threads(io::Error),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen { host, port, source } if source.kind() == io::ErrorKind::AddrInUse => {
                write!(f, "port {port} of {host} is taken: by another kmslab or LocalStack? --port 0 takes a free one")
            }
            Self::Listen { host, port, source } => write!(f, "cannot listen on {host}, port {port}: {source}"),
            Self::File { path, reason } => write!(f, "{}: {reason}", path.display()),
            Self::Conflict { option, path, holds } => {
                write!(f, "{option} contradicts {}, which holds a lab with {holds}; leave it out", path.display())
            }
            Self::Quota(bad) => write!(f, "--quotas: {bad}"),
            Self::Lab(fault) => write!(f, "cannot make a lab: {fault}"),
            Self::Threads(source) => write!(f, "cannot start: {source}"),
        }
    }
}

impl std::error::Error for ServeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Listen { source, .. } | Self::Threads(source) => Some(source),
            Self::Lab(fault) => Some(fault),
            Self::Quota(bad) => Some(bad),
            _ => None,
        }
    }
}

/// A server that was started from [`Options`], with the lab it serves.
#[derive(Debug)]
pub struct Served {
    /// Where it listens, and what ends it.
    pub running: Running,
    /// The lab.
    pub lab: Arc<Mutex<Lab>>,
    file: Option<LabFile>,
}

impl Served {
    /// What clients need, as environment variables: endpoint, credentials, Region.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let lab = self.lab.lock().unwrap_or_else(PoisonError::into_inner);
        environment(self.running.addr, &lab.credentials(), lab.region())
    }

    /// Waits until the server was stopped and its last request is answered, then saves the lab if it has a file.
    ///
    /// # Errors
    /// [`ServeError::File`] when the lab cannot be saved; the file is then as it was.
    pub fn finish(self) -> Result<(), ServeError> {
        let Self { running, lab, file } = self;
        running.wait();
        let Some(file) = file else { return Ok(()) };
        let path = file.path().to_owned();
        let mut lab = lab.lock().unwrap_or_else(PoisonError::into_inner);
        file.replace(&mut lab).map_err(|error| ServeError::File { path, reason: format!("not saved: {error}") })
    }
}

/// Makes or opens the lab, starts to serve it, and says so on standard error. Returns at once.
///
/// # Errors
/// [`ServeError`]; nothing is running then.
pub fn serve(options: &Options, stop: Stop) -> Result<Served, ServeError> {
    let Options { host, port, .. } = options;
    // First the port: a lab file must not be touched by a server that cannot start.
    let listener = TcpListener::bind((host.as_str(), *port)).map_err(|source| ServeError::Listen {
        host: host.clone(),
        port: *port,
        source,
    })?;
    let (lab, file) = open(options)?;
    let about = describe(&lab, file.as_ref());
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let settings = Settings {
        limits: options.limits.clone(),
        allowed_hosts: options.allowed_hosts.clone(),
        log: Some(Box::new(io::stderr())),
        log_requests: !options.quiet,
        colour: options.colour.unwrap_or_else(|| io::stderr().is_terminal() && !no_colour),
    };
    let lab = Arc::new(Mutex::new(lab));
    let running = start(Arc::clone(&lab), listener, settings, stop).map_err(ServeError::Threads)?;
    let log = running.log();
    log.note(&format!("kmslab {} listens on {}", env!("CARGO_PKG_VERSION"), url(running.addr)));
    log.note(&about);
    if !running.addr.ip().to_canonical().is_loopback() {
        log.warn(&format!(
            "{} can be reached by other machines. kmslab speaks plain HTTP and is made for tests: it has never been a place for real secrets",
            running.addr
        ));
    }
    // Whoever waits for this server goes on when it returns, and by then these lines stand on the terminal.
    log.flush();
    Ok(Served { running, lab, file })
}

/// [`serve`], and waits for the end. `ready` is called once, when clients can connect.
///
/// # Errors
/// Those of [`serve`] and of [`Served::finish`].
pub fn serve_blocking(options: &Options, stop: Stop, ready: impl FnOnce(&Served)) -> Result<(), ServeError> {
    let served = serve(options, stop)?;
    ready(&served);
    served.finish()
}

/// What clients need, as environment variables that every AWS SDK and the AWS CLI read.
#[must_use]
pub fn environment(addr: SocketAddr, credentials: &Credentials, region: &Region) -> Vec<(&'static str, String)> {
    let mut lines = vec![
        ("AWS_ENDPOINT_URL", url(addr)),
        ("AWS_ACCESS_KEY_ID", credentials.access_key_id.clone()),
        ("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key.expose_text().to_owned()),
    ];
    if let Some(token) = &credentials.session_token {
        lines.push(("AWS_SESSION_TOKEN", token.expose_text().to_owned()));
    }
    lines.push(("AWS_REGION", region.as_str().to_owned()));
    lines.push(("AWS_DEFAULT_REGION", region.as_str().to_owned()));
    lines
}

/// `export NAME=value` for a POSIX shell, one a line.
#[must_use]
pub fn export_lines(environment: &[(&str, String)]) -> String {
    environment.iter().map(|(name, value)| format!("export {name}={}\n", quoted(value))).collect()
}

/// A word of a POSIX shell.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// The address a client on this machine calls.
fn url(addr: SocketAddr) -> String {
    let ip = match addr.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(ip, addr.port()))
}

/// What the person at the terminal should know.
fn describe(lab: &Lab, file: Option<&LabFile>) -> String {
    let auth = match lab.auth() {
        Auth::Strict => "every signature is checked",
        Auth::Lenient => "lenient: unknown access keys act as the administrator, unchecked",
    };
    let mut text = format!("  account {}, {}; {auth}\n", lab.account(), lab.region());
    text.push_str(&format!("  enforced on every call: {}\n", ENFORCED.join(", ")));
    if lab.seed().is_some() {
        text.push_str("  seeded: whoever knows the seed knows its keys\n");
    }
    if let Some(file) = file {
        text.push_str(&format!("  kept in {}\n", file.path().display()));
    }
    text.push_str(&format!("  Ctrl-C, or kill {}, stops it in good order", std::process::id()));
    text
}

/// The lab of the options: a new one, or the one in the file.
fn open(options: &Options) -> Result<(Lab, Option<LabFile>), ServeError> {
    let Some(path) = &options.file else { return Ok((build(options)?, None)) };
    let failed = |reason: String| ServeError::File { path: path.clone(), reason };
    let (mut file, text) = LabFile::open(path).map_err(|error| failed(error.to_string()))?;
    let Some(text) = text else {
        let mut lab = build(options)?;
        // Now rather than at the end, so that a file that cannot be written is known before any work is done.
        file.begin(&mut lab).map_err(|error| failed(error.to_string()))?;
        return Ok((lab, Some(file)));
    };
    let mut lab = Lab::open(&text, Box::new(SystemClock::new()), Box::new(OsEntropy))
        .map_err(|error| failed(error.to_string()))?;
    equip(&mut lab);
    let conflict = |option, holds: String| Err(ServeError::Conflict { option, path: path.clone(), holds });
    if options.account.is_some_and(|account| account != lab.account()) {
        return conflict("--account", format!("the account {}", lab.account()));
    }
    if options.region.as_ref().is_some_and(|region| region != lab.region()) {
        return conflict("--region", format!("the Region {}", lab.region()));
    }
    if options.auth.is_some_and(|auth| auth != lab.auth()) {
        return conflict(
            "--auth",
            if lab.auth() == Auth::Strict { "strict" } else { "lenient" }.to_owned() + " authentication",
        );
    }
    if options.request_quotas.is_some_and(|enforced| enforced != lab.throttles()) {
        return conflict("--quotas", if lab.throttles() { "AWS's" } else { "no" }.to_owned() + " request quotas");
    }
    for (name, value) in &options.quotas {
        let held = lab.quotas().into_iter().find(|line| line.name == *name).and_then(|line| line.value);
        if held != Some(*value) {
            return conflict("--quotas", held.map_or(format!("no quota {name}"), |held| format!("{name}={held}")));
        }
    }
    if options.consistency.is_some_and(|consistency| consistency != lab.consistency()) {
        let strong = lab.consistency() == Consistency::Strong;
        return conflict("--consistency", if strong { "strong" } else { "eventual" }.to_owned() + " consistency");
    }
    if options.compat.is_some_and(|compat| compat != lab.compat()) {
        let aws = lab.compat() == Compat::Aws;
        return conflict("--compat", if aws { "AWS's" } else { "LocalStack's" }.to_owned() + " habits");
    }
    if options.seed.is_some() && options.seed != lab.seed() {
        return conflict("--seed", lab.seed().map_or("no seed".into(), |seed| format!("the seed {seed}")));
    }
    if options.now.is_some() {
        return conflict("--now", format!("its own time, {}", lab.now()));
    }
    Ok((lab, Some(file)))
}

fn build(options: &Options) -> Result<Lab, ServeError> {
    let mut builder = Lab::builder(Box::new(SystemClock::new()), Box::new(OsEntropy));
    if let Some(account) = options.account {
        builder = builder.account(account);
    }
    if let Some(region) = &options.region {
        builder = builder.region(region.clone());
    }
    if let Some(auth) = options.auth {
        builder = builder.auth(auth);
    }
    if let Some(seed) = options.seed {
        builder = builder.seed(seed);
    }
    if let Some(now) = options.now {
        builder = builder.now(now);
    }
    if let Some(enforced) = options.request_quotas {
        builder = builder.request_quotas(enforced);
    }
    if let Some(consistency) = options.consistency {
        builder = builder.consistency(consistency);
    }
    if let Some(compat) = options.compat {
        builder = builder.compat(compat);
    }
    let mut lab = builder.build().map_err(ServeError::Lab)?;
    for (name, value) in &options.quotas {
        lab.set_quota(name, Some(*value)).map_err(ServeError::Quota)?;
    }
    equip(&mut lab);
    Ok(lab)
}

/// Reads a moment: `2026-01-02T03:04:05Z`, `2026-01-02`, or seconds since 1970.
#[must_use]
pub fn parse_moment(text: &str) -> Option<Timestamp> {
    if text.len() < 16 && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().map(Timestamp::from_secs);
    }
    let (date, time) = text.split_once('T').unwrap_or((text, "00:00:00Z"));
    let compact = format!("{}T{}", part(date, '-', &[4, 2, 2])?, part(time.strip_suffix('Z')?, ':', &[2, 2, 2])?);
    Timestamp::from_basic(&format!("{compact}Z"))
}

/// The digits of `text`, whose parts have these lengths.
fn part(text: &str, separator: char, lengths: &[usize]) -> Option<String> {
    let parts: Vec<&str> = text.split(separator).collect();
    (parts.iter().map(|part| part.len()).eq(lengths.iter().copied())).then(|| parts.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        let cases = [
            ("2026-01-02T03:04:05Z", Some("2026-01-02T03:04:05Z")),
            ("2026-01-02", Some("2026-01-02T00:00:00Z")),
            ("0", Some("1970-01-01T00:00:00Z")),
            ("1767225600", Some("2026-01-01T00:00:00Z")),
            ("2026-02-30", None),
            ("2026-1-2", None),
            ("2026-01-02T03:04:05", None), // whose time?
            ("2026-01-02T03:04:05+01:00", None),
            ("20260102T030405Z", None),
            ("-1", None),
            ("", None),
            ("now", None),
        ];
        for (text, want) in cases {
            assert_eq!(parse_moment(text).map(Timestamp::to_iso).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn words_of_a_shell() {
        let cases = [("us-east-1", "us-east-1"), ("a/b+c=", "a/b+c="), ("", "''"), ("it's $x", "'it'\\''s $x'")];
        for (text, want) in cases {
            assert_eq!(quoted(text), want);
        }
    }

    #[test]
    fn a_client_calls_a_real_address() {
        let cases = [
            ("127.0.0.1:4566", "http://127.0.0.1:4566"),
            ("0.0.0.0:80", "http://127.0.0.1:80"),
            ("[::]:80", "http://[::1]:80"),
            ("[::1]:80", "http://[::1]:80"),
            ("10.0.0.7:80", "http://10.0.0.7:80"),
        ];
        for (addr, want) in cases {
            assert_eq!(url(addr.parse().unwrap()), want);
        }
    }
}
