//! What a lab would have cost in AWS: its keys by the hour, its requests by type. A pure function of keys and trail.
//! Source: kms.md, section 18.

mod history;
mod month;
mod price;

pub use price::{PRICES, PRICES_AS_OF, Price};

use crate::base::{AccountId, Timestamp};
use crate::world::World;
use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};
use history::{History, Life};
use month::Month;
use serde::Serialize;

/// The bill.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Cost {
    /// Until when it was added up, by the lab's clock: ISO 8601.
    pub until: String,
    /// The month of the price list: `2026-06`.
    pub prices_as_of: &'static str,
    /// `USD`.
    pub currency: &'static str,
    /// One line for each month, account and price, in this order.
    pub lines: Vec<CostLine>,
    /// The sum of all lines.
    pub total: f64,
    /// What the sum does not contain, or what it could not know.
    pub notes: Vec<String>,
}

/// What one account pays for one thing in one month.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CostLine {
    /// `2026-01`.
    pub month: String,
    /// Who pays.
    pub account: String,
    /// The name of the price: `keys`, `requests`, `requests_rsa_2048`.
    pub item: &'static str,
    /// The same in words.
    pub title: &'static str,
    /// How many: requests, or months of keys.
    pub quantity: f64,
    /// How many of them are free.
    pub free: f64,
    /// The price of `per` of them, in US dollars.
    pub price: f64,
    /// The number that the price is for.
    pub per: u32,
    /// Quantity less what is free, times the price.
    pub amount: f64,
}

/// What the lab would have cost until `now`.
#[must_use]
pub fn cost(world: &World, now: Timestamp) -> Cost {
    let history = History::of(world, now);
    let mut used: BTreeMap<(Month, AccountId, &'static str), f64> = BTreeMap::new();
    let mut add = |month, account, item, quantity: f64| {
        *used.entry((month, account, item)).or_default() += quantity;
    };
    for life in history.lives.values() {
        let Life { account, spans, rotations, .. } = &**life;
        for (month, part) in spans.iter().flat_map(|span| month::parts(*span)) {
            add(month, *account, "keys", part);
        }
        // The first two rotations add to the price of the key, later ones do not.
        for rotated in rotations.iter().take(2) {
            let after = spans.iter().map(|(from, to)| ((*from).max(*rotated), *to)).filter(|(from, to)| from < to);
            for (month, part) in after.flat_map(month::parts) {
                add(month, *account, "rotations", part);
            }
        }
    }
    for (account, at, item) in &history.requests {
        add(Month::of(*at), *account, item, 1.0);
    }
    let lines: Vec<CostLine> = used.into_iter().filter_map(|(at, quantity)| line(at, quantity)).collect();
    Cost {
        until: now.to_iso(),
        prices_as_of: PRICES_AS_OF,
        currency: "USD",
        total: lines.iter().map(|line| line.amount).sum(),
        lines,
        notes: history.notes,
    }
}

/// The line of one sum.
fn line((month, account, item): (Month, AccountId, &'static str), quantity: f64) -> Option<CostLine> {
    let price = PRICES.iter().find(|price| price.item == item)?;
    let free = quantity.min(f64::from(price.free_per_month));
    Some(CostLine {
        month: month.to_string(),
        account: account.to_string(),
        item,
        title: price.title,
        quantity,
        free,
        price: price.dollars,
        per: price.per,
        amount: (quantity - free) * price.dollars / f64::from(price.per),
    })
}

impl Cost {
    /// The bill as a table of text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = format!("What AWS would charge until {}, in US dollars\n\n", self.until);
        let head = ["month", "account", "what", "quantity", "free", "price", "amount"].map(String::from);
        let rows: Vec<[String; 7]> = core::iter::once(head).chain(self.lines.iter().map(CostLine::cells)).collect();
        let width = |column: usize| {
            rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or_default()
        };
        let widths: Vec<usize> = (0..7).map(width).collect();
        for row in &rows {
            let cells =
                row.iter().zip(&widths).enumerate().map(|(at, (cell, width))| {
                    if at < 3 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
                });
            out.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
            out.push('\n');
        }
        out.push_str(&format!("\ntotal {} (prices of {})\n", money(self.total), self.prices_as_of));
        for note in &self.notes {
            out.push_str(&format!("- {note}\n"));
        }
        out
    }
}

impl CostLine {
    /// Month, account, what, quantity, free, price, amount.
    fn cells(&self) -> [String; 7] {
        let count = |quantity: f64| match self.per {
            1 => format!("{quantity:.4}"),
            _ => format!("{quantity:.0}"),
        };
        [
            self.month.clone(),
            self.account.clone(),
            self.title.into(),
            count(self.quantity),
            if self.free > 0.0 { count(self.free) } else { String::new() },
            if self.per == 1 { format!("{:.2}", self.price) } else { format!("{:.2} per {}", self.price, self.per) },
            money(self.amount),
        ]
    }
}

/// An amount with as many decimals as small ones need.
fn money(amount: f64) -> String {
    format!("{amount:.6}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Timespan;

    #[test]
    fn every_item_has_its_price_and_names_are_unique() {
        for (at, price) in PRICES.iter().enumerate() {
            assert_eq!(PRICES.iter().position(|other| other.item == price.item), Some(at));
            assert!(price.per > 0 && price.dollars > 0.0, "{}", price.item);
        }
    }

    #[test]
    fn amounts_are_quantity_less_what_is_free_times_the_price() {
        let account: AccountId = "111122223333".parse().unwrap();
        let month = Month::of(Timestamp::from_secs(1_767_225_600));
        let cases = [
            ("keys", 1.5, 0.0, 1.5),
            ("rotations", 2.0, 0.0, 2.0),
            ("requests", 20_000.0, 20_000.0, 0.0),
            ("requests", 30_000.0, 20_000.0, 0.03),
            ("requests_rsa_2048", 10_000.0, 0.0, 0.03),
            ("requests_asymmetric", 10_000.0, 0.0, 0.15),
            ("data_key_pairs_ecc", 10_000.0, 0.0, 0.10),
            ("data_key_pairs_rsa", 1.0, 0.0, 0.0012),
        ];
        for (item, quantity, free, amount) in cases {
            let line = line((month, account, item), quantity).unwrap();
            assert!((line.free - free).abs() < 1e-9 && (line.amount - amount).abs() < 1e-9, "{line:?}");
            assert_eq!(line.month, "2026-01");
        }
    }

    #[test]
    fn the_first_two_rotations_add_to_the_price_of_a_key() {
        let start = Timestamp::from_secs(1_767_225_600);
        let day = |days: i64| start.plus(Timespan::days(days));
        let span = (day(0), day(31));
        let after = |rotations: &[i64]| -> f64 {
            let parts = rotations.iter().take(2).flat_map(|at| month::parts((day(*at), span.1)));
            parts.map(|(_, part)| part).sum()
        };
        assert!((after(&[0, 0, 0]) - 2.0).abs() < 1e-9);
    }
}
