//! Agreement by the Tendermint algorithm of the Malachite library.
//!
//! The library is a coroutine that asks for effects; here it runs to its end within one step, and its effects become
//! outputs ([`desk`]). What it lacks is added around it: who may send what ([`check`]), the blocks themselves
//! ([`blocks`]), messages of the next height ([`later`]), blocks that others have already certified.
//!
//! Invariants: the library only ever sees messages of the current height and network, from validators, and after a
//! restart first everything that the log has; once a height is decided, nothing changes until the next one starts.

mod blocks;
mod check;
mod context;
mod convert;
mod desk;
mod entry;
mod later;
#[cfg(test)]
mod tests;

use super::{Agreement, BlockBytes, Config, Halt, Input, Message, Output, Part, Refusal, SignedPart, Timer, TimerKind};
use crate::types::{Certificate, Hash, Height, SecretKey, ValidatorSet};
use arc_malachitebft_core_consensus::{
    Error, Input as CoreInput, LocallyProposedValue, MisbehaviorEvidence, Params, State, ThresholdParams, ValuePayload,
    process,
};
use arc_malachitebft_core_types::{Round, VoteExtensionPolicy};
use blocks::Candidate;
use context::{Members, Name, Network};
use convert::{polka_in, proposal_in, round_in, timeout_in, vote_in};
use desk::Desk;
use entry::Entry;
use later::Later;
use std::convert::Infallible;

/// Agrees by Tendermint.
pub struct Malachite {
    config: Config,
    running: Option<Running>,
    later: Later,
    halt: Option<Halt>,
}

/// From the first height on.
struct Running {
    state: State<Network>,
    desk: Desk,
    /// Whether the block of this height was handed out.
    decided: bool,
    /// The proof that a block is final, while its bytes are missing.
    certified: Option<Certificate>,
}

impl Malachite {
    /// A machine that waits for its first height.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self { config, running: None, later: Later::default(), halt: None }
    }

    fn start(&mut self, height: Height, validators: ValidatorSet, log: &[Vec<u8>]) -> Result<(), Halt> {
        if validators.total() == 0 {
            return Err(Halt::NoValidators(height));
        }
        if let Some(last) = self.at().map(|(last, _)| last).filter(|last| *last >= height) {
            return Err(Halt::Order { last, next: height });
        }
        let entries = log
            .iter()
            .enumerate()
            .map(|(index, bytes)| Entry::decode(bytes, height).map_err(|reason| Halt::Log { index, reason }));
        let entries: Vec<Entry> = entries.collect::<Result<_, _>>()?;
        let members = Members::new(validators);
        let running = match &mut self.running {
            Some(running) => {
                running.desk.begin(height, members.clone());
                (running.decided, running.certified) = (false, None);
                running
            }
            none => none.insert(Running::new(&self.config, height, members.clone())),
        };
        if !log.is_empty() {
            running.desk.replayed = Some(log.iter().cloned().collect());
        }
        running.start(height, members, &entries);
        for message in self.later.take(height) {
            running.message(message);
        }
        Ok(())
    }

    fn message(&mut self, message: Message) {
        let Some(running) = &mut self.running else { return };
        let (height, current) = (message.height(), running.desk.height);
        if height == current.after(1) {
            let kept = self.later.keep(message, self.config.chain, running.desk.members.set());
            kept.unwrap_or_else(|refusal| running.desk.refuse(refusal));
        } else if height > current {
            running.desk.refuse(Refusal::Ahead(height));
        } else if height < current {
            running.desk.refuse(Refusal::Past(height));
        } else if running.decided {
            running.desk.refuse(Refusal::Decided(height));
        } else {
            running.message(message);
        }
    }
}

impl Agreement for Malachite {
    fn step(&mut self, input: Input) -> Result<Vec<Output>, Halt> {
        if let Some(halt) = &self.halt {
            return Err(halt.clone());
        }
        match (input, &mut self.running) {
            (Input::Start { height, validators, log }, _) => {
                self.start(height, validators, &log).map_err(|halt| self.halt.insert(halt).clone())?;
            }
            (_, None) => return Ok(vec![Output::Refused(Refusal::Idle)]),
            (Input::Message(message), _) => self.message(message),
            (Input::Built { height, round, block, bytes }, Some(running)) => {
                running.built(height, round, block, bytes);
            }
            (Input::Judged { height, block, valid }, Some(running)) => running.judged(height, block, valid),
            (Input::Elapsed(timer), Some(running)) => running.elapsed(timer),
            (Input::Certified { certificate, bytes }, Some(running)) => running.certified(certificate, bytes),
        }
        let Some(running) = &mut self.running else { return Ok(Vec::new()) };
        running.decide();
        let outputs = running.desk.outputs();
        match running.desk.halt.take() {
            // What was to be done before it stopped is not done either: all of it can be derived again from the log.
            Some(halt) => Err(self.halt.insert(halt).clone()),
            None => Ok(outputs),
        }
    }

