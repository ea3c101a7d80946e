//! Who may say what: everything about a message of the current height that needs no signature checked.
//!
//! Invariant: what passes is of this network, signed in the name of a validator, in a round that is near, and by whose
//! turn it is; the library or the caller then checks the signature.

use super::desk::Desk;
use crate::consensus::{Message, ROUNDS_AHEAD_MAX, Refusal, proposer};
use crate::types::{Certificate, ChainId, PublicKey};

/// That a message may be looked at closer.
pub(super) fn message(desk: &Desk, message: &Message) -> Result<(), Refusal> {
    match message {
        Message::Vote(signed) => from_validator(desk, signed.vote.chain, signed.vote.round, signed.validator),
        Message::Proposal(signed) => {
            let proposal = &signed.proposal;
            if proposal.polka.is_some_and(|polka| polka >= proposal.round) {
                return Err(Refusal::Malformed);
            }
            from_proposer(desk, proposal.chain, proposal.round, signed.validator)
        }
        Message::Part(signed) => {
            from_proposer(desk, signed.part.chain, signed.part.round, signed.validator)?;
            size(desk, signed.part.bytes.len())
        }
        Message::Polka(polka) => collection(desk, polka.signatures.len()),
        Message::Round(certificate) => collection(desk, certificate.votes.len()),
    }
}

/// That a certificate of the current height proves its block final.
pub(super) fn certified(desk: &Desk, certificate: &Certificate, bytes: &[u8], decided: bool) -> Result<(), Refusal> {
    let height = certificate.height;
    if height > desk.height {
        return Err(Refusal::Ahead(height));
    }
    if height < desk.height {
        return Err(Refusal::Past(height));
    }
    if decided {
        return Err(Refusal::Decided(height));
    }
    size(desk, bytes.len())?;
    certificate.verify(desk.config.chain, desk.members.set()).map(|_| ()).map_err(Refusal::Certificate)
}

fn from_validator(desk: &Desk, chain: ChainId, round: u32, key: PublicKey) -> Result<(), Refusal> {
    if chain != desk.config.chain {
        return Err(Refusal::Chain);
    }
    if desk.members.power(key).is_none() {
        return Err(Refusal::Stranger(key));
    }
    if round > desk.round.saturating_add(ROUNDS_AHEAD_MAX) { Err(Refusal::Round(round)) } else { Ok(()) }
}

fn from_proposer(desk: &Desk, chain: ChainId, round: u32, key: PublicKey) -> Result<(), Refusal> {
    from_validator(desk, chain, round, key)?;
    let turn = proposer(chain, desk.members.set(), desk.height, round);
    if turn.is_some_and(|validator| validator.key == key) { Ok(()) } else { Err(Refusal::NotProposer(key)) }
}

fn size(desk: &Desk, bytes: usize) -> Result<(), Refusal> {
    if bytes > desk.config.block_bytes_max { Err(Refusal::Size(bytes)) } else { Ok(()) }
}

/// Each validator has one vote in it.
fn collection(desk: &Desk, votes: usize) -> Result<(), Refusal> {
    if votes > desk.members.set().validators().len() { Err(Refusal::Malformed) } else { Ok(()) }
}
