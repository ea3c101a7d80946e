//! The map cut into parts, so that each of them can be checked alone.
//!
//! Cut at `bits`, a map has `2^bits` parts: part `i` holds the keys whose hashes begin with the `bits` bits of `i`. A part
//! is nothing, one leaf, or the hash of the branch that its keys make below that depth. The leaf of a part with one key is
//! given whole, as that leaf may stand higher in the trie: by itself, its hash could not be told from a branch's.
//!
//! Invariant: parts with the root of a map have, each, the hash of that map's part. From the top down, a branch's hash
//! names both sides; a leaf's is never a branch's, since their domains differ; and a leaf has to lie in its own part.

use super::{Leaf, Node, Tree, branch, grow};
use crate::types::Hash;
use borsh::{BorshDeserialize, BorshSerialize};

/// The finest cut: into 4096 parts.
pub const BITS_MAX: u8 = 12;

/// What names a part of a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Part {
    /// It has no keys.
    Empty,
    /// Its only key.
    One(Leaf),
    /// Several keys: the hash of their branch.
    Many(Hash),
}

impl Part {
    /// The part that these leaves are, if their keys differ and all lie in it.
    #[must_use]
    pub fn of(mut leaves: Vec<Leaf>, index: u32, bits: u8) -> Option<Self> {
        leaves.sort_unstable_by_key(|leaf| leaf.key);
        let twice = leaves.iter().zip(leaves.iter().skip(1)).any(|(a, b)| a.key == b.key);
        if twice || bits > BITS_MAX || leaves.iter().any(|leaf| leaf.part(bits) != index) {
            return None;
        }
        Some(Self::below(&grow(&leaves, bits.into())))
    }

    /// What its keys come to; zeros for none.
    #[must_use]
    pub fn hash(&self) -> Hash {
        match self {
            Self::Empty => Hash::default(),
            Self::One(leaf) => Node::Leaf(*leaf).hash(),
            Self::Many(hash) => *hash,
        }
    }

    fn below(node: &Node) -> Self {
        match node {
            Node::Empty => Self::Empty,
            Node::Leaf(leaf) => Self::One(*leaf),
            Node::Branch(branch) => Self::Many(branch.hash),
        }
    }

    /// Two parts side by side as one.
    fn join(zero: Self, one: Self) -> Self {
        match (zero, one) {
            (Self::Empty, Self::Empty) => Self::Empty,
            (Self::Empty, Self::One(only)) | (Self::One(only), Self::Empty) => Self::One(only),
            (zero, one) => Self::Many(branch(&zero.hash(), &one.hash())),
        }
    }
}

impl Leaf {
    /// The part that it lies in.
    #[must_use]
    pub fn part(&self, bits: u8) -> u32 {
        let first = self.key.0.first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes));
        first.checked_shr(32u32.saturating_sub(bits.into())).unwrap_or(0)
    }
}

impl Tree {
    /// The map cut at `bits` (at [`BITS_MAX`] if there are more).
    #[must_use]
    pub fn parts(&self, bits: u8) -> Vec<Part> {
        let mut parts = Vec::new();
        cut(&self.top, bits.min(BITS_MAX), 0, &mut parts);
        parts
    }
}

/// The parts below `node`, which begins at depth `at`.
fn cut(node: &Node, bits: u8, at: u8, parts: &mut Vec<Part>) {
    match node {
        Node::Branch(branch) if at < bits => {
            for side in &branch.sides {
                cut(side, bits, at.saturating_add(1), parts);
            }
        }
        end => {
            // A leaf that stands above the cut lies in one of the parts below its place; the others have nothing.
            let places = 1usize.checked_shl(bits.saturating_sub(at).into()).unwrap_or(0);
            let first = parts.len();
            parts.resize(first.saturating_add(places), Part::Empty);
            let place = if let Node::Leaf(leaf) = end { leaf.part(bits) as usize } else { first };
            if let Some(part) = parts.get_mut(place) {
                *part = Part::below(end);
            }
        }
    }
}

