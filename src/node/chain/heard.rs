//! What peers bring: their words about consensus, and blocks that are final already.
//!
//! Invariants: a word is called bad only if it is so whatever a node knows; a final block's certificate is checked before
//! anything is begun for it; while blocks follow each other, no height is begun that is over elsewhere.

use super::{Chain, ChainError};
use crate::consensus::{Agreement as _, Input, Message, Output, Refusal};
use crate::node::clock::now_ms;
use crate::node::peers::wire::Final;
use crate::types::Height;

/// How long the next block of those that follow is waited for.
const NEXT_MS: u64 = 2_000;

/// What to make of a peer's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::node) enum Heard {
    /// Worth passing on.
    Good,
    /// Worth passing on, and about the height after the one that this node works on.
    Next(Height),
    /// Nothing new, or nothing that can be judged here.
    Unsure,
    /// Its author works on a height that is over: it lacks this block.
    Behind(Height),
    /// About a height that this node has not reached.
    Ahead(Height),
    /// Wrong, whoever judges it.
    Bad(String),
}

/// What became of a final block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::node) enum Followed {
    /// It is committed, now or before.
    Done,
    /// It is none.
    Refused(String),
    /// This node no longer takes part.
    Stopped,
}

impl Chain {
    /// Takes a peer's word.
    pub(super) fn heard(&mut self, message: Message) -> Result<Heard, ChainError> {
        let height = message.height();
        let is_next = self.agreement.at().is_some_and(|(current, _)| height > current);
        let refusal = self.bring(Input::Message(message))?;
        let good = if is_next { Heard::Next(height) } else { Heard::Good };
        Ok(refusal.as_ref().map_or(good, Heard::of))
    }

    /// Gives consensus what a peer brought, and carries out what follows; says why it was not used.
    fn bring(&mut self, input: Input) -> Result<Option<Refusal>, ChainError> {
        let mut refusal = None;
        for output in self.agreement.step(input)? {
            match output {
                Output::Refused(why) => refusal = refusal.or(Some(why)),
                other => self.carry_out(other)?,
            }
        }
        self.drive()?;
        Ok(refusal)
    }

    /// Takes a final block from a peer.
    pub(super) fn follow(&mut self, block: Final, more: bool) -> Result<Followed, ChainError> {
        let (next, Final { certificate, bytes }) = (self.tip.header.height.after(1), block);
        if certificate.height < next {
            return Ok(Followed::Done);
        }
        if certificate.height > next {
            return Ok(Followed::Refused(format!("block {} was given for {next}", certificate.height)));
        }
        if let Err(error) = certificate.verify(self.tip.header.chain, &self.validators()?) {
            return Ok(Followed::Refused(error.to_string()));
        }
        if self.start_at_ms.take().is_some() && !self.start()? {
            return Ok(Followed::Stopped);
        }
        self.drive()?;
        let refusal = self.bring(Input::Certified { certificate, bytes })?;
        if more && self.start_at_ms.is_some() {
            self.start_at_ms = Some(now_ms().saturating_add(NEXT_MS));
        }
        if self.tip.header.height >= next {
            return Ok(Followed::Done);
        }
        let why = refusal.map_or_else(|| "its bytes are not the block".to_owned(), |refusal| refusal.to_string());
        Ok(Followed::Refused(why))
    }
}

impl Heard {
    fn of(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::Past(height) => Self::Behind(*height),
            Refusal::Ahead(height) => Self::Ahead(*height),
            Refusal::Chain
            | Refusal::Signature(_)
            | Refusal::Malformed
            | Refusal::Size(_)
            | Refusal::Certificate(_)
            | Refusal::Votes => Self::Bad(refusal.to_string()),
            // A vote that comes after the decision is late, which is no fault of its author.
            Refusal::Decided(_)
            | Refusal::Idle
            | Refusal::Round(_)
            | Refusal::Stranger(_)
            | Refusal::NotProposer(_)
            | Refusal::Full
            | Refusal::Unasked => Self::Unsure,
        }
    }
}
