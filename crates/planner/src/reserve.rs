//! What money that comes late in a year could still buy: bundles that are costed already, with the last day to order them.
//!
//! A bundle is what one site could take in the year beyond the plan. What late money saves on a device is what its place in
//! the plan costs at the plan's own prices of money and engineers, less what a purchase in the year costs apart from its
//! price: the price is paid with money that would otherwise be lost on 31 March.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use inventory::{FinancialYear, Money};
use schemars::JsonSchema;
use serde::Serialize;

use crate::certificate::{Certificate, SCALE};
use crate::model::{Device, Estate, Model};
use crate::pln1::Choice;
use crate::reason::{OptionCost, cause, displaced_by, option_costs};
use crate::whatif::Planned;

/// The reserve list of a year.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Reserve {
    /// The financial year in which everything is received.
    pub fy: String,
    /// The late money for each holder; without it every bundle is listed and none chosen.
    pub amount: Option<String>,
    /// The bundles, of each holder the one that saves most for a pound first.
    pub bundles: Vec<Bundle>,
    /// What the chosen bundles cost.
    pub chosen: String,
}

/// What one site could take.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Bundle {
    /// Its rank within the holder, from 1.
    pub rank: u64,
    /// The budget holder.
    pub holder: String,
    /// The site.
    pub site: String,
    /// What it costs, charged to the envelope.
    pub cost: String,
    /// What it and everything of the holder before it costs.
    pub cumulative: String,
    /// Pounds of running cost and risk that it saves over the plan, what later years need not buy included.
    pub saves: String,
    /// Hours of engineers.
    pub engineer_hours: String,
    /// The last day on which all of it can be ordered to be received by 31 March.
    pub order_by: String,
    /// Whether it is bought with the amount.
    pub chosen: bool,
    /// Its purchases, by class and device.
    pub lines: Vec<ReserveLine>,
}

/// A purchase that waits for money.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ReserveLine {
    /// The device replaced.
    pub asset: String,
    /// Class of device.
    pub class: String,
    /// The item bought.
    pub item: String,
    /// Net price.
    pub price_net: String,
    /// Gross less recoverable VAT.
    pub charged: String,
    /// Days from order to receipt.
    pub lead_days: u32,
    /// The year in which the plan replaces it; null when it does not.
    pub planned_fy: Option<String>,
    /// Pounds that it saves.
    pub saves: String,
    /// Why it needs replacing.
    pub reason: String,
}

/// A candidate with its numbers.
struct Candidate {
    line: ReserveLine,
    pence: i64,
    saved: i64,
    quarter_hours: i64,
    order_by: NaiveDate,
}

/// The reserve list of a year of the plan, `None` when the year lies outside it. With an amount, bundles are chosen for each
/// holder in the order of what they save for a pound, one that does not fit being passed over.
pub fn reserve(
    estate: &Estate<'_>,
    planned: &Planned,
    fy: FinancialYear,
    amount: Option<Money>,
) -> Option<Reserve> {
    let model = &planned.model;
    let t = model.horizon.index(fy)?;
    let mut by_site: BTreeMap<(&str, &str), Vec<Candidate>> = BTreeMap::new();
    for (asset, device) in model.devices.iter().enumerate() {
        if let Some(candidate) = candidate(estate, planned, asset, device, t) {
            let key = (device.holder.as_str(), device.site.as_str());
            by_site.entry(key).or_default().push(candidate);
        }
    }
    let mut bundles: Vec<(i64, i64, Bundle)> =
        by_site.into_iter().map(|((holder, site), all)| bundle(holder, site, all)).collect();
    bundles.sort_by(|(p, s, a), (q, r, b)| {
        let ratio = |saved: i64, other: i64| i128::from(saved).saturating_mul(i128::from(other));
        a.holder
            .cmp(&b.holder)
            .then_with(|| ratio(*r, *p).cmp(&ratio(*s, *q)))
            .then_with(|| a.site.cmp(&b.site))
    });
    let mut chosen = 0_i64;
    let mut state: Option<(String, u64, i64, i64)> = None;
    let bundles = bundles
        .into_iter()
        .map(|(pence, _, mut bundle)| {
            let fresh = (bundle.holder.clone(), 0, 0, amount.map_or(0, Money::pence));
            let (holder, rank, sum, left) =
                state.take().filter(|(holder, ..)| *holder == bundle.holder).unwrap_or(fresh);
            let (rank, sum) = (rank.saturating_add(1), sum.saturating_add(pence));
            bundle.rank = rank;
            bundle.cumulative = Money::from_pence(sum).to_string();
            bundle.chosen = amount.is_some() && pence <= left;
            let left = if bundle.chosen { left.saturating_sub(pence) } else { left };
            chosen = chosen.saturating_add(if bundle.chosen { pence } else { 0 });
            state = Some((holder, rank, sum, left));
            bundle
        })
        .collect();
    Some(Reserve {
        fy: fy.to_string(),
        amount: amount.map(|amount| amount.to_string()),
        bundles,
        chosen: Money::from_pence(chosen).to_string(),
    })
}

