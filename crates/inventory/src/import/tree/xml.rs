//! XML as a tree: elements by name, repeated ones as a list. Attributes are not read; no format here uses them for facts.
//!
//! A document type is refused, so that no entity can be declared, and a run of bytes without markup is bounded, so that one
//! event can never fill the memory.

use std::io::{self, BufRead, Read};

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, Event};

use super::{MAX_DEPTH, MAX_ITEM_NODES, Node};

/// Longest run of bytes between two marks of XML.
const MAX_RUN: usize = 256 * 1024;

/// Why XML cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::import) enum XmlFault {
    /// The byte at which it is not XML, and why.
    Syntax(u64, String),
    /// It declares a document type.
    DocumentType,
    /// The limit that was passed.
    Limit(&'static str),
}

/// Bytes that end with an error when a run without `<` and `>` is too long.
#[derive(Debug)]
pub(in crate::import) struct Bounded<R> {
    inner: io::BufReader<R>,
    run: usize,
}

impl<R: Read> Bounded<R> {
    pub(in crate::import) fn new(inner: R) -> Self {
        Self { inner: io::BufReader::with_capacity(32 * 1024, inner), run: 0 }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let from = self.fill_buf()?;
        let count = from.len().min(out.len());
        if let (Some(out), Some(from)) = (out.get_mut(..count), from.get(..count)) {
            out.copy_from_slice(from);
        }
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.run > MAX_RUN {
            return Err(io::Error::other("more than 256 KiB without markup"));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        let used = self.inner.buffer().get(..count).unwrap_or_default();
        self.run = match used.iter().rposition(|byte| matches!(byte, b'<' | b'>')) {
            Some(last) => used.len().saturating_sub(last),
            None => self.run.saturating_add(used.len()),
        };
        self.inner.consume(count);
    }
}

/// The character or characters that a reference such as `&amp;` or `&#163;` stands for.
pub(in crate::import) fn reference(found: &BytesRef<'_>) -> Option<String> {
    if let Ok(Some(character)) = found.resolve_char_ref() {
        return Some(character.to_string());
    }
    resolve_predefined_entity(found).map(str::to_owned)
}

struct Open {
    name: Box<str>,
    text: String,
    children: Vec<(Box<str>, Node)>,
}

/// Reads a document as one tree under the name of its outermost element.
pub(in crate::import) fn read_xml(text: &str) -> Result<Node, XmlFault> {
    let mut reader = Reader::from_reader(Bounded::new(text.as_bytes()));
    let mut buffer = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut top: Vec<(Box<str>, Node)> = Vec::new();
    let mut nodes = 0_usize;
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer);
        let wrong = |what: &str| XmlFault::Syntax(reader.buffer_position(), what.to_owned());
        match event {
            Err(error) => return Err(wrong(&error.to_string())),
            Ok(Event::Eof) if open.is_empty() && !top.is_empty() => return Ok(Node::Map(top)),
            Ok(Event::Eof) => return Err(wrong("the text ends within an element")),
            Ok(Event::DocType(_)) => return Err(XmlFault::DocumentType),
            Ok(Event::Start(start)) => {
                let name: &str = start.local_name().into_inner();
                open.push(Open { name: name.into(), text: String::new(), children: Vec::new() });
                if open.len() > MAX_DEPTH {
                    return Err(XmlFault::Limit("64 levels of nesting"));
                }
            }
            Ok(Event::Empty(start)) => {
                let name: Box<str> = start.local_name().into_inner().into();
                add(
                    open.last_mut().map_or(&mut top, |parent| &mut parent.children),
                    name,
                    Node::Null,
                );
            }
            Ok(Event::End(_)) => {
                let Some(closed) = open.pop() else { return Err(wrong("an end without a start")) };
                let node = if closed.children.is_empty() {
                    Node::Text(closed.text.trim().into())
                } else {
                    Node::Map(closed.children)
                };
                add(
                    open.last_mut().map_or(&mut top, |parent| &mut parent.children),
                    closed.name,
                    node,
                );
            }
            Ok(Event::Text(found)) => keep(&mut open, &found.xml10_content()),
            Ok(Event::CData(found)) => keep(&mut open, &found.xml10_content()),
            Ok(Event::GeneralRef(found)) => match reference(&found) {
                Some(text) => keep(&mut open, &text),
                None => return Err(wrong("an entity that XML does not know")),
            },
            Ok(Event::Comment(_) | Event::Decl(_) | Event::PI(_)) => {}
        }
        nodes = nodes.saturating_add(1);
        if nodes > MAX_ITEM_NODES {
            return Err(XmlFault::Limit("1,000,000 elements"));
        }
    }
}

fn keep(open: &mut [Open], text: &str) {
    if let Some(last) = open.last_mut().filter(|last| last.text.len() < MAX_RUN) {
        last.text.push_str(text);
    }
}

/// Adds a child; the second of a name makes a list of both.
fn add(children: &mut Vec<(Box<str>, Node)>, name: Box<str>, node: Node) {
    // The repeated elements of an inventory stand one after the other.
    match children.last_mut().filter(|(last, _)| *last == name) {
        Some((_, Node::List(all))) => all.push(node),
        Some((_, first)) => {
            let before = std::mem::take(first);
            *first = Node::List(vec![before, node]);
        }
        None => children.push((name, node)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn elements_become_names_and_repeated_ones_lists() {
        let node = read_xml(
            "<?xml version=\"1.0\"?><R><A>x &amp; &#163;</A><B><C>1</C></B><B/><!-- n --></R>",
        )
        .unwrap();
        assert_eq!(node.text(&["r", "a"]), Some("x & £"));
        assert_eq!(node.each(&["R", "B"]).count(), 2);
    }

    #[test]
    fn dangers_are_refused() {
        assert_eq!(
            read_xml("<!DOCTYPE r [<!ENTITY x \"y\">]><r>&x;</r>"),
            Err(XmlFault::DocumentType)
        );
        assert!(matches!(read_xml("<r>&x;</r>"), Err(XmlFault::Syntax(..))));
        assert!(matches!(read_xml(&"<a>".repeat(100)), Err(XmlFault::Limit(_))));
        for bad in ["<a><b></a>", "<a", "<a>", "", "text", "<a></b>"] {
            assert!(matches!(read_xml(bad), Err(XmlFault::Syntax(..))), "{bad}");
        }
        let long = format!("<a>{}</a>", "x".repeat(MAX_RUN * 3));
        assert!(matches!(read_xml(&long), Err(XmlFault::Syntax(..))));
    }

    proptest! {
        #[test]
        fn any_text_ends_without_a_panic(text in "[<>/a&;!?\\[\\]\\- \"=#x1]{0,80}") {
            if read_xml(&text).is_ok() {
                prop_assert!(text.contains('<'));
            }
        }
    }
}
