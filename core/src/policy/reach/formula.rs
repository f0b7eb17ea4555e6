//! When a request is allowed: a formula over conditions whose keys only the call itself can tell.
//!
//! The conditions on a key (or on keys that hang together) split its values into classes that no policy tells apart. A
//! class is a [`Point`]; what holds at every combination of points holds in every request.

use crate::base::sort_by_rank;
use alloc::vec::Vec;

/// Conditions that all have to hold, by number.
pub(super) type Term = Vec<u32>;
/// Terms of which one has to hold; none never does.
pub(super) type Any = Vec<Term>;

/// No deny holds, every layer of `must` does, and every part of one of the ways.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Formula {
    pub(super) denies: Any,
    pub(super) must: Vec<Any>,
    pub(super) ways: Vec<Vec<Any>>,
}

/// Which conditions hold: one bit each, in an order that the caller chooses.
pub(super) type Bits = u64;

/// The values of keys that hang together.
#[derive(Debug, Clone)]
pub(super) struct Axis {
    /// The conditions on them.
    pub(super) mask: Bits,
    /// Which of those hold, for each class of values.
    pub(super) points: Vec<Bits>,
    /// Whether these are certainly all classes.
    pub(super) whole: bool,
}

/// When a formula holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Holds {
    Never,
    Always,
    Sometimes {
        /// Alternatives: conditions that hold, conditions that do not.
        terms: Vec<(Bits, Bits)>,
        /// Whether these are all alternatives, and each is possible.
        exact: bool,
    },
}

/// How many alternatives are told.
const TERMS: usize = 64;
/// How many combinations of points are looked at.
const STEPS: u32 = 200_000;

impl Formula {
    /// The conditions in it.
    pub(super) fn atoms(&self) -> Vec<u32> {
        let anys = self.must.iter().chain(self.ways.iter().flatten()).chain([&self.denies]);
        let mut all: Vec<u32> = anys.flatten().flatten().copied().collect();
        sort_by_rank(&mut all, |atom| u64::from(*atom));
        all.dedup();
        all
    }

    /// When it holds, given the classes of values of its conditions; `order`: these conditions (at most 64), bit by bit.
    pub(super) fn solve(&self, order: &[u32], axes: &[Axis]) -> Holds {
        let compiled = Compiled::of(self, order);
        let mut search = Search { compiled: &compiled, axes, seen: [false; 2], steps: 0 };
        search.explore(0, 0, 0);
        let whole = axes.iter().all(|axis| axis.whole) && search.steps < STEPS;
        match search.seen {
            [_, false] if whole => return Holds::Never,
            [false, true] if whole => return Holds::Always,
            _ => {}
        }
        let (terms, complete) = compiled.alternatives(axes);
        Holds::Sometimes { terms, exact: whole && complete }
    }
}

/// The formula with one bit a condition.
#[derive(Debug)]
struct Compiled {
    denies: Vec<Bits>,
    must: Vec<Vec<Bits>>,
    ways: Vec<Vec<Vec<Bits>>>,
}

impl Compiled {
    fn of(formula: &Formula, order: &[u32]) -> Self {
        let place = |atom: &u32| order.iter().zip(0_u32..).find(|(own, _)| *own == atom);
        let bit = |atom: &u32| place(atom).and_then(|(_, at)| 1_u64.checked_shl(at)).unwrap_or(0);
        let term = |term: &Term| term.iter().fold(0, |bits, atom| bits | bit(atom));
        let any = |any: &Any| any.iter().map(term).collect::<Vec<_>>();
        Self {
            denies: any(&formula.denies),
            must: formula.must.iter().map(any).collect(),
            ways: formula.ways.iter().map(|way| way.iter().map(any).collect()).collect(),
        }
    }

    /// Whether it holds, as far as the conditions in `known` tell, of which those in `held` do.
    fn truth(&self, known: Bits, held: Bits) -> Option<bool> {
        let term = |term: Bits| {
            if term & known & !held != 0 {
                Some(false)
            } else if term & !known == 0 {
                Some(true)
            } else {
                None
            }
        };
        let any = |terms: &[Bits]| some(terms.iter().map(|bits| term(*bits)));
        let all = |anys: &[Vec<Bits>]| every(anys.iter().map(|terms| any(terms)));
        let denied = any(&self.denies);
        let way = some(self.ways.iter().map(|way| all(way)));
        every([denied.map(|denied| !denied), all(&self.must), way].into_iter())
    }

