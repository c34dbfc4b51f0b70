//! Files that want to do harm, or came to it: each with the verdict that it must get.
//!
//! Whatever a file holds, reading it ends, does not panic, and leaves the store as it was when the file is refused. The
//! files are made here, some by hand and some from a seed by cutting and flipping sound ones.

mod book;
mod document;
mod text;

use proptest::prelude::*;

use super::{Input, OnError, Options, run};
use crate::store::{MemoryStore, Store as _};
use crate::vocabulary::ClassCatalogue;

/// What must come of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    /// The file as a whole is refused with this code; the store is unchanged.
    Refused(&'static str),
    /// It has rows: so many are new, so many rejected, and a problem has this code.
    Rows(u64, u64, &'static str),
    /// It is refused as a whole, or says exactly what the sound file says.
    RefusedOrSound,
}

/// One file of the corpus.
pub(super) struct Case {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    pub(super) verdict: Verdict,
}

pub(super) fn case(name: impl Into<String>, bytes: impl Into<Vec<u8>>, verdict: Verdict) -> Case {
    Case { name: name.into(), bytes: bytes.into(), verdict }
}

/// A store with one device, which no case may touch.
fn store() -> MemoryStore {
    let mut store = MemoryStore::new("Q99".parse().unwrap());
    let classes = ClassCatalogue::shipped();
    let options = Options::new(&classes, "2026-11-21T12:00:00Z");
    let input = Input {
        name: "before.csv".into(),
        reader: &b"asset_tag,serial_number,class\nKEEP,KEEP1,monitor\n"[..],
    };
    run(&mut store, input, options).unwrap();
    store
}

/// What a file does: devices of the store afterwards, codes of its problems, and its counts if it was not refused.
fn done(bytes: &[u8]) -> (Vec<String>, Vec<&'static str>, Option<(u64, u64)>) {
    let mut store = store();
    let classes = ClassCatalogue::shipped();
    let mut options = Options::new(&classes, "2026-11-21T12:00:00Z");
    options.on_error = OnError::Skip;
    let outcome = run(&mut store, Input { name: "case".into(), reader: bytes }, options).unwrap();
    let register = store.register().unwrap();
    let devices = (0..register.len()).map(|device| register.label(device).to_owned()).collect();
    let codes = outcome.problems.iter().map(|problem| problem.code.as_str()).collect();
    (devices, codes, outcome.summary.map(|summary| (summary.counts.new, summary.counts.rejected)))
}

fn check(case: &Case, sound: &[String]) -> Result<(), String> {
    let (devices, codes, counts) = done(&case.bytes);
    let unchanged = devices == ["KEEP"];
    let right = match &case.verdict {
        Verdict::Refused(code) => counts.is_none() && unchanged && codes.contains(code),
        Verdict::Rows(new, rejected, code) => {
            counts == Some((*new, *rejected)) && (code.is_empty() || codes.contains(code))
        }
        Verdict::RefusedOrSound => match counts {
            None => unchanged && !codes.is_empty(),
            Some(_) => devices == sound || unchanged,
        },
    };
    if right {
        return Ok(());
    }
    Err(format!(
        "{}: expected {:?}, found {counts:?} with {codes:?} and devices {devices:?}",
        case.name, case.verdict
    ))
}

#[test]
fn every_file_gets_its_verdict() {
    let families: [(Vec<Case>, Vec<u8>); 3] = [
        (text::cases(), text::SOUND.as_bytes().to_vec()),
        (document::cases(), document::GLPI.as_bytes().to_vec()),
        (book::cases(), book::sound()),
    ];
    let mut count = 0;
    let mut wrong = Vec::new();
    for (cases, sound) in &families {
        let (devices, _, counts) = done(sound);
        assert!(
            counts.is_some_and(|(new, rejected)| new > 0 && rejected == 0),
            "the sound file is sound: {counts:?}"
        );
        for case in cases {
            count += 1;
            wrong.extend(check(case, &devices).err());
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 250, "the corpus has {count} files");
    assert!(peak_mebibytes().is_none_or(|peak| peak < 512), "{:?} MiB", peak_mebibytes());
}

/// The most memory that this process has had, where the system says so.
fn peak_mebibytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib / 1024)
}

/// Cuts of a file at equal distances.
pub(super) fn cuts(name: &str, sound: &[u8], count: usize) -> Vec<Case> {
    (1..count)
        .map(|part| {
            let at = sound.len() * part / count;
            case(format!("{name} cut at {at}"), &sound[..at], Verdict::RefusedOrSound)
        })
        .collect()
}

/// One bit of a file turned over, at places drawn from a seed.
pub(super) fn flips(name: &str, sound: &[u8], count: u64) -> Vec<Case> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    (0..count)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let draw = state >> 16;
            let at = usize::try_from(draw % u64::try_from(sound.len()).unwrap()).unwrap();
            let mut bytes = sound.to_vec();
            bytes[at] ^= 1 << ((state >> 60) % 8);
            case(format!("{name} with a bit of byte {at} turned"), bytes, Verdict::RefusedOrSound)
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    /// Random bytes behind the first bytes of every form.
    #[test]
    fn any_bytes_of_any_form_end_and_harm_nothing(
        form in prop::sample::select(vec![
            &b""[..], b"PK\x03\x04", b"{", b"[", b"{\"content\":{\"bios\":{\"ssn\":\"", b"<", b"<REQUEST><CONTENT>",
            b"# dmidecode\nHandle 0x1, DMI type 1, 1 bytes\n\t", b"\x00\xFF\xFF\xFF\xFF\xFF\xFF\x00", b"00ffffffffffff00",
            b"AP///////w", b"asset_tag,serial_number,class\n", b"Serial number,Model,Cost\n", b"\xFF\xFE", b"\xEF\xBB\xBF",
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        ]),
        tail in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let bytes = [form, &tail].concat();
        let (devices, codes, counts) = done(&bytes);
        prop_assert!(devices.iter().any(|device| device == "KEEP"));
        if counts.is_none() {
            prop_assert_eq!(devices.len(), 1);
            prop_assert!(!codes.is_empty());
        }
    }
}
