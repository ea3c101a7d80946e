//! Economics and governance against recorded cases. Formulas were recorded in floating point: shares to one part in a
//! million, amounts to the nano, rounded down. Documents, their hashes and versions are to the byte.
//!
//! What can't be an input of ours (a negative count, a number that is none) is counted, so that no case is lost silently.

use neuroshard::economics::reputation::{History, reputation};
use neuroshard::economics::rewards::{self, Roles};
use neuroshard::economics::{Parameters, fees, stake};
use neuroshard::governance::describe::{describe, is_neutral};
use neuroshard::governance::document::{Impact, canonical, content_hash, draft_id};
use neuroshard::governance::json::{Json, Kind};
use neuroshard::governance::reward::{ProposerRates, proposer};
use neuroshard::governance::tally::{Choice, Tally};
use neuroshard::governance::version::{Version, compare};
use neuroshard::types::{Amount, Factor};
use serde_json::Value;

/// Checks all cases of a file; `work` gives `None` for those whose input has no counterpart, of which there are `foreign`.
#[track_caller]
fn check(cases: &str, foreign: usize, work: impl Fn(&Value, &Value) -> Option<bool>) {
    let cases: Vec<Value> = serde_json::from_str(cases).unwrap();
    let results: Vec<_> = cases.iter().map(|case| (case, work(&case["in"], &case["out"]))).collect();
    for (case, right) in &results {
        assert_ne!(*right, Some(false), "{case}");
    }
    assert_eq!(results.iter().filter(|(_, right)| right.is_none()).count(), foreign);
    assert!(results.len() > 3 && results.len() > 2 * foreign, "too few cases of {}", results.len());
}

/// The NEURO of a number, if it is one to the nano.
fn amount(value: &Value) -> Option<Amount> {
    value.as_f64()?;
    let neuro = value.as_f64().filter(|neuro| *neuro >= 0.0 && *neuro < 1e20)?;
    // Floats print as the shortest decimal that reads back, which is what was meant.
    format!("{neuro}").parse().ok()
}

fn factor_is(factor: Factor, out: &Value) -> Option<bool> {
    Some((factor.parts() as f64 / 1e12 - out.as_f64()?).abs() <= 1e-6)
}

/// Whether the amount is the number, rounded down to the nano; floats are off by their own rounding.
fn amount_is(amount: Amount, out: &Value) -> Option<bool> {
    let nano = out.as_f64()? * 1e9;
    let off = nano - amount.nano() as f64;
    let slack = 1e-6 + nano * 1e-15;
    Some(off >= -slack && off < 1.0 + slack)
}

macro_rules! golden {
    ($name:literal) => {
        include_str!(concat!("../fixtures/golden/", $name, ".json"))
    };
}

#[test]
fn role_bonus() {
    check(golden!("role_bonus"), 0, |given, out| {
        let flag = |name: &str| given[name].as_bool();
        let roles =
            Roles { embedding: flag("has_embedding")?, head: flag("has_lm_head")?, training: flag("is_training")? };
        factor_is(rewards::role_bonus(&Parameters::default(), roles), out)
    });
}

#[test]
fn scarcity_bonus() {
    check(golden!("scarcity_bonus"), 1, |given, out| {
        let (replicas, nodes) = (given["replicas"].as_u64()?, given["network_size"].as_u64()?);
        factor_is(rewards::scarcity_bonus(&Parameters::default(), replicas, nodes), out)
    });
}

#[test]
fn async_freshness() {
    check(golden!("async_freshness"), 3, |given, out| {
        let age = given["age_seconds"].as_f64().filter(|age| *age >= 0.0)?;
        factor_is(rewards::async_freshness(age as u64), out)
    });
}

#[test]
fn stake_multiplier() {
    check(golden!("stake_multiplier"), 3, |given, out| {
        factor_is(stake::stake_multiplier(&Parameters::default(), amount(&given["stake"])?), out)
    });
}

