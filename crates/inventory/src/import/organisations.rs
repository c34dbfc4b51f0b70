//! Organisations with their dated ties.

use std::collections::BTreeMap;
use std::io::Read;
use std::str::FromStr;

use chrono::NaiveDate;
use diagnostic::{Code, Diagnostic, Diagnostics, Place, Severity};

use super::cell::shorten;
use super::date::{DateOrder, DateProblem};
use super::problems::Problems;
use super::run::{Halt, Input, Session};
use super::table::{ColumnName, Fetched, Layout, Refused, Table, resolve};
use crate::codes;
use crate::export::restore_text;
use crate::organisation::{Link, OrgKind, OrgTree, Organisation, Relation};
use crate::store::Origin;
use crate::vocabulary::OrgCode;

/// The columns of an organisations file.
pub(super) const COLUMNS: &[ColumnName] = &[
    ColumnName { word: "ods_code", required: true },
    ColumnName { word: "name", required: false },
    ColumnName { word: "kind", required: false },
    ColumnName { word: "parent", required: false },
    ColumnName { word: "relation", required: false },
    ColumnName { word: "from", required: false },
    ColumnName { word: "until", required: false },
    ColumnName { word: "tier", required: false },
    ColumnName { word: "list_size", required: false },
    ColumnName { word: "clinical_system", required: false },
    ColumnName { word: "planned_close", required: false },
    ColumnName { word: "merge_into", required: false },
];

/// The cells of a row under the known columns, with the problems found in them.
pub(super) struct Cells<'t, R> {
    pub(super) table: &'t Table<R>,
    pub(super) columns: &'static [ColumnName],
    pub(super) positions: &'t [Option<usize>],
    pub(super) found: Vec<Diagnostic>,
}

impl<'t, R: Read> Cells<'t, R> {
    /// The text of a column; `None` when it is absent or empty.
    pub(super) fn text(&self, word: &str) -> Option<&'t str> {
        let at = self.columns.iter().position(|name| name.word == word)?;
        let index = (*self.positions.get(at)?)?;
        Some(restore_text(self.table.cell(index).trim())).filter(|text| !text.is_empty())
    }

    /// A column parsed as a type; a problem with `code` when it does not parse.
    pub(super) fn parse<T: FromStr>(&mut self, word: &str, code: Code) -> Option<T>
    where
        T::Err: std::fmt::Display,
    {
        let text = self.text(word)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                let why = error.to_string();
                let expected = why.strip_prefix("expected ").unwrap_or(&why).to_owned();
                self.problem(word, code, &expected);
                None
            }
        }
    }

    /// A column as a whole number; a problem with `code` when it is none.
    pub(super) fn whole<T: FromStr>(&mut self, word: &str, code: Code) -> Option<T> {
        let number = self.text(word)?.parse().ok();
        if number.is_none() {
            self.problem(word, code, "a whole number in digits alone");
        }
        number
    }

    /// A column as a date.
    pub(super) fn date(&mut self, word: &str, order: DateOrder) -> Option<NaiveDate> {
        match order.parse(self.text(word)?) {
            Ok(day) => Some(day),
            Err(DateProblem::Ambiguous) => {
                self.problem(word, codes::AMBIGUOUS_DATE, "a date that can be read one way");
                None
            }
            Err(DateProblem::Unreadable) => {
                self.problem(word, codes::BAD_DATE, "a date such as 2026-11-20");
                None
            }
        }
    }

    /// Records that a column does not hold what was expected.
    pub(super) fn problem(&mut self, word: &str, code: Code, expected: &str) {
        let text = shorten(self.text(word).unwrap_or_default());
        self.found.push(
            Diagnostic::error(code, format!("expected {expected}, found `{text}`"))
                .at(self.table.row_place(Some(word)))
                .value(text.as_ref())
                .help(format!("write {expected}")),
        );
    }

    /// Records that a column must not be empty.
    pub(super) fn require(&mut self, word: &str, code: Code, expected: &str) {
        self.found.push(
            Diagnostic::error(code, format!("expected {expected}, found an empty cell"))
                .at(self.table.row_place(Some(word)))
                .help(format!("fill in `{word}`")),
        );
    }
}

/// A tie as a row states it; its relation may follow from the kinds.
#[derive(Clone, PartialEq, Eq, Debug)]
struct StatedLink {
    parent: OrgCode,
    relation: Option<Relation>,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
}

