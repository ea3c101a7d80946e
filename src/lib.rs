//! NeuroShard: train one language model together with everyone else, and continue text with it.
//!
//! # Where things are
//!
//! The program is a hub, this crate, and leaves that know nothing of it or of each other:
//!
//! | crate | owns | must always hold |
//! |---|---|---|
//! | `neuroshard` (`src/`) | what the program means: one handler a command | data on standard output, everything else on standard error |
//! | `neuroshard-commands` (`commands/`) | what can be typed: grammar, completions, manual pages | a value that cannot be right never reaches a handler |
//! | `neuroshard-tui` (`tui/`) | the dashboard: a snapshot in, frames and actions out | the terminal is put back, whatever ends the program |
//! | `neuroshard-model` (`model/`) | the language model: tokenizer, data, training, generation | no tensor type in its interface; everything is reproducible from its seeds |
//!
//! Inside this crate:
//!
//! - [`types`] are the words of the ledger: amounts, factors, hashes, keys, addresses, Merkle trees.
//! - [`economics`] is what work earns and what spending costs, as functions of one table of parameters.
//! - [`governance`] is how the rules change: what a proposal says, how its votes are counted, what it pays.
//! - [`governance`] is what a proposal says, how it is judged and counted, and which programs go together.
//! - [`ledger`] is the state machine: transactions and blocks in, balances and one root hash out.
//! - [`consensus`] agrees on one block a height: a step machine that the node drives, and the log that it restarts from.
//! - [`store`] keeps on disk what the others must not lose.
//! - [`node`] is the engine: a chain, a trainer, a door for questions, and an observer of all of them, under one supervisor.
//! - [`keystore`] keeps keys: the words of a wallet, the sealed files that hold them, a node's own key.
//! - [`config`] is what a node is started with: flag, environment, file, default.
//! - [`app`] turns arguments into an exit code. Start at [`app::run`]: it parses, builds a [`app::Context`] and hands
//!   both to the handler that has the command's name.
//!
//! # How a command runs
//!
//! ```text
//! argv ─► commands::Cli ─► app::run ─► app::<command>(&Context, args) ─► Result<Exit, AppError>
//!                                          │ cx.out.emit(&report)            │
//!                                          ▼                                 ▼
//!                                   stdout: text or JSON lines        stderr: error, causes, hints
//! ```
//!
//! A report is one struct with two renderings, an error is a kind, a cause and hints, and [`app::Exit`] lists every exit
//! code there is. `tests/it/tidy.rs` keeps the layers apart, and CONTRIBUTING.md says how to work on all of this.

pub mod app;
pub mod config;
pub mod consensus;
pub mod economics;
pub mod governance;
pub mod keystore;
pub mod ledger;
pub mod node;
pub mod store;
pub mod types;
