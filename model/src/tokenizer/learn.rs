//! Learning merges: again and again the most frequent pair of neighbours becomes a token.
//!
//! Invariant: the result depends on the documents alone, not on threads, on hash order or on how the documents are
//! ordered. Counts are whole numbers and ties go to the lowest pair.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, hash_map::Entry},
};

use rayon::prelude::*;

use super::{BYTES_ONLY_VOCAB, Map, Tokenizer, TokenizerError, VOCAB_MAX, encode::Merger, split};

/// A pair seen less often than this is no pattern, and learning ends before the vocabulary is full.
const COUNT_MIN: u64 = 2;

/// End of a chain, or a symbol that was merged away.
const NONE: u32 = u32::MAX;

type Pair = (u32, u32);

/// A merge that may be appended next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Left id: there already, or that of a candidate before.
    pub left: u32,
    /// Right id.
    pub right: u32,
    /// The text that the token would stand for.
    pub bytes: Vec<u8>,
    /// How often the pair stands in the documents, once the candidates before are merged.
    pub frequency: u64,
}

impl Tokenizer {
    /// Learns a vocabulary of `vocab` ids from documents; fewer where no pair occurs twice any more.
    pub fn learn(corpus: &[&[u8]], vocab: usize) -> Result<Self, TokenizerError> {
        Self::bytes_only().grow(corpus, vocab)
    }

    /// Learns further merges, up to `vocab` ids in all. Every id there is keeps its meaning.
    pub fn grow(&self, corpus: &[&[u8]], vocab: usize) -> Result<Self, TokenizerError> {
        if vocab < BYTES_ONLY_VOCAB {
            return Err(TokenizerError::VocabTooSmall { asked: vocab });
        }
        if vocab > VOCAB_MAX {
            return Err(TokenizerError::VocabTooLarge { asked: vocab });
        }
        if vocab < self.vocab() {
            return Err(TokenizerError::Shrinks { asked: vocab, have: self.vocab() });
        }
        let mut grown = self.clone();
        if vocab > grown.vocab() {
            Learner::new(self, corpus)?.run(&mut grown, vocab, &|_, _| true);
        }
        Ok(grown)
    }

    /// The merges that learning goes on with, at most `count` of them, the most frequent first, and the lowest pair
    /// among equals: appended in this order they make the next ids. Pairs that are not `allowed` by the bytes of both
    /// are passed over.
    pub fn candidates(
        &self,
        corpus: &[&[u8]],
        count: usize,
        allowed: &dyn Fn(&[u8], &[u8]) -> bool,
    ) -> Result<Vec<Candidate>, TokenizerError> {
        let vocab = self.vocab().saturating_add(count).min(VOCAB_MAX);
        Ok(Learner::new(self, corpus)?.run(&mut self.clone(), vocab, allowed))
    }
}

/// How often each distinct piece occurs, in the order of their bytes.
fn count_pieces<'a>(corpus: &[&'a [u8]]) -> Vec<(&'a [u8], u64)> {
    let counts = corpus
        .par_iter()
        .fold(Map::<&[u8], u64>::default, |mut counts, document| {
            for piece in split::pieces(document) {
                *counts.entry(piece).or_default() += 1;
            }
            counts
        })
        .reduce(Map::default, |mut one, mut other| {
            if one.len() < other.len() {
                std::mem::swap(&mut one, &mut other);
            }
            for (piece, count) in other {
                *one.entry(piece).or_default() += count;
            }
            one
        });
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.par_sort_unstable();
    counts
}

/// One id in a piece, linked to its neighbours in it.
struct Symbol {
    id: u32,
    previous: u32,
    next: u32,
    piece: u32,
}

/// Where a pair occurs, and how often in the corpus.
#[derive(Default)]
struct Places {
    count: u64,
    /// Positions of left sides in rising order; some may hold another pair by now.
    at: Vec<u32>,
}

/// The distinct pieces as chains of ids, with the count of every pair of neighbours kept up to date.
struct Learner {
    symbols: Vec<Symbol>,
    /// Occurrences of each piece.
    weights: Vec<u64>,
    pairs: Map<Pair, Places>,
    /// The most frequent pair first, the lowest among equals. Counts here may be too high: a pair gains
    /// occurrences only while its newer side is made, and from then on loses them.
    queue: BinaryHeap<(u64, Reverse<Pair>)>,
}

