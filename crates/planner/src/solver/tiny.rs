//! Holders of a few items, searched to the end.
//!
//! Depth first over the items, cheapest way first at the multipliers. Two bounds cut: what is
//! spent plus the least cost of the rest, and the Lagrangian at the multipliers, both in
//! integers. The work is counted in ways tried, so the answer depends on no clock.

use super::layout::{BARRED, Layout};
use super::plan::Plan;
use crate::certificate::SCALE;

/// Items up to which a holder is searched.
const ITEMS_MAX: usize = 12;
/// Ways of all items together up to which a holder is searched.
const WAYS_MAX: usize = 4_096;
/// Tails of an item up to which a holder is searched.
const TAILS_MAX: usize = 1 << 14;
/// Ways tried between two questions whether to stop.
const ASK_EVERY: u64 = 4_096;

/// How a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Nothing cheaper exists, or the plan is as good as asked for.
    Done,
    /// The work limit was reached, or the holder is not tiny.
    Limit,
    /// The caller's signal ended it.
    Stopped,
}

/// What to search for, and how long.
pub(super) struct Terms<'a> {
    /// Integer multipliers of the rows.
    pub(super) multipliers: &'a [i64],
    /// A plan that costs no more is good enough.
    pub(super) aim: i64,
    /// Ways to try.
    pub(super) work: u64,
    pub(super) should_stop: &'a dyn Fn() -> bool,
}

/// One way to serve an item.
struct Way {
    tail: usize,
    prefix: i64,
    cost: i64,
    /// Cost plus priced use, in units of 1/SCALE pence.
    value: i128,
    usage: Vec<(usize, i64)>,
}

/// An item with its ways, least value first.
struct Branch {
    item: usize,
    ways: Vec<Way>,
}

/// The cheapest plan of a tiny holder, and how the search ended.
pub(super) fn search<'l, 'p>(
    layout: &'l Layout<'p>,
    terms: &Terms<'_>,
) -> (Option<Plan<'l, 'p>>, End) {
    let Some(branches) = branches(layout, terms.multipliers) else { return (None, End::Limit) };
    let paid = terms.multipliers.iter().zip(&layout.cap);
    let mut search = Search {
        terms,
        rest: rests(&branches),
        branches: &branches,
        paid: paid.map(|(&y, &c)| i128::from(y) * i128::from(c)).sum(),
        room: layout.cap.clone(),
        chosen: Vec::new(),
        best: None,
        found: None,
        work: terms.work,
    };
    let end = search.descend(0, 0).err().unwrap_or(End::Done);
    let plan = search.found.map(|ways| {
        let mut plan = Plan::empty(layout);
        for (branch, way) in branches.iter().zip(ways) {
            plan.place(branch.item, branch.ways[way].tail, branch.ways[way].prefix);
        }
        plan
    });
    (plan, end)
}

/// The items with their ways, most to lose first; `None` when the holder is not tiny.
fn branches(layout: &Layout<'_>, multipliers: &[i64]) -> Option<Vec<Branch>> {
    if layout.items() > ITEMS_MAX {
        return None;
    }
    let mut all = Vec::new();
    let mut total = 0;
    for item in 0..layout.items() {
        let group = &layout.groups[layout.group_of[item] as usize];
        if group.tails.len() > TAILS_MAX {
            return None;
        }
        let ways = ways(layout, item, multipliers);
        total += ways.len();
        if total > WAYS_MAX {
            return None;
        }
        all.push(Branch { item, ways });
    }
    let regret = |b: &Branch| b.ways.get(1).map_or(i128::MAX, |w| w.value - b.ways[0].value);
    all.sort_by(|a, b| regret(b).cmp(&regret(a)).then(a.item.cmp(&b.item)));
    Some(all)
}

