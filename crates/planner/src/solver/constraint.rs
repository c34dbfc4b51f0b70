//! The rows of a PLN2 holder: one file for each kind of constraint.
//!
//! A constraint says which rows it has, what one purchase uses of them, and where its multipliers
//! stand in the certificate. Everything else (the dual, rounding, search, branching) sees only
//! rows and uses. A row that demands, such as a minimum, is written as "at most" with negative
//! numbers, so every multiplier is non-negative.

mod envelope;
mod install;
mod minimum;
mod pool;
mod smoothing;

use super::layout::Row;
use super::outcome::Resource;
use crate::certificate::{Certificate2, MULTIPLIER_MAX};
use crate::pln2::{Class, Draft};

/// One purchase of a device, with what a constraint may ask about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deal<'a> {
    pub(super) class: &'a Class,
    pub(super) class_no: usize,
    pub(super) t: usize,
    pub(super) k: usize,
    pub(super) s: usize,
    /// Nominal pence.
    pub(super) price: i64,
    /// Age band of the present device, when this is its replacement.
    pub(super) band: Option<usize>,
}

/// One kind of constraint.
pub(super) trait Constraint {
    /// Rows of a holder, in a fixed order.
    fn rows(&self, draft: &Draft, holder: usize) -> Vec<Line>;

    /// Adds what a purchase uses of the holder's rows, by index into [`Constraint::rows`].
    fn uses(&self, draft: &Draft, holder: usize, deal: &Deal<'_>, out: &mut Vec<(usize, i64)>);

    /// Where the multiplier of a row stands in a certificate.
    fn cell<'c>(
        &self,
        draft: &Draft,
        certificate: &'c mut Certificate2,
        holder: usize,
        row: usize,
    ) -> Option<&'c mut i64>;
}

/// One row before it is given its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    pub(super) cap: i64,
    pub(super) signed: bool,
    pub(super) resource: Resource,
    pub(super) year: usize,
}

/// Every kind, in the order of their rows.
pub(super) const ALL: [&(dyn Constraint + Sync); 5] =
    [&envelope::Envelope, &install::Install, &minimum::Minimum, &smoothing::Smoothing, &pool::Pool];

/// The rows of a holder and where each constraint's begin.
pub(super) fn rows(draft: &Draft, holder: usize, members: usize) -> (Vec<Row>, Vec<usize>) {
    let (mut rows, mut starts) = (Vec::new(), Vec::new());
    for constraint in ALL {
        starts.push(rows.len());
        rows.extend(constraint.rows(draft, holder).into_iter().map(|line| Row {
            cap: line.cap,
            signed: line.signed,
            resource: line.resource,
            year: line.year,
            ceiling: MULTIPLIER_MAX - 1,
        }));
    }
    let prices = draft.classes.iter().flat_map(|c| c.price.iter().flatten());
    let units = draft.classes.iter().map(|c| &c.units);
    let most = prices.chain(units).copied().max().unwrap_or(0).max(1);
    let purchases = draft.classes.iter().flat_map(|c| c.options.iter().map(Vec::len)).max();
    // A purchase uses at most nine rows: a stream's envelope and minimum, hours, four of
    // smoothing, two of pools.
    let uses = 9 * purchases.unwrap_or(1).max(1) as i64 * members as i64;
    let ceiling = ((1 << 59) - 1) / most.saturating_mul(uses);
    for row in &mut rows {
        row.ceiling = row.ceiling.min(ceiling);
    }
    (rows, starts)
}
