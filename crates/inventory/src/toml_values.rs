//! How the vocabulary is written in TOML files: as strings, or as TOML's own numbers and dates.

use std::str::FromStr;

use chrono::NaiveDate;
use diagnostic::toml_file::{FromToml, Mismatch, Scalar};
use rust_decimal::Decimal;
use toml::de::DeValue;

use crate::vocabulary::{
    AssetTag, FinancialYear, FundingClass, Money, OrgCode, SerialNumber, Status, Version,
};

/// Parses a TOML string with the type's own parser; the parser's words become the problem's words.
///
/// # Errors
/// [`Mismatch`] when the value is not a string or does not parse.
pub fn parse_str<T: FromStr>(value: &DeValue<'_>) -> Result<T, Mismatch>
where
    T::Err: std::fmt::Display,
{
    parse_text(value.as_str().ok_or(Mismatch::WrongType)?)
}

fn parse_text<T: FromStr>(text: &str) -> Result<T, Mismatch>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| Mismatch::BadValue(format!("found `{text}`: {error}")))
}

fn parse_scalar<T: FromStr>(value: &DeValue<'_>) -> Result<T, Mismatch>
where
    T::Err: std::fmt::Display,
{
    parse_text(&Scalar::of(value).ok_or(Mismatch::WrongType)?.0)
}

macro_rules! from_toml {
    ($($type:ty, $expected:literal, $parse:ident;)+) => {$(
        impl FromToml for $type {
            const EXPECTED: &'static str = $expected;

            fn from_toml(value: &DeValue<'_>) -> Result<Self, Mismatch> {
                $parse(value)
            }
        }
    )+};
}

from_toml! {
    Money, "an amount in pounds such as \"1234.50\"", parse_scalar;
    Version, "a version such as \"2.0\"", parse_scalar;
    FinancialYear, "a financial year such as \"2027/28\"", parse_str;
    OrgCode, "an organisation code such as \"QHM\"", parse_str;
    AssetTag, "an asset tag", parse_str;
    SerialNumber, "a serial number", parse_str;
    Status, "a status such as \"deployed\"", parse_str;
    FundingClass, "a funding class such as \"core\"", parse_str;
}

/// A date written with or without quotes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Date(pub NaiveDate);

impl FromToml for Date {
    const EXPECTED: &'static str = "a date such as 2028-10-10";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, Mismatch> {
        let text = match value {
            DeValue::String(_) | DeValue::Datetime(_) => Scalar::of(value),
            _ => None,
        };
        let text = text.ok_or(Mismatch::WrongType)?.0;
        NaiveDate::parse_from_str(&text, "%Y-%m-%d")
            .map(Self)
            .map_err(|_| Mismatch::BadValue(format!("found `{text}`")))
    }
}

/// An exact decimal (a rate, an index) written with or without quotes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Rate(pub Decimal);

impl FromToml for Rate {
    const EXPECTED: &'static str = "a decimal number such as \"0.20\"";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, Mismatch> {
        let text = Scalar::of(value).ok_or(Mismatch::WrongType)?.0;
        Decimal::from_str_exact(&text)
            .map(Self)
            .map_err(|_| Mismatch::BadValue(format!("found `{text}`")))
    }
}
