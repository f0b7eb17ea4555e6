//! One connection: HTTP/1.1 in, the core's request and answer between, HTTP/1.1 out.

use crate::control;
use crate::desk::{Desk, id_of};
use crate::door::{Door, Refused};
use crate::log::{Line, Log};
use crate::run::{Limits, Stop};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{CONNECTION, EXPECT, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use kmslab::base::Fault;
use kmslab::wire::{Request, Response};
use std::any::Any;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Instant;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) face: Face,
    pub(crate) door: Door,
    pub(crate) limits: Limits,
    pub(crate) log: Log,
}

type Answer = hyper::Response<Full<Bytes>>;

/// Answers a connection's requests until it closes, or until the request under way at `stop` is answered.
pub(crate) async fn converse(stream: TcpStream, peer: SocketAddr, context: Arc<Context>, stop: Stop) {
    // Answers are small and awaited: Nagle's algorithm would only delay them.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let context = Arc::clone(&context);
        let stop = stop.clone();
        async move {
            let mut answer = serve(request, peer, &context).await;
            if stop.is_stopped() {
                close(&mut answer);
            }
            Ok::<_, Infallible>(answer)
        }
    });
    let mut connection = pin!(
        hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(context.limits.head_time)
            .max_headers(context.limits.fields)
            .max_buf_size(context.limits.head.max(8192))
            .serve_connection(TokioIo::new(stream), service)
    );
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.stopped() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended
        && error.is_parse()
    {
        // hyper has answered 400 or 431 itself; no request came of it.
        context.log.warn(&format!("{peer} sent something that is not HTTP/1.1: {error}"));
    }
}

/// Answers one request.
async fn serve(request: hyper::Request<Incoming>, peer: SocketAddr, context: &Context) -> Answer {
    let start = Instant::now();
    let (head, body) = request.into_parts();
    let text = |name: HeaderName| head.headers.get(name).map(|value| value.to_str().unwrap_or("\u{fffd}").to_owned());
    // HTTP/1.1 in absolute form names its host in the target, and that one counts (RFC 9112, 3.2.2).
    let host = head.uri.authority().map(|authority| authority.as_str().to_owned()).or_else(|| text(HOST));
    let origin = text(ORIGIN);
    let path = head.uri.path();
    let is_control = path.strip_prefix(control::PREFIX).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let admitted = if is_control {
        context.door.admit_control(peer.ip(), host.as_deref(), origin.as_deref())
    } else {
        context.door.admit(host.as_deref(), origin.as_deref())
    };
    if let Err(refused) = admitted {
        return turn_away(context, &refused, peer, start);
    }
    let mut answer = if origin.is_some() && head.method == hyper::Method::OPTIONS {
        preflight()
    } else {
        match read(&head.headers, body, &context.limits).await {
            Ok(body) if is_control => {
                let query = head.uri.query().unwrap_or_default();
                let method = head.method.as_str().to_owned();
                let (path, query) = (path.to_owned(), query.to_owned());
                let reply =
                    context.face.with(&context.log, move |desk| control::answer(desk, &method, &path, &query, &body));
                let (status, text) =
                    reply.await.unwrap_or_else(|| (500, control::complaint("kmslab has a bug; see its log.")));
                json(status, text)
            }
            Ok(body) => ask(translate(&head, body, peer), None, context, start).await,
            Err(Unread::Fault(fault, remains)) => {
                let mut answer = ask(translate(&head, Vec::new(), peer), Some(fault), context, start).await;
                if remains {
                    close(&mut answer);
                }
                answer
            }
            // Nobody is there to be answered.
            Err(Unread::Gone) => {
                context.log.warn(&format!("{peer} went away in the middle of a request"));
                let mut answer = json(400, control::complaint("The body ended too early."));
                close(&mut answer);
                answer
            }
        }
    };
    if let Some(origin) = origin.and_then(|origin| HeaderValue::try_from(origin).ok()) {
        share(answer.headers_mut(), origin);
    }
    answer
}

