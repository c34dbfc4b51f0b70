//! Changing rows.

use rusqlite::{Connection, Statement, params};

use super::faults::Faults as _;
use super::read::{self, content};
use super::statements;
use crate::catalogue::Field;
use crate::organisation::Organisation;
use crate::store::cell::Cell;
use crate::store::{
    AssetKey, Batch, BatchId, Document, EvidenceMap, IdentityVisitor, Origin, StoreError,
    StoredAsset, StoredModel, Transaction,
};
use crate::vocabulary::{AssetTag, Class, OrgCode, SerialNumber};

/// One transaction with its statements prepared.
pub(super) struct SqliteTransaction<'s> {
    connection: &'s Connection,
    name: &'s str,
    estate: i64,
    fields: Vec<Field>,
    select: Statement<'s>,
    insert: Statement<'s>,
    update: Statement<'s>,
    open: bool,
}

impl<'s> SqliteTransaction<'s> {
    pub(super) fn begin(
        connection: &'s Connection,
        name: &'s str,
        estate: i64,
    ) -> Result<Self, StoreError> {
        let fields = statements::fields();
        let prepare = |sql: &str| connection.prepare(sql).or_fault(name);
        let select = prepare(&statements::select_one(&fields))?;
        let insert = prepare(&statements::insert(&fields))?;
        let update = prepare(&statements::update(&fields))?;
        connection.execute_batch("BEGIN IMMEDIATE").or_fault(name)?;
        Ok(Self { connection, name, estate, fields, select, insert, update, open: true })
    }
}

