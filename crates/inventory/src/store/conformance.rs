//! What every store must do, run for each of them.

use std::fmt::Write as _;
use std::path::Path;

use super::{Access, BatchId, Document, Journal, MemoryStore, Origin, SqliteStore, Store};
use crate::catalogue::Field;
use crate::import::{Effect, FileKind, Input, Mode, OnError, Options, Outcome, run};
use crate::ledger::{Command, Fields, Moment, Others};
use crate::store::{AssetKey, EvidenceMap, StoredAsset};
use crate::vocabulary::{ClassCatalogue, EstateId};

fn estate() -> EstateId {
    "QZ1".parse().unwrap()
}

fn sqlite(path: &Path) -> SqliteStore {
    SqliteStore::open(path, estate(), Access::Create, Journal::WriteAhead).unwrap()
}

/// Runs a check on each kind of store.
fn on_each(check: impl Fn(&mut dyn Store)) {
    let audited = |store: &mut dyn Store| {
        check(store);
        let summary = store.audit(&[]).unwrap();
        assert_eq!(summary.findings, [], "what is kept is what the events say");
        assert_eq!(summary.head, store.head().unwrap());
    };
    audited(&mut MemoryStore::new(estate()));
    let folder = tempfile::tempdir().unwrap();
    audited(&mut sqlite(&folder.path().join("estate.db")));
}

fn import(
    store: &mut dyn Store,
    name: &str,
    text: &str,
    adjust: impl Fn(&mut Options<'_>),
) -> Outcome {
    let classes = ClassCatalogue::shipped();
    let mut options = Options::new(&classes, "2026-11-20T12:00:00Z");
    adjust(&mut options);
    run(store, Input { name: name.into(), reader: text.as_bytes() }, options).unwrap()
}

fn counts(outcome: &Outcome) -> (u64, u64, u64, u64, u64) {
    let counts = outcome.summary.as_ref().unwrap().counts;
    (counts.new, counts.changed, counts.unchanged, counts.missing, counts.rejected)
}

fn codes(outcome: &Outcome) -> Vec<&'static str> {
    outcome.problems.iter().map(|problem| problem.code.as_str()).collect()
}

const ORGANISATIONS: &str = "ods_code,name,kind,parent\n\
    QZ1,One ICB,icb,\nZ99001,First Surgery,practice,QZ1\nDEPOT-1,Store room,local-site,QZ1\n";

const ASSETS: &str = "asset_tag,serial_number,class,site,ram_gib,purchase_cost,purchase_date,last_seen\n\
    T2,S2,laptop,Z99001,8,612.50,2023-04-05,2026-11-01\n\
    T1,S1,desktop,Z99001,16,,2021-02-28,\n\
    ,S3,monitor,DEPOT-1,,,,\n";

#[test]
fn files_become_a_register_with_evidence() {
    on_each(|store| {
        import(store, "orgs.csv", ORGANISATIONS, |_| {});
        let outcome = import(store, "assets.csv", ASSETS, |_| {});
        assert_eq!(counts(&outcome), (3, 0, 0, 0, 0), "{:?}", outcome.problems);
        let register = store.register().unwrap();
        let labels: Vec<&str> = (0..register.len()).map(|device| register.label(device)).collect();
        assert_eq!(labels, ["S3", "T1", "T2"]);
        let device = register.find("T2").unwrap();
        assert_eq!(register.find("S2"), Some(device));
        assert_eq!(register.find("S9"), None);
        let asset = register.asset(device).unwrap();
        assert_eq!(asset.class.as_str(), "laptop");
        assert_eq!(asset.purchase_cost().map(|cost| cost.to_string()).as_deref(), Some("612.50"));
        let evidence = &asset.facts[&Field::RamGib].evidence;
        assert_eq!((&*evidence.source, evidence.row), ("assets.csv", 2));
        assert_eq!(evidence.seen_on.map(|day| day.to_string()).as_deref(), Some("2026-11-01"));
        assert_eq!(register.organisations().len(), 3);
        let batches = store.batches().unwrap();
        assert_eq!(batches.len(), 2);
        assert_eq!((batches[1].kind.as_str(), batches[1].counts.new), ("assets", 3));
    });
}

