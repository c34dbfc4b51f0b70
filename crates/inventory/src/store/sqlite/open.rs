//! Opening a file safely: it is ours, its layout is known, it is durable, and nothing in it is trusted to run.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Read as _};
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, TransactionBehavior};

use super::SqliteStore;
use super::faults::Faults as _;
use super::{ledger, migrate};
use crate::store::{StoreError, StoreFault};
use crate::vocabulary::EstateId;

/// `RFIT`: marks a SQLite file as an estate of refit.
const APPLICATION_ID: i32 = 0x5246_4954;
const HEADER: &[u8] = b"SQLite format 3\0";
/// How long a writer waits for another: an import of a million devices takes less.
const BUSY: Duration = Duration::from_secs(60);

/// What a command may do with the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Read an estate that exists; works for read-only files and folders too.
    Read,
    /// Change an estate that exists.
    Write,
    /// Change an estate, which is made if it does not exist.
    Create,
}

/// How changes are made durable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Journal {
    /// Write-ahead log: readers and one writer at the same time. Not for network drives.
    WriteAhead,
    /// Rollback journal: for network drives, where the write-ahead log does not work.
    Rollback,
}

/// What `refit db info` and `refit doctor` tell of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoreInfo {
    /// The library's version.
    pub sqlite_version: String,
    /// The layout's version.
    pub layout_version: u32,
    /// The newest layout that this refit writes.
    pub newest_layout: u32,
    /// The mark of the program that made the file.
    pub application_id: i32,
    /// `wal` or `delete`.
    pub journal_mode: String,
    /// Bytes of the file proper.
    pub bytes: u64,
    /// Bytes of it that are free for reuse.
    pub free_bytes: u64,
    /// Names of the estates in the file.
    pub estates: Vec<String>,
    /// What the database's quick check found; empty when all is well.
    pub damage: Vec<String>,
}

impl SqliteStore {
    /// Opens an estate's file, making or laying it out when `access` permits.
    ///
    /// # Errors
    /// [`StoreError`] when the file is missing, is not an estate of refit, has another layout, or cannot be opened.
    pub fn open(
        path: &Path,
        estate: EstateId,
        access: Access,
        journal: Journal,
    ) -> Result<Self, StoreError> {
        let name = path.display().to_string();
        let exists = check_header(path, &name)?;
        if !exists && access != Access::Create {
            return Err(StoreError::new(StoreFault::Missing, &name, None));
        }
        if !exists {
            // Another process may make it at the same moment.
            create(path, &name, true)?;
        }
        let mut connection = connect(path, access, &name)?;
        protect(&connection, &name)?;
        let blank = check_owner(&connection, &name)?;
        if access == Access::Read {
            connection.pragma_update(None, "query_only", true).or_fault(&name)?;
        } else {
            let mode = match journal {
                Journal::WriteAhead => "WAL",
                Journal::Rollback => "DELETE",
            };
            set_journal(&connection, mode, &name)?;
        }
        if blank && access == Access::Create {
            migrate::create(&mut connection, &name, APPLICATION_ID)?;
        }
        check_layout(&connection, &name)?;
        let estate_key = estate_key(&connection, &name, &estate, access)?;
        Ok(Self { connection, name, estate, estate_key, access })
    }

    /// Applies the layout steps that a file lacks, and records that at the moment given.
    ///
    /// # Errors
    /// [`StoreError`] when the file is not an estate of refit or cannot be changed.
    pub fn migrate(path: &Path, recorded_at: &str) -> Result<(), StoreError> {
        let name = path.display().to_string();
        if !check_header(path, &name)? {
            return Err(StoreError::new(StoreFault::Missing, &name, None));
        }
        let mut connection = connect(path, Access::Write, &name)?;
        protect(&connection, &name)?;
        check_owner(&connection, &name)?;
        migrate::migrate(&mut connection, &name, recorded_at)
    }

