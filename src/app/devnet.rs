//! `devnet`: a whole network of real nodes on this machine.

use anyhow::anyhow;
use neuroshard_commands::{DevnetArgs, DevnetCommand};

use super::{AppError, Context, Exit};

pub(super) fn devnet(_: &Context, args: &DevnetArgs) -> Result<Exit, AppError> {
    let DevnetCommand::Up(args) = &args.command;
    Err(AppError::refused(anyhow!("a devnet of {} nodes is not built in yet", args.nodes)))
}
