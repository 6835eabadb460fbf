"""Weekly hours: when a place is open or a person has time, by the clock of one time zone: pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from domain.refusals import InvalidField, InvalidFieldCode

MOST_HOURS = 28
"""The most entries of a week."""


class Weekday(StrEnum):
    """A day of the week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


_DAYS = tuple(Weekday)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Hours that come again every week.

    Attributes:
        day: the day on which they begin.
        begin: the time of day at which they do.
        end: when they end, exclusive; on the next day if it is not later than `begin`, so that
            hours that end when they begin last for a day.
    """

    day: Weekday
    begin: time
    end: time

    def stored(self) -> dict[str, str]:
        """Give them as JSON, as `of_stored` reads them."""
        begin, end = (clock.isoformat("minutes") for clock in (self.begin, self.end))
        return {"day": self.day.value, "begin": begin, "end": end}

    def on(self, day: date, zone: ZoneInfo) -> "Window":
        """Give the moments from which and to which they last when they begin on a day.

        A time that the clock shows twice is the first of the two; one that it skips is as much
        later as the clock is put forward.
        """
        last = day + _DAY if self.end <= self.begin else day
        return Window(_moment(day, self.begin, zone), _moment(last, self.end, zone))


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A stretch of time: from `starts_at` on, to before `ends_at`, both in UTC."""

    starts_at: datetime
    ends_at: datetime

    def overlap(self, other: "Window") -> "Window | None":
        """Give what is in both; None for nothing."""
        both = Window(
            max(self.starts_at, other.starts_at),
            min(self.ends_at, other.ends_at),
        )
        return both if both.starts_at < both.ends_at else None

    def holds(self, other: "Window") -> bool:
        """Say whether the other lies wholly in this one."""
        return self.starts_at <= other.starts_at and other.ends_at <= self.ends_at


def hours_problems(path: str, hours: Sequence[WeeklyHours]) -> list[InvalidField]:
    """Say what is wrong with the hours of a week: too many of them.

    Args:
        path: the field, in the schema's names.
        hours: at most 28; they may overlap.
    """
    if len(hours) > MOST_HOURS:
        return [
            InvalidField(
                path, f"{path} has more than {MOST_HOURS} entries.", InvalidFieldCode.TOO_MANY
            )
        ]
    return []


def in_order(hours: Iterable[WeeklyHours]) -> list[WeeklyHours]:
    """Give distinct hours as they follow each other from Monday on."""
    return sorted(set(hours), key=lambda each: (_DAYS.index(each.day), each.begin, each.end))


def of_stored(stored: Iterable[Mapping[str, Any]]) -> list[WeeklyHours]:
    """Give hours back of which `WeeklyHours.stored` made JSON."""
    return [
        WeeklyHours(
            Weekday(each["day"]),
            time.fromisoformat(each["begin"]),
            time.fromisoformat(each["end"]),
        )
        for each in stored
    ]


def holds(hours: Iterable[WeeklyHours], zone: ZoneInfo, moment: datetime) -> bool:
    """Say whether a moment lies within weekly hours.

    Args:
        hours: of a week.
        zone: by whose clock they are.
        moment: with its time zone.
    """
    hours = list(hours)
    return any(
        window.starts_at <= moment < window.ends_at
        for day in _days_about(moment, moment)
        for window in _of_day(hours, day, zone)
    )


def windows(hours: Iterable[WeeklyHours], zone: ZoneInfo, span: Window) -> list[Window]:
    """Give the stretches of time within a span that weekly hours cover.

    Args:
        hours: of a week.
        zone: by whose clock they are.
        span: within which; the windows are cut at its ends.

    Returns:
        The windows in their order; those that touch or overlap are one.
    """
    hours = list(hours)
    found = sorted(
        cut
        for day in _days_about(span.starts_at, span.ends_at)
        for window in _of_day(hours, day, zone)
        if (cut := window.overlap(span)) is not None
    )
    return list(_joined(found))


def _joined(found: Iterable[Window]) -> Iterator[Window]:
    last: Window | None = None
    for window in found:
        if last is None:
            last = window
        elif window.starts_at <= last.ends_at:
            last = Window(last.starts_at, max(last.ends_at, window.ends_at))
        else:
            yield last
            last = window
    if last is not None:
        yield last


def _of_day(hours: Iterable[WeeklyHours], day: date, zone: ZoneInfo) -> Iterator[Window]:
    weekday = _DAYS[day.weekday()]
    for each in hours:
        if each.day is weekday:
            window = each.on(day, zone)
            # Where the clock is put forward over all of them there are none.
            if window.starts_at < window.ends_at:
                yield window


def _days_about(begin: datetime, end: datetime) -> Iterator[date]:
    """Give the days on which hours can begin that reach into this time, by whatever clock."""
    # Hours last a day at the most, and no clock is a day away from UTC. Where the calendar ends,
    # its last days are left out, of which not all are there by every clock.
    first = max(begin.astimezone(UTC).date().toordinal() - 2, date.min.toordinal() + 1)
    last = min(end.astimezone(UTC).date().toordinal() + 1, date.max.toordinal() - 2)
    for ordinal in range(first, last + 1):
        yield date.fromordinal(ordinal)


def _moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)
