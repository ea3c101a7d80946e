//! The dashboard of `neuroshard`: a [`Snapshot`](snapshot::Snapshot) in, frames and actions out.
//!
//! Knows nothing of nodes, ledgers and models; whoever runs it feeds it snapshots and carries out what people ask for.
//! [`App::update`] takes what happened, [`App::draw`] draws what is known; neither knows a terminal, a clock or I/O, so
//! tests press keys and look at what is drawn.
//!
//! | here | what it owns |
//! |---|---|
//! | `app` | the one state: what was heard, which page and layers are open, what a key or a click leads to |
//! | `pages` | which page has which panels, and where they stand at which size |
//! | `panels` | what is shown of a snapshot: state, keys and drawing |
//! | `layers` | what lies over a page: help, detail, questions |
//! | `editor` | the one line that is typed into: forms, filters, searches |
//! | `governance` | what this node's account may vote on, and why not |
//! | `keys` | the one table of keys that the help is built from |

mod app;
mod calendar;
mod canvas;
mod chart;
mod decimal;
pub mod demo;
mod editor;
mod feed;
mod format;
mod governance;
mod keys;
mod layers;
mod pages;
mod panels;
pub mod picture;
#[cfg(test)]
mod sample;
pub mod snapshot;
mod table;
pub mod terminal;
#[cfg(test)]
mod tests;
mod theme;

pub use app::{Action, App, Input, Notice, NoticeKind, Options};
pub use governance::Choice;
pub use theme::{Theme, ThemeName};
