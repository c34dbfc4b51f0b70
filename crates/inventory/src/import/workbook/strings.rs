//! The texts that cells share.

use quick_xml::events::Event;

use super::book::wrong;
use super::zip::Archive;
use super::{BookFault, open_part};
use crate::import::MAX_CELL_CHARS;
use crate::import::tree::reference;

const STRINGS: &str = "xl/sharedStrings.xml";
/// Most bytes of all shared texts.
const MAX_BYTES: usize = 128 * 1024 * 1024;

/// Texts by number.
#[derive(Debug, Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<usize>,
}

impl Strings {
    /// The text of a number.
    pub(super) fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        self.text.get(start.unwrap_or(0)..end)
    }
}

/// Reads the texts; a workbook without them has none.
pub(super) fn read(archive: &Archive) -> Result<Strings, BookFault> {
    let mut strings = Strings::default();
    let Some(mut reader) = open_part(archive, STRINGS) else { return Ok(strings) };
    let mut buffer = Vec::new();
    // Text counts within `t`, unless it is the pronunciation that `rPh` gives.
    let (mut in_text, mut in_phonetic) = (false, false);
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Err(error) => return Err(wrong(STRINGS, &error)),
            Ok(Event::DocType(_)) => return Err(wrong(STRINGS, &"it declares a document type")),
            Ok(Event::Eof) => return Ok(strings),
            Ok(Event::Start(start)) => match start.local_name().into_inner() {
                "t" => in_text = true,
                "rPh" => in_phonetic = true,
                _ => {}
            },
            Ok(Event::Empty(start)) if start.local_name().into_inner() == "si" => {
                strings.ends.push(strings.text.len());
            }
            Ok(Event::End(end)) => match end.local_name().into_inner() {
                "t" => in_text = false,
                "rPh" => in_phonetic = false,
                "si" => strings.ends.push(strings.text.len()),
                _ => {}
            },
            Ok(Event::Text(found)) if in_text && !in_phonetic => {
                strings.text.push_str(&found.xml10_content());
            }
            Ok(Event::CData(found)) if in_text && !in_phonetic => {
                strings.text.push_str(&found.xml10_content());
            }
            Ok(Event::GeneralRef(found)) if in_text && !in_phonetic => match reference(&found) {
                Some(text) => strings.text.push_str(&text),
                None => return Err(wrong(STRINGS, &"an entity that XML does not know")),
            },
            Ok(_) => {}
        }
        let begun = strings.ends.last().copied().unwrap_or(0);
        if strings.text.len().saturating_sub(begun) > MAX_CELL_CHARS.saturating_mul(4) {
            return Err(wrong(STRINGS, &"a text of more than 32,767 characters"));
        }
        if strings.text.len() > MAX_BYTES {
            return Err(wrong(STRINGS, &"more than 128 MiB of texts"));
        }
    }
}
