//! AdamW (Loshchilov & Hutter 2017, arXiv:1711.05101): decoupled weight decay, on matrices only.
//!
//! Invariant: an update is a pure function of (weights, moments, gradients, step, rate), without hidden state, so that
//! restoring those restores the run.

use super::fused;
use crate::kernels;
use crate::training::Adam;
use burn::tensor::Tensor;

/// First and second moment of one parameter.
#[derive(Clone)]
pub(super) struct Moments {
    pub(super) first: Tensor<2>,
    pub(super) second: Tensor<2>,
}

/// One update, on tensors outside autodiff.
pub(super) struct Update {
    /// Constants.
    pub(super) adam: Adam,
    /// Updates made, this one included: corrects the moments' bias towards zero.
    pub(super) step: u64,
    /// Learning rate.
    pub(super) rate: f64,
    /// Factor on every gradient: averaging and clipping.
    pub(super) gradient_scale: f64,
}

impl Update {
    /// The same on the processor, in the tensors' own memory; without a gradient as if it were 0.
    pub(super) fn apply_in_place(
        &self,
        weight: &mut Tensor<2>,
        gradient: Option<&[f32]>,
        moments: &mut Moments,
        decays: bool,
    ) {
        let Adam { beta1, beta2, eps, weight_decay } = self.adam;
        let steps = i32::try_from(self.step).unwrap_or(i32::MAX);
        let update = kernels::Update {
            beta1: beta1 as f32,
            beta2: beta2 as f32,
            eps: eps as f32,
            step_size: (self.rate / (1.0 - beta1.powi(steps))) as f32,
            second_scale: (1.0 / (1.0 - beta2.powi(steps))) as f32,
            keep: if decays { (1.0 - self.rate * weight_decay) as f32 } else { 1.0 },
            gradient_scale: self.gradient_scale as f32,
        };
        fused::in_place(weight, |weight| {
            fused::in_place(&mut moments.first, |first| {
                fused::in_place(&mut moments.second, |second| update.apply(weight, first, second, gradient));
            });
        });
    }

    pub(super) fn apply(
        &self,
        weight: Tensor<2>,
        gradient: Tensor<2>,
        moments: &mut Moments,
        decays: bool,
    ) -> Tensor<2> {
        let Adam { beta1, beta2, eps, weight_decay } = self.adam;
        let steps = i32::try_from(self.step).unwrap_or(i32::MAX);
        let gradient = gradient.mul_scalar(self.gradient_scale);
        moments.first.inplace(|m| m.mul_scalar(beta1) + gradient.clone().mul_scalar(1.0 - beta1));
        moments.second.inplace(|v| v.mul_scalar(beta2) + gradient.square().mul_scalar(1.0 - beta2));
        let correct_first = 1.0 - beta1.powi(steps);
        let correct_second = 1.0 - beta2.powi(steps);
        let spread = moments.second.clone().div_scalar(correct_second).sqrt().add_scalar(eps);
        let change = (moments.first.clone() / spread).mul_scalar(self.rate / correct_first);
        let kept = if decays { weight.mul_scalar(1.0 - self.rate * weight_decay) } else { weight };
        kept - change
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    /// The textbook formula, one number at a time in f64.
    fn reference(adam: Adam, weight: f64, gradients: &[f64], rate: f64, decays: bool) -> f64 {
        let (mut w, mut m, mut v) = (weight, 0.0, 0.0);
        for (t, g) in gradients.iter().enumerate() {
            m = adam.beta1 * m + (1.0 - adam.beta1) * g;
            v = adam.beta2 * v + (1.0 - adam.beta2) * g * g;
            let t = t as i32 + 1;
            let (m_hat, v_hat): (f64, f64) = (m / (1.0 - adam.beta1.powi(t)), v / (1.0 - adam.beta2.powi(t)));
            let decay = if decays { rate * adam.weight_decay * w } else { 0.0 };
            w = w - decay - rate * m_hat / (v_hat.sqrt() + adam.eps);
        }
        w
    }

    #[test]
    fn agrees_with_the_formula_with_and_without_decay() {
        let device = Device::flex();
        let adam = Adam::default();
        let gradients = [0.3, -1.2, 0.05, 2.0];
        for decays in [true, false] {
            let mut weight = Tensor::<2>::from_floats([[1.5]], &device);
            let mut moments = Moments { first: weight.zeros_like(), second: weight.zeros_like() };
            for (index, gradient) in gradients.iter().enumerate() {
                let update = Update { adam, step: index as u64 + 1, rate: 0.01, gradient_scale: 0.5 };
                // Twice the gradient at half the scale.
                let gradient = Tensor::<2>::from_floats([[2.0 * *gradient as f32]], &device);
                weight = update.apply(weight, gradient, &mut moments, decays);
            }
            let got = f64::from(weight.into_data().try_to_vec::<f32>().unwrap()[0]);
            let want = reference(adam, 1.5, &gradients, 0.01, decays);
            assert!((got - want).abs() < 1e-6, "{got} instead of {want}");
        }
    }
}
