//! A rule of a compiled profile.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use diagnostic::Place;
use inventory::vocabulary::Expected;
use inventory::{Class, Field};

use crate::condition::Condition;
use crate::profile::Effective;
use crate::{Facts, Outcome, Steps, Tier, Tiered, Timeline, Truth};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $expected:literal, { $($(#[$vdoc:meta])* $variant:ident => $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// The word that profiles and outputs use.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = Expected;

            fn from_str(text: &str) -> Result<Self, Expected> {
                [$(Self::$variant,)+].into_iter().find(|value| value.as_str() == text).ok_or(Expected($expected))
            }
        }
    };
}

words!(
    /// How grave a failure is, for people and for the order of work.
    RuleSeverity, "a severity: low, medium, high or critical",
    {
        /// Worth knowing.
        Low => "low",
        /// To be mended in the ordinary course.
        Medium => "medium",
        /// Affects patients' or practices' work.
        High => "high",
        /// Affects safety or security now.
        Critical => "critical",
    }
);

words!(
    /// What a rule makes of missing facts.
    OnMissing, "unknown or fail",
    {
        /// The verdict is unknown.
        Unknown => "unknown",
        /// The verdict is a failure; the missing facts are kept with it.
        Fail => "fail",
    }
);

words!(
    /// Ways of mending a failure, cheapest first.
    RemedyKind, "a remedy: configure, reimage, upgrade or replace",
    {
        /// Change a setting of the device.
        Configure => "configure",
        /// Put another system image on it.
        Reimage => "reimage",
        /// Fit a part.
        Upgrade => "upgrade",
        /// Buy another device.
        Replace => "replace",
    }
);

words!(
    /// On whose word a requirement rests.
    Basis, "published or local-default",
    {
        /// A document says so.
        Published => "published",
        /// A local choice, to be reviewed by whoever adopts the profile.
        LocalDefault => "local-default",
    }
);

/// The document behind a requirement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleSource {
    /// Title of the document.
    pub document: String,
    /// Section or page.
    pub section: Option<String>,
    /// Its date.
    pub date: Option<NaiveDate>,
    /// Where it can be read.
    pub url: Option<String>,
    /// Whether it is published or a local choice.
    pub basis: Basis,
}

/// What to do about a failure.
#[derive(Clone, PartialEq, Debug)]
pub struct Remedy {
    /// The kind of work.
    pub kind: RemedyKind,
    /// The price-list item that it uses, if any.
    pub item: Option<String>,
    pub(crate) when: Option<Condition>,
    pub(crate) otherwise: Option<Box<Self>>,
}

impl Remedy {
    /// This remedy and those to fall back on, in the order in which to try them.
    pub fn chain(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |remedy| remedy.otherwise.as_deref())
    }

    /// The remedies in the order in which to try them, each with whether it can be used on a device on a day.
    pub fn options(&self, class: &Class, facts: &dyn Facts, day: NaiveDate) -> Vec<(&Self, Truth)> {
        self.chain()
            .map(|remedy| {
                let when = remedy.when.as_ref();
                (remedy, when.map_or(Truth::Pass, |when| when.steps(class, facts).at(day)))
            })
            .collect()
    }

    /// The first remedy that surely can be used on a device on a day.
    pub fn choose(&self, class: &Class, facts: &dyn Facts, day: NaiveDate) -> Option<&Self> {
        self.options(class, facts, day)
            .into_iter()
            .find(|(_, usable)| matches!(usable, Truth::Pass | Truth::NotApplicable))
            .map(|(remedy, _)| remedy)
    }
}

/// One layer's hand in a rule: who wrote which key, where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Touch {
    /// The profile that wrote it, as `id version`.
    pub layer: String,
    /// The key under the rule, such as `at_least.minimum`.
    pub key: String,
    /// The value as written.
    pub written: String,
    /// Where it stands.
    pub place: Place,
}

/// What a rule asks in one phase of its life.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Body {
    pub(crate) classes: Vec<Class>,
    pub(crate) tiers: Tiered<Condition>,
    pub(crate) from: Tiered<NaiveDate>,
    pub(crate) on_missing: OnMissing,
}

/// A stretch of time in which a rule asks one thing.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Phase {
    /// The last day; the last phase has none.
    pub(crate) until: Option<NaiveDate>,
    /// What is asked; `None` is a rule switched off by an approved relaxation.
    pub(crate) body: Option<Body>,
}

/// An approved relaxation in force on a rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Relaxation {
    /// Why.
    pub reason: String,
    /// Who approved it.
    pub approved_by: String,
    /// The last day on which it holds.
    pub until: NaiveDate,
}

/// A rule with everything that its profile and its parents say of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Rule {
    /// Its id, unique in the profile.
    pub id: String,
    /// How grave a failure is.
    pub severity: RuleSeverity,
    /// How much a failure counts in the plan's objective, from 1 to 1000.
    pub weight: u32,
    /// Why it is asked; empty when the profile does not say.
    pub why: String,
    /// The document behind it.
    pub source: Option<RuleSource>,
    /// What to do about a failure.
    pub remedy: Option<Remedy>,
    /// The relaxation that weakens it, if any.
    pub relaxation: Option<Relaxation>,
    /// Every layer's hand in it, parents first.
    pub history: Vec<Touch>,
    pub(crate) phases: Vec<Phase>,
    /// The days on which the rule is in force, where they are not its profile's: see [`crate::assign::join`].
    pub(crate) effective: Option<Effective>,
}

