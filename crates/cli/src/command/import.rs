//! `refit import`: files into the register.

mod files;
mod grouped;
mod guess;
mod history;
mod undo;

pub use history::Report as HistoryReport;

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use diagnostic::{Column, Diagnostic};
use inventory::export::template;
use inventory::import::{
    AssetMap, Change, DateOrder, Effect, FileKind, Mode, OnError, Options, Outcome, Preset,
    read_map, run as import,
};
use inventory::store::{Access, BatchId, StoreError, StoreFault};
use inventory::{ClassCatalogue, SqliteStore};
use planner::document::Input;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::args::Format;
use crate::codes;
use crate::context::Context;
use crate::estate;
use crate::failure::{Failure, Finish};
use crate::output::{Envelope, Output, Unfinished, read_source};
use crate::terminal::{Align, Listing};
use files::{in_folders, is_stdin, open_file, refuse_foreign};
use grouped::grouped;

pub use guess::GuessReport;

/// Import files into the register: one file is one transaction and one batch.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples:\n  refit import organisations.csv assets.csv\n  \
                  refit import intune.csv finance.xlsx glpi/\n  \
                  refit import list.csv --map list.toml --dry-run\n  \
                  refit import audit.csv --mode snapshot --on-error skip --rejects rejects.csv\n  \
                  refit import history"
)]
pub struct Arguments {
    #[command(subcommand)]
    about: Option<About>,
    /// Files to import, in this order, and folders of files; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What the files list: assets, organisations, models or list-sizes (default: told by the headings)
    #[arg(long, value_name = "KIND")]
    kind: Option<FileKind>,
    /// How to read files of another format
    #[arg(long, value_name = "MAP.toml")]
    map: Option<PathBuf>,
    /// Whose format the files are in: auto (told by the file), refit, generic, intune, snipe-it, glpi, ocs, osquery,
    /// fleet, lansweeper, configmgr, dmidecode, lshw, edid or epraccur
    #[arg(long, default_value = "auto", value_name = "PRESET", conflicts_with = "map")]
    preset: Preset,
    /// The sheet of a workbook (default: the first that is not hidden)
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// The class of devices whose row tells none, such as monitor
    #[arg(long, value_name = "CLASS")]
    class: Option<String>,
    /// What to do with known things: upsert changes them, insert rejects them, snapshot also lists what is missing
    #[arg(long, default_value = "upsert")]
    mode: Mode,
    /// Do everything and store nothing
    #[arg(long)]
    dry_run: bool,
    /// What a rejected row does to its file: stop stores nothing of it, skip stores the other rows
    #[arg(long, default_value = "stop", value_name = "stop|skip")]
    on_error: OnError,
    /// Write the rejected rows with their problems to a CSV file that can be mended and imported
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// The system that the files come from, as reports and the order of precedence name it (default: the format)
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Your own name for this import: a repetition of it does nothing and ends as if done
    #[arg(long, value_name = "ID")]
    command_id: Option<String>,
    /// Who imports, as the ledger keeps it
    #[arg(
        long,
        env = "REFIT_ACTOR",
        default_value = "",
        hide_default_value = true,
        value_name = "NAME"
    )]
    actor: String,
    /// Why, as the ledger keeps it
    #[arg(long, default_value = "", hide_default_value = true, value_name = "TEXT")]
    reason: String,
    /// Order of dates that are not ISO 8601: dmy, mdy or ymd
    #[arg(long, default_value = "iso", value_name = "ORDER")]
    date_order: DateOrder,
}

