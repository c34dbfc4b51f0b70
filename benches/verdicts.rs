//! Verdicts for whole estates: 12 rules over 100,000 and 1,000,000 devices, columns in memory.
//!
//! The devices are drawn from a fixed seed with the number of distinct values that real registers have. One step judges
//! every rule for all time (tiers, reasons and breakpoints included), so a forecast needs no second evaluation.

#![expect(clippy::expect_used, reason = "a benchmark stops when its ground is not sound")]

use std::hint::black_box;
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use diagnostic::Source;
use inventory::{Asset, ClassCatalogue, Columns, Evidence, Fact, Field};
use wes::diff::flips;
use wes::shipped::{self, Shipped};
use wes::{Compiled, Resolver, judge};

/// The rules of the shipped local profile that are measured: the first twelve that judge computers.
const RULES: usize = 12;

fn profile() -> Compiled {
    let source = shipped::profile("example-icb-local-wes").expect("shipped");
    let profile = Compiled::load(&source, &Shipped, &ClassCatalogue::shipped()).0.expect("sound");
    profile.restrict(|position, _| position < RULES)
}

/// A linear congruential generator: reproducible, and good enough to draw from pools.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0).checked_rem(bound).unwrap_or(0)
    }

    fn pick<'a>(&mut self, pool: &'a [&'a str]) -> &'a str {
        let at = self.below(pool.len());
        pool.get(at).copied().unwrap_or_default()
    }
}

fn columns(count: usize) -> Columns {
    let classes = ClassCatalogue::shipped();
    let evidence = Evidence { source: Arc::from("bench"), row: 1, seen_on: None };
    let mut draw = Draw(1);
    let start = NaiveDate::from_ymd_opt(2016, 1, 1).unwrap_or_default();
    let cpus: Vec<String> = (0..400)
        .map(|number| {
            format!("Intel(R) Core(TM) i5-{}U CPU @ 1.60GHz", 4000_usize.saturating_add(number))
        })
        .collect();
    let assets: Vec<Asset> = (0..count)
        .map(|_| {
            let bought =
                start.checked_add_days(Days::new(u64::try_from(draw.below(3900)).unwrap_or(0)));
            let at = draw.below(cpus.len());
            let texts = [
                (Field::RamGib, draw.pick(&["4", "8", "8", "16", "32"]).to_owned()),
                (Field::DiskGb, draw.pick(&["128", "256", "256", "512", "1000"]).to_owned()),
                (Field::DiskType, draw.pick(&["ssd", "ssd", "nvme", "hdd"]).to_owned()),
                (Field::Cpu, cpus.get(at).cloned().unwrap_or_default()),
                (Field::Cores, draw.pick(&["2", "4", "6", "8"]).to_owned()),
                (Field::TpmVersion, draw.pick(&["1.2", "2.0", "2.0"]).to_owned()),
                (Field::TpmState, draw.pick(&["on", "on", "off", "absent"]).to_owned()),
                (Field::Uefi, draw.pick(&["true", "true", "false"]).to_owned()),
                (Field::SecureBoot, draw.pick(&["true", "false"]).to_owned()),
                (Field::SecureBootCapable, draw.pick(&["true", "true", "false"]).to_owned()),
                (Field::Os, draw.pick(&["windows-11", "windows-11", "windows-10"]).to_owned()),
                (Field::OsBuild, draw.pick(&["19045", "22631", "26100", "26200"]).to_owned()),
                (Field::OsEdition, draw.pick(&["home-pro", "enterprise-education"]).to_owned()),
                (Field::PurchaseDate, bought.unwrap_or(start).to_string()),
            ];
            let missing = draw.below(texts.len().saturating_mul(3));
            let facts = texts
                .into_iter()
                .enumerate()
                .filter(|(position, _)| *position != missing)
                .filter_map(|(_, (field, text))| {
                    let value = field.kind().parse(&text).ok()?;
                    Some((field, Fact { value, evidence: evidence.clone() }))
                })
                .collect();
            let class = classes.parse(draw.pick(&["desktop", "laptop", "desktop", "monitor"]));
            Asset { tag: None, serial: None, class: class.expect("shipped"), facts }
        })
        .collect();
    Columns::from_assets(&assets)
}

