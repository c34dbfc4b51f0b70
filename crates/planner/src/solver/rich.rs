//! PLN2: the same engine over more rows, and terms that sites and pairs of assets share.
//!
//! **Rows.** Envelopes, installation, minimum spends, smoothing and pools are rows of the holder
//! (`constraint`); every purchase of an option uses them, so they change only the tails of a kind
//! of device. Everything that merely allows or forbids (earliest, latest, lock, years, pin,
//! closure, eligibility) deletes columns or ways and costs nothing.
//!
//! **Shared terms.** Visits, fairness and precedence couple devices of one site or pair. They are
//! relaxed too, with multipliers that change the prefixes of single devices (`local`): the holder's
//! dual is solved, the multipliers follow the shares that devices have in it, and so on for a few
//! rounds. They are whole pence, so that the bound stays exact. A plan is found at the changed
//! prefixes, where each pair that has an order is also given a year that parts it, and then
//! polished on what it really costs.
//!
//! **Limits.** Second purchases bear no share of a visit in the bound, which is valid and weaker
//! for it. Rows that demand (a minimum) may leave no plan although each obligation can be met;
//! then the answer is "not found", or a proof when the bound passes the cost of the dearest plan.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::base::compositions;
use super::constraint::{self, Deal};
use super::exact;
use super::holder::{Part, solve_layout};
use super::kernel::Engine;
use super::layout::{BARRED, Kind, Layout, Row, Way, summed};
use super::local::Local;
use super::outcome::{Conflict, Shortfall, SolveOptions, Threads};
use crate::certificate::{Certificate2, SCALE};
use crate::pln2::{Draft, Problem, Schedule};

/// The answer to a PLN2 problem.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome2 {
    /// A feasible plan with a proven bound.
    Solved(Box<Solution2>),
    /// No plan exists; ordered by holder.
    Infeasible(Vec<Conflict>),
    /// No plan was found and none was ruled out; ordered by holder.
    NotFound(Vec<Shortfall>),
}

/// A feasible plan of a PLN2 problem.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution2 {
    /// The option of every asset.
    pub schedule: Schedule,
    /// Multipliers that prove the bound.
    pub certificate: Certificate2,
    /// Objective, pence.
    pub objective_pence: i64,
    /// Proven lower bound, pence, rounded up.
    pub bound_pence: i64,
    /// A bound won by branching, where it was.
    pub branch_bound_pence: Option<i64>,
    /// Whether the caller's stop signal ended the search.
    pub interrupted: bool,
}

impl Solution2 {
    /// `(objective - bound) / objective`, 0 when the objective is 0.
    pub fn gap(&self) -> f64 {
        match self.objective_pence {
            0 => 0.0,
            objective => (objective - self.bound_pence) as f64 / objective as f64,
        }
    }
}

/// Options of [`solve2`] beside those of [`SolveOptions`], whose `start` it ignores.
#[derive(Debug, Clone, Copy, Default)]
pub struct Start2<'a> {
    /// Multipliers to start from, usually those of an earlier plan.
    pub certificate: Option<&'a Certificate2>,
}

/// Solves a PLN2 problem. The answer is the same bytes for any number of threads, unless a stop
/// signal cuts the search short.
pub fn solve2(problem: &Problem, options: &SolveOptions<'_>, start: Start2<'_>) -> Outcome2 {
    let engine = Engine::detect();
    let draft = problem.as_draft();
    let mut assets = vec![Vec::new(); draft.holders];
    for (i, &g) in draft.assets.ics.iter().enumerate() {
        assets[g as usize].push(i as u32);
    }
    let cold = Start2::default();
    let part = |g: usize| {
        let answer = Holder::new(draft, g, &assets[g]).solve(options, start, engine);
        let lost = matches!(answer.part, Part::NotFound(_)) && start.certificate.is_some();
        if lost { Holder::new(draft, g, &assets[g]).solve(options, cold, engine) } else { answer }
    };
    let in_pool = || (0..draft.holders).into_par_iter().with_max_len(1).map(part).collect();
    let parts: Vec<Answer> = match options.threads {
        Threads::One => (0..draft.holders).map(part).collect(),
        Threads::Current => in_pool(),
        Threads::Pool(pool) => pool.install(in_pool),
    };
    assemble(problem, parts)
}

