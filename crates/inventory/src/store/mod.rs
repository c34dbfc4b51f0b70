//! Where an estate is kept: a trait, SQLite behind it, and a store in memory that behaves the same.
//!
//! Nothing of SQL is seen outside. Every key begins with the estate, so that one store can hold several and a server
//! can follow. A file becomes one [`Batch`] in one [`Transaction`]; dropping a transaction without
//! [`Transaction::commit`] leaves the store as it was. [`Register`] is what reads give: columns, identities and evidence
//! of all devices, by label, with the organisations and models.

mod batch;
pub(crate) mod cell;
#[cfg(test)]
mod conformance;
mod document;
mod error;
mod evidence;
mod memory;
mod record;
pub(crate) mod register;
mod sqlite;

pub use batch::{Batch, BatchId, Counts};
pub use document::{Document, DocumentSummary};
pub use error::{StoreError, StoreFault};
pub use evidence::{EvidenceMap, Origin};
pub use memory::MemoryStore;
pub use record::{AssetKey, StoredAsset, StoredModel};
pub use register::Register;
pub use sqlite::{Access, Journal, SqliteStore, StoreInfo};

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ledger::tree::Hash;
use crate::ledger::{Command, Described, Fields, Head, LoggedCommand, Moment, Rules, Summary};
use crate::organisation::Organisation;

/// An estate that can be read and changed.
pub trait Store: std::fmt::Debug {
    /// Begins the one transaction that may change the estate, and logs the command.
    ///
    /// # Errors
    /// [`StoreError`] when another process is writing, when the store is read-only, or when a command of the same id was
    /// done before.
    fn begin(&mut self, command: Command) -> Result<Box<dyn Transaction + '_>, StoreError>;

    /// Everything that verdicts and plans are computed from, as of one moment.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read or holds what refit does not write.
    fn register(&self) -> Result<Register, StoreError>;

    /// As [`Store::register`], as of another moment, from the events.
    ///
    /// # Errors
    /// As [`Store::register`].
    fn register_at(&self, moment: &Moment) -> Result<Register, StoreError>;

    /// Every organisation with its ties, by code.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    fn organisations(&self) -> Result<Vec<Organisation>, StoreError>;

    /// As [`Store::organisations`], as of another moment, from the events.
    ///
    /// # Errors
    /// As [`Store::organisations`].
    fn organisations_at(&self, moment: &Moment) -> Result<Vec<Organisation>, StoreError>;

    /// Every command that changed the estate, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    fn commands(&self) -> Result<Vec<LoggedCommand>, StoreError>;

    /// The size and root of the ledger, as the store keeps them.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    fn head(&self) -> Result<Head, StoreError>;

    /// The hash of every event of the ledger.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    fn leaves(&self) -> Result<Vec<Hash>, StoreError>;

    /// The bytes of an event of the ledger.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    fn event(&self, seq: u64) -> Result<Option<Vec<u8>>, StoreError>;

    /// Every event of the device of a tag, else of a serial number, in words and in order; none for no such device.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    fn history(&self, label: &str) -> Result<Vec<Described>, StoreError>;

    /// Calls `visit` with each device as it is kept, in no particular order.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    fn stored_assets(&self, visit: &mut dyn FnMut(&StoredAsset)) -> Result<(), StoreError>;

    /// How observations are weighed now.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    fn rules(&self) -> Result<Arc<Rules>, StoreError>;

    /// Recomputes the ledger and compares everything with it; `sizes` are the sizes at which its head is wanted.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read; what is otherwise than it should be is a finding.
    fn audit(&self, sizes: &[u64]) -> Result<Summary, StoreError>;

    /// Every model, by maker and name.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    fn models(&self) -> Result<Vec<StoredModel>, StoreError>;

    /// Every batch, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    fn batches(&self) -> Result<Vec<Batch>, StoreError>;

    /// Number of devices.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    fn count_assets(&self) -> Result<u64, StoreError>;

    /// A named document of a kind (a plan, a problem, a check run), with its content.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    fn document(&self, kind: &str, id: &str) -> Result<Option<Document>, StoreError>;

