//! The statements over the wide asset table, made from the catalogue.

use crate::catalogue::Field;

/// The fields that have a column beside the identity, in the order of the table.
pub(super) fn fields() -> Vec<Field> {
    Field::columns()
        .filter(|field| !matches!(field, Field::AssetTag | Field::SerialNumber | Field::Class))
        .collect()
}

fn words(fields: &[Field]) -> String {
    fields.iter().map(|field| field.word()).collect::<Vec<_>>().join(", ")
}

/// Columns: `asset_tag, serial_number, class, evidence, observations`, then one for each of `fields`.
pub(super) fn select_one(fields: &[Field]) -> String {
    format!(
        "SELECT asset_tag, serial_number, class, evidence, observations, {} FROM asset WHERE asset = ?1 AND estate = ?2",
        words(fields)
    )
}

/// As [`select_one`], for all devices of an estate in the order of the table.
pub(super) fn select_all(fields: &[Field]) -> String {
    format!(
        "SELECT asset_tag, serial_number, class, evidence, observations, {} FROM asset NOT INDEXED WHERE estate = ?1",
        words(fields)
    )
}

/// As [`select_all`], in the order of their numbers, which come last.
pub(super) fn select_audit(fields: &[Field]) -> String {
    format!(
        "SELECT asset_tag, serial_number, class, evidence, observations, {}, asset FROM asset NOT INDEXED \
         WHERE estate = ?1 ORDER BY asset",
        words(fields)
    )
}

/// Parameters: `estate, asset_tag, serial_number, class, evidence, observations`, then one for each of `fields`.
pub(super) fn insert(fields: &[Field]) -> String {
    let count = fields.len().saturating_add(6);
    let marks: Vec<String> = (1..=count).map(|number| format!("?{number}")).collect();
    format!(
        "INSERT INTO asset (estate, asset_tag, serial_number, class, evidence, observations, {}) VALUES ({})",
        words(fields),
        marks.join(", ")
    )
}

/// Parameters as of [`insert`], then the device's number.
pub(super) fn update(fields: &[Field]) -> String {
    let sets: Vec<String> =
        (7_usize..).zip(fields).map(|(number, field)| format!("{field} = ?{number}")).collect();
    format!(
        "UPDATE asset SET asset_tag = ?2, serial_number = ?3, class = ?4, evidence = ?5, observations = ?6, {} \
         WHERE estate = ?1 AND asset = ?{}",
        sets.join(", "),
        fields.len().saturating_add(7)
    )
}