fn verdicts(criterion: &mut Criterion) {
    let profile = profile();
    let two = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("threads");
    for count in [100_000_usize, 1_000_000] {
        let columns = columns(count);
        let mut group = criterion.benchmark_group(format!("verdicts/{count}"));
        let evaluations = u64::try_from(count.saturating_mul(RULES)).unwrap_or(u64::MAX);
        group.throughput(Throughput::Elements(evaluations)).sample_size(20);
        group.bench_function("one thread", |bench| {
            bench.iter(|| black_box(judge(&profile, black_box(&columns), None)));
        });
        group.bench_function("two threads", |bench| {
            bench.iter(|| black_box(judge(&profile, black_box(&columns), Some(&two))));
        });
        let judged = judge(&profile, &columns, None);
        let day = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap_or_default();
        group.bench_function("counts of 120 months", |bench| {
            bench.iter(|| {
                let months =
                    (0..120).filter_map(|month| day.checked_add_months(chrono::Months::new(month)));
                let days: Vec<NaiveDate> = months.collect();
                judged
                    .rules
                    .iter()
                    .map(|rule| rule.count_each(black_box(&days)))
                    .collect::<Vec<_>>()
            });
        });
        group.finish();
    }
}

/// The profile of the shelf that a child extends, and so on down to one without parents.
struct Shelf(Vec<Source>);

impl Resolver for Shelf {
    fn profiles(&self, id: &str) -> Vec<Source> {
        let wanted = format!("id = \"{id}\"");
        self.0.iter().filter(|own| own.text().contains(&wanted)).cloned().collect()
    }

    fn file(&self, name: &str, profile: &Source) -> Option<Source> {
        Shipped.file(name, profile)
    }
}

/// 200 rules in six layers; each layer tightens some rules of the one below.
fn layers() -> Shelf {
    let mut sources = Vec::new();
    for layer in 0..6_u32 {
        let mut text = format!(
            "[profile]\nid = \"layer-{layer}\"\nversion = \"1.0.0\"\nowner = \"bench\"\nlanguage = 1\n"
        );
        if let Some(below) = layer.checked_sub(1) {
            text.push_str("extends = [\"layer-");
            text.push_str(&below.to_string());
            text.push_str("@^1\"]\n");
        } else {
            text.push_str(
                "[lists.cpus]\nfile = \"windows11-processors.csv\"\nnormalise = \"cpu\"\n",
            );
        }
        for rule in 0..200_u32 {
            let words = match (layer, rule.checked_rem(10)) {
                (0, Some(0)) => "field = \"cpu\"\nin_list = \"cpus\"".to_owned(),
                (0, _) => format!(
                    "field = \"ram_gib\"\nat_least = {{ minimum = {}, recommended = 32 }}",
                    rule.saturating_add(1).min(16)
                ),
                (_, Some(own)) if own == layer => "at_least.minimum = 16".to_owned(),
                _ => continue,
            };
            let classes = if layer == 0 { "applies_to = [\"desktop\", \"laptop\"]\n" } else { "" };
            let lines = format!(
                "[rule.r{rule}]\n{classes}{words}\nwhy = \"w\"\nsource = {{ document = \"d\" }}\n"
            );
            text.push_str(&lines);
        }
        sources.push(Source::new(format!("layer-{layer}.toml"), text));
    }
    Shelf(sources)
}

fn authors(criterion: &mut Criterion) {
    let shelf = layers();
    let top = shelf.0.last().expect("six layers").clone();
    let classes = ClassCatalogue::shipped();
    let (sound, problems) = Compiled::load(&top, &shelf, &classes);
    assert_eq!(sound.map(|own| own.rules().len()), Some(200), "{problems:?}");
    criterion.bench_function("load and check 200 rules in 6 layers", |bench| {
        bench.iter(|| Compiled::load(black_box(&top), &shelf, &classes));
    });
    let before = profile();
    let text = shipped::profile("example-icb-local-wes").expect("shipped");
    let edited = text
        .text()
        .replace("at_least = { minimum = 8, recommended = 16 }", "at_least = { minimum = 16 }");
    let edited = Source::new(text.name(), edited);
    let columns = columns(100_000);
    let all: Vec<usize> = (0..100_000).collect();
    let was = judge(&before, &columns, None);
    let day = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap_or_default();
    let mut group = criterion.benchmark_group("authors/100000");
    group.sample_size(20);
    group.bench_function("impact of an edited line, read anew", |bench| {
        bench.iter(|| {
            let after = Compiled::load(black_box(&edited), &Shipped, &classes).0.expect("sound");
            let after = after.restrict(|position, _| position < RULES);
            let is = judge(&after, &columns, None);
            flips((&before, &was), (&after, &is), &all, (day, day))
        });
    });
    group.bench_function("devices by gravest verdict, 120 months", |bench| {
        let months =
            (0..120).filter_map(|month| day.checked_add_months(chrono::Months::new(month)));
        let days: Vec<NaiveDate> = months.collect();
        bench.iter(|| was.gravest_each(black_box(&all), &days));
    });
    group.finish();
}

criterion_group!(benches, verdicts, authors);
criterion_main!(benches);
