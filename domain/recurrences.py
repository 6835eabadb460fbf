"""Recurrences: the rules by which events come again, a part of those of RFC 5545."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from domain.refusals import InvalidInput

RULE_LENGTH = 200
"""The most characters of a rule."""

MOST_TIMES = 366
"""The largest COUNT."""

LONGEST_INTERVAL = 11
"""The largest INTERVAL. With months it lets every day of a month come again within three years."""

_PARTS = {
    "DAILY": frozenset({"INTERVAL", "COUNT", "UNTIL"}),
    "WEEKLY": frozenset({"INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"}),
    "MONTHLY": frozenset({"INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY"}),
    "YEARLY": frozenset({"INTERVAL", "COUNT", "UNTIL"}),
}
"""The parts that a rule may have beside FREQ. With these, what comes once comes again soon: a rule
that never comes again would be looked for until the year 9999."""


_DAYS = "(MO|TU|WE|TH|FR|SA|SU)"
_NUMBERED = f"([+-]?[1-5])?{_DAYS}"
_OF_MONTH = "-?([1-9]|[12][0-9]|3[01])"
_WRITTEN = {
    "UNTIL": re.compile(r"[0-9]{8}T[0-9]{6}Z"),
    "WKST": re.compile(_DAYS),
    "BYMONTHDAY": re.compile(f"{_OF_MONTH}(,{_OF_MONTH})*"),
}
_BYDAY = {
    "WEEKLY": re.compile(f"{_DAYS}(,{_DAYS})*"),
    "MONTHLY": re.compile(f"{_NUMBERED}(,{_NUMBERED})*"),
}


def checked(rule: str, *, starts_at: datetime, time_zone: str) -> str:
    """Give a rule as it is kept: its parts in capital letters, without RRULE.

    Args:
        rule: as in RFC 5545, like ``FREQ=WEEKLY;BYDAY=TU,TH;COUNT=10``: DAILY, WEEKLY (with
            BYDAY), MONTHLY (with BYDAY, which may be numbered, or BYMONTHDAY) or YEARLY, with an
            INTERVAL of at most 11, and a COUNT of at most 366 or an UNTIL in UTC.
        starts_at: the first time.
        time_zone: whose clock it goes by, of IANA.

    Raises:
        InvalidInput: it is no such rule, or the first time is not one of its times.
    """
    rule = rule.strip().upper().removeprefix("RRULE:")
    if len(rule) > RULE_LENGTH or not rule.isascii():
        raise _wrong(f"recurrence has more than {RULE_LENGTH} characters.")
    pairs = [part.partition("=")[::2] for part in rule.split(";")]
    parts = dict(pairs)
    frequency = parts.pop("FREQ", "")
    if frequency not in _PARTS or len(parts) + 1 < len(pairs) or not _is_written(frequency, parts):
        raise _wrong("recurrence must be a rule of RFC 5545, like FREQ=WEEKLY;COUNT=10.")
    _check_numbers(parts)
    try:
        first = next(_walk(rule, starts_at, time_zone), None)
    except ValueError:  # of a day that the calendar does not have
        raise _wrong("UNTIL of a recurrence must be a moment that exists.") from None
    if first != starts_at:
        raise _wrong("The first start must be one of the times of the recurrence.")
    return rule


def occurrences(
    rule: str, *, starts_at: datetime, time_zone: str, after: datetime, most: int
) -> list[datetime]:
    """Give the next times of a rule, by the clock on the wall of a time zone.

    Where that clock is put forward over a time, it is the time by the clock of before; where it
    shows a time twice, the first, as RFC 5545 has it.

    Args:
        rule: as `checked` gave it.
        starts_at: the first time.
        time_zone: of IANA.
        after: only times later than this.
        most: how many at most.
    """
    later = (at for at in _walk(rule, starts_at, time_zone) if at > after)
    return list(islice(later, most))


def _walk(rule: str, starts_at: datetime, time_zone: str) -> Iterator[datetime]:
    zone = ZoneInfo(time_zone)
    # With the zone, dateutil compares UNTIL, which is in UTC, to moments rather than to clocks.
    times = rrulestr(rule, dtstart=starts_at.astimezone(zone))
    return (at.replace(fold=0).astimezone(UTC) for at in times)


def _is_written(frequency: str, parts: dict[str, str]) -> bool:
    written = {**_WRITTEN, "BYDAY": _BYDAY.get(frequency, re.compile(""))}
    return parts.keys() <= _PARTS[frequency] and all(
        written[name].fullmatch(value) for name, value in parts.items() if name in written
    )


def _check_numbers(parts: dict[str, str]) -> None:
    for name, most in (("INTERVAL", LONGEST_INTERVAL), ("COUNT", MOST_TIMES)):
        number = parts.get(name, "1")
        if not (number.isdecimal() and len(number) < 5 and 1 <= int(number) <= most):
            raise _wrong(f"{name} of a recurrence must lie between 1 and {most}.")
    if "COUNT" in parts and "UNTIL" in parts:
        raise _wrong("A recurrence has COUNT or UNTIL.")
    if "BYDAY" in parts and "BYMONTHDAY" in parts:
        raise _wrong("A recurrence has BYDAY or BYMONTHDAY.")


def _wrong(message: str) -> InvalidInput:
    return InvalidInput.of("recurrence", message)
