//! Pay for what is no training: being there while idle, and giving training data to others.
//!
//! Both are claimed with others' signatures and paid after the same window as training. Invariants: the witnesses of an
//! uptime are drawn by hashes that nobody knew when it began; no epoch of a node is paid twice, neither as uptime nor
//! beside training; data are paid at most as the receiver's own matured receipt allows.

use super::maturity::{Pending, Quote, Share};
use super::network::{Context, DRAW_BLOCKS, Due, entropy, schedule};
use super::nodes::{Node, pick, registered};
use super::reject::{Invalid, Reject};
use super::state::{Draft, Key, Record};
use crate::economics::rewards::{Multipliers, Roles, reward};
use crate::types::{Address, Amount, ChainId, Domain, Factor, Hash, Height, PublicKey, Signature};
use borsh::{BorshDeserialize, BorshSerialize};

/// Peers that have to sign an uptime.
const WITNESSES: usize = 3;
/// Epochs after a training receipt matured in which its data can be claimed.
const DATA_EPOCHS: u64 = 60;

/// A claim of pay for having been there.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct UptimeReceipt {
    /// From after this epoch
    pub from: Height,
    /// to this one.
    pub to: Height,
    /// Of [`witnesses`], over [`UptimeReceipt::id`].
    pub signatures: Vec<(PublicKey, Signature)>,
}

/// A claim of pay for training data that were given to a node.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct DataReceipt {
    /// The training receipt that the data were for.
    pub receipt: Hash,
    /// How many samples.
    pub samples: u64,
    /// Who received them.
    pub receiver: PublicKey,
    /// Of the receiver, over [`DataReceipt::id`].
    pub signature: Signature,
}

/// What a node's matured training receipt still lets others claim for its data.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct DataBudget {
    /// Samples that were assigned to it.
    pub samples: u64,
    /// NEURO that they are paid at most.
    pub pay: Amount,
}

impl UptimeReceipt {
    /// What its witnesses sign.
    #[must_use]
    pub fn id(&self, chain: ChainId, node: Address) -> Hash {
        const DOMAIN: Domain = Domain::new("uptime receipt");
        Hash::of(&DOMAIN, &(chain, node, self.from, self.to))
    }
}

impl DataReceipt {
    /// What the receiver signs, for whoever gave the data.
    #[must_use]
    pub fn id(&self, chain: ChainId, provider: Address) -> Hash {
        const DOMAIN: Domain = Domain::new("data receipt");
        Hash::of(&DOMAIN, &(chain, provider, self.receipt, self.samples))
    }
}

/// Who has to witness that a node is there after an epoch; known some blocks later, and the same to the interval's end.
/// Nobody, where the blocks that decide it are to come or not remembered any more.
#[must_use]
pub fn witnesses(draft: &Draft<'_>, node: Address, from: Height) -> Vec<Address> {
    const DOMAIN: Domain = Domain::new("witness draw");
    let subject = Hash::of(&DOMAIN, &(node, from));
    entropy(draft, from).map_or(Vec::new(), |entropy| pick(draft, entropy, subject, WITNESSES, |other| other != node))
}

