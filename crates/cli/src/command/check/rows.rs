//! One row a device and rule, made while it is written: a national estate has millions.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use inventory::{Field, Value};
use schemars::JsonSchema;
use serde::Serialize;
use serde::ser::Serializer;
use wes::{Comparison, Compliance, Outcome, Tier, Truth};

use super::{Checked, Verdict};
use crate::args::Format;
use crate::failure::Failure;
use crate::output::Output;
use crate::profiles::DeviceFacts;
use crate::terminal::{Align, Listing};

/// What a rule says of a device.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DeviceRow {
    /// The device's tag, else its serial number.
    pub(crate) asset: String,
    pub(crate) class: String,
    pub(crate) site: Option<String>,
    pub(crate) rule: String,
    /// pass, fail or unknown; rules that do not apply have no entry.
    pub(crate) verdict: String,
    /// The weakest tier that fails or cannot be judged.
    pub(crate) tier: Option<String>,
    /// The last day on which the minimum is met; null when it is not met now, or when nothing known ends it.
    pub(crate) compliant_until: Option<String>,
    /// What was found and what is required, of a verdict that is not a pass.
    pub(crate) reason: Option<String>,
    /// Where the facts come from that the rule reads.
    pub(crate) evidence: Vec<EvidenceRow>,
    /// The waiver that excuses a failure.
    pub(crate) waived_by: Option<String>,
    /// The last day on which it stays excused.
    pub(crate) waived_until: Option<String>,
}

/// Where one fact comes from.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EvidenceRow {
    pub(crate) field: String,
    pub(crate) value: String,
    pub(crate) source: String,
    pub(crate) row: u32,
    pub(crate) seen_on: Option<String>,
    /// Days between the reading and the day judged; null when nobody wrote down when it was read.
    pub(crate) age_days: Option<i64>,
}

/// What a reason depends on: the rule, the class and one code a field.
type ReasonKey = (usize, u32, Vec<u32>);