impl Rule {
    /// The classes of devices that it judges in some phase, ascending.
    pub fn classes(&self) -> Vec<Class> {
        let mut classes: Vec<Class> =
            self.bodies().flat_map(|body| body.classes.iter().cloned()).collect();
        classes.sort();
        classes.dedup();
        classes
    }

    /// The fields that it reads, in the order of the catalogue.
    pub fn fields(&self) -> Vec<Field> {
        self.facts().iter().collect()
    }

    /// Everything that it reads: fields and set-valued facts.
    pub fn facts(&self) -> crate::FactSet {
        let mut set = crate::FactSet::EMPTY;
        for body in self.bodies() {
            for tier in body.tiers.tiers() {
                if let Some(condition) = body.tiers.get(tier) {
                    set = set.union(condition.fields());
                }
            }
        }
        set
    }

    /// The tiers for which it has a requirement, weakest first.
    pub fn tiers(&self) -> Vec<Tier> {
        Tier::ALL
            .into_iter()
            .filter(|tier| self.bodies().any(|body| body.tiers.get(*tier).is_some()))
            .collect()
    }

    /// What it requires at a tier of a class on a day, in words; `None` when it asks nothing then.
    pub fn requirement(&self, tier: Tier, class: &Class, day: NaiveDate) -> Option<String> {
        let body = self.body_on(day)?;
        let in_force = body.from.get(tier).is_none_or(|from| *from <= day);
        let asked = body.classes.contains(class) && in_force;
        body.tiers.get(tier).filter(|_| asked).map(|condition| condition.requirement(class))
    }

    /// The first day on which a tier is in force, where it has one.
    pub fn start(&self, tier: Tier) -> Option<NaiveDate> {
        self.bodies().filter_map(|body| body.from.get(tier).copied()).min()
    }

    /// What it says of a device through time, for a profile in force as given.
    pub fn judge(&self, class: &Class, facts: &dyn Facts, effective: Effective) -> Timeline {
        let effective = self.effective.unwrap_or(effective);
        let mut phases = self.phases.iter();
        let mut until = None;
        let mut steps = Steps::constant(Outcome::NotApplicable);
        for (position, phase) in phases.by_ref().enumerate() {
            let own = phase.body.as_ref().map_or_else(
                || Steps::constant(Outcome::NotApplicable),
                |body| body.judge(class, facts),
            );
            steps = match (position, until) {
                (0, _) | (_, None) => own,
                (_, Some(last)) => {
                    let last: NaiveDate = last;
                    steps.then(last.succ_opt().unwrap_or(NaiveDate::MAX), &own)
                }
            };
            until = phase.until;
        }
        if let Some(from) = effective.from {
            steps = Steps::constant(Outcome::NotApplicable).then(from, &steps);
        }
        if let Some(until) = effective.until {
            steps = steps.then(until, &Steps::constant(Outcome::NotApplicable));
        }
        Timeline::new(steps)
    }

    /// True when devices of two classes that it judges can differ by class alone.
    pub(crate) fn depends_on_class(&self) -> bool {
        let classes = self.classes();
        self.phases.iter().any(|phase| {
            phase.body.as_ref().is_none_or(|body| {
                classes.iter().any(|class| !body.classes.contains(class))
                    || body
                        .tiers
                        .tiers()
                        .any(|tier| body.tiers.get(tier).is_some_and(Condition::depends_on_class))
            })
        })
    }

    pub(crate) fn body_on(&self, day: NaiveDate) -> Option<&Body> {
        self.phases
            .iter()
            .find(|phase| phase.until.is_none_or(|until| day <= until))
            .and_then(|phase| phase.body.as_ref())
    }

    fn bodies(&self) -> impl Iterator<Item = &Body> {
        self.phases.iter().filter_map(|phase| phase.body.as_ref())
    }
}

impl Body {
    fn judge(&self, class: &Class, facts: &dyn Facts) -> Steps<Outcome> {
        if !self.classes.contains(class) {
            return Steps::constant(Outcome::NotApplicable);
        }
        let mut outcome = Steps::constant(Outcome::NotApplicable);
        for tier in Tier::ALL {
            let Some(condition) = self.tiers.get(tier) else { continue };
            let mut truth = condition.steps(class, facts);
            if let Some(from) = self.from.get(tier) {
                truth = Steps::constant(Truth::NotApplicable).then(*from, &truth);
            }
            outcome =
                outcome.zip(&truth, |weaker, truth| add_tier(weaker, tier, truth, self.on_missing));
        }
        outcome
    }
}

/// The outcome of a rule after one tier more: a weaker tier that is not met stands.
pub(crate) fn add_tier(
    weaker: Outcome,
    tier: Tier,
    truth: Truth,
    on_missing: OnMissing,
) -> Outcome {
    if matches!(weaker, Outcome::Fail { .. } | Outcome::Unknown { .. }) {
        return weaker;
    }
    match (truth, on_missing) {
        (Truth::Pass, _) => Outcome::Pass,
        (Truth::NotApplicable, _) => weaker,
        (Truth::Fail, _) => Outcome::Fail { tier, missing: crate::FactSet::EMPTY },
        (Truth::Unknown(facts), OnMissing::Fail) => Outcome::Fail { tier, missing: facts },
        (Truth::Unknown(facts), OnMissing::Unknown) => Outcome::Unknown { tier, facts },
    }
}
