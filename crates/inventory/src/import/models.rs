//! Models of devices.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;

use diagnostic::{Diagnostic, Place, Severity, suggest};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::organisations::Cells;
use super::run::{Halt, Mode, Session};
use super::table::{ColumnName, Fetched, Table, resolve};
use crate::catalogue::{Field, Value};
use crate::codes;
use crate::model::{Model, ModelKey};
use crate::store::{Origin, StoredModel};

/// The columns of a models file.
pub(super) const COLUMNS: &[ColumnName] = &[
    ColumnName { word: "manufacturer", required: true },
    ColumnName { word: "model", required: true },
    ColumnName { word: "class", required: true },
    ColumnName { word: "aliases", required: false },
    ColumnName { word: "end_of_sale", required: false },
    ColumnName { word: "end_of_support", required: false },
    ColumnName { word: "life_years", required: false },
    ColumnName { word: "facts", required: false },
    ColumnName { word: "embodied_kgco2e", required: false },
    ColumnName { word: "assurances", required: false },
];

/// Imports a models file.
pub(super) fn apply<R: Read>(
    mut table: Table<R>,
    session: &mut Session<'_, '_>,
) -> Result<Table<R>, Halt> {
    let positions = resolve(&table, COLUMNS, &mut session.problems)?;
    let stored = session.transaction.models()?;
    let known: HashMap<(&str, &str), &StoredModel> = stored
        .iter()
        .map(|stored| ((stored.model.manufacturer.as_str(), stored.model.name.as_str()), stored))
        .collect();
    let mut lines: HashMap<ModelKey, u32> = HashMap::new();
    loop {
        let mut found = Vec::new();
        let fetched = table.next(&mut found);
        if fetched == Fetched::End {
            session.problems.extend(found);
            break;
        }
        if fetched == Fetched::Row && table.is_blank() {
            continue;
        }
        session.count_row();
        let row = match fetched {
            Fetched::Row => read_row(&table, &positions, session, &mut found),
            Fetched::Bad | Fetched::End => None,
        };
        let row = row.filter(|row| is_first(row, &table, &mut lines, &mut found));
        let Some(mut model) = row else {
            session.reject(&table, found);
            continue;
        };
        session.accept(found);
        let counts = &mut session.counts;
        let before = known.get(&(model.manufacturer.as_str(), model.name.as_str())).copied();
        match before {
            None => counts.new = counts.new.saturating_add(1),
            Some(before) => {
                fill_in(&mut model, &before.model);
                if before.model == model {
                    counts.unchanged = counts.unchanged.saturating_add(1);
                    continue;
                }
                counts.changed = counts.changed.saturating_add(1);
            }
        }
        let origin = Origin { batch: session.batch, row: table.line(), seen_on: None };
        session.transaction.put_model(&StoredModel { model, origin })?;
    }
    if session.mode == Mode::Snapshot {
        let absent =
            |stored: &&StoredModel| stored.model.keys().all(|key| !lines.contains_key(&key));
        let label =
            |stored: &StoredModel| format!("{} {}", stored.model.manufacturer, stored.model.name);
        session.missing = stored.iter().filter(absent).map(label).collect();
        session.counts.missing = u64::try_from(session.missing.len()).unwrap_or(u64::MAX);
    }
    Ok(table)
}

/// An empty cell changes nothing.
fn fill_in(model: &mut Model, before: &Model) {
    if model.aliases.is_empty() {
        model.aliases.clone_from(&before.aliases);
    }
    if model.facts.is_empty() {
        model.facts.clone_from(&before.facts);
    }
    if model.assurances.is_empty() {
        model.assurances.clone_from(&before.assurances);
    }
    model.end_of_sale = model.end_of_sale.or(before.end_of_sale);
    model.end_of_support = model.end_of_support.or(before.end_of_support);
    model.life_years = model.life_years.or(before.life_years);
    model.embodied_gco2e = model.embodied_gco2e.or(before.embodied_gco2e);
}

/// Whether no earlier row claims the model or one of its aliases.
fn is_first<R: Read>(
    model: &Model,
    table: &Table<R>,
    lines: &mut HashMap<ModelKey, u32>,
    found: &mut Vec<Diagnostic>,
) -> bool {
    let claimed = model.keys().find_map(|key| lines.get(&key).copied());
    if let Some(line) = claimed {
        found.push(
            Diagnostic::error(
                codes::DUPLICATE_MODEL,
                format!(
                    "`{} {}` stands in line {line} and again in line {}",
                    model.manufacturer,
                    model.name,
                    table.line()
                ),
            )
            .at(table.row_place(Some("model")))
            .value(model.name.as_str())
            .related(Place::record(table.name().clone(), line, None), "the row that counts")
            .help("remove one of the two rows, or the alias that they share"),
        );
        return false;
    }
    for key in model.keys() {
        lines.insert(key, table.line());
    }
    true
}

