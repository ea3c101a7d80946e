//! The endpoints as a client meets them: through the router, over a small real model or one that does as it is told.

use super::*;
use crate::node::inference::weights::tests::{run, save};
use crate::node::inference::{Engine, Job, Newest, Outlet, THREADS, Usage, WAITING_MAX, Weights};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

/// Whatever is waited for has come by then, or never will.
const PATIENCE: Duration = Duration::from_secs(30);

fn router(engine: Box<dyn Engine>) -> Router {
    routes().with_state(Inference::start(engine, THREADS).unwrap()).split_for_parts().0
}

/// A node with a model of some weights.
struct Node {
    _home: TempDir,
    router: Router,
    runtime: Runtime,
}

impl Node {
    fn new() -> Self {
        let home = TempDir::new().unwrap();
        save(&run(&home.path().join("model"), 1), 3);
        let engine = Weights::new(home.path().to_owned(), home.path().join("model"), 1);
        Self { router: router(Box::new(engine)), _home: home, runtime: runtime() }
    }

    fn with(engine: impl Engine + 'static) -> Self {
        Self { router: router(Box::new(engine)), _home: TempDir::new().unwrap(), runtime: runtime() }
    }

    fn bytes(&self, request: Request<Body>) -> (StatusCode, String) {
        self.runtime.block_on(whole(self.router.clone(), request))
    }

    fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let (status, text) = self.bytes(post(path, body.to_string()));
        (status, serde_json::from_str(&text).unwrap())
    }

    /// The answer to a completion that has to succeed.
    fn complete(&self, body: &Value) -> Value {
        let (status, answer) = self.post("/v1/completions", body);
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer
    }

    fn text(&self, body: &Value) -> String {
        self.complete(body)["choices"][0]["text"].as_str().unwrap().to_owned()
    }

    /// The chunks of a stream that has to end well.
    fn stream(&self, path: &str, body: &Value) -> Vec<Value> {
        let (status, text) = self.bytes(post(path, body.to_string()));
        assert_eq!(status, StatusCode::OK, "{text}");
        let mut lines: Vec<&str> = text.split("\n\n").collect();
        assert_eq!((lines.pop(), lines.pop()), (Some(""), Some("data: [DONE]")), "{text}");
        lines.iter().map(|line| serde_json::from_str(line.strip_prefix("data: ").unwrap()).unwrap()).collect()
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn post(path: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(path).header(header::CONTENT_TYPE, "application/json").body(body.into()).unwrap()
}

async fn whole(router: Router, request: Request<Body>) -> (StatusCode, String) {
    let response = tokio::time::timeout(PATIENCE, router.oneshot(request)).await.unwrap().unwrap();
    let status = response.status();
    let body = tokio::time::timeout(PATIENCE, response.into_body().collect()).await.unwrap().unwrap();
    (status, String::from_utf8(body.to_bytes().to_vec()).unwrap())
}

/// The texts of the choices that chunks make, and why each ended.
fn put_together(chunks: &[Value], choices: usize) -> Vec<(String, String)> {
    let mut all = vec![(String::new(), String::new()); choices];
    for choice in chunks.iter().flat_map(|chunk| chunk["choices"].as_array().unwrap()) {
        let (text, reason) = &mut all[choice["index"].as_u64().unwrap() as usize];
        assert!(reason.is_empty(), "nothing comes after a choice's end");
        let piece = choice.get("text").or_else(|| choice["delta"].get("content"));
        text.push_str(piece.and_then(Value::as_str).unwrap_or_default());
        reason.push_str(choice["finish_reason"].as_str().unwrap_or_default());
    }
    all
}

#[test]
fn the_models_are_the_newest_weights() {
    let node = Node::new();
    let get = |path: &str| {
        let (status, text) = node.bytes(Request::get(path).body(Body::empty()).unwrap());
        (status, serde_json::from_str::<Value>(&text).unwrap())
    };
    let (status, models) = get("/v1/models");
    assert_eq!((status, &models["object"]), (StatusCode::OK, &json!("list")));
    let model = &models["data"][0];
    assert_eq!((&model["id"], &model["object"], &model["step"]), (&json!("local"), &json!("model"), &json!(3)));
    assert!(model["created"].as_u64().unwrap() > 1_600_000_000);
    assert_eq!(get("/v1/models/local"), (StatusCode::OK, model.clone()));
    let (status, refused) = get("/v1/models/gpt-4");
    assert_eq!((status, &refused["error"]["code"]), (StatusCode::NOT_FOUND, &json!("model_not_found")));
}

#[test]
fn a_completion_counts_its_tokens_and_repeats_itself() {
    let node = Node::new();
    let body = json!({"model": "local", "prompt": "ab", "temperature": 0});
    let answer = node.complete(&body);
    assert_eq!((&answer["object"], &answer["model"]), (&json!("text_completion"), &json!("local")));
    assert!(answer["id"].as_str().unwrap().starts_with("cmpl-"));
    let fingerprint = answer["system_fingerprint"].as_str().unwrap();
    assert_eq!((&fingerprint[..3], fingerprint.len()), ("fp_", 15));
    assert_eq!(answer["choices"][0]["finish_reason"], "length");
    assert_eq!(answer["usage"], json!({"prompt_tokens": 2, "completion_tokens": 16, "total_tokens": 18}));
    assert_eq!(node.text(&body), answer["choices"][0]["text"]);
    let ids = json!({"prompt": [107, 108], "temperature": 0.0, "unknown": {"ignored": [1]}, "logprobs": null});
    assert_eq!(node.text(&ids), answer["choices"][0]["text"], "tokens are as good as the text");
    let echoed = json!({"prompt": [107, 108], "temperature": 0, "echo": true});
    assert_eq!(node.text(&echoed), format!("ab{}", answer["choices"][0]["text"].as_str().unwrap()));
    let nothing = json!({"prompt": "ab", "echo": true, "max_tokens": 0});
    assert_eq!(node.text(&nothing), "ab");
    // A prompt that is longer than the model sees says what was cut.
    let long = node.complete(&json!({"prompt": "x".repeat(100), "max_tokens": 1}));
    assert_eq!((&long["usage"]["prompt_tokens"], &long["usage"]["prompt_cut"]), (&json!(16), &json!(84)));
}

#[test]
fn several_prompts_and_choices_are_told_apart_by_their_index() {
    let node = Node::new();
    let body = json!({"prompt": ["ab", "cd"], "n": 2, "seed": -5, "max_tokens": 12, "temperature": 1.5, "top_k": 40});
    let answer = node.complete(&body);
    let choices = answer["choices"].as_array().unwrap();
    assert_eq!(choices.iter().map(|choice| choice["index"].as_u64().unwrap()).collect::<Vec<_>>(), [0, 1, 2, 3]);
    assert_eq!(answer["usage"]["prompt_tokens"], 4, "each prompt counts once");
    assert_ne!(choices[0]["text"], choices[1]["text"]);
    let second = json!({"prompt": [[109, 110]], "seed": -4, "max_tokens": 12, "temperature": 1.5, "top_k": 40});
    assert_eq!(node.text(&second), choices[3]["text"], "seeds count up");
    let unseeded = json!({"prompt": "ab", "max_tokens": 40});
    assert_ne!(node.text(&unseeded), node.text(&unseeded));
}

#[test]
fn a_stream_is_the_answer_in_pieces() {
    let node = Node::new();
    for (path, prompt) in [
        ("/v1/completions", json!(["ab", "größe"])),
        ("/v1/chat/completions", json!([{"role": "user", "content": "ab"}])),
    ] {
        let chat = path.contains("chat");
        let mut body = json!({"seed": 3, "n": 2, "max_tokens": 30, "echo": true, "top_p": 0.9});
        body[if chat { "messages" } else { "prompt" }] = prompt;
        let (status, answer) = node.post(path, &body);
        assert_eq!(status, StatusCode::OK, "{answer}");
        let whole = answer["choices"].as_array().unwrap().iter().map(|choice| {
            let text = choice.get("text").unwrap_or(&choice["message"]["content"]);
            (text.as_str().unwrap().to_owned(), choice["finish_reason"].as_str().unwrap().to_owned())
        });
        let whole: Vec<(String, String)> = whole.collect();
        body["stream"] = json!(true);
        let chunks = node.stream(path, &body);
        assert_eq!(put_together(&chunks, whole.len()), whole);
        assert!(chunks.iter().all(|chunk| chunk["id"] == chunks[0]["id"] && chunk.get("usage").is_none()));
        if chat {
            assert_eq!(chunks[0]["object"], "chat.completion.chunk");
            assert_eq!(chunks[0]["choices"][0]["delta"], json!({"role": "assistant", "content": ""}));
            assert_eq!(answer["choices"][0]["message"]["role"], "assistant");
        }
        body["stream_options"] = json!({"include_usage": true});
        let mut chunks = node.stream(path, &body);
        let last = chunks.pop().unwrap();
        assert_eq!((&last["choices"], &last["usage"]), (&json!([]), &answer["usage"]));
        assert!(chunks.iter().all(|chunk| chunk.get("usage") == Some(&Value::Null)));
    }
}

#[test]
fn a_stop_string_ends_the_text_wherever_tokens_part_it() {
    let node = Node::new();
    let mut body = json!({"prompt": "ab", "seed": 1, "max_tokens": 40});
    let whole = node.text(&body);
    let letters: Vec<char> = whole.chars().collect();
    let stop: String = letters[10..13].iter().collect();
    for stops in [json!(stop), json!(["never there", stop, ""])] {
        body["stop"] = stops;
        let answer = node.complete(&body);
        assert_eq!(answer["choices"][0]["finish_reason"], "stop");
        assert_eq!(answer["choices"][0]["text"], whole.split(&stop).next().unwrap());
        body["stream"] = json!(true);
        let streamed = put_together(&node.stream("/v1/completions", &body), 1);
        assert_eq!(streamed[0].0, whole.split(&stop).next().unwrap());
        body["stream"] = json!(false);
    }
}

#[test]
fn eight_clients_at_once_get_what_each_would_alone() {
    let node = Node::new();
    let bodies: Vec<Value> =
        (0..8).map(|n| json!({"prompt": format!("{n} and more"), "temperature": 0, "max_tokens": 30})).collect();
    let alone: Vec<String> = bodies.iter().map(|body| node.text(body)).collect();
    let at_once = node.runtime.block_on(async {
        let requests = bodies.iter().map(|body| whole(node.router.clone(), post("/v1/completions", body.to_string())));
        let local = tokio::task::LocalSet::new();
        let tasks: Vec<_> = requests.map(|request| local.spawn_local(request)).collect();
        local.await;
        let mut answers = Vec::new();
        for task in tasks {
            answers.push(task.await.unwrap());
        }
        answers
    });
    let texts: Vec<String> = at_once
        .into_iter()
        .map(|(status, text)| {
            assert_eq!(status, StatusCode::OK);
            let answer: Value = serde_json::from_str(&text).unwrap();
            answer["choices"][0]["text"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(texts, alone);
}

#[test]
fn what_makes_no_sense_is_refused_by_name() {
    let node = Node::new();
    let cases = [
        (json!({"prompt": 5}), "prompt"),
        (json!({}), "prompt"),
        (json!({"prompt": []}), "prompt"),
        (json!({"prompt": [[]]}), "prompt"),
        (json!({"prompt": [266]}), "prompt"),
        (json!({"prompt": [-1]}), "prompt"),
        (json!({"prompt": [1, "a"]}), "prompt"),
        (json!({"prompt": vec!["a"; 33]}), "prompt"),
        (json!({"prompt": vec!["a"; 8], "n": 5}), "n"),
        (json!({"n": 1_000_000_000_000_u64}), "n"),
        (json!({"n": 0}), "n"),
        (json!({"n": "1"}), "n"),
        (json!({"max_tokens": 5000}), "max_tokens"),
        (json!({"max_tokens": -1}), "max_tokens"),
        (json!({"max_tokens": 1e300}), "max_tokens"),
        (json!({"max_tokens": 4096, "n": 8}), "max_tokens"),
        (json!({"max_completion_tokens": true}), "max_completion_tokens"),
        (json!({"temperature": 2.1}), "temperature"),
        (json!({"temperature": -0.1}), "temperature"),
        (json!({"temperature": "NaN"}), "temperature"),
        (json!({"top_p": 1.5}), "top_p"),
        (json!({"top_k": -2}), "top_k"),
        (json!({"seed": 1.5}), "seed"),
        (json!({"stop": ["a", "b", "c", "d", "e"]}), "stop"),
        (json!({"stop": {"a": 1}}), "stop"),
        (json!({"stop": "x".repeat(2000)}), "stop"),
        (json!({"stream": "yes"}), "stream"),
        (json!({"stream_options": 1}), "stream_options"),
        (json!({"echo": 1}), "echo"),
        (json!({"logprobs": 0}), "logprobs"),
        (json!({"logit_bias": {"5": 1}}), "logit_bias"),
        (json!({"presence_penalty": 0.5}), "presence_penalty"),
        (json!({"frequency_penalty": "0"}), "frequency_penalty"),
        (json!({"best_of": 3}), "best_of"),
        (json!({"suffix": "x"}), "suffix"),
        (json!({"model": 1}), "model"),
    ];
    for (mut body, param) in cases {
        if param != "prompt" && body.get("prompt").is_none() {
            body["prompt"] = json!("ab");
        }
        let (status, answer) = node.post("/v1/completions", &body);
        let error = &answer["error"];
        assert_eq!((status, &error["param"]), (StatusCode::BAD_REQUEST, &json!(param)), "{body}: {answer}");
        assert_eq!(error["type"], "invalid_request_error");
        assert!(error["code"].is_string() && error["message"].as_str().unwrap().starts_with(param), "{answer}");
    }
    let fine = json!({"prompt": "a", "presence_penalty": 0, "frequency_penalty": 0.0, "logprobs": false, "n": null});
    node.complete(&fine);
}

#[test]
fn chats_refuse_what_they_cannot_do() {
    let node = Node::new();
    let cases = [
        (json!({"messages": null}), "messages", 400),
        (json!({"messages": []}), "messages", 400),
        (json!({"messages": [{"role": "user"}]}), "messages[0].content", 400),
        (json!({"tools": [{"type": "function"}]}), "tools", 400),
        (json!({"response_format": {"type": "json_object"}}), "response_format", 400),
        (json!({"logprobs": true}), "logprobs", 400),
        (json!({"max_tokens": 0}), "max_tokens", 400),
        (json!({"model": "gpt-4"}), "model", 404),
    ];
    for (mut body, param, status) in cases {
        if body.get("messages").is_none() {
            body["messages"] = json!([{"role": "user", "content": "a"}]);
        }
        let (got, answer) = node.post("/v1/chat/completions", &body);
        assert_eq!((got.as_u16(), &answer["error"]["param"]), (status, &json!(param)), "{body}: {answer}");
    }
}

#[test]
fn hostile_bodies_are_refused() {
    let node = Node::new();
    let deep = format!("{{\"prompt\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let bodies: [(Vec<u8>, u16); 9] = [
        (Vec::new(), 400),
        (b"[]".to_vec(), 400),
        (b"{\"prompt\": \"a\"".to_vec(), 400),
        (deep.into_bytes(), 400),
        (b"{\"prompt\": \"\xff\xfe\"}".to_vec(), 400),
        (b"{\"prompt\": \"a\", \"temperature\": NaN}".to_vec(), 400),
        (b"{\"prompt\": \"a\", \"temperature\": 1e999}".to_vec(), 400),
        (b"{\"prompt\": \"\\ud800\"}".to_vec(), 400),
        (format!("{{\"prompt\": \"{}\"}}", "a".repeat(1 << 20)).into_bytes(), 413),
    ];
    for (body, expected) in bodies {
        for path in ["/v1/completions", "/v1/chat/completions"] {
            let (status, text) = node.bytes(post(path, body.clone()));
            let answer: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(status.as_u16(), expected, "{answer}");
            assert!(answer["error"]["message"].is_string(), "{answer}");
        }
    }
}

#[test]
fn without_weights_and_with_broken_ones_the_status_says_so() {
    let home = TempDir::new().unwrap();
    let folder = home.path().join("model");
    let node = Node::with(Weights::new(home.path().to_owned(), folder.clone(), 1));
    let body = json!({"prompt": "a", "stream": true});
    let (status, answer) = node.post("/v1/completions", &body);
    assert_eq!((status.as_u16(), &answer["error"]["code"]), (503, &json!("no_model")));
    let (status, text) = node.bytes(Request::get("/v1/models").body(Body::empty()).unwrap());
    assert_eq!((status.as_u16(), text.as_str()), (200, "{\"object\":\"list\",\"data\":[]}"));
    save(&run(&folder, 1), 1);
    std::fs::write(folder.join("checkpoints/step-000000001/tokenizer.bpe"), "damaged").unwrap();
    let (status, answer) = node.post("/v1/completions", &body);
    assert_eq!((status.as_u16(), &answer["error"]["code"]), (503, &json!("model_unusable")), "{answer}");
}

/// Writes until nobody wants it, or fails after some pieces.
#[derive(Clone, Default)]
struct Told {
    /// Pieces before it fails; endless without.
    fails_after: Option<usize>,
    running: Arc<AtomicUsize>,
}

impl Engine for Told {
    fn newest(&self) -> Option<Newest> {
        None
    }

    fn answer(&self, _: &Job, outlet: &Outlet<'_>) -> Result<Usage, Failure> {
        self.running.fetch_add(1, Ordering::SeqCst);
        outlet.say(Event::Started { fingerprint: None });
        for said in 0.. {
            if self.fails_after == Some(said) {
                return Err(Failure::Model("the weights are no numbers".to_owned()));
            }
            outlet.say(Event::Piece { choice: 0, text: "x".to_owned() });
            if !outlet.is_wanted() {
                break;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        self.running.fetch_sub(1, Ordering::SeqCst);
        Err(Failure::Stopping)
    }
}

#[test]
fn whoever_goes_away_ends_what_is_written_for_them() {
    let told = Told::default();
    let node = Node::with(told.clone());
    let running = |count: usize| {
        node.runtime.block_on(async {
            let reached = async {
                while told.running.load(Ordering::SeqCst) != count {
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
            };
            tokio::time::timeout(PATIENCE, reached).await.unwrap();
        });
    };
    // One who waits for the whole answer, and one who reads a stream.
    node.runtime.block_on(async {
        let request = post("/v1/completions", json!({"prompt": "a", "max_tokens": 4096}).to_string());
        let answer = node.router.clone().oneshot(request);
        assert!(tokio::time::timeout(Duration::from_millis(50), answer).await.is_err());
    });
    running(0);
    let body = node.runtime.block_on(async {
        let request = post("/v1/completions", json!({"prompt": "a", "stream": true}).to_string());
        let mut body = node.router.clone().oneshot(request).await.unwrap().into_body();
        assert!(body.frame().await.unwrap().is_ok());
        body
    });
    running(1);
    drop(body);
    running(0);
}

#[test]
fn more_than_can_wait_are_told_when_to_come_back() {
    let node = Node::with(Told::default());
    node.runtime.block_on(async {
        let mut pending = Vec::new();
        for _ in 0..=THREADS + WAITING_MAX {
            let request = post("/v1/completions", json!({"prompt": "a", "max_tokens": 4096}).to_string());
            let mut answer = Box::pin(node.router.clone().oneshot(request));
            let done = tokio::time::timeout(Duration::from_millis(20), &mut answer).await;
            if let Ok(response) = done {
                let response = response.unwrap();
                assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
                assert_eq!(response.headers()[header::RETRY_AFTER], "1");
                return;
            }
            pending.push(answer);
        }
        panic!("all of {} were taken", pending.len());
    });
}

#[test]
fn a_failure_has_a_status_until_the_stream_has_begun_and_an_event_after() {
    let body = json!({"prompt": "a", "stream": true});
    for stream in [true, false] {
        let node = Node::with(Told { fails_after: Some(0), ..Told::default() });
        let (status, answer) = node.post("/v1/completions", &json!({"prompt": "a", "stream": stream}));
        assert_eq!((status.as_u16(), &answer["error"]["type"]), (500, &json!("server_error")), "{answer}");
    }
    let node = Node::with(Told { fails_after: Some(2), ..Told::default() });
    let (status, text) = node.bytes(post("/v1/completions", body.to_string()));
    assert_eq!(status, StatusCode::OK);
    let (before, error) = text.trim_end().rsplit_once("\n\n").unwrap();
    assert_eq!(before.split("\n\n").count(), 2, "{text}");
    let error = error.strip_prefix("event: error\ndata: ").unwrap();
    assert_eq!(serde_json::from_str::<Value>(error).unwrap()["error"]["code"], "model_failed");
}

#[test]
fn the_endpoints_are_described() {
    let (_, described) = routes().split_for_parts();
    let described = serde_json::to_value(described).unwrap();
    let schema = |path: &str| &described["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"];
    assert!(schema("/v1/completions").is_object() && schema("/v1/chat/completions").is_object());
    assert!(described["paths"]["/v1/models/{id}"]["get"].is_object());
    let text = described["components"]["schemas"].to_string();
    for name in ["temperature", "max_completion_tokens", "include_usage", "finish_reason", "prompt_cut", "assistant"] {
        assert!(text.contains(&format!("\"{name}\"")), "{name}: {text}");
    }
}
