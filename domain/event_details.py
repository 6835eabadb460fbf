"""What hosts say of their events: how it is normalised, and within what bounds."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from domain import locations, texts
from domain.attendance import AttendeesShownTo
from domain.refusals import InvalidField, InvalidFieldCode, InvalidInput
from domain.time_zones import time_zone_problems

TITLE_LENGTH = 150
"""The most characters of a title, and of the name of a place."""

DESCRIPTION_LENGTH = 5_000
"""The most characters of a description."""

ADDRESS_LENGTH = 300
CITY_LENGTH = 100
URL_LENGTH = 500

MOST_TAGS = 10
TAG_LENGTH = 50

MOST_SEATS = 100_000
"""The largest capacity; without one any number may come."""

LONGEST = timedelta(days=31)
"""The longest time from start to end."""

FARTHEST = timedelta(days=3 * 366)
"""How far ahead of now an event may start."""


class EventAudience(StrEnum):
    """For whom of those who may see its host an event is."""

    EVERYONE = "everyone"
    FOLLOWERS = "followers"
    MATCHES = "matches"
    INVITED = "invited"


def cleaned(given: Mapping[str, Any]) -> dict[str, Any]:
    """Normalise and check what was said of an event, each for itself and all at once.

    Args:
        given: columns of the event with their new values; None takes back what can be empty.

    Returns:
        The values to store, by column.

    Raises:
        InvalidInput: with all that is wrong.
        TypeError: a column that hosts cannot set.
    """
    values: dict[str, Any] = {}
    problems: list[InvalidField] = []
    for column, value in given.items():
        if column not in _CLEANING:
            raise TypeError(f"{column} is not for hosts to set")
        values[column], found = _CLEANING[column](value)
        problems += found
    if values.get("latitude") is not None:
        problems += locations.coordinate_problems(values["latitude"], values["longitude"])
    if problems:
        raise InvalidInput(problems)
    if values.get("latitude") is not None:
        point = locations.rounded(values["latitude"], values["longitude"])
        values["latitude"], values["longitude"] = point
    return values


def check_whole(whole: Mapping[str, Any], *, now: datetime, changed: Sequence[str]) -> None:
    """Check what only shows when everything that is said of an event stands side by side.

    Args:
        whole: the event's columns, as they will be.
        now: the moment.
        changed: which of them were said just now; a start that has passed may stay.

    Raises:
        InvalidInput: with all that is wrong.
    """
    problems = []
    starts_at, ends_at = whole["starts_at"], whole["ends_at"]
    if "starts_at" in changed and not now < starts_at <= now + FARTHEST:
        problems.append(
            InvalidField(
                "startsAt",
                "startsAt must lie within the next three years.",
                InvalidFieldCode.OUT_OF_RANGE,
            )
        )
    if not starts_at < ends_at <= starts_at + LONGEST:
        problems.append(
            InvalidField(
                "endsAt",
                "endsAt must lie after startsAt, by 31 days at the most.",
                InvalidFieldCode.OUT_OF_RANGE,
            )
        )
    elif "ends_at" in changed and ends_at <= now:
        problems.append(
            InvalidField("endsAt", "endsAt must lie in the future.", InvalidFieldCode.OUT_OF_RANGE)
        )
    if not any(whole[name] for name in ("place_name", "address", "online_url")):
        problems.append(
            InvalidField(
                "placeName",
                "An event needs a placeName, an address or an onlineUrl.",
                InvalidFieldCode.MISSING,
            )
        )
    if problems:
        raise InvalidInput(problems)


def tags_of(words: Sequence[str]) -> tuple[list[str], list[InvalidField]]:
    """Clean tags: in lower case, without the #, each once, letters, marks, digits and _ only.

    Args:
        words: at most 10, each of 1 to 50 characters.

    Returns:
        The tags in their order, and what is wrong with them.
    """
    tags = [texts.clean(word).removeprefix("#").casefold() for word in words]
    problems = []
    for n, tag in enumerate(tags):
        if found := texts.length_problems(f"tags.{n}", tag, least=1, most=TAG_LENGTH):
            problems += found
        elif not all(map(_is_of_word, tag)):
            problems.append(InvalidField(f"tags.{n}", "A tag has letters, digits and _ only."))
    tags = list(dict.fromkeys(tags))
    if len(tags) > MOST_TAGS:
        problems.append(
            InvalidField(
                "tags", f"tags has more than {MOST_TAGS} entries.", InvalidFieldCode.TOO_MANY
            )
        )
    return tags, problems


def _is_of_word(character: str) -> bool:
    return character == "_" or unicodedata.category(character)[0] in "LMN"


_Cleaned = tuple[Any, list[InvalidField]]


def _title(title: str | None) -> _Cleaned:
    title = texts.clean(title or "")
    return title, texts.length_problems("title", title, least=1, most=TITLE_LENGTH)


def _description(text: str | None) -> _Cleaned:
    text = texts.clean(text or "", lines=True)
    return text, texts.length_problems("description", text, most=DESCRIPTION_LENGTH)


def _optional(path: str, most: int) -> Callable[[str | None], _Cleaned]:
    def clean(text: str | None) -> _Cleaned:
        text = texts.clean(text or "") or None
        return text, texts.length_problems(path, text or "", most=most)

    return clean


def _time_zone(name: str | None) -> _Cleaned:
    return name, time_zone_problems(name)


def _moment(path: str) -> Callable[[datetime | None], _Cleaned]:
    def clean(moment: datetime | None) -> _Cleaned:
        return moment, [] if moment else [
            InvalidField(path, f"{path} must be given.", InvalidFieldCode.MISSING)
        ]

    return clean


def _online_url(url: str | None) -> _Cleaned:
    url, problems = _optional("onlineUrl", URL_LENGTH)(url)
    if url is not None and not problems and not _is_web_address(url):
        problems = [InvalidField("onlineUrl", "onlineUrl must be an address of https:.")]
    return url, problems


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and " " not in url


def _capacity(seats: int | None) -> _Cleaned:
    if seats is None or 1 <= seats <= MOST_SEATS:
        return seats, []
    wrong = f"capacity must lie between 1 and {MOST_SEATS:,}."
    return seats, [InvalidField("capacity", wrong, InvalidFieldCode.OUT_OF_RANGE)]


def _coordinate(value: float | None) -> _Cleaned:
    # Both are judged together.
    return value, []


_CLEANING: dict[str, Callable[[Any], _Cleaned]] = {
    "title": _title,
    "description": _description,
    "tags": lambda words: tags_of(words or ()),
    "audience": lambda audience: (audience or EventAudience.EVERYONE, []),
    "attendees_shown_to": lambda circle: (circle or AttendeesShownTo.EVERYONE, []),
    "cover_id": lambda key: (key, []),
    "place_id": lambda key: (key, []),
    "starts_at": _moment("startsAt"),
    "ends_at": _moment("endsAt"),
    "time_zone": _time_zone,
    "place_name": _optional("placeName", TITLE_LENGTH),
    "address": _optional("address", ADDRESS_LENGTH),
    "city": _optional("city", CITY_LENGTH),
    "latitude": _coordinate,
    "longitude": _coordinate,
    "online_url": _online_url,
    "capacity": _capacity,
}
