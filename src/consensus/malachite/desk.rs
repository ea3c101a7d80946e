//! Where the library's effects become our outputs.
//!
//! Invariants: whatever is published or decided comes after a flush of all that was appended before it; an effect that
//! cannot be carried out stops the machine, because the library itself would only log that and go on.

use super::blocks::Blocks;
use super::context::{Members, Name, Network, Proposal, Seal, Vote};
use super::convert::{
    certificate_out, polka_out, polka_proves, proposal_out, round_out, round_proves, timeout_out, unsigned_proposal,
    unsigned_vote, vote_out,
};
use super::entry::Entry;
use crate::consensus::{Config, Evidence, Halt, Message, Output, Part, Refusal, SignedPart, Timer};
use crate::types::{Certificate, ChainId, Hash, Height, PublicKey, SecretKey};
use arc_malachitebft_core_consensus::{
    ConsensusMsg, Effect, LivenessMsg, MisbehaviorEvidence, Resumable, Resume, SignedConsensusMsg,
};
use arc_malachitebft_core_types::{CertificateError, Round, SignedMessage, Timeout};
use std::collections::BTreeSet;

/// Everything but the library's own state.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) config: Config,
    pub(super) height: Height,
    pub(super) round: u32,
    pub(super) members: Members,
    pub(super) blocks: Blocks,
    /// The round for which the application builds a block.
    pub(super) building: Option<u32>,
    /// The entries of the log, while they are replayed.
    pub(super) replayed: Option<BTreeSet<Vec<u8>>>,
    /// What the library decided.
    pub(super) decision: Option<Certificate>,
    pub(super) halt: Option<Halt>,
    outputs: Vec<Output>,
    unflushed: bool,
}

impl Desk {
    pub(super) fn new(config: Config, height: Height, members: Members) -> Self {
        Self {
            config,
            height,
            round: 0,
            members,
            blocks: Blocks::default(),
            building: None,
            replayed: None,
            decision: None,
            halt: None,
            outputs: Vec::new(),
            unflushed: false,
        }
    }

    /// A new height begins; what has not been flushed stays unflushed.
    pub(super) fn begin(&mut self, height: Height, members: Members) {
        (self.height, self.round, self.members) = (height, 0, members);
        (self.blocks, self.building, self.decision) = (Blocks::default(), None, None);
    }

    pub(super) fn put(&mut self, output: Output) {
        self.outputs.push(output);
    }

    pub(super) fn refuse(&mut self, refusal: Refusal) {
        self.put(Output::Refused(refusal));
    }

