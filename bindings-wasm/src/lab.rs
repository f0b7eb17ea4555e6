//! `Lab`: one lab.

use crate::policy::{explained, question};
use crate::report::Estate;
use crate::{KmslabError, WIDTH, shown, thrown};
use js_sys::{Array, Date, Uint8Array};
use kmslab::base::{AccountId, Clock, Entropy, NoEntropy, Region, Secret, Timespan, Timestamp};
use kmslab::lab::{self, Auth, Compat, Consistency, EndpointFixture, KeyFixture, LocalCall, Request, Response};
use std::collections::BTreeMap;
use std::str::FromStr;
use wasm_bindgen::prelude::*;

/// AWS KMS, IAM and STS in memory.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Lab(pub(crate) lab::Lab);

#[wasm_bindgen]
impl Lab {
    /// A new lab. `now_ms`: its time stands still there, in milliseconds since 1970.
    #[wasm_bindgen(constructor)]
    #[expect(clippy::too_many_arguments, reason = "the options of a lab, each by its name")]
    pub fn new(
        account: Option<String>,
        region: Option<String>,
        seed: Option<u64>,
        now_ms: Option<f64>,
        lenient: bool,
        throttles: bool,
        eventual: bool,
        localstack: bool,
    ) -> Result<Lab, KmslabError> {
        let mut builder = lab::Lab::builder(Box::new(PageClock), Box::new(PageEntropy));
        if let Some(account) = account {
            builder = builder.account(parse_account(&account)?);
        }
        if let Some(region) = region {
            builder = builder.region(parse_region(&region)?);
        }
        if let Some(seed) = seed {
            builder = builder.seed(seed);
        }
        if let Some(now) = now_ms {
            builder = builder.now(moment(now));
        }
        builder = builder.auth(if lenient { Auth::Lenient } else { Auth::Strict }).request_quotas(throttles);
        builder = builder.compat(if localstack { Compat::Localstack } else { Compat::Aws });
        builder = builder.consistency(if eventual { Consistency::Eventual } else { Consistency::Strong });
        builder.build().map(Self).map_err(thrown)
    }

    /// A lab that `save` wrote.
    pub fn open(bytes: &[u8]) -> Result<Lab, KmslabError> {
        let text = str::from_utf8(bytes).map_err(thrown)?;
        lab::Lab::open(text, Box::new(PageClock), Box::new(PageEntropy)).map(Self).map_err(thrown)
    }

    /// Everything, secrets included, for `open`.
    pub fn save(&mut self) -> Vec<u8> {
        self.0.save().into_bytes()
    }

    /// Answers one signed HTTP request. `headers`: a name, its value, the next name. What AWS refuses is an answer.
    #[wasm_bindgen(unchecked_return_type = "[status: number, headers: string[], body: Uint8Array]")]
    pub fn handle(&mut self, method: String, target: String, headers: Vec<String>, body: Vec<u8>) -> Array {
        let request = Request { method, target, headers: pairs(headers), body, peer: None };
        answer(self.0.handle(&request))
    }

    /// Answers one call in this process, unsigned: a POST to `/`. `credentials`: as `credentials` gives them.
    #[wasm_bindgen(js_name = handleLocal, unchecked_return_type = "[status: number, headers: string[], body: Uint8Array]")]
    pub fn handle_local(
        &mut self,
        region: String,
        credentials: Vec<String>,
        headers: Vec<String>,
        body: Vec<u8>,
    ) -> Result<Array, KmslabError> {
        let request =
            Request { method: "POST".to_owned(), target: "/".to_owned(), headers: pairs(headers), body, peer: None };
        let mut parts = credentials.into_iter();
        let (Some(access_key_id), Some(secret)) = (parts.next(), parts.next()) else {
            return Err(thrown("credentials: accessKeyId and secretAccessKey are needed"));
        };
        let credentials = lab::Credentials {
            access_key_id,
            secret_access_key: Secret::new(secret.into_bytes()),
            session_token: parts.next().map(|token| Secret::new(token.into_bytes())),
        };
        Ok(answer(self.0.handle_local(&LocalCall { region, credentials, request })))
    }

