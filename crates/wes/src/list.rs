//! Lists of values that come from files: versioned, dated, hashed inputs that a verdict can cite.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use diagnostic::{Diagnostic, Place, Source, suggest};
use inventory::Field;
use inventory::catalogue::Kind;

use crate::cpu::{self, Processor};
use crate::node::Node;
use crate::predicate::{Scope, Strictness};
use crate::table_file::{TableFile, sha256_hex};
use crate::{Period, codes};

/// How texts are brought to the keys of a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Normalise {
    /// Small letters, single spaces.
    Plain,
    /// As processors; see [`crate::cpu`].
    Cpu,
}

impl std::str::FromStr for Normalise {
    type Err = inventory::vocabulary::Expected;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "plain" => Ok(Self::Plain),
            "cpu" => Ok(Self::Cpu),
            _ => Err(inventory::vocabulary::Expected("plain or cpu")),
        }
    }
}

/// What a profile declares of a list or lifecycle table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Declared {
    pub(crate) name: String,
    pub(crate) file: String,
    pub(crate) key: Vec<String>,
    pub(crate) ends: Option<String>,
    pub(crate) sha256: Option<String>,
    pub(crate) list_date: Option<NaiveDate>,
    pub(crate) warn_if_older_than: Option<Period>,
    pub(crate) normalise: Normalise,
    pub(crate) place: Place,
}

impl Declared {
    /// Refuses a text whose hash is not the one declared.
    pub(crate) fn check_hash(&self, text: &Source, problems: &mut Vec<Diagnostic>) -> String {
        let found = sha256_hex(text.text());
        if let Some(wanted) = &self.sha256
            && !wanted.eq_ignore_ascii_case(&found)
        {
            problems.push(
                Diagnostic::error(
                    codes::HASH,
                    format!("`{}` is not the file that the profile was written for", self.file),
                )
                .at(self.place.clone())
                .value(found.clone())
                .help(format!(
                    "use the file with sha256 {wanted}, or review it and write sha256 = \"{found}\""
                )),
            );
        }
        found
    }

    /// A warning when the file is older on a day than the profile allows.
    pub(crate) fn staleness(&self, as_of: NaiveDate) -> Option<Diagnostic> {
        let (dated, limit) = (self.list_date?, self.warn_if_older_than?);
        (limit.after(dated) < as_of).then(|| {
            Diagnostic::warning(
                codes::STALE,
                format!("`{}` is dated {dated}; it is older than {limit}", self.name),
            )
            .at(self.place.clone())
            .help(format!("get a newer `{}` and change `list_date`", self.file))
        })
    }
}

/// Whether a value stands on a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Listed {
    /// It does.
    Yes,
    /// It does, under a condition that the list states and no fact can settle.
    OnCondition,
    /// It does not.
    No,
    /// The value names nothing that could be looked up.
    Unidentified,
}

/// A list read from its file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct List {
    declared: Declared,
    sha256: String,
    /// Keys with their condition, if any.
    entries: BTreeMap<String, Option<String>>,
}

impl List {
    /// Reads a declared list; problems say what is wrong with the file.
    pub(crate) fn read(
        declared: Declared,
        text: &Source,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let sha256 = declared.check_hash(text, problems);
        let key = declared.key.first().map_or("key", String::as_str);
        let columns: &[&str] = match declared.normalise {
            Normalise::Cpu => &["vendor", "family", "model"],
            Normalise::Plain => &[key],
        };
        let table = TableFile::read(text, columns, &["condition"], problems)?;
        let mut entries = BTreeMap::new();
        for (line, cells) in table.records {
            let entry = match (declared.normalise, cells.as_slice()) {
                (Normalise::Cpu, [vendor, family, model, condition]) => {
                    match cpu::list_key(vendor, family, model) {
                        Processor::Model(key) => Some((key, condition)),
                        Processor::Unidentified => None,
                    }
                }
                (Normalise::Plain, [key, condition]) if !key.is_empty() => {
                    Some((plain(key), condition))
                }
                _ => None,
            };
            let Some((key, condition)) = entry else {
                problems.push(
                    Diagnostic::error(
                        codes::TABLE_FILE,
                        "the row names nothing that can be looked up",
                    )
                    .at(Place::record(text.name(), line, None))
                    .value(cells.join(","))
                    .help("fill in the row or remove it"),
                );
                continue;
            };
            let condition = (!condition.is_empty()).then(|| condition.clone());
            entries.insert(key, condition);
        }
        Some(Self { declared, sha256, entries })
    }

