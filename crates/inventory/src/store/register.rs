//! The whole estate in memory: columns, identities and evidence of devices, organisations and models.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::cell::Cell;
use super::{BatchId, EvidenceMap, StoredModel};
use crate::asset::{Asset, Evidence, Fact};
use crate::catalogue::{Field, Value};
use crate::columns::{Column, Columns};
use crate::model::{Model, ModelKey};
use crate::organisation::{OrgTree, Organisation};
use crate::sets::{Item, SetColumn, SetField};
use crate::vocabulary::{AssetTag, Class, EstateId, SerialNumber};

/// Everything that verdicts and plans are computed from, as of one moment.
///
/// Devices are sorted by label (then by serial number), so that nothing computed from a register depends on the order in
/// which rows were imported. A device is an index into it. Facts that a device lacks and its model supplies are filled
/// in, with the models file as their evidence.
///
/// Memory: about 4 bytes a device and known field, plus the identities and about 15 bytes of evidence a device.
#[derive(Clone, Debug)]
pub struct Register {
    estate: EstateId,
    tags: Vec<Option<AssetTag>>,
    serials: Vec<Option<SerialNumber>>,
    columns: Columns,
    evidence: Vec<u8>,
    evidence_ends: Vec<usize>,
    model_of: Vec<u32>,
    models: Vec<StoredModel>,
    organisations: OrgTree,
    sources: BTreeMap<BatchId, Arc<str>>,
}

impl Register {
    /// The estate.
    pub fn estate(&self) -> &EstateId {
        &self.estate
    }

    /// Number of devices.
    pub fn len(&self) -> usize {
        self.tags.len()
    }

    /// True without devices.
    pub fn is_empty(&self) -> bool {
        self.tags.is_empty()
    }

    /// All fields of all devices, in the register's order.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Every organisation.
    pub fn organisations(&self) -> &OrgTree {
        &self.organisations
    }

    /// Every model, by maker and name.
    pub fn models(&self) -> impl Iterator<Item = &Model> {
        self.models.iter().map(|stored| &stored.model)
    }

    /// The label stuck on a device.
    pub fn tag(&self, device: usize) -> Option<&AssetTag> {
        self.tags.get(device).and_then(Option::as_ref)
    }

    /// The serial number of a device.
    pub fn serial(&self, device: usize) -> Option<&SerialNumber> {
        self.serials.get(device).and_then(Option::as_ref)
    }

    /// The name by which outputs call a device: the tag, else the serial number; empty for no such device.
    pub fn label(&self, device: usize) -> &str {
        let tag = self.tag(device).map(AssetTag::as_str);
        tag.or_else(|| self.serial(device).map(SerialNumber::as_str)).unwrap_or_default()
    }

    /// The class of a device.
    pub fn class(&self, device: usize) -> Option<&Class> {
        let code = *self.columns.class_codes().get(device)?;
        self.columns.classes().get(usize::try_from(code).ok()?)
    }

    /// What is known of a field of a device.
    pub fn value(&self, field: Field, device: usize) -> Option<&Value> {
        self.columns.value(field, device)
    }

    /// The model of a device, where a models file describes it.
    pub fn model(&self, device: usize) -> Option<&Model> {
        self.stored_model(device).map(|stored| &stored.model)
    }

    /// How a field of a device is known; `None` when it is unknown or derived.
    ///
    /// Cost: decodes the few bytes of the device's evidence.
    pub fn evidence(&self, field: Field, device: usize) -> Option<Evidence> {
        let origin = self.evidence_map(device)?.get(field).or_else(|| {
            let stored = self.stored_model(device)?;
            stored.model.facts.contains_key(&field).then_some(stored.origin)
        })?;
        Some(Evidence {
            source: self.sources.get(&origin.batch).cloned().unwrap_or_else(|| "".into()),
            row: origin.row,
            seen_on: origin.seen_on,
        })
    }

    /// The device of a tag, or else of a serial number.
    ///
    /// Cost: logarithmic for labels, one pass for serial numbers of devices that have a tag.
    pub fn find(&self, name: &str) -> Option<usize> {
        let mut low = 0;
        let mut high = self.len();
        while low < high {
            let middle = low.midpoint(high);
            if self.label(middle) < name {
                low = middle.saturating_add(1);
            } else {
                high = middle;
            }
        }
        if self.label(low) == name && low < self.len() {
            return Some(low);
        }
        self.serials
            .iter()
            .position(|serial| serial.as_ref().is_some_and(|own| own.as_str() == name))
    }

