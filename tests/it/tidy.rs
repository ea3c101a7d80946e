//! The house rules that a compiler does not check: layers, words at the top of each file, sizes, who may print.
//!
//! It reads the sources as text. Each rule is a function from one file to what is wrong with it, and is itself tested on
//! a sample that breaks it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::program::root;

/// Crates that know nothing of the root and of each other.
const LEAVES: [&str; 4] = ["commands", "model", "net", "tui"];
/// The modules of the root from the bottom up: each uses only what stands on a line before its own.
const LAYERS: [&[&str]; 8] = [
    &["types"],
    &["economics"],
    &["governance"],
    &["ledger"],
    &["consensus"],
    &["store", "keystore"],
    &["node", "config"],
    &["app"],
];
/// How many of [`LAYERS`] have to give the same answer on every machine.
const PURE_LAYERS: usize = 5;
/// What a pure layer must not touch: tasks, clocks, chance, floats, and containers without an order.
const IMPURE: [&str; 9] = ["tokio", "Instant", "SystemTime", "jiff", "rand", "f32", "f64", "HashMap", "HashSet"];
const FILE_LINES_MAX: usize = 600;
const FUNCTION_LINES_MAX: usize = 70;

struct Source {
    /// From the root of the repository, with `/` between the parts.
    path: String,
    text: String,
}

impl Source {
    fn sample(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// The text without line comments, so that a word in prose is no use of anything.
    fn code(&self) -> String {
        self.text.lines().map(|line| line.split_once("//").map_or(line, |(code, _)| code).to_owned() + "\n").collect()
    }

    /// Whether this is built into a crate, rather than run beside it as a test, an example or a build script.
    fn is_shipped(&self) -> bool {
        self.path.starts_with("src/") || self.path.contains("/src/")
    }

    /// The names of the modules from the crate's root down to this file.
    fn module(&self) -> Vec<&str> {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let mut names: Vec<&str> = inside.trim_end_matches(".rs").split('/').collect();
        if matches!(names.last(), Some(&("mod" | "lib" | "main"))) {
            names.pop();
        }
        names
    }
}

fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    for folder in ["src", "tests"].into_iter().chain(LEAVES) {
        collect(&root().join(folder), &mut sources);
    }
    assert!(sources.len() > 20, "only {} files found", sources.len());
    sources
}

fn collect(path: &Path, sources: &mut Vec<Source>) {
    if path.is_dir() {
        let mut entries: Vec<PathBuf> = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.retain(|entry| {
            entry
                .file_name()
                .is_some_and(|name| name != "target" && name != "fixtures" && name != "baselines" && name != "tapsw")
        });
        entries.sort();
        for entry in &entries {
            collect(entry, sources);
        }
    } else if path.extension().is_some_and(|extension| extension == "rs") {
        let inside = path.strip_prefix(root()).unwrap();
        let parts: Vec<_> = inside.iter().map(|part| part.to_str().unwrap()).collect();
        sources.push(Source { path: parts.join("/"), text: fs::read_to_string(path).unwrap() });
    }
}

