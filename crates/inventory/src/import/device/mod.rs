//! What a document says of one device, in the catalogue's words.
//!
//! Each format has one file with one function from its document to an [`Observation`]; nothing after that knows formats.

pub(super) mod dmidecode;
pub(super) mod edid;
mod fleet;
mod glpi;
mod lshw;
mod osquery;
mod snipe_it;

use diagnostic::{Diagnostic, Place};

use super::cell::shorten;
use super::placeholder::Placeholders;
use super::tree::Node;
use crate::catalogue::Field;
use crate::codes;
use crate::software::Software;

/// What a document says of one device: cells in our own spelling, with the line where it stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Observation {
    /// The line on which the document begins.
    pub(super) line: u32,
    /// Cells in the spelling of our own files, each field at most once.
    pub(super) cells: Vec<(Field, String)>,
    /// Programs that it found.
    pub(super) software: Vec<Software>,
    /// Facts that the document gives and that cannot be read.
    pub(super) unreadable: Vec<(Field, String)>,
}

/// Whether a text of an agent means that nothing is known.
pub(super) fn says_nothing(text: &str) -> bool {
    const NOTHING: &[&str] = &[
        "",
        "-1",
        "--",
        "n/a",
        "none",
        "unknown",
        "not specified",
        "not available",
        "<bad index>",
        "unspecified",
        "no asset tag",
        "no asset information",
        "not provided",
        "system manufacturer",
        "system product name",
        "system version",
        "chassis manufacture",
        "chassis version",
        "o.e.m.",
        "oem",
        "undefined",
        "null",
        "1601-01-01",
        "default string",
        "to be filled by o.e.m.",
        "to be filled by oem",
        "type1productconfigid",
    ];
    let text = text.trim();
    NOTHING.iter().any(|nothing| text.eq_ignore_ascii_case(nothing))
}

impl Observation {
    /// Nothing known of a device that stands on a line.
    pub(super) fn at(line: u32) -> Self {
        Self { line, ..Self::default() }
    }

    /// Whether a field is known.
    pub(super) fn has(&self, field: Field) -> bool {
        self.cells.iter().any(|(known, _)| *known == field)
    }

    /// A field's text.
    pub(super) fn get(&self, field: Field) -> Option<&str> {
        self.cells.iter().find(|(known, _)| *known == field).map(|(_, text)| text.as_str())
    }

    /// Notes a field's text, unless it says nothing; the first text counts.
    ///
    /// A text that the field cannot hold is kept apart as unreadable.
    pub(super) fn set(&mut self, field: Field, text: &str) {
        // Spaces within an identifier are part of it.
        let identifier = matches!(field, Field::AssetTag | Field::SerialNumber);
        let text = if identifier { text.trim().to_owned() } else { one_line(text) };
        if says_nothing(&text) || self.has(field) {
            return;
        }
        let fits = match field {
            Field::AssetTag | Field::SerialNumber => (1..=64).contains(&text.chars().count()),
            field => field.kind().parse(&text).is_ok(),
        };
        if fits { self.cells.push((field, text)) } else { self.unreadable.push((field, text)) }
    }

    /// Notes a field's text, if there is one.
    pub(super) fn maybe(&mut self, field: Field, text: Option<impl AsRef<str>>) {
        if let Some(text) = text {
            self.set(field, text.as_ref());
        }
    }

    /// The tag, unless firmware holds a maker's word in its place: a placeholder is no tag.
    pub(super) fn tag(&mut self, text: Option<&str>, placeholders: &Placeholders) {
        if let Some(text) = text.map(str::trim)
            && !placeholders.matches(text)
        {
            self.set(Field::AssetTag, text);
        }
    }

    /// What cannot be read, as remarks.
    pub(super) fn remarks(&self, file: &std::sync::Arc<str>) -> Vec<Diagnostic> {
        self.unreadable
            .iter()
            .map(|(field, text)| {
                Diagnostic::warning(
                    codes::FACT_UNREADABLE,
                    format!(
                        "expected {}, found `{}`; `{field}` is left unknown",
                        field.kind().expected().0,
                        shorten(text)
                    ),
                )
                .at(Place::record(file.clone(), self.line, Some(field.word())))
                .value(shorten(text))
                .help("nothing needs to be done unless a rule asks for this fact")
            })
            .collect()
    }
}

/// A text with single spaces in place of white space and control characters.
pub(super) fn one_line(text: &str) -> String {
    text.split(|letter: char| letter.is_whitespace() || letter.is_control())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The formats of documents that describe devices.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum DeviceFormat {
    SnipeIt,
    Glpi,
    Osquery,
    Fleet,
    Lshw,
}

impl DeviceFormat {
    /// The format of a document, told by the names that it has.
    pub(super) fn recognise(node: &Node) -> Option<Self> {
        let has = |path: &[&str]| node.at(path).is_some();
        let is_map = |path: &[&str]| matches!(node.at(path), Some(Node::Map(_)));
        if is_map(&["content"]) || is_map(&["request", "content"]) {
            Some(Self::Glpi)
        } else if has(&["system_info"]) {
            Some(Self::Osquery)
        } else if has(&["hardware_serial"]) || has(&["host", "hardware_serial"]) {
            Some(Self::Fleet)
        } else if has(&["asset_tag"])
            && (is_map(&["status_label"]) || is_map(&["model"]) || is_map(&["category"]))
        {
            Some(Self::SnipeIt)
        } else if node.text(&["class"]) == Some("system")
            && (has(&["children"]) || has(&["configuration"]))
        {
            Some(Self::Lshw)
        } else {
            None
        }
    }

    /// What a document says.
    pub(super) fn observe(
        self,
        node: &Node,
        line: u32,
        placeholders: &Placeholders,
    ) -> Observation {
        match self {
            Self::SnipeIt => snipe_it::observe(node, line),
            Self::Glpi => glpi::observe(node, line, placeholders),
            Self::Osquery => osquery::observe(node, line),
            Self::Fleet => fleet::observe(node, line),
            Self::Lshw => lshw::observe(node, line),
        }
    }
}
