//! What a proposal says: the eight fields that its hash is of.
//!
//! Invariants: a document has one form in bytes, its canonical JSON, and is named by the hash of those; a [`Document`]
//! was read from exactly that form, is bounded in size, and has no text that could pose as another.

mod complete;
mod fields;
pub mod text;

use std::fmt;
use std::str::FromStr;

use borsh::{BorshDeserialize, BorshSerialize};
use sha2::{Digest as _, Sha256};

pub use complete::{canonical, complete};

use super::decimal::{self, DecimalError};
use super::json::{Json, JsonError};
use super::version::{Version, VersionError};
use crate::economics::Parameters;
use crate::economics::parameters::{NepType, ParameterError};
use crate::types::hex;

/// The fields that the hash covers.
pub const FIELDS: [&str; 8] = [
    "title",
    "nep_type",
    "abstract",
    "motivation",
    "specification",
    "parameter_changes",
    "economic_impact",
    "upgrade_path",
];
/// The fields of a parameter change.
pub const CHANGE_FIELDS: [&str; 5] = ["module", "parameter", "old_value", "new_value", "rationale"];
/// The fields of the economic impact.
pub const IMPACT_FIELDS: [&str; 9] = [
    "training_reward_multiplier",
    "training_efficiency_multiplier",
    "inference_reward_multiplier",
    "inference_cost_multiplier",
    "min_memory_change_mb",
    "min_compute_change_tflops",
    "staking_multiplier_change",
    "upgrade_cost_neuro",
    "net_earnings_change_percent",
];
/// The fields of the upgrade path.
pub const UPGRADE_FIELDS: [&str; 7] = [
    "min_version",
    "target_version",
    "grace_period_days",
    "activation_delay_blocks",
    "backward_compatible",
    "requires_checkpoint_reload",
    "migration_steps",
];

/// Bytes of the canonical form at most.
pub const CANONICAL_MAX: usize = 96 << 10;
/// Characters of a title at most.
pub const TITLE_MAX: usize = 120;
/// Parameter changes at most.
pub const CHANGES_MAX: usize = 32;
/// Migration steps at most.
pub const STEPS_MAX: usize = 64;
/// Days of grace at most.
pub const GRACE_DAYS_MAX: u64 = 365;
/// Blocks of delay at most.
pub const DELAY_BLOCKS_MAX: u64 = 10_000_000;

/// A proposal as it is hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// One line.
    pub title: String,
    /// What it is about, which decides what it may change.
    pub nep_type: NepType,
    /// `abstract`: what is proposed, in a paragraph.
    pub summary: String,
    /// Why.
    pub motivation: String,
    /// What exactly.
    pub specification: String,
    /// Which parameters change.
    pub parameter_changes: Vec<Change>,
    /// What it costs and earns.
    pub economic_impact: Impact,
    /// How nodes follow it.
    pub upgrade_path: UpgradePath,
}

/// One parameter that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where it belongs, such as `reward`.
    pub module: String,
    /// Its name there, such as `training`.
    pub parameter: String,
    /// What it is now.
    pub old_value: Given,
    /// What it shall be.
    pub new_value: Given,
    /// Why that much.
    pub rationale: String,
}

/// A parameter's value as a document gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// A number, as it was written.
    Number(String),
    /// A text, such as a decimal in quotes.
    Text(String),
    /// On or off.
    Flag(bool),
}

impl Given {
    /// The text that the table of parameters reads: a plain decimal, or what stood in quotes, or `true` or `false`.
    pub fn plain(&self) -> Result<String, DecimalError> {
        match self {
            Self::Number(token) => decimal::plain(token),
            Self::Text(text) => Ok(text.clone()),
            Self::Flag(flag) => Ok(flag.to_string()),
        }
    }
}

/// What a proposal costs and earns, by its author's estimate; numbers as they were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impact {
    /// Pay for training; 1 is as now.
    pub training_reward_multiplier: String,
    /// What is learned from the same work; 1 is as now.
    pub training_efficiency_multiplier: String,
    /// Pay for inference; 1 is as now.
    pub inference_reward_multiplier: String,
    /// What inference costs its users; 1 is as now.
    pub inference_cost_multiplier: String,
    /// Megabytes of memory that a node needs more.
    pub min_memory_change_mb: String,
    /// TFLOPS that a node needs more.
    pub min_compute_change_tflops: String,
    /// What stake multiplies pay by, more than now.
    pub staking_multiplier_change: String,
    /// What following costs a node.
    pub upgrade_cost_neuro: String,
    /// Percent that a node earns more.
    pub net_earnings_change_percent: String,
}

/// How nodes follow a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpgradePath {
    /// Versions below it can't follow.
    pub min_version: Version,
    /// The version that has it.
    pub target_version: Version,
    /// Time between approval and activation.
    pub grace_period_days: u64,
    /// Blocks between approval and activation.
    pub activation_delay_blocks: u64,
    /// Whether nodes that do not follow go on working.
    pub backward_compatible: bool,
    /// Whether the model is loaded anew.
    pub requires_checkpoint_reload: bool,
    /// What a node's keeper has to do.
    pub migration_steps: Vec<String>,
}

