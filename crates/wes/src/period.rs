//! Lengths of time as profiles write them.

use std::fmt;
use std::str::FromStr;

use chrono::{Days, Months, NaiveDate};
use inventory::vocabulary::Expected;

/// A length of time: whole calendar months and days.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Period {
    months: u32,
    days: u32,
}

impl Period {
    /// No time at all.
    pub const ZERO: Self = Self { months: 0, days: 0 };

    /// A number of whole months.
    pub const fn of_months(months: u32) -> Self {
        Self { months, days: 0 }
    }

    /// A number of whole years.
    pub const fn of_years(years: u32) -> Self {
        Self { months: years.saturating_mul(12), days: 0 }
    }

    /// Whole calendar months; the days are left out.
    pub const fn months(self) -> u32 {
        self.months
    }

    /// Days beside the whole months.
    pub const fn days(self) -> u32 {
        self.days
    }

    /// The day this much later; a day that the month lacks becomes its last day.
    pub fn after(self, day: NaiveDate) -> NaiveDate {
        day.checked_add_months(Months::new(self.months))
            .and_then(|day| day.checked_add_days(Days::new(u64::from(self.days))))
            .unwrap_or(NaiveDate::MAX)
    }

    /// The day this much earlier; a day that the month lacks becomes its last day.
    pub fn before(self, day: NaiveDate) -> NaiveDate {
        day.checked_sub_months(Months::new(self.months))
            .and_then(|day| day.checked_sub_days(Days::new(u64::from(self.days))))
            .unwrap_or(NaiveDate::MIN)
    }

    /// A day shorter, where there is one, and a day longer.
    pub(crate) fn neighbours(self) -> Vec<Self> {
        let shorter = match (self.months, self.days) {
            (0, 0) => None,
            (months, 0) => Some(Self { months: months.saturating_sub(1), days: 27 }),
            (months, days) => Some(Self { months, days: days.saturating_sub(1) }),
        };
        let longer = Self { months: self.months, days: self.days.saturating_add(1) };
        shorter.into_iter().chain(std::iter::once(longer)).collect()
    }

    /// Which is longer, where it can be said for every starting day: a month has 28 to 31 days.
    pub(crate) fn provably_cmp(self, other: Self) -> Option<std::cmp::Ordering> {
        let shortest = |period: Self| {
            u64::from(period.months).saturating_mul(28).saturating_add(u64::from(period.days))
        };
        let longest = |period: Self| {
            u64::from(period.months).saturating_mul(31).saturating_add(u64::from(period.days))
        };
        if self == other {
            Some(std::cmp::Ordering::Equal)
        } else if self.months == other.months {
            Some(self.days.cmp(&other.days))
        } else if self.days == other.days {
            Some(self.months.cmp(&other.months))
        } else if longest(self) < shortest(other) {
            Some(std::cmp::Ordering::Less)
        } else if shortest(self) > longest(other) {
            Some(std::cmp::Ordering::Greater)
        } else {
            None
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |count: u32| if count == 1 { "" } else { "s" };
        match (self.months, self.days) {
            (0, days) => write!(f, "{days} day{}", plural(days)),
            (months, 0) if months.is_multiple_of(12) => {
                let years = months.div_euclid(12);
                write!(f, "{years} year{}", plural(years))
            }
            (months, 0) => write!(f, "{months} month{}", plural(months)),
            (months, days) => {
                write!(f, "{months} month{} {days} day{}", plural(months), plural(days))
            }
        }
    }
}

impl FromStr for Period {
    type Err = Expected;

    /// Reads `5 years`, `54 months`, `2 weeks` or `180 days`.
    fn from_str(text: &str) -> Result<Self, Expected> {
        const WANTED: Expected = Expected("a length of time such as \"5 years\" or \"180 days\"");
        let (count, unit) = text.trim().split_once(' ').ok_or(WANTED)?;
        let count: u32 = count.parse().map_err(|_| WANTED)?;
        let period = match unit.trim() {
            "year" | "years" => Self { months: count.checked_mul(12).ok_or(WANTED)?, days: 0 },
            "month" | "months" => Self { months: count, days: 0 },
            "week" | "weeks" => Self { months: 0, days: count.checked_mul(7).ok_or(WANTED)? },
            "day" | "days" => Self { months: 0, days: count },
            _ => return Err(WANTED),
        };
        if period.months <= 1200 && period.days <= 36_600 { Ok(period) } else { Err(WANTED) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_read_and_print() {
        for (text, printed) in [
            ("5 years", "5 years"),
            ("60 months", "5 years"),
            ("54 months", "54 months"),
            ("2 weeks", "14 days"),
            ("1 day", "1 day"),
        ] {
            assert_eq!(text.parse::<Period>().map(|period| period.to_string()), Ok(printed.into()));
        }
        for bad in ["5", "five years", "5 fortnights", "-1 days", "9999 years"] {
            assert!(bad.parse::<Period>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_last_day_of_february_stands_for_the_29th() {
        let day: NaiveDate = "2024-02-29".parse().unwrap();
        assert_eq!(Period::of_years(1).after(day).to_string(), "2025-02-28");
        assert_eq!(Period::of_years(1).before(day).to_string(), "2023-02-28");
    }
}
