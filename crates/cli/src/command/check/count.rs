//! Verdicts counted, by rule and by group.

use std::collections::BTreeMap;

use inventory::{Field, OrgKind, Organisation, Value};
use schemars::JsonSchema;
use serde::Serialize;
use wes::{Outcome, Tier};

use super::Checked;

/// What devices are counted by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum GroupBy {
    /// The practice of the site on the day
    Practice,
    /// The primary care network of the practice on the day
    Pcn,
    /// The ICB that holds the site's budget on the day
    Icb,
    /// The class of device
    Class,
    /// The rule (counts verdicts, not devices)
    Rule,
    /// Each device, with the day on which it stops to comply and the rule that ends it
    Device,
}

/// Devices by their gravest verdict over all rules; the first five count raw verdicts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
pub struct Summary {
    /// Devices checked.
    pub devices: u64,
    /// Every rule is met at every tier, or does not apply.
    pub compliant: u64,
    /// At least one minimum is not met.
    pub fail_minimum: u64,
    /// Every minimum is met or unknown, and a recommendation or target is not met.
    pub below_recommended: u64,
    /// Nothing fails, and something cannot be said; also a minimum that cannot be said beside a recommendation that fails.
    pub unknown: u64,
    /// Devices with at least one failure that a waiver excuses.
    pub waived: u64,
    /// The same counts with every excused failure taken as met.
    pub net: NetSummary,
}

/// Devices by their gravest verdict that no waiver excuses.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
pub struct NetSummary {
    /// Everything is met, excused or does not apply.
    pub compliant: u64,
    /// At least one minimum is not met and not excused.
    pub fail_minimum: u64,
    /// A recommendation or target is not met and not excused.
    pub below_recommended: u64,
    /// Something cannot be said.
    pub unknown: u64,
}

/// Verdicts of one rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
pub struct RuleCount {
    /// Devices that meet every tier.
    pub pass: u64,
    /// Devices that fail a tier.
    pub fail: u64,
    /// Devices of which it cannot be said.
    pub unknown: u64,
    /// Devices that the rule does not judge.
    #[serde(rename = "not-applicable")]
    pub not_applicable: u64,
    /// The failures by the weakest tier that fails.
    pub fail_by_tier: TierCount,
    /// Failures that a waiver excuses; they are counted as failures too.
    pub waived: u64,
}

/// Failures by tier.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
pub struct TierCount {
    /// Below the minimum.
    pub minimum: u64,
    /// Below the recommendation.
    pub recommended: u64,
    /// Below the target.
    pub target: u64,
}

/// Devices of one group.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct GroupCount {
    /// The group's code or word; empty for devices that belong to none.
    pub group: String,
    /// Its name.
    pub name: String,
    /// Its devices by verdict.
    #[serde(flatten)]
    pub summary: Summary,
}

impl Summary {
    fn add(&mut self, raw: Outcome, net: Outcome, waived: bool) {
        let one = |count: &mut u64| *count = count.saturating_add(1);
        one(&mut self.devices);
        one(match raw {
            Outcome::Pass | Outcome::NotApplicable => &mut self.compliant,
            Outcome::Fail { tier: Tier::Minimum, .. } => &mut self.fail_minimum,
            Outcome::Fail { .. } => &mut self.below_recommended,
            Outcome::Unknown { .. } => &mut self.unknown,
        });
        one(match net {
            Outcome::Pass | Outcome::NotApplicable => &mut self.net.compliant,
            Outcome::Fail { tier: Tier::Minimum, .. } => &mut self.net.fail_minimum,
            Outcome::Fail { .. } => &mut self.net.below_recommended,
            Outcome::Unknown { .. } => &mut self.net.unknown,
        });
        if waived {
            one(&mut self.waived);
        }
    }

    fn add_device(&mut self, checked: &Checked<'_>, device: usize) {
        let raw = checked.worst(device);
        let (net, waived) = checked.net(device);
        self.add(raw, net, waived);
    }
}

impl RuleCount {
    /// The counts of outcomes, of which some failures are excused.
    pub(super) fn of(outcomes: &BTreeMap<Outcome, u32>, waived: u64) -> Self {
        let mut count = Self { waived, ..Self::default() };
        for (outcome, number) in outcomes {
            let slot = match outcome {
                Outcome::Pass => &mut count.pass,
                Outcome::Fail { tier, .. } => {
                    let of_tier = match tier {
                        Tier::Minimum => &mut count.fail_by_tier.minimum,
                        Tier::Recommended => &mut count.fail_by_tier.recommended,
                        Tier::Target => &mut count.fail_by_tier.target,
                    };
                    *of_tier = of_tier.saturating_add(u64::from(*number));
                    &mut count.fail
                }
                Outcome::Unknown { .. } => &mut count.unknown,
                Outcome::NotApplicable => &mut count.not_applicable,
            };
            *slot = slot.saturating_add(u64::from(*number));
        }
        count
    }
}

/// All devices.
pub(super) fn summary(checked: &Checked<'_>) -> Summary {
    let mut summary = Summary::default();
    for device in checked.devices {
        summary.add_device(checked, *device);
    }
    summary
}

/// Verdicts by rule, in the order of the profile.
pub(super) fn rules(checked: &Checked<'_>) -> Vec<(String, RuleCount)> {
    let each = checked.profile.rules().iter().zip(&checked.judged.rules).enumerate();
    each.map(|(position, (rule, judgement))| {
        let outcomes = judgement.count_each_of(checked.devices, &[checked.day]);
        let waived = checked.waived(position, checked.day);
        (rule.id.clone(), RuleCount::of(outcomes.first().unwrap_or(&BTreeMap::new()), waived))
    })
    .collect()
}

/// Devices by group, by the group's code.
pub(super) fn groups(checked: &Checked<'_>, by: GroupBy) -> Vec<GroupCount> {
    let mut names: BTreeMap<String, (String, Summary)> = BTreeMap::new();
    for device in checked.devices {
        let (group, name) = group_of(checked, by, *device);
        names
            .entry(group)
            .or_insert_with(|| (name, Summary::default()))
            .1
            .add_device(checked, *device);
    }
    names.into_iter().map(|(group, (name, summary))| GroupCount { group, name, summary }).collect()
}

fn group_of(checked: &Checked<'_>, by: GroupBy, device: usize) -> (String, String) {
    if by == GroupBy::Class {
        let class = checked.register.class(device).map(ToString::to_string).unwrap_or_default();
        return (class, String::new());
    }
    let Some(Value::Organisation(site)) = checked.register.value(Field::Site, device) else {
        return (String::new(), "no site".to_owned());
    };
    let tree = checked.register.organisations();
    let found: Option<&Organisation> = match by {
        GroupBy::Pcn => tree.network(site, checked.day),
        GroupBy::Icb => tree.holder(site, checked.day).and_then(|code| tree.get(code)),
        _ => tree.ancestor(site, OrgKind::Practice, checked.day),
    };
    match (found, by) {
        (Some(organisation), _) => (organisation.code.to_string(), organisation.name.clone()),
        (None, GroupBy::Practice) => (site.to_string(), "not declared".to_owned()),
        (None, _) => (String::new(), "none declared".to_owned()),
    }
}
