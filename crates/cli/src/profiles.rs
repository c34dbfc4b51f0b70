//! Profiles and their files: shipped with Refit, or on the disk.

mod file_schemas;
mod schema;

use std::fs;
use std::path::{Path, PathBuf};

use diagnostic::{Diagnostics, Source, suggest};
use inventory::store::Store;
use inventory::{ClassCatalogue, Register};
use planner::document::Input;
use wes::assign::{Assignments, Part};
use wes::lock::{self, Lock, Strict};
use wes::{Compiled, Judged, Resolver, judge, shipped};

use crate::context::Context;
use crate::failure::Failure;
use crate::output::read_source;

pub use file_schemas::{assign_schema, lock_schema, waivers_schema};
pub use schema::profile_schema;

/// The profile that judges an estate which was given no other.
pub const DEFAULT: &str = "example-icb-local-wes";

/// The setting of an estate that names its profile.
pub const SETTING: &str = "wes";

/// Looks for parents and files beside a profile first, then among those that are shipped.
#[derive(Clone, Debug, Default)]
pub struct Files {
    folder: Option<PathBuf>,
    lock: Option<Lock>,
}

impl Files {
    /// For the profile of a file; a shipped one has no folder.
    pub fn beside(profile: &Source) -> Self {
        let path = Path::new(profile.name());
        let folder = path.is_file().then(|| path.parent().map(Path::to_path_buf)).flatten();
        let lock = folder.as_deref().and_then(lock_of).map(|source| Lock::read(&source).0);
        Self { folder, lock }
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

    fn locked(&self, id: &str) -> Option<wes::ProfileVersion> {
        self.lock.as_ref().and_then(|lock| lock.version(id))
    }
}

/// The lock of a folder, where one lies.
fn lock_of(folder: &Path) -> Option<Source> {
    let path = folder.join(lock::FILE);
    if path.is_file() { read_source(&path).ok() } else { None }
}

/// What differs from the lock beside a profile; nothing where no lock lies.
fn unlocked(profile: &Compiled, strict: Strict) -> Option<Diagnostics> {
    let folder = Files::beside(profile.source()).folder.unwrap_or_default();
    let (lock, mut problems) = Lock::read(&lock_of(&folder)?);
    if !problems.has_errors() {
        problems.extend(lock.compare(profile, strict));
    }
    Some(problems)
}

/// The kind and the id of the document that holds an estate's assignments.
pub const ASSIGNED: &str = "wes-assign";

/// The profiles that are assigned to organisations of an estate.
///
/// # Errors
/// When the estate cannot be read.
pub fn assigned(store: &dyn Store) -> Result<Assignments, Failure> {
    let Some(document) = store.document(ASSIGNED, ASSIGNED)? else {
        return Ok(Assignments::default());
    };
    let text = String::from_utf8_lossy(&document.content).into_owned();
    let (all, problems) = Assignments::read(&Source::new("assignments of the estate", text));
    if problems.has_errors() { Err(problems.into()) } else { Ok(all) }
}

/// A judged estate.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The profile, which may be several as one.
    pub profile: Compiled,
    /// What it says of every device.
    pub judged: Judged,
    /// The profiles that were joined, each with its windows; none where there is only one.
    pub parts: Vec<Part>,
}

impl Judgement {
    /// Each profile with the devices of those given that it judges on a day.
    pub fn each(&self, devices: &[usize], day: chrono::NaiveDate) -> Vec<(&Compiled, Vec<usize>)> {
        if self.parts.is_empty() {
            return vec![(&self.profile, devices.to_vec())];
        }
        let own = |part: &Part| {
            devices.iter().copied().filter(|device| judges(part, *device, day)).collect()
        };
        self.parts.iter().map(|part| (&part.profile, own(part))).collect()
    }
}

/// Whether an assigned profile judges a device on a day.
fn judges(part: &Part, device: usize, day: chrono::NaiveDate) -> bool {
    let window = part.windows.of_device.get(device).and_then(|at| usize::try_from(*at).ok());
    window.and_then(|at| part.windows.windows.get(at)).is_some_and(|window| window.at(day))
}

