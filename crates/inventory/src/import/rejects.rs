//! The rejected rows as a file of their own, to be mended and imported again.

use std::io::{Read, Write};
use std::sync::Arc;

use diagnostic::{Diagnostic, Severity};

use super::table::Table;
use crate::export::neutralise;

/// The heading of the column that says why a row was rejected; readers ignore it, so that the mended file imports as it is.
pub const PROBLEM_HEADING: &str = "refit_problem";

/// Writes rejected rows as they were, with the reason in a column of its own.
pub(super) struct Rejects<'w> {
    writer: csv::Writer<&'w mut dyn Write>,
    begun: bool,
    failed: bool,
}

impl<'w> Rejects<'w> {
    pub(super) fn new(out: &'w mut dyn Write) -> Self {
        let writer = csv::WriterBuilder::new().flexible(true).from_writer(out);
        Self { writer, begun: false, failed: false }
    }

    /// Writes the current row of a table with its problems.
    pub(super) fn write<R: Read>(&mut self, table: &Table<R>, problems: &[Diagnostic]) {
        let cells = (0..table.width()).map(|index| table.cell(index));
        self.write_cells(table.headings(), cells, problems);
    }

    /// Writes the cells of a row with its problems; a reason from an earlier round is replaced.
    pub(super) fn write_cells<'a>(
        &mut self,
        headings: &[Arc<str>],
        cells: impl Iterator<Item = &'a str>,
        problems: &[Diagnostic],
    ) {
        let reasons: Vec<String> = problems
            .iter()
            .filter(|problem| problem.severity == Severity::Error)
            .map(|problem| format!("{}: {}", problem.code, problem.message))
            .collect();
        let old = headings.iter().position(|heading| heading.eq_ignore_ascii_case(PROBLEM_HEADING));
        if !std::mem::replace(&mut self.begun, true) {
            let kept = headings.iter().enumerate().filter(|(index, _)| Some(*index) != old);
            self.record(kept.map(|(_, heading)| &**heading).chain([PROBLEM_HEADING]));
        }
        let kept = cells.enumerate().filter(|(index, _)| Some(*index) != old);
        let reason = reasons.join("; ");
        self.record(kept.map(|(_, cell)| cell).chain([reason.as_str()]));
    }

    fn record<'a>(&mut self, cells: impl Iterator<Item = &'a str>) {
        // The file will be opened in a spreadsheet: what it would run as a formula is guarded, which importing undoes.
        for cell in cells {
            self.failed |= self.writer.write_field(neutralise(cell).as_ref()).is_err();
        }
        self.failed |= self.writer.write_record(None::<&[u8]>).is_err();
    }

    /// Ends the file; false when some of it could not be written.
    pub(super) fn finish(mut self) -> bool {
        self.writer.flush().is_ok() && !self.failed
    }
}
