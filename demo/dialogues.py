"""Exchanges about shared interests, written line by line; the lines alternate between the two."""

from demo.banks import banks

ABOUT_INTEREST: dict[str, tuple[str, ...]] = banks(
    """
# hiking
I saw hiking on your profile. Are you a dawn person or a 'we still have until sunset' person?
Dawn, but only if somebody else brings the coffee. Where do you usually go?
Anything you can reach by train. Last week I got lost in a beech wood and was rather pleased.
Getting lost is the good part. Show me that wood some time?
# running
You run too! How far, and how much do you complain on the way?
Eight kilometres and from the first one to the last. You?
About ten, but slowly enough to talk. There is a flat loop near {spot}.
I know it. The bench at the end is my finishing line.
# cycling
Important question: do you stop for every bakery on a bike ride?
Stopping is the ride. The cycling is only how you get to the next bakery.
Finally, somebody with a proper training plan.
I have a map with eleven of them marked. No secrets among cyclists.
# rock_climbing
You climb as well! Boulder or rope?
Boulder mostly, I am still making friends with heights. You?
Both, and I fall off both. There is a gentle evening session on Wednesdays.
Gentle sounds exactly like my grade.
# swimming
How cold is too cold for you? Asking as somebody who swam in November.
November?! I admire that, and my limit is about sixteen degrees.
Sixteen is a bath. We can start there and negotiate downwards.
Deal, but there has to be hot soup afterwards.
# yoga
Do you also go to yoga mainly for the lying down at the end?
I thought I was the only one! I have been known to snore.
There is a slow class on Sunday mornings where nobody minds that.
Then they will be glad to have a second snorer.
# football
Which position do you play? We are one short on Sundays.
Wherever I am least in the way, usually left back.
Perfect, our left back has moved to another city and taken his boots with him.
Then tell me the time and how serious the shouting is.
# tennis
I read that you play tennis. Are you the counting kind?
I count rallies, never games. My record is twenty-three.
Mine is fourteen, so you would have to be patient with me.
Patience I have. A second serve I do not.
# dancing
What do you dance? I have two left feet and a lot of enthusiasm.
Mostly swing, and enthusiasm is the entry requirement.
There is an open evening on Thursdays with a beginners' hour before it.
I will be there for the beginners' hour, even though it is my third year.
# meditation
Twenty minutes a day, your profile says. How do you keep it up?
Badly! I count a quiet bus ride as well.
That helps, I have been failing at the cushion for weeks.
Then let us sit on a bench at {spot} instead and call it practice.
# camping
Tent or bivvy bag? I promise not to judge, much.
Tent. I like to hear the rain and not meet it.
Wise. Mine has a hole that I call a window.
I own a repair kit and am not afraid to use it.
# surfing
How big do the waves have to be before you stay on the beach?
About knee height. You are looking at a coward with a very nice board.
Knee height is my favourite kind. Longer rides, less laundry.
Then we should watch the forecast together and pretend to be disappointed.
# gardening
Your profile says tomatoes. Any tricks? Mine sulk.
Water them in the morning, talk to them kindly, and expect nothing.
I did the second. Perhaps too firmly.
I have spare seedlings, a forgiving kind. I could bring you two.
# wildlife
Seen anything good lately? A kingfisher flew past my lunch break yesterday.
No! I have been waiting for one for three winters. Where?
Near {spot}, by the low bridge, about half past twelve.
I will bring binoculars and sandwiches for two, just in case.
# cooking
What do you cook when you want to impress nobody?
Lentils with burnt onions. What about you?
My grandmother's dumplings. They look terrible and cure everything.
I would trade a pot of lentils for a plate of those.
# baking
I have to ask: does your sourdough have a name?
Of course. Bertha, she is four. Yours?
Mine is called Monday because it never wants to rise.
That is very good. Bertha could send a spoonful of encouragement.
# coffee
Best coffee in {city}, no diplomacy please.
The tiny place with two stools and the grumpy owner, near {spot}.
He is not grumpy, he is concentrating! I love it there.
Then you have clearly never asked him for sugar.
# travel
What was the last journey that went nicely wrong?
I missed a night train and ended up at a wedding. You?
I took the right bus in the wrong direction and stayed for a week.
Please tell me that story slowly, from the beginning.
# board_games
Be honest: what happens to you in the trading phase?
I become a different person. My friends have a name for that person.
Good, so do mine. I have a table for six and an unopened box.
An unopened box? You should have started with that.
# chess
Do you play quickly or with tea?
With tea, and I apologise when I take a piece.
Lovely. I lose most endgames but I lose them with style.
Then I will bring the board and you bring the style.
# video_games
Which game did you finish and then feel sad that it was over?
The one with the lighthouse keeper. I sat through the credits twice.
I did not expect anybody else to have played that!
There are at least two of us. We could start the sequel together.
# reading
What is in your bag right now? Mine is a novel about a ferry.
A novel about a bakery. It seems we both read about transport and bread.
Want to swap when we are done? I underline, be warned.
Underlining is the best part of a borrowed book.
# writing
You write! How is the draft? Feel free to change the subject.
Thank you for asking so gently. Page ninety, and somebody has just left.
I have an ending and no middle, so between us there is a book.
Let us sit in the same café and sigh at the same speed.
# poetry
Do you really read at open-mic nights? I have only ever listened.
Twice. The first time my hands shook so much that people heard the paper.
And the second time?
Also, but I had learned the poem by heart, so there was no paper.
# film
Which film do you make all your friends watch?
The quiet one about the piano tuner. Half of them fell asleep.
The half that stayed awake are the ones to keep.
There is an old cinema near {spot} that shows that sort of thing on Mondays.
# theatre
What are you rehearsing at the moment?
A comedy in which I play a worried aunt and a door.
Which part is bigger?
The door. I open beautifully, come and see.
# photography
Your photographs made me look twice at my own street. Film or digital?
Film, an old camera that jams when I am in a hurry.
So it is teaching you manners.
It is the strictest teacher I have ever had. Want to walk at six some morning?
# painting
What do you paint? I only ever manage cups.
Cups are hard! Mostly sinks and the light on them.
There should be an exhibition of kitchens.
You bring the cups and I will bring the plumbing.
# ceramics
How crooked are your bowls? Mine cannot be stacked.
I call them individual. One of them rocks.
A rocking bowl is a feature.
I will trade you that one for your worst mug.
# music
What has been playing at your place this week?
One record from the seventies, over and over. My neighbours know it by now.
Do they complain or sing?
They started to sing. I think that I have won.
# live_music
Are you a front-row person or a by-the-sound-desk person?
Sound desk, always. It sounds better and nobody jumps on my feet.
Same! There is a four-piece at the small hall on Friday.
I saw the poster and had nobody to go with, until now perhaps.
# singing
Your choir needs no auditions? Truly?
Truly. One of us only knows the choruses, and he is our best-loved member.
That could be me, but with the verses missing too.
We rehearse on Tuesdays and always end at the same table with soup.
# languages
Which language are you in the middle of breaking?
Portuguese. I told a baker that I was a loaf. You?
Turkish. I wished a taxi driver a happy birthday instead of goodnight.
I hope he was pleased! We should swap mistakes over something hot.
# history
Tell me something about {city} that nobody tells visitors.
There used to be a tram line right through {spot}. You can still see the curve.
I have walked over that curve for years without knowing why it is there.
I have an old map, and I like showing it far too much.
# art
Big famous museum or small strange one?
Small and strange. My favourite has four rooms of locks.
I know a museum of radios with one very happy volunteer.
You have just planned our Saturday, I think.
# astronomy
Is it true that you can see Saturn from a roof here?
On a clear night, yes, rings and all. People always laugh when they see it.
Why do they laugh?
Because it looks exactly like Saturn. You should come and laugh as well.
# science
What were you wrong about recently, in a good way?
I thought moss was boring. Then somebody lent me a magnifying glass.
Moss is a forest for very small patient animals.
See, this is why I like people who answer questions.
# open_source
Tabs, spaces, or do we skip that and become friends straight away?
Skip it. What are you building?
A tool that reminds my street who has the ladder.
That is the most useful software that I have heard of all year.
# startups
What is the idea you cannot stop sketching?
Repair manuals that people can actually follow. Yours?
Shared deliveries for small shops. I have talked to nineteen of them.
Nineteen conversations beat any pitch deck. What did they all say?
# technology
Do you work on models or on cleaning the data for them?
You know the truth, then. Three weeks of cleaning, one hour of training.
I keep a list of the strangest labels that I have found.
Please bring it. I have one where every cat is called 'maybe'.
# sustainability
What was the last thing you repaired?
A toaster from before I was born. It now toasts both sides, on purpose.
I have a radio which only plays when you hold it.
That is a loose wire or a lonely radio. Either way I can help.
# volunteering
How did you get into the community kitchen?
I came to eat once and somebody handed me an apron. How about you?
I teach people to ride bicycles, grown-ups mostly.
That must be the best moment, when you let go of the saddle.
# dogs
I admit that I stopped at your profile because of the dog photo.
Everybody does. I am only the one holding the lead.
Does the supervisor accept walks with strangers?
After a short inspection and one biscuit, yes.
# cats
Does a cat approve of you? That is all I need to know.
The cat downstairs does, between four and five o'clock.
Strict office hours. I respect that.
I was once allowed to hold the string. I still talk about it.
"""
)
