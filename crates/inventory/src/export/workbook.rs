//! The register as a workbook: texts as texts, numbers, money and days as what they are, and never a formula.

use std::io::Write;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::rows::{Cell, each};
use crate::catalogue::{Field, Kind};
use crate::import::FileKind;
use crate::store::Register;

/// Most digits of a number that a workbook keeps.
const MAX_DIGITS: usize = 15;

/// How the cells of a column are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Column {
    Text,
    Money,
    Day,
}

/// Writes everything of a kind as one sheet.
pub(super) fn write(
    register: &Register,
    kind: FileKind,
    out: &mut dyn Write,
) -> Result<(), XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties()?);
    let sheet = workbook.add_worksheet();
    sheet.set_name(kind.as_str())?;
    let words = kind.words();
    let columns: Vec<Column> = words.iter().map(|word| column(kind, word)).collect();
    heading(sheet, &words)?;
    let formats =
        (Format::new().set_num_format("0.00"), Format::new().set_num_format("yyyy-mm-dd"));
    let mut row = 0_u32;
    each(register, kind, |cells| -> Result<(), XlsxError> {
        row = row.saturating_add(1);
        for ((cell, column), at) in cells.iter().zip(&columns).zip(0_u16..) {
            put(sheet, (row, at), cell, *column, &formats)?;
        }
        Ok(())
    })?;
    sheet.set_freeze_panes(1, 0)?;
    out.write_all(&workbook.save_to_buffer()?).map_err(XlsxError::IoError)
}

/// Nothing that differs from one run to the next.
pub(super) fn properties() -> Result<DocProperties, XlsxError> {
    Ok(DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?))
}

/// The row of headings.
pub(super) fn heading(sheet: &mut Worksheet, words: &[&str]) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    for (word, at) in words.iter().zip(0_u16..) {
        sheet.write_string_with_format(0, at, *word, &bold)?;
    }
    Ok(())
}

fn column(kind: FileKind, word: &str) -> Column {
    let field = word.parse::<Field>().ok().filter(|_| kind == FileKind::Assets);
    match field.map(Field::kind) {
        Some(Kind::Money) => Column::Money,
        Some(Kind::Date) => Column::Day,
        _ => Column::Text,
    }
}

fn put(
    sheet: &mut Worksheet,
    (row, at): (u32, u16),
    cell: &Cell,
    column: Column,
    (money, day): &(Format, Format),
) -> Result<(), XlsxError> {
    match (cell, column) {
        (Cell::Empty, _) => return Ok(()),
        (Cell::Bool(flag), _) => sheet.write_boolean(row, at, *flag)?,
        (Cell::Number(text), _) => match number(text) {
            Some(number) => sheet.write_number(row, at, number)?,
            None => sheet.write_string(row, at, text)?,
        },
        (Cell::Text(text), Column::Money) => match number(text) {
            Some(number) => sheet.write_number_with_format(row, at, number, money)?,
            None => sheet.write_string(row, at, text)?,
        },
        (Cell::Text(text), Column::Day) => match ExcelDateTime::parse_from_str(text) {
            Ok(date) => sheet.write_datetime_with_format(row, at, &date, day)?,
            Err(_) => sheet.write_string(row, at, text)?,
        },
        (Cell::Text(text), Column::Text) => sheet.write_string(row, at, text)?,
    };
    Ok(())
}

/// A decimal that a workbook keeps to the last digit.
///
/// A decimal of at most fifteen digits is the shortest one that stands for its binary fraction, so that reading fifteen
/// digits gives it back.
fn number(text: &str) -> Option<f64> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    text.parse().ok().filter(|_| digits <= MAX_DIGITS)
}
