//! Bodies of requests, field by field.
//!
//! Invariants: nothing is made room for before its size was compared with a limit; a field of the wrong type or out of its
//! range is refused by name; fields that nobody knows are ignored, and those that would change the text and aren't
//! done here are refused.

use super::chat::{self, Message};
use super::refusal::Refusal;
use crate::node::inference::{Job, Prompt};
use neuroshard_model::generation::Sampling;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// The model's name.
pub(super) const MODEL: &str = "local";
/// Tokens of one choice.
pub(super) const TOKENS_MAX: usize = 4096;
/// Tokens of all choices of a request together.
const TOKENS_IN_ALL_MAX: usize = 16_384;
/// Continuations of a prompt.
const N_MAX: usize = 8;
/// Prompts of a request, and choices of all of them.
const CHOICES_MAX: usize = 32;
const STOPS_MAX: usize = 4;
const STOP_BYTES_MAX: usize = 1024;
/// Tokens of a completion, if nothing is said: as OpenAI has it.
const COMPLETION_TOKENS: usize = 16;
/// Tokens of a chat's answer, if nothing is said: as `infer` has it.
const CHAT_TOKENS: usize = 200;

/// Body of `POST /v1/completions`. Fields beyond these are ignored; `logprobs`, `logit_bias`, `suffix`, `best_of` and
/// penalties other than 0 are refused.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it describes what `completion` takes out of the body")]
pub(super) struct CompletionRequest {
    prompt: Prompts,
    /// Whether the text begins with the prompt.
    echo: Option<bool>,
    #[serde(flatten)]
    knobs: Knobs,
}

/// Body of `POST /v1/chat/completions`. Fields beyond these are ignored; `logprobs`, `logit_bias`, tools, formats other
/// than text and penalties other than 0 are refused.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it describes what `chat` takes out of the body")]
pub(super) struct ChatRequest {
    messages: Vec<Message>,
    #[serde(flatten)]
    knobs: Knobs,
}

/// What both kinds of request have.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it describes what `asked` takes out of the body")]
struct Knobs {
    /// `local`, which is also what no model means.
    model: Option<String>,
    /// Up to 4096, and up to 16,384 for all choices together; 16 for a completion, 200 for a chat.
    #[schema(maximum = 4096)]
    max_tokens: Option<u64>,
    /// As `max_tokens`, and before it.
    #[schema(maximum = 4096)]
    max_completion_tokens: Option<u64>,
    /// 0 takes the likeliest token; 1 if nothing is said.
    #[schema(minimum = 0, maximum = 2)]
    temperature: Option<f64>,
    /// Only the likeliest tokens that together have this probability.
    #[schema(minimum = 0, maximum = 1)]
    top_p: Option<f64>,
    /// Only so many of the likeliest tokens; 0 and -1 mean all. Not OpenAI's.
    #[schema(minimum = -1)]
    top_k: Option<i64>,
    /// Continuations of each prompt, each with the seed after the one before.
    #[schema(minimum = 1, maximum = 8)]
    n: Option<u64>,
    /// The same seed and weights write the same text.
    seed: Option<i64>,
    stop: Option<Stops>,
    /// Whether the answer comes piece by piece, as server-sent events.
    stream: Option<bool>,
    stream_options: Option<StreamOptions>,
}

/// What to continue.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged, expecting = "a text, texts, token ids, or lists of token ids")]
pub(super) enum Prompts {
    /// One text.
    Text(String),
    /// One prompt, in tokens.
    Ids(Vec<u32>),
    /// Several texts.
    Texts(Vec<String>),
    /// Several prompts, in tokens.
    Lists(Vec<Vec<u32>>),
}

/// The text ends before any of these.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged, expecting = "a text or up to four texts")]
enum Stops {
    /// One.
    One(String),
    /// Up to four.
    Several(Vec<String>),
}

/// How a stream is to be.
#[derive(Debug, Deserialize, ToSchema)]
struct StreamOptions {
    /// Whether the last chunk says how many tokens there were.
    include_usage: Option<bool>,
}

/// A request that can be done.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) job: Job,
    pub(super) stream: bool,
    pub(super) include_usage: bool,
}

