//! What validators sign: votes for blocks, and the certificate that more than two thirds of the power agreed.
//!
//! Invariants: what is signed names its chain, height and round; a [`ValidatorSet`] has each key once, in one order; a
//! power is so small that the sums of 1024 of them times three fit into 64 bits.

use super::{Domain, Hash, Height, KeyError, PublicKey, SecretKey, Signature};
use borsh::{BorshDeserialize, BorshSerialize};

/// Names a network: the hash of its genesis. Everything that is signed carries it.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize, serde::Serialize,
)]
#[serde(transparent)]
pub struct ChainId(pub Hash);

/// The largest power of a validator: 10^15, which is 10^12 NEURO in thousandths.
pub const POWER_MAX: u64 = 1_000_000_000_000_000;
/// The most validators of a set.
pub const VALIDATORS_MAX: usize = 1024;

/// The two votes of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = true)]
pub enum VoteKind {
    /// A block, or none, is acceptable in this round.
    Prevote = 0,
    /// Two thirds found it acceptable.
    Precommit = 1,
}

/// What a validator says of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Vote {
    /// The network.
    pub chain: ChainId,
    /// The block's height.
    pub height: Height,
    /// Attempt at this height, from 0.
    pub round: u32,
    /// Which of the two votes.
    pub kind: VoteKind,
    /// The block's hash, or nothing.
    pub block: Option<Hash>,
}

/// A vote and whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SignedVote {
    /// What was said.
    pub vote: Vote,
    /// By whom.
    pub validator: PublicKey,
    /// Over [`Vote::hash`].
    pub signature: Signature,
}

/// One validator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Validator {
    /// Checks its votes.
    pub key: PublicKey,
    /// Its weight: thousandths of a NEURO, at least 1 and at most [`POWER_MAX`].
    pub power: u64,
}

/// Those whose votes count at a height, the strongest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ValidatorSet(Vec<Validator>);

/// That a block is final: precommits of more than two thirds of the power in one round.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Certificate {
    /// The block's height.
    pub height: Height,
    /// The round that decided.
    pub round: u32,
    /// The block's hash.
    pub block: Hash,
    /// Who signed, in the order of the keys.
    pub signatures: Vec<(PublicKey, Signature)>,
}

/// Why a certificate proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Keys out of order, or one twice.
    #[error("the signatures of the certificate are not in order")]
    Order,
    /// By a key that is no validator at this height.
    #[error("{0} signed the certificate and is no validator")]
    Stranger(PublicKey),
    /// Not made over this block.
    #[error("the signature of {0} in the certificate is wrong: {1}")]
    Signature(PublicKey, KeyError),
    /// Too few.
    #[error("the certificate has {signed} of {total} power, and more than two thirds are needed")]
    Power {
        /// Power of those who signed.
        signed: u64,
        /// Power of all.
        total: u64,
    },
}

impl std::fmt::Display for ChainId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Vote {
    /// What is signed.
    #[must_use]
    pub fn hash(&self) -> Hash {
        const DOMAIN: Domain = Domain::new("vote");
        Hash::of(&DOMAIN, self)
    }

    /// Signs it.
    pub fn sign(self, key: &SecretKey) -> Result<SignedVote, KeyError> {
        Ok(SignedVote { vote: self, validator: key.public(), signature: key.sign(&self.hash())? })
    }
}

impl SignedVote {
    /// That the validator signed it.
    pub fn verify(&self) -> Result<(), KeyError> {
        self.validator.verify(&self.vote.hash(), &self.signature)
    }
}

impl ValidatorSet {
    /// Of these validators: each key once (the first counts), powers from 1 to [`POWER_MAX`], at most
    /// [`VALIDATORS_MAX`] of them, the strongest first, equals by key.
    #[must_use]
    pub fn new(validators: impl IntoIterator<Item = Validator>) -> Self {
        let mut all: Vec<Validator> = validators.into_iter().filter(|validator| validator.power > 0).collect();
        for validator in &mut all {
            validator.power = validator.power.min(POWER_MAX);
        }
        all.sort_by_key(|validator| validator.key);
        all.dedup_by_key(|validator| validator.key);
        all.sort_by_key(|validator| std::cmp::Reverse(validator.power));
        all.truncate(VALIDATORS_MAX);
        Self(all)
    }

    /// All of them, the strongest first.
    #[must_use]
    pub fn validators(&self) -> &[Validator] {
        &self.0
    }

    /// The power of a key; 0 for a stranger.
    #[must_use]
    pub fn power(&self, key: &PublicKey) -> u64 {
        self.0.iter().find(|validator| validator.key == *key).map_or(0, |validator| validator.power)
    }

