//! README.md keeps its promises: its console blocks run, and its test command is the one that `.ci/run` calls.
//!
//! A block that opens with "console test" is run: each line after `$ ` is a command that has to exit 0, with the program
//! first on PATH, in a folder and with a home that all blocks share. The lines below a command have to be found in what
//! it prints on standard output, in their order; `...` stands for anything. A block that also says "tensors" needs a
//! build that can compute. A block that opens with "text dashboard 80x24" is what the dashboard draws of its made-up run
//! at that size, after the keys that follow it; `NEUROSHARD_BLESS=1` draws it anew.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use neuroshard_tui::picture::Picture;

use crate::program::{BINARY, Run, plain, root};

#[derive(Debug, Default)]
pub(crate) struct Block {
    pub(crate) info: String,
    pub(crate) lines: Vec<String>,
}

#[derive(Debug, PartialEq, Eq)]
struct Step {
    command: String,
    /// What has to appear, in this order.
    fragments: Vec<String>,
}

/// The blocks between fences of a document.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in text.lines() {
        match (line.trim_start().strip_prefix("```"), open.take()) {
            (Some(_), Some(block)) => blocks.push(block),
            (Some(info), None) => open = Some(Block { info: info.trim().to_owned(), lines: Vec::new() }),
            (None, Some(mut block)) => {
                block.lines.push(line.to_owned());
                open = Some(block);
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "the text ends inside a block");
    blocks
}

impl Block {
    fn says(&self, word: &str) -> bool {
        self.info.split([' ', ',']).any(|said| said == word)
    }

    fn is_test(&self) -> bool {
        self.says("console") && self.says("test")
    }

    fn steps(&self) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        let mut continued = false;
        for line in &self.lines {
            if let Some(command) = line.strip_prefix("$ ") {
                steps.push(Step { command: command.to_owned(), fragments: Vec::new() });
            } else {
                let step = steps.last_mut().unwrap_or_else(|| panic!("output before any command: {line}"));
                if continued {
                    step.command += "\n";
                    step.command += line.strip_prefix("> ").unwrap_or(line);
                } else {
                    step.fragments.extend(fragments(line));
                    continue;
                }
            }
            continued = line.ends_with('\\');
        }
        steps
    }
}

/// What has to appear for a line that is shown.
pub(crate) fn fragments(line: &str) -> impl Iterator<Item = String> {
    line.split("...").map(str::trim).filter(|fragment| !fragment.is_empty()).map(ToOwned::to_owned)
}

/// The first fragment that is missing, when they are looked for in their order.
pub(crate) fn missing<'a>(fragments: &'a [String], said: &str) -> Option<&'a str> {
    let mut rest = said;
    for fragment in fragments {
        match rest.split_once(fragment.as_str()) {
            Some((_, after)) => rest = after,
            None => return Some(fragment),
        }
    }
    None
}

/// A script that finds the program first on its path and has a home in that folder.
pub(crate) fn shell(script: &str, folder: &Path) -> Command {
    let mut command = Command::new("bash");
    command.args(["-eo", "pipefail", "-c", script]).current_dir(folder).stdin(Stdio::null());
    plain(&mut command);
    let program = Path::new(BINARY).parent().unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = [program.to_owned()].into_iter().chain(std::env::split_paths(&path));
    command.env("PATH", std::env::join_paths(folders).unwrap()).env("NEUROSHARD_HOME", folder.join("home"));
    command
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).expect("README.md")
}

#[test]
fn the_console_blocks_do_what_they_show() {
    let blocks: Vec<Block> = blocks(&readme()).into_iter().filter(Block::is_test).collect();
    assert!(!blocks.is_empty(), "README.md has no block that opens with ```console test");
    let folder = tempfile::tempdir().unwrap();
    for block in blocks {
        if block.says("tensors") && !cfg!(feature = "flex") {
            continue;
        }
        let steps = block.steps();
        assert!(!steps.is_empty(), "a block without a command: {block:?}");
        for step in steps {
            let run: Run = shell(&step.command, folder.path()).output().unwrap().into();
            assert_eq!(run.code, Some(0), "$ {}\n{}{}", step.command, run.stdout, run.stderr);
            let missing = missing(&step.fragments, &run.stdout);
            assert_eq!(missing, None, "is not in what this prints: $ {}\n{}", step.command, run.stdout);
        }
    }
}

