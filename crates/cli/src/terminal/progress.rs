//! Progress bars.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::printable;

/// Progress of one piece of work; nothing is drawn unless standard error is a terminal.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(super) fn new(label: &str, total: u64, visible: bool) -> Self {
        let target =
            if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(total), target);
        if let Ok(style) =
            ProgressStyle::with_template("{msg:24} {wide_bar} {human_pos}/{human_len} {eta}")
        {
            bar.set_style(style);
        }
        bar.set_message(printable(label).into_owned());
        Self { bar }
    }

    /// Adds finished steps.
    pub fn advance(&self, steps: u64) {
        self.bar.inc(steps);
    }

    /// Says how many steps are finished, where their total is not known.
    pub fn set(&self, steps: u64) {
        self.bar.set_position(steps);
    }

    /// Removes the bar.
    pub fn finish(self) {
        self.bar.finish_and_clear();
    }
}
