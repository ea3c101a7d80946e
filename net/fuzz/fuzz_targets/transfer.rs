//! Messages about chunks.
#![no_main]

use libfuzzer_sys::fuzz_target;
use neuroshard_net::transfer::Message;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(message) = Message::decode(bytes) {
        assert_eq!(message.encode(), bytes, "one message has one form");
    }
});
