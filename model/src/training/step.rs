//! One inner step: gather gradients over the micro-batches, clip by the whole norm, step the optimizer.
//!
//! Invariant: a step is a pure function of the stage, the recipe, the rate and the windows; numbers that are none leave
//! the weights as they were.

use super::{Recipe, TrainError};
use crate::data::{Batch, Dataset};
use crate::neurollm::{Input, MicroBatch, Output, Stage};

/// Which windows a step draws, and where it stands in its run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// What windows are drawn by.
    pub(super) seed: u64,
    /// The step that draws them.
    pub(super) draw: u64,
    /// Step of the optimizer, counted from 1.
    pub(super) step: u64,
    /// Learning rate.
    pub(super) rate: f64,
}

/// What a step showed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    /// Mean loss in nats per token.
    pub(super) loss: f64,
    /// Norm of the mean gradient before clipping.
    pub(super) grad_norm: f64,
    /// Whether both are numbers, and the step was made.
    pub(super) made: bool,
}

/// Makes a step of a stage that holds the whole model; `read` sees each batch before it is trained on.
pub(super) fn inner_step(
    stage: &mut Stage,
    recipe: &Recipe,
    data: &Dataset,
    place: Place,
    read: &mut dyn FnMut(&Batch),
) -> Result<Shown, TrainError> {
    let mut loss = 0.0;
    for micro in 0..recipe.accumulate {
        let first = (micro * recipe.batch) as u64;
        let batch = data.batch(place.seed, place.draw, first, recipe.batch, recipe.seq)?;
        read(&batch);
        let input = Input::Tokens(&batch.inputs);
        let micro = MicroBatch { rows: batch.rows, seq: batch.seq, input, targets: Some(&batch.targets) };
        if first == 0 {
            data.prefetch(place.seed, place.draw + 1, recipe.batch * recipe.accumulate, recipe.seq);
        }
        if let Output::Loss(value) = stage.forward(&micro)? {
            loss += f64::from(value) / recipe.accumulate as f64;
        }
        stage.backward(None)?;
    }
    let squares: f64 = stage.gradient_squares().iter().map(|(_, square)| square).sum();
    let grad_norm = squares.sqrt() / recipe.accumulate as f64;
    let made = loss.is_finite() && grad_norm.is_finite();
    if made {
        let clip = if recipe.clip > 0.0 { (recipe.clip / grad_norm).min(1.0) } else { 1.0 };
        stage.step(recipe.adam, place.step, place.rate, clip / recipe.accumulate as f64);
    } else {
        stage.discard();
    }
    Ok(Shown { loss, grad_norm, made })
}
