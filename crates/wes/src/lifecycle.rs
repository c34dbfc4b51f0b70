//! Lifecycle tables: until when a maker supports a product.
//!
//! A table has one or more key columns, matched in order with the fields of a rule, and a column of end dates. A cell of
//! an end date is a tagged value, because published data holds more than dates: `false` is "not ended and none announced",
//! `true` is "ended, date not recorded", empty is "not tracked". A key cell `all` stands for every value that has no row
//! of its own, and for an unknown one.

use std::sync::Arc;

use chrono::NaiveDate;
use diagnostic::{Diagnostic, Place, Source, suggest};
use inventory::{Field, Value};

use crate::list::{Declared, dated};
use crate::node::Node;
use crate::predicate::Scope;
use crate::table_file::TableFile;
use crate::{FactSet, Facts, codes};

/// When support ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SupportEnd {
    /// The last day of support.
    On(NaiveDate),
    /// Not ended, and no end announced.
    NoneAnnounced,
    /// Ended at the latest on this day (the date of the table), on a day not recorded; before it, unknown for want of
    /// these facts.
    EndedBy(NaiveDate, FactSet),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Cell {
    On(NaiveDate),
    NoneAnnounced,
    Ended,
    NotTracked,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Row {
    keys: Vec<String>,
    ends: Cell,
}

/// A lifecycle table read from its file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lifecycle {
    declared: Declared,
    sha256: String,
    rows: Vec<Row>,
}

impl Lifecycle {
    /// Reads a declared table; problems say what is wrong with the file.
    pub(crate) fn read(
        declared: Declared,
        text: &Source,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let sha256 = declared.check_hash(text, problems);
        let ends = declared.ends.clone().unwrap_or_else(|| "support_ends".to_owned());
        let columns: Vec<&str> =
            declared.key.iter().map(String::as_str).chain(std::iter::once(ends.as_str())).collect();
        let table = TableFile::read(text, &columns, &[], problems)?;
        let mut rows = Vec::new();
        for (line, mut cells) in table.records {
            let end = cells.pop().unwrap_or_default();
            let Some(ends_on) = parse_end(&end) else {
                problems.push(
                    Diagnostic::error(
                        codes::TABLE_FILE,
                        format!("expected a date, `true`, `false` or nothing, found `{end}`"),
                    )
                    .at(Place::record(text.name(), line, Some(&ends)))
                    .value(end)
                    .help("`false` is not ended, `true` is ended on an unknown day, empty is not tracked"),
                );
                continue;
            };
            rows.push(Row {
                keys: cells.iter().map(|key| key.to_ascii_lowercase()).collect(),
                ends: ends_on,
            });
        }
        Some(Self { declared, sha256, rows })
    }

    /// The table that an operand names.
    pub(crate) fn named(operand: &Node, scope: &Scope<'_>) -> Option<Arc<Self>> {
        let name = operand.text().unwrap_or_default();
        let table = scope.lifecycles.get(name).cloned();
        if table.is_none() && !scope.unread.contains(name) {
            let help = suggest(name, scope.lifecycles.keys().map(String::as_str)).map_or_else(
                || format!("declare it under `[lifecycle.{name}]`"),
                |near| format!("did you mean `{near}`?"),
            );
            scope.error(
                codes::UNDECLARED,
                operand,
                format!("no lifecycle table `{name}` is declared"),
                help,
            );
        }
        table
    }

    /// When the product that the fields name goes out of support.
    ///
    /// # Errors
    /// The facts that are missing, or whose value the table does not know.
    pub fn end_of_support(
        &self,
        fields: &[Field],
        facts: &dyn Facts,
    ) -> Result<SupportEnd, FactSet> {
        let mut rows: Vec<&Row> = self.rows.iter().collect();
        let mut missing = FactSet::EMPTY;
        for (position, field) in fields.iter().enumerate() {
            let value = facts.value(*field);
            let own: Vec<&Row> = rows
                .iter()
                .copied()
                .filter(|row| value.is_some_and(|value| row.has(position, value)))
                .collect();
            let wild: Vec<&Row> = rows
                .iter()
                .copied()
                .filter(|row| row.keys.get(position).is_some_and(|key| key == "all"))
                .collect();
            if !own.is_empty() {
                rows = own;
            } else if !wild.is_empty() {
                rows = wild;
            } else {
                missing = missing.union(FactSet::of(*field));
                if value.is_some() {
                    return Err(missing);
                }
            }
        }
        if !missing.is_empty() {
            return Err(missing);
        }
        let all = || fields.iter().copied().collect::<FactSet>();
        match rows.first().map(|row| row.ends) {
            Some(Cell::On(date)) => Ok(SupportEnd::On(date)),
            Some(Cell::NoneAnnounced) => Ok(SupportEnd::NoneAnnounced),
            Some(Cell::Ended) => self
                .declared
                .list_date
                .map(|known| SupportEnd::EndedBy(known, all()))
                .ok_or_else(all),
            Some(Cell::NotTracked) | None => Err(all()),
        }
    }

    /// Number of key columns.
    pub fn key_count(&self) -> usize {
        self.declared.key.len()
    }

    /// The name by which rules refer to it.
    pub fn name(&self) -> &str {
        &self.declared.name
    }

    /// The file it came from.
    pub fn file(&self) -> &str {
        &self.declared.file
    }

    /// The date that the table carries.
    pub fn list_date(&self) -> Option<NaiveDate> {
        self.declared.list_date
    }

    /// The SHA-256 of the file.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table with every end of support a day later, for the mutation of profiles.
    pub(crate) fn a_day_longer(&self) -> Self {
        let mut later = self.clone();
        for row in &mut later.rows {
            if let Cell::On(day) = &mut row.ends {
                *day = day.succ_opt().unwrap_or(*day);
            }
        }
        later
    }

    pub(crate) fn dated(&self) -> String {
        dated(self.list_date())
    }

    pub(crate) fn declared(&self) -> &Declared {
        &self.declared
    }
}

impl Row {
    /// A version has a row when the row's numbers begin it: `26100` stands for `26100.2314`.
    fn has(&self, position: usize, value: &Value) -> bool {
        let Some(key) = self.keys.get(position) else { return false };
        match value {
            Value::Version(version) => key
                .split('.')
                .map(|part| part.parse::<u32>().ok())
                .zip(version.parts().iter().map(Some).chain(std::iter::repeat(None)))
                .all(|(wanted, own)| wanted.is_some() && wanted.as_ref() == own),
            other => other.to_string().eq_ignore_ascii_case(key),
        }
    }
}

fn parse_end(cell: &str) -> Option<Cell> {
    match cell.to_ascii_lowercase().as_str() {
        "" => Some(Cell::NotTracked),
        "false" => Some(Cell::NoneAnnounced),
        "true" => Some(Cell::Ended),
        date => date.parse().ok().map(Cell::On),
    }
}

#[cfg(test)]
mod tests;
