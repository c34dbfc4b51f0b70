//! Devices in use and failing, now and at each year's end, with the plan and without any purchase.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use wes::{Outcome, Tier, Timeline};

use super::ComplianceYear;
use super::compose::Composer;
use crate::model::Model;
use crate::model::keep::Standing;
use crate::pln1::Choice;

/// How a device stands on a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stand {
    Failing,
    Unknown,
    Sound,
}

/// One row a class for `now` and for each year of the plan.
pub(super) fn by_year(composer: &Composer<'_>) -> Vec<ComplianceYear> {
    let (estate, horizon) = (composer.estate, composer.model.horizon);
    let planned: BTreeMap<usize, (usize, Choice)> =
        composer.chosen().map(|(asset, device, choice)| (device.index, (asset, choice))).collect();
    let days = std::iter::once((0, "now".to_owned(), estate.as_of))
        .chain(horizon.iter().map(|(t, year)| (t, year.to_string(), year.end())));
    let mut all = Vec::new();
    for (t, when, day) in days {
        let mut by_class: BTreeMap<&str, ComplianceYear> = BTreeMap::new();
        for (index, asset) in estate.assets.iter().enumerate() {
            if !asset.is_in_use() {
                continue;
            }
            let row = by_class.entry(asset.class.as_str()).or_insert_with(|| ComplianceYear {
                when: when.clone(),
                class: asset.class.to_string(),
                devices: 0,
                failing_without_plan: 0,
                failing_with_plan: 0,
                unknown_with_plan: 0,
            });
            let own = stand(
                estate.verdicts.of(index).map(|(_, timeline)| timeline),
                day,
                Standing::InUse,
            );
            let bought = planned
                .get(&index)
                .and_then(|(asset, choice)| replaced(composer.model, *asset, *choice, t));
            let with = bought.map_or(own, |timelines| stand(timelines.iter(), day, Standing::New));
            let add = |count: &mut u64, yes: bool| *count = count.saturating_add(u64::from(yes));
            add(&mut row.devices, true);
            add(&mut row.failing_without_plan, own == Stand::Failing);
            add(&mut row.failing_with_plan, with == Stand::Failing);
            add(&mut row.unknown_with_plan, with == Stand::Unknown);
        }
        all.extend(by_class.into_values());
    }
    all
}

/// The timelines of what stands in a device's place at the end of year `t`, when it was bought by the plan.
fn replaced(model: &Model, asset: usize, choice: Choice, t: usize) -> Option<&[Timeline]> {
    let by_then = |year: u16| year > 0 && usize::from(year) <= t;
    let (year, k) = match choice {
        Choice { t2, k2, .. } if by_then(t2) => (t2, k2),
        Choice { t1, k1, .. } if by_then(t1) => (t1, k1),
        Choice { .. } => return None,
    };
    let challenger = model.kind(asset)?.challengers.get(usize::from(k))?;
    challenger.timelines.get(usize::from(year)).map(Vec::as_slice)
}

/// The worst of all rules at minimum; what a price does not say of a new device is unknown.
fn stand<'t>(
    timelines: impl Iterator<Item = &'t Timeline>,
    day: NaiveDate,
    standing: Standing,
) -> Stand {
    let mut worst = Stand::Sound;
    for timeline in timelines {
        match timeline.at(day) {
            Outcome::Fail { tier: Tier::Minimum, missing }
                if standing == Standing::New && !missing.is_empty() =>
            {
                worst = Stand::Unknown;
            }
            Outcome::Fail { tier: Tier::Minimum, .. } => return Stand::Failing,
            Outcome::Unknown { tier: Tier::Minimum, .. } => worst = Stand::Unknown,
            Outcome::Fail { .. }
            | Outcome::Unknown { .. }
            | Outcome::Pass
            | Outcome::NotApplicable => {}
        }
    }
    worst
}
