//! A node in the middle of its work, as tests look at it.

use crate::snapshot::{
    Chain, Device, Direction, Dropped, Earnings, Epoch, Governance, Health, History, Level, LogLine, Maturing, Member,
    Nep, NepChange, Network, NodeState, Paid, Peer, Quorum, Rates, ReachState, Reachability, Snapshot, Source, Traffic,
    Training, TrainingState, Wallet,
};

/// Something that goes up and down the same way every time.
fn wave(index: usize, low: f64, high: f64) -> f64 {
    let share = ((index as f64 * 0.7).sin() + (index as f64 * 1.9).sin() * 0.5 + 1.5) / 3.0;
    low + (high - low) * share
}

fn hash(number: u64) -> String {
    let part = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 0x1000_0000_0000_0000;
    format!("{part:016x}{:016x}{part:016x}{:016x}", part.rotate_left(17), part.rotate_left(31)).to_lowercase()
}

fn time(seconds: u64) -> String {
    let of_day = (19 * 3600 + 13 * 60 + 24 + 86_400 - seconds % 86_400) % 86_400;
    format!("2026-11-21T{:02}:{:02}:{:02}Z", of_day / 3600, of_day / 60 % 60, of_day % 60)
}

fn member(index: u32, own: bool, health: Health, tier: &str) -> Member {
    let latencies: Vec<f64> =
        (0..24).map(|at| wave(at + index as usize * 3, 12.0, 60.0 + f64::from(index) * 20.0)).collect();
    let paces: Vec<f64> = (0..24).map(|at| wave(at + index as usize * 5, 9000.0, 12_600.0)).collect();
    Member {
        address: format!("neuro1{}", &hash(u64::from(index) + 7)[..38]),
        own,
        health,
        first_layer: index * 8,
        layers: 8,
        tier: tier.to_owned(),
        latency_ms: if own { None } else { latencies.last().copied() },
        latencies: if own { Vec::new() } else { latencies },
        tokens_per_second: paces.last().copied().unwrap_or(0.0),
        paces,
    }
}

fn curve(points: u64, last: u64, first: u64) -> Vec<(u64, f64)> {
    let step = |point: u64| first + (last - first) * point / points;
    let loss = |step: u64| 1.63 + 7.6 / (1.0 + step as f64 / 900.0) + wave(step as usize % 9973, -0.05, 0.05);
    (1..=points).map(|point| (step(point), loss(step(point)))).collect()
}

fn training() -> Training {
    Training {
        state: TrainingState::Training,
        preset: "small".to_owned(),
        parameters: 124_475_904,
        layers: 32,
        step: 12_312,
        horizon: 50_000,
        tokens: 403_439_616,
        loss: Some(2.143),
        val_loss: Some(2.208),
        grad_norm: Some(0.8714),
        lr: Some(2.84e-4),
        tokens_per_second: 12_345.6,
        round: 25,
        inner_step: 312,
        inner_steps: 500,
        round_seconds: Some(684.2),
        round_seconds_left: Some(251.0),
    }
}

fn earnings() -> Earnings {
    let maturing = |index: u64| Maturing {
        receipt: hash(index + 100),
        source: if index % 3 == 2 { "validation".to_owned() } else { "training".to_owned() },
        amount: format!("{}.{:09}", index % 3, 412_345_678 + index * 1_111_111),
        height: 18_240 + index * 6,
        seconds_left: 184 + index * 360,
        challenged: index == 3,
    };
    let paid = |index: u64| Paid {
        time: time(300 + index * 660),
        receipt: hash(index + 200),
        source: if index % 4 == 3 { "validation".to_owned() } else { "training".to_owned() },
        amount: format!("{}.{:09}", index % 2, 387_654_321 + index * 2_222_222),
    };
    let source = |source: &str, today: &str, total: &str| Source {
        source: source.to_owned(),
        today: today.to_owned(),
        total: total.to_owned(),
    };
    Earnings {
        today: "8.214500000".to_owned(),
        total: "1284.903112000".to_owned(),
        pending: "9.874512300".to_owned(),
        sources: vec![source("training", "7.1", "1102.5"), source("validation", "1.1145", "182.403112")],
        maturing: (0..9).map(maturing).collect(),
        recent: (0..12).map(paid).collect(),
    }
}

