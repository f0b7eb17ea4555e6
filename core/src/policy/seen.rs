//! What was found about one request. An explanation decides again for every change that it tries; clauses that are not
//! quick to compare, lists of resources and policies are held against the request once.

use super::{
    Context, Values,
    condition::Clause,
    document::{Policy, Verdict},
    principal::Grain,
    statement::{Request, Resources},
};
use alloc::{rc::Rc, string::String, sync::Arc, vec::Vec};
use core::{
    any::Any,
    cell::{Cell, RefCell},
    mem,
};

/// What was found about one request, and how much work that was.
#[derive(Debug, Default)]
pub(super) struct Seen {
    found: RefCell<Table>,
    /// What was found of the same request before a condition key was changed, and the key.
    before: Option<(Rc<Self>, String)>,
    effort: Rc<Effort>,
}

/// By address, in a place that follows from it, or one of the next; at most half of the places are taken. What stands at the
/// address is kept alive, so that nothing else can come to stand there. (A map of the library would be made anew for these
/// types, and the module of policies is near its budget.)
#[derive(Debug, Default)]
struct Table {
    places: Vec<Option<(Arc<dyn Any>, Verdict)>>,
    taken: usize,
}

impl Table {
    /// The place of what stands at `at`, or where it would have one; and what is there.
    fn place(&self, at: usize) -> (usize, Option<Verdict>) {
        let mask = self.places.len().wrapping_sub(1);
        let mut place = at.wrapping_mul(0x9e37_79b9) >> 8 & mask;
        while let Some(Some((what, verdict))) = self.places.get(place) {
            if Arc::as_ptr(what).addr() == at {
                return (place, Some(*verdict));
            }
            place = place.wrapping_add(1) & mask;
        }
        (place, None)
    }

    fn insert(&mut self, what: Arc<dyn Any>, verdict: Verdict) {
        if self.taken.saturating_mul(2) >= self.places.len() {
            let larger = self.places.len().saturating_mul(2).max(64);
            let before = mem::replace(&mut self.places, alloc::vec![None; larger]);
            self.taken = 0;
            before.into_iter().flatten().for_each(|(what, verdict)| self.insert(what, verdict));
        }
        let (place, _) = self.place(Arc::as_ptr(&what).addr());
        if let Some(place) = self.places.get_mut(place) {
            *place = Some((what, verdict));
            self.taken = self.taken.saturating_add(1);
        }
    }
}

/// The work that there was, and whether there was enough.
#[derive(Debug, Default)]
struct Effort {
    work: Cell<usize>,
    cut: Cell<bool>,
}

/// How much work is put into changes: what long policies of the usual kind take is less.
const WORK: usize = 2_000_000;

/// What comes to less, bytes of a clause times bytes that they are compared with, is compared again.
const QUICK: usize = 4_096;

/// What a statement costs whose clauses are looked up: as much as so many bytes compared.
pub(super) const STATEMENT: usize = 64;

/// What a statement costs that is copied.
pub(super) const COPY: usize = 256;

impl Seen {
    /// For the request with other values of the condition key `key`, or with another `kms:EncryptionContext`.
    pub(super) fn beside(self: &Rc<Self>, key: &str) -> Rc<Self> {
        let before = Some((Rc::clone(self), String::from(key)));
        Rc::new(Self { before, effort: Rc::clone(&self.effort), ..Self::default() })
    }

    /// Adds to the work, which is about that of comparing so many bytes.
    pub(super) fn charge(&self, work: usize) {
        self.effort.work.set(self.effort.work.get().saturating_add(work));
    }

    /// Adds the work of holding patterns of so many bytes against `got` bytes: they share an automaton.
    pub(super) fn compare(&self, patterns: usize, got: usize) {
        let blocks = patterns.saturating_div(256).saturating_add(1);
        self.charge(patterns.saturating_add(got.saturating_mul(blocks)));
    }

    /// Begins to count the work.
    pub(super) fn begin(&self) {
        self.effort.work.set(0);
    }

