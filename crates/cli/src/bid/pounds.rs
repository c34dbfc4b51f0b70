//! Money in a bid: integer pence inside, four ways of writing it outside.

use std::fmt;

use inventory::Money;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

/// The largest amount that a plan may hold in one field, in pence: ten billion pounds.
///
/// Below it the sum of nine million lines still fits, so sums of a bid cannot overflow.
pub const LARGEST_PENCE: i64 = 1_000_000_000_000;

/// An amount of a bid in whole pence.
///
/// Printed as `£1,234.50`; serialised as the decimal string `1234.50`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Pounds(i64);

impl Pounds {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// An amount given in pence.
    pub const fn from_pence(pence: i64) -> Self {
        Self(pence)
    }

    /// The amount in pence.
    pub const fn pence(self) -> i64 {
        self.0
    }

    /// The sum of two amounts.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// This amount less another.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// The sum of many amounts.
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Self {
        amounts.into_iter().fold(Self::ZERO, Self::plus)
    }

    /// True below nothing: an overspent envelope.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The part `numerator / denominator` of this amount, a half penny going up; nothing when the denominator is 0.
    #[must_use]
    pub fn share_half_up(self, numerator: i64, denominator: i64) -> Self {
        let product = i128::from(self.0).saturating_mul(i128::from(numerator));
        Self(divide_half_up(product, i128::from(denominator)))
    }

    /// `1234.50`, as CSV, JSON and workbook cells carry it.
    pub fn plain(self) -> String {
        Money::from_pence(self.0).to_string()
    }

    /// `£1,235`: whole pounds, half up, for prose and charts.
    pub fn whole(self) -> String {
        signed(self.0, |magnitude| format!("£{}", grouped(round_div(magnitude, 100))))
    }

    /// `1,234.5`: thousands of pounds with one decimal, half up, as capital forms ask.
    pub fn thousands(self) -> String {
        signed(self.0, |magnitude| {
            let tenths = round_div(magnitude, 10_000);
            format!("{}.{}", grouped(tenths.div_euclid(10)), tenths.rem_euclid(10))
        })
    }

    /// `£1.24m`, `£310k`, `£4.7k` or `£95`: for labels on charts.
    pub fn short(self) -> String {
        signed(self.0, |magnitude| match magnitude {
            0..=99_949 => format!("£{}", round_div(magnitude, 100)),
            99_950..=994_999 => {
                let tenths = round_div(magnitude, 10_000);
                match tenths.rem_euclid(10) {
                    0 => format!("£{}k", tenths.div_euclid(10)),
                    tenth => format!("£{}.{tenth}k", tenths.div_euclid(10)),
                }
            }
            995_000..=99_949_999 => format!("£{}k", round_div(magnitude, 100_000)),
            _ => {
                let hundredths = round_div(magnitude, 1_000_000);
                let (millions, rest) = (hundredths.div_euclid(100), hundredths.rem_euclid(100));
                format!("£{}.{rest:02}m", grouped(millions))
            }
        })
    }
}

impl From<Money> for Pounds {
    fn from(money: Money) -> Self {
        Self(money.pence())
    }
}

impl fmt::Display for Pounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&signed(self.0, |magnitude| {
            format!("£{}.{:02}", grouped(magnitude.div_euclid(100)), magnitude.rem_euclid(100))
        }))
    }
}

impl Serialize for Pounds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Money::from_pence(self.0))
    }
}

impl JsonSchema for Pounds {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Pounds".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "An amount in pounds with two decimals, such as 1234.50",
            "pattern": r"^-?[0-9]+\.[0-9]{2}$"
        })
    }
}

/// A count with a comma between thousands: `12,345`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len().saturating_add(6));
    for (index, digit) in digits.chars().enumerate() {
        let left = digits.len().saturating_sub(index);
        if index > 0 && left.is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn signed(pence: i64, write: impl FnOnce(u64) -> String) -> String {
    let body = write(pence.unsigned_abs());
    if pence < 0 { format!("-{body}") } else { body }
}

fn round_div(value: u64, by: u64) -> u64 {
    let half = by.div_euclid(2);
    value.saturating_add(half).checked_div(by).unwrap_or(0)
}

fn divide_half_up(numerator: i128, denominator: i128) -> i64 {
    let doubled = numerator.saturating_mul(2).saturating_add(denominator);
    let quotient = doubled.checked_div_euclid(denominator.saturating_mul(2)).unwrap_or(0);
    i64::try_from(quotient).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_of_writing_an_amount() {
        let amount = Pounds::from_pence(123_456_750);
        assert_eq!(amount.to_string(), "£1,234,567.50");
        assert_eq!(amount.plain(), "1234567.50");
        assert_eq!(amount.whole(), "£1,234,568");
        assert_eq!(amount.thousands(), "1,234.6");
        assert_eq!(amount.short(), "£1.23m");
        assert_eq!(Pounds::from_pence(-5).to_string(), "-£0.05");
        assert_eq!(Pounds::from_pence(99_950).short(), "£1k");
        assert_eq!(Pounds::from_pence(99_949_999).short(), "£999k");
        assert_eq!(Pounds::from_pence(99_950_000).short(), "£1.00m");
        assert_eq!(Pounds::from_pence(9_951).short(), "£100");
        assert_eq!(Pounds::from_pence(467_618).short(), "£4.7k");
        assert_eq!(Pounds::from_pence(995_000).short(), "£10k");
    }

    #[test]
    fn shares_add_up_when_taken_cumulatively() {
        let cost = Pounds::from_pence(100_001);
        let upto = |year| cost.share_half_up(year, 3);
        let charges: Vec<_> = (1..=3).map(|year| upto(year).minus(upto(year - 1))).collect();
        assert_eq!(Pounds::sum(charges), cost);
        assert_eq!(cost.share_half_up(1, 0), Pounds::ZERO);
    }
}
