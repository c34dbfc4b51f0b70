//! Redeployment: what is drawn from a pool less what is released to it.

use std::collections::BTreeMap;

use super::{Case, Violation2, cell};
use crate::pln2::Purchase;

/// Pool that a purchase draws from, and the one that the replaced device goes to.
pub(super) fn flows(
    case: &Case<'_>,
    asset: usize,
    place: usize,
    p: Purchase,
) -> (Option<usize>, Option<usize>) {
    let pools = &case.draft.pools;
    let class = case.class(asset);
    let pool = |v: Option<&i32>| v.and_then(|&v| usize::try_from(v).ok());
    let drawn = pool(pools.draw.get(class).and_then(|row| row.get(usize::from(p.k))));
    let band = case.draft.more.get(asset).and_then(|m| usize::try_from(m.band).ok());
    let released = band.filter(|_| place == 0).and_then(|band| {
        pool(pools.release.get(class).and_then(|b| b.get(band)?.get(usize::from(p.t))))
    });
    (drawn, released)
}

pub(super) fn check(case: &Case<'_>, found: &mut Vec<Violation2>) {
    let mut drawn: BTreeMap<(usize, usize, usize), i128> = BTreeMap::new();
    for (asset, place, p) in case.purchases() {
        let (from, to) = flows(case, asset, place, p);
        let (g, t) = (case.holder(asset), usize::from(p.t));
        for (pool, one) in [(from, 1), (to, -1)] {
            if let Some(pool) = pool {
                let sum = drawn.entry((g, pool, t)).or_default();
                *sum = sum.saturating_add(one);
            }
        }
    }
    for (at, drawn) in drawn {
        let stock = cell(&case.draft.pools.stock, at);
        if drawn > stock {
            found.push(Violation2::Pool { at, drawn, stock });
        }
    }
}
