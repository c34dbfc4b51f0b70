use super::specimen::{Parts, generate};
use super::*;
use crate::pln1::specimen::Specimen;

fn full() -> Draft {
    let base = Specimen {
        assets: 60,
        years: 4,
        challengers: 2,
        holders: 2,
        bundled_permille: 200,
        visit_pence: 500,
        ..Specimen::default()
    };
    generate(&base, Parts::ALL)
}

fn codes(change: impl FnOnce(&mut Draft)) -> Vec<&'static str> {
    let mut draft = full();
    change(&mut draft);
    let faults = Problem::new(draft, "meta.json").err().unwrap_or_default();
    faults.list().iter().map(|f| f.code).collect()
}

#[test]
fn a_folder_survives_a_round_trip() {
    let draft = full();
    let mut files: Vec<(&str, Vec<u8>)> = Vec::new();
    let mut put = |name, write: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = Vec::new();
        write(&mut bytes);
        files.push((name, bytes));
    };
    put("meta.json", &|b| write_meta(&draft, b, "m").unwrap());
    put("more.csv", &|b| write_more(&draft.more, b, "m").unwrap());
    put("precedence.csv", &|b| write_precedence(&draft.precedence, b, "p").unwrap());
    let base = crate::pln1::Draft {
        years: draft.years,
        assets: draft.assets.clone(),
        ..crate::pln1::Draft::default()
    };
    put("assets.csv", &|b| crate::pln1::write_assets_csv(&base, b, "a").unwrap());
    let find = |name: &str| files.iter().find(|f| f.0 == name).map(|f| f.1.as_slice());
    let open = |name: &str| find(name).ok_or(std::io::Error::other("absent"));
    let read = read_folder(|name| find(name).is_some(), open).unwrap();
    assert_eq!(read.as_draft(), &draft);
}

#[test]
fn a_pln1_folder_is_a_problem_of_one_stream() {
    let base = crate::pln1::specimen::generate(&Specimen { assets: 9, ..Specimen::default() });
    let mut meta = Vec::new();
    crate::pln1::write_meta(&base, &mut meta, "m").unwrap();
    let mut assets = Vec::new();
    crate::pln1::write_assets_csv(&base, &mut assets, "a").unwrap();
    let open = |name: &str| Ok(if name == "meta.json" { &meta[..] } else { &assets[..] });
    let read = read_folder(|name| matches!(name, "meta.json" | "assets.csv"), open).unwrap();
    assert_eq!(read.as_draft(), &Draft::from(&base));
    assert_eq!(read.features(), []);
}

#[test]
fn every_kind_of_fault_is_named() {
    assert_eq!(codes(|_| {}), Vec::<&str>::new());
    assert_eq!(codes(|d| d.years = 0), ["PLN0104"]);
    assert_eq!(codes(|d| d.streams.clear()).first(), Some(&"PLN0104"));
    assert_eq!(codes(|d| d.envelope[0].truncate(1)), ["PLN0103"]);
    assert_eq!(codes(|d| d.minimum[0][0][1] = -1), ["PLN0104"]);
    assert_eq!(codes(|d| d.smoothing[0][0] = -2), ["PLN0104"]);
    assert_eq!(codes(|d| d.pools.draw[0][0] = 5), ["PLN0104"]);
    assert_eq!(codes(|d| d.pools.stock.truncate(1)), ["PLN0103"]);
    assert_eq!(codes(|d| d.streams[1].classes = Some(vec![99])), ["PLN0104"]);
    assert_eq!(codes(|d| d.classes[0].options[1][0].s = 9), ["PLN0104"]);
    assert_eq!(codes(|d| d.classes[0].options[1] = d.classes[0].options[2].clone()), ["PLN0105"]);
    assert_eq!(codes(|d| d.more[0].pin = 2), ["PLN0104"]);
    assert_eq!(codes(|d| d.assets.bundle[..].fill(7)), ["PLN0107"]);
    assert_eq!(codes(|d| d.precedence.push((0, 59))), ["PLN0108"]);
    assert_eq!(codes(|d| d.precedence.push((0, 600))), ["PLN0104"]);
    assert_eq!(codes(|d| d.fairness.as_mut().unwrap().permille = 2000), ["PLN0104"]);
    assert_eq!(codes(|d| d.closed_from.truncate(1)), ["PLN0103"]);
    assert_eq!(codes(|d| d.more.truncate(1)), ["PLN0103"]);
}

#[test]
fn schedules_survive_a_round_trip_and_wrong_ones_are_refused() {
    let buy = |t| Purchase { t, k: 1, s: 0 };
    let schedule = Schedule { choices: vec![vec![buy(1), buy(3)], Vec::new()] };
    let mut bytes = Vec::new();
    write_schedule(&schedule, &mut bytes, "s.csv").unwrap();
    assert_eq!(String::from_utf8_lossy(&bytes), "asset,purchases\n0,1:1:0 3:1:0\n1,\n");
    assert_eq!(read_schedule(&bytes[..], 2, "s.csv").unwrap(), schedule);
    let code = |text: &str| read_schedule(text.as_bytes(), 2, "s.csv").unwrap_err().list()[0].code;
    assert_eq!(code("asset,t1,k1,t2,k2\n"), "PLN0111");
    assert_eq!(code("asset,purchases\n0,\n"), "PLN0113");
    assert_eq!(code("asset,purchases\n0,\n0,\n"), "PLN0113");
    assert_eq!(code("asset,purchases\n7,\n"), "PLN0121");
    assert_eq!(code("asset,purchases\n0,1:1\n"), "PLN0112");
    assert_eq!(code("asset,purchases\n0\n"), "PLN0112");
}

#[test]
fn another_format_is_refused() {
    let mut bytes = Vec::new();
    write_meta(&full(), &mut bytes, "m").unwrap();
    let other = String::from_utf8(bytes).unwrap().replace("PLN2", "PLN9");
    assert_eq!(read_meta(other.as_bytes(), "m").unwrap_err().list()[0].code, "PLN0102");
}
