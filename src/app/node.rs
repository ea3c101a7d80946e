//! `node`: runs the engine in the foreground.
//!
//! Invariants: a home without a network gets a devnet of its own, and says so; what a running network settled (shape, data,
//! steps) is not changed by settings; SIGINT and SIGTERM save and stop; the system's service manager hears when it is up
//! and when it stops.

mod manners;
mod reports;
mod service;

use std::cell::RefCell;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::SystemTime;

use anyhow::anyhow;
use neuroshard_commands::{NodeArgs, NodeCommand, NodeCommandArgs};

use super::context::refused;
use super::interrupt::Interrupt;
use super::{AppError, Context, Exit};
use crate::config::{self, Layer, Origin};
use crate::keystore::{NodeKey, NodeKeyError};
use crate::node::{HomeError, HomeLock, NetworkFolder, Networks, Node, NodeError, NodeEvent, Settings};
use crate::store::StoreError;
use crate::types::Address;
use reports::Shown;

/// Events that wait to be shown.
const EVENTS_MAX: usize = 1024;

pub(super) fn node(cx: &Context, args: &NodeCommandArgs) -> Result<Exit, AppError> {
    match &args.command {
        None => run(cx, &args.flags),
        Some(NodeCommand::Service(service)) => service::service(cx, &args.flags, service),
    }
}

fn run(cx: &Context, args: &NodeArgs) -> Result<Exit, AppError> {
    let chosen = cx.settings(Layer::flags(args).map_err(refused)?)?;
    manners::make_room(cx);
    #[cfg(feature = "flex")]
    super::compute::set_up(Some(chosen.threads))?;
    let home = cx.home()?;
    let lock = HomeLock::take(&home).map_err(explain_home)?;
    let key = node_key(cx, &home, chosen.payout)?;
    let (network, mut prepared) = find_network(cx, &chosen, &home, &key)?;
    let training = training::prepare(cx, &chosen, &network, &mut prepared)?;
    let interrupt = Interrupt::install()?;
    let (device, tier) = training::describe(training.as_ref());
    let (name, chain_id) = (network.genesis.name.clone(), network.genesis.chain.0);
    let settings = Settings {
        home: home.clone(),
        network,
        key: key.secret().clone(),
        listen_api: chosen.listen_api.0,
        #[cfg(feature = "flex")]
        training,
    };
    let (sender, events): (SyncSender<NodeEvent>, Receiver<NodeEvent>) = sync_channel(EVENTS_MAX);
    // A full queue means that nobody reads; events are not worth stopping the chain for.
    let tell = move |event| drop(sender.try_send(event));
    let node = Node::start(settings, lock, tell).map_err(explain)?;
    manners::up(&format!("{name}: {device}"));
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
        let asked = broken.borrow().is_some() || interrupt.interrupted().is_some();
        if asked {
            manners::stopping();
        }
        asked
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
    let (text, prepared) = training::devnet(cx, chosen, key, chosen.payout, now())?;
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

    use super::{Address, AppError, Context, NetworkFolder, NodeKey, Prepared, anyhow, config};
    use crate::node::{NewNetwork, devnet_text};
    use crate::types::PublicKey;

    pub(super) fn prepare(
        _: &Context,
        chosen: &config::Settings,
        _: &NetworkFolder,
        _: &mut Prepared,
    ) -> Result<Option<()>, AppError> {
        if chosen.no_training {
            return Ok(None);
        }
        Err(AppError::refused(anyhow!("this program was built without tensors")).hint("give --no-training"))
    }

    pub(super) fn describe(_: Option<&()>) -> (String, String) {
        ("none".to_owned(), "none".to_owned())
    }

    pub(super) fn devnet(
        _: &Context,
        chosen: &config::Settings,
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
            inner_steps: chosen.inner_steps,
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
