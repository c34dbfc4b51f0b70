//! `matches`: the text fits a pattern in which `*` stands for any letters and `?` for one; regardless of case.

use inventory::catalogue::Kind;
use inventory::{Class, Field, Value};

use super::operand::Scope;
use super::{Strictness, Test};
use crate::node::Node;
use crate::{Steps, Truth, codes};

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Matches {
    pattern: String,
}

impl Test for Matches {
    fn parse(operand: &Node, field: Field, scope: &Scope<'_>) -> Option<Self> {
        scope.require_kind(
            operand,
            field,
            "matches",
            |kind| matches!(kind, Kind::Text | Kind::OpenToken),
            "use `equals` or `one_of` for fields that are not text",
        )?;
        let Some(pattern) = operand.text().filter(|pattern| !pattern.is_empty()) else {
            scope.error(
                codes::OPERAND,
                operand,
                format!("expected a pattern, found {}", operand.written()),
                "write text in which `*` stands for any letters, such as \"OptiPlex 30*\"",
            );
            return None;
        };
        Some(Self { pattern: pattern.to_lowercase() })
    }

    fn test(&self, _: &Class, field: Field, value: &Value) -> Steps<Truth> {
        let text: Vec<char> = value.to_text(field.kind()).to_lowercase().chars().collect();
        let pattern: Vec<char> = self.pattern.chars().collect();
        Steps::constant(Truth::of(fits(&pattern, &text)))
    }

    fn requirement(&self, _: &Class, _: Field) -> String {
        format!("like \"{}\"", self.pattern)
    }

    fn strictness(&self, parent: &Self) -> Strictness {
        if self == parent { Strictness::Equal } else { Strictness::Unprovable }
    }
}

/// Fits by following every possible position in the pattern at once: linear memory, no backtracking.
fn fits(pattern: &[char], text: &[char]) -> bool {
    let mut open = vec![false; pattern.len().saturating_add(1)];
    if let Some(start) = open.first_mut() {
        *start = true;
    }
    skip_stars(pattern, &mut open);
    for letter in text {
        let mut next = vec![false; open.len()];
        for (at, wanted) in pattern.iter().enumerate() {
            if !open.get(at).copied().unwrap_or(false) {
                continue;
            }
            let moves = *wanted == '?' || wanted == letter;
            let to = if *wanted == '*' { at } else { at.saturating_add(1) };
            if let Some(slot) = next.get_mut(to).filter(|_| moves || *wanted == '*') {
                *slot = true;
            }
        }
        skip_stars(pattern, &mut next);
        open = next;
    }
    open.last().copied().unwrap_or(false)
}

fn skip_stars(pattern: &[char], open: &mut [bool]) {
    for (at, wanted) in pattern.iter().enumerate() {
        if *wanted == '*'
            && open.get(at).copied().unwrap_or(false)
            && let Some(slot) = open.get_mut(at.saturating_add(1))
        {
            *slot = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_letters() {
        let cases = [
            ("optiplex 30*", "optiplex 3050", true),
            ("optiplex 30*", "optiplex 7050", false),
            ("*", "", true),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "axxcyyb", false),
            ("?50", "350", true),
            ("?50", "50", false),
            ("***a", "bca", true),
        ];
        for (pattern, text, wanted) in cases {
            let chars = |word: &str| word.chars().collect::<Vec<_>>();
            assert_eq!(fits(&chars(pattern), &chars(text)), wanted, "{pattern} {text}");
        }
    }
}
