//! Text from data on a terminal.

use std::borrow::Cow;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_cannot_reach_the_terminal() {
        assert_eq!(printable("Dr O\u{2019}Neill £5"), "Dr O\u{2019}Neill £5");
        assert_eq!(printable("\u{1b}[2Jgone"), "\\u{1b}[2Jgone");
        assert_eq!(printable("a\u{202e}b\n"), "a\\u{202e}b\\u{a}");
    }
}