/// What was imported before.
#[derive(Debug, Subcommand)]
enum About {
    /// List every import
    #[command(after_help = "Example:\n  refit import history --json")]
    History,
    /// Take an import back: what its rows said counts no more; the ledger keeps both
    #[command(after_help = "Example:\n  refit import undo 3 --reason \"wrong file\"")]
    Undo {
        /// Its number
        id: BatchId,
        /// Who takes it back, as the ledger keeps it
        #[arg(
            long,
            env = "REFIT_ACTOR",
            default_value = "",
            hide_default_value = true,
            value_name = "NAME"
        )]
        actor: String,
        /// Why, as the ledger keeps it
        #[arg(long, default_value = "", hide_default_value = true, value_name = "TEXT")]
        reason: String,
    },
    /// Show one import
    #[command(after_help = "Example:\n  refit import show 3")]
    Show {
        /// Its number
        id: BatchId,
    },
    /// Write a first map for a file that nobody has described, saying of every column how sure it is
    #[command(
        after_help = "Examples:\n  refit import guess list.xlsx -o list.toml\n  refit import guess list.csv --json"
    )]
    Guess {
        /// A CSV file or a workbook
        file: PathBuf,
        /// The sheet of a workbook (default: the first that is not hidden)
        #[arg(long, value_name = "NAME")]
        sheet: Option<String>,
    },
    /// Write an empty workbook with drop-downs and notes, to be filled in by people
    #[command(
        after_help = "Examples:\n  refit import template -o assets.xlsx\n  refit import template --kind organisations -o organisations.xlsx"
    )]
    Template {
        /// What it lists: assets, organisations, models or list-sizes
        #[arg(long, default_value = "assets", value_name = "KIND")]
        kind: FileKind,
    },
}

/// What `refit import --json` prints.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Report {
    /// Things that were not known before.
    new: u64,
    /// Things of which something changed.
    changed: u64,
    /// Things of which nothing changed.
    unchanged: u64,
    /// Known things that are not in a snapshot.
    missing: u64,
    /// Rows that could not be used.
    rejected: u64,
    /// Whether nothing was to be stored.
    dry_run: bool,
    /// Each file that was read.
    files: Vec<FileReport>,
    /// What a dry run would change, field by field; the first thousand.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    changes: Vec<ChangeReport>,
    /// How many fields a dry run would change.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed_fields: Option<u64>,
    /// Every problem, the first thousand of each file in full.
    problems: Vec<ProblemReport>,
}

/// What an import did with one file.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FileReport {
    /// The file as it was named.
    file: String,
    /// What it lists.
    kind: String,
    /// The number of the import; null when nothing of the file was stored.
    batch: Option<String>,
    /// Its rows.
    rows: u64,
    /// Things that were not known before.
    new: u64,
    /// Things of which something changed.
    changed: u64,
    /// Things of which nothing changed.
    unchanged: u64,
    /// Known things that are not in a snapshot.
    missing: u64,
    /// Rows that could not be used.
    rejected: u64,
    /// Labels of what a snapshot lacks.
    missing_labels: Vec<String>,
    /// By what known devices were recognised.
    matched: MatchReport,
}

/// Known devices of a file by what they were recognised.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MatchReport {
    serial_and_tag: u64,
    serial: u64,
    tag: u64,
}

/// What a dry run would change of one field of a device.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ChangeReport {
    asset: String,
    /// Whether the device was not known before.
    is_new: bool,
    field: String,
    before: Option<String>,
    after: Option<String>,
}

/// The most changes that are listed.
const MOST_CHANGES: usize = 1_000;

/// One problem of a file.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProblemReport {
    /// Its code, which `refit explain` explains.
    code: String,
    /// `error` or `warning`.
    severity: String,
    /// The file.
    file: Option<String>,
    /// The line of a text file, from 1; null for workbooks.
    line: Option<u32>,
    /// The sheet of a workbook.
    sheet: Option<String>,
    /// The row of the sheet, as a spreadsheet shows it.
    row: Option<u32>,
    /// The column: a heading, or a number from 1.
    column: Option<String>,
    /// What stands there.
    value: Option<String>,
    /// What is wrong.
    message: String,
    /// What to do.
    help: Option<String>,
}

