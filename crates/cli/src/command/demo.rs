//! `refit demo`: the whole way from an estate to a bid, without any configuration.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Parser as _;
use synthetic::Estate;

use crate::args::{Arguments as CommandLine, Format};
use crate::bid::{self, PlanFile, Words};
use crate::codes;
use crate::command::generate::{FILES, NamedSize, failure, write_one};
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::folder::Folder;
use crate::output::{read_source, write_file};
use crate::terminal::printable;

/// Make an invented estate, check it, plan its refresh, verify the plan and write the bid.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  refit demo                     60,000 devices, in ./refit-demo\n  \
                        refit demo --size practice --dir /tmp/one-practice\n  \
                        refit demo --size national     1,000,000 devices\n\n\
                        Every step is a public command and is printed before it runs, so that it can be repeated."
)]
pub struct Arguments {
    /// The folder to fill; it must be empty or have been filled by a demo before
    #[arg(long, value_name = "DIR", default_value = "refit-demo")]
    dir: PathBuf,
    /// Size of the estate
    #[arg(long, value_enum, default_value = "icb")]
    size: NamedSize,
}

/// The marker of folders that a demo filled.
const MARKER: &str = ".refit-demo";

/// What a demo leaves, besides the files of [`FILES`].
const MADE: [&str; 6] =
    ["refit.db", "refit.db-wal", "refit.db-shm", "plan.json", "report.html", "bid.xlsx"];

/// Files of an estate that a demo has no use for.
const LEFT_OUT: [&str; 2] = ["models.csv", "pins.toml"];

/// Runs the command.
///
/// # Errors
/// When the folder cannot be filled or a step fails.
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<Finish, Failure> {
    let output = context.output(&[Format::Table, Format::Plain])?;
    if output.file().is_some() {
        return Err(Failure::error(codes::USAGE, "a demo fills a folder, not one file")
            .help("name the folder with --dir"));
    }
    let estate = Estate::new(synthetic::Size::from(arguments.size).options(context.seed()))
        .map_err(failure)?;
    let made: Vec<&str> = FILES.iter().map(|(name, _)| *name).chain(MADE).collect();
    let folder = Folder::claim(&arguments.dir, MARKER, &made)?;
    let demo = Demo {
        context,
        folder,
        as_of: context.global().as_of.unwrap_or(estate.as_of()),
        format: output.format(),
    };
    demo.say(&introduction(&estate, demo.as_of))?;
    for (name, write) in FILES.iter().filter(|(name, _)| !LEFT_OUT.contains(name)) {
        write_one(&demo.folder, name, |out| write(&estate, out))?;
    }
    drop(estate);
    demo.must(&["import"], &["organisations.csv", "assets.csv"], &[])?;
    demo.run(&["check", "--fail-on", "never"], &[], &[])?;
    let files =
        [("--envelopes", "envelopes.toml"), ("--policy", "policy.toml"), ("--output", "plan.json")];
    demo.must(planning(arguments.size), &[], &files)?;
    demo.must(&["plan", "verify"], &["plan.json"], &[])?;
    let finish = demo.bid()?;
    demo.say(&demo.next_commands())?;
    Ok(finish)
}

/// How an estate of a size is planned. One practice buys a handful of devices a year, so that the bound of the multipliers stays
/// some thousandths below any whole plan; asking for less would start the exact search.
fn planning(size: NamedSize) -> &'static [&'static str] {
    match size {
        NamedSize::Practice => &["plan", "--gap", "0.01"],
        NamedSize::Icb | NamedSize::Region | NamedSize::National => &["plan"],
    }
}

fn introduction(estate: &Estate, as_of: NaiveDate) -> String {
    format!(
        "An invented estate as of {as_of}: {} devices at {} of {}, seed {}.\n",
        estate.options().assets,
        match estate.practices().len() {
            1 => "one practice".to_owned(),
            several => format!("{several} practices"),
        },
        match estate.holders() {
            [one] => one.name.clone(),
            several => format!("{} integrated care boards", several.len()),
        },
        estate.options().seed,
    )
}

/// A demo on its way.
struct Demo<'c> {
    context: &'c Context,
    folder: Folder,
    as_of: NaiveDate,
    format: Format,
}

