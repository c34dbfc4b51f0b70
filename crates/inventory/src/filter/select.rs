//! Which devices of a register a filter holds for.

use super::parse::{Comparison, Filter, Order};
use crate::catalogue::{Field, Value};
use crate::store::Register;

/// What is known of a condition for one device; the smaller of two is their conjunction, the larger their disjunction.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Truth {
    False,
    Unknown,
    True,
}

impl From<bool> for Truth {
    fn from(flag: bool) -> Self {
        if flag { Self::True } else { Self::False }
    }
}

impl Filter {
    /// One answer a device, in the register's order: whether the filter is known to hold.
    ///
    /// Cost: one comparison per distinct value of each field named, and one pass over the devices per comparison.
    pub fn holds(&self, register: &Register) -> Vec<bool> {
        truths(self, register).into_iter().map(|truth| truth == Truth::True).collect()
    }

    /// The devices for which the filter is known to hold, in the register's order.
    pub fn select(&self, register: &Register) -> Vec<usize> {
        let holds = self.holds(register);
        holds
            .into_iter()
            .enumerate()
            .filter(|(_, holds)| *holds)
            .map(|(device, _)| device)
            .collect()
    }
}

fn truths(filter: &Filter, register: &Register) -> Vec<Truth> {
    match filter {
        Filter::All(parts) => combine(parts, register, Truth::min),
        Filter::Any(parts) => combine(parts, register, Truth::max),
        Filter::Not(inner) => {
            let mut all = truths(inner, register);
            for truth in &mut all {
                *truth = match truth {
                    Truth::False => Truth::True,
                    Truth::Unknown => Truth::Unknown,
                    Truth::True => Truth::False,
                };
            }
            all
        }
        Filter::Compare(field, comparison) => compare(*field, comparison, register),
    }
}

fn combine(parts: &[Filter], register: &Register, join: fn(Truth, Truth) -> Truth) -> Vec<Truth> {
    let mut all = parts.iter().map(|part| truths(part, register));
    let mut joined = all.next().unwrap_or_default();
    for other in all {
        for (truth, other) in joined.iter_mut().zip(other) {
            *truth = join(*truth, other);
        }
    }
    joined
}

fn compare(field: Field, comparison: &Comparison, register: &Register) -> Vec<Truth> {
    let each = |value: &dyn Fn(usize) -> Option<Value>| {
        (0..register.len())
            .map(|device| {
                value(device).map_or(missing(comparison), |value| known(comparison, &value))
            })
            .collect()
    };
    match field {
        Field::AssetTag => {
            each(&|device| register.tag(device).map(|tag| Value::Text(tag.as_str().into())))
        }
        Field::SerialNumber => each(&|device| {
            register.serial(device).map(|serial| Value::Text(serial.as_str().into()))
        }),
        Field::Class => {
            let columns = register.columns();
            let by_code: Vec<Truth> = columns
                .classes()
                .iter()
                .map(|class| known(comparison, &Value::Token(class.as_str().into())))
                .collect();
            let codes = columns.class_codes().iter();
            codes.map(|code| pick(&by_code, *code).unwrap_or(Truth::Unknown)).collect()
        }
        field => {
            let Some(column) = register.columns().field(field) else {
                return vec![missing(comparison); register.len()];
            };
            let by_code: Vec<Truth> = std::iter::once(missing(comparison))
                .chain(column.values.iter().map(|value| known(comparison, value)))
                .collect();
            let codes = column.codes.iter();
            codes.map(|code| pick(&by_code, *code).unwrap_or(Truth::Unknown)).collect()
        }
    }
}

fn pick(by_code: &[Truth], code: u32) -> Option<Truth> {
    by_code.get(usize::try_from(code).ok()?).copied()
}

fn missing(comparison: &Comparison) -> Truth {
    if *comparison == Comparison::Unknown { Truth::True } else { Truth::Unknown }
}

fn known(comparison: &Comparison, value: &Value) -> Truth {
    match comparison {
        Comparison::Unknown => Truth::False,
        Comparison::In(values) => values.iter().any(|wanted| same(wanted, value)).into(),
        Comparison::Contains(text) => value.to_string().to_lowercase().contains(text).into(),
        Comparison::Ordered(order, wanted) => match order {
            Order::Less => value < wanted,
            Order::AtMost => value <= wanted,
            Order::Greater => value > wanted,
            Order::AtLeast => value >= wanted,
        }
        .into(),
    }
}

/// Equality; texts without regard to case, versions as numbers.
fn same(wanted: &Value, value: &Value) -> bool {
    match (wanted, value) {
        (Value::Text(one), Value::Text(other)) => one.to_lowercase() == other.to_lowercase(),
        (Value::Version(one), Value::Version(other)) => one == other,
        (wanted, value) => wanted == value,
    }
}
