//! `refit wes diff` and `refit wes impact`: two profiles beside each other, alone and over the estate.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use inventory::store::Access;
use inventory::{ClassCatalogue, Field, Money, Register, Store as _};
use planner::input::{Price, PriceList};
use planner::model::LinePrice;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use wes::diff::{Flip, diff as changes, flips};
use wes::{Compiled, Outcome, RemedyKind, Tier, judge};

use super::left;
use crate::args::Format;
use crate::context::Context;
use crate::estate;
use crate::failure::{Failure, Finish};
use crate::output::{Envelope, read_source};
use crate::profiles::{self, DeviceFacts};
use crate::terminal::{Align, Listing};

/// What `refit wes diff --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DiffReport {
    /// The first profile.
    before: Name,
    /// The second profile.
    after: Name,
    /// What differs.
    changes: Vec<ChangeRow>,
}

/// A profile's name.
#[derive(Debug, Serialize, JsonSchema)]
struct Name {
    id: String,
    version: String,
    sha256: String,
}

/// One difference.
#[derive(Debug, Serialize, JsonSchema)]
struct ChangeRow {
    /// `rule ID`, `life CLASS`, `list NAME`, `table NAME` or `profile`.
    part: String,
    /// The key that differs.
    key: String,
    /// tighter, looser, different, or words where no verdict can change by it.
    direction: String,
    /// What the first profile says.
    before: Option<String>,
    /// What the second profile says.
    after: Option<String>,
}

/// Shows what differs between two profiles.
pub(super) fn diff(context: &Context, before: &str, after: &str) -> Result<Finish, Failure> {
    let output = context.output(Listing::FORMATS)?;
    let (old, new) = (profiles::load(context, before)?, profiles::load(context, after)?);
    let changes: Vec<ChangeRow> = changes(&old, &new)
        .into_iter()
        .map(|own| ChangeRow {
            part: own.part,
            key: own.key,
            direction: own.direction.to_string(),
            before: own.before,
            after: own.after,
        })
        .collect();
    let report = DiffReport { before: name(&old), after: name(&new), changes };
    if output.format() == Format::Json {
        let mut inputs = profiles::inputs(&old);
        inputs.extend(profiles::inputs(&new));
        inputs.dedup();
        output.write_json(&Envelope::new("refit.wes-diff/1", context.as_of(), inputs, report))?;
        return Ok(Finish::Done);
    }
    let listing =
        Listing::of(left(["part", "key", "direction", "before", "after"]), &report.changes);
    output.write(|out| listing.write(output.format(), out))?;
    Ok(Finish::Done)
}

fn name(profile: &Compiled) -> Name {
    Name {
        id: profile.id().to_owned(),
        version: profile.version().to_string(),
        sha256: profile.sha256(),
    }
}

/// What an impact is computed from.
#[derive(Debug, clap::Args)]
pub(super) struct ImpactArguments {
    /// The first profile: a file, or the id of a shipped one
    before: String,
    /// The second profile
    after: String,
    /// What remedies cost; without it only devices are counted
    #[arg(long, value_name = "FILE")]
    prices: Option<PathBuf>,
    /// Only devices for which this holds, such as `class = laptop`
    #[arg(long = "where", value_name = "EXPR")]
    filter: Option<String>,
}

/// What `refit wes impact --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Impact {
    /// Devices checked.
    devices: usize,
    /// Devices with any verdict that differs.
    changed: usize,
    /// Devices that fail a minimum by the second profile and by the first did not.
    newly_failing: usize,
    /// Devices that failed a minimum by the first profile and by the second do not.
    no_longer_failing: usize,
    /// What mends the newly failing devices, VAT included, less what is recovered; null without prices.
    cost: Option<String>,
    /// What mending the devices that no longer fail would have cost.
    saved: Option<String>,
    /// Devices of the cost for which no price was found.
    without_price: usize,
    /// Each verdict that differs.
    flips: Vec<FlipRow>,
}

/// One verdict that differs.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FlipRow {
    asset: String,
    class: String,
    site: Option<String>,
    rule: String,
    before: String,
    after: String,
}

