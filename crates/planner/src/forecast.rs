//! Replacements due and failures to come if nothing were bought and money were no limit.

use std::collections::BTreeMap;
use std::sync::Arc;

use inventory::vocabulary::MoneyError;
use inventory::{Class, Money, OrgKind};
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::device::{Selection, select};
use crate::model::estate::Estate;
use crate::model::keep::KeepCosts;
use crate::model::kind::Challenger;
use crate::model::need::dues;
use crate::model::{Device, Horizon};

/// By what a forecast is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ForecastBy {
    /// Class of device.
    Class,
    /// The practice of the site.
    Practice,
    /// Maker and model.
    Model,
}

/// One group in one year.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ForecastRow {
    /// Financial year.
    pub fy: String,
    /// The class, practice or model.
    pub group: String,
    /// Devices in use.
    pub devices: u64,
    /// Replacements due; what was due before the first year is due in it.
    pub due: u64,
    /// What they would cost, charged to an envelope; devices without a price count nothing.
    pub cost: String,
    /// Of these, replacements that have no price.
    pub due_without_price: u64,
    /// Devices that would fail a minimum at the year's end if nothing were bought.
    pub failing_at_end: u64,
    /// Devices that would be past their life at the year's end if nothing were bought.
    pub past_life_at_end: u64,
}

#[derive(Clone, Copy, Default)]
struct Cell {
    devices: u64,
    due: u64,
    cost: Money,
    unpriced: u64,
    failing: u64,
    old: u64,
}

/// The forecast of the devices in use that would be planned if every holder had money, by year and group.
///
/// # Errors
/// [`MoneyError`] when a price does not fit.
pub fn forecast(estate: &Estate<'_>, by: ForecastBy) -> Result<Vec<ForecastRow>, MoneyError> {
    let horizon = Horizon::new(estate.start, estate.years);
    let costs = KeepCosts::new(estate, horizon);
    let mut items: BTreeMap<Class, Vec<Challenger>> = BTreeMap::new();
    for price in &estate.prices.prices {
        let challenger = Challenger::new(price, estate, horizon, &costs)?;
        items.entry(price.class.clone()).or_default().push(challenger);
    }
    let Selection { planned, .. } = select(estate, horizon);
    let mut cells: BTreeMap<(usize, Arc<str>), Cell> = BTreeMap::new();
    for device in &planned {
        let group = group_of(estate, device, by);
        let on_sale = items.get(&device.class).map(Vec::as_slice).unwrap_or_default();
        let due = dues(estate, horizon, device, on_sale);
        for (t, year) in horizon.iter() {
            let cell = cells.entry((t, Arc::clone(&group))).or_default();
            let add = |count: &mut u64, yes: bool| *count = count.saturating_add(u64::from(yes));
            add(&mut cell.devices, true);
            add(&mut cell.failing, estate.verdicts.fails(device.index, year.end()));
            add(&mut cell.old, device.end_of_life() <= year.end());
        }
        for due in due {
            let cell = cells.entry((due.t, Arc::clone(&group))).or_default();
            cell.due = cell.due.saturating_add(1);
            match due.cost {
                Some(cost) => cell.cost = cell.cost.checked_add(cost).unwrap_or(cell.cost),
                None => cell.unpriced = cell.unpriced.saturating_add(1),
            }
        }
    }
    Ok(cells
        .into_iter()
        .map(|((t, group), cell)| ForecastRow {
            fy: horizon.year(t).to_string(),
            group: group.to_string(),
            devices: cell.devices,
            due: cell.due,
            cost: cell.cost.to_string(),
            due_without_price: cell.unpriced,
            failing_at_end: cell.failing,
            past_life_at_end: cell.old,
        })
        .collect())
}

fn group_of(estate: &Estate<'_>, device: &Device, by: ForecastBy) -> Arc<str> {
    match by {
        ForecastBy::Class => device.class.as_str().into(),
        ForecastBy::Practice => estate
            .organisations
            .ancestor(&device.site, OrgKind::Practice, estate.as_of)
            .map_or_else(|| device.site.as_str().into(), |practice| practice.code.as_str().into()),
        ForecastBy::Model => estate
            .assets
            .get(device.index)
            .and_then(|own| own.model.clone())
            .unwrap_or_else(|| "unknown".into()),
    }
}

#[cfg(test)]
mod tests;
