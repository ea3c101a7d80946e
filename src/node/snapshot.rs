//! Puts together what is shown of the node: what it said, what the ledger holds, what the machine does.
//!
//! Invariant: [`build`] is a function of what it is given; nothing is asked, and no clock is read, while it runs.

mod network;
mod proposals;

pub(super) use network::{KnownPeer, NetworkMeter, statement};

use super::chain::Shared;
use super::clock::rfc3339;
use super::events::NodeEvent;
use super::history::{History, rounded, thinned};
use super::queries::{self, AccountAnswer, MaturingAnswer, StakeAnswer};
use crate::economics::Parameters;
use crate::ledger::accounts::Supply;
use crate::ledger::network::Tip;
use crate::ledger::nodes::Node;
use crate::ledger::state::read;
use crate::ledger::validators::Validators;
use crate::store::StoreError;
use crate::types::{Address, Amount, Hash};
use neuroshard_tui::snapshot::{
    Chain, Device, Earnings, Epoch, Governance, Health, History as Curves, Maturing, Member, NodeState, Paid, Quorum,
    Snapshot, Source, TrainingState, Wallet,
};
use std::collections::VecDeque;

/// Blocks, paces, pays and problems that are shown.
pub(super) const EPOCHS_SHOWN: usize = 60;
pub(super) const PACES_SHOWN: usize = 120;
const PAYS_SHOWN: usize = 50;
const PROBLEMS_SHOWN: usize = 8;
/// Points of a curve.
const CURVE_POINTS: usize = 240;

/// What the node said so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Watched {
    /// What never changes, and what it said last of everything else.
    pub(super) facts: Snapshot,
    /// Tokens of an optimizer step.
    pub(super) step_tokens: u64,
    /// The last blocks, the newest first.
    pub(super) epochs: VecDeque<Epoch>,
    /// The last paces, the newest last.
    pub(super) paces: VecDeque<f64>,
    /// What was not as it should be, the newest last.
    pub(super) problems: VecDeque<String>,
    /// Transactions that wait for a block.
    pub(super) waiting: u64,
    /// Outer rounds that were finished.
    pub(super) rounds: u64,
    /// When it began, milliseconds since 1970.
    pub(super) started_ms: u64,
}

/// What the ledger holds that is shown.
#[derive(Debug, Clone)]
pub(super) struct Ledger {
    height: u64,
    hash: Hash,
    state_root: Hash,
    time_ms: u64,
    epoch_seconds: u64,
    validators: u64,
    supply: Supply,
    account: AccountAnswer,
    bond: Amount,
    stake: StakeAnswer,
    maturing: Vec<MaturingAnswer>,
    governance: Governance,
    too_old: Option<(u64, String)>,
}

impl Ledger {
    /// Whether this program can't make the next block.
    fn is_outdated(&self) -> bool {
        self.too_old.as_ref().is_some_and(|(activation, _)| *activation <= self.height + 2)
    }

    /// The last block.
    pub(super) fn height(&self) -> u64 {
        self.height
    }
}

/// What the ledger's last block says of the node's account, and of the one that it pays.
pub(super) fn look(shared: &Shared, own: Address) -> Result<Ledger, StoreError> {
    let (view, latest) = (shared.store.view()?, shared.latest());
    // A block may have been committed since the last one was put up for readers.
    let height = read::<Tip>(&view, ()).height;
    let header = shared.store.header(height)?.map_or(latest.tip.header.clone(), |block| block.header);
    let node: Node = read(&view, own);
    let (parameters, validators): (Parameters, Validators) = (read(&view, ()), read(&view, ()));
    Ok(Ledger {
        height: header.height.0,
        hash: header.hash(),
        state_root: header.state,
        time_ms: header.time_ms,
        epoch_seconds: parameters.epoch_seconds,
        validators: validators.set.validators().len() as u64,
        supply: read(&view, ()),
        account: queries::account(&view, node.payout(own)),
        bond: node.bond,
        stake: queries::stake(&view, own),
        maturing: queries::maturing(&view, own),
        governance: proposals::governance(&view, own),
        too_old: queries::governance::too_old(&view).map(|(_, activation, says)| (activation, says)),
    })
}

