//! The server on real sockets, with a lab that says what it was asked: connections, limits, bad input, stopping.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests may panic, and so may what helps them"
)]

use kmslab::base::{Dialect, Fault, Timespan, Timestamp};
use kmslab_server::{About, Desk, Limits, Remark, Request, Response, Running, Settings, Stop, start};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// Answers with what it was asked. The path chooses what else it does: `/panic`, `/slow`.
#[derive(Debug, Default)]
struct Echo {
    calls: usize,
    advanced: i64,
}

impl Desk for Echo {
    fn handle(&mut self, request: &Request) -> Response {
        self.calls += 1;
        match request.target.as_str() {
            "/panic" => panic!("as asked"),
            "/slow" => thread::sleep(Duration::from_millis(400)),
            _ => {}
        }
        let body = format!("{} {} {}", request.method, request.target, request.body.len());
        let headers = vec![("x-amzn-requestid", format!("id-{}", self.calls).into()), ("content-length", "999".into())];
        Response { status: 200, headers, body: body.into_bytes() }
    }
    fn refuse(&mut self, _: &Request, fault: Fault) -> Response {
        let status = fault.status(Dialect::Json);
        Response { status, headers: vec![], body: format!("{}: {fault}", fault.code(Dialect::Json)).into_bytes() }
    }
    fn remark(&self, _: &Request, _: &Response) -> Remark {
        Remark { event: "kms:Echo".into(), denial: Some("because".into()), ..Remark::default() }
    }
    fn about(&self) -> About {
        let (account, region) = ("111122223333".parse().unwrap(), "us-east-1".parse().unwrap());
        About { account, region, strict: true, seeded: false }
    }
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000 + self.advanced)
    }
    fn advance(&mut self, span: Timespan) -> Result<Timestamp, Fault> {
        self.advanced += span.as_millis();
        Ok(self.now())
    }
    fn inject_error(&mut self, operation: &str, error: &str, times: Option<u32>) -> Result<(), String> {
        Err(format!("{operation} {error} {times:?}"))
    }
    fn clear_errors(&mut self) {}
    fn trail(&self, from: usize) -> Vec<String> {
        (from..3).map(|n| format!("{{\"n\":{n}}}")).collect()
    }
    fn explain(&self, request_id: Option<&str>) -> Option<String> {
        (request_id != Some("unknown"))
            .then(|| format!("{{\"asked\":{request_id:?}}}").replace("Some(", "[").replace(')', "]"))
    }
}

fn brief() -> Limits {
    Limits {
        body: 1000,
        head_time: Duration::from_millis(500),
        body_time: Duration::from_millis(500),
        grace: Duration::from_secs(2),
        ..Limits::default()
    }
}

fn serve(limits: Limits) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    start(Arc::new(Mutex::new(Echo::default())), listener, Settings { limits, ..Settings::default() }, Stop::new())
        .unwrap()
}