impl Learner {
    fn new(tokenizer: &Tokenizer, corpus: &[&[u8]]) -> Result<Self, TokenizerError> {
        let mut pieces = count_pieces(corpus);
        pieces.retain(|(piece, _)| piece.len() > 1);
        let bytes = pieces.iter().map(|(piece, _)| piece.len()).sum();
        if bytes >= NONE as usize {
            return Err(TokenizerError::CorpusTooLarge { bytes, max: NONE as usize - 1 });
        }
        let mut learner = Self {
            symbols: Vec::with_capacity(bytes),
            weights: pieces.iter().map(|&(_, count)| count).collect(),
            pairs: Map::default(),
            queue: BinaryHeap::new(),
        };
        let mut merger = Merger::default();
        let mut ids = Vec::new();
        for (index, (piece, _)) in (0..).zip(&pieces) {
            ids.clear();
            merger.merge(tokenizer, piece, &mut ids);
            learner.add_piece(index, &ids);
        }
        learner.queue = learner.pairs.iter().map(|(&pair, places)| (places.count, Reverse(pair))).collect();
        Ok(learner)
    }

    fn add_piece(&mut self, piece: u32, ids: &[u32]) {
        let first = self.symbols.len() as u32; // below NONE: `new` saw to it
        let last = first + ids.len() as u32 - 1;
        for (&id, at) in ids.iter().zip(first..) {
            let previous = if at == first { NONE } else { at - 1 };
            let next = if at == last { NONE } else { at + 1 };
            self.symbols.push(Symbol { id, previous, next, piece });
        }
        for (pair, at) in ids.windows(2).zip(first..) {
            self.gain((pair[0], pair[1]), at, self.weights[piece as usize]);
        }
    }

    /// Merges until `tokenizer` has `vocab` ids or no pair is frequent enough; what was merged.
    fn run(
        mut self,
        tokenizer: &mut Tokenizer,
        vocab: usize,
        allowed: &dyn Fn(&[u8], &[u8]) -> bool,
    ) -> Vec<Candidate> {
        let mut made = Vec::new();
        while tokenizer.vocab() < vocab {
            let Some((count, Reverse(pair))) = self.queue.pop() else { break };
            let Some(places) = self.pairs.get(&pair) else { continue };
            if places.count < count {
                self.queue.push((places.count, Reverse(pair)));
                continue;
            }
            if count < COUNT_MIN {
                break;
            }
            let places = self.pairs.remove(&pair).unwrap_or_default();
            // The same bytes may come about in two ways, and a token has a longest length: such pairs stay apart.
            let Some(bytes) = tokenizer.check(pair).ok() else { continue };
            let (left, right) = bytes.split_at(tokenizer.token_bytes(pair.0).map_or(0, <[u8]>::len));
            if !allowed(left, right) {
                continue;
            }
            let id = tokenizer.vocab() as u32; // at most VOCAB_MAX
            tokenizer.insert(pair, &bytes);
            self.merge(pair, id, &places.at);
            made.push(Candidate { left: pair.0, right: pair.1, bytes, frequency: count });
        }
        made
    }

    /// Puts `id` in place of the pair wherever it stands.
    fn merge(&mut self, (left, right): Pair, id: u32, places: &[u32]) {
        let mut fresh = Vec::new();
        for &at in places {
            let Symbol { id: here, previous, next, piece } = self.symbols[at as usize];
            let Some(&Symbol { id: there, next: after, .. }) = self.symbols.get(next as usize) else { continue };
            if (here, there) != (left, right) {
                continue;
            }
            let weight = self.weights[piece as usize];
            if let Some(before) = self.symbols.get(previous as usize).map(|symbol| symbol.id) {
                self.lose((before, left), weight);
                fresh.extend(self.gain((before, id), previous, weight));
            }
            if let Some(beyond) = self.symbols.get_mut(after as usize) {
                beyond.previous = at;
                let beyond = beyond.id;
                self.lose((right, beyond), weight);
                fresh.extend(self.gain((id, beyond), at, weight));
            }
            self.symbols[at as usize] = Symbol { id, previous, next: after, piece };
            self.symbols[next as usize] = Symbol { id: NONE, previous: NONE, next: NONE, piece };
        }
        for pair in fresh {
            if let Some(places) = self.pairs.get(&pair) {
                self.queue.push((places.count, Reverse(pair)));
            }
        }
    }

