//! kmslab for JavaScript: a lab in a page, a worker or Node. It translates types and decides nothing.

use js_sys::{Array, Date, JSON, Object, Reflect, Uint8Array};
use kmslab::base::{Clock, Entropy, Fault, NoEntropy, Timespan, Timestamp};
use kmslab::lab::{self, Auth, Request, Response};
use wasm_bindgen::prelude::*;

/// The types of the border, as TypeScript sees them.
#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** An HTTP request, signed (AWS Signature Version 4). */
export interface HttpRequest {
    method: string;
    /** Path and query, as they stand on the wire: `/`, `/?Action=GetCallerIdentity&Version=2011-06-15`. */
    target: string;
    headers: Record<string, string>;
    body?: Uint8Array | undefined;
}
/** An HTTP answer. A refusal of AWS's is an answer like any other. */
export interface HttpAnswer {
    status: number;
    /** Names in lower case. */
    headers: Record<string, string>;
    body: Uint8Array;
}
/** What a client signs with. */
export interface Credentials {
    accessKeyId: string;
    secretAccessKey: string;
    sessionToken?: string;
}
export interface LabOptions {
    /** The Region that clients are given; default us-east-1. A lab serves them all. */
    region?: string;
    /** Whether unknown access keys are refused ("strict", the default) or act as the administrator. */
    auth?: "strict" | "lenient";
    /** Takes all chance from this whole number: the lab repeats byte for byte, and its keys can be guessed. */
    seed?: number;
    /** The lab's clock stands still at this moment until it is moved; by default it runs. */
    now?: Date;
}
/** One element of a policy statement (or one part of a grant), held against the request. */
export interface ExplainedElement {
    element: string;
    matched: boolean;
    wanted: string[];
    /** `null`: the request has no such key. */
    got: string[] | null;
    operator: string | null;
    key: string | null;
    note: string;
}
export interface ExplainedStatement {
    policy: string;
    kind: string;
    sid: string | null;
    /** From 1. */
    index: number;
    line: number;
    column: number;
    effect: string;
    matched: boolean;
    decided: boolean;
    /** One element away from matching. */
    near: boolean;
    /** The reason of the decision as it would be if a near Allow matched; `null` in all other statements. */
    if_matched: string | null;
    elements: ExplainedElement[];
}
export interface ExplainedStage {
    name: string;
    outcome: string;
    note: string;
    statements: ExplainedStatement[];
}
/** One change of the request, of a policy or of the grants. */
export interface Change {
    kind: string;
    /** What to do, as a part of a sentence. */
    text: string;
    note: string;
    policy: string | null;
    policy_kind: string | null;
    sid: string | null;
    /** From 1; 0 where no statement is changed, as the line. */
    index: number;
    line: number;
    key: string | null;
    values: string[];
    document: Record<string, unknown> | null;
    /** The reason of the decision after the change. */
    then: string;
}
/** What would change the decision: each change was made, and the request decided again. */
export interface Changes {
    /** Each of these alone would allow the request. */
    alone: Change[];
    /** Where none does: these together. */
    together: Change[];
    /** Each of these removals alone would deny the request. */
    hangs_on: Change[];
}
/** One permission that was checked. */
export interface Explanation {
    allowed: boolean;
    effect: string;
    reason: string;
    /** One plain sentence: what decided, and why. */
    summary: string;
    request: { principal: string; account: string | null; action: string; resource: string; context: Record<string, string[]> };
    stages: ExplainedStage[];
    changes: Changes;
}
/** Why a request was answered as it was. */
export interface Explained {
    request_id: string;
    operation: string;
    at: string;
    /** AWS's code and sentence, if the request was refused. */
    error: string | null;
    message: string | null;
    /** What AWS does not say about the refusal: which principal does not exist, where a document is wrong. */
    notes: string[];
    /** In order; the one that was refused is the last. */
    checks: Explanation[];
}
/** One field of a ciphertext. */
export interface CiphertextField {
    name: string;
    kind: string;
    /** The place of its first byte. */
    at: number;
    length: number;
    hex: string;
    meaning: string;
}
/** A ciphertext, taken apart. */
export interface Inspected {
    format: string;
    length: number;
    fields: CiphertextField[];
    notes: string[];
    /** The same for pages: a fragment that is readable on light and dark ones. */
    html: string;
}
/** A CloudTrail record. */
export interface TrailRecord {
    eventTime: string;
    eventSource: string;
    eventName: string;
    awsRegion: string;
    userIdentity: Record<string, unknown>;
    requestID: string;
    readOnly: boolean;
    errorCode?: string;
    errorMessage?: string;
    [member: string]: unknown;
}
"#;

