//! Devices, from our own files or from others' through a map.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;

use chrono::NaiveDate;
use diagnostic::{Diagnostic, Diagnostics, Severity};

use super::MAX_PROBLEMS;
use super::cell::{BadCell, Memory, Reading, shorten};
use super::date::DateOrder;
use super::map::AssetMap;
use super::placeholder::Placeholders;
use super::problems::Problems;
use super::records::CellType;
use super::run::Input;
use super::table::{ColumnName, Fetched, Layout, Refused, Table, resolve};
use crate::catalogue::{Field, Group, Kind, Value};
use crate::codes;
use crate::normal::chassis;
use crate::vocabulary::{AssetTag, Class, ClassCatalogue, SerialNumber};

/// What one row of a file says of one device.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AssetRow {
    /// The physical line on which the row starts.
    pub line: u32,
    /// The device's tag.
    pub tag: Option<AssetTag>,
    /// The device's serial number, unless it is a placeholder.
    pub serial: Option<SerialNumber>,
    /// The device's class.
    pub class: Option<Class>,
    /// What else it says, ascending by field.
    pub values: Vec<(Field, Value)>,
    /// The day on which the source saw the device.
    pub seen_on: Option<NaiveDate>,
}

/// What became of a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Step {
    Row(AssetRow),
    /// A row that cannot be used; its identifiers, where they could be read.
    Rejected(Option<AssetTag>, Option<SerialNumber>),
    End,
}

/// What to do with a cell that cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum OnBad {
    Reject,
    LeaveUnknown,
}

/// Where a field's text comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Origin {
    /// A cell of the row.
    Column { index: usize, heading: Arc<str> },
    /// The first of several cells that says anything.
    FirstOf(Vec<(usize, Arc<str>)>),
    /// The same text in every row.
    Constant(Arc<str>),
}

/// A rule of `class_from`: the class of rows whose cell holds one of the texts (or of all rows, without a column).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct ClassRule {
    pub(super) column: Option<usize>,
    pub(super) contains: Vec<String>,
    pub(super) class: Class,
}

/// A rule of `skip`: rows whose cell is one of the texts are left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct SkipRule {
    pub(super) column: usize,
    pub(super) equals: Vec<String>,
}

/// How one field is read from a row.
#[derive(Debug)]
pub(super) struct Extraction {
    pub(super) field: Field,
    pub(super) origin: Origin,
    pub(super) reading: Reading,
    pub(super) on_bad: OnBad,
    pub(super) memory: Memory,
}

/// How rows of a file become devices.
#[derive(Debug)]
pub(super) struct RowPlan {
    /// Ascending by field.
    pub(super) extractions: Vec<Extraction>,
    pub(super) class_rules: Vec<ClassRule>,
    pub(super) skips: Vec<SkipRule>,
    pub(super) seen_on: Option<Extraction>,
    /// Whether a model's name may tell the class of a row that has none.
    pub(super) infers_class: bool,
}

/// Devices row by row, without keeping more than one of them.
pub struct AssetRows<'c, R> {
    table: Table<R>,
    plan: RowPlan,
    classes: &'c ClassCatalogue,
    placeholders: Placeholders,
}

impl<R> std::fmt::Debug for AssetRows<'_, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AssetRows").field("plan", &self.plan).finish_non_exhaustive()
    }
}

/// The columns of our own assets files.
pub(super) fn columns() -> Vec<ColumnName> {
    Field::columns().map(|field| ColumnName { word: field.word(), required: false }).collect()
}

/// Reads a whole assets file: every usable row and every problem.
pub fn read_assets<R: Read>(
    input: Input<R>,
    classes: &ClassCatalogue,
    map: Option<&AssetMap>,
    order: DateOrder,
) -> (Vec<AssetRow>, Diagnostics) {
    let mut problems = Problems::new();
    let mut all = Vec::new();
    let layout = map.map_or_else(Layout::default, AssetMap::layout);
    let opened = Table::open(input.reader, input.name, layout, &mut problems)
        .and_then(|table| AssetRows::new(table, classes, map, order, &mut problems));
    if let Ok(mut rows) = opened {
        loop {
            let mut found = Vec::new();
            let step = rows.next(&mut found);
            problems.extend(found);
            match step {
                Step::Row(row) => all.push(row),
                Step::Rejected(..) => {}
                Step::End => break,
            }
        }
    }
    (all, problems.into_diagnostics())
}

