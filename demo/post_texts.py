"""What people of the demo world post: by interest, about everyday life, and how a post goes on."""

from demo.banks import banks

OF_INTEREST: dict[str, tuple[str, ...]] = banks(
    """
# hiking
Fourteen kilometres, two wrong turns and one very good sandwich. My legs are proud and silent.
Anybody up for an easy day walk on Sunday? Train at nine, back for supper.
# running
First ten kilometres without stopping! The last one was mostly stubbornness.
Ran through {spot} before the city woke up. Only me, a heron and a street sweeper.
# cycling
Replaced a chain, felt invincible, got a flat tyre within the hour.
New ride map is done: eleven bakeries, one hill. Message me for the file.
# rock_climbing
I finally topped the blue route that has laughed at me since March.
Looking for a calm belayer on Wednesday evenings. I bring dates and good jokes.
# swimming
The water had eleven degrees and I had very little dignity. Would do it again.
Early lane, nobody else in it. Is there a better sound than a quiet pool?
# yoga
An hour of yoga and I can turn my head again. The bus driver noticed.
Small group on the grass at {spot} tomorrow at eight. Bring a towel and no ambition.
# football
We lost by six and it was still the best hour of my week.
We are two players short for Sunday. No talent needed, as you would see at once.
# tennis
Twenty-seven shots in one rally today. I have witnesses.
Public court, seven in the morning, thermos on the bench. Who is in?
# dancing
My shoes are worn through and it was worth every song.
Beginners are welcome on Thursday, really. I counted aloud for a year.
# meditation
Ten quiet minutes on a bench at {spot}, until a child asked me if I was broken.
Day thirty of sitting still. Result: I now notice that I hurry.
# camping
Woke up at six to owls and rain on the tent. No signal and no complaints.
Lent my stove to strangers and got dinner and three new friends in return.
# surfing
Small clean waves this morning and nobody in a hurry.
I fell in forty times and laughed forty-one times.
# gardening
First tomato of the year! It was the size of a marble and tasted like summer.
I have far too many courgettes again. Please bring a bag to {spot}.
# wildlife
Kingfisher at the low bridge near {spot}, half past twelve. My sandwich was forgotten.
Counted nineteen kinds of birds before work, and one fox with a bread roll.
# cooking
Cooked my grandmother's stew from memory. Still missing one thing and she will not say what.
Eight people, one pot, no leftovers. I call that a review.
# baking
The bread has ears! I am showing it to everybody in the house.
Burnt the first tray, ate the second, gave away the third. A balanced morning.
# coffee
Found a place with two stools and the best espresso in {city}. I will be insufferable.
Roasted a batch on the balcony and the whole stairwell came to ask.
# travel
Eleven hours by train and I would not swap one of them. Slow is a place too.
Missed a connection and was invited to lunch by the station master.
# board_games
Four hours, one winner, five people who demand a rematch.
There is a free seat at our game night this Friday. We explain rules with biscuits.
# chess
Lost to an eight-year-old at {spot}. She was very kind about it.
Played one game for three hours. There was tea. Nobody won.
# video_games
Finished the lighthouse game and now I do not know what to do with my evenings.
My little farming game has twelve players. Hello to all twelve of you.
# reading
Finished it on the tram, cried, missed my stop. Recommended.
Left a novel on a bench at {spot} with a note in it. Finders, tell me what you think.
# writing
Two thousand words today, of which about forty are good. Keeping those.
Does anybody want to sit in a café and write silently together?
# poetry
Read aloud in front of forty people and only the paper was shaking.
Overheard on the bus: 'He folds his maps wrong.' That is the first line, I think.
# film
Saw a three-hour film with subtitles and argued on the pavement for two more.
What is your film for a rainy evening? I am making a list and checking it properly.
# theatre
Opening night! I play the door. Please come and watch me open.
Improvised a whole scene about a lost sock. It was oddly moving.
# photography
Thirty-six frames, one good one. On film that counts as a good week.
The light at {spot} this morning did all of the work for me.
# painting
Painted my sink again. I believe that I am getting somewhere with the tap.
A free corner in our studio from next month, north light, friendly people.
# ceramics
My first bowl that stands straight. I hardly recognise it.
The kiln opened today and nothing had exploded. A festive mood at the workshop.
# music
Found the exact record my father used to play on Sundays. The whole kitchen is eight again.
Who would like a string trio for a birthday? We are cheap and cheerful.
# live_music
Forty people in a cellar and a band that will be famous in a year. Remember that I said so.
One spare ticket for Friday at the small hall. First message gets it.
# singing
We sang in the stairwell and somebody two floors up joined in.
The choir needs tenors. It always needs tenors. Come and be adored.
# languages
Ordered lunch in my fourth language and got something that I cannot identify. Delicious.
Tandem table tonight: bring the language you have and the one you want.
# history
Walked the line of a tram that stopped running before my grandparents met.
Free walk on Saturday about the bakers, nurses and printers of {city}.
# art
Two hours in front of one painting. The guard brought me a chair.
A museum of locks exists, it has four rooms, and I have now been there twice.
# astronomy
Saturn from the roof tonight. Nine neighbours came up, all of them laughed.
Clear sky on Saturday. I have a telescope, blankets and too much cocoa.
# science
Looked at moss through a magnifying glass and lost an hour. Try it.
A girl at science club asked why the sky is not purple. We are still reading.
# open_source
Deleted two thousand lines today and everything still works. Best day of the month.
My first outside contribution got merged. A stranger fixed my typo and I am touched.
# startups
Twentieth customer interview done. She said 'finally', and I nearly cried.
We closed our first small contract. Four people, one van and now one customer.
# technology
Three weeks of cleaning data, one hour of training, one good graph.
Reading group on Tuesday: one paper, no slides, all questions welcome.
# sustainability
Repaired eleven things at the repair café: nine lamps, one toaster and a friendship.
Our street now shares one drill. The list is on the blue door.
# volunteering
Forty kilos of potatoes peeled this evening and the best company in {city}.
We taught three grown-ups to ride a bicycle today. I may have cheered too loudly.
# dogs
Met five dogs and two people at {spot} today. I remember the dogs.
Big slow dog walk on Saturday at ten. Small dogs may ride.
# cats
The foster kitten found her people today. I am happy, and the flat is too quiet.
The cat next door has approved of me. I have told everybody.
"""
)

