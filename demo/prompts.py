"""The questions that profiles answer, and answers to them."""

from demo.banks import banks

ANSWERS: dict[str, tuple[str, ...]] = banks(
    """
# A perfect Sunday
A long breakfast, a longer walk and a nap that nobody mentions.
The market early, the sofa late and soup in between.
Friends drop in without asking and leave after dark.
Rain on the window, a board game on the table and bread in the oven.
Out of town by nine, back by seven with muddy shoes.
The paper, all of it, even the chess problem.
# I am quietly proud of
Learning to swim at thirty-one.
The bench I built, which has not collapsed so far.
Phoning my grandmother every Sunday for ten years.
Asking for help last winter, and taking it.
My bread, most of the time.
Leaving a job that looked good on paper.
# The way to my heart
Ask a second question.
Save me the corner piece.
Be nice to people who can do nothing for you.
Tell me a story with too many details.
Turn up with a torch when the lights go out.
Send me a picture of a dog you met.
# Something I changed my mind about
Olives. I was wrong for years.
Being busy: I used to think it was a virtue.
Early mornings, thanks to somebody's puppy.
Small towns. There is more going on than I thought.
That it is too late to learn an instrument.
Going to the cinema alone is a treat, not a tragedy.
# My simple pleasures
The first coffee, the last page, the middle seat free.
Clean sheets on a Friday.
Hearing the neighbours practise the piano and get better.
A tram that waits.
Peeling an orange in one piece.
The smell of a hardware shop.
# We will get along if
You also arrive early and then walk round the block.
You laugh at yourself first.
You have a favourite spoon.
You can be quiet in a car.
You say what you would like to eat.
You think that plans are a beginning and not a contract.
# The best advice I was given
Decide in the morning.
Nobody is looking at your shoes.
Do the small thing today.
Eat first, then answer the message.
Be early or be funny.
You may leave the party whenever you like.
# Teach me
How to whistle with two fingers.
Your family's most argued-about recipe.
To dance without counting aloud.
Three words in your first language.
How to keep basil alive.
Whatever you could talk about for an hour.
# My most useless talent
I can tell how old a tin of paint is by its colour.
Guessing the time to within five minutes.
Parallel parking other people's cars.
I remember every phone number from my childhood street.
Stacking a dishwasher so that strangers applaud.
I can balance a spoon on my nose during serious meetings.
# This year I want to
Sleep outdoors at least seven nights.
Read the three thick books that stare at me.
Say no earlier and yes louder.
Learn enough to hold a conversation with my neighbour.
Build something with my hands that lasts.
Meet more people who are not exactly like me.
# Let us talk about
The house you would build if money did not matter.
What you were obsessed with at eleven.
Whether a hot drink improves all situations.
The last thing that made you laugh until it hurt.
The kindest thing a stranger ever did for you.
How you take a really good day off.
# A small thing that made my week
A child on the tram waved until I waved back.
My neighbour returned the drill with a cake on top.
I found the book again that I lost two moves ago.
Somebody at work said 'take your time' and meant it.
The first warm evening with the windows open.
A stranger ran after me with my scarf.
"""
)

OF_COMMUNITY: dict[str, tuple[str, ...]] = banks(
    """
# My dog and I
We share breakfast, though only one of us agreed to it.
We are both motivated by cheese.
One of us snores, and we blame each other.
We have missed two trains for the sake of one squirrel.
We are working on the word 'wait', both of us.
We greet everybody and remember most of them.
# As a mentor I
Listen first, draw second, advise last.
Will tell you what I would do and why you might not.
Remember what you planned, and ask about it.
Have one rule: bring something you are stuck with.
# I would like to learn from somebody
How to lead people without losing sleep.
How they decided what not to do.
What a good week looks like for them.
How to say difficult things simply.
# As a co-founder I bring
Patience, spreadsheets and a very good network of plumbers.
Ten years of talking to customers and still liking them.
The calm in the room when the server is down.
Prototypes by Friday and doubts by Monday.
"""
)

COMMUNITY_QUESTIONS: dict[str, str] = {
    "dog owners": "My dog and I",
    "mentors": "As a mentor I",
    "mentees": "I would like to learn from somebody",
    "founders": "As a co-founder I bring",
}
