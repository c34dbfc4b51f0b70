//! The state of an estate at any moment, made from its events; and the audit of the log itself.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::command::{Command, LoggedCommand};
use super::event::{self, Body};
use super::fold::{self, Rules};
use super::log::{Log, Pages, Tables, broken, events};
use super::precedence::{self, Precedence};
use super::records::{self, Row};
use super::select::{Moment, Selection};
use super::table::Table;
use super::tree::{self, Frontier, Hash};
use crate::organisation::Organisation;
use crate::store::cell::Cell;
use crate::store::register::{RegisterBuilder, Surroundings};
use crate::store::{AssetKey, BatchId, Register, StoreError, StoreFault, StoredAsset};
use crate::vocabulary::{AssetTag, EstateId, SerialNumber};

/// The size and the root of a log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// Number of events.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
}

impl Head {
    pub(crate) fn of(frontier: &Frontier) -> Self {
        Self { size: frontier.size(), root: frontier.root() }
    }
}

/// Something that an audit found to be otherwise than the events say.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Finding {
    /// The table, or `ledger`.
    pub place: String,
    /// The row: a key, a device, the number of an event.
    pub row: String,
    /// What is wrong.
    pub what: String,
}

impl Finding {
    pub(crate) fn new(place: &str, row: impl Into<String>, what: impl Into<String>) -> Self {
        Self { place: place.to_owned(), row: row.into(), what: what.into() }
    }
}

/// What an audit read and what it found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Summary {
    /// The head of the log as recomputed from the events.
    pub head: Head,
    /// How many commands there are.
    pub commands: u64,
    /// How many devices were compared with their events.
    pub devices: u64,
    /// Heads of this log at the sizes that were asked about.
    pub heads: Vec<Head>,
    /// Every finding, the first thousand of them; empty when all is as the events say.
    pub findings: Vec<Finding>,
}

/// A log with what is needed to replay it.
pub(crate) struct Replay<'p> {
    pub(crate) log: Log<'p>,
    pub(crate) commands: Vec<LoggedCommand>,
    pub(crate) selection: Selection,
    batches: HashMap<u64, BatchId>,
    /// The rules from the event of a number on.
    rules: Vec<(u64, Arc<Rules>)>,
    name: String,
}

impl<'p> Replay<'p> {
    pub(crate) fn open(pages: &'p dyn Pages, moment: &Moment) -> Result<Self, StoreError> {
        let log = Log::open(pages)?;
        let mut commands: Vec<LoggedCommand> = Vec::new();
        let mut precedences: Vec<(u64, Precedence)> = Vec::new();
        let name = pages.name().to_owned();
        log.each(&mut |seq, bytes| {
            if event::device_of(bytes).is_some() {
                return Ok(());
            }
            let event = event::decode(bytes).ok_or_else(|| broken(&name, seq))?;
            match &event.body {
                Body::Put(Table::Command, cells) => {
                    let read = Command::from_cells(cells).ok_or_else(|| broken(&name, seq))?;
                    commands.push(LoggedCommand { seq: read.0, command: read.1 });
                }
                Body::Put(Table::Setting, cells) => {
                    let row = Row(cells);
                    if row.text(0).as_deref() == Some(precedence::SETTING) {
                        let text = row.text(1).unwrap_or_default();
                        precedences.push((seq, Precedence::parse(&text).unwrap_or_default()));
                    }
                }
                _ => {}
            }
            Ok(())
        })?;
        let selection = Selection::at(&commands, moment);
        let batches = commands
            .iter()
            .filter_map(|logged| Some((logged.seq, logged.command.batch?)))
            .collect();
        let mut rules = vec![(0, Arc::new(Rules::new(&commands, Precedence::default())))];
        for (seq, precedence) in precedences {
            rules.push((seq, Arc::new(Rules::new(&commands, precedence))));
        }
        Ok(Self { log, commands, selection, batches, rules, name })
    }

    /// The rules that hold at an event.
    pub(crate) fn rules(&self, seq: u64) -> Arc<Rules> {
        let at = self.rules.partition_point(|(from, _)| *from <= seq);
        at.checked_sub(1)
            .and_then(|at| self.rules.get(at))
            .map(|(_, rules)| Arc::clone(rules))
            .unwrap_or_default()
    }

