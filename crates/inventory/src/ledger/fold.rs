//! How observations become what is known of a device: the one rule, used by imports, replays and undo.
//!
//! Of two observations of a field, the one from the source of the higher rank decides, unless it is staler than the
//! estate's greatest age; of equal rank, the one whose day is later; without both days, the one recorded later. An
//! observation that does not decide is kept beside, the latest of each source, so that conflicts can be told.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::bytes::{self, Said};
use super::command::LoggedCommand;
use super::event::{Body, Event, Fields, fields};
use super::precedence::Precedence;
use crate::catalogue::{Field, Value};
use crate::import::AssetRow;
use crate::store::{BatchId, EvidenceMap, Origin, StoredAsset};
use crate::vocabulary::Class;

/// What is known of a batch when its rows are weighed.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Standing {
    /// Equal for two batches of one source.
    number: u32,
    source: Arc<str>,
    /// The day that somebody stated for the whole file.
    stated: Option<NaiveDate>,
}

/// How observations are weighed: the batches with their sources, and the order of precedence.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// By number of the batch.
    batches: Vec<Option<Standing>>,
    sources: BTreeMap<Arc<str>, u32>,
    precedence: Precedence,
}

impl Rules {
    /// The rules that hold after these commands.
    pub(crate) fn new(commands: &[LoggedCommand], precedence: Precedence) -> Self {
        let mut rules = Self { precedence, ..Self::default() };
        for LoggedCommand { command, .. } in commands {
            if let Some(batch) = command.batch {
                rules.add(batch, &command.source, command.stated.then_some(command.effective_on));
            }
        }
        rules
    }

    /// Adds a batch.
    pub(crate) fn add(&mut self, batch: BatchId, source: &str, stated: Option<NaiveDate>) {
        let next = u32::try_from(self.sources.len()).unwrap_or(u32::MAX);
        let source: Arc<str> = source.into();
        let number = *self.sources.entry(Arc::clone(&source)).or_insert(next);
        let at = usize::try_from(batch.0).unwrap_or(0);
        if at >= self.batches.len() {
            self.batches.resize(at.saturating_add(1), None);
        }
        if let Some(slot) = self.batches.get_mut(at) {
            *slot = Some(Standing { number, source, stated });
        }
    }

    fn standing(&self, batch: BatchId) -> Option<&Standing> {
        self.batches.get(usize::try_from(batch.0).ok()?)?.as_ref()
    }

    /// Whether two batches came from one system.
    fn same_source(&self, one: BatchId, two: BatchId) -> bool {
        let number = |batch| self.standing(batch).map(|standing| standing.number);
        one == two || number(one) == number(two)
    }

    /// The name of the system that a batch came from.
    pub fn source(&self, batch: BatchId) -> &str {
        self.standing(batch).map_or("", |standing| &standing.source)
    }

    /// The order of precedence.
    pub fn precedence(&self) -> &Precedence {
        &self.precedence
    }

    /// The day that an observation speaks of, where anybody said one.
    pub fn day(&self, origin: Origin) -> Option<NaiveDate> {
        origin.seen_on.or_else(|| self.standing(origin.batch)?.stated)
    }

    /// Whether a new observation of a field gives way to the one that decides it.
    fn yields(&self, field: Field, new: Origin, known: Origin) -> bool {
        let rank = |origin: Origin| self.precedence.rank(field, self.source(origin.batch));
        let (new_rank, known_rank) = (rank(new), rank(known));
        let days = self.day(new).zip(self.day(known));
        let outlived = |old: NaiveDate, later: NaiveDate| {
            self.precedence
                .max_age_days(field)
                .is_some_and(|most| later.signed_duration_since(old).num_days() > i64::from(most))
        };
        match new_rank.cmp(&known_rank) {
            // A smaller number is a better rank.
            std::cmp::Ordering::Less => days.is_some_and(|(new, known)| outlived(new, known)),
            std::cmp::Ordering::Greater => !days.is_some_and(|(new, known)| outlived(known, new)),
            std::cmp::Ordering::Equal => days.is_some_and(|(new, known)| new < known),
        }
    }
}

/// An observation that does not decide its field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Other {
    /// The field.
    pub field: Field,
    /// Where it stands.
    pub origin: Origin,
    /// What it says.
    pub value: Value,
}

/// The latest observation of each other source for each field, ascending by field and batch.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Others(Vec<Other>);

impl Others {
    /// Every one.
    pub fn iter(&self) -> impl Iterator<Item = &Other> {
        self.0.iter()
    }

