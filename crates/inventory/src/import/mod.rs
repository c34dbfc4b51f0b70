//! Files that people have, and how they become rows of the register.
//!
//! Reading is in layers, each of which reports every problem and goes on: [`input`](self) decodes bytes and hashes them,
//! `shape` tells the form by the first bytes, `records` (text), `workbook` and `items` (documents of devices, one file a
//! format in `device`) give rows of cells with their places, `table` names the cells by heading, `opening` settles by which
//! columns they are read, and one file per kind (`assets`, `organisations`, `models`, `list_sizes`) makes typed rows.
//! [`run`] applies them to a store in one transaction. The design is in `docs/design/importers.md`.

mod apply;
mod assets;
mod cell;
mod columns;
mod date;
mod device;
mod epraccur;
mod guess;
mod input;
mod items;
mod kind;
mod list_sizes;
mod map;
mod matching;
mod models;
mod opening;
mod organisations;
mod placeholder;
mod preset;
mod problems;
mod records;
mod rejects;
mod rows;
mod run;
mod shape;
mod table;
mod tree;
mod workbook;

pub(crate) use input::hex;

pub use assets::{AssetRow, AssetRows, read_assets};
pub use date::{DateFormat, DateOrder};
pub use guess::{Guess, GuessedColumn, guess};
pub use kind::FileKind;
pub use list_sizes::ListSize;
pub use map::{AssetMap, read_map};
pub use matching::Matches;
pub use organisations::read_organisations;
pub use preset::Preset;
pub use problems::Problems;
pub use rejects::PROBLEM_HEADING;
pub use run::{Effect, Input, Mode, OnError, Options, Outcome, Summary, run};

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
#[expect(
    clippy::arithmetic_side_effects,
    clippy::format_collect,
    clippy::too_many_lines,
    reason = "lists of files, and a test that overflows fails, which is what a test is for"
)]
mod hostile;
#[cfg(test)]
mod tests;
