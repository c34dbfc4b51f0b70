//! Rows of devices into the register.

use std::collections::{HashMap, HashSet};
use std::io::Read;

use diagnostic::{Diagnostic, Place};

use super::assets::{AssetRow, Step};
use super::map::AssetMap;
use super::matching;
use super::run::{Halt, Mode, Session, asset_rows};
use super::table::Table;
use crate::catalogue::{Field, Value};
use crate::codes;
use crate::software::Installed;
use crate::store::{AssetKey, EvidenceMap, Origin, StoreError, StoredAsset, Transaction};
use crate::vocabulary::{AssetTag, OrgCode, SerialNumber};

/// Imports the rows of an assets file.
pub(super) fn assets<R: Read>(
    table: Table<R>,
    map: Option<&AssetMap>,
    session: &mut Session<'_, '_>,
) -> Result<Table<R>, Halt> {
    let mut rows = asset_rows(table, map, session)?;
    let mut register = Known::read(session.transaction.as_ref())?;
    loop {
        let mut found = Vec::new();
        match rows.next(&mut found) {
            Step::End => {
                session.problems.extend(found);
                break;
            }
            Step::Rejected(tag, serial) => {
                session.count_row();
                register.mention(tag.as_ref(), serial.as_ref());
                session.reject(rows.table(), found);
            }
            Step::Row(row) => {
                session.count_row();
                if session.mode == Mode::Snapshot {
                    register.mention(row.tag.as_ref(), row.serial.as_ref());
                }
                let table = rows.table();
                let software = Installed::of_row(&row, table.software());
                if apply(row, table, &mut register, session, &mut found)? {
                    session.software.extend(software);
                    session.accept(found);
                } else {
                    session.reject(table, found);
                }
            }
        }
    }
    if session.mode == Mode::Snapshot {
        register.list_missing(session)?;
    }
    Ok(rows.into_table())
}

/// What the register knew before, and what this file has said so far.
struct Known {
    tags: HashMap<Box<str>, AssetKey>,
    serials: HashMap<Box<str>, AssetKey>,
    /// The line of the row of this file that named a device.
    lines: HashMap<AssetKey, u32>,
    /// Devices that a row of this file named, whether or not the row could be used.
    mentioned: HashSet<AssetKey>,
    declared: HashSet<OrgCode>,
}

impl Known {
    fn read(transaction: &dyn Transaction) -> Result<Self, StoreError> {
        let mut tags = HashMap::new();
        let mut serials = HashMap::new();
        transaction.identities(&mut |key, tag, serial| {
            if let Some(tag) = tag {
                tags.insert(matching::key(tag), key);
            }
            if let Some(serial) = serial {
                serials.insert(matching::key(serial), key);
            }
        })?;
        let declared = transaction.organisations()?.into_iter().map(|org| org.code).collect();
        Ok(Self { tags, serials, lines: HashMap::new(), mentioned: HashSet::new(), declared })
    }

    /// The device that a row is of; an error when it contradicts itself or another row.
    fn find(
        &self,
        row: &AssetRow,
        place: &dyn Fn(u32) -> Place,
    ) -> Result<Option<AssetKey>, Box<Diagnostic>> {
        let by_tag = self.tagged(row.tag.as_ref());
        let by_serial = self.numbered(row.serial.as_ref());
        let at = |key: AssetKey| self.lines.get(&key).copied();
        if let (Some(tagged), Some(numbered)) = (by_tag, by_serial)
            && tagged != numbered
        {
            let (tag, serial) = (row.tag.as_ref(), row.serial.as_ref());
            let mut problem = Diagnostic::error(
                codes::IDENTITY_CONFLICT,
                format!(
                    "the tag `{}` and the serial number `{}` belong to two devices",
                    tag.map(ToString::to_string).unwrap_or_default(),
                    serial.map(ToString::to_string).unwrap_or_default()
                ),
            )
            .at(place(row.line))
            .help("correct the one of the two that is mistyped");
            if let Some(line) = at(tagged) {
                problem = problem.related(place(line), "the tag stands here");
            }
            if let Some(line) = at(numbered) {
                problem = problem.related(place(line), "the serial number stands here");
            }
            return Err(problem.into());
        }
        let Some(key) = by_tag.or(by_serial) else { return Ok(None) };
        match at(key) {
            Some(line) => {
                let (what, value) = match (&row.tag, &row.serial) {
                    (Some(tag), _) if by_tag.is_some() => ("tag", tag.to_string()),
                    (_, serial) => (
                        "serial number",
                        serial.as_ref().map(ToString::to_string).unwrap_or_default(),
                    ),
                };
                Err(Diagnostic::error(
                    codes::DUPLICATE_ROW,
                    format!(
                        "the {what} `{value}` stands in line {line} and again in line {}",
                        row.line
                    ),
                )
                .at(place(row.line))
                .value(value)
                .related(place(line), "the row that counts")
                .help(format!("remove one of the two rows, or correct the {what} that is mistyped"))
                .into())
            }
            None => Ok(Some(key)),
        }
    }

