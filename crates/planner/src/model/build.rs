//! The problem from the estate.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use diagnostic::{Diagnostic, Diagnostics, suggest};
use inventory::vocabulary::MoneyError;
use inventory::{Class, OrgCode};

use super::device::{AllowedYears, Device, Selection, by_label, select};
use super::estate::Estate;
use super::horizon::Horizon;
use super::keep::{KeepCosts, KeptDevice};
use super::kind::{Challenger, Kind, KindError, KindKey, MOST_OPTIONS};
use super::names::{self, ClassNames, HolderNames, ItemMoney, ItemNames, Names};
use super::need::is_due;
use super::nothing::nothing_to_plan;
use super::offer::order_window;
use super::stability::preferring;
use super::stranded::Stranded;
use super::unjudged;
use crate::codes;
use crate::document::Unplanned;
use crate::input::Demand;
use crate::pln1::{self, Assets, Draft, Problem};

/// What stands for "no limit" among quarter hours: more than any plan can use.
pub const UNLIMITED_QUARTER_HOURS: i64 = 1_000_000_000_000;

/// Most years of a plan.
const MOST_YEARS: usize = 20;

/// A problem with everything needed to explain its answer. Row `i` of the problem is `devices[i]`.
#[derive(Debug)]
pub struct Model {
    /// The problem in integers.
    pub problem: Problem,
    /// What its numbers stand for.
    pub names: Names,
    /// The years.
    pub horizon: Horizon,
    /// The devices planned, by label.
    pub devices: Vec<Device>,
    /// The planning class of each device.
    pub kind_of: Vec<usize>,
    /// The planning classes.
    pub kinds: Vec<Kind>,
    /// The holders, in the order of the rows.
    pub holders: Vec<OrgCode>,
    /// Devices left out, by label.
    pub unplanned: Vec<Unplanned>,
    /// Devices with a deadline that nothing can keep, by label: no plan is possible while there are any.
    pub stranded: Vec<Stranded>,
    /// Devices in use at a site that no organisation file declares.
    pub at_undeclared_site: u64,
}

impl Model {
    /// The planning class of a device.
    pub fn kind(&self, asset: usize) -> Option<&Kind> {
        self.kinds.get(*self.kind_of.get(asset)?)
    }
}

/// Builds the problem of an estate: the model, unless something is wrong, and every remark and problem.
pub fn build(estate: &Estate<'_>) -> (Option<Model>, Diagnostics) {
    let horizon = Horizon::new(estate.start, estate.years.clamp(1, MOST_YEARS));
    let mut problems = Diagnostics::new();
    check_references(estate, horizon, &mut problems);
    let mut selection = select(estate, horizon);
    remark(estate, horizon, &selection, &mut problems);
    let mut costs = KeepCosts::new(estate, horizon);
    let sorted = match sort_into_kinds(estate, horizon, &costs, &mut selection) {
        Ok(sorted) => sorted,
        Err(problem) => {
            problems.push(*problem);
            return (None, problems);
        }
    };
    check_pins(estate, horizon, &sorted, &selection, &mut problems);
    if sorted.devices.is_empty() && selection.stranded.is_empty() {
        problems.push(nothing_to_plan(&selection.unplanned));
    }
    if problems.has_errors() {
        return (None, problems);
    }
    let holders: Vec<OrgCode> = {
        let mut all: Vec<_> = sorted.devices.iter().map(|device| device.holder.clone()).collect();
        all.sort();
        all.dedup();
        all
    };
    warn_of_envelopes(estate, horizon, &holders, &mut problems);
    unjudged::warn(estate, horizon, &sorted.kinds, &mut problems);
    let assembled = assemble(estate, horizon, sorted, holders, &mut costs, selection);
    match assembled {
        Ok(model) => (Some(model), problems),
        Err(diagnostics) => {
            problems.extend(diagnostics);
            (None, problems)
        }
    }
}

fn too_large(why: &str) -> Diagnostic {
    Diagnostic::error(codes::PROBLEM_TOO_LARGE, format!("an amount is too large: {why}"))
        .help("look for a price, weight, factor or running cost with too many digits")
}

fn kind_problem(key: &KindKey, items: usize, years: usize, error: KindError) -> Diagnostic {
    match error {
        KindError::Money(error) => too_large(&error.to_string()),
        KindError::TooManyOptions => Diagnostic::error(
            codes::TOO_MANY_OPTIONS,
            format!(
                "class {} has {items} items and the plan {years} years: more than {MOST_OPTIONS} ways to replace a device",
                key.class
            ),
        )
        .help("plan fewer years with --horizon, or remove items of the class that nobody would buy"),
    }
}

