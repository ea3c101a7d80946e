//! What bulk over gRPC reaches on loopback, without TLS: one stream, 1 MiB messages, an acknowledgement of 8 bytes each.
//!
//! It starts itself again as the server, measures, prints one line of JSON and ends. The codec hands bytes through, so
//! that nothing but gRPC, HTTP/2 and the sockets is measured.
//!
//!     cargo run --release --manifest-path net/baselines/grpc/Cargo.toml

use bytes::{Buf, BufMut, Bytes};
use std::{
    convert::Infallible,
    error::Error,
    future::{Ready, ready},
    io::{BufRead, BufReader, Read},
    pin::Pin,
    process::{Command, Stdio},
    task::{Context, Poll},
    time::{Duration, Instant},
};
use tokio::{net::TcpListener, sync::mpsc};
use tokio_stream::{Stream, StreamExt, wrappers::ReceiverStream, wrappers::TcpListenerStream};
use tonic::{
    Request, Response, Status, Streaming,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    codegen::Service,
    server::{NamedService, StreamingService},
    transport::{Endpoint, Server},
};

const MESSAGE_BYTES: usize = 1 << 20;
const MESSAGES: usize = 256;
const IN_FLIGHT: usize = 4;
const ROUND_TRIPS: usize = 300;
const WINDOW_BYTES: u32 = 4 << 20;
const PATH: &str = "/neuroshard.Bulk/Messages";

type Answers = Pin<Box<dyn Stream<Item = Result<Bytes, Status>> + Send>>;

/// Bytes as they are.
#[derive(Clone, Copy, Default)]
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        to.reserve(item.len());
        to.put(item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining())))
    }
}

/// Answers each message with its length.
#[derive(Clone)]
struct Bulk;

impl NamedService for Bulk {
    const NAME: &'static str = "neuroshard.Bulk";
}

impl StreamingService<Bytes> for Bulk {
    type Response = Bytes;
    type ResponseStream = Answers;
    type Future = Ready<Result<Response<Answers>, Status>>;

    fn call(&mut self, request: Request<Streaming<Bytes>>) -> Self::Future {
        let answers =
            request.into_inner().map(|message| Ok(Bytes::from((message?.len() as u64).to_le_bytes().to_vec())));
        ready(Ok(Response::new(Box::pin(answers) as Answers)))
    }
}

impl<B> Service<http::Request<B>> for Bulk
where
    B: tonic::codegen::Body + Send + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>> + Send,
{
    type Response = http::Response<tonic::body::Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        Box::pin(async move {
            let mut grpc = tonic::server::Grpc::new(Raw).max_decoding_message_size(MESSAGE_BYTES * 2);
            Ok(grpc.streaming(Bulk, request).await)
        })
    }
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    // The one who started us has gone when our standard input ends.
    let gone = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    // What the builder says of sockets is not for those that are handed to it.
    let sockets = TcpListenerStream::new(listener).map(|socket| {
        let socket = socket?;
        socket.set_nodelay(true).map(|()| socket)
    });
    Server::builder()
        .initial_stream_window_size(WINDOW_BYTES)
        .initial_connection_window_size(WINDOW_BYTES)
        .add_service(Bulk)
        .serve_with_incoming_shutdown(sockets, async { drop(gone.await) })
        .await?;
    Ok(())
}

async fn measure(address: &str) -> Result<String, Box<dyn Error>> {
    let channel = Endpoint::from_shared(format!("http://{address}"))?
        .initial_stream_window_size(WINDOW_BYTES)
        .initial_connection_window_size(WINDOW_BYTES)
        .tcp_nodelay(true)
        .connect()
        .await?;
    let mut client = tonic::client::Grpc::new(channel);
    client.ready().await?;
    let (sender, messages) = mpsc::channel(1);
    let request = Request::new(ReceiverStream::new(messages));
    let mut answers = client.streaming(request, PATH.parse()?, Raw).await?.into_inner();
    let message = Bytes::from(vec![0x5a; MESSAGE_BYTES]);
    let mut bulk_s = Duration::ZERO;
    // The first run only warms up.
    for _ in 0..2 {
        let begun = Instant::now();
        let mut sent = 0;
        for received in 0..MESSAGES {
            while sent < MESSAGES && sent - received < IN_FLIGHT {
                sender.send(message.clone()).await?;
                sent += 1;
            }
            answers.next().await.ok_or("the server ended")??;
        }
        bulk_s = begun.elapsed();
    }
    let mut delays = Vec::new();
    for _ in 0..ROUND_TRIPS {
        let begun = Instant::now();
        sender.send(message.clone()).await?;
        answers.next().await.ok_or("the server ended")??;
        delays.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    delays.sort_by(f64::total_cmp);
    let rate = (MESSAGES * MESSAGE_BYTES) as f64 / 1e6 / bulk_s.as_secs_f64();
    let at = |share: f64| delays[(share * (delays.len() - 1) as f64) as usize];
    Ok(format!(
        r#"{{"v":1,"name":"grpc","mb_per_s":{rate:.1},"ack_p50_ms":{:.3},"ack_p99_ms":{:.3}}}"#,
        at(0.5),
        at(0.99)
    ))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    if std::env::args().nth(1).as_deref() == Some("serve") {
        return serve().await;
    }
    let mut server =
        Command::new(std::env::current_exe()?).arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut address = String::new();
    BufReader::new(server.stdout.as_mut().ok_or("no output")?).read_line(&mut address)?;
    let measured = measure(address.trim()).await;
    drop(server.stdin.take());
    server.wait()?;
    println!("{}", measured?);
    Ok(())
}
