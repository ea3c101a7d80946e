//! Random snapshots, keys and sizes: whatever a node or a person sends, something is drawn.

use crate::app::press::{app, plain};
use crate::app::{App, Input, Options};
use crate::snapshot::{
    Direction, Dropped, Epoch, Governance, Health, History, Level, LogLine, Maturing, Member, Nep, NepChange, Network,
    NodeState, Paid, Peer, Quorum, Rates, ReachState, Reachability, Snapshot, Source, Syncing, Traffic, Training,
    TrainingState,
};
use crate::theme::{Theme, ThemeName};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use std::sync::Arc;
use std::time::Duration;

fn text() -> impl Strategy<Value = String> + Clone {
    let odd = [
        "",
        "\u{1b}[2J\u{1b}]0;owned\u{7}",
        "日本語のとても長い名前",
        "\u{202e}evil\u{300}\u{300}",
        "👨‍👩‍👧‍👦🇩🇪",
        "12.5",
        "9e9",
    ];
    prop_oneof![
        select(odd.map(str::to_owned).to_vec()),
        "\\PC{0,60}",
        Just("x".repeat(5000)),
        "[0-9]{0,40}\\.[0-9]{0,40}"
    ]
}

fn float() -> impl Strategy<Value = f64> + Clone {
    let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN, f64::MIN_POSITIVE, 0.0, -0.0, 1.0];
    prop_oneof![select(odd.to_vec()), 0.0..1e6, any::<f64>()]
}

fn whole() -> impl Strategy<Value = u64> + Clone {
    prop_oneof![Just(0), Just(u64::MAX), any::<u64>(), 0..10_000_u64]
}

fn curve() -> impl Strategy<Value = Vec<(u64, f64)>> {
    prop_oneof![Just(Vec::new()), vec((whole(), float()), 1..300), vec((0..50_u64, Just(2.0)), 1..4)]
}

fn member() -> impl Strategy<Value = Member> {
    let health = select(vec![Health::Online, Health::Syncing, Health::Offline]);
    let layers = (any::<u32>(), any::<u32>(), 0..64_u32, 0..9_u32, any::<bool>());
    (text(), any::<bool>(), health, layers, float(), vec(float(), 0..40)).prop_map(
        |(address, own, health, (first, layers, near, few, wild), pace, paces)| Member {
            tier: address.clone(),
            address,
            own,
            health,
            first_layer: if wild { first } else { near },
            layers: if wild { layers } else { few },
            latency_ms: Some(pace),
            latencies: paces.clone(),
            tokens_per_second: pace,
            paces,
        },
    )
}

fn training() -> impl Strategy<Value = Training> {
    let state =
        select(vec![TrainingState::Starting, TrainingState::Training, TrainingState::Waiting, TrainingState::Paused]);
    (state, text(), vec(whole(), 7), vec(float(), 7)).prop_map(|(state, preset, whole, float)| Training {
        state,
        preset,
        parameters: whole[0],
        layers: whole[1] as u32,
        step: whole[2],
        horizon: whole[3],
        tokens: whole[4],
        loss: Some(float[0]),
        val_loss: Some(float[1]),
        grad_norm: Some(float[2]),
        lr: Some(float[3]),
        tokens_per_second: float[4],
        round: whole[5],
        inner_step: whole[6],
        inner_steps: whole[0],
        round_seconds: Some(float[5]),
        round_seconds_left: Some(float[6]),
    })
}

fn nep() -> impl Strategy<Value = Nep> {
    let states = ["review", "voting", "scheduled", "active", "rejected", "deprecated", "withdrawn", "failed"];
    let state = prop_oneof![4 => select(states.map(str::to_owned).to_vec()), 1 => text()];
    let changes = vec((text(), text()), 0..12);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (vec(text(), 16), state, vec(float(), 4), vec(whole(), 2), changes, flags).prop_map(
        |(words, status, float, whole, changes, (voted, followed, quorum_reached, approved))| {
            let word = |index: usize| words[index].clone();
            let change = |(name, old): (String, String)| NepChange { unit: name.clone(), new: old.clone(), name, old };
            Nep {
                id: word(0),
                title: word(1),
                nep_type: word(2),
                status,
                author: word(3),
                summary: words.join("\n"),
                created_at: word(4),
                ends_at: Some(word(5)),
                activation_height: voted.then_some(whole[0]),
                changes: changes.into_iter().map(change).collect(),
                impact: word(6),
                yes: word(7),
                no: word(8),
                abstain: word(9),
                votes: whole[1],
                electorate: word(10),
                participation: float[0],
                quorum: float[1],
                approval: float[2],
                threshold: float[3],
                quorum_reached,
                approved,
                missing: word(11),
                own_weight: if followed { "1.5".to_owned() } else { word(12) },
                own_vote: voted.then(|| word(13)),
                reason: approved.then(|| word(14)),
                cannot_follow: followed.then(|| word(15)),
            }
        },
    )
}

fn governance() -> impl Strategy<Value = Governance> {
    (vec(nep(), 0..12), whole(), text(), text()).prop_map(|(neps, total, votable, pool)| Governance {
        active: neps.iter().take(2).map(|nep: &Nep| nep.id.clone()).collect(),
        neps,
        total,
        votable,
        pool,
    })
}