/// Binds a device to [`statements::insert`] or [`statements::update`].
fn bind(
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
    let mut values = asset.values.iter().peekable();
    for (number, field) in (6_usize..).zip(fields) {
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
    fn next_batch(&self) -> Result<BatchId, StoreError> {
        self.connection
            .query_row(
                "SELECT coalesce(max(batch), 0) + 1 FROM batch WHERE estate = ?1",
                [self.estate],
                |row| row.get(0).map(BatchId),
            )
            .or_fault(self.name)
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
        let wrong = || content(self.name, format!("a cell of device number {}", key.0));
        let text =
            |at: usize| row.get_ref(at).or_fault(self.name)?.as_str_or_null().map_err(|_| wrong());
        let mut values = Vec::with_capacity(self.fields.len());
        for (at, field) in (4_usize..).zip(&self.fields) {
            let cell = read::cell(row.get_ref(at).or_fault(self.name)?).map_err(|()| wrong())?;
            if let Some(cell) = cell {
                values.push((*field, cell.to_value(field.kind()).ok_or_else(wrong)?));
            }
        }
        let evidence = row.get_ref(3).or_fault(self.name)?;
        let evidence = evidence.as_blob().ok().and_then(EvidenceMap::decode).ok_or_else(wrong)?;
        Ok(Some(StoredAsset {
            tag: text(0)?.map(str::parse).transpose().map_err(|_| wrong())?,
            serial: text(1)?.map(str::parse).transpose().map_err(|_| wrong())?,
            class: Class::stored(text(2)?.ok_or_else(wrong)?),
            values,
            evidence,
        }))
    }

    fn insert_asset(&mut self, asset: &StoredAsset) -> Result<AssetKey, StoreError> {
        bind(&mut self.insert, &self.fields, self.estate, asset).or_fault(self.name)?;
        self.insert.raw_execute().or_fault(self.name)?;
        Ok(AssetKey(self.connection.last_insert_rowid()))
    }

    fn update_asset(&mut self, key: AssetKey, asset: &StoredAsset) -> Result<(), StoreError> {
        bind(&mut self.update, &self.fields, self.estate, asset).or_fault(self.name)?;
        let last = self.fields.len().saturating_add(6);
        self.update.raw_bind_parameter(last, key.0).or_fault(self.name)?;
        self.update.raw_execute().or_fault(self.name).map(drop)
    }

    fn organisations(&self) -> Result<Vec<Organisation>, StoreError> {
        read::organisations(self.connection, self.name, self.estate)
    }

    fn put_organisation(
        &mut self,
        organisation: &Organisation,
        origin: Origin,
    ) -> Result<(), StoreError> {
        let code = organisation.code.as_str();
        let mut delete = self
            .connection
            .prepare_cached("DELETE FROM organisation_link WHERE estate = ?1 AND code = ?2")
            .or_fault(self.name)?;
        delete.execute((self.estate, code)).or_fault(self.name)?;
        let mut put = self
            .connection
            .prepare_cached(
                "INSERT INTO organisation (estate, code, name, kind, tier, list_size,
                    clinical_system, planned_close, merge_into, batch, row)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
                 ON CONFLICT (estate, code) DO UPDATE SET
                    name = excluded.name, kind = excluded.kind, tier = excluded.tier,
                    list_size = excluded.list_size, clinical_system = excluded.clinical_system,
                    planned_close = excluded.planned_close, merge_into = excluded.merge_into,
                    batch = excluded.batch, row = excluded.row",
            )
            .or_fault(self.name)?;
        put.execute(params![
            self.estate,
            code,
            organisation.name,
            organisation.kind.as_str(),
            organisation.tier,
            organisation.list_size,
            organisation.clinical_system,
            organisation.planned_close.map(|day| day.to_string()),
            organisation.merge_into.as_ref().map(OrgCode::as_str),
            origin.batch.0,
            origin.row,
        ])
        .or_fault(self.name)?;
        let mut tie = self
            .connection
            .prepare_cached(
                "INSERT INTO organisation_link
                    (estate, code, position, parent, relation, from_day, until_day)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )
            .or_fault(self.name)?;
        for (position, link) in (1_u32..).zip(&organisation.links) {
            tie.execute(params![
                self.estate,
                code,
                position,
                link.parent.as_str(),
                link.relation.as_str(),
                link.from.map(|day| day.to_string()),
                link.until.map(|day| day.to_string()),
            ])
            .or_fault(self.name)?;
        }
        Ok(())
    }

    fn models(&self) -> Result<Vec<StoredModel>, StoreError> {
        read::models(self.connection, self.name, self.estate)
    }

    fn put_model(&mut self, stored: &StoredModel) -> Result<(), StoreError> {
        let model = &stored.model;
        let facts: Vec<String> = model
            .facts
            .iter()
            .map(|(field, value)| format!("{field}={}", value.to_text(field.kind())))
            .collect();
        let mut put = self
            .connection
            .prepare_cached(
                "INSERT OR REPLACE INTO model (estate, manufacturer, name, class, aliases,
                    end_of_sale, end_of_support, life_years, facts, embodied_gco2e, assurances,
                    batch, row)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            )
            .or_fault(self.name)?;
        put.execute(params![
            self.estate,
            model.manufacturer,
            model.name,
            model.class.as_str(),
            model.aliases.join("\n"),
            model.end_of_sale.map(|day| day.to_string()),
            model.end_of_support.map(|day| day.to_string()),
            model.life_years,
            facts.join("\n"),
            model.embodied_gco2e,
            model.assurances.join("\n"),
            stored.origin.batch.0,
            stored.origin.row,
        ])
        .or_fault(self.name)
        .map(drop)
    }

    fn put_batch(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let counts = &batch.counts;
        self.connection
            .execute(
                "INSERT INTO batch (estate, batch, file, sha256, kind, preset, map_sha256, mode,
                    recorded_at, rows, new, changed, unchanged, missing, rejected)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
                params![
                    self.estate,
                    batch.id.0,
                    batch.file,
                    batch.sha256,
                    batch.kind,
                    batch.preset,
                    batch.map_sha256,
                    batch.mode,
                    batch.recorded_at,
                    counts.rows,
                    counts.new,
                    counts.changed,
                    counts.unchanged,
                    counts.missing,
                    counts.rejected,
                ],
            )
            .or_fault(self.name)
            .map(drop)
    }

    fn put_document(&mut self, document: &Document) -> Result<(), StoreError> {
        let about = &document.about;
        self.connection
            .execute(
                "INSERT OR REPLACE INTO document
                    (estate, kind, id, sha256, recorded_at, summary, content)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    self.estate,
                    about.kind,
                    about.id,
                    about.sha256,
                    about.recorded_at,
                    about.summary,
                    document.content,
                ],
            )
            .or_fault(self.name)
            .map(drop)
    }

    fn put_setting(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        self.connection
            .execute(
                "INSERT OR REPLACE INTO setting (estate, name, value) VALUES (?1, ?2, ?3)",
                (self.estate, name, value),
            )
            .or_fault(self.name)
            .map(drop)
    }

    fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        self.connection.execute_batch("COMMIT").or_fault(self.name)?;
        self.open = false;
        Ok(())
    }
}
