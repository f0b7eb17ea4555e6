//! The services: one folder each, one file an operation, one table a service.

pub mod iam;
pub mod kms;
pub mod sts;

pub use crate::crypto::pair::{Made, Slow, Work};

use crate::base::{AccountId, Entropy, Fault, Region, Timestamp};
use crate::wire::{Doc, FromDoc, IntoDoc, Type};
use crate::world::keys::{Consistency, GrantId, Happened};
use crate::world::{Asking, Caller, Needs, Permit, World};
use alloc::{string::String, vec::Vec};
use core::fmt;

/// One API operation of AWS.
///
/// The gateway decodes the input, asks what the operation [`needs`](Self::needs), lets the world authorize it, and
/// hands the [`Permit`] to [`run`](Self::run). There is no other way to run one.
pub trait Operation {
    /// AWS's name of it.
    const NAME: &'static str;
    /// The request-quota bucket it draws from.
    const QUOTA: Quota;
    /// What CloudTrail records of it.
    const AUDIT: Audit;
    /// What the caller sends.
    type Input: FromDoc;
    /// What the caller gets.
    type Output: IntoDoc;
    /// What the permit is for.
    type Target;

    /// What must be allowed before this may run, and on what. Changes nothing.
    ///
    /// # Errors
    /// The faults that come before authorization: parameter rules that need no key, and ids that cannot be.
    fn needs(input: &Self::Input, call: &Call<'_>) -> Result<Needs<Self::Target>, Fault>;

    /// Does it. Decides first and writes last; what a failed run wrote is undone.
    ///
    /// # Errors
    /// Whatever AWS answers.
    fn run(call: &mut Call<'_>, target: Permit<Self::Target>, input: Self::Input) -> Result<Self::Output, Fault>;
}

/// A request-quota bucket, in requests a second. Source: KMS Developer Guide, "Request quotas".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quota {
    /// Shared with others under this name, such as `crypto_symmetric`.
    Shared(&'static str),
    /// The operation's own bucket of so many a second.
    Own(u32),
    /// Shared with others of the same kind of key: `crypto_rsa`, `crypto_ecc_sm2`, `crypto_ml_dsa`.
    OfKey,
    /// The bucket of the `KeyPairSpec` that is asked for.
    OfPairSpec,
    /// AWS publishes no figure.
    Unpublished,
}

/// What the trail records of an operation. Source: kms.md, section 20; CloudTrail User Guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Audit {
    /// `readOnly` of the record.
    pub read_only: bool,
    /// Members of the input that never enter the record: plaintext, ciphertext, tokens.
    pub hides: &'static [&'static str],
    /// Members of the input that the record shows with their defaults when they were not sent.
    pub fills: &'static [(&'static str, Filled)],
    /// Whether `responseElements` holds the output (without `hides_output`), or null.
    pub response: bool,
    /// Members of the output that never enter the record.
    pub hides_output: &'static [&'static str],
}

/// The default of a member, as the trail shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filled {
    /// A string.
    Text(&'static str),
    /// A number.
    Int(i64),
    /// A flag.
    Bool(bool),
    /// What another member has: a name and its deprecated twin.
    Like(&'static str),
    /// The default key policy of the caller's account.
    KeyPolicy,
    /// An empty list.
    Nothing,
}

impl Audit {
    /// A read: no response elements, nothing hidden.
    pub const READ: Self = Self { read_only: true, hides: &[], fills: &[], response: false, hides_output: &[] };
    /// A change: response elements, nothing hidden.
    pub const WRITE: Self = Self { read_only: false, hides: &[], fills: &[], response: true, hides_output: &[] };

    /// The same with these input members hidden.
    #[must_use]
    pub const fn hiding(mut self, members: &'static [&'static str]) -> Self {
        self.hides = members;
        self
    }

    /// The same with these defaults shown.
    #[must_use]
    pub const fn filling(mut self, members: &'static [(&'static str, Filled)]) -> Self {
        self.fills = members;
        self
    }

    /// The same with these output members hidden.
    #[must_use]
    pub const fn hiding_output(mut self, members: &'static [&'static str]) -> Self {
        self.hides_output = members;
        self
    }
}

/// One request under way: who asks, when and where, and the world it may change.
#[derive(Debug)]
pub struct Call<'a> {
    /// The world. Changes go through permits and are undone when the request fails.
    pub world: &'a mut World,
    /// Who asks, and the one reading of the clock.
    pub asking: &'a Asking,
    /// Chance.
    pub entropy: &'a mut dyn Entropy,
    /// Key pairs: new ones come from here, because some take long to make.
    pub pairs: &'a mut Slow,
    /// What the operation adds to its trail record.
    pub trail: Remarks,
}

