//! `refit check`: every device against a warranted environment specification.

mod baseline;
mod count;
mod lasting;
mod missing;
mod months;
mod results;
mod rows;
mod scoped;

use std::path::PathBuf;

use inventory::store::Access;
use inventory::{ClassCatalogue, Register, Store as _};
use planner::document::Input;
use schemars::JsonSchema;
use serde::Serialize;
use wes::lock::Strict;
use wes::{Applied, Compiled, Judged, Outcome, Tier, Waivers};

use crate::args::Format;
use crate::codes;
use crate::context::Context;
use crate::estate;
use crate::failure::{Failure, Finish};
use crate::output::{Envelope, Output, read_source, sha256};
use crate::profiles;
use crate::terminal::{Align, Listing};

pub use baseline::ChangedVerdict;
pub use count::{GroupBy, GroupCount, NetSummary, RuleCount, Summary};
pub use lasting::{Lasting, WaiverUse};
pub use missing::MissingFact;
pub use months::MonthCount;
pub use results::{Results, RuleInfo};
pub use rows::{DeviceRow, EvidenceRow};
pub use scoped::ScopedRow;

/// Check every device in use against a warranted environment specification.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  refit check                                      counts for each rule\n  \
                        refit check --wes local.toml --group-by practice\n  \
                        refit check --where \"class = laptop\" --only fail --format csv -o failing.csv\n  \
                        refit check --as-of 2027-10-13 --fail-on unknown --json"
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct Arguments {
    /// The profile: a file, or the id of a shipped one
    #[arg(long, value_name = "PROFILE|FILE")]
    wes: Option<String>,
    /// Waivers to lay over the verdicts; raw verdicts stay beside them
    #[arg(long, value_name = "FILE")]
    waivers: Option<PathBuf>,
    /// Refuse a profile that is not what wes.lock beside it says
    #[arg(long)]
    locked: bool,
    /// Counts for each month ahead (default: 120)
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "120", value_parser = clap::value_parser!(u32).range(1..=600))]
    months: Option<u32>,
    /// The facts that nobody has recorded, and whose verdict each would settle
    #[arg(long)]
    missing: bool,
    /// Keep this run in the estate under a name, to compare later ones with
    #[arg(long, value_name = "RUN")]
    record: Option<String>,
    /// Compare with a kept run: every verdict that differs, and what changed it
    #[arg(long, value_name = "RUN")]
    baseline: Option<String>,
    /// Verdicts on groups of devices (group rules) instead of counts
    #[arg(long)]
    scoped: bool,
    /// Only devices for which this holds, such as `class = laptop and ram_gib < 8`
    #[arg(long = "where", value_name = "EXPR")]
    filter: Option<String>,
    /// Count devices by practice, network, ICB or class, or verdicts by rule
    #[arg(long, value_enum, value_name = "GROUP")]
    group_by: Option<GroupBy>,
    /// Only these verdicts in lists of devices
    #[arg(long, value_enum, value_delimiter = ',', value_name = "VERDICT,...")]
    only: Vec<Verdict>,
    /// Devices that nobody works with too (in stock, spare, disposed and so on)
    #[arg(long)]
    every_status: bool,
    /// What makes the command end with exit code 1
    #[arg(long, value_enum, default_value = "minimum", value_name = "LEVEL")]
    fail_on: FailOn,
}

/// Verdicts that a list of devices can be restricted to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Verdict {
    /// Met
    Pass,
    /// Not met, at whichever tier
    Fail,
    /// Cannot be said
    Unknown,
    /// Not met, and excused by a waiver
    Waived,
}

/// What makes the command end with exit code 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
enum FailOn {
    /// A minimum that is not met
    Minimum,
    /// A minimum or recommendation that is not met
    Recommended,
    /// A minimum that is not met, or anything that cannot be said
    Unknown,
    /// Nothing
    Never,
}

