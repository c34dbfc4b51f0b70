//! What every device has: a model, a purchase, a state.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "keys of batches and shares of prices, far below the limits of their types"
)]

use chrono::{Datelike as _, Days, Months, NaiveDate};
use inventory::Money;

use super::Place;
use crate::SiteKind;
use crate::random::{Rng, Subject};
use crate::tables::{ClassTable, Model, Tables};

/// The part of a device that is the same for all classes.
#[derive(Debug)]
pub(super) struct Device<'t> {
    pub(super) class: &'t ClassTable,
    pub(super) model: &'t Model,
    pub(super) serial: Option<String>,
    pub(super) status: &'static str,
    /// The day it was bought, whether or not the register knows it.
    pub(super) bought: NaiveDate,
    pub(super) purchase_date: Option<NaiveDate>,
    pub(super) purchase_cost: Option<Money>,
    pub(super) warranty_end: Option<NaiveDate>,
    pub(super) funding: &'static str,
    pub(super) role: &'static str,
    pub(super) clinical_role: &'static str,
    /// The day a source last saw it, whether or not the register knows it.
    pub(super) last_seen: NaiveDate,
    /// The numbers of its batch, if it was configured like the rest of it.
    pub(super) batch: Option<Rng>,
}

impl<'t> Device<'t> {
    pub(super) fn draw(tables: &'t Tables, seed: u64, place: &Place<'_>, rng: &mut Rng) -> Self {
        let class = entry(&tables.classes, place.class);
        let persona = entry(&tables.workforce.personas, place.persona);
        let year = rng.pick(&class.bought);
        let mut batch = batch_of(seed, place, year);
        let bought = purchase_day(tables, &mut batch, year);
        let price_share = batch.between(920, 1080);
        let like_batch = rng.permille(tables.purchase.batch_model);
        let on_sale = class.models.iter().find(|(sold, _)| *sold == year).map(|(_, models)| models);
        let model = on_sale
            .map_or(0, |models| if like_batch { batch.pick(models) } else { rng.pick(models) });
        let model = entry(&tables.models, model);
        let status = rng.pick(&tables.mix.statuses);
        let in_use = matches!(status, "deployed" | "redeployed" | "in-repair");
        let hub = place.site.kind == SiteKind::Hub;
        let known = |rng: &mut Rng, missing: u64| !rng.permille(missing);
        let dated = known(rng, tables.purchase.date_missing);
        Self {
            class,
            model,
            serial: known(rng, class.serial_missing)
                .then(|| serial_number(model.manufacturer, seed, place.number)),
            status,
            bought,
            purchase_date: dated.then_some(bought),
            purchase_cost: known(rng, tables.purchase.cost_missing)
                .then(|| Money::from_pence(model.cost.pence() * share(price_share) / 10_000 * 10)),
            warranty_end: {
                let years = batch.pick(&class.warranty_years);
                let known = known(rng, tables.purchase.warranty_missing);
                (dated && known).then(|| end_of_warranty(bought, years))
            },
            funding: rng.pick(&tables.mix.funding),
            role: match class.id {
                _ if hub => "additional-roles",
                "laptop" => "mobile",
                _ => rng.pick(&persona.roles),
            },
            clinical_role: persona.clinical_role,
            last_seen: last_seen(tables, rng, in_use).max(bought),
            batch: like_batch.then_some(batch),
        }
    }
}

/// An entry of a table by a position that the tables themselves gave.
pub(super) fn entry<T>(table: &[T], position: usize) -> &T {
    #[expect(clippy::indexing_slicing, reason = "positions come from the table that they index")]
    &table[position]
}

fn share(permille: u64) -> i64 {
    i64::try_from(permille).unwrap_or(1000)
}

/// The numbers of the devices of a class that a site bought in a year.
fn batch_of(seed: u64, place: &Place<'_>, year: i32) -> Rng {
    let site = u64::try_from(place.site_index).unwrap_or_default();
    let class = u64::try_from(place.class).unwrap_or_default();
    let key = (site << 20) | (class << 12) | u64::from(year.unsigned_abs() & 0xFFF);
    Rng::new(seed, Subject::Batch, key)
}

fn purchase_day(tables: &Tables, batch: &mut Rng, year: i32) -> NaiveDate {
    let months = if year == tables.as_of.year() {
        &tables.purchase.months_over
    } else {
        &tables.purchase.months
    };
    let month = batch.pick(months);
    let day = u32::try_from(batch.between(1, 28)).unwrap_or(1);
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or(tables.as_of)
}

fn end_of_warranty(bought: NaiveDate, years: u32) -> NaiveDate {
    let end = bought.checked_add_months(Months::new(years * 12));
    end.and_then(|end| end.pred_opt()).unwrap_or(bought)
}

fn last_seen(tables: &Tables, rng: &mut Rng, in_use: bool) -> NaiveDate {
    let (low, high) = if in_use { rng.pick(&tables.mix.last_seen_days) } else { (60, 700) };
    let days = rng.between(low, high);
    tables.as_of.checked_sub_days(Days::new(days)).unwrap_or(tables.as_of)
}

/// A serial number in the maker's usual length, different for each device of an estate.
fn serial_number(manufacturer: &str, seed: u64, number: u64) -> String {
    const SYMBOLS: &[u8; 31] = b"0123456789BCDFGHJKLMNPQRSTVWXYZ";
    const COUNT: u64 = 31_u64.pow(6);
    let prefix = match manufacturer {
        "Dell Inc." => "J",
        "Dell" => "CN0",
        "HP" => "5CG",
        "LENOVO" => "PF",
        _ => "SN",
    };
    // A multiplier without a common factor with the modulus makes every number a different serial.
    let mut left = ((number * 387_420_489) % COUNT + seed % COUNT) % COUNT;
    let mut serial = String::with_capacity(9);
    serial.push_str(prefix);
    for _ in 0..6 {
        let symbol = usize::try_from(left % 31).ok().and_then(|at| SYMBOLS.get(at));
        serial.push(char::from(symbol.copied().unwrap_or(b'0')));
        left /= 31;
    }
    serial
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn serial_numbers_do_not_repeat() {
        let all: BTreeSet<_> =
            (1..=200_000).map(|number| serial_number("Dell Inc.", 7, number)).collect();
        assert_eq!(all.len(), 200_000);
        assert!(all.iter().all(|serial| serial.len() == 7));
    }
}
