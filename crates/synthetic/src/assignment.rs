//! Places and purchase dates for devices that come from somewhere else.

use std::io::Write;

use chrono::NaiveDate;

use crate::Error;
use crate::estate::Estate;
use crate::files::Row;
use crate::random::{Choices, Rng, Subject};

impl Estate {
    /// Writes a second file for a list of real hardware: `asset_tag,site,purchase_date`, one row for each tag in its order.
    ///
    /// Hardware lists of management agents say neither where a device stands nor when it was bought. Sites are drawn by their
    /// number of devices, dates by the cohorts of desktops; a tag keeps its row whatever else is in the list.
    ///
    /// # Errors
    /// [`Error::Write`] when the writer fails.
    pub fn write_assignments<'t>(
        &self,
        tags: impl IntoIterator<Item = &'t str>,
        out: &mut impl Write,
    ) -> Result<(), Error> {
        out.write_all(b"asset_tag,site,purchase_date\n")?;
        let classes = 0..self.tables.classes.len();
        let weight = |position: usize| -> u64 {
            classes.clone().map(|class| self.devices(position, class)).sum()
        };
        let sites =
            Choices::new((0..self.sites.len()).map(|position| (position, weight(position))))
                .ok_or_else(|| Error::Options("an estate without devices".to_owned()))?;
        let (_, desktops) = self
            .tables
            .class("desktop")
            .ok_or_else(|| Error::Table("there are no desktops".to_owned()))?;
        let mut row = Row::default();
        for tag in tags {
            let mut rng = Rng::new(self.options.seed, Subject::Assignment, fold(tag));
            row.clear();
            row.quoted(tag);
            row.text(self.sites.get(rng.pick(&sites)).map_or("", |site| site.code.as_str()));
            let year = rng.pick(&desktops.bought);
            let month = rng.pick(&self.tables.purchase.months);
            let day = u32::try_from(rng.between(1, 28)).unwrap_or(1);
            let date = NaiveDate::from_ymd_opt(year, month, day);
            row.date(date.map(|date| date.min(self.tables.as_of)));
            out.write_all(row.finish())?;
        }
        Ok(())
    }
}

/// A number for a text (FNV-1a, 64 bits).
fn fold(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;

    #[test]
    fn a_tag_keeps_its_row_in_any_list() {
        let estate =
            Estate::new(Options { assets: 3_000, practices: Some(20), ..Options::default() });
        let estate = estate.unwrap();
        let write = |tags: &[&str]| {
            let mut bytes = Vec::new();
            estate.write_assignments(tags.iter().copied(), &mut bytes).unwrap();
            String::from_utf8(bytes).unwrap()
        };
        let (all, one) = (write(&["A1", "B,2", "C3"]), write(&["C3"]));
        assert_eq!(all.lines().count(), 4);
        assert!(all.contains("\"B,2\",Z99"), "{all}");
        assert_eq!(all.lines().last(), one.lines().last());
    }
}
