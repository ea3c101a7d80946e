//! Answers in OpenAI's shapes, whole and in chunks.
//!
//! Invariant: the chunks of a choice, put together, are the text that the whole answer has.

use super::request::MODEL;
use crate::node::clock::now_ms;
use crate::node::inference::{Ending, Event, Usage};
use serde::Serialize;
use serde_json::{Value, to_value};
use utoipa::ToSchema;

/// An answer, or a chunk of one.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Answer<C> {
    id: String,
    object: &'static str,
    /// Seconds since 1970.
    created: u64,
    model: &'static str,
    /// The beginning of the hash of the weights.
    system_fingerprint: Option<String>,
    choices: Vec<C>,
    /// In a stream only with `include_usage`: null in all chunks but the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Counts>)]
    usage: Option<Value>,
}

/// Tokens of an answer.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
struct Counts {
    prompt_tokens: usize,
    completion_tokens: usize,
    total_tokens: usize,
    /// The prompts' oldest tokens, which the model did not see. Not OpenAI's.
    #[serde(skip_serializing_if = "is_zero")]
    prompt_cut: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// A continuation.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TextChoice {
    index: usize,
    text: String,
    /// Always null.
    #[schema(value_type = Option<Object>)]
    logprobs: Option<()>,
    /// `stop` or `length`; null in a chunk that isn't a choice's last.
    finish_reason: Option<&'static str>,
}

/// An answer in a chat.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChatChoice {
    index: usize,
    message: Said,
    /// Always null.
    #[schema(value_type = Option<Object>)]
    logprobs: Option<()>,
    /// `stop` or `length`.
    finish_reason: Option<&'static str>,
}

/// What the model says.
#[derive(Debug, Serialize, ToSchema)]
struct Said {
    role: &'static str,
    content: String,
    /// Always null.
    #[schema(value_type = Option<Object>)]
    refusal: Option<()>,
}

/// A chunk of an answer in a chat.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChatChunk {
    index: usize,
    delta: Delta,
    /// Always null.
    #[schema(value_type = Option<Object>)]
    logprobs: Option<()>,
    /// `stop` or `length`; null in a chunk that isn't a choice's last.
    finish_reason: Option<&'static str>,
}

/// What a chunk adds.
#[derive(Debug, Default, Serialize, ToSchema)]
struct Delta {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<String>,
}

/// Which of the two endpoints answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Completion,
    Chat,
}

impl Kind {
    /// The field that the prompt came in.
    pub(super) fn prompt(self) -> &'static str {
        match self {
            Self::Completion => "prompt",
            Self::Chat => "messages",
        }
    }
}

/// What an answer is made of while it comes.
#[derive(Debug)]
pub(super) struct Telling {
    kind: Kind,
    id: String,
    created: u64,
    fingerprint: Option<String>,
    choices: Vec<Choice>,
}

#[derive(Debug, Clone, Default)]
struct Choice {
    text: String,
    /// Whether its first chunk is out.
    told: bool,
    ending: Option<Ending>,
}

impl Telling {
    pub(super) fn new(kind: Kind, fingerprint: Option<String>, choices: usize) -> Self {
        let prefix = if kind == Kind::Chat { "chatcmpl" } else { "cmpl" };
        let id = format!("{prefix}-{:016x}{:016x}", super::drawn(), super::drawn());
        Self { kind, id, created: now_ms() / 1000, fingerprint, choices: vec![Choice::default(); choices] }
    }

    fn answer<C: Serialize>(&self, object: &'static str, choices: Vec<C>, usage: Option<Value>) -> Value {
        let (id, created) = (self.id.clone(), self.created);
        let answer =
            Answer { id, object, created, model: MODEL, system_fingerprint: self.fingerprint.clone(), choices, usage };
        to_value(answer).unwrap_or_default()
    }