/// A JSON object on its way into types.
pub(super) struct Fields {
    values: Map<String, Value>,
    /// Where it is in the body, as far as a name needs it.
    place: String,
}

impl Fields {
    /// The object that a body is.
    pub(super) fn parse(body: &[u8]) -> Result<Self, Refusal> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(values)) => Ok(Self { values, place: String::new() }),
            Ok(_) => Err(Refusal::malformed("the body is not a JSON object")),
            Err(error) => Err(Refusal::malformed(format!("the body is not JSON: {error}"))),
        }
    }

    /// The object that a value inside the body is.
    pub(super) fn inside(place: String, value: Value) -> Result<Self, Refusal> {
        match value {
            Value::Object(values) => Ok(Self { values, place: place + "." }),
            _ => Err(Refusal::invalid(&place, "is not an object")),
        }
    }

    /// A field's full name.
    pub(super) fn name(&self, name: &str) -> String {
        format!("{}{name}", self.place)
    }

    /// A field's value; `null` is as good as absent.
    pub(super) fn take<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, Refusal> {
        let value = self.values.remove(name).filter(|value| !value.is_null());
        let Some(value) = value else { return Ok(None) };
        serde_json::from_value(value).map(Some).map_err(|error| Refusal::invalid(&self.name(name), error))
    }

    /// A field that has to be there.
    pub(super) fn need<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, Refusal> {
        self.take(name)?.ok_or_else(|| Refusal::invalid(&self.name(name), "is missing"))
    }

    /// A number within limits.
    fn within(&mut self, name: &str, least: usize, most: usize) -> Result<Option<usize>, Refusal> {
        let Some(number) = self.take::<u64>(name)? else { return Ok(None) };
        match usize::try_from(number) {
            Ok(number) if (least..=most).contains(&number) => Ok(Some(number)),
            _ => Err(Refusal::invalid(name, format_args!("{number} is not between {least} and {most}"))),
        }
    }

    fn share(&mut self, name: &str, most: f64) -> Result<f64, Refusal> {
        let number = self.take(name)?.unwrap_or(1.0);
        // A comparison that no NaN passes.
        if (0.0..=most).contains(&number) {
            return Ok(number);
        }
        Err(Refusal::invalid(name, format_args!("{number} is not between 0 and {most}")))
    }

    /// Refuses a field unless its value asks for nothing.
    fn only(&self, name: &str, asks_nothing: impl Fn(&Value) -> bool, says: &str) -> Result<(), Refusal> {
        match self.values.get(name) {
            Some(value) if !value.is_null() && !asks_nothing(value) => Err(Refusal::unsupported(name, says)),
            _ => Ok(()),
        }
    }
}

/// Reads the body of a completion.
pub(super) fn completion(body: &[u8]) -> Result<Asked, Refusal> {
    let mut fields = Fields::parse(body)?;
    check_model(&mut fields)?;
    let prompts = match fields.need("prompt")? {
        Prompts::Text(text) => vec![Prompt::Text(text)],
        Prompts::Ids(ids) => vec![Prompt::Ids(ids)],
        Prompts::Texts(texts) => texts.into_iter().map(Prompt::Text).collect(),
        Prompts::Lists(lists) => lists.into_iter().map(Prompt::Ids).collect(),
    };
    if prompts.len() > CHOICES_MAX {
        return Err(Refusal::invalid("prompt", format_args!("{} prompts are above {CHOICES_MAX}", prompts.len())));
    }
    if prompts.iter().any(|prompt| matches!(prompt, Prompt::Ids(ids) if ids.is_empty())) {
        return Err(Refusal::invalid("prompt", "has no tokens"));
    }
    let echo = fields.take("echo")?.unwrap_or(false);
    let no_text = |value: &Value| value.as_str() == Some("");
    fields.only("suffix", no_text, "nothing is inserted before a text")?;
    fields.only("best_of", |value| value.as_u64() == Some(1), "choices are not compared")?;
    asked(&mut fields, prompts, 0, COMPLETION_TOKENS, echo, None)
}

