//! Everything that reads bytes or text from outside, given what nobody should send.
//!
//! Real encodings are changed at random, and bytes are made up. Invariants that are tried: nothing panics; what was
//! decoded encodes to the same bytes again (where a value has several forms, to one that stays); and a length that is
//! only claimed takes no memory. `NEUROSHARD_LONG=1` tries a hundred times as much.

mod ways;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestError, TestRunner};

use self::ways::{Way, ways};

/// Place, another place, a number, and what to do with them.
type Change = (usize, usize, u32, u8);

fn cases(cost: u32) -> u32 {
    let long = std::env::var_os("NEUROSHARD_LONG").is_some_and(|value| value == "1");
    (if long { 40_000 } else { 400 } / cost).max(1)
}

fn changed(sample: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut bytes = sample.to_vec();
    for &(place, other, number, kind) in changes {
        let length = bytes.len();
        if length == 0 {
            break;
        }
        let (at, to) = (place % length, other % length);
        let (from, end) = (at.min(to), at.max(to));
        match kind % 8 {
            0 => bytes[at] ^= 1 << (number % 8),
            1 => bytes[at] = number as u8,
            2 => bytes.truncate(at),
            3 => bytes.insert(at, number as u8),
            4 => drop(bytes.drain(from..end.min(from + 40))),
            5 => {
                let copy = bytes[from..end.min(from + 40)].to_vec();
                bytes.splice(at..at, copy);
            }
            6 => put(&mut bytes, at, &number.to_le_bytes()),
            _ => put(&mut bytes, at, &(number % 5).to_le_bytes()),
        }
    }
    bytes
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    bytes[at..].iter_mut().zip(value).for_each(|(to, byte)| *to = *byte);
}

/// Bytes that were changed from a sample, or made up.
fn bytes(way: &Way) -> impl Strategy<Value = (Vec<u8>, bool)> + use<> {
    let changes = proptest::collection::vec(any::<Change>(), 1..6);
    let samples = way.samples.clone();
    let real = (0..samples.len(), changes).prop_map(move |(which, changes)| changed(&samples[which], &changes));
    let made_up = proptest::collection::vec(any::<u8>(), 0..200);
    (prop_oneof![9 => real, 1 => made_up], any::<bool>())
}

#[test]
fn real_values_go_in_and_come_out_as_they_were() {
    for way in ways() {
        for sample in &way.samples {
            assert_eq!((way.again)(sample).as_ref(), Some(sample), "{}", way.name);
        }
        assert!(!way.samples.is_empty(), "{}", way.name);
    }
}

#[test]
fn nothing_that_comes_in_panics_or_has_a_second_form() {
    for way in ways() {
        let config = Config { cases: cases(way.cost), failure_persistence: None, ..Config::default() };
        let result = TestRunner::new(config).run(&bytes(&way), |(mut bytes, mend)| {
            if mend {
                (way.mend)(&mut bytes);
            }
            way.check(&bytes);
            Ok(())
        });
        if let Err(TestError::Fail(reason, (bytes, mend))) = result {
            panic!("{}: {reason}: {bytes:?}, mended: {mend}", way.name);
        }
    }
}

/// Runs the test of this name again where more than 2 GB of memory cannot be had.
#[cfg(target_os = "linux")]
#[test]
fn a_claimed_length_takes_no_memory() {
    const LIMITED: &str = "NEUROSHARD_TEST_LIMITED";
    if std::env::var_os(LIMITED).is_some() {
        ways().iter().for_each(claim);
        return;
    }
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", "ulimit -v 2000000 && exec \"$0\" \"$@\""]).arg(std::env::current_exe().unwrap());
    limited.args(["--exact", "decoders::a_claimed_length_takes_no_memory", "--test-threads", "1"]).env(LIMITED, "1");
    let output = limited.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}{}", String::from_utf8_lossy(&output.stderr));
}

/// Puts large numbers wherever a small one stands, which may be a length; with what follows it and without.
#[cfg(target_os = "linux")]
fn claim(way: &Way) {
    for sample in &way.samples {
        let lengths = sample.windows(4).enumerate().filter(|(_, window)| window[2..] == [0, 0]);
        for (at, _) in lengths.step_by(way.cost.min(20) as usize) {
            for claimed in [u64::MAX, 0x7fff_ffff, 0x1000_0000] {
                let mut bytes = sample.clone();
                put(&mut bytes, at, &claimed.to_le_bytes()[..if claimed > u64::from(u32::MAX) { 8 } else { 4 }]);
                for length in [bytes.len(), (at + 8).min(bytes.len())] {
                    let mut bytes = bytes[..length].to_vec();
                    (way.mend)(&mut bytes);
                    way.check(&bytes);
                }
            }
        }
    }
}
