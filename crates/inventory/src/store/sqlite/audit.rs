//! The audit of a file: the log by itself, then every table against what the events add up to.

use std::collections::BTreeMap;

use rusqlite::fallible_streaming_iterator::FallibleStreamingIterator as _;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::faults::Faults as _;
use super::ledger::{self, SqlitePages};
use super::read;
use super::{migrate, statements};
use crate::catalogue::Field;
use crate::ledger::{
    Finding, Head, LogAudit, Moment, Owned, Replay, Summary, Table, note::Checkpoint,
};
use crate::store::cell::Cell;
use crate::store::{Document, StoreError, StoredAsset};
use crate::vocabulary::{AssetTag, SerialNumber};

/// The most findings that are listed.
const MOST: usize = 1_000;

/// Audits the whole file; the head that is told is that of one estate.
pub(super) fn run(
    connection: &Connection,
    name: &str,
    key: i64,
    sizes: &[u64],
) -> Result<Summary, StoreError> {
    let mut findings = Vec::new();
    layout(connection, name, &mut findings)?;
    strangers(connection, name, &mut findings)?;
    let mut statement = connection.prepare("SELECT estate FROM estate").or_fault(name)?;
    let keys = statement.query_map([], |row| row.get(0)).or_fault(name)?;
    let mut summary = Summary {
        head: Head { size: 0, root: crate::ledger::tree::root(&[]) },
        commands: 0,
        devices: 0,
        heads: Vec::new(),
        findings: Vec::new(),
    };
    for estate in keys.collect::<Result<Vec<i64>, _>>().or_fault(name)? {
        let mut audit =
            Audit { connection, name, estate, findings: Vec::new(), devices: 0, commands: 0 };
        let (head, heads) = audit.run(if estate == key { sizes } else { &[] })?;
        if estate == key {
            summary.head = head;
            summary.commands = audit.commands;
            summary.devices = audit.devices;
            summary.heads = heads;
        }
        findings.append(&mut audit.findings);
    }
    findings.truncate(MOST);
    summary.findings = findings;
    Ok(summary)
}

/// The layout must be the one that refit writes: no index or table more or less.
fn layout(
    connection: &Connection,
    name: &str,
    findings: &mut Vec<Finding>,
) -> Result<(), StoreError> {
    let wanted = Connection::open_in_memory().or_fault(name)?;
    wanted.execute_batch(migrate::FULL).or_fault(name)?;
    let read = |connection: &Connection| -> Result<BTreeMap<String, String>, StoreError> {
        let sql = "SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%'";
        let mut statement = connection.prepare(sql).or_fault(name)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).or_fault(name)?;
        rows.collect::<Result<_, _>>().or_fault(name)
    };
    let (wanted, found) = (read(&wanted)?, read(connection)?);
    for (what, sql) in &wanted {
        if found.get(what) != Some(sql) {
            findings.push(Finding::new("sqlite_schema", what.as_str(), "missing or changed"));
        }
    }
    for what in found.keys().filter(|what| !wanted.contains_key(*what)) {
        findings.push(Finding::new("sqlite_schema", what.as_str(), "not made by refit"));
    }
    let mut statement = connection.prepare("PRAGMA integrity_check(100)").or_fault(name)?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0)).or_fault(name)?;
    for line in rows {
        let line = line.or_fault(name)?;
        if line != "ok" {
            findings.push(Finding::new("file", "integrity check", line));
        }
    }
    Ok(())
}

/// Rows of estates that are none.
fn strangers(
    connection: &Connection,
    name: &str,
    findings: &mut Vec<Finding>,
) -> Result<(), StoreError> {
    let small =
        Table::ALL.iter().filter(|table| **table != Table::Estate).map(|table| table.name());
    for table in small.chain(["asset", "event_page", "ledger"]) {
        let sql = format!(
            "SELECT estate, count(*) FROM {table} NOT INDEXED WHERE estate NOT IN (SELECT estate FROM estate) GROUP BY estate"
        );
        let mut statement = connection.prepare(&sql).or_fault(name)?;
        let mut rows = statement.query([]).or_fault(name)?;
        while let Some(row) = rows.next().or_fault(name)? {
            let (estate, count): (i64, i64) =
                (row.get(0).or_fault(name)?, row.get(1).or_fault(name)?);
            let what = format!("{count} rows belong to estate number {estate}, which is none");
            findings.push(Finding::new(table, estate.to_string(), what));
        }
    }
    Ok(())
}

/// The audit of one estate.
struct Audit<'c> {
    connection: &'c Connection,
    name: &'c str,
    estate: i64,
    findings: Vec<Finding>,
    devices: u64,
    commands: u64,
}

