//! Why a rule says what it says of one device: made only when somebody asks.

use chrono::NaiveDate;
use inventory::catalogue::Kind;
use inventory::{Class, Field, Value};

use crate::condition::{Condition, Leaf};
use crate::predicate::Predicate;
use crate::profile::Input;
use crate::{Compiled, Compliance, Facts, Outcome, Rule, Steps, Tier, Truth};

/// One value compared with one requirement.
#[derive(Clone, PartialEq, Debug)]
pub struct Comparison {
    /// The fields asked about, with what is known of each.
    pub values: Vec<(Field, Option<Value>)>,
    /// What is required, in words.
    pub required: String,
    /// What the comparison gives on the day.
    pub truth: Truth,
    /// How far the value is from the requirement, in words, where that can be measured.
    pub margin: Option<String>,
    /// The list or lifecycle table that decided.
    pub input: Option<Input>,
}

/// What a rule asks at one tier, and what it finds.
#[derive(Clone, PartialEq, Debug)]
pub struct TierExplanation {
    /// The tier.
    pub tier: Tier,
    /// What is required, in words.
    pub required: String,
    /// The first day on which the tier is in force, where it has one.
    pub from: Option<NaiveDate>,
    /// What the tier gives on the day; not applicable before its start.
    pub truth: Truth,
    /// Every comparison that went into it.
    pub comparisons: Vec<Comparison>,
}

/// Everything behind one verdict.
#[derive(Clone, PartialEq, Debug)]
pub struct Explanation {
    /// The verdict on the day.
    pub outcome: Outcome,
    /// How long the minimum stays met.
    pub compliant_until: Compliance,
    /// Tier by tier, weakest first; empty when the rule does not judge the class.
    pub tiers: Vec<TierExplanation>,
}

impl Rule {
    /// Explains the verdict on a device on a day.
    pub fn explain(
        &self,
        profile: &Compiled,
        class: &Class,
        facts: &dyn Facts,
        day: NaiveDate,
    ) -> Explanation {
        let timeline = self.judge(class, facts, profile.effective());
        let body = self.body_on(day).filter(|body| body.classes.contains(class));
        let tiers = body.map_or_else(Vec::new, |body| {
            body.tiers
                .tiers()
                .filter_map(|tier| {
                    let condition = body.tiers.get(tier)?;
                    let from = body.from.get(tier).copied();
                    let started = from.is_none_or(|from| from <= day);
                    Some(TierExplanation {
                        tier,
                        required: condition.requirement(class),
                        from,
                        truth: if started {
                            condition.steps(class, facts).at(day)
                        } else {
                            Truth::NotApplicable
                        },
                        comparisons: comparisons(condition, class, facts, day),
                    })
                })
                .collect()
        });
        Explanation {
            outcome: timeline.at(day),
            compliant_until: timeline.compliant_until(day, Tier::Minimum),
            tiers,
        }
    }
}

fn comparisons(
    condition: &Condition,
    class: &Class,
    facts: &dyn Facts,
    day: NaiveDate,
) -> Vec<Comparison> {
    let mut told: Vec<Comparison> = Vec::new();
    for leaf in condition.leaves(facts) {
        let comparison = compare(leaf, class, facts, day);
        if !told.contains(&comparison) {
            told.push(comparison);
        }
    }
    told
}

fn compare(leaf: &Leaf, class: &Class, facts: &dyn Facts, day: NaiveDate) -> Comparison {
    let steps = leaf.predicate.steps(class, &leaf.fields, facts);
    let values: Vec<(Field, Option<Value>)> =
        leaf.fields.iter().map(|field| (*field, facts.value(*field).cloned())).collect();
    let distance = match values.as_slice() {
        [(field, Some(value))] => distance(&leaf.predicate, *field, value),
        _ => None,
    };
    Comparison {
        required: leaf.required(class),
        truth: steps.at(day),
        margin: distance.or_else(|| days_to_change(&steps, day)),
        input: input_of(&leaf.predicate),
        values,
    }
}

