//! KMS's resource quotas, and how their excess is answered. Source: kms.md 17.1.

use crate::base::Fault;
use alloc::format;
use serde::{Deserialize, Serialize};

/// Tags of a key.
pub const TAGS: usize = 50;
/// Rotations of a key on demand, ever.
pub const ROTATIONS: usize = 25;
/// Bytes of a key policy.
pub const POLICY_BYTES: usize = 32_768;
/// Pairs in the encryption context of a grant's constraint.
pub const CONSTRAINT_PAIRS: usize = 8;
/// Characters in a value of such a pair.
pub const CONSTRAINT_VALUE: usize = 384;

/// A resource quota that AWS adjusts on request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "KMS has these four")]
pub enum Resources {
    /// Keys of an account in a Region, in any state; AWS managed keys do not count.
    Keys,
    /// Aliases of a key.
    Aliases,
    /// Grants on a key.
    Grants,
    /// Custom key stores of an account in a Region, of both types together.
    CustomKeyStores,
}

impl Resources {
    /// Each with its name and AWS's default.
    pub const ALL: &[(Self, &'static str, usize)] = &[
        (Self::Keys, "keys", 100_000),
        (Self::Aliases, "aliases_per_key", 50),
        (Self::Grants, "grants_per_key", 50_000),
        (Self::CustomKeyStores, "custom_key_stores", 10),
    ];

    /// The one of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known, _)| *known == name).map(|(of, ..)| *of)
    }

    /// AWS's default.
    #[must_use]
    pub fn default_limit(self) -> usize {
        Self::ALL.iter().find(|(of, ..)| *of == self).map_or(usize::MAX, |(_, _, limit)| *limit)
    }
}

/// The resource quotas of a lab: AWS's defaults, where nothing else is set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    keys: Option<usize>,
    aliases: Option<usize>,
    grants: Option<usize>,
    custom_key_stores: Option<usize>,
}

impl Limits {
    fn place(&mut self, of: Resources) -> &mut Option<usize> {
        match of {
            Resources::Keys => &mut self.keys,
            Resources::Aliases => &mut self.aliases,
            Resources::Grants => &mut self.grants,
            Resources::CustomKeyStores => &mut self.custom_key_stores,
        }
    }

    /// How many there may be.
    #[must_use]
    pub fn of(mut self, of: Resources) -> usize {
        self.place(of).unwrap_or_else(|| of.default_limit())
    }

    /// Sets how many there may be; `None` is AWS's default.
    pub fn set(&mut self, of: Resources, limit: Option<usize>) {
        *self.place(of) = limit;
    }

    /// Lets one more through where `used` are there already.
    ///
    /// # Errors
    /// [`Fault::LimitExceeded`]. The sentence for aliases was reported by users of KMS in 2024, that for keys in 2016;
    /// the others follow the former (unconfirmed).
    pub fn admit(self, of: Resources, used: usize) -> Result<(), Fault> {
        let limit = self.of(of);
        if used < limit {
            return Ok(());
        }
        let quota = |what: &str| format!("{what} quota for this account in this region is {limit}");
        let message = match of {
            Resources::Keys => format!("{} but the current usage is {used}.", quota("Key")),
            Resources::Aliases => format!("{}, current usage is {used}.", quota("Aliases per key")),
            Resources::Grants => format!("{}, current usage is {used}.", quota("Grants per key")),
            Resources::CustomKeyStores => format!("{}, current usage is {used}.", quota("Custom key stores")),
        };
        Err(Fault::LimitExceeded { message })
    }
}
