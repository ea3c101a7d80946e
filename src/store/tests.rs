//! A ledger's file through its life: growing, reopened, copied, pruned, damaged.

mod joining;

use super::tables::META;
use super::*;
use crate::ledger::accounts::Account;
use crate::ledger::apply::propose;
use crate::ledger::genesis::Genesis;
use crate::ledger::snapshot::ManifestError;
use crate::ledger::state::read;
use crate::ledger::tests::{Chain, address, hash, neuro};
use crate::ledger::transaction::Action;
use crate::types::{ChainId, Hash, Height};
use std::path::Path;
use tempfile::TempDir;

/// A chain in memory and the same in a file.
struct Both {
    chain: Chain,
    opened: Opened,
    folder: TempDir,
}

impl Both {
    fn new() -> Self {
        let chain = Chain::new(&[1], &[("fee.transfer", "0"), ("fee.byte", "0")]);
        let folder = TempDir::new().unwrap();
        let genesis = Genesis::parse(&chain.genesis).unwrap();
        let opened = LedgerStore::create(&folder.path().join("ledger.redb"), &genesis).unwrap();
        Self { chain, opened, folder }
    }

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("ledger.redb")
    }

    fn block(&mut self, actions: Vec<Action>) {
        let chain = &self.chain;
        let actions = actions.into_iter().enumerate();
        let verified = actions.map(|(ahead, action)| chain.verified(chain.transaction(1, ahead as u64, action)));
        let proposal = chain.proposal(verified.collect(), 1, Vec::new());
        let view = self.opened.store.view().unwrap();
        let executed = propose(&view, &self.opened.tree, &chain.tip, proposal).unwrap();
        assert!(!view.failed());
        self.chain.commit(executed.clone());
        self.opened.store.commit(&executed, &self.chain.certificate).unwrap();
        self.opened.tree = executed.tree;
    }

    fn reopen(self) -> Self {
        let Self { chain, opened, folder } = self;
        drop(opened);
        let opened = LedgerStore::open(&folder.path().join("ledger.redb"), chain.tip.chain).unwrap();
        assert_eq!(opened.tree.root(), chain.tree.root());
        assert_eq!(opened.tip, Finalised { header: chain.tip.clone(), certificate: chain.certificate.clone() });
        Self { chain, opened, folder }
    }

    fn grown() -> Self {
        let mut both = Self::new();
        let work = crate::ledger::tests::earn(&mut both.chain.clone());
        for actions in work {
            both.block(actions);
        }
        both
    }
}

fn open(path: &Path, chain: crate::types::ChainId) -> Result<Hash, String> {
    LedgerStore::open(path, chain).map(|opened| opened.tree.root()).map_err(|error| error.to_string())
}

#[test]
fn what_was_committed_is_there_after_reopening() {
    let mut both = Both::grown().reopen();
    let balance = both.chain.balance(1);
    assert!(balance > neuro("0.01"));
    both.block(vec![Action::Transfer { to: address(2), amount: neuro("0.01") }]);
    let both = both.reopen();
    assert_eq!(read::<Account>(&both.opened.store.view().unwrap(), address(2)).balance, neuro("0.01"));
    let history = both.opened.store.history(address(2), 10).unwrap();
    let [Entry::Transaction(located)] = &history[..] else { panic!("{history:?}") };
    assert_eq!(located.height, both.chain.height());
    let id = located.signed.transaction.id();
    assert_eq!(both.opened.store.transaction(id).unwrap().unwrap().height, located.height);
    assert!(both.opened.store.transaction(hash(1)).unwrap().is_none());
    let earned = both.opened.store.history(address(1), 100).unwrap();
    assert!(
        earned
            .iter()
            .any(|entry| matches!(entry, Entry::Event { event: crate::ledger::events::Event::Earned { .. }, .. }))
    );
}

#[test]
fn a_block_is_committed_once_and_in_order() {
    let mut both = Both::new();
    let proposal = both.chain.proposal(Vec::new(), 1, Vec::new());
    let executed = propose(&both.chain.state, &both.chain.tree, &both.chain.tip, proposal).unwrap();
    both.chain.commit(executed.clone());
    both.opened.store.commit(&executed, &both.chain.certificate).unwrap();
    let again = both.opened.store.commit(&executed, &both.chain.certificate);
    assert!(matches!(again, Err(StoreError::Height { .. })));
    both.reopen();
}

