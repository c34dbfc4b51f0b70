use proptest::prelude::*;
use serde_json::Map;

use super::{Format, export};
use crate::catalogue::{Field, Kind};
use crate::import::{FileKind, Input, Options, run};
use crate::store::{MemoryStore, Store};
use crate::vocabulary::ClassCatalogue;

fn load(files: &[(&str, &[u8])]) -> MemoryStore {
    let mut store = MemoryStore::new("QZ1".parse().unwrap());
    let classes = ClassCatalogue::shipped();
    for (name, bytes) in files {
        let options = Options::new(&classes, "2026-11-20T12:00:00Z");
        let input = Input { name: (*name).into(), reader: *bytes };
        let outcome = run(&mut store, input, options).unwrap();
        assert!(!outcome.problems.has_errors(), "{:?}", outcome.problems);
    }
    store
}

fn written(store: &dyn Store, kind: FileKind, format: Format) -> String {
    String::from_utf8(bytes(store, kind, format)).unwrap()
}

fn bytes(store: &dyn Store, kind: FileKind, format: Format) -> Vec<u8> {
    let mut out = Vec::new();
    let mut head = Map::new();
    head.insert("schema".to_owned(), "refit.assets/1".into());
    export(&store.register().unwrap(), kind, format, &head, &mut out).unwrap();
    out
}

/// Every form of export, and what comes of importing it into an empty estate and exporting it again.
fn comes_back(before: &[(&str, &[u8])], store: &dyn Store, kind: FileKind) {
    for format in [Format::Csv, Format::Json, Format::Ndjson, Format::Xlsx] {
        let exported = bytes(store, kind, format);
        let file = ("again", exported.as_slice());
        let again = load(&[before, &[file]].concat());
        assert_eq!(bytes(&again, kind, format), exported, "{format}");
    }
}

const ORGANISATIONS: &str = "ods_code,name,kind,parent,relation,from,until,tier,list_size\n\
    QZ1,One ICB,icb,,,,,,\nU99001,\"North, PCN\",pcn,QZ1,,,,,\n\
    Z99001,=First Surgery,practice,QZ1,,,2027-04-01,2,9120\n\
    Z99001,,,QZ1,,2027-04-01,,,\nZ99001,,,U99001,,,,,\n";

const MODELS: &str = "manufacturer,model,class,aliases,life_years,facts,embodied_kgco2e,assurances\n\
    Dell,OptiPlex 7010,desktop,7010;OptiPlex 7010 SFF,5,disk_type=ssd;ram_gib=8,331.5,EPEAT Gold\n";

/// A cell of a field's kind, or nothing.
fn cell(field: Field) -> BoxedStrategy<String> {
    let known: BoxedStrategy<String> = match field.kind() {
        Kind::Text => "[ a-z=+@'\"\\-,]{0,8}".boxed(),
        Kind::Token(words) => prop::sample::select(words).prop_map(str::to_owned).boxed(),
        Kind::OpenToken => "[a-z][a-z0-9.-]{0,8}".boxed(),
        Kind::Bool => {
            prop::sample::select(&["true", "false", "Y", "no"][..]).prop_map(str::to_owned).boxed()
        }
        Kind::Number(_) => {
            (0_u32..20_000).prop_map(|steps| format!("{}.{}", steps / 10, steps % 10)).boxed()
        }
        Kind::Date => (1971_u32..2100, 1_u32..13, 1_u32..29)
            .prop_map(|(year, month, day)| format!("{year}-{month:02}-{day:02}"))
            .boxed(),
        Kind::Version => prop::collection::vec(0_u32..30_000, 1..4)
            .prop_map(|parts| parts.iter().map(ToString::to_string).collect::<Vec<_>>().join("."))
            .boxed(),
        Kind::Resolution => {
            (1_u32..9_000, 1_u32..9_000).prop_map(|(w, h)| format!("{w}x{h}")).boxed()
        }
        Kind::Money => (0_u32..9_000_000)
            .prop_map(|pence| format!("{}.{:02}", pence / 100, pence % 100))
            .boxed(),
        Kind::Organisation => Just("Z99001".to_owned()).boxed(),
        Kind::Status => Just("in-stock".to_owned()).boxed(),
        Kind::Funding => Just("enhanced".to_owned()).boxed(),
    };
    prop_oneof![2 => Just(String::new()), 1 => known].boxed()
}

fn row(number: usize) -> impl Strategy<Value = Vec<String>> {
    let cells: Vec<BoxedStrategy<String>> = Field::columns()
        .map(|field| match field {
            Field::AssetTag => Just(format!("T{number}")).boxed(),
            Field::SerialNumber => prop::option::of(Just(format!("={number}S")))
                .prop_map(Option::unwrap_or_default)
                .boxed(),
            Field::Class => Just("laptop".to_owned()).boxed(),
            field => cell(field),
        })
        .collect();
    cells
}