impl<'c, R: Read> AssetRows<'c, R> {
    pub(super) fn new(
        table: Table<R>,
        classes: &'c ClassCatalogue,
        map: Option<&AssetMap>,
        order: DateOrder,
        problems: &mut Problems,
    ) -> Result<Self, Refused> {
        let plan = match map {
            Some(map) => map.plan(&table, order, problems)?,
            None => own_plan(&table, order, problems)?,
        };
        Ok(Self { table, plan, classes, placeholders: Placeholders::shipped() })
    }

    pub(super) fn table(&self) -> &Table<R> {
        &self.table
    }

    pub(super) fn into_table(self) -> Table<R> {
        self.table
    }

    /// Reads the next row that is not blank or skipped, with its problems.
    pub(super) fn next(&mut self, found: &mut Vec<Diagnostic>) -> Step {
        loop {
            match self.table.next(found) {
                Fetched::End => return Step::End,
                Fetched::Bad => return Step::Rejected(None, None),
                Fetched::Row if self.table.is_blank() || self.is_skipped() => {}
                Fetched::Row => break,
            }
        }
        let mut row = AssetRow {
            line: self.table.line(),
            tag: None,
            serial: None,
            class: None,
            values: Vec::with_capacity(self.plan.extractions.len()),
            seen_on: None,
        };
        let mut sound = true;
        for extraction in &mut self.plan.extractions {
            match extract(&self.table, extraction, found) {
                Ok(Some(value)) => {
                    sound &= place(&mut row, extraction, value, &self.table, self.classes, found);
                }
                Ok(None) => {}
                Err(()) => sound = false,
            }
        }
        if let Some(extraction) = &mut self.plan.seen_on
            && let Ok(Some(Value::Date(day))) = extract(&self.table, extraction, found)
        {
            row.seen_on = Some(day);
        }
        if row.class.is_none() {
            row.class = self.inferred_class().or_else(|| self.class_of_model(&row));
        }
        self.drop_placeholder(&mut row, found);
        if sound && row.tag.is_none() && row.serial.is_none() {
            found.push(
                Diagnostic::error(
                    codes::NO_IDENTIFIER,
                    "expected an asset tag or a serial number, found neither",
                )
                .at(self.table.row_place(None))
                .help("fill in `asset_tag` or `serial_number`"),
            );
            sound = false;
        }
        if sound { Step::Row(row) } else { Step::Rejected(row.tag, row.serial) }
    }

    fn is_skipped(&self) -> bool {
        self.plan.skips.iter().any(|rule| {
            let cell = self.table.cell(rule.column).trim();
            rule.equals.iter().any(|text| text.eq_ignore_ascii_case(cell))
        })
    }

    fn inferred_class(&self) -> Option<Class> {
        let rule = self.plan.class_rules.iter().find(|rule| {
            rule.column.is_none_or(|column| {
                let cell = self.table.cell(column).to_lowercase();
                rule.contains.iter().any(|text| cell.contains(text.as_str()))
            })
        })?;
        Some(rule.class.clone())
    }

    fn class_of_model(&self, row: &AssetRow) -> Option<Class> {
        let model = row
            .values
            .iter()
            .find(|(field, _)| *field == Field::Model)
            .filter(|_| self.plan.infers_class)?;
        let Value::Text(text) = &model.1 else { return None };
        self.classes.parse(chassis::class_of_model(text)?).ok()
    }

    fn drop_placeholder(&self, row: &mut AssetRow, found: &mut Vec<Diagnostic>) {
        let Some(serial) = &row.serial else { return };
        if self.placeholders.matches(serial.as_str()) {
            found.push(
                Diagnostic::warning(
                    codes::PLACEHOLDER_SERIAL,
                    format!("`{serial}` is a placeholder and was treated as no serial number"),
                )
                .at(self.table.row_place(Some(Field::SerialNumber.word())))
                .value(serial.as_str())
                .help("read the serial number from the device's label"),
            );
            row.serial = None;
        }
    }
}

