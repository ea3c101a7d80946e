//! Events that wait for their taker.
//!
//! Invariants: who is connected is never lost or told out of order; of the rest, what finds no room is given up. A peer that
//! came and went before anybody looked leaves no trace, so that what is never lost is bounded by who is connected.

use crate::{Event, PeerId};
use std::collections::VecDeque;

/// Events that wait, but for those of comings and goings.
const WAITING_MAX: usize = 1024;

/// Events in order.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    events: VecDeque<Event>,
    closed: bool,
}

impl Outbox {
    pub(super) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    pub(super) fn take(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Nobody takes events any more.
    pub(super) fn close(&mut self) {
        self.closed = true;
        self.events.clear();
    }

    /// Adds an event; gives it back if there is no room.
    pub(super) fn push(&mut self, event: Event) -> Option<Event> {
        if self.closed {
            return Some(event);
        }
        match &event {
            Event::Connected { .. } => {}
            Event::Disconnected { peer, .. } => {
                if let Some(place) = self.coming(peer) {
                    self.events.remove(place);
                    let peer = *peer;
                    self.events.retain(|event| !is_from(event, &peer));
                    return None;
                }
            }
            _ if self.events.len() >= WAITING_MAX => return Some(event),
            _ => {}
        }
        self.events.push_back(event);
        None
    }

    /// The last coming of this peer, if nobody took it.
    fn coming(&self, wanted: &PeerId) -> Option<usize> {
        self.events.iter().rposition(|event| matches!(event, Event::Connected { peer, .. } if peer == wanted))
    }
}

/// A question can't be answered once its asker is gone. A message can still be judged.
fn is_from(event: &Event, peer: &PeerId) -> bool {
    matches!(event, Event::Request { from, .. } if from == peer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Program;

    fn connected(peer: PeerId) -> Event {
        Event::Connected { peer, program: Program::default() }
    }

    fn gone(peer: PeerId) -> Event {
        Event::Disconnected { peer, reason: String::new() }
    }

    #[test]
    fn comings_and_goings_are_kept_and_bounded() {
        let (mut outbox, stays) = (Outbox::default(), PeerId::random());
        for _ in 0..5_000 {
            let _ = outbox.push(Event::Refused { peer: None, address: None, reason: String::new() });
        }
        assert_eq!(outbox.events.len(), WAITING_MAX);
        assert!(outbox.push(connected(stays)).is_none());
        for _ in 0..5_000 {
            let peer = PeerId::random();
            assert!(outbox.push(connected(peer)).is_none());
            assert!(outbox.push(gone(peer)).is_none());
        }
        assert_eq!(outbox.events.len(), WAITING_MAX + 1);
        // Gone, here again, and gone again: one going.
        let mut outbox = Outbox::default();
        for event in [gone(stays), connected(stays), gone(stays)] {
            assert!(outbox.push(event).is_none());
        }
        assert!(matches!(outbox.take(), Some(Event::Disconnected { .. })) && outbox.is_empty());
    }
}
