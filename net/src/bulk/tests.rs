//! Channels over a pipe in memory, with honest peers and others.

use super::*;
use crate::frame::{FLAG_CREDIT, FLAG_END, HEADER_BYTES};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use tokio_util::compat::TokioAsyncReadCompatExt;

fn channel(stream: DuplexStream) -> Channel {
    Channel::over(stream.compat(), PeerId::random(), Limits::default(), Arc::default(), Box::new(()))
}

fn pair(bytes: usize) -> (Channel, Channel) {
    let (left, right) = duplex(bytes);
    (channel(left), channel(right))
}

fn frame_bytes(flags: u8, tag: u64, payload: &[u8]) -> Vec<u8> {
    [&Header::new(1, flags, tag, payload).unwrap().encode()[..], payload].concat()
}

#[tokio::test]
async fn frames_arrive_in_order_and_the_end_is_told() {
    let (mut left, mut right) = pair(1000);
    let sizes = [0, 1, 16_000, 16_384, 70_000, 1 << 20, 3 << 20];
    let send = async {
        for (tag, size) in sizes.into_iter().enumerate() {
            left.send(9, tag as u64, &vec![tag as u8; size]).await.unwrap();
        }
        left.close().await;
    };
    let receive = async {
        for (tag, size) in sizes.into_iter().enumerate() {
            let frame = right.receive(3 << 20).await.unwrap().unwrap();
            assert_eq!(frame, Frame { kind: 9, tag: tag as u64, payload: vec![tag as u8; size] });
        }
        assert_eq!(right.receive(100).await, Ok(None));
    };
    tokio::join!(send, receive);
}

/// Each writes before it reads, on a pipe that holds far less: what stalls where a reader waits for its own writer.
#[tokio::test]
async fn two_that_write_first_do_not_wait_for_each_other() {
    let (mut left, mut right) = pair(5000);
    let payload = vec![3; 1 << 20];
    let rounds = async |channel: &mut Channel| {
        for tag in 0..12 {
            channel.send(1, tag, &payload).await.unwrap();
            assert_eq!(channel.receive(1 << 20).await.unwrap().unwrap().tag, tag);
        }
    };
    tokio::join!(rounds(&mut left), rounds(&mut right));
}

#[tokio::test]
async fn the_halves_go_on_alone() {
    let (left, right) = pair(5000);
    let ((mut left_out, left_in), (right_out, mut right_in)) = (left.split(), right.split());
    right_out.end().await;
    drop(left_in);
    let send = async {
        for tag in 0..2000 {
            left_out.send(1, tag, &vec![1; if tag % 100 == 0 { 100_000 } else { 50 }]).await.unwrap();
        }
        drop(left_out);
    };
    let receive = async {
        for tag in 0..2000 {
            assert_eq!(right_in.receive(1 << 20).await.unwrap().unwrap().tag, tag);
        }
        assert_eq!(right_in.receive(1 << 20).await, Ok(None));
    };
    tokio::join!(send, receive);
}

#[tokio::test(start_paused = true)]
async fn nobody_sends_beyond_its_credits() {
    let (mut left, mut right) = pair(64 << 20);
    let payload = vec![0; LARGE_BYTES + 1];
    for tag in 0..4 {
        left.send(1, tag, &payload).await.unwrap();
    }
    let fifth = tokio::time::timeout(Duration::from_secs(1), left.send(1, 4, &payload));
    assert!(fifth.await.is_err(), "four large frames are under way");
    // Waiting for credit tears nothing, and small frames have their own.
    left.send(1, 5, b"small").await.unwrap();
    assert_eq!(right.receive(1 << 20).await.unwrap().unwrap().tag, 0);
    left.send(1, 6, &payload).await.unwrap();
}

#[tokio::test]
async fn who_sends_beyond_its_credits_is_told_apart() {
    let (left, mut right) = duplex(64 << 20);
    let mut left = channel(left);
    for tag in 0..=u64::from(SMALL_CREDITS) {
        right.write_all(&frame_bytes(0, tag, b"x")).await.unwrap();
    }
    left.sender.shared.dead.clone().cancelled().await;
    // What it may send is still there for whoever asks.
    for tag in 0..u64::from(SMALL_CREDITS) {
        assert_eq!(left.receive(1).await.unwrap().unwrap().tag, tag);
    }
    assert_eq!(left.receive(1).await, Err(ChannelError::Breach("more frames than it has credits for")));
}

#[tokio::test]
async fn what_a_peer_promises_costs_nothing() {
    let (left, mut right) = duplex(1 << 20);
    let mut left = channel(left);
    let header = Header { kind: 0, flags: 0, tag: 0, length: 16 << 20, check: [0; 8] };
    right.write_all(&header.encode()).await.unwrap();
    right.write_all(b"x").await.unwrap();
    // Asked for, it begins with little room (see `pump::tests`). Not allowed, it ends the channel.
    let error = left.receive(1 << 20).await.unwrap_err();
    assert_eq!(error.to_string(), "payload of 16777216 bytes is longer than the 1048576 allowed");
    assert_eq!(left.send(0, 0, b"").await, Err(error));
    let mut rest = Vec::new();
    right.read_to_end(&mut rest).await.unwrap(); // closed for the peer too
}