#[test]
fn a_second_import_changes_what_differs_and_nothing_else() {
    on_each(|store| {
        import(store, "orgs.csv", ORGANISATIONS, |_| {});
        assert_eq!(counts(&import(store, "orgs.csv", ORGANISATIONS, |_| {})), (0, 0, 3, 0, 0));
        import(store, "a.csv", ASSETS, |_| {});
        assert_eq!(counts(&import(store, "a.csv", ASSETS, |_| {})), (0, 0, 3, 0, 0));
        let change = "asset_tag,ram_gib,notes\nT1,32,\nT2,8,\n";
        assert_eq!(counts(&import(store, "b.csv", change, |_| {})), (0, 1, 1, 0, 0));
        let register = store.register().unwrap();
        let device = register.find("T1").unwrap();
        let source =
            |field| register.evidence(field, device).map(|evidence| evidence.source.to_string());
        assert_eq!(source(Field::RamGib).as_deref(), Some("b.csv"));
        assert_eq!(source(Field::PurchaseDate).as_deref(), Some("a.csv"));
        let later = "serial_number,ram_gib,last_seen\nS2,8,2026-11-15\n";
        assert_eq!(counts(&import(store, "c.csv", later, |_| {})), (0, 1, 0, 0, 0));
        let register = store.register().unwrap();
        let evidence = register.evidence(Field::RamGib, register.find("T2").unwrap()).unwrap();
        assert_eq!(&*evidence.source, "c.csv");
    });
}

#[test]
fn modes_and_effects_do_what_they_say() {
    on_each(|store| {
        import(store, "orgs.csv", ORGANISATIONS, |_| {});
        let dry = import(store, "a.csv", ASSETS, |options| options.effect = Effect::DryRun);
        assert_eq!(counts(&dry), (3, 0, 0, 0, 0));
        assert_eq!(dry.summary.unwrap().batch, None);
        assert_eq!(store.count_assets().unwrap(), 0);
        import(store, "a.csv", ASSETS, |_| {});
        let again = import(store, "a.csv", ASSETS, |options| {
            options.mode = Mode::Insert;
            options.on_error = OnError::Skip;
        });
        assert_eq!(counts(&again), (0, 0, 0, 0, 3));
        let one = "asset_tag,class\nT1,desktop\nT7,desktop\n";
        let snapshot = import(store, "s.csv", one, |options| options.mode = Mode::Snapshot);
        assert_eq!(counts(&snapshot), (1, 0, 1, 2, 0));
        assert_eq!(snapshot.summary.unwrap().missing, ["S3", "T2"]);
        assert_eq!(store.count_assets().unwrap(), 4, "missing devices stay");
        let bad = "asset_tag,purchase_cost\nT1,lots\nT2,5\n,5\n";
        let snapshot = import(store, "s.csv", bad, |options| {
            options.mode = Mode::Snapshot;
            options.on_error = OnError::Skip;
        });
        assert_eq!(snapshot.summary.unwrap().missing, ["S3", "T7"], "a rejected row is no absence");
    });
}

#[test]
fn a_rejected_row_stops_its_file_or_is_skipped() {
    on_each(|store| {
        import(store, "orgs.csv", ORGANISATIONS, |_| {});
        let text = "asset_tag,serial_number,class,site,purchase_date\n\
            A,1x,desktop,Z99001,2021-02-28\nA,1x,desktop,Z99001,\nB,,desktop,,01/02/2026\n\
            C,,,,\nD,,desktop,WARD-9,\n,,desktop,,\nE,,toaster,,\nF,Default string,laptop,Z99777,\n";
        let stopped = import(store, "a.csv", text, |_| {});
        assert_eq!(counts(&stopped), (2, 0, 0, 0, 6));
        assert_eq!(store.count_assets().unwrap(), 0);
        let mut rejects = Vec::new();
        let classes = ClassCatalogue::shipped();
        let mut options = Options::new(&classes, "2026-11-20T12:00:00Z");
        options.on_error = OnError::Skip;
        options.rejects = Some(&mut rejects);
        let input = Input { name: "a.csv".into(), reader: text.as_bytes() };
        let skipped = run(store, input, options).unwrap();
        assert_eq!(counts(&skipped), (2, 0, 0, 0, 6));
        assert_eq!(store.count_assets().unwrap(), 2);
        assert_eq!(
            codes(&skipped),
            [
                "IMP0124", "IMP0117", "IMP0111", "IMP0120", "IMP0110", "IMP0113", "IMP0121",
                "IMP0123"
            ]
        );
        let written = String::from_utf8(rejects).unwrap();
        assert_eq!(written.lines().count(), 7);
        assert!(
            written.starts_with(
                "asset_tag,serial_number,class,site,purchase_date,refit_problem\nA,1x,"
            )
        );
        let mended = written.replace("01/02/2026", "2026-02-01");
        let outcome =
            import(store, "mended.csv", &mended, |options| options.on_error = OnError::Skip);
        assert_eq!(counts(&outcome), (1, 0, 1, 0, 4));
    });
}

