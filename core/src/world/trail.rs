//! The trail: one CloudTrail record for every call, denied ones too.
//! Source: CloudTrail User Guide, "CloudTrail record contents"; kms.md, section 20.

use super::keys::{Happened, What};
use crate::base::{AccountId, Region, Timestamp, Uuid};
use alloc::{
    borrow::Cow,
    boxed::Box,
    collections::VecDeque,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// One record. The parts that are JSON are kept as text: they are written on every call and read seldom.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Entry {
    /// Its id: a UUID.
    pub event_id: Uuid,
    /// When the call was made, by the lab's clock.
    pub at: Timestamp,
    /// `kms`, `iam`, `sts`.
    pub service: Cow<'static, str>,
    /// The operation.
    pub name: Cow<'static, str>,
    /// The Region that was called.
    pub region: Region,
    /// `userIdentity`, as JSON text.
    pub identity: Arc<str>,
    /// The client's address.
    pub source: Cow<'static, str>,
    /// The client's `User-Agent`.
    pub user_agent: Arc<str>,
    /// `errorCode` and `errorMessage` of a call that was refused.
    pub error: Option<(String, String)>,
    /// `requestParameters`, as JSON text.
    pub parameters: Cow<'static, str>,
    /// `responseElements`, as JSON text.
    pub response: Cow<'static, str>,
    /// `additionalEventData`.
    pub additional: Vec<(Cow<'static, str>, String)>,
    /// `serviceEventDetails`: what AWS tells of what it did by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<(Cow<'static, str>, String)>,
    /// The id of the request; what AWS does by itself has none.
    pub request_id: Option<Uuid>,
    /// Whether the operation only reads.
    pub read_only: bool,
    /// The ARNs of `resources`, with the accounts that own them.
    pub resources: Vec<(AccountId, String)>,
    /// The account whose trail this record is in.
    pub recipient: AccountId,
    /// The same for the caller's and the owner's record of a cross-account call.
    pub shared_event_id: Option<Uuid>,
    /// Whether AWS did it by itself: `AwsServiceEvent`.
    #[serde(default)]
    pub service_event: bool,
    /// The VPC endpoint that the call came through, and the account that owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<(String, AccountId)>,
}

impl Entry {
    /// What KMS has done by itself. Source: kms.md 20.5; AWS's published records.
    #[must_use]
    pub fn of_kms(event: &Happened, event_id: Uuid) -> Self {
        let internal = "AWS Internal";
        let key = &event.key;
        let mut resources = alloc::vec![(key.account, key.text())];
        let (name, details) = match &event.what {
            What::Deleted => ("DeleteKey", Vec::new()),
            What::Rotated { kind, origin, previous, current } => {
                let details = [
                    ("keyId", key.id.to_string()),
                    ("rotationType", kind.as_str().into()),
                    ("keyOrigin", origin.as_str().into()),
                    ("previousKeyMaterialId", previous.text()),
                    ("currentKeyMaterialId", current.text()),
                ];
                ("RotateKey", details.map(|(key, value)| (key.into(), value)).into())
            }
            What::MaterialExpired => ("DeleteExpiredKeyMaterial", alloc::vec![("keyId".into(), key.id.to_string())]),
            What::Synchronized { keys } => {
                resources = keys.iter().map(|key| (key.account, key.text())).collect();
                ("SynchronizeMultiRegionKey", Vec::new())
            }
        };
        Self {
            event_id,
            at: event.at,
            service: "kms".into(),
            name: name.into(),
            region: key.region.clone(),
            identity: json!({ "accountId": key.account.as_str(), "invokedBy": internal }).to_string().into(),
            source: internal.into(),
            user_agent: internal.into(),
            error: None,
            parameters: "null".into(),
            response: "null".into(),
            additional: Vec::new(),
            details,
            request_id: None,
            read_only: false,
            resources,
            recipient: key.account,
            shared_event_id: None,
            // AWS's published record of SynchronizeMultiRegionKey is that of a call.
            service_event: !matches!(event.what, What::Synchronized { .. }),
            endpoint: None,
        }
    }

    /// The record as CloudTrail writes it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap_or(Value::Null);
        let mut record = Map::new();
        let mut put = |key: &str, value: Value| {
            record.insert(key.into(), value);
        };
        put("eventVersion", "1.11".into());
        put("userIdentity", parse(&self.identity));
        put("eventTime", self.at.to_iso().into());
        put("eventSource", alloc::format!("{}.amazonaws.com", self.service).into());
        put("eventName", (*self.name).into());
        put("awsRegion", self.region.as_str().into());
        put("sourceIPAddress", (*self.source).into());
        put("userAgent", (*self.user_agent).into());
        if let Some((code, message)) = &self.error {
            put("errorCode", code.as_str().into());
            if !message.is_empty() {
                put("errorMessage", message.as_str().into());
            }
        }
        put("requestParameters", parse(&self.parameters));
        put("responseElements", parse(&self.response));
        for (name, pairs) in [("additionalEventData", &self.additional), ("serviceEventDetails", &self.details)] {
            if !pairs.is_empty() {
                let mut object = Map::new();
                pairs.iter().for_each(|(path, value)| place(&mut object, path, value));
                put(name, Value::Object(object));
            }
        }
        if let Some(id) = self.request_id {
            put("requestID", id.text().into());
        }
        put("eventID", self.event_id.text().into());
        put("readOnly", self.read_only.into());
        if !self.resources.is_empty() || self.service == "kms" {
            let resources = self
                .resources
                .iter()
                .map(|(account, arn)| json!({ "accountId": account.as_str(), "type": resource_type(arn), "ARN": arn }));
            put("resources", resources.collect());
        }
        put("eventType", if self.service_event { "AwsServiceEvent" } else { "AwsApiCall" }.into());
        put("managementEvent", true.into());
        put("recipientAccountId", self.recipient.as_str().into());
        if let Some(id) = &self.shared_event_id {
            put("sharedEventID", id.text().into());
        }
        if let Some((id, owner)) = &self.endpoint {
            put("vpcEndpointId", id.as_str().into());
            put("vpcEndpointAccountId", owner.as_str().into());
        }
        put("eventCategory", "Management".into());
        Value::Object(record)
    }
}

