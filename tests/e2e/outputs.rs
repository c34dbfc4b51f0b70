//! Every JSON output is what its schema says: every command is run for real and judged by a validator that is not ours.
//!
//! The schemas are sealed before they judge: a key that is written and not described is an error here, although consumers
//! may ignore it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use refit_cli::args::Arguments;
use refit_cli::command::schema::{NamedSchema, SCHEMAS};
use serde_json::{Value, json};

use crate::journey::{AS_OF, estate_of, plan};
use crate::runner::{Estate, root};

/// What each command prints with these words and ends with.
const CASES: &[(&str, i32)] = &[
    ("init fresh", 0),
    ("generate --assets 200 --practices 1 --holders 1 --out made", 0),
    ("import models.csv sizes.csv", 0),
    ("import export.csv --kind assets --map map.toml --dry-run", 1),
    ("import history", 0),
    ("import show 2", 0),
    ("assets list --limit 30 --fields FIELDS", 0),
    ("assets count", 0),
    ("assets show GP-0031", 0),
    ("orgs list", 0),
    ("orgs show Z00001", 0),
    ("assets find-duplicates", 0),
    ("assets software GP-0001", 0),
    ("import guess export.csv", 0),
    ("export --kind assets", 0),
    ("export --kind organisations", 0),
    ("export --kind models", 0),
    ("export --kind list-sizes", 0),
    ("db info", 0),
    ("audit verify", 0),
    ("doctor", 0),
    ("wes list", 0),
    ("wes show example-icb-local-wes", 0),
    ("wes resolve example-icb-local-wes", 0),
    ("wes resolve example-icb-local-wes --explain memory", 0),
    ("wes lint wrong.toml", 2),
    ("wes test", 0),
    ("wes test remote-capability --mutate", 0),
    ("wes diff os-support windows-11-hardware", 0),
    ("wes impact os-support windows-11-hardware --prices prices.toml", 1),
    ("wes assign", 0),
    ("check --fail-on never", 0),
    ("check --fail-on never --group-by practice", 0),
    ("check --fail-on never --group-by device --months 2 --record first", 0),
    ("check --fail-on never --baseline first --wes remote-capability", 0),
    ("forecast --years 3 --by model --prices prices.toml", 0),
    (
        "plan --gap 0.2 --horizon 3 --start 2026/27 --envelopes envelopes.toml --prices prices.toml",
        0,
    ),
    (
        "plan --gap 0.2 --horizon 3 --start 2026/27 --envelopes envelopes.toml --prices prices.toml --pin pins.toml",
        3,
    ),
    ("plan list", 0),
    ("plan show plan.json", 0),
    ("plan verify plan.json", 0),
    ("plan diff plan.json plan.json", 0),
    (
        "plan approve plan.json --prepared-by Ann --by Ben --role Director --limit 100000 --on 2026-04-02",
        0,
    ),
    ("plan withdraw plan.json --by Ben --role Director --reason cut --on 2026-04-03", 0),
    ("plan calendar plan.json", 0),
    ("plan reserve --envelopes envelopes.toml --prices prices.toml --start 2026/27 --horizon 3", 0),
    (
        "plan least --by 2028-04-01 --envelopes envelopes.toml --prices prices.toml --start 2026/27 --horizon 3",
        0,
    ),
    (
        "plan frontier --at 50,100 --envelopes envelopes.toml --prices prices.toml --start 2026/27 --horizon 3",
        0,
    ),
    (
        "plan sensitivity --envelopes envelopes.toml --prices prices.toml --start 2026/27 --horizon 3",
        0,
    ),
    ("compare --envelopes envelopes.toml --prices prices.toml --start 2026/27 --horizon 3", 0),
    ("compare plan.json plan.json", 0),
    ("bid --plan plan.json", 0),
    ("solve problem", 0),
    ("explain asset:GP-0001", 0),
    ("explain plan:plan.json asset:GP-0001", 0),
    ("explain plan:plan.json year:2027/28", 0),
];

