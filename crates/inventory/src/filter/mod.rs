//! The language of `--where`: which devices a command is about.
//!
//! ```text
//! class in (desktop, laptop) and (ram_gib < 8 or tpm_version < 2.0) and not site = A81001
//! warranty_end < 2027-04-01 and model contains "OptiPlex 3"
//! last_seen is unknown
//! ```
//!
//! Fields are those of the catalogue. Comparisons: `=`, `!=`, `<`, `<=`, `>`, `>=`, `in (...)`, `not in (...)`,
//! `contains`, `is unknown`, `is not unknown`; they are joined by `and`, `or`, `not` and parentheses. Words of files are
//! written as they are, texts with spaces in quotation marks. Texts are compared without regard to case.
//!
//! A comparison with an unknown value is neither true nor false, so that neither `ram_gib < 8` nor `not ram_gib < 8` finds
//! a device of unknown memory; `is unknown` does. Each comparison is decided once per distinct value of its column.

mod parse;
mod select;
mod token;

pub use parse::{Comparison, Filter, Order};

#[cfg(test)]
mod tests;
