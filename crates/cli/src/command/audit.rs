//! `refit audit`: the ledger of the estate.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use inventory::Store as _;
use inventory::ledger::note::{Checkpoint, Signer, Verifier, base64_encode, checkpoint_text};
use inventory::ledger::proof::Proof;
use inventory::ledger::{Command, Head, describe, tree};
use inventory::store::Access;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::args::Format;
use crate::codes;
use crate::context::Context;
use crate::estate;
use crate::failure::{Failure, Finish};
use crate::output::{Envelope, read_source};
use crate::terminal::{Align, Listing};

/// Read, check, sign and prove the ledger: every change of the estate, in order.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  refit audit log\n  refit audit verify\n  \
                  refit audit key estate.key --name example.nhs.uk/QZ1\n  \
                  refit audit checkpoint --key estate.key -o 2026-11-21.checkpoint\n  \
                  refit audit prove 17 -o 17.proof\n  \
                  refit audit verify --proof 17.proof --checkpoint 2026-11-21.checkpoint --key estate.key.pub")]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List the commands that changed the estate, or single events
    #[command(
        after_help = "Examples:\n  refit audit log --limit 20\n  refit audit log --events --from 3 --json"
    )]
    Log {
        /// Every event instead of every command
        #[arg(long)]
        events: bool,
        /// Begin with this event
        #[arg(long, default_value_t = 0, value_name = "SEQ")]
        from: u64,
        /// No more than this many
        #[arg(long, value_name = "N")]
        limit: Option<usize>,
    },
    /// Recompute the ledger, replay it, and compare every row of the estate with it; or check a proof without an estate
    #[command(
        after_help = "Examples:\n  refit audit verify\n  refit audit verify --checkpoint last-year.checkpoint --key estate.key.pub\n  \
                      refit audit verify --proof 17.proof --checkpoint 2026-11-21.checkpoint --key estate.key.pub"
    )]
    Verify {
        /// A head that the ledger must go on from, or that a proof leads to
        #[arg(long = "checkpoint", value_name = "FILE")]
        checkpoints: Vec<PathBuf>,
        /// The public key that signed the checkpoints
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
        /// Check this proof against the checkpoint; no estate is needed
        #[arg(long, value_name = "FILE", requires = "checkpoints")]
        proof: Option<PathBuf>,
    },
    /// Write the head of the ledger, signed, and keep it in the estate
    #[command(
        after_help = "Example:\n  refit audit checkpoint --key estate.key -o 2026-11-21.checkpoint"
    )]
    Checkpoint {
        /// The secret key; without it the head is written unsigned and not kept
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
    },
    /// Prove that an event is in the ledger, or that an older head is its beginning
    #[command(
        after_help = "Examples:\n  refit audit prove 17 -o 17.proof\n  refit audit prove --since last-year.checkpoint -o growth.proof"
    )]
    Prove {
        /// The number of the event
        #[arg(value_name = "SEQ", required_unless_present = "since")]
        seq: Option<u64>,
        /// The older checkpoint
        #[arg(long, value_name = "FILE", conflicts_with = "seq")]
        since: Option<PathBuf>,
        /// Prove it for the ledger of this size (default: as it is now)
        #[arg(long, value_name = "SIZE")]
        size: Option<u64>,
    },
    /// Make a key that signs checkpoints: FILE is secret, FILE.pub is for everybody
    #[command(after_help = "Example:\n  refit audit key estate.key --name example.nhs.uk/QZ1")]
    Key {
        /// The file of the secret key, which must not exist
        file: PathBuf,
        /// The name of the ledger: a host name of yours, a slash, and the estate
        #[arg(long, value_name = "NAME")]
        name: String,
    },
}

/// What `refit audit verify --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// Whether nothing was found.
    verified: bool,
    /// How many events the ledger holds.
    events: u64,
    /// The root of the tree over them, recomputed, in base64.
    root: String,
    /// How many commands there are.
    commands: u64,
    /// How many devices were compared with their events.
    devices: u64,
    /// Everything that is not as the events say, the first thousand of it.
    findings: Vec<FindingReport>,
}

/// Something that is not as the events say.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FindingReport {
    /// The table, the ledger, or a checkpoint.
    place: String,
    /// The row: a key, a device, the number of an event, a file.
    row: String,
    /// What is wrong.
    finding: String,
}

/// Runs the command.
///
/// # Errors
/// When the estate, a key, a checkpoint or a proof cannot be read.
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<Finish, Failure> {
    match &arguments.what {
        What::Log { events: false, from, limit } => log(context, *from, *limit),
        What::Log { events: true, from, limit } => events(context, *from, *limit),
        What::Verify { checkpoints, key, proof: None } => {
            verify(context, checkpoints, key.as_deref())
        }
        What::Verify { checkpoints, key, proof: Some(proof) } => {
            offline(context, checkpoints, key.as_deref(), proof)
        }
        What::Checkpoint { key } => checkpoint(context, key.as_deref()),
        What::Prove { seq, since, size } => prove(context, *seq, since.as_deref(), *size),
        What::Key { file, name } => make_key(context, file, name),
    }
}

