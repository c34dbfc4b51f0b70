//! Installation hours.

use std::collections::BTreeMap;

use super::{Case, Violation2};

pub(super) fn check(case: &Case<'_>, found: &mut Vec<Violation2>) {
    let mut used: BTreeMap<(usize, usize), i128> = BTreeMap::new();
    for (asset, _, p) in case.purchases() {
        let units = case.draft.classes.get(case.class(asset)).map_or(0, |c| c.units);
        let sum = used.entry((case.holder(asset), usize::from(p.t))).or_default();
        *sum = sum.saturating_add(i128::from(units));
    }
    for ((g, t), hours) in used {
        let limit = case.draft.install.get(g).and_then(|r| r.get(t)).map_or(0, |&v| i128::from(v));
        if hours > limit {
            found.push(Violation2::Install { at: (g, t), hours, limit });
        }
    }
}
