//! Closing thoughts, one list for each theme, so that a story ends with a lesson that fits it.
//!
//! Every entry is a clause without a capital that can follow `that` as well as stand behind `You see,`.

use super::lexicon::Source;

/// Lists of morals; plots name them in `{!moral:theme}`.
pub(super) const LISTS: &[Source] = &[
    (
        "truth",
        "the truth is lighter to carry than a lie; a hard truth is better than an easy lie; it is brave to own up \
         to a mistake; honest words make the heart light; a lie only grows bigger",
    ),
    (
        "courage",
        "being brave does not mean that you are never afraid; fear grows small when you look at it; together nobody \
         has to be afraid; most things look bigger in the dark; after every night comes a morning; a calm heart \
         finds the way",
    ),
    (
        "kindness",
        "a kind word costs nothing; kindness always finds its way back; you are never too small to help; a little \
         help can change a whole day; those who give are never poor; a warm heart is better than a full purse",
    ),
    (
        "patience",
        "good things take time; slow and steady gets there too; those who wait with open eyes see more; patience \
         always pays; hurry is a poor helper; little by little becomes a lot",
    ),
    (
        "practice",
        "practice makes hard things easy; every master was a beginner once; small steps go a long way; falling down \
         is a part of learning; nobody can do everything on the first day; the one who tries again gets there",
    ),
    (
        "mistakes",
        "every mistake can teach us something; a mistake may be the start of something new; there is more than one \
         way to see a thing; nothing has to be perfect to be beautiful",
    ),
    (
        "friendship",
        "a friend is better than gold; shared joy is twice the joy; a friend makes everything easier; everyone \
         needs a friend; a new friend is a treasure; with a friend even a grey day is bright",
    ),
    (
        "distance",
        "a good friend is never far away; words can travel further than feet; true friends do not forget each \
         other; waiting makes a letter sweeter; a letter can carry a whole heart",
    ),
    (
        "peace",
        "saying sorry makes a friendship stronger; it is better to be friends than to be right; taking turns is \
         twice the fun; a quarrel is over when someone says sorry; it is no fun to win against a friend",
    ),
    (
        "mending",
        "old things can be as good as new; careful hands can mend almost anything; a friend is worth more than a \
         toy; it is better to mend a thing than to throw it away; a crack is only the start of a new story",
    ),
    (
        "giving",
        "giving feels better than keeping; a gift from the heart is the best gift; the best gifts cost nothing; it \
         is lovely to surprise a friend; time is a precious gift; happiness grows when you share it",
    ),
    (
        "play",
        "a rainy day can be a happy day; you need no money to be rich; anything can become a game; a good game \
         needs only good friends; the best toys are ideas",
    ),
    (
        "fairness",
        "a fair race is better than a first prize; there are more important things than winning; being fair feels \
         better than being first; even the last one can be a winner",
    ),
    (
        "teamwork",
        "many hands make light work; two heads are better than one; nobody can do everything alone; everyone is \
         good at something; together even the heavy things are light; it is wise to ask for help",
    ),
    (
        "sharing",
        "there is always room for one more; giving feels better than keeping; shared bread tastes best; happiness \
         grows when you share it; half for a friend is more than all for yourself; a gift from the heart is the \
         best gift",
    ),
    (
        "wonder",
        "the world is full of small wonders; there is always something new to see; the best adventures begin at the \
         front door; open eyes find treasures everywhere; the way is as good as the end; the world is bigger than \
         it looks",
    ),
    (
        "smallness",
        "nobody is too small to help; the smallest one can have the largest heart; you should never laugh at the \
         small ones; little friends can be great friends; strength is not everything",
    ),
];
