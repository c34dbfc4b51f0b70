//! The files that an import names.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use diagnostic::{Diagnostic, Place};

use crate::codes;
use crate::failure::Failure;

/// Whether a path stands for standard input.
pub(super) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The files of folders that were named, in the order of their names, in place of the folders.
pub(super) fn in_folders(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut all = Vec::new();
    for path in paths {
        if is_stdin(path) || !path.is_dir() {
            all.push(path.clone());
            continue;
        }
        let refused = |error: io::Error| {
            Failure::error(codes::READ, format!("cannot read `{}`: {error}", path.display()))
                .help("check the path and that you may read it")
        };
        let mut found = Vec::new();
        for entry in std::fs::read_dir(path).map_err(refused)? {
            let entry = entry.map_err(refused)?;
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            if !hidden && entry.path().is_file() {
                found.push(entry.path());
            }
        }
        found.sort();
        if found.is_empty() {
            return Err(Failure::error(
                codes::READ,
                format!("the folder `{}` holds no files", path.display()),
            )
            .help("name the files, or the folder that holds them"));
        }
        all.extend(found);
    }
    Ok(all)
}

/// Opens a file.
pub(super) fn open_file(path: &Path) -> Result<File, Failure> {
    let refused = |error: &dyn std::fmt::Display| {
        Failure::error(codes::READ, format!("cannot read `{}`: {error}", path.display()))
            .help("check the path and that you may read it")
    };
    let file = File::open(path).map_err(|error| refused(&error))?;
    if file.metadata().is_ok_and(|about| about.is_dir()) {
        return Err(refused(&"it is a folder"));
    }
    Ok(file)
}

/// Only a list of rejected rows may be replaced by a newer one.
pub(super) fn refuse_foreign(rejects: &Path) -> Result<(), Failure> {
    let Ok(file) = File::open(rejects) else { return Ok(()) };
    let mut heading = String::new();
    let read = BufReader::new(file.take(65_536)).read_line(&mut heading);
    if read.is_ok() && heading.contains(inventory::import::PROBLEM_HEADING) {
        return Ok(());
    }
    Err(Diagnostic::error(
        codes::OVERWRITE,
        "--rejects would write over a file that is no list of rejected rows",
    )
    .at(Place::file(rejects.display().to_string()))
    .help("choose another name for the rejected rows")
    .into())
}
