//! Nodes: registering, what they say of themselves, how they behaved, and leaving.
//!
//! Invariants: a node's address is that of its own account; what it says of itself is worth nothing by itself; whoever was
//! caught cheating never registers again.

use super::accounts::credit;
use super::events::Event;
use super::network::{Context, Due, Tip, drawn, schedule};
use super::reject::Reject;
use super::state::{Draft, Key, Record};
use crate::economics::reputation::{History, reputation};
use crate::types::{Address, Amount, ChainId, Domain, Factor, Hash, Height};
use borsh::{BorshDeserialize, BorshSerialize};

/// Longest name of a device.
pub const DEVICE_BYTES_MAX: usize = 64;
/// Epochs that uptime looks back.
const UPTIME_EPOCHS: u64 = 1440;
/// Hours that matured pay counts for.
const PAY_HOURS: u64 = 24;
/// Draws for each node that is wanted, before the search is given up.
const DRAWS_EACH: u64 = 16;
const HOUR_SECONDS: u64 = 3600;
const DAY_SECONDS: u64 = 86_400;

/// What a node says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize, serde::Serialize)]
pub struct Announcement {
    /// Where its pay goes; the node's own account if nothing is named.
    pub payout: Option<Address>,
    /// The device that it works on, for display.
    pub device: String,
    /// The device's memory.
    pub memory_mb: u32,
    /// Speed tier, 1 to 5.
    pub tier: u8,
    /// Major, minor and patch version of the protocol that it speaks.
    pub version: [u16; 3],
    /// Bits for optional features.
    pub features: u64,
}

/// A number that makes a registration's hash begin with enough zero bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Work(pub u64);

/// Where a node stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[borsh(use_discriminant = true)]
pub enum Standing {
    /// Never registered; stake may stand behind it all the same.
    #[default]
    Unknown = 0,
    /// At work.
    Registered = 1,
    /// On its way out.
    Left = 2,
    /// Caught cheating.
    Barred = 3,
}

/// A node's record.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Node {
    /// Where it stands.
    pub standing: Standing,
    /// What it says of itself.
    pub announcement: Announcement,
    /// When it registered.
    pub since: Height,
    /// Its first earnings, which are held back.
    pub bond: Amount,
    /// Stake locked behind it.
    pub backing: Amount,
    /// Stake behind it that cools down and can still be slashed.
    pub cooling: Amount,
    /// The day since 1970 in which it last minted, and how much in it.
    pub minted: (u64, Amount),
    /// The hour since 1970 of its last receipt, and how many in it.
    pub receipts: (u64, u64),
    /// Receipts of quorums that it leads; the next one has this nonce.
    pub nonce: u64,
    /// The first round that it has not claimed.
    pub claimed: u64,
    /// The last epoch that an uptime receipt of it covers.
    pub uptime: Height,
    /// Receipts that wait to mature.
    pub open: Vec<Hash>,
    /// Receipts that matured.
    pub matured: u64,
    /// Receipts that were voided.
    pub voided: u64,
    /// Epochs that others saw it work in.
    pub coverage: Coverage,
    /// Training pay by the hour since 1970 in which it matured.
    pub pay: Vec<(u64, Amount)>,
    /// Whether it counts as active.
    pub active: bool,
    /// The challenge that a receipt of it has to pass.
    pub challenge: Option<Hash>,
    /// The day since 1970 of its last challenge for nothing, counted from 1.
    pub free_challenge: u64,
}

/// Epochs of the last 1,440, as bits at the epoch modulo 1,440.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Coverage {
    until: Height,
    bits: Vec<u64>,
}

/// How many nodes there are.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Census {
    /// Ever registered.
    pub registered: u64,
    /// With a receipt that matured in the last 24 hours.
    pub active: u64,
}

/// The node that registered at this place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Nth(pub Option<Address>);

/// Leading zero bits of the work that a registration shows.
#[must_use]
pub fn work_bits(chain: ChainId, node: Address, work: Work) -> u32 {
    const DOMAIN: Domain = Domain::new("registration");
    let hash = Hash::of(&DOMAIN, &(chain, node, work));
    let mut bits: u32 = 0;
    for byte in hash.0 {
        bits = bits.saturating_add(byte.leading_zeros());
        if byte != 0 {
            break;
        }
    }
    bits
}

