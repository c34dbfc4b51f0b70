//! Every edit that SQL can make of a file is found by the audit.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::Value;

use super::SqliteStore;
use crate::import::{Input, OnError, Options, run};
use crate::ledger::note::Signer;
use crate::ledger::{Command, Finding};
use crate::store::{Access, BatchId, Document, Journal, Store as _};
use crate::vocabulary::ClassCatalogue;

const NOW: &str = "2026-11-20T12:00:00Z";

fn open(path: &Path, access: Access) -> SqliteStore {
    SqliteStore::open(path, "QZ1".parse().unwrap(), access, Journal::Rollback).unwrap()
}

fn import(store: &mut SqliteStore, source: &str, text: &str) {
    let classes = ClassCatalogue::shipped();
    let mut options = Options::new(&classes, NOW);
    options.source = Some(source.to_owned());
    options.on_error = OnError::Skip;
    let input = Input { name: format!("{source}.csv").into(), reader: text.as_bytes() };
    let outcome = run(store, input, options).unwrap();
    assert!(
        outcome.summary.is_some_and(|summary| summary.batch.is_some()),
        "{:?}",
        outcome.problems
    );
}

/// An estate with something in every table and, where it can be, every column.
fn estate(path: &Path) {
    let mut store = open(path, Access::Create);
    import(
        &mut store,
        "orgs",
        "ods_code,name,kind,parent,relation,from,until,tier,list_size,clinical_system,planned_close,merge_into\n\
         QZ1,ICB,icb,,,,,,,,,\n\
         Z99001,First,practice,QZ1,commissioned-by,2020-01-01,2030-01-01,1,9000,system-one,2029-01-01,Z99002\n\
         Z99002,Second,practice,QZ1,commissioned-by,,,,,,,\n",
    );
    import(
        &mut store,
        "models",
        "manufacturer,model,class,aliases,end_of_sale,end_of_support,life_years,facts,embodied_kgco2e,assurances\n\
         Dell,OptiPlex,desktop,Opti,2020-01-01,2026-01-01,5,ram_gib=8,331.5,epeat\n",
    );
    import(
        &mut store,
        "finance",
        "asset_tag,serial_number,class,site,purchase_cost,ram_gib,uefi,notes,last_seen\n\
         T1,S1,desktop,Z99001,612.50,8,true,a note,2026-01-01\nT2,S2,laptop,Z99002,,16,,,\nT3,,monitor,,,,,,\n",
    );
    import(&mut store, "scan", "serial_number,ram_gib,last_seen\nS1,16,2026-11-01\nS2,16,\n");
    import(&mut store, "wrong", "asset_tag,class,notes\nT3,,wrong\nT9,desktop,\n");
    let mut transaction = store.begin(Command::undo(BatchId(5), NOW)).unwrap();
    transaction.undo(BatchId(5)).unwrap();
    transaction.commit().unwrap();
    store.put_setting("organisation", "One ICB", NOW).unwrap();
    let plan = |id: &str| Document::new("plan", id, NOW, "{}", b"{\"a\":1}".to_vec());
    store.put_document(&plan("p1")).unwrap();
    store.put_document(&plan("p2")).unwrap();
    let head = store.head().unwrap();
    let note = Signer::new("refit.example/QZ1", &[7; 32]).unwrap().sign(&head);
    let mut transaction = store.begin(Command::new("checkpoint", NOW)).unwrap();
    transaction.put_checkpoint(head.size, &note).unwrap();
    transaction.commit().unwrap();
    let mut command = Command::new("note", NOW);
    command.id = Some("once".to_owned());
    store.begin(command).unwrap().commit().unwrap();
}

fn audit(path: &Path) -> Result<Vec<Finding>, String> {
    let store = SqliteStore::open(path, "QZ1".parse().unwrap(), Access::Read, Journal::Rollback)
        .map_err(|error| error.to_string())?;
    store.audit(&[]).map(|summary| summary.findings).map_err(|error| error.to_string())
}

/// Whether an edit of the file is found: by the audit, or because the file cannot be opened any more.
fn is_found(path: &Path) -> bool {
    audit(path).is_ok_and(|findings| !findings.is_empty()) || audit(path).is_err()
}

fn tables(connection: &Connection) -> Vec<(String, Vec<String>)> {
    let names: Vec<String> = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    names
        .into_iter()
        .map(|table| {
            let columns = connection
                .prepare("SELECT name FROM pragma_table_info(?1)")
                .unwrap()
                .query_map([&table], |row| row.get(0))
                .unwrap()
                .collect::<Result<_, _>>()
                .unwrap();
            (table, columns)
        })
        .collect()
}

/// Another value of the same type.
fn other(value: &Value, column: &str) -> Value {
    match value {
        Value::Null if column == "observations" => Value::Blob(vec![1]),
        Value::Null => Value::Null,
        Value::Integer(0) if column == "stated" => Value::Integer(1),
        Value::Integer(1) if ["stated", "uefi"].contains(&column) => Value::Integer(0),
        Value::Integer(number) => Value::Integer(number.wrapping_add(1)),
        Value::Real(number) => Value::Real(if number.to_bits() == 0 { 1.5 } else { 0.0 }),
        Value::Text(text) => {
            let mut letters: Vec<char> = text.chars().collect();
            match letters.last_mut() {
                Some(last) => *last = if *last == '1' { '2' } else { '1' },
                None => letters.push('1'),
            }
            Value::Text(letters.into_iter().collect())
        }
        Value::Blob(bytes) => {
            let mut bytes = bytes.clone();
            match bytes.last_mut() {
                Some(last) => *last ^= 1,
                None => bytes.push(1),
            }
            Value::Blob(bytes)
        }
    }
}

