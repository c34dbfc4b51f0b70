//! The rows of one sheet.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use quick_xml::events::{BytesStart, Event};
use rust_decimal::{Decimal, RoundingStrategy};

use super::styles::Shown;
use super::{Book, BookFault, PartReader, attribute};
use crate::export::neutralise;
use crate::import::records::{CellType, Fault, Record};
use crate::import::tree::reference;
use crate::import::{MAX_CELL_CHARS, MAX_COLUMNS};

/// The last row of a sheet, and its last column (XFD).
const LAST_ROW: u32 = 1_048_576;
const LAST_COLUMN: usize = 16_384;

/// The rows of a sheet, one by one.
pub(in crate::import) struct SheetRows {
    reader: PartReader,
    book: Book,
    buffer: Vec<u8>,
    /// Number of the last row read.
    row: u32,
    ended: bool,
}

/// A cell while it is read.
#[derive(Default)]
struct Cell {
    kind: String,
    style: usize,
    /// The text of its value, or of its inline string.
    text: String,
    has_formula: bool,
    has_value: bool,
}

impl SheetRows {
    pub(super) fn new(reader: PartReader, book: Book) -> Self {
        Self { reader, book, buffer: Vec::new(), row: 0, ended: false }
    }

    /// The sheet's name.
    pub(in crate::import) fn sheet(&self) -> &Arc<str> {
        &self.book.sheet
    }

    /// Names of other sheets that a person sees, when none was asked for by name.
    pub(in crate::import) fn others(&self) -> &[String] {
        &self.book.others
    }

    /// The day that a number counts to in this workbook.
    pub(in crate::import) fn day(&self, serial: &str) -> Option<NaiveDate> {
        day(serial, self.book.epoch_1904)
    }

