//! Reading the log: pages into events, in their order or device by device.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use super::bytes;
use super::describe::{Described, describe};
use super::event::{self, Body, Event};
use super::select::Selection;
use super::table::Table;
use super::tree::{self, Hash};
use crate::store::cell::Cell;
use crate::store::{AssetKey, StoreError, StoreFault};

/// Where the pages of a log are kept.
pub(crate) trait Pages {
    /// The name of the store, for errors.
    fn name(&self) -> &str;

    /// The number of the first event of every page, ascending.
    fn firsts(&self) -> Result<Vec<u64>, StoreError>;

    /// The events of the page that begins with a number.
    fn page(&self, first: u64) -> Result<Arc<[u8]>, StoreError>;
}

/// What is called with the number and the bytes of an event.
type EventVisitor<'v> = dyn FnMut(u64, &[u8]) -> Result<(), StoreError> + 'v;

/// What is called with the events of a device.
type DeviceVisitor<'v> = dyn FnMut(AssetKey, &[Event<'_>]) -> Result<(), StoreError> + 'v;

/// A log that is read.
pub(crate) struct Log<'p> {
    pages: &'p dyn Pages,
    firsts: Vec<u64>,
}

/// An event of a device: which, and where it stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Spot {
    key: AssetKey,
    page: u32,
    offset: u32,
}

/// The fault of bytes that refit does not write.
pub(crate) fn broken(store: &str, seq: u64) -> StoreError {
    let detail =
        format!("event {seq} of the ledger cannot be read; `refit audit verify` says more");
    StoreError::new(StoreFault::Content, store, detail)
}

/// The events of a page with their offsets; `Err` at bytes that are no events.
pub(crate) fn events(page: &[u8]) -> impl Iterator<Item = Result<(usize, &[u8]), ()>> {
    let mut rest = page;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let offset = page.len().saturating_sub(rest.len());
        let Some(event) = bytes::take_bytes(&mut rest) else {
            rest = &[];
            return Some(Err(()));
        };
        Some(Ok((offset, event)))
    })
}

impl<'p> Log<'p> {
    pub(crate) fn open(pages: &'p dyn Pages) -> Result<Self, StoreError> {
        Ok(Self { pages, firsts: pages.firsts()? })
    }

    /// Calls `visit` with the bytes of every event, in order, with its number.
    pub(crate) fn each(&self, visit: &mut EventVisitor<'_>) -> Result<(), StoreError> {
        for &first in &self.firsts {
            let page = self.pages.page(first)?;
            for (seq, event) in (first..).zip(events(&page)) {
                let (_, event) = event.map_err(|()| broken(self.pages.name(), seq))?;
                visit(seq, event)?;
            }
        }
        Ok(())
    }

    /// The bytes of one event, if there is such a number.
    pub(crate) fn event(&self, seq: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let at = self.firsts.partition_point(|first| *first <= seq);
        let Some(&first) = at.checked_sub(1).and_then(|at| self.firsts.get(at)) else {
            return Ok(None);
        };
        let page = self.pages.page(first)?;
        for (number, event) in (first..).zip(events(&page)) {
            let (_, event) = event.map_err(|()| broken(self.pages.name(), number))?;
            if number == seq {
                return Ok(Some(event.to_vec()));
            }
        }
        Ok(None)
    }

    /// The hash of every event.
    pub(crate) fn leaves(&self) -> Result<Vec<Hash>, StoreError> {
        let mut leaves = Vec::new();
        self.each(&mut |_, event| {
            leaves.push(tree::leaf(event));
            Ok(())
        })?;
        Ok(leaves)
    }

    /// The rows of the small tables that a selection leaves, by table and key.
    pub(crate) fn tables(&self, selection: &Selection) -> Result<Tables, StoreError> {
        let mut tables = Tables::default();
        self.each(&mut |seq, bytes| {
            if event::device_of(bytes).is_some() {
                return Ok(());
            }
            let event = event::decode(bytes).ok_or_else(|| broken(self.pages.name(), seq))?;
            tables.apply(&event, selection);
            Ok(())
        })?;
        Ok(tables)
    }

    /// Calls `visit` with the events of each device of which the selection leaves any, devices ascending, events in order.
    ///
    /// Memory: 16 bytes an event and the pages that were read last, 128 MiB at most.
    pub(crate) fn devices(
        &self,
        selection: &Selection,
        only: Option<&[AssetKey]>,
        visit: &mut DeviceVisitor<'_>,
    ) -> Result<(), StoreError> {
        let mut spots: Vec<Spot> = Vec::new();
        for (page, &first) in (0_u32..).zip(&self.firsts) {
            let bytes = self.pages.page(first)?;
            for (seq, event) in (first..).zip(events(&bytes)) {
                let (offset, event) = event.map_err(|()| broken(self.pages.name(), seq))?;
                let Some((key, command)) = event::device_of(event) else { continue };
                let wanted = only.is_none_or(|only| only.binary_search(&key).is_ok());
                if wanted && selection.includes(seq, command) {
                    let offset = u32::try_from(offset).unwrap_or(u32::MAX);
                    spots.push(Spot { key, page, offset });
                }
            }
        }
        spots.sort_unstable();
        self.grouped(&spots, visit)
    }

