//! A small estate for tests: two practices of one ICB, three classes, a profile of three rules.

use std::collections::BTreeMap;

use diagnostic::Source;
use inventory::asset::{Evidence, Fact};
use inventory::organisation::Link;
use inventory::{Asset, ClassCatalogue, Columns, Field, OrgKind, OrgTree, Organisation, Relation};
use wes::{Compiled, Judged, judge};

use crate::document::{Answer, Input, PlanDocument, compose};
use crate::input::{Envelopes, Pins, Policy, PriceList};
use crate::model::{Estate, Model, Registered, Verdicts, build};
use crate::solver::{Outcome, SolveOptions, solve};

const PROFILE: &str = r#"
[profile]
id = "test-wes"
version = "1.0.0"
title = "Test specification"
owner = "Tests"
language = 1

[life]
desktop = 5
monitor = 7
printer = 6
why = "tests"
source = { document = "Tests", date = 2026-01-01, basis = "local-default" }

[rule.memory]
applies_to = ["desktop"]
field = "ram_gib"
at_least = { minimum = 8 }
weight = 10
why = "Clinical systems need it"
source = { document = "Tests", date = 2026-01-01, basis = "local-default" }
remedy = { kind = "replace" }

[rule.firmware]
applies_to = ["desktop"]
field = "firmware_date"
after = 2020-01-01
weight = 10
why = "Mended by a download"
source = { document = "Tests", date = 2026-01-01, basis = "local-default" }
remedy = { kind = "configure", item = "firmware-update" }

[rule.tpm]
applies_to = ["desktop"]
field = "tpm_version"
at_least = { minimum = "2.0" }
from = 2028-10-10
weight = 10
why = "The operating system needs it"
source = { document = "Tests", date = 2026-01-01, basis = "local-default" }
remedy = { kind = "replace" }
"#;

pub(crate) const PRICES: &str = r#"
[[framework]]
id = "frame"
call_off_until = 2031-03-31

[[price]]
item = "desktop-standard"
class = "desktop"
net = "500.00"
vat_rate = "0.20"
valid_from = 2026-04-01
framework = "frame"
lead_days = 30
install_hours = 1.5
meets = { ram_gib = 16, tpm_version = "2.0" }

[[price]]
item = "desktop-small"
class = "desktop"
net = "430.00"
vat_rate = "0.20"
valid_from = 2026-04-01
lead_days = 30
install_hours = 1.0
life_years = 3
meets = { ram_gib = 8, tpm_version = "2.0" }

[[price]]
item = "monitor-24"
class = "monitor"
net = "110.00"
vat_rate = "0.20"
vat_recoverable = "0.10"
valid_from = 2026-04-01
lead_days = 14
install_hours = 0.25

[[inflation]]
fy = "2026/27"
index = "100"
[[inflation]]
fy = "2027/28"
index = "102"
[[inflation]]
fy = "2028/29"
index = "104.3"
"#;

pub(crate) const ENVELOPES: &str = r#"
[[envelope]]
holder = "QZ1"
stream = "gpit"
kind = "capital"
fy = "2027/28"
amount = "2000.00"
certainty = "confirmed"
[[envelope]]
holder = "QZ1"
stream = "gpit"
kind = "capital"
fy = "2028/29"
amount = "1800.00"
certainty = "indicative"
[[envelope]]
holder = "QZ1"
stream = "gpit"
kind = "capital"
fy = "2029/30"
amount = "1400.00"
certainty = "assumed"
[[capacity]]
holder = "QZ1"
fy = "2027/28"
engineer_hours = 20
"#;

/// Everything of an estate, owned.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) as_of: &'static str,
    pub(crate) years: usize,
    pub(crate) assets: Vec<Asset>,
    pub(crate) organisations: OrgTree,
    pub(crate) classes: ClassCatalogue,
    pub(crate) profile: Compiled,
    pub(crate) prices: PriceList,
    pub(crate) envelopes: Envelopes,
    pub(crate) policy: Policy,
    pub(crate) pins: Pins,
    pub(crate) inputs: Vec<Input>,
}

fn read<T>(read: (T, diagnostic::Diagnostics)) -> T {
    assert!(!read.1.has_errors(), "{:?}", read.1);
    read.0
}

impl World {
    /// The estate with these files.
    pub(crate) fn new(prices: &str, envelopes: &str, policy: &str, pins: &str) -> Self {
        let classes = ClassCatalogue::shipped();
        let source = Source::new("test-wes.toml", PROFILE);
        let profile = read(Compiled::load(&source, &wes::shipped::Shipped, &classes)).unwrap();
        let file = |name: &str, text: &str| Source::new(name.to_owned(), text.to_owned());
        Self {
            as_of: "2026-11-20",
            years: 3,
            assets: assets(),
            organisations: organisations(),
            prices: read(PriceList::read(&file("prices.toml", prices), &classes)),
            envelopes: read(Envelopes::read(&file("envelopes.toml", envelopes), &classes)),
            policy: read(Policy::read(&file("policy.toml", policy), &classes)),
            pins: read(Pins::read(&file("pins.toml", pins), &classes)),
            classes,
            profile,
            inputs: vec![Input { name: "prices.toml".to_owned(), sha256: "0".repeat(64) }],
        }
    }

