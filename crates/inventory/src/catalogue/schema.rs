//! The shape of a field's value in JSON, from its type and unit.

use serde_json::{Map, Value as Json, json};

use super::{Field, Kind, Unit};
use crate::vocabulary::{FundingClass, Status};

/// How JSON says that nothing is known of a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unknown {
    /// Its key is left out.
    LeftOut,
    /// Its value is null.
    Null,
}

impl Field {
    /// The JSON Schema of a known value of this field, as [`crate::export`] writes it.
    pub fn json_schema(self, unknown: Unknown) -> Json {
        let spec = self.spec();
        let mut schema = of_kind(spec.kind);
        if let Some(object) = schema.as_object_mut() {
            object.insert("description".to_owned(), describe(spec.meaning, spec.kind).into());
            if unknown == Unknown::Null {
                permit_null(object);
            }
        }
        schema
    }
}

/// One entry a field of `fields`: its word and its JSON Schema.
pub fn json_properties(
    fields: impl IntoIterator<Item = Field>,
    unknown: Unknown,
) -> Map<String, Json> {
    fields.into_iter().map(|field| (field.word().to_owned(), field.json_schema(unknown))).collect()
}

fn of_kind(kind: Kind) -> Json {
    let words = |words: Vec<&str>| json!({ "type": "string", "enum": words });
    match kind {
        Kind::Text | Kind::OpenToken | Kind::Organisation => {
            json!({ "type": "string", "minLength": 1 })
        }
        Kind::Token(list) => words(list.to_vec()),
        Kind::Status => words(Status::ALL.iter().map(|status| status.as_str()).collect()),
        Kind::Funding => words(FundingClass::ALL.iter().map(|class| class.as_str()).collect()),
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Number(_) => json!({ "type": "number", "minimum": 0 }),
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::Version => json!({ "type": "string", "pattern": r"^[0-9]+(\.[0-9]+)*$" }),
        Kind::Resolution => json!({ "type": "string", "pattern": "^[0-9]+x[0-9]+$" }),
        Kind::Money => json!({ "type": "string", "pattern": r"^[0-9]+\.[0-9]{2}$" }),
    }
}

fn describe(meaning: &str, kind: Kind) -> String {
    match kind {
        Kind::Number(Unit { symbol, .. }) if !symbol.is_empty() => {
            format!("{meaning}, in {symbol}")
        }
        Kind::Money => format!("{meaning}, in pounds"),
        _ => meaning.to_owned(),
    }
}

fn permit_null(schema: &mut Map<String, Json>) {
    if let Some(kind) = schema.get_mut("type") {
        *kind = json!([kind.take(), "null"]);
    }
    if let Some(Json::Array(words)) = schema.get_mut("enum") {
        words.push(Json::Null);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_follows_type_and_unit() {
        assert_eq!(
            Field::RamGib.json_schema(Unknown::LeftOut),
            json!({ "type": "number", "minimum": 0, "description": "Installed memory, in GiB" })
        );
        assert_eq!(
            Field::DiskType.json_schema(Unknown::Null),
            json!({
                "type": ["string", "null"],
                "enum": ["ssd", "nvme", "hdd", "emmc", null],
                "description": "Technology of the system disk",
            })
        );
        assert_eq!(json_properties(Field::all(), Unknown::Null).len(), Field::all().count());
    }
}
