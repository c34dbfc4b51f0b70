//! A plan in months: visits and orders.

use std::path::{Path, PathBuf};

use inventory::ClassCatalogue;
use planner::calendar::{Calendar, calendar, icalendar};
use planner::document::Input;
use planner::input::{Envelopes, Policy, PriceList};
use schemars::JsonSchema;
use serde::Serialize;

use super::stored;
use crate::args::Format;
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::output::{Envelope, read_source, sha256};
use crate::terminal::{Align, Listing};

/// Lay a plan into months: who is visited when, what must be ordered by which day, and how busy the engineers are.
///
/// A visit lies on a working day after its devices have arrived and before 31 March or their deadline, outside freezes,
/// and within the engineers' hours of its month. Exits with 1 when something finds no day.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  refit plan calendar plan.json\n  \
                        refit plan calendar plan.json --format csv -o visits.csv\n  \
                        refit plan calendar plan.json -o visits.ics        for calendar programs\n  \
                        refit plan calendar plan.json --orders --format csv -o orders.csv\n  \
                        refit plan calendar plan.json --months\n\n\
                        CSV has one row a device.")]
pub(crate) struct Arguments {
    /// A plan file, or the id of a stored plan
    plan: String,
    /// The prices of the plan, for days of delivery and hours of installation
    #[arg(long, value_name = "FILE", default_value = "prices.toml")]
    prices: PathBuf,
    /// The engineers' hours of each budget holder and year (default: envelopes.toml where it exists, else no limit)
    #[arg(long, value_name = "FILE")]
    envelopes: Option<PathBuf>,
    /// Freezes and days of building (default: policy.toml where it exists)
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// List what to order until when, instead of visits
    #[arg(long, conflicts_with = "months")]
    orders: bool,
    /// List the engineers' months, instead of visits
    #[arg(long)]
    months: bool,
}

/// What `--json` prints.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The plan by day.
    calendar: Calendar,
}

const FORMATS: &[Format] =
    &[Format::Table, Format::Plain, Format::Json, Format::Ndjson, Format::Csv, Format::Ics];

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Finish, Failure> {
    let output = context.output(FORMATS)?;
    let document = stored::read(context, &arguments.plan)?;
    let mut inputs = vec![stored::input(&arguments.plan, &document)?];
    let classes = ClassCatalogue::shipped();
    let prices =
        read(context, &mut inputs, &arguments.prices, |source| PriceList::read(source, &classes))?;
    let envelopes = match given(arguments.envelopes.as_deref(), "envelopes.toml") {
        Some(path) => read(context, &mut inputs, path, |source| Envelopes::read(source, &classes))?,
        None => Envelopes::default(),
    };
    let policy = match given(arguments.policy.as_deref(), "policy.toml") {
        Some(path) => read(context, &mut inputs, path, |source| Policy::read(source, &classes))?,
        None => Policy::of_presets(),
    };
    let (calendar, problems) = calendar(&document, &prices, &policy, &envelopes)?;
    match output.format() {
        Format::Json => {
            let report = Report { calendar: calendar.clone() };
            let day = context.as_of();
            output.write_json(&Envelope::new("refit.calendar/1", day, inputs, report))?;
        }
        Format::Ics => {
            let text = icalendar(&calendar, &document.as_of);
            output.write(|out| out.write_all(text.as_bytes()))?;
        }
        format => {
            let listing = listing(&calendar, arguments, format);
            output.write(|out| listing.write(format, out))?;
        }
    }
    context.messages.diagnostics(&problems);
    context.messages.note(&format!(
        "{} visits, {} orders; {} purchases without a day",
        calendar.visits.len(),
        calendar.orders.len(),
        calendar.unplaced.len()
    ));
    Ok(Finish::findings_if(!calendar.unplaced.is_empty()))
}

/// The file named, else the usual one where it exists.
fn given<'p>(named: Option<&'p Path>, usual: &'p str) -> Option<&'p Path> {
    named.or_else(|| Some(Path::new(usual)).filter(|path| path.is_file()))
}

fn read<T>(
    context: &Context,
    inputs: &mut Vec<Input>,
    path: &Path,
    parse: impl FnOnce(&diagnostic::Source) -> (T, diagnostic::Diagnostics),
) -> Result<T, Failure> {
    let source = read_source(path)?;
    let hash = sha256(source.text().as_bytes());
    inputs.push(Input { name: path.display().to_string(), sha256: hash });
    let (value, problems) = parse(&source);
    if problems.has_errors() {
        return Err(problems.into());
    }
    context.messages.diagnostics(&problems);
    Ok(value)
}

fn listing(calendar: &Calendar, arguments: &Arguments, format: Format) -> Listing {
    if arguments.orders {
        return Listing::of(
            [
                ("order_by", Align::Left),
                ("receive_by", Align::Left),
                ("fy", Align::Left),
                ("holder", Align::Left),
                ("item", Align::Left),
                ("quantity", Align::Right),
                ("price_net", Align::Right),
                ("charged", Align::Right),
            ],
            &calendar.orders,
        );
    }
    if arguments.months {
        return Listing::of(
            [
                ("month", Align::Left),
                ("holder", Align::Left),
                ("working_days", Align::Right),
                ("visits", Align::Right),
                ("engineer_hours", Align::Right),
                ("engineer_hours_limit", Align::Right),
            ],
            &calendar.months,
        );
    }
    if format == Format::Csv { devices(calendar) } else { visits(calendar) }
}

fn visits(calendar: &Calendar) -> Listing {
    let mut listing = Listing::new([
        ("visit", Align::Left),
        ("day", Align::Left),
        ("holder", Align::Left),
        ("site", Align::Left),
        ("devices", Align::Right),
        ("engineer_hours", Align::Right),
        ("order_by", Align::Left),
        ("receive_by", Align::Left),
    ]);
    for visit in &calendar.visits {
        listing.push(vec![
            visit.id.clone().into(),
            visit.day.clone().into(),
            visit.holder.clone().into(),
            visit.site.clone().into(),
            visit.lines.len().into(),
            visit.engineer_hours.clone().into(),
            visit.order_by.clone().into(),
            visit.receive_by.clone().into(),
        ]);
    }
    listing
}

fn devices(calendar: &Calendar) -> Listing {
    let mut listing = Listing::new([
        ("visit", Align::Left),
        ("day", Align::Left),
        ("fy", Align::Left),
        ("holder", Align::Left),
        ("site", Align::Left),
        ("line", Align::Left),
        ("asset", Align::Left),
        ("class", Align::Left),
        ("item", Align::Left),
        ("order_by", Align::Left),
        ("receive_by", Align::Left),
    ]);
    for visit in &calendar.visits {
        for line in &visit.lines {
            listing.push(vec![
                visit.id.clone().into(),
                visit.day.clone().into(),
                visit.fy.clone().into(),
                visit.holder.clone().into(),
                visit.site.clone().into(),
                line.line.clone().into(),
                line.asset.clone().into(),
                line.class.clone().into(),
                line.item.clone().into(),
                line.order_by.clone().into(),
                visit.receive_by.clone().into(),
            ]);
        }
    }
    listing
}