/// What one row says.
#[derive(Clone, Debug)]
struct OrganisationRow {
    line: u32,
    cells: Vec<String>,
    code: OrgCode,
    name: Option<String>,
    kind: Option<OrgKind>,
    link: Option<StatedLink>,
    tier: Option<u8>,
    list_size: Option<u32>,
    clinical_system: Option<String>,
    planned_close: Option<NaiveDate>,
    merge_into: Option<OrgCode>,
}

/// Rows of one organisation that agree with each other.
struct Draft {
    first: OrganisationRow,
    links: Vec<(StatedLink, u32)>,
    rows: Vec<(u32, Vec<String>)>,
}

/// A rejected row: its line, its cells and why.
struct RejectedRow {
    cells: Vec<String>,
    problems: Vec<Diagnostic>,
}

/// What a whole file says, before it meets the store.
#[derive(Default)]
struct Reading {
    drafts: BTreeMap<OrgCode, Draft>,
    rejected: Vec<RejectedRow>,
    rows: u64,
}

/// Reads a whole organisations file into an empty estate: every usable organisation and every problem.
pub fn read_organisations<R: Read>(
    input: Input<R>,
    order: DateOrder,
) -> (Vec<Organisation>, Diagnostics) {
    let mut problems = Problems::new();
    let opened = Table::open(input.reader, input.name, Layout::default(), &mut problems);
    let mut usable = Vec::new();
    if let Ok(mut table) = opened
        && let Ok(mut reading) = read(&mut table, order, &mut problems)
    {
        let settled = settle(&table, &mut reading, &BTreeMap::new());
        for rejected in reading.rejected {
            problems.extend(rejected.problems);
        }
        problems.extend(settled.remarks);
        usable.extend(settled.organisations.into_iter().map(|(organisation, _)| organisation));
    }
    (usable, problems.into_diagnostics())
}

/// Imports an organisations file.
pub(super) fn apply<R: Read>(
    mut table: Table<R>,
    session: &mut Session<'_, '_>,
) -> Result<Table<R>, Halt> {
    let stored: BTreeMap<OrgCode, Organisation> = session
        .transaction
        .organisations()?
        .into_iter()
        .map(|org| (org.code.clone(), org))
        .collect();
    let mut reading = read(&mut table, session.date_order, &mut session.problems)?;
    for _ in 0..reading.rows {
        session.count_row();
    }
    let settled = settle(&table, &mut reading, &stored);
    for rejected in reading.rejected {
        session.reject_cells(&table, &rejected.cells, rejected.problems);
    }
    session.accept(settled.remarks);
    for (organisation, line) in settled.organisations {
        let counts = &mut session.counts;
        let count = match stored.get(&organisation.code) {
            None => &mut counts.new,
            Some(known) if *known == organisation => {
                counts.unchanged = counts.unchanged.saturating_add(1);
                continue;
            }
            Some(_) => &mut counts.changed,
        };
        *count = count.saturating_add(1);
        let origin = Origin { batch: session.batch, row: line, seen_on: None };
        session.transaction.put_organisation(&organisation, origin)?;
    }
    if session.mode == super::Mode::Snapshot {
        let missing = stored.keys().filter(|code| !reading.drafts.contains_key(*code));
        session.missing = missing.map(ToString::to_string).collect();
        session.counts.missing = u64::try_from(session.missing.len()).unwrap_or(u64::MAX);
    }
    Ok(table)
}

fn read<R: Read>(
    table: &mut Table<R>,
    order: DateOrder,
    problems: &mut Problems,
) -> Result<Reading, Refused> {
    let positions = resolve(table, COLUMNS, problems)?;
    let mut reading = Reading::default();
    loop {
        let mut found = Vec::new();
        let fetched = table.next(&mut found);
        if fetched == Fetched::End {
            problems.extend(found);
            return Ok(reading);
        }
        if fetched == Fetched::Row && table.is_blank() {
            continue;
        }
        reading.rows = reading.rows.saturating_add(1);
        let cells: Vec<String> =
            (0..table.width()).map(|index| table.cell(index).to_owned()).collect();
        let row = match fetched {
            Fetched::Row => read_row(table, &positions, order, &cells, &mut found),
            Fetched::Bad | Fetched::End => None,
        };
        match row {
            Some(row) => add(&mut reading, row, table.name()),
            None => reading.rejected.push(RejectedRow { cells, problems: found }),
        }
    }
}

