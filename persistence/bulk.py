"""Many rows at once: one prepared statement, its rows sent without waiting in between."""

from collections.abc import Sequence
from typing import Any

from persistence import statements
from persistence.transaction import Transaction


async def insert(tx: Transaction, model: type, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows of one model; columns that no row names get their defaults.

    Args:
        tx: the transaction they belong to.
        model: whose rows.
        rows: values by column, all with the same columns.

    Raises:
        TypeError: rows name different columns.
        asyncpg.IntegrityConstraintViolationError: a row breaks a constraint; none is inserted.
    """
    if not rows:
        return
    # Not COPY: asyncpg has no binary form of citext.
    statement = statements.adding(model, tuple(rows[0]))
    await tx.connection.executemany(statement.sql, [statement.arguments(row) for row in rows])
