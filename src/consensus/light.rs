//! Trusting a header without the blocks before it: from one that is trusted, over those between that are needed.
//!
//! A header is believed when more than two thirds of its own validators signed it, and among those who signed are more
//! than a third, by power, of the validators that are trusted already: one of them at least is honest. Sets change slowly,
//! so that a few headers reach over years; where they changed too much at once, a header between is asked for.
//!
//! Invariants: what is trusted is of the chain, later in height and time than what it follows from, and not of the future;
//! what was trusted more than [`PERIOD_MS`] ago vouches for nothing, since its validators may have taken their stake back
//! and sell their keys; only genesis, which the program's user chose, vouches for ever, and so do the headers that were
//! reached from it on the way to a recent one. Questions are bounded, whatever is answered.

use crate::ledger::block::{BLOCK_VERSION, Header};
use crate::types::{Certificate, CertificateError, ChainId, Hash, Height, ValidatorSet};

/// How long a header vouches for later ones: 7 days.
pub const PERIOD_MS: u64 = 7 * 86_400_000;
/// How far ahead of our clock a header's time may be.
pub const AHEAD_MS: u64 = 10_000;
/// Questions of a [`Bisection`] at most.
pub const QUESTIONS_MAX: u32 = 512;

/// A header that is believed, with those who voted on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trusted {
    header: Header,
    validators: ValidatorSet,
    /// Whether it follows from genesis, and not only from a recent header.
    from_genesis: bool,
}

/// A header that two thirds of its own validators signed. Whether they are the network's is another question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    header: Header,
    validators: ValidatorSet,
    certificate: Certificate,
}

/// Why a header is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LightError {
    /// Of another network.
    #[error("the header is of chain {0}")]
    Chain(ChainId),
    /// Under rules that this program doesn't know.
    #[error("the header has version {0}, which this program does not know")]
    Version(u16),
    /// Not of the height that was asked for.
    #[error("the header is of height {found} and not of {wanted}")]
    Height {
        /// Its own.
        found: Height,
        /// What was asked for.
        wanted: Height,
    },
    /// Not the set that the header names.
    #[error("the validators are not those that header {0} names")]
    Validators(Height),
    /// Not final.
    #[error("header {height} is not final: {source}")]
    Certificate {
        /// Its height.
        height: Height,
        /// Why.
        source: CertificateError,
    },
    /// The certificate is of another block.
    #[error("the certificate is of another block than header {0}")]
    Block(Height),
    /// Not after what is trusted.
    #[error("header {found} does not come after header {trusted}, which is trusted")]
    Order {
        /// Its height.
        found: Height,
        /// Of what is trusted.
        trusted: Height,
    },
    /// Of a time that has not come.
    #[error("header {height} is {ahead_ms} ms ahead of this machine's clock")]
    Future {
        /// Its height.
        height: Height,
        /// By how much.
        ahead_ms: u64,
    },
    /// What is trusted is too old to vouch for anything.
    #[error("header {0} is more than 7 days old: trust a newer one")]
    Expired(Height),
    /// Too few of those who are trusted signed it.
    #[error("too few of the validators of header {trusted} signed header {found}: one between is needed")]
    NeedsMiddle {
        /// Its height.
        found: Height,
        /// Of what is trusted.
        trusted: Height,
    },
    /// The same, with nothing between.
    #[error("the validators of header {0} are strangers to the block before it")]
    Strangers(Height),
    /// Nobody gave it.
    #[error("there is no header {0}")]
    Missing(Height),
    /// What was given is not what was asked for.
    #[error("nobody asked for that")]
    Unasked,
    /// Too many headers were needed.
    #[error("more than {QUESTIONS_MAX} headers were needed")]
    Questions,
}

impl Trusted {
    /// Genesis, with the founders.
    #[must_use]
    pub fn genesis(header: Header, founders: ValidatorSet) -> Option<Self> {
        let own = header.height == Height(0) && header.validators == founders.hash();
        own.then_some(Self { header, validators: founders, from_genesis: true })
    }

    /// A header whose hash the user or this node itself trusts, if it is no older than [`PERIOD_MS`].
    pub fn recent(candidate: Candidate, hash: Hash, now_ms: u64) -> Result<Self, LightError> {
        let Candidate { header, validators, .. } = candidate;
        if header.hash() != hash {
            return Err(LightError::Block(header.height));
        }
        check_time(&header, now_ms)?;
        let trusted = Self { header, validators, from_genesis: false };
        if trusted.is_expired(now_ms) { Err(LightError::Expired(trusted.header.height)) } else { Ok(trusted) }
    }

    /// The header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Those who voted on it.
    #[must_use]
    pub fn validators(&self) -> &ValidatorSet {
        &self.validators
    }

    /// Whether it no longer vouches for later headers.
    #[must_use]
    pub fn is_expired(&self, now_ms: u64) -> bool {
        !self.from_genesis && self.header.time_ms.saturating_add(PERIOD_MS) < now_ms
    }

