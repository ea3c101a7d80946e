//! `.jsonl` files: one JSON object a line, its text in one field.
//!
//! Invariant: no more of a line than [`LINE_BYTES_MAX`] is ever held, whatever the file. Blank lines are skipped.

use std::io::{self, BufRead};

use super::{
    DataError, LINE_BYTES_MAX, LineFault,
    documents::{Extent, Piece, Sink},
    object,
};

/// Gives every line's text to `sink`.
pub(super) fn read(file: &mut dyn BufRead, name: &str, field: &str, sink: &mut Sink) -> Result<(), DataError> {
    let (mut line, mut number, mut start) = (Vec::new(), 0, 0);
    loop {
        number += 1;
        let fault = |fault| DataError::Line { path: name.to_owned(), line: number, fault };
        let taken = match next_line(file, &mut line) {
            Ok(Next::Line(taken)) => taken,
            Ok(Next::TooLong) => return Err(fault(LineFault::TooLong)),
            Ok(Next::End) => return Ok(()),
            Err(error) => return Err(DataError::Read { path: name.to_owned(), error }),
        };
        if let Some(nul) = line.iter().position(|&byte| byte == 0) {
            return Err(DataError::Binary { path: name.to_owned(), offset: start + nul as u64 });
        }
        let text = std::str::from_utf8(&line).map_err(|error| DataError::NotUtf8 {
            path: name.to_owned(),
            offset: start + error.valid_up_to() as u64,
        })?;
        let text = if number == 1 { text.strip_prefix('\u{feff}').unwrap_or(text) } else { text };
        start += taken;
        if text.trim_ascii().is_empty() {
            continue;
        }
        let text = object::text(text, field).map_err(fault)?;
        if sink(Piece { text, extent: Extent::Document, position: start })?.is_break() {
            return Ok(());
        }
    }
}

/// What came next in a file.
enum Next {
    /// A line is in the buffer; it took this many bytes, its end included.
    Line(u64),
    TooLong,
    End,
}

/// Reads one line, without its end, into `line`.
fn next_line(file: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<Next> {
    line.clear();
    let mut taken = 0;
    loop {
        let ready = match file.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            ready => ready?,
        };
        if ready.is_empty() {
            return Ok(if taken == 0 { Next::End } else { Next::Line(taken) });
        }
        let end = ready.iter().position(|&byte| byte == b'\n');
        let new = end.unwrap_or(ready.len());
        if line.len() + new > LINE_BYTES_MAX {
            return Ok(Next::TooLong);
        }
        line.extend_from_slice(&ready[..new]);
        let used = new + usize::from(end.is_some());
        file.consume(used);
        taken += used as u64;
        if end.is_some() {
            return Ok(Next::Line(taken));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;

    fn texts(file: &[u8]) -> Result<Vec<Piece>, DataError> {
        let mut pieces = Vec::new();
        // A tiny buffer, so that every line is put together from many.
        let mut file = io::BufReader::with_capacity(5, file);
        read(&mut file, "a.jsonl", "text", &mut |piece| {
            pieces.push(piece);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(pieces)
    }

    fn refusal(file: &[u8]) -> String {
        texts(file).unwrap_err().to_string()
    }

    #[test]
    fn every_line_is_a_document() {
        let file = "\u{feff}{\"id\": 1, \"text\": \"one\\ntwo\"}\r\n\n  \n{\"text\":\"\\u00e9 🦀\", \"tags\": [[{}]]}";
        let pieces = texts(file.as_bytes()).unwrap();
        assert_eq!(pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>(), ["one\ntwo", "é 🦀"]);
        assert_eq!(pieces[1].position, file.len() as u64);
        assert!(texts(b"").unwrap().is_empty());
    }

    #[test]
    fn reading_stops_when_the_sink_breaks() {
        let mut count = 0;
        let stop = &mut |_| {
            count += 1;
            Ok(ControlFlow::Break(()))
        };
        read(&mut &b"{\"text\":\"a\"}\nnot json"[..], "a.jsonl", "text", stop).unwrap();
        assert_eq!(count, 1);
    }

    #[test]
    fn a_broken_line_is_named_with_its_number() {
        let good = "{\"text\": \"good\"}\n";
        let line = |bad: &str| refusal(format!("{good}\n{good}{bad}\n{good}").as_bytes());
        assert_eq!(
            line("{\"text\": \"cut"),
            "a.jsonl, line 4: it is not JSON at column 13 (EOF while parsing a string): mend or remove it"
        );
        assert_eq!(
            line("{\"body\": 1, \"id\": 2}"),
            "a.jsonl, line 4: it has no field \"text\" but \"body\", \"id\": add it, or choose another field"
        );
        assert!(line("{\"text\": null}").starts_with("a.jsonl, line 4: its field \"text\" is null, not a string"));
        assert!(line("[1]").starts_with("a.jsonl, line 4: it is a list, not an object with a field \"text\""));
    }

    #[test]
    fn bytes_that_are_no_text_are_refused_with_their_offset() {
        let good = b"{\"text\": \"good\"}\n";
        let file = |bad: &[u8]| [&good[..], bad].concat();
        assert!(refusal(&file(b"{\"text\": \"\xff\"}")).starts_with("a.jsonl is not UTF-8 text from byte 27 on"));
        assert!(refusal(&file(b"\x00\x01\x02")).starts_with("a.jsonl is not text: byte 17 is NUL"));
    }

    #[test]
    fn an_endless_line_is_not_held() {
        struct Endless(u64);
        impl io::Read for Endless {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                buffer.fill(b'a');
                self.0 += buffer.len() as u64;
                assert!(self.0 < 2 * LINE_BYTES_MAX as u64, "far more was read than a line may have");
                Ok(buffer.len())
            }
        }
        let mut file = io::BufReader::new(Endless(0));
        let error = read(&mut file, "a.jsonl", "text", &mut |_| Ok(ControlFlow::Continue(()))).unwrap_err();
        assert_eq!(error.to_string(), "a.jsonl, line 1: it is longer than 16777216 bytes: split the document");
    }
}
