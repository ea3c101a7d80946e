//! What a parameter can be, and the types of proposals that change parameters.
//!
//! Invariant: a name means one type or rule and is printed as it is read.

use crate::types::{Amount, Factor};
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;

/// What a proposal is about.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    BorshSerialize,
    BorshDeserialize,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum NepType {
    /// The model's shape and its parts.
    #[default]
    Arch,
    /// Rewards, fees and stake.
    Econ,
    /// How the model is trained.
    Train,
    /// How nodes work together.
    Net,
    /// How decisions are made.
    Gov,
    /// What can't wait.
    Emergency,
}

impl NepType {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Arch, Self::Econ, Self::Train, Self::Net, Self::Gov, Self::Emergency];

    /// As users write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Arch => "arch",
            Self::Econ => "econ",
            Self::Train => "train",
            Self::Net => "net",
            Self::Gov => "gov",
            Self::Emergency => "emergency",
        }
    }

    /// The type that a name means.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// How the contributions to an outer round become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum Aggregation {
    /// The mean without the largest and smallest values of each coordinate.
    TrimmedMean,
    /// The middle value of each coordinate.
    Median,
    /// The mean of the contributions that lie closest together.
    MultiKrum,
}

impl Aggregation {
    pub(super) const ALL: [Self; 3] = [Self::TrimmedMean, Self::Median, Self::MultiKrum];

    /// As users write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TrimmedMean => "trimmed_mean",
            Self::Median => "median",
            Self::MultiKrum => "multi_krum",
        }
    }
}

/// A parameter's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub enum Value {
    /// NEURO.
    Amount(Amount),
    /// A multiplier or a share of 1.
    Factor(Factor),
    /// A count of the entry's unit.
    Number(u64),
    /// On or off.
    Switch(bool),
    /// How contributions become one.
    Rule(Aggregation),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Amount(amount) => amount.fmt(f),
            Self::Factor(factor) => factor.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Switch(on) => on.fmt(f),
            Self::Rule(rule) => f.pad(rule.name()),
        }
    }
}
