//! The log that keeps a validator from contradicting itself after a restart: what it holds, and its bytes.
//!
//! Invariants: what was flushed is read back or reported as damaged, never silently left out; what was appended and not
//! flushed may be lost as a whole. All entries are of one height.
//!
//! The bytes are frames, one for the height and one for each flush:
//!
//! ```text
//! frame := "NSWL"  length: u32 LE  checksum: 16 bytes, of place, length and body  body
//! ```
//!
//! A frame's place is the number of bytes before it, so that a frame inside a body, which may be a stranger's block, is
//! not taken for one of the log.
//!
//! Because a frame is on disk before the next one is written, a loss of power can only leave the last one torn, and
//! that one was never relied on. Anything wrong before another whole frame is damage.

use crate::types::{Domain, Hash, Height, encode};

const MAGIC: [u8; 4] = *b"NSWL";
const SUM: usize = 16;
const HEAD: usize = 4 + 4 + SUM;

/// Keeps the entries of one height.
pub trait Wal {
    /// Why it could not.
    type Error;

    /// Takes an entry, which lasts from the next flush on.
    fn append(&mut self, entry: Vec<u8>);

    /// Makes all that was appended survive a loss of power.
    fn flush(&mut self) -> Result<(), Self::Error>;

    /// Forgets everything and begins with this height, which survives a loss of power too.
    fn reset(&mut self, height: Height) -> Result<(), Self::Error>;

    /// The height, if it ever began with one, and what was flushed since.
    fn entries(&mut self) -> Result<Option<Log>, Self::Error>;
}

/// What a log holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Log {
    /// The height of all entries.
    pub height: Height,
    /// What was flushed, in the order in which it was appended.
    pub entries: Vec<Vec<u8>>,
}

/// Why a log cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum WalError {
    /// Something that was flushed cannot be read any more.
    #[error("the consensus log is damaged at byte {at} and goes on at byte {next}")]
    Damaged {
        /// The first byte that makes no sense.
        at: usize,
        /// Where sense begins again.
        next: usize,
    },
    /// A whole frame that holds something else.
    #[error("the frame at byte {at} of the consensus log holds something else")]
    Foreign {
        /// Where it begins.
        at: usize,
    },
}

/// Why a log does not fit the chain, or could not be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RecoverError<E> {
    /// It cannot be read or written.
    #[error(transparent)]
    Wal(E),
    /// The log remembers a height that the chain has not reached: blocks were lost, or the log is another chain's. To
    /// vote now might contradict votes that the log no longer has.
    #[error("the consensus log is of height {log} and the chain only reaches height {next}")]
    Ahead {
        /// Of the log.
        log: Height,
        /// Of the next block.
        next: Height,
    },
}

/// What to start `height` with: the entries that the log has of it, after a restart; otherwise the log begins anew.
///
/// To be called once the block before `height` is stored, for only then the entries of the height before may go.
pub fn recover<W: Wal>(wal: &mut W, height: Height) -> Result<Vec<Vec<u8>>, RecoverError<W::Error>> {
    let log = wal.entries().map_err(RecoverError::Wal)?;
    match log {
        Some(log) if log.height == height => Ok(log.entries),
        Some(log) if log.height > height => Err(RecoverError::Ahead { log: log.height, next: height }),
        _ => wal.reset(height).map_err(RecoverError::Wal).map(|()| Vec::new()),
    }
}

/// The frame that a log begins with.
#[must_use]
pub fn begin(height: Height) -> Vec<u8> {
    frame(0, &height)
}

/// The frame of one flush, which follows `place` bytes.
#[must_use]
pub fn flushed(place: usize, entries: &[Vec<u8>]) -> Vec<u8> {
    frame(place, &entries)
}

fn frame(place: usize, value: &impl borsh::BorshSerialize) -> Vec<u8> {
    let body = encode(value);
    debug_assert!(u32::try_from(body.len()).is_ok(), "a flush has less than 4 GiB");
    let length = (body.len() as u32).to_le_bytes();
    [&MAGIC, &length, checksum(place, length, &body).as_slice(), &body].concat()
}

fn checksum(place: usize, length: [u8; 4], body: &[u8]) -> [u8; SUM] {
    const DOMAIN: Domain = Domain::new("log frame");
    let mut sum = [0; SUM];
    sum.iter_mut().zip(Hash::of(&DOMAIN, &(place as u64, length, body)).0).for_each(|(to, byte)| *to = byte);
    sum
}

/// The body of the frame that begins at `place`, and where the next one would.
fn frame_at(bytes: &[u8], place: usize) -> Option<(&[u8], usize)> {
    let rest = bytes.get(place..)?.strip_prefix(&MAGIC)?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (sum, rest) = rest.split_first_chunk::<SUM>()?;
    let body = rest.get(..u32::from_le_bytes(*length) as usize)?;
    let next = place.saturating_add(HEAD).saturating_add(body.len());
    (checksum(place, *length, body) == *sum).then_some((body, next))
}

