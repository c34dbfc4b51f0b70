//! Plans and their problems in the store.

use std::fs;
use std::path::Path;

use inventory::Store;
use inventory::ledger::Command;
use inventory::store::{Access, Document, DocumentSummary};
use planner::approval::{Decision, is_approved, state};
use planner::document::{Input, PlanDocument, ProblemBytes};
use planner::model::{Model, Names};
use planner::pln1::{FolderPlan, Problem};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::summary;
use crate::args::Format;
use crate::codes;
use crate::context::Context;
use crate::estate;
use crate::failure::{Failure, Finish};
use crate::output::{Envelope, read_bytes, sha256};
use crate::planning::{no_such_plan, unreadable};
use crate::terminal::{Align, Listing};

/// The kind of document that a plan is in the store.
const PLAN: &str = "plan";
/// The kind of document that a file of a problem is; its id is the problem's hash, a slash, the file.
const PROBLEM: &str = "plan-problem";
/// The kind of document that a decision about a plan is; its id is the plan's, a slash, a number from 0001.
const DECISION: &str = "plan-decision";
/// The file of a problem that says what its numbers stand for.
pub(crate) const NAMES_FILE: &str = "names.json";

/// What `refit plan list --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ListReport {
    /// The stored plans, in the order of their ids.
    plans: Vec<StoredPlan>,
}

/// A plan that the estate keeps.
#[derive(Debug, Serialize, JsonSchema)]
struct StoredPlan {
    /// The name under which it is kept.
    id: String,
    /// When it was recorded.
    recorded_at: String,
    #[serde(flatten)]
    about: About,
    /// `draft`, `approved` or `withdrawn`.
    state: String,
}

/// What the store keeps beside a plan, so that a list need not read it.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct About {
    /// The day as of which it was made.
    as_of: Option<String>,
    /// Its first financial year.
    from: Option<String>,
    /// Its last financial year.
    until: Option<String>,
    /// Devices bought.
    purchases: Option<u64>,
    /// What they cost, in pounds.
    spend: Option<String>,
    /// (objective - bound) / objective.
    certified_gap: Option<f64>,
}

/// The bytes of a plan as every command writes them.
pub(crate) fn bytes(document: &PlanDocument) -> Result<Vec<u8>, Failure> {
    let mut bytes = serde_json::to_vec_pretty(document)
        .map_err(|error| Failure::error(codes::INTERNAL, format!("a plan has no JSON: {error}")))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Keeps a plan with its problem.
pub(crate) fn keep(
    context: &Context,
    document: &PlanDocument,
    bytes: &[u8],
    model: &Model,
) -> Result<(), Failure> {
    let now = context.recorded_at();
    let about = About {
        as_of: Some(document.as_of.clone()),
        from: document.horizon.first().cloned(),
        until: document.horizon.last().cloned(),
        purchases: Some(document.totals.purchases),
        spend: Some(document.totals.spend.clone()),
        certified_gap: Some(document.certified_gap),
    };
    let about = serde_json::to_string(&about).unwrap_or_default();
    let files = ProblemBytes::of(&model.problem);
    let names = model.names.to_bytes().unwrap_or_default();
    let hash = &document.problem_sha256;
    let part = |name: &str, content: Vec<u8>| {
        Document::new(PROBLEM, &format!("{hash}/{name}"), &now, "{}", content)
    };
    let mut store = estate::open(context, Access::Write)?;
    let mut command = Command::new("plan", &now);
    command.file.clone_from(&document.plan_id);
    let mut transaction = store.begin(command)?;
    transaction.put_document(&part("meta.json", files.meta))?;
    transaction.put_document(&part("assets.csv", files.assets))?;
    transaction.put_document(&part(NAMES_FILE, names))?;
    let plan = Document::new(PLAN, &document.plan_id, &now, &about, bytes.to_vec());
    transaction.put_document(&plan)?;
    transaction.commit()?;
    Ok(())
}

/// A plan by the path of its file, or by the id under which the store keeps it.
pub(crate) fn read(context: &Context, name: &str) -> Result<PlanDocument, Failure> {
    let path = Path::new(name);
    let bytes = if path.is_file() {
        read_bytes(path)?
    } else if path.extension().is_some() || !context.db().is_file() {
        return Err(read_bytes(path).err().unwrap_or_else(|| no_such_plan(name)));
    } else {
        let store = estate::open(context, Access::Read)?;
        let found = store.document(PLAN, name)?;
        found.ok_or_else(|| no_such_plan(name))?.content
    };
    serde_json::from_slice(&bytes).map_err(|error| unreadable(name, &error))
}

/// What the estate keeps under the id of a plan: `same`, `other`, `none`, or `no-estate`. Readings of the clock do not count.
pub(crate) fn kept(context: &Context, document: &PlanDocument) -> Result<&'static str, Failure> {
    if !context.db().is_file() {
        return Ok("no-estate");
    }
    let store = estate::open(context, Access::Read)?;
    let Some(found) = store.document(PLAN, &document.plan_id)? else { return Ok("none") };
    let mut own: PlanDocument = serde_json::from_slice(&found.content)
        .map_err(|error| unreadable(&document.plan_id, &error))?;
    own.solve_seconds = document.solve_seconds;
    Ok(if own == *document { "same" } else { "other" })
}

