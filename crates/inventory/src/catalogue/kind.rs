//! Types of fields, and how texts become values.

use chrono::NaiveDate;
use rust_decimal::prelude::ToPrimitive as _;
use rust_decimal::{Decimal, RoundingStrategy};

use super::Value;
use crate::vocabulary::{Expected, FundingClass, Money, OrgCode, Status, Version};

/// The unit of a number, and how finely it is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unit {
    /// The unit as printed after a number; empty for counts.
    pub symbol: &'static str,
    /// How many of the kept steps make one printed unit: 1024 for GiB kept as MiB.
    pub steps: i64,
}

impl Unit {
    /// A plain count.
    pub const COUNT: Self = Self { symbol: "", steps: 1 };
    /// Memory: printed in GiB, kept in MiB.
    pub const GIB: Self = Self { symbol: "GiB", steps: 1024 };
    /// Disk: printed in GB (10^9 bytes), kept in MB.
    pub const GB: Self = Self { symbol: "GB", steps: 1000 };
    /// Length of a diagonal: printed in inches, kept in tenths.
    pub const INCH: Self = Self { symbol: "in", steps: 10 };
    /// Share of full capacity.
    pub const PERCENT: Self = Self { symbol: "%", steps: 1 };
    /// Picture elements.
    pub const PIXEL: Self = Self { symbol: "px", steps: 1 };

    /// A decimal number of units as kept steps, to the nearest step, halves away from zero.
    ///
    /// # Errors
    /// [`Expected`] when negative or too large.
    pub fn to_steps(self, units: Decimal) -> Result<i64, Expected> {
        units
            .checked_mul(Decimal::from(self.steps))
            .map(|steps| steps.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero))
            .and_then(|steps| steps.to_i64())
            .filter(|steps| (0..=1_000_000_000_000).contains(steps))
            .ok_or(Expected("a number from 0 that is not absurdly large"))
    }

    /// Kept steps as a decimal number of units.
    pub fn to_units(self, steps: i64) -> Decimal {
        Decimal::from(steps).checked_div(Decimal::from(self.steps)).unwrap_or_default().normalize()
    }
}

/// The type of a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Free text of 1 to 4,000 characters.
    Text,
    /// One word of a closed list.
    Token(&'static [&'static str]),
    /// One word in small letters, digits, `.` and `-`: a list that data extends, such as operating systems.
    OpenToken,
    /// Yes or no.
    Bool,
    /// A number in a unit.
    Number(Unit),
    /// A calendar date.
    Date,
    /// Dotted numbers, compared as numbers.
    Version,
    /// Width and height in pixels, `1920x1080`.
    Resolution,
    /// An amount in pounds.
    Money,
    /// An organisation or site.
    Organisation,
    /// The state in a device's life.
    Status,
    /// Who may pay.
    Funding,
}

impl Kind {
    /// What a cell of this kind should hold, as printed after "expected".
    pub fn expected(self) -> Expected {
        Expected(match self {
            Self::Text => "text of at most 4,000 characters",
            Self::Token(_) => "one of the field's words",
            Self::OpenToken => "a word of letters, digits, `.` and `-`, such as windows-11",
            Self::Bool => "true or false",
            Self::Number(_) => "a number from 0",
            Self::Date => "a date such as 2026-11-20",
            Self::Version => "a version such as 2.0 or 26100.2314",
            Self::Resolution => "a resolution such as 1920x1080",
            Self::Money => "an amount in pounds such as 1234.50",
            Self::Organisation => "an organisation code such as A81001",
            Self::Status => "a status such as deployed",
            Self::Funding => "a funding class: core, enhanced or practice-business",
        })
    }

    /// Parses a cell in the project's own spelling; dates are ISO 8601, numbers have a point and no separators.
    ///
    /// # Errors
    /// [`Expected`] says what the cell should hold.
    pub fn parse(self, text: &str) -> Result<Value, Expected> {
        let text = text.trim();
        let wanted = self.expected();
        match self {
            Self::Text if !text.is_empty() && text.chars().count() <= 4000 => {
                Ok(Value::Text(text.into()))
            }
            Self::Text => Err(wanted),
            Self::Token(words) => {
                let word = text.to_ascii_lowercase().replace([' ', '_'], "-");
                let found = words.iter().find(|known| **known == word).ok_or(wanted)?;
                Ok(Value::Token((*found).into()))
            }
            Self::OpenToken => parse_open_token(text).ok_or(wanted),
            Self::Bool => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "y" => Ok(Value::Bool(true)),
                "false" | "no" | "n" => Ok(Value::Bool(false)),
                _ => Err(wanted),
            },
            Self::Number(unit) => {
                let number = Decimal::from_str_exact(text).map_err(|_| wanted)?;
                unit.to_steps(number).map(Value::Number)
            }
            Self::Date => parse_iso_date(text).map(Value::Date).ok_or(wanted),
            Self::Version => text.parse::<Version>().map(Value::Version),
            Self::Resolution => parse_resolution(text).ok_or(wanted),
            Self::Money => {
                let money: Money = text.parse().map_err(|_| wanted)?;
                if money >= Money::ZERO { Ok(Value::Money(money)) } else { Err(wanted) }
            }
            Self::Organisation => text.parse::<OrgCode>().map(Value::Organisation),
            Self::Status => text.parse::<Status>().map(Value::Status),
            Self::Funding => text.parse::<FundingClass>().map(Value::Funding),
        }
    }
}

fn parse_open_token(text: &str) -> Option<Value> {
    let word = text.to_ascii_lowercase().replace([' ', '_'], "-");
    let plain = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.')
    };
    ((1..=64).contains(&word.len()) && word.bytes().all(plain)).then(|| Value::Token(word.into()))
}

/// `YYYY-MM-DD` with four, two and two digits, in the years 1970 to 2199.
fn parse_iso_date(text: &str) -> Option<NaiveDate> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let date = shaped.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten()?;
    let years = NaiveDate::from_ymd_opt(1970, 1, 1)?..=NaiveDate::from_ymd_opt(2199, 12, 31)?;
    years.contains(&date).then_some(date)
}

fn parse_resolution(text: &str) -> Option<Value> {
    let (width, height) = text.split_once(['x', 'X'])?;
    let side =
        |part: &str| part.trim().parse::<u32>().ok().filter(|side| (1..=100_000).contains(side));
    Some(Value::Resolution { width: side(width)?, height: side(height)? })
}
