//! The models file: what is true of every device of a model.

use std::io::Write;

use crate::Error;
use crate::estate::Estate;
use crate::files::Row;
use crate::tables::{ModelFacts, Screen};

/// The columns of a models file.
pub(crate) const COLUMNS: [&str; 10] = [
    "manufacturer",
    "model",
    "class",
    "aliases",
    "end_of_sale",
    "end_of_support",
    "life_years",
    "facts",
    "embodied_kgco2e",
    "assurances",
];

impl Estate {
    /// Writes the models file. Ends of sale and of support are left open: makers' dates are not invented.
    ///
    /// # Errors
    /// [`Error::Write`] when the writer fails.
    pub fn write_models(&self, out: &mut impl Write) -> Result<(), Error> {
        let mut row = Row::default();
        for column in COLUMNS {
            row.text(column);
        }
        out.write_all(row.finish())?;
        for model in &self.tables.models {
            let Some(class) = self.tables.classes.get(model.class) else { continue };
            row.clear();
            row.text(model.manufacturer);
            row.text(model.model);
            row.text(class.id);
            row.skip(3);
            row.number(Some(class.life_years));
            row.quoted(&facts(&model.facts));
            row.number(class.embodied_kgco2e.map(u64::from));
            row.empty();
            out.write_all(row.finish())?;
        }
        Ok(())
    }
}

fn facts(facts: &ModelFacts) -> String {
    let screen = |screen: &Screen| {
        let (inches, tenths) = (screen.diagonal_tenths / 10, screen.diagonal_tenths % 10);
        let point = if tenths == 0 { String::new() } else { format!(".{tenths}") };
        format!("resolution={}; diagonal_in={inches}{point}", screen.resolution)
    };
    match facts {
        ModelFacts::Computer { screen: built_in, .. } => {
            built_in.as_ref().map_or_else(String::new, screen)
        }
        ModelFacts::Display(display) => screen(display),
        ModelFacts::Reader { form, ccid, usb } => {
            let usb = usb.map_or_else(String::new, |usb| format!("; usb_vid_pid={usb}"));
            format!("reader_form={form}; reader_ccid={ccid}{usb}")
        }
        ModelFacts::Scanner { usb, .. } => {
            usb.map_or_else(String::new, |usb| format!("usb_vid_pid={usb}"))
        }
        ModelFacts::Printer { mopria, ipp, .. } => format!("mopria={mopria}; ipp={ipp}"),
    }
}
