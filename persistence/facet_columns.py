"""The index of people in columns: how the local mode searches, everybody at once.

Qdrant's local mode parses the path of a key for each person and condition, and builds an object for
each hit. These columns hold the same payloads and vectors, read from it once, and follow every
change; the filters mean what `persistence.qdrant` says to a server.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from persistence.facets import (
    ANY,
    BEYOND,
    EXCLUDED_LIMIT,
    NO_LIMIT,
    RADIUS_SLACK_M,
    REACHES_KM,
    Order,
    Search,
    Wish,
)

Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]
Vector = NDArray[np.float32]
Rows = NDArray[np.intp]
Found = list[tuple[UUID, float | None]]

_EARTH_RADIUS_M = 6_371_008.8  # Qdrant's
_NUMBERS = (
    *("is_discoverable", "birth_day", "last_active", "latitude", "longitude"),
    *("wants_age_min", "wants_age_max", "wants_active_days"),
    *("mutual", "shown", "joined", "lot"),
)
_WORDS = (
    *("gender", "goals", "languages", "availability"),
    *("wants_genders", "wants_goals", "wants_languages", "reach"),
)
_FIRST_CAPACITY = 64


class FacetColumns:
    """People's payloads and vectors, a column for each facet; for one thread at a time.

    Args:
        size: how many numbers a vector has.

    Attributes:
        ids: whose each row is, None for a row that is free.
        rows: the row of each person.
        words: the columns of words.
    """

    def __init__(self, size: int) -> None:
        self.ids: list[UUID | None] = []
        self.rows: dict[UUID, int] = {}
        self.words = {name: _Words() for name in _WORDS}
        self._free: list[int] = []
        self._numbers = {name: np.empty(0) for name in _NUMBERS}
        self._vectors: Vector = np.empty((0, size), dtype=np.float32)
        self._has_vector: Mask = np.empty(0, dtype=np.bool_)

    def number(self, name: str) -> Numbers:
        """The column of numbers of that name; what is unknown is NaN, which satisfies nothing."""
        return self._numbers[name][: len(self.ids)]

    @property
    def has_vector(self) -> Mask:
        """Which rows have a vector."""
        return self._has_vector[: len(self.ids)]

    def cosines(self, vector: Vector, rows: Rows) -> Vector:
        """Give the cosines of a vector with those of rows that have one."""
        found: Vector = self._vectors[rows] @ _unit(vector)
        return found

    def put(self, profile_id: UUID, payload: Mapping[str, Any], vector: Vector | None) -> None:
        """Add or replace a person.

        Args:
            profile_id: whose.
            payload: as the index keeps it.
            vector: of any length; None when they have none.
        """
        row = self._row_of(profile_id)
        self._has_vector[row] = vector is not None
        if vector is not None:
            self._vectors[row] = _unit(vector)
        self._write(row, payload)

    def change(self, profile_id: UUID, payload: Mapping[str, Any]) -> None:
        """Replace a person's payload and keep the vector; nothing happens to who is not there."""
        if (row := self.rows.get(profile_id)) is not None:
            self._write(row, payload)

    def remove(self, profile_id: UUID) -> None:
        """Take a person out; nothing happens to who is not there."""
        if (row := self.rows.pop(profile_id, None)) is not None:
            self.ids[row] = None
            self._numbers["is_discoverable"][row] = 0.0
            self._free.append(row)

    def _row_of(self, profile_id: UUID) -> int:
        if (row := self.rows.get(profile_id)) is None:
            row = self._free.pop() if self._free else len(self.ids)
            if row == len(self.ids):
                self.ids.append(None)
                self._grow(len(self.ids))
            self.rows[profile_id] = row
            self.ids[row] = profile_id
        return row

    def _grow(self, needed: int) -> None:
        capacity = len(self._has_vector)
        if needed <= capacity:
            return
        added = max(_FIRST_CAPACITY, capacity)
        for name, column in self._numbers.items():
            self._numbers[name] = np.concatenate([column, np.full(added, np.nan)])
        more = np.zeros((added, self._vectors.shape[1]), dtype=np.float32)
        self._vectors = np.concatenate([self._vectors, more])
        self._has_vector = np.concatenate([self._has_vector, np.zeros(added, dtype=np.bool_)])

    def _write(self, row: int, payload: Mapping[str, Any]) -> None:
        place = payload.get("location", {})
        flat = {**payload, "latitude": place.get("lat"), "longitude": place.get("lon")}
        for name, column in self._numbers.items():
            value = flat.get(name)
            column[row] = np.nan if value is None else value
        for name, words in self.words.items():
            value = flat.get(name, ())
            words.put(row, frozenset([value] if isinstance(value, str) else value))


