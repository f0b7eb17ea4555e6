//! Request quotas: how often an account may call, in a Region. One bucket of tokens a quota: it holds what one second
//! allows, at least one request, and fills with the lab's time.
//!
//! Source: KMS Developer Guide, "Request quotas"; kms.md 17.2 and 17.3. AWS does not say how long a burst may be.

use crate::base::{AccountId, Fault, Region, Timestamp};
use alloc::boxed::Box;
use alloc::{
    borrow::Cow,
    collections::BTreeMap,
    string::{String, ToString},
};
use serde::{Deserialize, Serialize};

/// A rate: thousandths of a request per second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rate(u64);

impl Rate {
    /// As often as one likes.
    pub const UNLIMITED: Self = Self(u64::MAX);

    /// So many requests a second.
    #[must_use]
    pub const fn per_second(requests: u32) -> Self {
        // A u32 has 32 bits and a thousand has 10.
        Self((requests as u64).saturating_mul(1000))
    }

    /// So many thousandths of a request a second.
    #[must_use]
    pub const fn milli(thousandths: u64) -> Self {
        Self(thousandths)
    }

    /// In thousandths of a request a second.
    #[must_use]
    pub const fn as_milli(self) -> u64 {
        self.0
    }

    /// What the bucket holds when it is full, in millionths of a request.
    const fn full(self) -> u64 {
        let second = self.0.saturating_mul(1000);
        if second < REQUEST { REQUEST } else { second }
    }
}

/// One request, in the unit of the buckets: thousandths of a request per second, times milliseconds.
const REQUEST: u64 = 1_000_000;

/// What KMS answers. Source: kms.md 17.3; reported by many users.
pub(crate) const TOO_FAST: &str =
    "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.";

/// The quotas that operations share. Source: kms.md 17.2. ML-KEM's are not known.
pub static SHARED: &[(&str, Rate)] = &[
    ("crypto_symmetric", Rate::per_second(10_000)),
    ("crypto_rsa", Rate::per_second(1000)),
    ("crypto_ecc_sm2", Rate::per_second(1000)),
    ("crypto_ml_dsa", Rate::per_second(1000)),
    ("crypto_custom_key_store", Rate::per_second(1800)),
    ("generate_data_key_pair:ECC_NIST_P256", Rate::per_second(100)),
    ("generate_data_key_pair:ECC_NIST_P384", Rate::per_second(100)),
    ("generate_data_key_pair:ECC_NIST_P521", Rate::per_second(100)),
    ("generate_data_key_pair:ECC_SECG_P256K1", Rate::per_second(100)),
    ("generate_data_key_pair:ECC_NIST_EDWARDS25519", Rate::per_second(100)),
    ("generate_data_key_pair:RSA_2048", Rate::per_second(20)),
    ("generate_data_key_pair:RSA_3072", Rate::per_second(4)),
    ("generate_data_key_pair:RSA_4096", Rate::per_second(1)),
    ("generate_data_key_pair:SM2", Rate::per_second(25)),
];

/// The same where a Region has its own. Source: kms.md 17.2.
fn regional(name: &str, region: &Region) -> Option<Rate> {
    let china = region.partition() == "aws-cn";
    match (name, region.as_str()) {
        ("crypto_symmetric", "us-east-1" | "us-west-2" | "eu-west-1") => Some(Rate::per_second(100_000)),
        (
            "crypto_symmetric",
            "us-east-2" | "ap-southeast-1" | "ap-southeast-2" | "ap-northeast-1" | "eu-central-1" | "eu-west-2",
        ) => Some(Rate::per_second(20_000)),
        ("generate_data_key_pair:RSA_2048", _) if china => Some(Rate::per_second(1)),
        ("generate_data_key_pair:RSA_3072", _) if china => Some(Rate::milli(500)),
        ("generate_data_key_pair:RSA_4096", _) if china => Some(Rate::milli(100)),
        _ => None,
    }
}

/// AWS's default for a shared quota in a Region.
#[must_use]
pub fn shared(name: &str, region: &Region) -> Option<Rate> {
    regional(name, region).or_else(|| SHARED.iter().find(|(known, _)| *known == name).map(|(_, rate)| *rate))
}

/// One request of one quota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draw {
    /// The quota: that of an operation has its name.
    pub quota: Cow<'static, str>,
    /// What the bucket belongs to besides account and Region: the id of a custom key store, or nothing.
    pub of: String,
    /// The Region whose quota it is.
    pub region: Region,
    /// AWS's default.
    pub default: Option<Rate>,
}

impl Draw {
    /// A request of the shared quota `name`.
    #[must_use]
    pub fn shared(name: impl Into<Cow<'static, str>>, region: &Region) -> Self {
        let quota = name.into();
        let default = shared(&quota, region);
        Self { quota, of: String::new(), region: region.clone(), default }
    }

    /// A request of an operation's own quota.
    #[must_use]
    pub fn own(operation: &'static str, per_second: u32, region: &Region) -> Self {
        let default = Some(Rate::per_second(per_second));
        Self { quota: operation.into(), of: String::new(), region: region.clone(), default }
    }
}