#[test]
fn every_edit_by_sql_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let sound = folder.path().join("sound.db");
    estate(&sound);
    assert_eq!(audit(&sound), Ok(Vec::new()));
    let edited = folder.path().join("edited.db");
    let connection = Connection::open(&sound).unwrap();
    let mut tried = 0;
    for (table, columns) in tables(&connection) {
        let rows: Vec<Vec<Value>> = connection
            .prepare(&format!("SELECT * FROM {table}"))
            .unwrap()
            .query_map([], |row| (0..columns.len()).map(|at| row.get(at)).collect())
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert!(!rows.is_empty(), "the estate has no row in {table}");
        for (number, row) in rows.iter().enumerate() {
            let matches: Vec<String> =
                columns.iter().zip(1..).map(|(column, at)| format!("{column} IS ?{at}")).collect();
            let matches = matches.join(" AND ");
            let attempt = |sql: String, extra: Vec<&Value>, what: String| {
                std::fs::copy(&sound, &edited).unwrap();
                let edit = Connection::open(&edited).unwrap();
                edit.pragma_update(None, "foreign_keys", false).unwrap();
                edit.pragma_update(None, "ignore_check_constraints", true).unwrap();
                let values: Vec<&dyn rusqlite::ToSql> = row
                    .iter()
                    .chain(extra)
                    .map(|value| -> &dyn rusqlite::ToSql { value })
                    .collect();
                // A change that the file's own rules refuse is no edit.
                let Ok(changed) = edit.execute(&sql, values.as_slice()) else { return 0 };
                assert_eq!(changed, 1, "{what}");
                drop(edit);
                assert!(is_found(&edited), "not found: {what}");
                1
            };
            let what = format!("{table} row {number}");
            tried += attempt(
                format!("DELETE FROM {table} WHERE {matches}"),
                vec![],
                format!("delete {what}"),
            );
            for (column, value) in columns.iter().zip(row) {
                let new = other(value, column);
                if new != *value {
                    let sql = format!(
                        "UPDATE {table} SET {column} = ?{} WHERE {matches}",
                        columns.len() + 1
                    );
                    tried += attempt(sql, vec![&new], format!("{what} {column}"));
                }
                if *value != Value::Null {
                    let sql = format!("UPDATE {table} SET {column} = NULL WHERE {matches}");
                    attempt(sql, vec![], format!("{what} {column} to nothing"));
                }
            }
        }
    }
    assert!(tried > 250, "{tried} edits were tried");
}

#[test]
fn inserts_re_ordering_truncation_and_a_changed_layout_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let sound = folder.path().join("sound.db");
    estate(&sound);
    let edits = [
        "INSERT INTO asset (estate, asset_tag, class, evidence) VALUES (1, 'NEW', 'laptop', x'')",
        "INSERT INTO asset (asset, estate, asset_tag, class, evidence) VALUES (-4, 1, 'NEW', 'laptop', x'')",
        "INSERT INTO setting VALUES (1, 'new', 'setting')",
        "INSERT INTO estate VALUES (9, 'QZ9')",
        "INSERT INTO event_page VALUES (1, 100000, x'00')",
        "INSERT INTO ledger VALUES (7, 0, x'')",
        "UPDATE asset SET asset = asset + 100",
        "UPDATE event_page SET first = -first WHERE first > 0",
        "DELETE FROM event_page WHERE first = (SELECT max(first) FROM event_page)",
        "DELETE FROM event_page; DELETE FROM ledger",
        "DELETE FROM asset",
        "UPDATE event_page SET events = (SELECT events FROM event_page WHERE first = 0) WHERE first > 0",
        "UPDATE asset SET ram_gib = ram_gib * 2",
        "UPDATE asset SET assigned_user = 'somebody'",
        "DROP INDEX asset_by_serial",
        "CREATE TABLE extra (a)",
        "CREATE TRIGGER quiet AFTER INSERT ON asset BEGIN DELETE FROM asset; END",
        "UPDATE command SET recorded_at = '2020-01-01T00:00:00Z'",
        "UPDATE document SET document = 100 - document",
    ];
    for sql in edits {
        let edited = folder.path().join("edited.db");
        std::fs::copy(&sound, &edited).unwrap();
        let edit = Connection::open(&edited).unwrap();
        edit.pragma_update(None, "foreign_keys", false).unwrap();
        edit.pragma_update(None, "ignore_check_constraints", true).unwrap();
        edit.execute_batch(sql).unwrap();
        drop(edit);
        assert!(is_found(&edited), "not found: {sql}");
    }
}

#[test]
fn a_ledger_that_was_written_anew_is_found_by_an_older_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("one.db"), folder.path().join("two.db"));
    estate(&one);
    let mut store = open(&two, Access::Create);
    import(&mut store, "finance", "asset_tag,class\nT1,desktop\nT2,laptop\nT3,laptop\n");
    let outside = open(&one, Access::Read).audit(&[3]).unwrap();
    let again = open(&two, Access::Read).audit(&[3]).unwrap();
    assert_eq!((outside.findings, again.findings), (Vec::new(), Vec::new()));
    assert_ne!(outside.heads, again.heads);
}
