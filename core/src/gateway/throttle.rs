//! The quotas of a lab: counting requests against them, reading and setting them. Source: kms.md, section 17.

use super::Gateway;
use crate::base::{Fault, Region};
use crate::service::{self, Call, Quota, Remarks, Row};
use crate::wire::Doc;
use crate::world::Asking;
use crate::world::keys::quota::Resources;
use crate::world::quota::{self, Rate};
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

/// A quota as it stands.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct QuotaLine {
    /// Its name: `keys`, `crypto_symmetric`, or that of an operation.
    pub name: String,
    /// Whether it counts requests a second, or resources.
    pub per_second: bool,
    /// AWS's default.
    pub default: f64,
    /// What holds in the lab; `None` where nothing is refused.
    pub value: Option<f64>,
}

/// There is no such quota, or it cannot be that.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadQuota {
    /// No quota has this name.
    Unknown(String),
    /// What it was to be set to is no number of requests or resources.
    Value(String),
}

impl fmt::Display for BadQuota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => write!(
                f,
                "there is no quota {name:?}: names are such as 'keys', 'aliases_per_key', 'crypto_symmetric', 'CreateKey'"
            ),
            Self::Value(message) => f.write_str(message),
        }
    }
}

impl core::error::Error for BadQuota {}

impl Gateway {
    /// Counts a request against the quotas it draws from. `doc` is missing when the request could not be read.
    ///
    /// # Errors
    /// [`Fault::Throttling`].
    pub(super) fn throttle(
        &mut self,
        service: &str,
        row: &Row,
        doc: Option<&Doc>,
        asking: &Asking,
    ) -> Result<(), Fault> {
        if service != "kms" || !self.world.quotas.any() {
            return Ok(());
        }
        let call = Call {
            world: &mut self.world,
            asking,
            entropy: &mut *self.entropy,
            pairs: &mut self.pairs,
            trail: Remarks::default(),
        };
        let draws = service::kms::draws(row, doc, &call);
        self.world.quotas.draw(asking.caller.account, &draws, asking.now)
    }

    /// Every quota that can be set, as it stands in `region`.
    pub(crate) fn quotas(&self, region: &Region) -> Vec<QuotaLine> {
        let limits = self.world.keys.limits;
        let resources = Resources::ALL.iter().map(|(of, name, default)| QuotaLine {
            name: (*name).to_string(),
            per_second: false,
            default: whole(*default),
            value: Some(limits.of(*of)).filter(|limit| *limit != usize::MAX).map(whole),
        });
        let quotas = &self.world.quotas;
        let requests = rates(region).map(|(name, default)| {
            let value = quotas.set_to(name).or_else(|| quotas.enforced.then_some(default));
            let value = value.filter(|rate| *rate != Rate::UNLIMITED).map(requests_a_second);
            QuotaLine { name: name.into(), per_second: true, default: requests_a_second(default), value }
        });
        resources.chain(requests).collect()
    }

    /// Sets a quota; `None` is AWS's default again, infinity lets everything through.
    ///
    /// # Errors
    /// [`BadQuota`].
    pub(crate) fn set_quota(&mut self, name: &str, value: Option<f64>) -> Result<(), BadQuota> {
        if value.is_some_and(|value| value.is_nan() || value < 0.0) {
            return Err(BadQuota::Value(format!("a quota is a number from 0 on, not {}", value.unwrap_or_default())));
        }
        if let Some(of) = Resources::named(name) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "as saturates, and it is not negative"
            )]
            let limit = value.map(|value| if value.is_finite() { value as usize } else { usize::MAX });
            self.world.keys.limits.set(of, limit);
            return Ok(());
        }
        let any: Region = "us-east-1".parse().map_err(|_| BadQuota::Unknown(name.into()))?;
        if !rates(&any).any(|(known, _)| known == name) {
            return Err(BadQuota::Unknown(name.into()));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "as saturates, and it is not negative"
        )]
        let rate =
            value.map(|value| if value.is_finite() { Rate::milli((value * 1000.0) as u64) } else { Rate::UNLIMITED });
        self.world.quotas.set(name, rate);
        Ok(())
    }
}

/// The request quotas, with AWS's defaults in `region`.
fn rates(region: &Region) -> impl Iterator<Item = (&'static str, Rate)> {
    let shared = quota::SHARED.iter().map(|(name, rate)| (*name, quota::shared(name, region).unwrap_or(*rate)));
    let own = service::kms::OPERATIONS.iter().filter_map(|row| match row.quota {
        Quota::Own(per_second) => Some((row.name, Rate::per_second(per_second))),
        _ => None,
    });
    shared.chain(own)
}

#[expect(clippy::cast_precision_loss, reason = "quotas are far below 2^53")]
fn whole(limit: usize) -> f64 {
    limit as f64
}

#[expect(clippy::cast_precision_loss, reason = "quotas are far below 2^53")]
fn requests_a_second(rate: Rate) -> f64 {
    rate.as_milli() as f64 / 1000.0
}