/// Reads a log; returns it with the number of bytes up to which it is whole. What follows them was never relied on and
/// has to be cut off before anything is written.
pub fn decode(bytes: &[u8]) -> Result<(Option<Log>, usize), WalError> {
    let (mut log, mut whole) = (None, 0);
    while let Some((body, next)) = frame_at(bytes, whole) {
        let foreign = WalError::Foreign { at: whole };
        match &mut log {
            None => {
                let height = borsh::from_slice(body).map_err(|_| foreign)?;
                log = Some(Log { height, entries: Vec::new() });
            }
            Some(log) => log.entries.extend(borsh::from_slice::<Vec<Vec<u8>>>(body).map_err(|_| foreign)?),
        }
        whole = next;
    }
    match (whole..bytes.len()).find(|&place| frame_at(bytes, place).is_some()) {
        Some(next) => Err(WalError::Damaged { at: whole, next }),
        None => Ok((log, whole)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn log() -> (Vec<u8>, Vec<usize>) {
        let mut bytes = begin(Height(5));
        let mut ends = vec![bytes.len()];
        for flush in [vec![vec![1, 2], vec![]], vec![vec![3; 100]], vec![vec![4], vec![5]]] {
            bytes.extend(flushed(bytes.len(), &flush));
            ends.push(bytes.len());
        }
        (bytes, ends)
    }

    #[test]
    fn what_was_flushed_is_read_back() {
        let (bytes, _) = log();
        let entries = vec![vec![1, 2], vec![], vec![3; 100], vec![4], vec![5]];
        assert_eq!(decode(&bytes), Ok((Some(Log { height: Height(5), entries }), bytes.len())));
        assert_eq!(decode(&[]), Ok((None, 0)));
        assert_eq!(decode(&flushed(0, &[vec![1]])), Err(WalError::Foreign { at: 0 }), "a flush before any height");
    }

    #[test]
    fn a_torn_end_is_cut_off_wherever_it_is_torn() {
        let (bytes, ends) = log();
        for length in 0..bytes.len() {
            let (log, whole) = decode(&bytes[..length]).unwrap();
            let frames = ends.iter().filter(|end| **end <= length).count();
            assert_eq!(whole, frames.checked_sub(1).map_or(0, |last| ends[last]));
            let entries = [0, 0, 2, 3, 5][frames];
            assert_eq!(log.map(|log| log.entries.len()), (frames > 0).then_some(entries));
        }
        let mut torn = bytes[..ends[2]].to_vec();
        torn.resize(torn.len() + 4096, 0);
        assert_eq!(decode(&torn).unwrap().1, ends[2], "a page that was made longer and never written");
        torn.truncate(ends[2] + 1);
        torn.extend(flushed(0, &[vec![7]]));
        assert_eq!(decode(&torn).unwrap().1, ends[2], "a frame of another place");
    }

    proptest! {
        #[test]
        fn prop_damage_is_found_or_in_the_last_frame(at in 0usize..500, bit in 0u8..8) {
            let (mut bytes, ends) = log();
            let at = at % bytes.len();
            bytes[at] ^= 1 << bit;
            let start = ends.iter().rev().find(|end| **end <= at).copied().unwrap_or(0);
            match decode(&bytes) {
                Ok((_, whole)) => prop_assert!(start == ends[2] && whole == start, "only an end may be cut off"),
                Err(error) => prop_assert_eq!(error, WalError::Damaged { at: start, next: ends[ends.iter().position(|end| *end > start).unwrap()] }),
            }
        }
    }

    #[derive(Default)]
    struct Memory(Option<Log>);

    impl Wal for Memory {
        type Error = WalError;

        fn append(&mut self, entry: Vec<u8>) {
            self.0.as_mut().unwrap().entries.push(entry);
        }

        fn flush(&mut self) -> Result<(), WalError> {
            Ok(())
        }

        fn reset(&mut self, height: Height) -> Result<(), WalError> {
            self.0 = Some(Log { height, entries: Vec::new() });
            Ok(())
        }

        fn entries(&mut self) -> Result<Option<Log>, WalError> {
            Ok(self.0.clone())
        }
    }

    #[test]
    fn only_a_log_of_the_same_height_is_replayed() {
        let mut wal = Memory::default();
        assert_eq!(recover(&mut wal, Height(3)), Ok(vec![]));
        wal.append(vec![1]);
        assert_eq!(recover(&mut wal, Height(3)), Ok(vec![vec![1]]));
        let ahead = RecoverError::Ahead { log: Height(3), next: Height(2) };
        assert_eq!(recover(&mut wal, Height(2)), Err(ahead));
        assert_eq!(recover(&mut wal, Height(4)), Ok(vec![]));
        assert_eq!(recover(&mut wal, Height(4)), Ok(vec![]));
    }
}
