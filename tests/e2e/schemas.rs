//! The JSON Schemas that `refit schema` prints are goldens, so that a change of a format is seen.

use std::collections::BTreeSet;
use std::fs;

use crate::runner::{Estate, golden, root};

#[test]
fn schemas_are_what_they_were() {
    let estate = Estate::new();
    let folder = root().join("tests/schemas");
    let listed = estate.run(["schema"]).ok().stdout;
    let mut wanted = BTreeSet::new();
    let mut differing = Vec::new();
    for name in listed.lines() {
        let file = format!("{name}.schema.json");
        let schema = estate.run(["schema", name]).ok();
        let parsed = schema.json();
        assert!(
            parsed.get("$schema").is_some() && parsed.get("title").is_some(),
            "{name}: no $schema or title"
        );
        differing.extend(golden(&folder.join(&file), &schema.stdout).err());
        wanted.insert(file);
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    let present: BTreeSet<String> = fs::read_dir(&folder)
        .expect("the folder of schemas")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(present, wanted, "goldens in tests/schemas and names of `refit schema` differ");
}
