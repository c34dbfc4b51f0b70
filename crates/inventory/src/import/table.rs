//! A text as headings and rows of text cells.

use std::io::Read;
use std::sync::Arc;

use diagnostic::{Code, Diagnostic, Place, suggest};
use encoding_rs::WINDOWS_1252;

use super::epraccur::{self, Practices};
use super::input::InputError;
use super::kind::FileKind;
use super::preset::Preset;
use super::problems::Problems;
use super::records::{CellType, Fault, Record};
use super::rejects::PROBLEM_HEADING;
use super::rows::{RowStep, Rows, RowsError, Wanted};
use super::{MAX_COLUMNS, MAX_ROWS};
use crate::codes;
use crate::export::restore_text;

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
    rows_of: Rows<R>,
    name: Arc<str>,
    /// The sheet of a workbook.
    sheet: Option<Arc<str>>,
    /// What the file lists and its format, where its form says so.
    kind: Option<FileKind>,
    preset: Option<Preset>,
    headings: Vec<Arc<str>>,
    record: Record,
    rows: u64,
    windows: bool,
    has_utf8: bool,
    unreadable: bool,
}

impl<R: Read> Table<R> {
    /// Opens a file of any form and reads its headings.
    pub(super) fn open(
        reader: R,
        name: Arc<str>,
        layout: Layout,
        problems: &mut Problems,
    ) -> Result<Self, Refused> {
        let wanted =
            Wanted { delimiter: layout.delimiter, sheet: None, preset: Preset::Auto, kind: None };
        Self::open_as(reader, name, layout, &wanted, problems)
    }

    /// Opens a file as somebody says that it is.
    pub(super) fn open_as(
        reader: R,
        name: Arc<str>,
        layout: Layout,
        wanted: &Wanted<'_>,
        problems: &mut Problems,
    ) -> Result<Self, Refused> {
        let found = match Rows::open(reader, &name, wanted) {
            Ok(found) => found,
            Err(error) => {
                problems.push(rows_problem(error, &name));
                return Err(Refused);
            }
        };
        problems.extend(found.remarks);
        let sheet = match &found.rows {
            Rows::Sheet(sheet, _) => Some(sheet.sheet().clone()),
            _ => None,
        };
        let mut table = Self {
            rows_of: found.rows,
            name,
            sheet,
            kind: found.kind,
            preset: found.preset,
            headings: Vec::new(),
            record: Record::default(),
            rows: 0,
            windows: false,
            has_utf8: false,
            unreadable: false,
        };
        if let Rows::Items(items) = &table.rows_of {
            table.headings = items.words().iter().map(|word| Arc::from(*word)).collect();
            return Ok(table);
        }
        if let (Rows::Ended(_), Some(kind)) = (&table.rows_of, table.kind) {
            table.headings = kind.words().into_iter().map(Arc::from).collect();
            return Ok(table);
        }
        table.read_headings(layout, wanted.preset, problems)
    }

    fn read_headings(
        mut self,
        layout: Layout,
        preset: Preset,
        problems: &mut Problems,
    ) -> Result<Self, Refused> {
        let mut record = Record::default();
        loop {
            let mut found = Vec::new();
            match self.rows_of.next(&mut record, &self.name, &mut found) {
                Ok(RowStep::Row | RowStep::Bad) if record.line < layout.header_row => {}
                // A workbook may begin with a title; headings are more than one, or one that is ours.
                Ok(RowStep::Row) if self.sheet.is_some() && is_title(&record) => {}
                Ok(RowStep::Row | RowStep::Bad) => break,
                Ok(RowStep::End) => {
                    problems.push(
                        Diagnostic::error(codes::FILE_EMPTY, "the file has no row of headings")
                            .at(Place::file(self.name.clone()))
                            .help("check that the export that made it has finished"),
                    );
                    return Err(Refused);
                }
                Err(error) => {
                    problems.push(rows_problem(error, &self.name));
                    return Err(Refused);
                }
            }
        }
        if preset == Preset::Epraccur
            || (preset == Preset::Auto
                && (epraccur::is_row(&record) || epraccur::is_headings(&record)))
        {
            return self.practices(record, problems);
        }
        self.record = record;
        let mut found = Vec::new();
        if let Some(fault) = self.record.fault {
            problems.push(self.fault(fault));
            return Err(Refused);
        }
        if !self.decode(&mut found) {
            problems.extend(found);
            return Err(Refused);
        }
        problems.extend(found);
        self.headings = (0..self.record.len())
            .map(|index| restore_text(self.cell(index).trim()).into())
            .collect();
        while self.sheet.is_some() && self.headings.last().is_some_and(|heading| heading.is_empty())
        {
            self.headings.pop();
        }
        self.check_headings(layout, problems)
    }

