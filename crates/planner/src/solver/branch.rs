//! Branch and bound on counts of identical items, for small holders.
//!
//! **Problem.** Items of one group with the same prefixes are interchangeable, so a plan is a
//! count of items for each (type, tail). The relaxation is solved by a dense dual simplex; a count
//! that is not whole is branched on, at most so many or at least one more.
//!
//! **What is proved.** A node is closed only by its Lagrangian bound in integers, at multipliers
//! rounded from the relaxation and with the counts' limits respected, or by weights under which
//! the rows cannot hold, checked in integers. What is left open when the work ends lowers the
//! bound that is reported. Tails that by the root's reduced costs cannot be part of a better plan
//! are left out first. Work is counted in entries of tableaux, so the answer does not depend on
//! the machine.

use std::collections::BTreeMap;

use super::exact::{column_values, tail_value};
use super::layout::{BARRED, Layout};
use super::plan::Plan;
use super::simplex::{Finish, Tableau};
use crate::certificate::SCALE;

/// Largest tableau taken on, entries.
const TABLEAU_MAX: usize = 120_000;
/// Pivots in one node.
const PIVOTS_MAX: u64 = 2_000;
/// Nodes before a search that is not the last begins again.
const PROBE: u64 = 300;
/// A count this close to a whole number is whole.
const WHOLE: f64 = 1e-6;

/// What branching found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Proof {
    /// Too large to try, or nothing gained.
    Nothing,
    /// Every plan costs at least this many pence.
    Bound(i64),
    /// There is no plan; how many nodes were looked at.
    NoPlan(u64),
}

/// Interchangeable items and the tails they may take.
#[derive(Debug)]
struct Type {
    items: Vec<usize>,
    /// Tail, cost in pence, first column in the numbering of all types.
    columns: Vec<(usize, i64)>,
    start: usize,
}

/// Narrowed limits of one column: column, least and most items.
type Change = (usize, i64, i64);

/// A part of the problem not yet looked at.
#[derive(Debug)]
struct Node {
    changes: Vec<Change>,
    /// Proved for the parent, in units of 1/SCALE.
    bound: i128,
}

/// The node being looked at.
#[derive(Debug, Clone)]
struct Point {
    tableau: Tableau,
    /// Least and most items of each column.
    limits: Vec<(i64, i64)>,
}

impl Point {
    fn apply(&mut self, changes: &[Change]) {
        for &(column, low, high) in changes {
            self.limits[column] = (low, high);
            self.tableau.bound(column, low as f64, high as f64);
        }
    }

    fn share(&self, column: usize) -> f64 {
        self.tableau.value(column)
    }
}

struct Search<'a, 'l, 'p> {
    layout: &'l Layout<'p>,
    types: &'a [Type],
    /// Rows that can run out, and their capacity.
    rows: Vec<usize>,
    cap: Vec<i64>,
    /// Use of those rows by each column.
    usage: Vec<Vec<(usize, i64)>>,
    scale: Vec<f64>,
    best: Option<(i64, Vec<i64>)>,
    /// Least bound of the nodes left open.
    open: Option<i128>,
    nodes: u64,
}

/// Improves `plan` (or fills it, when `known` is false) and proves a bound, within `work` entries.
///
/// Begins again with fewer tails when a better plan or better multipliers exclude some.
pub(super) fn branch(
    plan: &mut Plan<'_, '_>,
    mut known: bool,
    multipliers: &[i64],
    work: &mut u64,
    stop: &dyn Fn() -> bool,
) -> Proof {
    let layout = plan.layout;
    if layout.groups.iter().any(|g| g.is_thinned) {
        return Proof::Nothing;
    }
    let mut y = multipliers.to_vec();
    let (mut nodes, mut columns_before) = (0, TABLEAU_MAX * 2);
    loop {
        let Some(bound) = super::exact::bound(layout, &y) else { return Proof::Nothing };
        let limit =
            if known { i128::from(plan.cost) * i128::from(SCALE) - bound } else { i128::MAX };
        let Some(types) = collect(layout, &y, limit) else { return Proof::Nothing };
        let mut search = Search::new(layout, &types, known.then_some(plan.cost));
        let columns = search.usage.len();
        if (types.len() + search.cap.len()) * (columns + search.cap.len()) > TABLEAU_MAX {
            return Proof::Nothing;
        }
        let is_empty = types.iter().any(|t| t.columns.is_empty());
        // Columns left out are worth a fresh start; the last one goes to the end.
        let is_final = columns * 10 > columns_before * 9;
        columns_before = columns;
        if !is_empty {
            y = search.run(bound, is_final, work, stop);
        }
        nodes += search.nodes;
        let Search { best, open, .. } = search;
        let is_better = best.as_ref().is_some_and(|b| !b.1.is_empty());
        if let Some((_, counts)) = best.as_ref().filter(|b| !b.1.is_empty()) {
            carry_out(plan, &types, counts, known);
            known = true;
        }
        if open.is_some() && (is_better || !is_final) && *work > 0 && !stop() {
            continue;
        }
        return match (best, open) {
            (None, None) => Proof::NoPlan(nodes),
            (None, Some(_)) => Proof::Nothing,
            (Some((cost, _)), None) => Proof::Bound(cost),
            (Some((cost, _)), Some(open)) => {
                let pence = -(-open).div_euclid(i128::from(SCALE));
                Proof::Bound(i64::try_from(pence).unwrap_or(i64::MIN).min(cost))
            }
        };
    }
}

