//! The files of a bid: all of them from one model, all of them or none.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use diagnostic::{Diagnostic, Place, Source};

use super::BidModel;
use super::codes;
use super::pounds::Pounds;
use crate::failure::Failure;
use crate::render::{bid_html, bid_lines, bid_manifest, bid_markdown, bid_xlsx};

/// A file of a bid, in memory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BidFile {
    /// Its name.
    pub name: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Purchases that it lists one by one, where it does.
    pub rows: Option<u64>,
}

/// The totals that a file states, read back from it; `None` is a figure that it does not hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stated {
    /// Charged in all.
    pub spend: Option<Pounds>,
    /// Purchases in all.
    pub purchases: Option<u64>,
    /// Charged in each year of the horizon.
    pub years: Vec<Option<Pounds>>,
}

impl Stated {
    /// What every file must state.
    pub fn of(bid: &BidModel) -> Self {
        Self {
            spend: Some(bid.totals.spend),
            purchases: Some(bid.totals.purchases),
            years: bid.years.iter().map(|year| Some(year.spend)).collect(),
        }
    }
}

/// The files of a bid, in memory, agreeing with each other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Package {
    /// The files, the manifest last.
    pub files: Vec<BidFile>,
}

/// Renders every file and makes sure that each states the totals of the model.
///
/// # Errors
/// A wrong template of the user's; too many lines for a workbook; or an internal error when a file cannot be rendered or two
/// of them would disagree.
pub fn package(bid: &BidModel, template: Option<&Source>) -> Result<Package, Failure> {
    let wanted = Stated::of(bid);
    let rows = Some(bid.totals.purchases);
    let workbook = bid_xlsx::render(bid)?;
    agree("bid.xlsx", &workbook.stated, &wanted)?;
    let page = bid_html::render(bid).map_err(|error| internal(&error))?;
    agree("bid.html", &bid_html::stated(&page, bid), &wanted)?;
    let markdown = bid_markdown::render(bid, template).map_err(|problem| *problem)?;
    if template.is_none() {
        agree("bid.md", &bid_markdown::stated(&markdown, bid), &wanted)?;
    }
    let lines = bid_lines::render(bid).map_err(|error| internal(&error))?;
    agree("lines.csv", &bid_lines::stated(&lines, bid), &wanted)?;
    let mut files = vec![
        BidFile { name: "bid.html", bytes: page.into_bytes(), rows: None },
        BidFile { name: "bid.md", bytes: markdown.into_bytes(), rows: None },
        BidFile { name: "bid.xlsx", bytes: workbook.bytes, rows },
        BidFile { name: "lines.csv", bytes: lines, rows },
    ];
    let manifest = bid_manifest::manifest(bid, &files);
    let mut bytes = serde_json::to_vec_pretty(&manifest).map_err(|error| internal(&error))?;
    bytes.push(b'\n');
    files.push(BidFile { name: "manifest.json", bytes, rows: None });
    Ok(Package { files })
}

fn internal(error: &dyn std::error::Error) -> Failure {
    Failure::error(codes::OUTPUTS_DISAGREE, format!("a file of the bid cannot be made: {error}"))
        .help("nothing was written; please report this with the plan")
}

fn agree(name: &str, stated: &Stated, wanted: &Stated) -> Result<(), Failure> {
    if stated == wanted {
        return Ok(());
    }
    let show = |stated: &Stated| {
        let amount = |amount: &Option<Pounds>| amount.map_or("nothing".to_owned(), Pounds::plain);
        let years: Vec<String> = stated.years.iter().map(amount).collect();
        let purchases = stated.purchases.map_or("no".to_owned(), |count| count.to_string());
        format!("{} for {purchases} purchases ({})", amount(&stated.spend), years.join(", "))
    };
    Err(Failure::error(
        codes::OUTPUTS_DISAGREE,
        format!("{name} states {}, expected {}", show(stated), show(wanted)),
    )
    .help("nothing was written; please report this with the plan"))
}

impl Package {
    /// Writes all files into a folder, which is made when it does not exist: each under a temporary name first, and renamed
    /// when all are complete.
    ///
    /// # Errors
    /// When a file cannot be written: the folder then has the files it had before, unless a renaming itself failed. The manifest
    /// is renamed last and tells by its hashes.
    pub fn write(&self, folder: &Path) -> Result<(), Failure> {
        let failed = |path: &Path, error: &io::Error| {
            Failure::from(
                Diagnostic::error(
                    crate::codes::WRITE,
                    format!("cannot write `{}`: {error}", path.display()),
                )
                .at(Place::file(path.display().to_string()))
                .help("check that there is room and that no other program holds the file"),
            )
        };
        fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
        let mut unfinished = Unfinished { paths: Vec::new() };
        for file in &self.files {
            let path = folder.join(format!(".{}.{}.part", file.name, std::process::id()));
            unfinished.paths.push(path.clone());
            store(&path, &file.bytes).map_err(|error| failed(&folder.join(file.name), &error))?;
        }
        for (file, path) in self.files.iter().zip(&unfinished.paths) {
            let target = folder.join(file.name);
            fs::rename(path, &target).map_err(|error| failed(&target, &error))?;
        }
        Ok(())
    }
}

fn store(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Temporary files, removed however the writing ends.
struct Unfinished {
    paths: Vec<PathBuf>,
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        for path in &self.paths {
            // Those that were renamed are gone already.
            let _removed = fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests;
