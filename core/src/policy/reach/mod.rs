//! Who can do what, whatever the call: decisions for many actions at once, over every context that a call can have.
//!
//! What follows from who asks and from what the resource is, is known. The other condition keys are open: the answer says
//! under which conditions on them a request is allowed. It is exact, by the classes of values that no policy tells apart,
//! and says so where it is not (many wildcards on one key, variables that compare two open keys).
//!
//! Source: the same rules as [`decide`](super::decide()), whose result it has to give in each of those contexts; a test
//! compares the two.

mod atom;
mod formula;
mod group;
mod solve;

pub use atom::Requirement;
pub(crate) use group::classes;

use super::{
    Context, Grant, Named, Policies, Policy, PrincipalSide, Query, Requester, RequesterKind, ResourceSide,
    StatementEffect,
    action::Action,
    condition::Clause,
    grant,
    principal::{Grain, account_of},
    scene::{Scene, Target},
    statement::{Request, Statement},
};
use crate::base::AccountId;
use alloc::{collections::BTreeMap, string::String, sync::Arc, vec::Vec};
use atom::{Atom, Which};
use formula::{Formula, Term};

/// One bit for each action that is asked about.
pub(crate) type Mask = u64;

/// Somebody who may ask.
#[derive(Debug, Clone)]
pub(crate) struct Party {
    pub(crate) requester: Requester,
    pub(crate) side: Arc<PrincipalSide>,
    /// The condition keys that follow from it.
    pub(crate) keys: Context,
    /// Whether it stands for many of whom little is known: condition keys about it that have no value are open.
    pub(crate) stranger: bool,
}

/// Something that may be asked for.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    /// An ARN or `*`.
    pub(crate) arn: String,
    pub(crate) owner: Option<AccountId>,
    pub(crate) side: Option<Arc<ResourceSide>>,
    pub(crate) grants: Vec<Arc<Grant>>,
    /// The condition keys that follow from it.
    pub(crate) keys: Context,
}

/// Under which conditions a request is allowed; none: always.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Conditions {
    /// Alternatives, each of conditions that have to hold together. Empty: it is always allowed.
    pub any: Vec<Vec<Requirement>>,
    /// Whether these are all alternatives and each of them can occur.
    pub exact: bool,
}

/// How many policies' actions are found at once.
const FRONT: usize = 4096;

/// The number of conditions that always hold.
pub(crate) const ALWAYS: usize = 0;

/// Condition keys that follow from who asks or what is asked for: where they have no value, no call gives them one. (What
/// the kind of a key decides, such as `kms:KeySpec`, every key has: where it has no value here, it is not known.)
const KNOWN: &[&str] = &[
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalIsAWSService",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalType",
    "aws:ResourceAccount",
    "aws:ResourceOrgID",
    "aws:ResourceOrgPaths",
    "aws:userid",
    "aws:username",
    "kms:CallerAccount",
    "kms:ResourceAliases",
];

/// Whether a condition key follows from who asks or what is asked for.
fn is_known(key: &str) -> bool {
    let tag = |prefix: &str| key.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    tag("aws:PrincipalTag/") || tag("aws:ResourceTag/") || KNOWN.iter().any(|known| known.eq_ignore_ascii_case(key))
}

/// Whether a condition key follows from who asks.
fn is_of_requester(key: &str) -> bool {
    const OWN: [&str; 4] = ["aws:Principal", "aws:userid", "aws:username", "kms:CallerAccount"];
    OWN.iter().any(|own| key.get(..own.len()).is_some_and(|start| start.eq_ignore_ascii_case(own)))
}

