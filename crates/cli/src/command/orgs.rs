//! `refit orgs`: practices, networks, ICBs and their dated ties.

use clap::Subcommand;
use diagnostic::suggest;
use inventory::store::Access;
use inventory::{OrgCode, OrgKind, OrgTree, Organisation, Store as _};
use serde_json::{Value, json};

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

/// Runs the command.
///
/// # Errors
/// When the estate cannot be read or the organisation is not known.
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<Finish, Failure> {
    let output = context.output(Listing::FORMATS)?;
    let store = estate::open(context, Access::Read)?;
    let tree = OrgTree::new(store.organisations_at(&context.moment())?);
    let (schema, payload, listing) = match &arguments.what {
        What::List { kind } => {
            let listing = list(&tree, *kind, context);
            let rows: Vec<Value> = listing.objects().collect();
            ("refit.organisations-list/1", json!({ "organisations": rows }), listing)
        }
        What::Show { code } => {
            let organisation = find(&tree, code)?;
            let listing = ties(&tree, organisation, context);
            let rows: Vec<Value> = listing.objects().collect();
            let mut payload = describe(&tree, organisation, context);
            if let Some(object) = payload.as_object_mut() {
                object.insert("ties".to_owned(), rows.into());
            }
            if output.format() != Format::Json {
                let about = payload.as_object().into_iter().flatten();
                let words: Vec<String> = about
                    .filter(|(key, value)| !value.is_null() && *key != "ties")
                    .map(|(key, value)| {
                        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                        format!("{key}: {text}")
                    })
                    .collect();
                context.messages.note(&words.join(", "));
            }
            ("refit.organisation/1", payload, listing)
        }
    };
    if output.format() == Format::Json {
        let inputs = estate::inputs(&store)?;
        output.write_json(&Envelope::new(schema, context.as_of(), inputs, payload))?;
    } else {
        output.write(|out| listing.write(output.format(), out))?;
    }
    Ok(Finish::Done)
}

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

fn describe(tree: &OrgTree, org: &Organisation, context: &Context) -> Value {
    let day = context.as_of();
    let code = |code: Option<&OrgCode>| code.map(ToString::to_string);
    json!({
        "ods_code": org.code.as_str(),
        "name": org.name,
        "kind": org.kind.as_str(),
        "tier": org.tier,
        "list_size": org.list_size,
        "clinical_system": org.clinical_system,
        "planned_close": org.planned_close.map(|day| day.to_string()),
        "merge_into": code(org.merge_into.as_ref()),
        "pcn": code(tree.network(&org.code, day).map(|pcn| &pcn.code)),
        "holder": code(tree.holder(&org.code, day)),
    })
}

fn list(tree: &OrgTree, kind: Option<OrgKind>, context: &Context) -> Listing {
    let mut listing = Listing::new([
        ("ods_code", Align::Left),
        ("name", Align::Left),
        ("kind", Align::Left),
        ("tier", Align::Right),
        ("list_size", Align::Right),
        ("pcn", Align::Left),
        ("holder", Align::Left),
    ]);
    for org in tree.iter().filter(|org| kind.is_none_or(|kind| org.kind == kind)) {
        let about = describe(tree, org, context);
        let keys = ["ods_code", "name", "kind", "tier", "list_size", "pcn", "holder"];
        listing.push(keys.iter().map(|key| about.get(key).cloned().unwrap_or_default()).collect());
    }
    listing
}

fn ties(tree: &OrgTree, org: &Organisation, context: &Context) -> Listing {
    let names = ["relation", "parent", "name", "from", "until", "holds"];
    let mut listing = Listing::new(names.map(|name| (name, Align::Left)));
    for link in &org.links {
        listing.push(vec![
            json!(link.relation.as_str()),
            json!(link.parent.as_str()),
            json!(tree.get(&link.parent).map(|parent| parent.name.clone())),
            json!(link.from.map(|day| day.to_string())),
            json!(link.until.map(|day| day.to_string())),
            json!(link.holds_on(context.as_of())),
        ]);
    }
    listing
}
