//! Reading a map's TOML.

use std::collections::BTreeMap;

use diagnostic::toml_file::{self, Item, Located, Scalar, Table};
use diagnostic::{Diagnostic, Diagnostics, Source, suggest};
use sha2::{Digest as _, Sha256};

use super::{AssetMap, ClassFrom, FieldMap, MapSource, Skip, unit};
use crate::catalogue::{Field, Kind};
use crate::codes::{self, MAP_TOML};
use crate::import::assets::{OnBad, always_rejects, is_identifier};
use crate::import::cell::{Dates, Part, Reading};
use crate::import::date::{DateFormat, DateOrder};
use crate::import::input::hex;
use crate::import::table::Layout;
use crate::vocabulary::{Class, ClassCatalogue};

/// The key under `[fields]` that says on which day the source saw the devices.
const SEEN_ON: &str = "seen_on";

/// What holds for all fields of a map.
struct Defaults<'c> {
    empty: Vec<String>,
    on_bad: OnBad,
    classes: &'c ClassCatalogue,
}

/// Reads a map, giving it and every problem; a map with errors is not to be used.
pub fn read_map(source: &Source, classes: &ClassCatalogue) -> (AssetMap, Diagnostics) {
    toml_file::read(source, &MAP_TOML, |top| {
        let name = top.optional::<String>("name").map(|name| name.value);
        top.optional::<String>("source");
        if let Some(kind) = top.optional::<String>("kind")
            && kind.value != "assets"
        {
            let message = format!("`kind`: expected \"assets\", found `{}`", kind.value);
            top.bad_value(kind.place, message, "maps are for files of devices");
        }
        let layout = read_layout(top);
        let dates = top.optional::<String>("date_format").and_then(|text| date_format(top, &text));
        let defaults = Defaults {
            empty: strings(top, "empty"),
            on_bad: on_bad(top).unwrap_or(OnBad::LeaveUnknown),
            classes,
        };
        let skips = top.tables("skip").into_iter().filter_map(read_skip).collect();
        let class_from = top
            .tables("class_from")
            .into_iter()
            .filter_map(|table| read_class_from(table, classes))
            .collect();
        let mut all = read_fields(top, &defaults);
        let seen_on = all.iter().position(|(word, _)| word == SEEN_ON).map(|at| all.remove(at).1);
        let mut fields: Vec<FieldMap> = all.into_iter().map(|(_, field)| field).collect();
        fields.sort_by_key(|field| field.field);
        if !fields.iter().any(|field| is_identifier(field.field)) {
            let problem = Diagnostic::error(
                codes::MAP_WITHOUT_IDENTIFIER,
                "expected `asset_tag` or `serial_number` under `[fields]`, found neither",
            );
            top.problem(problem.at(source.whole()).help("map the column that names the device"));
        }
        let sha256 = hex(&Sha256::digest(source.text()));
        let name = name.unwrap_or_else(|| source.name().to_owned());
        AssetMap { name, sha256, layout, dates, fields, seen_on, class_from, skips, lenient: false }
    })
}

