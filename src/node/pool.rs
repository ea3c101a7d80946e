//! Transactions that wait for a block.
//!
//! Invariants: only what the next block would do after what already waits is taken in; the pool is bounded, in all and for
//! each sender; each transaction is there once, and each nonce of a sender too: another one takes its place for a tenth
//! more of fee.

use crate::ledger::accounts::Account;
use crate::ledger::apply::Trial;
use crate::ledger::network::Context;
use crate::ledger::reject::Reject;
use crate::ledger::state::{State, read};
use crate::ledger::transaction::Verified;
use crate::types::{Address, Hash};

/// Transactions in all, and their bytes.
const TRANSACTIONS_MAX: usize = 8192;
const BYTES_MAX: usize = 16 << 20;
/// Bytes of a block's transactions that still travel in one message, whatever the parameters allow.
const SPREAD_BYTES_MAX: u64 = 2 << 20;
/// Transactions of one sender.
const SENDER_MAX: usize = 256;

/// Transactions in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Pool {
    waiting: Vec<Verified>,
    bytes: usize,
}

impl Pool {
    /// Takes a transaction in, if the next block would do it.
    pub(super) fn add(&mut self, state: &dyn State, cx: Context<'_>, transaction: Verified) -> Result<Hash, Reject> {
        let id = transaction.id();
        if self.waiting.iter().any(|other| other.id() == id) {
            return Ok(id);
        }
        let own: Vec<&Verified> = self.of(transaction.from()).collect();
        if own.len() >= SENDER_MAX {
            return Err(Reject::Limit { what: "waiting transactions of an account", most: SENDER_MAX as u64 });
        }
        if self.waiting.len() >= TRANSACTIONS_MAX || self.bytes + transaction.bytes() > BYTES_MAX {
            return Err(Reject::Limit { what: "waiting transactions", most: TRANSACTIONS_MAX as u64 });
        }
        let nonce = transaction.transaction().nonce;
        let mut trial = Trial::new(state, cx);
        for earlier in own.into_iter().filter(|earlier| earlier.transaction().nonce < nonce) {
            // One that no longer fits is left out of the block too.
            let _ = trial.take(earlier);
        }
        trial.take(&transaction)?;
        let place = self
            .waiting
            .iter()
            .position(|other| other.from() == transaction.from() && other.transaction().nonce == nonce);
        let bytes = transaction.bytes();
        if let Some(old) = place.and_then(|place| self.waiting.get_mut(place)) {
            let (offered, before) = (transaction.fee(cx.parameters), old.fee(cx.parameters));
            if offered.nano() < before.nano() + before.nano() / 10 || offered == before {
                return Err(Reject::Nonce { got: nonce, want: nonce + 1 });
            }
            self.bytes -= old.bytes();
            *old = transaction;
        } else {
            self.waiting.push(transaction);
        }
        self.bytes += bytes;
        Ok(id)
    }

