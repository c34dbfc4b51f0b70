//! Reading rows.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::faults::Faults as _;
use super::{ledger, statements};
use crate::catalogue::Field;
use crate::ledger::{Others, Table, records};
use crate::organisation::Organisation;
use crate::store::cell::Cell;
use crate::store::register::{RegisterBuilder, Surroundings};
use crate::store::{
    Batch, Document, DocumentSummary, EvidenceMap, Register, StoreError, StoreFault, StoredAsset,
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

/// Calls `visit` with each device.
pub(super) fn stored_assets(
    connection: &Connection,
    name: &str,
    key: i64,
    visit: &mut dyn FnMut(&StoredAsset),
) -> Result<(), StoreError> {
    let fields = statements::fields();
    let mut statement = connection.prepare(&statements::select_all(&fields)).or_fault(name)?;
    let mut rows = statement.query([key]).or_fault(name)?;
    while let Some(row) = rows.next().or_fault(name)? {
        visit(&asset(row, &fields).ok_or_else(|| bad(row, name))?);
    }
    Ok(())
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
    let cells = (5_usize..).zip(fields).filter_map(|(at, field)| {
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

/// The device of a row of [`statements::select_all`]; `None` when a cell is none that refit writes.
pub(super) fn asset(row: &Row<'_>, fields: &[Field]) -> Option<StoredAsset> {
    let text = |at: usize| row.get_ref(at).ok()?.as_str_or_null().ok();
    let mut values = Vec::with_capacity(fields.len());
    for (at, field) in (5_usize..).zip(fields) {
        if let Some(cell) = cell(row.get_ref(at).ok()?).ok()? {
            values.push((*field, cell.to_value(field.kind())?));
        }
    }
    let blob = |at: usize| row.get_ref(at).ok()?.as_blob_or_null().ok();
    Some(StoredAsset {
        tag: text(0)?.map(str::parse).transpose().ok()?,
        serial: text(1)?.map(str::parse).transpose().ok()?,
        class: Class::stored(text(2)??),
        values,
        evidence: EvidenceMap::decode(blob(3)??)?,
        others: Others::decode(blob(4)?.unwrap_or_default())?,
    })
}

/// Every organisation with its ties, by code.
pub(super) fn organisations(
    connection: &Connection,
    name: &str,
    key: i64,
) -> Result<Vec<Organisation>, StoreError> {
    let organisations = ledger::rows(connection, name, key, Table::Organisation)?;
    let links = ledger::rows(connection, name, key, Table::Link)?;
    records::join(organisations.iter(), links.iter())
        .ok_or_else(|| content(name, "a row of an organisation"))
}

/// Every model, by maker and name.
pub(super) fn models(
    connection: &Connection,
    name: &str,
    key: i64,
) -> Result<Vec<StoredModel>, StoreError> {
    let rows = ledger::rows(connection, name, key, Table::Model)?;
    let all: Option<Vec<_>> = rows.iter().map(|row| records::to_model(row)).collect();
    all.ok_or_else(|| content(name, "a row of a model"))
}

/// Every batch, oldest first.
pub(super) fn batches(
    connection: &Connection,
    name: &str,
    key: i64,
) -> Result<Vec<Batch>, StoreError> {
    let rows = ledger::rows(connection, name, key, Table::Batch)?;
    let all: Option<Vec<_>> = rows.iter().map(|row| records::to_batch(row)).collect();
    all.ok_or_else(|| content(name, "a row of an import"))
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
