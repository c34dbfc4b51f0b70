//! A text as headings and rows of text cells.

use std::io::Read;
use std::sync::Arc;

use diagnostic::{Code, Diagnostic, Place, suggest};
use encoding_rs::WINDOWS_1252;

use super::input::InputError;
use super::problems::Problems;
use super::records::{Fault, Record, Records};
use super::rejects::PROBLEM_HEADING;
use super::{MAX_COLUMNS, MAX_ROWS};
use crate::codes;

/// The file cannot be used at all; the problems say why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Refused;

/// What came of reading a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fetched {
    /// A row of the right shape.
    Row,
    /// A row that is rejected for its shape.
    Bad,
    /// No more rows.
    End,
}

/// Where in a file the headings stand and how cells are separated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Layout {
    pub(super) delimiter: u8,
    /// The physical line of the headings, from 1; what stands before is not read.
    pub(super) header_row: u32,
}

impl Default for Layout {
    fn default() -> Self {
        Self { delimiter: b',', header_row: 1 }
    }
}

/// A file with a row of headings.
pub(super) struct Table<R> {
    records: Records<R>,
    name: Arc<str>,
    headings: Vec<Arc<str>>,
    record: Record,
    rows: u64,
    windows: bool,
    has_utf8: bool,
    unreadable: bool,
}

impl<R: Read> Table<R> {
    /// Reads the headings.
    pub(super) fn open(
        reader: R,
        name: Arc<str>,
        layout: Layout,
        problems: &mut Problems,
    ) -> Result<Self, Refused> {
        let mut table = Self {
            records: Records::new(reader, layout.delimiter),
            name,
            headings: Vec::new(),
            record: Record::default(),
            rows: 0,
            windows: false,
            has_utf8: false,
            unreadable: false,
        };
        let mut record = Record::default();
        loop {
            match table.records.next(&mut record) {
                Ok(true) if record.line < layout.header_row => {}
                Ok(true) => break,
                Ok(false) => {
                    problems.push(
                        Diagnostic::error(codes::FILE_EMPTY, "the file has no row of headings")
                            .at(Place::file(table.name.clone()))
                            .help("check that the export that made it has finished"),
                    );
                    return Err(Refused);
                }
                Err(error) => return Err(table.input_problem(&error, problems)),
            }
        }
        table.record = record;
        let mut found = Vec::new();
        if let Some(fault) = table.record.fault {
            problems.push(table.fault(fault));
            return Err(Refused);
        }
        if !table.decode(&mut found) {
            problems.extend(found);
            return Err(Refused);
        }
        problems.extend(found);
        table.headings =
            (0..table.record.len()).map(|index| table.cell(index).trim().into()).collect();
        table.check_headings(layout, problems)
    }

    fn check_headings(self, layout: Layout, problems: &mut Problems) -> Result<Self, Refused> {
        let only = self.headings.first().filter(|_| self.headings.len() == 1);
        if let Some(only) =
            only.filter(|only| layout.delimiter == b',' && only.contains([';', '\t']))
        {
            let line = self.record.line;
            problems.push(
                Diagnostic::error(
                    codes::WRONG_DELIMITER,
                    "expected headings separated by commas, found one heading with semicolons or tabs",
                )
                .at(Place::record(self.name.clone(), line, None))
                .value(only.as_ref())
                .help("save the file with commas, or say `delimiter` in a map"),
            );
            return Err(Refused);
        }
        Ok(self)
    }

