//! `refit orgs`: practices, networks, ICBs and their dated ties.

use clap::Subcommand;
use diagnostic::suggest;
use inventory::organisation::Link;
use inventory::store::Access;
use inventory::{OrgCode, OrgKind, OrgTree, Organisation, Store as _};
use schemars::JsonSchema;
use serde::Serialize;

use crate::args::Format;
use crate::codes;
use crate::context::Context;
use crate::estate;
use crate::failure::{Failure, Finish};
use crate::output::Envelope;
use crate::terminal::{Align, Listing};

/// List and show organisations as of --as-of.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  refit orgs list --kind practice\n  refit orgs show A81001 --as-of 2027-04-01"
)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List organisations by code, with the network and budget holder of the day
    #[command(after_help = "Example:\n  refit orgs list --kind practice --format csv")]
    List {
        /// Only this kind: practice, branch, pcn, sub-icb, icb, region or local-site
        #[arg(long, value_name = "KIND")]
        kind: Option<OrgKind>,
    },
    /// Show an organisation with every dated tie
    #[command(after_help = "Example:\n  refit orgs show A81001")]
    Show {
        /// Its code
        code: OrgCode,
    },
}

/// What `refit orgs list --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ListReport {
    /// The organisations by code.
    organisations: Vec<OrganisationRow>,
}

/// An organisation, with its place on the day.
#[derive(Debug, Serialize, JsonSchema)]
struct OrganisationRow {
    /// Its code.
    ods_code: String,
    /// Its name.
    name: String,
    /// practice, branch, pcn, sub-icb, icb, region or local-site.
    kind: &'static str,
    /// Tier of need, 0 to 2; its weight stands in policy.toml.
    tier: u8,
    /// Registered patients.
    list_size: Option<u32>,
    /// Code of its primary care network.
    pcn: Option<String>,
    /// Code of the holder of its budget.
    holder: Option<String>,
}

/// What `refit orgs show --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ShowReport {
    #[serde(flatten)]
    row: OrganisationRow,
    /// The clinical system in use.
    clinical_system: Option<String>,
    /// The day on which it is planned to close.
    planned_close: Option<String>,
    /// Code of the organisation that it becomes part of when it closes.
    merge_into: Option<String>,
    /// Every dated tie.
    ties: Vec<Tie>,
}

/// A dated tie of an organisation to the one above it.
#[derive(Debug, Serialize, JsonSchema)]
struct Tie {
    /// How it belongs to it.
    relation: &'static str,
    /// Code of the one above.
    parent: String,
    /// Name of the one above, where it is known.
    name: Option<String>,
    /// First day; without it, the tie has always held.
    from: Option<String>,
    /// First day on which it holds no longer.
    until: Option<String>,
    /// Whether it holds on the day.
    holds: bool,
}

/// Runs the command.
///
/// # Errors
/// When the estate cannot be read or the organisation is not known.
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<Finish, Failure> {
    let output = context.output(Listing::FORMATS)?;
    let store = estate::open(context, Access::Read)?;
    let tree = OrgTree::new(store.organisations()?);
    let inputs = estate::inputs(&store)?;
    match &arguments.what {
        What::List { kind } => {
            let wanted = |org: &&Organisation| kind.is_none_or(|kind| org.kind == kind);
            let organisations: Vec<OrganisationRow> =
                tree.iter().filter(wanted).map(|org| row(&tree, org, context)).collect();
            if output.format() == Format::Json {
                let report = ListReport { organisations };
                let name = "refit.organisations-list/1";
                output.write_json(&Envelope::new(name, context.as_of(), inputs, report))?;
            } else {
                let listing = Listing::of(COLUMNS, &organisations);
                output.write(|out| listing.write(output.format(), out))?;
            }
        }
        What::Show { code } => {
            let report = show(&tree, find(&tree, code)?, context);
            if output.format() == Format::Json {
                let name = "refit.organisation/1";
                output.write_json(&Envelope::new(name, context.as_of(), inputs, report))?;
            } else {
                context.messages.note(&described(&report));
                let names = ["relation", "parent", "name", "from", "until", "holds"];
                let listing = Listing::of(names.map(|name| (name, Align::Left)), &report.ties);
                output.write(|out| listing.write(output.format(), out))?;
            }
        }
    }
    Ok(Finish::Done)
}

const COLUMNS: [(&str, Align); 7] = [
    ("ods_code", Align::Left),
    ("name", Align::Left),
    ("kind", Align::Left),
    ("tier", Align::Right),
    ("list_size", Align::Right),
    ("pcn", Align::Left),
    ("holder", Align::Left),
];

fn find<'t>(tree: &'t OrgTree, code: &OrgCode) -> Result<&'t Organisation, Failure> {
    tree.get(code).ok_or_else(|| {
        let help = suggest(code.as_str(), tree.iter().map(|org| org.code.as_str())).map_or_else(
            || "`refit orgs list` lists the organisations".to_owned(),
            |near| format!("an organisation with a similar code exists: `{near}`"),
        );
        Failure::error(codes::UNKNOWN_NAME, format!("no organisation has the code `{code}`"))
            .help(help)
    })
}

fn row(tree: &OrgTree, org: &Organisation, context: &Context) -> OrganisationRow {
    let day = context.as_of();
    OrganisationRow {
        ods_code: org.code.to_string(),
        name: org.name.clone(),
        kind: org.kind.as_str(),
        tier: org.tier,
        list_size: org.list_size,
        pcn: tree.network(&org.code, day).map(|pcn| pcn.code.to_string()),
        holder: tree.holder(&org.code, day).map(ToString::to_string),
    }
}

fn show(tree: &OrgTree, org: &Organisation, context: &Context) -> ShowReport {
    let tie = |link: &Link| Tie {
        relation: link.relation.as_str(),
        parent: link.parent.to_string(),
        name: tree.get(&link.parent).map(|parent| parent.name.clone()),
        from: link.from.map(|day| day.to_string()),
        until: link.until.map(|day| day.to_string()),
        holds: link.holds_on(context.as_of()),
    };
    ShowReport {
        row: row(tree, org, context),
        clinical_system: org.clinical_system.clone(),
        planned_close: org.planned_close.map(|day| day.to_string()),
        merge_into: org.merge_into.as_ref().map(ToString::to_string),
        ties: org.links.iter().map(tie).collect(),
    }
}

/// What is known of the organisation itself, as one line.
fn described(report: &ShowReport) -> String {
    let object = serde_json::to_value(report).unwrap_or_default();
    let known = object.as_object().into_iter().flatten();
    let words: Vec<String> = known
        .filter(|(key, value)| !value.is_null() && *key != "ties")
        .map(|(key, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            format!("{key}: {text}")
        })
        .collect();
    words.join(", ")
}
