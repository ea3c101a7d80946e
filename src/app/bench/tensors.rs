//! What a build with tensors measures, and the order of all figures.

use std::time::Duration;

use neuroshard_commands::{BenchArgs, Meter};
use neuroshard_model::config::ModelConfig;
use neuroshard_model::neurollm::{Device, Tier, layer_milliseconds};
use neuroshard_model::parameters;
use serde_json::{Map, Value, json};

use super::{Figure, against, api, dashboard, gemm, governance, ledger, model, peers, repeat, startup};
use crate::app::compute::{self, open_device};
use crate::app::{AppError, Context, Exit};

pub(in crate::app) fn bench(cx: &Context, args: &BenchArgs) -> Result<Exit, AppError> {
    compute::set_up(args.threads)?;
    let device = open_device(cx, args.device);
    let setting = Setting { cx, args, device, time: Duration::from_secs(args.seconds) };
    if let Some(other) = args.against {
        return against::compare(&setting, other);
    }
    let all = [
        Meter::Startup,
        Meter::Tokenizer,
        Meter::Ledger,
        Meter::Governance,
        Meter::Tier,
        Meter::Gemm,
        Meter::Train,
        Meter::Infer,
        Meter::Dashboard,
        Meter::Api,
    ];
    let chosen = if args.what == Meter::All { &all[..] } else { std::slice::from_ref(&args.what) };
    for meter in chosen {
        let figures = match meter {
            Meter::Startup => vec![startup(cx, setting.time)?],
            Meter::Tokenizer => setting.tokenizer()?.into(),
            Meter::Ledger => ledger::figures(cx, args)?,
            Meter::Governance => governance::figures(cx, args)?,
            Meter::Dashboard => dashboard::figures(cx, args)?,
            Meter::Api => api::figures(cx, args)?,
            Meter::Tier => vec![setting.tier()?],
            Meter::Gemm => gemm::figures(&setting).into(),
            Meter::Train => vec![model::train(&setting)?],
            Meter::Net => peers::net(cx, args)?,
            Meter::Consensus => peers::consensus(cx, args)?,
            Meter::Join => peers::join(cx, args)?,
            Meter::Infer | Meter::All => vec![model::infer(&setting)?],
        };
        for figure in figures {
            cx.out.emit(&figure)?;
        }
    }
    Ok(Exit::Success)
}

pub(super) struct Setting<'a> {
    pub(super) cx: &'a Context,
    pub(super) args: &'a BenchArgs,
    pub(super) device: Device,
    pub(super) time: Duration,
}

impl Setting<'_> {
    pub(super) fn config(&self) -> Result<ModelConfig, AppError> {
        ModelConfig::resolve(&self.args.preset.to_string()).map_err(AppError::refused)
    }

    /// Seconds of each repetition of `work` for the time asked for.
    pub(super) fn repeat(
        &self,
        what: &str,
        mut work: impl FnMut() -> Result<(), AppError>,
    ) -> Result<Vec<f64>, AppError> {
        repeat(self.cx, what, self.time, || Ok(()), |()| work())
    }

    pub(super) fn details(&self, config: &ModelConfig, seconds: &[f64]) -> Map<String, Value> {
        let mut details = Map::new();
        details.insert("preset".to_owned(), json!(self.args.preset.to_string()));
        details.insert("parameters".to_owned(), json!(parameters::count(config)));
        details.insert("device".to_owned(), json!(self.device.name()));
        details.insert("repetitions".to_owned(), json!(seconds.len()));
        details
    }

    fn tier(&self) -> Result<Figure, AppError> {
        let config = self.config()?;
        let milliseconds = layer_milliseconds(&config, &self.device, self.time).map_err(AppError::internal)?;
        let tier = Tier::of(milliseconds);
        let mut details = Map::new();
        details.insert("tier".to_owned(), json!(tier));
        details.insert("ms_per_layer".to_owned(), json!(milliseconds));
        details.insert("device".to_owned(), json!(self.device.name()));
        details.insert("memory".to_owned(), json!(compute::total_memory()));
        details.insert("preset".to_owned(), json!(self.args.preset.to_string()));
        Ok(Figure { name: "tier", value: milliseconds, unit: "ms/layer", better: "lower", ratio: None, details })
    }
}
