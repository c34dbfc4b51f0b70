//! `refit db`: the estate's file.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Subcommand;
use diagnostic::{Diagnostic, Place};
use inventory::codes::STORE_CORRUPT;
use inventory::store::{Access, Journal, StoreInfo};
use inventory::{EstateId, SqliteStore, Store as _};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::args::Format;
use crate::codes;
use crate::context::Context;
use crate::estate;
use crate::failure::{Failure, Finish};
use crate::output::Envelope;
use crate::terminal::{Align, Listing};

/// Look after the estate's file.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  refit db info\n  refit db backup estate-2026-11-20.db")]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Say what the file holds, and check it
    #[command(after_help = "Example:\n  refit db info --json")]
    Info,
    /// Bring an older file to the layout of this version
    #[command(after_help = "Example:\n  refit db migrate --db estate.db")]
    Migrate,
    /// Copy the file as of one moment, while others may write, and check the copy
    #[command(after_help = "Example:\n  refit db backup estate-2026-11-20.db")]
    Backup {
        /// The copy, which must not exist
        to: PathBuf,
    },
}

/// What `refit db info --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The file.
    path: String,
    /// The library's version.
    sqlite_version: String,
    /// Version of the file's layout.
    layout_version: u32,
    /// The mark of the program that made the file.
    application_id: i32,
    /// `wal` or `delete`.
    journal_mode: String,
    /// Bytes of the file proper.
    bytes: u64,
    /// Bytes of it that are free for reuse.
    free_bytes: u64,
    /// Names of the estates in the file.
    estates: Vec<String>,
    /// Devices of the estate.
    assets: u64,
    /// Its organisations.
    organisations: usize,
    /// Its models.
    models: usize,
    /// Files that were imported.
    imports: usize,
    /// Settings that are kept with the estate.
    settings: BTreeMap<String, String>,
    /// What the quick check found; empty when all is well.
    damage: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When the estate cannot be read, changed or copied.
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<Finish, Failure> {
    match &arguments.what {
        What::Info => info(context),
        What::Migrate => {
            SqliteStore::migrate(context.db())?;
            context.messages.note("the file has the layout of this version");
            Ok(Finish::Done)
        }
        What::Backup { to } => {
            if std::fs::symlink_metadata(to).is_ok() {
                return Err(Diagnostic::error(codes::OVERWRITE, "the copy must be a new file")
                    .at(Place::file(to.display().to_string()))
                    .help("choose another name, or remove the file yourself")
                    .into());
            }
            let store = estate::open(context, Access::Read)?;
            store.backup(to)?;
            let copy =
                SqliteStore::open(to, EstateId::default(), Access::Read, Journal::WriteAhead)?;
            if let Some(damage) = copy.integrity_check()?.first() {
                return Err(Failure::error(
                    STORE_CORRUPT,
                    format!("the copy `{}` is damaged: {damage}", to.display()),
                )
                .help("check the disk, and copy again under another name"));
            }
            context.messages.note(&format!("copied to {} and checked", to.display()));
            Ok(Finish::Done)
        }
    }
}

fn info(context: &Context) -> Result<Finish, Failure> {
    let output = context.output(&[Format::Plain, Format::Json])?;
    let store = estate::open(context, Access::Read)?;
    let StoreInfo {
        sqlite_version,
        layout_version,
        newest_layout: _,
        application_id,
        journal_mode,
        bytes,
        free_bytes,
        estates,
        damage,
    } = store.info()?;
    let assets = store.count_assets()?;
    let organisations = store.organisations()?.len();
    let models = store.models()?.len();
    let batches = store.batches()?;
    let settings = store.settings()?;
    if output.format() == Format::Json {
        let report = Report {
            path: context.db().display().to_string(),
            sqlite_version,
            layout_version,
            application_id,
            journal_mode,
            bytes,
            free_bytes,
            estates,
            assets,
            organisations,
            models,
            imports: batches.len(),
            settings,
            damage: damage.clone(),
        };
        let inputs = estate::inputs(&store)?;
        output.write_json(&Envelope::new("refit.db-info/1", context.as_of(), inputs, report))?;
    } else {
        let mut listing = Listing::new([("what", Align::Left), ("value", Align::Left)]);
        let state = if damage.is_empty() { "sound".to_owned() } else { damage.join("; ") };
        for (what, value) in [
            ("path", context.db().display().to_string()),
            ("assets", assets.to_string()),
            ("organisations", organisations.to_string()),
            ("models", models.to_string()),
            ("imports", batches.len().to_string()),
            (
                "layout",
                format!("version {layout_version}, SQLite {sqlite_version}, {journal_mode}"),
            ),
            ("bytes", format!("{bytes}, of which {free_bytes} free")),
            ("quick check", state),
        ] {
            listing.push(vec![json!(what), json!(value)]);
        }
        output.write(|out| listing.write(Format::Table, out))?;
    }
    if damage.is_empty() {
        return Ok(Finish::Done);
    }
    let message = format!("the estate is damaged: {}", damage.join("; "));
    Err(Failure::error(STORE_CORRUPT, message).help("restore the latest backup"))
}
