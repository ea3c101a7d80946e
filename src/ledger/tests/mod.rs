//! A chain in memory for the tests of the rules: founders, their friends, and blocks made of what they send.

mod challenges;
mod governance;
mod money;
mod properties;
mod service;
mod validators;
mod votes;
mod work;

use super::accounts::{Account, Supply};
use super::apply::{BlockError, Executed, Proposal, apply, propose, verify_all};
use super::block::{Block, Evidence, Header};
use super::events::Event;
use super::genesis::Genesis;
use super::network::Network;
use super::nodes::{Announcement, Node, Work, work_bits};
use super::reject::Outcome;
use super::state::{Changes, Record, read};
use super::supply::check_all;
use super::transaction::{Action, SignedTransaction, Transaction, Verified};
use super::tree::Tree;
use super::validators::Validators;
use crate::types::{Address, Amount, Certificate, Hash, Height, PublicKey, SecretKey, Vote, VoteKind};
use std::collections::BTreeMap;

pub(crate) const START: u64 = 1_700_000_000;
/// Short periods, as a devnet has them.
const PARAMETERS: &str = r#"
"chain.epoch_seconds" = 1
"chain.registration_bits" = 4
"challenge.window" = 6
"challenge.deadline" = 5
"limit.receipt_seconds" = 1
"limit.tokens_per_minute" = 100000000
"train.inner_steps" = 10
"train.step_tokens" = 4096
"train.round_grace" = 0
"stake.bond" = "0.01"
"stake.lock_days_min" = 0
"stake.cooldown" = 10
"stake.bond_release" = 10
"#;

pub(crate) fn key(seed: u8) -> SecretKey {
    SecretKey::from_bytes(&[seed; 32]).unwrap()
}

pub(crate) fn address(seed: u8) -> Address {
    Address::of(&key(seed).public())
}

pub(crate) fn neuro(text: &str) -> Amount {
    text.parse().unwrap()
}

pub(crate) fn hash(seed: u64) -> Hash {
    let mut bytes = [7; 32];
    bytes[..8].copy_from_slice(&seed.to_be_bytes());
    Hash(bytes)
}

#[derive(Clone)]
pub(crate) struct Chain {
    /// The genesis file.
    pub(crate) genesis: String,
    pub(crate) state: BTreeMap<Vec<u8>, Vec<u8>>,
    pub(crate) tree: Tree,
    pub(crate) tip: Header,
    pub(crate) certificate: Certificate,
    pub(crate) events: Vec<Event>,
    pub(crate) blocks: Vec<Block>,
    /// Who signs blocks, as far as they may.
    pub(crate) signers: Vec<u8>,
}

impl Chain {
    /// Founded by keys, with parameters on top of [`PARAMETERS`].
    pub(crate) fn new(founders: &[u8], parameters: &[(&str, &str)]) -> Self {
        let validators: Vec<String> = founders
            .iter()
            .map(|seed| {
                format!(
                    "[[validators]]
key = \"{}\"
",
                    key(*seed).public()
                )
            })
            .collect();
        let validators = validators.concat();
        let mut table: toml::Table = toml::from_str(PARAMETERS).unwrap();
        for (name, value) in parameters {
            table.insert((*name).to_owned(), (*value).into());
        }
        let text = format!(
            "name = \"test\"\nstart = {START}\nseed = 1\nstate_bytes = 1000\n{validators}[parameters]\n{table}\n[model]\nlayers = 4\n"
        );
        let (changes, tree, tip) = Genesis::parse(&text).unwrap().begin();
        let state = changes.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
        let (certificate, events, blocks) = (Certificate::default(), Vec::new(), Vec::new());
        Self { genesis: text, state, tree, tip, certificate, events, blocks, signers: founders.to_vec() }
    }

    /// With NEURO in accounts, as if minted at genesis.
    pub(crate) fn give(mut self, seeds: &[u8], amount: &str) -> Self {
        let mut supply: Supply = self.read(());
        let mut changes = Changes::new();
        for seed in seeds {
            supply.minted = supply.minted.checked_add(neuro(amount)).unwrap();
            let account = Account { balance: neuro(amount), ..self.read(address(*seed)) };
            changes.insert(Account::key(address(*seed)).bytes(), borsh::to_vec(&account).ok());
        }
        changes.insert(Supply::key(()).bytes(), borsh::to_vec(&supply).ok());
        self.tree = self.tree.with(changes.iter().map(|(key, value)| (key, value.as_ref())));
        self.change(changes);
        self.tip.state = self.tree.root();
        self
    }

    pub(crate) fn read<R: Record>(&self, id: R::Id) -> R {
        read(&self.state, id)
    }

    pub(crate) fn balance(&self, seed: u8) -> Amount {
        self.read::<Account>(address(seed)).balance
    }

    pub(crate) fn node(&self, seed: u8) -> Node {
        self.read(address(seed))
    }

    pub(crate) fn height(&self) -> Height {
        self.tip.height
    }

    fn change(&mut self, changes: Changes) {
        for (key, value) in changes {
            match value {
                Some(value) => self.state.insert(key, value),
                None => self.state.remove(&key),
            };
        }
    }

    /// Signed by `seed` with its next nonce, `ahead` of those it sent before in the same block.
    pub(crate) fn transaction(&self, seed: u8, ahead: u64, action: Action) -> SignedTransaction {
        let transaction = Transaction {
            chain: self.tip.chain,
            from: key(seed).public(),
            nonce: self.read::<Account>(address(seed)).nonce + ahead,
            expires: self.height().after(50),
            fee_limit: neuro("1"),
            action,
        };
        transaction.sign(&key(seed)).unwrap()
    }