/// Names in pins and deadlines that the register or the specification lack.
fn check_references(estate: &Estate<'_>, horizon: Horizon, problems: &mut Diagnostics) {
    let labels: Vec<&str> = by_label(estate.assets)
        .into_iter()
        .filter_map(|at| estate.assets.get(at).map(|asset| asset.label.as_ref()))
        .collect();
    let known = |label: &str| labels.binary_search(&label).is_ok();
    let unknown = |label: &str, place: &diagnostic::Place| {
        let near = suggest(label, labels.iter().copied());
        Diagnostic::error(
            codes::UNKNOWN_PINNED_ASSET,
            format!("no device `{label}` in the register"),
        )
        .at(place.clone())
        .help(near.map_or_else(
            || {
                "name a device by its asset tag, or by its serial number where it has no tag"
                    .to_owned()
            },
            |near| format!("a device with a similar name exists: `{near}`"),
        ))
    };
    let pins = estate.pins;
    let named = pins.pins.values().map(|pin| (&pin.asset, &pin.place));
    let excluded = pins.exclusions.values().map(|exclusion| (&exclusion.asset, &exclusion.place));
    let meant = pins.deadlines.iter().filter_map(|deadline| deadline.asset.as_ref());
    let meant = meant.map(|asset| (&asset.value, &asset.place));
    for (label, place) in named.chain(excluded).chain(meant).filter(|(label, _)| !known(label)) {
        problems.push(unknown(label, place));
    }
    for rule in pins.deadlines.iter().filter_map(|deadline| deadline.failing.as_ref()) {
        let ids = || estate.verdicts.rules.iter().map(|rule| rule.id.as_str());
        if !ids().any(|id| id == rule.value) {
            problems.push(
                Diagnostic::error(
                    codes::UNKNOWN_RULE,
                    format!("no rule `{}` in {}", rule.value, estate.verdicts.specification.id),
                )
                .at(rule.place.clone())
                .help(suggest(&rule.value, ids()).map_or_else(
                    || "see the rules with `refit wes show`".to_owned(),
                    |near| format!("a rule with a similar name exists: `{near}`"),
                )),
            );
        }
    }
    for pin in pins.pins.values().filter(|pin| horizon.index(pin.fy).is_none()) {
        problems.push(impossible(
            &pin.asset,
            &format!("{} lies outside the plan", pin.fy),
            &pin.place,
        ));
    }
}

fn impossible(label: &str, why: &str, place: &diagnostic::Place) -> Diagnostic {
    Diagnostic::error(codes::PIN_IMPOSSIBLE, format!("the pin of `{label}` cannot be kept: {why}"))
        .at(place.clone())
        .help("change or remove the pin")
}

fn remark(
    estate: &Estate<'_>,
    horizon: Horizon,
    selection: &Selection,
    problems: &mut Diagnostics,
) {
    for (id, count) in &selection.late_deadlines {
        problems.push(
            Diagnostic::warning(
                codes::DEADLINE_PASSED,
                format!("deadline `{id}` passes before {} begins", horizon.start()),
            )
            .help(format!("its {count} devices are planned for the first year")),
        );
    }
    let mut in_use: BTreeMap<&Class, u64> = BTreeMap::new();
    for device in &selection.planned {
        let count = in_use.entry(&device.class).or_default();
        *count = count.saturating_add(1);
    }
    let on_sale = |class: &Class| {
        estate.prices.prices.iter().filter(|price| price.class == *class).any(|price| {
            horizon.iter().any(|(_, year)| order_window(price, estate.as_of, year).is_some())
        })
    };
    for (class, count) in in_use.into_iter().filter(|(class, _)| !on_sale(class)) {
        problems.push(
            Diagnostic::warning(
                codes::CLASS_WITHOUT_PRICE,
                format!("no item of class {class} is on sale in any year of the plan"),
            )
            .help(format!("its {count} devices are left out; add a price, or extend its validity")),
        );
    }
    for freeze in &estate.policy.freezes {
        if !selection.planned.iter().any(|device| device.site == freeze.site) {
            problems.push(
                Diagnostic::warning(
                    codes::UNKNOWN_FREEZE_SITE,
                    format!("the freeze of {} stops nothing", freeze.site),
                )
                .at(freeze.place.clone())
                .help("no planned device stands there; check the code"),
            );
        }
    }
}

