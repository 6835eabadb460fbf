"""Scalars and enums that many nouns share: moments, days, units."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import Any

import orjson
import strawberry
from starlette.datastructures import UploadFile
from strawberry.types.scalar import ScalarDefinition

from domain.availability import Availability
from domain.locations import DistanceUnit

__all__ = [
    "SCALARS",
    "Availability",
    "DistanceUnit",
    "parse_date",
    "parse_date_time",
    "parse_time",
    "parse_upload",
    "print_date_time",
    "print_time",
    "shown_enum",
]

# RFC 3339, section 5.6: a date, a time with seconds, and an offset, which is never left out.
_DATE_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def parse_date_time(value: object) -> datetime:
    """Read a moment, as RFC 3339 writes it, in UTC.

    Raises:
        ValueError: it is not one, or lacks its offset from UTC.
    """
    if not isinstance(value, str) or not _DATE_TIME.fullmatch(value):
        raise ValueError("A DateTime is written as in RFC 3339, like 2030-01-31T18:30:00Z.")
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("This DateTime does not exist.") from None


def print_date_time(moment: datetime) -> str:
    """Write a moment as RFC 3339 in UTC, to the microsecond."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    # Three times as fast as `isoformat`, and a page of messages has fifty.
    text = str(orjson.dumps(moment, option=orjson.OPT_UTC_Z)[1:-2], "ascii")
    # Which orjson leaves out when there are none.
    return text + "Z" if moment.microsecond else text + ".000000Z"


def print_date_times(moments: list[datetime]) -> list[str]:
    """Write moments as `print_date_time` does, all at once: in a third of the time."""
    if {*map(type, moments)} == {datetime}:
        texts: list[str] = orjson.loads(orjson.dumps(moments, option=orjson.OPT_UTC_Z))
        # Only what is in UTC gets this long, with microseconds and without.
        if {*map(len, texts)} <= {27, 20}:
            return [text if len(text) == 27 else f"{text[:-1]}.000000Z" for text in texts]
    return list(map(print_date_time, moments))


print_date_time.of_all = print_date_times  # type: ignore[attr-defined]


def parse_date(value: object) -> date:
    """Read a day, as RFC 3339 writes it.

    Raises:
        ValueError: it is not one.
    """
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ValueError("A Date is written as in RFC 3339, like 1990-12-31.")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("This Date does not exist.") from None


def parse_upload(value: object) -> UploadFile:
    """Take a file that came with a form.

    Raises:
        ValueError: it is no file.
    """
    if not isinstance(value, UploadFile):
        raise ValueError("A file comes with a form, as the multipart specification says.")  # noqa: TRY004 - GraphQL tells ValueErrors to clients
    return value


def _print_upload(_value: object) -> str:
    raise ValueError("Files are only taken, never given.")


def parse_time(value: object) -> time:
    """Read a time of day, as a clock shows it in hours and minutes.

    Raises:
        ValueError: it is not one.
    """
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise ValueError("A Time is written in hours and minutes, like 22:30.")
    return time.fromisoformat(value)


def print_time(clock: time) -> str:
    """Write a time of day in hours and minutes."""
    return clock.isoformat(timespec="minutes")


def _scalar(
    name: str,
    python_type: type,
    description: str,
    serialize: Callable[[Any], str],
    parse: Callable[[object], Any],
) -> ScalarDefinition:
    return ScalarDefinition(
        name=name,
        description=description,
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=serialize,
        parse_value=parse,
        parse_literal=None,
        origin=python_type,
    )


SCALARS: dict[object, ScalarDefinition] = {
    datetime: _scalar(
        "DateTime",
        datetime,
        "A moment as in RFC 3339; its offset is required, answers are in UTC with microseconds.",
        print_date_time,
        parse_date_time,
    ),
    UploadFile: ScalarDefinition(
        name="Upload",
        description="A file of the form, by the GraphQL multipart request specification.",
        specified_by_url="https://github.com/jaydenseric/graphql-multipart-request-spec",
        serialize=_print_upload,
        parse_value=parse_upload,
        parse_literal=None,
        origin=UploadFile,
    ),
    time: _scalar(
        "Time",
        time,
        "A time of day as a clock shows it, in hours and minutes: 22:30.",
        print_time,
        parse_time,
    ),
    date: _scalar("Date", date, "A day as in RFC 3339: 1990-12-31.", date.isoformat, parse_date),
}
"""How Kith reads and writes moments, days and times of day, and takes files."""


def shown_enum(cls: type[Enum], *, name: str | None = None, **descriptions: str) -> None:
    """Let GraphQL show an enum of the domain, before an annotation names it.

    Args:
        cls: the enum.
        name: the GraphQL name when it is not the class's.
        descriptions: one for each member, by its name.
    """
    strawberry.enum(cls, name=name, description=(cls.__doc__ or "").split("\n\n")[0])
    for value in cls.__strawberry_definition__.values:  # type: ignore[attr-defined]
        value.description = descriptions[value.name]


shown_enum(DistanceUnit, KILOMETRES="1,000 metres.", MILES="International miles of 1,609.344 m.")
shown_enum(
    Availability,
    NOW="Has time right now.",
    FLEXIBLE="Has time whenever it suits.",
    MORNINGS="In the mornings.",
    AFTERNOONS="In the afternoons.",
    EVENINGS="In the evenings.",
    WEEKDAYS="From Monday to Friday.",
    WEEKDAY_EVENINGS="In the evenings from Monday to Friday.",
    WEEKENDS="On Saturdays and Sundays.",
)
