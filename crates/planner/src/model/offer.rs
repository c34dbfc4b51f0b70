//! What an item costs in a year, and until which day it can be ordered. The three roundings of money are here.

use chrono::{Days, NaiveDate};
use inventory::vocabulary::MoneyError;
use inventory::{FinancialYear, Money};
use rust_decimal::Decimal;

use super::horizon::Horizon;
use crate::input::{Inflation, Price};

/// The money of one purchase.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LinePrice {
    /// Net price in the year's money.
    pub net: Money,
    /// VAT on it.
    pub vat: Money,
    /// The part of the VAT that is recovered.
    pub recoverable: Money,
}

impl LinePrice {
    /// The money of an item bought in a year: net price moved from its base year by the inflation index, VAT on that, and
    /// the recoverable part of the VAT; each rounded half up to a penny.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] when an amount does not fit.
    pub fn in_year(
        price: &Price,
        inflation: &Inflation,
        as_of: NaiveDate,
        year: FinancialYear,
    ) -> Result<Self, MoneyError> {
        let (now, base) = (inflation.index(year), inflation.index(price.base_year(as_of)));
        let net = net_in_year(price.net, now, base)?;
        let vat = net.times_rate_half_up(price.vat_rate)?;
        let recoverable = vat.times_rate_half_up(price.vat_recoverable)?;
        Ok(Self { net, vat, recoverable })
    }

    /// Net and VAT.
    pub fn gross(self) -> Money {
        self.net.checked_add(self.vat).unwrap_or_default()
    }

    /// Gross less recoverable VAT: what the envelope counts.
    pub fn charged(self) -> Money {
        self.gross().checked_sub(self.recoverable).unwrap_or_default()
    }
}

/// A price times index over base index, multiplied before divided, rounded half up to a penny.
fn net_in_year(net: Money, index: Decimal, base: Decimal) -> Result<Money, MoneyError> {
    let pounds = net.to_decimal().checked_mul(index).and_then(|product| product.checked_div(base));
    Money::half_up(pounds.ok_or(MoneyError::TooLarge)?)
}

/// An item in one year of the plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Offer {
    /// What it costs.
    pub money: LinePrice,
    /// Last day to order it for receipt within the year; `None` when no such day is on offer.
    pub order_by: Option<NaiveDate>,
}

impl Offer {
    /// The item in year `t` of a plan.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] when an amount does not fit.
    pub fn in_year(
        price: &Price,
        inflation: &Inflation,
        as_of: NaiveDate,
        year: FinancialYear,
    ) -> Result<Self, MoneyError> {
        Ok(Self {
            money: LinePrice::in_year(price, inflation, as_of, year)?,
            order_by: order_window(price, as_of, year).map(|(_, last)| last),
        })
    }

    /// The item in every year of a plan; entry 0 repeats the first year and is unused.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] when an amount does not fit.
    pub fn in_every_year(
        price: &Price,
        inflation: &Inflation,
        as_of: NaiveDate,
        horizon: Horizon,
    ) -> Result<Vec<Self>, MoneyError> {
        std::iter::once(horizon.start())
            .chain(horizon.iter().map(|(_, year)| year))
            .map(|year| Self::in_year(price, inflation, as_of, year))
            .collect()
    }
}