/// The difference of two numbers: `+4 GiB` above the bound, `-4 GiB` below it.
fn distance(predicate: &Predicate, field: Field, value: &Value) -> Option<String> {
    let bound = match predicate {
        Predicate::AtLeast(at_least) => at_least.bound(),
        Predicate::AtMost(at_most) => at_most.bound(),
        _ => return None,
    };
    let (Value::Number(value), Value::Number(bound)) = (value, bound?) else { return None };
    let Kind::Number(unit) = field.kind() else { return None };
    let difference = value.checked_sub(*bound)?;
    let sign = if difference < 0 { "" } else { "+" };
    let symbol = if unit.symbol.is_empty() { String::new() } else { format!(" {}", unit.symbol) };
    Some(format!("{sign}{}{symbol}", unit.to_units(difference)))
}

fn days_to_change(steps: &Steps<Truth>, day: NaiveDate) -> Option<String> {
    let now = steps.at(day);
    let plural = |days: i64| if days == 1 { "" } else { "s" };
    match now {
        Truth::Pass => {
            let (changes, _) =
                steps.changes().iter().find(|(from, truth)| *from > day && *truth != now)?;
            let days = changes.signed_duration_since(day).num_days();
            Some(format!("{days} day{} left", plural(days)))
        }
        Truth::Fail => {
            let (since, _) =
                steps.changes().iter().rev().find(|(from, truth)| *from <= day && *truth == now)?;
            let days = day.signed_duration_since(*since).num_days().saturating_add(1);
            Some(format!("{days} day{} over", plural(days)))
        }
        Truth::Unknown(_) | Truth::NotApplicable => None,
    }
}

fn input_of(predicate: &Predicate) -> Option<Input> {
    match predicate {
        Predicate::InList(in_list) => Some(Input::of_list(in_list.list())),
        Predicate::NotInList(not_in_list) => Some(Input::of_list(not_in_list.list())),
        Predicate::SupportedBy(supported) => Some(Input::of_table(supported.table())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shipped::{self, Shipped};
    use inventory::ClassCatalogue;
    use std::collections::BTreeMap;

    fn facts(pairs: &[(Field, &str)]) -> BTreeMap<Field, Value> {
        pairs.iter().map(|(field, text)| (*field, field.kind().parse(text).unwrap())).collect()
    }

    #[test]
    fn values_requirements_and_margins_are_told() {
        let classes = ClassCatalogue::shipped();
        let source = shipped::profile("example-icb-local-wes").unwrap();
        let profile = Compiled::load(&source, &Shipped, &classes).0.unwrap();
        let laptop = classes.parse("laptop").unwrap();
        let day: NaiveDate = "2026-11-20".parse().unwrap();
        let device = facts(&[
            (Field::RamGib, "8"),
            (Field::PurchaseDate, "2023-01-01"),
            (Field::Os, "windows-11"),
            (Field::OsBuild, "26100"),
            (Field::OsEdition, "enterprise-education"),
        ]);
        let explain =
            |rule: &str| profile.rule(rule).unwrap().1.explain(&profile, &laptop, &device, day);

        let memory = explain("memory");
        assert_eq!(memory.outcome.to_string(), "fail@recommended");
        let margins: Vec<_> =
            memory.tiers.iter().map(|tier| tier.comparisons[0].margin.clone().unwrap()).collect();
        assert_eq!(margins, ["+0 GiB", "-8 GiB"]);

        let support = explain("os_in_support");
        assert_eq!(
            support.compliant_until,
            Compliance::Until("2027-10-12".parse().unwrap()),
            "the last day of support is the last compliant day"
        );
        let comparison = &support.tiers[0].comparisons[0];
        assert_eq!(comparison.margin.as_deref(), Some("327 days left"));
        assert_eq!(comparison.input.as_ref().unwrap().name, "windows");

        assert_eq!(explain("age").tiers[0].comparisons[0].margin.as_deref(), Some("43 days left"));
        assert_eq!(explain("encryption").outcome.to_string(), "unknown:encryption");
        assert!(explain("monitor_resolution").tiers.is_empty());
    }
}
