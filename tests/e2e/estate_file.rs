//! The one file of an estate: made by a newer version, damaged, copied.

use std::fs;
use std::path::Path;

use crate::journey::estate_of;
use crate::runner::Estate;

/// Where SQLite's header keeps `user_version`, a big-endian number of four bytes.
const USER_VERSION_AT: usize = 60;

fn change(file: &Path, how: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(file).expect("the estate's file");
    how(&mut bytes);
    fs::write(file, bytes).expect("the estate's file can be written");
}

fn export(estate: &Estate, file: &str) -> String {
    estate.run(["--db", file, "export", "--kind", "assets", "--format", "csv"]).ok().stdout
}

#[test]
fn an_estate_of_a_newer_version_is_refused_and_stays_as_it_is() {
    let estate = estate_of(|export| export);
    let file = estate.path("refit.db");
    change(&file, |bytes| {
        bytes[USER_VERSION_AT..USER_VERSION_AT + 4].copy_from_slice(&9_999_u32.to_be_bytes());
    });
    let before = fs::read(&file).expect("the file");
    for line in [
        "assets count",
        "import places.csv --kind assets",
        "export --kind assets --format csv",
        "db migrate",
    ] {
        let refused = estate.line(line).code(2);
        assert!(refused.stderr.contains("DB0003"), "refit {line}: {}", refused.stderr);
    }
    assert!(fs::read(&file).expect("the file") == before, "the file was changed");
}

#[test]
fn a_damaged_estate_is_noticed() {
    let estate = estate_of(|export| export);
    let file = estate.path("refit.db");
    change(&file, |bytes| {
        let middle = bytes.len() / 2;
        bytes[middle - 6_000..middle + 6_000].fill(0xA5);
    });
    let outcome = estate.line("db info");
    assert_eq!(outcome.code, 2, "{}{}", outcome.stdout, outcome.stderr);
    assert!(outcome.stderr.contains("DB00"), "{}", outcome.stderr);
}

#[test]
fn a_backup_is_the_estate() {
    let estate = estate_of(|export| export);
    estate.line("db backup copy.db").ok();
    assert_eq!(export(&estate, "copy.db"), export(&estate, "refit.db"));
    estate.line("db backup copy.db").code(2);
    assert_eq!(
        export(&estate, "copy.db"),
        export(&estate, "refit.db"),
        "a refused backup changes nothing"
    );
}
