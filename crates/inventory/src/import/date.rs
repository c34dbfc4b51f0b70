//! Dates as files write them.

use std::str::FromStr;

use chrono::NaiveDate;

use crate::catalogue::{Kind, Value};
use crate::vocabulary::{Expected, words};

words!(
    /// In which order a file writes the parts of a date.
    DateOrder,
    "an order of dates: iso, dmy, mdy or ymd",
    {
        /// 2026-11-20 and nothing else.
        Iso => "iso",
        /// Day, month, year: 20/11/2026.
        Dmy => "dmy",
        /// Month, day, year: 11/20/2026.
        Mdy => "mdy",
        /// Year, month, day: 2026/11/20.
        Ymd => "ymd",
    }
);

/// Why a text is no date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum DateProblem {
    /// No reading of it is a date.
    Unreadable,
    /// Day and month could be either way round.
    Ambiguous,
}

impl DateOrder {
    /// Reads a date; ISO 8601 is understood in every order.
    pub(super) fn parse(self, text: &str) -> Result<NaiveDate, DateProblem> {
        if let Ok(Value::Date(date)) = Kind::Date.parse(text) {
            return Ok(date);
        }
        let parts: Vec<&str> = text.split(['/', '.', '-']).collect();
        let [a, b, c] = parts.as_slice() else { return Err(DateProblem::Unreadable) };
        match self {
            Self::Iso => {
                let both = |day: &str, month: &str| date_of(c, month, day).is_some();
                if both(a, b) && both(b, a) && a != b {
                    Err(DateProblem::Ambiguous)
                } else {
                    Err(DateProblem::Unreadable)
                }
            }
            Self::Dmy => date_of(c, b, a).ok_or(DateProblem::Unreadable),
            Self::Mdy => date_of(c, a, b).ok_or(DateProblem::Unreadable),
            Self::Ymd => date_of(a, b, c).ok_or(DateProblem::Unreadable),
        }
    }
}

impl DateOrder {
    /// Reads what tools export: a date, with or without a time of day, a month's name or a year of two digits.
    ///
    /// Without an order, a date is read only if there is one way to read it: 25/12/2026 is, 01/02/2026 is not.
    pub(super) fn parse_stamp(self, text: &str) -> Result<NaiveDate, DateProblem> {
        let text = without_time(text.trim());
        if let Ok(Value::Date(date)) = Kind::Date.parse(text) {
            return Ok(date);
        }
        if text.chars().any(|letter| letter.is_ascii_alphabetic()) {
            return self.parse_named(text);
        }
        let parts: Vec<&str> = text.split(['/', '.', '-']).collect();
        let [a, b, c] = parts.as_slice() else { return Err(DateProblem::Unreadable) };
        let all = [
            (Self::Dmy, long_or_short(c, b, a)),
            (Self::Mdy, long_or_short(c, a, b)),
            (Self::Ymd, long_or_short(a, b, c)),
        ];
        let mut readings: Vec<NaiveDate> = all
            .into_iter()
            .filter(|(order, _)| self == Self::Iso || self == *order)
            .filter_map(|(_, date)| date)
            .collect();
        readings.sort_unstable();
        readings.dedup();
        match readings.as_slice() {
            [date] => Ok(*date),
            [] => Err(DateProblem::Unreadable),
            _ => Err(DateProblem::Ambiguous),
        }
    }

    /// `23 Jan 2023`, `Jan 23, 2023`, and with an order also `23-Jan-23`.
    fn parse_named(self, text: &str) -> Result<NaiveDate, DateProblem> {
        let parts: Vec<&str> =
            text.split([' ', '-', '/', ',']).filter(|part| !part.is_empty()).collect();
        let [a, b, year] = parts.as_slice() else { return Err(DateProblem::Unreadable) };
        let month = |text: &str| {
            let mut rest = text;
            take_month(&mut rest).filter(|_| rest.is_empty())
        };
        let (month, day) = match (month(a), month(b)) {
            (Some(month), None) => (month, *b),
            (None, Some(month)) => (month, *a),
            _ => return Err(DateProblem::Unreadable),
        };
        if year.len() == 2 && self == Self::Iso {
            return Err(DateProblem::Ambiguous);
        }
        long_or_short(year, &month.to_string(), day).ok_or(DateProblem::Unreadable)
    }
}

