//! The typed values of conditions: numbers, moments, addresses, bytes. Reading and comparing them allocates nothing.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators".

use crate::base::Timestamp;
use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::{cmp::Ordering, net::IpAddr};

/// A decimal number: sign, digits before and after the point, without needless zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Number<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
}

fn number(text: &str) -> Option<Number<'_>> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let empty = whole.is_empty() && fraction.is_empty();
    if empty || !digits(whole) || !digits(fraction) {
        return None;
    }
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    let zero = whole.is_empty() && fraction.is_empty();
    Some(Number { negative: negative && !zero, whole, fraction })
}

/// Whether `text` is a number that conditions can compare.
pub(super) fn is_number(text: &str) -> bool {
    number(text).is_some()
}

/// Compares two decimal numbers exactly; `None` when one cannot be read.
pub(super) fn compare_numbers(a: &str, b: &str) -> Option<Ordering> {
    let (a, b) = (number(a)?, number(b)?);
    // More digits before the point, without leading zeros, is more; after it, digits compare like text.
    let size = a.whole.len().cmp(&b.whole.len()).then(a.whole.cmp(b.whole)).then(a.fraction.cmp(b.fraction));
    Some(match (a.negative, b.negative) {
        (false, false) => size,
        (true, true) => size.reverse(),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
    })
}

/// A moment: seconds since 1970 in UTC, and nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(i64, u32);

/// Reads a date of W3C's profile of ISO 8601 (missing parts are the start of the period, UTC), or Unix seconds.
pub(super) fn moment(text: &str) -> Option<Moment> {
    // Four digits are a year; `89.5` and `-123` are none.
    if digits(text, 4).is_none() && is_number(text) {
        let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
        let seconds: i64 = seconds.parse().ok()?;
        let nanos = nanos(fraction)?;
        return Some(if seconds < 0 || text.starts_with('-') { Moment(seconds, 0) } else { Moment(seconds, nanos) });
    }
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut parts = date.split('-');
    let year = digits(parts.next()?, 4)?;
    let month = parts.next().map_or(Some(1), |part| digits(part, 2))?;
    let day = parts.next().map_or(Some(1), |part| digits(part, 2))?;
    if parts.next().is_some() || (time.is_some() && date.len() != 10) {
        return None;
    }
    let civil = |hour, minute, second| {
        let narrow = |number: u32| u8::try_from(number).ok();
        Timestamp::from_civil((
            i32::try_from(year).ok()?,
            narrow(month)?,
            narrow(day)?,
            narrow(hour)?,
            narrow(minute)?,
            narrow(second)?,
        ))
        .map(Timestamp::as_secs)
    };
    let Some(time) = time else { return Some(Moment(civil(0, 0, 0)?, 0)) };
    let zone = time.find(['Z', '+', '-'])?;
    let (clock, zone) = time.split_at_checked(zone)?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut parts = clock.split(':');
    let (hour, minute) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let second = parts.next().map_or(Some(0), |part| digits(part, 2))?;
    if parts.next().is_some() {
        return None;
    }
    let seconds = civil(hour, minute, second)?.checked_sub(offset(zone)?)?;
    Some(Moment(seconds, nanos(fraction)?))
}

/// Whether IAM stores a date that is none of the profile: `2016-12-13t2:00:00.5+23`, `01T`, `-292275054`. It is equal to
/// nothing. Recorded for `CreatePolicy`.
pub(super) fn is_loose_date(text: &str) -> bool {
    let (date, time) = text.split_once(['T', 't']).unwrap_or((text, ""));
    let part = |part: &str, most: u32| digits(part, part.len()).is_some_and(|number| number <= most);
    let two = |text: &str, most: u32| text.len() == 2 && part(text, most);
    let mut parts = date.strip_prefix('-').unwrap_or(date).split('-');
    let year = parts.next().is_some_and(|year| part(year, 292_278_993));
    let time = time.trim_end_matches(['Z', 'z']);
    let (clock, zone) = time.split_once('+').unwrap_or((time, "00"));
    let (hours, minutes) = zone.split_once(':').unwrap_or((zone, "00"));
    let zone = two(hours, 23) && two(minutes, 59);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let day = parts.next().is_none_or(|month| part(month, 12)) && parts.next().is_none_or(|day| part(day, 31));
    let clock = clock.is_empty() || clock.split(':').all(|number| part(number, 60));
    year && day && parts.next().is_none() && clock && zone && fraction.len() < 10 && nanos(fraction).is_some()
}

