//! The training pass: forward with a gradient graph, backward, lane by lane.
//!
//! Invariant: what [`Stage::forward`] keeps is used up by exactly one [`Stage::backward`], first in, first out.

use super::layout::to_vec;
use super::{Input, MicroBatch, Output, Stage, StageError, expect_length};
use crate::neurollm::attention::Positions;
use crate::neurollm::lanes;
use burn::tensor::{Gradients, Tensor, TensorData};
use std::ops::Range;

/// A micro-batch between its forward and its backward, lane by lane.
pub(super) struct InFlight {
    lanes: Vec<LaneInFlight>,
    rows: usize,
}

pub(super) struct LaneInFlight {
    rows: usize,
    input: Option<Tensor<3>>,
    output: Tensor<3>,
    balance: Option<Tensor<1>>,
}

impl Stage {
    /// Computes the stage on a micro-batch and keeps what its [`Stage::backward`] needs.
    pub fn forward(&mut self, batch: &MicroBatch<'_>) -> Result<Output, StageError> {
        self.check(batch, 0)?;
        if self.span.head != batch.targets.is_some() {
            return Err(StageError::Role("takes targets exactly when it holds the head"));
        }
        let parts = self.cut(batch);
        while self.leaves.len() < parts.len() {
            self.leaves.push(self.weights.iter().map(|weight| weight.clone().autodiff().require_grad()).collect());
        }
        let lanes: Vec<_> = parts.into_iter().zip(&self.leaves).collect();
        let done = lanes::run(lanes, |(part, leaves)| self.forward_lane(&part, leaves));
        let mut values = Vec::new();
        let mut loss = 0.0;
        let mut flight = InFlight { lanes: Vec::new(), rows: batch.rows };
        for (lane, output) in done {
            if self.span.head {
                loss += output[0] * (lane.rows as f32 / batch.rows as f32);
            } else {
                values.extend(output);
            }
            flight.lanes.push(lane);
        }
        self.in_flight.push_back(flight);
        Ok(if self.span.head { Output::Loss(loss) } else { Output::Hidden(values) })
    }

    fn forward_lane(&self, batch: &MicroBatch<'_>, leaves: &[Tensor<2>]) -> (LaneInFlight, Vec<f32>) {
        let (embedded, input) = match batch.input {
            Input::Tokens(tokens) => (self.embed(leaves, tokens, batch.rows), None),
            Input::Hidden(values) => {
                let leaf = self.hidden(values, batch.rows).autodiff().require_grad();
                (leaf.clone(), Some(leaf))
            }
        };
        let positions = Positions::new(&self.config, &self.rotary, 0, batch.seq, self.device.inner()).autodiff();
        let (hidden, balance) = self.run(leaves, embedded, &positions, None, true);
        let output = match batch.targets {
            Some(targets) => self.token_losses(leaves, hidden, targets).mean().reshape([1, 1, 1]),
            None => hidden,
        };
        let values = to_vec(output.clone().inner());
        (LaneInFlight { rows: batch.rows, input, output, balance }, values)
    }

    /// Adds the gradients of the oldest micro-batch in flight. `grad_out` is the gradient of the loss by this stage's
    /// output (absent where the output is the loss); returned is the gradient by its input (absent for tokens).
    pub fn backward(&mut self, grad_out: Option<&[f32]>) -> Result<Option<Vec<f32>>, StageError> {
        if grad_out.is_some() == self.span.head {
            return Err(StageError::Role("takes a gradient exactly when its output is not the loss"));
        }
        let Some(flight) = self.in_flight.pop_front() else {
            return Err(StageError::Role("has no micro-batch to go backward through"));
        };
        let mut rest = grad_out;
        if let Some(values) = grad_out {
            let want = flight.lanes.iter().map(|lane| lane.output.shape().num_elements()).sum();
            expect_length("the gradient by the output", values.len(), want)?;
        }
        let mut lanes = Vec::new();
        for lane in flight.lanes {
            let part = rest.map(|values| values.split_at(lane.output.shape().num_elements()));
            rest = part.map(|(_, rest)| rest);
            lanes.push((lane, part.map(|(values, _)| values)));
        }
        let rows = flight.rows;
        let done = lanes::run(lanes, |(lane, part)| self.backward_lane(lane, part, rows));
        let mut grad_in = (!self.span.embedding).then(Vec::new);
        for ((mut gradients, input), leaves) in done.into_iter().zip(&self.leaves) {
            collect(&mut self.gradients, leaves, &mut gradients);
            if let (Some(all), Some(leaf)) = (grad_in.as_mut(), input) {
                all.extend(leaf.grad_remove(&mut gradients).map_or_else(Vec::new, to_vec));
            }
        }
        Ok(grad_in)
    }

    fn backward_lane(
        &self,
        lane: LaneInFlight,
        grad_out: Option<&[f32]>,
        rows: usize,
    ) -> (Gradients, Option<Tensor<3>>) {
        let shape = lane.output.dims();
        let mut target = match grad_out {
            // The loss of the micro-batch is the mean over its rows.
            None => lane.output.sum().mul_scalar(lane.rows as f64 / rows as f64),
            Some(values) => {
                let data = TensorData::new(values.to_vec(), shape);
                (lane.output * Tensor::<3>::from_data(data, self.device.inner()).autodiff()).sum()
            }
        };
        if let Some(balance) = lane.balance {
            target = target + balance;
        }
        (target.backward(), lane.input)
    }

    /// The batch in as many parts as there are lanes. Experts have a capacity over the whole batch, so a model with
    /// experts runs in one.
    pub(super) fn cut<'a>(&self, batch: &MicroBatch<'a>) -> Vec<MicroBatch<'a>> {
        if self.config.moe.is_some() || !self.device.is_cpu() {
            return vec![*batch];
        }
        let part = |rows: Range<usize>| {
            let tokens = rows.start * batch.seq..rows.end * batch.seq;
            let width = self.config.hidden;
            MicroBatch {
                rows: rows.len(),
                seq: batch.seq,
                input: match batch.input {
                    Input::Tokens(ids) => Input::Tokens(&ids[tokens.clone()]),
                    Input::Hidden(values) => Input::Hidden(&values[tokens.start * width..tokens.end * width]),
                },
                targets: batch.targets.map(|targets| &targets[tokens]),
            }
        };
        lanes::cut(batch.rows).into_iter().map(part).collect()
    }
}

/// Adds a lane's gradients to the sums.
fn collect(sums: &mut [Option<Tensor<2>>], leaves: &[Tensor<2>], gradients: &mut Gradients) {
    for (leaf, sum) in leaves.iter().zip(sums) {
        let Some(new) = leaf.grad_remove(gradients) else { continue };
        *sum = Some(match sum.take() {
            None => new,
            Some(old) => old + new,
        });
    }
}
