//! Rules over groups of devices: how many of a practice can work remotely, how many readers there are for each computer.
//!
//! A group rule counts devices on one or two sides and compares the number, or the ratio, with a threshold. Unknown facts
//! make a count an interval: the rule passes or fails only where every completion of the unknowns would.

mod judge;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use diagnostic::toml_file::{FromToml, Mismatch};
use inventory::toml_values::parse_str;
use inventory::vocabulary::Expected;
use inventory::{Class, Field, OrgKind};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use toml::de::DeValue;

pub use judge::{Counted, GroupJudgement, GroupVerdict, judge_groups};

use crate::condition::Condition;
use crate::node::{Node, ScalarKind};
use crate::rule::{RuleSeverity, RuleSource};
use crate::{Subjects, Tier, Tiered};

/// Millionths in which thresholds are kept.
const SCALE: i64 = 1_000_000;

/// By what devices are grouped.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum GroupScope {
    /// One person's devices at one site: a computer, its monitor and its reader.
    Linked,
    /// The devices of one role, or of one kind of room, in one practice.
    Role,
    /// The practice of the site.
    Practice,
    /// The primary care network of the practice.
    Pcn,
    /// The ICB of the site.
    Icb,
}

impl GroupScope {
    /// Every scope, the narrowest first.
    pub const ALL: [Self; 5] = [Self::Linked, Self::Role, Self::Practice, Self::Pcn, Self::Icb];

    /// The word that profiles write.
    pub fn word(self) -> &'static str {
        match self {
            Self::Linked => "linked",
            Self::Role => "role",
            Self::Practice => "practice",
            Self::Pcn => "pcn",
            Self::Icb => "icb",
        }
    }

    /// The name of a device's group on a day; none for a device that belongs to none.
    fn group(self, subjects: &dyn Subjects, device: usize, day: NaiveDate) -> Option<String> {
        let text = |field| subjects.value(field, device).map(ToString::to_string);
        match self {
            Self::Linked => Some(format!("{}/{}", text(Field::Site)?, text(Field::AssignedUser)?)),
            Self::Role => {
                let practice = subjects.organisation(OrgKind::Practice, device, day)?;
                Some(format!("{practice}/{}", text(Field::Role)?))
            }
            Self::Practice => subjects.organisation(OrgKind::Practice, device, day),
            Self::Pcn => subjects.organisation(OrgKind::Pcn, device, day),
            Self::Icb => subjects.organisation(OrgKind::Icb, device, day),
        }
    }

    /// The groups of the devices given, by the organisations of a day.
    pub fn grouping(self, subjects: &dyn Subjects, devices: &[usize], day: NaiveDate) -> Grouping {
        let mut members: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut ungrouped = 0_usize;
        for device in devices {
            match self.group(subjects, *device, day) {
                Some(name) => members.entry(name).or_default().push(*device),
                None => ungrouped = ungrouped.saturating_add(1),
            }
        }
        Grouping { groups: members.into_iter().collect(), ungrouped }
    }
}

impl fmt::Display for GroupScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for GroupScope {
    type Err = Expected;

    fn from_str(word: &str) -> Result<Self, Expected> {
        Self::ALL
            .into_iter()
            .find(|scope| scope.word() == word)
            .ok_or(Expected("a scope: linked, role, practice, pcn or icb"))
    }
}

impl FromToml for GroupScope {
    const EXPECTED: &'static str =
        "a scope: \"linked\", \"role\", \"practice\", \"pcn\" or \"icb\"";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, Mismatch> {
        parse_str(value)
    }
}

/// Groups with their devices.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Grouping {
    /// Each group's name and devices, by name.
    pub groups: Vec<(String, Vec<usize>)>,
    /// Devices that belong to none, because a fact or an organisation is not recorded.
    pub ungrouped: usize,
}

/// A number or ratio that a group is compared with, in millionths.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Threshold(pub(crate) i64);

