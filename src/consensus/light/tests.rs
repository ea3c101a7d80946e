//! Chains by seed, whose validators come and go, asked about by somebody who knows only where they began.

use super::super::simulation::Chance;
use super::*;
use crate::types::{SecretKey, Validator, Vote, VoteKind};
use std::collections::BTreeMap;

const CHAIN: ChainId = ChainId(Hash([3; 32]));
const START_MS: u64 = 1_700_000_000_000;
const DAY_MS: u64 = 86_400_000;

fn key(number: u64) -> SecretKey {
    let mut bytes = [1; 32];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    SecretKey::from_bytes(&bytes).unwrap()
}

type Powers = BTreeMap<u64, u64>;

fn set(powers: &Powers) -> ValidatorSet {
    ValidatorSet::new(powers.iter().map(|(number, power)| Validator { key: key(*number).public(), power: *power }))
}

/// A chain of headers that says who voted when; certificates are signed as they are asked for.
struct World {
    headers: Vec<Header>,
    powers: Vec<Powers>,
    now_ms: u64,
}

impl World {
    /// `heights` headers, `apart_ms` from each other; `change` changes the set from each one to the next.
    fn new(heights: u64, apart_ms: u64, first: Powers, mut change: impl FnMut(u64, &mut Powers)) -> Self {
        let (mut headers, mut powers): (Vec<Header>, Vec<Powers>) = (Vec::new(), vec![first]);
        for height in 0..=heights {
            let here = powers[height as usize].clone();
            headers.push(header(height, START_MS + height * apart_ms, headers.last(), &set(&here)));
            let mut next = here;
            // Genesis and the first block have the same set.
            if height > 0 {
                change(height, &mut next);
            }
            powers.push(next);
        }
        Self { now_ms: START_MS + heights * apart_ms + 1000, headers, powers }
    }

    /// Someone new comes or someone goes, now and then; never more than a tenth at once.
    fn drifting(seed: u64, heights: u64) -> Self {
        let mut chance = Chance::new(seed);
        let mut next = 12;
        Self::new(heights, 3_600_000, (0..12).map(|number| (number, 10)).collect(), move |_, powers| {
            if chance.one_in(3) {
                let gone = *powers.keys().nth(chance.below(powers.len() as u64) as usize).unwrap();
                powers.remove(&gone);
                powers.insert(next, 10);
                next += 1;
            }
        })
    }

    fn genesis(&self) -> Trusted {
        Trusted::genesis(self.headers[0].clone(), set(&self.powers[0])).unwrap()
    }

    fn last(&self) -> Height {
        self.headers.last().unwrap().height
    }

    fn answer(&self, height: Height) -> Input {
        let header = self.headers[height.0 as usize].clone();
        let powers = &self.powers[height.0 as usize];
        signed(header, &powers.keys().copied().collect::<Vec<_>>(), set(powers))
    }

    fn trusted(&self, height: u64) -> Result<Trusted, LightError> {
        let (header, certificate, validators) = parts(self.answer(Height(height)));
        let hash = header.hash();
        Trusted::recent(Candidate::check(CHAIN, header, certificate, validators)?, hash, self.now_ms)
    }

    /// Asks until it ends; also how many questions it took.
    fn search(&self, from: Trusted, to: Height, mut answer: impl FnMut(Height) -> Input) -> (Output, u32) {
        let (mut search, mut output) = Bisection::new(from, to);
        let mut questions = 0;
        while let Output::Ask(height) = output {
            questions += 1;
            output = search.step(self.now_ms, answer(height));
        }
        assert!(questions <= QUESTIONS_MAX);
        (output, questions)
    }
}

fn header(height: u64, time_ms: u64, parent: Option<&Header>, set: &ValidatorSet) -> Header {
    let nothing = Hash::default();
    Header {
        version: BLOCK_VERSION,
        chain: CHAIN,
        height: Height(height),
        time_ms,
        parent: parent.map_or(nothing, Header::hash),
        proposer: None,
        transactions: nothing,
        support: nothing,
        state: nothing,
        validators: set.hash(),
        parameters: nothing,
        model: nothing,
    }
}

