"""Reminders: who goes to an event is told a day and an hour before it begins, once each."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.facts import Fact
from domain.notifications import TOLD_AT_ONCE
from persistence.queries import reminders as queries
from persistence.transaction import Transaction


class Lead(StrEnum):
    """How long before the start somebody is reminded."""

    DAY = "day"
    HOUR = "hour"


DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class EventReminded(Fact):
    """It is time to tell people that an event to which they go begins soon.

    Attributes:
        profile_ids: who, at most as many as one fact tells.
    """

    event_id: UUID
    lead: Lead
    profile_ids: tuple[UUID, ...]


async def remind(tx: Transaction, *, now: datetime, limit: int) -> int:
    """Write down that people are reminded now, and record it; each is once by each lead.

    Who joined later than a day, or an hour, before the start knows it anyway; a day's reminder
    that is late by all of the day is none. An event that is moved reminds only those who were not
    reminded yet.

    Args:
        tx: the transaction.
        now: the moment.
        limit: the most people for each lead.

    Returns:
        How many people are reminded, of the lead of which there are more.
    """
    most = 0
    bounds = {Lead.HOUR: (now, now + HOUR), Lead.DAY: (now + HOUR, now + DAY)}
    for lead, (after, until) in bounds.items():
        asked = {"now": now, "after": after, "until": until, "limit": limit}
        people: dict[UUID, list[UUID]] = defaultdict(list)
        rows = await tx.fetch(queries.due[lead], **asked)
        for row in rows:
            people[row["event_id"]].append(row["profile_id"])
        for event_id, ids in people.items():
            for start in range(0, len(ids), TOLD_AT_ONCE):
                told = tuple(ids[start : start + TOLD_AT_ONCE])
                tx.record(EventReminded(event_id=event_id, lead=lead, profile_ids=told))
        most = max(most, len(rows))
    return most
