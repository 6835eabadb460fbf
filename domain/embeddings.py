"""Embeddings: which version of the model decks use, and how staff change over to another one.

While a version is coming or going, everybody has vectors of both, and both are kept up to date.
"""

from dataclasses import dataclass
from enum import StrEnum

from domain.facts import Fact
from domain.refusals import Conflict, NotFound
from persistence import models
from persistence.queries import embedding_versions as queries
from persistence.rows import Row
from persistence.transaction import Transaction


class EmbeddingVersionState(StrEnum):
    """Where a version of the embedding model stands."""

    ACTIVE = "active"
    NEXT = "next"
    PREVIOUS = "previous"
    DROPPED = "dropped"


WRITTEN = (EmbeddingVersionState.ACTIVE, EmbeddingVersionState.NEXT, EmbeddingVersionState.PREVIOUS)
"""The states of versions whose vectors are kept up to date."""


@dataclass(frozen=True, kw_only=True)
class EmbeddingVersionChanged(Fact):
    """A version of the embedding model came into another state.

    Attributes:
        name: the version.
        state: the new state.
    """

    name: str
    state: str


async def start_version(tx: Transaction, name: str, *, dimensions: int) -> Row:
    """Begin to give everybody vectors of another version; safe to repeat.

    Args:
        tx: the transaction.
        name: the version.
        dimensions: how many numbers its vectors have.

    Returns:
        The version, as far as it is.

    Raises:
        Conflict: it is active, or another version is coming or going.
    """
    known = await _held(tx)
    other = _of(known, EmbeddingVersionState.NEXT, EmbeddingVersionState.PREVIOUS)
    if name in known and known[name].state == EmbeddingVersionState.ACTIVE:
        raise Conflict("EMBEDDING_VERSION_ACTIVE", "This version is active already.")
    if name in known and known[name].state == EmbeddingVersionState.DROPPED:
        raise Conflict(
            "EMBEDDING_VERSION_DROPPED", "The old vectors of it are still being removed."
        )
    if other is not None and other.name != name:
        raise Conflict("EMBEDDING_CHANGE_UNDER_WAY", f"Drop {other.name} before another one comes.")
    if other is None:
        other = await tx.add(
            models.EmbeddingVersion,
            name=name,
            state=EmbeddingVersionState.NEXT,
            dimensions=dimensions,
        )
    tx.record(EmbeddingVersionChanged(name=name, state=other.state))
    return other


async def switch_version(tx: Transaction, name: str) -> Row:
    """Let decks use another version from now on; the one before is kept up to date too.

    Returns:
        The version, which is active now.

    Raises:
        NotFound: nobody has begun with it.
        Conflict: not everybody has a vector of it yet.
    """
    known = await _held(tx)
    version = known.get(name)
    if version is None or version.state == EmbeddingVersionState.DROPPED:
        raise NotFound("EmbeddingVersion")
    if version.state == EmbeddingVersionState.ACTIVE:
        return version
    if version.completed_at is None:
        raise Conflict("EMBEDDING_VERSION_INCOMPLETE", "Not everybody has a vector of it yet.")
    return await _exchange(tx, known, version, EmbeddingVersionState.PREVIOUS)


async def roll_back_version(tx: Transaction) -> Row:
    """Let decks use the version again that they used before; what they use now stays complete.

    Returns:
        The version, which is active again.

    Raises:
        Conflict: there is no version to go back to.
    """
    known = await _held(tx)
    version = _of(known, EmbeddingVersionState.PREVIOUS)
    if version is None:
        raise Conflict("NO_PREVIOUS_EMBEDDING_VERSION", "There is no version to go back to.")
    return await _exchange(tx, known, version, EmbeddingVersionState.NEXT)


async def drop_version(tx: Transaction, name: str) -> Row:
    """Give up a version that decks do not use; a job removes its vectors.

    Raises:
        NotFound: nobody has begun with it.
        Conflict: it is active.
    """
    known = await _held(tx)
    if name not in known:
        raise NotFound("EmbeddingVersion")
    if known[name].state == EmbeddingVersionState.ACTIVE:
        raise Conflict("EMBEDDING_VERSION_ACTIVE", "Decks use this version: switch first.")
    return await _moved(tx, name, EmbeddingVersionState.DROPPED)


async def _held(tx: Transaction) -> dict[str, Row]:
    await tx.fetch(queries.hold)
    return {row.name: row for row in await tx.fetch(queries.every)}


async def _exchange(
    tx: Transaction, known: dict[str, Row], version: Row, left_as: EmbeddingVersionState
) -> Row:
    # First away, then there: the table takes one of each kind at any moment.
    active = _of(known, EmbeddingVersionState.ACTIVE)
    await _moved(tx, version.name, EmbeddingVersionState.DROPPED, is_told=False)
    if active is not None:
        await _moved(tx, active.name, left_as)
    return await _moved(tx, version.name, EmbeddingVersionState.ACTIVE)


async def _moved(
    tx: Transaction, name: str, state: EmbeddingVersionState, *, is_told: bool = True
) -> Row:
    (row,) = await tx.fetch(queries.move, name=name, state=state)
    if is_told:
        tx.record(EmbeddingVersionChanged(name=name, state=state))
    return row


def _of(known: dict[str, Row], *states: EmbeddingVersionState) -> Row | None:
    return next((row for row in known.values() if row.state in states), None)