    /// The administrator of the lab's first account: access key id, secret, and a session token if there is one.
    pub fn credentials(&self) -> Vec<String> {
        credentials(&self.0.credentials())
    }

    /// Adds an account; the credentials of its administrator.
    #[wasm_bindgen(js_name = addAccount)]
    pub fn add_account(&mut self, account: &str) -> Result<Vec<String>, KmslabError> {
        let account = parse_account(account)?;
        self.0.add_account(account).map(|made| credentials(&made)).map_err(thrown)
    }

    /// Puts a key into the lab: its ARN. `tags`: a key, its value, the next key.
    #[wasm_bindgen(js_name = addKey)]
    #[expect(clippy::too_many_arguments, reason = "the parts of a key, each by its name")]
    pub fn add_key(
        &mut self,
        key_id: Option<String>,
        material: Option<Vec<u8>>,
        spec: Option<String>,
        usage: Option<String>,
        account: Option<String>,
        region: Option<String>,
        description: String,
        tags: Vec<String>,
        policy: Option<String>,
    ) -> Result<String, KmslabError> {
        // One by one: to collect would be to sort first, by a routine of its own.
        let mut tagged = BTreeMap::new();
        tagged.extend(pairs(tags));
        let fixture = KeyFixture {
            account: account.as_deref().map(parse_account).transpose()?,
            region: region.as_deref().map(parse_region).transpose()?,
            key_id: key_id.map(|id| named("key id", &id)).transpose()?,
            material: material.map(Secret::new),
            spec: spec.map(|spec| named("key spec", &spec)).transpose()?,
            usage: usage.map(|usage| named("key usage", &usage)).transpose()?,
            description,
            tags: tagged,
            policy,
        };
        self.0.add_key(fixture).map(|arn| arn.to_string()).map_err(thrown)
    }

    /// Shares a key with accounts, as AWS RAM does.
    #[wasm_bindgen(js_name = shareKey)]
    pub fn share_key(&mut self, key: &str, accounts: Vec<String>) -> Result<(), KmslabError> {
        let accounts = accounts.iter().map(|account| parse_account(account)).collect::<Result<_, _>>()?;
        self.0.share_key(key, accounts).map_err(thrown)
    }

    /// The organization, as JSON.
    pub fn organization(&self) -> Option<String> {
        self.0.organization()
    }

    /// Puts an organization, as JSON, in the place of the one there was.
    #[wasm_bindgen(js_name = setOrganization)]
    pub fn set_organization(&mut self, text: Option<String>) -> Result<(), KmslabError> {
        match text {
            Some(text) => self.0.set_organization(&text).map_err(thrown),
            None => {
                self.0.dissolve_organization();
                Ok(())
            }
        }
    }

    /// Puts a VPC endpoint, as JSON, into the lab: its id, its VPC, and its host name.
    #[wasm_bindgen(js_name = addVpcEndpoint, unchecked_return_type = "[id: string, vpc: string, host: string]")]
    pub fn add_vpc_endpoint(&mut self, text: &str) -> Result<Vec<String>, KmslabError> {
        let fixture = EndpointFixture::parse(text).map_err(thrown)?;
        let made = self.0.add_vpc_endpoint(fixture).map_err(thrown)?;
        let host = made.host();
        Ok(vec![made.id, made.vpc, host])
    }

    /// The first account: 12 digits.
    #[wasm_bindgen(getter)]
    pub fn account(&self) -> String {
        self.0.account().to_string()
    }

    /// The Region that clients are given.
    #[wasm_bindgen(getter)]
    pub fn region(&self) -> String {
        self.0.region().to_string()
    }

    /// The partition of that Region, as ARNs name it: `aws`.
    #[wasm_bindgen(getter)]
    pub fn partition(&self) -> String {
        self.0.region().partition().to_owned()
    }

    /// The seed, if the lab repeats byte for byte.
    #[wasm_bindgen(getter)]
    pub fn seed(&self) -> Option<u64> {
        self.0.seed()
    }

