//! Events in words, for people and JSON.

use super::bytes::Said;
use super::event::{self, Body, fields};
use super::table::Table;
use crate::store::AssetKey;
use crate::store::cell::Cell;

/// An event in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Described {
    /// Its number.
    pub seq: u64,
    /// The number of its command.
    pub command: u64,
    /// `put`, `drop`, `seen` or `adopted`.
    pub what: &'static str,
    /// The table and key, or the device's number in the store.
    pub subject: String,
    /// The line of the file, for rows of devices.
    pub line: Option<u32>,
    /// The day on which the source saw the device.
    pub seen_on: Option<chrono::NaiveDate>,
    /// What it says, by name.
    pub fields: Vec<(&'static str, String)>,
}

/// Reads the bytes of an event; `None` for bytes that refit does not write.
pub fn describe(bytes: &[u8]) -> Option<Described> {
    let event = event::decode(bytes)?;
    let mut described = Described {
        seq: event.seq,
        command: event.command,
        what: "",
        subject: String::new(),
        line: None,
        seen_on: None,
        fields: Vec::new(),
    };
    match &event.body {
        Body::Put(table, cells) => {
            described.what = "put";
            described.subject = subject(*table, cells);
            let named = table.columns().iter().zip(cells);
            described.fields =
                named.filter_map(|(name, cell)| Some((*name, text(cell.as_ref()?)))).collect();
        }
        Body::Drop(table, cells) => {
            described.what = "drop";
            described.subject = subject(*table, cells);
        }
        Body::Seen { key, line, seen_on, fields } => {
            described.what = "seen";
            described.subject = device(*key);
            described.line = Some(*line);
            described.seen_on = *seen_on;
            described.fields = values(fields)?;
        }
        Body::Adopted { key, fields, .. } => {
            described.what = "adopted";
            described.subject = device(*key);
            described.fields = values(fields)?;
        }
    }
    Some(described)
}

fn device(key: AssetKey) -> String {
    format!("device {}", key.0)
}

fn subject(table: Table, cells: &[Option<Cell<'_>>]) -> String {
    let key = cells.iter().take(table.key()).flatten().map(text);
    std::iter::once(table.name().to_owned()).chain(key).collect::<Vec<_>>().join(" ")
}

fn text(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Integer(number) => number.to_string(),
        Cell::Text(text) => text.clone().into_owned(),
    }
}

fn values(bytes: &[u8]) -> Option<Vec<(&'static str, String)>> {
    let one = |said: Result<Said<'_>, ()>| {
        Some(match said.ok()? {
            Said::Word(field, text) => (field.word(), text.to_owned()),
            Said::Value(field, value) => (field.word(), value.to_text(field.kind())),
        })
    };
    fields(bytes).map(one).collect()
}
