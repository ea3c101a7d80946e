//! What recent work would have earned under other parameters.
//!
//! Each receipt that a block of the last ones paid is quoted again: by its tokens and stage, and by what its quote says of
//! stake, holders and reputation. The limits of the receipt, the day and the epoch are the new ones. Nothing else is played
//! again: whoever would have worked more or less for another pay is not known. Invariant: under the parameters that were in
//! force, what would be earned is what was, as far as limits did not cut it.

use crate::economics::Parameters;
use crate::economics::limits::{mint_a_day, payable};
use crate::economics::parameters::{ParameterError, Value};
use crate::economics::rewards::{Multipliers, Roles, reward};
use crate::governance::id::NepId;
use crate::ledger::events::Event;
use crate::ledger::maturity::Quote;
use crate::ledger::neps::{Governance, Nep, Status};
use crate::ledger::network::Network;
use crate::ledger::nodes::Node;
use crate::ledger::receipts::{WorkKind, WorkReceipt};
use crate::ledger::rounds::Stage;
use crate::ledger::state::{State, read};
use crate::ledger::transaction::Action;
use crate::store::{Entry, LedgerStore, StoreError};
use crate::types::{Address, Amount, Hash, Height};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Blocks that are looked at, at most.
const EPOCHS_MAX: u64 = 100_000;
/// Mentions of a receipt that are read to find it.
const MENTIONS_MAX: usize = 8;
const DAY_MS: u64 = 86_400_000;

/// A parameter and a value for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Proposed {
    /// The entry's name.
    pub name: String,
    /// As its kind is written.
    pub value: String,
}

/// What is to be computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SimulationRequest {
    /// What would be other than it is.
    pub changes: Vec<Proposed>,
    /// Blocks to look back.
    pub epochs: u64,
}

/// What a node earned, and would have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SimulatedAnswer {
    /// The node.
    pub node: Address,
    /// Pays of it.
    pub receipts: u64,
    /// What it earned.
    pub earned: Amount,
    /// What it would have.
    pub would_earn: Amount,
}

/// All nodes that earned something, those that earned most first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SimulationAnswer {
    /// The first block that was looked at.
    pub first: u64,
    /// The last one.
    pub last: u64,
    /// Each node.
    pub nodes: Vec<SimulatedAnswer>,
}

/// Why nothing can be computed.
#[derive(Debug, thiserror::Error)]
pub enum SimulationError {
    /// The ledger's file.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A value that can't be.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
}

/// Pays of the last blocks under other parameters.
pub fn simulate(store: &LedgerStore, request: &SimulationRequest) -> Result<SimulationAnswer, SimulationError> {
    let view = store.view()?;
    let now: Parameters = read(&view, ());
    let last = read::<crate::ledger::network::Tip>(&view, ()).height.0;
    let first = last.saturating_sub(request.epochs.clamp(1, EPOCHS_MAX) - 1).max(1);
    let (days, nodes) = (BTreeMap::new(), BTreeMap::new());
    let past = past(&view, now, &request.changes)?;
    let mut replay = Replay { store, view: &view, past, days, nodes };
    for height in first..=last {
        replay.block(Height(height))?;
    }
    let mut nodes: Vec<SimulatedAnswer> = replay.nodes.into_values().collect();
    nodes.sort_by_key(|node| std::cmp::Reverse(node.earned));
    Ok(SimulationAnswer { first, last, nodes })
}

/// Parameters with changes.
fn proposed(parameters: &Parameters, changes: &[Proposed]) -> Result<Parameters, ParameterError> {
    let mut new = parameters.clone();
    for Proposed { name, value } in changes {
        new.set(name, Value::parse(name, value)?)?;
    }
    Ok(new)
}

/// The parameters that were in force, from which height on: what activated proposals changed is taken back one by one.
fn past(view: &dyn State, now: Parameters, proposals: &[Proposed]) -> Result<Vec<Past>, ParameterError> {
    let count = read::<Governance>(view, ()).count;
    let neps = (1..=count).map(|number| read::<Nep>(view, NepId(number)));
    let activated = neps.filter(|nep| matches!(nep.status, Status::Active | Status::Deprecated));
    let mut changes: Vec<(u64, Nep)> = activated.filter_map(|nep| Some((nep.activation?.0, nep))).collect();
    changes.sort_by_key(|(height, _)| std::cmp::Reverse(*height));
    let mut past = Vec::new();
    let mut parameters = now;
    for (height, nep) in changes {
        past.push(Past { from: height, new: proposed(&parameters, proposals)?, old: parameters.clone() });
        for change in nep.changes {
            // It was in the table once, so it is still.
            let _ = Value::parse(&change.name, &change.old).and_then(|old| parameters.set(&change.name, old));
        }
    }
    past.push(Past { from: 0, new: proposed(&parameters, proposals)?, old: parameters });
    Ok(past)
}

