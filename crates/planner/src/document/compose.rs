//! From a solved problem to the plan that people read.

use std::collections::BTreeMap;

use inventory::{Money, OrgCode, OrgKind};
use rust_decimal::Decimal;

use super::compliance;
use super::hash::{ProblemBytes, plan_id, sha256_hex};
use super::{
    ClassLabel, DataQuality, Deferred, Input, Line, Multipliers, NeedYear, PlanDocument, SCHEMA,
    Site, Tool, Totals, YearLine,
};
use crate::certificate::{Certificate, SCALE};
use crate::input::{Demand, Envelope};
use crate::model::device::by_label;
use crate::model::estate::Estate;
use crate::model::need::{Due, due_day, dues};
use crate::model::{Device, Model};
use crate::pln1::{Choice, Schedule};
use crate::reason;

/// The name under which a plan's inputs list the hash of its problem's names.
pub const NAMES_INPUT: &str = "problem/names.json";

/// A solved problem.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// One option a device.
    pub schedule: &'a Schedule,
    /// The multipliers that prove the bound.
    pub certificate: &'a Certificate,
    /// Pence of the objective.
    pub objective_pence: i64,
    /// Pence of the bound.
    pub bound_pence: i64,
    /// Seconds from problem in memory to answer in memory, unless they are to be left out.
    pub solve_seconds: Option<f64>,
}

/// Everything at hand while a document is made.
pub(super) struct Composer<'a> {
    pub(super) estate: &'a Estate<'a>,
    pub(super) model: &'a Model,
    pub(super) answer: Answer<'a>,
    /// Replacements due of each planned device.
    pub(super) dues: Vec<Vec<Due>>,
}

/// The document of a solved problem. A function of its arguments alone.
pub fn compose(estate: &Estate<'_>, model: &Model, answer: Answer<'_>) -> PlanDocument {
    let dues = |asset: usize, device: &Device| {
        let challengers = model.kind(asset).map(|kind| &kind.challengers[..]);
        dues(estate, model.horizon, device, challengers.unwrap_or_default())
    };
    let all_dues = model.devices.iter().enumerate().map(|(asset, device)| dues(asset, device));
    let composer = Composer { estate, model, answer, dues: all_dues.collect() };
    let lines = composer.lines();
    let deferred = composer.deferred(&lines);
    let years = composer.years(&lines);
    let problem_sha256 = ProblemBytes::of(&model.problem).sha256();
    let names = model.names.to_bytes().unwrap_or_default();
    let mut inputs = estate.inputs.to_vec();
    inputs.push(Input { name: NAMES_INPUT.to_owned(), sha256: sha256_hex(&[&names]) });
    PlanDocument {
        schema: SCHEMA.to_owned(),
        tool: Tool { name: "refit".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        as_of: estate.as_of.to_string(),
        inputs,
        plan_id: plan_id(&problem_sha256, &lines),
        problem_sha256,
        horizon: model.horizon.iter().map(|(_, year)| year.to_string()).collect(),
        feasible: true,
        objective_pence: answer.objective_pence,
        bound_pence: answer.bound_pence,
        certified_gap: certified_gap(answer.objective_pence, answer.bound_pence),
        solve_seconds: answer.solve_seconds,
        specification: estate.verdicts.specification.clone(),
        totals: composer.totals(&lines, &deferred, &years),
        years,
        lines,
        deferred,
        unplanned: model.unplanned.clone(),
        compliance: compliance::by_year(&composer),
        need: composer.need(),
        sites: sites(estate),
        classes: class_labels(estate),
        data_quality: data_quality(estate, model),
        multipliers: Multipliers {
            scale: SCALE,
            holders: model.holders.iter().map(ToString::to_string).collect(),
            lam: answer.certificate.lam.clone(),
            mu: answer.certificate.mu.clone(),
        },
    }
}

/// (objective - bound) / objective, 0 when the objective is 0.
#[expect(
    clippy::float_arithmetic,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "a ratio for people, computed from exact integers"
)]
pub fn certified_gap(objective_pence: i64, bound_pence: i64) -> f64 {
    if objective_pence == 0 {
        return 0.0;
    }
    objective_pence.saturating_sub(bound_pence) as f64 / objective_pence as f64
}

