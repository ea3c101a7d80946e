//! A wallet at rest: its words, encrypted under a passphrase, with a header that can be read without one.
//!
//! The key is argon2id of the passphrase, at a price that the file states; the words are sealed with XChaCha20-Poly1305,
//! and all of the header goes into the seal as associated data. A checksum over the public parts tells damage from a
//! wrong passphrase; it knows nothing of either secret.
//!
//! Invariants: nothing is allocated for a price beyond [`Kdf::check`]; a file that differs in one bit from the one that
//! was written is refused; opening says either the words or that the passphrase is wrong, and nothing between.

mod format;

use std::fmt;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use borsh::BorshSerialize;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use jiff::Timestamp;
use zeroize::{Zeroize as _, Zeroizing};

use super::{Mnemonic, MnemonicError, Passphrase, WalletName};
use crate::types::{Address, Domain, Hash};

const FORMAT: &str = "neuroshard wallet";
/// The version of the file that this program writes, and the newest that it reads.
const VERSION: u32 = 1;
const CHECKSUM: Domain = Domain::new("wallet file");

/// A wallet whose words only its passphrase brings out.
#[derive(Clone)]
pub struct Sealed {
    header: Header,
    /// The encrypted entropy and its tag.
    sealed: Vec<u8>,
}

/// What can be read without the passphrase. Its encoding is the seal's associated data.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize)]
struct Header {
    format: String,
    version: u32,
    name: String,
    address: Address,
    created: String,
    kdf: Kdf,
    salt: [u8; 16],
    nonce: [u8; 24],
}

/// The price of a guess: memory, passes over it, and lanes, as argon2id takes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize)]
pub struct Kdf {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes that could be filled at the same time.
    pub lanes: u32,
}

/// Why a wallet could not be sealed, read or opened.
#[derive(Debug, thiserror::Error)]
pub enum SealedError {
    /// Not what this program wrote.
    #[error("it is damaged, or no wallet: {0}")]
    Damaged(String),
    /// Written by a later program.
    #[error("it is of version {0}, and this program reads version {VERSION}")]
    Newer(u32),
    /// A price that no program of ours asks for.
    #[error("opening it would take {} MiB of memory and {} passes over it, which is more than is allowed", .0.memory_kib / 1024, .0.passes)]
    Price(Kdf),
    /// The machine has less memory than the price asks for.
    #[error("there is no memory for opening it: {} MiB are needed", .0.memory_kib / 1024)]
    Memory(Kdf),
    /// The one answer to a passphrase that is not the one.
    #[error("the passphrase is wrong")]
    Passphrase,
    /// The words that came out are not those of the address.
    #[error("its words are not those of its address")]
    Address,
    /// There are no words, or no randomness for them.
    #[error(transparent)]
    Mnemonic(#[from] MnemonicError),
}

impl Kdf {
    /// What RFC 9106 recommends where memory is not plentiful: 64 MiB, three passes, four lanes.
    pub const DEFAULT: Self = Self { memory_kib: 64 << 10, passes: 3, lanes: 4 };

    /// That the price can be paid: at most 1 GiB, and as much work as four passes over that.
    pub fn check(self) -> Result<Self, SealedError> {
        let Self { memory_kib, passes, lanes } = self;
        let fits = (1..=16).contains(&lanes)
            && (8 * lanes..=1 << 20).contains(&memory_kib)
            && (1..=64).contains(&passes)
            && u64::from(memory_kib) * u64::from(passes) <= 4 << 20;
        if fits { Ok(self) } else { Err(SealedError::Price(self)) }
    }

    fn key(self, passphrase: &Passphrase, salt: &[u8; 16]) -> Result<Zeroizing<[u8; 32]>, SealedError> {
        let Self { memory_kib, passes, lanes } = self.check()?;
        let mut key = Zeroizing::new([0; 32]);
        let parameters =
            Params::new(memory_kib, passes, lanes, Some(key.len())).map_err(|_| SealedError::Price(self))?;
        let mut blocks: Vec<Block> = Vec::new();
        blocks.try_reserve_exact(parameters.block_count()).map_err(|_| SealedError::Memory(self))?;
        blocks.resize(parameters.block_count(), Block::new());
        let derived = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters).hash_password_into_with_memory(
            passphrase.as_bytes(),
            salt,
            key.as_mut_slice(),
            &mut blocks,
        );
        blocks.zeroize();
        derived.map_err(|_| SealedError::Price(self))?;
        Ok(key)
    }
}

impl Sealed {
    /// Seals words under a passphrase.
    pub fn seal(
        mnemonic: &Mnemonic,
        name: &WalletName,
        passphrase: &Passphrase,
        kdf: Kdf,
        created: Timestamp,
    ) -> Result<Self, SealedError> {
        let header = Header {
            format: FORMAT.to_owned(),
            version: VERSION,
            name: name.to_string(),
            address: Address::of(&mnemonic.secret_key()?.public()),
            created: created.to_string(),
            kdf,
            salt: *super::random().map_err(MnemonicError::Random)?,
            nonce: *super::random().map_err(MnemonicError::Random)?,
        };
        let key = kdf.key(passphrase, &header.salt)?;
        let payload = Payload { msg: &mnemonic.entropy(), aad: &header.encoded() };
        let sealed = cipher(&key).encrypt(&XNonce::from(header.nonce), payload);
        Ok(Self { sealed: sealed.map_err(|_| SealedError::Price(kdf))?, header })
    }

    /// The words, if the passphrase is the one that they were sealed under.
    pub fn open(&self, passphrase: &Passphrase) -> Result<Mnemonic, SealedError> {
        let header = &self.header;
        let key = header.kdf.key(passphrase, &header.salt)?;
        let payload = Payload { msg: &self.sealed, aad: &header.encoded() };
        let entropy = cipher(&key).decrypt(&XNonce::from(header.nonce), payload);
        let entropy = Zeroizing::new(entropy.map_err(|_| SealedError::Passphrase)?);
        let mnemonic = Mnemonic::from_entropy(&entropy)?;
        let address = Address::of(&mnemonic.secret_key()?.public());
        if address == header.address { Ok(mnemonic) } else { Err(SealedError::Address) }
    }

    /// The same words under another passphrase.
    pub fn seal_again(&self, mnemonic: &Mnemonic, passphrase: &Passphrase, kdf: Kdf) -> Result<Self, SealedError> {
        Self::seal(mnemonic, &self.name()?, passphrase, kdf, self.created()?)
    }

    /// What the wallet is called.
    pub fn name(&self) -> Result<WalletName, SealedError> {
        self.header.name.parse().map_err(|_| SealedError::Damaged("its name cannot be one".to_owned()))
    }

    /// The account's address. Who can write to the file can change it; [`Sealed::open`] notices.
    #[must_use]
    pub fn address(&self) -> Address {
        self.header.address
    }

    /// When the wallet was made or imported.
    pub fn created(&self) -> Result<Timestamp, SealedError> {
        self.header.created.parse().map_err(|_| SealedError::Damaged("it was made at no time".to_owned()))
    }

    /// Covers all that is public, so that damage is known without a passphrase.
    fn checksum(&self) -> Hash {
        Hash::of(&CHECKSUM, &(&self.header, &self.sealed))
    }
}

impl Header {
    fn encoded(&self) -> Vec<u8> {
        borsh::to_vec(self).unwrap_or_default()
    }
}

fn cipher(key: &[u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.into())
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealed")
            .field("name", &self.header.name)
            .field("address", &self.header.address)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
