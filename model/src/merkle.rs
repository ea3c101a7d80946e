//! Merkle roots over hashes.
//!
//! Invariant: two different lists never share a root. Leaves, inner nodes and the root are hashed under different
//! prefixes and the root commits to the number of leaves, so a list can't be confused with a longer or deeper one.

/// Root of the leaves, in order; an odd node at the end of a level moves up unchanged.
#[must_use]
pub fn root(leaves: &[[u8; 32]]) -> [u8; 32] {
    let mut level: Vec<[u8; 32]> = leaves.iter().map(|leaf| hash(*b"leaf", &[leaf])).collect();
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => hash(*b"node", &[left, right]),
                _ => pair[0],
            })
            .collect();
    }
    let top = level.first().copied().unwrap_or([0; 32]);
    hash(*b"root", &[&(leaves.len() as u64).to_le_bytes(), &top])
}

fn hash(prefix: [u8; 4], parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&prefix);
    for part in parts {
        hasher.update(part);
    }
    *hasher.finalize().as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_repeated_last_leaf_and_a_node_as_leaf_change_the_root() {
        let [a, b, c] = [[1; 32], [2; 32], [3; 32]];
        assert_ne!(root(&[a, b, c]), root(&[a, b, c, c]));
        assert_ne!(root(&[]), root(&[[0; 32]]));
        let inner = hash(*b"node", &[&hash(*b"leaf", &[&a]), &hash(*b"leaf", &[&b])]);
        assert_ne!(root(&[a, b]), root(&[inner]));
    }

    proptest! {
        #[test]
        fn prop_every_leaf_and_its_place_count(leaves in prop::collection::vec(any::<[u8; 32]>(), 2..20), at: prop::sample::Index) {
            let base = root(&leaves);
            let mut changed = leaves.clone();
            changed[at.index(leaves.len())][0] ^= 1;
            prop_assert_ne!(root(&changed), base);
            let mut swapped = leaves.clone();
            swapped.swap(0, leaves.len() - 1);
            prop_assert!(swapped == leaves || root(&swapped) != base);
        }
    }
}
