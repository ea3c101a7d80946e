//! Plots about making: baking, painting, building, growing and playing music.

/// Baking goes wrong before it goes right.
pub(super) const BAKE: &str = r#"
{!open} {!day}, {A} wanted to bake {bake.many} for {B}, who was [ill|coming to tea|{his} {bond}]. {C} gave {him}
{ingredient}, {ingredient2} and {ingredient3}. [{A} put on a {colour} apron and washed {his} hands.|{A} found the
{size} {colour} bowl {spot}.|"First we read the recipe," {said C}.] {A} mixed everything and stirred until {his}
arm hurt.
^
[But {he} forgot the {ingredient4}, and the first {bake.many} came out as flat as paper. "{!once_more}" {cried C}.
This time {A} read every line twice.
|But {A} was thinking about {topic}, and soon there was smoke. The {bake.many} were black! {A} felt {*sad}. "Even
{N} the baker burns some," {said C}. So they began again and sat in front of the oven the whole time.
|Then the {thief} jumped on the table, and the bowl fell down. There was {ingredient} {spot2}, {spot3}, and on the
{thief}. {A} looked at {C}, and {C} looked at {A}, and they began to laugh. They cleaned up and started over.
|There was no {ingredient4} in the house. {A} went next door to {N}. "I will give you {ingredient4}," {promised N},
"if I may taste the first {bake}." "It is a deal," {agreed A}, and they shook hands.
|Then {he} put in salt and not sugar. {B} took a bite and made a very strange face. "It tastes like the sea,"
{said B}. They both laughed, and they baked a new batch together.]
When they opened the oven, the kitchen smelled of [butter|toast|vanilla|honey|Sunday|summer|happiness] and
{ingredient3}. The {bake.many} were {baked} and {baked2}. [{!sum_bake}||{!sum_bake}]
[{B} ate [two|three|four] of them. "They are the best {bake.many} in the world," {said B}.
|{A} put a {colour2} ribbon around the {basket} and took it to {B}.
|Everyone who walked past the window asked for one.
|"Next time, I want to make {dish}," {announced A}.]
[{!moral:practice}|{!night}|]
"#;