    /// A device with all its facts and their evidence.
    pub fn asset(&self, device: usize) -> Option<Asset> {
        let class = self.class(device)?.clone();
        let facts = Field::columns()
            .filter_map(|field| {
                let value = self.value(field, device)?.clone();
                let evidence = self.evidence(field, device)?;
                Some((field, Fact { value, evidence }))
            })
            .collect();
        Some(Asset {
            tag: self.tag(device).cloned(),
            serial: self.serial(device).cloned(),
            class,
            facts,
        })
    }

    /// Every device in the register's order, made one by one.
    pub fn assets(&self) -> impl Iterator<Item = Asset> + '_ {
        (0..self.len()).filter_map(|device| self.asset(device))
    }

    /// The origin of each field of a device, as its own sources gave them.
    pub fn evidence_map(&self, device: usize) -> Option<EvidenceMap> {
        let end = *self.evidence_ends.get(device)?;
        let start = device.checked_sub(1).and_then(|before| self.evidence_ends.get(before));
        EvidenceMap::decode(self.evidence.get(start.copied().unwrap_or(0)..end)?)
    }

    fn stored_model(&self, device: usize) -> Option<&StoredModel> {
        let number = usize::try_from(*self.model_of.get(device)?).ok()?;
        self.models.get(number.checked_sub(1)?)
    }
}

/// A column while its rows are being read: codes in the order of first appearance.
#[derive(Debug, Default)]
struct Growing {
    by_text: HashMap<Box<str>, u32>,
    by_integer: HashMap<i64, u32>,
    values: Vec<Value>,
    codes: Vec<u32>,
}

impl Growing {
    fn push(&mut self, field: Field, cell: &Cell<'_>, row: usize) -> Option<()> {
        self.codes.resize(row, 0);
        let known = match cell {
            Cell::Text(text) => self.by_text.get(text.as_ref()),
            Cell::Integer(number) => self.by_integer.get(number),
        };
        let code = if let Some(code) = known {
            *code
        } else {
            let code = self.intern(cell.to_value(field.kind())?)?;
            match cell {
                Cell::Text(text) => drop(self.by_text.insert(text.as_ref().into(), code)),
                Cell::Integer(number) => drop(self.by_integer.insert(*number, code)),
            }
            code
        };
        self.codes.push(code);
        Some(())
    }

    fn intern(&mut self, value: Value) -> Option<u32> {
        self.values.push(value);
        u32::try_from(self.values.len()).ok()
    }

    /// The column with its dictionary ascending and its rows in another order.
    fn finish(mut self, order: &[usize]) -> Column {
        self.codes.resize(order.len(), 0);
        let mut sorted: Vec<(Value, usize)> =
            self.values.into_iter().enumerate().map(|(at, value)| (value, at)).collect();
        sorted.sort();
        let mut values: Vec<Value> = Vec::with_capacity(sorted.len());
        let mut new_codes = vec![0_u32; sorted.len().saturating_add(1)];
        for (value, old) in sorted {
            if values.last() != Some(&value) {
                values.push(value);
            }
            if let Some(slot) = new_codes.get_mut(old.saturating_add(1)) {
                *slot = u32::try_from(values.len()).unwrap_or(u32::MAX);
            }
        }
        let renamed = |code: u32| {
            usize::try_from(code).ok().and_then(|code| new_codes.get(code)).copied().unwrap_or(0)
        };
        let codes =
            order.iter().map(|&row| renamed(self.codes.get(row).copied().unwrap_or(0))).collect();
        Column { values, codes }
    }
}

/// The assurances of each device's model; unknown where the models file says none.
fn assurances(model_of: impl Iterator<Item = u32>, models: &[StoredModel]) -> SetColumn {
    let of_model: Vec<Option<Vec<Item>>> = models
        .iter()
        .map(|stored| {
            let items = stored.model.assurances.iter().filter_map(|text| text.parse().ok());
            Some(items.collect::<Vec<Item>>()).filter(|items| !items.is_empty())
        })
        .collect();
    if of_model.iter().all(Option::is_none) {
        return SetColumn::default();
    }
    SetColumn::from_sets(model_of.map(|number| {
        let at = usize::try_from(number).ok()?.checked_sub(1)?;
        of_model.get(at)?.clone()
    }))
}

