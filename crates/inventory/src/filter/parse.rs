//! From text to a tree of comparisons.

use std::ops::Range;

use diagnostic::{Code, Diagnostic, Source};

use super::token::{Piece, Token, pieces};
use crate::catalogue::{Field, Kind, Value};
use crate::codes;
use crate::vocabulary::ClassCatalogue;

/// Deepest nesting of parentheses and `not`.
const MAX_DEPTH: usize = 64;

/// A condition on devices.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Filter {
    /// All of these hold.
    All(Vec<Filter>),
    /// At least one of these holds.
    Any(Vec<Filter>),
    /// This does not hold.
    Not(Box<Filter>),
    /// A field compares.
    Compare(Field, Comparison),
}

/// How a known value is compared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Comparison {
    /// It is one of these.
    In(Vec<Value>),
    /// It stands in this order to a value.
    Ordered(Order, Value),
    /// It holds this text, in small letters.
    Contains(String),
    /// Nothing is known.
    Unknown,
}

/// An order between a device's value and the filter's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

impl Filter {
    /// Reads a filter; `name` says where it stands, such as `--where`.
    ///
    /// # Errors
    /// The first problem, with its position in the text.
    pub fn parse(
        name: &str,
        text: &str,
        classes: &ClassCatalogue,
    ) -> Result<Self, Box<Diagnostic>> {
        let source = Source::new(name, text);
        let cut = pieces(text).map_err(|span| {
            Box::new(
                Diagnostic::error(codes::FILTER_SYNTAX, "expected a field, a value or an operator")
                    .at(source.place(span))
                    .help("close quotation marks, and write texts with spaces in them"),
            )
        })?;
        let mut parser = Parser { source, pieces: cut, at: 0, depth: 0, classes };
        let filter = parser.any()?;
        match parser.pieces.get(parser.at) {
            None => Ok(filter),
            Some(piece) => Err(parser.syntax(piece.span.clone(), "`and`, `or` or the end")),
        }
    }
}

struct Parser<'c> {
    source: Source,
    pieces: Vec<Piece>,
    at: usize,
    depth: usize,
    classes: &'c ClassCatalogue,
}

type Parsed<T> = Result<T, Box<Diagnostic>>;

