//! A plan for tests: two budget holders, five years, drawn from a seed and agreeing with itself.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_possible_wrap,
    reason = "small numbers of a test's own making"
)]

use std::collections::BTreeMap;

use planner::document::{
    ClassLabel, ComplianceYear, DataQuality, Deferred, Input, Line, Multipliers, NeedYear,
    PlanDocument, RuleLabel, SCHEMA, Site, Specification, Tool, Totals, Unplanned, YearLine,
};

use super::pounds::Pounds;

/// Class, plural, life, net price in pence, old model, item.
const CLASSES: [(&str, &str, u32, i64, &str, &str); 6] = [
    ("desktop", "desktops", 5, 51_667, "Dell OptiPlex 3050", "DT-24"),
    ("laptop", "laptops", 4, 70_000, "HP ProBook 450 G5", "LT-14"),
    ("monitor", "monitors", 7, 11_999, "Iiyama ProLite 19", "MON-24"),
    ("printer", "printers", 6, 24_917, "Kyocera FS-2100DN", "PR-A4D"),
    ("scanner", "scanners", 6, 38_333, "Fujitsu fi-7030", "SC-DUP"),
    ("smartcard-reader", "smartcard readers", 7, 1_667, "OMNIKEY 3121", "RD-USB"),
];
const YEARS: [&str; 5] = ["2027/28", "2028/29", "2029/30", "2030/31", "2031/32"];
const HOLDERS: [&str; 2] = ["QZ1", "QZ2"];
const STREAM: &str = "gpit-bau";

/// A small generator of numbers, the same on every machine.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % u64::try_from(limit).unwrap()).unwrap()
    }
}

/// A plan of this many purchases for this many practices.
pub(crate) fn plan(purchases: usize, practices: usize) -> PlanDocument {
    let mut draw = Draw(7);
    let sites = sites(practices, &mut draw);
    let mut lines: Vec<Line> = (0..purchases).map(|index| line(index, &sites, &mut draw)).collect();
    lines.sort_by(|a, b| {
        (&a.fy, &a.site, &a.class, &a.asset).cmp(&(&b.fy, &b.site, &b.class, &b.asset))
    });
    for (index, line) in lines.iter_mut().enumerate() {
        line.id = format!("L{:06}", index + 1);
    }
    let years = years(&lines);
    let deferred = deferred(purchases / 12, &sites, &mut draw);
    let spend = Pounds::sum(lines.iter().map(|line| pence(&line.charged)));
    let unknown = lines.iter().filter(|line| line.rests_on_unknown);
    let compliance = compliance(purchases);
    PlanDocument {
        schema: SCHEMA.into(),
        tool: Tool { name: "refit".into(), version: "0.1.0".into() },
        as_of: "2026-11-20".into(),
        inputs: ["assets.csv", "envelopes.toml", "prices.toml"]
            .map(|name| Input { name: name.into(), sha256: crate::output::sha256(name.as_bytes()) })
            .to_vec(),
        plan_id: "9c1f0e5a77d2b4c8".into(),
        problem_sha256: crate::output::sha256(b"problem"),
        horizon: YEARS.map(Into::into).to_vec(),
        feasible: true,
        objective_pence: 312_345_678,
        bound_pence: 312_340_001,
        certified_gap: 0.000_018_175,
        solve_seconds: None,
        specification: specification(),
        totals: Totals {
            devices: compliance.iter().filter(|row| row.when == "now").map(|row| row.devices).sum(),
            purchases: lines.len() as u64,
            deferred: deferred.len() as u64,
            envelope: Pounds::sum(years.iter().map(|year| pence(&year.envelope))).plain(),
            spend: spend.plain(),
            spend_on_unknown: Pounds::sum(unknown.map(|line| pence(&line.charged))).plain(),
        },
        need: need(&lines),
        years,
        lines,
        deferred,
        unplanned: unplanned(),
        compliance,
        sites,
        classes: CLASSES
            .map(|(class, plural, life_years, ..)| ClassLabel {
                class: class.into(),
                plural: plural.into(),
                life_years,
                life_source: "local warranted environment specification, version 3, section 4"
                    .into(),
            })
            .to_vec(),
        data_quality: DataQuality {
            devices_with_unknown: 41,
            unknown_by_field: BTreeMap::from(
                [("tpm_version", 23), ("ram_gib", 11), ("os_build", 19)]
                    .map(|(field, count)| (field.to_owned(), count)),
            ),
            without_purchase_date: 17,
            at_undeclared_site: 3,
        },
        multipliers: Multipliers {
            scale: 1_048_576,
            holders: HOLDERS.map(Into::into).to_vec(),
            lam: vec![vec![0, 11, 9, 0, 0, 0]; 2],
            mu: vec![vec![0; 6]; 2],
        },
    }
}