    /// Whether unknown access keys are taken as the administrator's.
    #[wasm_bindgen(getter)]
    pub fn lenient(&self) -> bool {
        self.0.auth() == Auth::Lenient
    }

    /// Whether `CreateKey` takes id and material from LocalStack's tags.
    #[wasm_bindgen(getter)]
    pub fn localstack(&self) -> bool {
        self.0.compat() == Compat::Localstack
    }

    /// Whether grants and aliases take effect some time later.
    #[wasm_bindgen(getter)]
    pub fn eventual(&self) -> bool {
        self.0.consistency() == Consistency::Eventual
    }

    /// Whether AWS's request quotas are enforced.
    #[wasm_bindgen(getter)]
    pub fn throttles(&self) -> bool {
        self.0.throttles()
    }

    /// Every quota: its name, AWS's default, and what holds in the lab.
    #[wasm_bindgen(unchecked_return_type = "[name: string, standard: number, value: number][]")]
    pub fn quotas(&self) -> Array {
        let line = |line: lab::QuotaLine| {
            let value = line.value.unwrap_or(f64::INFINITY);
            [JsValue::from(line.name), line.default.into(), value.into()].into_iter().collect::<Array>()
        };
        self.0.quotas().into_iter().map(line).collect()
    }

    /// Sets a quota; nothing is AWS's default again.
    #[wasm_bindgen(js_name = setQuota)]
    pub fn set_quota(&mut self, name: &str, value: Option<f64>) -> Result<(), KmslabError> {
        self.0.set_quota(name, value).map_err(thrown)
    }

    /// Lets the next calls of an operation fail as AWS itself does at times; without `times`, for good.
    #[wasm_bindgen(js_name = injectError)]
    pub fn inject_error(&mut self, operation: &str, error: &str, times: Option<u32>) -> Result<(), KmslabError> {
        self.0.inject_error(operation, error, times).map_err(thrown)
    }

    /// Takes back the failures that are yet to come.
    #[wasm_bindgen(js_name = clearErrors)]
    pub fn clear_errors(&mut self) {
        self.0.clear_errors();
    }

    /// The lab's time, in milliseconds since 1970.
    pub fn now(&self) -> f64 {
        millis(self.0.now().as_millis())
    }

    /// Moves the lab's time forward; where it is then.
    pub fn advance(&mut self, milliseconds: f64) -> Result<f64, KmslabError> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "what is beyond is cut to the longest span, which is refused"
        )]
        let span = Timespan::millis(milliseconds.round() as i64);
        self.0.advance(span).map(|now| millis(now.as_millis())).map_err(thrown)
    }

    /// CloudTrail records from number `start` on, each as JSON text.
    pub fn trail(&self, start: usize) -> Vec<String> {
        self.0.trail(start)
    }

    /// How many records the trail has.
    #[wasm_bindgen(js_name = trailLength)]
    pub fn trail_length(&self) -> usize {
        self.0.trail_len()
    }

    /// What AWS would charge.
    #[wasm_bindgen(unchecked_return_type = "[json: string, text: string]")]
    pub fn cost(&self) -> Result<Vec<String>, KmslabError> {
        let cost = self.0.cost();
        shown(&cost, cost.text())
    }

    /// Whether a principal of the lab would be allowed, by the lab's policies and grants.
    #[wasm_bindgen(unchecked_return_type = "[json: string, text: string]")]
    pub fn ask(
        &self,
        principal: &str,
        action: &str,
        resource: &str,
        context: Option<String>,
    ) -> Result<Vec<String>, KmslabError> {
        let found = self.0.ask(&question(principal, action, resource, context.as_deref())?).map_err(thrown)?;
        Ok(explained(&found))
    }

    /// The ARN of the key that a key id, an alias or their ARN names.
    #[wasm_bindgen(js_name = keyArn)]
    pub fn key_arn(&self, key_id: &str) -> Option<String> {
        self.0.key_arn(key_id)
    }

    /// Who and what there is, with all policies and grants, as they are now.
    pub fn estate(&self) -> Estate {
        Estate(self.0.estate())
    }

    /// The keys that there are.
    #[wasm_bindgen(unchecked_return_type = "[json: string, text: string]")]
    pub fn keys(&mut self) -> Vec<String> {
        let found = self.0.keys();
        vec![found.to_json(), found.to_text(WIDTH, false)]
    }

    /// The life of a key, if it is there.
    #[wasm_bindgen(unchecked_return_type = "[json: string, text: string] | undefined")]
    pub fn timeline(&mut self, arn: &str) -> Option<Vec<String>> {
        let found = self.0.timeline(arn)?;
        Some(vec![found.to_json(), found.to_text(WIDTH, false)])
    }

    /// Why a request was answered as it was: the one with this id, or the last one that was decided.
    #[wasm_bindgen(unchecked_return_type = "[json: string, text: string] | undefined")]
    pub fn explain(&self, request_id: Option<String>) -> Result<Option<Vec<String>>, KmslabError> {
        let Some(found) = self.0.explain(request_id.as_deref()) else { return Ok(None) };
        let texts: Vec<_> = found.checks.iter().map(|check| check.to_text(WIDTH, false)).collect();
        shown(&found, texts.join("\n")).map(Some)
    }
}

