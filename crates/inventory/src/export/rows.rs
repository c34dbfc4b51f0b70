//! What each kind of file holds, row by row.

use serde::Serialize;
use serde_json::Value as Json;

use super::shape::{ListSizeRow, ModelRow, OrganisationRow};
use crate::catalogue::{Field, Kind, Value};
use crate::import::FileKind;
use crate::store::Register;

/// A cell to be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Cell {
    /// Nothing is known.
    Empty,
    /// A text; files guard it against being taken for a formula.
    Text(String),
    /// A number in its exact decimal spelling.
    Number(String),
    /// Yes or no.
    Bool(bool),
}

impl Cell {
    fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    fn optional(value: Option<impl ToString>) -> Self {
        value.map_or(Self::Empty, |value| Self::Text(value.to_string()))
    }

    fn of(value: &Value, kind: Kind) -> Self {
        match (value, kind) {
            (Value::Bool(flag), _) => Self::Bool(*flag),
            (Value::Number(_), _) => Self::Number(value.to_text(kind)),
            (value, kind) => Self::Text(value.to_text(kind)),
        }
    }
}

/// Calls `write` with the cells of each row, one for each heading.
pub(super) fn each<E>(
    register: &Register,
    kind: FileKind,
    mut write: impl FnMut(&[Cell]) -> Result<(), E>,
) -> Result<(), E> {
    match kind {
        FileKind::Assets => {
            for device in 0..register.len() {
                write(&asset(register, device))?;
            }
        }
        FileKind::Organisations => {
            for organisation in register.organisations().iter() {
                if organisation.links.is_empty() {
                    write(&typed(kind, &OrganisationRow::of(organisation, None)))?;
                }
                for link in &organisation.links {
                    write(&typed(kind, &OrganisationRow::of(organisation, Some(link))))?;
                }
            }
        }
        FileKind::Models => {
            for model in register.models() {
                write(&typed(kind, &ModelRow::of(model)))?;
            }
        }
        FileKind::ListSizes => {
            for row in register.organisations().iter().filter_map(ListSizeRow::of) {
                write(&typed(kind, &row))?;
            }
        }
    }
    Ok(())
}

/// The cells of a typed row, in the order of the kind's headings; a key that is no heading would be lost, which a test of
/// the row's shape forbids.
fn typed(kind: FileKind, row: &impl Serialize) -> Vec<Cell> {
    let object = serde_json::to_value(row).unwrap_or_default();
    let cell = |word: &&str| match object.get(*word) {
        Some(Json::String(text)) => Cell::text(text.as_str()),
        Some(Json::Number(number)) => Cell::Number(number.to_string()),
        Some(Json::Bool(flag)) => Cell::Bool(*flag),
        _ => Cell::Empty,
    };
    kind.words().iter().map(cell).collect()
}

fn asset(register: &Register, device: usize) -> Vec<Cell> {
    let evidence = register.evidence_map(device).unwrap_or_default();
    Field::columns()
        .map(|field| match field {
            Field::AssetTag => Cell::optional(register.tag(device)),
            Field::SerialNumber => Cell::optional(register.serial(device)),
            Field::Class => Cell::optional(register.class(device)),
            field => register
                .value(field, device)
                .filter(|_| evidence.get(field).is_some())
                .map_or(Cell::Empty, |value| Cell::of(value, field.kind())),
        })
        .collect()
}
