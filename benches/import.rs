//! Rows a second into an estate's file, and out of it into columns.
//!
//! `REFIT_BENCH_ROWS` sets the number of devices, 100,000 without it; 1,000,000 is the size of England.
#![expect(clippy::expect_used, reason = "a bench stops at the first failure")]

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use inventory::import::{Input, Options, run};
use inventory::store::{Access, Journal, SqliteStore};
use inventory::{ClassCatalogue, EstateId, Store as _};
use tempfile::TempDir;

const HEADINGS: &str = "asset_tag,serial_number,class,manufacturer,model,site,status,purchase_date,\
    purchase_cost,warranty_end,os,os_edition,os_build,ram_gib,disk_gb,disk_type,cpu,cores,\
    tpm_version,tpm_state,uefi,secure_boot,firmware_date,encryption,last_patch_date,last_seen\n";

/// Numbers that are the same on every machine.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33).checked_rem(limit).unwrap_or(0)
    }

    fn day(&mut self, first_year: u64, years: u64) -> String {
        let year = self.below(years).saturating_add(first_year);
        let (month, day) = (self.below(12), self.below(28));
        format!("{year}-{:02}-{:02}", month.saturating_add(1), day.saturating_add(1))
    }
}

fn assets(rows: u64) -> String {
    let mut draw = Draw(7);
    let mut text = HEADINGS.to_owned();
    for number in 0..rows {
        let class = if draw.below(2) == 0 { "desktop" } else { "laptop" };
        let (serial, model, site) = (draw.below(u64::MAX), draw.below(300), draw.below(6_000));
        let (bought, warranty) = (draw.day(2016, 10), draw.day(2020, 10));
        let (cost, build, cpu) = (draw.below(90_000), draw.below(4_000), draw.below(7_000));
        let (firmware, patched, seen) = (draw.day(2016, 10), draw.day(2026, 1), draw.day(2026, 1));
        writeln!(
            text,
            "T{number:07},S{serial:X}-{number:x},{class},Dell,Model {model},Z9{site:04},deployed,{bought},\
             {}.{:02},{warranty},windows-11,pro,26100.{build},{},256,ssd,Intel(R) Core(TM) i5-{cpu},4,\
             2.0,on,true,true,{firmware},on,{patched},{seen}",
            cost.div_euclid(100),
            cost.rem_euclid(100),
            4 << draw.below(4),
        )
        .expect("a string can be written");
    }
    text
}

fn organisations() -> String {
    let mut text = "ods_code,name,kind\n".to_owned();
    for number in 0..6_000 {
        writeln!(text, "Z9{number:04},Practice {number},practice")
            .expect("a string can be written");
    }
    text
}

fn import(store: &mut SqliteStore, text: &str) {
    let classes = ClassCatalogue::shipped();
    let options = Options::new(&classes, "2026-11-20T12:00:00Z");
    let outcome = run(store, Input { name: "bench.csv".into(), reader: text.as_bytes() }, options)
        .expect("the store can be written");
    assert!(!outcome.problems.has_errors(), "{:?}", outcome.problems);
}

/// An estate with organisations only.
fn estate() -> (TempDir, SqliteStore) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("estate.db");
    let mut store =
        SqliteStore::open(&path, EstateId::default(), Access::Create, Journal::WriteAhead)
            .expect("an estate can be made");
    import(&mut store, &organisations());
    (folder, store)
}

fn bench(criterion: &mut Criterion) {
    let rows: u64 = std::env::var("REFIT_BENCH_ROWS")
        .ok()
        .and_then(|rows| rows.parse().ok())
        .unwrap_or(100_000);
    let text = assets(rows);
    let mut group = criterion.benchmark_group(format!("{rows} devices"));
    group.sample_size(10);
    group.throughput(Throughput::Elements(rows));
    group.bench_function("import into an empty estate", |bencher| {
        bencher.iter_batched(
            estate,
            |(folder, mut store)| {
                import(&mut store, &text);
                (folder, store)
            },
            BatchSize::PerIteration,
        );
    });
    let (_folder, mut store) = estate();
    import(&mut store, &text);
    group.bench_function("import again, unchanged", |bencher| {
        bencher.iter(|| import(&mut store, &text));
    });
    group.bench_function("load into columns", |bencher| {
        bencher.iter(|| black_box(store.register().expect("the estate can be read")));
    });
    group.finish();
}

criterion_group!(import_and_load, bench);
criterion_main!(import_and_load);