    /// The list that an operand names, for a field of text.
    pub(crate) fn named(
        operand: &Node,
        field: Field,
        predicate: &str,
        scope: &Scope<'_>,
    ) -> Option<Arc<Self>> {
        scope.require_kind(
            operand,
            field,
            predicate,
            |kind| matches!(kind, Kind::Text | Kind::OpenToken | Kind::Token(_)),
            "lists hold texts",
        )?;
        let name = operand.text().unwrap_or_default();
        let list = scope.lists.get(name).cloned();
        if list.is_none() && !scope.unread.contains(name) {
            let known = scope.lists.keys().map(String::as_str);
            let help = suggest(name, known).map_or_else(
                || format!("declare it under `[lists.{name}]`"),
                |near| format!("did you mean `{near}`?"),
            );
            scope.error(codes::UNDECLARED, operand, format!("no list `{name}` is declared"), help);
        }
        list
    }

    /// Whether a text stands on the list.
    pub fn look_up(&self, text: &str) -> Listed {
        let key = match self.declared.normalise {
            Normalise::Plain => plain(text),
            Normalise::Cpu => match cpu::identify(text) {
                Processor::Model(key) => key,
                Processor::Unidentified => return Listed::Unidentified,
            },
        };
        match self.entries.get(&key) {
            Some(None) => Listed::Yes,
            Some(Some(_)) => Listed::OnCondition,
            None => Listed::No,
        }
    }

    /// The condition under which a text stands on the list.
    pub fn condition(&self, text: &str) -> Option<&str> {
        let Processor::Model(key) = cpu::identify(text) else { return None };
        self.entries.get(&key).and_then(Option::as_deref)
    }

    /// The name by which rules refer to it.
    pub fn name(&self) -> &str {
        &self.declared.name
    }

    /// The file it came from.
    pub fn file(&self) -> &str {
        &self.declared.file
    }

    /// The date that the list carries.
    pub fn list_date(&self) -> Option<NaiveDate> {
        self.declared.list_date
    }

    /// The SHA-256 of the file.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Number of values on the list.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True when nothing stands on it.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The list without the entries of one kind, for each kind: those that begin with the same word.
    pub(crate) fn without_each_kind(&self) -> Vec<Self> {
        let kind =
            |key: &str| key.split([' ', '-', '/', ':']).next().unwrap_or_default().to_owned();
        let kinds: std::collections::BTreeSet<String> =
            self.entries.keys().map(|key| kind(key)).collect();
        kinds
            .into_iter()
            .map(|dropped| {
                let mut fewer = self.clone();
                fewer.entries.retain(|key, _| kind(key) != dropped);
                fewer
            })
            .collect()
    }

    pub(crate) fn dated(&self) -> String {
        dated(self.list_date())
    }

    pub(crate) fn declared(&self) -> &Declared {
        &self.declared
    }

    /// Lists compare by inclusion: a list with fewer values is the stricter one to stand on.
    pub(crate) fn compare(&self, parent: &Self) -> Strictness {
        let within = |inner: &Self, outer: &Self| {
            inner.entries.iter().all(|(key, condition)| {
                outer.entries.get(key).is_some_and(|own| own.is_none() || condition.is_some())
            })
        };
        match (within(self, parent), within(parent, self)) {
            (true, true) => Strictness::Equal,
            (true, false) => Strictness::Tighter,
            (false, true) => Strictness::Looser,
            (false, false) => Strictness::Unprovable,
        }
    }
}

pub(crate) fn dated(date: Option<NaiveDate>) -> String {
    date.map(|date| format!(" of {date}")).unwrap_or_default()
}

fn plain(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}
