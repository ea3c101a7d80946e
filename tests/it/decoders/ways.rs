//! The ways in: what decodes, and real values for it.

use std::fmt::Display;
use std::fs;
use std::str::FromStr;

use borsh::{BorshDeserialize, BorshSerialize};
use neuroshard::consensus::{Message, Part, Polka, Proposal, RoundCertificate, RoundReason, RoundVote, wal};
use neuroshard::keystore::{Kdf, Mnemonic, NodeKey, Passphrase, Sealed, WalletName, parse_key, parse_signature};
use neuroshard::ledger::apply::verify_all;
use neuroshard::ledger::block::{BLOCK_BYTES_MAX, Block, Header};
use neuroshard::ledger::challenge::Answer;
use neuroshard::ledger::genesis::Genesis;
use neuroshard::ledger::nodes::{Announcement, Work};
use neuroshard::ledger::receipts::{Member, UnitWork, WorkKind, WorkReceipt};
use neuroshard::ledger::rounds::{DeltaCommit, ModelCommit, Stage, UnitHashes};
use neuroshard::ledger::segments::SegmentRecord;
use neuroshard::ledger::snapshot::{Manifest, put_record, records};
use neuroshard::ledger::transaction::{Action, SignedTransaction, Transaction};
use neuroshard::ledger::tree::{self, Tree};
use neuroshard::store::{self, LedgerStore};
use neuroshard::types::{
    Address, Amount, Certificate, ChainId, Factor, Hash, Height, PublicKey, SecretKey, Signature, SignedVote, Vote,
    VoteKind, merkle,
};

const CHAIN: ChainId = ChainId(Hash([7; 32]));

/// One way in.
pub(super) struct Way {
    pub(super) name: &'static str,
    /// What real values encode to.
    pub(super) samples: Vec<Vec<u8>>,
    /// Decodes, uses what came out a little, and encodes it again.
    pub(super) again: fn(&[u8]) -> Option<Vec<u8>>,
    /// Whether a value has one encoding.
    exact: bool,
    /// Makes changed bytes pass a check that would keep them from going deeper.
    pub(super) mend: fn(&mut Vec<u8>),
    /// How many times as long as most it takes.
    pub(super) cost: u32,
}

impl Way {
    fn new(name: &'static str, samples: Vec<Vec<u8>>, again: fn(&[u8]) -> Option<Vec<u8>>) -> Self {
        Self { name, samples, again, exact: true, mend: |_| {}, cost: 1 }
    }

    fn text<T: FromStr + Display>(name: &'static str, samples: &[&str]) -> Self {
        let again: fn(&[u8]) -> Option<Vec<u8>> =
            |bytes| Some(std::str::from_utf8(bytes).ok()?.parse::<T>().ok()?.to_string().into_bytes());
        let samples = samples.iter().map(|sample| sample.as_bytes().to_vec()).collect();
        Self { exact: false, ..Self::new(name, samples, again) }
    }

    pub(super) fn check(&self, bytes: &[u8]) {
        let Some(again) = (self.again)(bytes) else { return };
        if self.exact {
            assert_eq!(again, bytes, "{} has a second form", self.name);
        } else {
            assert_eq!((self.again)(&again).as_ref(), Some(&again), "{} does not come to rest", self.name);
        }
    }
}

