//! Wallets as their users meet them: made, listed, brought back, signed with, refused.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Run, command};

const PASSPHRASE: &str = "correct horse battery";
const WORDS: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";
/// Of [`WORDS`], computed by a program of its own.
const ADDRESS: &str = "neuro1lvc67geqyazdf6gyhtpztk288ysyu0lv7l2u4f";

/// A home of its own, whose wallets open with [`PASSPHRASE`].
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join("home").join(name)
    }

    fn command(&self, words: &str) -> Command {
        let mut command = command(words.split_whitespace());
        command.env("NEUROSHARD_HOME", self.0.path().join("home")).env("NEUROSHARD_PASSPHRASE", PASSPHRASE);
        command
    }

    fn run(&self, words: &str) -> Run {
        self.command(words).output().unwrap().into()
    }

    /// What a run that has to succeed says on standard output, as JSON.
    fn json(&self, words: &str) -> Value {
        let run = self.run(&format!("{words} --json"));
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{words}");
        serde_json::from_str(&run.stdout).unwrap()
    }

    fn piped(&self, words: &str, input: &str) -> Run {
        let mut child = self.command(words).stdin(Stdio::piped()).spawn().unwrap();
        // A run that refuses before it reads closes the pipe, which is no matter here.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap().into()
    }
}

/// A refusal of that code: nothing on standard output, and these words in what is said.
fn assert_refused(run: &Run, code: i32, said: &[&str]) {
    assert_eq!((run.code, run.stdout.as_str()), (Some(code), ""), "{}", run.stderr);
    assert!(said.iter().all(|words| run.stderr.contains(words)), "{said:?}: {}", run.stderr);
}

#[test]
fn a_wallet_goes_from_one_home_to_another_by_its_words() {
    let (here, there) = (Home::new(), Home::new());
    let made = here.json("wallet new");
    assert_eq!((&made["v"], &made["name"]), (&1.into(), &"main".into()));
    let keys: Vec<_> = made.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["v", "name", "address", "path"]);
    let listed = here.json("wallet list");
    assert_eq!((&listed["address"], &listed["default"]), (&made["address"], &true.into()));
    let revealed = here.json("wallet export --reveal");
    let words = revealed["mnemonic"].as_str().unwrap();
    assert_eq!((words.split(' ').count(), &revealed["address"]), (12, &made["address"]));
    assert_eq!(here.run("wallet export --reveal main").stdout, format!("{words}\n"));

    let typed = format!("\n  {}\t", words.to_uppercase().replace(' ', "  \n"));
    let imported = there.piped("wallet import copy --json", &typed);
    assert_eq!(imported.code, Some(0), "{}", imported.stderr);
    let imported: Value = serde_json::from_str(&imported.stdout).unwrap();
    assert_eq!(imported["address"], made["address"]);
}

#[test]
fn known_words_give_the_known_address() {
    let home = Home::new();
    let run = home.piped("wallet import", WORDS);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains(ADDRESS), "{}", run.stdout);
    assert_eq!(home.run("wallet receive").stdout, format!("{ADDRESS}\n"));
    assert_eq!(home.json("wallet show")["address"], ADDRESS);
    let again = home.piped("wallet import other", WORDS);
    assert_eq!(again.code, Some(0));
    assert!(again.stderr.contains("`main` is the same wallet"), "{}", again.stderr);
}

#[test]
fn words_that_are_wrong_are_said_to_be_wrong_where_they_are() {
    let home = Home::new();
    let typo = home.piped("wallet import", &WORDS.replacen("thank", "thnak", 1));
    assert_refused(&typo, 1, &["word 3 `thnak` is not in the list; did you mean thank?"]);
    let short = home.piped("wallet import", "legal winner thank");
    assert_refused(&short, 1, &["a wallet is 12 words", "there are 3"]);
    let swapped = home.piped("wallet import", &WORDS.replacen("legal winner", "winner legal", 1));
    assert_refused(&swapped, 1, &["don't belong together"]);
    assert_refused(&home.run("wallet import"), 2, &["the words are missing", "hint: "]);
    assert!(!home.path("wallets").exists());
}

