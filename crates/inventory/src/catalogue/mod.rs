//! The field catalogue: one list of typed fields for files, profiles, JSON and columns.
//!
//! A field's word is the header of a CSV column, the name in a WES rule and the key in JSON. Its [`Kind`] says how a text
//! becomes a [`Value`] and in which unit numbers are kept.

mod field;
mod kind;
mod schema;
mod value;

pub use field::{Field, FieldSpec, Group};
pub use kind::{Kind, Unit};
pub use schema::{Unknown, json_properties};
pub use value::Value;
