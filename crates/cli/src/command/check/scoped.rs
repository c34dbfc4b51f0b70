//! Verdicts of group rules: one row a rule and group.

use inventory::Register;
use schemars::JsonSchema;
use serde::Serialize;
use wes::group::{Counted, judge_groups};
use wes::{Compliance, Outcome, Tier};

use crate::profiles::Judgement;
use crate::terminal::{Align, Listing};

/// What a group rule says of one group.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ScopedRow {
    /// The rule; with its profile before it where several judge.
    pub rule: String,
    /// linked, role, practice, pcn or icb.
    pub scope: String,
    /// The organisation's code, or code and role or person.
    pub group: String,
    /// pass, fail or unknown; groups that the rule does not judge have no entry.
    pub verdict: String,
    /// The weakest tier that fails or cannot be judged.
    pub tier: Option<String>,
    /// Devices that surely count.
    pub counted: u32,
    /// Devices that count if every unknown turns out so.
    pub counted_at_most: u32,
    /// Devices that they are compared with; null where the number itself is.
    pub per: Option<u32>,
    /// What is required, in words.
    pub required: String,
    /// The facts that are missing.
    pub missing: Vec<String>,
    /// The last day on which the minimum is met.
    pub compliant_until: Option<String>,
    /// The verdict itself, for the exit code.
    #[serde(skip)]
    #[schemars(skip)]
    pub(crate) outcome: Outcome,
}

/// Every verdict on a group, by rule and then by group.
pub(super) fn each(
    judgement: &Judgement,
    register: &Register,
    devices: &[usize],
    day: chrono::NaiveDate,
) -> Vec<ScopedRow> {
    let mut rows = Vec::new();
    for (profile, own) in judgement.each(devices, day) {
        for rule in profile.groups() {
            let grouping = rule.scope.grouping(register, &own, day);
            let judged = judge_groups(profile, rule, register.columns(), &grouping);
            let name = if judgement.parts.len() > 1 {
                format!("{}/{}", profile.id(), rule.id)
            } else {
                rule.id.clone()
            };
            for verdict in judged.groups {
                let outcome = verdict.timeline.at(day);
                if outcome == Outcome::NotApplicable {
                    continue;
                }
                let tier = outcome.tier().or_else(|| rule.tiers().last().copied());
                let counted: Counted = verdict.counted.at(day);
                let per = verdict.per.at(day);
                let until = verdict.timeline.compliant_until(day, Tier::Minimum);
                rows.push(ScopedRow {
                    rule: name.clone(),
                    scope: rule.scope.to_string(),
                    group: verdict.group,
                    verdict: outcome.word().to_owned(),
                    tier: outcome.tier().map(|tier| tier.to_string()),
                    counted: counted.least,
                    counted_at_most: counted.most,
                    per: rule.is_ratio().then_some(per.most),
                    required: tier.and_then(|tier| rule.requirement(tier)).unwrap_or_default(),
                    missing: outcome.facts().words().map(str::to_owned).collect(),
                    compliant_until: match until {
                        Compliance::Until(last) => Some(last.to_string()),
                        Compliance::NotNow | Compliance::NoEnd => None,
                    },
                    outcome,
                });
            }
        }
    }
    rows
}

pub(super) fn listing(rows: &[ScopedRow]) -> Listing {
    let right = ["counted", "counted_at_most", "per"];
    let names = [
        "rule",
        "scope",
        "group",
        "verdict",
        "tier",
        "counted",
        "counted_at_most",
        "per",
        "required",
        "missing",
        "compliant_until",
    ];
    let mut listing = Listing::new(
        names.map(|name| (name, if right.contains(&name) { Align::Right } else { Align::Left })),
    );
    for row in rows {
        listing.push(vec![
            row.rule.clone().into(),
            row.scope.clone().into(),
            row.group.clone().into(),
            row.verdict.clone().into(),
            row.tier.clone().into(),
            row.counted.into(),
            row.counted_at_most.into(),
            row.per.into(),
            row.required.clone().into(),
            row.missing.join(", ").into(),
            row.compliant_until.clone().into(),
        ]);
    }
    listing
}
