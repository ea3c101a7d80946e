//! `nep simulate`: who would earn what by a proposal, from what recent blocks paid.

use std::fmt;

use anyhow::anyhow;
use comfy_table::CellAlignment;
use neuroshard_commands::NepSimulateArgs;
use serde::Serialize;

use super::check::{parameters, read};
use super::table::{table, trimmed};
use crate::app::client::{explain, source};
use crate::app::output::Report;
use crate::app::{AppError, Context, Exit};
use crate::node::queries::simulation::{Proposed, SimulatedAnswer, SimulationAnswer, SimulationRequest};
use crate::types::{Address, Amount};

pub(super) fn simulate(cx: &Context, args: &NepSimulateArgs) -> Result<Exit, AppError> {
    let source = source(cx)?;
    let (now, against) = parameters(cx)?;
    let file = read(cx, &args.file, &now, &against)?;
    let changes = file.document.parameter_changes.iter().filter_map(|change| {
        let value = change.value().ok()?.to_string();
        Some(Proposed { name: change.resolve(), value })
    });
    let changes: Vec<Proposed> = changes.collect();
    if changes.is_empty() {
        cx.out.note("The proposal changes no parameter, so that nothing is paid otherwise.");
    }
    let request = SimulationRequest { changes, epochs: args.epochs };
    let answer = source.simulate(&request).map_err(explain)?;
    if answer.nodes.is_empty() {
        let says = format!("blocks {} to {} paid nothing that could be paid otherwise", answer.first, answer.last);
        return Err(AppError::refused(anyhow!(says)).hint("look further back with --epochs"));
    }
    if cx.out.is_json() {
        for node in &answer.nodes {
            cx.out.emit(&Row::of(node))?;
        }
    } else {
        cx.out.emit(&Whole(&answer))?;
    }
    Ok(Exit::Success)
}

#[derive(Serialize)]
struct Row {
    node: Address,
    receipts: u64,
    earned: Amount,
    would_earn: Amount,
    change_percent: Option<f64>,
}

impl Row {
    fn of(node: &SimulatedAnswer) -> Self {
        let SimulatedAnswer { node, receipts, earned, would_earn } = *node;
        Self { node, receipts, earned, would_earn, change_percent: percent(earned, would_earn) }
    }
}

impl Report for Row {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        writeln!(w, "{}", self.node)
    }
}

fn percent(earned: Amount, would: Amount) -> Option<f64> {
    let share = would.nano() as f64 / earned.nano() as f64;
    (!earned.is_zero()).then(|| ((share - 1.0) * 10_000.0).round() / 100.0)
}

#[derive(Serialize)]
#[serde(transparent)]
struct Whole<'a>(&'a SimulationAnswer);

impl Report for Whole<'_> {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        let SimulationAnswer { first, last, nodes } = self.0;
        writeln!(w, "blocks {first} to {last}, as they were paid and as the proposal would pay them")?;
        let mut table = table(&["NODE", "PAYS", "EARNED", "WOULD EARN", "CHANGE"], 5);
        let sum = |part: fn(&SimulatedAnswer) -> Amount| {
            nodes.iter().map(part).fold(Amount::ZERO, |sum, amount| sum.checked_add(amount).unwrap_or(Amount::MAX))
        };
        let row = |name: String, pays: u64, earned: Amount, would: Amount| {
            let change = percent(earned, would).map_or_else(|| "-".to_owned(), |change| format!("{change:+.2} %"));
            [name, pays.to_string(), earned.to_string(), would.to_string(), change]
        };
        for node in nodes {
            table.add_row(row(node.node.to_string(), node.receipts, node.earned, node.would_earn));
        }
        let (earned, would) = (sum(|node| node.earned), sum(|node| node.would_earn));
        table.add_row(row("all".to_owned(), nodes.iter().map(|node| node.receipts).sum(), earned, would));
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        writeln!(w, "{}", trimmed(&table))
    }
}
