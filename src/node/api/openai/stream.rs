//! A reply as server-sent events.
//!
//! Invariants: a stream ends with `[DONE]`, or with an event `error` and nothing after it; when its reader is gone, it is
//! dropped, and with it the reply and the job.

use super::answer::{Kind, Telling};
use super::refusal::Refusal;
use crate::node::inference::{Event, Failure, Reply};
use axum::response::sse;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio_stream::Stream;

/// What is left of a reply.
pub(super) struct Chunks {
    reply: Reply,
    kind: Kind,
    telling: Telling,
    include_usage: bool,
    ready: VecDeque<sse::Event>,
    over: bool,
}

impl Chunks {
    /// Goes on with a reply whose event `first` was taken already.
    pub(super) fn new(reply: Reply, kind: Kind, telling: Telling, include_usage: bool, first: Event) -> Self {
        let mut chunks = Self { reply, kind, telling, include_usage, ready: VecDeque::new(), over: false };
        chunks.take(Ok(first));
        chunks
    }

    fn take(&mut self, said: Result<Event, Failure>) {
        match said {
            Ok(event) => {
                self.over = matches!(event, Event::Done(_));
                let chunks = self.telling.chunks(event, self.include_usage);
                self.ready.extend(chunks.into_iter().map(|chunk| sse::Event::default().data(chunk.to_string())));
                if self.over {
                    self.ready.push_back(sse::Event::default().data("[DONE]"));
                }
            }
            Err(failure) => {
                self.over = true;
                let problem = Refusal::of(&failure, self.kind.prompt()).problem();
                let text = serde_json::to_string(&problem).unwrap_or_default();
                self.ready.push_back(sse::Event::default().event("error").data(text));
            }
        }
    }
}

impl Stream for Chunks {
    type Item = Result<sse::Event, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Poll::Ready(Some(Ok(event)));
            }
            if self.over {
                return Poll::Ready(None);
            }
            let said = ready!(self.reply.poll_next(context));
            self.take(said);
        }
    }
}
