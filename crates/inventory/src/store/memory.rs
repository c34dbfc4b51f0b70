//! An estate that lives in memory: for tests, for trying things out, and as the measure of what a store must do.

use std::collections::BTreeMap;

use super::cell::Cell;
use super::error::{StoreError, StoreFault};
use super::register::{Register, RegisterBuilder, Surroundings};
use super::{
    AssetKey, Batch, BatchId, Document, DocumentSummary, IdentityVisitor, Origin, Store,
    StoredAsset, StoredModel, Transaction,
};
use crate::organisation::Organisation;
use crate::vocabulary::{AssetTag, EstateId, SerialNumber};

const NAME: &str = "memory";

#[derive(Clone, Debug, Default)]
struct Contents {
    assets: BTreeMap<AssetKey, StoredAsset>,
    organisations: BTreeMap<String, Organisation>,
    models: BTreeMap<(String, String), StoredModel>,
    batches: BTreeMap<BatchId, Batch>,
    documents: BTreeMap<(String, String), (u64, Document)>,
    settings: BTreeMap<String, String>,
}

/// A store in memory.
#[derive(Clone, Debug)]
pub struct MemoryStore {
    estate: EstateId,
    contents: Contents,
}

impl MemoryStore {
    /// An empty estate.
    pub fn new(estate: EstateId) -> Self {
        Self { estate, contents: Contents::default() }
    }
}

impl Store for MemoryStore {
    fn begin(&mut self) -> Result<Box<dyn Transaction + '_>, StoreError> {
        let draft = self.contents.clone();
        Ok(Box::new(MemoryTransaction { store: self, draft }))
    }

    fn register(&self) -> Result<Register, StoreError> {
        let mut builder = RegisterBuilder::default();
        for asset in self.contents.assets.values() {
            let identity = (
                asset.tag.as_ref().map(AssetTag::as_str),
                asset.serial.as_ref().map(SerialNumber::as_str),
                asset.class.as_str(),
            );
            let cells = asset.values.iter().map(|(field, value)| (*field, Cell::of(value)));
            builder
                .push(identity, cells, &asset.evidence.encode())
                .ok_or_else(|| StoreError::new(StoreFault::Content, NAME, None))?;
        }
        Ok(builder.finish(Surroundings {
            estate: self.estate.clone(),
            organisations: self.organisations()?,
            models: self.models()?,
            sources: self
                .contents
                .batches
                .values()
                .map(|batch| (batch.id, batch.file.as_str().into()))
                .collect(),
        }))
    }

    fn organisations(&self) -> Result<Vec<Organisation>, StoreError> {
        Ok(self.contents.organisations.values().cloned().collect())
    }

    fn models(&self) -> Result<Vec<StoredModel>, StoreError> {
        Ok(self.contents.models.values().cloned().collect())
    }

    fn batches(&self) -> Result<Vec<Batch>, StoreError> {
        Ok(self.contents.batches.values().cloned().collect())
    }

    fn count_assets(&self) -> Result<u64, StoreError> {
        Ok(u64::try_from(self.contents.assets.len()).unwrap_or(u64::MAX))
    }

    fn document(&self, kind: &str, id: &str) -> Result<Option<Document>, StoreError> {
        let key = (kind.to_owned(), id.to_owned());
        Ok(self.contents.documents.get(&key).map(|(_, document)| document.clone()))
    }

    fn documents(&self, kind: &str) -> Result<Vec<DocumentSummary>, StoreError> {
        let mut all: Vec<&(u64, Document)> = self
            .contents
            .documents
            .values()
            .filter(|(_, document)| document.about.kind == kind)
            .collect();
        all.sort_by_key(|(position, _)| *position);
        Ok(all.into_iter().map(|(_, document)| document.about.clone()).collect())
    }

    fn settings(&self) -> Result<BTreeMap<String, String>, StoreError> {
        Ok(self.contents.settings.clone())
    }
}

struct MemoryTransaction<'s> {
    store: &'s mut MemoryStore,
    draft: Contents,
}

impl MemoryTransaction<'_> {
    /// Refuses what a unique index would refuse.
    fn check_identity(&self, own: Option<AssetKey>, asset: &StoredAsset) -> Result<(), StoreError> {
        let clash = self.draft.assets.iter().find(|(key, other)| {
            Some(**key) != own
                && ((asset.tag.is_some() && asset.tag == other.tag)
                    || (asset.serial.is_some() && asset.serial == other.serial))
        });
        if clash.is_some() || (asset.tag.is_none() && asset.serial.is_none()) {
            return Err(StoreError::new(StoreFault::Constraint, NAME, asset.label().to_owned()));
        }
        Ok(())
    }
}

impl Transaction for MemoryTransaction<'_> {
    fn next_batch(&self) -> Result<BatchId, StoreError> {
        let last = self.draft.batches.keys().next_back().map_or(0, |last| last.0);
        Ok(BatchId(last.saturating_add(1)))
    }

    fn identities(&self, visit: &mut IdentityVisitor<'_>) -> Result<(), StoreError> {
        for (key, asset) in &self.draft.assets {
            visit(
                *key,
                asset.tag.as_ref().map(AssetTag::as_str),
                asset.serial.as_ref().map(SerialNumber::as_str),
            );
        }
        Ok(())
    }

    fn asset(&mut self, key: AssetKey) -> Result<Option<StoredAsset>, StoreError> {
        Ok(self.draft.assets.get(&key).cloned())
    }

    fn insert_asset(&mut self, asset: &StoredAsset) -> Result<AssetKey, StoreError> {
        self.check_identity(None, asset)?;
        let last = self.draft.assets.keys().next_back().map_or(0, |last| last.0);
        let key = AssetKey(last.saturating_add(1));
        self.draft.assets.insert(key, asset.clone());
        Ok(key)
    }

    fn update_asset(&mut self, key: AssetKey, asset: &StoredAsset) -> Result<(), StoreError> {
        self.check_identity(Some(key), asset)?;
        self.draft.assets.insert(key, asset.clone());
        Ok(())
    }

    fn organisations(&self) -> Result<Vec<Organisation>, StoreError> {
        Ok(self.draft.organisations.values().cloned().collect())
    }

    fn put_organisation(
        &mut self,
        organisation: &Organisation,
        _: Origin,
    ) -> Result<(), StoreError> {
        let code = organisation.code.as_str().to_owned();
        self.draft.organisations.insert(code, organisation.clone());
        Ok(())
    }

    fn models(&self) -> Result<Vec<StoredModel>, StoreError> {
        Ok(self.draft.models.values().cloned().collect())
    }

    fn put_model(&mut self, model: &StoredModel) -> Result<(), StoreError> {
        let key = (model.model.manufacturer.clone(), model.model.name.clone());
        self.draft.models.insert(key, model.clone());
        Ok(())
    }

    fn put_batch(&mut self, batch: &Batch) -> Result<(), StoreError> {
        self.draft.batches.insert(batch.id, batch.clone());
        Ok(())
    }

    fn put_document(&mut self, document: &Document) -> Result<(), StoreError> {
        let key = (document.about.kind.clone(), document.about.id.clone());
        let last = self.draft.documents.values().map(|(position, _)| *position).max().unwrap_or(0);
        self.draft.documents.insert(key, (last.saturating_add(1), document.clone()));
        Ok(())
    }

    fn put_setting(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        self.draft.settings.insert(name.to_owned(), value.to_owned());
        Ok(())
    }

    fn commit(self: Box<Self>) -> Result<(), StoreError> {
        let Self { store, draft } = *self;
        store.contents = draft;
        Ok(())
    }
}
