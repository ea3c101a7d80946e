//! Plots at home: lost and broken things, a hard truth, a noise in the night, a helping hand.

/// A thing is lost and found again.
pub(super) const LOST: &str = r#"
{!open} {His} favourite thing was a {size} {colour} {lost} that [{C} had given {him}|{he} had bought with {his} own
money|had once belonged to {C}|{C} had brought home from the {*shop}]. {!day}, the {lost} was gone.
[{A} looked {spot} and {spot2}, but it was not there.
|First {A} looked {spot}. Then {he} looked {spot2}. The {colour} {lost} was not there.
|{A} searched {spot} and found only {odd}. {He} searched {spot2} and found only {odd2}.]
[{A} felt very {*sad}.|"Where can my {lost} be?" {asked A}.|"My {colour} {lost} is gone!" {cried A}.]
^
[{C} came to help. "When did you last have it?" {asked C}. {A} thought hard. "I had it when I was {doing},"
{replied A}. They went back together, and there, {doing.place}, lay the {colour} {lost}. ["You only had to stop and
think," {said C}.|{A} hugged {C} and laughed.|{A} picked it up and felt {*happy}.]
|{B} lived next door and came to help. "I will look {spot3}, and you can look {spot4}," {said B}. [Soon|Before
long|After a long time], {B} called, "I have found it!" The {lost} was {spot3}, next to {odd3}. {!thanks}
|Then {A} heard a noise {spot3}. It was the {petadj} {thief} from next door, and it was [playing with|sitting
on|guarding] the {lost}! "So you are the one who took it," {said A}. {He} gave the {thief} {thief.food}, and the
{thief} gave up the {lost}.]
[After that, {A} always put the {lost} [in its place|away] before bed.
|That night, the {lost} lay safe beside {his} bed.
|From then on, {A} kept the {lost} {spot5}.
|{!moral:patience}]
"#;

/// A toy breaks and is mended.
pub(super) const BROKEN: &str = r#"
{!open} Of all {his} toys, {he} loved the {colour} {toy} most. {!day}, {A} and {B} were playing with it
{*outdoors}. [{A} pulled too hard|{B} tripped and fell on it|{B} dropped it on a stone|A {*petadj} {*thief} ran
between them], and there was a [loud|sharp|sad little] [crack|snap]. The {toy.part} of the {toy} was broken.
["Oh no!" {cried B}. "I am so sorry." {A} did not know what to say.
|"My {toy}!" {cried A}. {He} felt very {*sad}.
|{A} looked at the broken {toy.part} and wanted to cry.]
^
[They took the {toy} to {C}. "We can mend it with {fix}," {explained C}. {A} held the {toy.part}, {B} held the
{toy}, and {C} worked [slowly|carefully|quietly] until it was fixed.
|{A} tried to mend it with {fix}, but the {toy.part} fell off again. Then {he} tried {fix2}. That did not hold
either. "Shall we try {fix3}?" {asked B}. This time it worked.
|{N} had a little workshop {where}. "Let me see," {said N}. {He4} took {fix} and {fix2} and mended the {toy.part}
in no time. "What do I have to pay?" {asked A}. "[Only a smile|Only a song|Nothing at all]," {replied N}.
|{B} took the {toy} home without a word. {A} thought that {he} would never see it again. The next day, {B} came
back. {B} had mended the {toy.part} with {fix}, and {he2} had painted the {toy} {colour2}, too.]
[Now the {toy} was a little crooked, but {A} loved it even more.
|"It is better than new," {announced A}.
|{A} and {B} played with the {toy} until the sun went down.
|The {colour} {toy} was never left on the ground again.]
{!moral:mending}
"#;

/// Something is broken in secret, and the truth comes out.
pub(super) const TRUTH: &str = r#"
{!open} {!day}, {A} was alone in the [kitchen|living room|hall|dining room]. {He} {mishap}, and the {colour}
{breakable} fell down [and broke|with a crash and broke|and broke on the floor]. It was the {breakable} that {C}
[loved best|had bought at the {*shop}|had brought from the {*shop}]. [{A} hid {breakable.shards} {spot}.|{A} pushed
{breakable.shards} away and put {odd} on top.|Quickly, {A} swept everything up and hid it {spot}.] {His} heart beat
fast.
^
"Have you seen my {breakable}?" {asked C} later.
["No," {replied A}, but {his} cheeks turned red.
|"Maybe the {thief} took it," {replied A}, and {he} looked at the floor.
|{A} said nothing and ran outside.]
All [afternoon|day|evening], {A} felt {*sad}. {He} could not enjoy {hobby}, and even {*dish} did not taste good.
[At last, {he} went to {C}. "I broke it," {whispered A}. "I {mishap}."
|At bedtime, {A} began to cry. "It was me," {whispered A}. "I {mishap}."
|"{call}, I did not tell you the truth," {said A} at last. "I {mishap}, and then I was {*scared}."]
["Thank you for telling me," {said C}. "That was brave."
|{C} gave {him} a hug. "A {breakable} is only a thing," {said C}. "I am glad that you told me."
|"I am a little sad about the {breakable}," {said C}, "but I am proud of you."]
[They put {breakable.shards} together again with {fix}.
|The next day, they bought a {colour2} {breakable} at the {*shop}.
|On {*weekday}, {A} made a new one out of clay and painted it {colour2}.]
{!moral:truth}
"#;

/// A noise in the dark turns out to be harmless.
pub(super) const NOISE: &str = r#"
{!open} One [dark|windy|cold|long|moonless] night, {A} woke up. There was {noise}. {He} pulled the blanket over
{his} head. [It came again, a little louder.|Then it was quiet. Then it came again.|{He} counted to twenty, but it
did not stop.] ["It must be {monster}," {whispered A}.|"What if it is {monster}?" {asked A}.|{A} was sure that it
was {monster} or {monster2}.] [{He} was very {scared}.|{His} hands were cold, and {his} heart went fast.]
^
[{B} slept in the other bed. "Did you hear that, {B}?" {whispered A}. "I heard it, too," {replied B}. Hand in hand,
they crept to the [door|stairs|window] with a {size} torch.
|{A} called for {C}. "I hear {monster}!" {cried A}. {C} came in with a [candle|lamp|torch]. "Let us go and look
together," {said C}.
|{A} took a [torch|lamp|candle] and {his} {colour} {toy}. "I am {age} years old," {he} told {himself}, "and I am
brave." Step by step, {he} went to see.]
[They looked|{A} looked] {spot} and found {odd}. Then {he} looked again and began to laugh. It was only
{noise.source}. ["So you are not {monster} at all," {said A}.|"So that was my monster," {said A}.|"Good night,
little noise," {said A}.]
[After a cup of {*drink}, everyone went back to bed.
|{A} climbed back into bed and listened. Now it sounded almost like a song.
|The next morning, {A} told {N} the whole story, and {N} laughed, too.]
[{!night}|{!moral:courage}|{A} was never [afraid|scared|frightened] of that noise again.]
"#;

/// Helping an old neighbour.
pub(super) const CHORE: &str = r#"
{!open} {N} lived next door in a {homeadj2} {home}. {He4} was old, and {his4} back hurt. {!day}, {N} had to
{chore}. [{A} saw it from the window.|{A} was on the way to {landmark} with {B}.|{A} wanted to play {game}, but
then {he} saw {N}.] ["May I help you?" {asked A}.|"That looks like hard work," {said A}. "I can help you."|"Wait,
{N}, I am coming!" {cried A}.] [{B} came along, too.|{He} called {B}, and {B} came at once.|{B} heard them and came
running.]
^
[At first it was fun. Soon their arms were heavy, and {B} grew {*tired}. "Let us sing," {said A}. They sang about
{topic}, and the work went faster.
|{A} worked on the left side, and {B} worked on the right side. They told each other stories about {topic} and
{topic2}.
|{A} was fast, but {he} was not careful. "Slow down," {said N}. "{A}, look how {B} does it." {A} watched {B} and
tried again.]
They did not stop until {chore.done}.
[{N} was {*happy}. {He4} gave the children {*drink} and a {basket} of {fruit.many}.
|"You are good neighbours," {said N}. {He4} gave them a {basket} of {fruit.many}.
|{N} clapped {his4} hands. "Come in," {said N}. "I have {*drink} and fresh {fruit.many} for you."]
[{!sum_fruit}||{!sum_fruit}] ["That was better than {game2}," {said A}.|On the way home, {A} felt tall and
strong.|{A} went to help {N} every {weekday} after that.] {!moral:kindness}
"#;