def find(columns: FacetColumns, searches: Iterable[Search]) -> list[Found]:
    """Give for each search who is within its filters, in its order, with their cosine.

    Searches for the same people in several orders, one after the other, are filtered once.

    Returns:
        At most `search.limit` people each; the cosine is None but for searches by a vector.
    """
    found: list[Found] = []
    whom: Search | None = None
    rows: Rows = np.empty(0, dtype=np.intp)
    for search in searches:
        if whom is None or whom != search.whom:
            whom = search.whom
            rows = np.flatnonzero(_mask(columns, search))
        found.append(_ordered(columns, search, rows))
    return found


def _ordered(columns: FacetColumns, search: Search, rows: Rows) -> Found:
    vector = search.vector if search.order is Order.NEAREST else None
    if vector is not None:
        rows = rows[columns.has_vector[rows]]
    keys = _sort_keys(columns, search, rows)
    known = ~np.isnan(keys)
    rows = rows[known][np.argsort(keys[known], kind="stable")][: search.limit]
    ids = [key for row in rows if (key := columns.ids[row]) is not None]
    if vector is None:
        return [(key, None) for key in ids]
    return list(zip(ids, columns.cosines(vector, rows).tolist(), strict=True))


def cosines(columns: FacetColumns, vector: Vector, ids: Iterable[UUID]) -> dict[UUID, float]:
    """Give the cosines of a vector with those of people, as far as they have one."""
    rows = {key: row for key in ids if (row := columns.rows.get(key)) is not None}
    having = {key: row for key, row in rows.items() if columns.has_vector[row]}
    found = columns.cosines(vector, np.array(list(having.values()), dtype=np.intp))
    return dict(zip(having, found.tolist(), strict=True))


def _sort_keys(columns: FacetColumns, search: Search, rows: Rows) -> Numbers:
    """Give what the rows are sorted by, the smallest first; NaN leaves a row out."""
    if search.order is Order.LIKELIEST:
        return -columns.number("mutual")[rows]
    if search.order is Order.UNSEEN:
        lots = columns.number("lot")[rows]
        is_drawn = np.isnan(columns.number("shown")[rows]) & (lots >= search.lot)
        return np.where(is_drawn, lots, np.nan)
    if search.order is Order.LEAST_SHOWN:
        return columns.number("shown")[rows]
    if search.order is Order.NEWEST:
        return -columns.number("joined")[rows]
    if search.vector is None:
        return np.zeros(len(rows))
    return -columns.cosines(search.vector, rows).astype(np.float64)


def _mask(columns: FacetColumns, search: Search) -> Mask:
    mask: Mask = columns.number("is_discoverable") == 1.0
    for condition in _wanting_viewer(columns, search):
        mask &= condition
    for wish, condition in _wishes(columns, search):
        mask &= ~condition if wish is search.beyond else condition
    if search.availability is not None:
        mask &= columns.words["availability"].having({search.availability})
    for key in (search.viewer_id, *search.excluded[:EXCLUDED_LIMIT]):
        if (row := columns.rows.get(key)) is not None:
            mask[row] = False
    return mask