fn connect(server: &Running) -> TcpStream {
    let stream = TcpStream::connect(server.addr).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// Reads one answer: status, headers in lower case, body.
fn answer(stream: &mut TcpStream) -> (u16, String, String) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        assert_eq!(stream.read(&mut byte).unwrap(), 1, "closed after {:?}", String::from_utf8_lossy(&head));
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let length =
        head.split("content-length: ").nth(1).map_or(0, |rest| rest.split("\r\n").next().unwrap().parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    (status, head, String::from_utf8(body).unwrap())
}

/// Sends `text` on a connection of its own and reads one answer.
fn ask(server: &Running, text: &str) -> (u16, String, String) {
    let mut stream = connect(server);
    stream.write_all(text.as_bytes()).unwrap();
    answer(&mut stream)
}

/// Everything that comes until the server closes.
fn rest(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let _ = stream.read_to_end(&mut text); // a reset is an end, too
    String::from_utf8_lossy(&text).into_owned()
}

#[test]
fn one_connection_carries_many_requests() {
    let server = serve(Limits::default());
    let mut stream = connect(&server);
    for n in 0..50 {
        write!(stream, "POST /?n={n} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello").unwrap();
        let (status, head, body) = answer(&mut stream);
        assert_eq!((status, body.as_str()), (200, format!("POST /?n={n} 5").as_str()));
        assert!(head.contains(&format!("x-amzn-requestid: id-{}", n + 1)));
        assert_eq!(head.matches("content-length").count(), 1, "{head}");
    }
}

#[test]
fn pipelined_requests_are_answered_in_order_and_garbage_ends_them() {
    let server = serve(Limits::default());
    let mut stream = connect(&server);
    let good = "GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\nGET /2 HTTP/1.1\r\nHost: localhost\r\n\r\n";
    stream.write_all(format!("{good}\x16\x03\x01 not http at all\r\n\r\nGET /3 HTTP/1.1\r\n\r\n").as_bytes()).unwrap();
    assert_eq!(answer(&mut stream).2, "GET /1 0");
    assert_eq!(answer(&mut stream).2, "GET /2 0");
    let text = rest(&mut stream);
    assert!(text.is_empty() || text.starts_with("HTTP/1.1 400"), "{text}");
    assert!(!text.contains("GET /3"));
    assert_eq!(ask(&server, "GET /4 HTTP/1.1\r\nHost: localhost\r\n\r\n").2, "GET /4 0");
}

#[test]
fn two_hundred_connections_at_once() {
    let server = serve(Limits::default());
    let mut streams: Vec<_> = (0..200).map(|_| connect(&server)).collect();
    for round in 0..3 {
        for (n, stream) in streams.iter_mut().enumerate() {
            write!(
                stream,
                "POST /{n} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {round}\r\n\r\n{}",
                "x".repeat(round)
            )
            .unwrap();
        }
        for (n, stream) in streams.iter_mut().enumerate() {
            assert_eq!(answer(stream).2, format!("POST /{n} {round}"));
        }
    }
}

#[test]
fn more_clients_than_places_wait_and_are_served() {
    let server = serve(Limits { connections: 4, ..Limits::default() });
    thread::scope(|scope| {
        for n in 0..20 {
            let server = &server;
            scope.spawn(move || {
                let text = format!("GET /{n} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
                assert_eq!(ask(server, &text).2, format!("GET /{n} 0"));
            });
        }
    });
}

#[test]
fn chunked_bodies_are_put_together() {
    let server = serve(Limits::default());
    let text =
        "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n";
    assert_eq!(ask(&server, text).2, "POST / 7");
}

#[test]
fn a_body_over_the_limit_is_refused_and_the_refusal_is_heard() {
    let server = serve(brief());
    for (size, want) in [(1000, 200), (1001, 413), (3_000_000, 413)] {
        let mut stream = connect(&server);
        write!(stream, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n").unwrap();
        stream.write_all(&vec![b'x'; size]).unwrap();
        let (status, _, body) = answer(&mut stream);
        assert_eq!(status, want, "{size}: {body}");
        assert!(want == 200 || body.starts_with("RequestEntityTooLargeException"), "{body}");
    }
    // Nothing of a body beyond reason is read at all, chunked or announced.
    let (status, head, _) = ask(&server, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\nxx");
    assert_eq!(status, 413);
    assert!(head.contains("connection: close"), "{head}");
    let (status, _, _) =
        ask(&server, "POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2000\r\n\r\n");
    assert_eq!(status, 413);
}

#[test]
fn heads_over_the_limit_are_refused() {
    let server = serve(Limits::default());
    let many = "X-A: b\r\n".repeat(101);
    let long = format!("X-A: {}\r\n", "b".repeat(200_000));
    for headers in [many, long] {
        let mut stream = connect(&server);
        let _ = stream.write_all(format!("GET / HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n").as_bytes());
        let text = rest(&mut stream);
        // The rest of a long head is not read, so its client may see a reset instead.
        assert!(text.starts_with("HTTP/1.1 431") || (text.is_empty() && headers.len() > 65_536), "{text}");
    }
}

#[test]
fn slow_clients_are_not_waited_for() {
    let server = serve(brief());
    let start = Instant::now();
    let mut idle = connect(&server);
    let mut slow_head = connect(&server);
    slow_head.write_all(b"GET / HTTP/1.1\r\nHo").unwrap();
    let mut slow_body = connect(&server);
    slow_body.write_all(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhello").unwrap();
    let (status, _, body) = answer(&mut slow_body);
    assert_eq!((status, body.as_str()), (400, "MalformedHttpRequestException: The body did not arrive within 0.5 s."));
    assert!(!rest(&mut slow_head).contains("200"));
    assert!(!rest(&mut idle).contains("200"));
    assert!(start.elapsed() < Duration::from_secs(5));
    assert_eq!(ask(&server, "GET /ok HTTP/1.1\r\nHost: localhost\r\n\r\n").0, 200);
}

#[test]
fn truncated_bodies_never_reach_the_lab() {
    let server = serve(Limits::default());
    for end in [Shutdown::Write, Shutdown::Both] {
        let mut stream = connect(&server);
        stream.write_all(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhello").unwrap();
        stream.shutdown(end).unwrap();
        assert!(!rest(&mut stream).contains("HTTP/1.1 200"));
    }
    let mut stream = connect(&server);
    stream.write_all(b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc").unwrap();
    assert!(!rest(&mut stream).contains("HTTP/1.1 200"));
    let (_, head, _) = ask(&server, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert!(head.contains("x-amzn-requestid: id-1\r\n"), "the lab was asked before: {head}");
}

#[test]
fn a_panic_is_answered_and_the_lab_goes_on() {
    let server = serve(Limits::default());
    let mut stream = connect(&server);
    for _ in 0..3 {
        stream
            .write_all(b"POST /panic HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: TrentService.Encrypt\r\n\r\n")
            .unwrap();
        let (status, _, body) = answer(&mut stream);
        assert_eq!(status, 500);
        assert!(body.contains("KMSInternalException"), "{body}");
        stream.write_all(b"GET /panic HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        assert!(answer(&mut stream).2.contains("<Code>InternalFailure</Code>"));
        stream.write_all(b"GET /fine HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        assert_eq!(answer(&mut stream).2, "GET /fine 0");
    }
}

#[test]
fn a_slow_request_does_not_hold_up_the_moving_of_bytes() {
    let server = serve(Limits::default());
    let start = Instant::now();
    let mut slow: Vec<_> = (0..4).map(|_| connect(&server)).collect();
    for stream in &mut slow {
        stream.write_all(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    }
    thread::sleep(Duration::from_millis(50));
    // Needs no lab: answered while four wait for it.
    assert_eq!(ask(&server, "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n").0, 403);
    assert!(start.elapsed() < Duration::from_millis(350), "{:?}", start.elapsed());
    for stream in &mut slow {
        assert_eq!(answer(stream).0, 200);
    }
}

#[test]
fn a_stop_finishes_what_is_under_way() {
    let server = serve(Limits::default());
    let (mut busy, mut idle) = (connect(&server), connect(&server));
    idle.write_all(b"GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    assert_eq!(answer(&mut idle).0, 200);
    busy.write_all(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    thread::sleep(Duration::from_millis(100));
    let (addr, stop) = (server.addr, server.stop.clone());
    stop.stop();
    let (status, head, body) = answer(&mut busy);
    assert_eq!((status, body.as_str()), (200, "GET /slow 0"));
    assert!(head.contains("connection: close"), "{head}");
    let start = Instant::now();
    server.wait();
    assert!(start.elapsed() < Duration::from_millis(1500), "the idle connection was waited for");
    assert_eq!(rest(&mut idle), "");
    assert!(TcpStream::connect(addr).is_err(), "still listening");
}

#[test]
fn a_stop_does_not_wait_for_ever() {
    let server = serve(Limits { grace: Duration::from_millis(300), ..Limits::default() });
    let mut stuck = connect(&server);
    stuck.write_all(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhello").unwrap();
    thread::sleep(Duration::from_millis(50));
    let start = Instant::now();
    server.stop.stop();
    server.wait();
    assert!(start.elapsed() < Duration::from_secs(2));
}

#[test]
fn pages_and_foreign_names_are_turned_away() {
    let server = serve(Limits::default());
    let cases = [
        ("Host: localhost", 200),
        ("Host: 127.0.0.1:4566", 200),
        ("Host: evil.example", 403),
        ("Host: localhost\r\nOrigin: https://evil.example", 403),
        ("Host: localhost\r\nOrigin: null", 403),
        ("Host: localhost\r\nOrigin: http://localhost:5173", 200),
    ];
    for (headers, want) in cases {
        assert_eq!(
            ask(&server, &format!("POST / HTTP/1.1\r\n{headers}\r\nContent-Length: 0\r\n\r\n")).0,
            want,
            "{headers}"
        );
        let control = format!("GET /_kmslab/health HTTP/1.1\r\n{headers}\r\n\r\n");
        assert_eq!(ask(&server, &control).0, want, "{headers}");
    }
    assert_eq!(ask(&server, "GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n").0, 403);
}

#[test]
fn pages_of_this_machine_may_read_answers() {
    let server = serve(Limits::default());
    let origin = "Origin: http://localhost:5173\r\nHost: localhost\r\n";
    let (status, head, _) =
        ask(&server, &format!("OPTIONS / HTTP/1.1\r\n{origin}Access-Control-Request-Method: POST\r\n\r\n"));
    assert_eq!(status, 204);
    assert!(head.contains("access-control-allow-headers: authorization,"), "{head}");
    let (_, head, _) = ask(&server, &format!("POST / HTTP/1.1\r\n{origin}Content-Length: 0\r\n\r\n"));
    assert!(head.contains("access-control-allow-origin: http://localhost:5173\r\n"), "{head}");
}

#[test]
fn control_endpoints() {
    let server = serve(Limits::default());
    let get = |path: &str| ask(&server, &format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    let post = |path: &str, body: &str| {
        ask(
            &server,
            &format!(
                "POST /_kmslab/{path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            ),
        )
    };
    let clock = |body: &str| post("clock", body);
    assert!(get("/_kmslab/health").2.contains("\"account\":\"111122223333\""));
    assert!(get("/_kmslab/clock").2.contains("2023-11-14T22:13:20Z"));
    assert!(clock("{\"advance_seconds\": 0.5}").2.contains("1700000000.5"));
    assert!(clock("{\"advance_seconds\": 86400}").2.contains("2023-11-15T22:13:20Z"));
    for bad in [
        "",
        "{}",
        "[]",
        "{\"advance_seconds\": -1}",
        "{\"advance_seconds\": \"1\"}",
        "{\"advance_seconds\": 1e300}",
        "\u{1}",
    ] {
        assert_eq!(clock(bad).0, 400, "{bad}");
    }
    let injected = |times: &str| post("errors", &format!("{{\"operation\": \"a\", \"error\": \"b\"{times}}}"));
    assert!(injected("").2.contains("a b Some(1)"));
    assert!(injected(", \"times\": 7").2.contains("a b Some(7)"));
    assert!(injected(", \"times\": null").2.contains("a b None"));
    assert!(injected(", \"times\": -1").2.contains("The body must be"));
    assert_eq!(post("errors", "{}").0, 400);
    assert_eq!(ask(&server, "DELETE /_kmslab/errors HTTP/1.1\r\nHost: localhost\r\n\r\n").0, 200);
    assert_eq!(get("/_kmslab/trail").2, "{\"Records\":[{\"n\":0},{\"n\":1},{\"n\":2}],\"next\":3}");
    assert_eq!(get("/_kmslab/trail?from=2").2, "{\"Records\":[{\"n\":2}],\"next\":3}");
    assert_eq!(get("/_kmslab/trail?from=x").0, 400);
    assert_eq!(get("/_kmslab/explain").0, 200);
    assert!(get("/_kmslab/explain/id-1").2.contains("id-1"));
    assert_eq!(get("/_kmslab/explain/unknown").0, 404);
    assert_eq!(get("/_kmslab/").0, 404);
    assert_eq!(get("/_kmslab").0, 404);
    assert_eq!(ask(&server, "DELETE /_kmslab/trail HTTP/1.1\r\nHost: localhost\r\n\r\n").0, 405);
    assert_eq!(get("/_kmslabs").2, "GET /_kmslabs 0");
}

/// Where the log of a test goes.
#[derive(Debug, Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_log_has_a_line_for_every_request() {
    let sink = Sink::default();
    let settings = Settings { log: Some(Box::new(sink.clone())), log_requests: true, ..Settings::default() };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = start(Arc::new(Mutex::new(Echo::default())), listener, settings, Stop::new()).unwrap();
    ask(&server, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    ask(&server, "GET /panic HTTP/1.1\r\nHost: localhost\r\n\r\n");
    ask(&server, "nonsense\r\n\r\n");
    drop(server);
    let text = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
    for part in ["kms:Echo", "id-1", "denied: because", "has a bug: as asked", "not HTTP/1.1"] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
}