#[test]
fn training_reward() {
    check(golden!("training_reward"), 3, |given, out| {
        let parameters = Parameters::default();
        let (batches, layers) = (given["batches"].as_u64()?, given["layers_held"].as_u64()?);
        let tokens = batches * parameters.batch_tokens;
        let pay = if given["is_async"].as_bool()? {
            rewards::asynchronous(&parameters, tokens, layers, given["age_seconds"].as_f64()? as u64)
        } else {
            rewards::training(&parameters, tokens, layers)
        };
        amount_is(pay?, out)
    });
}

#[test]
fn validator_stake() {
    check(golden!("validator_stake"), 1, |given, out| {
        amount_is(stake::validator_entry(given["num_validators"].as_u64()?), out)
    });
}

#[test]
fn target_replicas() {
    check(golden!("target_replicas"), 1, |given, out| {
        Some(rewards::target_replicas(&Parameters::default(), given["network_size"].as_u64()?) == out.as_u64()?)
    });
}

#[test]
fn reputation_of_nodes_with_a_history() {
    // A node nobody knows was perfect in the recorded system; in ours it is nothing, which a unit test says.
    check(golden!("reputation"), 1, |given, out| {
        let count = |name: &str| given[name].as_u64();
        let (ok, failed) = (count("requests_ok")?, count("requests_failed")?);
        let epochs = count("heartbeats_expected")?;
        let history = History { epochs, covered: count("heartbeats_received")?, matured: ok, voided: failed };
        if epochs + ok + failed == 0 { None } else { factor_is(reputation(&history), &out["reputation"]) }
    });
}

#[test]
fn burn() {
    check(golden!("burn"), 2, |given, out| {
        amount_is(fees::burn(&Parameters::default(), amount(&given["spend_amount"])?), out)
    });
}

#[test]
fn stake_limits() {
    let parameters = Parameters::default();
    check(golden!("stake_amount_valid"), 3, |given, out| {
        let amount = amount(&given["amount"])?;
        Some(stake::check(&parameters, amount, 30).is_ok() == out[0].as_bool()?)
    });
    check(golden!("stake_duration_valid"), 0, |given, out| {
        let days = given["days"].as_u64()?;
        Some(stake::check(&parameters, Amount::from_neuro(100), days).is_ok() == out[0].as_bool()?)
    });
}

/// Numbers that are none were recorded in quotes, where the document itself has them bare.
fn bare(json: &Json) -> Json {
    let kind = match &json.kind {
        Kind::Text(text) if matches!(text.as_str(), "NaN" | "Infinity" | "-Infinity") => Kind::Number(text.clone()),
        Kind::List(items) => Kind::List(items.iter().map(bare).collect()),
        Kind::Object(members) => {
            Kind::Object(members.iter().map(|(name, value)| (name.clone(), bare(value))).collect())
        }
        kind => kind.clone(),
    };
    Json { line: json.line, kind }
}

#[test]
fn nep_content_hash() {
    // Read by the reader under test, which keeps numbers as they are written.
    let cases = Json::read(golden!("nep_content_hash").as_bytes()).unwrap();
    assert!(cases.items().len() > 10);
    for case in cases.items() {
        let (out, nep) = (case.get("out").unwrap(), case.get("in").unwrap().get("nep").unwrap());
        let text = |name: &str| out.get(name).unwrap().text().unwrap();
        let given = [nep.clone(), bare(nep)];
        let is_recorded = |json: &&Json| canonical(json).unwrap() == text("canonical_json").as_bytes();
        let nep = given.iter().find(is_recorded).unwrap_or_else(|| panic!("{}", text("canonical_json")));
        let bytes = canonical(nep).unwrap();
        assert_eq!(bytes.len().to_string(), out.get("canonical_len").unwrap().number().unwrap());
        let hash = content_hash(&bytes);
        assert_eq!((hash.to_string().as_str(), draft_id(hash).as_str()), (text("content_hash"), text("draft_id")));
        assert!(text("sha256_full").starts_with(&hash.to_string()));
        let impact = Impact::of(nep).unwrap();
        assert_eq!(describe(&impact), text("economic_describe"));
        assert_eq!(Kind::Bool(is_neutral(&impact)), out.get("economic_is_neutral").unwrap().kind);
        // The canonical form is its own canonical form.
        assert_eq!(canonical(&Json::read(&bytes).unwrap()), Ok(bytes));
    }
}

