//! `genesis`: makes and shows the file that defines a network.
//!
//! Invariant: what is written was read back and checked; a file is never overwritten.

use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use neuroshard_commands::{GenesisArgs, GenesisCommand, GenesisNewArgs};
use serde::Serialize;

use super::client::joined;
use super::output::Report;
use super::{AppError, Context, Exit};
use crate::economics::Parameters;
use crate::ledger::genesis::Genesis;
use crate::node::read_genesis;
use crate::node::rfc3339;
use crate::types::{Hash, PublicKey};

pub(super) fn genesis(cx: &Context, args: &GenesisArgs) -> Result<Exit, AppError> {
    let genesis = match &args.command {
        GenesisCommand::New(args) => new(cx, args)?,
        GenesisCommand::Check(args) => read(&args.file)?,
        GenesisCommand::Show(args) => match &args.file {
            Some(file) => read(file)?,
            None => joined(cx)?.genesis,
        },
    };
    cx.out.emit(&Shown::of(&genesis))?;
    Ok(Exit::Success)
}

fn new(cx: &Context, args: &GenesisNewArgs) -> Result<Genesis, AppError> {
    let validators = args.validator.iter().map(|key| key.parse::<PublicKey>());
    let validators = validators.collect::<Result<Vec<_>, _>>().map_err(AppError::usage)?;
    let text = super::node::training::network(cx, args, validators)?;
    let genesis = Genesis::parse(&text).map_err(AppError::usage)?;
    let write = || fs::File::options().write(true).create_new(true).open(&args.out)?.write_all(text.as_bytes());
    write().map_err(|error| AppError::refused(error).while_doing(format!("cannot write `{}`", args.out.display())))?;
    cx.out.hint(format_args!("each of its nodes joins with: neuroshard node --genesis {}", args.out.display()));
    Ok(genesis)
}

fn read(path: &Path) -> Result<Genesis, AppError> {
    let doing = || format!("`{}` defines no network", path.display());
    read_genesis(path).map_err(|error| AppError::refused(error).while_doing(doing()))
}

#[derive(Serialize)]
struct Shown {
    name: String,
    chain_id: Hash,
    starts_at: String,
    validators: Vec<PublicKey>,
    layers: u32,
    seed: u64,
    data: Option<Hash>,
    /// Parameters that are not the usual ones.
    parameters: serde_json::Map<String, serde_json::Value>,
}

impl Shown {
    fn of(genesis: &Genesis) -> Self {
        let changed = Parameters::entries().into_iter().filter_map(|entry| {
            let value = genesis.parameters.get(entry.name)?;
            (value != entry.default).then(|| (entry.name.to_owned(), value.to_string().into()))
        });
        Self {
            name: genesis.name.clone(),
            chain_id: genesis.chain.0,
            starts_at: rfc3339(genesis.start_ms),
            validators: genesis.validators.iter().map(|founder| founder.key).collect(),
            layers: genesis.layers,
            seed: genesis.seed,
            data: genesis.data,
            parameters: changed.collect(),
        }
    }
}

impl Report for Shown {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        writeln!(w, "{}  chain {}", self.name, self.chain_id)?;
        writeln!(w, "  begins      {}", self.starts_at)?;
        for key in &self.validators {
            writeln!(w, "  validator   {key}")?;
        }
        writeln!(w, "  model       {} layers, seed {}", self.layers, self.seed)?;
        if let Some(data) = self.data {
            writeln!(w, "  data        {data}")?;
        }
        for (name, value) in &self.parameters {
            writeln!(w, "  {name} = {}", value.as_str().unwrap_or_default())?;
        }
        Ok(())
    }
}