    /// A device that stands in a snapshot is not missing, even if its row is rejected.
    fn mention(&mut self, tag: Option<&AssetTag>, serial: Option<&SerialNumber>) {
        let (by_tag, by_serial) = (self.tagged(tag), self.numbered(serial));
        self.mentioned.extend(by_tag.into_iter().chain(by_serial));
    }

    fn tagged(&self, tag: Option<&AssetTag>) -> Option<AssetKey> {
        self.tags.get(&*matching::folded(tag?.as_str())).copied()
    }

    fn numbered(&self, serial: Option<&SerialNumber>) -> Option<AssetKey> {
        self.serials.get(&*matching::folded(serial?.as_str())).copied()
    }

    fn note(&mut self, key: AssetKey, asset: &StoredAsset, line: u32) {
        if let Some(tag) = &asset.tag {
            self.tags.insert(matching::key(tag.as_str()), key);
        }
        if let Some(serial) = &asset.serial {
            self.serials.insert(matching::key(serial.as_str()), key);
        }
        self.lines.insert(key, line);
    }

    /// Devices of the register that no row of a snapshot named.
    fn list_missing(&self, session: &mut Session<'_, '_>) -> Result<(), StoreError> {
        let mut missing = Vec::new();
        session.transaction.identities(&mut |key, tag, serial| {
            if !self.lines.contains_key(&key) && !self.mentioned.contains(&key) {
                missing.push(tag.or(serial).unwrap_or_default().to_owned());
            }
        })?;
        missing.sort();
        session.counts.missing = u64::try_from(missing.len()).unwrap_or(u64::MAX);
        session.missing = missing;
        Ok(())
    }
}

fn label(row: &AssetRow) -> String {
    let tag = row.tag.as_ref().map(ToString::to_string);
    tag.or_else(|| row.serial.as_ref().map(ToString::to_string)).unwrap_or_default()
}

/// Applies one row; false when it is rejected.
fn apply<R: Read>(
    mut row: AssetRow,
    table: &Table<R>,
    register: &mut Known,
    session: &mut Session<'_, '_>,
    found: &mut Vec<Diagnostic>,
) -> Result<bool, StoreError> {
    if !sites_are_usable(&row, table, &register.declared, found) {
        return Ok(false);
    }
    let place = |line: u32| Place::record(table.name().clone(), line, None);
    let known = match register.find(&row, &place) {
        Ok(known) => known,
        Err(problem) => {
            found.push(*problem);
            return Ok(false);
        }
    };
    let origin = Origin { batch: session.batch, row: row.line, seen_on: row.seen_on };
    let Some(key) = known else {
        let line = row.line;
        let Some(asset) = new_asset(row, origin) else {
            found.push(
                Diagnostic::error(codes::NO_CLASS, "expected a class for a device that is new, found none")
                    .at(table.row_place(Some(Field::Class.word())))
                    .help("fill in `class`: desktop, laptop, monitor, scanner, smartcard-reader or printer"),
            );
            return Ok(false);
        };
        let key = session.transaction.insert_asset(&asset)?;
        register.note(key, &asset, line);
        session.counts.new = session.counts.new.saturating_add(1);
        return Ok(true);
    };
    if session.mode == Mode::Insert {
        found.push(
            Diagnostic::error(
                codes::ALREADY_KNOWN,
                format!("`{}` is already in the register", label(&row)),
            )
            .at(place(row.line))
            .value(label(&row))
            .help("leave it out, or use --mode upsert to change it"),
        );
        return Ok(false);
    }
    let Some(stored) = session.transaction.asset(key)? else { return Ok(false) };
    if !same_device(&row, &stored, table, found) {
        return Ok(false);
    }
    matching::keep_spelling(&mut row, &stored, table, found);
    session.matches.count(&row, &stored);
    let line = row.line;
    let mut asset = stored;
    if merge(&mut asset, row, origin) {
        session.transaction.update_asset(key, &asset)?;
        session.counts.changed = session.counts.changed.saturating_add(1);
    } else {
        session.counts.unchanged = session.counts.unchanged.saturating_add(1);
    }
    register.note(key, &asset, line);
    Ok(true)
}

