//! The IAM policy language: parse, match, decide, explain. Pure: it knows no service, no state and no clock.
//!
//! A [`Policy`] is parsed once into an immutable compiled form. [`decide`] answers whether a request is allowed, without
//! allocating; [`explain`] answers the same with every statement that was looked at and why it did or did not match.
//!
//! Sources: IAM User Guide ("Policy evaluation logic", "JSON policy elements"), AWS KMS Developer Guide ("Key access
//! and permissions").

mod action;
mod automaton;
mod change;
mod condition;
mod context;
mod decide;
mod decision;
mod document;
mod explain;
mod finding;
mod glob;
mod grammar;
mod grant;
mod hash;
mod input;
mod json;
mod near;
mod pattern;
mod principal;
mod reach;
mod render;
mod rules;
mod scene;
mod seen;
mod sentence;
mod stages;
mod statement;
mod stored;
mod summary;
mod survey;
mod template;
mod value;

// For `report::check`, which looks at documents and not at decisions.
pub(crate) use action::{covered_by, has_no_resource, siblings};
pub(crate) use condition::{Operator, Set};
pub(crate) use glob::{is_wild, matches_folded};
pub(crate) use grammar::{Condition, Draft, List, Word, drafts, not_json, refusal};
pub(crate) use grant::READ as GRANT_KEYS;
pub(crate) use hash::hash;
pub(crate) use json::{FILE_DEPTH, Member, Node, Value, Wrong, parse_file, place, unique};

pub use action::{ActionRow, actions, is_misspelt};
pub use change::{Change, ChangeKind, Changes};
pub use context::{Context, Name, Texts, Values};
pub use decide::decide;
pub use decision::{Decision, Effect, Reason};
pub use document::{Kind, Policy, PolicyError};
pub use explain::{Asked, Element, Explanation, Finding, Outcome, Stage, StatementEffect, explain};
pub use input::{
    Assumed, Grant, Level, Named, Policies, PrincipalSide, Query, Requester, RequesterKind, ResourceKind, ResourceSide,
};
pub(crate) use reach::{ALWAYS, Party, Reach, Subject, classes, ones};
pub use reach::{Conditions, Requirement};
pub use stored::stored;
pub use survey::{Extent, ValueType};