    fn at(&self) -> Option<(Height, u32)> {
        self.running.as_ref().map(|running| (running.desk.height, running.desk.round))
    }
}

impl Running {
    fn new(config: &Config, height: Height, members: Members) -> Self {
        let params = Params {
            address: Name(config.key.as_ref().map(SecretKey::public)),
            threshold_params: ThresholdParams::default(),
            // With `ProposalOnly` every block would be valid without asking the application.
            value_payload: ValuePayload::ProposalAndParts,
            enabled: config.key.is_some(),
        };
        let network = Network { chain: config.chain };
        // The library's queue for later heights takes from anyone; ours does not, so that one stays empty.
        let state = State::new(network, height, members.clone(), params, 1, 1);
        Self { state, desk: Desk::new(config.clone(), height, members), decided: false, certified: None }
    }

    /// Lets the library work on an input until it is done with it.
    fn run(&mut self, input: CoreInput<Network>) {
        let Self { state, desk, .. } = self;
        if desk.halt.is_some() {
            return;
        }
        // An error here would only be logged; the desk keeps what failed.
        let result: Result<(), Error<Network>> = process!(
            input: input,
            state: state,
            metrics: &(),
            with: effect => Ok::<_, Infallible>(desk.handle(effect))
        );
        match result {
            // Nothing was signed: this vote or proposal is left out, which is allowed, and the next round goes on.
            Ok(()) | Err(Error::MissingPolkaCertificate(..)) => {}
            Err(error) => desk.stop(Halt::Failed(error.to_string())),
        }
    }

    fn start(&mut self, height: Height, members: Members, log: &[Entry]) {
        let inputs: Vec<_> = log.iter().filter_map(|entry| entry.input(height)).collect();
        self.state.index_wal_entries(&inputs);
        self.run(CoreInput::StartHeight(height, members, false, None, VoteExtensionPolicy::Disabled));
        for entry in log {
            if self.desk.decision.is_some() || self.desk.halt.is_some() {
                break;
            }
            match entry {
                Entry::Part(part) => self.take(part.clone()),
                Entry::Verdict { round, block, valid, .. } => self.desk.blocks.judge_again(*block, *round, *valid),
                _ => {}
            }
            if let Some(input) = entry.input(height) {
                self.run(input);
            }
        }
        self.state.reset_entries_index();
        if self.desk.replayed.take().is_some() && self.desk.decision.is_none() {
            self.ask_again();
        }
    }

    /// What the application was asked before a restart and had not answered.
    fn ask_again(&mut self) {
        for block in self.desk.blocks.unjudged() {
            self.ask(&block);
        }
        if self.state.driver.step_is_propose() {
            self.desk.ask_for_block();
        } else {
            self.desk.building = None;
        }
    }

    /// Has the next bytes for a hash judged.
    fn ask(&mut self, block: &Hash) {
        let Some(candidate) = self.desk.blocks.next(block) else { return };
        let certified = matches!(candidate, Candidate::Certified(_));
        let (height, bytes) = (self.desk.height, candidate.bytes().clone());
        self.desk.put(Output::Judge { height, block: *block, bytes, certified });
    }

    /// Keeps a part until it is judged.
    fn take(&mut self, part: SignedPart) {
        let valid = self.state.driver.valid_value().map(|valid| valid.value);
        self.desk.blocks.take(part, self.desk.round, valid);
    }

    fn message(&mut self, message: Message) {
        if let Err(refusal) = check::message(&self.desk, &message) {
            return self.desk.refuse(refusal);
        }
        match message {
            Message::Vote(vote) => self.run(CoreInput::Vote(vote_in(&vote))),
            Message::Proposal(proposal) => self.run(CoreInput::Proposal(proposal_in(&proposal))),
            Message::Polka(polka) => self.run(CoreInput::PolkaCertificate(polka_in(&polka))),
            Message::Round(certificate) => self.run(CoreInput::RoundCertificate(round_in(&certificate))),
            Message::Part(part) => self.part(part),
        }
    }

