//! How long each device complies and what ends it; which waivers were used.

use inventory::Field;
use schemars::JsonSchema;
use serde::Serialize;
use wes::{Compliance, Tier};

use super::Checked;
use crate::terminal::{Align, Listing};

/// One device over all rules.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Lasting {
    /// The device's tag, else its serial number.
    pub asset: String,
    /// Its class.
    pub class: String,
    /// Where it stands.
    pub site: Option<String>,
    /// Its gravest raw verdict.
    pub verdict: String,
    /// The tier of that verdict.
    pub tier: Option<String>,
    /// Whether a waiver excuses any of its failures.
    pub waived: bool,
    /// The last day on which every minimum is met; null when one is not met now, or when nothing known ends it.
    pub compliant_until: Option<String>,
    /// The rule that ends it, or that is not met now.
    pub ends_by: Option<String>,
}

/// One waiver as it was used.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct WaiverUse {
    /// Its id.
    pub id: String,
    /// Its scope in words.
    pub scope: String,
    /// The rules that it excuses.
    pub rules: Vec<String>,
    /// Why.
    pub reason: String,
    /// What protects meanwhile.
    pub compensating: Option<String>,
    /// Who approved it.
    pub approved_by: String,
    /// When it was approved.
    pub approved_on: String,
    /// The first day.
    pub starts: String,
    /// The last day.
    pub expires: String,
    /// pending, in-force or expired on the as-of day.
    pub status: String,
    /// Devices that it matches; 0 when it matches more than it may.
    pub assets: usize,
    /// Failures that it excuses on the as-of day.
    pub excused: usize,
}

pub(super) fn devices(checked: &Checked<'_>) -> Vec<Lasting> {
    checked.devices.iter().map(|device| lasting(checked, *device)).collect()
}

fn lasting(checked: &Checked<'_>, device: usize) -> Lasting {
    let register = checked.register;
    let worst = checked.worst(device);
    let (until, rule) = checked.judged.compliant_until(device, checked.day, Tier::Minimum);
    Lasting {
        asset: register.label(device).to_owned(),
        class: register.class(device).map(ToString::to_string).unwrap_or_default(),
        site: register.value(Field::Site, device).map(ToString::to_string),
        verdict: worst.word().to_owned(),
        tier: worst.tier().map(|tier| tier.to_string()),
        waived: checked.net(device).1,
        compliant_until: match until {
            Compliance::Until(last) => Some(last.to_string()),
            Compliance::NotNow | Compliance::NoEnd => None,
        },
        ends_by: rule
            .and_then(|rule| checked.profile.rules().get(rule))
            .map(|rule| rule.id.clone()),
    }
}

pub(super) fn listing(rows: &[Lasting]) -> Listing {
    let names =
        ["asset", "class", "site", "verdict", "tier", "waived", "compliant_until", "ends_by"];
    let mut listing = Listing::new(names.map(|name| (name, Align::Left)));
    for row in rows {
        listing.push(vec![
            row.asset.clone().into(),
            row.class.clone().into(),
            row.site.clone().into(),
            row.verdict.clone().into(),
            row.tier.clone().into(),
            row.waived.into(),
            row.compliant_until.clone().into(),
            row.ends_by.clone().into(),
        ]);
    }
    listing
}

pub(super) fn waivers(checked: &Checked<'_>) -> Vec<WaiverUse> {
    let day = checked.day;
    checked
        .applied
        .grants()
        .map(|(waiver, devices, rules)| {
            let excused = rules.iter().flat_map(|rule| {
                devices.iter().filter(|device| {
                    let found = checked.judged.rules.get(*rule).and_then(|judgement| {
                        let raw = judgement.at(**device, day);
                        checked.applied.excused(*rule, **device, day, raw)
                    });
                    found.is_some_and(|found| found.id == waiver.id)
                })
            });
            let status = if day < waiver.starts {
                "pending"
            } else if waiver.holds_on(day) {
                "in-force"
            } else {
                "expired"
            };
            let named = rules.iter().filter_map(|rule| checked.profile.rules().get(*rule));
            WaiverUse {
                id: waiver.id.clone(),
                scope: waiver.scope(),
                rules: named.map(|rule| rule.id.clone()).collect(),
                reason: waiver.reason.clone(),
                compensating: waiver.compensating.clone(),
                approved_by: waiver.approval.name.clone(),
                approved_on: waiver.approval.on.to_string(),
                starts: waiver.starts.to_string(),
                expires: waiver.expires.to_string(),
                status: status.to_owned(),
                assets: devices.len(),
                excused: excused.count(),
            }
        })
        .collect()
}
