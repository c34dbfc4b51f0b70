//! Prices, envelopes, policy and pins that fit the estate.

mod envelopes;
mod pins;
mod prices;

use inventory::FinancialYear;
use rust_decimal::Decimal;

/// The first year of the plans that the files are made for.
const FIRST_YEAR: i32 = 2027;
/// Financial years with money.
const YEARS: i32 = 10;
/// Growth of prices in a year.
const GROWTH: Decimal = Decimal::from_parts(1028, 0, 0, false, 3);

/// The financial years with money, in order.
fn years() -> impl Iterator<Item = FinancialYear> {
    (FIRST_YEAR..FIRST_YEAR.saturating_add(YEARS)).filter_map(FinancialYear::starting)
}

/// The price index of a year: 1 in 2026/27.
fn index(year: FinancialYear) -> Decimal {
    let mut index = Decimal::ONE;
    for _ in FIRST_YEAR..=year.first_calendar_year() {
        index = index.saturating_mul(GROWTH).round_dp(6);
    }
    index
}
