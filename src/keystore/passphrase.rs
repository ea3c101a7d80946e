//! What opens a wallet: a text that somebody remembers, or that a file holds for a program.
//!
//! Invariants: it is never empty; a chosen one has at least [`PASSPHRASE_CHARACTERS_MIN`] characters; the same text is the
//! same passphrase on every system, however it composes its accents.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

/// A shorter passphrase is guessed in hours, even at the price that a wallet file puts on a guess.
pub const PASSPHRASE_CHARACTERS_MIN: usize = 8;
const FILE_BYTES_MAX: u64 = 4096;

/// What opens a wallet.
pub struct Passphrase(Zeroizing<String>);

/// Why a text is no passphrase.
#[derive(Debug, thiserror::Error)]
pub enum PassphraseError {
    /// There is nothing.
    #[error("the passphrase is empty")]
    Empty,
    /// Easy to guess.
    #[error("a passphrase of {0} characters is guessed too soon: {PASSPHRASE_CHARACTERS_MIN} are the least")]
    Short(usize),
    /// The file cannot be read.
    #[error("cannot read the passphrase from the file: {0}")]
    Read(#[source] io::Error),
    /// The first line ends nowhere.
    #[error("the first line of the passphrase file is longer than {FILE_BYTES_MAX} bytes")]
    Long,
    /// Not UTF-8.
    #[error("the passphrase file holds no text")]
    NoText,
}

impl Passphrase {
    /// One that is to open what it sealed before.
    pub fn given(text: &str) -> Result<Self, PassphraseError> {
        if text.is_empty() {
            return Err(PassphraseError::Empty);
        }
        Ok(Self(Zeroizing::new(text.nfc().collect())))
    }

    /// One that is to seal something from now on.
    pub fn chosen(text: &str) -> Result<Self, PassphraseError> {
        let passphrase = Self::given(text)?;
        let characters = passphrase.0.chars().count();
        if characters < PASSPHRASE_CHARACTERS_MIN { Err(PassphraseError::Short(characters)) } else { Ok(passphrase) }
    }

    /// The first line of a file, which may be a pipe.
    pub fn read(path: &Path) -> Result<Zeroizing<String>, PassphraseError> {
        let mut bytes = Zeroizing::new(Vec::new());
        let file = File::open(path).map_err(PassphraseError::Read)?;
        file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(PassphraseError::Read)?;
        let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        if line.len() as u64 > FILE_BYTES_MAX {
            return Err(PassphraseError::Long);
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let text = std::str::from_utf8(line).map_err(|_| PassphraseError::NoText)?;
        Ok(Zeroizing::new(text.to_owned()))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_one_is_none_and_a_short_one_seals_nothing() {
        assert!(matches!(Passphrase::given(""), Err(PassphraseError::Empty)));
        assert!(matches!(Passphrase::chosen(""), Err(PassphraseError::Empty)));
        assert!(matches!(Passphrase::chosen("seven77"), Err(PassphraseError::Short(7))));
        assert!(Passphrase::given("seven77").is_ok(), "one chosen elsewhere still opens");
        assert!(Passphrase::chosen("påssörd8").is_ok(), "characters count, not bytes");
    }

    #[test]
    fn composed_and_decomposed_accents_are_the_same() {
        let bytes = |text: &str| Passphrase::chosen(text).unwrap().as_bytes().to_vec();
        assert_eq!(bytes("caf\u{e9} at noon"), bytes("cafe\u{301} at noon"));
        assert_ne!(bytes("Cafe at noon"), bytes("cafe at noon"));
    }

    #[test]
    fn a_file_gives_its_first_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("passphrase");
        let read = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            Passphrase::read(&path)
        };
        for bytes in [b"two words".as_slice(), b"two words\n", b"two words\r\n", b"two words\nsecond line\n"] {
            assert_eq!(read(bytes).unwrap().as_str(), "two words");
        }
        assert_eq!(read(b" spaces stay \n").unwrap().as_str(), " spaces stay ");
        assert_eq!(read(b"").unwrap().as_str(), "");
        assert!(matches!(read(b"\xff"), Err(PassphraseError::NoText)));
        assert!(matches!(read(&[b'a'; 5000]), Err(PassphraseError::Long)));
        assert!(matches!(Passphrase::read(&folder.path().join("none")), Err(PassphraseError::Read(_))));
    }

    #[test]
    fn it_is_never_printed() {
        assert_eq!(format!("{:?}", Passphrase::given("hunter22").unwrap()), "Passphrase(…)");
    }
}