impl Watched {
    /// What an event changes of what is shown.
    pub(super) fn hear(&mut self, event: &NodeEvent) {
        match event {
            NodeEvent::Started { .. } => self.facts.state = NodeState::Running,
            NodeEvent::Stopping {} | NodeEvent::Stopped {} => self.facts.state = NodeState::Stopping,
            NodeEvent::Epoch { height, hash, txs, validators, signed_power, time_ms, .. } => {
                self.epochs.push_front(Epoch {
                    height: *height,
                    hash: hash.to_string(),
                    time: rfc3339(*time_ms),
                    txs: *txs as u64,
                    validators: *validators as u64,
                    signed_power: *signed_power,
                });
                self.epochs.truncate(EPOCHS_SHOWN);
            }
            NodeEvent::Step { .. } | NodeEvent::Outer { .. } | NodeEvent::Training { .. } => self.train(event),
            NodeEvent::Peer { .. }
            | NodeEvent::Joining { .. }
            | NodeEvent::Model { .. }
            | NodeEvent::Earned { .. }
            | NodeEvent::Error { .. }
            | NodeEvent::Nep { .. }
            | NodeEvent::Vocabulary { .. } => {}
        }
    }

    fn train(&mut self, event: &NodeEvent) {
        let Some(training) = &mut self.facts.training else { return };
        match event {
            NodeEvent::Step { step, loss, tokens_per_second, grad_norm, lr, round, inner_step, inner_steps } => {
                training.step = *step;
                training.tokens = step * self.step_tokens;
                training.loss = Some(*loss);
                training.grad_norm = Some(*grad_norm);
                training.lr = Some(*lr);
                training.tokens_per_second = *tokens_per_second;
                (training.round, training.inner_step, training.inner_steps) = (*round, *inner_step, *inner_steps);
                let left = (inner_steps - inner_step) * self.step_tokens;
                training.round_seconds_left = Some(left as f64 / tokens_per_second);
                self.paces.push_back(rounded(*tokens_per_second));
                if self.paces.len() > PACES_SHOWN {
                    self.paces.pop_front();
                }
            }
            NodeEvent::Outer { round, val_loss, seconds, .. } => {
                self.rounds = *round;
                training.val_loss = Some(*val_loss);
                training.round_seconds = Some(*seconds);
                training.round_seconds_left = None;
            }
            NodeEvent::Training { state } => {
                training.state = *state;
                if *state != TrainingState::Training {
                    (training.tokens_per_second, training.round_seconds_left) = (0.0, None);
                }
            }
            _ => {}
        }
    }

    /// Something is not as it should be; what is said again and again is shown once.
    pub(super) fn note_problem(&mut self, message: &str, now_ms: u64) {
        self.problems.retain(|shown| !shown.ends_with(message));
        let time = rfc3339(now_ms);
        self.problems.push_back(format!("{} {message}", time.get(11..19).unwrap_or_default()));
        if self.problems.len() > PROBLEMS_SHOWN {
            self.problems.pop_front();
        }
    }
}

/// What is shown at a time.
pub(super) fn build(watched: &Watched, ledger: &Ledger, history: &History, device: Device, now_ms: u64) -> Snapshot {
    let facts = &watched.facts;
    Snapshot {
        time: rfc3339(now_ms),
        uptime_seconds: now_ms.saturating_sub(watched.started_ms) / 1000,
        quorum: quorum(watched, &device),
        device,
        chain: chain(watched, ledger),
        wallet: wallet(ledger, &facts.address),
        earnings: earnings(ledger, history, now_ms),
        governance: ledger.governance.clone(),
        state: if ledger.is_outdated() && facts.state == NodeState::Running {
            NodeState::Outdated
        } else {
            facts.state
        },
        history: curves(watched, ledger, history),
        problems: problems(watched, ledger),
        ..facts.clone()
    }
}

/// What is not as it should be; that this program is too old is said once, also after it has stopped because of that.
fn problems(watched: &Watched, ledger: &Ledger) -> Vec<String> {
    let told = |says: &&String| !watched.problems.iter().any(|problem| problem.ends_with(says.as_str()));
    watched.problems.iter().chain(ledger.too_old.as_ref().map(|(_, says)| says).filter(told)).cloned().collect()
}

/// Alone, a node is the whole quorum.
fn quorum(watched: &Watched, device: &Device) -> Option<Quorum> {
    let training = watched.facts.training.as_ref()?;
    let member = Member {
        address: watched.facts.address.clone(),
        own: true,
        health: Health::Online,
        first_layer: 0,
        layers: training.layers,
        tier: device.tier.clone(),
        latency_ms: None,
        latencies: Vec::new(),
        tokens_per_second: training.tokens_per_second,
        paces: watched.paces.iter().copied().collect(),
    };
    let state = match training.state {
        TrainingState::Starting => "forming",
        TrainingState::Training | TrainingState::Waiting => "active",
        TrainingState::Paused => "paused",
    };
    Some(Quorum {
        id: "solo".to_owned(),
        state: state.to_owned(),
        layers: training.layers,
        members: vec![member],
        rounds: watched.rounds,
    })
}