impl Parser<'_> {
    fn any(&mut self) -> Parsed<Filter> {
        let mut parts = vec![self.all()?];
        while self.take_word("or") {
            parts.push(self.all()?);
        }
        Ok(single(parts, Filter::Any))
    }

    fn all(&mut self) -> Parsed<Filter> {
        let mut parts = vec![self.one()?];
        while self.take_word("and") {
            parts.push(self.one()?);
        }
        Ok(single(parts, Filter::All))
    }

    fn one(&mut self) -> Parsed<Filter> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > MAX_DEPTH {
            return Err(self.syntax(self.here(), "at most 64 nested parentheses"));
        }
        let parsed = if self.take_word("not") {
            Filter::Not(Box::new(self.one()?))
        } else if self.take(&Token::Mark('(')) {
            let inner = self.any()?;
            if !self.take(&Token::Mark(')')) {
                return Err(self.syntax(self.here(), "`)`"));
            }
            inner
        } else {
            self.comparison()?
        };
        self.depth = self.depth.saturating_sub(1);
        Ok(parsed)
    }

    fn comparison(&mut self) -> Parsed<Filter> {
        let field = self.field()?;
        let span = self.here();
        if let Some(Piece { token: Token::Operator(operator), .. }) = self.pieces.get(self.at) {
            let operator = *operator;
            self.at = self.at.saturating_add(1);
            return self.operator(field, operator, span);
        }
        if self.take_word("is") {
            let negated = self.take_word("not");
            if !self.take_word("unknown") {
                return Err(self.syntax(self.here(), "`unknown` or `not unknown`"));
            }
            return Ok(negate_if(negated, Filter::Compare(field, Comparison::Unknown)));
        }
        if self.take_word("contains") {
            return self.contains(field, span);
        }
        let negated = self.take_word("not");
        if self.take_word("in") {
            let values = self.list(field)?;
            return Ok(negate_if(negated, Filter::Compare(field, Comparison::In(values))));
        }
        Err(self.syntax(
            self.here(),
            "`=`, `!=`, `<`, `<=`, `>`, `>=`, `in (...)`, `contains` or `is unknown`",
        ))
    }

    fn operator(&mut self, field: Field, operator: &str, span: Range<usize>) -> Parsed<Filter> {
        let order = match operator {
            "<" => Order::Less,
            "<=" => Order::AtMost,
            ">" => Order::Greater,
            ">=" => Order::AtLeast,
            equality => {
                let value = self.value(field)?;
                let filter = Filter::Compare(field, Comparison::In(vec![value]));
                return Ok(negate_if(equality == "!=", filter));
            }
        };
        if !matches!(field.kind(), Kind::Number(_) | Kind::Date | Kind::Version | Kind::Money) {
            let message = format!("`{field}` has no order, so `{operator}` cannot compare it");
            let help = match field {
                Field::Resolution => "compare `res_w` or `res_h`",
                _ => "use `=`, `!=`, `in (...)` or `contains`",
            };
            return Err(self.problem(codes::FILTER_OPERATOR, message, span, help));
        }
        Ok(Filter::Compare(field, Comparison::Ordered(order, self.value(field)?)))
    }

    fn contains(&mut self, field: Field, span: Range<usize>) -> Parsed<Filter> {
        if !matches!(
            field.kind(),
            Kind::Text | Kind::Token(_) | Kind::OpenToken | Kind::Organisation
        ) {
            let message = format!("`{field}` is no text, so `contains` cannot compare it");
            return Err(self.problem(codes::FILTER_OPERATOR, message, span, "use `=` or `<`"));
        }
        let (text, _) = self.text("a text")?;
        Ok(Filter::Compare(field, Comparison::Contains(text.to_lowercase())))
    }

    fn list(&mut self, field: Field) -> Parsed<Vec<Value>> {
        if !self.take(&Token::Mark('(')) {
            return Err(self.syntax(self.here(), "`(` and values separated by commas"));
        }
        let mut values = vec![self.value(field)?];
        while self.take(&Token::Mark(',')) {
            values.push(self.value(field)?);
        }
        if !self.take(&Token::Mark(')')) {
            return Err(self.syntax(self.here(), "`,` or `)`"));
        }
        Ok(values)
    }

    fn field(&mut self) -> Parsed<Field> {
        let span = self.here();
        let Some(Piece { token: Token::Word(word), .. }) = self.pieces.get(self.at).cloned() else {
            return Err(self.syntax(span, "a field such as `class`"));
        };
        self.at = self.at.saturating_add(1);
        word.parse().map_err(|_| {
            let help = Field::nearest(&word).map_or_else(
                || "name a column of an assets file, such as `class` or `ram_gib`".to_owned(),
                |near| format!("a field with a similar name exists: `{near}`"),
            );
            let message = format!("unknown field `{word}`");
            self.problem(codes::FILTER_FIELD, message, span, &help)
        })
    }

    fn value(&mut self, field: Field) -> Parsed<Value> {
        let (text, span) = self.text("a value")?;
        let kind = field.kind();
        let known = if field == Field::Class {
            self.classes.parse(&text).map(|class| Value::Token(class.as_str().into()))
        } else {
            kind.parse(&text)
        };
        known.map_err(|expected| {
            let words: Vec<&str> = match kind {
                Kind::Token(words) => words.to_vec(),
                _ if field == Field::Class => {
                    self.classes.specs().iter().map(|spec| spec.class.as_str()).collect()
                }
                _ => Vec::new(),
            };
            let near = diagnostic::suggest(&text, words.iter().copied());
            let help = match near {
                Some(near) => format!("a value with a similar name exists: `{near}`"),
                None if words.is_empty() => format!("write {}", expected.0),
                None => format!("values of `{field}`: {}", words.join(", ")),
            };
            let message = format!("`{field}`: {expected}, found `{text}`");
            self.problem(codes::FILTER_VALUE, message, span, &help)
        })
    }

    fn text(&mut self, expected: &str) -> Parsed<(String, Range<usize>)> {
        let span = self.here();
        match self.pieces.get(self.at).cloned() {
            Some(Piece { token: Token::Word(text) | Token::Quoted(text), .. }) => {
                self.at = self.at.saturating_add(1);
                Ok((text, span))
            }
            _ => Err(self.syntax(span, expected)),
        }
    }

    /// Takes a keyword, whatever its case.
    fn take_word(&mut self, keyword: &str) -> bool {
        let found = matches!(
            self.pieces.get(self.at),
            Some(Piece { token: Token::Word(word), .. }) if word.eq_ignore_ascii_case(keyword)
        );
        self.at = self.at.saturating_add(usize::from(found));
        found
    }

    fn take(&mut self, token: &Token) -> bool {
        let found = self.pieces.get(self.at).is_some_and(|piece| piece.token == *token);
        self.at = self.at.saturating_add(usize::from(found));
        found
    }

    /// The bytes of the next piece, or of the end.
    fn here(&self) -> Range<usize> {
        let end = self.source.text().len();
        self.pieces.get(self.at).map_or(end..end, |piece| piece.span.clone())
    }

    fn syntax(&self, span: Range<usize>, expected: &str) -> Box<Diagnostic> {
        let found = self.source.text().get(span.clone()).filter(|text| !text.is_empty());
        let found = found.map_or_else(|| "the end".to_owned(), |text| format!("`{text}`"));
        let message = format!("expected {expected}, found {found}");
        self.problem(
            codes::FILTER_SYNTAX,
            message,
            span,
            "for example `class = laptop and ram_gib < 8`",
        )
    }

    fn problem(
        &self,
        code: Code,
        message: String,
        span: Range<usize>,
        help: &str,
    ) -> Box<Diagnostic> {
        Box::new(Diagnostic::error(code, message).at(self.source.place(span)).help(help))
    }
}

fn single(mut parts: Vec<Filter>, join: fn(Vec<Filter>) -> Filter) -> Filter {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
        None => join(parts),
    }
}

fn negate_if(negated: bool, filter: Filter) -> Filter {
    if negated { Filter::Not(Box::new(filter)) } else { filter }
}