/// Commands that print no JSON object of ours, and why.
const WITHOUT_JSON: &[(&str, &str)] = &[
    ("completions", "prints a script"),
    ("db backup", "writes a file"),
    ("db migrate", "changes a file"),
    ("demo", "fills a folder, and says what it does"),
    ("assets history", "its rows have no schema yet"),
    ("audit checkpoint", "prints the text of a checkpoint"),
    ("audit key", "prints a key"),
    ("audit log", "its rows have no schema yet"),
    ("audit prove", "prints a proof, whose form docs/ledger.md describes"),
    ("db restore", "makes a file"),
    ("import template", "writes a workbook"),
    ("import undo", "its rows have no schema yet"),
    ("quality", "its rows have no schema yet"),
    ("quality believe", "changes the estate"),
    ("man", "writes pages"),
    ("plan problem", "writes a folder of another format"),
    ("wes lock", "writes a file"),
    ("wes new", "writes a file"),
    ("schema", "prints a schema, which describes itself"),
];

/// Forms that have no schema yet: the ledger's.
const WITHOUT_SCHEMA: &[&str] = &[
    "asset-history",
    "audit-events",
    "audit-log",
    "audit-proof",
    "import-undo",
    "proof",
    "quality",
];

/// Commands that run by themselves, not only through the commands below them.
fn runnable() -> BTreeSet<String> {
    fn walk(command: &clap::Command, path: &str, found: &mut BTreeSet<String>) {
        for child in command.get_subcommands().filter(|child| child.get_name() != "help") {
            let path = format!("{path} {}", child.get_name()).trim_start().to_owned();
            if !child.is_subcommand_required_set() {
                found.insert(path.clone());
            }
            walk(child, &path, found);
        }
    }
    let mut found = BTreeSet::new();
    walk(&Arguments::tree(), "", &mut found);
    found
}

/// The longest command that a line begins with.
fn command_of(line: &str, runnable: &BTreeSet<String>) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let found = (1..=words.len())
        .rev()
        .map(|count| words[..count].join(" "))
        .find(|name| runnable.contains(name));
    found.unwrap_or_else(|| panic!("no command begins `{line}`"))
}

#[test]
fn every_command_has_a_case() {
    let runnable = runnable();
    let mut known: BTreeSet<String> =
        CASES.iter().map(|(line, _)| command_of(line, &runnable)).collect();
    for (name, _) in WITHOUT_JSON {
        assert!(known.insert((*name).to_owned()), "`{name}` has a case and an excuse");
    }
    assert_eq!(known, runnable, "commands of the cases of this test, and commands that there are");
}

/// Forbids keys that a schema does not describe, wherever it describes keys and does not open itself.
fn seal(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(seal),
        Value::Object(object) => {
            object.values_mut().for_each(seal);
            let open = ["additionalProperties", "$ref", "allOf", "anyOf", "oneOf"];
            let is_shape = object.get("type").is_some_and(|kind| kind == "object")
                && object.get("properties").is_some_and(Value::is_object);
            if is_shape && !open.iter().any(|key| object.contains_key(*key)) {
                object.insert("additionalProperties".to_owned(), Value::Bool(false));
            }
        }
        _ => {}
    }
}

/// A validator for each schema of an output, by the name that the output carries.
fn validators() -> BTreeMap<String, Validator> {
    let mut all = BTreeMap::new();
    for named in SCHEMAS {
        let mut schema = named.schema().to_value();
        assert!(jsonschema::meta::is_valid(&schema), "{} is no JSON Schema", named.name);
        let Some(carried) = schema.pointer("/properties/schema/const").cloned() else { continue };
        seal(&mut schema);
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&schema)
            .unwrap_or_else(|error| panic!("{}: {error}", named.name));
        all.insert(carried.as_str().expect("a name").to_owned(), validator);
    }
    all
}

/// Judges one output; gives the name that it carries.
fn judge(what: &str, output: &Value, validators: &BTreeMap<String, Validator>) -> String {
    let name = output["schema"].as_str().unwrap_or_else(|| panic!("{what}: no schema: {output}"));
    let validator = validators
        .get(name)
        .unwrap_or_else(|| panic!("{what}: `refit schema` does not know {name}"));
    let wrong: Vec<String> = validator
        .iter_errors(output)
        .take(5)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{what} is not as {name} says:\n{}", wrong.join("\n"));
    for key in output.as_object().expect("an object").keys() {
        let mut changed = output.clone();
        changed[key] = json!({ "unheard": ["of"] });
        assert!(!validator.is_valid(&changed), "{what}: {name} says nothing about `{key}`");
    }
    let mut more = output.clone();
    more["unheard_of"] = json!(1);
    assert!(!validator.is_valid(&more), "{what}: {name} is open");
    name.to_owned()
}

