//! Nothing is weakened unseen: a changed rule is compared with every parent's.

use diagnostic::{Diagnostic, Place};

use super::inherit::{Laid, strictness};
use crate::codes;
use crate::node::Node;
use crate::predicate::Strictness;
use crate::raw::RawRule;
use crate::rule::{Body, Touch};

/// What the comparison of a child's rule with its parents' found.
pub(crate) enum Finding {
    /// At least as strict as every parent's, provably.
    Sound,
    /// Weaker, or not provably as strict; the problem to tell when nobody approved it.
    Weaker(Box<Diagnostic>),
}

/// Compares a child's rule with the same rule of its parents.
pub(crate) fn check(
    own: &RawRule,
    body: Option<&Body>,
    off: bool,
    inherited: &[&Laid],
    label: &dyn Fn(usize) -> String,
) -> Finding {
    for parent in inherited {
        for asked in parent.phases.iter().filter_map(|phase| phase.body.as_ref()) {
            let found = match body {
                _ if off => Strictness::Looser,
                None => continue,
                Some(body) => strictness(body, asked),
            };
            if !found.is_no_looser() {
                let told = problem(own, body, parent, asked, found, label);
                return Finding::Weaker(Box::new(told));
            }
        }
    }
    Finding::Sound
}

fn problem(
    own: &RawRule,
    body: Option<&Body>,
    parent: &Laid,
    asked: &Body,
    found: Strictness,
    label: &dyn Fn(usize) -> String,
) -> Diagnostic {
    let id = &own.id.value;
    let words = |body: &Body| {
        let class = body.classes.first();
        let texts: Vec<String> = body
            .tiers
            .tiers()
            .filter_map(|tier| {
                let condition = body.tiers.get(tier)?;
                Some(format!("{tier}: {}", condition.requirement(class?)))
            })
            .collect();
        texts.join("; ")
    };
    let message = if found == Strictness::Looser {
        format!("rule `{id}` weakens an inherited requirement without `relax`")
    } else {
        format!("rule `{id}` replaces an inherited requirement and is not provably as strict")
    };
    let layer = parent.layers.last().map(|index| label(*index)).unwrap_or_default();
    let diagnostic = Diagnostic::error(codes::WEAKENED, message)
        .at(decisive(own))
        .related(decisive(&parent.raw), format!("set here, {layer}: {}", words(asked)))
        .help("ask at least what the parent asks, or add relax = { to = ..., reason = \"...\", approved_by = \"...\", until = DATE }");
    match body {
        Some(body) => diagnostic.label(words(body)),
        None => diagnostic,
    }
}

/// The place of the key that most likely decides: the operand, else the classes, else the rule's name.
fn decisive(rule: &RawRule) -> Place {
    let operand = rule.condition.tests.first().map(|(_, operand)| {
        operand
            .entries()
            .and_then(|entries| entries.first())
            .map_or_else(|| operand.place.clone(), |(_, first)| first.place.clone())
    });
    operand
        .or_else(|| rule.applies_to.as_ref().map(|list| list.place.clone()))
        .or_else(|| rule.from.as_ref().map(|from| from.place.clone()))
        .or_else(|| rule.on_missing.as_ref().map(|own| own.place.clone()))
        .unwrap_or_else(|| rule.id.place.clone())
}

/// The keys that a profile writes under a rule, for `refit wes resolve --explain`.
pub(crate) fn touches(own: &RawRule, layer: &str) -> Vec<Touch> {
    let mut touches = Vec::new();
    let mut add = |key: &str, written: String, place: &Place| {
        touches.push(Touch {
            layer: layer.to_owned(),
            key: key.to_owned(),
            written,
            place: place.clone(),
        });
    };
    if let Some(list) = &own.applies_to {
        let words: Vec<String> = list.value.iter().map(|class| format!("\"{class}\"")).collect();
        add("applies_to", format!("[{}]", words.join(", ")), &list.place);
    }
    if let Some(field) = &own.condition.field {
        add("field", field.written(), &field.place);
    }
    for (kind, operand) in &own.condition.tests {
        by_entry(kind.word(), operand, &mut add);
    }
    for (key, node) in [("ahead", &own.condition.ahead), ("from", &own.from)] {
        if let Some(node) = node {
            by_entry(key, node, &mut add);
        }
    }
    for (key, present) in [
        ("all", own.condition.all.is_some()),
        ("any", own.condition.any.is_some()),
        ("not", own.condition.not.is_some()),
        ("when", own.condition.when.is_some()),
    ] {
        if present {
            add(key, "(conditions)".to_owned(), &own.condition.place);
        }
    }
    if let Some(tier) = &own.tier {
        add("tier", tier.value.to_string(), &tier.place);
    }
    if let Some(severity) = &own.severity {
        add("severity", severity.value.to_string(), &severity.place);
    }
    if let Some(weight) = &own.weight {
        add("weight", weight.value.to_string(), &weight.place);
    }
    if let Some(on_missing) = &own.on_missing {
        add("on_missing", on_missing.value.to_string(), &on_missing.place);
    }
    if let Some(why) = &own.why {
        add("why", format!("\"{}\"", why.value), &why.place);
    }
    if let Some(relax) = &own.relax {
        let to = relax.to.as_ref().map(Node::written).unwrap_or_default();
        add(
            "relax",
            format!("to {to} until {} by {}", relax.until, relax.approved_by),
            &relax.place,
        );
    }
    touches
}

fn by_entry(key: &str, node: &Node, add: &mut impl FnMut(&str, String, &Place)) {
    match node.entries() {
        None => add(key, node.written(), &node.place),
        Some(entries) => {
            for (name, value) in entries {
                add(&format!("{key}.{}", name.value), value.written(), &value.place);
            }
        }
    }
}
