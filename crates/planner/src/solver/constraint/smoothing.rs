//! Steady spend: a stream may not rise or fall by more than so much from one year to the next.

use super::{Constraint, Deal, Line};
use crate::certificate::Certificate2;
use crate::pln2::Draft;
use crate::solver::outcome::Resource;

pub(super) struct Smoothing;

/// Streams with a limit, ascending: each has `T - 1` rows for rises, then as many for falls.
fn limited(draft: &Draft, holder: usize) -> Vec<(usize, i64)> {
    let limits = draft.smoothing.get(holder).map_or(&[][..], Vec::as_slice);
    limits.iter().copied().enumerate().filter(|l| l.1 >= 0).collect()
}

impl Constraint for Smoothing {
    fn rows(&self, draft: &Draft, holder: usize) -> Vec<Line> {
        let streams = limited(draft, holder).into_iter();
        let lines = |(s, most): (usize, i64)| {
            (0..2).flat_map(move |_| {
                (2..=draft.years).map(move |t| Line {
                    cap: most,
                    signed: true,
                    resource: Resource::Change(s as u16),
                    year: t,
                })
            })
        };
        streams.flat_map(lines).collect()
    }

    fn uses(&self, draft: &Draft, holder: usize, deal: &Deal<'_>, out: &mut Vec<(usize, i64)>) {
        let changes = draft.years - 1;
        let limited = limited(draft, holder);
        let Some(place) = limited.iter().position(|l| l.0 == deal.s) else { return };
        let (rises, falls) = (place * 2 * changes, (place * 2 + 1) * changes);
        // The change into year t has index t - 2.
        if deal.t >= 2 {
            out.push((rises + deal.t - 2, deal.price));
            out.push((falls + deal.t - 2, -deal.price));
        }
        if deal.t < draft.years {
            out.push((rises + deal.t - 1, -deal.price));
            out.push((falls + deal.t - 1, deal.price));
        }
    }

    fn cell<'c>(
        &self,
        draft: &Draft,
        certificate: &'c mut Certificate2,
        holder: usize,
        row: usize,
    ) -> Option<&'c mut i64> {
        let changes = draft.years - 1;
        let (s, _) = *limited(draft, holder).get(row / (2 * changes))?;
        let is_fall = row / changes % 2 == 1;
        let table = if is_fall { &mut certificate.fall } else { &mut certificate.rise };
        table.get_mut(holder)?.get_mut(s)?.get_mut(row % changes + 2)
    }
}
