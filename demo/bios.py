"""What people say of their interests in a bio: a bank of sentences for each interest."""

from demo.banks import banks

OF_INTEREST: dict[str, tuple[str, ...]] = banks(
    """
# hiking
Most Saturdays I am on a trail by eight with a thermos, a paper map and far too many snacks.
I hike slowly and stop for every view, so do not expect me to break any records.
Long walks uphill are how I think; half of my good ideas happened above the tree line.
I keep a list of day hikes you can reach by train, and I am always glad of company.
# running
I run before breakfast, badly at first and rather happily by the third kilometre.
A half marathon in spring is the plan, so some evenings are spoken for until then.
Running with others changed it for me: same route, same bench, different stories every week.
I am a steady runner, never a fast one, and I talk the whole way if you let me.
# cycling
My bicycle is older than my career and in better condition.
I would rather ride an hour across town than wait ten minutes for a bus.
On long summer evenings I cycle out until the street lights end and then turn round.
I fix bicycles for half my street and get paid mostly in soup.
# rock_climbing
I boulder twice a week and fall off the same blue route every single time.
Climbing taught me to breathe first and panic later, which turned out to be useful at work too.
Looking for somebody patient on the other end of the rope; I always check the knot twice.
I like climbing halls for the strangers who cheer when you finally stand on top.
# swimming
I swim outdoors from April on, and by October only the stubborn ones are left in the water.
Forty quiet lengths before work and I am a nicer person for the rest of the day.
Any lake counts as a plan for me, even when it rains, especially when it rains.
I learned to swim as an adult and am still quietly proud of every length.
# yoga
Yoga is my one hour a day without a screen, a plan or an opinion.
I go to yoga mostly for the last ten minutes on the floor and will not pretend otherwise.
My practice is slow and stiff, and I keep coming back because nobody there is in a hurry.
I once taught a morning class on a roof and still miss those sunrises.
# football
Sunday football with a team that loses cheerfully is the fixed point of my week.
I play left back, which means I run a lot and nobody remembers it afterwards.
Give me a dusty pitch, ten friends and two jumpers for a goal and I am fourteen again.
I coach the under-tens on Wednesdays; they beat me at tactics more often than I admit.
# tennis
I play tennis with more enthusiasm than backhand.
The public court near me is empty at seven in the morning, and that is when I am happiest.
I count any rally over ten shots as a win, whoever gets the point.
Came back to tennis after years away and am relearning the serve from nothing.
# dancing
I took up dancing because I was bad at it, and stayed because nobody minded.
Thursdays are for dancing; I lead, I follow, I apologise for your toes.
Put on anything with a decent bass line and the dishes can wait.
Social dance nights are the easiest way I know to laugh with forty strangers.
# meditation
I sit still for twenty minutes each morning, and some days it even works.
A silent week in the hills rearranged my head, and I try to keep some of that quiet.
I meditate, but I also swear at printers; I am told that is balance.
Breathing exercises on a crowded train are my small rebellion against the timetable.
# camping
My tent smells of smoke and good decisions.
I can pack for a weekend outdoors in nine minutes and have a spreadsheet to prove it.
Nothing tastes as good as instant noodles in the rain after carrying them up a hill.
I camp in the shoulder season, when the sites are empty and the nights are loud with owls.
# surfing
I surf small friendly waves and cheer loudly for everybody braver than me.
The forecast for swell is the first thing I read in the morning, before any news.
Surfing is mostly sitting in the sea and waiting, which suits me better than I expected.
I spend the odd week by the ocean and come home with salt in every pocket.
# gardening
My balcony produces eleven tomatoes a year and I am unreasonably proud of each.
I share a plot in a community garden and trade courgettes with anyone who cannot run fast enough.
I talk to my plants; they have not complained so far.
Digging for an hour undoes almost any day at a desk.
# wildlife
I can tell most city birds by their call and promise to keep it to myself on a first meeting.
A kingfisher on the canal made my whole winter.
I carry small binoculars everywhere, and yes, it is exactly as cool as it sounds.
Early mornings in a hide, a notebook and nobody talking: that is my kind of adventure.
# cooking
I cook for six even when we are two, so bring a box for the leftovers.
My grandmother left me a notebook of recipes without a single quantity, and I am working through it.
Feeding people is how I say most of the important things.
I am on a mission to learn one dish from every person I meet.
# baking
My sourdough starter has a name, a birthday and better manners than I do.
I bake when I am nervous, so my neighbours always know about my deadlines.
Cardamom buns are my answer to almost every question.
I have strong feelings about butter and very mild feelings about most other things.
# coffee
I will cross the city for a good coffee and then talk about it for slightly too long.
I roast small batches at home, which is why I smell faintly of toast.
My ideal morning is a window seat, a flat white and no plan until noon.
I know which cafés let you stay for hours, and I share that list only with friends.
# travel
I travel slowly, by train where I can, and come back with spices rather than photographs.
The best trip I ever took was a missed connection in a town I cannot pronounce.
I have lived on three continents and still get lost on the way to the supermarket.
I plan the first night of every journey and leave the rest to the people I meet.
# board_games
I own more board games than chairs, which makes game night a logistical problem.
I explain rules well, lose gracefully and always bring the snacks.
A long table, a strategy game and rain outside is my idea of a perfect Sunday.
I am told that I am charming until the trading phase begins.
# chess
I play chess in the park against a man of eighty who has never once let me win.
My openings are fine and my endgames are a comedy.
I started a lunchtime chess circle at work, and now nobody gets back on time.
I like slow chess, the kind where somebody makes tea between moves.
# video_games
I like cosy games about farming and impossible games about jumping, nothing in between.
I once built a small game in a weekend, and eleven people finished it.
Sharing a sofa and a split screen is still the best way to get to know somebody.
My hand-drawn maps of old adventure games are framed in the hallway.
# reading
There is always a novel in my bag and usually a second one in case it ends.
I run a tiny book club that reads a lot and agrees on nothing.
I read the last page first, and I will not be taking questions.
Second-hand bookshops are where my salary goes to rest.
# writing
I write short stories on the tram and finish about one in four.
Every morning I fill three pages by hand that nobody will ever read, and it keeps me sane.
I am halfway through a first draft and looking for people who ask how it is going, gently.
I write letters, real ones, with stamps and crossed-out lines.
# poetry
I learn one poem by heart every month and recite it to the kettle.
Open-mic evenings scare me properly, which is why I keep signing up.
I collect overheard sentences, and some of them turn into poems.
Poems are the only thing I have ever managed to read on a full stomach and an empty platform.
# film
I keep a notebook of every film I have seen since I was sixteen, with marks I now disagree with.
I like old films, subtitled films and the discussion on the pavement afterwards.
Ask me for a film for a rainy evening and I will ask you four questions first.
I am the person who stays until the very last line of the credits.
# theatre
I act in a small amateur company where I usually play somebody's worried uncle or aunt.
Improvised theatre on Tuesdays taught me to say yes first and think about it later.
I will sit in the cheapest seat of any theatre in town and be happy.
I sew costumes for a youth theatre and can make a king out of two curtains.
# photography
I photograph doors, dogs and people waiting for buses, on film, so I never see them until later.
My camera is forty years old and has taught me to look before I press anything.
I like empty streets at six in the morning, when the light does all the work.
I make small prints and give them away; one of them hangs in my dentist's waiting room.
# painting
I paint small watercolours of ordinary things: sinks, chairs, my neighbour's bicycle.
My kitchen table is half studio, and dinner guests learn to watch their sleeves.
I took up painting again last winter, and my hands remembered more than I did.
Life drawing on Mondays is the only appointment I never cancel.
# ceramics
I make bowls that lean a little, and I have made my peace with that.
An evening at the wheel leaves me with clay in my hair and nothing on my mind.
Every mug in my kitchen was made by me or by somebody from my pottery class.
I like that clay remembers what you did to it, even after the fire.
# music
I hum all day without noticing, so tell me kindly.
My record shelf is sorted by mood, which makes sense to nobody but me.
I play the cello well enough for weddings and badly enough to enjoy it.
I make a playlist for every season and press it on all my friends.
# live_music
I would rather see an unknown band in a room for fifty than anybody in a stadium.
I keep every concert ticket in a biscuit tin that no longer closes.
Stand me near the sound desk, give me a good support act, and I am happy.
I go to concerts alone and usually leave with somebody to talk to.
# singing
I sing second alto in a choir where half of us cannot read music and nobody can tell.
My shower has heard things no stage ever will.
We sing in stairwells, for the echo; come along, you do not need to be good.
Harmony is the closest thing to teamwork I have ever fully understood.
# languages
I am learning my fourth language, and I dream in the wrong one.
I collect words that do not translate and use them anyway.
Language tandems are my favourite way to meet people: half an hour yours, half an hour mine.
I make all the mistakes loudly, which turns out to be the trick.
# history
I read plaques on buildings out loud, and I am sorry in advance.
I know a suspicious amount about the old tram lines of this city.
Give me a local archive and a rainy afternoon and you will not see me until it closes.
I give a free walking tour about ordinary people nobody built statues of.
# art
I can spend two hours in front of one painting and then skip the rest of the museum.
I love the odd little museums best: locks, bread, radios, somebody's buttons.
Late opening on Thursdays is when I do my best thinking.
I always send a postcard from the museum shop to my grandfather, who grades them.
# astronomy
On clear nights I drag a small telescope on to the roof and show Saturn to whoever is awake.
I know the good dark places within an hour of the city, and I bring blankets.
Looking up is free and keeps my own problems the right size.
I once drove all night to see an eclipse through a gap in the clouds, and it was worth it.
# science
I read papers outside my own field for fun, and understand roughly the first page.
I help out at a science club for teenagers who ask better questions than I do.
I like people who say 'I do not know, let us find out'.
There is a home-made weather station on my windowsill, and its forecasts are terrible.
# open_source
I write code in the evenings, for fun, to the despair of my friends.
I maintain a small open-source library that is used by dozens of people and one submarine, they say.
My best programs are the ones I managed to delete.
I am happiest with a hard bug, a large whiteboard and somebody to argue with.
# startups
I have started two small companies; one failed loudly and one still pays for my coffee.
I like the messy first year of a product, when every customer has a name.
Talk to me about pricing, churn or the first ten users, and I will cancel my evening.
I sketch an idea a week and bury most of them by Friday.
# technology
I build small language models and spend most of my time cleaning data, like everybody else.
I am curious about what machines learn and picky about what we ask them to do.
I run a reading group on machine learning where nobody has to pretend to follow.
I want to see more careful, boring, useful AI and less of the other kind.
# sustainability
I repair things: radios, jeans, now and then a friendship.
I nag our whole house about insulation, and I can be fun about it, I promise.
I have not bought new clothes for three years and have never been better dressed.
Our street shares one drill, two ladders and a cargo bike because I made a list.
# volunteering
On Fridays I cook with forty others at a community kitchen, and it is the best part of my week.
I help newcomers with letters from offices; together we usually win.
I read to people at a hospice, and they have taught me to waste less time.
I pick up litter along the water once a month with a very cheerful crowd.
# dogs
I know the names of all the dogs in my street and of about a third of their owners.
I walk dogs for neighbours who cannot, and it is the best hour of my day.
If there is a dog at the party, that is where you will find me.
My week is planned around long walks and short naps, mostly somebody else's naps.
A wet nose in the palm of my hand solves most of my problems.
I know which cafés have water bowls and which parks have mud.
Dogs trust me quickly, people take a little longer, and both are welcome.
I took a course in reading the body language of dogs and now see it everywhere.
My coat pockets hold keys, a ball and biscuits, rarely in separate pockets.
# cats
The cat from downstairs visits daily and treats me as the lodger.
I foster cats between homes and cry every time one of them leaves.
A cat asleep on the keyboard is a valid reason to miss a meeting.
I speak fluent cat, meaning that I wait quietly until I am chosen.
"""
)
