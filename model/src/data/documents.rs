//! From sources to pieces of text, each with a side of the split.
//!
//! Invariants: pieces come in the order of the source and, but for their [`Extent`]s, hold exactly its text; a piece
//! is at most one document and is dropped before the next is read. A document's side depends on its words alone, so
//! that duplicates never stand on both sides.

use std::{
    io::{BufReader, Cursor},
    ops::ControlFlow,
};

use super::{
    DOCUMENT_BYTES, DataError, Part, columns, lines, running,
    source::{Kind, Place, Source},
};

/// Some text, at most one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) extent: Extent,
    /// Bytes of the source that are read once this piece is.
    pub(super) position: u64,
}

/// How much of a document a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of it; the side is drawn from its words.
    Document,
    /// Some of one side of a running text.
    Running { part: Part, first: bool, last: bool },
}

/// How documents are found in their sources.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    /// Field or column that holds the text.
    pub(super) text_field: String,
    /// Part that is held out, checked to be in `0..=0.5`.
    pub(super) val_fraction: f64,
}

/// Takes pieces; may end the reading early.
pub(super) type Sink<'a> = dyn FnMut(Piece) -> Result<ControlFlow<()>, DataError> + 'a;

/// Gives every piece of a source to `sink`, until it breaks. A source without any text is an error.
pub(super) fn read(source: &Source, reading: &Reading, sink: &mut Sink) -> Result<(), DataError> {
    let mut empty = true;
    let mut some = |piece: Piece| {
        if piece.text.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        empty = false;
        sink(piece)
    };
    let held_out = reading.val_fraction;
    match (&source.place, source.kind) {
        (Place::File(path), Kind::Text) => {
            running::read(&mut source.open(path)?, source.bytes, &source.name, held_out, &mut some)?;
        }
        (Place::Memory(bytes), _) => {
            running::read(&mut Cursor::new(bytes), source.bytes, &source.name, held_out, &mut some)?;
        }
        (Place::File(path), Kind::Jsonl) => {
            lines::read(&mut BufReader::new(source.open(path)?), &source.name, &reading.text_field, &mut some)?;
        }
        (Place::File(path), Kind::Parquet) => {
            columns::read(source.open(path)?, &source.name, &reading.text_field, &mut some)?;
        }
    }
    if empty { Err(DataError::Empty { path: source.name.clone() }) } else { Ok(()) }
}

/// The number that decides on which side of the split a document falls.
pub(super) fn draw(text: &str) -> u64 {
    let hash = blake3::hash(text.as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&hash.as_bytes()[..8]);
    u64::from_le_bytes(first)
}

/// Which documents are held out: those whose draw is below a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Split {
    below: u64,
}

impl Split {
    /// Holds out about `val_fraction` of the documents.
    pub(super) fn new(val_fraction: f64) -> Self {
        Self { below: (val_fraction * 18_446_744_073_709_551_616.0) as u64 } // 2^64
    }

    /// The side of a document with this draw.
    pub(super) fn part(self, draw: u64) -> Part {
        if draw < self.below { Part::Validation } else { Part::Train }
    }

    /// Moves the threshold so that neither side is empty, given the least and the greatest draw of all documents:
    /// of five documents, six times in ten none would fall on a tenth that is held out.
    pub(super) fn with_both_sides(self, least: u64, greatest: u64) -> Self {
        if self.below == 0 || least == greatest {
            return self; // nothing is to be held out, or there is only one document
        }
        Self { below: self.below.clamp(least + 1, greatest) }
    }
}

/// What a first look at the sources tells.
pub(super) struct Survey {
    pub(super) split: Split,
    /// Training text to learn a tokenizer from, when it was asked for.
    pub(super) sample: Vec<String>,
}

