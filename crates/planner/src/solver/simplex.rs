//! A dense dual simplex with bounds on the variables, for the small relaxations of `branch`.
//!
//! Its numbers only steer: which column to branch on and which multipliers to try. Bounds are
//! evaluated from the multipliers in integers elsewhere.

/// Distances below this are nothing.
const TINY: f64 = 1e-9;
/// A basic variable may pass its bounds by this much.
const FEASIBLE: f64 = 1e-7;

/// What a call of [`Tableau::reoptimise`] ended with.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Finish {
    Optimal,
    /// No point satisfies the bounds; the weights of the rows that show it.
    Infeasible(Vec<f64>),
    /// The pivots allowed were used up.
    Stalled,
}

/// `x_basic + a x = beta` in terms of the nonbasic variables; every column is kept, basic ones as
/// unit columns. The last columns are the slacks of the resource rows.
#[derive(Debug, Clone)]
pub(super) struct Tableau {
    rows: usize,
    columns: usize,
    a: Vec<f64>,
    /// Value of each row's basic variable.
    beta: Vec<f64>,
    basis: Vec<usize>,
    /// Row of a basic column, `usize::MAX` for a nonbasic one.
    row_of: Vec<usize>,
    at_upper: Vec<bool>,
    lower: Vec<f64>,
    upper: Vec<f64>,
    /// Reduced costs.
    reduced: Vec<f64>,
    /// First slack column.
    slack: usize,
}

/// Cost of one way to decide for an item, and what it uses of each row.
pub(super) type Column = (f64, Vec<(usize, f64)>);

impl Tableau {
    /// Starts from the cheapest column of every choice, which is dual feasible.
    ///
    /// `choices[i]` has the number of equal items and their columns;
    /// columns are numbered one choice after the other. `room[r]` limits resource row `r`.
    pub(super) fn new(choices: &[(f64, Vec<Column>)], room: &[f64]) -> Self {
        let slack: usize = choices.iter().map(|c| c.1.len()).sum();
        let (rows, columns) = (choices.len() + room.len(), slack + room.len());
        let mut t = Self {
            rows,
            columns,
            a: vec![0.0; rows * columns],
            beta: vec![0.0; rows],
            basis: vec![0; rows],
            row_of: vec![usize::MAX; columns],
            at_upper: vec![false; columns],
            lower: vec![0.0; columns],
            upper: vec![f64::INFINITY; columns],
            reduced: vec![0.0; columns],
            slack,
        };
        t.beta[choices.len()..].copy_from_slice(room);
        for r in 0..room.len() {
            t.make_basic(choices.len() + r, slack + r);
            t.a[(choices.len() + r) * columns + slack + r] = 1.0;
        }
        let mut start = 0;
        for (row, (count, options)) in choices.iter().enumerate() {
            let best = (0..options.len()).min_by(|&i, &j| options[i].0.total_cmp(&options[j].0));
            let best = best.unwrap_or(0);
            t.make_basic(row, start + best);
            t.beta[row] = *count;
            for (k, (cost, usage)) in options.iter().enumerate() {
                let column = start + k;
                t.a[row * columns + column] = 1.0;
                t.upper[column] = *count;
                t.reduced[column] = cost - options[best].0;
                for &(r, amount) in usage {
                    t.a[(choices.len() + r) * columns + column] += amount;
                }
            }
            for &(r, amount) in &options[best].1 {
                let at = (choices.len() + r) * columns;
                for column in start..start + options.len() {
                    t.a[at + column] -= amount;
                }
                t.beta[choices.len() + r] -= amount * count;
            }
            start += options.len();
        }
        t
    }

    fn make_basic(&mut self, row: usize, column: usize) {
        self.basis[row] = column;
        self.row_of[column] = row;
    }

    /// Entries of the tableau: what one pivot costs.
    pub(super) fn size(&self) -> usize {
        self.rows * self.columns
    }

    /// Value of a column at the present point.
    pub(super) fn value(&self, column: usize) -> f64 {
        match self.row_of[column] {
            usize::MAX if self.at_upper[column] => self.upper[column],
            usize::MAX => self.lower[column],
            row => self.beta[row],
        }
    }

    /// Price of each resource row, never negative.
    pub(super) fn prices(&self) -> Vec<f64> {
        self.reduced[self.slack..].iter().map(|d| d.max(0.0)).collect()
    }

    /// Narrows the bounds of a column; the point may become infeasible.
    pub(super) fn bound(&mut self, column: usize, lower: f64, upper: f64) {
        let before = self.value(column);
        self.lower[column] = lower;
        self.upper[column] = upper;
        if self.row_of[column] == usize::MAX {
            let change = self.value(column) - before;
            if change != 0.0 {
                for row in 0..self.rows {
                    self.beta[row] -= self.a[row * self.columns + column] * change;
                }
            }
        }
    }

