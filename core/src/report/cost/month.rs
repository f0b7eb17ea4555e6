//! Months of the bill, in UTC, and which part of them a key existed.

use crate::base::Timestamp;
use alloc::vec::Vec;
use core::fmt;

/// A calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Month {
    year: i32,
    month: u8,
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl Month {
    /// The month of a moment.
    pub(super) fn of(moment: Timestamp) -> Self {
        let (year, month, ..) = moment.civil();
        Self { year, month }
    }

    fn start(self) -> Timestamp {
        Timestamp::from_civil((self.year, self.month, 1, 0, 0, 0)).unwrap_or(Timestamp::MAX)
    }

    fn next(self) -> Self {
        match self.month {
            12.. => Self { year: self.year.saturating_add(1), month: 1 },
            _ => Self { month: self.month.saturating_add(1), ..self },
        }
    }
}

/// The months that a span of time touches, each with the part of its hours; hours begun count.
pub(super) fn parts((from, to): (Timestamp, Timestamp)) -> Vec<(Month, f64)> {
    let mut parts = Vec::new();
    let mut month = Month::of(from);
    while month.start() < to {
        let next = month.next();
        let (start, end) = (from.max(month.start()), to.min(next.start()));
        let whole = hours(month.start(), next.start());
        if start < end && whole > 0.0 {
            parts.push((month, hours(start, end) / whole));
        }
        month = next;
    }
    parts
}

/// The hours between two moments; one that has begun counts.
#[expect(clippy::cast_precision_loss, reason = "hours up to year 9999 fit 53 bits")]
fn hours(from: Timestamp, to: Timestamp) -> f64 {
    const HOUR: i64 = 3_600_000;
    let millis = to.since(from).as_millis().max(0);
    millis.saturating_add(HOUR).saturating_sub(1).div_euclid(HOUR) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn a_key_pays_for_the_hours_that_have_begun() {
        let at = |year, month, day, hour, minute| Timestamp::from_civil((year, month, day, hour, minute, 0)).unwrap();
        let cases: [(_, _, &[(&str, f64)]); 5] = [
            (at(2026, 1, 1, 0, 0), at(2026, 2, 1, 0, 0), &[("2026-01", 1.0)]),
            (at(2026, 1, 1, 0, 0), at(2026, 1, 1, 0, 1), &[("2026-01", 1.0 / 744.0)]),
            (at(2026, 1, 31, 0, 0), at(2026, 2, 15, 0, 0), &[("2026-01", 1.0 / 31.0), ("2026-02", 0.5)]),
            (at(2025, 12, 1, 0, 0), at(2026, 2, 1, 0, 0), &[("2025-12", 1.0), ("2026-01", 1.0)]),
            (at(2026, 1, 1, 0, 0), at(2026, 1, 1, 0, 0), &[]),
        ];
        for (from, to, want) in cases {
            let got = parts((from, to));
            assert_eq!(got.len(), want.len(), "{got:?}");
            for ((month, part), (name, value)) in got.iter().zip(want) {
                assert_eq!(month.to_string(), *name);
                assert!((part - value).abs() < 1e-9, "{part} {value}");
            }
        }
    }
}