fn assert_tidy(rule: impl Fn(&Source) -> Vec<String>) {
    let wrong: Vec<String> = sources()
        .iter()
        .flat_map(|source| {
            rule(source).into_iter().map(|what| format!("\n  {}: {what}", source.path)).collect::<Vec<_>>()
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The words of code, each with what follows it.
fn words(code: &str) -> impl Iterator<Item = (&str, &str)> {
    let starts = code.char_indices().filter(|&(at, c)| is_word(c) && !code[..at].ends_with(is_word));
    starts.map(|(at, _)| {
        let rest = &code[at..];
        rest.split_at(rest.find(|c| !is_word(c)).unwrap_or(rest.len()))
    })
}

/// The first name of each path in `a::b` or in the group `{a::b, c}`.
fn first_names(path: &str) -> Vec<&str> {
    let Some(group) = path.strip_prefix('{') else {
        return words(path).next().map(|(word, _)| word).into_iter().collect();
    };
    let mut depth = 0_usize;
    let mut names = Vec::new();
    for item in group.split_inclusive(['{', ',', '}']) {
        if depth == 0 {
            names.extend(words(item).next().map(|(word, _)| word));
        }
        match item.chars().last() {
            Some('{') => depth += 1,
            Some('}') if depth == 0 => break,
            Some('}') => depth -= 1,
            _ => {}
        }
    }
    names
}

fn layer(name: &str) -> Option<usize> {
    LAYERS.iter().position(|names| names.contains(&name))
}

/// A leaf names no other crate of the workspace.
fn leaf_breaches(source: &Source) -> Vec<String> {
    let Some(leaf) = LEAVES.into_iter().find(|leaf| source.path.starts_with(&format!("{leaf}/"))) else {
        return Vec::new();
    };
    let code = source.code();
    let foreign = words(&code).filter(|(word, after)| match word.strip_prefix("neuroshard") {
        Some("") => after.starts_with("::"),
        Some(rest) => rest.strip_prefix('_').is_some_and(|name| name != leaf && LEAVES.contains(&name)),
        None => false,
    });
    foreign.map(|(word, _)| format!("the leaf `{leaf}` uses `{word}`")).collect()
}

/// A module of the root uses only itself and what stands below it.
fn layer_breaches(source: &Source) -> Vec<String> {
    let module = source.module();
    if !source.path.starts_with("src/") || module.is_empty() {
        return Vec::new();
    }
    let Some(own) = layer(module[0]) else {
        return vec![format!("`{}` has no place in LAYERS in tests/it/tidy.rs", module[0])];
    };
    let code = source.code();
    let from_root = code.split("crate::").skip(1).flat_map(first_names);
    let up = "super::".repeat(module.len());
    let by_super = code.split(&up).skip(1).flat_map(first_names).filter(|name| layer(name).is_some());
    let mut wrong: Vec<String> = from_root
        .chain(by_super)
        .filter(|name| *name != module[0] && layer(name).is_none_or(|used| used >= own))
        .map(|name| format!("`{}` uses `{name}`", module[0]))
        .collect();
    if own < PURE_LAYERS {
        let impure = words(&code).filter(|(word, _)| IMPURE.contains(word));
        wrong.extend(impure.map(|(word, _)| format!("`{}` is pure and uses `{word}`", module[0])));
    }
    wrong
}

fn heading(source: &Source) -> Vec<String> {
    let opens = source.text.lines().next().is_some_and(|line| line.starts_with("//! "));
    if opens { Vec::new() } else { vec!["does not open with `//!` and what it owns".to_owned()] }
}

fn length(source: &Source) -> Vec<String> {
    let lines = source.text.lines().count();
    if lines > FILE_LINES_MAX { vec![format!("has {lines} lines; split it by noun")] } else { Vec::new() }
}

/// Relies on formatted code: a function ends with the first closing brace as far to the right as its beginning.
fn long_functions(source: &Source) -> Vec<String> {
    let lines: Vec<&str> = source.text.lines().collect();
    let mut long = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let indent = &line[..line.len() - line.trim_start().len()];
        let Some(name) = function_name(line.trim_start()) else { continue };
        let same_indent = |line: &&&str| line.strip_prefix(indent).is_some_and(|rest| !rest.starts_with([' ', '\t']));
        let ends = |line: &&&str| line.ends_with(['{', ';', '}']);
        if !lines[at..].iter().filter(same_indent).find(ends).is_some_and(|line| line.ends_with('{')) {
            continue;
        }
        let end = lines[at..].iter().position(|line| line.strip_prefix(indent) == Some("}")).unwrap_or(0);
        if end + 1 > FUNCTION_LINES_MAX {
            long.push(format!("`{name}` has {} lines", end + 1));
        }
    }
    long
}

fn function_name(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("fn ")?;
    let qualifies = |word: &str| {
        matches!(word, "pub" | "const" | "async" | "unsafe" | "extern")
            || word.starts_with("pub(")
            || word.starts_with('"')
    };
    let name = words(after).next()?.0;
    (after.starts_with(name) && before.split_whitespace().all(qualifies)).then_some(name)
}

fn prints(source: &Source) -> Vec<String> {
    if !source.is_shipped() || source.path == "src/app/output.rs" {
        return Vec::new();
    }
    let code = source.code();
    let printing = words(&code).filter(|(word, after)| {
        after.starts_with('!') && matches!(*word, "print" | "println" | "eprint" | "eprintln" | "dbg")
    });
    printing.map(|(word, _)| format!("`{word}!`: only src/app/output.rs writes to a stream")).collect()
}

fn unfinished(source: &Source) -> Vec<String> {
    let code = source.code();
    let macros = words(&code)
        .filter(|(word, after)| after.starts_with('!') && matches!(*word, "todo" | "unimplemented"))
        .map(|(word, _)| format!("`{word}!`"));
    let ignored = code.contains(concat!("#[", "ignore")).then(|| "an ignored test".to_owned());
    macros.chain(ignored).collect()
}

#[test]
fn layers_point_one_way() {
    assert_tidy(|source| [leaf_breaches(source), layer_breaches(source)].concat());
}

#[test]
fn leaves_depend_on_no_other_crate_of_the_workspace() {
    for leaf in LEAVES {
        let Ok(manifest) = fs::read_to_string(root().join(leaf).join("Cargo.toml")) else { continue };
        let wrong: Vec<&str> = manifest
            .lines()
            .filter(|line| line.trim_start().starts_with("neuroshard") || line.contains("package = \"neuroshard"))
            .collect();
        assert!(wrong.is_empty(), "{leaf}/Cargo.toml: {wrong:?}");
    }
}

#[test]
fn every_file_opens_with_what_it_owns() {
    assert_tidy(heading);
}

#[test]
fn no_file_is_past_600_lines() {
    assert_tidy(length);
}

#[test]
fn every_function_fits_a_screen() {
    assert_tidy(long_functions);
}

#[test]
fn only_the_output_module_prints() {
    assert_tidy(prints);
}

#[test]
fn nothing_is_left_unfinished() {
    assert_tidy(unfinished);
}

#[test]
fn the_toolchain_is_whatever_the_user_has() {
    for name in ["rust-toolchain", "rust-toolchain.toml"] {
        for folder in [""].into_iter().chain(LEAVES) {
            assert!(!root().join(folder).join(name).exists(), "{folder}/{name}");
        }
    }
}

#[test]
fn the_layer_rule_bites() {
    let breaches = |path, text| [leaf_breaches, layer_breaches].map(|rule| rule(&Source::sample(path, text)).len());
    assert_eq!(breaches("commands/src/a.rs", "use neuroshard_model::Config;"), [1, 0]);
    assert_eq!(breaches("model/src/a.rs", "fn f() { neuroshard::app::run([]) }"), [1, 0]);
    assert_eq!(breaches("model/tests/a.rs", "use neuroshard_model::Config; // not neuroshard_tui::App"), [0, 0]);
    assert_eq!(breaches("src/app/mod.rs", "use crate::{node::Node, types::{Amount, ledger}};"), [0, 0]);
    assert_eq!(breaches("src/ledger/apply.rs", "use crate::types::Amount;\nuse super::Delta;"), [0, 0]);
    assert_eq!(breaches("src/economics/fees.rs", "use crate::ledger::Account;"), [0, 1]);
    assert_eq!(breaches("src/ledger/apply.rs", "use crate::{types::{A, B}, node::Node, app};"), [0, 2]);
    assert_eq!(breaches("src/ledger/apply.rs", "use super::super::store::Table;"), [0, 1]);
    assert_eq!(breaches("src/keystore/mod.rs", "use crate::store::Table;"), [0, 1]);
    assert_eq!(breaches("src/types.rs", "use std::collections::HashMap;"), [0, 1]);
    assert_eq!(breaches("src/helpers.rs", ""), [0, 1]);
}

#[test]
fn the_other_rules_bite() {
    let wrong = |rule: fn(&Source) -> Vec<String>, text: &str| rule(&Source::sample("model/src/a.rs", text)).len();
    assert_eq!((wrong(heading, "use a;\n"), wrong(heading, "//! Owns a.\n")), (1, 0));
    assert_eq!((wrong(length, &"\n".repeat(601)), wrong(length, &"\n".repeat(600))), (1, 0));
    let function = |lines| format!("    pub(crate) async fn f(\n    ) {{\n{}    }}\n", "        g();\n".repeat(lines));
    assert_eq!((wrong(long_functions, &function(68)), wrong(long_functions, &function(67))), (1, 0));
    assert_eq!(wrong(long_functions, &format!("fn a();\n{}}}\n", "\n".repeat(100))), 0);
    assert_eq!((wrong(prints, "fn f() { println!() }"), wrong(prints, "// println!()")), (1, 0));
    assert_eq!(wrong(unfinished, concat!("fn f() { todo", "!() }\n#[", "ignore = \"slow\"]\nfn g() {}")), 2);
}
