//! Many requests, put to one set of policies.

use super::{
    BadQuestion, PolicySet,
    question::{self, Segments},
};
use crate::base::AccountId;
use crate::policy::{self, Context, Decision, Effect, Name, Policies, Query, Reason, Requester};
use alloc::{boxed::Box, string::String, sync::Arc, vec::Vec};

/// Many requests, decided by one set of policies: each as [`PolicySet::decide`] decides it.
///
/// What requests share is read once: principals, actions and resources are taken in by their text, and a request then
/// names them by number. Condition keys that no policy reads are passed over.
///
/// ```
/// use kmslab::report::{Batch, PolicySet};
///
/// let policies = PolicySet::parse(r#"{"identity_policies": {"Version": "2012-10-17", "Statement": {
///     "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*",
///     "Condition": {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}}}}"#)?;
/// let mut batch = Batch::new(&policies);
/// let who = batch.principal("arn:aws:iam::111122223333:user/alice")?;
/// let action = batch.action("kms:Decrypt")?;
/// let key = batch.resource("arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab")?;
/// let mut allowed = |region: &str| {
///     batch.decide(who, action, key, |keys| keys.set("aws:RequestedRegion", region)).allowed()
/// };
/// assert!(allowed("us-east-1") && !allowed("eu-west-1"));
/// # Ok::<(), kmslab::report::BadQuestion>(())
/// ```
#[derive(Debug)]
pub struct Batch {
    set: PolicySet,
    reads: Arc<Reads>,
    principals: Table<Asking>,
    actions: Table<()>,
    resources: Table<Asked>,
    /// The policies as they count for resources of an owner; and, where none was given, of keys of a partition.
    policies: Table<Policies>,
    /// The condition keys of the request at hand, kept for its room.
    context: Context,
}

/// A principal of a [`Batch`]: its number, for faces across whose border numbers go faster than texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a number is a number")]
pub struct PrincipalId(pub u32);

/// An action of a [`Batch`]: its number, for faces across whose border numbers go faster than texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a number is a number")]
pub struct ActionId(pub u32);

/// A resource of a [`Batch`]: its number, for faces across whose border numbers go faster than texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a number is a number")]
pub struct ResourceId(pub u32);

#[derive(Debug)]
struct Asking {
    requester: Requester,
    /// The condition keys that follow from it, as far as they are read: for actions of KMS, and for others.
    implied: [Context; 2],
}

#[derive(Debug)]
struct Asked {
    /// The account in its ARN.
    owner: Option<AccountId>,
    /// The partition, when it is a key.
    key_of: Option<Box<str>>,
    /// The policies that count, when the ARN has the account.
    policies: Option<u32>,
}

impl Batch {
    /// No requests yet.
    #[must_use]
    pub fn new(set: &PolicySet) -> Self {
        Self {
            set: set.clone(),
            reads: Arc::new(Reads::of(set)),
            principals: Table::default(),
            actions: Table::default(),
            resources: Table::default(),
            policies: Table::default(),
            context: Context::roomy(),
        }
    }

    /// Takes in who asks.
    ///
    /// # Errors
    /// [`BadQuestion`] as [`Question::new`](super::Question::new).
    pub fn principal(&mut self, text: &str) -> Result<PrincipalId, BadQuestion> {
        let reads = &self.reads;
        let asking = || {
            let requester = question::requester(text).ok_or_else(|| question::no_principal(text))?;
            let implied = [true, false].map(|kms| {
                let all = question::implied(&requester, kms);
                let mut read = Context::new();
                for (name, values) in all.iter().filter(|(name, _)| reads.name(Name::new(name))) {
                    values.iter().for_each(|value| read.set(name, value));
                }
                read
            });
            Ok(Asking { requester, implied })
        };
        self.principals.number(text, asking).map(PrincipalId)
    }

    /// Takes in what is to be done.
    ///
    /// # Errors
    /// [`BadQuestion`] as [`Question::new`](super::Question::new).
    pub fn action(&mut self, text: &str) -> Result<ActionId, BadQuestion> {
        self.actions.number(text, || question::check_action(text)).map(ActionId)
    }