/// Answers for a list of actions of one kind: all on a resource, or all without one.
#[derive(Debug)]
pub(crate) struct Reach<'a> {
    actions: Vec<Action<'a>>,
    /// Whether requests for an action can have a condition key.
    has: fn(key: &str, action: &str) -> bool,
    /// Keys that are fixed beside those of the two parties.
    fixed: &'a Context,
    /// Whether the requester at hand is a [stranger](Party::stranger).
    stranger: bool,
    /// A context that nobody needs any more: there are many pairs.
    spare: Option<Context>,
    /// Of each policy: its statements' actions.
    masks: BTreeMap<usize, Arc<[Mask]>>,
    front: Vec<Option<(usize, Arc<[Mask]>)>>,
    exists: BTreeMap<String, Mask>,
    atoms: Vec<Atom>,
    numbers: BTreeMap<String, usize>,
    of_clauses: BTreeMap<usize, usize>,
    memo: BTreeMap<Formula, Option<usize>>,
    conditions: Vec<Conditions>,
}

/// What a layer of policies says: terms with the actions that they are about.
type Terms = Vec<(Mask, Term)>;

#[derive(Debug, Default)]
struct Layer {
    denies: Terms,
    /// By grain: account, issuer, exact.
    allows: [Terms; 3],
}

impl Layer {
    fn allowed(&self) -> Terms {
        self.allows.iter().flatten().cloned().collect()
    }
}

/// The layers of one decision, before it is known which actions it is about.
#[derive(Debug, Default)]
struct Layers {
    denies: Terms,
    must: Vec<Terms>,
    ways: Vec<Vec<Terms>>,
}

