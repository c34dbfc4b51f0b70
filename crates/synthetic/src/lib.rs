//! Synthetic estates: organisations, devices, prices and envelopes from a seed, with measured distributions.
//!
//! - [`Options`], [`Size`]: what to make.
//! - [`Estate`]: the organisations and the number of devices at each site; its methods write the files one by one.
//! - [`random`]: the numbers, keyed by seed and subject, so that no file depends on the order in which others are written.
//! - [`tables`]: the distributions, which are data (`data/synthetic-*.toml`), each with its source.
//!
//! Everything is integer arithmetic over the seed: one seed and one version give the same bytes on every machine. Rows are
//! written as they are made, so that an estate of a million devices needs the memory of its sites only. Codes have shapes that
//! no real organisation has: practices `Z`, networks `X`, sub-ICB locations `ZZ`, ICBs `QZ` and `QB`, regions `YZ`.
//!
//! The crate reads no clock and opens no file; callers give writers.

mod asset;
mod assignment;
mod dirt;
mod estate;
mod files;
mod models;
mod name;
mod options;
mod organisations;
mod planning;
pub mod random;
pub mod tables;

pub use dirt::{DirtCounts, Fault};
pub use estate::{Estate, Holder, Practice, Site, SiteKind};
pub use options::{MAX_ASSETS, MAX_HOLDERS, MAX_PRACTICES, Options, Size};
pub use tables::Tables;

/// Why an estate cannot be made or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A size is out of range, or the sizes do not fit each other.
    #[error("{0}")]
    Options(String),
    /// A shipped table is unsound.
    #[error("the table of distributions is unsound: {0}")]
    Table(String),
    /// The writer failed.
    #[error(transparent)]
    Write(#[from] std::io::Error),
}
