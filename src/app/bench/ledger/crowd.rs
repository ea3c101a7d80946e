//! A chain of a real genesis with a crowd of accounts, for measuring how a node joins it.
//!
//! No rule gives so many accounts anything, so the first block is none that a node would make: its state has the accounts
//! on top. The founders sign it all the same, which is all that somebody who joins by a snapshot can look at. Invariant:
//! all else is as it would be: it adds up, headers name what they should, and blocks go on from there by the rules.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use super::made::{address, put};
use crate::ledger::accounts::{Account, Supply};
use crate::ledger::apply::{Proposal, propose};
use crate::ledger::genesis::Genesis;
use crate::ledger::state::{Record as _, read};
use crate::store::{Finalised, LedgerStore, Opened};
use crate::types::{Amount, Certificate, SecretKey, Vote, VoteKind};

/// What every account begins with.
const BALANCE: Amount = Amount::from_neuro(1_000);

/// A new ledger at `path` whose block 1, of `time_ms`, has `accounts` accounts with money. `founders` are the keys of all
/// validators of the genesis.
pub(in crate::app::bench) fn crowd(
    path: &Path,
    genesis: &Genesis,
    founders: &[SecretKey],
    accounts: u64,
    time_ms: u64,
) -> Result<Opened> {
    let opened = LedgerStore::create(path, genesis)?;
    let proposer = founders.first().context("a chain has a founder")?.public();
    let certificate = Certificate::default();
    let proposal = Proposal { proposer, time_ms, transactions: Vec::new(), evidence: Vec::new(), certificate };
    let view = opened.store.view()?;
    let mut made = propose(&view, &opened.tree, &opened.tip.header, proposal)?;
    let mut supply: Supply = read(&view, ());
    let more = BALANCE.checked_mul(accounts).and_then(|more| supply.minted.checked_add(more));
    supply.minted = more.context("there are too many accounts")?;
    put(&mut made.changes, Supply::key(()).bytes(), &supply)?;
    let account = Account { balance: BALANCE, ..Account::default() };
    for at in 0..accounts {
        put(&mut made.changes, Account::key(address(&[], at)).bytes(), &account)?;
    }
    made.tree = opened.tree.with(made.changes.iter().map(|(key, value)| (key, value.as_ref())));
    made.block.header.state = made.tree.root();
    made.hash = made.block.hash();
    let (height, kind, block) = (made.block.header.height, VoteKind::Precommit, made.hash);
    let vote = Vote { chain: genesis.chain, height, round: 0, kind, block: Some(block) };
    let votes = founders.iter().map(|founder| vote.sign(founder)).collect::<Result<Vec<_>, _>>()?;
    let mut signatures: Vec<_> = votes.into_iter().map(|vote| (vote.validator, vote.signature)).collect();
    signatures.sort_by_key(|(key, _)| *key);
    let certificate = Certificate { height, round: 0, block, signatures };
    ensure!(!view.failed(), "the ledger cannot be read");
    drop(view);
    opened.store.commit(&made, &certificate)?;
    Ok(Opened { store: opened.store, tree: made.tree, tip: Finalised { header: made.block.header, certificate } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::tests::{Chain, key};
    use crate::store::{Snapshots, import_chunks};
    use std::time::Instant;

    /// Joining needs a state that is large: its accounts, or a hundred with `NEUROSHARD_ACCOUNTS` not set.
    fn accounts() -> u64 {
        std::env::var("NEUROSHARD_ACCOUNTS").ok().and_then(|count| count.parse().ok()).unwrap_or(100)
    }

    #[test]
    fn a_crowd_adds_up_goes_on_and_can_be_joined() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.redb");
        let genesis = Genesis::parse(&Chain::new(&[1, 2], &[]).genesis).unwrap();
        let time = Instant::now();
        let made = crowd(&path, &genesis, &[key(1), key(2)], accounts(), genesis.start_ms + 1000).unwrap();
        let mut spent = vec![("made", time.elapsed())];
        assert!(made.tree.len() as u64 > accounts());
        drop(made);
        let opened = LedgerStore::open(&path, genesis.chain).unwrap();
        let proposal = Proposal {
            proposer: key(1).public(),
            time_ms: genesis.start_ms + 2000,
            transactions: Vec::new(),
            evidence: Vec::new(),
            certificate: opened.tip.certificate.clone(),
        };
        propose(&opened.store.view().unwrap(), &opened.tree, &opened.tip.header, proposal).unwrap();
        let snapshots = Snapshots::open(&folder.path().join("snapshots"), genesis.chain).unwrap();
        let time = Instant::now();
        let kept = snapshots.make(&opened.store).unwrap();
        spent.push(("snapshot", time.elapsed()));
        let chunks: Vec<_> = (0..kept.chunks()).map(|index| snapshots.chunk(kept.content(), index).unwrap()).collect();
        let time = Instant::now();
        let manifest = kept.manifest().clone();
        let block = manifest.header.hash();
        let checked = manifest.check(genesis.chain, block).unwrap();
        assert!(chunks.iter().zip(0..).all(|(chunk, index)| checked.verify(index, chunk)));
        spent.push(("verified", time.elapsed()));
        let time = Instant::now();
        let joined = folder.path().join("joined.redb");
        let imported = import_chunks(&checked, &joined, |index| Ok(chunks[index as usize].clone())).unwrap();
        spent.push(("imported", time.elapsed()));
        assert_eq!((imported.tip, imported.tree.root()), (opened.tip, opened.tree.root()));
    }
}
