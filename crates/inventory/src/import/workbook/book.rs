//! The list of sheets, and which day the workbook counts from.

use std::collections::BTreeMap;

use quick_xml::events::Event;

use super::zip::Archive;
use super::{BookFault, attribute, open_part};

const WORKBOOK: &str = "xl/workbook.xml";
const RELATIONS: &str = "xl/_rels/workbook.xml.rels";

/// A sheet and the part that holds it.
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) part: String,
    pub(super) hidden: bool,
}

/// What the workbook says of itself.
pub(super) struct List {
    pub(super) sheets: Vec<Sheet>,
    /// Days are counted from 1904, as old Macintosh workbooks do.
    pub(super) epoch_1904: bool,
}

pub(super) fn read(archive: &Archive) -> Result<List, BookFault> {
    let targets = relations(archive)?;
    let mut list = List { sheets: Vec::new(), epoch_1904: false };
    let mut reader =
        open_part(archive, WORKBOOK).ok_or_else(|| BookFault::NoPart(WORKBOOK.to_owned()))?;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Err(error) => return Err(wrong(WORKBOOK, &error)),
            Ok(Event::DocType(_)) => return Err(wrong(WORKBOOK, &"it declares a document type")),
            Ok(Event::Eof) => break,
            Ok(Event::Start(start) | Event::Empty(start)) => {
                match start.local_name().into_inner() {
                    "workbookPr" => {
                        list.epoch_1904 = attribute(&start, "date1904").is_some_and(|value| {
                            value == "1" || value.eq_ignore_ascii_case("true")
                        });
                    }
                    "sheet" => {
                        let id = attribute(&start, "id").unwrap_or_default();
                        let name = attribute(&start, "name").unwrap_or_default();
                        let hidden =
                            attribute(&start, "state").is_some_and(|state| state != "visible");
                        if let Some(part) = targets.get(&id) {
                            list.sheets.push(Sheet { name, part: part.clone(), hidden });
                        }
                    }
                    _ => {}
                }
            }
            Ok(_) => {}
        }
    }
    Ok(list)
}

/// The parts of sheets by the identifiers that the list of sheets uses.
fn relations(archive: &Archive) -> Result<BTreeMap<String, String>, BookFault> {
    let mut targets = BTreeMap::new();
    let mut reader =
        open_part(archive, RELATIONS).ok_or_else(|| BookFault::NoPart(WORKBOOK.to_owned()))?;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Err(error) => return Err(wrong(RELATIONS, &error)),
            Ok(Event::DocType(_)) => return Err(wrong(RELATIONS, &"it declares a document type")),
            Ok(Event::Eof) => return Ok(targets),
            Ok(Event::Start(start) | Event::Empty(start))
                if start.local_name().into_inner() == "Relationship" =>
            {
                let external =
                    attribute(&start, "TargetMode").is_some_and(|mode| mode == "External");
                let target = attribute(&start, "Target").filter(|_| !external);
                if let (Some(id), Some(target)) = (attribute(&start, "Id"), target) {
                    let part = target
                        .strip_prefix('/')
                        .map_or_else(|| format!("xl/{target}"), str::to_owned);
                    targets.insert(id, part);
                }
            }
            Ok(_) => {}
        }
    }
}

pub(super) fn wrong(part: &str, error: &dyn std::fmt::Display) -> BookFault {
    BookFault::Part(part.to_owned(), error.to_string())
}