/// Types with the tails that may be part of a better plan; `None` when some item has none.
fn collect(layout: &Layout<'_>, multipliers: &[i64], limit: i128) -> Option<Vec<Type>> {
    let mut found: BTreeMap<(u32, Vec<i64>), Vec<usize>> = BTreeMap::new();
    let mut prefix = vec![0_i64; layout.columns()];
    for item in 0..layout.items() {
        layout.exact_prefix(item, &mut prefix);
        found.entry((layout.group_of[item], prefix.clone())).or_default().push(item);
        if found.len() * 2 > TABLEAU_MAX {
            return None;
        }
    }
    let mut types: Vec<Type> = Vec::with_capacity(found.len());
    for ((group, prefix), items) in found {
        let group = &layout.groups[group as usize];
        let values = column_values(layout, group, multipliers, |_| false);
        let (least, _) = super::exact::cheapest(&prefix, &values)?;
        let may = |&t: &usize| {
            let tail = &group.tails[t];
            if prefix[tail.t1] == BARRED || !tail.fits {
                return false;
            }
            let value = i128::from(prefix[tail.t1]) * i128::from(SCALE);
            value + tail_value(tail, multipliers) - i128::from(least) < limit
        };
        let columns = (0..group.tails.len())
            .filter(may)
            .map(|t| (t, prefix[group.tails[t].t1] + group.tails[t].cost));
        types.push(Type { items, columns: columns.collect(), start: 0 });
    }
    let binding = binding_rows(layout, &types);
    let mut start = 0;
    for kind in &mut types {
        keep_undominated(layout, kind, &binding);
        kind.start = start;
        start += kind.columns.len();
    }
    Some(types)
}

/// Rows that some choice of columns could overdraw.
fn binding_rows(layout: &Layout<'_>, types: &[Type]) -> Vec<bool> {
    let mut most = vec![0_i128; layout.cap.len()];
    let mut used = vec![i64::MIN; layout.cap.len()];
    for kind in types {
        used.fill(i64::MIN);
        let group = &layout.groups[layout.group_of[kind.items[0]] as usize];
        for &(tail, _) in &kind.columns {
            for (r, a) in group.tails[tail].usage() {
                used[r] = used[r].max(a);
            }
        }
        // A column that does not use the row uses nothing of it.
        let none =
            |r: usize| kind.columns.iter().any(|&(t, _)| group.tails[t].usage().all(|u| u.0 != r));
        for (r, &u) in used.iter().enumerate().filter(|(_, u)| **u != i64::MIN) {
            let u = if u < 0 && none(r) { 0 } else { u };
            most[r] += i128::from(u) * kind.items.len() as i128;
        }
    }
    most.iter().zip(&layout.cap).map(|(&m, &c)| m > i128::from(c)).collect()
}

/// Drops columns that cost no less than another and use no less of any binding row.
fn keep_undominated(layout: &Layout<'_>, kind: &mut Type, binding: &[bool]) {
    let group = &layout.groups[layout.group_of[kind.items[0]] as usize];
    let dense = |tail: usize| {
        let mut row = vec![0_i64; binding.len()];
        for (r, a) in group.tails[tail].usage().filter(|u| binding[u.0]) {
            row[r] = a;
        }
        row
    };
    let all: Vec<(i64, Vec<i64>)> = kind.columns.iter().map(|c| (c.1, dense(c.0))).collect();
    let beats = |i: usize, j: usize| {
        let (a, b) = (&all[i], &all[j]);
        let no_worse = a.0 <= b.0 && a.1.iter().zip(&b.1).all(|(x, y)| x <= y);
        no_worse && (i < j || a != b)
    };
    let kept = |j: &usize| !(0..all.len()).any(|i| i != *j && beats(i, *j));
    kind.columns = (0..all.len()).filter(kept).map(|j| kind.columns[j]).collect();
}