    /// Whether there is more to be tried, which is asked for: the work has not come to [`WORK`] yet.
    pub(super) fn goes_on(&self) -> bool {
        let on = self.effort.work.get() < WORK;
        if !on {
            self.cut();
        }
        on
    }

    /// Notes that something was not tried.
    pub(super) fn cut(&self) {
        self.effort.cut.set(true);
    }

    /// Whether something was not tried.
    pub(super) fn is_cut(&self) -> bool {
        self.effort.cut.get()
    }

    /// Whether the clause is met.
    pub(super) fn clause(&self, clause: &Arc<Clause>, context: &Context) -> bool {
        let got = context.look_up(&clause.key).map_or(0, |values| Values::iter(values).map(str::len).sum());
        // What is quick is not worth to be remembered.
        if clause.bytes().saturating_mul(got.saturating_add(1)) < QUICK && !clause.has_variables() {
            return clause.matches(context);
        }
        let at = Arc::as_ptr(clause).addr();
        if let Some(known) = self.of_clause(at, clause) {
            return is_yes(known);
        }
        self.compare(clause.bytes(), got);
        let met = clause.matches(context);
        is_yes(self.keep(Arc::<Clause>::clone(clause), yes(met)))
    }

    /// Whether the resources cover the request's.
    pub(super) fn resources(&self, resources: &Arc<Resources>, request: &Request<'_>) -> bool {
        let at = Arc::as_ptr(resources).addr();
        if let Some(known) = self.of_resources(at, resources) {
            return is_yes(known);
        }
        self.compare(resources.bytes(), request.resource.len());
        let covered = resources.matches(request);
        is_yes(self.keep(Arc::<Resources>::clone(resources), yes(covered)))
    }

    /// What the policy says.
    pub(super) fn policy(&self, policy: &Arc<Policy>, request: &Request<'_>) -> Verdict {
        let at = Arc::as_ptr(policy).addr();
        if let Some(known) = self.known(at) {
            return known;
        }
        self.charge(policy.statements().len().saturating_mul(STATEMENT));
        let mut verdict = Verdict::SILENT;
        policy.weigh(request, &mut verdict);
        self.keep(Arc::<Policy>::clone(policy), verdict)
    }

    fn of_clause(&self, at: usize, clause: &Clause) -> Option<Verdict> {
        self.known(at).or_else(|| {
            let (before, key) = self.before.as_ref()?;
            let same = !clause.has_variables() && !changes_with(key, &clause.key.name);
            same.then(|| before.of_clause(at, clause))?
        })
    }

    fn of_resources(&self, at: usize, resources: &Resources) -> Option<Verdict> {
        self.known(at).or_else(|| {
            let (before, _) = self.before.as_ref()?;
            (!resources.has_variables()).then(|| before.of_resources(at, resources))?
        })
    }

    fn known(&self, at: usize) -> Option<Verdict> {
        self.found.borrow().place(at).1
    }

    fn keep(&self, what: Arc<dyn Any>, verdict: Verdict) -> Verdict {
        self.found.borrow_mut().insert(what, verdict);
        verdict
    }
}

/// Yes or no, in the place of what a policy says.
const fn yes(holds: bool) -> Verdict {
    Verdict { denies: holds, allows: Grain::None }
}

const fn is_yes(kept: Verdict) -> bool {
    kept.denies
}

/// Whether other values of the condition key `changed` may be others of `name`.
fn changes_with(changed: &str, name: &str) -> bool {
    const ALL: &str = "kms:EncryptionContext";
    const KEYS: &str = "kms:EncryptionContextKeys";
    let of_pairs = |name: &str| name.get(..ALL.len()).is_some_and(|start| start.eq_ignore_ascii_case(ALL));
    let other = changed.eq_ignore_ascii_case(ALL) || name.eq_ignore_ascii_case(KEYS);
    changed.eq_ignore_ascii_case(name) || (other && of_pairs(changed) && of_pairs(name))
}
