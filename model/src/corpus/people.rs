//! The cast of a story: who takes part, and how each is named and meant.
//!
//! `A` is the hero and `B` another child, `C` a grown-up of the family, `N` a neighbour, a teacher or a shopkeeper, and
//! `D` and `E` are further children. Pronouns carry the number of their character: `{he}` means `A`, `{he2}` `B`,
//! `{he3}` `C` and `{he4}` `N`; a capital gives a capital. Invariant: a character keeps one name and one gender, and no
//! two children share a name.

use super::lexicon::Source;
use super::plots::Kind;
use crate::random::Stream;

const BOYS: &str = "Tom Ben Sam Max Leo Jack Finn Noah Adam Oscar Hugo Omar Luca Theo Milo Ravi Kofi Ivan Emil Arthur \
    David Daniel Peter Simon Felix Anton Bruno Carlo Diego Eli Frank George Harry Henry Isaac Jacob Karim Liam Marco \
    Nathan Otto Pablo Samir Toby Victor Walter Yusuf Zane Alan Billy Colin Dylan Edward Freddie Gabriel Hassan Jonah \
    Kenji Martin Oliver";
const GIRLS: &str = "Mia Anna Lily Ella Zoe Ruby Emma Nora Lucy Sara Rosa Ivy Amy Alice Bella Clara Daisy Edith Eva \
    Fatima Freya Hana Hazel Helen Ida Jane Julia Kate Layla Lena Lola Maya Mary Molly Nina Olive Olga Penny Polly \
    Priya Rachel Sally Sofia Stella Tara Tessa Vera Wendy Yara Zara Amina Betty Carmen Dora Elsa Flora Greta Holly \
    Jenny Leila";
const ANIMAL_NAMES: &str = "Rusty Patch Biscuit Pip Coco Ginger Misty Nutmeg Pepper Shadow Snowy Smoky Sunny \
    Toffee Bramble Clover Dusty Fudge Muffin Button Pebble Poppy Scout Bracken Barley Hopper Fern Willow Domino \
    Cinnamon Maple Thistle Mossy Sorrel Teasel Bumble Twig Pippin";
const SURNAMES: &str = "Brown Reed Green Hill Baker Cook Field Ford Hall King Lane Marsh Moore Page Park Potter Stone \
    Taylor Webb Wood Young Carter Fisher Gray Hunter Turner Miller Walker Bell Rossi Silva Novak Khan Tanaka";
const AUNTS: &str = "Rose May Ada Ruth Carol Nell Joan Meg";
const UNCLES: &str = "Joe Bob Ted Hal Ned Pat Karl Abe";
const BONDS: &[&str] = &["friend", "best friend", "cousin", "friend", "little", "big", "neighbour"];

/// Lists about people.
pub(super) const LISTS: &[Source] = &[
    (
        "trait",
        "kind; brave; curious; shy; quiet; careful; cheerful; clever; patient; proud; stubborn; gentle; funny; \
         dreamy; busy; bold; lively; thoughtful; helpful; polite; hopeful; playful; honest; friendly; sleepy; \
         noisy; restless; generous; serious; impatient; merry; eager",
    ),
    ("age", "four; five; six; seven; eight; nine; ten"),
    (
        "hobby",
        "drawing animals; pressing flowers; climbing trees; collecting stones; singing songs; watching birds; \
         playing football; skipping rope; riding ponies; building towers; telling jokes; looking at maps; feeding \
         ducks; dancing; making puppets; flying kites; baking bread; growing flowers; catching tadpoles; counting \
         clouds; chasing butterflies; playing the drum; solving puzzles; inventing games; painting pictures; \
         running races; writing poems; fishing; playing chess; whistling; juggling; exploring caves; digging holes; \
         sewing; making paper boats",
    ),
    ("happy", "happy; glad; proud; cheerful; delighted; pleased; joyful; merry; thankful; excited; content; relieved"),
    ("sad", "sad; upset; worried; unhappy; gloomy; miserable; sorry; downhearted"),
    ("scared", "scared; afraid; frightened; nervous; uneasy; worried; anxious"),
    ("tired", "tired; sleepy; weary; worn out; hungry; thirsty"),
    (
        "stranger the he him",
        "an old man,the old man,he,him; a tall woman,the tall woman,she,her; a young postman,the postman,he,him; a \
         fisherman,the fisherman,he,him; a bus driver,the driver,she,her; a police officer,the officer,she,her; a \
         farmer,the farmer,he,him; a gardener,the gardener,she,her; a man in a green coat,the man,he,him; a woman \
         with a red scarf,the woman,she,her; an old sailor,the sailor,he,him; a street painter,the painter,she,her; \
         a young nurse,the nurse,she,her; a woodcutter,the woodcutter,he,him; a shepherd,the shepherd,he,him; a \
         tall student,the student,she,her; a miller,the miller,he,him; an old woman,the old woman,she,her; a flower \
         seller,the flower seller,she,her; a train guard,the guard,he,him",
    ),
];