/// Registers the sender as a node.
pub fn register(
    draft: &mut Draft<'_>,
    cx: &Context<'_>,
    from: Address,
    announcement: Announcement,
    work: Work,
) -> Result<(), Reject> {
    let mut node: Node = draft.get(from);
    match node.standing {
        Standing::Barred => return Err(Reject::Barred(from)),
        Standing::Registered | Standing::Left => return Err(Reject::Registered(from)),
        Standing::Unknown => {}
    }
    let (got, want) = (work_bits(cx.network.chain, from, work), cx.parameters.registration_bits);
    if u64::from(got) < want {
        return Err(Reject::ProofOfWork { got, want });
    }
    let most = cx.parameters.registrations_max;
    let count = draft.update((), |tip: &mut Tip| {
        tip.registrations = tip.registrations.saturating_add(1);
        tip.registrations
    });
    if count > most {
        return Err(Reject::Limit { what: "registrations an epoch", most });
    }
    check(&announcement)?;
    let place = draft.update((), |census: &mut Census| {
        let place = census.registered;
        census.registered = place.saturating_add(1);
        place
    });
    draft.put(place, &Nth(Some(from)));
    node.standing = Standing::Registered;
    node.announcement = announcement;
    node.since = cx.height;
    draft.put(from, &node);
    Ok(())
}

/// Changes what the sender's node says of itself.
pub fn announce(draft: &mut Draft<'_>, from: Address, announcement: Announcement) -> Result<(), Reject> {
    check(&announcement)?;
    let mut node = registered(draft, from)?;
    node.announcement = announcement;
    draft.put(from, &node);
    Ok(())
}

/// The sender's node leaves for good; its bond stays slashable until it is released.
pub fn leave(draft: &mut Draft<'_>, cx: &Context<'_>, from: Address) -> Result<(), Reject> {
    let mut node = registered(draft, from)?;
    node.standing = Standing::Left;
    draft.put(from, &node);
    schedule(draft, cx.height_after(cx.parameters.bond_release_seconds), Due::Release(from));
    Ok(())
}

/// Gives the bond of a node that left back.
pub fn release(draft: &mut Draft<'_>, at: Address) -> Result<(), Reject> {
    let mut node: Node = draft.get(at);
    let amount = std::mem::take(&mut node.bond);
    if node.standing != Standing::Left || amount.is_zero() {
        return Ok(());
    }
    draft.put(at, &node);
    draft.tell(Event::BondReleased { node: at, amount });
    credit(draft, node.payout(at), amount)
}

/// The record of a node that is at work.
pub fn registered(draft: &Draft<'_>, at: Address) -> Result<Node, Reject> {
    let node: Node = draft.get(at);
    match node.standing {
        Standing::Registered => Ok(node),
        Standing::Unknown => Err(Reject::NoNode(at)),
        Standing::Left => Err(Reject::Left(at)),
        Standing::Barred => Err(Reject::Barred(at)),
    }
}

/// A node may no longer count as active: looks again.
pub fn expire(draft: &mut Draft<'_>, cx: &Context<'_>, at: Address) {
    let mut node: Node = draft.get(at);
    if !node.active {
        return;
    }
    if node.pay_of_a_day(cx.seconds()).is_some() {
        schedule(draft, cx.height_after(HOUR_SECONDS), Due::Expire(at));
        return;
    }
    node.active = false;
    draft.put(at, &node);
    draft.update((), |census: &mut Census| census.active = census.active.saturating_sub(1));
}

/// Draws up to `wanted` registered nodes out of entropy, leaving out those that `may` refuses. Few nodes are gone through from
/// a drawn place, so that all are found; of many, places are drawn one by one.
pub fn pick(
    draft: &Draft<'_>,
    entropy: Hash,
    subject: Hash,
    wanted: usize,
    may: impl Fn(Address) -> bool,
) -> Vec<Address> {
    let registered = draft.get::<Census>(()).registered;
    let tries = (wanted as u64).saturating_mul(DRAWS_EACH);
    let mut picked: Vec<Address> = Vec::new();
    for number in 0..tries.min(registered) {
        let place = if registered <= tries {
            drawn(entropy, subject, 0).checked_rem(registered).unwrap_or(0).saturating_add(number)
        } else {
            drawn(entropy, subject, number)
        };
        let Nth(found) = draft.get(place.checked_rem(registered).unwrap_or(0));
        let found = found.filter(|node| !picked.contains(node) && may(*node));
        picked.extend(found.filter(|node| draft.get::<Node>(*node).standing == Standing::Registered));
        if picked.len() >= wanted {
            break;
        }
    }
    picked
}

