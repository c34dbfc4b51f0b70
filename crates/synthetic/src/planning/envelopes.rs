//! `envelopes.toml` and `policy.toml`.

#![expect(clippy::arithmetic_side_effects, reason = "sums of money of an estate, held in 128 bits")]

use std::io::Write;

use crate::Error;
use crate::estate::Estate;
use crate::random::{Rng, Subject, number_of};

/// Money for each year, in permille of what replacing everything at the end of its life would cost in a steady state.
const MONEY: u128 = 750;
/// Work for each year, in permille of the same: cheaper items make the money go further, and it should be the limit.
const WORK: u128 = 1_400;
const PPM: u128 = 1_000_000;

const HEAD: &str = "\
# Envelopes of a synthetic estate: three quarters of what replacing each device at the end of its life would cost in a
# steady state, up to a quarter more or less from year to year. The amounts are assumed; load your own before you plan.
";

const POLICY: &str = include_str!("policy.toml");

impl Estate {
    /// Writes `envelopes.toml`: one capital envelope and the engineers' hours, for each holder and financial year.
    ///
    /// Holders that join another before the first year have none: their successor's amounts count their devices.
    ///
    /// # Errors
    /// [`Error::Write`] when the writer fails.
    pub fn write_envelopes(&self, out: &mut impl Write) -> Result<(), Error> {
        out.write_all(HEAD.as_bytes())?;
        let needs = self.steady_needs();
        for (position, holder) in self.holders.iter().enumerate() {
            let Some((pence, quarters)) = needs.get(position).filter(|need| need.0 > 0) else {
                continue;
            };
            for (number, year) in super::years().enumerate() {
                let key = number_of(position) << 8 | number_of(number);
                let mut rng = Rng::new(self.options.seed, Subject::Envelope, key);
                let index = super::index(year).round_dp(6);
                let index_ppm = u128::try_from((index * PPM_DECIMAL).mantissa()).unwrap_or(0)
                    / 10_u128.pow((index * PPM_DECIMAL).scale());
                let vary = u128::from(rng.between(750, 1250));
                let amount = pence * MONEY / 1000 * index_ppm / PPM * vary / 1000;
                // To the nearest hundred pounds below, and not below one hundred.
                let hundreds = (amount / 10_000).max(1);
                let vary = u128::from(rng.between(850, 1150));
                let hours = (quarters * WORK / 1000 * vary / 1000 / 4).max(1);
                let certainty = match number {
                    0 => "confirmed",
                    1..=3 => "indicative",
                    _ => "assumed",
                };
                writeln!(
                    out,
                    "\n[[envelope]]\nholder = \"{code}\"\nstream = \"gpit-bau\"\nkind = \"capital\"\nfy = \"{year}\"\namount = \"{hundreds}00.00\"\ncertainty = \"{certainty}\"\n\n[[capacity]]\nholder = \"{code}\"\nfy = \"{year}\"\nengineer_hours = {hours}",
                    code = holder.code,
                )?;
            }
        }
        Ok(())
    }

    /// Writes `policy.toml`: every setting with its default, so that each can be seen and changed.
    ///
    /// # Errors
    /// [`Error::Write`] when the writer fails.
    pub fn write_policy(&self, out: &mut impl Write) -> Result<(), Error> {
        out.write_all(POLICY.as_bytes())?;
        Ok(())
    }

    /// By holder after the mergers: pence and quarter hours a year that replacing everything at the end of its life takes.
    fn steady_needs(&self) -> Vec<(u128, u128)> {
        let mix = &self.tables.mix;
        let share = u128::from(mix.in_use_ppm) * u128::from(mix.fundable_ppm);
        let mut needs = vec![(0_u128, 0_u128); self.holders.len()];
        for (position, site) in self.sites.iter().enumerate() {
            let successor = self.holders.get(site.holder).and_then(|holder| holder.successor);
            let Some(need) = needs.get_mut(successor.unwrap_or(site.holder)) else { continue };
            for (class_position, class) in self.tables.classes.iter().enumerate() {
                let devices = u128::from(self.devices(position, class_position)) * share;
                let life = u128::from(class.life_years);
                need.0 += devices * u128::from(class.price_gross.pence().unsigned_abs()) / life;
                need.1 += devices * u128::from(class.install_quarters) / life;
            }
        }
        needs.into_iter().map(|(pence, work)| (pence / PPM / PPM, work / PPM / PPM)).collect()
    }
}

const PPM_DECIMAL: rust_decimal::Decimal =
    rust_decimal::Decimal::from_parts(1_000_000, 0, 0, false, 0);
