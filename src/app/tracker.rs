//! `tracker`: helps nodes to find each other.

use anyhow::anyhow;
use neuroshard_commands::TrackerArgs;

use super::{AppError, Context, Exit};

pub(super) fn tracker(_: &Context, args: &TrackerArgs) -> Result<Exit, AppError> {
    tracing::debug!("asked for a tracker: {args:?}");
    Err(AppError::refused(anyhow!("the tracker is not built in yet")))
}
