"""Sentences of a bio that speak of the city, of what somebody looks for, and of themselves."""

from demo.banks import banks

OF_CITY: tuple[str, ...] = banks(
    """
# city
I came to {city} for six months, and that was years ago.
{city} still surprises me about once a week, usually when I am late for something.
I grew up elsewhere, but {city} is where I learned to cook, argue and stay.
You will find me at {spot} when the weather is undecided.
My part of {city} has a good market, a bad playground and very nice people.
I moved to {city} without knowing anybody, so I remember exactly how that feels.
I have a favourite bench at {spot} and will share it.
Born in {city}, left twice, came back both times for the food.
I am still collecting the quiet corners of {city}; {spot} is my best find so far.
Evenings at {spot} are my idea of a holiday.
New to {city} since spring and slowly learning which bus not to take.
I live close to {spot} and use that as an excuse for far too many walks.
If you want to see my {city}, meet me at {spot} on a Sunday around ten.
I know three people in {city} who fix anything and one who knows everybody else.
{city} made me louder, and I mean that kindly.
My flat in {city} is small, so I treat {spot} as my living room.
Ask me about the best cheap lunch in {city}; I have done the research.
After a few years abroad I am back in {city} and seeing it with new eyes.
I know {city} mostly by its stairs, its bakeries and the way to {spot}.
Half my friends left {city} last year, and it is time to meet some new faces.
"""
)["city"]

OF_COMMUNITY: dict[str, tuple[str, ...]] = banks(
    """
# dating
I would like to meet somebody kind who laughs easily and answers questions with questions.
Looking for something that grows slowly and does not need to be defined by Thursday.
I want a partner in small crimes, such as dessert before dinner.
I am ready for something real with somebody who likes their own life already.
The right person for me is curious, a little bit silly and good to waiters.
I would trade a hundred clever messages for one good walk together.
Honest, warm and on time most days: that is what I offer, and what I hope to find.
I am hoping for long breakfasts, shared playlists and somebody who says what they mean.
If we end up talking until they stack the chairs around us, that is a good sign.
Not in a hurry, but quite sure: I would like to share the ordinary days with somebody.
I am looking for a person to be quiet with as well as for the adventures.
Tell me what you are looking forward to, and let us see whether I fit in somewhere.
I like slow beginnings, clear words and second helpings.
I believe in the second date, because everybody is nervous on the first.
# friends
I am not here for romance: I would love a handful of good friends nearby.
Looking for people to cook with, walk with and be boring with on a Sunday.
Making friends as an adult is odd, so let us be odd about it together.
I would like a friend who rings the bell without sending a message first.
My calendar has room for one more regular thing with nice people.
I am after that easy kind of friendship where nobody counts who wrote last.
A group that meets every week, rain or shine, would make me very happy.
I am the one who organises things, and I would love to be invited for once.
Friends of any age are welcome; my best one is seventy-one.
I have plenty of acquaintances and would like fewer, closer people.
Let us try one thing neither of us is good at and see whether we laugh.
I am looking for company for concerts, queues and moving days.
I keep secrets, remember birthdays and bring soup when somebody is ill.
# founders
I am looking for a co-founder who disagrees with me early and in complete sentences.
I have a prototype, six interested customers and nobody to share the hard days with.
My ideal co-founder sells what I build and tells me when I build too much.
I would like to start a company that is still decent when it is ten years old.
I bring patience and a network; I need somebody who ships on Fridays without fear.
Let us spend a weekend on a tiny version first and see how we argue.
I want to work on something dull and important with somebody who finds it exciting.
Equal shares, honest numbers and dinner with our families: that is my idea of founding.
I am tired of pitching ideas alone to my plants and would like a second brain.
I have saved enough for a year without salary, and I am serious about it.
Looking for a technical partner or a commercial one; I can be the other half.
I care more about who I build with than about which of my ideas wins.
I talk to ten potential users every week and would love somebody to compare notes with.
# mentors
I had good mentors and would like to pass some of it on.
Happy to read a CV, rehearse a talk or just listen for an hour a month.
I am good at asking the question behind the question.
I have made most of the classic mistakes and keep them sorted by year.
I would like to help somebody early in their path and will learn as much as they do.
I mentor best on a walk, without slides.
Bring me a real decision that you are stuck with, and we will take it apart together.
I do not hand out recipes, but I can tell you what I wish somebody had told me.
An hour every second week is what I can give, and I turn up.
I believe in small steps, honest feedback and celebrating when something works.
# mentees
I am changing careers and would be grateful for somebody a few steps ahead.
I am looking for a mentor who is honest with me, even when it stings a bit.
I learn fast when somebody lets me try and fail in small ways.
I would love to ask somebody experienced the questions that I am too shy to ask at work.
I come prepared, take notes and always report back on what happened.
My next step is leading people, and I would like to do it better than I have seen it done.
I am the first in my family to do this kind of work, and a guide would help.
I want to grow into my job rather than out of it, ideally with some advice.
I am not looking for contacts, just for somebody who thinks aloud with me.
I would happily swap lessons in something I know for an hour of your experience.
# dog owners
{pet} and I are looking for company on our long walks.
It was {pet} who signed me up here; I only hold the lead and do the typing.
{pet} needs playmates of the same size, and I need people who do not mind mud.
I would like to find somebody to swap dog-sitting with, as {pet} hates suitcases.
If you throw the ball, {pet} will love you for ever, and so, probably, will I.
I adopted {pet} from a shelter, and since then I know the sunrise by its first name.
{pet} is learning to be calm around other dogs, and slow walks together would help us.
We walk every evening at the same time, and {pet} keeps the schedule, not me.
Ideal meeting: two hours, two dogs, one thermos, no agenda.
My favourite people are the ones I met because {pet} pulled me across the path to them.
I carry biscuits for {pet}, for your dog and usually one for you.
Since {pet} arrived I own more towels than shirts, and I have no regrets.
{pet} has better social skills than I do, so I follow that example.
"""
)

