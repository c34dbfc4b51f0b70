//! Reading operands: values of a field's type, and what a predicate may refer to.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;
use diagnostic::{Code, Diagnostic, Diagnostics, suggest};
use inventory::catalogue::Kind;
use inventory::{Class, Field, Value};

use crate::codes;
use crate::lifecycle::Lifecycle;
use crate::list::List;
use crate::node::{Node, ScalarKind};
use crate::raw::RawDemand;
use crate::{Period, Steps, Truth};

/// What the operands of one resolved profile may refer to, and where their problems go.
#[derive(Debug)]
pub(crate) struct Scope<'a> {
    pub(crate) rule: &'a str,
    pub(crate) lists: &'a BTreeMap<String, Arc<List>>,
    pub(crate) lifecycles: &'a BTreeMap<String, Arc<Lifecycle>>,
    /// Names of lists and tables that are declared and could not be read, which is told already.
    pub(crate) unread: &'a BTreeSet<String>,
    pub(crate) life: &'a BTreeMap<Class, Period>,
    pub(crate) demands: &'a BTreeMap<String, RawDemand>,
    pub(crate) classes: &'a [Class],
    pub(crate) problems: &'a RefCell<Diagnostics>,
}

impl Scope<'_> {
    pub(crate) fn error(
        &self,
        code: Code,
        node: &Node,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let message = format!("rule `{}`: {}", self.rule, message.into());
        self.problems
            .borrow_mut()
            .push(Diagnostic::error(code, message).at(node.place.clone()).help(help));
    }

    /// A value of the field's type.
    pub(crate) fn value(&self, node: &Node, field: Field) -> Option<Value> {
        let kind = field.kind();
        let Some((written, text)) = node.scalar() else {
            self.error(
                codes::WRONG_TYPE,
                node,
                format!(
                    "`{field}` is compared with {}, found an array or table",
                    kind.expected().0
                ),
                format!("write {}", kind.expected().0),
            );
            return None;
        };
        let fits = match kind {
            Kind::Bool => written == ScalarKind::Bool,
            Kind::Number(_) => written == ScalarKind::Number,
            Kind::Date => matches!(written, ScalarKind::Date | ScalarKind::Text),
            Kind::Version | Kind::Money => matches!(written, ScalarKind::Number | ScalarKind::Text),
            _ => written == ScalarKind::Text,
        };
        let parsed = kind.parse(text).ok().filter(|_| fits);
        if parsed.is_none() {
            let help = match kind {
                Kind::Token(words) => suggest(text, words.iter().copied()).map_or_else(
                    || format!("known words of `{field}`: {}", words.join(", ")),
                    |near| format!("did you mean \"{near}\"? Known: {}", words.join(", ")),
                ),
                Kind::Number(unit) if !unit.symbol.is_empty() => {
                    format!("write a number without quotes, in {}", unit.symbol)
                }
                Kind::Number(_) => "write a number without quotes".to_owned(),
                _ => format!("write {}", kind.expected().0),
            };
            self.error(
                codes::OPERAND,
                node,
                format!("`{field}` is {}, found {}", kind.expected().0, node.written()),
                help,
            );
        }
        parsed
    }

    /// Several values of the field's type, at least one, ascending and distinct.
    pub(crate) fn values(&self, node: &Node, field: Field) -> Option<Vec<Value>> {
        let Some(items) = node.array().filter(|items| !items.is_empty()) else {
            self.error(
                codes::OPERAND,
                node,
                "expected an array of at least one value",
                format!("write [{}, ...]", field.kind().expected().0),
            );
            return None;
        };
        let parsed: Vec<Option<Value>> = items.iter().map(|item| self.value(item, field)).collect();
        let mut values: Vec<Value> = parsed.into_iter().collect::<Option<_>>()?;
        values.iter_mut().for_each(fold_text);
        values.sort();
        values.dedup();
        Some(values)
    }

    /// A length of time.
    pub(crate) fn period(&self, node: &Node) -> Option<Period> {
        let period = node.text().and_then(|text| text.parse::<Period>().ok());
        if period.is_none() {
            self.error(
                codes::OPERAND,
                node,
                format!("expected a length of time, found {}", node.written()),
                "write a length of time such as \"5 years\", \"54 months\" or \"180 days\"",
            );
        }
        period
    }

    /// Refuses fields whose kind the predicate cannot order.
    pub(crate) fn require_kind(
        &self,
        node: &Node,
        field: Field,
        predicate: &str,
        fits: impl Fn(Kind) -> bool,
        help: &str,
    ) -> Option<()> {
        if fits(field.kind()) {
            return Some(());
        }
        self.error(
            codes::PREDICATE_KIND,
            node,
            format!(
                "`{predicate}` does not work on `{field}`, which is {}",
                field.kind().expected().0
            ),
            help,
        );
        None
    }
}

/// Texts are compared without regard to case.
pub(crate) fn fold_text(value: &mut Value) {
    if let Value::Text(text) = value {
        *value = Value::Text(text.to_lowercase().into());
    }
}

