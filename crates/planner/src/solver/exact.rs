//! Integer multipliers and the exact bound they prove.

use super::layout::{BARRED, Group, Layout};
use crate::certificate::SCALE;

/// Highest multiplier of each row that keeps every value of a bound inside 63 bits.
pub(super) fn ceilings(layout: &Layout<'_>) -> Vec<f64> {
    layout.rows.iter().map(|r| r.ceiling as f64 / SCALE as f64).collect()
}

/// Rounds multipliers to integers and raises those of rows without capacity until no option
/// that buys from them is attractive (which costs the bound nothing).
pub(super) fn integer_multipliers(layout: &Layout<'_>, y: &[f64]) -> Vec<i64> {
    let ceilings: Vec<i64> = layout.rows.iter().map(|r| r.ceiling).collect();
    let mut out: Vec<i64> = y
        .iter()
        .zip(&ceilings)
        .map(|(&v, &top)| ((v * SCALE as f64).round() as i64).clamp(0, top))
        .collect();
    if (0..layout.cap.len()).any(|r| layout.is_dead(r)) {
        raise_dead_rows(layout, &ceilings, &mut out);
    }
    out
}

fn raise_dead_rows(layout: &Layout<'_>, ceilings: &[i64], out: &mut [i64]) {
    let mut prefix = vec![0_i64; layout.columns()];
    for group in &layout.groups {
        let open = column_values(layout, group, out, |t| t.dead);
        let mut wanted = vec![i64::MIN; layout.columns()];
        for item in group.items.clone() {
            layout.exact_prefix(item, &mut prefix);
            let best = cheapest(&prefix, &open).map_or(i64::MAX, |(v, _)| v);
            for (want, &p) in wanted.iter_mut().zip(&prefix).filter(|(_, p)| **p != BARRED) {
                *want = (*want).max(best.saturating_sub(p * SCALE));
            }
        }
        for tail in group.tails.iter().filter(|t| t.dead) {
            let want = wanted[tail.t1];
            for (row, amount) in tail.usage().filter(|&(r, _)| layout.is_dead(r)) {
                let missing = i128::from(want) - tail_value(tail, out);
                if want > i64::MIN && missing > 0 {
                    let raise = (missing / i128::from(amount) + 1).min(i128::from(ceilings[row]));
                    out[row] = (out[row] + raise as i64).min(ceilings[row]);
                }
            }
        }
    }
}

/// Scaled value of a tail after its prefix.
pub(super) fn tail_value(tail: &super::layout::Tail, y: &[i64]) -> i128 {
    let paid: i128 = tail.usage().map(|(r, a)| i128::from(y[r]) * i128::from(a)).sum();
    i128::from(tail.cost) * i128::from(SCALE) + paid
}

/// Least scaled value of each column's tails that `skip` does not exclude; `BARRED` for none.
pub(super) fn column_values(
    layout: &Layout<'_>,
    group: &Group,
    y: &[i64],
    skip: impl Fn(&super::layout::Tail) -> bool,
) -> Vec<i64> {
    let mut values = vec![BARRED; layout.columns()];
    for tail in group.tails.iter().filter(|t| !skip(t)) {
        let value = i64::try_from(tail_value(tail, y)).unwrap_or(BARRED);
        values[tail.t1] = values[tail.t1].min(value);
    }
    values
}

/// Least scaled value of an item over its columns, and the column.
pub(super) fn cheapest(prefix: &[i64], values: &[i64]) -> Option<(i64, usize)> {
    let mut best: Option<(i64, usize)> = None;
    for (j, (&p, &v)) in prefix.iter().zip(values).enumerate() {
        if p == BARRED || v == BARRED {
            continue;
        }
        let total = p * SCALE + v;
        if best.is_none_or(|(b, _)| total < b) {
            best = Some((total, j));
        }
    }
    best
}

/// The holder's Lagrangian bound in units of 1/SCALE pence; `None` when an item has no option.
pub(super) fn bound(layout: &Layout<'_>, y: &[i64]) -> Option<i128> {
    let mut total = 0_i128;
    let mut prefix = vec![0_i64; layout.columns()];
    for group in &layout.groups {
        let values = super::bundles::exact_values(layout, group, y);
        let mut sum = 0_i128;
        for item in group.items.clone() {
            layout.exact_prefix(item, &mut prefix);
            sum += i128::from(cheapest(&prefix, &values)?.0);
        }
        total += sum;
    }
    for (&y, &cap) in y.iter().zip(&layout.cap) {
        total -= i128::from(y) * i128::from(cap);
    }
    Some(total)
}
