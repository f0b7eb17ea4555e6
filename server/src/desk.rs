//! What the server needs of a lab.

use kmslab::base::{AccountId, Fault, Region, Timespan, Timestamp};
use kmslab::lab::{Made, Work};
use kmslab::wire::{Request, Response};
use std::fmt;

/// What a lab says about itself; told at the start and by `GET /_kmslab/health`.
#[derive(Debug, Clone)]
pub struct About {
    /// The default account.
    pub account: AccountId,
    /// The default Region.
    pub region: Region,
    /// Whether every signature is checked (the default), or unknown access keys are taken as the administrator.
    pub strict: bool,
    /// Whether the lab's chance repeats byte for byte.
    pub seeded: bool,
}

/// What the request log says of one request, beyond its answer.
#[derive(Debug, Clone, Default)]
pub struct Remark {
    /// Such as `kms:Decrypt`.
    pub event: String,
    /// The caller's ARN; empty when nobody was recognised.
    pub principal: String,
    /// AWS's code of a refusal; empty when there was none.
    pub code: String,
    /// One sentence: why the request was denied. `None` when it was not.
    pub denial: Option<String>,
}

/// What the server needs of a lab. [`kmslab::lab::Lab`] is the one that ships; tests put others here.
pub trait Desk: fmt::Debug + Send + 'static {
    /// Answers one request.
    fn handle(&mut self, request: &Request) -> Response;
    /// Answers one request, or gives back what takes long, to be done while others have the lab; what it has made comes
    /// with the next attempt.
    ///
    /// # Errors
    /// [`Work`] to be done first.
    fn attempt(&mut self, request: &Request, _made: Option<Made>) -> Result<Response, Work> {
        Ok(self.handle(request))
    }
    /// Answers a request that cannot be handled, in the words of the protocol it was meant for.
    fn refuse(&mut self, head: &Request, fault: Fault) -> Response;
    /// What the log says of a request that was just answered.
    fn remark(&self, request: &Request, response: &Response) -> Remark;
    /// The lab about itself.
    fn about(&self) -> About;
    /// The lab's present moment.
    fn now(&self) -> Timestamp;
    /// Moves the lab's clock forward.
    ///
    /// # Errors
    /// When the clock cannot go there.
    fn advance(&mut self, span: Timespan) -> Result<Timestamp, Fault>;
    /// Lets the next `times` calls of `operation` fail with `error`; `None` is for good.
    ///
    /// # Errors
    /// A sentence that says why it cannot.
    fn inject_error(&mut self, operation: &str, error: &str, times: Option<u32>) -> Result<(), String>;
    /// Takes back the failures that are yet to come.
    fn clear_errors(&mut self);
    /// CloudTrail records from number `from` on, each as JSON text.
    fn trail(&self, from: usize) -> Vec<String>;
    /// The checks of one request, or of the last one that was decided, as JSON text.
    fn explain(&self, request_id: Option<&str>) -> Option<String>;
    /// The organization that the accounts are in, as JSON text.
    fn organization(&self) -> Option<String> {
        None
    }
    /// Puts an organization, as JSON text, in the place of the one there was; `None` dissolves it.
    ///
    /// # Errors
    /// What is wrong with it.
    fn set_organization(&mut self, _text: Option<&str>) -> Result<(), String> {
        Err("there are no organizations here".into())
    }
    /// Puts a VPC endpoint there, from JSON text: its id, VPC and host name, as JSON text.
    ///
    /// # Errors
    /// What is wrong with it.
    fn add_vpc_endpoint(&mut self, _text: &str) -> Result<String, String> {
        Err("there are no VPC endpoints here".into())
    }
}

/// The request id that an answer carries.
pub(crate) fn id_of(response: &Response) -> Option<&str> {
    let is_id =
        |name: &str| name.eq_ignore_ascii_case("x-amzn-requestid") || name.eq_ignore_ascii_case("x-amz-request-id");
    response.headers.iter().find(|(name, _)| is_id(name)).map(|(_, id)| &**id)
}
