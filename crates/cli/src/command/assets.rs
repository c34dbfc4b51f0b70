//! `refit assets`: what the register knows of devices.

mod duplicates;
mod software;
use std::borrow::Cow;

use clap::Subcommand;
use diagnostic::suggest;
use inventory::catalogue::{Unknown, json_properties};
use inventory::store::Access;
use inventory::{Field, Register, Store as _, Value};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Map, Number, json};

use crate::args::Format;
use crate::codes;
use crate::context::Context;
use crate::estate;
use crate::failure::{Failure, Finish};
use crate::output::Envelope;
use crate::terminal::{Align, Listing};

pub use duplicates::DuplicateReport;
pub use software::SoftwareReport;

/// List, count and show devices.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  refit assets list --where \"class = laptop and ram_gib < 8\" --limit 20\n  \
                        refit assets count --where \"warranty_end < 2027-04-01\"\n  \
                        refit assets show T0001"
)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List devices by label
    #[command(
        after_help = "Examples:\n  refit assets list --where \"site = A81001\" --fields model,ram_gib,last_seen\n  \
                            refit assets list --limit 100 --after T0100 --format csv"
    )]
    List {
        /// Only devices for which this holds, such as `class = laptop and ram_gib < 8`
        #[arg(long = "where", value_name = "EXPR")]
        filter: Option<String>,
        /// At most this many
        #[arg(long, value_name = "N")]
        limit: Option<usize>,
        /// Only devices whose label comes after this one
        #[arg(long, value_name = "LABEL")]
        after: Option<String>,
        /// The fields to show beside the label, separated by commas
        #[arg(
            long,
            value_delimiter = ',',
            value_parser = field,
            value_name = "FIELD,...",
            default_value = "serial_number,class,manufacturer,model,site,status,purchase_date"
        )]
        fields: Vec<Field>,
    },
    /// Count devices
    #[command(after_help = "Example:\n  refit assets count --where \"tpm_version is unknown\"")]
    Count {
        /// Only devices for which this holds
        #[arg(long = "where", value_name = "EXPR")]
        filter: Option<String>,
    },
    /// List devices that may be one: their tags or serial numbers are spelt or look alike
    #[command(
        after_help = "Examples:\n  refit assets find-duplicates\n  refit assets find-duplicates --format csv -o duplicates.csv"
    )]
    FindDuplicates,
    /// List the programs that an agent found on a device
    #[command(after_help = "Example:\n  refit assets software T0001")]
    Software {
        /// Its asset tag or serial number
        tag: String,
    },
    /// Show what is known of a device, and from where
    #[command(after_help = "Example:\n  refit assets show T0001 --json")]
    Show {
        /// Its asset tag or serial number
        tag: String,
    },
}

/// What `refit assets list --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ListReport {
    /// Devices for which the filter holds, shown or not.
    count: usize,
    /// The devices shown, by label.
    assets: Vec<DeviceRow>,
}

/// A device with the fields that were asked for.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct DeviceRow(Map<String, serde_json::Value>);

impl JsonSchema for DeviceRow {
    fn schema_name() -> Cow<'static, str> {
        "DeviceRow".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut properties = json_properties(Field::all(), Unknown::Null);
        let label = "Its asset tag, else its serial number";
        properties.insert("asset".to_owned(), json!({ "type": "string", "description": label }));
        let shape = json!({
            "type": "object",
            "description": "A device with the fields that were asked for; null is unknown.",
            "properties": properties,
            "required": ["asset"],
        });
        shape.try_into().unwrap_or_default()
    }
}

/// What `refit assets count --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CountReport {
    /// Devices for which the filter holds.
    count: u64,
}

/// What `refit assets show --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ShowReport {
    /// Its asset tag, else its serial number.
    asset: String,
    /// What is known of it, in the order of an assets file.
    facts: Vec<FactRow>,
}

/// What is known of one field of a device, and from where.
#[derive(Debug, Serialize, JsonSchema)]
struct FactRow {
    /// The field.
    #[schemars(extend("enum" = Field::columns().map(Field::word).collect::<Vec<_>>()))]
    field: &'static str,
    /// Its value in the field's type and unit: see the schema `assets`.
    value: Scalar,
    /// The file that says so.
    source: Option<String>,
    /// The row of that file.
    row: Option<u32>,
    /// The day on which the source saw it.
    seen_on: Option<String>,
}

/// A value as JSON carries it: numbers and truths as such, the rest in the spelling of files.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
enum Scalar {
    /// Yes or no.
    Bool(bool),
    /// A number in the field's unit.
    Number(Number),
    /// Anything else.
    Text(String),
}

fn field(word: &str) -> Result<Field, String> {
    word.trim().parse().map_err(|_| {
        Field::nearest(word).map_or_else(
            || "expected a column of an assets file".to_owned(),
            |near| format!("a field with a similar name exists: {near}"),
        )
    })
}

/// Runs the command.
///
/// # Errors
/// When the estate cannot be read, the filter is wrong or the device is not known.
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<Finish, Failure> {
    match &arguments.what {
        What::List { filter, limit, after, fields } => {
            list(context, filter.as_deref(), (*limit, after.as_deref()), fields)
        }
        What::Count { filter } => count(context, filter.as_deref()),
        What::FindDuplicates => duplicates::run(context),
        What::Software { tag } => software::run(context, tag),
        What::Show { tag } => show(context, tag),
    }
}

