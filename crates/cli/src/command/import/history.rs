//! What was imported before.

use inventory::Store as _;
use inventory::store::{Access, Batch, BatchId, Counts};
use schemars::JsonSchema;
use serde::Serialize;

use crate::args::Format;
use crate::codes;
use crate::context::Context;
use crate::estate;
use crate::failure::{Failure, Finish};
use crate::output::Envelope;
use crate::terminal::{Align, Listing};

/// What `refit import history --json` and `refit import show --json` print.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// Imports in the order in which they were made.
    imports: Vec<BatchRow>,
}

/// One import.
#[derive(Debug, Serialize, JsonSchema)]
struct BatchRow {
    /// Its number, as text.
    import: String,
    /// When it was made.
    recorded_at: String,
    /// The file as it was named.
    file: String,
    /// What the file lists.
    kind: String,
    /// upsert, insert or snapshot.
    mode: String,
    /// How it was read: `refit` for our own format, else the name of the map.
    preset: String,
    /// Rows of the file.
    rows: u64,
    /// Things that were not known before.
    new: u64,
    /// Things of which something changed.
    changed: u64,
    /// Things of which nothing changed.
    unchanged: u64,
    /// Known things that were not in a snapshot.
    missing: u64,
    /// Rows that could not be used.
    rejected: u64,
    /// SHA-256 of the file, in hexadecimal.
    sha256: String,
    /// SHA-256 of the map, where one was used.
    map_sha256: Option<String>,
}

impl BatchRow {
    fn of(batch: Batch) -> Self {
        let Counts { rows, new, changed, unchanged, missing, rejected } = batch.counts;
        Self {
            import: batch.id.to_string(),
            recorded_at: batch.recorded_at,
            file: batch.file,
            kind: batch.kind,
            mode: batch.mode,
            preset: batch.preset,
            rows,
            new,
            changed,
            unchanged,
            missing,
            rejected,
            sha256: batch.sha256,
            map_sha256: batch.map_sha256,
        }
    }
}

pub(super) fn run(context: &Context, only: Option<BatchId>) -> Result<Finish, Failure> {
    let output = context.output(Listing::FORMATS)?;
    let store = estate::open(context, Access::Read)?;
    let mut batches = store.batches()?;
    if let Some(id) = only {
        batches.retain(|batch| batch.id == id);
        if batches.is_empty() {
            return Err(Failure::error(codes::UNKNOWN_NAME, format!("there is no import {id}"))
                .help("`refit import history` lists them"));
        }
    }
    let imports: Vec<BatchRow> = batches.into_iter().map(BatchRow::of).collect();
    if output.format() == Format::Json {
        let report = Report { imports };
        let inputs = estate::inputs(&store)?;
        output.write_json(&Envelope::new("refit.imports/1", context.as_of(), inputs, report))?;
    } else {
        let listing = listing_of(&imports, only.is_some());
        output.write(|out| listing.write(output.format(), out))?;
    }
    Ok(Finish::Done)
}

fn listing_of(imports: &[BatchRow], in_full: bool) -> Listing {
    let words = ["import", "recorded_at", "file", "kind", "mode", "preset"];
    let numbers = ["rows", "new", "changed", "unchanged", "missing", "rejected"];
    let hashes: &[&str] = if in_full { &["sha256", "map_sha256"] } else { &[] };
    let columns = words
        .iter()
        .map(|name| (*name, Align::Left))
        .chain(numbers.iter().map(|name| (*name, Align::Right)))
        .chain(hashes.iter().map(|name| (*name, Align::Left)));
    Listing::of(columns, imports)
}
