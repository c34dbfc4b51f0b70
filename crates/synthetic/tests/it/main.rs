//! The files of an estate as their readers see them.

#![expect(clippy::unwrap_used, reason = "a step that fails fails its test")]

use diagnostic::Source;
use inventory::import::{
    DateOrder, Input, OnError, Options as ImportOptions, read_assets, read_organisations,
    run as import,
};
use inventory::store::MemoryStore;
use inventory::{ClassCatalogue, OrgCode, OrgTree};
use planner::input::{Envelopes, Pins, Policy, PriceList};
use proptest::prelude::*;
use synthetic::{Error, Estate, Fault, Options, SiteKind, Size};

fn text(write: impl Fn(&mut Vec<u8>) -> Result<(), Error>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn planning_files_are_read_without_a_problem() {
    let classes = ClassCatalogue::shipped();
    for size in [Size::Practice, Size::Region] {
        let estate = Estate::new(size.options(4)).unwrap();
        let prices = Source::new("prices.toml", text(|out| estate.write_prices(out)));
        let (list, problems) = PriceList::read(&prices, &classes);
        assert!(problems.is_empty(), "{problems:?}");
        // Two frameworks; desktops and laptops also refurbished.
        assert_eq!(list.prices.len(), 2 * (6 + 2));
        let envelopes = Source::new("envelopes.toml", text(|out| estate.write_envelopes(out)));
        let (envelopes, problems) = Envelopes::read(&envelopes, &classes);
        assert!(problems.is_empty(), "{problems:?}");
        let staying = estate.holders().iter().filter(|holder| holder.successor.is_none()).count();
        assert_eq!(envelopes.envelopes.len(), staying * 10);
        let policy = Source::new("policy.toml", text(|out| estate.write_policy(out)));
        let (_, problems) = Policy::read(&policy, &classes);
        assert!(problems.is_empty(), "{problems:?}");
        let pins = Source::new("pins.toml", text(|out| estate.write_pins(out)));
        let (pins, problems) = Pins::read(&pins, &classes);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(pins.exclusions.len(), 8);
    }
}

#[test]
fn prices_with_vat_are_the_stated_ones() {
    let estate = Estate::new(Options::default()).unwrap();
    let prices = Source::new("prices.toml", text(|out| estate.write_prices(out)));
    let (list, _) = PriceList::read(&prices, &ClassCatalogue::shipped());
    let gross = |item: &str| {
        let price = list.get(item).unwrap();
        let vat = price.net.times_rate_half_up(price.vat_rate).unwrap();
        price.net.checked_add(vat).unwrap().to_string()
    };
    assert_eq!(gross("desktop-standard"), "620.00");
    assert_eq!(gross("laptop-standard"), "860.00");
    assert_eq!(gross("monitor-24"), "150.00");
    assert_eq!(gross("smartcard-reader"), "35.00");
    assert_eq!(gross("printer-mono-dual-bin"), "240.00");
    assert_eq!(gross("scanner-desktop"), "420.00");
}

#[test]
fn envelopes_are_three_quarters_of_the_steady_need() {
    let estate = Estate::new(Options::default()).unwrap();
    let envelopes = Source::new("envelopes.toml", text(|out| estate.write_envelopes(out)));
    let (envelopes, _) = Envelopes::read(&envelopes, &ClassCatalogue::shipped());
    let total: i64 = envelopes.envelopes.iter().map(|envelope| envelope.amount.pence()).sum();
    // 71 pounds a year for each of 60,000 devices, 89 % of which are in use and fundable, three quarters of it, at prices that
    // grow for ten years: about a pound a year for each of 3.4 million patients, as GP IT capital has been.
    let mean = total / 10 / 100;
    assert!((2_900_000..3_600_000).contains(&mean), "{mean} pounds a year");
}

#[test]
fn the_importers_read_every_row_without_a_remark() {
    let options = Options { assets: 12_000, practices: Some(90), holders: 3, seed: 8 };
    let estate = Estate::new(options).unwrap();
    let organisations = text(|out| estate.write_organisations(out));
    let input = Input { name: "organisations.csv".into(), reader: organisations.as_bytes() };
    let (organisations, problems) = read_organisations(input, DateOrder::Iso);
    assert!(problems.is_empty(), "{problems:?}");
    let tree = OrgTree::new(organisations);
    assert!(tree.cycle().is_none());
    let assets = text(|out| estate.write_assets(out));
    let input = Input { name: "assets.csv".into(), reader: assets.as_bytes() };
    let (rows, problems) = read_assets(input, &ClassCatalogue::shipped(), None, DateOrder::Iso);
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(rows.len(), 12_000);
    let (before, after) = ("2027-03-31".parse().unwrap(), "2027-04-01".parse().unwrap());
    for site in estate.sites() {
        let code: OrgCode = site.code.parse().unwrap();
        let holder = &estate.holders()[site.holder];
        let heir = holder.successor.map_or(holder, |heir| &estate.holders()[heir]);
        assert!(tree.get(&code).is_some(), "{code}");
        assert_eq!(tree.holder(&code, before).map(OrgCode::as_str), Some(holder.code.as_str()));
        assert_eq!(tree.holder(&code, after).map(OrgCode::as_str), Some(heir.code.as_str()));
        assert!(tree.network(&code, before).is_some() || site.kind == SiteKind::Hub);
    }
}

#[test]
fn models_and_faults_are_read_as_announced() {
    let options = Options { assets: 4_000, practices: Some(25), holders: 1, seed: 8 };
    let estate = Estate::new(options).unwrap();
    let classes = ClassCatalogue::shipped();
    let mut store = MemoryStore::new(inventory::EstateId::default());
    let files = [
        ("organisations.csv", text(|out| estate.write_organisations(out))),
        ("models.csv", text(|out| estate.write_models(out))),
    ];
    for (name, bytes) in files {
        let input = Input { name: name.into(), reader: bytes.as_bytes() };
        let options = ImportOptions::new(&classes, "2026-11-20");
        let outcome = import(&mut store, input, options).unwrap();
        assert!(outcome.problems.is_empty(), "{:?}", outcome.problems);
    }
    let mut dirty = Vec::new();
    let counts = estate.write_dirty_assets(4_000, 60, &mut dirty).unwrap();
    let mut options = ImportOptions::new(&classes, "2026-11-20");
    options.on_error = OnError::Skip;
    let input = Input { name: "assets-dirty.csv".into(), reader: dirty.as_slice() };
    let outcome = import(&mut store, input, options).unwrap();
    let summary = outcome.summary.unwrap();
    assert_eq!(summary.counts.rows, counts.rows);
    // Repeated tags and serial numbers may be rejected too; the announced rows must be.
    let repeated: u64 = [Fault::DuplicateSerial, Fault::DuplicateTag]
        .iter()
        .filter_map(|fault| counts.faults.get(fault))
        .sum();
    let announced = counts.rejected()..=counts.rejected() + repeated;
    assert!(announced.contains(&summary.counts.rejected), "{:?} {counts:?}", summary.counts);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_sizes_that_fit_make_a_sound_estate(
        assets in 1_u64..2_000,
        practices in 1_u32..40,
        holders in 1_u32..9,
        seed in any::<u64>(),
    ) {
        let options = Options { assets, practices: Some(practices), holders, seed };
        let made = Estate::new(options);
        prop_assert_eq!(made.is_ok(), practices >= holders);
        let Ok(estate) = made else { return Ok(()) };
        let rows = text(|out| estate.write_assets(out));
        prop_assert_eq!(rows.lines().skip(1).count(), usize::try_from(assets).unwrap());
        let organisations = text(|out| estate.write_organisations(out));
        let input = Input { name: "organisations.csv".into(), reader: organisations.as_bytes() };
        let (_, problems) = read_organisations(input, DateOrder::Iso);
        prop_assert!(problems.is_empty(), "{:?}", problems);
        let again = Estate::new(options).unwrap();
        prop_assert_eq!(text(|out| again.write_assets(out)), rows);
    }
}