EVERYDAY: tuple[str, ...] = banks(
    """
# everyday
Is there anybody near {spot} with a ladder I could borrow for an hour?
The first warm evening of the year and all of {city} is outside. I love this place.
Found a green scarf at {spot}. It misses its owner.
New in the neighbourhood and looking for a good barber, a good bakery and a good friend.
Said yes to three invitations this week and survived all of them.
Small victory: I rang a friend instead of writing, and we talked for two hours.
What is the one thing in {city} that you would show a visitor who has only an hour?
I am giving away a desk, a lamp and a slightly haunted chair. Near {spot}.
Somebody left flowers on every bench at {spot} this morning. Whoever you are, thank you.
Rainy Sunday. I have soup for four and there is one of me.
Today a stranger on the tram finished my crossword. We are going for coffee.
Does anybody else here work from home and miss having lunch with people?
"""
)["everyday"]

OF_COMMUNITY: dict[str, tuple[str, ...]] = banks(
    """
# dating
Went on a date, it rained, and we stayed under the same bus stop for two hours. No complaints.
Honest profile tip: ask one real question. It works on me every time.
# friends
The Wednesday supper has two free chairs. Bring bread and a story.
Moved a friend's sofa up five floors. If that is not love I do not know what is.
# founders
Wrote down why our last idea failed. It is one page long and quite useful. Ask me for it.
Office hours on Friday: I will listen to your pitch and ask annoying questions.
# mentors
My mentee gave her first talk today. I was more nervous than she was.
Two free hours this month for anybody who is stuck on a decision.
# mentees
Gave the talk. My hands shook and nobody noticed. Thank you to the person who rehearsed with me.
Note to myself: ask the question early. Today it saved me a week.
# dog owners
{pet} jumped into the one muddy puddle in the whole of {city}. Professional work.
{pet} made a friend at {spot} today, and by accident so did I.
"""
)

TAILS: tuple[str, ...] = banks(
    """
# tail
Who else?
More of this, please.
Ask me again tomorrow.
I am still smiling.
Tell me yours.
Worth getting up for.
Same time next week.
My knees have questions.
No photos, you had to be there.
Now tea.
I call that a good day.
Recommendations are welcome.
Thank you to everybody who came along.
Next time I will bring more biscuits.
I did not expect that.
Small things, I know.
Come along, if you are near {spot}.
I needed that.
Never too late, it seems.
{city}, you are all right.
"""
)["tail"]