fn wallet() -> Wallet {
    Wallet {
        address: format!("neuro1{}", &hash(8)[..38]),
        own: true,
        available: "342.120400000".to_owned(),
        staked: "500.000000000".to_owned(),
        unlocked: "0".to_owned(),
        unbonding: "25.000000000".to_owned(),
        withdrawable: "0".to_owned(),
        cools_until: Some("2026-12-06T08:00:00Z".to_owned()),
        escrowed: "0".to_owned(),
        bond: "50.000000000".to_owned(),
        backing: "500.000000000".to_owned(),
        multiplier: "1.22".to_owned(),
        unlocks_at: Some("2027-01-20T08:00:00Z".to_owned()),
    }
}

/// A proposal that a vote was held on, if it has come that far.
fn nep(number: u64, title: &str, nep_type: &str, status: &str, votes: [&str; 3]) -> Nep {
    let [yes, no, abstain] = votes.map(|text| text.parse::<f64>().unwrap());
    let (voted, electorate) = (yes + no + abstain, 61_500.0);
    let begun = voted > 0.0;
    let participation = voted / electorate;
    let approval = if yes + no > 0.0 { yes / (yes + no) } else { 0.0 };
    let reached = participation >= 0.2;
    Nep {
        id: format!("NEP-{number:03}"),
        title: title.to_owned(),
        nep_type: nep_type.to_owned(),
        status: status.to_owned(),
        author: format!("neuro1{}", &hash(number + 40)[..38]),
        summary: "Nodes that only wait are paid out of the same mint as those that compute.\n\n\
            Half of that pay would still keep an idle node's lamp on, and leave more for work that somebody can check. \
            Nothing else changes, and a node that trains all day will not notice."
            .to_owned(),
        created_at: "2026-11-09T08:00:00Z".to_owned(),
        ends_at: matches!(status, "voting" | "review").then(|| format!("2026-11-{}T08:00:00Z", 10 + number)),
        activation_height: match status {
            "scheduled" => Some(19_000),
            "active" | "deprecated" => Some(number * 1_400),
            _ => None,
        },
        changes: Vec::new(),
        impact: "neutral".to_owned(),
        yes: votes[0].to_owned(),
        no: votes[1].to_owned(),
        abstain: votes[2].to_owned(),
        votes: if begun { 9 } else { 0 },
        electorate: if begun { "61500".to_owned() } else { "0".to_owned() },
        participation,
        quorum: 0.2,
        approval,
        threshold: 0.66,
        quorum_reached: reached,
        approved: reached && approval >= 0.66,
        missing: String::new(),
        own_weight: if begun { "500".to_owned() } else { "0".to_owned() },
        own_vote: None,
        reason: None,
        cannot_follow: None,
    }
}

fn changed(name: &str, old: &str, new: &str, unit: &str) -> NepChange {
    NepChange { name: name.to_owned(), old: old.to_owned(), new: new.to_owned(), unit: unit.to_owned() }
}

