//! The command line as a user meets it: help, refusals, formats, colour.

use crate::program::{command, line, run};

/// Every command.
const HELPED: &[&str] = &[
    "",
    "train",
    "infer",
    "data",
    "data build",
    "data inspect",
    "data verify",
    "data tokenize",
    "data detokenize",
    "export",
    "export gguf",
    "export hf",
    "bench",
    "wallet",
    "wallet new",
    "wallet import",
    "wallet list",
    "wallet show",
    "wallet use",
    "wallet balance",
    "wallet send",
    "wallet broadcast",
    "wallet history",
    "wallet receive",
    "wallet export",
    "wallet sign",
    "wallet verify",
    "wallet passwd",
    "stake",
    "stake add",
    "stake remove",
    "stake withdraw",
    "stake status",
    "stake validators",
    "nep",
    "nep template",
    "nep hash",
    "nep check",
    "nep describe",
    "nep simulate",
    "nep submit",
    "nep list",
    "nep show",
    "nep results",
    "nep wait",
    "nep amend",
    "nep withdraw",
    "nep support",
    "nep params",
    "vote",
    "dashboard",
    "status",
    "node",
    "node status",
    "node stop",
    "node logs",
    "node service",
    "devnet",
    "devnet up",
    "tracker",
    "explain",
    "config",
    "config show",
    "config path",
    "config init",
    "doctor",
    "completions",
    "man",
];

#[test]
fn help_is_what_was_reviewed() {
    for words in HELPED {
        for (flag, length) in [("--help", "long"), ("-h", "short")] {
            let help = line(&format!("{words} {flag}"));
            assert_eq!((help.code, help.stderr.as_str()), (Some(0), ""), "{words}");
            let name = format!("help {words} {length}").split_whitespace().collect::<Vec<_>>().join("-");
            insta::assert_snapshot!(name, help.stdout);
        }
    }
}

#[test]
fn wrong_usage_exits_2_and_says_what_would_help() {
    for words in [
        "trian",
        "train --lr NaN",
        "train --lr 0",
        "train --lr -1",
        "train --steps 0",
        "train --steps 5 --time 5m",
        "train --time 5x",
        "train --reschedule",
        "train --dtype f16",
        "infer --temperature -1",
        "infer --top-p 0",
        "infer --remote",
        "data",
        "data build --out shards",
        "data build --out shards --vocab 100 text",
        "export",
        "export gguf --model run",
        "export gguf --model run --out a.gguf --type q4",
        "export hf --out a --type q8_0",
        "bench nothing",
        "wallet",
        "wallet export main",
        "wallet new --passphrase secret",
        "wallet send neuro1",
        "wallet send neuro1 5 --offline",
        "stake add 5",
        "node --threads 0",
        "node --listen 0.0.0.0:4001",
        "node --bootstrap /tcp/4001",
        "node --tracker name",
        "node --trust 5",
        "tracker --http 8080",
        "devnet",
        "devnet up --kill-node 1",
        "devnet up --at 5s",
        "devnet up --partition 0,1 --at 5s",
        "devnet up --nodes 0",
        "node --listen-api 0.0.0.0:1",
        "node service --user --system",
        "config",
        "config show --payout nobody",
        "completions tcsh",
        "--format xml man",
        "--home= man",
    ] {
        let refused = line(words);
        assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""), "{words}");
        assert!(refused.stderr.starts_with("error: "), "{words}: {}", refused.stderr);
        assert!(refused.stderr.contains("\nhint: "), "{words}: {}", refused.stderr);
        assert!(!refused.stderr.contains('\u{1b}'), "{words}: {}", refused.stderr);
    }
}

