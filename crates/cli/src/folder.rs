//! Folders that a command fills, and may fill again.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use diagnostic::{Diagnostic, Place};

use crate::codes;
use crate::failure::Failure;

/// A folder that belongs to a command: a marker file in it says so.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Makes the folder, or takes over one that is empty or carries the marker; the files in `made` are then removed.
    ///
    /// # Errors
    /// When the folder holds files and no marker, is no folder, or cannot be made or written.
    pub fn claim(path: &Path, marker: &str, made: &[&str]) -> Result<Self, Failure> {
        let refuse = |error: &dyn std::fmt::Display| -> Failure {
            Diagnostic::error(codes::WRITE, format!("cannot use `{}`: {error}", path.display()))
                .at(Place::file(path.display().to_string()))
                .help("choose a folder that you may write to")
                .into()
        };
        fs::create_dir_all(path).map_err(|error| refuse(&error))?;
        let mark = path.join(marker);
        let mut entries = fs::read_dir(path).map_err(|error| refuse(&error))?;
        if !mark.exists() && entries.next().is_some() {
            return Err(Diagnostic::error(
                codes::FOLDER_NOT_EMPTY,
                format!("`{}` holds files that this command did not make", path.display()),
            )
            .at(Place::file(path.display().to_string()))
            .help("choose another folder, or empty this one yourself")
            .into());
        }
        let text = "This folder was filled by refit, which replaces its own files here when it is asked to again.\n";
        fs::write(&mark, text).map_err(|error| refuse(&error))?;
        for name in made {
            match fs::remove_file(path.join(name)) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(refuse(&error)),
                _ => {}
            }
        }
        Ok(Self { path: path.to_owned() })
    }

    /// The path of a file in the folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The folder's own path.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_marked_and_empty_folders_are_filled() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("new").join("folder");
        let folder = Folder::claim(&path, ".mark", &["a.csv"]).unwrap();
        fs::write(folder.file("a.csv"), "old").unwrap();
        fs::write(folder.file("mine.txt"), "kept").unwrap();
        Folder::claim(&path, ".mark", &["a.csv"]).unwrap();
        assert!(!folder.file("a.csv").exists());
        assert!(folder.file("mine.txt").exists());
        let refused = Folder::claim(&path, ".other", &["mine.txt"]).unwrap_err();
        assert_eq!(
            refused.diagnostics().iter().map(|problem| problem.code).collect::<Vec<_>>(),
            [codes::FOLDER_NOT_EMPTY]
        );
        assert!(folder.file("mine.txt").exists());
    }
}