#[test]
fn nep_vote_tally() {
    check(golden!("nep_vote_tally"), 1, |given, out| {
        let mut tally = Tally::default();
        for vote in given["votes"].as_array()? {
            let choice: Choice = vote[0].as_str()?.parse().ok()?;
            tally.add(choice, amount(&vote[1])?)?;
        }
        let electorate = match given["network_stakes"].as_array() {
            Some(stakes) => {
                let live = stakes.iter().filter(|stake| stake[1].as_f64() > Some(0.0));
                live.map(|stake| amount(&stake[0])).try_fold(Amount::ZERO, |sum, stake| sum.checked_add(stake?))?
            }
            None => tally.voted().checked_mul(2)?,
        };
        let share = |name: &str| given[name].to_string().parse::<Factor>().ok();
        let (quorum, approval) = (share("quorum_threshold")?, share("approval_threshold")?);
        let verdict = tally.verdict(electorate, quorum, approval);
        let missing = tally.missing(electorate, quorum, approval);
        let sums = [("yes_stake", tally.yes), ("no_stake", tally.no), ("total_stake_voted", tally.voted())];
        Some(
            verdict.quorum_reached == out["quorum_reached"].as_bool()?
                && verdict.approved == out["approved"].as_bool()?
                && factor_is(tally.participation(electorate), &out["participation_rate"])?
                && factor_is(tally.approval(), &out["approval_rate"])?
                && sums.into_iter().all(|(name, sum)| amount_is(sum, &out[name]) == Some(true))
                && (!verdict.approved || missing.quorum.is_zero() && missing.yes == Some(Amount::ZERO)),
        )
    });
}

#[test]
fn nep_proposer_reward() {
    let share = |parts: u128| Factor::ratio(parts, 10_000);
    let (least, most) = (Amount::from_neuro(1), Amount::from_neuro(1000));
    let rates = ProposerRates { approved: share(10), rejected: share(1), least, most };
    check(golden!("nep_proposer_reward"), 3, |given, out| {
        let reward = proposer(amount(&given["total_stake_voted"])?, given["approved"].as_bool()?, &rates);
        // The fee of 10 comes back beside it.
        amount_is(reward.checked_add(Amount::from_neuro(10))?, out)
    });
}

#[test]
fn version_compat() {
    check(golden!("version_compat"), 0, |given, out| {
        if let Some(text) = given["parse"].as_str() {
            return Some(text.parse::<Version>().is_err() && out["error"] == "ValueError");
        }
        let version = |name: &str| given[name].as_str()?.parse::<Version>().ok();
        let (local, peer) = (version("local")?, version("peer")?);
        let compat = compare(local, peer);
        let level = serde_json::to_value(compat.level).unwrap();
        Some(
            level == out["level"]
                && compat.message == out["message"].as_str()?
                && compat.is_compatible() == out["is_compatible"].as_bool()?
                && [local < peer, local <= peer, local == peer]
                    == [out["lt"].as_bool()?, out["le"].as_bool()?, out["eq"].as_bool()?],
        )
    });
}

proptest::proptest! {
    #[test]
    fn prop_log2_is_that_of_real_numbers(numerator in 1u128..1 << 90, denominator in 1u64..1 << 60) {
        let real = (numerator as f64 / denominator as f64).log2().max(0.0);
        let ours = Factor::log2(numerator, denominator).parts() as f64 / 1e12;
        proptest::prop_assert!((real - ours).abs() < 1e-11, "{real} {ours}");
    }
}
