//! Homes of nodes that found a network together, and its genesis.
//!
//! Invariant: what a founder's home holds before it first runs is its key alone.

use std::fs;
use std::path::{Path, PathBuf};

use neuroshard::keystore::NodeKey;
use neuroshard::node::{NewNetwork, devnet_text, now_ms};
use tempfile::TempDir;

/// A model that no test here trains.
const SHAPE: &str = "layers = 2\nhidden = 32\nheads = 2\nkv_heads = 1\nffn = 64\nvocab = 300\nseq = 32\n";

/// Homes and a genesis, gone when dropped.
pub(crate) struct Founders(TempDir);

impl Founders {
    pub(crate) fn new(count: usize) -> Self {
        let founders = Self(tempfile::tempdir().unwrap());
        let key = |node| {
            fs::create_dir(founders.home(node)).unwrap();
            NodeKey::load_or_create(&founders.home(node)).unwrap().0.secret().public()
        };
        let start = now_ms() / 1000;
        let network = NewNetwork {
            name: "founders".to_owned(),
            validators: (0..count).map(key).collect(),
            payout: None,
            start,
            model: SHAPE.to_owned(),
            seed: start,
            state_bytes: 1 << 20,
            step_tokens: 1024,
            inner_steps: 10,
            data: None,
            tokenizer: None,
        };
        fs::write(founders.genesis(), devnet_text(&network)).unwrap();
        founders
    }

    pub(crate) fn folder(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn home(&self, node: usize) -> PathBuf {
        self.0.path().join(format!("node-{node}"))
    }

    pub(crate) fn genesis(&self) -> PathBuf {
        self.0.path().join("genesis.toml")
    }
}
