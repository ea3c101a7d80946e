//! Whether others can connect with this node: a sentence, why it is so, and what to do.

use super::{Panel, unknown};
use crate::canvas::{Gauge, Title, fact, fact_best, fact_in, gauges, put_all};
use crate::feed::View;
use crate::format::{count, plural, safe, short, wrap};
use crate::snapshot::{Network, ReachState, Snapshot, Syncing};
use crate::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

/// Columns in which a sentence is still easy to read.
const WIDTH_MAX: u16 = 96;
/// Columns of the peer that blocks come from.
const FROM_WIDTH: usize = 14;

/// The panel.
#[derive(Debug, Default)]
pub(crate) struct Reachability;

/// A glyph and the words beside it.
pub(crate) fn reach(state: ReachState, view: &View<'_>) -> (&'static str, &'static str, Style) {
    let theme = view.theme;
    unknown(view).unwrap_or(match state {
        ReachState::Unknown => ("◌", "not known yet", theme.warn),
        ReachState::Public => ("●", "reachable from outside", theme.good),
        ReachState::Relayed => ("○", "reachable over relays", theme.warn),
        ReachState::Private => ("✗", "not reachable from outside", theme.bad),
    })
}

/// `14 peers`, and how good that is.
pub(crate) fn peers(snapshot: &Snapshot, theme: &Theme) -> Option<(String, Style)> {
    let network = snapshot.net.as_ref()?;
    let style = match (network.peers.len(), network.reachability.state) {
        (0, _) => theme.bad,
        (_, ReachState::Public | ReachState::Unknown) => theme.base,
        (_, ReachState::Relayed | ReachState::Private) => theme.warn,
    };
    Some((plural(network.peers.len() as u64, "peer"), style))
}

/// What the state means for whoever runs the node.
const fn meaning(state: ReachState) -> &'static str {
    match state {
        ReachState::Unknown => "Whether others can connect with this node is not known yet",
        ReachState::Public => "Others can connect with this node",
        ReachState::Relayed => "Others can't connect with this node directly: relays pass them on, slowly",
        ReachState::Private => "Nobody can connect with this node: it takes part over connections of its own",
    }
}

/// What to do where the node does not say.
const fn advice(state: ReachState) -> &'static str {
    match state {
        ReachState::Unknown => "nothing to do: it is found out once a few peers are connected",
        ReachState::Public => "",
        ReachState::Relayed | ReachState::Private => {
            "forward the port that it listens on, TCP and UDP, from your router to this machine"
        }
    }
}

/// What it is, why, and what to do: each as a sentence.
fn sentences(network: &Network) -> (String, Option<String>) {
    let state = network.reachability.state;
    let why = safe(network.reachability.why.trim().trim_end_matches('.'));
    let meaning = meaning(state);
    let says = if why.is_empty() { format!("{meaning}.") } else { format!("{meaning} ({why}).") };
    if network.peers.is_empty() {
        let advice = if network.known_peers > 0 {
            "no peer is connected: those that are known are being tried"
        } else {
            "no peer is known: name one with --bootstrap ADDR, or a tracker with --tracker ADDR"
        };
        return (says, Some(advice.to_owned()));
    }
    let hint = network.reachability.hint.trim();
    let hint = if hint.is_empty() { advice(state).to_owned() } else { safe(hint) };
    (says, (!hint.is_empty()).then_some(hint))
}

/// How far behind the chain is.
fn catching_up(syncing: &Syncing, view: &View<'_>, columns: usize) -> Vec<Line<'static>> {
    let share = if syncing.target == 0 { 0.0 } else { syncing.height as f64 / syncing.target as f64 };
    let left = plural(syncing.target.saturating_sub(syncing.height), "block");
    let words = match syncing.from.as_str() {
        "" => format!("{left} left"),
        from => format!("{left} left, from {}", short(from, FROM_WIDTH)),
    };
    let name = "catching up";
    gauges(view, &[Gauge { name, share, words, style: view.theme.warn }], columns)
}

/// Addresses in one value: the first, and how many more there are.
fn several(all: &[String], columns: usize) -> String {
    let Some(first) = all.first() else { return "nowhere".to_owned() };
    let joined: Vec<String> = all.iter().map(|one| safe(one)).collect();
    let joined = joined.join(" · ");
    if crate::format::width(&joined) <= columns || all.len() == 1 {
        return joined;
    }
    format!("{} and {} more", safe(first), count(all.len() as u64 - 1))
}

fn facts(network: &Network, view: &View<'_>, columns: usize) -> Vec<Line<'static>> {
    let room = columns.saturating_sub(14);
    let outside = if network.external.is_empty() { "–".to_owned() } else { several(&network.external, room) };
    let mut lines = vec![fact(view, "listens on", several(&network.listen, room), columns)];
    lines.push(fact(view, "from outside", outside, columns));
    let known = plural(network.known_peers, "known peer");
    let relays = network.reachability.relays.len() as u64;
    let relays = (relays > 0).then(|| plural(relays, "relay"));
    let mapped = network.reachability.mapped.then(|| "the router forwards a port".to_owned());
    let ways: Vec<String> = relays.into_iter().chain(mapped).chain([known.clone()]).collect();
    lines.push(fact_best(view, "ways", &[ways.join(" · "), known], view.theme.base, columns));
    lines
}

impl Panel for Reachability {
    fn title(&self, view: &View<'_>) -> Title {
        let Some(network) = &view.snapshot.net else { return Title::of("Reachability") };
        let (glyph, word, style) = reach(network.reachability.state, view);
        Title::with("Reachability", format!("{glyph} {word}"), style)
    }

    fn width_max(&self) -> u16 {
        WIDTH_MAX
    }

    fn draw(&mut self, buf: &mut Buffer, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let columns = usize::from(area.width);
        let Some(network) = &view.snapshot.net else {
            return put_all(buf, area, &[Line::styled("this node has no network", theme.muted)]);
        };
        let mut lines = Vec::new();
        if let Some(syncing) = &network.syncing {
            lines.extend(catching_up(syncing, view, columns));
        }
        let (says, hint) = sentences(network);
        lines.extend(wrap(&says, columns).into_iter().map(|line| Line::styled(line, theme.base)));
        if let Some(hint) = hint {
            let hint = wrap(&hint, columns.saturating_sub(2));
            let marked = |(index, line): (usize, String)| {
                Line::styled(format!("{} {line}", if index == 0 { "→" } else { " " }), theme.accent)
            };
            lines.extend(hint.into_iter().enumerate().map(marked));
        }
        lines.extend(facts(network, view, columns));
        put_all(buf, area, &lines);
    }
}

/// How many peers, and whether they reach this node, in one line of an overview.
pub(crate) fn line(view: &View<'_>, columns: usize) -> Option<Line<'static>> {
    let network = view.snapshot.net.as_ref()?;
    let (glyph, word, style) = reach(network.reachability.state, view);
    let words = format!("{} · {glyph} {word}", count(network.peers.len() as u64));
    Some(fact_in(view, "peers", words, style, columns))
}