    /// Reads the next row; problems of its shape are added to `found`.
    pub(super) fn next(&mut self, found: &mut Vec<Diagnostic>) -> Fetched {
        if self.unreadable {
            return Fetched::End;
        }
        match self.records.next(&mut self.record) {
            Ok(true) => {}
            Ok(false) => return Fetched::End,
            Err(error) => {
                let mut problems = Problems::new();
                self.input_problem(&error, &mut problems);
                found.extend(problems.into_diagnostics());
                self.unreadable = true;
                return Fetched::End;
            }
        }
        self.rows = self.rows.saturating_add(1);
        if self.rows > MAX_ROWS {
            self.unreadable = true;
            found.push(
                Diagnostic::error(codes::TOO_MANY_ROWS, "the file has more than 2,000,000 rows")
                    .at(self.row_place(None))
                    .help("split the file; its parts can be imported one after the other"),
            );
            return Fetched::End;
        }
        if let Some(fault) = self.record.fault {
            let problem = self.fault(fault);
            found.push(problem);
            return Fetched::Bad;
        }
        if !self.decode(found) {
            return Fetched::Bad;
        }
        if self.record.len() != self.headings.len() {
            let (cells, headings) = (self.record.len(), self.headings.len());
            found.push(
                Diagnostic::error(
                    codes::ROW_RAGGED,
                    format!("expected {headings} cells, one for each heading, found {cells}"),
                )
                .at(self.row_place(None))
                .help("look for a comma in a text that is not quoted"),
            );
            return Fetched::Bad;
        }
        Fetched::Row
    }

    /// True when an error of reading or a limit ended the rows early.
    pub(super) fn was_cut_short(&self) -> bool {
        self.unreadable
    }

    /// The path as the user gave it.
    pub(super) fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The headings, trimmed.
    pub(super) fn headings(&self) -> &[Arc<str>] {
        &self.headings
    }

    /// The physical line on which the current row starts.
    pub(super) fn line(&self) -> u32 {
        self.record.line
    }

    /// Number of cells of the current row.
    pub(super) fn width(&self) -> usize {
        self.record.len()
    }

    /// A cell of the current row; empty for columns that the row does not have.
    pub(super) fn cell(&self, index: usize) -> &str {
        std::str::from_utf8(self.record.cell(index)).unwrap_or_default()
    }

    /// True when no cell of the current row holds anything.
    pub(super) fn is_blank(&self) -> bool {
        self.record.bytes().iter().all(u8::is_ascii_whitespace)
    }

    /// The place of the current row, or of one of its cells.
    pub(super) fn row_place(&self, heading: Option<&str>) -> Place {
        Place::record(self.name.clone(), self.record.line, heading)
    }

    /// The hash of the whole file, read to its end.
    pub(super) fn finish(self) -> Result<String, ()> {
        self.records.into_input().finish().map_err(|_| ())
    }

    /// Makes the record's bytes UTF-8; false when the row must be rejected.
    fn decode(&mut self, found: &mut Vec<Diagnostic>) -> bool {
        if self.record.bytes().is_ascii() {
            return true;
        }
        if !self.windows {
            if std::str::from_utf8(self.record.bytes()).is_ok() {
                self.has_utf8 = true;
                return true;
            }
            if self.has_utf8 {
                found.push(
                    Diagnostic::error(
                        codes::MIXED_ENCODING,
                        "expected UTF-8 text as in the rows before, found other bytes",
                    )
                    .at(self.row_place(None))
                    .help("correct the row in an editor that shows UTF-8"),
                );
                return false;
            }
            self.windows = true;
            found.push(
                Diagnostic::warning(
                    codes::READ_AS_WINDOWS,
                    "the file is not UTF-8; it was read as Windows-1252 from this row on",
                )
                .at(self.row_place(None))
                .help("save the file as `CSV UTF-8` to be sure of letters with accents"),
            );
        }
        let decode = |cell: &[u8]| WINDOWS_1252.decode_without_bom_handling(cell).0.into_owned();
        let cells: Vec<String> =
            (0..self.record.len()).map(|index| decode(self.record.cell(index))).collect();
        self.record.replace(cells);
        true
    }