    /// True without any.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn position(&self, rules: &Rules, field: Field, source: &str) -> Option<usize> {
        self.0
            .iter()
            .position(|other| other.field == field && rules.source(other.origin.batch) == source)
    }

    fn remove(&mut self, rules: &Rules, field: Field, source: &str) {
        if let Some(at) = self.position(rules, field, source) {
            self.0.remove(at);
        }
    }

    /// Keeps an observation; false when its source said the same before and no later day.
    fn keep(&mut self, rules: &Rules, other: Other) -> bool {
        let source = rules.source(other.origin.batch);
        if let Some(known) =
            self.position(rules, other.field, source).and_then(|at| self.0.get_mut(at))
        {
            let older = rules
                .day(other.origin)
                .zip(rules.day(known.origin))
                .is_some_and(|(new, known)| new < known);
            let same =
                known.value == other.value && rules.day(known.origin) >= rules.day(other.origin);
            if older || same {
                return false;
            }
            *known = other;
        } else {
            self.0.push(other);
        }
        self.0.sort_by_key(|other| (other.field, other.origin.batch));
        true
    }

    /// The bytes that stores keep.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for Other { field, origin, value } in &self.0 {
            bytes::put(&mut bytes, u64::from(origin.batch.0));
            bytes::put(&mut bytes, u64::from(origin.row));
            bytes::put(&mut bytes, bytes::day_number(origin.seen_on));
            bytes::put_value(&mut bytes, *field, value);
        }
        bytes
    }

    /// Reads what [`Others::encode`] wrote; `None` for other bytes.
    pub(crate) fn decode(mut bytes: &[u8]) -> Option<Self> {
        let mut all = Vec::new();
        while !bytes.is_empty() {
            let batch = BatchId(u32::try_from(bytes::take(&mut bytes)?).ok()?);
            let row = u32::try_from(bytes::take(&mut bytes)?).ok()?;
            let seen_on = bytes::day(bytes::take(&mut bytes)?)?;
            let Said::Value(field, value) = bytes::take_value(&mut bytes)? else { return None };
            all.push(Other { field, origin: Origin { batch, row, seen_on }, value });
        }
        Some(Self(all))
    }
}

/// What a row did to a device.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Merged {
    /// Anything of what is kept changed.
    pub changed: bool,
    /// The fields whose observation was kept beside, since another decides.
    pub beside: u32,
}

/// Whether a row says nothing of a device that its own source did not say before of the same day.
pub(crate) fn adds_nothing(
    asset: &StoredAsset,
    row: &AssetRow,
    origin: Origin,
    rules: &Rules,
) -> bool {
    let old = |field: Field| {
        asset.evidence.get(field).is_some_and(|known| {
            let day = rules.day(origin);
            rules.same_source(known.batch, origin.batch)
                && (day.is_none() || day == rules.day(known))
        })
    };
    let identity = [
        (Field::AssetTag, row.tag.is_none() || row.tag == asset.tag, row.tag.is_some()),
        (
            Field::SerialNumber,
            row.serial.is_none() || row.serial == asset.serial,
            row.serial.is_some(),
        ),
        (
            Field::Class,
            row.class.as_ref().is_none_or(|class| *class == asset.class),
            row.class.is_some(),
        ),
    ];
    if identity.iter().any(|(field, same, said)| !same || (*said && !old(*field))) {
        return false;
    }
    let mut known = asset.values.iter();
    row.values.iter().all(|(field, value)| {
        known.find(|(other, _)| other == field).is_some_and(|(_, known)| known == value)
            && old(*field)
    })
}

/// A device of which nothing was known; `None` without a class.
pub(crate) fn first(row: AssetRow, origin: Origin) -> Option<StoredAsset> {
    let class = row.class?;
    let identity = [
        row.tag.as_ref().map(|_| Field::AssetTag),
        row.serial.as_ref().map(|_| Field::SerialNumber),
        Some(Field::Class),
    ];
    let known = identity.into_iter().flatten().chain(row.values.iter().map(|(field, _)| *field));
    let evidence = EvidenceMap::of_row(origin, known);
    Some(StoredAsset {
        tag: row.tag,
        serial: row.serial,
        class,
        values: row.values,
        evidence,
        others: Others::default(),
    })
}

/// Takes over what a row says of a device.
///
/// A value that is the same keeps its evidence, unless the row's source saw the device on a later day.
pub(crate) fn merge(
    asset: &mut StoredAsset,
    row: AssetRow,
    origin: Origin,
    rules: &Rules,
) -> Merged {
    let mut merged = Merged::default();
    let mut identity = |field: Field, same: bool, evidence: &mut EvidenceMap| {
        let before = evidence.get(field).and_then(|known| rules.day(known));
        if !same || rules.day(origin) > before {
            evidence.set(field, origin);
            merged.changed = true;
        }
    };
    if let Some(tag) = row.tag {
        identity(Field::AssetTag, asset.tag.as_ref() == Some(&tag), &mut asset.evidence);
        asset.tag = Some(tag);
    }
    if let Some(serial) = row.serial {
        identity(Field::SerialNumber, asset.serial.as_ref() == Some(&serial), &mut asset.evidence);
        asset.serial = Some(serial);
    }
    if let Some(class) = row.class {
        identity(Field::Class, asset.class == class, &mut asset.evidence);
        asset.class = class;
    }
    for (field, value) in row.values {
        observe(asset, (field, value), origin, rules, &mut merged);
    }
    merged
}