fn warn_of_envelopes(
    estate: &Estate<'_>,
    horizon: Horizon,
    holders: &[OrgCode],
    problems: &mut Diagnostics,
) {
    for holder in holders {
        for (_, year) in horizon.iter() {
            if estate.envelopes.capital(holder, year).is_none() {
                problems.push(
                    Diagnostic::warning(
                        codes::NO_CAPITAL_ENVELOPE,
                        format!("{holder} has no capital envelope in {year}"),
                    )
                    .help("nothing is bought in that year; add an envelope if money is expected"),
                );
            }
        }
    }
    for (holder, _) in estate.envelopes.capital_holders() {
        if holders.binary_search(holder).is_err() {
            problems.push(
                Diagnostic::warning(
                    codes::HOLDER_UNKNOWN,
                    format!("no planned device belongs to {holder}"),
                )
                .help("check the code of the holder, or import the organisations below it"),
            );
        }
    }
}

/// Planned devices with their planning classes.
struct Sorted {
    devices: Vec<Device>,
    kind_of: Vec<usize>,
    kinds: Vec<Kind>,
}

/// The items of each class, each prepared for the plan.
fn challengers(
    estate: &Estate<'_>,
    horizon: Horizon,
    costs: &KeepCosts<'_>,
) -> Result<BTreeMap<Class, Arc<[Challenger]>>, MoneyError> {
    let mut all: BTreeMap<Class, Vec<Challenger>> = BTreeMap::new();
    for price in &estate.prices.prices {
        let challenger = Challenger::new(price, estate, horizon, costs)?;
        all.entry(price.class.clone()).or_default().push(challenger);
    }
    for items in all.values_mut() {
        Challenger::group(items);
    }
    Ok(all.into_iter().map(|(class, items)| (class, items.into())).collect())
}

fn sort_into_kinds(
    estate: &Estate<'_>,
    horizon: Horizon,
    costs: &KeepCosts<'_>,
    selection: &mut Selection,
) -> Result<Sorted, Box<Diagnostic>> {
    let items = challengers(estate, horizon, costs)
        .map_err(|error| Box::new(too_large(&error.to_string())))?;
    let mut kinds: BTreeMap<KindKey, Kind> = BTreeMap::new();
    let mut used: BTreeSet<KindKey> = BTreeSet::new();
    let mut keyed: Vec<(Device, KindKey)> = Vec::new();
    let mut allowed = AllowedYears::new(estate, horizon);
    for device in std::mem::take(&mut selection.planned) {
        let of_class = items.get(&device.class).cloned().unwrap_or_default();
        let on_sale =
            of_class.iter().any(|item| horizon.iter().any(|(t, _)| item.on_sale(t).is_some()));
        // A device with a deadline stays in the problem whatever is wanting: it must not be left out in silence.
        let must = device.latest > 0;
        if !on_sale && !must {
            selection.unplanned.push(left_out(&device, "no-price"));
            continue;
        }
        let key = KindKey {
            class: device.class.clone(),
            funding: device.funding,
            item: device.pin.as_ref().and_then(|(_, item)| item.clone()),
            years: allowed.of(&device, device.demand.word()),
            again: allowed.of(&device, Demand::Refresh),
            before: device.before,
        };
        if key.years == 0 && !must {
            selection.unplanned.push(left_out(&device, "no-envelope"));
            continue;
        }
        let stranded = Stranded::of_device(&device, &key, &of_class, horizon);
        selection.stranded.extend(stranded);
        if !kinds.contains_key(&key) {
            let count = of_class.len();
            let kind = Kind::new(key.clone(), of_class, horizon, costs)
                .map_err(|error| kind_problem(&key, count, horizon.len(), error))?;
            kinds.insert(key.clone(), kind);
        }
        if must || kinds.get(&key).is_some_and(Kind::can_buy) {
            used.insert(key.clone());
            keyed.push((device, key));
        } else if device.pin.is_some() {
            keyed.push((device, key));
        } else {
            selection.unplanned.push(left_out(&device, "no-price"));
        }
    }
    selection.stranded.sort_by(|a, b| a.asset.cmp(&b.asset));
    kinds.retain(|key, _| used.contains(key));
    selection.unplanned.sort_by(|a, b| (&a.asset, &a.site).cmp(&(&b.asset, &b.site)));
    let order: BTreeMap<KindKey, usize> =
        kinds.keys().enumerate().map(|(at, key)| (key.clone(), at)).collect();
    let kind_of =
        keyed.iter().map(|(_, key)| order.get(key).copied().unwrap_or(usize::MAX)).collect();
    Ok(Sorted {
        devices: keyed.into_iter().map(|(device, _)| device).collect(),
        kind_of,
        kinds: kinds.into_values().collect(),
    })
}

