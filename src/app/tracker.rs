//! `tracker`: introduces nodes to each other, passes connections on, and shows what nodes say of themselves.
//!
//! Invariants: nothing depends on it; what it knows it learns anew after a start, but for its key and the peers it knew.

mod page;
mod serve;
mod stats;

use std::fmt;
use std::net::{SocketAddr, UdpSocket};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::anyhow;
use neuroshard_commands::TrackerArgs;
use neuroshard_net::{Event, Handle, Limits, Multiaddr, Program, Role, Service, StartError, View};
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::time::{interval, timeout};
use tokio_util::sync::CancellationToken;

use super::node::manners;
use super::output::Report;
use super::{AppError, Context, Exit, Interrupt};
use crate::keystore::{NodeKey, NodeKeyError};
use crate::node::{Journal, now_ms, version};
use page::About;
use serve::Written;
use stats::{Said, Stats};

/// Where a tracker listens that nobody told where to: on IPv4, and on IPv6 where the machine has it.
const LISTEN: [&str; 2] = ["/ip4/0.0.0.0/tcp/4001", "/ip4/0.0.0.0/udp/4001/quic-v1"];
const LISTEN_V6: [&str; 2] = ["/ip6/::/tcp/4001", "/ip6/::/udp/4001/quic-v1"];
/// Where the page is that nobody told where to.
const HTTP: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);
/// How often is looked whether it has to stop, and how often the page is written anew.
const LOOK: Duration = Duration::from_millis(200);
const WRITE: Duration = Duration::from_secs(1);
/// How often programs that watch are told.
const TELL: Duration = Duration::from_secs(10);
/// How long the network may need to say where it listens, and to end.
const BEGIN: Duration = Duration::from_secs(5);
const END: Duration = Duration::from_secs(10);

/// What happens.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Happens<'a> {
    Started { peer_id: &'a str, listen: &'a [String], http: Option<String>, version: &'static str },
    Stats(&'a Stats),
    Stopped {},
}

impl Report for Happens<'_> {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        match self {
            Self::Started { peer_id, listen, http, .. } => {
                writeln!(w, "tracker {peer_id}")?;
                listen.iter().try_for_each(|address| writeln!(w, "  listens  {address}"))?;
                writeln!(w, "  page     {}", http.as_deref().unwrap_or("nowhere"))?;
                match listen.first() {
                    Some(address) => writeln!(w, "  used by  neuroshard node --tracker {address}"),
                    None => Ok(()),
                }
            }
            Self::Stats(_) => Ok(()),
            Self::Stopped {} => writeln!(w, "stopped"),
        }
    }
}

pub(super) fn tracker(cx: &Context, args: &TrackerArgs) -> Result<Exit, AppError> {
    let interrupt = Interrupt::install()?;
    manners::open_many_files(cx);
    let folder = cx.home()?.join("tracker");
    let failed = |error| AppError::refused(error).while_doing("cannot write the log into the home");
    Journal::open(&folder, cx.log_level()).map_err(failed)?.listen();
    let settings = settings(cx, args, &folder)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(AppError::internal)?;
    runtime.block_on(run(cx, args, settings, &interrupt))?;
    cx.out.emit(&Happens::Stopped {})?;
    // Stopping is what SIGTERM asks a tracker for.
    Ok(interrupt.interrupted().filter(|exit| *exit == Exit::Interrupted).unwrap_or(Exit::Success))
}

/// What its network begins with.
fn settings(cx: &Context, args: &TrackerArgs, folder: &Path) -> Result<neuroshard_net::Settings, AppError> {
    let (key, new) = NodeKey::load_or_create_of_tracker(&cx.home()?).map_err(|error| {
        let hint = match &error {
            NodeKeyError::Open { path, .. } => format!("chmod 600 '{}'", path.display()),
            _ => "put a copy of the file in its place".to_owned(),
        };
        AppError::refused(error).hint(hint)
    })?;
    if new {
        cx.out.note(format!("This tracker's key is new, in {}: who it is to nodes.", key.path().display()));
    }
    let has_v6 = UdpSocket::bind("[::1]:0").is_ok();
    let usual = LISTEN.into_iter().chain(LISTEN_V6.into_iter().filter(|_| has_v6)).map(str::to_owned);
    let listen: Vec<String> =
        if args.listen.is_empty() { usual.collect() } else { args.listen.iter().map(ToString::to_string).collect() };
    let external: Vec<String> = args.external.iter().map(ToString::to_string).collect();
    let version = version();
    let part = |part: u32| u16::try_from(part).unwrap_or(u16::MAX);
    // A tracker is of no chain.
    let settings = neuroshard_net::Settings::new(key.secret().to_bytes(), [0; 32]);
    Ok(neuroshard_net::Settings {
        role: Role::Tracker,
        listen: addresses(&listen)?,
        external: addresses(&external)?,
        peer_file: Some(folder.join("peers")),
        limits: Limits::tracker(),
        program: Program { version: [part(version.major), part(version.minor), part(version.patch)], features: 0 },
        ..settings
    })
}

fn addresses(texts: &[String]) -> Result<Vec<Multiaddr>, AppError> {
    let read =
        |text: &String| text.parse().map_err(|error| AppError::usage(anyhow!("`{text}` is no address: {error}")));
    texts.iter().map(read).collect()
}

fn explain(error: StartError) -> AppError {
    let hint = match &error {
        StartError::Listen { .. } => "another program listens there: choose another with --listen MULTIADDR",
        _ => return AppError::refused(error),
    };
    AppError::refused(error).hint(hint)
}

