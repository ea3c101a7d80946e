//! `infer`: continues a text with a trained model.
//!
//! Invariant: what is shown while it is generated begins the text of `done`, which has the rest: text that only the end
//! made certain, such as half of a stop string.

mod session;

use std::fmt;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use neuroshard_commands::InferArgs;
use neuroshard_model::checkpoint::Checkpoint;
use neuroshard_model::generation::{Finish, Piece, Request, Sampling, StopReason, generate};
use serde::Serialize;

use super::compute::{self, open_device};
use super::output::Report;
use super::{AppError, Context, Exit, Interrupt, train};
use crate::node::{LoadError, Loaded, Networks, newest_round};

/// A prompt longer than this is a mistake, not a prompt.
const PROMPT_BYTES_MAX: u64 = 16 << 20;

pub(super) fn infer(cx: &Context, args: &InferArgs) -> Result<Exit, AppError> {
    compute::set_up(args.threads)?;
    let model_folder = match &args.model {
        Some(folder) => folder.clone(),
        None => match newest_or_train(cx)? {
            Ok(folder) => folder,
            Err(exit) => return Ok(exit),
        },
    };
    let prompt = match &args.prompt {
        Some(prompt) => Some(prompt.clone().into_bytes()),
        None if io::stdin().is_terminal() => None,
        None => Some(read_prompt()?),
    };
    let writer = Writer::open(cx, args, &model_folder)?;
    match prompt {
        Some(prompt) => {
            let interrupt = Interrupt::install()?;
            if !cx.out.is_json() {
                cx.out.raw(&prompt)?;
            }
            let exit = writer.write(cx, &prompt, args.seed.unwrap_or_else(new_seed), &interrupt)?;
            Ok(exit.unwrap_or(Exit::Success))
        }
        None if cx.out.is_json() => {
            Err(AppError::usage(anyhow!("there is no prompt")).hint("give it as an argument or on standard input"))
        }
        None => session::run(cx, args, &writer),
    }
}

/// The newest model in the home; on a terminal a newcomer is offered one.
fn newest_or_train(cx: &Context) -> Result<Result<PathBuf, Exit>, AppError> {
    let home = cx.home()?;
    let error = match compute::newest_run(&home) {
        Ok(run) => return Ok(Ok(run)),
        Err(error) => error,
    };
    if let Some(network) = network_model(cx)? {
        return Ok(Ok(network));
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() || cx.out.is_json() {
        return Err(error);
    }
    cx.out.note("There is no trained model yet. Train nano for 60 s now? [Y/n]");
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).map_err(AppError::refused)?;
    if !matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes") {
        return Err(error);
    }
    match train::first_run(cx)? {
        Exit::Success => compute::newest_run(&home).map(Ok),
        exit => Ok(Err(exit)),
    }
}

/// The model of the home's last network: what came from others, or what this node trains.
fn network_model(cx: &Context) -> Result<Option<PathBuf>, AppError> {
    let network = Networks::at(&cx.home()?).look(cx.network_flag()).map_err(AppError::refused)?;
    let Some(network) = network else { return Ok(None) };
    Ok(newest_round(&network.weights()).or_else(|| Some(network.model()).filter(|model| model.is_dir())))
}

fn read_prompt() -> Result<Vec<u8>, AppError> {
    let mut prompt = Vec::new();
    let read = io::stdin().lock().take(PROMPT_BYTES_MAX + 1).read_to_end(&mut prompt);
    read.map_err(|error| AppError::refused(error).while_doing("cannot read the prompt from standard input"))?;
    if prompt.len() as u64 > PROMPT_BYTES_MAX {
        return Err(AppError::refused(anyhow!("the prompt is larger than {PROMPT_BYTES_MAX} bytes")));
    }
    // What a pipe ends with is the end of its line, not of the prompt.
    if prompt.ends_with(b"\n") {
        prompt.pop();
    }
    Ok(prompt)
}

/// A seed nobody chose: the clock is the only place in the program where chance comes in.
fn new_seed() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |time| time.as_nanos() as u64)
}

/// A loaded model and how to write with it.
pub(super) struct Writer {
    loaded: Loaded,
    max_tokens: usize,
    sampling: Sampling,
    stop: Vec<String>,
}

