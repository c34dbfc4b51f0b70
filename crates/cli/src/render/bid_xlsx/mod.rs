//! The workbook that finance opens.
//!
//! Text from data is always a string cell, money has at most two decimals, every formula carries its result, and there are no
//! macros, no links to other files and no hidden sheets. Amounts are the model's pence: the tables of a spreadsheet's own
//! formulas are given the results that the model knows, which `scripts/check-workbook` compares with a recalculation.

mod accounts;
mod book;
mod checks;
mod evidence;
mod form;
mod front;
mod inputs;
mod matrices;
mod schedule;
mod summary;

use diagnostic::Diagnostic;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use self::book::{Styles, Tally};
use crate::bid::package::Stated;
use crate::bid::{BidModel, codes};
use crate::failure::Failure;

/// The sheets, in order.
pub const SHEETS: [&str; 14] = [
    "Cover",
    "Notes",
    "Inputs",
    "Summary",
    "Year x class",
    "Year x practice",
    "Schedule",
    "Deferred",
    "Compliance",
    "Bid",
    "Capitalisation",
    "Data quality",
    "Checks",
    "History",
];

/// Rows of a sheet, less its headings.
const MOST_ROWS: usize = 1_048_000;

/// A workbook in memory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rendered {
    /// The bytes of the file.
    pub bytes: Vec<u8>,
    /// The totals of the schedule, added up while its cells were written.
    pub stated: Stated,
}

/// Renders the workbook.
///
/// # Errors
/// [`codes::TOO_MANY_ROWS`] for more lines than a sheet holds; an internal error when the workbook cannot be made.
pub fn render(bid: &BidModel) -> Result<Rendered, Failure> {
    if bid.lines.len().max(bid.deferred.len()).max(bid.practices.len()) > MOST_ROWS {
        let message = format!("the plan has {} lines, a sheet holds {MOST_ROWS}", bid.lines.len());
        return Err(Diagnostic::error(codes::TOO_MANY_ROWS, message)
            .help("make one plan for each budget holder, or use lines.csv")
            .into());
    }
    write(bid).map_err(|error| {
        Failure::error(codes::OUTPUTS_DISAGREE, format!("the workbook cannot be made: {error}"))
            .help("nothing was written; please report this with the plan")
    })
}

fn write(bid: &BidModel) -> Result<Rendered, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_default_format(&Styles::base(), 18, 72)?;
    // Twice as fast as the usual level 6, for a file about a fifth larger.
    workbook.set_zip_compression_level(3);
    workbook.set_properties(&properties(bid)?);
    for name in SHEETS {
        workbook.add_worksheet().set_name(name)?;
    }
    inputs::define_names(&mut workbook, bid)?;
    let styles = Styles::new();
    let mut tally = Tally::new(bid);
    for name in SHEETS {
        let sheet = workbook.worksheet_from_name(name)?;
        let mut page = book::Page::new(sheet, &styles);
        match name {
            "Cover" => front::cover(&mut page, bid)?,
            "Notes" => front::notes(&mut page, bid)?,
            "Inputs" => inputs::sheet(&mut page, bid)?,
            "Summary" => summary::sheet(&mut page, bid)?,
            "Year x class" => matrices::classes(&mut page, bid)?,
            "Year x practice" => matrices::practices(&mut page, bid)?,
            "Schedule" => schedule::sheet(&mut page, bid, &mut tally)?,
            "Deferred" => evidence::deferred(&mut page, bid)?,
            "Compliance" => evidence::compliance(&mut page, bid)?,
            "Bid" => form::sheet(&mut page, bid)?,
            "Capitalisation" => accounts::sheet(&mut page, bid)?,
            "Data quality" => evidence::quality(&mut page, bid)?,
            "Checks" => checks::sheet(&mut page, bid)?,
            _ => front::history(&mut page, bid)?,
        }
    }
    Ok(Rendered { bytes: workbook.save_to_buffer()?, stated: tally.stated() })
}

/// Properties that say what it is; the date of making is the as-of date, never the clock's.
fn properties(bid: &BidModel) -> Result<DocProperties, XlsxError> {
    Ok(DocProperties::new()
        .set_title(book::fit(&bid.form.title))
        .set_subject(format!("Capital bid {}", bid.fy))
        .set_author(format!("{} {}", bid.made_by.name, bid.made_by.version))
        .set_comment(format!("Plan {} as of {}", bid.plan_id, bid.as_of))
        .set_creation_datetime(&ExcelDateTime::parse_from_str(&bid.as_of)?))
}

#[cfg(test)]
mod tests;