fn csv(rows: &[Vec<String>]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(Field::columns().map(Field::word)).unwrap();
    for row in rows {
        writer.write_record(row).unwrap();
    }
    writer.into_inner().unwrap()
}

#[test]
fn organisations_and_models_come_back_to_the_same_bytes() {
    let store = load(&[("o.csv", ORGANISATIONS.as_bytes()), ("m.csv", MODELS.as_bytes())]);
    let organisations = written(&store, FileKind::Organisations, Format::Csv);
    let models = written(&store, FileKind::Models, Format::Csv);
    insta::assert_snapshot!(format!("{organisations}\n{models}"));
    let again = load(&[("o2.csv", organisations.as_bytes()), ("m2.csv", models.as_bytes())]);
    assert_eq!(written(&again, FileKind::Organisations, Format::Csv), organisations);
    assert_eq!(written(&again, FileKind::Models, Format::Csv), models);
    comes_back(&[], &store, FileKind::Organisations);
    comes_back(&[], &store, FileKind::Models);
}

#[test]
fn a_workbook_holds_numbers_money_and_days_as_such() {
    let assets = "asset_tag,class,ram_gib,uefi,purchase_cost,purchase_date,notes\n\
        0012,desktop,7.5,Y,612.50,2024-02-29,=1+1\n";
    let store = load(&[("a.csv", assets.as_bytes())]);
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes(
        &store,
        FileKind::Assets,
        Format::Xlsx,
    )))
    .unwrap();
    let range = calamine::Reader::worksheet_range(&mut book, "assets").unwrap();
    let cell = |word: &str| {
        let column = Field::columns().position(|field| field.word() == word).unwrap();
        range.get((1, column)).unwrap().clone()
    };
    assert_eq!(cell("asset_tag"), calamine::Data::String("0012".to_owned()));
    assert_eq!(cell("notes"), calamine::Data::String("=1+1".to_owned()));
    assert_eq!(cell("purchase_cost"), calamine::Data::Float(612.5));
    assert!(matches!(cell("purchase_date"), calamine::Data::DateTime(day) if day.is_datetime()));
}

#[test]
fn a_template_that_is_filled_in_imports() {
    let classes = ClassCatalogue::shipped();
    for kind in FileKind::ALL {
        let mut out = Vec::new();
        super::template(*kind, &classes, &mut out).unwrap();
        let mut store = MemoryStore::new("QZ1".parse().unwrap());
        let input = Input { name: "template.xlsx".into(), reader: out.as_slice() };
        let outcome =
            run(&mut store, input, Options::new(&classes, "2026-11-20T12:00:00Z")).unwrap();
        let codes: Vec<&str> =
            outcome.problems.iter().map(|problem| problem.code.as_str()).collect();
        assert_eq!(
            (outcome.summary.map(|summary| summary.kind), codes),
            (Some(*kind), vec!["IMP0003"])
        );
    }
}

#[test]
fn json_holds_numbers_and_truths_as_such_and_money_as_text() {
    let assets = "asset_tag,class,manufacturer,model,ram_gib,uefi,purchase_cost,notes\n\
        T1,desktop,Dell,7010,7.5,Y,612.50,=1+1\nT2,desktop,Dell,7010,,,,\n";
    let store = load(&[("m.csv", MODELS.as_bytes()), ("a.csv", assets.as_bytes())]);
    insta::assert_snapshot!(format!(
        "{}\n{}",
        written(&store, FileKind::Assets, Format::Json),
        written(&store, FileKind::Assets, Format::Ndjson)
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn an_export_imports_to_the_same_export_in_any_order_of_rows(
        rows in prop::collection::vec(any::<()>(), 1..6)
            .prop_flat_map(|slots| (0..slots.len()).map(row).collect::<Vec<_>>())
            .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))
    ) {
        let (rows, shuffled) = rows;
        let organisations = ("o.csv", ORGANISATIONS.as_bytes());
        let one = load(&[organisations, ("a.csv", &csv(&rows))]);
        let exported = written(&one, FileKind::Assets, Format::Csv);
        let other = load(&[organisations, ("b.csv", &csv(&shuffled))]);
        prop_assert_eq!(&written(&other, FileKind::Assets, Format::Csv), &exported);
        let again = load(&[organisations, ("c.csv", exported.as_bytes())]);
        prop_assert_eq!(written(&again, FileKind::Assets, Format::Csv), exported);
        comes_back(&[organisations], &one, FileKind::Assets);
    }
}
