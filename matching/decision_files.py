"""Decision files: decisions of people about people as CSV, read into what is replayed."""

import csv
import json
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from matching.features import Features
from matching.replaying import Decision, Signals
from matching.scoring import PRIOR, signals

REQUIRED = ("viewer", "candidate", "decision", "time")

_PEOPLE = ("viewer_profile", "candidate_profile")
_READ = frozenset((*REQUIRED, "features", "similarity", *_PEOPLE))
_DECISIONS = {
    **dict.fromkeys(("like", "1", "true", "yes"), True),
    **dict.fromkeys(("pass", "0", "false", "no"), False),
}
_LONGEST_FIELD = 1_000_000
_NOBODY = UUID(int=0)


class DecisionFileError(Exception):
    """A file of decisions cannot be read; the message is one sentence with the line."""


def read_decisions(path: Path) -> list[Decision]:
    """Read a file of decisions.

    It is CSV in UTF-8 with a header. The columns `viewer`, `candidate`, `decision` (like or pass,
    1 or 0, true or false, yes or no) and `time` (ISO 8601, UTC unless it says otherwise, or
    seconds) must be there. What was known of a pair is in any of: `features`, a JSON object of
    numbers by name; further columns with numbers, each a feature of its name; `viewer_profile`
    and `candidate_profile`, JSON objects from which the product measures its signals both ways,
    with `similarity`, the cosine of their texts. Empty means unknown.

    Args:
        path: of the file.

    Returns:
        The decisions in the order of the file.

    Raises:
        DecisionFileError: a line is not as it must be, or there are no decisions.
        OSError: the file cannot be read.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        csv.field_size_limit(_LONGEST_FIELD)
        reader = csv.DictReader(file, strict=True)
        try:
            decisions = list(_decisions(reader))
        except (csv.Error, UnicodeDecodeError) as error:
            line = reader.reader.line_num + 1
            raise DecisionFileError(f"line {line}: this is no CSV in UTF-8: {error}.") from None
    if not decisions:
        raise DecisionFileError("line 1: there are no decisions in the file.")
    return decisions


def _decisions(reader: "csv.DictReader[str]") -> Iterator[Decision]:
    columns = reader.fieldnames or ()
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise DecisionFileError(f"line 1: the column {missing[0]} is missing.")
    twice = next((name for name in columns if columns.count(name) > 1), None)
    if twice is not None:
        raise DecisionFileError(f"line 1: the column {twice} is there twice.")
    for row in reader:
        try:
            yield _decision(row)
        except _Wrong as wrong:
            raise DecisionFileError(f"line {reader.line_num}: {wrong}.") from None


class _Wrong(Exception):
    """What is wrong with a line."""


def _decision(row: Mapping[str, str]) -> Decision:
    if None in row or None in row.values():
        raise _Wrong("it has more or fewer fields than the header")
    for name in ("viewer", "candidate"):
        if not row[name].strip():
            raise _Wrong(f"{name} is empty")
    if row["viewer"] == row["candidate"]:
        raise _Wrong("viewer and candidate are the same")
    liked = _DECISIONS.get(row["decision"].strip().casefold())
    if liked is None:
        raise _Wrong(f"decision is {row['decision']!r}, and must be like or pass")
    at = _time(row["time"])
    there, back = _of_profiles(row, at)
    own = _own(row)
    return Decision(
        row["viewer"],
        row["candidate"],
        liked,
        at,
        there={**there, **own},
        # Numbers of one's own tell how the candidate looked to the viewer, not the other way.
        back=back or None,
    )


def _own(row: Mapping[str, str]) -> dict[str, float]:
    found = _object(row, "features")
    cells = {name: cell for name, cell in row.items() if name not in _READ and cell.strip()}
    for name, cell in cells.items():
        try:
            found[name] = float(cell)
        except ValueError:
            raise _Wrong(f"{name} is {cell!r}, and must be a number") from None
    numbers = {}
    for name, value in found.items():
        if value is None:
            continue
        if not isinstance(value, int | float) or not math.isfinite(value):
            raise _Wrong(f"the feature {name} must be a finite number")
        if name in PRIOR.weights and not 0.0 <= value <= 1.0:
            raise _Wrong(f"the signal {name} is {value:g}, and must be from 0 to 1")
        numbers[name] = float(value)
    return numbers


def _of_profiles(row: Mapping[str, str], at: datetime) -> tuple[Signals, Signals]:
    """Let the product measure its signals both ways, as far as profiles and similarity tell."""
    similarity = None
    if cell := row.get("similarity", "").strip():
        similarity = _bounded(cell, "similarity", 1.0)
    people = [row.get(name, "").strip() for name in _PEOPLE]
    if not any(people):
        only = {} if similarity is None else {"text_similarity": max(0.0, similarity)}
        return only, only
    viewer, candidate = (
        _features(cell or "{}", name) for name, cell in zip(_PEOPLE, people, strict=True)
    )
    return (
        signals(viewer, candidate, similarity=similarity, now=at),
        signals(candidate, viewer, similarity=similarity, now=at),
    )


def _time(cell: str) -> datetime:
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=float(cell))
    except (ValueError, OverflowError):
        return _moment(cell, "time")


def _moment(value: object, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value).strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise _Wrong(f"{name} is {value!r}, and must be a time of ISO 8601") from None


def _day(value: object, name: str) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise _Wrong(f"{name} is {value!r}, and must be a date of ISO 8601") from None


def _words(value: object, name: str) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise _Wrong(f"{name} must be a list of words")
    return frozenset("_".join(word.casefold().split()) for word in value)


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise _Wrong(f"{name} must be a text")
    return value


def _count(value: object, name: str) -> int:
    if not isinstance(value, int) or value < 0:
        raise _Wrong(f"{name} must be a number of 0 or more")
    return value


def _bounded(value: object, name: str, most: float) -> float:
    try:
        number = float(str(value))
    except ValueError:
        number = math.nan
    if not -most <= number <= most:
        raise _Wrong(f"{name} is {value!r}, and must be from {-most:g} to {most:g}")
    return number


_FIELDS: dict[str, Callable[[object, str], Any]] = {
    "text": _text,
    "interests": _words,
    "skills": _words,
    "goals": _words,
    "languages": _words,
    "companion_kinds": _words,
    "availability": _text,
    "birth_date": _day,
    "last_active_at": _moment,
    "prompt_count": _count,
    "latitude": lambda value, name: _bounded(value, name, 90.0),
    "longitude": lambda value, name: _bounded(value, name, 180.0),
}


@lru_cache(maxsize=10_000)
def _features(cell: str, column: str) -> Features:
    found: dict[str, Any] = {"text": ""}
    for name, value in _parsed(cell, column).items():
        if name not in _FIELDS:
            raise _Wrong(f"{column} has {name!r}, and may have {', '.join(_FIELDS)}")
        if value is not None:
            found[name] = _FIELDS[name](value, f"{column}.{name}")
    north, east = found.pop("latitude", None), found.pop("longitude", None)
    if (north is None) != (east is None):
        raise _Wrong(f"{column} must have latitude and longitude, or neither")
    location = (north, east) if north is not None else None
    return Features(profile_id=_NOBODY, location=location, **found)


def _object(row: Mapping[str, str], column: str) -> dict[str, Any]:
    return _parsed(row.get(column, "").strip() or "{}", column)


def _parsed(cell: str, column: str) -> dict[str, Any]:
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        raise _Wrong(f"{column} is no JSON") from None
    if not isinstance(found, dict):
        raise _Wrong(f"{column} must be a JSON object")
    return found