/// What was in force from a height on, and what would have been with the proposed changes.
struct Past {
    from: u64,
    old: Parameters,
    new: Parameters,
}

struct Replay<'a> {
    store: &'a LedgerStore,
    view: &'a dyn State,
    /// The latest first; the last of all is as the chain began.
    past: Vec<Past>,
    /// What each node would have been minted on each day.
    days: BTreeMap<(Address, u64), Amount>,
    nodes: BTreeMap<Address, SimulatedAnswer>,
}

impl Replay<'_> {
    fn block(&mut self, height: Height) -> Result<(), StoreError> {
        let Some(events) = self.store.block_events(height)? else { return Ok(()) };
        let Some(new) = self.at(height).map(|past| past.new.clone()) else { return Ok(()) };
        let mut left = new.epoch_max;
        for (time_ms, event) in events {
            let Event::Earned { receipt, node, quote, paid, .. } = event else { continue };
            let would = self.quote(receipt, node, &quote)?;
            let day = self.days.entry((node, time_ms / DAY_MS)).or_default();
            let a_day = mint_a_day(&new, read::<Node>(self.view, node).slashable());
            let would = payable(would, *day, a_day, left);
            *day = add(*day, would);
            left = left.saturating_sub(would);
            let empty = SimulatedAnswer { node, receipts: 0, earned: Amount::ZERO, would_earn: Amount::ZERO };
            let sum = self.nodes.entry(node).or_insert(empty);
            sum.receipts += 1;
            (sum.earned, sum.would_earn) = (add(sum.earned, paid), add(sum.would_earn, would));
        }
        Ok(())
    }

    /// What a pay would be; what is paid for other things than training is as it was.
    fn quote(&self, receipt: Hash, node: Address, quote: &Quote) -> Result<Amount, StoreError> {
        let Some((included, work)) = self.work(receipt)? else { return Ok(quote.reward) };
        let Some(Past { old, new, .. }) = self.at(included) else { return Ok(quote.reward) };
        let Some(member) = work.members.iter().find(|member| member.node == node) else { return Ok(quote.reward) };
        let pay = |parameters: &Parameters| match work.kind {
            WorkKind::Training => parameters.training_pay,
            WorkKind::Async => parameters.async_pay,
        };
        // base = pay · layers · tokens / batch tokens: what was counted is read back from it.
        let base = quote.base.checked_ratio(old.batch_tokens, new.batch_tokens);
        let base = base.and_then(|base| ratio(base, pay(new), pay(old))).unwrap_or(Amount::MAX);
        let units = read::<Network>(self.view, ()).units;
        let stage = member.stage;
        let roles = Roles { embedding: stage.has(0), head: holds_head(stage, units), training: true };
        let Quote { role, stake, scarcity, reputation, .. } = *quote;
        let before = Multipliers { role, stake, scarcity, reputation };
        let multipliers = before.under(roles, read::<Node>(self.view, node).backing, old, new);
        Ok(reward(new, base, &multipliers))
    }

    /// What was in force at a height.
    fn at(&self, height: Height) -> Option<&Past> {
        self.past.iter().find(|past| past.from <= height.0)
    }

    /// The receipt of a pay and the block that took it, while that is kept.
    fn work(&self, receipt: Hash) -> Result<Option<(Height, WorkReceipt)>, StoreError> {
        let mentions = self.store.mentions(&receipt.0, MENTIONS_MAX)?;
        Ok(mentions.into_iter().find_map(|entry| match entry {
            Entry::Transaction(located) => match located.signed.transaction.action {
                Action::WorkReceipt(work) => Some((located.height, *work)),
                _ => None,
            },
            Entry::Event { .. } => None,
        }))
    }
}

fn holds_head(stage: Stage, units: u32) -> bool {
    stage.has(units.saturating_sub(1))
}

fn add(a: Amount, b: Amount) -> Amount {
    a.checked_add(b).unwrap_or(Amount::MAX)
}

/// `amount · numerator / denominator`; 0 where there was no pay to read anything back from.
fn ratio(amount: Amount, numerator: Amount, denominator: Amount) -> Option<Amount> {
    let product = amount.nano().checked_mul(numerator.nano())?;
    Some(Amount::from_nano(product.checked_div(denominator.nano()).unwrap_or(0)))
}