fn signed(header: Header, signers: &[u64], set: ValidatorSet) -> Input {
    let (block, height) = (header.hash(), header.height);
    let vote = Vote { chain: header.chain, height, round: 0, kind: VoteKind::Precommit, block: Some(block) };
    let votes = signers.iter().map(|number| vote.sign(&key(*number)).unwrap());
    let mut signatures: Vec<_> = votes.map(|vote| (vote.validator, vote.signature)).collect();
    signatures.sort_by_key(|(key, _)| *key);
    Input::Header(Box::new((header, Certificate { height, round: 0, block, signatures }, set)))
}

fn parts(input: Input) -> (Header, Certificate, ValidatorSet) {
    let Input::Header(parts) = input else { panic!() };
    *parts
}

fn skip(world: &World, trusted: &Trusted, input: Input) -> Result<Trusted, LightError> {
    let (header, certificate, validators) = parts(input);
    verify_skip(trusted, header, certificate, validators, world.now_ms)
}

/// How many seeds to try: a few, or many with `NEUROSHARD_LONG=1`.
fn seeds(few: u64) -> std::ops::Range<u64> {
    let long = std::env::var_os("NEUROSHARD_LONG").is_some_and(|value| value == "1");
    0..if long { few * 25 } else { few }
}

#[test]
fn a_set_that_stays_is_skipped_over_at_once() {
    let world = World::new(1000, 3_600_000, [(0, 5), (1, 4)].into(), |_, _| {});
    let (output, questions) = world.search(world.genesis(), world.last(), |height| world.answer(height));
    let Output::Trusted(trusted) = output else { panic!("{output:?}") };
    assert_eq!((trusted.header(), questions), (world.headers.last().unwrap(), 1));
}

#[test]
fn sets_that_drift_are_followed_over_few_headers() {
    for seed in seeds(6) {
        let world = World::drifting(seed, 600);
        let (output, questions) = world.search(world.genesis(), world.last(), |height| world.answer(height));
        let Output::Trusted(trusted) = output else { panic!("seed {seed}: {output:?}") };
        assert_eq!(trusted.header(), world.headers.last().unwrap(), "seed {seed}");
        assert!((2..200).contains(&questions), "seed {seed}: {questions} questions");
    }
}

#[test]
fn a_header_that_is_not_the_chains_is_never_believed() {
    for seed in seeds(20) {
        let world = World::drifting(seed, 200);
        let chance = &mut Chance::new(seed ^ 0x1111);
        let forged_from = chance.between(1, 200);
        let kind = chance.below(5);
        let forge = |height: Height| {
            let place = height.0 as usize;
            if height.0 < forged_from {
                return world.answer(height);
            }
            let honest = &world.headers[place];
            let false_header =
                |set: &ValidatorSet| Header { state: Hash([9; 32]), validators: set.hash(), ..honest.clone() };
            // Four in twelve of the founders have turned, with as many strangers as they like.
            let liars: Vec<u64> = world.powers[place].keys().copied().filter(|number| *number < 4).collect();
            let strangers: Vec<u64> = (1000..1012).collect();
            match kind {
                0 => {
                    let powers: Powers = strangers.iter().map(|number| (*number, 10)).collect();
                    signed(false_header(&set(&powers)), &strangers, set(&powers))
                }
                1 => {
                    let both = [liars.clone(), strangers].concat();
                    let powers: Powers = both.iter().map(|number| (*number, 10)).collect();
                    signed(false_header(&set(&powers)), &both, set(&powers))
                }
                // The honest set, of which too few sign, or whose certificate is another header's.
                2 => signed(false_header(&set(&world.powers[place])), &liars, set(&world.powers[place])),
                3 => {
                    let (_, certificate, validators) = parts(world.answer(height));
                    Input::Header(Box::new((false_header(&validators), certificate, validators)))
                }
                // The honest header with strangers as its set.
                _ => {
                    let powers: Powers = strangers.iter().map(|number| (*number, 10)).collect();
                    let (header, ..) = parts(world.answer(height));
                    signed(header, &strangers, set(&powers))
                }
            }
        };
        let (output, _) = world.search(world.genesis(), world.last(), forge);
        assert!(matches!(output, Output::Failed(_)), "seed {seed}, kind {kind}: {output:?}");
    }
}

