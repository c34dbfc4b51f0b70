//! Search in the core: first mend what is overdrawn, then improve by single and pair moves.

use super::core::{Core, Move};
use super::kernel::Engine;
use super::plan::Plan;

/// Rounds of collecting moves while mending.
const MEND_ROUNDS: usize = 12;
/// Rounds of collecting moves while improving.
const IMPROVE_ROUNDS: usize = 30;
/// Moves dearer than the slack are kept up to this many temperatures, for items off their best.
const REGRET_TAUS: f64 = 16.0;

/// Costs of moves are clamped to this in the fitting test.
const COST_MAX: i64 = 1 << 28;

/// Moves with their row changes side by side; the entry after the rows is the cost.
#[derive(Debug)]
pub(super) struct Table {
    moves: Vec<Move>,
    deltas: Vec<i32>,
    stride: usize,
}

impl Table {
    fn new(core: &Core, y: &[f64], limit: f64) -> Self {
        let rows = y.len();
        let moves = core.moves(y, limit);
        let stride = core.stride;
        let mut deltas = vec![0_i32; moves.len() * stride];
        for (m, row) in moves.iter().zip(deltas.chunks_exact_mut(stride)) {
            core.delta(m, row);
            row[rows] = m.cost.clamp(-COST_MAX, COST_MAX) as i32;
        }
        Self { moves, deltas, stride }
    }

    fn delta(&self, index: usize) -> &[i32] {
        &self.deltas[index * self.stride..(index + 1) * self.stride]
    }
}

/// Price of the slack and of everything else that separates a plan from the bound.
pub(super) fn slack_value(plan: &Plan<'_, '_>, y: &[f64]) -> f64 {
    plan.slack.iter().zip(y).map(|(&s, y)| s.max(0) as f64 * y).sum()
}

/// Makes single moves that lower cost plus a price on overdrawn rows, until nothing is
/// overdrawn or no move helps. The price rises when stuck.
pub(super) fn mend(core: &mut Core, plan: &mut Plan<'_, '_>, guide: &Guide<'_>) {
    let Guide { y, floor, engine, .. } = *guide;
    let mut factor = 2.0;
    for _ in 0..MEND_ROUNDS {
        if plan.is_feasible() {
            return;
        }
        let price: Vec<f64> = y.iter().zip(floor).map(|(y, f)| factor * (y + f)).collect();
        let table = Table::new(core, y, f64::INFINITY);
        let mut spent = vec![false; core.len()];
        let mut moved = false;
        while let Some(best) = best_single(&table, plan, &price, &spent) {
            let m = table.moves[best];
            spent[m.member()] = true;
            core.apply(&m, plan);
            moved = true;
        }
        if !moved && !settle(core, plan, y, engine) {
            factor *= 3.0;
        }
    }
}

/// Carries out the cheapest pair of moves after which nothing is overdrawn, if there is one.
fn settle(core: &mut Core, plan: &mut Plan<'_, '_>, y: &[f64], engine: Engine) -> bool {
    let table = Table::new(core, y, f64::INFINITY);
    let mut room = vec![0; table.stride];
    for (o, &s) in room.iter_mut().zip(&plan.slack) {
        *o = s.clamp(-(1 << 29), 1 << 30) as i32;
    }
    room[plan.slack.len()] = i32::MAX >> 1;
    let mut after = room.clone();
    let mut best: Option<(f64, usize, usize)> = None;
    for (a, first) in table.moves.iter().enumerate() {
        let limit = best.map_or(f64::INFINITY, |b| b.0) - first.price;
        if limit <= first.price {
            break;
        }
        subtract(&room, table.delta(a), &mut after);
        let end = table.moves.partition_point(|m| m.price < limit);
        let mut from = a + 1;
        while from < end {
            let rows = &table.deltas[from * table.stride..end * table.stride];
            let Some(found) = engine.first_fit(&after, rows) else { break };
            let b = from + found;
            if table.moves[b].member() != first.member() {
                best = Some((first.price + table.moves[b].price, a, b));
                break;
            }
            from = b + 1;
        }
    }
    let Some((_, a, b)) = best else { return false };
    for index in [a, b] {
        core.apply(&table.moves[index], plan);
    }
    true
}

fn best_single(table: &Table, plan: &Plan<'_, '_>, price: &[f64], spent: &[bool]) -> Option<usize> {
    let over: Vec<f64> = plan.slack.iter().zip(price).map(|(&s, p)| s.min(0) as f64 * -p).collect();
    let mut best = (-1e-6, None);
    for (index, m) in table.moves.iter().enumerate() {
        let mut change = m.cost as f64;
        if spent[m.member()] {
            continue;
        }
        for (r, &d) in table.delta(index).iter().enumerate().take(price.len()) {
            if d != 0 {
                let left = plan.slack[r] - i64::from(d);
                change += left.min(0) as f64 * -price[r] - over[r];
            }
        }
        if change < best.0 {
            best = (change, Some(index));
        }
    }
    best.1
}

/// What the search needs to know besides core and plan.
#[derive(Debug, Clone, Copy)]
pub(super) struct Guide<'a> {
    /// Multipliers, pence per unit of each row.
    pub(super) y: &'a [f64],
    /// Least price of overdrawing each row.
    pub(super) floor: &'a [f64],
    /// Temperature of the rounding, pence.
    pub(super) tau: f64,
    pub(super) engine: Engine,
}

/// How many moves [`improve`] combines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    Pairs,
    Triples,
}

