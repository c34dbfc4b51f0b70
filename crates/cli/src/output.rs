//! Results: on standard output or in a file, whole or not at all.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use diagnostic::{Diagnostic, Place, Source};
use planner::document::{Input, Tool};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::args::Format;
use crate::codes;
use crate::failure::Failure;
use crate::terminal::Guarded;

/// Where a result goes and in which form.
#[derive(Clone, Debug)]
pub struct Output {
    format: Format,
    file: Option<PathBuf>,
}

impl Output {
    /// A result as `format`, into `file` or onto standard output.
    pub fn new(format: Format, file: Option<PathBuf>) -> Self {
        Self { format, file }
    }

    /// The form asked for.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The file asked for; `None` is standard output.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Writes the result with `body`.
    ///
    /// # Errors
    /// When the file or standard output cannot be written; a reader who stops reading is no error.
    pub fn write(
        &self,
        body: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        if let Some(path) = &self.file {
            return write_file(path, body);
        }
        let stdout = io::stdout().lock();
        let written = if stdout.is_terminal() {
            let mut out = Guarded::new(BufWriter::new(stdout));
            body(&mut out).and_then(|()| out.flush())
        } else {
            let mut out = BufWriter::new(stdout);
            body(&mut out).and_then(|()| out.flush())
        };
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::error(
                codes::WRITE,
                format!("cannot write to standard output: {error}"),
            )),
            _ => Ok(()),
        }
    }

    /// Writes a JSON object, indented and ended by a line break.
    ///
    /// # Errors
    /// As [`Output::write`].
    pub fn write_json(&self, object: &impl Serialize) -> Result<(), Failure> {
        self.write(|out| {
            serde_json::to_writer_pretty(&mut *out, object)?;
            out.write_all(b"\n")
        })
    }
}

/// A file that is written beside its target and takes its name when it is whole; else it is removed.
#[derive(Debug)]
pub struct Unfinished {
    file: fs::File,
    part: PathBuf,
    target: PathBuf,
}

impl Unfinished {
    /// Begins a file. A link is followed, so that what it points to is replaced and not the link.
    ///
    /// # Errors
    /// When the folder or the disk refuses.
    pub fn create(path: &Path) -> Result<Self, Failure> {
        let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let mut name = OsString::from(".");
        name.push(target.file_name().unwrap_or_default());
        name.push(format!(".{}.part", std::process::id()));
        let part = target.with_file_name(name);
        let file = fs::File::create(&part).map_err(|error| unwritable(path, &error))?;
        Ok(Self { file, part, target })
    }

    /// What writes the file, and what gives it its name.
    pub fn parts(&mut self) -> (BufWriter<&fs::File>, impl FnMut() -> io::Result<()> + '_) {
        let (file, part, target) = (&self.file, &self.part, &self.target);
        let publish = move || {
            file.sync_all()?;
            fs::rename(part, target)?;
            sync_folder(target)
        };
        (BufWriter::new(file), publish)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // After it took its name there is nothing to remove.
        let _removed = fs::remove_file(&self.part);
    }
}

/// Tries whether a result can be written, before any work that would change the estate.
///
/// # Errors
/// When the folder refuses.
pub fn can_write(path: Option<&Path>) -> Result<(), Failure> {
    // A name without an extension may be a folder that the command makes.
    let file = path.filter(|path| path.extension().is_some() && !path.exists());
    file.map_or(Ok(()), |path| Unfinished::create(path).map(drop))
}

/// Makes a new name in a folder durable, where the system allows it.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    match fs::File::open(folder.unwrap_or(Path::new("."))) {
        Ok(folder) if cfg!(unix) => folder.sync_all(),
        _ => Ok(()),
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Diagnostic::error(codes::WRITE, format!("cannot write `{}`: {error}", path.display()))
        .at(Place::file(path.display().to_string()))
        .help("check that the folder exists, that the disk has room and that no other program holds the file")
        .into()
}

/// Writes a file beside its target and renames it, so that the target is old or new, never half. A pipe or a device is
/// written as it stands.
///
/// # Errors
/// When the folder, the disk or the target refuses; the unfinished file is removed.
pub fn write_file(
    path: &Path,
    body: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    if fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir()) {
        let written = fs::OpenOptions::new().write(true).open(path).and_then(|file| {
            let mut out = BufWriter::new(file);
            body(&mut out)?;
            out.flush()
        });
        return match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(unwritable(path, &error))
            }
            _ => Ok(()),
        };
    }
    let mut unfinished = Unfinished::create(path)?;
    let (mut out, mut publish) = unfinished.parts();
    let written = body(&mut out).and_then(|()| out.flush()).and_then(|()| publish());
    written.map_err(|error| unwritable(path, &error))
}

/// Reads a text file that people wrote, UTF-8 with or without a byte order mark.
///
/// # Errors
/// When it cannot be read or is not UTF-8.
pub fn read_source(path: &Path) -> Result<Source, Failure> {
    let bytes = read_bytes(path)?;
    let name = path.display().to_string();
    let text = String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let line = error
            .as_bytes()
            .iter()
            .take(offset)
            .filter(|&&byte| byte == b'\n')
            .count()
            .saturating_add(1);
        Diagnostic::error(codes::READ, "expected UTF-8 text, found another encoding")
            .at(Place::record(name.clone(), u32::try_from(line).unwrap_or(u32::MAX), None))
            .help("save the file as UTF-8")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Ok(Source::new(name, text))
}

/// Reads a whole file.
///
/// # Errors
/// When it cannot be read.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| {
        Diagnostic::error(codes::READ, format!("cannot read `{}`: {error}", path.display()))
            .at(Place::file(path.display().to_string()))
            .help("check the path and that you may read it")
            .into()
    })
}

/// SHA-256 in hexadecimal, as `sha256sum` prints it.
pub fn sha256(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a string cannot fail.
        let _written = write!(text, "{byte:02x}");
    }
    text
}

/// The program's name and version, as every JSON output carries it.
pub fn tool() -> Tool {
    Tool { name: "refit".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
}

/// The frame of every JSON output.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Envelope<T> {
    /// `refit.<name>/1`.
    pub schema: &'static str,
    /// The program that wrote it.
    pub tool: Tool,
    /// The day as of which it holds.
    pub as_of: String,
    /// Every input with its hash.
    pub inputs: Vec<Input>,
    /// The payload, whose keys stand beside the others.
    #[serde(flatten)]
    pub payload: T,
}

impl<T: Serialize> Envelope<T> {
    /// Frames a payload.
    pub fn new(
        schema: &'static str,
        as_of: chrono::NaiveDate,
        inputs: Vec<Input>,
        payload: T,
    ) -> Self {
        Self { schema, tool: tool(), as_of: as_of.to_string(), inputs, payload }
    }
}