fn carry_out(plan: &mut Plan<'_, '_>, types: &[Type], counts: &[i64], known: bool) {
    let mut prefix = vec![0_i64; plan.layout.columns()];
    for kind in types {
        let mut items = kind.items.iter();
        for (k, &(tail, cost)) in kind.columns.iter().enumerate() {
            for &item in items.by_ref().take(counts[kind.start + k] as usize) {
                plan.layout.exact_prefix(item, &mut prefix);
                if known {
                    let held = plan.cost_on(item, plan.tail(item), &prefix).unwrap_or(cost);
                    plan.shift(item, tail, cost - held);
                } else {
                    let column = plan.group(item).tails[tail].t1;
                    plan.place(item, tail, prefix[column]);
                }
            }
        }
    }
}

impl<'a, 'l, 'p> Search<'a, 'l, 'p> {
    fn new(layout: &'l Layout<'p>, types: &'a [Type], known: Option<i64>) -> Self {
        let binding = binding_rows(layout, types);
        let rows: Vec<usize> = (0..binding.len()).filter(|&r| binding[r]).collect();
        let number = |row: usize| rows.iter().position(|&r| r == row);
        let usage: Vec<Vec<(usize, i64)>> = types
            .iter()
            .flat_map(|t| {
                let group = &layout.groups[layout.group_of[t.items[0]] as usize];
                let of = |&(tail, _): &(usize, i64)| {
                    group.tails[tail].usage().filter_map(|(r, a)| Some((number(r)?, a))).collect()
                };
                t.columns.iter().map(of).collect::<Vec<Vec<(usize, i64)>>>()
            })
            .collect();
        let mut largest = vec![1_i64; rows.len()];
        for &(r, a) in usage.iter().flatten() {
            largest[r] = largest[r].max(a.abs());
        }
        let scale = largest.iter().map(|&a| 1.0 / a as f64).collect();
        let cap = rows.iter().map(|&r| layout.cap[r]).collect();
        let best = known.map(|cost| (cost, Vec::new()));
        Self { layout, types, rows, cap, usage, scale, best, open: None, nodes: 0 }
    }

    /// Dives from node to node; the next is in turn the newest and the one of least bound.
    /// Returns the root's multipliers. Ends early when a better plan is found, or, unless `is_final`, after some nodes.
    fn run(
        &mut self,
        bound: i128,
        is_final: bool,
        work: &mut u64,
        stop: &dyn Fn() -> bool,
    ) -> Vec<i64> {
        let mut root = self.root();
        let (_, cost) = root.tableau.reoptimise(PIVOTS_MAX);
        *work = work.saturating_sub(cost);
        let mut y = vec![0; self.layout.cap.len()];
        for (&r, price) in self.rows.iter().zip(self.multipliers(&root)) {
            y[r] = price;
        }
        let before = self.best.as_ref().map(|b| b.0);
        let mut pool = vec![Node { changes: Vec::new(), bound }];
        let mut turn = false;
        while let Some(node) = self.next(&mut pool, turn) {
            turn = !turn;
            let is_better = self.best.as_ref().map(|b| b.0) != before;
            let is_worn = self.nodes > PROBE;
            let again = if is_final { is_better && is_worn } else { is_better || is_worn };
            if *work == 0 || stop() || again {
                self.leave_open(node.bound);
                continue;
            }
            let mut point = root.clone();
            point.apply(&node.changes);
            *work = work.saturating_sub(point.tableau.size() as u64 + pool.len() as u64);
            self.dive(point, node, &mut pool, work);
        }
        y
    }

    fn next(&self, pool: &mut Vec<Node>, turn: bool) -> Option<Node> {
        pool.retain(|n| !self.is_closed(n.bound));
        let newest = pool.len().checked_sub(1)?;
        let least = (0..pool.len()).min_by_key(|&i| pool[i].bound);
        Some(pool.swap_remove(if turn { least.unwrap_or(newest) } else { newest }))
    }

