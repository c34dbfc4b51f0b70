//! What the commands share that plan an estate again.

use planner::model::Estate;
use planner::solver::Threads;
use planner::whatif::{NoPlan, Planned, plan};

use super::make::infeasible;
use crate::args::Format;
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::output::{Envelope, Output};
use crate::planning::{EstateArguments, Planning};
use crate::terminal::{Align, Listing};

/// The forms of a list that is also a JSON object.
pub(crate) const FORMATS: &[Format] = Listing::FORMATS;

/// The columns of a way to plan.
pub(crate) const WAY_COLUMNS: [(&str, Align); 8] = [
    ("way", Align::Left),
    ("feasible", Align::Left),
    ("purchases", Align::Right),
    ("spend", Align::Right),
    ("device_years", Align::Right),
    ("failing_at_end", Align::Right),
    ("past_life_at_end", Align::Right),
    ("objective", Align::Right),
];

/// The threads of a command.
pub(crate) fn threads(context: &Context) -> Threads<'_> {
    context.pool().map_or(Threads::One, Threads::Pool)
}

/// Plans an estate and runs something on it; without a plan the conflict is the result.
pub(crate) fn on_plan(
    context: &Context,
    arguments: &EstateArguments,
    output: &Output,
    run: impl FnOnce(&Estate<'_>, &Planned, &Planning) -> Result<Finish, Failure>,
) -> Result<Finish, Failure> {
    let planning = arguments.read(context)?;
    planning.with(context, arguments.horizon, |estate| match plan(estate, threads(context)) {
        Ok(planned) => {
            context.messages.diagnostics(&planned.remarks);
            run(estate, &planned, &planning)
        }
        Err(NoPlan::Unfit(problems)) => Err(problems.into()),
        Err(NoPlan::Infeasible(reports)) => {
            infeasible(context, output, planning.inputs(), reports, Vec::new())
        }
        Err(NoPlan::NotFound(sentences)) => {
            infeasible(context, output, planning.inputs(), Vec::new(), sentences)
        }
    })
}

/// Writes a report as JSON, or its rows.
pub(crate) fn deliver(
    context: &Context,
    output: &Output,
    planning: &Planning,
    schema: &'static str,
    report: &(impl serde::Serialize + Clone),
    listing: &Listing,
) -> Result<(), Failure> {
    if output.format() == Format::Json {
        let inputs = planning.inputs().to_vec();
        return output.write_json(&Envelope::new(schema, context.as_of(), inputs, report.clone()));
    }
    output.write(|out| listing.write(output.format(), out))
}
