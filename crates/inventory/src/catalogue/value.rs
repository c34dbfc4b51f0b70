//! Typed values of fields.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use chrono::NaiveDate;

use super::{Kind, Unit};
use crate::vocabulary::{FundingClass, Money, OrgCode, Status, Version};

/// What is known of one field of one device. Absent is unknown and is not a value.
///
/// Values of one field are always of one kind and totally ordered; the order across kinds is fixed but means nothing.
/// Two values are equal when they are spelt alike: the versions `2` and `2.0` are two values, of equal [`Version`].
#[derive(Clone, Eq, Hash, Debug)]
#[expect(
    clippy::derived_hash_with_manual_eq,
    reason = "values that are equal hash alike; only spellings of a version are told apart further"
)]
pub enum Value {
    /// Free text as the source gave it.
    Text(Arc<str>),
    /// One word of the field's list.
    Token(Arc<str>),
    /// Yes or no.
    Bool(bool),
    /// A number in the steps of the field's [`Unit`].
    Number(i64),
    /// A calendar date.
    Date(NaiveDate),
    /// Dotted numbers.
    Version(Version),
    /// Pixels.
    Resolution {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// An amount of money.
    Money(Money),
    /// An organisation or site.
    Organisation(OrgCode),
    /// The state in a device's life.
    Status(Status),
    /// Who may pay.
    Funding(FundingClass),
}

impl Value {
    /// The text that [`Kind::parse`] reads back to the same value.
    pub fn to_text(&self, kind: Kind) -> String {
        match (self, kind) {
            (Self::Number(steps), Kind::Number(unit)) => unit.to_units(*steps).to_string(),
            (Self::Number(steps), _) => steps.to_string(),
            (other, _) => other.to_string(),
        }
    }

    /// The value for people, with its unit: `8 GiB`, `23.8 in`.
    pub fn to_phrase(&self, kind: Kind) -> String {
        let text = self.to_text(kind);
        match kind {
            Kind::Number(Unit { symbol, .. }) if !symbol.is_empty() => format!("{text} {symbol}"),
            _ => text,
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Text(_) => 0,
            Self::Token(_) => 1,
            Self::Bool(_) => 2,
            Self::Number(_) => 3,
            Self::Date(_) => 4,
            Self::Version(_) => 5,
            Self::Resolution { .. } => 6,
            Self::Money(_) => 7,
            Self::Organisation(_) => 8,
            Self::Status(_) => 9,
            Self::Funding(_) => 10,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) | Self::Token(text) => f.write_str(text),
            Self::Bool(flag) => write!(f, "{flag}"),
            Self::Number(steps) => write!(f, "{steps}"),
            Self::Date(date) => write!(f, "{date}"),
            Self::Version(version) => write!(f, "{version}"),
            Self::Resolution { width, height } => write!(f, "{width}x{height}"),
            Self::Money(money) => write!(f, "{money}"),
            Self::Organisation(code) => write!(f, "{code}"),
            Self::Status(status) => write!(f, "{status}"),
            Self::Funding(class) => write!(f, "{class}"),
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) | (Self::Token(a), Self::Token(b)) => a.cmp(b),
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => a.cmp(b),
            (Self::Date(a), Self::Date(b)) => a.cmp(b),
            // Equal versions may be spelt differently (`2` and `2.0`); the spelling makes the order total.
            (Self::Version(a), Self::Version(b)) => a.cmp(b).then_with(|| a.parts().cmp(b.parts())),
            (
                Self::Resolution { width: aw, height: ah },
                Self::Resolution { width: bw, height: bh },
            ) => (aw, ah).cmp(&(bw, bh)),
            (Self::Money(a), Self::Money(b)) => a.cmp(b),
            (Self::Organisation(a), Self::Organisation(b)) => a.cmp(b),
            (Self::Status(a), Self::Status(b)) => a.cmp(b),
            (Self::Funding(a), Self::Funding(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