/// The request quotas of a lab, and what is left of them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Quotas {
    /// Whether AWS's defaults are enforced.
    pub enforced: bool,
    /// Those that were set, by name: they are enforced in any case.
    set: BTreeMap<String, Box<Rate>>,
    /// What is left. Not saved: an opened lab has not been called yet.
    #[serde(skip)]
    buckets: BTreeMap<(AccountId, Region, String, String), Bucket>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: u64,
    at: Timestamp,
}

impl Bucket {
    /// What is in it at `now`.
    fn at(self, now: Timestamp, rate: Rate) -> u64 {
        let passed = u64::try_from(now.since(self.at).as_millis()).unwrap_or_default();
        self.left.saturating_add(passed.saturating_mul(rate.0)).min(rate.full())
    }
}

impl Quotas {
    /// Whether any request can be refused.
    #[must_use]
    pub fn any(&self) -> bool {
        self.enforced || !self.set.is_empty()
    }

    /// What was set.
    #[must_use]
    pub fn set_to(&self, name: &str) -> Option<Rate> {
        self.set.get(name).map(|rate| **rate)
    }

    /// Sets a quota; `None` is AWS's default again.
    pub fn set(&mut self, name: &str, rate: Option<Rate>) {
        match rate {
            Some(rate) => drop(self.set.insert(name.into(), Box::new(rate))),
            None => drop(self.set.remove(name)),
        }
        // A full bucket of the new size.
        self.buckets.retain(|(_, _, quota, _), _| quota != name);
    }

    /// Counts a request of `account` against all of `draws`, or, when one of them is used up, against none.
    ///
    /// # Errors
    /// [`Fault::Throttling`].
    pub fn draw(&mut self, account: AccountId, draws: &[Draw], now: Timestamp) -> Result<(), Fault> {
        let mut after = alloc::vec::Vec::with_capacity(draws.len());
        for draw in draws {
            let default = draw.default.filter(|_| self.enforced);
            let Some(rate) = self.set_to(&draw.quota).or(default) else { continue };
            let place = (account, draw.region.clone(), draw.quota.to_string(), draw.of.clone());
            let left = self.buckets.get(&place).map_or_else(|| rate.full(), |bucket| bucket.at(now, rate));
            let left = left.checked_sub(REQUEST).ok_or(Fault::Throttling { message: TOO_FAST })?;
            // A rate of nothing admits nothing, not even the first.
            if rate.0 == 0 {
                return Err(Fault::Throttling { message: TOO_FAST });
            }
            after.push((place, Bucket { left, at: now }));
        }
        self.buckets.extend(after);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Timespan;

    #[test]
    fn a_second_s_worth_may_come_at_once_and_fills_with_time() {
        let account: AccountId = "111122223333".parse().unwrap();
        let [here, there] = ["us-east-1", "cn-north-1"].map(|name| name.parse::<Region>().unwrap());
        let mut quotas = Quotas { enforced: true, ..Quotas::default() };
        let start = Timestamp::from_secs(1000);
        let mut served = |draw: &Draw, millis: i64, tries: usize| {
            let now = start.plus(Timespan::millis(millis));
            (0..tries).filter(|_| quotas.draw(account, core::slice::from_ref(draw), now).is_ok()).count()
        };
        let create = Draw::own("CreateKey", 5, &here);
        // After so many milliseconds, so many of ten are served.
        for (after, want) in [(0, 5), (0, 0), (199, 0), (200, 1), (600, 2), (60_000, 5)] {
            assert_eq!(served(&create, after, 10), want, "{after} ms");
        }
        let elsewhere = Draw::own("CreateKey", 5, &there);
        assert_eq!(served(&elsewhere, 60_000, 10), 5, "another Region, another bucket");
        // Half a request a second: one at once, the next after two seconds.
        let pair = Draw::shared("generate_data_key_pair:RSA_3072", &there);
        for (after, want) in [(0, 1), (1999, 0), (2000, 1)] {
            assert_eq!(served(&pair, after, 3), want, "{after} ms");
        }
    }

    #[test]
    fn a_request_of_two_quotas_takes_from_both_or_from_none() {
        let account: AccountId = "111122223333".parse().unwrap();
        let here: Region = "us-east-1".parse().unwrap();
        let mut quotas = Quotas::default();
        quotas.set("crypto_rsa", Some(Rate::per_second(1)));
        quotas.set("crypto_symmetric", Some(Rate::per_second(2)));
        let now = Timestamp::from_secs(0);
        let [rsa, symmetric] = ["crypto_rsa", "crypto_symmetric"].map(|name| Draw::shared(name, &here));
        let mut draw = |draws: &[Draw]| quotas.draw(account, draws, now).is_ok();
        assert!(draw(&[symmetric.clone(), rsa.clone()]));
        assert!(!draw(&[symmetric.clone(), rsa.clone()]));
        assert!(draw(core::slice::from_ref(&symmetric)), "the refused request took nothing");
        assert!(!draw(core::slice::from_ref(&symmetric)));
    }
}