impl Audit<'_> {
    fn found(&mut self, place: &str, row: impl Into<String>, what: impl Into<String>) {
        if self.findings.len() < MOST {
            self.findings.push(Finding::new(place, row, what));
        }
    }

    fn run(&mut self, sizes: &[u64]) -> Result<(Head, Vec<Head>), StoreError> {
        let stored = self.rows(Table::Checkpoint)?;
        let notes: BTreeMap<u64, String> = stored
            .iter()
            .filter_map(|row| match (row.first()?, row.get(1)?) {
                (Some(Cell::Integer(size)), Some(Cell::Text(note))) => {
                    Some((u64::try_from(*size).ok()?, note.clone().into_owned()))
                }
                _ => None,
            })
            .collect();
        let mut wanted: Vec<u64> = notes.keys().chain(sizes).copied().collect();
        wanted.sort_unstable();
        let pages = SqlitePages::new(self.connection, self.name, self.estate);
        let mut log = LogAudit::run(&pages, &wanted)?;
        let head = Head::of(&log.frontier);
        let heads = sizes
            .iter()
            .filter_map(|size| log.heads.get(size).map(|root| Head { size: *size, root: *root }));
        let heads: Vec<Head> = heads.collect();
        let sound = log.findings.is_empty();
        self.findings.append(&mut log.findings);
        match ledger::frontier(self.connection, self.name, self.estate) {
            Ok(kept) if kept == log.frontier => {}
            Ok(kept) => {
                let what = format!(
                    "the ledger should hold {} events with root {}, it holds {} with root {}",
                    kept.size(),
                    crate::import::hex(&kept.root()),
                    head.size,
                    crate::import::hex(&head.root)
                );
                self.found("ledger", kept.size().min(head.size).to_string(), what);
            }
            Err(error) => self.found("ledger", "head", error.to_string()),
        }
        for (size, note) in notes {
            let agrees = Checkpoint::parse(&note).is_ok_and(|note| {
                note.head.size == size && log.heads.get(&size) == Some(&note.head.root)
            });
            if !agrees {
                self.found(
                    "checkpoint",
                    size.to_string(),
                    "the events up to this size have another root",
                );
            }
        }
        if sound {
            self.projection(&pages)?;
        }
        Ok((head, heads))
    }

    fn rows(&mut self, table: Table) -> Result<Vec<Owned>, StoreError> {
        if table == Table::Estate {
            let sql = "SELECT name FROM estate WHERE estate = ?1";
            let name: String = self
                .connection
                .query_row(sql, [self.estate], |row| row.get(0))
                .or_fault(self.name)?;
            return Ok(vec![vec![Some(Cell::Text(name.into()))]]);
        }
        match ledger::rows(self.connection, self.name, self.estate, table) {
            Ok(rows) => Ok(rows),
            Err(error) if error.fault == crate::store::StoreFault::Content => {
                self.found(table.name(), "a row", error.to_string());
                Ok(Vec::new())
            }
            Err(error) => Err(error),
        }
    }

    fn projection(&mut self, pages: &SqlitePages<'_>) -> Result<(), StoreError> {
        let replay = match Replay::open(pages, &Moment::default()) {
            Ok(replay) => replay,
            Err(error) => {
                self.found("event_page", "an event", error.to_string());
                return Ok(());
            }
        };
        self.commands = u64::try_from(replay.commands.len()).unwrap_or(u64::MAX);
        let tables = replay.tables()?;
        for &table in Table::ALL {
            let kept: BTreeMap<Owned, Owned> = self
                .rows(table)?
                .into_iter()
                .map(|row| (row.iter().take(table.key()).cloned().collect(), row))
                .collect();
            let mut said: BTreeMap<Owned, &Owned> = tables
                .rows(table)
                .map(|row| (row.iter().take(table.key()).cloned().collect(), row))
                .collect();
            for (key, row) in &kept {
                match said.remove(key) {
                    None => self.found(table.name(), label(key), "no event says this row"),
                    Some(event) if event != row => {
                        let column = table
                            .columns()
                            .iter()
                            .zip(event.iter().zip(row))
                            .find(|(_, (event, row))| event != row)
                            .map_or("", |(column, _)| *column);
                        let what = format!("the column `{column}` is not what the events say");
                        self.found(table.name(), label(key), what);
                    }
                    Some(_) => {}
                }
            }
            for key in said.keys() {
                self.found(table.name(), label(key), "the row is missing");
            }
        }
        self.documents()?;
        self.compare_devices(&replay)
    }

    fn documents(&mut self) -> Result<(), StoreError> {
        let sql = "SELECT kind, id, sha256, content FROM document WHERE estate = ?1";
        let mut statement = self.connection.prepare(sql).or_fault(self.name)?;
        let mut rows = statement.query([self.estate]).or_fault(self.name)?;
        while let Some(row) = rows.next().or_fault(self.name)? {
            let text = |at: usize| row.get::<_, String>(at).or_fault(self.name);
            let (kind, id, sha256) = (text(0)?, text(1)?, text(2)?);
            let content: Vec<u8> = row.get(3).or_fault(self.name)?;
            if Document::new(&kind, &id, "", "", content).about.sha256 != sha256 {
                self.found(
                    "document",
                    format!("{kind} {id}"),
                    "the content is not that of its hash",
                );
            }
        }
        Ok(())
    }

    /// Walks the devices of the table beside those of the events, both ascending by number.
    fn compare_devices(&mut self, replay: &Replay<'_>) -> Result<(), StoreError> {
        let fields = statements::fields();
        let name = self.name;
        let mut statement =
            self.connection.prepare(&statements::select_audit(&fields)).or_fault(name)?;
        let mut rows = statement.query([self.estate]).or_fault(name)?;
        let last = fields.len().saturating_add(5);
        let mut next = advance(&mut rows, last, name)?;
        let mut findings = Vec::new();
        let mut compared = 0_u64;
        replay.devices(None, &mut |key, asset| {
            let mut note = |row: i64, what: String| {
                if findings.len() < MOST {
                    findings.push(Finding::new("asset", row.to_string(), what));
                }
            };
            while let Some(number) = next.filter(|number| *number < key.0) {
                note(number, "no event says this device".to_owned());
                next = advance(&mut rows, last, name)?;
            }
            let Some(asset) = asset else {
                note(key.0, "the events do not say its class".to_owned());
                return Ok(());
            };
            compared = compared.saturating_add(1);
            if next != Some(key.0) {
                note(key.0, format!("the device `{}` is missing", asset.label()));
                return Ok(());
            }
            if let Some(column) = rows.get().and_then(|row| differs(row, &fields, &asset)) {
                let label = asset.label();
                note(
                    key.0,
                    format!("`{column}` of the device `{label}` is not what the events say"),
                );
            }
            next = advance(&mut rows, last, name)?;
            Ok(())
        })?;
        while let Some(number) = next {
            if findings.len() < MOST {
                findings.push(Finding::new(
                    "asset",
                    number.to_string(),
                    "no event says this device",
                ));
            }
            next = advance(&mut rows, last, name)?;
        }
        self.devices = compared;
        self.findings.append(&mut findings);
        Ok(())
    }
}

