//! `refit assets`: what the register knows of devices.

use clap::Subcommand;
use diagnostic::suggest;
use inventory::ledger::Moment;
use inventory::store::Access;
use inventory::{Field, Register, Store as _, Value};
use serde_json::{Map, json};

use crate::args::Format;
use crate::codes;
use crate::context::Context;
use crate::estate;
use crate::failure::{Failure, Finish};
use crate::output::Envelope;
use crate::terminal::{Align, Listing};

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
    /// Show everything that was ever said of a device, oldest first
    #[command(after_help = "Example:\n  refit assets history T0001")]
    History {
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
        What::Show { tag } => show(context, tag),
        What::History { tag } => history(context, tag),
    }
}

/// What is known of a field, as JSON carries it: numbers and truths as such, the rest in the spelling of files.
fn cell(register: &Register, field: Field, device: usize) -> serde_json::Value {
    match field {
        Field::AssetTag => json!(register.tag(device).map(ToString::to_string)),
        Field::SerialNumber => json!(register.serial(device).map(ToString::to_string)),
        Field::Class => json!(register.class(device).map(ToString::to_string)),
        field => register
            .value(field, device)
            .map_or(serde_json::Value::Null, |value| of_value(field, value)),
    }
}

fn of_value(field: Field, value: &Value) -> serde_json::Value {
    let text = value.to_text(field.kind());
    match value {
        Value::Bool(flag) => json!(flag),
        Value::Number(_) => text.parse().map_or_else(|_| json!(text), serde_json::Value::Number),
        _ => json!(text),
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
    let register = store.register_at(&context.moment())?;
    let mut devices = estate::select(&register, filter)?;
    let found = devices.len();
    devices.retain(|device| after.is_none_or(|after| register.label(*device) > after));
    devices.truncate(limit.unwrap_or(usize::MAX));
    let align = |field: &Field| match field.kind() {
        inventory::Kind::Number(_) | inventory::Kind::Money => Align::Right,
        _ => Align::Left,
    };
    let columns = fields.iter().map(|field| (field.word(), align(field)));
    let mut listing = Listing::new([("asset", Align::Left)].into_iter().chain(columns));
    for device in &devices {
        let label = json!(register.label(*device));
        let cells = fields.iter().map(|field| cell(&register, *field, *device));
        listing.push(std::iter::once(label).chain(cells).collect());
    }
    if output.format() == Format::Json {
        let payload = json!({ "count": found, "assets": listing.objects().collect::<Vec<_>>() });
        let inputs = estate::inputs(&store)?;
        output.write_json(&Envelope::new(
            "refit.assets-list/1",
            context.as_of(),
            inputs,
            payload,
        ))?;
        return Ok(Finish::Done);
    }
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
    let number = if filter.is_some() || context.moment() != Moment::default() {
        let found = estate::select(&store.register_at(&context.moment())?, filter)?;
        u64::try_from(found.len()).unwrap_or(u64::MAX)
    } else {
        store.count_assets()?
    };
    if output.format() == Format::Json {
        let payload = json!({ "count": number });
        let inputs = estate::inputs(&store)?;
        output.write_json(&Envelope::new(
            "refit.assets-count/1",
            context.as_of(),
            inputs,
            payload,
        ))?;
    } else {
        output.write(|out| writeln!(out, "{number}"))?;
    }
    Ok(Finish::Done)
}

fn history(context: &Context, name: &str) -> Result<Finish, Failure> {
    let output = context.output(Listing::FORMATS)?;
    let store = estate::open(context, Access::Read)?;
    let events = store.history(name)?;
    if events.is_empty() {
        let message = format!("no device has the tag or serial number `{name}`");
        return Err(Failure::error(codes::UNKNOWN_NAME, message)
            .help("`refit assets list` lists the devices"));
    }
    let commands = store.commands()?;
    let names = [
        "event",
        "recorded_at",
        "effective_on",
        "import",
        "source",
        "file",
        "line",
        "seen_on",
        "field",
        "value",
    ];
    let mut listing = Listing::new(names.map(|name| (name, Align::Left)));
    for event in events {
        let logged = commands.iter().find(|logged| logged.seq == event.command);
        let command = logged.map(|logged| &logged.command);
        for (field, value) in event.fields {
            listing.push(vec![
                json!(event.seq),
                json!(command.map(|command| &command.recorded_at)),
                json!(command.map(|command| command.effective_on.to_string())),
                json!(command.and_then(|command| command.batch).map(|batch| batch.to_string())),
                json!(command.map(|command| &command.source)),
                json!(command.map(|command| &command.file)),
                json!(event.line),
                json!(event.seen_on.map(|day| day.to_string())),
                json!(field),
                json!(value),
            ]);
        }
    }
    if output.format() == Format::Json {
        let payload =
            json!({ "asset": name, "observations": listing.objects().collect::<Vec<_>>() });
        let inputs = estate::inputs(&store)?;
        let envelope = Envelope::new("refit.asset-history/1", context.as_of(), inputs, payload);
        output.write_json(&envelope)?;
    } else {
        output.write(|out| listing.write(output.format(), out))?;
    }
    Ok(Finish::Done)
}

fn show(context: &Context, name: &str) -> Result<Finish, Failure> {
    let output = context.output(Listing::FORMATS)?;
    let store = estate::open(context, Access::Read)?;
    let register = store.register_at(&context.moment())?;
    let Some(device) = register.find(name) else {
        let labels = (0..register.len()).map(|device| register.label(device));
        // Comparing with every label of a national register would take longer than the answer is worth.
        let near = if register.len() <= 100_000 { suggest(name, labels) } else { None };
        let help = near.map_or_else(
            || "`refit assets list` lists the devices".to_owned(),
            |near| format!("a device with a similar name exists: `{near}`"),
        );
        let message = format!("no device has the tag or serial number `{name}`");
        return Err(Failure::error(codes::UNKNOWN_NAME, message).help(help));
    };
    let names = ["field", "value", "source", "row", "seen_on"];
    let mut listing = Listing::new(names.map(|name| (name, Align::Left)));
    for field in Field::columns() {
        let value = cell(&register, field, device);
        if value.is_null() {
            continue;
        }
        let evidence = register.evidence(field, device);
        listing.push(vec![
            json!(field.word()),
            value,
            json!(evidence.as_ref().map(|evidence| evidence.source.to_string())),
            json!(evidence.as_ref().map(|evidence| evidence.row)),
            json!(evidence.and_then(|evidence| evidence.seen_on).map(|day| day.to_string())),
        ]);
    }
    if output.format() == Format::Json {
        let mut payload = Map::new();
        payload.insert("asset".to_owned(), json!(register.label(device)));
        payload.insert("facts".to_owned(), listing.objects().collect());
        let inputs = estate::inputs(&store)?;
        output.write_json(&Envelope::new("refit.asset/1", context.as_of(), inputs, payload))?;
    } else {
        output.write(|out| listing.write(output.format(), out))?;
    }
    Ok(Finish::Done)
}
