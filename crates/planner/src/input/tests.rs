use std::fmt::Write as _;

use diagnostic::{Diagnostics, Source};
use inventory::{ClassCatalogue, FinancialYear, Money};

use super::*;

/// One line a problem: severity, code, line and column, message, related places, help.
fn shown(problems: &Diagnostics) -> String {
    let mut text = String::new();
    for problem in problems {
        let place = problem.place.as_ref().map(ToString::to_string).unwrap_or_default();
        let severity = problem.severity.as_str();
        writeln!(text, "{place}: {severity}[{}]: {}", problem.code, problem.message).unwrap();
        for (place, words) in &problem.related {
            writeln!(text, "    {place}: {words}").unwrap();
        }
        if let Some(help) = &problem.help {
            writeln!(text, "    help: {help}").unwrap();
        }
    }
    text
}

fn prices(text: &str) -> (PriceList, Diagnostics) {
    PriceList::read(&Source::new("prices.toml", text), &ClassCatalogue::shipped())
}

fn envelopes(text: &str) -> (Envelopes, Diagnostics) {
    Envelopes::read(&Source::new("envelopes.toml", text), &ClassCatalogue::shipped())
}

fn policy(text: &str) -> (Policy, Diagnostics) {
    Policy::read(&Source::new("policy.toml", text), &ClassCatalogue::shipped())
}

fn pins(text: &str) -> (Pins, Diagnostics) {
    Pins::read(&Source::new("pins.toml", text), &ClassCatalogue::shipped())
}

fn fy(text: &str) -> FinancialYear {
    text.parse().unwrap()
}

const GOOD_PRICES: &str = r#"
[[framework]]
id = "link-4"
lots = ["1", "refurbished"]
call_off_until = 2028-03-31

[[price]]
item = "desktop-standard"
class = "desktop"
model = "Example Micro 7"
net = "516.67"
vat_rate = "0.20"
valid_from = 2026-11-01
valid_until = 2029-10-31
framework = "link-4"
lead_days = 42
install_hours = 1.3
running_cost_year = 40
embodied_kgco2e = "310.5"
meets = { os = "windows-11", ram_gib = 16, tpm_version = "2.0", secure_boot = true }

[[inflation]]
fy = "2026/27"
index = 100
[[inflation]]
fy = "2027/28"
index = "102.2"
"#;

#[test]
fn a_sound_price_list_is_read_exactly() {
    let (list, problems) = prices(GOOD_PRICES);
    assert_eq!(shown(&problems), "");
    let price = list.get("desktop-standard").unwrap();
    assert_eq!(price.net, Money::from_pence(51_667));
    assert_eq!(price.install_quarter_hours, 6, "1.3 hours are 5.2 quarters, rounded up");
    assert_eq!(price.order_until, "2028-03-31".parse().ok(), "the call-off ends first");
    assert_eq!(price.meets.len(), 4);
    assert_eq!(price.base_year("2030-01-01".parse().unwrap()), fy("2026/27"));
    let index = |year: &str| list.inflation.index(fy(year)).to_string();
    assert_eq!([index("2020/21"), index("2027/28"), index("2040/41")], ["100", "102.2", "102.2"]);
}

#[test]
fn without_a_table_of_inflation_prices_stand_still() {
    assert_eq!(Inflation::default().index(fy("2031/32")).to_string(), "1");
}

#[test]
fn every_problem_of_a_price_list_is_told_at_once() {
    let (list, problems) = prices(
        r#"
[[price]]
item = "a"
class = "desktopp"
net = "500.00"

[[price]]
item = "b"
class = "monitor"
net = "-1"
vat_rate = 1.2
valid_from = 2027-04-01
valid_until = 2027-03-31
framework = "link-5"
lead_days = 9999
meets = { ram_gib = 8, resolution = "big" }

[[price]]
item = "c"
class = "monitor"
net = 120.5
frmework = "link-4"
life_years = 0
breaks = [{ from = 100, net = "110.00" }, { from = 50, net = "115.00" }]

[[price]]
item = "c"
class = "monitor"
net = "1.005"

[[price]]
item = "c"
class = "printer"
net = 1

[[price]]
item = "d"
class = "printer"
net = 1
framework = "link-4"
valid_from = "2029-01-01"

[[framework]]
id = "link-4"
call_off_until = 2028-03-31
[[framework]]
id = "link-4"

[[inflation]]
fy = "2026/27"
index = 0
[[inflation]]
fy = "2027/28"
index = 1
[[inflation]]
fy = "2027/28"
index = 1
[[inflation]]
fy = "2029/30"
index = 1
"#,
    );
    insta::assert_snapshot!(shown(&problems));
    let items: Vec<_> = list.prices.iter().map(|price| price.item.as_str()).collect();
    assert_eq!(items, ["c", "d"], "what is usable is kept");
}

