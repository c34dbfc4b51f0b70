//! Words of a filter.

use std::ops::Range;

/// What a piece of a filter is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Token {
    /// A field, a keyword or a value.
    Word(String),
    /// A text in quotation marks.
    Quoted(String),
    /// `=`, `!=`, `<`, `<=`, `>`, `>=`.
    Operator(&'static str),
    /// `(`, `)` or `,`.
    Mark(char),
}

/// A piece of a filter and its bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Piece {
    pub(super) token: Token,
    pub(super) span: Range<usize>,
}

const OPERATORS: [(&str, &str); 8] = [
    ("==", "="),
    ("!=", "!="),
    ("<>", "!="),
    ("<=", "<="),
    (">=", ">="),
    ("=", "="),
    ("<", "<"),
    (">", ">"),
];

/// Cuts a filter into pieces; `Err` gives the bytes that cannot begin one.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece>, Range<usize>> {
    let mut all = Vec::new();
    let mut at = 0_usize;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let blank = rest.len().saturating_sub(rest.trim_start().len());
        if blank > 0 {
            at = at.saturating_add(blank);
            continue;
        }
        let (token, length) = piece(rest).ok_or(at..text.len())?;
        let end = at.saturating_add(length);
        all.push(Piece { token, span: at..end });
        at = end;
    }
    Ok(all)
}

fn piece(rest: &str) -> Option<(Token, usize)> {
    if let Some((written, meant)) = OPERATORS.iter().find(|(written, _)| rest.starts_with(written))
    {
        return Some((Token::Operator(meant), written.len()));
    }
    let first = rest.chars().next()?;
    match first {
        '(' | ')' | ',' => Some((Token::Mark(first), 1)),
        '"' | '\'' => {
            let inner = rest.get(1..)?;
            let end = inner.find(first)?;
            Some((Token::Quoted(inner.get(..end)?.to_owned()), end.saturating_add(2)))
        }
        _ => {
            let plain = |letter: char| {
                letter.is_alphanumeric()
                    || matches!(letter, '_' | '.' | '-' | ':' | '/' | '+' | '%')
            };
            let length = rest.find(|letter| !plain(letter)).unwrap_or(rest.len());
            let word = rest.get(..length).filter(|word| !word.is_empty())?;
            Some((Token::Word(word.to_owned()), length))
        }
    }
}
