//! The manifest of a checkpoint: what every file and every piece of every tensor hashes to.
//!
//! Tensors are hashed in chunks, so that peers can fetch and check them piece by piece; one Merkle root stands for all.
//! Invariant: a manifest that passes [`Manifest::verify`] describes exactly the bytes on disk.

use super::tensors::TensorFiles;
use super::{CONFIG_FILE, CheckpointError, MANIFEST_FILE, OPTIMIZER_FILE, STATE_FILE, WEIGHTS_FILE};
use crate::files::Mapped;
use crate::merkle;
use crate::parameters::Span;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const FORMAT: u32 = 1;
/// Bytes of a tensor hashed together.
const CHUNK_BYTES: usize = 1 << 20;
/// A manifest larger than this is not one: a model of 1 TB has about 64 MB of chunk hashes.
const MANIFEST_BYTES_MAX: u64 = 256 << 20;

/// Hashes of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    format: u32,
    /// Optimizer steps made.
    pub step: u64,
    /// Units held.
    pub span: Span,
    files: BTreeMap<String, FileHash>,
    chunk_bytes: usize,
    tensors: BTreeMap<String, Vec<blake3_hex::Hex>>,
    /// Merkle root over the weights' chunks, in order of tensor names.
    pub root: blake3_hex::Hex,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileHash {
    bytes: u64,
    blake3: blake3_hex::Hex,
}

impl Manifest {
    /// Hashes the named files of `folder` and the chunks of its weights, and writes the manifest there.
    pub(super) fn create(folder: &Path, names: &[String], step: u64, span: &Span) -> Result<Self, CheckpointError> {
        let mut files = BTreeMap::new();
        for name in names {
            files.insert(name.clone(), hash_file(&folder.join(name))?);
        }
        let tensors = chunk_hashes(folder)?;
        let root = root(&tensors);
        let manifest =
            Self { format: FORMAT, step, span: span.clone(), files, chunk_bytes: CHUNK_BYTES, tensors, root };
        let path = folder.join(MANIFEST_FILE);
        let text = serde_json::to_string_pretty(&manifest).expect("a manifest is plain data");
        fs::write(&path, text).map_err(CheckpointError::write(&path))?;
        Ok(manifest)
    }

    /// Reads the manifest of `folder` and compares every hash with the files.
    pub fn verify(folder: &Path) -> Result<Self, CheckpointError> {
        let path = folder.join(MANIFEST_FILE);
        let manifest: Self = read_json(&path, MANIFEST_BYTES_MAX)?;
        if manifest.format != FORMAT {
            let what = format!(
                "its format is {}, and this version knows {FORMAT}; a newer neuroshard wrote it",
                manifest.format
            );
            return Err(CheckpointError::unsupported(&path, what));
        }
        let needed = [WEIGHTS_FILE, OPTIMIZER_FILE, STATE_FILE, CONFIG_FILE, crate::tokenizer::FILE_NAME];
        if let Some(name) = needed.iter().find(|name| !manifest.files.contains_key(**name)) {
            return Err(CheckpointError::damaged(&path, format!("it doesn't list {name}")));
        }
        for (name, expected) in &manifest.files {
            if Path::new(name).components().count() != 1 || name.starts_with('.') {
                return Err(CheckpointError::damaged(&path, format!("{name:?} is not a plain file name")));
            }
            let file = folder.join(name);
            if hash_file(&file)? != *expected {
                return Err(CheckpointError::damaged(&file, "its content differs from the manifest's hash"));
            }
        }
        if chunk_hashes(folder)? != manifest.tensors || root(&manifest.tensors) != manifest.root {
            return Err(CheckpointError::damaged(&path, "its chunk hashes or root don't match the weights"));
        }
        Ok(manifest)
    }
}

fn hash_file(path: &Path) -> Result<FileHash, CheckpointError> {
    let mapped = Mapped::open(path).map_err(CheckpointError::read(path))?;
    Ok(FileHash { bytes: mapped.len() as u64, blake3: blake3_hex::Hex::of(&mapped) })
}

fn chunk_hashes(folder: &Path) -> Result<BTreeMap<String, Vec<blake3_hex::Hex>>, CheckpointError> {
    let tensors = TensorFiles::open(&[folder.join(WEIGHTS_FILE)])?;
    let mut all = BTreeMap::new();
    for name in tensors.names() {
        let chunks = tensors.bytes(name)?.chunks(CHUNK_BYTES).map(blake3_hex::Hex::of).collect();
        all.insert(name.to_owned(), chunks);
    }
    Ok(all)
}

fn root(tensors: &BTreeMap<String, Vec<blake3_hex::Hex>>) -> blake3_hex::Hex {
    let leaves: Vec<[u8; 32]> = tensors.values().flatten().map(|chunk| chunk.0).collect();
    blake3_hex::Hex(merkle::root(&leaves))
}

/// Reads a JSON file of at most `bytes_max` bytes.
pub(super) fn read_json<T: serde::de::DeserializeOwned>(path: &Path, bytes_max: u64) -> Result<T, CheckpointError> {
    let text = read_text(path, bytes_max)?;
    serde_json::from_str(&text).map_err(|error| CheckpointError::damaged(path, error.to_string()))
}

/// Reads a text file of at most `bytes_max` bytes.
pub(super) fn read_text(path: &Path, bytes_max: u64) -> Result<String, CheckpointError> {
    let metadata = fs::metadata(path).map_err(CheckpointError::read(path))?;
    if !metadata.is_file() {
        // A pipe of that name would keep the reading waiting for ever.
        return Err(CheckpointError::damaged(path, "it is not a file"));
    }
    let bytes = metadata.len();
    if bytes > bytes_max {
        return Err(CheckpointError::damaged(path, format!("{bytes} bytes where at most {bytes_max} make sense")));
    }
    fs::read_to_string(path).map_err(CheckpointError::read(path))
}

/// A hash as lower-case hex in JSON.
mod blake3_hex {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Hex(pub [u8; 32]);

    impl Hex {
        pub(in super::super) fn of(bytes: &[u8]) -> Self {
            Self(*blake3::hash(bytes).as_bytes())
        }
    }

    impl Serialize for Hex {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_str(&blake3::Hash::from_bytes(self.0).to_hex())
        }
    }

    impl<'de> Deserialize<'de> for Hex {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            blake3::Hash::from_hex(&text).map(|hash| Self(*hash.as_bytes())).map_err(D::Error::custom)
        }
    }
}
