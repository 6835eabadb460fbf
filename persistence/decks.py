"""Decks: orders of people that stay as they are, in Redis for all processes and near in each."""

import asyncio
import secrets
import struct
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Self
from uuid import UUID

import numpy as np
import orjson
import structlog
from numpy.typing import NDArray
from prometheus_client import Counter
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from persistence.builds import Builds
from persistence.near import Near
from persistence.shelf import SLOTS, Shelf

_log = structlog.get_logger("kith.decks")
_found = Counter(
    "kith_decks_found_total", "Where decks were found, or that they were built.", ["in"]
)
_unreadable = Counter("kith_decks_unreadable_total", "Decks in Redis that could not be read.")

_NEAR = 1_000
_KEY = 16
_SIZES = struct.Struct("<III")
_CHANNEL = "kith:decks"

Floats = NDArray[np.float32]


class Source(StrEnum):
    """Where a deck was found."""

    NEAR = "l1"
    REDIS = "l2"
    BUILT = "built"


found_in: ContextVar[list[Source] | None] = ContextVar("found_in", default=None)
"""Where the present operation found its decks, when somebody asked to know."""


@dataclass(frozen=True, slots=True, eq=False)
class Deck:
    """People in the order in which a viewer meets them, and what their scores are made of.

    Attributes:
        deck_id: its name in cursors.
        viewer_id: whose it is.
        availability: of whom it is, None for all.
        built_at: the moment for which it was ranked.
        good_until: from when on another one is made for who begins anew.
        built_for: tells the viewer's profile and wishes from others.
        embedding_version: of the embedding model by which texts were compared, None if none were.
        model: the weights of its scores, as `scoring.Model` writes them.
        keys: the ids of the people in their order, 16 bytes each.
        similarities: cosines of their texts and the viewer's, NaN where unknown.
        experiences: what decisions taught about each pair, in log-odds.
        chances: of a match with each, 0 to 1.
    """

    deck_id: str
    viewer_id: UUID
    availability: str | None
    built_at: datetime
    good_until: datetime
    built_for: str
    embedding_version: str | None
    model: dict[str, Any]
    keys: bytes
    similarities: Floats
    experiences: Floats
    chances: Floats

    @property
    def model_version(self) -> str:
        """The version of the weights."""
        version: str = self.model["version"]
        return version

    @property
    def ids(self) -> tuple[UUID, ...]:
        """The people, in their order."""
        return self.part(0, self.size)

    @property
    def size(self) -> int:
        """How many people it holds."""
        return len(self.keys) // _KEY

    def part(self, begin: int, end: int) -> tuple[UUID, ...]:
        """Give the people from a place on, up to another one."""
        keys = self.keys[_KEY * begin : _KEY * end]
        return tuple(UUID(bytes=keys[at : at + _KEY]) for at in range(0, len(keys), _KEY))

    def pack(self) -> bytes:
        """Write it down: a head as JSON, then the columns; about 30 bytes for a person."""
        head = orjson.dumps(
            {
                "deck_id": self.deck_id,
                "viewer_id": str(self.viewer_id),
                "availability": self.availability,
                "built_at": self.built_at.isoformat(),
                "good_until": self.good_until.isoformat(),
                "built_for": self.built_for,
                "embedding_version": self.embedding_version,
            }
        )
        model = orjson.dumps(self.model)
        columns = (self.similarities, self.experiences, self.chances)
        sizes = _SIZES.pack(len(head), len(model), self.size)
        floats = (column.astype("<f4").tobytes() for column in columns)
        return b"".join([sizes, head, model, self.keys, *floats])

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """Read what `pack` wrote.

        Raises:
            ValueError: it is something else.
        """
        try:
            return cls._unpacked(packed)
        except (struct.error, ValueError, LookupError, TypeError) as error:
            raise ValueError("not a deck") from error

    @classmethod
    def _unpacked(cls, packed: bytes) -> Self:
        head_size, model_size, count = _SIZES.unpack_from(packed)
        model_at = _SIZES.size + head_size
        keys_at = model_at + model_size
        floats_at = keys_at + _KEY * count
        head = orjson.loads(packed[_SIZES.size : model_at])
        floats = np.frombuffer(packed, "<f4", 3 * count, floats_at).reshape(3, count)
        return cls(
            deck_id=head["deck_id"],
            viewer_id=UUID(head["viewer_id"]),
            availability=head["availability"],
            built_at=datetime.fromisoformat(head["built_at"]),
            good_until=datetime.fromisoformat(head["good_until"]),
            built_for=head["built_for"],
            embedding_version=head["embedding_version"],
            model=_model(packed[model_at:keys_at]),
            keys=packed[keys_at:floats_at],
            similarities=floats[0],
            experiences=floats[1],
            chances=floats[2],
        )


