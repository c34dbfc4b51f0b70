//! Values of a profile, owned and with their places, whose type is known only when their field is.

use diagnostic::Place;
use diagnostic::toml_file::{Item, Located, Scalar};
use toml::de::DeValue;

/// What kind of TOML scalar was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ScalarKind {
    Text,
    Number,
    Bool,
    Date,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Shape {
    Scalar(ScalarKind, String),
    Array(Vec<Node>),
    Table(Vec<(Located<String>, Node)>),
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Node {
    pub(crate) shape: Shape,
    pub(crate) place: Place,
}

impl Node {
    pub(crate) fn of(item: &Item<'_>) -> Self {
        let shape = match item.raw() {
            DeValue::Array(_) => Shape::Array(item.items().iter().map(Self::of).collect()),
            DeValue::Table(_) => Shape::Table(item.table().map_or_else(Vec::new, |mut table| {
                table
                    .named_items()
                    .into_iter()
                    .map(|(name, item)| (name, Self::of(&item)))
                    .collect()
            })),
            raw => {
                let kind = match raw {
                    DeValue::String(_) => ScalarKind::Text,
                    DeValue::Boolean(_) => ScalarKind::Bool,
                    DeValue::Datetime(_) => ScalarKind::Date,
                    _ => ScalarKind::Number,
                };
                Shape::Scalar(kind, Scalar::of(raw).map(|text| text.0).unwrap_or_default())
            }
        };
        Self { shape, place: item.place() }
    }

    pub(crate) fn scalar(&self) -> Option<(ScalarKind, &str)> {
        match &self.shape {
            Shape::Scalar(kind, text) => Some((*kind, text)),
            Shape::Array(_) | Shape::Table(_) => None,
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        self.scalar().filter(|(kind, _)| *kind == ScalarKind::Text).map(|(_, text)| text)
    }

    pub(crate) fn array(&self) -> Option<&[Self]> {
        match &self.shape {
            Shape::Array(items) => Some(items),
            Shape::Scalar(..) | Shape::Table(_) => None,
        }
    }

    pub(crate) fn entries(&self) -> Option<&[(Located<String>, Self)]> {
        match &self.shape {
            Shape::Table(entries) => Some(entries),
            Shape::Scalar(..) | Shape::Array(_) => None,
        }
    }

    /// The value as the profile writes it, on one line.
    pub(crate) fn written(&self) -> String {
        match &self.shape {
            Shape::Scalar(ScalarKind::Text, text) => format!("\"{text}\""),
            Shape::Scalar(_, text) => text.clone(),
            Shape::Array(items) => {
                let items: Vec<String> = items.iter().map(Self::written).collect();
                format!("[{}]", items.join(", "))
            }
            Shape::Table(entries) => {
                let entries: Vec<String> = entries
                    .iter()
                    .map(|(key, value)| format!("{} = {}", key.value, value.written()))
                    .collect();
                format!("{{ {} }}", entries.join(", "))
            }
        }
    }

    /// The same value, wherever it is written.
    pub(crate) fn same(&self, other: &Self) -> bool {
        self.written() == other.written()
    }
}
