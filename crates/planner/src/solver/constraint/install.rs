//! Time: quarter hours of installation in a year.

use super::{Constraint, Deal, Line};
use crate::certificate::Certificate2;
use crate::pln2::Draft;
use crate::solver::outcome::Resource;

pub(super) struct Install;

impl Constraint for Install {
    fn rows(&self, draft: &Draft, holder: usize) -> Vec<Line> {
        let row = |(t, &cap): (usize, &i64)| Line {
            cap,
            signed: false,
            resource: Resource::Hours,
            year: t,
        };
        draft.install[holder].iter().enumerate().skip(1).map(row).collect()
    }

    fn uses(&self, _: &Draft, _: usize, deal: &Deal<'_>, out: &mut Vec<(usize, i64)>) {
        out.push((deal.t - 1, deal.class.units));
    }

    fn cell<'c>(
        &self,
        _: &Draft,
        certificate: &'c mut Certificate2,
        holder: usize,
        row: usize,
    ) -> Option<&'c mut i64> {
        certificate.mu.get_mut(holder)?.get_mut(row + 1)
    }
}