/// The page's door. One that nobody asked for is done without where it is taken.
async fn door(cx: &Context, asked: Option<SocketAddr>) -> Result<Option<TcpListener>, AppError> {
    let address = asked.unwrap_or(HTTP);
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(Some(listener)),
        Err(error) if asked.is_none() => {
            cx.out.note(format!(
                "No page of statistics: {address} can't be listened on ({error}). --http ADDR chooses another."
            ));
            Ok(None)
        }
        Err(error) => Err(AppError::refused(error)
            .while_doing(format!("cannot show statistics on {address}"))
            .hint("another program listens there: choose another with --http ADDR")),
    }
}

async fn run(
    cx: &Context,
    args: &TrackerArgs,
    settings: neuroshard_net::Settings,
    interrupt: &Interrupt,
) -> Result<(), AppError> {
    let door = door(cx, args.http).await?;
    let http = match door.as_ref().map(TcpListener::local_addr) {
        Some(address) => Some(format!("http://{}", address.map_err(AppError::internal)?)),
        None => None,
    };
    let (handle, service, events) = Service::start(settings).await.map_err(explain)?;
    let stop = CancellationToken::new();
    let mut network = tokio::spawn(service.run(stop.clone()));
    let (write, shown) = watch::channel(Arc::new(Written::default()));
    if let Some(door) = door {
        tokio::spawn(serve::serve(door, shown, stop.clone()));
    }
    // Who looks at the page before anything happened finds an empty one.
    let mut told = Told { cx, view: handle.view(), write, started: Instant::now(), last: None };
    let done = tokio::select! {
        result = watch_over(&mut told, &handle, http, events, interrupt) => result,
        _ = &mut network => return Err(AppError::internal(anyhow!("the network's task ended early"))),
    };
    stop.cancel();
    if timeout(END, network).await.is_err() {
        tracing::warn!("the network did not end in {} s", END.as_secs());
    }
    done
}

/// Until somebody wants it to stop.
async fn watch_over(
    told: &mut Told<'_>,
    handle: &Handle,
    http: Option<String>,
    mut events: mpsc::Receiver<Event>,
    interrupt: &Interrupt,
) -> Result<(), AppError> {
    // One that listens nowhere, or is slow to say where, is a tracker all the same.
    let _ = timeout(BEGIN, told.view.wait_for(|view| !view.listen.is_empty())).await;
    let peer_id = handle.local().to_string();
    told.write();
    let listen = own_addresses(&handle.view().borrow());
    told.cx.out.emit(&Happens::Started {
        peer_id: &peer_id,
        listen: &listen,
        http,
        version: env!("CARGO_PKG_VERSION"),
    })?;
    let (mut look, mut write) = (interval(LOOK), interval(WRITE));
    loop {
        tokio::select! {
            _ = look.tick() => {
                if interrupt.interrupted().is_some() {
                    return Ok(());
                }
            }
            _ = write.tick() => told.write_and_tell()?,
            event = events.recv() => match event {
                Some(Event::Refused { peer, address, reason }) => {
                    tracing::info!(?peer, ?address, "refused: {reason}");
                }
                // Of everything else the network's own part is all that a tracker does.
                Some(_) => {}
                None => return Err(AppError::internal(anyhow!("the network ended early"))),
            },
        }
    }
}

/// Where it is, as nodes are told: what is known from outside first, each with its identity.
fn own_addresses(view: &View) -> Vec<String> {
    let me = view.me.to_string();
    let mut all: Vec<String> = Vec::new();
    for address in view.external.iter().chain(&view.listen) {
        let address = address.to_string();
        let whole = if address.contains("/p2p/") { address } else { format!("{address}/p2p/{me}") };
        if !all.contains(&whole) {
            all.push(whole);
        }
    }
    all
}

/// Tells people and programs what there is.
struct Told<'a> {
    cx: &'a Context,
    view: watch::Receiver<Arc<View>>,
    write: watch::Sender<Arc<Written>>,
    started: Instant,
    /// What programs were told last, and when.
    last: Option<(Stats, Instant)>,
}

impl Told<'_> {
    /// Writes the page anew.
    fn write(&self) -> Stats {
        let view = Arc::clone(&self.view.borrow());
        let said: Vec<Said> = view
            .registry
            .iter()
            .map(|one| Said {
                chain: one.chain,
                peer: one.peer.to_string(),
                statement: one.statement.clone(),
                ago_ms: one.ago_ms,
            })
            .collect();
        let stats = stats::add_up(&said, now_ms());
        let about = About {
            version: env!("CARGO_PKG_VERSION"),
            peer_id: view.me.to_string(),
            addresses: own_addresses(&view),
            connections: view.peers.len() as u64,
            uptime_seconds: self.started.elapsed().as_secs(),
        };
        let written = Written {
            html: page::html(&about, &stats).into(),
            json: page::json(&about, &stats).into(),
            metrics: page::metrics(&about, &stats).into(),
        };
        self.write.send_replace(Arc::new(written));
        stats
    }

    /// The same, and tells programs of it now and then.
    fn write_and_tell(&mut self) -> Result<(), AppError> {
        let stats = self.write();
        let due = self.last.as_ref().is_none_or(|(last, when)| *last != stats && when.elapsed() >= TELL);
        if due {
            self.cx.out.emit(&Happens::Stats(&stats))?;
            self.last = Some((stats, Instant::now()));
        }
        Ok(())
    }
}
