//! Money that must be spent: the same sum as the envelope's, bounded from below.

use super::{Constraint, Deal, Line};
use crate::certificate::Certificate2;
use crate::pln2::Draft;
use crate::solver::outcome::Resource;

pub(super) struct Minimum;

impl Constraint for Minimum {
    fn rows(&self, draft: &Draft, holder: usize) -> Vec<Line> {
        let Some(streams) = draft.minimum.get(holder) else { return Vec::new() };
        let cells = streams.iter().enumerate().flat_map(|(s, years)| {
            years.iter().enumerate().skip(1).map(move |(t, &least)| (s, t, least))
        });
        let row = |(s, t, least): (usize, usize, i64)| Line {
            cap: -least,
            signed: true,
            resource: Resource::Minimum(s as u16),
            year: t,
        };
        cells.map(row).collect()
    }

    fn uses(&self, draft: &Draft, holder: usize, deal: &Deal<'_>, out: &mut Vec<(usize, i64)>) {
        let least = draft.minimum.get(holder).map_or(0, |m| m[deal.s][deal.t]);
        if least > 0 {
            out.push((deal.s * draft.years + deal.t - 1, -deal.price));
        }
    }

    fn cell<'c>(
        &self,
        draft: &Draft,
        certificate: &'c mut Certificate2,
        holder: usize,
        row: usize,
    ) -> Option<&'c mut i64> {
        let (s, t) = (row / draft.years, row % draft.years + 1);
        certificate.low.get_mut(holder)?.get_mut(s)?.get_mut(t)
    }
}
