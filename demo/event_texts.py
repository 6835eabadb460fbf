"""Events of the demo world: a title, what happens there, and how long it takes."""

from dataclasses import dataclass

from demo.banks import banks


@dataclass(frozen=True, slots=True)
class Occasion:
    """A kind of event; it starts at a full hour of local time."""

    theme: str
    title: str
    description: str
    start_hour: int
    duration_minutes: int
    capacity: int


def _occasion(heading: str, description: str) -> Occasion:
    theme, title, hour, minutes, seats = (part.strip() for part in heading.split("|"))
    return Occasion(theme, title, description, int(hour), int(minutes), int(seats))


# interest | title | start hour | minutes | seats
OCCASIONS: tuple[Occasion, ...] = tuple(
    _occasion(heading, " ".join(lines))
    for heading, lines in banks(
        """
# hiking | Slow walk out of {city} | 9 | 420 | 14
An easy day on foot with many stops. We meet at {spot} and take the train together.
# running | Talking-pace run at {spot} | 8 | 75 | 25
Five kilometres at a speed at which everybody can tell a story. Nobody is left behind.
# cycling | The bakery ride | 10 | 240 | 16
Thirty flat kilometres and four bakeries. Any bicycle will do; bring a lock and hunger.
# rock_climbing | First time on the wall | 18 | 120 | 8
Two experienced climbers show you knots, falls and breathing. Shoes can be borrowed.
# swimming | Cold dip and hot soup | 9 | 90 | 12
We go in together, come out together and eat soup afterwards. Strong swimmers are near.
# yoga | Yoga on the grass | 8 | 60 | 20
A slow hour for stiff people at {spot}. Bring a towel; laughing is allowed.
# football | Sunday football for everybody | 11 | 90 | 18
Mixed teams, no referee, kind shouting only. We play small-sided at {spot}.
# dancing | Swing for two left feet | 19 | 180 | 40
A beginners' hour and then social dancing. No partner needed; we change all the time.
# cooking | One pot, twelve people | 18 | 210 | 12
We cook one big dish from somebody's grandmother and eat it at one long table.
# baking | Sourdough swap | 15 | 120 | 15
Bring a spoonful of your starter or an empty jar. We compare loaves and failures.
# coffee | New in {city}: coffee round | 10 | 120 | 20
For everybody who moved here lately or feels like it. Name tags, no speeches.
# board_games | Long table game night | 19 | 210 | 24
Six games, explained with biscuits. Come alone or bring your fiercest friend.
# chess | Open-air chess at {spot} | 15 | 180 | 16
Boards and tea are provided. All levels, from eight years old to eighty.
# reading | Silent book club | 18 | 120 | 18
An hour of reading side by side, then as much talking as you like.
# film | Subtitles and pavement talk | 19 | 180 | 22
A quiet film, chosen by vote, and the discussion that starts at the exit.
# photography | Six in the morning light | 6 | 120 | 10
A photo walk from {spot} while the streets are empty. Phones count as cameras.
# ceramics | Crooked bowls evening | 18 | 120 | 8
Two hours at the wheel for beginners. Everything you make will lean, and that is fine.
# singing | Stairwell singing | 19 | 90 | 30
Three simple songs with a wonderful echo. No notes, no audition, no audience.
# languages | Tandem tables | 18 | 150 | 36
One table for each language, half an hour each way. Mistakes are the point.
# history | The ordinary people's walk | 14 | 120 | 20
A free tour about the bakers, nurses and printers of {city}, with an old map.
# astronomy | Saturn for everybody | 21 | 120 | 25
Two telescopes, blankets and cocoa. If it is cloudy we tell star stories instead.
# sustainability | Repair café | 13 | 240 | 30
Bring what is broken: lamps, zips, toasters, radios. We mend it together.
# volunteering | Community kitchen evening | 16 | 240 | 20
Peeling, stirring and serving for a hundred guests. Aprons are provided.
# dogs | Big slow dog walk | 10 | 120 | 20
Two calm hours from {spot}, all sizes. There are towels, water and spare leads.
# dogs | Small dogs' social hour | 17 | 75 | 10
For dogs that find big ones a bit much. Gentle introductions, one at a time.
# startups | Co-founder supper | 19 | 180 | 12
Twelve people who want to build something. Short introductions, long conversations.
# startups | Failures and what they taught us | 18 | 120 | 40
Three founders tell what went wrong, honestly. No pitches, no recording.
# technology | One paper, no slides | 18 | 105 | 15
A reading group on machine learning where nobody has to pretend to follow.
# writing | Rehearse your talk | 18 | 120 | 12
Five minutes each in front of friendly mentors who give one sentence of feedback.
# art | Slow looking | 16 | 120 | 12
One museum, one picture, one hour. Afterwards we talk about what we saw.
"""
    ).items()
)
