//! Who said it: speech tags for the quotations of a story.
//!
//! Invariant: a tag fits behind a closing quote and ends where a full stop or a comma can follow.

use crate::random::Stream;

/// Verbs for one way of speaking, plainer ones more than once, and what may be added to them.
struct Mood {
    name: &'static str,
    verbs: &'static [&'static str],
    manners: &'static [&'static str],
}

const MOODS: &[Mood] = &[
    Mood {
        name: "said",
        verbs: &["said"],
        manners: &["after a moment", "quietly", "softly", "slowly", "at last", "firmly", "in a clear voice"],
    },
    Mood {
        name: "replied",
        verbs: &["said", "replied", "replied", "answered"],
        manners: &["at once", "slowly", "after a moment", "thoughtfully", "quietly"],
    },
    Mood {
        name: "explained",
        verbs: &["explained", "explained", "said"],
        manners: &["patiently", "calmly", "gently", "slowly"],
    },
    Mood { name: "announced", verbs: &["announced", "declared", "said"], manners: &["proudly", "firmly"] },
    Mood { name: "promised", verbs: &["promised", "promised", "said"], manners: &["kindly", "warmly", "gently"] },
    Mood { name: "agreed", verbs: &["agreed", "said", "replied"], manners: &["happily", "at once", "with a smile"] },
    Mood {
        name: "complained",
        verbs: &["complained", "grumbled", "sighed", "said"],
        manners: &["sadly", "with a sigh", "in a small voice"],
    },
    Mood {
        name: "asked",
        verbs: &["asked", "asked", "asked", "asked", "wanted to know"],
        manners: &["softly", "quietly", "after a moment", "slowly"],
    },
    Mood {
        name: "cried",
        verbs: &["cried", "shouted", "called", "called out", "exclaimed", "yelled"],
        manners: &["loudly", "at once", "in a loud voice"],
    },
    Mood {
        name: "whispered",
        verbs: &["whispered", "whispered", "murmured", "said", "mumbled"],
        manners: &["softly", "quietly", "in a low voice", "in a small voice"],
    },
];

/// A tag such as `said Tom with a smile`, or nothing when there is no such mood. `pronoun` (`he`, `she`) may stand for
/// the speaker, when the story can leave the name out.
pub(super) fn tag(stream: &mut Stream, mood: &str, speaker: &str, pronoun: Option<&str>) -> Option<String> {
    let mood = MOODS.iter().find(|known| known.name == mood)?;
    let verb = *stream.choose(mood.verbs);
    // A verb of two words would be torn apart by the speaker, so its speaker goes first.
    let inverted = stream.chance(0.6) && !verb.contains(' ');
    let mut text = match pronoun {
        Some(pronoun) if stream.chance(0.4) => format!("{pronoun} {verb}"),
        _ if inverted => format!("{verb} {speaker}"),
        _ => format!("{speaker} {verb}"),
    };
    // "said softly" needs its adverb: plain "said" is no whisper.
    if stream.chance(0.15) || (mood.name == "whispered" && verb == "said") {
        text.push(' ');
        text.push_str(stream.choose::<&str>(mood.manners));
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_name_the_speaker_or_use_the_pronoun() {
        let mut stream = Stream::new("test", 0, &[]);
        for _ in 0..500 {
            let text = tag(&mut stream, "whispered", "Mia", Some("she")).unwrap();
            assert!(text.contains("Mia") || text.starts_with("she "), "{text}");
            assert!(!text.ends_with("said Mia") && !text.ends_with("Mia said"), "{text}");
        }
        assert!(tag(&mut stream, "sang", "Mia", None).is_none());
    }
}
