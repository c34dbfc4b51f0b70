//! Smoothing: the change of a stream's spend from one year to the next.

use super::{Case, Violation2, money};

pub(super) fn check(case: &Case<'_>, found: &mut Vec<Violation2>) {
    let spent = money::spend(case);
    for (g, streams) in case.draft.smoothing.iter().enumerate() {
        for (s, &most) in streams.iter().enumerate().filter(|m| *m.1 >= 0) {
            for t in 2..=case.draft.years {
                let of = |t: usize| spent.get(&(g, s, t)).copied().unwrap_or(0);
                let change = of(t).saturating_sub(of(t.saturating_sub(1))).saturating_abs();
                if change > i128::from(most) {
                    let (at, limit) = ((g, s, t), i128::from(most));
                    found.push(Violation2::Smoothing { at, change, limit });
                }
            }
        }
    }
}
