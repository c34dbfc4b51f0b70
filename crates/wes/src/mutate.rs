//! Mutation of profiles: small changes that some `[[test]]` should notice.
//!
//! Every rule that the profile itself writes is changed in one place at a time (a threshold by one unit, a day, a class, a value of a
//! list, a whole condition or rule) and the profile's tests are run again. A change that no test notices is a requirement
//! that nobody has checked.

use diagnostic::Place;

use crate::condition::{Condition, Leaf};
use crate::rule::{Body, OnMissing, Phase};
use crate::{Compiled, Rule, Tier};

/// One change of a profile.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mutant {
    /// The rule that was changed.
    pub rule: String,
    /// What was changed, in words.
    pub change: String,
    /// Where the rule stands.
    pub place: Place,
    /// Whether a test noticed.
    pub noticed: bool,
}

/// Every change of the profile's own rules, each with whether a test noticed it.
///
/// Cost: the tests of the profile once a change; some hundred changes for a profile of twenty rules.
pub fn mutants(profile: &Compiled) -> Vec<Mutant> {
    let own = profile.layers().last().map(crate::Layer::label).unwrap_or_default();
    let mut found = Vec::new();
    let mut trial = profile.clone();
    for (position, rule) in profile.rules().iter().enumerate() {
        let Some(touch) = rule.history.iter().find(|touch| touch.layer == own) else { continue };
        for (change, mutated) in rule_mutants(rule) {
            if let Some(slot) = trial.rules.get_mut(position) {
                *slot = mutated;
            }
            let noticed = trial.run_tests().iter().any(|test| !test.passed());
            let place = touch.place.clone();
            found.push(Mutant { rule: rule.id.clone(), change, place, noticed });
        }
        if let Some(slot) = trial.rules.get_mut(position) {
            *slot = rule.clone();
        }
    }
    found
}

fn rule_mutants(rule: &Rule) -> Vec<(String, Rule)> {
    let dropped = Rule { phases: vec![Phase { until: None, body: None }], ..rule.clone() };
    let mut all = vec![("the rule is dropped".to_owned(), dropped)];
    for (number, phase) in rule.phases.iter().enumerate() {
        let Some(body) = &phase.body else { continue };
        for (change, mutated) in body_mutants(body) {
            let mut changed = rule.clone();
            if let Some(slot) = changed.phases.get_mut(number) {
                slot.body = Some(mutated);
            }
            all.push((change, changed));
        }
    }
    all
}

fn body_mutants(body: &Body) -> Vec<(String, Body)> {
    let mut all = Vec::new();
    for class in &body.classes {
        let mut changed = body.clone();
        changed.classes.retain(|own| own != class);
        all.push((format!("`applies_to` without {class}"), changed));
    }
    for tier in Tier::ALL {
        let Some(condition) = body.tiers.get(tier) else { continue };
        let class = body.classes.first();
        let words = |condition: &Condition| {
            class.map(|class| condition.requirement(class)).unwrap_or_default()
        };
        for mutated in condition_mutants(condition) {
            let change = format!("{tier}: {} becomes {}", words(condition), words(&mutated));
            let mut changed = body.clone();
            changed.tiers.set(tier, mutated);
            all.push((change, changed));
        }
        let Some(from) = body.from.get(tier) else { continue };
        for day in [from.pred_opt(), from.succ_opt()].into_iter().flatten() {
            let mut changed = body.clone();
            changed.from.set(tier, day);
            all.push((format!("{tier}: from {from} becomes {day}"), changed));
        }
    }
    if body.on_missing == OnMissing::Fail {
        let changed = Body { on_missing: OnMissing::Unknown, ..body.clone() };
        all.push(("`on_missing` becomes unknown".to_owned(), changed));
    }
    all
}

