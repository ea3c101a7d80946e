//! `node`: runs the engine in the foreground.
//!
//! Invariants: whoever no longer reads our events wants us to stop; SIGINT and SIGTERM save and stop; the system's service
//! manager hears when it is up and when it stops.

mod logs;
pub(super) mod manners;
mod reports;
mod service;
pub(super) mod start;
mod stop;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use anyhow::anyhow;
use neuroshard_commands::{NodeArgs, NodeCommand, NodeCommandArgs};

use super::context::refused;
use super::interrupt::Interrupt;
use super::{AppError, Context, Exit};
use crate::config::Layer;
use crate::node::NodeEvent;
use reports::Shown;

/// Events that wait to be shown.
const EVENTS_MAX: usize = 1024;

pub(super) fn node(cx: &Context, args: &NodeCommandArgs) -> Result<Exit, AppError> {
    match &args.command {
        None => run(cx, &args.flags),
        Some(NodeCommand::Status(_)) => super::status::status(cx),
        Some(NodeCommand::Stop(_)) => stop::stop(cx),
        Some(NodeCommand::Logs(args)) => logs::logs(cx, args),
        Some(NodeCommand::Service(service)) => service::service(cx, &args.flags, service),
    }
}

fn run(cx: &Context, args: &NodeArgs) -> Result<Exit, AppError> {
    let chosen = cx.settings(Layer::flags(args).map_err(refused)?)?;
    let interrupt = Interrupt::install()?;
    let ready = start::prepare(cx, &chosen)?;
    ready.notes.iter().for_each(|note| cx.out.note(note));
    let (sender, events): (SyncSender<NodeEvent>, Receiver<NodeEvent>) = sync_channel(EVENTS_MAX);
    // A full queue means that nobody reads; events are not worth stopping the chain for.
    let node = ready.start(move |event| drop(sender.try_send(event)))?;
    let closed = AtomicBool::new(false);
    std::thread::scope(|scope| {
        // Whoever reads us may be slow: the node neither waits for it nor becomes deaf to what it is told.
        let closed = &closed;
        let shown = scope.spawn(move || show(cx, &events).inspect_err(|_| closed.store(true, Ordering::Relaxed)));
        let result = node.run(&|| closed.load(Ordering::Relaxed) || interrupt.interrupted().is_some());
        let shown = shown.join().unwrap_or_else(|_| Err(AppError::internal(anyhow!("the events' thread failed"))));
        result.map_err(start::explain).and(shown)
    })?;
    cx.out.emit(&Shown(NodeEvent::Stopped {}))?;
    // Stopping is what SIGTERM asks a node for.
    Ok(interrupt.interrupted().filter(|exit| *exit == Exit::Interrupted).unwrap_or(Exit::Success))
}

/// Shows events until there are no more.
fn show(cx: &Context, events: &Receiver<NodeEvent>) -> Result<(), AppError> {
    for event in events {
        match &event {
            NodeEvent::Started { network, device, .. } => manners::up(&format!("{network}: {device}")),
            NodeEvent::Stopping {} => manners::stopping(),
            _ => {}
        }
        cx.out.emit(&Shown(event))?;
    }
    Ok(())
}

#[cfg(not(feature = "flex"))]
pub(super) mod training {
    //! Without tensors there is nothing to train with.

    use anyhow::anyhow;
    use neuroshard_commands::{GenesisNewArgs, Preset};
    use neuroshard_tui::snapshot::Device;
    use std::path::PathBuf;

    use super::start::Prepared;
    use super::{AppError, Context};
    use crate::config;
    use crate::keystore::NodeKey;
    use crate::node::{NetworkFolder, NewNetwork, devnet_text, devnet_text_every, now_ms};
    use crate::types::{Address, PublicKey};

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

    pub(super) fn describe(_: Option<&()>) -> Device {
        Device { name: "none".to_owned(), tier: "none".to_owned(), ..Device::default() }
    }

    pub(super) fn devnet(
        _: &Context,
        chosen: &config::Settings,
        key: &NodeKey,
        payout: Option<Address>,
        start: u64,
    ) -> Result<(String, Prepared), AppError> {
        let devnet = bare(vec![key.secret().public()], payout, start, chosen.inner_steps);
        Ok((devnet_text(&devnet), Prepared::default()))
    }

    pub(in crate::app) fn private_network(
        _: &Context,
        _: &Preset,
        _: &[PathBuf],
        inner_steps: u64,
        epoch_seconds: u64,
        validators: Vec<PublicKey>,
    ) -> Result<String, AppError> {
        let devnet = bare(validators, None, now_ms() / 1000, inner_steps);
        Ok(devnet_text_every(&devnet, epoch_seconds))
    }

    /// A network that trains nothing.
    fn bare(validators: Vec<PublicKey>, payout: Option<Address>, start: u64, inner_steps: u64) -> NewNetwork {
        NewNetwork {
            name: "devnet".to_owned(),
            validators,
            payout,
            start,
            model: "layers = 1\n".to_owned(),
            seed: start,
            state_bytes: 0,
            step_tokens: 1024,
            inner_steps,
            tokenizer: None,
            data: None,
        }
    }

    pub(in crate::app) fn network(_: &Context, _: &GenesisNewArgs, _: Vec<PublicKey>) -> Result<String, AppError> {
        Err(AppError::refused(anyhow!("this program was built without tensors, and can't tell a model's data")))
    }
}

#[cfg(feature = "flex")]
pub(super) mod training;
