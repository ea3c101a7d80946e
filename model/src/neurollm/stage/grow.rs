//! A stage that follows its network's vocabulary.
//!
//! Invariants: only the parameters with a row for each token change, and of them only the rows of new ids; the logits
//! of older ids stay as they are to the bit. Nothing changes where growing is refused.

use super::layout::{from_tensor, to_tensor};
use super::{Moments, Stage, StageError};
use crate::parameters::{VocabGrowth, specs};

impl Stage {
    /// Follows a tokenizer of `known` ids to which `merges` are appended: a new id's rows in embedding and head are drawn
    /// by `seed`, with moments of 0. A stage with neither changes its shape only.
    ///
    /// Only between steps: gradients that were gathered are of the old shape.
    pub fn grow(&mut self, known: usize, merges: &[(u32, u32)], seed: u64) -> Result<(), StageError> {
        let growth = VocabGrowth::new(self.config.vocab, known, merges)?;
        let gathered =
            |index: usize| self.gradients[index].is_some() || self.slots.read(index, |values| values.is_some());
        if !self.in_flight.is_empty() || !self.leaves.is_empty() || (0..self.specs.len()).any(gathered) {
            return Err(StageError::Role("can't grow its vocabulary in the middle of a step"));
        }
        self.config.vocab = growth.vocab();
        let grown = specs(&self.config, &self.span);
        for (index, new) in grown.iter().enumerate().filter(|(_, spec)| spec.has_token_rows()) {
            let old = &self.specs[index];
            let mut values = from_tensor(old, &self.weights[index]);
            growth.draw(&new.name, seed, &mut values);
            self.weights[index] = to_tensor(new, values, &self.device);
            if let Some(Moments { first, second }) = self.moments.get_mut(index) {
                for moment in [first, second] {
                    let mut values = from_tensor(old, moment);
                    growth.zeros(&mut values);
                    *moment = to_tensor(new, values, &self.device);
                }
            }
        }
        self.specs = grown;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ModelConfig, MoeConfig};
    use crate::neurollm::{Device, Input, MicroBatch, Output};
    use crate::parameters::{GrowthError, Span, Unit};
    use crate::random::Stream;
    use crate::training::Adam;

    /// More than a block of the head's kernel, and no multiple of one.
    const VOCAB: usize = 301;
    const SEED: u64 = 3;
    const MERGES: [(u32, u32); 70] = {
        let mut merges = [(20, 31); 70];
        let mut at = 1;
        while at < 70 {
            merges[at] = ((VOCAB + at - 1) as u32, 40 + at as u32);
            at += 1;
        }
        merges
    };

    fn config(tied_embeddings: bool) -> ModelConfig {
        ModelConfig { tied_embeddings, ..ModelConfig::dense([2, 96, 3, 1, 64, VOCAB, 16]) }
    }

    fn ids(label: &str, vocab: usize) -> Vec<u32> {
        let mut stream = Stream::new(label, 0, &[]);
        (0..32).map(|_| stream.below(vocab as u64) as u32).collect()
    }

    fn step(stage: &mut Stage, at: u64) -> f32 {
        let vocab = stage.config().vocab;
        let (inputs, targets) = (ids("inputs", vocab), ids("targets", vocab));
        let input = Input::Tokens(&inputs);
        let loss = stage.forward(&MicroBatch { rows: 2, seq: 16, input, targets: Some(&targets) }).unwrap();
        stage.backward(None).unwrap();
        stage.step(Adam::default(), at, 0.01, 1.0);
        let Output::Loss(loss) = loss else { panic!("the whole model gives a loss") };
        loss
    }

    fn trained(config: &ModelConfig) -> Stage {
        let mut stage = Stage::initialise(config, &Span::whole(config), SEED, &Device::cpu()).unwrap();
        for at in 1..4 {
            step(&mut stage, at);
        }
        stage
    }

    /// Logits of old ids, position by position, as bits.
    fn old_logits(stage: &Stage) -> Vec<Vec<u32>> {
        let inputs = ids("any", VOCAB);
        let batch = MicroBatch { rows: 2, seq: 16, input: Input::Tokens(&inputs), targets: None };
        let logits = stage.all_logits(&batch).unwrap();
        let rows = logits.chunks_exact(stage.config().vocab);
        rows.map(|row| row[..VOCAB].iter().map(|logit| logit.to_bits()).collect()).collect()
    }

    #[test]
    fn the_logits_of_old_ids_stay_to_the_bit() {
        for tied in [false, true] {
            let mut stage = trained(&config(tied));
            let before = old_logits(&stage);
            stage.grow(VOCAB, &MERGES, SEED).unwrap();
            assert_eq!(stage.config().vocab, VOCAB + MERGES.len());
            assert!(old_logits(&stage) == before, "tied: {tied}");
            let composed = trained(&config(tied)).composed();
            let before = old_logits(&composed);
            let mut composed = composed;
            composed.grow(VOCAB, &MERGES, SEED).unwrap();
            assert!(old_logits(&composed) == before, "composed, tied: {tied}");
        }
    }

