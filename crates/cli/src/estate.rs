//! The estate that commands work on.

use std::path::Path;

use inventory::store::{Access, Journal, StoreError};
use inventory::{ClassCatalogue, EstateId, Filter, Register, SqliteStore, Store};
use planner::document::Input;

use crate::context::Context;
use crate::failure::Failure;

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        error.to_diagnostic().into()
    }
}

/// Opens the estate that `--db` names.
///
/// # Errors
/// When it is missing (unless `access` makes it), is no estate of refit, or cannot be opened.
pub fn open(context: &Context, access: Access) -> Result<SqliteStore, Failure> {
    Ok(open_store(context, access)?)
}

/// As [`open`], with the store's own error.
///
/// # Errors
/// As [`open`].
pub fn open_store(context: &Context, access: Access) -> Result<SqliteStore, StoreError> {
    let journal =
        if network_drive(context.db()).is_some() { Journal::Rollback } else { Journal::WriteAhead };
    SqliteStore::open(context.db(), EstateId::default(), access, journal)
}

/// Everything of the estate that `--db` names.
///
/// # Errors
/// As [`open`], and when the estate holds what refit does not write.
pub fn register(context: &Context) -> Result<Register, Failure> {
    Ok(open(context, Access::Read)?.register_at(&context.moment())?)
}

/// The files that an estate was made of, as inputs of an output.
///
/// # Errors
/// When the estate cannot be read.
pub fn inputs(store: &dyn Store) -> Result<Vec<Input>, Failure> {
    let batches = store.batches()?;
    Ok(batches.into_iter().map(|batch| Input { name: batch.file, sha256: batch.sha256 }).collect())
}

/// The devices that `--where` is about, in the register's order; all of them without it.
///
/// # Errors
/// When the filter cannot be read.
pub fn select(register: &Register, filter: Option<&str>) -> Result<Vec<usize>, Failure> {
    let Some(text) = filter else { return Ok((0..register.len()).collect()) };
    let filter = Filter::parse("--where", text, &ClassCatalogue::shipped())
        .map_err(|problem| Failure::from(*problem))?;
    Ok(filter.select(register))
}

/// The kind of network drive that a path lies on, if it does; there the write-ahead log does not work.
pub fn network_drive(path: &Path) -> Option<String> {
    let text = path.to_string_lossy();
    if text.starts_with(r"\\") || text.starts_with("//") {
        return Some("a network share".to_owned());
    }
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok()?;
    let mounts = std::fs::read_to_string("/proc/self/mounts").ok()?;
    let mut nearest: Option<(usize, &str)> = None;
    for line in mounts.lines() {
        let mut words = line.split(' ').skip(1);
        let (Some(mount), Some(kind)) = (words.next(), words.next()) else { continue };
        let length = mount.len();
        if folder.starts_with(mount) && nearest.is_none_or(|(most, _)| length >= most) {
            nearest = Some((length, kind));
        }
    }
    let (_, kind) = nearest?;
    let is_remote =
        ["nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "9p", "fuse.sshfs", "davfs"];
    is_remote.contains(&kind).then(|| kind.to_owned())
}
