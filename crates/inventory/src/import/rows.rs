//! Rows of cells, whatever form of file they come from.

use std::io::Read;
use std::sync::Arc;

use diagnostic::{Diagnostic, Place};

use super::device::{DeviceFormat, dmidecode, edid};
use super::epraccur::Practices;
use super::input::{InputBytes, InputError};
use super::items::{ItemError, ItemFormat, ItemRows, ItemStep, problem};
use super::kind::FileKind;
use super::placeholder::Placeholders;
use super::preset::Preset;
use super::records::{Record, Records};
use super::shape::Shape;
use super::tree::{JsonItem, JsonItems, MAX_ITEM_BYTES, XmlFault, read_xml};
use super::workbook::{self, BookFault, SheetRows};
use crate::codes;

/// Where rows come from.
pub(super) enum Rows<R> {
    /// Cells between commas.
    Text(Box<Records<R>>),
    /// GP practices, made rows of an organisations file.
    Practices(Box<Practices<R>>, Vec<&'static str>),
    /// A sheet of a workbook, and the file's hash.
    Sheet(Box<SheetRows>, String),
    /// Documents.
    Items(Box<ItemRows<R>>),
    /// No more.
    Ended(String),
}

/// What came of asking for a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum RowStep {
    Row,
    /// A row whose problems have been told.
    Bad,
    End,
}

/// Why no rows can be read on.
pub(super) enum RowsError {
    Input(InputError),
    Refused(Box<Diagnostic>),
}

impl From<InputError> for RowsError {
    fn from(error: InputError) -> Self {
        Self::Input(error)
    }
}

impl From<ItemError> for RowsError {
    fn from(error: ItemError) -> Self {
        match error {
            ItemError::Input(error) => Self::Input(error),
            ItemError::Refused(problem) => Self::Refused(problem),
        }
    }
}

fn refused(problem: Diagnostic) -> RowsError {
    RowsError::Refused(Box::new(problem))
}

/// How a file is to be opened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'w> {
    pub(super) delimiter: u8,
    pub(super) sheet: Option<&'w str>,
    pub(super) preset: Preset,
    pub(super) kind: Option<FileKind>,
}

/// What a file turned out to be.
pub(super) struct Found<R> {
    pub(super) rows: Rows<R>,
    /// What it lists, where its form says so.
    pub(super) kind: Option<FileKind>,
    /// Its format, where its form says so.
    pub(super) preset: Option<Preset>,
    pub(super) remarks: Vec<Diagnostic>,
}

impl<R: Read> Rows<R> {
    /// Looks at the first bytes and opens what they begin.
    pub(super) fn open(
        reader: R,
        name: &Arc<str>,
        wanted: &Wanted<'_>,
    ) -> Result<Found<R>, RowsError> {
        let mut input = InputBytes::new(reader);
        let shape = Shape::of(input.peek()?);
        if !wanted.preset.fits(shape) {
            return Err(refused(
                Diagnostic::error(
                    codes::PRESET_MISMATCH,
                    format!(
                        "expected a file of the preset {}, found {}",
                        wanted.preset,
                        shape.name()
                    ),
                )
                .at(Place::file(name.clone()))
                .help("leave out --preset, so that the file tells its format"),
            ));
        }
        match shape {
            Shape::Delimited => {
                Ok(plain(Self::Text(Box::new(Records::new(input, wanted.delimiter)))))
            }
            Shape::OldWorkbook => Err(refused(
                Diagnostic::error(
                    codes::OLD_WORKBOOK,
                    "the file is a workbook of before 2007 (.xls)",
                )
                .at(Place::file(name.clone()))
                .help("open it and save it as .xlsx or as `CSV UTF-8`"),
            )),
            Shape::Workbook => open_workbook(input, name, wanted),
            Shape::Json => open_json(input, name, wanted),
            Shape::Xml => open_xml(input, name, wanted),
            Shape::Dmidecode => {
                let (text, windows) = input.read_text(dmidecode::MAX_BYTES)?;
                let devices = dmidecode::observe(&text, &Placeholders::shipped());
                if devices.is_empty() {
                    return Err(refused(
                        Diagnostic::error(
                            codes::DMIDECODE,
                            "expected a block of DMI type 1, found none",
                        )
                        .at(Place::file(name.clone()))
                        .help("run dmidecode without options, as root"),
                    ));
                }
                let mut found = whole(devices, input, DeviceFormat::Lshw, Preset::Dmidecode)?;
                found.remarks.extend(windows.then(|| read_as_windows(name)));
                Ok(found)
            }
            Shape::Edid => {
                let bytes = input.read_raw(edid::MAX_BYTES)?;
                let devices = edid::observe(&bytes).map_err(|fault| {
                    refused(
                        Diagnostic::error(
                            codes::EDID,
                            format!("the file is no EDID: {}", fault.message()),
                        )
                        .at(Place::file(name.clone()))
                        .help("read the block from the monitor again"),
                    )
                })?;
                whole(devices, input, DeviceFormat::Lshw, Preset::Edid)
            }
        }
    }

