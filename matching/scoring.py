"""Scoring: how likely one person likes another, linear in log-odds, and the score 0-100: pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Self

from matching.calibration import Calibration
from matching.features import Features, age_at, distance_km_between
from matching.vocabulary import OPPOSITES

EXPERIENCE = "experience"
"""The signal that gathers what decisions taught; absent until something was learned."""

# Points are multiples of 2^-20: sums of them are exact in any order, on any machine.
_GRID = 2.0**20


UNCALIBRATED = Calibration(((0.0, -0.8),))
"""Takes log-odds as they are; a typical pair likes in about 3 of 10, until decisions tell."""


@dataclass(frozen=True, slots=True)
class Weight:
    """How much a signal counts: `slope * (value - centre)` in log-odds."""

    slope: float
    centre: float


@dataclass(frozen=True, slots=True)
class Model:
    """A frozen version of the scoring: equal inputs give equal scores for as long as it is named.

    Args:
        version: its name; every score carries it.
        spread: the log-odds above those of a typical pair, scored 50, that make a score of
            50 + 50 tanh(1), about 88.
        weights: by signal, in the order in which contributions are told; their centres are the
            typical pair.
        calibration: from log-odds above a typical pair's to the chance of a like.
    """

    version: str
    spread: float
    weights: Mapping[str, Weight]
    calibration: Calibration = UNCALIBRATED

    def as_dict(self) -> dict[str, Any]:
        """Give what a column of JSON keeps of it."""
        return {
            "version": self.version,
            "spread": self.spread,
            "weights": {name: [one.slope, one.centre] for name, one in self.weights.items()},
            "calibration": [list(knot) for knot in self.calibration.knots],
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Self:
        """Read what `as_dict` gave."""
        return cls(
            version=kept["version"],
            spread=kept["spread"],
            weights={name: Weight(*numbers) for name, numbers in kept["weights"].items()},
            calibration=Calibration(tuple((x, y) for x, y in kept["calibration"])),
        )


PRIOR = Model(
    version="prior@1",
    spread=1.2,
    weights={
        "text_similarity": Weight(1.6, 0.30),
        "interests_shared": Weight(0.9, 0.25),
        "goals_shared": Weight(0.8, 0.40),
        "goals_complementary": Weight(0.7, 0.10),
        "skills_shared": Weight(0.3, 0.20),
        "skills_new": Weight(0.15, 0.60),
        "languages_shared": Weight(0.5, 0.70),
        "age_closeness": Weight(1.1, 0.60),
        "nearness": Weight(0.8, 0.55),
        "recent_activity": Weight(0.9, 0.60),
        "availability_shared": Weight(0.3, 0.35),
        "companions_shared": Weight(0.3, 0.25),
        "profile_depth": Weight(0.7, 0.55),
        "prompts_answered": Weight(0.4, 0.50),
    },
)
"""A prior, not a finding: no deployment's decisions went into it.

