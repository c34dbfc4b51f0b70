//! `refit import undo`: what an import said counts no more.

use inventory::Store as _;
use inventory::ledger::Command;
use inventory::store::{Access, BatchId};
use serde_json::json;

use crate::args::Format;
use crate::codes;
use crate::context::Context;
use crate::estate;
use crate::failure::{Failure, Finish};
use crate::output::Envelope;
use crate::terminal::{Align, Listing};

/// Takes an import back.
pub(super) fn run(
    context: &Context,
    id: BatchId,
    actor: &str,
    reason: &str,
) -> Result<Finish, Failure> {
    let output = context.output(Listing::FORMATS)?;
    let mut store = estate::open(context, Access::Write)?;
    let commands = store.commands()?;
    if !commands.iter().any(|logged| logged.command.batch == Some(id)) {
        return Err(Failure::error(
            codes::UNKNOWN_NAME,
            format!("there is no import {id} that could be taken back"),
        )
        .help(
            "`refit import history` lists them; what an older layout kept has no rows to take back",
        ));
    }
    if commands.iter().any(|logged| logged.command.undoes == Some(id)) {
        return Err(Failure::error(
            codes::UNKNOWN_NAME,
            format!("import {id} was taken back before"),
        )
        .help("`refit audit log` says when; import the file again to have it back"));
    }
    let mut command = Command::undo(id, &context.recorded_at());
    actor.clone_into(&mut command.actor);
    reason.clone_into(&mut command.reason);
    let mut transaction = store.begin(command)?;
    let undone = transaction.undo(id)?;
    transaction.commit()?;
    let columns = ["import", "changed", "removed", "other"].map(|name| (name, Align::Right));
    let mut listing = Listing::new(columns);
    listing.push(vec![
        json!(id.to_string()),
        json!(undone.changed),
        json!(undone.removed),
        json!(undone.other),
    ]);
    if output.format() == Format::Json {
        let payload = json!({
            "import": id.to_string(),
            "changed": undone.changed,
            "removed": undone.removed,
            "other": undone.other,
        });
        let inputs = estate::inputs(&store)?;
        output.write_json(&Envelope::new(
            "refit.import-undo/1",
            context.as_of(),
            inputs,
            payload,
        ))?;
    } else {
        output.write(|out| listing.write(output.format(), out))?;
    }
    Ok(Finish::Done)
}
