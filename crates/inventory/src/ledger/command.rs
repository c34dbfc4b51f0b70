//! What somebody had refit do: the head of the events that came of it.

use chrono::NaiveDate;

use super::event::Cells;
use super::records::{self, Row};
use crate::store::BatchId;
use crate::store::cell::Cell;

/// One change of an estate: one transaction, one head of events.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Command {
    /// What was done, such as `import assets` or `plan`.
    pub verb: String,
    /// The caller's own name for it: a second command of the same name is refused, so that a retry does nothing twice.
    pub id: Option<String>,
    /// When it was recorded, as the caller says: RFC 3339.
    pub recorded_at: String,
    /// The day from which what it says holds.
    pub effective_on: NaiveDate,
    /// Whether somebody stated that day, and it is not merely the day of recording.
    pub stated: bool,
    /// Who did it, as the caller says.
    pub actor: String,
    /// The program and its version.
    pub tool: String,
    /// Why, in words.
    pub reason: String,
    /// The batch that an import became.
    pub batch: Option<BatchId>,
    /// The name of the system that an import's file comes from.
    pub source: String,
    /// The file of an import, as the user named it.
    pub file: String,
    /// The batch that this command takes back.
    pub undoes: Option<BatchId>,
}

impl Command {
    /// A command that is no import, effective on the day of `recorded_at`.
    pub fn new(verb: &str, recorded_at: &str) -> Self {
        let day = recorded_at.get(..10).and_then(|day| day.parse().ok());
        Self {
            verb: verb.to_owned(),
            id: None,
            recorded_at: recorded_at.to_owned(),
            effective_on: day.unwrap_or_default(),
            stated: false,
            actor: String::new(),
            tool: concat!("refit ", env!("CARGO_PKG_VERSION")).to_owned(),
            reason: String::new(),
            batch: None,
            source: String::new(),
            file: String::new(),
            undoes: None,
        }
    }

    /// An import of a kind of file; the store gives it the next batch.
    pub fn import(kind: &str, file: &str, source: &str, recorded_at: &str) -> Self {
        Self {
            batch: Some(BatchId(0)),
            file: file.to_owned(),
            source: source.to_owned(),
            ..Self::new(&format!("import {kind}"), recorded_at)
        }
    }

    /// An import taken back.
    pub fn undo(batch: BatchId, recorded_at: &str) -> Self {
        Self { undoes: Some(batch), ..Self::new("undo", recorded_at) }
    }

    /// Whether the command may say anything of devices.
    pub(crate) fn is_of_devices(&self) -> bool {
        matches!(self.verb.as_str(), "import assets" | "migrate")
    }

    /// The row of a command whose first event has this number.
    pub(crate) fn to_cells(&self, seq: u64) -> Cells<'static> {
        let text = |text: &str| Some(Cell::Text(text.to_owned().into()));
        let batch = |batch: Option<BatchId>| batch.map(|batch| Cell::Integer(i64::from(batch.0)));
        vec![
            records::number(seq),
            self.id.as_deref().and_then(text),
            text(&self.verb),
            text(&self.recorded_at),
            text(&self.effective_on.to_string()),
            Some(Cell::Integer(i64::from(self.stated))),
            text(&self.actor),
            text(&self.tool),
            text(&self.reason),
            batch(self.batch),
            text(&self.source),
            text(&self.file),
            batch(self.undoes),
        ]
    }

    /// The command of a row with its number; `None` for a row that refit does not write.
    pub(crate) fn from_cells(cells: &[Option<Cell<'_>>]) -> Option<(u64, Self)> {
        let row = Row(cells);
        let command = Self {
            id: row.optional_text(1)?,
            verb: row.text(2)?,
            recorded_at: row.text(3)?,
            effective_on: row.day(4)??,
            stated: row.integer(5)? != 0,
            actor: row.text(6)?,
            tool: row.text(7)?,
            reason: row.text(8)?,
            batch: row.optional(9)?.map(BatchId),
            source: row.text(10)?,
            file: row.text(11)?,
            undoes: row.optional(12)?.map(BatchId),
        };
        Some((row.number(0)?, command))
    }
}

/// A command with the number of its first event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoggedCommand {
    /// The number of its first event.
    pub seq: u64,
    /// The command.
    pub command: Command,
}
