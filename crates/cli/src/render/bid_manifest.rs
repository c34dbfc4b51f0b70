//! `manifest.json`: the other files of a bid with their hashes, and the totals they state.

use planner::document::{Input, Tool};
use schemars::JsonSchema;
use serde::Serialize;

use crate::bid::BidModel;
use crate::bid::package::BidFile;
use crate::output::sha256;

/// The name of this schema.
pub const SCHEMA: &str = "refit.manifest/1";

/// The manifest of a bid.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Manifest {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The program that made the bid.
    pub tool: Tool,
    /// The day on which the estate and the rules were judged.
    pub as_of: String,
    /// What the bid was made from, the plan last.
    pub inputs: Vec<Input>,
    /// The plan's name in the store.
    pub plan_id: String,
    /// The financial year that money is asked for.
    pub fy: String,
    /// The files, in the order of their names.
    pub files: Vec<ManifestFile>,
    /// What every file states.
    pub totals: ManifestTotals,
}

/// A file of the bid.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ManifestFile {
    /// Its name.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
    /// Purchases that it lists one by one; null for a file that shows sums only.
    pub rows: Option<u64>,
}

/// The totals, in pounds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ManifestTotals {
    /// Purchases.
    pub purchases: u64,
    /// Devices deferred.
    pub deferred: u64,
    /// The envelopes.
    pub envelope: String,
    /// What is charged to them.
    pub spend: String,
    /// By financial year.
    pub years: Vec<ManifestYear>,
}

/// A year's total, in pounds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ManifestYear {
    /// Financial year.
    pub fy: String,
    /// The envelopes.
    pub envelope: String,
    /// What is charged to them.
    pub spend: String,
    /// Purchases.
    pub purchases: u64,
}

/// Lists the files.
pub fn manifest(bid: &BidModel, files: &[BidFile]) -> Manifest {
    Manifest {
        schema: SCHEMA.to_owned(),
        tool: bid.made_by.clone(),
        as_of: bid.as_of.clone(),
        inputs: bid.inputs.clone(),
        plan_id: bid.plan_id.clone(),
        fy: bid.fy.clone(),
        files: files
            .iter()
            .map(|file| ManifestFile {
                name: file.name.to_owned(),
                sha256: sha256(&file.bytes),
                bytes: u64::try_from(file.bytes.len()).unwrap_or(u64::MAX),
                rows: file.rows,
            })
            .collect(),
        totals: ManifestTotals {
            purchases: bid.totals.purchases,
            deferred: bid.totals.deferred,
            envelope: bid.totals.envelope.plain(),
            spend: bid.totals.spend.plain(),
            years: bid
                .years
                .iter()
                .map(|year| ManifestYear {
                    fy: year.fy.clone(),
                    envelope: year.envelope.plain(),
                    spend: year.spend.plain(),
                    purchases: year.purchases,
                })
                .collect(),
        },
    }
}
