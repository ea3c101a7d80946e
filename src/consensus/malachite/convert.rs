//! From our messages to the library's and back, and whether what they claim is signed.
//!
//! Invariants: a conversion there and back changes nothing; a proof counts each validator once and none without a valid
//! signature.

use super::context::{Members, Name, Network, Proposal, Seal, Vote};
use crate::consensus::{self, Polka, RoundReason, RoundVote, SignedProposal, TimerKind};
use crate::types::{self, ChainId, Hash, PublicKey, SignedVote, VoteKind};
use arc_malachitebft_core_types as core;
use core::{
    CommitCertificate, NilOrVal, PolkaCertificate, PolkaSignature, Round, RoundCertificate, RoundCertificateType,
    RoundSignature, SignedMessage, ThresholdParam, Timeout, TimeoutKind, ValidatorSet as _, VoteType,
};
use std::collections::BTreeSet;

type CoreVote = SignedMessage<Network, Vote>;
type CoreProposal = SignedMessage<Network, Proposal>;

fn nil_or(block: Option<Hash>) -> NilOrVal<Hash> {
    block.map_or(NilOrVal::Nil, NilOrVal::Val)
}

fn some_block(block: &NilOrVal<Hash>) -> Option<Hash> {
    match block {
        NilOrVal::Nil => None,
        NilOrVal::Val(block) => Some(*block),
    }
}

fn vote_type(kind: VoteKind) -> VoteType {
    match kind {
        VoteKind::Prevote => VoteType::Prevote,
        VoteKind::Precommit => VoteType::Precommit,
    }
}

fn vote_kind(kind: VoteType) -> VoteKind {
    match kind {
        VoteType::Prevote => VoteKind::Prevote,
        VoteType::Precommit => VoteKind::Precommit,
    }
}

/// A vote for the library.
pub(super) fn vote_in(signed: &SignedVote) -> CoreVote {
    let vote = Vote {
        height: signed.vote.height,
        round: Round::new(signed.vote.round),
        kind: vote_type(signed.vote.kind),
        block: nil_or(signed.vote.block),
        name: Name(Some(signed.validator)),
    };
    SignedMessage::new(vote, Seal(signed.signature))
}

/// What a vote of the library says, if it is of a round.
pub(super) fn unsigned_vote(chain: ChainId, vote: &Vote) -> Option<types::Vote> {
    let (round, kind) = (vote.round.as_u32()?, vote_kind(vote.kind));
    Some(types::Vote { chain, height: vote.height, round, kind, block: some_block(&vote.block) })
}

/// A vote from the library, if it is somebody's.
pub(super) fn vote_out(chain: ChainId, signed: &CoreVote) -> Option<SignedVote> {
    let (vote, validator) = (unsigned_vote(chain, &signed.message)?, signed.message.name.0?);
    Some(SignedVote { vote, validator, signature: signed.signature.0 })
}

/// A proposal for the library.
pub(super) fn proposal_in(signed: &SignedProposal) -> CoreProposal {
    let proposal = Proposal {
        height: signed.proposal.height,
        round: Round::new(signed.proposal.round),
        block: signed.proposal.block,
        polka: Round::from(signed.proposal.polka),
        name: Name(Some(signed.validator)),
    };
    SignedMessage::new(proposal, Seal(signed.signature))
}

/// What a proposal of the library says, if it is of a round.
pub(super) fn unsigned_proposal(chain: ChainId, proposal: &Proposal) -> Option<consensus::Proposal> {
    let (round, polka) = (proposal.round.as_u32()?, proposal.polka.as_u32());
    Some(consensus::Proposal { chain, height: proposal.height, round, block: proposal.block, polka })
}

/// A proposal from the library, if it is somebody's.
pub(super) fn proposal_out(chain: ChainId, signed: &CoreProposal) -> Option<SignedProposal> {
    let (proposal, validator) = (unsigned_proposal(chain, &signed.message)?, signed.message.name.0?);
    Some(SignedProposal { proposal, validator, signature: signed.signature.0 })
}

/// A polka for the library.
pub(super) fn polka_in(polka: &Polka) -> PolkaCertificate<Network> {
    let signature = |&(key, signature)| PolkaSignature::new(Name(Some(key)), Seal(signature));
    PolkaCertificate {
        height: polka.height,
        round: Round::new(polka.round),
        value_id: polka.block,
        polka_signatures: polka.signatures.iter().map(signature).collect(),
    }
}

/// A polka from the library.
pub(super) fn polka_out(polka: &PolkaCertificate<Network>) -> Option<Polka> {
    let signatures = polka.polka_signatures.iter();
    Some(Polka {
        height: polka.height,
        round: polka.round.as_u32()?,
        block: polka.value_id,
        signatures: signatures.map(|one| Some((one.address.0?, one.signature.0))).collect::<Option<_>>()?,
    })
}

