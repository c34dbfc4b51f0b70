//! A polish for visit costs: give up visits that few purchases need.
//!
//! The bound ignores visits, so with them the gap includes their whole cost. The polish looks
//! at one (site, year) at a time, fewest purchases first, and moves all of its purchases to
//! years in which the sites concerned are visited anyway, or away, when that is cheaper than the
//! visit and fits.

use std::collections::BTreeMap;

use super::layout::BARRED;
use super::plan::Plan;

/// Sweeps over all visits.
const SWEEPS: usize = 3;
/// Visits with more purchases than this are left alone.
const PURCHASES_MAX: usize = 24;

/// Purchases by (site, year).
type Counts = BTreeMap<(u32, usize), usize>;

/// Where assets stand and what a visit costs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Visits<'a> {
    /// Site of each asset.
    pub(super) site: &'a [u32],
    /// Discounted pence of a visit, by year from 0.
    pub(super) cost: &'a [i64],
}

/// Lowers cost plus visits while staying feasible.
pub(super) fn polish(plan: &mut Plan<'_, '_>, visits: &Visits<'_>) {
    let terms = visits;
    for _ in 0..SWEEPS {
        let mut counts = Counts::new();
        let mut buyers: BTreeMap<(u32, usize), Vec<usize>> = BTreeMap::new();
        for item in 0..plan.layout.items() {
            for year in years_of(plan, item) {
                for site in sites_of(plan, terms, item) {
                    *counts.entry((site, year)).or_default() += 1;
                    buyers.entry((site, year)).or_default().push(item);
                }
            }
        }
        let mut visits: Vec<(usize, (u32, usize))> = counts
            .iter()
            .filter(|c| *c.1 <= PURCHASES_MAX)
            .map(|(&visit, &count)| (count, visit))
            .collect();
        visits.sort_unstable();
        let mut gained = false;
        for (_, visit) in visits {
            let items = buyers.get(&visit).map_or(&[][..], Vec::as_slice);
            gained |= give_up(plan, terms, &mut counts, visit, items);
        }
        if !gained {
            return;
        }
    }
}

fn sites_of(plan: &Plan<'_, '_>, terms: &Visits<'_>, item: usize) -> Vec<u32> {
    let members = plan.layout.members(item);
    let mut sites: Vec<u32> = members.iter().map(|&i| terms.site[i as usize]).collect();
    sites.sort_unstable();
    sites.dedup();
    sites
}

fn years_of(plan: &Plan<'_, '_>, item: usize) -> Vec<usize> {
    plan.group(item).tails[plan.tail(item)].visits().collect()
}

/// Tries to move every purchase away from one visit; undoes all when it does not pay.
fn give_up(
    plan: &mut Plan<'_, '_>,
    terms: &Visits<'_>,
    counts: &mut Counts,
    visit: (u32, usize),
    items: &[usize],
) -> bool {
    let mut undo: Vec<(usize, usize, i64)> = Vec::new();
    let mut change = 0_i64;
    let mut fits = true;
    for &item in items {
        if !years_of(plan, item).contains(&visit.1) {
            continue;
        }
        let from = plan.tail(item);
        let Some((to, cost, visits)) = best_move(plan, terms, counts, visit, item) else {
            fits = false;
            break;
        };
        count(plan, terms, counts, item, false);
        plan.shift(item, to, cost);
        count(plan, terms, counts, item, true);
        undo.push((item, from, -cost));
        change += cost + visits;
    }
    let gone = counts.get(&visit).is_none_or(|&c| c == 0);
    let saved = terms.cost[visit.1];
    if fits && gone && !undo.is_empty() && change < saved {
        return true;
    }
    for (item, from, cost) in undo.into_iter().rev() {
        count(plan, terms, counts, item, false);
        plan.shift(item, from, cost);
        count(plan, terms, counts, item, true);
    }
    false
}

fn count(plan: &Plan<'_, '_>, terms: &Visits<'_>, counts: &mut Counts, item: usize, add: bool) {
    for year in years_of(plan, item) {
        for site in sites_of(plan, terms, item) {
            let cell = counts.entry((site, year)).or_default();
            *cell = if add { *cell + 1 } else { cell.saturating_sub(1) };
        }
    }
}

/// Cheapest tail that avoids the visit and fits: tail, change of cost, cost of visits it opens.
fn best_move(
    plan: &Plan<'_, '_>,
    terms: &Visits<'_>,
    counts: &Counts,
    visit: (u32, usize),
    item: usize,
) -> Option<(usize, i64, i64)> {
    let layout = plan.layout;
    let group = plan.group(item);
    let sites = sites_of(plan, terms, item);
    let mut prefix = vec![0; layout.columns()];
    layout.exact_prefix(item, &mut prefix);
    let held = plan.cost_on(item, plan.tail(item), &prefix)?;
    let mut room = plan.slack.clone();
    for (r, a) in group.tails[plan.tail(item)].usage() {
        room[r] += a;
    }
    let mut best: Option<(usize, i64, i64)> = None;
    for (t, tail) in group.tails.iter().enumerate() {
        if prefix[tail.t1] == BARRED || tail.years >> visit.1 & 1 == 1 {
            continue;
        }
        if tail.usage().any(|(r, a)| room[r] < a) {
            continue;
        }
        let opened: i64 = tail
            .visits()
            .flat_map(|y| sites.iter().map(move |&s| (s, y)))
            .filter(|key| counts.get(key).is_none_or(|&c| c == 0))
            .map(|(_, y)| terms.cost[y])
            .sum();
        let cost = prefix[tail.t1] + tail.cost - held;
        if best.is_none_or(|(_, c, v)| cost + opened < c + v) {
            best = Some((t, cost, opened));
        }
    }
    best
}

/// Objective share of visits for a whole schedule, in pence.
pub(super) fn visit_total(problem: &crate::pln1::Problem, choices: &[crate::pln1::Choice]) -> i64 {
    if !problem.has_visits() {
        return 0;
    }
    let years = |c: &crate::pln1::Choice| (1_u64 << c.t1) | (1 << c.t2);
    let sites = problem.assets().site.iter().zip(choices);
    let mut seen: Vec<(u32, u64)> = sites.map(|(&site, choice)| (site, years(choice))).collect();
    seen.sort_unstable();
    let cost = |mask: u64| -> i64 {
        problem
            .visit_cost()
            .iter()
            .enumerate()
            .skip(1)
            .filter(|(t, _)| mask >> t & 1 == 1)
            .map(|(_, &c)| c)
            .sum()
    };
    let site = |visits: &[(u32, u64)]| visits.iter().fold(0, |mask, v| mask | v.1);
    seen.chunk_by(|a, b| a.0 == b.0).map(|visits| cost(site(visits))).sum()
}
