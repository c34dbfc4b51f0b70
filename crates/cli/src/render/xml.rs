//! Text in XML.

/// A text as XML content or attribute: markup escaped, characters that XML 1.0 does not have replaced.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\n' | '\t' | '\r' => escaped.push(' '),
            own if own.is_control() || matches!(own, '\u{fffe}' | '\u{ffff}') => {
                escaped.push('\u{fffd}');
            }
            own => escaped.push(own),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_markup() {
        assert_eq!(escape("a<b & \"c\"\u{0}\n'"), "a&lt;b &amp; &quot;c&quot;\u{fffd} &apos;");
    }
}