fn governance() -> Governance {
    let mut neps = vec![
        nep(14, "Half the pay for being available while idle", "econ", "voting", ["8230.5", "3110.25", "940"]),
        nep(13, "Blocks every thirty seconds", "net", "voting", ["2400", "0", "0"]),
        nep(15, "Longer inner rounds", "train", "review", ["0", "0", "0"]),
        nep(12, "Multi-token prediction from layer 24 on", "arch", "scheduled", ["40100", "5200", "1200"]),
        nep(11, "Seven verifiers of a challenge", "net", "active", ["30500", "2100", "0"]),
        nep(10, "No cooldown of stake", "econ", "rejected", ["9800", "31000", "2500"]),
        nep(9, "Six verifiers of a challenge", "net", "deprecated", ["28000", "100", "0"]),
        nep(8, "A logo for the network", "gov", "withdrawn", ["0", "0", "0"]),
    ];
    neps[0].changes = vec![
        changed("reward.uptime", "0.0001", "0.00005", "NEURO per minute"),
        changed("limit.uptime", "0.01", "0.005", "share"),
    ];
    neps[0].impact = "net earnings -0.5 %".to_owned();
    neps[0].missing = "19.25 NEURO more have to vote".to_owned();
    neps[1].missing = "9,900 NEURO more have to vote".to_owned();
    neps[1].changes = vec![changed("chain.epoch_seconds", "60", "30", "seconds")];
    neps[1].own_vote = Some("yes".to_owned());
    neps[4].changes = vec![changed("challenge.verifiers", "6", "7", "verifiers")];
    neps[5].changes = vec![changed("stake.cooldown", "604800", "1", "seconds")];
    neps[5].reason = Some("24 % said yes, and 66 % was needed".to_owned());
    let active = neps.iter().filter(|nep| nep.status == "active").map(|nep| nep.id.clone()).collect();
    Governance { neps, total: 15, votable: "500.000000000".to_owned(), pool: "812.504000000".to_owned(), active }
}

impl Snapshot {
    /// A training node in a quorum of four, with receipts that mature.
    pub(crate) fn sample() -> Self {
        let epoch = |index: u64| Epoch {
            height: 18_231 - index,
            hash: hash(index),
            time: time(index * 10 + 4),
            txs: index * 7 % 5,
            validators: 4,
            signed_power: [0.5, 1.0, 0.75, 1.0][index as usize % 4],
        };
        let members = vec![
            member(0, false, Health::Online, "T2"),
            member(1, true, Health::Online, "T2"),
            member(2, false, Health::Syncing, "T3"),
            member(3, false, Health::Offline, "T4"),
        ];
        Self {
            time: time(0),
            version: "0.1.0".to_owned(),
            state: NodeState::Running,
            network: "devnet-local".to_owned(),
            chain_id: hash(1),
            public: false,
            note: Some("private devnet: its NEURO exists only here".to_owned()),
            peer_id: format!("12D3KooW{}", &hash(5)[..44]),
            address: format!("neuro1{}", &hash(8)[..38]),
            api: Some("http://127.0.0.1:9100".to_owned()),
            pid: 4242,
            started_at: time(11_520),
            uptime_seconds: 11_520,
            device: device(),
            training: Some(training()),
            net: Some(network()),
            quorum: Some(Quorum { id: hash(3), state: "active".to_owned(), layers: 32, members, rounds: 24 }),
            chain: Chain {
                height: 18_231,
                hash: hash(0),
                state_root: hash(2),
                time: time(4),
                epoch_seconds: 10,
                validators: 4,
                validator: true,
                waiting: 3,
                minted: "104212.5".to_owned(),
                burned: "312.04".to_owned(),
                epochs: (0..30).map(epoch).collect(),
            },
            governance: governance(),
            wallet: wallet(),
            earnings: earnings(),
            history: History {
                loss: curve(400, 12_312, 0),
                recent_loss: curve(300, 12_312, 12_012),
                val_loss: curve(24, 12_312, 0).into_iter().map(|(step, loss)| (step, loss + 0.07)).collect(),
                tokens_per_second: (0..120).map(|index| wave(index, 10_900.0, 12_700.0)).collect(),
                earned: (0..60).map(|index| wave(index, 0.05, 0.4)).collect(),
            },
            problems: vec!["one member of the quorum has not been heard of for 4 minutes".to_owned()],
        }
    }
}

fn peer_id(number: u64) -> String {
    format!("16Uiu2HA{}", &hash(number)[..45])
}

fn peer(index: u64) -> Peer {
    Peer {
        peer_id: peer_id(index + 60),
        address: format!("/ip4/203.0.113.{}/tcp/{}", index * 7 + 3, 4001 + index % 3),
        direction: if index % 3 == 1 { Direction::Inbound } else { Direction::Outbound },
        relayed: index % 5 == 4,
        tracker: index == 0,
        validator: index % 4 == 2,
        rtt_ms: (index != 7).then(|| wave(index as usize, 0.4, 180.0)),
        score: if index == 6 { -12.5 } else { wave(index as usize * 3, 0.0, 18.0) },
        sent: hash(index).len() as u64 * index * 412_345,
        received: index * 31_234_567 + 41_234,
        connected_seconds: 11_400_u64.saturating_sub(index * 1_213),
        version: if index == 5 { "0.0.9".to_owned() } else { "0.1.0".to_owned() },
        height: (index != 0).then(|| if index == 3 { 17_904 } else { 18_231 - index % 2 }),
    }
}

