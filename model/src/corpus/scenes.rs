//! Shared templates: openings, days, weather, small scenes and closing lines that many plots use.
//!
//! Invariant: each stands alone as whole sentences (`day` and its kin: as the start of one), and speaks of
//! the hero `A`, the friend `B` and the grown-up `C` only.

use super::lexicon::Source;
use super::sums;

const RULES: &[Source] = &[
    (
        "open",
        "[Once upon a time, there was a {trait} {boy} named {A}. {!likes}
         |{A} was a {trait} {boy} who lived in a {homeadj} {home} {where}. {!likes}
         |{A} was {age} years old and lived in a {homeadj} {home} {where}. {!likes}
         |There was once a {trait} {boy} called {A}, who loved {hobby}.
         |In a {homeadj} {home} {where} lived a {trait} {boy} named {A}. {!likes}
         |{A} was a {trait} and {trait2} {boy}. {!likes}
         |{A} was a {trait} {boy} who was good at {hobby}.
         |{A} lived {where} with {C}. {!likes}]",
    ),
    (
        "likes",
        "[||{He} loved {hobby} and {hobby2}.|{He} liked {hobby} best of all.|{He} was very good at {hobby}.
         |Everyone said that {he} was {trait3}.]",
    ),
    (
        "pair",
        "[{A} and {B} were {age} years old and did everything together.
         |{A} was a {trait} {boy}, and {B} was a {trait2} {boy2}. They were [best friends|neighbours|cousins|always
         together].
         |Once there were two friends named {A} and {B}. {A} loved {hobby}, and {B} loved {hobby2}.
         |{A} and {B} lived {where}, and they played together every day.
         |{A} had a good friend called {B}. They both loved {hobby}.
         |In a [small|quiet|busy|sleepy] town [by the sea|in the hills|near the border|on an island|by a wide
         river] lived two friends, {A} and {B}.]",
    ),
    (
        "day",
        "[One {*dayadj} [morning|afternoon|day]|On {*weekday} [morning|afternoon]|Early one [morning|{*weekday}]
         |One [morning|afternoon|day] in {*month}|One {*season} [morning|afternoon|day]|On a {*dayadj} {*weekday}]",
    ),
    (
        "some_day",
        "[On {*weekday} [morning|afternoon]|One [morning|afternoon|day] in {*month}
         |One {*season} [morning|afternoon|day]]",
    ),
    (
        "warm_day",
        "[One [hot|warm|sunny|bright] [morning|afternoon] in [May|June|July|August]|On a [hot|warm|sunny|bright]
         {*weekday}
         |One [hot|warm|sunny|bright] summer [morning|afternoon|day]|On the first [hot|warm] day of
         [spring|summer|June]]",
    ),
    (
        "cold_day",
        "[One [cold|frosty|icy|white|freezing] [morning|afternoon] in [December|January|February]
         |On a [cold|frosty|icy|white|freezing] {*weekday}|One [cold|frosty|icy|white] winter [morning|afternoon|day]]",
    ),
    (
        "weather",
        "[||A {*songbird} sang on the {*perch}.|The air smelled of {*smell} and {*smell}.
         |A {*windadj} wind blew {*windpath}.|A {*songbird} and a {*songbird} sang [outside|together|in turn].]",
    ),
    (
        "sun",
        "[The sky was {*skyadj}.|The sun shone, and a {*windadj} wind blew {*windpath}.|A {*songbird} sang on the
         {*perch}.
         |The air smelled of {*smell} and {*smell}.]",
    ),
    (
        "night",
        "[That night, {A} dreamed of {*dream}.|{A} went to bed with a smile and dreamed of {*dream}.
         |{A} slept well that night and dreamed of {*dream}.|In bed that night, {A} told {C} about {*dream} and
         fell asleep.]",
    ),
    (
        "moral",
        "[\"You see,\" {said C}, \"{*@}.\"|{A} [had learned|understood now|knew now] that {*@}.
         |From that day on, {A} knew that {*@}.|\"Now I know that {*@},\" thought {A}.
         |{C} [smiled|nodded|laughed]. \"You see, {*@}.\"]",
    ),
    (
        "thanks",
        "[\"Thank you, {B},\" {said A}. \"You are a good friend.\"|\"I could not have done it without you, {B},\"
         {said A}.
         |{A} thanked {B} and gave {him2} {gift}.|{A} hugged {B} and felt {*happy}.]",
    ),
    ("once_more", "[Try again!|Once more!|Do not give up!|You can do it!|One more time!]"),
    (
        "treat",
        "[They drank {*drink} and ate warm {bake.many}.|Then there was {*drink} for everyone.
         |{C} brought out {*drink} and a plate of {bake.many}.|At home, {C} had made {*dish} for supper.]",
    ),
];

/// The shared template called `name`.
pub(super) fn rule(name: &str) -> Option<&'static str> {
    rules().find(|(known, _)| *known == name).map(|(_, template)| template)
}

/// Every shared template with its name.
pub(super) fn rules() -> impl Iterator<Item = Source> {
    [RULES, sums::RULES].into_iter().flatten().copied()
}
