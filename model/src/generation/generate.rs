//! Generation: a prompt in, a stream of text pieces out.
//!
//! Invariants: greedy output is the same with and without a cache, in one piece or in a pipeline; what a piece shows is
//! whole characters; every token counts once in the result. A text longer than the context goes on with its newer half,
//! and the result says so.

use super::sampler::{SampleError, Sampler, Sampling};
use super::stop::StopFilter;
use crate::neurollm::{Cache, Input, LanguageModel, MicroBatch, StageError};
use crate::tokenizer::{Codec, TokenizerError};
use std::time::{Duration, Instant};

/// What to write.
#[derive(Debug, Clone)]
pub struct Request {
    /// Ids to continue.
    pub prompt: Vec<u32>,
    /// Tokens to generate at most.
    pub max_tokens: usize,
    /// How to choose tokens.
    pub sampling: Sampling,
    /// The text ends before any of these.
    pub stop: Vec<String>,
}

/// One generated token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its id.
    pub id: u32,
    /// Text that became certain with it, possibly empty.
    pub text: String,
}

/// Why generation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// All tokens asked for.
    MaxTokens,
    /// The model ended its text.
    EndOfText,
    /// A stop string.
    StopString,
    /// The caller wanted no more.
    Interrupted,
}

/// The result.
#[derive(Debug, Clone)]
pub struct Finish {
    /// The whole text, without the prompt.
    pub text: String,
    /// Text that only the end made certain; the pieces lack it.
    pub rest: String,
    /// Prompt tokens read, after cutting.
    pub prompt_tokens: usize,
    /// Oldest prompt tokens cut to fit the context.
    pub prompt_cut: usize,
    /// Tokens generated, an end-of-text token included.
    pub tokens: usize,
    /// Why it ended.
    pub reason: StopReason,
    /// From the start to the first token.
    pub first_token: Duration,
    /// From the start to the end.
    pub elapsed: Duration,
}

/// Why generation failed.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// The stage refused.
    #[error(transparent)]
    Stage(#[from] StageError),
    /// The logits are no numbers.
    #[error(transparent)]
    Sample(#[from] SampleError),
    /// An id without text.
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
    /// Nothing to continue.
    #[error("the prompt has no tokens")]
    EmptyPrompt,
}

/// Prompt tokens read at once: attention scores take memory in proportion to this times the context.
const PREFILL_TOKENS: usize = 512;

/// Continues the prompt; `on_piece` sees every token but the one that ends the text, and returns whether to go on.
pub fn generate(
    model: &dyn LanguageModel,
    codec: &Codec,
    request: &Request,
    on_piece: impl FnMut(&Piece) -> bool,
) -> Result<Finish, GenerateError> {
    generate_while(model, codec, request, &|| true, on_piece)
}

/// As [`generate`], asking `go_on` besides before each part of a long prompt, which may take longer than any token.
pub fn generate_while(
    model: &dyn LanguageModel,
    codec: &Codec,
    request: &Request,
    go_on: &dyn Fn() -> bool,
    mut on_piece: impl FnMut(&Piece) -> bool,
) -> Result<Finish, GenerateError> {
    let started = Instant::now();
    let context = model.config().seq;
    if request.prompt.is_empty() {
        return Err(GenerateError::EmptyPrompt);
    }
    // A prompt that fills the context leaves no room to write: keep its end, with half the context free.
    let prompt_cut = if request.prompt.len() < context { 0 } else { request.prompt.len() - newer_half(context) };
    let mut ids = request.prompt[prompt_cut..].to_vec();
    let prompt_tokens = ids.len();
    let mut cache = Cache::default();
    let mut sampler = Sampler::new(request.sampling.clone());
    let mut stream = codec.stream();
    let mut filter = StopFilter::new(&request.stop);
    let mut text = String::new();
    let mut tokens = 0;
    let mut first_token = Duration::ZERO;
    let mut reason = StopReason::MaxTokens;
    'text: while tokens < request.max_tokens {
        if ids.len() > context {
            ids.drain(..ids.len() - newer_half(context));
            cache = Cache::default();
        }
        let mut logits = Vec::new();
        for part in ids[cache.tokens()..].chunks(PREFILL_TOKENS) {
            if !go_on() {
                reason = StopReason::Interrupted;
                break 'text;
            }
            let batch = MicroBatch { rows: 1, seq: part.len(), input: Input::Tokens(part), targets: None };
            logits = model.extend(&batch, &mut cache)?;
        }
        // Rows beyond the tokenizer's ids only fill up the matrix.
        let id = sampler.pick(&logits[..codec.vocab().min(logits.len())])?;
        if tokens == 0 {
            first_token = started.elapsed();
        }
        tokens += 1;
        ids.push(id);
        if codec.eos() == Some(id) {
            reason = StopReason::EndOfText;
            break;
        }
        let (shown, stopped) = filter.push(&stream.push(id)?);
        text.push_str(&shown);
        let wanted = on_piece(&Piece { id, text: shown });
        if stopped || !wanted {
            reason = if stopped { StopReason::StopString } else { StopReason::Interrupted };
            break;
        }
    }
    let mut rest = String::new();
    if reason != StopReason::StopString {
        let (shown, _) = filter.push(&stream.finish());
        rest = shown + &filter.finish();
        text.push_str(&rest);
    }
    let elapsed = started.elapsed();
    Ok(Finish { text, rest, prompt_tokens, prompt_cut, tokens, reason, first_token, elapsed })
}