    fn grouped(&self, spots: &[Spot], visit: &mut DeviceVisitor<'_>) -> Result<(), StoreError> {
        let mut recent = Recent::default();
        for group in spots.chunk_by(|left, right| left.key == right.key) {
            let Some(spot) = group.first() else { continue };
            let mut bytes: Vec<(u32, Arc<[u8]>)> = Vec::with_capacity(group.len());
            for spot in group {
                bytes.push((spot.offset, self.recent(&mut recent, spot.page)?));
            }
            let mut events = Vec::with_capacity(group.len());
            for (offset, page) in &bytes {
                let read = usize::try_from(*offset).ok().and_then(|offset| {
                    let mut rest = page.get(offset..)?;
                    event::decode(bytes::take_bytes(&mut rest)?)
                });
                events.push(read.ok_or_else(|| broken(self.pages.name(), 0))?);
            }
            visit(spot.key, &events)?;
        }
        Ok(())
    }

    /// Every event of one device, in words.
    pub(crate) fn history(&self, key: AssetKey) -> Result<Vec<Described>, StoreError> {
        let mut all = Vec::new();
        self.each(&mut |seq, bytes| {
            if event::device_of(bytes).is_some_and(|(device, _)| device == key) {
                all.push(describe(bytes).ok_or_else(|| broken(self.pages.name(), seq))?);
            }
            Ok(())
        })?;
        Ok(all)
    }

    /// A page, kept for the devices that follow.
    fn recent(&self, recent: &mut Recent, page: u32) -> Result<Arc<[u8]>, StoreError> {
        if let Some(bytes) = recent.pages.get(&page) {
            return Ok(Arc::clone(bytes));
        }
        let first = usize::try_from(page).ok().and_then(|page| self.firsts.get(page));
        let first = first.ok_or_else(|| broken(self.pages.name(), 0))?;
        let bytes = self.pages.page(*first)?;
        if recent.order.len() >= KEPT
            && let Some(oldest) = recent.order.pop_front()
        {
            recent.pages.remove(&oldest);
        }
        recent.order.push_back(page);
        recent.pages.insert(page, Arc::clone(&bytes));
        Ok(bytes)
    }
}

/// The most pages that are kept while devices are replayed: 128 MiB.
const KEPT: usize = 4_096;

/// The pages that were read last, oldest first.
#[derive(Default)]
struct Recent {
    pages: HashMap<u32, Arc<[u8]>>,
    order: VecDeque<u32>,
}

/// Cells that own their texts.
pub(crate) type Owned = Vec<Option<Cell<'static>>>;

/// The rows of the small tables, by key.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Tables(BTreeMap<Table, BTreeMap<Owned, Owned>>);

impl Tables {
    /// Takes over what an event says, if the selection includes it.
    pub(crate) fn apply(&mut self, event: &Event<'_>, selection: &Selection) {
        let (Body::Put(table, cells) | Body::Drop(table, cells)) = &event.body else { return };
        if !selection.includes_row(*table, event) {
            return;
        }
        if matches!(event.body, Body::Put(..)) {
            self.put(*table, cells);
        } else {
            let key: Owned =
                cells.iter().take(table.key()).map(|cell| own(cell.as_ref())).collect();
            self.0.entry(*table).or_default().remove(&key);
        }
    }

    /// Adds or replaces a row.
    pub(crate) fn put(&mut self, table: Table, cells: &[Option<Cell<'_>>]) {
        let key: Owned = cells.iter().take(table.key()).map(|cell| own(cell.as_ref())).collect();
        if table == Table::Organisation {
            let ties = self.0.entry(Table::Link).or_default();
            let own_ties: Vec<Owned> = ties
                .range(key.clone()..)
                .map(|(tie, _)| tie)
                .take_while(|tie| tie.first() == key.first())
                .cloned()
                .collect();
            for tie in own_ties {
                ties.remove(&tie);
            }
        }
        self.0
            .entry(table)
            .or_default()
            .insert(key, cells.iter().map(|cell| own(cell.as_ref())).collect());
    }

    /// How many rows of a table are not the same as another's.
    pub(crate) fn differing(&self, other: &Self, table: Table) -> u64 {
        let empty = BTreeMap::new();
        let (one, two) =
            (self.0.get(&table).unwrap_or(&empty), other.0.get(&table).unwrap_or(&empty));
        let changed = one.iter().filter(|(key, row)| two.get(*key) != Some(row)).count();
        let added = two.keys().filter(|key| !one.contains_key(*key)).count();
        u64::try_from(changed.saturating_add(added)).unwrap_or(u64::MAX)
    }

    /// The rows of a table, ascending by key.
    pub(crate) fn rows(&self, table: Table) -> impl Iterator<Item = &Owned> {
        self.0.get(&table).into_iter().flat_map(BTreeMap::values)
    }
}

fn own(cell: Option<&Cell<'_>>) -> Option<Cell<'static>> {
    cell.map(|cell| match cell {
        Cell::Integer(number) => Cell::Integer(*number),
        Cell::Text(text) => Cell::Text(text.clone().into_owned().into()),
    })
}
