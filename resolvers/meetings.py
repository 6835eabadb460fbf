"""Meetings: what a client asks and does to meet somebody."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import strawberry

from dataloaders import matches
from domain import locations, meetings, weekly_hours
from domain.numbers import check_count
from domain.weekly_hours import WeeklyHours
from execution.declarations import batch
from matching.distance import midpoint
from matching.meetings import REACH_KM, Side, Venue, suggestions
from persistence.queries import meetings as queries
from persistence.rows import Row
from resolvers import ids
from resolvers.context import Context

MOST_SUGGESTIONS = 10
"""The most meetings that are suggested to two people at once."""

_VENUES = 60


@dataclass(frozen=True, slots=True)
class MeetingSuggestion:
    """Where and when two people could meet, as the API shows it."""

    place: Row
    starts_at: datetime
    ends_at: datetime


@batch
async def suggestions_for(
    context: Context,
    match_ids: Sequence[UUID],
    *,
    first: Annotated[int, strawberry.argument(description="How many at most, 1 to 10.")] = 3,
) -> list[list[MeetingSuggestion]]:
    """Meetings that suit both people of each match of the viewer.

    Raises:
        InvalidInput: another number than 1 to 10.
    """
    check_count("first", first, MOST_SUGGESTIONS)
    pairs = await _pairs(context, match_ids)
    venues = await _venues(context, pairs)
    now = datetime.now(UTC)

    def suggested(match_id: UUID) -> list[MeetingSuggestion]:
        if match_id not in pairs:
            return []
        one, other = pairs[match_id]
        found = suggestions(one, other, venues[match_id], lot=match_id, now=now, most=first)
        return [
            MeetingSuggestion(each.venue.place, each.window.starts_at, each.window.ends_at)
            for each in found
        ]

    # In a thread: for many matches it takes long enough for others to notice.
    return await asyncio.to_thread(lambda: [suggested(match_id) for match_id in match_ids])


async def _pairs(context: Context, match_ids: Sequence[UUID]) -> dict[UUID, tuple[Side, Side]]:
    """Give both sides of the matches in which both have said where and when."""
    me = context.signed_in.profile_id
    partners = await context.loaders.load_many(matches.partners_of, context, match_ids, {})
    keys = {
        match_id: partner.profile_id
        for match_id, partner in zip(match_ids, partners, strict=True)
        if partner is not None
    }
    rows = await context.database.fetch(queries.sides, profile_ids=[me, *keys.values()])
    sides = {row["profile_id"]: _side(row) for row in rows}
    if me not in sides:
        return {}
    # In the order of the keys: both people get the same.
    return {
        match_id: (sides[min(me, key)], sides[max(me, key)])
        for match_id, key in keys.items()
        if key in sides
    }


def _side(row: Any) -> Side:
    place = locations.told(row)
    assert place is not None  # noqa: S101 - the statement leaves out who has none
    return Side(
        place=place,
        reach_km=row.max_distance_km or REACH_KM,
        hours=weekly_hours.of_stored(row.hours),
        zone=ZoneInfo(row.time_zone),
        likes=frozenset(row.liked or ()),
    )


async def _venues(
    context: Context, pairs: Mapping[UUID, tuple[Side, Side]]
) -> dict[UUID, list[Venue]]:
    """Give the places nearest to the middle of each pair."""
    middles = [
        locations.rounded(*midpoint(one.place, other.place)) for one, other in pairs.values()
    ]
    rows = await context.database.fetch(
        queries.nearest_places,
        match_ids=list(pairs),
        latitudes=[latitude for latitude, _ in middles],
        longitudes=[longitude for _, longitude in middles],
        limit=_VENUES,
    )
    venues = defaultdict(list)
    for row in rows:
        venues[row["match_id"]].append(_venue(row))
    return venues


def _venue(row: Row) -> Venue:
    known = row.opening_hours is not None
    return Venue(
        place=row,
        place_id=row.place_id,
        point=(row.latitude, row.longitude),
        category=row.category,
        hours=weekly_hours.of_stored(row.opening_hours) if known else None,
        zone=ZoneInfo(row.time_zone) if known else None,
    )


async def set_meeting_times(
    context: Context, *, time_zone: str, hours: list[Any]
) -> dict[str, Any]:
    """Say when you have time to meet, in place of what you said before; nobody else sees it.

    Suggestions to you and your matches are made of it: each tells the other an hour at which you
    have time, and many of them can tell most of your hours.
    """
    async with context.write() as tx:
        times = await meetings.set_meeting_times(
            tx,
            context.signed_in,
            time_zone=time_zone,
            hours=[WeeklyHours(each.day, each.begin, each.end) for each in hours],
        )
        return tx.answer({"meeting_times": times})


async def invite_to_meeting(
    context: Context, *, match_id: str, place_id: str, starts_at: datetime, ends_at: datetime
) -> dict[str, Any]:
    """Invite a match to meet you: an event for the two of you, to which you go.

    The other is told, and answers with `rsvp`. Whether they have time then is not looked at.
    """
    async with context.write() as tx:
        event = await meetings.invite_to_meeting(
            tx,
            context.signed_in,
            match_id=ids.decode(match_id, "Match"),
            place_id=ids.decode(place_id, "Place"),
            starts_at=starts_at,
            ends_at=ends_at,
            most_a_day=context.services.settings.events_per_day,
        )
        return tx.answer({"event": event})
