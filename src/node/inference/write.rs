//! A job on loaded weights: prompts to tokens, tokens to events.

use super::{Ending, Event, Failure, Job, Loaded, Outlet, Prompt, Usage};
use neuroshard_model::generation::{Finish, GenerateError, Request, Sampling, StopReason, generate_while};
use neuroshard_model::tokenizer::Codec;

/// Writes all choices of a job, one after the other.
pub(super) fn answer(
    loaded: &Loaded,
    fingerprint: Option<String>,
    job: &Job,
    outlet: &Outlet<'_>,
) -> Result<Usage, Failure> {
    let read = job.prompts.iter().map(|prompt| ids(&loaded.codec, prompt));
    let prompts: Vec<Vec<u32>> = read.collect::<Result<_, _>>()?;
    outlet.say(Event::Started { fingerprint });
    let mut usage = Usage::default();
    for (index, (prompt, ids)) in job.prompts.iter().zip(prompts).enumerate() {
        for number in 0..job.choices {
            let choice = index * job.choices + number;
            if job.echo {
                let text = match prompt {
                    Prompt::Text(text) => text.clone(),
                    Prompt::Ids(ids) => loaded.codec.decode_text(ids),
                };
                outlet.say(Event::Piece { choice, text });
            }
            let seed = job.sampling.seed.wrapping_add(number as u64);
            let request = Request {
                prompt: ids.clone(),
                max_tokens: job.max_tokens,
                sampling: Sampling { seed, ..job.sampling.clone() },
                stop: job.stop.clone(),
            };
            let finish = one(loaded, &request, choice, outlet)?;
            usage.tokens += finish.tokens;
            if number == 0 {
                usage.prompt_tokens += finish.prompt_tokens;
                usage.prompt_cut += finish.prompt_cut;
            }
        }
    }
    Ok(usage)
}

/// The ids of a prompt, each of which the model knows.
fn ids(codec: &Codec, prompt: &Prompt) -> Result<Vec<u32>, Failure> {
    match prompt {
        Prompt::Text(text) => codec.encode_prompt(text.as_bytes()).map_err(|error| Failure::Prompt(error.to_string())),
        Prompt::Ids(ids) => match ids.iter().find(|id| **id as usize >= codec.vocab()) {
            Some(id) => Err(Failure::Prompt(format!("there is no token {id}: the model has {}", codec.vocab()))),
            None => Ok(ids.clone()),
        },
    }
}

/// Writes one choice.
fn one(loaded: &Loaded, request: &Request, choice: usize, outlet: &Outlet<'_>) -> Result<Finish, Failure> {
    let mut counted = 0;
    let go_on = || outlet.is_wanted();
    let finish = generate_while(&*loaded.model, &loaded.codec, request, &go_on, |piece| {
        outlet.count(1);
        counted += 1;
        if !piece.text.is_empty() {
            outlet.say(Event::Piece { choice, text: piece.text.clone() });
        }
        outlet.is_wanted()
    });
    let finish = finish.map_err(|error| match error {
        GenerateError::EmptyPrompt => Failure::Prompt(error.to_string()),
        other => Failure::Model(other.to_string()),
    })?;
    outlet.count(finish.tokens.saturating_sub(counted));
    let ending = match finish.reason {
        StopReason::MaxTokens => Ending::Length,
        StopReason::EndOfText | StopReason::StopString => Ending::Stop,
        // Nobody hears it but those who still wait when the node stops.
        StopReason::Interrupted => return Err(Failure::Stopping),
    };
    if !finish.rest.is_empty() {
        outlet.say(Event::Piece { choice, text: finish.rest.clone() });
    }
    outlet.say(Event::Finished { choice, ending });
    Ok(finish)
}
