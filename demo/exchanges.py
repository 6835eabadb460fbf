"""Exchanges about why people are here, their animals and their city, and how they make a plan."""

from demo.banks import banks

ABOUT_COMMUNITY: dict[str, tuple[str, ...]] = banks(
    """
# dating 1
I liked your answer about small things. Mine today was a stranger who held the lift.
Mine was a ripe avocado on the right day. How was the rest of it?
Long, but it ends with a message from you, so I will not complain.
That was smooth. I am slightly annoyed at how much I liked it.
# dating 2
I never know how to start these, so: what are you looking forward to?
Saturday. I will be doing nothing, carefully planned. And you?
To finding out whether nothing has room for a second person.
It might. Bring something to read and something to eat.
# dating 3
Your profile made me laugh on a full train. People looked.
Then it has done its work. Which line was it?
The umbrella. I once lost four in one month.
I will not lend you mine, but I will hold it over both of us.
# dating 5
What should I know about you that is not on your profile?
I sing to vegetables while I cut them. Now you know the worst.
Which songs do carrots get?
Marches. Onions get ballads, for obvious reasons.
# dating 6
You seem like somebody who has a favourite window. Do you?
Kitchen, left side, seven in the morning. How did you know?
I have one too, and I can usually tell.
Then the next question is whose window has the better coffee.
# dating 4
Honest question: is a first date a walk or a meal for you?
A walk. There is less cutlery to worry about.
And you can point at dogs if the conversation dies.
It will not die, but we can still point at dogs.
# friends 1
I am collecting people for a weekly supper. No romance, only soup. Interested?
Very. I can bring bread and at least two stories.
Stories count as a main course with us.
Then I will practise the one about the goat.
# friends 2
How long have you been in {city}? I still feel like a beginner.
Long enough to know the shortcuts, too short to have a regular table anywhere.
Then let us get a regular table.
Best sentence I have read this week.
# friends 3
We seem to like the same odd things. How did that happen?
Good upbringing or bad influences, I cannot tell.
In my case an older cousin with a large record shelf.
I would like to meet that cousin, but I will start with you.
# friends 4
What do you do on a Sunday when nobody asks anything of you?
Walk, read, make far too much soup and ring my sister.
I am good at the soup part, mostly at eating it.
Then we are one good walk away from a perfect Sunday.
# friends 5
Your profile says that you keep promises. Even the silly ones?
Those especially. I once wore a hat to work for a month.
I have to know what kind of hat.
You will have to meet me for that. There is a photograph.
# friends 6
Are you a person who rings or a person who writes?
I ring, and then people think that somebody died.
Same! My friends answer with 'what happened?'.
Finally somebody who would just pick up and chat.
# friends 7
I am trying to meet people without an app telling me how. It is not going well.
You are on an app telling me so.
I know. I noticed it while typing.
I like you already. Let us be inconsistent together.
# friends 8
What is your favourite thing about living where you live?
The baker knows my name and my deadlines. Yours?
There is a bench with evening sun, and hardly anybody knows it.
I would trade you a warm roll for a place on that bench.
# founders 1
I read your profile twice. Which problem do you keep coming back to?
How small shops find each other for deliveries. Everybody does it by phone.
And who pays for it today, and with what?
With their evenings. That is why I think that they would pay with money.
# founders 2
Before we talk about ideas: how do you like to disagree?
Early, in writing, and then with lunch. And you?
Out loud at a whiteboard, and I do change my mind.
Good. Shall we test that on something small, say two weekends?
# founders 3
What would make you stop a project?
Three months without a single customer who is annoyed when it breaks.
I like that as a measure. Mine is running out of questions.
Then we would stop at different times, which is probably useful.
# founders 4
What did you learn from the last thing that failed?
That we built for six months before we asked anybody. Never again.
We asked everybody and then built for nobody. There must be a middle.
Two mistakes that fit together nicely. That is a good start.
# founders 5
How many hours a week could you honestly give this?
Fifteen now, everything from spring on. And you?
Two full days, and my evenings when the children sleep.
Honest numbers. I have had longer talks with less in them.
# mentors 1
Thank you for liking back. May I ask you something about changing careers?
Please do. I have done it twice, once by accident.
Did you wait until you felt ready?
No. I waited until staying was scarier than going.
# mentors 2
I would like to get better at giving feedback. Where would you start?
With one true sentence a week, said kindly and on the same day.
On the same day is the hard part for me.
For everybody. Bring an example and we will practise it.
# mentors 3
How do you usually work with somebody? I do not want to take too much of your time.
An hour every second week, and you bring the topic. That is all.
I can do that. The first topic would be a talk that I am scared of.
Excellent topic. Send me the opening sentence, however bad.
# mentors 4
What do you wish somebody had told you in your first year?
That nobody has a plan, and that asking twice is not a weakness.
I ask twice and then apologise for it.
Keep the asking and drop the apology. That would be our first exercise.
# dog owners 4
How old is {pet}? Mine is in the phase where every shoe is a challenge.
Old enough to leave shoes alone and young enough to carry them around.
There is hope, then. What helped?
Long mornings, short lessons and hiding the good shoes.
# dog owners 1
Does {pet} like company on walks? Mine is friendly and slightly clumsy.
{pet} loves clumsy. Size is no problem, noise is a bit.
We are quiet people until somebody says 'ball'.
Same here. We spell it out at home.
# dog owners 2
How is {pet} with puddles?
Inside them, mostly. I carry three towels.
I carry two, so together we could dry a pony.
Then the weather cannot stop us any more.
# dog owners 3
I think that I have met {pet}! Near {spot}, with a very large stick?
That was us. The stick is still in the hallway.
I was the person laughing by the fence.
{pet} remembers you fondly, I am sure.
"""
)