    /// Follows one child after the other, leaving their siblings in the pool.
    fn dive(&mut self, mut point: Point, mut node: Node, pool: &mut Vec<Node>, work: &mut u64) {
        loop {
            self.nodes += 1;
            let (finish, cost) = point.tableau.reoptimise(PIVOTS_MAX);
            // Bounding and listing a node costs about so much beside its pivots.
            let beside = 40 * point.limits.len() + pool.len();
            *work = work.saturating_sub(cost + beside as u64);
            match finish {
                Finish::Infeasible(weights) => {
                    if self.is_refuted(&point, &weights) {
                        return;
                    }
                }
                Finish::Optimal | Finish::Stalled => {
                    node.bound = node.bound.max(self.bound_of(&point));
                    if self.is_closed(node.bound) {
                        return;
                    }
                    let whole = |c: usize| point.share(c).round() as i64;
                    let counts: Vec<i64> = (0..point.limits.len()).map(whole).collect();
                    self.take_if_whole(&counts);
                    if self.is_closed(node.bound) {
                        return;
                    }
                }
            }
            let Some((first, second)) = self.split(&point) else {
                // One point is left, and it is judged exactly.
                self.take_if_whole(&point.limits.iter().map(|l| l.0).collect::<Vec<i64>>());
                return;
            };
            let mut changes = node.changes.clone();
            changes.extend_from_slice(&second);
            pool.push(Node { changes, bound: node.bound });
            point.apply(&first);
            node.changes.extend_from_slice(&first);
        }
    }

    fn root(&self) -> Point {
        let choice = |t: &Type| {
            let options = t.columns.iter().enumerate().map(|(k, &(_, cost))| {
                let usage = self.usage[t.start + k].iter();
                (cost as f64, usage.map(|&(r, a)| (r, a as f64 * self.scale[r])).collect())
            });
            (t.items.len() as f64, options.collect())
        };
        let choices: Vec<_> = self.types.iter().map(choice).collect();
        let room = self.cap.iter().zip(&self.scale).map(|(&c, s)| c as f64 * s);
        let limits = self
            .types
            .iter()
            .flat_map(|t| std::iter::repeat_n((0, t.items.len() as i64), t.columns.len()))
            .collect();
        Point { tableau: Tableau::new(&choices, &room.collect::<Vec<f64>>()), limits }
    }

    /// Whether no plan of the node is cheaper than the best known.
    fn is_closed(&self, bound: i128) -> bool {
        let scale = i128::from(SCALE);
        self.best.as_ref().is_some_and(|b| bound > (i128::from(b.0) - 1) * scale)
    }

    fn leave_open(&mut self, bound: i128) {
        self.open = Some(self.open.map_or(bound, |o| o.min(bound)));
    }

    /// The node's Lagrangian bound in integers.
    fn bound_of(&self, node: &Point) -> i128 {
        self.least(node, &self.multipliers(node), i128::from(SCALE))
    }

    /// Whole multipliers of the rows that can run out.
    fn multipliers(&self, node: &Point) -> Vec<i64> {
        let prices = node.tableau.prices();
        let whole = |((p, s), &r): ((&f64, &f64), &usize)| {
            ((p * s * SCALE as f64).round() as i64).clamp(0, self.layout.rows[r].ceiling)
        };
        prices.iter().zip(&self.scale).zip(&self.rows).map(whole).collect()
    }

    /// Whether weighted rows alone exclude every plan of the node.
    fn is_refuted(&self, node: &Point, weights: &[f64]) -> bool {
        let raw: Vec<f64> = weights.iter().zip(&self.scale).map(|(w, s)| w * s).collect();
        let top = raw.iter().copied().fold(0.0, f64::max);
        if top <= 0.0 {
            return false;
        }
        let y: Vec<i64> = raw.iter().map(|w| (w / top * 1e9).round() as i64).collect();
        self.least(node, &y, 0) > 0
    }

