use calamine::Reader as _;

use super::*;
use crate::bid::fixture;

#[test]
fn nothing_in_the_workbook_comes_from_the_clock_or_from_elsewhere() {
    let rendered = render(&fixture::model()).unwrap();
    let mut reader = calamine::open_workbook_from_rs::<calamine::Xlsx<_>, _>(std::io::Cursor::new(
        rendered.bytes,
    ))
    .unwrap();
    assert_eq!(reader.sheet_names(), SHEETS);
    assert!(reader.vba_project().unwrap().is_none());
    let hidden = reader
        .sheets_metadata()
        .iter()
        .any(|sheet| sheet.visible != calamine::SheetVisible::Visible);
    assert!(!hidden);
}

#[test]
fn long_texts_are_cut_to_what_a_cell_holds() {
    let long = "é".repeat(40_000);
    let kept = book::fit(&long);
    assert_eq!(kept.chars().count(), 32_001);
    assert!(kept.ends_with('…'));
}