    /// The estate with its usual files.
    pub(crate) fn usual() -> Self {
        Self::new(PRICES, ENVELOPES, "", "")
    }

    fn judged(&self) -> Judged {
        judge(&self.profile, &Columns::from_assets(&self.assets), None)
    }

    /// Runs something on the estate.
    pub(crate) fn with<T>(&self, run: impl FnOnce(&Estate<'_>) -> T) -> T {
        let verdicts = Verdicts::of_profile(
            &self.profile,
            self.judged(),
            &self.assets[..],
            self.as_of.parse().unwrap(),
        );
        let assets = Registered::of_assets(&self.assets);
        run(&Estate {
            as_of: self.as_of.parse().unwrap(),
            start: "2027/28".parse().unwrap(),
            years: self.years,
            assets: &assets,
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

    /// The model.
    pub(crate) fn model(&self) -> Model {
        self.with(|estate| {
            let (model, problems) = build(estate);
            model.unwrap_or_else(|| panic!("{problems:?}"))
        })
    }

    /// The plan and its model.
    pub(crate) fn plan(&self) -> (PlanDocument, Model) {
        let model = self.model();
        let options =
            SolveOptions { effort: crate::solver::Effort::Exact, ..SolveOptions::default() };
        let Outcome::Solved(solution) = solve(&model.problem, &options) else {
            panic!("not solved");
        };
        let answer = Answer {
            schedule: &solution.schedule,
            certificate: &solution.certificate,
            objective_pence: solution.objective_pence,
            bound_pence: solution.bound_pence,
            solve_seconds: None,
        };
        (self.with(|estate| compose(estate, &model, answer)), model)
    }
}

fn organisations() -> OrgTree {
    let org = |code: &str, kind: OrgKind, parent: Option<(&str, Relation)>, tier: u8| {
        let link = |(parent, relation): (&str, Relation)| Link {
            parent: parent.parse().unwrap(),
            relation,
            from: None,
            until: None,
        };
        Organisation {
            code: code.parse().unwrap(),
            name: format!("Organisation {code}"),
            kind,
            links: parent.map(link).into_iter().collect(),
            tier,
            list_size: (kind == OrgKind::Practice).then_some(8000),
            clinical_system: None,
            planned_close: None,
            merge_into: None,
        }
    };
    OrgTree::new([
        org("QZ1", OrgKind::Icb, None, 0),
        org("A81001", OrgKind::Practice, Some(("QZ1", Relation::CommissionedBy)), 0),
        org("A81002", OrgKind::Practice, Some(("QZ1", Relation::CommissionedBy)), 2),
    ])
}

/// One device from `field=value` words.
pub(crate) fn asset(tag: &str, class: &str, facts: &[(Field, &str)]) -> Asset {
    let evidence = Evidence { source: "test.csv".into(), row: 2, seen_on: None };
    let fact = |(field, text): &(Field, &str)| {
        let value = field.kind().parse(text).unwrap();
        (*field, Fact { value, evidence: evidence.clone() })
    };
    Asset {
        tag: Some(tag.parse().unwrap()),
        serial: None,
        class: ClassCatalogue::shipped().parse(class).unwrap(),
        facts: facts.iter().map(fact).collect::<BTreeMap<_, _>>(),
    }
}

fn assets() -> Vec<Asset> {
    use Field::{FundingClass, PurchaseDate, RamGib, Site, Status, TpmVersion, WarrantyEnd};
    let pc = |tag, site, bought, ram, tpm| {
        asset(
            tag,
            "desktop",
            &[(Site, site), (PurchaseDate, bought), (RamGib, ram), (TpmVersion, tpm)],
        )
    };
    vec![
        pc("PC-01", "A81001", "2019-06-01", "4", "1.2"),
        pc("PC-02", "A81001", "2021-03-15", "8", "1.2"),
        pc("PC-03", "A81002", "2022-09-30", "16", "2.0"),
        pc("PC-04", "A81002", "2020-01-10", "4", "2.0"),
        asset("PC-05", "desktop", &[(Site, "A81002"), (RamGib, "8"), (TpmVersion, "2.0")]),
        asset("PC-06", "desktop", &[(Site, "A81001"), (PurchaseDate, "2023-05-01")]),
        asset(
            "MON-01",
            "monitor",
            &[(Site, "A81001"), (PurchaseDate, "2018-02-01"), (WarrantyEnd, "2021-01-31")],
        ),
        asset("MON-02", "monitor", &[(Site, "A81002"), (PurchaseDate, "2024-02-01")]),
        asset("PRN-01", "printer", &[(Site, "A81001"), (PurchaseDate, "2015-02-01")]),
        asset("PC-90", "desktop", &[(PurchaseDate, "2020-01-10"), (RamGib, "4")]),
        asset("PC-91", "desktop", &[(Site, "A81001"), (FundingClass, "practice-business")]),
        asset("PC-92", "desktop", &[(Site, "A81001"), (Status, "in-stock")]),
        asset("PC-93", "desktop", &[(Site, "A81001"), (Status, "disposed")]),
        asset("PC-94", "desktop", &[(Site, "B81001"), (RamGib, "4")]),
    ]
}