pub(super) fn ways() -> Vec<Way> {
    let transactions: Vec<SignedTransaction> = actions().into_iter().map(signed).collect();
    let encoded = transactions.iter().map(SignedTransaction::encode).collect();
    let header = genesis().begin().2;
    let final_header = (Header { proposer: Some(key(1).public()), ..header.clone() }, certificate());
    let evidence = vec![(vote(Some(hash(1))), vote(None))];
    let block = Block { header: header.clone(), transactions, evidence, certificate: certificate() };
    let empty = Block { header, transactions: Vec::new(), evidence: Vec::new(), certificate: Certificate::default() };
    vec![
        Way::new("transaction", encoded, |bytes| {
            let signed = SignedTransaction::decode(bytes).ok()?;
            let _ = signed.clone().verify(CHAIN);
            Some(signed.encode())
        }),
        Way {
            cost: 10,
            ..Way::new("block", vec![block.encode(), empty.encode()], |bytes| {
                let block = Block::decode(bytes).ok()?;
                let _ = verify_all(&block);
                Some(block.encode())
            })
        },
        Way::new("header and certificate", vec![borsh::to_vec(&final_header).unwrap()], plain::<(Header, Certificate)>),
        Way::new("consensus message", messages().iter().map(Message::encode).collect(), |bytes| {
            Some(Message::decode(bytes, BLOCK_BYTES_MAX).ok()?.encode())
        }),
        Way { exact: false, ..Way::new("consensus log", vec![log()], log_again) },
        Way::new("list proof", vec![borsh::to_vec(&list_proof()).unwrap()], |bytes| {
            let proof: merkle::Proof = borsh::from_slice(bytes).ok()?;
            let _ = proof.root(&7u8);
            borsh::to_vec(&proof).ok()
        }),
        Way::new("map proof", map_proofs(), |bytes| {
            let proof: tree::Proof = borsh::from_slice(bytes).ok()?;
            let _ = (proof.root(b"key", Some(b"value")), proof.root(b"key", None));
            borsh::to_vec(&proof).ok()
        }),
        Way::new("genesis", vec![GENESIS.into(), genesis_text().into()], |bytes| {
            let genesis = Genesis::parse(std::str::from_utf8(bytes).ok()?).ok()?;
            let (_, tree, header) = genesis.begin();
            assert_eq!(tree.root(), header.state);
            Some(genesis.text.into_bytes())
        }),
        Way { cost: 40, ..Way::new("snapshot", vec![snapshot()], snapshot_again) },
        Way { cost: 4, ..Way::new("snapshot manifest", vec![manifest()], manifest_again) },
        Way::new("records of a snapshot", vec![chunk()], records_again),
    ]
    .into_iter()
    .chain(keys())
    .chain(texts())
    .collect()
}

fn keys() -> Vec<Way> {
    let words = Mnemonic::from_entropy(&[5; 16]).unwrap();
    let (name, passphrase) = ("mine".parse().unwrap(), Passphrase::chosen("correct horse").unwrap());
    let cheap = Kdf { memory_kib: 32, passes: 1, lanes: 4 };
    let sealed = Sealed::seal(&words, &name, &passphrase, cheap, "2026-01-01T00:00:00Z".parse().unwrap()).unwrap();
    let words = words.words().as_bytes().to_vec();
    let sealed = vec![sealed.to_file().into_bytes()];
    vec![
        Way {
            exact: false,
            ..Way::new("wallet file", sealed, |bytes| Some(Sealed::from_file(bytes).ok()?.to_file().into_bytes()))
        },
        Way {
            exact: false,
            ..Way::new("words", vec![words.clone()], |bytes| {
                Some(Mnemonic::parse(std::str::from_utf8(bytes).ok()?).ok()?.words().as_bytes().to_vec())
            })
        },
        #[cfg(unix)]
        Way { exact: false, cost: 10, ..Way::new("node key", vec![words], node_key_again) },
        Way {
            exact: false,
            cost: 5,
            ..Way::new("passphrase file", vec![b"correct horse".to_vec()], |bytes| {
                let folder = tempfile::tempdir().unwrap();
                fs::write(folder.path().join("file"), bytes).unwrap();
                Some(Passphrase::read(&folder.path().join("file")).ok()?.as_bytes().to_vec())
            })
        },
    ]
}

fn texts() -> Vec<Way> {
    let address = Address::of(&key(1).public()).to_string();
    let hexadecimal = [hash(3).to_string(), key(1).public().to_string(), vote(None).signature.to_string()];
    let [digest, public, signature] = hexadecimal.each_ref().map(String::as_str);
    vec![
        Way::text::<Address>("address", &[&address]),
        Way::text::<Amount>("amount", &["0", "12.5", "340282366920938463463374607431.768211455"]),
        Way::text::<Factor>("factor", &["0", "1.5", "0.000000000001"]),
        Way::text::<Hash>("hash", &[digest]),
        Way::text::<PublicKey>("public key", &[public]),
        Way::text::<Signature>("signature", &[signature]),
        Way::text::<WalletName>("wallet name", &["mine", "cold-2"]),
        Way {
            exact: false,
            ..Way::new("typed public key", vec![public.into()], |bytes| {
                Some(parse_key(std::str::from_utf8(bytes).ok()?).ok()?.to_string().into_bytes())
            })
        },
        Way {
            exact: false,
            ..Way::new("typed signature", vec![signature.into()], |bytes| {
                Some(parse_signature(std::str::from_utf8(bytes).ok()?).ok()?.to_string().into_bytes())
            })
        },
    ]
}

