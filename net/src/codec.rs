//! Questions and answers on the wire.
//!
//! A question is version, length of its kind's name, name, length, bytes; an answer is version, status, length, bytes.
//!
//! Invariants: a length is checked against its kind's limit before anything is allocated, and memory grows only with what
//! really came; what can't be read is answered with a reason, if there was enough of it to answer.

use crate::RequestKind;
use futures::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use libp2p::StreamProtocol;
use libp2p::request_response::Codec;
use std::io;
use std::sync::Arc;

const VERSION: u8 = 1;
const DONE: u8 = 0;
const REFUSED: u8 = 1;
/// Longest reason of a refusal.
const REASON_MAX: usize = 256;
/// Longest name of a kind.
const NAME_MAX: usize = 32;

/// A question; as it came in, perhaps only what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Question {
    Of { kind: &'static str, bytes: Vec<u8> },
    Bad(String),
}

/// An answer, or why there is none.
pub(crate) type Answer = Result<Vec<u8>, String>;

/// Reads and writes the questions of some kinds.
#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    kinds: Arc<[RequestKind]>,
    /// What was asked on this stream, which limits the answer; each stream has a copy of its own.
    asked: Option<RequestKind>,
}

impl Exchange {
    pub(crate) fn new(kinds: &[RequestKind]) -> Self {
        Self { kinds: kinds.into(), asked: None }
    }

    fn kind(&self, name: &[u8]) -> Option<RequestKind> {
        self.kinds.iter().find(|kind| kind.name.as_bytes() == name).copied()
    }
}

async fn number<T: AsyncRead + Unpin + Send>(io: &mut T) -> io::Result<usize> {
    let mut bytes = [0; 4];
    io.read_exact(&mut bytes).await?;
    Ok(u32::from_le_bytes(bytes) as usize)
}