fn condition_mutants(condition: &Condition) -> Vec<Condition> {
    match condition {
        Condition::Leaf(leaf) => leaf_mutants(leaf).into_iter().map(Condition::Leaf).collect(),
        Condition::By { field, cases } => {
            let mut all = Vec::new();
            for (at, (value, leaf)) in cases.iter().enumerate() {
                for mutated in leaf_mutants(leaf) {
                    let mut changed = cases.clone();
                    if let Some(slot) = changed.get_mut(at) {
                        *slot = (value.clone(), mutated);
                    }
                    all.push(Condition::By { field: *field, cases: changed });
                }
            }
            all
        }
        Condition::All(items) => many(items).into_iter().map(Condition::All).collect(),
        Condition::Any(items) => many(items).into_iter().map(Condition::Any).collect(),
        Condition::Not(inner) => std::iter::once(inner.as_ref().clone())
            .chain(condition_mutants(inner).into_iter().map(|own| Condition::Not(Box::new(own))))
            .collect(),
        Condition::When { when, then } => {
            let guards = condition_mutants(when)
                .into_iter()
                .map(|own| Condition::When { when: Box::new(own), then: then.clone() });
            let bodies = condition_mutants(then)
                .into_iter()
                .map(|own| Condition::When { when: when.clone(), then: Box::new(own) });
            std::iter::once(then.as_ref().clone()).chain(guards).chain(bodies).collect()
        }
        Condition::Nothing => Vec::new(),
    }
}

fn leaf_mutants(leaf: &Leaf) -> Vec<Leaf> {
    let field = leaf.fields.first().copied().unwrap_or(inventory::Field::Notes);
    let nudged = leaf.predicate.nudged(field).into_iter();
    nudged.map(|predicate| Leaf { fields: leaf.fields.clone(), predicate }).collect()
}

/// Each item dropped, and each changed.
fn many(items: &[Condition]) -> Vec<Vec<Condition>> {
    let mut all = Vec::new();
    for (at, item) in items.iter().enumerate() {
        if items.len() > 1 {
            let mut fewer = items.to_vec();
            fewer.remove(at);
            all.push(fewer);
        }
        for mutated in condition_mutants(item) {
            let mut changed = items.to_vec();
            if let Some(slot) = changed.get_mut(at) {
                *slot = mutated;
            }
            all.push(changed);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shipped::Shipped;
    use diagnostic::Source;
    use inventory::ClassCatalogue;

    fn surviving(tests: &str) -> Vec<String> {
        let text = format!(
            "[profile]\nid = \"p\"\nversion = \"1.0.0\"\nowner = \"t\"\nlanguage = 1\n\
             [rule.memory]\napplies_to = [\"laptop\"]\nfield = \"ram_gib\"\nat_least = 8\nfrom = 2026-04-01\n{tests}"
        );
        let source = Source::new("p.toml", text);
        let (profile, problems) = Compiled::load(&source, &Shipped, &ClassCatalogue::shipped());
        let profile = profile.unwrap_or_else(|| panic!("{problems:?}"));
        let all = mutants(&profile);
        assert_eq!(all.len(), 6);
        all.into_iter().filter(|own| !own.noticed).map(|own| own.change).collect()
    }

    fn test(ram: &str, on: &str, verdict: &str) -> String {
        format!(
            "[[test]]\nname = \"n\"\nas_of = {on}\ndevice = {{ class = \"laptop\", ram_gib = {ram} }}\nexpect = {{ memory = \"{verdict}\" }}\n"
        )
    }

    #[test]
    fn tests_on_both_sides_of_every_boundary_notice_every_change() {
        assert_eq!(surviving("").len(), 6, "without a test nothing is noticed");
        let far = test("64", "2027-01-01", "pass") + &test("1", "2027-01-01", "fail@minimum");
        assert_eq!(
            surviving(&far),
            [
                "minimum: ram_gib at least 8 GiB becomes ram_gib at least 7 GiB",
                "minimum: ram_gib at least 8 GiB becomes ram_gib at least 9 GiB",
                "minimum: from 2026-04-01 becomes 2026-03-31",
                "minimum: from 2026-04-01 becomes 2026-04-02",
            ]
        );
        let near = test("8", "2026-04-01", "pass")
            + &test("7", "2026-04-01", "fail@minimum")
            + &test("7", "2026-03-31", "not-applicable");
        assert_eq!(surviving(&near), Vec::<String>::new());
    }
}
