//! What must be bought, laid into years: how much money is enough, and where it is short.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use inventory::{FinancialYear, Money};
use schemars::JsonSchema;
use serde::Serialize;

use crate::document::hours_text;
use crate::model::Model;
use crate::model::kind::Challenger;

/// What a holder must do in a year, against what the year has.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ConflictYear {
    /// Financial year.
    pub fy: String,
    /// Devices that must be replaced and are laid into this year.
    pub devices: u64,
    /// What the cheapest items for them cost, charged to the envelope.
    pub needed: String,
    /// What the year has.
    pub envelope: String,
    /// Pounds that are missing in this year; `0.00` when it suffices.
    pub short: String,
    /// Hours of engineers that are missing in this year; `0` when they suffice or have no limit.
    pub short_hours: String,
}

/// A device that must be replaced: for each year in which it can be, the pence of its cheapest item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Obligation {
    last: usize,
    /// Year and pence, by year.
    pub(crate) ways: Vec<(usize, i64)>,
    quarter_hours: i64,
}

impl Obligation {
    /// The obligation to replace a device until year `last`, by items and in years that `may` allows.
    pub(crate) fn of(
        model: &Model,
        asset: usize,
        last: usize,
        may: impl Fn(usize, &Challenger) -> bool,
    ) -> Self {
        let mut cheapest: BTreeMap<usize, i64> = BTreeMap::new();
        let kind = model.kind(asset);
        for option in kind.into_iter().flat_map(|kind| &kind.options) {
            let t = usize::from(option.t1);
            let item = kind.and_then(|kind| kind.challengers.get(usize::from(option.k1)));
            let Some((item, offer)) = item.and_then(|item| Some((item, item.on_sale(t)?))) else {
                continue;
            };
            if may(t, item) {
                let charged = offer.money.charged().pence();
                let cheap = cheapest.entry(t).or_insert(charged);
                *cheap = charged.min(*cheap);
            }
        }
        let quarter_hours = kind.map_or(0, crate::model::Kind::quarter_hours);
        Self { last, ways: cheapest.into_iter().collect(), quarter_hours }
    }

    /// Its cheapest way, in pence.
    pub(crate) fn least(&self) -> Option<i64> {
        self.ways.iter().map(|(_, pence)| *pence).min()
    }
}

/// Lays obligations of a holder into its years: each into the first year that holds it, the most urgent first; what no year
/// holds goes where most is left. So the money that is short is enough, if perhaps not the least that would be.
pub(crate) fn lay(model: &Model, holder: usize, mut all: Vec<Obligation>) -> Vec<ConflictYear> {
    let limit = |rows: &[Vec<i64>], t: usize| {
        rows.get(holder).and_then(|row| row.get(t)).copied().unwrap_or(0)
    };
    let (money, hours) = (model.problem.envelope(), model.problem.install());
    // Devices, pence left and quarter hours left of each year.
    let mut left: Vec<(u64, i64, i64)> =
        (0..=model.horizon.len()).map(|t| (0, limit(money, t), limit(hours, t))).collect();
    all.sort_by_key(|one| (one.last, one.ways.len()));
    for one in all {
        let at = |t: usize| left.get(t).copied().unwrap_or_default();
        let fits = |(t, pence): &&(usize, i64)| at(*t).1 >= *pence && at(*t).2 >= one.quarter_hours;
        let roomiest =
            |(t, pence): &&(usize, i64)| (at(*t).1.saturating_sub(*pence), at(*t).2, Reverse(*t));
        let chosen = one.ways.iter().find(fits).or_else(|| one.ways.iter().max_by_key(roomiest));
        let Some((t, pence)) = chosen.copied() else { continue };
        if let Some(cell) = left.get_mut(t) {
            cell.0 = cell.0.saturating_add(1);
            cell.1 = cell.1.saturating_sub(pence);
            cell.2 = cell.2.saturating_sub(one.quarter_hours);
        }
    }
    let row = |(t, year): (usize, FinancialYear)| {
        let (devices, pence, quarter_hours) = left.get(t).copied().unwrap_or_default();
        let short = |left: i64| left.min(0).saturating_neg();
        ConflictYear {
            fy: year.to_string(),
            devices,
            needed: Money::from_pence(limit(money, t).saturating_sub(pence)).to_string(),
            envelope: Money::from_pence(limit(money, t)).to_string(),
            short: Money::from_pence(short(pence)).to_string(),
            short_hours: hours_text(short(quarter_hours)),
        }
    };
    model.horizon.iter().map(row).filter(|year| year.devices > 0).collect()
}