/// Sets the member at `path`; `recipient.moduleId` is a member of a member.
fn place(object: &mut Map<String, Value>, path: &str, value: &str) {
    match path.split_once('.') {
        Some((outer, inner)) => {
            let member = object.entry(outer).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(member) = member {
                place(member, inner, value);
            }
        }
        None => drop(object.insert(path.into(), value.into())),
    }
}

/// The CloudFormation-like type that CloudTrail names a resource by.
fn resource_type(arn: &str) -> &'static str {
    match arn.split(':').nth(5).unwrap_or_default() {
        // Aliases, too: AWS's published record of UpdateAlias has it so.
        resource if resource.starts_with("key/") || resource.starts_with("alias/") => "AWS::KMS::Key",
        _ => "AWS::IAM::Role",
    }
}

/// The records of all accounts, oldest first.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Trail {
    /// Each for itself: while the trail grows, records are not moved, and no place is taken for those that may come.
    entries: VecDeque<Box<Entry>>,
    /// How many older records have been let go.
    dropped: usize,
}

impl Trail {
    /// How many records are kept; the oldest go first.
    pub const KEPT: usize = 100_000;

    /// Adds a record.
    pub fn push(&mut self, entry: Entry) {
        if self.entries.len() >= Self::KEPT {
            self.entries.pop_front();
            self.dropped = self.dropped.saturating_add(1);
        }
        self.entries.push_back(Box::new(entry));
    }

    /// The records, oldest first, from the `n`th that was ever written.
    pub fn from(&self, n: usize) -> impl Iterator<Item = &Entry> {
        self.entries.iter().skip(n.saturating_sub(self.dropped)).map(Box::as_ref)
    }

    /// The id of the record of a request in the trail of `recipient`, while it is kept.
    #[must_use]
    pub fn event_of(&self, request_id: Uuid, recipient: AccountId) -> Option<Uuid> {
        let of_request = |entry: &&Entry| entry.request_id == Some(request_id) && entry.recipient == recipient;
        self.entries.iter().map(Box::as_ref).rev().find(of_request).map(|entry| entry.event_id)
    }

    /// How many records were ever written.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len().saturating_add(self.dropped)
    }

    /// Whether nothing has happened yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
