//! `epraccur`: GP practices of the Organisation Data Service, 27 columns, mostly without a row of headings.
//!
//! The older dialect has one letter for the status and a digit for the prescribing setting; the newer one has words and
//! role identifiers. GP practices of England are kept: other prescribing cost centres and Welsh rows are left out.

use std::io::Read;

use diagnostic::{Diagnostic, Place};

use super::input::InputError;
use super::records::{CellType, Record, Records};
use crate::codes;

/// Columns of a row.
const WIDTH: usize = 27;

/// Rows of practices as rows of an organisations file.
pub(super) struct Practices<R> {
    records: Records<R>,
    /// A first row that is no row of headings.
    first: Option<Record>,
    scratch: Record,
    left_out: u64,
}

/// Whether a first row is one of `epraccur` without headings.
pub(super) fn is_row(record: &Record) -> bool {
    record.len() == WIDTH && is_practice(&text(record, 0)) && text(record, 10).len() == 8
}

/// Whether a first row holds the headings of `epraccur`.
pub(super) fn is_headings(record: &Record) -> bool {
    record.len() == WIDTH && text(record, 0).to_lowercase().contains("organisation code")
}

fn is_practice(code: &str) -> bool {
    let mut letters = code.bytes();
    letters.next().is_some_and(|first| first.is_ascii_uppercase())
        && code.len() == 6
        && letters.all(|byte| byte.is_ascii_digit())
}

fn text(record: &Record, index: usize) -> String {
    String::from_utf8_lossy(record.cell(index)).trim().to_owned()
}

impl<R: Read> Practices<R> {
    pub(super) fn new(records: Records<R>, first: Option<Record>) -> Self {
        Self { records, first, scratch: Record::default(), left_out: 0 }
    }

    pub(super) fn into_records(self) -> Records<R> {
        self.records
    }

    /// Reads the next practice into the columns of an organisations file, named in `words`.
    pub(super) fn next(
        &mut self,
        record: &mut Record,
        words: &[&str],
        name: &std::sync::Arc<str>,
        found: &mut Vec<Diagnostic>,
    ) -> Result<bool, InputError> {
        loop {
            if let Some(first) = self.first.take() {
                self.scratch = first;
            } else if !self.records.next(&mut self.scratch)? {
                self.tell(name, found);
                return Ok(false);
            }
            let row = &self.scratch;
            if row.fault.is_some() || row.len() != WIDTH {
                record.begin(row.line);
                record.fault = row.fault;
                if record.fault.is_none() {
                    // One cell is never the right number, so that the row is reported as ragged.
                    record.push("", CellType::Text);
                }
                return Ok(true);
            }
            let code = text(row, 0);
            let setting = text(row, 25);
            let is_gp = matches!(setting.as_str(), "4" | "RO76");
            let is_welsh = text(row, 2) == "W00" || text(row, 3) == "Q99" || code.starts_with('W');
            if !is_gp || is_welsh {
                self.left_out = self.left_out.saturating_add(1);
                continue;
            }
            record.begin(row.line);
            for word in words {
                let cell = match *word {
                    "ods_code" => code.clone(),
                    "name" => text(row, 1),
                    "kind" => "practice".to_owned(),
                    "parent" => text(row, 3),
                    "planned_close" => day(&text(row, 11)),
                    _ => String::new(),
                };
                record.push(&cell, CellType::Text);
            }
            return Ok(true);
        }
    }

    fn tell(&mut self, name: &std::sync::Arc<str>, found: &mut Vec<Diagnostic>) {
        if std::mem::take(&mut self.left_out) > 0 {
            found.push(
                Diagnostic::warning(
                    codes::LEFT_OUT,
                    "rows that are no GP practice of England were left out",
                )
                .at(Place::file(name.clone()))
                .help("prescribing cost centres of other settings and Welsh practices hold no devices here"),
            );
        }
    }
}

/// `20260331` as `2026-03-31`; other texts stay, so that they are reported.
fn day(text: &str) -> String {
    let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    match (text.get(..4), text.get(4..6), text.get(6..8)) {
        (Some(year), Some(month), Some(day)) if digits => format!("{year}-{month}-{day}"),
        _ => text.to_owned(),
    }
}