/// The value with its text folded as [`fold_text`] does.
pub(crate) fn folded(value: &Value) -> Value {
    let mut value = value.clone();
    fold_text(&mut value);
    value
}

/// What an ordered predicate compares with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Bound {
    Fixed(Value),
    /// The day on which the rule is judged; for dates only.
    Today,
}

impl Bound {
    /// Reads a bound for a field that has an order.
    pub(crate) fn parse(
        node: &Node,
        field: Field,
        predicate: &str,
        scope: &Scope<'_>,
    ) -> Option<Self> {
        if node.text() == Some("today") && field.kind() == Kind::Date {
            return Some(Self::Today);
        }
        scope.require_kind(
            node,
            field,
            predicate,
            |kind| matches!(kind, Kind::Number(_) | Kind::Version | Kind::Date | Kind::Money),
            "use `equals` or `one_of` for fields without an order",
        )?;
        scope.value(node, field).map(Self::Fixed)
    }

    /// Pass on the days when `holds(value compared with the bound)`.
    ///
    /// With [`Bound::Today`] the order of a date and the day judged goes from greater through equal to less.
    pub(crate) fn steps(
        &self,
        value: &Value,
        holds: impl Fn(std::cmp::Ordering) -> bool,
    ) -> Steps<Truth> {
        use std::cmp::Ordering;
        match (self, value) {
            (Self::Fixed(bound), value) => Steps::constant(Truth::of(holds(order(value, bound)))),
            (Self::Today, Value::Date(date)) => {
                let next = date.succ_opt().unwrap_or(NaiveDate::MAX);
                let truth = |ordering| Truth::of(holds(ordering));
                Steps::change(truth(Ordering::Greater), *date, truth(Ordering::Equal))
                    .then(next, &Steps::constant(truth(Ordering::Less)))
            }
            (Self::Today, _) => Steps::constant(Truth::NotApplicable),
        }
    }

    /// The bound one unit lower and one higher; none for the day judged.
    pub(crate) fn nudged(&self, field: Field) -> Vec<Self> {
        match self {
            Self::Fixed(value) => neighbours(value, field).into_iter().map(Self::Fixed).collect(),
            Self::Today => Vec::new(),
        }
    }

    pub(crate) fn fixed(&self) -> Option<&Value> {
        match self {
            Self::Fixed(value) => Some(value),
            Self::Today => None,
        }
    }

    pub(crate) fn phrase(&self, field: Field) -> String {
        match self {
            Self::Fixed(value) => value.to_phrase(field.kind()),
            Self::Today => "the day judged".to_owned(),
        }
    }

    /// Strictness where a greater bound is stricter.
    pub(crate) fn strictness(&self, parent: &Self) -> super::Strictness {
        match (self, parent) {
            (Self::Fixed(child), Self::Fixed(parent)) => {
                super::Strictness::of(order(child, parent))
            }
            (Self::Today, Self::Today) => super::Strictness::Equal,
            _ => super::Strictness::Unprovable,
        }
    }
}

/// The values one unit below and above, as people count: a GiB, a day, a step of the last number of a version, the other
/// answer of a yes-or-no; the other words of a closed list.
pub(crate) fn neighbours(value: &Value, field: Field) -> Vec<Value> {
    let both = |make: &dyn Fn(bool) -> Option<Value>| {
        [false, true].into_iter().filter_map(make).collect::<Vec<Value>>()
    };
    match value {
        Value::Number(steps) => {
            let unit = match field.kind() {
                Kind::Number(unit) => unit.steps,
                _ => 1,
            };
            both(&|up| {
                let near = if up { steps.checked_add(unit) } else { steps.checked_sub(unit) };
                near.filter(|near| *near >= 0).map(Value::Number)
            })
        }
        Value::Date(day) => {
            both(&|up| if up { day.succ_opt() } else { day.pred_opt() }.map(Value::Date))
        }
        Value::Version(version) => both(&|up| {
            let (last, first) = version.parts().split_last()?;
            let near = if up { last.checked_add(1) } else { last.checked_sub(1) }?;
            let parts = first.iter().chain(std::iter::once(&near)).map(ToString::to_string);
            parts.collect::<Vec<_>>().join(".").parse().ok().map(Value::Version)
        }),
        Value::Bool(flag) => vec![Value::Bool(!flag)],
        Value::Token(word) => match field.kind() {
            Kind::Token(words) => words
                .iter()
                .filter(|other| **other != &**word)
                .map(|other| Value::Token((*other).into()))
                .collect(),
            _ => Vec::new(),
        },
        Value::Money(_)
        | Value::Text(_)
        | Value::Resolution { .. }
        | Value::Organisation(_)
        | Value::Status(_)
        | Value::Funding(_) => Vec::new(),
    }
}

/// The order of two values of one field; versions that are equal but spelt differently are equal here.
pub(crate) fn order(left: &Value, right: &Value) -> std::cmp::Ordering {
    match (left, right) {
        (Value::Version(left), Value::Version(right)) => left.cmp(right),
        _ => left.cmp(right),
    }
}
