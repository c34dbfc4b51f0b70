//! The dual: multipliers that price every budget row.
//!
//! Maximises, over `y >= 0`, the smoothed Lagrangian `sum_i softmin_o(cost + y.use) - y.cap` by
//! projected Newton steps with the exact Hessian, lowering the temperature in stages; early
//! stages look at a sample of the blocks. A step is accepted on the slope at its end, so no
//! function value is ever summed in floating point.

use super::kernel::{Engine, LANES, Moments, SoftPass};
use super::layout::{FORBIDDEN, Group, Layout};
use super::math::{exp_neg, ln, solve_spd};

/// Search state of one holder's dual.
#[derive(Debug)]
pub(super) struct Dual<'l, 'p> {
    layout: &'l Layout<'p>,
    engine: Engine,
    /// Multiplier of each row, pence per penny or per quarter hour.
    pub(super) y: Vec<f64>,
    /// Highest value each multiplier may take.
    ceiling: Vec<f64>,
    /// Temperature of the last stage in pence.
    pub(super) tau: f64,
    /// Mean purchase from each row: what one unit of multiplier does to an option's value.
    unit: Vec<f64>,
    /// Largest relative violation of the optimality conditions after the last stage.
    pub(super) error: f64,
    /// Passes made, in units of one full pass.
    pub(super) passes: f64,
    moments: Moments,
    tables: Tables,
}

/// Per-group tables of one evaluation.
#[derive(Debug)]
struct Tables {
    share: Vec<f64>,
    value: Vec<f64>,
    mean: Vec<f64>,
    shift: Vec<f32>,
}

/// Expected use of each row, and the negated Hessian times the temperature.
#[derive(Debug, Clone)]
struct Eval {
    usage: Vec<f64>,
    curvature: Vec<f64>,
}

/// One temperature.
#[derive(Debug, Clone, Copy)]
struct Stage {
    tau: f64,
    step: usize,
    steps_max: usize,
    tolerance: f64,
}

/// Share of the mean cost spread at which the last stage ends.
const FINAL_TAU: f64 = 1.0e-5;
/// Share of the mean cost spread at which a cold start begins.
const FIRST_TAU: f64 = 0.02;
/// Trust radius of a stage's first step, in temperatures.
const RADIUS_TAUS: f64 = 8.0;
/// Step lengths tried before a stage ends.
const ATTEMPTS: usize = 6;
/// Weight of the damping.
const DAMPING: f64 = 0.2;
/// Factor between stages.
const COOLING: f64 = 4.0;

impl<'l, 'p> Dual<'l, 'p> {
    /// Starts from zero multipliers, or from `start` (clamped to the ceilings).
    pub(super) fn new(layout: &'l Layout<'p>, engine: Engine, start: Option<&[f64]>) -> Self {
        let rows = layout.cap.len();
        let columns = layout.columns();
        let ceiling = super::exact::ceilings(layout);
        let mut y = vec![0.0; rows];
        for ((y, &s), &top) in y.iter_mut().zip(start.unwrap_or(&[])).zip(&ceiling) {
            *y = s.clamp(0.0, top);
        }
        let tables = Tables {
            share: Vec::new(),
            value: vec![0.0; columns],
            mean: vec![0.0; columns * rows],
            shift: vec![0.0; columns],
        };
        let moments = Moments::new(columns);
        Self {
            layout,
            engine,
            y,
            ceiling,
            tau: 1.0,
            passes: 0.0,
            error: 1.0,
            unit: mean_purchases(layout),
            moments,
            tables,
        }
    }

    /// Runs the stages. A warm start skips the hot ones.
    pub(super) fn run(&mut self, warm: bool) {
        let spread = self.spread();
        let items = self.layout.items();
        let last = (spread * FINAL_TAU).max(0.5);
        let first = if warm { last * COOLING } else { (spread * FIRST_TAU).max(last) };
        let stages = (ln((first / last).max(1.0)) / ln(COOLING)).round();
        for k in (0..=stages as i32).rev() {
            let tau = last * COOLING.powi(k);
            let (step, tolerance, steps_max) = match k {
                0 => (1, 2.0e-4, 10),
                1 => (1, 2.0e-3, 10),
                2 => (4, 1.0e-2, 10),
                _ => (16, 3.0e-2, 30),
            };
            let steps_max = if items < 4096 { 40 } else { steps_max };
            let step = step.min((items / (256 * LANES)).max(1));
            self.stage(Stage { tau, step, steps_max, tolerance });
        }
    }

