//! `node`: runs the engine in the foreground.
//!
//! Invariants: a home without a network gets a devnet of its own, and says so; what a running network settled (shape, data,
//! steps) is not changed by flags; SIGINT and SIGTERM save and stop.

mod reports;

use std::cell::RefCell;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::SystemTime;

use anyhow::anyhow;
use neuroshard_commands::NodeArgs;

use super::interrupt::Interrupt;
use super::{AppError, Context, Exit};
use crate::keystore::{NodeKey, NodeKeyError};
use crate::node::{HomeError, HomeLock, NetworkFolder, Networks, Node, NodeError, NodeEvent, Settings};
use crate::store::StoreError;
use crate::types::Address;
use reports::Shown;

/// Events that wait to be shown.
const EVENTS_MAX: usize = 1024;

pub(super) fn node(cx: &Context, args: &NodeArgs) -> Result<Exit, AppError> {
    let payout = args.payout.as_deref().map(str::parse::<Address>).transpose().map_err(AppError::usage)?;
    #[cfg(feature = "flex")]
    super::compute::set_up(args.threads)?;
    let home = cx.home()?;
    let lock = HomeLock::take(&home).map_err(explain_home)?;
    let key = node_key(cx, &home, payout)?;
    let (network, mut prepared) = find_network(cx, args, &home, &key, payout)?;
    let training = training::prepare(cx, args, &network, &mut prepared)?;
    let interrupt = Interrupt::install()?;
    let (device, tier) = training::describe(training.as_ref());
    let (name, chain_id) = (network.genesis.name.clone(), network.genesis.chain.0);
    let settings = Settings {
        home: home.clone(),
        network,
        key: key.secret().clone(),
        listen_api: args.listen_api.0,
        #[cfg(feature = "flex")]
        training,
    };
    let (sender, events): (SyncSender<NodeEvent>, Receiver<NodeEvent>) = sync_channel(EVENTS_MAX);
    // A full queue means that nobody reads; events are not worth stopping the chain for.
    let tell = move |event| drop(sender.try_send(event));
    let node = Node::start(settings, lock, tell).map_err(explain)?;
    cx.out.emit(&Shown(NodeEvent::Started {
        peer_id: key.secret().public().to_string(),
        address: key.address(),
        api: node.api.clone(),
        device,
        tier,
        version: env!("CARGO_PKG_VERSION"),
        network: name,
        chain_id,
        public: false,
        listen: Vec::new(),
        note: Some("private devnet: its NEURO exists only here"),
    }))?;
    // Whoever no longer reads our events wants us to stop.
    let broken: RefCell<Option<AppError>> = RefCell::new(None);
    let show = || {
        for event in events.try_iter() {
            if let Err(error) = cx.out.emit(&Shown(event)) {
                broken.borrow_mut().get_or_insert(error);
            }
        }
    };
    let asked = || {
        show();
        broken.borrow().is_some() || interrupt.interrupted().is_some()
    };
    let result = node.run(&asked);
    show();
    result.map_err(explain)?;
    if let Some(error) = broken.into_inner() {
        return Err(error);
    }
    cx.out.emit(&Shown(NodeEvent::Stopped {}))?;
    // Stopping is what SIGTERM asks a node for.
    Ok(interrupt.interrupted().filter(|exit| *exit == Exit::Interrupted).unwrap_or(Exit::Success))
}

fn node_key(cx: &Context, home: &Path, payout: Option<Address>) -> Result<NodeKey, AppError> {
    let (key, new) = NodeKey::load_or_create(home).map_err(|error| {
        let hint = match &error {
            NodeKeyError::Open { path, .. } => format!("chmod 600 '{}'", path.display()),
            _ => "put a copy of the file in its place".to_owned(),
        };
        AppError::refused(error).hint(hint)
    })?;
    if new {
        cx.out.note(format_args!("This node's key is new, in {} (no passphrase).", key.path().display()));
        if payout.is_none() {
            cx.out.note("It holds what the node earns; --payout ADDRESS pays a wallet instead.");
        }
        cx.out.note("Keep its words safe: neuroshard wallet export --reveal --node");
    }
    Ok(key)
}

