//! A map meets the headings of a file.

use std::io::Read;
use std::sync::Arc;

use diagnostic::{Diagnostic, Place, suggest};

use super::{AssetMap, FieldMap, MapSource};
use crate::catalogue::Kind;
use crate::codes;
use crate::import::assets::{ClassRule, Extraction, Origin, RowPlan, SkipRule};
use crate::import::cell::{Dates, Memory};
use crate::import::date::DateOrder;
use crate::import::problems::Problems;
use crate::import::table::{Refused, Table};

impl AssetMap {
    /// How the rows of a table become devices; columns that the file lacks refuse it, all of them reported.
    pub(in crate::import) fn plan<R: Read>(
        &self,
        table: &Table<R>,
        order: DateOrder,
        problems: &mut Problems,
    ) -> Result<RowPlan, Refused> {
        let before = problems.errors();
        let mut finder = Finder { table, problems, lenient: self.lenient };
        let extractions = self
            .fields
            .iter()
            .filter_map(|field| self.extraction(field, order, &mut finder))
            .collect();
        let seen_on =
            self.seen_on.as_ref().and_then(|field| self.extraction(field, order, &mut finder));
        let class_rules = self
            .class_from
            .iter()
            .filter_map(|rule| {
                let column = match &rule.column {
                    Some(column) => Some(finder.find(column, &rule.place, false)?.0),
                    None => None,
                };
                Some(ClassRule {
                    column,
                    contains: rule.contains.clone(),
                    class: rule.class.clone(),
                })
            })
            .collect();
        let skips = self
            .skips
            .iter()
            .filter_map(|skip| {
                let (column, _) = finder.find(&skip.column, &skip.place, false)?;
                Some(SkipRule { column, equals: skip.equals.clone() })
            })
            .collect();
        if problems.errors() > before {
            return Err(Refused);
        }
        Ok(RowPlan { extractions, class_rules, skips, seen_on, infers_class: self.lenient })
    }

    fn extraction<R: Read>(
        &self,
        map: &FieldMap,
        order: DateOrder,
        finder: &mut Finder<'_, R>,
    ) -> Option<Extraction> {
        let origin = match &map.source {
            MapSource::Constant(text) => Origin::Constant(text.as_str().into()),
            MapSource::Columns(columns) => {
                let mut found: Vec<(usize, Arc<str>)> = columns
                    .iter()
                    .filter_map(|column| finder.find(column, &map.place, map.optional))
                    .collect();
                match found.len() {
                    0 => return None,
                    1 => found.pop().map(|(index, heading)| Origin::Column { index, heading })?,
                    _ => Origin::FirstOf(found),
                }
            }
        };
        let mut reading = map.reading.clone();
        if map.field.kind() == Kind::Date && !map.own_dates {
            reading.dates = match (&self.dates, order) {
                _ if matches!(reading.dates, Dates::Stamp(_)) => Dates::Stamp(order),
                (Some(format), DateOrder::Iso) => Dates::Format(format.clone()),
                (_, order) => Dates::Order(order),
            };
        }
        // A constant is in our own spelling already.
        if matches!(origin, Origin::Constant(_)) {
            reading = crate::import::cell::Reading::own(DateOrder::Iso);
        }
        Some(Extraction {
            field: map.field,
            origin,
            reading,
            on_bad: map.on_bad,
            memory: Memory::default(),
        })
    }
}

/// Finds columns by the names that a map gives them.
struct Finder<'f, R> {
    table: &'f Table<R>,
    problems: &'f mut Problems,
    lenient: bool,
}

impl<R: Read> Finder<'_, R> {
    fn find(&mut self, column: &str, place: &Place, optional: bool) -> Option<(usize, Arc<str>)> {
        let wanted = column.trim();
        let matching: Vec<(usize, &Arc<str>)> = self
            .table
            .headings()
            .iter()
            .enumerate()
            .filter(|(_, heading)| heading.eq_ignore_ascii_case(wanted))
            .collect();
        match matching.as_slice() {
            [(index, heading)] => Some((*index, (*heading).clone())),
            [] if optional || self.lenient => None,
            // Reports of tools repeat columns such as an address; the first is the device's own.
            [(index, heading), ..] if self.lenient => Some((*index, (*heading).clone())),
            [] => {
                let near = suggest(wanted, self.table.headings().iter().map(|heading| &**heading));
                let help = near.map_or_else(
                    || "correct the map, or mark the field `optional = true`".to_owned(),
                    |near| format!("a column with a similar name exists: `{near}`"),
                );
                self.problems.push(
                    Diagnostic::error(
                        codes::MAP_COLUMN_MISSING,
                        format!("the map reads a column `{wanted}` that the file does not have"),
                    )
                    .at(self.table.row_place(None))
                    .value(wanted)
                    .related(place.clone(), "the map names it here")
                    .help(help),
                );
                None
            }
            _ => {
                self.problems.push(
                    Diagnostic::error(
                        codes::DUPLICATE_COLUMN,
                        format!("the map reads `{wanted}`, a heading that stands twice"),
                    )
                    .at(self.table.row_place(Some(wanted)))
                    .value(wanted)
                    .related(place.clone(), "the map names it here")
                    .help("rename one of the two columns"),
                );
                None
            }
        }
    }
}
