//! Financial years.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike as _, NaiveDate};

use super::Expected;

/// A financial year, 1 April to 31 March, shown as `2027/28`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FinancialYear(i32);

impl FinancialYear {
    /// The earliest and latest first years that can be written, 1900/01 and 2199/00.
    const RANGE: std::ops::RangeInclusive<i32> = 1900..=2199;

    /// The year that begins on 1 April of `year`.
    pub fn starting(year: i32) -> Option<Self> {
        Self::RANGE.contains(&year).then_some(Self(year))
    }

    /// The year that holds a date; dates outside 1900-2199 give the nearest year.
    pub fn of(date: NaiveDate) -> Self {
        let year = if date.month() >= 4 { date.year() } else { date.year().saturating_sub(1) };
        Self(year.clamp(*Self::RANGE.start(), *Self::RANGE.end()))
    }

    /// The calendar year of its 1 April.
    pub const fn first_calendar_year(self) -> i32 {
        self.0
    }

    /// 1 April.
    pub fn start(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.0, 4, 1).unwrap_or_default()
    }

    /// 31 March, the last day on which its money can be spent.
    pub fn end(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.0.saturating_add(1), 3, 31).unwrap_or_default()
    }

    /// The year `count` years later (earlier when negative), clamped to what can be written.
    #[must_use]
    pub fn plus(self, count: i32) -> Self {
        Self(self.0.saturating_add(count).clamp(*Self::RANGE.start(), *Self::RANGE.end()))
    }

    /// How many years `self` comes after `other` (negative when before).
    pub fn years_after(self, other: Self) -> i32 {
        self.0.saturating_sub(other.0)
    }
}

impl fmt::Display for FinancialYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{:02}", self.0, self.0.saturating_add(1).rem_euclid(100))
    }
}

impl FromStr for FinancialYear {
    type Err = Expected;

    fn from_str(text: &str) -> Result<Self, Expected> {
        const WANTED: Expected = Expected("a financial year such as 2027/28");
        let (first, second) = text.split_once(['/', '-']).ok_or(WANTED)?;
        if first.len() != 4 || second.len() != 2 {
            return Err(WANTED);
        }
        let year: i32 = first.parse().map_err(|_| WANTED)?;
        let following: i32 = second.parse().map_err(|_| WANTED)?;
        if year.saturating_add(1).rem_euclid(100) != following {
            return Err(Expected("a financial year of two successive years such as 2027/28"));
        }
        Self::starting(year).ok_or(WANTED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_year_turns_on_the_first_of_april() {
        assert_eq!(FinancialYear::of(date("2028-03-31")).to_string(), "2027/28");
        assert_eq!(FinancialYear::of(date("2028-04-01")).to_string(), "2028/29");
        let year: FinancialYear = "2027/28".parse().unwrap();
        assert_eq!((year.start(), year.end()), (date("2027-04-01"), date("2028-03-31")));
    }

    #[test]
    fn labels_must_name_successive_years() {
        assert_eq!(
            "1999/00".parse::<FinancialYear>().map(|year| year.to_string()),
            Ok("1999/00".into())
        );
        for bad in ["2027/29", "27/28", "2027", "2027/2028", "2o27/28"] {
            assert!(bad.parse::<FinancialYear>().is_err(), "{bad}");
        }
    }
}
