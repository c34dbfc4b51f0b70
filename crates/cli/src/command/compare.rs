//! `refit compare`: plans beside each other, or a plan beside rules of thumb.

use std::collections::BTreeMap;
use std::path::PathBuf;

use inventory::Money;
use planner::customary::Custom;
use planner::difference::{Stability, difference};
use planner::document::{Input, PlanDocument};
use planner::whatif::{Way, compare};
use schemars::JsonSchema;
use serde::Serialize;

use super::plan::stored;
use super::plan::whatif::{FORMATS, WAY_COLUMNS, deliver, on_plan};
use crate::args::Format;
use crate::codes;
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::output::Envelope;
use crate::planning::{EstateArguments, PlanningArguments, parse_years};
use crate::terminal::{Align, Listing};

/// Compare plans with the first of them; or plan the estate and compare with what rules of thumb would do.
///
/// Rules: worst device first until the money runs out, best saving for a pound first, replacement at the end of life and at
/// an age, buying nothing; all with the same envelopes, prices, pins and deadlines. `device_years` are years of devices that
/// surely fail a minimum rule.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  refit compare plan-a.json plan-b.json\n  \
                        refit compare --envelopes envelopes.toml\n  \
                        refit compare --envelopes envelopes.toml --at-age 4,5,6 --json")]
pub struct Arguments {
    /// Plan files, or ids of stored plans
    #[arg(
        value_name = "PLAN",
        required_unless_present = "envelopes",
        conflicts_with = "envelopes"
    )]
    plans: Vec<String>,
    /// The money of each budget holder and year
    #[arg(long, value_name = "FILE")]
    envelopes: Option<PathBuf>,
    #[command(flatten)]
    planning: PlanningArguments,
    /// Number of financial years
    #[arg(long, value_name = "YEARS", default_value = "5", value_parser = parse_years)]
    horizon: usize,
    /// Ages in years at which a rule replaces devices
    #[arg(long, value_name = "YEARS,...", value_delimiter = ',', default_value = "5", requires = "envelopes",
          value_parser = clap::value_parser!(u32).range(1..=50))]
    at_age: Vec<u32>,
}

/// What `--json` prints of a plan and rules of thumb.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The plan, then the rules.
    ways: Vec<Way>,
    /// A bound of the objective that no way within the same limits can pass.
    bound: String,
}

/// What `--json` prints of several plans.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PlansReport {
    /// The plans, in the order given.
    plans: Vec<ComparedPlan>,
}

/// A plan beside the first.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ComparedPlan {
    /// The plan.
    plan_id: String,
    /// The day as of which it was made.
    as_of: String,
    /// First and last financial year.
    years: String,
    /// Purchases.
    purchases: u64,
    /// Pounds charged to envelopes.
    spend: String,
    /// Pounds more than the first plan.
    spend_more: String,
    /// Devices that need replacing and wait.
    deferred: u64,
    /// Devices failing a minimum at the end.
    failing_at_end: u64,
    /// Practices in which something is replaced.
    practices: u64,
    /// Pounds of the objective, comparable where policy and years are the same.
    objective: String,
    /// How much of the first plan it keeps.
    stability: Stability,
}

/// Runs the command.
///
/// # Errors
/// When a plan, the estate or a file cannot be read.
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<Finish, Failure> {
    let output = context.output(FORMATS)?;
    let Some(envelopes) = arguments.envelopes.clone() else { return plans(arguments, context) };
    let planning = arguments.planning.clone();
    let estate = EstateArguments { envelopes, planning, horizon: arguments.horizon };
    on_plan(context, &estate, &output, |estate, planned, planning| {
        let mut customs = vec![
            Custom::BuyNothing,
            Custom::WorstFirst,
            Custom::BestPerPound,
            Custom::ReplaceAt(None),
        ];
        customs.extend(arguments.at_age.iter().map(|years| Custom::ReplaceAt(Some(*years))));
        let ways = compare(estate, planned, &customs);
        let listing = Listing::of(WAY_COLUMNS, &ways);
        let bound = Money::from_pence(planned.solution.bound_pence).to_string();
        let report = Report { ways, bound };
        deliver(context, &output, planning, "refit.compare/1", &report, &listing)?;
        context.messages.note(&format!(
            "no way within the same limits has an objective below £{}",
            report.bound
        ));
        Ok(Finish::Done)
    })
}

fn plans(arguments: &Arguments, context: &Context) -> Result<Finish, Failure> {
    let output = context.output(FORMATS)?;
    let mut documents = Vec::new();
    let mut inputs: Vec<Input> = Vec::new();
    for name in &arguments.plans {
        let document = stored::read(context, name)?;
        inputs.push(stored::input(name, &document)?);
        documents.push(document);
    }
    let Some(first) = documents.first() else {
        return Err(
            Failure::error(codes::USAGE, "no plan was given").help("name two plans or more")
        );
    };
    let report =
        PlansReport { plans: documents.iter().map(|document| compared(first, document)).collect() };
    if output.format() == Format::Json {
        let day = context.as_of();
        output.write_json(&Envelope::new("refit.compare-plans/1", day, inputs, report))?;
        return Ok(Finish::Done);
    }
    let columns = [
        ("plan_id", Align::Left),
        ("as_of", Align::Left),
        ("years", Align::Left),
        ("purchases", Align::Right),
        ("spend", Align::Right),
        ("spend_more", Align::Right),
        ("deferred", Align::Right),
        ("failing_at_end", Align::Right),
        ("practices", Align::Right),
        ("objective", Align::Right),
    ];
    let listing = Listing::of(columns, &report.plans);
    output.write(|out| listing.write(output.format(), out))?;
    for plan in report.plans.iter().skip(1) {
        let stability = &plan.stability;
        context.messages.note(&format!(
            "{} keeps {} of {} purchases of the first plan ({}%)",
            plan.plan_id, stability.kept, stability.comparable, stability.kept_percent
        ));
    }
    Ok(Finish::Done)
}

fn compared(first: &PlanDocument, document: &PlanDocument) -> ComparedPlan {
    let money = |plan: &PlanDocument| plan.totals.spend.parse::<Money>().unwrap_or_default();
    let last = document.horizon.last();
    let at_end = document.compliance.iter().filter(|row| Some(&row.when) == last);
    let practice: BTreeMap<&str, &str> = document
        .sites
        .iter()
        .map(|site| (site.code.as_str(), site.practice.as_deref().unwrap_or(&site.code)))
        .collect();
    let mut practices: Vec<&str> = document
        .lines
        .iter()
        .map(|line| practice.get(line.site.as_str()).copied().unwrap_or(&line.site))
        .collect();
    practices.sort_unstable();
    practices.dedup();
    let years = [document.horizon.first(), last].map(|fy| fy.cloned().unwrap_or_default());
    ComparedPlan {
        plan_id: document.plan_id.clone(),
        as_of: document.as_of.clone(),
        years: years.join(" to "),
        purchases: document.totals.purchases,
        spend: document.totals.spend.clone(),
        spend_more: money(document).checked_sub(money(first)).unwrap_or_default().to_string(),
        deferred: document.totals.deferred,
        failing_at_end: at_end.map(|row| row.failing_with_plan).sum(),
        practices: u64::try_from(practices.len()).unwrap_or(u64::MAX),
        objective: Money::from_pence(document.objective_pence).to_string(),
        stability: difference(first, document).stability,
    }
}
