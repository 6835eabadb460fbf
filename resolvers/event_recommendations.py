"""Event recommendations: events that a viewer does not know of yet, and why they may like them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import numpy as np
import structlog
from numpy.typing import NDArray
from prometheus_client import Counter

from domain import locations
from domain.numbers import check_count
from matching import event_recommendation_texts as texts
from matching import event_recommendations as recommending
from matching.contents import vector_of
from matching.distance import haversine_km
from matching.embedding_versions import present
from matching.event_recommendations import Candidate, EventReasonKind
from matching.meaning import LEAST_SIMILARITY
from persistence.contents import ContentKind, Contents, Within
from persistence.queries import event_recommendations as queries
from persistence.rows import Row
from persistence.vectors import VectorsUnavailable
from resolvers.context import Context

DEFAULT_SIZE = 10

MOST = 50
"""How many events are recommended at once."""

MOST_OF_EACH = 100
"""How many events are looked at for each thing that can speak for one."""

_log = structlog.get_logger("kith.event_recommendations")
_fallbacks = Counter(
    "kith_event_recommendation_fallbacks_total",
    "Recommendations of events that were made without the vector index, as it was away.",
)


@dataclass(frozen=True, slots=True)
class EventReason:
    """Why an event is recommended.

    Attributes:
        kind: stable for programs.
        text: one sentence, in the reader's language.
    """

    kind: EventReasonKind
    text: str


@dataclass(frozen=True, slots=True)
class RecommendedEvent:
    """An event, and why it is recommended, what speaks most for it first."""

    event: Row
    reasons: list[EventReason]


async def recommended_events(context: Context, *, first: int) -> list[RecommendedEvent]:
    """Recommend events to the viewer, the best first.

    Args:
        context: of the operation.
        first: how many at most, 1 to 50.

    Raises:
        InvalidInput: another number than 1 to 50.
    """
    check_count("first", first, MOST)
    viewer_id, now = context.signed_in.profile_id, datetime.now(UTC)
    reader = await context.database.one(queries.reader, viewer_id=viewer_id)
    if reader is None:
        return []
    here = locations.told(reader)
    latitude, longitude = locations.rounded(*here) if here else (None, None)
    contents = (await present(context.database, context.services.vectors)).contents
    vector = await vector_of(context.database, contents.model_version, viewer_id)
    alike = await _alike(contents, vector, viewer_id, now)
    rows = await context.database.fetch(
        queries.candidates,
        viewer_id=viewer_id,
        ids=[key for key, cosine in alike.items() if cosine >= LEAST_SIMILARITY],
        latitude=latitude,
        longitude=longitude,
        radius_m=recommending.NEAR_KM * 1_000,
        limit=MOST_OF_EACH,
        now=now,
    )
    events = {row.event_id: row for row in rows}
    others = await _similarities(contents, vector, [key for key in events if key not in alike])
    known = alike | others
    candidates = [_candidate(row, known.get(row.event_id), here) for row in rows]
    return [
        RecommendedEvent(events[each.event_id], _reasons(each, reader.language))
        for each in recommending.ranked(candidates, now=now, most=first)
    ]


def _candidate(row: Row, similarity: float | None, here: tuple[float, float] | None) -> Candidate:
    is_known = here is not None and row.latitude is not None
    return Candidate(
        event_id=row.event_id,
        starts_at=row.starts_at,
        matches=row["matches"],
        followed=row["followed"],
        similarity=similarity,
        distance_km=haversine_km(*here, row.latitude, row.longitude) if here and is_known else None,
    )


def _reasons(event: Candidate, language: str | None) -> list[EventReason]:
    return [EventReason(kind, texts.text(kind, language)) for kind in recommending.reasons(event)]


async def _alike(
    contents: Contents, vector: NDArray[np.float32] | None, viewer_id: UUID, now: datetime
) -> dict[UUID, float]:
    """Give the events nearest to what the viewer writes, with their cosines."""
    if vector is None:
        return {}
    within = Within(since=now, not_by=[viewer_id])
    try:
        return dict(
            await contents.search(ContentKind.EVENT, vector, limit=MOST_OF_EACH, within=within)
        )
    except VectorsUnavailable as error:
        return _away(error)


async def _similarities(
    contents: Contents, vector: NDArray[np.float32] | None, ids: list[UUID]
) -> dict[UUID, float]:
    if vector is None:
        return {}
    try:
        return await contents.similarities(ContentKind.EVENT, vector, ids)
    except VectorsUnavailable as error:
        return _away(error)


def _away(error: VectorsUnavailable) -> dict[UUID, float]:
    _fallbacks.inc()
    _log.warning("events recommended without the vector index", reason=str(error))
    return {}