OF_PET: tuple[str, ...] = banks(
    """
# pet
I live with {pet}, a {animal} with opinions.
{pet}, my {animal}, decides when the day begins.
My {animal} is called {pet} and is {temperament}, which is more than I can say for myself.
At home {pet} waits for me: {animal}, {temperament}, always hungry.
You will hear about {pet}, my {animal}, within ten minutes, so here is the warning.
There is also {pet}, a {temperament} {animal} who rules the sofa.
I owe my regular hours to {pet}, the most {temperament} {animal} I have met.
My flatmate {pet} is a {animal} and pays no rent.
"""
)["pet"]

OF_SELF: tuple[str, ...] = banks(
    """
# self
I am better in the morning, kinder after lunch and funnier around midnight.
I say sorry to furniture and thank the bus driver.
My friends would call me loyal, stubborn and surprisingly good at carrying things.
I remember what you told me, including the name of your cousin.
I cannot whistle, ski or lie, and have stopped trying to learn the last two.
I ask a lot of questions and really do want to know the answers.
I laugh loudly in quiet places; it is a family condition.
I keep a jar of nice things people said, for the other kind of day.
I am shy for about twenty minutes and then rather hard to stop.
I would rather be told the truth over a good sandwich than anything else.
I am learning to do less, more slowly, with fewer tabs open.
I own exactly one suit and it has seen things.
I change my mind when somebody has the better argument, and I enjoy it.
I always take the window seat and always offer it to you first.
My handwriting is awful, my pancakes are not.
I believe that a good question is worth a detour.
I get up early for nothing but light.
I still send postcards and expect no answer.
I have three plants, two siblings and one very good umbrella.
I am the calm one in an airport and the nervous one at parties.
I like people who are enthusiastic about things I have never heard of.
Small talk and I have agreed to see other people.
I try to fix things before I replace them, people excepted.
I collect other people's big families and their recipes.
If something is closed, broken or rained off, I am at my best.
I carry a pencil, a plaster and a spare ticket at all times.
I prefer a kitchen to a party and end up in the kitchen at every party.
I still do not know how to fold a fitted sheet, and nobody can make me.
I notice good doors, bad fonts and tired faces.
I count in one language, dream in another and swear in a third.
I am told that I give good directions and bad haircuts.
I read the instructions afterwards, to see what I could have done.
I believe most arguments are really about being hungry.
I am never bored on trains.
I keep my promises, including the small silly ones.
I say yes first and look at my calendar later, which keeps life interesting.
I have a soft spot for lost causes and late bloomers, being one of them.
I can nap anywhere, a talent with no known use.
I write lists, lose them, and do most of it anyway.
I try to leave every place a little tidier than I found it.
I like rain as long as there is soup at the end of it.
My superpower is finding the one open bakery on a public holiday.
I give terrible high fives and excellent advice about soup.
I was a quiet child and am making up for it.
I tell long stories with many detours, and they do arrive.
I learned patience late, from a slow computer and a fast niece.
I would rather host than be hosted, and I do let people help with the dishes.
I am quite old-fashioned about punctuality and quite modern about everything else.
I have worn the same yellow raincoat for ten years, so you will spot me easily.
I can be talked into almost anything that involves a boat.
I need a little time alone each day and come back better for it.
I celebrate half birthdays, finished library books and the first warm evening.
"""
)["self"]
