//! The same text under another tokenizer: what a data set becomes when its network's vocabulary grows or is rolled back.
//!
//! Invariants: the tokens are those that reading the text anew with the other tokenizer gives; special tokens stay where
//! they are, and between them stands text. Besides the result no more is held than a batch of text, or a document
//! that was encoded in one.
//!
//! How a long text was cut before it was encoded isn't noted anywhere, so it is found out from its tokens: cut as running
//! text is, or in one. Where the old tokenizer tells no difference it is taken for running text. That can be wrong only
//! for a document longer than [`PIECE_BYTES`] whose cuts fall in white space, and then for a token or two at such a cut.

use std::ops::Range;

use rayon::prelude::*;

use super::{
    DataError, Tokens,
    encode::BATCH_BYTES,
    running::{PIECE_BYTES, piece_end},
    shard::Width,
};
use crate::tokenizer::{SPECIALS, Tokenizer};

/// Ids that are read at once.
const READ_TOKENS: u64 = 1 << 16;

/// The tokens of the text of `tokens`, which are `old`'s, as `new` makes them; at most `bytes_max` bytes of them.
pub(super) fn regrow(tokens: &Tokens, old: &Tokenizer, new: &Tokenizer, bytes_max: usize) -> Result<Tokens, DataError> {
    let width = Width::of(new.vocab());
    let mut regrowing = Regrowing { tokens, old, new, width, bytes_max, batch: Vec::new(), held: 0, out: Vec::new() };
    texts(tokens, |text, special| {
        regrowing.text(text)?;
        match special {
            Some(id) => regrowing.push(Part::Special(id)),
            None => Ok(true),
        }
    })?;
    regrowing.flush()?;
    Ok(Tokens::memory(tokens.part(), new.vocab(), regrowing.out))
}

/// The texts between special tokens, as bytes, until they are `bytes_max` in all.
pub(super) fn sample(tokens: &Tokens, tokenizer: &Tokenizer, bytes_max: usize) -> Result<Vec<Vec<u8>>, DataError> {
    let (mut texts_read, mut room) = (Vec::new(), bytes_max);
    texts(tokens, |text, _| {
        let mut at = text.start;
        let mut bytes = Vec::new();
        while at < text.end && bytes.len() < room {
            let next = text.end.min(at + READ_TOKENS);
            bytes.extend(decode(tokens, tokenizer, at..next)?);
            at = next;
        }
        bytes.truncate(room);
        room -= bytes.len();
        if !bytes.is_empty() {
            texts_read.push(bytes);
        }
        Ok(room > 0)
    })?;
    Ok(texts_read)
}

/// Shows every run of text, and the special token that ends it, until `see` wants no more.
fn texts(
    tokens: &Tokens,
    mut see: impl FnMut(Range<u64>, Option<u32>) -> Result<bool, DataError>,
) -> Result<(), DataError> {
    let (mut start, mut at) = (0, 0);
    let mut ids = Vec::new();
    while at < tokens.len() {
        ids.resize((tokens.len() - at).min(READ_TOKENS) as usize, 0);
        tokens.read(at, &mut ids)?;
        for (place, &id) in (at..).zip(&ids).filter(|(_, id)| **id < SPECIALS) {
            if !see(start..place, Some(id))? {
                return Ok(());
            }
            start = place + 1;
        }
        at += ids.len() as u64;
    }
    see(start..at, None).map(drop)
}

fn decode(tokens: &Tokens, tokenizer: &Tokenizer, range: Range<u64>) -> Result<Vec<u8>, DataError> {
    let mut ids = vec![0; (range.end - range.start) as usize];
    tokens.read(range.start, &mut ids)?;
    Ok(tokenizer.decode(&ids)?)
}

enum Part {
    Special(u32),
    Text(Vec<u8>),
}

struct Regrowing<'a> {
    tokens: &'a Tokens,
    old: &'a Tokenizer,
    new: &'a Tokenizer,
    width: Width,
    bytes_max: usize,
    batch: Vec<Part>,
    /// Bytes in the batch, and as many for each part as it takes itself.
    held: usize,
    out: Vec<u8>,
}