fn log(context: &Context, from: u64, limit: Option<usize>) -> Result<Finish, Failure> {
    let output = context.output(Listing::FORMATS)?;
    let store = estate::open(context, Access::Read)?;
    let names = [
        "event",
        "recorded_at",
        "effective_on",
        "command",
        "import",
        "source",
        "file",
        "actor",
        "reason",
        "id",
    ];
    let mut listing = Listing::new(names.map(|name| {
        (name, if name == "event" || name == "import" { Align::Right } else { Align::Left })
    }));
    let commands = store.commands()?;
    let wanted = commands.iter().filter(|logged| logged.seq >= from);
    for logged in wanted.take(limit.unwrap_or(usize::MAX)) {
        let command = &logged.command;
        let batch = command.batch.or(command.undoes);
        listing.push(vec![
            json!(logged.seq),
            json!(command.recorded_at),
            json!(command.effective_on.to_string()),
            json!(command.verb),
            json!(batch.map(|batch| batch.to_string())),
            json!(command.source),
            json!(command.file),
            json!(command.actor),
            json!(command.reason),
            json!(command.id),
        ]);
    }
    let head = store.head()?;
    if output.format() == Format::Json {
        let payload = json!({
            "events": head.size,
            "root": base64_encode(&head.root),
            "commands": listing.objects().collect::<Vec<_>>(),
        });
        output.write_json(&Envelope::new(
            "refit.audit-log/1",
            context.as_of(),
            Vec::new(),
            payload,
        ))?;
    } else {
        output.write(|out| listing.write(output.format(), out))?;
    }
    Ok(Finish::Done)
}

fn events(context: &Context, from: u64, limit: Option<usize>) -> Result<Finish, Failure> {
    let output = context.output(Listing::FORMATS)?;
    let store = estate::open(context, Access::Read)?;
    let size = store.head()?.size;
    let until = limit
        .and_then(|limit| u64::try_from(limit).ok())
        .map_or(size, |limit| size.min(from.saturating_add(limit)));
    let names = ["event", "command", "what", "subject", "line", "seen_on", "says"];
    let mut listing = Listing::new(names.map(|name| (name, Align::Left)));
    for seq in from..until {
        let bytes = store.event(seq)?.unwrap_or_default();
        let Some(event) = describe(&bytes) else {
            let message = format!("event {seq} cannot be read");
            return Err(Failure::error(inventory::codes::STORE_CONTENT, message)
                .help("`refit audit verify` says what is wrong"));
        };
        let says = if output.format() == Format::Json {
            let pairs = event.fields.iter().map(|(name, text)| ((*name).to_owned(), json!(text)));
            Value::Object(pairs.collect::<Map<_, _>>())
        } else {
            let words = event.fields.iter().map(|(name, text)| format!("{name}={text}"));
            json!(words.collect::<Vec<_>>().join(", "))
        };
        listing.push(vec![
            json!(event.seq),
            json!(event.command),
            json!(event.what),
            json!(event.subject),
            json!(event.line),
            json!(event.seen_on.map(|day| day.to_string())),
            says,
        ]);
    }
    if output.format() == Format::Json {
        let payload = json!({ "events": listing.objects().collect::<Vec<_>>() });
        output.write_json(&Envelope::new(
            "refit.audit-events/1",
            context.as_of(),
            Vec::new(),
            payload,
        ))?;
    } else {
        output.write(|out| listing.write(output.format(), out))?;
    }
    Ok(Finish::Done)
}

fn bad_file(path: &Path, why: impl std::fmt::Display) -> Failure {
    Failure::error(codes::READ, format!("cannot use `{}`: {why}", path.display()))
        .help("name a file that `refit audit` wrote")
}

fn read_checkpoint(path: &Path) -> Result<Checkpoint, Failure> {
    Checkpoint::parse(read_source(path)?.text()).map_err(|why| bad_file(path, why))
}

fn read_key(path: Option<&Path>) -> Result<Option<Verifier>, Failure> {
    let Some(path) = path else { return Ok(None) };
    Verifier::parse(read_source(path)?.text()).map(Some).map_err(|why| bad_file(path, why))
}

fn read_signer(path: &Path) -> Result<Signer, Failure> {
    Signer::parse(read_source(path)?.text()).map_err(|why| bad_file(path, why))
}

