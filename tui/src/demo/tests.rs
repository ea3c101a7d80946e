//! That a made-up run is the same each time, and adds up.

use super::*;
use crate::snapshot::{Health, Nep};
use proptest::prelude::*;
use purse::neuro;

fn after(seed: u64, seconds: u64) -> (Snapshot, Vec<LogLine>) {
    Demo::new(seed).advance(Duration::from_secs(seconds))
}

/// Nano-NEURO of a decimal text.
fn nano(text: &str) -> u64 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{part:0<9}").parse().unwrap()
}

fn sum<'a>(amounts: impl IntoIterator<Item = &'a String>) -> u64 {
    amounts.into_iter().map(|amount| nano(amount)).sum()
}

/// What must hold of any moment.
fn check(snapshot: &Snapshot) {
    let (earnings, wallet) = (&snapshot.earnings, &snapshot.wallet);
    assert_eq!(sum(earnings.sources.iter().map(|source| &source.total)), nano(&earnings.total));
    assert_eq!(sum(earnings.sources.iter().map(|source| &source.today)), nano(&earnings.today));
    assert_eq!(sum(earnings.maturing.iter().map(|receipt| &receipt.amount)), nano(&earnings.pending));
    assert!(earnings.maturing.is_sorted_by_key(|receipt| receipt.height));
    let parts = [&wallet.available, &wallet.staked, &wallet.unbonding, &wallet.escrowed, &wallet.bond];
    assert_eq!(sum(parts), nano(&earnings.total));
    assert_eq!(sum([&wallet.staked, &wallet.bond]), nano(&wallet.backing));
    assert!(nano(&snapshot.chain.minted) >= nano(&earnings.total));
    assert!(nano(&snapshot.chain.burned) <= nano(&snapshot.chain.minted));

    let epochs = &snapshot.chain.epochs;
    assert_eq!(epochs[0].height, snapshot.chain.height);
    assert!(epochs.windows(2).all(|pair| pair[0].height == pair[1].height + 1 && pair[0].time > pair[1].time));
    assert!(epochs.iter().all(|epoch| epoch.signed_power > 2.0 / 3.0 && epoch.signed_power <= 1.0));

    let training = snapshot.training.as_ref().unwrap();
    let quorum = snapshot.quorum.as_ref().unwrap();
    assert_eq!(training.step, quorum.rounds * training.inner_steps + training.inner_step);
    assert_eq!(training.round, quorum.rounds + 1);
    let mut layer = 0;
    for member in &quorum.members {
        assert_eq!(member.first_layer, layer);
        layer += member.layers;
        assert_eq!(member.latency_ms.is_none(), member.own || member.health == Health::Offline);
    }
    assert_eq!(layer, quorum.layers);
    let offline = quorum.members.iter().filter(|member| member.health == Health::Offline).count();
    assert_eq!(snapshot.problems.len(), offline);

    connected(snapshot);
    decided(snapshot);
    let history = &snapshot.history;
    for curve in [&history.loss, &history.recent_loss, &history.val_loss] {
        assert!(curve.len() <= 400 && curve.is_sorted_by_key(|point| point.0));
        assert!(curve.iter().all(|(_, loss)| (1.5..7.5).contains(loss)));
    }
    let json = serde_json::to_string(snapshot).unwrap();
    assert_eq!(&serde_json::from_str::<Snapshot>(&json).unwrap(), snapshot);
}

/// What must hold of the network at any moment.
fn connected(snapshot: &Snapshot) {
    let network = snapshot.net.as_ref().unwrap();
    let sum = |parts: &mut dyn Iterator<Item = u64>| parts.sum::<u64>();
    let moved = sum(&mut network.traffic.iter().map(|traffic| traffic.received + traffic.sent));
    assert!(sum(&mut network.peers.iter().map(|peer| peer.received + peer.sent)) <= moved);
    assert!(network.known_peers >= network.peers.len() as u64);
    assert!(network.peers.iter().all(|peer| peer.connected_seconds <= snapshot.uptime_seconds));
    assert!(network.peers.iter().all(|peer| peer.height.is_none_or(|height| height <= snapshot.chain.height)));
    assert!(network.dropped.is_sorted_by_key(|one| one.ago_seconds));
    assert_eq!(network.external.is_empty(), network.reachability.state != crate::snapshot::ReachState::Public);
}

/// What must hold of what is proposed and decided at any moment.
fn decided(snapshot: &Snapshot) {
    let governance = &snapshot.governance;
    assert_eq!(governance.votable, snapshot.wallet.staked);
    assert!(governance.total >= governance.neps.len() as u64);
    let order = |nep: &Nep| match nep.status.as_str() {
        "voting" => 0,
        "review" | "scheduled" => 1,
        _ => 2,
    };
    assert!(governance.neps.is_sorted_by_key(order));
    for nep in &governance.neps {
        let voted = sum([&nep.yes, &nep.no, &nep.abstain]);
        assert!(voted <= nano(&nep.electorate) && nano(&nep.electorate) <= nano(&snapshot.chain.minted));
        assert_eq!(nep.quorum_reached, voted > 0 && 5 * voted >= nano(&nep.electorate));
        assert!(nep.created_at <= snapshot.time);
        assert!(nep.ends_at.as_ref().is_none_or(|ends| *ends > snapshot.time), "{nep:?}");
        assert_eq!(nep.ends_at.is_some(), ["review", "voting"].contains(&nep.status.as_str()));
        let passed = ["scheduled", "active", "deprecated"].contains(&nep.status.as_str());
        assert_eq!(
            (nep.activation_height.is_some(), nep.approved || nep.status == "voting"),
            (passed, nep.status == "voting" || passed)
        );
        let height = nep.activation_height.unwrap_or(u64::MAX);
        assert_eq!(nep.status == "scheduled", passed && height > snapshot.chain.height);
        assert_eq!(nep.reason.is_some(), nep.status == "rejected");
        assert!(nep.own_vote.is_none() || nano(&nep.own_weight) > 0);
    }
}

