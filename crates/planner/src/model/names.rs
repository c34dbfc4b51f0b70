//! What the numbers of a problem stand for: stored and written beside it, so that a plan can be verified line by line.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The name of this file's schema.
pub const SCHEMA: &str = "refit.problem-names/1";

/// Names of the rows and columns of a problem.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// Financial years 1 to T.
    pub years: Vec<String>,
    /// Budget holders, in the order of the rows.
    pub holders: Vec<HolderNames>,
    /// Sites, by number.
    pub sites: Vec<String>,
    /// Planning classes, by number.
    pub classes: Vec<ClassNames>,
    /// Devices, by number.
    pub assets: Vec<String>,
}

/// A budget holder.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HolderNames {
    /// Its code.
    pub holder: String,
    /// Its capital stream.
    pub stream: String,
    /// For each year, whether engineers' hours are limited; where they are not, the problem holds a large number.
    pub hours_limited: Vec<bool>,
}

/// A planning class.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassNames {
    /// Class of the catalogue.
    pub class: String,
    /// The items, by challenger number.
    pub items: Vec<ItemNames>,
}

/// An item and its money.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemNames {
    /// The item.
    pub item: String,
    /// Its life in years.
    pub life_years: u32,
    /// For years 1 to T, what it costs.
    pub money: Vec<ItemMoney>,
}

/// The money of an item in a year, in pence.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemMoney {
    /// Net price.
    pub net: i64,
    /// VAT.
    pub vat: i64,
    /// Recoverable VAT.
    pub recoverable: i64,
}

impl Names {
    /// The bytes that are stored and hashed: JSON on one line.
    ///
    /// # Errors
    /// Never for names that fit in memory; the serialiser's own error otherwise.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads the bytes of [`Names::to_bytes`].
    ///
    /// # Errors
    /// The parser's error, with its line and column.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }
}
