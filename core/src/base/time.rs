//! Moments and spans, in milliseconds: the grain of AWS's own timestamps.

use alloc::{format, string::String};
use core::fmt;
use serde::{Deserialize, Serialize};

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// A length of time, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timespan(i64);

/// Year, month, day, hour, minute, second, in UTC.
type Civil = (i32, u8, u8, u8, u8, u8);

impl Timestamp {
    /// The last moment that the wire formats can carry: 9999-12-31T23:59:59Z.
    pub const MAX: Self = Self(253_402_300_799_000);

    /// From milliseconds since the epoch; later than [`Self::MAX`] becomes that.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        if millis > Self::MAX.0 { Self::MAX } else { Self(millis) }
    }

    /// From seconds since the epoch.
    #[must_use]
    pub const fn from_secs(secs: i64) -> Self {
        Self::from_millis(secs.saturating_mul(1000))
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// For sorting: earlier moments have smaller numbers.
    pub(crate) const fn rank(self) -> u64 {
        self.0.cast_unsigned() ^ (1 << 63)
    }

    /// Whole seconds since the epoch, rounded down.
    #[must_use]
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Seconds since the epoch with the fraction, as awsJson carries them.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "milliseconds up to year 9999 fit 53 bits")]
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// The moment `span` later.
    #[must_use]
    pub const fn plus(self, span: Timespan) -> Self {
        Self::from_millis(self.0.saturating_add(span.0))
    }

    /// The moment `span` earlier.
    #[must_use]
    pub const fn minus(self, span: Timespan) -> Self {
        Self::from_millis(self.0.saturating_sub(span.0))
    }

    /// The time from `earlier` to this moment; negative when `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Timespan {
        Timespan(self.0.saturating_sub(earlier.0))
    }

    /// `2026-01-02T03:04:05Z` (ISO 8601, seconds): query protocols and CloudTrail.
    #[must_use]
    pub fn to_iso(self) -> String {
        let (y, mo, d, h, mi, s) = self.civil();
        // Every request writes one; the formatter takes five times as long.
        let mut out = String::with_capacity(20);
        match u16::try_from(y) {
            Ok(y @ 0..=9999) => {
                pair(u8::try_from(y / 100).unwrap_or_default(), &mut out);
                pair(u8::try_from(y % 100).unwrap_or_default(), &mut out);
            }
            _ => out.push_str(&format!("{y:04}")),
        }
        for (before, part) in [('-', mo), ('-', d), ('T', h), (':', mi), (':', s)] {
            out.push(before);
            pair(part, &mut out);
        }
        out.push('Z');
        out
    }

    /// `20260102T030405Z` (ISO 8601 basic format): SigV4.
    #[must_use]
    pub fn to_basic(self) -> String {
        let (y, mo, d, h, mi, s) = self.civil();
        format!("{y:04}{mo:02}{d:02}T{h:02}{mi:02}{s:02}Z")
    }

    /// Parses `20260102T030405Z`; `None` for anything else.
    #[must_use]
    pub fn from_basic(text: &str) -> Option<Self> {
        let bytes: &[u8; 16] = text.as_bytes().try_into().ok()?;
        let [y1, y2, y3, y4, m1, m2, d1, d2, b'T', h1, h2, n1, n2, s1, s2, b'Z'] = *bytes else {
            return None;
        };
        let year = i32::from(two(y1, y2)?).checked_mul(100)?.checked_add(i32::from(two(y3, y4)?))?;
        Self::from_civil((year, two(m1, m2)?, two(d1, d2)?, two(h1, h2)?, two(n1, n2)?, two(s1, s2)?))
    }

    /// From a date and a time of day in UTC; `None` when there is no such moment.
    #[must_use]
    pub fn from_civil((year, month, day, hour, minute, second): Civil) -> Option<Self> {
        let month = time::Month::try_from(month).ok()?;
        let date = time::Date::from_calendar_date(year, month, day).ok()?;
        let clock = time::Time::from_hms(hour, minute, second).ok()?;
        Some(Self::from_secs(time::PrimitiveDateTime::new(date, clock).assume_utc().unix_timestamp()))
    }

    /// Year, month, day, hour, minute, second, in UTC.
    #[must_use]
    pub fn civil(self) -> Civil {
        let moment =
            time::OffsetDateTime::from_unix_timestamp(self.as_secs()).unwrap_or(time::OffsetDateTime::UNIX_EPOCH);
        (moment.year(), moment.month().into(), moment.day(), moment.hour(), moment.minute(), moment.second())
    }
}

/// Appends a number below 100 as two decimal digits.
fn pair(number: u8, out: &mut String) {
    out.push(char::from(b'0'.wrapping_add(number / 10)));
    out.push(char::from(b'0'.wrapping_add(number % 10)));
}

/// Two decimal digits.
fn two(tens: u8, ones: u8) -> Option<u8> {
    let digit = |byte: u8| byte.is_ascii_digit().then_some(byte & 0x0f);
    digit(tens)?.checked_mul(10)?.checked_add(digit(ones)?)
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_iso())
    }
}

impl Timespan {
    /// `n` milliseconds.
    #[must_use]
    pub const fn millis(n: i64) -> Self {
        Self(n)
    }

    /// `n` seconds.
    #[must_use]
    pub const fn seconds(n: i64) -> Self {
        Self(n.saturating_mul(1000))
    }

    /// `n` days of 24 hours.
    #[must_use]
    pub const fn days(n: i64) -> Self {
        Self(n.saturating_mul(86_400_000))
    }

    /// Both lengths together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The length in milliseconds.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_format_reads_what_it_writes() {
        for millis in [0, 951_782_400_000, 1_700_000_000_000, 4_102_444_799_000] {
            let moment = Timestamp::from_millis(millis);
            assert_eq!(Timestamp::from_basic(&moment.to_basic()), Some(moment), "{moment}");
        }
    }

    #[test]
    fn impossible_dates_are_none() {
        for text in
            ["20260230T000000Z", "20261301T000000Z", "20260101T250000Z", "2026-01-01T00:00", "", "20260101T000000z"]
        {
            assert_eq!(Timestamp::from_basic(text), None, "{text}");
        }
    }
}
