//! What connected nodes say to each other.
//!
//! Invariant: what is sent arrives as it was sent, or its sender is told why not.

use crate::node::{BLOB, ECHO, NEWS, Node, PATIENCE, RARE, URGENT, knowing, pair, settings};
use neuroshard_net::{AskError, Busy, Event, RecordError, Settings, Verdict};
use std::time::Duration;
use tokio::time::timeout;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_is_heard_and_what_is_said_again_is_heard_again() {
    let one = Node::start(settings()).await;
    // Nobody is there yet; it is kept for a moment.
    one.handle.publish(NEWS, b"hello".to_vec()).unwrap();
    one.handle.publish(URGENT, b"hello".to_vec()).unwrap();
    let mut two = Node::start(knowing(&[&one])).await;
    let mut topics = Vec::new();
    for _ in 0..2 {
        let Event::Message { id, from, author, topic, bytes } = two.message().await else { unreachable!() };
        assert_eq!((author, bytes.as_slice()), (one.id(), b"hello".as_slice()));
        two.handle.verdict(id, from, Verdict::Accept);
        topics.push(topic);
    }
    topics.sort_unstable();
    assert_eq!(topics, [NEWS, URGENT]);
    // The same words again, until a third hears them, whom the first does not know at first.
    let mut three = Node::start(knowing(&[&two])).await;
    three.connected(two.id()).await;
    loop {
        one.handle.publish(NEWS, b"hello".to_vec()).unwrap();
        let Event::Message { id, from, .. } = two.message().await else { unreachable!() };
        two.handle.verdict(id, from, Verdict::Accept);
        if let Ok(Event::Message { author, bytes, .. }) = timeout(Duration::from_secs(1), three.message()).await {
            assert_eq!((author, bytes.as_slice()), (one.id(), b"hello".as_slice()));
            break;
        }
    }
    assert_eq!(one.handle.publish(NEWS, vec![0; 1025]), Err(Busy::TooLong { length: 1025, max: 1024 }));
    assert_eq!(one.handle.publish("other", vec![]), Err(Busy::Unknown("other")));
    let view =
        two.sees(|view| view.traffic.iter().any(|traffic| traffic.protocol == NEWS && traffic.received >= 10)).await;
    assert!(view.peers.iter().any(|peer| peer.received > 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_are_answered_refused_or_given_up() {
    let (mut one, two) = pair().await;
    let (asker, peer) = (two.handle.clone(), one.id());
    let ask = move |kind, bytes: Vec<u8>, wait_max| {
        let asker = asker.clone();
        tokio::spawn(async move { asker.ask(peer, kind, bytes, wait_max).await })
    };
    let asked = ask(ECHO, b"what?".to_vec(), PATIENCE);
    let Event::Request { from, kind, bytes, reply } = one.request().await else { unreachable!() };
    assert_eq!((from, kind, bytes.as_slice()), (two.id(), ECHO, b"what?".as_slice()));
    reply.send(b"that".to_vec());
    assert_eq!(asked.await.unwrap(), Ok(b"that".to_vec()));

    let asked = ask(ECHO, vec![], PATIENCE);
    drop(one.request().await);
    assert!(matches!(asked.await.unwrap(), Err(AskError::Refused(_))));

    let asked = ask(ECHO, vec![], PATIENCE);
    let Event::Request { reply, .. } = one.request().await else { unreachable!() };
    reply.send(vec![0; 2049]);
    assert!(matches!(asked.await.unwrap(), Err(AskError::Refused(reason)) if reason.contains("too long")));

    let asked = ask(ECHO, vec![], Duration::from_millis(50));
    let late = one.request().await;
    assert_eq!(asked.await.unwrap(), Err(AskError::Timeout(Duration::from_millis(50))));
    drop(late);

    let too_long = ask(ECHO, vec![0; 1025], PATIENCE).await.unwrap();
    assert_eq!(too_long, Err(AskError::TooLong { length: 1025, max: 1024 }));
    assert_eq!(ask("other", vec![], PATIENCE).await.unwrap(), Err(AskError::Unknown("other")));
    let nobody = two.handle.ask(neuroshard_net::PeerId::random(), ECHO, vec![], PATIENCE).await;
    assert_eq!(nobody, Err(AskError::NotConnected));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_too_much_is_limited() {
    let (mut one, two) = pair().await;
    let peer = one.id();
    let answering = tokio::spawn(async move {
        while let Some(event) = one.events.recv().await {
            if let Event::Request { reply, .. } = event {
                reply.send(vec![]);
            }
        }
    });
    let mut refused = 0;
    for _ in 0..40 {
        if let Err(error) = two.handle.ask(peer, RARE, vec![], PATIENCE).await {
            assert!(matches!(&error, AskError::Refused(reason) if reason.contains("10 requests")), "{error}");
            refused += 1;
        }
    }
    assert!((1..=30).contains(&refused), "{refused} refused");
    answering.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_bad_things_sinks_and_is_dropped() {
    let (mut one, two) = pair().await;
    let liar = two.id();
    let mut verdicts = 0;
    loop {
        let _ = two.handle.publish(NEWS, vec![1]);
        let next = one.until(|event| match event {
            Event::Message { id, from, .. } => Some(Some((*id, *from))),
            Event::Disconnected { .. } => Some(None),
            _ => None,
        });
        match next.await.1 {
            Some((id, from)) => one.handle.verdict(id, from, Verdict::Reject("forged".to_owned())),
            None => break,
        }
        verdicts += 1;
        if verdicts == 1 {
            one.sees(|view| view.peers.first().is_none_or(|peer| peer.score < -1.0)).await;
        }
    }
    assert!((2..=8).contains(&verdicts), "{verdicts} verdicts");
    let view = one.sees(|view| view.dropped.iter().any(|dropped| dropped.peer == liar)).await;
    assert!(view.dropped[0].reason.contains("forged"), "{:?}", view.dropped);
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_carry_frames_and_nobody_opens_too_many() {
    let (one, two) = pair().await;
    let mut incoming = one.handle.accept(BLOB).unwrap();
    assert!(one.handle.accept(BLOB).is_err(), "there is one taker");
    let mut out = two.handle.open(one.id(), BLOB).await.unwrap();
    out.send(3, 7, b"payload").await.unwrap();
    let (from, mut taken) = incoming.next().await.unwrap();
    assert_eq!(from, two.id());
    let frame = taken.receive(1 << 20).await.unwrap().unwrap();
    assert_eq!((frame.kind, frame.tag, frame.payload.as_slice()), (3, 7, b"payload".as_slice()));
    // Two at once and no more: the third is closed by the taker.
    let mut second = two.handle.open(one.id(), BLOB).await.unwrap();
    second.send(1, 1, b"x").await.unwrap();
    let (_, second_taken) = incoming.next().await.unwrap();
    if let Ok(mut third) = two.handle.open(one.id(), BLOB).await {
        let _ = third.send(1, 1, b"x").await;
        assert!(matches!(third.receive(1).await, Ok(None) | Err(_)));
    }
    drop((taken, out, second, second_taken));
}

#[tokio::test(flavor = "multi_thread")]
async fn records_and_holders_are_found() {
    let mut first = Node::start(settings()).await;
    assert_eq!(first.handle.put("place", b"x".to_vec(), PATIENCE).await, Err(RecordError::Alone));
    let mut others = Vec::new();
    for _ in 0..3 {
        let mut node = Node::start(Settings { ..knowing(&[&first]) }).await;
        node.connected(first.id()).await;
        first.connected(node.id()).await;
        others.push(node);
    }
    let (one, two) = (&others[0], &others[1]);
    one.handle.put("place", b"first".to_vec(), PATIENCE).await.unwrap();
    one.handle.put("place", b"second".to_vec(), PATIENCE).await.unwrap();
    assert_eq!(two.handle.get("place", one.id()).await, Ok(Some(b"second".to_vec())));
    assert_eq!(two.handle.get("other", one.id()).await, Ok(None));
    assert!(matches!(one.handle.put("place", vec![0; 5000], PATIENCE).await, Err(RecordError::TooLong { .. })));
    one.handle.provide([3; 32]).await;
    assert_eq!(two.handle.holders([3; 32]).await, [one.id()]);
}