impl Threshold {
    /// Reads `60 %`, `0.6` or `2`.
    pub(crate) fn of(node: &Node) -> Option<Self> {
        let (kind, text) = node.scalar()?;
        let (number, scale) = match (kind, text.strip_suffix('%')) {
            (ScalarKind::Text, Some(percent)) => (percent.trim(), SCALE.checked_div(100)?),
            (ScalarKind::Number, None) => (text, SCALE),
            _ => return None,
        };
        let millionths = Decimal::from_str_exact(number).ok()?.checked_mul(Decimal::from(scale))?;
        let whole = millionths.to_i64().filter(|own| Decimal::from(*own) == millionths)?;
        (0..=SCALE.saturating_mul(1_000_000)).contains(&whole).then_some(Self(whole))
    }

    fn words(self, is_ratio: bool) -> String {
        let number = Decimal::from(self.0).checked_div(Decimal::from(SCALE)).unwrap_or_default();
        if is_ratio && number < Decimal::ONE {
            let percent = number.checked_mul(Decimal::ONE_HUNDRED).unwrap_or_default();
            format!("{} %", percent.normalize())
        } else {
            number.normalize().to_string()
        }
    }
}

/// Which devices one side counts.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Side {
    pub(crate) classes: Vec<Class>,
    /// Every device of the classes where there is none.
    pub(crate) condition: Option<Condition>,
}

impl Side {
    fn words(&self) -> String {
        let classes: Vec<&str> = self.classes.iter().map(Class::as_str).collect();
        let classes = classes.join(" or ");
        match (&self.condition, self.classes.first()) {
            (Some(condition), Some(class)) => {
                format!("{classes} with {}", condition.requirement(class))
            }
            _ => classes,
        }
    }
}

/// A rule over groups of devices.
#[derive(Clone, PartialEq, Debug)]
pub struct GroupRule {
    /// Its id, unique among the profile's group rules.
    pub id: String,
    /// By what devices are grouped.
    pub scope: GroupScope,
    /// How grave a failure is.
    pub severity: RuleSeverity,
    /// Why it is asked.
    pub why: String,
    /// The document behind it.
    pub source: Option<RuleSource>,
    pub(crate) count: Side,
    pub(crate) per: Option<Side>,
    pub(crate) at_least: Tiered<Threshold>,
    pub(crate) at_most: Tiered<Threshold>,
    pub(crate) from: Tiered<NaiveDate>,
}

impl GroupRule {
    /// The tiers for which it has a threshold, weakest first.
    pub fn tiers(&self) -> Vec<Tier> {
        let own =
            |tier: &Tier| self.at_least.get(*tier).is_some() || self.at_most.get(*tier).is_some();
        Tier::ALL.into_iter().filter(own).collect()
    }

    /// Whether it compares a ratio rather than a number of devices.
    pub fn is_ratio(&self) -> bool {
        self.per.is_some()
    }

    /// What it requires at a tier, in words.
    pub fn requirement(&self, tier: Tier) -> Option<String> {
        let is_ratio = self.per.is_some();
        let bound = |word: &str, own: Option<&Threshold>| {
            own.map(|own| format!("{word} {}", own.words(is_ratio)))
        };
        let bounds: Vec<String> =
            [bound("at least", self.at_least.get(tier)), bound("at most", self.at_most.get(tier))]
                .into_iter()
                .flatten()
                .collect();
        if bounds.is_empty() {
            return None;
        }
        let per = self.per.as_ref().map(|per| format!(" for each {}", per.words()));
        Some(format!("{} {}{}", bounds.join(" and "), self.count.words(), per.unwrap_or_default()))
    }

    /// Whether it asks at least what a parent's rule of the same id asks, provably.
    pub(crate) fn is_no_looser(&self, parent: &Self) -> bool {
        let same =
            self.scope == parent.scope && self.count == parent.count && self.per == parent.per;
        same && Tier::ALL.into_iter().all(|tier| {
            let at_least = parent
                .at_least
                .get(tier)
                .is_none_or(|asked| self.at_least.at(tier).is_some_and(|own| own >= asked));
            let at_most = parent
                .at_most
                .get(tier)
                .is_none_or(|asked| self.at_most.at(tier).is_some_and(|own| own <= asked));
            let starts = match (self.from.get(tier), parent.from.get(tier)) {
                (Some(own), Some(asked)) => own <= asked,
                (Some(_), None) => false,
                (None, _) => true,
            };
            at_least && at_most && starts
        })
    }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small test counts")]
mod tests;
