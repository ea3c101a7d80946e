//! Plots of wonder: the night sky, the seashore and a map that leads somewhere.

/// Looking at the stars.
pub(super) const STARS: &str = r#"
{!open} One [clear|warm|still|cold|dark|moonless] night in {month}, {A} could not sleep. [{He} looked out of the
window.|{He} heard {nightsound} and {nightsound2}.|"Why is the night so dark?" {asked A}.] ["Put on your coat,"
{said C}. "I want to show you something."|"Come outside with me," {said C}.|"It is only dark if you do not look
up," {said C}.] They sat down {outdoors} with a {colour} blanket and {drink}.
[{A} was a little [afraid|scared|frightened] of the dark.
|It was so quiet that they heard {nightsound3}.
|Behind {landmark}, there was not a single lamp.]
^
["Look up," {whispered C}. {A} had never seen so many stars. "That group is {starshape}," {explained C}, "and that
one is {starshape2}." {A} looked for a long time. "I have found my own," {said A}. "It is {starshape3}."
|They lay down and waited. [Then a star fell over {landmark2}.|Then a light ran across the sky over {landmark2}.]
"Make a wish," {whispered C}. {A} closed {his} eyes and wished for {gift}. But then {he} changed {his} mind and
wished that {B} would get well.
|{C} had an old telescope from the {shop}. At first, {A} saw only {his} own eyelashes. Then {he} saw the moon,
round and {colour2}, with hills and valleys. "Does anyone live there?" {asked A}. "Not yet," {replied C}.
|But clouds came and covered the sky. {A} was {*sad}. "Wait," {said C}. "Clouds walk on." They told each other
stories about {topic}, and suddenly there was a hole in the clouds, and it was full of stars.
|Then little lights rose from the grass. "The stars are falling up!" {cried A}. "Those are fireflies,"
{explained C}. One sat down on {his} sleeve and glowed {colour2}. {A} did not catch it. {He} let it fly.]
[They counted {p} stars over the roof and {q} more over the hill. Together that was {=p+q} stars.
|{A} counted {m} rows of stars with {k} in each row. That made {=m*k} stars.
|
|]
["How far away are they?" {asked A}. "So far that even light needs years," {explained C}.
|"Are they there in the daytime, too?" {asked A}. "They are always there," {replied C}.
|"Who lights them all?" {asked A}. "They have their own fire," {explained C}.]
[{A} grew sleepy, and {C} carried {him} in.|The next evening, {A} showed {B} {starshape} and {starshape2}.|Since
then, {A} has loved the night.] [{!night}|{!moral:wonder}|]
"#;

/// A day at the sea.
pub(super) const BEACH: &str = r#"
{!pair} {!warm_day}, {C} took them to the sea. {!sun} They [ran down to the water|took off their shoes|put their
towels near {landmark}]. The waves were [high|low|green|loud|gentle|white with foam], and far out they saw a
{colour} ship.
[{A} collected {find.many}, and {B} dug a hole.
|{A} made a {seacreature} out of sand, and {B} gave it eyes of shell.
|They played {game} until they were {*tired}.]
[{!sum_find}||]
^
[Then they found a {seacreature2} on the sand. It could not get back into the water. "It needs the sea,"
{explained B}. They carried water in a {colour2} bucket, and {C} helped them. Little by little, they brought it to
the waves. It swam in a circle, as if to say thank you.
|Then a green bottle came with the waves. There was a letter in it. "I live {far}," it said, "and I would like to
have a friend." {A} and {B} wrote an answer about {topic} and threw it far out. In {month}, a card came with {art}
on it.
|Then a big wave took {A}'s {colour2} {lost}. "My {lost}!" {cried A}. {B} wanted to run after it, but {C} held
{him2} back. "The sea is stronger than we are," {explained C}. An hour later, the waves brought it back, with a
{seacreature2} on it.
|Then fog came, and they could not see {landmark} any more. "Stay close to me," {said C}. They held hands and sang
about {topic} so that nobody was lost. Somewhere a bell rang, and they walked toward the sound until they found the
path.
|They built a castle with {age} towers. The water came closer and closer. "Quick, build a wall!" {cried B}. But the
wave came and took it all. {A} was {*sad}, but {B} laughed. "Now we can build a new one," {said B}.]
[On the way home, they ate {fruit.many}, and there was sand in everything.
|In the evening, the sun went down behind {landmark2}, and the sea turned {colour3}.
|{A} took one shell home and could hear the sea in it.]
["Can we come back on {*weekday}?" {asked B}.|"I can still feel the waves," {said A}.|"I want to live here, next to
the waves," {said A}.] [{!night}|{!moral:wonder}|]
"#;

/// An old map and what it leads to.
pub(super) const MAP: &str = r#"
{!pair} {!day}, they found an old map {spot}. It lay between {odd} and {odd2}. [A {colour} cross was drawn on
it.|There was a {colour} line on it that went along {trail}.|In one corner, somebody had drawn {art}.] ["A
treasure!" {cried B}.|"It must be from {monster}," {whispered B}.|"Shall we look for it?" {asked B}.] They packed
{fruit.many}, a [rope|torch|compass|spade] and a {colour2} {lost}. First they went to {landmark}, and then along
{trail} to {landmark2}.
[{A} counted {p} steps to the north and then {q} more to the east. That made {=p+q} steps.
|The map showed {r} steps. After {q} steps, they rested, and {=r-q} steps were left.
|
|]
^
[At {landmark3}, they did not know the way. {A} wanted to go left, and {B} wanted to go right. "Turn the map
around," {said B}. It had been upside down all the time! They laughed and went back to {landmark}.
|Near {landmark3}, there was a noise in the bushes. "It is {monster2}!" {whispered A}. They were {scared}, but it
was only a {petadj} {animal}. It {animal.cried} and walked in front of them, as if it knew the way.
|It began to rain, and the {colour} ink ran down the paper. "Now it is useless," {said A}. "I know it by heart,"
{replied B}. {He2} closed {his2} eyes and led the way to {landmark3}.
|At {landmark3} sat {stranger}. "I know that map," said {stranger.the}. "I drew it when I was {age}." And
{stranger.he} told them where to dig.]
[Under a flat stone, they found a {size} {colour3} box. In it were {find.many} and a letter. "The treasure is the
way here," it said, "and the friend beside you."
|They dug until their hands hurt. Then they found a {size} tin with {gift} in it. "Let us put something in for the
next ones," {said B}. {A} put in {his} best {find}.
|In a hollow tree lay a {colour3} book about {topic}. All the pages at the end were empty. "We must write the
rest," {said A}.
|There was only a deep hole with water in it. But beside the hole grew {fruit2.many}, as sweet as any they had ever
eaten. "Treasure is what you make of it," {said A}.]
[{C} did not believe a word of it until {he3} saw what they had found.
|In the evening, they told {C} and {N} everything.
|"Where have you been?" {asked C}. "On an adventure," {replied A}.]
[{!night}|{!moral:wonder}|They kept the map and hid it {spot} again.]
"#;