#[test]
fn a_ledger_is_never_begun_over_another_nor_taken_for_one_of_another_chain() {
    let both = Both::grown();
    let (path, chain) = (both.path(), both.chain.tip.chain);
    let genesis = Genesis::parse(&both.chain.genesis).unwrap();
    assert!(matches!(LedgerStore::create(&path, &genesis), Err(StoreError::Exists(_))));
    assert!(matches!(LedgerStore::open(&path, chain), Err(StoreError::Busy(_))));
    let folder = both.folder;
    let tip = both.opened.store.tip().unwrap();
    drop(both.opened);
    // Those who only read do not keep each other out, and change nothing.
    let before = std::fs::read(&path).unwrap();
    let readers = [0, 1].map(|_| LedgerStore::open_read_only(&path, chain).unwrap());
    assert!(readers.iter().all(|reader| reader.tip == tip && reader.store.db.begin_write().is_err()));
    drop(readers);
    assert_eq!(std::fs::read(&path).unwrap(), before);
    let other = LedgerStore::open(&path, crate::types::ChainId::default());
    assert!(matches!(other, Err(StoreError::Chain { .. })));
    assert!(matches!(LedgerStore::open(&folder.path().join("x"), chain), Err(StoreError::Absent(_))));
    assert!(open(&path, chain).is_ok());
}

#[test]
fn a_file_of_a_newer_program_is_refused_and_left_alone() {
    let both = Both::grown();
    let write = both.opened.store.db.begin_write().unwrap();
    write.open_table(META).unwrap().insert("schema", 99).unwrap();
    write.commit().unwrap();
    let (path, chain) = (both.path(), both.chain.tip.chain);
    drop(both.opened);
    let refused = open(&path, chain).unwrap_err();
    assert!(refused.contains("has form 99") && refused.contains("newer"), "{refused}");
    assert_eq!(look(&path, chain, u64::MAX).unwrap_err().to_string(), refused);
}

#[test]
fn a_look_sees_what_opening_would_and_changes_nothing() {
    let both = Both::grown();
    let (path, chain) = (both.path(), both.chain.tip.chain);
    assert!(matches!(look(&path, chain, u64::MAX), Err(StoreError::Busy(_))));
    let height = both.opened.store.tip().unwrap().header.height;
    drop(both.opened);
    let whole = std::fs::read(&path).unwrap();
    for (bytes_max, all) in [(u64::MAX, true), (0, false)] {
        let Ok(Look::Whole { tip, records }) = look(&path, chain, bytes_max) else { panic!() };
        assert_eq!((tip.header.height, records), (height, all));
    }
    assert!(matches!(look(&path, ChainId::default(), 0), Err(StoreError::Chain { .. })));
    assert!(matches!(look(&path.with_extension("x"), chain, 0), Err(StoreError::Absent(_))));
    assert_eq!(std::fs::read(&path).unwrap(), whole);
    for length in [0, 1, 64, 4096, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&path, &whole[..length]).unwrap();
        assert!(!matches!(look(&path, chain, u64::MAX), Ok(Look::Whole { .. })), "{length}");
        assert_eq!(std::fs::read(&path).unwrap(), &whole[..length]);
    }
}

#[test]
fn records_that_were_changed_behind_the_ledgers_back_are_noticed() {
    let both = Both::grown();
    let write = both.opened.store.db.begin_write().unwrap();
    {
        let key = crate::ledger::state::Key::Account(address(1)).bytes();
        let value = tables::versioned(&Account { balance: neuro("1000"), nonce: 1, ..Account::default() });
        write.open_table(tables::STATE).unwrap().insert(key.as_slice(), value.as_slice()).unwrap();
    }
    write.commit().unwrap();
    let (path, chain) = (both.path(), both.chain.tip.chain);
    drop(both.opened);
    assert!(open(&path, chain).unwrap_err().contains("damaged"));
}

