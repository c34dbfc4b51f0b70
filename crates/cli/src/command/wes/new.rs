//! `refit wes new`: a profile to begin with.

use std::path::PathBuf;

use crate::codes;
use crate::context::Context;
use crate::failure::{Failure, Finish};
use crate::output::write_file;

/// What a new profile is begun with.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The id: small letters, digits, `-` and `_`
    id: String,
    /// Who answers for it
    #[arg(long, value_name = "NAME", default_value = "Head of primary care digital")]
    owner: String,
}

/// The text of every new profile, with places to fill in.
const TEMPLATE: &str = include_str!("../../../templates/wes/profile.toml");

/// Writes ID.toml into this folder, or where `--output` says.
pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Finish, Failure> {
    let plain = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_')
    };
    if arguments.id.is_empty() || arguments.id.len() > 64 || !arguments.id.bytes().all(plain) {
        return Err(Failure::error(codes::USAGE, format!("`{}` is not an id", arguments.id))
            .help("ids are 1 to 64 small letters, digits, `-` and `_`"));
    }
    let target = context.global().output.clone();
    let target = target.unwrap_or_else(|| PathBuf::from(format!("{}.toml", arguments.id)));
    if target.exists() {
        return Err(Failure::error(
            codes::USAGE,
            format!("`{}` exists and is not overwritten", target.display()),
        )
        .help("choose another id, or another file with --output"));
    }
    let owner = arguments.owner.replace('\\', "\\\\").replace('"', "\\\"");
    let from = context.as_of().to_string();
    let text =
        TEMPLATE.replace("@ID@", &arguments.id).replace("@OWNER@", &owner).replace("@FROM@", &from);
    write_file(&target, |out| out.write_all(text.as_bytes()))?;
    let name = target.display();
    context.messages.note(&format!(
        "wrote {name}; next: change it, `refit wes lint {name}`, `refit wes test {name} --mutate`"
    ));
    Ok(Finish::Done)
}
