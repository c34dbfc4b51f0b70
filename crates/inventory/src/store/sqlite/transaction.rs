//! Changing rows: every change is an event, and the tables follow.

use std::collections::BTreeSet;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, Statement, ToSql, params};

use super::faults::Faults as _;
use super::ledger::{self, SqlitePages};
use super::read::{self, content};
use super::statements;
use crate::catalogue::Field;
use crate::ledger::{
    Appender, Body, Cells, Command, Fields, Moment, PRECEDENCE, Page, Precedence, Replay, Rules,
    Table, records,
};
use crate::organisation::Organisation;
use crate::store::cell::Cell;
use crate::store::{
    AssetKey, Batch, BatchId, Document, IdentityVisitor, Origin, StoreError, StoreFault,
    StoredAsset, StoredModel, Transaction, Undone,
};
use crate::vocabulary::{AssetTag, SerialNumber};

/// One transaction with its statements prepared.
pub(super) struct SqliteTransaction<'s> {
    connection: &'s Connection,
    name: &'s str,
    estate: i64,
    fields: Vec<Field>,
    select: Statement<'s>,
    insert: Statement<'s>,
    update: Statement<'s>,
    append: Statement<'s>,
    appender: Appender,
    batch: BatchId,
    rules: Arc<Rules>,
    open: bool,
}

impl<'s> SqliteTransaction<'s> {
    pub(super) fn begin(
        connection: &'s Connection,
        name: &'s str,
        estate: i64,
        mut command: Command,
    ) -> Result<Self, StoreError> {
        let fields = statements::fields();
        let prepare = |sql: &str| connection.prepare(sql).or_fault(name);
        let select = prepare(&statements::select_one(&fields))?;
        let insert = prepare(&statements::insert(&fields))?;
        let update = prepare(&statements::update(&fields))?;
        let append = prepare("INSERT INTO event_page (estate, first, events) VALUES (?1, ?2, ?3)")?;
        connection.execute_batch("BEGIN IMMEDIATE").or_fault(name)?;
        let appender = Appender::new(ledger::EMPTY);
        let mut begun = Self {
            connection,
            name,
            estate,
            fields,
            select,
            insert,
            update,
            append,
            appender,
            batch: BatchId(1),
            rules: Arc::default(),
            open: true,
        };
        begun.appender = Appender::new(ledger::frontier(connection, name, estate)?);
        begun.refuse_repetition(&command)?;
        begun.batch = begun.next_batch()?;
        if command.batch.is_some() {
            command.batch = Some(begun.batch);
        }
        let commands = ledger::commands(connection, name, estate)?;
        let precedence = read::settings(connection, name, estate)?
            .get(PRECEDENCE)
            .and_then(|text| Precedence::parse(text).ok())
            .unwrap_or_default();
        let mut rules = Rules::new(&commands, precedence);
        if let Some(batch) = command.batch {
            rules.add(batch, &command.source, command.stated.then_some(command.effective_on));
        }
        begun.rules = Arc::new(rules);
        let seq = begun.appender.begin();
        begun.put(Table::Command, command.to_cells(seq))?;
        Ok(begun)
    }

    fn refuse_repetition(&self, command: &Command) -> Result<(), StoreError> {
        let Some(id) = &command.id else { return Ok(()) };
        let known: Option<i64> = self
            .connection
            .query_row(
                "SELECT command FROM command WHERE estate = ?1 AND id = ?2",
                (self.estate, id),
                |row| row.get(0),
            )
            .optional()
            .or_fault(self.name)?;
        match known {
            Some(seq) => {
                let detail = format!("`{id}` is event {seq} of the ledger");
                Err(StoreError::new(StoreFault::Repeated, self.name, detail))
            }
            None => Ok(()),
        }
    }

