//! `pins.toml`: what has been decided already, and what must be done before a date.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diagnostic::toml_file::{self, Located, Table};
use diagnostic::{Diagnostic, Diagnostics, Place, Source};
use inventory::toml_values::Date;
use inventory::{Class, ClassCatalogue, FinancialYear, OrgCode};

use super::reading::{Once, class_of, optional_text, required_text};
use crate::codes;

/// A device whose year of replacement is decided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pin {
    /// Its label: asset tag, or serial number where it has no tag.
    pub asset: String,
    /// The year of receipt.
    pub fy: FinancialYear,
    /// The item to buy; `None` leaves the choice to the plan.
    pub item: Option<Located<String>>,
    /// Why.
    pub reason: Option<String>,
    /// Where it stands in the file.
    pub place: Place,
}

/// A device that the plan is to leave alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Exclusion {
    /// Its label.
    pub asset: String,
    /// Why.
    pub reason: Option<String>,
    /// Where it stands in the file.
    pub place: Place,
}

/// A day before which devices must have been replaced. A device is meant when it matches everything that is given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deadline {
    /// The name by which reasons and conflicts call it.
    pub id: String,
    /// What happens on the day.
    pub title: String,
    /// The day; replacements are received before it.
    pub date: NaiveDate,
    /// Where the day comes from.
    pub source: Option<String>,
    /// One device, by label.
    pub asset: Option<Located<String>>,
    /// All devices of a class.
    pub class: Option<Class>,
    /// All devices at a site.
    pub site: Option<OrgCode>,
    /// All devices that fail this rule at minimum on the day.
    pub failing: Option<Located<String>>,
    /// Where it stands in the file.
    pub place: Place,
}

/// A whole pins file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pins {
    /// Pins by label of the device.
    pub pins: BTreeMap<String, Pin>,
    /// Exclusions by label of the device.
    pub exclusions: BTreeMap<String, Exclusion>,
    /// Deadlines, by date and id.
    pub deadlines: Vec<Deadline>,
    /// The years of an earlier plan, by label of the device: moving one costs the policy's price of stability.
    pub earlier: BTreeMap<String, FinancialYear>,
}

impl Pins {
    /// Reads a `pins.toml`, giving what is usable and every problem.
    pub fn read(source: &Source, classes: &ClassCatalogue) -> (Self, Diagnostics) {
        toml_file::read(source, &codes::PLANNING_TOML, |top| {
            let mut once = Once::new();
            let pins = read_pins(top, &mut once);
            let exclusions = read_exclusions(top, &mut once);
            let mut deadlines = read_deadlines(top, classes);
            deadlines.sort_by(|a, b| (a.date, &a.id).cmp(&(b.date, &b.id)));
            Self { pins, exclusions, deadlines, earlier: BTreeMap::new() }
        })
    }
}

fn claim_device(table: &Table<'_>, once: &mut Once<String>, asset: &Located<String>) -> bool {
    once.claim(table, asset.value.clone(), asset.place.clone(), codes::DUPLICATE_PIN, || {
        format!("device `{}` is pinned or excluded twice", asset.value)
    })
}

fn read_pins(top: &mut Table<'_>, once: &mut Once<String>) -> BTreeMap<String, Pin> {
    let mut all = BTreeMap::new();
    for mut table in top.tables("pin") {
        let asset = required_text(&mut table, "asset");
        let fy = table.required::<FinancialYear>("fy");
        let item = optional_text(&mut table, "item");
        let reason = optional_text(&mut table, "reason").map(|read| read.value);
        if let (Some(asset), Some(fy)) = (asset, fy)
            && claim_device(&table, once, &asset)
        {
            let (label, place) = (asset.value, asset.place);
            let pin = Pin { asset: label.clone(), fy: fy.value, item, reason, place };
            all.insert(label, pin);
        }
        table.finish();
    }
    all
}

fn read_exclusions(top: &mut Table<'_>, once: &mut Once<String>) -> BTreeMap<String, Exclusion> {
    let mut all = BTreeMap::new();
    for mut table in top.tables("exclude") {
        let asset = required_text(&mut table, "asset");
        let reason = optional_text(&mut table, "reason").map(|read| read.value);
        if let Some(asset) = asset
            && claim_device(&table, once, &asset)
        {
            let (label, place) = (asset.value, asset.place);
            all.insert(label.clone(), Exclusion { asset: label, reason, place });
        }
        table.finish();
    }
    all
}

fn read_deadlines(top: &mut Table<'_>, classes: &ClassCatalogue) -> Vec<Deadline> {
    let mut once = Once::new();
    let mut all = Vec::new();
    for mut table in top.tables("deadline") {
        if let Some(deadline) = read_deadline(&mut table, classes) {
            let unique = once.claim(
                &table,
                deadline.id.clone(),
                deadline.place.clone(),
                codes::DUPLICATE_DEADLINE,
                || format!("deadline `{}` stands twice", deadline.id),
            );
            if unique {
                all.push(deadline);
            }
        }
        table.finish();
    }
    all
}

fn read_deadline(table: &mut Table<'_>, classes: &ClassCatalogue) -> Option<Deadline> {
    let id = required_text(table, "id");
    let title = required_text(table, "title");
    let date = table.required::<Date>("date");
    let source = optional_text(table, "source").map(|read| read.value);
    let asset = optional_text(table, "asset");
    let class_item = table.item("class");
    let class = class_item.as_ref().and_then(|item| class_of(item, classes));
    let site = table.optional::<OrgCode>("site").map(|read| read.value);
    let failing = optional_text(table, "failing");
    if class_item.is_some() && class.is_none() {
        return None;
    }
    let id = id?;
    if asset.is_none() && class.is_none() && site.is_none() && failing.is_none() {
        table.problem(
            Diagnostic::error(
                codes::DEADLINE_WITHOUT_SUBJECT,
                format!("deadline `{}` is about no devices", id.value),
            )
            .at(id.place)
            .help("give at least one of `asset`, `class`, `site` and `failing`"),
        );
        return None;
    }
    Some(Deadline {
        id: id.value,
        title: title?.value,
        date: date?.value.0,
        source,
        asset,
        class: class.map(|read| read.value),
        site,
        failing,
        place: id.place,
    })
}
