//! A ledger that is made for measuring: a chain of one founder, many accounts with money, and blocks of transfers.
//!
//! Invariants: what is made is made of nothing but a seed, so that every run does the same; it adds up, and a node would
//! take each of its blocks; making blocks leaves the ledger as it was, so that it can be kept out of what is measured.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::ledger::accounts::{Account, Supply};
use crate::ledger::apply::{Executed, Proposal, apply, propose, verify_on};
use crate::ledger::block::{Block, Header};
use crate::ledger::genesis::Genesis;
use crate::ledger::state::{Changes, Draft, Record as _, State};
use crate::ledger::transaction::{Action, SignedTransaction, Transaction, Verified};
use crate::ledger::tree::Tree;
use crate::store::{Finalised, LedgerStore};
use crate::types::{Address, Amount, Certificate, Domain, Hash, SecretKey, Vote, VoteKind};

const DOMAIN: Domain = Domain::new("measurement");
pub(in crate::app::bench) const START: u64 = 1_700_000_000;
/// What every account begins with.
const BALANCE: Amount = Amount::from_neuro(1_000);
/// Blocks after which a transfer expires.
const EXPIRES: u64 = 1_000;

/// The ledger, and the keys of those who send.
pub(in crate::app::bench) struct Made {
    pub(super) path: PathBuf,
    pub(in crate::app::bench) store: LedgerStore,
    pub(super) tree: Tree,
    pub(in crate::app::bench) tip: Finalised,
    founder: SecretKey,
    senders: Vec<SecretKey>,
    nonces: Vec<u64>,
    accounts: u64,
    turn: u64,
}

/// Records that are not in a store yet.
struct Built<'a>(&'a Changes);

impl State for Built<'_> {
    fn read(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.0.get(key).cloned().flatten()
    }
}

/// A block as it would arrive: its bytes, and that it was decided.
pub(super) struct Arriving {
    pub(super) bytes: Vec<u8>,
    pub(super) certificate: Certificate,
}

/// An executed block's place, which the next one is made on.
struct Tip {
    header: Header,
    tree: Tree,
    certificate: Certificate,
}

impl Made {
    /// A new ledger in a folder, with `accounts` accounts, of which the first `senders` can sign.
    pub(super) fn new(folder: &Path, accounts: u64, senders: u64) -> Result<Self> {
        Self::with(folder, accounts, senders, |_, _| Ok(()))
    }

