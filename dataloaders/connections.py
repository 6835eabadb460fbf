"""Connections: pages of lists for many owners at once, with Relay's arguments."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import strawberry

from dataloaders.reader import Reader
from domain.numbers import count_problems
from domain.refusals import InvalidField, InvalidFieldCode, InvalidInput
from execution.declarations import Batch, batch, joint_batch
from persistence.pages import BadCursor, CursorCodec, Listing, Page, Window
from persistence.rows import Row

DEFAULT_SIZE = 20
MOST = 100

First = Annotated[
    int | None, strawberry.argument(description="How many from the start, 1 to 100; 20 if unsaid.")
]
After = Annotated[str | None, strawberry.argument(description="Only what comes after this cursor.")]
Last = Annotated[int | None, strawberry.argument(description="How many from the end, 1 to 100.")]
Before = Annotated[
    str | None, strawberry.argument(description="Only what comes before this cursor.")
]


@dataclass(slots=True)
class PageOf:
    """One owner's page of a listing, as the GraphQL connection shows it.

    Attributes:
        listing: the list.
        owner: whose list it is.
        page: the rows.
        cursors: makes their cursors.
        counts: counts the whole list, for many owners at once.
    """

    listing: Listing
    owner: Any
    page: Page
    cursors: CursorCodec
    counts: Batch

    @property
    def rows(self) -> list[Row]:
        """The rows of the page, in the list's order."""
        return self.page.rows

    def cursor_of(self, row: Row) -> str:
        """The cursor of a row."""
        return self.cursors.encode(self.listing.name, self.listing.place_of(row))


def connection(listing: Listing, *, viewer_bound: bool = True, is_joint: bool = False) -> Batch:
    """Make the batch function that pages through a listing.

    Args:
        listing: the list; its owners are the keys.
        viewer_bound: whether its statement has the parameter `viewer_id`.
        is_joint: whether a page may be read for a whole company at once; the listing then has no
            `shown_to`, which is common to all rows.
    """

    def bound(reader: Reader) -> dict[str, Any]:
        return {"viewer_id": reader.viewer_id} if viewer_bound else {}

    @batch
    async def counts(reader: Reader, owners: Sequence[Any]) -> list[int]:
        rows = await reader.database.fetch(
            listing.count_statement, owners=list(owners), **bound(reader)
        )
        totals = {row["owner_key"]: row["total"] for row in rows}
        return [totals.get(owner, 0) for owner in owners]

    @(joint_batch if is_joint else batch)
    async def pages(
        reader: Reader,
        owners: Sequence[Any],
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> list[PageOf]:
        window = window_of(listing, reader.cursors, first, after, last, before)
        rows = await reader.database.fetch(
            listing.page_statement(window), **listing.parameters(owners, window), **bound(reader)
        )
        found = listing.pages(owners, rows, window)
        return [
            PageOf(listing, owner, page, reader.cursors, counts)
            for owner, page in zip(owners, found, strict=True)
        ]

    return pages


def window_of(  # noqa: PLR0917 - Relay has four arguments
    listing: Listing,
    cursors: CursorCodec,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
) -> Window:
    """Turn Relay's arguments into a window.

    Raises:
        InvalidInput: a size outside 1 to 100, `first` together with `last`, or a foreign cursor.
    """
    if first is not None and last is not None:
        raise InvalidInput.of("last", "Give first or last, not both.", InvalidFieldCode.CONFLICTING)
    name, size = ("last", last) if last is not None else ("first", first)
    size = DEFAULT_SIZE if size is None else size
    problems = count_problems(name, size, MOST)
    places: dict[str, tuple[Any, ...] | None] = {"after": None, "before": None}
    for edge, cursor in (("after", after), ("before", before)):
        if cursor is None:
            continue
        try:
            places[edge] = listing.typed_place(cursors.decode(listing.name, cursor))
        except BadCursor:
            problems.append(
                InvalidField(
                    edge, f"{edge} is not a cursor of this list.", InvalidFieldCode.UNKNOWN
                )
            )
    if problems:
        raise InvalidInput(problems)
    return Window(size, backward=last is not None, after=places["after"], before=places["before"])