/// `Z`, `+hh:mm`, `-hh:mm`, in seconds east of UTC.
fn offset(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let (sign, rest) = match zone.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    i64::from(hours).checked_mul(60)?.checked_add(i64::from(minutes))?.checked_mul(60)?.checked_mul(sign)
}

/// Exactly `count` decimal digits.
fn digits(text: &str, count: usize) -> Option<u32> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// The digits after the point of a second; what is finer than a nanosecond is dropped.
fn nanos(fraction: &str) -> Option<u32> {
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = fraction.bytes().chain(core::iter::repeat(b'0')).take(9);
    Some(digits.fold(0_u32, |sum, digit| sum.wrapping_mul(10).wrapping_add(u32::from(digit & 0x0f))))
}

/// A date, as it is written, and the seconds before and after it.
pub(super) fn moments_around(text: &str) -> Vec<String> {
    let Some(Moment(seconds, _)) = moment(text) else { return Vec::new() };
    let beside = [seconds.saturating_sub(1), seconds.saturating_add(1)];
    [text.to_string()].into_iter().chain(beside.map(|seconds| seconds.to_string())).collect()
}

/// A number, as it is written, and a smaller and a greater one.
pub(super) fn numbers_around(text: &str) -> Vec<String> {
    if !is_number(text) {
        return Vec::new();
    }
    // A further nine behind the point is greater for what is positive, and smaller for what is not.
    let longer = if text.contains('.') { [text, "9"].concat() } else { [text, ".9"].concat() };
    let whole = text.split('.').next().and_then(|whole| whole.parse::<i64>().ok());
    let below = whole.map(|whole| whole.saturating_sub(1).to_string());
    let above = whole.map(|whole| whole.saturating_add(1).to_string());
    [text.to_string(), longer].into_iter().chain(below).chain(above).collect()
}

/// `true` or `false`, in letters of either case.
pub(super) fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// A range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    network: IpAddr,
    /// How many bits at the end of an address do not count.
    free: u32,
}

/// Reads `address` or `address/prefix length`.
pub(super) fn range(text: &str) -> Option<Range> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text, None),
    };
    let network: IpAddr = address.parse().ok()?;
    let bits = if network.is_ipv4() { 32 } else { 128 };
    let prefix = match prefix {
        None => bits,
        Some(prefix) if (1..=3).contains(&prefix.len()) && prefix.bytes().all(|b| b.is_ascii_digit()) => {
            prefix.parse().ok()?
        }
        Some(_) => return None,
    };
    Some(Range { network, free: u32::checked_sub(bits, prefix)? })
}

impl Range {
    /// Its first and its last address.
    pub(super) fn ends(&self) -> [String; 2] {
        let low = u128::MAX.checked_shl(self.free).map_or(u128::MAX, |high| !high);
        match self.network {
            IpAddr::V4(network) => {
                let low = u32::try_from(low).unwrap_or(u32::MAX);
                let bits = network.to_bits();
                [bits & !low, bits | low].map(|bits| core::net::Ipv4Addr::from_bits(bits).to_string())
            }
            IpAddr::V6(network) => {
                let bits = network.to_bits();
                [bits & !low, bits | low].map(|bits| core::net::Ipv6Addr::from_bits(bits).to_string())
            }
        }
    }

    /// Whether the address `text` lies in the range. Families never contain each other.
    pub(super) fn contains(&self, text: &str) -> bool {
        let Ok(address) = text.parse::<IpAddr>() else { return false };
        let both = match (self.network, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                (u128::from(network.to_bits()), u128::from(address.to_bits()))
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => (network.to_bits(), address.to_bits()),
            _ => return false,
        };
        let cut = |bits: u128| bits.checked_shr(self.free).unwrap_or(0);
        cut(both.0) == cut(both.1)
    }
}

/// Whether two base64 texts (RFC 4648, with padding) stand for the same bytes; `false` when one cannot be read.
pub(super) fn same_bytes(a: &str, b: &str) -> bool {
    // Canonical base64 has one text for each value.
    a == b && is_base64(a)
}

