//! Fairness: devices of a site that still fail in a year, and what the excess costs.

use std::collections::BTreeMap;

use super::{Case, Violation2};

/// Devices that a site may have failing, rounded up.
pub(super) fn limit(permille: i64, devices: i128) -> i128 {
    let share = i128::from(permille).saturating_mul(devices);
    share.saturating_add(999).div_euclid(1000)
}

/// Devices of each site.
pub(super) fn sizes(case: &Case<'_>) -> BTreeMap<usize, i128> {
    let mut sizes: BTreeMap<usize, i128> = BTreeMap::new();
    for asset in 0..case.draft.assets.len() {
        let size = sizes.entry(case.site(asset)).or_default();
        *size = size.saturating_add(1);
    }
    sizes
}

/// Whether a device fails in a year and is still there.
pub(super) fn is_failing(case: &Case<'_>, asset: usize, t1: u16, year: usize) -> bool {
    let bits = case.draft.more.get(asset).map_or(0, |m| m.failing);
    let bit = u32::try_from(year).ok().and_then(|t| bits.checked_shr(t)).unwrap_or(0);
    bit & 1 == 1 && (t1 == 0 || usize::from(t1) > year)
}

/// Devices beyond the ceiling, by site and year, with the ceiling and the number that fail.
fn excess(case: &Case<'_>) -> Vec<(usize, usize, i128, i128)> {
    let Some(fairness) = &case.draft.fairness else { return Vec::new() };
    let mut failing: BTreeMap<(usize, usize), i128> = BTreeMap::new();
    for asset in 0..case.draft.assets.len() {
        for t in 1..=case.draft.years {
            if is_failing(case, asset, case.first_year(asset), t) {
                let count = failing.entry((case.site(asset), t)).or_default();
                *count = count.saturating_add(1);
            }
        }
    }
    let sizes = sizes(case);
    let over = |((site, t), count): ((usize, usize), i128)| {
        let most = limit(fairness.permille, sizes.get(&site).copied().unwrap_or(0));
        (count > most).then_some((site, t, count, most))
    };
    failing.into_iter().filter_map(over).collect()
}

pub(super) fn check(case: &Case<'_>, found: &mut Vec<Violation2>) {
    if case.draft.fairness.as_ref().is_some_and(|f| f.price.is_empty()) {
        for (site, t, failing, limit) in excess(case) {
            found.push(Violation2::Fairness { at: (site, t), failing, limit });
        }
    }
}

/// What the excess costs, pence.
pub(super) fn cost(case: &Case<'_>) -> i128 {
    let Some(fairness) = &case.draft.fairness else { return 0 };
    let price = |t: usize| fairness.price.get(t).map_or(0, |&v| i128::from(v));
    let each = |(_, t, count, most): (usize, usize, i128, i128)| {
        price(t).saturating_mul(count.saturating_sub(most))
    };
    excess(case).into_iter().map(each).sum()
}
