//! The purchases of a plan and the devices that wait, as a bid shows them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use planner::document::{Deferred, Line, PlanDocument};

use super::capitalisation::Treatment;
use super::model::{BidLine, DeferredLine};
use super::places::Places;
use super::read::Reader;
use crate::render::text;

/// A text of the plan, made visible.
pub(super) fn clean(words: &str) -> String {
    text::visible(words).into_owned()
}

/// Every purchase, in the order of the plan.
pub(super) fn purchases(
    plan: &PlanDocument,
    places: &Places<'_>,
    reader: &mut Reader<'_>,
) -> Vec<BidLine> {
    let as_of = reader.date(|| "as_of".to_owned(), &plan.as_of);
    let mut keys = DeviceKeys::default();
    let mut lines = Vec::with_capacity(plan.lines.len());
    for line in &plan.lines {
        let key = keys.of(line);
        lines.push(purchase(line, key, as_of, &plan.horizon, places, reader));
    }
    lines
}

fn purchase(
    line: &Line,
    device_key: u64,
    as_of: Option<NaiveDate>,
    horizon: &[String],
    places: &Places<'_>,
    reader: &mut Reader<'_>,
) -> BidLine {
    let at = |field: &'static str| move || format!("lines.{}.{field}", line.id);
    reader.year(at("fy"), &line.fy, horizon);
    reader.date(at("order_by"), &line.order_by);
    let bought = line.bought.as_deref().and_then(|bought| reader.date(at("bought"), bought));
    let place = places.place(&line.site);
    BidLine {
        id: clean(&line.id),
        fy: clean(&line.fy),
        asset: clean(line.asset.as_deref().unwrap_or_default()),
        site: clean(&line.site),
        site_name: place.site_name,
        practice: place.practice,
        practice_name: place.practice_name,
        pcn: place.pcn,
        class: clean(&line.class),
        old_model: clean(line.old_model.as_deref().unwrap_or_default()),
        bought: clean(line.bought.as_deref().unwrap_or_default()),
        age_years: as_of.zip(bought).and_then(|(as_of, bought)| as_of.years_since(bought)),
        failing_rules: clean(&line.failing_rules.join(", ")),
        demand: clean(&line.demand),
        action: clean(&line.action),
        item: clean(&line.item),
        life_years: line.life_years,
        net: reader.amount(at("price_net"), &line.price_net),
        vat: reader.amount(at("vat"), &line.vat),
        gross: reader.amount(at("price_gross"), &line.price_gross),
        recoverable: reader.amount(at("recoverable"), &line.recoverable),
        charged: reader.amount(at("charged"), &line.charged),
        stream: clean(&line.stream),
        holder: clean(&line.holder),
        treatment: Treatment::Revenue,
        order_by: clean(&line.order_by),
        rests_on_unknown: line.rests_on_unknown,
        reason: clean(&line.reason),
        device_key,
    }
}

/// Numbers for pairs of device and action, in the order in which they first occur.
#[derive(Debug, Default)]
struct DeviceKeys<'p> {
    seen: BTreeMap<(&'p str, &'p str), u64>,
    last: u64,
}

impl<'p> DeviceKeys<'p> {
    /// The number of a line's device and action; a demand with no old device has a number of its own.
    fn of(&mut self, line: &'p Line) -> u64 {
        let next = self.last.saturating_add(1);
        let key = match line.asset.as_deref() {
            Some(asset) => *self.seen.entry((asset, &line.action)).or_insert(next),
            None => next,
        };
        self.last = self.last.max(key);
        key
    }
}

/// Every device that waits, the costliest wait first.
pub(super) fn deferred(
    plan: &PlanDocument,
    places: &Places<'_>,
    reader: &mut Reader<'_>,
) -> Vec<DeferredLine> {
    let mut all: Vec<DeferredLine> = plan
        .deferred
        .iter()
        .map(|device| one_deferred(device, &plan.horizon, places, reader))
        .collect();
    all.sort_by(|a, b| b.cost_of_delay.cmp(&a.cost_of_delay).then_with(|| a.asset.cmp(&b.asset)));
    all
}

fn one_deferred(
    device: &Deferred,
    horizon: &[String],
    places: &Places<'_>,
    reader: &mut Reader<'_>,
) -> DeferredLine {
    let at = |field: &'static str| move || format!("deferred.{}.{field}", device.asset);
    if let Some(year) = &device.first_fy_it_fits {
        reader.year(at("first_fy_it_fits"), year, horizon);
    }
    let place = places.place(&device.site);
    DeferredLine {
        asset: clean(&device.asset),
        site: clean(&device.site),
        practice: place.practice,
        practice_name: place.practice_name,
        class: clean(&device.class),
        reason: clean(&device.reason),
        first_fy_it_fits: clean(device.first_fy_it_fits.as_deref().unwrap_or_default()),
        cost_of_delay: reader.amount(at("cost_of_delay"), &device.cost_of_delay),
        failing_rules: clean(&device.failing_rules.join(", ")),
    }
}
