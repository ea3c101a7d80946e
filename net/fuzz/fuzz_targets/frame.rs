//! Frames of bulk channels.
#![no_main]

use libfuzzer_sys::fuzz_target;
use neuroshard_net::frame::{self, HEADER_BYTES, Header};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(Some((frame, length))) = frame::decode(bytes, 1 << 16) {
        assert!(frame.payload.len() <= 1 << 16 && length == HEADER_BYTES + frame.payload.len());
        let flags = bytes[3];
        let header = Header::new(frame.kind, flags, frame.tag, &frame.payload).expect("it was one");
        assert_eq!(header.encode(), bytes[..HEADER_BYTES], "one frame has one form");
    }
});
