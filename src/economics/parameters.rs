//! The table of everything that governance can change: names, units, values, ranges, and who may change them.
//!
//! Invariants: a value in [`Parameters`] lies in its entry's range; the table's order is that of the encoding, so new
//! entries go to the end.

pub use super::value::{Aggregation, NepType, Value};
use crate::types::{Amount, Domain, Factor, Hash};
use borsh::{BorshDeserialize, BorshSerialize};

impl Value {
    /// Reads a value of the entry's kind: decimals of NEURO or of a share, or a count.
    pub fn parse(name: &str, text: &str) -> Result<Self, ParameterError> {
        let entries = Parameters::entries();
        let entry = entries.iter().find(|entry| entry.name == name);
        let entry = entry.ok_or_else(|| ParameterError::Unknown(name.chars().take(80).collect()))?;
        let value = match entry.default {
            Self::Amount(_) => text.parse().ok().map(Self::Amount),
            Self::Factor(_) => text.parse().ok().map(Self::Factor),
            Self::Number(_) => text.parse().ok().map(Self::Number),
            Self::Switch(_) => text.parse().ok().map(Self::Switch),
            Self::Rule(_) => Aggregation::ALL.into_iter().find(|rule| rule.name() == text).map(Self::Rule),
        };
        let shown = || text.chars().take(80).collect();
        value.ok_or_else(|| ParameterError::Kind { name: entry.name, unit: entry.unit, value: shown() })
    }
}

/// One line of the table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    /// `area.name`.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// What one of it is.
    pub unit: &'static str,
    /// Genesis value.
    pub default: Value,
    /// Smallest value allowed.
    pub least: Value,
    /// Largest value allowed.
    pub most: Value,
    /// Proposals that may change it; an emergency may change anything.
    pub by: &'static [NepType],
}

/// Two values that don't go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{first} and {second} would contradict each other")]
pub struct Contradiction {
    /// One parameter.
    pub first: &'static str,
    /// The other.
    pub second: &'static str,
}

/// Why a parameter can't be changed like that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// No entry of that name.
    #[error("there is no parameter {0:?}")]
    Unknown(String),
    /// Such as NEURO for a count.
    #[error("{name} is counted in {unit}, and {value} is no number of those")]
    Kind {
        /// The parameter.
        name: &'static str,
        /// Its unit.
        unit: &'static str,
        /// What was given.
        value: String,
    },
    /// What this program has no code for.
    #[error("{name} can only be {only} yet: this program does not have {value}")]
    Missing {
        /// The parameter.
        name: &'static str,
        /// The one value that there is.
        only: String,
        /// What was given.
        value: String,
    },
    /// Outside what is allowed.
    #[error("{name} may be {least} to {most} {unit}, not {value}")]
    Range {
        /// The parameter.
        name: &'static str,
        /// Its unit.
        unit: &'static str,
        /// Smallest value allowed.
        least: String,
        /// Largest value allowed.
        most: String,
        /// What was given.
        value: String,
    },
}

/// How values of a type are those of an entry.
trait Kind: Copy {
    fn value(self) -> Value;
    fn from(value: Value) -> Option<Self>;
}

macro_rules! kinds {
    ($($kind:ident, $variant:ident);+) => {$(
        impl Kind for $kind {
            fn value(self) -> Value {
                Value::$variant(self)
            }
            fn from(value: Value) -> Option<Self> {
                if let Value::$variant(value) = value { Some(value) } else { None }
            }
        }
    )+};
}
kinds!(Amount, Amount; Factor, Factor; u64, Number; bool, Switch; Aggregation, Rule);

const fn neuro(whole: u64) -> Amount {
    Amount::from_neuro(whole)
}

const fn nano(count: u128) -> Amount {
    Amount::from_nano(count)
}

/// A share in thousandths.
const fn mille(count: u64) -> Factor {
    Factor::from_parts(count.saturating_mul(1_000_000_000))
}

/// A share in hundred-thousandths.
const fn tiny(count: u64) -> Factor {
    Factor::from_parts(count.saturating_mul(10_000_000))
}

