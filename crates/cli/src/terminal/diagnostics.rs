//! Problems in the layout that rustc and cargo use.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use diagnostic::{Diagnostic, Place, Severity};

use super::printable;

/// The problem as text: code, message, place with an excerpt where there is one, related places, help.
pub(super) fn render(diagnostic: &Diagnostic, coloured: bool) -> String {
    let message = printable(&diagnostic.message);
    let label = diagnostic.label.as_deref().map(printable);
    let help = diagnostic.help.as_deref().map(printable);
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(message.as_ref()).id(diagnostic.code.as_str());
    let mut group = Group::with_title(title);
    if let Some(place) = &diagnostic.place {
        group = with_place(group, place, AnnotationKind::Primary, label.as_deref());
    }
    for (place, words) in &diagnostic.related {
        group = with_place(group, place, AnnotationKind::Context, Some(words));
    }
    if let Some(help) = &help {
        group = group.element(Level::HELP.message(help.as_ref()));
    }
    let renderer = if coloured { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group])
}

fn with_place<'a>(
    group: Group<'a>,
    place: &'a Place,
    kind: AnnotationKind,
    label: Option<&'a str>,
) -> Group<'a> {
    match &place.span {
        Some((source, span)) if source.text().get(span.clone()).is_some() => {
            let first_line = source.text().get(span.clone()).unwrap_or_default().find('\n');
            let end = first_line.map_or(span.end, |length| span.start.saturating_add(length));
            let mut annotation = kind.span(span.start..end.max(span.start));
            if let Some(label) = label {
                annotation = annotation.label(label);
            }
            group.element(Snippet::source(source.text()).path(source.name()).annotation(annotation))
        }
        _ => group.element(Origin::path(printable(&place.to_string()).into_owned())),
    }
}

#[cfg(test)]
mod tests {
    use diagnostic::{Code, Source};

    use super::*;

    #[test]
    fn an_excerpt_shows_the_line_and_the_help() {
        let source = Source::new("policy.toml", "[objective]\npresett = \"balanced\"\n");
        let problem = Diagnostic::error(Code("PLN0002"), "unknown key `presett` in `objective`")
            .at(source.place(12..19))
            .label("not known here")
            .help("a key with a similar name exists: `preset`");
        insta::assert_snapshot!(render(&problem, false));
    }

    #[test]
    fn a_record_without_excerpt_shows_its_place() {
        let problem = Diagnostic::error(
            Code("IMP0007"),
            "expected a date such as 2026-11-20, found `31/12/20`",
        )
        .at(Place::record("estate.csv", 214, Some("purchase_date")))
        .help("write the date as YYYY-MM-DD, or give --date-order");
        insta::assert_snapshot!(render(&problem, false));
    }
}
