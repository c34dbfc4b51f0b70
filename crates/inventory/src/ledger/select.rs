//! Which events a question is about: the two axes of time, and imports that were taken back.
//!
//! *Recorded by* a moment: the log up to the last command whose stamp is not later. The order of the log decides, not the
//! clock, so that a clock that ran backwards hides nothing. *As of* a day: of those, what commands that were effective on
//! it or before said of devices. The register begins on the day of the first such command; earlier days read as that one,
//! since nothing else is known of them. Organisations and models carry days of their own and are not cut off by the day.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate};

use super::command::LoggedCommand;
use super::event::Event;
use super::table::Table;
use crate::store::BatchId;

/// A place on both axes of time.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Moment {
    /// The day as of which facts hold; `None` is the end of time.
    pub as_of: Option<NaiveDate>,
    /// The moment by which they were recorded: RFC 3339, or a day, which counts whole; `None` is now.
    pub recorded_by: Option<String>,
}

/// A stamp as seconds since 1970; a day without a time is its last second.
pub fn instant(stamp: &str) -> Option<i64> {
    if let Ok(time) = DateTime::parse_from_rfc3339(stamp) {
        return Some(time.timestamp());
    }
    let day: NaiveDate = stamp.parse().ok()?;
    Some(day.and_hms_opt(23, 59, 59)?.and_utc().timestamp())
}

/// The events that answer a question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Selection {
    end: u64,
    excluded: BTreeSet<u64>,
}

impl Selection {
    /// Everything but what was taken back.
    pub(crate) fn now(commands: &[LoggedCommand]) -> Self {
        Self::at(commands, &Moment::default())
    }

    /// What was believed at a moment of a day.
    pub(crate) fn at(commands: &[LoggedCommand], moment: &Moment) -> Self {
        let end = match moment.recorded_by.as_deref().and_then(instant) {
            None => u64::MAX,
            Some(limit) => {
                let late = |logged: &LoggedCommand| {
                    instant(&logged.command.recorded_at).is_some_and(|stamp| stamp > limit)
                };
                let kept = commands.iter().rposition(|logged| !late(logged));
                let next = kept.map_or(0, |kept| kept.saturating_add(1));
                commands.get(next).map_or(u64::MAX, |logged| logged.seq)
            }
        };
        let within = || commands.iter().filter(|logged| logged.seq < end);
        let undone: BTreeSet<BatchId> =
            within().filter_map(|logged| logged.command.undoes).collect();
        let of_devices = || within().filter(|logged| logged.command.is_of_devices());
        let begins = of_devices().map(|logged| logged.command.effective_on).min();
        let day = moment.as_of.map(|day| begins.map_or(day, |begins| day.max(begins)));
        let excluded = within()
            .filter(|logged| {
                let command = &logged.command;
                command.batch.is_some_and(|batch| undone.contains(&batch))
                    || (command.is_of_devices()
                        && day.is_some_and(|day| command.effective_on > day))
            })
            .map(|logged| logged.seq)
            .collect();
        Self { end, excluded }
    }

    /// Whether the selection leaves out anything beside what was taken back.
    pub(crate) fn is_now(&self, commands: &[LoggedCommand]) -> bool {
        *self == Self::now(commands)
    }

    /// Whether an event of a command counts.
    pub(crate) fn includes(&self, seq: u64, command: u64) -> bool {
        seq < self.end && (self.excluded.is_empty() || !self.excluded.contains(&command))
    }

    /// Whether an event of a small table counts; those that keep the books of the log always do.
    pub(crate) fn includes_row(&self, table: Table, event: &Event<'_>) -> bool {
        event.seq < self.end && (!table.is_of_imports() || self.includes(event.seq, event.command))
    }
}
