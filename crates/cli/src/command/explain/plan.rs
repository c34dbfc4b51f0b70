//! Why a plan treats a device, or a year, as it does.

use std::io::{self, Write};

use diagnostic::suggest;
use planner::certificate::{Certificate, SCALE};
use planner::document::{Deferred, Line, PlanDocument, Unplanned, YearLine};
use planner::reason::pence_of_scaled;
use planner::solver::reduced_costs;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;

use crate::args::Format;
use crate::codes;
use crate::command::plan::stored;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::Envelope;
use crate::terminal::printable;

/// What `--json` prints of a device in a plan.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AssetInPlan {
    plan_id: String,
    asset: String,
    /// Its purchases, in order.
    lines: Vec<Line>,
    /// Why it waits, when it does.
    deferred: Option<Deferred>,
    /// Why it was left out, when it was.
    unplanned: Option<Unplanned>,
    /// What each possible year of replacement would cost more than the best one, at the plan's prices of money and
    /// engineers; empty when the estate does not keep the problem.
    years: Vec<YearChoice>,
}

/// One year in which a device could be replaced.
#[derive(Debug, Serialize, JsonSchema)]
struct YearChoice {
    /// The financial year, or `never`.
    fy: String,
    /// The item that would be bought.
    item: Option<String>,
    /// Pounds more than in its best year.
    more: String,
    /// Whether the plan has chosen it.
    chosen: bool,
}

/// What `--json` prints of a year of a plan.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct YearInPlan {
    plan_id: String,
    fy: String,
    /// Money by holder.
    holders: Vec<YearLine>,
    /// Purchases by class.
    purchases: Vec<ClassCount>,
    /// What one more hour of engineers would save, by holder, in pounds.
    hour_prices: Vec<HourPrice>,
}

/// Purchases of a class.
#[derive(Debug, Serialize, JsonSchema)]
struct ClassCount {
    class: String,
    purchases: usize,
}

/// What one more hour of engineers would save.
#[derive(Debug, Serialize, JsonSchema)]
struct HourPrice {
    holder: String,
    pounds: String,
}

/// Explains `asset:TAG` or `year:FY` of a plan.
pub(super) fn explain(context: &Context, plan: &str, what: &str) -> Result<(), Failure> {
    let document = stored::read(context, plan)?;
    if let Some(tag) = what.strip_prefix("asset:") {
        return asset(context, &document, tag);
    }
    if let Some(year) = what.strip_prefix("year:") {
        return year_of(context, &document, year);
    }
    Err(Failure::error(codes::USAGE, format!("a plan has no `{what}`"))
        .help("write `asset:TAG` or `year:2027/28` after the plan"))
}

fn asset(context: &Context, document: &PlanDocument, tag: &str) -> Result<(), Failure> {
    let output = context.output(&[Format::Plain, Format::Json])?;
    let is_own = |label: &str| label == tag;
    let own_line = |line: &&Line| line.asset.as_deref().is_some_and(is_own);
    let mut report = AssetInPlan {
        plan_id: document.plan_id.clone(),
        asset: tag.to_owned(),
        lines: document.lines.iter().filter(own_line).cloned().collect(),
        deferred: document.deferred.iter().find(|device| is_own(&device.asset)).cloned(),
        unplanned: document.unplanned.iter().find(|device| is_own(&device.asset)).cloned(),
        years: Vec::new(),
    };
    // Without the problem the plan's own words remain.
    let problem = stored::problem(context, document, None).ok();
    let known = match &problem {
        Some((problem, names)) => {
            let asset = names.assets.iter().position(|label| is_own(label));
            if let Some(asset) = asset {
                report.years = choices(document, problem, names, asset);
            }
            asset.is_some()
        }
        None => false,
    };
    if !known && report.lines.is_empty() && report.deferred.is_none() && report.unplanned.is_none()
    {
        return Err(unknown(document, tag));
    }
    if output.format() == Format::Json {
        let day = context.as_of();
        return output.write_json(&Envelope::new(
            "refit.explain-plan-asset/1",
            day,
            Vec::new(),
            report,
        ));
    }
    output.write(|out| write_asset(&report, document, out))
}