#[test]
fn proposals_come_go_and_follow_each_other() {
    for seed in [SEED, 7] {
        let (begin, _) = after(seed, BEGIN.as_secs());
        let seen = |state: &str| begin.governance.neps.iter().filter(|nep| nep.status == state).count();
        let states = ["voting", "review", "scheduled", "active", "rejected"].map(seen);
        assert_eq!(states, [1, 1, 1, 3, 1], "{:?}", begin.governance);
        assert_eq!(crate::governance::open(&begin).count(), 1);
    }
    let mut demo = Demo::new(SEED);
    let mut values: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new();
    let mut votes = std::collections::BTreeMap::new();
    for _ in 0..5_000 {
        let (snapshot, _) = demo.advance(Duration::from_secs(1));
        for nep in &snapshot.governance.neps {
            let before = votes.insert(nep.id.clone(), nep.votes).unwrap_or(0);
            assert!(
                before <= nep.votes && (before == nep.votes || nep.status == "voting" || nep.status == "scheduled")
            );
            for change in nep.changes.iter().filter(|_| nep.status == "review") {
                let now = values.entry(change.name.clone()).or_insert_with(|| change.old.clone());
                assert_eq!(*now, change.old);
            }
            for change in nep.changes.iter().filter(|_| nep.activation_height == Some(snapshot.chain.height)) {
                values.insert(change.name.clone(), change.new.clone());
            }
        }
    }
    assert!(votes.len() > 25 && votes.values().any(|votes| *votes == 4));
}

#[test]
fn a_run_goes_as_runs_go() {
    let (start, lines) = after(7, 0);
    assert_eq!((start.state, start.time.as_str()), (NodeState::Starting, "2026-01-01T00:00:00Z"));
    assert!(!lines.is_empty());
    let early = after(7, 20).0.training.unwrap();
    assert!((4.0..6.0).contains(&early.loss.unwrap()), "{early:?}");
    let (late, _) = after(7, 3600);
    assert_eq!(late.time, "2026-01-01T01:00:00Z");
    let training = late.training.as_ref().unwrap();
    assert!((1.9..2.3).contains(&training.loss.unwrap()));
    assert!(training.val_loss.unwrap() > training.loss.unwrap() - 0.1);
    assert!((10_000.0..22_000.0).contains(&training.tokens_per_second));
    assert_eq!(late.quorum.as_ref().unwrap().members.len(), 4);
    assert_eq!(after(7, 10).0.quorum.unwrap().members.len(), 1);
    assert_eq!(late.wallet.staked, "0.5");
    assert!((200..=400).contains(&late.history.loss.len()));
    for source in &late.earnings.sources {
        assert!(nano(&source.total) > 0, "nothing for {}", source.source);
    }
}

#[test]
fn all_fits_together_at_any_moment() {
    for seed in 0..4 {
        let mut demo = Demo::new(seed);
        let mut number = 0;
        for _ in 0..200 {
            let (snapshot, lines) = demo.advance(Duration::from_millis(7_300));
            check(&snapshot);
            for line in lines {
                assert_eq!(line.number, number);
                assert!(line.time <= snapshot.time && !line.message.contains(char::is_control));
                number += 1;
            }
        }
    }
}

#[test]
fn a_day_ends_and_much_time_is_cut_short() {
    let mut demo = Demo::new(3);
    check(&demo.advance(Duration::from_secs(86_399)).0);
    let (next, _) = demo.advance(Duration::from_secs(61));
    check(&next);
    assert_eq!(next.time, "2026-01-02T00:01:00Z");
    assert!(nano(&next.earnings.today) < nano(&next.earnings.total) / 100);
    check(&demo.advance(Duration::MAX).0);
}

#[test]
fn amounts_are_decimals() {
    assert_eq!(neuro(0), "0");
    assert_eq!(neuro(1_500_000_000), "1.5");
    assert_eq!(neuro(10_000_000_001), "10.000000001");
    assert_eq!(nano("10.000000001"), 10_000_000_001);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn prop_only_seed_and_time_matter(seed in any::<u64>(), steps in prop::collection::vec(0..9_000u64, 1..30)) {
        let mut demo = Demo::new(seed);
        let mut lines = Vec::new();
        let mut last = Snapshot::default();
        for step in &steps {
            let (snapshot, more) = demo.advance(Duration::from_millis(*step));
            lines.extend(more);
            last = snapshot;
        }
        let at_once = Demo::new(seed).advance(Duration::from_millis(steps.iter().sum()));
        prop_assert_eq!((&last, &lines), (&at_once.0, &at_once.1));
        prop_assert_ne!(&last.address, &Demo::new(seed ^ 1).advance(Duration::ZERO).0.address);
    }
}