    /// The power of all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.iter().fold(0, |sum, validator| sum.saturating_add(validator.power))
    }

    /// Whether `signed` is more than two thirds of all power.
    #[must_use]
    pub fn is_quorum(&self, signed: u64) -> bool {
        u128::from(signed).saturating_mul(3) > u128::from(self.total()).saturating_mul(2)
    }

    /// Names the set; a block's header has it.
    #[must_use]
    pub fn hash(&self) -> Hash {
        const DOMAIN: Domain = Domain::new("validators");
        Hash::of(&DOMAIN, self)
    }
}

impl Certificate {
    /// That more than two thirds of `set` signed; returns their power.
    pub fn verify(&self, chain: ChainId, set: &ValidatorSet) -> Result<u64, CertificateError> {
        let mut keys = self.signatures.iter().map(|(key, _)| key);
        if !keys.clone().zip(keys.by_ref().skip(1)).all(|(a, b)| a < b) {
            return Err(CertificateError::Order);
        }
        let kind = VoteKind::Precommit;
        let vote = Vote { chain, height: self.height, round: self.round, kind, block: Some(self.block) };
        let hash = vote.hash();
        let mut signed: u64 = 0;
        for (key, signature) in &self.signatures {
            let power = set.power(key);
            if power == 0 {
                return Err(CertificateError::Stranger(*key));
            }
            key.verify(&hash, signature).map_err(|error| CertificateError::Signature(*key, error))?;
            signed = signed.saturating_add(power);
        }
        if set.is_quorum(signed) { Ok(signed) } else { Err(CertificateError::Power { signed, total: set.total() }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: u8) -> SecretKey {
        SecretKey::from_bytes(&[seed; 32]).unwrap()
    }

    fn certificate(signers: &[u8], chain: ChainId, block: Hash) -> Certificate {
        let vote = Vote { chain, height: Height(7), round: 1, kind: VoteKind::Precommit, block: Some(block) };
        let signed = signers.iter().map(|&seed| vote.sign(&key(seed)).unwrap());
        let mut signatures: Vec<_> = signed.map(|vote| (vote.validator, vote.signature)).collect();
        signatures.sort_by_key(|(key, _)| *key);
        Certificate { height: Height(7), round: 1, block, signatures }
    }

    fn set(powers: &[(u8, u64)]) -> ValidatorSet {
        ValidatorSet::new(powers.iter().map(|&(seed, power)| Validator { key: key(seed).public(), power }))
    }

    #[test]
    fn a_certificate_needs_more_than_two_thirds_of_the_power() {
        let (chain, block) = (ChainId(Hash([1; 32])), Hash([2; 32]));
        let set = set(&[(1, 1), (2, 1), (3, 1), (4, 3)]);
        assert_eq!(certificate(&[1, 2, 4], chain, block).verify(chain, &set), Ok(5));
        let two_thirds = CertificateError::Power { signed: 4, total: 6 };
        assert_eq!(certificate(&[1, 4], chain, block).verify(chain, &set), Err(two_thirds));
        assert_eq!(
            certificate(&[1, 2, 9], chain, block).verify(chain, &set),
            Err(CertificateError::Stranger(key(9).public()))
        );
    }

    #[test]
    fn a_certificate_is_of_one_chain_and_block_and_counts_nobody_twice() {
        let (chain, block) = (ChainId(Hash([1; 32])), Hash([2; 32]));
        let set = set(&[(1, 1)]);
        let good = certificate(&[1], chain, block);
        let wrong = |certificate: Certificate, chain| {
            matches!(certificate.verify(chain, &set), Err(CertificateError::Signature(_, KeyError::Wrong)))
        };
        assert!(wrong(good.clone(), ChainId::default()));
        assert!(wrong(Certificate { block: Hash([3; 32]), ..good.clone() }, chain));
        assert!(wrong(Certificate { round: 0, ..good.clone() }, chain));
        let mut twice = good;
        twice.signatures.extend(twice.signatures.clone());
        assert_eq!(twice.verify(chain, &set), Err(CertificateError::Order));
    }

    #[test]
    fn a_set_has_one_order_and_each_key_once() {
        let a = set(&[(1, 5), (2, 9), (3, 5), (2, 1), (4, 0)]);
        assert_eq!(a, set(&[(3, 5), (2, 9), (1, 5)]));
        assert_eq!(a.validators().len(), 3);
        assert_eq!(a.validators()[0].power, 9);
        assert_eq!((a.total(), a.is_quorum(12), a.is_quorum(13)), (19, false, true));
    }
}
