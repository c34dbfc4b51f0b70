//! Text from data, made safe to show.
//!
//! Names, notes and models come from registers that anybody may have typed into. What is invisible or turns the direction of
//! writing is shown as the replacement character, so nobody reads another text than the one that is stored.

use std::borrow::Cow;

/// The character shown in place of one that cannot be shown.
pub const REPLACEMENT: char = '\u{fffd}';

/// The text with control characters, direction overrides and invisible marks replaced; tabs and line breaks become spaces.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_hidden) {
        Cow::Owned(text.chars().map(shown).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// The cell of a CSV file that no spreadsheet reads as a formula: an apostrophe goes before one that looks like it.
pub fn inert(cell: &str) -> Cow<'_, str> {
    let risky = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if cell.trim_start_matches(' ').starts_with(risky) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// The text with Markdown's own marks escaped, so that it shows as it is written, also within a table.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        // Some readers pass tags through even after a backslash.
        if character == '<' {
            out.push_str("&lt;");
            continue;
        }
        if matches!(
            character,
            '\\' | '`' | '*' | '_' | '[' | ']' | '>' | '|' | '#' | '!' | '~' | '&'
        ) {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

fn shown(character: char) -> char {
    match character {
        '\t' | '\n' | '\r' => ' ',
        other if is_hidden(other) => REPLACEMENT,
        other => other,
    }
}

fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{061c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{fffe}'
                | '\u{ffff}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_shown_as_replaced() {
        assert_eq!(visible("Optiplex\u{202e}7090\u{7}"), "Optiplex\u{fffd}7090\u{fffd}");
        assert_eq!(visible("two\nlines"), "two lines");
        assert!(matches!(visible("Llanfairpwll – café"), Cow::Borrowed(_)));
    }

    #[test]
    fn cells_that_look_like_formulas_are_neutralised() {
        for risky in ["=1+1", "+44 20", "-2", "@SUM(A1)", " =A1", "＝1"] {
            assert_eq!(inert(risky), format!("'{risky}"));
        }
        assert_eq!(inert("A81001 = main"), "A81001 = main");
    }

    #[test]
    fn markdown_marks_show_as_written() {
        assert_eq!(markdown("a|b *c* <d>"), "a\\|b \\*c\\* &lt;d\\>");
    }
}
