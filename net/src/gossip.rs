//! How messages spread: settings, scores and names.
//!
//! Invariants: a message's id covers author, sequence number, topic and bytes, so that what is said again is heard again,
//! and what is forged is another message; nobody subscribes us to topics that are not ours.

use crate::names::Names;
use crate::{MessageId, PeerId, StartError, Topic};
use libp2p::gossipsub::{
    self, Behaviour, ConfigBuilder, IdentTopic, IdentityTransform, Message, MessageAuthenticity, PeerScoreParams,
    PeerScoreThresholds, TopicHash, TopicScoreParams, ValidationMode, WhitelistSubscriptionFilter,
};
use libp2p::identity::Keypair;
use std::collections::{HashMap, HashSet, VecDeque};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

/// Gossip whose topics are exactly ours.
pub(crate) type Gossip = Behaviour<IdentityTransform, Filter>;
/// Which topics a peer may tell us of.
pub(crate) type Filter = gossipsub::MaxCountSubscriptionFilter<WhitelistSubscriptionFilter>;

/// What author, signature and framing add to a message's bytes.
const AROUND_BYTES: usize = 512;
/// Messages seen in this time are known again.
const SEEN: Duration = Duration::from_mins(5);
/// Peers behind one address that nobody minds: a laboratory is behind one router.
const BEHIND_ONE_ADDRESS: f64 = 8.0;

/// The gossip of some topics; `flood` sends our own messages to everybody who listens.
pub(crate) fn build(key: &Keypair, names: &Names, topics: &[Topic], flood: bool) -> Result<Option<Gossip>, StartError> {
    let topics: Vec<_> = topics.iter().filter(|topic| topic.flood == flood).collect();
    if topics.is_empty() {
        return Ok(None);
    }
    let failed = |reason: &dyn ToString| StartError::Part { part: "gossip", reason: reason.to_string() };
    let hash = |topic: &Topic| IdentTopic::new(names.topic(topic.name)).hash();
    let bytes_max = topics.iter().map(|topic| topic.bytes_max).max().unwrap_or_default();
    let prefix = names.protocol(if flood { "flood" } else { "gossip" });
    let prefix = prefix.ok_or_else(|| failed(&"no name"))?;
    let mut config = ConfigBuilder::default();
    config
        .protocol_id_prefix(prefix.to_string())
        .mesh_n(6)
        .mesh_n_low(4)
        .mesh_n_high(12)
        .mesh_outbound_min(2)
        .heartbeat_interval(Duration::from_secs(1))
        .heartbeat_initial_delay(Duration::from_millis(100))
        .max_transmit_size(bytes_max + AROUND_BYTES)
        .duplicate_cache_time(SEEN)
        .flood_publish(flood)
        .validation_mode(ValidationMode::Strict)
        .validate_messages()
        .message_id_fn(|message| gossipsub::MessageId::from(id_of(message).0.to_vec()));
    for topic in &topics {
        config.max_transmit_size_for_topic(topic.bytes_max + AROUND_BYTES, hash(topic));
    }
    let config = config.build().map_err(|error| failed(&error))?;
    let ours: HashSet<_> = topics.iter().map(|topic| hash(topic)).collect();
    let filter = gossipsub::MaxCountSubscriptionFilter {
        filter: WhitelistSubscriptionFilter(ours),
        max_subscribed_topics: topics.len(),
        max_subscriptions_per_request: 2 * topics.len().max(8),
    };
    let signed = MessageAuthenticity::Signed(key.clone());
    let mut gossip = Behaviour::new_with_subscription_filter(signed, config, filter).map_err(|error| failed(&error))?;
    gossip
        .with_peer_score(scores(topics.iter().map(|topic| hash(topic))), thresholds())
        .map_err(|error| failed(&error))?;
    for topic in &topics {
        gossip.subscribe(&IdentTopic::new(names.topic(topic.name))).map_err(|error| failed(&error))?;
    }
    Ok(Some(gossip))
}

