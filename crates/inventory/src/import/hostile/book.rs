//! Workbooks.

use super::Verdict::{Refused, Rows};
use super::{Case, case, cuts, flips};
use crate::import::workbook::fixture::{Stored, archive, parts, texts, workbook};

fn rows(more: &str) -> String {
    format!(
        "{}{}{more}",
        texts(1, &["asset_tag", "serial_number", "class", "purchase_cost"]),
        texts(2, &["T1", "S1", "desktop", "612.50"])
    )
}

pub(super) fn sound() -> Vec<u8> {
    workbook(&rows(""))
}

/// A workbook whose second row has one cell more than a tag and a class.
fn with(heading: &str, cell: &str) -> Vec<u8> {
    let second = format!(
        "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>T1</t></is></c><c r=\"B2\" t=\"inlineStr\"><is><t>desktop</t></is></c>{cell}</row>"
    );
    workbook(&format!("{}{second}", texts(1, &["asset_tag", "class", heading])))
}

/// A sound workbook with one part changed.
fn changed(name: &str, change: impl Fn(&mut Stored)) -> Vec<u8> {
    let mut all = parts(&rows(""), &[], "", false);
    all.iter_mut().filter(|part| part.name == name).for_each(change);
    archive(&all)
}

const SHEET: &str = "xl/worksheets/sheet1.xml";

fn archives() -> Vec<Case> {
    let refused = || Refused("IMP0031");
    let text = |name: &str, content: &str| {
        changed(name, |part| *part = Stored::deflated(name, content.as_bytes()))
    };
    let mut twice = parts(&rows(""), &[], "", false);
    twice.push(Stored::deflated(SHEET, b"<worksheet><sheetData/></worksheet>"));
    let mut escaping = parts(&rows(""), &[], "", false);
    escaping.push(Stored::plain("../../etc/passwd", b"x"));
    let many: Vec<Stored> =
        (0..5_000).map(|number| Stored::plain(&format!("p{number}"), b"")).collect();
    let laughs = "<!DOCTYPE x [<!ENTITY a \"b\">]><worksheet><sheetData/></worksheet>";
    vec![
        case(
            "an archive of nothing",
            b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec(),
            refused(),
        ),
        case("only the first bytes", b"PK\x03\x04".to_vec(), refused()),
        case("a text document", archive(&[Stored::plain("word/document.xml", b"<w/>")]), refused()),
        case("a workbook without a sheet", archive(&parts("", &[], "", false)[..3]), refused()),
        case("a workbook without relations", archive(&parts("", &[], "", false)[..2]), refused()),
        case(
            "an old workbook",
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1rest".to_vec(),
            Refused("IMP0030"),
        ),
        case("a wrong checksum", changed(SHEET, |part| part.crc ^= 1), refused()),
        case("a part larger than it says", changed(SHEET, |part| part.size -= 1), refused()),
        case("a part smaller than it says", changed(SHEET, |part| part.size += 1), refused()),
        case("a password", changed(SHEET, |part| part.flags = 1), refused()),
        case("another compression", changed(SHEET, |part| part.method = 12), refused()),
        case("a part of noise", changed(SHEET, |part| part.packed = vec![0xAA; 50]), refused()),
        case("a part twice", archive(&twice), refused()),
        case("a path that leads out", archive(&escaping), refused()),
        case("5,000 parts", archive(&many), refused()),
        case(
            "a bomb",
            changed(SHEET, |part| *part = Stored::deflated(SHEET, &vec![b' '; 64 * 1024 * 1024])),
            refused(),
        ),
        case(
            "a bomb that lies about its size",
            changed(SHEET, |part| {
                let bomb = Stored::deflated(SHEET, &vec![b' '; 64 * 1024 * 1024]);
                part.packed = bomb.packed;
            }),
            refused(),
        ),
        case("a sheet that is not XML", text(SHEET, "hello"), refused()),
        case(
            "a sheet that is cut off",
            text(SHEET, "<worksheet><sheetData><row r=\"1\"><c r=\"A1\""),
            refused(),
        ),
        case("a sheet that does not end", text(SHEET, "<worksheet><sheetData>"), refused()),
        case("a document type in the sheet", text(SHEET, laughs), refused()),
        case("a document type in the texts", text("xl/sharedStrings.xml", laughs), refused()),
        case("a document type in the styles", text("xl/styles.xml", laughs), refused()),
        case("a document type in the list of sheets", text("xl/workbook.xml", laughs), refused()),
        case("styles that are not XML", text("xl/styles.xml", "<a><b></a>"), refused()),
        case("relations that are not XML", text("xl/_rels/workbook.xml.rels", "<a"), refused()),
        case(
            "a sheet elsewhere",
            text(
                "xl/_rels/workbook.xml.rels",
                "<R><Relationship Id=\"rId1\" TargetMode=\"External\" Target=\"http://example.invalid/x\"/></R>",
            ),
            Refused("IMP0042"),
        ),
        case(
            "a sheet that is not there",
            text(
                "xl/_rels/workbook.xml.rels",
                "<R><Relationship Id=\"rId1\" Target=\"nothing.xml\"/></R>",
            ),
            refused(),
        ),
        case(
            "an empty sheet",
            text(SHEET, "<worksheet><sheetData/></worksheet>"),
            Refused("IMP0002"),
        ),
    ]
}

