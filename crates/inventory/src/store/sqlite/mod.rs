//! An estate in one SQLite file.

mod adopt;
mod audit;
mod faults;
mod ledger;
mod migrate;
mod open;
mod read;
mod statements;
mod transaction;

pub use open::{Access, Journal, StoreInfo};

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _};

use super::register::Register;
use super::{
    AssetKey, Batch, Document, DocumentSummary, Store, StoreError, StoredAsset, StoredModel,
    Transaction,
};
use crate::ledger::tree::Hash;
use crate::ledger::{
    Command, Described, Head, Log, LoggedCommand, Moment, PRECEDENCE, Precedence, Rules, Selection,
    Summary,
};
use crate::organisation::Organisation;
use crate::vocabulary::EstateId;
use faults::Faults as _;
use ledger::SqlitePages;

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

    fn pages(&self) -> SqlitePages<'_> {
        SqlitePages::new(&self.connection, &self.name, self.estate_key)
    }

    /// Whether the tables as they are answer a question about a moment.
    fn is_now(&self, moment: &Moment) -> Result<bool, StoreError> {
        let commands = self.commands()?;
        Ok(Selection::at(&commands, moment).is_now(&commands))
    }
}

impl Store for SqliteStore {
    fn begin(&mut self, command: Command) -> Result<Box<dyn Transaction + '_>, StoreError> {
        let begun = transaction::SqliteTransaction::begin(
            &self.connection,
            &self.name,
            self.estate_key,
            command,
        )?;
        Ok(Box::new(begun))
    }

    fn register_at(&self, moment: &Moment) -> Result<Register, StoreError> {
        if self.is_now(moment)? {
            return self.register();
        }
        self.at_one_moment(|| crate::ledger::register(&self.pages(), &self.estate, moment))
    }

    fn organisations_at(&self, moment: &Moment) -> Result<Vec<Organisation>, StoreError> {
        if self.is_now(moment)? {
            return self.organisations();
        }
        self.at_one_moment(|| crate::ledger::organisations(&self.pages(), moment))
    }

    fn commands(&self) -> Result<Vec<LoggedCommand>, StoreError> {
        ledger::commands(&self.connection, &self.name, self.estate_key)
    }

    fn head(&self) -> Result<Head, StoreError> {
        Ok(Head::of(&ledger::frontier(&self.connection, &self.name, self.estate_key)?))
    }

    fn leaves(&self) -> Result<Vec<Hash>, StoreError> {
        self.at_one_moment(|| Log::open(&self.pages())?.leaves())
    }

    fn event(&self, seq: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.at_one_moment(|| Log::open(&self.pages())?.event(seq))
    }

    fn history(&self, label: &str) -> Result<Vec<Described>, StoreError> {
        let find = |column: &str| {
            let sql = format!("SELECT asset FROM asset WHERE estate = ?1 AND {column} = ?2");
            self.connection
                .query_row(&sql, (self.estate_key, label), |row| row.get(0))
                .optional()
                .or_fault(&self.name)
        };
        let found = match find("asset_tag")? {
            Some(key) => Some(key),
            None => find("serial_number")?,
        };
        let Some(key) = found else { return Ok(Vec::new()) };
        self.at_one_moment(|| Log::open(&self.pages())?.history(AssetKey(key)))
    }

    fn stored_assets(&self, visit: &mut dyn FnMut(&StoredAsset)) -> Result<(), StoreError> {
        self.at_one_moment(|| {
            read::stored_assets(&self.connection, &self.name, self.estate_key, visit)
        })
    }

    fn rules(&self) -> Result<Arc<Rules>, StoreError> {
        let text = self.settings()?.remove(PRECEDENCE);
        let precedence = text.and_then(|text| Precedence::parse(&text).ok()).unwrap_or_default();
        Ok(Arc::new(Rules::new(&self.commands()?, precedence)))
    }

    fn audit(&self, sizes: &[u64]) -> Result<Summary, StoreError> {
        self.at_one_moment(|| audit::run(&self.connection, &self.name, self.estate_key, sizes))
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

#[cfg(test)]
mod tamper;