impl ProblemReport {
    pub(crate) fn of(problem: &Diagnostic) -> Self {
        let place = problem.place.as_ref();
        Self {
            code: problem.code.as_str().to_owned(),
            severity: problem.severity.as_str().to_owned(),
            file: place.map(|place| place.file.to_string()),
            line: place.filter(|place| place.sheet.is_none()).and_then(|place| place.line),
            sheet: place.and_then(|place| place.sheet.as_ref()).map(ToString::to_string),
            row: place.filter(|place| place.sheet.is_some()).and_then(|place| place.line),
            column: place.and_then(|place| place.column.as_ref()).map(Column::to_string),
            value: problem.value.clone(),
            message: problem.message.clone(),
            help: problem.help.clone(),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// When a file or the map cannot be used as a whole, or the store fails.
#[expect(clippy::too_many_lines, reason = "the subcommands first, then each file in turn")]
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<Finish, Failure> {
    match &arguments.about {
        Some(About::Undo { id, actor, reason }) => {
            return undo::run(context, *id, actor, reason);
        }
        Some(About::History) => return history::run(context, None),
        Some(About::Show { id }) => return history::run(context, Some(*id)),
        Some(About::Guess { file, sheet }) => return guess::run(file, sheet.as_deref(), context),
        Some(About::Template { kind }) => {
            let output = context.output(&[Format::Xlsx])?;
            output.write(|out| template(*kind, &ClassCatalogue::shipped(), out))?;
            return Ok(Finish::Done);
        }
        None => {}
    }
    if arguments.rejects.is_some()
        && (arguments.files.len() > 1 || arguments.files.iter().any(|path| path.is_dir()))
    {
        return Err(Failure::error(codes::USAGE, "--rejects takes the rejected rows of one file")
            .help("import the files one by one"));
    }
    if arguments.map.is_some() && arguments.kind.is_some_and(|kind| kind != FileKind::Assets) {
        return Err(Failure::error(codes::USAGE, "--map is for files of devices")
            .help("leave out --kind, or give --kind assets"));
    }
    let output = context.output(Listing::FORMATS)?;
    let files = in_folders(&arguments.files)?;
    let classes = ClassCatalogue::shipped();
    let map = arguments.map.as_deref().map(|path| open_map(path, &classes, context)).transpose()?;
    for path in files.iter().filter(|path| !is_stdin(path)) {
        drop(open_file(path)?);
    }
    check_class(arguments.class.as_deref(), &classes)?;
    let mut store = estate::open(context, Access::Create)?;
    let mut report = Report { dry_run: arguments.dry_run, ..Report::default() };
    let mut inputs = Vec::new();
    for path in &files {
        let mut differences = Differences::default();
        let outcome = match one_file(
            arguments,
            path,
            map.as_ref(),
            &classes,
            &mut store,
            &mut differences,
            context,
        ) {
            Err(Refusal::Store(error)) if error.fault == StoreFault::Repeated => {
                let name = path.display();
                context.messages.note(&format!("{name}: nothing done, {error}"));
                continue;
            }
            other => other.map_err(Failure::from)?,
        };
        if arguments.dry_run {
            let total = report.changed_fields.unwrap_or(0);
            report.changed_fields = Some(total.saturating_add(differences.count));
            report.changes.append(&mut differences.first);
        }
        report.problems.extend(outcome.problems.iter().map(ProblemReport::of));
        let Some(summary) = &outcome.summary else {
            print(&output, context, inputs, &report)?;
            return Err(outcome.problems.into());
        };
        context.messages.diagnostics(&grouped(&outcome.problems));
        inputs.push(Input { name: path.display().to_string(), sha256: summary.sha256.clone() });
        tell(arguments, path, summary, context);
        add(&mut report, path, summary);
        if arguments.on_error == OnError::Stop && outcome.problems.has_errors() {
            break;
        }
    }
    print(&output, context, inputs, &report)?;
    if output.format() != Format::Json {
        tell_changes(context, &report);
    }
    let errors = report.problems.iter().any(|problem| problem.severity == "error");
    Ok(Finish::findings_if(errors || report.rejected > 0))
}

fn check_class(word: Option<&str>, classes: &ClassCatalogue) -> Result<(), Failure> {
    let Some(word) = word.filter(|word| classes.parse(word).is_err()) else { return Ok(()) };
    let known: Vec<&str> = classes.specs().iter().map(|spec| spec.class.as_str()).collect();
    Err(Failure::error(codes::USAGE, format!("no class is called `{word}`"))
        .help(format!("known classes: {}", known.join(", "))))
}

fn open_map(path: &Path, classes: &ClassCatalogue, context: &Context) -> Result<AssetMap, Failure> {
    let (map, problems) = read_map(&read_source(path)?, classes);
    if problems.has_errors() {
        return Err(problems.into());
    }
    context.messages.diagnostics(&problems);
    Ok(map)
}

/// What a dry run found to change.
#[derive(Default)]
struct Differences {
    count: u64,
    first: Vec<ChangeReport>,
}

impl Differences {
    fn note(&mut self, change: &Change) {
        // The fields of a new device are one thing to look at, its count says enough beyond the first.
        self.count = self.count.saturating_add(1);
        if self.first.len() < MOST_CHANGES {
            self.first.push(ChangeReport {
                asset: change.label.clone(),
                is_new: change.is_new,
                field: change.field.word().to_owned(),
                before: change.before.clone(),
                after: change.after.clone(),
            });
        }
    }
}

/// Why a file was not imported.
enum Refusal {
    Store(StoreError),
    Other(Failure),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::Other(failure)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Store(error) => error.into(),
            Refusal::Other(failure) => failure,
        }
    }
}

fn one_file(
    arguments: &Arguments,
    path: &Path,
    map: Option<&AssetMap>,
    classes: &ClassCatalogue,
    store: &mut SqliteStore,
    differences: &mut Differences,
    context: &Context,
) -> Result<Outcome, Refusal> {
    let reader: Box<dyn Read> =
        if is_stdin(path) { Box::new(io::stdin().lock()) } else { Box::new(open_file(path)?) };
    let input = inventory::import::Input { name: path.display().to_string().into(), reader };
    let bar = context.messages.progress(&path.display().to_string(), 0);
    let mut progress = |rows: u64| bar.set(rows);
    let recorded_at = context.recorded_at();
    let mut note = |change: &Change| differences.note(change);
    let asked = |options: &mut Options<'_>| {
        options.effective_on = context.global().as_of;
    };
    let Some(rejects) = &arguments.rejects else {
        let mut options = options(arguments, map, classes, &recorded_at, &mut progress);
        asked(&mut options);
        if arguments.dry_run {
            options.changes = Some(&mut note);
        }
        return Ok(import(store, input, options)?);
    };
    refuse_foreign(rejects)?;
    let mut unfinished = Unfinished::create(rejects)?;
    let (mut out, mut publish) = unfinished.parts();
    let mut options = options(arguments, map, classes, &recorded_at, &mut progress);
    asked(&mut options);
    if arguments.dry_run {
        options.changes = Some(&mut note);
    }
    options.rejects = Some(&mut out);
    options.publish_rejects = Some(&mut publish);
    Ok(import(store, input, options)?)
}