#[test]
fn a_third_of_what_is_trusted_does_not_do() {
    let world = World::new(10, 1000, [(0, 10), (1, 10), (2, 10)].into(), |height, powers| {
        if height == 4 {
            powers.extend([(10, 100)]);
            powers.retain(|number, _| *number == 0 || *number >= 10);
        }
    });
    let trusted = world.genesis();
    let skipped = skip(&world, &trusted, world.answer(Height(10)));
    assert_eq!(skipped, Err(LightError::NeedsMiddle { found: Height(10), trusted: Height(0) }));
    // From one block to the next nothing lies between that could help.
    let (output, _) = world.search(trusted, world.last(), |height| world.answer(height));
    assert_eq!(output, Output::Failed(LightError::Strangers(Height(5))));
}

#[test]
fn what_is_trusted_grows_old_and_genesis_does_not() {
    let world = World::new(40, DAY_MS, [(0, 5), (1, 4)].into(), |_, _| {});
    assert_eq!(world.trusted(32), Err(LightError::Expired(Height(32))));
    let recent = world.trusted(34).unwrap();
    assert!(skip(&world, &recent, world.answer(Height(40))).is_ok());
    let later = World { now_ms: world.now_ms + 2 * DAY_MS, ..world };
    assert_eq!(skip(&later, &recent, later.answer(Height(40))), Err(LightError::Expired(Height(34))));
    let middle = skip(&later, &later.genesis(), later.answer(Height(5))).unwrap();
    assert!(skip(&later, &middle, later.answer(Height(40))).is_ok(), "it follows from genesis");
}

#[test]
fn other_chains_orders_versions_and_times_are_refused() {
    let world = World::new(10, 1000, [(0, 5), (1, 4)].into(), |_, _| {});
    let trusted = world.trusted(5).unwrap();
    let changed = |height: usize, change: &dyn Fn(&mut Header)| {
        let mut header = world.headers[height].clone();
        change(&mut header);
        skip(&world, &trusted, signed(header, &[0, 1], set(&world.powers[0]))).unwrap_err()
    };
    let chain = ChainId(Hash([4; 32]));
    assert_eq!(changed(9, &|header| header.chain = chain), LightError::Chain(chain));
    assert_eq!(changed(9, &|header| header.version += 1), LightError::Version(BLOCK_VERSION + 1));
    let order = |found| LightError::Order { found: Height(found), trusted: Height(5) };
    assert_eq!(changed(4, &|_| {}), order(4));
    assert_eq!(changed(5, &|header| header.state = Hash([1; 32])), order(5));
    assert_eq!(changed(9, &|header| header.time_ms = trusted.header().time_ms), order(9));
    let ahead = |header: &mut Header| header.time_ms = world.now_ms + AHEAD_MS + 1;
    assert_eq!(changed(9, &ahead), LightError::Future { height: Height(9), ahead_ms: AHEAD_MS + 1 });
    assert_eq!(changed(6, &|header| header.parent = Hash([1; 32])), LightError::Block(Height(6)));
    assert_eq!(Trusted::genesis(world.headers[1].clone(), set(&world.powers[0])), None);
    assert_eq!(Trusted::genesis(world.headers[0].clone(), set(&[(7, 1)].into())), None);
}

#[test]
fn answers_to_no_question_and_of_other_heights_end_it() {
    let world = World::new(10, 1000, [(0, 5), (1, 4)].into(), |_, _| {});
    let (output, _) = world.search(world.genesis(), Height(8), |_| world.answer(Height(7)));
    assert_eq!(output, Output::Failed(LightError::Height { found: Height(7), wanted: Height(8) }));
    let (output, _) = world.search(world.genesis(), Height(8), |_| Input::Missing);
    assert_eq!(output, Output::Failed(LightError::Missing(Height(8))));
    let (mut search, _) = Bisection::new(world.genesis(), Height(8));
    search.step(world.now_ms, Input::Missing);
    assert_eq!(search.step(world.now_ms, world.answer(Height(8))), Output::Failed(LightError::Unasked));
    let (_, output) = Bisection::new(world.genesis(), Height(0));
    assert!(matches!(output, Output::Failed(LightError::Order { .. })));
}

#[test]
fn a_chain_that_would_need_too_many_headers_is_given_up() {
    // Each block has one validator of its own besides the one before: only neighbours vouch for each other.
    let world = World::new(700, 1000, [(0, 10), (1, 10)].into(), |height, powers| {
        powers.remove(&(height - 1));
        powers.insert(height + 1, 10);
    });
    let (output, questions) = world.search(world.genesis(), world.last(), |height| world.answer(height));
    assert_eq!((output, questions), (Output::Failed(LightError::Questions), QUESTIONS_MAX));
}
