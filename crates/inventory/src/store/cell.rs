//! Values as stores keep them: whole numbers and texts. The one place for both directions.

use std::borrow::Cow;

use crate::catalogue::{Kind, Value};

/// A stored cell.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Cell<'a> {
    /// Numbers in the steps of their unit, pence, 0 and 1 for no and yes.
    Integer(i64),
    /// Everything else, in the spelling of our own files.
    Text(Cow<'a, str>),
}

/// How a stored column is typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CellType {
    Integer,
    Text,
}

impl CellType {
    /// The type of a kind's column.
    pub(crate) fn of(kind: Kind) -> Self {
        match kind {
            Kind::Bool | Kind::Number(_) | Kind::Money => Self::Integer,
            Kind::Text
            | Kind::Token(_)
            | Kind::OpenToken
            | Kind::Date
            | Kind::Version
            | Kind::Resolution
            | Kind::Organisation
            | Kind::Status
            | Kind::Funding => Self::Text,
        }
    }
}

impl<'a> Cell<'a> {
    /// The cell of a value.
    pub(crate) fn of(value: &'a Value) -> Self {
        match value {
            Value::Text(text) | Value::Token(text) => Self::Text(Cow::Borrowed(text)),
            Value::Bool(flag) => Self::Integer(i64::from(*flag)),
            Value::Number(steps) => Self::Integer(*steps),
            Value::Money(money) => Self::Integer(money.pence()),
            Value::Organisation(code) => Self::Text(Cow::Borrowed(code.as_str())),
            Value::Status(status) => Self::Text(Cow::Borrowed(status.as_str())),
            Value::Funding(class) => Self::Text(Cow::Borrowed(class.as_str())),
            other @ (Value::Date(_) | Value::Version(_) | Value::Resolution { .. }) => {
                Self::Text(Cow::Owned(other.to_string()))
            }
        }
    }

    /// The value of a cell of a column of this kind; `None` when refit does not write such a cell.
    pub(crate) fn to_value(&self, kind: Kind) -> Option<Value> {
        match (self, kind) {
            (Self::Integer(0), Kind::Bool) => Some(Value::Bool(false)),
            (Self::Integer(1), Kind::Bool) => Some(Value::Bool(true)),
            (Self::Integer(steps), Kind::Number(_)) => Some(Value::Number(*steps)),
            (Self::Integer(pence), Kind::Money) => {
                Some(Value::Money(crate::vocabulary::Money::from_pence(*pence)))
            }
            (Self::Text(text), kind) if CellType::of(kind) == CellType::Text => {
                kind.parse(text).ok()
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Field;

    #[test]
    fn values_survive_storage() {
        let cases = [
            (Field::RamGib, "7.5"),
            (Field::Uefi, "false"),
            (Field::PurchaseCost, "612.50"),
            (Field::Resolution, "1920x1080"),
            (Field::OsBuild, "26100.2314"),
            (Field::PurchaseDate, "2021-02-28"),
            (Field::Site, "DEPOT-1"),
            (Field::Status, "in-stock"),
            (Field::FundingClass, "enhanced"),
            (Field::Notes, "=SUM(A1)"),
        ];
        for (field, text) in cases {
            let value = field.kind().parse(text).unwrap();
            assert_eq!(Cell::of(&value).to_value(field.kind()), Some(value), "{field}");
        }
        assert_eq!(Cell::Integer(2).to_value(Kind::Bool), None);
        assert_eq!(Cell::Integer(2).to_value(Kind::Text), None);
    }
}
