//! `refit check`: every device against a warranted environment specification.

mod count;
mod rows;

use inventory::store::Access;
use inventory::{Register, Store as _};
use schemars::JsonSchema;
use serde::Serialize;
use wes::{Compiled, Judged, Outcome, Tier, judge};

use crate::args::Format;
use crate::context::Context;
use crate::estate;
use crate::failure::{Failure, Finish};
use crate::output::{Envelope, Output};
use crate::profiles;
use crate::terminal::{Align, Listing};

pub use count::{GroupBy, GroupCount, RuleCount, Summary};
pub use rows::{DeviceRow, EvidenceRow};

/// Check every device in use against a warranted environment specification.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  refit check                                      counts for each rule\n  \
                        refit check --wes local.toml --group-by practice\n  \
                        refit check --where \"class = laptop\" --only fail --format csv -o failing.csv\n  \
                        refit check --as-of 2027-10-13 --fail-on unknown --json"
)]
pub struct Arguments {
    /// The profile: a file, or the id of a shipped one
    #[arg(long, value_name = "PROFILE|FILE")]
    wes: Option<String>,
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
    /// One entry a device and rule that applies to it.
    devices: D,
}

/// A profile's name.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ProfileName {
    id: String,
    version: String,
    /// One hash of the profile, its parents, lists and tables.
    sha256: String,
}

/// One checked estate.
pub(crate) struct Checked<'a> {
    pub(crate) profile: &'a Compiled,
    pub(crate) register: &'a Register,
    pub(crate) judged: &'a Judged,
    pub(crate) devices: &'a [usize],
    pub(crate) day: chrono::NaiveDate,
}

impl Checked<'_> {
    /// The gravest verdict of a device over all rules.
    pub(crate) fn worst(&self, device: usize) -> Outcome {
        self.judged.worst(device, self.day).map_or(Outcome::NotApplicable, |(_, worst)| worst)
    }
}

/// Runs the command.
///
/// # Errors
/// When the estate, the filter or the profile cannot be read.
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<Finish, Failure> {
    let output = context.output(Listing::FORMATS)?;
    let store = estate::open(context, Access::Read)?;
    let profile = profiles::chosen(context, arguments.wes.as_deref(), Some(&store))?;
    let register = store.register_at(&context.moment())?;
    let devices = in_scope(arguments, context, &register)?;
    let judged = judge(&profile, register.columns(), context.pool());
    let checked = Checked {
        profile: &profile,
        register: &register,
        judged: &judged,
        devices: &devices,
        day: context.as_of(),
    };
    let mut inputs = estate::inputs(&store)?;
    inputs.extend(profiles::inputs(&profile));
    let summary = count::summary(&checked);
    let groups =
        arguments.group_by.filter(|by| *by != GroupBy::Rule).map(|by| count::groups(&checked, by));
    if output.format() == Format::Json {
        let report = Report {
            profile: ProfileName {
                id: profile.id().to_owned(),
                version: profile.version().to_string(),
                sha256: profile.sha256(),
            },
            summary,
            counts: count::rules(&checked).into_iter().collect(),
            groups,
            devices: rows::Rows::new(&checked, &arguments.only),
        };
        output.write_json(&Envelope::new("refit.check/1", context.as_of(), inputs, report))?;
    } else {
        print(arguments, &output, &checked, groups)?;
        tell(context, &checked, &summary);
    }
    Ok(Finish::findings_if(found(arguments.fail_on, &checked)))
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
        devices.retain(|device| status_of(register, *device).is_in_use());
        let left_out = all.saturating_sub(devices.len());
        if left_out > 0 {
            context.messages.note(&format!(
                "{left_out} devices are not in use and not checked; --every-status checks them too"
            ));
        }
    }
    Ok(devices)
}

fn status_of(register: &Register, device: usize) -> inventory::Status {
    match register.value(inventory::Field::Status, device) {
        Some(inventory::Value::Status(status)) => *status,
        _ => inventory::Status::Deployed,
    }
}

fn print(
    arguments: &Arguments,
    output: &Output,
    checked: &Checked<'_>,
    groups: Option<Vec<GroupCount>>,
) -> Result<(), Failure> {
    let format = output.format();
    let listing = match (groups, arguments.group_by, format) {
        (Some(groups), _, _) => group_listing(&groups),
        (None, None, Format::Csv | Format::Ndjson) => {
            return rows::Rows::new(checked, &arguments.only).write(output);
        }
        (None, None, _) if !arguments.only.is_empty() => {
            return rows::Rows::new(checked, &arguments.only).write(output);
        }
        _ => rule_listing(checked),
    };
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
}

fn found(level: FailOn, checked: &Checked<'_>) -> bool {
    let any = |counts: &dyn Fn(Outcome) -> bool| {
        checked.devices.iter().any(|device| {
            checked.judged.rules.iter().any(|rule| counts(rule.at(*device, checked.day)))
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