/// What one holder contributes.
struct Answer {
    part: Part,
    cost: i64,
    bound: i128,
    certificate: Certificate2,
}

fn assemble(problem: &Problem, parts: Vec<Answer>) -> Outcome2 {
    let draft = problem.as_draft();
    let mut choices = vec![Vec::new(); problem.len()];
    let mut certificate = Certificate2::zero(problem);
    let (mut conflicts, mut shortfalls) = (Vec::new(), Vec::new());
    let (mut objective, mut bound, mut interrupted) = (0, 0, false);
    let (mut proved, mut was_proved) = (0_i128, false);
    for (g, answer) in parts.into_iter().enumerate() {
        match answer.part {
            Part::Infeasible(conflict) => conflicts.push(conflict),
            Part::NotFound(shortfall) => shortfalls.push(shortfall),
            Part::Solved { picks, result, interrupted: stopped, .. } => {
                for (asset, option) in picks {
                    let class = &draft.classes[draft.assets.class[asset as usize] as usize];
                    choices[asset as usize].clone_from(&class.options[option as usize]);
                }
                certificate.take(answer.certificate, g);
                objective += answer.cost;
                bound += answer.bound;
                was_proved |= result.branch_bound_pence.is_some();
                proved += match result.branch_bound_pence {
                    Some(pence) => i128::from(pence) * i128::from(SCALE),
                    None => answer.bound,
                };
                interrupted |= stopped;
            }
        }
    }
    if !conflicts.is_empty() {
        return Outcome2::Infeasible(conflicts);
    }
    if !shortfalls.is_empty() {
        return Outcome2::NotFound(shortfalls);
    }
    let up = |scaled: i128| -(-scaled).div_euclid(i128::from(SCALE));
    Outcome2::Solved(Box::new(Solution2 {
        schedule: Schedule { choices },
        certificate,
        objective_pence: objective,
        bound_pence: i64::try_from(up(bound)).unwrap_or(i64::MIN),
        branch_bound_pence: was_proved.then(|| i64::try_from(up(proved)).unwrap_or(i64::MIN)),
        interrupted,
    }))
}

impl Certificate2 {
    /// Takes one holder's rows and the shared multipliers of its assets and sites.
    fn take(&mut self, other: Self, holder: usize) {
        fn one<T: Clone>(to: &mut [T], from: &[T], holder: usize) {
            if let (Some(to), Some(from)) = (to.get_mut(holder), from.get(holder)) {
                to.clone_from(from);
            }
        }
        one(&mut self.lam, &other.lam, holder);
        one(&mut self.mu, &other.mu, holder);
        one(&mut self.low, &other.low, holder);
        one(&mut self.rise, &other.rise, holder);
        one(&mut self.fall, &other.fall, holder);
        one(&mut self.pool, &other.pool, holder);
        self.visits.extend(other.visits);
        self.fairness.extend(other.fairness);
        self.precedence.extend(other.precedence);
        self.visits.sort_unstable();
        self.fairness.sort_unstable();
        self.precedence.sort_unstable();
    }
}

/// What decides which ways a device has, in the order of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    class: u16,
    demand: u16,
    pin: i32,
    closed: u16,
    band: i32,
    tier: u16,
}

/// One holder, laid out.
struct Holder<'d> {
    draft: &'d Draft,
    index: usize,
    layout: Layout<'static>,
    table: Vec<i64>,
    /// First row of each constraint of [`constraint::ALL`].
    starts: Vec<usize>,
}

impl<'d> Holder<'d> {
    fn new(draft: &'d Draft, holder: usize, assets: &[u32]) -> Self {
        let mut numbers: BTreeMap<Key, usize> =
            assets.iter().map(|&i| (key(draft, i), 0)).collect();
        for (number, slot) in numbers.values_mut().enumerate() {
            *slot = number;
        }
        let all = compositions(assets, &draft.assets.bundle, |i| numbers[&key(draft, i)]);
        let members = all.keys().map(Vec::len).max().unwrap_or(1).max(1);
        let (rows, starts) = constraint::rows(draft, holder, members);
        let kinds = kinds(draft, holder, numbers.keys(), &starts, &rows);
        let columns = draft.years + 1;
        let mut table = Vec::with_capacity(assets.len() * columns);
        for (kinds, members) in &all {
            for item in members.chunks(kinds.len()) {
                table.extend(prefix(draft, item));
            }
        }
        let layout = Layout::of_table(holder, draft.years, rows, kinds, all, table.clone());
        Self { draft, index: holder, layout, table, starts }
    }

