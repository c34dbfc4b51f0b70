//! The bid in Markdown, by the template that comes with Refit or by one that the user gives.
//!
//! A template sees the whole model under the keys of its JSON form. Within a `.md.j2` every text is escaped, so that it shows
//! as it is written; within a `.html.j2` it is escaped for HTML; elsewhere it is not. `|safe` prevents that.

use std::path::Path;

use diagnostic::{Diagnostic, Place, Source};
use inventory::Money;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};

use super::text;
use crate::bid::package::Stated;
use crate::bid::pounds::{Pounds, grouped};
use crate::bid::{BidModel, codes};

/// The template that comes with Refit.
pub const TEMPLATE: &str = include_str!("../../templates/bid.md.j2");
const NAME: &str = "bid.md.j2";

/// Renders the bid by a template of the user's, or by the one that comes with Refit.
///
/// # Errors
/// What is wrong with the template, with its line.
pub fn render(bid: &BidModel, template: Option<&Source>) -> Result<String, Box<Diagnostic>> {
    let own = Source::new(NAME, TEMPLATE);
    let source = template.unwrap_or(&own);
    let mut environment = environment();
    let model = Value::from(Serde(bid));
    let rendered = environment
        .add_template(source.name(), source.text())
        .and_then(|()| environment.get_template(source.name())?.render(&model));
    rendered.map_err(|error| Box::new(problem(&error, source)))
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    if let Ok(syntax) = SyntaxConfig::builder().keep_trailing_newline(true).build() {
        environment.set_syntax(syntax);
    }
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|name| {
        let inner = Path::new(name).with_extension("");
        match inner.extension().and_then(|extension| extension.to_str()) {
            Some("md") => AutoEscape::Custom("markdown".into()),
            Some("html" | "htm") => AutoEscape::Html,
            _ => AutoEscape::None,
        }
    });
    environment.set_formatter(|out, state, value| {
        let markdown = matches!(state.auto_escape(), AutoEscape::Custom(_));
        if !markdown {
            return minijinja::escape_formatter(out, state, value);
        }
        match value.as_str() {
            Some(words) if !value.is_safe() => Ok(out.write_str(&text::markdown(words))?),
            Some(words) => Ok(out.write_str(words)?),
            // A name that does not exist is an error before this; an `if` without `else` is nothing.
            None if value.kind() == ValueKind::Undefined => Ok(()),
            None => Ok(out.write_str(&value.to_string())?),
        }
    });
    environment.add_filter("pounds", |amount: &Value| amount_of(amount).map(|of| of.to_string()));
    environment.add_filter("whole", |amount: &Value| amount_of(amount).map(Pounds::whole));
    environment.add_filter("thousands", |amount: &Value| amount_of(amount).map(Pounds::thousands));
    environment.add_filter("count", |count: &Value| count_of(count));
    environment
}

fn amount_of(value: &Value) -> Result<Pounds, Error> {
    if value.kind() == ValueKind::Undefined {
        return Err(ErrorKind::UndefinedError.into());
    }
    let text = value.to_string();
    text.parse::<Money>().map(Pounds::from).map_err(|why| {
        Error::new(ErrorKind::InvalidOperation, format!("`{text}` is no amount of money: {why}"))
    })
}

fn count_of(value: &Value) -> Result<String, Error> {
    if value.kind() == ValueKind::Undefined {
        return Err(ErrorKind::UndefinedError.into());
    }
    value
        .to_string()
        .parse()
        .map(grouped)
        .map_err(|_| Error::new(ErrorKind::InvalidOperation, format!("`{value}` is no count")))
}

fn problem(error: &Error, source: &Source) -> Diagnostic {
    let place = error.range().filter(|range| !range.is_empty()).map_or_else(
        || {
            let line = error.line().and_then(|line| u32::try_from(line).ok());
            line.map_or_else(|| source.whole(), |line| Place::record(source.name(), line, None))
        },
        |range| source.place(range),
    );
    let what = match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    };
    let what = what.split_whitespace().collect::<Vec<_>>().join(" ");
    let help = match error.kind() {
        ErrorKind::UndefinedError => {
            "docs/bid.md lists the names; `refit bid --plan plan.json --json` prints every value"
        }
        ErrorKind::UnknownFilter => {
            "filters for money: pounds, whole, thousands; for counts: count"
        }
        ErrorKind::SyntaxError => {
            "mend the syntax: `{{ value }}`, `{% for x in list %} ... {% endfor %}`"
        }
        _ => "docs/bid.md explains templates with examples",
    };
    Diagnostic::error(codes::TEMPLATE, what).at(place).help(help)
}

/// Reads the totals back from the table "Money by year" of our own template.
pub fn stated(page: &str, bid: &BidModel) -> Stated {
    let table = page.split_once("## Money by year").map_or("", |(_, after)| after);
    let row = |name: &str| -> Option<Vec<String>> {
        let start = format!("| {name} |");
        let line = table.lines().find(|line| line.starts_with(&start))?;
        Some(line.split('|').map(|cell| cell.trim().to_owned()).collect())
    };
    let charged = |name: &str| amount_in(row(name)?.get(3)?);
    Stated {
        spend: charged("Total"),
        purchases: row("Total").and_then(|row| row.get(5)?.replace(',', "").parse().ok()),
        years: bid.horizon.iter().map(|fy| charged(fy)).collect(),
    }
}

fn amount_in(words: &str) -> Option<Pounds> {
    words.replace(['£', ','], "").parse::<Money>().ok().map(Pounds::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bid::fixture;

    #[test]
    fn our_own_template_renders() {
        insta::assert_snapshot!(render(&fixture::model(), None).unwrap());
    }

    #[test]
    fn a_template_of_the_users_sees_the_model() {
        let template = Source::new("t.html.j2", "<b>{{ form.title }}</b> {{ totals.spend|whole }}");
        let mut bid = fixture::model();
        bid.form.title = "<A & B>".into();
        let page = render(&bid, Some(&template)).unwrap();
        assert!(page.starts_with("<b>&lt;A &amp; B&gt;</b> £"), "{page}");
    }

    #[test]
    fn errors_of_a_template_name_the_line() {
        let cases = [
            ("one\n{{ totals.spned }}", "x.md.j2:2:4 undefined value"),
            ("{% for x in years %}\n", "x.md.j2:1:21 syntax error"),
            ("a\nb {{ totals.spend|pund }}", "x.md.j2:2:"),
            ("{{ headline.ask|pounds }}", "x.md.j2:1:"),
            ("{{ totals.spned|pounds }}", "x.md.j2:1:17 undefined value"),
        ];
        for (text, expected) in cases {
            let error = render(&fixture::model(), Some(&Source::new("x.md.j2", text))).unwrap_err();
            let shown = format!("{} {}", error.place.as_ref().unwrap(), error.message);
            assert!(shown.starts_with(expected), "{shown}");
            assert!(error.help.is_some() && error.code == codes::TEMPLATE);
        }
    }
}