/// The profile of an estate and what it says of every device.
///
/// That is the profile asked for; else, where profiles are assigned to organisations, all of them as one; else the
/// estate's own. Devices that nothing assigned judges are warned about.
///
/// # Errors
/// As [`chosen`]; with [`Strict::Yes`] also when a profile is not what the lock beside it says.
pub fn judged(
    context: &Context,
    (given, strict): (Option<&str>, Strict),
    store: &dyn Store,
    register: &Register,
) -> Result<Judgement, Failure> {
    let sound = |profile: &Compiled| match strict {
        Strict::Yes => require_lock(profile),
        Strict::No => Ok(()),
    };
    let assigned = if given.is_none() { assigned(store)? } else { Assignments::default() };
    if assigned.is_empty() {
        let profile = chosen(context, given, Some(store))?;
        sound(&profile)?;
        let judged = judge(&profile, register.columns(), context.pool());
        return Ok(Judgement { profile, judged, parts: Vec::new() });
    }
    let mut parts = Vec::new();
    for name in assigned.profiles() {
        let profile = load(context, name)?;
        sound(&profile)?;
        let windows = assigned.windows(name, register, context.as_of());
        let judged = judge(&profile, register.columns(), context.pool());
        parts.push(Part { profile, judged, windows });
    }
    warn_of_unjudged(context, &parts);
    let text = assigned.to_string();
    let names: Vec<&str> = parts.iter().map(|part| part.profile.id()).collect();
    let layer = wes::Layer {
        id: names.join("+"),
        version: wes::ProfileVersion(1, 0, 0),
        owner: String::new(),
        title: Some("Every profile that is assigned".to_owned()),
        effective: wes::Effective::default(),
        file: "assignments of the estate".to_owned(),
        sha256: wes::sha256_hex(&text),
    };
    let (profile, judged) = wes::assign::join(&parts, layer);
    Ok(Judgement { profile, judged, parts })
}

fn warn_of_unjudged(context: &Context, parts: &[Part]) {
    let devices = parts.iter().map(|part| part.judged.devices).max().unwrap_or_default();
    let day = context.as_of();
    let left = (0..devices).filter(|own| !parts.iter().any(|part| judges(part, *own, day)));
    let left = left.count();
    if left > 0 {
        let warning = diagnostic::Diagnostic::warning(
            wes::codes::ASSIGN_NOBODY,
            format!("{left} of {devices} devices are judged by no profile on {}", context.as_of()),
        )
        .help("assign a profile to an organisation above their sites: `refit wes assign PROFILE --to ORG`");
        context.messages.diagnostics(&vec![warning].into());
    }
}

/// Reads a profile without regard to the lock beside it, for writing the lock anew.
///
/// # Errors
/// As [`read`].
pub fn read_unlocked(name: &str) -> Result<(Option<Compiled>, Diagnostics), Failure> {
    let source = source(name)?;
    let files = Files { lock: None, ..Files::beside(&source) };
    Ok(Compiled::load(&source, &files, &ClassCatalogue::shipped()))
}

/// Refuses a profile that is not what the lock beside it says.
///
/// # Errors
/// When no lock lies beside the profile, or a part differs from it.
pub fn require_lock(profile: &Compiled) -> Result<(), Failure> {
    match unlocked(profile, Strict::Yes) {
        None => Err(Failure::error(
            wes::codes::NO_LOCK,
            format!("no {} beside `{}`", lock::FILE, profile.source().name()),
        )
        .help("write one with `refit wes lock`")),
        Some(problems) if problems.has_errors() => Err(problems.into()),
        Some(_) => Ok(()),
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
    if let Some(problems) = unlocked(&profile, Strict::No) {
        if problems.has_errors() {
            return Err(problems.into());
        }
        context.messages.diagnostics(&problems);
    }
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

/// The name of an estate's own profile, else of the example.
///
/// # Errors
/// When the estate's settings cannot be read.
pub fn name(store: &dyn Store) -> Result<String, Failure> {
    Ok(store.settings()?.remove(SETTING).unwrap_or_else(|| DEFAULT.to_owned()))
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
