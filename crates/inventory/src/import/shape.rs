//! What a file is, told by its first bytes and never by its name.

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};

/// The outer form of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// Rows of cells between commas.
    Delimited,
    /// An Office Open XML workbook, or another zip archive.
    Workbook,
    /// A workbook of before 2007.
    OldWorkbook,
    /// JSON, or JSON objects one after the other.
    Json,
    /// XML.
    Xml,
    /// What dmidecode prints.
    Dmidecode,
    /// A monitor's identification, as bytes or as letters for them.
    Edid,
}

/// The eight bytes with which every EDID block begins.
pub(super) const EDID_HEADER: [u8; 8] = [0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00];
/// How many bytes are looked at.
const LOOKED_AT: usize = 16 * 1024;

impl Shape {
    /// What it is called in messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Delimited => "text of cells between commas",
            Self::Workbook => "a workbook (.xlsx)",
            Self::OldWorkbook => "a workbook of before 2007 (.xls)",
            Self::Json => "JSON",
            Self::Xml => "XML",
            Self::Dmidecode => "the output of dmidecode",
            Self::Edid => "an EDID block",
        }
    }

    /// The form of a file that begins with these bytes.
    pub(super) fn of(head: &[u8]) -> Self {
        if head.starts_with(&EDID_HEADER) {
            return Self::Edid;
        }
        if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
            return Self::Workbook;
        }
        if head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
            return Self::OldWorkbook;
        }
        let text = beginning(head.get(..head.len().min(LOOKED_AT)).unwrap_or_default());
        let text = text.trim_start();
        if text.starts_with(['{', '[']) {
            Self::Json
        } else if text.starts_with('<') {
            Self::Xml
        } else if text.starts_with("# dmidecode") || has_dmi_handle(text) {
            Self::Dmidecode
        } else if looks_like_edid(text) {
            Self::Edid
        } else {
            Self::Delimited
        }
    }
}

fn beginning(head: &[u8]) -> std::borrow::Cow<'_, str> {
    let encoding = match head {
        [0xFF, 0xFE, ..] => UTF_16LE,
        [0xFE, 0xFF, ..] => UTF_16BE,
        _ => UTF_8,
    };
    encoding.decode_with_bom_removal(head).0
}

fn has_dmi_handle(text: &str) -> bool {
    text.lines().take(400).any(|line| line.starts_with("Handle 0x") && line.contains("DMI type"))
}

fn looks_like_edid(text: &str) -> bool {
    let mut letters = text.chars().filter(|letter| !letter.is_whitespace());
    let first: String = letters.by_ref().take(16).collect();
    first.eq_ignore_ascii_case("00ffffffffffff00") || first.starts_with("AP///////w")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_tell_the_form() {
        let utf16: Vec<u8> =
            "\u{feff}{\"a\":1}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let cases: [(&[u8], Shape); 11] = [
            (b"asset_tag,class\n", Shape::Delimited),
            (b"", Shape::Delimited),
            (b"PK\x03\x04....", Shape::Workbook),
            (&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0], Shape::OldWorkbook),
            (b"\xEF\xBB\xBF \n[1]", Shape::Json),
            (&utf16, Shape::Json),
            (b"<?xml version=\"1.0\"?><REQUEST/>", Shape::Xml),
            (b"# dmidecode 3.2\n", Shape::Dmidecode),
            (b"x\nHandle 0x0001, DMI type 1, 27 bytes\n", Shape::Dmidecode),
            (b"00 ff ff ff ff ff ff 00 4d 10", Shape::Edid),
            (b"AP///////wBNEEkU", Shape::Edid),
        ];
        for (head, shape) in cases {
            assert_eq!(Shape::of(head), shape, "{:?}", String::from_utf8_lossy(head));
        }
        assert_eq!(Shape::of(&EDID_HEADER), Shape::Edid);
    }
}
