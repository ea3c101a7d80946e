//! Plots outdoors: races, storms, snow, water, and learning to move in them.

/// A race, and what matters more than winning it.
pub(super) const RACE: &str = r#"
{!open} {!day}, there was a {race} along {trail}. The prize was {prize}. {A} wanted to win, and so did {B}.
[{!sun}|{D} and {E} were in the race, too.|Many people from the village came to watch.] ["Ready, steady, go!"
{cried N}.|{N} raised a {colour2} flag. "Go!" {cried N}.|{N} blew a whistle, and they were off.] {A} was
[fast|quick], but {B} was [faster|quicker].
[They passed {landmark} and then {landmark2}.
|At {landmark}, {B} was in front, and {A} was close behind.
|{D} was first at {landmark}, but {A} and {B} were not far behind.]
^
[Near {landmark3}, {B} fell and hurt {his2} [knee|foot|hand|ankle]. {A} could have won. [But {he} stopped|{He}
thought of the prize, but {he} stopped] and helped {B} up. "Lean on me," {said A}. They crossed the line together,
and they were last. Everyone clapped. {N} cut the {colour} ribbon in two and gave each of them half.
|Near {landmark3}, {A} took a short path through the bushes. Nobody saw it, and {he} won. {N} gave {him} {prize}.
But {A} did not feel {*happy}. "I took the short path," {said A} at last, and {he} gave the prize to {B}. "That was
honest," {said N}. {B} shared the prize with {him}.
|{A} ran as well as {he} could, but {B} won. For a moment, {A} was {*sad}. Then {he} shook hands with {B}. "You
were great," {said A}. "Will you show me how you do it?" From then on, they practised every {weekday} near
{landmark}. The next year, {A} won.
|{A} was so tired that {he} wanted to give up. Then {he} heard {C} at {landmark3}. "You can do it!" {cried C}. {A}
took a deep breath and ran on. {He} was not first, and {he} was not second, but {he} reached the end. {C} was as
proud as if {he} had won {prize}.]
[In the evening, they all ate {dish} together.|{!treat}|{!moral:fairness}|{!night}]
"#;