    /// Reads the next row.
    pub(super) fn next(
        &mut self,
        record: &mut Record,
        name: &Arc<str>,
        found: &mut Vec<Diagnostic>,
    ) -> Result<RowStep, RowsError> {
        let row = |more: bool| if more { RowStep::Row } else { RowStep::End };
        match self {
            Self::Text(records) => Ok(row(records.next(record)?)),
            Self::Practices(practices, words) => {
                Ok(row(practices.next(record, words, name, found)?))
            }
            Self::Sheet(sheet, _) => {
                sheet.next(record).map(row).map_err(|fault| book_problem(&fault, name))
            }
            Self::Items(items) => Ok(match items.next(record, name, found)? {
                ItemStep::Row => RowStep::Row,
                ItemStep::Bad => RowStep::Bad,
                ItemStep::End => RowStep::End,
            }),
            Self::Ended(_) => Ok(RowStep::End),
        }
    }

    /// The hash of the whole file, read to its end.
    pub(super) fn finish(self) -> Result<String, ()> {
        match self {
            Self::Text(records) => records.into_input().finish().map_err(|_| ()),
            Self::Practices(practices, _) => {
                practices.into_records().into_input().finish().map_err(|_| ())
            }
            Self::Sheet(_, sha256) | Self::Ended(sha256) => Ok(sha256),
            Self::Items(items) => items.finish(),
        }
    }
}

fn plain<R>(rows: Rows<R>) -> Found<R> {
    Found { rows, kind: None, preset: None, remarks: Vec::new() }
}

fn whole<R: Read>(
    devices: Vec<super::device::Observation>,
    input: InputBytes<R>,
    format: DeviceFormat,
    preset: Preset,
) -> Result<Found<R>, RowsError> {
    let sha256 = input.finish()?;
    let rows = Rows::Items(Box::new(ItemRows::whole(devices, sha256, format)));
    Ok(Found { rows, kind: Some(FileKind::Assets), preset: Some(preset), remarks: Vec::new() })
}

fn read_as_windows(name: &Arc<str>) -> Diagnostic {
    Diagnostic::warning(
        codes::READ_AS_WINDOWS,
        "the file is not UTF-8; it was read as Windows-1252",
    )
    .at(Place::file(name.clone()))
    .help("nothing needs to be done unless names with accents look wrong")
}

fn book_problem(fault: &BookFault, name: &Arc<str>) -> RowsError {
    let (code, help) = match fault {
        BookFault::NoSheet(_) => (codes::NO_SHEET, "name one of them with --sheet"),
        _ => (codes::WORKBOOK, "open the file in Excel or LibreOffice and save it again as .xlsx"),
    };
    refused(Diagnostic::error(code, fault.message()).at(Place::file(name.clone())).help(help))
}

fn open_workbook<R: Read>(
    mut input: InputBytes<R>,
    name: &Arc<str>,
    wanted: &Wanted<'_>,
) -> Result<Found<R>, RowsError> {
    let bytes = input.read_raw(workbook::MAX_BYTES)?;
    let sha256 = input.finish()?;
    let sheet = workbook::open(bytes, wanted.sheet).map_err(|fault| book_problem(&fault, name))?;
    let mut remarks = Vec::new();
    if !sheet.others().is_empty() {
        remarks.push(
            Diagnostic::warning(
                codes::OTHER_SHEETS,
                format!(
                    "the sheet `{}` was read; others were not: {}",
                    sheet.sheet(),
                    sheet.others().join(", ")
                ),
            )
            .at(Place::file(name.clone()))
            .help("name the sheet with --sheet; import each sheet that lists devices"),
        );
    }
    Ok(Found { rows: Rows::Sheet(Box::new(sheet), sha256), kind: None, preset: None, remarks })
}

