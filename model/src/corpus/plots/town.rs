//! Plots in town and on the way: the market, a kind stranger, books, trains and letters.

/// Shopping with a few coins. All prices are sums.
pub(super) const MARKET: &str = r#"
{!open} {!day}, {C} sent {him} to the market. {!weather}
[There were stalls with {vegetable.many}, {fruit.many} and {bake.many}.
|A man was selling {vegetable.many}, and a woman was selling {fruit.many}.
|The market was full of people, and it smelled of {smell}.]
[{A} wanted a {ware} and a {ware2} for {C}. The {ware} cost {p} coins, and the {ware2} cost {q} coins. Together
they cost {=p+q} coins. ["That is exactly what I have," {said A}.|{A} counted the coins on the table, one by
one.|"{p} + {q} = {=p+q}," {said N}, and {A} paid.]
|{A} had {r} coins in a {colour} purse. {He} bought a {ware} for {q} coins. Now {he} had {=r-q} coins left. [|"{r}
- {q} = {=r-q}," {said N}. "That is right."]
|{A} bought {m} {basket.many} of {fruit.many}, and {N} asked for {k} coins for each one. {A} paid {=m*k} coins.
["That is a fair price," {said A}.|]
|{A} had {p} coins, and {C} had given {him} {q} more. So {he} had {=p+q} coins. {N} wanted all of them for a
{ware}. ["Then you are lucky," {said N}. "It is the last one."|{A} gave {N} everything {he} had.|]]
^
[On the way home, {A} met {B}, who was crying. "I have lost the money for the {bake.many}," {said B}. They looked
near {landmark} and {landmark2}. "Here it is!" {cried A}. The money lay beside {odd}.
|Then {A} saw a {ware3} that was much nicer. {He} had no money for it. "Will you help me to carry these boxes?"
{asked N}. {A} worked for an hour, and {N} gave {him} the {ware3}.
|When {A} counted again, {he} had too many coins. {N} had made a mistake! {A} ran back. "This is yours," {said A}.
"You are an honest {boy}," {replied N}, and {he4} gave {him} a [ripe|sweet|big|juicy] {fruit}.
|At the last stall sat a {petadj} {animal} in a box. Nobody wanted it. It {animal.cried}. {A} gave the seller {his}
{colour2} {lost} for it, for {he} had no more money. "We will be friends," {promised A}.
|{His} {basket} was heavy. Near {landmark}, it broke, and the {fruit.many} rolled down the street. {D} ran after
them, {E} ran after them, and even {stranger} helped. In the end, not one was missing.]
[At home, {C} looked into the {basket2} and was {happy}.
|{C} made {dish} with {vegetable.many} that evening.
|"You are a big {boy} now," {said C}.
|{!moral:kindness}
|{!night}]
"#;

/// A stranger helps, and asks for nothing.
pub(super) const STRANGER: &str = r#"
{!open} {!day}, {A} was on the way to [{B}'s house|the {shop}|school|the post office]. {He} walked along {trail},
past {landmark}, and then {he} took a wrong turn. Soon {he} did not know where {he} was. [It began to rain.|It grew
dark.|The wind grew cold.|The streets looked all the same.] {A} sat down beside {landmark2} and felt {*sad}.
^
Just then, {stranger} came by. ["Are you lost?" asked {stranger.the}.|"Why are you sitting here?" asked
{stranger.the}.|"Can I help you?" asked {stranger.the}.] [{A} nodded.|"I cannot find the way," {whispered A}.|"I
was looking at {odd} and forgot the way," {replied A}.]
[{stranger.the} had a map of the whole town. "We are here," said {stranger.the}, "and your street is {where}." They
walked together, and {stranger.the} told {him} about {topic}.
|"We will ask at {landmark3}," said {stranger.the}. There, someone knew {C}, and a boy ran to fetch {C}. While they
waited, {A} got {drink} and a {bake}.
|{stranger.the} opened a {size} {colour} umbrella and held it over {him}. "What can you see from your window?"
asked {stranger.the}. "I can see {landmark3}," {replied A}. "Then I know the street," said {stranger.the}.
|"Do you hear that bell?" asked {stranger.the}. "That is {landmark3}. If you keep it on your left, you will soon be
home." {stranger.he} walked with {him} all the same, to be quite sure.]
[{C} was waiting at the door.|{C} ran to meet them.|{C} had been looking for {him} everywhere.] ["How can we thank
you?" {asked C}.|"Please stay for supper," {said C}. "We have {dish}."|{C} wanted to give {stranger.the} some
money.]
["Be kind to someone else," said {stranger.the}, and {stranger.he} was gone.
|{stranger.the} only smiled. "Someone once helped me, too," {stranger.he} said.
|"A {fruit} is enough," said {stranger.the}, and {stranger.he} laughed.]
[A week later, {A} saw a small {boy2} who was crying near {landmark}. "Are you lost?" {asked A}. "Come, I know the
way."
|{A} never forgot {stranger.the}.
|The next {weekday}, {A} met {stranger.the} again and gave {stranger.him} {gift}.
|{!moral:kindness}]
"#;

/// A book opens a door.
pub(super) const LIBRARY: &str = r#"
{!open} But {A} did not like to read. {!some_day}, it rained, and {A} was bored. "Come with me to the library,"
{said B}. [The library was {where}.|The library was a {homeadj} house {where}.] It smelled of {smell}, and there
were books [on every shelf|on the stairs|on every table|up to the ceiling|in every corner|on all the chairs]. {N}
worked there. ["What do you like?" {asked N}.|"What are you looking for?" {asked N}.] [{A} did not know.|"I do not
like books," {replied A}.|"I like {hobby}," {replied A}.]
^
[{N} brought a {size} {colour} book about {topic}. "Read only the first page," {said N}. {A} read the first page,
and then the second. When {he} looked up, it was dark outside.
|{B} pulled out a {colour} book about {topic} and began to read aloud. Just when it became exciting, {B} stopped.
"What happens next?" {asked A}. "Read it yourself," {replied B}, and {A} did.
|{A} leaned on a shelf, and a {colour} book fell on {his} foot. On the cover was {art}. "I think that this book
wants you," {said N}. {A} took it home and read it under the blanket with a torch.
|High on a shelf sat a {petadj} {thief}. {A} climbed up to stroke it and found a {colour} book about {topic}. An
old letter was in it. "Whoever reads this book will not be alone," it said. {A} read it that same night.]
[It was about {topic2}, too, and a {beast} that could talk.|It was a story about a {boy2} who met {monster}.|It had
pictures of {art2} and {art3}.]
["May I keep it?" {asked A}. "You may keep it until {weekday}," {replied N}, "and then you may have the next one."
|On {weekday}, {A} brought it back and took home two more.
|"Have you got another one?" {asked A}. {N} pointed at the shelves and smiled.]
[In one month, {A} read {p} books, and {B} read {q}. Together they read {=p+q} books.||]
[After that, {A} read to {D} and {E} every {weekday2}.
|{A} still liked {hobby2}, but now {he} had {topic} as well.
|{A} and {B} wrote a book of their own about {topic3}.
|{!night}
|{!moral:wonder}]
"#;

/// A journey by train.
pub(super) const TRAIN: &str = r#"
{!open} {!day}, {A} and {C} took the [early|first|slow|old steam] train to [the sea|the big city|the mountains|a
little village {far}]. {A} had a {colour} bag with {gift} and {fruit.many} in it. [The train left with a long
whistle.|"All aboard!" {cried N}, and the train began to roll.|They ran all the way and caught it at the last
moment.]
[{A} sat at the window and saw {scenery} and {scenery2}.
|{A} looked out and counted {scenery} and {scenery2}.
|Outside, {scenery} went by, and then {scenery2}.]
^
[At a small station, {A} got out to look at {landmark}. Then the train began to move! "Wait!" {cried A}. {stranger}
saw {him}, held out a hand and pulled {him} in. {A} was pale. "I will never do that again," {said A}.
|Across from them sat a {boy2} called {B}. "Do you want to play {parlour}?" {asked B}. They played {parlour}, and
then {parlour2}, and they shared the {fruit.many}. [There were {r} {fruit.many} in the bag. They ate {q} of them,
so {=r-q} {fruit.many} were left.|]
|Then the train stopped between two [fields|hills|farms|villages]. A [cow|sheep|goat|donkey|horse] stood on the
track! The driver blew the whistle, but the animal did not move. {A} climbed down with a {fruit} and held it out.
Slowly, it followed {him} into the field, and everyone clapped.
|In the tunnel, it was as dark as night. {A} was {scared} and looked for {C}'s hand. When it was bright again, {he}
saw that {he} was holding the hand of {stranger}! Everyone laughed, and {stranger.the} most of all.
|When the man came to see the tickets, {A} could not find them. {He} looked in the bag and under the seat. {He}
found only {odd}. "Look at your hat," {said C}. There they were!]
[At last, they saw {scenery3}, and the train stopped.
|In the evening, they got out and smelled {smell}.
|After {age} hours, the train stopped, and a {windadj} wind blew from {scenery3}.]
["I want to drive a train one day," {announced A}.|"The journey was the best part," {said A}.|"I saw half of the
world," {said A}.] [{!night}|{!moral:wonder}|They sent {B} a card with {art} on it.]
"#;

/// A letter travels to a friend.
pub(super) const LETTER: &str = r#"
{!open} {His} best friend {B} had moved far away, to a {homeadj2} {home} {far}. [{A} felt {*sad}.|{A} missed {him2}
every day.|Without {B}, {game} was no fun.] ["Why do you not write a letter?" {asked C}.|"A letter can go where you
cannot," {said C}.|"Paper is patient," {said C}. "Write it all down."] {!day}, {A} took a {colour} pencil and wrote
about {news} and {news2}. {He} [drew {art} on the back|put in a pressed [flower|leaf|rose|daisy]|added a small
picture of {art}|put a {find} in the envelope] and ran to the post box near {landmark}. [|{A} had {p} stamps, and
{C} gave {him} {q} more. Now {he} had {=p+q} stamps.|{A} had {r} coins. A stamp cost {q} coins, so {=r-q} coins
were left.|]
^
[{A} waited for a week. {A} waited for two weeks. Each {daytime}, {he} asked the postman, and each time the postman
shook his head.
|Days passed, and no answer came. "Perhaps {he2} has forgotten me," {said A}. "The road is long," {replied C}.
|The next day, {A} saw that {he} had forgotten the stamp! {He} felt {*sad}. But {N} at the post office had found
it. "I put a stamp on it for you," {said N}.]
[Then, on {*weekday}, there was a {colour2} envelope on the mat.
|Then, one {*dayadj} morning, the bell rang, and there was a letter.
|At last, a thick {colour2} letter came.]
["Dear {A}," it said, "I think of you every day. Here we have {scenery}, and yesterday I saw a {beast}. Please
write about {news3}. Your friend, {B}."
|{B} had written [two|three|four|five] pages about {scenery} and {news3}. At the end it said, "You are still my
best friend."
|There was no letter in it, only a ticket. "Come and see me in {month}," it said on the back.
|"Dear {A}," it said, "your letter smelled of {smell}, and I was at home again. I am getting good at {hobby3}. I
will teach you when we meet."]
[{A} read it [two|three|ten] times and put it [under {his} pillow|in a drawer|on the wall|in {his} best book|into a
{colour} box].
|{A} read it aloud to {C}, and {C} laughed.
|{A} took {his} pencil and began to answer at once.]
[In the summer, they met again, and it was as if no time had passed.
|They wrote to each other every month and filled a whole {basket} with letters.
|{!moral:distance}
|{!night}]
"#;
