//! `refit quality`: how good the register's facts are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use inventory::ledger::{PRECEDENCE, Precedence};
use inventory::quality::{Issue, Lack, Sighting, assess, expected};
use inventory::store::{Access, StoredAsset};
use inventory::{ClassCatalogue, Field, Store as _, Value};
use serde_json::json;

use crate::args::Format;
use crate::context::Context;
use crate::estate;
use crate::failure::{Failure, Finish};
use crate::output::{Envelope, read_source};
use crate::terminal::{Align, Listing};

/// Count what is missing, stale or in conflict, per field, source, practice, class or device.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  refit quality\n  refit quality --by practice --format csv\n  refit quality --list --issue conflict\n  \
                  refit quality believe precedence.toml"
)]
pub struct Arguments {
    #[command(subcommand)]
    about: Option<About>,
    /// One row a field, source, practice, class or device
    #[arg(long, value_enum, default_value = "field")]
    by: By,
    /// List every finding instead of counting them
    #[arg(long)]
    list: bool,
    /// Only findings of this kind
    #[arg(long, value_enum)]
    issue: Option<Kind>,
}

#[derive(Debug, Subcommand)]
enum About {
    /// Show which sources are believed, or set it from a file; what was imported before is not weighed again
    #[command(
        after_help = "Examples:\n  refit quality believe\n  refit quality believe precedence.toml"
    )]
    Believe {
        /// The order of precedence
        file: Option<PathBuf>,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum By {
    Field,
    Source,
    Practice,
    Class,
    Device,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Kind {
    Missing,
    Stale,
    Conflict,
}

impl Kind {
    fn issue(self) -> Issue {
        match self {
            Self::Missing => Issue::Missing,
            Self::Stale => Issue::Stale,
            Self::Conflict => Issue::Conflict,
        }
    }
}

/// What is counted of one group.
#[derive(Clone, Copy, Default)]
struct Tally {
    devices: u64,
    known: u64,
    missing: u64,
    stale: u64,
    conflict: u64,
}

impl Tally {
    fn add(&mut self, issue: Issue) {
        let count = match issue {
            Issue::Missing => &mut self.missing,
            Issue::Stale => &mut self.stale,
            Issue::Conflict => &mut self.conflict,
        };
        *count = count.saturating_add(1);
    }
}

/// Runs the command.
///
/// # Errors
/// When the estate or the order of precedence cannot be read.
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<Finish, Failure> {
    if let Some(About::Believe { file }) = &arguments.about {
        return believe(context, file.as_deref());
    }
    let output = context.output(Listing::FORMATS)?;
    let store = estate::open(context, Access::Read)?;
    let rules = store.rules()?;
    let classes = ClassCatalogue::shipped();
    let wanted = arguments.issue.map(Kind::issue);
    let mut found: Vec<(String, Option<String>, Lack)> = Vec::new();
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    store.stored_assets(&mut |asset| {
        let mut lacks = assess(asset, &classes, &rules, context.as_of());
        lacks.retain(|lack| wanted.is_none_or(|wanted| lack.issue == wanted));
        if arguments.list {
            let site = site(asset);
            let label = || asset.label().to_owned();
            found.extend(lacks.into_iter().map(|lack| (label(), site.clone(), lack)));
        } else {
            let source = |field: Field| {
                asset.evidence.get(field).map(|origin| rules.source(origin.batch).to_owned())
            };
            count(&mut tallies, arguments.by, asset, &lacks, &source, &classes);
        }
    })?;
    let listing = if arguments.list { list(found) } else { counts(arguments.by, tallies) };
    if output.format() == Format::Json {
        let rows: Vec<serde_json::Value> = listing.objects().collect();
        let key = if arguments.list { "findings" } else { "groups" };
        let payload = json!({ key: rows });
        let inputs = estate::inputs(&store)?;
        output.write_json(&Envelope::new("refit.quality/1", context.as_of(), inputs, payload))?;
    } else {
        output.write(|out| listing.write(output.format(), out))?;
    }
    Ok(Finish::Done)
}

fn site(asset: &StoredAsset) -> Option<String> {
    asset.values.iter().find_map(|(field, value)| match (field, value) {
        (Field::Site, Value::Organisation(code)) => Some(code.to_string()),
        _ => None,
    })
}

fn count(
    tallies: &mut BTreeMap<String, Tally>,
    by: By,
    asset: &StoredAsset,
    lacks: &[Lack],
    source: &dyn Fn(Field) -> Option<String>,
    classes: &ClassCatalogue,
) {
    let one = match by {
        By::Practice => Some(site(asset).unwrap_or_default()),
        By::Class => Some(asset.class.to_string()),
        By::Device => Some(asset.label().to_owned()),
        By::Field | By::Source => None,
    };
    if let Some(group) = one {
        let tally = tallies.entry(group).or_default();
        tally.devices = tally.devices.saturating_add(1);
        let known = u64::try_from(asset.values.len()).unwrap_or(u64::MAX);
        tally.known = tally.known.saturating_add(known);
        for lack in lacks {
            tally.add(lack.issue);
        }
        return;
    }
    let family = classes.specs().iter().find(|spec| spec.class == asset.class);
    if by == By::Field {
        for field in family.into_iter().flat_map(|spec| expected(spec.family)) {
            let tally = tallies.entry(field.word().to_owned()).or_default();
            tally.devices = tally.devices.saturating_add(1);
        }
    }
    for (field, _) in &asset.values {
        let group = match by {
            By::Source => source(*field).unwrap_or_default(),
            _ => field.word().to_owned(),
        };
        let tally = tallies.entry(group).or_default();
        tally.known = tally.known.saturating_add(1);
    }
    for lack in lacks {
        let group = match (by, &lack.known) {
            (By::Source, Some(known)) => known.source.clone(),
            (By::Source, None) => continue,
            _ => lack.field.word().to_owned(),
        };
        tallies.entry(group).or_default().add(lack.issue);
    }
}

fn counts(by: By, tallies: BTreeMap<String, Tally>) -> Listing {
    let name = match by {
        By::Field => "field",
        By::Source => "source",
        By::Practice => "practice",
        By::Class => "class",
        By::Device => "asset",
    };
    let numbers = ["devices", "known", "missing", "stale", "conflict"];
    let columns = numbers.map(|name| (name, Align::Right));
    let mut listing = Listing::new([(name, Align::Left)].into_iter().chain(columns));
    for (group, tally) in tallies {
        // How many devices a source speaks of is not counted.
        let devices = if by == By::Source { json!(null) } else { json!(tally.devices) };
        listing.push(vec![
            json!(group),
            devices,
            json!(tally.known),
            json!(tally.missing),
            json!(tally.stale),
            json!(tally.conflict),
        ]);
    }
    listing
}

fn list(mut found: Vec<(String, Option<String>, Lack)>) -> Listing {
    found.sort_by(|left, right| {
        (&left.0, left.2.field, left.2.issue).cmp(&(&right.0, right.2.field, right.2.issue))
    });
    let names = [
        "asset",
        "site",
        "field",
        "issue",
        "value",
        "source",
        "day",
        "other_value",
        "other_source",
        "other_day",
    ];
    let mut listing = Listing::new(names.map(|name| (name, Align::Left)));
    for (label, site, lack) in found {
        let mut row =
            vec![json!(label), json!(site), json!(lack.field.word()), json!(lack.issue.as_str())];
        for sighting in [lack.known, lack.other] {
            let Some(Sighting { value, source, day }) = sighting else {
                row.extend([json!(null), json!(null), json!(null)]);
                continue;
            };
            row.extend([json!(value), json!(source), json!(day.map(|day| day.to_string()))]);
        }
        listing.push(row);
    }
    listing
}

fn believe(context: &Context, file: Option<&Path>) -> Result<Finish, Failure> {
    let output = context.output(&[Format::Plain])?;
    let Some(file) = file else {
        let store = estate::open(context, Access::Read)?;
        let text = store.settings()?.remove(PRECEDENCE);
        let default = "# no order of precedence: whoever spoke last is believed\n".to_owned();
        output.write(|out| out.write_all(text.unwrap_or(default).as_bytes()))?;
        return Ok(Finish::Done);
    };
    let source = read_source(file)?;
    Precedence::parse(source.text()).map_err(|problems| {
        let message = format!("{}: {}", file.display(), problems.join("; "));
        Failure::error(inventory::codes::PRECEDENCE, message)
            .help("write `sources = [\"intune\", \"glpi\"]`, `max_age_days = 400`, and the same under `[fields.FIELD]`")
    })?;
    let mut store = estate::open(context, Access::Write)?;
    store.put_setting(PRECEDENCE, source.text(), &context.recorded_at())?;
    context.messages.note(
        "imports from now on are weighed by it; what was imported before stays as it was weighed",
    );
    Ok(Finish::Done)
}
