//! A checkpoint as a GGUF file, which llama.cpp and the programs built on it read.
//!
//! Invariants: the file is written one tensor at a time, so that no more than one is held in memory as numbers; it has
//! its name only when all of it is on the disk; a value that its type can't hold is refused, never bent. Dense models
//! and models with experts are both architecture `llama` there.

mod file;
mod layout;
mod shape;
#[cfg(test)]
mod tests;
mod values;

use super::place::Place;
use super::{Checkpoint, CheckpointError};
use crate::tokenizer::Vocabulary;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

pub use values::GgufType;
pub(super) use values::encode;

use file::Entry;
use layout::Part;

/// A GGUF file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gguf {
    /// Its length.
    pub bytes: u64,
    /// Tensors in it.
    pub tensors: usize,
    /// Those whose rows don't divide into blocks of the type asked for, and that are f16 instead.
    pub as_f16: usize,
    /// Tokens that llama.cpp's way of cutting a text never gives.
    pub cut_tokens: usize,
}

impl Checkpoint {
    /// Writes the model as `out`, with matrices as `kind`. `step` hears how many tensors of how many are written.
    pub fn export_gguf(
        &self,
        out: &Path,
        kind: GgufType,
        stop: &dyn Fn() -> bool,
        step: &mut dyn FnMut(usize, usize),
    ) -> Result<Gguf, CheckpointError> {
        let vocabulary = Vocabulary::new(&self.codec()?, self.config().vocab)?;
        let parts = layout::parts(self.config());
        let entries: Vec<Entry> = parts.iter().map(|part| part.entry(kind)).collect();
        let name = self.folder().file_name().unwrap_or_default().to_string_lossy();
        let facts = [shape::facts(self.config(), &name, kind), shape::tokenizer_facts(&vocabulary)].concat();

        let place = Place::file(out)?;
        let refused = |error: io::Error| CheckpointError::write(place.out())(error);
        let mut sink = BufWriter::new(File::create(place.path()).map_err(refused)?);
        let mut bytes = file::write_head(&mut sink, &facts, &entries).map_err(refused)?;
        for (index, (part, entry)) in parts.iter().zip(&entries).enumerate() {
            if stop() {
                return Err(CheckpointError::Stopped(out.to_owned()));
            }
            step(index, parts.len());
            let mut written = 0;
            for piece in 0..part.pieces() {
                let encoded = self.encode(part, piece, entry.kind)?;
                sink.write_all(&encoded).map_err(refused)?;
                written += encoded.len() as u64;
            }
            debug_assert_eq!(written, entry.bytes(), "{}", entry.name);
            let padding = file::padding(written);
            sink.write_all(&vec![0; padding]).map_err(refused)?;
            bytes += written + padding as u64;
        }
        sink.into_inner().map_err(|error| refused(error.into_error()))?.sync_all().map_err(refused)?;
        place.commit()?;
        let as_f16 = entries.iter().filter(|entry| kind == GgufType::Q8 && entry.kind == GgufType::F16).count();
        Ok(Gguf { bytes, tensors: entries.len(), as_f16, cut_tokens: vocabulary.cut_tokens })
    }

    /// The bytes of one piece of a tensor.
    fn encode(&self, part: &Part, piece: usize, kind: GgufType) -> Result<Vec<u8>, CheckpointError> {
        let values = part.values(piece, |spec| self.weights().values(&spec.name, &spec.shape))?;
        values::encode(&values, kind).map_err(|value| {
            let what = if value.is_finite() {
                format!("{} has the value {value}, too large for {}; f32 and bf16 hold it", part.name, kind.name())
            } else {
                format!("{} has the value {value}, which is no number", part.name)
            };
            CheckpointError::unsupported(self.folder(), what)
        })
    }
}
