//! Terms that devices of one site, or one pair of devices, share: visits, fairness, precedence.
//!
//! Each is relaxed with multipliers in whole pence that change the prefixes of single devices:
//!
//! - *visits*: a visit of `V` pence is divided among the devices whose first purchase could cause
//!   it, `sum_i nu[i][t] <= V[t]`; column `t` of device `i` costs `nu[i][t]` more;
//! - *fairness*: each device that fails in year `t` and is still there costs `f[site][t]`, at most
//!   the price of an excess, less `f x allowed` once;
//! - *precedence*: `pi[pair][t]` is paid by the second device when it is replaced by year `t`, and
//!   given to the first.
//!
//! The multipliers follow the shares that the devices' columns have at a temperature.

use std::ops::Range;

use super::dual::Dual;
use super::kernel::Engine;
use super::layout::{BARRED, Layout};
use super::math::exp_neg;
use super::outcome::Resource;
use super::plan::Plan;
use super::round::Priced;
use super::state::State;
use crate::certificate::{Certificate2, SCALE};
use crate::pln1::MAX_YEARS;
use crate::pln2::Draft;

/// Rounds of the ascent from nothing.
const ROUNDS: usize = 7;
/// Rounds from multipliers of an earlier plan: the last of them.
const WARM_ROUNDS: usize = 2;
/// Temperature at which shares are taken in the first round, pence; it halves each round.
const FIRST_TAU: f64 = 400.0;
/// Least temperature of shares, pence.
const LAST_TAU: f64 = 20.0;

/// One device of the holder.
#[derive(Debug, Clone, Copy)]
struct Device {
    asset: u32,
    item: usize,
}

/// Devices of one site, a range of the holder's devices.
#[derive(Debug, Clone)]
struct Site {
    number: u32,
    devices: Range<usize>,
}

/// A pair of assets with an order, by number and by device.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair {
    pub(super) number: usize,
    /// Items of the asset that goes first and of the one that follows.
    pub(super) items: [usize; 2],
}

/// The shared terms of one holder and their multipliers.
#[derive(Debug)]
pub(super) struct Local<'d> {
    draft: &'d Draft,
    columns: usize,
    /// Devices, site after site, by number.
    devices: Vec<Device>,
    sites: Vec<Site>,
    pairs: Vec<Pair>,
    has_visits: bool,
    /// Pence of a visit that a device bears: device-major, by year. Empty without visits.
    nu: Vec<f64>,
    /// Price of a failing device: site-major, by year. Empty without fairness.
    fair: Vec<f64>,
    /// Price of a broken order: pair-major, by year.
    order: Vec<f64>,
}

impl<'d> Local<'d> {
    pub(super) fn new(draft: &'d Draft, layout: &Layout<'_>) -> Self {
        let has_visits = draft.visit_cost.iter().any(|&v| v > 0);
        let is_shared = has_visits || draft.fairness.is_some();
        let mut devices = Vec::new();
        if is_shared || !draft.precedence.is_empty() {
            for item in 0..layout.items() {
                devices.extend(layout.members(item).iter().map(|&asset| Device { asset, item }));
            }
        }
        let site = |d: &Device| draft.assets.site[d.asset as usize];
        let mut item_of: Vec<(u32, usize)> = devices.iter().map(|d| (d.asset, d.item)).collect();
        item_of.sort_unstable();
        let item = |asset: u32| {
            let place = item_of.binary_search_by_key(&asset, |d| d.0).ok()?;
            Some(item_of[place].1)
        };
        let pair = |(number, &(before, after)): (usize, &(u32, u32))| {
            Some(Pair { number, items: [item(before)?, item(after)?] })
        };
        let pairs: Vec<Pair> = draft.precedence.iter().enumerate().filter_map(pair).collect();
        let mut sites = Vec::new();
        if is_shared {
            devices.sort_by_key(|d| (site(d), d.asset));
            let mut start = 0;
            for run in devices.chunk_by(|a, b| site(a) == site(b)) {
                let end = start + run.len();
                sites.push(Site { number: site(&run[0]), devices: start..end });
                start = end;
            }
        }
        let columns = draft.years + 1;
        let nu = if has_visits { vec![0.0; devices.len() * columns] } else { Vec::new() };
        let fair_cells = if draft.fairness.is_some() { sites.len() * columns } else { 0 };
        let order = vec![0.0; pairs.len() * columns];
        let fair = vec![0.0; fair_cells];
        Self { draft, columns, devices, sites, pairs, has_visits, nu, fair, order }
    }