    #[test]
    fn only_rows_of_new_ids_are_new() {
        for moe in [None, Some(MoeConfig { experts: 2, top_k: 1 })] {
            let mut stage = trained(&ModelConfig { moe, ..config(false) });
            let all = |stage: &Stage| -> Vec<_> {
                (0..stage.specs().len()).map(|index| (stage.weight(index), stage.moments(index).unwrap())).collect()
            };
            let before = all(&stage);
            stage.grow(VOCAB, &MERGES, SEED).unwrap();
            for ((spec, (old, moments)), (new, grown)) in stage.specs().iter().zip(&before).zip(all(&stage)) {
                assert_eq!((spec.len(), &new[..old.len()]), (new.len(), &old[..]));
                assert_eq!(new.len() > old.len(), spec.has_token_rows(), "{}", spec.name);
                for (old, new) in moments.iter().zip(&grown) {
                    assert_eq!(&new[..old.len()], &old[..]);
                    assert!(new[old.len()..].iter().all(|value| *value == 0.0));
                }
                if spec.has_token_rows() {
                    for id in VOCAB..VOCAB + MERGES.len() {
                        let mut stream = Stream::new(&spec.name, SEED, &[id as u64]);
                        assert_eq!(new[id * 96..][..96], [(); 96].map(|()| (0.01 * stream.normal()) as f32));
                    }
                }
            }
            assert!(step(&mut stage, 4).is_finite(), "and it learns on");
        }
    }

    #[test]
    fn stages_grow_like_the_whole_model() {
        let config = config(false);
        let whole = {
            let mut stage = trained(&config);
            stage.grow(VOCAB, &MERGES, SEED).unwrap();
            stage
        };
        let parts = [(true, 0..1, false), (false, 1..2, false), (false, 2..2, true)];
        let mut index = 0;
        for (embedding, layers, head) in parts {
            let span = Span { embedding, layers, head };
            let old = trained(&config);
            let weights: Vec<_> = old.specs().iter().map(|spec| &spec.name).cloned().collect();
            let of = |name: &str| weights.iter().position(|own| own == name).unwrap();
            let mut stage =
                Stage::load(&config, &span, &Device::cpu(), |spec| Ok::<_, StageError>(old.weight(of(&spec.name))))
                    .unwrap();
            stage.grow(VOCAB, &MERGES, SEED).unwrap();
            assert_eq!(stage.config(), whole.config());
            assert!(stage.moments(0).is_none(), "no step was made yet");
            for own in 0..stage.specs().len() {
                assert_eq!((&stage.specs()[own], stage.weight(own)), (&whole.specs()[index], whole.weight(index)));
                index += 1;
            }
        }
        assert_eq!(index, whole.specs().len());
    }

    #[test]
    fn rows_to_spare_are_used_first() {
        let mut stage = trained(&config(false));
        let before = stage.weight(0);
        stage.grow(290, &[(20, 31), (290, 11)], SEED).unwrap();
        assert_eq!(stage.config().vocab, VOCAB);
        let after = stage.weight(0);
        let changed: Vec<usize> = (0..VOCAB).filter(|id| before[id * 96..][..96] != after[id * 96..][..96]).collect();
        assert_eq!(changed, [290, 291]);
        stage.grow(292, &MERGES[..1].repeat(12), SEED).unwrap();
        assert_eq!(stage.config().vocab, 304);
    }

    #[test]
    fn growing_waits_for_the_step_and_for_a_vocabulary_that_fits() {
        let mut stage = trained(&config(false));
        let before = (stage.config().clone(), stage.weight(0));
        let wrong = stage.grow(VOCAB + 1, &[], SEED).unwrap_err();
        assert_eq!(wrong, StageError::Growth(GrowthError::Rows { known: VOCAB + 1, rows: VOCAB }));
        let (inputs, targets) = (ids("inputs", VOCAB), ids("targets", VOCAB));
        let input = Input::Tokens(&inputs);
        stage.forward(&MicroBatch { rows: 2, seq: 16, input, targets: Some(&targets) }).unwrap();
        let error = stage.grow(VOCAB, &MERGES, SEED).unwrap_err();
        assert_eq!(error.to_string(), "a stage can't grow its vocabulary in the middle of a step");
        stage.backward(None).unwrap();
        assert_eq!(stage.grow(VOCAB, &MERGES, SEED).unwrap_err(), error);
        assert_eq!((stage.config().clone(), stage.weight(0)), before);
        stage.discard();
        stage.grow(VOCAB, &MERGES, SEED).unwrap();
        assert_eq!(stage.gradient_squares().first().map(|(unit, _)| *unit), Some(Unit::Embedding));
    }
}