/// Reads so many bytes; the space grows as they come.
async fn exactly<T: AsyncRead + Unpin + Send>(io: &mut T, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io.take(length as u64).read_to_end(&mut bytes).await?;
    if bytes.len() == length { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

async fn write<T: AsyncWrite + Unpin + Send>(io: &mut T, head: &[u8], body: &[u8]) -> io::Result<()> {
    let length = u32::try_from(body.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    io.write_all(head).await?;
    io.write_all(&length.to_le_bytes()).await?;
    io.write_all(body).await
}

impl Codec for Exchange {
    type Protocol = StreamProtocol;
    type Request = Question;
    type Response = Answer;

    async fn read_request<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Question>
    where
        T: AsyncRead + Unpin + Send,
    {
        let mut head = [0; 2];
        io.read_exact(&mut head).await?;
        let [version, name_length] = head;
        if version != VERSION {
            return Ok(Question::Bad(format!("version {version} is not known here, only {VERSION}")));
        }
        if usize::from(name_length) > NAME_MAX {
            return Ok(Question::Bad("the kind's name is too long".to_owned()));
        }
        let name = exactly(io, usize::from(name_length)).await?;
        let Some(kind) = self.kind(&name) else {
            return Ok(Question::Bad("this kind of request is not known here".to_owned()));
        };
        self.asked = Some(kind);
        let length = number(io).await?;
        if length > kind.request_max {
            return Ok(Question::Bad(format!("{length} bytes are too many, at most {}", kind.request_max)));
        }
        Ok(Question::Of { kind: kind.name, bytes: exactly(io, length).await? })
    }

    async fn read_response<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Answer>
    where
        T: AsyncRead + Unpin + Send,
    {
        let invalid = |reason: String| io::Error::new(io::ErrorKind::InvalidData, reason);
        let mut head = [0; 2];
        io.read_exact(&mut head).await?;
        let [version, status] = head;
        if version != VERSION || status > REFUSED {
            return Err(invalid(format!("an answer of version {version} and status {status} is not known here")));
        }
        let response_max = self.asked.map_or(0, |kind| kind.response_max);
        let max = if status == DONE { response_max } else { REASON_MAX };
        let length = number(io).await?;
        if length > max {
            return Err(invalid(format!("the answer has {length} bytes, at most {max} are taken")));
        }
        let bytes = exactly(io, length).await?;
        if status == DONE {
            return Ok(Ok(bytes));
        }
        let words = String::from_utf8_lossy(&bytes);
        Ok(Err(words.chars().filter(|letter| !letter.is_control()).collect()))
    }

    async fn write_request<T>(&mut self, _: &StreamProtocol, io: &mut T, question: Question) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        let Question::Of { kind, bytes } = question else { return Err(io::ErrorKind::InvalidInput.into()) };
        self.asked = self.kind(kind.as_bytes());
        let name_length = u8::try_from(kind.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
        let mut head = vec![VERSION, name_length];
        head.extend_from_slice(kind.as_bytes());
        write(io, &head, &bytes).await
    }

    async fn write_response<T>(&mut self, _: &StreamProtocol, io: &mut T, answer: Answer) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        let response_max = self.asked.map_or(0, |kind| kind.response_max);
        let answer = match answer {
            Ok(bytes) if bytes.len() > response_max => {
                tracing::warn!(length = bytes.len(), response_max, "an answer of ours is too long, and not sent");
                Err("the answer would be too long".to_owned())
            }
            answer => answer,
        };
        match answer {
            Ok(bytes) => write(io, &[VERSION, DONE], &bytes).await,
            Err(reason) => {
                let end = reason.floor_char_boundary(REASON_MAX);
                write(io, &[VERSION, REFUSED], reason.get(..end).unwrap_or_default().as_bytes()).await
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::executor::block_on;
    use futures::io::Cursor;
    use proptest::prelude::*;

    const KIND: RequestKind = RequestKind { name: "blocks", request_max: 8, response_max: 16, per_minute: 1 };
    const NAME: StreamProtocol = StreamProtocol::new("/test");

    fn read(bytes: &[u8]) -> io::Result<Question> {
        block_on(Exchange::new(&[KIND]).read_request(&NAME, &mut Cursor::new(bytes)))
    }

    fn answered(answer: Answer) -> io::Result<Answer> {
        let mut exchange = Exchange { asked: Some(KIND), ..Exchange::new(&[KIND]) };
        let mut wire = Cursor::new(Vec::new());
        block_on(exchange.write_response(&NAME, &mut wire, answer))?;
        block_on(exchange.read_response(&NAME, &mut Cursor::new(wire.into_inner())))
    }

    #[test]
    fn what_is_asked_is_read() {
        let question = Question::Of { kind: "blocks", bytes: vec![1, 2, 3] };
        let mut wire = Cursor::new(Vec::new());
        block_on(Exchange::new(&[KIND]).write_request(&NAME, &mut wire, question.clone())).unwrap();
        assert_eq!(read(wire.get_ref()).unwrap(), question);
        for (place, byte) in [(0, 9), (1, 33), (2, b'B'), (8, 9), (11, 255)] {
            let mut bytes = wire.get_ref().clone();
            bytes[place] = byte;
            assert!(matches!(read(&bytes), Ok(Question::Bad(_))), "{place}");
        }
        assert!(read(&wire.get_ref()[..12]).is_err());
    }

    #[test]
    fn answers_come_back_or_say_why_not() {
        assert_eq!(answered(Ok(vec![5; 16])).unwrap(), Ok(vec![5; 16]));
        assert!(answered(Ok(vec![5; 17])).unwrap().unwrap_err().contains("too long"));
        assert_eq!(answered(Err("é".repeat(200))).unwrap().unwrap_err(), "é".repeat(128));
        let long = [VERSION, DONE, 17, 0, 0, 0];
        let mut exchange = Exchange { asked: Some(KIND), ..Exchange::new(&[KIND]) };
        assert!(block_on(exchange.read_response(&NAME, &mut Cursor::new(long))).is_err());
    }

    proptest! {
        #[test]
        fn nothing_panics(bytes: Vec<u8>) {
            let _ = read(&bytes);
            let mut exchange = Exchange { asked: Some(KIND), ..Exchange::new(&[KIND]) };
            let _ = block_on(exchange.read_response(&NAME, &mut Cursor::new(&bytes)));
        }
    }
}
