//! The financial years planned. Year `t` counts from 1; index 0 of every array is unused.

use chrono::NaiveDate;
use inventory::FinancialYear;
use rust_decimal::Decimal;

/// The years of a plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Horizon {
    start: FinancialYear,
    years: usize,
}

impl Horizon {
    /// `years` financial years from `start`.
    pub fn new(start: FinancialYear, years: usize) -> Self {
        Self { start, years }
    }

    /// Number of years, T.
    pub fn len(self) -> usize {
        self.years
    }

    /// True without years.
    pub fn is_empty(self) -> bool {
        self.years == 0
    }

    /// The first year.
    pub fn start(self) -> FinancialYear {
        self.start
    }

    /// The financial year of `t`, 1 to T.
    pub fn year(self, t: usize) -> FinancialYear {
        self.start.plus(i32::try_from(t).unwrap_or(i32::MAX).saturating_sub(1))
    }

    /// The years with their numbers, in order.
    pub fn iter(self) -> impl Iterator<Item = (usize, FinancialYear)> {
        (1..=self.years).map(move |t| (t, self.year(t)))
    }

    /// The number of a year: 0 or less before the plan, above T after it.
    pub fn position(self, year: FinancialYear) -> i32 {
        year.years_after(self.start).saturating_add(1)
    }

    /// The number of a year within the plan.
    pub fn index(self, year: FinancialYear) -> Option<usize> {
        usize::try_from(self.position(year)).ok().filter(|t| (1..=self.years).contains(t))
    }
}

/// What a pound of year `t` counts for today: 1 in the first year, divided by 1 + rate for each year after it.
pub fn discount_factors(rate: Decimal, years: usize) -> Vec<Decimal> {
    let growth = Decimal::ONE.checked_add(rate).unwrap_or(Decimal::ONE);
    let mut factor = Decimal::ONE;
    let mut all = vec![Decimal::ZERO];
    for _ in 0..years {
        all.push(factor);
        factor = factor.checked_div(growth).unwrap_or_default();
    }
    all
}

/// 1 October, the middle of a financial year.
pub fn middle(year: FinancialYear) -> NaiveDate {
    NaiveDate::from_ymd_opt(year.first_calendar_year(), 10, 1).unwrap_or_else(|| year.start())
}

/// The years between two days, as days over 365.25; zero when `until` comes first.
pub fn years_between(from: NaiveDate, until: NaiveDate) -> Decimal {
    let days = until.signed_duration_since(from).num_days().max(0);
    Decimal::from(days).checked_div(Decimal::new(36_525, 2)).unwrap_or_default()
}

/// The share of a financial year's days that come after a day.
pub fn share_after(day: NaiveDate, year: FinancialYear) -> Decimal {
    let days = |from: NaiveDate| {
        year.end().signed_duration_since(from).num_days().saturating_add(1).max(0)
    };
    let whole = days(year.start());
    let after = day.succ_opt().map_or(0, days).min(whole);
    Decimal::from(after).checked_div(Decimal::from(whole)).unwrap_or_default()
}

/// The same day `years` later; 29 February becomes the 28th.
pub fn years_later(day: NaiveDate, years: u32) -> NaiveDate {
    day.checked_add_months(chrono::Months::new(years.saturating_mul(12))).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn fy(text: &str) -> FinancialYear {
        text.parse().unwrap()
    }

    #[test]
    fn positions_count_from_one() {
        let horizon = Horizon::new(fy("2027/28"), 3);
        assert_eq!(horizon.index(fy("2027/28")), Some(1));
        assert_eq!(horizon.index(fy("2029/30")), Some(3));
        assert_eq!(horizon.index(fy("2030/31")), None);
        assert_eq!(horizon.position(fy("2026/27")), 0);
        assert_eq!(horizon.year(2), fy("2028/29"));
    }

    #[test]
    fn shares_and_ages_are_exact() {
        assert_eq!(share_after(date("2028-03-31"), fy("2027/28")), Decimal::ZERO);
        assert_eq!(share_after(date("2020-01-01"), fy("2027/28")), Decimal::ONE);
        let half = share_after(date("2026-09-30"), fy("2026/27"));
        assert_eq!(half, Decimal::from(182).checked_div(Decimal::from(365)).unwrap());
        assert_eq!(years_between(date("2027-10-01"), date("2020-01-01")), Decimal::ZERO);
        assert_eq!(years_later(date("2024-02-29"), 1), date("2025-02-28"));
        let factors = discount_factors(Decimal::new(35, 3), 3);
        assert_eq!(factors.get(1), Some(&Decimal::ONE));
        assert!(factors.get(2) > factors.get(3));
    }
}
