//! `wes.lock`: the versions and hashes that a profile resolved to when somebody last looked.
//!
//! While a lock lies beside a profile, a locked version that a range still accepts is taken even when a higher one
//! appears. [`Lock::compare`] says what differs, so that an update cannot change a verdict unseen.

use std::fmt::Write as _;

use diagnostic::toml_file::{self, Located, Table};
use diagnostic::{Diagnostic, Diagnostics, Place, Source};

use crate::{Compiled, Layer, ProfileVersion, codes};

/// The name of the file beside a profile.
pub const FILE: &str = "wes.lock";

/// One profile as it was locked.
#[derive(Clone, PartialEq, Eq, Debug)]
struct LockedProfile {
    id: String,
    version: ProfileVersion,
    sha256: String,
    place: Place,
}

/// One list or table as it was locked.
#[derive(Clone, PartialEq, Eq, Debug)]
struct LockedFile {
    name: String,
    sha256: String,
    place: Place,
}

/// A lock read from its file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lock {
    whole: Place,
    profiles: Vec<LockedProfile>,
    files: Vec<LockedFile>,
}

/// How grave a difference from the lock is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Strict {
    /// Differences are warnings.
    No,
    /// Differences are errors, as with `--locked`.
    Yes,
}

impl Lock {
    /// Reads a lock with every problem of it.
    pub fn read(source: &Source) -> (Self, Diagnostics) {
        toml_file::read(source, &codes::PROFILE_TOML, |top| {
            let version = top.required::<i64>("lock");
            if let Some(version) = version.filter(|version| version.value != 1) {
                top.bad_value(
                    version.place,
                    "an unknown version of the lock",
                    "write it again with `refit wes lock`",
                );
            }
            let profiles = top.tables("profile").into_iter().filter_map(locked_profile).collect();
            let files = top.tables("file").into_iter().filter_map(locked_file).collect();
            Self { whole: source.whole(), profiles, files }
        })
    }

    /// The text of a lock of these profiles, each part once.
    pub fn text(profiles: &[Compiled]) -> String {
        let mut layers: Vec<&Layer> = profiles.iter().flat_map(Compiled::layers).collect();
        layers.sort_by(|a, b| (&a.id, a.version).cmp(&(&b.id, b.version)));
        layers.dedup_by(|a, b| a.id == b.id && a.version == b.version && a.sha256 == b.sha256);
        let mut files: Vec<(String, String)> = profiles
            .iter()
            .flat_map(Compiled::inputs)
            .map(|input| (input.file, input.sha256))
            .collect();
        files.sort();
        files.dedup();
        let mut text =
            "# Written by `refit wes lock`. Commit it beside the profiles.\nlock = 1\n".to_owned();
        for Layer { id, version, sha256, .. } in layers {
            // Writing to a string cannot fail.
            let _written = write!(
                text,
                "\n[[profile]]\nid = \"{id}\"\nversion = \"{version}\"\nsha256 = \"{sha256}\"\n"
            );
        }
        for (name, sha256) in files {
            let name = name.replace('\\', "\\\\").replace('"', "\\\"");
            let _written = write!(text, "\n[[file]]\nname = \"{name}\"\nsha256 = \"{sha256}\"\n");
        }
        text
    }

    /// The version of a profile that the lock pins; none when it pins several.
    pub fn version(&self, id: &str) -> Option<ProfileVersion> {
        let mut all = self.profiles.iter().filter(|profile| profile.id == id);
        let first = all.next()?;
        all.next().is_none().then_some(first.version)
    }

    /// Every part of a profile that is not as it was locked.
    pub fn compare(&self, profile: &Compiled, strict: Strict) -> Diagnostics {
        let problem = |message: String, place: &Place| {
            let (code, severity): (_, fn(_, String) -> Diagnostic) = match strict {
                Strict::No => (codes::LOCK_DIFFERS, Diagnostic::warning),
                Strict::Yes => (codes::LOCKED, Diagnostic::error),
            };
            severity(code, message)
                .at(place.clone())
                .help("look at what changed, then write the lock again with `refit wes lock`")
        };
        let mut problems = Diagnostics::new();
        for layer in profile.layers() {
            let own: Vec<&LockedProfile> =
                self.profiles.iter().filter(|own| own.id == layer.id).collect();
            let same = own.iter().find(|own| own.version == layer.version);
            match (own.first(), same) {
                (_, Some(same)) if same.sha256 == layer.sha256 => {}
                (_, Some(same)) => problems.push(problem(
                    format!("`{}` is not the file that was locked", layer.label()),
                    &same.place,
                )),
                (Some(other), None) => problems.push(problem(
                    format!(
                        "`{}` was locked as {}, found {}",
                        layer.id, other.version, layer.version
                    ),
                    &other.place,
                )),
                (None, None) => problems
                    .push(problem(format!("`{}` is not in the lock", layer.label()), &self.whole)),
            }
        }
        for input in profile.inputs() {
            match self.files.iter().find(|own| own.name == input.file) {
                Some(own) if own.sha256 == input.sha256 => {}
                Some(own) => problems.push(problem(
                    format!("`{}` is not the file that was locked", input.file),
                    &own.place,
                )),
                None => problems
                    .push(problem(format!("`{}` is not in the lock", input.file), &self.whole)),
            }
        }
        problems
    }
}

fn locked_profile(mut table: Table<'_>) -> Option<LockedProfile> {
    let id = table.required::<String>("id");
    let version = table.required::<ProfileVersion>("version");
    let sha256 = table.required::<String>("sha256");
    table.finish();
    let sha256 = sha256?;
    Some(LockedProfile {
        id: id?.value,
        version: version?.value,
        place: sha256.place,
        sha256: sha256.value,
    })
}

fn locked_file(mut table: Table<'_>) -> Option<LockedFile> {
    let name = table.required::<String>("name");
    let sha256 = table.required::<String>("sha256");
    table.finish();
    let Located { value: sha256, place } = sha256?;
    Some(LockedFile { name: name?.value, sha256, place })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shipped::{self, Shipped};
    use inventory::ClassCatalogue;

    #[test]
    fn a_lock_agrees_with_what_it_was_made_from_and_with_nothing_else() {
        let source = shipped::profile("example-icb-local-wes").unwrap();
        let profile = Compiled::load(&source, &Shipped, &ClassCatalogue::shipped()).0.unwrap();
        let text = Lock::text(&[profile.clone(), profile.clone()]);
        let (lock, problems) = Lock::read(&Source::new(FILE, text.as_str()));
        assert!(problems.is_empty(), "{problems:?}");
        assert!(lock.compare(&profile, Strict::Yes).is_empty());
        assert_eq!(
            lock.version("os-support"),
            profile.layers().iter().find(|l| l.id == "os-support").map(|l| l.version)
        );

        let first = &profile.layers()[0];
        let changed = text.replace(&first.sha256, &"0".repeat(64));
        let (lock, _) = Lock::read(&Source::new(FILE, changed.as_str()));
        let found = lock.compare(&profile, Strict::Yes);
        assert_eq!(found.iter().map(|p| p.code).collect::<Vec<_>>(), [codes::LOCKED]);
        assert!(found.iter().all(|p| p.place.as_ref().unwrap().line.is_some()));
        assert!(lock.compare(&profile, Strict::No).iter().all(|p| p.code == codes::LOCK_DIFFERS));

        let (empty, _) = Lock::read(&Source::new(FILE, "lock = 1\n"));
        let parts = profile.layers().len() + profile.inputs().len();
        assert_eq!(empty.compare(&profile, Strict::No).len(), parts);
    }
}
