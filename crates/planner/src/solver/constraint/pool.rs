//! Redeployment: devices drawn from a pool in a year, less those released to it, within its stock.

use super::{Constraint, Deal, Line};
use crate::certificate::Certificate2;
use crate::pln2::Draft;
use crate::solver::outcome::Resource;

pub(super) struct Pool;

impl Constraint for Pool {
    fn rows(&self, draft: &Draft, holder: usize) -> Vec<Line> {
        let Some(pools) = draft.pools.stock.get(holder) else { return Vec::new() };
        let cells = pools.iter().enumerate().flat_map(|(p, years)| {
            years.iter().enumerate().skip(1).map(move |(t, &stock)| (p, t, stock))
        });
        let row = |(p, t, cap): (usize, usize, i64)| Line {
            cap,
            signed: true,
            resource: Resource::Pool(p as u16),
            year: t,
        };
        cells.map(row).collect()
    }

    fn uses(&self, draft: &Draft, _: usize, deal: &Deal<'_>, out: &mut Vec<(usize, i64)>) {
        let pools = &draft.pools;
        let row = |p: i32| usize::try_from(p).ok().map(|p| p * draft.years + deal.t - 1);
        let drawn = pools.draw.get(deal.class_no).and_then(|c| row(c[deal.k]));
        let released = deal.band.and_then(|b| row(pools.release[deal.class_no][b][deal.t]));
        out.extend(drawn.map(|r| (r, 1)));
        out.extend(released.map(|r| (r, -1)));
    }

    fn cell<'c>(
        &self,
        draft: &Draft,
        certificate: &'c mut Certificate2,
        holder: usize,
        row: usize,
    ) -> Option<&'c mut i64> {
        let (p, t) = (row / draft.years, row % draft.years + 1);
        certificate.pool.get_mut(holder)?.get_mut(p)?.get_mut(t)
    }
}
