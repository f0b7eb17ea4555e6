//! The last decisions' inputs, kept so that any answer, allowed or denied, can be explained later.

use super::authorize::{Asking, Evaluation};
use crate::base::{Fault, Timestamp, Uuid};
use crate::policy::Context;
use alloc::{collections::VecDeque, string::String, vec::Vec};
use core::mem;

/// All checks of one request.
#[derive(Debug, Clone)]
pub struct Decided {
    /// The request's id, as answered to the caller.
    pub request_id: Uuid,
    /// The service, such as `kms`.
    pub service: &'static str,
    /// The operation, such as `Decrypt`.
    pub operation: &'static str,
    /// When.
    pub at: Timestamp,
    /// Its checks, in the order they were made; the one that failed is the last.
    pub checks: Vec<Evaluation>,
    /// What the caller was answered, if it was a refusal.
    pub fault: Option<Fault>,
    /// What AWS does not say about the refusal. Never on the wire.
    pub notes: Vec<String>,
}

/// The last decisions, oldest first.
#[derive(Debug, Default)]
pub struct Decisions {
    kept: VecDeque<Decided>,
    /// Of a decision that was let go.
    spare: Option<Context>,
    current: Vec<Evaluation>,
    notes: Vec<String>,
}

impl Decisions {
    /// How many requests are remembered. Older ones cannot be explained any more.
    pub const KEPT: usize = 1000;

    /// A context to be filled anew, which saves making and dropping one at every request.
    pub(super) fn spare(&mut self) -> Option<Context> {
        self.spare.take()
    }

    /// Notes a check of the request under way.
    pub(super) fn note(&mut self, evaluation: Evaluation) {
        // One is what most requests have; a vector would make room for four.
        self.current.reserve_exact(1);
        self.current.push(evaluation);
    }

    /// Notes for the lab's user what AWS keeps to itself about a refusal of the request under way.
    pub(crate) fn remark(&mut self, note: String) {
        self.notes.push(note);
    }

    /// The checks of the request under way.
    pub(crate) fn current(&self) -> impl Iterator<Item = &Evaluation> {
        self.current.iter()
    }

    /// Forgets the checks of a request that never ended.
    pub(crate) fn abandon(&mut self) {
        self.current.clear();
        self.notes.clear();
    }

    /// Ends the request under way.
    pub(crate) fn close(
        &mut self,
        asking: &Asking,
        (service, operation): (&'static str, &'static str),
        fault: Option<Fault>,
    ) {
        let (checks, notes) = (mem::take(&mut self.current), mem::take(&mut self.notes));
        if checks.is_empty() {
            return;
        }
        if self.kept.len() >= Self::KEPT {
            let oldest = self.kept.pop_front().and_then(|mut decided| decided.checks.pop());
            self.spare = oldest.map(|evaluation| evaluation.context).filter(Context::is_usual);
        }
        let (request_id, at) = (asking.request_id, asking.now);
        self.kept.push_back(Decided { request_id, service, operation, at, checks, fault, notes });
    }

    /// The request with this id.
    #[must_use]
    pub fn find(&self, request_id: Uuid) -> Option<&Decided> {
        self.kept.iter().rev().find(|decided| decided.request_id == request_id)
    }

    /// The last request that needed a decision.
    #[must_use]
    pub fn last(&self) -> Option<&Decided> {
        self.kept.back()
    }
}