fn own_plan<R: Read>(
    table: &Table<R>,
    order: DateOrder,
    problems: &mut Problems,
) -> Result<RowPlan, Refused> {
    let positions = resolve(table, &columns(), problems)?;
    let identified =
        Field::columns().zip(&positions).any(|(field, at)| is_identifier(field) && at.is_some());
    if !identified {
        problems.push(
            Diagnostic::error(
                codes::MISSING_COLUMN,
                "expected a column `asset_tag` or `serial_number`, found neither",
            )
            .at(table.row_place(None))
            .help("add one of the two; devices are recognised by them"),
        );
        return Err(Refused);
    }
    let extraction = |(field, at): (Field, &Option<usize>)| {
        let index = (*at)?;
        let heading = table.headings().get(index)?.clone();
        Some(Extraction {
            field,
            origin: Origin::Column { index, heading },
            reading: Reading::own(order),
            on_bad: OnBad::Reject,
            memory: Memory::default(),
        })
    };
    Ok(RowPlan {
        extractions: Field::columns().zip(&positions).filter_map(extraction).collect(),
        class_rules: Vec::new(),
        skips: Vec::new(),
        seen_on: None,
        infers_class: false,
    })
}

/// Whether a field says which device a row is of.
pub(super) fn is_identifier(field: Field) -> bool {
    matches!(field, Field::AssetTag | Field::SerialNumber)
}

/// Whether an unreadable cell of the field always rejects its row, whatever a map says.
pub(super) fn always_rejects(field: Field) -> bool {
    is_identifier(field)
        || field == Field::Class
        || (field.group() == Group::Administration
            && matches!(
                field.kind(),
                Kind::Organisation | Kind::Status | Kind::Money | Kind::Date | Kind::Funding
            ))
}

/// The value of a field in the current row; `Err` when the cell rejects the row.
fn extract<R: Read>(
    table: &Table<R>,
    extraction: &mut Extraction,
    found: &mut Vec<Diagnostic>,
) -> Result<Option<Value>, ()> {
    let Extraction { field, origin, reading, on_bad, memory } = extraction;
    let (raw, heading, cell_type): (&str, &str, CellType) = match origin {
        Origin::Column { index, heading } => (table.cell(*index), heading, table.cell_type(*index)),
        Origin::Constant(text) => (text, "", CellType::Text),
        Origin::FirstOf(columns) => columns
            .iter()
            .map(|(index, heading)| (table.cell(*index), &**heading, table.cell_type(*index)))
            .find(|(cell, _, _)| !matches!(reading.read(*field, cell), Ok(None)))
            .unwrap_or_default(),
    };
    if raw.is_empty() {
        return Ok(None);
    }
    if let Some(day) = day_of(*field, raw, cell_type, table) {
        return Ok(Some(Value::Date(day)));
    }
    if is_identifier(*field)
        && let Some(problem) = number_as_identifier(*field, raw, cell_type)
    {
        let sound = problem.severity == Severity::Warning;
        found.push(problem.at(table.row_place(Some(heading))).value(shorten(raw)));
        if !sound {
            return Err(());
        }
    }
    let read = if is_identifier(*field) {
        reading.read(*field, raw).map_err(Box::new)
    } else {
        memory.read(reading, *field, raw)
    };
    let bad = match read {
        Ok(value) => return Ok(value),
        Err(bad) => bad,
    };
    let place = table.row_place(Some(heading).filter(|heading| !heading.is_empty()));
    let BadCell { code, message, help } = *bad;
    if *on_bad == OnBad::Reject {
        found
            .push(Diagnostic::error(code, message).at(place).value(shorten(raw.trim())).help(help));
        return Err(());
    }
    found.push(
        Diagnostic::warning(
            codes::FACT_UNREADABLE,
            format!("{message}; `{field}` is left unknown"),
        )
        .at(place)
        .value(shorten(raw.trim()))
        .help("name the text under `empty` in the map, or set `on_bad = \"reject\"`"),
    );
    Ok(None)
}

/// The day of a workbook's cell, when the cell is one: of a date, or of a number that counts days.
fn day_of<R: Read>(
    field: Field,
    raw: &str,
    cell_type: CellType,
    table: &Table<R>,
) -> Option<NaiveDate> {
    if field.kind() != Kind::Date {
        return None;
    }
    match cell_type {
        CellType::Text => None,
        CellType::Date => NaiveDate::parse_from_str(raw, "%Y-%m-%d").ok(),
        CellType::Number => table.day(raw),
    }
}

