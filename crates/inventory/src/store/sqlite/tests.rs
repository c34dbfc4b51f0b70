use std::path::Path;

use rusqlite::Connection;

use super::{Access, Journal, SqliteStore};
use crate::ledger::Command;
use crate::store::{Document, Store as _, StoreFault};
use crate::vocabulary::EstateId;

fn open(path: &Path, access: Access) -> Result<SqliteStore, StoreFault> {
    let estate: EstateId = "QZ1".parse().unwrap();
    SqliteStore::open(path, estate, access, Journal::WriteAhead).map_err(|error| error.fault)
}

#[test]
fn files_that_are_not_ours_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "not a database").unwrap();
    assert_eq!(open(&text, Access::Create).unwrap_err(), StoreFault::Foreign);
    assert_eq!(std::fs::read(&text).unwrap(), b"not a database");
    let other = folder.path().join("other.db");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    assert_eq!(open(&other, Access::Create).unwrap_err(), StoreFault::Foreign);
    assert_eq!(
        open(&folder.path().join("none.db"), Access::Read).unwrap_err(),
        StoreFault::Missing
    );
    let no_folder = folder.path().join("no/such/folder.db");
    assert_eq!(open(&no_folder, Access::Create).unwrap_err(), StoreFault::Open);
}

#[test]
fn newer_and_older_layouts_are_refused_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("estate.db");
    drop(open(&path, Access::Create).unwrap());
    let set = |version: u32| {
        Connection::open(&path).unwrap().pragma_update(None, "user_version", version).unwrap();
    };
    set(99);
    assert_eq!(open(&path, Access::Read).unwrap_err(), StoreFault::Newer);
    assert_eq!(
        SqliteStore::migrate(&path, "2026-11-21T12:00:00Z").unwrap_err().fault,
        StoreFault::Newer
    );
    set(1);
    assert_eq!(open(&path, Access::Write).unwrap_err(), StoreFault::Older);
}

/// One file of each older layout, as the refit of its day wrote it.
const OLDER: &[(u32, &str)] = &[(2, include_str!("fixtures/layout-2.sql"))];

#[test]
fn files_of_every_older_layout_migrate_and_keep_what_they_held() {
    for (version, dump) in OLDER {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("estate.db");
        let old = Connection::open(&path).unwrap();
        old.execute_batch(dump).unwrap();
        let found: u32 = old.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
        assert_eq!(found, *version);
        let cells = |connection: &Connection| -> Vec<String> {
            let sql = "SELECT asset_tag || ',' || coalesce(ram_gib, 0) || hex(evidence) FROM asset
                       UNION ALL SELECT kind || id || sha256 FROM document
                       UNION ALL SELECT code || name FROM organisation
                       UNION ALL SELECT name || facts FROM model
                       UNION ALL SELECT batch || file FROM batch";
            let mut statement = connection.prepare(sql).unwrap();
            let rows = statement.query_map([], |row| row.get::<_, Option<String>>(0)).unwrap();
            rows.map(|row| row.unwrap().unwrap_or_default()).collect()
        };
        let before = cells(&old);
        drop(old);
        let estate = || -> EstateId { "estate".parse().unwrap() };
        let open = |access| SqliteStore::open(&path, estate(), access, Journal::WriteAhead);
        assert_eq!(open(Access::Write).unwrap_err().fault, StoreFault::Older);
        SqliteStore::migrate(&path, "2026-11-21T12:00:00Z").unwrap();
        SqliteStore::migrate(&path, "2026-11-22T12:00:00Z").unwrap();
        let mut store = open(Access::Write).unwrap();
        assert_eq!(cells(&store.connection), before);
        assert_eq!(store.register().unwrap().len(), 3);
        assert_eq!(store.audit(&[]).unwrap().findings, []);
        let ids: Vec<String> =
            store.documents("plan").unwrap().into_iter().map(|about| about.id).collect();
        assert_eq!(ids, ["p1", "p2"]);
        store.put_setting("name", "after", "2026-11-23").unwrap();
        assert_eq!(store.audit(&[]).unwrap().findings, []);
        let moment =
            crate::ledger::Moment { as_of: Some("2020-01-01".parse().unwrap()), recorded_by: None };
        assert_eq!(store.register_at(&moment).unwrap().len(), 3);
    }
}

#[test]
fn a_second_writer_is_told_that_the_estate_is_locked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("estate.db");
    let mut first = open(&path, Access::Create).unwrap();
    let mut second = open(&path, Access::Write).unwrap();
    second.connection.busy_timeout(std::time::Duration::from_millis(20)).unwrap();
    let transaction = first.begin(Command::new("test", "2026-11-21")).unwrap();
    assert_eq!(
        second.begin(Command::new("test", "2026-11-21")).err().map(|error| error.fault),
        Some(StoreFault::Locked)
    );
    assert_eq!(second.count_assets().unwrap(), 0, "readers go on");
    drop(transaction);
    assert!(second.begin(Command::new("test", "2026-11-21")).is_ok());
}

