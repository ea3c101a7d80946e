//! A running node that completes texts, asked over HTTP: by plain requests, and by OpenAI's own client.
//!
//! `NEUROSHARD_PYTHON` names the interpreter (else `python3`). Where it has no `openai`, that test says so and passes.

use std::io::{BufRead as _, BufReader};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::node::{Home, Node};

const SCRIPT: &str = include_str!("../fixtures/openai.py");
/// Whatever is waited for has come by then, or never will.
const PATIENCE: Duration = Duration::from_mins(1);
/// A round that outlives the test: training goes on, and the newest weights stay those that it began with.
const ENDLESS: &str = "--inner-steps 10000";

/// A node that trains, and who asks it.
struct Asked {
    _home: Home,
    node: Node,
    client: Client,
}

/// Asks a node.
struct Client {
    url: String,
}

impl Asked {
    fn new(flags: &str) -> Self {
        let home = Home::new();
        let shape = home.shape().display().to_string();
        let words = format!("node --json --threads 2 --listen-api 127.0.0.1:0 --preset {shape} {flags}");
        let mut node = Node::spawn(&mut home.command(&words));
        let url = node.wait("started", |_| {})["api"].as_str().unwrap().to_owned();
        let client = Client { url };
        client.until(|| client.get("/v1/models")["data"].as_array().is_some_and(|models| !models.is_empty()));
        Self { _home: home, node, client }
    }
}

impl Client {
    fn until(&self, reached: impl Fn() -> bool) {
        let until = Instant::now() + PATIENCE;
        while !reached() {
            assert!(Instant::now() < until, "{} never came to it", self.url);
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn get(&self, path: &str) -> Value {
        agent().get(format!("{}{path}", self.url)).call().unwrap().body_mut().read_json().unwrap()
    }

    fn post(&self, path: &str, body: &Value) -> (u16, ureq::Body) {
        let answer = agent().post(format!("{}{path}", self.url)).send_json(body).unwrap();
        (answer.status().as_u16(), answer.into_body())
    }

    fn complete(&self, body: &Value) -> Value {
        let (status, mut answer) = self.post("/v1/completions", body);
        let answer = answer.read_json().unwrap();
        assert_eq!(status, 200, "{answer}");
        answer
    }

    fn text(&self, prompt: &str) -> String {
        let answer = self.complete(&json!({"prompt": prompt, "temperature": 0, "max_tokens": 40}));
        answer["choices"][0]["text"].as_str().unwrap().to_owned()
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false).build().into()
}

#[test]
fn texts_beside_training_are_the_same_at_once_as_one_by_one() {
    let asked = Asked::new(ENDLESS);
    let prompts = ["The sea", "Once upon a time there was", "7", ""];
    let expected: Vec<String> = prompts.iter().map(|prompt| asked.client.text(prompt)).collect();
    for _ in 0..3 {
        let texts: Vec<String> = std::thread::scope(|scope| {
            let client = &asked.client;
            let asking: Vec<_> = prompts.iter().map(|prompt| scope.spawn(move || client.text(prompt))).collect();
            asking.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(texts, expected);
    }
    assert_eq!(asked.node.stop(), Some(0));
}

#[test]
fn a_stream_says_the_same_and_one_that_is_left_or_stopped_ends() {
    let asked = Asked::new(ENDLESS);
    let streamed = |max_tokens: usize, n: usize| {
        let body = json!({"prompt": "The sea", "temperature": 0, "max_tokens": max_tokens, "n": n, "stream": true});
        let (status, body) = asked.client.post("/v1/completions", &body);
        assert_eq!(status, 200);
        BufReader::new(body.into_reader()).lines().map_while(Result::ok).filter(|line| !line.is_empty())
    };
    let mut lines: Vec<String> = streamed(40, 1).collect();
    assert_eq!(lines.pop().unwrap(), "data: [DONE]");
    let chunk = |line: &String| serde_json::from_str::<Value>(line.strip_prefix("data: ").unwrap()).unwrap();
    let text: String =
        lines.iter().map(|line| chunk(line)["choices"][0]["text"].as_str().unwrap().to_owned()).collect();
    assert_eq!(text, asked.client.text("The sea"));
    // Far more readers leave in the middle than there are threads to write for them.
    for _ in 0..12 {
        assert!(streamed(2048, 8).next().is_some());
    }
    assert_eq!(asked.client.text("The sea"), text);
    // One is still reading when the node stops.
    let mut reading = streamed(2048, 8);
    assert!(reading.next().is_some());
    let rest = std::thread::spawn(move || reading.collect::<Vec<String>>());
    assert_eq!(asked.node.stop(), Some(0));
    rest.join().unwrap();
}

#[test]
fn newer_weights_are_used_as_training_goes_on() {
    let mut asked = Asked::new("--inner-steps 10");
    let fingerprint = |asked: &Asked| asked.client.complete(&json!({"prompt": "a"}))["system_fingerprint"].clone();
    let (first, step) = (fingerprint(&asked), asked.client.get("/v1/models/local")["step"].as_u64().unwrap());
    asked.node.wait("outer", |_| {});
    asked.node.wait("outer", |_| {});
    asked.client.until(|| fingerprint(&asked) != first);
    assert!(asked.client.get("/v1/models/local")["step"].as_u64().unwrap() > step);
    // While checkpoints come and go, every request is answered.
    let until = Instant::now() + Duration::from_secs(5);
    while Instant::now() < until {
        fingerprint(&asked);
    }
    assert_eq!(asked.node.stop(), Some(0));
}

#[test]
fn web_pages_of_elsewhere_complete_nothing() {
    let asked = Asked::new(ENDLESS);
    let request = agent().post(format!("{}/v1/completions", asked.client.url)).header("Origin", "https://evil.example");
    assert_eq!(request.send_json(json!({"prompt": "a"})).unwrap().status().as_u16(), 403);
    let (status, mut body) = asked.client.post("/v1/completions", &json!({"prompt": "a".repeat(8 << 20)}));
    let refused: Value = body.read_json().unwrap();
    assert_eq!((status, &refused["error"]["code"]), (413, &json!("too_large")));
}

#[test]
fn openais_own_client_works_unchanged() {
    let python = std::env::var("NEUROSHARD_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let there = Command::new(&python).args(["-c", "import openai"]).output();
    if !there.is_ok_and(|output| output.status.success()) {
        println!("skipped: {python} has no openai (pip install openai)");
        return;
    }
    let asked = Asked::new(ENDLESS);
    let output = Command::new(&python).args(["-c", SCRIPT, &format!("{}/v1", asked.client.url)]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&said["models"], &said["step"]), (&json!(["local"]), &json!(0)));
    let direct = asked.client.complete(&json!({"prompt": "The sea", "temperature": 0, "max_tokens": 24}));
    assert_eq!(said["completion"], direct["choices"][0]["text"]);
    assert_eq!(said["finish_reason"], direct["choices"][0]["finish_reason"]);
    assert_eq!(said["fingerprint"], direct["system_fingerprint"]);
    let usage = ["prompt_tokens", "completion_tokens", "total_tokens"].map(|name| direct["usage"][name].clone());
    assert_eq!(said["tokens"], json!(usage));
    assert_eq!((&said["streamed"], &said["streamed_tokens"]), (&said["completion"], &usage[1]));
    assert_eq!(said["several"], json!([0, 1, 2, 3]));
    assert_eq!((&said["chat_streamed"], &said["chat_role"]), (&said["chat"], &said["role"]));
    assert_eq!(said["unknown_model"], json!(["model_not_found", "model"]));
    assert_eq!(said["refused"], json!(["unsupported_value", "logprobs"]));
}
