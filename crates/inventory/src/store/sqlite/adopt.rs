//! What an older layout kept becomes the beginning of the ledger.

use rusqlite::{Connection, params};

use super::faults::Faults as _;
use super::ledger::{self, EMPTY};
use super::read::{self, content};
use super::statements;
use crate::ledger::{Appender, Body, Command, Fields, Page, Table, records};
use crate::store::{AssetKey, StoreError};

/// Writes a ledger for every estate of a file that had none: its state as one command.
pub(super) fn adopt(
    connection: &Connection,
    name: &str,
    recorded_at: &str,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare("SELECT estate, name FROM estate").or_fault(name)?;
    let estates = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).or_fault(name)?;
    let estates: Vec<(i64, String)> = estates.collect::<Result<_, _>>().or_fault(name)?;
    for (key, estate) in estates {
        ledger::found_estate(connection, name, key, &estate)?;
        let mut adoption = Adoption {
            connection,
            name,
            key,
            appender: Appender::new(ledger::frontier(connection, name, key)?),
        };
        adoption.command(recorded_at)?;
        adoption.tables()?;
        adoption.documents()?;
        adoption.devices()?;
        adoption.finish()?;
    }
    Ok(())
}

struct Adoption<'c> {
    connection: &'c Connection,
    name: &'c str,
    key: i64,
    appender: Appender,
}

impl Adoption<'_> {
    fn keep(&self, page: Option<Page>) -> Result<(), StoreError> {
        let Some(page) = page else { return Ok(()) };
        self.connection
            .prepare_cached("INSERT INTO event_page (estate, first, events) VALUES (?1, ?2, ?3)")
            .or_fault(self.name)?
            .execute(params![self.key, page.first, page.bytes])
            .or_fault(self.name)
            .map(drop)
    }

    fn command(&mut self, recorded_at: &str) -> Result<(), StoreError> {
        let batches = read::batches(self.connection, self.name, self.key)?;
        let mut command = Command::new("migrate", recorded_at);
        // What an older layout kept has held since its first import.
        let first = batches.iter().filter_map(|batch| batch.recorded_at.get(..10)?.parse().ok());
        command.effective_on = first.min().unwrap_or(command.effective_on);
        "kept by an older layout".clone_into(&mut command.reason);
        let seq = self.appender.begin();
        let cells = command.to_cells(seq);
        ledger::write_row(self.connection, self.name, self.key, Table::Command, &cells)?;
        let page = self.appender.put(Table::Command, cells);
        self.keep(page)
    }

    fn tables(&mut self) -> Result<(), StoreError> {
        let tables = [Table::Batch, Table::Organisation, Table::Link, Table::Model, Table::Setting];
        for table in tables {
            for row in ledger::rows(self.connection, self.name, self.key, table)? {
                let page = self.appender.put(table, row);
                self.keep(page)?;
            }
        }
        Ok(())
    }

    /// Documents get the number of their event, behind all numbers that were in use.
    fn documents(&mut self) -> Result<(), StoreError> {
        let mut rows = ledger::rows(self.connection, self.name, self.key, Table::Document)?;
        rows.sort_by(|left, right| left.get(2).cmp(&right.get(2)));
        self.connection
            .execute("UPDATE document SET document = -document WHERE estate = ?1", [self.key])
            .or_fault(self.name)?;
        for mut row in rows {
            let seq = self.appender.next();
            if let Some(cell) = row.get_mut(2) {
                *cell = records::number(seq);
            }
            let (kind, id) = (row.first(), row.get(1));
            self.connection
                .execute(
                    "UPDATE document SET document = ?4 WHERE estate = ?1 AND kind = ?2 AND id = ?3",
                    params![
                        self.key,
                        ledger::to_sql(kind.and_then(Option::as_ref)),
                        ledger::to_sql(id.and_then(Option::as_ref)),
                        seq
                    ],
                )
                .or_fault(self.name)?;
            let page = self.appender.put(Table::Document, row);
            self.keep(page)?;
        }
        Ok(())
    }

    fn devices(&mut self) -> Result<(), StoreError> {
        let fields = statements::fields();
        let mut statement =
            self.connection.prepare(&statements::select_audit(&fields)).or_fault(self.name)?;
        let mut rows = statement.query([self.key]).or_fault(self.name)?;
        let last = fields.len().saturating_add(5);
        while let Some(row) = rows.next().or_fault(self.name)? {
            let key: i64 = row.get(last).or_fault(self.name)?;
            let asset = read::asset(row, &fields)
                .ok_or_else(|| content(self.name, format!("a cell of device number {key}")))?;
            let body = Body::Adopted {
                key: AssetKey(key),
                evidence: &asset.evidence.encode(),
                others: &asset.others.encode(),
                fields: &Fields::of(&asset).0,
            };
            let page = self.appender.push(&body);
            self.keep(page)?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(), StoreError> {
        let page = self.appender.cut();
        self.keep(page)?;
        let frontier = self.appender.frontier();
        debug_assert_ne!(frontier, &EMPTY);
        self.connection
            .execute(
                "UPDATE ledger SET size = ?2, peaks = ?3 WHERE estate = ?1",
                params![self.key, frontier.size(), frontier.peaks()],
            )
            .or_fault(self.name)
            .map(drop)
    }
}
