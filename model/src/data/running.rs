//! Running text: `.txt` files and standard input.
//!
//! Invariants: the last part of the bytes is held out, cut where a character begins; the pieces of each side, put
//! together, are that side's bytes; where pieces end depends on the text alone, so that the same text always gives the
//! same tokens. No more than one piece is held at a time.

use std::{
    io::{self, Read, Seek, SeekFrom},
    ops::{ControlFlow, Range},
};

use super::{
    DataError, Part,
    documents::{Extent, Piece, Sink},
};

/// Longest piece, in bytes: enough for the tokenizer to see whole words, and small enough to share among threads.
pub(super) const PIECE_BYTES: usize = 128 << 10;

/// Gives the text of `bytes` bytes to `sink`: first the training side, then what is held out.
pub(super) fn read<R: Read + Seek>(
    text: &mut R,
    bytes: u64,
    name: &str,
    val_fraction: f64,
    sink: &mut Sink,
) -> Result<(), DataError> {
    let refused = |error| DataError::Read { path: name.to_owned(), error };
    let cut = boundary(text, bytes, val_fraction).map_err(refused)?;
    text.seek(SeekFrom::Start(0)).map_err(refused)?;
    for (part, range) in [(Part::Train, 0..cut), (Part::Validation, cut..bytes)] {
        if side(text, part, range, name, sink)?.is_break() {
            break;
        }
    }
    Ok(())
}

/// Where the held-out side begins: the first character at or after its share of the bytes.
fn boundary<R: Read + Seek>(text: &mut R, bytes: u64, val_fraction: f64) -> io::Result<u64> {
    let cut = bytes - (bytes as f64 * val_fraction) as u64;
    text.seek(SeekFrom::Start(cut))?;
    let mut next = Vec::new();
    text.take(3).read_to_end(&mut next)?; // a character has at most three bytes after its first
    let inside = next.iter().take_while(|&&byte| byte & 0b1100_0000 == 0b1000_0000).count();
    Ok(cut + inside as u64)
}

