//! The cells of a row by column: what the files of organisations, models and list sizes share.

use std::io::Read;
use std::str::FromStr;

use chrono::NaiveDate;
use diagnostic::{Code, Diagnostic};

use super::cell::shorten;
use super::date::{DateOrder, DateProblem};
use super::table::{ColumnName, Table};
use crate::codes;
use crate::export::restore_text;

/// The cells of a row under the known columns, with the problems found in them.
pub(super) struct Cells<'t, R> {
    pub(super) table: &'t Table<R>,
    pub(super) columns: &'static [ColumnName],
    pub(super) positions: &'t [Option<usize>],
    pub(super) found: Vec<Diagnostic>,
}

impl<'t, R: Read> Cells<'t, R> {
    /// The text of a column; `None` when it is absent or empty.
    pub(super) fn text(&self, word: &str) -> Option<&'t str> {
        let at = self.columns.iter().position(|name| name.word == word)?;
        let index = (*self.positions.get(at)?)?;
        Some(restore_text(self.table.cell(index).trim())).filter(|text| !text.is_empty())
    }

    /// A column parsed as a type; a problem with `code` when it does not parse.
    pub(super) fn parse<T: FromStr>(&mut self, word: &str, code: Code) -> Option<T>
    where
        T::Err: std::fmt::Display,
    {
        let text = self.text(word)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                let why = error.to_string();
                let expected = why.strip_prefix("expected ").unwrap_or(&why).to_owned();
                self.problem(word, code, &expected);
                None
            }
        }
    }

    /// A column as a whole number; a problem with `code` when it is none.
    pub(super) fn whole<T: FromStr>(&mut self, word: &str, code: Code) -> Option<T> {
        let number = self.text(word)?.parse().ok();
        if number.is_none() {
            self.problem(word, code, "a whole number in digits alone");
        }
        number
    }

    /// A column as a date.
    pub(super) fn date(&mut self, word: &str, order: DateOrder) -> Option<NaiveDate> {
        match order.parse(self.text(word)?) {
            Ok(day) => Some(day),
            Err(DateProblem::Ambiguous) => {
                self.problem(word, codes::AMBIGUOUS_DATE, "a date that can be read one way");
                None
            }
            Err(DateProblem::Unreadable) => {
                self.problem(word, codes::BAD_DATE, "a date such as 2026-11-20");
                None
            }
        }
    }

    /// Records that a column does not hold what was expected.
    pub(super) fn problem(&mut self, word: &str, code: Code, expected: &str) {
        let text = shorten(self.text(word).unwrap_or_default());
        self.found.push(
            Diagnostic::error(code, format!("expected {expected}, found `{text}`"))
                .at(self.table.row_place(Some(word)))
                .value(text.as_ref())
                .help(format!("write {expected}")),
        );
    }

    /// Records that a column must not be empty.
    pub(super) fn require(&mut self, word: &str, code: Code, expected: &str) {
        self.found.push(
            Diagnostic::error(code, format!("expected {expected}, found an empty cell"))
                .at(self.table.row_place(Some(word)))
                .help(format!("fill in `{word}`")),
        );
    }
}
