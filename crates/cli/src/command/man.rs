//! `refit man`: manual pages.

use std::fs;
use std::path::PathBuf;

use clap::CommandFactory as _;

use crate::codes;
use crate::context::Context;
use crate::failure::{Failure, Finish};

/// Write manual pages, one a command.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  refit man target/man")]
pub struct Arguments {
    /// The folder to write to; made if absent
    dir: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// When the folder cannot be written.
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<Finish, Failure> {
    let refused = |error: std::io::Error| {
        Failure::error(
            codes::WRITE,
            format!("cannot write manual pages to `{}`: {error}", arguments.dir.display()),
        )
    };
    fs::create_dir_all(&arguments.dir).map_err(refused)?;
    clap_mangen::generate_to(crate::args::Arguments::command(), &arguments.dir).map_err(refused)?;
    context.messages.note(&format!("manual pages written to {}", arguments.dir.display()));
    Ok(Finish::Done)
}
