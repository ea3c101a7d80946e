//! Receipts that wait for their pay, and minting.
//!
//! Invariants: this is the only place that mints; a receipt is paid once, after its window, and not while it is
//! challenged; the limits of the day and of the epoch hold whatever receipts say.

use super::accounts::{credit, mint};
use super::events::Event;
use super::network::{Context, DRAW_BLOCKS, Due, schedule};
use super::nodes::{Census, Node, Standing};
use super::receipts::WorkReceipt;
use super::reject::Reject;
use super::service::open_budgets;
use super::state::{Draft, Key, Record};
use crate::economics::limits::{mint_a_day, payable};
use crate::economics::rewards::Multipliers;
use crate::types::{Address, Amount, Factor, Hash, Height};
use borsh::{BorshDeserialize, BorshSerialize};

const DAY_SECONDS: u64 = 86_400;

/// How a reward comes about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize, serde::Serialize)]
pub struct Quote {
    /// Pay before multipliers.
    pub base: Amount,
    /// Multiplier of the roles.
    pub role: Factor,
    /// Multiplier of the stake.
    pub stake: Factor,
    /// Multiplier of scarcity.
    pub scarcity: Factor,
    /// Multiplier of the reputation.
    pub reputation: Factor,
    /// The product, rounded down, at most what a receipt is paid.
    pub reward: Amount,
}

impl Quote {
    /// Pay that nothing multiplies.
    pub(super) const fn plain(reward: Amount) -> Self {
        let one = Factor::ONE;
        Self { base: reward, role: one, stake: one, scarcity: one, reputation: one, reward }
    }

    /// Of a base, what multiplies it, and what comes out.
    pub(super) fn new(base: Amount, multipliers: &Multipliers, reward: Amount) -> Self {
        let Multipliers { role, stake, scarcity, reputation } = *multipliers;
        Self { base, role, stake, scarcity, reputation, reward }
    }
}

/// A node's part of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Share {
    /// Whose.
    pub node: Address,
    /// What it is to be paid.
    pub quote: Quote,
}

/// A receipt that waits.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Pending {
    /// As it was submitted.
    pub receipt: Option<WorkReceipt>,
    /// Height that included it.
    pub included: Height,
    /// Who is to be paid what.
    pub shares: Vec<Share>,
    /// The members who signed it.
    pub signers: Vec<Address>,
    /// Time that a segment of it took, rounded up.
    pub segment_seconds: u64,
    /// The challenge that it has to pass first.
    pub challenge: Option<Hash>,
}

/// Lets a receipt wait for its window to end and its spot check to be drawn.
pub fn wait(draft: &mut Draft<'_>, cx: &Context<'_>, id: Hash, pending: &Pending) {
    draft.put(id, pending);
    schedule(draft, cx.height.after(cx.parameters.challenge_epochs), Due::Mature(id));
    if cx.parameters.challenge_epochs >= DRAW_BLOCKS {
        schedule(draft, cx.height.after(DRAW_BLOCKS), Due::SpotCheck(id));
    }
}

/// The window of a receipt ended: pays it, unless a challenge is open. `left` is what this epoch may still mint.
pub fn mature(draft: &mut Draft<'_>, cx: &Context<'_>, id: Hash, left: &mut Amount) -> Result<(), Reject> {
    let pending: Pending = draft.get(id);
    if pending.receipt.is_none() || pending.challenge.is_some() {
        return Ok(());
    }
    draft.put(id, &Pending::default());
    open_budgets(draft, cx, id, &pending);
    for Share { node, quote } in pending.shares {
        pay(draft, cx, id, node, quote, left)?;
    }
    Ok(())
}

/// Mints the pay of a node for work that was checked or stood unchallenged.
pub fn pay(
    draft: &mut Draft<'_>,
    cx: &Context<'_>,
    id: Hash,
    at: Address,
    quote: Quote,
    left: &mut Amount,
) -> Result<(), Reject> {
    let mut node: Node = draft.get(at);
    let was_open = node.open.contains(&id);
    node.open.retain(|open| *open != id);
    if node.standing == Standing::Barred {
        draft.put(at, &node);
        return Ok(());
    }
    let seconds = cx.seconds();
    let a_day = mint_a_day(cx.parameters, node.slashable());
    let paid = payable(quote.reward, node.minted_today(seconds), a_day, *left);
    *left = left.saturating_sub(paid);
    let missing = cx.parameters.bond.saturating_sub(node.bond);
    let bond = if node.standing == Standing::Registered { paid.min(missing) } else { Amount::ZERO };
    node.bond = node.bond.checked_add(bond).ok_or(Reject::Overflow)?;
    node.note_minted(seconds, paid);
    if was_open {
        node.matured = node.matured.saturating_add(1);
        node.note_pay(seconds, paid);
        if !std::mem::replace(&mut node.active, true) {
            draft.update((), |census: &mut Census| census.active = census.active.saturating_add(1));
            schedule(draft, cx.height_after(DAY_SECONDS), Due::Expire(at));
        }
    }
    draft.put(at, &node);
    let payout = node.payout(at);
    mint(draft, paid)?;
    credit(draft, payout, paid.saturating_sub(bond))?;
    draft.tell(Event::Earned { receipt: id, node: at, payout, quote, paid, bond });
    Ok(())
}

/// Mints pay that only its amount is known of any more: for having been there, and for data.
pub fn pay_service(
    draft: &mut Draft<'_>,
    cx: &Context<'_>,
    at: Address,
    reward: Amount,
    left: &mut Amount,
) -> Result<(), Reject> {
    pay(draft, cx, Hash::default(), at, Quote::plain(reward), left)
}

/// A receipt is not paid after all.
pub fn void(draft: &mut Draft<'_>, id: Hash) {
    let pending: Pending = draft.get(id);
    if pending.receipt.is_none() {
        return;
    }
    draft.put(id, &Pending::default());
    for share in pending.shares {
        draft.update(share.node, |node: &mut Node| {
            node.open.retain(|open| *open != id);
            node.voided = node.voided.saturating_add(1);
        });
    }
    draft.tell(Event::Voided { receipt: id });
}

impl Record for Pending {
    type Id = Hash;

    fn key(id: Hash) -> Key {
        Key::Receipt(id)
    }
}
