//! Money: envelopes less contingency, and minimum spends.

use std::collections::BTreeMap;

use super::{Case, Violation2, cell};

/// Pence spent by holder, stream and year.
pub(super) fn spend(case: &Case<'_>) -> BTreeMap<(usize, usize, usize), i128> {
    let mut spent: BTreeMap<(usize, usize, usize), i128> = BTreeMap::new();
    for (asset, _, p) in case.purchases() {
        let at = (case.holder(asset), usize::from(p.s), usize::from(p.t));
        let sum = spent.entry(at).or_default();
        *sum = sum.saturating_add(case.price(asset, p));
    }
    spent
}

/// Pence that may be spent.
pub(super) fn available(case: &Case<'_>, at: (usize, usize, usize)) -> i128 {
    let held = cell(&case.draft.contingency, at);
    cell(&case.draft.envelope, at).saturating_sub(held).max(0)
}

pub(super) fn check_envelope(case: &Case<'_>, found: &mut Vec<Violation2>) {
    for (at, spend) in spend(case) {
        let limit = available(case, at);
        if spend > limit {
            found.push(Violation2::Envelope { at, spend, limit });
        }
    }
}

pub(super) fn check_minimum(case: &Case<'_>, found: &mut Vec<Violation2>) {
    let sums = spend(case);
    for (g, streams) in case.draft.minimum.iter().enumerate() {
        for (s, years) in streams.iter().enumerate() {
            for (t, &least) in years.iter().enumerate().skip(1) {
                let (at, limit) = ((g, s, t), i128::from(least));
                let spend = sums.get(&at).copied().unwrap_or(0);
                if spend < limit {
                    found.push(Violation2::Minimum { at, spend, limit });
                }
            }
        }
    }
}
