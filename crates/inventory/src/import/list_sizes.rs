//! Registered patients of practices.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;

use chrono::NaiveDate;
use diagnostic::{Diagnostic, Place, Severity};

use super::date::DateFormat;
use super::organisations::Cells;
use super::run::{Halt, Session};
use super::table::{ColumnName, Fetched, Table, resolve};
use crate::codes;
use crate::organisation::Organisation;
use crate::store::Origin;
use crate::vocabulary::OrgCode;

/// The columns of a list-sizes file.
pub(super) const COLUMNS: &[ColumnName] = &[
    ColumnName { word: "ods_code", required: true },
    ColumnName { word: "list_size", required: true },
    ColumnName { word: "as_of", required: false },
];

/// The registered patients of a practice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListSize {
    /// The practice.
    pub code: OrgCode,
    /// Its registered patients.
    pub patients: u32,
    /// The day they were counted.
    pub as_of: Option<NaiveDate>,
}

/// Imports a list-sizes file: of several rows of a practice the one with the latest day counts.
pub(super) fn apply<R: Read>(
    mut table: Table<R>,
    session: &mut Session<'_, '_>,
) -> Result<Table<R>, Halt> {
    let publication = is_publication(table.headings());
    let positions = if publication {
        published(table.headings())
    } else {
        resolve(&table, COLUMNS, &mut session.problems)?
    };
    let totals = if publication { totals(table.headings()) } else { Vec::new() };
    let declared: BTreeMap<OrgCode, Organisation> = session
        .transaction
        .organisations()?
        .into_iter()
        .map(|org| (org.code.clone(), org))
        .collect();
    let mut latest: BTreeMap<OrgCode, (ListSize, u32)> = BTreeMap::new();
    loop {
        let mut found = Vec::new();
        let fetched = table.next(&mut found);
        if fetched == Fetched::End {
            session.problems.extend(found);
            break;
        }
        let is_part =
            || totals.iter().any(|at| !table.cell(*at).trim().eq_ignore_ascii_case("all"));
        if fetched == Fetched::Row && (table.is_blank() || is_part()) {
            continue;
        }
        session.count_row();
        let row = match fetched {
            Fetched::Row => read_row(&table, &positions, session, &mut found),
            Fetched::Bad | Fetched::End => None,
        };
        let row = row.and_then(|row| check(row, &table, &declared, &latest, &mut found));
        match row {
            Some(row) => {
                let line = table.line();
                let newest = latest.get(&row.code).is_none_or(|(known, _)| known.as_of < row.as_of);
                if newest {
                    latest.insert(row.code.clone(), (row, line));
                }
                session.accept(found);
            }
            None => session.reject(&table, found),
        }
    }
    for (code, (size, line)) in latest {
        let Some(known) = declared.get(&code) else { continue };
        if known.list_size == Some(size.patients) {
            session.counts.unchanged = session.counts.unchanged.saturating_add(1);
            continue;
        }
        let changed = Organisation { list_size: Some(size.patients), ..known.clone() };
        let origin = Origin { batch: session.batch, row: line, seen_on: size.as_of };
        session.transaction.put_organisation(&changed, origin)?;
        session.counts.changed = session.counts.changed.saturating_add(1);
    }
    Ok(table)
}

/// Whether headings are those of the national publication of registered patients.
pub(super) fn is_publication(headings: &[Arc<str>]) -> bool {
    let has = |word: &str| headings.iter().any(|heading| heading.eq_ignore_ascii_case(word));
    has("CODE") && has("NUMBER_OF_PATIENTS")
}

/// Where the publication has our columns.
fn published(headings: &[Arc<str>]) -> Vec<Option<usize>> {
    ["CODE", "NUMBER_OF_PATIENTS", "EXTRACT_DATE"]
        .iter()
        .map(|word| headings.iter().position(|heading| heading.eq_ignore_ascii_case(word)))
        .collect()
}

/// Columns by which the publication divides a practice; the rows that say ALL are its totals.
fn totals(headings: &[Arc<str>]) -> Vec<usize> {
    let divides =
        |heading: &Arc<str>| ["SEX", "AGE"].iter().any(|word| heading.eq_ignore_ascii_case(word));
    headings.iter().enumerate().filter(|(_, heading)| divides(heading)).map(|(at, _)| at).collect()
}

