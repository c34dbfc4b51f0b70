//! Rows of the small tables: what they are in memory, and the cells that events and tables keep.
#![expect(
    clippy::option_option,
    reason = "the outer option is whether it can be read, the inner whether it is said"
)]

use std::collections::BTreeMap;
use std::str::FromStr;

use chrono::NaiveDate;

use super::event::Cells;
use crate::catalogue::{Field, Value};
use crate::model::Model;
use crate::organisation::{Link, Organisation};
use crate::store::cell::Cell;
use crate::store::{Batch, BatchId, Counts, DocumentSummary, Origin, StoredModel};
use crate::vocabulary::{Class, OrgCode};

/// A whole number as a cell.
pub(crate) fn number(number: impl TryInto<i64>) -> Option<Cell<'static>> {
    number.try_into().ok().map(Cell::Integer)
}

#[expect(clippy::unnecessary_wraps, reason = "cells of a row are optional")]
fn text(text: impl Into<String>) -> Option<Cell<'static>> {
    Some(Cell::Text(text.into().into()))
}

fn day(day: Option<NaiveDate>) -> Option<Cell<'static>> {
    day.and_then(|day| text(day.to_string()))
}

/// Reads the cells of a row by their position.
#[derive(Clone, Copy)]
pub(crate) struct Row<'r>(pub(crate) &'r [Option<Cell<'r>>]);

impl Row<'_> {
    fn str(&self, at: usize) -> Option<Option<&str>> {
        match self.0.get(at)? {
            None => Some(None),
            Some(Cell::Text(text)) => Some(Some(text)),
            Some(Cell::Integer(_)) => None,
        }
    }

    pub(crate) fn text(&self, at: usize) -> Option<String> {
        self.str(at)?.map(str::to_owned)
    }

    pub(crate) fn optional_text(&self, at: usize) -> Option<Option<String>> {
        Some(self.str(at)?.map(str::to_owned))
    }

    pub(crate) fn integer(&self, at: usize) -> Option<i64> {
        match self.0.get(at)? {
            Some(Cell::Integer(number)) => Some(*number),
            _ => None,
        }
    }

    pub(crate) fn number<T: TryFrom<i64>>(&self, at: usize) -> Option<T> {
        T::try_from(self.integer(at)?).ok()
    }

    pub(crate) fn optional<T: TryFrom<i64>>(&self, at: usize) -> Option<Option<T>> {
        match self.0.get(at)? {
            None => Some(None),
            Some(Cell::Integer(number)) => T::try_from(*number).ok().map(Some),
            Some(Cell::Text(_)) => None,
        }
    }

    pub(crate) fn day(&self, at: usize) -> Option<Option<NaiveDate>> {
        match self.str(at)? {
            None => Some(None),
            Some(text) => text.parse().ok().map(Some),
        }
    }

    fn parsed<T: FromStr>(&self, at: usize) -> Option<T> {
        self.str(at)??.parse().ok()
    }

    fn lines(&self, at: usize) -> Option<Vec<String>> {
        Some(self.str(at)??.lines().map(str::to_owned).collect())
    }
}

pub(crate) fn organisation(org: &Organisation, origin: Origin) -> Cells<'static> {
    vec![
        text(org.code.as_str()),
        text(org.name.as_str()),
        text(org.kind.as_str()),
        number(org.tier),
        org.list_size.and_then(number),
        org.clinical_system.clone().and_then(text),
        day(org.planned_close),
        org.merge_into.as_ref().map(OrgCode::as_str).and_then(text),
        number(origin.batch.0),
        number(origin.row),
    ]
}

pub(crate) fn links(org: &Organisation) -> impl Iterator<Item = Cells<'static>> + '_ {
    (1_u32..).zip(&org.links).map(|(position, link)| {
        vec![
            text(org.code.as_str()),
            number(position),
            text(link.parent.as_str()),
            text(link.relation.as_str()),
            day(link.from),
            day(link.until),
        ]
    })
}