    /// Takes in on what it is to be done.
    ///
    /// # Errors
    /// [`BadQuestion`] as [`Question::new`](super::Question::new).
    pub fn resource(&mut self, text: &str) -> Result<ResourceId, BadQuestion> {
        let asked = || {
            if text == "*" {
                return Ok(Asked { owner: None, key_of: None, policies: None });
            }
            let arn = Segments::of(text).ok_or_else(|| question::no_resource(text))?;
            let key = arn.service == "kms" && arn.resource.starts_with("key/");
            Ok(Asked { owner: arn.account.parse().ok(), key_of: key.then(|| arn.partition.into()), policies: None })
        };
        let id = self.resources.number(text, asked)?;
        // Not the set's own business before there is somebody to ask: an ARN without account is the requester's.
        if let Some((_, Asked { owner: Some(owner), policies: None, .. })) = self.resources.get(id) {
            let number = self.policies_for(Some(*owner), id);
            if let Some(asked) = self.resources.rows.get_mut(id as usize) {
                asked.policies = Some(number);
            }
        }
        Ok(ResourceId(id))
    }

    /// Whether a decision can depend on a condition key.
    #[must_use]
    pub fn reads(&self, key: Name<'_>) -> bool {
        self.reads.name(key)
    }

    /// The same to keep at hand, while this decides.
    #[must_use]
    pub fn reader(&self) -> Arc<Reads> {
        Arc::clone(&self.reads)
    }

    /// Forgets every principal, action and resource: their numbers are given anew.
    pub fn forget(&mut self) {
        self.principals = Table::default();
        self.actions = Table::default();
        self.resources = Table::default();
        self.policies = Table::default();
    }

    /// How many principals, actions and resources it has taken in: whoever asks for very many forgets them at times.
    #[must_use]
    pub fn len(&self) -> usize {
        [self.principals.rows.len(), self.actions.rows.len(), self.resources.rows.len()].into_iter().sum()
    }

    /// Whether it has taken in none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Decides one request. `keys` sets its condition keys, beside those that follow from principal and resource; those
    /// that are not read may be left out.
    ///
    /// The numbers are those that this batch has given; what it does not know is denied.
    pub fn decide(
        &mut self,
        principal: PrincipalId,
        action: ActionId,
        resource: ResourceId,
        keys: impl FnOnce(&mut Context),
    ) -> Decision {
        let number = match (self.principals.get(principal.0), self.resources.get(resource.0)) {
            (_, Some((_, Asked { policies: Some(number), .. }))) => *number,
            (Some((_, asking)), _) => self.policies_for(asking.requester.account, resource.0),
            _ => u32::MAX,
        };
        let Self { principals, actions, resources, policies, .. } = self;
        let (Some((_, asking)), Some((action, ())), Some((resource, asked)), Some((_, policies))) =
            (principals.get(principal.0), actions.get(action.0), resources.get(resource.0), policies.get(number))
        else {
            return Decision { effect: Effect::ImplicitDeny, reason: Reason::NoIdentityAllow, grant: None };
        };
        let reads_owner = self.reads.owner;
        let owner = asked.owner.or(asking.requester.account);
        let [of_kms, of_others] = &asking.implied;
        let base = if question::is_of_kms(action) { of_kms } else { of_others };
        let mut context = Context::beyond(base, Some(core::mem::take(&mut self.context)));
        if let Some(owner) = owner.filter(|_| reads_owner) {
            context.put(question::OWNER, owner.as_str());
        }
        keys(&mut context);
        let query = Query {
            requester: &asking.requester,
            action,
            resource,
            resource_account: owner,
            context: &context,
            retire_grant: None,
            via_service: false,
        };
        let decision = policy::decide(&query, policies);
        self.context = if context.is_usual() { context } else { Context::roomy() };
        decision
    }

    /// The number of the policies that count for a resource of `owner`.
    fn policies_for(&mut self, owner: Option<AccountId>, resource: u32) -> u32 {
        let Some((text, asked)) = self.resources.get(resource) else { return u32::MAX };
        let name = [owner.as_ref().map_or("", AccountId::as_str), ":", asked.key_of.as_deref().unwrap_or_default()];
        let set = &self.set;
        let made = || {
            Ok(match set.completed_for(owner, text) {
                Some(whole) => whole.policies_for(owner, text),
                None => set.policies_for(owner, text),
            })
        };
        self.policies.number(&name.concat(), made).unwrap_or(u32::MAX)
    }
}

/// The condition keys that decisions depend on.
#[derive(Debug)]
pub struct Reads {
    /// Two keys with one hash only cost time.
    hashes: Box<[u64]>,
    /// Whether the pairs of the encryption context are read one by one, whatever their keys are.
    pairs: bool,
    /// Whether `aws:ResourceAccount` is.
    owner: bool,
}

