use std::collections::BTreeMap;
use std::io::Cursor;

use super::specimen::{Specimen, generate};
use super::*;

fn draft() -> Draft {
    generate(&Specimen { assets: 60, years: 6, holders: 2, challengers: 2, ..Specimen::default() })
}

fn code(change: impl Fn(&mut Draft)) -> (&'static str, String) {
    let mut d = draft();
    change(&mut d);
    let faults = Problem::new(d, "meta.json").unwrap_err();
    let first = &faults.list()[0];
    (first.code, first.column.clone().unwrap_or_default())
}

#[test]
fn every_broken_invariant_has_its_code_and_field() {
    let at = |code: &'static str, field: &str| (code, field.to_owned());
    assert_eq!(code(|d| d.years = 0), at("PLN0104", "T"));
    assert_eq!(code(|d| d.years = 64), at("PLN0104", "T"));
    assert_eq!(code(|d| d.classes[1].units = -1), at("PLN0104", "units[1]"));
    assert_eq!(code(|d| d.classes[1].price[0].truncate(3)), at("PLN0103", "price[1][0]"));
    assert_eq!(code(|d| d.classes[1].price[1][2] = -5), at("PLN0104", "price[1][1]"));
    assert_eq!(code(|d| d.classes[2].succ[1].truncate(1)), at("PLN0103", "succ[2][1]"));
    assert_eq!(code(|d| d.classes[2].succ[1][0] = 1 << 50), at("PLN0104", "succ[2][1]"));
    let twice = |d: &mut Draft| d.classes[0].options[2] = d.classes[0].options[1];
    assert_eq!(code(twice), at("PLN0105", "options[0]"));
    for bad in [[7, 0, 0, 0], [0, 1, 0, 0], [0, 0, 3, 0], [3, 0, 3, 0], [1, 2, 0, 0], [1, 0, 0, 1]]
    {
        let [t1, k1, t2, k2] = bad;
        let choice = Choice { t1, k1, t2, k2 };
        assert_eq!(code(|d| d.classes[0].options[1] = choice), at("PLN0104", "options[0]"));
    }
    assert_eq!(code(|d| d.envelope.truncate(1)), at("PLN0103", "envelope"));
    assert_eq!(code(|d| d.envelope[1][3] = -1), at("PLN0104", "envelope[1]"));
    assert_eq!(code(|d| d.install[0].push(0)), at("PLN0103", "install[0]"));
    assert_eq!(code(|d| d.visit_cost[2] = -1), at("PLN0104", "visit_cost"));
    assert_eq!(code(|d| d.assets.keep.truncate(9)), at("PLN0103", "keep"));
    assert_eq!(code(|d| d.assets.lock.truncate(9)), at("PLN0103", "lock"));
    assert_eq!(code(|d| d.assets.ics[4] = 2), at("PLN0104", "ics of asset 4"));
    assert_eq!(code(|d| d.assets.site[4] = 99), at("PLN0104", "site of asset 4"));
    assert_eq!(code(|d| d.assets.class[4] = 5), at("PLN0104", "class of asset 4"));
    assert_eq!(code(|d| d.assets.tier[4] = 3), at("PLN0104", "tier of asset 4"));
    assert_eq!(code(|d| d.assets.lock[4] = 7), at("PLN0104", "lock of asset 4"));
    assert_eq!(code(|d| d.assets.lock[4] = -2), at("PLN0104", "lock of asset 4"));
    assert_eq!(code(|d| d.assets.bundle[4] = -2), at("PLN0104", "bundle of asset 4"));
    let across = |d: &mut Draft| {
        d.assets.bundle[0] = 9;
        d.assets.bundle[59] = 9;
    };
    assert_eq!(code(across), at("PLN0107", ""));
    let dear = |d: &mut Draft| {
        d.visit_cost[1] = (1 << 40) - 1;
        d.sites = 1 << 30;
    };
    assert_eq!(code(dear), at("PLN0106", ""));
    let heavy = |d: &mut Draft| {
        for c in &mut d.classes {
            c.succ.iter_mut().for_each(|row| row.fill((1 << 40) - 1));
        }
        d.assets.bundle[..3].fill(1);
    };
    assert_eq!(code(heavy), at("PLN0106", ""));
}

#[test]
fn all_faults_are_listed_up_to_a_limit() {
    let mut d = draft();
    d.envelope[0][1] = -1;
    d.install[0][1] = -1;
    assert_eq!(Problem::new(d, "meta.json").unwrap_err().list().len(), 2);
    let mut d = generate(&Specimen { assets: 500, ..Specimen::default() });
    d.assets.tier.fill(77);
    let faults = Problem::new(d, "meta.json").unwrap_err();
    assert!(faults.list().len() <= 101);
    assert!(CODES.iter().any(|(code, _)| *code == faults.list()[0].code));
}

