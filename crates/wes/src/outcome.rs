//! What a rule says of a device, on a day and through time.

use std::fmt;

use chrono::NaiveDate;
use inventory::FinancialYear;

use crate::{FactSet, Steps, Tier};

/// What a rule says of a device on a day. An unknown is never a pass.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Outcome {
    /// Every tier that is in force is met.
    Pass,
    /// A tier is not met.
    Fail {
        /// The weakest tier that is not met.
        tier: Tier,
        /// The missing facts that the rule counts as failure (`on_missing = "fail"`); else empty.
        missing: FactSet,
    },
    /// It cannot be said whether a tier is met.
    Unknown {
        /// The weakest tier that cannot be judged.
        tier: Tier,
        /// The facts that would settle it.
        facts: FactSet,
    },
    /// The rule has nothing to say: another class, not yet in force, or its `when` does not hold.
    NotApplicable,
}

impl Outcome {
    /// The verdict's word in outputs: pass, fail, unknown or not-applicable.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail { .. } => "fail",
            Self::Unknown { .. } => "unknown",
            Self::NotApplicable => "not-applicable",
        }
    }

    /// The tier that fails or cannot be judged.
    pub fn tier(self) -> Option<Tier> {
        match self {
            Self::Fail { tier, .. } | Self::Unknown { tier, .. } => Some(tier),
            Self::Pass | Self::NotApplicable => None,
        }
    }

    /// The facts that are missing.
    pub fn facts(self) -> FactSet {
        match self {
            Self::Fail { missing: facts, .. } | Self::Unknown { facts, .. } => facts,
            Self::Pass | Self::NotApplicable => FactSet::EMPTY,
        }
    }

    /// True when a tier up to and including `tier` fails.
    pub fn fails(self, tier: Tier) -> bool {
        matches!(self, Self::Fail { tier: failed, .. } if failed <= tier)
    }

    /// True when a tier up to and including `tier` cannot be judged.
    pub fn is_unknown(self, tier: Tier) -> bool {
        matches!(self, Self::Unknown { tier: unknown, .. } if unknown <= tier)
    }

    /// True when every tier up to and including `tier` is met or does not apply.
    pub fn meets(self, tier: Tier) -> bool {
        self.tier().is_none_or(|other| other > tier)
    }

    /// How bad it is, for choosing the worst of several: larger is worse.
    pub fn gravity(self) -> u8 {
        match self {
            Self::NotApplicable => 0,
            Self::Pass => 1,
            Self::Unknown { tier: Tier::Target, .. } => 2,
            Self::Fail { tier: Tier::Target, .. } => 3,
            Self::Unknown { tier: Tier::Recommended, .. } => 4,
            Self::Fail { tier: Tier::Recommended, .. } => 5,
            Self::Unknown { tier: Tier::Minimum, .. } => 6,
            Self::Fail { tier: Tier::Minimum, .. } => 7,
        }
    }
}

impl fmt::Display for Outcome {
    /// As profile tests write it: `pass`, `fail@minimum`, `unknown:os_build`, `not-applicable`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pass | Self::NotApplicable => f.write_str(self.word()),
            Self::Fail { tier, .. } => write!(f, "fail@{tier}"),
            Self::Unknown { facts, .. } => write!(f, "unknown:{facts}"),
        }
    }
}

/// How long something stays compliant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Compliance {
    /// It is not compliant on the day asked about.
    NotNow,
    /// It is, up to and including this day.
    Until(NaiveDate),
    /// It is, and nothing that is known ends it.
    NoEnd,
}

impl Compliance {
    /// The earlier end of two.
    #[must_use]
    pub fn earlier(self, other: Self) -> Self {
        match (self, other) {
            (Self::NotNow, _) | (_, Self::NotNow) => Self::NotNow,
            (Self::Until(a), Self::Until(b)) => Self::Until(a.min(b)),
            (until @ Self::Until(_), Self::NoEnd) | (Self::NoEnd, until @ Self::Until(_)) => until,
            (Self::NoEnd, Self::NoEnd) => Self::NoEnd,
        }
    }
}

/// How much of a financial year a rule fails or cannot be judged.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct YearShare {
    /// Days of the year.
    pub days: u32,
    /// Days on which the tier fails.
    pub failing_days: u32,
    /// Days on which the tier cannot be judged.
    pub unknown_days: u32,
}

/// A rule's outcome for a device on every day.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Timeline(Steps<Outcome>);

impl Timeline {
    pub(crate) fn new(steps: Steps<Outcome>) -> Self {
        Self(steps)
    }

    /// The same outcome on every day.
    pub fn constant(outcome: Outcome) -> Self {
        Self(Steps::constant(outcome))
    }

    /// The outcome as a step function.
    pub fn steps(&self) -> &Steps<Outcome> {
        &self.0
    }

    /// The outcome on a day.
    pub fn at(&self, day: NaiveDate) -> Outcome {
        self.0.at(day)
    }

    /// How long the tier stays met from `day` on; an unknown ends compliance as a failure does.
    pub fn compliant_until(&self, day: NaiveDate, tier: Tier) -> Compliance {
        if !self.at(day).meets(tier) {
            return Compliance::NotNow;
        }
        self.0
            .changes()
            .iter()
            .find(|(from, outcome)| *from > day && !outcome.meets(tier))
            .and_then(|(from, _)| from.pred_opt())
            .map_or(Compliance::NoEnd, Compliance::Until)
    }

    /// The first day, not before `day`, on which the tier fails.
    pub fn first_failure(&self, day: NaiveDate, tier: Tier) -> Option<NaiveDate> {
        self.0
            .spans(day, NaiveDate::MAX)
            .find(|(_, _, outcome)| outcome.fails(tier))
            .map(|(start, _, _)| start)
    }

    /// The first day, not before `day`, on which the tier fails or cannot be judged.
    pub fn first_not_met(&self, day: NaiveDate, tier: Tier) -> Option<NaiveDate> {
        self.0
            .spans(day, NaiveDate::MAX)
            .find(|(_, _, outcome)| !outcome.meets(tier))
            .map(|(start, _, _)| start)
    }

    /// How many days of a financial year the tier fails or cannot be judged.
    pub fn year_share(&self, year: FinancialYear, tier: Tier) -> YearShare {
        let mut share = YearShare::default();
        for (start, end, outcome) in self.0.spans(year.start(), year.end()) {
            let days = end.signed_duration_since(start).num_days().saturating_add(1);
            let days = u32::try_from(days).unwrap_or(0);
            share.days = share.days.saturating_add(days);
            if outcome.fails(tier) {
                share.failing_days = share.failing_days.saturating_add(days);
            } else if outcome.is_unknown(tier) {
                share.unknown_days = share.unknown_days.saturating_add(days);
            }
        }
        share
    }
}