/// Takes a claim of pay for having been there.
pub fn uptime(draft: &mut Draft<'_>, cx: &Context<'_>, from: Address, receipt: &UptimeReceipt) -> Result<(), Reject> {
    if !cx.parameters.uptime_switch {
        return Err(Reject::Off("switch.uptime"));
    }
    let mut node = registered(draft, from)?;
    if node.bond < cx.parameters.bond {
        return Err(Invalid::NoBond { node: from, have: node.bond, need: cx.parameters.bond }.into());
    }
    let (first, last) = (receipt.from, receipt.to);
    // The draw looks at blocks that are still remembered, and was known before the interval's end.
    let decided = entropy(draft, first).is_some() && last >= first.after(DRAW_BLOCKS);
    if first < node.uptime.max(node.since) || last >= cx.height || !decided {
        return Err(Invalid::Interval.into());
    }
    node.count_receipt(cx)?;
    let chosen = witnesses(draft, from, first);
    let (id, want) = (receipt.id(cx.network.chain, from), WITNESSES);
    let mut signed: Vec<Address> = Vec::new();
    for (key, signature) in receipt.signatures.iter().take(WITNESSES) {
        let address = Address::of(key);
        if chosen.contains(&address) && !signed.contains(&address) {
            key.verify(&id, signature)?;
            signed.push(address);
        }
    }
    if signed.len() < WITNESSES {
        return Err(Invalid::Witnesses { got: signed.len(), want }.into());
    }
    let epochs = last.0.saturating_sub(first.0);
    let seconds = epochs.saturating_mul(cx.parameters.epoch_seconds);
    let base = cx.parameters.uptime_pay.checked_ratio(seconds, 60).ok_or(Reject::Overflow)?;
    let quote = quote(cx, &node, base);
    node.coverage.mark(first, last);
    node.uptime = last;
    draft.put(from, &node);
    schedule(draft, cx.height.after(cx.parameters.challenge_epochs), Due::PayUptime(from, quote.reward));
    Ok(())
}

/// Takes a claim of pay for data given.
pub fn data(draft: &mut Draft<'_>, cx: &Context<'_>, from: Address, receipt: &DataReceipt) -> Result<(), Reject> {
    if !cx.parameters.data_switch {
        return Err(Reject::Off("switch.data"));
    }
    let mut node = registered(draft, from)?;
    let receiver = Address::of(&receipt.receiver);
    if receiver == from {
        return Err(Invalid::Stranger(from).into());
    }
    receipt.receiver.verify(&receipt.id(cx.network.chain, from), &receipt.signature)?;
    let mut budget: DataBudget = draft.get((receipt.receipt, receiver));
    if receipt.samples == 0 || receipt.samples > budget.samples {
        return Err(Invalid::Samples { got: receipt.samples, left: budget.samples }.into());
    }
    node.count_receipt(cx)?;
    let base = cx.parameters.data_pay.checked_mul(receipt.samples).ok_or(Reject::Overflow)?;
    let pay = quote(cx, &node, base).reward.min(budget.pay);
    budget.samples = budget.samples.saturating_sub(receipt.samples);
    budget.pay = budget.pay.saturating_sub(pay);
    draft.put((receipt.receipt, receiver), &budget);
    draft.put(from, &node);
    schedule(draft, cx.height.after(cx.parameters.challenge_epochs), Due::PayData(from, pay));
    Ok(())
}

/// Lets others claim for the data of a training receipt that matured.
pub fn open_budgets(draft: &mut Draft<'_>, cx: &Context<'_>, id: Hash, pending: &Pending) {
    let Some(work) = &pending.receipt else { return };
    for (member, Share { node, quote }) in work.members.iter().zip(&pending.shares) {
        let samples = member.tokens.checked_div(cx.parameters.sample_tokens).unwrap_or(0);
        let pay = quote.reward.checked_scale(cx.parameters.data_share).unwrap_or(Amount::ZERO);
        draft.put((id, *node), &DataBudget { samples, pay });
        schedule(draft, cx.height.after(DATA_EPOCHS), Due::CloseBudget(id, *node));
    }
}

/// Pay without a role: what is served is not trained.
fn quote(cx: &Context<'_>, node: &Node, base: Amount) -> Quote {
    let none = Roles::default();
    let multipliers = Multipliers {
        scarcity: Factor::ONE,
        ..Multipliers::of(cx.parameters, none, node.backing, 0, 1, node.reputation(cx.height))
    };
    Quote::new(base, &multipliers, reward(cx.parameters, base, &multipliers))
}

impl Record for DataBudget {
    type Id = (Hash, Address);

    fn key((receipt, node): (Hash, Address)) -> Key {
        Key::DataBudget(receipt, node)
    }
}