fn peer() -> impl Strategy<Value = Peer> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (vec(text(), 3), flags, vec(float(), 2), vec(whole(), 4)).prop_map(
        |(words, (inbound, relayed, tracker, known), float, whole)| Peer {
            peer_id: words[0].clone(),
            address: words[1].clone(),
            direction: if inbound { Direction::Inbound } else { Direction::Outbound },
            relayed,
            tracker,
            validator: known,
            rtt_ms: known.then_some(float[0]),
            score: float[1],
            sent: whole[0],
            received: whole[1],
            connected_seconds: whole[2],
            version: words[2].clone(),
            height: inbound.then_some(whole[3]),
        },
    )
}

fn network() -> impl Strategy<Value = Network> {
    let state = select(vec![ReachState::Unknown, ReachState::Public, ReachState::Relayed, ReachState::Private]);
    let reachability = (state, text(), text(), vec(text(), 0..4), any::<bool>())
        .prop_map(|(state, why, hint, relays, mapped)| Reachability { state, why, hint, relays, mapped });
    let traffic = (text(), whole(), whole(), vec(float(), 0..40))
        .prop_map(|(protocol, sent, received, recent)| Traffic { protocol, sent, received, recent });
    let rates = (float(), float(), vec(float(), 0..90)).prop_map(|(sent, received, recent)| Rates {
        sent,
        received,
        recent_sent: recent.clone(),
        recent_received: recent,
    });
    let dropped =
        (text(), text(), whole()).prop_map(|(peer_id, reason, ago_seconds)| Dropped { peer_id, reason, ago_seconds });
    let syncing = (whole(), whole(), text()).prop_map(|(height, target, from)| Syncing { height, target, from });
    let lists = (vec(peer(), 0..40), vec(traffic, 0..20), vec(dropped, 0..20), vec(text(), 0..6));
    (reachability, rates, lists, proptest::option::of(syncing), whole()).prop_map(
        |(reachability, rates, (peers, traffic, dropped, listen), syncing, known_peers)| Network {
            external: listen.clone(),
            listen,
            reachability,
            peers,
            traffic,
            rates,
            dropped,
            known_peers,
            syncing,
        },
    )
}

fn snapshot() -> impl Strategy<Value = Snapshot> {
    let quorum = (text(), any::<u32>(), vec(member(), 0..30), whole());
    let quorum = proptest::option::of(quorum.prop_map(|(id, layers, members, rounds)| Quorum {
        state: id.clone(),
        id,
        layers,
        members,
        rounds,
    }));
    let lists = (vec((whole(), text(), float()), 0..60), vec((text(), text(), whole(), any::<bool>()), 0..60));
    let curves = (curve(), curve(), curve(), vec(float(), 0..200));
    let state = select(vec![NodeState::Starting, NodeState::Running, NodeState::Stopping]);
    let own = (vec(text(), 12), vec(whole(), 12), vec(float(), 4), vec(text(), 0..8), governance());
    let own = (own, proptest::option::of(network()));
    (proptest::option::of(training()), quorum, lists, curves, state, own).prop_map(
        |(training, quorum, (epochs, receipts), (loss, recent_loss, val_loss, paces), state, own)| {
            let ((words, whole, float, problems, governance), net) = own;
            let word = |index: usize| words[index].clone();
            let mut snapshot = Snapshot { state, training, quorum, net, governance, problems, ..Snapshot::default() };
            snapshot.history = History { loss, recent_loss, val_loss, earned: paces.clone(), tokens_per_second: paces };
            (snapshot.network, snapshot.peer_id, snapshot.note) = (word(0), word(1), Some(word(2)));
            (snapshot.uptime_seconds, snapshot.chain.height, snapshot.chain.waiting) = (whole[0], whole[1], whole[2]);
            let epoch = |(height, hash, signed_power): (u64, String, f64)| Epoch {
                height,
                time: hash.clone(),
                hash,
                txs: height,
                validators: height,
                signed_power,
            };
            snapshot.chain.epochs = epochs.into_iter().map(epoch).collect();
            for (receipt, amount, height, challenged) in receipts {
                let (source, time) = (amount.clone(), amount.clone());
                let sources = Source { source: source.clone(), today: amount.clone(), total: amount.clone() };
                let paid = Paid { time, receipt: receipt.clone(), source: source.clone(), amount: amount.clone() };
                let maturing = Maturing { receipt, source, amount, height, seconds_left: height, challenged };
                snapshot.earnings.sources.push(sources);
                snapshot.earnings.recent.push(paid);
                snapshot.earnings.maturing.push(maturing);
            }
            (snapshot.earnings.today, snapshot.earnings.total) = (word(3), word(4));
            (snapshot.wallet.available, snapshot.wallet.multiplier) = (word(5), word(6));
            (snapshot.wallet.unlocks_at, snapshot.wallet.address) = (Some(word(7)), word(8));
            (snapshot.wallet.unlocked, snapshot.wallet.withdrawable) = (word(6), word(5));
            (snapshot.wallet.cools_until, snapshot.wallet.unbonding) = (Some(word(8)), word(7));
            snapshot.time = word(11);
            snapshot.wallet.own = true;
            (snapshot.device.name, snapshot.device.tier) = (word(9), word(10));
            (snapshot.device.memory_used, snapshot.device.memory_total) = (whole[3], whole[4]);
            (snapshot.device.storage_used, snapshot.device.storage_free) = (whole[5], whole[6]);
            (snapshot.device.gpu_memory_used, snapshot.device.gpu_memory_total) = (Some(whole[7]), Some(whole[8]));
            (snapshot.device.process_cpu, snapshot.device.cores) = (float[0], whole[9] as u32);
            (snapshot.device.gpu_load, snapshot.device.temperature) = (Some(float[1]), Some(float[2]));
            snapshot
        },
    )
}

