//! Money: what a stream may spend in a year, less its contingency.

use super::{Constraint, Deal, Line};
use crate::certificate::Certificate2;
use crate::pln2::Draft;
use crate::solver::outcome::Resource;

pub(super) struct Envelope;

impl Constraint for Envelope {
    fn rows(&self, draft: &Draft, holder: usize) -> Vec<Line> {
        let held = |s: usize, t: usize| draft.contingency.get(holder).map_or(0, |h| h[s][t]);
        let row = |(s, t, amount): (usize, usize, i64)| Line {
            cap: (amount - held(s, t)).max(0),
            signed: false,
            resource: Resource::Stream(s as u16),
            year: t,
        };
        let streams = draft.envelope[holder].iter().enumerate();
        let cells = streams.flat_map(|(s, years)| {
            years.iter().enumerate().skip(1).map(move |(t, &amount)| (s, t, amount))
        });
        cells.map(row).collect()
    }

    fn uses(&self, draft: &Draft, _: usize, deal: &Deal<'_>, out: &mut Vec<(usize, i64)>) {
        out.push((deal.s * draft.years + deal.t - 1, deal.price));
    }

    fn cell<'c>(
        &self,
        draft: &Draft,
        certificate: &'c mut Certificate2,
        holder: usize,
        row: usize,
    ) -> Option<&'c mut i64> {
        let (s, t) = (row / draft.years, row % draft.years + 1);
        certificate.lam.get_mut(holder)?.get_mut(s)?.get_mut(t)
    }
}
