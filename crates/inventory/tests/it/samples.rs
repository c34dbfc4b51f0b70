//! Real files of every format that a preset reads: how many rows, which fields, what is rejected and why.
//!
//! The table of `docs/importers.md` is made of what this test finds; `INSTA_UPDATE=always` rewrites it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use inventory::import::{DateOrder, Outcome};
use inventory::{Field, Register};
use serde_json::Value;

use crate::harness::{import, register, root, samples, store};

/// A folder of files of one format.
struct Kind {
    title: &'static str,
    folder: &'static str,
    /// Only files whose name has this part.
    part: &'static str,
    order: DateOrder,
}

const KINDS: &[Kind] = &[
    Kind {
        title: "Snipe-IT CSV, importer's template",
        folder: "snipe-it",
        part: "assets-sample.csv",
        order: DateOrder::Mdy,
    },
    Kind {
        title: "Snipe-IT CSV, lone carriage returns",
        folder: "snipe-it",
        part: "BLANKS",
        order: DateOrder::Mdy,
    },
    Kind {
        title: "GLPI inventory JSON, computers",
        folder: "glpi",
        part: "computer_",
        order: DateOrder::Iso,
    },
    Kind {
        title: "GLPI inventory JSON, printers",
        folder: "glpi",
        part: "printer_",
        order: DateOrder::Iso,
    },
    Kind {
        title: "GLPI inventory JSON, phone",
        folder: "glpi",
        part: "phone_",
        order: DateOrder::Iso,
    },
    Kind {
        title: "OCS and FusionInventory XML",
        folder: "glpi",
        part: ".xml",
        order: DateOrder::Iso,
    },
    Kind {
        title: "Fleet, list of hosts",
        folder: "fleet",
        part: "api-list-hosts",
        order: DateOrder::Iso,
    },
    Kind { title: "osquery host details", folder: "fleet", part: "osquery", order: DateOrder::Iso },
    Kind { title: "dmidecode", folder: "glpi-agent/dmidecode", part: "", order: DateOrder::Iso },
    Kind { title: "lshw -json", folder: "ereuse/lshw", part: "", order: DateOrder::Iso },
    Kind { title: "EDID", folder: "glpi-agent/edid", part: "", order: DateOrder::Iso },
];

/// What a file's import came to.
fn lines(kind: &Kind, folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder.join(kind.folder))
        .expect("a folder of samples")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            path.file_name().is_some_and(|name| name.to_string_lossy().contains(kind.part))
        })
        .filter(|path| path.is_file() && !path.ends_with("SOURCES.md"))
        .collect();
    names.sort();
    assert!(!names.is_empty(), "{}: no file", kind.title);
    let (mut rows, mut new, mut rejected, mut refused) = (0, 0, 0, 0);
    let mut fields = BTreeSet::new();
    let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
    for path in &names {
        let bytes = fs::read(path).expect("a sample");
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut store = store();
        let outcome = import(&mut store, &name, &bytes, kind.order);
        for problem in outcome
            .problems
            .iter()
            .filter(|problem| problem.severity == diagnostic::Severity::Error)
        {
            *reasons
                .entry(format!(
                    "{} {}",
                    problem.code,
                    problem.message.split(['`', ',']).next().unwrap_or_default().trim()
                ))
                .or_default() += 1;
        }
        let Some(summary) = &outcome.summary else {
            refused += 1;
            continue;
        };
        rows += summary.counts.rows;
        new += summary.counts.new;
        rejected += summary.counts.rejected;
        fields.extend(known(&register(&store)));
        again(&mut store, &name, &bytes, kind.order, &outcome);
    }
    let words: Vec<&str> = fields.into_iter().map(Field::word).collect();
    let reasons: Vec<String> =
        reasons.into_iter().map(|(reason, count)| format!("{count} x {reason}")).collect();
    vec![format!(
        "| {} | {} | {rows} | {new} | {rejected} | {refused} | {} | {} |",
        kind.title,
        names.len(),
        words.join(", "),
        reasons.join("; ")
    )]
}

/// A second scan changes nothing.
fn again(
    store: &mut inventory::MemoryStore,
    name: &str,
    bytes: &[u8],
    order: DateOrder,
    first: &Outcome,
) {
    let second = import(store, name, bytes, order).summary.expect("the file was read once");
    let before = first.summary.as_ref().expect("the file was read once");
    assert_eq!((second.counts.new, second.counts.changed), (0, 0), "{name}");
    assert_eq!(second.counts.unchanged, before.counts.new, "{name}");
}

fn known(register: &Register) -> BTreeSet<Field> {
    let devices = 0..register.len();
    Field::columns()
        .filter(|field| match field {
            Field::AssetTag => devices.clone().any(|device| register.tag(device).is_some()),
            Field::SerialNumber => devices.clone().any(|device| register.serial(device).is_some()),
            Field::Class => !register.is_empty(),
            field => devices.clone().any(|device| register.value(*field, device).is_some()),
        })
        .collect()
}

