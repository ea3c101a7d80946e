//! Contents in chunks: given to whoever asks, fetched from several holders at once.
//!
//! A content is known by its id, and its chunks by their index; how to tell a good chunk is the caller's to say. What is
//! asked of whom is decided by [`plan`], which does no I/O.
//!
//! Invariants: nothing is stored that was not found good; the memory of a fetch is bounded whatever the holders do; what
//! is there is never fetched again, and of a chunk that was cut off only what was missing.

mod fetch;
mod folder;
pub mod plan;
mod serve;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod sockets;
mod wire;

pub use fetch::{FetchError, Progress, fetch};
pub use folder::FolderStore;
pub use plan::Fault;
pub use serve::serve;
pub use wire::{
    BLOB, CHUNK_BYTES_MAX, KIND_MESSAGE, KIND_PIECE, MESSAGE_BYTES_MAX, Message, PIECE_BYTES_MAX, WireError,
};

use std::{io, sync::Arc};

/// What this node has.
pub trait Shelf: Send + Sync + 'static {
    /// The bytes of a chunk, at most [`CHUNK_BYTES_MAX`]. May read a disk.
    fn chunk(&self, content: &[u8; 32], index: u32) -> Option<Arc<[u8]>>;
}

/// Whether these are the bytes of the chunk with this index.
pub type Verify = Arc<dyn Fn(u32, &[u8]) -> bool + Send + Sync>;

/// What is to be fetched.
#[derive(Clone)]
pub struct Wanted {
    /// Its id.
    pub content: [u8; 32],
    /// Its chunks are those with indices below this.
    pub chunks: u32,
    /// Tells good chunks from others.
    pub verify: Verify,
}

/// Where chunks go. Only chunks that were found good come here.
pub trait Store {
    /// Whether a chunk is there already.
    fn has(&self, index: u32) -> bool;

    /// Stores a chunk, whole or not at all.
    fn put(&mut self, index: u32, bytes: &[u8]) -> io::Result<()>;

    /// The beginning of a chunk that was cut off, as it was kept; nothing of it was checked.
    fn part(&self, _index: u32) -> Vec<u8> {
        Vec::new()
    }

    /// Keeps the beginning of a chunk, instead of what was kept of it before; nothing is left of it if there are no bytes.
    fn keep_part(&mut self, _index: u32, _bytes: &[u8]) -> io::Result<()> {
        Ok(())
    }
}