struct Person {
    name: String,
    woman: bool,
}

/// The characters of one story.
pub(super) struct Cast {
    /// In the order of [`LETTERS`].
    people: [Person; 6],
    /// What `A` calls `C`.
    call: String,
    /// What `B` is to `A`.
    bond: String,
}

/// The mark of each character; the pronouns of all but the first end in its place, counted from 1.
const LETTERS: [&str; 6] = ["A", "B", "C", "N", "D", "E"];

impl Cast {
    /// Draws the characters; in a fable, the hero and the friend are named like pets.
    pub(super) fn draw(stream: &mut Stream, kind: Kind) -> Self {
        let animals = kind == Kind::Fable;
        let mut taken = Vec::new();
        let hero = child(stream, &mut taken, animals, None);
        // Usually a boy and a girl, so that a pronoun alone mostly says who is meant.
        let other = stream.chance(0.7).then_some(!hero.woman);
        let friend = child(stream, &mut taken, animals, other);
        let (grown_up, call) = grown_up(stream, hero.woman, kind == Kind::Pair);
        let neighbour = titled(stream);
        let fifth = child(stream, &mut taken, animals, None);
        let sixth = child(stream, &mut taken, animals, None);
        let bond = match *stream.choose(BONDS) {
            size @ ("little" | "big") => format!("{size} {}", if friend.woman { "sister" } else { "brother" }),
            bond => bond.to_owned(),
        };
        Self { people: [hero, friend, grown_up, neighbour, fifth, sixth], call, bond }
    }

    /// Writes what `mark` stands for; false when it is no mark about people.
    pub(super) fn write(&self, mark: &str, out: &mut String) -> bool {
        if let Some(place) = LETTERS.iter().position(|letter| *letter == mark) {
            out.push_str(&self.people[place].name);
            return true;
        }
        match mark {
            "call" => out.push_str(&self.call),
            "bond" => out.push_str(&self.bond),
            _ => return self.write_pronoun(mark, out),
        }
        true
    }

    fn write_pronoun(&self, mark: &str, out: &mut String) -> bool {
        let word = mark.trim_end_matches(|c: char| c.is_ascii_digit());
        let place = mark[word.len()..].parse::<usize>().unwrap_or(1);
        let Some(person) = place.checked_sub(1).and_then(|index| self.people.get(index)) else { return false };
        let Some(text) = pronoun(&word.to_ascii_lowercase(), person.woman) else { return false };
        let mut characters = text.chars();
        match characters.next() {
            Some(first) if word.starts_with(|c: char| c.is_ascii_uppercase()) => out.push(first.to_ascii_uppercase()),
            Some(first) => out.push(first),
            None => {}
        }
        out.push_str(characters.as_str());
        true
    }

    /// The pronoun that can stand for the speaker called `letter` without doubt: only the hero's, and only when the
    /// hero was the last one named in `told`.
    pub(super) fn subject_pronoun(&self, letter: &str, told: &str) -> Option<&'static str> {
        let [hero, others @ ..] = &self.people;
        let named = |person: &Person| told.rfind(person.name.as_str());
        let last = letter == "A" && others.iter().all(|other| named(other) < named(hero));
        if last { pronoun("he", hero.woman) } else { None }
    }
}

