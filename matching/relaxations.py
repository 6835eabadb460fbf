"""Relaxations: which of the viewer's filters to loosen, how far, and how many people that adds."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.preferences import HIGHEST_AGE, LOWEST_AGE
from matching.candidates import Index, LoadProfiles, search_of
from matching.eligibility import mutually_eligible
from matching.features import Features, Preferences, features_of
from persistence.facets import REACHES_KM, Order, Wish

LOOKED_AT = 200
"""The most people that are looked at for one filter; more are not counted."""

TOLD_FROM = 3
"""A smaller gain is not told: with one or two people, it could be known whose wishes it tells."""

_ENOUGH = 20
_YEARS = (1, 2, 3, 5, 10)
_ACTIVE_DAYS = (7, 14, 30, 90, 180)
_WORDS = (Wish.GENDERS, Wish.GOALS, Wish.LANGUAGES)
_FIELDS = {Wish.DISTANCE: "max_distance_km", Wish.ACTIVITY: "activity_within_days"}


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One filter of the viewer, loosened.

    Attributes:
        filter: which.
        to: its new limit, in years, kilometres or days; None is no limit, or anybody for words.
        gain: how many people that adds who are within all other filters of both sides.
    """

    filter: Wish
    to: float | None
    gain: int


async def relaxations_of(
    viewer: Features,
    *,
    vectors: Index,
    load_profiles: LoadProfiles,
    excluded: Collection[UUID],
    now: datetime,
    availability: str | None = None,
) -> list[Relaxation]:
    """Say which of a viewer's filters to loosen.

    For each filter the index gives up to `LOOKED_AT` people who fail it and nothing else, in one
    request; they are loaded in one statement and counted exactly, as the database says now.

    Args:
        viewer: who looks.
        vectors: the index.
        load_profiles: loads what the viewer may see; ids it leaves out are not counted.
        excluded: people decided on, blocked either way, or matched.
        now: the moment of the request, with its time zone.
        availability: only people with this availability.

    Returns:
        As `relaxations` gives them.

    Raises:
        VectorsUnavailable: the index cannot be opened or reached.
    """
    wishes = [wish for wish in Wish if _steps(viewer, wish)]
    if not wishes:
        return []
    usual = search_of(viewer, None, excluded, availability=availability, now=now)
    usual = replace(usual, order=Order.NEWEST, limit=LOOKED_AT)
    found = await vectors.search_many([replace(usual, beyond=wish) for wish in wishes])
    left_out = frozenset(excluded)
    ids = dict.fromkeys(hit.profile_id for hits in found for hit in hits)
    profiles = await load_profiles([key for key in ids if key not in left_out])
    people = (features_of(profile) for profile in profiles)
    asked = [one for one in people if availability in (None, one.availability)]
    return relaxations(viewer, asked, now)


def relaxations(viewer: Features, people: Sequence[Features], now: datetime) -> list[Relaxation]:
    """Say which of a viewer's filters to loosen, counting among these people.

    Of each filter it is the least step that adds at least 20 people, or else the least one that
    adds as many as no limit would.

    Args:
        viewer: who looks.
        people: who could be added; those who suit already are not counted.
        now: the moment at which ages and activity are judged, with its time zone.

    Returns:
        One for each filter whose gain is at least `TOLD_FROM`, the greatest gain first.
    """
    others = [one for one in people if not mutually_eligible(viewer, one, now)]
    told = [best for wish in Wish if (best := _best(viewer, wish, others, now)) is not None]
    told.sort(key=lambda one: (-one.gain, one.filter))
    return told


def _best(
    viewer: Features, wish: Wish, others: Sequence[Features], now: datetime
) -> Relaxation | None:
    steps = _steps(viewer, wish)
    if not steps:
        return None
    widest = _loosened(viewer, wish, steps[-1])
    gained = [one for one in others if mutually_eligible(widest, one, now)]
    enough = min(_ENOUGH, len(gained))
    if enough < TOLD_FROM:
        return None
    gains = (Relaxation(wish, to, _gain(_loosened(viewer, wish, to), gained, now)) for to in steps)
    return next(step for step in gains if step.gain >= enough)


def _gain(loosened: Features, people: Sequence[Features], now: datetime) -> int:
    return sum(mutually_eligible(loosened, one, now) for one in people)


def _steps(viewer: Features, wish: Wish) -> list[float | None]:
    """Give the limits to which a filter can be loosened, the least step first."""
    return list(_limits(viewer.wants, wish, has_place=viewer.location is not None))


def _limits(wants: Preferences, wish: Wish, *, has_place: bool) -> Iterator[float | None]:
    if wish is Wish.AGE_MIN and wants.age_min is not None:
        lower = {max(LOWEST_AGE, wants.age_min - years) for years in _YEARS} | {LOWEST_AGE}
        yield from sorted((age for age in lower if age < wants.age_min), reverse=True)
    elif wish is Wish.AGE_MAX and wants.age_max is not None:
        higher = {min(HIGHEST_AGE, wants.age_max + years) for years in _YEARS} | {HIGHEST_AGE}
        yield from sorted(age for age in higher if age > wants.age_max)
    elif wish is Wish.DISTANCE and wants.max_distance_km is not None and has_place:
        yield from (step for step in REACHES_KM if step > wants.max_distance_km)
        yield None
    elif wish is Wish.ACTIVITY and wants.activity_within_days is not None:
        yield from (days for days in _ACTIVE_DAYS if days > wants.activity_within_days)
        yield None
    elif wish in _WORDS and getattr(wants, wish):
        yield None


def _loosened(viewer: Features, wish: Wish, to: float | None) -> Features:
    field = _FIELDS.get(wish, wish.value)
    value = frozenset[str]() if wish in _WORDS else to
    changed: dict[str, Any] = {field: value}
    return replace(viewer, wants=replace(viewer.wants, **changed))