fn unknown(document: &PlanDocument, tag: &str) -> Failure {
    let lines = document.lines.iter().filter_map(|line| line.asset.as_deref());
    let deferred = document.deferred.iter().map(|device| device.asset.as_str());
    let unplanned = document.unplanned.iter().map(|device| device.asset.as_str());
    let help = suggest(tag, lines.chain(deferred).chain(unplanned)).map_or_else(
        || {
            "a device that is neither bought, deferred nor left out can be explained where the estate keeps the \
             plan's problem"
                .to_owned()
        },
        |near| format!("a device with a similar name is in the plan: `{near}`"),
    );
    Failure::error(codes::UNKNOWN_NAME, format!("the plan says nothing of `{tag}`")).help(help)
}

fn choices(
    document: &PlanDocument,
    problem: &planner::pln1::Problem,
    names: &planner::model::Names,
    asset: usize,
) -> Vec<YearChoice> {
    let certificate = Certificate {
        scale: document.multipliers.scale,
        lam: document.multipliers.lam.clone(),
        mu: document.multipliers.mu.clone(),
    };
    let class = problem.assets().class.get(asset);
    let class = class.and_then(|class| names.classes.get(usize::from(*class)));
    let label = names.assets.get(asset);
    let line = document.lines.iter().find(|line| line.asset.as_ref() == label);
    reduced_costs(problem, &certificate, asset)
        .into_iter()
        .map(|cost| {
            let year = usize::from(cost.choice.t1).checked_sub(1);
            let fy = year.and_then(|year| names.years.get(year));
            let item = class.and_then(|class| class.items.get(usize::from(cost.choice.k1)));
            let more = pence_of_scaled(i128::from(cost.excess_scaled));
            YearChoice {
                fy: fy.cloned().unwrap_or_else(|| "never".to_owned()),
                item: item.filter(|_| fy.is_some()).map(|item| item.item.clone()),
                more: more.to_string(),
                chosen: line.map(|line| &line.fy) == fy,
            }
        })
        .collect()
}

fn write_asset(
    report: &AssetInPlan,
    document: &PlanDocument,
    out: &mut dyn Write,
) -> io::Result<()> {
    let asset = printable(&report.asset);
    for line in &report.lines {
        writeln!(
            out,
            "{asset} ({}, {}): {} in {} with {} for £{}, {}; order by {}",
            line.class,
            printable(&line.site),
            line.action,
            line.fy,
            printable(&line.item),
            line.charged,
            line.id,
            line.order_by
        )?;
        writeln!(out, "  {}", printable(&line.reason))?;
    }
    if let Some(device) = &report.deferred {
        let site = printable(&device.site);
        writeln!(out, "{asset} ({}, {site}): waits beyond the plan", device.class)?;
        writeln!(out, "  {}", printable(&device.reason))?;
        let fits = device.first_fy_it_fits.as_deref().unwrap_or("no year");
        writeln!(
            out,
            "  running and risk of waiting: £{} more; first year with room beside the plan: {fits}",
            device.cost_of_delay
        )?;
    }
    if let Some(device) = &report.unplanned {
        writeln!(out, "{asset} ({}): left out, {}", device.class, device.reason)?;
    }
    if report.lines.is_empty() && report.deferred.is_none() && report.unplanned.is_none() {
        writeln!(out, "{asset}: nothing falls due within the plan, and nothing is bought")?;
    }
    let mut failing: Vec<&String> =
        report.lines.iter().flat_map(|line| &line.failing_rules).collect();
    failing.extend(report.deferred.iter().flat_map(|device| &device.failing_rules));
    for rule in failing {
        let label = document.specification.rules.iter().find(|label| label.id == *rule);
        let (why, source) = label.map_or(("", ""), |label| (&label.why, &label.source));
        writeln!(out, "  fails {rule}: {} ({})", printable(why), printable(source))?;
    }
    if !report.years.is_empty() {
        writeln!(out, "at the plan's prices of money and engineers, replacing it")?;
    }
    for year in &report.years {
        let when = if year.fy == "never" { "never".to_owned() } else { format!("in {}", year.fy) };
        let item = year.item.as_deref().map(|item| format!(" with {}", printable(item)));
        let chosen = if year.chosen { "   <- the plan" } else { "" };
        let item = item.unwrap_or_default();
        writeln!(out, "  {when}{item} costs £{} more than at best{chosen}", year.more)?;
    }
    Ok(())
}