/// First and last day to order an item for receipt within a year; `None` when there is none.
///
/// An order takes the lead time to arrive, cannot be placed before the as-of day, and gets the price only within its
/// validity and its framework's call-off.
pub fn order_window(
    price: &Price,
    as_of: NaiveDate,
    year: FinancialYear,
) -> Option<(NaiveDate, NaiveDate)> {
    let lead = Days::new(u64::from(price.lead_days.unwrap_or(0)));
    let first = year.start().checked_sub_days(lead)?.max(as_of);
    let first = price.valid_from.map_or(first, |from| first.max(from));
    let last = year.end().checked_sub_days(lead)?;
    let last = price.order_until.map_or(last, |until| last.min(until));
    (first <= last).then_some((first, last))
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small test amounts")]
mod tests {
    use super::*;
    use diagnostic::Source;
    use inventory::ClassCatalogue;
    use proptest::prelude::*;

    use crate::input::PriceList;

    fn list(text: &str) -> PriceList {
        let (list, problems) =
            PriceList::read(&Source::new("p.toml", text), &ClassCatalogue::shipped());
        assert!(!problems.has_errors(), "{problems:?}");
        list
    }

    fn fy(text: &str) -> FinancialYear {
        text.parse().unwrap()
    }

    const AS_OF: &str = "2026-11-20";

    fn sample() -> PriceList {
        list(
            r#"
[[framework]]
id = "f"
call_off_until = 2028-02-29
[[price]]
item = "pc"
class = "desktop"
net = "516.67"
vat_rate = "0.20"
vat_recoverable = "0.5"
valid_from = 2026-11-01
lead_days = 42
framework = "f"
[[inflation]]
fy = "2026/27"
index = "100"
[[inflation]]
fy = "2027/28"
index = "102.2"
"#,
        )
    }

    #[test]
    fn each_amount_is_rounded_once() {
        let list = sample();
        let price = list.get("pc").unwrap();
        let money = |year| {
            LinePrice::in_year(price, &list.inflation, AS_OF.parse().unwrap(), fy(year)).unwrap()
        };
        let now = money("2027/28");
        assert_eq!(now.net.to_string(), "528.04", "516.67 x 1.022 = 528.03674");
        assert_eq!(now.vat.to_string(), "105.61", "105.608");
        assert_eq!(now.recoverable.to_string(), "52.81", "52.805");
        assert_eq!(now.charged().to_string(), "580.84");
        assert_eq!(money("2026/27").net.to_string(), "516.67");
    }

    #[test]
    fn orders_arrive_within_the_year_and_the_framework() {
        let list = sample();
        let price = list.get("pc").unwrap();
        let window = |year| {
            order_window(price, AS_OF.parse().unwrap(), fy(year))
                .map(|(first, last)| format!("{first} {last}"))
        };
        assert_eq!(window("2026/27").as_deref(), Some("2026-11-20 2027-02-17"));
        assert_eq!(window("2027/28").as_deref(), Some("2027-02-18 2028-02-18"));
        assert_eq!(window("2028/29").as_deref(), Some("2028-02-19 2028-02-29"), "last call-off");
        assert_eq!(window("2029/30"), None);
        assert_eq!(window("2025/26"), None, "orders are not placed in the past");
    }

    proptest! {
        #[test]
        fn money_always_adds_up(net in 0_i64..100_000_000, vat in 0_i64..=100, back in 0_i64..=100, index in 1_i64..5000) {
            let text = format!(
                "[[price]]\nitem = \"x\"\nclass = \"monitor\"\nnet = \"{}\"\nvat_rate = \"{}\"\nvat_recoverable = \"{}\"\nvalid_from = 2026-05-01\n[[inflation]]\nfy = \"2026/27\"\nindex = 1000\n[[inflation]]\nfy = \"2027/28\"\nindex = {index}\n",
                Money::from_pence(net), Decimal::new(vat, 2), Decimal::new(back, 2)
            );
            let list = list(&text);
            let line = LinePrice::in_year(list.get("x").unwrap(), &list.inflation, AS_OF.parse().unwrap(), fy("2027/28")).unwrap();
            prop_assert_eq!(line.gross().pence(), line.net.pence() + line.vat.pence());
            prop_assert_eq!(line.charged().pence(), line.gross().pence() - line.recoverable.pence());
            prop_assert!(line.recoverable <= line.vat);
            // Half up: the doubled distance to the exact value is at most a penny's worth.
            let exact = i128::from(net) * i128::from(index);
            prop_assert!((2 * (i128::from(line.net.pence()) * 1000 - exact)).abs() <= 1000);
        }
    }
}