fn check(announcement: &Announcement) -> Result<(), Reject> {
    if announcement.device.len() > DEVICE_BYTES_MAX || announcement.device.chars().any(char::is_control) {
        return Err(Reject::Malformed(
            "the device's name is longer than 64 bytes or has control characters".to_owned(),
        ));
    }
    if !(1..=5).contains(&announcement.tier) {
        return Err(Reject::Malformed(format!("tier {} is none: 1 to 5 are", announcement.tier)));
    }
    Ok(())
}

impl Node {
    /// Where its pay goes.
    #[must_use]
    pub fn payout(&self, at: Address) -> Address {
        self.announcement.payout.unwrap_or(at)
    }

    /// All that can be taken from it.
    #[must_use]
    pub fn slashable(&self) -> Amount {
        let parts = [self.backing, self.cooling, self.bond];
        parts.into_iter().fold(Amount::ZERO, |sum, part| sum.checked_add(part).unwrap_or(Amount::MAX))
    }

    /// Its reputation `r`.
    #[must_use]
    pub fn reputation(&self, now: Height) -> Factor {
        if self.matured == 0 && self.voided == 0 {
            return Factor::ZERO;
        }
        let epochs = now.0.saturating_sub(self.since.0).min(UPTIME_EPOCHS);
        let covered = self.coverage.count(now);
        reputation(&History { epochs, covered, matured: self.matured, voided: self.voided })
    }

    /// Notes that pay for training matured.
    pub fn note_pay(&mut self, seconds: u64, amount: Amount) {
        let hour = seconds / HOUR_SECONDS;
        self.pay.retain(|(at, _)| at.saturating_add(PAY_HOURS) > hour);
        match self.pay.last_mut().filter(|(at, _)| *at == hour) {
            Some((_, sum)) => *sum = sum.checked_add(amount).unwrap_or(Amount::MAX),
            None => self.pay.push((hour, amount)),
        }
    }

    /// Training pay that matured in the last 24 hours, if any receipt did.
    #[must_use]
    pub fn pay_of_a_day(&self, seconds: u64) -> Option<Amount> {
        let hour = seconds / HOUR_SECONDS;
        let recent = self.pay.iter().filter(|(at, _)| at.saturating_add(PAY_HOURS) > hour);
        recent.map(|(_, amount)| *amount).reduce(|sum, amount| sum.checked_add(amount).unwrap_or(Amount::MAX))
    }

    /// What it minted today.
    #[must_use]
    pub fn minted_today(&self, seconds: u64) -> Amount {
        let (day, amount) = self.minted;
        if day == seconds / DAY_SECONDS { amount } else { Amount::ZERO }
    }

    /// Notes what it minted.
    pub fn note_minted(&mut self, seconds: u64, amount: Amount) {
        let today = self.minted_today(seconds).checked_add(amount).unwrap_or(Amount::MAX);
        self.minted = (seconds / DAY_SECONDS, today);
    }

    /// Counts a receipt of this hour, if it may make one.
    pub fn count_receipt(&mut self, cx: &Context<'_>) -> Result<(), Reject> {
        let (hour, most) = (cx.seconds() / HOUR_SECONDS, cx.parameters.receipts_per_hour);
        let before = if self.receipts.0 == hour { self.receipts.1 } else { 0 };
        if before >= most {
            return Err(Reject::Limit { what: "receipts an hour", most });
        }
        self.receipts = (hour, before.saturating_add(1));
        Ok(())
    }

    /// Whether it has its challenge for nothing of this day left; takes it if so.
    pub fn take_free_challenge(&mut self, seconds: u64) -> bool {
        let today = (seconds / DAY_SECONDS).saturating_add(1);
        std::mem::replace(&mut self.free_challenge, today) != today
    }
}

