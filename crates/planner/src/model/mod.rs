//! From an estate and the planner's files to the problem PLN1, with everything needed to explain the answer.
//!
//! Pure: [`build`] takes an [`Estate`] and gives a [`Model`] with every remark, or every reason why there is none. Devices
//! are put in the order of their labels first, so that the order of the register's rows reaches no output.
//!
//! - [`estate`]: what the model is made from, verdicts through time included.
//! - [`registered`]: what is needed of a device of the register.
//! - [`horizon`]: the financial years planned, discount factors, shares of years.
//! - [`offer`]: what an item costs in a year, and until which day it can be ordered.
//! - [`keep`]: what keeping a device costs in each year.
//! - [`kind`]: planning classes: devices for which the same purchases are possible and cost the same.
//! - [`device`]: which devices are planned, and what is decided about them.
//! - [`stability`]: the price of moving a purchase away from its year in an earlier plan.
//! - [`stranded`]: devices with a deadline that nothing can keep.
//! - [`need`]: when replacements fall due if money were no limit.

mod build;
pub mod device;
pub mod estate;
pub mod horizon;
pub mod keep;
pub mod kind;
pub mod names;
pub mod need;
mod nothing;
pub mod offer;
pub mod registered;
pub mod stability;
pub mod stranded;
mod unjudged;

pub use build::{Model, UNLIMITED_QUARTER_HOURS, build};
pub use device::{Device, DeviceDemand};
pub use estate::{Estate, Rule, Verdicts};
pub use horizon::Horizon;
pub use kind::{Kind, KindKey};
pub use names::Names;
pub use offer::{LinePrice, Offer};
pub use registered::Registered;

#[cfg(test)]
mod tests;
