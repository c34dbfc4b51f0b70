//! The words that everything else is written in: identifiers, money, years, classes, states.
//!
//! Each is parsed once at the edge and cannot hold a malformed value afterwards.

mod class;
mod financial_year;
mod funding;
mod identifier;
mod money;
mod ods;
#[macro_use]
mod status;
mod version;

pub use class::{Class, ClassCatalogue, ClassSpec, Family};
pub use financial_year::FinancialYear;
pub use funding::FundingClass;
pub use identifier::{AssetTag, EstateId, SerialNumber};
pub use money::{Money, MoneyError};
pub use ods::{LocalSite, OdsCode, OrgCode};
pub use status::Status;
pub(crate) use status::words;
pub use version::Version;

/// Why a text is not the thing it should be: what was expected, as printed after "expected".
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("expected {0}")]
pub struct Expected(pub &'static str);
