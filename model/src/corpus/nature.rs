//! Word lists about the world outdoors: days, seasons, weather, animals, plants and places.
//!
//! Entries are lower case unless they are names, and each fits every sentence its list is used in.

use super::lexicon::Source;

/// Lists about nature and time.
pub(super) const LISTS: &[Source] = &[
    ("weekday", "Monday; Tuesday; Wednesday; Thursday; Friday; Saturday; Sunday"),
    ("month", "January; February; March; April; May; June; July; August; September; October; November; December"),
    ("daytime", "morning; evening; afternoon; day"),
    ("season", "spring; summer; autumn; winter"),
    (
        "dayadj",
        "sunny; bright; windy; cloudy; quiet; warm; cool; grey; misty; fine; lovely; golden; calm; fresh; mild; \
         breezy",
    ),
    (
        "skyadj",
        "blue; clear; bright; full of small clouds; as clear as glass; soft and pink; deep blue; wide and empty; \
         dotted with birds",
    ),
    ("windadj", "soft; cool; gentle; light; warm; playful; fresh; sleepy; salty; quick"),
    (
        "windpath",
        "through the trees; over the hills; across the fields; along the street; over the rooftops; from the sea; \
         through the tall grass; around the houses; across the pond; down the valley; through the orchard",
    ),
    (
        "smell",
        "fresh bread; wet grass; flowers; the sea; warm hay; pine trees; rain; roses; wood smoke; apples; mint; \
         clean washing; honey; lavender; ripe plums",
    ),
    (
        "songbird",
        "robin; blackbird; lark; sparrow; wren; thrush; finch; swallow; cuckoo; starling; nightingale; blue tit",
    ),
    ("perch", "roof; fence; gate; chimney; old wall; signpost; branch; windowsill; lamp post; well; tallest tree"),
    ("home", "house; cottage; flat; cabin; farmhouse; bungalow"),
    (
        "homeadj",
        "small; tiny; tall; old; red; white; yellow; blue; narrow; cosy; warm; quiet; brick; wooden; crooked; \
         green; bright; sunny; stone; pink",
    ),
    (
        "where",
        "by the river; near the forest; on a hill; at the edge of town; beside the sea; next to the bakery; behind \
         the school; near the station; in a green valley; close to the lake; under tall trees; across from the \
         park; near the harbour; on a quiet street; at the end of a lane; by the old bridge; beside a wide field; \
         near the mill; next to the library; by the canal; at the foot of a mountain; near the lighthouse; beside \
         an orchard; on the market square; behind the church",
    ),
    (
        "outdoors",
        "in the garden; in the park; by the pond; in the yard; on the hill; in the meadow; under the oak tree; by \
         the river; on the beach; in the orchard; behind the barn; on the village green; near the fountain; in the \
         field; at the playground; beside the stream",
    ),
    (
        "trail",
        "the river; the old wall; the canal; the edge of the forest; the railway; the stream; the beach; the cliff; \
         the lake; the long hedge; the harbour; the lane; the stone path; the cornfield",
    ),
    (
        "landmark",
        "the old bridge; the big oak; the windmill; the red barn; the fountain; the church tower; the lighthouse; \
         the white gate; the stone well; the clock tower; the willow tree; the signpost; the bakery; the station; \
         the bandstand; the statue; the water pump; the school gate",
    ),
    (
        "animal cried food home",
        "kitten,mewed,a saucer of milk,a box with a blanket; puppy,whined,a bowl of meat,an old basket; \
         sparrow,chirped,some seeds,a shoe box; rabbit,trembled,a fresh carrot,a wooden hutch; hedgehog,snuffled,a \
         slice of pear,a pile of leaves; duckling,peeped,some oats,a tub with straw; lamb,bleated,a bottle of \
         milk,a corner of the barn; squirrel,chattered,a walnut,a nest of wool; tortoise,blinked,a lettuce leaf,a \
         warm crate; little owl,hooted,a bit of meat,a dark corner of the shed; mouse,squeaked,a crumb of cheese,a \
         matchbox; foal,whinnied,a handful of oats,an empty stable; baby goat,cried,some hay,the old stable; \
         robin,fluttered,a few worms,a small cage; pigeon,cooed,some corn,a wicker basket; piglet,squealed,a boiled \
         potato,a pen of clean straw; gosling,honked,some wet bread,a washing tub; fawn,shivered,a bunch of \
         clover,the quiet barn; parrot,squawked,a piece of mango,a tall cage; frog,croaked,a fat fly,a bucket of \
         pond water; bat,twitched,a little moth,a dark sack; crow,cawed,a boiled egg,a crate by the stove",
    ),
    (
        "petname",
        "Rusty; Patch; Biscuit; Pip; Coco; Ginger; Misty; Nutmeg; Pepper; Shadow; Snowy; Smoky; Sunny; Tiger; \
         Toffee; Bramble; Clover; Dusty; Fudge; Muffin; Button; Pebble; Scout; Bracken; Barley; Fern; Willow; \
         Domino; Cinnamon; Maple; Thistle; Mossy",
    ),
    (
        "petadj",
        "small; thin; grey; brown; white; black; spotted; fluffy; wet; cold; hungry; young; tiny; muddy; striped; \
         frightened; golden; lonely",
    ),
    (
        "thief food",
        "dog,a biscuit; cat,a bit of fish; puppy,a bone; kitten,some milk; goat,a carrot; goose,a crust of bread; \
         parrot,a grape; rabbit,a leaf of cabbage; donkey,a turnip; hen,some corn; monkey,a banana; ferret,a slice \
         of ham",
    ),
    (
        "beast",
        "fox; bear; rabbit; badger; hedgehog; mouse; otter; squirrel; mole; hare; owl; crow; goose; frog; wolf; \
         deer; beaver; goat; tortoise; raccoon",
    ),
    (
        "bigbeast",
        "bear; wolf; deer; badger; fox; goat; boar; moose; lion; elephant; buffalo; camel; horse; giraffe; bull",
    ),
    (
        "smallbeast",
        "mouse; hedgehog; squirrel; mole; rabbit; frog; hamster; dormouse; weasel; lizard; shrew; chipmunk; kitten; \
         rat",
    ),
    ("forager", "squirrel; mouse; hedgehog; mole; badger; hamster; dormouse; chipmunk; rabbit; beaver; jay; raccoon"),
    ("singer", "cricket; frog; lark; grasshopper; robin; toad; hare; finch; cuckoo; weasel; otter; goose"),
    (
        "wild",
        "in the old forest; by the river; in a green valley; on a high hill; near the lake; at the foot of a \
         mountain; deep in the woods; on the edge of the moor; under tall pine trees; beside a quiet stream; behind \
         the waterfall; in the wide meadow; where two rivers meet; far from any village",
    ),
    (
        "far",
        "in the mountains; on an island; far in the north; in the hot south; by the wide ocean; beyond the hills; \
         at the other end of the country; behind the great forest; near the desert; on the coast; beside a big \
         river; in another country; two days away by train",
    ),
    ("swimmer", "seal; dolphin; silver fish; whale; sea turtle; eel; otter; trout; duck; frog; penguin; salmon"),
    ("waterbird", "heron; duck; swan; kingfisher; otter; frog; dragonfly; water rat; goose; turtle; gull; beaver"),
    (
        "road",
        "the lane; the stone path; the park; the schoolyard; the canal; the quiet street; the market square; the \
         harbour; the long hill; the old airfield; the river path; the playground; the courtyard",
    ),
    (
        "pet food",
        "dog,a biscuit; puppy,a bone; goat,a carrot; kitten,some milk; pony,an apple; donkey,a turnip; cat,a bit of \
         fish; monkey,a banana; ferret,a slice of ham; sheepdog,a sausage; poodle,a piece of cheese; terrier,a \
         crust of bread; piglet,a boiled potato; lamb,some clover",
    ),
    (
        "wildfood many",
        "acorn,acorns; nut,nuts; berry,berries; mushroom,mushrooms; root,roots; chestnut,chestnuts; seed,seeds; \
         apple,apples; blackberry,blackberries; rosehip,rosehips; beechnut,beechnuts; plum,plums",
    ),
    (
        "den",
        "a hollow tree; a hole under the roots; a small cave; a burrow in the bank; a nest of dry leaves; a warm \
         den below the rocks; an old log; a house of twigs; a tunnel under the hill; a hut of moss and bark",
    ),
    (
        "plant many seedlike",
        "sunflower,sunflowers,seed; bean,beans,bean; pumpkin,pumpkins,seed; tulip,tulips,bulb; \
         tomato,tomatoes,seed; rose,roses,cutting; pea,peas,pea; daffodil,daffodils,bulb; poppy,poppies,seed; \
         strawberry,strawberries,seed; melon,melons,seed; marigold,marigolds,seed; cucumber,cucumbers,seed; \
         lily,lilies,bulb; potato,potatoes,sprout; hollyhock,hollyhocks,seed",
    ),
    (
        "pest",
        "snails; crows; hungry slugs; a hard frost; a dry week; the neighbour's hens; a strong wind; a family of \
         rabbits; greedy sparrows; a sudden hailstorm; a stray goat; ants",
    ),
    (
        "starshape",
        "a bear; a spoon; a lion; a kite; a swan; a ship; a crown; a dragon; a fish; a hunter; a harp; a wagon; a \
         dolphin; an arrow; a ladder; a snail; a teapot; a horse",
    ),
    (
        "nightsound",
        "an owl; the crickets; a frog; the wind; a distant train; a dog far away; the waves; a night bird; the old \
         clock; the river; a sleepy goose",
    ),
    (
        "seacreature",
        "crab; starfish; seal; dolphin; jellyfish; silver fish; whale; octopus; sea turtle; eel; pelican; lobster; \
         seahorse; flying fish",
    ),
    (
        "storm",
        "the thunder rolled over the roof; the rain beat on the windows; the wind howled in the chimney; lightning \
         lit the whole street; the shutters banged; the trees bent low; hail drummed on the roof; the lamps went \
         out; the gate slammed again and again; black clouds covered the sky; water ran down the street like a \
         river",
    ),
];
