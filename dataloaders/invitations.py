"""Invitations in batches."""

from collections.abc import Sequence
from uuid import UUID

from dataloaders.connections import connection
from dataloaders.reader import Reader, lists_in_order
from execution.declarations import joint_batch
from persistence.queries import invitations
from persistence.rows import Row


@joint_batch
async def co_hosts_of(reader: Reader, event_ids: Sequence[UUID]) -> list[list[Row]]:
    """Who holds each event with its host, of those whom the viewer may see."""
    asked = {"event_ids": list(event_ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(invitations.co_hosts_of, **asked)
    return lists_in_order(event_ids, rows, "event_id")


@joint_batch
async def are_held(reader: Reader, event_ids: Sequence[UUID]) -> list[bool]:
    """Whether the viewer holds each event, as its host or a co-host."""
    return await _standing(reader, event_ids, "is_hosting")


@joint_batch
async def are_invited_to(reader: Reader, event_ids: Sequence[UUID]) -> list[bool]:
    """Whether the viewer is invited to each event."""
    return await _standing(reader, event_ids, "is_invited")


invited_to = connection(invitations.invited_to)


async def _standing(reader: Reader, event_ids: Sequence[UUID], column: str) -> list[bool]:
    asked = {"event_ids": list(event_ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(invitations.standing_of, **asked)
    so = {row["event_id"] for row in rows if row[column]}
    return [event_id in so for event_id in event_ids]