/// What is wrong with an identifier that a spreadsheet has made a number of.
fn number_as_identifier(field: Field, raw: &str, cell_type: CellType) -> Option<Diagnostic> {
    let raw = raw.trim();
    // What is left of a long number in a CSV file that a spreadsheet saved.
    let scientific = raw.split_once("E+").is_some_and(|(mantissa, exponent)| {
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
        digits(whole) && digits(fraction) && digits(exponent)
    });
    let whole = raw.bytes().all(|byte| byte.is_ascii_digit()) && raw.len() <= 15;
    match (cell_type, field) {
        (CellType::Text, _) if !scientific => None,
        (CellType::Number, Field::AssetTag) if whole => Some(
            Diagnostic::warning(
                codes::NUMBER_AS_TAG,
                format!("the asset tag `{raw}` is a number in the workbook, and may have lost leading zeros"),
            )
            .help("compare it with the label, and format the column as text"),
        ),
        (CellType::Date, _) => Some(
            Diagnostic::error(codes::NUMBER_AS_SERIAL, format!("expected an identifier, found the date {raw}"))
                .help("format the column as text and enter it again from the label"),
        ),
        _ => Some(
            Diagnostic::error(
                codes::NUMBER_AS_SERIAL,
                format!("expected an identifier as text, found the number `{}`", shorten(raw)),
            )
            .help("format the column as text and enter it again from the label; it is never repaired"),
        ),
    }
}

/// Puts a value where it belongs in the row; false when it rejects the row.
fn place<R: Read>(
    row: &mut AssetRow,
    extraction: &Extraction,
    value: Value,
    table: &Table<R>,
    classes: &ClassCatalogue,
    found: &mut Vec<Diagnostic>,
) -> bool {
    let heading = match &extraction.origin {
        Origin::Column { heading, .. } => Some(&**heading),
        Origin::FirstOf(_) | Origin::Constant(_) => None,
    };
    let bad = match (extraction.field, &value) {
        (Field::AssetTag, Value::Text(text)) => match text.parse() {
            Ok(tag) => {
                row.tag = Some(tag);
                return true;
            }
            Err(expected) => (codes::BAD_IDENTIFIER, expected.to_string(), text.clone()),
        },
        (Field::SerialNumber, Value::Text(text)) => match text.parse() {
            Ok(serial) => {
                row.serial = Some(serial);
                return true;
            }
            Err(expected) => (codes::BAD_IDENTIFIER, expected.to_string(), text.clone()),
        },
        (Field::Class, Value::Token(word)) => match classes.parse(word) {
            Ok(class) => {
                row.class = Some(class);
                return true;
            }
            Err(expected) => (codes::BAD_CLASS, expected.to_string(), word.clone()),
        },
        (field, _) => {
            if field == Field::LastSeen
                && let Value::Date(day) = value
            {
                row.seen_on = Some(day);
            }
            row.values.push((field, value));
            return true;
        }
    };
    let (code, expected, text) = bad;
    let help = if code == codes::BAD_CLASS {
        let words = classes.specs().iter().map(|spec| spec.class.as_str());
        diagnostic::suggest(&text, words.clone()).map_or_else(
            || format!("known classes: {}", words.clone().collect::<Vec<_>>().join(", ")),
            |near| format!("a class with a similar name exists: `{near}`"),
        )
    } else {
        "write the identifier as it stands on the device".to_owned()
    };
    found.push(
        Diagnostic::error(code, format!("{expected}, found `{}`", shorten(&text)))
            .at(table.row_place(heading))
            .value(shorten(&text))
            .help(help),
    );
    false
}

/// Warnings that repeat from row to row, told once with their number.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    first: BTreeMap<(diagnostic::Code, String, String), (Diagnostic, u64)>,
    unlisted: Vec<Diagnostic>,
}

impl Remarks {
    /// Adds a warning.
    pub(super) fn push(&mut self, warning: Diagnostic) {
        let column = warning
            .place
            .as_ref()
            .and_then(|place| place.column.as_ref())
            .map(ToString::to_string)
            .unwrap_or_default();
        let key = (warning.code, column, warning.value.clone().unwrap_or_default());
        if let Some((_, count)) = self.first.get_mut(&key) {
            *count = count.saturating_add(1);
        } else if self.first.len() < MAX_PROBLEMS {
            self.first.insert(key, (warning, 1));
        } else if self.unlisted.len() < MAX_PROBLEMS {
            self.unlisted.push(warning);
        }
    }

    /// The warnings, each with the number of further rows it holds for, in the order of their first rows.
    pub(super) fn into_warnings(self) -> Vec<Diagnostic> {
        let mut all: Vec<Diagnostic> = self
            .first
            .into_values()
            .map(|(mut warning, count)| {
                if count > 1 {
                    let more = count.saturating_sub(1);
                    warning.message = format!("{} (and in {more} further rows)", warning.message);
                }
                warning
            })
            .collect();
        all.extend(self.unlisted);
        all.sort_by_key(|warning| warning.place.as_ref().and_then(|place| place.line));
        all
    }
}
