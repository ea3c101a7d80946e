//! The authenticated map: one hash, the root, names a whole set of keys and values.
//!
//! A binary trie over the hashes of keys, in which a part that holds one key only is that key's leaf; so a set of `n` keys
//! is about `log2 n` deep. Invariants: the root depends on the set alone, not on the order or the history of changes;
//! leaves and branches are hashed under domains of their own; a map with changes shares all else with the one before, so
//! that a block can be tried and dropped.

mod parts;

pub use parts::{BITS_MAX, Part, root_of};

use crate::types::{Domain, Hash};
use borsh::{BorshDeserialize, BorshSerialize};
use std::sync::Arc;

const KEY: Domain = Domain::new("state key");
const VALUE: Domain = Domain::new("state value");
const LEAF: Domain = Domain::new("state leaf");
const BRANCH: Domain = Domain::new("state branch");
/// Bits of a key's hash, and so the longest way.
const DEPTH: usize = 256;

/// The map's keys (as hashes) and the hashes of their values.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    top: Node,
    keys: usize,
}

#[derive(Debug, Clone, Default)]
enum Node {
    #[default]
    Empty,
    Leaf(Leaf),
    Branch(Arc<Branch>),
}

/// A key and its value, as hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Leaf {
    key: Hash,
    value: Hash,
}

#[derive(Debug, Clone)]
struct Branch {
    hash: Hash,
    sides: [Node; 2],
}

/// That a key has a value, or that it has none, in every map with one root.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Proof {
    /// Hashes beside the way, from the top.
    siblings: Vec<Hash>,
    /// For a key without value: the one other key at the end of its way, if there is one.
    other: Option<Leaf>,
}

impl Tree {
    /// Names the whole map; 32 zero bytes for the empty one.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.top.hash()
    }

    /// Number of keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys
    }

    /// Whether there are no keys.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys == 0
    }

    /// This map with some keys given other values, or taken away; of a key that comes again, the last change counts.
    /// Costs `O(log n)` hashes a change, fewer where changes lie close; what is unchanged is shared with this map.
    #[must_use]
    pub fn with<K: AsRef<[u8]>, V: AsRef<[u8]>>(&self, changes: impl IntoIterator<Item = (K, Option<V>)>) -> Self {
        let changes = sorted(changes);
        let mut keys = self.keys;
        let top = update(&self.top, &changes, 0, &mut keys);
        Self { top, keys }
    }

    /// What a key and its value come to, for [`Tree::of`].
    #[must_use]
    pub fn leaf(key: &[u8], value: &[u8]) -> Leaf {
        Leaf { key: Hash::of(&KEY, key), value: Hash::of(&VALUE, value) }
    }

    /// A whole map of leaves with different keys.
    #[must_use]
    pub fn of(mut leaves: Vec<Leaf>) -> Self {
        leaves.sort_unstable_by_key(|leaf| leaf.key);
        leaves.dedup_by_key(|leaf| leaf.key);
        Self { top: grow(&leaves, 0), keys: leaves.len() }
    }

    /// What shows someone who knows only the root what `key` has.
    #[must_use]
    pub fn prove(&self, key: &[u8]) -> Proof {
        let key = Hash::of(&KEY, key);
        let mut siblings = Vec::new();
        let mut node = &self.top;
        while let Node::Branch(branch) = node {
            let [zero, one] = &branch.sides;
            let (own, other) = if bit(&key, siblings.len()) { (one, zero) } else { (zero, one) };
            siblings.push(other.hash());
            node = own;
        }
        let other = match node {
            Node::Leaf(leaf) if leaf.key != key => Some(*leaf),
            _ => None,
        };
        Proof { siblings, other }
    }
}

/// A whole map; of a key that comes again, the last value counts.
impl<K: AsRef<[u8]>, V: AsRef<[u8]>> FromIterator<(K, V)> for Tree {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self::default().with(pairs.into_iter().map(|(key, value)| (key, Some(value))))
    }
}

impl Proof {
    /// The root of every map in which `key` has this value (or none), if the proof has the form of one.
    #[must_use]
    pub fn root(&self, key: &[u8], value: Option<&[u8]>) -> Option<Hash> {
        let key = Hash::of(&KEY, key);
        let depth = self.siblings.len();
        let own = value.map(|value| Leaf { key, value: Hash::of(&VALUE, value) });
        let end = match (own, self.other) {
            (Some(own), None) => Node::Leaf(own).hash(),
            (None, None) => Hash::default(),
            // The other key has to lie on the same way, or its leaf would say nothing about this one.
            (None, Some(other)) if other.key != key && (0..depth).all(|at| bit(&other.key, at) == bit(&key, at)) => {
                Node::Leaf(other).hash()
            }
            _ => return None,
        };
        if depth > DEPTH {
            return None;
        }
        let ways = self.siblings.iter().enumerate().rev();
        Some(
            ways.fold(end, |hash, (at, other)| if bit(&key, at) { branch(other, &hash) } else { branch(&hash, other) }),
        )
    }
}

