//! Who may knock: a lab on the loopback address is for this machine, and no web page may reach it by a trick.
//!
//! Two tricks are known. A page names the lab's port and lets the browser send (cross-site request forgery): such a
//! request carries the page's `Origin`. A page's own host name is made to point to 127.0.0.1 (DNS rebinding): such a
//! request carries that name as its `Host`. Programs that mean the lab call it by address, or as `localhost`.

use std::net::{IpAddr, Ipv6Addr};

/// Which names the server answers to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Door {
    /// Names given with `--allow-host`, in lower case.
    pub(crate) names: Vec<String>,
    /// Whether requests to AWS's operations are let in under any name: the server listens beyond loopback.
    pub(crate) open: bool,
}

/// Why a request is not let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The `Host` is a name that is not this machine's.
    Host(String),
    /// The request comes from a page of another site.
    Origin(String),
    /// The control endpoints answer to this machine alone.
    Remote,
}

impl Refused {
    /// One sentence, with the way out.
    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::Host(host) => format!(
                "The Host \"{host}\" is not this machine's. Call kmslab by IP address or as localhost, or start it with --allow-host {}.",
                name_of(host)
            ),
            Self::Origin(origin) => format!(
                "A page of \"{origin}\" may not call this lab. Pages of localhost may; other names need --allow-host."
            ),
            Self::Remote => "The endpoints under /_kmslab answer to this machine only.".into(),
        }
    }
}

impl Door {
    /// Judges a request for one of AWS's operations.
    pub(crate) fn admit(&self, host: Option<&str>, origin: Option<&str>) -> Result<(), Refused> {
        self.admit_origin(origin)?;
        match host {
            Some(host) if !self.open && !self.knows(name_of(host)) => Err(Refused::Host(host.into())),
            _ => Ok(()),
        }
    }

    /// Judges a request for a control endpoint: the client must be on this machine, whatever the server listens on.
    pub(crate) fn admit_control(&self, peer: IpAddr, host: Option<&str>, origin: Option<&str>) -> Result<(), Refused> {
        if !peer.to_canonical().is_loopback() {
            return Err(Refused::Remote);
        }
        self.admit_origin(origin)?;
        match host {
            Some(host) if self.knows(name_of(host)) => Ok(()),
            host => Err(Refused::Host(host.unwrap_or_default().into())),
        }
    }

    fn admit_origin(&self, origin: Option<&str>) -> Result<(), Refused> {
        match origin {
            // "null" is a page from a file or a sandboxed frame: anybody's.
            Some(text) => match text.split_once("://") {
                Some((_, host)) if self.knows(name_of(host)) => Ok(()),
                _ => Err(Refused::Origin(text.into())),
            },
            None => Ok(()),
        }
    }

    fn knows(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        name == "localhost"
            || name.ends_with(".localhost") // RFC 6761, 6.3: never leaves the machine
            || name.parse::<IpAddr>().is_ok()
            || name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).is_some_and(|six| six.parse::<Ipv6Addr>().is_ok())
            || self.names.contains(&name)
    }
}

/// The name or address of `host[:port]`; an IPv6 address keeps its brackets.
fn name_of(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        let door = Door { names: vec!["kms.test".into()], open: false };
        let cases = [
            (Some("127.0.0.1:4566"), true),
            (Some("localhost"), true),
            (Some("LocalHost:4566"), true),
            (Some("bucket.localhost:4566"), true),
            (Some("[::1]:4566"), true),
            (Some("[::1]"), true),
            (Some("10.1.2.3:80"), true),
            (Some("kms.test:4566"), true),
            (None, true), // HTTP/1.0; a browser always names its host
            (Some("evil.example:4566"), false),
            (Some("localhost.evil.example"), false),
            (Some("127.0.0.1.evil.example"), false),
            (Some("[evil]:1"), false),
            (Some(""), false),
        ];
        for (host, good) in cases {
            assert_eq!(door.admit(host, None).is_ok(), good, "{host:?}");
        }
    }

    #[test]
    fn a_server_on_the_network_answers_to_any_name_but_not_to_pages() {
        let door = Door { names: vec![], open: true };
        assert_eq!(door.admit(Some("kmslab:4566"), None), Ok(()));
        assert!(door.admit(Some("kmslab:4566"), Some("https://evil.example")).is_err());
    }

    #[test]
    fn origins() {
        let door = Door::default();
        let cases = [
            (Some("http://localhost:5173"), true),
            (Some("http://127.0.0.1"), true),
            (Some("http://[::1]:80"), true),
            (Some("https://evil.example"), false),
            (Some("null"), false),
            (Some(""), false),
            (None, true),
        ];
        for (origin, good) in cases {
            assert_eq!(door.admit(Some("localhost"), origin).is_ok(), good, "{origin:?}");
        }
    }

    #[test]
    fn control_is_for_this_machine() {
        let door = Door { names: vec![], open: true };
        let here = IpAddr::from([127, 0, 0, 1]);
        let mapped: IpAddr = "::ffff:127.0.0.1".parse().unwrap();
        let there = IpAddr::from([192, 168, 0, 7]);
        let cases = [
            (here, Some("localhost:1"), None, Ok(())),
            (mapped, Some("127.0.0.1:1"), None, Ok(())),
            (there, Some("127.0.0.1:1"), None, Err(Refused::Remote)),
            (here, Some("evil.example"), None, Err(Refused::Host("evil.example".into()))),
            (here, None, None, Err(Refused::Host(String::new()))),
            (here, Some("localhost"), Some("null"), Err(Refused::Origin("null".into()))),
        ];
        for (peer, host, origin, want) in cases {
            assert_eq!(door.admit_control(peer, host, origin), want, "{peer} {host:?} {origin:?}");
        }
    }
}
