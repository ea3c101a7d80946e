//! Every public decoder of what peers send, with random bytes and with valid ones that were damaged. The fuzz targets in
//! `net/fuzz` run the same decoders for longer.
//!
//! Invariant: nothing panics; what is read has exactly one form.

use neuroshard_net::{
    frame::{self, HEADER_BYTES, Header},
    records,
    transfer::Message,
};
use proptest::{collection::vec, prelude::*, sample::Index};

/// Damages bytes: some are changed, some cut off, some inserted.
fn damaged(mut bytes: Vec<u8>, damages: Vec<(Index, u8, u8)>) -> Vec<u8> {
    for (index, value, how) in damages {
        let at = index.index(bytes.len() + 1);
        match how % 4 {
            0 if at < bytes.len() => bytes[at] = value,
            1 if at < bytes.len() => bytes[at] ^= 1 << (value % 8),
            2 => bytes.truncate(at),
            _ => bytes.insert(at, value),
        }
    }
    bytes
}

fn damages() -> impl Strategy<Value = Vec<(Index, u8, u8)>> {
    vec(any::<(Index, u8, u8)>(), 0..6)
}

fn read_all(bytes: &[u8]) {
    if let Ok(Some((frame, length))) = frame::decode(bytes, 1 << 12) {
        let header = Header::new(frame.kind, bytes[3], frame.tag, &frame.payload).expect("it was read");
        assert_eq!((&header.encode()[..], length), (&bytes[..HEADER_BYTES], HEADER_BYTES + frame.payload.len()));
    }
    if let Ok(message) = Message::decode(bytes) {
        assert_eq!(message.encode(), bytes);
    }
    let place = bytes.get(..32).unwrap_or_default();
    let _ = records::admit(bytes, &[0; 32], place, Some(bytes), 1);
}

proptest! {
    #[test]
    fn random_bytes(version in 0u8..3, bytes in vec(any::<u8>(), 0..300)) {
        read_all(&bytes);
        read_all(&[&[version][..], &bytes].concat());
    }

    #[test]
    fn damaged_frames(kind: u8, tag: u64, payload in vec(any::<u8>(), 0..100), damages in damages()) {
        let bytes = [&Header::new(kind, 0, tag, &payload).unwrap().encode()[..], &payload].concat();
        read_all(&damaged(bytes, damages));
    }

    #[test]
    fn damaged_messages(content: [u8; 32], index: u32, offset: u32, damages in damages()) {
        for message in [Message::Ask { content, index, offset }, Message::Length(offset), Message::Lacks] {
            read_all(&damaged(message.encode(), damages.clone()));
        }
    }
}
