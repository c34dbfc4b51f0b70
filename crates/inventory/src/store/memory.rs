//! An estate that lives in memory: for tests, for trying things out, and as the measure of what a store must do.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::error::{StoreError, StoreFault};
use super::register::{Register, RegisterBuilder, Surroundings};
use super::{
    AssetKey, Batch, BatchId, Document, DocumentSummary, IdentityVisitor, Origin, Store,
    StoredAsset, StoredModel, Transaction, Undone,
};
use crate::ledger::tree::{Frontier, Hash};
use crate::ledger::{
    self, Appender, Body, Cells, Command, Described, Fields, Finding, Head, Log, LogAudit,
    LoggedCommand, Moment, Owned, PRECEDENCE, Page, Pages, Precedence, Replay, Rules, Summary,
    Table, Tables, records,
};
use crate::organisation::Organisation;
use crate::vocabulary::{AssetTag, EstateId, SerialNumber};

const NAME: &str = "memory";

#[derive(Clone, Debug, Default)]
struct Contents {
    assets: BTreeMap<AssetKey, StoredAsset>,
    tables: Tables,
    documents: BTreeMap<(String, String), Vec<u8>>,
    pages: BTreeMap<u64, Arc<[u8]>>,
    frontier: Frontier,
}

impl Pages for Contents {
    fn name(&self) -> &str {
        NAME
    }

    fn firsts(&self) -> Result<Vec<u64>, StoreError> {
        Ok(self.pages.keys().copied().collect())
    }

    fn page(&self, first: u64) -> Result<Arc<[u8]>, StoreError> {
        self.pages.get(&first).cloned().ok_or_else(|| content("a page of the ledger"))
    }
}

fn content(what: &str) -> StoreError {
    StoreError::new(StoreFault::Content, NAME, what.to_owned())
}

impl Contents {
    fn all<T>(
        &self,
        table: Table,
        read: impl Fn(&Owned) -> Option<T>,
    ) -> Result<Vec<T>, StoreError> {
        self.tables
            .rows(table)
            .map(read)
            .collect::<Option<_>>()
            .ok_or_else(|| content(table.name()))
    }

    fn commands(&self) -> Result<Vec<LoggedCommand>, StoreError> {
        self.all(Table::Command, |row| {
            let (seq, command) = Command::from_cells(row)?;
            Some(LoggedCommand { seq, command })
        })
    }

    fn organisations(&self) -> Result<Vec<Organisation>, StoreError> {
        let (organisations, links) =
            (self.tables.rows(Table::Organisation), self.tables.rows(Table::Link));
        records::join(organisations, links).ok_or_else(|| content("an organisation"))
    }

    fn models(&self) -> Result<Vec<StoredModel>, StoreError> {
        self.all(Table::Model, |row| records::to_model(row))
    }

    fn batches(&self) -> Result<Vec<Batch>, StoreError> {
        self.all(Table::Batch, |row| records::to_batch(row))
    }

    fn settings(&self) -> BTreeMap<String, String> {
        let pair = |row: &Owned| {
            let row = records::Row(row);
            Some((row.text(0)?, row.text(1)?))
        };
        self.tables.rows(Table::Setting).filter_map(pair).collect()
    }

    fn rules(&self) -> Result<Rules, StoreError> {
        let text = self.settings().remove(PRECEDENCE);
        let precedence = text.and_then(|text| Precedence::parse(&text).ok()).unwrap_or_default();
        Ok(Rules::new(&self.commands()?, precedence))
    }
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
        let mut contents = Contents::default();
        let mut appender = Appender::new(Frontier::new());
        let row: Cells<'static> =
            vec![Some(super::cell::Cell::Text(estate.as_str().to_owned().into()))];
        contents.tables.put(Table::Estate, &row);
        appender.put(Table::Estate, row);
        let page = appender.cut().unwrap_or_default();
        contents.pages.insert(page.first, page.bytes.into());
        contents.frontier = appender.frontier().clone();
        Self { estate, contents }
    }
}