    /// Mean over sampled items of the width of their allowed prefix costs, in pence.
    fn spread(&self) -> f64 {
        let columns = self.layout.columns();
        let (mut sum, mut count) = (0.0, 0.0);
        for group in &self.layout.groups {
            let stride = (group.blocks.len() / 8).max(1);
            for block in group.blocks.clone().step_by(stride) {
                let rows = &self.layout.prefix[block * columns..(block + 1) * columns];
                let allowed = rows.iter().map(|r| r.0[0]).filter(|&v| v < FORBIDDEN);
                let (low, high) =
                    allowed.fold((f32::MAX, f32::MIN), |(a, b), v| (a.min(v), b.max(v)));
                if high >= low {
                    sum += f64::from(high - low);
                    count += 1.0;
                }
            }
        }
        if count > 0.0 { (sum / count).max(1.0) } else { 1.0 }
    }

    fn stage(&mut self, stage: Stage) {
        self.tau = stage.tau;
        let mut eval = self.evaluate(&self.y.clone(), stage);
        let mut radius = RADIUS_TAUS * stage.tau;
        for _ in 0..stage.steps_max {
            if self.residual(&eval) <= stage.tolerance {
                break;
            }
            let direction = self.newton(&eval, stage.tau, radius);
            let reach =
                direction.iter().zip(&self.unit).map(|(d, p)| d.abs() * p).fold(0.0, f64::max);
            let mut length = if reach > radius { radius / reach } else { 1.0 };
            let mut accepted = false;
            for _ in 0..ATTEMPTS {
                let moved: Vec<f64> = (self.y.iter().zip(&direction))
                    .zip(&self.ceiling)
                    .map(|((y, d), &top)| (y + length * d).clamp(0.0, top))
                    .collect();
                let step: Vec<f64> = moved.iter().zip(&self.y).map(|(a, b)| a - b).collect();
                let before = self.slope(&eval, &step);
                let next = self.evaluate(&moved, stage);
                let after = self.slope(&next, &step);
                if after >= -0.5 * before {
                    if after > 0.25 * before {
                        radius = radius.max(3.0 * length * reach);
                    }
                    self.y = moved;
                    eval = next;
                    accepted = true;
                    break;
                }
                length *= (before / (before - after)).clamp(0.05, 0.6);
                radius = length * reach;
            }
            if !accepted {
                break;
            }
        }
        self.error = self.residual(&eval);
    }

    /// Slope of the smoothed dual along a step.
    fn slope(&self, eval: &Eval, step: &[f64]) -> f64 {
        let cap = &self.layout.cap;
        eval.usage.iter().zip(cap).zip(step).map(|((u, &c), d)| (u - c as f64) * d).sum()
    }

    /// Largest relative violation of the optimality conditions.
    fn residual(&self, eval: &Eval) -> f64 {
        let mut worst = 0.0_f64;
        for (r, &cap) in self.layout.cap.iter().enumerate() {
            let grad = eval.usage[r] - cap as f64;
            let may_move = grad > 0.0 && self.y[r] < self.ceiling[r] || self.y[r] > 0.0;
            if may_move && !self.layout.is_dead(r) {
                worst = worst.max(grad.abs() / self.size(r));
            }
        }
        worst
    }

    /// What a row is measured by: its capacity, or one purchase where that is more.
    fn size(&self, row: usize) -> f64 {
        let cap = self.layout.cap[row].abs() as f64;
        if self.layout.rows[row].signed { cap.max(self.unit[row]) } else { cap }
    }

    /// Newton direction on the rows that may move.
    fn newton(&self, eval: &Eval, tau: f64, radius: f64) -> Vec<f64> {
        let rows = self.y.len();
        let grad = |r: usize| eval.usage[r] - self.layout.cap[r] as f64;
        let free: Vec<usize> = (0..rows)
            .filter(|&r| !self.layout.is_dead(r))
            .filter(|&r| if grad(r) > 0.0 { self.y[r] < self.ceiling[r] } else { self.y[r] > 0.0 })
            .collect();
        let size = free.len();
        let mut matrix = vec![0.0; size * size];
        let mut rhs = Vec::with_capacity(size);
        // Rows are scaled to their capacity, so that one damping suits money and hours.
        let scale = |r: usize| 1.0 / self.size(r);
        for (a, &r) in free.iter().enumerate() {
            for (b, &s) in free.iter().enumerate().take(a + 1) {
                matrix[a * size + b] = eval.curvature[r * rows + s] / tau * scale(r) * scale(s);
            }
            rhs.push(grad(r) * scale(r));
        }
        // Damping that by itself would keep a step inside the radius; it fades with the gradient.
        let worst = free.iter().map(|&r| grad(r).abs() / self.unit[r]).fold(0.0, f64::max);
        let damping = DAMPING * worst / radius;
        for (a, &r) in free.iter().enumerate() {
            let unit = self.unit[r] * scale(r);
            matrix[a * size + a] += damping * unit * unit + 1e-300;
        }
        solve_spd(&mut matrix, &mut rhs);
        let mut direction = vec![0.0; rows];
        for (&r, d) in free.iter().zip(rhs) {
            direction[r] = d * scale(r);
        }
        direction
    }

