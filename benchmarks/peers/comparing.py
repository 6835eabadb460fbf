"""Comparing answers: the same JSON, but for how ids and moments are spelled."""

from datetime import UTC, datetime
from typing import Any

from resolvers import ids


def canonical(value: Any) -> Any:
    """Give a JSON value with keys for global ids, and moments in UTC.

    Kith's ids are opaque and hold the key; the peers show the key. A moment may be written with
    more or fewer decimals, and with `Z` or an offset.
    """
    if isinstance(value, dict):
        return {name: _named(name, item) for name, item in value.items()}
    if isinstance(value, list):
        return [canonical(item) for item in value]
    return value


def _named(name: str, value: Any) -> Any:
    if name == "id" and isinstance(value, str):
        parsed = ids.parse(value)
        return str(parsed[1]) if parsed else value
    if name.endswith("At") and isinstance(value, str):
        return datetime.fromisoformat(value).astimezone(UTC).isoformat()
    return canonical(value)


def difference(one: Any, other: Any, path: str = "data") -> str | None:
    """Name the first place where two canonical values differ; None when they are the same."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        pairs = ((f"{path}.{name}", one[name], other[name]) for name in one)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = ((f"{path}[{n}]", one[n], other[n]) for n in range(len(one)))
    elif one == other:
        return None
    else:
        return f"{path}: {one!r:.200} is not {other!r:.200}"
    found = (difference(ours, theirs, place) for place, ours, theirs in pairs)
    return next((place for place in found if place), None)
