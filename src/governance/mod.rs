//! How the network changes its own rules: what a proposal (a NEP) says, how its votes are counted, what it pays.
//!
//! | file | owns |
//! |---|---|
//! | [`json`], [`decimal`] | documents as bytes: read strictly, written in one form only, numbers kept as they are |
//! | [`document`], [`check`], [`aliases`] | what is proposed, and whether the table of parameters allows it |
//! | [`describe`], [`template`] | the line about what it costs and earns; examples to begin with |
//! | [`id`], [`vocabulary`] | what proposals are called; new tokens |
//! | [`version`], [`protocol`] | which programs go on together |
//! | [`tally`], [`reward`] | counting votes, and pay for proposing and voting |
//!
//! Invariant: everything here is a function of its arguments; a document has one canonical form, and its hash is of that.
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

pub mod aliases;
pub mod check;
pub mod decimal;
pub mod describe;
pub mod document;
pub mod id;
pub mod json;
pub mod protocol;
pub mod reward;
pub mod tally;
pub mod template;
pub mod version;
pub mod vocabulary;