impl Composer<'_> {
    fn choice(&self, asset: usize) -> Choice {
        self.answer.schedule.choices.get(asset).copied().unwrap_or_default()
    }

    /// Devices with their numbers and choices.
    pub(super) fn chosen(&self) -> impl Iterator<Item = (usize, &Device, Choice)> {
        let with_choice = |(asset, device)| (asset, device, self.choice(asset));
        self.model.devices.iter().enumerate().map(with_choice)
    }

    fn lines(&self) -> Vec<Line> {
        let mut all: Vec<(usize, Line)> = Vec::new();
        for (asset, device, choice) in self.chosen() {
            if choice.t1 > 0 {
                let first = self.line(asset, device, choice, choice.t1, choice.k1);
                all.extend(first.map(|line| (usize::from(choice.t1), line)));
            }
            if choice.t2 > 0 {
                let second = self.line(asset, device, choice, choice.t2, choice.k2);
                all.extend(second.map(|line| (usize::from(choice.t2), line)));
            }
        }
        all.sort_by(|(s, a), (t, b)| {
            (s, &a.site, &a.class, &a.asset).cmp(&(t, &b.site, &b.class, &b.asset))
        });
        let mut lines: Vec<Line> = all.into_iter().map(|(_, line)| line).collect();
        for (number, line) in (1_u64..).zip(&mut lines) {
            line.id = line_id(number);
        }
        lines
    }

    fn line(&self, asset: usize, device: &Device, choice: Choice, t: u16, k: u16) -> Option<Line> {
        let (estate, model) = (self.estate, self.model);
        let year = model.horizon.year(usize::from(t));
        let challenger = model.kind(asset)?.challengers.get(usize::from(k))?;
        let offer = challenger.on_sale(usize::from(t))?;
        let again = t == choice.t2;
        let until = model.horizon.year(usize::from(choice.t1)).end();
        let failing =
            if again { Vec::new() } else { reason::failing_rules(estate, device.index, until) };
        let registered = estate.assets.get(device.index);
        let order_by =
            offer.order_by.map(|last| device_order_by(device, last, challenger.lead_days, again));
        let money = offer.money;
        Some(Line {
            id: String::new(),
            asset: Some(device.label.clone()),
            site: device.site.to_string(),
            class: device.class.to_string(),
            demand: if again { Demand::Refresh } else { device.demand.word() }.to_string(),
            fy: year.to_string(),
            action: if again { "replace-again" } else { "replace" }.to_owned(),
            item: challenger.item.clone(),
            life_years: challenger.life_years,
            price_net: money.net.to_string(),
            vat: money.vat.to_string(),
            price_gross: money.gross().to_string(),
            recoverable: money.recoverable.to_string(),
            charged: money.charged().to_string(),
            stream: self.stream(&device.holder),
            holder: device.holder.to_string(),
            reason: if again {
                reason::of_second_line(model, asset, choice)
            } else {
                reason::of_line(estate, model, self.answer.certificate, asset, choice)
            },
            failing_rules: failing.into_iter().map(|rule| rule.id.clone()).collect(),
            rests_on_unknown: reason::rests_on_unknown(estate, device, until),
            order_by: order_by.map(|day| day.to_string()).unwrap_or_default(),
            old_model: registered
                .filter(|_| !again)
                .and_then(|own| own.model.as_deref())
                .map(str::to_owned),
            bought: device.bought.filter(|_| !again).map(|day| day.to_string()),
        })
    }

    fn stream(&self, holder: &OrgCode) -> String {
        let streams = self.estate.envelopes.capital_holders();
        streams.get(holder).map_or_else(String::new, |stream| (*stream).to_owned())
    }

    fn deferred(&self, lines: &[Line]) -> Vec<Deferred> {
        let room = self.room(lines);
        let mut all = Vec::new();
        for (asset, device, choice) in self.chosen() {
            let due = self.dues.get(asset).is_some_and(|dues| !dues.is_empty());
            if choice.t1 > 0 || !due {
                continue;
            }
            let last = self.model.horizon.year(self.model.horizon.len()).end();
            let failing = reason::failing_rules(self.estate, device.index, last);
            all.push(Deferred {
                asset: device.label.clone(),
                site: device.site.to_string(),
                class: device.class.to_string(),
                reason: reason::of_deferral(
                    self.estate,
                    self.model,
                    self.answer.certificate,
                    asset,
                ),
                first_fy_it_fits: self.first_year_that_fits(asset, &room),
                cost_of_delay: self.cost_of_delay(asset).to_string(),
                failing_rules: failing.into_iter().map(|rule| rule.id.clone()).collect(),
            });
        }
        all
    }

    /// Pence and quarter hours left by holder and year.
    fn room(&self, lines: &[Line]) -> BTreeMap<(usize, usize), (i64, i64)> {
        let mut used = self.used();
        let problem = &self.model.problem;
        let mut room = BTreeMap::new();
        for (g, (money, hours)) in problem.envelope().iter().zip(problem.install()).enumerate() {
            for (t, (money, hours)) in money.iter().zip(hours).enumerate().skip(1) {
                let (spent, worked, _) = used.remove(&(g, t)).unwrap_or_default();
                let left = (money.saturating_sub(spent), hours.saturating_sub(worked));
                room.insert((g, t), left);
            }
        }
        debug_assert!(used.is_empty() || !lines.is_empty());
        room
    }

    /// Pence, quarter hours and purchases by holder and year.
    fn used(&self) -> BTreeMap<(usize, usize), (i64, i64, u64)> {
        let mut used: BTreeMap<(usize, usize), (i64, i64, u64)> = BTreeMap::new();
        for (asset, device, choice) in self.chosen() {
            let Some(kind) = self.model.kind(asset) else { continue };
            let holder = self.model.holders.binary_search(&device.holder).unwrap_or(usize::MAX);
            for (t, k) in [(choice.t1, choice.k1), (choice.t2, choice.k2)] {
                let challenger = kind.challengers.get(usize::from(k));
                let Some(offer) = challenger.and_then(|item| item.on_sale(usize::from(t))) else {
                    continue;
                };
                let cell = used.entry((holder, usize::from(t))).or_default();
                cell.0 = cell.0.saturating_add(offer.money.charged().pence());
                cell.1 = cell.1.saturating_add(kind.quarter_hours());
                cell.2 = cell.2.saturating_add(1);
            }
        }
        used
    }

    fn first_year_that_fits(
        &self,
        asset: usize,
        room: &BTreeMap<(usize, usize), (i64, i64)>,
    ) -> Option<String> {
        let device = self.model.devices.get(asset)?;
        let kind = self.model.kind(asset)?;
        let holder = self.model.holders.binary_search(&device.holder).ok()?;
        let fits = |t: usize| {
            let (money, hours) = room.get(&(holder, t)).copied().unwrap_or_default();
            kind.key.allows(t)
                && kind.quarter_hours() <= hours
                && kind.challengers.iter().any(|item| {
                    item.on_sale(t).is_some_and(|offer| offer.money.charged().pence() <= money)
                })
        };
        self.model.horizon.iter().find(|(t, _)| fits(*t)).map(|(_, year)| year.to_string())
    }

    /// Running and risk of never replacing, less those of the option that costs least.
    fn cost_of_delay(&self, asset: usize) -> Money {
        let costs = reason::option_costs(self.model, self.answer.certificate, asset);
        let running =
            |cost: &reason::OptionCost| cost.cost_pence.saturating_sub(cost.purchases_pence);
        let never = costs.iter().find(|cost| cost.choice.t1 == 0).map_or(0, running);
        let best = costs
            .iter()
            .filter(|cost| cost.choice.t1 > 0)
            .min_by_key(|cost| (cost.cost_pence, cost.choice));
        best.map_or(Money::ZERO, |best| Money::from_pence(never.saturating_sub(running(best))))
    }

    fn years(&self, lines: &[Line]) -> Vec<YearLine> {
        let used = self.used();
        let need = self.need_by_holder();
        let mut all = Vec::new();
        for (t, year) in self.model.horizon.iter() {
            for (g, holder) in self.model.holders.iter().enumerate() {
                let envelope = self.estate.envelopes.capital(holder, year);
                let (spent, worked, purchases) = used.get(&(g, t)).copied().unwrap_or_default();
                let limit = envelope.map(Envelope::limit).unwrap_or_default();
                let hours = self.estate.envelopes.capacity(holder, year);
                let lam = self.answer.certificate.lam.get(g).and_then(|row| row.get(t));
                all.push(YearLine {
                    fy: year.to_string(),
                    holder: holder.to_string(),
                    stream: self.stream(holder),
                    kind: "capital".to_owned(),
                    certainty: envelope
                        .map_or("none", |envelope| envelope.certainty.as_str())
                        .to_owned(),
                    envelope: limit.to_string(),
                    spend: Money::from_pence(spent).to_string(),
                    headroom: Money::from_pence(limit.pence().saturating_sub(spent)).to_string(),
                    purchases,
                    need: need.get(&(g, t)).copied().unwrap_or_default().to_string(),
                    engineer_hours: hours_text(worked),
                    engineer_hours_limit: hours.map(hours_text),
                    shadow_price: shadow_price(lam.copied().unwrap_or(0)),
                });
            }
        }
        debug_assert!(lines.len() >= all.iter().filter(|year| year.purchases > 0).count());
        all
    }

    fn need_by_holder(&self) -> BTreeMap<(usize, usize), Money> {
        let mut need: BTreeMap<(usize, usize), Money> = BTreeMap::new();
        for (device, dues) in self.model.devices.iter().zip(&self.dues) {
            let holder = self.model.holders.binary_search(&device.holder).unwrap_or(usize::MAX);
            for due in dues {
                let cell = need.entry((holder, due.t)).or_default();
                *cell = cell.checked_add(due.cost.unwrap_or_default()).unwrap_or(*cell);
            }
        }
        need
    }

    fn need(&self) -> Vec<NeedYear> {
        let mut need: BTreeMap<(usize, &str), (u64, Money)> = BTreeMap::new();
        for (device, dues) in self.model.devices.iter().zip(&self.dues) {
            for due in dues {
                let cell = need.entry((due.t, device.class.as_str())).or_default();
                cell.0 = cell.0.saturating_add(1);
                cell.1 = cell.1.checked_add(due.cost.unwrap_or_default()).unwrap_or(cell.1);
            }
        }
        need.into_iter()
            .map(|((t, class), (devices, cost))| NeedYear {
                fy: self.model.horizon.year(t).to_string(),
                class: class.to_owned(),
                devices,
                cost: cost.to_string(),
            })
            .collect()
    }

    fn totals(&self, lines: &[Line], deferred: &[Deferred], years: &[YearLine]) -> Totals {
        let sum = |amounts: &mut dyn Iterator<Item = &String>| {
            let parsed = amounts.filter_map(|text| text.parse::<Money>().ok());
            Money::checked_sum(parsed).unwrap_or_default().to_string()
        };
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let unknown = lines.iter().filter(|line| line.rests_on_unknown);
        Totals {
            devices: count(self.model.devices.len()),
            purchases: count(lines.len()),
            deferred: count(deferred.len()),
            envelope: sum(&mut years.iter().map(|year| &year.envelope)),
            spend: sum(&mut lines.iter().map(|line| &line.charged)),
            spend_on_unknown: sum(&mut unknown.map(|line| &line.charged)),
        }
    }
}

