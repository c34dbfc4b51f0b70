//! One holder's problem, arranged for the passes.
//!
//! An *item* is an asset, or a bundle merged into one super-asset. Items of equal composition
//! (the sorted list of class and tier of their members) form a *group*: everything after the
//! first replacement is the same for all of them. An item is then only a row of `T + 1` prefix
//! costs, one per column `j` = year of first replacement (0 = never); a group adds a table of
//! *tails*, the ways to go on from each column.

use std::collections::BTreeMap;
use std::ops::Range;

use super::kernel::{LANES, Lanes};
use crate::pln1::{Choice, Problem};

/// Stands for "not allowed" among single-precision costs; sums of two stay finite.
pub(super) const FORBIDDEN: f32 = 1.0e30;

/// Product of the members' challenger choices beyond which a bundle's tails are thinned out.
const TAIL_PRODUCT_MAX: usize = 64;

/// One way to go on from a column, with what it buys.
#[derive(Debug, Clone)]
pub(super) struct Tail {
    pub(super) t1: usize,
    pub(super) t2: usize,
    /// Discounted pence.
    pub(super) cost: i64,
    /// Pence and quarter hours bought in `t1` and in `t2`.
    pub(super) buy: [(i64, i64); 2],
    /// Option index of each member.
    pub(super) picks: Vec<u16>,
    /// Whether the purchases fit the holder's rows on their own.
    pub(super) fits: bool,
    /// Whether it buys anything from a row whose capacity is zero.
    pub(super) dead: bool,
}

impl Tail {
    /// Row and amount of each non-zero purchase: money rows first, then hours.
    pub(super) fn usage(&self, years: usize) -> impl Iterator<Item = (usize, i64)> + use<> {
        let [(p1, u1), (p2, u2)] = self.buy;
        let (a, b) = (self.t1, self.t2);
        let row = move |t: usize| t.wrapping_sub(1);
        [
            (row(a), p1),
            (row(a).wrapping_add(years), u1),
            (row(b), p2),
            (row(b).wrapping_add(years), u2),
        ]
        .into_iter()
        .filter(|&(_, amount)| amount > 0)
    }
}

/// Items of one composition.
#[derive(Debug)]
pub(super) struct Group {
    /// Class and tier of each member, sorted.
    pub(super) kinds: Vec<(u16, u16)>,
    /// Tails sorted by column.
    pub(super) tails: Vec<Tail>,
    /// `column[j]` is the range of tails of column `j`.
    pub(super) column: Vec<Range<usize>>,
    /// Items of this group in the holder's numbering.
    pub(super) items: Range<usize>,
    /// Position of the first item's first member.
    pub(super) first_member: usize,
    /// Blocks of [`LANES`] items.
    pub(super) blocks: Range<usize>,
}

/// A holder's items, groups, rows and prefix costs.
#[derive(Debug)]
pub(super) struct Layout<'p> {
    pub(super) problem: &'p Problem,
    pub(super) holder: usize,
    pub(super) years: usize,
    /// Capacity of each row: money of years 1 to T, then quarter hours of years 1 to T.
    pub(super) cap: Vec<i64>,
    pub(super) groups: Vec<Group>,
    /// Assets of all items, item after item.
    members: Vec<u32>,
    /// Group of each item.
    pub(super) group_of: Vec<u32>,
    /// Prefix costs: block-major, then column, then lane.
    pub(super) prefix: Vec<Lanes>,
}

impl<'p> Layout<'p> {
    /// Arranges the assets of one holder. Linear in assets; deterministic in their order.
    pub(super) fn new(problem: &'p Problem, holder: usize, assets: &[u32]) -> Self {
        let years = problem.years();
        let cap = [&problem.envelope()[holder], &problem.install()[holder]]
            .into_iter()
            .flat_map(|row| row[1..].iter().copied())
            .collect();
        let mut layout = Self {
            problem,
            holder,
            years,
            cap,
            groups: Vec::new(),
            members: Vec::with_capacity(assets.len()),
            group_of: Vec::with_capacity(assets.len()),
            prefix: Vec::with_capacity((assets.len() / LANES + 8) * (years + 1)),
        };
        for (kinds, members) in compositions(problem, assets) {
            layout.add_group(kinds, &members);
        }
        layout
    }