    fn solve(mut self, options: &SolveOptions<'_>, start: Start2<'_>, engine: Engine) -> Answer {
        let mut y = start.certificate.map(|c| self.multipliers(c));
        let mut local = Local::new(self.draft, &self.layout);
        let mut certificate = Certificate2::default();
        let mut proved = None;
        if local.is_needed() {
            let resumed = start.certificate.is_some_and(|c| local.resume(c));
            let prices = local.ascend(&mut self.layout, &self.table, y, resumed, engine);
            local.write(&mut certificate);
            let multipliers = exact::integer_multipliers(&self.layout, &prices);
            proved = exact::bound(&self.layout, &multipliers).map(|bound| (multipliers, bound));
            if local.has_pairs() {
                let ordered = local.ordered(&self.layout, &prices);
                self.layout.set_table(ordered);
            }
            y = Some(prices);
        }
        let holders = self.draft.holders;
        let options = SolveOptions { start: None, ..*options };
        let may_branch = !local.is_needed();
        let found = solve_layout(&self.layout, y.as_deref(), may_branch, holders, &options, engine);
        self.layout.set_table(std::mem::take(&mut self.table));
        self.finish(found, proved, &local, certificate)
    }

    /// `proved` has the multipliers and bound of the changed prefixes, where there are any.
    fn finish(
        &self,
        part: Part,
        proved: Option<(Vec<i64>, i128)>,
        local: &Local<'_>,
        mut certificate: Certificate2,
    ) -> Answer {
        let Part::Solved { tails, multipliers, mut result, interrupted, .. } = part else {
            return Answer { part, cost: 0, bound: 0, certificate };
        };
        let (multipliers, bound) = proved.unwrap_or((multipliers, result.bound_scaled));
        let bound = bound - local.constant();
        self.fill(&mut certificate, &multipliers);
        let mut plan = super::plan::Plan::of_tails(&self.layout, tails);
        let cost = match local.polish(&mut plan) {
            Ok(cost) => cost,
            Err(over) => {
                let shortfall = Shortfall { holder: self.index, over };
                return Answer { part: Part::NotFound(shortfall), cost: 0, bound, certificate };
            }
        };
        result.cost_pence = cost;
        let (picks, tails) = (plan.picks(), plan.tails());
        let part = Part::Solved { picks, tails, multipliers, result, interrupted };
        Answer { part, cost, bound, certificate }
    }

    /// The holder's multipliers in a certificate, by row.
    fn multipliers(&self, certificate: &Certificate2) -> Vec<f64> {
        let mut copy = certificate.clone();
        let scale = certificate.scale.max(1) as f64;
        let mut cell = |row: usize| {
            let place = self.starts.partition_point(|&s| s <= row) - 1;
            let first = self.starts[place];
            let cell = constraint::ALL[place].cell(self.draft, &mut copy, self.index, row - first);
            cell.map_or(0.0, |v| (*v).max(0) as f64 / scale)
        };
        (0..self.layout.rows.len()).map(&mut cell).collect()
    }

    /// Writes the holder's multipliers into an otherwise empty certificate.
    fn fill(&self, certificate: &mut Certificate2, multipliers: &[i64]) {
        let d = self.draft;
        let years = vec![0; d.years + 1];
        let streams = vec![vec![years.clone(); d.streams.len()]; d.holders];
        certificate.lam.clone_from(&streams);
        certificate.low.clone_from(&streams);
        certificate.rise.clone_from(&streams);
        certificate.fall = streams;
        certificate.mu = vec![years.clone(); d.holders];
        certificate.pool = vec![vec![years; d.pools.names.len()]; d.holders];
        for (row, &value) in multipliers.iter().enumerate() {
            let place = self.starts.partition_point(|&s| s <= row) - 1;
            let first = self.starts[place];
            if let Some(cell) = constraint::ALL[place].cell(d, certificate, self.index, row - first)
            {
                *cell = value;
            }
        }
    }
}

