//! What the planning commands share: the files, the estate and the model made from them.

use std::path::{Path, PathBuf};

use diagnostic::{Diagnostics, Source};
use inventory::store::Access;
use inventory::{ClassCatalogue, FinancialYear, OrgTree, Register, Store as _};
use planner::document::Input;
use planner::input::{Envelopes, Pins, Policy, PriceList};
use planner::model::{Estate, Registered, Verdicts};
use wes::{Compiled, judge};

use crate::codes;
use crate::context::Context;
use crate::estate;
use crate::failure::Failure;
use crate::output::{read_source, sha256};
use crate::profiles;

/// Options of every command that plans.
#[derive(Clone, Debug, clap::Args)]
pub struct PlanningArguments {
    /// What can be bought (default: prices.toml beside the envelopes, or in this folder)
    #[arg(long, value_name = "FILE")]
    pub prices: Option<PathBuf>,
    /// What is weighed (default: the balanced preset)
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// What is decided already: pins, exclusions, deadlines
    #[arg(long = "pin", value_name = "FILE")]
    pub pins: Option<PathBuf>,
    /// The specification: a file, or the id of a shipped one
    #[arg(long, value_name = "PROFILE|FILE")]
    pub wes: Option<String>,
    /// First financial year (default: the one after the as-of day's)
    #[arg(long, value_name = "FY")]
    pub start: Option<FinancialYear>,
}

/// Options of every command that plans an estate within its envelopes.
#[derive(Clone, Debug, clap::Args)]
pub struct EstateArguments {
    /// The money of each budget holder and year
    #[arg(long, value_name = "FILE")]
    pub envelopes: PathBuf,
    /// The options that every command that plans has.
    #[command(flatten)]
    pub planning: PlanningArguments,
    /// Number of financial years
    #[arg(long, value_name = "YEARS", default_value = "5", value_parser = parse_years)]
    pub horizon: usize,
}

impl EstateArguments {
    /// Reads the estate and the files.
    ///
    /// # Errors
    /// As [`Planning::read`].
    pub fn read(&self, context: &Context) -> Result<Planning, Failure> {
        Planning::read(context, &self.planning, Some(&self.envelopes))
    }
}

/// Everything that a plan is made from, owned.
#[derive(Debug)]
pub struct Planning {
    profile: Compiled,
    register: Register,
    assets: Vec<Registered>,
    organisations: OrgTree,
    classes: ClassCatalogue,
    prices: PriceList,
    envelopes: Envelopes,
    policy: Policy,
    pins: Pins,
    inputs: Vec<Input>,
    start: FinancialYear,
}

/// Files read so far, with every problem of all of them.
struct Files {
    inputs: Vec<Input>,
    problems: Diagnostics,
}

impl Files {
    fn read<T>(
        &mut self,
        path: &Path,
        parse: impl FnOnce(&Source) -> (T, Diagnostics),
    ) -> Result<T, Failure> {
        let source = read_source(path)?;
        self.inputs.push(Input {
            name: path.display().to_string(),
            sha256: sha256(source.text().as_bytes()),
        });
        let (value, problems) = parse(&source);
        self.problems.extend(problems);
        Ok(value)
    }
}