#[wasm_bindgen]
extern "C" {
    /// An HTTP request. A getter a member: no serde, and no copy of the whole.
    #[wasm_bindgen(typescript_type = "HttpRequest")]
    #[derive(Debug)]
    pub type HttpRequest;
    #[wasm_bindgen(method, getter)]
    fn method(this: &HttpRequest) -> String;
    #[wasm_bindgen(method, getter)]
    fn target(this: &HttpRequest) -> String;
    #[wasm_bindgen(method, getter)]
    fn headers(this: &HttpRequest) -> Object;
    #[wasm_bindgen(method, getter)]
    fn body(this: &HttpRequest) -> Option<Uint8Array>;

    /// What the constructor may be told.
    #[wasm_bindgen(typescript_type = "LabOptions")]
    #[derive(Debug)]
    pub type LabOptions;
    #[wasm_bindgen(method, getter)]
    fn region(this: &LabOptions) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn auth(this: &LabOptions) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn seed(this: &LabOptions) -> Option<f64>;
    #[wasm_bindgen(method, getter)]
    fn now(this: &LabOptions) -> Option<Date>;

    /// An HTTP answer, a plain object.
    #[wasm_bindgen(typescript_type = "HttpAnswer")]
    #[derive(Debug)]
    pub type HttpAnswer;
    /// What a client signs with, a plain object.
    #[wasm_bindgen(typescript_type = "Credentials")]
    #[derive(Debug)]
    pub type Credentials;
    /// Why a request was answered as it was, a plain object; or `undefined`.
    #[wasm_bindgen(typescript_type = "Explained | undefined")]
    #[derive(Debug)]
    pub type Explained;
    /// A ciphertext, taken apart: a plain object.
    #[wasm_bindgen(typescript_type = "Inspected")]
    #[derive(Debug)]
    pub type Inspected;
    /// CloudTrail's records, plain objects.
    #[wasm_bindgen(typescript_type = "TrailRecord[]")]
    #[derive(Debug)]
    pub type TrailRecords;

    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(text: &str);
}

/// A panic ends the module (wasm cannot unwind), so it should at least say what it was.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|panic| {
        console_error(&format!(
            "kmslab {} has a bug, and this lab is over. Please report it to {}/issues: {panic}",
            env!("CARGO_PKG_VERSION"),
            env!("CARGO_PKG_REPOSITORY"),
        ));
    }));
}

/// AWS KMS, IAM and STS in memory: real cryptography, every policy enforced, every decision explained.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Lab(lab::Lab);

#[wasm_bindgen]
impl Lab {
    /// @param account 12 digits; default 111122223333.
    /// @throws {Error} when an argument cannot be.
    #[wasm_bindgen(constructor)]
    pub fn new(account: Option<String>, options: Option<LabOptions>) -> Result<Lab, JsError> {
        let mut builder = lab::Lab::builder(Box::new(PageClock), Box::new(PageEntropy));
        if let Some(account) = account {
            builder = builder.account(account.parse().map_err(|_| JsError::new("account: 12 digits are needed"))?);
        }
        if let Some(options) = options {
            if let Some(region) = options.region() {
                builder = builder.region(region.parse().map_err(|_| JsError::new("region: not like us-east-1"))?);
            }
            builder = builder.auth(match options.auth().as_deref() {
                None | Some("strict") => Auth::Strict,
                Some("lenient") => Auth::Lenient,
                Some(_) => return Err(JsError::new("auth: \"strict\" or \"lenient\"")),
            });
            if let Some(seed) = options.seed() {
                builder = builder.seed(whole(seed).ok_or_else(|| JsError::new("seed: a whole number from 0"))?);
            }
            if let Some(now) = options.now() {
                builder = builder.now(moment(now.get_time()).ok_or_else(|| JsError::new("now: not a valid Date"))?);
            }
        }
        builder.build().map(Lab).map_err(thrown)
    }

