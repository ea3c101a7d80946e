//! `completions`: print a shell's completion script.

use std::fmt;

use neuroshard_commands::CompletionsArgs;
use serde::Serialize;

use super::{AppError, Context, Exit, Report};

#[derive(Serialize)]
struct Script {
    shell: String,
    script: String,
}

impl Report for Script {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        w.write_str(&self.script)
    }
}

pub(super) fn completions(cx: &Context, args: &CompletionsArgs) -> Result<Exit, AppError> {
    let script = neuroshard_commands::completions(args.shell);
    cx.out.emit(&Script { shell: args.shell.to_string(), script })?;
    Ok(Exit::Success)
}
