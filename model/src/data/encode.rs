//! From sources to tokens, on all cores.
//!
//! Invariant: tokens come out in the order of the text, whatever the number of threads; a document, or one side of a
//! running text, is BOS, its tokens, EOS. Only as much text is held as keeps the threads busy.

use std::ops::ControlFlow;

use rayon::prelude::*;

use super::{
    DOCUMENT_BYTES, DataError, LEARN_BYTES_MAX, Part,
    documents::{self, Extent, Piece, Reading, Split},
    manifest::SourceEntry,
    source::Source,
};
use crate::tokenizer::{BOS, BYTES_ONLY_VOCAB, EOS, Tokenizer};

/// Text that is encoded at once, in bytes.
pub(super) const BATCH_BYTES: usize = 8 << 20;

/// Takes tokens of a part.
pub(super) type TokenSink<'a> = dyn FnMut(Part, &[u32]) -> Result<(), DataError> + 'a;

/// How far encoding has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// Bytes of the sources.
    pub(super) bytes: u64,
    /// Bytes of text.
    pub(super) text_bytes: u64,
    pub(super) tokens: u64,
    pub(super) documents: u64,
}

/// How text becomes tokens.
pub(super) struct Encoder<'a> {
    pub(super) tokenizer: Tokenizer,
    reading: &'a Reading,
    split: Split,
}

/// A step before encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Preparing {
    /// Looking at this many bytes of the sources so far.
    Surveying(u64),
    /// Learning a tokenizer from this many bytes of text.
    Learning(u64),
}

impl<'a> Encoder<'a> {
    /// Places the split, and learns a tokenizer with `vocab` ids from the training text where none is given.
    pub(super) fn prepare(
        sources: &[Source],
        reading: &'a Reading,
        vocab: usize,
        tokenizer: Option<Tokenizer>,
        report: &mut dyn FnMut(Preparing),
    ) -> Result<Self, DataError> {
        let tokenizer = tokenizer.or_else(|| (vocab == BYTES_ONLY_VOCAB).then(Tokenizer::bytes_only));
        let survey = documents::survey(sources, reading, LEARN_BYTES_MAX, tokenizer.is_none(), &mut |bytes| {
            report(Preparing::Surveying(bytes));
        })?;
        let tokenizer = if let Some(tokenizer) = tokenizer {
            tokenizer
        } else {
            let sample: Vec<&[u8]> = survey.sample.iter().map(String::as_bytes).collect();
            report(Preparing::Learning(sample.iter().map(|text| text.len() as u64).sum()));
            Tokenizer::learn(&sample, vocab)?
        };
        Ok(Self { tokenizer, reading, split: survey.split })
    }

    /// Encodes all sources into `sink`; what each of them was.
    pub(super) fn run(
        &self,
        sources: &[Source],
        sink: &mut TokenSink,
        report: &mut dyn FnMut(Progress),
    ) -> Result<(Vec<SourceEntry>, Progress), DataError> {
        let (mut done, mut entries) = (Progress::default(), Vec::new());
        for source in sources {
            let (bytes_before, documents_before) = (done.bytes, done.documents);
            let (mut batch, mut held) = (Vec::new(), 0);
            documents::read(source, self.reading, &mut |piece| {
                held += piece.text.len() + DOCUMENT_BYTES;
                done.bytes = bytes_before + piece.position;
                batch.push(piece);
                if held >= BATCH_BYTES {
                    self.flush(&mut batch, &mut done, sink)?;
                    held = 0;
                    report(done);
                }
                Ok(ControlFlow::Continue(()))
            })?;
            self.flush(&mut batch, &mut done, sink)?;
            done.bytes = bytes_before + source.bytes;
            report(done);
            entries.push(SourceEntry {
                // Names are printed: a terminal must not take part of one for a command.
                path: source.name.replace(char::is_control, "\u{fffd}"),
                kind: source.kind,
                bytes: source.bytes,
                documents: done.documents - documents_before,
            });
        }
        Ok((entries, done))
    }

    fn flush(&self, batch: &mut Vec<Piece>, done: &mut Progress, sink: &mut TokenSink) -> Result<(), DataError> {
        let encoded: Vec<(Part, Vec<u32>)> = batch.par_iter().map(|piece| self.encode(piece)).collect();
        for (piece, (part, ids)) in batch.drain(..).zip(encoded) {
            done.text_bytes += piece.text.len() as u64;
            done.tokens += ids.len() as u64;
            // A running text is one document, although its held-out end has a beginning and an end of its own.
            done.documents += match piece.extent {
                Extent::Document => 1,
                Extent::Running { part, last, .. } => u64::from(last && part == Part::Train),
            };
            sink(part, &ids)?;
        }
        Ok(())
    }

    /// A piece's side of the split and its tokens.
    fn encode(&self, piece: &Piece) -> (Part, Vec<u32>) {
        let (part, first, last) = match piece.extent {
            Extent::Document => (self.split.part(documents::draw(&piece.text)), true, true),
            Extent::Running { part, first, last } => (part, first, last),
        };
        (part, encode(&self.tokenizer, &piece.text, first, last))
    }
}

/// The tokens of a text that may begin and end a document.
pub(super) fn encode(tokenizer: &Tokenizer, text: &str, first: bool, last: bool) -> Vec<u32> {
    let mut ids = Vec::with_capacity(text.len() / 2 + 2);
    ids.extend(first.then_some(BOS));
    ids.extend(tokenizer.encode(text.as_bytes()));
    ids.extend(last.then_some(EOS));
    ids
}
