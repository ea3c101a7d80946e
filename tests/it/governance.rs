//! Proposals as people make them: real nodes, from a file to a rule in force, and everything that is refused on the way.
//!
//! Each test has one node, whose devnet several proposals change at once, since most of the time goes into waiting for
//! reviews and votings. What is waited for is always something that the node or the program says.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use neuroshard_model::tokenizer::Tokenizer;
use serde_json::{Value, json};

use crate::api::{Api, wait_for};
use crate::node::{Home, Node, amount};
use crate::program::{Run, root};
use crate::readme::{Block, blocks, fragments, missing, shell};

/// Many small layers: pay is counted by layers, so that there is soon enough to stake.
const SHAPE: &str = "layers=8\nhidden=16\nheads=2\nkv_heads=1\nffn=32\nvocab=300\nseq=32\n";
/// What stands between what one block of the guide prints and the next.
const END_OF_BLOCK: &str = "=== the end of a block ===";
/// Blocks until a round is committed and paid, at most.
const EPOCHS_MAX: u32 = 60;
/// Signs with the node's key, and asks nothing.
const BY_NODE: &str = "--node --yes";
/// Signs with the other account's wallet.
const BY_WALLET: &str = "--from main --yes";

fn home() -> Home {
    let home = Home::new();
    fs::write(home.shape(), SHAPE).unwrap();
    home
}

/// A node, and what there is to ask it.
struct Devnet {
    home: Home,
    node: Node,
    api: Api,
}

impl Devnet {
    /// One whose node has some NEURO staked, and beside it a wallet that has some too.
    fn new(stake: &str, wallet_stake: &str) -> Self {
        let home = home();
        let mut node = home.node("");
        let api = Api::of(&home, &mut node);
        let mut devnet = Self { home, node, api };
        while amount(&devnet.home.one("wallet balance")["available"]) < amount(&stake.into()) + 1.0 {
            devnet.node.wait("earned", |_| {});
        }
        devnet.done(&format!("stake add {stake} --days 1 {BY_NODE}"));
        let wallet = devnet.home.one("wallet new")["address"].as_str().unwrap().to_owned();
        devnet.done(&format!("wallet send {wallet} 0.5 {BY_NODE}"));
        devnet.done(&format!("stake add {wallet_stake} --days 1 {BY_WALLET}"));
        devnet
    }

    /// The node's account.
    fn own(&self) -> String {
        self.home.one("status")["address"].as_str().unwrap().to_owned()
    }

    fn done(&self, words: &str) {
        assert_eq!(self.home.one(words)["status"], "done", "{words}");
    }

