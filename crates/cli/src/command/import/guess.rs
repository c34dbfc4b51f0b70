//! `refit import guess`: a first map for a file.

use std::path::Path;

use inventory::Field;
use inventory::import::{Guess, Input, guess};
use schemars::JsonSchema;
use serde::Serialize;

use super::files::open_file;
use crate::args::Format;
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::output::Envelope;

/// What `refit import guess --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct GuessReport {
    /// The text of the map.
    map: String,
    /// Every column of the file, in its order.
    columns: Vec<ColumnReport>,
}

/// What a column seems to be.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ColumnReport {
    heading: String,
    /// The field that it seems to feed; null for none.
    field: Option<String>,
    /// How sure that is, from 0 to 100.
    confidence: u8,
    reason: String,
    example: Option<String>,
}

impl GuessReport {
    fn of(guess: Guess) -> Self {
        let columns = guess.columns.into_iter().map(|column| ColumnReport {
            heading: column.heading,
            field: column.field.map(Field::word).map(str::to_owned),
            confidence: column.confidence,
            reason: column.reason,
            example: column.example,
        });
        Self { map: guess.map, columns: columns.collect() }
    }
}

/// Runs the command.
///
/// # Errors
/// When the file cannot be read or has no columns.
pub(super) fn run(
    file: &Path,
    sheet: Option<&str>,
    context: &mut Context,
) -> Result<Finish, Failure> {
    let output = context.output(&[Format::Plain, Format::Json])?;
    let input = Input { name: file.display().to_string().into(), reader: open_file(file)? };
    let guess = guess(input, sheet)?;
    if output.format() == Format::Json {
        let report = GuessReport::of(guess);
        output.write_json(&Envelope::new(
            "refit.import-guess/1",
            context.as_of(),
            Vec::new(),
            report,
        ))?;
    } else {
        output.write(|out| out.write_all(guess.map.as_bytes()))?;
    }
    Ok(Finish::Done)
}
