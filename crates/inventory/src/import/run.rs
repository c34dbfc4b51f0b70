//! One file, one transaction, one batch.

use std::io::{Read, Write};
use std::sync::Arc;

use diagnostic::{Diagnostic, Diagnostics, Place, Severity};

use super::assets::{AssetRows, Remarks};
use super::date::DateOrder;
use super::kind::FileKind;
use super::map::AssetMap;
use super::matching::Matches;
use super::opening::{Opened, open};
use super::preset::Preset;
use super::problems::Problems;
use super::rejects::Rejects;
use super::table::{Refused, Table};
use super::{apply, list_sizes, models, organisations};
use crate::codes;
use crate::software::{self, Installed};
use crate::store::{Batch, BatchId, Counts, Store, StoreError, Transaction};
use crate::vocabulary::{ClassCatalogue, words};

words!(
    /// What an import may do to things that the register knows.
    Mode,
    "an import mode: upsert, insert or snapshot",
    {
        /// Adds new things and changes known ones.
        Upsert => "upsert",
        /// Adds new things; a row of a known one is rejected.
        Insert => "insert",
        /// As upsert, and lists what is known and not in the file.
        Snapshot => "snapshot",
    }
);

words!(
    /// What a rejected row does to the others of its file.
    OnError,
    "what to do on an error: stop or skip",
    {
        /// Nothing of the file is stored.
        Stop => "stop",
        /// The other rows are stored.
        Skip => "skip",
    }
);

/// Whether an import is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// The rows are stored.
    Store,
    /// Everything is done and counted, and nothing is stored.
    DryRun,
}

/// Bytes with the name of the file they come from.
#[derive(Debug)]
pub struct Input<R> {
    /// The path as the user gave it.
    pub name: Arc<str>,
    /// The bytes.
    pub reader: R,
}

/// How a file is imported.
pub struct Options<'o> {
    /// What the file lists; recognised by its headings when absent.
    pub kind: Option<FileKind>,
    /// How to read a file of another format.
    pub map: Option<&'o AssetMap>,
    /// Whose format the file is in, where no map says how to read it.
    pub preset: Preset,
    /// The sheet of a workbook; the first that is not hidden when absent.
    pub sheet: Option<&'o str>,
    /// What may happen to known things.
    pub mode: Mode,
    /// Whether the import is kept.
    pub effect: Effect,
    /// What a rejected row does to the others.
    pub on_error: OnError,
    /// In which order dates are written.
    pub date_order: DateOrder,
    /// The time to record, ISO 8601.
    pub recorded_at: String,
    /// The classes of devices.
    pub classes: &'o ClassCatalogue,
    /// Where rejected rows are written, as CSV with the reason.
    pub rejects: Option<&'o mut dyn Write>,
    /// Called when all rejected rows are written and before anything is stored: makes their file whole under its name.
    pub publish_rejects: Option<&'o mut dyn FnMut() -> std::io::Result<()>>,
    /// Called now and then with the number of rows read.
    pub progress: Option<&'o mut dyn FnMut(u64)>,
}

impl std::fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("kind", &self.kind)
            .field("mode", &self.mode)
            .field("effect", &self.effect)
            .field("on_error", &self.on_error)
            .finish_non_exhaustive()
    }
}

impl<'o> Options<'o> {
    /// The defaults: recognise the kind, upsert, stop on a rejected row, dates in ISO 8601.
    pub fn new(classes: &'o ClassCatalogue, recorded_at: impl Into<String>) -> Self {
        Self {
            kind: None,
            map: None,
            preset: Preset::Auto,
            sheet: None,
            mode: Mode::Upsert,
            effect: Effect::Store,
            on_error: OnError::Stop,
            date_order: DateOrder::Iso,
            recorded_at: recorded_at.into(),
            classes,
            rejects: None,
            publish_rejects: None,
            progress: None,
        }
    }
}