    /// Whether the holder has any such term.
    pub(super) fn is_needed(&self) -> bool {
        self.has_visits || self.draft.fairness.is_some() || !self.pairs.is_empty()
    }

    /// Whether some assets have an order.
    pub(super) fn has_pairs(&self) -> bool {
        !self.pairs.is_empty()
    }

    /// Takes up the multipliers of an earlier plan; whether there were any.
    pub(super) fn resume(&mut self, certificate: &Certificate2) -> bool {
        let columns = self.columns;
        let mut any = false;
        let mut put = |cells: &mut [f64], place: Option<usize>, t: i64, value: i64| {
            let year = usize::try_from(t).ok().filter(|t| (1..columns).contains(t));
            let at = place.zip(year).map(|(place, year)| place * columns + year);
            if let Some(cell) = at.and_then(|at| cells.get_mut(at)) {
                *cell = (value.max(0) / SCALE) as f64;
                any = true;
            }
        };
        let mut by_asset: Vec<(u32, usize)> =
            self.devices.iter().enumerate().map(|(k, d)| (d.asset, k)).collect();
        by_asset.sort_unstable();
        for &[asset, t, value] in &certificate.visits {
            let find = |a: u32| by_asset.binary_search_by_key(&a, |d| d.0).ok();
            let place = u32::try_from(asset).ok().and_then(find).map(|k| by_asset[k].1);
            put(&mut self.nu, place, t, value);
        }
        for &[site, t, value] in &certificate.fairness {
            let find = |s: u32| self.sites.binary_search_by_key(&s, |x| x.number).ok();
            put(&mut self.fair, u32::try_from(site).ok().and_then(find), t, value);
        }
        for &[pair, t, value] in &certificate.precedence {
            let find = |p: usize| self.pairs.binary_search_by_key(&p, |x| x.number).ok();
            put(&mut self.order, usize::try_from(pair).ok().and_then(find), t, value);
        }
        any
    }

    /// Raises the bound by turns over the rows and the shared terms; leaves the layout with the
    /// changed prefixes and returns the multipliers of the rows.
    pub(super) fn ascend(
        &mut self,
        layout: &mut Layout<'_>,
        table: &[i64],
        mut y: Option<Vec<f64>>,
        resumed: bool,
        engine: Engine,
    ) -> Vec<f64> {
        let first = if resumed { ROUNDS - WARM_ROUNDS } else { 0 };
        if resumed {
            layout.set_table(self.changed(table));
        }
        for round in first..ROUNDS {
            let mut dual = Dual::new(layout, engine, y.as_deref());
            dual.run(y.is_some());
            let tau = (FIRST_TAU / 2.0_f64.powi(round as i32)).max(LAST_TAU).max(dual.tau);
            let shares = self.shares(layout, &dual.y, tau);
            y = Some(dual.y);
            self.follow(&shares, 1.0 / (1.0 + 0.5 * round as f64));
            layout.set_table(self.changed(table));
        }
        let mut dual = Dual::new(layout, engine, y.as_deref());
        dual.run(true);
        dual.y
    }

    /// Lagrangian value of each column of an item.
    fn values(layout: &Layout<'_>, item: usize, column: &[f64], out: &mut [f64]) {
        let mut prefix = [0_i64; MAX_YEARS + 1];
        let prefix = &mut prefix[..out.len()];
        layout.exact_prefix(item, prefix);
        for ((cell, &p), &c) in out.iter_mut().zip(prefix.iter()).zip(column) {
            *cell = if p == BARRED { f64::INFINITY } else { p as f64 + c };
        }
    }

    /// Share of each column of each item.
    fn shares(&self, layout: &Layout<'_>, y: &[f64], tau: f64) -> Vec<f64> {
        let mut out = vec![0.0; layout.items() * self.columns];
        for group in &layout.groups {
            let priced = Priced::new(layout, group, y);
            for item in group.items.clone() {
                let cells = &mut out[item * self.columns..][..self.columns];
                Self::values(layout, item, &priced.column, cells);
                let least = cells.iter().copied().fold(f64::INFINITY, f64::min);
                let mut total = 0.0;
                for cell in cells.iter_mut() {
                    let is_near = *cell - least < 30.0 * tau;
                    *cell = if is_near { exp_neg((least - *cell) / tau) } else { 0.0 };
                    total += *cell;
                }
                for cell in cells {
                    *cell /= f64::max(total, 1e-300);
                }
            }
        }
        out
    }

