//! `refit assets find-duplicates`: devices that may be one.

use inventory::duplicates::{Group, find};
use inventory::store::Access;
use inventory::{Register, Store as _};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::args::Format;
use crate::context::Context;
use crate::estate;
use crate::failure::{Failure, Finish};
use crate::output::Envelope;
use crate::terminal::{Align, Listing};

/// What `refit assets find-duplicates --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DuplicateReport {
    /// Groups of devices that may be one, the strongest reasons first.
    groups: Vec<GroupReport>,
}

/// Devices that may be one.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct GroupReport {
    /// Why: serial-spelling, serial-look-alike, tag-spelling, tag-look-alike or tag-is-serial.
    likeness: String,
    reason: String,
    devices: Vec<DeviceReport>,
}

/// One of them.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DeviceReport {
    asset: String,
    asset_tag: Option<String>,
    serial_number: Option<String>,
    class: Option<String>,
}

impl GroupReport {
    fn of(group: &Group, register: &Register) -> Self {
        let device = |device: &usize| DeviceReport {
            asset: register.label(*device).to_owned(),
            asset_tag: register.tag(*device).map(ToString::to_string),
            serial_number: register.serial(*device).map(ToString::to_string),
            class: register.class(*device).map(ToString::to_string),
        };
        Self {
            likeness: group.likeness.as_str().to_owned(),
            reason: group.likeness.meaning().to_owned(),
            devices: group.devices.iter().map(device).collect(),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// When the estate cannot be read.
pub(super) fn run(context: &Context) -> Result<Finish, Failure> {
    let output = context.output(Listing::FORMATS)?;
    let store = estate::open(context, Access::Read)?;
    let register = store.register()?;
    let found = find(&register);
    let groups: Vec<GroupReport> =
        found.iter().map(|group| GroupReport::of(group, &register)).collect();
    if output.format() == Format::Json {
        let inputs = estate::inputs(&store)?;
        let report = DuplicateReport { groups };
        output.write_json(&Envelope::new("refit.duplicates/1", context.as_of(), inputs, report))?;
        return Ok(Finish::Done);
    }
    let names = ["group", "asset", "asset_tag", "serial_number", "class", "reason"];
    let mut listing = Listing::new(names.map(|name| (name, Align::Left)));
    for (group, number) in groups.iter().zip(1_u64..) {
        for device in &group.devices {
            listing.push(vec![
                json!(number.to_string()),
                json!(device.asset),
                json!(device.asset_tag),
                json!(device.serial_number),
                json!(device.class),
                json!(group.reason),
            ]);
        }
    }
    output.write(|out| listing.write(output.format(), out))?;
    if groups.is_empty() {
        context.messages.note("no two devices look alike");
    } else {
        context.messages.note(
            "nothing is merged by itself: look at the labels, correct one row and import it again",
        );
    }
    Ok(Finish::Done)
}
