"""Qdrant's client, and the hard filters of both sides in its words; slow to import."""

from collections.abc import Iterable
from datetime import UTC

from qdrant_client import AsyncQdrantClient, QdrantClient, models
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from persistence.facets import ANY, EXCLUDED_LIMIT, NO_LIMIT, REACHES_KM, Facets, Search

__all__ = [
    "INDEXES",
    "AsyncQdrantClient",
    "QdrantClient",
    "ResponseHandlingException",
    "UnexpectedResponse",
    "models",
    "two_way_filter",
]

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
    idle_days = float(NO_LIMIT)
    if viewer.last_active_at is not None:
        idle_days = (search.now - viewer.last_active_at).total_seconds() / 86_400
    return [
        _one_of("wants_genders", {viewer.gender or ANY, ANY}),
        _between("wants_age_min", lte=age if age is not None else 0),
        _between("wants_age_max", gte=age if age is not None else NO_LIMIT),
        _one_of("wants_goals", viewer.goals | {ANY}),
        _one_of("wants_languages", viewer.languages | {ANY}),
        _between("wants_active_days", gte=idle_days),
    ]


def _near_enough(viewer: Facets) -> list[models.Condition]:
    if viewer.location is None:
        return [_equal("reach", ANY)]
    conditions: list[models.Condition] = []
    if viewer.wants_distance_km is not None:
        conditions.append(_within(viewer.location, viewer.wants_distance_km))
    reaching: list[models.Condition] = [_equal("reach", ANY)]
    for step in REACHES_KM:
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
