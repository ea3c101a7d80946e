//! What enters the pool: transactions of others, and what this node says with its own account.
//!
//! Invariant: the node says nothing new while something it said still waits for a block.

use super::{Chain, ChainError, Ground, OWN_EXPIRY, Said};
use crate::ledger::accounts::Account;
use crate::ledger::reject::Reject;
use crate::ledger::state::read;
use crate::ledger::transaction::{Action, SignedTransaction, Transaction, Verified};
use crate::node::claims;
use crate::node::events::NodeEvent;
use crate::store::View;
use crate::types::{Address, Amount, Hash, Height};
use std::collections::BTreeMap;

/// Blocks between two reminders of what waits, and how much of it is said at once.
const REMIND_EVERY: u64 = 5;
const REMIND_MAX: usize = 64;

impl Chain {
    /// Of an account's next transaction, after all of it that wait.
    pub(super) fn nonce(&self, view: &View, address: Address) -> u64 {
        read::<Account>(view, address).nonce + self.pool.of(address).count() as u64
    }

    /// What people hand in here.
    pub(super) fn submit(&mut self, signed: SignedTransaction) -> Result<Hash, Reject> {
        let verified = signed.verify(self.tip.header.chain)?;
        let ground = self.ground().map_err(|error| Reject::Malformed(error.to_string()))?;
        self.take_own(&ground, verified)
    }

    /// What a peer passes on.
    pub(super) fn take(&mut self, verified: Verified) -> Result<Hash, Reject> {
        let ground = self.ground().map_err(|error| Reject::Malformed(error.to_string()))?;
        self.pool.add(&ground.view, ground.cx(), verified)
    }

    /// Takes in what came from here, and passes it on.
    fn take_own(&mut self, ground: &Ground, verified: Verified) -> Result<Hash, Reject> {
        let signed = Box::new(verified.signed().clone());
        let id = self.pool.add(&ground.view, ground.cx(), verified)?;
        self.local.insert(id);
        (self.say)(Said::Transaction(signed));
        Ok(id)
    }

    /// Passes on again what came from here and still waits: those who heard it may have forgotten it.
    pub(super) fn remind(&mut self, height: Height) {
        if !height.0.is_multiple_of(REMIND_EVERY) {
            return;
        }
        let waiting: BTreeMap<Hash, &Verified> = self.pool.waiting().map(|waits| (waits.id(), waits)).collect();
        self.local.retain(|id| waiting.contains_key(id));
        for id in self.local.iter().take(REMIND_MAX) {
            if let Some(waits) = waiting.get(id) {
                (self.say)(Said::Transaction(Box::new(waits.signed().clone())));
            }
        }
    }

    /// Says what is to be said about our work, and about who we are.
    pub(super) fn speak(&mut self) -> Result<(), ChainError> {
        if self.pool.of(self.own).next().is_some() {
            return Ok(());
        }
        let ground = self.ground()?;
        let registration = claims::registration(&ground.view, self.own, &self.wishes, self.work_found);
        let seat = claims::seat(&ground.view, self.own, &self.wishes);
        for action in registration.into_iter().chain(seat) {
            self.say(&ground, action);
        }
        for action in claims::due(&ground.view, &ground.cx(), self.own, &self.work) {
            self.say(&ground, action);
        }
        ground.check()
    }

    fn say(&mut self, ground: &Ground, action: Action) {
        let name = action.name();
        if let Err(reason) = self.sign_and_take(ground, action) {
            (self.tell)(NodeEvent::Error { message: format!("our {name} is not taken: {reason}") });
        }
    }

    /// What people do with the node's own account.
    pub(super) fn act(&mut self, action: Action) -> Result<Hash, Reject> {
        let ground = self.ground().map_err(|error| Reject::Malformed(error.to_string()))?;
        self.sign_and_take(&ground, action)
    }

    fn sign_and_take(&mut self, ground: &Ground, action: Action) -> Result<Hash, Reject> {
        let transaction = Transaction {
            chain: self.tip.header.chain,
            from: self.key.public(),
            nonce: self.nonce(&ground.view, self.own),
            expires: self.tip.header.height.after(OWN_EXPIRY),
            fee_limit: Amount::ZERO,
            action,
        };
        let fee_limit = transaction.fee(&ground.parameters);
        let verified = Transaction { fee_limit, ..transaction }.sign(&self.key)?.verify(self.tip.header.chain)?;
        self.take_own(ground, verified)
    }
}
