//! Money by financial year, in all and by holder and stream.

use inventory::OrgCode;
use planner::document::PlanDocument;
use rust_decimal::{Decimal, RoundingStrategy};

use super::lines::clean;
use super::model::{BidLine, DeferredLine, HolderYear, Practice, Totals, Year};
use super::pounds::Pounds;
use super::read::Reader;

/// One entry for each year of each holder and stream, in the order of the plan.
pub(super) fn holders(plan: &PlanDocument, reader: &mut Reader<'_>) -> Vec<HolderYear> {
    let mut all = Vec::with_capacity(plan.years.len());
    for year in &plan.years {
        let at = |field: &'static str| {
            move || format!("years.{}.{}.{}.{field}", year.fy, year.holder, year.stream)
        };
        reader.year(at("fy"), &year.fy, &plan.horizon);
        all.push(HolderYear {
            fy: clean(&year.fy),
            holder: clean(&year.holder),
            stream: clean(&year.stream),
            kind: clean(&year.kind),
            certainty: clean(&year.certainty),
            envelope: reader.amount(at("envelope"), &year.envelope),
            spend: reader.amount(at("spend"), &year.spend),
            headroom: reader.amount(at("headroom"), &year.headroom),
            purchases: year.purchases,
            engineer_hours: clean(&year.engineer_hours),
            engineer_hours_limit: year.engineer_hours_limit.as_deref().map(clean),
            shadow_price: clean(&year.shadow_price),
            shadow_words: shadow_words(&year.shadow_price),
        });
    }
    all
}

/// What a shadow price means, in a sentence.
fn shadow_words(price: &str) -> String {
    let Ok(price) = price.parse::<Decimal>() else { return clean(price) };
    let shown = price.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    if shown <= Decimal::ZERO {
        "More money in this year would not improve the plan.".to_owned()
    } else {
        format!("Each further £1 in this year would save about £{shown:.2} of risk and cost.")
    }
}

/// One entry for each year of the horizon.
pub(super) fn years(
    plan: &PlanDocument,
    lines: &[BidLine],
    deferred: &[DeferredLine],
    holders: &[HolderYear],
    reader: &mut Reader<'_>,
) -> Vec<Year> {
    let mut years: Vec<Year> = plan.horizon.iter().map(|fy| empty(fy)).collect();
    for (index, need) in plan.need.iter().enumerate() {
        reader.year(|| format!("need.{index}.fy"), &need.fy, &plan.horizon);
        let cost = reader.amount(|| format!("need.{index}.cost"), &need.cost);
        if let Some(year) = of(&mut years, &need.fy) {
            year.need = year.need.plus(cost);
            year.need_devices = year.need_devices.saturating_add(need.devices);
        }
    }
    for holder in holders {
        if let Some(year) = of(&mut years, &holder.fy) {
            year.envelope = year.envelope.plus(holder.envelope);
        }
    }
    for line in lines {
        if let Some(year) = of(&mut years, &line.fy) {
            add_line(year, line);
        }
    }
    for device in deferred {
        if let Some(year) = of(&mut years, &device.first_fy_it_fits) {
            year.deferred_fit = year.deferred_fit.saturating_add(1);
        }
    }
    for year in &mut years {
        year.headroom = year.envelope.minus(year.spend);
    }
    years
}

fn add_line(year: &mut Year, line: &BidLine) {
    year.purchases = year.purchases.saturating_add(1);
    year.net = year.net.plus(line.net);
    year.vat = year.vat.plus(line.vat);
    year.gross = year.gross.plus(line.gross);
    year.recoverable = year.recoverable.plus(line.recoverable);
    year.spend = year.spend.plus(line.charged);
    year.on_unknown = year.on_unknown.saturating_add(u64::from(line.rests_on_unknown));
    if line.order_by > year.last_order {
        year.last_order.clone_from(&line.order_by);
    }
    if year.first_order.is_empty() || line.order_by < year.first_order {
        year.first_order.clone_from(&line.order_by);
    }
}

fn of<'y>(years: &'y mut [Year], fy: &str) -> Option<&'y mut Year> {
    years.iter_mut().find(|year| year.fy == fy)
}

fn empty(fy: &str) -> Year {
    Year {
        fy: clean(fy),
        need: Pounds::ZERO,
        need_devices: 0,
        envelope: Pounds::ZERO,
        spend: Pounds::ZERO,
        headroom: Pounds::ZERO,
        purchases: 0,
        net: Pounds::ZERO,
        vat: Pounds::ZERO,
        gross: Pounds::ZERO,
        recoverable: Pounds::ZERO,
        deferred_fit: 0,
        last_order: String::new(),
        first_order: String::new(),
        on_unknown: 0,
    }
}

/// The plan in a few numbers.
pub(super) fn totals(
    plan: &PlanDocument,
    years: &[Year],
    lines: &[BidLine],
    practices: &[Practice],
) -> Totals {
    let sum = |of: fn(&Year) -> Pounds| Pounds::sum(years.iter().map(of));
    let on_unknown = lines.iter().filter(|line| line.rests_on_unknown).map(|line| line.charged);
    Totals {
        devices: plan.totals.devices,
        purchases: count(lines),
        deferred: count(&plan.deferred),
        net: sum(|year| year.net),
        vat: sum(|year| year.vat),
        gross: sum(|year| year.gross),
        recoverable: sum(|year| year.recoverable),
        spend: sum(|year| year.spend),
        envelope: sum(|year| year.envelope),
        headroom: sum(|year| year.headroom),
        need: sum(|year| year.need),
        need_devices: years.iter().fold(0, |total, year| year.need_devices.saturating_add(total)),
        spend_on_unknown: Pounds::sum(on_unknown),
        purchases_for_failure: of_count(lines, |line| !line.failing_rules.is_empty()),
        practices: of_count(practices, |place| served(place) && is_practice(&place.code)),
        other_sites: of_count(practices, |place| served(place) && !is_practice(&place.code)),
    }
}

fn served(place: &Practice) -> bool {
    place.total_purchases > 0
}

/// Hubs and other sites of the estate have codes of their own.
fn is_practice(code: &str) -> bool {
    matches!(code.parse(), Ok(OrgCode::Ods(_)))
}

fn of_count<T>(items: &[T], wanted: impl Fn(&T) -> bool) -> u64 {
    u64::try_from(items.iter().filter(|item| wanted(item)).count()).unwrap_or(u64::MAX)
}

/// The length of a list as a count.
pub(crate) fn count<T>(items: &[T]) -> u64 {
    u64::try_from(items.len()).unwrap_or(u64::MAX)
}