/// The page's clock.
#[derive(Debug)]
struct PageClock;

impl Clock for PageClock {
    fn now(&self) -> Timestamp {
        moment(Date::now())
    }
}

/// The page's source of chance.
#[derive(Debug)]
struct PageEntropy;

impl Entropy for PageEntropy {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
        getrandom::fill(out).map_err(|_| NoEntropy)
    }
}

/// JavaScript's milliseconds since 1970.
fn moment(millis: f64) -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "a JavaScript date is within 8.64e15")]
    Timestamp::from_millis(millis as i64)
}

fn answer(response: Response) -> Array {
    let headers: Array = response
        .headers
        .into_iter()
        .flat_map(|(name, value)| [JsValue::from(name.to_ascii_lowercase()), JsValue::from(&*value)])
        .collect();
    let body = Uint8Array::from(response.body.as_slice());
    [JsValue::from(response.status), headers.into(), body.into()].into_iter().collect()
}

/// Names and values that cross as one list.
fn pairs(flat: Vec<String>) -> Vec<(String, String)> {
    let mut flat = flat.into_iter();
    let mut pairs = Vec::new();
    while let (Some(name), Some(value)) = (flat.next(), flat.next()) {
        pairs.push((name, value));
    }
    pairs
}

fn credentials(given: &lab::Credentials) -> Vec<String> {
    let token = given.session_token.as_ref().map(|token| token.expose_text().to_owned());
    [given.access_key_id.clone(), given.secret_access_key.expose_text().to_owned()].into_iter().chain(token).collect()
}

/// Takes a ciphertext apart; the error tells the first byte that does not fit.
#[wasm_bindgen(unchecked_return_type = "[json: string, text: string]")]
pub fn inspect(blob: &[u8]) -> Result<Vec<String>, KmslabError> {
    let found = lab::inspect(blob).map_err(thrown)?;
    Ok(vec![found.to_json(), found.to_text(WIDTH, false)])
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds up to the year 9999 fit 53 bits")]
fn millis(whole: i64) -> f64 {
    whole as f64
}

/// What AWS spells so.
fn named<T: FromStr>(what: &str, text: &str) -> Result<T, KmslabError> {
    text.parse().map_err(|_| thrown(format_args!("{text:?} is no {what}")))
}

pub(crate) fn parse_account(text: &str) -> Result<AccountId, KmslabError> {
    text.parse().map_err(|_| thrown(format_args!("an account id has 12 digits, not {text:?}")))
}

pub(crate) fn parse_region(text: &str) -> Result<Region, KmslabError> {
    text.parse().map_err(|_| thrown(format_args!("a Region's name looks like eu-west-1, not {text:?}")))
}
