//! Merkle trees over lists, with proofs that a value is at its place.
//!
//! The tree's shape is RFC 6962's: a list is split at the largest power of two below its length. Invariants: leaves, inner
//! nodes and roots are hashed under domains of their own, and a root commits to the length, so that no two lists have one
//! root and no inner node can pass for a leaf.

use super::{Domain, Hash};
use borsh::{BorshDeserialize, BorshSerialize};

const LEAF: Domain = Domain::new("merkle leaf");
const NODE: Domain = Domain::new("merkle node");
const ROOT: Domain = Domain::new("merkle root");

/// That a value is at a place of a list with a known root.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Proof {
    /// Place in the list, from 0.
    pub index: u64,
    /// Length of the list.
    pub length: u64,
    /// Hashes beside the way from the leaf to the top.
    pub siblings: Vec<Hash>,
}

/// The root of a list of values.
#[must_use]
pub fn root<T: BorshSerialize>(values: &[T]) -> Hash {
    let leaves: Vec<Hash> = values.iter().map(leaf).collect();
    crown(leaves.len() as u64, top(&leaves))
}

/// The proof for the value at `index`, if there is one.
#[must_use]
pub fn prove<T: BorshSerialize>(values: &[T], index: usize) -> Option<Proof> {
    values.get(index)?;
    let leaves: Vec<Hash> = values.iter().map(leaf).collect();
    let mut siblings = Vec::new();
    let (mut rest, mut place) = (leaves.as_slice(), index);
    while let Some((left, right)) = split(rest) {
        let other = if place < left.len() { right } else { left };
        siblings.push(top(other));
        (rest, place) = if place < left.len() { (left, place) } else { (right, place.saturating_sub(left.len())) };
    }
    siblings.reverse();
    Some(Proof { index: index as u64, length: leaves.len() as u64, siblings })
}

impl Proof {
    /// The root of every list that has `value` at this place, if the proof has the form of one.
    #[must_use]
    pub fn root<T: BorshSerialize>(&self, value: &T) -> Option<Hash> {
        // The way down, by the same splits: whether the leaf lies left, from the top.
        let (mut place, mut length) = (self.index, self.length);
        let mut lefts = Vec::new();
        if place >= length {
            return None;
        }
        while length > 1 {
            let left = first_part(length);
            lefts.push(place < left);
            (place, length) =
                if place < left { (place, left) } else { (place.saturating_sub(left), length.saturating_sub(left)) };
        }
        if lefts.len() != self.siblings.len() {
            return None;
        }
        let ways = lefts.into_iter().rev().zip(&self.siblings);
        let hash =
            ways.fold(leaf(value), |hash, (left, other)| if left { node(&hash, other) } else { node(other, &hash) });
        Some(crown(self.length, hash))
    }
}

fn leaf<T: BorshSerialize>(value: &T) -> Hash {
    Hash::of(&LEAF, value)
}

fn node(left: &Hash, right: &Hash) -> Hash {
    Hash::of(&NODE, &(left, right))
}

fn crown(length: u64, top: Hash) -> Hash {
    Hash::of(&ROOT, &(length, top))
}

fn top(leaves: &[Hash]) -> Hash {
    match split(leaves) {
        Some((left, right)) => node(&top(left), &top(right)),
        None => leaves.first().copied().unwrap_or_default(),
    }
}

/// Both parts of a list of two or more.
fn split(leaves: &[Hash]) -> Option<(&[Hash], &[Hash])> {
    if leaves.len() < 2 { None } else { leaves.split_at_checked(first_part(leaves.len() as u64) as usize) }
}

/// The largest power of two below `length`, which is 2 or more.
fn first_part(length: u64) -> u64 {
    1 << length.saturating_sub(1).max(1).ilog2()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lists_that_repeat_their_end_have_other_roots() {
        assert_ne!(root(&[1u8, 2, 3]), root(&[1u8, 2, 3, 3]));
        assert_ne!(root::<u8>(&[]), root(&[0u8]));
        assert_ne!(root::<u8>(&[]), Hash::default());
    }

    #[test]
    fn an_inner_node_is_no_leaf() {
        // A list of the two inner nodes would have the root of the four leaves, were they hashed alike.
        let pairs = [[1u8, 2], [3, 4]].map(|pair| node(&leaf(&pair[0]), &leaf(&pair[1])));
        assert_ne!(root(&pairs), root(&[1u8, 2, 3, 4]));
    }

    #[test]
    fn a_proof_of_the_longest_list_is_followed() {
        let proof = Proof { index: u64::MAX - 1, length: u64::MAX, siblings: vec![Hash::default(); 63] };
        assert!(proof.root(&1u8).is_some());
        let ways = (0..=64).map(|count| Proof { siblings: vec![Hash::default(); count], ..proof.clone() });
        assert_eq!(ways.filter(|proof| proof.root(&1u8).is_some()).count(), 1, "one length of the way is right");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn prop_proofs_hold_at_their_place_only(values in proptest::collection::vec(any::<u16>(), 1..70), at: usize) {
            let at = at % values.len();
            let proof = prove(&values, at).unwrap();
            prop_assert_eq!(proof.root(&values[at]), Some(root(&values)));
            prop_assert_ne!(proof.root(&values[at].wrapping_add(1)), Some(root(&values)));
            for index in (0..values.len() as u64 + 2).filter(|&index| index != proof.index) {
                let moved = Proof { index, ..proof.clone() };
                prop_assert_ne!(moved.root(&values[at]), Some(root(&values)));
            }
            let longer = Proof { length: proof.length + 1, ..proof.clone() };
            prop_assert_ne!(longer.root(&values[at]), Some(root(&values)));
            let mut cut = proof.clone();
            if cut.siblings.pop().is_some() {
                prop_assert_eq!(cut.root(&values[at]), None);
            }
            prop_assert_eq!(prove(&values, values.len()), None);
        }

        #[test]
        fn prop_no_proof_panics(index: u64, length: u64, count in 0usize..70) {
            let _ = Proof { index, length, siblings: vec![Hash::default(); count] }.root(&1u8);
        }
    }
}