fn read_row<R: Read>(
    table: &Table<R>,
    positions: &[Option<usize>],
    session: &Session<'_, '_>,
    found: &mut Vec<Diagnostic>,
) -> Option<ListSize> {
    let mut cells = Cells { table, columns: COLUMNS, positions, found: Vec::new() };
    for (word, expected) in
        [("ods_code", "an organisation code"), ("list_size", "a number of patients")]
    {
        if cells.text(word).is_none() {
            cells.require(word, codes::BAD_CELL, expected);
        }
    }
    let code = cells.parse("ods_code", codes::BAD_ORGANISATION);
    let patients = cells.text("list_size").map(str::parse::<u32>);
    if matches!(patients, Some(Err(_))) {
        cells.problem("list_size", codes::BAD_CELL, "a whole number of patients");
    }
    // The publication writes 01APR2026.
    let format = "ddmonyyyy".parse::<DateFormat>().ok();
    let published = cells.text("as_of").and_then(|text| format?.parse(text));
    let as_of = published.or_else(|| cells.date("as_of", session.date_order));
    found.append(&mut cells.found);
    if found.iter().all(|problem| problem.severity != Severity::Error) {
        Some(ListSize { code: code?, patients: patients?.ok()?, as_of })
    } else {
        None
    }
}

fn check<R: Read>(
    row: ListSize,
    table: &Table<R>,
    declared: &BTreeMap<OrgCode, Organisation>,
    latest: &BTreeMap<OrgCode, (ListSize, u32)>,
    found: &mut Vec<Diagnostic>,
) -> Option<ListSize> {
    if !declared.contains_key(&row.code) {
        found.push(
            Diagnostic::error(
                codes::LIST_SIZE_UNKNOWN_PRACTICE,
                format!("no organisations file has declared `{}`", row.code),
            )
            .at(table.row_place(Some("ods_code")))
            .value(row.code.as_str())
            .help("import the organisations first"),
        );
        return None;
    }
    if let Some((known, line)) = latest.get(&row.code).filter(|(known, _)| known.as_of == row.as_of)
    {
        found.push(
            Diagnostic::error(
                codes::DUPLICATE_ROW,
                format!(
                    "`{}` stands in line {line} and again in line {}",
                    known.code,
                    table.line()
                ),
            )
            .at(table.row_place(Some("ods_code")))
            .value(row.code.as_str())
            .related(Place::record(table.name().clone(), *line, None), "the row that counts")
            .help("remove one of the two rows, or say on which days they were counted in `as_of`"),
        );
        return None;
    }
    Some(row)
}

#[cfg(test)]
mod tests {
    use crate::import::{Input, OnError, Options, run};
    use crate::store::{MemoryStore, Store as _};
    use crate::vocabulary::ClassCatalogue;

    #[test]
    fn the_national_publication_is_read_by_its_totals() {
        let mut store = MemoryStore::new("Q99".parse().unwrap());
        let classes = ClassCatalogue::shipped();
        let mut import = |text: &str| {
            let mut options = Options::new(&classes, "2026-11-21T12:00:00Z");
            options.on_error = OnError::Skip;
            run(&mut store, Input { name: "p.csv".into(), reader: text.as_bytes() }, options)
                .unwrap()
        };
        import("ods_code,name,kind\nZ99001,First,practice\n");
        let outcome = import(
            "PUBLICATION,EXTRACT_DATE,TYPE,CODE,POSTCODE,SEX,AGE,NUMBER_OF_PATIENTS\n\
             GP_PRAC_PAT_LIST,01APR2026,GP,Z99001,X1 1XX,ALL,ALL,9120\n\
             GP_PRAC_PAT_LIST,01APR2026,GP,Z99001,X1 1XX,FEMALE,0,40\n\
             GP_PRAC_PAT_LIST,01APR2026,GP,Z99002,X1 1XX,ALL,ALL,100\n",
        );
        let counts = outcome.summary.unwrap().counts;
        assert_eq!((counts.changed, counts.rejected), (1, 1));
        assert_eq!(store.organisations().unwrap()[0].list_size, Some(9_120));
    }
}