/// Asks the lab, and logs what it says.
async fn ask(request: Request, mut fault: Option<Fault>, context: &Context, start: Instant) -> Answer {
    let json_protocol = request.headers.iter().any(|(name, _)| name == "x-amz-target");
    let wanted = context.log.wants_requests();
    let (mut asked, mut made) = (request, None);
    let answered = loop {
        let fault = fault.take();
        let attempt = context.face.with(&context.log, move |desk| {
            let response = match fault {
                None => match desk.attempt(&asked, made) {
                    Ok(response) => response,
                    Err(work) => return Err(Box::new((asked, work))),
                },
                Some(fault) => desk.refuse(&asked, fault),
            };
            let remark = wanted.then(|| desk.remark(&asked, &response));
            Ok((response, remark))
        });
        match attempt.await {
            None => break None,
            Some(Ok(done)) => break Some(done),
            // What takes long is done by a thread made for it, and others have the lab meanwhile.
            Some(Err(later)) => match tokio::task::spawn_blocking(move || (later.0, later.1.run())).await {
                Ok((again, done)) => (asked, made) = (again, Some(done)),
                Err(_) => break None,
            },
        }
    };
    let (response, remark) = answered.unwrap_or_else(|| (panicked(json_protocol), None));
    context.log.request(&Line {
        remark: &remark.unwrap_or_default(),
        status: response.status,
        took: start.elapsed(),
        request_id: id_of(&response).unwrap_or("-"),
    });
    send(response)
}

/// Why a body was not read.
enum Unread {
    /// It can be answered so. `true`: bytes of it are still on their way.
    Fault(Fault, bool),
    /// The client closed the connection.
    Gone,
}

/// The whole body, within the limits of size and time.
async fn read(headers: &HeaderMap, mut body: Incoming, limits: &Limits) -> Result<Vec<u8>, Unread> {
    /// What is read and thrown away of a body that is too long: a client that still sends does not hear an answer.
    const SPILL: usize = 16 << 20;
    let announced = body.size_hint().exact().and_then(|size| usize::try_from(size).ok());
    if announced.is_some_and(|size| size > limits.body)
        && (headers.contains_key(EXPECT) || announced.is_some_and(|size| size > SPILL))
    {
        return Err(Unread::Fault(Fault::TooLarge, true));
    }
    let arrival = async {
        let mut bytes = Vec::with_capacity(announced.unwrap_or(0).min(limits.body));
        let mut size = 0_usize;
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|_| Unread::Gone)?.into_data() else { continue };
            size = size.saturating_add(data.len());
            if size <= limits.body {
                bytes.extend_from_slice(&data);
            } else if size > SPILL {
                return Err(Unread::Fault(Fault::TooLarge, true));
            } else {
                bytes = Vec::new();
            }
        }
        if size > limits.body { Err(Unread::Fault(Fault::TooLarge, false)) } else { Ok(bytes) }
    };
    match timeout(limits.body_time, arrival).await {
        Ok(arrived) => arrived,
        Err(_) => {
            let message = format!("The body did not arrive within {} s.", limits.body_time.as_secs_f64());
            Err(Unread::Fault(Fault::MalformedHttp { message }, true))
        }
    }
}

