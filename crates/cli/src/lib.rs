//! The `refit` command: arguments, files, rendering and exit codes around the libraries.
//!
//! - [`args`]: global arguments and the list of commands; [`command`]: one file a command.
//! - [`context`]: what every command is given (database, as-of date, output, threads).
//! - [`estate`]: the estate that commands work on.
//! - [`failure`]: how an error becomes messages and an exit code.
//! - [`bid`]: what a plan says to the people who decide about money, as one result model.
//! - [`profiles`]: warranted environment specifications, shipped or on the disk.
//! - [`render`]: one file a format; [`chart`]: drawings as SVG.
//! - [`planning`]: what the planning commands share.
//! - [`output`]: results on standard output or in files, whole or not at all; [`overwrite`]: never over what is read.
//! - [`terminal`]: messages, tables and progress for people.

pub mod args;
pub mod bid;
pub mod chart;
pub mod codes;
pub mod command;
pub mod context;
pub mod estate;
pub mod failure;
pub mod folder;
pub mod output;
pub mod overwrite;
pub mod planning;
pub mod profiles;
pub mod render;
pub mod terminal;

use std::process::ExitCode;

use crate::args::Arguments;
use crate::context::Context;
use crate::failure::{Failure, Finish};

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    std::panic::set_hook(Box::new(terminal::report_panic));
    let (arguments, matches) = match Arguments::of_process() {
        Ok(arguments) => arguments,
        Err(error) => return failure::report_usage(&error),
    };
    if let Err(failure) = overwrite::refuse(&matches) {
        return failure.report(&arguments.global);
    }
    if let Err(failure) = output::can_write(arguments.global.output.as_deref()) {
        return failure.report(&arguments.global);
    }
    let outcome = std::panic::catch_unwind(|| execute(&arguments));
    match outcome {
        Ok(Ok(finish)) => finish.exit_code(),
        Ok(Err(failure)) => failure.report(&arguments.global),
        Err(_) => ExitCode::from(2),
    }
}

fn execute(arguments: &Arguments) -> Result<Finish, Failure> {
    let mut context = Context::new(&arguments.global)?;
    arguments.command.run(&mut context)
}