    /// The path as the user gave it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the file says of itself; runs the database's quick check, which reads all of it.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn info(&self) -> Result<StoreInfo, StoreError> {
        let name = &self.name;
        let number = |pragma: &str| -> Result<u64, StoreError> {
            self.connection
                .query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0))
                .or_fault(name)
        };
        let texts = |sql: &str| -> Result<Vec<String>, StoreError> {
            let mut statement = self.connection.prepare(sql).or_fault(name)?;
            let rows = statement.query_map([], |row| row.get(0)).or_fault(name)?;
            rows.collect::<Result<_, _>>().or_fault(name)
        };
        let page = number("page_size")?;
        let mut damage = texts("PRAGMA quick_check(20)")?;
        damage.retain(|line| line != "ok");
        Ok(StoreInfo {
            sqlite_version: rusqlite::version().to_owned(),
            layout_version: migrate::version(&self.connection, name)?,
            newest_layout: migrate::newest(),
            application_id: application_id(&self.connection, name)?,
            journal_mode: texts("PRAGMA journal_mode")?.concat(),
            bytes: page.saturating_mul(number("page_count")?),
            free_bytes: page.saturating_mul(number("freelist_count")?),
            estates: texts("SELECT name FROM estate ORDER BY name")?,
            damage,
        })
    }

    /// Every finding of the database's full integrity check; empty when all is well.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn integrity_check(&self) -> Result<Vec<String>, StoreError> {
        let mut statement =
            self.connection.prepare("PRAGMA integrity_check(100)").or_fault(&self.name)?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).or_fault(&self.name)?;
        let mut found: Vec<String> = rows.collect::<Result<_, _>>().or_fault(&self.name)?;
        found.retain(|line| line != "ok");
        Ok(found)
    }

    /// Copies the file as of one moment to a path that must not exist, while others may write.
    ///
    /// # Errors
    /// [`StoreError`] when the copy exists already or cannot be written.
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        let target = to.display().to_string();
        create(to, &target, false)?;
        let mut copy = Connection::open(to).or_fault(&target)?;
        let backup =
            rusqlite::backup::Backup::new(&self.connection, &mut copy).or_fault(&target)?;
        backup.run_to_completion(4096, Duration::ZERO, None).or_fault(&target)
    }
}

/// Whether the file exists and is not empty; a file with another header is refused before SQLite sees it.
fn check_header(path: &Path, name: &str) -> Result<bool, StoreError> {
    let open_error = |error: std::io::Error| StoreError {
        fault: StoreFault::Open,
        store: name.to_owned(),
        detail: None,
        source: Some(Box::new(error)),
    };
    let mut file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(open_error(error)),
    };
    let mut start = Vec::new();
    let length = u64::try_from(HEADER.len()).unwrap_or(0);
    file.by_ref().take(length).read_to_end(&mut start).map_err(open_error)?;
    if !start.is_empty() && start != HEADER {
        return Err(StoreError::new(
            StoreFault::Foreign,
            name,
            "it does not begin as a SQLite database does".to_owned(),
        ));
    }
    Ok(true)
}

/// Makes an empty file that only its owner can read, where the system knows owners.
fn create(path: &Path, name: &str, may_exist: bool) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let made = options.open(path).map(drop);
    if may_exist && made.as_ref().is_err_and(|error| error.kind() == ErrorKind::AlreadyExists) {
        return Ok(());
    }
    made.map_err(|error| StoreError {
        fault: match error.kind() {
            ErrorKind::StorageFull => StoreFault::Full,
            ErrorKind::ReadOnlyFilesystem => StoreFault::ReadOnly,
            _ => StoreFault::Open,
        },
        store: name.to_owned(),
        detail: None,
        source: Some(Box::new(error)),
    })
}

/// Opens the file; readers too with the right to write, because only such a connection takes the log with it when it is the
/// last to close: one that was opened for reading alone would leave `-wal` and `-shm` beside the estate.
fn connect(path: &Path, access: Access, name: &str) -> Result<Connection, StoreError> {
    let base = OpenFlags::SQLITE_OPEN_NO_MUTEX;
    // SQLite falls back to reading where the file cannot be written.
    let connection = Connection::open_with_flags(path, base | OpenFlags::SQLITE_OPEN_READ_WRITE)
        .or_fault(name)?;
    if access != Access::Read {
        if connection.is_readonly("main").or_fault(name)? {
            return Err(StoreError::new(StoreFault::ReadOnly, name, None));
        }
        return Ok(connection);
    }
    let probe =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0));
    let cannot_share = matches!(
        probe.as_ref().map_err(rusqlite::Error::sqlite_error_code),
        Err(Some(rusqlite::ErrorCode::CannotOpen | rusqlite::ErrorCode::ReadOnly))
    );
    // A copy in a read-only folder cannot have the files that sharing needs; without a log nobody else is writing.
    let log = path.with_file_name(format!(
        "{}-wal",
        path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default()
    ));
    if cannot_share && !log.exists() {
        let read = base | OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let uri = format!("file:{}?immutable=1", escape_uri(&path.to_string_lossy()));
        return Connection::open_with_flags(uri, read).or_fault(name);
    }
    probe.or_fault(name)?;
    Ok(connection)
}

