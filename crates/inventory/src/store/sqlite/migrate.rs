//! The layout of the file, as numbered steps.

use rusqlite::Connection;

use super::adopt;
use super::faults::Faults as _;
use crate::store::{StoreError, StoreFault};

/// The steps, oldest first. The layout's version is their number; a step is never changed once it is released.
const STEPS: &[&str] = &[
    include_str!("migrations/0001_register.sql"),
    include_str!("migrations/0002_documents.sql"),
    include_str!("migrations/0003_ledger.sql"),
];

/// The step from which on everything is in the ledger.
const LEDGER: u32 = 3;

/// The layout of a new file, which the steps add up to.
pub(super) const FULL: &str = include_str!("schema.sql");

/// The layout's version that this refit writes.
pub(super) fn newest() -> u32 {
    u32::try_from(STEPS.len()).unwrap_or(u32::MAX)
}

/// The version of a file's layout; 0 for a new file.
pub(super) fn version(connection: &Connection, name: &str) -> Result<u32, StoreError> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0)).or_fault(name)
}

/// Applies the steps that a file lacks, each in a transaction of its own.
pub(super) fn migrate(
    connection: &mut Connection,
    name: &str,
    recorded_at: &str,
) -> Result<(), StoreError> {
    let from = version(connection, name)?;
    if from > newest() {
        return Err(newer(name, from));
    }
    for (number, step) in (1_u32..).zip(STEPS).filter(|(number, _)| *number > from) {
        let transaction = connection
            .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
            .or_fault(name)?;
        // Another process may have taken the step while this one waited for the lock.
        if version(&transaction, name)? < number {
            transaction.execute_batch(step).or_fault(name)?;
            if number == LEDGER {
                adopt::adopt(&transaction, name, recorded_at)?;
            }
            transaction.pragma_update(None, "user_version", number).or_fault(name)?;
        }
        transaction.commit().or_fault(name)?;
    }
    Ok(())
}

/// Lays out an empty file at once, so that no other process ever sees half of it.
pub(super) fn create(
    connection: &mut Connection,
    name: &str,
    application_id: i32,
) -> Result<(), StoreError> {
    let transaction = connection
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .or_fault(name)?;
    // Another process may have made it while this one waited for the lock.
    if version(&transaction, name)? == 0 {
        for (number, step) in (1_u32..).zip(STEPS) {
            transaction.execute_batch(step).or_fault(name)?;
            if number == LEDGER {
                adopt::adopt(&transaction, name, "")?;
            }
        }
        transaction.pragma_update(None, "user_version", newest()).or_fault(name)?;
        transaction.pragma_update(None, "application_id", application_id).or_fault(name)?;
    }
    transaction.commit().or_fault(name)
}

/// The refusal of a file that a newer refit changed.
pub(super) fn newer(name: &str, found: u32) -> StoreError {
    let detail = format!("its layout is version {found}, this refit knows version {}", newest());
    StoreError::new(StoreFault::Newer, name, detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Field, Group};
    use crate::store::cell::CellType;

    fn layout(connection: &Connection) -> Vec<(String, String)> {
        let mut statement = connection
            .prepare("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
            .unwrap();
        let mut all: Vec<(String, String)> = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        all.sort();
        all
    }

    #[test]
    fn the_steps_add_up_to_the_full_layout() {
        let mut stepped = Connection::open_in_memory().unwrap();
        migrate(&mut stepped, "memory", "").unwrap();
        assert_eq!(version(&stepped, "memory").unwrap(), newest());
        let full = Connection::open_in_memory().unwrap();
        full.execute_batch(FULL).unwrap();
        assert_eq!(layout(&stepped), layout(&full));
        migrate(&mut stepped, "memory", "").unwrap();
    }

    #[test]
    fn the_asset_table_has_one_typed_column_a_field() {
        let full = Connection::open_in_memory().unwrap();
        full.execute_batch(FULL).unwrap();
        let mut statement =
            full.prepare("SELECT name, type FROM pragma_table_info('asset')").unwrap();
        let columns: Vec<(String, String)> = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let mut expected = vec![("asset".to_owned(), "INTEGER".to_owned())];
        expected.push(("estate".to_owned(), "INTEGER".to_owned()));
        for field in Field::all().filter(|field| field.group() != Group::Derived) {
            let kind = match CellType::of(field.kind()) {
                CellType::Integer => "INTEGER",
                CellType::Text => "TEXT",
            };
            expected.push((field.word().to_owned(), kind.to_owned()));
        }
        expected.push(("evidence".to_owned(), "BLOB".to_owned()));
        expected.push(("observations".to_owned(), "BLOB".to_owned()));
        assert_eq!(columns, expected);
    }

    #[test]
    fn a_newer_layout_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "user_version", newest() + 1).unwrap();
        let error = migrate(&mut connection, "x.db", "").unwrap_err();
        assert_eq!(error.fault, StoreFault::Newer);
    }
}
