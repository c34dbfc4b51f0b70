//! The register in our own file format, which importing reads back to the same bytes.

mod cell;

pub use cell::neutralise;
pub(crate) use cell::restore_text;