/// A plan as an input of something made from it.
pub(crate) fn input(name: &str, document: &PlanDocument) -> Result<Input, Failure> {
    Ok(Input { name: name.to_owned(), sha256: sha256(&bytes(document)?) })
}

/// The decisions about a plan, in order.
pub(crate) fn decisions(store: &dyn Store, plan_id: &str) -> Result<Vec<Decision>, Failure> {
    let prefix = format!("{plan_id}/");
    let mut ids: Vec<String> = store.documents(DECISION)?.into_iter().map(|one| one.id).collect();
    ids.retain(|id| id.starts_with(&prefix));
    ids.sort();
    let mut all = Vec::new();
    for id in ids {
        let Some(found) = store.document(DECISION, &id)? else { continue };
        all.push(serde_json::from_slice(&found.content).map_err(|error| unreadable(&id, &error))?);
    }
    Ok(all)
}

/// Keeps a decision after those before it.
pub(crate) fn decide(
    context: &Context,
    plan_id: &str,
    before: usize,
    decision: &Decision,
) -> Result<(), Failure> {
    let id = format!("{plan_id}/{:04}", before.saturating_add(1));
    let bytes = serde_json::to_vec(decision).map_err(|error| {
        Failure::error(codes::INTERNAL, format!("a decision has no JSON: {error}"))
    })?;
    let now = context.recorded_at();
    let mut store = estate::open(context, Access::Write)?;
    store.put_document(&Document::new(DECISION, &id, &now, "{}", bytes))?;
    Ok(())
}

/// A plan that the estate has approved.
pub(crate) fn approved(context: &Context, name: &str) -> Result<PlanDocument, Failure> {
    let document = read(context, name)?;
    let store = estate::open(context, Access::Read)?;
    let decisions = decisions(&store, &document.plan_id)?;
    if is_approved(&decisions) {
        return Ok(document);
    }
    let id = &document.plan_id;
    Err(Failure::error(
        planner::codes::NOT_APPROVED,
        format!("plan {id} is not approved; it is {}", state(&decisions)),
    )
    .help(format!(
        "approve it first: refit plan approve {id} --prepared-by NAME --by NAME --role ROLE --limit POUNDS"
    )))
}

/// The problem of a plan and what its numbers stand for: from a folder, or from the store.
pub(crate) fn problem(
    context: &Context,
    document: &PlanDocument,
    folder: Option<&Path>,
) -> Result<(Problem, Names), Failure> {
    let found = match folder {
        Some(folder) => in_folder(folder)?,
        None => in_store(context, document)?,
    };
    if planner::document::is_of_problem(document, &found.0) {
        return Ok(found);
    }
    Err(Failure::error(
        planner::codes::PLAN_OTHER_PROBLEM,
        format!("plan {} was made from another problem", document.plan_id),
    )
    .help("name the folder that `refit plan problem --plan` wrote, or leave --problem out"))
}