/// What was already read while a devnet was made.
#[derive(Default)]
struct Prepared {
    #[cfg(feature = "flex")]
    data: Option<neuroshard_model::data::Dataset>,
}

fn find_network(
    cx: &Context,
    args: &NodeArgs,
    home: &Path,
    key: &NodeKey,
    payout: Option<Address>,
) -> Result<(NetworkFolder, Prepared), AppError> {
    let networks = Networks::at(home);
    let asked = args.genesis.as_ref().map(|path| path.to_string_lossy().into_owned()).or_else(|| cx.network.clone());
    if let Some(name) = asked {
        let found = networks.find(&name).map_err(explain_home)?;
        return Ok((found, Prepared::default()));
    }
    if let Some(last) = networks.last().map_err(explain_home)? {
        let fixed = [
            ("--preset", args.preset.is_some()),
            ("--inner-steps", args.inner_steps.is_some()),
            ("--payout", payout.is_some()),
        ];
        if let Some((flag, _)) = fixed.into_iter().find(|(_, given)| *given) {
            let says = format!("{flag} is for a new devnet, and this home goes on with {:?}", last.genesis.name);
            return Err(AppError::refused(anyhow!(says)).hint("leave it out, or choose another --home"));
        }
        return Ok((last, Prepared::default()));
    }
    let (text, prepared) = training::devnet(cx, args, key, payout, now())?;
    Ok((networks.join(&text).map_err(explain_home)?, prepared))
}

fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

fn explain_home(error: HomeError) -> AppError {
    match &error {
        HomeError::Locked { .. } => {
            AppError::refused(error).hint("stop that one first, or give this one another --home")
        }
        _ => AppError::refused(error),
    }
}

fn explain(error: NodeError) -> AppError {
    let hint = match &error {
        NodeError::Listen { .. } => "another program listens there: choose another with --listen-api ADDR, or off",
        NodeError::Store(StoreError::Damaged { .. }) => {
            "nothing was changed: put a copy of the file in its place, or move it away and `neuroshard snapshot import` a copy"
        }
        NodeError::Store(StoreError::Newer { .. }) => "a newer neuroshard wrote it; use that one",
        NodeError::Store(StoreError::Absent(_)) => {
            "this network had a ledger here once: put it back, or remove the network's folder to begin anew"
        }
        NodeError::Panicked(_) => return AppError::internal(error),
        _ => return AppError::refused(error),
    };
    AppError::refused(error).hint(hint)
}

#[cfg(not(feature = "flex"))]
pub(super) mod training {
    //! Without tensors there is nothing to train with.

    use neuroshard_commands::GenesisNewArgs;

    use super::{Address, AppError, Context, NetworkFolder, NodeArgs, NodeKey, Prepared, anyhow};
    use crate::node::{NewNetwork, devnet_text};
    use crate::types::PublicKey;

    pub(super) fn prepare(
        _: &Context,
        args: &NodeArgs,
        _: &NetworkFolder,
        _: &mut Prepared,
    ) -> Result<Option<()>, AppError> {
        if args.no_training {
            return Ok(None);
        }
        Err(AppError::refused(anyhow!("this program was built without tensors")).hint("give --no-training"))
    }

    pub(super) fn describe(_: Option<&()>) -> (String, String) {
        ("none".to_owned(), "none".to_owned())
    }

    pub(super) fn devnet(
        _: &Context,
        _: &NodeArgs,
        key: &NodeKey,
        payout: Option<Address>,
        start: u64,
    ) -> Result<(String, Prepared), AppError> {
        let devnet = NewNetwork {
            name: "devnet".to_owned(),
            validators: vec![key.secret().public()],
            payout,
            start,
            model: "layers = 1\n".to_owned(),
            seed: start,
            state_bytes: 0,
            step_tokens: 1024,
            inner_steps: 50,
            data: None,
        };
        Ok((devnet_text(&devnet), Prepared::default()))
    }

    pub(in crate::app) fn network(_: &Context, _: &GenesisNewArgs, _: Vec<PublicKey>) -> Result<String, AppError> {
        Err(AppError::refused(anyhow!("this program was built without tensors, and can't tell a model's data")))
    }
}

#[cfg(feature = "flex")]
pub(super) mod training;
