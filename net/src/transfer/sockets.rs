//! Fetches over real sockets.

use super::{
    fetch::{Net, fetch_over},
    serve::serve_channel,
    *,
};
use crate::{Channel, PeerId, bulk::Limits};
use futures::FutureExt;
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_util::{compat::TokioAsyncReadCompatExt, sync::CancellationToken};

const CHUNKS: u32 = 24;
const CHUNK_BYTES: usize = 3 << 20;

fn chunk(index: u32) -> Vec<u8> {
    (0..CHUNK_BYTES / 4).flat_map(|at| (at as u32 ^ index.wrapping_mul(0x9e37_79b9)).to_le_bytes()).collect()
}

struct Chunks {
    lies: bool,
    given: AtomicU64,
}

impl Shelf for Chunks {
    fn chunk(&self, _: &[u8; 32], index: u32) -> Option<Arc<[u8]>> {
        self.given.fetch_add(1, Ordering::Relaxed);
        let mut bytes = chunk(index);
        bytes[CHUNK_BYTES / 2] ^= u8::from(self.lies);
        Some(bytes.into())
    }
}

struct Holder {
    peer: PeerId,
    address: SocketAddr,
    chunks: Arc<Chunks>,
    /// Ends it as a killed process ends: all sockets at once.
    kill: CancellationToken,
}

fn channel(stream: TcpStream, peer: PeerId) -> Channel {
    Channel::over(stream.compat(), peer, Limits::default(), Arc::default(), Box::new(()))
}

/// Gives at most so many bytes, and is then as if killed.
async fn holder(lies: bool, bytes_max: u64) -> Holder {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let chunks = Arc::new(Chunks { lies, given: AtomicU64::new(0) });
    let (kill, served, peer) = (CancellationToken::new(), chunks.clone(), PeerId::random());
    let (killed, kills) = (kill.clone(), kill.clone());
    let serve = async move {
        let mut streams = tokio::task::JoinSet::new();
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            streams.spawn(relay(stream, served.clone(), bytes_max, kills.clone()));
        }
    };
    tokio::spawn(async move { killed.run_until_cancelled(serve).await });
    Holder { peer, address, chunks, kill }
}

/// Serves behind a pipe, so that dropping this ends the socket whatever the channel's own tasks still want to say.
async fn relay(mut stream: TcpStream, shelf: Arc<Chunks>, bytes_max: u64, kill: CancellationToken) {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let channel = Channel::over(theirs.compat(), PeerId::random(), Limits::default(), Arc::default(), Box::new(()));
    tokio::spawn(serve_channel(channel, shelf));
    let ((mut ask, mut answer), (ours_read, mut ours_write)) = (stream.split(), tokio::io::split(ours));
    let mut ours_read = ours_read.take(bytes_max);
    let answers = async {
        tokio::io::copy(&mut ours_read, &mut answer).await.unwrap_or_default();
        answer.shutdown().await
    };
    tokio::select! {
        _ = tokio::io::copy(&mut ask, &mut ours_write) => {}
        _ = answers => kill.cancel(),
    }
}

fn wanted() -> Wanted {
    Wanted { content: [7; 32], chunks: CHUNKS, verify: Arc::new(|index, bytes| bytes == chunk(index)) }
}