#[test]
fn a_wrong_passphrase_opens_nothing_and_damage_is_told_from_it() {
    let home = Home::new();
    home.json("wallet new");
    for words in ["wallet export --reveal", "wallet sign hello", "wallet passwd"] {
        let run = home.command(words).env("NEUROSHARD_PASSPHRASE", "another one").output().unwrap().into();
        assert_refused(&run, 1, &["error: the passphrase is wrong"]);
    }
    let path = home.path("wallets/main.json");
    let whole = fs::read_to_string(&path).unwrap();
    for (broken, said) in [
        (whole[..whole.len() / 2].to_owned(), "damaged"),
        (String::new(), "it is empty"),
        (whole.replacen("\"version\": 1", "\"version\": 9", 1), "it is of version 9"),
        (whole.replacen("\"memory_kib\": 65536", "\"memory_kib\": 4294967295", 1), "checksum"),
    ] {
        fs::write(&path, &broken).unwrap();
        assert_refused(&home.run("wallet export --reveal main"), 1, &["main.json", said, "hint: "]);
        assert_refused(&home.run("wallet new"), 1, &["already"]);
        assert_eq!(fs::read_to_string(&path).unwrap(), broken, "a damaged file stays for whoever can mend it");
        let listed = home.run("wallet list");
        assert_eq!((listed.code, listed.stdout.as_str()), (Some(0), ""));
        assert!(listed.stderr.starts_with("warning: "), "{}", listed.stderr);
    }
}

#[test]
fn without_a_passphrase_and_a_terminal_it_is_wrong_usage() {
    let home = Home::new();
    let bare =
        |words: &str| -> Run { home.command(words).env_remove("NEUROSHARD_PASSPHRASE").output().unwrap().into() };
    let ways = ["--passphrase-file", "NEUROSHARD_PASSPHRASE", "terminal"];
    assert_refused(&bare("wallet new"), 2, &ways);
    home.json("wallet new");
    assert_refused(&bare("wallet export --reveal"), 2, &ways);
    assert_refused(&home.run("wallet passwd"), 2, &["--new-passphrase-file", "NEUROSHARD_NEW_PASSPHRASE"]);
    assert_refused(&home.run("wallet export"), 2, &["--reveal"]);
    for (passphrase, said) in [("", "the passphrase is empty"), ("seven77", "7 characters")] {
        let run = home.command("wallet new other").env("NEUROSHARD_PASSPHRASE", passphrase).output().unwrap().into();
        assert_refused(&run, 1, &[said]);
    }
    assert!(!home.path("wallets/other.json").exists());
}

#[test]
fn a_passphrase_comes_from_the_first_line_of_a_file_and_can_be_changed() {
    let home = Home::new();
    let (old, new) = (home.0.path().join("old"), home.0.path().join("new"));
    fs::write(&old, "from a file\r\nsecond line").unwrap();
    fs::write(&new, "the next passphrase\n").unwrap();
    let (old, new) = (old.to_str().unwrap(), new.to_str().unwrap());
    let made = home.json(&format!("wallet new --passphrase-file {old}"));
    let words = home.json(&format!("wallet export --reveal --passphrase-file {old}"))["mnemonic"].clone();
    let changed = home.json(&format!("wallet passwd --passphrase-file {old} --new-passphrase-file {new}"));
    assert_eq!(changed["address"], made["address"]);
    assert_refused(
        &home.run(&format!("wallet export --reveal --passphrase-file {old}")),
        1,
        &["the passphrase is wrong"],
    );
    assert_eq!(home.json(&format!("wallet export --reveal --passphrase-file {new}"))["mnemonic"], words);
    assert_refused(&home.run("wallet new b --passphrase-file /nonexistent"), 1, &["no passphrase in `/nonexistent`"]);
}

#[test]
fn the_words_leave_by_export_and_in_no_other_way() {
    let home = Home::new();
    let made = home.run("wallet new -vv --json");
    let words = home.json("wallet export --reveal")["mnemonic"].clone();
    let words = words.as_str().unwrap();
    let mut said = vec![made];
    for line in ["wallet list", "wallet show", "wallet receive", "wallet sign hello", "wallet use main"] {
        said.push(home.run(&format!("{line} -vv")));
        said.push(home.run(&format!("{line} -vv --json")));
    }
    said.push(home.run("wallet new -vv second"));
    assert!(said.last().unwrap().stderr.contains("wallet export --reveal second"), "{said:?}");
    for run in said {
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        for secret in [words, PASSPHRASE] {
            assert!(!run.stdout.contains(secret) && !run.stderr.contains(secret), "{run:?}");
        }
    }
    let file = fs::read_to_string(home.path("wallets/main.json")).unwrap();
    assert!(!file.contains(words) && !file.contains(PASSPHRASE));
}

#[cfg(unix)]
#[test]
fn files_with_secrets_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new();
    home.json("wallet new");
    let mode = |path: &str| fs::metadata(home.path(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("wallets/main.json"), mode("wallets")), (0o600, 0o700));
    assert_eq!(fs::read_dir(home.path("wallets")).unwrap().count(), 1, "nothing temporary is left");
}

