//! Profiles and their files: shipped with Refit, or on the disk.

mod schema;

use std::fs;
use std::path::{Path, PathBuf};

use diagnostic::{Diagnostics, Source, suggest};
use inventory::store::Store;
use inventory::{ClassCatalogue, Register};
use planner::document::Input;
use wes::{Compiled, Resolver, shipped};

use crate::context::Context;
use crate::failure::Failure;
use crate::output::read_source;

pub use schema::profile_schema;

/// The profile that judges an estate which was given no other.
pub const DEFAULT: &str = "example-icb-local-wes";

/// The setting of an estate that names its profile.
pub const SETTING: &str = "wes";

/// Looks for parents and files beside a profile first, then among those that are shipped.
#[derive(Clone, Debug, Default)]
pub struct Files {
    folder: Option<PathBuf>,
}

impl Files {
    /// For the profile of a file; a shipped one has no folder.
    pub fn beside(profile: &Source) -> Self {
        let path = Path::new(profile.name());
        let folder = path.is_file().then(|| path.parent().map(Path::to_path_buf)).flatten();
        Self { folder }
    }
}

impl Resolver for Files {
    fn profiles(&self, id: &str) -> Vec<Source> {
        let mut found: Vec<Source> = self
            .folder
            .iter()
            .flat_map(|folder| toml_files(folder))
            .filter_map(|path| read_source(&path).ok())
            .filter(|source| source.text().contains(id))
            .collect();
        found.extend(shipped::profile(id));
        found
    }

    fn file(&self, name: &str, _: &Source) -> Option<Source> {
        let own = self.folder.as_ref().map(|folder| folder.join(name));
        own.filter(|path| path.is_file())
            .and_then(|path| read_source(&path).ok())
            .or_else(|| shipped::file(name))
    }
}

/// The TOML files of a folder, by name, without those of folders within.
fn toml_files(folder: &Path) -> Vec<PathBuf> {
    let listed = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let Ok(entries) = fs::read_dir(listed) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(folder.join(entry.ok()?.file_name())))
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    files
}

/// The profiles of a folder and the folders within, by name: every TOML file with a `[profile]`.
pub fn profile_files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = toml_files(folder)
        .into_iter()
        .filter(|path| {
            fs::read_to_string(path)
                .is_ok_and(|text| text.lines().any(|line| line.trim() == "[profile]"))
        })
        .collect();
    if let Ok(entries) = fs::read_dir(folder) {
        let mut folders: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.is_dir() && !path.is_symlink())
            .collect();
        folders.sort();
        found.extend(folders.iter().flat_map(|folder| profile_files(folder)));
    }
    found
}

/// The text of a profile: a file, or the id of a shipped one.
///
/// # Errors
/// When it is neither.
pub fn source(name: &str) -> Result<Source, Failure> {
    let path = Path::new(name);
    if path.is_file() {
        return read_source(path);
    }
    if let Some(source) = shipped::profile(name) {
        return Ok(source);
    }
    if path.extension().is_some() || name.contains(['/', '\\']) {
        return read_source(path);
    }
    let known = || shipped::PROFILES.iter().map(|(id, _)| *id);
    let help = suggest(name, known()).map_or_else(
        || format!("give a file, or one of: {}", known().collect::<Vec<_>>().join(", ")),
        |near| format!("a profile with a similar name exists: `{near}`"),
    );
    Err(Failure::error(wes::codes::UNKNOWN_PROFILE, format!("no profile is called `{name}`"))
        .help(help))
}

/// Reads a profile with its parents and files, and every problem of them.
///
/// # Errors
/// When the profile itself cannot be found or read.
pub fn read(name: &str) -> Result<(Option<Compiled>, Diagnostics), Failure> {
    let source = source(name)?;
    Ok(Compiled::load(&source, &Files::beside(&source), &ClassCatalogue::shipped()))
}

/// Reads a profile that is to judge; its warnings are told.
///
/// # Errors
/// Every problem of the profile, its parents and its files.
pub fn load(context: &Context, name: &str) -> Result<Compiled, Failure> {
    let (profile, problems) = read(name)?;
    let Some(profile) = profile else { return Err(problems.into()) };
    context.messages.diagnostics(&problems);
    context.messages.diagnostics(&profile.staleness(context.as_of()));
    Ok(profile)
}

/// The profile asked for, else the estate's own, else the example, which is said.
///
/// # Errors
/// As [`load`], and when the estate's settings cannot be read.
pub fn chosen(
    context: &Context,
    given: Option<&str>,
    store: Option<&dyn Store>,
) -> Result<Compiled, Failure> {
    if let Some(given) = given {
        return load(context, given);
    }
    let own = store.map(Store::settings).transpose()?.and_then(|mut all| all.remove(SETTING));
    if let Some(own) = own {
        return load(context, &own);
    }
    context.messages.note(&format!("judged by the example profile {DEFAULT}; choose with --wes"));
    load(context, DEFAULT)
}

/// The files that verdicts rest on, as inputs of an output.
pub fn inputs(profile: &Compiled) -> Vec<Input> {
    let layers = profile
        .layers()
        .iter()
        .map(|layer| Input { name: layer.file.clone(), sha256: layer.sha256.clone() });
    let files =
        profile.inputs().into_iter().map(|input| Input { name: input.file, sha256: input.sha256 });
    layers.chain(files).collect()
}

/// A device of a register, as facts for a rule.
#[derive(Clone, Copy, Debug)]
pub struct DeviceFacts<'r> {
    /// The register.
    pub register: &'r Register,
    /// The device's number in it.
    pub device: usize,
}

impl wes::Facts for DeviceFacts<'_> {
    fn value(&self, field: inventory::Field) -> Option<&inventory::Value> {
        self.register.value(field, self.device)
    }
}