    /// What has to hold and what must not, as alternatives of which none contains another; and whether these are all.
    fn alternatives(&self, axes: &[Axis]) -> (Vec<(Bits, Bits)>, bool) {
        let mut complete = true;
        let mut all = Vec::new();
        for way in &self.ways {
            let mut terms = Vec::from([(0, 0)]);
            let layers = self.must.iter().chain(way).map(|any| any.iter().map(|bits| (*bits, 0)).collect::<Vec<_>>());
            let spared = self.denies.iter().map(|deny| singles(*deny).map(|bit| (0, bit)).collect());
            for choices in layers.chain(spared) {
                terms = product(&terms, &choices, axes, &mut complete);
            }
            all.extend(terms);
        }
        for term in &mut all {
            simplify(term, axes);
        }
        absorb(&mut all);
        complete = complete && all.len() <= TERMS;
        all.truncate(TERMS);
        (all, complete)
    }
}

/// Whether one is true; unknown when none is but some may be.
fn some(all: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut found = Some(false);
    for value in all {
        match value {
            Some(true) => return Some(true),
            None => found = None,
            Some(false) => {}
        }
    }
    found
}

fn every(all: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    some(all.map(|value| value.map(|value| !value))).map(|found| !found)
}

struct Search<'a> {
    compiled: &'a Compiled,
    axes: &'a [Axis],
    /// Whether it was false somewhere, and true somewhere.
    seen: [bool; 2],
    steps: u32,
}

impl Search<'_> {
    fn explore(&mut self, at: usize, known: Bits, held: Bits) {
        self.steps = self.steps.saturating_add(1);
        if self.seen == [true, true] || self.steps >= STEPS {
            return;
        }
        match (self.compiled.truth(known, held), self.axes.get(at)) {
            (Some(true), _) => self.seen = [self.seen[0], true],
            (Some(false), _) | (None, None) => self.seen = [true, self.seen[1]],
            (None, Some(axis)) => {
                for point in &axis.points {
                    self.explore(at.saturating_add(1), known | axis.mask, held | point);
                }
            }
        }
    }
}

/// The single bits of a word.
fn singles(bits: Bits) -> impl Iterator<Item = Bits> {
    let mut rest = bits;
    core::iter::from_fn(move || {
        let low = rest & rest.wrapping_neg();
        rest ^= low;
        (low != 0).then_some(low)
    })
}

/// Each of `terms` together with each of `choices`, where that is possible.
fn product(terms: &[(Bits, Bits)], choices: &[(Bits, Bits)], axes: &[Axis], complete: &mut bool) -> Vec<(Bits, Bits)> {
    let mut found = Vec::new();
    for (held, failed) in terms {
        for (more, less) in choices {
            let term = (held | more, failed | less);
            if is_possible(term, axes) {
                found.push(term);
            }
        }
    }
    absorb(&mut found);
    if found.len() > TERMS.saturating_mul(4) {
        found.truncate(TERMS.saturating_mul(4));
        *complete = false;
    }
    found
}

fn is_possible((held, failed): (Bits, Bits), axes: &[Axis]) -> bool {
    held & failed == 0
        && axes.iter().all(|axis| !axis.whole || axis.points.iter().any(|point| fits(*point, held, failed, axis)))
}

fn fits(point: Bits, held: Bits, failed: Bits, axis: &Axis) -> bool {
    point & held == held & axis.mask && point & failed == 0
}

/// Leaves out what follows from the rest.
fn simplify(term: &mut (Bits, Bits), axes: &[Axis]) {
    for axis in axes.iter().filter(|axis| axis.whole) {
        for bit in singles(axis.mask & (term.0 | term.1)) {
            let rest = (term.0 & !bit, term.1 & !bit);
            let holds = term.0 & bit != 0;
            let follows = |point: &Bits| !fits(*point, rest.0, rest.1, axis) || (point & bit != 0) == holds;
            if axis.points.iter().all(follows) {
                *term = rest;
            }
        }
    }
}

/// Drops terms that say more than another one, and repeated ones.
fn absorb(terms: &mut Vec<(Bits, Bits)>) {
    terms
        .sort_unstable_by_key(|(held, failed)| (held.count_ones().saturating_add(failed.count_ones()), *failed, *held));
    terms.dedup();
    let mut kept: Vec<(Bits, Bits)> = Vec::new();
    for (held, failed) in terms.iter() {
        let within = |(more, less): &(Bits, Bits)| more & held == *more && less & failed == *less;
        if !kept.iter().any(within) {
            kept.push((*held, *failed));
        }
    }
    *terms = kept;
}