    /// Whether those who are trusted vouch for a later header.
    pub fn skip(&self, candidate: &Candidate, now_ms: u64) -> Result<Self, LightError> {
        let (header, trusted) = (&candidate.header, self.header.height);
        if header.chain != self.header.chain {
            return Err(LightError::Chain(header.chain));
        }
        if self.is_expired(now_ms) {
            return Err(LightError::Expired(trusted));
        }
        if header.height <= trusted || header.time_ms <= self.header.time_ms {
            return Err(LightError::Order { found: header.height, trusted });
        }
        check_time(header, now_ms)?;
        if header.height == trusted.after(1) && header.parent != self.header.hash() {
            return Err(LightError::Block(header.height));
        }
        let powers = candidate.certificate.signatures.iter().map(|(key, _)| self.validators.power(key));
        let signed = powers.fold(0u64, u64::saturating_add);
        if u128::from(signed).saturating_mul(3) <= u128::from(self.validators.total()) {
            let found = header.height;
            let adjacent = found == trusted.after(1);
            let needs = LightError::NeedsMiddle { found, trusted };
            return Err(if adjacent { LightError::Strangers(found) } else { needs });
        }
        let (header, validators) = (header.clone(), candidate.validators.clone());
        Ok(Self { header, validators, from_genesis: self.from_genesis })
    }
}

impl Candidate {
    /// That more than two thirds of those whom a header names signed it.
    pub fn check(
        chain: ChainId,
        header: Header,
        certificate: Certificate,
        validators: ValidatorSet,
    ) -> Result<Self, LightError> {
        let height = header.height;
        if header.chain != chain {
            return Err(LightError::Chain(header.chain));
        }
        if header.version != BLOCK_VERSION {
            return Err(LightError::Version(header.version));
        }
        // A set has one form; whatever else has its hash never came from a ledger.
        let one_form = ValidatorSet::new(validators.validators().iter().copied()) == validators;
        if !one_form || validators.hash() != header.validators {
            return Err(LightError::Validators(height));
        }
        if certificate.block != header.hash() || certificate.height != height {
            return Err(LightError::Block(height));
        }
        certificate.verify(chain, &validators).map_err(|source| LightError::Certificate { height, source })?;
        Ok(Self { header, validators, certificate })
    }

    /// The header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }
}

fn check_time(header: &Header, now_ms: u64) -> Result<(), LightError> {
    let ahead_ms = header.time_ms.saturating_sub(now_ms);
    if ahead_ms > AHEAD_MS { Err(LightError::Future { height: header.height, ahead_ms }) } else { Ok(()) }
}

/// Whether a header follows from one that is trusted, by itself and without any between.
pub fn verify_skip(
    trusted: &Trusted,
    header: Header,
    certificate: Certificate,
    validators: ValidatorSet,
    now_ms: u64,
) -> Result<Trusted, LightError> {
    trusted.skip(&Candidate::check(trusted.header.chain, header, certificate, validators)?, now_ms)
}

/// Finds a way from what is trusted to a later header, by asking for as few as it can.
#[derive(Debug)]
pub struct Bisection {
    trusted: Trusted,
    /// What was given and is not believed yet, the highest first; each next one lies halfway down.
    waiting: Vec<Candidate>,
    asked: Option<Height>,
    questions: u32,
}

/// What was answered.
#[derive(Debug, Clone)]
pub enum Input {
    /// A header, its certificate, and the validators that it names.
    Header(Box<(Header, Certificate, ValidatorSet)>),
    /// Whoever was asked does not have it.
    Missing,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Ask for the header of this height.
    Ask(Height),
    /// The header that was wanted is believed.
    Trusted(Box<Trusted>),
    /// It is not, and whoever answered last is to blame, unless too old a header was trusted or our clock is wrong.
    Failed(LightError),
}

impl Bisection {
    /// From what is trusted to a later height; the first question is for that height itself.
    #[must_use]
    pub fn new(trusted: Trusted, target: Height) -> (Self, Output) {
        let mut search = Self { trusted, waiting: Vec::new(), asked: None, questions: 0 };
        let (found, trusted) = (target, search.trusted.header.height);
        let first =
            if target > trusted { search.ask(target) } else { Output::Failed(LightError::Order { found, trusted }) };
        (search, first)
    }

    /// Takes an answer.
    pub fn step(&mut self, now_ms: u64, input: Input) -> Output {
        let Some(wanted) = self.asked.take() else { return Output::Failed(LightError::Unasked) };
        let (header, certificate, validators) = match input {
            Input::Header(given) => *given,
            Input::Missing => return Output::Failed(LightError::Missing(wanted)),
        };
        let found = header.height;
        if found != wanted {
            return Output::Failed(LightError::Height { found, wanted });
        }
        match Candidate::check(self.trusted.header.chain, header, certificate, validators) {
            Ok(candidate) => self.waiting.push(candidate),
            Err(error) => return Output::Failed(error),
        }
        self.go_on(now_ms)
    }

    fn go_on(&mut self, now_ms: u64) -> Output {
        while let Some(next) = self.waiting.last() {
            match self.trusted.skip(next, now_ms) {
                Ok(trusted) => {
                    self.trusted = trusted;
                    self.waiting.pop();
                }
                Err(LightError::NeedsMiddle { found, trusted }) => {
                    let half = found.0.saturating_sub(trusted.0).checked_div(2).unwrap_or(0);
                    return self.ask(trusted.after(half));
                }
                Err(error) => return Output::Failed(error),
            }
        }
        Output::Trusted(Box::new(self.trusted.clone()))
    }

    fn ask(&mut self, height: Height) -> Output {
        if self.questions >= QUESTIONS_MAX {
            return Output::Failed(LightError::Questions);
        }
        self.questions = self.questions.saturating_add(1);
        self.asked = Some(height);
        Output::Ask(height)
    }
}

#[cfg(test)]
mod tests;