impl Planning {
    /// Reads the estate and the files; warnings are told.
    ///
    /// # Errors
    /// Every problem of every file in one run, or when the estate cannot be read.
    pub fn read(
        context: &Context,
        arguments: &PlanningArguments,
        envelopes: Option<&Path>,
    ) -> Result<Self, Failure> {
        let store = estate::open(context, Access::Read)?;
        let profile = profiles::chosen(context, arguments.wes.as_deref(), Some(&store))?;
        let classes = ClassCatalogue::shipped();
        let mut files = Files { inputs: Vec::new(), problems: Diagnostics::new() };
        let of_envelopes = match envelopes {
            Some(path) => Some(files.read(path, |source| Envelopes::read(source, &classes))?),
            None => None,
        };
        let prices = match (&arguments.prices, envelopes) {
            (Some(path), _) => path.clone(),
            (None, Some(path)) => path.with_file_name("prices.toml"),
            (None, None) => PathBuf::from("prices.toml"),
        };
        let prices = files.read(&prices, |source| PriceList::read(source, &classes))?;
        let policy = match &arguments.policy {
            Some(path) => files.read(path, |source| Policy::read(source, &classes))?,
            None => Policy::of_presets(),
        };
        let pins = match &arguments.pins {
            Some(path) => files.read(path, |source| Pins::read(source, &classes))?,
            None => Pins::default(),
        };
        if files.problems.has_errors() {
            return Err(files.problems.into());
        }
        context.messages.diagnostics(&files.problems);
        let register = store.register_at(&context.moment())?;
        let mut inputs = estate::inputs(&store)?;
        inputs.extend(profiles::inputs(&profile));
        inputs.extend(files.inputs);
        let start = arguments.start.unwrap_or_else(|| FinancialYear::of(context.as_of()).plus(1));
        let organisations = register.organisations().clone();
        let envelopes =
            of_envelopes.unwrap_or_else(|| without_limit(&register, &organisations, start));
        Ok(Self {
            profile,
            assets: Registered::of_register(&register),
            register,
            organisations,
            classes,
            prices,
            envelopes,
            policy,
            pins,
            inputs,
            start,
        })
    }

    /// Runs something on the estate over a number of years.
    pub fn with<T>(
        &self,
        context: &Context,
        years: usize,
        run: impl FnOnce(&Estate<'_>) -> T,
    ) -> T {
        let judged = judge(&self.profile, self.register.columns(), context.pool());
        let verdicts = Verdicts::of_profile(&self.profile, judged, &self.register, context.as_of());
        run(&Estate {
            as_of: context.as_of(),
            start: self.start,
            years,
            assets: &self.assets,
            organisations: &self.organisations,
            classes: &self.classes,
            verdicts: &verdicts,
            prices: &self.prices,
            envelopes: &self.envelopes,
            policy: &self.policy,
            pins: &self.pins,
            inputs: &self.inputs,
        })
    }

    /// Adds an input that the document is to name.
    pub fn push_input(&mut self, input: Input) {
        self.inputs.push(input);
    }

    /// The files and parts of the estate that it was read from.
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }
}

/// Money without limit for every ICB and every budget holder that a device names.
fn without_limit(register: &Register, tree: &OrgTree, start: FinancialYear) -> Envelopes {
    let boards = tree.iter().filter(|org| org.kind == inventory::OrgKind::Icb).map(|org| &org.code);
    let named = register.columns().field(inventory::Field::BudgetHolder);
    let named =
        named.into_iter().flat_map(|column| &column.values).filter_map(|value| match value {
            inventory::Value::Organisation(code) => Some(code),
            _ => None,
        });
    let mut holders: Vec<_> = boards.chain(named).collect();
    holders.sort();
    holders.dedup();
    let years: Vec<FinancialYear> = (0..MOST_YEARS).map(|ahead| start.plus(ahead)).collect();
    Envelopes::without_limit(holders, &years)
}

/// Most years that a plan or forecast can have.
pub const MOST_YEARS: i32 = 20;

/// A number of years from the command line.
///
/// # Errors
/// In words, outside 1 to 20.
pub fn parse_years(text: &str) -> Result<usize, String> {
    let most = usize::try_from(MOST_YEARS).unwrap_or(1);
    text.parse()
        .ok()
        .filter(|years| (1..=most).contains(years))
        .ok_or_else(|| format!("expected a number of years from 1 to {most}"))
}

/// The failure of a file that is not what it should be.
pub fn unreadable(path: &str, error: &serde_json::Error) -> Failure {
    Failure::error(
        planner::codes::PLAN_UNREADABLE,
        format!("`{path}` line {}: {error}", error.line()),
    )
    .help("give the file that `refit plan -o plan.json` wrote")
}

/// The failure of a name that the store does not have.
pub fn no_such_plan(name: &str) -> Failure {
    Failure::error(codes::UNKNOWN_NAME, format!("no file and no stored plan is called `{name}`"))
        .help("`refit plan list` lists the stored plans")
}
