"""Decks: from a viewer to a deck, with all that the stores know."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import structlog
from numpy.typing import NDArray
from prometheus_client import Counter

from integrations.embeddings import EmbeddingsUnavailable
from matching.candidates import RETRIEVED, Candidate, Index, LoadProfiles, candidates
from matching.deck_ranking import Circumstances, built
from matching.embedders import Embedders
from matching.embedding_versions import present
from matching.features import Features, features_of
from matching.feedback import standings
from matching.recall import RecallGuard
from matching.weights import active_model
from persistence.database import Database
from persistence.decks import Deck
from persistence.facets import Search
from persistence.pairs_of_day import PairsOfDay
from persistence.queries import deck as queries
from persistence.queries import profile_vectors, profiles
from persistence.rows import Row
from persistence.vectors import Hit, Vectors, VectorsUnavailable

_log = structlog.get_logger("kith.deck")
_fallbacks = Counter(
    "kith_deck_fallbacks_total",
    "Decks filled with the newest people because the vector index was away.",
)

GOOD_FOR = timedelta(minutes=15)
"""How long somebody who is here goes on with the same deck when they begin anew."""

_ADMIRERS = 100
_LIVE = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class DeckBuilder:
    """Builds decks; one for a process.

    Attributes:
        database: who people are, what they decided, what was learned.
        vectors: the index of people.
        embedder: for who is not in the index yet.
        pairs: the best pairs of the day.
        shows_admirers: whether the app tells people who likes them.
        guard: watches that the index finds the nearest.
        with_appeal: whether being liked by others counts at all.
    """

    database: Database
    vectors: Vectors
    embedder: Embedders
    pairs: PairsOfDay
    shows_admirers: bool
    guard: RecallGuard
    with_appeal: bool = True

    async def index(self) -> Vectors:
        """Give the index, seen through the version of the embedding model in use now."""
        return await present(self.database, self.vectors)

    async def viewer(self, viewer_id: UUID) -> Features | None:
        """Give who looks, None before they have completed their onboarding."""
        asked = {"ids": [viewer_id], "viewer_id": viewer_id}
        row = await self.database.one(profiles.matching_rows, **asked)
        return features_of(row) if row is not None and row.onboarded_at is not None else None

    async def deck(
        self,
        viewer: Features,
        *,
        now: datetime,
        availability: str | None = None,
        good_for: timedelta = GOOD_FOR,
    ) -> Deck:
        """Build the deck of a viewer; without the index it holds the newest people.

        Args:
            viewer: who looks.
            now: the moment, with its time zone.
            availability: only people with this availability, None for all.
            good_for: after how long who begins anew gets another one.
        """
        viewer_id, vectors = viewer.profile_id, await self.index()
        decided, wanted, circumstances = await asyncio.gather(
            self.decided_by(viewer_id),
            self._vector_of(viewer, vectors.model_version),
            self._circumstances(viewer_id, now),
        )
        found = await self._found(
            viewer,
            vectors,
            excluded=decided,
            wanted=wanted,
            admirers=[*filter(None, [circumstances.partner]), *circumstances.admirers],
            availability=availability,
            now=now,
        )
        ids = [one.person.profile_id for one in found]
        active = (await active_model(self.database)).for_person(viewer_id)
        weighed: Any = {"active": active, "now": now, "with_appeal": self.with_appeal}
        knowing = standings(self.database, [viewer_id, *ids], **weighed)
        living = _live_conversations(self.database, ids, now)
        known, live = await asyncio.gather(knowing, living)
        # In a thread: it takes long enough for others to notice.
        return await asyncio.to_thread(
            built,
            viewer,
            found,
            known,
            circumstances.beside(live),
            model=active.model,
            embedding_version=vectors.model_version,
            now=now,
            good_for=good_for,
            availability=availability,
        )

    async def decided_by(self, viewer_id: UUID) -> list[UUID]:
        """Give whom a viewer has decided on, the latest, as many as searches may leave out."""
        rows = await self.database.fetch(queries.decided_by, viewer_id=viewer_id)
        return [row["profile_id"] for row in rows]

    def undecided(self, viewer_id: UUID) -> LoadProfiles:
        """Give what loads the people who can be shown to a viewer now."""

        async def load(ids: Sequence[UUID]) -> Iterable[Any]:
            asked = {"ids": list(ids), "viewer_id": viewer_id}
            rows = await self.database.fetch(queries.candidates, **asked)
            return [row for row in rows if row.is_discoverable]

        return load

    async def similarities(
        self, viewer: Features, ids: Sequence[UUID], vectors: Vectors
    ) -> dict[UUID, float]:
        """Give the cosines of a viewer's text and those of people, as far as they are known.

        Args:
            viewer: who looks.
            ids: the people.
            vectors: what `index` gave.
        """
        wanted = await self._vector_of(viewer, vectors.model_version)
        try:
            return await vectors.similarities(wanted, ids) if wanted is not None else {}
        except VectorsUnavailable as error:
            _log.warning("no similarities without the vector index", reason=str(error))
            return {}

    async def _found(self, viewer: Features, vectors: Vectors, **asked: Any) -> list[Candidate]:
        asked |= {"load_profiles": self.undecided(viewer.profile_id), "limit": RETRIEVED}
        try:
            return await candidates(viewer, vectors=vectors, guard=self.guard, **asked)
        except VectorsUnavailable as error:
            _fallbacks.inc()
            _log.warning("deck without the vector index", reason=str(error))
            return await candidates(viewer, vectors=Newest(self.database), **asked)

    async def _circumstances(self, viewer_id: UUID, now: datetime) -> Circumstances:
        rows, partner = await asyncio.gather(
            self.database.fetch(queries.admirers, viewer_id=viewer_id, limit=_ADMIRERS),
            self.pairs.partner_of(viewer_id, now.date()),
        )
        admirers = dict.fromkeys(row["profile_id"] for row in rows)
        return Circumstances(tuple(admirers), are_shown=self.shows_admirers, partner=partner)

    async def _vector_of(self, viewer: Features, version: str) -> NDArray[np.float32] | None:
        kept = await self.database.one(
            profile_vectors.by_profiles,
            ids=[viewer.profile_id],
            model_version=version,
        )
        if kept is not None:
            return np.asarray(kept.vector, dtype=np.float32)
        return await _embedded(self.embedder, version, viewer.text) if viewer.text else None


async def _embedded(embedders: Embedders, version: str, text: str) -> NDArray[np.float32] | None:
    try:
        # Who has just finished onboarding need not wait for the job that embeds them.
        embedder = await embedders.of(version)
        (vector,) = await embedder.embed([text], patient=False)
    except EmbeddingsUnavailable as error:
        _log.warning("deck without the embedding model", reason=str(error))
        return None
    made: NDArray[np.float32] = vector
    return made


async def _live_conversations(
    database: Database, ids: Sequence[UUID], now: datetime
) -> dict[UUID, int]:
    asked = {"ids": list(ids), "since": now - _LIVE}
    rows = await database.fetch(queries.live_conversations, **asked)
    return {row["profile_id"]: row["total"] for row in rows}


class Newest(Index):
    """Stands in for the vector index: the people who joined last, whatever they wrote.

    Args:
        database: where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def vector_of(self, profile_id: UUID) -> NDArray[np.float32] | None:
        """Give no vector."""
        return None

    async def search(self, search: Search) -> list[Hit]:
        """Find the newest people on whom the viewer has not decided; filters come after."""
        rows: list[Row] = await self._database.fetch(
            queries.newest, viewer_id=search.viewer_id, limit=search.limit
        )
        return [Hit(row["profile_id"], None) for row in rows]
