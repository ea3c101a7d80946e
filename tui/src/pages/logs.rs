//! The log page: the log, and nothing else.

use super::{Page, only};
use crate::keys::Command;
use crate::panels::log::Log;

pub(super) fn page() -> Page {
    let foot = &[Command::Up, Command::Level, Command::Follow, Command::Filter, Command::NextMatch, Command::Open];
    Page::new(vec![Box::new(Log::default())], |area, _, _| only(1, 0, area), foot)
}
