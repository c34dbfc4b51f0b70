//! `refit assets software`: what is installed on a device.

use inventory::Store as _;
use inventory::software::{Software, installed};
use inventory::store::Access;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::find_device;
use crate::args::Format;
use crate::context::Context;
use crate::estate;
use crate::failure::{Failure, Finish};
use crate::output::Envelope;
use crate::terminal::{Align, Listing};

/// What `refit assets software --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SoftwareReport {
    asset: String,
    /// The day on which the source saw the device, where it says so.
    seen_on: Option<String>,
    programs: Vec<ProgramReport>,
}

/// A program.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ProgramReport {
    name: String,
    version: String,
    publisher: String,
}

impl ProgramReport {
    fn of(program: &Software) -> Self {
        Self {
            name: program.name.clone(),
            version: program.version.clone(),
            publisher: program.publisher.clone(),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// When the estate cannot be read or the device is not known.
pub(super) fn run(context: &Context, name: &str) -> Result<Finish, Failure> {
    let output = context.output(Listing::FORMATS)?;
    let store = estate::open(context, Access::Read)?;
    let register = store.register()?;
    let device = find_device(&register, name)?;
    let found = installed(&store, &register)?.remove(&device);
    let programs: Vec<ProgramReport> =
        found.iter().flat_map(|found| &found.programs).map(ProgramReport::of).collect();
    if output.format() == Format::Json {
        let asset = register.label(device).to_owned();
        let seen_on = found.and_then(|found| found.seen_on);
        let report = SoftwareReport { asset, seen_on, programs };
        let inputs = estate::inputs(&store)?;
        output.write_json(&Envelope::new("refit.software/1", context.as_of(), inputs, report))?;
        return Ok(Finish::Done);
    }
    let mut listing =
        Listing::new(["name", "version", "publisher"].map(|name| (name, Align::Left)));
    for program in &programs {
        listing.push(vec![json!(program.name), json!(program.version), json!(program.publisher)]);
    }
    output.write(|out| listing.write(output.format(), out))?;
    Ok(Finish::Done)
}
