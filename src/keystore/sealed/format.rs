//! The file that a sealed wallet is: JSON that people can look into.
//!
//! Invariant: what is read is checked against its checksum before anything else is done with it, and a version newer
//! than ours is named before anything in it is called wrong.

use serde::{Deserialize, Serialize};

use super::{FORMAT, Header, Kdf, Sealed, SealedError, VERSION};
use crate::keystore::hex;
use crate::types::Address;

/// The whole file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WalletFile {
    format: String,
    version: u32,
    name: String,
    address: Address,
    created: String,
    kdf: KdfFields,
    cipher: CipherFields,
    /// The encrypted words and the tag over them and over all above.
    sealed: String,
    /// Over all above, to tell damage from a wrong passphrase.
    checksum: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KdfFields {
    name: KdfName,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CipherFields {
    name: CipherName,
    nonce: String,
}

#[derive(Serialize, Deserialize)]
enum KdfName {
    #[serde(rename = "argon2id")]
    Argon2id,
}

#[derive(Serialize, Deserialize)]
enum CipherName {
    #[serde(rename = "xchacha20poly1305")]
    XChaCha20Poly1305,
}

/// As much as every version of the file has.
#[derive(Deserialize)]
struct AnyVersion {
    format: String,
    version: u32,
}

impl Sealed {
    /// The bytes of the file.
    #[must_use]
    pub fn to_file(&self) -> String {
        let Header { format, version, name, address, created, kdf, salt, nonce } = &self.header;
        let Kdf { memory_kib, passes, lanes } = *kdf;
        let file = WalletFile {
            format: format.clone(),
            version: *version,
            name: name.clone(),
            address: *address,
            created: created.clone(),
            kdf: KdfFields { name: KdfName::Argon2id, memory_kib, passes, lanes, salt: hex::encode(salt) },
            cipher: CipherFields { name: CipherName::XChaCha20Poly1305, nonce: hex::encode(nonce) },
            sealed: hex::encode(&self.sealed),
            checksum: self.checksum().to_string(),
        };
        serde_json::to_string_pretty(&file).unwrap_or_default() + "\n"
    }

    /// Reads what [`Sealed::to_file`] wrote.
    pub fn from_file(bytes: &[u8]) -> Result<Self, SealedError> {
        let damaged = |what: &str| SealedError::Damaged(what.to_owned());
        if bytes.is_empty() {
            return Err(damaged("it is empty"));
        }
        let any: AnyVersion = serde_json::from_slice(bytes).map_err(|error| damaged(&error.to_string()))?;
        if any.format != FORMAT {
            return Err(damaged("it does not say that it is a wallet"));
        }
        if any.version > VERSION {
            return Err(SealedError::Newer(any.version));
        }
        let file: WalletFile = serde_json::from_slice(bytes).map_err(|error| damaged(&error.to_string()))?;
        let KdfFields { name: KdfName::Argon2id, memory_kib, passes, lanes, salt } = file.kdf;
        let CipherFields { name: CipherName::XChaCha20Poly1305, nonce } = file.cipher;
        let header = Header {
            format: file.format,
            version: file.version,
            name: file.name,
            address: file.address,
            created: file.created,
            kdf: Kdf { memory_kib, passes, lanes },
            salt: hex::array(&salt).ok_or_else(|| damaged("the salt is not 32 hexadecimal digits"))?,
            nonce: hex::array(&nonce).ok_or_else(|| damaged("the nonce is not 48 hexadecimal digits"))?,
        };
        let sealed = hex::decode(&file.sealed).ok_or_else(|| damaged("what is sealed is not hexadecimal"))?;
        let wallet = Self { header, sealed };
        if wallet.header.version != VERSION || file.checksum != wallet.checksum().to_string() {
            return Err(damaged("its checksum is wrong"));
        }
        wallet.name()?;
        wallet.created()?;
        wallet.header.kdf.check()?;
        Ok(wallet)
    }
}
