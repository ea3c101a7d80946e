//! Word lists about made things: belongings, toys, food, tools, shops, and the ways of doing and feeling that go with
//! them.
//!
//! Entries are lower case unless they are names, and each fits every sentence its list is used in.

use super::lexicon::Source;

/// Lists about things and doings.
pub(super) const LISTS: &[Source] = &[
    (
        "colour",
        "red; blue; green; yellow; purple; orange; white; black; brown; pink; silver; golden; grey; violet; \
         turquoise; scarlet",
    ),
    ("size", "small; little; big; large; tiny; old; new; pretty; fine; plain; lovely; strange"),
    (
        "lost",
        "kite; ball; hat; scarf; key; book; doll; ring; marble; whistle; mitten; bell; lantern; watch; notebook; \
         ribbon; bracelet; umbrella; purse; feather; spoon; necklace; drum; puppet; compass; flute; medal; cap; \
         apron; brush; mug; pencil; wallet; shawl; toy car; paper fan; music box; magnet; badge; slipper",
    ),
    (
        "spot",
        "under the bed; behind the sofa; behind the door; on the shelf; in the cupboard; under the stairs; on the \
         windowsill; in the basket; behind the curtain; in the laundry; under the table; beside the stove; behind \
         the bookcase; in the attic; under the rug; in the wooden chest; behind the piano; in the hall; behind the \
         cushions; in the bottom drawer; under a pile of books; in the cellar; on top of the clock; in the umbrella \
         stand",
    ),
    (
        "hide",
        "under the bed; behind the sofa; behind the door; in the cupboard; under the stairs; behind the curtain; \
         under the table; behind the bookcase; in the attic; in the wooden chest; behind the piano; in the \
         wardrobe; in the pantry; behind the stove; under a blanket; in the cellar",
    ),
    (
        "odd",
        "an old sock; some dust; a broken pencil; a rusty spoon; two buttons; a dead beetle; a lost glove; an empty \
         jar; a piece of string; a torn map; a chewed slipper; a wooden peg; a bent nail; a paper star; a bag of \
         marbles; a cork; an old newspaper; a blue bead; a key with no lock; a ticket; a toy soldier; a candle end",
    ),
    (
        "doing place",
        "feeding the ducks,beside the pond; picking berries,under the hedge; washing the dog,next to the tub; \
         fixing the fence,at the foot of the fence; reading in the tree house,on the tree house floor; helping in \
         the kitchen,behind the flour jar; playing on the swings,under the swings; raking leaves,under the heap of \
         leaves; watering the beans,between the bean rows; brushing the pony,in the pony's straw; painting the \
         gate,beside the paint pot; hanging up the washing,in the washing basket; watching the trains,on the \
         station bench; drawing in the attic,on the attic stairs; building a dam,on a flat stone by the stream; \
         baking with the neighbours,on the neighbours' table; looking for frogs,in the reeds; climbing the apple \
         tree,below the apple tree; playing chess in the park,under the chess table; sweeping the porch,behind the \
         broom",
    ),
    (
        "toy part",
        "kite,tail; toy robot,arm; toy train,wheel; toy boat,mast; doll,arm; wooden horse,leg; music box,key; toy \
         truck,wheel; puppet,string; rocking horse,ear; teddy bear,ear; toy plane,wing; toy castle,tower; \
         scooter,handle; toy crane,hook; wooden duck,beak; toy tractor,wheel; toy windmill,sail; clay dragon,tail; \
         toy ship,anchor",
    ),
    (
        "fix",
        "a little glue; strong string; a small nail; a piece of wire; some tape; a screw; a needle and thread; a \
         bit of wood; a rubber band; a new pin; a drop of wax; a strip of leather",
    ),
    (
        "breakable shards",
        "vase,the pieces; jug,the pieces; plate,the pieces; teapot,the broken lid; bowl,the pieces; lamp,the broken \
         shade; flowerpot,the bits of clay; mirror,the broken frame; clock,the loose hands; mug,the broken handle; \
         glass,the sharp pieces; picture frame,the splinters; candlestick,the broken foot; fish bowl,the wet pieces",
    ),
    (
        "mishap",
        "threw a ball too hard; ran too fast around the corner; slipped on the wet floor; jumped off the chair; \
         danced too wildly; swung a broom like a sword; reached for a biscuit; chased the cat; spun around too \
         quickly; tripped over the rug; pulled the tablecloth; kicked a cushion",
    ),
    (
        "fruit many",
        "apple,apples; pear,pears; plum,plums; orange,oranges; banana,bananas; peach,peaches; cherry,cherries; \
         lemon,lemons; fig,figs; berry,berries; nut,nuts; apricot,apricots; melon,melons; strawberry,strawberries; \
         mango,mangoes; grape,grapes; walnut,walnuts; quince,quinces",
    ),
    (
        "find many",
        "shell,shells; pebble,pebbles; feather,feathers; acorn,acorns; button,buttons; marble,marbles; bead,beads; \
         pine cone,pine cones; chestnut,chestnuts; stick,sticks; coin,coins; flower,flowers; leaf,leaves; bottle \
         top,bottle tops; crystal,crystals; stone,stones; nutshell,nutshells; petal,petals",
    ),
    (
        "bake many",
        "bun,buns; roll,rolls; muffin,muffins; biscuit,biscuits; tart,tarts; pie,pies; scone,scones; \
         pancake,pancakes; pretzel,pretzels; waffle,waffles; honey cake,honey cakes; dumpling,dumplings; \
         doughnut,doughnuts; flatbread, flatbreads; cookie,cookies; cheese straw,cheese straws",
    ),
    (
        "ingredient",
        "flour; sugar; butter; milk; honey; cream; cinnamon; raisins; salt; oats; vanilla; chopped nuts; lemon \
         peel; grated apple; cocoa; jam; ginger; yeast",
    ),
    (
        "vegetable many",
        "carrot,carrots; potato,potatoes; onion,onions; turnip,turnips; tomato,tomatoes; leek,leeks; \
         beetroot,beetroots; radish,radishes; cabbage,cabbages; bean,beans; parsnip,parsnips; pepper,peppers; \
         mushroom,mushrooms; pumpkin,pumpkins; cucumber,cucumbers",
    ),
    (
        "dish",
        "soup; stew; porridge; a big pie; vegetable curry; noodles; rice with beans; pancakes; a pot of dumplings; \
         a fish pie; baked potatoes; a leek pie; tomato pasta; lentil soup; an omelette; corn bread; a huge pizza; \
         cheese toast",
    ),
    ("taste", "warm; rich; spicy; creamy; fresh; wonderful; delicious; salty; hearty; mild; perfect"),
    ("baked", "sweet; warm; soft; crisp; fresh; wonderful; delicious; light; golden; perfect; fluffy"),
    (
        "staple",
        "salt; rice; butter; flour; milk; oil; pepper; garlic; dried herbs; some cheese; parsley; barley; lentils; \
         cream; an egg; a bit of bacon; mustard; vinegar",
    ),
    (
        "basket many",
        "basket,baskets; bowl,bowls; box,boxes; bag,bags; bucket,buckets; jar,jars; tin,tins; pot,pots; \
         crate,crates; sack,sacks; tray,trays",
    ),
    (
        "ware",
        "jug; lamp; candle; rug; clay pot; wool hat; kite; drum; book; broom; tin whistle; pair of gloves; cake; \
         bunch of flowers; jar of honey; wooden spoon; straw hat; painted plate; silk ribbon; bag of nuts; cheese; \
         loaf of bread; hand mirror; bird cage; walking stick; cushion; basket of eggs; pot of jam; toy boat; warm \
         scarf",
    ),
    (
        "shop",
        "market; fair; toy shop; bookshop; harbour; village shop; flea market; corner shop; museum shop; old town; \
         junk shop; spring fair",
    ),
    (
        "art",
        "a horse; the sea; a ship; the mountains; a bowl of fruit; a lion; the moon; a garden; a blue house; a \
         sleeping cat; an owl; the harbour; a circus; the whole family; a forest; a steam train; a castle; a \
         rainbow; a field of poppies; two swans; a market stall; an elephant",
    ),
    (
        "build stuff use",
        "bird house,thin boards,for the birds; tree house,old planks,in the big tree; raft,logs and rope,for the \
         pond; sandcastle,wet sand,by the waves; snow fort,blocks of snow,in the yard; bridge,flat stones,over the \
         stream; hut,branches and leaves,in the woods; go-cart,crates and wheels,for the long hill; windmill,paper \
         and sticks,for the garden; boat,wood and cloth,for the lake; wall,round stones,around the flowers; \
         bench,an old door,for the garden; rabbit hutch,wire and wood,for the rabbits; dam,mud and sticks,in the \
         ditch; scarecrow,straw and old clothes,for the field; dolls' house,cardboard,for the playroom; \
         lighthouse,bricks and tin,for the toy ships; swing,rope and a plank,under the oak tree; puppet theatre,a \
         big box,for the whole street",
    ),
    (
        "instrument sound",
        "drum,boom; flute,whistle; violin,squeak; piano,plink; trumpet,toot; guitar,twang; harp,hum; horn,honk; \
         accordion,wheeze; cello,groan; banjo,twang; recorder,peep; xylophone,ping; mouth organ,buzz",
    ),
    (
        "gift",
        "a wooden horse; a red kite; a box of paints; a story book; a pair of skates; a toy boat; a warm scarf; a \
         pocket torch; a drum; a music box; a magnifying glass; a puzzle; a woolly hat; a little plant; a paper \
         crown; a bag of marbles; a silver whistle; a globe; a new football; a telescope; a ball of wool; a jar of \
         sweets; a compass; a painted mug",
    ),
    (
        "noise source",
        "a soft tapping,a branch against the window; a scratching sound,a mouse behind the wall; a low moan,the \
         wind in the chimney; a slow creak,the loose garden gate; a heavy thump,an apple falling on the roof; a \
         strange rustle,a hedgehog in the dry leaves; a long squeak,the old weather vane; a loud bang,a shutter \
         that nobody had closed; a quick patter,a cat on the roof; a deep growl,a neighbour who was snoring; a \
         steady drip,a tap in the kitchen; a faint ringing,a cow bell in the field; a sudden flutter,a moth inside \
         the lamp; a hollow knock,a boat against the dock",
    ),
    (
        "monster",
        "a bear; a ghost; a giant; a wolf; a robber; a dragon; a troll; a witch; a monster; a pirate; a tiger; a \
         goblin",
    ),
    (
        "chore done",
        "carry the firewood,the last log was stacked; rake the leaves,the lawn was clean; pick the beans,the last \
         row was bare; wash the windows,every window shone; paint the fence,the whole fence was dry; sweep the \
         path,the path was spotless; shell the peas,the last pod was empty; dig the garden,the soil was soft and \
         dark; sort the books,each book was on its shelf; feed the hens,the hens were full; polish the boots,the \
         boots gleamed; mend the nets,every hole was closed; gather the eggs,the nests were empty; clean the \
         stable,the stable smelled of fresh straw; peel the potatoes,the big pot was full; fold the sheets,the \
         cupboard was full",
    ),
    (
        "race",
        "race; running race; sack race; egg and spoon race; obstacle race; pancake race; hopping race; relay race; \
         three-mile race; village race",
    ),
    (
        "prize",
        "a blue ribbon; a gold medal; a chocolate cake; a silver cup; a basket of fruit; a new kite; a big cheese; \
         a wreath of flowers; a jar of toffees; a paper crown; a book of maps; a shiny badge",
    ),
    (
        "topic",
        "dragons; the moon; pirates; whales; trains; knights; volcanoes; bees; a lost island; two brave mice; the \
         desert; a magic teapot; stars; a clever fox; castles; dinosaurs; an inventor; a talking tree; polar bears; \
         ancient kings; submarines; a flying carpet; wild horses; a hidden door",
    ),
    (
        "scenery",
        "green fields; snowy hills; a wide lake; small villages; a dark forest; yellow corn; grazing sheep; tall \
         chimneys; a ruined castle; a steep cliff; long bridges; sleepy farms; rows of vines; a herd of cows; a \
         waterfall; fishing boats; apple orchards; a distant city; stone walls; wild ponies",
    ),
    (
        "news",
        "the new puppy; the first snow; the school play; a loose tooth; the garden; a trip to the zoo; the new \
         baby; the big storm; the swimming lessons; a nest in the roof; the harvest; the new teacher; the football \
         match; a broken bicycle; the village fair; a rainbow over the bay; a very long nap; the runaway pig",
    ),
    (
        "trick",
        "roll over; bow politely; fetch a stick; jump over a rope; ring a bell; sit still; dance on two legs; catch \
         a ball; carry a basket; close the door; walk backwards; find a hidden biscuit; spin in a circle; wave \
         goodbye",
    ),
    (
        "game",
        "hide and seek; tag; chess; leapfrog; football; marbles; cards; pirates; dominoes; skittles; hopscotch; \
         catch; blind man's buff; table tennis; shops; knights",
    ),
    ("parlour", "cards; chess; dominoes; riddles; word games; a guessing game; a memory game; draughts"),
    (
        "show",
        "a puppet show; a play; a magic show; a concert; a circus; a dance; a shadow play; a fashion parade; a \
         poetry evening; a juggling act",
    ),
    (
        "dream",
        "flying over the hills; a ship made of bread; dancing bears; a golden river; friendly giants; the stars; a \
         forest of candy; sailing to the moon; talking fish; a party in the clouds; kind dragons; an endless \
         summer; a train that could swim; a garden of lanterns; snow that tasted of sugar; racing the wind; a \
         castle of cushions; tiny elephants",
    ),
    (
        "drink",
        "hot chocolate; warm milk; mint tea; lemonade; apple juice; cold water; ginger tea; honey milk; cherry \
         juice; pear juice",
    ),
];
