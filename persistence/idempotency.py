"""Answers kept by `clientMutationId`: a retried mutation has one effect and one answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from persistence import models
from persistence.rows import Row, key_of, row_class

_KEPT_WHOLE = {
    models.Block,
    models.EmbeddingVersion,
    models.MeetingTimes,
    models.NotificationSettings,
    models.Preferences,
    models.Privacy,
    models.Session,
}

_CLAIM = """
INSERT INTO answers (scope, mutation, client_mutation_id, input_hash) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING RETURNING true
"""
_KEPT = """
SELECT input_hash, payload FROM answers
WHERE scope = $1 AND mutation = $2 AND client_mutation_id = $3
"""
_KEEP = """
UPDATE answers SET payload = $4 WHERE scope = $1 AND mutation = $2 AND client_mutation_id = $3
"""


@dataclass(frozen=True, slots=True)
class Retry:
    """What makes two calls of a mutation the same call.

    Attributes:
        scope: whose key it is (the account; the nil UUID for callers without one).
        mutation: the mutation's name.
        client_mutation_id: the client's key, at most 100 characters.
        input_hash: a keyed hash of the whole input.
    """

    scope: UUID
    mutation: str
    client_mutation_id: str
    input_hash: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A row of an answer of which only the key was kept: who may see it can change.

    Attributes:
        model: whose row it is.
        key: its primary key.
    """

    model: type
    key: UUID


class AlreadyAnswered(Exception):
    """The same call was answered before: `payload` is what it answered."""

    def __init__(self, payload: dict[str, Any]) -> None:
        super().__init__("already answered")
        self.payload = payload


class KeyReused(Exception):
    """The key was used before with another input."""


async def claim(connection: asyncpg.Connection, retry: Retry) -> None:
    """Claim the key for this transaction, waiting for a concurrent one with the same key.

    Raises:
        AlreadyAnswered: the same call has committed before.
        KeyReused: the key has committed before with another input.
    """
    key = (retry.scope, retry.mutation, retry.client_mutation_id)
    while not await connection.fetchval(_CLAIM, *key, retry.input_hash):
        # The insert waited for the other transaction, so its answer can be read, unless a
        # clean-up has just removed it: then the key is free again.
        kept = await connection.fetchrow(_KEPT, *key)
        if kept is None:
            continue
        if kept["input_hash"] != retry.input_hash:
            raise KeyReused
        raise AlreadyAnswered(kept["payload"] or {})


async def keep(connection: asyncpg.Connection, retry: Retry, payload: Mapping[str, Any]) -> None:
    """Keep the payload of the call that this transaction answers."""
    key = (retry.scope, retry.mutation, retry.client_mutation_id)
    await connection.execute(_KEEP, *key, pack(payload))


def pack(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Turn a payload (rows, plain JSON values and None, by name) into JSON."""
    return {name: _packed(value) for name, value in payload.items()}


def _packed(value: Any) -> Any:
    if isinstance(value, Row) and value.model is not None:
        if is_kept_whole(value.model):
            return {"model": value.model.__name__, "row": dict(value)}
        return {"model": value.model.__name__, "key": value[key_of(value.model)]}
    if isinstance(value, list):
        return [_packed(item) for item in value]
    return value


def is_kept_whole(model: type) -> bool:
    """Whether rows of a model are kept as they were: they tell nothing of anybody else."""
    return model in _KEPT_WHOLE


async def unpack(connection: asyncpg.Connection, packed: Mapping[str, Any]) -> dict[str, Any]:
    """Give back the values that `pack` kept: rows, and `Kept` for those to load anew."""
    return {name: await _unpacked(connection, value) for name, value in packed.items()}


async def _unpacked(connection: asyncpg.Connection, value: Any) -> Any:
    if isinstance(value, list):
        return [await _unpacked(connection, item) for item in value]
    if not (isinstance(value, dict) and value.keys() in ({"model", "row"}, {"model", "key"})):
        return value
    model: Any = getattr(models, value["model"])
    if "key" in value:
        return Kept(model, UUID(value["key"]))
    if not is_kept_whole(model):
        # Kept by a process from before rows were kept by their keys.
        return Kept(model, UUID(value["row"][key_of(model)]))
    # PostgreSQL itself turns the JSON back into the table's types.
    return await connection.fetchrow(
        f"SELECT * FROM jsonb_populate_record(NULL::{model.__tablename__}, $1)",  # noqa: S608
        value["row"],
        record_class=row_class(model),
    )
