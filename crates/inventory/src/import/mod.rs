//! Files that people have, and how they become rows of the register.
//!
//! Reading is in layers, each of which reports every problem and goes on: [`input`](self) decodes bytes and hashes them,
//! `records` cuts cells by the quoting rules and knows on which physical line a record starts, `table` names the cells by
//! heading, and one file per kind (`assets`, `organisations`, `models`, `list_sizes`) makes typed rows. [`run`] applies
//! them to a store in one transaction.

mod apply;
mod assets;
mod cell;
mod date;
mod input;
mod kind;
mod list_sizes;
mod map;
mod models;
mod organisations;
mod placeholder;
mod problems;
mod records;
mod rejects;
mod run;
mod table;

pub(crate) use input::hex;

pub use assets::{AssetRow, AssetRows, read_assets};
pub use date::{DateFormat, DateOrder};
pub use kind::FileKind;
pub use list_sizes::ListSize;
pub use map::{AssetMap, read_map};
pub use organisations::read_organisations;
pub use problems::Problems;
pub use run::{Change, Effect, Input, Mode, OnError, Options, Outcome, Summary, run};

/// Largest file, in bytes.
pub const MAX_BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// Most columns of a file.
pub const MAX_COLUMNS: usize = 256;
/// Most characters of a cell.
pub const MAX_CELL_CHARS: usize = 32_767;
/// Most rows of a file.
pub const MAX_ROWS: u64 = 2_000_000;
/// Most problems that are listed one by one.
pub const MAX_PROBLEMS: usize = 1_000;

#[cfg(test)]
mod tests;
