"""Made-up people: what their profiles show, and how likely they like each other in truth.

A model of what was published, not data. Its knobs (`TRUTH`) were set so that the rates and the
orders of size of published findings come out: two of five decisions are likes; similar content
hardly tells who is liked; a linear model of all that profiles show tells a little more; most of
what can be told about a like is who is liked (appeal) and who decides (pickiness); and a large
part can be told by nobody. The truth is computed from latent traits by formulas of its own, never
by the signals or the weights that are judged.
"""

import math
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from matching.features import Features

Floats = NDArray[np.float64]

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
"""The moment at which everybody is looked at."""

_INTERESTS = 60
_LATENT = 5
_TEXT = 24
_GOALS = ("dating", "long_term", "casual", "figuring_out", "friendship")
_AVAILABILITY = ("evenings", "weekends", "flexible", "weekdays")
_SKILLS = 12
_TOWN_KM = 12.0
_KM_PER_DEGREE = 111.2


@dataclass(frozen=True)
class Truth:
    """How much each cause counts, in log-odds of a like for one standard deviation.

    Attributes:
        base: of a typical pair.
        appeal: of the liked person; the largest cause.
        pickiness: of the deciding person.
        shown: the correlation of appeal with the effort that a profile shows.
        chemistry: the liked person's hidden traits against the deciding person's hidden taste.
        age: years apart beyond what the deciding person minds, per eight years.
        distance: per factor e of kilometres.
        text: cosine of the texts.
        interests: part of the interests that are shared.
        goals: the same main goal.
        luck: of the pair, known to nobody.
    """

    base: float = -0.55
    appeal: float = 1.25
    pickiness: float = 1.00
    shown: float = 0.42
    chemistry: float = 0.55
    age: float = 0.45
    distance: float = 0.17
    text: float = 0.03
    interests: float = 0.05
    goals: float = 0.06
    luck: float = 0.60


TRUTH = Truth()
"""Of evenings, where two of five decisions are likes and one of six pairs match."""

APP = replace(TRUTH, base=-1.50)
"""Of an app, where people are seen on a screen and liked less often."""


@dataclass(frozen=True)
class People:
    """One side of a market: what is hidden of each person, and what profiles show.

    Attributes:
        features: as the product sees people.
        texts: unit vectors of what they write, shape (people, 24).
        appeal: standard normal.
        pickiness: standard normal; more means that they like more often.
        taste: what they look for, shape (people, 5).
        traits: what they are, shape (people, 5).
        ages: in years.
        places: kilometres east and north of the middle of town, shape (people, 2).
        interests: 0 or 1, shape (people, 60).
        goals: the main one, as a number.
    """

    features: list[Features]
    texts: Floats
    appeal: Floats
    pickiness: Floats
    taste: Floats
    traits: Floats
    ages: Floats
    places: Floats
    interests: Floats
    goals: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.features)


@dataclass(frozen=True)
class Town:
    """Two sides that may meet, and the true chance of each like.

    Attributes:
        sides: who may meet whom.
        likes: the chance that row likes column: of the first side, and of the second.
        similarity: cosine of the texts, rows of the first side.
    """

    sides: tuple[People, People]
    likes: tuple[Floats, Floats]
    similarity: Floats


def town(random: np.random.Generator, size: int, truth: Truth = TRUTH) -> Town:
    """Make a town of two sides.

    Args:
        random: where everything comes from.
        size: people on each side.
        truth: what counts how much.
    """
    loadings = _loadings()
    one, other = (_people(random, size, truth, loadings) for _ in range(2))
    similarity = one.texts @ other.texts.T
    chances = tuple(
        _sigmoid(_log_odds(random, *pair, truth)) for pair in ((one, other), (other, one))
    )
    return Town((one, other), (chances[0], chances[1]), similarity)


