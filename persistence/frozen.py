"""Frozen: orders made once for a viewer that stay, in Redis for all processes and near in each."""

import asyncio
import secrets
import struct
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, Protocol, Self, TypeVar
from uuid import UUID

import structlog
from prometheus_client import Counter
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from persistence.builds import Builds
from persistence.near import Near
from persistence.shelf import SLOTS, Shelf

KEY_BYTES = 16
"""How long the key of a thing is."""

NEAR = 1_000
"""How many viewers' lists a process keeps."""


class Source(StrEnum):
    """Where an order was found."""

    NEAR = "l1"
    REDIS = "l2"
    BUILT = "built"


found_in: ContextVar[dict[str, Source] | None] = ContextVar("found_in", default=None)
"""Where the present operation found what kind of order, when somebody asked to know."""


class Order(ABC):
    """Things in the order in which a viewer meets them: what all kinds of it have in common.

    Attributes:
        keys: of the things, `KEY_BYTES` each.
    """

    __slots__ = ()

    keys: bytes

    @property
    def size(self) -> int:
        """How many things it holds."""
        return len(self.keys) // KEY_BYTES

    def part(self, begin: int, end: int) -> tuple[UUID, ...]:
        """Give the things from a place on, up to another one."""
        keys = self.keys[KEY_BYTES * begin : KEY_BYTES * end]
        starts = range(0, len(keys), KEY_BYTES)
        return tuple(UUID(bytes=keys[at : at + KEY_BYTES]) for at in starts)

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """Read what `pack` wrote.

        Raises:
            ValueError: it is something else.
        """
        try:
            return cls._unpacked(packed)
        except (struct.error, ValueError, LookupError, TypeError) as error:
            raise ValueError(f"not a {cls.__name__.lower()}") from error

    @classmethod
    @abstractmethod
    def _unpacked(cls, packed: bytes) -> Self:
        """Read it; any error says that it is something else."""


class Frozen(Protocol):
    """An order that was made once."""

    @property
    def name(self) -> str:
        """Tells it from the viewer's others, in cursors."""

    @property
    def viewer_id(self) -> UUID:
        """Whose it is."""

    @property
    def variant(self) -> str | None:
        """Of what it is, where a viewer has orders of several things side by side."""

    @property
    def built_at(self) -> datetime:
        """The moment for which it was made."""

    def pack(self) -> bytes:
        """Write it down."""


T = TypeVar("T", bound=Frozen)


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """What is kept, and how it is written down and told of.

    Attributes:
        what: names it in the log.
        key: of Redis, before the viewer's.
        channel: where processes tell each other of changes.
        unpack: reads what `pack` wrote; `ValueError` for anything else.
        found: counts where they were found.
        unreadable: counts those that could not be read.
        failures: counts what Redis did not do.
    """

    what: str
    key: str
    channel: str
    unpack: Callable[[bytes], T]
    found: Counter
    unreadable: Counter
    failures: Counter


def new_name() -> str:
    """Make a name for an order that no other has."""
    return secrets.token_urlsafe(9)


def connect(url: str) -> Redis:
    """Prepare a client that fails soon: an order can be built without it.

    Args:
        url: ``redis://``, ``rediss://`` or ``unix://``.
    """
    return Redis.from_url(
        url, socket_connect_timeout=0.5, socket_timeout=1.0, retry=Retry(NoBackoff(), 1)
    )


class _Lists(Generic[T]):
    """The orders of each viewer, the newest first: near where that is sure, else in Redis."""

    def __init__(self, kept: Kept[T], redis: Redis, *, size: int) -> None:
        self._kept = kept
        self.near: Near[tuple[T | None, ...]] = Near(redis, kept.channel, size=size)
        self.shelf = Shelf(redis, self.near, kept.key, kept.failures)
        self._log = structlog.get_logger(f"kith.{kept.what}s")

    async def push(self, viewer_id: UUID, order: T | None) -> None:
        """Put an order before a viewer's others; None lets no other be the newest."""
        heard = self.near.heard
        ticket = self.near.begin_reading(viewer_id)
        try:
            is_there = await self.shelf.push(viewer_id, order.pack() if order is not None else None)
        except asyncio.CancelledError:
            self.near.drop(viewer_id)
            raise
        is_alone = self.near.heard == heard and self.near.end_reading(viewer_id, ticket)
        if is_there and not is_alone:
            # Others have changed them at the same time; Redis knows in which order.
            self.near.drop(viewer_id)
            return
        known = self.near.get(viewer_id) or ()
        if order is not None or (known and known[0] is not None):
            known = (order, *known)[:SLOTS]
        self.near.put(viewer_id, known)

    async def read(self, viewer_id: UUID) -> tuple[T | None, ...]:
        """Read a viewer's orders from Redis; what is near while that is away."""
        ticket = self.near.begin_reading(viewer_id)
        try:
            packed = await self.shelf.read(viewer_id)
            if packed is None:
                return self.near.get(viewer_id) or ()
            kept = self._unpacked(packed)
        finally:
            is_alone = self.near.end_reading(viewer_id, ticket)
        if is_alone:
            self.near.put(viewer_id, kept)
        return kept

    def _unpacked(self, packed: Sequence[bytes]) -> tuple[T | None, ...]:
        read: list[T | None] = []
        for each in packed:
            try:
                read.append(self._kept.unpack(each) if each else None)
            except ValueError as error:
                # Nothing, and what lies under it has been followed by another one.
                self._kept.unreadable.inc()
                self._log.warning(f"{self._kept.what} unreadable", error=repr(error))
                read.append(None)
        return tuple(read)


