//! Money by class and by practice.

use std::collections::BTreeMap;

use planner::document::PlanDocument;

use super::lines::clean;
use super::model::{BidLine, ClassYears, DeferredLine, Practice, RuleCount};
use super::places::Places;
use super::pounds::Pounds;

/// One entry for each class that occurs, the dearest first.
pub(super) fn classes(
    plan: &PlanDocument,
    lines: &[BidLine],
    deferred: &[DeferredLine],
) -> Vec<ClassYears> {
    let mut classes: BTreeMap<String, ClassYears> = BTreeMap::new();
    for label in &plan.classes {
        let mut class = empty_class(&clean(&label.class), plan);
        class.plural = clean(&label.plural);
        class.life_years = label.life_years;
        class.life_source = clean(&label.life_source);
        classes.insert(class.class.clone(), class);
    }
    for line in lines {
        let class =
            classes.entry(line.class.clone()).or_insert_with(|| empty_class(&line.class, plan));
        let year = plan.horizon.iter().position(|fy| *fy == line.fy);
        add(&mut class.spend, &mut class.purchases, year, line.charged);
        class.total_spend = class.total_spend.plus(line.charged);
        class.total_purchases = class.total_purchases.saturating_add(1);
    }
    for device in deferred {
        let class =
            classes.entry(device.class.clone()).or_insert_with(|| empty_class(&device.class, plan));
        class.deferred = class.deferred.saturating_add(1);
    }
    for now in plan.compliance.iter().filter(|row| row.when == "now") {
        if let Some(class) = classes.get_mut(&clean(&now.class)) {
            class.devices = class.devices.saturating_add(now.devices);
        }
    }
    let mut all: Vec<ClassYears> = classes.into_values().collect();
    all.sort_by(|a, b| b.total_spend.cmp(&a.total_spend).then_with(|| a.class.cmp(&b.class)));
    all
}

fn empty_class(class: &str, plan: &PlanDocument) -> ClassYears {
    ClassYears {
        class: class.to_owned(),
        plural: class.to_owned(),
        life_years: 0,
        life_source: String::new(),
        devices: 0,
        spend: vec![Pounds::ZERO; plan.horizon.len()],
        purchases: vec![0; plan.horizon.len()],
        total_spend: Pounds::ZERO,
        total_purchases: 0,
        deferred: 0,
    }
}

fn add(spend: &mut [Pounds], purchases: &mut [u64], year: Option<usize>, charged: Pounds) {
    let Some(year) = year else { return };
    if let Some(cell) = spend.get_mut(year) {
        *cell = cell.plus(charged);
    }
    if let Some(cell) = purchases.get_mut(year) {
        *cell = cell.saturating_add(1);
    }
}

/// One entry for each practice that has devices, receives something or waits, the largest receiver first.
pub(super) fn practices(
    plan: &PlanDocument,
    places: &Places<'_>,
    lines: &[BidLine],
    deferred: &[DeferredLine],
) -> Vec<Practice> {
    let mut practices: BTreeMap<String, Practice> = BTreeMap::new();
    for site in &plan.sites {
        let code = clean(site.practice.as_deref().unwrap_or(&site.code));
        let practice =
            practices.entry(code).or_insert_with_key(|_| empty_practice(&site.code, places, plan));
        practice.devices = practice.devices.saturating_add(site.devices);
        practice.failing_now = practice.failing_now.saturating_add(site.failing_now);
        if clean(&site.code) == practice.code {
            practice.list_size = site.list_size;
            practice.holder = clean(site.holder.as_deref().unwrap_or_default());
        } else if practice.holder.is_empty() {
            practice.holder = clean(site.holder.as_deref().unwrap_or_default());
        }
    }
    for line in lines {
        let practice = practices
            .entry(line.practice.clone())
            .or_insert_with(|| empty_practice(&line.site, places, plan));
        let year = plan.horizon.iter().position(|fy| *fy == line.fy);
        add(&mut practice.spend, &mut practice.purchases, year, line.charged);
        practice.total_spend = practice.total_spend.plus(line.charged);
        practice.total_purchases = practice.total_purchases.saturating_add(1);
    }
    for device in deferred {
        let practice = practices
            .entry(device.practice.clone())
            .or_insert_with(|| empty_practice(&device.site, places, plan));
        practice.deferred = practice.deferred.saturating_add(1);
    }
    let mut all: Vec<Practice> = practices
        .into_values()
        .filter(|practice| {
            practice.devices > 0 || practice.total_purchases > 0 || practice.deferred > 0
        })
        .collect();
    all.sort_by(|a, b| b.total_spend.cmp(&a.total_spend).then_with(|| a.code.cmp(&b.code)));
    all
}

fn empty_practice(site: &str, places: &Places<'_>, plan: &PlanDocument) -> Practice {
    let place = places.place(site);
    Practice {
        code: place.practice,
        name: place.practice_name,
        pcn: place.pcn,
        sub_icb: place.sub_icb,
        holder: String::new(),
        list_size: None,
        devices: 0,
        failing_now: 0,
        spend: vec![Pounds::ZERO; plan.horizon.len()],
        purchases: vec![0; plan.horizon.len()],
        total_spend: Pounds::ZERO,
        total_purchases: 0,
        deferred: 0,
    }
}

/// The rules that the replaced and the waiting devices fail, the most frequent first.
pub(super) fn rules(plan: &PlanDocument) -> Vec<RuleCount> {
    let mut counts: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for rule in plan.lines.iter().flat_map(|line| &line.failing_rules) {
        let entry = counts.entry(rule).or_default();
        entry.0 = entry.0.saturating_add(1);
    }
    for rule in plan.deferred.iter().flat_map(|device| &device.failing_rules) {
        let entry = counts.entry(rule).or_default();
        entry.1 = entry.1.saturating_add(1);
    }
    let mut all: Vec<RuleCount> = counts
        .into_iter()
        .map(|(id, (purchases, deferred))| {
            let label = plan.specification.rules.iter().find(|rule| rule.id == id);
            RuleCount {
                id: clean(id),
                why: clean(label.map_or("", |rule| &rule.why)),
                source: clean(label.map_or("", |rule| &rule.source)),
                purchases,
                deferred,
            }
        })
        .collect();
    all.sort_by(|a, b| b.purchases.cmp(&a.purchases).then_with(|| a.id.cmp(&b.id)));
    all
}
