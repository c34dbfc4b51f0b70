//! Counts over a horizon: the verdicts of many days from one judgement.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Judged, RuleJudgement, extend};
use crate::Outcome;

impl RuleJudgement {
    /// How many of the devices given have each outcome on each of several days.
    ///
    /// Cost: one pass over the devices, and then one look a day and timeline.
    pub fn count_each_of(
        &self,
        devices: &[usize],
        days: &[NaiveDate],
    ) -> Vec<BTreeMap<Outcome, u32>> {
        let mut counts = vec![0_u32; self.timelines.len()];
        for device in devices {
            let at = self.index.get(*device).and_then(|at| usize::try_from(*at).ok());
            if let Some(count) = at.and_then(|at| counts.get_mut(at)) {
                *count = count.saturating_add(1);
            }
        }
        let on = |day: &NaiveDate| {
            let counted = self.timelines.iter().zip(&counts).filter(|(_, count)| **count > 0);
            tally(counted.map(|(timeline, count)| (timeline.at(*day), *count)))
        };
        days.iter().map(on).collect()
    }
}

impl Judged {
    /// How many of the devices given have each gravest outcome, over all rules, on each of several days.
    ///
    /// Devices that all rules judge alike are found first, so that a day costs one look a pattern and rule, not a device.
    pub fn gravest_each(
        &self,
        devices: &[usize],
        days: &[NaiveDate],
    ) -> Vec<BTreeMap<Outcome, u32>> {
        let (patterns, counts) = self.patterns(devices);
        let on = |day: &NaiveDate| {
            tally(patterns.iter().zip(&counts).map(|(pattern, count)| {
                let positions = pattern.iter().skip(1);
                let outcomes = self.rules.iter().zip(positions).filter_map(|(rule, at)| {
                    Some(rule.timelines.get(usize::try_from(*at).ok()?)?.at(*day))
                });
                let gravest = outcomes.max_by_key(|outcome| outcome.gravity());
                (gravest.unwrap_or(Outcome::NotApplicable), *count)
            }))
        };
        days.iter().map(on).collect()
    }

    /// The different combinations of timelines among the devices given, each behind a leading 1, with their numbers.
    fn patterns(&self, devices: &[usize]) -> (Vec<Vec<u32>>, Vec<u32>) {
        let mut patterns = vec![vec![1]];
        let mut of_device = vec![0_u32; devices.len()];
        for rule in &self.rules {
            let codes: Vec<u32> = devices
                .iter()
                .map(|device| rule.index.get(*device).copied().unwrap_or(0))
                .collect();
            let radix = u64::try_from(rule.timelines.len()).unwrap_or(u64::MAX).max(1);
            (patterns, of_device) = extend(&patterns, &of_device, (&codes, radix));
        }
        let mut counts = vec![0_u32; patterns.len()];
        for at in of_device {
            if let Some(count) = usize::try_from(at).ok().and_then(|at| counts.get_mut(at)) {
                *count = count.saturating_add(1);
            }
        }
        (patterns, counts)
    }
}

fn tally(counted: impl Iterator<Item = (Outcome, u32)>) -> BTreeMap<Outcome, u32> {
    let mut outcomes = BTreeMap::new();
    for (outcome, count) in counted {
        let sum: &mut u32 = outcomes.entry(outcome).or_default();
        *sum = sum.saturating_add(count);
    }
    outcomes
}
