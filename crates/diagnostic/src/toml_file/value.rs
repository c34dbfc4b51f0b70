//! Values that a TOML key can hold, parsed at once.

use toml::de::DeValue;

use crate::Place;

/// A value and where it was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Located<T> {
    /// The parsed value.
    pub value: T,
    /// Where it stands in the file.
    pub place: Place,
}

impl<T> Located<T> {
    /// Keeps the place and changes the value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Located<U> {
        Located { value: change(self.value), place: self.place }
    }
}

/// Why a TOML value does not parse as the type asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Mismatch {
    /// Another TOML type (a number where a string was wanted).
    WrongType,
    /// The right TOML type with a value that is not allowed; the words say why.
    BadValue(String),
}

/// A type that one TOML value can be parsed into.
pub trait FromToml: Sized {
    /// What the file should hold, as printed after "expected".
    const EXPECTED: &'static str;

    /// Parses the value.
    ///
    /// # Errors
    /// [`Mismatch`] when the TOML type differs or the value is not allowed.
    fn from_toml(value: &DeValue<'_>) -> Result<Self, Mismatch>;
}

impl FromToml for String {
    const EXPECTED: &'static str = "a string";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, Mismatch> {
        value.as_str().map(str::to_owned).ok_or(Mismatch::WrongType)
    }
}

impl FromToml for bool {
    const EXPECTED: &'static str = "true or false";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, Mismatch> {
        value.as_bool().ok_or(Mismatch::WrongType)
    }
}

impl FromToml for i64 {
    const EXPECTED: &'static str = "a whole number";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, Mismatch> {
        let integer = value.as_integer().ok_or(Mismatch::WrongType)?;
        i64::from_str_radix(integer.as_str(), integer.radix())
            .map_err(|_| Mismatch::BadValue("the number is too large".to_owned()))
    }
}

impl FromToml for u32 {
    const EXPECTED: &'static str = "a whole number from 0";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, Mismatch> {
        let number = i64::from_toml(value)?;
        u32::try_from(number)
            .map_err(|_| Mismatch::BadValue("the number is out of range".to_owned()))
    }
}

/// The text of a number, string or date exactly as written, for types that parse themselves (decimals, money, dates).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scalar(pub String);

impl Scalar {
    /// The text of a scalar TOML value; `None` for tables and arrays.
    pub fn of(value: &DeValue<'_>) -> Option<Self> {
        match value {
            DeValue::String(text) => Some(Self(text.to_string())),
            DeValue::Integer(number) => Some(Self(number.to_string())),
            DeValue::Float(number) => Some(Self(number.as_str().to_owned())),
            DeValue::Boolean(flag) => Some(Self(flag.to_string())),
            DeValue::Datetime(when) => Some(Self(when.to_string())),
            DeValue::Array(_) | DeValue::Table(_) => None,
        }
    }
}

impl FromToml for Scalar {
    const EXPECTED: &'static str = "a single value";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, Mismatch> {
        Self::of(value).ok_or(Mismatch::WrongType)
    }
}

impl<T: FromToml> FromToml for Vec<T> {
    const EXPECTED: &'static str = "an array";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, Mismatch> {
        let array = value.as_array().ok_or(Mismatch::WrongType)?;
        array
            .iter()
            .map(|item| {
                T::from_toml(item.get_ref()).map_err(|mismatch| match mismatch {
                    Mismatch::WrongType => {
                        Mismatch::BadValue(format!("each item must be {}", T::EXPECTED))
                    }
                    bad @ Mismatch::BadValue(_) => bad,
                })
            })
            .collect()
    }
}
