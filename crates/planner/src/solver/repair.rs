//! Feasibility beyond the core: any item may move anywhere.

use super::layout::{BARRED, Layout, Tail, summed};
use super::outcome::Resource;
use super::plan::Plan;

/// Sweeps over all items before giving up.
const SWEEPS: usize = 60;

/// Lowers a weighted overdraft step by step: each sweep ranks for every item its cheapest move
/// per unit of relief and carries the moves out in that order. Returns whether nothing is
/// overdrawn at the end.
pub(super) fn repair(plan: &mut Plan<'_, '_>, weight: &[f64]) -> bool {
    let layout = plan.layout;
    let mut prefix = vec![0_i64; layout.columns()];
    for _ in 0..SWEEPS {
        if plan.is_feasible() {
            return true;
        }
        let mut ranked: Vec<(f64, usize, usize, i64)> = Vec::new();
        let is_demanded = (0..plan.slack.len()).any(|r| plan.slack[r] < 0 && layout.rows[r].signed);
        for item in 0..layout.items() {
            let now = &plan.group(item).tails[plan.tail(item)];
            // A row that demands is relieved by those who do not use it.
            if is_demanded || now.usage().any(|(r, _)| plan.slack[r] < 0) {
                layout.exact_prefix(item, &mut prefix);
                ranked.extend(best_relief(plan, item, &prefix, weight));
            }
        }
        ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let mut moved = false;
        for (_, item, to, cost) in ranked {
            if plan.is_feasible() {
                return true;
            }
            let group = plan.group(item);
            let (from, to_tail) = (&group.tails[plan.tail(item)], &group.tails[to]);
            if relief(plan, from, to_tail, weight) > 0.0 {
                plan.shift(item, to, cost);
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    plan.is_feasible()
}

fn best_relief(
    plan: &Plan<'_, '_>,
    item: usize,
    prefix: &[i64],
    weight: &[f64],
) -> Option<(f64, usize, usize, i64)> {
    let group = plan.group(item);
    let now = plan.tail(item);
    let from = &group.tails[now];
    let held = prefix[from.t1] + from.cost;
    let mut best: Option<(f64, usize, usize, i64)> = None;
    for (t, tail) in group.tails.iter().enumerate() {
        if t == now || !tail.fits || prefix[tail.t1] == BARRED {
            continue;
        }
        let gain = relief(plan, from, tail, weight);
        if gain > 0.0 {
            let cost = prefix[tail.t1] + tail.cost - held;
            let ratio = cost as f64 / gain;
            if best.is_none_or(|b| ratio < b.0) {
                best = Some((ratio, item, t, cost));
            }
        }
    }
    best
}

/// Weighted overdraft that a move takes away (negative when it adds).
fn relief(plan: &Plan<'_, '_>, from: &Tail, to: &Tail, weight: &[f64]) -> f64 {
    let freed = from.usage();
    let taken = to.usage().map(|(r, a)| (r, -a));
    let change = |(r, change): (usize, i64)| {
        let before = plan.slack[r].min(0);
        let after = (plan.slack[r] + change).min(0);
        (after - before) as f64 * weight[r]
    };
    summed(freed.chain(taken)).into_iter().map(change).sum()
}

/// Price of overdrawing each row by one unit where the multiplier says nothing: the mean cost
/// spread is weighed against the mean use.
pub(super) fn floor_prices(layout: &Layout<'_>) -> Vec<f64> {
    let mut used: Vec<(Resource, f64)> = Vec::new();
    let slot = |used: &[(Resource, f64)], resource| used.iter().position(|u| u.0 == resource);
    for row in &layout.rows {
        if slot(&used, row.resource).is_none() {
            used.push((row.resource, 1.0));
        }
    }
    let (mut cost, mut count) = (1.0, 1.0);
    for tail in layout.groups.iter().flat_map(|g| &g.tails).filter(|t| t.t1 > 0) {
        for (r, a) in tail.usage() {
            if layout.rows[r].year == tail.t1 {
                let slot = slot(&used, layout.rows[r].resource).unwrap_or(0);
                used[slot].1 += a.abs() as f64;
            }
        }
        cost += tail.cost.abs() as f64;
        count += 1.0;
    }
    let price = |row: &super::layout::Row| {
        let mean = slot(&used, row.resource).map_or(1.0, |s| used[s].1 / count);
        0.05 * (cost / count) / mean.max(1.0)
    };
    layout.rows.iter().map(price).collect()
}
