//! What the log holds: all that led to our votes, so that a restart comes to the same ones.
//!
//! Invariant: an entry has one encoding, which begins with a version and names its height.

use super::context::Name;
use super::context::Network;
use super::convert::{polka_in, polka_out, proposal_in, proposal_out, timeout_in, timeout_out, vote_in, vote_out};
use crate::consensus::{Polka, SignedPart, SignedProposal, TimerKind};
use crate::types::{ChainId, Hash, Height, PublicKey, SignedVote, encode};
use arc_malachitebft_core_consensus::{Input, ProposedValue};
use arc_malachitebft_core_types::{Round, Validity, ValueOrigin};
use borsh::{BorshDeserialize, BorshSerialize};

const VERSION: u8 = 1;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) enum Entry {
    /// A vote, ours or another's.
    Vote(SignedVote),
    /// A proposal, ours or another's.
    Proposal(SignedProposal),
    /// A polka that came as a whole.
    Polka(Polka),
    /// A timer's time was over.
    Elapsed(TimerKind, u32),
    /// The bytes of a block.
    Part(SignedPart),
    /// What the application said of a block, or that it built it.
    Verdict { round: u32, proposer: PublicKey, block: Hash, valid: bool },
}

impl Entry {
    /// Its bytes.
    pub(super) fn encode(&self, height: Height) -> Vec<u8> {
        encode(&(VERSION, height, self))
    }

    /// From its bytes.
    pub(super) fn decode(bytes: &[u8], height: Height) -> Result<Self, String> {
        let Some((&VERSION, bytes)) = bytes.split_first() else {
            return Err("it is of another version of this program".to_owned());
        };
        let (of, entry) = borsh::from_slice::<(Height, Self)>(bytes).map_err(|error| error.to_string())?;
        if of == height { Ok(entry) } else { Err(format!("it is of height {of}, not {height}")) }
    }

    /// What the library wants to remember; nothing for what it need not.
    pub(super) fn of(chain: ChainId, input: &Input<Network>) -> Option<Self> {
        match input {
            Input::Vote(vote) => vote_out(chain, vote).map(Self::Vote),
            Input::Proposal(proposal) => proposal_out(chain, proposal).map(Self::Proposal),
            Input::PolkaCertificate(polka) => polka_out(polka).map(Self::Polka),
            Input::TimeoutElapsed(timeout) => timeout_out(*timeout).map(|(kind, round)| Self::Elapsed(kind, round)),
            Input::ProposedValue(value, _) => Some(Self::Verdict {
                round: value.round.as_u32()?,
                proposer: value.proposer.0?,
                block: value.value,
                valid: value.validity.is_valid(),
            }),
            _ => None,
        }
    }

    /// The input that the library wanted to remember; nothing for what only we do.
    pub(super) fn input(&self, height: Height) -> Option<Input<Network>> {
        Some(match self {
            Self::Vote(vote) => Input::Vote(vote_in(vote)),
            Self::Proposal(proposal) => Input::Proposal(proposal_in(proposal)),
            Self::Polka(polka) => Input::PolkaCertificate(polka_in(polka)),
            Self::Elapsed(kind, round) => Input::TimeoutElapsed(timeout_in(*kind, *round)),
            Self::Verdict { round, proposer, block, valid } => verdict(height, *round, *proposer, *block, *valid),
            Self::Part(_) => return None,
        })
    }
}

/// What the application said of a block, for the library.
pub(super) fn verdict(height: Height, round: u32, proposer: PublicKey, block: Hash, valid: bool) -> Input<Network> {
    let value = ProposedValue {
        height,
        round: Round::new(round),
        valid_round: Round::Nil,
        proposer: Name(Some(proposer)),
        value: block,
        validity: Validity::from_bool(valid),
    };
    Input::ProposedValue(value, ValueOrigin::Consensus)
}
