//! The lab that ships, as the server sees it.

use crate::desk::{About, Desk, Remark, id_of};
use kmslab::base::{Fault, Timespan, Timestamp};
use kmslab::lab::{Auth, EndpointFixture, Lab, Made, Work};
use kmslab::wire::{self, Request, Response};
use serde_json::{Value, json};

impl Desk for Lab {
    fn handle(&mut self, request: &Request) -> Response {
        Self::handle(self, request)
    }

    fn attempt(&mut self, request: &Request, made: Option<Made>) -> Result<Response, Work> {
        Self::attempt(self, request, made)
    }

    fn refuse(&mut self, head: &Request, fault: Fault) -> Response {
        let service = match wire::route(head) {
            Ok((service, _)) => Some(service),
            Err(lost) => lost.service,
        };
        wire::encode_fault(service, &fault, request_id())
    }

    fn remark(&self, request: &Request, response: &Response) -> Remark {
        let id = id_of(response);
        // Of a cross-account call the trail has two records, one after the other, with the same request id.
        let last = self.trail_len().checked_sub(1).and_then(|last| self.trail(last).pop());
        let record = last.and_then(|text| serde_json::from_str::<Value>(&text).ok());
        let mut remark = match record {
            Some(record) if id.is_some() && record.get("requestID").and_then(Value::as_str) == id => recorded(&record),
            _ => unrecorded(request, response),
        };
        if remark.code.starts_with("AccessDenied")
            && let Some(explained) = id.and_then(|id| Self::explain(self, Some(id)))
        {
            remark.denial = explained.checks.last().map(|check| check.summary.clone());
        }
        remark
    }

    fn about(&self) -> About {
        About {
            account: self.account(),
            region: self.region().clone(),
            strict: self.auth() == Auth::Strict,
            seeded: self.seed().is_some(),
        }
    }

    fn now(&self) -> Timestamp {
        Self::now(self)
    }

    fn advance(&mut self, span: Timespan) -> Result<Timestamp, Fault> {
        Self::advance(self, span)
    }

    fn inject_error(&mut self, operation: &str, error: &str, times: Option<u32>) -> Result<(), String> {
        Self::inject_error(self, operation, error, times).map_err(|bad| bad.to_string())
    }

    fn clear_errors(&mut self) {
        Self::clear_errors(self);
    }

    fn trail(&self, from: usize) -> Vec<String> {
        Self::trail(self, from)
    }

    fn explain(&self, request_id: Option<&str>) -> Option<String> {
        serde_json::to_string(&Self::explain(self, request_id)?).ok()
    }

    fn organization(&self) -> Option<String> {
        Self::organization(self)
    }

    fn set_organization(&mut self, text: Option<&str>) -> Result<(), String> {
        match text {
            Some(text) => Self::set_organization(self, text).map_err(|bad| bad.to_string()),
            None => {
                self.dissolve_organization();
                Ok(())
            }
        }
    }

    fn add_vpc_endpoint(&mut self, text: &str) -> Result<String, String> {
        let fixture = EndpointFixture::parse(text).map_err(|bad| bad.to_string())?;
        let made = Self::add_vpc_endpoint(self, fixture).map_err(|bad| bad.to_string())?;
        let host = made.host();
        // The same name for a server on this machine: nothing under localhost leaves it.
        let local = host.replace("amazonaws.com", "localhost");
        Ok(json!({ "id": made.id, "vpc": made.vpc, "host": host, "local_host": local }).to_string())
    }
}

/// What the trail says.
fn recorded(record: &Value) -> Remark {
    let text = |pointer: &str| record.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let service = text("/eventSource").split('.').next().unwrap_or_default();
    Remark {
        event: format!("{service}:{}", text("/eventName")),
        principal: text("/userIdentity/arn").into(),
        code: text("/errorCode").into(),
        denial: None,
    }
}

/// What can be told of a request that was refused before anybody was recognised.
fn unrecorded(request: &Request, response: &Response) -> Remark {
    let event = match wire::route(request) {
        Ok((service, operation)) => format!("{}:{}", service.name, operation.name),
        Err(_) => format!("{} {}", request.method, request.path()),
    };
    let body = String::from_utf8_lossy(&response.body);
    let code = if response.status < 400 {
        String::new()
    } else if let Ok(json) = serde_json::from_str::<Value>(&body) {
        json.get("__type").and_then(Value::as_str).unwrap_or_default().to_owned()
    } else {
        let code = body.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
        code.map_or("", |(code, _)| code).to_owned()
    };
    Remark { event, principal: String::new(), code, denial: None }
}

/// A random UUID (RFC 9562, version 4) for a request that never reached the lab.
fn request_id() -> String {
    let mut bytes = [0; 16];
    // Ids are not secrets: without chance the request is answered all the same, with an id of zeros.
    let _ = getrandom::fill(&mut bytes);
    kmslab::base::Uuid::from_random(bytes).text()
}
