//! Where the policies of a decision stand, so that one of them can be changed.

use crate::policy::{Kind, Named, Policies, Policy, scene::Scene};
use alloc::{
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};

/// The place of one policy among [`Policies`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// Level and number.
    Scp(usize, usize),
    /// Level and number.
    Rcp(usize, usize),
    Endpoint,
    Resource(usize),
    Identity(usize),
    Boundary,
    Session(usize),
}

/// A policy that counts, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seat<'a> {
    pub(super) slot: Slot,
    pub(super) named: &'a Named,
    pub(super) level: Option<&'a str>,
}

impl Seat<'_> {
    /// The name of the policy, with its level, as findings have it.
    pub(super) fn name(&self) -> String {
        match self.level {
            Some(level) => format!("{} (at {level})", self.named.name),
            None => self.named.name.to_string(),
        }
    }

    /// Whether nobody but AWS can change it.
    pub(super) fn is_of_aws(&self) -> bool {
        let account = self.named.arn.as_deref().and_then(|arn| arn.split(':').nth(4));
        account == Some("aws")
    }
}

/// Every policy that counts for the request, in the order of evaluation.
pub(super) fn seats<'a>(scene: &Scene<'a>) -> Vec<Seat<'a>> {
    let mut seats = Vec::new();
    for (at, level) in scene.scp().iter().enumerate() {
        let all = level.policies.iter().enumerate();
        seats.extend(all.map(|(n, named)| Seat { slot: Slot::Scp(at, n), named, level: Some(&*level.name) }));
    }
    for (at, level) in scene.rcp().iter().enumerate() {
        let all = level.policies.iter().enumerate();
        seats.extend(all.map(|(n, named)| Seat { slot: Slot::Rcp(at, n), named, level: Some(&*level.name) }));
    }
    let plain = |slot, named| Seat { slot, named, level: None };
    seats.extend(scene.endpoint().map(|named| plain(Slot::Endpoint, named)));
    let many =
        |slot: fn(usize) -> Slot, all: &'a [Named]| all.iter().enumerate().map(move |(n, named)| plain(slot(n), named));
    // A policy that is only assumed is none that anybody could change.
    if scene.side.is_none_or(|side| side.assumed.is_none()) {
        seats.extend(many(Slot::Resource, scene.resource()));
    }
    seats.extend(many(Slot::Identity, scene.identity()));
    seats.extend(scene.boundary().map(|named| plain(Slot::Boundary, named)));
    seats.extend(many(Slot::Session, scene.session().unwrap_or_default()));
    seats
}

/// Puts `policy` in the place of the one at `slot`.
pub(super) fn put(policies: &mut Policies, slot: Slot, policy: Policy) -> Option<()> {
    let named = match slot {
        Slot::Endpoint => policies.endpoint.as_mut()?,
        Slot::Resource(n) => Arc::make_mut(policies.resource.as_mut()?).policies.get_mut(n)?,
        Slot::Rcp(level, n) => Arc::make_mut(policies.resource.as_mut()?).rcp.get_mut(level)?.policies.get_mut(n)?,
        Slot::Scp(level, n) => {
            Arc::make_mut(&mut policies.principal).scp.as_mut()?.get_mut(level)?.policies.get_mut(n)?
        }
        Slot::Identity(n) => Arc::make_mut(&mut policies.principal).identity.get_mut(n)?,
        Slot::Boundary => Arc::make_mut(&mut policies.principal).boundary.as_mut()?,
        Slot::Session(n) => Arc::make_mut(&mut policies.principal).session.as_mut()?.get_mut(n)?,
    };
    named.policy = Arc::new(policy);
    Some(())
}

/// A layer that a further statement can be added to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layer {
    /// The level.
    Scp(usize),
    Endpoint,
    Resource,
    Identity,
    Boundary,
    Session,
}

/// Adds the one statement of the document `text` to a layer. Beside another policy of the layer it says the same as
/// inside of it; a boundary and an endpoint's policy are one document, to which it is added.
pub(super) fn add(policies: &mut Policies, layer: Layer, kind: Kind, text: &str) -> Option<()> {
    let policy = Policy::parse_lenient(kind, text).ok()?;
    let named = |policy| Named { name: "".into(), arn: None, policy: Arc::new(policy) };
    match layer {
        Layer::Endpoint => {
            let endpoint = policies.endpoint.as_mut()?;
            endpoint.policy = Arc::new(endpoint.policy.joined(&policy));
        }
        Layer::Resource => Arc::make_mut(policies.resource.as_mut()?).policies.push(named(policy)),
        Layer::Scp(level) => {
            Arc::make_mut(&mut policies.principal).scp.as_mut()?.get_mut(level)?.policies.push(named(policy));
        }
        Layer::Identity => Arc::make_mut(&mut policies.principal).identity.push(named(policy)),
        Layer::Boundary => {
            let boundary = Arc::make_mut(&mut policies.principal).boundary.as_mut()?;
            boundary.policy = Arc::new(boundary.policy.joined(&policy));
        }
        Layer::Session => {
            Arc::make_mut(&mut policies.principal).session.get_or_insert_default().push(named(policy));
        }
    }
    Some(())
}