/// What `--json` prints; `D` is the list of devices.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report<D> {
    /// The profile that judged.
    profile: ProfileName,
    /// Devices by their gravest verdict.
    summary: Summary,
    /// Verdicts by rule.
    counts: std::collections::BTreeMap<String, RuleCount>,
    /// Devices by group, where `--group-by` asks for groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<Vec<GroupCount>>,
    /// Each month ahead, where `--months` asks for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    months: Option<Vec<MonthCount>>,
    /// How long each device complies, where `--group-by device` asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    lasting: Option<Vec<Lasting>>,
    /// Facts that nobody has recorded, those that settle most verdicts first.
    missing: Vec<MissingFact>,
    /// Verdicts that differ from the baseline, with what changed each; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Vec<ChangedVerdict>>,
    /// Verdicts on groups of devices: practices, networks, roles, linked devices.
    scoped: Vec<ScopedRow>,
    /// The waivers that were laid over the verdicts.
    waivers: Vec<WaiverUse>,
    /// One entry a device and rule that applies to it.
    devices: D,
}

/// A profile's name.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ProfileName {
    pub(crate) id: String,
    pub(crate) version: String,
    /// One hash of the profile, its parents, lists and tables.
    pub(crate) sha256: String,
}

/// One checked estate.
pub(crate) struct Checked<'a> {
    pub(crate) profile: &'a Compiled,
    pub(crate) register: &'a Register,
    pub(crate) judged: &'a Judged,
    pub(crate) devices: &'a [usize],
    pub(crate) day: chrono::NaiveDate,
    pub(crate) applied: &'a Applied<'a>,
    pub(crate) scoped: &'a [ScopedRow],
}

impl Checked<'_> {
    /// The gravest verdict of a device over all rules.
    pub(crate) fn worst(&self, device: usize) -> Outcome {
        self.judged.worst(device, self.day).map_or(Outcome::NotApplicable, |(_, worst)| worst)
    }

    /// The gravest verdict of a device that no waiver excuses, and whether a waiver excuses any.
    pub(crate) fn net(&self, device: usize) -> (Outcome, bool) {
        let mut waived = false;
        let mut worst = Outcome::NotApplicable;
        for (position, rule) in self.judged.rules.iter().enumerate() {
            let raw = rule.at(device, self.day);
            let net = self.applied.net(position, device, self.day, raw);
            waived |= net != raw;
            if net.gravity() > worst.gravity() {
                worst = net;
            }
        }
        (worst, waived)
    }

    /// How many failures of a rule are excused on a day.
    pub(crate) fn waived(&self, rule: usize, day: chrono::NaiveDate) -> u64 {
        let Some(judgement) = self.judged.rules.get(rule) else { return 0 };
        let excused = self.applied.devices_of(rule).into_iter().filter(|device| {
            self.applied.excused(rule, *device, day, judgement.at(*device, day)).is_some()
        });
        u64::try_from(excused.count()).unwrap_or(u64::MAX)
    }
}

/// Runs the command.
///
/// # Errors
/// When the estate, the filter or the profile cannot be read.
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<Finish, Failure> {
    let formats: Vec<Format> = Listing::FORMATS.iter().chain(&results::FORMATS).copied().collect();
    let output = context.output(&formats)?;
    let access = if arguments.record.is_some() { Access::Write } else { Access::Read };
    let mut store = estate::open(context, access)?;
    let register = store.register_at(&context.moment())?;
    let given = arguments.wes.as_deref();
    let strict = if arguments.locked { Strict::Yes } else { Strict::No };
    let judgement = profiles::judged(context, (given, strict), &store, &register)?;
    let (profile, judged) = (&judgement.profile, &judgement.judged);
    let devices = in_scope(arguments, context, &register)?;
    let (waivers, waivers_input) = read_waivers(arguments)?;
    let (applied, problems) = waivers.apply(profile, &register, &devices, judged, context.as_of());
    if problems.has_errors() {
        return Err(problems.into());
    }
    context.messages.diagnostics(&problems);
    let scoped = scoped::each(&judgement, &register, &devices, context.as_of());
    let checked = Checked {
        profile,
        register: &register,
        judged,
        devices: &devices,
        day: context.as_of(),
        applied: &applied,
        scoped: &scoped,
    };
    let mut inputs = estate::inputs(&store)?;
    inputs.extend(profiles::inputs(profile));
    inputs.extend(waivers_input);
    let changes = runs(arguments, context, &mut store, &checked)?;
    write(arguments, context, &output, &checked, (inputs, changes))?;
    Ok(Finish::findings_if(found(arguments.fail_on, &checked)))
}

