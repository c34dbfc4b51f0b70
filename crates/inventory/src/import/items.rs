//! Documents as rows: our own JSON by its names, everybody else's through what they say of a device.

use std::collections::VecDeque;
use std::io::Read;
use std::sync::Arc;

use diagnostic::{Diagnostic, Place, suggest};

use super::device::{DeviceFormat, Observation};
use super::input::InputError;
use super::kind::FileKind;
use super::placeholder::Placeholders;
use super::records::{CellType, Record};
use super::rejects::PROBLEM_HEADING;
use super::tree::{JsonFault, JsonItem, JsonItems, Node};
use crate::catalogue::Field;
use crate::codes;
use crate::export::neutralise;
use crate::normal::chassis;
use crate::software::Software;

/// Where items come from.
enum Source<R> {
    /// A stream of JSON, and its first item, which was looked at.
    Json(Box<JsonItems<R>>, Option<JsonItem>),
    /// Devices of a file that was read as a whole, and its hash.
    Whole(VecDeque<Observation>, String),
}

/// What an item is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ItemFormat {
    /// A row of one of our own files.
    Own(FileKind),
    /// A device.
    Device(DeviceFormat),
}

/// Items one by one, as cells under our own headings.
pub(super) struct ItemRows<R> {
    source: Source<R>,
    format: ItemFormat,
    words: Vec<&'static str>,
    placeholders: Placeholders,
    software: Vec<Software>,
}

/// What came of an item.
pub(super) enum ItemStep {
    Row,
    Bad,
    End,
}

/// Why items cannot be read on.
pub(super) enum ItemError {
    Input(InputError),
    Refused(Box<Diagnostic>),
}

impl<R: Read> ItemRows<R> {
    /// Items of JSON whose first item was read.
    pub(super) fn json(items: JsonItems<R>, first: JsonItem, format: ItemFormat) -> Self {
        let kind = match format {
            ItemFormat::Own(kind) => kind,
            ItemFormat::Device(_) => FileKind::Assets,
        };
        Self::new(Source::Json(Box::new(items), Some(first)), format, kind)
    }

    /// Devices that were read from a whole file.
    pub(super) fn whole(devices: Vec<Observation>, sha256: String, format: DeviceFormat) -> Self {
        Self::new(
            Source::Whole(devices.into(), sha256),
            ItemFormat::Device(format),
            FileKind::Assets,
        )
    }

    fn new(source: Source<R>, format: ItemFormat, kind: FileKind) -> Self {
        Self {
            source,
            format,
            words: kind.words(),
            placeholders: Placeholders::shipped(),
            software: Vec::new(),
        }
    }

    /// Our own headings of the cells.
    pub(super) fn words(&self) -> &[&'static str] {
        &self.words
    }

    /// Programs that the current item lists.
    pub(super) fn software(&self) -> &[Software] {
        &self.software
    }

    /// The hash of the whole file.
    pub(super) fn finish(self) -> Result<String, ()> {
        match self.source {
            Source::Json(items, _) => items.into_input().finish().map_err(|_| ()),
            Source::Whole(_, sha256) => Ok(sha256),
        }
    }

    /// Reads the next item.
    pub(super) fn next(
        &mut self,
        record: &mut Record,
        name: &Arc<str>,
        found: &mut Vec<Diagnostic>,
    ) -> Result<ItemStep, ItemError> {
        self.software.clear();
        let item = match &mut self.source {
            Source::Whole(devices, _) => {
                let Some(device) = devices.pop_front() else { return Ok(ItemStep::End) };
                self.put(device, record, name, found);
                return Ok(ItemStep::Row);
            }
            Source::Json(items, first) => match first.take() {
                Some(first) => Some(first),
                None => items.next().map_err(|fault| problem(fault, name))?,
            },
        };
        let Some(item) = item else { return Ok(ItemStep::End) };
        match self.format {
            ItemFormat::Device(format) => {
                let observed = format.observe(&item.node, item.line, &self.placeholders);
                self.put(observed, record, name, found);
                Ok(ItemStep::Row)
            }
            ItemFormat::Own(_) => Ok(self.own(&item, record, name, found)),
        }
    }

