//! A table of a TOML file, read key by key.

use std::ops::Range;

use toml::de::DeTable;

use super::value::{FromToml, Located};
use super::{Context, Item};
use crate::{Code, Diagnostic, Place, suggest};

/// A TOML table that remembers which keys were asked for.
///
/// Call [`Table::finish`] when done, so that keys nobody asked for are reported.
#[derive(Debug)]
pub struct Table<'d> {
    context: &'d Context<'d>,
    entries: &'d DeTable<'d>,
    span: Range<usize>,
    path: String,
    known: Vec<&'static str>,
    free: bool,
}

impl<'d> Table<'d> {
    pub(crate) fn new(
        context: &'d Context<'d>,
        entries: &'d DeTable<'d>,
        span: Range<usize>,
        path: String,
    ) -> Self {
        Self { context, entries, span, path, known: Vec::new(), free: false }
    }

    /// The dotted key that leads to this table; empty at the top of the file.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Where the table begins.
    pub fn place(&self) -> Place {
        self.context.source.place(self.span.clone())
    }

    /// True when the file has this key; the key then counts as known.
    pub fn has(&mut self, key: &'static str) -> bool {
        self.item(key).is_some()
    }

    /// The value of a key, not yet parsed.
    pub fn item(&mut self, key: &'static str) -> Option<Item<'d>> {
        self.known.push(key);
        self.entries
            .iter()
            .find(|(name, _)| name.get_ref() == key)
            .map(|(_, value)| Item::new(self.context, value, self.path_to(key)))
    }

    /// The value of a key that may be absent; a mismatch is recorded and gives `None`.
    pub fn optional<T: FromToml>(&mut self, key: &'static str) -> Option<Located<T>> {
        self.item(key).and_then(|item| item.read())
    }

    /// The value of a key that must stand here; absence and mismatch are recorded and give `None`.
    pub fn required<T: FromToml>(&mut self, key: &'static str) -> Option<Located<T>> {
        self.required_item(key, T::EXPECTED).and_then(|item| item.read())
    }

    /// The unparsed value of a key that must stand here; absence is recorded and gives `None`.
    pub fn required_item(&mut self, key: &'static str, expected: &str) -> Option<Item<'d>> {
        let item = self.item(key);
        if item.is_none() {
            let within = if self.path.is_empty() {
                "this file".to_owned()
            } else {
                format!("`{}`", self.path)
            };
            self.context.push(
                Diagnostic::error(
                    self.context.codes.missing_key,
                    format!("{within} lacks the key `{key}`"),
                )
                .at(self.place())
                .help(format!("add `{key} = ...` with {expected}")),
            );
        }
        item
    }

    /// A table under a key that may be absent.
    pub fn table(&mut self, key: &'static str) -> Option<Table<'d>> {
        self.item(key).and_then(|item| item.table())
    }

    /// The tables of `[[key]]`; absent gives none.
    pub fn tables(&mut self, key: &'static str) -> Vec<Table<'d>> {
        self.item(key)
            .map(|item| item.items().iter().filter_map(Item::table).collect())
            .unwrap_or_default()
    }

    /// Every entry of a table whose keys are names chosen by the author, in the order of the file.
    pub fn named_items(&mut self) -> Vec<(Located<String>, Item<'d>)> {
        self.free = true;
        let mut all: Vec<_> = self
            .entries
            .iter()
            .map(|(name, value)| {
                let key = name.get_ref().to_string();
                let path = self.path_to(&key);
                let place = self.context.source.place(name.span());
                (
                    name.span().start,
                    Located { value: key, place },
                    Item::new(self.context, value, path),
                )
            })
            .collect();
        all.sort_by_key(|(start, _, _)| *start);
        all.into_iter().map(|(_, name, item)| (name, item)).collect()
    }

    /// Records a problem of the caller's at this table, unless the diagnostic has a place already.
    pub fn problem(&self, diagnostic: Diagnostic) {
        let placed =
            if diagnostic.place.is_some() { diagnostic } else { diagnostic.at(self.place()) };
        self.context.push(placed);
    }

    /// Records that a value in this table is not allowed, with the file's own `bad_value` code.
    pub fn bad_value(&self, place: Place, message: impl Into<String>, help: impl Into<String>) {
        self.problem(Diagnostic::error(self.bad_value_code(), message).at(place).help(help));
    }

    /// The file's code for values that are not allowed.
    pub fn bad_value_code(&self) -> Code {
        self.context.codes.bad_value
    }

    /// Ends the reading: every key that was not asked for is reported, with the near miss.
    pub fn finish(self) {
        self.report_unknown_keys();
    }

    pub(crate) fn report_unknown_keys(&self) {
        if self.free {
            return;
        }
        for name in self.entries.keys() {
            let key: &str = name.get_ref();
            if self.known.contains(&key) {
                continue;
            }
            let known = self.known.iter().copied();
            let help = suggest(key, known.clone()).map_or_else(
                || format!("known keys here: {}", list(known)),
                |near| format!("a key with a similar name exists: `{near}`"),
            );
            let within =
                if self.path.is_empty() { String::new() } else { format!(" in `{}`", self.path) };
            self.context.push(
                Diagnostic::error(
                    self.context.codes.unknown_key,
                    format!("unknown key `{key}`{within}"),
                )
                .at(self.context.source.place(name.span()))
                .label("not known here")
                .value(key)
                .help(help),
            );
        }
    }

    fn path_to(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}

fn list<'a>(keys: impl Iterator<Item = &'a str>) -> String {
    let mut keys: Vec<String> = keys.map(|key| format!("`{key}`")).collect();
    keys.sort();
    keys.dedup();
    keys.join(", ")
}
