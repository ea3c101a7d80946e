//! Carries out the plan: a task for each holder, one loop that stores.
//!
//! Invariants: the plan alone decides; a holder's task holds at most the chunks asked of it; what a task says after its
//! connection was given up changes nothing but the parts that are kept.

use super::{
    BLOB, CHUNK_BYTES_MAX, Fault, KIND_MESSAGE, KIND_PIECE, Message, PIECE_BYTES_MAX, Store, Verify, Wanted,
    plan::{Input, Millis, Output, Plan},
};
use crate::{Channel, ChannelError, Conduct, Handle, PeerId};
use futures::{FutureExt, future::BoxFuture};
use std::{collections::BTreeMap, io, time::Duration};
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval},
};

/// How far a fetch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Chunks that are there.
    pub done: u32,
    /// Chunks in all.
    pub chunks: u32,
    /// Bytes that came over the network by now.
    pub bytes: u64,
    /// Bytes of chunks cut off that did not have to come again.
    pub bytes_resumed: u64,
    /// Holders that are connected.
    pub holders: u32,
}

/// Why a fetch ended too early. What is stored stays; the next fetch goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The disk.
    #[error("cannot store a chunk: {0}")]
    Store(#[from] io::Error),
    /// Nobody gave anything for a while.
    #[error("nobody has the {missing} chunks that are missing")]
    Nobody {
        /// Chunks that are missing.
        missing: usize,
    },
}

/// Fetches what the store lacks from these holders, which may change meanwhile.
pub async fn fetch(
    handle: &Handle,
    wanted: &Wanted,
    holders: watch::Receiver<Vec<PeerId>>,
    store: &mut (dyn Store + Send),
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<(), FetchError> {
    let open = |peer| {
        let handle = handle.clone();
        async move { handle.open(peer, BLOB).await.map_err(|error| error.to_string()) }.boxed()
    };
    let fault = |peer, fault| {
        let (conduct, reason) = match fault {
            Fault::Lied => (Conduct::Serious, "gave a chunk that is not what it should be"),
            Fault::Stalled => (Conduct::Minor, "stopped in the middle of a chunk"),
        };
        handle.report(peer, conduct, reason.to_owned());
    };
    fetch_over(&Net { open: &open, fault: &fault }, wanted, holders, store, progress).await
}

/// What a fetch needs of the network.
pub(super) struct Net<'a> {
    pub(super) open: &'a (dyn Fn(PeerId) -> BoxFuture<'static, Result<Channel, String>> + Sync),
    pub(super) fault: &'a (dyn Fn(PeerId, Fault) + Sync),
}

/// What a holder's task says; the number is that of its connection.
struct Said(PeerId, u64, News);

enum News {
    Opened,
    Piece(usize),
    /// A chunk and whether it is good; so many of its bytes had been kept.
    Chunk {
        index: u32,
        bytes: Vec<u8>,
        good: bool,
        resumed: usize,
    },
    Lacks {
        index: u32,
        resumed: usize,
    },
    /// It is over; these chunks were under way.
    Ended {
        parts: Vec<(u32, Vec<u8>)>,
        broke: bool,
    },
}

struct Ask {
    index: u32,
    part: Vec<u8>,
}

struct Fetch<'a> {
    net: &'a Net<'a>,
    wanted: &'a Wanted,
    store: &'a mut (dyn Store + Send),
    plan: Plan<PeerId>,
    begun: Instant,
    tasks: JoinSet<()>,
    links: BTreeMap<PeerId, (u64, mpsc::Sender<Ask>)>,
    links_made: u64,
    said: mpsc::Sender<Said>,
    /// Who gave the part that is kept of a chunk.
    givers: BTreeMap<u32, PeerId>,
    progress: Progress,
}

