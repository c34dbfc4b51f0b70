//! Precedence: the second asset of a pair is not replaced ahead of the first.

use super::{Case, Violation2};

pub(super) fn check(case: &Case<'_>, found: &mut Vec<Violation2>) {
    // Never comes after every year.
    let rank = |asset: u32| {
        let t = usize::try_from(asset).map_or(0, |i| case.first_year(i));
        if t == 0 { u16::MAX } else { t }
    };
    for (pair, &(before, after)) in case.draft.precedence.iter().enumerate() {
        if rank(before) > rank(after) {
            found.push(Violation2::Precedence { pair });
        }
    }
}