/// The small dirty estate with everything that a case needs.
fn estate() -> Estate {
    let estate = estate_of(|export| export);
    plan(&estate, &["--gap", "0.2"]);
    estate.run(["plan", "problem", "--plan", "plan.json", "-o", "problem"]).ok();
    estate.run(["bid", "--plan", "plan.json", "--out", "bid"]).ok();
    estate.write(
        "models.csv",
        "manufacturer,model,class,aliases,end_of_support,life_years,facts,embodied_kgco2e\n\
         Dell,OptiPlex 3050,desktop,3050;OptiPlex 3050 MFF,2025-10-14,5,disk_type=ssd,331.5\n\
         HP,EliteBook 840 G5,laptop,,,,,\n",
    );
    estate.write("sizes.csv", "ods_code,list_size\nZ00001,9200\nZ00002,7300\n");
    estate.write("wrong.toml", "[profile]\nid = \"wrong\"\nversion = \"1\"\nfavourite = 7\n");
    let pins: Vec<String> = (1..=20)
        .map(|number| format!("[[pin]]\nasset = \"GP-{number:04}\"\nfy = \"2026/27\"\n\n"))
        .collect();
    estate.write("pins.toml", pins.concat().trim_end().to_owned() + "\n");
    estate
}

#[test]
fn every_output_is_what_its_schema_says() {
    let estate = estate();
    let validators = validators();
    let fields: Vec<&str> = inventory::Field::all().map(inventory::Field::word).collect();
    let mut seen = BTreeSet::new();
    for (line, code) in CASES {
        let line = line.replace("FIELDS", &fields.join(","));
        let line = format!("{line} --format json --as-of {AS_OF}");
        let outcome = estate.line(&line).code(*code);
        seen.insert(judge(&line, &outcome.json(), &validators));
    }
    for file in ["bid/manifest.json", "problem/names.json"] {
        let output = serde_json::from_str(&estate.read(file)).expect("JSON");
        seen.insert(judge(file, &output, &validators));
    }
    let known: BTreeSet<String> = validators.into_keys().collect();
    assert_eq!(seen, known, "outputs of the cases of this test, and schemas of outputs");
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}")) {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Names such as `check` of every text such as `"refit.check/1"`.
fn names_in(text: &str) -> impl Iterator<Item = &str> {
    text.split("\"refit.").skip(1).filter_map(|rest| {
        let (name, after) = rest.split_once('/')?;
        let plain = |letter: char| letter.is_ascii_lowercase() || letter == '-';
        let versioned = after.starts_with(|digit: char| digit.is_ascii_digit());
        (versioned && !name.is_empty() && name.chars().all(plain)).then_some(name)
    })
}

#[test]
fn nothing_is_written_under_a_name_without_a_schema() {
    assert_eq!(names_in("(\"refit.no-such/1\", \"refit.db\")").collect::<Vec<_>>(), ["no-such"]);
    let mut files = Vec::new();
    for krate in fs::read_dir(root().join("crates")).expect("crates") {
        sources(&krate.expect("an entry").path().join("src"), &mut files);
    }
    let mut names = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a source file");
        names.extend(names_in(&text).map(|name| (name.to_owned(), file.clone())));
    }
    assert!(names.len() > 20, "the search finds nothing: {names:?}");
    let unknown: Vec<String> = names
        .iter()
        .filter(|(name, _)| {
            NamedSchema::find(name).is_none() && !WITHOUT_SCHEMA.contains(&name.as_str())
        })
        .map(|(name, file)| format!("{}: refit.{name}/1", file.display()))
        .collect();
    assert!(unknown.is_empty(), "no schema in `refit schema`:\n{}", unknown.join("\n"));
}
