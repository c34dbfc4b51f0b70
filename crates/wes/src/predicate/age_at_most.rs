//! `age_at_most`: no more time than given has passed since the date.
//!
//! `"life"` stands for the life in years that the profile gives the device's class. The anniversary itself still passes.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use inventory::catalogue::Kind;
use inventory::{Class, Field, Value};

use super::operand::Scope;
use super::{Strictness, Test};
use crate::node::Node;
use crate::{Period, Steps, Truth, codes};

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum AgeAtMost {
    Fixed(Period),
    Life(BTreeMap<Class, Period>),
}

impl AgeAtMost {
    pub(crate) fn is_life(&self) -> bool {
        matches!(self, Self::Life(_))
    }

    fn limit(&self, class: &Class) -> Option<Period> {
        match self {
            Self::Fixed(period) => Some(*period),
            Self::Life(lives) => lives.get(class).copied(),
        }
    }
}

impl Test for AgeAtMost {
    fn parse(operand: &Node, field: Field, scope: &Scope<'_>) -> Option<Self> {
        scope.require_kind(
            operand,
            field,
            "age_at_most",
            |kind| kind == Kind::Date,
            "ages are counted from a date such as `purchase_date`",
        )?;
        if operand.text() != Some("life") {
            return scope.period(operand).map(Self::Fixed);
        }
        let without: Vec<&str> = scope
            .classes
            .iter()
            .filter(|class| !scope.life.contains_key(*class))
            .map(Class::as_str)
            .collect();
        if without.is_empty() {
            let judged = |class: &&Class| scope.classes.contains(class);
            let lives = scope.life.iter().filter(|(class, _)| judged(class));
            return Some(Self::Life(lives.map(|(class, life)| (class.clone(), *life)).collect()));
        }
        scope.error(
            codes::NO_LIFE,
            operand,
            format!("the profile gives no life to {}", without.join(", ")),
            format!("add `{} = 5` (years) under `[life]`", without.first().unwrap_or(&"")),
        );
        None
    }

    fn test(&self, class: &Class, _: Field, value: &Value) -> Steps<Truth> {
        let (Some(limit), Value::Date(since)) = (self.limit(class), value) else {
            return Steps::constant(Truth::NotApplicable);
        };
        let too_old = limit.after(*since).succ_opt().unwrap_or(NaiveDate::MAX);
        Steps::change(Truth::Pass, too_old, Truth::Fail)
    }

    fn nudged(&self, _: Field) -> Vec<Self> {
        match self {
            Self::Fixed(period) => period.neighbours().into_iter().map(Self::Fixed).collect(),
            Self::Life(lives) => lives
                .iter()
                .flat_map(|(class, life)| {
                    life.neighbours().into_iter().map(|other| {
                        let mut changed = lives.clone();
                        changed.insert(class.clone(), other);
                        Self::Life(changed)
                    })
                })
                .collect(),
        }
    }

    fn requirement(&self, class: &Class, _: Field) -> String {
        let limit = self.limit(class).map(|limit| limit.to_string()).unwrap_or_default();
        match self {
            Self::Fixed(_) => format!("at most {limit} ago"),
            Self::Life(_) => format!("at most {limit} ago (the life of a {class})"),
        }
    }

    fn strictness(&self, parent: &Self) -> Strictness {
        let compare = |child: Period, parent: Period| {
            child
                .provably_cmp(parent)
                .map_or(Strictness::Unprovable, |order| Strictness::of(order).reversed())
        };
        match (self, parent) {
            (Self::Fixed(child), Self::Fixed(parent)) => compare(*child, *parent),
            (Self::Life(child), Self::Life(parent)) => parent
                .iter()
                .map(|(class, life)| {
                    child.get(class).map_or(Strictness::Looser, |own| compare(*own, *life))
                })
                .fold(Strictness::Equal, Strictness::both),
            (Self::Fixed(child), Self::Life(parent)) => parent
                .values()
                .map(|life| compare(*child, *life))
                .fold(Strictness::Equal, Strictness::both),
            (Self::Life(child), Self::Fixed(parent)) => child
                .values()
                .map(|life| compare(*life, *parent))
                .fold(Strictness::Equal, Strictness::both),
        }
    }
}