impl Store for MemoryStore {
    fn begin(&mut self, mut command: Command) -> Result<Box<dyn Transaction + '_>, StoreError> {
        let draft = self.contents.clone();
        let commands = draft.commands()?;
        if let Some(id) = &command.id
            && commands.iter().any(|logged| logged.command.id.as_ref() == Some(id))
        {
            return Err(StoreError::new(StoreFault::Repeated, NAME, format!("`{id}`")));
        }
        let imported = draft.batches()?.last().map_or(0, |batch| batch.id.0);
        let logged = commands.iter().filter_map(|logged| logged.command.batch).max();
        let last = imported.max(logged.map_or(0, |batch| batch.0));
        let batch = BatchId(last.saturating_add(1));
        if command.batch.is_some() {
            command.batch = Some(batch);
        }
        let mut rules = draft.rules()?;
        if let Some(batch) = command.batch {
            rules.add(batch, &command.source, command.stated.then_some(command.effective_on));
        }
        let appender = Appender::new(draft.frontier.clone());
        let mut begun =
            MemoryTransaction { store: self, draft, appender, batch, rules: Arc::new(rules) };
        let seq = begun.appender.begin();
        begun.put(Table::Command, command.to_cells(seq));
        Ok(Box::new(begun))
    }

    fn register(&self) -> Result<Register, StoreError> {
        let mut builder = RegisterBuilder::default();
        for asset in self.contents.assets.values() {
            ledger::push(&mut builder, asset, NAME)?;
        }
        Ok(builder.finish(Surroundings {
            estate: self.estate.clone(),
            organisations: self.organisations()?,
            models: self.models()?,
            sources: self
                .batches()?
                .into_iter()
                .map(|batch| (batch.id, batch.file.as_str().into()))
                .collect(),
        }))
    }

    fn register_at(&self, moment: &Moment) -> Result<Register, StoreError> {
        ledger::register(&self.contents, &self.estate, moment)
    }

    fn organisations(&self) -> Result<Vec<Organisation>, StoreError> {
        self.contents.organisations()
    }

    fn organisations_at(&self, moment: &Moment) -> Result<Vec<Organisation>, StoreError> {
        ledger::organisations(&self.contents, moment)
    }

    fn commands(&self) -> Result<Vec<LoggedCommand>, StoreError> {
        self.contents.commands()
    }

    fn head(&self) -> Result<Head, StoreError> {
        Ok(Head::of(&self.contents.frontier))
    }

    fn leaves(&self) -> Result<Vec<Hash>, StoreError> {
        Log::open(&self.contents)?.leaves()
    }

    fn event(&self, seq: u64) -> Result<Option<Vec<u8>>, StoreError> {
        Log::open(&self.contents)?.event(seq)
    }

    fn history(&self, label: &str) -> Result<Vec<Described>, StoreError> {
        let tagged = |asset: &StoredAsset| asset.tag.as_ref().map(AssetTag::as_str) == Some(label);
        let numbered =
            |asset: &StoredAsset| asset.serial.as_ref().map(SerialNumber::as_str) == Some(label);
        let mut all = self.contents.assets.iter();
        let found = all
            .clone()
            .find(|(_, asset)| tagged(asset))
            .or_else(|| all.find(|(_, asset)| numbered(asset)));
        let Some((key, _)) = found else { return Ok(Vec::new()) };
        Log::open(&self.contents)?.history(*key)
    }

    fn stored_assets(&self, visit: &mut dyn FnMut(&StoredAsset)) -> Result<(), StoreError> {
        self.contents.assets.values().for_each(visit);
        Ok(())
    }

    fn rules(&self) -> Result<Arc<Rules>, StoreError> {
        self.contents.rules().map(Arc::new)
    }

    fn audit(&self, sizes: &[u64]) -> Result<Summary, StoreError> {
        let log = LogAudit::run(&self.contents, sizes)?;
        let mut findings = log.findings;
        if log.frontier != self.contents.frontier {
            findings.push(Finding::new("ledger", "head", "the events have another root"));
        }
        let replay = Replay::open(&self.contents, &Moment::default())?;
        if replay.tables()? != self.contents.tables {
            findings.push(Finding::new("tables", "", "the events say other rows"));
        }
        let mut assets = BTreeMap::new();
        replay.devices(None, &mut |key, asset| {
            assets.extend(asset.map(|asset| (key, asset)));
            Ok(())
        })?;
        if assets != self.contents.assets {
            findings.push(Finding::new("asset", "", "the events say other devices"));
        }
        Ok(Summary {
            head: Head::of(&log.frontier),
            commands: u64::try_from(replay.commands.len()).unwrap_or(u64::MAX),
            devices: u64::try_from(assets.len()).unwrap_or(u64::MAX),
            heads: log.heads.into_iter().map(|(size, root)| Head { size, root }).collect(),
            findings,
        })
    }

    fn models(&self) -> Result<Vec<StoredModel>, StoreError> {
        self.contents.models()
    }

    fn batches(&self) -> Result<Vec<Batch>, StoreError> {
        self.contents.batches()
    }

    fn count_assets(&self) -> Result<u64, StoreError> {
        Ok(u64::try_from(self.contents.assets.len()).unwrap_or(u64::MAX))
    }

    fn document(&self, kind: &str, id: &str) -> Result<Option<Document>, StoreError> {
        let all = self.documents(kind)?;
        let Some(about) = all.into_iter().find(|about| about.id == id) else { return Ok(None) };
        let key = (kind.to_owned(), id.to_owned());
        let content = self.contents.documents.get(&key).cloned().unwrap_or_default();
        Ok(Some(Document { about, content }))
    }

    fn documents(&self, kind: &str) -> Result<Vec<DocumentSummary>, StoreError> {
        let mut all = self.contents.all(Table::Document, |cells| {
            let row = records::Row(cells);
            let (kind, id) = (row.text(0)?, row.text(1)?);
            let content = self.contents.documents.get(&(kind.clone(), id.clone()));
            let bytes = u64::try_from(content.map_or(0, Vec::len)).unwrap_or(u64::MAX);
            let about = DocumentSummary {
                kind,
                id,
                sha256: row.text(3)?,
                recorded_at: row.text(4)?,
                summary: row.text(5)?,
                bytes,
            };
            Some((row.number::<u64>(2)?, about))
        })?;
        all.retain(|(_, about)| about.kind == kind);
        all.sort_by_key(|(seq, _)| *seq);
        Ok(all.into_iter().map(|(_, about)| about).collect())
    }

    fn settings(&self) -> Result<BTreeMap<String, String>, StoreError> {
        Ok(self.contents.settings())
    }
}