async fn run(
    holders: &[&Holder],
    store: &mut FolderStore,
    faults: &Mutex<Vec<(PeerId, Fault)>>,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<(), FetchError> {
    let addresses: BTreeMap<PeerId, SocketAddr> = holders.iter().map(|holder| (holder.peer, holder.address)).collect();
    let open = move |peer: PeerId| {
        let address = addresses[&peer];
        async move { Ok(channel(TcpStream::connect(address).await.map_err(|error| error.to_string())?, peer)) }.boxed()
    };
    let fault = |peer, fault| faults.lock().unwrap().push((peer, fault));
    let (_keep, peers) = watch::channel(holders.iter().map(|holder| holder.peer).collect());
    fetch_over(&Net { open: &open, fault: &fault }, &wanted(), peers, store, progress).await
}

/// Three holders: one lies, one is killed in the middle of a chunk. The rest arrives, and nothing comes twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_liar_and_a_killed_holder_do_not_stop_a_fetch() {
    let folder = tempfile::tempdir().unwrap();
    let (liar, killed, honest) =
        (holder(true, u64::MAX).await, holder(false, u64::MAX).await, holder(false, u64::MAX).await);
    let mut store = FolderStore::open(folder.path()).unwrap();
    for index in [0, 5, 20] {
        store.put(index, &chunk(index)).unwrap();
    }
    let (faults, last) = (Mutex::default(), Mutex::new(Progress::default()));
    let progress = |progress: Progress| {
        if progress.done >= 6 {
            killed.kill.cancel();
        }
        *last.lock().unwrap() = progress;
    };
    run(&[&liar, &killed, &honest], &mut store, &faults, &progress).await.unwrap();
    for index in 0..CHUNKS {
        assert!(store.read(index).unwrap() == chunk(index), "chunk {index}");
    }
    let progress = *last.lock().unwrap();
    assert_eq!((progress.done, progress.chunks), (CHUNKS, CHUNKS));
    assert!(killed.kill.is_cancelled());
    let faults = faults.into_inner().unwrap();
    assert!(faults.contains(&(liar.peer, Fault::Lied)), "{faults:?}");
    assert!(!faults.contains(&(honest.peer, Fault::Lied)), "{faults:?}");
    // Over the network came each missing chunk once, what the liar gave, and pieces cut off or asked for twice at the end.
    let lies = liar.chunks.given.load(Ordering::Relaxed) * CHUNK_BYTES as u64;
    let once = u64::from(CHUNKS - 3) * CHUNK_BYTES as u64 + lies;
    assert!(progress.bytes + progress.bytes_resumed <= once + 4 * CHUNK_BYTES as u64, "{progress:?}");
}

/// A fetch whose only holder is killed leaves what it has; the next one fetches the rest, and of the cut chunks only what
/// was missing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fetch_is_resumed_and_not_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    // Four chunks, and two of the pieces of the fifth with a bit of the third.
    let bytes_max = 4 * CHUNK_BYTES + 2 * PIECE_BYTES_MAX + 10_000;
    let (first, second) = (holder(false, bytes_max as u64).await, holder(false, u64::MAX).await);
    let mut store = FolderStore::open(folder.path()).unwrap();
    let (faults, cut, done) = (Mutex::default(), CancellationToken::new(), AtomicU64::new(0));
    let progress = |progress: Progress| {
        done.store(u64::from(progress.done), Ordering::Relaxed);
        if first.kill.is_cancelled() && progress.holders == 0 {
            cut.cancel();
        }
    };
    let killed = cut.run_until_cancelled(run(&[&first], &mut store, &faults, &progress)).await;
    assert!(killed.is_none(), "it waits for a holder until it is stopped");
    // A connection that is cut may take pieces with it that were on their way.
    let (done, parts) = (done.into_inner(), store.part(4).len() as u64);
    assert!(done == 4 && parts.is_multiple_of(PIECE_BYTES_MAX as u64) && parts <= 2 * PIECE_BYTES_MAX as u64);

    let mut store = FolderStore::open(folder.path()).unwrap();
    let last = Mutex::new(Progress::default());
    run(&[&second], &mut store, &faults, &|progress| *last.lock().unwrap() = progress).await.unwrap();
    let last = *last.lock().unwrap();
    assert_eq!(last.bytes_resumed, parts);
    assert_eq!(last.bytes + parts, (u64::from(CHUNKS) - done) * CHUNK_BYTES as u64);
    assert_eq!(second.chunks.given.load(Ordering::Relaxed), u64::from(CHUNKS) - done);
    assert!((0..CHUNKS).all(|index| store.read(index).unwrap() == chunk(index)));
    assert_eq!(faults.into_inner().unwrap(), []);
}