/// The root of the map that these parts make, if they can be a map's: `2^bits` of them, each leaf in its own.
#[must_use]
pub fn root_of(parts: &[Part]) -> Option<Hash> {
    let bits = u8::try_from(parts.len().checked_ilog2()?).ok().filter(|bits| *bits <= BITS_MAX)?;
    if !parts.len().is_power_of_two() {
        return None;
    }
    for (index, part) in (0u32..).zip(parts) {
        match part {
            Part::One(leaf) if leaf.part(bits) != index => return None,
            Part::Many(hash) if *hash == Hash::default() => return None,
            _ => {}
        }
    }
    let mut level = parts.to_vec();
    while level.len() > 1 {
        level = level.chunks_exact(2).filter_map(|pair| pair.first_chunk()).map(|[a, b]| Part::join(*a, *b)).collect();
    }
    level.first().map(Part::hash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    type Map = BTreeMap<Vec<u8>, Vec<u8>>;

    fn leaves_of(map: &Map, index: u32, bits: u8) -> Vec<Leaf> {
        map.iter().map(|(key, value)| Tree::leaf(key, value)).filter(|leaf| leaf.part(bits) == index).collect()
    }

    fn maps() -> impl Strategy<Value = Map> {
        let few = proptest::collection::btree_map(any::<[u8; 2]>(), any::<u8>(), 0..4);
        let many = proptest::collection::btree_map(any::<[u8; 2]>(), any::<u8>(), 0..300);
        prop_oneof![few, many].prop_map(|map| map.into_iter().map(|(key, value)| (key.to_vec(), vec![value])).collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn prop_parts_give_the_root_and_each_is_what_its_records_come_to(map in maps(), bits in 0..=BITS_MAX) {
            let tree: Tree = map.iter().collect();
            let parts = tree.parts(bits);
            prop_assert_eq!(parts.len(), 1 << bits);
            prop_assert_eq!(root_of(&parts), Some(tree.root()));
            let mut by_part: BTreeMap<u32, Vec<Leaf>> = BTreeMap::new();
            for (key, value) in &map {
                let leaf = Tree::leaf(key, value);
                by_part.entry(leaf.part(bits)).or_default().push(leaf);
            }
            for (index, part) in (0u32..).zip(&parts) {
                let leaves = by_part.remove(&index).unwrap_or_default();
                prop_assert_eq!(Part::of(leaves, index, bits), Some(*part));
            }
            prop_assert!(by_part.is_empty());
        }

        #[test]
        fn prop_a_part_with_other_records_is_another(map in maps(), bits in 0u8..5, drawn: [u8; 2]) {
            let tree: Tree = map.iter().collect();
            for (index, part) in (0u32..).zip(tree.parts(bits)) {
                let leaves = leaves_of(&map, index, bits);
                let differs = |leaves: Vec<Leaf>| Part::of(leaves, index, bits).is_none_or(|other| other.hash() != part.hash());
                for place in (0..leaves.len()).step_by(leaves.len() / 8 + 1) {
                    let mut less = leaves.clone();
                    let gone = less.remove(place);
                    prop_assert!(differs(less), "a record less");
                    let mut changed = leaves.clone();
                    changed[place].value.0[0] ^= 1;
                    prop_assert!(differs(changed), "another value");
                    prop_assert!(differs([leaves.clone(), vec![gone]].concat()), "a record twice");
                }
                let extra = Tree::leaf(&[&drawn[..], b"extra"].concat(), b"1");
                prop_assert!(differs([leaves, vec![extra]].concat()), "a record more, or of another part");
            }
        }

        #[test]
        fn prop_no_other_parts_have_the_root(map in maps(), bits in 0u8..5, at: usize, hash: [u8; 32], kind in 0u8..5) {
            let tree: Tree = map.iter().collect();
            let honest = tree.parts(bits);
            let mut parts = honest.clone();
            let at = at % parts.len();
            parts[at] = match kind {
                0 => Part::Empty,
                1 => Part::Many(Hash(hash)),
                2 => Part::One(Tree::leaf(&hash, &hash)),
                // The hash of what stands one level up, and the part as if it had more keys.
                3 => Part::Many(tree.root()),
                _ => Part::Many(parts[at].hash()),
            };
            if root_of(&parts) == Some(tree.root()) {
                let hashes = |parts: &[Part]| parts.iter().map(Part::hash).collect::<Vec<_>>();
                prop_assert_eq!(hashes(&parts), hashes(&honest));
            }
        }
    }

    #[test]
    fn no_key_one_key_and_two_keys_at_every_cut() {
        for keys in [0u8, 1, 2] {
            let map: Map = (0..keys).map(|key| (vec![key], vec![7])).collect();
            let tree: Tree = map.iter().collect();
            for bits in 0..=BITS_MAX {
                let parts = tree.parts(bits);
                assert_eq!((parts.len(), root_of(&parts)), (1 << bits, Some(tree.root())));
                let with: BTreeSet<u32> =
                    (0u32..).zip(&parts).filter(|(_, part)| **part != Part::Empty).map(|(index, _)| index).collect();
                let own: BTreeSet<u32> = map.iter().map(|(key, value)| Tree::leaf(key, value).part(bits)).collect();
                assert_eq!(with, own);
            }
        }
    }

    #[test]
    fn what_can_be_no_maps_parts_has_no_root() {
        let leaf = Tree::leaf(b"key", b"value");
        let own = leaf.part(1) as usize;
        let mut parts = [Part::Empty; 2];
        parts[own] = Part::One(leaf);
        assert!(root_of(&parts).is_some());
        parts.swap(0, 1);
        assert_eq!(root_of(&parts), None, "a leaf in a part that is not its own");
        assert_eq!(root_of(&[Part::Many(Hash::default())]), None);
        assert_eq!(root_of(&[]), None);
        assert_eq!(root_of(&[Part::Empty; 3]), None);
        assert_eq!(root_of(&vec![Part::Empty; 2 << BITS_MAX]), None);
        // A branch one level up may not pass for a lone leaf: nothing would ever fit that part.
        let tree: Tree = (0u8..9).map(|key| ([key], [key])).collect();
        let [zero, one] = tree.parts(1)[..] else { panic!() };
        assert_ne!(root_of(&[Part::Empty, Part::Many(branch(&zero.hash(), &one.hash()))]), Some(tree.root()));
    }
}
