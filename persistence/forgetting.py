"""Forgetting: rows past their time go in steps, each a short transaction of its own."""

from datetime import datetime

from persistence.database import Database
from persistence.statements import Statement

STEP = 5_000


async def forget(
    database: Database, statement: Statement, before: datetime, *, step: int = STEP
) -> int:
    """Delete what is past its time.

    Args:
        database: where it is.
        statement: deletes up to `limit` rows from `before` a moment and answers them.
        before: the moment.
        step: how many rows a transaction deletes at the most.

    Returns:
        How many rows are gone.
    """
    total = 0
    while True:
        async with database.write() as tx:
            gone = await tx.fetch(statement, before=before, limit=step)
        total += len(gone)
        if len(gone) < step:
            return total
