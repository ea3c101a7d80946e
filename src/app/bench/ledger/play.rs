//! Playing blocks into a made ledger as a node does: while one is applied and written, the next is read and checked.
//!
//! Invariant: each block goes all the way: from its bytes over every signature, every rule and the root to the disk.

use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use anyhow::{Context as _, Result};

use super::made::{Arriving, Made};
use crate::ledger::apply::verify_on;
use crate::ledger::block::Block;
use crate::ledger::transaction::Verified;
use crate::types::{Certificate, ChainId};

/// A block whose signatures were checked.
struct Checked {
    block: Block,
    verified: Vec<Verified>,
    certificate: Certificate,
}

/// Where the time of one block went, in seconds.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spent {
    /// Applying it and computing the root.
    pub(super) apply: f64,
    /// Writing it to the disk.
    pub(super) commit: f64,
}

/// Plays blocks one after the other, with the signatures of the next ones checked on `threads` threads meanwhile.
pub(super) fn play(made: &mut Made, blocks: Vec<Arriving>, threads: usize) -> Result<Vec<Spent>> {
    let chain = made.tip.header.chain;
    let (sender, receiver) = mpsc::sync_channel(1);
    thread::scope(|scope| {
        scope.spawn(move || {
            for block in blocks {
                let checked = check(block, chain, threads);
                let failed = checked.is_err();
                if sender.send(checked).is_err() || failed {
                    break;
                }
            }
        });
        receiver.into_iter().map(|checked| finish(made, checked?)).collect()
    })
}

/// Plays one block whose signatures are checked before the time begins.
pub(super) fn play_one(made: &mut Made, block: Arriving, threads: usize) -> Result<Spent> {
    let checked = check(block, made.tip.header.chain, threads)?;
    finish(made, checked)
}

fn check(arriving: Arriving, chain: ChainId, threads: usize) -> Result<Checked> {
    let block = Block::decode(&arriving.bytes).context("a block cannot be read")?;
    let verified = verify_on(threads, chain, &block.transactions)?;
    Ok(Checked { block, verified, certificate: arriving.certificate })
}

fn finish(made: &mut Made, checked: Checked) -> Result<Spent> {
    let began = Instant::now();
    let executed = made.apply(checked.block, checked.verified)?;
    let apply = began.elapsed().as_secs_f64();
    made.commit(executed, checked.certificate)?;
    Ok(Spent { apply, commit: began.elapsed().as_secs_f64() - apply })
}