/// What an import did, or would have done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Summary {
    /// What the file lists.
    pub kind: FileKind,
    /// The batch that was stored; `None` for a dry run and for a file of which nothing was stored.
    pub batch: Option<BatchId>,
    /// The file's SHA-256 in hexadecimal.
    pub sha256: String,
    /// What the rows did.
    pub counts: Counts,
    /// Labels of known devices that are not in a snapshot, ascending.
    pub missing: Vec<String>,
    /// By what known devices were recognised.
    pub matches: Matches,
}

/// What came of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// What the import did; `None` when the file as a whole was refused.
    pub summary: Option<Summary>,
    /// Every problem, the first thousand in full.
    pub problems: Diagnostics,
}

/// Why an import ends before its end.
pub(super) enum Halt {
    Refused,
    Store(StoreError),
}

impl From<Refused> for Halt {
    fn from(Refused: Refused) -> Self {
        Self::Refused
    }
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What the kinds of files share while one is imported.
pub(super) struct Session<'s, 'o> {
    pub(super) transaction: Box<dyn Transaction + 's>,
    pub(super) batch: BatchId,
    pub(super) mode: Mode,
    pub(super) date_order: DateOrder,
    pub(super) classes: &'o ClassCatalogue,
    pub(super) counts: Counts,
    pub(super) missing: Vec<String>,
    pub(super) matches: Matches,
    /// Programs that were found on devices.
    pub(super) software: Vec<Installed>,
    pub(super) remarks: Remarks,
    pub(super) problems: Problems,
    rejects: Option<Rejects<'o>>,
    progress: Option<&'o mut dyn FnMut(u64)>,
}

impl Session<'_, '_> {
    /// Counts a row of the file.
    pub(super) fn count_row(&mut self) {
        self.counts.rows = self.counts.rows.saturating_add(1);
        if self.counts.rows.is_multiple_of(4096)
            && let Some(progress) = &mut self.progress
        {
            progress(self.counts.rows);
        }
    }

    /// Keeps the remarks on a row that is used.
    pub(super) fn accept(&mut self, found: Vec<Diagnostic>) {
        for remark in found {
            self.remarks.push(remark);
        }
    }

    /// Rejects the current row of a table for its problems.
    pub(super) fn reject<R: Read>(&mut self, table: &Table<R>, found: Vec<Diagnostic>) {
        if let Some(rejects) = &mut self.rejects {
            rejects.write(table, &found);
        }
        self.count_rejected(found);
    }

    /// Rejects a row that was read before.
    pub(super) fn reject_cells<R: Read>(
        &mut self,
        table: &Table<R>,
        cells: &[String],
        found: Vec<Diagnostic>,
    ) {
        if let Some(rejects) = &mut self.rejects {
            rejects.write_cells(table.headings(), cells.iter().map(String::as_str), &found);
        }
        self.count_rejected(found);
    }

    fn count_rejected(&mut self, found: Vec<Diagnostic>) {
        self.counts.rejected = self.counts.rejected.saturating_add(1);
        for problem in found {
            match problem.severity {
                Severity::Error => self.problems.push(problem),
                Severity::Warning => self.remarks.push(problem),
            }
        }
    }
}

/// Imports one file into a store: all of its rows in one transaction, or none.
///
/// Rows that cannot be used are rejected and reported, all of them; what is stored then follows `on_error`.
///
/// # Errors
/// [`StoreError`] when the store fails; nothing is then stored.
pub fn run<R: Read>(
    store: &mut dyn Store,
    input: Input<R>,
    options: Options<'_>,
) -> Result<Outcome, StoreError> {
    let mut problems = Problems::new();
    let opened = open(input, &options, &mut problems);
    let Ok(Opened { table, kind, map: own_map, preset }) = opened else {
        return Ok(Outcome { summary: None, problems: problems.into_diagnostics() });
    };
    let transaction = store.begin()?;
    let batch = transaction.next_batch()?;
    let map = options.map.or(own_map.as_ref());
    let ending = Ending {
        map,
        preset,
        mode: options.mode,
        effect: options.effect,
        on_error: options.on_error,
        recorded_at: options.recorded_at,
    };
    let mut session = Session {
        transaction,
        batch,
        mode: options.mode,
        date_order: options.date_order,
        classes: options.classes,
        counts: Counts::default(),
        missing: Vec::new(),
        matches: Matches::default(),
        software: Vec::new(),
        remarks: Remarks::default(),
        problems,
        rejects: options.rejects.map(Rejects::new),
        progress: options.progress,
    };
    let applied = match kind {
        FileKind::Assets => apply::assets(table, map, &mut session),
        FileKind::Organisations => organisations::apply(table, &mut session),
        FileKind::Models => models::apply(table, &mut session),
        FileKind::ListSizes => list_sizes::apply(table, &mut session),
    };
    let table = match applied {
        Ok(table) if !table.was_cut_short() => table,
        Ok(_) | Err(Halt::Refused) => {
            return Ok(Outcome { summary: None, problems: session.problems.into_diagnostics() });
        }
        Err(Halt::Store(error)) => return Err(error),
    };
    conclude(table, kind, session, &ending, options.publish_rejects)
}

/// What the end of an import needs of its options.
struct Ending<'o> {
    map: Option<&'o AssetMap>,
    preset: Preset,
    mode: Mode,
    effect: Effect,
    on_error: OnError,
    recorded_at: String,
}