    /// Counts an occurrence; gives the pair back where it is a new one.
    fn gain(&mut self, pair: Pair, at: u32, weight: u64) -> Option<Pair> {
        match self.pairs.entry(pair) {
            Entry::Occupied(mut entry) => {
                entry.get_mut().count += weight;
                entry.get_mut().at.push(at);
                None
            }
            Entry::Vacant(entry) => {
                entry.insert(Places { count: weight, at: vec![at] });
                Some(pair)
            }
        }
    }

    fn lose(&mut self, pair: Pair, weight: u64) {
        if let Entry::Occupied(mut entry) = self.pairs.entry(pair) {
            entry.get_mut().count -= weight;
            if entry.get().count == 0 {
                entry.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition: count everything anew for every merge.
    fn slow(start: &Tokenizer, corpus: &[&[u8]], vocab: usize) -> Tokenizer {
        let mut tokenizer = start.clone();
        while tokenizer.vocab() < vocab {
            let mut counts: Map<Pair, u64> = Map::default();
            for piece in corpus.iter().flat_map(|document| split::pieces(document)) {
                for pair in tokenizer.encode(piece).windows(2) {
                    *counts.entry((pair[0], pair[1])).or_default() += 1;
                }
            }
            counts.retain(|&pair, &mut count| count >= COUNT_MIN && tokenizer.check(pair).is_ok());
            let Some((pair, _)) = counts.into_iter().max_by_key(|&(pair, count)| (count, Reverse(pair))) else { break };
            tokenizer.append(&[pair]).unwrap();
        }
        tokenizer
    }

    #[test]
    fn by_hand_with_a_tie() {
        // Pieces "hug", " pug", " pun", " bun", " hugs". First u+g, 3 times; " "+p, h+u, p+u and u+n are 2 each.
        // That leaves " "+p (42, 122), h+ug (114, 266) and u+n (127, 120) with 2 each: they follow in this order.
        let tokenizer = Tokenizer::learn(&[b"hug pug pun bun hugs"], 300).unwrap();
        assert_eq!(tokenizer.merges(), [(127, 113), (42, 122), (114, 266), (127, 120)]);
        assert_eq!(tokenizer.encode(b"hug pun"), [268, 267, 269]);
    }

    #[test]
    fn sizes() {
        let text: &[u8] = b"so so so it is";
        assert_eq!(Tokenizer::learn(&[text], 266).unwrap(), Tokenizer::bytes_only());
        assert_eq!(Tokenizer::learn(&[], 1_000).unwrap(), Tokenizer::bytes_only());
        assert_eq!(Tokenizer::learn(&[text], 267).unwrap().vocab(), 267);
        let refusal = |learnt: Result<Tokenizer, TokenizerError>| learnt.unwrap_err().to_string();
        let error = "a vocabulary of 265 is too small: special tokens and bytes take 266, so ask for 266 or more";
        assert_eq!(refusal(Tokenizer::learn(&[text], 265)), error);
        let error = "a vocabulary of 1048577 is too large: ask for 1048576 or less";
        assert_eq!(refusal(Tokenizer::learn(&[text], VOCAB_MAX + 1)), error);
        let error = "a vocabulary of 268 cannot become 267: it only ever grows, so ask for 268 or more";
        assert_eq!(refusal(Tokenizer::learn(&[text], 268).unwrap().grow(&[text], 267)), error);
    }

    #[test]
    fn a_long_run_of_one_letter_is_quick() {
        let run = vec![b'a'; 2_000_000];
        let tokenizer = Tokenizer::learn(&[&run], 300).unwrap();
        assert_eq!(tokenizer.token_bytes(272), Some(&[b'a'; 128][..]));
        assert_eq!(tokenizer.decode(&tokenizer.encode(&run)).unwrap(), run);
    }

    #[test]
    fn growth_keeps_every_id_and_reads_on() {
        let corpus: [&[u8]; 2] = [b"the cat sat on the mat with the hat", b"the rat that sat there"];
        let small = Tokenizer::learn(&corpus, 269).unwrap();
        let grown = small.grow(&corpus, 272).unwrap();
        assert_eq!(grown.merges()[..3], *small.merges());
        assert_eq!(grown, Tokenizer::learn(&corpus, 272).unwrap());
        let old = small.encode(corpus[0]);
        assert_eq!(grown.decode(&old).unwrap(), corpus[0]);
        assert!(grown.encode(corpus[0]).len() < old.len());
    }

    #[test]
    fn candidates_say_what_they_are() {
        let candidate =
            |left, right, text: &[u8], frequency| Candidate { left, right, bytes: text.to_vec(), frequency };
        let corpus: [&[u8]; 1] = [b"hug pug pun bun hugs"];
        let start = Tokenizer::bytes_only();
        let first = start.candidates(&corpus, 2, &|_, _| true).unwrap();
        assert_eq!(first, [candidate(127, 113, b"ug", 3), candidate(42, 122, b" p", 2)]);
        // Without "ug", h+u is next, and nothing is made of "ug".
        let others = start.candidates(&corpus, 9, &|left, right| (left, right) != (b"u", b"g")).unwrap();
        assert_eq!(others[..2], [candidate(42, 122, b" p", 2), candidate(114, 127, b"hu", 2)]);
        assert!(start.candidates(&[], 9, &|_, _| true).unwrap().is_empty());
        let mut rolled = start.clone();
        rolled.append(&[(127, 113)]).unwrap();
        rolled.disable(266..267).unwrap();
        let rest = rolled.candidates(&corpus, 9, &|_, _| true).unwrap();
        assert_eq!(
            rest.iter().map(|found| found.frequency).max(),
            Some(2),
            "what was rolled back is not offered again"
        );
        rolled.append(&[(rest[0].left, rest[0].right)]).unwrap();
    }

    proptest! {
        #[test]
        fn prop_candidates_are_what_learning_goes_on_with(
            documents in prop::collection::vec("[abc ]{0,40}", 0..6), first in 266..272usize, count in 0..12usize,
        ) {
            let corpus: Vec<&[u8]> = documents.iter().map(String::as_bytes).collect();
            let start = Tokenizer::learn(&corpus, first).unwrap();
            let found = start.candidates(&corpus, count, &|_, _| true).unwrap();
            let merges: Vec<Pair> = found.iter().map(|one| (one.left, one.right)).collect();
            let mut grown = start.clone();
            for one in &found {
                let pairs = |piece| grown.encode(piece).windows(2).filter(|pair| **pair == [one.left, one.right]).count();
                let times: usize = corpus.iter().flat_map(|text| split::pieces(text)).map(pairs).sum();
                prop_assert_eq!(one.frequency, times as u64);
                grown.append(&[(one.left, one.right)]).unwrap();
                prop_assert_eq!(grown.token_bytes(grown.vocab() as u32 - 1), Some(&one.bytes[..]));
            }
            prop_assert!(found.is_sorted_by(|one, next| one.frequency >= next.frequency));
            prop_assert_eq!(&grown, &start.grow(&corpus, start.vocab() + count).unwrap());
            prop_assert_eq!(&grown.merges()[start.merges().len()..], &merges[..]);
        }

        #[test]
        fn prop_as_defined(documents in prop::collection::vec("[abc ]{0,40}", 0..6), first in 266..280usize) {
            let corpus: Vec<&[u8]> = documents.iter().map(String::as_bytes).collect();
            let learnt = Tokenizer::learn(&corpus, first).unwrap();
            prop_assert_eq!(&learnt, &slow(&Tokenizer::bytes_only(), &corpus, first));
            let other: Vec<&[u8]> = corpus.iter().rev().skip(1).copied().collect();
            prop_assert_eq!(learnt.grow(&other, 290).unwrap(), slow(&learnt, &other, 290));
        }

        #[test]
        fn prop_the_order_of_documents_is_nothing(mut documents in prop::collection::vec(any::<Vec<u8>>(), 0..6)) {
            let learn = |all: &[Vec<u8>]| Tokenizer::learn(&all.iter().map(Vec::as_slice).collect::<Vec<_>>(), 300);
            let one = learn(&documents).unwrap();
            documents.reverse();
            prop_assert_eq!(one, learn(&documents).unwrap());
        }
    }
}
