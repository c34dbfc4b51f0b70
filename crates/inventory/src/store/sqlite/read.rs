//! Reading rows.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::str::FromStr;

use chrono::NaiveDate;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::faults::Faults as _;
use super::statements;
use crate::catalogue::{Field, Kind, Value};
use crate::model::Model;
use crate::organisation::{Link, Organisation};
use crate::store::cell::Cell;
use crate::store::register::{RegisterBuilder, Surroundings};
use crate::store::{
    Batch, BatchId, Counts, Document, DocumentSummary, Origin, Register, StoreError, StoreFault,
    StoredModel,
};
use crate::vocabulary::{Class, EstateId};

/// A value that refit does not write.
pub(super) fn content(name: &str, what: impl Into<String>) -> StoreError {
    StoreError::new(StoreFault::Content, name, what.into())
}

/// The cell of a column; `Err` for types that the table does not have.
pub(super) fn cell(value: ValueRef<'_>) -> Result<Option<Cell<'_>>, ()> {
    match value {
        ValueRef::Null => Ok(None),
        ValueRef::Integer(number) => Ok(Some(Cell::Integer(number))),
        ValueRef::Text(bytes) => std::str::from_utf8(bytes)
            .map(|text| Some(Cell::Text(Cow::Borrowed(text))))
            .map_err(drop),
        ValueRef::Real(_) | ValueRef::Blob(_) => Err(()),
    }
}

/// Everything of an estate.
pub(super) fn register(
    connection: &Connection,
    name: &str,
    key: i64,
    estate: &EstateId,
) -> Result<Register, StoreError> {
    let fields = statements::fields();
    let mut builder = RegisterBuilder::default();
    let mut statement = connection.prepare(&statements::select_all(&fields)).or_fault(name)?;
    let mut rows = statement.query([key]).or_fault(name)?;
    while let Some(row) = rows.next().or_fault(name)? {
        push(&mut builder, row, &fields, name)?;
    }
    let sources = batches(connection, name, key)?
        .into_iter()
        .map(|batch| (batch.id, batch.file.into()))
        .collect();
    Ok(builder.finish(Surroundings {
        estate: estate.clone(),
        organisations: organisations(connection, name, key)?,
        models: models(connection, name, key)?,
        sources,
    }))
}

fn push(
    builder: &mut RegisterBuilder,
    row: &Row<'_>,
    fields: &[Field],
    name: &str,
) -> Result<(), StoreError> {
    let text =
        |at: usize| row.get_ref(at).or_fault(name)?.as_str_or_null().map_err(|_| bad(row, name));
    let (tag, serial, class) = (text(0)?, text(1)?, text(2)?);
    let evidence = row.get_ref(3).or_fault(name)?;
    let evidence = evidence.as_blob().map_err(|_| bad(row, name))?;
    let mut readable = true;
    let cells = (4_usize..).zip(fields).filter_map(|(at, field)| {
        let read = row.get_ref(at).map_err(drop).and_then(cell);
        readable &= read.is_ok();
        read.ok().flatten().map(|cell| (*field, cell))
    });
    let pushed = builder.push((tag, serial, class.unwrap_or_default()), cells, evidence);
    pushed.filter(|()| readable).ok_or_else(|| bad(row, name))
}

fn bad(row: &Row<'_>, name: &str) -> StoreError {
    let label = row.get::<_, String>(0).or_else(|_| row.get::<_, String>(1)).unwrap_or_default();
    content(name, format!("the row of device `{label}`"))
}

/// Every organisation with its ties, by code.
pub(super) fn organisations(
    connection: &Connection,
    name: &str,
    key: i64,
) -> Result<Vec<Organisation>, StoreError> {
    let mut links: BTreeMap<String, Vec<Link>> = BTreeMap::new();
    let mut statement = connection
        .prepare(
            "SELECT code, parent, relation, from_day, until_day FROM organisation_link
             WHERE estate = ?1 ORDER BY code, position",
        )
        .or_fault(name)?;
    let mut rows = statement.query([key]).or_fault(name)?;
    while let Some(row) = rows.next().or_fault(name)? {
        let code: String = row.get(0).or_fault(name)?;
        let link = Link {
            parent: parsed(row, 1, name)?,
            relation: parsed(row, 2, name)?,
            from: day(row, 3, name)?,
            until: day(row, 4, name)?,
        };
        links.entry(code).or_default().push(link);
    }
    let mut statement = connection
        .prepare(
            "SELECT code, name, kind, tier, list_size, clinical_system, planned_close, merge_into
             FROM organisation WHERE estate = ?1 ORDER BY code",
        )
        .or_fault(name)?;
    let mut rows = statement.query([key]).or_fault(name)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next().or_fault(name)? {
        let code: String = row.get(0).or_fault(name)?;
        all.push(Organisation {
            code: parsed(row, 0, name)?,
            name: row.get(1).or_fault(name)?,
            kind: parsed(row, 2, name)?,
            links: links.remove(&code).unwrap_or_default(),
            tier: row.get(3).or_fault(name)?,
            list_size: row.get(4).or_fault(name)?,
            clinical_system: row.get(5).or_fault(name)?,
            planned_close: day(row, 6, name)?,
            merge_into: optional(row, 7, name)?,
        });
    }
    Ok(all)
}

/// Every model, by maker and name.
pub(super) fn models(
    connection: &Connection,
    name: &str,
    key: i64,
) -> Result<Vec<StoredModel>, StoreError> {
    let mut statement = connection
        .prepare(
            "SELECT manufacturer, name, class, aliases, end_of_sale, end_of_support, life_years,
                    facts, embodied_gco2e, assurances, batch, row
             FROM model WHERE estate = ?1 ORDER BY manufacturer, name",
        )
        .or_fault(name)?;
    let mut rows = statement.query([key]).or_fault(name)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next().or_fault(name)? {
        let lines = |at: usize| -> Result<Vec<String>, StoreError> {
            let text: String = row.get(at).or_fault(name)?;
            Ok(text.lines().map(str::to_owned).collect())
        };
        let class: String = row.get(2).or_fault(name)?;
        let facts = lines(7)?.iter().map(|line| fact(line)).collect::<Option<BTreeMap<_, _>>>();
        let model: String = row.get(1).or_fault(name)?;
        all.push(StoredModel {
            model: Model {
                manufacturer: row.get(0).or_fault(name)?,
                class: Class::stored(&class),
                aliases: lines(3)?,
                end_of_sale: day(row, 4, name)?,
                end_of_support: day(row, 5, name)?,
                life_years: row.get(6).or_fault(name)?,
                facts: facts
                    .ok_or_else(|| content(name, format!("the facts of model `{model}`")))?,
                embodied_gco2e: row.get(8).or_fault(name)?,
                assurances: lines(9)?,
                name: model,
            },
            origin: Origin {
                batch: BatchId(row.get(10).or_fault(name)?),
                row: row.get(11).or_fault(name)?,
                seen_on: None,
            },
        });
    }
    Ok(all)
}

fn fact(line: &str) -> Option<(Field, Value)> {
    let (word, text) = line.split_once('=')?;
    let field: Field = word.parse().ok()?;
    Some((field, field.kind().parse(text).ok()?))
}

/// Every batch, oldest first.
pub(super) fn batches(
    connection: &Connection,
    name: &str,
    key: i64,
) -> Result<Vec<Batch>, StoreError> {
    let mut statement = connection
        .prepare(
            "SELECT batch, file, sha256, kind, preset, map_sha256, mode, recorded_at,
                    rows, new, changed, unchanged, missing, rejected
             FROM batch WHERE estate = ?1 ORDER BY batch",
        )
        .or_fault(name)?;
    let all = statement
        .query_map([key], |row| {
            Ok(Batch {
                id: BatchId(row.get(0)?),
                file: row.get(1)?,
                sha256: row.get(2)?,
                kind: row.get(3)?,
                preset: row.get(4)?,
                map_sha256: row.get(5)?,
                mode: row.get(6)?,
                recorded_at: row.get(7)?,
                counts: Counts {
                    rows: row.get(8)?,
                    new: row.get(9)?,
                    changed: row.get(10)?,
                    unchanged: row.get(11)?,
                    missing: row.get(12)?,
                    rejected: row.get(13)?,
                },
            })
        })
        .or_fault(name)?;
    all.collect::<Result<_, _>>().or_fault(name)
}

const SUMMARY: &str = "kind, id, sha256, recorded_at, summary, length(content)";

fn summary(row: &Row<'_>) -> rusqlite::Result<DocumentSummary> {
    Ok(DocumentSummary {
        kind: row.get(0)?,
        id: row.get(1)?,
        sha256: row.get(2)?,
        recorded_at: row.get(3)?,
        summary: row.get(4)?,
        bytes: row.get(5)?,
    })
}

/// A document with its content; one whose content is not that of its hash is refused.
pub(super) fn document(
    connection: &Connection,
    name: &str,
    (key, kind, id): (i64, &str, &str),
) -> Result<Option<Document>, StoreError> {
    let sql = format!(
        "SELECT {SUMMARY}, content FROM document WHERE estate = ?1 AND kind = ?2 AND id = ?3"
    );
    let found = connection
        .query_row(&sql, (key, kind, id), |row| {
            Ok(Document { about: summary(row)?, content: row.get(6)? })
        })
        .optional()
        .or_fault(name)?;
    let Some(document) = found else { return Ok(None) };
    let about = &document.about;
    let again =
        Document::new(kind, id, &about.recorded_at, &about.summary, document.content.clone());
    if again.about != document.about {
        return Err(content(name, format!("the {kind} `{id}` has not the content of its hash")));
    }
    Ok(Some(document))
}

/// The documents of a kind without their content, oldest first.
pub(super) fn documents(
    connection: &Connection,
    name: &str,
    key: i64,
    kind: &str,
) -> Result<Vec<DocumentSummary>, StoreError> {
    let sql =
        format!("SELECT {SUMMARY} FROM document WHERE estate = ?1 AND kind = ?2 ORDER BY document");
    let mut statement = connection.prepare(&sql).or_fault(name)?;
    let all = statement.query_map((key, kind), summary).or_fault(name)?;
    all.collect::<Result<_, _>>().or_fault(name)
}

/// The estate's settings, by name.
pub(super) fn settings(
    connection: &Connection,
    name: &str,
    key: i64,
) -> Result<BTreeMap<String, String>, StoreError> {
    let mut statement =
        connection.prepare("SELECT name, value FROM setting WHERE estate = ?1").or_fault(name)?;
    let all = statement.query_map([key], |row| Ok((row.get(0)?, row.get(1)?))).or_fault(name)?;
    all.collect::<Result<_, _>>().or_fault(name)
}

fn parsed<T: FromStr>(row: &Row<'_>, at: usize, name: &str) -> Result<T, StoreError> {
    let text: String = row.get(at).or_fault(name)?;
    text.parse().map_err(|_| content(name, format!("the text `{text}`")))
}

fn optional<T: FromStr>(row: &Row<'_>, at: usize, name: &str) -> Result<Option<T>, StoreError> {
    let text: Option<String> = row.get(at).or_fault(name)?;
    match text {
        Some(text) => {
            text.parse().map(Some).map_err(|_| content(name, format!("the text `{text}`")))
        }
        None => Ok(None),
    }
}

fn day(row: &Row<'_>, at: usize, name: &str) -> Result<Option<NaiveDate>, StoreError> {
    let text: Option<String> = row.get(at).or_fault(name)?;
    match text.map(|text| (Kind::Date.parse(&text), text)) {
        None => Ok(None),
        Some((Ok(Value::Date(day)), _)) => Ok(Some(day)),
        Some((_, text)) => Err(content(name, format!("the date `{text}`"))),
    }
}
