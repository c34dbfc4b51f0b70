//! Global arguments and the list of commands.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{
    ArgAction, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum,
};

use crate::command;
use crate::context::Context;
use crate::failure::{Failure, Finish};

/// Hardware refresh plans within capital envelopes, and checks against a warranted environment specification.
#[derive(Debug, Parser)]
#[command(name = "refit", version, propagate_version = true, max_term_width = 110)]
#[command(after_help = "Start with `refit demo`, or `refit init` for your own estate.")]
pub struct Arguments {
    /// Options that every command has.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What a help shows, in this order: what the command does, examples, usage, options.
const HELP: &str = "{about}{after-help}\n\n{usage-heading} {usage}\n\n{all-args}";

impl Arguments {
    /// The command tree, with examples ahead of the options in every help.
    pub fn tree() -> clap::Command {
        fn examples_first(command: clap::Command) -> clap::Command {
            command.help_template(HELP).mut_subcommands(examples_first)
        }
        examples_first(Self::command())
    }

    /// Reads the arguments of the process, typed and as they were matched.
    ///
    /// # Errors
    /// What clap says about arguments that are none; also when help or the version was asked for.
    pub fn of_process() -> Result<(Self, clap::ArgMatches), clap::Error> {
        let matches = Self::tree().try_get_matches()?;
        Ok((Self::from_arg_matches(&matches)?, matches))
    }
}

/// Options that every command has.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// The estate: one SQLite file
    #[arg(long, global = true, env = "REFIT_DB", default_value = "refit.db", value_name = "PATH")]
    pub db: PathBuf,
    /// Judge everything as of this day (default: today)
    #[arg(long, global = true, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    pub as_of: Option<NaiveDate>,
    /// Form of the result; from the extension of --output when that is given
    #[arg(long, global = true, value_enum)]
    pub format: Option<Format>,
    /// The same as --format json
    #[arg(long, global = true, conflicts_with = "format")]
    pub json: bool,
    /// Write the result to a file instead of standard output
    #[arg(short, long, global = true, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Only errors on standard error
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// More messages; twice for still more
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// Colour in messages
    #[arg(long, global = true, value_enum, default_value = "auto", value_name = "WHEN")]
    pub color: ColorWhen,
    /// No progress bars
    #[arg(long, global = true)]
    pub no_progress: bool,
    /// Threads to use (default: all); the result is the same for any number
    #[arg(short, long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Seed of everything that is drawn
    #[arg(long, global = true, default_value_t = 1, value_name = "N")]
    pub seed: u64,
}

/// Form of a result.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Format {
    /// Columns fitted to the terminal.
    Table,
    /// Words without lines and colour, for screen readers.
    Plain,
    /// One JSON object.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// Comma-separated values with a header.
    Csv,
    /// A page for browsers.
    Html,
    /// A workbook.
    Xlsx,
}

impl ColorWhen {
    /// The word of `--color`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }
    }
}

impl Format {
    /// The word of `--format`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Plain => "plain",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::Html => "html",
            Self::Xlsx => "xlsx",
        }
    }

    /// The format that a file extension stands for.
    pub fn of_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "json" => Some(Self::Json),
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            "csv" => Some(Self::Csv),
            "html" | "htm" => Some(Self::Html),
            "xlsx" => Some(Self::Xlsx),
            "txt" => Some(Self::Plain),
            _ => None,
        }
    }
}

/// When messages are coloured.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

fn parse_day(text: &str) -> Result<NaiveDate, String> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .map_err(|_| "expected a date such as 2026-11-20".to_owned())
}

macro_rules! commands {
    ($($(#[$meta:meta])* $variant:ident($module:ident),)+) => {
        /// What to do: one variant and one file a command.
        #[derive(Debug, Subcommand)]
        pub enum Command { $($(#[$meta])* $variant(command::$module::Arguments),)+ }

        impl Command {
            /// Runs the command.
            ///
            /// # Errors
            /// [`Failure`] when the command could not do its work.
            pub fn run(&self, context: &mut Context) -> Result<Finish, Failure> {
                match self { $(Self::$variant(arguments) => command::$module::run(arguments, context),)+ }
            }
        }
    };
}

commands! {
    /// Make an invented estate, check it, plan its refresh and write the bid
    Demo(demo),
    /// Write commented files to start a real estate with
    Init(init),
    /// Write a synthetic estate of any size
    Generate(generate),
    /// Import files into the register, and list what was imported
    Import(import),
    /// List, count and show devices
    Assets(assets),
    /// List and show organisations
    Orgs(orgs),
    /// Write the register in its own format
    Export(export),
    /// Look after the estate's file
    Db(db),
    /// Check the estate's file and its place
    Doctor(doctor),
    /// List, show, lint and test warranted environment specifications
    Wes(wes),
    /// Check every device against a warranted environment specification
    Check(check),
    /// Forecast replacements due if money were no limit
    Forecast(forecast),
    /// Plan the refresh of devices within capital envelopes
    Plan(plan),
    /// Write a capital bid from a plan
    Bid(bid),
    /// Solve a planning problem folder, without a database
    Solve(solve),
    /// Explain an error code
    Explain(explain),
    /// Print the JSON Schema of a file or output
    Schema(schema),
    /// Print a completion script for a shell
    Completions(completions),
    /// Write manual pages
    Man(man),
}
