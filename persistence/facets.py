"""Facets: what the vector index filters people by, on both sides, and how it keeps them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

EXCLUDED_LIMIT = 1_000
"""The most ids one search excludes in the index; the caller drops the rest from the hits."""

ANY = "*"
"""A wish that all satisfy."""

NO_LIMIT = 1_000_000
"""A number that nobody exceeds: of years, of days."""

REACHES_KM = (5, 10, 25, 50, 100, 250, 1_000)
"""The steps to which a wanted distance is rounded up."""


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
        "wants_age_max": NO_LIMIT if facets.wants_age_max is None else facets.wants_age_max,
        "wants_genders": sorted(facets.wants_genders) or [ANY],
        "wants_goals": sorted(facets.wants_goals) or [ANY],
        "wants_languages": sorted(facets.wants_languages) or [ANY],
        "wants_active_days": NO_LIMIT
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
        return ANY
    wanted = facets.wants_distance_km
    return next((str(step) for step in REACHES_KM if wanted <= step), ANY)
