//! `refit wes lock`: the versions and hashes that profiles resolve to, written beside them.

use std::path::Path;

use wes::lock::{FILE, Lock};

use super::named;
use crate::codes;
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::output::write_file;
use crate::profiles;

/// Writes the lock of profiles that lie in one folder.
pub(super) fn run(context: &Context, paths: &[String]) -> Result<Finish, Failure> {
    let names = named(paths)?;
    let folder = |name: &String| Path::new(name).parent().map(Path::to_path_buf);
    let mut folders: Vec<_> = names.iter().filter_map(folder).collect();
    folders.sort();
    folders.dedup();
    let ([folder], true) = (folders.as_slice(), names.iter().all(|name| Path::new(name).is_file()))
    else {
        return Err(Failure::error(
            codes::USAGE,
            "a lock is written beside the profiles that it locks, in one folder",
        )
        .help("give files of one folder; shipped profiles change only with Refit itself"));
    };
    let mut all = Vec::new();
    for name in &names {
        let (profile, problems) = profiles::read_unlocked(name)?;
        let Some(profile) = profile else { return Err(problems.into()) };
        context.messages.diagnostics(&problems);
        all.push(profile);
    }
    let target = folder.join(FILE);
    let text = Lock::text(&all);
    write_file(&target, |out| out.write_all(text.as_bytes()))?;
    context.messages.note(&format!("wrote {}", target.display()));
    Ok(Finish::Done)
}