/// Shows which devices change verdict.
pub(super) fn impact(context: &Context, arguments: &ImpactArguments) -> Result<Finish, Failure> {
    let output = context.output(Listing::FORMATS)?;
    let old = profiles::load(context, &arguments.before)?;
    let new = profiles::load(context, &arguments.after)?;
    let prices = arguments.prices.as_deref().map(read_source).transpose()?;
    let prices = match &prices {
        Some(source) => {
            let (prices, problems) = PriceList::read(source, &ClassCatalogue::shipped());
            if problems.has_errors() {
                return Err(problems.into());
            }
            Some(prices)
        }
        None => None,
    };
    let store = estate::open(context, Access::Read)?;
    let register = store.register()?;
    let devices = estate::in_use(&register, arguments.filter.as_deref())?;
    let (was, is) = (
        judge(&old, register.columns(), context.pool()),
        judge(&new, register.columns(), context.pool()),
    );
    let day = context.as_of();
    let found = flips((&old, &was), (&new, &is), &devices, (day, day));
    let fails = |judged: &wes::Judged, device: usize| {
        judged.rules.iter().any(|rule| rule.at(device, day).fails(Tier::Minimum))
    };
    let changed: BTreeSet<usize> = found.iter().map(|flip| flip.device).collect();
    let newly: Vec<usize> =
        changed.iter().copied().filter(|own| !fails(&was, *own) && fails(&is, *own)).collect();
    let no_longer: Vec<usize> =
        changed.iter().copied().filter(|own| fails(&was, *own) && !fails(&is, *own)).collect();
    let bill = |profile: &Compiled, judged: &wes::Judged, devices: &[usize]| {
        prices.as_ref().map(|prices| Bill::of((profile, judged), (&register, prices), devices, day))
    };
    let (cost, saved) = (bill(&new, &is, &newly), bill(&old, &was, &no_longer));
    let report = Impact {
        devices: devices.len(),
        changed: changed.len(),
        newly_failing: newly.len(),
        no_longer_failing: no_longer.len(),
        without_price: cost.as_ref().map_or(0, |bill| bill.without_price),
        cost: cost.map(|bill| bill.total.to_string()),
        saved: saved.map(|bill| bill.total.to_string()),
        flips: found.iter().map(|flip| row(&register, flip)).collect(),
    };
    let any = !found.is_empty();
    if output.format() == Format::Json {
        let mut inputs = estate::inputs(&store)?;
        inputs.extend(profiles::inputs(&old));
        inputs.extend(profiles::inputs(&new));
        output.write_json(&Envelope::new("refit.wes-impact/1", day, inputs, report))?;
    } else {
        output.write(|out| listing(&report).write(output.format(), out))?;
        tell(context, &report);
    }
    Ok(Finish::findings_if(any))
}

fn row(register: &Register, flip: &Flip) -> FlipRow {
    FlipRow {
        asset: register.label(flip.device).to_owned(),
        class: register.class(flip.device).map(ToString::to_string).unwrap_or_default(),
        site: register.value(Field::Site, flip.device).map(ToString::to_string),
        rule: flip.rule.clone(),
        before: flip.before.to_string(),
        after: flip.after.to_string(),
    }
}

fn listing(report: &Impact) -> Listing {
    let names = ["asset", "class", "site", "rule", "before", "after"];
    let mut listing = Listing::new(names.map(|name| (name, Align::Left)));
    for row in &report.flips {
        listing.push(vec![
            json!(row.asset),
            json!(row.class),
            json!(row.site),
            json!(row.rule),
            json!(row.before),
            json!(row.after),
        ]);
    }
    listing
}

fn tell(context: &Context, report: &Impact) {
    let money = |pounds: &Option<String>, words: &str| {
        pounds.as_ref().map(|pounds| format!(", {words} £{pounds}")).unwrap_or_default()
    };
    context.messages.note(&format!(
        "{} of {} devices change verdict: {} newly fail a minimum{}, {} no longer do{}",
        report.changed,
        report.devices,
        report.newly_failing,
        money(&report.cost, "to mend for"),
        report.no_longer_failing,
        money(&report.saved, "saving"),
    ));
    if report.without_price > 0 {
        context.messages.note(&format!("{} devices have no price", report.without_price));
    }
}

/// What mending devices costs.
struct Bill {
    total: Money,
    without_price: usize,
}

impl Bill {
    /// Sums, over devices, the cheaper of replacing it and of every other remedy that its failures ask for together.
    fn of(
        (profile, judged): (&Compiled, &wes::Judged),
        (register, prices): (&Register, &PriceList),
        devices: &[usize],
        day: chrono::NaiveDate,
    ) -> Self {
        let mut bill = Self { total: Money::ZERO, without_price: 0 };
        for device in devices {
            let facts = DeviceFacts { register, device: *device };
            let Some(class) = register.class(*device) else { continue };
            let mut items: BTreeMap<&str, Option<Money>> = BTreeMap::new();
            let mut replace = false;
            for (rule, judgement) in profile.rules().iter().zip(&judged.rules) {
                if !matches!(judgement.at(*device, day), Outcome::Fail { tier: Tier::Minimum, .. })
                {
                    continue;
                }
                let remedy = rule.remedy.as_ref().and_then(|own| own.choose(class, &facts, day));
                match remedy {
                    Some(remedy) if remedy.kind != RemedyKind::Replace => {
                        if let Some(item) = &remedy.item {
                            let price = prices.get(item).and_then(|own| charged(own, prices, day));
                            items.insert(item, price);
                        }
                    }
                    _ => replace = true,
                }
            }
            let offers = prices.prices.iter().filter(|own| own.class == *class && valid(own, day));
            let new = offers
                .filter(|own| !own.meets.is_empty())
                .filter_map(|own| charged(own, prices, day))
                .min();
            let parts: Option<Money> =
                items.values().copied().try_fold(Money::ZERO, |sum, price| sum.checked_add(price?));
            let cost = match (replace, parts, new) {
                (false, Some(parts), Some(new)) => Some(parts.min(new)),
                (false, Some(parts), None) => Some(parts),
                (_, _, new) => new,
            };
            match cost.and_then(|cost| bill.total.checked_add(cost)) {
                Some(total) => bill.total = total,
                None => bill.without_price = bill.without_price.saturating_add(1),
            }
        }
        bill
    }
}

fn valid(price: &Price, day: chrono::NaiveDate) -> bool {
    price.valid_from.is_none_or(|from| from <= day)
        && price.order_until.is_none_or(|until| day <= until)
}

fn charged(price: &Price, prices: &PriceList, day: chrono::NaiveDate) -> Option<Money> {
    let year = inventory::FinancialYear::of(day);
    let line = LinePrice::in_year(price, &prices.inflation, day, year).ok()?;
    Some(line.charged())
}