    pub(crate) fn verified(&self, signed: SignedTransaction) -> Verified {
        signed.verify(self.tip.chain).unwrap()
    }

    pub(crate) fn proposal(&self, transactions: Vec<Verified>, seconds: u64, evidence: Vec<Evidence>) -> Proposal {
        let set = self.read::<Validators>(()).set;
        let proposer = self.signers.iter().map(|seed| key(*seed).public()).find(|key| set.power(key) > 0).unwrap();
        let time_ms = self.tip.time_ms + seconds * 1000;
        Proposal { proposer, time_ms, transactions, evidence, certificate: self.certificate.clone() }
    }

    /// Takes a block over and signs it.
    pub(crate) fn commit(&mut self, executed: Executed) -> (Vec<Outcome>, Vec<Event>) {
        let set = self.read::<Validators>(()).set;
        self.certificate = self.certify(executed.hash, executed.block.header.height, |key| set.power(key) > 0);
        self.tip = executed.block.header.clone();
        self.tree = executed.tree;
        self.blocks.push(executed.block);
        self.change(executed.changes);
        let events: Vec<Event> = executed.events.into_iter().flatten().collect();
        self.events.extend(events.clone());
        check_all(&self.state).unwrap();
        (executed.outcomes, events)
    }

    fn certify(&self, block: Hash, height: Height, may: impl Fn(&PublicKey) -> bool) -> Certificate {
        let vote = Vote { chain: self.tip.chain, height, round: 0, kind: VoteKind::Precommit, block: Some(block) };
        let signers = self.signers.iter().map(|seed| key(*seed)).filter(|key| may(&key.public()));
        let mut signatures: Vec<_> = signers.map(|key| (key.public(), vote.sign(&key).unwrap().signature)).collect();
        signatures.sort_by_key(|(key, _)| *key);
        Certificate { height, round: 0, block, signatures }
    }

    /// Makes, applies and commits a block after some seconds.
    pub(crate) fn block(&mut self, transactions: Vec<SignedTransaction>, seconds: u64) -> (Vec<Outcome>, Vec<Event>) {
        let verified = transactions.into_iter().map(|signed| self.verified(signed)).collect();
        let made = propose(&self.state, &self.tree, &self.tip, self.proposal(verified, seconds, Vec::new())).unwrap();
        let verified = verify_all(&made.block).unwrap();
        let applied = apply(&self.state, &self.tree, &self.tip, made.block.clone(), verified).unwrap();
        assert_eq!(applied.changes, made.changes);
        self.commit(applied)
    }

    /// One transaction in a block of its own.
    pub(crate) fn send(&mut self, seed: u8, action: Action) -> Outcome {
        let transaction = self.transaction(seed, 0, action);
        self.block(vec![transaction], 1).0.remove(0)
    }

    /// One transaction that has to be done.
    pub(crate) fn done(&mut self, seed: u8, action: Action) -> Amount {
        match self.send(seed, action) {
            Outcome::Done(fee) => fee,
            Outcome::Rejected(reason) => panic!("refused: {reason}"),
        }
    }

    /// Why one transaction is refused.
    pub(crate) fn refused(&mut self, seed: u8, action: Action) -> String {
        let root = self.read::<Account>(address(seed));
        match self.send(seed, action) {
            Outcome::Rejected(reason) => {
                assert_eq!(
                    root.nonce,
                    self.read::<Account>(address(seed)).nonce,
                    "a refused transaction costs nothing"
                );
                reason
            }
            Outcome::Done(_) => panic!("not refused"),
        }
    }

    /// Empty blocks of a second each.
    pub(crate) fn pass(&mut self, blocks: u64) {
        for _ in 0..blocks {
            self.block(Vec::new(), 1);
        }
    }

    /// Why a block of these is none.
    pub(crate) fn spoiled(&self, change: impl FnOnce(&mut Block)) -> BlockError {
        let made = propose(&self.state, &self.tree, &self.tip, self.proposal(Vec::new(), 1, Vec::new())).unwrap();
        let mut block = made.block;
        change(&mut block);
        let verified = match verify_all(&block) {
            Ok(verified) => verified,
            Err(error) => return error,
        };
        apply(&self.state, &self.tree, &self.tip, block, verified).unwrap_err()
    }

    pub(crate) fn register(&mut self, seed: u8) {
        let action = self.registration(seed);
        self.done(seed, action);
    }

    pub(crate) fn registration(&self, seed: u8) -> Action {
        let network: Network = self.read(());
        let enough = |work: &Work| work_bits(network.chain, address(seed), *work) >= 4;
        let work = (0..1 << 20).map(Work).find(enough).unwrap();
        Action::RegisterNode { announcement: announcement(), work }
    }
}

/// What a founder 1 sends, block by block, until its first work is paid; plays it on `chain`.
pub(crate) fn earn(chain: &mut Chain) -> Vec<Vec<Action>> {
    let whole = super::rounds::Stage { first: 0, units: work::UNITS };
    let mut actions = vec![vec![work::model(0, whole)]];
    actions.push(vec![work::delta(1, whole), work::model(1, whole)]);
    actions.push(vec![work::claim(work::receipt(0, (1, 1), &[(1, whole)]))]);
    actions.extend(vec![Vec::new(); 7]);
    for actions in &actions {
        let signed =
            actions.iter().enumerate().map(|(ahead, action)| chain.transaction(1, ahead as u64, action.clone()));
        chain.block(signed.collect(), 1);
    }
    assert!(!chain.balance(1).is_zero());
    actions
}

pub(crate) fn announcement() -> Announcement {
    Announcement { device: "a computer".into(), memory_mb: 1000, tier: 4, ..Announcement::default() }
}