fn in_folder(folder: &Path) -> Result<(Problem, Names), Failure> {
    let problem = crate::command::solve::read_problem(folder)?;
    let path = folder.join(NAMES_FILE);
    let names = Names::from_bytes(&read_bytes(&path)?)
        .map_err(|error| unreadable(&path.display().to_string(), &error))?;
    Ok((problem, names))
}

fn in_store(context: &Context, document: &PlanDocument) -> Result<(Problem, Names), Failure> {
    let store = estate::open(context, Access::Read)?;
    let part = |name: &str| -> Result<Vec<u8>, Failure> {
        let id = format!("{}/{name}", document.problem_sha256);
        let found = store.document(PROBLEM, &id)?;
        Ok(found.ok_or_else(|| not_kept(document))?.content)
    };
    let (meta, assets) = (part("meta.json")?, part("assets.csv")?);
    let names =
        Names::from_bytes(&part(NAMES_FILE)?).map_err(|error| unreadable(NAMES_FILE, &error))?;
    let plan = FolderPlan::new(|name| matches!(name, "meta.json" | "assets.csv"));
    let problem = plan.and_then(|plan| {
        plan.read(|name| {
            let bytes = if name == "meta.json" { meta.as_slice() } else { assets.as_slice() };
            Ok::<&[u8], std::io::Error>(bytes)
        })
    });
    let problem = problem
        .map_err(|faults| Failure::error(codes::INTERNAL, format!("a stored problem: {faults}")))?;
    Ok((problem, names))
}

fn not_kept(document: &PlanDocument) -> Failure {
    Failure::error(
        planner::codes::PLAN_OTHER_PROBLEM,
        format!("the estate does not keep the problem of plan {}", document.plan_id),
    )
    .help("name the estate that made the plan with --db, or the problem's folder with --problem")
}

pub(super) fn list(context: &Context) -> Result<Finish, Failure> {
    let output = context.output(Listing::FORMATS)?;
    let store = estate::open(context, Access::Read)?;
    let summary = |plan: DocumentSummary| -> Result<StoredPlan, Failure> {
        Ok(StoredPlan {
            about: serde_json::from_str(&plan.summary).unwrap_or_default(),
            state: state(&decisions(&store, &plan.id)?).to_owned(),
            id: plan.id,
            recorded_at: plan.recorded_at,
        })
    };
    let plans = store.documents(PLAN)?.into_iter().map(summary).collect::<Result<Vec<_>, _>>()?;
    if output.format() == Format::Json {
        let report = ListReport { plans };
        output.write_json(&Envelope::new("refit.plans/1", context.as_of(), Vec::new(), report))?;
    } else {
        let left = ["id", "recorded_at", "as_of", "from", "until"].map(|name| (name, Align::Left));
        let right = ["purchases", "spend", "certified_gap"].map(|name| (name, Align::Right));
        let columns = left.into_iter().chain(right).chain([("state", Align::Left)]);
        let listing = Listing::of(columns, &plans);
        output.write(|out| listing.write(output.format(), out))?;
    }
    Ok(Finish::Done)
}

pub(super) fn show(name: &str, context: &Context) -> Result<Finish, Failure> {
    let output = context.output(Listing::FORMATS)?;
    let document = read(context, name)?;
    if summary::is_document(&output) {
        let bytes = bytes(&document)?;
        output.write(|out| out.write_all(&bytes))?;
    } else {
        summary::write(&output, &document)?;
        summary::tell(context, &document);
    }
    Ok(Finish::Done)
}

/// Makes the folder of a problem.
pub(super) fn make_folder(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| {
        Failure::error(codes::WRITE, format!("cannot make `{}`: {error}", folder.display()))
            .help("check that the folder above exists and that you may write there")
    })
}