    /// Reads the next row that has cells; false at the end.
    pub(in crate::import) fn next(&mut self, record: &mut Record) -> Result<bool, BookFault> {
        while !self.ended {
            let mut buffer = std::mem::take(&mut self.buffer);
            buffer.clear();
            let event = self.reader.read_event_into(&mut buffer);
            let step = match event {
                Err(error) => Err(error.to_string()),
                Ok(Event::DocType(_)) => Err("it declares a document type".to_owned()),
                Ok(Event::Eof) => Err("it ends before its rows do".to_owned()),
                Ok(Event::End(end)) if end.local_name().into_inner() == "sheetData" => {
                    Ok(Step::End)
                }
                Ok(Event::Empty(start)) if start.local_name().into_inner() == "sheetData" => {
                    Ok(Step::End)
                }
                Ok(Event::Start(start)) if start.local_name().into_inner() == "row" => {
                    row_number(&start, self.row).map(Step::Row)
                }
                Ok(Event::Empty(start)) if start.local_name().into_inner() == "row" => {
                    row_number(&start, self.row).map(Step::EmptyRow)
                }
                Ok(_) => Ok(Step::Nothing),
            };
            self.buffer = buffer;
            match step.map_err(|what| self.wrong(&what))? {
                Step::Nothing => {}
                Step::EmptyRow(number) => self.row = number,
                Step::End => self.ended = true,
                Step::Row(number) => {
                    self.row = number;
                    record.begin(number);
                    self.cells(record)?;
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Reads the cells of a row, up to its end.
    fn cells(&mut self, record: &mut Record) -> Result<(), BookFault> {
        let mut column = 0_usize;
        loop {
            let mut buffer = std::mem::take(&mut self.buffer);
            buffer.clear();
            let event = self.reader.read_event_into(&mut buffer);
            let found = match event {
                Err(error) => Err(error.to_string()),
                Ok(Event::Eof) => Err("it ends within a row".to_owned()),
                Ok(Event::End(end)) if end.local_name().into_inner() == "row" => Ok(None),
                Ok(Event::Start(start)) if start.local_name().into_inner() == "c" => {
                    column_number(&start, column, self.row)
                        .map(|at| Some((at, Some(begun(&start)))))
                }
                Ok(Event::Empty(start)) if start.local_name().into_inner() == "c" => {
                    column_number(&start, column, self.row).map(|at| Some((at, None)))
                }
                Ok(_) => Ok(Some((0, None))),
            };
            self.buffer = buffer;
            match found.map_err(|what| self.wrong(&what))? {
                None => return Ok(()),
                Some((0, _)) => {}
                Some((at, None)) => column = at,
                Some((at, Some(mut cell))) => {
                    column = at;
                    self.content(&mut cell)?;
                    self.put(&cell, column, record);
                }
            }
        }
    }

    /// Reads what stands within a cell, up to its end.
    fn content(&mut self, cell: &mut Cell) -> Result<(), BookFault> {
        let mut keeps = false;
        let mut phonetic = false;
        loop {
            let mut buffer = std::mem::take(&mut self.buffer);
            buffer.clear();
            let event = self.reader.read_event_into(&mut buffer);
            let mut ended = false;
            let mut fault = None;
            match event {
                Err(error) => fault = Some(error.to_string()),
                Ok(Event::Eof) => fault = Some("it ends within a cell".to_owned()),
                Ok(Event::Start(start)) => match start.local_name().into_inner() {
                    "v" => {
                        cell.has_value = true;
                        keeps = true;
                    }
                    "t" => keeps = !phonetic,
                    "rPh" => phonetic = true,
                    "f" => cell.has_formula = true,
                    _ => {}
                },
                Ok(Event::Empty(start)) if start.local_name().into_inner() == "f" => {
                    cell.has_formula = true;
                }
                Ok(Event::End(end)) => match end.local_name().into_inner() {
                    "c" => ended = true,
                    "rPh" => phonetic = false,
                    "v" | "t" => keeps = false,
                    _ => {}
                },
                Ok(Event::Text(found)) if keeps => cell.text.push_str(&found.xml10_content()),
                Ok(Event::CData(found)) if keeps => cell.text.push_str(&found.xml10_content()),
                Ok(Event::GeneralRef(found)) if keeps => match reference(&found) {
                    Some(text) => cell.text.push_str(&text),
                    None => fault = Some("an entity that XML does not know".to_owned()),
                },
                Ok(_) => {}
            }
            self.buffer = buffer;
            if cell.text.len() > MAX_CELL_CHARS.saturating_mul(4) {
                fault = Some("a cell of more than 32,767 characters".to_owned());
            }
            if let Some(what) = fault {
                return Err(self.wrong(&what));
            }
            if ended {
                return Ok(());
            }
        }
    }

    /// Appends a cell to its row, and the empty ones before it.
    fn put(&self, cell: &Cell, column: usize, record: &mut Record) {
        let (shared, kept);
        let (text, cell_type): (&str, CellType) = match cell.kind.as_str() {
            "s" => {
                let found =
                    cell.text.trim().parse().ok().and_then(|index| self.book.strings.get(index));
                match found {
                    Some(text) => (text, CellType::Text),
                    None => return record.fail(Fault::NoSuchText),
                }
            }
            "str" | "inlineStr" => (&cell.text, CellType::Text),
            "b" => (if cell.text.trim() == "1" { "true" } else { "false" }, CellType::Text),
            "e" => return record.fail(Fault::ErrorCell),
            "d" => (cell.text.get(..10).unwrap_or(&cell.text), CellType::Date),
            _ if cell.text.trim().is_empty() && cell.has_formula => {
                return record.fail(Fault::NoResult);
            }
            _ => {
                let (text, cell_type) = self.number(cell.text.trim(), cell.style);
                shared = text;
                (&shared, cell_type)
            }
        };
        if text.trim().is_empty() {
            return;
        }
        if column > MAX_COLUMNS {
            return record.fail(Fault::TooManyColumns);
        }
        while record.len().saturating_add(1) < column {
            record.push("", CellType::Text);
        }
        // A text of a workbook is exactly what it says; readers of cells undo the guard against formulas.
        kept = plain_text(text);
        record.push(&neutralise(&kept), cell_type);
    }

    fn number(&self, text: &str, style: usize) -> (String, CellType) {
        let shown = self.book.styles.shown(style);
        if shown == Shown::Date
            && let Some(day) = self.day(text)
        {
            return (day.to_string(), CellType::Date);
        }
        let Some(number) = exact(text) else { return (text.to_owned(), CellType::Number) };
        let number = match shown {
            Shown::Percent => {
                number.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(number).normalize()
            }
            Shown::Number | Shown::Date => number,
        };
        (number.to_string(), CellType::Number)
    }

    fn wrong(&self, what: &str) -> BookFault {
        BookFault::Part(
            format!("sheet `{}`", self.book.sheet),
            format!("{what}, after row {}", self.row),
        )
    }
}

enum Step {
    Nothing,
    Row(u32),
    EmptyRow(u32),
    End,
}

fn begun(start: &BytesStart<'_>) -> Cell {
    Cell {
        kind: attribute(start, "t").unwrap_or_default(),
        style: attribute(start, "s").and_then(|style| style.parse().ok()).unwrap_or(0),
        ..Cell::default()
    }
}

fn row_number(start: &BytesStart<'_>, before: u32) -> Result<u32, String> {
    let number = match attribute(start, "r") {
        None => before.checked_add(1),
        Some(text) => text.parse().ok(),
    };
    number.filter(|number| *number > before && *number <= LAST_ROW).ok_or_else(|| {
        "a row has a number that sheets do not have, or that stood before".to_owned()
    })
}

/// The column of a cell from 1, told by its reference such as `B7`, else one after the last.
fn column_number(start: &BytesStart<'_>, before: usize, row: u32) -> Result<usize, String> {
    let wrong =
        |text: &str| format!("a cell has the reference `{}`", crate::import::cell::shorten(text));
    let Some(text) = attribute(start, "r") else { return Ok(before.saturating_add(1)) };
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let (column, number) = text.split_at_checked(letters).ok_or_else(|| wrong(&text))?;
    if column.is_empty() || column.len() > 3 || number.parse() != Ok(row) {
        return Err(wrong(&text));
    }
    let column = column.bytes().fold(0_usize, |sum, letter| {
        sum.saturating_mul(26)
            .saturating_add(usize::from(letter.saturating_sub(b'A')))
            .saturating_add(1)
    });
    if column > LAST_COLUMN || column <= before {
        return Err(wrong(&text));
    }
    Ok(column)
}

/// A text without the escapes for characters that XML cannot hold, such as `_x000D_`.
fn plain_text(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, found) = rest.split_at_checked(at).unwrap_or((rest, ""));
        plain.push_str(before);
        let code = found.get(2..6).filter(|_| found.get(6..7) == Some("_"));
        let letter = code.and_then(|code| char::from_u32(u32::from_str_radix(code, 16).ok()?));
        if let (Some(letter), Some(after)) = (letter, found.get(7..)) {
            plain.push(letter);
            rest = after;
        } else {
            plain.push_str("_x");
            rest = found.get(2..).unwrap_or_default();
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// A number as Excel shows it: at most fifteen significant digits, so that 0.1 + 0.2 is 0.3.
fn exact(text: &str) -> Option<Decimal> {
    let number = Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text));
    let number = number.ok().or_else(|| {
        // More digits than a decimal holds: the first seventeen decide about the fifteenth.
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let short = mantissa.get(..19)?;
        Decimal::from_scientific(&format!("{short}e{exponent}")).ok()
    })?;
    number
        .round_sf_with_strategy(15, RoundingStrategy::MidpointAwayFromZero)
        .map(|number| number.normalize())
}

/// The day of a serial number; a time of day is dropped.
fn day(serial: &str, epoch_1904: bool) -> Option<NaiveDate> {
    let whole = exact(serial)?.trunc().to_string().parse::<u64>().ok()?;
    // Excel counts a 29 February 1900 that never was; days from 1 March 1900 on are right from 30 December 1899.
    let (year, month, first) = if epoch_1904 { (1904, 1, 1) } else { (1899, 12, 30) };
    let day = NaiveDate::from_ymd_opt(year, month, first)?.checked_add_days(Days::new(whole))?;
    let range = NaiveDate::from_ymd_opt(1970, 1, 1)?..=NaiveDate::from_ymd_opt(2199, 12, 31)?;
    range.contains(&day).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Stored, archive, parts, texts, workbook};
    use super::*;
    use proptest::prelude::*;

    type Row = (u32, Vec<String>, Option<Fault>);

    fn rows(bytes: Vec<u8>) -> Result<Vec<Row>, BookFault> {
        let mut sheet = super::super::open(bytes, None)?;
        let mut record = Record::default();
        let mut all = Vec::new();
        while sheet.next(&mut record)? {
            let cells = (0..record.len())
                .map(|index| String::from_utf8(record.cell(index).to_vec()).unwrap())
                .collect();
            all.push((record.line, cells, record.fault));
        }
        Ok(all)
    }

    fn cells(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn texts_numbers_and_dates_are_what_a_person_sees() {
        let sheet = "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>1</v></c><c r=\"C2\" s=\"1\"><v>45292.75</v></c>\
            <c r=\"D2\"><v>0.30000000000000004</v></c><c r=\"E2\"><v>1.2E3</v></c><c r=\"F2\" t=\"b\"><v>1</v></c>\
            <c r=\"G2\" s=\"2\"><v>0.85</v></c></row>";
        let styles = "<numFmts><numFmt numFmtId=\"170\" formatCode=\"dd/mm/yyyy\"/></numFmts>\
            <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"170\"/><xf numFmtId=\"9\"/></cellXfs>";
        let read =
            |epoch| rows(archive(&parts(sheet, &["no", "a &amp; b"], styles, epoch))).unwrap();
        assert_eq!(
            read(false),
            [(2, cells(&["a & b", "", "2024-01-01", "0.3", "1200", "true", "85"]), None)]
        );
        assert_eq!(read(true)[0].1[2], "2028-01-02");
    }

    #[test]
    fn a_stray_cell_in_the_far_corner_costs_nothing() {
        let far = format!(
            "{}<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>",
            texts(1, &["a"])
        );
        assert_eq!(
            rows(workbook(&far)).unwrap()[1],
            (1_048_576, vec![], Some(Fault::TooManyColumns))
        );
    }

    #[test]
    fn references_that_no_sheet_has_are_refused() {
        for reference in ["ZZZZZ99999999", "XFE1", "A0", "A2", "1A", "a1", "A-1", ""] {
            let sheet = format!("<row r=\"1\"><c r=\"{reference}\"><v>1</v></c></row>");
            assert!(matches!(rows(workbook(&sheet)), Err(BookFault::Part(..))), "{reference}");
        }
        let backwards = "<row r=\"1\"><c r=\"B1\"><v>1</v></c><c r=\"A1\"><v>1</v></c></row>";
        assert!(matches!(rows(workbook(backwards)), Err(BookFault::Part(..))));
        let rows_back = format!("{}{}", texts(2, &["a"]), texts(1, &["b"]));
        assert!(matches!(rows(workbook(&rows_back)), Err(BookFault::Part(..))));
    }

    #[test]
    fn cells_without_a_usable_value_reject_their_row() {
        let faults =
            |cell: &str| rows(workbook(&format!("<row r=\"1\">{cell}</row>"))).unwrap()[0].2;
        assert_eq!(faults("<c t=\"s\"><v>9</v></c>"), Some(Fault::NoSuchText));
        assert_eq!(faults("<c t=\"e\"><v>#N/A</v></c>"), Some(Fault::ErrorCell));
        assert_eq!(faults("<c><f>1+1</f></c>"), Some(Fault::NoResult));
        assert_eq!(faults("<c><f>1+1</f><v>2</v></c>"), None);
    }

    #[test]
    fn a_sheet_that_is_asked_for_must_be_there() {
        let bytes = workbook(&texts(1, &["a"]));
        assert!(super::super::open(bytes.clone(), Some("estate")).is_ok());
        let found = super::super::open(bytes, Some("Other")).map(|_| ());
        assert_eq!(found, Err(BookFault::NoSheet(vec!["Estate".to_owned()])));
        let document = archive(&[Stored::plain("word/document.xml", b"<a/>")]);
        assert!(matches!(rows(document), Err(BookFault::NoPart(_))));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_sheet_ends_without_a_panic(text in "(<row( r=\"[0-9]{1,3}\")?>|</row>|<c( r=\"[A-C][1-3]\")?( t=\"[sbe]\")?>|</c>|<v>|</v>|[0-9.eE]{1,4}|<f/>){0,24}") {
            if let Ok(all) = rows(workbook(&text)) {
                prop_assert!(all.len() <= text.len());
            }
        }
    }
}