fn verify(
    context: &Context,
    checkpoints: &[PathBuf],
    key: Option<&Path>,
) -> Result<Finish, Failure> {
    let output = context.output(Listing::FORMATS)?;
    let key = read_key(key)?;
    let given = checkpoints
        .iter()
        .map(|path| Ok((path, read_checkpoint(path)?)))
        .collect::<Result<Vec<_>, Failure>>()?;
    let store = estate::open(context, Access::Read)?;
    let sizes: Vec<u64> = given.iter().map(|(_, checkpoint)| checkpoint.head.size).collect();
    let summary = store.audit(&sizes)?;
    let mut found: Vec<FindingReport> = summary
        .findings
        .iter()
        .map(|finding| FindingReport {
            place: finding.place.clone(),
            row: finding.row.clone(),
            finding: finding.what.clone(),
        })
        .collect();
    for (path, checkpoint) in &given {
        let name = path.display().to_string();
        let Head { size, .. } = checkpoint.head;
        let mut note = |finding: String| {
            found.push(FindingReport {
                place: "checkpoint".to_owned(),
                row: name.clone(),
                finding,
            });
        };
        if size > summary.head.size {
            note(format!("it is of {size} events, the ledger holds {}", summary.head.size));
        } else if !summary.heads.contains(&checkpoint.head) {
            note(format!("the first {size} events are not those that it signed"));
        }
        if key.as_ref().is_some_and(|key| !checkpoint.is_signed_by(key)) {
            note("it is not signed by the key".to_owned());
        }
    }
    let findings = found.len();
    let mut listing = Listing::new(["place", "row", "finding"].map(|name| (name, Align::Left)));
    for FindingReport { place, row, finding } in &found {
        listing.push(vec![json!(place), json!(row), json!(finding)]);
    }
    if output.format() == Format::Json {
        let payload = Report {
            verified: findings == 0,
            events: summary.head.size,
            root: base64_encode(&summary.head.root),
            commands: summary.commands,
            devices: summary.devices,
            findings: found,
        };
        output.write_json(&Envelope::new("refit.audit/1", context.as_of(), Vec::new(), payload))?;
    } else if findings > 0 {
        output.write(|out| listing.write(output.format(), out))?;
    }
    if key.is_none() && !given.is_empty() {
        context
            .messages
            .note("the signatures of the checkpoints were not checked; --key names the public key");
    }
    context.messages.note(&if findings == 0 {
        format!(
            "{} events of {} commands, {} devices: all is as the events say",
            summary.head.size, summary.commands, summary.devices
        )
    } else {
        format!("{findings} findings: the estate is not what its ledger says; restore a backup")
    });
    Ok(Finish::findings_if(findings > 0))
}

#[expect(clippy::too_many_lines, reason = "one check after the other, as they are told")]
fn offline(
    context: &Context,
    checkpoints: &[PathBuf],
    key: Option<&Path>,
    path: &Path,
) -> Result<Finish, Failure> {
    let output = context.output(&[Format::Plain, Format::Json])?;
    let key = read_key(key)?;
    let proof = Proof::parse(read_source(path)?.text()).map_err(|why| bad_file(path, why))?;
    let mut findings = Vec::new();
    let mut leads = false;
    for path in checkpoints {
        let checkpoint = read_checkpoint(path)?;
        let name = path.display();
        if key.as_ref().is_some_and(|key| !checkpoint.is_signed_by(key)) {
            findings.push(format!("{name} is not signed by the key"));
        }
        if checkpoint.head.size == proof.size() {
            leads = proof.holds(&checkpoint.head);
            if !leads {
                findings.push(format!("the proof does not lead to the root of {name}"));
            }
        } else if let Proof::Consistency { old, .. } = &proof
            && checkpoint.head.size == old.size
            && checkpoint.head != *old
        {
            findings.push(format!("the proof begins with another root than that of {name}"));
        }
    }
    if !leads && findings.is_empty() {
        findings
            .push(format!("no checkpoint is of the {} events that the proof is of", proof.size()));
    }
    let event = match &proof {
        Proof::Inclusion { event, .. } => describe(event),
        Proof::Consistency { .. } => None,
    };
    let holds = findings.is_empty();
    if output.format() == Format::Json {
        let says = event.as_ref().map(|event| {
            let pairs = event.fields.iter().map(|(name, text)| ((*name).to_owned(), json!(text)));
            json!({
                "event": event.seq,
                "command": event.command,
                "what": event.what,
                "subject": event.subject,
                "says": pairs.collect::<Map<_, _>>(),
            })
        });
        let payload = json!({
            "verified": holds,
            "size": proof.size(),
            "signature_checked": key.is_some(),
            "event": says,
            "findings": findings,
        });
        output.write_json(&Envelope::new(
            "refit.audit-proof/1",
            context.as_of(),
            Vec::new(),
            payload,
        ))?;
    } else {
        output.write(|out| {
            for finding in &findings {
                writeln!(out, "{finding}")?;
            }
            if !holds {
                return Ok(());
            }
            match &event {
                Some(event) => {
                    writeln!(
                        out,
                        "event {} is in the ledger: {} {}",
                        event.seq, event.what, event.subject
                    )?;
                    event.fields.iter().try_for_each(|(name, text)| {
                        writeln!(out, "  {name}: {}", crate::terminal::printable(text))
                    })
                }
                None => writeln!(
                    out,
                    "the older ledger is a beginning of that of {} events",
                    proof.size()
                ),
            }
        })?;
    }
    if key.is_none() {
        context.messages.note("signatures were not checked; --key names the public key");
    }
    Ok(Finish::findings_if(!holds))
}