/// A storm passes, and nobody is alone in it.
pub(super) const STORM: &str = r#"
{!open} {!day}, the air was [still|heavy|hot and still|warm and grey], and even the {*songbird} on the {*perch} was
quiet. "A storm is coming," {said C}. [Soon|Before long|An hour later], {storm}, and {storm2}. [{A} was {scared}
and hid {hide}.|{A} was {scared} and held {C}'s hand.|{A} put {his} hands over {his} ears.]
^
["Let us count," {said C}. "We count after each flash, and then we know how far away it is." They counted to ten,
and later to twenty. "It is going away," {said A}.
|"Come here," {said C}. {C} lit a {colour} lamp and told a story about {topic}. Then {A} told one about {topic2}.
When they looked up, the storm was over.
|Then {A} heard a small sound at the door. It was a {petadj} {animal}. It {animal.cried}. {A} forgot that {he} was
{scared}. {He} dried it with a {colour} towel and gave it {animal.food}. "Do not be afraid," {whispered A}. "I am
here." They listened to the rain together.
|"Where is {B}?" {asked A}. {B} was still [at the barn|on the hill|by the river]! {A} and {C} took a lantern and
went out. They found {B} near {landmark}, cold and wet. Together they ran home and sat down by the fire.]
In the [morning|evening], the sky was [blue|clear|bright|pink|golden] again.
[There was a rainbow over {landmark2}.
|A wide rainbow stood over the [fields|roofs|hills|trees|harbour|valley].
|The garden was full of branches, and a {size} pond shone {*outdoors}.]
[{A} and {B} jumped into every puddle along {trail}.
|"Storms are loud," {said A}, "but they always end."
|{A} swept the path and found {odd} in the mud.
|{!moral:courage}
|{!night}]
"#;

/// Learning to swim.
pub(super) const SWIM: &str = r#"
{!open} But {he} could not swim. {!warm_day}, {A} went to the [lake|pool|river|bay] with {B} and {C}. {!sun} [{B}
could swim like a {swimmer}|{B} jumped in like a {swimmer}|{B} was already in the water, quick as a {swimmer}]. {A}
stood at the edge and put one toe in. ["It is too cold," {complained A}.|"It is too deep," {said A}.|"What if a
{seacreature2} bites me?" {asked A}.]
^
["I will hold you," {promised C}. {C} put a hand under {A}. "Kick your legs and breathe slowly."
|"Blow bubbles first," {said B}. "Then float like a {swimmer2}."
|"Look at that {swimmer2}," {said C}. "It does not fight the water. It rests on it."]
{A} tried. [{He} got water in {his} nose and coughed.|{He} sank and came up with wet hair and wide eyes.|{He}
splashed so hard that {C} was wet from head to toe.] "{!once_more}" {cried B}.
[All week, they came back and practised.
|{A} tried again, and again, and once more.
|The next day, {A} was less {*scared}.
|On {weekday} and on {weekday2}, they came back to try again.]
[At last|Then, all at once|On the last day of the week], {A} let go. {He} swam [three|four|five|six|seven|ten]
strokes all alone! ["I am swimming!"|"Look, {B}, I can swim!"|"{call}, look at me!"|"I can do it!"] {cried A}.
["Like a real {swimmer}!" {cried B}.|{C} clapped and cheered.|"I knew that you could do it," {said C}.]
[Afterwards, they sat in the sun and ate {fruit.many}. [{!sum_fruit}|]
|They wrapped {him} in a {colour} towel, and {he} drank {*drink}.
|{!moral:practice}
|{!night}]
"#;

/// Learning to ride, skate or sail a thing that wobbles.
pub(super) const RIDE: &str = r#"
{!open} For {his} birthday, {he} had got a {colour} [bicycle|scooter|skateboard|unicycle|tricycle]. {!day}, {A}
took it to {road}. {!weather}
[{He} went one yard and fell.
|{He} wobbled to the left, then to the right, and fell into a bush.
|{He} rolled down, hit {landmark} and sat on the ground.]
["I will never learn it," {complained A}.|"It is broken," {said A}, but it was not.|{His} knee hurt, and {he} was
{*sad}.]
^
[{B} was {his} {bond}. "I fell a hundred times," {said B}. "Look far ahead, at {landmark2}, and not at your feet."
|{C} ran beside {him} and held {him} by the coat. "Faster!" {cried C}. "Do not look down!"
|An old dog watched from {landmark2}. Each time {A} fell, the dog barked once. "Are you laughing at me?" {asked A},
and then {he} laughed as well.
|{N} came by with a {basket} of {fruit.many}. "When I was {age}, I fell into the pond," {said N}. "Just get up once
more than you fall down."]
{A} tried again.
[This time, {he} got as far as {landmark3}.
|{He} went past {landmark2} and all the way to {landmark3}.
|By noon, {he} could turn left. By evening, {he} could turn right as well.
|After [two|three|four|five] days, {he} went along {road} without a stop.]
["Look at me!" {cried A}. The wind was in {his} hair, and {he} felt {*happy}.
|"I am flying!" {cried A}.
|{A} rang the bell so loudly that every {songbird} flew up.]
[Soon {he} rode to the [bakery|dairy|corner shop|market] to fetch {ingredient} for {C}.
|The next day, {A} taught {D}, who was even smaller.
|{!moral:practice}
|{!night}]
"#;

/// A day in the snow.
pub(super) const SNOW: &str = r#"
{!pair} {!cold_day}, they looked out and saw that everything was white. [The snow lay on the {*perch} and on
{landmark}.|Even {landmark} had a white cap.|It had snowed all night, and no car moved on the street.] They put on
their [warm|thick|woolly] coats and ran outside. [{A} wore a {colour} hat, and {B} wore a {colour2} scarf.|{A} had
{colour} mittens, and {B} had {colour2} boots.]
^
[They made a snowman. It had a carrot nose, eyes of [coal|buttons|stone] and a {colour3} hat. "He looks like {N},"
{said B}. Just then {N} came around the corner. {He4} looked at the snowman and laughed. "He is more handsome than
I am," {said N}. {He4} gave the snowman {his4} own scarf.
|They took the sledge up the hill. It flew past {landmark2} and tipped over. {A} and {B} lay in the snow, {*happy}
and white from head to toe. "Where is my other boot?" {asked A}. It took them an hour to find it near {landmark3}.
|They wanted to walk to {landmark2}, but the snow fell faster and faster. Soon they could not see the way. "I am
{scared}," {whispered B}. "Look at our footprints," {said A}. "We can follow them back." Step by step, they went
home.
|Near {landmark2}, they found a {petadj} {animal} in the snow. It was too cold to move. {A} put it under {his}
coat, and they carried it home. {C} gave it {animal.food} and {animal.home}. After a while, it {animal.cried} and
looked around.
|They built a wall of snow, and so did {D} and {E}. Then the snowballs flew. [{A} made {p} snowballs, and {B} made
{q} more. Together they had {=p+q} snowballs.|{A} had {r} snowballs and threw {q}. Then {=r-q} were left.] In the
end, everyone was wet, and nobody knew who had won.]
[At home, they drank {*drink} by the fire.
|{!treat}
|When the sun came out, the snow shone like [glass|silver|sugar|diamonds|stars].
|"I hope that it snows again on {*weekday}," {said A}.
|{!night}]
"#;

/// A patient day on the water.
pub(super) const FISHING: &str = r#"
{!open} {!warm_day}, {C} took {him} out in [a small|a little|an old|a new|a long] {colour} boat. They wanted to
catch [a fish|some fish|a big fish] for [supper|dinner|{B}|the whole family]. {!sun} {A} held the rod and waited.
[{He} waited for an hour.|Nothing happened for a long time.|The sun climbed higher, but no fish came.] ["Are there
any fish at all?" {asked A}.|"This is boring," {complained A}.|"Perhaps the fish are asleep," {said A}.]
["Wait a little," {replied C}.
|"The water is full of life," {explained C}. "You only have to be still."
|"A good fisher has good ears and a closed mouth," {replied C}.]
^
So {A} sat still.
[{He} saw a {waterbird} and a {waterbird2}.
|A {songbird} sat down on the end of the rod.
|{He} listened to the wind and to the water.
|{C} told a story about {topic}.]
[Then|Suddenly|All at once], [the line jerked|the line went tight|something pulled at the line]!
[It was a [small|little|big|long|fat|tiny] fish with {colour2} fins. It looked at {A} with round eyes. "May I let
it go?" {asked A}. {C} nodded, and the fish swam away. For supper, they had {dish}.
|{A} pulled and pulled, and {C} pulled, too. Out of the water came {odd}! They laughed until the boat rocked.
|{A} caught a fish, and then {C} caught a bigger one. [{A} caught {p} fish that day, and {C} caught {q}. Together
they had {=p+q} fish.|They caught {r} fish and gave {q} to {N}. So {=r-q} fish were left.] In the evening, there
was fish with {vegetable.many} and {staple}.
|The fish was so strong that it pulled the rod out of {his} hands. "It was as big as a
[bear|horse|whale|cow|boat]!" {cried A}. By the time they got home, {he} said that it was as big as a house.]
[{A} thought that it was the best day of the year.|"Now I know how to wait," {said A}.|{!moral:patience}|{!night}]
"#;
