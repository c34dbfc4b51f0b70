//! `refit bid`: the files that go to the people who decide about money.

use std::path::PathBuf;

use crate::args::Format;
use crate::bid::{self, BidModel, Package, PlanFile, Words};
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::output::read_source;
use crate::terminal::printable;

/// Write a capital bid from a plan: workbook, page, Markdown, lines and manifest.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  refit bid --plan plan.json --out bid\n  \
                        refit bid --plan plan.json --fy 2028/29 --words bid.toml --out bid\n  \
                        refit bid --plan plan.json --template ours.md.j2 --out bid\n  \
                        refit bid --plan plan.json --json        every value that a template can use\n\n\
                        All files are made from one result and state the same totals to the penny; they are written together \
                        or not at all. Words that no plan can know come from --words; docs/bid.md lists them.")]
pub struct Arguments {
    /// The plan, as `refit plan -o` wrote it
    #[arg(long, value_name = "FILE")]
    plan: PathBuf,
    /// The financial year that money is asked for (default: the plan's first)
    #[arg(long, value_name = "2027/28")]
    fy: Option<String>,
    /// The scheme's title
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// The applicant or sponsor
    #[arg(long, value_name = "TEXT")]
    sponsor: Option<String>,
    /// Words and settings of the bid: description, risks, scores, thresholds of capitalisation
    #[arg(long, value_name = "FILE.toml")]
    words: Option<PathBuf>,
    /// A template of your own for bid.md
    #[arg(long, value_name = "FILE.j2")]
    template: Option<PathBuf>,
    /// The folder that the files go to; made when it does not exist
    #[arg(long, value_name = "DIR", default_value = "bid")]
    out: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// Every problem of the plan, the words or the template; a folder that cannot be written.
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<Finish, Failure> {
    let output = context.output(&[Format::Plain, Format::Json])?;
    let source = read_source(&arguments.plan)?;
    let file = PlanFile::read(source.name(), source.text()).map_err(|problem| *problem)?;
    let model = bid::build(&file, arguments.fy.as_deref(), &words(arguments)?)?;
    let finish = Finish::findings_if(model.checks.iter().any(|check| !check.holds));
    if output.format() == Format::Json {
        output.write_json(&model)?;
        return Ok(finish);
    }
    let template = arguments.template.as_deref().map(read_source).transpose()?;
    let package = bid::package(&model, template.as_ref())?;
    package.write(&arguments.out)?;
    output.write(|out| {
        summary(&model, &package, arguments).lines().try_for_each(|line| writeln!(out, "{line}"))
    })?;
    Ok(finish)
}

fn words(arguments: &Arguments) -> Result<Words, Failure> {
    let mut words = match &arguments.words {
        None => Words::default(),
        Some(path) => {
            let (words, problems) = Words::read(&read_source(path)?);
            if problems.has_errors() {
                return Err(problems.into());
            }
            words
        }
    };
    words.override_with(arguments.title.as_deref(), arguments.sponsor.as_deref());
    Ok(words)
}

fn summary(model: &BidModel, package: &Package, arguments: &Arguments) -> String {
    let headline = &model.headline;
    let mut lines: Vec<String> = [&headline.ask, &headline.buys, &headline.without, &headline.left]
        .map(Clone::clone)
        .to_vec();
    for check in model.checks.iter().filter(|check| !check.holds) {
        lines.push(format!("FAILS: {}: {} against {}", check.what, check.left, check.right));
    }
    let names: Vec<&str> = package.files.iter().map(|file| file.name).collect();
    lines.push(format!("Written to {}: {}", arguments.out.display(), names.join(", ")));
    lines.iter().map(|line| printable(line)).collect::<Vec<_>>().join("\n")
}
