//! Screens, smartcard readers, scanners and printers.

use super::device::Device;
use crate::files::Row;
use crate::random::Rng;
use crate::tables::{Missing, ModelFacts, Screen};

/// Writes the columns from `resolution` to `driver_kind`.
pub(super) fn fill(row: &mut Row, missing: &Missing, device: &Device<'_>, rng: &mut Rng) {
    match &device.model.facts {
        ModelFacts::Computer { screen, .. } => {
            fill_screen(row, *screen);
            row.skip(7);
        }
        ModelFacts::Display(screen) => {
            fill_screen(row, (!rng.permille(missing.display)).then_some(*screen));
            row.skip(7);
        }
        ModelFacts::Reader { form, ccid, usb } => {
            let known = !rng.permille(missing.reader);
            row.skip(2);
            row.optional(known.then_some(form));
            row.flag(known.then_some(*ccid));
            row.optional(usb.filter(|_| known));
            row.skip(4);
        }
        ModelFacts::Scanner { protocols, usb } => {
            let known = !rng.permille(missing.scanner);
            row.skip(4);
            row.optional(usb.filter(|_| known));
            row.optional(known.then(|| rng.pick(protocols)));
            row.skip(3);
        }
        ModelFacts::Printer { mopria, ipp, drivers } => {
            let known = !rng.permille(missing.printer);
            row.skip(6);
            row.flag(known.then_some(*mopria));
            row.flag(known.then_some(*ipp));
            row.optional(known.then(|| rng.pick(drivers)));
        }
    }
}

fn fill_screen(row: &mut Row, screen: Option<Screen>) {
    row.optional(screen.map(|screen| screen.resolution));
    row.tenths(screen.map(|screen| screen.diagonal_tenths));
}