/// Gives one side, from where `text` stands, to `sink`, piece by piece.
fn side<R: Read>(
    text: &mut R,
    part: Part,
    range: Range<u64>,
    name: &str,
    sink: &mut Sink,
) -> Result<ControlFlow<()>, DataError> {
    let path = || name.to_owned();
    let mut held = Vec::with_capacity(PIECE_BYTES);
    let mut at = range.start;
    while at < range.end {
        let wanted = (range.end - at).min(PIECE_BYTES as u64);
        let missing = wanted - held.len() as u64;
        let read = text.by_ref().take(missing).read_to_end(&mut held);
        if (read.map_err(|error| DataError::Read { path: path(), error })? as u64) < missing {
            return Err(DataError::Shrank { path: path() });
        }
        let ends_here = at + wanted == range.end;
        check(&held, ends_here).map_err(|fault| match fault {
            Fault::Nul(offset) => DataError::Binary { path: path(), offset: at + offset as u64 },
            Fault::NotUtf8(offset) => DataError::NotUtf8 { path: path(), offset: at + offset as u64 },
        })?;
        let length = piece_end(&held, ends_here);
        let rest = held.split_off(length);
        let piece = std::mem::replace(&mut held, rest);
        let extent = Extent::Running { part, first: at == range.start, last: ends_here };
        at += length as u64;
        // Checked above; a piece never ends inside a character.
        let text = String::from_utf8(piece)
            .map_err(|error| DataError::NotUtf8 { path: path(), offset: at - error.as_bytes().len() as u64 })?;
        if sink(Piece { text, extent, position: at })?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// Why bytes are no text, and where.
enum Fault {
    Nul(usize),
    NotUtf8(usize),
}

/// That the bytes are characters; only the last may be cut off, and that only when more follow.
fn check(bytes: &[u8], ends_here: bool) -> Result<(), Fault> {
    let (valid, fault) = match std::str::from_utf8(bytes) {
        Ok(_) => (bytes.len(), None),
        Err(error) if error.error_len().is_none() && !ends_here => (error.valid_up_to(), None),
        Err(error) => (error.valid_up_to(), Some(Fault::NotUtf8(error.valid_up_to()))),
    };
    // Said first: in a file that is not text at all it tells more than a wrong character does.
    match (bytes[..valid].iter().position(|&byte| byte == 0), fault) {
        (Some(nul), _) => Err(Fault::Nul(nul)),
        (None, Some(fault)) => Err(fault),
        (None, None) => Ok(()),
    }
}

/// Where the piece ends that `bytes` begin with: [`PIECE_BYTES`] of them, or what is left where they are the last.
pub(super) fn piece_end(bytes: &[u8], ends_here: bool) -> usize {
    if ends_here {
        return bytes.len();
    }
    // A character that more bytes would complete is left for the next piece.
    let whole = match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        _ => bytes.len(),
    };
    good_end(&bytes[..whole])
}

/// The best place to end a piece: after its last line, else after its last space, else after its last character.
fn good_end(text: &[u8]) -> usize {
    let after = |wanted| text.iter().rposition(|&byte| byte == wanted).map(|last| last + 1);
    after(b'\n').or_else(|| after(b' ')).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    fn pieces(text: &[u8], val_fraction: f64) -> Result<Vec<Piece>, DataError> {
        let mut pieces = Vec::new();
        read(&mut Cursor::new(text), text.len() as u64, "a.txt", val_fraction, &mut |piece| {
            pieces.push(piece);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(pieces)
    }

    fn joined(pieces: &[Piece], wanted: Part) -> String {
        let of = |piece: &&Piece| matches!(piece.extent, Extent::Running { part, .. } if part == wanted);
        pieces.iter().filter(of).map(|piece| piece.text.as_str()).collect()
    }

    #[test]
    fn the_last_tenth_of_the_bytes_is_held_out() {
        let pieces = pieces(b"0123456789abcdefghij", 0.1).unwrap();
        assert_eq!(
            (joined(&pieces, Part::Train), joined(&pieces, Part::Validation)),
            ("0123456789abcdefgh".into(), "ij".into())
        );
        let whole = Extent::Running { part: Part::Validation, first: true, last: true };
        assert_eq!(pieces[1], Piece { text: "ij".into(), extent: whole, position: 20 });
    }

    #[test]
    fn pieces_end_after_lines() {
        let text = "a line of some length, ending here\n".repeat(20_000);
        let pieces = pieces(text.as_bytes(), 0.0).unwrap();
        assert!(pieces.len() > 4);
        for (index, piece) in pieces.iter().enumerate() {
            assert!(piece.text.ends_with('\n') && piece.text.len() <= PIECE_BYTES);
            let Extent::Running { first, last, .. } = piece.extent else { panic!("{:?}", piece.extent) };
            assert_eq!((first, last), (index == 0, index + 1 == pieces.len()));
        }
        assert_eq!(joined(&pieces, Part::Train), text);
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_offset() {
        let mut bytes = "é".repeat(100_000).into_bytes();
        bytes[150_000] = 0xff;
        let error = pieces(&bytes, 0.1).unwrap_err().to_string();
        assert_eq!(error, "a.txt is not UTF-8 text from byte 150000 on: convert it to UTF-8, or leave it out");
        let error = pieces(b"MZ\x90\x00\x03", 0.1).unwrap_err().to_string();
        assert_eq!(error, "a.txt is not UTF-8 text from byte 2 on: convert it to UTF-8, or leave it out");
        let error = pieces(b"t\0e\0x\0t\0", 0.1).unwrap_err().to_string();
        assert_eq!(error, "a.txt is not text: byte 1 is NUL; convert it to UTF-8 text, or leave it out");
        assert!(matches!(pieces(b"cut off \xe2\x82", 0.0), Err(DataError::NotUtf8 { offset: 8, .. })));
        let shrunk = read(&mut Cursor::new(b"abc"), 5, "a.txt", 0.0, &mut |_| Ok(ControlFlow::Continue(())));
        assert!(matches!(shrunk, Err(DataError::Shrank { .. })));
    }

    proptest! {
        #[test]
        fn prop_the_sides_are_the_text(text in "[a-zé€🦀 \n]{1,200}", repeat in 1usize..2_000, fraction in 0.0f64..0.5) {
            let text = text.repeat(repeat);
            let pieces = pieces(text.as_bytes(), fraction).unwrap();
            let (train, held_out) = (joined(&pieces, Part::Train), joined(&pieces, Part::Validation));
            prop_assert_eq!(format!("{train}{held_out}"), text.clone());
            let share = (text.len() as f64 * fraction) as usize;
            prop_assert!(held_out.len() <= share && held_out.len() + 3 >= share);
            prop_assert!(pieces.iter().all(|piece| piece.text.len() <= PIECE_BYTES));
            prop_assert_eq!(pieces.last().unwrap().position, text.len() as u64);
        }
    }
}
