//! What each kind of file holds, row by row.

use crate::catalogue::{Field, Kind, Value};
use crate::import::FileKind;
use crate::model::Model;
use crate::organisation::{Link, Organisation};
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

    fn number(value: Option<impl ToString>) -> Self {
        value.map_or(Self::Empty, |value| Self::Number(value.to_string()))
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
                    write(&organisation_row(organisation, None))?;
                }
                for link in &organisation.links {
                    write(&organisation_row(organisation, Some(link)))?;
                }
            }
        }
        FileKind::Models => {
            for model in register.models() {
                write(&model_row(model))?;
            }
        }
        FileKind::ListSizes => {
            let sized = register.organisations().iter().filter(|org| org.list_size.is_some());
            for organisation in sized {
                write(&[
                    Cell::text(organisation.code.as_str()),
                    Cell::number(organisation.list_size),
                    Cell::Empty,
                ])?;
            }
        }
    }
    Ok(())
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

fn organisation_row(organisation: &Organisation, link: Option<&Link>) -> Vec<Cell> {
    vec![
        Cell::text(organisation.code.as_str()),
        Cell::text(organisation.name.as_str()),
        Cell::text(organisation.kind.as_str()),
        Cell::optional(link.map(|link| &link.parent)),
        Cell::optional(link.map(|link| link.relation)),
        Cell::optional(link.and_then(|link| link.from)),
        Cell::optional(link.and_then(|link| link.until)),
        Cell::number(Some(organisation.tier)),
        Cell::number(organisation.list_size),
        Cell::optional(organisation.clinical_system.as_ref()),
        Cell::optional(organisation.planned_close),
        Cell::optional(organisation.merge_into.as_ref()),
    ]
}

fn model_row(model: &Model) -> Vec<Cell> {
    let kilograms = model.embodied_gco2e.map(|grams| {
        rust_decimal::Decimal::from(grams)
            .checked_div(rust_decimal::Decimal::ONE_THOUSAND)
            .unwrap_or_default()
            .normalize()
    });
    vec![
        Cell::text(model.manufacturer.as_str()),
        Cell::text(model.name.as_str()),
        Cell::text(model.class.as_str()),
        Cell::text(model.aliases.join("; ")),
        Cell::optional(model.end_of_sale),
        Cell::optional(model.end_of_support),
        Cell::number(model.life_years),
        Cell::text(model.facts_text()),
        Cell::number(kilograms),
        Cell::text(model.assurances.join("; ")),
    ]
}
