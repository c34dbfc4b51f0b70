//! What is exact about a bundle even when its list of tails was thinned out.

use std::collections::BTreeMap;

use super::exact::column_values;
use super::layout::{BARRED, Group, Kind, Layout};
use crate::certificate::SCALE;

/// Least scaled value of each column over *all* options of the members.
///
/// For one member these are its tails. For a bundle each list of years lets every member choose
/// its challengers alone, so the minimum is a sum of minima.
pub(super) fn exact_values(layout: &Layout<'_>, group: &Group, y: &[i64]) -> Vec<i64> {
    if group.kinds.len() == 1 {
        return column_values(layout, group, y, |_| false);
    }
    let mut patterns: BTreeMap<&[u16], (usize, i128)> = BTreeMap::new();
    for &kind in &group.kinds {
        for (years, value) in member_values(&layout.kinds[kind], y) {
            let entry = patterns.entry(years).or_insert((0, 0));
            *entry = (entry.0 + 1, entry.1 + value);
        }
    }
    let mut values = vec![BARRED; layout.columns()];
    for (years, (members, value)) in patterns {
        if members == group.kinds.len() {
            let cell = &mut values[years.first().map_or(0, |&t| t as usize)];
            *cell = (*cell).min(i64::try_from(value).unwrap_or(BARRED));
        }
    }
    values
}

/// Least scaled value of one member for each list of years of its kind.
fn member_values<'k>(kind: &'k Kind, y: &[i64]) -> BTreeMap<&'k [u16], i128> {
    let mut best: BTreeMap<&[u16], i128> = BTreeMap::new();
    for way in &kind.ways {
        let paid: i128 = way.usage.iter().map(|&(r, a)| i128::from(y[r]) * i128::from(a)).sum();
        let value = i128::from(way.cost) * i128::from(SCALE) + paid;
        let entry = best.entry(&way.years).or_insert(value);
        *entry = (*entry).min(value);
    }
    best
}
