//! `refit completions`: completion scripts for shells.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::args::Format;
use crate::context::Context;
use crate::failure::{Failure, Finish};

/// Print a completion script for a shell.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  refit completions bash > /etc/bash_completion.d/refit")]
pub struct Arguments {
    /// The shell
    shell: Shell,
}

/// Runs the command.
///
/// # Errors
/// When the script cannot be written.
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<Finish, Failure> {
    let output = context.output(&[Format::Plain])?;
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut crate::args::Arguments::command(),
        "refit",
        &mut script,
    );
    output.write(|out| out.write_all(&script))?;
    Ok(Finish::Done)
}