/// Something wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {fault}")]
pub struct Problem {
    /// Such as `parameter_changes[1].new_value`.
    pub field: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Not there.
    #[error("is missing")]
    Missing,
    /// There, and nothing in it.
    #[error("is empty; whoever votes has to know")]
    Empty,
    /// There, and unknown.
    #[error("is no field that a proposal has")]
    Unknown,
    /// Of another kind.
    #[error("has to be {0}")]
    Kind(&'static str),
    /// Not a type of proposals.
    #[error("there is no type {0:?}: it is arch, econ, train, net, gov or emergency")]
    Type(String),
    /// Too much of it.
    #[error("has {count} {what}, and {most} are the most")]
    Many {
        /// How many.
        count: usize,
        /// Of what.
        what: &'static str,
        /// How many are allowed.
        most: usize,
    },
    /// A count above its limit.
    #[error("is {0}, and {1} is the most")]
    High(u64, u64),
    /// A character that shows as nothing, or makes others show as what they are not.
    #[error("has the character U+{0:04X}, which can make a text look like another")]
    Character(u32),
    /// A number that can't be written out.
    #[error(transparent)]
    Decimal(#[from] DecimalError),
    /// No version.
    #[error(transparent)]
    Version(#[from] VersionError),
    /// Not what the table of parameters allows.
    #[error(transparent)]
    Parameter(Box<ParameterError>),
    /// For proposals of another type.
    #[error("{name} is changed by proposals of the type {by}, not {kind}")]
    Foreign {
        /// The parameter.
        name: String,
        /// Types that may.
        by: String,
        /// The type at hand.
        kind: &'static str,
    },
    /// Things have changed, or never were like that.
    #[error("{name} is {now} now, not {given}")]
    Old {
        /// The parameter.
        name: String,
        /// The value in force.
        now: String,
        /// What the document says.
        given: String,
    },
    /// A change to what is.
    #[error("{name} is {now} already")]
    Same {
        /// The parameter.
        name: String,
        /// The value in force.
        now: String,
    },
    /// One parameter, two changes.
    #[error("{name} is changed by parameter_changes[{first}] already")]
    Twice {
        /// The parameter.
        name: String,
        /// The change before.
        first: usize,
    },
}

impl From<ParameterError> for Fault {
    fn from(error: ParameterError) -> Self {
        Self::Parameter(Box::new(error))
    }
}

/// Why bytes are no document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// Too large.
    #[error("a proposal of {0} bytes is too large: {CANONICAL_MAX} are the most")]
    Large(usize),
    /// Not even JSON.
    #[error("a proposal is no JSON: {0}")]
    Json(#[from] JsonError),
    /// JSON, but no object.
    #[error("a proposal is a table of fields, and this is none")]
    Table,
    /// Right, but written in another way than the one that is hashed.
    #[error("a proposal is not in its canonical form")]
    Canonical,
    /// A field.
    #[error(transparent)]
    Field(#[from] Problem),
}

/// Names a document: the first 16 bytes of the SHA-256 of its canonical form.
#[derive(Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, std::hash::Hash, BorshSerialize, BorshDeserialize)]
pub struct ContentHash(pub [u8; 16]);

/// Why a text is no content hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no content hash: 32 hexadecimal digits are expected")]
pub struct ContentHashError(String);

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&hex::encode(&self.0))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for ContentHash {
    type Err = ContentHashError;

    fn from_str(text: &str) -> Result<Self, ContentHashError> {
        hex::array(text).map(Self).ok_or_else(|| ContentHashError(text.chars().take(80).collect()))
    }
}

crate::types::text!(ContentHash, parsed);

/// The name of a canonical form.
#[must_use]
pub fn content_hash(canonical: &[u8]) -> ContentHash {
    let hash = Sha256::digest(canonical);
    ContentHash(hash.first_chunk().copied().unwrap_or_default())
}

/// What a document is called before the chain gives it a number.
#[must_use]
pub fn draft_id(hash: ContentHash) -> String {
    hash.to_string().chars().take(8).fold("NEP-DRAFT-".to_owned(), |id, digit| id + digit.encode_utf8(&mut [0; 4]))
}

impl Document {
    /// Reads a canonical form, and nothing but that.
    pub fn read(canonical: &[u8]) -> Result<Self, DocumentError> {
        if canonical.len() > CANONICAL_MAX {
            return Err(DocumentError::Large(canonical.len()));
        }
        let json = Json::read(canonical)?;
        if json.write().as_bytes() != canonical {
            return Err(DocumentError::Canonical);
        }
        Self::of(&json).map_err(|problems| problems.into_iter().next().map_or(DocumentError::Table, Into::into))
    }

    /// The document that the eight fields make, or everything that is wrong with them.
    pub fn of(json: &Json) -> Result<Self, Vec<Problem>> {
        let (document, problems) = fields::survey(json);
        if problems.is_empty() { Ok(document) } else { Err(problems) }
    }

    /// The same where something is wrong: what can be read, with something standing in for what can't, and everything
    /// that is wrong, of the fields and against the parameters.
    #[must_use]
    pub fn survey(json: &Json, parameters: &Parameters) -> (Self, Vec<Problem>) {
        let (document, mut problems) = fields::survey(json);
        let is_wrong = |field: &str| problems.iter().any(|problem| problem.field == field);
        let mut against = document.check(parameters);
        against.retain(|Problem { field, fault }| {
            // What stands in for a field is nobody's mistake.
            let named = field.rsplit_once('.').map_or(field.as_str(), |(change, _)| change);
            let whole = [named.to_owned(), format!("{named}.module"), format!("{named}.parameter")];
            let foreign = matches!(fault, Fault::Foreign { .. });
            let stood_in = is_wrong(field) || whole.iter().any(|field| is_wrong(field));
            !stood_in && (!foreign || !is_wrong("nep_type"))
        });
        problems.append(&mut against);
        (document, problems)
    }
}

impl Impact {
    /// The estimates of a whole proposal, whatever they are: what is no number stays the text it is written as.
    pub fn of(json: &Json) -> Result<Self, DocumentError> {
        let complete = complete(json)?;
        let impact = complete.get("economic_impact");
        Ok(fields::impact(&mut |name| impact.and_then(|impact| impact.get(name)).map_or_else(String::new, Json::write)))
    }
}

#[cfg(test)]
pub(super) mod tests;
