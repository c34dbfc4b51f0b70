//! `refit schema`: JSON Schemas of files and outputs.

use diagnostic::suggest;
use planner::document::PlanDocument;
use schemars::{Schema, schema_for};

use crate::args::Format;
use crate::bid::{BidModel, Words};
use crate::codes;
use crate::command::{check, explain, forecast, import, plan, solve};
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::output::Envelope;
use crate::profiles::profile_schema;
use crate::render::bid_manifest::Manifest;

/// Print the JSON Schema of a file that people write or of a JSON output.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  refit schema            list the names\n  refit schema plan -o plan.schema.json"
)]
pub struct Arguments {
    /// The name of the schema; without it, all names are listed
    name: Option<String>,
}

/// A schema that can be printed: its name, and how it is made from the types that are written.
#[derive(Debug)]
pub struct NamedSchema {
    /// The name to ask for.
    pub name: &'static str,
    /// Makes the schema.
    pub make: fn() -> Schema,
}

/// Every schema, by name.
pub const SCHEMAS: &[NamedSchema] = &[
    NamedSchema { name: "bid", make: || schema_for!(BidModel) },
    NamedSchema { name: "bid-words", make: || schema_for!(Words) },
    NamedSchema {
        name: "check",
        make: || schema_for!(Envelope<check::Report<Vec<check::DeviceRow>>>),
    },
    NamedSchema { name: "explain-asset", make: || schema_for!(Envelope<explain::AssetReport>) },
    NamedSchema {
        name: "explain-plan-asset",
        make: || schema_for!(Envelope<explain::AssetInPlan>),
    },
    NamedSchema { name: "explain-plan-year", make: || schema_for!(Envelope<explain::YearInPlan>) },
    NamedSchema { name: "forecast", make: || schema_for!(Envelope<forecast::Report>) },
    NamedSchema { name: "import", make: || schema_for!(Envelope<import::Report>) },
    NamedSchema { name: "infeasible", make: || schema_for!(Envelope<plan::Infeasible>) },
    NamedSchema { name: "manifest", make: || schema_for!(Manifest) },
    NamedSchema { name: "plan", make: || schema_for!(PlanDocument) },
    NamedSchema { name: "pln2", make: || schema_for!(planner::pln2::Meta) },
    NamedSchema { name: "plan-check", make: || schema_for!(Envelope<plan::CheckReport>) },
    NamedSchema { name: "profile", make: profile_schema },
    NamedSchema { name: "solve", make: || schema_for!(Envelope<solve::Report>) },
];

/// Runs the command.
///
/// # Errors
/// When no schema has the name.
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<Finish, Failure> {
    let names = SCHEMAS.iter().map(|schema| schema.name);
    let Some(wanted) = &arguments.name else {
        let output = context.output(&[Format::Plain])?;
        output.write(|out| names.clone().try_for_each(|name| writeln!(out, "{name}")))?;
        return Ok(Finish::Done);
    };
    let output = context.output(&[Format::Json])?;
    let Some(schema) = SCHEMAS.iter().find(|schema| schema.name == wanted) else {
        let help = suggest(wanted, names.clone()).map_or_else(
            || format!("known names: {}", names.collect::<Vec<_>>().join(", ")),
            |near| format!("a schema with a similar name exists: `{near}`"),
        );
        return Err(Failure::error(codes::UNKNOWN_NAME, format!("no schema is called `{wanted}`"))
            .help(help));
    };
    output.write_json(&(schema.make)())?;
    Ok(Finish::Done)
}
