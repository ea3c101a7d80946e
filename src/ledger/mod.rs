//! The ledger: what everyone has and did, the rules by which a block changes it, and the one hash that names all of it.
//!
//! | file | owns |
//! |---|---|
//! | [`state`], [`tree`] | records by key, drafts of changes; the authenticated map over them |
//! | [`snapshot`] | a whole state in chunks, each of which can be checked alone |
//! | [`transaction`], [`block`], [`reject`], [`events`] | what can be asked, and the answers |
//! | [`apply`], [`supply`] | the state machine, and that no NEURO appears or vanishes |
//! | [`genesis`], [`network`] | how a chain begins, where it stands, what is due when |
//! | [`accounts`], [`stakes`], [`nodes`], [`validators`] | who has what, and who may vote |
//! | [`neps`], [`voting`], [`electorate`], [`activation`], [`timers`] | proposals: submitting, voting, being in force |
//! | [`plans`], [`vocabulary`] | what rounds are trained by, and with which tokens, from which round on |
//! | [`rounds`], [`receipts`], [`segments`], [`maturity`], [`challenge`], [`service`] | work: contributing, claiming, being paid, being checked |
//!
//! Invariant: everything here is a function of its arguments; the same blocks give the same root on every machine.
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        clippy::float_arithmetic,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::iter_over_hash_type
    )
)]

pub mod accounts;
pub mod activation;
pub mod apply;
pub mod block;
pub mod challenge;
pub mod electorate;
pub mod events;
pub mod genesis;
pub mod maturity;
pub mod neps;
pub mod network;
pub mod nodes;
pub mod plans;
pub mod receipts;
pub mod reject;
pub mod rounds;
pub mod segments;
pub mod service;
pub mod snapshot;
pub mod stakes;
pub mod state;
pub mod supply;
pub mod timers;
pub mod transaction;
pub mod tree;
pub mod validators;
pub mod vocabulary;
pub mod voting;

#[cfg(test)]
pub(crate) mod tests;