const DAY: u64 = 86_400;

macro_rules! parameters {
    ($($(#[doc = $about:literal])+ $field:ident: $kind:ident = $name:literal, $unit:literal,
        $default:expr, $least:expr => $most:expr, $by:ident;)+) => {
        /// The values in force, which every node has alike.
        #[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
        pub struct Parameters {
            $($(#[doc = $about])+ pub $field: $kind,)+
        }

        impl Default for Parameters {
            fn default() -> Self {
                Self { $($field: $default,)+ }
            }
        }

        impl Parameters {
            /// The table.
            #[must_use]
            pub fn entries() -> Vec<Entry> {
                vec![$(Entry {
                    name: $name,
                    about: concat!($($about),+).trim_ascii(),
                    unit: $unit,
                    default: <$kind as Kind>::value($default),
                    least: <$kind as Kind>::value($least),
                    most: <$kind as Kind>::value($most),
                    by: &[NepType::$by, NepType::Emergency],
                }),+]
            }

            /// The value of an entry.
            #[must_use]
            pub fn get(&self, name: &str) -> Option<Value> {
                match name {
                    $($name => Some(Kind::value(self.$field)),)+
                    _ => None,
                }
            }

            /// Changes the value of an entry, if it has the right kind and lies in range.
            pub fn set(&mut self, name: &str, value: Value) -> Result<(), ParameterError> {
                let entries = Self::entries();
                let entry = entries.iter().find(|entry| entry.name == name);
                let entry = entry.ok_or_else(|| ParameterError::Unknown(name.chars().take(80).collect()))?;
                entry.check(value)?;
                match name {
                    $($name => if let Some(value) = Kind::from(value) { self.$field = value; },)+
                    _ => {}
                }
                Ok(())
            }
        }
    };
}

parameters! {
    /// Tokens of a batch, the unit that training is paid by
    batch_tokens: u64 = "train.batch_tokens", "tokens", 4096, 64 => 1 << 24, Train;
    /// Inner steps of a segment, the unit that training is replayed by
    segment_steps: u64 = "train.segment_steps", "steps", 10, 1 => 1000, Train;
    /// Steps until the learning rate reaches its floor
    horizon_steps: u64 = "train.horizon_steps", "steps", 1_000_000, 100 => 1 << 40, Train;
    /// Pay for a batch through one layer
    training_pay: Amount = "reward.training", "NEURO per batch and layer", nano(500_000), nano(0) => neuro(1), Econ;
    /// Pay for a batch through one layer outside quorums, before freshness
    async_pay: Amount = "reward.async", "NEURO per batch and layer", nano(300_000), nano(0) => neuro(1), Econ;
    /// Pay for a sample given to others
    data_pay: Amount = "reward.data", "NEURO per sample", nano(10_000), nano(0) => neuro(1), Econ;
    /// Pay for being available while idle
    uptime_pay: Amount = "reward.uptime", "NEURO per minute", nano(100_000), nano(0) => neuro(1), Econ;
    /// Pay for a receipt checked
    verification_pay: Amount = "reward.verification", "NEURO per receipt", nano(1_000_000), nano(0) => neuro(1), Econ;
    /// Bonus for holding the embedding
    embedding_bonus: Factor = "bonus.embedding", "share", mille(200), mille(0) => mille(2000), Econ;
    /// Bonus for holding the head
    head_bonus: Factor = "bonus.head", "share", mille(300), mille(0) => mille(2000), Econ;
    /// Bonus for training, which asks for more than inference
    training_bonus: Factor = "bonus.training", "share", mille(100), mille(0) => mille(2000), Econ;
    /// Bonus for each doubling of one stake unit and what is staked
    stake_bonus: Factor = "bonus.stake", "share per doubling", mille(100), mille(0) => mille(1000), Econ;
    /// Unit of the stake multiplier
    stake_unit: Amount = "bonus.stake_unit", "NEURO", neuro(1000), neuro(1) => neuro(1_000_000_000), Econ;
    /// Bonus for holding what nobody else holds
    scarcity_bonus: Factor = "bonus.scarcity", "share", mille(500), mille(0) => mille(1000), Econ;
    /// Holders of a layer wanted at least
    scarcity_target: u64 = "bonus.scarcity_target", "holders", 3, 1 => 1000, Econ;
    /// Bonus for a perfect reputation
    reputation_bonus: Factor = "bonus.reputation", "share", mille(100), mille(0) => mille(1000), Econ;
    /// Most that a receipt is paid
    receipt_max: Amount = "limit.receipt", "NEURO", neuro(100), neuro(1) => neuro(10_000), Econ;
    /// Most that a node mints in a day, whatever it has at stake
    day_max: Amount = "limit.day", "NEURO", neuro(10_000), neuro(1) => neuro(1_000_000), Econ;
    /// Most that a node with nothing at stake mints in a day
    day_free: Amount = "limit.day_free", "NEURO", neuro(10), nano(0) => neuro(10_000), Econ;
    /// What a node may mint in a day more for each NEURO at stake
    day_per_stake: u64 = "limit.day_per_stake", "NEURO per NEURO", 5, 0 => 100, Econ;
    /// Most that all nodes mint in an epoch
    epoch_max: Amount = "mint.epoch_max", "NEURO", neuro(10_000), neuro(1) => neuro(10_000_000), Econ;
    /// Tokens a minute beyond which work is not paid
    tokens_per_minute_max: u64 = "limit.tokens_per_minute", "tokens", 1_000_000, 1000 => 1_000_000_000, Econ;
    /// Receipts of a node in an hour
    receipts_per_hour: u64 = "limit.receipts_per_hour", "receipts", 120, 1 => 3600, Econ;
    /// Work that a receipt covers at least
    receipt_seconds_min: u64 = "limit.receipt_seconds", "seconds", 30, 1 => 3600, Econ;
    /// Time after its last round in which a receipt is taken
    receipt_fresh_seconds: u64 = "limit.receipt_fresh", "seconds", 300, 10 => 86_400, Econ;
    /// First earnings of a node, which stay as its bond
    bond: Amount = "stake.bond", "NEURO", neuro(20), nano(0) => neuro(10_000), Econ;
    /// Smallest stake
    stake_min: Amount = "stake.min", "NEURO", neuro(1), nano(1) => neuro(10_000), Econ;
    /// Largest stake
    stake_max: Amount = "stake.max", "NEURO", neuro(10_000_000), neuro(1) => neuro(1_000_000_000), Econ;
    /// Shortest lock
    lock_days_min: u64 = "stake.lock_days_min", "days", 1, 0 => 365, Econ;
    /// Longest lock
    lock_days_max: u64 = "stake.lock_days_max", "days", 365, 1 => 3650, Econ;
    /// Time from unstaking to withdrawal, in which the stake can still be slashed
    cooldown_seconds: u64 = "stake.cooldown", "seconds", 7 * 86_400, 1 => 90 * 86_400, Econ;
    /// Part of every fee and inference payment that is burned
    burn: Factor = "fee.burn", "share", mille(50), mille(0) => mille(500), Econ;
    /// Part of what remains of fees that governance pays from
    pool: Factor = "fee.pool", "share", mille(200), mille(0) => mille(1000), Gov;
    /// Epochs in which a receipt can be challenged before it mints
    challenge_epochs: u64 = "challenge.window", "epochs", 10, 1 => 10_000, Net;
    /// What a staked challenger puts down
    challenge_bond: Amount = "challenge.bond", "NEURO", neuro(10), nano(0) => neuro(10_000), Net;
    /// Smallest slash for a proved fraud
    fraud_min: Amount = "slash.fraud_min", "NEURO", neuro(20), nano(0) => neuro(100_000), Econ;
    /// Most that a reporter gets beside the costs
    reporter_max: Amount = "slash.reporter_max", "NEURO", neuro(10), nano(0) => neuro(100_000), Econ;
    /// Part of the stake that signing two blocks at one height costs
    equivocation: Factor = "slash.equivocation", "share", mille(50), mille(1) => mille(1000), Econ;
    /// Time from one block to the next
    epoch_seconds: u64 = "chain.epoch_seconds", "seconds", 60, 1 => 3600, Net;
    /// Seats of the validator set
    validators_max: u64 = "chain.validators_max", "validators", 128, 1 => 1024, Net;
    /// Power of a genesis validator at genesis
    genesis_power: Amount = "chain.genesis_power", "NEURO", neuro(25_000), nano(0) => neuro(1_000_000), Gov;
    /// Time in which a genesis validator's power falls to its own stake
    genesis_decay_days: u64 = "chain.genesis_decay_days", "days", 365, 1 => 3650, Gov;
    /// New nodes that an epoch takes
    registrations_max: u64 = "chain.registrations_max", "nodes", 16, 1 => 1 << 16, Net;
    /// Leading zero bits of a registration's proof of work
    registration_bits: u64 = "chain.registration_bits", "bits", 24, 0 => 40, Net;
    /// Fee of a transfer, without what its size adds
    transfer_fee: Amount = "fee.transfer", "NEURO", nano(1_000_000), nano(0) => neuro(10), Econ;
    /// Fee of staking, unstaking and withdrawing, without what its size adds
    stake_fee: Amount = "fee.stake", "NEURO", nano(1_000_000), nano(0) => neuro(10), Econ;
    /// Fee of changing what a node says of itself, without what its size adds
    node_fee: Amount = "fee.node", "NEURO", nano(1_000_000), nano(0) => neuro(10), Econ;
    /// Fee of entering and leaving the validators, without what its size adds
    validator_fee: Amount = "fee.validator", "NEURO", nano(1_000_000), nano(0) => neuro(10), Econ;
    /// Fee of each byte of a transaction that costs a fee
    byte_fee: Amount = "fee.byte", "NEURO per byte", nano(1000), nano(0) => nano(1_000_000_000), Econ;
    /// Size of a block's transactions at most
    block_bytes: u64 = "chain.block_bytes", "bytes", 2 << 20, 256 << 10 => 16 << 20, Net;
    /// Blocks ahead that a transaction may expire at
    expiry_blocks: u64 = "chain.expiry_blocks", "blocks", 10_000, 10 => 1_000_000, Net;
    /// Part of the validators' power that outsiders' power may grow by in a day
    outsider_growth: Factor = "chain.outsider_growth", "share", mille(100), mille(1) => mille(1000), Gov;
    /// Blocks missed of the last 120 that suspend a validator
    missed_max: u64 = "chain.missed_max", "blocks", 100, 10 => 120, Net;
    /// Time from a node's leaving to the release of its bond
    bond_release_seconds: u64 = "stake.bond_release", "seconds", 7 * 86_400, 1 => 90 * 86_400, Econ;
    /// Inner steps of an outer round
    inner_steps: u64 = "train.inner_steps", "steps", 100, 1 => 10_000, Train;
    /// Tokens of an inner step
    step_tokens: u64 = "train.step_tokens", "tokens", 4096, 64 => 1 << 20, Train;
    /// Epochs from a round's first contribution to its close
    round_grace: u64 = "train.round_grace", "epochs", 2, 0 => 1000, Train;
    /// Time for each step of a challenge, beside what its work takes
    challenge_seconds: u64 = "challenge.deadline", "seconds", 300, 1 => 86_400, Net;
    /// Verifiers of a challenge
    challenge_verifiers: u64 = "challenge.verifiers", "verifiers", 5, 1 => 64, Net;
    /// Part of the receipts that are checked, in a network below 100 nodes or from 500 on
    spot_check: Factor = "challenge.spot", "share", mille(50), mille(0) => mille(1000), Net;
    /// Part of the receipts that are checked, in a network from 100 nodes to 499
    spot_check_medium: Factor = "challenge.spot_medium", "share", mille(30), mille(0) => mille(1000), Net;
    /// Part of an epoch's mint that all uptime together is paid at most
    uptime_share: Factor = "limit.uptime", "share", mille(10), mille(0) => mille(1000), Econ;
    /// Part of a training receipt's reward that its data are paid at most
    data_share: Factor = "limit.data", "share", mille(20), mille(0) => mille(1000), Econ;
    /// Tokens of a sample of training data
    sample_tokens: u64 = "train.sample_tokens", "tokens", 512, 1 => 1 << 20, Train;
    /// Epochs from a round's close to its being tried anew, if its members do not agree
    round_timeout: u64 = "train.round_timeout", "epochs", 30, 1 => 10_000, Train;
    /// Fee of proposing, amending and withdrawing, without what its size adds and what a proposal puts down
    nep_fee: Amount = "fee.nep", "NEURO", nano(1_000_000), nano(0) => neuro(10), Econ;
    /// Stake that a proposer has to have
    proposal_stake: Amount = "gov.stake_min", "NEURO", neuro(100), nano(0) => neuro(1_000_000), Gov;
    /// What a proposer puts down, and loses if too few vote
    proposal_deposit: Amount = "gov.fee", "NEURO", neuro(10), nano(0) => neuro(100_000), Gov;
    /// Time from a proposal to its voting
    review_seconds: u64 = "gov.review", "seconds", 7 * DAY, 0 => 90 * DAY, Gov;
    /// Time in which a proposal is voted on
    voting_seconds: u64 = "gov.voting", "seconds", 7 * DAY, 1 => 90 * DAY, Gov;
    /// Time from a proposal's approval to its activation at least
    grace_least: u64 = "gov.grace_least", "seconds", 7 * DAY, 0 => 90 * DAY, Gov;
    /// Longest time from approval to activation that a proposal can ask for
    grace_most: u64 = "gov.grace_most", "seconds", 90 * DAY, 0 => 365 * DAY, Gov;
    /// Blocks from a proposal's approval to its activation at least
    delay_least: u64 = "gov.delay_least", "blocks", 1, 1 => 1_000_000, Gov;
    /// Most blocks from approval to activation that a proposal can ask for
    delay_most: u64 = "gov.delay_most", "blocks", 1_000_000, 1 => 10_000_000, Gov;
    /// Share of the electorate that has to vote
    quorum: Factor = "gov.quorum", "share", mille(200), mille(10) => mille(1000), Gov;
    /// Share of yes in yes and no that approves
    approval: Factor = "gov.approval", "share", mille(660), mille(500) => mille(1000), Gov;
    /// Time in which an emergency is voted on
    emergency_voting_seconds: u64 = "gov.emergency_voting", "seconds", 2 * DAY, 1 => 30 * DAY, Gov;
    /// Blocks from an emergency's approval to its activation
    emergency_delay: u64 = "gov.emergency_delay", "blocks", 60, 1 => 1_000_000, Gov;
    /// Share of the electorate that has to vote on an emergency
    emergency_quorum: Factor = "gov.emergency_quorum", "share", mille(400), mille(10) => mille(1000), Gov;
    /// Share of yes in yes and no that approves an emergency
    emergency_approval: Factor = "gov.emergency_approval", "share", mille(800), mille(500) => mille(1000), Gov;
    /// Proposals that are voted on at once, emergencies aside
    votings_max: u64 = "gov.votings_at_once", "proposals", 5, 1 => 64, Gov;
    /// Time until a rejected proposal may come back
    resubmit_seconds: u64 = "gov.resubmit", "seconds", 30 * DAY, 0 => 365 * DAY, Gov;
    /// Stake of all accounts before which nothing is voted on
    start_stake: Amount = "gov.start_stake", "NEURO", neuro(10_000), nano(0) => neuro(1_000_000_000), Gov;
    /// Accounts with stake before which nothing is voted on
    start_accounts: u64 = "gov.start_accounts", "accounts", 4, 0 => 1000, Gov;
    /// Part of the supply that the quorum counts from at least
    supply_floor: Factor = "gov.supply_floor", "share", mille(50), mille(0) => mille(1000), Gov;
    /// Reward of an approved proposal's author, of what voted
    proposer_approved: Factor = "gov.proposer_approved", "share", tiny(100), tiny(0) => mille(100), Gov;
    /// Reward of a rejected proposal's author, of what voted, if enough did
    proposer_rejected: Factor = "gov.proposer_rejected", "share", tiny(10), tiny(0) => mille(100), Gov;
    /// Smallest reward of an author
    proposer_least: Amount = "gov.proposer_least", "NEURO", neuro(1), nano(0) => neuro(1000), Gov;
    /// Largest reward of an author
    proposer_most: Amount = "gov.proposer_most", "NEURO", neuro(1000), nano(0) => neuro(1_000_000), Gov;
    /// Reward of voters, of the stake they voted with
    voter_reward: Factor = "gov.voter_reward", "share", tiny(10), tiny(0) => mille(100), Gov;
    /// Time for each of review, voting and grace of new tokens
    vocabulary_seconds: u64 = "vocab.period", "seconds", 7 * DAY, 1 => 90 * DAY, Gov;
    /// Share of the electorate that has to vote on new tokens
    vocabulary_quorum: Factor = "vocab.quorum", "share", mille(300), mille(10) => mille(1000), Gov;
    /// Share of yes in yes and no that approves new tokens
    vocabulary_approval: Factor = "vocab.approval", "share", mille(660), mille(500) => mille(1000), Gov;
    /// Tokens of one proposal at most
    vocabulary_tokens: u64 = "vocab.tokens", "tokens", 1000, 1 => 4096, Arch;
    /// How often a new token has to occur, and more
    vocabulary_frequency: u64 = "vocab.frequency", "occurrences", 1000, 0 => 1 << 40, Arch;
    /// Share of all stake that opens the voting on taking new tokens back
    rollback_share: Factor = "vocab.rollback_share", "share", mille(100), mille(1) => mille(1000), Gov;
    /// Time in which taking new tokens back is voted on
    rollback_seconds: u64 = "vocab.rollback_voting", "seconds", 2 * DAY, 1 => 30 * DAY, Gov;
    /// What it costs to have proposed tokens that are taken back
    vocabulary_slash: Amount = "slash.vocabulary", "NEURO", neuro(100), nano(0) => neuro(100_000), Gov;
    /// Whether nodes are paid for being there
    uptime_switch: bool = "switch.uptime", "on or off", true, false => true, Econ;
    /// Whether nodes are paid for data that they give
    data_switch: bool = "switch.data", "on or off", true, false => true, Econ;
    /// Whether work outside quorums is paid
    async_switch: bool = "switch.async", "on or off", true, false => true, Train;
    /// How the contributions to a round become one
    aggregation: Aggregation = "train.aggregation", "rule", Aggregation::TrimmedMean,
        Aggregation::TrimmedMean => Aggregation::TrimmedMean, Train;
    /// Whether the model predicts several tokens at once
    mtp: bool = "model.mtp", "on or off", false, false => false, Arch;
    /// Tokens that it predicts beside the next
    mtp_depth: u64 = "model.mtp_depth", "tokens", 0, 0 => 0, Arch;
    /// What their loss counts
    mtp_weight: Factor = "model.mtp_weight", "share", mille(0), mille(0) => mille(0), Arch;
    /// Whether attention keeps its past in a smaller latent form
    mla: bool = "model.mla", "on or off", false, false => false, Arch;
    /// Whether layers choose among experts
    moe: bool = "model.moe", "on or off", false, false => false, Arch;
    /// Whether spare capacity is proved all the time
    poc: bool = "poc.continuous", "on or off", false, false => false, Net;
}

impl Entry {
    /// That `value` is of this entry's kind and in its range.
    pub fn check(&self, value: Value) -> Result<(), ParameterError> {
        let (name, unit) = (self.name, self.unit);
        if std::mem::discriminant(&value) != std::mem::discriminant(&self.default) {
            return Err(ParameterError::Kind { name, unit, value: value.to_string() });
        }
        if value != self.least && self.least == self.most {
            let (only, value) = (self.least.to_string(), value.to_string());
            return Err(ParameterError::Missing { name, only, value });
        }
        if value < self.least || value > self.most {
            let [least, most, value] = [self.least, self.most, value].map(|value| value.to_string());
            return Err(ParameterError::Range { name, unit, least, most, value });
        }
        Ok(())
    }
}

impl Parameters {
    /// Which two values contradict each other, where some do.
    #[must_use]
    pub fn contradiction(&self) -> Option<Contradiction> {
        let ordered = [
            (["stake.min", "stake.max"], self.stake_min <= self.stake_max),
            (["stake.lock_days_min", "stake.lock_days_max"], self.lock_days_min <= self.lock_days_max),
            (["limit.day_free", "limit.day"], self.day_free <= self.day_max),
            (["gov.grace_least", "gov.grace_most"], self.grace_least <= self.grace_most),
            (["gov.delay_least", "gov.delay_most"], self.delay_least <= self.delay_most),
            (["gov.proposer_least", "gov.proposer_most"], self.proposer_least <= self.proposer_most),
        ];
        ordered.into_iter().find(|(_, holds)| !holds).map(|([first, second], _)| Contradiction { first, second })
    }

    /// Names all values at once; a block's header has it.
    #[must_use]
    pub fn hash(&self) -> Hash {
        const DOMAIN: Domain = Domain::new("parameters");
        Hash::of(&DOMAIN, self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_named_once_and_starts_in_its_range() {
        let entries = Parameters::entries();
        let names: std::collections::BTreeSet<_> = entries.iter().map(|entry| entry.name).collect();
        assert_eq!(names.len(), entries.len());
        for entry in entries {
            assert_eq!(entry.check(entry.default), Ok(()), "{}", entry.name);
            assert_eq!(Parameters::default().get(entry.name), Some(entry.default));
            assert!(!entry.about.is_empty() && !entry.about.ends_with('.'), "{}", entry.name);
        }
    }

    #[test]
    fn a_change_reaches_its_value_and_the_hash() {
        let movable = |entry: &Entry| entry.least != entry.most;
        for entry in Parameters::entries().into_iter().filter(movable) {
            let mut parameters = Parameters::default();
            for value in [entry.least, entry.most] {
                parameters.set(entry.name, value).unwrap();
                assert_eq!(parameters.get(entry.name), Some(value), "{}", entry.name);
                let is_default = value == entry.default;
                assert_eq!(parameters.hash() == Parameters::default().hash(), is_default, "{}", entry.name);
            }
        }
    }

    #[test]
    fn what_may_not_be_is_refused_and_changes_nothing() {
        let mut parameters = Parameters::default();
        let error = parameters.set("fee.burn", Value::Factor(mille(501))).unwrap_err();
        assert_eq!(error.to_string(), "fee.burn may be 0 to 0.5 share, not 0.501");
        let error = parameters.set("fee.burn", Value::Number(0)).unwrap_err();
        assert_eq!(error.to_string(), "fee.burn is counted in share, and 0 is no number of those");
        assert_eq!(parameters.set("fee", Value::Number(0)), Err(ParameterError::Unknown("fee".to_owned())));
        assert_eq!(parameters, Parameters::default());
    }

    #[test]
    fn what_there_is_no_code_for_is_refused_by_name() {
        let set = |name: &str, text: &str| Parameters::default().set(name, Value::parse(name, text).unwrap());
        let says = "model.mtp can only be false yet: this program does not have true";
        assert_eq!(set("model.mtp", "true").unwrap_err().to_string(), says);
        assert!(set("train.aggregation", "median").unwrap_err().to_string().contains("can only be trimmed_mean yet"));
        assert!(Value::parse("train.aggregation", "best").is_err() && Value::parse("switch.data", "1").is_err());
        assert_eq!(set("switch.data", "false"), Ok(()));
    }

    #[test]
    fn values_that_contradict_each_other_are_named() {
        assert_eq!(Parameters::default().contradiction(), None);
        let parameters = Parameters { grace_most: 0, ..Parameters::default() };
        let (first, second) = ("gov.grace_least", "gov.grace_most");
        assert_eq!(parameters.contradiction(), Some(Contradiction { first, second }));
    }
}
