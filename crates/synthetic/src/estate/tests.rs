use std::collections::BTreeMap;

use super::*;
use crate::Size;

fn national() -> Estate {
    Estate::new(Size::National.options(1)).unwrap()
}

#[test]
fn list_sizes_follow_the_measured_deciles() {
    let mut sizes: Vec<u64> =
        national().practices.iter().map(|practice| practice.list_size).collect();
    sizes.sort_unstable();
    let measured = [3387, 4547, 5643, 6776, 7930, 9219, 10793, 12621, 15760];
    for (tenth, wanted) in (1..).zip(measured) {
        let found = sizes[sizes.len() * tenth / 10];
        assert!(found.abs_diff(wanted) * 100 < wanted * 6, "decile {tenth}: {found} for {wanted}");
    }
    let mean = sizes.iter().sum::<u64>() / number_of(sizes.len());
    assert!((8_900..9_350).contains(&mean), "{mean}");
    assert!(*sizes.last().unwrap() <= 89_786);
}

#[test]
fn england_has_its_shape() {
    let estate = national();
    assert_eq!((estate.holders.len(), estate.practices.len(), estate.regions), (42, 6_290, 7));
    assert_eq!(estate.holders.iter().filter(|holder| holder.successor.is_some()).count(), 6);
    let mut of_holder = BTreeMap::<usize, u32>::new();
    for practice in &estate.practices {
        *of_holder.entry(estate.sub_icbs[practice.sub_icb].holder).or_default() += 1;
    }
    let mut counts: Vec<u32> = of_holder.values().copied().collect();
    counts.sort_unstable();
    // Measured: at least 51, median 128.5, at most 408.
    assert!((45..70).contains(&counts[0]), "{counts:?}");
    assert!((118..145).contains(&counts[21]), "{counts:?}");
    assert!((360..450).contains(&counts[41]), "{counts:?}");
    assert!((95..120).contains(&estate.sub_icbs.len()), "{}", estate.sub_icbs.len());
    assert!((1_200..1_500).contains(&estate.networks.len()), "{}", estate.networks.len());
    let emis =
        estate.practices.iter().filter(|practice| practice.clinical_system == "EMIS").count();
    assert!((560..616).contains(&(emis * 1000 / estate.practices.len())), "{emis}");
}

#[test]
fn successors_stand_and_are_not_absorbed_themselves() {
    for holders in [2, 3, 6, 13, 14, 42, 72] {
        let options = Options { assets: 20_000, practices: Some(300), holders, seed: 9 };
        let estate = Estate::new(options).unwrap();
        let absorbed: Vec<_> =
            estate.holders.iter().filter_map(|holder| holder.successor).collect();
        assert_eq!(index_of(absorbed.len()), (holders / 7).max(1), "{holders}");
        for successor in absorbed {
            assert_eq!(estate.holders[successor].successor, None, "{holders}");
        }
    }
}

#[test]
fn every_device_has_a_place_and_the_sum_is_exact() {
    for (assets, practices) in [(1, 1), (159, 1), (7_777, 50), (100, 600)] {
        let options = Options { assets, practices: Some(practices), holders: 1, seed: 3 };
        let estate = Estate::new(options).unwrap();
        let placed: u64 = estate.cells.iter().copied().map(u64::from).sum();
        assert_eq!(placed, assets);
        assert_eq!(number_of(estate.places().count()), assets);
    }
}

#[test]
fn no_code_has_the_shape_of_a_real_organisation() {
    let estate = national();
    let all_begin = |codes: Vec<&str>, prefixes: &[&str]| {
        for code in codes {
            assert!(prefixes.iter().any(|prefix| code.starts_with(prefix)), "{code}");
        }
    };
    all_begin(estate.holders.iter().map(|holder| holder.code.as_str()).collect(), &["QZ", "QB"]);
    all_begin(estate.sub_icbs.iter().map(|sub| sub.code.as_str()).collect(), &["ZZ"]);
    all_begin(estate.networks.iter().map(|network| network.code.as_str()).collect(), &["X"]);
    all_begin(estate.practices.iter().map(|practice| practice.code.as_str()).collect(), &["Z"]);
    all_begin(estate.sites.iter().map(|site| site.code.as_str()).collect(), &["Z", "HUB-X"]);
    for site in &estate.sites {
        let code: inventory::OrgCode = site.code.parse().unwrap();
        let local = matches!(code, inventory::OrgCode::Local(_));
        assert_eq!(local, site.kind == SiteKind::Hub, "{}", site.code);
    }
}

#[test]
fn closing_practices_are_taken_over_by_practices_that_stay() {
    let estate = national();
    let closing = estate.practices.iter().filter(|practice| practice.closing.is_some()).count();
    assert!((200..370).contains(&closing), "{closing}");
    for practice in &estate.practices {
        if let Some((_, Some(into))) = practice.closing {
            let into = &estate.practices[into];
            assert_eq!((into.closing, into.network), (None, practice.network));
        }
    }
}