/// A folder in memory.
fn folder(d: &Draft, as_columns: bool) -> BTreeMap<&'static str, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut bytes = Vec::new();
    write_meta(d, &mut bytes, "meta.json").unwrap();
    files.insert("meta.json", bytes);
    if as_columns {
        let a = &d.assets;
        let mut put = |name, write: &dyn Fn(&mut Vec<u8>)| {
            let mut bytes = Vec::new();
            write(&mut bytes);
            files.insert(name, bytes);
        };
        put("ics.i32", &|b| write_column(&a.ics, b, "ics.i32").unwrap());
        put("site.i32", &|b| write_column(&a.site, b, "site.i32").unwrap());
        put("bundle.i32", &|b| write_column(&a.bundle, b, "bundle.i32").unwrap());
        put("cls.i32", &|b| write_column(&a.class, b, "cls.i32").unwrap());
        put("tier.i32", &|b| write_column(&a.tier, b, "tier.i32").unwrap());
        put("earliest.i32", &|b| write_column(&a.earliest, b, "earliest.i32").unwrap());
        put("latest.i32", &|b| write_column(&a.latest, b, "latest.i32").unwrap());
        put("lock.i32", &|b| write_column(&a.lock, b, "lock.i32").unwrap());
        put("keep.i32", &|b| write_column(&a.keep, b, "keep.i32").unwrap());
    } else {
        let mut bytes = Vec::new();
        write_assets_csv(d, &mut bytes, "assets.csv").unwrap();
        files.insert("assets.csv", bytes);
    }
    files
}

fn open(files: &BTreeMap<&'static str, Vec<u8>>) -> Result<Problem, Faults> {
    let plan = FolderPlan::new(|name| files.contains_key(name))?;
    plan.read(|name| {
        let found = files.get(name).cloned().map(Cursor::new);
        found.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::NotFound))
    })
}

#[test]
fn both_kinds_of_folder_survive_a_round_trip() {
    let d = generate(&Specimen { assets: 60, bundled_permille: 300, ..Specimen::default() });
    let problem = Problem::new(d.clone(), "meta.json").unwrap();
    assert_eq!(open(&folder(&d, false)).unwrap(), problem);
    let mut both = folder(&d, true);
    assert_eq!(open(&both).unwrap(), problem);
    // Columns are preferred: a broken table beside them is not even opened.
    both.insert("assets.csv", b"nonsense".to_vec());
    assert_eq!(open(&both).unwrap(), problem);
    assert_eq!(FolderPlan::new(|_| true).unwrap().asset_files(), COLUMN_FILES);
    both.remove("lock.i32");
    assert_eq!(open(&both).unwrap_err().list()[0].code, "PLN0111");
}

#[test]
fn incomplete_folders_and_foreign_formats_are_refused() {
    let missing = FolderPlan::new(|_| false).unwrap_err();
    assert_eq!(missing.list().iter().map(|f| f.code).collect::<Vec<_>>(), ["PLN0100"; 2]);
    let first = |text: &str| read_meta(text.as_bytes(), "meta.json").unwrap_err().list()[0].clone();
    let cut = first("{\"format\": \"PLN1\",\n \"n\": ");
    assert_eq!((cut.code, cut.line), ("PLN0101", Some(2)));
    assert_eq!(first("{\"format\": \"PLN1\"}").code, "PLN0101");
    let mut bytes = Vec::new();
    write_meta(&draft(), &mut bytes, "meta.json").unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert_eq!(first(&text.replace("PLN1", "PLN9")).code, "PLN0102");
    assert_eq!(first(&text.replace("\"classes\":[", "\"classes\":[\"extra\",")).code, "PLN0103");
    let (back, n) = read_meta(text.replace("\"n\"", "\"seed\":5,\"n\"").as_bytes(), "m").unwrap();
    assert_eq!((back.classes.len(), n), (5, 60));
}

#[test]
fn fault_shows_place_message_and_code() {
    let mut d = draft();
    d.envelope[1][3] = -1;
    let shown = Problem::new(d, "meta.json").unwrap_err().to_string();
    assert_eq!(
        shown,
        "meta.json: envelope[1]: expected a value from 0 to below 1152921504606846976, \
         found -1 [PLN0104]"
    );
}

/// The sizes of `meta.json` are judged before room is made for assets of that size.
#[test]
fn sizes_beyond_the_limits_are_refused_by_the_first_file() {
    let mut bytes = Vec::new();
    write_meta(&draft(), &mut bytes, "meta.json").unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let huge = [
        ("n", "60", "2147483648"),
        ("T", "6", "1099511627776"),
        ("T", "6", "0"),
        ("K", "2", "4294967296"),
        ("G", "2", "1152921504606846975"),
        ("sites", "2", "1152921504606846975"),
    ];
    for (key, was, now) in huge {
        let (from, to) = (format!("\"{key}\":{was}"), format!("\"{key}\":{now}"));
        assert!(text.contains(&from), "{from}: {}", text.get(..60).unwrap_or(&text));
        let faults = read_meta(text.replace(&from, &to).as_bytes(), "meta.json").unwrap_err();
        let fault = &faults.list()[0];
        assert_eq!((fault.code, fault.column.as_deref()), ("PLN0104", Some(key)));
    }
}
