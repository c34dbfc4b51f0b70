//! One holder's problem, arranged for the passes.
//!
//! An *item* is an asset, or a bundle merged into one super-asset. Items of equal composition
//! (the sorted list of class and tier of their members) form a *group*: everything after the
//! first replacement is the same for all of them. An item is then only a row of `T + 1` prefix
//! costs, one per column `j` = year of first replacement (0 = never); a group adds a table of
//! *tails*, the ways to go on from each column.

use std::collections::BTreeMap;
use std::ops::Range;

use super::base::Compositions;
use super::kernel::{LANES, Lanes};
use super::outcome::Resource;
use crate::pln1::Problem;

/// Stands for "not allowed" among single-precision costs; sums of two stay finite.
pub(super) const FORBIDDEN: f32 = 1.0e30;

/// Product of the members' challenger choices beyond which a bundle's tails are thinned out.
const TAIL_PRODUCT_MAX: usize = 16;

/// What a row of a holder limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    /// The most that may be used; negative for a row that demands.
    pub(super) cap: i64,
    /// Whether some option uses less than nothing of it.
    pub(super) signed: bool,
    /// What it is, for messages.
    pub(super) resource: Resource,
    /// Year, from 1.
    pub(super) year: usize,
    /// Highest multiplier that keeps every value of a bound inside 63 bits.
    pub(super) ceiling: i64,
}

/// One way that a device of some kind may go on, with what it uses.
#[derive(Debug, Clone)]
pub(super) struct Way {
    /// Years of the purchases, ascending.
    pub(super) years: Vec<u16>,
    /// Discounted pence.
    pub(super) cost: i64,
    /// Row and amount, each row once, no amount zero.
    pub(super) usage: Vec<(usize, i64)>,
    /// Number of the option in the device's class.
    pub(super) option: u16,
}

/// What all devices have in common that may go on in the same ways.
#[derive(Debug, Clone)]
pub(super) struct Kind {
    /// Kinds of one shape list the same ways with the same use of rows, at other costs.
    pub(super) shape: u32,
    pub(super) ways: Vec<Way>,
}

/// One way to go on from a column, with what it uses.
#[derive(Debug, Clone)]
pub(super) struct Tail {
    pub(super) t1: usize,
    /// Bit `t` is set when something is bought in year `t`.
    pub(super) years: u64,
    /// Discounted pence.
    pub(super) cost: i64,
    usage: Box<[(usize, i64)]>,
    /// Option index of each member.
    pub(super) picks: Vec<u16>,
    /// Whether the purchases fit the holder's rows on their own.
    pub(super) fits: bool,
    /// Whether it buys anything from a row whose capacity is zero.
    pub(super) dead: bool,
}

impl Tail {
    /// Row and amount of each use that is not zero.
    pub(super) fn usage(&self) -> impl Iterator<Item = (usize, i64)> + '_ {
        self.usage.iter().copied()
    }

    /// Years with a purchase, ascending.
    pub(super) fn visits(&self) -> impl Iterator<Item = usize> + use<> {
        let years = self.years;
        (1..64).filter(move |t| years >> t & 1 == 1)
    }
}

