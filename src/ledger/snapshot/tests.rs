//! Manifests and chunks as they are made, and as somebody would forge them.

use super::super::tests::{Chain, hash};
use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A chain with a few accounts and blocks.
fn chain() -> Chain {
    let mut chain = Chain::new(&[1, 2], &[]).give(&(1..40).collect::<Vec<u8>>(), "5");
    chain.pass(2);
    chain
}

fn manifest(chain: &Chain, bits: u8) -> Manifest {
    let validators = chain.read::<super::super::validators::Validators>(()).last;
    let (header, certificate) = (chain.tip.clone(), chain.certificate.clone());
    Manifest { header, certificate, validators, parts: chain.tree.parts(bits), long: Vec::new() }
}

fn checked(chain: &Chain, bits: u8) -> Checked {
    manifest(chain, bits).check(chain.tip.chain, chain.tip.hash()).unwrap()
}

type Pairs = Vec<(Vec<u8>, Vec<u8>)>;

fn parts(chain: &Chain, bits: u8) -> BTreeMap<u32, Pairs> {
    let mut parts: BTreeMap<u32, Pairs> = (0..1 << bits).map(|part| (part, Vec::new())).collect();
    for (key, value) in &chain.state {
        let part = Tree::leaf(key, value).part(bits);
        parts.entry(part).or_default().push((key.clone(), value.clone()));
    }
    parts
}

fn chunk(pairs: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (key, value) in pairs {
        put_record(&mut bytes, key, value).unwrap();
    }
    bytes
}

#[test]
fn chunks_are_checked_one_by_one() {
    let chain = chain();
    for bits in [0, 1, 3, 6] {
        let checked = checked(&chain, bits);
        assert_eq!((checked.chunks(), checked.manifest().bits()), (1 << bits, bits));
        for (part, pairs) in parts(&chain, bits) {
            assert!(checked.verify(part, &chunk(&pairs)), "{part} of {bits}");
            assert_eq!(checked.leaves(part, &chunk(&pairs)).unwrap().len(), pairs.len());
        }
    }
}

#[test]
fn a_manifest_is_checked_before_any_chunk_is_there() {
    let chain = chain();
    let (own, block) = (chain.tip.chain, chain.tip.hash());
    let good = manifest(&chain, 3);
    assert!(good.clone().check(own, block).is_ok());
    let broken = |change: &dyn Fn(&mut Manifest)| {
        let mut manifest = good.clone();
        change(&mut manifest);
        manifest.check(own, block).unwrap_err()
    };
    let other = ChainId::default();
    assert_eq!(good.clone().check(other, block), Err(ManifestError::Chain { found: own, wanted: other }));
    assert!(matches!(good.clone().check(own, hash(1)), Err(ManifestError::Untrusted { .. })));
    assert!(matches!(broken(&|manifest| manifest.header.state = hash(1)), ManifestError::Untrusted { .. }));
    assert_eq!(broken(&|manifest| manifest.validators = ValidatorSet::default()), ManifestError::Validators);
    assert!(matches!(broken(&|manifest| manifest.certificate.signatures.truncate(1)), ManifestError::Certificate(_)));
    assert!(matches!(broken(&|manifest| manifest.certificate.round += 1), ManifestError::Certificate(_)));
    assert!(matches!(broken(&|manifest| manifest.certificate.block = hash(1)), ManifestError::Form(_)));
    assert_eq!(broken(&|manifest| manifest.parts.swap(0, 1)), ManifestError::Parts);
    assert_eq!(broken(&|manifest| manifest.parts.truncate(7)), ManifestError::Parts);
    assert_eq!(broken(&|manifest| manifest.parts.clear()), ManifestError::Parts);
    assert_eq!(broken(&|manifest| manifest.parts[2] = Part::Many(hash(1))), ManifestError::Parts);
    for long in [
        vec![(0, vec![hash(1)])],
        vec![(8, vec![hash(1); 2])],
        vec![(1, vec![hash(1); 2]), (1, vec![hash(1); 2])],
        vec![(1, vec![hash(1); PIECES_MAX + 1])],
    ] {
        assert!(matches!(broken(&|manifest| manifest.long.clone_from(&long)), ManifestError::Form(_)));
    }
}

