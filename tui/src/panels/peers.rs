//! The peers, one a row.

use super::Detail;
use super::listing::Content;
use super::reachability::reach;
use crate::canvas::Title;
use crate::feed::{Tier, View};
use crate::format::{UNKNOWN, bytes, count, decimals, duration, plural, safe};
use crate::snapshot::{Direction, Peer, Snapshot};
use crate::table::{Cell, Column, Row};
use ratatui::style::Style;

/// Below which scores people should look, and below which the peer is about to be dropped.
const SCORE_POOR: f64 = 0.0;
const SCORE_BAD: f64 = -40.0;
/// Blocks that a peer may be behind, for blocks take a moment to come around.
const BEHIND: u64 = 3;

/// The rows.
#[derive(Debug)]
pub(crate) struct Peers;

fn peers(snapshot: &Snapshot) -> &[Peer] {
    snapshot.net.as_ref().map_or(&[], |network| &network.peers)
}

fn way(peer: &Peer) -> &'static str {
    match (peer.direction, peer.relayed) {
        (Direction::Inbound, false) => "← in",
        (Direction::Outbound, false) => "→ out",
        (Direction::Inbound, true) => "← relay",
        (Direction::Outbound, true) => "→ relay",
    }
}

fn role(peer: &Peer) -> &'static str {
    match (peer.tracker, peer.validator) {
        (true, _) => "tracker",
        (_, true) => "validator",
        _ => "node",
    }
}

fn rtt(peer: &Peer) -> String {
    peer.rtt_ms
        .filter(|ms| ms.is_finite())
        .map_or_else(|| UNKNOWN.to_owned(), |ms| format!("{} ms", decimals(Some(ms), usize::from(ms < 9.95))))
}

fn score(peer: &Peer, view: &View<'_>) -> Style {
    let theme = view.theme;
    match peer.score {
        score if score < SCORE_BAD => theme.bad,
        score if score < SCORE_POOR => theme.warn,
        _ => theme.base,
    }
}

/// A peer's block, and whether it is behind this node's.
fn height(peer: &Peer, view: &View<'_>) -> (String, Style) {
    let own = view.snapshot.chain.height;
    match peer.height {
        None => (UNKNOWN.to_owned(), view.theme.muted),
        Some(height) if height.saturating_add(BEHIND) < own => (count(height), view.theme.warn),
        Some(height) => (count(height), view.theme.base),
    }
}

impl Content for Peers {
    const COLUMNS: &'static [Column] = &[
        Column { title: "peer", width: 0, right: false, rank: 0 },
        Column { title: "way", width: 7, right: false, rank: 1 },
        Column { title: "role", width: 9, right: false, rank: 3 },
        Column { title: "rtt", width: 7, right: true, rank: 2 },
        Column { title: "score", width: 6, right: true, rank: 5 },
        Column { title: "received", width: 9, right: true, rank: 6 },
        Column { title: "sent", width: 9, right: true, rank: 7 },
        Column { title: "block", width: 9, right: true, rank: 8 },
        Column { title: "version", width: 7, right: false, rank: 9 },
        Column { title: "since", width: 9, right: true, rank: 4 },
    ];
    // All of them age alike, so that rows keep their places.
    const SORT: (usize, bool) = (9, true);
    const EMPTY: &'static str = "no peer is connected";

    fn title(view: &View<'_>) -> Title {
        let peers = peers(view.snapshot);
        let out = peers.iter().filter(|peer| peer.direction == Direction::Outbound).count() as u64;
        let (all, within) = (peers.len() as u64, peers.len() as u64 - out);
        // Where one panel is seen at a time, this is the first.
        if let (Tier::Small, Some(network)) = (view.tier, &view.snapshot.net) {
            let (glyph, word, style) = reach(network.reachability.state, view);
            return Title::with("Peers", format!("{} · {glyph} {word}", count(all)), style);
        }
        let relayed = peers.iter().filter(|peer| peer.relayed).count() as u64;
        let over = if relayed > 0 { format!(" · {} over relays", count(relayed)) } else { String::new() };
        Title::with("Peers", format!("{} out · {} in{over}", count(out), count(within)), view.theme.muted)
    }

    fn rows(view: &View<'_>) -> Vec<Row> {
        let theme = view.theme;
        let row = |peer: &Peer| {
            let milliseconds = peer.rtt_ms.filter(|ms| ms.is_finite());
            let (block, block_style) = height(peer, view);
            let way_style = if peer.relayed { theme.warn } else { theme.base };
            let role_style = if role(peer) == "node" { theme.muted } else { theme.accent };
            Row {
                id: peer.peer_id.clone(),
                cells: vec![
                    Cell::long(&peer.peer_id, theme.base),
                    Cell::text(way(peer), way_style),
                    Cell::text(role(peer), role_style),
                    Cell::number(rtt(peer), milliseconds.unwrap_or(f64::INFINITY), theme.contrast),
                    Cell::number(decimals(Some(peer.score), 1), peer.score, score(peer, view)),
                    Cell::number(bytes(peer.received), peer.received as f64, theme.base),
                    Cell::number(bytes(peer.sent), peer.sent as f64, theme.base),
                    Cell::number(block, peer.height.map_or(-1.0, |height| height as f64), block_style),
                    Cell::text(&peer.version, theme.muted),
                    Cell::number(duration(peer.connected_seconds), peer.connected_seconds as f64, theme.muted),
                ],
            }
        };
        peers(view.snapshot).iter().map(row).collect()
    }

    fn detail(view: &View<'_>, id: &str) -> Option<Detail> {
        let peer = peers(view.snapshot).iter().find(|peer| peer.peer_id == id)?;
        let begun = match peer.direction {
            Direction::Inbound => "it connected with this node",
            Direction::Outbound => "this node connected with it",
        };
        let over = if peer.relayed { ", over a relay: small things only" } else { ", directly" };
        let worth = match peer.score {
            worth if worth < SCORE_BAD => " (it is about to be dropped)",
            worth if worth < SCORE_POOR => " (it does not behave well)",
            _ => "",
        };
        let behind = peer.height.map(|height| view.snapshot.chain.height.saturating_sub(height));
        let behind =
            behind.filter(|behind| *behind > BEHIND).map(|behind| format!(", {} behind", plural(behind, "block")));
        let facts = vec![
            ("peer", safe(&peer.peer_id)),
            ("address", safe(&peer.address)),
            ("role", role(peer).to_owned()),
            ("connection", format!("{begun}{over}")),
            ("since", duration(peer.connected_seconds)),
            ("round trip", rtt(peer)),
            ("score", format!("{}{worth}", decimals(Some(peer.score), 1))),
            ("received", bytes(peer.received)),
            ("sent", bytes(peer.sent)),
            ("block", format!("{}{}", height(peer, view).0, behind.unwrap_or_default())),
            ("version", safe(&peer.version)),
        ];
        Some(Detail { title: "Peer".to_owned(), facts })
    }
}