fn network() -> Network {
    let traffic = |(index, protocol): (usize, &str)| Traffic {
        protocol: protocol.to_owned(),
        sent: 912_345_678 >> (3 * index),
        received: 1_512_345_678 >> (2 * index),
        recent: (0..60).map(|at| wave(at + index * 7, 0.0, 2e6 / (index + 1) as f64)).collect(),
    };
    let names = ["blob", "gossip", "consensus", "sync", "kademlia", "identify", "ping", "tracker"];
    let dropped = |(index, reason): (usize, &str)| Dropped {
        peer_id: peer_id(index as u64 + 90),
        reason: reason.to_owned(),
        ago_seconds: 48 + index as u64 * 1_900,
    };
    let reasons = [
        "it sent a block of another chain",
        "3 frames were larger than 4 MiB",
        "its program, 0.0.3, is too old for block 18,000",
        "no answer to a ping for 30 s",
    ];
    Network {
        listen: vec!["/ip4/0.0.0.0/tcp/4001".to_owned(), "/ip4/0.0.0.0/udp/4001/quic-v1".to_owned()],
        external: vec!["/ip4/198.51.100.7/tcp/4001".to_owned()],
        reachability: Reachability {
            state: ReachState::Relayed,
            why: "3 of 3 peers could not connect back to 198.51.100.7, port 4001".to_owned(),
            hint: "forward port 4001, TCP and UDP, from your router to 192.168.1.20".to_owned(),
            relays: vec![peer_id(60)],
            mapped: false,
        },
        peers: (0..11).map(peer).collect(),
        traffic: names.into_iter().enumerate().map(traffic).collect(),
        rates: Rates {
            sent: 412_345.0,
            received: 1_812_345.0,
            recent_sent: (0..120).map(|at| wave(at, 2e5, 9e5)).collect(),
            recent_received: (0..120).map(|at| wave(at + 5, 1e5, 2.4e6)).collect(),
        },
        dropped: reasons.into_iter().enumerate().map(dropped).collect(),
        known_peers: 48,
        syncing: None,
    }
}

fn device() -> Device {
    Device {
        name: "RTX 4090".to_owned(),
        tier: "T2".to_owned(),
        threads: 16,
        cores: 32,
        process_cpu: 5.4,
        process_memory: 6_871_947_673,
        memory_used: 27_917_287_424,
        memory_total: 68_719_476_736,
        temperature: Some(71.0),
        gpu_load: Some(0.97),
        gpu_memory_used: Some(19_327_352_832),
        gpu_memory_total: Some(25_769_803_776),
        storage_used: 45_097_156_608,
        storage_free: 412_316_860_416,
    }
}

/// Lines of a log.
pub(crate) fn logs(lines: u64) -> Vec<LogLine> {
    let messages = [
        (Level::Info, "trainer", "step 12311: loss 2.1436, 12.3 k tok/s"),
        (Level::Info, "chain", "block 18231 is final, 4 of 4 signed"),
        (Level::Debug, "net", "peer 12D3KooW9f2c asked for layers 8-15"),
        (Level::Warn, "quorum", "member neuro19e37 has not answered for 12 s"),
        (Level::Info, "trainer", "outer round 24 done in 11 m, gradient agreed by 3 of 4"),
        (Level::Error, "net", "connection to neuro1c83d lost: timed out"),
    ];
    let line = |number: u64| {
        let (level, target, message) = messages[(number % messages.len() as u64) as usize];
        LogLine { number, time: time(lines - number), level, target: target.to_owned(), message: message.to_owned() }
    };
    (0..lines).map(line).collect()
}