const GOOD_ENVELOPES: &str = r#"
[[envelope]]
holder = "QZ1"
stream = "gpit-bau"
kind = "capital"
fy = "2027/28"
amount = "1250000.00"
certainty = "confirmed"
contingency = "50000.00"
eligible = { classes = ["desktop", "smartcard reader"], demand = ["refresh"] }

[[capacity]]
holder = "QZ1"
fy = "2027/28"
engineer_hours = 1200.3
"#;

#[test]
fn a_sound_envelopes_file_is_read_exactly() {
    let (all, problems) = envelopes(GOOD_ENVELOPES);
    assert_eq!(shown(&problems), "");
    let holder = "QZ1".parse().unwrap();
    let envelope = all.capital(&holder, fy("2027/28")).unwrap();
    assert_eq!(envelope.limit(), Money::from_pence(120_000_000));
    let class = |word: &str| ClassCatalogue::shipped().parse(word).unwrap();
    assert!(envelope.may_buy(&class("smartcard-reader"), Demand::Refresh));
    assert!(!envelope.may_buy(&class("smartcard-reader"), Demand::Deadline));
    assert!(!envelope.may_buy(&class("printer"), Demand::Refresh));
    assert_eq!(all.capacity(&holder, fy("2027/28")), Some(4801));
    assert_eq!(all.capacity(&holder, fy("2028/29")), None);
    assert_eq!(all.capital_holders().values().copied().collect::<Vec<_>>(), ["gpit-bau"]);
}

#[test]
fn every_problem_of_an_envelopes_file_is_told_at_once() {
    let (all, problems) = envelopes(
        r#"
[[envelope]]
holder = "QZ1"
stream = "gpit-bau"
kind = "capital"
fy = "2027/28"
amount = "100.00"
certainty = "confirmed"

[[envelope]]
holder = "QZ1"
stream = "gpit-bau"
kind = "capital"
fy = "2027/28"
amount = "200.00"
certainty = "confirmed"

[[envelope]]
holder = "QZ1"
stream = "estates"
kind = "capital"
fy = "2028/29"
amount = "200.00"
certainty = "certain"

[[envelope]]
holder = "QZ1"
stream = "estates"
kind = "capital"
fy = "2028/29"
amount = "200.00"
certainty = "assumed"

[[envelope]]
holder = "QZ1"
stream = "running"
kind = "revenue"
fy = "2028/29"
amount = "200.00"
certainty = "assumed"
minimum = "10.00"
carry_forward = "5.00"

[[envelope]]
holder = "Q Z1"
stream = "x"
kind = "capitol"
fy = "2027/29"
amount = "a lot"
certainty = "assumed"
eligible = { classes = [], demand = ["refesh"] }

[[envelope]]
holder = "QZ2"
stream = "x"
kind = "capital"
fy = "2027/28"
amount = 10
certainty = "assumed"
contingency = 11
minimun = 3

[[capacity]]
holder = "QZ1"
fy = "2027/28"

[[capacity]]
holder = "QZ1"
fy = "2027/28"
engineer_hours = -1
"#,
    );
    insta::assert_snapshot!(shown(&problems));
    assert_eq!(all.envelopes.len(), 3);
}

#[test]
fn an_empty_policy_is_the_balanced_preset() {
    let (policy, problems) = policy("");
    assert_eq!(shown(&problems), "");
    assert_eq!(policy.preset, "balanced");
    assert_eq!(policy.weights.minimum_failure, Money::from_pence(42_000));
    assert!(policy.weights_source.starts_with("Judgement"));
    assert_eq!(policy.discount.rate.to_string(), "0.035");
    let desktop = ClassCatalogue::shipped().parse("desktop").unwrap();
    assert_eq!(policy.life(&desktop, None).0, 5);
    assert_eq!(policy.life(&desktop, Some((6, "profile"))), (6, "profile".to_owned()));
    assert_eq!(policy, Policy::of_presets());
}