    /// Moves the multipliers towards what the shares ask for.
    fn follow(&mut self, shares: &[f64], weight: f64) {
        let columns = self.columns;
        if self.has_visits {
            for site in &self.sites {
                for t in 1..columns {
                    let cost = self.draft.visit_cost[t] as f64;
                    let share = |d: usize| shares[self.devices[d].item * columns + t];
                    let total: f64 = site.devices.clone().map(share).sum();
                    let scale = cost / total.max(1e-3);
                    for d in site.devices.clone() {
                        let cell = &mut self.nu[d * columns + t];
                        *cell += weight * (scale * share(d) - *cell);
                    }
                }
            }
        }
        if let Some(fairness) = &self.draft.fairness {
            for (site, cells) in self.sites.iter().zip(self.fair.chunks_exact_mut(columns)) {
                let count = site.devices.len();
                let allowed = allowed(fairness.permille, count) as f64;
                for (t, cell) in cells.iter_mut().enumerate().skip(1) {
                    let devices = self.devices[site.devices.clone()].iter();
                    let still = |d: &Device| {
                        let shares = &shares[d.item * columns..][..columns];
                        1.0 - shares[1..=t].iter().sum::<f64>()
                    };
                    let failing = devices.filter(|d| fails(self.draft, d.asset, t));
                    let over = (failing.map(still).sum::<f64>() - allowed) / (count as f64);
                    let top = fairness.price.get(t).map_or(f64::INFINITY, |&p| p as f64);
                    let step = top.min(40_000.0) * 4.0 * weight * over;
                    *cell = (*cell + step).clamp(0.0, top.min(1e9));
                }
            }
        }
        for (pair, cells) in self.pairs.iter().zip(self.order.chunks_exact_mut(columns)) {
            let [before, after] = pair.items.map(|item| &shares[item * columns..][..columns]);
            let mut over = 0.0;
            for (t, cell) in cells.iter_mut().enumerate().skip(1) {
                over += after[t] - before[t];
                *cell = (*cell + 20_000.0 * weight * over).clamp(0.0, 1e9);
            }
        }
    }

    /// Visit shares in whole pence, device-major, together at most each visit's cost.
    fn whole_visits(&self) -> Vec<i64> {
        let mut out = vec![0; self.nu.len()];
        if self.has_visits {
            for site in &self.sites {
                for t in 1..self.columns {
                    let mut left = self.draft.visit_cost[t];
                    for d in site.devices.clone() {
                        let at = d * self.columns + t;
                        out[at] = (self.nu[at].round() as i64).clamp(0, left);
                        left -= out[at];
                    }
                }
            }
        }
        out
    }

    fn whole(cells: &[f64]) -> Vec<i64> {
        cells.iter().map(|c| c.round() as i64).collect()
    }

    /// The table with the multipliers added.
    fn changed(&self, table: &[i64]) -> Vec<i64> {
        let mut out = table.to_vec();
        let columns = self.columns;
        let mut add = |item: usize, column: usize, pence: i64| {
            let cell = &mut out[item * columns + column];
            if *cell != BARRED {
                *cell += pence;
            }
        };
        let visits = self.whole_visits();
        for (device, shares) in self.devices.iter().zip(visits.chunks_exact(columns)) {
            for (t, &pence) in shares.iter().enumerate().filter(|s| *s.1 > 0) {
                add(device.item, t, pence);
            }
        }
        for (site, prices) in self.sites.iter().zip(self.fair.chunks_exact(columns)) {
            let prices = Self::whole(prices);
            for device in &self.devices[site.devices.clone()] {
                for (t, &price) in prices.iter().enumerate().skip(1) {
                    if price > 0 && fails(self.draft, device.asset, t) {
                        add(device.item, 0, price);
                        (t + 1..columns).for_each(|j| add(device.item, j, price));
                    }
                }
            }
        }
        for (pair, prices) in self.pairs.iter().zip(self.order.chunks_exact(columns)) {
            let mut tail = 0;
            for (t, &price) in Self::whole(prices).iter().enumerate().skip(1).rev() {
                tail += price;
                add(pair.items[1], t, tail);
                add(pair.items[0], t, -tail);
            }
        }
        out
    }

