//! What is exact about a bundle even when its list of tails was thinned out.

use std::collections::BTreeMap;

use super::exact::column_values;
use super::layout::{BARRED, Group, Layout};
use crate::certificate::SCALE;

/// Least scaled value of each column over *all* options of the members.
///
/// For one member these are its tails. For a bundle each pair of years lets every member choose
/// its challengers alone, so the minimum is a sum of minima.
pub(super) fn exact_values(layout: &Layout<'_>, group: &Group, y: &[i64]) -> Vec<i64> {
    if group.kinds.len() == 1 {
        return column_values(layout, group, y, |_| false);
    }
    let mut pairs: BTreeMap<(u16, u16), (usize, i128)> = BTreeMap::new();
    for &(class, tier) in &group.kinds {
        for (years, value) in member_values(layout, class, tier, y) {
            let entry = pairs.entry(years).or_insert((0, 0));
            *entry = (entry.0 + 1, entry.1 + value);
        }
    }
    let mut values = vec![BARRED; layout.columns()];
    for ((t1, _), (members, value)) in pairs {
        if members == group.kinds.len() {
            let cell = &mut values[t1 as usize];
            *cell = (*cell).min(i64::try_from(value).unwrap_or(BARRED));
        }
    }
    values
}

/// Least scaled value of one member for each pair of years of its class.
fn member_values(
    layout: &Layout<'_>,
    class: u16,
    tier: u16,
    y: &[i64],
) -> BTreeMap<(u16, u16), i128> {
    let kind = &layout.problem.classes()[class as usize];
    let mut best: BTreeMap<(u16, u16), i128> = BTreeMap::new();
    for (choice, &succ) in kind.options.iter().zip(&kind.succ[tier as usize]) {
        let mut value = i128::from(succ) * i128::from(SCALE);
        for (t, k) in [(choice.t1, choice.k1), (choice.t2, choice.k2)] {
            if t > 0 {
                let (t, k) = (t as usize, k as usize);
                value += i128::from(y[t - 1]) * i128::from(kind.price[k][t]);
                value += i128::from(y[layout.years + t - 1]) * i128::from(kind.units);
            }
        }
        let entry = best.entry((choice.t1, choice.t2)).or_insert(value);
        *entry = (*entry).min(value);
    }
    best
}
