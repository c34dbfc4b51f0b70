//! Tiers: how much of a requirement a device meets.

use std::fmt;
use std::str::FromStr;

use diagnostic::toml_file::{FromToml, Mismatch};
use inventory::toml_values::parse_str;
use inventory::vocabulary::Expected;
use toml::de::DeValue;

/// One of the three strengths in which a rule may be written, weakest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Tier {
    /// Below it a device is not warranted: the failure that drives replacement.
    Minimum,
    /// What the estate should have.
    Recommended,
    /// What is bought now.
    Target,
}

impl Tier {
    /// Every tier, weakest first.
    pub const ALL: [Self; 3] = [Self::Minimum, Self::Recommended, Self::Target];

    /// The word that profiles and outputs use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Minimum => "minimum",
            Self::Recommended => "recommended",
            Self::Target => "target",
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Tier {
    type Err = Expected;

    fn from_str(word: &str) -> Result<Self, Expected> {
        Self::ALL
            .into_iter()
            .find(|tier| tier.word() == word)
            .ok_or(Expected("a tier: minimum, recommended or target"))
    }
}

impl FromToml for Tier {
    const EXPECTED: &'static str = "a tier: \"minimum\", \"recommended\" or \"target\"";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, Mismatch> {
        parse_str(value)
    }
}

/// At most one value a tier.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Tiered<T> {
    minimum: Option<T>,
    recommended: Option<T>,
    target: Option<T>,
}

impl<T> Tiered<T> {
    pub(crate) fn none() -> Self {
        Self { minimum: None, recommended: None, target: None }
    }

    pub(crate) fn only(tier: Tier, value: T) -> Self {
        let mut tiered = Self::none();
        tiered.set(tier, value);
        tiered
    }

    /// The value written for exactly this tier.
    pub(crate) fn get(&self, tier: Tier) -> Option<&T> {
        match tier {
            Tier::Minimum => self.minimum.as_ref(),
            Tier::Recommended => self.recommended.as_ref(),
            Tier::Target => self.target.as_ref(),
        }
    }

    /// The value that holds at this tier: its own, or that of the nearest weaker tier.
    pub(crate) fn at(&self, tier: Tier) -> Option<&T> {
        Tier::ALL.into_iter().rev().filter(|own| *own <= tier).find_map(|own| self.get(own))
    }

    pub(crate) fn set(&mut self, tier: Tier, value: T) {
        let slot = match tier {
            Tier::Minimum => &mut self.minimum,
            Tier::Recommended => &mut self.recommended,
            Tier::Target => &mut self.target,
        };
        *slot = Some(value);
    }

    /// The tiers that have a value of their own, weakest first.
    pub(crate) fn tiers(&self) -> impl Iterator<Item = Tier> + '_ {
        Tier::ALL.into_iter().filter(|tier| self.get(*tier).is_some())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.tiers().next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tier_without_a_value_takes_that_of_the_weaker_one() {
        let mut tiered = Tiered::only(Tier::Minimum, 8);
        tiered.set(Tier::Target, 32);
        assert_eq!(tiered.at(Tier::Recommended), Some(&8));
        assert_eq!(tiered.at(Tier::Target), Some(&32));
        assert_eq!(Tiered::only(Tier::Recommended, 1).at(Tier::Minimum), None);
        assert_eq!(tiered.tiers().collect::<Vec<_>>(), [Tier::Minimum, Tier::Target]);
    }
}
