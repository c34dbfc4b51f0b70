//! Maps: how a file that others made becomes rows of the register.
//!
//! A map names, for each field of the register, the source column (or a constant) and how its text is read: other words,
//! units, date formats, texts that mean nothing. It is written in TOML and described in `docs/mapping.md`.

mod plan;
mod read;
mod unit;

pub use read::read_map;
pub(in crate::import) use unit::factor as unit_factor;

use diagnostic::Place;

use super::assets::OnBad;
use super::cell::Reading;
use super::date::DateFormat;
use super::table::Layout;
use crate::catalogue::Field;
use crate::vocabulary::Class;

/// How files of one format become devices.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AssetMap {
    name: String,
    sha256: String,
    layout: Layout,
    dates: Option<DateFormat>,
    fields: Vec<FieldMap>,
    seen_on: Option<FieldMap>,
    class_from: Vec<ClassFrom>,
    skips: Vec<Skip>,
    /// Whether columns that the file lacks are passed over, as for formats whose columns their users choose.
    lenient: bool,
}

impl AssetMap {
    /// The same map for a file that may lack any of its columns.
    pub(super) fn lenient(mut self) -> Self {
        self.lenient = true;
        self
    }

    /// Its name: the key `name`, else the file's.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The SHA-256 of its text in hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    pub(super) fn layout(&self) -> Layout {
        self.layout
    }
}

/// Where a field's text comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
enum MapSource {
    /// The first of these columns that says anything.
    Columns(Vec<String>),
    /// The same text in every row.
    Constant(String),
}

/// How one field is read.
#[derive(Clone, PartialEq, Eq, Debug)]
struct FieldMap {
    field: Field,
    source: MapSource,
    optional: bool,
    reading: Reading,
    /// Whether the field says itself how its dates are written.
    own_dates: bool,
    on_bad: OnBad,
    place: Place,
}

/// A rule that infers a class.
#[derive(Clone, PartialEq, Eq, Debug)]
struct ClassFrom {
    column: Option<String>,
    contains: Vec<String>,
    class: Class,
    place: Place,
}

/// A rule that leaves rows out.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Skip {
    column: String,
    equals: Vec<String>,
    place: Place,
}

#[cfg(test)]
mod tests;
