//! What the model is made from.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use inventory::{Asset, Class, ClassCatalogue, Field, FinancialYear, OrgTree, Register, Value};
use rust_decimal::Decimal;
use wes::{Compiled, Facts, Judged, Outcome, RemedyKind, RuleJudgement, Tier, Timeline};

use super::registered::Registered;
use crate::document::{Input, RuleLabel, Specification};
use crate::input::{Envelopes, Pins, Policy, PriceList};

/// Everything that a plan is a function of.
#[derive(Clone, Copy, Debug)]
pub struct Estate<'a> {
    /// The day on which the register and the rules are judged.
    pub as_of: NaiveDate,
    /// First financial year of the plan.
    pub start: FinancialYear,
    /// Number of financial years, 1 to 20.
    pub years: usize,
    /// The register, in any order.
    pub assets: &'a [Registered],
    /// The organisations.
    pub organisations: &'a OrgTree,
    /// The classes of devices.
    pub classes: &'a ClassCatalogue,
    /// What the specification says of every device.
    pub verdicts: &'a Verdicts<'a>,
    /// What can be bought.
    pub prices: &'a PriceList,
    /// The money.
    pub envelopes: &'a Envelopes,
    /// What is weighed.
    pub policy: &'a Policy,
    /// What is decided already.
    pub pins: &'a Pins,
    /// The inputs' names and hashes, for the document.
    pub inputs: &'a [Input],
}

/// A rule of the specification.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// Its id, `profile/rule`.
    pub id: String,
    /// How much a failure weighs: the profile's weight over 10, which is that of an ordinary rule.
    pub weight: Decimal,
    /// Its distinct timelines; the last is "not applicable on every day".
    pub timelines: Vec<Timeline>,
    /// For each device, in the order of the register, a position in `timelines`: what the rule says of the need to
    /// replace it. Not applicable where a setting, an image or a part surely mends the failure.
    pub codes: Vec<u32>,
    /// The same, as judged, whatever mends a failure.
    pub judged_codes: Vec<u32>,
}

impl Rule {
    /// What the rule says of the need to replace a device.
    pub fn timeline(&self, device: usize) -> Option<&Timeline> {
        let code = usize::try_from(*self.codes.get(device)?).ok()?;
        self.timelines.get(code)
    }

    /// What the rule says of a device, whatever mends a failure.
    pub fn judged(&self, device: usize) -> Option<&Timeline> {
        let code = usize::try_from(*self.judged_codes.get(device)?).ok()?;
        self.timelines.get(code)
    }
}

/// Devices as the remedies of rules see them.
pub trait DeviceFacts {
    /// The class of a device and what is known of it; `None` where there is no such device.
    fn facts(&self, device: usize) -> Option<(&Class, Box<dyn Facts + '_>)>;
}

impl DeviceFacts for [Asset] {
    fn facts(&self, device: usize) -> Option<(&Class, Box<dyn Facts + '_>)> {
        let asset = self.get(device)?;
        Some((&asset.class, Box::new(OfAsset(asset))))
    }
}

struct OfAsset<'a>(&'a Asset);

impl Facts for OfAsset<'_> {
    fn value(&self, field: Field) -> Option<&Value> {
        self.0.value(field)
    }
}

impl DeviceFacts for Register {
    fn facts(&self, device: usize) -> Option<(&Class, Box<dyn Facts + '_>)> {
        Some((self.class(device)?, Box::new(OfRegister { register: self, device })))
    }
}

struct OfRegister<'r> {
    register: &'r Register,
    device: usize,
}

impl Facts for OfRegister<'_> {
    fn value(&self, field: Field) -> Option<&Value> {
        self.register.value(field, self.device)
    }
}

/// Whether a failure of a rule is surely mended on a day by something else than another device.
fn mended_otherwise(rule: &wes::Rule, class: &Class, facts: &dyn Facts, day: NaiveDate) -> bool {
    let remedy = rule.remedy.as_ref().and_then(|remedy| remedy.choose(class, facts, day));
    remedy.is_some_and(|remedy| remedy.kind != RemedyKind::Replace)
}

/// Whether replacing is the first remedy of a rule, or the only answer that it has.
fn only_replaces(rule: &wes::Rule) -> bool {
    rule.remedy.as_ref().is_none_or(|remedy| remedy.kind == RemedyKind::Replace)
}

fn planned_rule(
    profile: &Compiled,
    rule: &wes::Rule,
    judgement: RuleJudgement,
    devices: &(impl DeviceFacts + ?Sized),
    as_of: NaiveDate,
) -> Rule {
    let RuleJudgement { mut timelines, index } = judgement;
    let nothing = u32::try_from(timelines.len()).unwrap_or(u32::MAX);
    timelines.push(Timeline::constant(Outcome::NotApplicable));
    let trouble: Vec<bool> = timelines
        .iter()
        .map(|timeline| {
            let mut spans = timeline.steps().spans(NaiveDate::MIN, NaiveDate::MAX);
            spans.any(|(_, _, outcome)| outcome.tier().is_some())
        })
        .collect();
    let in_trouble = |code: u32| {
        usize::try_from(code).ok().and_then(|code| trouble.get(code)).copied().unwrap_or(false)
    };
    let mended = |device: usize| {
        let found = devices.facts(device);
        found.is_some_and(|(class, facts)| mended_otherwise(rule, class, facts.as_ref(), as_of))
    };
    let codes = if only_replaces(rule) {
        index.clone()
    } else {
        let code = |(device, code): (usize, &u32)| {
            if in_trouble(*code) && mended(device) { nothing } else { *code }
        };
        index.iter().enumerate().map(code).collect()
    };
    Rule {
        id: rule_label(profile, rule),
        weight: Decimal::new(i64::from(rule.weight), 1),
        timelines,
        codes,
        judged_codes: index,
    }
}

