"""The whole demo world from a seed."""

from datetime import datetime

from demo.conversations import conversations
from demo.decisions import decisions, matches
from demo.events import events
from demo.people import people as people_of
from demo.posts import posts
from demo.records import World
from demo.streams import Streams


def generate(people: int, seed: int, now: datetime) -> World:
    """Invent a world of people who live in real cities and have already met a little.

    The same arguments give an equal world on every machine. The first person is the demo log-in.
    Nothing but events lies after `now`.

    Args:
        people: how many, at least 1.
        seed: any number; another one gives other people.
        now: when the world is looked at; aware of its time zone.

    Raises:
        ValueError: there would be nobody, or `now` has no time zone.
    """
    if people < 1:
        raise ValueError(f"a world needs at least one person, not {people}")
    if now.tzinfo is None:
        raise ValueError("now must have a time zone")
    streams = Streams(seed)
    everybody = people_of(people, streams, now)
    decided = decisions(everybody, streams, now)
    matched = matches(decided)
    return World(
        now=now,
        people=everybody,
        decisions=decided,
        matches=matched,
        conversations=conversations(everybody, matched, streams),
        posts=posts(everybody, streams),
        events=events(everybody, streams, now),
    )
