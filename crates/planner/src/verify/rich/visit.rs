//! Visits: each site and year with a purchase costs one.

use std::collections::BTreeSet;

use super::Case;

pub(super) fn cost(case: &Case<'_>) -> i128 {
    let visits: BTreeSet<(usize, u16)> =
        case.purchases().map(|(asset, _, p)| (case.site(asset), p.t)).collect();
    let price = |t: u16| case.draft.visit_cost.get(usize::from(t)).map_or(0, |&v| i128::from(v));
    visits.into_iter().map(|(_, t)| price(t)).sum()
}