/// Keeps what the rows did, or drops it.
fn conclude<R: Read>(
    table: Table<R>,
    kind: FileKind,
    session: Session<'_, '_>,
    options: &Ending<'_>,
    publish_rejects: Option<&mut dyn FnMut() -> std::io::Result<()>>,
) -> Result<Outcome, StoreError> {
    let name = table.name().clone();
    let Session {
        mut transaction,
        batch,
        counts,
        missing,
        matches,
        software,
        remarks,
        mut problems,
        rejects,
        ..
    } = session;
    let written = rejects.is_none_or(Rejects::finish)
        && (counts.rejected == 0 || publish_rejects.is_none_or(|publish| publish().is_ok()));
    if !written {
        problems.push(
            Diagnostic::error(codes::FILE_UNREADABLE, "the rejected rows could not be written")
                .at(Place::file(name.clone()))
                .help("check the folder and the disk that --rejects names"),
        );
    }
    let Ok(sha256) = table.finish() else {
        problems.push(
            Diagnostic::error(codes::FILE_UNREADABLE, "the end of the file cannot be read")
                .at(Place::file(name))
                .help("check the disk and the permissions of the file"),
        );
        return Ok(Outcome { summary: None, problems: problems.into_diagnostics() });
    };
    problems.extend(remarks.into_warnings());
    if counts.rows == 0 {
        problems.push(
            Diagnostic::warning(codes::FILE_WITHOUT_ROWS, "the file has headings and no rows")
                .at(Place::file(name.clone()))
                .help("check that the export's filter did not leave everything out"),
        );
    }
    // Rows that are in neither the store nor a file would be lost.
    let stopped = !written
        || options.on_error == OnError::Stop && (problems.has_errors() || counts.rejected > 0);
    let kept = options.effect == Effect::Store && !stopped;
    if kept {
        transaction.put_batch(&Batch {
            id: batch,
            file: name.to_string(),
            sha256: sha256.clone(),
            kind: kind.as_str().to_owned(),
            preset: options
                .map
                .map_or_else(|| options.preset.as_str().to_owned(), |map| map.name().to_owned()),
            map_sha256: options.map.map(|map| map.sha256().to_owned()),
            mode: options.mode.as_str().to_owned(),
            recorded_at: options.recorded_at.clone(),
            counts,
        })?;
        if !software.is_empty() {
            transaction.put_document(&software::document(
                batch,
                &options.recorded_at,
                &software,
            ))?;
        }
        transaction.commit()?;
    }
    let batch = kept.then_some(batch);
    Ok(Outcome {
        summary: Some(Summary { kind, batch, sha256, counts, missing, matches }),
        problems: problems.into_diagnostics(),
    })
}

/// The rows of an assets file.
pub(super) fn asset_rows<'o, R: Read>(
    table: Table<R>,
    map: Option<&AssetMap>,
    session: &mut Session<'_, 'o>,
) -> Result<AssetRows<'o, R>, Refused> {
    AssetRows::new(table, session.classes, map, session.date_order, &mut session.problems)
}