    /// Opens what `save` made.
    /// @throws {Error} when the text is damaged, or newer than this version.
    pub fn open(text: &str) -> Result<Lab, JsError> {
        lab::Lab::open(text, Box::new(PageClock), Box::new(PageEntropy))
            .map(Lab)
            .map_err(|error| JsError::new(&error.to_string()))
    }

    /// Answers one signed request.
    /// @throws {Error} when the object is not a request. What AWS refuses is an answer, not an error.
    pub fn handle(&mut self, request: &HttpRequest) -> Result<HttpAnswer, JsError> {
        let request = Request {
            method: request.method(),
            target: request.target(),
            headers: pairs(&request.headers())?,
            body: request.body().map(|body| body.to_vec()).unwrap_or_default(),
            peer: None,
        };
        answer(self.0.handle(&request))
    }

    /// The administrator's credentials.
    #[wasm_bindgen(getter)]
    pub fn credentials(&self) -> Result<Credentials, JsError> {
        credentials(&self.0.credentials())
    }

    /// Adds an account, or finds it, and gives its administrator's credentials.
    /// @param account 12 digits.
    /// @throws {Error} when it is not.
    #[wasm_bindgen(js_name = addAccount)]
    pub fn add_account(&mut self, account: &str) -> Result<Credentials, JsError> {
        let account = account.parse().map_err(|_| JsError::new("account: 12 digits are needed"))?;
        credentials(&self.0.add_account(account).map_err(thrown)?)
    }

    /// The first account.
    #[wasm_bindgen(getter)]
    pub fn account(&self) -> String {
        self.0.account().to_string()
    }

    /// The Region that clients are given.
    #[wasm_bindgen(getter)]
    pub fn region(&self) -> String {
        self.0.region().to_string()
    }

    /// The present, by the lab's clock.
    #[wasm_bindgen(getter)]
    pub fn now(&self) -> Date {
        date(self.0.now())
    }

    /// Moves the lab's clock forward, and tells the new time. Clients go on signing with the machine's time.
    /// @param seconds 0 or more.
    /// @throws {Error} when it is less: time does not go back.
    pub fn advance(&mut self, seconds: f64) -> Result<Date, JsError> {
        let bad = || JsError::new("seconds: a number from 0 to 3.2e10; a clock only moves forward");
        let millis = Some(seconds).filter(|seconds| (0.0..=3.2e10).contains(seconds)).ok_or_else(bad)? * 1000.0;
        #[expect(clippy::cast_possible_truncation, reason = "at most 3.2e13, checked above")]
        let span = Timespan::millis(millis.round() as i64);
        self.0.advance(span).map(date).map_err(thrown)
    }

    /// CloudTrail's records from number `from` on (default 0), oldest first.
    pub fn trail(&self, from: Option<usize>) -> Result<TrailRecords, JsError> {
        let records = Array::new();
        for text in self.0.trail(from.unwrap_or_default()) {
            records.push(&parsed(&text)?);
        }
        Ok(JsValue::from(records).unchecked_into())
    }

    /// Why the request with this id (default: the last one that needed a decision) was allowed or denied;
    /// `undefined` when no policy was asked, or when it is older than the last thousand.
    #[wasm_bindgen(unchecked_return_type = "Explained | undefined")]
    pub fn explain(&self, request_id: Option<String>) -> Result<JsValue, JsError> {
        let Some(explained) = self.0.explain(request_id.as_deref()) else { return Ok(JsValue::UNDEFINED) };
        parsed(&serde_json::to_string(&explained).map_err(|error| JsError::new(&error.to_string()))?)
    }