/// The growing column of a field.
fn growing(fields: &mut Vec<Growing>, field: Field) -> &mut Growing {
    let at = usize::from(field.number());
    if at >= fields.len() {
        fields.resize_with(at.saturating_add(1), Growing::default);
    }
    // INVARIANT: the list was just made long enough.
    #[expect(clippy::indexing_slicing, reason = "the list was just made long enough")]
    &mut fields[at]
}

/// What a store knows beside its devices.
#[derive(Debug)]
pub(crate) struct Surroundings {
    pub(crate) estate: EstateId,
    pub(crate) organisations: Vec<Organisation>,
    pub(crate) models: Vec<StoredModel>,
    pub(crate) sources: BTreeMap<BatchId, Arc<str>>,
}

/// Makes a register from rows in any order.
#[derive(Debug, Default)]
pub(crate) struct RegisterBuilder {
    tags: Vec<Option<AssetTag>>,
    serials: Vec<Option<SerialNumber>>,
    classes: HashMap<Box<str>, u32>,
    class_codes: Vec<u32>,
    /// One a field, by its number.
    fields: Vec<Growing>,
    evidence: Vec<u8>,
    evidence_ends: Vec<usize>,
}

impl RegisterBuilder {
    /// Adds a device; `None` when a cell is none that refit writes.
    pub(crate) fn push<'c>(
        &mut self,
        (tag, serial, class): (Option<&str>, Option<&str>, &str),
        cells: impl Iterator<Item = (Field, Cell<'c>)>,
        evidence: &[u8],
    ) -> Option<()> {
        let row = self.tags.len();
        self.tags.push(tag.map(|tag| tag.parse().ok()).map_or(Some(None), |tag| tag.map(Some))?);
        self.serials.push(
            serial
                .map(|serial| serial.parse().ok())
                .map_or(Some(None), |serial| serial.map(Some))?,
        );
        let next = u32::try_from(self.classes.len()).ok()?;
        let code = if let Some(code) = self.classes.get(class) {
            *code
        } else {
            self.classes.insert(class.into(), next);
            next
        };
        self.class_codes.push(code);
        for (field, cell) in cells {
            growing(&mut self.fields, field).push(field, &cell, row)?;
        }
        EvidenceMap::decode(evidence)?;
        self.evidence.extend_from_slice(evidence);
        self.evidence_ends.push(self.evidence.len());
        Some(())
    }

    /// The register, sorted, with the facts that models supply.
    pub(crate) fn finish(mut self, around: Surroundings) -> Register {
        let count = self.tags.len();
        for growing in &mut self.fields {
            growing.codes.resize(count, 0);
        }
        let model_of = self.supply_from_models(&around.models);
        let order = self.order();
        let (classes, class_codes) = self.sorted_classes(&order);
        let fields = (0_u8..)
            .zip(self.fields)
            .filter(|(_, growing)| !growing.values.is_empty())
            .filter_map(|(number, growing)| {
                Some((Field::from_number(number)?, growing.finish(&order)))
            })
            .collect();
        let mut evidence = Vec::with_capacity(self.evidence.len());
        let mut evidence_ends = Vec::with_capacity(count);
        for &row in &order {
            let end = self.evidence_ends.get(row).copied().unwrap_or(0);
            let before = row.checked_sub(1).and_then(|row| self.evidence_ends.get(row)).copied();
            evidence.extend(self.evidence.get(before.unwrap_or(0)..end).unwrap_or_default());
            evidence_ends.push(evidence.len());
        }
        let pick = |row: &usize| model_of.get(*row).copied().unwrap_or(0);
        let assured = assurances(order.iter().map(pick), &around.models);
        Register {
            estate: around.estate,
            tags: order.iter().map(|row| self.tags.get_mut(*row).and_then(Option::take)).collect(),
            serials: order
                .iter()
                .map(|row| self.serials.get_mut(*row).and_then(Option::take))
                .collect(),
            columns: Columns::from_parts(count, classes, class_codes, fields)
                .with_sets(SetField::Assured, assured),
            evidence,
            evidence_ends,
            model_of: order.iter().map(pick).collect(),
            models: around.models,
            organisations: OrgTree::new(around.organisations),
            sources: around.sources,
        }
    }

