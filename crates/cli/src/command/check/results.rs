//! The verdicts in the shape that exports to other tools are made from.

use planner::document::Input;
use wes::{RemedyKind, Rule, Tier};

use super::rows::{DeviceRow, Rows};
use super::{Checked, ProfileName, Verdict, WaiverUse, lasting};
use crate::args::Format;
use crate::failure::Failure;
use crate::output::{Output, sha256};
use crate::render::{junit, oscal, sarif, xccdf};

/// The forms for other tools.
pub(super) const FORMATS: [Format; 4] =
    [Format::Sarif, Format::Junit, Format::Xccdf, Format::Oscal];

/// Everything that an export tells.
#[derive(Clone, Debug)]
pub struct Results {
    pub(crate) profile: ProfileName,
    pub(crate) title: String,
    pub(crate) as_of: String,
    /// One hash of every input, so that exports of the same inputs carry the same ids.
    pub(crate) inputs_sha256: String,
    pub(crate) rules: Vec<RuleInfo>,
    pub(crate) waivers: Vec<WaiverUse>,
    pub(crate) rows: Vec<DeviceRow>,
}

/// One rule as exports tell it.
#[derive(Clone, Debug)]
pub struct RuleInfo {
    pub(crate) id: String,
    pub(crate) required: String,
    pub(crate) why: String,
    pub(crate) severity: String,
    pub(crate) weight: u32,
    pub(crate) source: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) remedy: Option<String>,
    pub(crate) has_minimum: bool,
    pub(crate) has_more: bool,
    pub(crate) file: String,
    pub(crate) line: u32,
}

pub(super) fn write(
    output: &Output,
    checked: &Checked<'_>,
    only: &[Verdict],
    inputs: &[Input],
) -> Result<(), Failure> {
    let hashes: Vec<&str> = inputs.iter().map(|input| input.sha256.as_str()).collect();
    let own = checked.profile.layers().last();
    let title = own.and_then(|layer| layer.title.clone());
    let results = Results {
        profile: ProfileName::of(checked.profile),
        title: title.unwrap_or_else(|| checked.profile.id().to_owned()),
        as_of: checked.day.to_string(),
        inputs_sha256: sha256(hashes.join("\n").as_bytes()),
        rules: checked.profile.rules().iter().map(|rule| info(rule, checked)).collect(),
        waivers: lasting::waivers(checked),
        rows: Rows::new(checked, only).iter().collect(),
    };
    output.write(|out| match output.format() {
        Format::Junit => junit::write(&results, out),
        Format::Xccdf => xccdf::write(&results, out),
        Format::Oscal => oscal::write(&results, out),
        _ => sarif::write(&results, out),
    })
}

fn info(rule: &Rule, checked: &Checked<'_>) -> RuleInfo {
    let classes = rule.classes();
    let asked: Vec<String> = rule
        .tiers()
        .into_iter()
        .filter_map(|tier| {
            let required =
                classes.iter().find_map(|class| rule.requirement(tier, class, checked.day))?;
            Some(format!("{tier}: {required}"))
        })
        .collect();
    let place = rule.history.first().map(|touch| &touch.place);
    let source = rule.source.as_ref();
    RuleInfo {
        id: rule.id.clone(),
        required: if asked.is_empty() { rule.id.clone() } else { asked.join("; ") },
        why: rule.why.clone(),
        severity: rule.severity.to_string(),
        weight: rule.weight,
        source: source.map(|own| match own.date {
            Some(date) => format!("{}, {date}", own.document),
            None => own.document.clone(),
        }),
        url: source.and_then(|own| own.url.clone()),
        remedy: rule.remedy.as_ref().map(remedy),
        has_minimum: rule.tiers().contains(&Tier::Minimum),
        has_more: rule.tiers().iter().any(|tier| *tier > Tier::Minimum),
        file: place.map(|place| place.file.to_string()).unwrap_or_default(),
        line: place.and_then(|place| place.line).unwrap_or(1),
    }
}

fn remedy(remedy: &wes::Remedy) -> String {
    let words: Vec<String> = remedy
        .chain()
        .map(|own| {
            let kind = match own.kind {
                RemedyKind::Configure => "change a setting",
                RemedyKind::Reimage => "install another system image",
                RemedyKind::Upgrade => "fit a part",
                RemedyKind::Replace => "replace the device",
            };
            match &own.item {
                Some(item) => format!("{kind} ({item})"),
                None => kind.to_owned(),
            }
        })
        .collect();
    words.join(", else ")
}
