//! An estate in one SQLite file.

mod faults;
mod migrate;
mod open;
mod read;
mod statements;
mod transaction;

pub use open::{Access, Journal, StoreInfo};

use std::collections::BTreeMap;
use std::fmt;

use rusqlite::Connection;

use super::register::Register;
use super::{Batch, Document, DocumentSummary, Store, StoreError, StoredModel, Transaction};
use crate::organisation::Organisation;
use crate::vocabulary::EstateId;
use faults::Faults as _;

/// A file of one or more estates, open for one of them.
pub struct SqliteStore {
    connection: Connection,
    name: String,
    estate: EstateId,
    estate_key: i64,
    access: Access,
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore")
            .field("name", &self.name)
            .field("estate", &self.estate)
            .field("access", &self.access)
            .finish_non_exhaustive()
    }
}

impl SqliteStore {
    /// Runs reads that must all see one moment.
    fn at_one_moment<T>(
        &self,
        read: impl FnOnce() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.connection.execute_batch("BEGIN DEFERRED").or_fault(&self.name)?;
        let result = read();
        self.connection.execute_batch("COMMIT").or_fault(&self.name)?;
        result
    }
}

impl Store for SqliteStore {
    fn begin(&mut self) -> Result<Box<dyn Transaction + '_>, StoreError> {
        let begun =
            transaction::SqliteTransaction::begin(&self.connection, &self.name, self.estate_key)?;
        Ok(Box::new(begun))
    }

    fn register(&self) -> Result<Register, StoreError> {
        self.at_one_moment(|| {
            read::register(&self.connection, &self.name, self.estate_key, &self.estate)
        })
    }

    fn organisations(&self) -> Result<Vec<Organisation>, StoreError> {
        self.at_one_moment(|| read::organisations(&self.connection, &self.name, self.estate_key))
    }

    fn models(&self) -> Result<Vec<StoredModel>, StoreError> {
        read::models(&self.connection, &self.name, self.estate_key)
    }

    fn batches(&self) -> Result<Vec<Batch>, StoreError> {
        read::batches(&self.connection, &self.name, self.estate_key)
    }

    fn count_assets(&self) -> Result<u64, StoreError> {
        self.connection
            .query_row("SELECT count(*) FROM asset WHERE estate = ?1", [self.estate_key], |row| {
                row.get(0)
            })
            .or_fault(&self.name)
    }

    fn document(&self, kind: &str, id: &str) -> Result<Option<Document>, StoreError> {
        read::document(&self.connection, &self.name, (self.estate_key, kind, id))
    }

    fn documents(&self, kind: &str) -> Result<Vec<DocumentSummary>, StoreError> {
        read::documents(&self.connection, &self.name, self.estate_key, kind)
    }

    fn settings(&self) -> Result<BTreeMap<String, String>, StoreError> {
        read::settings(&self.connection, &self.name, self.estate_key)
    }
}

#[cfg(test)]
mod tests;
