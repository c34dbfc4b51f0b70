//! A PLN2 folder as a whole.

use std::io::Read;

use super::problem::{More, Problem};
use super::{more, read_meta};
use crate::pln1::{self, Fault, Faults, FolderPlan};

/// Reads a folder of either format through `open`, which gives the bytes of a named file.
///
/// # Errors
/// Whatever the readers of the single files and [`Problem::new`] report.
pub fn read_folder<R: Read>(
    is_present: impl Fn(&str) -> bool,
    mut open: impl FnMut(&str) -> std::io::Result<R>,
) -> Result<Problem, Faults> {
    let plan = FolderPlan::new(&is_present)?;
    let mut bytes = Vec::new();
    let read = open("meta.json").and_then(|mut f| f.read_to_end(&mut bytes));
    read.map_err(|e| Fault::io("meta.json", &e))?;
    if is_pln1(&bytes) {
        let (mut draft, n) = pln1::read_meta(&bytes[..], "meta.json")?;
        draft.assets = plan.read_assets(draft.years, n, &mut open)?;
        return Ok(Problem::of_pln1(&pln1::Problem::new(draft, "meta.json")?));
    }
    let (mut draft, n) = read_meta(&bytes[..], "meta.json")?;
    draft.assets = plan.read_assets(draft.years, n, &mut open)?;
    draft.more = vec![More::default(); n];
    if is_present("more.csv") {
        let source = open("more.csv").map_err(|e| Fault::io("more.csv", &e))?;
        draft.more = more::read_more(source, n, "more.csv")?;
    }
    if is_present("precedence.csv") {
        let source = open("precedence.csv").map_err(|e| Fault::io("precedence.csv", &e))?;
        draft.precedence = more::read_precedence(source, "precedence.csv")?;
    }
    Problem::new(draft, "meta.json")
}

/// Whether `meta.json` announces PLN1; what cannot be read is left to the reader of PLN2.
fn is_pln1(meta: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Head {
        format: String,
    }
    serde_json::from_slice::<Head>(meta).is_ok_and(|h| h.format == "PLN1")
}