impl Reads {
    fn of(set: &PolicySet) -> Self {
        let constrained = set.has_grants();
        let mut hashes = Vec::new();
        let mut add = |key: &str| {
            let hash = Name::new(key).hash();
            if !hashes.contains(&hash) {
                hashes.push(hash);
            }
        };
        set.each().for_each(|policy| policy.each_key(&mut add));
        if constrained {
            policy::GRANT_KEYS.iter().copied().for_each(add);
        }
        let owner = hashes.contains(&question::OWNER.hash());
        Self { hashes: hashes.into(), pairs: constrained, owner }
    }

    /// Whether a decision can depend on a condition key.
    #[must_use]
    pub fn name(&self, key: Name<'_>) -> bool {
        let hash = key.hash();
        // Few keys are read: looking at each is quicker than halving.
        self.hashes.contains(&hash) || (self.pairs && key.is_pair())
    }
}

/// Texts with what is known of them, numbered.
#[derive(Debug)]
struct Table<T> {
    texts: Vec<(u64, Box<str>)>,
    rows: Vec<T>,
    /// One more than the number of a row whose hash ends like the slot's place, or one of the slots before; 0 is free. At
    /// most half of the slots are taken. Beside it the upper half of the hash, so that most others need no second look.
    slots: Vec<(u32, u32)>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { texts: Vec::new(), rows: Vec::new(), slots: alloc::vec![(0, 0); 64] }
    }
}

impl<T> Table<T> {
    fn get(&self, number: u32) -> Option<(&str, &T)> {
        let (_, text) = self.texts.get(number as usize)?;
        Some((text, self.rows.get(number as usize)?))
    }

    /// The number of `text`; when it is new, with what `make` says of it.
    fn number(&mut self, text: &str, make: impl FnOnce() -> Result<T, BadQuestion>) -> Result<u32, BadQuestion> {
        let hash = policy::hash(text);
        let mut at = self.start(hash);
        while let Some((upper, taken)) = self.slots.get(at).filter(|(_, taken)| *taken != 0) {
            let number = taken.wrapping_sub(1);
            let known = |number: u32| self.texts.get(number as usize);
            if *upper == upper_half(hash)
                && known(number).is_some_and(|(full, known)| *full == hash && **known == *text)
            {
                return Ok(number);
            }
            at = self.after(at);
        }
        let full = BadQuestion { part: "requests".into(), message: String::from("too many of them are different") };
        let number = u32::try_from(self.rows.len()).ok().filter(|number| *number < u32::MAX).ok_or(full)?;
        self.rows.push(make()?);
        self.texts.push((hash, text.into()));
        if self.rows.len().saturating_mul(2) > self.slots.len() {
            self.grow();
        } else {
            self.take(at, hash, number);
        }
        Ok(number)
    }

    fn grow(&mut self) {
        self.slots = alloc::vec![(0, 0); self.slots.len().saturating_mul(2)];
        for number in 0..self.rows.len() {
            let Some((hash, _)) = self.texts.get(number) else { continue };
            let hash = *hash;
            let mut at = self.start(hash);
            while self.slots.get(at).is_some_and(|(_, taken)| *taken != 0) {
                at = self.after(at);
            }
            self.take(at, hash, u32::try_from(number).unwrap_or(u32::MAX));
        }
    }

    fn take(&mut self, at: usize, hash: u64, number: u32) {
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = (upper_half(hash), number.saturating_add(1));
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "only the low bits choose the slot")]
    fn start(&self, hash: u64) -> usize {
        hash as usize & self.slots.len().wrapping_sub(1)
    }

    fn after(&self, at: usize) -> usize {
        at.wrapping_add(1) & self.slots.len().wrapping_sub(1)
    }
}