fn year_of(context: &Context, document: &PlanDocument, fy: &str) -> Result<(), Failure> {
    let output = context.output(&[Format::Plain, Format::Json])?;
    let Some(t) = document.horizon.iter().position(|year| year == fy) else {
        return Err(Failure::error(codes::UNKNOWN_NAME, format!("the plan has no year `{fy}`"))
            .help(format!("its years are {}", document.horizon.join(", "))));
    };
    let mut classes: Vec<ClassCount> = Vec::new();
    for line in document.lines.iter().filter(|line| line.fy == fy) {
        match classes.iter_mut().find(|count| count.class == line.class) {
            Some(count) => count.purchases = count.purchases.saturating_add(1),
            None => classes.push(ClassCount { class: line.class.clone(), purchases: 1 }),
        }
    }
    classes.sort_by(|a, b| a.class.cmp(&b.class));
    let rows = document.multipliers.holders.iter().zip(&document.multipliers.mu);
    let hour_prices = rows
        .map(|(holder, row)| HourPrice {
            holder: holder.clone(),
            pounds: hour_price(row.get(t.saturating_add(1)).copied().unwrap_or(0)),
        })
        .collect();
    let report = YearInPlan {
        plan_id: document.plan_id.clone(),
        fy: fy.to_owned(),
        holders: document.years.iter().filter(|year| year.fy == fy).cloned().collect(),
        purchases: classes,
        hour_prices,
    };
    if output.format() == Format::Json {
        let day = context.as_of();
        return output.write_json(&Envelope::new(
            "refit.explain-plan-year/1",
            day,
            Vec::new(),
            report,
        ));
    }
    output.write(|out| write_year(&report, out))
}

/// Four quarter hours at a multiplier, in pounds to the penny, halves away from zero.
fn hour_price(mu: i64) -> String {
    let pence = Decimal::from(mu).checked_mul(Decimal::from(4));
    let pounds = pence
        .and_then(|pence| pence.checked_div(Decimal::from(SCALE)))
        .and_then(|pence| pence.checked_div(Decimal::ONE_HUNDRED));
    inventory::Money::half_up(pounds.unwrap_or_default()).unwrap_or_default().to_string()
}

fn write_year(report: &YearInPlan, out: &mut dyn Write) -> io::Result<()> {
    for year in &report.holders {
        writeln!(
            out,
            "{} {} {} ({}): £{} of £{} for {} purchases, £{} left; £{} would be due if money were no limit",
            year.fy,
            printable(&year.holder),
            printable(&year.stream),
            year.certainty,
            year.spend,
            year.envelope,
            year.purchases,
            year.headroom,
            year.need
        )?;
        writeln!(out, "  one more pound would save £{} of cost and risk", year.shadow_price)?;
        let hours = &year.engineer_hours;
        match &year.engineer_hours_limit {
            None => writeln!(out, "  {hours} hours of engineers, without a limit")?,
            Some(limit) => {
                let price = report.hour_prices.iter().find(|price| price.holder == year.holder);
                let price = price.map_or("0.00", |price| &price.pounds);
                writeln!(
                    out,
                    "  {hours} of {limit} hours of engineers; one more hour would save £{price}"
                )?;
            }
        }
    }
    for count in &report.purchases {
        writeln!(out, "  {}: {}", count.class, count.purchases)?;
    }
    Ok(())
}
