"""The deck: the people whom the viewer may want to meet, the best first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import numpy as np
import structlog
from numpy.typing import NDArray
from prometheus_client import Counter

from dataloaders.connections import DEFAULT_SIZE, MOST, After, First
from domain.refusals import InvalidField, InvalidInput
from integrations.embeddings import EmbeddingsUnavailable
from matching.candidates import RETRIEVED, Index, Recommendation, ranked_candidates
from matching.features import Features, features_of
from persistence.database import Database
from persistence.facets import Search
from persistence.pages import BadCursor, CursorCodec, Page
from persistence.queries import deck as queries
from persistence.queries import profiles
from persistence.rows import Row
from persistence.vectors import Hit, VectorsUnavailable
from resolvers.compatibilities import vectors_of
from resolvers.context import Context

_log = structlog.get_logger("kith.deck")
_fallbacks = Counter(
    "kith_deck_fallbacks_total",
    "Decks filled with the newest people because the vector index was away.",
)

_LIST = "viewer.deck"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a deck a page begins.

    Attributes:
        ranked_at: the moment for which the deck was ranked when its first page was asked for.
        score: of the person before the page.
        profile_id: the person before the page.
    """

    ranked_at: datetime
    score: float
    profile_id: UUID


@dataclass(frozen=True, slots=True)
class DeckPage:
    """A page of a deck, as the GraphQL connection shows it.

    Attributes:
        rows: the recommendations of the page, best first.
        page: whether there are more around them.
        total: how many people the whole deck has.
        ranked_at: the moment for which it was ranked.
        cursors: makes the cursors.
    """

    rows: Sequence[Recommendation]
    page: Page
    total: int
    ranked_at: datetime
    cursors: CursorCodec

    def cursor_of(self, row: Recommendation) -> str:
        """The cursor of a recommendation."""
        place = (self.ranked_at.isoformat(), row.value, str(row.profile_id))
        return self.cursors.encode(_LIST, place)


async def deck(context: Context, *, first: First = None, after: After = None) -> DeckPage:
    """Rank the viewer's deck and give a page of it; empty until onboarding is complete.

    Raises:
        InvalidInput: a size outside 1 to 100, or a cursor of another list.
    """
    size, place = _asked(context.cursors, first, after)
    now = place.ranked_at if place else datetime.now(UTC)
    ranked = await _ranked(context, now)
    start = sum(1 for person in ranked if place and _key(person) <= _key_of(place))
    shown = ranked[start : start + size]
    around = Page(has_next=start + size < len(ranked), has_previous=start > 0)
    return DeckPage(shown, around, len(ranked), now, context.cursors)


def _asked(cursors: CursorCodec, first: int | None, after: str | None) -> tuple[int, Place | None]:
    problems, place = [], None
    size = DEFAULT_SIZE if first is None else first
    if not 1 <= size <= MOST:
        problems.append(InvalidField("first", f"first must be between 1 and {MOST}."))
    if after is not None:
        try:
            ranked_at, score, profile_id = cursors.decode(_LIST, after)
            place = Place(datetime.fromisoformat(ranked_at), float(score), UUID(profile_id))
        except BadCursor:
            problems.append(InvalidField("after", "after is not a cursor of this list."))
    if problems:
        raise InvalidInput(problems)
    return size, place


def _key(person: Recommendation) -> tuple[float, UUID]:
    return -person.value, person.profile_id


def _key_of(place: Place) -> tuple[float, UUID]:
    return -place.score, place.profile_id


async def _ranked(context: Context, now: datetime) -> list[Recommendation]:
    viewer_id = context.signed_in.profile_id
    own = await context.database.one(profiles.matching_rows, ids=[viewer_id], viewer_id=viewer_id)
    if own is None or own.onboarded_at is None:
        return []
    viewer = features_of(own)
    decided = await context.database.fetch(queries.decided_by, viewer_id=viewer_id)

    async def undecided(ids: Sequence[UUID]) -> Iterable[Any]:
        rows = await context.database.fetch(queries.candidates, ids=list(ids), viewer_id=viewer_id)
        return [row for row in rows if row.is_discoverable]

    asked: dict[str, Any] = {
        "load_profiles": undecided,
        "excluded": [row["profile_id"] for row in decided],
        "limit": RETRIEVED,
        "now": now,
        "wanted": await _vector_of(context, viewer),
    }
    try:
        return await ranked_candidates(viewer, vectors=context.services.vectors, **asked)
    except VectorsUnavailable as error:
        _fallbacks.inc()
        _log.warning("deck without the vector index", reason=str(error))
        return await ranked_candidates(viewer, vectors=Newest(context.database), **asked)


async def _vector_of(context: Context, viewer: Features) -> NDArray[np.float32] | None:
    kept = await vectors_of(context, [viewer.profile_id])
    if kept or not viewer.text:
        return kept.get(viewer.profile_id)
    try:
        # Somebody who has just finished onboarding need not wait for the job that embeds them.
        (vector,) = await context.services.embedder.embed([viewer.text], patient=False)
    except EmbeddingsUnavailable as error:
        _log.warning("deck without the embedding model", reason=str(error))
        return None
    made: NDArray[np.float32] = vector
    return made


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
