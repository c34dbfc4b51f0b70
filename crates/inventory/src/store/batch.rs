//! Files that became part of the register.

use std::fmt;
use std::str::FromStr;

use crate::vocabulary::Expected;

/// The number of a batch within its estate, from 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct BatchId(pub u32);

impl fmt::Display for BatchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for BatchId {
    type Err = Expected;

    fn from_str(text: &str) -> Result<Self, Expected> {
        text.parse()
            .map(Self)
            .map_err(|_| Expected("the number of an import, as `refit import history` lists them"))
    }
}

/// What an import did, in rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Rows of the file, blank ones not counted.
    pub rows: u64,
    /// Things that were not known before.
    pub new: u64,
    /// Things of which something changed.
    pub changed: u64,
    /// Things of which nothing changed.
    pub unchanged: u64,
    /// Known things that are not in the file; counted by snapshots only.
    pub missing: u64,
    /// Rows that could not be used.
    pub rejected: u64,
}

/// One file that became part of the register in one transaction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Batch {
    /// Its number.
    pub id: BatchId,
    /// The file as the user named it.
    pub file: String,
    /// The file's SHA-256 in hexadecimal.
    pub sha256: String,
    /// The kind of file, such as `assets`.
    pub kind: String,
    /// How it was read: `refit` for our own format, else the name of the map.
    pub preset: String,
    /// The map's SHA-256 in hexadecimal, where a map was used.
    pub map_sha256: Option<String>,
    /// The import mode, such as `upsert`.
    pub mode: String,
    /// When it was recorded, as the caller says: ISO 8601.
    pub recorded_at: String,
    /// What it did.
    pub counts: Counts,
}
