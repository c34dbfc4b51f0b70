//! `refit generate`: a synthetic estate of any size.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use synthetic::{Estate, Options, Size};

use crate::args::Format;
use crate::codes;
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::folder::Folder;
use crate::output::{Envelope, write_file};
use crate::terminal::{Align, Listing};

/// Write a synthetic estate: organisations, devices, models, prices, envelopes and policy, from the seed.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  refit generate --out estate\n  \
                  refit generate --assets 5000 --practices 30 --seed 7 --out small\n  \
                  refit generate --size national --out england\n  \
                  refit generate --assets 2000 --dirt 50 --out dirty     50 of 1000 rows of assets-dirty.csv have a fault")]
pub struct Arguments {
    /// A named size, which the other options change
    #[arg(long, value_enum, default_value = "icb")]
    size: NamedSize,
    /// Number of devices, exactly
    #[arg(long, value_name = "N")]
    assets: Option<u64>,
    /// Number of practices (default: one for each 159 devices when --assets is given)
    #[arg(long, value_name = "N")]
    practices: Option<u32>,
    /// Number of budget holders; one in seven joins a neighbour on 1 April 2027
    #[arg(long, value_name = "N")]
    holders: Option<u32>,
    /// Write assets-dirty.csv too: the same devices, with a fault in this many of a thousand rows
    #[arg(long, value_name = "PERMILLE", value_parser = clap::value_parser!(u64).range(0..=1000))]
    dirt: Option<u64>,
    /// The folder to fill; it must be empty or have been filled by this command before
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// A named size of estate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum NamedSize {
    /// One practice: 159 devices.
    Practice,
    /// One large ICB: 60,000 devices.
    Icb,
    /// A region: 143,000 devices, six ICBs.
    Region,
    /// England: 1,000,000 devices, 42 ICBs.
    National,
}

impl From<NamedSize> for Size {
    fn from(size: NamedSize) -> Self {
        match size {
            NamedSize::Practice => Self::Practice,
            NamedSize::Icb => Self::Icb,
            NamedSize::Region => Self::Region,
            NamedSize::National => Self::National,
        }
    }
}

/// What `refit generate --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// What the estate depends on besides its sizes.
    seed: u64,
    /// Number of devices.
    assets: u64,
    /// Number of practices.
    practices: u64,
    /// Number of budget holders.
    holders: u64,
    /// The files, in the order in which they were written.
    files: Vec<FileReport>,
}

/// A file that was written.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FileReport {
    /// Its name in the folder.
    file: String,
    /// Its length.
    bytes: u64,
}

/// The marker of folders that this command filled.
const MARKER: &str = ".refit-generate";
/// The file with faults.
const DIRTY: &str = "assets-dirty.csv";

type WriteFile = fn(&Estate, &mut dyn Write) -> Result<(), synthetic::Error>;

/// Every file of an estate with what writes it.
pub(crate) const FILES: [(&str, WriteFile); 7] = [
    ("organisations.csv", |estate, mut out| estate.write_organisations(&mut out)),
    ("assets.csv", |estate, mut out| estate.write_assets(&mut out)),
    ("models.csv", |estate, mut out| estate.write_models(&mut out)),
    ("prices.toml", |estate, mut out| estate.write_prices(&mut out)),
    ("envelopes.toml", |estate, mut out| estate.write_envelopes(&mut out)),
    ("policy.toml", |estate, mut out| estate.write_policy(&mut out)),
    ("pins.toml", |estate, mut out| estate.write_pins(&mut out)),
];

/// Runs the command.
///
/// # Errors
/// When the sizes do not fit each other or the folder cannot be filled.
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<Finish, Failure> {
    let output = context.output(Listing::FORMATS)?;
    let options = options(arguments, context.seed());
    let estate = Estate::new(options).map_err(failure)?;
    let names: Vec<&str> = FILES.iter().map(|(name, _)| *name).chain([DIRTY]).collect();
    let folder = Folder::claim(&arguments.out, MARKER, &names)?;
    let mut files = Vec::new();
    for (name, write) in FILES {
        files.push(write_one(&folder, name, |out| write(&estate, out))?);
    }
    if let Some(permille) = arguments.dirt {
        let mut counts = synthetic::DirtCounts::default();
        files.push(write_one(&folder, DIRTY, |mut out| {
            counts = estate.write_dirty_assets(options.assets, permille, &mut out)?;
            Ok(())
        })?);
        context.messages.note(&format!(
            "{DIRTY}: {} of {} rows must be rejected by an import",
            counts.rejected(),
            counts.rows
        ));
    }
    let report = Report {
        seed: options.seed,
        assets: options.assets,
        practices: estate.practices().len().try_into().unwrap_or(u64::MAX),
        holders: u64::from(options.holders),
        files,
    };
    if output.format() == Format::Json {
        output.write_json(&Envelope::new(
            "refit.generate/1",
            estate.as_of(),
            Vec::new(),
            &report,
        ))?;
        return Ok(Finish::Done);
    }
    let mut listing = Listing::new([("file", Align::Left), ("bytes", Align::Right)]);
    for file in &report.files {
        let path = folder.file(&file.file);
        listing.push(vec![json!(path.display().to_string()), json!(file.bytes)]);
    }
    output.write(|out| listing.write(output.format(), out))?;
    context.messages.note(&format!(
        "a snapshot of {}: {} devices, {} practices, {} holders, seed {}",
        estate.as_of(),
        report.assets,
        report.practices,
        report.holders,
        report.seed
    ));
    Ok(Finish::Done)
}

fn options(arguments: &Arguments, seed: u64) -> Options {
    let named = Size::from(arguments.size).options(seed);
    let practices = match (arguments.practices, arguments.assets) {
        (Some(practices), _) => Some(practices),
        (None, Some(_)) => None,
        (None, None) => named.practices,
    };
    Options {
        assets: arguments.assets.unwrap_or(named.assets),
        practices,
        holders: arguments.holders.unwrap_or(named.holders),
        seed,
    }
}

/// What a generator's error means for the command.
pub(crate) fn failure(error: synthetic::Error) -> Failure {
    match error {
        synthetic::Error::Options(message) => Failure::error(codes::USAGE, message)
            .help("see `refit generate --help` for sizes that fit each other"),
        other => Failure::error(codes::INTERNAL, other.to_string()),
    }
}

/// Writes one file of an estate into a folder.
pub(crate) fn write_one(
    folder: &Folder,
    name: &str,
    write: impl FnOnce(&mut dyn Write) -> Result<(), synthetic::Error>,
) -> Result<FileReport, Failure> {
    let path = folder.file(name);
    write_file(&path, |out| {
        write(out).map_err(|error| match error {
            synthetic::Error::Write(error) => error,
            other => io::Error::other(other),
        })
    })?;
    let bytes = fs::metadata(&path).map_or(0, |about| about.len());
    Ok(FileReport { file: name.to_owned(), bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(assets: Option<u64>, practices: Option<u32>) -> Arguments {
        Arguments {
            size: NamedSize::Icb,
            assets,
            practices,
            holders: None,
            dirt: None,
            out: PathBuf::new(),
        }
    }

    #[test]
    fn practices_follow_the_devices_unless_given() {
        let made = |assets, practices| options(&arguments(assets, practices), 1).practices;
        assert_eq!(made(None, None), Some(378));
        assert_eq!(made(Some(1_000), None), None);
        assert_eq!(made(Some(1_000), Some(4)), Some(4));
    }
}
