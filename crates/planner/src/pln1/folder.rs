//! Which files of a problem folder to open, and how to put them together.

use super::fault::fault;
use super::{Assets, Faults, Problem, read_assets_csv, read_column, read_meta};
use std::io::Read;

/// The flat column files in reading order.
pub const COLUMN_FILES: [&str; 9] = [
    "ics.i32",
    "site.i32",
    "bundle.i32",
    "cls.i32",
    "tier.i32",
    "earliest.i32",
    "latest.i32",
    "lock.i32",
    "keep.i32",
];

/// Where the assets of a folder stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssetSource {
    /// All of [`COLUMN_FILES`] are there: they are preferred.
    Columns,
    /// Only `assets.csv`.
    Table,
}

/// A plan to read one folder: `meta.json` and then [`FolderPlan::asset_files`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderPlan {
    source: AssetSource,
}

impl FolderPlan {
    /// Decides from the names present in the folder; other files are ignored.
    ///
    /// # Errors
    /// PLN0100 when `meta.json` or the assets are missing.
    pub fn new(is_present: impl Fn(&str) -> bool) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        if !is_present("meta.json") {
            let help = "a problem folder holds meta.json and assets.csv or the .i32 columns";
            faults.push(fault("PLN0100", "meta.json", "the file is missing".to_owned(), help));
        }
        let source = if COLUMN_FILES.iter().all(|name| is_present(name)) {
            AssetSource::Columns
        } else {
            if !is_present("assets.csv") {
                let help = "write assets.csv, or all nine .i32 columns";
                faults.push(fault("PLN0100", "assets.csv", "the file is missing".to_owned(), help));
            }
            AssetSource::Table
        };
        faults.or(Self { source })
    }

    /// Where the assets stand.
    pub fn source(self) -> AssetSource {
        self.source
    }

    /// Names of the asset files to open, in order.
    pub fn asset_files(self) -> &'static [&'static str] {
        match self.source {
            AssetSource::Columns => &COLUMN_FILES,
            AssetSource::Table => &["assets.csv"],
        }
    }

    /// Reads the whole folder through `open`, which gives the bytes of a named file.
    ///
    /// # Errors
    /// Whatever the readers of the single files and [`Problem::new`] report.
    pub fn read<R: Read>(
        self,
        mut open: impl FnMut(&str) -> std::io::Result<R>,
    ) -> Result<Problem, Faults> {
        let meta = open("meta.json").map_err(|e| super::Fault::io("meta.json", &e))?;
        let (mut draft, n) = read_meta(meta, "meta.json")?;
        draft.assets = self.read_assets(draft.years, n, &mut open)?;
        Problem::new(draft, "meta.json")
    }

    /// Reads the assets alone.
    ///
    /// # Errors
    /// Whatever the readers of the asset files report.
    pub(crate) fn read_assets<R: Read>(
        self,
        years: usize,
        n: usize,
        open: &mut impl FnMut(&str) -> std::io::Result<R>,
    ) -> Result<Assets, Faults> {
        let mut named = |name: &str| open(name).map_err(|e| super::Fault::io(name, &e));
        match self.source {
            AssetSource::Table => read_assets_csv(named("assets.csv")?, years, n, "assets.csv"),
            AssetSource::Columns => read_columns(years, n, &mut named),
        }
    }
}

fn read_columns<R: Read>(
    years: usize,
    n: usize,
    open: &mut impl FnMut(&str) -> Result<R, super::Fault>,
) -> Result<Assets, Faults> {
    let cells = n.saturating_mul(years);
    Ok(Assets {
        ics: read_column(open("ics.i32")?, n, "ics.i32")?,
        site: read_column(open("site.i32")?, n, "site.i32")?,
        bundle: read_column(open("bundle.i32")?, n, "bundle.i32")?,
        class: read_column(open("cls.i32")?, n, "cls.i32")?,
        tier: read_column(open("tier.i32")?, n, "tier.i32")?,
        earliest: read_column(open("earliest.i32")?, n, "earliest.i32")?,
        latest: read_column(open("latest.i32")?, n, "latest.i32")?,
        lock: read_column(open("lock.i32")?, n, "lock.i32")?,
        keep: read_column(open("keep.i32")?, cells, "keep.i32")?,
    })
}
