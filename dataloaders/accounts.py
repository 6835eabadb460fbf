"""Accounts and sessions in batches; everybody sees only their own."""

from collections.abc import Sequence
from uuid import UUID

from dataloaders.connections import connection
from dataloaders.reader import Reader, in_order
from execution.declarations import batch
from persistence.queries import accounts
from persistence.rows import Row


@batch
async def by_ids(reader: Reader, ids: Sequence[UUID]) -> list[Row | None]:
    """Of the accounts with these keys, the viewer's own."""
    rows = await reader.database.fetch(
        accounts.own_by_ids, ids=list(ids), viewer_id=reader.viewer_id
    )
    return in_order(ids, rows, "account_id")


@batch
async def sessions_by_ids(reader: Reader, ids: Sequence[UUID]) -> list[Row | None]:
    """Of the open sessions with these keys, the viewer's own."""
    rows = await reader.database.fetch(
        accounts.own_sessions_by_ids, ids=list(ids), viewer_id=reader.viewer_id
    )
    return in_order(ids, rows, "session_id")


sessions_of = connection(accounts.sessions_of, viewer_bound=False)