    /// The same, with more in it than accounts: what `more` puts down, who may sign given.
    pub(in crate::app::bench) fn with(
        folder: &Path,
        accounts: u64,
        senders: u64,
        more: impl FnOnce(&mut Draft<'_>, &[SecretKey]) -> Result<()>,
    ) -> Result<Self> {
        let founder = founder()?;
        let genesis = genesis()?;
        let senders = (0..senders.min(accounts)).map(key).collect::<Result<Vec<SecretKey>>>()?;
        let (mut changes, _, mut header) = genesis.begin();
        let minted = BALANCE.checked_mul(accounts).context("there are too many accounts")?;
        put(&mut changes, Supply::key(()).bytes(), &Supply { minted, ..Supply::default() })?;
        for at in 0..accounts {
            put(
                &mut changes,
                Account::key(address(&senders, at)).bytes(),
                &Account { balance: BALANCE, ..Account::default() },
            )?;
        }
        let added = {
            let below = Built(&changes);
            let mut draft = Draft::over(&below);
            more(&mut draft, &senders)?;
            draft.finish()?.0
        };
        changes.extend(added);
        let tree = Tree::default().with(changes.iter().map(|(key, value)| (key, value.as_ref())));
        header.state = tree.root();
        let tip = Finalised { header, certificate: Certificate::default() };
        let path = folder.join("ledger.redb");
        let store = LedgerStore::create_with(&path, &changes, &tip).context("cannot write a ledger")?;
        let nonces = vec![0; senders.len()];
        Ok(Self { path, store, tree, tip, founder, senders, nonces, accounts, turn: 0 })
    }

    /// Signed transfers that no block will have.
    pub(super) fn unplayed(&mut self, count: u64) -> Result<Vec<SignedTransaction>> {
        let (nonces, turn) = (self.nonces.clone(), self.turn);
        let signed = (0..count).map(|_| self.transfer(0)).collect();
        (self.nonces, self.turn) = (nonces, turn);
        signed
    }

    /// Signed by the next sender in turn, to somebody anywhere, as if `ahead` blocks were made before.
    fn transfer(&mut self, ahead: u64) -> Result<SignedTransaction> {
        let turn = self.turn;
        self.turn += 1;
        let place = usize::try_from(turn % self.senders.len() as u64)?;
        let drawn = Hash::of(&DOMAIN, &("to", turn));
        let (drawn, _) = drawn.0.split_first_chunk::<8>().context("a hash has eight bytes")?;
        let to = address(&self.senders, u64::from_le_bytes(*drawn) % self.accounts);
        let (sender, nonce) = (&self.senders[place], &mut self.nonces[place]);
        let transaction = Transaction {
            chain: self.tip.header.chain,
            from: sender.public(),
            nonce: *nonce,
            expires: self.tip.header.height.after(ahead + EXPIRES),
            fee_limit: Amount::from_neuro(1),
            action: Action::Transfer { to, amount: Amount::from_nano(1 + u128::from(turn % 1000)) },
        };
        *nonce += 1;
        Ok(transaction.sign(sender)?)
    }

    /// What each of the senders does next, signed.
    pub(in crate::app::bench) fn signed(&self, action: impl Fn(usize) -> Action) -> Result<Vec<SignedTransaction>> {
        let sign = |(place, (sender, nonce)): (usize, (&SecretKey, &u64))| {
            let transaction = Transaction {
                chain: self.tip.header.chain,
                from: sender.public(),
                nonce: *nonce,
                expires: self.tip.header.height.after(EXPIRES),
                fee_limit: Amount::from_neuro(1),
                action: action(place),
            };
            Ok(transaction.sign(sender)?)
        };
        self.senders.iter().zip(&self.nonces).enumerate().map(sign).collect()
    }

    /// The next block with these transactions, which the ledger doesn't take over.
    pub(in crate::app::bench) fn next(&self, transactions: Vec<Verified>) -> Result<Executed> {
        let proposal = Proposal {
            proposer: self.founder.public(),
            time_ms: self.tip.header.time_ms + 1000,
            transactions,
            evidence: Vec::new(),
            certificate: self.tip.certificate.clone(),
        };
        Ok(propose(&self.store.view()?, &self.tree, &self.tip.header, proposal)?)
    }

    /// The next blocks, each of so many transfers, made on so many threads.
    pub(super) fn blocks(&mut self, blocks: u64, transfers: u64, threads: usize) -> Result<Vec<Arriving>> {
        let mut arriving = Vec::new();
        let mut tip =
            Tip { header: self.tip.header.clone(), tree: self.tree.clone(), certificate: self.tip.certificate.clone() };
        // What the blocks come to, on top of what the store has.
        let mut after = Changes::new();
        for ahead in 0..blocks {
            let signed = (0..transfers).map(|_| self.transfer(ahead)).collect::<Result<Vec<_>>>()?;
            let verified = verify_on(threads, tip.header.chain, &signed)?;
            let proposal = Proposal {
                proposer: self.founder.public(),
                time_ms: tip.header.time_ms + 1000,
                transactions: verified,
                evidence: Vec::new(),
                certificate: tip.certificate,
            };
            let view = self.store.view()?;
            let mut below = Draft::over(&view);
            below.absorb((after, Vec::new()));
            let made = propose(&below, &tip.tree, &tip.header, proposal)?;
            (after, _) = below.finish()?;
            after.extend(made.changes);
            let certificate = self.certify(made.hash, &made.block.header)?;
            arriving.push(Arriving { bytes: made.block.encode(), certificate: certificate.clone() });
            tip = Tip { header: made.block.header, tree: made.tree, certificate };
        }
        Ok(arriving)
    }

    fn certify(&self, block: Hash, header: &Header) -> Result<Certificate> {
        let (height, kind) = (header.height, VoteKind::Precommit);
        let vote = Vote { chain: header.chain, height, round: 0, kind, block: Some(block) }.sign(&self.founder)?;
        Ok(Certificate { height, round: 0, block, signatures: vec![(vote.validator, vote.signature)] })
    }

    /// What a block does to the ledger as it is.
    pub(in crate::app::bench) fn apply(&self, block: Block, verified: Vec<Verified>) -> Result<Executed> {
        let view = self.store.view()?;
        let executed = apply(&view, &self.tree, &self.tip.header, block, verified)?;
        anyhow::ensure!(!view.failed(), "the ledger cannot be read");
        Ok(executed)
    }

    /// Makes an applied block the last one, on disk.
    pub(super) fn commit(&mut self, executed: Executed, certificate: Certificate) -> Result<()> {
        self.store.commit(&executed, &certificate)?;
        self.tree = executed.tree;
        self.tip = Finalised { header: executed.block.header, certificate };
        Ok(())
    }
}

/// What all made ledgers begin with.
pub(super) fn genesis() -> Result<Genesis> {
    let key = founder()?.public();
    let text = format!(
        "name = \"measurement\"\nstart = {START}\nseed = 1\nstate_bytes = 1\n[[validators]]\nkey = \"{key}\"\n[model]\nlayers = 2\n"
    );
    Genesis::parse(&text).context("cannot begin a chain")
}

fn founder() -> Result<SecretKey> {
    key(u64::MAX)
}

pub(super) fn put(changes: &mut Changes, key: Vec<u8>, record: &impl borsh::BorshSerialize) -> Result<()> {
    changes.insert(key, Some(borsh::to_vec(record)?));
    Ok(())
}

/// A key of one's own for each number.
fn key(number: u64) -> Result<SecretKey> {
    Ok(SecretKey::from_bytes(&Hash::of(&DOMAIN, &("key", number)).0)?)
}

/// Of a sender's key, and of nobody's beyond them.
pub(in crate::app::bench) fn address(senders: &[SecretKey], at: u64) -> Address {
    let sender = usize::try_from(at).ok().and_then(|at| senders.get(at));
    sender.map_or_else(|| nobody(at), |key| Address::of(&key.public()))
}

fn nobody(at: u64) -> Address {
    let mut bytes = [0; 20];
    bytes.iter_mut().zip(Hash::of(&DOMAIN, &("nobody", at)).0).for_each(|(to, byte)| *to = byte);
    Address::from_bytes(bytes)
}
