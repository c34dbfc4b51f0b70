//! `refit init`: commented files to start a real estate with.

use std::fs;
use std::path::{Path, PathBuf};

use diagnostic::{Diagnostic, Place};
use inventory::Field;
use schemars::JsonSchema;
use serde::Serialize;

use crate::args::Format;
use crate::codes;
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::output::{Envelope, write_file};
use crate::terminal::{Align, Listing};

/// Write commented files to start a real estate with; files that exist are left as they are.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  refit init my-icb\n  refit init        in this folder\n\n\
                  Next: fill in organisations.csv and assets.csv, and import them:\n  \
                  refit import organisations.csv assets.csv")]
pub struct Arguments {
    /// The folder; it is made when it does not exist
    #[arg(default_value = ".", value_name = "DIR")]
    folder: PathBuf,
}

/// What `refit init --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// Every file, in the order in which it is needed.
    files: Vec<FileReport>,
}

/// A file to start with.
#[derive(Debug, Serialize, JsonSchema)]
struct FileReport {
    /// Its path.
    file: String,
    /// `written`, or `kept` when a file of that name was there already.
    result: &'static str,
    /// What it is for.
    purpose: &'static str,
}

/// A file that is written: its name, what it is for, and its text.
struct Template {
    name: &'static str,
    purpose: &'static str,
    text: fn() -> String,
}

const TEMPLATES: &[Template] = &[
    Template {
        name: "organisations.csv",
        purpose: "regions, ICBs, sub-ICB locations, networks, practices and branches",
        text: || include_str!("../../templates/init/organisations.csv").to_owned(),
    },
    Template { name: "assets.csv", purpose: "devices", text: assets_header },
    Template {
        name: "map-example.toml",
        purpose: "how a file of another program becomes devices",
        text: || include_str!("../../templates/init/map-example.toml").to_owned(),
    },
    Template {
        name: "local-wes.toml",
        purpose: "your warranted environment specification, to be reviewed line by line",
        text: || include_str!("../../../../wes-specs/example-icb-local-wes.toml").to_owned(),
    },
    Template {
        name: "prices.toml",
        purpose: "what can be bought, and for how much",
        text: || include_str!("../../templates/init/prices.toml").to_owned(),
    },
    Template {
        name: "envelopes.toml",
        purpose: "money and engineers' hours of each financial year",
        text: || include_str!("../../templates/init/envelopes.toml").to_owned(),
    },
    Template {
        name: "policy.toml",
        purpose: "what a plan weighs",
        text: || include_str!("../../templates/init/policy.toml").to_owned(),
    },
    Template {
        name: "pins.toml",
        purpose: "pins, exclusions and deadlines",
        text: || include_str!("../../templates/init/pins.toml").to_owned(),
    },
];

/// Runs the command.
///
/// # Errors
/// When the folder or a file cannot be written.
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<Finish, Failure> {
    let output = context.output(Listing::FORMATS)?;
    let folder = &arguments.folder;
    fs::create_dir_all(folder).map_err(|error| {
        Failure::from(
            Diagnostic::error(codes::WRITE, format!("cannot make `{}`: {error}", folder.display()))
                .at(Place::file(folder.display().to_string()))
                .help("choose a folder that you may write to"),
        )
    })?;
    let mut files = Vec::new();
    for template in TEMPLATES {
        let path = folder.join(template.name);
        let result = write_new(&path, &(template.text)())?;
        let file = path.display().to_string();
        files.push(FileReport { file, result, purpose: template.purpose });
    }
    if output.format() == Format::Json {
        let report = Report { files };
        output.write_json(&Envelope::new("refit.init/1", context.as_of(), Vec::new(), report))?;
        return Ok(Finish::Done);
    }
    let columns = ["file", "result", "purpose"];
    let listing = Listing::of(columns.map(|name| (name, Align::Left)), &files);
    output.write(|out| listing.write(output.format(), out))?;
    context.messages.note(
        "fill in organisations.csv and assets.csv, then: refit import organisations.csv assets.csv",
    );
    Ok(Finish::Done)
}

