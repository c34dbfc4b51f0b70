//! The register in our own file format, which importing reads back to the same bytes.
//!
//! Rows are sorted by label or code, so that the order of imports leaves no trace. Facts that a model supplied are not
//! written as facts of the device.

mod cell;
mod rows;
mod shape;
mod template;
mod workbook;
mod write;

pub use cell::neutralise;
pub(crate) use cell::restore_text;
pub use shape::{AssetRow, ListSizeRow, ModelRow, OrganisationRow};
pub use template::template;
pub use write::{Format, export};

#[cfg(test)]
mod tests;
