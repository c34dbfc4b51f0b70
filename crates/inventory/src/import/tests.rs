//! What happens to whole files.

use std::io::{self, Read};

use super::{DateOrder, Input, read_assets, read_organisations};
use crate::vocabulary::ClassCatalogue;

/// The labels read from a file, and each problem as code, place and message.
fn read(bytes: impl AsRef<[u8]>) -> (Vec<String>, Vec<String>) {
    let input = Input { name: "a.csv".into(), reader: bytes.as_ref() };
    let (rows, problems) = read_assets(input, &ClassCatalogue::shipped(), None, DateOrder::Iso);
    let labels =
        rows.iter().map(|row| row.tag.as_ref().map(ToString::to_string).unwrap_or_default());
    let problems = problems.iter().map(|problem| {
        format!("{} {} {}", problem.code, problem.place.as_ref().unwrap(), problem.message)
    });
    (labels.collect(), problems.collect())
}

#[test]
fn files_that_cannot_be_used_say_everything_that_is_wrong_with_their_headings() {
    let (rows, problems) = read("asset_tag,ram_gb,class,class,,Colour\nA,8,laptop,laptop,,red\n");
    assert_eq!(rows, Vec::<String>::new());
    assert_eq!(
        problems,
        [
            "IMP0007 a.csv:1:ram_gb unknown column `ram_gb`",
            "IMP0008 a.csv:1:class the heading `class` stands twice",
            "IMP0007 a.csv:1: column 5 has no heading",
            "IMP0007 a.csv:1:Colour unknown column `Colour`",
        ]
    );
    assert_eq!(read("").1, ["IMP0002 a.csv the file has no row of headings"]);
    assert_eq!(read("\n\r\n\n").1, ["IMP0002 a.csv the file has no row of headings"]);
    assert_eq!(
        read("asset_tag;class\nA;laptop\n").1,
        [
            "IMP0013 a.csv:1 expected headings separated by commas, found one heading with semicolons or tabs"
        ]
    );
    assert_eq!(
        read("class,model\nlaptop,x\n").1,
        ["IMP0009 a.csv:1 expected a column `asset_tag` or `serial_number`, found neither"]
    );
    let wide = "x,".repeat(300);
    assert!(read(wide).1[0].starts_with("IMP0005"));
}

#[test]
fn rows_of_the_wrong_shape_are_rejected_one_by_one() {
    let text = "asset_tag,class\nA,laptop\nB\nC,laptop,x\nD\0,laptop\n\"E\"x,laptop\n,\nF,laptop\n\"G,laptop\n";
    let (rows, problems) = read(text);
    assert_eq!(rows, ["A", "F"]);
    assert_eq!(
        problems,
        [
            "IMP0101 a.csv:3 expected 2 cells, one for each heading, found 1",
            "IMP0101 a.csv:4 expected 2 cells, one for each heading, found 3",
            "IMP0102 a.csv:5 the row holds a NUL byte",
            "IMP0103 a.csv:6 expected a comma after a closing quotation mark, found text",
            "IMP0103 a.csv:9 a quoted cell that begins in this row does not end",
        ]
    );
    let long = format!("asset_tag,class,notes\nA,laptop,{}\nB,laptop,x\n", "y".repeat(140_000));
    let (rows, problems) = read(long);
    assert_eq!((rows.len(), problems.len()), (1, 1));
    assert!(problems[0].starts_with("IMP0104 a.csv:2"));
}

#[test]
fn every_usual_encoding_is_read() {
    let text = "asset_tag,class,model\nÉ1,laptop,£\n";
    let (rows, problems) = read(text);
    assert_eq!((rows, problems), (vec!["É1".to_owned()], Vec::new()));
    let wide: Vec<u8> =
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(read(wide).0, ["É1"]);
    let (rows, problems) = read(b"asset_tag,class\nA,laptop\n\xC91,laptop\n\xA31,laptop\n");
    assert_eq!(rows, ["A", "É1", "£1"]);
    assert_eq!(
        problems,
        ["IMP0011 a.csv:3 the file is not UTF-8; it was read as Windows-1252 from this row on"]
    );
    let (rows, problems) = read(b"asset_tag,class\n\xC3\x891,laptop\n\xC91,laptop\nB,laptop\n");
    assert_eq!(rows, ["É1", "B"]);
    assert!(problems[0].starts_with("IMP0010 a.csv:3"), "{problems:?}");
}

#[test]
fn a_heading_of_any_case_and_the_column_of_reasons_are_understood() {
    let (rows, problems) = read("Refit_Problem,Asset_Tag, CLASS \nIMP0101: x,A,Laptop\n");
    assert_eq!((rows, problems), (vec!["A".to_owned()], Vec::new()));
}

#[test]
fn a_file_that_breaks_off_is_an_error_and_its_rows_are_told() {
    struct Broken(&'static [u8]);
    impl Read for Broken {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                return Err(io::Error::other("the disk is gone"));
            }
            self.0.read(out)
        }
    }
    let input = Input { name: "a.csv".into(), reader: Broken(b"asset_tag,class\nA,laptop\n") };
    let (_, problems) = read_assets(input, &ClassCatalogue::shipped(), None, DateOrder::Iso);
    let all: Vec<String> = problems.iter().map(|problem| problem.message.clone()).collect();
    assert_eq!(all, ["cannot read the file: the disk is gone"]);
}

#[test]
fn organisations_that_cannot_stand_are_rejected_with_the_reason() {
    let text = "ods_code,name,kind,parent,relation,from,until,tier\n\
        QZ1,One,icb,QZ2,part-of,,,\nQZ2,Two,icb,QZ1,part-of,,,\n\
        Z99001,First,practice,QZ9,,2027-04-01,2026-04-01,\n\
        Z99002,Second,practice,,,,,3\nZ99003,Third,practice,QZ3,,,,1\nZ99003,Other,,QZ4,,,,\n\
        Z99003,,,QZ3,,,,\nDEPOT-1,Store,practice,,,,,\nZ99004,,,,,,,\nQZ3,Three,icb,,,,,\n";
    let input = Input { name: "o.csv".into(), reader: text.as_bytes() };
    let (organisations, problems) = read_organisations(input, DateOrder::Iso);
    let codes: Vec<&str> = organisations.iter().map(|org| org.code.as_str()).collect();
    assert_eq!(codes, ["QZ3", "Z99003"]);
    let found: Vec<String> = problems
        .iter()
        .map(|problem| {
            format!("{} {} {}", problem.code, problem.place.as_ref().unwrap(), problem.message)
        })
        .collect();
    insta::assert_snapshot!(found.join("\n"));
}
