//! What a node that joins gets from others: snapshots made, spoiled, got in parts and taken up; and who voted when.

use super::*;
use crate::ledger::snapshot::{Checked, Manifest};
use crate::ledger::state::Record as _;
use crate::store::cut::{Sizes, chunk_path, manifest_path};
use crate::store::tables::{SCHEMA, VALIDATORS};
use crate::types::ChainId;
use std::fs;

/// Chunks of a few records each.
const SMALL: Sizes = Sizes { usual: 400, most: 600 };

impl Both {
    fn chain_id(&self) -> ChainId {
        self.chain.tip.chain
    }

    /// A chain with accounts enough for several chunks.
    fn crowded() -> Self {
        let mut both = Self::grown();
        for seed in 0..30u8 {
            let to = crate::types::Address::from_bytes([seed; 20]);
            both.block(vec![Action::Transfer { to, amount: neuro("0.0001") }]);
        }
        both
    }

    fn snapshots(&self, name: &str) -> Snapshots {
        Snapshots::open(&self.folder.path().join(name), self.chain_id()).unwrap().with_sizes(SMALL)
    }

    fn pass(&mut self) {
        self.block(Vec::new());
    }
}

fn checked(kept: &Kept) -> Checked {
    let manifest = Manifest::decode(&kept.manifest().encode()).unwrap();
    let (chain, block) = (manifest.header.chain, manifest.header.hash());
    manifest.check(chain, block).unwrap()
}

/// All chunks of a snapshot.
fn chunks(from: &Snapshots, kept: &Kept) -> Vec<Vec<u8>> {
    (0..kept.chunks()).map(|index| from.chunk(kept.content(), index).unwrap()).collect()
}

#[test]
fn a_snapshot_is_of_one_block_while_others_follow() {
    let mut both = Both::crowded();
    let snapshots = both.snapshots("snapshots");
    let made = snapshots.make(&both.opened.store).unwrap();
    let (block, root) = (both.chain.tip.hash(), both.chain.tree.root());
    assert!(made.chunks() > 8, "{}", made.chunks());
    assert!(!made.manifest().long.is_empty(), "some record is longer than a chunk");
    both.pass();
    let all = chunks(&snapshots, &made);
    let (checked, path) = (checked(&made), both.folder.path().join("elsewhere.redb"));
    let imported = import_chunks(&checked, &path, |index| Ok(all[index as usize].clone())).unwrap();
    assert_eq!((imported.tip.header.hash(), imported.tree.root()), (block, root));
    // The chain goes on from there.
    let last = both.opened.store.certified(both.chain.height()).unwrap().unwrap();
    let next = crate::ledger::block::Block::decode(&last.block.unwrap()).unwrap();
    let verified = crate::ledger::apply::verify_all(&next).unwrap();
    let view = imported.store.view().unwrap();
    let executed = crate::ledger::apply::apply(&view, &imported.tree, &imported.tip.header, next, verified).unwrap();
    imported.store.commit(&executed, &last.certificate).unwrap();
    drop((view, imported));
    assert_eq!(open(&path, both.chain_id()), Ok(both.chain.tree.root()));
}

#[test]
fn the_same_state_gives_the_same_chunks_and_is_made_once() {
    let both = Both::crowded();
    let (a, b) = (both.snapshots("a"), both.snapshots("b"));
    let made = [&a, &b].map(|snapshots| snapshots.make(&both.opened.store).unwrap());
    assert_eq!(made[0].content(), made[1].content());
    assert_eq!(chunks(&a, &made[0]), chunks(&b, &made[1]));
    assert!(std::sync::Arc::ptr_eq(&a.make(&both.opened.store).unwrap(), &made[0]));
    // Usual sizes: a small state is one chunk.
    let usual = Snapshots::open(&both.folder.path().join("usual"), both.chain_id()).unwrap();
    assert_eq!(usual.make(&both.opened.store).unwrap().chunks(), 1);
}

#[test]
fn the_newest_two_are_kept_and_found_again() {
    let mut both = Both::crowded();
    let snapshots = both.snapshots("snapshots");
    let heights = |snapshots: &Snapshots| -> Vec<u64> {
        snapshots.all().iter().map(|kept| kept.manifest().header.height.0).collect()
    };
    for _ in 0..3 {
        snapshots.make(&both.opened.store).unwrap();
        both.pass();
    }
    let last = both.chain.height().0;
    assert_eq!(heights(&snapshots), [last - 2, last - 1]);
    let folder = both.folder.path().join("snapshots");
    fs::create_dir(folder.join("making.unfinished")).unwrap();
    fs::create_dir(folder.join("99999")).unwrap();
    fs::write(folder.join("a note"), b"of somebody else's").unwrap();
    let snapshots = both.snapshots("snapshots");
    assert_eq!(heights(&snapshots), [last - 2, last - 1]);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 3);
    assert_eq!(snapshots.newest().unwrap().manifest().header.height.0, last - 1);
}