#[test]
fn identities_that_contradict_each_other_are_rejected() {
    on_each(|store| {
        import(store, "orgs.csv", ORGANISATIONS, |_| {});
        import(store, "a.csv", ASSETS, |_| {});
        let text = "asset_tag,serial_number\nT1,S2\nT1,S99\nT9,S2\nT8,S3\n";
        let outcome = import(store, "b.csv", text, |options| options.on_error = OnError::Skip);
        assert_eq!(counts(&outcome), (0, 2, 0, 0, 2));
        assert_eq!(codes(&outcome), ["IMP0125", "IMP0126", "IMP0127"]);
        let register = store.register().unwrap();
        let labels: Vec<&str> = (0..register.len()).map(|device| register.label(device)).collect();
        assert_eq!(labels, ["T1", "T8", "T9"]);
    });
}

#[test]
fn models_supply_what_devices_lack() {
    on_each(|store| {
        import(store, "orgs.csv", ORGANISATIONS, |_| {});
        let models = "manufacturer,model,class,aliases,life_years,facts,embodied_kgco2e\n\
            Dell,OptiPlex 7010,desktop,OptiPlex 7010 SFF; 7010,5,ram_gib=8; disk_type=hdd,331.5\n";
        let outcome = import(store, "models.csv", models, |_| {});
        assert_eq!(counts(&outcome), (1, 0, 0, 0, 0), "{:?}", outcome.problems);
        let assets = "asset_tag,class,manufacturer,model,ram_gib\n\
            A,desktop,Dell Inc.,Optiplex 7010,\nB,desktop,DELL,7010,16\nC,desktop,HP,7010,\n";
        import(store, "assets.csv", assets, |_| {});
        let register = store.register().unwrap();
        let ram = |device| {
            register.value(Field::RamGib, device).map(|value| value.to_text(Field::RamGib.kind()))
        };
        assert_eq!([ram(0), ram(1), ram(2)], [Some("8".into()), Some("16".into()), None]);
        let source =
            |device| register.evidence(Field::RamGib, device).map(|e| e.source.to_string());
        assert_eq!(source(0).as_deref(), Some("models.csv"));
        assert_eq!(source(1).as_deref(), Some("assets.csv"));
        assert_eq!(register.model(1).and_then(|model| model.life_years), Some(5));
        assert_eq!(register.model(2), None);
        assert_eq!(counts(&import(store, "models.csv", models, |_| {})), (0, 0, 1, 0, 0));
    });
}

#[test]
fn list_sizes_belong_to_declared_practices() {
    on_each(|store| {
        import(store, "orgs.csv", ORGANISATIONS, |_| {});
        let text = "ods_code,list_size,as_of\nZ99001,8000,2026-01-01\nZ99001,9120,2026-10-01\nZ99002,1,2026-10-01\n";
        let outcome = import(store, "sizes.csv", text, |options| options.on_error = OnError::Skip);
        assert_eq!(outcome.summary.as_ref().unwrap().kind, FileKind::ListSizes);
        assert_eq!(counts(&outcome), (0, 1, 0, 0, 1));
        let sizes: Vec<Option<u32>> =
            store.organisations().unwrap().iter().map(|org| org.list_size).collect();
        assert_eq!(sizes, [None, None, Some(9120)]);
    });
}

