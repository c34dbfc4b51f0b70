//! Writing the log: events into pages, their hashes into the tree.

use super::bytes;
use super::event::{self, Body, Cells};
use super::table::Table;
use super::tree::{self, Frontier};

/// A page is handed on when it holds this many bytes.
const PAGE: usize = 32 * 1024;

/// Events that follow each other, each with its length before it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Page {
    /// The number of the first event.
    pub(crate) first: u64,
    /// How many events there are.
    pub(crate) count: u32,
    /// The events.
    pub(crate) bytes: Vec<u8>,
}

/// The end of a log while a transaction adds to it.
#[derive(Clone, Debug)]
pub(crate) struct Appender {
    frontier: Frontier,
    page: Page,
    event: Vec<u8>,
    command: u64,
}

impl Appender {
    /// Goes on after what a store keeps.
    pub(crate) fn new(frontier: Frontier) -> Self {
        let page = Page { first: frontier.size(), count: 0, bytes: Vec::new() };
        let command = frontier.size();
        Self { frontier, page, event: Vec::with_capacity(512), command }
    }

    /// The tree over everything added so far.
    pub(crate) fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    /// The number that the next event gets.
    pub(crate) fn next(&self) -> u64 {
        self.frontier.size()
    }

    /// The next event begins a command.
    pub(crate) fn begin(&mut self) -> u64 {
        self.command = self.next();
        self.command
    }

    /// Adds an event; a page that is full is to be kept by the caller.
    pub(crate) fn push(&mut self, body: &Body<'_>) -> Option<Page> {
        let seq = self.next();
        event::encode(&mut self.event, seq, self.command, body);
        self.frontier.push(tree::leaf(&self.event));
        bytes::put_bytes(&mut self.page.bytes, &self.event);
        self.page.count = self.page.count.saturating_add(1);
        if self.page.bytes.len() < PAGE { None } else { self.cut() }
    }

    /// Adds the event of a row of a small table.
    pub(crate) fn put(&mut self, table: Table, cells: Cells<'_>) -> Option<Page> {
        self.push(&Body::Put(table, cells))
    }

    /// The page begun, if it holds anything.
    pub(crate) fn cut(&mut self) -> Option<Page> {
        if self.page.count == 0 {
            return None;
        }
        let next = Page {
            first: self.next(),
            count: 0,
            bytes: Vec::with_capacity(PAGE.saturating_add(1024)),
        };
        Some(std::mem::replace(&mut self.page, next))
    }
}