    /// The documents of a kind without their content, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    fn documents(&self, kind: &str) -> Result<Vec<DocumentSummary>, StoreError>;

    /// The estate's settings, by name.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    fn settings(&self) -> Result<BTreeMap<String, String>, StoreError>;

    /// Keeps one document in a transaction of its own; one of the same kind and id is replaced.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be changed.
    fn put_document(&mut self, document: &Document) -> Result<(), StoreError> {
        let command = Command::new(&document.about.kind, &document.about.recorded_at);
        let mut transaction = self.begin(command)?;
        transaction.put_document(document)?;
        transaction.commit()
    }

    /// Sets one setting in a transaction of its own.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be changed.
    fn put_setting(
        &mut self,
        name: &str,
        value: &str,
        recorded_at: &str,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(Command::new("setting", recorded_at))?;
        transaction.put_setting(name, value)?;
        transaction.commit()
    }
}

/// Changes of an estate, all or none of which are kept.
///
/// Every method fails with [`StoreError`] when the store cannot be read or written; the transaction is then to be dropped.
#[expect(clippy::missing_errors_doc, reason = "one sentence above says it for all methods")]
pub trait Transaction {
    /// The batch of this command; the first that an estate can have for commands that are no import.
    fn batch(&self) -> BatchId;

    /// How the observations of this command are weighed.
    fn rules(&self) -> Arc<Rules>;

    /// Calls `visit` with the key, tag and serial number of every device.
    fn identities(&self, visit: &mut IdentityVisitor<'_>) -> Result<(), StoreError>;

    /// What is stored of a device.
    fn asset(&mut self, key: AssetKey) -> Result<Option<StoredAsset>, StoreError>;

    /// Adds a device, of which a row said this, and gives its key.
    fn insert_asset(
        &mut self,
        asset: &StoredAsset,
        origin: Origin,
        said: &Fields,
    ) -> Result<AssetKey, StoreError>;

    /// Replaces what is stored of a device, of which a row said this.
    fn update_asset(
        &mut self,
        key: AssetKey,
        asset: &StoredAsset,
        origin: Origin,
        said: &Fields,
    ) -> Result<(), StoreError>;

    /// Takes a batch back, which the command of this transaction names: what its rows said counts no more.
    fn undo(&mut self, batch: BatchId) -> Result<Undone, StoreError>;

    /// Keeps a signed head of the ledger.
    fn put_checkpoint(&mut self, size: u64, note: &str) -> Result<(), StoreError>;

    /// Every organisation with its ties, by code.
    fn organisations(&self) -> Result<Vec<Organisation>, StoreError>;

    /// Adds or replaces an organisation with its ties; `origin` says which row of which batch.
    fn put_organisation(
        &mut self,
        organisation: &Organisation,
        origin: Origin,
    ) -> Result<(), StoreError>;

    /// Every model, by maker and name.
    fn models(&self) -> Result<Vec<StoredModel>, StoreError>;

    /// Adds a model, or replaces the one of the same maker and name.
    fn put_model(&mut self, model: &StoredModel) -> Result<(), StoreError>;

    /// Records the batch.
    fn put_batch(&mut self, batch: &Batch) -> Result<(), StoreError>;

    /// Keeps a document; one of the same kind and id is replaced.
    fn put_document(&mut self, document: &Document) -> Result<(), StoreError>;

    /// Sets a setting.
    fn put_setting(&mut self, name: &str, value: &str) -> Result<(), StoreError>;

    /// Keeps all changes; they are on the disk when this returns.
    fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

/// What taking a batch back did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Undone {
    /// Devices of which something changed.
    pub changed: u64,
    /// Devices that are known no more.
    pub removed: u64,
    /// Organisations and models that changed or are known no more.
    pub other: u64,
}

/// What [`Transaction::identities`] calls: key, tag, serial number.
pub type IdentityVisitor<'v> = dyn FnMut(AssetKey, Option<&str>, Option<&str>) + 'v;