fn read_row<R: Read>(
    table: &Table<R>,
    positions: &[Option<usize>],
    session: &Session<'_, '_>,
    found: &mut Vec<Diagnostic>,
) -> Option<Model> {
    let mut cells = Cells { table, columns: COLUMNS, positions, found: Vec::new() };
    for (word, expected) in
        [("manufacturer", "a maker"), ("model", "the model's name"), ("class", "a class")]
    {
        if cells.text(word).is_none() {
            cells.require(word, codes::BAD_CELL, expected);
        }
    }
    let class = cells.text("class").map(|text| session.classes.parse(text));
    if let Some(Err(expected)) = &class {
        cells.problem("class", codes::BAD_CLASS, expected.0);
    }
    let life_years: Option<u32> = cells.whole("life_years", codes::BAD_CELL);
    if life_years.is_some_and(|years| !(1..=50).contains(&years)) {
        cells.problem("life_years", codes::BAD_CELL, "a life of 1 to 50 years");
    }
    let embodied = cells.text("embodied_kgco2e").map(grams);
    if embodied == Some(None) {
        cells.problem("embodied_kgco2e", codes::BAD_CELL, "a number of kilograms such as 331.5");
    }
    let facts = read_facts(&mut cells);
    let end_of_sale = cells.date("end_of_sale", session.date_order);
    let end_of_support = cells.date("end_of_support", session.date_order);
    let list = |word: &str| -> Vec<String> {
        let parts = cells.text(word).unwrap_or_default().split(';');
        parts.map(one_line).filter(|part| !part.is_empty()).collect()
    };
    let (aliases, assurances) = (list("aliases"), list("assurances"));
    let manufacturer = cells.text("manufacturer").map(str::to_owned);
    let name = cells.text("model").map(str::to_owned);
    found.append(&mut cells.found);
    if found.iter().any(|problem| problem.severity == Severity::Error) {
        return None;
    }
    Some(Model {
        manufacturer: manufacturer?,
        name: name?,
        class: class?.ok()?,
        aliases,
        end_of_sale,
        end_of_support,
        life_years,
        facts,
        embodied_gco2e: embodied.flatten(),
        assurances,
    })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Kilograms with at most three decimals as grams.
fn grams(text: &str) -> Option<u64> {
    let kilograms = Decimal::from_str_exact(text).ok()?;
    let grams = kilograms.checked_mul(Decimal::ONE_THOUSAND)?.normalize();
    if grams.scale() == 0 { grams.to_u64() } else { None }
}

/// `field=value` pairs separated by semicolons.
fn read_facts<R: Read>(cells: &mut Cells<'_, R>) -> BTreeMap<Field, Value> {
    let mut facts = BTreeMap::new();
    let text = one_line(cells.text("facts").unwrap_or_default());
    for pair in text.split(';').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (word, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (word, value) = (word.trim(), value.trim());
        let field = word.parse::<Field>().ok().filter(|field| Model::can_supply(*field));
        let Some(field) = field else {
            let known = Field::columns().filter(|field| Model::can_supply(*field)).map(Field::word);
            let help = suggest(word, known).map_or_else(
                || "name a field that describes a device, such as ram_gib".to_owned(),
                |near| format!("a field with a similar name exists: `{near}`"),
            );
            cells.found.push(
                Diagnostic::error(
                    codes::BAD_MODEL_FACT,
                    format!("expected a fact that a model can have, found `{word}`"),
                )
                .at(cells.table.row_place(Some("facts")))
                .value(word)
                .help(help),
            );
            continue;
        };
        match field.kind().parse(value) {
            Ok(value) => drop(facts.insert(field, value)),
            Err(expected) => cells.found.push(
                Diagnostic::error(
                    codes::BAD_MODEL_FACT,
                    format!("`{field}`: {expected}, found `{value}`"),
                )
                .at(cells.table.row_place(Some("facts")))
                .value(value)
                .help("write the fact as a cell of that column is written"),
            ),
        }
    }
    facts
}