    /// Calls `visit` with each device of which anything was said, ascending by number; without what it adds up to when
    /// that lacks the class. `only` names the devices that are wanted, ascending.
    pub(crate) fn devices(
        &self,
        only: Option<&[AssetKey]>,
        visit: &mut dyn FnMut(AssetKey, Option<StoredAsset>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let batch_of = |command: u64| self.batches.get(&command).copied();
        self.log.devices(&self.selection, only, &mut |key, events| {
            let made = fold::replay(events, &batch_of, &|seq| self.rules(seq))
                .map_err(|fault| broken(&self.name, fault.seq))?;
            visit(key, made)
        })
    }

    /// The rows of the small tables.
    pub(crate) fn tables(&self) -> Result<Tables, StoreError> {
        self.log.tables(&self.selection)
    }

    /// The devices that a batch said anything of.
    pub(crate) fn of_batch(&self, batch: BatchId) -> Result<Vec<AssetKey>, StoreError> {
        let mut keys = Vec::new();
        self.log.each(&mut |_, bytes| {
            if let Some((key, command)) = event::device_of(bytes)
                && self.batches.get(&command) == Some(&batch)
            {
                keys.push(key);
            }
            Ok(())
        })?;
        keys.sort_unstable();
        keys.dedup();
        Ok(keys)
    }
}

/// The estate at a moment, from its events.
pub(crate) fn register(
    pages: &dyn Pages,
    estate: &EstateId,
    moment: &Moment,
) -> Result<Register, StoreError> {
    let replay = Replay::open(pages, moment)?;
    let mut builder = RegisterBuilder::default();
    replay.devices(None, &mut |_, asset| {
        asset.map_or(Ok(()), |asset| push(&mut builder, &asset, pages.name()))
    })?;
    let tables = replay.tables()?;
    let content = || broken(pages.name(), 0);
    let batches =
        tables.rows(Table::Batch).map(|row| records::to_batch(row)).collect::<Option<Vec<_>>>();
    Ok(builder.finish(Surroundings {
        estate: estate.clone(),
        organisations: organisations_of(&tables).ok_or_else(content)?,
        models: tables
            .rows(Table::Model)
            .map(|row| records::to_model(row))
            .collect::<Option<Vec<_>>>()
            .ok_or_else(content)?,
        sources: batches
            .ok_or_else(content)?
            .into_iter()
            .map(|batch| (batch.id, batch.file.into()))
            .collect(),
    }))
}

/// Adds a device to a register.
pub(crate) fn push(
    builder: &mut RegisterBuilder,
    asset: &StoredAsset,
    store: &str,
) -> Result<(), StoreError> {
    let identity = (
        asset.tag.as_ref().map(AssetTag::as_str),
        asset.serial.as_ref().map(SerialNumber::as_str),
        asset.class.as_str(),
    );
    let cells = asset.values.iter().map(|(field, value)| (*field, Cell::of(value)));
    builder.push(identity, cells, &asset.evidence.encode()).ok_or_else(|| {
        StoreError::new(StoreFault::Content, store, format!("the device `{}`", asset.label()))
    })
}

/// The organisations at a moment, from their events.
pub(crate) fn organisations(
    pages: &dyn Pages,
    moment: &Moment,
) -> Result<Vec<Organisation>, StoreError> {
    let replay = Replay::open(pages, moment)?;
    organisations_of(&replay.tables()?).ok_or_else(|| broken(pages.name(), 0))
}

fn organisations_of(tables: &Tables) -> Option<Vec<Organisation>> {
    records::join(tables.rows(Table::Organisation), tables.rows(Table::Link))
}

/// The heads of a log recomputed from its events, and every place at which the log is not what refit writes.
pub(crate) struct LogAudit {
    pub(crate) frontier: Frontier,
    pub(crate) heads: BTreeMap<u64, Hash>,
    pub(crate) findings: Vec<Finding>,
}

impl LogAudit {
    /// Reads every event of the log. `sizes` are the sizes at which the root is wanted, ascending.
    pub(crate) fn run(pages: &dyn Pages, sizes: &[u64]) -> Result<Self, StoreError> {
        let mut audit =
            Self { frontier: Frontier::new(), heads: BTreeMap::new(), findings: Vec::new() };
        let mut sizes = sizes.iter().copied().peekable();
        audit.note(&mut sizes);
        for first in pages.firsts()? {
            if first != audit.frontier.size() {
                let what = format!(
                    "expected event {}, the page begins with {first}",
                    audit.frontier.size()
                );
                audit.findings.push(Finding::new("event_page", first.to_string(), what));
                return Ok(audit);
            }
            let page = pages.page(first)?;
            for event in events(&page) {
                let seq = audit.frontier.size();
                let Ok((_, bytes)) = event else {
                    audit.findings.push(Finding::new(
                        "event_page",
                        seq.to_string(),
                        "the page ends within an event",
                    ));
                    return Ok(audit);
                };
                if event::seq_of(bytes) != Some(seq) {
                    let what = "the event does not bear the number of its place";
                    audit.findings.push(Finding::new("event_page", seq.to_string(), what));
                    return Ok(audit);
                }
                audit.frontier.push(tree::leaf(bytes));
                audit.note(&mut sizes);
            }
        }
        Ok(audit)
    }

    fn note(&mut self, sizes: &mut std::iter::Peekable<impl Iterator<Item = u64>>) {
        let size = self.frontier.size();
        while sizes.next_if(|next| *next <= size).is_some() {
            self.heads.insert(size, self.frontier.root());
        }
    }
}
