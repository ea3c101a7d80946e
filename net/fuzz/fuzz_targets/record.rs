//! Records of the hash table.
#![no_main]

use libfuzzer_sys::fuzz_target;
use neuroshard_net::records;

fuzz_target!(|bytes: &[u8]| {
    let (at, bytes) = bytes.split_at(bytes.len().min(32));
    let (known, bytes) = bytes.split_at(bytes.len() / 2);
    let _ = records::verify(bytes, &[0; 32], at, 1);
    let _ = records::admit(bytes, &[0; 32], at, Some(known), 1);
});