#[test]
fn an_unknown_command_is_answered_with_a_near_one() {
    insta::assert_snapshot!(line("trian").stderr, @"
    error: unrecognized subcommand 'trian'
    hint: a similar subcommand exists: 'train'
    hint: usage: neuroshard [OPTIONS] [COMMAND]
    hint: --help says more
    ");
}

#[test]
fn a_learning_rate_that_cannot_be_right_is_refused_with_the_range() {
    let refused = line("train --lr NaN");
    assert!(refused.stderr.contains("invalid value 'NaN' for '--lr <F>': must be above 0 and finite"), "{refused:?}");
    let refused = line("train --lr -0.1");
    assert!(refused.stderr.contains("invalid value '-0.1' for '--lr <F>': must be above 0"), "{refused:?}");
    let refused = line("train --steps 0");
    assert!(refused.stderr.contains("invalid value '0' for '--steps <N>': must be at least 1"), "{refused:?}");
}

#[test]
fn quiet_leaves_out_the_hints() {
    let refused = line("-q trian");
    assert_eq!(refused.code, Some(2));
    assert_eq!(refused.stderr, "error: unrecognized subcommand 'trian'\n");
}

#[test]
fn under_json_wrong_usage_is_one_json_line() {
    for words in ["trian --json", "--format json train --steps 0", "--format=json data", "completions --json nosuch"] {
        let refused = line(words);
        assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""), "{words}");
        assert_eq!(refused.stderr.lines().count(), 1, "{words}: {}", refused.stderr);
        let said: serde_json::Value = serde_json::from_str(&refused.stderr).unwrap();
        assert_eq!((&said["v"], &said["error"]["code"]), (&1.into(), &"usage".into()), "{said}");
        assert!(said["error"]["message"].is_string() && said["error"]["hint"].is_string(), "{said}");
    }
    insta::assert_snapshot!(line("--json trian").stderr, @r#"{"v":1,"error":{"code":"usage","message":"unrecognized subcommand 'trian'","hint":"a similar subcommand exists: 'train'; usage: neuroshard [OPTIONS] [COMMAND]; --help says more"}}"#);
}

#[test]
fn under_json_every_line_on_standard_output_is_an_object_with_a_version() {
    let dir = tempfile::tempdir().unwrap();
    let pages = dir.path().to_str().unwrap();
    for words in ["--json --version", "--json --help", "--json completions fish", "--json man", "--json man PAGES"] {
        let said = run(words.replace("PAGES", pages).split(' '));
        assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""), "{words}");
        assert!(!said.stdout.is_empty(), "{words}");
        for object in said.stdout.lines() {
            assert!(object.starts_with("{\"v\":1,"), "{words}: {object}");
            assert!(!object.contains("\\u001b"), "{words}: {object}");
            serde_json::from_str::<serde_json::Value>(object).unwrap();
        }
    }
}

#[test]
fn colour_is_for_those_who_want_it() {
    let stderr = |words: &str, no_color: bool| {
        let mut command = command(words.split(' '));
        if no_color {
            command.env("NO_COLOR", "1");
        }
        String::from_utf8(command.output().unwrap().stderr).unwrap()
    };
    assert!(!stderr("trian", false).contains('\u{1b}'), "a pipe shows no colour");
    assert!(stderr("--color always trian", false).contains('\u{1b}'));
    assert!(!stderr("--color never trian", false).contains('\u{1b}'));
    assert!(!stderr("trian", true).contains('\u{1b}'));
    let mut forced = command(["trian"]);
    let forced = forced.env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1").output().unwrap();
    assert!(!String::from_utf8(forced.stderr).unwrap().contains('\u{1b}'), "NO_COLOR outweighs CLICOLOR_FORCE");
}

#[test]
fn version_is_the_package_version() {
    for flag in ["--version", "-V"] {
        assert_eq!(line(flag).stdout, concat!("neuroshard ", env!("CARGO_PKG_VERSION"), "\n"));
    }
}

#[test]
fn man_writes_a_page_for_every_command() {
    let dir = tempfile::tempdir().unwrap();
    let pages = dir.path().join("man1");
    let said = run(["man".as_ref(), pages.as_os_str()]);
    assert_eq!(said.code, Some(0));
    for path in said.stdout.lines() {
        let page = std::fs::read_to_string(path).unwrap();
        assert!(page.contains(".TH ") && page.contains(".SH EXAMPLES"), "{path}");
    }
    assert!(pages.join("neuroshard-data-build.1").is_file());
    let main = line("man").stdout;
    assert_eq!(main, std::fs::read_to_string(pages.join("neuroshard.1")).unwrap());
}

#[test]
fn man_into_a_place_that_cannot_be_written_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let refused = run(["man".as_ref(), file.join("pages").as_os_str()]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""));
    assert!(refused.stderr.starts_with("error: cannot create `"), "{}", refused.stderr);
    assert!(refused.stderr.contains("\ncaused by: "), "{}", refused.stderr);
}

#[test]
fn home_is_not_touched_by_commands_that_do_not_need_it() {
    let dir = tempfile::tempdir().unwrap();
    let home = dir.path().join("home");
    let said = command(["man"]).env("NEUROSHARD_HOME", &home).output().unwrap();
    assert!(said.status.success() && !home.exists());
}
