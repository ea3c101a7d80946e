//! What work earns, what spending costs, and what stake is worth: functions of the [`Parameters`] and nothing else.
//!
//! Invariants: integers only, rounded down, each rounding stated; a number that may ever change is a parameter.
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

pub mod fees;
pub mod limits;
pub mod parameters;
pub mod reputation;
pub mod rewards;
pub mod stake;
pub mod value;

pub use parameters::Parameters;