    /// Goes on with the practices of a file without headings.
    fn practices(mut self, first: Record, problems: &mut Problems) -> Result<Self, Refused> {
        let words = FileKind::Organisations.words();
        let Rows::Text(records) = self.rows_of else {
            problems.push(
                Diagnostic::error(
                    codes::PRESET_MISMATCH,
                    "expected the CSV file of the Organisation Data Service",
                )
                .at(Place::file(self.name.clone()))
                .help("save the file as CSV, or import it with a map"),
            );
            return Err(Refused);
        };
        self.headings = words.iter().map(|word| Arc::from(*word)).collect();
        let first = Some(first).filter(|first| {
            !epraccur::is_headings(first)
                && (epraccur::is_row(first) || first.len() != 27 || first.fault.is_some())
        });
        self.rows_of = Rows::Practices(Box::new(Practices::new(*records, first)), words);
        self.kind = Some(FileKind::Organisations);
        self.preset = Some(Preset::Epraccur);
        Ok(self)
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
        let step = match self.rows_of.next(&mut self.record, &self.name, found) {
            Ok(RowStep::End) => return Fetched::End,
            Ok(step) => step,
            Err(error) => {
                found.push(rows_problem(error, &self.name));
                self.unreadable = true;
                return Fetched::End;
            }
        };
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
        if step == RowStep::Bad {
            return Fetched::Bad;
        }
        if !self.decode(found) {
            return Fetched::Bad;
        }
        // A sheet has no cells where nothing was ever written.
        while self.sheet.is_some() && self.record.len() < self.headings.len() {
            self.record.push("", CellType::Text);
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

    /// What the source says that a cell of the current row is.
    pub(super) fn cell_type(&self, index: usize) -> CellType {
        self.record.cell_type(index)
    }

    /// The day that a number counts to, in a workbook.
    pub(super) fn day(&self, serial: &str) -> Option<chrono::NaiveDate> {
        match &self.rows_of {
            Rows::Sheet(sheet, _) => sheet.day(serial),
            _ => None,
        }
    }

    /// What the file lists, where its form says so.
    pub(super) fn kind(&self) -> Option<FileKind> {
        self.kind
    }

    /// The format of the file, where its form says so.
    pub(super) fn preset(&self) -> Option<Preset> {
        self.preset
    }

    /// Programs that the current row's document lists.
    pub(super) fn software(&self) -> &[crate::software::Software] {
        match &self.rows_of {
            Rows::Items(items) => items.software(),
            _ => &[],
        }
    }

    /// The place of the current row, or of one of its cells.
    pub(super) fn row_place(&self, heading: Option<&str>) -> Place {
        let place = Place::record(self.name.clone(), self.record.line, heading);
        Place { sheet: self.sheet.clone(), ..place }
    }

    /// The hash of the whole file, read to its end.
    pub(super) fn finish(self) -> Result<String, ()> {
        self.rows_of.finish()
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
            Fault::NoSuchText => (
                codes::SHEET_TEXT,
                "a cell of this row refers to a text that the workbook does not have".to_owned(),
                "open the file in Excel or LibreOffice and save it again as .xlsx",
            ),
            Fault::ErrorCell => (
                codes::SHEET_ERROR,
                "a cell of this row shows an error such as #N/A".to_owned(),
                "mend the formula, or clear the cell",
            ),
            Fault::NoResult => (
                codes::SHEET_NO_RESULT,
                "a formula of this row was saved without its result".to_owned(),
                "open the file in Excel or LibreOffice and save it, so that results are kept",
            ),
            Fault::Nul => (
                codes::ROW_NUL,
                "the row holds a NUL byte".to_owned(),
                "export the file again as plain text",
            ),
        };
        Diagnostic::error(code, message).at(self.row_place(None)).help(help)
    }
}

/// Whether a row of a sheet is a title above the headings.
fn is_title(record: &Record) -> bool {
    let mut cells = (0..record.len())
        .map(|index| record.cell(index))
        .filter(|cell| !cell.trim_ascii().is_empty());
    let first = cells.next().map(|cell| String::from_utf8_lossy(cell).trim().to_lowercase());
    let alone = cells.next().is_none();
    first.is_none_or(|first| {
        alone && !FileKind::ALL.iter().any(|kind| kind.words().contains(&first.as_str()))
    })
}

fn rows_problem(error: RowsError, name: &Arc<str>) -> Diagnostic {
    let place = Place::file(name.clone());
    match error {
        RowsError::Refused(problem) => *problem,
        RowsError::Input(InputError::Io(error)) => {
            Diagnostic::error(codes::FILE_UNREADABLE, format!("cannot read the file: {error}"))
                .at(place)
                .help("check the disk and the permissions of the file")
        }
        RowsError::Input(InputError::Damaged) => Diagnostic::error(
            codes::FILE_UNREADABLE,
            "the text of the file is damaged: it is not whole UTF-16",
        )
        .at(place)
        .help("export the file again, if possible as UTF-8"),
        RowsError::Input(InputError::TooLarge) => Diagnostic::error(
            codes::FILE_TOO_LARGE,
            "the file is larger than files of its form may be",
        )
        .at(place)
        .help("split the file; its parts can be imported one after the other"),
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