    /// Writes a file beside the home; what is in it is one of the templates, changed.
    fn file(&self, name: &str, text: &str) -> String {
        let path = self.home.folder().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    fn template(&self, kind: &str) -> String {
        self.home.run(&format!("nep template {kind}")).stdout
    }

    fn submit(&self, name: &str, text: &str, signed: &str) -> Value {
        self.home.one(&format!("nep submit {} {signed}", self.file(name, text)))
    }

    fn wait(&self, id: &str, status: &str) -> Value {
        self.home.one(&format!("nep wait {id} --status {status} --timeout 2m"))
    }

    fn vote(&self, id: &str) {
        let voted = self.home.one(&format!("vote {id} yes {BY_NODE}"));
        assert!(voted["id"] == id && amount(&voted["weight"]) > 0.0 && voted["height"].is_u64(), "{voted}");
    }

    fn parameter(&self, name: &str) -> Value {
        self.home.one(&format!("nep params {name}"))["value"].clone()
    }

    /// That a command is refused, in one JSON line on standard error that has these words in it.
    fn refused(&self, words: &str, code: &str, said: &str) {
        let run = self.home.run(&format!("{words} --json"));
        let exit = if code == "usage" { 2 } else { 1 };
        assert_eq!((run.code, run.stdout.as_str()), (Some(exit), ""), "{words}: {}", run.stderr);
        assert_eq!(run.stderr.lines().count(), 1, "{words}: {}", run.stderr);
        let error = serde_json::from_str::<Value>(&run.stderr).unwrap()["error"].clone();
        assert_eq!(error["code"], code, "{words}: {error}");
        assert!(error["message"].as_str().unwrap().contains(said), "{words}: {error}");
    }

    /// Ends the node as a power cut does, and starts it again.
    fn crash(self) -> Self {
        self.node.kill();
        let mut node = self.home.node("");
        let api = Api::of(&self.home, &mut node);
        Self { node, api, ..self }
    }
}

/// A change of a parameter as files have it.
fn change(module: &str, parameter: &str, old: &str, new: &str) -> String {
    format!(
        "[[parameter_changes]]\nmodule = \"{module}\"\nparameter = \"{parameter}\"\nold_value = {old}\nnew_value = {new}\n\
         rationale = \"it was tried\"\n"
    )
}

/// A template without the change of a parameter that it shows, and with another one in its place.
fn with_change(template: &str, change: &str) -> String {
    let (before, after) = template.split_once("[[parameter_changes]]").unwrap();
    let (_, after) = after.split_once("\n\n").unwrap();
    format!("{before}{change}\n{after}")
}

/// A template that needs no newer program.
fn for_any_version(template: &str) -> String {
    template.replace("min_version = \"0.2.0\"", "min_version = \"0.0.0\"")
}

/// What the blocks of the guide print, each with what it shows.
fn run_guide(home: &Home, blocks: &[Block]) {
    let tested: Vec<usize> = (0..blocks.len()).filter(|at| blocks[*at].info == "sh test").collect();
    assert!(tested.len() > 5, "the guide has lost its commands");
    let mut script = "trap 'kill -9 $(jobs -p) 2> /dev/null || true' EXIT\n".to_owned();
    for at in &tested {
        writeln!(script, "{}\necho '{END_OF_BLOCK}'", blocks[*at].lines.join("\n")).unwrap();
    }
    let mut command = shell(&script, home.folder());
    command.env("NEUROSHARD_PRESET", home.shape()).env("NEUROSHARD_INNER_STEPS", "10");
    command.env("NEUROSHARD_THREADS", "1").env("NEUROSHARD_LISTEN_API", "127.0.0.1:0");
    let run: Run = command.output().unwrap().into();
    let log = fs::read_to_string(home.folder().join("node.log")).unwrap_or_default();
    assert_eq!(run.code, Some(0), "{}{}\n{log}", run.stdout, run.stderr);
    for (at, printed) in tested.iter().zip(run.stdout.split(END_OF_BLOCK)) {
        let shown = blocks.get(at + 1).filter(|next| next.info == "text");
        let wanted: Vec<String> =
            shown.iter().flat_map(|block| &block.lines).flat_map(|line| fragments(line)).collect();
        assert_eq!(
            missing(&wanted, printed),
            None,
            "is not in what this prints: {}\n{printed}",
            blocks[*at].lines.join("\n")
        );
    }
}

#[test]
fn the_guide_does_what_it_shows_and_the_new_pay_survives_a_kill() {
    let home = home();
    let guide = fs::read_to_string(root().join("docs/governance.md")).unwrap();
    run_guide(&home, &blocks(&guide));
    let rate = |home: &Home| home.one("nep params reward.training")["value"].clone();
    assert_eq!(rate(&home), "0.02");
    let earned = |home: &Home| -> Vec<f64> {
        let entries = home.lines("wallet history");
        entries.iter().filter(|entry| entry["kind"] == "earned").map(|entry| amount(&entry["amount"])).collect()
    };
    let before = earned(&home)[0];
    let mut node = home.node("");
    let is_twice = |event: &Value| (1.9..2.1).contains(&(amount(&event["amount"]) / before));
    while !is_twice(&node.wait("earned", |_| {})) {}
    let last = node.wait("epoch", |_| {})["height"].as_u64();
    node.kill();
    let mut node = home.node("");
    assert!(node.wait("epoch", |_| {})["height"].as_u64() > last);
    assert_eq!(rate(&home), "0.02");
    assert!(is_twice(&node.wait("earned", |_| {})));
    // By the quote it is the rate that doubled, and no multiplier.
    let receipt = node.wait("earned", |_| {})["receipt"].as_str().unwrap().to_owned();
    let quoted = |receipt: &str| amount(&home.lines(&format!("explain {receipt}"))[0]["events"][0]["quote"]["base"]);
    let first = home.lines("wallet history").into_iter().rfind(|entry| entry["kind"] == "earned").unwrap();
    let first = first["events"][0]["receipt"].as_str().unwrap().to_owned();
    assert!((quoted(&receipt) / quoted(&first) - 2.0).abs() < 1e-6);
    assert_eq!(node.stop(), Some(0));
}

/// Files that no network would take, each with what `nep check` says of its lines.
fn check_bad_files(devnet: &Devnet) {
    let train = devnet.template("train").replace("old_value = 100", "old_value = 99");
    let wrong = format!("content_hash = \"{}\"\n{}", "0".repeat(32), train.replace("= 200", "= -5"));
    let file = devnet.file("wrong.toml", &wrong);
    let line = |text: &str, part: &str| text.lines().position(|line| line.starts_with(part)).unwrap() + 1;
    for words in [format!("nep check {file}"), format!("nep submit {file} {BY_NODE}")] {
        let run = devnet.home.run(&format!("{words} --json"));
        assert_eq!(run.code, Some(1), "{}", run.stdout);
        let found: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let places: Vec<_> =
            found.iter().map(|one| (one["line"].as_u64().unwrap() as usize, one["field"].as_str().unwrap())).collect();
        let wanted = [
            (1, "content_hash"),
            (line(&wrong, "old_value"), "parameter_changes[0].old_value"),
            (line(&wrong, "new_value"), "parameter_changes[0].new_value"),
        ];
        assert_eq!(places, wanted, "{found:?}");
        let error: Value = serde_json::from_str(run.stderr.lines().last().unwrap()).unwrap();
        assert_eq!(error["error"]["code"], "refused");
    }
    let hidden = devnet.template("train").replace("title = \"Twice", "title = \"\\u001b[2JTwice");
    let run = devnet.home.run(&format!("nep check {}", devnet.file("hidden.toml", &hidden)));
    assert_eq!(run.code, Some(1));
    assert!(
        run.stdout.contains(":7: title: has the character U+001B") && !run.stdout.contains('\u{1b}'),
        "{}",
        run.stdout
    );
    let switch = change("model", "mtp", "false", "true");
    let arch = devnet.template("arch").replace("[code_changes]", &format!("{switch}[code_changes]"));
    let run = devnet.home.run(&format!("nep check {}", devnet.file("switch.toml", &arch)));
    assert!(run.code == Some(1) && run.stdout.contains("this program does not have true"), "{}", run.stdout);
}

/// What the door answers about a proposal that is there, and about others.
fn check_reading(devnet: &Devnet, id: &str) {
    let api = &devnet.api;
    let listed = api.get("/v1/neps");
    assert!(listed.as_array().unwrap().iter().any(|nep| nep["id"] == id), "{listed}");
    assert_eq!(api.get("/v1/neps?status=voting&type=emergency")[0]["id"], id);
    assert_eq!(api.get("/v1/neps?status=withdrawn"), json!([]));
    let full = api.get(&format!("/v1/neps/{id}"));
    assert_eq!((&full["nep_type"], &full["document"]["nep_type"]), (&"emergency".into(), &"emergency".into()));
    let results = api.get(&format!("/v1/neps/{id}/results"));
    assert_eq!((&results["id"], &results["quorum_reached"]), (&id.into(), &false.into()));
    for (path, status) in [
        ("/v1/neps?status=nonsense", 400),
        ("/v1/neps?type=nonsense", 400),
        ("/v1/neps/nonsense", 400),
        ("/v1/neps/NEP-999", 404),
        ("/v1/neps/NEP-999/results", 404),
    ] {
        let (got, text) = api.text(path);
        assert_eq!((got, text.contains("\"error\":{\"code\":")), (status, true), "{path}: {text}");
    }
}

/// Votes with the node's stake over the API, after all that is refused.
fn check_voting(devnet: &Devnet, voted: &str) {
    let vote = json!({"nep": voted, "choice": "yes"});
    for token in ["", "0"] {
        let (status, answer) = devnet.api.post("/v1/node/vote", &vote, token);
        assert_eq!((status, &answer["error"]["code"]), (401, &"token".into()));
    }
    let (status, answer) = devnet.api.post("/v1/node/vote", &vote, &devnet.api.token);
    assert_eq!(status, 200, "{answer}");
    wait_for(&devnet.api, |status| {
        let neps = status["governance"]["neps"].as_array().unwrap();
        neps.iter().any(|nep| nep["id"] == voted && nep["own_vote"] == "yes")
    });
    assert_eq!(devnet.api.get(&format!("/v1/neps/{voted}/results"))["yes_stake"], "0.5");
    let (status, answer) = devnet.api.post("/v1/node/vote", &vote, &devnet.api.token);
    assert_eq!((status, &answer["error"]["code"]), (422, &"refused".into()), "{answer}");
    devnet.refused(&format!("vote {voted} no {BY_NODE}"), "refused", "a vote is final");
    devnet.refused(&format!("vote {voted} yes --from poor --yes"), "refused", "no stake under lock");
}

/// What is refused whatever the time.
fn check_refusals(devnet: &Devnet, of_node: &str) {
    let train = devnet.template("train").replace("= 100\n", "= 10\n").replace("= 200\n", "= 20\n");
    let train = devnet.file("train.toml", &train);
    devnet.refused(&format!("nep submit {train} --from poor --yes"), "refused", "proposing takes 0.1 NEURO of stake");
    devnet.refused(&format!("nep submit {train} {BY_NODE}"), "refused", &format!("{of_node} is still under way"));
    devnet.refused(&format!("vote {of_node} yes --node"), "usage", "there is no terminal to ask on");
    devnet.refused(&format!("vote nonsense yes {BY_NODE}"), "usage", "names no proposal");
    devnet.refused(&format!("vote NEP-999 yes {BY_NODE}"), "refused", "there is no NEP-999");
    devnet.refused(&format!("nep withdraw {of_node} {BY_WALLET}"), "refused", "somebody else's proposal");
    devnet.refused(&format!("nep support {of_node} {BY_NODE}"), "refused", "waits for no support");
}

#[test]
fn refusals_an_emergency_and_a_program_that_is_too_old() {
    let mut devnet = Devnet::new("0.5", "0.2");
    assert!(devnet.home.lines("nep list").is_empty());
    check_bad_files(&devnet);
    let poor = devnet.home.one("wallet new poor")["address"].as_str().unwrap().to_owned();
    devnet.done(&format!("wallet send {poor} 0.1 {BY_NODE}"));
    let urgent = with_change(&devnet.template("emergency"), &change("switch", "data", "true", "false"));
    let urgent = devnet.submit("urgent.toml", &urgent, BY_WALLET);
    assert_eq!((&urgent["id"], &urgent["status"]), (&"NEP-001".into(), &"voting".into()));
    check_reading(&devnet, "NEP-001");
    devnet.vote("NEP-001");
    assert_eq!(devnet.parameter("switch.data"), "true");
    let newer = devnet.template("arch").replace("min_version = \"0.2.0\"", "min_version = \"99.0.0\"");
    assert_eq!(devnet.submit("newer.toml", &newer, BY_NODE)["id"], "NEP-002");
    devnet.refused(&format!("vote NEP-002 yes {BY_NODE}"), "refused", "is in review");
    devnet.wait("NEP-002", "voting");
    check_voting(&devnet, "NEP-002");
    check_refusals(&devnet, "NEP-002");
    devnet.wait("NEP-001", "active");
    assert_eq!(devnet.parameter("switch.data"), "false");
    let activation = devnet.wait("NEP-002", "scheduled")["activation_height"].as_u64().unwrap();
    // What is shown is made anew twice a second.
    wait_for(&devnet.api, |status| {
        let problems = status["problems"].to_string();
        problems.contains("NEP-002") && problems.contains("needs version 99.0.0")
    });

    let mut height = 0;
    let stopped = |node: &mut Node, height: &mut u64| {
        let said = node.wait("error", |event| *height = event["height"].as_u64().unwrap_or(*height));
        let said = said["message"].to_string();
        assert!(said.contains("stopped taking part") && said.contains("99.0.0"), "{said}");
    };
    stopped(&mut devnet.node, &mut height);
    // The block before the activation ends with rules that it does not know.
    assert_eq!(height, activation - 2);
    let mut devnet = devnet.crash();
    stopped(&mut devnet.node, &mut height);
    assert_eq!(devnet.api.get("/v1/status")["chain"]["height"], activation - 2);
    assert_eq!(devnet.home.one("nep show NEP-002")["status"], "scheduled");
    devnet.refused("nep wait NEP-002 --status active --timeout 1s", "refused", "still scheduled");
    assert_eq!(devnet.node.stop(), Some(0));
}

/// The tokenizer of the newest weights.
fn tokenizer(home: &Path) -> Tokenizer {
    let network = fs::read_to_string(home.join("networks/last")).unwrap();
    Tokenizer::load(&home.join("networks").join(network.trim()).join("model/tokenizer.bpe")).unwrap()
}

/// A proposal of the pairs that a text has most often, as somebody who counts would make it, and one merge of no use.
fn vocabulary(devnet: &Devnet, text: &str) -> (String, u64) {
    let mut grown = tokenizer(&devnet.home.path());
    let letters = |left: &[u8], right: &[u8]| {
        let bytes = [left, right].concat();
        bytes.iter().all(u8::is_ascii_lowercase) && !bytes.ends_with(b"key")
    };
    let mut file = for_any_version(&devnet.template("arch"))
        .replace("requires_checkpoint_reload = true", "requires_checkpoint_reload = false");
    file += "\n[vocabulary]\nsources = [\"the guide\"]\n";
    let found = grown.candidates(&[text.as_bytes()], 5, &letters).unwrap();
    let mut merge = |left: &str, right: &str, frequency: u64| {
        let fields = format!("left = \"{left}\"\nright = \"{right}\"\nfrequency = {frequency}");
        writeln!(file, "[[vocabulary.merges]]\n{fields}").unwrap();
    };
    for one in &found {
        let bytes = |id| String::from_utf8(grown.token_bytes(id).unwrap().to_vec()).unwrap();
        merge(&bytes(one.left), &bytes(one.right), one.frequency.max(11));
        grown.append(&[(one.left, one.right)]).unwrap();
    }
    merge("no part of any", "x", 500);
    (file, found.len() as u64)
}

/// Waits until a receipt is paid that was claimed after that round was committed.
fn wait_until_paid(devnet: &mut Devnet, round: u64) {
    let own = devnet.own();
    let of = |entry: &Value, kind: &str| {
        entry["events"].as_array().unwrap().iter().find(|event| event["event"] == kind).cloned()
    };
    for _ in 0..EPOCHS_MAX {
        let history = devnet.home.lines(&format!("wallet history {own}"));
        let committed =
            history.iter().find(|entry| of(entry, "round_committed").is_some_and(|event| event["round"] == round));
        let since = committed.map_or(u64::MAX, |entry| entry["height"].as_u64().unwrap());
        let later = history.iter().filter(|entry| entry["height"].as_u64() > Some(since));
        let claimed: Vec<Value> = later.filter_map(|entry| Some(of(entry, "accepted")?["receipt"].clone())).collect();
        let is_paid = |entry: &Value| of(entry, "earned").is_some_and(|event| claimed.contains(&event["receipt"]));
        if history.iter().any(is_paid) {
            return;
        }
        devnet.node.wait("epoch", |event| assert_ne!(event["event"], "error", "{event}"));
    }
    panic!("nothing is paid after round {round}");
}

#[test]
fn a_new_recipe_and_new_tokens_reach_the_trainer_and_tokens_are_taken_back() {
    let mut devnet = Devnet::new("0.5", "0.1");
    let text = fs::read_to_string(root().join("docs/governance.md")).unwrap();
    let (file, count) = vocabulary(&devnet, &text);
    let old = tokenizer(&devnet.home.path());
    assert_eq!(devnet.submit("tokens.toml", &file, BY_NODE)["id"], "NEP-001");
    let change = change("train", "inner_steps", "10", "14");
    devnet.submit("steps.toml", &with_change(&devnet.template("train"), &change), BY_WALLET);
    devnet.done(&format!("stake add 1 --days 1 {BY_NODE}"));
    for (id, status) in [("NEP-002", "voting"), ("NEP-001", "voting")] {
        devnet.wait(id, status);
        devnet.vote(id);
    }
    devnet.wait("NEP-001", "active");
    devnet.wait("NEP-002", "active");
    let mut steps = Vec::new();
    let grown = devnet.node.wait("vocabulary", |event| steps.extend(event["inner_steps"].as_u64()));
    assert_eq!(grown["tokens"], old.vocab() as u64 + count, "what is no merge is passed over");
    assert_eq!((steps.first(), steps.last()), (Some(&10), Some(&14)));

    // The wallet's stake is less than a tenth, so that it takes the node's support.
    let back =
        with_change(&devnet.template("emergency"), "").replace("nep_type =", "rollback = \"NEP-001\"\nnep_type =");
    assert_eq!(devnet.submit("back.toml", &back, BY_WALLET)["status"], "review");
    devnet.done(&format!("nep support NEP-003 {BY_NODE}"));
    devnet.wait("NEP-003", "voting");
    devnet.refused(&format!("nep support NEP-003 {BY_NODE}"), "refused", "waits for no support");
    devnet.vote("NEP-003");
    let staked = |devnet: &Devnet| devnet.home.one(&format!("stake status {}", devnet.own()))["staked"].clone();
    assert_eq!(staked(&devnet), "1.5");

    let mut devnet = devnet.crash();
    let round = grown["round"].as_u64().unwrap();
    wait_until_paid(&mut devnet, round + 1);
    let after = tokenizer(&devnet.home.path());
    let length = |tokenizer: &Tokenizer| tokenizer.encode(text.as_bytes()).len();
    assert!(after.follows(&old) && length(&after) < length(&old));
    let (status, said) = devnet.api.post("/v1/completions", &json!({"prompt": "the", "max_tokens": 4}), "");
    assert_eq!(status, 200, "{said}");
    devnet.wait("NEP-003", "active");
    assert_eq!(staked(&devnet), "1.4");
    assert_eq!(devnet.home.one("nep show NEP-001")["status"], "deprecated");
    let event = devnet.node.wait("vocabulary", |_| {});
    assert_eq!(event["tokens"], grown["tokens"], "the rows stay");
    wait_until_paid(&mut devnet, event["round"].as_u64().unwrap() + 1);
    let last = tokenizer(&devnet.home.path());
    assert_eq!((last.vocab(), last.encode(text.as_bytes())), (after.vocab(), old.encode(text.as_bytes())));
    assert_eq!(devnet.node.stop(), Some(0));
}
