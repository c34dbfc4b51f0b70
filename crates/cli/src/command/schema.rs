//! `refit schema`: JSON Schemas of files and outputs.

mod files;

use diagnostic::suggest;
use inventory::export::{AssetRow, ListSizeRow, ModelRow, OrganisationRow};
use inventory::import::FileKind;
use planner::document::PlanDocument;
use planner::model::Names;
use schemars::{JsonSchema, Schema, schema_for};
use serde_json::Value;

use crate::args::Format;
use crate::bid::{BidModel, Words};
use crate::codes;
use crate::command::{
    assets, audit, check, compare, db, doctor, explain, export, forecast, generate, import, init,
    orgs, plan, solve, wes,
};
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::output::Envelope;
use crate::profiles::{assign_schema, lock_schema, profile_schema, waivers_schema};
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
    make: fn() -> Schema,
}

impl NamedSchema {
    /// A schema by its name.
    pub fn find(name: &str) -> Option<&'static Self> {
        SCHEMAS.iter().find(|schema| schema.name == name)
    }

    /// The schema. That of an output demands the output's own name under the key `schema`.
    pub fn schema(&self) -> Schema {
        let mut schema = (self.make)();
        let own = schema.get_mut("properties").and_then(|keys| keys.get_mut("schema"));
        if let Some(Value::Object(key)) = own {
            let name = format!("refit.{}/1", self.name);
            key.insert("description".to_owned(), "The name and version of this form.".into());
            key.insert("const".to_owned(), name.clone().into());
            schema.insert("title".to_owned(), name.into());
        }
        schema
    }
}

macro_rules! schemas {
    ($($name:literal: $make:expr,)+) => {
        /// Every schema, by name.
        pub const SCHEMAS: &[NamedSchema] = &[$(NamedSchema { name: $name, make: || $make },)+];
    };
}

/// The schema of a payload in its frame.
fn framed<T: JsonSchema>() -> Schema {
    schema_for!(Envelope<T>)
}

schemas! {
    "asset": framed::<assets::ShowReport>(),
    "assets": export::schema_of::<AssetRow>(FileKind::Assets),
    "assets-count": framed::<assets::CountReport>(),
    "assets-list": framed::<assets::ListReport>(),
    "assign": assign_schema(),
    "audit": framed::<audit::Report>(),
    "bid": schema_for!(BidModel),
    "bid-words": schema_for!(Words),
    "calendar": framed::<plan::CalendarReport>(),
    "check": framed::<check::Report<Vec<check::DeviceRow>>>(),
    "compare": framed::<compare::Report>(),
    "compare-plans": framed::<compare::PlansReport>(),
    "db-info": framed::<db::Report>(),
    "doctor": framed::<doctor::Report>(),
    "duplicates": framed::<assets::DuplicateReport>(),
    "envelopes": files::envelopes(),
    "explain-asset": framed::<explain::AssetReport>(),
    "explain-plan-asset": framed::<explain::AssetInPlan>(),
    "explain-plan-year": framed::<explain::YearInPlan>(),
    "forecast": framed::<forecast::Report>(),
    "frontier": framed::<plan::FrontierReport>(),
    "generate": framed::<generate::Report>(),
    "import": framed::<import::Report>(),
    "import-guess": framed::<import::GuessReport>(),
    "imports": framed::<import::HistoryReport>(),
    "infeasible": framed::<plan::Infeasible>(),
    "init": framed::<init::Report>(),
    "least": framed::<plan::LeastReport>(),
    "list-sizes": export::schema_of::<ListSizeRow>(FileKind::ListSizes),
    "lock": lock_schema(),
    "manifest": schema_for!(Manifest),
    "map": files::map(),
    "models": export::schema_of::<ModelRow>(FileKind::Models),
    "organisation": framed::<orgs::ShowReport>(),
    "organisations": export::schema_of::<OrganisationRow>(FileKind::Organisations),
    "organisations-list": framed::<orgs::ListReport>(),
    "pins": files::pins(),
    "plan": schema_for!(PlanDocument),
    "plan-check": framed::<plan::CheckReport>(),
    "plan-decision": framed::<plan::DecisionReport>(),
    "plan-diff": framed::<plan::DiffReport>(),
    "plans": framed::<plan::ListReport>(),
    "pln2": schema_for!(planner::pln2::Meta),
    "policy": files::policy(),
    "prices": files::prices(),
    "problem-names": schema_for!(Names),
    "profile": profile_schema(),
    "reserve": framed::<plan::ReserveReport>(),
    "sensitivity": framed::<plan::SensitivityReport>(),
    "software": framed::<assets::SoftwareReport>(),
    "solve": framed::<solve::Report>(),
    "waivers": waivers_schema(),
    "wes-assign": framed::<wes::AssignReport>(),
    "wes-diff": framed::<wes::DiffReport>(),
    "wes-history": framed::<wes::HistoryReport>(),
    "wes-impact": framed::<wes::Impact>(),
    "wes-lint": framed::<wes::LintReport>(),
    "wes-list": framed::<wes::ListReport>(),
    "wes-mutants": framed::<wes::MutantReport>(),
    "wes-resolve": framed::<wes::ResolveReport>(),
    "wes-show": framed::<wes::ShowReport>(),
    "wes-test": framed::<wes::TestReport>(),
}

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
    let Some(schema) = NamedSchema::find(wanted) else {
        let help = suggest(wanted, names.clone()).map_or_else(
            || format!("known names: {}", names.collect::<Vec<_>>().join(", ")),
            |near| format!("a schema with a similar name exists: `{near}`"),
        );
        return Err(Failure::error(codes::UNKNOWN_NAME, format!("no schema is called `{wanted}`"))
            .help(help));
    };
    output.write_json(&schema.schema())?;
    Ok(Finish::Done)
}
