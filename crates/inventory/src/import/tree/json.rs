//! JSON as a stream of items: the elements of its list of devices, or the objects that follow one another.
//!
//! Unlike a lenient reader it keeps numbers as they were written, refuses a name that stands twice in one object, and knows
//! on which line each item begins. No more than one item is in memory.

use std::io::Read;

use super::{MAX_DEPTH, MAX_ITEM_BYTES, MAX_ITEM_NODES, Node};
use crate::import::MAX_CELL_CHARS;
use crate::import::input::{InputBytes, InputError};

/// Names of lists whose elements are items, in the documents that Refit and others write.
const LISTS: &[&str] = &[
    "assets",
    "organisations",
    "models",
    "list_sizes",
    "software",
    "hosts",
    "rows",
    "devices",
    "computers",
    "value",
];

/// Why JSON cannot be read on.
#[derive(Debug)]
pub(in crate::import) enum JsonFault {
    Input(InputError),
    /// Line, column and what is wrong.
    Syntax(u32, u32, &'static str),
    /// Line, and a name that stands twice in one object.
    DuplicateName(u32, Box<str>),
    /// Line, and the limit that was passed.
    Limit(u32, &'static str),
}

impl From<InputError> for JsonFault {
    fn from(error: InputError) -> Self {
        Self::Input(error)
    }
}

/// One element of the list of a document, or one document.
#[derive(Debug)]
pub(in crate::import) struct JsonItem {
    /// The line on which it begins.
    pub(in crate::import) line: u32,
    /// The name of the list that it is an element of; empty for a bare list, nothing for a document.
    pub(in crate::import) list: Option<&'static str>,
    pub(in crate::import) node: Node,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// Between documents.
    Top,
    /// In a list, before its first element.
    First(Option<&'static str>, bool),
    /// In a list, after an element.
    Next(Option<&'static str>, bool),
    Ended,
}

/// The items of a text.
pub(in crate::import) struct JsonItems<R> {
    input: InputBytes<R>,
    buffer: Vec<u8>,
    at: usize,
    line: u32,
    column: u32,
    state: State,
    /// Bytes and values of the current item.
    bytes: u64,
    nodes: usize,
}

impl<R: Read> JsonItems<R> {
    pub(in crate::import) fn new(input: InputBytes<R>) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            at: 0,
            line: 1,
            column: 1,
            state: State::Top,
            bytes: 0,
            nodes: 0,
        }
    }

    /// The bytes not yet read, and their hash.
    pub(in crate::import) fn into_input(self) -> InputBytes<R> {
        self.input
    }

    /// The next item; nothing at the end.
    pub(in crate::import) fn next(&mut self) -> Result<Option<JsonItem>, JsonFault> {
        self.bytes = 0;
        self.nodes = 0;
        loop {
            match self.state {
                State::Ended => return Ok(None),
                State::Top => {
                    if let Some(item) = self.document()? {
                        return Ok(Some(item));
                    }
                }
                State::First(list, framed) => {
                    self.blank()?;
                    if self.peek()? == Some(b']') {
                        self.bump()?;
                        self.leave(framed)?;
                    } else {
                        self.state = State::Next(list, framed);
                        return self.element(list).map(Some);
                    }
                }
                State::Next(list, framed) => {
                    self.blank()?;
                    match self.bump()? {
                        Some(b',') => {
                            self.blank()?;
                            return self.element(list).map(Some);
                        }
                        Some(b']') => self.leave(framed)?,
                        _ => {
                            return Err(
                                self.wrong("expected `,` or `]` after an element of a list")
                            );
                        }
                    }
                }
            }
        }
    }

    fn element(&mut self, list: Option<&'static str>) -> Result<JsonItem, JsonFault> {
        let line = self.line;
        let node = self.value(0)?;
        Ok(JsonItem { line, list: Some(list.unwrap_or_default()), node })
    }

    /// Reads what stands between documents; a document without a list of items is an item itself.
    fn document(&mut self) -> Result<Option<JsonItem>, JsonFault> {
        self.blank()?;
        let line = self.line;
        match self.peek()? {
            None => {
                self.state = State::Ended;
                Ok(None)
            }
            Some(b'[') => {
                self.bump()?;
                self.state = State::First(None, false);
                Ok(None)
            }
            Some(b'{') => {
                self.bump()?;
                Ok(self.members(Vec::new(), 0)?.map(|node| JsonItem { line, list: None, node }))
            }
            Some(_) => Err(self.wrong("expected an object or a list")),
        }
    }

    /// Members of a document's outermost object, up to a list of items; then nothing.
    fn members(
        &mut self,
        mut entries: Vec<(Box<str>, Node)>,
        depth: usize,
    ) -> Result<Option<Node>, JsonFault> {
        loop {
            self.blank()?;
            if self.peek()? == Some(b'}') && entries.is_empty() {
                self.bump()?;
                return Ok(Some(Node::Map(entries)));
            }
            let name = self.name(&entries)?;
            if let Some(list) = LISTS.iter().find(|list| **list == &*name)
                && self.peek()? == Some(b'[')
            {
                self.bump()?;
                self.state = State::First(Some(list), true);
                return Ok(None);
            }
            let node = self.value(depth.saturating_add(1))?;
            entries.push((name, node));
            self.blank()?;
            match self.bump()? {
                Some(b',') => {}
                Some(b'}') => return Ok(Some(Node::Map(entries))),
                _ => return Err(self.wrong("expected `,` or `}` after a value of an object")),
            }
        }
    }

    /// Ends a list; what follows it in its document is read and forgotten.
    fn leave(&mut self, framed: bool) -> Result<(), JsonFault> {
        self.state = State::Top;
        if !framed {
            return Ok(());
        }
        loop {
            self.blank()?;
            match self.bump()? {
                Some(b'}') => return Ok(()),
                Some(b',') => {
                    self.blank()?;
                    let name = self.name(&[])?;
                    if LISTS.contains(&&*name) && self.peek()? == Some(b'[') {
                        return Err(self.wrong("a second list of items in one document"));
                    }
                    self.bytes = 0;
                    self.nodes = 0;
                    self.value(1)?;
                }
                _ => return Err(self.wrong("expected `,` or `}` after a list")),
            }
        }
    }

    /// A member's name and its colon.
    fn name(&mut self, before: &[(Box<str>, Node)]) -> Result<Box<str>, JsonFault> {
        if self.peek()? != Some(b'"') {
            return Err(self.wrong("expected a name in quotation marks"));
        }
        let line = self.line;
        let name: Box<str> = self.string()?.into();
        if before.iter().any(|(known, _)| *known == name) {
            return Err(JsonFault::DuplicateName(line, name));
        }
        if before.len() >= 10_000 {
            return Err(JsonFault::Limit(line, "10,000 names in one object"));
        }
        self.blank()?;
        if self.bump()? != Some(b':') {
            return Err(self.wrong("expected `:` after a name"));
        }
        self.blank()?;
        Ok(name)
    }

    fn value(&mut self, depth: usize) -> Result<Node, JsonFault> {
        if depth > MAX_DEPTH {
            return Err(JsonFault::Limit(self.line, "64 levels of nesting"));
        }
        self.nodes = self.nodes.saturating_add(1);
        if self.nodes > MAX_ITEM_NODES {
            return Err(JsonFault::Limit(self.line, "1,000,000 values in one item"));
        }
        match self.peek()? {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => Ok(Node::Text(self.string()?.into())),
            Some(b't') => self.word("true", Node::Bool(true)),
            Some(b'f') => self.word("false", Node::Bool(false)),
            Some(b'n') => self.word("null", Node::Null),
            Some(b'-' | b'0'..=b'9') => self.number(),
            None => Err(self.wrong("the text ends within a value")),
            Some(_) => Err(self.wrong("expected a value")),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Node, JsonFault> {
        self.bump()?;
        let mut entries = Vec::new();
        loop {
            self.blank()?;
            if self.peek()? == Some(b'}') && entries.is_empty() {
                self.bump()?;
                return Ok(Node::Map(entries));
            }
            let name = self.name(&entries)?;
            let node = self.value(depth.saturating_add(1))?;
            entries.push((name, node));
            self.blank()?;
            match self.bump()? {
                Some(b',') => {}
                Some(b'}') => return Ok(Node::Map(entries)),
                _ => return Err(self.wrong("expected `,` or `}` after a value of an object")),
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<Node, JsonFault> {
        self.bump()?;
        let mut all = Vec::new();
        loop {
            self.blank()?;
            if self.peek()? == Some(b']') && all.is_empty() {
                self.bump()?;
                return Ok(Node::List(all));
            }
            all.push(self.value(depth.saturating_add(1))?);
            self.blank()?;
            match self.bump()? {
                Some(b',') => {}
                Some(b']') => return Ok(Node::List(all)),
                _ => return Err(self.wrong("expected `,` or `]` after an element of a list")),
            }
        }
    }

    fn word(&mut self, word: &str, node: Node) -> Result<Node, JsonFault> {
        for expected in word.bytes() {
            if self.bump()? != Some(expected) {
                return Err(self.wrong("expected true, false or null"));
            }
        }
        Ok(node)
    }

    fn number(&mut self) -> Result<Node, JsonFault> {
        let mut text = String::new();
        while let Some(byte @ (b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')) = self.peek()? {
            text.push(char::from(byte));
            self.bump()?;
            if text.len() > 400 {
                return Err(JsonFault::Limit(self.line, "400 digits of a number"));
            }
        }
        if is_number(&text) {
            Ok(Node::Number(text.into()))
        } else {
            Err(self.wrong("a number that JSON does not know"))
        }
    }

    fn string(&mut self) -> Result<String, JsonFault> {
        self.bump()?;
        let mut bytes = Vec::new();
        loop {
            match self.bump()? {
                None => return Err(self.wrong("the text ends within a string")),
                Some(b'"') => break,
                Some(b'\\') => self.escape(&mut bytes)?,
                Some(byte) if byte < 0x20 => {
                    return Err(self.wrong("a control character within a string"));
                }
                Some(byte) => bytes.push(byte),
            }
        }
        if bytes.len() > MAX_CELL_CHARS.saturating_mul(64) {
            return Err(JsonFault::Limit(self.line, "2 MiB of one text"));
        }
        String::from_utf8(bytes).map_err(|_| self.wrong("a string that is not UTF-8"))
    }

    fn escape(&mut self, bytes: &mut Vec<u8>) -> Result<(), JsonFault> {
        let plain = match self.bump()? {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => self.unicode()?,
            _ => return Err(self.wrong("an escape that JSON does not know")),
        };
        let mut buffer = [0; 4];
        bytes.extend_from_slice(plain.encode_utf8(&mut buffer).as_bytes());
        Ok(())
    }

    fn unicode(&mut self) -> Result<char, JsonFault> {
        let first = self.hex()?;
        let code = if (0xD800..0xDC00).contains(&first) {
            if self.bump()? != Some(b'\\') || self.bump()? != Some(b'u') {
                return Err(self.wrong("half of a surrogate pair"));
            }
            let second = self.hex()?;
            if !(0xDC00..0xE000).contains(&second) {
                return Err(self.wrong("half of a surrogate pair"));
            }
            let high = first.saturating_sub(0xD800).saturating_mul(0x400);
            high.saturating_add(second.saturating_sub(0xDC00)).saturating_add(0x1_0000)
        } else {
            first
        };
        char::from_u32(code).ok_or_else(|| self.wrong("half of a surrogate pair"))
    }

    fn hex(&mut self) -> Result<u32, JsonFault> {
        let mut code = 0_u32;
        for _ in 0..4 {
            let digit = self.bump()?.and_then(|byte| char::from(byte).to_digit(16));
            let Some(digit) = digit else {
                return Err(self.wrong("expected four hexadecimal digits"));
            };
            code = code.saturating_mul(16).saturating_add(digit);
        }
        Ok(code)
    }

    fn blank(&mut self) -> Result<(), JsonFault> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek()? {
            self.bump()?;
        }
        Ok(())
    }

    fn peek(&mut self) -> Result<Option<u8>, JsonFault> {
        while self.at >= self.buffer.len() {
            self.buffer.clear();
            self.at = 0;
            if !self.input.fill(&mut self.buffer)? {
                return Ok(None);
            }
        }
        Ok(self.buffer.get(self.at).copied())
    }

    fn bump(&mut self) -> Result<Option<u8>, JsonFault> {
        let byte = self.peek()?;
        if byte.is_some() {
            self.at = self.at.saturating_add(1);
            self.bytes = self.bytes.saturating_add(1);
            if self.bytes > MAX_ITEM_BYTES {
                return Err(JsonFault::Limit(self.line, "32 MiB of one item"));
            }
        }
        match byte {
            Some(b'\n') => {
                self.line = self.line.saturating_add(1);
                self.column = 1;
            }
            Some(byte) if byte & 0xC0 != 0x80 => self.column = self.column.saturating_add(1),
            _ => {}
        }
        Ok(byte)
    }

    fn wrong(&self, what: &'static str) -> JsonFault {
        JsonFault::Syntax(self.line, self.column, what)
    }
}

/// The grammar of numbers of RFC 8259.
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole.len() == 1 || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent
            .is_none_or(|exponent| digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Item = (u32, Option<&'static str>, Node);

    fn all(text: &[u8]) -> Result<Vec<Item>, JsonFault> {
        let mut items = JsonItems::new(InputBytes::new(text));
        let mut all = Vec::new();
        while let Some(item) = items.next()? {
            all.push((item.line, item.list, item.node));
        }
        Ok(all)
    }

    #[test]
    fn documents_lists_and_lines_of_objects_are_items() {
        let framed =
            all(b"{\"total\":2,\n\"rows\":[{\"id\":1},\n{\"id\":2}], \"more\": {\"x\": []}}")
                .unwrap();
        assert_eq!(
            framed.iter().map(|item| (item.0, item.1)).collect::<Vec<_>>(),
            [(2, Some("rows")), (3, Some("rows"))]
        );
        let lines = all(b"{\"a\":1}\n{\"a\":2}\n").unwrap();
        assert_eq!(lines.iter().map(|item| item.0).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(all(b"[1, \"x\"]").unwrap().len(), 2);
        assert_eq!(all(b" \n").unwrap(), []);
    }

    #[test]
    fn numbers_keep_their_spelling() {
        let items = all(b"[0.10, 1e3, -0, 12345678901234567890]").unwrap();
        let texts: Vec<&Node> = items.iter().map(|(_, _, node)| node).collect();
        assert_eq!(texts[0], &Node::Number("0.10".into()));
        assert_eq!(texts[3], &Node::Number("12345678901234567890".into()));
    }

    #[test]
    fn what_others_let_pass_is_refused() {
        assert!(matches!(all(b"{\"a\":1,\"a\":2}"), Err(JsonFault::DuplicateName(1, _))));
        assert!(matches!(all("[".repeat(100).as_bytes()), Err(JsonFault::Limit(..))));
        for bad in [
            "{\"a\":01}",
            "[1,]",
            "{\"a\" 1}",
            "[tru]",
            "[\"\u{1}\"]",
            "\"x\"",
            "[\"\\ud800\"]",
            "{\"a\":",
            "[+1]",
            "[.5]",
            "[NaN]",
            "{'a':1}",
        ] {
            assert!(matches!(all(bad.as_bytes()), Err(JsonFault::Syntax(..))), "{bad}");
        }
        assert!(matches!(all(b"[\"\xff\"]"), Err(JsonFault::Syntax(..))));
    }

    proptest! {
        #[test]
        fn it_reads_what_a_writer_writes(text in any::<String>(), number in any::<i64>()) {
            let written = serde_json::json!({ "text": text, "number": number, "list": [null, true] }).to_string();
            let items = all(written.as_bytes()).unwrap();
            prop_assert_eq!(items[0].2.get("text"), Some(&Node::Text(text.into())));
            prop_assert_eq!(items[0].2.get("number"), Some(&Node::Number(number.to_string().into())));
        }

        #[test]
        fn any_bytes_end_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let found = all(&bytes).map(|items| items.len()).unwrap_or_default();
            prop_assert!(found <= bytes.len());
        }

        #[test]
        fn any_marks_end_without_a_panic(text in "[\\[\\]{}:,\"a1\\\\ ]{0,60}") {
            let found = all(text.as_bytes()).map(|items| items.len()).unwrap_or_default();
            prop_assert!(found <= text.len());
        }
    }
}