fn label(key: &Owned) -> String {
    let words: Vec<String> = key
        .iter()
        .map(|cell| match cell {
            None => "nothing".to_owned(),
            Some(Cell::Integer(number)) => number.to_string(),
            Some(Cell::Text(text)) => text.clone().into_owned(),
        })
        .collect();
    words.join(" ")
}

/// Steps to the next device and gives its number.
fn advance(
    rows: &mut rusqlite::Rows<'_>,
    column: usize,
    name: &str,
) -> Result<Option<i64>, StoreError> {
    rows.next().or_fault(name)?.map(|row| row.get(column).or_fault(name)).transpose()
}

/// The first column of a row that is not what it should be.
fn differs(row: &Row<'_>, fields: &[Field], asset: &StoredAsset) -> Option<&'static str> {
    let text = |at: usize, wanted: Option<&str>| match row.get_ref(at) {
        Ok(ValueRef::Null) => wanted.is_none(),
        Ok(ValueRef::Text(bytes)) => wanted.is_some_and(|wanted| wanted.as_bytes() == bytes),
        _ => false,
    };
    let blob = |at: usize, wanted: Option<&[u8]>| match row.get_ref(at) {
        Ok(ValueRef::Null) => wanted.is_none(),
        Ok(ValueRef::Blob(bytes)) => wanted == Some(bytes),
        _ => false,
    };
    let identity = [
        (text(0, asset.tag.as_ref().map(AssetTag::as_str)), "asset_tag"),
        (text(1, asset.serial.as_ref().map(SerialNumber::as_str)), "serial_number"),
        (text(2, Some(asset.class.as_str())), "class"),
        (blob(3, Some(&asset.evidence.encode())), "evidence"),
    ];
    if let Some((_, column)) = identity.into_iter().find(|(same, _)| !same) {
        return Some(column);
    }
    let others = (!asset.others.is_empty()).then(|| asset.others.encode());
    if !blob(4, others.as_deref()) {
        return Some("observations");
    }
    let mut values = asset.values.iter().peekable();
    for (at, field) in (5_usize..).zip(fields) {
        let wanted = values.next_if(|(known, _)| known == field).map(|(_, value)| Cell::of(value));
        let same = match (row.get_ref(at).map_err(drop).and_then(read::cell), &wanted) {
            (Ok(found), wanted) => found == *wanted,
            (Err(()), _) => false,
        };
        if !same {
            return Some(field.word());
        }
    }
    values.peek().map(|(field, _)| field.word())
}