#[test]
fn every_real_file_is_read_and_the_table_of_the_documentation_holds() {
    let Some(folder) = samples() else {
        skipped();
        return;
    };
    let mut table = "| format | files | rows | devices | rejected | refused | fields | why |\n|---|---:|---:|---:|---:|---:|---|---|\n".to_owned();
    for kind in KINDS {
        for line in lines(kind, &folder) {
            writeln!(table, "{line}").expect("a string can be written");
        }
    }
    let page = root().join("docs/importers.md");
    let text = fs::read_to_string(&page).expect("docs/importers.md");
    let (before, rest) =
        text.split_once("<!-- samples -->\n").expect("the mark where the table begins");
    let (_, after) =
        rest.split_once("<!-- end of samples -->").expect("the mark where the table ends");
    let wanted = format!("{before}<!-- samples -->\n{table}<!-- end of samples -->{after}");
    if std::env::var("INSTA_UPDATE").is_ok_and(|word| word == "always") {
        fs::write(&page, wanted).expect("the page can be written");
    } else {
        assert_eq!(
            text, wanted,
            "docs/importers.md has another table; rewrite with INSTA_UPDATE=always, then review"
        );
    }
}

/// The blocks' makers, names and serial numbers are those in the table beside them.
#[test]
fn edid_blocks_say_what_is_expected() {
    let Some(folder) = samples() else {
        skipped();
        return;
    };
    let folder = folder.join("glpi-agent");
    let mut reader = csv::Reader::from_path(folder.join("edid-expected.csv")).expect("the table");
    let mut wrong = Vec::new();
    let mut count = 0;
    for record in reader.records() {
        let record = record.expect("a record");
        let [file, maker, caption, serial] =
            [0, 1, 2, 3].map(|at| record.get(at).unwrap_or_default().to_owned());
        let bytes = fs::read(folder.join("edid").join(&file)).expect("a block");
        let mut store = store();
        let outcome = import(&mut store, &file, &bytes, DateOrder::Iso);
        count += 1;
        let register = register(&store);
        if register.is_empty() {
            // A serial number of zeros is one that many monitors share.
            let placeholder = serial.chars().all(|digit| digit == '0');
            if !placeholder {
                wrong.push(format!("{file}: {:?}", outcome.problems));
            }
            continue;
        }
        let text =
            |field| register.value(field, 0).map(|value| value.to_text(inventory::Kind::Text));
        let found = (
            text(Field::Manufacturer).unwrap_or_default(),
            text(Field::Model).unwrap_or_default(),
            register.serial(0).map(ToString::to_string).unwrap_or_default(),
        );
        // A block without a name has none in the table; we write the maker's code of the model.
        let caption = if caption.is_empty() { found.1.clone() } else { caption };
        let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        if found != (maker.clone(), one_line(&caption), serial.trim().to_owned()) {
            wrong.push(format!("{file}: found {found:?}, expected {:?}", (maker, caption, serial)));
        }
    }
    assert!(count >= 80, "{count} blocks");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Maker, model, serial number, memory, and the class of real machines are those of the snapshots beside them.
#[test]
fn lshw_files_say_what_is_expected() {
    let Some(folder) = samples() else {
        skipped();
        return;
    };
    let folder = folder.join("ereuse");
    let mut count = 0;
    for entry in fs::read_dir(folder.join("lshw")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let expected = folder.join("snapshot-expected").join(name.replace(".lshw.", ".snapshot."));
        let expected: Value =
            serde_json::from_str(&fs::read_to_string(expected).expect("a snapshot")).expect("JSON");
        let mut store = store();
        import(&mut store, &name, &fs::read(&path).expect("a file"), DateOrder::Iso);
        let register = register(&store);
        let device = &expected["device"];
        let Some(serial) = device["serialNumber"].as_str() else {
            assert!(register.is_empty(), "{name}: a machine without a serial number is no row");
            continue;
        };
        count += 1;
        let text = |field: Field| {
            register.value(field, 0).map(|value| value.to_text(field.kind())).unwrap_or_default()
        };
        assert_eq!(register.serial(0).map(ToString::to_string).as_deref(), Some(serial), "{name}");
        assert_eq!(
            Some(text(Field::Manufacturer).as_str()),
            device["manufacturer"].as_str(),
            "{name}"
        );
        let lenovo = device["manufacturer"] == "LENOVO";
        let model = if lenovo { &device["version"] } else { &device["model"] };
        // The snapshots leave out the maker's name in front of the model.
        let name_of = text(Field::Model);
        let found =
            name_of.strip_prefix("HP ").filter(|_| name_of.contains("ProBook")).unwrap_or(&name_of);
        assert_eq!(Some(found), model.as_str(), "{name}");
        assert_eq!(
            register.class(0).map(ToString::to_string),
            device["type"].as_str().map(str::to_lowercase),
            "{name}"
        );
        let memory: f64 = expected["components"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|component| component["type"] == "RamModule")
            .filter_map(|component| component["size"].as_f64())
            .sum();
        assert_eq!(text(Field::RamGib), format!("{}", memory / 1024.0), "{name}");
    }
    assert!(count >= 5, "{count} machines");
}

fn skipped() {
    assert!(std::env::var_os("CI").is_none(), "REFIT_SHARED is not set, and CI must have it");
}
