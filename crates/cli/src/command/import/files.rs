//! The files that an import names.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

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