/// hyper's request as the core takes it.
fn translate(head: &hyper::http::request::Parts, body: Vec<u8>, peer: SocketAddr) -> Request {
    // SigV4 signs what was sent: nothing is decoded or put in order here. Bytes beyond ASCII are read as UTF-8, the
    // only text that AWS's signers write.
    let field = |(name, value): (&HeaderName, &HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    Request {
        method: head.method.as_str().to_owned(),
        target: head.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned(),
        headers: head.headers.iter().map(field).collect(),
        body,
        peer: Some(peer.ip().to_canonical()),
    }
}

/// The core's answer as hyper sends it.
fn send(response: Response) -> Answer {
    let mut answer = hyper::Response::new(Full::new(Bytes::from(response.body)));
    *answer.status_mut() =
        hyper::StatusCode::from_u16(response.status).unwrap_or(hyper::StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in response.headers {
        // hyper frames the body itself.
        if name.eq_ignore_ascii_case("content-length") {
            continue;
        }
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(&value)) {
            answer.headers_mut().append(name, value);
        }
    }
    answer
}

/// The answer after a bug. Made here, because whatever makes answers in the core may be what broke.
fn panicked(json_protocol: bool) -> Response {
    let message = "kmslab has a bug: see its log. The lab is as it was before this request.";
    let (kind, body) = if json_protocol {
        ("application/x-amz-json-1.1", format!("{{\"__type\":\"KMSInternalException\",\"message\":\"{message}\"}}"))
    } else {
        (
            "text/xml",
            format!(
                "<ErrorResponse><Error><Type>Receiver</Type><Code>InternalFailure</Code><Message>{message}</Message></Error></ErrorResponse>"
            ),
        )
    };
    Response { status: 500, headers: vec![("Content-Type", kind.into())], body: body.into_bytes() }
}

fn json(status: u16, text: String) -> Answer {
    let headers = vec![("Content-Type", "application/json".into()), ("Cache-Control", "no-store".into())];
    send(Response { status, headers, body: text.into_bytes() })
}

/// Says that no further request is read from this connection, and makes it so.
fn close(answer: &mut Answer) {
    answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
}

fn turn_away(context: &Context, refused: &Refused, peer: SocketAddr, start: Instant) -> Answer {
    let sentence = refused.sentence();
    context.log.warn(&format!("{peer} was turned away after {} µs. {sentence}", start.elapsed().as_micros()));
    let mut answer = json(403, control::complaint(&sentence));
    close(&mut answer);
    answer
}

/// The answer to a browser that asks whether a page of this machine may send a signed request.
fn preflight() -> Answer {
    let mut answer = hyper::Response::new(Full::default());
    *answer.status_mut() = hyper::StatusCode::NO_CONTENT;
    let headers = answer.headers_mut();
    headers.insert("access-control-allow-methods", HeaderValue::from_static("GET, HEAD, POST, PUT, DELETE"));
    // A star does not stand for Authorization (Fetch Standard, CORS protocol), so that one is named.
    headers.insert(
        "access-control-allow-headers",
        HeaderValue::from_static("authorization, content-type, x-amz-content-sha256, x-amz-date, x-amz-security-token, x-amz-target, x-amz-user-agent, amz-sdk-invocation-id, amz-sdk-request"),
    );
    headers.insert("access-control-max-age", HeaderValue::from_static("3600"));
    answer
}

/// Lets the page of `origin`, which the door has admitted, read the answer.
fn share(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert("access-control-allow-origin", origin);
    headers.insert("vary", HeaderValue::from_static("origin"));
    headers
        .insert("access-control-expose-headers", HeaderValue::from_static("x-amzn-requestid, x-amzn-errortype, date"));
}

/// The lab behind its lock.
#[derive(Debug, Clone)]
pub(crate) struct Face(Arc<Mutex<dyn Desk>>);

impl Face {
    pub(crate) fn new<D: Desk>(lab: Arc<Mutex<D>>) -> Self {
        Self(lab)
    }

    /// Runs `work` on the lab; `None` when it panicked, which is said in the log and leaves the lab usable.
    ///
    /// A free lab answers in microseconds, so the work is done where we stand. When somebody else holds it, a thread
    /// made for waiting waits: those that move bytes never do.
    pub(crate) async fn with<T, W>(&self, log: &Log, work: W) -> Option<T>
    where
        T: Send + 'static,
        W: FnOnce(&mut dyn Desk) -> T + Send + 'static,
    {
        let free = match self.0.try_lock() {
            Ok(mut desk) => Ok(guarded(&mut desk, log, work)),
            Err(TryLockError::Poisoned(poisoned)) => Ok(guarded(&mut poisoned.into_inner(), log, work)),
            Err(TryLockError::WouldBlock) => Err(work),
        };
        match free {
            Ok(done) => done,
            Err(work) => {
                let (face, log) = (self.clone(), log.clone());
                tokio::task::spawn_blocking(move || {
                    guarded(&mut face.0.lock().unwrap_or_else(PoisonError::into_inner), &log, work)
                })
                .await
                .ok()
                .flatten()
            }
        }
    }
}

/// Runs `work`; a panic in it is caught inside the lock, which therefore is not poisoned.
fn guarded<T>(desk: &mut MutexGuard<'_, dyn Desk>, log: &Log, work: impl FnOnce(&mut dyn Desk) -> T) -> Option<T> {
    // Safe to go on with: a request's changes are journaled, and what a panic leaves behind is undone.
    catch_unwind(AssertUnwindSafe(|| work(&mut **desk))).map_err(|panic| report(&*panic, log)).ok()
}

/// Says that this is a bug, and where to.
fn report(panic: &(dyn Any + Send), log: &Log) {
    let said = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    log.warn(&format!(
        "kmslab {} has a bug: {}. The request was answered 500 and the lab goes on as it was before it. Please report this, with the request, to {}/issues",
        env!("CARGO_PKG_VERSION"),
        said.unwrap_or("it panicked without a message"),
        env!("CARGO_PKG_REPOSITORY"),
    ));
}
