//! Writing rows as CSV, JSON and NDJSON.

use std::borrow::Cow;
use std::io::{self, Write};

use serde_json::{Map, Value as Json};

use super::cell::neutralise;
use super::rows::{Cell, each};
use super::workbook;
use crate::import::FileKind;
use crate::store::Register;
use crate::vocabulary::words;

words!(
    /// How an export is written.
    Format,
    "a format: csv, json, ndjson or xlsx",
    {
        /// Comma-separated values with a row of headings.
        Csv => "csv",
        /// One object with a list of rows under the kind's name.
        Json => "json",
        /// One object a line.
        Ndjson => "ndjson",
        /// A workbook with one sheet.
        Xlsx => "xlsx",
    }
);

/// Writes everything of a kind; `head` stands before the rows of a JSON object and is not used by other formats.
///
/// # Errors
/// Whatever the writer reports.
pub fn export(
    register: &Register,
    kind: FileKind,
    format: Format,
    head: &Map<String, Json>,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Csv => csv(register, kind, out),
        Format::Json => json(register, kind, head, out),
        Format::Xlsx => workbook::write(register, kind, out).map_err(io::Error::other),
        Format::Ndjson => {
            let names = kind.words();
            each(register, kind, |cells| {
                serde_json::to_writer(&mut *out, &object(&names, cells))?;
                out.write_all(b"\n")
            })
        }
    }
}

fn csv(register: &Register, kind: FileKind, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new().from_writer(out);
    writer.write_record(kind.words())?;
    each(register, kind, |cells| -> io::Result<()> {
        for cell in cells {
            let text = match cell {
                Cell::Empty => Cow::Borrowed(""),
                Cell::Text(text) => neutralise(text),
                Cell::Number(text) => Cow::Borrowed(text.as_str()),
                Cell::Bool(flag) => Cow::Borrowed(if *flag { "true" } else { "false" }),
            };
            writer.write_field(text.as_bytes())?;
        }
        writer.write_record(None::<&[u8]>)?;
        Ok(())
    })?;
    writer.flush()
}

fn json(
    register: &Register,
    kind: FileKind,
    head: &Map<String, Json>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let names = kind.words();
    out.write_all(b"{")?;
    for (key, value) in head {
        serde_json::to_writer(&mut *out, key)?;
        out.write_all(b":")?;
        serde_json::to_writer(&mut *out, value)?;
        out.write_all(b",\n")?;
    }
    serde_json::to_writer(&mut *out, &kind.key())?;
    out.write_all(b":[")?;
    let mut first = true;
    each(register, kind, |cells| -> io::Result<()> {
        out.write_all(if std::mem::take(&mut first) { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &object(&names, cells))?;
        Ok(())
    })?;
    out.write_all(b"\n]}\n")
}

/// What is known of a row; unknown fields are left out.
fn object(names: &[&'static str], cells: &[Cell]) -> Map<String, Json> {
    names
        .iter()
        .zip(cells)
        .filter_map(|(name, cell)| {
            let value = match cell {
                Cell::Empty => return None,
                Cell::Text(text) => Json::String(text.clone()),
                Cell::Number(text) => text.parse().map_or_else(
                    |_| Json::String(text.clone()),
                    |number: serde_json::Number| Json::Number(number),
                ),
                Cell::Bool(flag) => Json::Bool(*flag),
            };
            Some(((*name).to_owned(), value))
        })
        .collect()
}
