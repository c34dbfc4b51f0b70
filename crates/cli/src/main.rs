//! The `refit` binary; everything it does is in the library beside it.

use std::process::ExitCode;

fn main() -> ExitCode {
    refit_cli::run()
}