#[test]
fn a_damaged_or_shortened_file_is_reported_and_never_replaced() {
    let both = Both::grown();
    let (path, chain, root) = (both.path(), both.chain.tip.chain, both.chain.tree.root());
    drop(both.opened);
    let whole = std::fs::read(&path).unwrap();
    let copy = both.folder.path().join("copy.redb");
    let mut refused = 0;
    for cut in [0, 1, 100, 4096, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&copy, &whole[..cut]).unwrap();
        let result = open(&copy, chain);
        assert!(result.is_err(), "cut to {cut}");
        assert!(std::fs::metadata(&copy).unwrap().len() <= whole.len() as u64);
    }
    let step = if std::env::var_os("NEUROSHARD_LONG").is_some() { 997 } else { 49_999 };
    for at in (0..whole.len()).step_by(step).chain(0..320) {
        let mut changed = whole.clone();
        changed[at] ^= 0x55;
        std::fs::write(&copy, &changed).unwrap();
        // A byte that nothing uses may change; what is used may not.
        let looked = look(&copy, chain, u64::MAX);
        let opened = open(&copy, chain);
        assert!(opened.is_ok() || !matches!(looked, Ok(Look::Whole { .. })), "byte {at}: {opened:?}");
        match opened {
            Ok(found) => assert_eq!(found, root, "byte {at}"),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 10, "{refused}");
}

#[test]
fn a_snapshot_carries_a_chain_on_elsewhere() {
    let mut both = Both::grown();
    let file = both.folder.path().join("state.snapshot");
    let made = export(&both.opened.store, &file).unwrap();
    assert_eq!(made.block, both.chain.tip.hash());
    assert!(matches!(export(&both.opened.store, &file), Err(StoreError::Exists(_))));
    let elsewhere = TempDir::new().unwrap();
    let path = elsewhere.path().join("ledger.redb");
    both.opened = import(&file, &path, both.chain.tip.chain, made.block).unwrap();
    both.folder = elsewhere;
    both.block(vec![Action::Transfer { to: address(2), amount: neuro("0.01") }]);
    let both = both.reopen();
    assert_eq!(both.chain.balance(2), neuro("0.01"));
}

#[test]
fn nothing_of_a_snapshot_is_believed() {
    let both = Both::grown();
    let file = both.folder.path().join("state.snapshot");
    let made = export(&both.opened.store, &file).unwrap();
    let whole = std::fs::read(&file).unwrap();
    let (into, chain) = (both.folder.path().join("imported.redb"), both.chain.tip.chain);
    let other = import(&file, &into, crate::types::ChainId::default(), made.block);
    assert!(matches!(other, Err(StoreError::Manifest(ManifestError::Chain { .. }))));
    let untrusted = import(&file, &into, chain, hash(1));
    assert!(matches!(untrusted, Err(StoreError::Manifest(ManifestError::Untrusted { .. }))));
    let step = if std::env::var_os("NEUROSHARD_LONG").is_some() { 1 } else { 37 };
    for at in (0..whole.len()).step_by(step) {
        let mut changed = whole.clone();
        changed[at] ^= 0x80;
        std::fs::write(&file, &changed).unwrap();
        assert!(import(&file, &into, chain, made.block).is_err(), "byte {at}");
        std::fs::write(&file, &whole[..at]).unwrap();
        assert!(import(&file, &into, chain, made.block).is_err(), "cut to {at}");
    }
    std::fs::write(&file, [&whole[..], &[0]].concat()).unwrap();
    assert!(import(&file, &into, chain, made.block).is_err());
    assert!(!into.exists());
}

#[test]
fn old_bodies_can_go_and_headers_stay() {
    let both = Both::grown();
    let last = both.chain.height().0;
    assert_eq!(both.opened.store.prune(last).unwrap(), last - 1);
    let both = both.reopen();
    assert!(both.opened.store.block(Height(1)).unwrap().is_none());
    assert!(both.opened.store.header(Height(1)).unwrap().is_some());
    assert!(both.opened.store.block(Height(last)).unwrap().is_some());
}
