"""Chance from a seed: an own stream for each section, and moments and words drawn from it."""

import re
from datetime import datetime
from random import Random

from demo.places import Spot

_SENTENCE_START = re.compile(r"(^|[.!?] )([a-zà-ÿ])")


class Streams:
    """Independent random streams by name, so that one section's draws do not shift another's."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def __call__(self, section: str) -> Random:
        """Give the stream of a section, from its beginning."""
        return Random(f"{self._seed}:{section}")


def moment_between(rng: Random, start: datetime, end: datetime) -> datetime:
    """Draw a moment from `start` up to `end`, both included."""
    return start + (end - start) * rng.random()


def filled(template: str, rng: Random, city: str, spots: tuple[Spot, ...], **words: str) -> str:
    """Fill a template's {city}, {spot} and other words; sentences start with a capital."""
    text = template.format(city=city, spot=rng.choice(spots).name, **words)
    return _SENTENCE_START.sub(lambda found: found[1] + found[2].upper(), text)