fn left_out(device: &Device, reason: &str) -> Unplanned {
    Unplanned {
        asset: device.label.clone(),
        site: Some(device.site.to_string()),
        class: device.class.to_string(),
        reason: reason.to_owned(),
    }
}

/// Every pin must leave its device at least one option in its year.
fn check_pins(
    estate: &Estate<'_>,
    horizon: Horizon,
    sorted: &Sorted,
    selection: &Selection,
    problems: &mut Diagnostics,
) {
    for pin in estate.pins.pins.values().filter(|pin| horizon.index(pin.fy).is_some()) {
        let planned =
            sorted.devices.binary_search_by(|device| device.label.as_str().cmp(&pin.asset));
        let left_out = selection.unplanned.iter().find(|device| device.asset == pin.asset);
        let why = match (planned, left_out) {
            (Ok(at), _) => {
                let kind = sorted.kind_of.get(at).and_then(|kind| sorted.kinds.get(*kind));
                let t = horizon.index(pin.fy).and_then(|t| u16::try_from(t).ok());
                let possible =
                    kind.is_some_and(|kind| kind.options.iter().any(|option| Some(option.t1) == t));
                let named = pin.item.as_ref().map_or("no item", |item| item.value.as_str());
                (!possible).then(|| match &pin.item {
                    Some(_) => format!("`{named}` cannot be bought for it in {}", pin.fy),
                    None => format!("nothing can be bought for it in {}", pin.fy),
                })
            }
            (Err(_), Some(device)) => {
                Some(format!("the device is not planned ({})", device.reason))
            }
            (Err(_), None) => None,
        };
        if let Some(why) = why {
            problems.push(impossible(&pin.asset, &why, &pin.place));
        }
    }
}

fn assemble<'e>(
    estate: &'e Estate<'e>,
    horizon: Horizon,
    sorted: Sorted,
    holders: Vec<OrgCode>,
    costs: &mut KeepCosts<'e>,
    selection: Selection,
) -> Result<Model, Diagnostics> {
    let sites = sites_of(&sorted.devices);
    let years = horizon.len();
    let mut draft = Draft {
        years,
        challengers: sorted.kinds.iter().map(|kind| kind.challengers.len()).max().unwrap_or(0),
        holders: holders.len(),
        sites: sites.len(),
        classes: Vec::new(),
        envelope: money_rows(estate, horizon, &holders),
        install: hour_rows(estate, horizon, &holders),
        visit_cost: vec![0; years.saturating_add(1)],
        assets: Assets::default(),
    };
    draft.classes =
        sorted.kinds.iter().map(|kind| problem_class(kind, years, draft.challengers)).collect();
    fill_assets(&mut draft.assets, estate, horizon, &sorted, &holders, &sites, costs).map_err(
        |label| Diagnostics::from(vec![too_large(&format!("the cost of keeping `{label}`"))]),
    )?;
    let names = names_of(estate, horizon, &sorted, &holders, &sites);
    let problem = Problem::new(draft, "problem").map_err(|faults| {
        let all = faults.list().iter().map(|fault| too_large(&fault.to_string()));
        Diagnostics::from(all.collect::<Vec<_>>())
    })?;
    Ok(Model {
        problem,
        names,
        horizon,
        devices: sorted.devices,
        kind_of: sorted.kind_of,
        kinds: sorted.kinds,
        holders,
        unplanned: selection.unplanned,
        stranded: selection.stranded,
        at_undeclared_site: selection.at_undeclared_site,
    })
}

fn sites_of(devices: &[Device]) -> Vec<OrgCode> {
    let mut all: Vec<OrgCode> = devices.iter().map(|device| device.site.clone()).collect();
    all.sort();
    all.dedup();
    all
}

fn money_rows(estate: &Estate<'_>, horizon: Horizon, holders: &[OrgCode]) -> Vec<Vec<i64>> {
    let limit = |holder: &OrgCode, year| {
        estate.envelopes.capital(holder, year).map_or(0, |envelope| envelope.limit().pence())
    };
    rows(horizon, holders, limit)
}

fn hour_rows(estate: &Estate<'_>, horizon: Horizon, holders: &[OrgCode]) -> Vec<Vec<i64>> {
    let limit = |holder: &OrgCode, year| {
        estate.envelopes.capacity(holder, year).unwrap_or(UNLIMITED_QUARTER_HOURS)
    };
    rows(horizon, holders, limit)
}

