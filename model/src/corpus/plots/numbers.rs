//! Plots about numbers: a lesson, a pretend shop, a fair share. Most of their sentences count.

/// A lesson in sums.
pub(super) const LESSON: &str = r#"
{!open} But {he} [did not like sums|was [afraid|scared|frightened] of numbers|always mixed up {his} numbers|thought
that sums were boring]. {!day}, {N}, the teacher, [came in with a {basket} of {fruit.many}|put {fruit.many} on the
table|brought {fruit.many} for the whole class]. "[Here are|Look, these are|We have] {p} {fruit.many}, and I put
down {q} more," {said N}. "How many are there?"
["I do not know," {whispered A}.
|{A} turned red and said nothing.
|{A} looked out of the window at a {songbird}.
|"Too many," {said A}, and everyone laughed.]
^
[{B} sat next to {him}. "Put them in a row, and touch each one," {whispered B}. {A} touched them one by one. "There
are {=p+q} {fruit.many}!" {cried A}.
|"Use your fingers," {said N}, "and when they run out, use your nose." {A} counted and laughed. "There are {=p+q},"
{said A}.
|"Close your eyes," {said N}. "Now you can see them on a {perch}." {A} closed {his} eyes and counted. "I can see
{=p+q} {fruit.many}," {said A}.
|{A} took a {colour} pencil and drew a dot for each one. It looked like {starshape}. Then {he} counted the dots.
"There are {=p+q}," {said A}.]
["That is right," {said N}, and {he4} wrote on the board: {p} + {q} = {=p+q}.
|"{p} + {q} = {=p+q}," {said N}. "Well done!"
|{N} wrote it down in {colour2} chalk: {p} + {q} = {=p+q}.]
[Then there were {r} {find.many} on the table, and {N} hid {q} of them. "How many are left?" {asked N}. "{=r-q} are
left," {replied A}. [|{A} wrote: {r} - {q} = {=r-q}.]
|Then {N} made {m} heaps with {k} {find.many} in each. "That makes {=m*k}," {announced A} before anyone else could.
|Then {D} had {r} {find.many} and gave {p} of them to {E}. "Now {=r-p} are left," {said A}. [|"{r} - {p} = {=r-p}."]
|{B} put {p} {find.many} on the table, and {N} put down {r} more. "Together that is {=p+r}," {said A}.]
["Sums are like {hobby3}," {said A} at home. "You only have to begin."
|On the way home, {A} counted everything, even the windows of the {homeadj2} {home}.
|{A} asked for one more sum, and then for another one.
|"You will be a teacher one day," {said B}.]
{!moral:practice}
"#;

/// Playing shop on a rainy day.
pub(super) const SHOP: &str = r#"
{!pair} {!some_day}, it rained, so they played shop in the [kitchen|attic|hall|barn|garden shed]. {A} was the
seller, and {B} was the customer. On the table lay a {ware}, a {ware2} and {odd}. They used {find.many} as money.
"[Good morning|Good day|Hello], [my dear {B}|dear customer|dear guest]," {said A}. "What would you like?" {B} had
{r} {find.many}. "How much is the {ware}?" {asked B}. "It costs {q} {find.many}," {replied A}. {B} paid, and {=r-q}
{find.many} were left. [|{r} - {q} = {=r-q}.]
^
[Then {D} came in with wet hair. "Do you sell umbrellas?" {asked D}. They had none, but {A} rolled up an old
newspaper and sold it for one {find}. It was the best trade of the day.
|Then the {thief} came in and sat down on the {ware2}. "That customer has no money," {said A}. "But it has a
{colour} collar," {replied B}, and so it was allowed to stay.
|Then {B} wanted the {ware2} as well, but {A} asked too much. "Nobody has so many {find.many}!" {cried B}. They
talked and talked, and in the end they met in the middle.
|Then {A} ate one of the things that they sold. "The seller must not eat the shop!" {cried B}. They laughed so much
that {C} came to see what was wrong.
|Then {N} came to the door for a cup of [flour|milk|rice|sugar|oil|oats]. "We sell that, too," {said A}, and {N}
paid with a real coin.]
[In the evening, {A} counted the money. There were {p} {find.many} in the {basket} and {q} more under the table.
Together that made {=p+q}. [|{p} + {q} = {=p+q}.]
|In the evening, they put the {find.many} in {m} rows with {k} in each. That made {=m*k} {find.many}.
|In the evening, {A} had {p} {find.many}, and {B} had {q}. Together they had {=p+q} {find.many}. [|{p} + {q} =
{=p+q}.]]
["Tomorrow, I will be the seller," {said B}.|"We are rich," {said B}, and they were {*happy}.|They bought {dish}
from {C} with all of it.] {!moral:play}
"#;

/// Sharing things out evenly.
pub(super) const SHARE: &str = r#"
{!open} {!day}, {C} gave {him} a {size} {colour} {basket} with {r} {bake.many} in it. "They are for you and your
friends," {said C}. On the way to {landmark}, {A} was so hungry that {he} ate {q} of them. Now {=r-q} {bake.many}
were left. {B}, {D} and {E} were waiting near {landmark}. ["What smells so good?" {asked B}.|"What have you got
there?" {asked B}.|"Are those {bake.many}?" {asked D}.]
^
["They are all mine," {said A}, but {he} saw their faces and felt {sad}. {He} thought for a moment. "No," {said A}.
"They are for all of us."
|{A} wanted to share, but {he} did not know how to make it fair. "Deal them like cards," {said B}. "One for you,
one for me, one for {D} and one for {E}."
|{A} dropped the {basket}, and the {thief} ran away with the biggest one. For a moment, nobody spoke. Then {B}
began to laugh, and soon all of them were laughing.
|"I have eaten some already," {said A}, and {he} turned red. "Then you were only testing them," {said B}, and
everyone laughed.]
[{B} had brought {p} {fruit.many}, and {D} had brought {q}. Together they had {=p+q} {fruit.many}. [|{p} + {q} =
{=p+q}.]
|{D} had {p} {fruit.many}, and {E} found {q} more in a {colour2} bag. Now there were {=p+q} {fruit.many} as well.
|They took {m} napkins and put {k} {fruit.many} on each one. That made {=m*k} {fruit.many}.]
[They sat down under a tree, and everything tasted {baked}.
|They ate and told each other about {topic}.
|Then they played {game} until the {basket} was empty.]
["I had fewer {bake.many} than before," {said A} at home, "but I had more fun."
|{A} brought the empty {basket} home and was {happy}.
|"Tomorrow, it is my turn to bring {bake2.many}," {promised B}.]
{!moral:sharing}
"#;
