"""Choices: what generators ask Hypothesis for, each shrinking to the plainest answer."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Choices:
    """Makes choices, and remembers which features they led to.

    Args:
        random: of Hypothesis. Were each choice drawn from a strategy of its own, most cases would
            be variations of few, because Hypothesis copies what came from one strategy about.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self.features: set[str] = set()

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred cases; never when it is none."""
        return percent > 0 and self._random.randrange(100) >= 100 - percent

    def pick(self, options: Sequence[T]) -> T:
        """One of some options; the first is the plainest."""
        return options[self.number(0, len(options) - 1)]

    def number(self, least: int, most: int) -> int:
        """A whole number; the least is the plainest."""
        return least if least == most else self._random.randint(least, most)

    def some(self, options: Sequence[T], least: int = 0) -> list[T]:
        """Some of some options, in their order."""
        chosen = [option for option in options if self.chance(50)]
        return chosen if len(chosen) >= least else list(options[:least])

    def reach(self, feature: str) -> None:
        """Remember that a feature occurred."""
        self.features.add(feature)