#[test]
fn a_manifest_has_one_encoding_and_its_content_one_name() {
    let chain = chain();
    let manifest = manifest(&chain, 3);
    let bytes = manifest.encode();
    assert_eq!(Manifest::decode(&bytes), Ok(manifest.clone()));
    assert!(Manifest::decode(&[&bytes[..], &[0]].concat()).is_err());
    assert!(Manifest::decode(&[&[2], &bytes[1..]].concat()).is_err(), "another version");
    assert!(Manifest::decode(&vec![1; MANIFEST_BYTES_MAX + 1]).is_err());
    let mut other = manifest.clone();
    other.certificate.round = 9;
    assert_eq!(other.content(), manifest.content(), "nodes may keep different certificates of one block");
    other.long.push((0, vec![hash(1); 2]));
    assert_ne!(other.content(), manifest.content());
}

#[test]
fn a_long_part_comes_in_pieces() {
    let chain = chain();
    let bits = 1;
    let whole: Vec<Vec<u8>> = parts(&chain, bits).values().map(|pairs| chunk(pairs)).collect();
    let pieces: Vec<Vec<Vec<u8>>> =
        whole.iter().map(|bytes| bytes.chunks(bytes.len() / 3 + 1).map(<[u8]>::to_vec).collect()).collect();
    let hashes = |part: usize| pieces[part].iter().map(|piece| piece_hash(piece)).collect::<Vec<_>>();
    let long = vec![(0, hashes(0)), (1, hashes(1))];
    let manifest = Manifest { long, ..manifest(&chain, bits) };
    let checked = manifest.check(chain.tip.chain, chain.tip.hash()).unwrap();
    assert_eq!((checked.chunks(), checked.chunks_of(0), checked.chunks_of(1)), (6, vec![0, 2, 3], vec![1, 4, 5]));
    for part in [0, 1] {
        for (piece, index) in pieces[part as usize].iter().zip(checked.chunks_of(part)) {
            assert!(checked.verify(index, piece));
            assert!(!checked.verify((index + 1) % 6, piece), "a piece has its place");
            assert!(!checked.verify(index, &whole[part as usize]));
        }
        assert!(checked.leaves(part, &whole[part as usize]).is_some());
    }
    assert!(!checked.verify(6, &[]) && !checked.verify(u32::MAX, &[]));
}

#[test]
fn claimed_lengths_and_tiny_records_take_no_memory() {
    assert_eq!(records(&[255, 255, 255, 255]), None);
    assert_eq!(records(&[1, 0, 0, 0, 7, 255, 255, 255, 3]), None);
    assert_eq!(records(&[0, 0, 0]), None);
    assert_eq!(records(&[]), Some(Vec::new()));
    let mut many = Vec::new();
    for key in 0..=RECORDS_MAX as u32 {
        put_record(&mut many, &key.to_be_bytes(), &[]).unwrap();
    }
    assert_eq!(records(&many), None);
    assert!(put_record(&mut Vec::new(), &[0; KEY_BYTES_MAX + 1], &[]).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn prop_a_forged_chunk_is_refused(bits in 0u8..4, drawn: usize, at: usize, byte in 1u8..=255, kind in 0u8..7) {
        let chain = chain();
        let checked = checked(&chain, bits);
        let parts = parts(&chain, bits);
        let part = drawn as u32 % (1 << bits);
        let mut pairs = parts[&part].clone();
        let at = at % pairs.len().max(1);
        let foreign = parts.iter().find(|(other, pairs)| **other != part && !pairs.is_empty());
        match kind {
            0 if !pairs.is_empty() => drop(pairs.remove(at)),
            1 => pairs.push((vec![255; 21], vec![1])),
            2 if !pairs.is_empty() => match pairs[at].1.first_mut() {
                Some(first) => *first ^= byte,
                None => pairs[at].1.push(byte),
            },
            3 if !pairs.is_empty() => pairs.insert(at, pairs[at].clone()),
            4 if pairs.len() > 1 => pairs.swap(0, 1),
            5 => match foreign {
                Some((_, others)) => pairs.push(others[0].clone()),
                None => pairs.push((Vec::new(), Vec::new())),
            },
            _ => {
                let mut bytes = chunk(&pairs);
                bytes.push(byte);
                prop_assert!(!checked.verify(part, &bytes));
                pairs.push((vec![0], Vec::new()));
            }
        }
        if kind == 1 || kind >= 5 {
            pairs.sort();
        }
        prop_assert!(!checked.verify(part, &chunk(&pairs)));
    }
}
