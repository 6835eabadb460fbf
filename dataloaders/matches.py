"""Matches in batches."""

from collections.abc import Sequence
from uuid import UUID

from dataloaders.connections import connection
from dataloaders.reader import Reader, in_order
from execution.declarations import joint_batch
from persistence.queries import matches
from persistence.rows import Row


@joint_batch
async def by_ids(reader: Reader, ids: Sequence[UUID]) -> list[Row | None]:
    """The viewer's matches with these keys."""
    rows = await reader.database.fetch(matches.by_ids, ids=list(ids), viewer_id=reader.viewer_id)
    return in_order(ids, rows, "match_id")


of_member = connection(matches.of_member)


@joint_batch
async def with_partners(reader: Reader, profile_ids: Sequence[UUID]) -> list[Row | None]:
    """The viewer's match with each person."""
    asked = {"profile_ids": list(profile_ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(matches.with_partners, **asked)
    return in_order(profile_ids, rows, "partner_id")


@joint_batch
async def partners_of(reader: Reader, match_ids: Sequence[UUID]) -> list[Row | None]:
    """The profile of the other person in each match of the viewer."""
    asked = {"match_ids": list(match_ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(matches.partners_of, **asked)
    return in_order(match_ids, rows, "match_id")


@joint_batch
async def conversations_of(reader: Reader, match_ids: Sequence[UUID]) -> list[Row | None]:
    """The conversation of each match, as far as it is open to the viewer."""
    asked = {"match_ids": list(match_ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(matches.conversations_of, **asked)
    return in_order(match_ids, rows, "match_id")