fn read_layout(top: &mut Table<'_>) -> Layout {
    let mut layout = Layout::default();
    if let Some(text) = top.optional::<String>("delimiter") {
        match text.value.as_bytes() {
            [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && *byte != b'"' => {
                layout.delimiter = *byte;
            }
            _ => {
                let message =
                    format!("`delimiter`: expected one character, found `{}`", text.value);
                top.bad_value(text.place, message, "write \",\", \";\", \"\\t\" or \"|\"");
            }
        }
    }
    if let Some(row) = top.optional::<u32>("header_row") {
        if row.value == 0 {
            let message = "`header_row`: expected a line from 1, found 0";
            top.bad_value(row.place, message, "write the line on which the headings stand");
        }
        layout.header_row = row.value.max(1);
    }
    layout
}

fn strings(table: &mut Table<'_>, key: &'static str) -> Vec<String> {
    table.optional::<Vec<String>>(key).map(|texts| texts.value).unwrap_or_default()
}

fn on_bad(table: &mut Table<'_>) -> Option<OnBad> {
    let word = table.optional::<String>("on_bad")?;
    match word.value.as_str() {
        "reject" => Some(OnBad::Reject),
        "unknown" => Some(OnBad::LeaveUnknown),
        other => {
            let message = format!("`on_bad`: expected \"reject\" or \"unknown\", found `{other}`");
            table.bad_value(word.place, message, "write \"reject\" or \"unknown\"");
            None
        }
    }
}

fn date_format(table: &Table<'_>, text: &Located<String>) -> Option<DateFormat> {
    let parsed = text.value.parse();
    if let Err(expected) = &parsed {
        table.problem(
            Diagnostic::error(
                codes::MAP_DATE_FORMAT,
                format!("{expected}, found `{}`", text.value),
            )
            .at(text.place.clone())
            .help("write for example \"dd/mm/yyyy\", \"dd mon yyyy\" or \"yyyy-mm-dd*\""),
        );
    }
    parsed.ok()
}

fn read_skip(mut table: Table<'_>) -> Option<Skip> {
    let place = table.place();
    let column = table.required::<String>("column");
    let equals = table.required::<Vec<String>>("equals");
    table.finish();
    Some(Skip { column: column?.value, equals: equals?.value, place })
}

fn read_class_from(mut table: Table<'_>, classes: &ClassCatalogue) -> Option<ClassFrom> {
    let place = table.place();
    let column = table.optional::<String>("column").map(|column| column.value);
    let contains = match &column {
        Some(_) => table.required::<Vec<String>>("contains").map(|texts| texts.value),
        None => Some(Vec::new()),
    };
    let word = table.required::<String>("class");
    let class = word.and_then(|word| known_class(&table, &word, classes));
    table.finish();
    let contains = contains?.iter().map(|text| text.to_lowercase()).collect();
    Some(ClassFrom { column, contains, class: class?, place })
}

fn known_class(
    table: &Table<'_>,
    word: &Located<String>,
    classes: &ClassCatalogue,
) -> Option<Class> {
    let parsed = classes.parse(&word.value);
    if let Err(expected) = &parsed {
        let known = classes.specs().iter().map(|spec| spec.class.as_str());
        let help = suggest(&word.value, known).map_or_else(
            || "write a class of the catalogue".to_owned(),
            |near| format!("a class with a similar name exists: `{near}`"),
        );
        table.bad_value(word.place.clone(), format!("{expected}, found `{}`", word.value), help);
    }
    parsed.ok()
}

fn read_fields(top: &mut Table<'_>, defaults: &Defaults<'_>) -> Vec<(String, FieldMap)> {
    let Some(mut table) =
        top.required_item("fields", "a table of fields").and_then(|item| item.table())
    else {
        return Vec::new();
    };
    let mut all = Vec::new();
    for (word, item) in table.named_items() {
        // The day of sighting is read as a date, and kept with every fact of the row.
        let field = if word.value == SEEN_ON { Ok(Field::LastSeen) } else { word.value.parse() };
        let Ok(field) = field.map_err(drop).and_then(|field: Field| {
            if Field::columns().any(|known| known == field) { Ok(field) } else { Err(()) }
        }) else {
            let help = Field::nearest(&word.value).map_or_else(
                || "name a column of an assets file".to_owned(),
                |near| format!("a field with a similar name exists: `{near}`"),
            );
            table.problem(
                Diagnostic::error(
                    codes::MAP_FIELD_UNKNOWN,
                    format!("unknown field `{}` in `fields`", word.value),
                )
                .at(word.place)
                .value(word.value)
                .help(help),
            );
            continue;
        };
        if let Some(map) = read_field(field, &item, defaults) {
            all.push((word.value, map));
        }
    }
    all
}

fn read_field(field: Field, item: &Item<'_>, defaults: &Defaults<'_>) -> Option<FieldMap> {
    let place = item.place();
    let mut reading = Reading::own(DateOrder::Iso);
    reading.empty.clone_from(&defaults.empty);
    let on_bad_default = if always_rejects(field) { OnBad::Reject } else { defaults.on_bad };
    if !item.is_table() {
        let column = item.read::<String>()?.value;
        let source = MapSource::Columns(vec![column]);
        let on_bad = on_bad_default;
        return Some(FieldMap {
            field,
            source,
            optional: false,
            reading,
            own_dates: false,
            on_bad,
            place,
        });
    }
    let mut table = item.table()?;
    reading.empty.extend(strings(&mut table, "empty"));
    reading.remove = strings(&mut table, "remove");
    reading.strip_prefix = table.optional::<String>("prefix").map(|text| text.value);
    reading.strip_suffix = table.optional::<String>("suffix").map(|text| text.value);
    reading.words = table.table("table").map(|words| read_words(field, words, defaults.classes));
    reading.otherwise =
        table.item("otherwise").and_then(|item| own_word(field, &item, defaults.classes));
    reading.factor = read_factor(field, &mut table);
    reading.part = read_part(&mut table);
    let format = table.optional::<String>("date").and_then(|text| {
        if field.kind() != Kind::Date {
            let message = format!("`date`: {field} is not a date");
            table.bad_value(text.place, message, "remove the key");
            return None;
        }
        if text.value == "stamp" {
            reading.dates = Dates::Stamp(DateOrder::Iso);
            return None;
        }
        date_format(&table, &text)
    });
    let own_dates = format.is_some();
    if let Some(format) = format {
        reading.dates = Dates::Format(format);
    }
    let optional = table.optional::<bool>("optional").is_some_and(|flag| flag.value);
    let stated = on_bad(&mut table);
    let on_bad =
        if always_rejects(field) { OnBad::Reject } else { stated.unwrap_or(on_bad_default) };
    let source = read_source(field, &mut table, defaults.classes);
    table.finish();
    Some(FieldMap { field, source: source?, optional, reading, own_dates, on_bad, place })
}

fn read_part(table: &mut Table<'_>) -> Option<Part> {
    let word = table.optional::<String>("as")?;
    let found = Part::WORDS.iter().find(|(known, _)| *known == word.value).map(|(_, part)| *part);
    if found.is_none() {
        let known: Vec<&str> = Part::WORDS.iter().map(|(known, _)| *known).collect();
        let message = format!("`as`: expected one of {}, found `{}`", known.join(", "), word.value);
        table.bad_value(word.place, message, "remove the key, so that the whole cell counts");
    }
    found
}

fn read_source(field: Field, table: &mut Table<'_>, classes: &ClassCatalogue) -> Option<MapSource> {
    let column = table.optional::<String>("column").map(|column| column.value);
    let columns = strings(table, "columns");
    let constant = table.item("value");
    match (column, columns.is_empty(), constant) {
        (Some(column), true, None) => Some(MapSource::Columns(vec![column])),
        (None, false, None) => Some(MapSource::Columns(columns)),
        (None, true, Some(item)) => own_word(field, &item, classes).map(MapSource::Constant),
        _ => {
            let message =
                format!("`{}`: expected one of `column`, `columns` and `value`", table.path());
            table.bad_value(table.place(), message, "say where the field's text comes from");
            None
        }
    }
}

fn read_words(
    field: Field,
    mut table: Table<'_>,
    classes: &ClassCatalogue,
) -> BTreeMap<String, String> {
    let mut words = BTreeMap::new();
    for (theirs, item) in table.named_items() {
        if let Some(ours) = own_word(field, &item, classes) {
            words.insert(theirs.value.to_lowercase(), ours);
        }
    }
    words
}

/// A value of a field in our own spelling.
fn own_word(field: Field, item: &Item<'_>, classes: &ClassCatalogue) -> Option<String> {
    let text = item.read::<Scalar>()?.value.0;
    let problem = if field == Field::Class {
        classes.parse(&text).err()
    } else {
        field.kind().parse(&text).err()
    };
    if let Some(expected) = problem {
        let message = format!("`{}`: {expected}, found `{text}`", item.path());
        item.bad_value(message, format!("write a value of {field} as our own files do"));
        return None;
    }
    Some(text)
}

fn read_factor(field: Field, table: &mut Table<'_>) -> Option<rust_decimal::Decimal> {
    let name = table.optional::<String>("from")?;
    let factor = unit::factor(field, &name.value);
    if factor.is_none() {
        let known = unit::names(field);
        let help = if known.is_empty() {
            format!("{field} has no unit; remove the key")
        } else {
            format!("units of {field}: {}", known.join(", "))
        };
        table.problem(
            Diagnostic::error(
                codes::MAP_UNIT,
                format!("`from`: expected a unit that fits {field}, found `{}`", name.value),
            )
            .at(name.place)
            .value(name.value)
            .help(help),
        );
    }
    factor
}