@lru_cache(maxsize=16)
def _model(written: bytes) -> dict[str, Any]:
    # Nearly all decks have the same weights: one copy is enough for them.
    model: dict[str, Any] = orjson.loads(written)
    return model


def new_deck_id() -> str:
    """Make a name for a deck that no other has."""
    return secrets.token_urlsafe(9)


Kept = tuple[Deck | None, ...]
"""A viewer's decks, the newest first; None where those that follow are good for cursors only."""


def connect(url: str) -> Redis:
    """Prepare a client that fails soon: a deck can be built without it.

    Args:
        url: ``redis://``, ``rediss://`` or ``unix://``.
    """
    return Redis.from_url(
        url, socket_connect_timeout=0.5, socket_timeout=1.0, retry=Retry(NoBackoff(), 1)
    )


class Decks:
    """The decks of all viewers, the same for all processes; an asynchronous context manager.

    A process keeps the lists that it used last, and goes without Redis as long as it hears what
    others change. While Redis is away, each process has decks of its own.

    Args:
        redis: a client from `connect`.
        hears: whether it is to hear; else it asks Redis each time.
        near: how many viewers' lists a process keeps.
    """

    def __init__(self, redis: Redis, *, hears: bool = True, near: int = _NEAR) -> None:
        self._redis = redis
        self._near: Near[Kept] = Near(redis, _CHANNEL, size=near)
        self._shelf = Shelf(redis, self._near)
        self._hears = hears
        self._builds: Builds[Deck] = Builds()

    async def __aenter__(self) -> Self:
        """Begin to hear what other processes change; a Redis that is not there does not hinder."""
        if self._hears:
            await self._near.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Give up what is being built, stop hearing, and close the connections."""
        await self._builds.give_up()
        await self._near.__aexit__()
        await self._redis.aclose()

    async def current(self, viewer_id: UUID, availability: str | None = None) -> Deck | None:
        """Give the newest deck of a viewer, None when they have none or it was given up."""
        near = self._near.sure(viewer_id)
        if near is not None:
            return _told(_newest(near, availability), Source.NEAR)
        return _told(_newest(await self._read(viewer_id), availability), Source.REDIS)

    async def by_id(self, viewer_id: UUID, deck_id: str) -> Deck | None:
        """Give a deck of a viewer, also one that is not the newest; None when it is gone."""
        near = _named(self._near.get(viewer_id) or (), deck_id)
        if near is not None:
            return _told(near, Source.NEAR)
        return _told(_named(await self._read(viewer_id), deck_id), Source.REDIS)

    async def keep(self, deck: Deck) -> None:
        """Make a deck the newest of its viewer, for all processes at once."""
        await self._push(deck.viewer_id, deck)

    async def forget(self, viewer_id: UUID) -> None:
        """Let a viewer who begins anew get a new deck; the old ones can be paged to their end."""
        await self._push(viewer_id, None)

    async def clear(self, viewer_id: UUID) -> None:
        """Keep no deck of a viewer any longer, as when their account is deleted."""
        await self._shelf.clear(viewer_id)
        self._near.drop(viewer_id)

    async def made_since(self, viewer_id: UUID, moment: datetime) -> int:
        """Count the decks of a viewer that were made since a moment, as far as they are kept."""
        kept = self._near.sure(viewer_id)
        decks = kept if kept is not None else await self._read(viewer_id)
        return sum(deck is not None and deck.built_at >= moment for deck in decks)

    async def renewed(
        self,
        viewer_id: UUID,
        availability: str | None,
        *,
        build: Callable[[], Awaitable[Deck]],
        is_good: Callable[[Deck], bool],
    ) -> Deck:
        """Give a good deck, built by one process only: who asks meanwhile waits for that one.

        Args:
            viewer_id: whose.
            availability: of whom it is to be.
            build: makes one; what it raises is raised to all who wait in this process.
            is_good: whether a deck that somebody else has just made will do.
        """
        return await self._builds.join(
            (viewer_id, availability),
            lambda: self._renew(viewer_id, availability, build, is_good),
            is_good,
        )

    async def _renew(
        self,
        viewer_id: UUID,
        availability: str | None,
        build: Callable[[], Awaitable[Deck]],
        is_good: Callable[[Deck], bool],
    ) -> Deck:
        async with self._shelf.only_builder(viewer_id):
            made = _newest(await self._read(viewer_id), availability)
            if made is not None and is_good(made):
                return made
            forgotten = await self._shelf.times_forgotten(viewer_id)
            deck = await build()
            await self.keep(deck)
            if await self._shelf.times_forgotten(viewer_id) != forgotten:
                # It may be made of what the viewer has just changed.
                await self.forget(viewer_id)
        _told(deck, Source.BUILT)
        return deck

    async def _push(self, viewer_id: UUID, deck: Deck | None) -> None:
        heard = self._near.heard
        ticket = self._near.begin_reading(viewer_id)
        try:
            is_there = await self._shelf.push(viewer_id, deck.pack() if deck is not None else None)
        except asyncio.CancelledError:
            self._near.drop(viewer_id)
            raise
        is_alone = self._near.heard == heard and self._near.end_reading(viewer_id, ticket)
        if is_there and not is_alone:
            # Others have changed them at the same time; Redis knows in which order.
            self._near.drop(viewer_id)
            return
        known = self._near.get(viewer_id) or ()
        if deck is not None or (known and known[0] is not None):
            known = (deck, *known)[:SLOTS]
        self._near.put(viewer_id, known)

    async def _read(self, viewer_id: UUID) -> Kept:
        ticket = self._near.begin_reading(viewer_id)
        try:
            packed = await self._shelf.read(viewer_id)
            if packed is None:
                return self._near.get(viewer_id) or ()
            kept = _unpacked(packed)
        finally:
            is_alone = self._near.end_reading(viewer_id, ticket)
        if is_alone:
            self._near.put(viewer_id, kept)
        return kept


def _unpacked(packed: Sequence[bytes]) -> Kept:
    kept: list[Deck | None] = []
    for each in packed:
        try:
            kept.append(Deck.unpack(each) if each else None)
        except ValueError as error:
            # No deck, and what lies under it has been followed by another one.
            _unreadable.inc()
            _log.warning("deck unreadable", error=repr(error))
            kept.append(None)
    return tuple(kept)


def _newest(kept: Kept, availability: str | None) -> Deck | None:
    for deck in kept:
        if deck is None:
            return None
        if deck.availability == availability:
            return deck
    return None


def _named(kept: Kept, deck_id: str) -> Deck | None:
    return next((deck for deck in kept if deck is not None and deck.deck_id == deck_id), None)


def _told(deck: Deck | None, source: Source) -> Deck | None:
    """Count where a deck was found, and tell it who asked to know."""
    if deck is not None:
        _found.labels(source).inc()
        if (sources := found_in.get()) is not None:
            sources.append(source)
    return deck
