//! Keys at rest: the words that a wallet is made of, the files that hold them, and what opens those.
//!
//! Invariants: a secret is wiped when dropped and its type prints none of it; a file with a secret is its owner's alone
//! from the moment it exists, appears whole or not at all, and never replaces another by accident; nothing that a file
//! says is believed, or allocated for, before it is checked.

pub(crate) mod file;
mod hex;
mod message;
mod mnemonic;
mod node_key;
mod passphrase;
mod sealed;
mod wallets;

pub use message::{MessageError, parse_key, parse_signature, sign, verify, verify_address};
pub use mnemonic::{DERIVATION_PATH, Mnemonic, MnemonicError, UnknownWord};
pub use node_key::{NodeKey, NodeKeyError};
pub use passphrase::{PASSPHRASE_CHARACTERS_MIN, Passphrase, PassphraseError};
pub use sealed::{Kdf, Sealed, SealedError};
pub use wallets::{Listing, WalletName, WalletNameError, Wallets, WalletsError};

/// Fills an array with the operating system's randomness.
fn random<const N: usize>() -> Result<zeroize::Zeroizing<[u8; N]>, getrandom::Error> {
    let mut bytes = zeroize::Zeroizing::new([0; N]);
    getrandom::fill(bytes.as_mut_slice())?;
    Ok(bytes)
}
