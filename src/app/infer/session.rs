//! The interactive session: a prompt, its continuation, the next prompt; with history over sessions.

use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use super::{InferArgs, Writer, new_seed};
use crate::app::{AppError, Context, Exit, Interrupt};

/// Reads prompts until the end of input.
pub(super) fn run(cx: &Context, args: &InferArgs, writer: &Writer) -> Result<Exit, AppError> {
    let interrupt = Interrupt::install()?;
    let history = cx.home()?.join("infer-history.txt");
    let mut editor = DefaultEditor::new().map_err(AppError::internal)?;
    // The first session has no history to read, and a home that can't be written to only forgets it.
    let _ = editor.load_history(&history);
    cx.out.note("Type the beginning of a text; the model goes on from it. Ctrl-D leaves, Ctrl-C stops an answer.");
    loop {
        match editor.readline("> ") {
            Ok(prompt) if prompt.trim().is_empty() => {}
            Ok(prompt) => {
                let _ = editor.add_history_entry(&prompt);
                interrupt.clear(); // Ctrl-C during one answer is not meant for the next
                cx.out.raw(prompt.as_bytes())?;
                writer.write(cx, prompt.as_bytes(), args.seed.unwrap_or_else(new_seed), &interrupt)?;
                cx.out.raw(b"\n")?;
                if interrupt.interrupted() == Some(Exit::Terminated) {
                    return Ok(Exit::Terminated);
                }
            }
            Err(ReadlineError::Eof) => break,
            Err(ReadlineError::Interrupted) => {}
            Err(error) => return Err(AppError::refused(error).while_doing("cannot read the prompt")),
        }
    }
    let _ = std::fs::create_dir_all(history.parent().unwrap_or(&history));
    let _ = editor.save_history(&history);
    Ok(Exit::Success)
}