/// Keeps the run, compares it with a kept one, or both; the comparison comes first.
fn runs(
    arguments: &Arguments,
    context: &Context,
    store: &mut inventory::SqliteStore,
    checked: &Checked<'_>,
) -> Result<Option<Vec<ChangedVerdict>>, Failure> {
    if arguments.record.is_none() && arguments.baseline.is_none() {
        return Ok(None);
    }
    let profile = match &arguments.wes {
        Some(given) => given.clone(),
        None if profiles::assigned(store)?.is_empty() => profiles::name(store)?,
        None => {
            return Err(Failure::error(
                codes::USAGE,
                "several profiles are assigned, and a run is kept for one",
            )
            .help("name it with --wes"));
        }
    };
    let waivers = arguments.waivers.as_deref().map(read_source).transpose()?;
    let waivers = waivers.as_ref().map(diagnostic::Source::text);
    let now = baseline::now(context, &profile, waivers, checked.register, checked.devices)?;
    let changes = match &arguments.baseline {
        Some(name) => Some(baseline::compare(context, store, checked.register, (name, &now))?),
        None => None,
    };
    if let Some(name) = &arguments.record {
        baseline::record(context, store, name, &now)?;
    }
    Ok(changes)
}

fn read_waivers(arguments: &Arguments) -> Result<(Waivers, Option<Input>), Failure> {
    let Some(path) = &arguments.waivers else { return Ok((Waivers::default(), None)) };
    let source = read_source(path)?;
    let (waivers, problems) = Waivers::read(&source, &ClassCatalogue::shipped());
    if problems.has_errors() {
        return Err(problems.into());
    }
    let sha256 = sha256(source.text().as_bytes());
    Ok((waivers, Some(Input { name: source.name().to_owned(), sha256 })))
}

fn write(
    arguments: &Arguments,
    context: &Context,
    output: &Output,
    checked: &Checked<'_>,
    (inputs, changes): (Vec<Input>, Option<Vec<ChangedVerdict>>),
) -> Result<(), Failure> {
    if results::FORMATS.contains(&output.format()) {
        return results::write(output, checked, &arguments.only, &inputs);
    }
    let summary = count::summary(checked);
    let by = arguments.group_by.filter(|by| !matches!(by, GroupBy::Rule | GroupBy::Device));
    let groups = by.map(|by| count::groups(checked, by));
    let months = arguments.months.map(|number| months::each(checked, number));
    let by_device = arguments.group_by == Some(GroupBy::Device);
    let each_device = by_device.then(|| lasting::devices(checked));
    if output.format() == Format::Json {
        let report = Report {
            profile: ProfileName::of(checked.profile),
            summary,
            counts: count::rules(checked).into_iter().collect(),
            groups,
            months,
            lasting: each_device,
            missing: missing::facts(checked),
            changes,
            scoped: checked.scoped.to_vec(),
            waivers: lasting::waivers(checked),
            devices: rows::Rows::new(checked, &arguments.only),
        };
        return output.write_json(&Envelope::new("refit.check/1", context.as_of(), inputs, report));
    }
    if let Some(changes) = &changes {
        let listing = baseline::listing(changes);
        output.write(|out| listing.write(output.format(), out))?;
        context.messages.note(&baseline::told(changes));
        return Ok(());
    }
    if arguments.missing {
        return missing::write(output, checked);
    }
    if arguments.scoped {
        let listing = scoped::listing(checked.scoped);
        return output.write(|out| listing.write(output.format(), out));
    }
    let listing = match (months, each_device, groups) {
        (Some(months), _, _) => Some(months::listing(&months)),
        (None, Some(devices), _) => Some(lasting::listing(&devices)),
        (None, None, Some(groups)) => Some(group_listing(&groups)),
        (None, None, None) => None,
    };
    match listing {
        Some(listing) => output.write(|out| listing.write(output.format(), out))?,
        None => print(arguments, output, checked)?,
    }
    tell(context, checked, &summary);
    Ok(())
}

impl ProfileName {
    /// The name of a profile.
    pub(crate) fn of(profile: &Compiled) -> Self {
        Self {
            id: profile.id().to_owned(),
            version: profile.version().to_string(),
            sha256: profile.sha256(),
        }
    }
}

/// The devices to check: those that the filter names, in use unless all are asked for.
fn in_scope(
    arguments: &Arguments,
    context: &Context,
    register: &Register,
) -> Result<Vec<usize>, Failure> {
    let mut devices = estate::select(register, arguments.filter.as_deref())?;
    if !arguments.every_status {
        let all = devices.len();
        devices.retain(|device| estate::status_of(register, *device).is_in_use());
        let left_out = all.saturating_sub(devices.len());
        if left_out > 0 {
            context.messages.note(&format!(
                "{left_out} devices are not in use and not checked; --every-status checks them too"
            ));
        }
    }
    Ok(devices)
}