fn observe(
    asset: &mut StoredAsset,
    (field, value): (Field, Value),
    origin: Origin,
    rules: &Rules,
    merged: &mut Merged,
) {
    let at = match asset.values.binary_search_by_key(&field, |(known, _)| *known) {
        Ok(at) => at,
        Err(at) => {
            asset.values.insert(at, (field, value));
            asset.evidence.set(field, origin);
            merged.changed = true;
            return;
        }
    };
    let Some((_, known)) = asset.values.get_mut(at) else { return };
    let Some(before) = asset.evidence.get(field) else {
        // Without evidence anything decides.
        merged.changed = true;
        *known = value;
        asset.evidence.set(field, origin);
        return;
    };
    let (own, other) = (rules.source(origin.batch), rules.source(before.batch));
    if rules.yields(field, origin, before) {
        if own != other && asset.others.keep(rules, Other { field, origin, value }) {
            merged.changed = true;
            merged.beside = merged.beside.saturating_add(1);
        }
        return;
    }
    let same = *known == value;
    let rank = |source: &str| rules.precedence.rank(field, source);
    if !same || rules.day(origin) > rules.day(before) || (own != other && rank(own) < rank(other)) {
        let old = std::mem::replace(known, value);
        asset.evidence.set(field, origin);
        if own != other {
            asset.others.remove(rules, field, own);
            asset.others.keep(rules, Other { field, origin: before, value: old });
        }
        merged.changed = true;
    } else if own != other && asset.others.keep(rules, Other { field, origin, value }) {
        merged.changed = true;
    }
}

/// Why events do not make a device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Unreadable {
    /// The event.
    pub(crate) seq: u64,
}

/// What the events of one device add up to; `None` when they are none or do not say its class.
pub(crate) fn replay(
    events: &[Event<'_>],
    batch_of: &dyn Fn(u64) -> Option<BatchId>,
    rules: &dyn Fn(u64) -> Arc<Rules>,
) -> Result<Option<StoredAsset>, Unreadable> {
    let mut asset: Option<StoredAsset> = None;
    for event in events {
        let unreadable = || Unreadable { seq: event.seq };
        match &event.body {
            Body::Seen { line, seen_on, fields, .. } => {
                let batch = batch_of(event.command).ok_or_else(unreadable)?;
                let row = read_row(fields, *line, *seen_on).ok_or_else(unreadable)?;
                let origin = Origin { batch, row: *line, seen_on: *seen_on };
                match &mut asset {
                    Some(asset) => {
                        merge(asset, row, origin, &rules(event.seq));
                    }
                    None => asset = first(row, origin),
                }
            }
            Body::Adopted { evidence, others, fields, .. } => {
                let row = read_row(fields, 0, None).ok_or_else(unreadable)?;
                let evidence = EvidenceMap::decode(evidence).ok_or_else(unreadable)?;
                let others = Others::decode(others).ok_or_else(unreadable)?;
                let class = row.class.ok_or_else(unreadable)?;
                let AssetRow { tag, serial, values, .. } = row;
                asset = Some(StoredAsset { tag, serial, class, values, evidence, others });
            }
            Body::Put(..) | Body::Drop(..) => {}
        }
    }
    Ok(asset)
}

/// The row of an event's fields; `None` for bytes that refit does not write.
pub(crate) fn read_row(bytes: &[u8], line: u32, seen_on: Option<NaiveDate>) -> Option<AssetRow> {
    let mut row = AssetRow {
        line,
        tag: None,
        serial: None,
        class: None,
        values: Vec::with_capacity(28),
        seen_on,
    };
    for said in fields(bytes) {
        match said.ok()? {
            Said::Word(Field::AssetTag, text) => row.tag = Some(text.parse().ok()?),
            Said::Word(Field::SerialNumber, text) => row.serial = Some(text.parse().ok()?),
            Said::Word(_, text) => row.class = Some(Class::stored(text)),
            Said::Value(field, value) => row.values.push((field, value)),
        }
    }
    row.values.is_sorted_by(|(left, _), (right, _)| left < right).then_some(row)
}

impl Fields {
    /// What a row says.
    pub(crate) fn set_row(&mut self, row: &AssetRow) {
        let class = row.class.as_ref().map(Class::as_str);
        self.set(row.tag.as_ref(), row.serial.as_ref(), class, &row.values);
    }
}