#[test]
fn a_dropped_transaction_leaves_no_trace() {
    on_each(|store| {
        let origin = Origin { batch: BatchId(1), row: 2, seen_on: None };
        let asset = StoredAsset {
            tag: Some("T".parse().unwrap()),
            serial: None,
            class: ClassCatalogue::shipped().parse("laptop").unwrap(),
            values: Vec::new(),
            evidence: EvidenceMap::of_row(origin, [Field::AssetTag, Field::Class]),
            others: Others::default(),
        };
        let said = Fields::of(&asset);
        let import = || Command::import("assets", "a.csv", "refit", "2026-11-20T12:00:00Z");
        let mut transaction = store.begin(import()).unwrap();
        let key = transaction.insert_asset(&asset, origin, &said).unwrap();
        assert_eq!(transaction.asset(key).unwrap().as_ref(), Some(&asset));
        assert_eq!(transaction.asset(AssetKey(key.0 + 1)).unwrap(), None);
        assert!(transaction.insert_asset(&asset, origin, &said).is_err(), "a tag is unique");
        drop(transaction);
        assert_eq!(store.count_assets().unwrap(), 0);
        let mut transaction = store.begin(import()).unwrap();
        transaction.insert_asset(&asset, origin, &said).unwrap();
        transaction.commit().unwrap();
        assert_eq!(store.count_assets().unwrap(), 1);
    });
}

#[test]
fn documents_and_settings_are_kept_by_name() {
    on_each(|store| {
        let plan = Document::new("plan", "p1", "2026-11-20T12:00:00Z", "{}", b"{\"a\":1}".to_vec());
        store.put_document(&plan).unwrap();
        store.put_document(&Document::new("plan", "p0", "2026-11-21", "{}", vec![0; 3])).unwrap();
        store
            .put_document(&Document::new("plan-problem", "p1", "2026-11-21", "{}", vec![1]))
            .unwrap();
        assert_eq!(store.document("plan", "p1").unwrap(), Some(plan.clone()));
        assert_eq!(store.document("plan", "p9").unwrap(), None);
        let ids: Vec<String> =
            store.documents("plan").unwrap().into_iter().map(|about| about.id).collect();
        assert_eq!(ids, ["p1", "p0"]);
        assert_eq!(plan.about.bytes, 7);
        store.put_setting("organisation", "One ICB", "2026-11-21").unwrap();
        store.put_setting("organisation", "Two ICB", "2026-11-21").unwrap();
        assert_eq!(store.settings().unwrap()["organisation"], "Two ICB");
    });
}

fn dated(store: &mut dyn Store, day: &str, source: &str, text: &str) -> Outcome {
    import(store, &format!("{source}.csv"), text, |options| {
        options.recorded_at = format!("{day}T09:00:00Z");
        options.effective_on = Some(day.parse().unwrap());
        options.source = Some(source.to_owned());
        options.on_error = OnError::Skip;
    })
}