fn key(draft: &Draft, asset: u32) -> Key {
    let i = asset as usize;
    let more = &draft.more[i];
    Key {
        class: draft.assets.class[i],
        demand: more.demand,
        pin: more.pin,
        closed: draft.closed_from.get(draft.assets.site[i] as usize).copied().unwrap_or(0),
        band: more.band,
        tier: draft.assets.tier[i],
    }
}

fn kinds<'k>(
    draft: &Draft,
    holder: usize,
    keys: impl Iterator<Item = &'k Key>,
    starts: &[usize],
    rows: &[Row],
) -> Vec<Kind> {
    let mut shapes: BTreeMap<Key, u32> = BTreeMap::new();
    keys.map(|key| {
        let fresh = shapes.len() as u32;
        let shape = *shapes.entry(Key { tier: 0, ..*key }).or_insert(fresh);
        Kind { shape, ways: ways(draft, holder, key, starts, rows) }
    })
    .collect()
}

/// The ways of a kind: eligible streams, the pinned challenger, no purchase at a closed site.
fn ways(draft: &Draft, holder: usize, key: &Key, starts: &[usize], rows: &[Row]) -> Vec<Way> {
    let class = &draft.classes[key.class as usize];
    let eligible = |s: u16| {
        let stream = &draft.streams[s as usize];
        stream.classes.as_ref().is_none_or(|c| c.contains(&key.class))
            && stream.demands.as_ref().is_none_or(|c| c.contains(&key.demand))
    };
    let mut out = Vec::new();
    for (o, purchases) in class.options.iter().enumerate() {
        let pinned = purchases.first().is_none_or(|p| key.pin < 0 || i32::from(p.k) == key.pin);
        let open = purchases.iter().all(|p| key.closed == 0 || p.t < key.closed);
        if !pinned || !open || !purchases.iter().all(|p| eligible(p.s)) {
            continue;
        }
        let mut usage = Vec::new();
        for (index, p) in purchases.iter().enumerate() {
            let (t, k) = (p.t as usize, p.k as usize);
            let deal = Deal {
                class,
                class_no: key.class as usize,
                t,
                k,
                s: p.s as usize,
                price: class.price[k][t],
                band: usize::try_from(key.band).ok().filter(|_| index == 0),
            };
            let mut uses = Vec::new();
            for (constraint, &first) in constraint::ALL.iter().zip(starts) {
                uses.clear();
                constraint.uses(draft, holder, &deal, &mut uses);
                usage.extend(uses.iter().map(|&(row, amount)| (first + row, amount)));
            }
        }
        debug_assert!(usage.iter().all(|u| u.0 < rows.len()), "a use names a row");
        out.push(Way {
            years: purchases.iter().map(|p| p.t).collect(),
            cost: class.succ[key.tier as usize][o],
            usage: summed(usage.into_iter()),
            option: o as u16,
        });
    }
    out
}

/// Exact prefix of an item: keep costs, the price of leaving the approved year, barred columns.
fn prefix(draft: &Draft, members: &[u32]) -> Vec<i64> {
    let mut out = vec![0_i64; draft.years + 1];
    let mut barred = 0_u64;
    for &asset in members {
        let i = asset as usize;
        let more = &draft.more[i];
        let keep = &draft.assets.keep[i * draft.years..(i + 1) * draft.years];
        let mut kept = 0_i64;
        for t in 1..=draft.years {
            out[t] += kept;
            kept += i64::from(keep[t - 1]);
        }
        out[0] += kept;
        for (j, cell) in out.iter_mut().enumerate() {
            if more.approved >= 0 && more.approved as usize != j {
                *cell += draft.stability_price;
            }
            let a = &draft.assets;
            let (earliest, latest, lock) = (a.earliest[i], a.latest[i], a.lock[i]);
            let released = j == 0 || j >= usize::from(earliest);
            let in_time = latest == 0 || (j > 0 && j <= usize::from(latest));
            let as_locked = lock < 0 || lock as usize == j;
            if !(released && in_time && as_locked && more.years >> j & 1 == 1) {
                barred |= 1 << j;
            }
        }
    }
    for (j, cell) in out.iter_mut().enumerate().filter(|(j, _)| barred >> j & 1 == 1) {
        debug_assert!(j < 64, "a horizon has at most 63 years");
        *cell = BARRED;
    }
    out
}

#[cfg(test)]
mod tests;
