//! The door to a tracker's statistics: whoever asks gets what was written last.
//!
//! Invariants: nothing that is asked costs more than a copy; so many connections and no more; a client that is slow to
//! ask, or to read, is left; nothing can be changed from here.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::DeadlineBody;

/// Connections at once.
const CONNECTIONS_MAX: usize = 512;
/// The longest that a client may need for a request, be silent between two, or read nothing.
const CLIENT_TIME: Duration = Duration::from_secs(15);
/// Bytes of a request's head, and of a body that nobody reads.
const HEAD_BYTES_MAX: usize = 16 << 10;
const BODY_BYTES_MAX: usize = 1 << 10;
/// A system out of files may have some in a moment.
const RETRY: Duration = Duration::from_millis(50);

/// What was written last.
#[derive(Debug, Clone, Default)]
pub(super) struct Written {
    pub(super) html: Bytes,
    pub(super) json: Bytes,
    pub(super) metrics: Bytes,
}

type Shown = watch::Receiver<Arc<Written>>;

/// Answers until it is told to stop.
pub(super) async fn serve(listener: TcpListener, shown: Shown, stop: CancellationToken) {
    let (router, room) = (router(shown), Arc::new(Semaphore::new(CONNECTIONS_MAX)));
    let mut stopped = pin!(stop.cancelled());
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut stopped => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                // Whoever comes when it is full finds the connection closed.
                let Ok(permit) = Arc::clone(&room).try_acquire_owned() else { continue };
                let told = stop.clone();
                let talk = converse(stream, router.clone(), permit);
                tokio::spawn(async move { told.run_until_cancelled(talk).await });
            }
            Err(_) => tokio::time::sleep(RETRY).await,
        }
    }
}

async fn converse(stream: TcpStream, router: Router, _room: OwnedSemaphorePermit) {
    let mut stream = Box::pin(TimeoutStream::new(stream));
    stream.as_mut().set_write_timeout_pinned(Some(CLIENT_TIME));
    let service = router.map_request(|request: hyper::Request<Incoming>| {
        let (parts, body) = request.into_parts();
        hyper::Request::from_parts(parts, Body::new(DeadlineBody::new(CLIENT_TIME, body)))
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(CLIENT_TIME).max_buf_size(HEAD_BYTES_MAX);
    // Whatever ends a connection early is the client's affair.
    let _ = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)).await;
}

fn router(shown: Shown) -> Router {
    let part = |kind: &'static str, part: fn(&Written) -> &Bytes| -> MethodRouter<Shown> {
        get(async move |State(shown): State<Shown>| {
            let bytes = part(&shown.borrow()).clone();
            ([(CONTENT_TYPE, kind)], bytes)
        })
    };
    Router::new()
        .route("/", part("text/html; charset=utf-8", |written| &written.html))
        .route("/stats.json", part("application/json", |written| &written.json))
        .route(
            "/metrics",
            part("application/openmetrics-text; version=1.0.0; charset=utf-8", |written| &written.metrics),
        )
        .route("/healthz", get(async || "ok\n"))
        .fallback(async || (StatusCode::NOT_FOUND, "there is nothing here\n"))
        .method_not_allowed_fallback(async || (StatusCode::METHOD_NOT_ALLOWED, "this can only be read\n"))
        .layer(axum::middleware::map_response(with_manners))
        .layer(RequestBodyLimitLayer::new(BODY_BYTES_MAX))
        .with_state(shown)
}

/// What browsers may do with it: show it, for a moment, and load or run nothing.
async fn with_manners(response: Response) -> impl IntoResponse {
    const HEADERS: [(axum::http::HeaderName, &str); 4] = [
        (CACHE_CONTROL, "no-cache"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    let mut response = response;
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::SocketAddr;

    use super::*;

    /// What is answered to some bytes, until the connection is closed.
    fn ask(address: SocketAddr, request: &str) -> String {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        // A request that is refused before its end closes the connection under whoever still writes.
        let _ = stream.write_all(request.as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn request(method: &str, path: &str, more: &str) -> String {
        format!("{method} {path} HTTP/1.1\r\nHost: tracker.example\r\nConnection: close\r\n{more}\r\n")
    }

    /// Serves until `look` has looked.
    fn with_server(look: impl FnOnce(SocketAddr, &watch::Sender<Arc<Written>>)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (write, shown) = watch::channel(Arc::default());
        let stop = CancellationToken::new();
        let served = runtime.spawn(serve(listener, shown, stop.clone()));
        look(address, &write);
        stop.cancel();
        runtime.block_on(served).unwrap();
    }

    #[test]
    fn what_was_written_last_is_answered_and_nothing_else() {
        with_server(|address, write| {
            let written = |text: &str| {
                let bytes = |part: &str| Bytes::from(format!("{part} {text}"));
                Arc::new(Written { html: bytes("page"), json: bytes("json"), metrics: bytes("numbers") })
            };
            for text in ["one", "two"] {
                write.send(written(text)).unwrap();
                for (path, part, kind) in [
                    ("/", "page", "text/html; charset=utf-8"),
                    ("/stats.json", "json", "application/json"),
                    ("/metrics", "numbers", "application/openmetrics-text"),
                ] {
                    let answer = ask(address, &request("GET", path, ""));
                    assert!(
                        answer.starts_with("HTTP/1.1 200 ") && answer.ends_with(&format!("{part} {text}")),
                        "{answer}"
                    );
                    let head = answer.to_lowercase();
                    assert!(head.contains(kind) && head.contains("default-src 'none'"), "{answer}");
                    assert!(head.contains("nosniff"), "{answer}");
                }
            }
            assert!(ask(address, &request("GET", "/healthz", "")).ends_with("\r\n\r\nok\n"));
            assert!(ask(address, &request("HEAD", "/", "")).ends_with("\r\n\r\n"));
            assert!(ask(address, &request("GET", "/../etc/passwd", "")).starts_with("HTTP/1.1 404 "));
            for method in ["POST", "PUT", "DELETE", "OPTIONS", "BREW"] {
                let answer = ask(address, &request(method, "/", ""));
                assert!(answer.starts_with("HTTP/1.1 405 "), "{answer}");
            }
        });
    }

    #[test]
    fn too_much_is_refused_and_the_next_one_is_answered() {
        with_server(|address, _| {
            let head = format!("X-Long: {}\r\n", "x".repeat(64 << 10));
            let answer = ask(address, &request("GET", "/", &head));
            assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431 "), "{answer}");
            let body = ask(address, &request("POST", "/", "Content-Length: 99999999\r\n"));
            assert!(body.starts_with("HTTP/1.1 413 "), "{body}");
            let long = format!("/{}", "a".repeat(64 << 10));
            let answer = ask(address, &request("GET", &long, ""));
            assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
            let nonsense = ask(address, "\u{0}\u{1}nonsense\r\n\r\n");
            assert!(nonsense.is_empty() || nonsense.starts_with("HTTP/1.1 400 "), "{nonsense}");
            assert!(ask(address, &request("GET", "/healthz", "")).starts_with("HTTP/1.1 200 "));
        });
    }
}
