//! Text from data on a terminal.

use std::borrow::Cow;
use std::io::{self, Write};

/// The text with every control and direction-changing character written as an escape, so that data cannot steer a terminal.
pub fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_unsafe) {
        let mut safe = String::with_capacity(text.len());
        for letter in text.chars() {
            if is_unsafe(letter) {
                safe.extend(letter.escape_unicode());
            } else {
                safe.push(letter);
            }
        }
        Cow::Owned(safe)
    } else {
        Cow::Borrowed(text)
    }
}

fn is_unsafe(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Writes text to a terminal with every control character made visible, except line ends and tabs.
#[derive(Debug)]
pub struct Guarded<W> {
    inner: W,
    /// The first byte of a two-byte character that may be a control character.
    pending: bool,
}

impl<W: Write> Guarded<W> {
    /// Guards a writer.
    pub fn new(inner: W) -> Self {
        Self { inner, pending: false }
    }
}

impl<W: Write> Write for Guarded<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for &byte in bytes {
            match (std::mem::take(&mut self.pending), byte) {
                (true, 0x80..=0x9f) => write!(self.inner, "\\u{{{byte:x}}}")?,
                (true, _) => self.inner.write_all(&[0xc2, byte])?,
                (false, 0xc2) => self.pending = true,
                (false, b'\n' | b'\r' | b'\t' | 0x20..=0x7e | 0x80..) => {
                    self.inner.write_all(&[byte])?;
                }
                (false, _) => write!(self.inner, "\\u{{{byte:x}}}")?,
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_cannot_reach_the_terminal() {
        assert_eq!(printable("Dr O\u{2019}Neill £5"), "Dr O\u{2019}Neill £5");
        assert_eq!(printable("\u{1b}[2Jgone"), "\\u{1b}[2Jgone");
        assert_eq!(printable("a\u{202e}b\n"), "a\\u{202e}b\\u{a}");
    }

    #[test]
    fn results_on_a_terminal_cannot_steer_it() {
        let mut shown = Vec::new();
        let mut out = Guarded::new(&mut shown);
        // In two parts, cut within a character.
        out.write_all(b"a,\x1b[2J\xc2").unwrap();
        out.write_all(b"\x9b31m\t\xc2\xa3\xe2\x80\x99\r\n").unwrap();
        let shown = String::from_utf8(shown).unwrap();
        assert_eq!(shown, "a,\\u{1b}[2J\\u{9b}31m\t£\u{2019}\r\n");
    }
}
