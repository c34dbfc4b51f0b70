//! The bid: what a budget holder hands to the people who decide about money.
//!
//! A bid is a pure function of a plan ([`PlanFile`]) and a few [`Words`]. [`build()`] makes one [`BidModel`]; every file of the
//! bid shows that model, and [`package()`] refuses to write files whose totals differ.

pub mod build;
pub mod capitalisation;
mod checks;
pub mod codes;
mod compliance;
#[cfg(test)]
pub(crate) mod fixture;
pub mod form;
mod groups;
mod headline;
mod lines;
pub mod model;
mod notes;
pub mod package;

mod places;
pub mod pounds;
pub mod read;
pub mod words;
mod years;

pub use build::{PlanFile, build};
pub(crate) use headline::places as served;
pub use model::BidModel;

pub use package::{Package, package};
pub use pounds::Pounds;
pub use words::Words;
pub(crate) use years::count;
