"""Qdrant's client, and searches with the filters of both sides in its words; slow to import."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from qdrant_client import AsyncQdrantClient, QdrantClient, models
from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from persistence.facets import (
    ANY,
    BEYOND,
    EARTH_RATIO,
    EXCLUDED_LIMIT,
    NO_LIMIT,
    RADIUS_SLACK_M,
    REACHES_KM,
    Facets,
    Order,
    Search,
    Wish,
)

__all__ = [
    "INDEXES",
    "AsyncQdrantClient",
    "QdrantClient",
    "ResourceExhaustedResponse",
    "ResponseHandlingException",
    "UnexpectedResponse",
    "having_vector",
    "models",
    "putting",
    "request_of",
    "ring_filter",
    "two_way_filter",
]

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
    "mutual": models.PayloadSchemaType.FLOAT,
    "shown": models.PayloadSchemaType.FLOAT,
    "joined": models.PayloadSchemaType.FLOAT,
    "lot": models.PayloadSchemaType.FLOAT,
}
"""What the server filters and orders by, and so needs an index of."""

_ORDERED_BY = {
    Order.LIKELIEST: ("mutual", models.Direction.DESC),
    Order.UNSEEN: ("lot", models.Direction.ASC),
    Order.LEAST_SHOWN: ("shown", models.Direction.ASC),
    Order.NEWEST: ("joined", models.Direction.DESC),
}


def having_vector(vector_name: str) -> models.Filter:
    """Write that people have a vector of this name."""
    return models.Filter(must=[models.HasVectorCondition(has_vector=vector_name)])


def putting(structs: Sequence[models.PointStruct], known: Collection[str]) -> list[Any]:
    """Write that points have these vectors beside their others, and these payloads.

    Args:
        structs: the points.
        known: the ids of those that are there already; the others come whole.
    """
    changes: list[Any] = []
    if new := [struct for struct in structs if struct.id not in known]:
        changes.append(models.UpsertOperation(upsert=models.PointsList(points=new)))
    if old := [struct for struct in structs if struct.id in known]:
        vectors = [models.PointVectors(id=struct.id, vector=struct.vector) for struct in old]
        changes.append(
            models.UpdateVectorsOperation(update_vectors=models.UpdateVectors(points=vectors))
        )
    for struct in old:
        change = models.SetPayload(payload=struct.payload or {}, points=[struct.id])
        changes.append(models.OverwritePayloadOperation(overwrite_payload=change))
    return changes


def request_of(search: Search, vector_name: str) -> models.QueryRequest:
    """Write a search as one query of a batch; hits carry no payload."""
    both_sides = two_way_filter(search)
    request: dict[str, Any] = {"filter": both_sides, "limit": search.limit, "with_payload": False}
    if search.order in _ORDERED_BY:
        key, direction = _ORDERED_BY[search.order]
        start = search.lot if search.order is Order.UNSEEN else None
        by = models.OrderBy(key=key, direction=direction, start_from=start)
        request["query"] = models.OrderByQuery(order_by=by)
    elif search.vector is not None:
        request["query"] = models.NearestQuery(nearest=search.vector.tolist())
        request["using"] = vector_name
        if search.is_exact or search.breadth is not None:
            request["params"] = models.SearchParams(
                exact=search.is_exact or None, hnsw_ef=search.breadth
            )
    return models.QueryRequest(**request)


def two_way_filter(search: Search) -> models.Filter:
    """Write the hard filters of both sides: whom the viewer wants, and who wants the viewer.

    Exact but for distance, where a candidate's reach is rounded up to a step: Qdrant cannot filter
    by a radius that is stored on the candidate.
    """
    excluded = [str(search.viewer_id), *map(str, search.excluded[:EXCLUDED_LIMIT])]
    forbidden: list[models.Condition] = [models.HasIdCondition(has_id=[*excluded])]
    required = [_equal("is_discoverable", True), *_wanting_viewer(search), _reaching(search.viewer)]
    for wish, condition in _wishes(search):
        (forbidden if wish is search.beyond else required).append(condition)
    if search.availability is not None:
        required.append(_equal("availability", search.availability))
    if search.order is Order.UNSEEN:
        required.append(models.IsEmptyCondition(is_empty=models.PayloadField(key="shown")))
    return models.Filter(must=required, must_not=forbidden)


def ring_filter(place: tuple[float, float], ring_km: tuple[float, float]) -> models.Filter:
    """Write that people are to be found, and within a ring around a place.

    Args:
        place: the middle, latitude and longitude in degrees.
        ring_km: the distances from which, inclusive, and to which, exclusive, it reaches, on the
            earth of `earthdistance`.
    """
    inner, outer = ring_km
    required: list[models.Condition] = [
        _equal("is_discoverable", True),
        _closer(place, outer),
    ]
    forbidden: list[models.Condition] = [_closer(place, inner)] if inner > 0 else []
    return models.Filter(must=required, must_not=forbidden)


def _closer(place: tuple[float, float], kilometres: float) -> models.FieldCondition:
    center = models.GeoPoint(lat=place[0], lon=place[1])
    radius = models.GeoRadius(center=center, radius=kilometres * 1000.0 * EARTH_RATIO)
    return models.FieldCondition(key="location", geo_radius=radius)


def _wishes(search: Search) -> Iterator[tuple[Wish, models.Condition]]:
    viewer = search.viewer
    if search.birth_until is not None:
        yield Wish.AGE_MIN, _between("birth_day", lte=search.birth_until.toordinal())
    if search.birth_after is not None:
        yield Wish.AGE_MAX, _between("birth_day", gt=search.birth_after.toordinal())
    if viewer.wants_genders:
        yield Wish.GENDERS, _one_of("gender", viewer.wants_genders)
    if viewer.wants_goals:
        yield Wish.GOALS, _one_of("goals", viewer.wants_goals)
    if viewer.wants_languages:
        yield Wish.LANGUAGES, _one_of("languages", viewer.wants_languages)
    if viewer.wants_active_days is not None:
        yield Wish.ACTIVITY, _between("last_active", gte=search.active_since)
    if viewer.location is not None and viewer.wants_distance_km is not None:
        shrunk = BEYOND if search.beyond is Wish.DISTANCE else 1.0
        yield Wish.DISTANCE, _within(viewer.location, shrunk * viewer.wants_distance_km)


def _wanting_viewer(search: Search) -> list[models.Condition]:
    viewer, age = search.viewer, search.viewer_age
    return [
        _one_of("wants_genders", {viewer.gender or ANY, ANY}),
        _between("wants_age_min", lte=age if age is not None else 0),
        _between("wants_age_max", gte=age if age is not None else NO_LIMIT),
        _one_of("wants_goals", viewer.goals | {ANY}),
        _one_of("wants_languages", viewer.languages | {ANY}),
        _between("wants_active_days", gte=search.idle_days),
    ]


def _reaching(viewer: Facets) -> models.Condition:
    if viewer.location is None:
        return _equal("reach", ANY)
    reaching: list[models.Condition] = [_equal("reach", ANY)]
    for step in REACHES_KM:
        near = _within(viewer.location, step)
        reaching.append(models.Filter(must=[_equal("reach", str(step)), near]))
    return models.Filter(should=reaching)


def _equal(key: str, value: str | bool) -> models.FieldCondition:
    return models.FieldCondition(key=key, match=models.MatchValue(value=value))


def _one_of(key: str, values: Iterable[str]) -> models.FieldCondition:
    return models.FieldCondition(key=key, match=models.MatchAny(any=sorted(values)))


def _between(key: str, **bounds: float | None) -> models.FieldCondition:
    return models.FieldCondition(key=key, range=models.Range(**bounds))


def _within(place: tuple[float, float], radius_km: float) -> models.FieldCondition:
    center = models.GeoPoint(lat=place[0], lon=place[1])
    radius = models.GeoRadius(center=center, radius=radius_km * 1000.0 + RADIUS_SLACK_M)
    return models.FieldCondition(key="location", geo_radius=radius)
