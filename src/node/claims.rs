//! What a node tells the chain about its work, and when: contributions, the weights it ended with, receipts.
//!
//! A pure function of the state and of what was trained. Invariant: nothing is said twice: what the chain has is read from
//! its state, and the node asks again only when nothing it said is still waiting for a block.

use super::chain::Wishes;
use super::work::{TrainedRound, WorkLog};
use crate::economics::stake::validator_entry;
use crate::ledger::network::{Context, Network};
use crate::ledger::nodes::{Node, Standing, Work};
use crate::ledger::receipts::{Member, UnitWork, WorkKind, WorkReceipt};
use crate::ledger::rounds::{DeltaCommit, ModelCommit, Round, Rounds, Stage, UnitHashes, current};
use crate::ledger::segments;
use crate::ledger::state::{State, read};
use crate::ledger::transaction::Action;
use crate::ledger::validators::{Seat, Validators};
use crate::types::{Address, Amount, Domain, Hash};

/// Rounds of one receipt.
const ROUNDS_MAX: u64 = 64;

/// What is to be said now, in this order.
#[must_use]
pub(super) fn due(state: &dyn State, cx: &Context<'_>, own: Address, work: &WorkLog) -> Vec<Action> {
    let node: Node = read(state, own);
    if node.standing != Standing::Registered {
        return Vec::new();
    }
    let rounds: Rounds = read(state, ());
    let mut actions: Vec<Action> = receipt(state, cx, own, &node, &rounds, work).into_iter().collect();
    let Some(trained) = work.round(rounds.open) else { return actions };
    let round = current(state, cx, rounds.open);
    let whole = Stage { first: 0, units: cx.network.units };
    let contributed = round.contribution(own).is_some();
    let open = round.closes.is_none_or(|closes| cx.height <= closes);
    if rounds.open > 0 && !contributed && open {
        actions.push(Action::DeltaCommit(DeltaCommit {
            round: rounds.open,
            base: rounds.open - 1,
            stage: whole,
            tokens: trained.tokens,
            slices: vec![delta_hash(trained)],
        }));
    }
    let at_once = cx.parameters.round_grace == 0;
    let closed = round.closes.is_some_and(|closes| cx.height > closes) || at_once;
    let may = rounds.open == 0 || contributed || (at_once && open);
    let said = round
        .units
        .first()
        .is_some_and(|tally| tally.agreed.is_some() || tally.votes.iter().any(|(voter, _)| *voter == own));
    if may && (closed || rounds.open == 0) && !said {
        let units = trained.units.iter().map(|weights| UnitHashes { weights: *weights, momentum: Hash::default() });
        actions.push(Action::ModelCommit(ModelCommit { round: rounds.open, first: 0, units: units.collect() }));
    }
    actions
}

/// The registration that is still to be made, once its work is found.
#[must_use]
pub(super) fn registration(state: &dyn State, own: Address, wishes: &Wishes, work: Option<Work>) -> Option<Action> {
    let node: Node = read(state, own);
    let announcement = wishes.register.clone().filter(|_| node.standing == Standing::Unknown)?;
    Some(Action::RegisterNode { announcement, work: work? })
}

/// The seat that a validator takes once it has the stake for it, or takes again when it was suspended.
#[must_use]
pub(super) fn seat(state: &dyn State, own: Address, wishes: &Wishes) -> Option<Action> {
    let (node, seat): (Node, Seat) = (read(state, own), read(state, own));
    let takes = seat.key.is_none() || seat.suspended;
    if !wishes.validate || node.standing != Standing::Registered || seat.barred || !takes {
        return None;
    }
    let candidates = read::<Validators>(state, ()).candidates.len() as u64;
    let need = validator_entry(candidates.saturating_add(1)).max(Amount::from_nano(1));
    (seat.suspended || node.backing >= need).then_some(Action::RegisterValidator)
}

/// Alone, what is contributed is the step to the new weights, and those name it.
fn delta_hash(trained: &TrainedRound) -> Hash {
    const DOMAIN: Domain = Domain::new("solo delta");
    Hash::of(&DOMAIN, &trained.units)
}