/// Writes a file that does not exist; whatever stands under the name stays.
fn write_new(path: &Path, text: &str) -> Result<&'static str, Failure> {
    if fs::symlink_metadata(path).is_ok() {
        return Ok("kept");
    }
    write_file(path, |out| out.write_all(text.as_bytes()))?;
    Ok("written")
}

fn assets_header() -> String {
    let words: Vec<&str> = Field::columns().map(Field::word).collect();
    format!("{}\n", words.join(","))
}

#[cfg(test)]
mod tests {
    use diagnostic::{Diagnostics, Source};
    use inventory::ClassCatalogue;
    use inventory::import::{DateOrder, Input, read_assets, read_map, read_organisations};
    use planner::input::{Envelopes, Pins, Policy, PriceList};

    use super::*;

    fn template(name: &str) -> String {
        (TEMPLATES.iter().find(|template| template.name == name).unwrap().text)()
    }

    /// The template with the comment signs before tables and keys taken away: what a user does to it.
    fn filled_in(name: &str) -> String {
        let is_toml = |line: &str| {
            let key = line.split(' ').next().unwrap_or_default();
            line.starts_with('[')
                || (line.contains(" = ") && key.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        };
        template(name)
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(rest) if is_toml(rest) => format!("{rest}\n"),
                _ => format!("{line}\n"),
            })
            .collect()
    }

    fn problems_of(name: &'static str, text: String) -> Diagnostics {
        let classes = ClassCatalogue::shipped();
        let source = Source::new(name, text);
        match name {
            "prices.toml" => PriceList::read(&source, &classes).1,
            "envelopes.toml" => Envelopes::read(&source, &classes).1,
            "policy.toml" => Policy::read(&source, &classes).1,
            "pins.toml" => Pins::read(&source, &classes).1,
            _ => read_map(&source, &classes).1,
        }
    }

    #[test]
    fn templates_are_read_without_a_problem_as_they_are_and_filled_in() {
        for name in
            ["prices.toml", "envelopes.toml", "policy.toml", "pins.toml", "map-example.toml"]
        {
            let problems = problems_of(name, template(name));
            assert!(problems.is_empty(), "{name}: {problems:?}");
            let text = filled_in(name);
            if name != "map-example.toml" {
                assert_ne!(text, template(name), "{name} has nothing to fill in");
            }
            let problems = problems_of(name, text);
            assert!(problems.is_empty(), "{name} filled in: {problems:?}");
        }
    }

    #[test]
    fn the_policy_that_is_commented_out_is_the_default() {
        let classes = ClassCatalogue::shipped();
        let read = |text: String| Policy::read(&Source::new("policy.toml", text), &classes).0;
        let (default, shown) = (read(String::new()), read(filled_in("policy.toml")));

        assert_eq!(shown.preset, default.preset);
        assert_eq!(shown.weights, default.weights);
        assert_eq!(shown.discount, default.discount);
        assert_eq!(shown.tier_factors, default.tier_factors);
        assert_eq!(shown.priority, default.priority);
        assert_eq!(shown.capitalisation, default.capitalisation);
    }

    #[test]
    fn headers_are_those_of_the_importers() {
        let assets = template("assets.csv");
        let input = Input { name: "assets.csv".into(), reader: assets.as_bytes() };
        let (rows, problems) = read_assets(input, &ClassCatalogue::shipped(), None, DateOrder::Iso);
        assert!(rows.is_empty() && !problems.has_errors(), "{problems:?}");
        let organisations = template("organisations.csv");
        let input = Input { name: "organisations.csv".into(), reader: organisations.as_bytes() };
        let (tree, problems) = read_organisations(input, DateOrder::Iso);
        assert!(tree.is_empty() && !problems.has_errors(), "{problems:?}");
    }

    #[test]
    fn files_that_exist_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("prices.toml");
        assert_eq!(write_new(&path, "new").unwrap(), "written");
        assert_eq!(write_new(&path, "newer").unwrap(), "kept");
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    }
}