/// A device that late money could replace in year `t` and that gains by it.
fn candidate(
    estate: &Estate<'_>,
    planned: &Planned,
    asset: usize,
    device: &Device,
    t: usize,
) -> Option<Candidate> {
    let (model, answer) = (&planned.model, &planned.solution);
    let own = answer.schedule.choices.get(asset).copied().unwrap_or_default();
    if (1..=t).contains(&usize::from(own.t1)) {
        return None;
    }
    let costs = option_costs(model, &answer.certificate, asset);
    let prices = (model, &answer.certificate);
    let planned_cost = costs.iter().find(|cost| cost.choice == own)?.priced_scaled();
    let best = costs
        .iter()
        .filter(|cost| usize::from(cost.choice.t1) == t)
        .filter_map(|cost| Some((free_of_charge(estate, prices, asset, cost, t)?, cost.choice)))
        .min()?;
    let (scaled, choice) = best;
    let saved = planned_cost.saturating_sub(scaled).checked_div(i128::from(SCALE))?;
    let saved = i64::try_from(saved).ok().filter(|saved| *saved > 0)?;
    let kind = model.kind(asset)?;
    let item = kind.challengers.get(usize::from(choice.k1))?;
    let offer = item.on_sale(t)?;
    let line = ReserveLine {
        asset: device.label.clone(),
        class: device.class.to_string(),
        item: item.item.clone(),
        price_net: offer.money.net.to_string(),
        charged: offer.money.charged().to_string(),
        lead_days: item.lead_days,
        planned_fy: (own.t1 > 0).then(|| model.horizon.year(usize::from(own.t1)).to_string()),
        saves: Money::from_pence(saved).to_string(),
        reason: cause(estate, device, model.horizon.year(model.horizon.len()).end()),
    };
    Some(Candidate {
        line,
        pence: offer.money.charged().pence(),
        saved,
        quarter_hours: kind.quarter_hours(),
        order_by: offer.order_by?,
    })
}

/// What an option costs when its first purchase, in year `t`, is paid with money that would be lost.
fn free_of_charge(
    estate: &Estate<'_>,
    (model, certificate): (&Model, &Certificate),
    asset: usize,
    cost: &OptionCost,
    t: usize,
) -> Option<i128> {
    let kind = model.kind(asset)?;
    let Choice { k1, .. } = cost.choice;
    let price = kind.challengers.get(usize::from(k1))?.on_sale(t)?.money.charged();
    let rate = estate.policy.discount.rate;
    let factors = crate::model::horizon::discount_factors(rate, t);
    let discounted = price.times_rate_half_up(factors.get(t).copied()?).ok()?;
    let later = displaced_by(model, certificate, asset, (cost.choice.t2, cost.choice.k2));
    Some(
        i128::from(cost.cost_pence.saturating_sub(discounted.pence()))
            .saturating_mul(i128::from(SCALE))
            .saturating_add(later),
    )
}

/// The bundle of a site, with its pence and what it saves.
fn bundle(holder: &str, site: &str, mut all: Vec<Candidate>) -> (i64, i64, Bundle) {
    all.sort_by(|a, b| (&a.line.class, &a.line.asset).cmp(&(&b.line.class, &b.line.asset)));
    let sum = |of: fn(&Candidate) -> i64| all.iter().map(of).fold(0_i64, i64::saturating_add);
    let (pence, saved) = (sum(|one| one.pence), sum(|one| one.saved));
    let order_by = all.iter().map(|one| one.order_by).min();
    let bundle = Bundle {
        rank: 0,
        holder: holder.to_owned(),
        site: site.to_owned(),
        cost: Money::from_pence(pence).to_string(),
        cumulative: String::new(),
        saves: Money::from_pence(saved).to_string(),
        engineer_hours: crate::document::hours_text(sum(|one| one.quarter_hours)),
        order_by: order_by.map(|day| day.to_string()).unwrap_or_default(),
        chosen: false,
        lines: all.into_iter().map(|one| one.line).collect(),
    };
    (pence, saved, bundle)
}

#[cfg(test)]
mod tests;