    /// All of them, in the order in which they came.
    pub(super) fn waiting(&self) -> impl Iterator<Item = &Verified> {
        self.waiting.iter()
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Those that the next block would do, in their order, as many as fit.
    pub(super) fn select(&self, state: &dyn State, cx: Context<'_>) -> Vec<Verified> {
        let mut left = cx.parameters.block_bytes.min(SPREAD_BYTES_MAX);
        let mut trial = Trial::new(state, cx);
        let mut chosen = Vec::new();
        for transaction in &self.waiting {
            let bytes = transaction.bytes() as u64;
            if bytes <= left && trial.take(transaction).is_ok() {
                left -= bytes;
                chosen.push(transaction.clone());
            }
        }
        chosen
    }

    /// Forgets what is done, expired or overtaken.
    pub(super) fn settle(&mut self, state: &dyn State, cx: Context<'_>) {
        self.waiting.retain(|transaction| {
            let account: Account = read(state, transaction.from());
            let content = transaction.transaction();
            content.nonce >= account.nonce && content.expires >= cx.height
        });
        self.bytes = self.waiting.iter().map(Verified::bytes).sum();
    }

    /// Those of a sender.
    pub(super) fn of(&self, from: Address) -> impl Iterator<Item = &Verified> {
        self.waiting.iter().filter(move |transaction| transaction.from() == from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::economics::Parameters;
    use crate::ledger::network::Network;
    use crate::ledger::tests::{Chain, address, neuro};
    use crate::ledger::transaction::Action;

    struct Around {
        chain: Chain,
        parameters: Parameters,
        network: Network,
    }

    impl Around {
        fn cx(&self) -> Context<'_> {
            let height = self.chain.height().after(1);
            let time_ms = self.chain.tip.time_ms + 1000;
            Context { parameters: &self.parameters, network: &self.network, height, time_ms }
        }
    }

    fn around() -> Around {
        let chain = Chain::new(&[1], &[]).give(&[2], "10");
        let (parameters, network) = (chain.read(()), chain.read(()));
        Around { chain, parameters, network }
    }

    #[test]
    fn what_the_block_would_refuse_is_not_taken_in() {
        let around = around();
        let mut pool = Pool::default();
        let send = |ahead, amount: &str| {
            let action = Action::Transfer { to: address(3), amount: neuro(amount) };
            around.chain.verified(around.chain.transaction(2, ahead, action))
        };
        let first = send(0, "6");
        let id = pool.add(&around.chain.state, around.cx(), first.clone()).unwrap();
        assert_eq!(pool.add(&around.chain.state, around.cx(), first), Ok(id), "once is enough");
        let dear = pool.add(&around.chain.state, around.cx(), send(1, "6"));
        assert!(matches!(dear, Err(Reject::Insufficient { .. })), "{dear:?}");
        let gap = pool.add(&around.chain.state, around.cx(), send(2, "1"));
        assert!(matches!(gap, Err(Reject::Nonce { got: 2, want: 1 })));
        pool.add(&around.chain.state, around.cx(), send(1, "3")).unwrap();
        assert_eq!(pool.select(&around.chain.state, around.cx()).len(), 2);
        assert_eq!(pool.of(address(2)).count(), 2);
    }

    #[test]
    fn a_dearer_transaction_takes_the_place_of_one_with_its_nonce() {
        let mut around = around();
        around.parameters.stake_fee = neuro("0.5");
        let mut pool = Pool::default();
        let send = |action| around.chain.verified(around.chain.transaction(2, 0, action));
        let cheap = send(Action::Transfer { to: address(3), amount: neuro("1") });
        pool.add(&around.chain.state, around.cx(), cheap.clone()).unwrap();
        let same = send(Action::Transfer { to: address(4), amount: neuro("1") });
        let refused = pool.add(&around.chain.state, around.cx(), same);
        assert!(matches!(refused, Err(Reject::Nonce { got: 0, want: 1 })), "{refused:?}");
        let dear = send(Action::Stake { amount: neuro("1"), days: 7, behind: address(2) });
        if dear.fee(&around.parameters).nano() * 10 >= cheap.fee(&around.parameters).nano() * 11 {
            let id = pool.add(&around.chain.state, around.cx(), dear.clone()).unwrap();
            assert_eq!(pool.waiting().map(Verified::id).collect::<Vec<_>>(), [id]);
            assert_eq!(pool.bytes, dear.bytes());
        } else {
            panic!("the second costs {} and the first {}", dear.fee(&around.parameters), cheap.fee(&around.parameters));
        }
    }

    #[test]
    fn what_a_block_did_is_forgotten() {
        let mut around = around();
        let mut pool = Pool::default();
        let action = || Action::Transfer { to: address(3), amount: neuro("1") };
        for ahead in 0..3 {
            let transaction = around.chain.verified(around.chain.transaction(2, ahead, action()));
            pool.add(&around.chain.state, around.cx(), transaction).unwrap();
        }
        let two = pool.select(&around.chain.state, around.cx()).into_iter().take(2);
        around.chain.block(two.map(|transaction| transaction.signed().clone()).collect(), 1);
        pool.settle(&around.chain.state, around.cx());
        assert_eq!(pool.of(address(2)).count(), 1);
        assert_eq!(pool.select(&around.chain.state, around.cx()).len(), 1);
    }
}