fn pronoun(word: &str, woman: bool) -> Option<&'static str> {
    let (man_form, woman_form) = match word {
        "he" => ("he", "she"),
        "him" => ("him", "her"),
        "his" => ("his", "her"),
        "himself" => ("himself", "herself"),
        "boy" => ("boy", "girl"),
        "man" => ("man", "woman"),
        _ => return None,
    };
    Some(if woman { woman_form } else { man_form })
}

/// A child (or an animal) whose name nobody in `taken` has, a girl when `woman` says so.
fn child(stream: &mut Stream, taken: &mut Vec<&'static str>, animals: bool, woman: Option<bool>) -> Person {
    let woman = woman.unwrap_or_else(|| stream.chance(0.5));
    let names = match (animals, woman) {
        (true, _) => ANIMAL_NAMES,
        (false, true) => GIRLS,
        (false, false) => BOYS,
    };
    let free: Vec<&'static str> = names.split_ascii_whitespace().filter(|name| !taken.contains(name)).collect();
    let name = *stream.choose(&free);
    taken.push(name);
    Person { name: name.to_owned(), woman }
}

/// A grown-up of the family of a girl (`of_girl`) or a boy, and what the child calls them.
/// Beside two heroes (`named`), it is one whom both call by name.
fn grown_up(stream: &mut Stream, of_girl: bool, named: bool) -> (Person, String) {
    let woman = stream.chance(0.5);
    let own = if of_girl { "her" } else { "his" };
    let (near, far) = if woman {
        (["Mum", "mother"], ["Grandma", "grandmother"])
    } else {
        (["Dad", "father"], ["Grandpa", "grandfather"])
    };
    let [call, role] = match if named { 0 } else { stream.below(3) } {
        0 => {
            let name = pick_name(stream, if woman { AUNTS } else { UNCLES });
            let name = format!("{} {name}", if woman { "Aunt" } else { "Uncle" });
            return (Person { name: name.clone(), woman }, name);
        }
        1 => near,
        _ => far,
    };
    let name = if stream.chance(0.5) { call.to_owned() } else { format!("{own} {role}") };
    (Person { name, woman }, call.to_owned())
}

/// A grown-up who is no family, named by title and surname.
fn titled(stream: &mut Stream) -> Person {
    let woman = stream.chance(0.5);
    let title = if woman { "Mrs" } else { "Mr" };
    Person { name: format!("{title} {}", pick_name(stream, SURNAMES)), woman }
}

fn pick_name(stream: &mut Stream, names: &'static str) -> &'static str {
    let names: Vec<&'static str> = names.split_ascii_whitespace().collect();
    stream.choose::<&str>(&names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_distinct_and_take_an_apostrophe() {
        let mut seen = std::collections::HashSet::new();
        for name in [BOYS, GIRLS].iter().flat_map(|names| names.split_ascii_whitespace()) {
            assert!(seen.insert(name), "{name} is listed twice");
            assert!(!name.ends_with('s'), "{name}'s would need another rule");
        }
    }

    proptest! {
        #[test]
        fn prop_pronouns_agree(seed: u64, kind in prop::sample::select(vec![Kind::Child, Kind::Pair, Kind::Fable])) {
            let cast = Cast::draw(&mut Stream::new("test", seed, &[]), kind);
            for place in ["", "2", "3", "4"] {
                let mut text = String::new();
                for word in ["he", "Him", "his", "himself", "man"] {
                    let mark = format!("{word}{place}");
                    prop_assert!(cast.write(&mark, &mut text));
                    text.push(' ');
                }
                prop_assert!(text == "he Him his himself man " || text == "she Her her herself woman ", "{}", text);
            }
            let names: std::collections::HashSet<&str> = [0, 1, 4, 5].map(|i| cast.people[i].name.as_str()).into();
            prop_assert_eq!(names.len(), 4);
            prop_assert!(!cast.write("he9", &mut String::new()) && !cast.write("z", &mut String::new()));
        }
    }
}
