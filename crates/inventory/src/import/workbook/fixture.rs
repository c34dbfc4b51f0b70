//! Workbooks made by hand for tests: every byte of the archive can be wrong.

use std::io::Write as _;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

/// A part as it will stand in an archive.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) name: String,
    pub(crate) packed: Vec<u8>,
    pub(crate) method: u16,
    pub(crate) flags: u16,
    pub(crate) size: u32,
    pub(crate) crc: u32,
}

impl Stored {
    pub(crate) fn deflated(name: &str, content: &[u8]) -> Self {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(content).unwrap();
        Self { packed: encoder.finish().unwrap(), method: 8, ..Self::plain(name, content) }
    }

    pub(crate) fn plain(name: &str, content: &[u8]) -> Self {
        let mut crc = Crc::new();
        crc.update(content);
        Self {
            name: name.to_owned(),
            packed: content.to_vec(),
            method: 0,
            flags: 0,
            size: content.len().try_into().unwrap(),
            crc: crc.sum(),
        }
    }
}

/// An archive of parts.
pub(crate) fn archive(parts: &[Stored]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut directory = Vec::new();
    for part in parts {
        let offset: u32 = bytes.len().try_into().unwrap();
        let name: u16 = part.name.len().try_into().unwrap();
        let packed: u32 = part.packed.len().try_into().unwrap();
        let mut shared = Vec::new();
        for number in [part.flags, part.method, 0, 0] {
            shared.extend(number.to_le_bytes());
        }
        for number in [part.crc, packed, part.size] {
            shared.extend(number.to_le_bytes());
        }
        shared.extend(name.to_le_bytes());
        shared.extend(0_u16.to_le_bytes());
        bytes.extend(b"PK\x03\x04\x14\x00");
        bytes.extend(&shared);
        bytes.extend(part.name.as_bytes());
        bytes.extend(&part.packed);
        directory.extend(b"PK\x01\x02\x14\x00\x14\x00");
        directory.extend(&shared);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(part.name.as_bytes());
    }
    let start: u32 = bytes.len().try_into().unwrap();
    let size: u32 = directory.len().try_into().unwrap();
    let count: u16 = parts.len().try_into().unwrap();
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(count.to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend(size.to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

/// The parts of a workbook with one sheet, whose rows are given as the XML within `sheetData`.
pub(crate) fn parts(rows: &str, shared: &[&str], styles: &str, epoch_1904: bool) -> Vec<Stored> {
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
    let epoch = if epoch_1904 { "<workbookPr date1904=\"1\"/>" } else { "" };
    let strings: String = shared.iter().map(|text| format!("<si><t>{text}</t></si>")).collect();
    let files = [
        ("[Content_Types].xml", "<Types/>".to_owned()),
        (
            "xl/workbook.xml",
            format!("<workbook xmlns:r=\"r\">{epoch}<sheets><sheet name=\"Estate\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/></Relationships>".to_owned(),
        ),
        ("xl/worksheets/sheet1.xml", format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")),
        ("xl/sharedStrings.xml", format!("<sst>{strings}</sst>")),
        ("xl/styles.xml", format!("<styleSheet>{styles}</styleSheet>")),
    ];
    files
        .iter()
        .map(|(name, text)| Stored::deflated(name, format!("{head}{text}").as_bytes()))
        .collect()
}

/// A workbook of rows of texts, numbers (without quotation marks) and nothing else.
pub(crate) fn workbook(rows: &str) -> Vec<u8> {
    archive(&parts(rows, &[], "", false))
}

/// A row of inline texts.
pub(crate) fn texts(number: usize, cells: &[&str]) -> String {
    let cells: String =
        cells.iter().map(|text| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>")).collect();
    format!("<row r=\"{number}\">{cells}</row>")
}