#[test]
fn one_of_several_wallets_is_the_default() {
    let home = Home::new();
    assert_refused(&home.run("wallet show"), 1, &["there is no wallet yet", "wallet new"]);
    let none = home.run("wallet list --json");
    assert_eq!((none.code, none.stdout.as_str(), none.stderr.as_str()), (Some(0), "", ""));
    home.piped("wallet import first", WORDS);
    home.json("wallet new second");
    assert_refused(&home.run("wallet new second"), 1, &["a wallet `second` already"]);
    assert_eq!(home.json("wallet show")["name"], "first");
    assert_eq!(home.json("wallet use second")["default"], true);
    assert_eq!(home.json("wallet show")["name"], "second");
    let rows = home.run("wallet list").stdout;
    assert!(rows.lines().any(|row| row == format!("  {ADDRESS}  first")), "{rows}");
    assert!(rows.lines().any(|row| row.starts_with("* ") && row.ends_with("  second")), "{rows}");
    assert_refused(&home.run("wallet show third"), 1, &["there is no wallet `third`"]);
    assert_refused(&home.run("wallet new ../third"), 2, &["is no name for a wallet"]);
}

#[test]
fn a_signed_text_is_of_one_account_and_one_text() {
    let home = Home::new();
    home.piped("wallet import", WORDS);
    let signed = home.json("wallet sign mine");
    assert_eq!(signed["address"], ADDRESS);
    let (key, signature) = (signed["public_key"].as_str().unwrap(), signed["signature"].as_str().unwrap());
    assert_eq!(home.run("wallet sign mine").stdout, format!("{signature}\n"));
    for signer in [ADDRESS, key] {
        let checked = home.json(&format!("wallet verify {signer} mine {signature}"));
        assert_eq!((&checked["valid"], &checked["address"]), (&true.into(), &ADDRESS.into()));
        assert_refused(
            &home.run(&format!("wallet verify {signer} yours {signature}")),
            1,
            &["the signature is not by"],
        );
    }
    let other = "neuro1h6g7kz2mskqlde3awuvq84l60cm5zcuwldz3p5";
    assert_refused(&home.run(&format!("wallet verify {other} mine {signature}")), 1, &["the signature is not by"]);
    let mistyped = ADDRESS.replace("2u4f", "2u5f");
    assert_refused(&home.run(&format!("wallet verify {mistyped} mine {signature}")), 2, &["is mistyped"]);
    assert_refused(&home.run(&format!("wallet verify {ADDRESS} mine abcd")), 2, &["is no signature"]);
}

#[test]
fn the_nodes_key_needs_no_passphrase_but_a_file_that_is_its_owners_alone() {
    let home = Home::new();
    assert_refused(&home.run("wallet export --reveal --node"), 1, &["there is no node key", "hint: "]);
    fs::create_dir_all(home.path("")).unwrap();
    fs::write(home.path("node.key"), format!("# a comment\n{WORDS}\n")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |mode| fs::set_permissions(home.path("node.key"), fs::Permissions::from_mode(mode)).unwrap();
        mode(0o644);
        assert_refused(&home.run("wallet export --reveal --node"), 1, &["can be read by other users", "chmod 600"]);
        mode(0o600);
    }
    assert_eq!(home.run("wallet export --reveal --node").stdout, format!("{WORDS}\n"));
    assert_eq!(home.json("wallet show --node")["address"], ADDRESS);
    assert_eq!(home.json("wallet receive --node")["address"], ADDRESS);
    assert_eq!(home.json("wallet sign hello --node")["address"], ADDRESS);
    fs::write(home.path("node.key"), "# a comment\nlegal winner").unwrap();
    let damaged = home.run("wallet export --reveal --node");
    assert_refused(&damaged, 1, &["is damaged"]);
    assert!(!damaged.stderr.contains("winner"), "what is left of a secret is one still: {}", damaged.stderr);
}

#[test]
fn what_needs_a_node_says_so_after_it_has_judged_what_was_typed() {
    let home = Home::new();
    assert_refused(&home.run("wallet balance"), 1, &["there is no wallet yet"]);
    home.piped("wallet import", WORDS);
    for words in [
        "wallet balance",
        &format!("wallet send {ADDRESS} 1.5 --yes"),
        "wallet history",
        "stake add 500 --days 30 --yes",
        "stake remove 5 --yes",
        "stake withdraw --yes",
        "stake status",
        "stake validators",
    ] {
        assert_refused(&home.run(words), 3, &["no node runs on this home"]);
    }
    for (words, said) in [
        (format!("wallet send {ADDRESS} -5"), "has a sign"),
        (format!("wallet send {ADDRESS} 0.0000000001"), "more than 9 decimals"),
        (format!("wallet send {} 5", ADDRESS.replace("2u4f", "2u5f")), "is mistyped"),
        ("wallet send bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4 5".to_owned(), "another system"),
        ("stake add ten --days 30".to_owned(), "is no amount"),
    ] {
        assert_refused(&home.run(&words), 2, &[said]);
    }
}