/// Judges a device that has not been bought yet: one timeline a rule, in the order of the rules.
pub type JudgeNew<'a> = Box<dyn Fn(&Class, &BTreeMap<Field, Value>) -> Vec<Timeline> + Sync + 'a>;

/// What the specification says of the estate, on every day.
pub struct Verdicts<'a> {
    /// The specification, for the document.
    pub specification: Specification,
    /// The rules, by id.
    pub rules: Vec<Rule>,
    /// The specification's life of a class in years, with its source.
    pub lives: BTreeMap<Class, (u32, String)>,
    /// Judges what would be bought.
    pub judge_new: JudgeNew<'a>,
}

impl fmt::Debug for Verdicts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verdicts")
            .field("specification", &self.specification.id)
            .field("rules", &self.rules.len())
            .finish_non_exhaustive()
    }
}

/// The id by which plans call a rule: the profile that first wrote it, a slash, the rule.
pub fn rule_label(profile: &Compiled, rule: &wes::Rule) -> String {
    let layer = rule.history.first().and_then(|touch| touch.layer.split(' ').next());
    format!("{}/{}", layer.unwrap_or_else(|| profile.id()), rule.id)
}

fn rule_source(rule: &wes::Rule) -> String {
    rule.source.as_ref().map_or_else(String::new, |source| {
        let mut text = source.document.clone();
        if let Some(section) = &source.section {
            text = format!("{text}, {section}");
        }
        if let Some(date) = source.date {
            text = format!("{text}, {date}");
        }
        text
    })
}

impl<'a> Verdicts<'a> {
    /// The verdicts of a compiled profile over a register's columns.
    ///
    /// A failure that a setting, an image or a part surely mends on the as-of day is no need to replace.
    pub fn of_profile(
        profile: &'a Compiled,
        judged: Judged,
        devices: &(impl DeviceFacts + ?Sized),
        as_of: NaiveDate,
    ) -> Self {
        let mut rules: Vec<Rule> = profile
            .rules()
            .iter()
            .zip(judged.rules)
            .map(|(rule, judgement)| planned_rule(profile, rule, judgement, devices, as_of))
            .collect();
        let mut order: Vec<usize> = (0..rules.len()).collect();
        order.sort_by(|a, b| id_at(&rules, *a).cmp(id_at(&rules, *b)));
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        let mut labels: Vec<RuleLabel> = profile
            .rules()
            .iter()
            .map(|rule| RuleLabel {
                id: rule_label(profile, rule),
                why: rule.why.clone(),
                source: rule_source(rule),
            })
            .collect();
        labels.sort_by(|a, b| a.id.cmp(&b.id));
        let named = format!("{} {}", profile.id(), profile.version());
        let lives = profile
            .lives()
            .iter()
            .filter(|(_, life)| life.months() >= 12)
            .map(|(class, life)| {
                (class.clone(), (life.months().div_euclid(12), format!("specification {named}")))
            })
            .collect();
        Self {
            specification: Specification {
                id: profile.id().to_owned(),
                version: profile.version().to_string(),
                rules: labels,
            },
            rules,
            lives,
            judge_new: Box::new(move |class, facts| {
                let judged = profile.judge_device(class, facts);
                let of_rule = |at: &usize| {
                    let mended = mended_otherwise(profile.rules().get(*at)?, class, facts, as_of);
                    let timeline = judged.get(*at)?.clone();
                    Some(if mended { Timeline::constant(Outcome::NotApplicable) } else { timeline })
                };
                order.iter().filter_map(of_rule).collect()
            }),
        }
    }
}

fn id_at(rules: &[Rule], at: usize) -> &str {
    rules.get(at).map_or("", |rule| &rule.id)
}

impl Verdicts<'_> {
    /// What the rules say of the need to replace a device, one timeline a rule.
    pub fn of(&self, device: usize) -> impl Iterator<Item = (&Rule, &Timeline)> {
        self.rules.iter().filter_map(move |rule| Some((rule, rule.timeline(device)?)))
    }

    /// The first day, not before `day`, on which a device fails a rule at minimum, and the rule; ties go to the first id.
    pub fn first_failure(&self, device: usize, day: NaiveDate) -> Option<(NaiveDate, &Rule)> {
        self.of(device)
            .filter_map(|(rule, timeline)| {
                Some((timeline.first_failure(day, Tier::Minimum)?, rule))
            })
            .min_by(|(a, x), (b, y)| a.cmp(b).then_with(|| x.id.cmp(&y.id)))
    }

    /// Whether a device fails a rule at minimum on a day.
    pub fn fails(&self, device: usize, day: NaiveDate) -> bool {
        self.of(device).any(|(_, timeline)| timeline.at(day).fails(Tier::Minimum))
    }

    /// Whether a rule's minimum cannot be judged for a device on a day.
    pub fn is_unknown(&self, device: usize, day: NaiveDate) -> bool {
        self.of(device).any(|(_, timeline)| timeline.at(day).is_unknown(Tier::Minimum))
    }
}