/// The plan as the text of a file.
pub(crate) fn text(plan: &PlanDocument) -> String {
    serde_json::to_string_pretty(plan).unwrap()
}

/// The plan as a file that was read.
pub(crate) fn file(plan: &PlanDocument) -> super::PlanFile {
    super::PlanFile::read("plan.json", &text(plan)).unwrap()
}

/// The bid of the usual plan.
pub(crate) fn model() -> super::BidModel {
    super::build(&file(&plan(480, 24)), None, &words()).unwrap()
}

/// A few words, as a sponsor would give them.
pub(crate) fn words() -> super::Words {
    super::Words {
        title: Some("Refresh of GP IT equipment".into()),
        sponsor: Some("Chief digital and information officer, QZ1".into()),
        ..super::Words::default()
    }
}

fn pence(text: &str) -> Pounds {
    text.parse::<inventory::Money>().unwrap().into()
}

fn sites(practices: usize, draw: &mut Draw) -> Vec<Site> {
    const FIRST: [&str; 8] = [
        "Oakfield",
        "Riverside",
        "St Mary's",
        "High Street",
        "Beacon",
        "Elm Tree",
        "Park",
        "Abbey",
    ];
    const SECOND: [&str; 4] = ["Surgery", "Medical Centre", "Health Centre", "Practice"];
    let mut sites = Vec::new();
    for index in 0..practices {
        let code = format!("Z{:05}", 80_001 + index);
        let site = Site {
            code: code.clone(),
            name: format!("{} {}", FIRST[index % 8], SECOND[(index / 8) % 4]),
            practice: Some(code.clone()),
            pcn: Some(format!("Z PCN {}", index / 6 + 1)),
            sub_icb: Some(format!("Z{:02}", index / 12 + 1)),
            holder: Some(HOLDERS[index % 2].into()),
            list_size: Some(4_000 + 137 * u32::try_from(draw.below(80)).unwrap()),
            devices: 40 + draw.below(30) as u64,
            failing_now: 5 + draw.below(20) as u64,
        };
        if index % 5 == 0 {
            sites.push(Site {
                code: format!("{code}001"),
                name: format!("{} branch", site.name),
                devices: 8,
                failing_now: 2,
                list_size: None,
                ..site.clone()
            });
        }
        sites.push(site);
    }
    sites
}

fn line(index: usize, sites: &[Site], draw: &mut Draw) -> Line {
    let (class, _, _, base, old, item) = CLASSES[[0, 0, 0, 1, 1, 2, 2, 3, 4, 5][draw.below(10)]];
    let year = [0, 0, 1, 1, 2, 3, 4][draw.below(7)];
    let site = &sites[draw.below(sites.len())];
    let net = Pounds::from_pence(base).share_half_up(1_000 + 20 * year as i64, 1_000);
    let vat = net.share_half_up(20, 100);
    let unknown = draw.below(11) == 0;
    let deadline = draw.below(4) == 0;
    Line {
        id: String::new(),
        asset: (index % 97 != 96).then(|| format!("A{index:06}")),
        site: site.code.clone(),
        class: class.into(),
        demand: if deadline { "deadline" } else { "refresh" }.into(),
        fy: YEARS[year].into(),
        action: "replace".into(),
        item: item.into(),
        life_years: CLASSES
            .iter()
            .find(|(own, ..)| *own == class)
            .map_or(5, |(_, _, life, ..)| *life),
        price_net: net.plain(),
        vat: vat.plain(),
        price_gross: net.plus(vat).plain(),
        recoverable: "0.00".into(),
        charged: net.plus(vat).plain(),
        stream: STREAM.into(),
        holder: site.holder.clone().unwrap(),
        reason: if deadline {
            "its operating system is out of support before the next year".into()
        } else {
            "it is past its life, and waiting costs more than replacing".into()
        },
        failing_rules: if class == "desktop" { vec!["gp/windows-11".into()] } else { vec![] },
        rests_on_unknown: unknown,
        order_by: format!("{}-{:02}-15", 2028 + year, 1 + draw.below(2)),
        old_model: Some(old.into()),
        bought: (!unknown)
            .then(|| format!("{}-{:02}-03", 2016 + draw.below(6), 1 + draw.below(12))),
    }
}