class Orders(Generic[T]):
    """The orders of all viewers, the same for all processes; an asynchronous context manager.

    A process keeps the lists that it used last, and goes without Redis as long as it hears what
    others change. While Redis is away, each process has orders of its own.

    Args:
        redis: a client from `connect`; whoever made it closes it.
        hears: whether it is to hear what others change; else it asks Redis each time.
        near: how many viewers' lists a process keeps.

    Attributes:
        kept: what is kept.
    """

    kept: Kept[T]

    def __init__(self, redis: Redis, *, hears: bool = True, near: int = NEAR) -> None:
        self._redis = redis
        self._lists = _Lists(self.kept, redis, size=near)
        self._near, self._shelf = self._lists.near, self._lists.shelf
        self._hears = hears
        self._builds: Builds[T] = Builds()

    async def __aenter__(self) -> Self:
        """Begin to hear what other processes change; a Redis that is not there does not hinder."""
        if self._hears:
            await self._near.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Give up what is being built, and stop hearing."""
        await self._builds.give_up()
        await self._near.__aexit__()

    async def current(self, viewer_id: UUID, variant: str | None = None) -> T | None:
        """Give the newest order of a viewer, None when they have none or it was given up."""
        near = self._near.sure(viewer_id)
        if near is not None:
            return self._told(_newest(near, variant), Source.NEAR)
        return self._told(_newest(await self._lists.read(viewer_id), variant), Source.REDIS)

    async def by_id(self, viewer_id: UUID, name: str) -> T | None:
        """Give an order of a viewer, also one that is not the newest; None when it is gone."""
        near = _named(self._near.get(viewer_id) or (), name)
        if near is not None:
            return self._told(near, Source.NEAR)
        return self._told(_named(await self._lists.read(viewer_id), name), Source.REDIS)

    async def keep(self, order: T) -> None:
        """Make an order the newest of its viewer, for all processes at once."""
        await self._lists.push(order.viewer_id, order)

    async def forget(self, viewer_id: UUID) -> None:
        """Let a viewer who begins anew get a new one; the old ones can be paged to their end."""
        await self._lists.push(viewer_id, None)

    async def clear(self, viewer_id: UUID) -> None:
        """Keep no order of a viewer any longer, as when their account is deleted.

        Raises:
            RedisError, OSError: Redis is away, and keeps them.
        """
        self._near.drop(viewer_id)
        await self._shelf.clear(viewer_id)
        self._near.drop(viewer_id)

    async def made_since(self, viewer_id: UUID, moment: datetime) -> int:
        """Count the orders of a viewer that were made since a moment, as far as they are kept."""
        kept = self._near.sure(viewer_id)
        orders = kept if kept is not None else await self._lists.read(viewer_id)
        return sum(order is not None and order.built_at >= moment for order in orders)

    async def renewed(
        self,
        viewer_id: UUID,
        variant: str | None,
        *,
        build: Callable[[], Awaitable[T]],
        is_good: Callable[[T], bool],
    ) -> T:
        """Give a good order, built by one process only: who asks meanwhile waits for that one.

        Args:
            viewer_id: whose.
            variant: of what it is to be.
            build: makes one; what it raises is raised to all who wait in this process.
            is_good: whether one that somebody else has just made will do.
        """
        return await self._builds.join(
            (viewer_id, variant),
            lambda: self._renew(viewer_id, variant, build, is_good),
            is_good,
        )

    async def _renew(
        self,
        viewer_id: UUID,
        variant: str | None,
        build: Callable[[], Awaitable[T]],
        is_good: Callable[[T], bool],
    ) -> T:
        async with self._shelf.only_builder(viewer_id):
            made = _newest(await self._lists.read(viewer_id), variant)
            if made is not None and is_good(made):
                return made
            forgotten = await self._shelf.times_forgotten(viewer_id)
            order = await build()
            await self.keep(order)
            if await self._shelf.times_forgotten(viewer_id) != forgotten:
                # It may be made of what the viewer has just changed.
                await self.forget(viewer_id)
        self._told(order, Source.BUILT)
        return order

    def _told(self, one: T | None, source: Source) -> T | None:
        """Count where an order was found, and tell it who asked to know."""
        if one is not None:
            self.kept.found.labels(source).inc()
            if (sources := found_in.get()) is not None:
                sources[self.kept.what] = source
        return one


def _newest(kept: tuple[T | None, ...], variant: str | None) -> T | None:
    for order in kept:
        if order is None:
            return None
        if order.variant == variant:
            return order
    return None


def _named(kept: tuple[T | None, ...], name: str) -> T | None:
    return next((order for order in kept if order is not None and order.name == name), None)