fn plain<T: BorshSerialize + BorshDeserialize>(bytes: &[u8]) -> Option<Vec<u8>> {
    borsh::to_vec(&borsh::from_slice::<T>(bytes).ok()?).ok()
}

fn log_again(bytes: &[u8]) -> Option<Vec<u8>> {
    let (log, whole) = wal::decode(bytes).ok()?;
    assert!(whole <= bytes.len());
    let Some(log) = log else { return Some(Vec::new()) };
    let mut again = wal::begin(log.height);
    again.extend(wal::flushed(again.len(), &log.entries));
    Some(again)
}

/// Believes whatever header there is, so that what follows it is read.
fn snapshot_again(bytes: &[u8]) -> Option<Vec<u8>> {
    let length = bytes.get(16..20).map(|length| u32::from_le_bytes(length.try_into().unwrap()) as usize);
    let manifest = length.and_then(|length| Manifest::decode(bytes.get(20..)?.get(..length)?).ok());
    let (chain, trusted) = manifest.map(|manifest| (manifest.header.chain, manifest.header.hash())).unwrap_or_default();
    let folder = tempfile::tempdir().unwrap();
    let [from, ledger, to] = ["from", "ledger", "to"].map(|name| folder.path().join(name));
    fs::write(&from, bytes).unwrap();
    let opened = store::import(&from, &ledger, chain, trusted).ok()?;
    store::export(&opened.store, &to).unwrap();
    Some(fs::read(to).unwrap())
}

/// Believes whatever header there is, as above.
fn manifest_again(bytes: &[u8]) -> Option<Vec<u8>> {
    let manifest = Manifest::decode(bytes).ok()?;
    let (chain, block) = (manifest.header.chain, manifest.header.hash());
    if let Ok(checked) = manifest.clone().check(chain, block) {
        for chunk in 0..checked.chunks().min(9) {
            let _ = (checked.verify(chunk, bytes), checked.chunks_of(chunk));
        }
    }
    Some(manifest.encode())
}

fn records_again(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut again = Vec::new();
    for (key, value) in records(bytes)? {
        put_record(&mut again, key, value).unwrap();
    }
    Some(again)
}

#[cfg(unix)]
fn node_key_again(bytes: &[u8]) -> Option<Vec<u8>> {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let path = NodeKey::path_in(folder.path());
    fs::write(&path, bytes).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    Some(NodeKey::load(folder.path()).ok()?.mnemonic().words().as_bytes().to_vec())
}

fn key(seed: u8) -> SecretKey {
    SecretKey::from_bytes(&[seed; 32]).unwrap()
}

fn hash(seed: u8) -> Hash {
    Hash([seed; 32])
}

fn vote(block: Option<Hash>) -> SignedVote {
    Vote { chain: CHAIN, height: Height(3), round: 1, kind: VoteKind::Precommit, block }.sign(&key(2)).unwrap()
}

fn certificate() -> Certificate {
    let vote = vote(Some(hash(1)));
    Certificate { height: Height(3), round: 1, block: hash(1), signatures: vec![(vote.validator, vote.signature)] }
}

fn signed(action: Action) -> SignedTransaction {
    let from = key(1).public();
    let (nonce, expires, fee_limit) = (4, Height(99), Amount::from_neuro(1));
    Transaction { chain: CHAIN, from, nonce, expires, fee_limit, action }.sign(&key(1)).unwrap()
}

fn list_proof() -> merkle::Proof {
    merkle::prove(&[1u8, 2, 3, 4, 5], 3).unwrap()
}

fn map_proofs() -> Vec<Vec<u8>> {
    let tree: Tree = (0u8..40).map(|key| ([key], [key])).collect();
    (30u8..50).map(|key| borsh::to_vec(&tree.prove(&[key])).unwrap()).collect()
}

const GENESIS: &str = "name = \"home\"\nstart = 1000\nseed = 7\nstate_bytes = 5\nbootstrap = [\"/ip4/127.0.0.1\"]\n\
[[validators]]\nkey = \"031b84c5567b126440995d3ed5aaba0565d71e1834604819ff9c17f5e9d5dd078f\"\n\
[parameters]\n\"chain.epoch_seconds\" = 1\n\"stake.bond\" = \"0.5\"\n[model]\nlayers = 4\n";

fn genesis_text() -> String {
    let (key, payout) = (key(3).public(), Address::of(&key(4).public()));
    GENESIS.replace("[parameters]", &format!("[[validators]]\nkey = \"{key}\"\npayout = \"{payout}\"\n[parameters]"))
}