/// Improves a feasible plan by combinations of moves, keeping it feasible; stops after `work`
/// tests, which it counts down.
///
/// A combination gains only if the prices of its moves sum to less than the value of the slack,
/// so moves are tried by ascending price and partners only up to that sum. The cost is one more
/// row of the test: what fits, gains.
pub(super) fn improve(
    core: &mut Core,
    plan: &mut Plan<'_, '_>,
    guide: &Guide<'_>,
    depth: Depth,
    work: &mut u64,
) {
    for _ in 0..IMPROVE_ROUNDS {
        let value = slack_value(plan, guide.y);
        let table = Table::new(core, guide.y, value + value.min(REGRET_TAUS * guide.tau));
        let mut sweep = Sweep { table, spent: vec![false; core.len()], core, plan, guide, work };
        let mut moved = sweep.pairs();
        if !moved && depth == Depth::Triples {
            moved = sweep.triples();
        }
        if !moved || *work == 0 {
            return;
        }
    }
}

/// One pass over a table of moves.
struct Sweep<'a, 'b, 'l, 'p> {
    table: Table,
    /// Core items moved since the table was made.
    spent: Vec<bool>,
    core: &'a mut Core,
    plan: &'a mut Plan<'l, 'p>,
    guide: &'a Guide<'b>,
    work: &'a mut u64,
}

impl Sweep<'_, '_, '_, '_> {
    fn pairs(&mut self) -> bool {
        let mut room = vec![0; self.table.stride];
        let mut after = room.clone();
        let mut moved = false;
        self.room(&mut room);
        let mut value = slack_value(self.plan, self.guide.y);
        for a in 0..self.table.moves.len() {
            let first = self.table.moves[a];
            if first.price >= value || *self.work == 0 {
                break;
            }
            if self.spent[first.member()] {
                continue;
            }
            subtract(&room, self.table.delta(a), &mut after);
            let chosen = if after.iter().all(|&v| v >= 0) { Some(&[a][..]) } else { None };
            let partner = match chosen {
                Some(_) => None,
                None => self.partner(&after, a + 1, value - first.price, &[a]),
            };
            match (chosen, partner) {
                (Some(_), _) => self.carry_out(&[a]),
                (None, Some(b)) => self.carry_out(&[a, b]),
                (None, None) => continue,
            }
            moved = true;
            self.room(&mut room);
            value = slack_value(self.plan, self.guide.y);
        }
        moved
    }

    fn triples(&mut self) -> bool {
        let mut room = vec![0; self.table.stride];
        let (mut one, mut two) = (room.clone(), room.clone());
        let mut moved = false;
        self.room(&mut room);
        let mut value = slack_value(self.plan, self.guide.y);
        for a in 0..self.table.moves.len() {
            let first = self.table.moves[a].price;
            if 3.0 * first >= value || *self.work == 0 {
                break;
            }
            subtract(&room, self.table.delta(a), &mut one);
            for b in a + 1..self.table.moves.len() {
                let left = value - first - self.table.moves[b].price;
                if left <= self.table.moves[b].price || *self.work == 0 || self.is_spent(a) {
                    break;
                }
                if self.is_spent(b) || self.clash(b, &[a]) {
                    continue;
                }
                subtract(&one, self.table.delta(b), &mut two);
                *self.work = self.work.saturating_sub(4);
                if let Some(c) = self.partner(&two, b + 1, left, &[a, b]) {
                    self.carry_out(&[a, b, c]);
                    moved = true;
                    self.room(&mut room);
                    value = slack_value(self.plan, self.guide.y);
                }
            }
        }
        moved
    }

    fn is_spent(&self, index: usize) -> bool {
        self.spent[self.table.moves[index].member()]
    }

    fn clash(&self, index: usize, others: &[usize]) -> bool {
        let member = self.table.moves[index].member();
        others.iter().any(|&o| self.table.moves[o].member() == member)
    }

    /// Exact cost of some moves together; the fitting test only knows clamped ones.
    fn cost_of(&self, indices: &[usize]) -> i64 {
        indices.iter().map(|&index| self.table.moves[index].cost).sum()
    }

    /// Room of each row; the cost row has room only for gains.
    fn room(&self, out: &mut [i32]) {
        out.fill(0);
        for (o, &s) in out.iter_mut().zip(&self.plan.slack) {
            *o = s.clamp(0, 1 << 30) as i32;
        }
        out[self.plan.slack.len()] = -1;
    }

    /// First move from `start` on, below the price limit, that fits into `room`.
    fn partner(
        &mut self,
        room: &[i32],
        start: usize,
        limit: f64,
        others: &[usize],
    ) -> Option<usize> {
        let moves = &self.table.moves;
        let end = start + moves.get(start..)?.partition_point(|m| m.price < limit);
        let stride = self.table.stride;
        let mut from = start;
        while from < end {
            let rows = &self.table.deltas[from * stride..end * stride];
            let found = self.guide.engine.first_fit(room, rows);
            *self.work = self.work.saturating_sub(found.map_or(end - from, |k| k + 1) as u64);
            let index = from + found?;
            let gains = self.cost_of(others).saturating_add(self.table.moves[index].cost) < 0;
            if gains && !self.is_spent(index) && !self.clash(index, others) {
                return Some(index);
            }
            from = index + 1;
        }
        None
    }

    fn carry_out(&mut self, indices: &[usize]) {
        for &index in indices {
            let m = self.table.moves[index];
            self.core.apply(&m, self.plan);
            self.spent[m.member()] = true;
        }
    }
}

fn subtract(room: &[i32], delta: &[i32], out: &mut [i32]) {
    for ((o, r), d) in out.iter_mut().zip(room).zip(delta) {
        *o = r.wrapping_sub(*d);
    }
}
