//! The ledger's tables: pages of events, the head, and the small tables as rows of cells.

use std::borrow::Cow;
use std::sync::Arc;

use rusqlite::types::{ToSqlOutput, Value as SqlValue, ValueRef};
use rusqlite::{Connection, OptionalExtension as _, params};

use super::faults::Faults as _;
use super::read::content;
use crate::ledger::tree::Frontier;
use crate::ledger::{Appender, Command, LoggedCommand, Owned, Pages, Table};
use crate::store::cell::Cell;
use crate::store::{StoreError, StoreFault};

/// The tree of a log without events.
pub(super) const EMPTY: Frontier = Frontier::EMPTY;

/// The pages of one estate.
pub(super) struct SqlitePages<'c> {
    connection: &'c Connection,
    name: &'c str,
    estate: i64,
}

impl<'c> SqlitePages<'c> {
    pub(super) fn new(connection: &'c Connection, name: &'c str, estate: i64) -> Self {
        Self { connection, name, estate }
    }
}

impl Pages for SqlitePages<'_> {
    fn name(&self) -> &str {
        self.name
    }

    fn firsts(&self) -> Result<Vec<u64>, StoreError> {
        let sql = "SELECT first FROM event_page WHERE estate = ?1 ORDER BY first";
        let mut statement = self.connection.prepare_cached(sql).or_fault(self.name)?;
        let rows = statement.query_map([self.estate], |row| row.get(0)).or_fault(self.name)?;
        rows.collect::<Result<_, _>>().or_fault(self.name)
    }

    fn page(&self, first: u64) -> Result<Arc<[u8]>, StoreError> {
        let sql = "SELECT events FROM event_page WHERE estate = ?1 AND first = ?2";
        let mut statement = self.connection.prepare_cached(sql).or_fault(self.name)?;
        let found = statement
            .query_row((self.estate, first), |row| {
                row.get_ref(0).and_then(|cell| Ok(Arc::from(cell.as_blob()?)))
            })
            .optional()
            .or_fault(self.name)?;
        found.ok_or_else(|| content(self.name, format!("the page of event {first}")))
    }
}

/// The right edge of an estate's tree.
pub(super) fn frontier(
    connection: &Connection,
    name: &str,
    estate: i64,
) -> Result<Frontier, StoreError> {
    let found: Option<(u64, Vec<u8>)> = connection
        .query_row("SELECT size, peaks FROM ledger WHERE estate = ?1", [estate], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()
        .or_fault(name)?;
    let Some((size, peaks)) = found else {
        // An estate that is not in the file reads as empty.
        return Ok(Frontier::new());
    };
    Frontier::from_parts(size, &peaks).ok_or_else(|| {
        StoreError::new(StoreFault::Content, name, "the head of the ledger".to_owned())
    })
}

/// Puts an estate into a file: its row, an empty ledger and the first event.
pub(super) fn found_estate(
    connection: &Connection,
    name: &str,
    key: i64,
    estate: &str,
) -> Result<(), StoreError> {
    let mut appender = Appender::new(EMPTY);
    appender.put(Table::Estate, vec![Some(Cell::Text(estate.to_owned().into()))]);
    let page = appender.cut().unwrap_or_default();
    connection
        .execute(
            "INSERT INTO event_page (estate, first, events) VALUES (?1, ?2, ?3)",
            params![key, page.first, page.bytes],
        )
        .or_fault(name)?;
    connection
        .execute(
            "INSERT INTO ledger (estate, size, peaks) VALUES (?1, ?2, ?3)",
            params![key, appender.frontier().size(), appender.frontier().peaks()],
        )
        .or_fault(name)
        .map(drop)
}

/// A cell as a parameter.
pub(super) fn to_sql(cell: Option<&Cell<'_>>) -> ToSqlOutput<'static> {
    ToSqlOutput::Owned(match cell {
        None => SqlValue::Null,
        Some(Cell::Integer(number)) => SqlValue::Integer(*number),
        Some(Cell::Text(text)) => SqlValue::Text(text.clone().into_owned()),
    })
}

/// Writes a row of a small table.
pub(super) fn write_row(
    connection: &Connection,
    name: &str,
    estate: i64,
    table: Table,
    cells: &[Option<Cell<'_>>],
) -> Result<(), StoreError> {
    let columns = table.columns();
    let marks: Vec<String> =
        (2..=columns.len().saturating_add(1)).map(|number| format!("?{number}")).collect();
    let sql = format!(
        "INSERT OR REPLACE INTO {} (estate, {}) VALUES (?1, {})",
        table.name(),
        columns.join(", "),
        marks.join(", ")
    );
    let mut statement = connection.prepare_cached(&sql).or_fault(name)?;
    statement.raw_bind_parameter(1, estate).or_fault(name)?;
    for (number, cell) in (2_usize..).zip(cells) {
        match cell {
            None => statement.raw_bind_parameter(number, rusqlite::types::Null),
            Some(Cell::Integer(integer)) => statement.raw_bind_parameter(number, integer),
            Some(Cell::Text(text)) => statement.raw_bind_parameter(number, text.as_ref()),
        }
        .or_fault(name)?;
    }
    statement.raw_execute().or_fault(name).map(drop)
}

/// The rows of a small table, ascending by key.
pub(super) fn rows(
    connection: &Connection,
    name: &str,
    estate: i64,
    table: Table,
) -> Result<Vec<Owned>, StoreError> {
    let columns = table.columns();
    let order = columns.iter().take(table.key().max(1)).copied().collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT {} FROM {} WHERE estate = ?1 ORDER BY {order}",
        columns.join(", "),
        table.name()
    );
    let mut statement = connection.prepare(&sql).or_fault(name)?;
    let mut found = statement.query([estate]).or_fault(name)?;
    let mut all = Vec::new();
    while let Some(row) = found.next().or_fault(name)? {
        let mut cells: Owned = Vec::with_capacity(columns.len());
        for at in 0..columns.len() {
            cells.push(match row.get_ref(at).or_fault(name)? {
                ValueRef::Null => None,
                ValueRef::Integer(number) => Some(Cell::Integer(number)),
                ValueRef::Text(bytes) => {
                    let text = std::str::from_utf8(bytes).map_err(|_| {
                        content(name, format!("a text of the table {}", table.name()))
                    })?;
                    Some(Cell::Text(Cow::Owned(text.to_owned())))
                }
                ValueRef::Real(_) | ValueRef::Blob(_) => {
                    return Err(content(name, format!("a cell of the table {}", table.name())));
                }
            });
        }
        all.push(cells);
    }
    Ok(all)
}

/// Every command, oldest first.
pub(super) fn commands(
    connection: &Connection,
    name: &str,
    estate: i64,
) -> Result<Vec<LoggedCommand>, StoreError> {
    let rows = rows(connection, name, estate, Table::Command)?;
    let read = |row: &Owned| {
        let (seq, command) = Command::from_cells(row)?;
        Some(LoggedCommand { seq, command })
    };
    let all: Option<Vec<LoggedCommand>> = rows.iter().map(read).collect();
    all.ok_or_else(|| content(name, "a row of the table command"))
}