OF_PLAN: dict[str, tuple[str, ...]] = banks(
    """
# plan 1
Are you free on Saturday? We could meet at {spot} around eleven.
Saturday works. I will be the one who is early and pretending not to be.
# plan 2
Shall we take this away from the screen? {spot}, one evening this week?
Yes please. Thursday after six, or Friday if it rains.
# plan 3
I am at {spot} most Sundays. Come along if you feel like it.
I will. What should I bring apart from good will?
# plan 4
How about a coffee on Wednesday, in public and with cake?
Public and with cake are my two conditions as well.
# plan 5
I have to run, but I would like to go on with this. Next week?
Next week is wide open. Pick a day and I will keep it.
# plan 6
Let us do a short walk first, {spot} and back. No pressure.
A short walk is perfect. I will bring something warm to drink.
# plan 7
I will be near {spot} on Friday at five. Half an hour, no obligations?
Half an hour it is, with an option on a second one.
# plan 8
Would a call on Tuesday suit you better than a meeting?
A call is a fine start. After seven my time?
# plan 9
My favourite bench at {spot} seats two. Sunday?
Sunday. I will bring pastries and an open mind.
# plan 10
A few of us meet at {spot} next Saturday. You would fit in well.
I would love that. Tell me who they are, so that I can practise the names.
"""
)

PLAN_AFAR: dict[str, tuple[str, ...]] = banks(
    """
# call 1
We are a few time zones apart. Would a call on Tuesday suit you?
It would. My evening and your afternoon, if I count correctly.
# call 2
Shall we talk instead of typing? I am good at calls with bad cameras.
So am I. Send two times and I will take the less heroic one.
# call 3
If you ever come to {city}, I will show you around. Until then, a call?
A call first, and then I will look at trains and flights.
"""
)

GREETINGS: tuple[str, ...] = (
    "Hi {name}! ",
    "Hello {name}. ",
    "Hey {name}. ",
    "Hi! ",
    "",
    "Good morning {name}! ",
    "Hello! ",
    "Nice to match with you, {name}. ",
)

ENDINGS: tuple[str, ...] = (
    "See you then!",
    "Perfect. I am looking forward to it.",
    "Good. I have written it down, in pen.",
    "Lovely. Until then, have a gentle week.",
    "It is a plan.",
    "Great, and thank you for making this so easy.",
    "Done. I am smiling at my phone, which is rare.",
    "Very good. I will be the one in the yellow scarf.",
)
"""Last words after a plan is made."""