/// What is known of a field.
fn cell(register: &Register, field: Field, device: usize) -> Option<Scalar> {
    match field {
        Field::AssetTag => register.tag(device).map(|tag| Scalar::Text(tag.to_string())),
        Field::SerialNumber => register.serial(device).map(|own| Scalar::Text(own.to_string())),
        Field::Class => register.class(device).map(|class| Scalar::Text(class.to_string())),
        field => register.value(field, device).map(|value| of_value(field, value)),
    }
}

fn of_value(field: Field, value: &Value) -> Scalar {
    let text = value.to_text(field.kind());
    match value {
        Value::Bool(flag) => Scalar::Bool(*flag),
        Value::Number(_) => text.parse().map_or_else(|_| Scalar::Text(text), Scalar::Number),
        _ => Scalar::Text(text),
    }
}

fn list(
    context: &Context,
    filter: Option<&str>,
    (limit, after): (Option<usize>, Option<&str>),
    fields: &[Field],
) -> Result<Finish, Failure> {
    let output = context.output(Listing::FORMATS)?;
    let store = estate::open(context, Access::Read)?;
    let register = store.register()?;
    let mut devices = estate::select(&register, filter)?;
    let found = devices.len();
    devices.retain(|device| after.is_none_or(|after| register.label(*device) > after));
    devices.truncate(limit.unwrap_or(usize::MAX));
    let align = |field: &Field| match field.kind() {
        inventory::Kind::Number(_) | inventory::Kind::Money => Align::Right,
        _ => Align::Left,
    };
    let columns = fields.iter().map(|field| (field.word(), align(field)));
    let row = |device: &usize| {
        let label = ("asset".to_owned(), json!(register.label(*device)));
        let cells = fields
            .iter()
            .map(|field| (field.word().to_owned(), json!(cell(&register, *field, *device))));
        DeviceRow(std::iter::once(label).chain(cells).collect())
    };
    let assets: Vec<DeviceRow> = devices.iter().map(row).collect();
    if output.format() == Format::Json {
        let report = ListReport { count: found, assets };
        let inputs = estate::inputs(&store)?;
        output.write_json(&Envelope::new(
            "refit.assets-list/1",
            context.as_of(),
            inputs,
            report,
        ))?;
        return Ok(Finish::Done);
    }
    let listing = Listing::of([("asset", Align::Left)].into_iter().chain(columns), &assets);
    output.write(|out| listing.write(output.format(), out))?;
    if let Some(last) = devices.last().filter(|_| limit.is_some_and(|limit| devices.len() == limit))
    {
        let label = register.label(*last);
        context.messages.note(&format!("go on with --after {label} ({found} devices in all)"));
    }
    Ok(Finish::Done)
}

fn count(context: &Context, filter: Option<&str>) -> Result<Finish, Failure> {
    let output = context.output(&[Format::Plain, Format::Json])?;
    let store = estate::open(context, Access::Read)?;
    let number = if filter.is_some() {
        let found = estate::select(&store.register()?, filter)?;
        u64::try_from(found.len()).unwrap_or(u64::MAX)
    } else {
        store.count_assets()?
    };
    if output.format() == Format::Json {
        let report = CountReport { count: number };
        let inputs = estate::inputs(&store)?;
        output.write_json(&Envelope::new(
            "refit.assets-count/1",
            context.as_of(),
            inputs,
            report,
        ))?;
    } else {
        output.write(|out| writeln!(out, "{number}"))?;
    }
    Ok(Finish::Done)
}

fn show(context: &Context, name: &str) -> Result<Finish, Failure> {
    let output = context.output(Listing::FORMATS)?;
    let store = estate::open(context, Access::Read)?;
    let register = store.register()?;
    let device = find_device(&register, name)?;
    let fact = |field: Field| {
        let value = cell(&register, field, device)?;
        let evidence = register.evidence(field, device);
        Some(FactRow {
            field: field.word(),
            value,
            source: evidence.as_ref().map(|evidence| evidence.source.to_string()),
            row: evidence.as_ref().map(|evidence| evidence.row),
            seen_on: evidence.and_then(|evidence| evidence.seen_on).map(|day| day.to_string()),
        })
    };
    let facts: Vec<FactRow> = Field::columns().filter_map(fact).collect();
    if output.format() == Format::Json {
        let report = ShowReport { asset: register.label(device).to_string(), facts };
        let inputs = estate::inputs(&store)?;
        output.write_json(&Envelope::new("refit.asset/1", context.as_of(), inputs, report))?;
    } else {
        let names = ["field", "value", "source", "row", "seen_on"];
        let listing = Listing::of(names.map(|name| (name, Align::Left)), &facts);
        output.write(|out| listing.write(output.format(), out))?;
    }
    Ok(Finish::Done)
}

/// The device of a tag or serial number.
fn find_device(register: &Register, name: &str) -> Result<usize, Failure> {
    if let Some(device) = register.find(name) {
        return Ok(device);
    }
    let labels = (0..register.len()).map(|device| register.label(device));
    // Comparing with every label of a national register would take longer than the answer is worth.
    let near = if register.len() <= 100_000 { suggest(name, labels) } else { None };
    let help = near.map_or_else(
        || "`refit assets list` lists the devices".to_owned(),
        |near| format!("a device with a similar name exists: `{near}`"),
    );
    let message = format!("no device has the tag or serial number `{name}`");
    Err(Failure::error(codes::UNKNOWN_NAME, message).help(help))
}
