//! What a node starts with, from flags and home: its key, its network, what it trains.
//!
//! Invariants: a home without a network gets a devnet of its own, and says so; what a running network settled (shape, data,
//! steps) is not changed by settings; nothing is asked and nothing printed, since a dashboard may have the terminal.

use std::path::Path;

use anyhow::anyhow;
use neuroshard_commands::Trust;

use super::{manners, training};
use crate::app::{AppError, Context};
use crate::config::{self, Origin};
use crate::keystore::{NodeKey, NodeKeyError};
use crate::node::{
    HomeError, HomeLock, Journal, NetworkFolder, Networks, Node, NodeError, NodeEvent, Peering, Settings, now_ms,
};
use crate::store::StoreError;
use crate::types::Address;

/// All that a node needs, and what people should be told first.
pub(in crate::app) struct Ready {
    settings: Settings,
    lock: HomeLock,
    /// What is new.
    pub(in crate::app) notes: Vec<String>,
}

/// Finds or makes all that a node needs.
pub(in crate::app) fn prepare(cx: &Context, chosen: &config::Settings) -> Result<Ready, AppError> {
    manners::make_room(cx);
    manners::open_many_files(cx);
    #[cfg(feature = "flex")]
    crate::app::compute::set_up(Some(chosen.threads))?;
    let home = cx.home()?;
    let lock = HomeLock::take(&home).map_err(explain_home)?;
    let failed = |error| AppError::refused(error).while_doing("cannot write the log into the home");
    let journal = Journal::open(&home, cx.log_level()).map_err(failed)?;
    journal.listen();
    let (key, notes) = node_key(&home, chosen.payout)?;
    let (network, mut prepared) = find_network(cx, chosen, &home, &key)?;
    let training = training::prepare(cx, chosen, &network, &mut prepared)?;
    let settings = Settings {
        home,
        network,
        peering: peering(chosen)?,
        key: key.secret().clone(),
        listen_api: chosen.listen_api.0,
        device: training::describe(training.as_ref()),
        journal,
        #[cfg(feature = "flex")]
        training,
    };
    Ok(Ready { settings, lock, notes })
}

impl Ready {
    /// Starts it; `tell` hears what happens.
    pub(in crate::app) fn start(self, tell: impl Fn(NodeEvent) + Send + 'static) -> Result<Node, AppError> {
        Node::start(self.settings, self.lock, tell).map_err(explain)
    }
}

/// How it is to meet others.
fn peering(chosen: &config::Settings) -> Result<Peering, AppError> {
    fn texts(all: &[impl ToString]) -> Vec<String> {
        all.iter().map(ToString::to_string).collect()
    }
    let hash = |trust: &Trust| trust.hash.parse().map(|hash| (trust.height, hash)).map_err(AppError::usage);
    Ok(Peering {
        listen: texts(&chosen.listen),
        external: texts(&chosen.external),
        bootstrap: texts(&chosen.bootstrap),
        trackers: texts(&chosen.tracker),
        trust: chosen.trust.as_ref().map(hash).transpose()?,
        validator: chosen.validator,
        mdns: !chosen.no_mdns,
        upnp: !chosen.no_upnp,
    })
}

fn node_key(home: &Path, payout: Option<Address>) -> Result<(NodeKey, Vec<String>), AppError> {
    let (key, new) = NodeKey::load_or_create(home).map_err(|error| {
        let hint = match &error {
            NodeKeyError::Open { path, .. } => format!("chmod 600 '{}'", path.display()),
            _ => "put a copy of the file in its place".to_owned(),
        };
        AppError::refused(error).hint(hint)
    })?;
    let mut notes = Vec::new();
    if new {
        notes.push(format!("This node's key is new, in {} (no passphrase).", key.path().display()));
        if payout.is_none() {
            notes.push("It holds what the node earns; --payout ADDRESS pays a wallet instead.".to_owned());
        }
        notes.push("Keep its words safe: neuroshard wallet export --reveal --node".to_owned());
    }
    Ok((key, notes))
}

/// What was already read while a devnet was made.
#[derive(Default)]
pub(super) struct Prepared {
    #[cfg(feature = "flex")]
    pub(super) data: Option<neuroshard_model::data::Dataset>,
}

fn find_network(
    cx: &Context,
    chosen: &config::Settings,
    home: &Path,
    key: &NodeKey,
) -> Result<(NetworkFolder, Prepared), AppError> {
    let networks = Networks::at(home);
    if let Some(name) = chosen.named_network() {
        let found = networks.find(&name).map_err(explain_home)?;
        check_settled(cx, chosen, &found)?;
        return Ok((found, Prepared::default()));
    }
    if let Some(last) = networks.last().map_err(explain_home)? {
        check_settled(cx, chosen, &last)?;
        return Ok((last, Prepared::default()));
    }
    let (text, prepared) = training::devnet(cx, chosen, key, chosen.payout, now_ms() / 1000)?;
    Ok((networks.join(&text).map_err(explain_home)?, prepared))
}

/// That nobody asks for a new devnet's shape where a network has one. What the environment or the file says is for the
/// next new one.
fn check_settled(cx: &Context, chosen: &config::Settings, network: &NetworkFolder) -> Result<(), AppError> {
    for name in ["preset", "inner-steps", "payout"] {
        let network = &network.genesis.name;
        match chosen.origin(name) {
            Origin::Flag => {
                let says = format!("--{name} is for a new devnet, and this home goes on with {network:?}");
                return Err(AppError::refused(anyhow!(says)).hint("leave it out, or choose another --home"));
            }
            Origin::Environment | Origin::File => {
                cx.out.detail(format_args!("{name} is for a new devnet; {network:?} settled its own"));
            }
            Origin::Default => {}
        }
    }
    Ok(())
}

fn explain_home(error: HomeError) -> AppError {
    match &error {
        HomeError::Locked { .. } => {
            AppError::refused(error).hint("stop that one first, or give this one another --home")
        }
        _ => AppError::refused(error),
    }
}

/// What went wrong with a node, and what would help.
pub(in crate::app) fn explain(error: NodeError) -> AppError {
    let hint = match &error {
        NodeError::Listen { .. } => "another program listens there: choose another with --listen-api ADDR, or off",
        NodeError::Store(StoreError::Damaged { .. }) => {
            "nothing was changed: put a copy of the file in its place, or move it away and `neuroshard snapshot import` a copy"
        }
        NodeError::Store(StoreError::Newer { .. }) => "a newer neuroshard wrote it; use that one",
        NodeError::Store(StoreError::Absent(_)) => {
            "this network had a ledger here once: put it back, or remove the network's folder to begin anew"
        }
        NodeError::Panicked(_) | NodeError::Stuck(_) => return AppError::internal(error),
        _ => return AppError::refused(error),
    };
    AppError::refused(error).hint(hint)
}
