//! The words that a wallet is made of (BIP-39, English) and the key that they stand for (BIP-32).
//!
//! Invariant: however the same words are typed, in capitals, over several lines, they are the same wallet; words that
//! are not exactly right are refused, with what is wrong about them.

use std::fmt;

use bip32::{DerivationPath, XPrv};
use bip39::Language;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use crate::types::{KeyError, SecretKey};

/// Where in the tree of keys the account's is: purpose, coin, account, change, index (BIP-44).
///
/// The coin is `NSHD` in ASCII, 0x4e534844, which SLIP-44 has not given to anyone.
pub const DERIVATION_PATH: &str = "m/44'/1314080836'/0'/0/0";
/// No word of the list has more letters than 8; what is longer is something else, and is not repeated in an error.
const SHOWN_LETTERS_MAX: usize = 16;
const SUGGESTIONS_MAX: usize = 3;

/// Twelve words, or 24; a checksum over them is right.
pub struct Mnemonic(bip39::Mnemonic);

/// Why a text is no wallet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MnemonicError {
    /// Too few or too many.
    #[error("a wallet is 12 words, or 24 from some other programs, and there are {0}")]
    Count(usize),
    /// Words that are not in the list.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Unknown(Vec<UnknownWord>),
    /// Each word is in the list, and yet they don't belong together.
    #[error("these words don't belong together: one is wrong, or two are in the wrong order")]
    Checksum,
    /// Not 16 or 32 bytes.
    #[error("{0} bytes make no wallet: 16 or 32 do")]
    Entropy(usize),
    /// The operating system has no randomness.
    #[error("the system gives no random numbers: {0}")]
    Random(getrandom::Error),
    /// Happens to one wallet in 2^127.
    #[error("these words stand for no key")]
    NoKey,
}

/// A word that is not in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownWord {
    /// Which one, from 1.
    pub place: usize,
    /// As it was typed, in small letters.
    pub word: String,
    /// The words of the list that are nearest to it.
    pub near: Vec<&'static str>,
}

impl Mnemonic {
    /// Twelve new words, from the operating system's randomness.
    pub fn generate() -> Result<Self, MnemonicError> {
        let entropy = super::random::<16>().map_err(MnemonicError::Random)?;
        Self::from_entropy(entropy.as_slice())
    }

    /// The words that stand for these 16 or 32 bytes.
    pub fn from_entropy(entropy: &[u8]) -> Result<Self, MnemonicError> {
        let words = matches!(entropy.len(), 16 | 32).then(|| bip39::Mnemonic::from_entropy(entropy).ok()).flatten();
        words.map(Self).ok_or(MnemonicError::Entropy(entropy.len()))
    }

    /// Reads words as people type them.
    pub fn parse(text: &str) -> Result<Self, MnemonicError> {
        // A full-width or an accented letter from some keyboards is a letter too, but none of this list.
        let mut small = Zeroizing::new(String::with_capacity(text.len().saturating_mul(4)));
        small.extend(text.nfkd().flat_map(char::to_lowercase));
        let words: Vec<&str> = small.split_whitespace().collect();
        if words.is_empty() || words.len() > 24 {
            return Err(MnemonicError::Count(words.len()));
        }
        let unknown: Vec<UnknownWord> = (1..).zip(&words).filter_map(|(place, word)| unknown(place, word)).collect();
        if !unknown.is_empty() {
            return Err(MnemonicError::Unknown(unknown));
        }
        if !matches!(words.len(), 12 | 24) {
            return Err(MnemonicError::Count(words.len()));
        }
        let joined = Zeroizing::new(words.join(" "));
        let words = bip39::Mnemonic::parse_in_normalized(Language::English, &joined);
        words.map(Self).map_err(|_| MnemonicError::Checksum)
    }

    /// The words, with one space between them.
    #[must_use]
    pub fn words(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.words().collect::<Vec<_>>().join(" "))
    }

    /// The bytes that the words stand for.
    #[must_use]
    pub fn entropy(&self) -> Zeroizing<Vec<u8>> {
        let (bytes, length) = self.0.to_entropy_array();
        let bytes = Zeroizing::new(bytes);
        Zeroizing::new(bytes.get(..length).unwrap_or_default().to_vec())
    }

    /// The account's key, the one at [`DERIVATION_PATH`], without a BIP-39 passphrase.
    pub fn secret_key(&self) -> Result<SecretKey, MnemonicError> {
        let seed = Zeroizing::new(self.0.to_seed_normalized(""));
        let path = DERIVATION_PATH.parse().map_err(|_| MnemonicError::NoKey)?;
        derive(seed.as_slice(), &path)
    }
}

fn derive(seed: &[u8], path: &DerivationPath) -> Result<SecretKey, MnemonicError> {
    let key = XPrv::derive_from_path(seed, path).map_err(|_| MnemonicError::NoKey)?;
    let bytes = Zeroizing::new(key.to_bytes());
    SecretKey::from_bytes(&bytes).map_err(|_: KeyError| MnemonicError::NoKey)
}

impl fmt::Debug for Mnemonic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mnemonic(…)")
    }
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, word, near } = self;
        if word.chars().count() > SHOWN_LETTERS_MAX {
            return write!(f, "word {place} is longer than any in the list");
        }
        write!(f, "word {place} `{word}` is not in the list")?;
        match near.split_last() {
            None => Ok(()),
            Some((only, [])) => write!(f, "; did you mean {only}?"),
            Some((last, others)) => write!(f, "; did you mean {} or {last}?", others.join(", ")),
        }
    }
}

fn unknown(place: usize, word: &str) -> Option<UnknownWord> {
    let known = Language::English.find_word(word).is_some();
    (!known).then(|| UnknownWord { place, word: word.to_owned(), near: near(word) })
}

/// The words of the list that the fewest mistakes turn into this one.
fn near(word: &str) -> Vec<&'static str> {
    const MISTAKES_MAX: usize = 2;

    // Four letters tell the words of the list apart, so whoever got these right meant that word.
    let prefix = word.get(..4);
    let meant = Language::English.word_list().iter().find(|known| prefix.is_some() && known.get(..4) == prefix);
    if let Some(meant) = meant {
        return vec![meant];
    }
    if word.chars().count() > SHOWN_LETTERS_MAX {
        return Vec::new();
    }
    let mut near: Vec<(usize, &str)> =
        Language::English.word_list().iter().map(|known| (strsim::osa_distance(word, known), *known)).collect();
    near.retain(|(mistakes, _)| *mistakes <= MISTAKES_MAX);
    near.sort_unstable();
    let fewest = near.first().map(|(mistakes, _)| *mistakes);
    near.iter()
        .filter(|(mistakes, _)| Some(*mistakes) == fewest)
        .map(|(_, known)| *known)
        .take(SUGGESTIONS_MAX)
        .collect()
}

#[cfg(test)]
mod tests;
