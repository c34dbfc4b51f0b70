//! The planning problem PLN1 in memory, and its files as bytes.
//!
//! A problem says which assets stand where, what keeping each one costs in every year, what its
//! successors cost, and how much money and installation time each budget holder has. Nothing here
//! opens a path: readers take [`std::io::Read`] or bytes and a name for messages, writers take
//! [`std::io::Write`]. [`FolderPlan`] says which files of a folder to open.
//!
//! **Conventions.** Money is integer pence; time to install is integer quarter hours; years run
//! from 1 to `T`; arrays indexed by year have `T + 1` entries and entry 0 is unused. A [`Draft`]
//! is unchecked; a [`Problem`] has passed [`Problem::new`] and keeps its invariants: sizes agree,
//! values are in range, and no total of spend, objective or bound can pass 64 bits.

mod check;
pub mod codes;
mod columns;
mod fault;
mod folder;
mod meta;
mod problem;
mod schedule;
pub mod specimen;
mod table;

pub use columns::{read_column, write_column};
pub(crate) use fault::fault;
pub use fault::{CODES, Fault, Faults};
pub use folder::{AssetSource, COLUMN_FILES, FolderPlan};
pub(crate) use meta::json;
pub use meta::{read_meta, write_meta};
pub use problem::{Assets, Choice, Class, Draft, MAX_YEARS, Problem};
pub use schedule::{Schedule, read_schedule, write_schedule};
pub(crate) use table::{IntegerLines, match_columns};
pub use table::{read_assets_csv, write_assets_csv};

#[cfg(test)]
mod tests;