#[test]
fn a_spoiled_snapshot_is_given_to_nobody() {
    let mut both = Both::crowded();
    let folder = both.folder.path().join("snapshots");
    let spoil = |path: &Path| {
        let mut bytes = fs::read(path).unwrap();
        let at = bytes.len().min(40) - 1;
        bytes[at] ^= 1;
        fs::write(path, bytes).unwrap();
    };
    let snapshots = both.snapshots("snapshots");
    let older = snapshots.make(&both.opened.store).unwrap();
    both.pass();
    let newer = snapshots.make(&both.opened.store).unwrap();
    let own = |kept: &Kept| folder.join(kept.manifest().header.height.to_string());
    assert!(snapshots.chunk(newer.content(), newer.chunks()).is_none(), "no such chunk");
    let full = (0..newer.chunks()).find(|index| fs::metadata(chunk_path(&own(&newer), *index)).unwrap().len() > 0);
    spoil(&chunk_path(&own(&newer), full.unwrap()));
    assert!(snapshots.chunk(newer.content(), full.unwrap()).is_none());
    assert_eq!(snapshots.newest().unwrap().content(), older.content(), "it is gone");
    assert!(!own(&newer).exists());
    spoil(&manifest_path(&own(&older)));
    assert!(both.snapshots("snapshots").all().is_empty());
    let again = both.snapshots("snapshots");
    again.make(&both.opened.store).unwrap();
    fs::remove_file(chunk_path(&own(&newer), 0)).unwrap();
    assert!(both.snapshots("snapshots").all().is_empty());
}

#[test]
fn a_snapshot_comes_in_bit_by_bit_and_is_then_served() {
    let mut both = Both::crowded();
    let from = both.snapshots("from");
    let made = from.make(&both.opened.store).unwrap();
    let all = chunks(&from, &made);
    let to = both.snapshots("to");
    let incoming = to.begin(checked(&made)).unwrap();
    let count = made.chunks();
    assert_eq!(incoming.missing().len() as u32, count);
    let wrong = incoming.put(0, &[all[0].as_slice(), &[1]].concat()).unwrap_err();
    assert_eq!(wrong.kind(), std::io::ErrorKind::InvalidData);
    assert!(incoming.put(count, &[]).is_err() && incoming.put(u32::MAX, &all[0]).is_err());
    for index in 0..count / 2 {
        incoming.put(index, &all[index as usize]).unwrap();
    }
    drop((incoming, to));
    // The program ends and begins again.
    let to = both.snapshots("to");
    assert!(to.all().is_empty(), "half a snapshot is not served");
    let incoming = to.resume().unwrap().unwrap();
    assert_eq!(incoming.content(), made.content());
    let path = both.folder.path().join("joined.redb");
    let error = to.import(&incoming, &path).unwrap_err();
    assert!(matches!(error, StoreError::Chunk(index) if index >= count / 2), "{error}");
    assert_eq!(incoming.missing(), (count / 2..count).collect::<Vec<_>>());
    let incoming = to.begin(checked(&made)).unwrap();
    for index in incoming.missing() {
        incoming.put(index, &all[index as usize]).unwrap();
    }
    // Something spoils one on the disk.
    let full = all.iter().position(|chunk| !chunk.is_empty()).unwrap() as u32;
    let spoiled = chunk_path(&both.folder.path().join(format!("to/{}.incoming", both.chain.height())), full);
    fs::write(&spoiled, b"").unwrap();
    let error = to.import(&incoming, &path).unwrap_err();
    assert!(matches!(error, StoreError::Chunk(_)), "{error}");
    assert!(!path.exists() && !incoming.has(full));
    for index in incoming.missing() {
        incoming.put(index, &all[index as usize]).unwrap();
    }
    let opened = to.import(&incoming, &path).unwrap();
    assert_eq!(opened.tip, both.opened.tip_now());
    assert_eq!(chunks(&to, &to.newest().unwrap()), all);
    assert!(to.resume().unwrap().is_none());
    drop(opened);
    assert_eq!(open(&path, both.chain_id()), Ok(both.chain.tree.root()));
    // Another snapshot takes the place of one that was begun.
    both.pass();
    let newer = from.make(&both.opened.store).unwrap();
    to.begin(checked(&made)).unwrap();
    let incoming = to.begin(checked(&newer)).unwrap();
    assert_eq!(to.resume().unwrap().unwrap().content(), incoming.content());
}

impl Opened {
    fn tip_now(&self) -> Finalised {
        self.store.tip().unwrap()
    }
}

