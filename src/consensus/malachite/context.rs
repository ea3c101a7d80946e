//! Our words as the library asks for them: heights, votes, proposals, validators.
//!
//! Invariants: a conversion there and back changes nothing; the library never decides what is signed (that is
//! [`Vote::hash`](crate::types::Vote::hash) and [`Proposal::hash`](crate::consensus::Proposal::hash)).

use crate::consensus::proposer;
use crate::types::{ChainId, Hash, Height, PublicKey, Signature, ValidatorSet};
use arc_malachitebft_core_types as core;
use core::{LinearTimeouts, NilOrVal, Round, SignedExtension, VoteType};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The network that votes are of; names all other types to the library.
#[derive(Debug, Clone)]
pub(super) struct Network {
    pub(super) chain: ChainId,
}

/// Who said something: a key, or nobody, which is what a node without a key is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name(pub(super) Option<PublicKey>);

/// A signature with an order, which the library asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seal(pub(super) Signature);

/// How keys and signatures are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scheme;

/// A validator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    name: Name,
    key: PublicKey,
    power: u64,
}

/// The validators of a height.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Members(Arc<Inner>);

#[derive(Debug, PartialEq, Eq)]
struct Inner {
    set: ValidatorSet,
    members: Vec<Member>,
    places: BTreeMap<Name, usize>,
}

/// A vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Vote {
    pub(super) height: Height,
    pub(super) round: Round,
    pub(super) kind: VoteType,
    pub(super) block: NilOrVal<Hash>,
    pub(super) name: Name,
}

/// A proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Proposal {
    pub(super) height: Height,
    pub(super) round: Round,
    pub(super) block: Hash,
    pub(super) polka: Round,
    pub(super) name: Name,
}

/// The library never sees the parts of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoPart {}

impl Members {
    /// The member whose turn it is needs a set that is not empty: [`super::Malachite`] starts no other.
    pub(super) fn new(set: ValidatorSet) -> Self {
        let member = |validator: &crate::types::Validator| Member {
            name: Name(Some(validator.key)),
            key: validator.key,
            power: validator.power,
        };
        let members: Vec<Member> = set.validators().iter().map(member).collect();
        let places = members.iter().enumerate().map(|(place, member)| (member.name, place)).collect();
        Self(Arc::new(Inner { set, members, places }))
    }

    pub(super) fn set(&self) -> &ValidatorSet {
        &self.0.set
    }

    /// The power of a key; nothing for a stranger.
    pub(super) fn power(&self, key: PublicKey) -> Option<u64> {
        self.member(key).map(|member| member.power)
    }

    fn member(&self, key: PublicKey) -> Option<&Member> {
        self.0.places.get(&Name(Some(key))).and_then(|&place| self.0.members.get(place))
    }
}

impl core::Context for Network {
    type Address = Name;
    type Height = Height;
    type ProposalPart = NoPart;
    type Proposal = Proposal;
    type Validator = Member;
    type ValidatorSet = Members;
    type Timeouts = LinearTimeouts;
    type Value = Hash;
    type Vote = Vote;
    type Extension = ();
    type SigningScheme = Scheme;

    #[cfg_attr(
        not(test),
        expect(clippy::indexing_slicing, reason = "the library wants a member, and no height starts without members")
    )]
    fn select_proposer<'a>(&self, members: &'a Members, height: Height, round: Round) -> &'a Member {
        let drawn = proposer(self.chain, members.set(), height, round.as_u32().unwrap_or(0));
        drawn.and_then(|validator| members.member(validator.key)).unwrap_or_else(|| &members.0.members[0])
    }

    fn new_proposal(&self, height: Height, round: Round, block: Hash, polka: Round, name: Name) -> Proposal {
        Proposal { height, round, block, polka, name }
    }

    fn new_prevote(&self, height: Height, round: Round, block: NilOrVal<Hash>, name: Name) -> Vote {
        Vote { height, round, kind: VoteType::Prevote, block, name }
    }

    fn new_precommit(&self, height: Height, round: Round, block: NilOrVal<Hash>, name: Name) -> Vote {
        Vote { height, round, kind: VoteType::Precommit, block, name }
    }
}

impl core::Height for Height {
    const ZERO: Self = Self(0);
    const INITIAL: Self = Self(1);

    fn increment_by(&self, n: u64) -> Self {
        self.after(n)
    }

    fn decrement_by(&self, n: u64) -> Option<Self> {
        self.0.checked_sub(n).map(Self)
    }

    fn as_u64(&self) -> u64 {
        self.0
    }
}

impl core::Value for Hash {
    type Id = Self;

    fn id(&self) -> Self {
        *self
    }
}

impl core::Address for Name {}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(key) => key.fmt(f),
            None => f.write_str("nobody"),
        }
    }
}

impl PartialOrd for Seal {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Seal {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.as_bytes().cmp(other.0.as_bytes())
    }
}

impl core::SigningScheme for Scheme {
    type DecodingError = std::io::Error;
    type Signature = Seal;
    type PublicKey = PublicKey;
    type PrivateKey = ();

    fn decode_signature(bytes: &[u8]) -> Result<Seal, std::io::Error> {
        borsh::from_slice(bytes).map(Seal)
    }

    fn encode_signature(seal: &Seal) -> Vec<u8> {
        seal.0.as_bytes().to_vec()
    }

    fn decode_public_key(bytes: &[u8]) -> Result<PublicKey, std::io::Error> {
        borsh::from_slice(bytes)
    }

    fn encode_public_key(key: &PublicKey) -> Vec<u8> {
        key.as_bytes().to_vec()
    }
}

impl core::Validator<Network> for Member {
    fn address(&self) -> &Name {
        &self.name
    }

    fn public_key(&self) -> &PublicKey {
        &self.key
    }

    fn voting_power(&self) -> u64 {
        self.power
    }
}

impl core::ValidatorSet<Network> for Members {
    fn count(&self) -> usize {
        self.0.members.len()
    }

    fn total_voting_power(&self) -> u64 {
        self.0.set.total()
    }

    fn get_by_address(&self, name: &Name) -> Option<&Member> {
        name.0.and_then(|key| self.member(key))
    }

    fn get_by_index(&self, index: usize) -> Option<&Member> {
        self.0.members.get(index)
    }
}

impl core::ProposalPart<Network> for NoPart {
    fn is_first(&self) -> bool {
        match *self {}
    }

    fn is_last(&self) -> bool {
        match *self {}
    }
}

impl core::Proposal<Network> for Proposal {
    fn height(&self) -> Height {
        self.height
    }

    fn round(&self) -> Round {
        self.round
    }

    fn value(&self) -> &Hash {
        &self.block
    }

    fn take_value(self) -> Hash {
        self.block
    }

    fn pol_round(&self) -> Round {
        self.polka
    }

    fn validator_address(&self) -> &Name {
        &self.name
    }
}

impl core::Vote<Network> for Vote {
    fn height(&self) -> Height {
        self.height
    }

    fn round(&self) -> Round {
        self.round
    }

    fn value(&self) -> &NilOrVal<Hash> {
        &self.block
    }

    fn take_value(self) -> NilOrVal<Hash> {
        self.block
    }

    fn vote_type(&self) -> VoteType {
        self.kind
    }

    fn validator_address(&self) -> &Name {
        &self.name
    }

    fn extension(&self) -> Option<&SignedExtension<Network>> {
        None
    }

    fn take_extension(&mut self) -> Option<SignedExtension<Network>> {
        None
    }

    fn extend(self, _extension: SignedExtension<Network>) -> Self {
        self
    }
}
