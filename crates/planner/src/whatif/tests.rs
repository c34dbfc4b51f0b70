use super::*;
use crate::fixture::{ENVELOPES, PRICES, World};

fn on<T>(world: &World, run: impl FnOnce(&Estate<'_>, &Planned) -> T) -> T {
    world.with(|estate| {
        let planned = plan(estate, Threads::One).unwrap_or_else(|error| panic!("{error:?}"));
        run(estate, &planned)
    })
}

fn days(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn the_plan_leads_the_comparison_and_costs_least() {
    let customs =
        [Custom::BuyNothing, Custom::WorstFirst, Custom::BestPerPound, Custom::ReplaceAt(Some(5))];
    let ways = on(&World::usual(), |estate, planned| compare(estate, planned, &customs));
    let names: Vec<&str> = ways.iter().map(|way| way.way.as_str()).collect();
    assert_eq!(
        names,
        ["plan", "buy-nothing", "worst-first", "best-per-pound", "replace-at-5-years"]
    );
    let objective = |at: usize| ways[at].objective.parse::<Money>().unwrap();
    for (at, way) in ways.iter().enumerate().skip(1) {
        assert!(objective(0) <= objective(at), "{way:?}");
    }
    assert_eq!((ways[1].purchases, ways[1].spend.as_str()), (0, "0.00"));
    assert_eq!(ways[1].device_years, "7.5", "2730 device-days fail when nothing is bought");
    assert!(days(&ways[0].device_years) < days(&ways[1].device_years));
}

#[test]
fn every_weight_is_halved_and_doubled() {
    let ways = on(&World::usual(), |estate, planned| sensitivity(estate, planned, Threads::One));
    let names: Vec<&str> = ways.iter().map(|way| way.way.as_str()).collect();
    assert_eq!(
        names,
        [
            "plan",
            "minimum_failure halved",
            "minimum_failure doubled",
            "recommended_failure halved",
            "recommended_failure doubled",
            "year_beyond_life halved",
            "year_beyond_life doubled",
            "out_of_warranty halved",
            "out_of_warranty doubled"
        ],
        "unknown weighs nothing in the balanced preset"
    );
    let plan = ways[0].objective.parse::<Money>().unwrap();
    for way in &ways {
        assert!(way.feasible);
        // At the policy's own weights another plan is at most as good as the bound allows.
        let other = way.objective.parse::<Money>().unwrap().pence();
        assert!(other.saturating_mul(100) >= plan.pence().saturating_mul(95), "{way:?}");
    }
}

#[test]
fn more_money_leaves_fewer_failures() {
    let world = World::usual();
    let points = world.with(|estate| frontier(estate, &[100, 0, 50, 100, 300], Threads::One));
    let percents: Vec<u32> = points.iter().map(|point| point.percent).collect();
    assert_eq!(percents, [0, 50, 100, 300]);
    assert_eq!(points[0].way.spend, "0.00");
    assert_eq!(points[2].envelope, "5200.00");
    for pair in points.windows(2) {
        assert!(days(&pair[1].way.device_years) <= days(&pair[0].way.device_years), "{pair:?}");
    }
    let spend = |at: usize| points[at].way.spend.parse::<Money>().unwrap().pence();
    let price = points[1].pounds_per_device_year.as_deref().unwrap();
    assert!(spend(1) > spend(0) && price.parse::<Money>().unwrap() > Money::ZERO);
}

#[test]
fn a_point_without_a_plan_says_so() {
    let deadline =
        "[[deadline]]\nid = \"d\"\ntitle = \"D\"\ndate = 2028-04-01\nclass = \"desktop\"\n";
    let world = World::new(PRICES, &ENVELOPES.replace("2000.00", "4000.00"), "", deadline);
    let points = world.with(|estate| frontier(estate, &[10, 100], Threads::One));
    assert_eq!((points[0].way.feasible, points[1].way.feasible), (false, true));
    assert_eq!(points[1].pounds_per_device_year, None);
}

#[test]
fn the_least_money_for_compliance_is_solved_backwards() {
    let of = |envelopes: &str, by: &str| {
        on(&World::new(PRICES, envelopes, "", ""), |estate, planned| {
            least(estate, &planned.model, by.parse().unwrap())
        })
    };
    // PC-01 and PC-04 lack memory and are replaced in 2027/28, PC-02 before the module is required: 3 x GBP 526.32.
    let enough = of(ENVELOPES, "2028-04-01");
    assert_eq!((enough.devices, enough.cost.as_str()), (3, "1578.96"));
    assert_eq!((enough.extra_at_least.as_str(), enough.extra_enough.as_str()), ("0.00", "0.00"));
    assert_eq!((enough.failing_unplanned, enough.unknown), (2, 2), "{enough:?}");
    assert!(enough.impossible.is_empty());
    // With GBP 1000.00 in each of two years one of the three does not fit.
    let poor = ENVELOPES.replace("2000.00", "1000.00").replace("1800.00", "500.00");
    let short = of(&poor, "2028-04-01");
    assert_eq!(short.extra_at_least, "78.96");
    assert_eq!(
        short.extra_enough, "90.83",
        "526.32 x 2 - 1000.00 in 2027/28, 538.19 - 500.00 in 2028/29"
    );
    // Nothing can be received before the plan begins.
    let early = of(ENVELOPES, "2027-04-01");
    assert_eq!(early.impossible, ["PC-01", "PC-04"]);
}

#[test]
fn no_plan_says_why() {
    let pin = "[[pin]]\nasset = \"PC-06\"\nfy = \"2028/29\"\nitem = \"desktop-standard\"\n";
    let poor = ENVELOPES.replace("1800.00", "100.00");
    World::new(PRICES, &poor, "", pin).with(|estate| {
        let Err(NoPlan::Infeasible(reports)) = plan(estate, Threads::One) else { panic!("a plan") };
        assert_eq!(reports.len(), 1);
    });
    World::new(PRICES, "", "", "")
        .with(|estate| assert!(matches!(plan(estate, Threads::One), Err(NoPlan::Unfit(_)))));
}
