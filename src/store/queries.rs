//! What people ask of the past: blocks, transactions, what happened to an address.

use super::StoreError;
use super::ledger::{Finalised, LedgerStore};
use super::tables::{BLOCKS, Final, HEADERS, MENTIONS, RESULTS, Results, decode};
use crate::ledger::apply::Executed;
use crate::ledger::block::Block;
use crate::ledger::events::Event;
use crate::ledger::reject::Outcome;
use crate::ledger::transaction::{Action, SignedTransaction};
use crate::types::{Address, Hash, Height};
use std::collections::BTreeSet;

/// A transaction and what became of it.
#[derive(Debug, Clone)]
pub struct Located {
    /// The block that has it.
    pub height: Height,
    /// That block's time.
    pub time_ms: u64,
    /// The transaction.
    pub signed: SignedTransaction,
    /// How it ended.
    pub outcome: Outcome,
    /// What happened by it.
    pub events: Vec<Event>,
}

/// Something that happened at a height: a transaction, or what a block did by itself.
#[derive(Debug, Clone)]
pub enum Entry {
    /// A transaction.
    Transaction(Box<Located>),
    /// An event of the block itself.
    Event {
        /// The block.
        height: Height,
        /// Its time.
        time_ms: u64,
        /// What happened.
        event: Event,
    },
}

impl LedgerStore {
    /// A block's header and certificate.
    pub fn header(&self, height: Height) -> Result<Option<Finalised>, StoreError> {
        let headers = self.db.begin_read()?.open_table(HEADERS)?;
        let Some(value) = headers.get_owned(height.0)? else { return Ok(None) };
        let (header, certificate) = decode::<Final>(value.value()).ok_or_else(|| self.damaged("a header is none"))?;
        Ok(Some(Finalised { header, certificate }))
    }

    /// A block, unless it is to come or was pruned.
    pub fn block(&self, height: Height) -> Result<Option<Block>, StoreError> {
        let blocks = self.db.begin_read()?.open_table(BLOCKS)?;
        let Some(value) = blocks.get_owned(height.0)? else { return Ok(None) };
        decode(value.value()).map(Some).ok_or_else(|| self.damaged("a block is none"))
    }

    fn results(&self, height: Height) -> Result<Results, StoreError> {
        let results = self.db.begin_read()?.open_table(RESULTS)?;
        let Some(value) = results.get_owned(height.0)? else { return Ok(Results::default()) };
        decode(value.value()).ok_or_else(|| self.damaged("a block's results are none"))
    }

    /// What happened in a block, with its time; nothing of one that is to come or was pruned.
    pub fn block_events(&self, height: Height) -> Result<Option<Vec<(u64, Event)>>, StoreError> {
        let Some(block) = self.header(height)? else { return Ok(None) };
        let time_ms = block.header.time_ms;
        let events = self.results(height)?.events.into_iter().flatten();
        Ok(Some(events.map(|event| (time_ms, event)).collect()))
    }

    /// What happened in blocks that mention a subject, the newest first, `limit` blocks of it.
    pub fn mentions(&self, subject: &[u8], limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.mentions_from(subject, 0, limit)
    }

    /// The same, of blocks after one.
    pub fn mentions_after(&self, subject: &[u8], after: Height, limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.mentions_from(subject, after.after(1).0, limit)
    }

    fn mentions_from(&self, subject: &[u8], from: u64, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let mentions = self.db.begin_read()?.open_table(MENTIONS)?;
        let mut entries = Vec::new();
        let range = mentions.range_owned::<(&[u8], u64)>((subject, from)..=(subject, u64::MAX))?;
        for pair in range.rev().take(limit) {
            let (key, _) = pair?;
            let height = Height(key.value().1);
            let Some(block) = self.block(height)? else { continue };
            let results = self.results(height)?;
            let time_ms = block.header.time_ms;
            let mut here = Vec::new();
            let done = block.transactions.into_iter().zip(results.outcomes).zip(&results.events);
            for ((signed, outcome), events) in done {
                if transaction_subjects(&signed, events).contains(subject) {
                    let events = events.clone();
                    here.push(Entry::Transaction(Box::new(Located { height, time_ms, signed, outcome, events })));
                }
            }
            for event in results.events.last().into_iter().flatten() {
                if event_subjects(event).contains(subject) {
                    here.push(Entry::Event { height, time_ms, event: event.clone() });
                }
            }
            here.reverse();
            entries.extend(here);
        }
        Ok(entries)
    }

    /// A transaction by its id.
    pub fn transaction(&self, id: Hash) -> Result<Option<Located>, StoreError> {
        let found = self.mentions(&id.0, 1)?.into_iter().find_map(|entry| match entry {
            Entry::Transaction(located) if located.signed.transaction.id() == id => Some(*located),
            _ => None,
        });
        Ok(found)
    }

    /// What happened to an address.
    pub fn history(&self, address: Address, limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.mentions(address.as_bytes(), limit)
    }
}

type Subjects = BTreeSet<Vec<u8>>;

/// All that a block concerns.
pub(super) fn subjects(executed: &Executed) -> Subjects {
    let mut subjects = Subjects::new();
    for (signed, events) in executed.block.transactions.iter().zip(&executed.events) {
        subjects.extend(transaction_subjects(signed, events));
    }
    for event in executed.events.last().into_iter().flatten() {
        subjects.extend(event_subjects(event));
    }
    subjects
}

fn transaction_subjects(signed: &SignedTransaction, events: &[Event]) -> Subjects {
    let transaction = &signed.transaction;
    let address = |address: &Address| address.as_bytes().to_vec();
    let mut subjects = Subjects::from([transaction.id().0.to_vec(), address(&Address::of(&transaction.from))]);
    match &transaction.action {
        Action::Transfer { to, .. } => subjects.extend([address(to)]),
        Action::Stake { behind, .. } | Action::Unstake { behind, .. } => subjects.extend([address(behind)]),
        _ => {}
    }
    subjects.extend(events.iter().flat_map(event_subjects));
    subjects
}

fn event_subjects(event: &Event) -> Subjects {
    let address = |address: &Address| address.as_bytes().to_vec();
    let hash = |hash: &Hash| hash.0.to_vec();
    match event {
        Event::Accepted { receipt, node, .. } => [hash(receipt), address(node)].into(),
        Event::Earned { receipt, node, payout, .. } => [hash(receipt), address(node), address(payout)].into(),
        Event::Voided { receipt } => [hash(receipt)].into(),
        Event::Challenged { challenge, receipt, .. } | Event::Settled { challenge, receipt, .. } => {
            [hash(challenge), hash(receipt)].into()
        }
        Event::Slashed { node, .. } | Event::BondReleased { node, .. } | Event::Suspended { node } => {
            [address(node)].into()
        }
        Event::NepMoved { nep, author, .. } => [nep.to_string().into_bytes(), address(author)].into(),
        Event::Voted { nep, voter, .. } => [nep.to_string().into_bytes(), address(voter)].into(),
        // A proposal may have a million voters, and each of them looks for their own.
        Event::Rewarded { to, .. } => [address(to)].into(),
        Event::RoundCommitted { .. } => Subjects::new(),
    }
}