/// The reason to enter a round, for the library.
pub(super) fn round_in(certificate: &consensus::RoundCertificate) -> RoundCertificate<Network> {
    let signature = |vote: &RoundVote| {
        RoundSignature::new(vote_type(vote.kind), nil_or(vote.block), Name(Some(vote.validator)), Seal(vote.signature))
    };
    RoundCertificate {
        height: certificate.height,
        round: Round::new(certificate.round),
        cert_type: match certificate.reason {
            RoundReason::Skip => RoundCertificateType::Skip,
            RoundReason::Precommits => RoundCertificateType::Precommit,
        },
        round_signatures: certificate.votes.iter().map(signature).collect(),
    }
}

/// The reason to enter a round, from the library.
pub(super) fn round_out(certificate: &RoundCertificate<Network>) -> Option<consensus::RoundCertificate> {
    let vote = |one: &RoundSignature<Network>| {
        let (kind, block) = (vote_kind(one.vote_type), some_block(&one.value_id));
        Some(RoundVote { kind, block, validator: one.address.0?, signature: one.signature.0 })
    };
    Some(consensus::RoundCertificate {
        height: certificate.height,
        round: certificate.round.as_u32()?,
        reason: match certificate.cert_type {
            RoundCertificateType::Skip => RoundReason::Skip,
            RoundCertificateType::Precommit => RoundReason::Precommits,
        },
        votes: certificate.round_signatures.iter().map(vote).collect::<Option<_>>()?,
    })
}

/// A decision as the certificate that everybody can check.
pub(super) fn certificate_out(commit: &CommitCertificate<Network>) -> Option<types::Certificate> {
    let signatures = commit.commit_signatures.iter().map(|one| Some((one.address.0?, one.signature.0)));
    let mut signatures: Vec<_> = signatures.collect::<Option<_>>()?;
    signatures.sort_by_key(|(key, _)| *key);
    Some(types::Certificate {
        height: commit.height,
        round: commit.round.as_u32()?,
        block: commit.value_id,
        signatures,
    })
}

/// A timer for the library.
pub(super) fn timeout_in(kind: TimerKind, round: u32) -> Timeout {
    let kind = match kind {
        TimerKind::Propose => TimeoutKind::Propose,
        TimerKind::Prevote => TimeoutKind::Prevote,
        TimerKind::Precommit => TimeoutKind::Precommit,
        TimerKind::Rebroadcast => TimeoutKind::Rebroadcast,
    };
    Timeout::new(Round::new(round), kind)
}

/// A timer from the library. Heights are never held open for late votes, so that timer does not exist.
pub(super) fn timeout_out(timeout: Timeout) -> Option<(TimerKind, u32)> {
    let kind = match timeout.kind {
        TimeoutKind::Propose => TimerKind::Propose,
        TimeoutKind::Prevote => TimerKind::Prevote,
        TimeoutKind::Precommit => TimerKind::Precommit,
        TimeoutKind::Rebroadcast => TimerKind::Rebroadcast,
        TimeoutKind::FinalizeHeight(_) => return None,
    };
    Some((kind, timeout.round.as_u32()?))
}

/// That a polka proves what it says.
pub(super) fn polka_proves(chain: ChainId, members: &Members, polka: &PolkaCertificate<Network>) -> bool {
    let votes = polka.polka_signatures.iter().map(|one| {
        let (kind, block) = (VoteType::Prevote, NilOrVal::Val(polka.value_id));
        let vote = Vote { height: polka.height, round: polka.round, kind, block, name: one.address };
        SignedMessage::new(vote, one.signature)
    });
    votes_prove(chain, members, &votes.collect::<Vec<_>>(), ThresholdParam::TWO_F_PLUS_ONE)
}

/// That a reason to enter a round proves what it says.
pub(super) fn round_proves(chain: ChainId, members: &Members, certificate: &RoundCertificate<Network>) -> bool {
    let RoundCertificate { height, round, cert_type, round_signatures } = certificate;
    let votes = round_signatures.iter().map(|one| {
        let (kind, block) = (one.vote_type, one.value_id);
        SignedMessage::new(Vote { height: *height, round: *round, kind, block, name: one.address }, one.signature)
    });
    let threshold = match cert_type {
        RoundCertificateType::Skip => ThresholdParam::F_PLUS_ONE,
        RoundCertificateType::Precommit if round_signatures.iter().any(|one| one.vote_type == VoteType::Prevote) => {
            return false;
        }
        RoundCertificateType::Precommit => ThresholdParam::TWO_F_PLUS_ONE,
    };
    votes_prove(chain, members, &votes.collect::<Vec<_>>(), threshold)
}

/// What costs little is looked at first: a forged proof of a thousand votes costs one signature at most.
fn votes_prove(chain: ChainId, members: &Members, votes: &[CoreVote], threshold: ThresholdParam) -> bool {
    let signers: BTreeSet<PublicKey> = votes.iter().filter_map(|vote| vote.message.name.0).collect();
    let powers: Option<Vec<u64>> = signers.iter().map(|key| members.power(*key)).collect();
    let Some(power) = powers.map(|powers| powers.into_iter().fold(0, u64::saturating_add)) else { return false };
    signers.len() == votes.len()
        && threshold.is_met(power, members.total_voting_power())
        && votes.iter().all(|vote| vote_out(chain, vote).is_some_and(|vote| vote.verify().is_ok()))
}
