"""Ranking: the log-odds between one viewer and hundreds of people at once, in columns: pure."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from matching.distance import EARTH_RADIUS_KM
from matching.features import Features
from matching.scoring import NOTHING_LEARNED, PRIOR, Learned, Model, signals
from matching.vocabulary import OPPOSITES

Floats = NDArray[np.float64]
Column = Floats | float

_ANSWERABLE = frozenset(OPPOSITES)


@dataclass(frozen=True, slots=True)
class Directions:
    """How likely likes are between a viewer and each person, above a typical pair's log-odds.

    Args:
        there: that the viewer likes them, in the order of the people.
        back: that they like the viewer.
    """

    there: Floats
    back: Floats

    @property
    def mutual(self) -> Floats:
        """The mean of both, which is what a score is made of."""
        return (self.there + self.back) / 2.0


@dataclass(frozen=True, slots=True)
class Words:
    """One list of many people's profiles, with how many words each has."""

    sets: Sequence[frozenset[str]]
    sizes: Floats

    @classmethod
    def of(cls, sets: Sequence[frozenset[str]]) -> Self:
        """Count the words of each."""
        return cls(sets, _each(len, sets))


@dataclass(frozen=True, slots=True)
class Crowd:
    """People as columns, made once and ranked for any viewer.

    Args:
        people: as they were given.
        interests: of each, as all lists of words.
        skills: what each can do.
        goals: what each is here for.
        languages: what each speaks.
        companions: the animals each lives with.
        births: birth dates as numbers of year, month and day, NaN where unknown.
        places: 2 x n radians north and east, NaN where unknown.
        active_at: when each was here last, None where unknown.
        availability: of each, None where unknown.
        depths: `profile_depth` of each.
        prompts: `prompts_answered` of each.
    """

    people: Sequence[Features]
    interests: Words
    skills: Words
    goals: Words
    languages: Words
    companions: Words
    births: Floats
    places: Floats
    active_at: Sequence[datetime | None]
    availability: Sequence[str | None]
    depths: Floats
    prompts: Floats

    @classmethod
    def of(cls, people: Sequence[Features]) -> Self:
        """Turn people into columns."""
        unknown = (math.nan, math.nan)
        places = np.array([one.location or unknown for one in people], dtype=np.float64)
        return cls(
            people=people,
            interests=Words.of([one.interests for one in people]),
            skills=Words.of([one.skills for one in people]),
            goals=Words.of([one.goals for one in people]),
            languages=Words.of([one.languages for one in people]),
            companions=Words.of([one.companion_kinds for one in people]),
            births=_each(_birth_number, [one.birth_date for one in people]),
            places=np.radians(places.reshape(-1, 2).T),
            active_at=[one.last_active_at for one in people],
            availability=[one.availability for one in people],
            depths=np.minimum(1.0, _each(len, [one.text for one in people]) / 600.0),
            prompts=np.minimum(1.0, _each(float, [one.prompt_count for one in people]) / 3.0),
        )


def directions(
    viewer: Features,
    crowd: Crowd,
    *,
    similarities: Sequence[float | None],
    now: datetime,
    model: Model = PRIOR,
    of_viewer: Learned = NOTHING_LEARNED,
    of_people: Sequence[Learned] | None = None,
) -> Directions:
    """Give the log-odds of likes between a viewer and many people, both ways.

    They equal the totals of `reciprocity.direction`, person by person, but for rounding.

    Args:
        viewer: who looks.
        crowd: who is looked at.
        similarities: cosines of the viewer's and their texts, None where one has no vector.
        now: the moment at which ages and activity are judged, with its time zone.
        model: the weights; signals it does not know do not count.
        of_viewer: what decisions taught about the viewer.
        of_people: what decisions taught about each person, None when nothing.
    """
    columns = _signals(viewer, crowd, similarities, now)
    names = [name for name in model.weights if name in columns]
    slopes = np.array([model.weights[name].slope for name in names])
    there, back = (
        _distances([columns[name][way] for name in names], names, model, len(crowd.people))
        for way in (0, 1)
    )
    own = np.array([of_viewer.taste.get(name, 0.0) for name in names])
    total_there = (slopes + own) @ there + of_viewer.pickiness
    total_back = slopes @ back + of_viewer.appeal
    if of_people is not None:
        tastes = np.array([[one.taste.get(name, 0.0) for name in names] for one in of_people])
        total_there += np.array([one.appeal for one in of_people])
        total_back += np.array([one.pickiness for one in of_people])
        total_back += (tastes.T * back).sum(axis=0)
    return Directions(total_there, total_back)


def _distances(columns: Sequence[Column], names: Sequence[str], model: Model, size: int) -> Floats:
    """Give signals less their centres, a row for each; 0 where they are unknown."""
    rows = np.empty((len(names), size))
    for row, column, name in zip(rows, columns, names, strict=True):
        np.subtract(column, model.weights[name].centre, out=row)
    rows[np.isnan(rows)] = 0.0
    return rows