fn upper_half(hash: u64) -> u32 {
    (hash >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Question;
    use alloc::{collections::BTreeMap, format, string::ToString};

    const SETS: &[&str] = &[
        "{}",
        r#"{"identity_policies": {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["kms:*", "s3:*"], "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceAccount": "111122223333"}}},
            {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:*:*:key/${aws:PrincipalTag/key}*"},
            {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"StringLike": {"KMS:encryptioncontext:APP": "no*"}}}]}}"#,
        r#"{"key_policy": {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:*", "Resource": "*",
             "Condition": {"StringEquals": {"aws:PrincipalType": "AssumedRole", "kms:CallerAccount": "111122223333"},
                           "ForAnyValue:StringEquals": {"kms:EncryptionContextKeys": "app"}}},
            {"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": "kms:Decrypt", "Resource": "*"}]},
            "identity_policies": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}},
            "scps": [{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}]}"#,
        r#"{"grants": [
            {"GranteePrincipal": "arn:aws:iam::111122223333:user/alice", "Operations": ["Decrypt", "CreateGrant"],
             "Constraints": {"EncryptionContextSubset": {"app": "shop"}}},
            {"GranteePrincipal": "arn:aws:iam::111122223333:role/App", "Operations": ["Decrypt"],
             "Constraints": {"EncryptionContextEquals": {"app": "shop"}}}]}"#,
    ];
    const WHO: &[&str] = &[
        "arn:aws:iam::111122223333:user/alice",
        "arn:aws:iam::111122223333:role/App",
        "arn:aws:sts::444455556666:assumed-role/App/s",
        "arn:aws:iam::444455556666:root",
        "111122223333",
        "s3.amazonaws.com",
        "*",
    ];
    const ACTIONS: &[&str] =
        &["kms:Decrypt", "KMS:CreateGrant", "kms:ListKeys", "s3:GetObject", "sts:AssumeRole", "sts:GetCallerIdentity"];
    const RESOURCES: &[&str] = &[
        "*",
        "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "arn:aws:kms:us-east-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "arn:aws-cn:kms:cn-north-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "arn:aws:kms:us-east-1:111122223333:alias/app",
        "arn:aws:s3:::bucket/object",
        "arn:aws:iam::111122223333:role/App",
    ];
    const KEYS: &[&[(&str, &str)]] = &[
        &[],
        &[("kms:EncryptionContext:app", "shop"), ("kms:EncryptionContext:App", "no")],
        &[("kms:EncryptionContext:App", "nono"), ("aws:PrincipalTag/key", "1234"), ("aws:SourceIp", "192.0.2.1")],
        &[("kms:EncryptionContext:app", "shop"), ("aws:PrincipalType", "User"), ("aws:ResourceAccount", "1")],
        &[("kms:EncryptionContext:app", "shop"), ("kms:GrantConstraintType", "EncryptionContextSubset")],
    ];

    #[test]
    fn each_is_decided_as_if_it_were_asked_alone() {
        let mut counts = BTreeMap::new();
        for text in SETS {
            let set = PolicySet::parse(text).unwrap();
            let mut batch = Batch::new(&set);
            for ((who, action), (resource, keys)) in
                WHO.iter().flat_map(|who| ACTIONS.iter().map(move |action| (who, action))).flat_map(|pair| {
                    RESOURCES.iter().flat_map(|r| KEYS.iter().map(move |k| (r, k))).map(move |other| (pair, other))
                })
            {
                let mut asked = Question::new(who, action, resource).unwrap();
                let pairs: Vec<String> = keys
                    .iter()
                    .filter_map(|(key, _)| Some(key.strip_prefix("kms:EncryptionContext:")?.to_string()))
                    .collect();
                for (key, value) in *keys {
                    asked.set(key, alloc::vec![value.to_string()], true);
                }
                asked.set("kms:EncryptionContextKeys", pairs.clone(), false);
                asked.set("kms:GrantOperations", alloc::vec!["Decrypt".into()], false);
                let want = set.decide(&asked);
                let ids =
                    (batch.principal(who).unwrap(), batch.action(action).unwrap(), batch.resource(resource).unwrap());
                let (read, many) = (batch.reads.hashes.clone(), batch.reads.pairs);
                let got = batch.decide(ids.0, ids.1, ids.2, |context| {
                    for (key, value) in *keys {
                        let name = Name::new(key);
                        if read.contains(&name.hash()) || (many && name.is_pair()) {
                            context.put(name, value);
                        }
                    }
                    context.set_list("kms:EncryptionContextKeys", &pairs);
                    context.set_list("kms:GrantOperations", ["Decrypt"]);
                });
                assert_eq!(got, want, "{who} {action} {resource} {keys:?} {text}");
                *counts.entry(got.reason).or_insert(0_u32) += 1;
            }
        }
        assert!(counts.len() >= 10, "a mixed lot: {counts:?}");
    }

    #[test]
    fn what_is_no_request_is_refused_as_ever() {
        let set = PolicySet::default();
        let mut batch = Batch::new(&set);
        let (who, action) = ("111122223333", "kms:Decrypt");
        for _ in 0..2 {
            assert_eq!(batch.principal("me").unwrap_err(), Question::new("me", action, "*").unwrap_err());
            assert_eq!(batch.action("kms:*").unwrap_err(), Question::new(who, "kms:*", "*").unwrap_err());
            assert_eq!(batch.resource("key").unwrap_err(), Question::new(who, action, "key").unwrap_err());
        }
        for number in 0..1_000 {
            let text = format!("arn:aws:iam::111122223333:user/{}", number % 500);
            assert_eq!(batch.principal(&text).unwrap(), PrincipalId(number % 500), "numbered in the order of coming");
        }
    }
}
