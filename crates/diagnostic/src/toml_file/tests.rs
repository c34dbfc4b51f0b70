use super::*;

const CODES: TomlCodes = TomlCodes {
    syntax: Code("DOC0001"),
    unknown_key: Code("DOC0002"),
    missing_key: Code("DOC0003"),
    wrong_type: Code("DOC0004"),
    bad_value: Code("DOC0005"),
};

fn problems_of(text: &str, body: impl FnOnce(&mut Table<'_>)) -> Vec<String> {
    let source = Source::new("x.toml", text);
    let ((), problems) = read(&source, &CODES, body);
    problems
        .iter()
        .map(|problem| {
            let place = problem.place.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("{place} {} {}", problem.code, problem.message)
        })
        .collect()
}

#[test]
fn all_problems_of_a_file_come_in_the_order_of_the_file() {
    let text = "amount = true\n[[row]]\nname = 3\nextra = 1\n[[row]]\n";
    let found = problems_of(text, |top| {
        for mut row in top.tables("row") {
            row.required::<String>("name");
            row.finish();
        }
        top.optional::<i64>("amount");
    });
    assert_eq!(
        found,
        [
            "x.toml:1:10 DOC0004 `amount`: expected a whole number, found a boolean",
            "x.toml:3:8 DOC0004 `row[0].name`: expected a string, found an integer",
            "x.toml:4:1 DOC0002 unknown key `extra` in `row[0]`",
            "x.toml:5:1 DOC0003 `row[1]` lacks the key `name`",
        ]
    );
}

#[test]
fn several_syntax_errors_are_reported_at_once() {
    let found = problems_of("a = \nb = 'x'\nc = [1,\n", |top| {
        top.optional::<String>("b");
        top.optional::<Vec<i64>>("c");
        top.item("a");
    });
    assert!(found.len() >= 2, "{found:?}");
    assert!(found.iter().all(|problem| problem.contains("DOC0001")), "{found:?}");
}

#[test]
fn scalars_keep_their_digits() {
    let text = "a = 0.10\nb = 2028-10-10\nc = \"1234.50\"\n";
    let source = Source::new("x.toml", text);
    let (found, problems) = read(&source, &CODES, |top| {
        ["a", "b", "c"].map(|key| top.optional::<Scalar>(key).map(|scalar| scalar.value.0))
    });
    assert!(problems.is_empty());
    assert_eq!(found.map(Option::unwrap_or_default), ["0.10", "2028-10-10", "1234.50"]);
}

#[test]
fn names_chosen_by_the_author_keep_the_order_of_the_file() {
    let source = Source::new("x.toml", "[rule.zebra]\n[rule.ant]\n");
    let (names, problems) = read(&source, &CODES, |top| {
        top.table("rule").map_or_else(Vec::new, |mut rules| {
            rules.named_items().into_iter().map(|(name, _)| name.value).collect()
        })
    });
    assert_eq!(names, ["zebra", "ant"]);
    assert!(problems.is_empty());
}
