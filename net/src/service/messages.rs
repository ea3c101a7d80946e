//! Gossip: ours goes out, others' comes in and waits for its verdict.
//!
//! Invariant: what is not taken is not passed on.

use super::Service;
use crate::gossip::Gossip;
use crate::peers::Input;
use crate::{Conduct, Event, MessageId, PeerId, Topic, Verdict};
use libp2p::gossipsub::{self, IdentTopic, MessageAcceptance, PublishError};
use std::collections::HashMap;

/// Messages without verdict, and how long they are remembered.
const AWAITING_MAX: usize = 8192;
const AWAITING_MS: u64 = 60_000;

/// Messages that wait for their verdict.
#[derive(Debug, Default)]
pub(super) struct Awaiting(HashMap<MessageId, (Topic, usize, u64)>);

impl Awaiting {
    pub(super) fn forget(&mut self, now_ms: u64) {
        self.0.retain(|_, (_, _, at_ms)| now_ms.saturating_sub(*at_ms) < AWAITING_MS);
    }
}

impl Service {
    fn gossip_of(&mut self, topic: &Topic) -> Option<&mut Gossip> {
        let behaviour = self.swarm.behaviour_mut();
        if topic.flood { behaviour.flood.as_mut() } else { behaviour.gossip.as_mut() }
    }

    pub(super) fn publish(&mut self, topic: &'static str, bytes: Vec<u8>) {
        let now_ms = self.now_ms();
        self.publish_since(now_ms, topic, bytes);
    }

    fn publish_since(&mut self, since_ms: u64, name: &'static str, bytes: Vec<u8>) {
        let Some(topic) = self.topics.iter().find(|topic| topic.name == name).copied() else { return };
        let hash = IdentTopic::new(self.names.topic(name)).hash();
        let length = bytes.len();
        let Some(gossip) = self.gossip_of(&topic) else { return };
        match gossip.publish(hash, bytes.clone()) {
            Ok(_) => self.count_sent(&topic, length, None),
            Err(PublishError::NoPeersSubscribedToTopic | PublishError::AllQueuesFull(_)) => {
                self.unheard.keep(since_ms, name, bytes);
            }
            Err(error) => tracing::warn!(topic = name, %error, "a message of ours can't be published"),
        }
    }

    /// Tries again what nobody was there to hear.
    pub(super) fn publish_unheard(&mut self) {
        let now_ms = self.now_ms();
        for (since_ms, topic, bytes) in self.unheard.take_all(now_ms) {
            self.publish_since(since_ms, topic, bytes);
        }
    }

    /// Counts what is handed to those that a message goes to, all of them for a flood of ours.
    fn count_sent(&mut self, topic: &Topic, length: usize, from: Option<PeerId>) {
        let hash = IdentTopic::new(self.names.topic(topic.name)).hash();
        let Some(gossip) = self.gossip_of(topic) else { return };
        let mut to: Vec<_> = gossip.mesh_peers(&hash).copied().collect();
        if topic.flood && from.is_none() {
            to = gossip.all_peers().filter(|(_, topics)| topics.contains(&&hash)).map(|(peer, _)| *peer).collect();
        }
        for peer in to {
            if Some(peer) != from {
                self.ledger.counter(peer, topic.name).sent(length);
            }
        }
    }

    pub(super) fn on_gossip(&mut self, event: gossipsub::Event) {
        match event {
            gossipsub::Event::Message { propagation_source, message, .. } => {
                self.on_message(propagation_source, message);
            }
            gossipsub::Event::Subscribed { .. } => self.publish_unheard(),
            gossipsub::Event::Unsubscribed { .. }
            | gossipsub::Event::GossipsubNotSupported { .. }
            | gossipsub::Event::SlowPeer { .. } => {}
        }
    }

    fn on_message(&mut self, from: PeerId, message: gossipsub::Message) {
        let id = crate::gossip::id_of(&message);
        let named = |topic: &&Topic| IdentTopic::new(self.names.topic(topic.name)).hash() == message.topic;
        let (Some(topic), Some(author)) = (self.topics.iter().find(named).copied(), message.source) else { return };
        let length = message.data.len();
        if self.peers.get(&from).is_some() {
            self.ledger.counter(from, topic.name).received(length);
        }
        if self.awaiting.0.len() >= AWAITING_MAX {
            tracing::warn!(topic = topic.name, "too many messages wait for a verdict");
            return;
        }
        self.awaiting.0.insert(id, (topic, length, self.now_ms()));
        if length > topic.bytes_max {
            return self.on_verdict(id, from, Verdict::Reject(format!("{length} bytes on topic {}", topic.name)));
        }
        self.emit_from(from, Event::Message { id, from, author, topic: topic.name, bytes: message.data });
    }

    pub(super) fn on_verdict(&mut self, id: MessageId, from: PeerId, verdict: Verdict) {
        let Some((topic, length, _)) = self.awaiting.0.remove(&id) else { return };
        let acceptance = match &verdict {
            Verdict::Accept => MessageAcceptance::Accept,
            Verdict::Ignore => MessageAcceptance::Ignore,
            Verdict::Reject(_) => MessageAcceptance::Reject,
        };
        let name = gossipsub::MessageId::from(id.0.to_vec());
        let Some(gossip) = self.gossip_of(&topic) else { return };
        let there = gossip.report_message_validation_result(&name, &from, acceptance);
        match verdict {
            Verdict::Accept if there => self.count_sent(&topic, length, Some(from)),
            Verdict::Reject(reason) => {
                tracing::debug!(%from, topic = topic.name, reason, "a message is rejected");
                let reason = format!("a bad message on {}: {reason}", topic.name);
                self.step(Input::Report { peer: from, conduct: Conduct::Serious, reason });
            }
            Verdict::Accept | Verdict::Ignore => {}
        }
    }

    /// There was no room for an event.
    pub(super) fn give_up(&mut self, event: &Event) {
        match event {
            Event::Message { id, from, .. } => {
                tracing::debug!(?id, "nobody takes this message");
                self.on_verdict(*id, *from, Verdict::Ignore);
            }
            // Dropping a question refuses it.
            Event::Request { from, kind, .. } => tracing::debug!(%from, kind, "nobody takes this request"),
            Event::Connected { .. } | Event::Disconnected { .. } | Event::Refused { .. } => {}
        }
    }

    /// Tells gossip what we think of our peers otherwise.
    pub(super) fn score(&mut self) {
        let now_ms = self.now_ms();
        let scores: Vec<_> = self.peers.iter().map(|(peer, _)| (*peer, self.peers.score(peer, now_ms))).collect();
        let behaviour = self.swarm.behaviour_mut();
        for (peer, score) in scores {
            for gossip in [behaviour.gossip.as_mut(), behaviour.flood.as_mut()].into_iter().flatten() {
                gossip.set_application_score(&peer, score);
            }
        }
    }

    /// What gossip thinks of a peer, conduct included.
    pub(super) fn gossip_score(&self, peer: &PeerId) -> Option<f64> {
        let behaviour = self.swarm.behaviour();
        let scores = [behaviour.gossip.as_ref(), behaviour.flood.as_ref()].into_iter().flatten();
        scores.filter_map(|gossip| gossip.peer_score(peer)).reduce(f64::min)
    }
}