/// Whether `text` is canonical base64.
pub(super) fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let padding = text.len().saturating_sub(body.len());
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte.wrapping_sub(b'A')),
        b'a'..=b'z' => Some(byte.wrapping_sub(b'a').wrapping_add(26)),
        b'0'..=b'9' => Some(byte.wrapping_sub(b'0').wrapping_add(52)),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let unused = match padding {
        0 => 0,
        1 => 0b11,
        2 => 0b1111,
        _ => return false,
    };
    text.len().is_multiple_of(4)
        && body.bytes().all(|byte| value(byte).is_some())
        && body.bytes().last().is_none_or(|byte| value(byte).is_some_and(|bits| bits & unused == 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Ordering::{Equal, Greater, Less};

    #[test]
    fn numbers_compare_as_numbers() {
        let cases = [
            ("7", "7.0", Some(Equal)),
            ("007", "7", Some(Equal)),
            ("-0", "0", Some(Equal)),
            ("10", "9", Some(Greater)),
            ("1.25", "1.3", Some(Less)),
            ("-10", "-9", Some(Less)),
            ("-1", "0.5", Some(Less)),
            ("9007199254740993", "9007199254740992", Some(Greater)),
            ("1e3", "1000", None),
            ("abc", "5", None),
            ("", "0", None),
            (".", "0", None),
        ];
        for (a, b, want) in cases {
            assert_eq!(compare_numbers(a, b), want, "{a} {b}");
        }
    }

    #[test]
    fn dates_of_the_profile() {
        let cases = [
            ("1970-01-02", Some(Moment(86_400, 0))),
            ("1970", Some(Moment(0, 0))),
            ("1970-02", Some(Moment(2_678_400, 0))),
            ("1970-01-01T00:01Z", Some(Moment(60, 0))),
            ("1970-01-01T00:00:05.123Z", Some(Moment(5, 123_000_000))),
            ("1970-01-01T03:00:00+03:00", Some(Moment(0, 0))),
            ("1969-12-31T23:00:00-01:00", Some(Moment(0, 0))),
            ("1800000000", Some(Moment(1_800_000_000, 0))),
            ("1800000000.5", Some(Moment(1_800_000_000, 500_000_000))),
            ("86400", Some(Moment(86_400, 0))),
            ("89.5", Some(Moment(89, 500_000_000))),
            ("-123", Some(Moment(-123, 0))),
            ("+123", Some(Moment(123, 0))),
            ("2026-13-01", None),
            ("2026-02-30", None),
            ("2026-01-01T00:00:00", None),
            ("2026-01T00:00Z", None),
            ("2026-01-01T00:00:00+3:00", None),
            ("2026-01-01T25:00:00Z", None),
            ("yesterday", None),
            ("", None),
        ];
        for (text, want) in cases {
            assert_eq!(moment(text), want, "{text}");
        }
    }

    #[test]
    fn address_ranges() {
        let cases = [
            ("203.0.113.0/24", "203.0.113.77", true),
            ("203.0.113.9/24", "203.0.113.77", true),
            ("203.0.113.77", "203.0.113.78", false),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("0.0.0.0/0", "::1", false),
            ("::/0", "::1", true),
            ("2001:DB8:1234:5678::/64", "2001:db8:1234:5678::1", true),
            ("2001:db8::1", "2001:0db8:0::1", true),
            ("2001:db8::1", "not an address", false),
        ];
        for (text, address, want) in cases {
            assert_eq!(range(text).unwrap().contains(address), want, "{text} {address}");
        }
        for bad in ["10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/+8", "10.0.0", ""] {
            assert_eq!(range(bad), None, "{bad}");
        }
    }

    #[test]
    fn base64_is_canonical() {
        assert!(same_bytes("QmluYXJ5", "QmluYXJ5"));
        assert!(same_bytes("", ""));
        for bad in ["QmluYXJ", "Qm=uYXJ5", "QR==x", "QR==", "Q===", "Qm9\n"] {
            assert!(!is_base64(bad), "{bad}");
        }
        assert!(is_base64("QQ==") && is_base64("QUI="));
    }
}
