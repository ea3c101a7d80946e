//! Questions and answers: the users' own, those for peers, and those between nodes and trackers.
//!
//! Invariants: nobody asks more than its kind's rate; each question of ours ends with an answer or an error.

use super::Service;
use crate::address::{ip_of, sane};
use crate::bucket::Allowed;
use crate::codec::{Answer, Question};
use crate::peers::{ADDRESSES_MAX, Input};
use crate::{AskError, Conduct, Event, PeerId, Reply, RequestKind, wire};
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use libp2p::request_response::{self, InboundRequestId, Message, OutboundFailure, OutboundRequestId, ResponseChannel};
use libp2p::swarm::ConnectionId;
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use tokio::sync::oneshot;

/// Questions of ours that wait for an answer.
const ASKED_MAX: usize = 1024;

type Asker = oneshot::Sender<Result<Vec<u8>, AskError>>;
type Occurrence = request_response::Event<Question, Answer>;

/// What a user answered.
pub(super) struct Answered {
    peer: PeerId,
    kind: &'static str,
    bytes: Option<Vec<u8>>,
    channel: ResponseChannel<Answer>,
}

/// What waits for an answer.
#[derive(Default)]
pub(super) struct Questions {
    asked: HashMap<OutboundRequestId, (&'static str, Asker)>,
    /// What others asked, until a user answers.
    pub(super) replies: FuturesUnordered<BoxFuture<'static, Answered>>,
    /// Those who asked whom we know, until they were told.
    telling: HashSet<InboundRequestId>,
}

impl Service {
    pub(super) fn ask(&mut self, peer: PeerId, kind: &'static str, bytes: Vec<u8>, reply: Asker) {
        // Whoever no longer waits must not stand in the way of others.
        self.questions.asked.retain(|_, (_, asker)| !asker.is_closed());
        let admitted = self.peers.get(&peer).is_some_and(|known| known.admitted);
        let refusal = match self.swarm.behaviour_mut().asks.as_mut() {
            None => AskError::Stopped,
            Some(_) if !admitted => AskError::NotConnected,
            Some(_) if self.questions.asked.len() >= ASKED_MAX => AskError::Busy,
            Some(asks) => {
                let length = bytes.len();
                let id = asks.send_request(&peer, Question::Of { kind, bytes });
                self.questions.asked.insert(id, (kind, reply));
                self.ledger.counter(peer, kind).sent(length);
                return;
            }
        };
        // Nobody waits any more if this fails.
        let _ = reply.send(Err(refusal));
    }

    pub(super) fn on_ask(&mut self, event: Occurrence) {
        match event {
            Occurrence::Message { peer, message: Message::Request { request, channel, .. }, .. } => {
                self.on_question(peer, request, channel);
            }
            Occurrence::Message { peer, message: Message::Response { request_id, response }, .. } => {
                let Some((kind, asker)) = self.questions.asked.remove(&request_id) else { return };
                self.ledger.counter(peer, kind).received(response.as_ref().map_or(0, Vec::len));
                let _ = asker.send(response.map_err(AskError::Refused));
            }
            Occurrence::OutboundFailure { request_id, error, .. } => {
                let Some((_, asker)) = self.questions.asked.remove(&request_id) else { return };
                let _ = asker.send(Err(failed(&error)));
            }
            Occurrence::InboundFailure { peer, error, .. } => {
                tracing::debug!(%peer, %error, "an answer did not arrive");
            }
            Occurrence::ResponseSent { .. } => {}
        }
    }

    fn on_question(&mut self, from: PeerId, question: Question, channel: ResponseChannel<Answer>) {
        let refusal = match question {
            Question::Bad(reason) => {
                self.step(Input::Report {
                    peer: from,
                    conduct: Conduct::Minor,
                    reason: format!("a bad request: {reason}"),
                });
                reason
            }
            Question::Of { kind, bytes } => {
                let Some(known) = self.requests.iter().find(|known| known.name == kind).copied() else { return };
                self.ledger.counter(from, kind).received(bytes.len());
                if self.allows(from, &known) {
                    let (reply, answer) = oneshot::channel();
                    let answered = async move { Answered { peer: from, kind, bytes: answer.await.ok(), channel } };
                    self.questions.replies.push(Box::pin(answered));
                    return self.emit_from(from, Event::Request { from, kind, bytes, reply: Reply(reply) });
                }
                format!("at most {} requests of this kind a minute", known.per_minute)
            }
        };
        if let Some(asks) = self.swarm.behaviour_mut().asks.as_mut() {
            // The asker may be gone.
            let _ = asks.send_response(channel, Err(refusal));
        }
    }

    fn allows(&mut self, from: PeerId, kind: &RequestKind) -> bool {
        let now_ms = self.now_ms();
        match self.buckets.take(from, kind.name, kind.per_minute, now_ms) {
            Allowed::Yes => true,
            Allowed::No { report } => {
                if report {
                    let reason = format!("too many requests of kind {}", kind.name);
                    self.step(Input::Report { peer: from, conduct: Conduct::Minor, reason });
                }
                false
            }
        }
    }

