//! `pins.toml`.

use std::io::Write;

use crate::Error;
use crate::estate::Estate;
use crate::random::{Rng, Subject};

impl Estate {
    /// Writes `pins.toml`: the printer-driver deadline, and a few devices that somebody decided about by hand.
    ///
    /// # Errors
    /// [`Error::Write`] when the writer fails.
    pub fn write_pins(&self, out: &mut impl Write) -> Result<(), Error> {
        out.write_all(HEAD.as_bytes())?;
        let mut rng = Rng::new(self.options.seed, Subject::Pin, 0);
        let step = (self.options.assets / 8).max(1);
        for number in 0..self.options.assets.min(8) {
            let tag = number.saturating_mul(step).saturating_add(rng.below(step)).saturating_add(1);
            writeln!(
                out,
                "\n[[exclude]]\nasset = \"GP{tag:07}\"\nreason = \"kept for the practice's move to new premises\""
            )?;
        }
        Ok(())
    }
}

const HEAD: &str = "\
# Decisions taken by hand. A pin fixes the year of a device's replacement, an exclusion takes a device out of the plan, a
# deadline says by when certain devices must be gone.

# [[pin]]
# asset = \"GP0000001\"
# fy = \"2028/29\"
# reason = \"approved in the plan of 2026/27\"

# [[deadline]]
# id = \"site-closes\"
# title = \"The branch closes\"
# date = 2028-09-30
# site = \"Z99001\"
";
