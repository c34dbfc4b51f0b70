//! Who may pay for a device.

use super::status::words;

words!(
    /// Which money may replace a device.
    ///
    /// Source: GP digital services operating model 2021-23, appendix H (core and mandated, enhanced, practice business).
    FundingClass,
    "a funding class: core, enhanced or practice-business",
    {
        /// Core and mandated services: the ICB must provide it.
        Core => "core",
        /// Enhanced services: subject to affordability.
        Enhanced => "enhanced",
        /// The practice's own business: registered and checked, never funded.
        PracticeBusiness => "practice-business",
    }
);
