//! The files that people write for the planner: prices, envelopes, policy and pins.
//!
//! Each reader returns what is usable and every problem of the file, each with its line and column; nothing is ignored in
//! silence. `docs/files.md` is the reference of the formats.

mod envelopes;
mod pins;
mod policy;
mod prices;
mod reading;

pub use envelopes::{Capacity, Certainty, Demand, Envelope, EnvelopeKind, Envelopes};
pub use pins::{Deadline, Exclusion, Pin, Pins};
pub use policy::{
    Capitalisation, ClassPolicy, Discount, Freeze, Policy, Presets, Priority, QuietDays,
    UnusedLife, Weights,
};
pub use prices::{Framework, Inflation, Price, PriceBreak, PriceList};
pub use reading::{quarter_hours_down, quarter_hours_up};

#[cfg(test)]
mod tests;
