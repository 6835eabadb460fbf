"""Facets: what the vector index filters people by, on both sides, and how it keeps them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
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

_UUID7 = 7

REACHES_KM = (5, 10, 25, 50, 100, 250, 1_000)
"""The steps to which a wanted distance is rounded up."""

EARTH_RATIO = 6371.0088 / 6378.168
"""Qdrant's mean radius of the Earth, in those of `earthdistance`, by which all others measure."""

# Qdrant's earth is 0.11 % smaller than earthdistance's, so the same radius reaches a hair further
# there; the metre is for rounding. The index may answer too many, never too few.
RADIUS_SLACK_M = 1.0

BEYOND = 0.998
"""By what a radius is shrunk to find who is beyond it: too many rather than too few, as well."""

LEARNED = ("mutual", "shown")
"""What jobs learn about a person; it stays when their profile changes."""


class Wish(StrEnum):
    """A hard filter of the viewer."""

    AGE_MIN = "age_min"
    AGE_MAX = "age_max"
    DISTANCE = "distance"
    GENDERS = "genders"
    GOALS = "goals"
    LANGUAGES = "languages"
    ACTIVITY = "activity"


class Order(StrEnum):
    """Who of those within the filters comes first."""

    NEAREST = "nearest"
    """By the cosine with the searched vector; without one, in no particular order."""
    LIKELIEST = "likeliest"
    """Who gives and gets most likes; people of whom nothing is learned yet are left out."""
    UNSEEN = "unseen"
    """Who has never been shown, by the lot each has drawn, from a given lot on."""
    LEAST_SHOWN = "least_shown"
    """Who has been shown, the least first."""
    NEWEST = "newest"
    """Who joined last."""


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
class Reception:
    """What jobs learn about a person; None while it is not known.

    Attributes:
        appeal: the log-odds with which they are liked, less the average.
        pickiness: the log-odds with which they like, less the average.
        shown: how often they were shown lately, decayed; None and 0 mean never.
    """

    appeal: float | None = None
    pickiness: float | None = None
    shown: float | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """Who comes first, among those whom the viewer wants and who want the viewer.

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
        order: who comes first.
        lot: from which lot on people are drawn, 0 to 1; for `Order.UNSEEN`.
        beyond: only people who fail this wish of the viewer, and no other; of distances, those
            just within as well.
        is_exact: look at everybody instead of trusting the graph of the index; slow.
        breadth: how many candidates the graph is walked for (`hnsw_ef`); None is its default.
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
    order: Order = Order.NEAREST
    lot: float = 0.0
    beyond: Wish | None = None
    is_exact: bool = False
    breadth: int | None = None

    @property
    def whom(self) -> "Search":
        """The filters alone: equal for searches for the same people in different orders."""
        return replace(
            self, vector=None, limit=0, order=Order.NEAREST, lot=0.0, is_exact=False, breadth=None
        )

    @property
    def active_since(self) -> float | None:
        """The second since which candidates must have been active, None for no limit."""
        days = self.viewer.wants_active_days
        return None if days is None else self.now.timestamp() - days * 86_400

    @property
    def idle_days(self) -> float:
        """For how many days the viewer has been away."""
        if self.viewer.last_active_at is None:
            return float(NO_LIMIT)
        return (self.now - self.viewer.last_active_at).total_seconds() / 86_400


def lot_of(profile_id: UUID) -> float:
    """Give the lot a person has drawn, 0 to 1: always the same, and even over all people.

    Ids are made in the order in which people join, lots are not.
    """
    digest = hashlib.blake2b(profile_id.bytes, digest_size=6, person=b"kith-lot").digest()
    return int.from_bytes(digest) / 2**48


def joined_at(profile_id: UUID) -> float:
    """Give the second at which a person joined, as their UUIDv7 tells; 0 for other ids."""
    return (profile_id.int >> 80) / 1_000 if profile_id.version == _UUID7 else 0.0


def reception_payload(learned: Reception) -> dict[str, float]:
    """Write what is learned about a person as the index keeps it; what is unknown is left out.

    Of two people's chances that both like each other, a person's own share is the sum of how
    they are liked and how they like: that is what `Order.LIKELIEST` goes by.
    """
    payload = {}
    if learned.appeal is not None or learned.pickiness is not None:
        payload["mutual"] = (learned.appeal or 0.0) + (learned.pickiness or 0.0)
    if learned.shown:
        payload["shown"] = float(learned.shown)
    return payload


def payload_of(profile_id: UUID, facets: Facets) -> dict[str, Any]:
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
        "lot": lot_of(profile_id),
        "joined": joined_at(profile_id),
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
