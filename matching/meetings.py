"""Meetings: when and where two people who have matched could meet: pure.

What is suggested is all that is told: a start that both have time at, and a public place. Both get
the same suggestions, made of told places and of lots, so that neither the other's home nor the ends
of their hours stand in one of them; whoever sees many, each by other hours of their own, can find
the hours of the other.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.weekly_hours import WeeklyHours, Window, windows
from matching.distance import haversine_km

LENGTH = timedelta(minutes=90)
"""How long a suggested meeting lasts."""

LEAD = timedelta(hours=3)
"""How far ahead a suggested meeting is at the least."""

AHEAD = timedelta(days=14)
"""Within which time a suggested meeting ends."""

REACH_KM = 50.0
"""How far people go who have not said how far others may be from them."""

_STEP = timedelta(minutes=30)
_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Side:
    """One of two people.

    Attributes:
        place: the told one, latitude and longitude in degrees.
        reach_km: how far they go from there.
        hours: when they have time.
        zone: by whose clock.
        likes: kinds of places to which they like to go.
    """

    place: tuple[float, float]
    reach_km: float
    hours: Sequence[WeeklyHours]
    zone: ZoneInfo
    likes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Venue:
    """A place where they could meet.

    Attributes:
        place: it, as whoever asks knows it.
        place_id: its key.
        point: where it is, latitude and longitude in degrees.
        category: its kind.
        hours: when it is open; None when nobody has said, which hinders nothing.
        zone: by whose clock; None without hours.
    """

    place: Any
    place_id: UUID
    point: tuple[float, float]
    category: str
    hours: Sequence[WeeklyHours] | None = None
    zone: ZoneInfo | None = None

    def open_within(self, span: Window) -> list[Window]:
        """Give when it is open within a span; the whole of it when nobody has said."""
        if self.hours is None or self.zone is None:
            return [span]
        return windows(self.hours, self.zone, span)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A meeting that suits both."""

    venue: Venue
    window: Window


def fair(one: Side, other: Side, venues: Iterable[Venue]) -> list[Venue]:
    """Give the venues within both people's reach, the best first.

    Those of a kind that both like come first, then those that either does; of these, where the one
    who goes farther goes least far.

    Args:
        one: a person.
        other: the other.
        venues: any places.
    """
    ranked = []
    for venue in venues:
        ways = [haversine_km(*side.place, *venue.point) for side in (one, other)]
        if ways[0] <= one.reach_km and ways[1] <= other.reach_km:
            likes = (venue.category in one.likes) + (venue.category in other.likes)
            ranked.append((-likes, max(ways), venue.place_id, venue))
    return [venue for *_, venue in sorted(ranked, key=lambda each: each[:3])]


def suggestions(
    one: Side, other: Side, venues: Iterable[Venue], *, lot: UUID, now: datetime, most: int
) -> list[Suggestion]:
    """Suggest meetings, at most one a day, in other places as far as there are.

    Args:
        one: a person.
        other: the other; who is who changes nothing.
        venues: places about in the middle.
        lot: the two people's own, by which starts are drawn.
        now: the moment, with its time zone.
        most: how many at the most.

    Returns:
        Suggestions in the order of time, each within both people's hours and reach, while its
        place is open.
    """
    span = Window(now + LEAD, now + AHEAD)
    best = fair(one, other, venues)[:_LOOKED_AT]
    opened = [(venue, venue.open_within(span)) for venue in best]
    found: list[Suggestion] = []
    for day, starts in groupby(_starts(one, other, span), key=lambda start: start.date()):
        used = {each.venue.place_id for each in found}
        # New places first; sorting keeps the order of the others.
        choice = sorted(opened, key=lambda each: each[0].place_id in used)
        suggestion = _first(_drawn(list(starts), lot, day), choice)
        if suggestion is not None:
            found.append(suggestion)
        if len(found) == most:
            break
    return found


def _first(
    starts: Sequence[datetime], opened: Sequence[tuple[Venue, list[Window]]]
) -> Suggestion | None:
    for start in starts:
        window = Window(start, start + LENGTH)
        for venue, hours in opened:
            if any(each.holds(window) for each in hours):
                return Suggestion(venue, window)
    return None


def _starts(one: Side, other: Side, span: Window) -> Iterator[datetime]:
    """Give the half hours at which both have time for a whole meeting, in their order."""
    mine, theirs = (windows(side.hours, side.zone, span) for side in (one, other))
    for both in _overlaps(mine, theirs):
        start = _half_hour(both.starts_at)
        while start + LENGTH <= both.ends_at:
            yield start
            start += _STEP


def _overlaps(mine: Sequence[Window], theirs: Sequence[Window]) -> Iterator[Window]:
    at = 0
    for window in mine:
        while at < len(theirs) and theirs[at].ends_at <= window.starts_at:
            at += 1
        for other in theirs[at:]:
            both = window.overlap(other)
            if both is None:
                break
            yield both


def _half_hour(moment: datetime) -> datetime:
    """Give the moment, or the next full or half hour."""
    past = timedelta(minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond)
    return moment + -past % _STEP


def _drawn(starts: list[datetime], lot: UUID, day: date) -> list[datetime]:
    """Begin with one of a day's starts by lot: the first would tell with which hours do."""
    digest = hashlib.blake2b(lot.bytes, digest_size=8, salt=day.isoformat().encode()).digest()
    first = int.from_bytes(digest) % len(starts)
    return starts[first:] + starts[:first]
