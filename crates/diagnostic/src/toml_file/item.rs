//! One value of a TOML file, not yet parsed: for keys that accept several shapes.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;

use super::value::{FromToml, Located, Mismatch};
use super::{Context, Table};
use crate::{Diagnostic, Place};

/// A value whose shape the caller decides by looking at it.
#[derive(Debug)]
pub struct Item<'d> {
    context: &'d Context<'d>,
    value: &'d Spanned<DeValue<'d>>,
    path: String,
}

impl<'d> Item<'d> {
    pub(crate) fn new(
        context: &'d Context<'d>,
        value: &'d Spanned<DeValue<'d>>,
        path: String,
    ) -> Self {
        Self { context, value, path }
    }

    /// The dotted key that leads here, such as `rule.memory.at_least`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Where the value stands.
    pub fn place(&self) -> Place {
        self.context.source.place(self.span())
    }

    fn span(&self) -> Range<usize> {
        self.value.span()
    }

    /// The raw TOML value.
    pub fn raw(&self) -> &'d DeValue<'d> {
        self.value.get_ref()
    }

    /// True for a table, inline or not.
    pub fn is_table(&self) -> bool {
        self.raw().is_table()
    }

    /// True for an array.
    pub fn is_array(&self) -> bool {
        self.raw().is_array()
    }

    /// Parses the value; a mismatch is recorded as a problem and gives `None`.
    pub fn read<T: FromToml>(&self) -> Option<Located<T>> {
        match T::from_toml(self.raw()) {
            Ok(value) => Some(Located { value, place: self.place() }),
            Err(mismatch) => {
                self.record(&mismatch, T::EXPECTED);
                None
            }
        }
    }

    /// The value as a table; anything else is recorded as a problem and gives `None`.
    pub fn table(&self) -> Option<Table<'d>> {
        let Some(entries) = self.raw().as_table() else {
            self.record(&Mismatch::WrongType, "a table");
            return None;
        };
        Some(Table::new(self.context, entries, self.span(), self.path.clone()))
    }

    /// The items of an array; anything else is recorded as a problem and gives nothing.
    pub fn items(&self) -> Vec<Item<'d>> {
        let Some(array) = self.raw().as_array() else {
            self.record(&Mismatch::WrongType, "an array");
            return Vec::new();
        };
        array
            .iter()
            .enumerate()
            .map(|(index, value)| Item::new(self.context, value, format!("{}[{index}]", self.path)))
            .collect()
    }

    /// Records a problem of the caller's at this value.
    pub fn problem(&self, diagnostic: Diagnostic) {
        self.context.push(diagnostic.at(self.place()));
    }

    /// Records that this value is not allowed, with the file's own `bad_value` code.
    pub fn bad_value(&self, message: impl Into<String>, help: impl Into<String>) {
        self.problem(Diagnostic::error(self.context.codes.bad_value, message).help(help));
    }

    fn record(&self, mismatch: &Mismatch, expected: &str) {
        let found = self.raw().type_str();
        let key = &self.path;
        let diagnostic = match mismatch {
            Mismatch::WrongType => Diagnostic::error(
                self.context.codes.wrong_type,
                format!("`{key}`: expected {expected}, found {}", with_article(found)),
            )
            .help(format!("write {expected}")),
            Mismatch::BadValue(why) => Diagnostic::error(
                self.context.codes.bad_value,
                format!("`{key}`: expected {expected}, {why}"),
            )
            .help(format!("write {expected}")),
        };
        self.problem(diagnostic);
    }
}

fn with_article(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'i']) { "an" } else { "a" };
    format!("{article} {kind}")
}