fn open_json<R: Read>(
    input: InputBytes<R>,
    name: &Arc<str>,
    wanted: &Wanted<'_>,
) -> Result<Found<R>, RowsError> {
    let mut items = JsonItems::new(input);
    let Some(first) = items.next().map_err(|fault| problem(fault, name))? else {
        let sha256 = items.into_input().finish()?;
        let mut found = plain(Rows::Ended(sha256));
        found.kind = Some(wanted.kind.unwrap_or(FileKind::Assets));
        return Ok(found);
    };
    let (format, preset) = json_format(&first, wanted).ok_or_else(|| {
        refused(
            Diagnostic::error(codes::UNKNOWN_KIND, "the names of the document fit no format that is read by itself")
                .at(Place::record(name.clone(), first.line, None))
                .help("say what the file is with --preset or --kind, or export it as CSV and describe it in a map"),
        )
    })?;
    if !matches!(wanted.preset, Preset::Auto) && wanted.preset != preset {
        return Err(refused(
            Diagnostic::error(
                codes::PRESET_MISMATCH,
                format!(
                    "expected a document of the preset {}, found one of {preset}",
                    wanted.preset
                ),
            )
            .at(Place::record(name.clone(), first.line, None))
            .help("leave out --preset, so that the file tells its format"),
        ));
    }
    let kind = match format {
        ItemFormat::Own(kind) => kind,
        ItemFormat::Device(_) => FileKind::Assets,
    };
    let rows = Rows::Items(Box::new(ItemRows::json(items, first, format)));
    Ok(Found { rows, kind: Some(kind), preset: Some(preset), remarks: Vec::new() })
}

/// Our own names decide before those of others: our own files may be exported to and imported from anywhere.
fn json_format(first: &JsonItem, wanted: &Wanted<'_>) -> Option<(ItemFormat, Preset)> {
    let by_list = match first.list {
        Some("assets") => Some(FileKind::Assets),
        Some("organisations") => Some(FileKind::Organisations),
        Some("models") => Some(FileKind::Models),
        Some("list_sizes") => Some(FileKind::ListSizes),
        _ => None,
    };
    if let Some(kind) =
        wanted.kind.filter(|_| by_list.is_some() || wanted.preset == Preset::Refit).or(by_list)
    {
        return Some((ItemFormat::Own(kind), Preset::Refit));
    }
    if let Some(format) = DeviceFormat::recognise(&first.node) {
        return Some((ItemFormat::Device(format), Preset::of_devices(format)));
    }
    let names: Vec<Arc<str>> = first.node.names().map(Arc::from).collect();
    let kind = wanted.kind.or_else(|| FileKind::recognise(&names).filter(|_| !names.is_empty()))?;
    Some((ItemFormat::Own(kind), Preset::Refit))
}

fn open_xml<R: Read>(
    mut input: InputBytes<R>,
    name: &Arc<str>,
    wanted: &Wanted<'_>,
) -> Result<Found<R>, RowsError> {
    let (text, windows) = input.read_text(MAX_ITEM_BYTES)?;
    let node = read_xml(&text).map_err(|fault| refused(xml_problem(&fault, &text, name)))?;
    let Some(format) =
        DeviceFormat::recognise(&node).filter(|format| *format == DeviceFormat::Glpi)
    else {
        return Err(refused(
            Diagnostic::error(
                codes::UNKNOWN_KIND,
                "expected `REQUEST` with `CONTENT` as agents write them, found other elements",
            )
            .at(Place::file(name.clone()))
            .help("give the file that the agent wrote (--local), or a CSV export with a map"),
        ));
    };
    let observed = format.observe(&node, 1, &Placeholders::shipped());
    let preset = if wanted.preset == Preset::Auto { Preset::Ocs } else { wanted.preset };
    let mut found = whole(vec![observed], input, format, preset)?;
    found.remarks.extend(windows.then(|| read_as_windows(name)));
    Ok(found)
}

fn xml_problem(fault: &XmlFault, text: &str, name: &Arc<str>) -> Diagnostic {
    match fault {
        XmlFault::Syntax(at, what) => {
            let at = usize::try_from(*at).unwrap_or(usize::MAX).min(text.len());
            let before = text.as_bytes().get(..at).unwrap_or_default();
            let line = before.split(|byte| *byte == b'\n').count();
            let line = u32::try_from(line).unwrap_or(u32::MAX);
            Diagnostic::error(codes::XML_SYNTAX, format!("the file is not XML: {what}"))
                .at(Place::record(name.clone(), line, None))
                .help("let the agent write the file again; one that was cut off ends like this")
        }
        XmlFault::DocumentType => {
            Diagnostic::error(codes::XML_DOCTYPE, "the file declares a document type")
                .at(Place::file(name.clone()))
                .help("no agent writes one; such a file may be an attack and is never read")
        }
        XmlFault::Limit(what) => {
            Diagnostic::error(codes::DOCUMENT_LIMIT, format!("the document has more than {what}"))
                .at(Place::file(name.clone()))
                .help("no inventory is as large; check what made the file")
        }
    }
}
