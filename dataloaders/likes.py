"""Likes and other decisions in batches."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import strawberry

from dataloaders.connections import After, Before, First, Last, PageOf, connection, window_of
from dataloaders.reader import Reader
from domain.pairs import DecisionKind
from execution.declarations import batch, joint_batch
from persistence.queries import decisions

likes_given = connection(decisions.likes_given)

passes_given = connection(decisions.passes_given)

later_pile = connection(decisions.later_pile)

likes_received = connection(decisions.likes_received)


@joint_batch
async def decisions_by_viewer(
    reader: Reader, profile_ids: Sequence[UUID]
) -> list[DecisionKind | None]:
    """What stands of the viewer about each person."""
    asked = {"profile_ids": list(profile_ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(decisions.by_viewer, **asked)
    kinds = {row["profile_id"]: DecisionKind(row["kind"]) for row in rows}
    return [kinds.get(profile_id) for profile_id in profile_ids]


@batch
async def are_matched(reader: Reader, decision_ids: Sequence[UUID]) -> list[bool]:
    """Whether the viewer has a match with the person of each of their decisions."""
    asked = {"ids": list(decision_ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(decisions.matched, **asked)
    matched = {row["decision_id"] for row in rows}
    return [decision_id in matched for decision_id in decision_ids]


@batch
async def nobody(_reader: Reader, owners: Sequence[UUID]) -> list[int]:
    """How many there are where nobody is counted."""
    return [0] * len(owners)


AsOf = Annotated[
    datetime | None, strawberry.argument(description="The moment; now if it is left out.")
]


@batch
async def history(
    reader: Reader,
    owners: Sequence[UUID],
    *,
    as_of: AsOf = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> list[PageOf]:
    """All that people did about others until a moment; nothing of anybody but the viewer."""
    listing, moment = decisions.history, as_of or datetime.now(UTC)
    window = window_of(listing, reader.cursors, first, after, last, before)
    asked = {**listing.parameters(owners, window), "viewer_id": reader.viewer_id, "as_of": moment}
    rows = await reader.database.fetch(listing.page_statement(window), **asked)
    return [
        PageOf(listing, (owner, moment), page, reader.cursors, history_counts)
        for owner, page in zip(owners, listing.pages(owners, rows, window), strict=True)
    ]


@batch
async def history_counts(reader: Reader, asked: Sequence[tuple[UUID, datetime]]) -> list[int]:
    """How much people had done about others until a moment; one statement for each moment."""
    totals: dict[tuple[UUID, datetime], int] = {}
    for moment in dict.fromkeys(moment for _, moment in asked):
        rows = await reader.database.fetch(
            decisions.history.count_statement,
            owners=[owner for owner, then in asked if then == moment],
            viewer_id=reader.viewer_id,
            as_of=moment,
        )
        totals |= {(row["owner_key"], moment): row["total"] for row in rows}
    return [totals.get(each, 0) for each in asked]
