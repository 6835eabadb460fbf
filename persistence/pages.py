"""Keyset pages: a stable window into a long list, for one owner or for many at once."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import InstrumentedAttribute

from persistence.rows import Row, columns_of
from persistence.statements import Statement, parameter

MOST_COUNTED = 1_000
"""To how many a list over everybody is counted: it grows with the app, and each row is judged."""


class BadCursor(ValueError):
    """The cursor was not made by this server for this list."""


class CursorCodec:
    """Makes cursors that clients can neither read meaning into nor forge.

    Args:
        secret: the signing key, at least 16 bytes.
    """

    def __init__(self, secret: bytes) -> None:
        # The key is taken in once, and not for each cursor.
        self._keyed = hashlib.blake2b(digest_size=12, key=secret)

    def encode(self, list_name: str, values: Sequence[Any]) -> str:
        """Sign the values that place an item in the list of this name."""
        body = orjson.dumps([list_name, *values], default=str)
        return base64.urlsafe_b64encode(self._tag(body) + body).decode().rstrip("=")

    def decode(self, list_name: str, cursor: str) -> list[Any]:
        """Give back the values of a cursor.

        Raises:
            BadCursor: it was changed, or made for another list.
        """
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except ValueError:
            raise BadCursor(cursor) from None
        tag, body = raw[:12], raw[12:]
        if not hmac.compare_digest(tag, self._tag(body)):
            raise BadCursor(cursor)
        values: list[Any]
        name, *values = orjson.loads(body)
        if name != list_name:
            raise BadCursor(cursor)
        return values

    def _tag(self, body: bytes) -> bytes:
        tag = self._keyed.copy()
        tag.update(body)
        return tag.digest()


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is asked for.

    Attributes:
        limit: how many items, 1 to 100.
        backward: whether they are the last ones rather than the first ones.
        after: the place after which the items are, exclusive.
        before: the place before which the items are, exclusive.
    """

    limit: int
    backward: bool = False
    after: tuple[Any, ...] | None = None
    before: tuple[Any, ...] | None = None


# Not frozen, as `PageOf`: to make one would take three times as long, and a list of lists has many.
@dataclass(slots=True)
class Page:
    """Some neighbouring rows of a list, in its order."""

    rows: list[Row] = field(default_factory=list)
    has_next: bool = False
    has_previous: bool = False


class Listing:
    """A list that each owner has one of, readable in pages for many owners by one statement.

    Args:
        name: unique; it is signed into the cursors.
        select: the rows, without order or limit; must select every column of `order` and label
            the owner's key `owner_key`, and must hold the parameter `owner_key` nowhere.
        owner: the column by which the rows belong to their owner.
        order: the columns of the order; unique together within an owner.
        descending: whether the largest come first.
        model: the model whose rows it answers.
        shown_to: says, of the owner's key, whether the viewer may read that owner's list at all;
            asked once for each owner, where a condition in `select` is asked for each row.
        within: says, of the owner's key, which of the rows that owner's list has; what it asks of
            the key alone is asked once for each owner.
        parts: selects one column, the keys of the shorter lists that make up an owner's list;
            `owner` is then the column by which the rows belong to such a part. A page reads no
            more of each part than the page can hold.
        counted_to: to how many it is counted, where it is not counted whole: a list over everybody
            grows with the app, and each row is judged for who looks.
    """

    def __init__(
        self,
        name: str,
        select: "sa.Select[Any]",
        *,
        owner: InstrumentedAttribute[Any],
        order: Sequence[InstrumentedAttribute[Any]],
        model: type,
        descending: bool = True,
        shown_to: Callable[[Any], sa.ColumnElement[bool]] | None = None,
        within: Callable[[Any], sa.ColumnElement[bool]] | None = None,
        parts: "sa.Select[Any] | None" = None,
        counted_to: int | None = None,
    ) -> None:
        self.name = name
        self.select = select
        self.owner = owner
        self.order = tuple(order)
        self.descending = descending
        self.model = model
        self.shown_to = shown_to
        self.within = within
        self.parts = parts
        self.counted_to = counted_to
        self._pages: dict[tuple[bool, bool, bool], Statement] = {}

    def page_statement(self, window: Window) -> Statement:
        """The statement for a window: its parameters are `owners`, `limit` and the places."""
        kind = (window.backward, window.after is not None, window.before is not None)
        if kind not in self._pages:
            backward, after, before = kind
            self._pages[kind] = _page_statement(self, backward=backward, after=after, before=before)
        return self._pages[kind]

    @cached_property
    def count_statement(self) -> Statement:
        """How many rows each of `owners` has, up to `counted_to`: columns `owner_key`, `total`."""
        return _count_statement(self)

    def parameters(self, owners: Sequence[Any], window: Window) -> dict[str, Any]:
        """The parameters of `page_statement`; one row over the limit tells whether more follow."""
        places = {"after": window.after, "before": window.before}
        return {
            "owners": list(owners),
            "limit": window.limit + 1,
            **{
                f"{edge}_{n}": value
                for edge, values in places.items()
                if values is not None
                for n, value in enumerate(values)
            },
        }

    def place_of(self, row: Row) -> tuple[Any, ...]:
        """The values that place a row in the list."""
        return tuple(row[column.key] for column in self.order)

    def typed_place(self, values: Sequence[Any]) -> tuple[Any, ...]:
        """Turn the JSON values of a cursor into the columns' own types.

        Raises:
            BadCursor: they do not fit.
        """
        if len(values) != len(self.order):
            raise BadCursor(self.name)
        try:
            return tuple(
                _typed(column.type.python_type, value)
                for column, value in zip(self.order, values, strict=True)
            )
        except (TypeError, ValueError) as error:
            raise BadCursor(self.name) from error

    def pages(self, owners: Sequence[Any], rows: Sequence[Row], window: Window) -> list[Page]:
        """Sort the rows of `page_statement` into one page for each owner, in their order."""
        by_owner: dict[Any, list[Row]] = {owner: [] for owner in owners}
        for row in rows:
            by_owner[row[0]].append(row)
        return [_page(by_owner[owner], window) for owner in owners]