/// `L000001` onward.
pub(super) fn line_id(number: u64) -> String {
    format!("L{number:06}")
}

/// The last day to order: for a deadline, early enough to arrive the day before it.
fn device_order_by(
    device: &Device,
    last: chrono::NaiveDate,
    lead_days: u32,
    again: bool,
) -> chrono::NaiveDate {
    let crate::model::DeviceDemand::Deadline { date, .. } = &device.demand else { return last };
    let lead = chrono::Days::new(u64::from(lead_days).saturating_add(1));
    match date.checked_sub_days(lead) {
        Some(in_time) if !again => last.min(in_time),
        _ => last,
    }
}

/// Quarter hours as hours: `12.25`.
pub(crate) fn hours_text(quarter_hours: i64) -> String {
    let hours = Decimal::from(quarter_hours).checked_div(Decimal::from(4)).unwrap_or_default();
    hours.normalize().to_string()
}

/// A multiplier as pounds of objective per pound of envelope, to six decimals, halves away from zero.
pub(super) fn shadow_price(lam: i64) -> String {
    let price = Decimal::from(lam).checked_div(Decimal::from(SCALE)).unwrap_or_default();
    let rounded =
        price.round_dp_with_strategy(6, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
    rounded.normalize().to_string()
}

/// Every site with devices in use, by code.
fn sites(estate: &Estate<'_>) -> Vec<Site> {
    let mut counts: BTreeMap<&OrgCode, (u64, u64)> = BTreeMap::new();
    for (index, asset) in estate.assets.iter().enumerate() {
        let Some(site) = asset.site.as_ref().filter(|_| asset.is_in_use()) else { continue };
        let cell = counts.entry(site).or_default();
        cell.0 = cell.0.saturating_add(1);
        if estate.verdicts.fails(index, estate.as_of) {
            cell.1 = cell.1.saturating_add(1);
        }
    }
    let tree = estate.organisations;
    let above = |code: &OrgCode, kind| {
        tree.ancestor(code, kind, estate.as_of).map(|org| org.code.to_string())
    };
    counts
        .into_iter()
        .map(|(code, (devices, failing_now))| {
            let org = tree.get(code);
            let practice = tree.ancestor(code, OrgKind::Practice, estate.as_of);
            Site {
                code: code.to_string(),
                name: org.map_or_else(|| code.to_string(), |org| org.name.clone()),
                practice: practice.map(|org| org.code.to_string()),
                pcn: tree.network(code, estate.as_of).map(|org| org.code.to_string()),
                sub_icb: above(code, OrgKind::SubIcb),
                holder: tree.holder(code, estate.as_of).map(ToString::to_string),
                list_size: org.and_then(|org| org.list_size),
                devices,
                failing_now,
            }
        })
        .collect()
}

/// Every class in use, by word.
fn class_labels(estate: &Estate<'_>) -> Vec<ClassLabel> {
    let mut classes: Vec<_> = estate
        .assets
        .iter()
        .filter(|asset| asset.is_in_use())
        .map(|asset| asset.class.clone())
        .collect();
    classes.sort();
    classes.dedup();
    classes
        .into_iter()
        .map(|class| {
            let specified = estate.verdicts.lives.get(&class).map(|(y, s)| (*y, s.as_str()));
            let (life_years, life_source) = estate.policy.life(&class, specified);
            let plural = estate.classes.spec(&class).map(|spec| spec.plural.clone());
            ClassLabel {
                plural: plural.unwrap_or_else(|| class.to_string()),
                class: class.to_string(),
                life_years,
                life_source,
            }
        })
        .collect()
}

fn data_quality(estate: &Estate<'_>, model: &Model) -> DataQuality {
    let mut quality = DataQuality {
        devices_with_unknown: 0,
        unknown_by_field: BTreeMap::new(),
        without_purchase_date: 0,
        at_undeclared_site: model.at_undeclared_site,
    };
    for index in by_label(estate.assets) {
        let Some(asset) = estate.assets.get(index) else { continue };
        if !asset.is_in_use() {
            continue;
        }
        if asset.bought.is_none() {
            quality.without_purchase_date = quality.without_purchase_date.saturating_add(1);
        }
        let missing = estate
            .verdicts
            .rules
            .iter()
            .filter_map(|rule| Some(rule.judged(index)?.at(estate.as_of)))
            .filter(|outcome| outcome.word() == "unknown")
            .fold(wes::FactSet::EMPTY, |all, outcome| all.union(outcome.facts()));
        if !missing.is_empty() {
            quality.devices_with_unknown = quality.devices_with_unknown.saturating_add(1);
        }
        for field in missing.iter() {
            let count = quality.unknown_by_field.entry(field.word().to_owned()).or_default();
            *count = count.saturating_add(1);
        }
    }
    quality
}

/// When a device falls due, for explanations.
pub fn due_year(estate: &Estate<'_>, device: &Device) -> inventory::FinancialYear {
    inventory::FinancialYear::of(due_day(estate, device).max(estate.as_of))
}
