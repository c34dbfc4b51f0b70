//! The files of an estate as their readers see them.

#![expect(clippy::unwrap_used, reason = "a step that fails fails its test")]

use diagnostic::Source;
use inventory::ClassCatalogue;
use planner::input::{Envelopes, Pins, Policy, PriceList};
use synthetic::{Error, Estate, Options, Size};

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