fn chain(watched: &Watched, ledger: &Ledger) -> Chain {
    Chain {
        height: ledger.height,
        hash: ledger.hash.to_string(),
        state_root: ledger.state_root.to_string(),
        time: rfc3339(ledger.time_ms),
        epoch_seconds: ledger.epoch_seconds,
        validators: ledger.validators,
        validator: ledger.stake.validator && !ledger.is_outdated(),
        waiting: watched.waiting,
        minted: ledger.supply.minted.to_string(),
        burned: ledger.supply.burned.to_string(),
        epochs: watched.epochs.iter().cloned().collect(),
    }
}

fn wallet(ledger: &Ledger, own: &str) -> Wallet {
    let Ledger { account, stake, .. } = ledger;
    let now = ledger.time_ms / 1000;
    let (cooled, cooling): (Vec<_>, Vec<_>) = stake.unbonding.iter().partition(|(_, until)| *until <= now);
    let time = |seconds: u64| rfc3339(seconds.saturating_mul(1000));
    let address = account.address.to_string();
    Wallet {
        own: address == own,
        address,
        available: account.available.to_string(),
        staked: account.staked.to_string(),
        unbonding: account.unbonding.to_string(),
        escrowed: account.escrowed.to_string(),
        bond: ledger.bond.to_string(),
        backing: stake.backing.to_string(),
        multiplier: stake.multiplier.to_string(),
        unlocks_at: stake.unlocks_at.map(time),
        unlocked: stake.unlocked.to_string(),
        withdrawable: queries::total(cooled.iter().map(|(amount, _)| *amount)).to_string(),
        cools_until: cooling.iter().map(|(_, until)| *until).min().map(time),
    }
}

fn earnings(ledger: &Ledger, history: &History, now_ms: u64) -> Earnings {
    let earned: Vec<_> = history.earned(now_ms).collect();
    let sum = |part: fn(&(&str, Amount, Amount)) -> Amount| queries::total(earned.iter().map(part)).to_string();
    let sources = earned.iter().map(|(source, total, today)| Source {
        source: (*source).to_owned(),
        today: today.to_string(),
        total: total.to_string(),
    });
    let maturing = ledger.maturing.iter().map(|waits| Maturing {
        receipt: waits.receipt.to_string(),
        source: waits.source.clone(),
        amount: waits.amount.to_string(),
        height: waits.height,
        seconds_left: waits.height.saturating_sub(ledger.height).saturating_mul(ledger.epoch_seconds),
        challenged: waits.challenged,
    });
    let each = history.pays.iter().rev().flat_map(|block| block.pays.iter().map(move |pay| (block, pay)));
    let recent = each.take(PAYS_SHOWN).map(|(block, pay)| Paid {
        time: rfc3339(block.time_ms),
        receipt: pay.receipt.to_string(),
        source: pay.source.clone(),
        amount: pay.amount.to_string(),
    });
    Earnings {
        today: sum(|(_, _, today)| *today),
        total: sum(|(_, total, _)| *total),
        pending: queries::total(ledger.maturing.iter().map(|waits| waits.amount)).to_string(),
        maturing: maturing.collect(),
        recent: recent.collect(),
        sources: sources.collect(),
    }
}

fn curves(watched: &Watched, ledger: &Ledger, history: &History) -> Curves {
    let loss: Vec<(u64, f64)> = history.points.iter().map(|point| (point.step, point.loss)).collect();
    let recent = &loss[loss.len().saturating_sub(CURVE_POINTS)..];
    let mut earned = vec![0.0; EPOCHS_SHOWN];
    for block in &history.pays {
        let age = ledger.height.checked_sub(block.height).and_then(|age| usize::try_from(age).ok());
        if let Some(slot) = age.and_then(|age| earned.iter_mut().rev().nth(age)) {
            let paid = queries::total(block.pays.iter().map(|pay| pay.amount));
            *slot = rounded(paid.nano() as f64 / 1e9);
        }
    }
    Curves {
        recent_loss: thinned(recent, CURVE_POINTS),
        loss: thinned(&loss, CURVE_POINTS),
        val_loss: thinned(&history.val, CURVE_POINTS / 2),
        tokens_per_second: watched.paces.iter().copied().collect(),
        earned,
    }
}