#[test]
fn a_full_disk_is_an_error_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("estate.db");
    let mut store = open(&path, Access::Create).unwrap();
    store.put_document(&Document::new("plan", "small", "t", "{}", vec![1; 10])).unwrap();
    let pages: i64 = store.connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    store.connection.pragma_update(None, "max_page_count", pages + 4).unwrap();
    let large = Document::new("plan", "large", "t", "{}", vec![1; 1_000_000]);
    assert_eq!(store.put_document(&large).unwrap_err().fault, StoreFault::Full);
    assert_eq!(store.documents("plan").unwrap().len(), 1);
}

#[test]
fn damage_is_an_error_and_never_a_wrong_answer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("estate.db");
    let mut store = open(&path, Access::Create).unwrap();
    store.put_document(&Document::new("plan", "p", "t", "{}", vec![7; 100])).unwrap();
    store.connection.execute("UPDATE document SET content = zeroblob(100)", []).unwrap();
    let error = store.document("plan", "p").unwrap_err();
    assert_eq!(error.fault, StoreFault::Content);
    assert_eq!(
        error.to_diagnostic().message,
        format!(
            "a stored value cannot be understood: `{}`: the plan `p` has not the content of its hash",
            path.display()
        )
    );
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)", []).ok();
    drop(store);
    let mut bytes = std::fs::read(&path).unwrap();
    let end = bytes.len();
    bytes[4096..end].fill(0xAB);
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(open(&path, Access::Write).unwrap_err(), StoreFault::Corrupt);
}

#[test]
fn estates_in_one_file_do_not_see_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("estate.db");
    let mut one = open(&path, Access::Create).unwrap();
    one.put_setting("name", "one", "2026-11-21").unwrap();
    let other: EstateId = "QZ2".parse().unwrap();
    let mut two = SqliteStore::open(&path, other, Access::Write, Journal::WriteAhead).unwrap();
    two.put_setting("name", "two", "2026-11-21").unwrap();
    assert_eq!(one.settings().unwrap()["name"], "one");
    assert_eq!(one.info().unwrap().estates, ["QZ1", "QZ2"]);
}

#[test]
fn info_and_backup_tell_and_copy_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("estate.db");
    let mut store = open(&path, Access::Create).unwrap();
    store.put_setting("name", "one", "2026-11-21").unwrap();
    let info = store.info().unwrap();
    assert_eq!((info.journal_mode.as_str(), info.layout_version), ("wal", info.newest_layout));
    assert_eq!(info.damage, Vec::<String>::new());
    assert_eq!(store.integrity_check().unwrap(), Vec::<String>::new());
    let copy = folder.path().join("copy.db");
    store.backup(&copy).unwrap();
    assert!(store.backup(&copy).is_err(), "a copy is never overwritten");
    assert_eq!(open(&copy, Access::Read).unwrap().settings().unwrap()["name"], "one");
}

/// The names of the files in a folder, sorted.
fn files_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn one_file_is_left_whoever_closes_last() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("estate.db");
    let mut writer = open(&path, Access::Create).unwrap();
    writer.put_setting("name", "one", "2026-01-01T09:00:00Z").unwrap();
    let reader = open(&path, Access::Read).unwrap();
    assert_eq!(files_in(folder.path()), ["estate.db", "estate.db-shm", "estate.db-wal"]);
    drop(writer);
    assert_eq!(reader.settings().unwrap()["name"], "one");
    drop(reader);
    assert_eq!(files_in(folder.path()), ["estate.db"]);
    let reader = open(&path, Access::Read).unwrap();
    assert_eq!(reader.settings().unwrap()["name"], "one");
    drop(reader);
    assert_eq!(files_in(folder.path()), ["estate.db"]);
}

#[test]
fn what_is_open_for_reading_cannot_be_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("estate.db");
    drop(open(&path, Access::Create).unwrap());
    let before = std::fs::read(&path).unwrap();
    let mut reader = open(&path, Access::Read).unwrap();
    let refused =
        reader.put_setting("name", "one", "2026-01-01T09:00:00Z").map_err(|error| error.fault);
    assert_eq!(refused, Err(StoreFault::ReadOnly));
    drop(reader);
    assert!(std::fs::read(&path).unwrap() == before, "the file changed");
}

#[cfg(unix)]
#[test]
fn a_copy_in_a_read_only_folder_can_be_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("shared");
    std::fs::create_dir(&inner).unwrap();
    let path = inner.join("estate.db");
    open(&path, Access::Create).unwrap().put_setting("name", "one", "2026-11-21").unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let lock = |mode: u32, target: &Path| {
        std::fs::set_permissions(target, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    lock(0o400, &path);
    lock(0o500, &inner);
    let read = open(&path, Access::Read).map(|store| store.settings().unwrap());
    lock(0o700, &inner);
    assert_eq!(read.unwrap()["name"], "one");
}