#[test]
fn the_test_command_is_the_one_that_the_checks_run() {
    let blocks = blocks(&readme());
    let lines = blocks.iter().flat_map(|block| &block.lines).map(|line| line.strip_prefix("$ ").unwrap_or(line));
    let commands: Vec<&str> = lines.filter(|line| line.starts_with("cargo test")).collect();
    assert_eq!(commands.len(), 1, "README.md has to give one test command: {commands:?}");
    let checks = root().join(".ci/run");
    let said = Command::new("bash").arg(&checks).arg("test-command").output().unwrap();
    assert_eq!(String::from_utf8(said.stdout).unwrap().trim_end(), commands[0]);
    let text = fs::read_to_string(checks).unwrap();
    assert!(
        !text.lines().any(|line| line.trim_start().starts_with("cargo test")),
        ".ci/run has a test command of its own"
    );
}

/// What the dashboard draws for `text dashboard 80x24 5`: the size, and the keys that lead there.
fn picture(info: &str) -> Option<String> {
    let mut words = info.strip_prefix("text dashboard ")?.split(' ');
    let (columns, rows) = words.next()?.split_once('x')?;
    let mut picture = Picture::of_demo(columns.parse().ok()?, rows.parse().ok()?);
    words.flat_map(str::chars).for_each(|key| picture.press(key));
    Some(picture.text())
}

/// The text with each picture drawn anew, and how many there are.
fn with_pictures(text: &str) -> (String, usize) {
    let (mut lines, mut pictures) = (Vec::new(), 0);
    // Whether this is inside a block, and whether that is a picture, whose old lines are left out.
    let (mut inside, mut old) = (false, false);
    for line in text.lines() {
        let fence = line.strip_prefix("```");
        if fence.is_some() || !old {
            lines.push(line.to_owned());
        }
        if let Some(info) = fence {
            let drawn = if inside { None } else { picture(info.trim()) };
            (inside, old) = (!inside, drawn.is_some());
            pictures += usize::from(old);
            lines.extend(drawn.iter().flat_map(|text| text.lines()).map(ToOwned::to_owned));
        }
    }
    (lines.join("\n") + "\n", pictures)
}

#[test]
fn the_pictures_are_what_the_dashboard_draws() {
    let text = readme();
    let (drawn, pictures) = with_pictures(&text);
    assert!(pictures >= 2, "README.md shows the dashboard at two sizes");
    if std::env::var_os("NEUROSHARD_BLESS").is_some() {
        fs::write(root().join("README.md"), &drawn).unwrap();
    } else {
        assert_eq!(drawn, text, "draw it anew: NEUROSHARD_BLESS=1 cargo test --test it readme");
    }
}

#[test]
fn blocks_are_read_as_they_are_meant() {
    let text =
        "# Title\n```console test tensors\n$ a \\\n> b\nloss ... 3\n...\n\ndone\n$ c\n```\n```sh\ncargo test\n```\n";
    let blocks = blocks(text);
    assert_eq!(blocks.len(), 2);
    assert!(blocks[0].is_test() && blocks[0].says("tensors") && !blocks[1].is_test());
    let fragments = ["loss", "3", "done"].map(ToOwned::to_owned).to_vec();
    let steps =
        [Step { command: "a \\\nb".to_owned(), fragments }, Step { command: "c".to_owned(), fragments: vec![] }];
    assert_eq!(blocks[0].steps(), steps);
    assert_eq!(missing(&steps[0].fragments, "loss is 3\ndone"), None);
    assert_eq!(missing(&steps[0].fragments, "done, loss is 3"), Some("done"));
}