    /// The whole lab as text. It holds key material and secret access keys in the clear.
    pub fn save(&mut self) -> String {
        self.0.save()
    }
}

/// Takes a ciphertext of KMS apart, without any key.
/// @throws {Error} when it is none: the message says at which byte that shows.
#[wasm_bindgen]
pub fn inspect(blob: &[u8]) -> Result<Inspected, JsError> {
    let found = lab::inspect(blob).map_err(|misfit| JsError::new(&misfit.to_string()))?;
    let object: Object = parsed(&found.to_json())?.unchecked_into();
    set(&object, "html", &found.to_html().into())?;
    Ok(JsValue::from(object).unchecked_into())
}

/// The page's clock.
#[derive(Debug)]
struct PageClock;

impl Clock for PageClock {
    fn now(&self) -> Timestamp {
        moment(Date::now()).unwrap_or(Timestamp::from_millis(0))
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

/// JavaScript's milliseconds; `None` for an invalid date.
fn moment(millis: f64) -> Option<Timestamp> {
    #[expect(clippy::cast_possible_truncation, reason = "a JavaScript date is within 8.64e15")]
    millis.is_finite().then(|| Timestamp::from_millis(millis as i64))
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds up to year 9999 fit 53 bits")]
fn date(moment: Timestamp) -> Date {
    Date::new(&JsValue::from_f64(moment.as_millis() as f64))
}

/// A whole number that JavaScript can hold exactly.
fn whole(number: f64) -> Option<u64> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and within 0 to 2^53")]
    (number.fract() == 0.0 && (0.0..=9_007_199_254_740_992.0).contains(&number)).then_some(number as u64)
}

/// Names and values of a plain object.
fn pairs(object: &Object) -> Result<Vec<(String, String)>, JsError> {
    let pair = |entry: JsValue| {
        let entry = Array::from(&entry);
        let name = entry.get(0).as_string()?;
        let value = entry.get(1);
        // The SDK sets content-length as a number. (Formatting fractions would cost the module 15 kB.)
        let value = value.as_string().or_else(|| value.as_f64().and_then(whole).map(|number| number.to_string()))?;
        Some((name, value))
    };
    let pairs: Option<_> = Object::entries(object).iter().map(pair).collect();
    pairs.ok_or_else(|| JsError::new("headers: a plain object of strings is needed"))
}

fn answer(response: Response) -> Result<HttpAnswer, JsError> {
    let headers = Object::new();
    for (name, value) in &response.headers {
        set(&headers, &name.to_ascii_lowercase(), &JsValue::from_str(value))?;
    }
    let answer = Object::new();
    set(&answer, "status", &JsValue::from(response.status))?;
    set(&answer, "headers", &headers)?;
    set(&answer, "body", &Uint8Array::from(response.body.as_slice()))?;
    Ok(JsValue::from(answer).unchecked_into())
}

fn credentials(given: &lab::Credentials) -> Result<Credentials, JsError> {
    let object = Object::new();
    set(&object, "accessKeyId", &JsValue::from_str(&given.access_key_id))?;
    set(&object, "secretAccessKey", &JsValue::from_str(given.secret_access_key.expose_text()))?;
    if let Some(token) = &given.session_token {
        set(&object, "sessionToken", &JsValue::from_str(token.expose_text()))?;
    }
    Ok(JsValue::from(object).unchecked_into())
}

fn set(object: &Object, name: &str, value: &JsValue) -> Result<(), JsError> {
    Reflect::set(object, &JsValue::from_str(name), value)
        .map(drop)
        .map_err(|_| JsError::new("an object cannot be written"))
}

fn parsed(text: &str) -> Result<JsValue, JsError> {
    JSON::parse(text).map_err(|_| JsError::new("kmslab has a bug: it wrote bad JSON"))
}

fn thrown(fault: Fault) -> JsError {
    JsError::new(&fault.to_string())
}
