//! Options: they exist, their years are allowed, pins and closures hold, streams are eligible.

use super::{Case, Violation2};
use crate::pln2::{Class, Purchase};

pub(super) fn check(case: &Case<'_>, found: &mut Vec<Violation2>) {
    for (asset, option) in case.choices.iter().enumerate() {
        if own_cost(case, asset, option).is_none() {
            found.push(Violation2::NoSuchOption { asset });
        }
        let t1 = case.first_year(asset);
        if !year_allowed(case, asset, t1) {
            found.push(Violation2::Year { asset, t1 });
        }
        let pinned = case.draft.more.get(asset).map_or(-1, |m| m.pin);
        if pinned >= 0 && option.first().is_some_and(|p| i32::from(p.k) != pinned) {
            found.push(Violation2::Pin { asset, pinned });
        }
        for p in option {
            if is_closed(case, asset, p.t) {
                found.push(Violation2::Closed { asset, year: p.t });
            }
            if !is_eligible(case, asset, p.s) {
                found.push(Violation2::Ineligible { asset, stream: p.s });
            }
        }
    }
}

/// Whether an option is open to an asset, whatever it costs.
pub(super) fn is_open(case: &Case<'_>, asset: usize, option: &[Purchase]) -> bool {
    let pinned = case.draft.more.get(asset).map_or(-1, |m| m.pin);
    year_allowed(case, asset, option.first().map_or(0, |p| p.t))
        && option.first().is_none_or(|p| pinned < 0 || i32::from(p.k) == pinned)
        && option.iter().all(|p| !is_closed(case, asset, p.t) && is_eligible(case, asset, p.s))
}

fn year_allowed(case: &Case<'_>, asset: usize, t1: u16) -> bool {
    let a = &case.draft.assets;
    let at = |column: &[u16]| column.get(asset).copied().unwrap_or(0);
    let (earliest, latest) = (at(&a.earliest), at(&a.latest));
    let lock = a.lock.get(asset).copied().unwrap_or(-1);
    let years = case.draft.more.get(asset).map_or(u64::MAX, |m| m.years);
    (t1 == 0 || t1 >= earliest)
        && (latest == 0 || (t1 > 0 && t1 <= latest))
        && (lock < 0 || i32::from(lock) == i32::from(t1))
        && years.checked_shr(t1.into()).unwrap_or(0) & 1 == 1
}

fn is_closed(case: &Case<'_>, asset: usize, year: u16) -> bool {
    let from = case.draft.closed_from.get(case.site(asset)).copied().unwrap_or(0);
    from > 0 && year >= from
}

fn is_eligible(case: &Case<'_>, asset: usize, stream: u16) -> bool {
    let Some(stream) = case.draft.streams.get(usize::from(stream)) else { return false };
    let class = case.draft.assets.class.get(asset).copied().unwrap_or(0);
    let demand = case.draft.more.get(asset).map_or(0, |m| m.demand);
    stream.classes.as_ref().is_none_or(|all| all.contains(&class))
        && stream.demands.as_ref().is_none_or(|all| all.contains(&demand))
}

/// Cost of all assets without what they share; `None` when one has no such option.
pub(super) fn cost(case: &Case<'_>) -> Option<i128> {
    let each = |(asset, option): (usize, &Vec<Purchase>)| own_cost(case, asset, option);
    case.choices.iter().enumerate().map(each).sum()
}

fn own_cost(case: &Case<'_>, asset: usize, option: &[Purchase]) -> Option<i128> {
    let class = case.draft.classes.get(case.class(asset))?;
    let place = class.options.iter().position(|o| o == option)?;
    cost_of(case, asset, class, place)
}

/// Cost of an asset on an option of its class: keeping, successors, leaving the approved year.
pub(super) fn cost_of(case: &Case<'_>, asset: usize, class: &Class, option: usize) -> Option<i128> {
    let tier = case.draft.assets.tier.get(asset).map_or(0, |&z| usize::from(z));
    let succ = class.succ.get(tier)?.get(option)?;
    let t1 = class.options.get(option)?.first().map_or(0, |p| p.t);
    let years = case.draft.years;
    let kept = if t1 == 0 { years } else { usize::from(t1).saturating_sub(1) };
    let keep = case.draft.assets.keep.iter().skip(asset.saturating_mul(years)).take(kept);
    let approved = case.draft.more.get(asset).map_or(-1, |m| m.approved);
    let leaves = approved >= 0 && approved != i32::from(t1);
    let stability = if leaves { case.draft.stability_price } else { 0 };
    let keep: i128 = keep.map(|&k| i128::from(k)).sum();
    Some(keep.saturating_add(i128::from(*succ)).saturating_add(i128::from(stability)))
}
