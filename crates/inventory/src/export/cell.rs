//! Texts that a spreadsheet would take for a formula.

use std::borrow::Cow;

/// Whether a spreadsheet could take a text that begins with this character for a formula.
fn begins_formula(first: char) -> bool {
    matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠')
}

fn is_guarded(text: &str) -> bool {
    text.trim_start_matches('\'').chars().next().is_some_and(begins_formula)
}

/// A text cell as files carry it: one that a spreadsheet would take for a formula gets an apostrophe before it.
///
/// `restore_text` undoes exactly this, also for texts that begin with apostrophes of their own.
pub fn neutralise(text: &str) -> Cow<'_, str> {
    if is_guarded(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text that [`neutralise`] was given.
pub(crate) fn restore_text(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| is_guarded(rest)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_are_guarded_and_other_texts_are_not() {
        assert_eq!(neutralise("=1+1"), "'=1+1");
        assert_eq!(neutralise("'=1+1"), "''=1+1");
        assert_eq!(neutralise("'tis"), "'tis");
        assert_eq!(neutralise("a=b"), "a=b");
        assert_eq!(restore_text("'tis"), "'tis");
    }

    proptest! {
        #[test]
        fn restoring_undoes_neutralising(text in "['=+@a\\-]{0,6}") {
            let written = neutralise(&text);
            prop_assert_eq!(restore_text(&written), text.as_str());
        }
    }
}