fn checkpoint(context: &Context, key: Option<&Path>) -> Result<Finish, Failure> {
    let output = context.output(&[Format::Plain])?;
    let Some(key) = key else {
        let store = estate::open(context, Access::Read)?;
        let text = checkpoint_text("refit", &store.head()?);
        output.write(|out| out.write_all(text.as_bytes()))?;
        context.messages.note("unsigned: `refit audit key` makes a key to sign with");
        return Ok(Finish::Done);
    };
    let signer = read_signer(key)?;
    let mut store = estate::open(context, Access::Write)?;
    let head = store.head()?;
    let note = signer.sign(&head);
    let mut transaction = store.begin(Command::new("checkpoint", &context.recorded_at()))?;
    transaction.put_checkpoint(head.size, &note)?;
    transaction.commit()?;
    output.write(|out| out.write_all(note.as_bytes()))?;
    context.messages.note("keep a copy outside this machine: only that shows a ledger that was written anew as a whole");
    Ok(Finish::Done)
}

fn prove(
    context: &Context,
    seq: Option<u64>,
    since: Option<&Path>,
    size: Option<u64>,
) -> Result<Finish, Failure> {
    let output = context.output(&[Format::Plain])?;
    let older = since.map(read_checkpoint).transpose()?;
    let store = estate::open(context, Access::Read)?;
    let mut leaves = store.leaves()?;
    let held = u64::try_from(leaves.len()).unwrap_or(u64::MAX);
    let size = size.unwrap_or(held);
    let missing = |what: String| {
        Failure::error(codes::UNKNOWN_NAME, what).help("`refit audit log` lists the ledger")
    };
    if size > held {
        return Err(missing(format!("the ledger holds {held} events, not {size}")));
    }
    leaves.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    let proof = match (older, seq) {
        (Some(older), _) => {
            let old = older.head;
            let at = usize::try_from(old.size).unwrap_or(usize::MAX);
            let path = tree::prove_consistency(at, &leaves).ok_or_else(|| {
                missing(format!("the checkpoint is of {} events, the ledger of {size}", old.size))
            })?;
            Proof::Consistency { old, size, path }
        }
        (None, seq) => {
            let index = seq.unwrap_or_default();
            let at = usize::try_from(index).unwrap_or(usize::MAX);
            let none = || missing(format!("there is no event {index} among the first {size}"));
            let path = tree::prove_inclusion(at, &leaves).ok_or_else(none)?;
            let event = store.event(index)?.ok_or_else(none)?;
            Proof::Inclusion { index, size, event, path }
        }
    };
    output.write(|out| out.write_all(proof.to_text().as_bytes()))?;
    Ok(Finish::Done)
}

fn make_key(context: &Context, file: &Path, name: &str) -> Result<Finish, Failure> {
    let output = context.output(&[Format::Plain])?;
    let mut seed = [0_u8; 32];
    getrandom::fill(&mut seed).map_err(|error| {
        Failure::error(codes::INTERNAL, format!("the system gives no random bytes: {error}"))
    })?;
    let signer = Signer::new(name, &seed)
        .map_err(|why| Failure::error(codes::USAGE, format!("--name: {why}")))?;
    let public = signer.verifier().to_text();
    let mut beside = file.as_os_str().to_owned();
    beside.push(".pub");
    write_new(file, &signer.to_text(), true)?;
    write_new(Path::new(&beside), &public, false)?;
    output.write(|out| writeln!(out, "{public}"))?;
    context.messages.note(&format!(
        "{} is secret; give {} to everybody who checks",
        file.display(),
        Path::new(&beside).display()
    ));
    Ok(Finish::Done)
}

/// Writes a line to a file that must not exist.
fn write_new(path: &Path, line: &str, secret: bool) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if secret {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = secret;
    let written = options.open(path).and_then(|mut file| {
        writeln!(file, "{line}")?;
        file.sync_all()
    });
    written.map_err(|error| {
        Failure::error(codes::WRITE, format!("cannot write `{}`: {error}", path.display()))
            .help("name a file that does not exist yet")
    })
}