fn read_row<R: Read>(
    table: &Table<R>,
    positions: &[Option<usize>],
    order: DateOrder,
    texts: &[String],
    found: &mut Vec<Diagnostic>,
) -> Option<OrganisationRow> {
    let mut cells = Cells { table, columns: COLUMNS, positions, found: Vec::new() };
    let code: Option<OrgCode> = cells.parse("ods_code", codes::BAD_ORGANISATION);
    if cells.text("ods_code").is_none() {
        cells.require("ods_code", codes::BAD_ORGANISATION, "an organisation code");
    }
    let kind: Option<OrgKind> = cells.parse("kind", codes::BAD_CELL);
    let parent: Option<OrgCode> = cells.parse("parent", codes::BAD_ORGANISATION);
    let relation = cells.parse("relation", codes::BAD_CELL);
    let (from, until) = (cells.date("from", order), cells.date("until", order));
    if from.zip(until).is_some_and(|(from, until)| until <= from) {
        cells.problem("until", codes::BAD_PERIOD, "a day after the day in `from`");
    }
    let tier: Option<u8> = cells.whole("tier", codes::BAD_CELL);
    if tier.is_some_and(|tier| tier > 2) {
        cells.problem("tier", codes::BAD_CELL, "a tier of 0, 1 or 2");
    }
    if cells.text("parent").is_none() && (relation.is_some() || from.is_some() || until.is_some()) {
        cells.require("parent", codes::BAD_ORGANISATION, "the parent that the tie leads to");
    }
    if kind == Some(OrgKind::LocalSite) && matches!(code, Some(OrgCode::Ods(_))) {
        cells.problem(
            "ods_code",
            codes::BAD_ORGANISATION,
            "a code that is not shaped like an ODS code for a local site",
        );
    }
    if kind.is_some_and(|kind| kind != OrgKind::LocalSite)
        && matches!(code, Some(OrgCode::Local(_)))
    {
        cells.problem(
            "ods_code",
            codes::BAD_ORGANISATION,
            "an ODS code such as A81001, or kind `local-site`",
        );
    }
    let row = OrganisationRow {
        line: table.line(),
        cells: texts.to_vec(),
        name: cells.text("name").map(str::to_owned),
        kind,
        link: parent.map(|parent| StatedLink { parent, relation, from, until }),
        tier,
        list_size: cells.whole("list_size", codes::BAD_CELL),
        clinical_system: cells.text("clinical_system").map(str::to_owned),
        planned_close: cells.date("planned_close", order),
        merge_into: cells.parse("merge_into", codes::BAD_ORGANISATION),
        code: code?,
    };
    found.append(&mut cells.found);
    let usable = found.iter().all(|problem| problem.severity != Severity::Error);
    usable.then_some(row)
}

/// Joins a row to the others of its organisation, unless it contradicts them.
fn add(reading: &mut Reading, row: OrganisationRow, file: &std::sync::Arc<str>) {
    let Some(draft) = reading.drafts.get_mut(&row.code) else {
        let draft = Draft {
            links: row.link.clone().map(|link| (link, row.line)).into_iter().collect(),
            rows: vec![(row.line, row.cells.clone())],
            first: row.clone(),
        };
        reading.drafts.insert(row.code, draft);
        return;
    };
    if let Some(problem) = contradiction(&draft.first, &draft.links, &row, file) {
        reading.rejected.push(RejectedRow { cells: row.cells, problems: vec![problem] });
        return;
    }
    let first = &mut draft.first;
    first.name = first.name.take().or(row.name);
    first.kind = first.kind.or(row.kind);
    first.tier = first.tier.or(row.tier);
    first.list_size = first.list_size.or(row.list_size);
    first.clinical_system = first.clinical_system.take().or(row.clinical_system);
    first.planned_close = first.planned_close.or(row.planned_close);
    first.merge_into = first.merge_into.take().or(row.merge_into);
    draft.links.extend(row.link.map(|link| (link, row.line)));
    draft.rows.push((row.line, row.cells));
}