/// What an operation adds to its trail record.
#[derive(Debug, Clone, Default)]
pub struct Remarks {
    /// Members of `responseElements` beyond (or instead of) the output: AWS logs `keyId` for operations without output.
    pub response: Vec<(&'static str, String)>,
    /// Members of the output that are not in this call's `responseElements`.
    pub hides_output: &'static [&'static str],
    /// Members of `additionalEventData`.
    pub additional: Vec<(&'static str, String)>,
    /// Members of `requestParameters` beyond the input: AWS logs a cluster's id under another name.
    pub parameters: Vec<(&'static str, String)>,
    /// ARNs of `resources` beyond those that were authorized: what the operation created.
    pub resources: Vec<String>,
    /// The records that the call has in other Regions.
    pub elsewhere: Vec<Elsewhere>,
    /// What the service then did by itself.
    pub happened: Vec<Happened>,
}

/// The record of a call in another Region than that of its endpoint: what it did to related multi-Region keys there.
#[derive(Debug, Clone)]
pub struct Elsewhere {
    /// The Region.
    pub region: Region,
    /// The operation that stands there with its input and output, when it is another one.
    pub call: Option<(&'static str, Doc, Doc)>,
}

impl Call<'_> {
    /// The request's moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.asking.now
    }

    /// The caller.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.asking.caller
    }

    /// The caller's account.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.asking.caller.account
    }

    /// The endpoint's Region.
    #[must_use]
    pub fn region(&self) -> &Region {
        &self.asking.region
    }

    /// `N` random bytes.
    ///
    /// # Errors
    /// [`Fault::Internal`] when the source fails.
    pub fn random<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes)?;
        Ok(bytes)
    }
}

/// An operation as the gateway sees it.
#[derive(Clone, Copy)]
pub struct Row {
    /// AWS's name.
    pub name: &'static str,
    /// The quota it draws from.
    pub quota: Quota,
    /// What the trail records.
    pub audit: Audit,
    /// The members of the input that the operation reads, for the test that walks the model.
    pub reads: Type,
    /// The members of the output that it can produce.
    pub writes: Type,
    /// The pipeline of the operation.
    pub serve: fn(&mut Call<'_>, Doc) -> Result<Option<Doc>, Fault>,
}

impl Row {
    /// The row of `O`.
    #[must_use]
    pub const fn of<O: Operation>() -> Self {
        Self {
            name: O::NAME,
            quota: O::QUOTA,
            audit: O::AUDIT,
            reads: <O::Input as FromDoc>::TYPE,
            writes: <O::Output as IntoDoc>::TYPE,
            serve: serve::<O>,
        }
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The pipeline of one operation. If a step cannot be seen here, it does not happen.
fn serve<O: Operation>(call: &mut Call<'_>, doc: Doc) -> Result<Option<Doc>, Fault> {
    let presented = presented(&doc, call);
    let input = O::Input::from_doc(Some(doc))?;
    let needs = O::needs(&input, call)?.presenting(presented);
    let permit = call.world.authorize(call.asking, needs)?;
    O::run(call, permit, input).map(IntoDoc::into_doc)
}

/// The grants whose tokens a request presents. They matter where a grant does not take effect at once.
fn presented(doc: &Doc, call: &Call<'_>) -> Vec<GrantId> {
    let keys = &call.world.keys;
    let tokens = match doc.get("GrantTokens") {
        Some(Doc::List(tokens)) if keys.consistency == Consistency::Eventual => tokens.as_slice(),
        _ => return Vec::new(),
    };
    let grant = |token: &Doc| keys.grant_of_token(token.as_text()?, call.region()).ok();
    tokens.iter().filter_map(grant).collect()
}

/// The services of the lab: AWS's name, as in ARNs and credential scopes, and the table of operations.
pub static SERVICES: &[(&str, &[Row])] =
    &[("iam", iam::OPERATIONS), ("kms", kms::OPERATIONS), ("sts", sts::OPERATIONS)];

/// The row of `operation` of `service`, when kmslab has it.
#[must_use]
pub fn find(service: &str, operation: &str) -> Option<&'static Row> {
    let (_, rows) = SERVICES.iter().find(|(name, _)| *name == service)?;
    rows.iter().find(|row| row.name == operation)
}
