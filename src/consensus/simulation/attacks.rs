//! What liars and the wire do to messages.
//!
//! Invariant: nobody forges a signature; everything else may happen.

use super::chance::Chance;
use super::node::{Block, Node};
use crate::consensus::{BlockBytes, Message};
use crate::types::{Certificate, Hash, Height, Vote, VoteKind};

/// What a liar says besides or instead of a message.
pub(super) fn lies(node: &Node, message: &Message, chance: &mut Chance) -> Vec<Message> {
    let mut lies = Vec::new();
    match message {
        Message::Vote(signed) if chance.one_in(3) => {
            let vote = Vote { block: (!chance.one_in(2)).then_some(Hash([chance.below(3) as u8; 32])), ..signed.vote };
            lies.extend(vote.sign(&node.key).map(Message::Vote));
        }
        Message::Vote(signed) if chance.one_in(3) => {
            let height = Height((signed.vote.height.0 + chance.below(4)).saturating_sub(1));
            let round = [0, 1, 9, 10, 11, 1000, u32::MAX][chance.below(7) as usize];
            let kind = if chance.one_in(2) { VoteKind::Prevote } else { VoteKind::Precommit };
            lies.extend(Vote { height, round, kind, ..signed.vote }.sign(&node.key).map(Message::Vote));
        }
        Message::Part(signed) if chance.one_in(3) => {
            // Other bytes under the same hash, or a block that nobody may accept.
            let mut part = signed.part.clone();
            let mut block: Block = borsh::from_slice(&part.bytes).unwrap();
            (block.good, block.count) = (chance.one_in(2), chance.draw());
            part.bytes = borsh::to_vec(&block).unwrap().into();
            if chance.one_in(2) {
                part.block = Block::hash(&part.bytes);
            }
            lies.extend(part.sign(&node.key).map(Message::Part));
        }
        Message::Proposal(signed) if chance.one_in(3) => {
            let mut proposal = signed.proposal;
            if chance.one_in(2) {
                proposal.block = Hash([9; 32]);
            } else {
                proposal.polka = Some(proposal.round.saturating_sub(1));
            }
            lies.extend(proposal.sign(&node.key).map(Message::Proposal));
        }
        Message::Polka(polka) => {
            let mut short = polka.clone();
            short.signatures.pop();
            let mut twice = polka.clone();
            twice.signatures.extend(polka.signatures.last());
            lies.extend([Message::Polka(short), Message::Polka(twice)]);
        }
        Message::Round(certificate) => {
            let mut later = certificate.clone();
            later.round = later.round.saturating_add(chance.draw() as u32);
            lies.push(Message::Round(later));
        }
        _ => {}
    }
    lies
}

/// A block that was not decided with the proof of one that was, or the proof of too few.
pub(super) fn forged(mut certificate: Certificate, chance: &mut Chance) -> (Certificate, BlockBytes) {
    let block =
        Block { height: certificate.height, parent: Hash([1; 32]), node: 0, count: 0, good: true, filling: vec![] };
    let bytes: BlockBytes = borsh::to_vec(&block).unwrap().into();
    match chance.below(3) {
        0 => certificate.block = Block::hash(&bytes),
        1 => certificate.signatures.truncate(1),
        _ => {}
    }
    (certificate, bytes)
}

/// A message as the wire may garble it.
pub(super) fn garbled(bytes: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = chance.below(bytes.len() as u64) as usize;
    match chance.below(3) {
        0 => bytes[at] ^= 1 << chance.below(8),
        1 => bytes.truncate(at),
        _ => bytes.extend_from_within(at..),
    }
    bytes
}