Signs and rough sizes follow what is published and what we measured on others' data: similarity of
content ranks people hardly (AUC 0.52), so no single signal may dominate; effort in the profile,
activity, age and distance carry the most. Centres are the values of a typical eligible pair, so a
typical pair scores about 50. Signals are facts people show on their profiles, never preferences:
no score can tell what somebody prefers. Race, religion and income are not among them on purpose.
"""


@dataclass(frozen=True, slots=True)
class Learned:
    """What decisions taught about one person, in log-odds; by default nothing.

    Args:
        appeal: how much more often than others the person is liked.
        pickiness: how much more often than others the person likes.
        taste: the person's own corrections to the slopes, by signal.
    """

    appeal: float = 0.0
    pickiness: float = 0.0
    taste: Mapping[str, float] = field(default_factory=dict)


NOTHING_LEARNED = Learned()


@dataclass(frozen=True, slots=True)
class LogOdds:
    """The log-odds of a like, term by term, above those of a typical pair.

    Args:
        terms: by signal, in the model's order; 0 where the signal is unknown.
        experience: what decisions taught, in log-odds.
    """

    terms: Mapping[str, float]
    experience: float = 0.0

    @property
    def total(self) -> float:
        """The sum of all terms."""
        return math.fsum((*self.terms.values(), self.experience))


class Contribution(NamedTuple):
    """The points one signal adds to 50, or takes away."""

    signal: str
    points: float


@dataclass(frozen=True, slots=True)
class Score:
    """A score in [0, 100]; its contributions sum to `value - 50` exactly, in any order."""

    value: float
    contributions: tuple[Contribution, ...]
    model_version: str


def signals(
    seeker: Features, person: Features, *, similarity: float | None, now: datetime
) -> dict[str, float | None]:
    """Measure how a person looks to a seeker, each signal in [0, 1], more being better.

    Args:
        seeker: who looks.
        person: who is looked at.
        similarity: cosine of the two texts, None when one has no vector.
        now: the moment at which ages and activity are judged, with its time zone.

    Returns:
        Every signal of `PRIOR`; None where it is unknown, which counts neither way.
    """
    return {
        "text_similarity": max(0.0, min(1.0, similarity)) if similarity is not None else None,
        "interests_shared": _shared(seeker.interests, person.interests, enough=4),
        "goals_shared": _shared(seeker.goals, person.goals, enough=2),
        "goals_complementary": _complementary(seeker.goals, person.goals),
        "skills_shared": _shared(seeker.skills, person.skills, enough=3),
        "skills_new": _new(seeker.skills, person.skills),
        "languages_shared": _shared(seeker.languages, person.languages, enough=1),
        "age_closeness": _age_closeness(seeker, person, now),
        "nearness": _nearness(seeker, person),
        "recent_activity": _recent_activity(person, now),
        "availability_shared": _availability_shared(seeker, person),
        "companions_shared": _shared(seeker.companion_kinds, person.companion_kinds, enough=1),
        "profile_depth": min(1.0, len(person.text) / 600.0),
        "prompts_answered": min(1.0, person.prompt_count / 3.0),
    }


def log_odds(
    measured: Mapping[str, float | None],
    model: Model = PRIOR,
    *,
    appeal: float = 0.0,
    pickiness: float = 0.0,
    personal: Mapping[str, float] | None = None,
) -> LogOdds:
    """Turn signals into the log-odds that the seeker likes the person.

    Args:
        measured: the signals, in [0, 1] or None.
        model: the weights.
        appeal: how much more often than others the person is liked, in log-odds.
        pickiness: how much more often than others the seeker likes, in log-odds.
        personal: the seeker's own corrections to the slopes, by signal.
    """
    terms: dict[str, float] = {}
    learned = 0.0
    for signal, weight in model.weights.items():
        value = measured.get(signal)
        distance = value - weight.centre if value is not None else 0.0
        terms[signal] = weight.slope * distance
        if personal:
            learned += personal.get(signal, 0.0) * distance
    return LogOdds(terms, appeal + pickiness + learned)


def value_of(odds: LogOdds, model: Model = PRIOR) -> float:
    """Give the value of the score alone, for an order among many; `score_of` gives the same."""
    return 50.0 + _above(odds.total, model)


def score_of(odds: LogOdds, model: Model = PRIOR) -> Score:
    """Turn log-odds into a score: 50 + 50 tanh(total / spread), with the points of each signal.

    A signal's points are its share of the total times the points over 50; they stay finite where
    the total is 0.
    """
    parts = dict(odds.terms)
    if odds.experience:
        parts[EXPERIENCE] = odds.experience
    total = odds.total
    above = _above(total, model)
    rate = 50.0 * _tanh_over(total / model.spread) / model.spread
    points = [_on_grid(rate * part) for part in parts.values()]
    if lost := above - sum(points):
        # What rounding lost goes to the largest part, where it shows least.
        sizes = [abs(part) for part in points]
        points[sizes.index(max(sizes))] += lost
    contributions = tuple(map(Contribution, parts, points))
    return Score(50.0 + above, contributions, model.version)


def _above(total: float, model: Model) -> float:
    return _on_grid(50.0 * math.tanh(total / model.spread))


def _tanh_over(x: float) -> float:
    """Give tanh(x) / x, and its limit where x is too small to divide by."""
    return math.tanh(x) / x if abs(x) > 1e-6 else 1.0 - x * x / 3.0


def _on_grid(points: float) -> float:
    return round(points * _GRID) / _GRID


def _shared(mine: frozenset[str], theirs: frozenset[str], *, enough: int) -> float | None:
    """Give how many are shared, as a part of `enough` or of all the shorter list has."""
    if not mine or not theirs:
        return None
    return min(1.0, len(mine & theirs) / min(enough, len(mine), len(theirs)))


def _complementary(mine: frozenset[str], theirs: frozenset[str]) -> float | None:
    answered = {opposite for goal in mine if (opposite := OPPOSITES.get(goal))}
    if not answered or not theirs:
        return None
    return 0.0 if answered.isdisjoint(theirs) else 1.0


def _new(mine: frozenset[str], theirs: frozenset[str]) -> float | None:
    return len(theirs - mine) / len(theirs) if mine and theirs else None


def _age_closeness(one: Features, other: Features, now: datetime) -> float | None:
    if one.birth_date is None or other.birth_date is None:
        return None
    day = now.date()
    return math.exp(-abs(age_at(one.birth_date, day) - age_at(other.birth_date, day)) / 8.0)


def _nearness(one: Features, other: Features) -> float | None:
    distance_km = distance_km_between(one, other)
    return 1.0 / (1.0 + distance_km / 15.0) if distance_km is not None else None


def _recent_activity(person: Features, now: datetime) -> float | None:
    if person.last_active_at is None:
        return None
    # Whole days: points that moved by the minute would tell when somebody was here last.
    return math.exp2(-max(0, (now - person.last_active_at).days) / 7.0)


def _availability_shared(one: Features, other: Features) -> float | None:
    if one.availability is None or other.availability is None:
        return None
    if one.availability == other.availability:
        return 1.0
    return 0.5 if "flexible" in (one.availability, other.availability) else 0.0