/// Changes the journal, unless it is the one wanted. SQLite does not wait by itself here while another process makes the
/// same file.
fn set_journal(connection: &Connection, mode: &str, name: &str) -> Result<(), StoreError> {
    let found: String =
        connection.query_row("PRAGMA journal_mode", [], |row| row.get(0)).or_fault(name)?;
    if found.eq_ignore_ascii_case(mode) {
        return Ok(());
    }
    let mut tries = 0_u32;
    loop {
        let set = connection.query_row(&format!("PRAGMA journal_mode = {mode}"), [], |_| Ok(()));
        match set.or_fault(name) {
            Err(error) if error.fault == StoreFault::Locked && tries < 200 => {
                tries = tries.saturating_add(1);
                std::thread::park_timeout(Duration::from_millis(25));
            }
            other => return other,
        }
    }
}

fn escape_uri(path: &str) -> String {
    path.replace('%', "%25").replace('?', "%3f").replace('#', "%23")
}

/// Settings that keep a hostile or damaged file from doing harm.
fn protect(connection: &Connection, name: &str) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY).or_fault(name)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true).or_fault(name)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false).or_fault(name)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false).or_fault(name)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false).or_fault(name)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0).or_fault(name)?;
    // For readers too: the last of them may write the log back into the file.
    connection.pragma_update(None, "synchronous", "FULL").or_fault(name)?;
    connection.pragma_update(None, "cell_size_check", true).or_fault(name)?;
    connection.pragma_update(None, "foreign_keys", true).or_fault(name)?;
    // 64 MiB: the pages that an import of a million rows touches again.
    connection.pragma_update(None, "cache_size", -65_536_i64).or_fault(name)
}

fn application_id(connection: &Connection, name: &str) -> Result<i32, StoreError> {
    connection.query_row("PRAGMA application_id", [], |row| row.get(0)).or_fault(name)
}

/// True for a database with nothing in it; another program's database is refused.
fn check_owner(connection: &Connection, name: &str) -> Result<bool, StoreError> {
    let found = application_id(connection, name)?;
    if found == APPLICATION_ID {
        return Ok(false);
    }
    let objects: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .or_fault(name)?;
    if found == 0 && objects == 0 {
        return Ok(true);
    }
    let detail = "it is a SQLite database of another program".to_owned();
    Err(StoreError::new(StoreFault::Foreign, name, detail))
}

fn check_layout(connection: &Connection, name: &str) -> Result<(), StoreError> {
    let found = migrate::version(connection, name)?;
    if found > migrate::newest() {
        return Err(migrate::newer(name, found));
    }
    if found < migrate::newest() {
        let detail = format!(
            "its layout is version {found}, this refit writes version {}",
            migrate::newest()
        );
        return Err(StoreError::new(StoreFault::Older, name, detail));
    }
    Ok(())
}

/// The file's number for an estate; an estate that is not in the file yet gets one when it may be written.
fn estate_key(
    connection: &Connection,
    name: &str,
    estate: &EstateId,
    access: Access,
) -> Result<i64, StoreError> {
    let find = || -> Result<Option<i64>, StoreError> {
        connection
            .query_row("SELECT estate FROM estate WHERE name = ?1", [estate.as_str()], |row| {
                row.get(0)
            })
            .optional()
            .or_fault(name)
    };
    if let Some(key) = find()? {
        return Ok(key);
    }
    if access == Access::Read {
        // No row has this number, so that the estate reads as empty.
        return Ok(0);
    }
    let transaction =
        rusqlite::Transaction::new_unchecked(connection, TransactionBehavior::Immediate)
            .or_fault(name)?;
    // Another process may have made it while this one waited for the lock.
    let key = if let Some(key) = find()? {
        key
    } else {
        transaction
            .execute("INSERT INTO estate (name) VALUES (?1)", [estate.as_str()])
            .or_fault(name)?;
        let key = transaction.last_insert_rowid();
        ledger::found_estate(&transaction, name, key, estate.as_str())?;
        key
    };
    transaction.commit().or_fault(name)?;
    Ok(key)
}