    /// What a piece adds to what is seen. A chat's answer begins with its first word: the space before it belongs to the
    /// template.
    fn seen(&self, choice: usize, piece: String) -> String {
        if self.kind == Kind::Chat && self.choices[choice].text.is_empty() {
            return piece.trim_start().to_owned();
        }
        piece
    }

    /// Takes what was said into the whole answer; gives it once it is complete.
    pub(super) fn whole(&mut self, event: Event) -> Option<Value> {
        match event {
            Event::Started { .. } => None,
            Event::Piece { choice, text } => {
                let seen = self.seen(choice, text);
                self.choices[choice].text.push_str(&seen);
                None
            }
            Event::Finished { choice, ending } => {
                self.choices[choice].ending = Some(ending);
                None
            }
            Event::Done(usage) => {
                let choices = std::mem::take(&mut self.choices).into_iter().enumerate();
                let usage = Some(counts(usage));
                Some(match self.kind {
                    Kind::Completion => {
                        let choices = choices.map(|(index, choice)| text(index, choice.text, choice.ending));
                        self.answer("text_completion", choices.collect(), usage)
                    }
                    Kind::Chat => {
                        let choices = choices.map(|(index, Choice { text, ending, .. })| ChatChoice {
                            index,
                            message: Said { role: "assistant", content: text, refusal: None },
                            logprobs: None,
                            finish_reason: ending.map(reason),
                        });
                        self.answer("chat.completion", choices.collect(), usage)
                    }
                })
            }
        }
    }

    /// The chunks that what was said makes.
    pub(super) fn chunks(&mut self, event: Event, include_usage: bool) -> Vec<Value> {
        let no_usage = include_usage.then_some(Value::Null);
        let (choice, piece, ending) = match event {
            Event::Done(usage) if include_usage => return vec![self.last_chunk(usage)],
            Event::Started { .. } | Event::Done(_) => return Vec::new(),
            Event::Piece { choice, text } => (choice, text, None),
            Event::Finished { choice, ending } => (choice, String::new(), Some(ending)),
        };
        let piece = self.seen(choice, piece);
        self.choices[choice].text.push_str(&piece);
        let first = !std::mem::replace(&mut self.choices[choice].told, true);
        if self.kind == Kind::Completion {
            return vec![self.answer("text_completion", vec![text(choice, piece, ending)], no_usage)];
        }
        let mut deltas = Vec::new();
        if first {
            deltas.push((Delta { role: Some("assistant"), content: Some(String::new()) }, None));
        }
        if !piece.is_empty() {
            deltas.push((Delta { role: None, content: Some(piece) }, None));
        }
        if ending.is_some() {
            deltas.push((Delta::default(), ending));
        }
        let chunk = |(delta, ending): (Delta, Option<Ending>)| {
            let choice = ChatChunk { index: choice, delta, logprobs: None, finish_reason: ending.map(reason) };
            self.answer("chat.completion.chunk", vec![choice], no_usage.clone())
        };
        deltas.into_iter().map(chunk).collect()
    }

    /// The chunk that has the usage and nothing else.
    fn last_chunk(&self, usage: Usage) -> Value {
        let object = if self.kind == Kind::Chat { "chat.completion.chunk" } else { "text_completion" };
        self.answer(object, Vec::<ChatChunk>::new(), Some(counts(usage)))
    }
}

fn text(index: usize, text: String, ending: Option<Ending>) -> TextChoice {
    TextChoice { index, text, logprobs: None, finish_reason: ending.map(reason) }
}

fn reason(ending: Ending) -> &'static str {
    match ending {
        Ending::Stop => "stop",
        Ending::Length => "length",
    }
}

fn counts(usage: Usage) -> Value {
    let Usage { prompt_tokens, prompt_cut, tokens } = usage;
    let total_tokens = prompt_tokens + tokens;
    to_value(Counts { prompt_tokens, completion_tokens: tokens, total_tokens, prompt_cut }).unwrap_or_default()
}
