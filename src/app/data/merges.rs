//! `data merges`: the tokens that a proposal could append, in the form that its file has them.
//!
//! Invariant: what is listed is what the chain would take: both parts are text, none is a word for something secret, and
//! each occurs more often than is asked for, as counted in the order in which they are appended.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use neuroshard_commands::MergesArgs;
use neuroshard_model::checkpoint::Checkpoint;
use neuroshard_model::data::{Dataset, LEARN_BYTES_MAX, MANIFEST_FILE, Source};
use neuroshard_model::tokenizer::{Candidate, Codec, Tokenizer};
use serde::Serialize;

use crate::app::output::Report;
use crate::app::{AppError, Context, Exit, compute, nep};
use crate::governance::document::text::odd_in_line;
use crate::governance::vocabulary::is_secret;
use crate::node::Networks;

/// What the text is called that comes with the program.
const BUILT_IN: &str = "the built-in corpus";

pub(super) fn merges(cx: &Context, args: &MergesArgs) -> Result<Exit, AppError> {
    let model = model(cx, args.model.as_deref())?;
    let least = match args.least {
        Some(least) => least,
        None => nep::parameters(cx)?.0.vocabulary_frequency,
    };
    let paths = if args.paths.is_empty() { model.trained_on()? } else { args.paths.clone() };
    let bar = cx.out.bar(None);
    bar.set_message("counting pairs of tokens");
    bar.enable_steady_tick(std::time::Duration::from_millis(100));
    let found = candidates(cx, &model.tokenizer, &paths, args.count);
    bar.finish_and_clear();
    // The first are the most frequent, so that nothing is built on one that is left out.
    let frequent = found?.into_iter().take_while(|found| found.frequency > least).collect();
    let merges = named(model.tokenizer, frequent);
    if merges.is_empty() {
        let says = anyhow!("no pair of tokens occurs more than {least} times in this text");
        return Err(AppError::refused(says).hint("give more text, or a lower --least"));
    }
    if cx.out.is_json() {
        for merge in &merges {
            cx.out.emit(merge)?;
        }
    } else {
        cx.out.emit(&Table { sources: names(&paths), merges: &merges })?;
    }
    Ok(Exit::Success)
}

/// A model that is there: its tokenizer, and what it was trained on where that is known.
struct Model {
    folder: PathBuf,
    tokenizer: Tokenizer,
    sources: Option<Vec<PathBuf>>,
}

impl Model {
    fn trained_on(&self) -> Result<Vec<PathBuf>, AppError> {
        self.sources.clone().ok_or_else(|| {
            let says = anyhow!("what the model in {} was trained on is not known", self.folder.display());
            AppError::refused(says).hint("name a text: neuroshard data merges FILE --count N")
        })
    }
}

/// The model in a folder, else that of the home's network, else the newest in the home.
fn model(cx: &Context, folder: Option<&Path>) -> Result<Model, AppError> {
    let folder = match folder {
        Some(folder) => folder.to_owned(),
        None => of_network(cx)?.map_or_else(|| compute::newest_run(&cx.home()?), Ok)?,
    };
    let opened = Checkpoint::open(&folder).map_err(AppError::refused)?;
    for error in &opened.damaged {
        cx.out.warn(format_args!("{error}; using {}", opened.checkpoint.folder().display()));
    }
    let checkpoint = opened.checkpoint;
    cx.out.detail(format_args!("model {}", checkpoint.folder().display()));
    let Codec::Own(tokenizer) = checkpoint.codec().map_err(AppError::refused)? else {
        let says = anyhow!("the model in {} has the tokenizer of another program", folder.display());
        return Err(AppError::refused(says).hint("only a model of a network grows by proposals"));
    };
    let state = checkpoint.training().map_err(AppError::refused)?;
    Ok(Model { folder, tokenizer, sources: state.map(|state| state.sources) })
}

/// What the home's node trains, once it has saved something.
fn of_network(cx: &Context) -> Result<Option<PathBuf>, AppError> {
    let name = cx.network()?;
    let network = Networks::at(&cx.home()?).look(name.as_deref()).map_err(AppError::refused)?;
    Ok(network.map(|network| network.model()).filter(|model| model.is_dir()))
}

