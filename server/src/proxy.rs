//! The way to a real external key store proxy: signed JSON over HTTP/1.1, one connection a request.

use crate::machine::SystemClock;
use kmslab::base::Clock;
use kmslab::lab::{Carrier, ConnectionError, PROXY_SERVICE, Post};
use kmslab::wire::{Request, sigv4};
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

/// Carries the requests of labs to external key store proxies. Proxies are reached without TLS: on the developer's machine, or
/// behind something that speaks it.
#[derive(Debug)]
pub struct HttpCarrier {
    clock: SystemClock,
    timeout: Duration,
}

impl Default for HttpCarrier {
    fn default() -> Self {
        Self::new(Duration::from_millis(250))
    }
}

/// The longest answer that is read, in bytes. The specification's are below 20,000.
const LONGEST: u64 = 1 << 20;

impl HttpCarrier {
    /// One that waits so long for an answer. KMS waits for 250 ms, which is the default.
    #[must_use]
    pub fn new(timeout: Duration) -> Self {
        Self { clock: SystemClock::new(), timeout }
    }

    fn exchange(&self, post: &Post<'_>) -> io::Result<Option<(u16, Vec<u8>)>> {
        let until = Instant::now().checked_add(self.timeout);
        let left = || {
            let left = until.map_or(self.timeout, |until| until.saturating_duration_since(Instant::now()));
            if left.is_zero() { Err(io::Error::from(io::ErrorKind::TimedOut)) } else { Ok(left) }
        };
        let authority = post.at.strip_prefix("http://").ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        let authority = authority.trim_end_matches('/');
        let named = if authority.contains(':') { authority.to_owned() } else { format!("{authority}:80") };
        let address = named.to_socket_addrs()?.next().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        let mut request = Request {
            method: "POST".into(),
            target: post.path.clone(),
            headers: vec![("Host".into(), post.host.into()), ("Content-Type".into(), "application/json".into())],
            body: post.body.clone(),
            peer: None,
        };
        let with = sigv4::Signing {
            access_key_id: post.access_key_id,
            secret: post.secret,
            session_token: None,
            region: post.region,
            service: PROXY_SERVICE,
            now: self.clock.now(),
        };
        sigv4::sign(&mut request, &with);
        let mut head = format!("POST {} HTTP/1.1\r\n", post.path);
        for (name, value) in &request.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("Content-Length: {}\r\nConnection: close\r\n\r\n", request.body.len()));

        let mut stream = TcpStream::connect_timeout(&address, left()?)?;
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(left()?))?;
        stream.write_all(head.as_bytes())?;
        stream.write_all(&request.body)?;
        let mut answer = Vec::new();
        let mut chunk = [0; 4096];
        loop {
            stream.set_read_timeout(Some(left()?))?;
            match stream.read(&mut chunk)? {
                0 => break,
                read => answer.extend_from_slice(chunk.get(..read).unwrap_or_default()),
            }
            if u64::try_from(answer.len()).is_ok_and(|length| length > LONGEST) {
                return Ok(None);
            }
            if let Some(whole) = whole(&answer) {
                return Ok(Some(whole));
            }
        }
        Ok(whole(&answer).or_else(|| until_the_end(&answer)))
    }
}

impl Carrier for HttpCarrier {
    fn post(&self, post: &Post<'_>) -> Result<(u16, Vec<u8>), ConnectionError> {
        match self.exchange(post) {
            Ok(Some(answer)) => Ok(answer),
            Ok(None) => Err(ConnectionError::Response),
            Err(error) => Err(match error.kind() {
                io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => ConnectionError::TimedOut,
                _ => ConnectionError::NotReachable,
            }),
        }
    }
}

/// Status line and header fields, and where the body begins.
struct Head {
    status: u16,
    /// Names in lower case.
    fields: Vec<(String, String)>,
    start: usize,
}

fn head(answer: &[u8]) -> Option<Head> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let text = std::str::from_utf8(answer.get(..end)?).ok()?;
    let mut lines = text.split("\r\n");
    let status = lines.next()?.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
    let field = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.trim().to_ascii_lowercase(), value.trim().to_owned()))
    };
    Some(Head { status, fields: lines.filter_map(field).collect(), start: end.checked_add(4)? })
}

/// The answer, when all of it is there.
fn whole(answer: &[u8]) -> Option<(u16, Vec<u8>)> {
    let Head { status, fields, start } = head(answer)?;
    let field = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let body = answer.get(start..)?;
    if field("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
        return Some((status, unchunked(body)?));
    }
    let length: usize = field("content-length")?.parse().ok()?;
    Some((status, body.get(..length)?.to_vec()))
}

/// The answer whose body ends with the connection.
fn until_the_end(answer: &[u8]) -> Option<(u16, Vec<u8>)> {
    let Head { status, fields, start } = head(answer)?;
    let told = fields.iter().any(|(name, _)| name == "content-length" || name == "transfer-encoding");
    if told { None } else { Some((status, answer.get(start..)?.to_vec())) }
}

/// A body in chunks (RFC 9112, 7.1), when all of it is there.
fn unchunked(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    loop {
        let line = body.windows(2).position(|window| window == b"\r\n")?;
        let size = std::str::from_utf8(body.get(..line)?).ok()?.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            return Some(out);
        }
        let start = line.checked_add(2)?;
        let end = start.checked_add(size)?;
        out.extend_from_slice(body.get(start..end)?);
        body = body.get(end.checked_add(2)?..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_in_every_form_of_http() {
        let cases: [(&str, Option<(u16, &str)>); 6] = [
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", Some((200, "{}"))),
            ("HTTP/1.1 404 Not Found\r\ncontent-length: 3\r\n\r\n{}", None),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1;x=y\r\n}\r\n0\r\n\r\n",
                Some((200, "{}")),
            ),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{", None),
            ("HTTP/1.0 503 Busy\r\n\r\n{}", None),
            ("SSH-2.0", None),
        ];
        for (answer, want) in cases {
            let got = whole(answer.as_bytes());
            assert_eq!(got, want.map(|(status, body)| (status, body.as_bytes().to_vec())), "{answer}");
        }
        assert_eq!(until_the_end(b"HTTP/1.0 503 Busy\r\n\r\n{}"), Some((503, b"{}".to_vec())));
        assert_eq!(until_the_end(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"), None);
    }
}
