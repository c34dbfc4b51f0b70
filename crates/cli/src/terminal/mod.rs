//! Messages, tables and progress for people.

mod diagnostics;
mod escape;
mod listing;
mod messages;
mod progress;

pub use escape::{Guarded, printable};
pub use listing::{Align, Listing, neutralise};
pub use messages::{Messages, report_panic};
pub use progress::Progress;