    fn evaluate(&mut self, y: &[f64], stage: Stage) -> Eval {
        let rows = y.len();
        let mut eval = Eval { usage: vec![0.0; rows], curvature: vec![0.0; rows * rows] };
        let layout = self.layout;
        for group in layout.groups.iter().filter(|g| !g.items.is_empty()) {
            self.tables.fill(group, y, stage.tau);
            let blocks = group.blocks.len();
            let step = stage.step.min((blocks / 4).max(1));
            let columns = layout.columns();
            let pass = SoftPass {
                prefix: &layout.prefix[group.blocks.start * columns..group.blocks.end * columns],
                shift: &self.tables.shift,
                inv_tau: (std::f64::consts::LOG2_E / stage.tau) as f32,
                step,
                offset: step / 2,
                last: (group.items.len() - 1) % LANES + 1,
            };
            self.moments.clear();
            self.engine.soft_pass(&pass, &mut self.moments);
            self.passes += self.moments.items as f64 / layout.items() as f64;
            let scale = group.items.len() as f64 / self.moments.items as f64;
            self.tables.accumulate(group, &self.moments, scale, &mut eval);
        }
        eval
    }
}

/// Mean use, by magnitude, of each row over all tails, at least 1.
fn mean_purchases(layout: &Layout<'_>) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0); layout.cap.len()];
    for tail in layout.groups.iter().flat_map(|g| &g.tails) {
        for (r, a) in tail.usage() {
            sums[r] = (sums[r].0 + a.abs() as f64, sums[r].1 + 1.0);
        }
    }
    sums.iter()
        .map(|&(sum, count)| if count > 0.0 { (sum / count).max(1.0) } else { 1.0 })
        .collect()
}

impl Tables {
    /// Soft minimum over each column's tails, their shares and their expected use.
    fn fill(&mut self, group: &Group, y: &[f64], tau: f64) {
        let rows = y.len();
        self.share.clear();
        self.share.resize(group.tails.len(), 0.0);
        self.mean.fill(0.0);
        let mut least = f64::MAX;
        for (j, range) in group.column.iter().enumerate() {
            let shares = &mut self.share[range.clone()];
            let mut best = f64::MAX;
            for (tail, share) in group.tails[range.clone()].iter().zip(shares.iter_mut()) {
                let paid: f64 = tail.usage().map(|(r, a)| y[r] * a as f64).sum();
                *share = if tail.dead { f64::MAX } else { tail.cost as f64 + paid };
                best = best.min(*share);
            }
            self.value[j] = best;
            if best == f64::MAX {
                shares.fill(0.0);
                continue;
            }
            let mut total = 0.0;
            for share in shares.iter_mut() {
                *share = exp_neg((best - *share) / tau);
                total += *share;
            }
            self.value[j] = best - tau * ln(total);
            least = least.min(self.value[j]);
            for (tail, share) in group.tails[range.clone()].iter().zip(shares) {
                *share /= total;
                for (r, a) in tail.usage() {
                    self.mean[j * rows + r] += *share * a as f64;
                }
            }
        }
        for (shift, &value) in self.shift.iter_mut().zip(&self.value) {
            *shift = if value == f64::MAX { FORBIDDEN } else { (value - least) as f32 };
        }
    }

    /// Adds a group's expected use and curvature.
    fn accumulate(&self, group: &Group, moments: &Moments, scale: f64, eval: &mut Eval) {
        let rows = eval.usage.len();
        let columns = self.value.len();
        let mut spread = vec![0.0; rows];
        for (j, range) in group.column.iter().enumerate() {
            let weight = moments.first[j] * scale;
            if weight <= 0.0 {
                continue;
            }
            for (tail, &share) in group.tails[range.clone()].iter().zip(&self.share[range.clone()])
            {
                if share <= 1e-12 {
                    continue;
                }
                for (r, a) in tail.usage() {
                    for (s, b) in tail.usage() {
                        eval.curvature[r * rows + s] += weight * share * a as f64 * b as f64;
                    }
                }
            }
            spread.fill(0.0);
            for l in 0..columns {
                let (hi, lo) = (j.max(l), j.min(l));
                let joint = moments.second[hi * (hi + 1) / 2 + lo] * scale;
                let mean = &self.mean[l * rows..(l + 1) * rows];
                for (sum, m) in spread.iter_mut().zip(mean) {
                    *sum += joint * m;
                }
            }
            for r in 0..rows {
                let mean = self.mean[j * rows + r];
                eval.usage[r] += weight * mean;
                if mean != 0.0 {
                    for (cell, s) in
                        eval.curvature[r * rows..(r + 1) * rows].iter_mut().zip(&spread)
                    {
                        *cell -= mean * s;
                    }
                }
            }
        }
    }
}