/// A key or a click, anywhere.
fn event() -> impl Strategy<Value = Event> {
    let named = [KeyCode::Enter, KeyCode::Esc, KeyCode::Tab, KeyCode::BackTab, KeyCode::Left, KeyCode::Right];
    let moves = [KeyCode::Up, KeyCode::Down, KeyCode::PageUp, KeyCode::PageDown, KeyCode::Home, KeyCode::End];
    let letters = "1234567jkgGs/?e twlvfnNpSUWVQym.0x日".chars().map(KeyCode::Char);
    let keys: Vec<KeyCode> =
        named.into_iter().chain(moves).chain(letters).chain([KeyCode::Backspace, KeyCode::Delete]).collect();
    let chords = select("auwecx".chars().collect::<Vec<char>>())
        .prop_map(|letter| Event::Key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL)));
    let mouse = select(vec![
        MouseEventKind::Down(MouseButton::Left),
        MouseEventKind::ScrollDown,
        MouseEventKind::ScrollUp,
        MouseEventKind::Moved,
    ]);
    let mouse = (mouse, 0..210_u16, 0..70_u16)
        .prop_map(|(kind, column, row)| Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
    prop_oneof![4 => select(keys).prop_map(|code| Event::Key(KeyEvent::from(code))), 1 => mouse, 1 => chords]
}

fn line() -> impl Strategy<Value = LogLine> {
    let level = select(vec![Level::Trace, Level::Debug, Level::Info, Level::Warn, Level::Error]);
    (level, text(), text()).prop_map(|(level, target, message)| LogLine {
        number: 1,
        time: target.clone(),
        level,
        target,
        message,
    })
}

fn play(app: &mut App, snapshots: &[Snapshot], events: Vec<(Event, u8)>, lines: &[LogLine], size: (u16, u16)) {
    for (index, (event, sizing)) in events.into_iter().enumerate() {
        match sizing % 8 {
            0 => drop(app.update(Input::Snapshot(Arc::new(snapshots[index % snapshots.len()].clone())))),
            1 => drop(app.update(Input::Logs(lines.to_vec()))),
            2 => drop(app.update(Input::Tick(Duration::from_secs(index as u64 * 3)))),
            3 if sizing > 200 => {
                drop(app.update(Input::Lost { reason: "\u{1b}[2J".to_owned(), retry_seconds: u64::MAX }));
            }
            _ => {}
        }
        drop(app.update(Input::Terminal(event)));
        let (width, height) = if sizing > 128 { (size.0, size.1) } else { (size.1.max(60), size.0.min(60)) };
        let buf = app.buffer(width.max(1), height.max(1));
        let unsafe_cell = buf.content.iter().find(|cell| cell.symbol().chars().any(char::is_control));
        assert_eq!(unsafe_cell, None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn prop_whatever_comes_is_drawn(
        snapshots in vec(snapshot(), 1..3),
        events in vec((event(), any::<u8>()), 1..24),
        lines in vec(line(), 0..30),
        size in (1..=200_u16, 1..=60_u16),
        ascii: bool,
        theme in select(ThemeName::ALL.to_vec()),
    ) {
        let mut app = App::new(Options { ascii, theme: Theme::new(theme), owns_node: true, ..Options::default() });
        app.update(Input::Snapshot(Arc::new(snapshots[0].clone())));
        play(&mut app, &snapshots, events, &lines, size);
        prop_assert!(!app.summary().chars().any(char::is_control));
    }
}

#[test]
fn every_size_is_drawn() {
    for page in ["1", "2", "3", "4", "5", "6", "7"] {
        let mut app = app(plain());
        app.press(&[page], 80, 24);
        for height in (1..=60).step_by(3).chain([11, 12, 23, 24, 29, 30]) {
            for width in (1..=200).step_by(9).chain([49, 50, 79, 80, 109, 110]) {
                app.buffer(width, height);
            }
        }
        for (layer, close) in [("?", "Esc"), ("S", "Esc"), ("V", "Esc"), ("Q", "Esc"), ("Enter", "Esc")] {
            app.press(&[layer], 80, 24);
            for size in 1..60 {
                app.buffer(size * 3, size);
            }
            app.press(&[close], 80, 24);
        }
    }
}
