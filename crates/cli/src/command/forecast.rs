//! `refit forecast`: what falls due if money were no limit, and when compliance falls off.

use planner::forecast::{ForecastBy, ForecastRow, forecast};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::args::Format;
use crate::codes;
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::output::Envelope;
use crate::planning::{Planning, PlanningArguments, parse_years};
use crate::terminal::{Align, Listing};

/// Forecast replacements due and failures to come if money were no limit and nothing were bought.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  refit forecast --years 10\n  refit forecast --by practice --format csv -o need.csv"
)]
pub struct Arguments {
    /// Number of financial years
    #[arg(long, value_name = "YEARS", default_value = "10", value_parser = parse_years)]
    years: usize,
    /// Count by class of device, practice, or maker and model
    #[arg(long, value_enum, default_value = "class")]
    by: By,
    #[command(flatten)]
    planning: PlanningArguments,
}

/// By what a forecast is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
enum By {
    /// Class of device
    Class,
    /// The practice of the site
    Practice,
    /// Maker and model
    Model,
}

/// What `--json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// One row a year and group.
    forecast: Vec<ForecastRow>,
}

/// Runs the command.
///
/// # Errors
/// When the estate or a file cannot be read.
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<Finish, Failure> {
    let output = context.output(Listing::FORMATS)?;
    let planning = Planning::read(context, &arguments.planning, None)?;
    let by = match arguments.by {
        By::Class => ForecastBy::Class,
        By::Practice => ForecastBy::Practice,
        By::Model => ForecastBy::Model,
    };
    let rows = planning.with(context, arguments.years, |estate| forecast(estate, by));
    let rows = rows.map_err(|error| {
        Failure::error(planner::codes::PROBLEM_TOO_LARGE, format!("a price is too large: {error}"))
    })?;
    if output.format() == Format::Json {
        let report = Report { forecast: rows };
        let inputs = planning.inputs().to_vec();
        output.write_json(&Envelope::new("refit.forecast/1", context.as_of(), inputs, report))?;
        return Ok(Finish::Done);
    }
    let mut listing = Listing::new([
        ("fy", Align::Left),
        ("group", Align::Left),
        ("devices", Align::Right),
        ("due", Align::Right),
        ("cost", Align::Right),
        ("due_without_price", Align::Right),
        ("failing_at_end", Align::Right),
        ("past_life_at_end", Align::Right),
    ]);
    for row in &rows {
        listing.push(vec![
            json!(row.fy),
            json!(row.group),
            json!(row.devices),
            json!(row.due),
            json!(row.cost),
            json!(row.due_without_price),
            json!(row.failing_at_end),
            json!(row.past_life_at_end),
        ]);
    }
    output.write(|out| listing.write(output.format(), out))?;
    if rows.is_empty() {
        return Err(Failure::error(
            codes::USAGE,
            "no device in use has a site with a budget holder",
        )
        .help("import the organisations file that ties practices to their ICB"));
    }
    Ok(Finish::Done)
}
