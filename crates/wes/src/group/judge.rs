//! Verdicts on groups, through time.

use std::collections::BTreeMap;

use inventory::Columns;

use super::{GroupRule, Grouping, SCALE, Side, Threshold};
use crate::judge::{RuleJudgement, judge_rule};
use crate::rule::{Body, OnMissing, Phase, RuleSeverity, add_tier};
use crate::{Compiled, FactSet, Outcome, Rule, Steps, Tier, Tiered, Timeline, Truth};

/// How many devices are counted: surely, and at most.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Counted {
    /// Devices that surely count.
    pub least: u32,
    /// Devices that count if every unknown turns out so.
    pub most: u32,
    /// The facts on which the difference rests.
    pub open: FactSet,
}

impl Counted {
    const NONE: Self = Self { least: 0, most: 0, open: FactSet::EMPTY };
    const ONE: Self = Self { least: 1, most: 1, open: FactSet::EMPTY };

    fn plus(self, other: Self) -> Self {
        Self {
            least: self.least.saturating_add(other.least),
            most: self.most.saturating_add(other.most),
            open: self.open.union(other.open),
        }
    }
}

/// What a rule says of one group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GroupVerdict {
    /// The group's name: an organisation's code, or code and role or person.
    pub group: String,
    /// The verdict on every day.
    pub timeline: Timeline,
    /// The devices counted, on every day.
    pub counted: Steps<Counted>,
    /// The devices that they are compared with; one where the number itself is compared.
    pub per: Steps<Counted>,
}

/// What one rule says of all groups.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GroupJudgement {
    /// One verdict a group, by name.
    pub groups: Vec<GroupVerdict>,
    /// Devices that belong to no group.
    pub ungrouped: usize,
}

/// Judges groups by a rule. Who belongs to which group is given and does not change with the day.
///
/// Cost: each condition once a combination of values, then one addition a device.
pub fn judge_groups(
    profile: &Compiled,
    rule: &GroupRule,
    columns: &Columns,
    grouping: &Grouping,
) -> GroupJudgement {
    let counted = SideJudgement::of(profile, &rule.count, columns);
    let per = rule.per.as_ref().map(|per| SideJudgement::of(profile, per, columns));
    let groups = grouping
        .groups
        .iter()
        .map(|(name, devices)| {
            let counted = counted.sum(devices);
            let per = per.as_ref().map_or(Steps::constant(Counted::ONE), |per| per.sum(devices));
            let outcome = outcomes(rule, &counted, &per);
            let timeline = within(profile, &outcome);
            GroupVerdict { group: name.clone(), timeline, counted, per }
        })
        .collect();
    GroupJudgement { groups, ungrouped: grouping.ungrouped }
}

fn within(profile: &Compiled, outcome: &Steps<Outcome>) -> Timeline {
    let nothing = Steps::constant(Outcome::NotApplicable);
    let effective = profile.effective();
    let mut steps = outcome.clone();
    if let Some(from) = effective.from {
        steps = nothing.then(from, &steps);
    }
    if let Some(until) = effective.until {
        steps = steps.then(until, &nothing);
    }
    Timeline::new(steps)
}

fn outcomes(rule: &GroupRule, counted: &Steps<Counted>, per: &Steps<Counted>) -> Steps<Outcome> {
    let mut outcome = Steps::constant(Outcome::NotApplicable);
    for tier in rule.tiers() {
        let least = rule
            .at_least
            .get(tier)
            .map(|own| counted.zip(per, |counted, per| at_least(counted, per, *own)));
        let most = rule
            .at_most
            .get(tier)
            .map(|own| counted.zip(per, |counted, per| at_most(counted, per, *own)));
        let both = [least, most].into_iter().flatten();
        let mut truth =
            both.fold(Steps::constant(Truth::NotApplicable), |all, own| all.zip(&own, Truth::and));
        if let Some(from) = rule.from.get(tier) {
            truth = Steps::constant(Truth::NotApplicable).then(*from, &truth);
        }
        outcome =
            outcome.zip(&truth, |weaker, truth| add_tier(weaker, tier, truth, OnMissing::Unknown));
    }
    outcome
}