    fn put(
        &mut self,
        device: Observation,
        record: &mut Record,
        name: &Arc<str>,
        found: &mut Vec<Diagnostic>,
    ) {
        let mut device = device;
        let by_model = device.get(Field::Model).and_then(chassis::class_of_model);
        device.maybe(Field::Class, by_model);
        found.extend(device.remarks(name));
        record.begin(device.line);
        for field in Field::columns() {
            let text = device.get(field).unwrap_or_default();
            record.push(&neutralise(text), CellType::Text);
        }
        self.software = device.software;
    }

    fn own(
        &self,
        item: &JsonItem,
        record: &mut Record,
        name: &Arc<str>,
        found: &mut Vec<Diagnostic>,
    ) -> ItemStep {
        record.begin(item.line);
        let place = |heading: &str| Place::record(name.clone(), item.line, Some(heading));
        let before = found.len();
        if !matches!(item.node, Node::Map(_)) {
            found.push(
                Diagnostic::error(codes::NOT_A_VALUE, "expected an object, found another value")
                    .at(Place::record(name.clone(), item.line, None))
                    .help("write one object for each row"),
            );
        }
        for key in item.node.names() {
            if self.words.iter().any(|word| word.eq_ignore_ascii_case(key))
                || key == PROBLEM_HEADING
                || key == "schema"
            {
                continue;
            }
            let help = suggest(key, self.words.iter().copied()).map_or_else(
                || "remove the name; files of others are read with a preset".to_owned(),
                |near| format!("a name that is similar exists: `{near}`"),
            );
            let key = super::cell::shorten(key);
            found.push(
                Diagnostic::error(codes::UNKNOWN_COLUMN, format!("unknown name `{key}`"))
                    .at(place(&key))
                    .value(&*key)
                    .help(help),
            );
        }
        for word in &self.words {
            match item.node.get(word) {
                None | Some(Node::Null) => record.push("", CellType::Text),
                Some(Node::Text(text)) => record.push(&neutralise(text), CellType::Text),
                Some(Node::Bool(flag)) => {
                    record.push(if *flag { "true" } else { "false" }, CellType::Text);
                }
                Some(Node::Number(number)) => record.push(&plain(number), CellType::Number),
                Some(Node::List(_) | Node::Map(_)) => {
                    record.push("", CellType::Text);
                    found.push(
                        Diagnostic::error(
                            codes::NOT_A_VALUE,
                            format!("expected one value for `{word}`, found several"),
                        )
                        .at(place(word))
                        .help("write a text, a number, true, false or null"),
                    );
                }
            }
        }
        if found.len() > before { ItemStep::Bad } else { ItemStep::Row }
    }
}

/// A number of JSON without an exponent, where a decimal can hold it.
fn plain(number: &str) -> String {
    if !number.contains(['e', 'E']) {
        return number.to_owned();
    }
    rust_decimal::Decimal::from_scientific(number)
        .map_or_else(|_| number.to_owned(), |number| number.normalize().to_string())
}

/// A fault of JSON as a problem of a file.
pub(super) fn problem(fault: JsonFault, name: &Arc<str>) -> ItemError {
    let at = |line: u32| Place::record(name.clone(), line, None);
    ItemError::Refused(Box::new(match fault {
        JsonFault::Input(error) => return ItemError::Input(error),
        JsonFault::Syntax(line, column, what) => {
            let mut place = at(line);
            place.column = Some(diagnostic::Column::Number(column));
            Diagnostic::error(codes::JSON_SYNTAX, format!("the file is not JSON: {what}"))
                .at(place)
                .help("export it again; a file that was cut off ends like this")
        }
        JsonFault::DuplicateName(line, key) => {
            let key = super::cell::shorten(&key).into_owned();
            Diagnostic::error(
                codes::JSON_DUPLICATE,
                format!("the name `{key}` stands twice in one object"),
            )
            .at(at(line))
            .value(key)
            .help("remove one of the two; it would be a guess which of them counts")
        }
        JsonFault::Limit(line, what) => {
            Diagnostic::error(codes::DOCUMENT_LIMIT, format!("the document has more than {what}"))
                .at(at(line))
                .help("no inventory is as large; check what made the file")
        }
    }))
}
