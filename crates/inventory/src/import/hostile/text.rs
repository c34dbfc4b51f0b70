//! Cells between commas.

use super::Verdict::{Refused, Rows};
use super::{Case, case, cuts};

pub(super) const SOUND: &str = "asset_tag,serial_number,class,ram_gib,purchase_date,purchase_cost,notes\n\
    T1,S1,desktop,8,2021-02-03,612.50,one\nT2,S2,laptop,16,2022-02-03,712.50,\"two, three\"\n";

/// One row of a new desktop with a cell in one more column.
fn with(column: &str, cell: &str) -> String {
    format!("asset_tag,class,{column}\nT1,desktop,{cell}\n")
}

pub(super) fn cases() -> Vec<Case> {
    let mut all = vec![
        case("empty", "", Refused("IMP0002")),
        case("only a byte-order mark", "\u{feff}", Refused("IMP0002")),
        case("only line ends", "\n\r\n\n", Refused("IMP0002")),
        case("only headings", "asset_tag,class\n", Rows(0, 0, "IMP0003")),
        case("headings without a line end", "asset_tag,class", Rows(0, 0, "IMP0003")),
        case(
            "two equal headings",
            "asset_tag,class,class\nT1,desktop,laptop\n",
            Refused("IMP0008"),
        ),
        case(
            "headings equal but for case",
            "asset_tag,class,CLASS\nT1,desktop,laptop\n",
            Refused("IMP0008"),
        ),
        case("a misspelt heading", "asset_tag,class,ram_gb\nT1,desktop,8\n", Refused("IMP0007")),
        case("an empty heading", "asset_tag,class,\nT1,desktop,x\n", Refused("IMP0007")),
        case(
            "a heading of a bidirectional mark",
            "asset_tag,class,\u{202e}model\nT1,desktop,x\n",
            Refused("IMP0007"),
        ),
        case("no identifier", "asset_tagg,class\nT1,desktop\n", Refused("IMP0007")),
        case("semicolons", "asset_tag;class\nT1;desktop\n", Refused("IMP0013")),
        case("tabs", "asset_tag\tclass\nT1\tdesktop\n", Refused("IMP0013")),
        case("a page of HTML", "<html><body><table></table></body></html>", Refused("IMP0012")),
        case("a PDF", "%PDF-1.7\n%\u{e2}\u{e3}\n1 0 obj\n", Refused("IMP0012")),
        case("a row too short", "asset_tag,class,model\nT1,desktop\n", Rows(0, 1, "IMP0101")),
        case("a row too long", "asset_tag,class\nT1,desktop,more\n", Rows(0, 1, "IMP0101")),
        case("a NUL", "asset_tag,class\nT\x001,desktop\n", Rows(0, 1, "IMP0102")),
        case("NULs in the headings", "asset\x00_tag,class\nT1,desktop\n", Refused("IMP0102")),
        case(
            "a quotation mark that does not end",
            "asset_tag,class,notes\nT1,desktop,\"x\nT2,desktop,y\n",
            Rows(0, 1, "IMP0103"),
        ),
        case(
            "text after a quotation mark",
            "asset_tag,class\n\"T\"1,desktop\n",
            Rows(0, 1, "IMP0103"),
        ),
        case("a heading that does not end", "\"asset_tag,class\nT1,desktop\n", Refused("IMP0103")),
        case(
            "a cell of 200,000 letters",
            with("notes", &"x".repeat(200_000)),
            Rows(0, 1, "IMP0104"),
        ),
        case("a cell of 5,000 letters", with("notes", &"x".repeat(5_000)), Rows(0, 1, "IMP0119")),
        case(
            "a heading of 200,000 letters",
            format!("asset_tag,{}\n", "x".repeat(200_000)),
            Refused("IMP0104"),
        ),
        case("300 columns", format!("asset_tag{}\n", ",x".repeat(300)), Refused("IMP0005")),
        case(
            "a row of 300 cells",
            format!("asset_tag,class\nT1,desktop{}\n", ",".repeat(300)),
            Rows(0, 1, "IMP0005"),
        ),
        case(
            "UTF-8 and then not",
            b"asset_tag,class,notes\nT1,desktop,\xC3\xA9\nT2,desktop,\xE9\n".to_vec(),
            Rows(1, 1, "IMP0010"),
        ),
        case(
            "Windows-1252",
            b"asset_tag,class,notes\nT1,desktop,\xA3\n".to_vec(),
            Rows(1, 0, "IMP0011"),
        ),
        case(
            "half a surrogate in UTF-16",
            b"\xFF\xFEa\0\x00\xD8b\0\n\0".to_vec(),
            Refused("IMP0012"),
        ),
        case("an odd byte in UTF-16", b"\xFF\xFEa\0b".to_vec(), Refused("IMP0012")),
        case(
            "no tag and no serial number",
            "asset_tag,serial_number,class\n,,desktop\n",
            Rows(0, 1, "IMP0110"),
        ),
        case(
            "a tag of 65 letters",
            format!("asset_tag,class\n{},desktop\n", "x".repeat(65)),
            Rows(0, 1, "IMP0112"),
        ),
        case("a tag with a bell", "asset_tag,class\nT\u{7}1,desktop\n", Rows(0, 1, "IMP0112")),
        case("an unknown class", "asset_tag,class\nT1,mainframe\n", Rows(0, 1, "IMP0113")),
        case("no class", "asset_tag,class\nT1,\n", Rows(0, 1, "IMP0111")),
        case("a device twice", "asset_tag,class\nT1,desktop\nT1,laptop\n", Rows(1, 1, "IMP0124")),
        case(
            "one serial number, two tags",
            "asset_tag,serial_number,class\nT1,S1,desktop\nT2,S1,desktop\n",
            Rows(1, 1, "IMP0124"),
        ),
        case(
            "tag and serial of two devices",
            "asset_tag,serial_number,class\nT1,S1,desktop\nT2,S2,desktop\nT1,S2,desktop\n",
            Rows(2, 1, "IMP0125"),
        ),
        case(
            "a known tag with another serial",
            "asset_tag,serial_number,class\nKEEP,OTHER,monitor\n",
            Rows(0, 1, "IMP0126"),
        ),
        case(
            "a placeholder for a serial",
            "asset_tag,serial_number,class\nT1,To be filled by O.E.M.,desktop\n",
            Rows(1, 0, "IMP0123"),
        ),
        case(
            "only a placeholder",
            "serial_number,class\nDefault string,desktop\n",
            Rows(0, 1, "IMP0110"),
        ),
        case(
            "a serial of one repeated digit",
            "serial_number,class\n0000000,desktop\n",
            Rows(0, 1, "IMP0110"),
        ),
        case(
            "a serial that a spreadsheet spoilt",
            "asset_tag,serial_number,class\nT1,5.43211E+11,desktop\n",
            Rows(0, 1, "IMP0150"),
        ),
        case(
            "an undeclared local site",
            "asset_tag,class,site\nT1,desktop,Ward 3\n",
            Rows(0, 1, "IMP0118"),
        ),
    ];
    for (cell, code) in [
        ("01/02/2021", "IMP0117"),
        ("25/12/2021", "IMP0116"),
        ("2021-02-30", "IMP0116"),
        ("2021-13-01", "IMP0116"),
        ("0000-00-00", "IMP0116"),
        ("1900-01-01", "IMP0116"),
        ("9999-12-31", "IMP0116"),
        ("44927", "IMP0116"),
        ("2021-02-03T00:00:00Z", "IMP0116"),
        ("\u{662}\u{660}\u{662}\u{661}-01-01", "IMP0116"),
    ] {
        all.push(case(format!("the date {cell}"), with("purchase_date", cell), Rows(0, 1, code)));
    }
    for cell in [
        "\"1,200\"",
        "£12",
        "12.345",
        "-1",
        "1e3",
        "NaN",
        "inf",
        "0x10",
        "1_000",
        "99999999999999999999999999",
        "1.2.3",
        "12.",
        "--1",
        "\u{ff11}",
    ] {
        all.push(case(
            format!("the amount {cell}"),
            with("purchase_cost", cell),
            Rows(0, 1, "IMP0115"),
        ));
    }
    for cell in ["8 GB", "-8", "NaN", "1e2", "8,5", "9e999", "0x8", "eight"] {
        let quoted = format!("\"{cell}\"");
        all.push(case(
            format!("the memory {cell}"),
            with("ram_gib", &quoted),
            Rows(0, 1, "IMP0119"),
        ));
    }
    for cell in ["8192", "16384", "2048"] {
        all.push(case(
            format!("the memory {cell}, which is in MB"),
            with("ram_gib", cell),
            Rows(0, 1, "IMP0155"),
        ));
    }
    for cell in ["2.0, 0, 1.38", "two", "2..0", "99999999999.1", "-1.0"] {
        let quoted = format!("\"{cell}\"");
        all.push(case(
            format!("the TPM version {cell}"),
            with("tpm_version", &quoted),
            Rows(0, 1, "IMP0119"),
        ));
    }
    for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0", "\u{ff1d}1"] {
        let quoted = format!("\"{cell}\"");
        all.push(case(format!("the note {cell}"), with("notes", &quoted), Rows(1, 0, "")));
    }
    all.extend(
        cuts("a list", SOUND.as_bytes(), 12)
            .into_iter()
            .map(|mut cut| {
                // A list that was cut off is a shorter list, or ends in a row that is rejected.
                cut.verdict = super::Verdict::RefusedOrSound;
                cut
            })
            .filter(|cut| !cut.bytes.ends_with(b"\n") && cut.bytes.len() < 71),
    );
    all
}
