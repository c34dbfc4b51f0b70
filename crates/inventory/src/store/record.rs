//! Devices and models as stores keep them.

use super::{EvidenceMap, Origin};
use crate::catalogue::{Field, Value};
use crate::ledger::Others;
use crate::model::Model;
use crate::vocabulary::{AssetTag, Class, SerialNumber};

/// The store's own number of a device; means nothing outside.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AssetKey(pub i64);

/// A device with the origin of each of its fields.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredAsset {
    /// The label stuck on it.
    pub tag: Option<AssetTag>,
    /// The maker's serial number.
    pub serial: Option<SerialNumber>,
    /// Its class.
    pub class: Class,
    /// Everything else that is known, ascending by field.
    pub values: Vec<(Field, Value)>,
    /// Where each was last decided.
    pub evidence: EvidenceMap,
    /// The latest observation of every source that does not decide its field.
    pub others: Others,
}

impl StoredAsset {
    /// The name by which outputs call it: the tag, else the serial number.
    pub fn label(&self) -> &str {
        match (&self.tag, &self.serial) {
            (Some(tag), _) => tag.as_str(),
            (None, Some(serial)) => serial.as_str(),
            (None, None) => "",
        }
    }
}

/// A model with the row that it was read from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredModel {
    /// The model.
    pub model: Model,
    /// The row.
    pub origin: Origin,
}