impl Writer {
    fn open(cx: &Context, args: &InferArgs, folder: &Path) -> Result<Self, AppError> {
        let fail = |error| {
            AppError::refused(anyhow::Error::new(error))
                .hint("name a folder that `neuroshard train` wrote, or a Hugging Face Llama checkpoint")
        };
        let device = open_device(cx, args.device);
        let opened = Checkpoint::open(folder).map_err(fail)?;
        for error in &opened.damaged {
            cx.out.warn(format_args!("{error}; using {}", opened.checkpoint.folder().display()));
        }
        cx.out.detail(format_args!("model {}", opened.checkpoint.folder().display()));
        let quantize = compute::quantize(args.quantize);
        let loaded = Loaded::load(&opened.checkpoint, &device, quantize).map_err(|error| match error {
            LoadError::Checkpoint(error) => fail(error),
            LoadError::TooLarge(error) => compute::explain_too_large(error),
            LoadError::Quantize => AppError::usage(error).hint("leave --quantize out, or add --device cpu"),
        })?;
        let sampling =
            Sampling { temperature: args.temperature, top_k: args.top_k.unwrap_or(0), top_p: args.top_p, seed: 0 };
        Ok(Self { loaded, max_tokens: args.max_tokens, sampling, stop: args.stop.clone() })
    }

    /// Continues `prompt` on standard output; returns the signal that ended it, if one did.
    fn write(&self, cx: &Context, prompt: &[u8], seed: u64, interrupt: &Interrupt) -> Result<Option<Exit>, AppError> {
        let request = Request {
            prompt: self.loaded.codec.encode_prompt(prompt).map_err(AppError::refused)?,
            max_tokens: self.max_tokens,
            sampling: Sampling { seed, ..self.sampling.clone() },
            stop: self.stop.clone(),
        };
        let context = self.loaded.model.config().seq;
        if request.prompt.len() >= context {
            let kept = context.div_ceil(2);
            let all = request.prompt.len();
            cx.out.warn(format_args!(
                "the prompt has {all} tokens and the model sees {context}; its last {kept} are used"
            ));
        }
        let mut broken = None;
        let finish = generate(&*self.loaded.model, &self.loaded.codec, &request, |piece| {
            broken = show(cx, piece).err();
            broken.is_none() && interrupt.interrupted().is_none()
        });
        let finish = finish.map_err(AppError::refused)?;
        if let Some(error) = broken {
            return Err(error);
        }
        if !cx.out.is_json() {
            cx.out.raw(format!("{}\n", finish.rest).as_bytes())?;
        }
        let done = Done::new(&finish);
        cx.out.detail(format_args!(
            "{} tokens in {:.2} s ({:.0} tokens/s, first after {:.3} s), seed {seed}, ended by {}",
            done.tokens, done.seconds, done.tokens_per_second, done.first_token_seconds, done.stop_reason
        ));
        if cx.out.is_json() {
            cx.out.emit(&done)?;
        }
        Ok(interrupt.interrupted().filter(|_| finish.reason == StopReason::Interrupted))
    }
}

fn show(cx: &Context, piece: &Piece) -> Result<(), AppError> {
    if cx.out.is_json() {
        return cx.out.emit(&Token { id: piece.id, text: piece.text.clone() });
    }
    cx.out.raw(piece.text.as_bytes())
}

#[derive(Serialize)]
#[serde(tag = "event", rename = "token")]
struct Token {
    id: u32,
    text: String,
}

impl Report for Token {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        w.write_str(&self.text)
    }
}

#[derive(Serialize)]
#[serde(tag = "event", rename = "done")]
struct Done {
    text: String,
    prompt_tokens: usize,
    prompt_cut: usize,
    tokens: usize,
    seconds: f64,
    tokens_per_second: f64,
    first_token_seconds: f64,
    cost: &'static str,
    quorum: Option<String>,
    stop_reason: &'static str,
}

impl Done {
    fn new(finish: &Finish) -> Self {
        let seconds = finish.elapsed.as_secs_f64();
        Self {
            text: finish.text.clone(),
            prompt_tokens: finish.prompt_tokens,
            prompt_cut: finish.prompt_cut,
            tokens: finish.tokens,
            seconds,
            tokens_per_second: finish.tokens as f64 / seconds.max(1e-9),
            first_token_seconds: finish.first_token.as_secs_f64(),
            cost: "0",    // one's own model costs nothing
            quorum: None, // and asks nobody
            stop_reason: match finish.reason {
                StopReason::MaxTokens => "max_tokens",
                StopReason::EndOfText => "end_of_text",
                StopReason::StopString => "stop",
                StopReason::Interrupted => "interrupted",
            },
        }
    }
}

impl Report for Done {
    fn text(&self, _: &mut dyn fmt::Write) -> fmt::Result {
        Ok(()) // the text has been shown
    }
}