#[test]
fn shipped_presets_are_sound() {
    let source = Source::new("presets.toml", include_str!("../../../../data/presets.toml"));
    let (presets, problems) = Presets::read(&source);
    assert_eq!(shown(&problems), "");
    assert_eq!(presets.names().collect::<Vec<_>>(), ["balanced", "compliance", "cost"]);
    for spec in ClassCatalogue::shipped().specs() {
        assert!(presets.life(&spec.class).0 >= 3, "{}", spec.class);
    }
}

#[test]
fn a_policy_overrides_its_preset_key_by_key() {
    let (policy, problems) = policy(
        r#"
[objective]
preset = "compliance"
[weights]
minimum_failure = "900.00"
source = "Digital board, 12 May 2027"
[discount]
rate = 0
[tiers]
factors = [1, "1.5", "2"]
[priority]
enhanced = 0.25
[class.desktop]
life_years = 6
running_cost_year = "46.00"
[capitalisation]
group_item_minimum = "100.00"
[[freeze]]
site = "A81001"
fy = "2027/28"
reason = "clinical system migration"
"#,
    );
    assert_eq!(shown(&problems), "");
    assert_eq!(policy.weights.minimum_failure, Money::from_pence(90_000));
    assert_eq!(policy.weights.unknown, Money::from_pence(3_000), "of the preset");
    assert_eq!(policy.weights_source, "Digital board, 12 May 2027");
    assert_eq!(policy.discount.source, "policy file");
    let desktop = ClassCatalogue::shipped().parse("desktop").unwrap();
    assert_eq!(policy.life(&desktop, Some((5, "profile"))), (6, "policy file".to_owned()));
    assert_eq!(policy.factor(&desktop).to_string(), "1.00");
    let monitor = ClassCatalogue::shipped().parse("monitor").unwrap();
    assert_eq!(policy.factor(&monitor).to_string(), "0.15");
    assert_eq!(policy.freezes.len(), 1);
}

#[test]
fn every_problem_of_a_policy_is_told_at_once() {
    let (_, problems) = policy(
        r#"
[objective]
preset = "compliant"
unused_life = "linear"
[weights]
minimum_failure = "-1"
minimum_failures = 3
[discount]
rate = "3.5"
[tiers]
factors = [1, 2]
[class.desktpo]
life_years = 5
[class.laptop]
life_years = 99
factor = "heavy"
[[freeze]]
site = "A81001"
fy = "2027/28"
[[freeze]]
site = "A81001"
fy = "2027/28"
[priorities]
core = 1
"#,
    );
    insta::assert_snapshot!(shown(&problems));
}

#[test]
fn a_sound_pins_file_is_read_exactly() {
    let (all, problems) = pins(
        r#"
[[pin]]
asset = "PC-1"
fy = "2027/28"
item = "desktop-standard"
[[exclude]]
asset = "PC-2"
reason = "goes with the closing branch"
[[deadline]]
id = "w10-esu"
title = "Extended security updates of Windows 10 end"
date = 2028-10-10
failing = "windows-11-hardware/tpm"
class = "desktop"
"#,
    );
    assert_eq!(shown(&problems), "");
    assert_eq!(all.pins.len() + all.exclusions.len() + all.deadlines.len(), 3);
}

#[test]
fn every_problem_of_a_pins_file_is_told_at_once() {
    let (_, problems) = pins(
        r#"
[[pin]]
asset = "PC-1"
fy = "2027/28"
[[exclude]]
asset = "PC-1"
[[pin]]
asset = "PC-3"
[[deadline]]
id = "a"
title = "Nobody is meant"
date = 2028-10-10
[[deadline]]
id = "b"
title = "A class that is none"
date = 2028-02-30
class = "phone"
[[deadline]]
id = "c"
title = "Twice"
date = 2028-10-10
site = "A81001"
[[deadline]]
id = "c"
title = "Twice"
date = 2028-10-10
site = "A81001"
[[dedline]]
id = "d"
"#,
    );
    insta::assert_snapshot!(shown(&problems));
}

#[test]
fn a_file_that_is_not_toml_is_one_problem_with_its_place() {
    let (_, problems) = pins("[[pin]\nasset = \"A\"\n");
    let first = problems.iter().next().unwrap();
    assert_eq!(first.code.as_str(), "PLN0001");
    assert_eq!(first.place.as_ref().unwrap().line, Some(1));
}
