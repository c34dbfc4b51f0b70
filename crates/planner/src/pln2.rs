//! The planning problem PLN2: PLN1 and the richer constraints, in memory and as files.
//!
//! A PLN2 folder holds `meta.json` (format `PLN2`), the assets as in PLN1, and, where needed,
//! `more.csv` (further columns of some assets) and `precedence.csv`. Every PLN1 folder is a PLN2
//! problem of one stream. See `docs/design/pln2.md`.
//!
//! **Conventions** are those of [`crate::pln1`]: integer pence, quarter hours, years 1 to `T`,
//! arrays indexed by year with an unused entry 0.

mod check;
mod folder;
mod meta;
mod more;

mod problem;
mod schedule;
pub mod specimen;

pub use folder::read_folder;
pub use meta::{Meta, read_meta, write_meta};
pub use more::{write_more, write_precedence};
pub use problem::{
    Class, Draft, Fairness, Feature, More, Pools, Problem, Purchase, Stream, StreamKind,
};
pub use schedule::{Schedule, read_schedule, write_schedule};

#[cfg(test)]
mod tests;
