//! Segments: the pieces that training is checked by, and the record of each that a receipt commits to.

use crate::types::{Hash, merkle};
use borsh::{BorshDeserialize, BorshSerialize};

/// What a node says of some consecutive inner steps. Whoever has the state before the round's first step, and the data,
/// can compute it again.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize, serde::Serialize, serde::Deserialize)]
pub struct SegmentRecord {
    /// The outer round.
    pub round: u64,
    /// The first inner step of it, counted from 0 within the round.
    pub first_step: u64,
    /// How many.
    pub steps: u64,
    /// Hash of weights and optimizer before them.
    pub start: Hash,
    /// Hash of weights and optimizer after them.
    pub end: Hash,
    /// Hash of all that came from outside: tokens, or what other stages sent.
    pub inputs: Hash,
    /// Hash of the sums of squares that gradients were clipped by.
    pub clipping: Hash,
    /// Loss of the last step in millionths.
    pub loss: i64,
}

/// The root that a receipt has.
#[must_use]
pub fn root(records: &[SegmentRecord]) -> Hash {
    merkle::root(records)
}
