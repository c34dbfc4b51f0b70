//! What the model is made from.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use inventory::{Class, ClassCatalogue, Field, FinancialYear, OrgTree, Value};
use rust_decimal::Decimal;
use wes::{Compiled, Judged, Tier, Timeline};

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
    /// Its distinct timelines.
    pub timelines: Vec<Timeline>,
    /// For each device, in the order of the register, a position in `timelines`.
    pub codes: Vec<u32>,
}

impl Rule {
    /// The timeline of a device.
    pub fn timeline(&self, device: usize) -> Option<&Timeline> {
        let code = usize::try_from(*self.codes.get(device)?).ok()?;
        self.timelines.get(code)
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
    pub fn of_profile(profile: &'a Compiled, judged: Judged) -> Self {
        let mut rules: Vec<Rule> = profile
            .rules()
            .iter()
            .zip(judged.rules)
            .map(|(rule, judgement)| Rule {
                id: rule_label(profile, rule),
                weight: Decimal::new(i64::from(rule.weight), 1),
                timelines: judgement.timelines,
                codes: judgement.index,
            })
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
                order.iter().filter_map(|at| judged.get(*at).cloned()).collect()
            }),
        }
    }
}

fn id_at(rules: &[Rule], at: usize) -> &str {
    rules.get(at).map_or("", |rule| &rule.id)
}

impl Verdicts<'_> {
    /// The timelines of a device, one a rule.
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