fn sheets() -> Vec<Case> {
    let far = |cell: &str| workbook(&rows(cell));
    let refused = || Refused("IMP0031");
    vec![
        case(
            "a cell in the far corner",
            far("<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>"),
            Rows(1, 1, "IMP0005"),
        ),
        case(
            "a cell beyond the far corner",
            far("<row r=\"1048577\"><c r=\"A1048577\"><v>1</v></c></row>"),
            refused(),
        ),
        case(
            "a reference of nine digits",
            far("<row r=\"3\"><c r=\"ZZZZZ99999999\"><v>1</v></c></row>"),
            refused(),
        ),
        case(
            "a column that no sheet has",
            far("<row r=\"3\"><c r=\"XFE3\"><v>1</v></c></row>"),
            refused(),
        ),
        case(
            "a cell of another row",
            far("<row r=\"3\"><c r=\"A9\"><v>1</v></c></row>"),
            refused(),
        ),
        case(
            "cells from right to left",
            far("<row r=\"3\"><c r=\"B3\"><v>1</v></c><c r=\"A3\"><v>1</v></c></row>"),
            refused(),
        ),
        case(
            "a cell twice",
            far("<row r=\"3\"><c r=\"A3\"><v>1</v></c><c r=\"A3\"><v>2</v></c></row>"),
            refused(),
        ),
        case("rows from bottom to top", far(&texts(1, &["T2"])), refused()),
        case("a row of number nothing", far("<row r=\"x\"><c><v>1</v></c></row>"), refused()),
        case(
            "a text that is not there",
            far("<row r=\"3\"><c r=\"A3\" t=\"s\"><v>7</v></c></row>"),
            Rows(1, 1, "IMP0153"),
        ),
        case(
            "a text of a negative number",
            far("<row r=\"3\"><c r=\"A3\" t=\"s\"><v>-1</v></c></row>"),
            Rows(1, 1, "IMP0153"),
        ),
        case(
            "an error",
            far("<row r=\"3\"><c r=\"A3\" t=\"e\"><v>#REF!</v></c></row>"),
            Rows(1, 1, "IMP0151"),
        ),
        case(
            "a formula without a result",
            far("<row r=\"3\"><c r=\"A3\"><f>A1</f></c></row>"),
            Rows(1, 1, "IMP0152"),
        ),
        case(
            "a cell without a heading",
            far("<row r=\"3\"><c r=\"F3\"><v>1</v></c></row>"),
            Rows(1, 1, "IMP0101"),
        ),
        case(
            "a text of 1 MiB",
            far(&format!(
                "<row r=\"3\"><c r=\"A3\" t=\"inlineStr\"><is><t>{}</t></is></c></row>",
                "x".repeat(1024 * 1024)
            )),
            refused(),
        ),
        case("rows without cells", far("<row r=\"3\"/><row r=\"4\"></row>"), Rows(1, 0, "")),
        case(
            "two equal headings",
            workbook(&texts(1, &["asset_tag", "class", "class"])),
            Refused("IMP0008"),
        ),
        case(
            "a serial number that is a number",
            with("serial_number", "<c r=\"C2\"><v>123456</v></c>"),
            Rows(0, 1, "IMP0150"),
        ),
        case(
            "a serial number of 18 digits",
            with("serial_number", "<c r=\"C2\"><v>1.2345678901234567E+17</v></c>"),
            Rows(0, 1, "IMP0150"),
        ),
        case(
            "money of three decimals",
            with("purchase_cost", "<c r=\"C2\"><v>12.345</v></c>"),
            Rows(0, 1, "IMP0115"),
        ),
        case(
            "money of a computed sum",
            with("purchase_cost", "<c r=\"C2\"><v>0.30000000000000004</v></c>"),
            Rows(1, 0, ""),
        ),
        case(
            "money that is negative",
            with("purchase_cost", "<c r=\"C2\"><v>-5</v></c>"),
            Rows(0, 1, "IMP0115"),
        ),
        case(
            "money that is no number",
            with("purchase_cost", "<c r=\"C2\"><v>NaN</v></c>"),
            Rows(0, 1, "IMP0115"),
        ),
        case("memory in MB", with("ram_gib", "<c r=\"C2\"><v>8192</v></c>"), Rows(0, 1, "IMP0155")),
        case(
            "a day as a number",
            with("purchase_date", "<c r=\"C2\"><v>45292</v></c>"),
            Rows(1, 0, ""),
        ),
        case(
            "a day before 1970",
            with("purchase_date", "<c r=\"C2\"><v>60</v></c>"),
            Rows(0, 1, "IMP0116"),
        ),
        case(
            "a day beyond all bounds",
            with("purchase_date", "<c r=\"C2\"><v>1E+300</v></c>"),
            Rows(0, 1, "IMP0116"),
        ),
        case(
            "a day that could be two",
            with("purchase_date", "<c r=\"C2\" t=\"inlineStr\"><is><t>01/02/2024</t></is></c>"),
            Rows(0, 1, "IMP0117"),
        ),
        case(
            "a style that is not there",
            with("purchase_cost", "<c r=\"C2\" s=\"99999999999999\"><v>5</v></c>"),
            Rows(1, 0, ""),
        ),
    ]
}

pub(super) fn cases() -> Vec<Case> {
    let mut all = archives();
    all.extend(sheets());
    all.extend(cuts("a workbook", &sound(), 30));
    all.extend(flips("a workbook", &sound(), 60));
    all
}