    /// Number of items.
    pub(super) fn items(&self) -> usize {
        self.group_of.len()
    }

    /// Columns: never, and one per year.
    pub(super) fn columns(&self) -> usize {
        self.years + 1
    }

    /// Assets of an item.
    pub(super) fn members(&self, item: usize) -> &[u32] {
        let group = &self.groups[self.group_of[item] as usize];
        let size = group.kinds.len();
        let start = group.first_member + (item - group.items.start) * size;
        &self.members[start..start + size]
    }

    /// Exact prefix costs of an item; `None` where the column is not allowed.
    pub(super) fn exact_prefix(&self, item: usize, out: &mut [i64]) {
        prefix_of(self.problem, self.members(item), out);
    }

    fn add_group(&mut self, kinds: Vec<(u16, u16)>, members: &[u32]) {
        let columns = self.columns();
        let size = kinds.len();
        let count = members.len() / size;
        let mut tails = tails_of(self.problem, &kinds);
        for tail in &mut tails {
            tail.fits = tail.usage(self.years).all(|(r, a)| a <= self.cap[r]);
            tail.dead = tail.usage(self.years).any(|(r, _)| self.cap[r] == 0);
        }
        let column = (0..columns)
            .map(|j| {
                let start = tails.partition_point(|t| t.t1 < j);
                start..tails.partition_point(|t| t.t1 <= j)
            })
            .collect();
        let first_item = self.items();
        let first_block = self.prefix.len() / columns;
        let index = self.groups.len();
        let first_member = self.members.len();
        self.members.extend_from_slice(members);
        self.group_of.extend(std::iter::repeat_n(index as u32, count));
        let mut exact = vec![0_i64; columns];
        for block in members.chunks(LANES * size) {
            let start = self.prefix.len();
            self.prefix.resize(start + columns, Lanes([0.0; LANES]));
            for (lane, item) in block.chunks(size).enumerate() {
                prefix_of(self.problem, item, &mut exact);
                for (j, &value) in exact.iter().enumerate() {
                    let wide = if value == BARRED { FORBIDDEN } else { value as f32 };
                    self.prefix[start + j].0[lane] = wide;
                }
            }
        }
        let blocks = first_block..self.prefix.len() / columns;
        let items = first_item..first_item + count;
        self.groups.push(Group { kinds, tails, column, items, first_member, blocks });
    }
}

/// Marks a column that an item may not take, among exact prefixes.
pub(super) const BARRED: i64 = i64::MAX;

/// Exact prefix cost of each column for the members of one item.
pub(super) fn prefix_of(problem: &Problem, members: &[u32], out: &mut [i64]) {
    let Some((never, years)) = out.split_first_mut() else { return };
    if let &[asset] = members {
        let mut sum = 0_i64;
        for (cell, &keep) in years.iter_mut().zip(problem.keep(asset as usize)) {
            *cell = sum;
            sum = sum.wrapping_add(i64::from(keep));
        }
        *never = sum;
    } else {
        years.fill(0);
        *never = 0;
        for &asset in members {
            let mut sum = 0_i64;
            for (cell, &keep) in years.iter_mut().zip(problem.keep(asset as usize)) {
                *cell = cell.wrapping_add(sum);
                sum = sum.wrapping_add(i64::from(keep));
            }
            *never = never.wrapping_add(sum);
        }
    }
    for &asset in members {
        bar(problem, asset as usize, out);
    }
}

/// Bars the columns that an asset's earliest, latest and lock forbid.
#[inline]
fn bar(problem: &Problem, asset: usize, out: &mut [i64]) {
    let assets = problem.assets();
    let (earliest, latest) = (usize::from(assets.earliest[asset]), assets.latest[asset]);
    let lock = assets.lock[asset];
    if earliest <= 1 && latest == 0 && lock < 0 {
        return;
    }
    let latest = usize::from(latest);
    for (j, cell) in out.iter_mut().enumerate() {
        let released = j == 0 || j >= earliest;
        let in_time = latest == 0 || (j > 0 && j <= latest);
        let as_locked = lock < 0 || lock as usize == j;
        if !(released && in_time && as_locked) {
            *cell = BARRED;
        }
    }
}