fn newer_half(context: usize) -> usize {
    context.div_ceil(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ModelConfig;
    use crate::neurollm::Device;
    use crate::neurollm::Stage;
    use crate::parameters::Span;
    use crate::tokenizer::Tokenizer;

    fn setting() -> (Stage, Codec) {
        let config = ModelConfig::dense([2, 32, 4, 2, 48, 266, 16]);
        let stage = Stage::initialise(&config, &Span::whole(&config), 1, &Device::cpu()).unwrap();
        (stage, Codec::Own(Tokenizer::bytes_only()))
    }

    fn request(prompt: &[u8], max_tokens: usize, temperature: f64) -> Request {
        let prompt = Tokenizer::bytes_only().encode(prompt);
        Request { prompt, max_tokens, sampling: Sampling { temperature, ..Sampling::default() }, stop: Vec::new() }
    }

    #[test]
    fn text_longer_than_the_context_goes_on_and_prompts_are_cut_to_fit() {
        let (stage, codec) = setting();
        let mut pieces = String::new();
        let finish = generate(&stage, &codec, &request(&[b'a'; 40], 50, 1.0), |piece| {
            pieces.push_str(&piece.text);
            true
        });
        let finish = finish.unwrap();
        assert_eq!((finish.prompt_tokens, finish.prompt_cut), (8, 32));
        assert!(finish.tokens == 50 || finish.reason == StopReason::EndOfText);
        assert_eq!(pieces + &finish.rest, finish.text);
    }

    #[test]
    fn ids_of_a_vocabulary_that_was_rolled_back_are_read_and_written() {
        let (mut stage, _) = setting();
        let mut tokenizer = Tokenizer::bytes_only();
        tokenizer.append(&[(107, 108), (266, 109)]).unwrap();
        stage.grow(266, tokenizer.merges(), 0).unwrap();
        tokenizer.disable(266..268).unwrap();
        let codec = Codec::Own(tokenizer);
        // The prompt is from before, and the model may still choose the tokens: they are text like any other.
        let mut disabled = 0;
        for seed in 0..200 {
            // Of all ids: rows that were never trained are seldom among the likeliest.
            let sampling = Sampling { temperature: 1.0, top_k: 0, top_p: 1.0, seed };
            let request = Request { prompt: vec![267, 266], sampling, ..request(b"", 8, 1.0) };
            let mut ids = Vec::new();
            let finish = generate(&stage, &codec, &request, |piece| {
                ids.push(piece.id);
                true
            });
            assert_eq!(finish.unwrap().text, codec.decode_text(&ids));
            disabled += ids.iter().filter(|&&id| id >= 266).count();
        }
        assert!(disabled > 0);
        assert_eq!(codec.decode_text(&[267, 266]), "abcab");
    }

    #[test]
    fn a_seed_repeats_and_greedy_needs_none() {
        let (stage, codec) = setting();
        let text = |temperature| generate(&stage, &codec, &request(b"ab", 12, temperature), |_| true).unwrap().text;
        assert_eq!(text(1.0), text(1.0));
        assert_eq!(text(0.0), text(0.0));
    }

    #[test]
    fn a_stop_string_and_the_caller_end_it() {
        let (stage, codec) = setting();
        let free = generate(&stage, &codec, &request(b"ab", 12, 1.0), |_| true).unwrap();
        let stop: String = free.text.chars().skip(3).take(1).collect();
        let stopping = Request { stop: vec![stop.clone()], ..request(b"ab", 12, 1.0) };
        let finish = generate(&stage, &codec, &stopping, |_| true).unwrap();
        assert_eq!(finish.reason, StopReason::StopString);
        assert!(!finish.text.contains(&stop) && free.text.starts_with(&finish.text));
        let finish = generate(&stage, &codec, &request(b"ab", 12, 1.0), |_| false).unwrap();
        assert_eq!((finish.tokens, finish.reason), (1, StopReason::Interrupted));
        let finish = generate_while(&stage, &codec, &request(b"ab", 12, 1.0), &|| false, |_| true).unwrap();
        assert_eq!((finish.tokens, finish.reason), (0, StopReason::Interrupted));
    }
}
