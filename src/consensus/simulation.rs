//! A network in one thread: virtual time, and chance from a seed.
//!
//! Invariant: one seed gives one history, so a failure that names its seed can be run again. What has to hold is asserted
//! where it happens ([`world`]) and, in the end, here: no two blocks at one height, nobody honest says two things at
//! once, everything said is in the flushed log, and heights go on once more than two thirds of the power can hear each
//! other.

mod attacks;
mod chance;
mod node;
mod world;

pub(super) use chance::Chance;
use world::{Faults, Plan, World};

/// How many seeds to try: a few, or many with `NEUROSHARD_LONG=1`.
fn seeds(few: u64) -> std::ops::Range<u64> {
    let long = std::env::var_os("NEUROSHARD_LONG").is_some_and(|value| value == "1");
    0..if long { few * 25 } else { few }
}

/// Runs until the faults are over and everybody has gone on from there.
fn run(seed: u64, plan: Plan) -> World {
    let mut world = World::new(seed, plan);
    world.run_until(world.plan.faults.until_ms);
    let reached = world.highest();
    world.run_to_height(reached + 3);
    world
}

fn equal(validators: usize) -> Vec<(usize, u64)> {
    (0..validators).map(|node| (node, 10)).collect()
}

#[test]
fn one_validator_decides_alone() {
    let mut world = World::new(1, Plan::new(vec![(1, vec![(0, 5)])], Faults::none()));
    world.run_to_height(10);
    assert_eq!(world.messages, 0, "it has nobody to talk to");
}

#[test]
fn a_set_grows_and_shrinks_between_heights() {
    for seed in seeds(4) {
        let sets = vec![
            (1, vec![(0, 5)]),
            (3, vec![(0, 5), (1, 2)]),
            (5, vec![(0, 5), (1, 4), (2, 4), (3, 9)]),
            (9, vec![(1, 4), (2, 4), (4, 3)]),
        ];
        let mut world = World::new(seed, Plan::new(sets, Faults { drop_percent: 10, ..Faults::none() }));
        world.run_to_height(12);
    }
}

#[test]
fn honest_validators_agree_through_loss_partitions_and_crashes() {
    for seed in seeds(40) {
        let chance = &mut Chance::new(seed ^ 0xfa01_7000);
        let validators = chance.between(3, 7) as usize;
        let powers = (0..validators).map(|node| (node, chance.between(1, 9))).collect();
        let faults = Faults { until_ms: 12_000, drop_percent: chance.below(30), partitions: true, crashes: true };
        run(seed, Plan::new(vec![(1, powers)], faults));
    }
}

#[test]
fn less_than_a_third_may_lie() {
    let mut convicted = 0;
    for seed in seeds(40) {
        let chance = &mut Chance::new(seed ^ 0x11e5);
        let validators = chance.between(4, 7) as usize;
        let faults =
            Faults { until_ms: 12_000, drop_percent: chance.below(15), partitions: true, crashes: chance.one_in(2) };
        let liars = (validators - 1) / 3;
        let plan = Plan { liars, ..Plan::new(vec![(1, equal(validators))], faults) };
        convicted += usize::from(!run(seed, plan).convicted.is_empty());
    }
    assert!(convicted > 0, "a key in two places at once is noticed sooner or later");
}

#[test]
fn rounds_get_longer_until_one_is_long_enough() {
    for seed in seeds(4) {
        let faults = Faults { until_ms: 40_000, drop_percent: 3, partitions: false, crashes: true };
        let plan = Plan { judge_ms: 1300, ..Plan::new(vec![(1, equal(4))], faults) };
        assert!(run(seed, plan).latest_round > 10, "seed {seed}");
    }
}

#[test]
fn a_third_that_stays_silent_does_not_stop_the_others() {
    for seed in seeds(4) {
        let mut world = World::new(seed, Plan::new(vec![(1, equal(7))], Faults::none()));
        world.crash_for_good(1);
        world.crash_for_good(4);
        world.run_to_height(8);
    }
}

#[test]
fn without_two_thirds_nothing_is_decided() {
    let mut world = World::new(5, Plan::new(vec![(1, equal(3))], Faults::none()));
    world.crash_for_good(2);
    world.run_until(60_000);
    assert_eq!(world.highest(), 0);
    world.boot(2);
    world.run_to_height(2);
}

#[test]
fn a_node_that_was_away_catches_up_with_certified_blocks() {
    let mut world = World::new(6, Plan::new(vec![(1, equal(4))], Faults::none()));
    world.run_to_height(2);
    world.crash_for_good(3);
    world.run_until(world.now + 20_000);
    let behind = world.highest();
    assert!(behind > 10);
    world.boot(3);
    world.run_to_height(behind + 2);
}

#[test]
fn the_same_seed_gives_the_same_history() {
    let plan = || {
        let faults = Faults { until_ms: 4000, drop_percent: 10, partitions: true, crashes: true };
        Plan { liars: 1, ..Plan::new(vec![(1, equal(4))], faults) }
    };
    let history = |seed| {
        let world = run(seed, plan());
        (world.now, world.messages, world.decided)
    };
    assert_eq!(history(3), history(3));
    assert_ne!(history(3), history(4));
}