/// A receipt over all committed rounds that are not claimed, once they are enough work.
fn receipt(
    state: &dyn State,
    cx: &Context<'_>,
    own: Address,
    node: &Node,
    rounds: &Rounds,
    work: &WorkLog,
) -> Option<Action> {
    let first = node.claimed.max(rounds.oldest + 1).max(1);
    let known = |round: u64| work.round(round).is_some() && work.round(round - 1).is_some();
    let contributed = |round: u64| read::<Round>(state, round).contribution(own).is_some();
    // What was committed by others, or is not known here any more, can't be claimed.
    let first = (first..rounds.open).find(|round| known(*round) && contributed(*round))?;
    let last =
        (first..rounds.open.min(first + ROUNDS_MAX)).take_while(|round| known(*round) && contributed(*round)).last()?;
    let time = |round| read::<Round>(state, round).committed.map(|(_, time_ms)| time_ms);
    let seconds = time(last)?.saturating_sub(time(first - 1)?) / 1000;
    if seconds < cx.parameters.receipt_seconds_min {
        return None;
    }
    let trained: Vec<&TrainedRound> = (first..=last).filter_map(|round| work.round(round)).collect();
    let (before, newest, oldest) = (work.round(first - 1)?, trained.last()?, trained.first()?);
    let units = before.units.iter().zip(&newest.units).map(|(start, end)| UnitWork { start: *start, end: *end });
    let records: Vec<_> = trained.iter().flat_map(|round| round.segments.iter().cloned()).collect();
    let stage = Stage { first: 0, units: cx.network.units };
    let tokens = trained.iter().map(|round| round.tokens).sum();
    Some(Action::WorkReceipt(Box::new(WorkReceipt {
        kind: WorkKind::Training,
        nonce: node.nonce,
        first_round: first,
        last_round: last,
        members: vec![Member { node: own, stage, tokens }],
        units: units.collect(),
        optimizer_start: records.first()?.start,
        segments: records.len() as u64,
        segments_root: segments::root(&records),
        loss_first: oldest.loss_first,
        loss_last: newest.loss_last,
        gradient_norm: newest.gradient_norm,
        signatures: Vec::new(),
    })))
}

/// What decides the windows of a round, which nobody can choose: the seed of the network, the weights that the round
/// starts from, and whose quorum it is.
#[must_use]
pub(super) fn round_seed(network: &Network, seed: u64, before: &TrainedRound, quorum: Address) -> u64 {
    const DOMAIN: Domain = Domain::new("round draw");
    Hash::of(&DOMAIN, &(network.chain, seed, before.round, &before.units, quorum)).number()
}

#[cfg(test)]
mod tests {
    use super::super::work::sample;
    use super::*;
    use crate::ledger::tests::{Chain, address, neuro};

    fn speak(chain: &Chain, work: &WorkLog) -> Vec<Action> {
        let (parameters, network) = (chain.read(()), chain.read(()));
        let (height, time_ms) = (chain.height().after(1), chain.tip.time_ms + 1000);
        due(&chain.state, &Context { parameters: &parameters, network: &network, height, time_ms }, address(1), work)
    }

    fn play(grace: &str, blocks: usize) -> Chain {
        let mut chain = Chain::new(&[1], &[("train.round_grace", grace), ("limit.receipt_seconds", "3")]);
        let mut work = WorkLog::default();
        work.add(sample(0, 6));
        for block in 1..=blocks {
            if block % 2 == 0 {
                work.add(sample(block as u64 / 2, 6));
            }
            let actions = speak(&chain, &work).into_iter().enumerate();
            let signed = actions.map(|(ahead, action)| chain.transaction(1, ahead as u64, action)).collect();
            let (outcomes, _) = chain.block(signed, 1);
            let done = |outcome| matches!(outcome, &crate::ledger::reject::Outcome::Done(_));
            assert!(outcomes.iter().all(done), "block {block}: {outcomes:?}");
        }
        chain
    }

    #[test]
    fn what_a_node_says_is_taken_and_paid_whatever_the_grace() {
        for grace in ["0", "1", "3"] {
            let chain = play(grace, 60);
            assert!(chain.balance(1) > neuro("0.1"), "grace {grace}: {}", chain.balance(1));
            assert!(chain.node(1).matured > 3);
        }
    }

    #[test]
    fn a_node_without_record_of_its_work_stays_silent() {
        let chain = Chain::new(&[1], &[]);
        assert!(speak(&chain, &WorkLog::default()).is_empty());
        assert_eq!(chain.balance(1), Amount::ZERO);
    }

    #[test]
    fn rounds_draw_other_windows_for_each_start_and_quorum() {
        let chain = Chain::new(&[1], &[]);
        let network = chain.read(());
        let seed = |round, of| round_seed(&network, 1, &sample(round, 6), address(of));
        assert_ne!(seed(1, 1), seed(2, 1));
        assert_ne!(seed(1, 1), seed(1, 2));
        assert_eq!(seed(1, 1), seed(1, 1));
    }
}
