"""Candidates: whom a viewer may be shown, from the vector index, and how one is explained."""

import asyncio
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Collection,
    Iterable,
    Mapping,
    Sequence,
)
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Protocol
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from matching.eligibility import mutually_eligible
from matching.explanations import Reason, reasons
from matching.features import Features, ProfileLike, age_at, features_of, latest_birth_date
from matching.recall import AT, WIDE_BREADTH, RecallGuard, Walk
from matching.scoring import LogOdds, Model, Score, score_of
from matching.sources import fused, searches_of
from persistence.facets import EXCLUDED_LIMIT, Facets, Order, Search
from persistence.vectors import Hit

RETRIEVED = 300
"""How many people are looked at closely for one list."""


LoadProfiles = Callable[[Sequence[UUID]], Awaitable[Iterable[ProfileLike]]]
"""Loads the profiles the viewer may see among the ids, in any order, leaving out the others."""


class Index(Protocol):
    """Where people are looked for: `Vectors`, or what stands in for them."""

    @property
    def is_exact(self) -> bool:
        """Whether every search looks at everybody, so that nobody can be missed."""
        return True

    async def vector_of(self, profile_id: UUID) -> NDArray[np.float32] | None:
        """Give the vector of a person, of length 1, None when they have none."""
        ...

    async def search(self, search: Search) -> list[Hit]:
        """Find people, the likeliest first; they are checked exactly afterwards."""
        ...

    async def search_many(self, searches: Sequence[Search]) -> list[list[Hit]]:
        """Answer several searches, each as `search` does; without orders, the first alone."""
        return [await self.search(searches[0]), *([] for _ in searches[1:])]

    async def similarities(
        self, vector: NDArray[np.float32], ids: Sequence[UUID]
    ) -> dict[UUID, float]:
        """Give the cosines of a vector with those of people, as far as they have one."""
        return {}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody the viewer may see, who suits both sides' hard filters.

    Attributes:
        person: as the database says now.
        similarity: the cosine of what the viewer wants and their text, None when unknown.
    """

    person: Features
    similarity: float | None


@dataclass(frozen=True)
class Recommendation:
    """One person a viewer may be shown; of hundreds that are ranked, few are explained.

    Attributes:
        value: that of the score.
        odds: what the score is made of.
        viewer: who looks.
        person: who is looked at.
        model: the weights of the score.
        embedding_version: by which the two texts were compared, None if they were not.
    """

    value: float
    odds: LogOdds
    viewer: Features
    person: Features
    model: Model
    embedding_version: str | None = None

    @property
    def profile_id(self) -> UUID:
        """The key of the person."""
        return self.person.profile_id

    @cached_property
    def score(self) -> Score:
        """The score of the pair, with the points of each signal."""
        return score_of(self.odds, self.model)

    @cached_property
    def reasons(self) -> tuple[Reason, ...]:
        """Why the person is shown, the weightiest reason first."""
        return tuple(reasons(self.score, self.viewer, self.person))


async def candidates(
    viewer: Features,
    *,
    vectors: Index,
    load_profiles: LoadProfiles,
    excluded: Collection[UUID],
    limit: int,
    now: datetime,
    admirers: Sequence[UUID] = (),
    wanted: NDArray[np.float32] | None = None,
    availability: str | None = None,
    guard: RecallGuard | None = None,
) -> list[Candidate]:
    """Find the people a viewer may want to meet and who may want to meet them.

    About `RETRIEVED` people are taken from the index, from several sources, within both sides' hard
    filters; more when exclusions, invisible profiles or exact distances leave fewer than `limit`.
    All filters are checked again, exactly, on what the database says now.

    Args:
        viewer: who looks.
        vectors: the index.
        load_profiles: loads what the viewer may see; ids it leaves out are not shown.
        excluded: people decided on, blocked either way, or matched.
        limit: how many are wanted, at least 1; there may be more.
        now: the moment of the request, with its time zone.
        admirers: who likes the viewer; they always enter, as far as both sides suit.
        wanted: what to be near; by default the viewer's own vector, without it the filters decide.
        availability: only people with this availability.
        guard: watches that the index finds the nearest.

    Returns:
        In no particular order.

    Raises:
        VectorsUnavailable: the index cannot be opened or reached.
    """
    vector = wanted if wanted is not None else await vectors.vector_of(viewer.profile_id)
    search = search_of(viewer, vector, excluded, availability=availability, now=now)
    left_out = frozenset(excluded) | {viewer.profile_id}
    eligible: list[Candidate] = []
    first = [key for key in admirers if key not in left_out]
    waves = _waves(vectors, search, left_out, max(RETRIEVED, limit), first=first, guard=guard)
    async with aclosing(waves):
        async for hits in waves:
            eligible += await _eligible(viewer, hits, load_profiles, availability, now)
            if len(eligible) >= limit:
                break
    return eligible


def facets_of(features: Features, *, is_discoverable: bool = True) -> Facets:
    """Give what the index filters a person by.

    Args:
        features: the person.
        is_discoverable: whether they are shown to anybody: onboarded, not paused, not banned.
    """
    wants = features.wants
    return Facets(
        birth_date=features.birth_date,
        gender=features.gender,
        goals=features.goals,
        languages=features.languages,
        location=features.location,
        last_active_at=features.last_active_at,
        availability=features.availability,
        companion_kinds=features.companion_kinds,
        is_discoverable=is_discoverable,
        wants_age_min=wants.age_min,
        wants_age_max=wants.age_max,
        wants_genders=wants.genders,
        wants_goals=wants.goals,
        wants_languages=wants.languages,
        wants_distance_km=wants.max_distance_km,
        wants_active_days=wants.activity_within_days,
    )


def search_of(
    viewer: Features,
    vector: NDArray[np.float32] | None,
    excluded: Collection[UUID],
    *,
    availability: str | None,
    now: datetime,
) -> Search:
    """Write a search for whom a viewer wants and who wants the viewer.

    Args:
        viewer: who looks.
        vector: what to be near.
        excluded: people decided on.
        availability: only people with this availability.
        now: the moment at which ages and activity are judged, with its time zone.
    """
    youngest, oldest, day = viewer.wants.age_min, viewer.wants.age_max, now.date()
    return Search(
        viewer_id=viewer.profile_id,
        viewer=facets_of(viewer),
        now=now,
        viewer_age=age_at(viewer.birth_date, day) if viewer.birth_date is not None else None,
        birth_until=latest_birth_date(youngest, day) if youngest is not None else None,
        birth_after=latest_birth_date(oldest + 1, day) if oldest is not None else None,
        vector=vector,
        # Sorted, so that the same people are left out in the index whatever the set's order.
        excluded=sorted(excluded)[:EXCLUDED_LIMIT],
        availability=availability,
    )


async def _waves(
    vectors: Index,
    search: Search,
    left_out: frozenset[UUID],
    width: int,
    *,
    first: Sequence[UUID],
    guard: RecallGuard | None,
) -> AsyncGenerator[Mapping[UUID, float | None], None]:
    """Give people with their cosine, everybody once, until there are no more or far too many."""
    seen = set(left_out)
    # The index leaves out a bounded number of ids: the others may all be among the hits.
    width += max(0, len(left_out) - EXCLUDED_LIMIT)
    for widened in (width, 2 * width, 4 * width, 8 * width):
        searches = searches_of(search, widened)
        lists = await _watched(vectors, searches, guard)
        hits = fused(searches, lists, widened + len(first), first)
        fresh = {key: hits[key] for key in hits if key not in seen}
        seen |= fresh.keys()
        yield await _similarities(vectors, search.vector, fresh)
        whole = zip(searches, lists, strict=True)
        if not any(asked.limit == widened == len(found) for asked, found in whole):
            return


async def _watched(
    vectors: Index, searches: Sequence[Search], guard: RecallGuard | None
) -> list[list[Hit]]:
    """Search as the guard says; a sampled search by a vector runs in all ways at once."""
    nearest = searches[0]
    if guard is None or vectors.is_exact or nearest.order is not Order.NEAREST:
        return await vectors.search_many(searches)
    ways = {
        Walk.USUAL: nearest,
        Walk.WIDE: replace(nearest, breadth=WIDE_BREADTH),
        Walk.EXACT: replace(nearest, is_exact=True),
    }
    if not guard.is_sample():
        return await vectors.search_many([ways[guard.walk], *searches[1:]])
    compared = (replace(ways[walk], limit=AT) for walk in (Walk.USUAL, Walk.WIDE))
    usual, wide, exact, *others = await vectors.search_many(
        [*compared, ways[Walk.EXACT], *searches[1:]]
    )
    guard.observe(usual, wide, exact)
    return [exact, *others]


async def _similarities(
    vectors: Index, vector: NDArray[np.float32] | None, hits: Mapping[UUID, float | None]
) -> Mapping[UUID, float | None]:
    unknown = [key for key, similarity in hits.items() if similarity is None]
    if vector is None or not unknown:
        return hits
    return {**hits, **await vectors.similarities(vector, unknown)}


async def _eligible(
    viewer: Features,
    similarities: Mapping[UUID, float | None],
    load_profiles: LoadProfiles,
    availability: str | None,
    now: datetime,
) -> list[Candidate]:
    if not similarities:
        return []
    profiles = await load_profiles(list(similarities))

    def kept() -> list[Candidate]:
        return [
            Candidate(person, similarities[person.profile_id])
            for person in map(features_of, profiles)
            if person.profile_id in similarities
            and mutually_eligible(viewer, person, now)
            and availability in (None, person.availability)
        ]

    # In a thread: for hundreds of people it takes long enough for others to notice.
    return await asyncio.to_thread(kept)