/// Items of one composition.
#[derive(Debug)]
pub(super) struct Group {
    /// Kind of each member, sorted; indices into [`Layout::kinds`].
    pub(super) kinds: Vec<usize>,
    /// Whether some combinations of the members' ways were left out of the tails.
    pub(super) is_thinned: bool,
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

/// Where the exact prefix costs come from.
#[derive(Debug)]
enum Costs<'p> {
    /// Sums over the keep costs of a PLN1 problem: no second copy.
    Keep(&'p Problem),
    /// One row of `T + 1` numbers per item.
    Table(Vec<i64>),
}

/// A holder's items, groups, rows and prefix costs.
#[derive(Debug)]
pub(super) struct Layout<'p> {
    costs: Costs<'p>,
    pub(super) holder: usize,
    pub(super) years: usize,
    pub(super) rows: Vec<Row>,
    /// Capacity of each row.
    pub(super) cap: Vec<i64>,
    pub(super) kinds: Vec<Kind>,
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
        let (kinds, compositions) = super::base::arrange(problem, assets);
        let rows = super::base::rows(problem, holder, &compositions);
        let mut layout = Self::empty(Costs::Keep(problem), holder, problem.years(), rows, kinds);
        layout.reserve(assets.len());
        for (kinds, members) in compositions {
            layout.add_group(kinds, &members);
        }
        layout
    }

    /// Arranges items whose rows, kinds and exact prefixes are given; `table` has one row of
    /// `T + 1` numbers per item, in the order of the compositions.
    pub(super) fn of_table(
        holder: usize,
        years: usize,
        rows: Vec<Row>,
        kinds: Vec<Kind>,
        compositions: Compositions,
        table: Vec<i64>,
    ) -> Layout<'static> {
        let mut layout = Layout::empty(Costs::Table(table), holder, years, rows, kinds);
        layout.reserve(compositions.values().map(Vec::len).sum());
        for (kinds, members) in compositions {
            layout.add_group(kinds, &members);
        }
        layout
    }

    /// Puts other exact prefixes in place of those that the layout was made of.
    pub(super) fn set_table(&mut self, table: Vec<i64>) {
        let columns = self.columns();
        for group in &self.groups {
            for (place, item) in group.items.clone().enumerate() {
                let block = (group.blocks.start + place / LANES) * columns;
                for (j, &value) in table[item * columns..][..columns].iter().enumerate() {
                    let wide = if value == BARRED { FORBIDDEN } else { value as f32 };
                    self.prefix[block + j].0[place % LANES] = wide;
                }
            }
        }
        self.costs = Costs::Table(table);
    }

    fn empty(
        costs: Costs<'p>,
        holder: usize,
        years: usize,
        rows: Vec<Row>,
        kinds: Vec<Kind>,
    ) -> Self {
        let cap = rows.iter().map(|r| r.cap).collect();
        Self {
            costs,
            holder,
            years,
            rows,
            cap,
            kinds,
            groups: Vec::new(),
            members: Vec::new(),
            group_of: Vec::new(),
            prefix: Vec::new(),
        }
    }

    fn reserve(&mut self, assets: usize) {
        self.members.reserve_exact(assets);
        self.group_of.reserve_exact(assets);
        self.prefix.reserve((assets / LANES + 8) * (self.years + 1));
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

    /// Where each item's members begin, in the order of [`Layout::members`], and their number.
    pub(super) fn member_starts(&self) -> Vec<usize> {
        let mut starts = Vec::with_capacity(self.items() + 1);
        starts.push(0);
        let mut sum = 0;
        for group in &self.groups {
            for _ in group.items.clone() {
                sum += group.kinds.len();
                starts.push(sum);
            }
        }
        starts
    }

    /// Exact prefix costs of an item; `None` where the column is not allowed.
    pub(super) fn exact_prefix(&self, item: usize, out: &mut [i64]) {
        match &self.costs {
            Costs::Keep(problem) => prefix_of(problem, self.members(item), out),
            Costs::Table(table) => {
                let columns = self.columns();
                out.copy_from_slice(&table[item * columns..(item + 1) * columns]);
            }
        }
    }

    /// Whether a row has nothing to give and nobody can add to it.
    pub(super) fn is_dead(&self, row: usize) -> bool {
        self.cap[row] == 0 && !self.rows[row].signed
    }

    fn add_group(&mut self, kinds: Vec<usize>, members: &[u32]) {
        let columns = self.columns();
        let size = kinds.len();
        let count = members.len() / size;
        let (mut tails, is_thinned) = tails_of(&self.kinds, &kinds);
        for tail in &mut tails {
            let fits = tail.usage().all(|(r, a)| self.rows[r].signed || a <= self.cap[r]);
            let dead = tail.usage().any(|(r, _)| self.is_dead(r));
            (tail.fits, tail.dead) = (fits, dead);
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
        let mut next = first_item;
        for block in members.chunks(LANES * size) {
            let start = self.prefix.len();
            self.prefix.resize(start + columns, Lanes([0.0; LANES]));
            for (lane, item) in block.chunks(size).enumerate() {
                match &self.costs {
                    Costs::Keep(problem) => prefix_of(problem, item, &mut exact),
                    Costs::Table(_) => self.exact_prefix(next, &mut exact),
                }
                next += 1;
                for (j, &value) in exact.iter().enumerate() {
                    let wide = if value == BARRED { FORBIDDEN } else { value as f32 };
                    self.prefix[start + j].0[lane] = wide;
                }
            }
        }
        let blocks = first_block..self.prefix.len() / columns;
        let items = first_item..first_item + count;
        self.groups.push(Group { kinds, is_thinned, tails, column, items, first_member, blocks });
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

/// Ways of every member for one list of years.
type Matches = Vec<Vec<usize>>;

/// Tails by first year, and whether some combinations were left out.
fn tails_of(all: &[Kind], kinds: &[usize]) -> (Vec<Tail>, bool) {
    let mut patterns: BTreeMap<&[u16], Matches> = BTreeMap::new();
    for (m, &kind) in kinds.iter().enumerate() {
        for (w, way) in all[kind].ways.iter().enumerate() {
            let entry = patterns.entry(&way.years).or_default();
            entry.resize(kinds.len(), Vec::new());
            entry[m].push(w);
        }
    }
    patterns.retain(|_, matches| matches.iter().all(|m| !m.is_empty()));
    let is_thinned = patterns.values().any(|m| product(m) > TAIL_PRODUCT_MAX);
    let combine = |matches: &Matches| picks_for(all, kinds, matches);
    let picks = patterns.values().flat_map(combine);
    (picks.map(|p| tail(all, kinds, &p)).collect(), is_thinned)
}

/// How many combinations the members' ways have.
fn product(matches: &Matches) -> usize {
    matches.iter().fold(1, |n, m| n.saturating_mul(m.len()))
}

/// Which combinations of the members' ways to keep as tails of one list of years.
fn picks_for(all: &[Kind], kinds: &[usize], matches: &Matches) -> Vec<Vec<usize>> {
    if product(matches) <= TAIL_PRODUCT_MAX {
        return matches.iter().fold(vec![Vec::new()], |so_far, options| {
            let extend = |p: &Vec<usize>, &o: &usize| p.iter().copied().chain([o]).collect();
            so_far.iter().flat_map(|p| options.iter().map(move |o| extend(p, o))).collect()
        });
    }
    let cheapest = |(m, options): (usize, &Vec<usize>)| {
        let cost = |w: usize| all[kinds[m]].ways[w].cost;
        options.iter().copied().min_by_key(|&w| (cost(w), w)).unwrap_or(0)
    };
    let widest = matches.iter().map(Vec::len).max().unwrap_or(1);
    let alike = |v: usize| matches.iter().map(|m| m[v.min(m.len() - 1)]).collect();
    let mut kept: Vec<Vec<usize>> = (0..widest).map(alike).collect();
    kept.push(matches.iter().enumerate().map(cheapest).collect());
    kept.sort_unstable();
    kept.dedup();
    kept
}

fn tail(all: &[Kind], kinds: &[usize], picks: &[usize]) -> Tail {
    let ways: Vec<&Way> = kinds.iter().zip(picks).map(|(&k, &w)| &all[k].ways[w]).collect();
    let years = ways.first().map_or(&[][..], |w| w.years.as_slice());
    Tail {
        t1: years.first().map_or(0, |&t| usize::from(t)),
        years: years.iter().fold(0, |mask, t| mask | 1 << t),
        cost: ways.iter().map(|w| w.cost).sum(),
        usage: summed(ways.iter().flat_map(|w| w.usage.iter().copied())).into(),
        picks: ways.iter().map(|w| w.option).collect(),
        fits: true,
        dead: false,
    }
}

/// Adds the amounts of equal rows, rows ascending, and drops what is zero.
pub(super) fn summed(usage: impl Iterator<Item = (usize, i64)>) -> Vec<(usize, i64)> {
    let mut sorted: Vec<(usize, i64)> = usage.collect();
    sorted.sort_unstable_by_key(|u| u.0);
    let mut out: Vec<(usize, i64)> = Vec::with_capacity(sorted.len());
    for (row, amount) in sorted {
        match out.last_mut() {
            Some(last) if last.0 == row => last.1 += amount,
            _ => out.push((row, amount)),
        }
    }
    out.retain(|u| u.1 != 0);
    out
}