/// The code of the organisation that a tie belongs to, and the tie.
pub(crate) fn to_link(cells: &[Option<Cell<'_>>]) -> Option<(String, Link)> {
    let row = Row(cells);
    let link = Link {
        parent: row.parsed(2)?,
        relation: row.parsed(3)?,
        from: row.day(4)?,
        until: row.day(5)?,
    };
    Some((row.text(0)?, link))
}

/// An organisation without its ties.
pub(crate) fn to_organisation(cells: &[Option<Cell<'_>>]) -> Option<Organisation> {
    let row = Row(cells);
    let merge_into = match row.str(7)? {
        None => None,
        Some(code) => Some(code.parse().ok()?),
    };
    Some(Organisation {
        code: row.parsed(0)?,
        name: row.text(1)?,
        kind: row.parsed(2)?,
        links: Vec::new(),
        tier: row.number(3)?,
        list_size: row.optional(4)?,
        clinical_system: row.optional_text(5)?,
        planned_close: row.day(6)?,
        merge_into,
    })
}

pub(crate) fn model(stored: &StoredModel) -> Cells<'static> {
    let model = &stored.model;
    let facts: Vec<String> = model
        .facts
        .iter()
        .map(|(field, value)| format!("{field}={}", value.to_text(field.kind())))
        .collect();
    vec![
        text(model.manufacturer.as_str()),
        text(model.name.as_str()),
        text(model.class.as_str()),
        text(model.aliases.join("\n")),
        day(model.end_of_sale),
        day(model.end_of_support),
        model.life_years.and_then(number),
        text(facts.join("\n")),
        model.embodied_gco2e.and_then(number),
        text(model.assurances.join("\n")),
        number(stored.origin.batch.0),
        number(stored.origin.row),
    ]
}

pub(crate) fn to_model(cells: &[Option<Cell<'_>>]) -> Option<StoredModel> {
    let row = Row(cells);
    let facts = row.lines(7)?;
    let model = Model {
        manufacturer: row.text(0)?,
        name: row.text(1)?,
        class: Class::stored(&row.text(2)?),
        aliases: row.lines(3)?,
        end_of_sale: row.day(4)?,
        end_of_support: row.day(5)?,
        life_years: row.optional(6)?,
        facts: facts.iter().map(|line| fact(line)).collect::<Option<BTreeMap<_, _>>>()?,
        embodied_gco2e: row.optional(8)?,
        assurances: row.lines(9)?,
    };
    let origin = Origin { batch: BatchId(row.number(10)?), row: row.number(11)?, seen_on: None };
    Some(StoredModel { model, origin })
}

fn fact(line: &str) -> Option<(Field, Value)> {
    let (word, text) = line.split_once('=')?;
    let field: Field = word.parse().ok()?;
    Some((field, field.kind().parse(text).ok()?))
}

pub(crate) fn batch(batch: &Batch) -> Cells<'static> {
    let counts = &batch.counts;
    vec![
        number(batch.id.0),
        text(batch.file.as_str()),
        text(batch.sha256.as_str()),
        text(batch.kind.as_str()),
        text(batch.preset.as_str()),
        batch.map_sha256.clone().and_then(text),
        text(batch.mode.as_str()),
        text(batch.recorded_at.as_str()),
        number(counts.rows),
        number(counts.new),
        number(counts.changed),
        number(counts.unchanged),
        number(counts.missing),
        number(counts.rejected),
    ]
}

pub(crate) fn to_batch(cells: &[Option<Cell<'_>>]) -> Option<Batch> {
    let row = Row(cells);
    Some(Batch {
        id: BatchId(row.number(0)?),
        file: row.text(1)?,
        sha256: row.text(2)?,
        kind: row.text(3)?,
        preset: row.text(4)?,
        map_sha256: row.optional_text(5)?,
        mode: row.text(6)?,
        recorded_at: row.text(7)?,
        counts: Counts {
            rows: row.number(8)?,
            new: row.number(9)?,
            changed: row.number(10)?,
            unchanged: row.number(11)?,
            missing: row.number(12)?,
            rejected: row.number(13)?,
        },
    })
}

pub(crate) fn setting(name: &str, value: &str) -> Cells<'static> {
    vec![text(name), text(value)]
}

pub(crate) fn document(about: &DocumentSummary, seq: u64) -> Cells<'static> {
    vec![
        text(about.kind.as_str()),
        text(about.id.as_str()),
        number(seq),
        text(about.sha256.as_str()),
        text(about.recorded_at.as_str()),
        text(about.summary.as_str()),
    ]
}

pub(crate) fn checkpoint(size: u64, note: &str) -> Cells<'static> {
    vec![number(size), text(note)]
}

/// Organisations with their ties, from their rows in any order.
pub(crate) fn join<'c>(
    organisations: impl Iterator<Item = &'c Cells<'static>>,
    links: impl Iterator<Item = &'c Cells<'static>>,
) -> Option<Vec<Organisation>> {
    let mut ties: BTreeMap<String, Vec<Link>> = BTreeMap::new();
    for cells in links {
        let (code, link) = to_link(cells)?;
        ties.entry(code).or_default().push(link);
    }
    let mut all = organisations.map(|cells| to_organisation(cells)).collect::<Option<Vec<_>>>()?;
    for organisation in &mut all {
        organisation.links = ties.remove(organisation.code.as_str()).unwrap_or_default();
    }
    all.sort_by(|left, right| left.code.as_str().cmp(right.code.as_str()));
    Some(all)
}