pub(super) async fn fetch_over(
    net: &Net<'_>,
    wanted: &Wanted,
    mut holders: watch::Receiver<Vec<PeerId>>,
    store: &mut (dyn Store + Send),
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<(), FetchError> {
    let plan = Plan::new(wanted.chunks, |index| store.has(index));
    let (said, mut news) = mpsc::channel(64);
    let mut fetch = Fetch {
        net,
        wanted,
        store,
        plan,
        begun: Instant::now(),
        tasks: JoinSet::new(),
        links: BTreeMap::new(),
        links_made: 0,
        said,
        givers: BTreeMap::new(),
        progress: Progress { chunks: wanted.chunks, ..Progress::default() },
    };
    let peers = holders.borrow_and_update().clone();
    let mut ended = fetch.input(Input::Holders(peers))?;
    let mut tick = interval(Duration::from_millis(250));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut holders_change = true;
    while !ended {
        ended = tokio::select! {
            Some(Said(peer, link, news)) = news.recv() => fetch.on_news(peer, link, news)?,
            changed = holders.changed(), if holders_change => {
                holders_change = changed.is_ok();
                let peers = holders.borrow_and_update().clone();
                fetch.input(Input::Holders(peers))?
            }
            _ = tick.tick() => {
                while fetch.tasks.try_join_next().is_some() {}
                fetch.input(Input::Tick)?
            }
        };
        fetch.progress.done = wanted.chunks - fetch.plan.left() as u32;
        fetch.progress.holders = fetch.plan.ready() as u32;
        progress(fetch.progress);
    }
    Ok(())
}

impl Fetch<'_> {
    fn now(&self) -> Millis {
        self.begun.elapsed().as_millis() as Millis
    }

    /// Gives the plan an input and does what it says; true when all is there.
    fn input(&mut self, input: Input<PeerId>) -> Result<bool, FetchError> {
        for output in self.plan.step(self.now(), input) {
            match output {
                Output::Open(peer) => self.open(peer),
                Output::Ask { peer, index, resume } => self.ask(peer, index, resume),
                // Its task notices and hands back what it has.
                Output::Close(peer) => drop(self.links.remove(&peer)),
                Output::Fault(peer, fault) => {
                    tracing::info!(%peer, ?fault, "a holder of chunks failed");
                    (self.net.fault)(peer, fault);
                }
                Output::Done => return Ok(true),
                Output::GiveUp => return Err(FetchError::Nobody { missing: self.plan.left() }),
            }
        }
        Ok(false)
    }

    fn open(&mut self, peer: PeerId) {
        self.links_made += 1;
        // Asked of one holder at once; a new question follows an answer.
        let (asks, asked) = mpsc::channel(super::plan::ASKED_MAX * 2);
        self.links.insert(peer, (self.links_made, asks));
        let link = Link {
            peer,
            number: self.links_made,
            content: self.wanted.content,
            verify: self.wanted.verify.clone(),
            said: self.said.clone(),
            under_way: BTreeMap::new(),
        };
        let opening = (self.net.open)(peer);
        self.tasks.spawn(link.run(opening, asked));
    }

    fn ask(&mut self, peer: PeerId, index: u32, resume: bool) {
        let part = if resume { self.store.part(index) } else { Vec::new() };
        let part = if part.len() < CHUNK_BYTES_MAX { part } else { Vec::new() };
        if let Some((_, asks)) = self.links.get(&peer) {
            // A full queue is one of a task that stands still, which the plan finds out.
            let _ = asks.try_send(Ask { index, part });
        }
    }

    fn on_news(&mut self, peer: PeerId, link: u64, news: News) -> Result<bool, FetchError> {
        let current = self.links.get(&peer).is_some_and(|(number, _)| *number == link);
        if let News::Ended { parts, .. } = &news {
            for (index, part) in parts {
                if !self.plan.has(*index) && part.len() > self.store.part(*index).len() {
                    self.store.keep_part(*index, part)?;
                    self.givers.insert(*index, peer);
                }
            }
        }
        match news {
            _ if !current => Ok(false),
            News::Opened => self.input(Input::Opened(peer)),
            News::Piece(bytes) => {
                self.progress.bytes += bytes as u64;
                self.input(Input::Heard(peer))
            }
            News::Chunk { index, bytes, good: true, resumed } => {
                if !self.plan.has(index) {
                    self.store.put(index, &bytes)?;
                    self.progress.bytes_resumed += resumed as u64;
                    self.givers.remove(&index);
                }
                self.input(Input::Good(peer, index))
            }
            News::Chunk { index, resumed: 0, .. } => self.input(Input::Bad(peer, index)),
            News::Lacks { index, resumed: 0 } => self.input(Input::Lacks(peer, index)),
            // The part may be to blame: it is longer than the chunk, say.
            News::Chunk { index, .. } | News::Lacks { index, .. } => {
                self.store.keep_part(index, &[])?;
                let input = match self.givers.remove(&index) {
                    Some(giver) if giver == peer => Input::Bad(peer, index),
                    giver => Input::Spoilt(peer, index, giver),
                };
                self.input(input)
            }
            News::Ended { broke, .. } => {
                self.links.remove(&peer);
                self.input(if broke { Input::Broke(peer) } else { Input::Lost(peer) })
            }
        }
    }
}