/// Counts times the scale against the threshold times devices; both fit, as counts are below 2^32 and thresholds below 2^40.
fn products(counted: u32, threshold: Threshold, per: u32) -> (i128, i128) {
    let times = |a: i128, b: i128| a.saturating_mul(b);
    (times(counted.into(), SCALE.into()), times(threshold.0.into(), per.into()))
}

fn at_least(counted: Counted, per: Counted, threshold: Threshold) -> Truth {
    if per.most == 0 {
        return Truth::NotApplicable;
    }
    let (surely, asked_at_most) = products(counted.least, threshold, per.most);
    let (possibly, asked_at_least) = products(counted.most, threshold, per.least);
    if surely >= asked_at_most {
        Truth::Pass
    } else if possibly < asked_at_least {
        Truth::Fail
    } else {
        Truth::Unknown(counted.open.union(per.open))
    }
}

fn at_most(counted: Counted, per: Counted, threshold: Threshold) -> Truth {
    if per.most == 0 {
        return Truth::NotApplicable;
    }
    let (possibly, allowed_at_least) = products(counted.most, threshold, per.least);
    let (surely, allowed_at_most) = products(counted.least, threshold, per.most);
    if possibly <= allowed_at_least {
        Truth::Pass
    } else if surely > allowed_at_most {
        Truth::Fail
    } else {
        Truth::Unknown(counted.open.union(per.open))
    }
}

/// What one side says of all devices.
enum SideJudgement {
    /// Its condition, judged as a rule.
    Judged(RuleJudgement, Vec<Steps<Counted>>),
    /// No condition: one for each device of the classes.
    Classes(Vec<bool>),
}

impl SideJudgement {
    fn of(profile: &Compiled, side: &Side, columns: &Columns) -> Self {
        let Some(condition) = &side.condition else {
            let own: Vec<bool> =
                columns.classes().iter().map(|class| side.classes.contains(class)).collect();
            let of = |code: &u32| {
                usize::try_from(*code).ok().and_then(|at| own.get(at).copied()).unwrap_or(false)
            };
            return Self::Classes(columns.class_codes().iter().map(of).collect());
        };
        let body = Body {
            classes: side.classes.clone(),
            tiers: Tiered::only(Tier::Minimum, condition.clone()),
            from: Tiered::none(),
            on_missing: OnMissing::Unknown,
        };
        let rule = Rule {
            id: String::new(),
            severity: RuleSeverity::Medium,
            weight: 1,
            why: String::new(),
            source: None,
            remedy: None,
            relaxation: None,
            history: Vec::new(),
            phases: vec![Phase { until: None, body: Some(body) }],
            effective: Some(crate::Effective::default()),
        };
        let judged = judge_rule(profile, &rule, columns);
        let counted = judged
            .timelines
            .iter()
            .map(|timeline| {
                timeline.steps().map(|outcome| match outcome {
                    Outcome::Pass => Counted::ONE,
                    Outcome::Unknown { facts, .. } => Counted { least: 0, most: 1, open: facts },
                    Outcome::Fail { .. } | Outcome::NotApplicable => Counted::NONE,
                })
            })
            .collect();
        Self::Judged(judged, counted)
    }

    fn sum(&self, devices: &[usize]) -> Steps<Counted> {
        match self {
            Self::Classes(own) => {
                let count =
                    devices.iter().filter(|device| own.get(**device) == Some(&true)).count();
                let count = u32::try_from(count).unwrap_or(u32::MAX);
                Steps::constant(Counted { least: count, most: count, open: FactSet::EMPTY })
            }
            Self::Judged(judged, counted) => {
                let mut times: BTreeMap<u32, u32> = BTreeMap::new();
                for at in devices.iter().filter_map(|device| judged.index.get(*device)) {
                    let count = times.entry(*at).or_default();
                    *count = count.saturating_add(1);
                }
                times.into_iter().fold(Steps::constant(Counted::NONE), |sum, (at, count)| {
                    let own = usize::try_from(at).ok().and_then(|at| counted.get(at));
                    own.map_or_else(
                        || sum.clone(),
                        |own| {
                            sum.zip(own, |sum, own| {
                                sum.plus(Counted {
                                    least: own.least.saturating_mul(count),
                                    most: own.most.saturating_mul(count),
                                    open: own.open,
                                })
                            })
                        },
                    )
                })
            }
        }
    }
}
