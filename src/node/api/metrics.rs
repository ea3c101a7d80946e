//! The node's numbers for Prometheus, one table.
//!
//! Invariants: names follow the conventions (`neuroshard_`, the unit, `_total` for what only grows); what is not known is
//! absent rather than zero.

use super::Door;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use neuroshard_tui::snapshot::{Snapshot, TrainingState};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use std::fmt;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::node::inference::Status;
use crate::node::observer::Published;

pub(super) fn routes() -> OpenApiRouter<Door> {
    OpenApiRouter::new().routes(routes!(metrics))
}

/// Numbers for Prometheus
#[utoipa::path(get, path = "/metrics", tag = "node",
    responses((status = 200, content_type = "application/openmetrics-text", body = String)))]
async fn metrics(State(door): State<Door>) -> Response {
    let published = Arc::clone(&door.node.board.snapshot.borrow());
    let text = written(published, door.inference.status());
    ([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response()
}

/// One number: its name without unit and `_total`, what it says, its unit, whether it only grows, and where it is.
struct Number(&'static str, &'static str, Option<Unit>, Kind, fn(&Snapshot) -> Option<f64>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Goes up and down.
    Level,
    /// Only grows.
    Total,
}
use Kind::{Level, Total};

const NUMBERS: &[Number] = &[
    Number("uptime", "Time since the node began", Some(Unit::Seconds), Level, |s| Some(s.uptime_seconds as f64)),
    Number("process_cpu_cores", "Processor cores in use", None, Level, |s| Some(s.device.process_cpu)),
    Number("process_memory", "Memory of the process", Some(Unit::Bytes), Level, |s| {
        Some(s.device.process_memory as f64)
    }),
    Number("storage_used", "What the home takes on disk", Some(Unit::Bytes), Level, |s| {
        Some(s.device.storage_used as f64)
    }),
    Number("temperature", "Of processor or card", Some(Unit::Celsius), Level, |s| s.device.temperature),
    Number("training_active", "1 while steps are made", None, Level, |s| {
        s.training.as_ref().map(|training| f64::from(training.state == TrainingState::Training))
    }),
    Number("training_steps", "Optimizer steps of the model", None, Total, |s| Some(s.training.as_ref()?.step as f64)),
    Number("training_tokens", "Tokens trained on", None, Total, |s| Some(s.training.as_ref()?.tokens as f64)),
    Number("training_rounds", "Outer rounds begun", None, Total, |s| Some(s.training.as_ref()?.round as f64)),
    Number("training_loss_nats", "Loss on training data per token", None, Level, |s| s.training.as_ref()?.loss),
    Number("validation_loss_nats", "Loss on held-out data per token", None, Level, |s| s.training.as_ref()?.val_loss),
    Number("training_tokens_per_second", "Pace", None, Level, |s| Some(s.training.as_ref()?.tokens_per_second)),
    Number("chain_height", "The last block", None, Level, |s| Some(s.chain.height as f64)),
    Number("chain_validators", "Who may vote on blocks", None, Level, |s| Some(s.chain.validators as f64)),
    Number("chain_waiting_transactions", "Transactions that wait for a block", None, Level, |s| {
        Some(s.chain.waiting as f64)
    }),
    Number("balance_neuro", "What the earning account can spend", None, Level, |s| s.wallet.available.parse().ok()),
    Number("backing_neuro", "Stake behind the node", None, Level, |s| s.wallet.backing.parse().ok()),
    Number("pending_neuro", "What waiting receipts would pay", None, Level, |s| s.earnings.pending.parse().ok()),
];

/// Encodes a snapshot.
#[derive(Debug)]
struct Numbers(Arc<Published>);

impl Collector for Numbers {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let snapshot = &self.0.snapshot;
        for Number(name, help, unit, kind, value) in NUMBERS {
            let Some(value) = value(snapshot) else { continue };
            if *kind == Total {
                let encoded = encoder.encode_descriptor(name, help, unit.as_ref(), MetricType::Counter)?;
                ConstCounter::new(value).encode(encoded)?;
            } else {
                let encoded = encoder.encode_descriptor(name, help, unit.as_ref(), MetricType::Gauge)?;
                ConstGauge::new(value).encode(encoded)?;
            }
        }
        let mut earned =
            encoder.encode_descriptor("earned_neuro", "NEURO earned, by source", None, MetricType::Counter)?;
        for source in &snapshot.earnings.sources {
            let Ok(total) = source.total.parse::<f64>() else { continue };
            ConstCounter::new(total).encode(earned.encode_family(&[("source", source.source.as_str())])?)?;
        }
        Ok(())
    }
}

fn written(published: Arc<Published>, texts: Status) -> String {
    let mut registry = Registry::with_prefix("neuroshard");
    let labels = vec![
        ("version", published.snapshot.version.clone()),
        ("network", published.snapshot.network.clone()),
        ("chain_id", published.snapshot.chain_id.clone()),
    ];
    registry.register("build", "The program and its network", Info::new(labels));
    registry.register_collector(Box::new(Numbers(published)));
    let counters = [
        ("inference_requests", "Requests for texts that were answered", texts.served),
        ("inference_tokens", "Tokens written", texts.tokens),
    ];
    for (name, help, value) in counters {
        let counter = Counter::<u64>::default();
        counter.inc_by(value);
        registry.register(name, help, counter);
    }
    let gauges = [
        ("inference_running", "Texts being written", texts.running),
        ("inference_waiting", "That wait", texts.waiting),
    ];
    for (name, help, value) in gauges {
        let gauge = Gauge::<i64>::default();
        gauge.set(value as i64);
        registry.register(name, help, gauge);
    }
    let mut text = String::new();
    // Writing to memory does not fail.
    let _ = text::encode(&mut text, &registry);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use neuroshard_tui::snapshot::{Source, Training};

    #[test]
    fn numbers_have_their_units_and_what_is_not_known_is_absent() {
        let source = |source: &str, total: &str| Source {
            source: source.to_owned(),
            today: "0".to_owned(),
            total: total.to_owned(),
        };
        let mut snapshot = Snapshot { version: "1.2.3".to_owned(), uptime_seconds: 7, ..Snapshot::default() };
        snapshot.earnings.sources = vec![source("training", "1.5"), source("service", "0.25")];
        snapshot.training = Some(Training { step: 42, loss: Some(2.5), ..Training::default() });
        let texts = Status { served: 3, ..Status::default() };
        let text = written(Arc::new(Published { snapshot: Arc::new(snapshot), ..Published::default() }), texts);
        for line in [
            "# TYPE neuroshard_uptime_seconds gauge",
            "neuroshard_uptime_seconds 7.0",
            "neuroshard_training_steps_total 42.0",
            "neuroshard_training_loss_nats 2.5",
            "neuroshard_inference_requests_total 3",
            "neuroshard_earned_neuro_total{source=\"training\"} 1.5",
            "neuroshard_earned_neuro_total{source=\"service\"} 0.25",
        ] {
            assert!(text.lines().any(|other| other == line), "{line}: {text}");
        }
        assert!(text.contains("version=\"1.2.3\"") && text.ends_with("# EOF\n"));
        assert!(!text.contains("validation_loss") && !text.contains("temperature"), "{text}");
    }
}