    pub(super) fn on_reply(&mut self, answered: Answered) {
        let Answered { peer, kind, bytes, channel } = answered;
        let answer = bytes.ok_or_else(|| "it was not answered".to_owned());
        let length = answer.as_ref().map_or(0, Vec::len);
        let Some(asks) = self.swarm.behaviour_mut().asks.as_mut() else { return };
        if asks.send_response(channel, answer).is_ok() && self.peers.get(&peer).is_some() {
            self.ledger.counter(peer, kind).sent(length);
        }
    }

    pub(super) fn ask_peers(&mut self, peer: PeerId) {
        if let Some(peers) = self.swarm.behaviour_mut().peers.as_mut() {
            peers.send_request(&peer, Question::Of { kind: wire::PEERS.name, bytes: wire::ask_peers() });
        }
    }

    pub(super) fn on_peers(&mut self, event: Occurrence) {
        match event {
            Occurrence::Message { peer, message: Message::Request { request_id, request, channel }, .. } => {
                let good = matches!(&request, Question::Of { bytes, .. } if wire::is_ask_peers(bytes));
                let answer = if good && self.allows(peer, &wire::PEERS) {
                    let now_ms = self.now_ms();
                    self.questions.telling.insert(request_id);
                    Ok(wire::pack_peers(&self.peers.tell(&peer, now_ms)))
                } else {
                    Err("not now".to_owned())
                };
                if let Some(peers) = self.swarm.behaviour_mut().peers.as_mut() {
                    let _ = peers.send_response(channel, answer);
                }
            }
            Occurrence::Message { peer, connection_id, message: Message::Response { response, .. } } => {
                if let Ok(bytes) = response {
                    self.on_told(peer, connection_id, &bytes);
                }
            }
            Occurrence::ResponseSent { peer, request_id, .. } => {
                if self.questions.telling.remove(&request_id) {
                    self.step(Input::Told { peer });
                }
            }
            Occurrence::InboundFailure { request_id, .. } => {
                self.questions.telling.remove(&request_id);
            }
            Occurrence::OutboundFailure { .. } => {}
        }
    }

    /// Somebody told us of peers.
    fn on_told(&mut self, from: PeerId, connection: ConnectionId, bytes: &[u8]) {
        let Some(told) = wire::peers(bytes) else {
            let reason = "what it tells of peers can't be read".to_owned();
            return self.step(Input::Report { peer: from, conduct: Conduct::Minor, reason });
        };
        let place = self.lines.remote(connection).and_then(ip_of);
        for (peer, addresses) in told {
            let addresses = addresses.iter().filter_map(|address| sane(address, &peer, place));
            let addresses: Vec<_> = addresses.take(ADDRESSES_MAX).collect();
            if !addresses.is_empty() {
                self.step(Input::Learned { peer, addresses });
            }
        }
        // Whoever is needed is dialled at once.
        self.step(Input::Tick);
    }

    pub(super) fn on_tracker(&mut self, event: Occurrence) {
        match event {
            Occurrence::Message { peer, connection_id, message: Message::Request { request, channel, .. } } => {
                let answer = self.on_announced(peer, connection_id, request);
                let _ = self.swarm.behaviour_mut().tracker.send_response(channel, answer);
            }
            Occurrence::Message { peer, connection_id, message: Message::Response { response, .. } } => {
                match response {
                    Ok(bytes) => self.on_told(peer, connection_id, &bytes),
                    Err(reason) => tracing::info!(tracker = %peer, reason, "a tracker does not take us down"),
                }
            }
            Occurrence::OutboundFailure { peer, error, .. } => {
                tracing::debug!(tracker = %peer, %error, "a tracker could not be told of us");
            }
            Occurrence::InboundFailure { .. } | Occurrence::ResponseSent { .. } => {}
        }
    }

    fn on_announced(&mut self, peer: PeerId, connection: ConnectionId, question: Question) -> Answer {
        let bytes = match question {
            Question::Bad(reason) => return Err(reason),
            Question::Of { bytes, .. } => bytes,
        };
        if !self.allows(peer, &wire::ANNOUNCE) {
            return Err("too often".to_owned());
        }
        let announced = wire::announce(&bytes)?;
        let from = self.lines.remote(connection).cloned().ok_or("gone")?;
        let now_ms = self.now_ms();
        let told = self.registry.announce(now_ms, peer, &from, announced)?;
        Ok(wire::pack_peers(&told))
    }
}

fn failed(error: &OutboundFailure) -> AskError {
    match error {
        OutboundFailure::DialFailure => AskError::NotConnected,
        OutboundFailure::Timeout => AskError::Timeout(Duration::from_mins(2)),
        OutboundFailure::ConnectionClosed => AskError::Failed("the connection closed".to_owned()),
        OutboundFailure::UnsupportedProtocols => AskError::Refused("the peer answers no requests".to_owned()),
        OutboundFailure::Io(error) => AskError::Failed(error.to_string()),
    }
}