fn scores(topics: impl Iterator<Item = TopicHash>) -> PeerScoreParams {
    let hour = gossipsub::score_parameter_decay(Duration::from_hours(1));
    let topic = TopicScoreParams {
        topic_weight: 1.0,
        time_in_mesh_weight: 0.01,
        time_in_mesh_quantum: Duration::from_secs(1),
        time_in_mesh_cap: 300.0,
        first_message_deliveries_weight: 0.1,
        first_message_deliveries_decay: hour,
        first_message_deliveries_cap: 50.0,
        // These would punish the quiet: there is not enough talk on our topics to expect any from everybody.
        mesh_message_deliveries_weight: 0.0,
        mesh_failure_penalty_weight: 0.0,
        invalid_message_deliveries_weight: -10.0,
        invalid_message_deliveries_decay: hour,
        ..TopicScoreParams::default()
    };
    PeerScoreParams {
        topics: topics.map(|hash| (hash, topic.clone())).collect::<HashMap<_, _>>(),
        topic_score_cap: 20.0,
        app_specific_weight: 1.0,
        ip_colocation_factor_weight: -0.2,
        ip_colocation_factor_threshold: BEHIND_ONE_ADDRESS,
        ip_colocation_factor_whitelist: [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)].into(),
        behaviour_penalty_weight: -10.0,
        behaviour_penalty_threshold: 6.0,
        behaviour_penalty_decay: gossipsub::score_parameter_decay(Duration::from_mins(10)),
        ..PeerScoreParams::default()
    }
}

fn thresholds() -> PeerScoreThresholds {
    PeerScoreThresholds {
        gossip_threshold: -10.0,
        publish_threshold: -50.0,
        graylist_threshold: -100.0,
        ..PeerScoreThresholds::default()
    }
}

/// A message's name.
pub(crate) fn id_of(message: &Message) -> MessageId {
    let author = message.source.map(PeerId::to_bytes).unwrap_or_default();
    let mut hasher = blake3::Hasher::new_derive_key("neuroshard 2026 gossip message id");
    hasher.update(&(author.len() as u64).to_le_bytes());
    hasher.update(&author);
    hasher.update(&message.sequence_number.unwrap_or_default().to_le_bytes());
    hasher.update(&(message.topic.as_str().len() as u64).to_le_bytes());
    hasher.update(message.topic.as_str().as_bytes());
    hasher.update(&message.data);
    MessageId(*hasher.finalize().as_bytes())
}

/// Messages that nobody was there to hear.
#[derive(Debug, Default)]
pub(crate) struct Unheard {
    messages: VecDeque<(u64, &'static str, Vec<u8>)>,
    bytes: usize,
}

impl Unheard {
    /// For how long, how many, and how much.
    const KEPT_MS: u64 = 30_000;
    const MESSAGES_MAX: usize = 256;
    const BYTES_MAX: usize = 4 << 20;

    /// Keeps a message; those that no longer find room are forgotten, the oldest first.
    pub(crate) fn keep(&mut self, now_ms: u64, topic: &'static str, bytes: Vec<u8>) {
        self.bytes += bytes.len();
        self.messages.push_back((now_ms, topic, bytes));
        while self.messages.len() > Self::MESSAGES_MAX || self.bytes > Self::BYTES_MAX {
            self.take();
        }
    }

    fn take(&mut self) -> Option<(u64, &'static str, Vec<u8>)> {
        let taken = self.messages.pop_front()?;
        self.bytes -= taken.2.len();
        Some(taken)
    }

    /// All that is still worth saying, to be tried again.
    pub(crate) fn take_all(&mut self, now_ms: u64) -> Vec<(u64, &'static str, Vec<u8>)> {
        let mut all = Vec::new();
        while let Some(taken) = self.take() {
            if now_ms.saturating_sub(taken.0) < Self::KEPT_MS {
                all.push(taken);
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(author: PeerId, sequence: u64, data: &[u8]) -> Message {
        let topic = IdentTopic::new("t").hash();
        Message { source: Some(author), data: data.to_vec(), sequence_number: Some(sequence), topic }
    }

    #[test]
    fn said_again_is_another_message() {
        let (one, two) = (PeerId::random(), PeerId::random());
        let id = id_of(&message(one, 1, b"a"));
        assert_eq!(id, id_of(&message(one, 1, b"a")));
        for other in [message(two, 1, b"a"), message(one, 2, b"a"), message(one, 1, b"b")] {
            assert_ne!(id, id_of(&other));
        }
    }

    #[test]
    fn the_unheard_is_bounded() {
        let mut unheard = Unheard::default();
        for number in 0..1_000 {
            unheard.keep(number, "t", vec![0; 100_000]);
        }
        assert!(unheard.bytes <= Unheard::BYTES_MAX);
        assert_eq!(unheard.take_all(999).len(), 41);
        assert_eq!(unheard.bytes, 0);
        unheard.keep(0, "t", vec![1]);
        assert!(unheard.take_all(Unheard::KEPT_MS).is_empty());
    }
}