/// A key's hash and the hash of its new value.
type Change = (Hash, Option<Hash>);

impl Node {
    fn hash(&self) -> Hash {
        match self {
            Self::Empty => Hash::default(),
            Self::Leaf(leaf) => Hash::of(&LEAF, leaf),
            Self::Branch(branch) => branch.hash,
        }
    }

    fn branch(sides: [Self; 2]) -> Self {
        match sides {
            // A part with one key only is that key's leaf.
            [Self::Empty, Self::Leaf(only)] | [Self::Leaf(only), Self::Empty] => Self::Leaf(only),
            [Self::Empty, Self::Empty] => Self::Empty,
            [zero, one] => {
                Self::Branch(Arc::new(Branch { hash: branch(&zero.hash(), &one.hash()), sides: [zero, one] }))
            }
        }
    }
}

fn branch(zero: &Hash, one: &Hash) -> Hash {
    Hash::of(&BRANCH, &(zero, one))
}

/// Bit `at` of a key, from its first byte's highest.
fn bit(key: &Hash, at: usize) -> bool {
    key.0.get(at / 8).is_some_and(|byte| byte & (0x80 >> (at % 8)) != 0)
}

/// Changes in the order of their keys, each key once.
fn sorted<K: AsRef<[u8]>, V: AsRef<[u8]>>(changes: impl IntoIterator<Item = (K, Option<V>)>) -> Vec<Change> {
    let change = |(key, value): (K, Option<V>)| {
        (Hash::of(&KEY, key.as_ref()), value.map(|value| Hash::of(&VALUE, value.as_ref())))
    };
    let mut changes: Vec<Change> = changes.into_iter().map(change).collect();
    // The sort is stable, so the last of equal keys is the newest; `dedup` keeps the first of the reversed list.
    changes.reverse();
    changes.sort_by_key(|(key, _)| *key);
    changes.dedup_by_key(|(key, _)| *key);
    changes
}

/// What becomes of the part below `at` by changes that all lie in it.
fn update(node: &Node, changes: &[Change], at: usize, keys: &mut usize) -> Node {
    if changes.is_empty() {
        return node.clone();
    }
    match node {
        Node::Branch(branch) => {
            let [zero, one] = &branch.sides;
            let (zeros, ones) = sides(changes, at);
            let below = at.saturating_add(1);
            Node::branch([update(zero, zeros, below, keys), update(one, ones, below, keys)])
        }
        end => {
            let old = if let Node::Leaf(leaf) = end { Some(*leaf) } else { None };
            let new = changes.iter().filter_map(|(key, value)| value.map(|value| Leaf { key: *key, value }));
            let mut leaves: Vec<Leaf> = new.collect();
            let kept = old.filter(|old| changes.binary_search_by_key(&old.key, |(key, _)| *key).is_err());
            if let Some(kept) = kept {
                leaves.insert(leaves.partition_point(|leaf| leaf.key < kept.key), kept);
            }
            *keys = keys.saturating_add(leaves.len()).saturating_sub(usize::from(old.is_some()));
            grow(&leaves, at)
        }
    }
}

/// Which of the changes below `at` lie on which side.
fn sides(changes: &[Change], at: usize) -> (&[Change], &[Change]) {
    let zeros = changes.partition_point(|(key, _)| !bit(key, at));
    changes.split_at_checked(zeros).unwrap_or((changes, &[]))
}