fn contradiction(
    first: &OrganisationRow,
    links: &[(StatedLink, u32)],
    row: &OrganisationRow,
    file: &std::sync::Arc<str>,
) -> Option<Diagnostic> {
    fn differ<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
        one.zip(other).is_some_and(|(one, other)| one != other)
    }
    let place = |line: u32, column: Option<&str>| Place::record(file.clone(), line, column);
    let pairs = [
        ("name", differ(first.name.as_ref(), row.name.as_ref())),
        ("kind", differ(first.kind.as_ref(), row.kind.as_ref())),
        ("tier", differ(first.tier.as_ref(), row.tier.as_ref())),
        ("list_size", differ(first.list_size.as_ref(), row.list_size.as_ref())),
        ("clinical_system", differ(first.clinical_system.as_ref(), row.clinical_system.as_ref())),
        ("planned_close", differ(first.planned_close.as_ref(), row.planned_close.as_ref())),
        ("merge_into", differ(first.merge_into.as_ref(), row.merge_into.as_ref())),
    ];
    if let Some((column, _)) = pairs.iter().find(|(_, differs)| *differs) {
        return Some(
            Diagnostic::error(
                codes::ORGANISATION_CONTRADICTION,
                format!("`{}` has another `{column}` in line {}", row.code, first.line),
            )
            .at(place(row.line, Some(column)))
            .related(place(first.line, Some(column)), "the row that counts")
            .help("write the same in every row of an organisation, or leave the cell empty"),
        );
    }
    let said = match &row.link {
        Some(link) => links.iter().find(|(known, _)| known == link).map(|(_, line)| *line),
        None => Some(first.line),
    };
    said.map(|line| {
        Diagnostic::error(
            codes::DUPLICATE_LINK,
            format!(
                "`{}` stands in line {line} and again, with the same tie, in line {}",
                row.code, row.line
            ),
        )
        .at(place(row.line, Some("parent")))
        .value(row.code.as_str())
        .related(place(line, None), "the row that counts")
        .help("remove one of the two rows")
    })
}

/// Organisations ready to be stored.
struct Settled {
    organisations: Vec<(Organisation, u32)>,
    remarks: Vec<Diagnostic>,
}

/// Completes the drafts from what is stored, and rejects those that cannot stand.
fn settle<R: Read>(
    table: &Table<R>,
    reading: &mut Reading,
    stored: &BTreeMap<OrgCode, Organisation>,
) -> Settled {
    let place = |line: u32, column: Option<&str>| Place::record(table.name().clone(), line, column);
    let kinds: BTreeMap<OrgCode, OrgKind> = stored
        .iter()
        .map(|(code, org)| (code.clone(), org.kind))
        .chain(
            reading
                .drafts
                .iter()
                .filter_map(|(code, draft)| Some((code.clone(), draft.first.kind?))),
        )
        .collect();
    let mut remarks = Vec::new();
    let mut organisations: BTreeMap<OrgCode, (Organisation, u32)> = BTreeMap::new();
    let mut rejected: Vec<(OrgCode, Diagnostic)> = Vec::new();
    for (code, draft) in &reading.drafts {
        let known = stored.get(code);
        let kind = draft.first.kind.or(known.map(|org| org.kind));
        let name = draft.first.name.clone().or(known.map(|org| org.name.clone()));
        let (Some(kind), Some(name)) = (kind, name) else {
            let column = if kind.is_none() { "kind" } else { "name" };
            let problem = Diagnostic::error(
                codes::BAD_CELL,
                format!("expected a `{column}` for `{code}`, which is new, found an empty cell"),
            )
            .at(place(draft.first.line, Some(column)))
            .help(format!("fill in `{column}`"));
            rejected.push((code.clone(), problem));
            continue;
        };
        let links = links(draft, kind, known, &kinds);
        remarks.extend(link_remarks(code, &links, draft, &kinds, &place));
        let first = &draft.first;
        let organisation = Organisation {
            code: code.clone(),
            name,
            kind,
            links,
            tier: first.tier.or(known.map(|org| org.tier)).unwrap_or(0),
            list_size: first.list_size.or(known.and_then(|org| org.list_size)),
            clinical_system: first
                .clinical_system
                .clone()
                .or_else(|| known.and_then(|org| org.clinical_system.clone())),
            planned_close: first.planned_close.or(known.and_then(|org| org.planned_close)),
            merge_into: first
                .merge_into
                .clone()
                .or_else(|| known.and_then(|org| org.merge_into.clone())),
        };
        organisations.insert(code.clone(), (organisation, first.line));
    }
    reject_rings(reading, stored, &mut organisations, &mut rejected, &place);
    for (code, problem) in rejected {
        let rows = reading.drafts.get(&code).map(|draft| draft.rows.clone()).unwrap_or_default();
        for (at, (_, cells)) in rows.into_iter().enumerate() {
            let problems = if at == 0 { vec![problem.clone()] } else { Vec::new() };
            reading.rejected.push(RejectedRow { cells, problems });
        }
    }
    Settled { organisations: organisations.into_values().collect(), remarks }
}