impl Regrowing<'_> {
    /// Takes a text of any length.
    fn text(&mut self, text: Range<u64>) -> Result<(), DataError> {
        if text.end - text.start <= PIECE_BYTES as u64 {
            let bytes = decode(self.tokens, self.old, text.clone())?;
            if bytes.len() <= PIECE_BYTES {
                return self.push(Part::Text(bytes)).map(drop);
            }
        }
        self.flush()?;
        let before = self.out.len();
        if self.running(text.clone())? {
            return Ok(());
        }
        self.out.truncate(before);
        let mut bytes = Vec::new();
        for start in text.clone().step_by(READ_TOKENS as usize) {
            bytes.extend(decode(self.tokens, self.old, start..text.end.min(start + READ_TOKENS))?);
            self.check(bytes.len())?;
        }
        self.write(&self.new.encode(&bytes))
    }

    /// Takes a text as running text; whether it was one.
    fn running(&mut self, text: Range<u64>) -> Result<bool, DataError> {
        let (mut read, mut compared) = (text.start, text.start);
        let mut held = Vec::new();
        while compared < text.end {
            while read < text.end && held.len() < BATCH_BYTES {
                let next = text.end.min(read + READ_TOKENS);
                held.extend(decode(self.tokens, self.old, read..next)?);
                read = next;
            }
            let pieces = cut(&held, read == text.end);
            let both = |piece: &Range<usize>| {
                let bytes = &held[piece.clone()];
                (self.old.encode(bytes), self.new.encode(bytes))
            };
            let encoded: Vec<(Vec<u32>, Vec<u32>)> = pieces.par_iter().map(both).collect();
            for (was, is) in encoded {
                let mut there = vec![0; was.len().min((text.end - compared) as usize)];
                self.tokens.read(compared, &mut there)?;
                if there != was {
                    return Ok(false);
                }
                compared += was.len() as u64;
                self.write(&is)?;
            }
            held.drain(..pieces.last().map_or(0, |last| last.end));
            if read == text.end && held.is_empty() {
                break;
            }
        }
        Ok(compared == text.end)
    }

    /// Whether to go on, which is always so.
    fn push(&mut self, part: Part) -> Result<bool, DataError> {
        self.held += size_of::<Part>();
        if let Part::Text(bytes) = &part {
            self.held += bytes.len();
        }
        self.batch.push(part);
        if self.held >= BATCH_BYTES {
            self.flush()?;
        }
        Ok(true)
    }

    fn flush(&mut self) -> Result<(), DataError> {
        let encode = |part: &Part| match part {
            Part::Special(id) => vec![*id],
            Part::Text(bytes) => self.new.encode(bytes),
        };
        let encoded: Vec<Vec<u32>> = self.batch.par_iter().map(encode).collect();
        self.batch.clear();
        self.held = 0;
        encoded.iter().try_for_each(|ids| self.write(ids))
    }

    fn write(&mut self, ids: &[u32]) -> Result<(), DataError> {
        self.check(self.out.len() + ids.len() * self.width.bytes())?;
        self.width.write(ids, &mut self.out);
        Ok(())
    }

    fn check(&self, bytes: usize) -> Result<(), DataError> {
        if bytes <= self.bytes_max {
            return Ok(());
        }
        Err(DataError::TooLargeToRegrow { part: self.tokens.part(), max: self.bytes_max })
    }
}

/// Where running text is cut; what is left over needs the text after it, unless that is all.
fn cut(held: &[u8], is_all: bool) -> Vec<Range<usize>> {
    let (mut pieces, mut start) = (Vec::new(), 0);
    while held.len() - start >= PIECE_BYTES || (is_all && start < held.len()) {
        let window = &held[start..held.len().min(start + PIECE_BYTES)];
        let ends_here = is_all && start + window.len() == held.len();
        let end = start + piece_end(window, ends_here);
        pieces.push(start..end);
        start = end;
    }
    pieces
}

#[cfg(test)]
mod tests;
