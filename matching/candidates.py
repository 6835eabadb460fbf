"""Candidates: whom a viewer is shown, from the vector index to a ranked, explained list."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
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
from matching.reciprocity import mutual_odds
from matching.scoring import PRIOR, LogOdds, Model, Score, score_of, value_of
from persistence.facets import EXCLUDED_LIMIT, Facets, Search
from persistence.vectors import Hit

RETRIEVED = 300
"""How many people are looked at closely for one list."""


LoadProfiles = Callable[[Sequence[UUID]], Awaitable[Iterable[ProfileLike]]]
"""Loads the profiles the viewer may see among the ids, in any order, leaving out the others."""


class Index(Protocol):
    """Where people are looked for: `Vectors`, or what stands in for them."""

    async def vector_of(self, profile_id: UUID) -> NDArray[np.float32] | None:
        """Give the vector of a person, of length 1, None when they have none."""
        ...

    async def search(self, search: Search) -> list[Hit]:
        """Find people, the likeliest first; they are checked exactly afterwards."""
        ...


@dataclass(frozen=True)
class Recommendation:
    """One person a viewer may be shown; of hundreds that are ranked, few are explained.

    Attributes:
        value: that of the score.
        odds: what the score is made of.
        viewer: who looks.
        person: who is looked at.
        model: the weights of the score.
    """

    value: float
    odds: LogOdds
    viewer: Features
    person: Features
    model: Model

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


async def ranked_candidates(
    viewer: Features,
    *,
    vectors: Index,
    load_profiles: LoadProfiles,
    excluded: Collection[UUID],
    limit: int,
    now: datetime,
    wanted: NDArray[np.float32] | None = None,
    availability: str | None = None,
    model: Model = PRIOR,
) -> list[Recommendation]:
    """Find and rank the people a viewer may want to meet and who may want to meet them.

    About `RETRIEVED` people are taken from the index by text, within both sides' hard filters;
    more when exclusions, invisible profiles or exact distances leave fewer than `limit`. All
    filters are checked again, exactly, on what the database says now.

    Args:
        viewer: who looks.
        vectors: the index.
        load_profiles: loads what the viewer may see; ids it leaves out are not shown.
        excluded: people decided on, blocked either way, or matched.
        limit: the most recommendations, at least 1.
        now: the moment of the request, with its time zone.
        wanted: what to be near; by default the viewer's own vector, without it the filters decide.
        availability: only people with this availability.
        model: the weights of the score.

    Returns:
        Best first, equal scores by id: the same input gives the same list.

    Raises:
        VectorsUnavailable: the index cannot be opened or reached.
    """
    vector = wanted if wanted is not None else await vectors.vector_of(viewer.profile_id)
    left_out = frozenset(excluded) | {viewer.profile_id}
    eligible: dict[UUID, tuple[Features, float | None]] = {}
    seen: set[UUID] = set()
    # The index leaves out a bounded number of ids: the others may all be among the hits.
    width = max(RETRIEVED, limit) + max(0, len(left_out) - EXCLUDED_LIMIT)
    search = _search(viewer, vector, left_out, availability=availability, now=now)
    for widened in (width, 2 * width, 4 * width, 8 * width):
        hits = await vectors.search(replace(search, limit=widened))
        fresh = [hit for hit in hits if hit.profile_id not in left_out | seen]
        seen.update(hit.profile_id for hit in fresh)
        eligible |= await _eligible(viewer, fresh, load_profiles, availability, now)
        if len(eligible) >= limit or len(hits) < widened:
            break
    return _ranked(viewer, eligible, limit, now, model)


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


def _search(
    viewer: Features,
    vector: NDArray[np.float32] | None,
    excluded: Collection[UUID],
    *,
    availability: str | None,
    now: datetime,
) -> Search:
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


async def _eligible(
    viewer: Features,
    hits: Sequence[Hit],
    load_profiles: LoadProfiles,
    availability: str | None,
    now: datetime,
) -> Mapping[UUID, tuple[Features, float | None]]:
    if not hits:
        return {}
    similarities = {hit.profile_id: hit.similarity for hit in hits}
    profiles = await load_profiles([hit.profile_id for hit in hits])
    people = (features_of(profile) for profile in profiles)
    return {
        person.profile_id: (person, similarities[person.profile_id])
        for person in people
        if person.profile_id in similarities
        and mutually_eligible(viewer, person, now)
        and availability in (None, person.availability)
    }


def _ranked(
    viewer: Features,
    eligible: Mapping[UUID, tuple[Features, float | None]],
    limit: int,
    now: datetime,
    model: Model,
) -> list[Recommendation]:
    ranked = []
    for person, similarity in eligible.values():
        odds = mutual_odds(viewer, person, similarity=similarity, now=now, model=model)
        ranked.append(Recommendation(value_of(odds, model), odds, viewer, person, model))
    ranked.sort(key=lambda one: (-one.value, one.profile_id))
    return ranked[:limit]