struct MemoryTransaction<'s> {
    store: &'s mut MemoryStore,
    draft: Contents,
    appender: Appender,
    batch: BatchId,
    rules: Arc<Rules>,
}

impl MemoryTransaction<'_> {
    fn keep(&mut self, page: Option<Page>) {
        if let Some(page) = page {
            self.draft.pages.insert(page.first, page.bytes.into());
        }
    }

    fn put(&mut self, table: Table, cells: Cells<'static>) {
        self.draft.tables.put(table, &cells);
        let page = self.appender.put(table, cells);
        self.keep(page);
    }

    fn seen(&mut self, key: AssetKey, origin: Origin, said: &Fields) {
        let body = Body::Seen { key, line: origin.row, seen_on: origin.seen_on, fields: &said.0 };
        let page = self.appender.push(&body);
        self.keep(page);
    }

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
    fn batch(&self) -> BatchId {
        self.batch
    }

    fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.rules)
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

    fn insert_asset(
        &mut self,
        asset: &StoredAsset,
        origin: Origin,
        said: &Fields,
    ) -> Result<AssetKey, StoreError> {
        self.check_identity(None, asset)?;
        let last = self.draft.assets.keys().next_back().map_or(0, |last| last.0);
        let key = AssetKey(last.saturating_add(1));
        self.draft.assets.insert(key, asset.clone());
        self.seen(key, origin, said);
        Ok(key)
    }

    fn update_asset(
        &mut self,
        key: AssetKey,
        asset: &StoredAsset,
        origin: Origin,
        said: &Fields,
    ) -> Result<(), StoreError> {
        self.check_identity(Some(key), asset)?;
        self.draft.assets.insert(key, asset.clone());
        self.seen(key, origin, said);
        Ok(())
    }

    fn undo(&mut self, batch: BatchId) -> Result<Undone, StoreError> {
        let page = self.appender.cut();
        self.keep(page);
        let replay = Replay::open(&self.draft, &Moment::default())?;
        let keys = replay.of_batch(batch)?;
        let mut kept: BTreeMap<AssetKey, StoredAsset> = BTreeMap::new();
        let refuse = |what: &str| StoreError::new(StoreFault::Undo, NAME, what.to_owned());
        replay.devices(Some(&keys), &mut |key, asset| {
            let lacks = || refuse("a later import speaks of a device without its class");
            kept.insert(key, asset.ok_or_else(lacks)?);
            Ok(())
        })?;
        let mut undone = Undone::default();
        let tables = replay.tables()?;
        for table in [Table::Organisation, Table::Model] {
            let differing = self.draft.tables.differing(&tables, table);
            undone.other = undone.other.saturating_add(differing);
        }
        self.draft.tables = tables;
        for key in keys {
            let Some(asset) = kept.remove(&key) else {
                self.draft.assets.remove(&key);
                undone.removed = undone.removed.saturating_add(1);
                continue;
            };
            if self.draft.assets.get(&key) != Some(&asset) {
                self.check_identity(Some(key), &asset)
                    .map_err(|_| refuse("two devices would have one label"))?;
                self.draft.assets.insert(key, asset);
                undone.changed = undone.changed.saturating_add(1);
            }
        }
        Ok(undone)
    }

    fn put_checkpoint(&mut self, size: u64, note: &str) -> Result<(), StoreError> {
        self.put(Table::Checkpoint, records::checkpoint(size, note));
        Ok(())
    }

    fn organisations(&self) -> Result<Vec<Organisation>, StoreError> {
        self.draft.organisations()
    }

    fn put_organisation(
        &mut self,
        organisation: &Organisation,
        origin: Origin,
    ) -> Result<(), StoreError> {
        self.put(Table::Organisation, records::organisation(organisation, origin));
        for link in records::links(organisation) {
            self.put(Table::Link, link);
        }
        Ok(())
    }

    fn models(&self) -> Result<Vec<StoredModel>, StoreError> {
        self.draft.models()
    }

    fn put_model(&mut self, model: &StoredModel) -> Result<(), StoreError> {
        self.put(Table::Model, records::model(model));
        Ok(())
    }

    fn put_batch(&mut self, batch: &Batch) -> Result<(), StoreError> {
        self.put(Table::Batch, records::batch(batch));
        Ok(())
    }

    fn put_document(&mut self, document: &Document) -> Result<(), StoreError> {
        let cells = records::document(&document.about, self.appender.next());
        let key = (document.about.kind.clone(), document.about.id.clone());
        self.draft.documents.insert(key, document.content.clone());
        self.put(Table::Document, cells);
        Ok(())
    }

    fn put_setting(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        self.put(Table::Setting, records::setting(name, value));
        Ok(())
    }

    fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        let page = self.appender.cut();
        self.keep(page);
        let Self { store, mut draft, appender, .. } = *self;
        draft.frontier = appender.frontier().clone();
        store.contents = draft;
        Ok(())
    }
}