fn rows(
    horizon: Horizon,
    holders: &[OrgCode],
    limit: impl Fn(&OrgCode, inventory::FinancialYear) -> i64,
) -> Vec<Vec<i64>> {
    let row = |holder| {
        std::iter::once(0).chain(horizon.iter().map(|(_, year)| limit(holder, year))).collect()
    };
    holders.iter().map(row).collect()
}

fn problem_class(kind: &Kind, years: usize, challengers: usize) -> pln1::Class {
    let mut price = vec![vec![0; years.saturating_add(1)]; challengers];
    for (row, challenger) in price.iter_mut().zip(kind.challengers.iter()) {
        for (cell, offer) in row.iter_mut().zip(&challenger.offers).skip(1) {
            *cell = offer.money.charged().pence();
        }
    }
    pln1::Class {
        name: kind.key.to_string(),
        units: kind.quarter_hours(),
        price,
        options: kind.options.clone(),
        succ: kind.succ.clone(),
    }
}

/// Fills one row a device; the error is the label of a device whose costs do not fit.
fn fill_assets(
    assets: &mut Assets,
    estate: &Estate<'_>,
    horizon: Horizon,
    sorted: &Sorted,
    holders: &[OrgCode],
    sites: &[OrgCode],
    costs: &mut KeepCosts<'_>,
) -> Result<(), String> {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let small = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    let stability = i32::try_from(estate.policy.stability.pence()).unwrap_or(i32::MAX);
    for (device, kind) in sorted.devices.iter().zip(&sorted.kind_of) {
        assets.ics.push(number(holders.binary_search(&device.holder).unwrap_or(usize::MAX)));
        assets.site.push(number(sites.binary_search(&device.site).unwrap_or(usize::MAX)));
        assets.bundle.push(-1);
        assets.class.push(small(*kind));
        assets.tier.push(small(device.tier));
        assets.earliest.push(1);
        assets.latest.push(small(device.latest));
        let lock = device.pin.as_ref().and_then(|(t, _)| i16::try_from(*t).ok());
        assets.lock.push(lock.unwrap_or(-1));
        let row = costs.row(KeptDevice {
            index: device.index,
            class: &device.class,
            funding: device.funding,
            tier: device.tier,
            bought: device.bought_taken,
            life_years: device.life_years,
            warranty_end: device.warranty_end,
        });
        let row = row.map_err(|_| device.label.clone())?;
        let earlier = estate.pins.earlier.get(&device.label).and_then(|fy| horizon.index(*fy));
        match earlier {
            Some(year) if stability > 0 => {
                assets.keep.extend(preferring(&row, year, stability));
            }
            _ => assets.keep.extend_from_slice(&row),
        }
    }
    Ok(())
}

fn names_of(
    estate: &Estate<'_>,
    horizon: Horizon,
    sorted: &Sorted,
    holders: &[OrgCode],
    sites: &[OrgCode],
) -> Names {
    let streams = estate.envelopes.capital_holders();
    let holder = |code: &OrgCode| HolderNames {
        holder: code.to_string(),
        stream: streams.get(code).map_or_else(String::new, |stream| (*stream).to_owned()),
        certainty: horizon
            .iter()
            .map(|(_, year)| {
                let envelope = estate.envelopes.capital(code, year);
                envelope.map_or("none", |envelope| envelope.certainty.as_str()).to_owned()
            })
            .collect(),
        hours_limited: horizon
            .iter()
            .map(|(_, year)| estate.envelopes.capacity(code, year).is_some())
            .collect(),
    };
    let item = |challenger: &Challenger| ItemNames {
        life_years: challenger.life_years,
        item: challenger.item.clone(),
        money: challenger
            .offers
            .iter()
            .skip(1)
            .map(|offer| ItemMoney {
                net: offer.money.net.pence(),
                vat: offer.money.vat.pence(),
                recoverable: offer.money.recoverable.pence(),
            })
            .collect(),
    };
    Names {
        schema: names::SCHEMA.to_owned(),
        years: horizon.iter().map(|(_, year)| year.to_string()).collect(),
        holders: holders.iter().map(holder).collect(),
        sites: sites.iter().map(ToString::to_string).collect(),
        classes: sorted
            .kinds
            .iter()
            .map(|kind| ClassNames {
                class: kind.key.class.to_string(),
                items: kind.challengers.iter().map(item).collect(),
            })
            .collect(),
        assets: sorted.devices.iter().map(|device| device.label.clone()).collect(),
        due: (0_u32..)
            .zip(&sorted.devices)
            .filter(|(_, device)| is_due(estate, horizon, device))
            .map(|(number, _)| number)
            .collect(),
    }
}