def _owners(listing: Listing, key_type: Any) -> Any:
    """Give the owners whose lists the viewer may read, as a table with the column `owner_key`."""
    array = sa.bindparam("owners", type_=postgresql.ARRAY(key_type), required=True)
    column = sa.column("owner_key", key_type)
    owners = sa.func.unnest(array).table_valued(column).render_derived(name="owners")
    if listing.shown_to is None:
        return owners
    shown = sa.select(owners.c.owner_key).where(listing.shown_to(owners.c.owner_key))
    # Left to itself, PostgreSQL may ask it again for each row.
    return shown.cte("shown").prefix_with("MATERIALIZED")


def _count_statement(listing: Listing) -> Statement:
    owners = _owners(listing, listing.owner.type)
    total = sa.func.count().label("total")
    if listing.parts is None:
        rows = _of_owner(listing, listing.select, owners)
        counted = rows.with_only_columns(total).lateral("counted")
        if listing.counted_to is not None:
            one: Any = rows.with_only_columns(sa.literal_column("1").label("one"))
            most: Any = sa.literal_column(str(listing.counted_to))
            some = one.limit(most).correlate(owners).lateral("some")
            counted = sa.select(total).select_from(some).lateral("counted")
    else:
        parts = _parts(listing.parts)
        rows = listing.select.where(listing.owner == parts.c.part_key)
        part = rows.with_only_columns(sa.literal_column("1").label("one")).lateral("part")
        counted = sa.select(total).join_from(parts, part, sa.true()).lateral("counted")
    return Statement(
        sa.select(owners.c.owner_key, counted.c.total).join_from(owners, counted, sa.true())
    )


def _page_statement(listing: Listing, *, backward: bool, after: bool, before: bool) -> Statement:
    owners = _owners(listing, listing.owner.type)
    rows = listing.select
    if after:
        rows = rows.where(_beyond(listing, "after"))
    if before:
        rows = rows.where(_beyond(listing, "before"))
    falling = listing.descending != backward
    if listing.parts is None:
        page = _first(_of_owner(listing, rows, owners), listing.order, falling)
    else:
        parts = _parts(listing.parts)
        rows = rows.where(listing.owner == parts.c.part_key)
        part = _first(rows, listing.order, falling).lateral("part")
        order = [part.c[column.key] for column in listing.order]
        page = _first(sa.select(part).join_from(parts, part, sa.true()), order, falling)
    found = page.lateral("page")
    columns = columns_of(listing.model, found)
    clause = sa.select(owners.c.owner_key, *columns).join_from(owners, found, sa.true())
    return Statement(clause, listing.model)


def _of_owner(listing: Listing, rows: "sa.Select[Any]", owners: Any) -> "sa.Select[Any]":
    rows = rows.where(listing.owner == owners.c.owner_key)
    if listing.within is None:
        return rows
    # By its name: what is asked of it is neither joined with the owners nor asked for each row.
    key = sa.literal_column(f"{owners.name}.owner_key", owners.c.owner_key.type)
    return rows.where(listing.within(key))


def _parts(keys: "sa.Select[Any]") -> Any:
    (column,) = keys.selected_columns
    return keys.with_only_columns(column.label("part_key")).subquery("parts")


def _first(rows: "sa.Select[Any]", order: Sequence[Any], falling: bool) -> "sa.Select[Any]":
    directions = [column.desc() if falling else column.asc() for column in order]
    return rows.order_by(*directions).limit(sa.bindparam("limit", type_=sa.Integer))


def _beyond(listing: Listing, edge: str) -> sa.ColumnElement[bool]:
    place: Any = sa.tuple_(*listing.order)
    values = sa.tuple_(
        *(parameter(f"{edge}_{n}", column) for n, column in enumerate(listing.order))
    )
    smaller = listing.descending == (edge == "after")
    beyond: sa.ColumnElement[bool] = place < values if smaller else place > values
    return beyond


def _page(rows: list[Row], window: Window) -> Page:
    more = len(rows) > window.limit
    rows = rows[: window.limit]
    if window.backward:
        return Page(rows[::-1], has_next=window.before is not None, has_previous=more)
    return Page(rows, has_next=more, has_previous=window.after is not None)


def _typed(python_type: type, value: Any) -> Any:
    if isinstance(value, python_type) and not isinstance(value, bool):
        return value
    if hasattr(python_type, "fromisoformat"):
        return python_type.fromisoformat(value)
    return python_type(value)
