//! A node's API as programs use it: what it tells, who may tell it something, and what hostile clients get.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use crate::node::{Home, Node, PATIENCE};

/// Clients that listen to events at once; the benchmark has a thousand.
const LISTENERS: usize = 200;

/// A node's API, as a client with or without its token.
pub(crate) struct Api {
    url: String,
    pub(crate) token: String,
    agent: ureq::Agent,
}

impl Api {
    pub(crate) fn of(home: &Home, node: &mut Node) -> Self {
        let url = node.wait("started", |_| {})["api"].as_str().unwrap().to_owned();
        let token = fs::read_to_string(home.path().join("api-token")).unwrap();
        // A refusal may end its connection before the next request takes it: each request has its own.
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_idle_connections(0);
        let agent = config.build().into();
        Self { url, token, agent }
    }

    pub(crate) fn text(&self, path: &str) -> (u16, String) {
        let mut answer = self.agent.get(format!("{}{path}", self.url)).call().unwrap();
        (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        let (status, text) = self.text(path);
        assert_eq!(status, 200, "{path}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    pub(crate) fn post(&self, path: &str, body: &Value, token: &str) -> (u16, Value) {
        let mut request = self.agent.post(format!("{}{path}", self.url)).content_type("application/json");
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut answer = request.send(body.to_string()).unwrap();
        (answer.status().as_u16(), answer.body_mut().read_json().unwrap())
    }

    fn host(&self) -> &str {
        self.url.strip_prefix("http://").unwrap()
    }

    /// What comes back for these bytes, until the connection ends.
    fn raw(&self, bytes: &str) -> String {
        let mut stream = self.connect();
        // Whoever is refused may find the connection closed before all was said.
        let _ = stream.write_all(bytes.as_bytes());
        let mut answer = Vec::new();
        // A connection that is reset has said what it had to say.
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn plain(&self, path: &str, headers: &str) -> String {
        self.raw(&format!("GET {path} HTTP/1.1\r\nConnection: close\r\n{headers}\r\n"))
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.host()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }
}

#[test]
fn what_a_node_does_can_be_read_and_only_its_owner_tells_it_what_to_do() {
    let home = Home::new();
    let mut node = home.node("");
    let api = Api::of(&home, &mut node);
    node.wait("step", |_| {});
    let events = api.connect();
    (&events).write_all(format!("GET /v1/events HTTP/1.1\r\nHost: {}\r\n\r\n", api.host()).as_bytes()).unwrap();
    let mut events = BufReader::new(events).lines().map(Result::unwrap).filter_map(|line| {
        let data = line.strip_prefix("data: ")?.to_owned();
        Some(serde_json::from_str::<Value>(&data).unwrap())
    });
    let mut next = |wanted: &dyn Fn(&Value) -> bool| events.find(|event| event["v"] == 1 && wanted(event)).unwrap();
    let epoch = next(&|event| event["event"] == "epoch");
    let block = api.get(&format!("/v1/ledger/blocks/{}", epoch["height"]));
    assert_eq!((&block["hash"], &block["state_root"]), (&epoch["hash"], &epoch["state_root"]));

    for path in ["/v1/node/pause", "/v1/node/resume", "/v1/node/stop", "/v1/node/stake", "/v1/ledger/txs"] {
        for token in ["", "0", &"0".repeat(64), &api.token[1..]] {
            let (status, answer) = api.post(path, &json!({}), token);
            assert_eq!((status, &answer["error"]["code"]), (401, &"token".into()), "{path}");
        }
    }
    assert_eq!(api.post("/v1/node/pause", &json!({}), &api.token).0, 200);
    next(&|event| event["event"] == "training" && event["state"] == "paused");
    let paused = wait_for(&api, |status| status["training"]["state"] == "paused");
    let later = wait_for(&api, |status| status["chain"]["height"].as_u64() > paused["chain"]["height"].as_u64());
    assert_eq!(paused["training"]["step"], later["training"]["step"], "the chain goes on and training does not");
    assert_eq!(api.post("/v1/node/resume", &json!({}), &api.token).0, 200);
    next(&|event| event["event"] == "training" && event["state"] == "training");
    wait_for(&api, |status| status["training"]["step"].as_u64() > paused["training"]["step"].as_u64());

    // What the dashboard draws, `status` prints and the API answers is one structure.
    let printed = home.one("status");
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let answered = api.get("/v1/status");
    assert_eq!(names(&printed), [vec!["v".to_owned()], names(&answered)].concat());
    assert_eq!((&answered["public"], answered["network"].as_str()), (&false.into(), Some("devnet")));
    assert!(answered["note"].as_str().unwrap().starts_with("private devnet"));

    let lines = api.get("/v1/logs?limit=1000");
    assert!(
        lines.as_array().unwrap().iter().any(|line| line["message"].as_str().unwrap().contains("started on devnet"))
    );
    let shown = home.run("node logs -n 1000 --level info");
    assert!(shown.stdout.contains("started on devnet"), "{}", shown.stdout);
    assert_eq!(api.get("/v1/ledger/supply")["burned"], "0");
    let parameters = api.get("/v1/params");
    assert!(parameters.as_array().unwrap().iter().any(|entry| entry["name"] == "train.inner_steps"));
    let (_, metrics) = api.text("/metrics");
    assert!(metrics.contains("\nneuroshard_training_steps_total "), "{metrics}");
    let document = api.get("/openapi.json");
    for path in ["/v1/status", "/v1/node/stake", "/v1/completions", "/metrics"] {
        assert!(document["paths"].get(path).is_some(), "{path} is not in the document");
    }
    let answers =
        |path: &str, status: &str| document["paths"][path]["post"]["responses"][status]["content"].to_string();
    assert!(answers("/v1/node/stake", "401").contains("schemas/Problem\""));
    assert!(answers("/v1/completions", "400").contains("schemas/CompletionProblem\""));

    let (status, refused) = api.post("/v1/node/stake", &json!({"amount": "1000000", "days": 0}), &api.token);
    assert_eq!((status, &refused["error"]["code"]), (422, &"refused".into()), "{refused}");
    let stopped = home.one("node stop --yes");
    assert_eq!(stopped["event"], "stopped");
    node.wait("stopped", |_| {});
    assert_eq!(home.run("status").code, Some(3));
    // The log outlives the node.
    assert!(home.run("node logs").stdout.contains("stopping"));
}

/// The status once it is as wanted.
pub(crate) fn wait_for(api: &Api, wanted: impl Fn(&Value) -> bool) -> Value {
    let until = std::time::Instant::now() + PATIENCE;
    loop {
        let status = api.get("/v1/status");
        if wanted(&status) {
            return status;
        }
        assert!(std::time::Instant::now() < until, "{status}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn only_its_owner_says_with_whom_a_node_does_not_speak() {
    let home = Home::new();
    let mut node = home.node("--no-training");
    let api = Api::of(&home, &mut node);
    let block = |peers: Value, token: &str| api.post("/v1/control/peers", &json!({ "block": peers }), token);
    assert_eq!(block(json!([]), "").0, 401);
    assert_eq!(block(json!(["16Uiu2HAm", "16Uiu2HAn"]), &api.token), (200, json!({"blocked": 2})));
    for wrong in
        [json!([""]), json!(["a b"]), json!(["x".repeat(200)]), json!(vec!["a"; 2_000]), json!("a"), json!(null)]
    {
        let (status, answer) = block(wrong.clone(), &api.token);
        assert_eq!((status, answer["error"]["message"].is_string()), (422, true), "{wrong}");
    }
    assert_eq!(block(json!([]), &api.token), (200, json!({"blocked": 0})));
}

#[test]
fn the_past_is_remembered_over_a_restart() {
    let home = Home::new();
    let mut node = home.node("");
    let api = Api::of(&home, &mut node);
    node.wait("earned", |_| {});
    let before = wait_for(&api, |status| status["earnings"]["total"] != "0");
    // Killed, so that nothing could be put in order first.
    node.kill();
    let mut node = home.node("--no-training");
    let api = Api::of(&home, &mut node);
    let after = wait_for(&api, |status| status["chain"]["height"].as_u64() > Some(0));
    let number = |status: &Value| status["earnings"]["total"].as_str().unwrap().parse::<f64>().unwrap();
    assert!(number(&after) >= number(&before), "{} {}", after["earnings"], before["earnings"]);
    assert!(after["history"]["loss"].as_array().unwrap().len() > 1);
    assert!(after["training"].is_null());
    // What is shown is what the ledger paid. Receipts go on maturing, so the two are compared until no pay came between.
    wait_for(&api, |status| {
        let entries = home.lines("wallet history");
        let earned = entries.iter().filter(|entry| entry["kind"] == "earned");
        let paid: f64 = earned.map(|entry| entry["amount"].as_str().unwrap().parse::<f64>().unwrap()).sum();
        (number(status) - paid).abs() < 1e-6
    });
}

#[test]
fn hostile_clients_get_an_error_and_harm_nobody() {
    let home = Home::new();
    let mut node = home.node("--no-training");
    let api = Api::of(&home, &mut node);
    let host = api.host();
    let get =
        |path: &str, headers: &str| api.raw(&format!("GET {path} HTTP/1.1\r\nConnection: close\r\n{headers}\r\n"));
    let local = format!("Host: {host}\r\n");
    assert!(get("/healthz", &local).ends_with("ok\n"));
    for headers in [
        String::new(),
        "Host: evil.example\r\n".to_owned(),
        format!("{local}Origin: https://evil.example\r\n"),
        format!("{local}Origin: null\r\n"),
        format!("{local}Origin: http://evil.example\r\nAuthorization: Bearer {}\r\n", api.token),
    ] {
        let answer = get("/v1/status", &headers);
        assert!(answer.starts_with("HTTP/1.1 403") || answer.starts_with("HTTP/1.1 400"), "{headers}: {answer}");
    }
    // A name of elsewhere that shows the token is its owner's tunnel.
    let tunnel = format!("Host: my.example\r\nAuthorization: Bearer {}\r\n", api.token);
    assert!(get("/healthz", &tunnel).starts_with("HTTP/1.1 200"));
}

#[test]
fn what_makes_no_sense_gets_an_error_in_one_shape() {
    let home = Home::new();
    let mut node = home.node("--no-training");
    let api = Api::of(&home, &mut node);
    let get = |path: &str, headers: &str| api.plain(path, headers);
    let local = format!("Host: {}\r\n", api.host());
    for (path, status) in [
        ("/nothing", 404),
        ("/v1/ledger/accounts/neuro1nonsense", 400),
        ("/v1/ledger/accounts/%00%ff", 400),
        ("/v1/ledger/blocks/-1", 400),
        ("/v1/ledger/blocks/18446744073709551615", 404),
        ("/v1/ledger/txs/zz", 400),
        ("/v1/logs?after=x", 400),
        ("/v1/ledger/history/zz?limit=999999999999999999999999", 400),
        ("/v1/node/stop", 405),
    ] {
        let answer = get(path, &local);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{path}: {answer}");
        let body = answer.split("\r\n\r\n").nth(1).unwrap();
        assert!(body.contains("\"error\":{\"code\":"), "{path}: {answer}");
    }
    let token = format!("{local}Authorization: Bearer {}\r\n", api.token);
    let post = |path: &str, body: &str| {
        let length = body.len();
        api.raw(&format!(
            "POST {path} HTTP/1.1\r\nConnection: close\r\nContent-Type: application/json\r\n{token}Content-Length: {length}\r\n\r\n{body}"
        ))
    };
    for body in [
        "",
        "{",
        "[]",
        "{\"amount\": 1}",
        "{\"amount\": \"-1\"}",
        "{\"amount\": \"1\", \"days\": -1}",
        "{\"amount\": \"1\", \"more\": 1}",
    ] {
        let answer = post("/v1/node/stake", body);
        assert!(answer.starts_with("HTTP/1.1 4") && answer.contains("\"code\":\"bad_request\""), "{body}: {answer}");
    }
    let large = post("/v1/ledger/txs", &"x".repeat(8 << 20));
    assert!(large.is_empty() || large.starts_with("HTTP/1.1 413"), "{large}");
    let claimed = format!("POST /v1/ledger/txs HTTP/1.1\r\n{token}Content-Length: 999999999999\r\n\r\n");
    assert!(api.raw(&claimed).starts_with("HTTP/1.1 413"));
    assert!(api.raw("\u{0}\u{1}\r\n\r\n").starts_with("HTTP/1.1 400"));
    assert!(get(&format!("/{}", "x".repeat(200_000)), &local).starts_with("HTTP/1.1 4"));
    assert!(get("/healthz", &local).ends_with("ok\n"));
}

#[test]
fn whoever_does_not_finish_what_they_say_is_left() {
    // It takes as long as they are given: half a minute.
    if std::env::var_os("NEUROSHARD_LONG").is_none() {
        return;
    }
    let home = Home::new();
    let mut node = home.node("--no-training");
    let api = Api::of(&home, &mut node);
    let token = &api.token;
    let local = format!("Host: {}\r\nAuthorization: Bearer {token}\r\n", api.host());
    for begun in [
        "GET /v1/status HTTP/1.1\r\nHo".to_owned(),
        format!("POST /v1/ledger/txs HTTP/1.1\r\n{local}Content-Length: 9\r\n\r\n1234"),
    ] {
        let answer = api.raw(&begun);
        assert!(!answer.contains("200 OK"), "{answer}");
    }
    assert!(api.plain("/healthz", &local).ends_with("ok\n"));
}

#[test]
fn those_who_ask_slowly_and_those_who_listen_hold_up_nobody() {
    let home = Home::new();
    let mut node = home.node("--no-training");
    let api = Api::of(&home, &mut node);
    let local = format!("Host: {}\r\n", api.host());
    let slow: Vec<TcpStream> = (0..LISTENERS)
        .map(|_| {
            let stream = api.connect();
            (&stream).write_all(b"GET /v1/status HTTP/1.1\r\nHost:").unwrap();
            stream
        })
        .collect();
    let mut listeners: Vec<BufReader<TcpStream>> = (0..LISTENERS)
        .map(|_| {
            let stream = api.connect();
            (&stream).write_all(format!("GET /v1/events HTTP/1.1\r\n{local}\r\n").as_bytes()).unwrap();
            BufReader::new(stream)
        })
        .collect();
    assert!(api.plain("/healthz", &local).ends_with("ok\n"));
    for listener in &mut listeners {
        let mut lines = listener.lines().map(Result::unwrap);
        assert!(lines.any(|line| line.starts_with("data: {") && line.contains("\"event\":\"epoch\"")));
    }
    drop((slow, listeners));
    assert_eq!(node.stop(), Some(0));
}