def _log_odds(random: np.random.Generator, one: People, other: People, truth: Truth) -> Floats:
    """Give the true log-odds that each of one side likes each of the other."""
    chemistry = one.taste @ other.traits.T / math.sqrt(_LATENT)
    years = np.abs(one.ages[:, None] - other.ages[None, :])
    km = np.linalg.norm(one.places[:, None] - other.places[None, :], axis=2)
    shared = (
        one.interests
        @ other.interests.T
        / np.minimum(one.interests.sum(1)[:, None], other.interests.sum(1)[None, :])
    )
    return (
        truth.base
        + truth.appeal * other.appeal[None, :]
        + truth.pickiness * one.pickiness[:, None]
        + truth.chemistry * chemistry
        - truth.age * _centred(np.maximum(0.0, years - 3.0)) / 8.0
        - truth.distance * _centred(np.log1p(km))
        + truth.text * _standard(one.texts @ other.texts.T)
        + truth.interests * _standard(shared)
        + truth.goals * _centred((one.goals[:, None] == other.goals[None, :]).astype(float))
        + truth.luck * random.standard_normal((len(one), len(other)))
    )


def _people(
    random: np.random.Generator, size: int, truth: Truth, loadings: tuple[Floats, Floats]
) -> People:
    appeal = random.standard_normal(size)
    character = random.standard_normal((size, _LATENT))
    taste = 0.2 * character + math.sqrt(1 - 0.04) * random.standard_normal((size, _LATENT))
    of_interests, of_texts = loadings
    wish = character @ of_interests + random.gumbel(size=(size, _INTERESTS))
    interests = np.zeros((size, _INTERESTS))
    for row, count in enumerate(random.integers(3, 10, size)):
        interests[row, np.argsort(-wish[row])[:count]] = 1.0
    texts = 0.7 + character @ of_texts + 1.1 * random.standard_normal((size, _TEXT))
    texts /= np.linalg.norm(texts, axis=1, keepdims=True)
    made = {
        "appeal": appeal,
        "pickiness": random.standard_normal(size),
        "taste": taste,
        "traits": character,
        "ages": np.clip(20 + random.gamma(3.0, 4.0, size), 20, 65),
        "places": random.normal(0.0, _TOWN_KM, (size, 2)),
        "interests": interests,
        "goals": random.choice(len(_GOALS), size, p=(0.35, 0.3, 0.1, 0.15, 0.1)),
    }
    effort = truth.shown * appeal + math.sqrt(1 - truth.shown**2) * random.standard_normal(size)
    features = [_features(random, made, row, float(effort[row])) for row in range(size)]
    return People(features=features, texts=texts, **made)


def _features(
    random: np.random.Generator, made: dict[str, Any], row: int, effort: float
) -> Features:
    """Write what a profile shows; effort shows in its length and in the questions answered."""
    east, north = made["places"][row]
    born = NOW.date() - timedelta(days=float(made["ages"][row]) * 365.25)
    goals = {_GOALS[made["goals"][row]]}
    if random.random() < 0.4:
        goals.add(_GOALS[random.integers(len(_GOALS))])
    written = int(np.clip(330 + 170 * (0.8 * effort + 0.6 * random.standard_normal()), 20, 900))
    skills = random.choice(_SKILLS, random.integers(0, 5), replace=False)
    return Features(
        profile_id=UUID(bytes=random.bytes(16)),
        text="-" * written,
        interests=frozenset(f"interest_{key}" for key in np.flatnonzero(made["interests"][row])),
        skills=frozenset(f"skill_{key}" for key in skills),
        goals=frozenset(goals),
        languages=frozenset({"en"} | ({"fr"} if random.random() < 0.3 else set())),
        birth_date=date(born.year, born.month, born.day),
        availability=_AVAILABILITY[random.integers(len(_AVAILABILITY))],
        location=(50.0 + north / _KM_PER_DEGREE, 8.0 + east / _KM_PER_DEGREE / 0.643),
        last_active_at=NOW - timedelta(days=float(random.exponential(4.0))),
        prompt_count=int(np.clip(round(1.5 + 0.9 * effort + 0.6 * random.standard_normal()), 0, 3)),
    )


@lru_cache(maxsize=1)
def _loadings() -> tuple[Floats, Floats]:
    """How character shows in interests and in texts, the same everywhere."""
    fixed = np.random.default_rng(20260105)
    of_interests = 0.8 * fixed.standard_normal((_LATENT, _INTERESTS))
    of_texts = 0.5 * fixed.standard_normal((_LATENT, _TEXT))
    return of_interests, of_texts


def _standard(values: Floats) -> Floats:
    return np.asarray((values - values.mean()) / values.std())


def _centred(values: Floats) -> Floats:
    return np.asarray(values - values.mean())


def _sigmoid(values: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-values)))