/// The date without a time of day after a space or `T`.
fn without_time(text: &str) -> &str {
    let cut = text.char_indices().find(|(at, letter)| {
        let rest = text.get(at.saturating_add(1)..).unwrap_or_default();
        let digit = rest.starts_with(|first: char| first.is_ascii_digit());
        (*letter == ' ' && digit && rest.contains(':')) || (*letter == 'T' && *at == 10 && digit)
    });
    cut.and_then(|(at, _)| text.get(..at)).unwrap_or(text).trim_end_matches([',', ' '])
}

/// A year of four digits, or of two: 70 to 99 are of the last century.
fn long_or_short(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    if year.len() != 2 {
        return date_of(year, month, day);
    }
    let century = if year < "70" { "20" } else { "19" };
    date_of(&format!("{century}{year}"), month, day)
}

/// Four digits of a year, one or two of month and day.
fn date_of(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let digits = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if year.len() != 4 || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
        return None;
    }
    checked(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// A date in the years that the register accepts.
fn checked(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    (1970..=2199).contains(&year).then(|| NaiveDate::from_ymd_opt(year, month, day)).flatten()
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Part {
    Year,
    ShortYear,
    Month,
    MonthName,
    Day,
    Literal(char),
    Rest,
}

/// A date format of a map, such as `mm/dd/yyyy`, `dd mon yyyy` or `yyyy-mm-dd*` (the rest of the cell is ignored).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DateFormat {
    text: String,
    parts: Vec<Part>,
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

impl FromStr for DateFormat {
    type Err = Expected;

    fn from_str(text: &str) -> Result<Self, Expected> {
        const WANTED: Expected =
            Expected("a date format with yyyy or yy, mm or mon, and dd, such as dd/mm/yyyy");
        const WORDS: [(&str, Part); 5] = [
            ("yyyy", Part::Year),
            ("yy", Part::ShortYear),
            ("mon", Part::MonthName),
            ("mm", Part::Month),
            ("dd", Part::Day),
        ];
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            let word = WORDS.iter().find(|(word, _)| rest.starts_with(word));
            if let Some((word, part)) = word {
                parts.push(part.clone());
                rest = rest.strip_prefix(word).unwrap_or_default();
                continue;
            }
            rest = rest.strip_prefix(letter).unwrap_or_default();
            if letter == '*' && rest.is_empty() {
                parts.push(Part::Rest);
            } else if letter.is_ascii_alphanumeric() || letter == '*' {
                return Err(WANTED);
            } else {
                parts.push(Part::Literal(letter));
            }
        }
        let count = |wanted: &[Part]| parts.iter().filter(|part| wanted.contains(part)).count();
        let complete = count(&[Part::Year, Part::ShortYear]) == 1
            && count(&[Part::Month, Part::MonthName]) == 1
            && count(&[Part::Day]) == 1;
        if complete { Ok(Self { text: text.to_owned(), parts }) } else { Err(WANTED) }
    }
}

impl std::fmt::Display for DateFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl DateFormat {
    /// Reads a date; a month or day may have one digit where a separator follows it.
    pub(super) fn parse(&self, text: &str) -> Option<NaiveDate> {
        let mut rest = text.trim();
        let (mut year, mut month, mut day) = (0_i32, 0_u32, 0_u32);
        for part in &self.parts {
            match part {
                Part::Year => year = i32::try_from(take_number(&mut rest, 4, 4)?).ok()?,
                Part::ShortYear => {
                    let short = i32::try_from(take_number(&mut rest, 2, 2)?).ok()?;
                    year = short.checked_add(if short < 70 { 2000 } else { 1900 })?;
                }
                Part::Month => month = take_number(&mut rest, 1, 2)?,
                Part::Day => day = take_number(&mut rest, 1, 2)?,
                Part::MonthName => month = take_month(&mut rest)?,
                Part::Literal(letter) => rest = rest.strip_prefix(*letter)?,
                Part::Rest => rest = "",
            }
        }
        if rest.is_empty() { checked(year, month, day) } else { None }
    }
}

fn take_number(rest: &mut &str, least: usize, most: usize) -> Option<u32> {
    let digits = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if digits < least {
        return None;
    }
    let (number, after) = rest.split_at_checked(digits)?;
    *rest = after;
    number.parse().ok()
}

/// A month by its English name, of which the first three letters count.
fn take_month(rest: &mut &str) -> Option<u32> {
    let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (name, after) = rest.split_at_checked(letters)?;
    let start = name.get(..3)?.to_ascii_lowercase();
    let position = MONTHS.iter().position(|month| *month == start)?;
    *rest = after;
    u32::try_from(position).ok()?.checked_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn nothing_is_guessed() {
        assert_eq!(DateOrder::Iso.parse("2026-02-01"), Ok(day("2026-02-01")));
        assert_eq!(DateOrder::Iso.parse("01/02/2026"), Err(DateProblem::Ambiguous));
        assert_eq!(DateOrder::Iso.parse("25/12/2026"), Err(DateProblem::Unreadable));
        assert_eq!(DateOrder::Dmy.parse("01/02/2026"), Ok(day("2026-02-01")));
        assert_eq!(DateOrder::Mdy.parse("1.2.2026"), Ok(day("2026-01-02")));
        assert_eq!(DateOrder::Ymd.parse("2026/02/01"), Ok(day("2026-02-01")));
        assert_eq!(DateOrder::Dmy.parse("2026-02-01"), Ok(day("2026-02-01")));
        for bad in ["31/02/2026", "1/2/26", "1/2", "01/02/1969", "a/b/2026", "+1/02/2026"] {
            assert_eq!(DateOrder::Dmy.parse(bad), Err(DateProblem::Unreadable), "{bad}");
        }
    }

    #[test]
    fn stamps_are_read_when_there_is_one_way_to_read_them() {
        let iso = |text: &str| DateOrder::Iso.parse_stamp(text);
        for text in [
            "2026-01-23T08:15:00Z",
            "2026-01-23 08:15:00.0000000",
            "23/01/2026 14:33:12",
            "1/23/2026 12:00:00 AM",
            "1/23/26",
            "23 Jan 2026",
            "Jan 23, 2026",
        ] {
            assert_eq!(iso(text), Ok(day("2026-01-23")), "{text}");
        }
        for text in ["01/02/2026", "3/1/23", "23-Jan-22"] {
            assert_eq!(iso(text), Err(DateProblem::Ambiguous), "{text}");
        }
        assert_eq!(DateOrder::Mdy.parse_stamp("3/1/23"), Ok(day("2023-03-01")));
        assert_eq!(DateOrder::Dmy.parse_stamp("23-Jan-22"), Ok(day("2022-01-23")));
        for text in ["", "yesterday", "31/02/2026", "45292", "2026-01-23T", "Jan 2026"] {
            assert_eq!(iso(text), Err(DateProblem::Unreadable), "{text}");
        }
    }

    #[test]
    fn formats_say_the_order_and_the_separators() {
        let read = |format: &str, text: &str| {
            format.parse::<DateFormat>().unwrap().parse(text).map(|date| date.to_string())
        };
        assert_eq!(read("mm/dd/yyyy", "01/21/2019").as_deref(), Some("2019-01-21"));
        assert_eq!(read("dd mon yyyy", "3 September 2024").as_deref(), Some("2024-09-03"));
        assert_eq!(read("yyyymmdd", "20240903").as_deref(), Some("2024-09-03"));
        assert_eq!(read("mm/dd/yy", "1/23/23").as_deref(), Some("2023-01-23"));
        assert_eq!(read("yyyy-mm-dd*", "2024-09-03T10:11:12Z").as_deref(), Some("2024-09-03"));
        assert_eq!(read("mm/dd/yyyy", "21/01/2019"), None);
        assert_eq!(read("mm/dd/yyyy", "01/21/2019 x"), None);
        for bad in ["", "mm/dd", "yyyy-yyyy-mm-dd", "ddmmyyyyhh", "*yyyymmdd"] {
            assert!(bad.parse::<DateFormat>().is_err(), "{bad}");
        }
    }
}