def _signals(
    viewer: Features, crowd: Crowd, similarities: Sequence[float | None], now: datetime
) -> dict[str, tuple[Column, Column]]:
    """Measure each signal both ways, as `scoring.signals` does; NaN where it is unknown."""
    # What a signal of one side alone is worth to the others does not depend on them.
    mine = signals(viewer, viewer, similarity=None, now=now)
    skills = _common(viewer.skills, crowd.skills)
    goals_there, goals_back = _complementary(viewer.goals, crowd.goals)
    both = {
        "text_similarity": np.clip(np.array(similarities, dtype=np.float64), 0.0, 1.0),
        "interests_shared": _shared(viewer.interests, crowd.interests, enough=4),
        "goals_shared": _shared(viewer.goals, crowd.goals, enough=2),
        "skills_shared": _part(skills, viewer.skills, crowd.skills, enough=3),
        "languages_shared": _shared(viewer.languages, crowd.languages, enough=1),
        "age_closeness": _age_closeness(viewer, crowd, now),
        "nearness": _nearness(viewer, crowd),
        "availability_shared": _availability_shared(viewer, crowd),
        "companions_shared": _shared(viewer.companion_kinds, crowd.companions, enough=1),
    }
    return {name: (column, column) for name, column in both.items()} | {
        "goals_complementary": (goals_there, goals_back),
        "skills_new": (
            (crowd.skills.sizes - skills) / crowd.skills.sizes,
            (len(viewer.skills) - skills) / max(1, len(viewer.skills)),
        ),
        "recent_activity": (_recent_activity(crowd, now), _number(mine["recent_activity"])),
        "profile_depth": (crowd.depths, _number(mine["profile_depth"])),
        "prompts_answered": (crowd.prompts, _number(mine["prompts_answered"])),
    }


def _common(mine: frozenset[str], theirs: Words) -> Floats:
    """Count what is shared, NaN where either side names nothing."""
    if not mine:
        return np.full(len(theirs.sets), np.nan)
    counts = np.array([len(mine & words) for words in theirs.sets], dtype=np.float64)
    counts[theirs.sizes == 0.0] = np.nan
    return counts


def _part(common: Floats, mine: frozenset[str], theirs: Words, *, enough: int) -> Floats:
    return np.minimum(1.0, common / np.clip(theirs.sizes, 1.0, min(enough, len(mine) or 1)))


def _shared(mine: frozenset[str], theirs: Words, *, enough: int) -> Floats:
    return _part(_common(mine, theirs), mine, theirs, enough=enough)


def _complementary(mine: frozenset[str], theirs: Words) -> tuple[Floats, Floats]:
    # Goals answer each other both ways, so only where it is unknown differs.
    answered = frozenset(OPPOSITES[goal] for goal in mine & _ANSWERABLE)
    fits = 1.0 - _each(answered.isdisjoint, theirs.sets)
    unknown = np.full(len(theirs.sets), np.nan)
    there = np.where(theirs.sizes > 0.0, fits, np.nan) if answered else unknown
    has_opposite = _each(_ANSWERABLE.isdisjoint, theirs.sets) == 0.0
    back = np.where(has_opposite, fits, np.nan) if mine else unknown
    return there, back


def _age_closeness(viewer: Features, crowd: Crowd, now: datetime) -> Floats:
    today = _birth_number(now.date())
    ages = np.floor((today - crowd.births) / 10_000.0)
    own = np.floor((today - _birth_number(viewer.birth_date)) / 10_000.0)
    closeness: Floats = np.exp(-np.abs(ages - own) / 8.0)
    return closeness


def _nearness(viewer: Features, crowd: Crowd) -> Floats:
    own = np.radians(viewer.location or (math.nan, math.nan))
    north, east = crowd.places
    half_rise = np.sin((north - own[0]) / 2.0)
    half_turn = np.sin((east - own[1]) / 2.0)
    chord = half_rise**2 + math.cos(own[0]) * np.cos(north) * half_turn**2
    distance_km: Floats = 2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(1.0, chord)))
    return 1.0 / (1.0 + distance_km / 15.0)


def _recent_activity(crowd: Crowd, now: datetime) -> Floats:
    days = np.array(
        [math.nan if at is None else (now - at).days for at in crowd.active_at], dtype=np.float64
    )
    return np.exp2(-np.maximum(0.0, days) / 7.0)


def _availability_shared(viewer: Features, crowd: Crowd) -> Floats:
    own = viewer.availability
    if own is None:
        return np.full(len(crowd.people), np.nan)
    other = 0.5 if own == "flexible" else 0.0
    worth = {None: math.nan, "flexible": 0.5, own: 1.0}
    return np.array([worth.get(theirs, other) for theirs in crowd.availability], dtype=np.float64)


def _each(function: Callable[[Any], float], values: Iterable[Any]) -> Floats:
    return np.array(list(map(function, values)), dtype=np.float64)


def _birth_number(day: date | None) -> float:
    return day.year * 10_000.0 + day.month * 100.0 + day.day if day is not None else math.nan


def _number(value: float | None) -> float:
    return value if value is not None else math.nan