/// A picture that will not come out right.
pub(super) const PAINT: &str = r#"
{!open} {!day}, {A} wanted to paint {art}. {He} had [a box of paints|three brushes|a new brush] and a large sheet
of paper. {!weather} {He} [began with|used a lot of|mixed] {colour} and {colour2}.
[But the paint ran down, and soon everything was {colour3}.
|But it looked more like {art2}.
|But a big drop of {colour3} fell right in the middle.
|But the {thief} walked over it with {colour3} feet.]
["I have spoiled it," {said A}.|"It is all wrong!" {cried A}.|{A} wanted to tear it up.] {He} felt {*sad}.
^
[{B} looked at it from the side. "Wait," {said B}. "I can see {art3} in it." {A} turned the paper around. Yes, now
{he} saw it, too. {He} took the {colour3} paint and made it clearer.
|"May I see?" {asked C}. "I like that {colour3} part. Could it be the sky over {landmark}?" {A} thought about it,
took {his} brush and painted on.
|{N}, the painter, came past. "When I make a mistake, I ask what it wants to be," {said N}. {A} looked hard. "It
wants to be {art3}," {said A}.
|{A} sat down {outdoors} and looked at the world for a while. {He} looked at the {*songbird} on the {perch}, and
how the light fell. Then {he} came back and began again, slowly and with very little water.]
[When it was dry, they hung it [in the hall|over the sofa|above the stove|by the window|in the kitchen|next to the
clock].
|{He} worked until supper. Then it was done.
|At the end, {A} had {colour} hands and a {colour2} nose.]
["It is beautiful," {said C}.|"I have never seen anything like it," {said C}.|{C} looked at it for a long time. "It
makes me feel {*happy}," {said C}.]
[The picture won {prize} at the school fair.
|{A} gave the picture to {B}, who kept it for years.
|{A} sold it at the [market|fair|school sale|town hall] for one shiny coin.
|The next day, {A} painted {art4}, too.]
{!moral:mistakes}
"#;

/// Building something that falls down once.
pub(super) const BUILD: &str = r#"
{!pair} {!day}, they had an idea. "Let us build a {build} {build.use}!" {said B}. They looked for {build.stuff}.
[{N} gave them what they needed|{C} lent them a hammer and a saw|they found the rest in the old shed|They carried
everything in an old cart], and they set to work [at once|that same day|right after breakfast|with great care|with
a song].
[{A} drew a plan, and {B} measured.
|{A} held, and {B} tied the knots.
|{A} had the ideas, and {B} had the patience.
|{A} did the heavy work, and {B} did the fine work.]
^
[By noon, the {build} was as high as {A}. Then a {windadj2} wind came, and it fell down. "All that work!"
{cried A}. "Now we know what was wrong," {said B}. "It needs to be wider below." They started again.
|But {A} wanted to put a {colour} flag on it, and {B} wanted a {colour2} flag. They argued until the sun was low.
"What if you put up both, one {colour} and one {colour2}?" {asked D}. They looked at each other and laughed.
|The last piece was too heavy for the two of them. They pushed and pulled, but it did not move. Then {D} and {E}
came by. "One, two, three!" {cried B}. All together, they lifted it into place.
|Halfway through, they had no more {fix}. {A} ran to {N}, but {N} had none. {B} looked {spot} and found only {odd}.
"Then we will use that," {announced A}. It worked better than they had hoped.]
[They needed {p} nails for the front and {q} more for the back. That made {=p+q} nails.
|They had {r} nails and used {q} of them, so {=r-q} nails were left.
|
|]
[When the {build} was ready, they ate {fruit.many} and looked at it.
|In the evening, the {build} was ready, and they were {*happy}.
|At last, the {build} was done. It was a little crooked, but it stood.]
["We made that with our own hands," {said A}.
|"Tomorrow, let us build a bigger one," {said B}.
|A {petadj} {animal} came and looked at it first of all.
|{C} came to see it. "I could not have done it better," {said C}.]
{!moral:teamwork}
"#;

/// Growing something needs time.
pub(super) const GARDEN: &str = r#"
{!open} In [March|April|spring|early spring], {C} gave {him} a {plant.seedlike} in a {size} {colour} pot. "If you
care for it, you will have {plant.many} one day," {said C}. {A} [put it on the sunny windowsill|dug a hole
{outdoors}|gave it the best place {outdoors}] and watered it every {daytime}. [For a week, nothing happened.|The
first week, there was only earth.|Days went by, and nothing came up.] ["Maybe it is asleep," {said A}.|"Maybe it
does not like me," {said A}.|"How long does it take?" {asked A}.] ["A {plant.seedlike} has its own clock,"
{explained C}.|"Give it time," {replied C}.|"Roots come first, and we cannot see them," {explained C}.]
^
Then [a small|a tiny|one] [green|pale green|bright green] [tip|leaf|shoot] came out! {A} [danced around it|measured
it with a piece of string|told {B} and {D} about it|drew a picture of it].
[But one night, there came {pest}, and half of the leaves were gone. {A} was {*sad}, but {he} did not give up. {He}
put a little fence of [sticks|stones|old boards|wire|branches|string] around it.
|But then {A} went away for a week, and {he} was worried. "I will water it for you," {promised B}. When {A} came
home, it was twice as tall.
|But {A} gave it too much water, and it turned yellow. "Even water can be too much," {said N} over the fence. {A}
waited for the earth to dry, and the plant grew well again.
|Then {pest} came, but {A} was ready. {He} sat there with a {colour2} {lost} and watched until the danger was over.]
In [summer|August|autumn], {he} had the [finest|tallest|biggest] {plant} in the whole street.
[{A} cut off a piece for {N}, who put it on the {perch}.
|Bees came, and a {songbird} sang beside it.
|{D} and {E} came to see it.
|{A} counted {p} buds on the left and {q} more on the right. That was {=p+q} buds.
|There were {r} leaves on it. The wind took {q}, so {=r-q} leaves were left.]
["I only watered it," {said A}. "It did the rest."
|"We grew together," {said A}, for {he} was taller as well.
|{A} kept a {plant.seedlike} for the next year.]
{!moral:patience}
"#;

/// Learning to play music takes many wrong notes.
pub(super) const MUSIC: &str = r#"
{!open} {A} wanted to play the {instrument}. {!day}, {C} brought home an old one from the {shop}. {A} tried it at
once. "{instrument.sound}!" said the {instrument}. [The {thief} ran out of the room.|{B} laughed until tears
came.|{C} smiled and closed the window.|A {songbird} fell off the {perch} in surprise.] ["It does not like me,"
{complained A}.|"It sounds terrible," {complained A}.|{A} felt {*sad} and put it {spot}.]
^
[{N} was a music teacher. "Play one note," {said N}, "but play it as if you loved it." {A} played one note, and
then one more. Every {weekday}, {he} learned a little tune.
|{B} could play the {instrument2}. "Let us play together," {said B}. "If you get lost, wait for me at the end."
They practised {outdoors}, where only the {songbird} could hear them.
|{A} practised each {daytime} {where2}. At first, people walked away. After a month, they stayed. After a year,
they clapped.
|"Listen to [the wind|the river|the rain|the old clock|the {songbird}]," {said C}. "It never plays a wrong note,
because it does not hurry." So {A} played more and more slowly, and suddenly there was a tune in it.]
On {weekday2}, there was a concert in the village. [{A} was {scared}, and {his} hands were wet.|{A} wore a {colour}
shirt and was {scared}.|"What if I forget everything?" {asked A}.] ["Play it for me," {whispered B}.|{C} nodded to
{him}.|{A} looked at {B} and took a deep breath.] {He} played a song about {topic}, and the hall was
[still|silent|as quiet as snow]. Then [everyone clapped|everyone clapped for {A}|the whole hall clapped|{N} began
to clap|people stood up and clapped].
[{N} wiped {his4} eyes.
|{A} bowed so low that {his} hat fell off.
|{A} made only one mistake, and nobody heard it.
|"[Once more|Again|One more song]!" {cried D}, and so {he} played it again.]
[{!moral:practice}|{!night}|That evening, the {instrument} lay beside {his} bed, and both of them slept well.]
"#;