fn print(arguments: &Arguments, output: &Output, checked: &Checked<'_>) -> Result<(), Failure> {
    let format = output.format();
    let rows = match (arguments.group_by, format) {
        (None, Format::Csv | Format::Ndjson) => true,
        (None, _) => !arguments.only.is_empty(),
        (Some(_), _) => false,
    };
    if rows {
        return rows::Rows::new(checked, &arguments.only).write(output);
    }
    let listing = rule_listing(checked);
    output.write(|out| listing.write(format, out))
}

fn group_listing(groups: &[GroupCount]) -> Listing {
    let mut listing = Listing::new([
        ("group", Align::Left),
        ("name", Align::Left),
        ("devices", Align::Right),
        ("compliant", Align::Right),
        ("fail_minimum", Align::Right),
        ("below_recommended", Align::Right),
        ("unknown", Align::Right),
        ("waived", Align::Right),
    ]);
    for group in groups {
        let summary = &group.summary;
        listing.push(vec![
            group.group.clone().into(),
            group.name.clone().into(),
            summary.devices.into(),
            summary.compliant.into(),
            summary.fail_minimum.into(),
            summary.below_recommended.into(),
            summary.unknown.into(),
            summary.waived.into(),
        ]);
    }
    listing
}

fn rule_listing(checked: &Checked<'_>) -> Listing {
    let mut listing = Listing::new([
        ("rule", Align::Left),
        ("severity", Align::Left),
        ("pass", Align::Right),
        ("fail_minimum", Align::Right),
        ("below_recommended", Align::Right),
        ("unknown", Align::Right),
        ("not_applicable", Align::Right),
        ("waived", Align::Right),
    ]);
    for (rule, count) in count::rules(checked) {
        let severity = checked.profile.rule(&rule).map(|(_, rule)| rule.severity.as_str());
        listing.push(vec![
            rule.into(),
            severity.unwrap_or_default().into(),
            count.pass.into(),
            count.fail_by_tier.minimum.into(),
            count.fail_by_tier.recommended.saturating_add(count.fail_by_tier.target).into(),
            count.unknown.into(),
            count.not_applicable.into(),
            count.waived.into(),
        ]);
    }
    listing
}

fn tell(context: &Context, checked: &Checked<'_>, summary: &Summary) {
    context.messages.note(&format!(
        "{} {} on {}: {} devices, {} compliant, {} fail a minimum, {} below a recommendation, {} unknown",
        checked.profile.id(),
        checked.profile.version(),
        checked.day,
        summary.devices,
        summary.compliant,
        summary.fail_minimum,
        summary.below_recommended,
        summary.unknown,
    ));
    let failing = checked.scoped.iter().filter(|row| row.outcome.fails(Tier::Minimum)).count();
    if failing > 0 {
        context.messages.note(&format!(
            "{failing} of {} verdicts on groups fail a minimum; --scoped lists them",
            checked.scoped.len()
        ));
    }
    if summary.waived > 0 {
        context.messages.note(&format!(
            "waivers excuse failures of {} devices; without those: {} compliant, {} fail a minimum",
            summary.waived, summary.net.compliant, summary.net.fail_minimum,
        ));
    }
}

fn found(level: FailOn, checked: &Checked<'_>) -> bool {
    let any = |counts: &dyn Fn(Outcome) -> bool| {
        checked.scoped.iter().any(|row| counts(row.outcome))
            || checked.devices.iter().any(|device| {
                checked.judged.rules.iter().enumerate().any(|(position, rule)| {
                    let outcome = rule.at(*device, checked.day);
                    counts(outcome)
                        && checked
                            .applied
                            .excused(position, *device, checked.day, outcome)
                            .is_none()
                })
            })
    };
    match level {
        FailOn::Minimum => any(&|outcome| outcome.fails(Tier::Minimum)),
        FailOn::Recommended => any(&|outcome| outcome.fails(Tier::Recommended)),
        FailOn::Unknown => any(&|outcome| {
            outcome.fails(Tier::Minimum) || matches!(outcome, Outcome::Unknown { .. })
        }),
        FailOn::Never => false,
    }
}
