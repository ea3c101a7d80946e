//! The chain's blocks: made, judged, executed, committed, and told of.
//!
//! Invariant: what a block pays us is asked before it is committed, and readers see it only after it is on disk.

use super::{AHEAD_MS, BODIES_KEPT, Chain, ChainError, Latest, PRUNE_EVERY, Said};
use crate::ledger::apply::{BlockError, Executed, Proposal, apply, propose, verify_all};
use crate::ledger::block::Block;
use crate::ledger::events::Event;
use crate::ledger::reject::Outcome;
use crate::node::clock::now_ms;
use crate::node::events::NodeEvent;
use crate::node::queries;
use crate::store::{Finalised, StoreError};
use crate::types::{Certificate, Hash, ValidatorSet};
use std::sync::PoisonError;

impl Chain {
    /// The block that we would have.
    pub(super) fn build(&self) -> Result<Executed, ChainError> {
        let ground = self.ground()?;
        let proposal = Proposal {
            proposer: self.key.public(),
            time_ms: ground.time_ms,
            transactions: self.pool.select(&ground.view, ground.cx()),
            evidence: self.evidence.clone(),
            certificate: self.tip.certificate.clone(),
        };
        let made = propose(&ground.view, &self.tree, &self.tip.header, proposal);
        ground.check()?;
        made.map_err(|source| ChainError::Block { height: ground.height, source })
    }

    /// Whether bytes are a block of that hash that may stand next.
    pub(super) fn judge(&mut self, hash: Hash, bytes: &[u8], certified: bool) -> Result<bool, ChainError> {
        if self.executed.contains_key(&hash) {
            return Ok(true);
        }
        let Ok(block) = Block::decode(bytes) else { return Ok(false) };
        if block.hash() != hash || (!certified && block.header.time_ms > now_ms().saturating_add(AHEAD_MS)) {
            return Ok(false);
        }
        let executed = self.execute(block)?;
        Ok(executed.is_ok_and(|executed| self.executed.insert(hash, executed).is_none()))
    }

    fn execute(&self, block: Block) -> Result<Result<Executed, BlockError>, ChainError> {
        let view = self.shared.store.view()?;
        let executed =
            verify_all(&block).and_then(|verified| apply(&view, &self.tree, &self.tip.header, block, verified));
        match executed {
            // The program or the store is wrong, not the block.
            Err(source @ (BlockError::Supply(_) | BlockError::Damaged(_))) => {
                Err(ChainError::Block { height: self.tip.header.height.after(1), source })
            }
            _ if view.failed() => Err(ChainError::Unreadable),
            other => Ok(other),
        }
    }

    pub(super) fn decide(&mut self, certificate: &Certificate, bytes: &[u8]) -> Result<(), ChainError> {
        let height = certificate.height;
        let executed = if let Some(executed) = self.executed.remove(&certificate.block) {
            executed
        } else {
            let malformed = |_| ChainError::Block { height, source: BlockError::Content { what: "bytes" } };
            let block = Block::decode(bytes).map_err(malformed)?;
            self.execute(block)?.map_err(|source| ChainError::Block { height, source })?
        };
        let (validators, earned) = (self.validators()?, self.earned(&executed)?);
        self.shared.store.commit(&executed, certificate)?;
        self.tip = Finalised { header: executed.block.header.clone(), certificate: certificate.clone() };
        self.tree = executed.tree.clone();
        let latest = Latest { tip: self.tip.clone(), tree: self.tree.clone() };
        *self.shared.latest.write().unwrap_or_else(PoisonError::into_inner) = latest;
        let proved = &executed.block.evidence;
        self.evidence.retain(|(vote, _)| !proved.iter().any(|(known, _)| known.validator == vote.validator));
        if height.0.is_multiple_of(PRUNE_EVERY) {
            self.shared.store.prune(height.0.saturating_sub(BODIES_KEPT))?;
        }
        self.report(&executed, certificate, &validators);
        earned.into_iter().for_each(&self.tell);
        self.shared.height.send_replace(height);
        let ground = self.ground()?;
        self.pool.settle(&ground.view, ground.cx());
        let epoch_ms = ground.parameters.epoch_seconds.saturating_mul(1000);
        self.start_at_ms = Some(self.tip.header.time_ms.saturating_add(epoch_ms));
        (self.say)(Said::Committed(height));
        self.remind(height);
        self.speak()
    }

    fn report(&self, executed: &Executed, certificate: &Certificate, validators: &ValidatorSet) {
        let header = &executed.block.header;
        let signed: u64 = certificate.signatures.iter().map(|(key, _)| validators.power(key)).sum();
        (self.tell)(NodeEvent::Epoch {
            height: header.height.0,
            hash: executed.hash,
            state_root: header.state,
            txs: executed.block.transactions.len(),
            validators: validators.validators().len(),
            signed_power: signed as f64 / validators.total().max(1) as f64,
            time_ms: header.time_ms,
        });
        for event in executed.events.iter().flatten() {
            if let Event::NepMoved { nep, status, reason, .. } = event {
                (self.tell)(NodeEvent::Nep { nep: *nep, status: *status, reason: reason.clone() });
            }
        }
        for (signed, outcome) in executed.block.transactions.iter().zip(&executed.outcomes) {
            if let Outcome::Rejected(reason) = outcome
                && signed.transaction.from == self.key.public()
            {
                let message = format!("our {} was refused: {reason}", signed.transaction.action.name());
                (self.tell)(NodeEvent::Error { message });
            }
        }
    }

    /// What a block pays us. It has to be asked before the block is committed: what is paid is no longer there after it.
    fn earned(&self, executed: &Executed) -> Result<Vec<NodeEvent>, StoreError> {
        let (view, header) = (self.shared.store.view()?, &executed.block.header);
        let ours = |event: &Event| match event {
            Event::Earned { receipt, node, paid, .. } if *node == self.own => Some(NodeEvent::Earned {
                amount: *paid,
                source: queries::source(&view, *receipt),
                receipt: *receipt,
                height: header.height.0,
                time_ms: header.time_ms,
            }),
            _ => None,
        };
        Ok(executed.events.iter().flatten().filter_map(ours).collect())
    }
}