    pub(super) fn outputs(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.outputs)
    }

    /// Stops the machine; the first reason counts.
    pub(super) fn stop(&mut self, halt: Halt) {
        self.halt.get_or_insert(halt);
    }

    /// Remembers an entry, unless it comes from the log.
    pub(super) fn append(&mut self, entry: &Entry) {
        let bytes = entry.encode(self.height);
        if self.replayed.as_ref().is_none_or(|replayed| !replayed.contains(&bytes)) {
            self.put(Output::Append(bytes));
            self.unflushed = true;
        }
    }

    pub(super) fn flush(&mut self) {
        if self.unflushed {
            self.put(Output::Flush);
            self.unflushed = false;
        }
    }

    pub(super) fn publish(&mut self, message: Option<Message>) {
        match message {
            Some(message) => {
                self.flush();
                self.put(Output::Publish(message));
            }
            None => self.stop(Halt::Failed("the library said something in nobody's name".to_owned())),
        }
    }

    fn key(&mut self) -> Option<SecretKey> {
        let key = self.config.key.clone();
        if key.is_none() {
            self.stop(Halt::Failed("the library wants to sign and there is no key".to_owned()));
        }
        key
    }

    /// The bytes of a valid block as a part of this round, in our name.
    pub(super) fn sign_part(&mut self, round: u32, block: Hash) -> Option<SignedPart> {
        let bytes = self.blocks.bytes(&block)?.clone();
        let part = Part { chain: self.config.chain, height: self.height, round, block, bytes };
        let key = self.key()?;
        part.sign(&key).map_err(|error| self.stop(Halt::Key(error))).ok()
    }

    fn is_us(&self, name: Name) -> bool {
        name.0.is_some() && name.0 == self.config.key.as_ref().map(SecretKey::public)
    }

    /// Publishes a block that the library wants everybody to have. Bytes that were let go of cannot be sent; who needs
    /// them asks for the certified block.
    fn publish_part(&mut self, proposer: Name, round: Round, block: Hash) {
        let round = round.as_u32().unwrap_or(0);
        let part = if self.is_us(proposer) { self.sign_part(round, block) } else { self.blocks.part(&block).cloned() };
        if let Some(part) = part {
            self.publish(Some(Message::Part(part)));
        }
    }

    /// Carries out what the library asks for.
    pub(super) fn handle(&mut self, effect: Effect<Network>) -> Resume<Network> {
        use Effect as E;
        match effect {
            E::CancelAllTimeouts(resume) => {
                self.put(Output::CancelAll);
                resume.resume_with(())
            }
            E::CancelTimeout(timeout, resume) => {
                if let Some(timer) = self.timer(timeout) {
                    self.put(Output::Cancel(timer));
                }
                resume.resume_with(())
            }
            E::ScheduleTimeout(timeout, resume) => {
                if let Some(timer) = self.timer(timeout) {
                    let after_ms = self.config.timeouts.after_ms(timer.kind, timer.round);
                    self.put(Output::Set { timer, after_ms });
                }
                resume.resume_with(())
            }
            E::StartRound(_, round, _, _, resume) => {
                (self.round, self.building) = (round.as_u32().unwrap_or(0), None);
                resume.resume_with(())
            }
            E::GetValue(_, round, _, resume) => {
                self.building = round.as_u32();
                if self.replayed.is_none() {
                    self.ask_for_block();
                }
                resume.resume_with(())
            }
            E::WalAppend(_, input, resume) => {
                match Entry::of(self.config.chain, &input) {
                    Some(entry) => self.append(&entry),
                    None => self.stop(Halt::Failed("the log has no place for what happened".to_owned())),
                }
                resume.resume_with(())
            }
            E::Decide(commit, _, resume) => {
                self.decide(certificate_out(&commit));
                resume.resume_with(())
            }
            E::Finalize(_, _, evidence, resume) => {
                self.evidence(&evidence);
                resume.resume_with(())
            }
            other => self.say(other),
        }
    }

    /// Carries out what has to do with messages and signatures.
    fn say(&mut self, effect: Effect<Network>) -> Resume<Network> {
        use Effect as E;
        let chain = self.config.chain;
        match effect {
            E::PublishConsensusMsg(SignedConsensusMsg::Vote(vote), resume)
            | E::PublishLivenessMsg(LivenessMsg::Vote(vote), resume)
            | E::RepublishVote(vote, resume) => {
                self.publish(vote_out(chain, &vote).map(Message::Vote));
                resume.resume_with(())
            }
            E::PublishConsensusMsg(SignedConsensusMsg::Proposal(signed), resume) => {
                let proposal = &signed.message;
                // A block that is proposed again was published before its proposal (RestreamProposal).
                if self.is_us(proposal.name) && proposal.polka == Round::Nil {
                    self.publish_part(proposal.name, proposal.round, proposal.block);
                }
                self.publish(proposal_out(chain, &signed).map(Message::Proposal));
                resume.resume_with(())
            }
            E::PublishLivenessMsg(LivenessMsg::PolkaCertificate(polka), resume) => {
                self.publish(polka_out(&polka).map(Message::Polka));
                resume.resume_with(())
            }
            E::PublishLivenessMsg(LivenessMsg::SkipRoundCertificate(certificate), resume)
            | E::RepublishRoundCertificate(certificate, resume) => {
                self.publish(round_out(&certificate).map(Message::Round));
                resume.resume_with(())
            }
            E::RestreamProposal(_, round, _, proposer, block, resume) => {
                self.publish_part(proposer, round, block);
                resume.resume_with(())
            }
            E::SignVote(vote, resume) => self
                .sign_vote(&vote)
                .map_or(Resume::Continue, |seal| resume.resume_with(SignedMessage::new(vote, seal))),
            E::SignProposal(proposal, resume) => self
                .sign_proposal(&proposal)
                .map_or(Resume::Continue, |seal| resume.resume_with(SignedMessage::new(proposal, seal))),
            E::VerifySignature(message, key, resume) => {
                let signed = is_signed(chain, message, key);
                if !signed {
                    self.refuse(Refusal::Signature(key));
                }
                resume.resume_with(signed)
            }
            E::VerifyPolkaCertificate(polka, members, _, resume) => {
                self.proved(polka_proves(chain, &members, &polka), resume)
            }
            E::VerifyRoundCertificate(certificate, members, _, resume) => {
                self.proved(round_proves(chain, &members, &certificate), resume)
            }
            // Checked as a whole when it is decided: the library panics over a decision that it cannot prove, and we stop.
            E::VerifyCommitCertificate(_, _, _, resume) => resume.resume_with(Ok(())),
            // Certified blocks do not go through the library, votes carry nothing else, and the rest is handled before.
            E::VerifyExtendedCommitCertificate(_, _, _, _, resume) => {
                resume.resume_with(Err(CertificateError::VerificationError(None)))
            }
            E::ExtendVote(_, _, _, _, resume) => resume.resume_with(None),
            E::VerifyVoteExtension(_, _, _, _, _, _, resume) => resume.resume_with(Ok(())),
            _ => Resume::Continue,
        }
    }

    fn timer(&self, timeout: Timeout) -> Option<Timer> {
        timeout_out(timeout).map(|(kind, round)| Timer { height: self.height, round, kind })
    }

    /// Asks the application for the block of the round that waits for one.
    pub(super) fn ask_for_block(&mut self) {
        if let Some(round) = self.building {
            self.put(Output::Build { height: self.height, round });
        }
    }

    fn sign_vote(&mut self, vote: &Vote) -> Option<Seal> {
        let (key, vote) = (self.key()?, unsigned_vote(self.config.chain, vote)?);
        vote.sign(&key).map(|signed| Seal(signed.signature)).map_err(|error| self.stop(Halt::Key(error))).ok()
    }

    fn sign_proposal(&mut self, proposal: &Proposal) -> Option<Seal> {
        let (key, proposal) = (self.key()?, unsigned_proposal(self.config.chain, proposal)?);
        proposal.sign(&key).map(|signed| Seal(signed.signature)).map_err(|error| self.stop(Halt::Key(error))).ok()
    }

    fn proved<R>(&mut self, proved: bool, resume: R) -> Resume<Network>
    where
        R: Resumable<Network, Value = Result<(), CertificateError<Network>>>,
    {
        if proved {
            return resume.resume_with(Ok(()));
        }
        self.refuse(Refusal::Votes);
        resume.resume_with(Err(CertificateError::VerificationError(None)))
    }

    fn decide(&mut self, certificate: Option<Certificate>) {
        let Some(certificate) = certificate else {
            return self.stop(Halt::Failed("nobody decided".to_owned()));
        };
        match certificate.verify(self.config.chain, self.members.set()) {
            Ok(_) => self.decision = Some(certificate),
            Err(error) => self.stop(Halt::Decision(error)),
        }
    }

    /// Hands out what the library found of validators who said two things at once.
    pub(super) fn evidence(&mut self, found: &MisbehaviorEvidence<Network>) {
        let chain = self.config.chain;
        let votes = found.votes.iter().flat_map(|(_, pairs)| pairs);
        let votes = votes.filter_map(|(one, other)| Some([vote_out(chain, one)?, vote_out(chain, other)?]));
        let proposals = found.proposals.iter().flat_map(|(_, pairs)| pairs);
        let proposals =
            proposals.filter_map(|(one, other)| Some([proposal_out(chain, one)?, proposal_out(chain, other)?]));
        let votes = votes.map(|pair| Evidence::Votes(Box::new(pair)));
        let all = votes.chain(proposals.map(|pair| Evidence::Proposals(Box::new(pair))));
        for evidence in all {
            // The library also pairs a proposal with itself, when its block is first found invalid and then valid.
            if evidence.proves(chain) {
                self.put(Output::Evidence(evidence));
            }
        }
    }
}

fn is_signed(chain: ChainId, message: SignedMessage<Network, ConsensusMsg<Network>>, key: PublicKey) -> bool {
    let signature = message.signature;
    match message.message {
        ConsensusMsg::Vote(vote) => vote_out(chain, &SignedMessage::new(vote, signature))
            .is_some_and(|signed| signed.validator == key && signed.verify().is_ok()),
        ConsensusMsg::Proposal(proposal) => proposal_out(chain, &SignedMessage::new(proposal, signature))
            .is_some_and(|signed| signed.validator == key && signed.verify().is_ok()),
    }
}