fn options<'o>(
    arguments: &'o Arguments,
    map: Option<&'o AssetMap>,
    classes: &'o ClassCatalogue,
    recorded_at: &str,
    progress: &'o mut dyn FnMut(u64),
) -> Options<'o> {
    let mut options = Options::new(classes, recorded_at);
    options.kind = arguments.kind;
    options.map = map;
    options.preset = arguments.preset;
    options.class = arguments.class.as_deref().and_then(|word| classes.parse(word).ok());
    options.sheet = arguments.sheet.as_deref();
    options.mode = arguments.mode;
    options.effect = if arguments.dry_run { Effect::DryRun } else { Effect::Store };
    options.on_error = arguments.on_error;
    options.date_order = arguments.date_order;
    options.progress = Some(progress);
    options.source.clone_from(&arguments.source);
    options.id.clone_from(&arguments.command_id);
    options.actor.clone_from(&arguments.actor);
    options.reason.clone_from(&arguments.reason);
    options
}

fn tell(
    arguments: &Arguments,
    path: &Path,
    summary: &inventory::import::Summary,
    context: &Context,
) {
    let name = path.display();
    let counts = &summary.counts;
    if arguments.dry_run {
        context.messages.note(&format!("{name}: dry run, nothing was stored"));
    } else if summary.batch.is_none() {
        context.messages.note(&format!(
            "{name}: {} of {} rows rejected, so nothing was stored; --on-error skip stores the others",
            counts.rejected, counts.rows
        ));
    }
    let shown = summary.missing.iter().take(10).map(String::as_str).collect::<Vec<_>>().join(", ");
    if counts.missing > 0 {
        let more = if counts.missing > 10 { ", ..." } else { "" };
        context.messages.note(&format!("{name}: not in this snapshot: {shown}{more}"));
    }
}