    /// The layout's table with each pair parted: the first may not come after a year before which
    /// the second may not come. The year is that of the cheapest two columns that keep the order.
    pub(super) fn ordered(&self, layout: &Layout<'_>, y: &[f64]) -> Vec<i64> {
        let columns = self.columns;
        let mut out = vec![0_i64; layout.items() * columns];
        for (item, cells) in out.chunks_exact_mut(columns).enumerate() {
            layout.exact_prefix(item, cells);
        }
        let priced: Vec<Priced> = layout.groups.iter().map(|g| Priced::new(layout, g, y)).collect();
        let value = |out: &[i64], item: usize, j: usize| match out[item * columns + j] {
            BARRED => f64::INFINITY,
            p => p as f64 + priced[layout.group_of[item] as usize].column[j],
        };
        // Never comes after every year.
        let rank = |j: usize| if j == 0 { columns } else { j };
        for pair in self.pairs.iter().filter(|p| p.items[0] != p.items[1]) {
            let [before, after] = pair.items;
            let mut best = (f64::INFINITY, None);
            for a in 0..columns {
                for b in (0..columns).filter(|&b| rank(b) <= rank(a)) {
                    let sum = value(&out, before, b) + value(&out, after, a);
                    if sum < best.0 {
                        best = (sum, Some(a));
                    }
                }
            }
            let Some(year) = best.1 else { continue };
            for j in 0..columns {
                if rank(j) > rank(year) {
                    out[before * columns + j] = BARRED;
                }
                if rank(j) < rank(year) {
                    out[after * columns + j] = BARRED;
                }
            }
        }
        out
    }

    /// What the bound loses for the devices that may fail, in units of 1/SCALE.
    pub(super) fn constant(&self) -> i128 {
        let Some(fairness) = &self.draft.fairness else { return 0 };
        let of = |(site, prices): (&Site, &[f64])| {
            let allowed = allowed(fairness.permille, site.devices.len());
            i128::from(Self::whole(prices).iter().sum::<i64>()) * i128::from(allowed)
        };
        let sites = self.sites.iter().zip(self.fair.chunks_exact(self.columns));
        sites.map(of).sum::<i128>() * i128::from(SCALE)
    }

    /// Writes the multipliers.
    pub(super) fn write(&self, certificate: &mut Certificate2) {
        let columns = self.columns;
        let put = |to: &mut Vec<[i64; 3]>, index: i64, cells: &[i64]| {
            for (t, &pence) in cells.iter().enumerate().filter(|c| *c.1 != 0) {
                to.push([index, t as i64, pence * SCALE]);
            }
        };
        let visits = self.whole_visits();
        for (device, cells) in self.devices.iter().zip(visits.chunks_exact(columns)) {
            put(&mut certificate.visits, device.asset.into(), cells);
        }
        for (site, cells) in self.sites.iter().zip(self.fair.chunks_exact(columns)) {
            put(&mut certificate.fairness, site.number.into(), &Self::whole(cells));
        }
        for (pair, cells) in self.pairs.iter().zip(self.order.chunks_exact(columns)) {
            put(&mut certificate.precedence, pair.number as i64, &Self::whole(cells));
        }
    }

    /// Improves a plan on what it really costs; its cost, or what is left broken.
    pub(super) fn polish(
        &self,
        plan: &mut Plan<'_, '_>,
    ) -> Result<i64, Vec<(Resource, usize, i64)>> {
        if !self.is_needed() {
            return Ok(plan.cost);
        }
        let sites = self.sites.iter().map(|s| (s.number, s.devices.len() as i64));
        let mut state = State::new(self.draft, plan, sites.collect(), &self.pairs);
        state.polish();
        let broken = state.broken();
        let cost = state.shared_cost();
        if broken.is_empty() { Ok(plan.cost + cost) } else { Err(broken) }
    }
}

fn fails(draft: &Draft, asset: u32, t: usize) -> bool {
    draft.more[asset as usize].failing >> t & 1 == 1
}

/// Devices of a site that may fail, rounded up.
pub(super) fn allowed(permille: i64, devices: usize) -> i64 {
    (permille * devices as i64 + 999) / 1000
}