#[tokio::test]
async fn a_cut_in_the_middle_is_no_end() {
    for cut in [10, HEADER_BYTES, HEADER_BYTES + 3] {
        let (left, mut right) = duplex(1 << 20);
        let mut left = channel(left);
        right.write_all(&frame_bytes(0, 1, b"whole")).await.unwrap();
        right.write_all(&frame_bytes(0, 2, b"half")[..cut]).await.unwrap();
        drop(right);
        assert_eq!(left.receive(10).await.unwrap().unwrap().payload, b"whole");
        assert_eq!(left.receive(10).await, Err(ChannelError::Vanished));
    }
    let (left, right) = duplex(1 << 20);
    drop(right);
    assert_eq!(channel(left).receive(10).await, Err(ChannelError::Vanished));
}

#[tokio::test]
async fn garbage_ends_the_channel_with_its_reason() {
    let mut flipped = frame_bytes(0, 2, b"payload");
    flipped[HEADER_BYTES] ^= 1;
    for (bytes, reason) in [
        (b"GET / HTTP/1.1\r\nHost: example\r\n".to_vec(), "byte 0x47 begins no frame"),
        (flipped, "does not match its check"),
        (frame_bytes(FLAG_CREDIT, 1, b""), "more credits than were used"),
        (frame_bytes(FLAG_CREDIT, u64::MAX, b""), "more credits than were used"),
        ([frame_bytes(FLAG_END, 0, b""), frame_bytes(0, 0, b"")].concat(), "frames after its end"),
    ] {
        let (left, mut right) = duplex(1 << 20);
        let mut left = channel(left);
        right.write_all(&bytes).await.unwrap();
        let ended = left.sender.shared.dead.clone();
        ended.cancelled().await;
        let error = left.send(0, 0, b"").await.unwrap_err();
        assert!(error.is_breach() && error.to_string().contains(reason), "{error}");
        let _ = left.receive(1).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_frame_that_drips_ends_the_channel() {
    let (left, mut right) = duplex(1 << 20);
    let mut left = channel(left);
    let bytes = frame_bytes(0, 1, &vec![7; 60_000]);
    let drip = async {
        for byte in bytes.chunks(1000) {
            if right.write_all(byte).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    let ((), received) = tokio::join!(drip, left.receive(1 << 20));
    assert_eq!(received, Err(ChannelError::Slow { bytes: 16 << 10, pace: Duration::from_secs(10) }));
}

#[tokio::test(start_paused = true)]
async fn a_slow_line_is_borne() {
    let (left, mut right) = duplex(1 << 20);
    let mut left = channel(left);
    let bytes = frame_bytes(0, 1, &vec![7; 60_000]);
    let trickle = async {
        for byte in bytes.chunks(2000) {
            right.write_all(byte).await.unwrap();
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    let ((), received) = tokio::join!(trickle, left.receive(1 << 20));
    assert_eq!(received.unwrap().unwrap().payload.len(), 60_000);
}

#[tokio::test(start_paused = true)]
async fn who_does_not_read_is_left() {
    let (left, _right) = duplex(1000);
    let mut left = channel(left);
    let error = left.send(0, 0, &vec![0; 5000]).await.unwrap_err();
    assert!(matches!(error, ChannelError::Slow { .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn silence_ends_a_channel_and_a_quiet_peer_does_not() {
    let (left, _right) = duplex(1000);
    assert_eq!(channel(left).receive(1).await, Err(ChannelError::Idle(Duration::from_secs(90))));
    let (mut left, mut right) = pair(1000);
    let day = tokio::time::timeout(Duration::from_hours(24), right.receive(1));
    assert!(day.await.is_err(), "nothing to say for a day, and still there");
    left.send(0, 7, b"x").await.unwrap();
    assert_eq!(right.receive(1).await.unwrap().unwrap().tag, 7);
}

#[tokio::test(start_paused = true)]
async fn a_send_given_up_half_way_is_not_gone_on_with() {
    let (left, mut right) = duplex(1000);
    let mut left = channel(left);
    let payload = vec![0; 5000];
    let given_up = tokio::time::timeout(Duration::from_secs(1), left.send(0, 0, &payload));
    assert!(given_up.await.is_err());
    assert_eq!(left.send(0, 1, b"x").await, Err(ChannelError::Torn));
    let mut rest = Vec::new();
    right.read_to_end(&mut rest).await.unwrap();
    assert_eq!(rest.len(), 1000);
}

#[tokio::test]
async fn a_long_frame_waits_until_it_is_asked_for() {
    let (mut left, mut right) = pair(10_000);
    let payload = vec![5; PAYLOAD_MAX];
    let (sent, received) = tokio::join!(left.send(1, 1, &payload), right.receive(PAYLOAD_MAX));
    sent.unwrap();
    assert!(received.unwrap().unwrap().payload == payload);
    let error = left.send(1, 1, &vec![0; PAYLOAD_MAX + 1]).await.unwrap_err();
    assert_eq!(error.to_string(), "payload of 16777217 bytes is longer than the 16777216 allowed");
}

const PAYLOAD_MAX: usize = crate::frame::PAYLOAD_BYTES_MAX;

#[tokio::test]
async fn what_is_kept_is_let_go_with_the_stream() {
    let (left, right) = duplex(1000);
    let kept = Arc::new(());
    let left =
        Channel::over(left.compat(), PeerId::random(), Limits::default(), Arc::default(), Box::new(kept.clone()));
    drop(left);
    let mut right = channel(right);
    assert_eq!(right.receive(1).await, Ok(None));
    while Arc::strong_count(&kept) > 1 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_stream_that_nobody_took_is_found_out() {
    let (left, right) = pair(1000);
    left.ready().await.unwrap();
    right.ready().await.unwrap();
    let (left, right) = duplex(1000);
    drop(right);
    assert_eq!(channel(left).ready().await, Err(ChannelError::Vanished));
}