/// Assets of each composition, members of an item together, in a fixed order.
fn compositions(problem: &Problem, assets: &[u32]) -> BTreeMap<Vec<(u16, u16)>, Vec<u32>> {
    let a = problem.assets();
    let kind = |i: u32| (a.class[i as usize], a.tier[i as usize]);
    let mut single: BTreeMap<(u16, u16), Vec<u32>> = BTreeMap::new();
    let mut bundles: BTreeMap<i32, Vec<u32>> = BTreeMap::new();
    for &i in assets {
        match a.bundle[i as usize] {
            -1 => single.entry(kind(i)).or_default().push(i),
            b => bundles.entry(b).or_default().push(i),
        }
    }
    let mut all: BTreeMap<Vec<(u16, u16)>, Vec<u32>> =
        single.into_iter().map(|(k, members)| (vec![k], members)).collect();
    for (_, mut members) in bundles {
        members.sort_by_key(|&i| (kind(i), i));
        let key = members.iter().map(|&i| kind(i)).collect();
        all.entry(key).or_default().extend(members);
    }
    all
}

/// Options of every member for one pair of years.
type Matches = Vec<Vec<u16>>;

fn tails_of(problem: &Problem, kinds: &[(u16, u16)]) -> Vec<Tail> {
    let mut pairs: BTreeMap<(u16, u16), Matches> = BTreeMap::new();
    for (m, &(class, _)) in kinds.iter().enumerate() {
        for (o, choice) in problem.classes()[class as usize].options.iter().enumerate() {
            let entry = pairs.entry((choice.t1, choice.t2)).or_default();
            entry.resize(kinds.len(), Vec::new());
            entry[m].push(o as u16);
        }
    }
    pairs.retain(|_, matches| matches.iter().all(|m| !m.is_empty()));
    let combine = |matches: &Matches| picks_for(problem, kinds, matches);
    pairs.values().flat_map(|m| combine(m).into_iter().map(|p| tail(problem, kinds, p))).collect()
}

/// Which combinations of the members' options to keep as tails of one pair of years.
fn picks_for(problem: &Problem, kinds: &[(u16, u16)], matches: &Matches) -> Vec<Vec<u16>> {
    let product = matches.iter().fold(1_usize, |n, m| n.saturating_mul(m.len()));
    if product <= TAIL_PRODUCT_MAX {
        return matches.iter().fold(vec![Vec::new()], |so_far, options| {
            let extend = |p: &Vec<u16>, &o: &u16| p.iter().copied().chain([o]).collect();
            so_far.iter().flat_map(|p| options.iter().map(move |o| extend(p, o))).collect()
        });
    }
    let succ = |m: usize, o: u16| {
        let (class, tier) = kinds[m];
        problem.classes()[class as usize].succ[tier as usize][o as usize]
    };
    let cheapest = |(m, options): (usize, &Vec<u16>)| {
        options.iter().copied().min_by_key(|&o| (succ(m, o), o)).unwrap_or(0)
    };
    let widest = matches.iter().map(Vec::len).max().unwrap_or(1);
    let alike = |v: usize| matches.iter().map(|m| m[v.min(m.len() - 1)]).collect();
    let mut kept: Vec<Vec<u16>> = (0..widest).map(alike).collect();
    kept.push(matches.iter().enumerate().map(cheapest).collect());
    kept.sort_unstable();
    kept.dedup();
    kept
}

fn tail(problem: &Problem, kinds: &[(u16, u16)], picks: Vec<u16>) -> Tail {
    let mut cost = 0;
    let mut buy = [(0, 0); 2];
    let mut years = (0, 0);
    for (&(class, tier), &o) in kinds.iter().zip(&picks) {
        let class = &problem.classes()[class as usize];
        let Choice { t1, k1, t2, k2 } = class.options[o as usize];
        cost += class.succ[tier as usize][o as usize];
        years = (usize::from(t1), usize::from(t2));
        for (slot, (t, k)) in buy.iter_mut().zip([(t1, k1), (t2, k2)]).filter(|(_, y)| y.0 > 0) {
            slot.0 += class.price[k as usize][t as usize];
            slot.1 += class.units;
        }
    }
    Tail { t1: years.0, t2: years.1, cost, buy, picks, fits: true, dead: false }
}