    fn next_batch(&self) -> Result<BatchId, StoreError> {
        self.connection
            .query_row(
                "SELECT max(coalesce((SELECT max(batch) FROM batch WHERE estate = ?1), 0),
                            coalesce((SELECT max(batch) FROM command WHERE estate = ?1), 0)) + 1",
                [self.estate],
                |row| row.get(0).map(BatchId),
            )
            .or_fault(self.name)
    }

    fn keep(&mut self, page: Option<Page>) -> Result<(), StoreError> {
        let Some(page) = page else { return Ok(()) };
        self.append.execute((self.estate, page.first, &page.bytes)).or_fault(self.name).map(drop)
    }

    fn log(&mut self, body: &Body<'_>) -> Result<(), StoreError> {
        let page = self.appender.push(body);
        self.keep(page)
    }

    /// Puts a row of a small table, as an event and in its table.
    fn put(&mut self, table: Table, cells: Cells<'_>) -> Result<(), StoreError> {
        ledger::write_row(self.connection, self.name, self.estate, table, &cells)?;
        let page = self.appender.put(table, cells);
        self.keep(page)
    }

    /// Writes what is kept of a device without an event.
    fn write(&mut self, key: AssetKey, asset: &StoredAsset) -> Result<(), StoreError> {
        bind(&mut self.update, &self.fields, self.estate, asset).or_fault(self.name)?;
        let last = self.fields.len().saturating_add(7);
        self.update.raw_bind_parameter(last, key.0).or_fault(self.name)?;
        self.update.raw_execute().or_fault(self.name).map(drop)
    }

    fn seen(&mut self, key: AssetKey, origin: Origin, said: &Fields) -> Result<(), StoreError> {
        self.log(&Body::Seen { key, line: origin.row, seen_on: origin.seen_on, fields: &said.0 })
    }

    /// Replaces the organisations and models by those that the events leave; gives how many differ.
    fn rewrite_tables(&self, replay: &Replay<'_>) -> Result<u64, StoreError> {
        let tables = replay.tables()?;
        let mut differing = 0_usize;
        for table in [Table::Link, Table::Organisation, Table::Model] {
            let old: BTreeSet<_> =
                ledger::rows(self.connection, self.name, self.estate, table)?.into_iter().collect();
            let new: BTreeSet<_> = tables.rows(table).cloned().collect();
            if table != Table::Link {
                let key = |row: &crate::ledger::Owned| {
                    row.iter().take(table.key()).cloned().collect::<Vec<_>>()
                };
                let keys: BTreeSet<_> = old.symmetric_difference(&new).map(key).collect();
                differing = differing.saturating_add(keys.len());
            }
            let sql = format!("DELETE FROM {} WHERE estate = ?1", table.name());
            self.connection.execute(&sql, [self.estate]).or_fault(self.name)?;
        }
        for table in [Table::Organisation, Table::Link, Table::Model] {
            for row in tables.rows(table) {
                ledger::write_row(self.connection, self.name, self.estate, table, row)?;
            }
        }
        Ok(u64::try_from(differing).unwrap_or(u64::MAX))
    }
}

/// Binds a device to [`statements::insert`] or [`statements::update`].
pub(super) fn bind(
    statement: &mut Statement<'_>,
    fields: &[Field],
    estate: i64,
    asset: &StoredAsset,
) -> rusqlite::Result<()> {
    statement.clear_bindings();
    statement.raw_bind_parameter(1, estate)?;
    statement.raw_bind_parameter(2, asset.tag.as_ref().map(AssetTag::as_str))?;
    statement.raw_bind_parameter(3, asset.serial.as_ref().map(SerialNumber::as_str))?;
    statement.raw_bind_parameter(4, asset.class.as_str())?;
    statement.raw_bind_parameter(5, asset.evidence.encode())?;
    if !asset.others.is_empty() {
        statement.raw_bind_parameter(6, asset.others.encode())?;
    }
    let mut values = asset.values.iter().peekable();
    for (number, field) in (7_usize..).zip(fields) {
        while values.next_if(|(known, _)| known < field).is_some() {}
        if let Some((_, value)) = values.next_if(|(known, _)| known == field) {
            match Cell::of(value) {
                Cell::Integer(integer) => statement.raw_bind_parameter(number, integer)?,
                Cell::Text(text) => statement.raw_bind_parameter(number, text.as_ref())?,
            }
        }
    }
    Ok(())
}

impl Drop for SqliteTransaction<'_> {
    fn drop(&mut self) {
        if self.open {
            // SQLite rolls back by itself when this fails or the process ends.
            drop(self.connection.execute_batch("ROLLBACK"));
        }
    }
}

