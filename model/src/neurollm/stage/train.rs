//! The training pass: forward with a gradient graph, then backward.
//!
//! Invariant: what [`Stage::forward`] keeps is used up by exactly one [`Stage::backward`], first in, first out.

use super::forward::Pass;
use super::layout::to_vec;
use super::{Input, MicroBatch, Output, Stage, StageError, expect_length};
use crate::neurollm::attention::Positions;
use crate::neurollm::fused;
use burn::tensor::{Gradients, Tensor, TensorData};

/// A micro-batch between its forward and its backward.
pub(super) struct InFlight {
    /// Where the graph begins, unless it begins with the parameters.
    input: Option<Tensor<3>>,
    /// What the input was looked up by, where the kernels train the embedding.
    tokens: Vec<u32>,
    output: Tensor<3>,
    /// The gradient by the output, where the kernels have it from the loss already.
    gradient: Option<Tensor<3>>,
    balance: Option<Tensor<1>>,
}

impl Stage {
    /// Computes the stage on a micro-batch and keeps what its [`Stage::backward`] needs.
    pub fn forward(&mut self, batch: &MicroBatch<'_>) -> Result<Output, StageError> {
        self.check(batch, 0)?;
        if self.span.head != batch.targets.is_some() {
            return Err(StageError::Role("takes targets exactly when it holds the head"));
        }
        let engine = self.engine();
        let composed = engine.is_none() || self.config.moe.is_some();
        if composed && self.leaves.is_empty() {
            self.leaves = self.weights.iter().map(|weight| weight.clone().autodiff().require_grad()).collect();
        }
        let leaf = |x: Tensor<3>| x.autodiff().require_grad();
        let (input, tokens) = match batch.input {
            Input::Tokens(tokens) if engine.is_some() => {
                (Some(leaf(self.embed(&self.weights, tokens, batch.rows))), tokens.to_vec())
            }
            Input::Tokens(_) => (None, Vec::new()),
            Input::Hidden(values) => (Some(leaf(self.hidden(values, batch.rows))), Vec::new()),
        };
        let x = match (&input, batch.input) {
            (None, Input::Tokens(tokens)) => self.embed(&self.leaves, tokens, batch.rows),
            (Some(input), _) => input.clone(),
            (None, Input::Hidden(_)) => unreachable!("hidden values are where a graph begins"),
        };
        let positions = engine
            .is_none()
            .then(|| Positions::new(&self.config, &self.rotary, 0, batch.seq, self.device.inner()).autodiff());
        let tensors = if composed { &self.leaves } else { &self.weights };
        let (output, balance) = self.run(Pass { tensors, positions, cache: None, training: true }, x);
        let mut flight = InFlight { input, tokens, output, gradient: None, balance };
        let output = match (batch.targets, engine) {
            (Some(targets), Some(engine)) => {
                let hidden = flight.output.clone().inner();
                let (losses, gradient) = self.kernel_losses(engine, hidden, targets, true);
                flight.gradient = gradient;
                let sum: f64 = losses.iter().map(|&loss| f64::from(loss)).sum();
                Output::Loss((sum / losses.len() as f64) as f32)
            }
            (Some(targets), None) => {
                let losses = self.token_losses(&self.leaves, flight.output, targets);
                flight.output = losses.mean().reshape([1, 1, 1]);
                Output::Loss(to_vec(flight.output.clone().inner())[0])
            }
            (None, _) => Output::Hidden(to_vec(flight.output.clone().inner())),
        };
        self.in_flight.push_back(flight);
        Ok(output)
    }

    /// Adds the gradients of the oldest micro-batch in flight. `grad_out` is the gradient of the loss by this stage's
    /// output (absent where the output is the loss); returned is the gradient by its input (absent for tokens).
    pub fn backward(&mut self, grad_out: Option<&[f32]>) -> Result<Option<Vec<f32>>, StageError> {
        if grad_out.is_some() == self.span.head {
            return Err(StageError::Role("takes a gradient exactly when its output is not the loss"));
        }
        let Some(mut flight) = self.in_flight.pop_front() else {
            return Err(StageError::Role("has no micro-batch to go backward through"));
        };
        let shape = flight.output.dims();
        if let Some(values) = grad_out {
            let want = shape.iter().product();
            if let Err(error) = expect_length("the gradient by the output", values.len(), want) {
                self.in_flight.push_front(flight);
                return Err(error);
            }
            let data = TensorData::new(values.to_vec(), shape);
            flight.gradient = Some(Tensor::from_data(data, self.device.inner()));
        }
        let mut target = match (flight.gradient, self.engine()) {
            (Some(gradient), Some(_)) => fused::seed(flight.output, gradient),
            (Some(gradient), None) => (flight.output * gradient.autodiff()).sum(),
            (None, _) => flight.output.sum(),
        };
        if let Some(balance) = flight.balance {
            target = target + balance;
        }
        let mut gradients = target.backward();
        collect(&mut self.gradients, &self.leaves, &mut gradients);
        let by_input = flight.input.and_then(|leaf| leaf.grad_remove(&mut gradients));
        if self.span.embedding {
            if let Some(by_input) = by_input {
                self.train_embedding(&flight.tokens, by_input);
            }
            return Ok(None);
        }
        Ok(Some(by_input.map_or_else(Vec::new, to_vec)))
    }

    /// Adds the gradient by looked up rows to the embedding's, in the order of the tokens.
    fn train_embedding(&self, tokens: &[u32], by_rows: Tensor<3>) {
        let hidden = self.config.hidden;
        let by_rows = fused::primitive(by_rows);
        self.slots.fill([0], [self.config.vocab * hidden], |[gradient], add| {
            if !add {
                gradient.fill(0.0);
            }
            for (&token, row) in tokens.iter().zip(fused::values(&by_rows).chunks_exact(hidden)) {
                let to = &mut gradient[token as usize * hidden..(token as usize + 1) * hidden];
                to.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
            }
        });
    }
}

/// Adds the gradients of parameters that are in the graph to the sums.
fn collect(sums: &mut [Option<Tensor<2>>], leaves: &[Tensor<2>], gradients: &mut Gradients) {
    for (leaf, sum) in leaves.iter().zip(sums) {
        let Some(new) = leaf.grad_remove(gradients) else { continue };
        *sum = Some(match sum.take() {
            None => new,
            Some(old) => old + new,
        });
    }
}
