//! Search in the core: first mend what is overdrawn, then improve by single and pair moves.

use super::core::{Core, Move};
use super::kernel::Engine;
use super::plan::Plan;

/// Rounds of collecting moves while mending.
const MEND_ROUNDS: usize = 12;
/// Rounds of collecting moves while improving.
const IMPROVE_ROUNDS: usize = 12;
/// Pairs tested in one call of [`improve`].
const PAIRS_MAX: u64 = 8_000_000;

/// Moves with their row changes side by side.
#[derive(Debug)]
pub(super) struct Table {
    moves: Vec<Move>,
    deltas: Vec<i32>,
    stride: usize,
}

impl Table {
    fn new(core: &Core, y: &[f64], limit: f64) -> Self {
        let moves = core.moves(y, limit);
        let stride = core.stride;
        let mut deltas = vec![0_i32; moves.len() * stride];
        for (m, row) in moves.iter().zip(deltas.chunks_exact_mut(stride)) {
            core.delta(m, row);
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
pub(super) fn mend(core: &mut Core, plan: &mut Plan<'_, '_>, y: &[f64], floor: &[f64]) {
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
        if !moved {
            factor *= 3.0;
        }
    }
}

fn best_single(table: &Table, plan: &Plan<'_, '_>, price: &[f64], spent: &[bool]) -> Option<usize> {
    let over: Vec<f64> = plan.slack.iter().zip(price).map(|(&s, p)| s.min(0) as f64 * -p).collect();
    let mut best = (-1e-6, None);
    for (index, m) in table.moves.iter().enumerate() {
        let mut change = m.cost as f64;
        if spent[m.member()] {
            continue;
        }
        for (r, &d) in table.delta(index).iter().enumerate() {
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

/// Improves a feasible plan by single moves and by pairs of moves, keeping it feasible.
pub(super) fn improve(core: &mut Core, plan: &mut Plan<'_, '_>, context: &Guide<'_>) {
    let mut work = PAIRS_MAX;
    let mut slack = vec![0_i32; core.stride];
    let mut after = vec![0_i32; core.stride];
    for _ in 0..IMPROVE_ROUNDS {
        let table = Table::new(core, context.y, slack_value(plan, context.y) + 16.0 * context.tau);
        let mut spent = vec![false; core.len()];
        let mut moved = false;
        for a in 0..table.moves.len() {
            let first = table.moves[a];
            if first.cost >= 0 || work == 0 {
                break;
            }
            if spent[first.member()] {
                continue;
            }
            narrow(&plan.slack, &mut slack);
            for ((left, s), d) in after.iter_mut().zip(&slack).zip(table.delta(a)) {
                *left = s - d;
            }
            // A move that fits alone is paired with the best partner only if that gains.
            let alone = after.iter().all(|&v| v >= 0);
            let limit = if alone { 0 } else { -first.cost };
            let end = table.moves.partition_point(|m| m.cost < limit);
            let partner = find_partner(&table, &after, a, end, context.engine, &spent, &mut work);
            match partner {
                Some(b) => {
                    let second = table.moves[b];
                    core.apply(&first, plan);
                    core.apply(&second, plan);
                    spent[first.member()] = true;
                    spent[second.member()] = true;
                    moved = true;
                }
                None if alone => {
                    core.apply(&first, plan);
                    spent[first.member()] = true;
                    moved = true;
                }
                None => {}
            }
        }
        if !moved {
            return;
        }
    }
}

/// Slack as 32-bit values; more than any move can use counts as that.
fn narrow(slack: &[i64], out: &mut [i32]) {
    for (o, &s) in out.iter_mut().zip(slack) {
        *o = s.clamp(0, 1 << 30) as i32;
    }
}

/// The cheapest partner of move `a` from `after` that keeps every row non-negative.
fn find_partner(
    table: &Table,
    after: &[i32],
    a: usize,
    end: usize,
    engine: Engine,
    spent: &[bool],
    work: &mut u64,
) -> Option<usize> {
    let mut start = 0;
    while start < end {
        let rows = &table.deltas[start * table.stride..end * table.stride];
        let found = engine.first_fit(after, rows);
        let tested = found.map_or(end - start, |k| k + 1);
        *work = work.saturating_sub(tested as u64);
        let b = start + found?;
        let same = table.moves[b].member() == table.moves[a].member();
        if !same && !spent[table.moves[b].member()] {
            return Some(b);
        }
        start = b + 1;
    }
    None
}