/// The next merges in a text; no paths name the built-in one.
fn candidates(
    cx: &Context,
    tokenizer: &Tokenizer,
    paths: &[PathBuf],
    count: usize,
) -> Result<Vec<Candidate>, AppError> {
    let built = paths.iter().any(|path| path.join(MANIFEST_FILE).exists());
    let found = if paths.is_empty() {
        Dataset::builtin_with(tokenizer.clone()).candidates(count, &allowed)
    } else if built {
        let data = Dataset::from_sources(paths, tokenizer.vocab(), Some(tokenizer.clone()));
        data.and_then(|data| data.candidates(count, &allowed))
    } else {
        Source::resolve(paths).and_then(|sources| {
            if sources.iter().map(Source::bytes).sum::<u64>() > LEARN_BYTES_MAX as u64 {
                cx.out.warn(format_args!("only the first {} MiB of the text are counted", LEARN_BYTES_MAX >> 20));
            }
            Dataset::candidates_in(&sources, tokenizer, count, &allowed)
        })
    };
    found.map_err(AppError::refused)
}

/// Whether a proposal may have the pair.
fn allowed(left: &[u8], right: &[u8]) -> bool {
    let is_text = |part: &[u8]| std::str::from_utf8(part).is_ok();
    is_text(left) && is_text(right) && !is_secret(&[left, right].concat())
}

/// What the text is called: the names of its files and folders, without where they are.
fn names(paths: &[PathBuf]) -> Vec<String> {
    let name = |path: &PathBuf| match path.file_name() {
        Some(name) if path != Path::new("-") => name.to_string_lossy().into_owned(),
        _ => "standard input".to_owned(),
    };
    let mut names: Vec<String> = paths.iter().map(name).collect();
    names.sort();
    names.dedup();
    if names.is_empty() { vec![BUILT_IN.to_owned()] } else { names }
}

/// A pair that could become a token.
#[derive(Debug, Serialize)]
struct Merge {
    left: String,
    right: String,
    frequency: u64,
}

/// Candidates by the bytes of their parts, of which some are tokens only once those before are.
fn named(mut tokenizer: Tokenizer, found: Vec<Candidate>) -> Vec<Merge> {
    let mut merges = Vec::new();
    for Candidate { left, right, frequency, .. } in found {
        let text = |id| tokenizer.token_bytes(id).and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
        let Some((first, second)) = text(left).zip(text(right)) else { break };
        merges.push(Merge { left: first, right: second, frequency });
        if tokenizer.append(&[(left, right)]).is_err() {
            break;
        }
    }
    merges
}

/// A TOML string on one line, in which everything can be seen.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            _ if odd_in_line(character.encode_utf8(&mut [0; 4])).is_some() => {
                quoted.push_str(&format_args!("\\U{:08X}", u32::from(character)).to_string());
            }
            _ => quoted.push(character),
        }
    }
    quoted + "\""
}

impl Report for Merge {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        let (left, right) = (quoted(&self.left), quoted(&self.right));
        writeln!(w, "  {{ left = {left}, right = {right}, frequency = {} }},", self.frequency)
    }
}

/// The table of a proposal's file.
#[derive(Serialize)]
struct Table<'a> {
    sources: Vec<String>,
    merges: &'a [Merge],
}

impl Report for Table<'_> {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        let sources: Vec<String> = self.sources.iter().map(|source| quoted(source)).collect();
        writeln!(w, "[vocabulary]\nsources = [{}]\nmerges = [", sources.join(", "))?;
        self.merges.iter().try_for_each(|merge| merge.text(w))?;
        writeln!(w, "]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_text_reads_back_and_hides_nothing() {
        for text in [" plus", "\"\\'", "a\n\t\u{7f}\u{202e}b", "ä\u{10348}", ""] {
            let quoted = quoted(text);
            let back: toml::Table = format!("text = {quoted}").parse().unwrap();
            assert_eq!(back["text"].as_str(), Some(text));
            assert_eq!(odd_in_line(&quoted), None);
        }
    }

    #[test]
    fn what_is_found_can_be_appended_and_is_never_half_a_letter() {
        let folder = tempfile::tempdir().unwrap();
        let text = folder.path().join("words.txt");
        std::fs::write(&text, "größe password größe key ".repeat(40)).unwrap();
        let sources = Source::resolve(&[text]).unwrap();
        let found = Dataset::candidates_in(&sources, &Tokenizer::bytes_only(), 50, &allowed).unwrap();
        let merges = named(Tokenizer::bytes_only(), found);
        let tokens: Vec<String> = merges.iter().map(|merge| format!("{}{}", merge.left, merge.right)).collect();
        let is_part = |token: &String| token.len() > 3 && "password".contains(token.as_str());
        assert!(tokens.contains(&"gr".to_owned()) && tokens.iter().any(is_part), "{tokens:?}");
        assert!(
            !tokens.iter().any(|token| token.contains("password") || token.contains("key") || token.contains('ö')),
            "{tokens:?}"
        );
        let first = merges.iter().map(|merge| merge.frequency).max();
        assert_eq!((first, merges[0].frequency), (Some(80), 80));
    }
}
