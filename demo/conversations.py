"""What matched people of the demo world write to each other."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

from demo import exchanges
from demo.banks import Deck
from demo.dialogues import ABOUT_INTEREST
from demo.places import CITIES
from demo.records import Conversation, Match, Message, Person
from demo.streams import Streams, filled

SILENT = 0.2
"""The share of matches in which nobody has written yet."""

MOST_MESSAGES = 14
DEMO_UNREAD = 4
"""In how many of the demo person's conversations the other wrote last, unread so far."""

CONNECTIONS = ("", "One more thing. ", "And something else. ", "Before I forget. ")
SPOTS = {city.name: city.spots for city in CITIES}

Line = tuple[Person, str]


def conversations(
    people: Sequence[Person], matches: Sequence[Match], streams: Streams
) -> tuple[Conversation, ...]:
    """Write the conversations of some matches, in order of the matches.

    Messages lie between the match and the last activity of both people.

    Args:
        people: everybody, by number.
        matches: who may write to whom.
        streams: the seed's random streams.
    """
    rng = streams("conversations")
    script = _Script(rng)
    written: list[Conversation] = []
    unread = 0
    for match in matches:
        one, other = people[match.first], people[match.second]
        end = min(one.last_active_at, other.last_active_at)
        of_demo = match.first == 0
        silent = rng.random() < SILENT and not of_demo
        if silent or end - match.matched_at < timedelta(minutes=10):
            continue
        lines = script.lines(one, other)
        if of_demo and unread < DEMO_UNREAD:
            unread += 1
            lines = lines[:-1] if lines[-1][0] is one else lines
            written.append(_unread_by_first(_conversation(rng, match, lines, end)))
        else:
            written.append(_conversation(rng, match, lines, end))
    return tuple(written)


class _Script:
    """Puts exchanges about what two people share one after the other."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._greetings = Deck(exchanges.GREETINGS, rng)
        self._plans = Deck(tuple(exchanges.OF_PLAN.values()), rng)
        self._calls = Deck(tuple(exchanges.PLAN_AFAR.values()), rng)
        self._endings = Deck(exchanges.ENDINGS, rng)

    def lines(self, one: Person, other: Person) -> list[Line]:
        """Write a whole conversation, of which some are broken off."""
        opener, answerer = (one, other) if self._rng.random() < 0.5 else (other, one)
        if "mentee" in answerer.goals and "mentor" in opener.goals:
            opener, answerer = answerer, opener
        topics = self._topics(opener, answerer)
        said: list[Line] = []
        connections = self._rng.sample(CONNECTIONS, len(CONNECTIONS))
        for topic in topics[: self._rng.choice((1, 1, 2, 2, 3))]:
            opening = connections.pop() if said else self._greetings.draw()
            said += self._spoken(opener, answerer, topic, opening.format(name=answerer.first_name))
        if len(said) < MOST_MESSAGES - 2 or self._rng.random() < 0.5:
            said += self._plan(opener, answerer)
        if self._rng.random() < 0.3:
            return said[: self._rng.randint(3, len(said))][:MOST_MESSAGES]
        return said[:MOST_MESSAGES]

    def _topics(self, opener: Person, answerer: Person) -> list[tuple[str, ...]]:
        shared = [interest for interest in opener.interests if interest in answerer.interests]
        if "dogs" in shared and not _dog_of(answerer):
            shared.remove("dogs")
        about = [ABOUT_INTEREST[interest] for interest in shared]
        self._rng.shuffle(about)
        purpose = self._purpose(opener, answerer)
        about.insert(0 if not about or self._rng.random() < 0.4 else 1, purpose)
        if opener.city == answerer.city:
            return about
        # People who live far apart do not speak of places that only one of them knows.
        return [lines for lines in about if "{" not in "".join(lines)] or [
            exchanges.ABOUT_COMMUNITY["friends 3"]
        ]

    def _purpose(self, opener: Person, answerer: Person) -> tuple[str, ...]:
        """Choose an exchange about why they are here, which both must be able to speak."""
        same = opener.community == answerer.community
        possible = {
            "dating": same,
            "founders": same,
            "mentors": "mentee" in opener.goals and "mentor" in answerer.goals,
            "dog owners": bool(_dog_of(opener) and _dog_of(answerer)),
        }
        community = answerer.community if possible.get(answerer.community) else "friends"
        suited = [
            lines
            for key, lines in exchanges.ABOUT_COMMUNITY.items()
            if key.rsplit(" ", 1)[0] == community
        ]
        return self._rng.choice(suited)

    def _plan(self, opener: Person, answerer: Person) -> list[Line]:
        near = opener.city == answerer.city
        lines = self._plans.draw() if near else self._calls.draw()
        spoken = self._spoken(opener, answerer, lines, "")
        return [*spoken, (opener, self._endings.draw())] if self._rng.random() < 0.7 else spoken

    def _spoken(
        self, opener: Person, answerer: Person, lines: tuple[str, ...], opening: str
    ) -> list[Line]:
        """Give the lines to the two in turn; the place is the same in all of them."""
        place = self._rng.choice(SPOTS[opener.city])
        pet = _dog_of(answerer)
        return [
            (
                answerer if index % 2 else opener,
                filled(
                    line if index else opening + line, self._rng, opener.city, (place,), pet=pet
                ),
            )
            for index, line in enumerate(lines)
        ]


def _conversation(rng: Random, match: Match, lines: list[Line], end: datetime) -> Conversation:
    messages = tuple(
        Message(sender.number, text, at)
        for (sender, text), at in zip(
            lines, _moments(rng, match.matched_at, end, len(lines)), strict=True
        )
    )
    count = len(messages)
    last_of = {message.sender: index for index, message in enumerate(messages, start=1)}
    waiting = rng.random() < 0.3
    first_read, second_read = (
        last_of.get(number, 0) if waiting and messages[-1].sender != number else count
        for number in (match.first, match.second)
    )
    return Conversation(match, messages, first_read, second_read)


def _unread_by_first(conversation: Conversation) -> Conversation:
    """Leave unread what the match's first person has not answered."""
    answered = (
        index
        for index, message in enumerate(conversation.messages, start=1)
        if message.sender == conversation.match.first
    )
    return replace(conversation, first_read=max(answered, default=0))


def _moments(rng: Random, start: datetime, end: datetime, count: int) -> list[datetime]:
    """Draw moments after `start` and up to `end`: quick answers, with a long pause now and then."""
    pauses = [
        rng.uniform(300, 1200) if rng.random() < 0.2 else 0.5 + rng.expovariate(1 / 14)
        for _ in range(count)
    ]
    scale = min(1.0, (end - start) / timedelta(minutes=sum(pauses)))
    moments = [start]
    for pause in pauses:
        moments.append(moments[-1] + timedelta(minutes=pause) * scale)
    # Rounding of the sum may pass the end by a few microseconds.
    within = [min(moment, end) for moment in moments]
    return [later for _, later in pairwise(within)]


def _dog_of(person: Person) -> str:
    return next((pet.name for pet in person.companions if pet.kind == "dog"), "")
