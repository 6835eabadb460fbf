"""Calendars: events as iCalendar (RFC 5545), and the secret by which somebody's are read."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import icalendar

from domain import global_ids
from domain.viewer import Unauthenticated, Viewer
from persistence import models
from persistence.queries import calendars as queries
from persistence.rows import Row
from persistence.transaction import Transaction

PAST = timedelta(days=30)
"""For how long after its end an event stays in somebody's calendar."""

MOST_EVENTS = 500
"""How many events somebody's calendar has at most, the next ones first."""

_SIGNATURE_BYTES = 32


async def reset_calendar(tx: Transaction, viewer: Viewer) -> Row:
    """Give the viewer's calendar a new secret; the one before is good no more.

    Returns:
        The calendar, with its key.

    Raises:
        Unauthenticated: the account was deleted meanwhile.
    """
    row = await tx.one(queries.reset, viewer_id=viewer.profile_id)
    if row is None:
        raise Unauthenticated
    return row


async def end_secret(tx: Transaction, profile_id: UUID) -> None:
    """Give somebody's calendar a new secret, if they have made one."""
    await tx.change(models.Calendar, {"profile_id": profile_id}, calendar_key=uuid4())


def token_for(calendar: Row, secret: bytes) -> str:
    """Make the token by which a calendar is read, until it is reset.

    It is kept nowhere: it follows from the calendar's key and the secret of the deployment.

    Args:
        calendar: whose it is, and its key.
        secret: the key that signs codes.
    """
    signature = _signature(calendar.profile_id, calendar.calendar_key, secret)
    return base64.urlsafe_b64encode(calendar.profile_id.bytes + signature).rstrip(b"=").decode()


def owner_of(token: str) -> UUID | None:
    """Tell whose calendar a token says that it is for; None when it is none."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    return UUID(bytes=raw[:16]) if len(raw) == 16 + _SIGNATURE_BYTES else None


def is_good(token: str, calendar: Row | None, secret: bytes) -> bool:
    """Say whether a token is the one of a calendar, if there is that calendar."""
    return calendar is not None and hmac.compare_digest(
        token.encode(), token_for(calendar, secret).encode()
    )


def ics_of(events: Sequence[Row], *, now: datetime) -> str:
    """Write events as iCalendar, each at its clock, with the rules of their time zones.

    Args:
        events: with their host's `host_name`.
        now: when it is written.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Kith//EN")
    calendar.add("version", "2.0")
    for event in events:
        calendar.add_component(_component(event, now))
    used = calendar.get_missing_tzids()
    for zone in sorted(used):
        # Of its own events alone: rules of many zones for many years would take seconds.
        years = [
            moment.year
            for event in events
            if event.time_zone == zone
            for moment in (event.starts_at, event.ends_at)
        ]
        calendar.subcomponents.insert(0, _rules(zone, min(years) - 1, max(years) + 1))
    text: str = calendar.to_ical().decode()
    return text


@lru_cache(maxsize=2048)
def _rules(zone: str, first_year: int, last_year: int) -> icalendar.Timezone:
    """Give when the clock of a time zone is changed; nobody may change what is given."""
    first, last = date(first_year, 1, 1), date(last_year, 12, 31)
    clock, start = ZoneInfo(zone), datetime(first_year, 1, 1, tzinfo=UTC)
    weeks = range((last - first).days // 7 + 1)
    shown = [(start + timedelta(weeks=week)).astimezone(clock) for week in weeks]
    if len({(time.utcoffset(), time.tzname()) for time in shown}) > 1:
        return icalendar.Timezone.from_tzid(zone, first_date=first, last_date=last)
    # Else it would look for a change until the year 9999.
    rules, always = icalendar.Timezone(), icalendar.TimezoneStandard()
    always.add("dtstart", start.replace(tzinfo=None))
    for name in ("tzoffsetfrom", "tzoffsetto"):
        always.add(name, shown[0].utcoffset())
    always.add("tzname", shown[0].tzname())
    rules.add("tzid", zone)
    rules.add_component(always)
    return rules


def _component(event: Row, now: datetime) -> icalendar.Event:
    zone = ZoneInfo(event.time_zone)
    component = icalendar.Event()
    component.add("uid", f"{global_ids.encode('Event', event.event_id)}@kith")
    component.add("dtstamp", now.astimezone(UTC))
    component.add("last-modified", event.updated_at.astimezone(UTC))
    # Calendars take the later of two by this.
    component.add("sequence", max(0, int((event.updated_at - event.created_at).total_seconds())))
    times = [event.starts_at.astimezone(zone), event.ends_at.astimezone(zone)]
    if any(time.fold for time in times):
        # What the clock shows for the second time has no other way to be written.
        times = [time.astimezone(UTC) for time in times]
    component.add("dtstart", times[0])
    component.add("dtend", times[1])
    component.add("summary", event.title)
    component.add("status", "CANCELLED" if event.cancelled_at else "CONFIRMED")
    if event.description:
        component.add("description", event.description)
    if where := ", ".join(filter(None, (event.place_name, event.address, event.city))):
        component.add("location", where)
    if event.latitude is not None:
        component.add("geo", (event.latitude, event.longitude))
    if event.online_url:
        component.add("url", event.online_url)
    if event.tags:
        component.add("categories", list(event.tags))
    return component


def _signature(profile_id: UUID, calendar_key: UUID, secret: bytes) -> bytes:
    signed = b"kith:calendar:" + profile_id.bytes + calendar_key.bytes
    return hmac.digest(secret, signed, hashlib.sha256)