impl Demo<'_> {
    fn say(&self, text: &str) -> Result<(), Failure> {
        let output = crate::output::Output::new(self.format, None);
        output.write(|out| text.lines().try_for_each(|line| writeln!(out, "{}", printable(line))))
    }

    /// The words of a command on this estate: what it is, files, and options with files.
    fn words(&self, command: &[&str], files: &[&str], options: &[(&str, &str)]) -> Vec<OsString> {
        let mut words: Vec<OsString> = command.iter().map(OsString::from).collect();
        words.extend(files.iter().map(|name| self.folder.file(name).into_os_string()));
        for (option, name) in options {
            words.push(option.into());
            words.push(self.folder.file(name).into_os_string());
        }
        words.extend(["--db".into(), self.folder.file("refit.db").into_os_string()]);
        words.extend(["--as-of".into(), self.as_of.to_string().into()]);
        words
    }

    /// Prints a command and runs it.
    fn run(
        &self,
        command: &[&str],
        files: &[&str],
        options: &[(&str, &str)],
    ) -> Result<Finish, Failure> {
        let words = self.words(command, files, options);
        self.say(&format!("\n$ {}", shown(&words)))?;
        let line = std::iter::once("refit".into()).chain(words).chain(self.inherited());
        let parsed = CommandLine::try_parse_from(line).map_err(|error| {
            Failure::error(codes::INTERNAL, format!("a step of the demo is no command: {error}"))
        })?;
        let mut context = Context::new(&parsed.global)?;
        parsed.command.run(&mut context)
    }

    /// As [`Demo::run`], for steps whose findings end the demo.
    fn must(
        &self,
        command: &[&str],
        files: &[&str],
        options: &[(&str, &str)],
    ) -> Result<(), Failure> {
        match self.run(command, files, options)? {
            Finish::Done => Ok(()),
            finish => Err(Failure::error(
                codes::INTERNAL,
                format!("a step of the demo ended with {finish:?}"),
            )
            .help("please report this with the command and the seed")),
        }
    }

    /// The global options that every step gets.
    fn inherited(&self) -> Vec<OsString> {
        let global = self.context.global();
        let mut words: Vec<OsString> = Vec::new();
        if self.format == Format::Plain {
            words.extend(["--format".into(), "plain".into()]);
        }
        let flags = [(global.quiet, "--quiet"), (global.no_progress, "--no-progress")];
        words.extend(flags.iter().filter(|(given, _)| *given).map(|(_, flag)| flag.into()));
        words.extend((0..global.verbose).map(|_| "-v".into()));
        words.push(format!("--color={}", global.color.word()).into());
        words.push(format!("--seed={}", global.seed).into());
        words.extend(global.jobs.map(|jobs| format!("--jobs={jobs}").into()));
        words
    }

    /// Writes the bid's workbook and page.
    fn bid(&self) -> Result<Finish, Failure> {
        let source = read_source(&self.folder.file("plan.json"))?;
        let plan = PlanFile::read(source.name(), source.text()).map_err(|problem| *problem)?;
        let model = bid::build(&plan, None, &Words::default())?;
        for file in bid::package::package(&model, None)?.files {
            let name = match file.name {
                "bid.html" => "report.html",
                "bid.xlsx" => "bid.xlsx",
                _ => continue,
            };
            write_file(&self.folder.file(name), |out| out.write_all(&file.bytes))?;
        }
        let headline = &model.headline;
        let mut text = String::from("\n");
        for sentence in [&headline.ask, &headline.buys, &headline.without, &headline.left] {
            // Writing to a string cannot fail.
            let _written = writeln!(text, "{sentence}");
        }
        self.say(&text)?;
        Ok(Finish::findings_if(model.checks.iter().any(|check| !check.holds)))
    }

    fn next_commands(&self) -> String {
        let report = self.folder.file("report.html");
        let workbook = self.folder.file("bid.xlsx");
        let bid = self.folder.file("bid");
        let command = |command: &[&str], files: &[&str], options: &[(&str, &str)]| {
            shown(&self.words(command, files, options))
        };
        format!(
            "\nOpen {} in a browser and {} in a spreadsheet. Then try:\n  {}\n  {}\n  {}\n  {} --plan {} --out {}\n",
            report.display(),
            workbook.display(),
            command(&["check", "--group-by", "practice"], &[], &[]),
            command(
                &["assets", "list", "--where", "class = laptop and ram_gib < 16", "--limit", "20"],
                &[],
                &[]
            ),
            command(&["plan", "show"], &["plan.json"], &[]),
            "refit bid",
            self.folder.file("plan.json").display(),
            bid.display(),
        )
    }
}

/// A command as a shell takes it.
fn shown(words: &[OsString]) -> String {
    let mut line = String::from("refit");
    for word in words {
        let word = word.to_string_lossy();
        let plain = |letter: char| letter.is_alphanumeric() || "-_./:=@\\".contains(letter);
        if word.chars().all(plain) && !word.is_empty() {
            // Writing to a string cannot fail.
            let _written = write!(line, " {word}");
        } else {
            let _written = write!(line, " '{}'", word.replace('\'', r"'\''"));
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_spaces_are_quoted_as_shells_do() {
        let words = ["assets", "--where", "class = laptop", "it's"].map(OsString::from);
        assert_eq!(shown(&words), r"refit assets --where 'class = laptop' 'it'\''s'");
    }
}
