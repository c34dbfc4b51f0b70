//! `refit export`: the register in our own files.

use inventory::Store as _;
use inventory::export::{Format as FileFormat, export};
use inventory::import::FileKind;
use inventory::store::Access;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::args::Format;
use crate::codes;
use crate::context::Context;
use crate::estate;
use crate::failure::{Failure, Finish};
use crate::output::Envelope;

/// Write the register in its own format: importing it into an empty estate and exporting again gives the same bytes.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  refit export -o assets.csv\n  refit export -o assets.xlsx\n  refit export --kind organisations --format json"
)]
pub struct Arguments {
    /// What to write: assets, organisations, models or list-sizes
    #[arg(long, default_value = "assets", value_name = "KIND")]
    kind: FileKind,
}

/// The frame of a JSON export before its rows.
#[derive(Debug, Serialize, JsonSchema)]
struct Nothing {}

/// The JSON Schema of an export whose rows are `T`.
pub(crate) fn schema_of<T: JsonSchema>(kind: FileKind) -> Schema {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let rows = generator.subschema_for::<Vec<T>>();
    let mut schema = generator.into_root_schema_for::<Envelope<Nothing>>();
    let key = kind.key();
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.insert(key.clone(), rows.to_value());
    }
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.push(key.into());
    }
    schema
}

/// Runs the command.
///
/// # Errors
/// When the estate cannot be read or the file cannot be written.
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<Finish, Failure> {
    let output = context.output(&[Format::Csv, Format::Json, Format::Ndjson, Format::Xlsx])?;
    let store = estate::open(context, Access::Read)?;
    let register = store.register()?;
    let format = match output.format() {
        Format::Json => FileFormat::Json,
        Format::Ndjson => FileFormat::Ndjson,
        Format::Xlsx => FileFormat::Xlsx,
        _ => FileFormat::Csv,
    };
    let schema = match arguments.kind {
        FileKind::Assets => "refit.assets/1",
        FileKind::Organisations => "refit.organisations/1",
        FileKind::Models => "refit.models/1",
        FileKind::ListSizes => "refit.list-sizes/1",
    };
    let inputs = estate::inputs(&store)?;
    let envelope = Envelope::new(schema, context.as_of(), inputs, Nothing {});
    let head: Map<String, Value> = match serde_json::to_value(&envelope) {
        Ok(Value::Object(head)) => head,
        _ => return Err(Failure::error(codes::INTERNAL, "the frame of an export is no object")),
    };
    output.write(|out| export(&register, arguments.kind, format, &head, out))?;
    Ok(Finish::Done)
}
