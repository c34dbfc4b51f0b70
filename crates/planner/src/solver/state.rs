//! What a plan really costs where devices share terms, and single moves that lower it.

use std::collections::BTreeMap;

use super::layout::BARRED;
use super::local::{Pair, allowed};
use super::outcome::Resource;
use super::plan::Plan;
use super::visits::{self, Visits};
use crate::pln2::Draft;

/// Sweeps over all items.
const SWEEPS: usize = 6;
/// Pence that a broken order, or a device beyond a hard ceiling, is priced at while polishing.
const BROKEN: i64 = 1 << 42;

/// A plan with the counts that shared terms need.
pub(super) struct State<'a, 'l, 'p> {
    draft: &'a Draft,
    plan: &'a mut Plan<'l, 'p>,
    /// Number and devices of each site, by number.
    sites: Vec<(u32, i64)>,
    pairs: &'a [Pair],
    /// Pairs that each item takes part in.
    pairs_of: BTreeMap<usize, Vec<usize>>,
    /// Where each item's members begin.
    starts: Vec<usize>,
    /// Index into the sites for each member.
    site_of: Vec<u32>,
    /// Purchases and failing devices, site-major, by year.
    counts: Vec<(i64, i64)>,
    columns: usize,
}

impl<'a, 'l, 'p> State<'a, 'l, 'p> {
    pub(super) fn new(
        draft: &'a Draft,
        plan: &'a mut Plan<'l, 'p>,
        sites: Vec<(u32, i64)>,
        pairs: &'a [Pair],
    ) -> Self {
        let layout = plan.layout;
        let mut pairs_of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, pair) in pairs.iter().enumerate() {
            for item in pair.items {
                pairs_of.entry(item).or_default().push(index);
            }
        }
        let index = |asset: u32| {
            let site = draft.assets.site[asset as usize];
            sites.binary_search_by_key(&site, |s| s.0).unwrap_or(0) as u32
        };
        let members = (0..layout.items()).flat_map(|item| layout.members(item));
        let site_of = members.map(|&asset| index(asset)).collect();
        let columns = draft.years + 1;
        let counts = vec![(0, 0); sites.len().max(1) * columns];
        let starts = layout.member_starts();
        let mut state =
            Self { draft, plan, sites, pairs, pairs_of, starts, site_of, counts, columns };
        state.recount();
        state
    }

    fn recount(&mut self) {
        self.counts.fill((0, 0));
        for item in 0..self.plan.layout.items() {
            self.count(item, self.plan.tail(item), 1);
        }
    }

    /// Visits given up as a whole, then moves of single items.
    pub(super) fn polish(&mut self) {
        if self.draft.fairness.is_none() && self.pairs.is_empty() {
            let terms = Visits { site: &self.draft.assets.site, cost: &self.draft.visit_cost };
            visits::polish(self.plan, &terms);
            self.recount();
        }
        let mut prefix = vec![0; self.plan.layout.columns()];
        for _ in 0..SWEEPS {
            let mut moved = false;
            for item in 0..self.plan.layout.items() {
                moved |= self.improve(item, &mut prefix);
            }
            if !moved {
                break;
            }
        }
    }

    /// Moves an item to the tail that lowers the true cost most, if one does and fits.
    fn improve(&mut self, item: usize, prefix: &mut [i64]) -> bool {
        let layout = self.plan.layout;
        let group = self.plan.group(item);
        let held = self.plan.tail(item);
        layout.exact_prefix(item, prefix);
        let mut room = self.plan.slack.clone();
        for (r, a) in group.tails[held].usage() {
            room[r] += a;
        }
        self.count(item, held, -1);
        let cost = |state: &Self, t: usize| {
            let tail = &group.tails[t];
            prefix[tail.t1] + tail.cost + state.shared(item, t)
        };
        let now = cost(self, held);
        let mut best = (now, held);
        for (t, tail) in group.tails.iter().enumerate() {
            if prefix[tail.t1] == BARRED || t == held {
                continue;
            }
            let fits = tail.usage().all(|(r, a)| room[r] >= a);
            if fits && self.keeps_demands(&room, t, item) {
                let value = cost(self, t);
                if value < best.0 {
                    best = (value, t);
                }
            }
        }
        self.count(item, best.1, 1);
        if best.1 == held {
            return false;
        }
        let own = |t: usize| prefix[group.tails[t].t1] + group.tails[t].cost;
        let change = own(best.1) - own(held);
        self.plan.shift(item, best.1, change);
        true
    }

    /// Whether rows that an item leaves stay satisfied, for rows that demand.
    fn keeps_demands(&self, room: &[i64], tail: usize, item: usize) -> bool {
        let tail = &self.plan.group(item).tails[tail];
        let rows = &self.plan.layout.rows;
        (0..room.len()).filter(|&r| rows[r].signed && room[r] < 0).all(|r| {
            let used = tail.usage().find(|u| u.0 == r).map_or(0, |u| u.1);
            room[r] - used >= 0
        })
    }

    /// Members of an item: asset and index of its site.
    fn members(&self, item: usize) -> impl Iterator<Item = (usize, usize)> + use<'l, 'p, '_, 'a> {
        let sites = &self.site_of[self.starts[item]..self.starts[item + 1]];
        let assets = self.plan.layout.members(item).iter();
        assets.zip(sites).map(|(&asset, &site)| (asset as usize, site as usize))
    }

    /// Adds an item on a tail to the counts, or takes it away.
    fn count(&mut self, item: usize, tail: usize, sign: i64) {
        let tail = &self.plan.group(item).tails[tail];
        for member in self.starts[item]..self.starts[item + 1] {
            let asset = self.plan.layout.members(item)[member - self.starts[item]];
            let failing = self.draft.more[asset as usize].failing;
            let site = self.site_of[member] as usize;
            let cells = &mut self.counts[site * self.columns..][..self.columns];
            for (t, cell) in cells.iter_mut().enumerate().skip(1) {
                cell.0 += sign * i64::from((tail.years >> t & 1) as u8);
                let still = tail.t1 == 0 || tail.t1 > t;
                cell.1 += sign * i64::from(still && failing >> t & 1 == 1);
            }
        }
    }

    /// What an item that is not counted would add to the shared cost on a tail.
    fn shared(&self, item: usize, tail: usize) -> i64 {
        let tail = &self.plan.group(item).tails[tail];
        let mut cost = 0;
        for (place, (asset, site)) in self.members(item).enumerate() {
            let cells = &self.counts[site * self.columns..][..self.columns];
            let earlier = self.members(item).take(place).filter(|m| m.1 == site).count() as i64;
            for t in tail.visits().filter(|&t| cells[t].0 == 0 && earlier == 0) {
                cost += self.draft.visit_cost[t];
            }
            if let Some(fairness) = &self.draft.fairness {
                let most = allowed(fairness.permille, self.sites[site].1 as usize);
                let failing = self.draft.more[asset].failing;
                for (t, cell) in cells.iter().enumerate().skip(1) {
                    let still = tail.t1 == 0 || tail.t1 > t;
                    if still && failing >> t & 1 == 1 && cell.1 + earlier >= most {
                        cost += fairness.price.get(t).copied().unwrap_or(BROKEN);
                    }
                }
            }
        }
        for &pair in self.pairs_of.get(&item).map_or(&[][..], Vec::as_slice) {
            let first = |other: usize| if other == item { tail.t1 } else { self.first_year(other) };
            let [before, after] = self.pairs[pair].items.map(first);
            if is_broken(before, after) {
                cost += BROKEN;
            }
        }
        cost
    }

    fn first_year(&self, item: usize) -> usize {
        self.plan.group(item).tails[self.plan.tail(item)].t1
    }

    /// What the plan's shared terms cost, pence.
    pub(super) fn shared_cost(&self) -> i64 {
        let mut cost = 0;
        for (site, cells) in self.sites.iter().zip(self.counts.chunks_exact(self.columns)) {
            for (t, cell) in cells.iter().enumerate().skip(1) {
                if cell.0 > 0 {
                    cost += self.draft.visit_cost[t];
                }
                if let Some(fairness) = &self.draft.fairness {
                    let over = cell.1 - allowed(fairness.permille, site.1 as usize);
                    cost += over.max(0) * fairness.price.get(t).copied().unwrap_or(0);
                }
            }
        }
        cost
    }

    /// Orders that are not kept and devices beyond a hard ceiling.
    pub(super) fn broken(&self) -> Vec<(Resource, usize, i64)> {
        let mut out = Vec::new();
        for pair in self.pairs {
            let [before, after] = pair.items.map(|item| self.first_year(item));
            if is_broken(before, after) {
                out.push((Resource::Order(pair.number as u32), after, 1));
            }
        }
        let hard = self.draft.fairness.as_ref().filter(|f| f.price.is_empty());
        if let Some(fairness) = hard {
            for (site, cells) in self.sites.iter().zip(self.counts.chunks_exact(self.columns)) {
                let most = allowed(fairness.permille, site.1 as usize);
                for (t, cell) in cells.iter().enumerate().skip(1).filter(|c| c.1.1 > most) {
                    out.push((Resource::Failing(site.0), t, cell.1 - most));
                }
            }
        }
        out
    }
}

/// Whether the second of a pair is replaced ahead of the first; 0 is never.
fn is_broken(before: usize, after: usize) -> bool {
    after != 0 && (before == 0 || before > after)
}