#[test]
fn a_state_that_does_not_add_up_is_not_taken_up() {
    let both = Both::crowded();
    let mut chain = both.chain.clone();
    // Its validators agreed on money out of nothing: two thirds of them lie.
    let rich = Account { balance: neuro("1000"), ..Account::default() };
    chain.state.insert(Account::key(address(9)).bytes(), borsh::to_vec(&rich).unwrap());
    chain.tree = chain.state.iter().collect();
    chain.tip.height = Height(0);
    chain.tip.validators = chain.read::<crate::ledger::validators::Validators>(()).set.hash();
    chain.tip.state = chain.tree.root();
    let tip = Finalised { header: chain.tip.clone(), certificate: crate::types::Certificate::default() };
    let changes = chain.state.iter().map(|(key, value)| (key.clone(), Some(value.clone()))).collect();
    let liars = LedgerStore::create_with(&both.folder.path().join("liars.redb"), &changes, &tip).unwrap();
    let from = both.snapshots("from");
    let made = from.make(&liars).unwrap();
    let all = chunks(&from, &made);
    let path = both.folder.path().join("joined.redb");
    let error = import_chunks(&checked(&made), &path, |index| Ok(all[index as usize].clone())).unwrap_err();
    assert!(matches!(error, StoreError::Supply(_)), "{error}");
    assert!(!path.exists() && !path.with_extension("unfinished").exists());
}

#[test]
fn who_voted_is_known_of_every_header() {
    let mut both = Both::grown();
    both.pass();
    let both = both.reopen();
    for height in 0..=both.chain.height().0 {
        let Signed { header, certificate, validators } =
            both.opened.store.header_with_set(Height(height)).unwrap().unwrap();
        assert_eq!((header.height.0, validators.hash()), (height, header.validators));
        assert!(height == 0 || certificate.verify(header.chain, &validators).is_ok());
    }
    let store = &both.opened.store;
    assert!(store.header_with_set(both.chain.height().after(1)).unwrap().is_none());
    assert!(store.validators(hash(3)).unwrap().is_none());
}

#[test]
fn an_older_file_gets_its_table_of_validators() {
    let both = Both::grown();
    let write = both.opened.store.db.begin_write().unwrap();
    write.delete_table(VALIDATORS).unwrap();
    write.open_table(META).unwrap().insert("schema", SCHEMA - 1).unwrap();
    write.commit().unwrap();
    let (path, chain) = (both.path(), both.chain_id());
    let last = both.chain.height();
    drop(both.opened);
    assert!(matches!(look(&path, chain, u64::MAX), Ok(Look::Whole { .. })), "looking changes nothing");
    let opened = LedgerStore::open_read_only(&path, chain).unwrap();
    assert_eq!(opened.tip.header.height, last);
    let current = opened.store.header_with_set(last).unwrap().unwrap();
    assert!(current.certificate.verify(chain, &current.validators).is_ok());
    assert!(opened.store.header_with_set(Height(1)).is_ok(), "older sets may be gone");
    drop(opened);
    let opened = LedgerStore::open(&path, chain).unwrap();
    let meta = redb::ReadableDatabase::begin_read(match &opened.store.db {
        crate::store::ledger::File::Own(db) => db,
        crate::store::ledger::File::ReadOnly(_) => panic!(),
    });
    let found = tables::schema(&meta.unwrap().open_table(META).unwrap()).unwrap();
    assert_eq!(found, Some(SCHEMA));
}

#[test]
fn blocks_are_given_out_in_order_and_within_limits() {
    let both = Both::crowded();
    let (store, last) = (&both.opened.store, both.chain.height().0);
    let all = store.blocks_from(Height(1), usize::MAX, usize::MAX).unwrap();
    assert_eq!(all.len() as u64, last);
    for (place, (bytes, certificate)) in all.iter().enumerate() {
        let block = crate::ledger::block::Block::decode(bytes).unwrap();
        assert_eq!((block.header.height.0, block.hash()), (place as u64 + 1, certificate.block));
        let kept = store.certified(block.header.height).unwrap().unwrap();
        assert_eq!((&kept.header, kept.block.as_ref(), &kept.certificate), (&block.header, Some(bytes), certificate));
    }
    let count = |from, count, bytes| store.blocks_from(Height(from), count, bytes).unwrap().len();
    let two = all[0].0.len() + all[1].0.len();
    assert_eq!([count(1, 9, two), count(1, 9, two - 1), count(1, 9, 0), count(1, 0, two)], [2, 1, 1, 0]);
    assert_eq!(
        [count(last, 9, usize::MAX), count(last + 1, 9, 9), count(0, 9, 9), count(u64::MAX, 9, 9)],
        [1, 0, 0, 0]
    );
    assert_eq!(store.first_body().unwrap(), Some(Height(1)));
    store.prune(last).unwrap();
    assert_eq!((store.first_body().unwrap(), count(1, 9, usize::MAX)), (Some(Height(last)), 0));
    assert_eq!(store.certified(Height(1)).unwrap().unwrap().block, None);
    assert!(store.certified(Height(last + 1)).unwrap().is_none());
}