    /// Dual simplex until the point is within all bounds, and how many entries that touched.
    pub(super) fn reoptimise(&mut self, pivots: u64) -> (Finish, u64) {
        let mut work = 0;
        for _ in 0..pivots {
            let Some((row, below)) = self.leaving() else { return (Finish::Optimal, work) };
            let Some(column) = self.entering(row, below) else {
                let sign = if below { 1.0 } else { -1.0 };
                let at = row * self.columns;
                let weights = &self.a[at + self.slack..at + self.columns];
                let weights = weights.iter().map(|w| (sign * w).max(0.0)).collect();
                return (Finish::Infeasible(weights), work);
            };
            work += self.pivot(row, column, below);
        }
        (Finish::Stalled, work)
    }

    /// The row whose basic variable is furthest outside its bounds, and whether it is below.
    fn leaving(&self) -> Option<(usize, bool)> {
        let mut worst = (FEASIBLE, None);
        for row in 0..self.rows {
            let (column, value) = (self.basis[row], self.beta[row]);
            let (under, over) = (self.lower[column] - value, value - self.upper[column]);
            if under > worst.0 {
                worst = (under, Some((row, true)));
            }
            if over > worst.0 {
                worst = (over, Some((row, false)));
            }
        }
        worst.1
    }

    fn entering(&self, row: usize, below: bool) -> Option<usize> {
        let at = row * self.columns;
        let mut best: Option<(f64, f64, usize)> = None;
        for column in 0..self.columns {
            let fixed = self.lower[column] == self.upper[column];
            if self.row_of[column] != usize::MAX || fixed {
                continue;
            }
            let entry = self.a[at + column];
            // The basic variable falls when a column with a positive entry rises.
            let helps = if below == self.at_upper[column] { entry > TINY } else { entry < -TINY };
            if helps {
                let ratio = self.reduced[column].abs() / entry.abs();
                let better = best.is_none_or(|(r, e, _)| {
                    ratio < r - TINY || (ratio < r + TINY && entry.abs() > e)
                });
                if better {
                    best = Some((ratio, entry.abs(), column));
                }
            }
        }
        best.map(|b| b.2)
    }

    fn pivot(&mut self, row: usize, column: usize, below: bool) -> u64 {
        let n = self.columns;
        let leaving = self.basis[row];
        let target = if below { self.lower[leaving] } else { self.upper[leaving] };
        let entry = self.a[row * n + column];
        let step = (self.beta[row] - target) / entry;
        let value = self.value(column) + step;
        for k in 0..self.rows {
            if k != row {
                self.beta[k] -= self.a[k * n + column] * step;
            }
        }
        self.beta[row] = value;
        self.row_of[leaving] = usize::MAX;
        self.at_upper[leaving] = !below;
        self.make_basic(row, column);
        let inverse = 1.0 / entry;
        let mut pivot_row = vec![0.0; n];
        for (p, cell) in pivot_row.iter_mut().zip(&mut self.a[row * n..(row + 1) * n]) {
            *cell *= inverse;
            *p = *cell;
        }
        let mut touched = 3 * n as u64;
        for (k, cells) in self.a.chunks_exact_mut(n).enumerate() {
            let factor = cells[column];
            if k != row && factor != 0.0 {
                touched += n as u64;
                for (cell, p) in cells.iter_mut().zip(&pivot_row) {
                    *cell -= factor * p;
                }
            }
        }
        let factor = self.reduced[column];
        if factor != 0.0 {
            for (d, p) in self.reduced.iter_mut().zip(&pivot_row) {
                *d -= factor * p;
            }
        }
        touched
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two devices, one purchase fits one and a half of them.
    #[test]
    fn the_relaxation_splits_a_device() {
        let device = || (1.0, vec![(10.0, vec![]), (4.0, vec![(0, 2.0)])]);
        let mut t = Tableau::new(&[device(), device()], &[3.0]);
        assert_eq!(t.reoptimise(50).0, Finish::Optimal);
        let bought = t.value(1) + t.value(3);
        assert!((bought - 1.5).abs() < 1e-9, "{bought}");
        assert!((t.prices()[0] - 3.0).abs() < 1e-9);
    }

    #[test]
    fn an_impossible_bound_is_proved_by_weights() {
        let device = || (1.0, vec![(10.0, vec![]), (4.0, vec![(0, 2.0)])]);
        let mut t = Tableau::new(&[device(), device()], &[3.0]);
        t.bound(1, 1.0, 1.0);
        t.bound(3, 1.0, 1.0);
        let (finish, _) = t.reoptimise(50);
        assert!(matches!(finish, Finish::Infeasible(w) if w[0] > 0.0));
    }
}