fn years(lines: &[Line]) -> Vec<YearLine> {
    let mut all = Vec::new();
    for (index, fy) in YEARS.iter().enumerate() {
        for holder in HOLDERS {
            let mine = || lines.iter().filter(|line| line.fy == *fy && line.holder == holder);
            let spend = Pounds::sum(mine().map(|line| pence(&line.charged)));
            let headroom = Pounds::from_pence(40_000 + 12_345 * index as i64);
            all.push(YearLine {
                fy: (*fy).into(),
                holder: holder.into(),
                stream: STREAM.into(),
                kind: "capital".into(),
                certainty: ["confirmed", "indicative", "assumed"][index.min(2)].into(),
                envelope: spend.plus(headroom).plain(),
                spend: spend.plain(),
                headroom: headroom.plain(),
                purchases: mine().count() as u64,
                need: spend.plain(),
                engineer_hours: format!("{}.5", mine().count()),
                engineer_hours_limit: (index == 0).then(|| "900.0".into()),
                shadow_price: if index < 2 { format!("0.3{index}0000") } else { "0.000000".into() },
            });
        }
    }
    all
}

fn need(lines: &[Line]) -> Vec<NeedYear> {
    let mut all = Vec::new();
    for (index, fy) in YEARS.iter().enumerate() {
        for (class, .., net, _, _) in CLASSES {
            let bought = lines.iter().filter(|line| line.fy == *fy && line.class == class).count();
            let devices = (bought as u64) + if index == 0 { 6 } else { 1 };
            let each = Pounds::from_pence(net).share_half_up(12, 10);
            all.push(NeedYear {
                fy: (*fy).into(),
                class: class.into(),
                devices,
                cost: Pounds::from_pence(each.pence() * devices as i64).plain(),
            });
        }
    }
    all
}

fn deferred(count: usize, sites: &[Site], draw: &mut Draw) -> Vec<Deferred> {
    (0..count)
        .map(|index| Deferred {
            asset: format!("D{index:05}"),
            site: sites[draw.below(sites.len())].code.clone(),
            class: CLASSES[draw.below(6)].0.into(),
            reason:
                "every envelope of the years planned is used on devices whose wait would cost more"
                    .into(),
            first_fy_it_fits: (index % 3 == 0).then(|| YEARS[4].into()),
            cost_of_delay: Pounds::from_pence(900 + 731 * draw.below(60) as i64).plain(),
            failing_rules: vec!["gp/life".into()],
        })
        .collect()
}

fn compliance(purchases: usize) -> Vec<ComplianceYear> {
    let mut all = Vec::new();
    for (class_at, (class, ..)) in CLASSES.iter().enumerate() {
        let devices = (purchases as u64 * 3) / (class_at as u64 + 2);
        for (at, when) in ["now"].iter().chain(YEARS.iter()).enumerate() {
            let at = at as u64;
            all.push(ComplianceYear {
                when: (*when).into(),
                class: (*class).into(),
                devices,
                failing_without_plan: devices * (2 + at) / 10,
                failing_with_plan: devices * 2 / (10 + 6 * at),
                unknown_with_plan: devices / 40,
            });
        }
    }
    all
}

fn specification() -> Specification {
    let rule = |id: &str, why: &str, source: &str| RuleLabel {
        id: id.into(),
        why: why.into(),
        source: source.into(),
    };
    Specification {
        id: "gp".into(),
        version: "2026.11".into(),
        rules: vec![
            rule(
                "gp/life",
                "Devices past their agreed life fail more often than they can be repaired.",
                "local warranted environment specification, version 3, section 4",
            ),
            rule(
                "gp/windows-11",
                "Windows 10 receives no security updates after 14 October 2025.",
                "Microsoft lifecycle, Windows 10 Enterprise and Education",
            ),
        ],
    }
}

fn unplanned() -> Vec<Unplanned> {
    [("no-price", "printer"), ("practice-business", "desktop"), ("no-site", "laptop")]
        .iter()
        .enumerate()
        .map(|(index, (reason, class))| Unplanned {
            asset: format!("U{index:03}"),
            site: None,
            class: (*class).into(),
            reason: (*reason).into(),
        })
        .collect()
}