    /// Least of `cost_scale` x cost plus priced use, less priced capacity, within the limits.
    fn least(&self, node: &Point, y: &[i64], cost_scale: i128) -> i128 {
        let priced = |usage: &[(usize, i64)]| -> i128 {
            usage.iter().map(|&(r, a)| i128::from(y[r]) * i128::from(a)).sum()
        };
        let mut total = 0_i128;
        for t in self.types {
            let mut values: Vec<(i128, i64, i64)> = (t.columns.iter().enumerate())
                .map(|(k, &(_, cost))| {
                    let (low, high) = node.limits[t.start + k];
                    let value = i128::from(cost) * cost_scale + priced(&self.usage[t.start + k]);
                    (value, low, high)
                })
                .collect();
            let mut left = t.items.len() as i64 - values.iter().map(|v| v.1).sum::<i64>();
            total += values.iter().map(|v| v.0 * i128::from(v.1)).sum::<i128>();
            values.sort_unstable();
            for (value, low, high) in values {
                let taken = left.min(high - low).max(0);
                total += value * i128::from(taken);
                left -= taken;
            }
            if left != 0 {
                // The limits leave no way to place all items, or ask for more than there are.
                return i128::MAX / 4;
            }
        }
        let paid = y.iter().zip(&self.cap);
        total - paid.map(|(&y, &c)| i128::from(y) * i128::from(c)).sum::<i128>()
    }

    /// Keeps counts as the best plan when they place every item, fit and cost less.
    fn take_if_whole(&mut self, counts: &[i64]) {
        let mut left = self.cap.clone();
        let mut cost = 0_i64;
        for t in self.types {
            let range = t.start..t.start + t.columns.len();
            if counts[range.clone()].iter().sum::<i64>() != t.items.len() as i64
                || counts[range.clone()].iter().any(|&c| c < 0)
            {
                return;
            }
            for (column, &(_, each)) in range.zip(&t.columns) {
                cost += each * counts[column];
                for &(r, a) in &self.usage[column] {
                    left[r] -= a * counts[column];
                }
            }
        }
        let better = self.best.as_ref().is_none_or(|b| cost < b.0);
        if better && left.iter().all(|&l| l >= 0) {
            self.best = Some((cost, counts.to_vec()));
        }
    }

    /// Two ways to narrow the node, the likelier first; `None` when nothing is left to choose.
    ///
    /// A type of one item splits its columns in two halves of like share; a count of several
    /// items is at most so many or at least one more.
    fn split(&self, node: &Point) -> Option<(Vec<Change>, Vec<Change>)> {
        let mut widest: (f64, Option<usize>) = (WHOLE, None);
        for (t, kind) in self.types.iter().enumerate() {
            let off = |c: usize| (node.share(c) - node.share(c).round()).abs();
            let most = (kind.start..kind.start + kind.columns.len()).map(off).fold(0.0, f64::max);
            if most > widest.0 {
                widest = (most, Some(t));
            }
        }
        let is_open = |t: &Type| {
            let limits = &node.limits[t.start..t.start + t.columns.len()];
            limits.iter().filter(|l| l.0 < l.1).count() > 1
        };
        let chosen = widest.1.filter(|&t| is_open(&self.types[t]));
        let kind = &self.types[chosen.or_else(|| self.types.iter().position(is_open))?];
        let range = kind.start..kind.start + kind.columns.len();
        let open: Vec<usize> = range.filter(|&c| node.limits[c].0 < node.limits[c].1).collect();
        if kind.items.len() == 1 {
            return Some(halves(node, &open));
        }
        let off = |c: &usize| {
            let share = node.share(*c);
            let (low, high) = node.limits[*c];
            let inside = share > low as f64 - WHOLE && share < high as f64 + WHOLE;
            if inside { (share - share.round()).abs() } else { 0.0 }
        };
        let column = open.iter().copied().max_by(|a, b| off(a).total_cmp(&off(b)))?;
        let (low, high) = node.limits[column];
        let floor = (node.share(column).floor() as i64).clamp(low, high - 1);
        Some((vec![(column, floor + 1, high)], vec![(column, low, floor)]))
    }
}

/// Splits the open columns of one item where half of its share is reached.
fn halves(node: &Point, open: &[usize]) -> (Vec<Change>, Vec<Change>) {
    let mut sum = 0.0;
    let mut best = (f64::INFINITY, 1, 0.0);
    for (k, &column) in open.iter().enumerate().take(open.len() - 1) {
        sum += node.share(column);
        let off = (sum - 0.5).abs();
        if off < best.0 {
            best = (off, k + 1, sum);
        }
    }
    let (before, after) = open.split_at(best.1);
    let closed = |columns: &[usize]| columns.iter().map(|&c| (c, 0, 0)).collect();
    if best.2 >= 0.5 { (closed(after), closed(before)) } else { (closed(before), closed(after)) }
}
