//! The problem of a field that the catalogue does not have.

use diagnostic::Diagnostic;
use inventory::Field;

use crate::codes;

/// Says that no field has this word, and which is nearest.
pub(crate) fn unknown_field(word: &str) -> Diagnostic {
    let help = Field::nearest(word).map_or_else(
        || {
            "fields are the columns of an assets file, such as `ram_gib` or `purchase_date`"
                .to_owned()
        },
        |near| {
            let families: Vec<&str> =
                near.spec().families.iter().map(|family| family.as_str()).collect();
            format!(
                "a field with a similar name exists: `{near}` ({}; {})",
                near.kind().expected().0,
                families.join(", ")
            )
        },
    );
    Diagnostic::error(codes::UNKNOWN_FIELD, format!("unknown field `{word}`"))
        .value(word)
        .help(help)
}
