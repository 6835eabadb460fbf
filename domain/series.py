"""Series: events that come again, of which the next ones exist as events of their own."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from domain import recurrences
from domain.event_details import FARTHEST
from domain.event_facts import EventCreated
from persistence import models
from persistence.queries import series as queries
from persistence.rows import Row
from persistence.transaction import Transaction

AHEAD = 10
"""How many events to come a series has, of those that start within three years."""


async def begin(tx: Transaction, event: Row, rule: str, *, now: datetime) -> None:
    """Let an event come again.

    Args:
        tx: the transaction, which has made the event.
        event: the first of the series.
        rule: as `recurrences.checked` gave it.
        now: the moment.
    """
    series = await tx.add(
        models.EventSeries,
        host_id=event.host_id,
        rule=rule,
        starts_at=event.starts_at,
        time_zone=event.time_zone,
        duration_seconds=round((event.ends_at - event.starts_at).total_seconds()),
        made_until=event.starts_at,
    )
    key = {"event_id": event.event_id}
    place = {"series_id": series.series_id, "original_starts_at": event.starts_at}
    await tx.change(models.Event, key, **place)
    await make_next(tx, series_id=series.series_id, now=now)


async def make_next(tx: Transaction, *, series_id: UUID, now: datetime) -> Sequence[Row]:
    """Make the events of a series that are due to exist; doing so again makes none.

    They are like the last one that exists, with its co-hosts and invitations, at the times of the
    rule by the clock of the series' time zone, and no farther ahead than any event may be. The
    host's account cannot be deleted, and the series' row is locked, until the commit.

    Args:
        tx: the transaction.
        series_id: the series.
        now: the moment; what would have started already is left out.

    Returns:
        The new events.
    """
    # Before the series: the order in which deleting an account takes them.
    await tx.fetch(queries.hold_host, series_id=series_id)
    series = await tx.get(models.EventSeries, lock=True, series_id=series_id)
    if series is None or series.ended_at is not None:
        return []
    last = await tx.one(queries.last_of, series_id=series_id)
    wanted = AHEAD - await tx.value(queries.count_coming, series_id=series_id, now=now)
    times = recurrences.occurrences(
        series.rule,
        starts_at=series.starts_at,
        time_zone=series.time_zone,
        after=max(series.made_until, now),
        most=max(0, wanted),
    )
    key = {"series_id": series_id}
    if last is None or (len(times) < wanted and all(at <= now + FARTHEST for at in times)):
        await tx.change(models.EventSeries, key, ended_at=now)
    times = [at for at in times if at <= now + FARTHEST]
    if last is None or not times:
        return []
    long = timedelta(seconds=series.duration_seconds)
    made = await tx.fetch(
        queries.repeat,
        event_id=last.event_id,
        time_zone=series.time_zone,
        starts=times,
        ends=[at + long for at in times],
    )
    for copied in (queries.repeat_co_hosts, queries.repeat_invitations):
        await tx.fetch(copied, event_id=last.event_id, ids=[row.event_id for row in made])
    await tx.change(models.EventSeries, key, made_until=times[-1])
    for row in made:
        tx.record(EventCreated(event_id=row.event_id, host_id=row.host_id))
    return made


async def hold_following(tx: Transaction, event: Row) -> list[Row]:
    """Lock the later events of an event's series, which gets no new ones until the commit.

    Args:
        tx: the transaction.
        event: one of the series, or an event by itself.
    """
    if event.series_id is None:
        return []
    await tx.get(models.EventSeries, lock=True, series_id=event.series_id)
    place = {"series_id": event.series_id, "after": event.original_starts_at}
    return await tx.fetch(queries.hold_following, **place)


async def end(tx: Transaction, event: Row, *, now: datetime) -> None:
    """Let no more events follow in an event's series."""
    if event.series_id is not None:
        await tx.change(models.EventSeries, {"series_id": event.series_id}, ended_at=now)
