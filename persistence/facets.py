"""Facets: what the vector index filters people by, on both sides, as payload and as filter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from qdrant_client import models

EXCLUDED_LIMIT = 1_000
"""The most ids one search excludes in the index; the caller drops the rest from the hits."""

_ANY = "*"
_NO_LIMIT = 1_000_000
_REACHES_KM = (5, 10, 25, 50, 100, 250, 1_000)
# Qdrant's earth is 0.11 % smaller than earthdistance's, so the same radius reaches a hair further
# there; the metre is for rounding. The index may answer too many, never too few.
_RADIUS_SLACK_M = 1.0

INDEXES = {
    "is_discoverable": models.PayloadSchemaType.BOOL,
    "birth_day": models.PayloadSchemaType.INTEGER,
    "gender": models.PayloadSchemaType.KEYWORD,
    "goals": models.PayloadSchemaType.KEYWORD,
    "languages": models.PayloadSchemaType.KEYWORD,
    "availability": models.PayloadSchemaType.KEYWORD,
    "companion_kinds": models.PayloadSchemaType.KEYWORD,
    "last_active": models.PayloadSchemaType.FLOAT,
    "location": models.PayloadSchemaType.GEO,
    "wants_age_min": models.PayloadSchemaType.INTEGER,
    "wants_age_max": models.PayloadSchemaType.INTEGER,
    "wants_genders": models.PayloadSchemaType.KEYWORD,
    "wants_goals": models.PayloadSchemaType.KEYWORD,
    "wants_languages": models.PayloadSchemaType.KEYWORD,
    "wants_active_days": models.PayloadSchemaType.INTEGER,
    "reach": models.PayloadSchemaType.KEYWORD,
}


@dataclass(frozen=True, slots=True)
class Facets:
    """What the index filters a person by: their own side, and whom they want to meet.

    None and empty mean unknown for a fact and no limit for a wish.
    """

    birth_date: date | None = None
    gender: str | None = None
    goals: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    location: tuple[float, float] | None = None
    last_active_at: datetime | None = None
    availability: str | None = None
    companion_kinds: frozenset[str] = frozenset()
    is_discoverable: bool = True
    wants_age_min: int | None = None
    wants_age_max: int | None = None
    wants_genders: frozenset[str] = frozenset()
    wants_goals: frozenset[str] = frozenset()
    wants_languages: frozenset[str] = frozenset()
    wants_distance_km: float | None = None
    wants_active_days: int | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """Who is near a vector, among those whom the viewer wants and who want the viewer.

    Args:
        viewer_id: never among the hits.
        viewer: the viewer's facets.
        birth_after: candidates are born after this day (the viewer's upper age limit).
        birth_until: candidates are born on this day or before (the lower age limit).
        viewer_age: the viewer's age today, in whole years, None when unknown.
        now: the moment at which activity is judged, with its time zone.
        vector: what to be near; None searches without a text.
        excluded: people already decided on; the first `EXCLUDED_LIMIT` are left out.
        availability: only people with this availability, None for all.
        limit: the most hits.
    """

    viewer_id: UUID
    viewer: Facets
    now: datetime
    viewer_age: int | None = None
    birth_after: date | None = None
    birth_until: date | None = None
    vector: NDArray[np.float32] | None = None
    excluded: Sequence[UUID] = ()
    availability: str | None = None
    limit: int = 300


def payload_of(facets: Facets) -> dict[str, Any]:
    """Write a person's facets as the index keeps them; what is unknown is left out.

    No limit is written as a value that all satisfy, so that every wish is one plain condition.
    """
    payload: dict[str, Any] = {
        "is_discoverable": facets.is_discoverable,
        "goals": sorted(facets.goals),
        "languages": sorted(facets.languages),
        "companion_kinds": sorted(facets.companion_kinds),
        "wants_age_min": facets.wants_age_min or 0,
        "wants_age_max": _NO_LIMIT if facets.wants_age_max is None else facets.wants_age_max,
        "wants_genders": sorted(facets.wants_genders) or [_ANY],
        "wants_goals": sorted(facets.wants_goals) or [_ANY],
        "wants_languages": sorted(facets.wants_languages) or [_ANY],
        "wants_active_days": _NO_LIMIT
        if facets.wants_active_days is None
        else facets.wants_active_days,
        "reach": _reach(facets),
    }
    if facets.gender is not None:
        payload["gender"] = facets.gender
    if facets.availability is not None:
        payload["availability"] = facets.availability
    if facets.birth_date is not None:
        payload["birth_day"] = facets.birth_date.toordinal()
    if facets.last_active_at is not None:
        payload["last_active"] = facets.last_active_at.timestamp()
    if facets.location is not None:
        payload["location"] = {"lat": facets.location[0], "lon": facets.location[1]}
    return payload


def _reach(facets: Facets) -> str:
    """Round a wanted distance up to a step; who has no place cannot be measured from."""
    if facets.location is None or facets.wants_distance_km is None:
        return _ANY
    wanted = facets.wants_distance_km
    return next((str(step) for step in _REACHES_KM if wanted <= step), _ANY)


def two_way_filter(search: Search) -> models.Filter:
    """Write the hard filters of both sides: whom the viewer wants, and who wants the viewer.

    Exact but for distance, where a candidate's reach is rounded up to a step: Qdrant cannot filter
    by a radius that is stored on the candidate.
    """
    # The local mode checks in this order and stops at the first that fails: the cheap and the
    # choosy first, the geometry last.
    excluded = [str(search.viewer_id), *map(str, search.excluded[:EXCLUDED_LIMIT])]
    return models.Filter(
        must=[*_wanted_by_viewer(search), *_wanting_viewer(search), *_near_enough(search.viewer)],
        must_not=[models.HasIdCondition(has_id=[*excluded])],
    )


def _wanted_by_viewer(search: Search) -> list[models.Condition]:
    viewer = search.viewer
    conditions: list[models.Condition] = [_equal("is_discoverable", True)]
    if search.birth_after is not None or search.birth_until is not None:
        after, until = search.birth_after, search.birth_until
        conditions.append(
            _between(
                "birth_day",
                gt=after.toordinal() if after is not None else None,
                lte=until.toordinal() if until is not None else None,
            )
        )
    if viewer.wants_genders:
        conditions.append(_one_of("gender", viewer.wants_genders))
    if viewer.wants_goals:
        conditions.append(_one_of("goals", viewer.wants_goals))
    if viewer.wants_languages:
        conditions.append(_one_of("languages", viewer.wants_languages))
    if viewer.wants_active_days is not None:
        since = search.now.astimezone(UTC).timestamp() - viewer.wants_active_days * 86_400
        conditions.append(_between("last_active", gte=since))
    if search.availability is not None:
        conditions.append(_equal("availability", search.availability))
    return conditions


def _wanting_viewer(search: Search) -> list[models.Condition]:
    viewer, age = search.viewer, search.viewer_age
    idle_days = float(_NO_LIMIT)
    if viewer.last_active_at is not None:
        idle_days = (search.now - viewer.last_active_at).total_seconds() / 86_400
    return [
        _one_of("wants_genders", {viewer.gender or _ANY, _ANY}),
        _between("wants_age_min", lte=age if age is not None else 0),
        _between("wants_age_max", gte=age if age is not None else _NO_LIMIT),
        _one_of("wants_goals", viewer.goals | {_ANY}),
        _one_of("wants_languages", viewer.languages | {_ANY}),
        _between("wants_active_days", gte=idle_days),
    ]


def _near_enough(viewer: Facets) -> list[models.Condition]:
    if viewer.location is None:
        return [_equal("reach", _ANY)]
    conditions: list[models.Condition] = []
    if viewer.wants_distance_km is not None:
        conditions.append(_within(viewer.location, viewer.wants_distance_km))
    reaching: list[models.Condition] = [_equal("reach", _ANY)]
    for step in _REACHES_KM:
        near = _within(viewer.location, step)
        reaching.append(models.Filter(must=[_equal("reach", str(step)), near]))
    return [*conditions, models.Filter(should=reaching)]


def _equal(key: str, value: str | bool) -> models.FieldCondition:
    return models.FieldCondition(key=key, match=models.MatchValue(value=value))


def _one_of(key: str, values: Iterable[str]) -> models.FieldCondition:
    return models.FieldCondition(key=key, match=models.MatchAny(any=sorted(values)))


def _between(key: str, **bounds: float | None) -> models.FieldCondition:
    return models.FieldCondition(key=key, range=models.Range(**bounds))


def _within(place: tuple[float, float], radius_km: float) -> models.FieldCondition:
    center = models.GeoPoint(lat=place[0], lon=place[1])
    radius = models.GeoRadius(center=center, radius=radius_km * 1000.0 + _RADIUS_SLACK_M)
    return models.FieldCondition(key="location", geo_radius=radius)
