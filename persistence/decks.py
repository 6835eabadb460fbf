"""Decks: orders of people that stay as they are, in Redis for all processes and near in each."""

import asyncio
import secrets
import struct
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
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
from redis.exceptions import LockError, RedisError

from persistence.near import Near

_log = structlog.get_logger("kith.decks")
_found = Counter(
    "kith_decks_found_total", "Where decks were found, or that they were built.", ["in"]
)
_failures = Counter("kith_deck_cache_failures_total", "Decks that Redis could not give or keep.")

KEPT = timedelta(hours=26)
"""How long a deck can be paged through after the last one of its viewer was made."""

MOST = 3
"""How many decks of a viewer are kept, the newest ones."""

# In the key, so that processes before and after a change of what `pack` writes get along.
_FORMAT = 1
_NEAR = 1_000
_KEY = 16
_SIZES = struct.Struct("<III")
_LOCK_SECONDS = 15.0
_WAIT_SECONDS = 5.0
_PAUSE_SECONDS = 1.0
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
            }
        )
        model = orjson.dumps(self.model)
        columns = (self.similarities, self.experiences, self.chances)
        sizes = _SIZES.pack(len(head), len(model), self.size)
        floats = (column.astype("<f4").tobytes() for column in columns)
        return b"".join([sizes, head, model, self.keys, *floats])

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """Read what `pack` wrote."""
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


class Shelf:
    """The decks in Redis: a short list for each viewer that changes in one step.

    Nothing here fails: what Redis does not do is counted, and not asked for during a second.

    Args:
        redis: a client from `connect`.
        near: is told of changes.
    """

    def __init__(self, redis: Redis, near: Near[Kept]) -> None:
        self._redis = redis
        self._near = near
        self._paused_until = 0.0

    async def read(self, viewer_id: UUID) -> Kept | None:
        """Give the decks of a viewer, None when Redis is away."""
        packed = await self._tried(lambda: self._redis.lrange(_key(viewer_id), 0, -1), None)
        if packed is None:
            return None
        return tuple(Deck.unpack(each) if each else None for each in packed)

    async def push(self, viewer_id: UUID, deck: Deck | None) -> None:
        """Put a deck before a viewer's others, or nothing, which ends that they are good."""
        key = _key(viewer_id)
        pipeline = self._redis.pipeline(transaction=True)
        if deck is not None:
            pipeline.lpush(key, deck.pack())
            pipeline.expire(key, KEPT)
        elif await self._tried(lambda: self._redis.lindex(key, 0), None):
            pipeline.lpushx(key, b"")
        pipeline.ltrim(key, 0, MOST - 1)
        self._near.tell(pipeline, viewer_id)
        await self._tried(pipeline.execute, None)

    @asynccontextmanager
    async def only_builder(self, viewer_id: UUID) -> AsyncIterator[None]:
        """Let one process at a time build for a viewer; who has waited for 5 seconds may too."""
        lock = self._redis.lock(
            f"{_key(viewer_id)}:lock",
            timeout=_LOCK_SECONDS,
            sleep=0.05,
            blocking_timeout=_WAIT_SECONDS,
            thread_local=False,
        )
        has_it = await self._tried(lock.acquire, False)
        try:
            yield
        finally:
            if has_it:
                # Who took too long has lost it to another; two decks are better than none.
                with suppress(LockError):
                    await self._tried(lock.release, None)

    async def _tried(self, ask: Callable[[], Any], otherwise: Any) -> Any:
        if time.monotonic() < self._paused_until:
            return otherwise
        try:
            return await ask()
        except LockError:
            raise
        except (RedisError, OSError) as error:
            _failures.inc()
            self._paused_until = time.monotonic() + _PAUSE_SECONDS
            _log.warning("decks kept in this process alone", error=repr(error))
            return otherwise


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
        self._building: dict[tuple[UUID, str | None], asyncio.Task[Deck]] = {}

    async def __aenter__(self) -> Self:
        """Begin to hear what other processes change; a Redis that is not there does not hinder."""
        if self._hears:
            await self._near.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Give up what is being built, stop hearing, and close the connections."""
        building = list(self._building.values())
        for task in building:
            task.cancel()
        await asyncio.gather(*building, return_exceptions=True)
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
        wanted = (viewer_id, availability)
        if wanted not in self._building:
            task = asyncio.create_task(self._renew(viewer_id, availability, build, is_good))
            self._building[wanted] = task
            task.add_done_callback(lambda done: self._built(wanted, done))
        # Shielded: who gives up must not take the deck from the others.
        return await asyncio.shield(self._building[wanted])

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
            deck = await build()
            await self.keep(deck)
        _told(deck, Source.BUILT)
        return deck

    def _built(self, wanted: tuple[UUID, str | None], task: asyncio.Task[Deck]) -> None:
        del self._building[wanted]
        if not task.cancelled():
            # Retrieved here too: everybody who waited may have given up.
            task.exception()

    async def _push(self, viewer_id: UUID, deck: Deck | None) -> None:
        known = self._near.get(viewer_id) or ()
        heard = self._near.heard
        await self._shelf.push(viewer_id, deck)
        if self._near.heard == heard:
            self._near.put(viewer_id, (deck, *known)[:MOST])
        else:
            # Another process may have changed them too; Redis knows in which order.
            self._near.drop(viewer_id)

    async def _read(self, viewer_id: UUID) -> Kept:
        ticket = self._near.begin_reading(viewer_id)
        kept = await self._shelf.read(viewer_id)
        if kept is None:
            return self._near.get(viewer_id) or ()
        self._near.put_read(viewer_id, ticket, kept)
        return kept


def _key(viewer_id: UUID) -> str:
    return f"kith:deck:{_FORMAT}:{viewer_id}"


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