/// Reads the body of a chat.
pub(super) fn chat(body: &[u8]) -> Result<Asked, Refusal> {
    let mut fields = Fields::parse(body)?;
    check_model(&mut fields)?;
    let messages: Vec<Value> = fields.need("messages")?;
    let prompt = chat::prompt(messages)?;
    for name in ["tools", "functions"] {
        fields.only(name, is_empty, "no tools are called")?;
    }
    let is_text = |value: &Value| value.get("type").and_then(Value::as_str) == Some("text");
    fields.only("response_format", is_text, "only text is written")?;
    fields.only("top_logprobs", is_zero, "probabilities are not given")?;
    asked(&mut fields, vec![Prompt::Text(prompt)], 1, CHAT_TOKENS, false, Some(chat::STOP))
}

fn is_zero(value: &Value) -> bool {
    value.as_f64() == Some(0.0)
}

fn is_empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Map::is_empty)
}

fn check_model(fields: &mut Fields) -> Result<(), Refusal> {
    match fields.take::<String>("model")? {
        Some(model) if model != MODEL => Err(unknown(&model)),
        _ => Ok(()),
    }
}

/// That there is no such model.
pub(super) fn unknown(model: &str) -> Refusal {
    // A name may be as long as a body.
    let shown: String = model.chars().take(100).collect();
    Refusal::no_model(format!("there is no model {shown:?}: {MODEL:?} is the newest weights of this node"))
}

fn asked(
    fields: &mut Fields,
    prompts: Vec<Prompt>,
    tokens_min: usize,
    tokens: usize,
    echo: bool,
    own_stop: Option<&str>,
) -> Result<Asked, Refusal> {
    fields.only("logprobs", |value| *value == Value::Bool(false), "probabilities are not given")?;
    fields.only("logit_bias", is_empty, "tokens are not preferred")?;
    for name in ["presence_penalty", "frequency_penalty"] {
        fields.only(name, is_zero, "only 0 is supported: repetition is not punished")?;
    }
    let choices = fields.within("n", 1, N_MAX)?.unwrap_or(1);
    let all_choices = prompts.len() * choices;
    if all_choices == 0 || all_choices > CHOICES_MAX {
        let says = format!("{} prompts with {choices} choices each are not between 1 and {CHOICES_MAX}", prompts.len());
        return Err(Refusal::invalid(if all_choices == 0 { "prompt" } else { "n" }, says));
    }
    let older = fields.within("max_tokens", tokens_min, TOKENS_MAX)?;
    let max_tokens = fields.within("max_completion_tokens", tokens_min, TOKENS_MAX)?.or(older).unwrap_or(tokens);
    if all_choices * max_tokens > TOKENS_IN_ALL_MAX {
        let says = format_args!("{all_choices} choices of {max_tokens} tokens are above {TOKENS_IN_ALL_MAX} in all");
        return Err(Refusal::invalid("max_tokens", says));
    }
    let top_k = match fields.take::<i64>("top_k")? {
        None | Some(-1) => 0,
        Some(top_k) => usize::try_from(top_k).map_err(|_| Refusal::invalid("top_k", "is below -1"))?,
    };
    let seed = fields.take::<i64>("seed")?.map_or_else(super::drawn, |seed| seed as u64);
    let (temperature, top_p) = (fields.share("temperature", 2.0)?, fields.share("top_p", 1.0)?);
    let mut stop = stops(fields)?;
    stop.extend(own_stop.map(str::to_owned));
    let stream = fields.take("stream")?.unwrap_or(false);
    let options: Option<StreamOptions> = fields.take("stream_options")?;
    let sampling = Sampling { temperature, top_k, top_p, seed };
    Ok(Asked {
        job: Job { prompts, choices, max_tokens, sampling, stop, echo },
        stream,
        include_usage: options.and_then(|options| options.include_usage).unwrap_or(false),
    })
}

fn stops(fields: &mut Fields) -> Result<Vec<String>, Refusal> {
    let stops = match fields.take("stop")? {
        None => Vec::new(),
        Some(Stops::One(stop)) => vec![stop],
        Some(Stops::Several(stops)) => stops,
    };
    if stops.len() > STOPS_MAX {
        return Err(Refusal::invalid("stop", format_args!("{} are above {STOPS_MAX}", stops.len())));
    }
    if stops.iter().any(|stop| stop.len() > STOP_BYTES_MAX) {
        return Err(Refusal::invalid("stop", format_args!("a text is longer than {STOP_BYTES_MAX} bytes")));
    }
    Ok(stops)
}
