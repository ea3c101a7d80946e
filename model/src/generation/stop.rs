//! Stop strings in a stream: text leaves only once no stop string can begin in it.
//!
//! Invariant: what came out never contains a stop string, and what came out plus what is held back is the text so far,
//! up to the first stop string.

/// Holds back the tail of a text that may turn out to be a stop string.
#[derive(Debug, Clone, Default)]
pub(super) struct StopFilter {
    stops: Vec<String>,
    held: String,
}

impl StopFilter {
    /// Empty stop strings are ignored.
    pub(super) fn new(stops: &[String]) -> Self {
        Self { stops: stops.iter().filter(|stop| !stop.is_empty()).cloned().collect(), held: String::new() }
    }

    /// Adds text; returns what may leave, and whether a stop string was met (nothing leaves after that). The stop string
    /// that is complete first decides, however the text was cut into pieces.
    pub(super) fn push(&mut self, text: &str) -> (String, bool) {
        for letter in text.chars() {
            self.held.push(letter);
            if let Some(stop) =
                self.stops.iter().filter(|stop| self.held.ends_with(stop.as_str())).max_by_key(|s| s.len())
            {
                self.held.truncate(self.held.len() - stop.len());
                return (std::mem::take(&mut self.held), true);
            }
        }
        let may_begin = |at: &usize| self.stops.iter().any(|stop| stop.starts_with(&self.held[*at..]));
        let keep_from = self.held.char_indices().map(|(at, _)| at).find(may_begin).unwrap_or(self.held.len());
        let rest = self.held.split_off(keep_from);
        (std::mem::replace(&mut self.held, rest), false)
    }

    /// The text still held back, when there is no more to come.
    pub(super) fn finish(self) -> String {
        self.held
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_stop_string_over_several_pieces_never_shows() {
        let mut filter = StopFilter::new(&["END".to_owned(), String::new()]);
        assert_eq!(filter.push("abE"), ("ab".to_owned(), false));
        assert_eq!(filter.push("Nx"), ("ENx".to_owned(), false));
        assert_eq!(filter.push("yEN"), ("y".to_owned(), false));
        assert_eq!(filter.push("D and more"), (String::new(), true));
    }

    proptest! {
        #[test]
        fn prop_streaming_equals_cutting_the_whole(pieces in prop::collection::vec("[abé]{0,3}", 0..12), stops in prop::collection::vec("[abé]{1,3}", 0..3)) {
            let whole: String = pieces.concat();
            let ends = whole.char_indices().map(|(at, letter)| at + letter.len_utf8());
            let first = ends.into_iter().find(|&end| stops.iter().any(|stop| whole[..end].ends_with(stop.as_str())));
            let cut = first.map(|end| {
                let longest = stops.iter().filter(|stop| whole[..end].ends_with(stop.as_str())).map(String::len).max();
                end - longest.unwrap()
            });
            let mut filter = StopFilter::new(&stops);
            let mut out = String::new();
            let mut stopped = false;
            for piece in &pieces {
                let (text, met) = filter.push(piece);
                out.push_str(&text);
                if met { stopped = true; break; }
            }
            if !stopped { out.push_str(&filter.finish()); }
            prop_assert_eq!(stopped, cut.is_some());
            prop_assert_eq!(out.as_str(), &whole[..cut.unwrap_or(whole.len())]);
        }
    }
}