/// The part of a map below `at` that holds these leaves, which are in order of their keys.
fn grow(leaves: &[Leaf], at: usize) -> Node {
    match leaves {
        [] => Node::Empty,
        [leaf] => Node::Leaf(*leaf),
        _ => {
            let zeros = leaves.partition_point(|leaf| !bit(&leaf.key, at));
            let (zero, one) = leaves.split_at_checked(zeros).unwrap_or((leaves, &[]));
            Node::branch([grow(zero, at.saturating_add(1)), grow(one, at.saturating_add(1))])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    type Map = BTreeMap<Vec<u8>, Vec<u8>>;

    fn built(map: &Map) -> Tree {
        map.iter().collect()
    }

    fn changes() -> impl Strategy<Value = Vec<(u8, Option<u8>)>> {
        proptest::collection::vec((0u8..40, proptest::option::of(any::<u8>())), 0..200)
    }

    #[test]
    fn keys_with_a_long_way_in_common_fork_late() {
        let mut a = Leaf { key: Hash([0xaa; 32]), value: Hash::default() };
        let b = a;
        a.key.0[31] ^= 1;
        let (mut changes, mut keys) = (vec![(a.key, Some(a.value)), (b.key, Some(b.value))], 0);
        changes.sort_by_key(|(key, _)| *key);
        let both = update(&Node::Empty, &changes, 0, &mut keys);
        let alone = update(&both, &[(a.key, None)], 0, &mut keys);
        assert_eq!((alone.hash(), keys), (Node::Leaf(b).hash(), 1));
    }

    #[test]
    fn built_at_once_the_last_value_of_a_key_counts() {
        let tree: Tree = [([1], [1]), ([2], [2]), ([1], [3])].into_iter().collect();
        let other = Tree::default().with([([1], Some([3]))]).with([([2], Some([2]))]);
        assert_eq!((tree.root(), tree.len()), (other.root(), 2));
    }

    #[test]
    fn a_proof_of_nothing_needs_a_key_on_the_same_way() {
        let tree: Tree = (0u8..50).map(|key| ([key], [key])).collect();
        let missing = (50u8..200).map(|key| [key]).find(|key| tree.prove(key).other.is_some()).unwrap();
        let proof = tree.prove(&missing);
        assert_eq!(proof.root(&missing, None), Some(tree.root()));
        // Someone else's leaf, hashed in at this place, would give the root, but lies elsewhere.
        let other = (0u8..50).map(|key| [key]).find(|key| tree.prove(key).siblings != proof.siblings).unwrap();
        let own = tree.prove(&other);
        let stolen =
            Proof { other: Some(Leaf { key: Hash::of(&KEY, &other[..]), value: Hash::of(&VALUE, &other[..]) }), ..own };
        assert_ne!(stolen.root(&missing, None), Some(tree.root()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn prop_the_root_names_the_set_and_not_its_history(changes in changes(), at_once in 1usize..30) {
            let (mut map, mut tree) = (Map::new(), Tree::default());
            for changes in changes.chunks(at_once) {
                let before = (tree.clone(), tree.root());
                tree = tree.with(changes.iter().map(|(key, value)| ([*key], value.map(|value| [value]))));
                prop_assert_eq!(before.0.root(), before.1, "the map before is as it was");
                for (key, value) in changes {
                    match value {
                        Some(value) => map.insert(vec![*key], vec![*value]),
                        None => map.remove(&vec![*key]),
                    };
                }
            }
            prop_assert_eq!(tree.len(), map.len());
            prop_assert_eq!(tree.root(), built(&map).root());
            if let Some((key, value)) = map.pop_first() {
                prop_assert_ne!(tree.root(), built(&map).root(), "a key less");
                map.insert(key, [value, vec![1]].concat());
                prop_assert_ne!(tree.root(), built(&map).root(), "another value");
            }
        }

        #[test]
        fn prop_proofs_say_what_a_key_has_and_nothing_else(keys in proptest::collection::btree_set(any::<u8>(), 0..60)) {
            let tree: Tree = keys.iter().map(|key| ([*key], [*key, 7])).collect();
            for key in 0..=255u8 {
                let proof = tree.prove(&[key]);
                let (has, nothing) = (proof.root(&[key], Some(&[key, 7])), proof.root(&[key], None));
                let right = if keys.contains(&key) { has } else { nothing };
                let wrong = if keys.contains(&key) { nothing } else { has };
                prop_assert_eq!(right, Some(tree.root()));
                prop_assert_ne!(wrong, Some(tree.root()));
                prop_assert_ne!(proof.root(&[key], Some(&[key, 8])), Some(tree.root()));
            }
        }

        #[test]
        fn prop_no_proof_panics(count in 0usize..300, key: [u8; 4], other: Option<[u8; 32]>) {
            let other = other.map(|key| Leaf { key: Hash(key), value: Hash::default() });
            let proof = Proof { siblings: vec![Hash::default(); count], other };
            let (with, without) = (proof.root(&key, Some(&key)), proof.root(&key, None));
            prop_assert!(count <= DEPTH || with.is_none() && without.is_none());
        }
    }
}