    fn part(&mut self, signed: SignedPart) {
        let (block, round) = (signed.part.block, signed.part.round);
        if self.desk.blocks.knows(&block, round) {
            return;
        }
        if !self.desk.blocks.may_take(round) {
            return self.desk.refuse(Refusal::Full);
        }
        // The costly question last: hashing a block.
        if signed.verify().is_err() {
            return self.desk.refuse(Refusal::Signature(signed.validator));
        }
        self.desk.append(&Entry::Part(signed.clone()));
        self.take(signed);
        if self.desk.blocks.waiting(&block) == 1 {
            self.ask(&block);
        }
    }

    fn built(&mut self, height: Height, round: u32, block: Hash, bytes: BlockBytes) {
        if height != self.desk.height || self.desk.building != Some(round) || self.decided {
            return self.desk.refuse(Refusal::Unasked);
        }
        if bytes.len() > self.desk.config.block_bytes_max {
            return self.desk.refuse(Refusal::Size(bytes.len()));
        }
        self.desk.building = None;
        let Some(key) = &self.desk.config.key else { return };
        match (Part { chain: self.desk.config.chain, height, round, block, bytes }).sign(key) {
            Ok(part) => {
                self.desk.append(&Entry::Part(part.clone()));
                self.take(part);
                self.desk.blocks.judge_again(block, round, true);
                let round = Round::new(round);
                self.run(CoreInput::Propose(LocallyProposedValue { height, round, value: block }));
            }
            Err(error) => self.desk.stop(Halt::Key(error)),
        }
    }

    fn judged(&mut self, height: Height, block: Hash, valid: bool) {
        if height != self.desk.height || self.decided {
            return;
        }
        let Some(candidate) = self.desk.blocks.judge(block, valid) else { return };
        if let Candidate::Part(signed) = candidate {
            self.run(entry::verdict(height, signed.part.round, signed.validator, block, valid));
        }
        self.ask(&block);
    }

    fn elapsed(&mut self, timer: Timer) {
        if timer.height != self.desk.height || self.decided {
            return;
        }
        if timer.kind == TimerKind::Rebroadcast && timer.round == self.desk.round {
            self.repeat_proposal();
        }
        self.run(CoreInput::TimeoutElapsed(timeout_in(timer.kind, timer.round)));
    }

    /// The library repeats its votes; we repeat the proposal, with its block and the reason to propose it again.
    fn repeat_proposal(&mut self) {
        let round = self.desk.round;
        let proposals = self.state.driver.proposals_and_validities_for_round(Round::new(round));
        let ours = proposals.iter().map(|(proposal, _)| proposal);
        let mut ours = ours.filter(|proposal| proposal.message.name == *self.state.driver.address());
        let Some(signed) = ours.next_back().and_then(|signed| convert::proposal_out(self.desk.config.chain, signed))
        else {
            return;
        };
        let proposal = &signed.proposal;
        let polka = proposal.polka.and_then(|polka| self.state.polka_certificate(Round::new(polka), &proposal.block));
        if let Some(polka) = polka.and_then(convert::polka_out) {
            self.desk.publish(Some(Message::Polka(polka)));
        }
        if let Some(part) = self.desk.sign_part(round, proposal.block) {
            self.desk.publish(Some(Message::Part(part)));
        }
        self.desk.publish(Some(Message::Proposal(signed)));
    }

    fn certified(&mut self, certificate: Certificate, bytes: BlockBytes) {
        let block = certificate.block;
        if let Err(refusal) = check::certified(&self.desk, &certificate, &bytes, self.decided) {
            return self.desk.refuse(refusal);
        }
        self.certified = Some(certificate);
        if self.desk.blocks.bytes(&block).is_some() {
            return;
        }
        if !self.desk.blocks.take_certified(block, bytes) {
            return self.desk.refuse(Refusal::Full);
        }
        if self.desk.blocks.waiting(&block) == 1 {
            self.ask(&block);
        }
    }

    /// Hands out the block, if one is final and its bytes are known to be right.
    fn decide(&mut self) {
        if self.decided || self.desk.halt.is_some() {
            return;
        }
        let by_library = self.desk.decision.take();
        let fetch = by_library.is_some();
        self.certified = by_library.or_else(|| self.certified.take());
        let Some(certificate) = self.certified.clone() else { return };
        match self.desk.blocks.bytes(&certificate.block).cloned() {
            Some(bytes) => {
                let (votes, proposals) =
                    (self.state.driver.take_vote_evidence(), self.state.driver.take_proposal_evidence());
                self.desk.evidence(&MisbehaviorEvidence { proposals, votes });
                self.decided = true;
                self.desk.flush();
                self.desk.put(Output::CancelAll);
                self.desk.put(Output::Decide { certificate, bytes });
            }
            None if fetch => self.desk.put(Output::Fetch(certificate)),
            None => {}
        }
    }
}