impl<'a> Reach<'a> {
    /// At most 64 actions. `fixed`: condition keys that are the same in every call. `has`: whether requests for an action
    /// can have a key.
    pub(crate) fn new(actions: &[&'a str], fixed: &'a Context, has: fn(&str, &str) -> bool) -> Self {
        Self {
            actions: actions.iter().take(64).map(|action| Action::of(action)).collect(),
            has,
            fixed,
            stranger: false,
            spare: None,
            masks: BTreeMap::new(),
            front: alloc::vec![None; FRONT],
            exists: BTreeMap::new(),
            atoms: Vec::new(),
            numbers: BTreeMap::new(),
            of_clauses: BTreeMap::new(),
            memo: BTreeMap::new(),
            conditions: Vec::from([Conditions { any: Vec::new(), exact: true }]),
        }
    }

    /// The conditions of that number.
    pub(crate) fn conditions(&self, number: usize) -> &Conditions {
        static NONE: Conditions = Conditions { any: Vec::new(), exact: true };
        self.conditions.get(number).unwrap_or(&NONE)
    }

    /// Every action.
    fn all(&self) -> Mask {
        bits(self.actions.len())
    }

    /// Which actions `party` is allowed on `subject`, each with the number of its conditions; the others never.
    pub(crate) fn access(&mut self, party: &'a Party, subject: &'a Subject) -> Vec<(Mask, usize)> {
        if self.is_shut(party, subject) {
            return Vec::new();
        }
        self.stranger = party.stranger;
        let mut context = Context::beyond(&party.keys, self.spare.take());
        context.absorb(&subject.keys);
        if let Some(owner) = subject.owner {
            context.set("aws:ResourceAccount", owner.as_str());
        }
        context.absorb(self.fixed);
        let mut found: BTreeMap<usize, Mask> = BTreeMap::new();
        // Ending a grant has rules of its own, and an operation that does not cross accounts may not.
        for family in self.families() {
            let Some(first) = self.first(family) else { continue };
            let policies = Policies {
                principal: Arc::clone(&party.side),
                resource: subject.side.clone(),
                grants: subject.grants.clone(),
                endpoint: None,
            };
            let query = Query {
                requester: &party.requester,
                action: first,
                resource: &subject.arn,
                resource_account: subject.owner,
                context: &context,
                retire_grant: None,
                via_service: false,
            };
            let scene = Scene::new(&query, &policies);
            if scene.retires() && subject.grants.is_empty() {
                continue; // there is nothing to end
            }
            if scene.is_free() {
                *found.entry(ALWAYS).or_default() |= family;
                continue;
            }
            let layers = if scene.retires() { self.retiring(&scene, family) } else { self.layers(&scene, family) };
            self.solved(&layers, family, &mut found);
        }
        self.spare = Some(context);
        found.into_iter().map(|(conditions, mask)| (mask, conditions)).collect()
    }

    /// Whether the requester is of another account, and no identity policy of its own says anything of the resource: the
    /// most frequent reason by far, which needs no look at any condition.
    fn is_shut(&mut self, party: &'a Party, subject: &'a Subject) -> bool {
        let requester = &party.requester;
        let own =
            matches!(requester.kind, RequesterKind::User | RequesterKind::RoleSession | RequesterKind::FederatedUser);
        let cross = matches!((requester.account, subject.owner), (Some(asking), Some(owner)) if asking != owner);
        let Some(action) = self.actions.first().copied().filter(|_| own && cross && subject.grants.is_empty()) else {
            return false;
        };
        let request =
            Request { action, resource: &subject.arn, requester, context: self.fixed, has_boundary: false, seen: None };
        let covers = |statement: &Statement| {
            let resources = statement.resources.as_ref().filter(|_| statement.effect == StatementEffect::Allow);
            resources.is_some_and(|all| all.patterns().any(|one| one.is_template()) || all.matches(&request))
        };
        !party.side.identity.iter().any(|named| {
            let masks = self.masks_of(&named.policy);
            let all = named.policy.statements().iter().zip(masks.iter());
            all.filter(|(_, mask)| **mask != 0).any(|(statement, _)| covers(statement))
        })
    }

    /// The actions in groups for which the same policies count.
    fn families(&self) -> [Mask; 2] {
        let retires = self.which(|action| action.is("kms:RetireGrant"));
        [self.all() & !retires, retires]
    }

    fn which(&self, is: impl Fn(&Action<'a>) -> bool) -> Mask {
        self.actions.iter().rev().fold(0, |mask, action| (mask << 1) | Mask::from(is(action)))
    }

    fn first(&self, family: Mask) -> Option<&'a str> {
        self.actions.get(family.trailing_zeros() as usize).map(Action::text)
    }

    fn layers(&mut self, scene: &Scene<'_>, family: Mask) -> Layers {
        use RequesterKind as K;
        let unsupported = scene.cross && scene.request.action.is_kms() && scene.request.resource != "*";
        let family = if unsupported { family & self.which(Action::crosses_accounts) } else { family };
        let mut layers = Layers::default();
        if family == 0 {
            return layers;
        }
        // First what lets most requesters in or keeps them out; the rest is looked at when it matters.
        let mut resource = self.layer(scene, scene.resource(), family);
        let grants = self.grants(scene, family);
        let must_allow = scene.cross || scene.target != Target::Other || !scene.has_identity();
        let any = resource.allowed();
        if any.is_empty() && grants.is_empty() && must_allow && scene.kind() != RequesterKind::Root {
            return layers;
        }
        if scene.resource_denies_count() {
            layers.denies.append(&mut resource.denies);
        }
        let [_, issuer, exact] = resource.allows;
        let direct = !scene.cross && (!exact.is_empty() || !issuer.is_empty());
        let path = self.path(scene, family, &mut layers);
        let closed = path.iter().any(Vec::is_empty);
        if closed && !direct && grants.is_empty() && scene.has_identity() {
            return Layers::default();
        }
        let limits = path.get(1..).unwrap_or_default().to_vec();
        match scene.kind() {
            K::Service => layers.ways.extend([[any].into(), [grants].into()]),
            K::Anonymous if scene.target == Target::Key => {}
            K::Anonymous | K::FederatedIdp => layers.ways.push([any].into()),
            K::Root | K::User | K::RoleSession | K::FederatedUser => {
                if !scene.cross {
                    layers.ways.push([exact].into());
                    layers.ways.push([issuer].into_iter().chain(limits).collect());
                }
                layers.ways.push([grants].into());
                let must_allow = scene.cross || scene.target != Target::Other;
                layers.ways.push(must_allow.then_some(any).into_iter().chain(path).collect());
            }
        }
        self.organization(scene, family, &mut layers);
        for level in scene.rcp() {
            layers.denies.extend(self.layer(scene, &level.policies, family).denies);
        }
        layers
    }

    /// `kms:RetireGrant` of one of the grants.
    fn retiring(&mut self, scene: &Scene<'_>, family: Mask) -> Layers {
        let mut layers = Layers::default();
        self.organization(scene, family, &mut layers);
        let path = self.path(scene, family, &mut layers);
        let requester = scene.query.requester;
        let root = scene.kind() == RequesterKind::Root;
        for given in &scene.policies.grants {
            let by_grantee = grant::is_for(given, requester) && grant::lists(given, &scene.request.action);
            let by_name = grant::is_retired_by(given, requester) || by_grantee;
            let retiring = given.retiring_principal.as_deref().and_then(account_of);
            let own = |own| own == given.issuing_account || Some(own) == retiring;
            let of_account = scene.account().is_some_and(own);
            if by_name || (root && of_account) {
                layers.ways.push(Vec::new());
            } else if of_account && scene.has_identity() {
                layers.ways.push(path.clone());
            }
        }
        layers
    }

    fn organization(&mut self, scene: &Scene<'_>, family: Mask, layers: &mut Layers) {
        for level in scene.scp() {
            let mut layer = self.layer(scene, &level.policies, family);
            layers.denies.append(&mut layer.denies);
            layers.must.push(layer.allowed());
        }
    }

    /// What the requester's own policies have to allow: identity policies, then boundary and session policies.
    fn path(&mut self, scene: &Scene<'_>, family: Mask, layers: &mut Layers) -> Vec<Terms> {
        let mut path = Vec::new();
        let identity = self.layer(scene, scene.identity(), family);
        let boundary = scene.boundary().map(|named| self.layer(scene, core::slice::from_ref(named), family));
        let session = scene.session().map(|policies| self.layer(scene, policies, family));
        for mut layer in [identity].into_iter().chain(boundary).chain(session) {
            layers.denies.append(&mut layer.denies);
            path.push(layer.allowed());
        }
        if scene.lacks_session() {
            path.push(Vec::new());
        }
        if scene.kind() == RequesterKind::Root { Vec::new() } else { path }
    }

    fn grants(&mut self, scene: &Scene<'_>, family: Mask) -> Terms {
        let mut terms = Vec::new();
        if scene.target != Target::Key {
            return terms;
        }
        for given in scene.policies.grants.iter().filter(|given| grant::is_for(given, scene.query.requester)) {
            for at in ones(family) {
                let Some(action) = self.actions.get(at as usize).copied().filter(|action| grant::lists(given, action))
                else {
                    continue;
                };
                let creates = action.is("kms:CreateGrant");
                let constraints: Vec<Which> =
                    grant::constraints_for(given, &action, scene.kind()).map(|c| Which::of(&c)).collect();
                let atom = |which| Atom::Grant { grant: Arc::clone(given), which, creates };
                let term = constraints.into_iter().map(|which| self.number(atom(which))).collect();
                terms.push((1 << at, sorted(term)));
            }
        }
        terms
    }

    /// What policies of one layer say to the request, conditions on open keys left open.
    fn layer(&mut self, scene: &Scene<'_>, policies: &[Named], family: Mask) -> Layer {
        let mut layer = Layer::default();
        for named in policies {
            let masks = self.masks_of(&named.policy);
            for (statement, mask) in named.policy.statements().iter().zip(masks.iter()) {
                let mask = mask & family;
                if mask == 0 || statement.broken {
                    continue;
                }
                let grain = statement.principal_grain(&scene.request);
                let covers = |statement: &Statement| {
                    statement.resources.as_ref().is_some_and(|resources| resources.matches(&scene.request))
                };
                if grain == Grain::None || !covers(statement) {
                    continue;
                }
                let place = match (statement.effect, grain) {
                    (StatementEffect::Deny, _) => &mut layer.denies,
                    (_, Grain::Account | Grain::None) => &mut layer.allows[0],
                    (_, Grain::Issuer) => &mut layer.allows[1],
                    (_, Grain::Exact) => &mut layer.allows[2],
                };
                if statement.conditions.is_empty() {
                    place.push((mask, Vec::new()));
                } else {
                    place.extend(self.terms(statement, mask, scene.query.context));
                }
            }
        }
        layer
    }

    /// The open conditions of a statement, by the actions that can have their keys.
    fn terms(&mut self, statement: &Statement, mask: Mask, context: &Context) -> Terms {
        let mut terms = Vec::from([(mask, Vec::new())]);
        for clause in &statement.conditions {
            let key = &*clause.key.name;
            let settled = is_known(key) && !(self.stranger && is_of_requester(key));
            if settled || context.look_up(&clause.key).is_some() {
                // Its variables are of the requester or the resource in all but the strangest policies.
                if clause.matches(context) {
                    continue;
                }
                return Vec::new();
            }
            let exists = self.exists(key);
            let absent = clause.matches(context);
            let number = self.clause(clause, context);
            let mut next = Vec::new();
            for (mask, term) in terms {
                if absent && mask & !exists != 0 {
                    next.push((mask & !exists, term.clone()));
                }
                if mask & exists != 0 {
                    let mut term: Term = term;
                    term.push(number);
                    next.push((mask & exists, term));
                }
            }
            terms = next;
        }
        terms.into_iter().map(|(mask, term)| (mask, sorted(term))).collect()
    }

    fn exists(&mut self, key: &str) -> Mask {
        if let Some(mask) = self.exists.get(key) {
            return *mask;
        }
        let has = self.has;
        let mask = self.which(|action| has(key, action.text()));
        self.exists.insert(key.into(), mask);
        mask
    }

    fn clause(&mut self, clause: &Clause, context: &Context) -> u32 {
        let place = core::ptr::from_ref(clause) as usize;
        let varies = clause.patterns().any(|pattern| pattern.is_template());
        if !varies && let Some(number) = self.of_clauses.get(&place) {
            return narrow(*number);
        }
        let own = if varies { atom::resolved(clause, context, is_known) } else { None };
        let number = self.number(Atom::Clause(own.unwrap_or_else(|| clause.clone())));
        if !varies {
            self.of_clauses.insert(place, number as usize);
        }
        number
    }

    fn number(&mut self, atom: Atom) -> u32 {
        let next = self.atoms.len();
        let number = *self.numbers.entry(atom.signature()).or_insert(next);
        if number == next {
            self.atoms.push(atom);
        }
        narrow(number)
    }

    fn masks_of(&mut self, policy: &Arc<Policy>) -> Arc<[Mask]> {
        let place = Arc::as_ptr(policy) as usize;
        // The same few policies count for many pairs: most are found at once.
        let slot = (place >> 4).wrapping_mul(0x9e37_79b1) >> 8 & FRONT.wrapping_sub(1);
        match self.front.get(slot) {
            Some(Some((known, masks))) if *known == place => return Arc::clone(masks),
            _ => {}
        }
        let masks = match self.masks.get(&place) {
            Some(masks) => Arc::clone(masks),
            None => {
                let all = policy.statements().iter();
                let masks: Arc<[Mask]> = all
                    .map(|statement| match &statement.actions {
                        Some(actions) if !statement.broken => self.which(|action| actions.matches(action)),
                        _ => 0,
                    })
                    .collect();
                self.masks.insert(place, Arc::clone(&masks));
                masks
            }
        };
        if let Some(front) = self.front.get_mut(slot) {
            *front = Some((place, Arc::clone(&masks)));
        }
        masks
    }
}

/// The number of a condition: there are fewer than four thousand million.
fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn sorted(mut term: Term) -> Term {
    term.sort_unstable();
    term.dedup();
    term
}

/// The lowest `count` bits.
fn bits(count: usize) -> Mask {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    Mask::MAX.checked_shl(count).map_or(Mask::MAX, |high| !high)
}

/// The places of the bits that are set.
pub(crate) fn ones(mask: Mask) -> impl Iterator<Item = u32> {
    let mut rest = mask;
    core::iter::from_fn(move || {
        let at = rest.trailing_zeros();
        (at < 64).then(|| {
            rest &= rest.wrapping_sub(1);
            at
        })
    })
}
