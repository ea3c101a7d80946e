//! Whose turn it is to propose: a draw weighted by power, the same on every machine.
//!
//! Invariant: over many heights a validator proposes as often as its share of the power says, and nobody can change a
//! draw other than by changing the powers.

use crate::types::{ChainId, Domain, Hash, Height, Validator, ValidatorSet};

/// Who proposes in this round; nobody if there are no validators.
///
/// Each round is a draw of its own, out of the hash of chain, height and round: nothing has to be carried from height to
/// height, and a validator that is down costs a round only when it is drawn.
#[must_use]
pub fn proposer(chain: ChainId, validators: &ValidatorSet, height: Height, round: u32) -> Option<&Validator> {
    const DOMAIN: Domain = Domain::new("proposer");
    let hash = Hash::of(&DOMAIN, &(chain, height, round));
    let draw = u128::from_le_bytes(*hash.0.first_chunk()?);
    // Powers sum to less than 2^60, so that the remainder of 128 bits favours nobody by more than 2^-68.
    let mut left = draw.checked_rem(u128::from(validators.total()))?;
    validators.validators().iter().find(|validator| {
        let power = u128::from(validator.power);
        let drawn = left < power;
        left = left.saturating_sub(power);
        drawn
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::SecretKey;

    fn set(powers: &[u64]) -> ValidatorSet {
        ValidatorSet::new(
            (1u8..)
                .zip(powers)
                .map(|(seed, &power)| Validator { key: SecretKey::from_bytes(&[seed; 32]).unwrap().public(), power }),
        )
    }

    #[test]
    fn turns_follow_power() {
        let chain = ChainId(Hash([7; 32]));
        let set = set(&[5000, 3000, 1500, 500]);
        let mut turns = [0u64; 4];
        let rounds = 20_000;
        for draw in 0..rounds {
            let drawn = proposer(chain, &set, Height(draw / 4), (draw % 4) as u32).unwrap();
            turns[set.validators().iter().position(|validator| validator == drawn).unwrap()] += 1;
        }
        for (turns, validator) in turns.iter().zip(set.validators()) {
            let expected = validator.power * rounds / set.total();
            // Three standard deviations of a draw repeated 20,000 times are below 220.
            assert!(turns.abs_diff(expected) < 220, "{turns} turns, {expected} expected");
        }
    }

    #[test]
    fn a_draw_depends_on_the_chain_and_ends_where_there_is_nobody() {
        let set = set(&[1, 1, 1, 1]);
        let turns = |chain| (0..64).map(|height| proposer(chain, &set, Height(height), 0)).collect::<Vec<_>>();
        assert_ne!(turns(ChainId(Hash([1; 32]))), turns(ChainId(Hash([2; 32]))));
        assert_eq!(proposer(ChainId::default(), &ValidatorSet::default(), Height(1), 0), None);
    }
}
