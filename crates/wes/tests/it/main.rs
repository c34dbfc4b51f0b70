//! The shipped profile on real machines, where the shared samples are at hand.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::NaiveDate;
use inventory::{ClassCatalogue, Field, Value};
use wes::shipped::{self, Shipped};
use wes::{Compiled, Outcome, cpu};

/// The folder of shared samples; the tests on them pass without it and say so.
fn samples() -> Option<PathBuf> {
    let folder = std::env::var_os("REFIT_SHARED").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("REFIT_SHARED is not set: not tried on the samples");
    }
    folder.map(|folder| folder.join("data/samples/linuxhw/derived/business-estate-400.csv"))
}

fn rows() -> Vec<BTreeMap<String, String>> {
    let Some(path) = samples() else { return Vec::new() };
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

#[test]
fn nearly_every_processor_that_names_a_model_is_identified() {
    let rows = rows();
    let known = |text: &str| matches!(cpu::identify(text), cpu::Processor::Model(_));
    let named: Vec<&str> = rows
        .iter()
        .map(|row| row["cpu"].as_str())
        .filter(|text| {
            text.bytes().filter(u8::is_ascii_digit).count() >= 4 && !text.contains("0000")
        })
        .collect();
    let missed: Vec<&&str> = named.iter().filter(|text| !known(text)).collect();
    assert!(missed.len() * 100 <= named.len(), "{missed:?}");
    for text in ["", "Not Specified", "CPU Version", "Genuine Intel(R) CPU"] {
        assert!(!known(text), "{text}");
    }
}

#[test]
fn machines_before_the_eighth_generation_fail_and_none_is_passed_over() {
    let source = shipped::profile("windows-11-hardware").unwrap();
    let classes = ClassCatalogue::shipped();
    let profile = Compiled::load(&source, &Shipped, &classes).0.unwrap();
    let (position, _) = profile.rule("win11_processor").unwrap();
    let laptop = classes.parse("laptop").unwrap();
    let day: NaiveDate = "2026-11-20".parse().unwrap();
    for row in rows() {
        let text = row["cpu"].as_str();
        let facts: BTreeMap<Field, Value> = Field::Cpu
            .kind()
            .parse(text)
            .ok()
            .map(|value| (Field::Cpu, value))
            .into_iter()
            .collect();
        let outcome = profile.judge_device(&laptop, &facts)[position].at(day);
        // The generation is the first digit of a four-digit Core model: i5-4590.
        let generation = text
            .split("Core(TM) i")
            .nth(1)
            .and_then(|rest| rest.split(['-', ' ']).nth(1))
            .filter(|model| model.bytes().take_while(u8::is_ascii_digit).count() == 4)
            .and_then(|model| model.chars().next())
            .and_then(|digit| digit.to_digit(10));
        match generation {
            Some(2..=6) => assert!(matches!(outcome, Outcome::Fail { .. }), "{text}: {outcome}"),
            Some(8 | 9) => assert_eq!(outcome, Outcome::Pass, "{text}"),
            _ => {}
        }
    }
}
