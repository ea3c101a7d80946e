//! `nep wait`: until a proposal has a status, or can no longer have it.

use std::time::{Duration, Instant};

use anyhow::anyhow;
use neuroshard_commands::{NepStatus, NepWaitArgs};
use serde::Serialize;
use std::fmt;

use super::{absent, named, shown};
use crate::app::client::{explain, running};
use crate::app::output::Report;
use crate::app::{AppError, Context, Exit};
use crate::governance::id::NepId;
use crate::ledger::neps::Status;
use crate::node::client::Source;
use crate::node::queries::governance::NepAnswer;

/// How long the node is asked to wait at once.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) fn wait(cx: &Context, args: &NepWaitArgs) -> Result<Exit, AppError> {
    let id = named(&args.id)?;
    let source = Source::Node(running(cx)?);
    let until = args.timeout.map(|timeout| Instant::now() + timeout);
    let mut found = source.nep(id).map_err(explain)?.ok_or_else(|| absent(id))?.nep;
    loop {
        match reached(found.status, args.status) {
            Some(true) => {
                cx.out.emit(&Reached::of(&found))?;
                return Ok(Exit::Success);
            }
            Some(false) => return Err(AppError::refused(anyhow!("{}", over(&found)))),
            None => {}
        }
        let left = until.map_or(PATIENCE, |until| until.saturating_duration_since(Instant::now()));
        if left.is_zero() {
            let says = format!("{id} is still {}", found.status.phrase());
            return Err(AppError::refused(anyhow!(says)).hint("wait longer with --timeout"));
        }
        found = source.nep_after(id, found.status, left.min(PATIENCE)).map_err(explain)?.ok_or_else(|| absent(id))?.nep;
    }
}

fn over(nep: &NepAnswer) -> String {
    let reason = nep.reason.as_deref().map(|reason| format!(": {}", shown(reason))).unwrap_or_default();
    format!("{} is {}{reason}", nep.id, nep.status.name())
}

/// Whether a proposal has a status, or once was scheduled if that is wanted; nothing while it may still come to have it.
fn reached(now: Status, wanted: NepStatus) -> Option<bool> {
    let step = |status: Status| match status {
        Status::Review => Some(0),
        Status::Voting => Some(1),
        Status::Scheduled => Some(2),
        Status::Active => Some(3),
        Status::Deprecated => Some(4),
        Status::Rejected | Status::Withdrawn | Status::Failed => None,
    };
    let lasting = matches!(wanted, NepStatus::Approved | NepStatus::Scheduled);
    let wanted = super::status(wanted);
    if now == wanted {
        return Some(true);
    }
    match (step(now), step(wanted)) {
        // What is scheduled may be in force before anybody looks.
        (Some(now), Some(wanted)) if now > wanted => Some(lasting),
        (Some(now), Some(wanted)) => (now >= wanted).then_some(true),
        // What is over stays so; what is approved can still fail, and nothing else.
        _ if now.is_over() => Some(false),
        (Some(2), None) if wanted != Status::Failed => Some(false),
        _ => None,
    }
}

#[derive(Serialize)]
struct Reached {
    id: NepId,
    status: Status,
    activation_height: Option<u64>,
    ends_at: Option<String>,
}

impl Reached {
    fn of(nep: &NepAnswer) -> Self {
        let NepAnswer { id, status, activation_height, .. } = *nep;
        Self { id, status, activation_height, ends_at: nep.ends_at.clone() }
    }
}

impl Report for Reached {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        write!(w, "{} is {}", self.id, self.status.phrase())?;
        match (self.status, self.activation_height, &self.ends_at) {
            (Status::Scheduled | Status::Active, Some(height), _) => writeln!(w, ", in force from block {height} on"),
            (_, _, Some(ends)) => writeln!(w, " until {ends}"),
            _ => writeln!(w),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_passed_is_passed_and_what_is_over_never_will_be() {
        assert_eq!(reached(Status::Review, NepStatus::Voting), None);
        assert_eq!(reached(Status::Voting, NepStatus::Voting), Some(true));
        assert_eq!(reached(Status::Active, NepStatus::Voting), Some(false));
        assert_eq!(reached(Status::Active, NepStatus::Scheduled), Some(true));
        assert_eq!(reached(Status::Deprecated, NepStatus::Active), Some(false));
        assert_eq!(reached(Status::Scheduled, NepStatus::Approved), Some(true));
        assert_eq!(reached(Status::Rejected, NepStatus::Active), Some(false));
        assert_eq!(reached(Status::Rejected, NepStatus::Rejected), Some(true));
        assert_eq!(reached(Status::Voting, NepStatus::Rejected), None);
        assert_eq!(reached(Status::Scheduled, NepStatus::Rejected), Some(false));
        assert_eq!(reached(Status::Scheduled, NepStatus::Failed), None);
        assert_eq!(reached(Status::Active, NepStatus::Failed), Some(false));
    }
}
