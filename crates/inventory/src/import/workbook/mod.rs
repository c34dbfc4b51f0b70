//! Workbooks: one sheet as rows of cells, read as a stream.
//!
//! The archive is judged first (`zip`), then the workbook's list of sheets (`book`), its texts (`strings`) and its number
//! formats (`styles`) are read, and the rows of one sheet follow one by one (`sheet`). Nothing is laid out as a grid, so a
//! stray cell at the far corner of a sheet costs nothing.

mod book;
mod sheet;
mod strings;
mod styles;
mod zip;

#[cfg(test)]
#[expect(clippy::format_collect, reason = "small files of tests")]
pub(crate) mod fixture;

use std::sync::Arc;

use quick_xml::events::BytesStart;
use quick_xml::{Reader, XmlVersion};

use super::tree::Bounded;
use zip::{Archive, Content, ZipFault};

pub(super) use sheet::SheetRows;

/// Largest workbook, in bytes as it is stored.
pub(super) const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// The sheet of our own templates that explains the columns.
const NOTES: &str = "Notes";

/// Why a workbook is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum BookFault {
    /// The archive is damaged, lies about its parts or would grow beyond a limit.
    Zip(ZipFault),
    /// A part that every workbook has is absent.
    NoPart(String),
    /// A part is not the XML that it should be: its name, and why.
    Part(String, String),
    /// No sheet has the name: the names that there are.
    NoSheet(Vec<String>),
}

impl BookFault {
    /// The fault in words.
    pub(super) fn message(&self) -> String {
        match self {
            Self::Zip(ZipFault::Damaged(what)) => format!("the workbook is damaged: {what}"),
            Self::Zip(ZipFault::Part(name, what)) => {
                format!("the workbook is damaged: its part `{}` {what}", super::cell::shorten(name))
            }
            Self::Zip(ZipFault::Unsupported(what)) => format!("the workbook uses {what}"),
            Self::Zip(ZipFault::TooLarge(what)) => format!("the workbook has more than {what}"),
            Self::NoPart(name) => format!("the file is no workbook: it has no part `{name}`"),
            Self::Part(name, what) => {
                format!("the workbook's part `{name}` cannot be read: {what}")
            }
            Self::NoSheet(names) => {
                format!("no sheet has this name; the sheets are: {}", names.join(", "))
            }
        }
    }
}

/// Reads the XML of a part as a stream.
type PartReader = Reader<Bounded<Content>>;

fn open_part(archive: &Archive, name: &str) -> Option<PartReader> {
    Some(Reader::from_reader(Bounded::new(archive.read(name)?)))
}

/// The value of an attribute by its local name.
fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    start
        .attributes()
        .with_checks(false)
        .filter_map(Result::ok)
        .find(|attribute| attribute.key.local_name().into_inner() == name)
        .and_then(|attribute| {
            attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .ok()
                .map(std::borrow::Cow::into_owned)
        })
}

/// What a sheet needs of its workbook.
#[derive(Debug)]
pub(super) struct Book {
    strings: strings::Strings,
    styles: styles::Styles,
    epoch_1904: bool,
    sheet: Arc<str>,
    others: Vec<String>,
}

/// Opens a workbook and gives the rows of one of its sheets: the named one, or the first that is not hidden.
pub(super) fn open(bytes: Vec<u8>, wanted: Option<&str>) -> Result<SheetRows, BookFault> {
    let archive = Archive::open(bytes).map_err(BookFault::Zip)?;
    let list = book::read(&archive)?;
    let visible = || list.sheets.iter().find(|sheet| !sheet.hidden).or(list.sheets.first());
    let chosen = match wanted {
        Some(wanted) => {
            list.sheets.iter().find(|sheet| sheet.name.eq_ignore_ascii_case(wanted.trim()))
        }
        None => visible(),
    };
    let names = || list.sheets.iter().map(|sheet| sheet.name.clone()).collect();
    let chosen = chosen.ok_or_else(|| BookFault::NoSheet(names()))?;
    let others = list
        .sheets
        .iter()
        .filter(|sheet| !sheet.hidden && sheet.name != chosen.name && sheet.name != NOTES);
    let others = if wanted.is_some() {
        Vec::new()
    } else {
        others.map(|sheet| sheet.name.clone()).collect()
    };
    let book = Book {
        strings: strings::read(&archive)?,
        styles: styles::read(&archive)?,
        epoch_1904: list.epoch_1904,
        sheet: chosen.name.as_str().into(),
        others,
    };
    let reader =
        open_part(&archive, &chosen.part).ok_or_else(|| BookFault::NoPart(chosen.part.clone()))?;
    Ok(SheetRows::new(reader, book))
}