/// The undominated ways of one item that fit alone, least value first.
fn ways(layout: &Layout<'_>, item: usize, multipliers: &[i64]) -> Vec<Way> {
    let group = &layout.groups[layout.group_of[item] as usize];
    let mut prefix = vec![0; layout.columns()];
    layout.exact_prefix(item, &mut prefix);
    let mut all: Vec<Way> = Vec::new();
    for (t, tail) in group.tails.iter().enumerate() {
        let prefix = prefix[tail.t1];
        if prefix == BARRED || !tail.fits {
            continue;
        }
        let usage: Vec<(usize, i64)> = tail.usage(layout.years).collect();
        let paid: i128 = usage.iter().map(|&(r, a)| priced(multipliers[r], a)).sum();
        let cost = prefix + tail.cost;
        let value = priced(cost, SCALE) + paid;
        all.push(Way { tail: t, prefix, cost, value, usage });
    }
    all.sort_by_key(|w| (w.value, w.cost, w.tail));
    let mut kept: Vec<Way> = Vec::new();
    for way in all {
        if kept.len() > WAYS_MAX || !kept.iter().any(|k| dominates(k, &way)) {
            kept.push(way);
        }
    }
    kept
}

fn priced(multiplier: i64, amount: i64) -> i128 {
    i128::from(multiplier) * i128::from(amount)
}

/// Whether `a` costs no more than `b` and uses no row more.
fn dominates(a: &Way, b: &Way) -> bool {
    let within = |&(r, x): &(usize, i64)| b.usage.iter().any(|&(s, y)| r == s && x <= y);
    a.cost <= b.cost && a.usage.iter().all(within)
}

/// Least cost and least value of all items from each depth on.
fn rests(branches: &[Branch]) -> Vec<(i64, i128)> {
    let mut rest = vec![(0, 0)];
    for branch in branches.iter().rev() {
        let (cost, value) = rest[rest.len() - 1];
        let least = branch.ways.iter().map(|w| w.cost).min().unwrap_or(0);
        rest.push((cost + least, value + branch.ways.first().map_or(0, |w| w.value)));
    }
    rest.reverse();
    rest
}

struct Search<'a> {
    terms: &'a Terms<'a>,
    branches: &'a [Branch],
    rest: Vec<(i64, i128)>,
    /// Multiplier-weighted capacity.
    paid: i128,
    room: Vec<i64>,
    /// Way of each item down to the present depth.
    chosen: Vec<usize>,
    best: Option<i64>,
    found: Option<Vec<usize>>,
    work: u64,
}

impl Search<'_> {
    /// Tries every way of the next item; an error is why the search ended early.
    fn descend(&mut self, cost: i64, value: i128) -> Result<(), End> {
        let depth = self.chosen.len();
        let Some(branch) = self.branches.get(depth) else { return self.note(cost) };
        let (rest_cost, rest_value) = self.rest[depth + 1];
        for (index, way) in branch.ways.iter().enumerate() {
            self.count()?;
            let (cost, value) = (cost + way.cost, value + way.value);
            if self.is_beaten_at(value + rest_value) {
                break;
            }
            let fits = way.usage.iter().all(|&(r, a)| a <= self.room[r]);
            if !fits || self.best.is_some_and(|best| cost + rest_cost >= best) {
                continue;
            }
            way.usage.iter().for_each(|&(r, a)| self.room[r] -= a);
            self.chosen.push(index);
            let end = self.descend(cost, value);
            self.chosen.pop();
            way.usage.iter().for_each(|&(r, a)| self.room[r] += a);
            end?;
        }
        Ok(())
    }

    fn note(&mut self, cost: i64) -> Result<(), End> {
        if self.best.is_none_or(|best| cost < best) {
            self.best = Some(cost);
            self.found = Some(self.chosen.clone());
        }
        if self.best.is_some_and(|best| best <= self.terms.aim) { Err(End::Done) } else { Ok(()) }
    }

    /// Whether no plan of this priced value or more is cheaper than the best.
    fn is_beaten_at(&self, value: i128) -> bool {
        let known = self.best.map(|best| (i128::from(best) - 1) * i128::from(SCALE));
        known.is_some_and(|known| value - self.paid > known)
    }

    fn count(&mut self) -> Result<(), End> {
        if self.work == 0 {
            return Err(End::Limit);
        }
        self.work -= 1;
        let ask = self.work.is_multiple_of(ASK_EVERY);
        if ask && (self.terms.should_stop)() { Err(End::Stopped) } else { Ok(()) }
    }
}
