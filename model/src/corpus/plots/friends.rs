//! Plots among friends: sharing, birthdays, new faces, quarrels, collections and shows.

/// A meal that everyone brings something to.
pub(super) const MEAL: &str = r#"
{!open} {!day}, {A} and {C} wanted to cook {dish}, but there was almost nothing in the house. They had only
{staple} and one [small|old|large|lonely] {vegetable}. ["That is not enough for two," {said C}.|"What can we do?"
{asked A}.|"Then we will go to bed hungry," {complained C}.] {!weather}
^
[{A} had an idea. {He} knocked on every door in the street. {N} gave {him} {vegetable2.many}. {B} brought
{staple2}, and {D} brought {fruit.many}. They put it all into one big pot.
|Then {N} knocked at the door. "I have too many {vegetable2.many}," {said N}. After that came {B} with {staple2}.
"And I have {fruit.many}," {said B}. Soon the kitchen was full of friends.
|{A} put the big pot {outdoors} and made a fire. "What are you cooking?" {asked B}. "I am cooking {dish}, but I
still need {vegetable2.many}," {replied A}. {B} ran home and brought some. Then came {D} with {staple2}, and {E}
with {fruit.many}.
|At the door stood {stranger}, who was cold and hungry. "We have little, but you may share it," {said A}.
{stranger.the} smiled and took {vegetable2.many} and {staple2} out of a bag. "Then let us share this as well," said
{stranger.the}.]
[{!sum_fruit}||]
[They cooked for an hour, and the whole street smelled of {dish}.
|{A} stirred, and {C} added {staple3}.
|{C} cut the {vegetable2.many}, and {A} washed the {fruit.many}.]
[It tasted {taste} and {taste2}.
|It was the most [wonderful|cheerful|delicious|colourful|unusual] meal of the year.
|Everyone ate until the pot was empty.]
["How did we make so much out of so little?" {asked A}.|"Who made this?" {asked N}. "We all did," {replied A}.|"It
tastes of everyone," {said A}.]
[After supper, they sang songs about {topic}.
|They told stories about {topic} until the moon came up.
|{B} fell asleep right there [on the bench|under the table|on the rug|beside the stove|in the big chair|on the
floor].]
[{!moral:sharing}|{!night}|Since then, they have met every {*weekday} to eat together.]
"#;

/// A birthday with a secret.
pub(super) const BIRTHDAY: &str = r#"
{!open} {B} was {his} {bond}, and [on {weekday3}|in {month}|in a week] it was {B}'s birthday. {A} wanted to give
{him2} {gift}, but {he} had no money. [{He} thought and thought.|{A} felt {*sad}.|"What can I do?" {asked A}.]
["A gift does not have to cost anything," {said C}.
|"You are good with your hands," {said C}. "Make something."
|"What does {B} like best?" {asked C}. "{He2} likes {hobby3}," {replied A}.]
^
[So {A} took some [wood|paper|clay|wool|cardboard|old boards] and {colour} paint. {He} worked in secret {spot}
every {daytime}. The day before the birthday, the {thief} knocked it over! {A} mended it with {fix} and painted a
{songbird} over the crack.
|So {A} went to {N} and helped to {chore}. {N} paid {him} [{p} coins on {weekday} and {q} more on {weekday2}. That
made {=p+q} coins|well], and it was enough for {gift}. But on the way, {A} saw {B}'s {pet} in the river. {He}
jumped in after it, and the gift was wet. "You saved my {pet}," {said B}. "That is the best gift of all."
|So {A} asked {D} and {E} for help. They hung {colour} lanterns {outdoors}, and they baked {bake.many}. When {B}
came, it was already dark. "Surprise!" {cried D}. All at once, the lights went on.
|So {A} wrote {age} little notes. "I will play {game} with you," said the first one. "I will help you to {chore},"
said the last one. {He} put them into a {colour} box.]
[{B} opened {his2} eyes wide and was {happy}.|{B} laughed and threw {his2} arms around {A}.|At first, {B} could not
say a word.] ["This is the best birthday ever!" {cried B}.|"I will keep it for ever," {promised B}.|"You made this
for me?" {asked B}.]
[Then they all ate cake and played {game2}.
|{!treat}
|They played {game2} until the stars came out.
|{C} cut the cake into pieces. [On the cake were {p} red candles and {q} more in blue. Together that made {=p+q}
candles.|There were {r} pieces. They ate {q}, so {=r-q} were left.|There was enough for all.]]
{!moral:giving}
"#;

/// A new child finds a place.
pub(super) const NEWCOMER: &str = r#"
{!day}, a new {boy} came to the school {where}. "This is {A}," said the teacher, {N}. {A} was {age} years old and
came from a town {far}. [{A} was {trait} and did not say much.|{A} looked at {his} shoes.|{A} held {his} {colour}
bag very tightly.]
[In the break, the others played {game}, and {A} stood alone beside {landmark}.
|Nobody sat next to {him}.
|At noon, {A} ate {his} {fruit} alone near {landmark}.]
{He} felt {*sad} and {*tired}.
^
[{B} saw it and left the game. "Do you like {hobby}?" {asked B}. {A} looked up. "I love it," {agreed A}. They
talked until the bell rang.
|A ball flew over {landmark} and landed in a tree. Nobody could reach it. {A} was a good climber. {He} went up like
a squirrel and threw it down. "That was great!" {cried B}. "Do you want to play on our side?"
|{B} had no lunch that day, for {he2} had left it [on the bus|at home on the table|on the train|at the bus
stop|next to {his2} bed]. {A} saw it. {He} broke {his} {bake} in two. "Here," {said A}, "it is {baked}." From that
bite on, they were friends.
|In class, {N} asked about {topic}. Nobody knew anything, but {A} raised {his} hand and told them all about it.
"How do you know so much?" {asked B}. "My [grandmother|grandfather|uncle|aunt|sister] told me," {replied A}. In the
break, everyone wanted to hear more.
|{A} took out a {colour2} {toy} and played alone. {B} came closer. "Its {toy.part} is loose," {said B}. "I have
{fix} at home." The next day, they mended it together.]
[{!sum_ask}||]
[{B} showed {him} the [secret path|nest|pond|old cave|little shop] behind {landmark2}.
|{B} showed {him} the best tree and the way to {landmark2}.
|After school, they walked home along {trail} together.
|In the afternoon, {D} and {E} joined them, and they played {game2}.]
["I was {scared} this morning," {said A}. "Now I am {happy}."
|"How was your first day?" {asked C}. "I have a friend," {replied A}.
|"Tomorrow, I will save you a seat," {promised B}.]
[{!moral:friendship}|{!night}|The next week, another new child came, and {A} was the first to say hello.]
"#;

/// A quarrel and its end.
pub(super) const QUARREL: &str = r#"
{!pair} {!day}, they
[both wanted the {colour} {toy}
|could not agree on a game. {A} wanted to play {game}, and {B} wanted to play {game2}
|found a {colour} {lost} near {landmark}, and each of them wanted to keep it
|made a [kite|puppet|paper lantern|flag|paper boat|mask]. {A} wanted it to be {colour}, and {B} wanted it to be
{colour2}].
["It is my turn!" {cried A}.|"You always decide!" {cried B}.|"That is not fair!" {cried A}.] ["Then I will go
home," {said B}.|"I do not want to play with you any more," {said B}.|They shouted so loudly that a {songbird} flew
off the {perch}.] {A} went one way, and {B} went the other.
^
[At home, {A} played alone. It was [quiet|boring|dull]. {He} tried {hobby3}, but it was no fun without {B}. "I was
not kind," {whispered A}. {He} took {fruit.many} and went to {B}'s house. At {landmark2}, {he} met {B}, who had
{bake.many} in {his2} hands.
|{A} told {C} about it. "Who was right?" {asked A}. "I do not know," {replied C}, "but who is sad now?" {A} thought
about it. "We both are," {said A}, and {he} ran to find {B}.
|In the evening, {storm}. {A} knew that {B} was [afraid|scared|frightened] of storms. {He} put on {his} coat and
ran through the rain. {B} opened the door. "You came!" {cried B}.
|That night, {A} could not sleep. In the morning, {he} wrote a {colour3} card. "I am sorry," it said. {A} put it
under {B}'s door. A minute later, another card came back. "I am sorry, too," it said.]
["I am sorry," {said A}. "So am I," {replied B}.
|"Let us never fight again," {said B}. "Let us fight less," {replied A}, and they laughed.
|"You can go first," {said A}. "No, you can go first," {replied B}.]
[{!sum_fruit}||]
[They played until the street lamps went on.
|They sat down beside {landmark3} and ate {fruit.many}.
|After that, they took turns: one day for {A}, and one day for {B}.
|Then they invented a new game, and it was better than all the old ones.]
{!moral:peace}
"#;

/// A collection grows and is shared. Full of sums.
pub(super) const COLLECT: &str = r#"
{!open} {He} collected {find.many} and kept them in a {size} {colour} box. {!day}, {A} and {B} went out along
{trail} to look for more. {!sun} {!sum_find}
[The best one was {colour2} and as [small|round|smooth|shiny|pretty] as a {fruit}.
|One of them was {colour2}, with a {colour3} line around it.
|The smallest one was no bigger than a [pea|ladybird|grain of rice|raindrop|seed|crumb].]
^
[Then {A} slipped near {landmark}, and the box fell open. The {find.many} rolled everywhere. "Do not move,"
{said B}. They went down on their knees and looked under every leaf. At sunset, they had found them all.
|On the way home, they met {D}, who was crying. "I have nothing to show at school," {said D}. {A} looked into the
box and gave {him5} the {colour2} one. It was hard, but it felt good.
|Near {landmark}, they saw a {petadj} {animal} with a {find} in its nest. "That is the finest one of all,"
{whispered B}. "It belongs to the {animal}," {replied A}, and they left it there.
|A {thief} took the {colour2} one and ran past {landmark}. They ran after it. At last, it lay down {spot} and let
go, for {A} had {thief.food} in {his} pocket.
|"I will give you {gift} for that {colour2} one," {said B}. {A} thought for a while. "No," {replied A}, "but you
may have it for a week, and then I may have it for a week." "That is even better," {agreed B}.]
[At home, they put the {find.many} in order, from the smallest to the biggest.
|{C} helped them to write a little label for each one.
|They laid them [on the windowsill|on the garden wall|on the porch|on the balcony|on the front step], where the sun
made them shine.]
["How many are there in the whole world?" {asked A}. "Nobody has counted them yet," {replied C}.
|"It is a real museum," {said C}.
|{N} came to see them and paid one coin for a ticket.]
[{!moral:sharing}|{!night}|The next day, they began to collect {find2.many} as well.]
"#;

/// A show nearly fails.
pub(super) const SHOW: &str = r#"
{!pair} {!day}, they decided to give {show} {outdoors}. It was about {topic}, {monster} and a brave {beast}.
[{A} made the costumes, and {B} painted the stage {colour}.
|{A} wrote the words, and {B} practised every {daytime}.
|{D} made the tickets, and {E} played the {instrument}.]
[They asked {N} for {odd} and a {colour2} curtain.|They needed a {colour2} curtain, and {C} gave them an old
sheet.|They practised for a week {where2}.]
[{p} people came first, and then {q} more came. That made {=p+q} people.
|There were {m} rows with {k} chairs in each. That made {=m*k} chairs, and all were taken.
|Many people came, and even {stranger} sat in the last row.
|The whole street came.]
^
[But when it began, {A} forgot every word. {He} stood there, and {his} ears turned red. {B} jumped up and said,
"The {beast} has lost its voice! Who can find it?" Everyone laughed and helped to look, and {A} remembered {his}
part.
|But in the middle of it, {storm}. "Do not go!" {cried A}. "The storm is part of the story!" So they played on in
the barn, and the thunder came just at the right time.
|But {B} was so {scared} that {he2} hid {hide}. {A} found {him2} there. "I will hold your hand," {promised A}. They
went out together, hand in hand, although it was not in the story.
|But the {thief} ran onto the stage and sat down on the {lost}. It did not want to leave. "And here is the king of
{topic2}!" {cried B}. From then on, the {thief} was the star of the evening.
|But the curtain fell down on {A}, and {he} could not get out. "Who turned off the sun?" {asked A}. Everyone
thought that it was a joke and clapped for a long time.]
[At the end, they bowed [two|three|four|five] times.
|At the end, {N} threw [roses|flowers|tulips|daisies|paper stars] onto the stage.
|At the end, everyone stood up and cheered.]
["We must do this again," {said B}.|"It was better than in the big city," {said C}.|"I laughed until I cried,"
{said N}.] [{!treat}|{!moral:teamwork}|{!night}]
"#;
