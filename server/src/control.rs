//! The endpoints beside AWS's: health, clock, trail and explanations, as JSON, for tests in any language.
//!
//! ```text
//! GET  /_kmslab/health                 what runs here
//! GET  /_kmslab/clock                  {"now": "…", "epoch_seconds": …}
//! POST /_kmslab/clock                  {"advance_seconds": 604800}, answered like GET
//! POST /_kmslab/errors                 {"operation": "kms:Decrypt", "error": "KMSInternalException", "times": 2}: calls to fail
//! DELETE /_kmslab/errors             no more of them
//! GET  /_kmslab/trail[?from=N]         {"Records": […], "next": …}: CloudTrail's records from number N on
//! GET  /_kmslab/explain[/request-id]   the checks of that request, or of the last one that was decided
//! GET  /_kmslab/organization           the organization that the accounts are in, or null
//! PUT  /_kmslab/organization           puts another in its place (null: none), answered like GET
//! POST /_kmslab/vpc-endpoint           {"id": …, "service": …, "policy": {…}}, all optional: {"id": …, "vpc": …, "host": …, "local_host": …}
//! ```

use crate::desk::{About, Desk};
use kmslab::base::{Timespan, Timestamp};
use serde_json::{Value, json};

/// Where the control endpoints live. No bucket can have this name.
pub(crate) const PREFIX: &str = "/_kmslab";

/// The policies that every call is held against.
pub(crate) const ENFORCED: &[&str] = &[
    "identity policies (inline, managed, of groups)",
    "permissions boundaries",
    "session policies",
    "key policies",
    "grants",
    "role trust policies",
    "service control policies",
    "resource control policies",
    "VPC endpoint policies",
];

/// Status and JSON text.
pub(crate) type Reply = (u16, String);

/// Answers one control request. `path` begins with [`PREFIX`]; `query` is what follows `?`.
pub(crate) fn answer(desk: &mut dyn Desk, method: &str, path: &str, query: &str, body: &[u8]) -> Reply {
    let rest = path.strip_prefix(PREFIX).unwrap_or(path);
    match (method, rest) {
        ("GET", "/health") => (200, health(desk).to_string()),
        ("GET", "/clock") => (200, clock(desk.now()).to_string()),
        ("POST", "/clock") => advance(desk, body),
        ("POST", "/errors") => inject(desk, body),
        ("DELETE", "/errors") => {
            desk.clear_errors();
            (200, "{}".into())
        }
        ("GET", "/trail") => trail(desk, query),
        ("GET", "/explain") => explain(desk, None),
        ("GET", _) if rest.starts_with("/explain/") => explain(desk, rest.strip_prefix("/explain/")),
        ("GET", "/organization") => (200, desk.organization().unwrap_or_else(|| "null".into())),
        ("PUT", "/organization") => organize(desk, body),
        ("POST", "/vpc-endpoint") => {
            let made = std::str::from_utf8(body).map_err(|_| "not UTF-8".to_owned());
            match made.and_then(|text| desk.add_vpc_endpoint(text)) {
                Ok(made) => (200, made),
                Err(reason) => (400, complaint(&reason)),
            }
        }
        (_, "/health" | "/clock" | "/errors" | "/trail" | "/explain" | "/organization" | "/vpc-endpoint") => {
            (405, complaint(&format!("{path} does not answer to {method}.")))
        }
        _ => (
            404,
            complaint(
                "There are /_kmslab/health, /_kmslab/clock, /_kmslab/errors, /_kmslab/trail, /_kmslab/explain[/request-id], \
                 /_kmslab/organization and /_kmslab/vpc-endpoint.",
            ),
        ),
    }
}

/// An error, as JSON.
pub(crate) fn complaint(message: &str) -> String {
    json!({ "error": message }).to_string()
}

fn health(desk: &dyn Desk) -> Value {
    let About { account, region, strict, seeded } = desk.about();
    json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "account": account.as_str(),
        "region": region.as_str(),
        "auth": if strict { "strict" } else { "lenient" },
        "seeded": seeded,
        "now": desk.now().to_iso(),
        "enforced": ENFORCED,
    })
}

fn clock(now: Timestamp) -> Value {
    json!({ "now": now.to_iso(), "epoch_seconds": now.as_secs_f64() })
}

fn advance(desk: &mut dyn Desk, body: &[u8]) -> Reply {
    /// A thousand years: beyond it no timestamp of AWS's can be written.
    const MOST: f64 = 3.2e10;
    let seconds = serde_json::from_slice::<Value>(body).ok().and_then(|body| body.get("advance_seconds")?.as_f64());
    let Some(seconds) = seconds.filter(|seconds| (0.0..=MOST).contains(seconds)) else {
        return (
            400,
            complaint(
                "The body must be {\"advance_seconds\": n}, with n from 0 to 3.2e10: a clock never goes backwards.",
            ),
        );
    };
    #[expect(clippy::cast_possible_truncation, reason = "at most 3.2e13, checked above")]
    let span = Timespan::millis((seconds * 1000.0).round() as i64);
    match desk.advance(span) {
        Ok(now) => (200, clock(now).to_string()),
        Err(fault) => (400, complaint(&fault.to_string())),
    }
}

fn inject(desk: &mut dyn Desk, body: &[u8]) -> Reply {
    let body = serde_json::from_slice::<Value>(body).unwrap_or_default();
    let text = |name: &str| body.get(name)?.as_str();
    let times = match body.get("times") {
        None => Some(Some(1)),
        Some(Value::Null) => Some(None),
        Some(times) => times.as_u64().and_then(|times| u32::try_from(times).ok()).map(Some),
    };
    let (Some(operation), Some(error), Some(times)) = (text("operation"), text("error"), times) else {
        return (
            400,
            complaint(
                "The body must be {\"operation\": \"kms:Decrypt\", \"error\": \"KMSInternalException\", \"times\": n}; times null is for good.",
            ),
        );
    };
    match desk.inject_error(operation, error, times) {
        Ok(()) => (200, "{}".into()),
        Err(why) => (400, complaint(&why)),
    }
}

fn organize(desk: &mut dyn Desk, body: &[u8]) -> Reply {
    let text = std::str::from_utf8(body).unwrap_or_default();
    match desk.set_organization((text.trim() != "null").then_some(text)) {
        Ok(()) => (200, desk.organization().unwrap_or_else(|| "null".into())),
        Err(reason) => (400, complaint(&reason)),
    }
}

fn trail(desk: &dyn Desk, query: &str) -> Reply {
    let from = match query.split('&').find_map(|pair| pair.strip_prefix("from=")) {
        None => 0,
        Some(text) => match text.parse::<usize>() {
            Ok(from) => from,
            Err(_) => return (400, complaint("from must be the number of a record.")),
        },
    };
    let records = desk.trail(from);
    let next = from.saturating_add(records.len());
    (200, format!("{{\"Records\":[{}],\"next\":{next}}}", records.join(",")))
}

fn explain(desk: &dyn Desk, request_id: Option<&str>) -> Reply {
    match (desk.explain(request_id), request_id) {
        (Some(text), _) => (200, text),
        (None, None) => (404, complaint("No request has been decided yet.")),
        (None, Some(id)) => (
            404,
            complaint(&format!(
                "No decision is remembered under the request id {id:?}: it is unknown, too old, or was refused before any policy was asked."
            )),
        ),
    }
}