fn genesis() -> Genesis {
    Genesis::parse(GENESIS).unwrap()
}

fn snapshot() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let opened = LedgerStore::create(&folder.path().join("ledger"), &genesis()).unwrap();
    let path = folder.path().join("snapshot");
    store::export(&opened.store, &path).unwrap();
    fs::read(path).unwrap()
}

fn manifest() -> Vec<u8> {
    let snapshot = snapshot();
    let length = u32::from_le_bytes(snapshot[16..20].try_into().unwrap()) as usize;
    let manifest = Manifest::decode(&snapshot[20..20 + length]).unwrap();
    let tree: Tree = (0u8..9).map(|key| ([key], [key])).collect();
    let long = vec![(1, vec![hash(3), hash(4)])];
    Manifest { certificate: certificate(), parts: tree.parts(3), long, ..manifest }.encode()
}

fn chunk() -> Vec<u8> {
    let mut bytes = Vec::new();
    for key in 0u8..4 {
        put_record(&mut bytes, &[key; 21], &vec![key; 10 * usize::from(key)]).unwrap();
    }
    bytes
}

fn log() -> Vec<u8> {
    let mut bytes = wal::begin(Height(5));
    bytes.extend(wal::flushed(bytes.len(), &[vec![1, 2], Vec::new(), vec![3; 60]]));
    bytes
}

fn messages() -> Vec<Message> {
    let (chain, height, round, block) = (CHAIN, Height(3), 1, hash(1));
    let SignedVote { validator, signature, .. } = vote(Some(block));
    let votes = [Some(block), None];
    let votes = votes.map(|block| RoundVote { kind: VoteKind::Prevote, block, validator, signature }).to_vec();
    let part = Part { chain, height, round, block, bytes: vec![9; 50].into() };
    let reason = RoundReason::Precommits;
    vec![
        Message::Vote(vote(Some(block))),
        Message::Proposal(Proposal { chain, height, round, block, polka: Some(0) }.sign(&key(2)).unwrap()),
        Message::Part(part.sign(&key(2)).unwrap()),
        Message::Polka(Polka { height, round, block, signatures: vec![(validator, signature); 2] }),
        Message::Round(RoundCertificate { height, round, reason, votes }),
    ]
}

fn actions() -> Vec<Action> {
    let (to, amount) = (Address::from_bytes([9; 20]), Amount::from_neuro(3));
    let announcement = Announcement { device: "a computer".into(), payout: Some(to), ..Announcement::default() };
    let stage = Stage { first: 0, units: 2 };
    let delta = DeltaCommit { round: 1, base: 0, stage, tokens: 9, slices: vec![hash(1), hash(2)] };
    let units = vec![UnitHashes { weights: hash(3), momentum: hash(4) }; 2];
    let [start, end, inputs, clipping] = [5, 6, 7, 8].map(hash);
    let record = SegmentRecord { round: 1, first_step: 0, steps: 5, start, end, inputs, clipping, loss: -4 };
    let receipt = WorkReceipt {
        kind: WorkKind::Training,
        nonce: 0,
        first_round: 1,
        last_round: 1,
        members: vec![Member { node: to, stage, tokens: 9 }],
        units: vec![UnitWork { start, end }; 2],
        optimizer_start: start,
        segments: 1,
        segments_root: end,
        loss_first: 5,
        loss_last: 4,
        gradient_norm: 3,
        signatures: vec![(key(2).public(), vote(None).signature)],
    };
    let answers = [
        Answer::Seal(start),
        Answer::Open { record, proof: list_proof() },
        Answer::Reveal { honest: true, result: start, salt: end },
    ];
    let mut actions = vec![
        Action::Transfer { to, amount },
        Action::RegisterNode { announcement: announcement.clone(), work: Work(7) },
        Action::UpdateNode(announcement),
        Action::LeaveNode,
        Action::RegisterValidator,
        Action::LeaveValidator,
        Action::Stake { amount, days: 30, behind: to },
        Action::Unstake { amount, behind: to },
        Action::Withdraw,
        Action::DeltaCommit(delta),
        Action::ModelCommit(ModelCommit { round: 1, first: 0, units }),
        Action::WorkReceipt(Box::new(receipt)),
        Action::Challenge { receipt: start, segment: 2 },
    ];
    actions.extend(answers.map(|answer| Action::ChallengeResponse { challenge: end, answer }));
    actions
}