def _wishes(columns: FacetColumns, search: Search) -> Iterator[tuple[Wish, Mask]]:
    viewer, words = search.viewer, columns.words
    if search.birth_until is not None:
        yield Wish.AGE_MIN, columns.number("birth_day") <= search.birth_until.toordinal()
    if search.birth_after is not None:
        yield Wish.AGE_MAX, columns.number("birth_day") > search.birth_after.toordinal()
    if viewer.wants_genders:
        yield Wish.GENDERS, words["gender"].having(viewer.wants_genders)
    if viewer.wants_goals:
        yield Wish.GOALS, words["goals"].having(viewer.wants_goals)
    if viewer.wants_languages:
        yield Wish.LANGUAGES, words["languages"].having(viewer.wants_languages)
    if (since := search.active_since) is not None:
        yield Wish.ACTIVITY, columns.number("last_active") >= since
    if viewer.location is not None and viewer.wants_distance_km is not None:
        distances = _distances_m(columns, viewer.location)
        shrunk = BEYOND if search.beyond is Wish.DISTANCE else 1.0
        yield Wish.DISTANCE, _within(distances, shrunk * viewer.wants_distance_km)


def _wanting_viewer(columns: FacetColumns, search: Search) -> Iterator[Mask]:
    viewer, age, words = search.viewer, search.viewer_age, columns.words
    yield words["wants_genders"].having({viewer.gender or ANY, ANY})
    yield columns.number("wants_age_min") <= (age if age is not None else 0)
    yield columns.number("wants_age_max") >= (age if age is not None else NO_LIMIT)
    yield words["wants_goals"].having(viewer.goals | {ANY})
    yield words["wants_languages"].having(viewer.languages | {ANY})
    yield columns.number("wants_active_days") >= search.idle_days
    reaching = words["reach"].having({ANY})
    if viewer.location is not None:
        distances = _distances_m(columns, viewer.location)
        for step in REACHES_KM:
            reaching |= words["reach"].having({str(step)}) & _within(distances, step)
    yield reaching


def _within(distances_m: Numbers, radius_km: float) -> Mask:
    near: Mask = distances_m < radius_km * 1000.0 + RADIUS_SLACK_M
    return near


def _distances_m(columns: FacetColumns, place: tuple[float, float]) -> Numbers:
    north, east = np.radians(place)
    latitudes = np.radians(columns.number("latitude"))
    longitudes = np.radians(columns.number("longitude"))
    rise = np.sin((latitudes - north) / 2.0) ** 2
    turn = np.cos(north) * np.cos(latitudes) * np.sin((longitudes - east) / 2.0) ** 2
    # Rounding can push antipodes a hair over 1, where arcsin is not defined.
    arcs: Numbers = np.arcsin(np.sqrt(np.minimum(rise + turn, 1.0)))
    return 2.0 * _EARTH_RADIUS_M * arcs


class _Words:
    """A column of sets of words, each distinct set kept and judged once."""

    def __init__(self) -> None:
        self._sets: dict[frozenset[str], int] = {}
        self._codes: NDArray[np.int32] = np.empty(0, dtype=np.int32)
        self._count = 0

    def put(self, row: int, words: frozenset[str]) -> None:
        """Write the words of a row; rows are added one after the other."""
        if row == len(self._codes):
            added = np.zeros(max(_FIRST_CAPACITY, row), dtype=np.int32)
            self._codes = np.concatenate([self._codes, added])
        self._count = max(self._count, row + 1)
        self._codes[row] = self._sets.setdefault(words, len(self._sets))

    def having(self, wanted: Iterable[str]) -> Mask:
        """Say which rows have at least one of the words."""
        any_of = frozenset(wanted)
        suits = np.array([not any_of.isdisjoint(words) for words in self._sets], dtype=np.bool_)
        found: Mask = suits[self._codes[: self._count]]
        return found


def _unit(vector: Vector) -> Vector:
    length = float(np.linalg.norm(vector))
    return vector / length if length > 0 else vector