    fn fault(&self, fault: Fault) -> Diagnostic {
        let (code, message, help) = match fault {
            Fault::UnclosedQuote => (
                codes::ROW_QUOTES,
                "a quoted cell that begins in this row does not end".to_owned(),
                "add the closing quotation mark",
            ),
            Fault::TextAfterQuote => (
                codes::ROW_QUOTES,
                "expected a comma after a closing quotation mark, found text".to_owned(),
                "write a quotation mark within a quoted cell twice",
            ),
            Fault::CellTooLong => (
                codes::CELL_TOO_LONG,
                "a cell of this row has more than 32,767 characters".to_owned(),
                "look for a missing quotation mark",
            ),
            Fault::TooManyColumns => (
                codes::TOO_MANY_COLUMNS,
                format!("expected at most {MAX_COLUMNS} cells, found more"),
                "leave out the columns that are not needed",
            ),
            Fault::Nul => (
                codes::ROW_NUL,
                "the row holds a NUL byte".to_owned(),
                "export the file again as plain text",
            ),
        };
        Diagnostic::error(code, message).at(self.row_place(None)).help(help)
    }

    fn input_problem(&self, error: &InputError, problems: &mut Problems) -> Refused {
        let place = Place::file(self.name.clone());
        problems.push(match error {
            InputError::Io(error) => {
                Diagnostic::error(codes::FILE_UNREADABLE, format!("cannot read the file: {error}"))
                    .at(place)
                    .help("check the disk and the permissions of the file")
            }
            InputError::Damaged => {
                let message = "the text of the file is damaged: it is not whole UTF-16";
                Diagnostic::error(codes::FILE_UNREADABLE, message)
                    .at(place)
                    .help("export the file again, if possible as UTF-8")
            }
            InputError::TooLarge => {
                Diagnostic::error(codes::FILE_TOO_LARGE, "the file has more than 2 GiB")
                    .at(place)
                    .help("split the file; its parts can be imported one after the other")
            }
        });
        Refused
    }
}

/// A column that a kind of file knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct ColumnName {
    pub(super) word: &'static str,
    pub(super) required: bool,
}

/// Finds the columns of a kind of file among the headings: one position for each name of `known`.
///
/// Unknown and repeated headings, and required columns that are absent, refuse the file; all are reported.
pub(super) fn resolve<R: Read>(
    table: &Table<R>,
    known: &[ColumnName],
    problems: &mut Problems,
) -> Result<Vec<Option<usize>>, Refused> {
    let mut positions: Vec<Option<usize>> = vec![None; known.len()];
    let mut refused = false;
    for (index, heading) in table.headings().iter().enumerate() {
        if heading.eq_ignore_ascii_case(PROBLEM_HEADING) {
            continue;
        }
        let at = known.iter().position(|name| heading.eq_ignore_ascii_case(name.word));
        match at.and_then(|at| positions.get_mut(at)) {
            Some(slot @ None) => *slot = Some(index),
            Some(Some(_)) => {
                refused = true;
                problems.push(heading_problem(
                    table,
                    codes::DUPLICATE_COLUMN,
                    heading,
                    format!("the heading `{heading}` stands twice"),
                    "rename or remove one of the two columns".to_owned(),
                ));
            }
            None => {
                refused = true;
                let words = known.iter().map(|name| name.word);
                let help = suggest(heading, words).map_or_else(
                    || {
                        "remove the column, or describe the file in a map (`--map MAP.toml`)"
                            .to_owned()
                    },
                    |near| format!("a column with a similar name exists: `{near}`"),
                );
                let message = if heading.is_empty() {
                    format!("column {} has no heading", index.saturating_add(1))
                } else {
                    format!("unknown column `{heading}`")
                };
                problems.push(heading_problem(
                    table,
                    codes::UNKNOWN_COLUMN,
                    heading,
                    message,
                    help,
                ));
            }
        }
    }
    for (name, _) in known.iter().zip(&positions).filter(|(name, at)| name.required && at.is_none())
    {
        refused = true;
        problems.push(
            Diagnostic::error(
                codes::MISSING_COLUMN,
                format!("expected a column `{}`, found none", name.word),
            )
            .at(table.row_place(None))
            .help(format!("add the column `{}`", name.word)),
        );
    }
    if refused { Err(Refused) } else { Ok(positions) }
}

fn heading_problem<R: Read>(
    table: &Table<R>,
    code: Code,
    heading: &str,
    message: String,
    help: String,
) -> Diagnostic {
    Diagnostic::error(code, message).at(table.row_place(Some(heading))).value(heading).help(help)
}
