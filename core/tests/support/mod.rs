//! A lab and its clients, for the tests that come from outside: every call goes through the one gate.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its own part")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "a test may fail")]

use kmslab::base::{Clock, Entropy, NoEntropy, Secret, Timespan, Timestamp};
use kmslab::lab::{Auth, Credentials, Lab, LocalCall, Request, Response};
use serde_json::Value;

/// A clock that stands at 2026-01-01T00:00:00Z.
#[derive(Debug)]
pub(crate) struct Standing;

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(1_767_225_600)
    }
}

/// A seeded lab needs no other chance.
#[derive(Debug)]
pub(crate) struct NoChance;

impl Entropy for NoChance {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), NoEntropy> {
        Err(NoEntropy)
    }
}

/// A refusal as a client sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
}

/// A seeded lab in which time stands still until it is moved.
#[derive(Debug)]
pub(crate) struct TestLab {
    pub(crate) lab: Lab,
    pub(crate) admin: Credentials,
}

/// `builder`'s lab.
pub(crate) fn lab() -> TestLab {
    let lab = Lab::builder(Box::new(Standing), Box::new(NoChance)).seed(1).build().unwrap();
    let admin = lab.credentials();
    TestLab { lab, admin }
}

pub(crate) fn lenient() -> TestLab {
    let lab = Lab::builder(Box::new(Standing), Box::new(NoChance)).seed(1).auth(Auth::Lenient).build().unwrap();
    let admin = lab.credentials();
    TestLab { lab, admin }
}

/// Credentials from their parts.
pub(crate) fn credentials(id: &str, secret: &str, token: Option<&str>) -> Credentials {
    Credentials {
        access_key_id: id.into(),
        secret_access_key: Secret::new(secret.into()),
        session_token: token.map(|token| Secret::new(token.into())),
    }
}

impl TestLab {
    /// Calls KMS as the administrator, in us-east-1.
    pub(crate) fn kms(&mut self, operation: &str, body: Value) -> Result<Value, Refused> {
        let admin = self.admin.clone();
        self.kms_as(&admin, "us-east-1", operation, body)
    }

    /// Calls KMS as `who` in `region`.
    pub(crate) fn kms_as(
        &mut self,
        who: &Credentials,
        region: &str,
        operation: &str,
        body: Value,
    ) -> Result<Value, Refused> {
        let response = self.kms_raw(who, region, operation, body.to_string().into_bytes());
        let value: Value = match response.body.as_slice() {
            [] => Value::Null,
            bytes => serde_json::from_slice(bytes).unwrap(),
        };
        if response.status == 200 {
            return Ok(value);
        }
        let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        Err(Refused { status: response.status, code: text("__type"), message: text("message") })
    }

    /// Sends KMS a body as it is.
    pub(crate) fn kms_raw(&mut self, who: &Credentials, region: &str, operation: &str, body: Vec<u8>) -> Response {
        let headers = vec![
            ("X-Amz-Target".into(), format!("TrentService.{operation}")),
            ("Content-Type".into(), "application/x-amz-json-1.1".into()),
        ];
        let request = Request { method: "POST".into(), target: "/".into(), headers, body, peer: None };
        self.lab.handle_local(&LocalCall { region: region.into(), credentials: who.clone(), request })
    }

    /// Calls IAM as the administrator.
    pub(crate) fn iam(&mut self, action: &str, parameters: &[(&str, &str)]) -> Result<String, Refused> {
        let admin = self.admin.clone();
        self.query_as(&admin, "2010-05-08", action, parameters)
    }

    /// Calls IAM as `who`.
    pub(crate) fn iam_as(
        &mut self,
        who: &Credentials,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<String, Refused> {
        self.query_as(who, "2010-05-08", action, parameters)
    }

    /// Calls STS as `who`.
    pub(crate) fn sts_as(
        &mut self,
        who: &Credentials,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<String, Refused> {
        self.query_as(who, "2011-06-15", action, parameters)
    }

    fn query_as(
        &mut self,
        who: &Credentials,
        version: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<String, Refused> {
        let mut body = format!("Action={action}&Version={version}");
        for (name, value) in parameters {
            body.push_str(&format!("&{name}={}", percent(value)));
        }
        let headers = vec![("Content-Type".into(), "application/x-www-form-urlencoded; charset=utf-8".into())];
        let request =
            Request { method: "POST".into(), target: "/".into(), headers, body: body.into_bytes(), peer: None };
        let response =
            self.lab.handle_local(&LocalCall { region: "us-east-1".into(), credentials: who.clone(), request });
        let text = String::from_utf8(response.body).unwrap();
        if response.status == 200 {
            return Ok(text);
        }
        let code = tag(&text, "Code").unwrap_or_default();
        let message = tag(&text, "Message").unwrap_or_default();
        Err(Refused { status: response.status, code, message })
    }

    /// A user with an access key, and with `policy` as inline policy.
    pub(crate) fn user(&mut self, name: &str, policy: Option<&str>) -> Credentials {
        self.iam("CreateUser", &[("UserName", name)]).unwrap();
        if let Some(document) = policy {
            let parameters = [("UserName", name), ("PolicyName", "inline"), ("PolicyDocument", document)];
            self.iam("PutUserPolicy", &parameters).unwrap();
        }
        let answer = self.iam("CreateAccessKey", &[("UserName", name)]).unwrap();
        credentials(&tag(&answer, "AccessKeyId").unwrap(), &tag(&answer, "SecretAccessKey").unwrap(), None)
    }

    /// A key with the default policy: its id.
    pub(crate) fn key(&mut self) -> String {
        let answer = self.kms("CreateKey", serde_json::json!({})).unwrap();
        answer["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned()
    }

    /// Moves the lab's clock.
    pub(crate) fn advance_days(&mut self, days: i64) {
        self.lab.advance(Timespan::days(days)).unwrap();
    }
}

/// The text of the first element `name`, with XML's entities resolved.
pub(crate) fn tag(xml: &str, name: &str) -> Option<String> {
    let start = xml.find(&format!("<{name}>"))? + name.len() + 2;
    let end = start + xml[start..].find(&format!("</{name}>"))?;
    let text = xml[start..end].replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    Some(text.replace("&apos;", "'").replace("&#39;", "'").replace("&amp;", "&"))
}

fn percent(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { (byte as char).to_string() } else { format!("%{byte:02X}") }).collect()
}