/// A holder's task.
struct Link {
    peer: PeerId,
    number: u64,
    content: [u8; 32],
    verify: Verify,
    said: mpsc::Sender<Said>,
    under_way: BTreeMap<u32, Assembly>,
}

#[derive(Default)]
struct Assembly {
    bytes: Vec<u8>,
    resumed: usize,
    length: Option<usize>,
}

impl Link {
    async fn run(mut self, opening: BoxFuture<'static, Result<Channel, String>>, asked: mpsc::Receiver<Ask>) {
        let broke = match opening.await {
            Ok(channel) => match self.work(channel, asked).await {
                Ok(()) => false,
                Err(error) => {
                    tracing::debug!(peer = %self.peer, %error, "a stream for chunks ended");
                    error.is_breach()
                }
            },
            Err(error) => {
                tracing::debug!(peer = %self.peer, error, "a holder of chunks cannot be reached");
                false
            }
        };
        let parts = std::mem::take(&mut self.under_way).into_iter();
        let parts =
            parts.map(|(index, assembly)| (index, assembly.bytes)).filter(|(_, part)| !broke && !part.is_empty());
        let parts = parts.collect();
        self.say(News::Ended { parts, broke }).await;
    }

    async fn work(&mut self, channel: Channel, mut asked: mpsc::Receiver<Ask>) -> Result<(), ChannelError> {
        let (mut sender, mut receiver) = channel.split();
        self.say(News::Opened).await;
        loop {
            tokio::select! {
                ask = asked.recv() => {
                    let Some(Ask { index, part }) = ask else { return Ok(()) };
                    let (content, offset) = (self.content, part.len() as u32);
                    self.under_way.insert(index, Assembly { resumed: part.len(), bytes: part, length: None });
                    let message = Message::Ask { content, index, offset };
                    sender.send(KIND_MESSAGE, u64::from(index), &message.encode()).await?;
                }
                frame = receiver.receive(PIECE_BYTES_MAX) => {
                    let Some(frame) = frame? else { return Ok(()) };
                    let index = u32::try_from(frame.tag).map_err(|_| ChannelError::Breach("an unknown chunk"))?;
                    self.on_frame(frame.kind, index, &frame.payload).await?;
                }
            }
        }
    }

    async fn on_frame(&mut self, kind: u8, index: u32, payload: &[u8]) -> Result<(), ChannelError> {
        let assembly = self.under_way.get_mut(&index).ok_or(ChannelError::Breach("a chunk nobody asked for"))?;
        match (kind, assembly.length) {
            (KIND_MESSAGE, None) => match Message::decode(payload) {
                Ok(Message::Length(length)) if length as usize >= assembly.bytes.len() => {
                    assembly.length = Some(length as usize);
                }
                Ok(Message::Lacks) => {
                    let resumed = assembly.resumed;
                    self.under_way.remove(&index);
                    self.say(News::Lacks { index, resumed }).await;
                    return Ok(());
                }
                _ => return Err(ChannelError::Breach("no answer")),
            },
            (KIND_PIECE, Some(length)) => {
                // Pieces are as long as they can be, so that nobody lives on crumbs.
                if payload.len() != (length - assembly.bytes.len()).min(PIECE_BYTES_MAX) {
                    return Err(ChannelError::Breach("a piece of another length"));
                }
                assembly.bytes.extend_from_slice(payload);
                self.say(News::Piece(payload.len())).await;
            }
            _ => return Err(ChannelError::Breach("a piece or answer out of turn")),
        }
        self.finish(index).await;
        Ok(())
    }

    async fn finish(&mut self, index: u32) {
        let whole = |assembly: &Assembly| assembly.length == Some(assembly.bytes.len());
        if !self.under_way.get(&index).is_some_and(whole) {
            return;
        }
        let Assembly { bytes, resumed, .. } = self.under_way.remove(&index).unwrap_or_default();
        let verify = self.verify.clone();
        let verified = tokio::task::spawn_blocking(move || (verify(index, &bytes), bytes)).await;
        if let Ok((good, bytes)) = verified {
            self.say(News::Chunk { index, bytes, good, resumed }).await;
        }
    }

    async fn say(&self, news: News) {
        // Nobody listens once the fetch is over.
        let _ = self.said.send(Said(self.peer, self.number, news)).await;
    }
}
