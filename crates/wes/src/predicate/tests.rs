use std::collections::BTreeSet;

use diagnostic::Source;
use inventory::ClassCatalogue;

use super::*;
use crate::shipped::Shipped;
use crate::{Compiled, codes};

#[test]
fn every_kind_has_a_page_and_a_fixture_whose_tests_pass() {
    for kind in PredicateKind::ALL {
        let word = kind.word();
        let page = kind.page();
        assert!(page.starts_with(&format!("# `{word}`\n")), "{word}");
        for heading in ["## Operand", "## Example", "## Verdicts", "## In a child profile"] {
            assert!(page.contains(heading), "docs/rules/{word}.md lacks {heading}");
        }
        let source = Source::new(format!("{word}.toml"), kind.fixture());
        let (profile, problems) = Compiled::load(&source, &Shipped, &ClassCatalogue::shipped());
        assert!(
            problems.iter().all(|problem| problem.code == codes::UNEXPLAINED),
            "{word}: {problems:#?}"
        );
        assert!(kind.fixture().contains(&format!("{word} = ")), "the fixture of {word} uses it");
        let results = profile.unwrap().run_tests();
        assert!(results.len() >= 2, "{word}");
        for result in results {
            assert!(result.passed(), "{word}: {:#?}", result.failures);
        }
    }
}

#[test]
fn no_page_and_no_fixture_is_left_without_its_kind() {
    let words: BTreeSet<String> =
        PredicateKind::ALL.iter().map(|kind| kind.word().to_owned()).collect();
    for folder in ["../../docs/rules", "tests/fixtures"] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let stems: BTreeSet<String> = std::fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(stems, words, "{folder}");
    }
}

#[test]
fn examples_of_the_pages_are_sound() {
    for kind in PredicateKind::ALL {
        let page = kind.page();
        let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next());
        let text = format!(
            "[profile]\nid = \"page\"\nversion = \"1.0.0\"\nowner = \"test\"\nlanguage = 1\n\
             [life]\nlaptop = 4\n\
             [lists.win11_cpu]\nfile = \"windows11-processors.csv\"\nnormalise = \"cpu\"\n\
             [lists.withdrawn_readers]\nfile = \"windows-lifecycle.csv\"\nkey = \"os\"\n\
             [lifecycle.windows]\nfile = \"windows-lifecycle.csv\"\nkey = [\"os\", \"build\", \"edition\"]\n{}",
            example.unwrap()
        );
        let source = Source::new(format!("{}.md", kind.word()), text);
        let (_, problems) = Compiled::load(&source, &Shipped, &ClassCatalogue::shipped());
        assert!(
            problems.iter().all(|problem| problem.code == codes::UNEXPLAINED),
            "{}: {problems:#?}",
            kind.word()
        );
    }
}
