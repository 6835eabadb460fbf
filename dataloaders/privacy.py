"""Privacy in batches: what people show of what they are doing."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from dataloaders.reader import Reader, in_order, values_in_order
from execution.declarations import joint_batch
from persistence.queries import privacy
from persistence.rows import Row
from persistence.statements import Statement


@joint_batch
async def own_of_profiles(reader: Reader, profile_ids: Sequence[UUID]) -> list[Row | None]:
    """What the viewer shows; nobody learns it of others."""
    rows = await reader.database.fetch(privacy.own_of_profiles, **_asked(reader, profile_ids))
    return in_order(profile_ids, rows, "profile_id")


@joint_batch
async def last_active_of(reader: Reader, profile_ids: Sequence[UUID]) -> list[datetime | None]:
    """On which day each person was last here; None where they do not show it."""
    rows = await reader.database.fetch(privacy.last_active_of, **_asked(reader, profile_ids))
    return values_in_order(profile_ids, rows, "profile_id", "last_active_at", None)


@joint_batch
async def show_online(reader: Reader, profile_ids: Sequence[UUID]) -> list[bool]:
    """Whether the viewer learns of each person if they are online."""
    return await _who(privacy.who_show_online, reader, profile_ids)


@joint_batch
async def show_typing(reader: Reader, profile_ids: Sequence[UUID]) -> list[bool]:
    """Whether the viewer learns of each person if they are typing."""
    return await _who(privacy.who_show_typing, reader, profile_ids)


@joint_batch
async def show_read_receipts(reader: Reader, profile_ids: Sequence[UUID]) -> list[bool]:
    """Whether the viewer learns of each person what they have read."""
    return await _who(privacy.who_show_read_receipts, reader, profile_ids)


async def _who(statement: Statement, reader: Reader, profile_ids: Sequence[UUID]) -> list[bool]:
    rows = await reader.database.fetch(statement, **_asked(reader, profile_ids))
    found = {row["profile_id"] for row in rows}
    return [key in found for key in profile_ids]


def _asked(reader: Reader, profile_ids: Sequence[UUID]) -> dict[str, object]:
    return {"profile_ids": list(profile_ids), "viewer_id": reader.viewer_id}
