"""A transaction: what a verb reads, writes, and records as facts, all or nothing."""

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

import asyncpg

from persistence import statements
from persistence.rows import Row
from persistence.statements import Asking, Statement


class Recordable(Protocol):
    """What happened, as the outbox and the live logs keep it."""

    @property
    def kind(self) -> str:
        """The stable name of the fact."""
        ...

    @property
    def audience(self) -> Sequence[UUID]:
        """The people whose live inbox tells it."""
        ...

    def body(self) -> dict[str, Any]:
        """Its particulars, as JSON."""
        ...


class Transaction(Asking):
    """One database transaction; made by `Database.write`.

    Nothing leaves the process from inside it: verbs record facts, which the outbox and the live
    logs carry out after the commit.
    """

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection
        self.facts: list[Recordable] = []
        self.payload: dict[str, Any] | None = None

    async def fetch(self, statement: Statement, **parameters: Any) -> list[Row]:
        """Run a statement and answer its rows."""
        rows: list[Row] = await self.connection.fetch(
            statement.sql, *statement.arguments(parameters), record_class=statement.row
        )
        return rows

    async def add(self, model: type, **values: Any) -> Row:
        """Insert a row and answer it whole, defaults included.

        Raises:
            asyncpg.UniqueViolationError: such a row exists.
        """
        (row,) = await self.fetch(statements.adding(model, tuple(values)), **values)
        return row

    async def get(self, model: type, *, lock: bool = False, **key: Any) -> Row | None:
        """Read the row with this key; with `lock`, hold it until the transaction ends."""
        return await self.one(statements.getting(model, tuple(key), lock=lock), **_keyed(key))

    async def change(self, model: type, key: dict[str, Any], **values: Any) -> Row | None:
        """Update the row with this key and answer it whole, or None when there is none."""
        if not values:
            return await self.get(model, **key)
        statement = statements.changing(model, tuple(key), tuple(values))
        return await self.one(statement, **_keyed(key), **values)

    async def remove(self, model: type, **key: Any) -> list[Row]:
        """Delete the rows with this key and answer what they were."""
        return await self.fetch(statements.removing(model, tuple(key)), **_keyed(key))

    def record(self, fact: Recordable) -> None:
        """Keep a fact: it goes to the outbox and to its audience's live logs on commit."""
        self.facts.append(fact)

    def answer(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Name the answer of the mutation, so that a retry with the same key gets it again.

        Args:
            payload: rows, plain JSON values and None, by the fields of the success type.
        """
        self.payload = payload
        return payload


def _keyed(key: dict[str, Any]) -> dict[str, Any]:
    return {f"key_{name}": value for name, value in key.items()}