/// Local sites must be declared; ODS codes that are not are remarked upon.
fn sites_are_usable<R: Read>(
    row: &AssetRow,
    table: &Table<R>,
    declared: &HashSet<OrgCode>,
    found: &mut Vec<Diagnostic>,
) -> bool {
    let mut usable = true;
    for (field, value) in &row.values {
        let Value::Organisation(code) = value else { continue };
        if declared.contains(code) {
            continue;
        }
        let place = table.row_place(Some(field.word()));
        found.push(match code {
            OrgCode::Ods(_) => Diagnostic::warning(
                codes::UNDECLARED_ODS,
                format!("no organisations file has declared `{code}`"),
            )
            .at(place)
            .value(code.as_str())
            .help("import the organisations; until then its devices have no budget holder"),
            OrgCode::Local(_) => {
                usable = false;
                Diagnostic::error(
                    codes::UNDECLARED_SITE,
                    format!("expected an ODS code or a declared local site, found `{code}`"),
                )
                .at(place)
                .value(code.as_str())
                .help("correct the code, or declare it in an organisations file with kind `local-site`")
            }
        });
    }
    usable
}

/// Whether the identifiers of a row agree with the device that it was found by.
fn same_device<R: Read>(
    row: &AssetRow,
    stored: &StoredAsset,
    table: &Table<R>,
    found: &mut Vec<Diagnostic>,
) -> bool {
    if let (Some(new), Some(old)) = (&row.serial, &stored.serial)
        && !matching::same(new.as_str(), old.as_str())
    {
        found.push(
            Diagnostic::error(
                codes::SERIAL_CONFLICT,
                format!(
                    "`{}` is known with the serial number `{old}`, found `{new}`",
                    stored.label()
                ),
            )
            .at(table.row_place(Some(Field::SerialNumber.word())))
            .value(new.as_str())
            .help("correct the serial number, or give the new device a tag of its own"),
        );
        return false;
    }
    if let (Some(new), Some(old)) = (&row.tag, &stored.tag)
        && !matching::same(new.as_str(), old.as_str())
    {
        if let Some(class) = row.class.as_ref().filter(|class| **class != stored.class) {
            found.push(
                Diagnostic::error(
                    codes::IDENTITY_CONFLICT,
                    format!(
                        "the serial number belongs to `{old}`, a {}; this row calls it `{new}`, a {class}",
                        stored.class
                    ),
                )
                .at(table.row_place(Some(Field::SerialNumber.word())))
                .value(stored.label())
                .help("correct the serial number of the one that has it wrongly; one number is one device"),
            );
            return false;
        }
        found.push(
            Diagnostic::warning(
                codes::RELABELLED,
                format!("the device with the tag `{old}` now has the tag `{new}`"),
            )
            .at(table.row_place(Some(Field::AssetTag.word())))
            .value(new.as_str())
            .help("check that the label was changed on purpose"),
        );
    }
    true
}

fn new_asset(row: AssetRow, origin: Origin) -> Option<StoredAsset> {
    let class = row.class?;
    let identity = [
        row.tag.as_ref().map(|_| Field::AssetTag),
        row.serial.as_ref().map(|_| Field::SerialNumber),
        Some(Field::Class),
    ];
    let fields = identity.into_iter().flatten().chain(row.values.iter().map(|(field, _)| *field));
    let evidence = EvidenceMap::of_row(origin, fields);
    Some(StoredAsset { tag: row.tag, serial: row.serial, class, values: row.values, evidence })
}

/// Takes over what a row says; true when anything changed.
///
/// A value that is the same keeps its evidence, unless the row's source saw the device on a later day.
fn merge(asset: &mut StoredAsset, row: AssetRow, origin: Origin) -> bool {
    let mut changed = false;
    let mut decide = |field: Field, same: bool, evidence: &mut EvidenceMap| {
        let seen_before = evidence.get(field).and_then(|known| known.seen_on);
        if !same || origin.seen_on > seen_before {
            evidence.set(field, origin);
            changed = true;
        }
    };
    if let Some(tag) = row.tag {
        let same = asset.tag.as_ref() == Some(&tag);
        decide(Field::AssetTag, same, &mut asset.evidence);
        asset.tag = Some(tag);
    }
    if let Some(serial) = row.serial {
        let same = asset.serial.as_ref() == Some(&serial);
        decide(Field::SerialNumber, same, &mut asset.evidence);
        asset.serial = Some(serial);
    }
    if let Some(class) = row.class {
        let same = asset.class == class;
        decide(Field::Class, same, &mut asset.evidence);
        asset.class = class;
    }
    for (field, value) in row.values {
        match asset.values.binary_search_by_key(&field, |(known, _)| *known) {
            Ok(at) => {
                if let Some((_, known)) = asset.values.get_mut(at) {
                    decide(field, *known == value, &mut asset.evidence);
                    *known = value;
                }
            }
            Err(at) => {
                asset.values.insert(at, (field, value));
                decide(field, false, &mut asset.evidence);
            }
        }
    }
    changed
}
