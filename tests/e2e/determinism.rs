//! The same facts give the same bytes, for any number of threads and any order of the rows.

use serde_json::Value;

use crate::journey::{AS_OF, estate_of, plan};
use crate::runner::Estate;

/// What must not depend on threads or on the order of rows.
#[derive(PartialEq, Eq, Debug)]
struct Results {
    register: String,
    verdicts: (Value, Value),
    plan: Vec<(&'static str, Value)>,
    problem: Vec<(&'static str, String)>,
}

fn results(estate: &Estate, jobs: &str) -> Results {
    let verdicts = estate
        .run(["check", "--as-of", AS_OF, "--json", "--fail-on", "never", "-j", jobs])
        .ok()
        .json();
    let document = plan(estate, &["-j", jobs]);
    let kept = ["objective_pence", "bound_pence", "years", "lines", "deferred", "multipliers"];
    estate.run(["plan", "problem", "--plan", "plan.json", "-o", "problem"]).ok();
    let files = ["meta.json", "assets.csv", "schedule.csv", "certificate.json", "ids.csv"];
    Results {
        register: estate.run(["export", "--kind", "assets", "--format", "csv"]).ok().stdout,
        verdicts: (verdicts["counts"].clone(), without_places(verdicts["devices"].clone())),
        plan: kept.map(|key| (key, document[key].clone())).into(),
        problem: files.map(|file| (file, estate.read(&format!("problem/{file}")))).into(),
    }
}

/// Source positions follow the files.
fn without_places(devices: Value) -> Value {
    let Value::Array(devices) = devices else { panic!("devices is a list") };
    devices
        .into_iter()
        .map(|mut device| {
            device.as_object_mut().expect("a device is an object").remove("evidence");
            device
        })
        .collect()
}

/// The export with its records in another order; a record may hold line breaks.
fn shuffled(export: &str, seed: u64) -> String {
    let text = export.trim_start_matches('\u{feff}').to_owned();
    let mut reader =
        csv::ReaderBuilder::new().delimiter(b';').has_headers(false).from_reader(text.as_bytes());
    let mut records: Vec<csv::StringRecord> =
        reader.records().map(|record| record.expect("a record")).collect();
    let mut rows = records.split_off(1);
    let mut state = seed;
    for idx in (1..rows.len()).rev() {
        // A linear congruential step suffices to shuffle; constants of Knuth's MMIX.
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        rows.swap(idx, usize::try_from(state >> 33).expect("31 bits") % (idx + 1));
    }
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    for record in records.iter().chain(&rows) {
        writer.write_record(record).expect("memory can be written");
    }
    String::from_utf8(writer.into_inner().expect("memory")).expect("UTF-8")
}

#[test]
fn threads_and_the_order_of_rows_change_no_byte() {
    let estate = estate_of(|export| export);
    let one = results(&estate, "1");
    assert_eq!(results(&estate, "2"), one, "one thread and two");
    for seed in [1, 2] {
        let other = estate_of(|export| shuffled(&export, seed));
        assert_eq!(results(&other, "2"), one, "rows in another order (seed {seed})");
    }
}

#[test]
fn the_same_command_gives_the_same_plan_file() {
    let estate = estate_of(|export| export);
    plan(&estate, &[]);
    let first = estate.read("plan.json");
    plan(&estate, &[]);
    assert_eq!(estate.read("plan.json"), first);
}
