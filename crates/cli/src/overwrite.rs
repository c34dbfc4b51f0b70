//! What a command writes must not be what it reads.
//!
//! A result goes to its file by renaming, so a slip such as `-o refit.db` would replace the register without a word. Every
//! path among the arguments is compared before the command begins.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use diagnostic::{Diagnostic, Diagnostics, Place};

use crate::codes;
use crate::failure::Failure;

/// The options whose value is a file that the command writes.
const WRITTEN: [&str; 3] = ["output", "rejects", "certificate"];

/// The first bytes of every SQLite file.
const SQLITE: &[u8] = b"SQLite format 3\0";

/// A path among the arguments.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Named {
    option: String,
    path: PathBuf,
}

/// Refuses arguments that would have a command write over a file that it reads, over an estate, or twice over one file.
///
/// # Errors
/// One problem for each file that would be lost.
pub fn refuse(matches: &ArgMatches) -> Result<(), Failure> {
    let mut named = Vec::new();
    collect(matches, &mut named);
    let (written, read): (Vec<Named>, Vec<Named>) =
        named.into_iter().partition(|one| WRITTEN.contains(&one.option.as_str()));
    let mut problems = Diagnostics::default();
    for (at, target) in written.iter().enumerate() {
        let place = resolved(&target.path);
        let also = written.iter().take(at).find(|other| resolved(&other.path) == place);
        let taken = read.iter().find(|one| belongs(one, &place));
        let message = if let Some(one) = taken {
            format!("`{}` is also what --{} would write over", one.path.display(), target.option)
        } else if let Some(other) = also {
            format!("--{} and --{} name the same file", other.option, target.option)
        } else if is_estate(&target.path) {
            format!("--{} would write over an estate", target.option)
        } else {
            continue;
        };
        problems.push(
            Diagnostic::error(codes::OVERWRITE, message)
                .at(Place::file(target.path.display().to_string()))
                .help("choose another name for the file that is written"),
        );
    }
    if problems.is_empty() { Ok(()) } else { Err(problems.into()) }
}

/// Every text among the arguments that may be a path, of the command and the commands under it.
fn collect(matches: &ArgMatches, named: &mut Vec<Named>) {
    for id in matches.ids() {
        let Ok(Some(values)) = matches.try_get_raw(id.as_str()) else { continue };
        for value in values {
            let one = Named { option: id.as_str().to_owned(), path: PathBuf::from(value) };
            if !named.contains(&one) {
                named.push(one);
            }
        }
    }
    if let Some((_, under)) = matches.subcommand() {
        collect(under, named);
    }
}

/// Whether a file at `place` is what an argument names; the estate has two companions.
fn belongs(one: &Named, place: &Path) -> bool {
    let is = |path: &Path| path.is_file() && resolved(path) == place;
    let companion = |end: &str| {
        let mut path = resolved(&one.path).into_os_string();
        path.push(end);
        one.option == "db" && Path::new(&path) == place
    };
    // A word such as `assets` is a kind, not a file, even where a file of that name stands.
    let may_be_file = one.option == "db" || one.path.extension().is_some() || one.path.has_root();
    (may_be_file && is(&one.path)) || companion("") || companion("-wal") || companion("-shm")
}

fn is_estate(path: &Path) -> bool {
    let mut start = [0_u8; 16];
    fs::File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == SQLITE
}

/// The path without links and dots; of a file that does not exist, in its folder.
fn resolved(path: &Path) -> PathBuf {
    let of_new = || {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok()?;
        Some(folder.join(path.file_name()?))
    };
    path.canonicalize().ok().or_else(of_new).unwrap_or_else(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Arguments;

    fn refused(words: &[&str]) -> bool {
        let matches = Arguments::tree().try_get_matches_from(words).unwrap();
        refuse(&matches).is_err()
    }

    #[test]
    fn what_is_read_is_never_written() {
        let folder = tempfile::tempdir().unwrap();
        let name = |file: &str| folder.path().join(file).display().to_string();
        let (csv, db, out) = (name("a.csv"), name("e.db"), name("out.csv"));
        fs::write(&csv, "asset_tag\n").unwrap();
        fs::write(&db, [SQLITE, b"rest"].concat()).unwrap();
        fs::create_dir(folder.path().join("sub")).unwrap();
        let around = name("sub/../a.csv");
        let wal = name("e.db-wal");
        let import = |target: &str, option: &str| {
            refused(&["refit", "import", &csv, "--db", &db, option, target])
        };
        for option in ["-o", "--rejects"] {
            for target in [&csv, &around, &db, &wal] {
                assert!(import(target, option), "{option} {target}");
            }
            assert!(!import(&out, option));
        }
        assert!(refused(&["refit", "assets", "list", "-o", &db]), "an estate that is not --db");
        assert!(refused(&["refit", "import", &csv, "-o", &out, "--rejects", &out]));
    }
}