/// Looks at the sources' first `limit` bytes of training text: to place the split, and for text to learn from.
pub(super) fn survey(
    sources: &[Source],
    reading: &Reading,
    limit: usize,
    keep: bool,
    progress: &mut dyn FnMut(u64),
) -> Result<Survey, DataError> {
    let split = Split::new(reading.val_fraction);
    let (mut kept, mut bytes, mut before) = (Vec::new(), 0, 0);
    let (mut least, mut greatest) = (u64::MAX, u64::MIN);
    for source in sources {
        if bytes >= limit || (!keep && source.kind == Kind::Text) {
            continue;
        }
        read(source, reading, &mut |piece| {
            let (draw, part) = match piece.extent {
                Extent::Running { part, .. } => (None, part),
                Extent::Document => {
                    let draw = draw(&piece.text);
                    (least, greatest) = (least.min(draw), greatest.max(draw));
                    (Some(draw), split.part(draw))
                }
            };
            if part == Part::Train {
                bytes += piece.text.len() + DOCUMENT_BYTES;
            }
            // A document's side may still change, so its draw is kept with it.
            if keep && (part == Part::Train || draw.is_some()) {
                kept.push((draw, piece.text));
            }
            progress(before + piece.position);
            Ok(if bytes < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        })?;
        before += source.bytes;
    }
    // Where not all documents were looked at, there are as a rule enough of them for either side to have some.
    let split = if bytes < limit && least <= greatest { split.with_both_sides(least, greatest) } else { split };
    let training = |draw: Option<u64>| draw.is_none_or(|draw| split.part(draw) == Part::Train);
    let sample = kept.into_iter().filter_map(|(draw, text)| training(draw).then_some(text)).collect();
    Ok(Survey { split, sample })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn jsonl(folder: &std::path::Path, name: &str, documents: &[String]) -> Source {
        let lines: Vec<_> = documents.iter().map(|text| serde_json::json!({ "text": text }).to_string()).collect();
        std::fs::write(folder.join(name), lines.join("\n")).unwrap();
        Source::file(&folder.join(name)).unwrap()
    }

    fn reading(val_fraction: f64) -> Reading {
        Reading { text_field: "text".to_owned(), val_fraction }
    }

    #[test]
    fn a_tenth_of_the_documents_is_held_out() {
        let split = Split::new(0.1);
        let held_out = (0..20_000).filter(|i| split.part(draw(&format!("document {i}"))) == Part::Validation).count();
        assert!((1_800..2_200).contains(&held_out), "{held_out}");
        assert_eq!(Split::new(0.0).part(0), Part::Train);
    }

    #[test]
    fn a_few_documents_stand_on_both_sides() {
        let folder = tempfile::tempdir().unwrap();
        for count in 2..12 {
            let documents: Vec<String> = (0..count).map(|i| format!("document {i} of {count}")).collect();
            let source = jsonl(folder.path(), "few.jsonl", &documents);
            let survey = survey(&[source], &reading(0.1), 1 << 20, true, &mut |_| ()).unwrap();
            let held_out: Vec<_> =
                documents.iter().filter(|text| survey.split.part(draw(text)) == Part::Validation).collect();
            assert!(!held_out.is_empty() && held_out.len() < documents.len(), "{count} documents");
            assert_eq!(survey.sample.len(), documents.len() - held_out.len());
            assert!(held_out.iter().all(|text| !survey.sample.contains(text)), "held-out text was learnt from");
        }
    }

    #[test]
    fn a_survey_stops_at_its_limit_and_takes_training_text_only() {
        let text: Vec<u8> = (0..200_000u32).flat_map(|i| format!("{i} ").into_bytes()).collect();
        let cut = text.len() - text.len() / 10;
        let source = Source::text("numbers", text).unwrap();
        let small = survey(std::slice::from_ref(&source), &reading(0.1), 300_000, true, &mut |_| ()).unwrap();
        let bytes: usize = small.sample.iter().map(String::len).sum();
        assert!((300_000..600_000).contains(&bytes), "{bytes}");
        let all = survey(&[source], &reading(0.1), usize::MAX, true, &mut |_| ()).unwrap();
        assert_eq!(all.sample.iter().map(String::len).sum::<usize>(), cut);
    }

    #[test]
    fn a_source_without_text_is_empty() {
        let folder = tempfile::tempdir().unwrap();
        let source = jsonl(folder.path(), "blank.jsonl", &[String::new(), String::new()]);
        let error = read(&source, &reading(0.1), &mut |_| panic!("there is no text")).unwrap_err();
        assert!(error.to_string().ends_with("blank.jsonl is empty: give a file with text in it, or leave it out"));
    }

    proptest! {
        #[test]
        fn prop_both_sides_have_a_document(fraction in 0.001f64..0.5, a: u64, b: u64) {
            prop_assume!(a != b);
            let split = Split::new(fraction).with_both_sides(a.min(b), a.max(b));
            prop_assert_eq!(split.part(a.min(b)), Part::Validation);
            prop_assert_eq!(split.part(a.max(b)), Part::Train);
        }
    }
}
