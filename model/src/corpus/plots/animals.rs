//! Plots with animals: some are found or trained, some talk.

/// An animal is found and cared for.
pub(super) const FOUND: &str = r#"
{!open} {!day}, {A} was walking along {trail} when {he} heard something. Near {landmark} sat a {petadj} {animal}.
It {animal.cried}. [One of its legs was hurt.|It was all alone.|It was wet and cold.|It looked very hungry.|It was
caught in a piece of string.] ["Do not be afraid," {whispered A}.|"Where is your mother?" {asked A}.|"You poor
thing," {said A}.]
[{He} wrapped it in {his} {colour} scarf and carried it home.
|{He} took off {his} {colour} hat and put the {animal} in it.
|Very slowly, {he} picked it up and took it home.]
^
["May it stay?" {asked A}. "It may stay until it is well," {replied C}. They gave it {animal.food} and
{animal.home}.
|{C} knew what to do. They gave it {animal.food}, and for the night they gave it {animal.home}.
|{A} offered it {animal.food}, but it did not eat. {He} sat beside it half the night. In the morning, the bowl was
empty!]
{A} called it {petname}.
[Soon {petname} followed {him} from room to room. [It slept {spot} and played with {odd}.|It liked to hide {hide}.]
|Every day, {petname} grew a little stronger.
|{B} came to see {petname} every {daytime} and brought {animal.food}.]
[Then {A} saw a note near {landmark}. Somebody was looking for a lost {animal}! {A} was {*sad}, but {he} took
{petname} to the {homeadj} house {where2}. {N} opened the door and cried for joy. "Come and see us whenever you
like," {said N}.
|After [two|three|four] weeks, {petname} was well. "It belongs out there," {said C}. {A} carried it to {landmark}
and opened {his} hands. {petname} looked back once, and then it was gone. Now and then, {A} saw it near {trail}.
|{A} asked {N}, {B} and {D}, but nobody knew whose {animal} it was. "Then it has chosen us," {said C}. {A} was so
{*happy} that {he} could not speak.
|One night, {petname} woke everyone up. There was smoke in the kitchen! They put the fire out just in time. "You
saved us," {said C}, and {petname} got {animal.food} and stayed for ever.]
[{!moral:kindness}|{!night}|{A} drew a picture of {petname} and hung it {spot2}.]
"#;

/// Teaching a pet takes patience.
pub(super) const TRICK: &str = r#"
{!open} {A} had a {petadj} {pet} called {petname}. {!day}, {he} wanted to teach {petname} to {trick}. "{petname},
look at me," {said A}. [{petname} yawned.|{petname} scratched its ear.|{petname} ran away and hid {hide}.|{petname}
lay down and went to sleep.] ["You must listen!" {cried A}.|"You are the laziest {pet} in the world," {said A}.|"It
is hopeless," {complained A}.] {B} watched and [laughed|smiled|shook {his2} head].
^
[{A} showed {petname} how to {trick}. {He} did it {himself}, right there {outdoors}. {N} looked over the fence in
surprise. "I see that the {pet} has taught you very well," {said N}.
|"What does it like to eat?" {asked B}. "It likes {pet.food}," {replied A}. They took {pet.food} and tried again.
This time, {petname} opened both eyes.
|{A} read a book about it. "Praise every small step," it said. So {A} praised {petname} for looking up, and then
for standing up, and then for one step.
|For a week, {A} tried every {daytime}. On {weekday}, nothing happened. On {weekday2}, nothing happened. On
{weekday3}, {petname} lifted its head.]
[The first time, {petname} did it wrong and knocked over a {breakable}.
|"Good!" {cried A}. "Almost!"
|{A} said the word again and again, softly and kindly.]
[Then {he} stopped, sat down and ate a {fruit}. And just then, all by itself, {petname} began to {trick}!
|And then, one {dayadj} day, {petname} did it: it could {trick}!
|At last, {petname} could {trick}, and it could even {trick2}.]
[{C} and {B} clapped.|"I do not believe my eyes," {said C}.|{B} was so surprised that {he2} dropped {his2} {bake}.]
[{A} gave {petname} {pet.food} and a long hug.
|At the village fair, they won {prize}.
|The next day, {petname} taught {A} something, too: how to nap {outdoors2}.]
{!moral:patience}
"#;

/// Two animals and the winter. A fable.
pub(super) const WINTER: &str = r#"
{wild} lived a {trait} {forager} named {A}. {His} home was {den}. Not far away, in {den2}, lived a {trait2}
{singer} named {B}. [All summer|All autumn|From May to October], {A} gathered {wildfood.many} and {wildfood2.many}.
But {B} only [sang songs|lay in the sun|danced with the butterflies|slept under a leaf].
["Winter is coming," {said A}. "You should gather {wildfood.many}, too."
|"Why do you not help me?" {asked A}.
|"What will you eat when it snows?" {asked A}.]
["There is still time," {replied B}.|"Tomorrow," {replied B}. "Today the sun is too warm."|"I am making a song
about {topic}," {replied B}.]
[{A} gathered {p} {wildfood2.many} on {weekday} and {q} more on {weekday2}. Now {he} had {=p+q} {wildfood2.many}.
|{A} made {m} heaps with {k} {wildfood2.many} in each. That made {=m*k} {wildfood2.many}.
|
|]
^
Then the snow came, and the [wind|river|air|ground|forest] became icy. [{B} was cold and hungry.|{B} looked for
food, but everything was white.|There was nothing left to eat in {den2}.]
[{He2} knocked at {A}'s door. "Please, may I come in?" {asked B}.
|"I was foolish," {whispered B}. "May I have one {wildfood}?"
|{A} found {him2} in the snow, stiff with cold.]
[{A} thought of all the work, and for a moment {he} was angry. Then {he} opened the door wide. "Come in," {said A}.
"There is enough for two."
|"I have {wildfood.many}, but I have no songs," {said A}. "You may eat with me if you sing for me." So {B} sang,
and the winter was short.
|"Come in," {said A}, "but in spring, you will work with me." "I promise," {agreed B}, and {he2} kept the promise.
|{A} had {r} {wildfood.many}. {He} gave {q} to {B}, so {=r-q} were left. "It is less," {said A}, "but it tastes
better with a friend."]
[When spring came, they planted {plant.many} together.
|In spring, both of them gathered {wildfood2.many}, and both of them sang.
|From then on, {A} rested a little more, and {B} worked a little more.]
And the whole forest [knew|said|learned] that {*sharing}.
"#;

/// Crossing a river together. A fable.
pub(super) const RIVER: &str = r#"
Once upon a time, a {trait} {bigbeast} named {A} and a {trait2} {smallbeast} named {B} lived {wild}. {!day}, they
wanted to visit an old friend on the other side of the river. [But the water was high, and the old bridge was
gone.|But the rain had washed the bridge away.|But the river was wide and quick.] ["I can jump over it,"
{announced A}, for {he} was proud.|"I can swim," {said A}, "but you cannot."|"Let us go home," {said B}. "It is too
dangerous."]
[{A} jumped and fell in with a splash.
|{A} put one foot into the water and pulled it out again.
|A [fish|frog|trout|duck|snail] laughed at them from below.]
^
[{B} held out a long branch and pulled {him} to the bank. "Thank you," {said A}. "Alone I am strong, but I am not
wise." Together they pushed an old log into the water, sat down on it and paddled with two sticks.
|"We need a boat," {said B}. They looked around and found {odd}, some bark and a {size} leaf. {A} pulled, and {B}
tied the knots. By evening, they had a boat with a {colour} sail.
|An old {beast} was sitting on the bank. "The river is only narrow for those who ask," said the {beast}. "Behind
[the willow|the reeds|the bend|the big rock|the old oak], there are {age} flat stones." They thanked the {beast}
and went from stone to stone.
|{B} sat on a branch and thought. "You are strong, and I am light," {said B}. "You bend the young tree, and I run
across with a rope." They did so, and soon there was a bridge for everyone.]
[On the other side, there were {wildfood.many} and {wildfood2.many}, and they ate until the moon rose.
|their old friend was waiting for them with {wildfood.many} and {drink}.
|They were wet and tired, but they were there.]
[They found {p} {wildfood.many} under a tree and {q} more beside it. That made {=p+q} {wildfood.many}.||]
["Two heads are better than one," {said A}.
|"Without you, I would still be sitting there," {said B}.
|"Next time, I will ask first and jump later," {said A}.]
From that day on, they [crossed every river together|never laughed at each other again|were the best of friends],
for they knew that {*teamwork}.
"#;

/// The biggest animal and the smallest. A fable.
pub(super) const FEAST: &str = r#"
[Long ago|Once upon a time|Many years ago], the animals {wild} had a feast. {A}, a {trait} {bigbeast}, was [the
biggest|the strongest|the fastest] of them all. {B}, a {trait2} {smallbeast}, was the smallest. [Everyone brought
something.|Each of them brought something to eat.|There was food from {wild2}.] {A} brought {p} {wildfood.many},
and {B} brought {q}. Together they brought {=p+q} {wildfood.many}.
["What a small gift," {said A}, and {he} laughed.
|"You are so small that I nearly sat on you," {said A}.
|"What can someone as small as you do?" {asked A}.]
{B} [said nothing|only smiled|went red but kept quiet]. They played {game}, sang about {topic}, and ate
{wildfood2.many}.
^
[Then {A} got a thorn in {his} foot and roared. The owl pulled at it, and the goat pulled at it, but it was too
deep. "Hold still," {said B}. With tiny paws, {he2} took hold of the thorn, and out it came.
|In the night, {A} fell into a deep hole. {He} called for help, but all were asleep. Only {B} heard {him}. {B} was
too small to pull {him} out, but {he2} ran from {den} to {den2} and woke the others. All together, they saved {A}.
|Then came [a hunter|a trapper|a cruel man|a robber] with a net, and {A} was caught. The others ran away, but {B}
did not. Thread by thread, {he2} bit through the net. When the sun rose, {A} was free.
|Then there was a crack in the rock, and the key to the {wildfood2} store fell into it. {A} tried to reach it, but
{his} arm was too thick. {B} slipped in as easily as water and came back with the key.]
["I laughed at you," {said A}. "I am sorry."
|"You are small, but your heart is large," {said A}.
|"How can I thank you?" {asked A}. "Share your {wildfood.many} with me," {replied B}.]
[{A} gave {B} the best {wildfood} of the feast.|{A} carried {B} home to {den3} on {his} back.|At the next feast,
{B} sat in the place of honour.] Since that day, the animals {wild} have said that {*smallness}.
"#;