    /// Rows by label, then those with a tag first, then by serial number.
    fn order(&self) -> Vec<usize> {
        let key = |row: &usize| {
            let tag = self.tags.get(*row).and_then(Option::as_ref).map(AssetTag::as_str);
            let serial = self.serials.get(*row).and_then(Option::as_ref).map(SerialNumber::as_str);
            (tag.or(serial), tag.is_none(), serial)
        };
        let mut order: Vec<usize> = (0..self.tags.len()).collect();
        order.sort_by(|left, right| key(left).cmp(&key(right)));
        order
    }

    fn sorted_classes(&self, order: &[usize]) -> (Vec<Class>, Vec<u32>) {
        let sorted: BTreeMap<&str, u32> =
            self.classes.keys().map(|word| (word.as_ref(), 0)).collect();
        let ranks: BTreeMap<&str, u32> = sorted.into_keys().zip(0_u32..).collect();
        let mut new_codes = vec![0_u32; ranks.len()];
        for (word, rank) in &ranks {
            let old = self.classes.get(*word).and_then(|code| usize::try_from(*code).ok());
            if let Some(slot) = old.and_then(|old| new_codes.get_mut(old)) {
                *slot = *rank;
            }
        }
        let codes = order
            .iter()
            .filter_map(|row| self.class_codes.get(*row))
            .map(|code| {
                usize::try_from(*code)
                    .ok()
                    .and_then(|code| new_codes.get(code))
                    .copied()
                    .unwrap_or(0)
            })
            .collect();
        (ranks.into_keys().map(Class::stored).collect(), codes)
    }

    /// Fills in what models know; gives the model of each device, 0 for none and `n` for `models[n - 1]`.
    fn supply_from_models(&mut self, models: &[StoredModel]) -> Vec<u32> {
        let count = self.tags.len();
        let mut by_key: HashMap<ModelKey, usize> = HashMap::new();
        for (at, stored) in models.iter().enumerate() {
            for key in stored.model.keys() {
                by_key.entry(key).or_insert(at);
            }
        }
        let (Some(makers), Some(names)) = (
            self.fields.get(usize::from(Field::Manufacturer.number())),
            self.fields.get(usize::from(Field::Model.number())),
        ) else {
            return vec![0; count];
        };
        let text = |growing: &Growing, code: u32| {
            let at = usize::try_from(code).ok()?.checked_sub(1)?;
            growing.values.get(at).map(ToString::to_string)
        };
        let mut known: HashMap<(u32, u32), u32> = HashMap::new();
        let mut model_of = Vec::with_capacity(count);
        for (&maker, &name) in makers.codes.iter().zip(&names.codes) {
            let model = *known.entry((maker, name)).or_insert_with(|| {
                let key = text(makers, maker)
                    .zip(text(names, name))
                    .map(|(maker, name)| ModelKey::new(&maker, &name));
                let at = key.and_then(|key| by_key.get(&key).copied());
                at.and_then(|at| u32::try_from(at.saturating_add(1)).ok()).unwrap_or(0)
            });
            model_of.push(model);
        }
        let mut devices_of: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (device, model) in model_of.iter().enumerate().filter(|(_, model)| **model > 0) {
            devices_of.entry(*model).or_default().push(device);
        }
        for (number, stored) in (1_u32..).zip(models) {
            if let Some(devices) = devices_of.get(&number) {
                self.supply(&stored.model, devices);
            }
        }
        model_of
    }

    fn supply(&mut self, model: &Model, devices: &[usize]) {
        let count = self.tags.len();
        for (field, value) in &model.facts {
            let growing = growing(&mut self.fields, *field);
            growing.codes.resize(count, 0);
            let Some(code) = growing.intern(value.clone()) else { continue };
            for device in devices {
                if let Some(slot @ 0) = growing.codes.get_mut(*device) {
                    *slot = code;
                }
            }
        }
    }
}
