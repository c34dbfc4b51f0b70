//! Strong Kleene logic with a fourth value for what does not apply.

use crate::FactSet;

/// What a condition says of a device on a day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Truth {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
    /// It cannot be said, because these facts are missing or cannot be read.
    Unknown(FactSet),
    /// The question does not arise. The identity of [`Truth::and`] and [`Truth::or`].
    NotApplicable,
}

impl Truth {
    /// Pass when `holds`, else fail.
    pub fn of(holds: bool) -> Self {
        if holds { Self::Pass } else { Self::Fail }
    }

    /// Fails if either fails, else unknown if either is, else passes if either does.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::NotApplicable, rest) | (rest, Self::NotApplicable) => rest,
            (Self::Fail, _) | (_, Self::Fail) => Self::Fail,
            (Self::Unknown(a), Self::Unknown(b)) => Self::Unknown(a.union(b)),
            (Self::Unknown(facts), Self::Pass) | (Self::Pass, Self::Unknown(facts)) => {
                Self::Unknown(facts)
            }
            (Self::Pass, Self::Pass) => Self::Pass,
        }
    }

    /// Passes if either passes, else unknown if either is, else fails if either does.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.negated().and(other.negated()).negated()
    }

    /// Swaps pass and fail.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Pass => Self::Fail,
            Self::Fail => Self::Pass,
            same @ (Self::Unknown(_) | Self::NotApplicable) => same,
        }
    }

    /// `then` where `self` holds; not applicable where it does not; unknown where it is unknown.
    #[must_use]
    pub fn guard(self, then: Self) -> Self {
        match (self, then) {
            (Self::Pass | Self::NotApplicable, then) => then,
            (Self::Fail, _) | (_, Self::NotApplicable) => Self::NotApplicable,
            (Self::Unknown(facts), Self::Unknown(more)) => Self::Unknown(facts.union(more)),
            (Self::Unknown(facts), Self::Pass | Self::Fail) => Self::Unknown(facts),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use inventory::Field;
    use proptest::prelude::*;

    fn any_truth() -> impl Strategy<Value = Truth> {
        prop_oneof![
            Just(Truth::Pass),
            Just(Truth::Fail),
            Just(Truth::NotApplicable),
            Just(Truth::Unknown(FactSet::of(Field::Cpu))),
            Just(Truth::Unknown(FactSet::of(Field::Os))),
        ]
    }

    proptest! {
        #[test]
        fn de_morgan_and_order(a in any_truth(), b in any_truth(), c in any_truth()) {
            prop_assert_eq!(a.and(b).negated(), a.negated().or(b.negated()));
            prop_assert_eq!(a.and(b), b.and(a));
            prop_assert_eq!(a.and(b).and(c), a.and(b.and(c)));
            prop_assert_eq!(a.or(b), b.or(a));
            prop_assert_eq!(a.or(b).or(c), a.or(b.or(c)));
            prop_assert_eq!(a.and(Truth::NotApplicable), a);
            prop_assert_eq!(a.or(Truth::NotApplicable), a);
        }
    }
}