impl Transaction for SqliteTransaction<'_> {
    fn batch(&self) -> BatchId {
        self.batch
    }

    fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.rules)
    }

    fn identities(&self, visit: &mut IdentityVisitor<'_>) -> Result<(), StoreError> {
        let sql = "SELECT asset, asset_tag, serial_number FROM asset NOT INDEXED WHERE estate = ?1";
        let mut statement = self.connection.prepare(sql).or_fault(self.name)?;
        let mut rows = statement.query([self.estate]).or_fault(self.name)?;
        while let Some(row) = rows.next().or_fault(self.name)? {
            let key = AssetKey(row.get(0).or_fault(self.name)?);
            let text = |at: usize| {
                row.get_ref(at)
                    .or_fault(self.name)?
                    .as_str_or_null()
                    .map_err(|_| content(self.name, "an identifier"))
            };
            visit(key, text(1)?, text(2)?);
        }
        Ok(())
    }

    fn asset(&mut self, key: AssetKey) -> Result<Option<StoredAsset>, StoreError> {
        let mut rows = self.select.query((key.0, self.estate)).or_fault(self.name)?;
        let Some(row) = rows.next().or_fault(self.name)? else { return Ok(None) };
        read::asset(row, &self.fields)
            .map(Some)
            .ok_or_else(|| content(self.name, format!("a cell of device number {}", key.0)))
    }

    fn insert_asset(
        &mut self,
        asset: &StoredAsset,
        origin: Origin,
        said: &Fields,
    ) -> Result<AssetKey, StoreError> {
        bind(&mut self.insert, &self.fields, self.estate, asset).or_fault(self.name)?;
        self.insert.raw_execute().or_fault(self.name)?;
        let key = AssetKey(self.connection.last_insert_rowid());
        self.seen(key, origin, said)?;
        Ok(key)
    }

    fn update_asset(
        &mut self,
        key: AssetKey,
        asset: &StoredAsset,
        origin: Origin,
        said: &Fields,
    ) -> Result<(), StoreError> {
        self.write(key, asset)?;
        self.seen(key, origin, said)
    }

    fn undo(&mut self, batch: BatchId) -> Result<Undone, StoreError> {
        let page = self.appender.cut();
        self.keep(page)?;
        let pages = SqlitePages::new(self.connection, self.name, self.estate);
        let replay = Replay::open(&pages, &Moment::default())?;
        let keys = replay.of_batch(batch)?;
        let mut kept: Vec<(AssetKey, StoredAsset)> = Vec::new();
        let refuse = |detail: String| StoreError::new(StoreFault::Undo, self.name, detail);
        replay.devices(Some(&keys), &mut |key, asset| {
            let without = || {
                refuse(format!(
                    "a later import speaks of device number {} without its class",
                    key.0
                ))
            };
            kept.push((key, asset.ok_or_else(without)?));
            Ok(())
        })?;
        let mut undone = Undone { other: self.rewrite_tables(&replay)?, ..Undone::default() };
        let name = self.name;
        let clash = |error: StoreError| match error.fault {
            StoreFault::Constraint => StoreError::new(
                StoreFault::Undo,
                name,
                "two devices would have one label".to_owned(),
            ),
            _ => error,
        };
        for key in &keys {
            if kept.binary_search_by_key(key, |(key, _)| *key).is_err() {
                self.connection
                    .execute(
                        "DELETE FROM asset WHERE asset = ?1 AND estate = ?2",
                        (key.0, self.estate),
                    )
                    .or_fault(self.name)?;
                undone.removed = undone.removed.saturating_add(1);
            }
        }
        for (key, asset) in kept {
            if self.asset(key)?.as_ref() != Some(&asset) {
                self.write(key, &asset).map_err(clash)?;
                undone.changed = undone.changed.saturating_add(1);
            }
        }
        Ok(undone)
    }

    fn put_checkpoint(&mut self, size: u64, note: &str) -> Result<(), StoreError> {
        self.put(Table::Checkpoint, records::checkpoint(size, note))
    }

    fn organisations(&self) -> Result<Vec<Organisation>, StoreError> {
        read::organisations(self.connection, self.name, self.estate)
    }

    fn put_organisation(
        &mut self,
        organisation: &Organisation,
        origin: Origin,
    ) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("DELETE FROM organisation_link WHERE estate = ?1 AND code = ?2")
            .or_fault(self.name)?
            .execute((self.estate, organisation.code.as_str()))
            .or_fault(self.name)?;
        self.put(Table::Organisation, records::organisation(organisation, origin))?;
        for link in records::links(organisation) {
            self.put(Table::Link, link)?;
        }
        Ok(())
    }

    fn models(&self) -> Result<Vec<StoredModel>, StoreError> {
        read::models(self.connection, self.name, self.estate)
    }

    fn put_model(&mut self, stored: &StoredModel) -> Result<(), StoreError> {
        self.put(Table::Model, records::model(stored))
    }

    fn put_batch(&mut self, batch: &Batch) -> Result<(), StoreError> {
        self.put(Table::Batch, records::batch(batch))
    }

    fn put_document(&mut self, document: &Document) -> Result<(), StoreError> {
        let cells = records::document(&document.about, self.appender.next());
        let mut values: Vec<&dyn ToSql> = vec![&self.estate];
        let bound: Vec<_> = cells.iter().map(|cell| ledger::to_sql(cell.as_ref())).collect();
        values.extend(bound.iter().map(|value| -> &dyn ToSql { value }));
        values.push(&document.content);
        self.connection
            .execute(
                "INSERT OR REPLACE INTO document
                    (estate, kind, id, document, sha256, recorded_at, summary, content)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                values.as_slice(),
            )
            .or_fault(self.name)?;
        let page = self.appender.put(Table::Document, cells);
        self.keep(page)
    }

    fn put_setting(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        self.put(Table::Setting, records::setting(name, value))
    }

    fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        let page = self.appender.cut();
        self.keep(page)?;
        let frontier = self.appender.frontier();
        self.connection
            .execute(
                "UPDATE ledger SET size = ?2, peaks = ?3 WHERE estate = ?1",
                params![self.estate, frontier.size(), frontier.peaks()],
            )
            .or_fault(self.name)?;
        self.connection.execute_batch("COMMIT").or_fault(self.name)?;
        self.open = false;
        Ok(())
    }
}