impl Coverage {
    /// Notes that epochs from after `from` to `to` were covered.
    pub fn mark(&mut self, from: Height, to: Height) {
        self.bits.resize(UPTIME_EPOCHS.div_ceil(64) as usize, 0);
        for epoch in self.until.0.saturating_add(1).max(to.0.saturating_sub(UPTIME_EPOCHS))..=to.0 {
            self.set(epoch, false);
        }
        self.until = self.until.max(to);
        let oldest = self.until.0.saturating_sub(UPTIME_EPOCHS);
        for epoch in from.0.max(oldest).saturating_add(1)..=to.0 {
            self.set(epoch, true);
        }
    }

    /// Epochs covered of the last 1,440 before `now`.
    #[must_use]
    pub fn count(&self, now: Height) -> u64 {
        let oldest = now.0.saturating_sub(UPTIME_EPOCHS).saturating_add(1);
        let epochs = oldest.max(self.until.0.saturating_sub(UPTIME_EPOCHS).saturating_add(1))..=self.until.0;
        epochs.filter(|epoch| self.get(*epoch)).count() as u64
    }

    fn place(epoch: u64) -> (usize, u64) {
        let at = epoch % UPTIME_EPOCHS;
        ((at / 64) as usize, 1 << (at % 64))
    }

    fn get(&self, epoch: u64) -> bool {
        let (word, bit) = Self::place(epoch);
        self.bits.get(word).is_some_and(|word| word & bit != 0)
    }

    fn set(&mut self, epoch: u64, covered: bool) {
        let (word, bit) = Self::place(epoch);
        if let Some(word) = self.bits.get_mut(word) {
            *word = if covered { *word | bit } else { *word & !bit };
        }
    }
}

impl Record for Node {
    type Id = Address;

    fn key(id: Address) -> Key {
        Key::Node(id)
    }

    /// The bond; what is staked behind it is in the stakers' records.
    fn holds(&self) -> Option<Amount> {
        Some(self.bond)
    }
}

impl Record for Census {
    type Id = ();

    fn key((): ()) -> Key {
        Key::Census
    }
}

impl Record for Nth {
    type Id = u64;

    fn key(id: u64) -> Key {
        Key::Nth(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn pay_counts_for_a_day() {
        let mut node = Node::default();
        assert_eq!(node.pay_of_a_day(0), None);
        node.note_pay(0, Amount::from_neuro(1));
        node.note_pay(1800, Amount::from_neuro(2));
        node.note_pay(3600, Amount::from_neuro(4));
        assert_eq!(node.pay_of_a_day(7200), Some(Amount::from_neuro(7)));
        assert_eq!(node.pay_of_a_day(DAY_SECONDS), Some(Amount::from_neuro(4)));
        assert_eq!(node.pay_of_a_day(2 * DAY_SECONDS), None);
    }

    #[test]
    fn one_challenge_a_day_is_for_nothing() {
        let mut node = Node::default();
        let tries: Vec<bool> = [0, 5, DAY_SECONDS, DAY_SECONDS].map(|now| node.take_free_challenge(now)).into();
        assert_eq!(tries, [true, false, true, false]);
    }

    proptest! {
        #[test]
        fn prop_coverage_counts_each_epoch_of_the_last_day_once(spans in proptest::collection::vec((0u64..4000, 0u64..900), 0..12), ahead in 0u64..2000) {
            let mut coverage = Coverage::default();
            let (mut covered, mut latest) = (BTreeSet::new(), 0);
            for (from, length) in spans {
                // What is older than the newest receipt by a day is gone when that one comes.
                coverage.mark(Height(from), Height(from + length));
                latest = latest.max(from + length);
                covered.extend(from + 1..=from + length);
                covered = covered.split_off(&(latest.saturating_sub(UPTIME_EPOCHS) + 1));
            }
            let now = latest + ahead;
            let want = covered.range(now.saturating_sub(UPTIME_EPOCHS) + 1..).count() as u64;
            prop_assert_eq!(coverage.count(Height(now)), want);
        }
    }
}
