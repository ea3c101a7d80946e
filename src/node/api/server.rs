//! Takes connections in and gives them to the router.
//!
//! Invariants: so many connections and no more; a client that is slow to ask, or to read, is left; one that goes wrong
//! harms no other; when told to stop, the port is free and all answers end at once.

use super::guard::Peer;
use super::{Door, router};
use crate::node::supervisor::NodeError;
use axum::body::Body;
use axum::{Extension, Router};
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use neuroshard_model::data::contain;
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt as _;
use tower_http::timeout::DeadlineBody;

/// Connections at once.
const CONNECTIONS_MAX: usize = 4096;
/// The longest that a client may need for a request's head, or be silent between two.
const HEAD_TIME: Duration = Duration::from_secs(30);
/// The longest that a client may need for a request's body.
const BODY_TIME: Duration = Duration::from_secs(30);
/// The longest that a client may read nothing while there is something to read.
const WRITE_TIME: Duration = Duration::from_secs(30);
/// Bytes of a request's head.
const HEAD_BYTES_MAX: usize = 64 << 10;
/// A system out of files may have some in a moment.
const RETRY: Duration = Duration::from_millis(50);

/// Answers until it is told to stop.
pub(in crate::node) fn serve(
    listener: TcpListener,
    door: Door,
    mut stop: watch::Receiver<bool>,
) -> Result<(), NodeError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(NodeError::Thread)?;
    // A request that panics is answered as an error, and says so in the log; the node goes on.
    let served = contain(|| {
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            let (router, room) = (router(door), Arc::new(Semaphore::new(CONNECTIONS_MAX)));
            let mut stopped = pin!(stop.wait_for(|stop| *stop));
            loop {
                let accepted = tokio::select! {
                    biased;
                    // An end of the channel is a stop too.
                    _ = &mut stopped => return Ok(()),
                    accepted = listener.accept() => accepted,
                };
                match accepted {
                    Ok((stream, peer)) => {
                        // Whoever comes when it is full finds the connection closed.
                        let Ok(permit) = Arc::clone(&room).try_acquire_owned() else { continue };
                        tokio::spawn(converse(stream, peer, router.clone(), permit));
                    }
                    Err(_) => tokio::time::sleep(RETRY).await,
                }
            }
        })
    });
    runtime.shutdown_timeout(Duration::from_secs(1));
    served.map_err(|_| NodeError::Panicked("api"))?.map_err(NodeError::Thread)
}

async fn converse(stream: TcpStream, peer: SocketAddr, router: Router, _room: OwnedSemaphorePermit) {
    // Answers are small and awaited: waiting for more to send with them would only slow them down.
    let _ = stream.set_nodelay(true);
    let mut stream = Box::pin(TimeoutStream::new(stream));
    stream.as_mut().set_write_timeout_pinned(Some(WRITE_TIME));
    let service = router.layer(Extension(Peer(peer))).map_request(|request: hyper::Request<Incoming>| {
        let (parts, body) = request.into_parts();
        hyper::Request::from_parts(parts, Body::new(DeadlineBody::new(BODY_TIME, body)))
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME).max_buf_size(HEAD_BYTES_MAX);
    // Whatever ends a connection early is the client's affair.
    let _ = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)).await;
}
