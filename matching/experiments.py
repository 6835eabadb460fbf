"""Experiments: who falls into which arm, and what an arm is better by: pure."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

_CONFIDENCE = 1.959963984540054
"""The 97.5th percentile of the normal distribution: for intervals of 95 %."""

_ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Sample:
    """What came of the people of an arm, each of whom counts once.

    Attributes:
        people: how many.
        total: the sum of what was measured of each.
        squares: the sum of the squares.
    """

    people: int
    total: float
    squares: float

    @property
    def mean(self) -> float:
        """The mean by person; 0 where there is nobody."""
        return self.total / self.people if self.people else 0.0

    @property
    def variance_of_mean(self) -> float:
        """How far the mean may be off by chance, squared."""
        spread = self.squares - self.people * self.mean**2
        return max(0.0, spread) / (self.people - 1) / self.people


@dataclass(frozen=True, slots=True)
class Lift:
    """What one arm has by person over what another one has.

    Attributes:
        ratio: of the means; 1 is no difference.
        low: the lower end of the interval of 95 %.
        high: the upper end.
    """

    ratio: float
    low: float
    high: float


def arm_of(experiment_id: UUID, profile_id: UUID, arms: Sequence[str]) -> str:
    """Give the arm of a person: always the same, and even over all people.

    The keys of both decide alone, so that anybody can compute it again, and arms of one experiment
    tell nothing of those of another.

    Args:
        experiment_id: the experiment.
        profile_id: the person.
        arms: their names in the experiment's order, at least one.
    """
    digest = hashlib.blake2b(
        experiment_id.bytes + profile_id.bytes, digest_size=8, person=b"kith-arm"
    ).digest()
    return arms[int.from_bytes(digest) * len(arms) >> 64]


def lift_of(arm: Sample, control: Sample) -> Lift | None:
    """Compare the means of two arms, with an interval of 95 %.

    Of the logarithm of the ratio, by the delta method. People are what was assigned by lot, so they
    are what is counted, not their decisions, which are like each other.

    Args:
        arm: what is compared.
        control: with what.

    Returns:
        None while one of them has fewer than two people, or nothing has happened to theirs.
    """
    if min(arm.people, control.people) < _ENOUGH or not (arm.total > 0 and control.total > 0):
        return None
    ratio = arm.mean / control.mean
    deviation = math.sqrt(
        arm.variance_of_mean / arm.mean**2 + control.variance_of_mean / control.mean**2
    )
    factor = math.exp(_CONFIDENCE * deviation)
    return Lift(ratio, ratio / factor, ratio * factor)
