//! Problems that people can act on.
//!
//! Every file that Refit reads is read whole: a reader returns what is usable *and* every problem found, each with a
//! permanent [`Code`], a [`Place`] in the file and a sentence of help. Rendering (colours, excerpts, JSON) belongs to the
//! command line; nothing here prints.
//!
//! - [`Source`] and [`Place`]: the text of a file and a position in it, by line and column or by record and field.
//! - [`Diagnostic`] and [`Diagnostics`]: one problem, and the ordered collection of all problems of a run.
//! - [`CodeEntry`]: what `refit explain CODE` prints; each crate lists its codes in one table.
//! - [`toml_file`]: a TOML reader over spans that refuses unknown keys and reports every problem of a file.
//! - [`suggest`]: "did you mean".

mod code;
mod place;
mod problem;
mod suggestion;
pub mod toml_file;

pub use code::{Code, CodeEntry, Severity};
pub use place::{Column, Place, Source};
pub use problem::{Diagnostic, Diagnostics};
pub use suggestion::suggest;