/// The ties of an organisation in a fixed order: the file's when it states any, else those that are known.
fn links(
    draft: &Draft,
    kind: OrgKind,
    known: Option<&Organisation>,
    kinds: &BTreeMap<OrgCode, OrgKind>,
) -> Vec<Link> {
    if draft.links.is_empty() {
        return known.map(|org| org.links.clone()).unwrap_or_default();
    }
    let mut links: Vec<Link> = draft
        .links
        .iter()
        .map(|(link, _)| Link {
            parent: link.parent.clone(),
            relation: link
                .relation
                .unwrap_or_else(|| usual_relation(kind, kinds.get(&link.parent).copied())),
            from: link.from,
            until: link.until,
        })
        .collect();
    links.sort();
    links.dedup();
    links
}

/// How an organisation of a kind belongs to a parent of a kind when the file does not say.
fn usual_relation(kind: OrgKind, parent: Option<OrgKind>) -> Relation {
    match (kind, parent) {
        (OrgKind::Practice, Some(OrgKind::Pcn)) => Relation::PartnerOf,
        (OrgKind::Practice, _) => Relation::CommissionedBy,
        (OrgKind::LocalSite, _) => Relation::OperatedBy,
        (OrgKind::Branch | OrgKind::Pcn | OrgKind::SubIcb | OrgKind::Icb | OrgKind::Region, _) => {
            Relation::PartOf
        }
    }
}

fn link_remarks(
    code: &OrgCode,
    links: &[Link],
    draft: &Draft,
    kinds: &BTreeMap<OrgCode, OrgKind>,
    place: &dyn Fn(u32, Option<&str>) -> Place,
) -> Vec<Diagnostic> {
    let mut remarks = Vec::new();
    for (link, line) in &draft.links {
        if !kinds.contains_key(&link.parent) {
            remarks.push(
                Diagnostic::warning(
                    codes::UNDECLARED_PARENT,
                    format!("nothing declares the parent `{}`", link.parent),
                )
                .at(place(*line, Some("parent")))
                .value(link.parent.as_str())
                .help("add the parent to this file, or import it from another"),
            );
        }
    }
    let ties = links.iter().filter(|link| link.relation != Relation::PartnerOf);
    for (at, link) in ties.clone().enumerate() {
        let other = ties.clone().skip(at.saturating_add(1)).find(|other| {
            other.relation == link.relation && other.parent != link.parent && overlap(link, other)
        });
        if let Some(other) = other {
            remarks.push(
                Diagnostic::warning(
                    codes::OVERLAPPING_PARENTS,
                    format!(
                        "`{code}` has the parents `{}` and `{}` on the same days",
                        link.parent, other.parent
                    ),
                )
                .at(place(draft.first.line, Some("parent")))
                .value(code.as_str())
                .help("set `until` of the earlier tie to the day on which the later one begins"),
            );
        }
    }
    remarks
}

fn overlap(one: &Link, other: &Link) -> bool {
    let starts_before_end = |one: &Link, other: &Link| {
        one.from.zip(other.until).is_none_or(|(from, until)| from < until)
    };
    starts_before_end(one, other) && starts_before_end(other, one)
}

/// Rejects the organisations of the file that are their own ancestors, one ring after the other.
fn reject_rings(
    reading: &Reading,
    stored: &BTreeMap<OrgCode, Organisation>,
    organisations: &mut BTreeMap<OrgCode, (Organisation, u32)>,
    rejected: &mut Vec<(OrgCode, Diagnostic)>,
    place: &dyn Fn(u32, Option<&str>) -> Place,
) {
    loop {
        let others = stored.values().filter(|org| !organisations.contains_key(&org.code));
        let tree = OrgTree::new(
            others.chain(organisations.values().map(|(organisation, _)| organisation)).cloned(),
        );
        let Some(path) = tree.cycle_path() else { return };
        let words: Vec<&str> = path.iter().map(OrgCode::as_str).collect();
        let ring = words.join(" -> ");
        let culprits: Vec<OrgCode> = path
            .iter()
            .filter(|code| organisations.contains_key(*code))
            .cloned()
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect();
        if culprits.is_empty() {
            return;
        }
        for code in culprits {
            let line = reading.drafts.get(&code).map_or(1, |draft| draft.first.line);
            organisations.remove(&code);
            let problem = Diagnostic::error(
                codes::ORGANISATION_CYCLE,
                format!("`{code}` is its own ancestor: {ring}"),
            )
            .at(place(line, Some("parent")))
            .value(code.as_str())
            .help("correct one of the ties that are named");
            rejected.push((code, problem));
        }
    }
}