fn add(report: &mut Report, path: &Path, summary: &inventory::import::Summary) {
    let counts = &summary.counts;
    let sum = |total: &mut u64, count: u64| *total = total.saturating_add(count);
    sum(&mut report.new, counts.new);
    sum(&mut report.changed, counts.changed);
    sum(&mut report.unchanged, counts.unchanged);
    sum(&mut report.missing, counts.missing);
    sum(&mut report.rejected, counts.rejected);
    report.files.push(FileReport {
        file: path.display().to_string(),
        kind: summary.kind.as_str().to_owned(),
        batch: summary.batch.map(|batch| batch.to_string()),
        rows: counts.rows,
        new: counts.new,
        changed: counts.changed,
        unchanged: counts.unchanged,
        missing: counts.missing,
        rejected: counts.rejected,
        missing_labels: summary.missing.clone(),
        matched: MatchReport {
            serial_and_tag: summary.matches.both,
            serial: summary.matches.serial,
            tag: summary.matches.tag,
        },
    });
}

fn print(
    output: &Output,
    context: &Context,
    inputs: Vec<Input>,
    report: &Report,
) -> Result<(), Failure> {
    if output.format() == Format::Json {
        let envelope = Envelope::new("refit.import/1", context.as_of(), inputs, report);
        return output.write_json(&envelope);
    }
    if report.files.is_empty() {
        return Ok(());
    }
    let numbers = ["import", "rows", "new", "changed", "unchanged", "missing", "rejected"];
    let columns = [("file", Align::Left), ("kind", Align::Left)]
        .into_iter()
        .chain(numbers.map(|name| (name, Align::Right)));
    let mut listing = Listing::new(columns);
    for file in &report.files {
        listing.push(vec![
            json!(file.file),
            json!(file.kind),
            json!(file.batch),
            json!(file.rows),
            json!(file.new),
            json!(file.changed),
            json!(file.unchanged),
            json!(file.missing),
            json!(file.rejected),
        ]);
    }
    output.write(|out| listing.write(output.format(), out))
}

/// Says what a dry run would change of known devices.
fn tell_changes(context: &Context, report: &Report) {
    let Some(count) = report.changed_fields.filter(|count| *count > 0) else { return };
    let known: Vec<&ChangeReport> = report.changes.iter().filter(|change| !change.is_new).collect();
    for change in known.iter().take(20) {
        context.messages.note(&format!(
            "{} {}: {} -> {}",
            change.asset,
            change.field,
            change.before.as_deref().unwrap_or("unknown"),
            change.after.as_deref().unwrap_or("unknown"),
        ));
    }
    context.messages.note(&format!(
        "{count} fields would change or become known; --json lists the first {MOST_CHANGES}"
    ));
}