/// The rows of a checked estate, by device and then by rule.
pub(super) struct Rows<'a> {
    checked: &'a Checked<'a>,
    only: &'a [Verdict],
    fields: Vec<Vec<Field>>,
    reasons: RefCell<BTreeMap<ReasonKey, Rc<str>>>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(checked: &'a Checked<'a>, only: &'a [Verdict]) -> Self {
        let fields = checked.profile.rules().iter().map(wes::Rule::fields).collect();
        Self { checked, only, fields, reasons: RefCell::default() }
    }

    /// Writes every form but JSON.
    pub(super) fn write(&self, output: &Output) -> Result<(), Failure> {
        match output.format() {
            Format::Ndjson => output.write(|out| {
                self.iter().try_for_each(|row| {
                    serde_json::to_writer(&mut *out, &row)?;
                    writeln!(out)
                })
            }),
            format => output.write(|out| self.listing().write(format, out)),
        }
    }

    fn listing(&self) -> Listing {
        let names = [
            "asset",
            "class",
            "site",
            "rule",
            "verdict",
            "tier",
            "compliant_until",
            "reason",
            "evidence",
            "waived_by",
            "waived_until",
        ];
        let mut listing = Listing::new(names.map(|name| (name, Align::Left)));
        for row in self.iter() {
            let evidence: Vec<String> = row
                .evidence
                .iter()
                .map(|own| {
                    let age = own.age_days.map(|days| format!(" ({days} days old)"));
                    let age = age.unwrap_or_default();
                    format!("{} {}:{}{age}", own.field, own.source, own.row)
                })
                .collect();
            listing.push(vec![
                row.asset.into(),
                row.class.into(),
                row.site.into(),
                row.rule.into(),
                row.verdict.into(),
                row.tier.into(),
                row.compliant_until.into(),
                row.reason.into(),
                evidence.join("; ").into(),
                row.waived_by.into(),
                row.waived_until.into(),
            ]);
        }
        listing
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = DeviceRow> + '_ {
        self.checked.devices.iter().flat_map(move |device| {
            (0..self.checked.judged.rules.len()).filter_map(move |rule| self.row(*device, rule))
        })
    }

    fn row(&self, device: usize, position: usize) -> Option<DeviceRow> {
        let Checked { profile, register, judged, day, .. } = *self.checked;
        let timeline = judged.rules.get(position)?.timeline(device);
        let outcome = timeline.at(day);
        let shown = match outcome {
            Outcome::NotApplicable => return None,
            Outcome::Pass => Verdict::Pass,
            Outcome::Fail { .. } => Verdict::Fail,
            Outcome::Unknown { .. } => Verdict::Unknown,
        };
        let applied = self.checked.applied;
        let waiver = applied.excused(position, device, day, outcome);
        let wanted = |verdict: &Verdict| match verdict {
            Verdict::Waived => waiver.is_some(),
            own => *own == shown,
        };
        if !self.only.is_empty() && !self.only.iter().any(wanted) {
            return None;
        }
        let until = match timeline.compliant_until(day, Tier::Minimum) {
            Compliance::Until(last) => Some(last.to_string()),
            Compliance::NotNow | Compliance::NoEnd => None,
        };
        let reason = (outcome != Outcome::Pass).then(|| self.reason(device, position).to_string());
        Some(DeviceRow {
            asset: register.label(device).to_owned(),
            class: register.class(device).map(ToString::to_string).unwrap_or_default(),
            site: register.value(Field::Site, device).map(ToString::to_string),
            rule: profile.rules().get(position)?.id.clone(),
            verdict: outcome.word().to_owned(),
            tier: outcome.tier().map(|tier| tier.to_string()),
            compliant_until: until,
            reason,
            evidence: self.evidence(device, position),
            waived_by: waiver.map(|waiver| waiver.id.clone()),
            waived_until: waiver
                .and_then(|_| applied.excused_until(position, device, day))
                .map(|last| last.to_string()),
        })
    }

    fn evidence(&self, device: usize, position: usize) -> Vec<EvidenceRow> {
        let register = self.checked.register;
        let fields = self.fields.get(position).map_or(&[][..], Vec::as_slice);
        fields
            .iter()
            .filter_map(|field| {
                let value = register.value(*field, device)?;
                let origin = match field {
                    Field::ResW | Field::ResH => Field::Resolution,
                    own => *own,
                };
                let evidence = register.evidence(origin, device)?;
                Some(EvidenceRow {
                    field: field.word().to_owned(),
                    value: value.to_text(field.kind()),
                    source: evidence.source.to_string(),
                    row: evidence.row,
                    seen_on: evidence.seen_on.map(|day| day.to_string()),
                    age_days: evidence
                        .seen_on
                        .map(|seen| self.checked.day.signed_duration_since(seen).num_days()),
                })
            })
            .collect()
    }

    /// Made once for devices that the rule cannot tell apart.
    fn reason(&self, device: usize, position: usize) -> Rc<str> {
        let columns = self.checked.register.columns();
        let class = columns.class_codes().get(device).copied().unwrap_or_default();
        let fields = self.fields.get(position).map_or(&[][..], Vec::as_slice);
        let codes = fields
            .iter()
            .map(|field| {
                let column = columns.field(*field);
                column.and_then(|column| column.codes.get(device)).copied().unwrap_or(0)
            })
            .collect();
        let key = (position, class, codes);
        if let Some(known) = self.reasons.borrow().get(&key) {
            return Rc::clone(known);
        }
        let made: Rc<str> = self.make_reason(device, position).unwrap_or_default().into();
        self.reasons.borrow_mut().insert(key, Rc::clone(&made));
        made
    }

    fn make_reason(&self, device: usize, position: usize) -> Option<String> {
        let Checked { profile, register, day, .. } = *self.checked;
        let rule = profile.rules().get(position)?;
        let facts = DeviceFacts { register, device };
        let explanation = rule.explain(profile, register.class(device)?, &facts, day);
        let wanted = explanation.outcome.tier()?;
        let tier = explanation.tiers.iter().find(|tier| tier.tier == wanted)?;
        Some(reason(explanation.outcome, &tier.comparisons, &tier.required))
    }
}

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// The comparisons that decided, in words.
pub(crate) fn reason(outcome: Outcome, comparisons: &[Comparison], required: &str) -> String {
    let decided = |comparison: &&Comparison| match outcome {
        Outcome::Unknown { .. } => matches!(comparison.truth, Truth::Unknown(_)),
        Outcome::Fail { missing, .. } if !missing.is_empty() => {
            matches!(comparison.truth, Truth::Unknown(_))
        }
        _ => comparison.truth == Truth::Fail,
    };
    let words: Vec<String> = comparisons
        .iter()
        .filter(decided)
        .map(|comparison| {
            let found: Vec<String> = comparison
                .values
                .iter()
                .filter(|(field, _)| match comparison.truth {
                    Truth::Unknown(missing) => missing.contains(*field),
                    _ => true,
                })
                .map(|(field, value)| found(*field, value.as_ref(), comparison.truth))
                .collect();
            let over = comparison.margin.as_ref().filter(|margin| margin.ends_with("over"));
            let over = over.map(|margin| format!(" ({margin})")).unwrap_or_default();
            format!("{}, required {}{over}", found.join(", "), comparison.required)
        })
        .collect();
    if words.is_empty() { format!("required {required}") } else { words.join("; ") }
}

fn found(field: Field, value: Option<&Value>, truth: Truth) -> String {
    match (value, truth) {
        (None, _) => format!("{field} is not recorded"),
        (Some(value), Truth::Unknown(_)) => {
            format!("{field} {} cannot be judged", value.to_phrase(field.kind()))
        }
        (Some(value), _) => format!("{field} {}", value.to_phrase(field.kind())),
    }
}
