//! When replacements fall due if money were no limit: at the end of life or the first failure at minimum, whichever is
//! first, and again for what replaces them.

use chrono::NaiveDate;
use inventory::{FinancialYear, Money};
use wes::Tier;

use super::device::Device;
use super::estate::Estate;
use super::horizon::{Horizon, middle, years_later};
use super::kind::Challenger;

/// A replacement that falls due.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Due {
    /// Year of the plan; what was due before the plan is due in its first year.
    pub t: usize,
    /// What the cheapest item costs in that year, charged to the envelope; `None` when the class has no price.
    pub cost: Option<Money>,
}

/// The day on which a device is due: the end of its life or its first failure at minimum from the as-of day on.
pub fn due_day(estate: &Estate<'_>, device: &Device) -> NaiveDate {
    let failure = estate.verdicts.first_failure(device.index, estate.as_of).map(|(day, _)| day);
    failure.map_or(device.end_of_life(), |day| day.min(device.end_of_life()))
}

/// Whether a replacement of a device falls due within the plan.
pub fn is_due(estate: &Estate<'_>, horizon: Horizon, device: &Device) -> bool {
    let last = horizon.year(horizon.len()).end();
    due_day(estate, device) <= last
}

/// Every replacement of one place within the plan, in order.
pub fn dues(
    estate: &Estate<'_>,
    horizon: Horizon,
    device: &Device,
    challengers: &[Challenger],
) -> Vec<Due> {
    let mut all = Vec::new();
    let mut day = due_day(estate, device);
    loop {
        let position = horizon.position(FinancialYear::of(day)).max(1);
        let Some(t) = usize::try_from(position).ok().filter(|t| *t <= horizon.len()) else {
            return all;
        };
        let Some((challenger, cost)) = cheapest(challengers, t) else {
            all.push(Due { t, cost: None });
            return all;
        };
        all.push(Due { t, cost: Some(cost) });
        day = next_due_day(challenger, horizon, t);
    }
}

/// The cheapest item of a year: of those on sale, else of all at that year's prices; the first name wins ties.
pub fn cheapest(challengers: &[Challenger], t: usize) -> Option<(&Challenger, Money)> {
    let charged = |challenger: &Challenger| challenger.offers.get(t).map(|o| o.money.charged());
    let on_sale = challengers.iter().filter(|challenger| challenger.on_sale(t).is_some());
    on_sale
        .min_by_key(|challenger| charged(challenger))
        .or_else(|| challengers.iter().min_by_key(|challenger| charged(challenger)))
        .and_then(|challenger| Some((challenger, charged(challenger)?)))
}

/// When what was bought in a year is due: at the end of its life or its first known failure, never in the same year.
fn next_due_day(challenger: &Challenger, horizon: Horizon, t: usize) -> NaiveDate {
    let bought = middle(horizon.year(t));
    let end = years_later(bought, challenger.life_years);
    let after = horizon.year(t).plus(1).start();
    let timelines = challenger.timelines.get(t).into_iter().flatten();
    let failure = timelines
        .filter_map(|timeline| {
            let known = timeline
                .steps()
                .spans(after, NaiveDate::MAX)
                .find(|(_, _, outcome)| outcome.fails(Tier::Minimum) && outcome.facts().is_empty());
            known.map(|(first, _, _)| first)
        })
        .min();
    failure.map_or(end, |day| day.min(end)).max(after)
}