fn export(register: &crate::store::Register) -> String {
    let mut out = Vec::new();
    let head = serde_json::Map::new();
    crate::export::export(register, FileKind::Assets, crate::export::Format::Csv, &head, &mut out)
        .unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn both_axes_of_time_are_answered() {
    on_each(|store| {
        dated(store, "2026-01-31", "a", "asset_tag,class,ram_gib\nT1,desktop,8\n");
        dated(store, "2026-06-30", "b", "asset_tag,class,ram_gib\nT1,,16\nT2,laptop,16\n");
        // Recorded last, of a day in between.
        let late = |options: &mut Options<'_>| {
            options.recorded_at = "2026-09-01T09:00:00Z".to_owned();
            options.effective_on = Some("2026-03-31".parse().unwrap());
        };
        import(store, "late.csv", "asset_tag,ram_gib,notes\nT1,12,late\n", late);
        let at = |as_of: Option<&str>, recorded_by: Option<&str>| {
            let moment = Moment {
                as_of: as_of.map(|day| day.parse().unwrap()),
                recorded_by: recorded_by.map(str::to_owned),
            };
            export(&store.register_at(&moment).unwrap())
        };
        let rows = |text: &str| {
            text.lines()
                .skip(1)
                .map(|line| line.trim_end_matches(',').to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(at(None, None), export(&store.register().unwrap()));
        assert!(at(None, None).contains("T1,,desktop,,,,,,,,,,,,,,,,,late"), "{}", at(None, None));
        assert_eq!(rows(&at(Some("2026-02-28"), None)).len(), 1);
        assert!(at(Some("2026-02-28"), None).contains(",8,"));
        assert!(at(Some("2026-04-30"), None).contains(",12,"), "what is now known of April");
        assert!(
            !at(Some("2026-04-30"), Some("2026-07-31")).contains(",12,"),
            "what was believed in July"
        );
        assert_eq!(rows(&at(Some("2026-07-31"), None)).len(), 2);
        assert!(at(Some("2026-07-31"), None).contains(",16,"));
        assert_eq!(at(Some("2020-01-01"), None), at(Some("2026-01-31"), None), "the first day");
        assert_eq!(rows(&at(None, Some("2026-01-30"))), Vec::<String>::new());
        assert_eq!(rows(&at(None, Some("2026-01-31"))).len(), 1, "a day counts whole");
    });
}

#[test]
fn an_import_that_is_taken_back_leaves_what_was_before_and_what_came_after() {
    on_each(|store| {
        import(store, "orgs.csv", ORGANISATIONS, |_| {});
        import(store, "a.csv", ASSETS, |_| {});
        let before = export(&store.register().unwrap());
        let organisations = store.organisations().unwrap();
        import(
            store,
            "o.csv",
            "ods_code,name,kind\nZ99001,Other name,practice\nZ99003,New,practice\n",
            |_| {},
        );
        import(
            store,
            "b.csv",
            "asset_tag,class,ram_gib,notes\nT1,,64,wrong\nT9,laptop,,\n",
            |_| {},
        );
        let undo = |store: &mut dyn Store, batch: u32| {
            let command = Command::undo(BatchId(batch), "2026-11-21T12:00:00Z");
            let mut transaction = store.begin(command).unwrap();
            let undone = transaction.undo(BatchId(batch));
            undone.map(|undone| transaction.commit().map(|()| undone).unwrap())
        };
        let undone = undo(store, 4).unwrap();
        assert_eq!((undone.changed, undone.removed, undone.other), (1, 1, 0));
        assert_eq!(export(&store.register().unwrap()), before);
        let undone = undo(store, 3).unwrap();
        assert_eq!((undone.changed, undone.removed, undone.other), (0, 0, 2));
        assert_eq!(store.organisations().unwrap(), organisations);
        import(store, "c.csv", "asset_tag,class,notes\nT7,laptop,\n", |_| {});
        import(store, "d.csv", "asset_tag,notes\nT7,later\n", |_| {});
        let refused = undo(store, 5).unwrap_err();
        assert_eq!(refused.fault, crate::store::StoreFault::Undo);
        undo(store, 6).unwrap();
        undo(store, 5).unwrap();
        assert_eq!(export(&store.register().unwrap()), before);
        assert_eq!(store.history("T1").unwrap().len(), 2, "the ledger keeps both");
    });
}

#[test]
fn a_command_is_done_once() {
    on_each(|store| {
        let once = |store: &mut dyn Store| {
            let classes = ClassCatalogue::shipped();
            let mut options = Options::new(&classes, "2026-11-20T12:00:00Z");
            options.id = Some("monday".to_owned());
            let text = "asset_tag,class\nT1,desktop\n";
            run(store, Input { name: "a.csv".into(), reader: text.as_bytes() }, options)
        };
        once(store).unwrap();
        let head = store.head().unwrap();
        assert_eq!(once(store).unwrap_err().fault, crate::store::StoreFault::Repeated);
        assert_eq!(store.head().unwrap(), head);
    });
}

mod random {
    use proptest::prelude::*;

    use super::*;
    use crate::ledger::describe;

    /// A file of a source: what it says of devices, and the day it is of.
    #[derive(Clone, Debug)]
    struct File {
        source: u8,
        day: u32,
        rows: Vec<(u8, Option<u8>, Option<u8>)>,
    }

    fn files() -> impl Strategy<Value = Vec<File>> {
        let row = (0_u8..6, prop::option::of(1_u8..4), prop::option::of(1_u8..9));
        let file = (0_u8..3, 1_u32..28, prop::collection::vec(row, 0..6))
            .prop_map(|(source, day, rows)| File { source, day, rows });
        prop::collection::vec(file, 1..6)
    }

    fn text(file: &File) -> String {
        let mut text = "asset_tag,class,ram_gib,cores\n".to_owned();
        let mut seen = std::collections::BTreeSet::new();
        for (device, ram, cores) in &file.rows {
            if seen.insert(device) {
                let cell =
                    |value: &Option<u8>| value.map(|value| value.to_string()).unwrap_or_default();
                writeln!(text, "T{device},desktop,{},{}", cell(ram), cell(cores)).unwrap();
            }
        }
        text
    }

    /// The state of a moment by the slow way: the included events one after the other into maps, with the rule for two
    /// observations written anew.
    fn naive(store: &dyn Store, as_of: Option<chrono::NaiveDate>, recorded: usize) -> Vec<String> {
        let commands = store.commands().unwrap();
        let known = &commands[..recorded];
        let first = known.iter().map(|logged| logged.command.effective_on).min();
        let limit = as_of.zip(first).map(|(as_of, first)| as_of.max(first));
        let mut devices = std::collections::BTreeMap::<
            String,
            std::collections::BTreeMap<&str, (chrono::NaiveDate, String)>,
        >::new();
        let mut names = std::collections::BTreeMap::new();
        for seq in 0..store.head().unwrap().size {
            let event = describe(&store.event(seq).unwrap().unwrap()).unwrap();
            let Some(logged) = known.iter().find(|logged| logged.seq == event.command) else {
                continue;
            };
            let day = logged.command.effective_on;
            if event.what != "seen" || limit.is_some_and(|limit| day > limit) {
                continue;
            }
            let tag = event.fields.iter().find(|(name, _)| *name == "asset_tag").unwrap().1.clone();
            names.insert(event.subject.clone(), tag.clone());
            let fields = devices.entry(tag).or_default();
            for (name, value) in event.fields {
                if fields.get(name).is_none_or(|(known, _)| day >= *known) {
                    fields.insert(name, (day, value));
                }
            }
        }
        devices
            .into_iter()
            .map(|(tag, fields)| {
                let get =
                    |name| fields.get(name).map(|(_, value)| value.clone()).unwrap_or_default();
                format!("{tag},{},{}", get("ram_gib"), get("cores"))
            })
            .collect()
    }

    fn rows(register: &crate::store::Register) -> Vec<String> {
        (0..register.len())
            .map(|device| {
                let get = |field: Field| {
                    register
                        .value(field, device)
                        .map(|value| value.to_text(field.kind()))
                        .unwrap_or_default()
                };
                format!("{},{},{}", register.label(device), get(Field::RamGib), get(Field::Cores))
            })
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn any_moment_is_what_a_naive_replay_gives(files in files(), as_of in prop::option::of(1_u32..29)) {
            let mut store = MemoryStore::new(estate());
            for (number, file) in files.iter().enumerate() {
                let source = format!("s{}", file.source);
                import(&mut store, "f.csv", &text(file), |options| {
                    options.recorded_at = format!("2026-11-{:02}T00:00:00Z", number.saturating_add(1));
                    options.effective_on = chrono::NaiveDate::from_ymd_opt(2026, 10, file.day);
                    options.source = Some(source.clone());
                });
            }
            let as_of = as_of.and_then(|day| chrono::NaiveDate::from_ymd_opt(2026, 10, day));
            for recorded in 0..=files.len() {
                let moment = Moment {
                    as_of,
                    recorded_by: Some(if recorded == 0 { "2026-10-31".to_owned() } else { format!("2026-11-{recorded:02}") }),
                };
                let register = store.register_at(&moment).unwrap();
                prop_assert_eq!(rows(&register), naive(&store, as_of, recorded));
            }
            prop_assert_eq!(rows(&store.register().unwrap()), naive(&store, None, files.len()));
            prop_assert_eq!(store.audit(&[]).unwrap().findings, []);
        }

        #[test]
        fn taking_the_last_import_back_restores_the_state(files in files()) {
            let mut store = MemoryStore::new(estate());
            let mut states = Vec::new();
            for file in &files {
                states.push(store.register().map(|register| rows(&register)).unwrap());
                let source = format!("s{}", file.source);
                import(&mut store, "f.csv", &text(file), |options| {
                    options.effective_on = chrono::NaiveDate::from_ymd_opt(2026, 10, file.day);
                    options.source = Some(source.clone());
                });
            }
            for (number, state) in states.iter().enumerate().rev() {
                let number = u32::try_from(number.saturating_add(1)).unwrap();
                let mut transaction = store.begin(Command::undo(BatchId(number), "2026-11-21")).unwrap();
                transaction.undo(BatchId(number)).unwrap();
                transaction.commit().unwrap();
                prop_assert_eq!(&rows(&store.register().unwrap()), state);
                prop_assert_eq!(store.audit(&[]).unwrap().findings, []);
            }
        }
    }
}
