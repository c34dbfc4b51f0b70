//! Where an estate is kept: a trait, SQLite behind it, and a store in memory that behaves the same.
//!
//! Nothing of SQL is seen outside. Every key begins with the estate, so that one store can hold several and a server
//! can follow. A file becomes one [`Batch`] in one [`Transaction`]; dropping a transaction without
//! [`Transaction::commit`] leaves the store as it was. [`Register`] is what reads give: columns, identities and evidence
//! of all devices, by label, with the organisations and models.

mod batch;
mod cell;
#[cfg(test)]
mod conformance;
mod document;
mod error;
mod evidence;
mod memory;
mod record;
mod register;
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

use crate::organisation::Organisation;

/// An estate that can be read and changed.
pub trait Store: std::fmt::Debug {
    /// Begins the one transaction that may change the estate.
    ///
    /// # Errors
    /// [`StoreError`] when another process is writing, or when the store is read-only.
    fn begin(&mut self) -> Result<Box<dyn Transaction + '_>, StoreError>;

    /// Everything that verdicts and plans are computed from, as of one moment.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read or holds what refit does not write.
    fn register(&self) -> Result<Register, StoreError>;

    /// Every organisation with its ties, by code.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    fn organisations(&self) -> Result<Vec<Organisation>, StoreError>;

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
        let mut transaction = self.begin()?;
        transaction.put_document(document)?;
        transaction.commit()
    }

    /// Sets one setting in a transaction of its own.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be changed.
    fn put_setting(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        let mut transaction = self.begin()?;
        transaction.put_setting(name, value)?;
        transaction.commit()
    }
}

/// Changes of an estate, all or none of which are kept.
///
/// Every method fails with [`StoreError`] when the store cannot be read or written; the transaction is then to be dropped.
#[expect(clippy::missing_errors_doc, reason = "one sentence above says it for all methods")]
pub trait Transaction {
    /// The number that the next batch gets.
    fn next_batch(&self) -> Result<BatchId, StoreError>;

    /// Calls `visit` with the key, tag and serial number of every device.
    fn identities(&self, visit: &mut IdentityVisitor<'_>) -> Result<(), StoreError>;

    /// What is stored of a device.
    fn asset(&mut self, key: AssetKey) -> Result<Option<StoredAsset>, StoreError>;

    /// Adds a device and gives its key.
    fn insert_asset(&mut self, asset: &StoredAsset) -> Result<AssetKey, StoreError>;

    /// Replaces what is stored of a device.
    fn update_asset(&mut self, key: AssetKey, asset: &StoredAsset) -> Result<(), StoreError>;

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

/// What [`Transaction::identities`] calls: key, tag, serial number.
pub type IdentityVisitor<'v> = dyn FnMut(AssetKey, Option<&str>, Option<&str>) + 'v;
